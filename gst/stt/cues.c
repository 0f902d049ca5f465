// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Transcripts to timed captions. */

#include "cues.h"

#include <math.h>
#include <string.h>

#include "text/linebreak.h"
#include "text/unicode.h"
#include "times.h"

#define SECOND G_GUINT64_CONSTANT (1000000000)
#define MILLISECOND G_GUINT64_CONSTANT (1000000)

/* How long a caption is on screen, after the practice of broadcasters. */
#define SHORTEST (5 * SECOND / 6)
#define LONGEST (7 * SECOND)
#define CHARS_PER_SECOND 20

/* A pause between words that begins a new caption; and one that does where there
 * is a third of a line before and after it: no caption stays over a silence, and
 * slow speech is not shown word by word. */
#define CAPTION_PAUSE (3 * SECOND / 2)
#define SHORT_PAUSE (SECOND / 2)

/* How far a word is looked for when text and words do not agree: words, and bytes
 * of a text without spaces. */
#define LOOK_AHEAD 8
#define LOOK_AHEAD_BYTES 24

/* A token is what stands between spaces of the text that is shown, with its time;
 * where words are not set apart by spaces it is one of those. */
typedef struct
{
  gchar *text;
  const gchar *speaker;         /* of the transcript */
  guint segment;                /* its index */
  guint64 start;
  guint64 end;
  gboolean timed;
  gboolean guessed;             /* the time: the server told none near it */
  gboolean glued;               /* no space before it */
} Token;

static void
token_clear (gpointer data)
{
  g_free (((Token *) data)->text);
}

static void
cue_free (gpointer data)
{
  SttCue *cue = data;

  g_free (cue->text);
  g_free (cue->speaker);
  g_free (cue);
}

static guint64
to_time (gdouble seconds, const SttCuesOptions * options)
{
  gdouble limit = (gdouble) options->duration / SECOND;

  return seconds >= limit ? options->duration : (guint64) (seconds * SECOND);
}

static Token *
token_at (GArray * tokens, guint i)
{
  return &g_array_index (tokens, Token, i);
}

/* A segment goes on with the text of the one before it. */
static gboolean
is_glued (GArray * tokens, const Token * token)
{
  const Token *before;
  const gchar *end;

  if (tokens->len == 0)
    return FALSE;
  before = token_at (tokens, tokens->len - 1);
  end = before->text + strlen (before->text);
  return before->segment != token->segment
      && g_strcmp0 (before->speaker, token->speaker) == 0
      && !openai_text_needs_space (g_utf8_get_char (g_utf8_prev_char (end)),
      g_utf8_get_char (token->text));
}

static void
add_tokens (GArray * tokens, const gchar * text, const gchar * speaker,
    guint segment)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t\r\n", -1);

  for (gchar ** w = words; *w; w++) {
    Token token = { NULL, speaker, segment, 0, 0, FALSE, FALSE, FALSE };

    if (**w == '\0')
      continue;
    token.text = g_strdup (*w);
    token.glued = is_glued (tokens, &token);
    g_array_append_val (tokens, token);
  }
}

/* What part of the time from @from to @to is over when @share of what is said in
 * it is: in pauses nothing is said. */
static guint64
time_at_share (guint64 from, guint64 to, gdouble share, gboolean at_end,
    const GArray * voice)
{
  gdouble start = (gdouble) from / SECOND, end = (gdouble) to / SECOND;
  gdouble voiced = voice ? stt_voice_between (voice, start, end) : 0;

  if (voiced <= 0)
    return from + (guint64) (share * (to - from));
  return SECOND * stt_voice_time_after (voice, start, end, share * voiced,
      at_end);
}

/* Gives tokens [first, end) shares of the time, by their length. */
static void
share_time (GArray * tokens, guint first, guint end, guint64 from, guint64 to,
    const SttCuesOptions * options)
{
  guint64 total = 0, done = 0;

  for (guint i = first; i < end; i++)
    total += strlen (token_at (tokens, i)->text) + 1;
  for (guint i = first; i < end; i++) {
    Token *token = token_at (tokens, i);

    token->start = time_at_share (from, to, (gdouble) done / total, FALSE,
        options->voice);
    done += strlen (token->text) + 1;
    token->end = time_at_share (from, to, (gdouble) done / total, TRUE,
        options->voice);
    token->timed = TRUE;
  }
}

static GPtrArray *
normal_words (GPtrArray * words)
{
  GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < words->len; i++) {
    const OpenaiWord *word = g_ptr_array_index (words, i);
    g_ptr_array_add (out, openai_text_fold (word->text));
  }
  return out;
}

static gboolean
is_without_spaces (const gchar * text)
{
  for (; *text; text = g_utf8_next_char (text)) {
    if (openai_char_flags (g_utf8_get_char (text)) & OPENAI_CHAR_NO_SPACES)
      return TRUE;
  }
  return FALSE;
}

static void
set_word_time (Token * token, const OpenaiWord * word,
    const SttCuesOptions * options)
{
  token->start = to_time (word->start, options);
  token->end = to_time (word->end, options);
  token->timed = TRUE;
}

/* @text folded, and for each of its bytes where it comes from. */
static GString *
fold_with_places (const gchar * text, GArray * places)
{
  GString *folded = g_string_new (NULL);

  for (const gchar * at = text; *at; at = g_utf8_next_char (at)) {
    g_autofree gchar *character =
        g_strndup (at, g_utf8_next_char (at) - at);
    g_autofree gchar *form = openai_text_fold (character);
    guint place = at - text;

    for (gsize i = 0; i < strlen (form); i++)
      g_array_append_val (places, place);
    g_string_append (folded, form);
  }
  return folded;
}

/* What opens a quotation belongs to what comes after it. */
static guint
before_opening (const gchar * text, guint at)
{
  while (at > 0) {
    const gchar *before = g_utf8_prev_char (text + at);

    if (!(openai_char_flags (g_utf8_get_char (before)) & OPENAI_CHAR_OPENING))
      break;
    at = before - text;
  }
  return at;
}

/* Gives the piece that is the last of @tokens its text, from @from to @to of that
 * which was cut. */
static void
end_piece (GArray * tokens, const gchar * text, guint from, guint to)
{
  token_at (tokens, tokens->len - 1)->text = g_strndup (text + from, to - from);
}

/* Appends @whole, cut where the words from @next on begin in it, which it moves on.
 * All but what is before the first word have their time. */
static void
append_pieces (GArray * tokens, const Token * whole, GPtrArray * words,
    GPtrArray * normal, guint * next, const SttCuesOptions * options)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GString) folded = fold_with_places (whole->text, places);
  guint missed = 0, from = 0;
  gsize at = 0;
  Token piece = *whole;

  g_array_append_val (tokens, piece);
  for (guint w = *next; w < words->len && missed < LOOK_AHEAD
      && at < folded->len; w++) {
    const OpenaiWord *word = g_ptr_array_index (words, w);
    const gchar *form = g_ptr_array_index (normal, w), *found = NULL;
    guint place;

    if (*form && !isnan (word->start))
      found = g_strstr_len (folded->str + at,
          strlen (form) + LOOK_AHEAD_BYTES, form);
    if (!found) {
      missed++;
      continue;
    }
    place = before_opening (whole->text, g_array_index (places, guint,
            found - folded->str));
    if (place > from) {
      end_piece (tokens, whole->text, from, place);
      piece.glued = TRUE;
      g_array_append_val (tokens, piece);
      from = place;
    }
    set_word_time (token_at (tokens, tokens->len - 1), word, options);
    at = found - folded->str + strlen (form);
    *next = w + 1;
    missed = 0;
  }
  end_piece (tokens, whole->text, from, strlen (whole->text));
}

/* Looks for the word that @token is; moves @next on. */
static gboolean
match_word (Token * token, GPtrArray * words, GPtrArray * normal,
    guint * next, const SttCuesOptions * options)
{
  g_autofree gchar *form = openai_text_fold (token->text);

  for (guint w = *next; w < MIN (*next + LOOK_AHEAD, words->len); w++) {
    const OpenaiWord *word = g_ptr_array_index (words, w);

    if (!g_str_equal (form, g_ptr_array_index (normal, w))
        || isnan (word->start))
      continue;
    set_word_time (token, word, options);
    *next = w + 1;
    return TRUE;
  }
  return FALSE;
}

/* Finds each token's word, or its words; both run on from match to match. Takes
 * @tokens. @found: whether there are any. */
static GArray *
match_words (GArray * tokens, GPtrArray * words, const SttCuesOptions * options,
    gboolean * found)
{
  g_autoptr (GPtrArray) normal = normal_words (words);
  GArray *matched = g_array_new (FALSE, FALSE, sizeof (Token));
  guint next = 0;

  for (guint i = 0; i < tokens->len; i++) {
    Token *token = token_at (tokens, i);

    if (next >= words->len || match_word (token, words, normal, &next, options)
        || !is_without_spaces (token->text)) {
      g_array_append_val (matched, *token);
      continue;
    }
    append_pieces (matched, token, words, normal, &next, options);
    g_free (token->text);
  }
  *found = next > 0;
  g_array_set_clear_func (tokens, NULL);
  g_array_unref (tokens);
  g_array_set_clear_func (matched, token_clear);
  return matched;
}

/* Tokens without a time share what lies between those that have one. */
static void
fill_gaps (GArray * tokens, guint64 from, guint64 to,
    const SttCuesOptions * options)
{
  guint i = 0;

  while (i < tokens->len) {
    guint end = i;
    guint64 until;

    if (token_at (tokens, i)->timed) {
      from = MAX (from, token_at (tokens, i)->end);
      i++;
      continue;
    }
    while (end < tokens->len && !token_at (tokens, end)->timed)
      end++;
    until = end < tokens->len ? token_at (tokens, end)->start : to;
    share_time (tokens, i, end, from, MAX (from, until), options);
    for (; i < end; i++)
      token_at (tokens, i)->guessed = TRUE;
  }
}

static void
time_by_segments (GArray * tokens, GPtrArray * segments,
    const SttCuesOptions * options)
{
  guint first = 0;

  while (first < tokens->len) {
    guint index = token_at (tokens, first)->segment, end = first;
    const OpenaiSegment *segment = g_ptr_array_index (segments, index);

    while (end < tokens->len && token_at (tokens, end)->segment == index)
      end++;
    /* One that takes no time has none. */
    if (!isnan (segment->start) && to_time (segment->end, options)
        > to_time (segment->start, options))
      share_time (tokens, first, end, to_time (segment->start, options),
          to_time (segment->end, options), options);
    first = end;
  }
}

static gboolean
segments_have_text (GPtrArray * segments)
{
  for (guint i = 0; i < segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (segments, i);
    if (*segment->text)
      return TRUE;
  }
  return FALSE;
}

/* A share ends where the voice does, if that is near. */
static void
mend_times (GArray * tokens, const GArray * voice)
{
  g_autofree OpenaiTimes *times = g_new (OpenaiTimes, tokens->len + 1);

  for (guint i = 0; i < tokens->len; i++) {
    times[i].start = (gdouble) token_at (tokens, i)->start / SECOND;
    times[i].end = (gdouble) token_at (tokens, i)->end / SECOND;
  }
  stt_times_mend_list (times, tokens->len, voice);
  for (guint i = 0; i < tokens->len; i++) {
    token_at (tokens, i)->start = SECOND * MAX (times[i].start, 0);
    token_at (tokens, i)->end = SECOND * MAX (times[i].end, 0);
  }
}

/* Starts never go back, and each token ends after it began. */
static void
straighten (GArray * tokens)
{
  guint64 position = 0;

  for (guint i = 0; i < tokens->len; i++) {
    Token *token = token_at (tokens, i);

    token->start = MAX (token->start, position);
    token->end = MAX (token->end, token->start);
    position = token->start;
  }
}

/* The prefix with its %s filled in; other percent signs stay. */
static gchar *
fill_in (const gchar * prefix, const gchar * speaker)
{
  const gchar *place = strstr (prefix, "%s");

  return place ? g_strdup_printf ("%.*s%s%s", (gint) (place - prefix), prefix,
      speaker, place + 2) : g_strdup (prefix);
}

static void
prefix_speakers (GArray * tokens, const SttCuesOptions * options)
{
  const gchar *last = options->last_speaker;

  for (guint i = 0; i < tokens->len; i++) {
    Token *token = token_at (tokens, i);
    g_autofree gchar *prefix = NULL, *text = token->text;

    if (token->speaker && g_strcmp0 (token->speaker, last) != 0)
      prefix = fill_in (options->speaker_prefix, token->speaker);
    token->text = g_strconcat (prefix ? prefix : "", text, NULL);
    last = token->speaker;
  }
}

static GArray *
make_tokens (const OpenaiTranscript * transcript, const SttCuesOptions * options)
{
  GArray *tokens = g_array_new (FALSE, FALSE, sizeof (Token));
  GPtrArray *segments = transcript->segments, *words = transcript->words;
  gboolean by_segment = segments_have_text (segments);
  gboolean found;

  g_array_set_clear_func (tokens, token_clear);
  if (by_segment) {
    for (guint i = 0; i < segments->len; i++) {
      const OpenaiSegment *segment = g_ptr_array_index (segments, i);
      add_tokens (tokens, segment->text, segment->speaker, i);
    }
  } else {
    add_tokens (tokens, transcript->text, NULL, 0);
  }

  tokens = match_words (tokens, words, options, &found);
  if (!found && tokens->len == 0 && words->len > 0) {
    for (guint i = 0; i < words->len; i++) {
      const OpenaiWord *word = g_ptr_array_index (words, i);
      add_tokens (tokens, word->text, NULL, 0);
    }
    tokens = match_words (tokens, words, options, &(gboolean) { FALSE });
  }
  if (!found && by_segment)
    time_by_segments (tokens, segments, options);
  fill_gaps (tokens, options->speech_start,
      MAX (options->speech_start, options->speech_end), options);
  if (options->voice && !found)
    mend_times (tokens, options->voice);
  straighten (tokens);
  if (options->speaker_prefix)
    prefix_speakers (tokens, options);
  return tokens;
}

static void
add_cue (GPtrArray * cues, gchar * text, const Token * first,
    const Token * last)
{
  SttCue *cue = g_new0 (SttCue, 1);

  cue->text = text;
  cue->speaker = g_strdup (first->speaker);
  cue->start = first->start;
  cue->end = last->end;
  g_ptr_array_add (cues, cue);
}

/* Tokens [first, end) as lines; the units of a token never mix with others'. */
static gchar *
join_tokens (GArray * tokens, guint first, guint end)
{
  GString *text = g_string_new (NULL);

  for (guint i = first; i < end; i++) {
    if (i > first && !token_at (tokens, i)->glued)
      g_string_append_c (text, ' ');
    g_string_append (text, token_at (tokens, i)->text);
  }
  return g_string_free (text, FALSE);
}

static gchar *
wrap (const gchar * text, guint max_columns)
{
  g_autoptr (GArray) units = openai_text_units_new (text, max_columns);
  GString *out = g_string_new (NULL);
  guint first = 0;

  while (first < units->len) {
    guint end = openai_text_units_fit (units, first, units->len, max_columns);

    if (first > 0)
      g_string_append_c (out, '\n');
    openai_text_units_append (units, first, end, out);
    first = end;
  }
  return g_string_free (out, FALSE);
}

/* Where a new caption has to begin, whatever fits. */
static gboolean
is_boundary (const Token * before, const Token * token)
{
  return token->start >= before->end + CAPTION_PAUSE
      || g_strcmp0 (token->speaker, before->speaker) != 0;
}

/* When a unit is said: its share of its token's time. */
typedef struct
{
  guint64 start;
  guint64 end;
} UnitPlace;

/* The units of a run of tokens. */
typedef struct
{
  GArray *units;
  GArray *places;               /* UnitPlace, one for each */
  gboolean guessed;             /* none of the times is the server's */
} Run;

/* A place in tokens that are one word of the text. */
typedef struct
{
  guint token;
  gsize begin;                  /* bytes of the tokens before it */
} Cursor;

/* When the byte at @offset of the tokens before @end is said; offsets go on from
 * call to call. */
static guint64
time_at_offset (GArray * tokens, Cursor * cursor, guint end, gsize offset,
    gboolean at_end)
{
  const Token *token = token_at (tokens, cursor->token);
  gsize length = strlen (token->text);

  while (cursor->token + 1 < end && offset >= cursor->begin + length + at_end) {
    cursor->begin += length;
    token = token_at (tokens, ++cursor->token);
    length = strlen (token->text);
  }
  return token->start + (token->end - token->start)
      * MIN (offset - MIN (offset, cursor->begin), length) / MAX (length, 1);
}

/* The units of tokens [first, end), which are one word of the text. */
static void
add_units (Run * run, GArray * tokens, guint first, guint end,
    guint max_columns)
{
  g_autofree gchar *text = join_tokens (tokens, first, end);
  GArray *units = openai_text_units_new (text, max_columns);
  Cursor cursor = { first, 0 };
  gsize offset = 0;

  for (guint u = 0; u < units->len; u++) {
    OpenaiTextUnit unit = g_array_index (units, OpenaiTextUnit, u);
    UnitPlace place;

    /* A speaker's name may have spaces. */
    offset += u > 0 && unit.space_before;
    place.start = time_at_offset (tokens, &cursor, end, offset, FALSE);
    offset += strlen (unit.text);
    place.end = MAX (place.start,
        time_at_offset (tokens, &cursor, end, offset, TRUE));
    if (u == 0)
      unit.space_before = run->units->len > 0 && !token_at (tokens, first)->glued;
    g_array_append_val (run->units, unit);
    g_array_append_val (run->places, place);
  }
  g_array_set_clear_func (units, NULL);
  g_array_unref (units);
}

static Run
make_run (GArray * tokens, guint first, guint end, guint max_columns)
{
  Run run = {
    g_array_new (FALSE, FALSE, sizeof (OpenaiTextUnit)),
    g_array_new (FALSE, FALSE, sizeof (UnitPlace)), TRUE
  };

  while (first < end) {
    guint next = first + 1;

    while (next < end && token_at (tokens, next)->glued)
      next++;
    for (guint i = first; i < next; i++)
      run.guessed &= token_at (tokens, i)->guessed;
    add_units (&run, tokens, first, next, max_columns);
    first = next;
  }
  openai_text_units_rate (run.units);
  return run;
}

static void
run_clear (Run * run)
{
  for (guint i = 0; i < run->units->len; i++)
    g_free (g_array_index (run->units, OpenaiTextUnit, i).text);
  g_array_unref (run->units);
  g_array_unref (run->places);
}

/* The end of what @max_lines lines of this width hold from unit @first on, and
 * how many of them it takes. */
static guint
lines_end (const Run * run, guint first, guint end, guint columns,
    guint max_lines, guint * lines)
{
  for (*lines = 0; *lines < max_lines && first < end; (*lines)++)
    first = openai_text_units_fit (run->units, first, end, columns);
  return first;
}

/* The width in which units [first, end) take no more lines than in the widest,
 * and these are the most even. */
static guint
even_columns (const Run * run, guint first, guint end,
    const SttCuesOptions * options)
{
  guint total = openai_text_units_columns (run->units, first, end);
  guint widest = MIN (options->max_line_chars, total), lines, narrow;

  lines_end (run, first, end, widest, options->max_lines, &lines);
  for (narrow = total / MAX (lines, 1); narrow < widest;
      narrow += 1 + narrow / 16)
    if (lines_end (run, first, end, narrow, lines, &(guint) { 0 }) == end)
      return narrow;
  return widest;
}

/* A caption of units [first, end) in as even lines as it needs. */
static gchar *
caption_text (const Run * run, guint first, guint end,
    const SttCuesOptions * options)
{
  guint columns = even_columns (run, first, end, options);
  GString *out = g_string_new (NULL);

  while (first < end) {
    guint line_end = openai_text_units_fit (run->units, first, end, columns);

    openai_text_units_append (run->units, first, line_end, out);
    if (line_end < end)
      g_string_append_c (out, '\n');
    first = line_end;
  }
  return g_string_free (out, FALSE);
}

/* The end of the caption that begins with unit @first: what fills its lines,
 * unless that leaves the last caption with next to nothing. */
static guint
caption_end (const Run * run, guint first, const SttCuesOptions * options)
{
  GArray *units = run->units;
  guint lines, half;
  guint end = lines_end (run, first, units->len, options->max_line_chars,
      options->max_lines, &lines);

  if (end == units->len || lines_end (run, end, units->len,
          options->max_line_chars / 2, 1, &lines) != units->len)
    return end;
  half = openai_text_units_fit (units, first, units->len,
      openai_text_units_columns (units, first, units->len) * 2 / 3);
  return half < end && lines_end (run, half, units->len,
      options->max_line_chars, options->max_lines, &lines) == units->len ?
      half : end;
}

static guint64
unit_start (const Run * run, guint unit)
{
  return g_array_index (run->places, UnitPlace, unit).start;
}

static guint64
unit_end (const Run * run, guint unit)
{
  return g_array_index (run->places, UnitPlace, unit).end;
}

/* The end of units [first, end) that are not said longer than a caption may be on
 * screen: so many that the rest takes about as long. Nothing is known of speech
 * whose times are guesses. */
static guint
timely_end (const Run * run, guint first, guint end)
{
  guint64 start = unit_start (run, first), length, part;
  guint last = first + 1;

  length = unit_end (run, end - 1) - MIN (start, unit_end (run, end - 1));
  if (length <= LONGEST || run->guessed)
    return end;
  part = length / ((length + LONGEST - 1) / LONGEST);
  while (last < end && unit_start (run, last) < start + part)
    last++;
  while (last < end && g_array_index (run->units, OpenaiTextUnit,
          last - 1).after == OPENAI_BREAK_AVOID)
    last++;
  return last;
}

static void
caption_run (GPtrArray * cues, GArray * tokens, guint first_token,
    guint end_token, const SttCuesOptions * options)
{
  Run run = make_run (tokens, first_token, end_token,
      options->max_line_chars);
  guint first = 0;

  while (first < run.units->len) {
    guint end = timely_end (&run, first, caption_end (&run, first, options));
    SttCue *cue = g_new0 (SttCue, 1);

    cue->text = caption_text (&run, first, end, options);
    cue->speaker = g_strdup (token_at (tokens, first_token)->speaker);
    cue->start = unit_start (&run, first);
    cue->end = unit_end (&run, end - 1);
    g_ptr_array_add (cues, cue);
    first = end;
  }
  run_clear (&run);
}

static guint
text_columns (const gchar * text)
{
  return openai_text_columns (text, text + strlen (text));
}

/* Whether more than @columns follow from token @first on before the next
 * boundary. */
static gboolean
has_columns (GArray * tokens, guint first, guint columns)
{
  guint found = 0;

  for (guint i = first; i < tokens->len && found < columns; i++) {
    if (i > first
        && is_boundary (token_at (tokens, i - 1), token_at (tokens, i)))
      return FALSE;
    found += text_columns (token_at (tokens, i)->text)
        + !token_at (tokens, i)->glued;
  }
  return found >= columns;
}

/* Whether a caption ends before token @i, with so many columns before. */
static gboolean
ends_before (GArray * tokens, guint i, guint columns,
    const SttCuesOptions * options)
{
  const Token *before = token_at (tokens, i - 1), *token = token_at (tokens, i);
  guint enough = options->max_line_chars / 3;

  return is_boundary (before, token) || (columns >= enough
      && token->start >= before->end + SHORT_PAUSE
      && has_columns (tokens, i, enough));
}

static void
add_captions (GPtrArray * cues, GArray * tokens, const SttCuesOptions * options)
{
  guint first = 0, columns = 0;

  for (guint i = 1; i <= tokens->len; i++) {
    columns += text_columns (token_at (tokens, i - 1)->text)
        + !token_at (tokens, i - 1)->glued;
    if (i < tokens->len && !ends_before (tokens, i, columns, options))
      continue;
    columns = 0;
    caption_run (cues, tokens, first, i, options);
    first = i;
  }
}

/* Tokens in groups that @same says belong together. */
static void
add_groups (GPtrArray * cues, GArray * tokens, const SttCuesOptions * options,
    gboolean (*same) (const Token *, const Token *))
{
  guint first = 0;

  for (guint i = 1; i <= tokens->len; i++) {
    g_autofree gchar *text = NULL;

    if (i < tokens->len && same (token_at (tokens, i - 1), token_at (tokens, i)))
      continue;
    text = join_tokens (tokens, first, i);
    add_cue (cues, wrap (text, options->max_line_chars),
        token_at (tokens, first), token_at (tokens, i - 1));
    first = i;
  }
}

static gboolean
same_segment (const Token * a, const Token * b)
{
  return a->segment == b->segment;
}

static gboolean
same_chunk (const Token * a, const Token * b)
{
  return TRUE;
}

static void
add_words (GPtrArray * cues, GArray * tokens)
{
  for (guint i = 0; i < tokens->len; i++) {
    Token *token = token_at (tokens, i);
    add_cue (cues, g_strdup (token->text), token, token);
  }
}

guint64
stt_cue_reading_time (const SttCue * cue)
{
  return MAX (SHORTEST,
      text_columns (cue->text) * SECOND / CHARS_PER_SECOND);
}

/* Long enough to be read where there is room, not too long, never into the
 * next. */
static void
settle_times (GPtrArray * cues, const SttCuesOptions * options)
{
  guint64 available = MAX (options->available, options->duration);
  guint64 last = MAX (options->duration, MILLISECOND) - MILLISECOND;
  gboolean captions = options->granularity == STT_CUES_CAPTION;

  for (guint i = cues->len; i-- > 0;) {
    SttCue *cue = g_ptr_array_index (cues, i);
    guint64 limit = i + 1 < cues->len ?
        ((SttCue *) g_ptr_array_index (cues, i + 1))->start : available;
    guint64 wanted = cue->end;

    /* From behind: a cue with no room of its own moves before the next. */
    cue->start = MIN (cue->start, MIN (last, limit > MILLISECOND ?
            limit - MILLISECOND : 0));
    if (captions) {
      wanted = MAX (wanted, cue->start + stt_cue_reading_time (cue));
      wanted = MIN (wanted, cue->start + LONGEST);
    }
    cue->end = MAX (MIN (wanted, limit), cue->start + MILLISECOND);
  }
}

/* Where there are more cues than milliseconds, they still follow each other. */
static void
untangle (GPtrArray * cues)
{
  guint64 position = 0;

  for (guint i = 0; i < cues->len; i++) {
    SttCue *cue = g_ptr_array_index (cues, i);

    cue->start = MAX (cue->start, position);
    cue->end = MAX (cue->end, cue->start + MILLISECOND);
    position = cue->end;
  }
}

GPtrArray *
stt_cues_new (const OpenaiTranscript * transcript, const SttCuesOptions * given)
{
  SttCuesOptions options = *given;
  GPtrArray *cues = g_ptr_array_new_with_free_func (cue_free);
  g_autoptr (GArray) tokens = NULL;

  options.max_lines = MAX (options.max_lines, 1);
  options.max_line_chars = MAX (options.max_line_chars, 1);
  tokens = make_tokens (transcript, &options);
  switch (options.granularity) {
    case STT_CUES_WORD:
      add_words (cues, tokens);
      break;
    case STT_CUES_SEGMENT:
      add_groups (cues, tokens, &options, same_segment);
      break;
    case STT_CUES_CHUNK:
      add_groups (cues, tokens, &options, same_chunk);
      break;
    default:
      add_captions (cues, tokens, &options);
      break;
  }
  settle_times (cues, &options);
  untangle (cues);
  return cues;
}
