// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Transcripts to timed captions. */

#include "cues.h"

#include <string.h>

#include "text/linebreak.h"
#include "text/unicode.h"
#include "cuetokens.h"

#define SECOND G_GUINT64_CONSTANT (1000000000)
#define MILLISECOND G_GUINT64_CONSTANT (1000000)

/* How long a caption is on screen, after the practice of broadcasters. */
#define SHORTEST (5 * SECOND / 6)
#define LONGEST STT_CUES_LONGEST
#define CHARS_PER_SECOND 20

/* What is shown for less is not seen. */
#define READABLE (SECOND / 2)

/* A pause between words that begins a new caption; and one that does where there
 * is a third of a line before and after it: no caption stays over a silence, and
 * slow speech is not shown word by word. */
#define CAPTION_PAUSE (3 * SECOND / 2)
#define SHORT_PAUSE (SECOND / 2)

static void
cue_free (gpointer data)
{
  SttCue *cue = data;

  g_free (cue->text);
  g_free (cue->speaker);
  g_free (cue);
}

static void
add_cue (GPtrArray *cues, gchar *text, const SttCueToken *first, const SttCueToken *last)
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
join_tokens (GArray *tokens, guint first, guint end)
{
  GString *text = g_string_new (NULL);

  for (guint i = first; i < end; i++) {
    if (i > first && !stt_cue_tokens_nth (tokens, i)->glued)
      g_string_append_c (text, ' ');
    g_string_append (text, stt_cue_tokens_nth (tokens, i)->text);
  }
  return g_string_free (text, FALSE);
}

static gchar *
wrap (const gchar *text, guint max_columns)
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
is_boundary (const SttCueToken *before, const SttCueToken *token)
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
  GArray *places;   /* UnitPlace, one for each */
  gboolean guessed; /* none of the times is the server's */
} Run;

/* A place in tokens that are one word of the text. */
typedef struct
{
  guint token;
  gsize begin; /* bytes of the tokens before it */
} Cursor;

/* When the byte at @offset of the tokens before @end is said; offsets go on from
 * call to call. */
static guint64
time_at_offset (GArray *tokens, Cursor *cursor, guint end, gsize offset, gboolean at_end)
{
  const SttCueToken *token = stt_cue_tokens_nth (tokens, cursor->token);
  gsize length = strlen (token->text);

  while (cursor->token + 1 < end && offset >= cursor->begin + length + at_end) {
    cursor->begin += length;
    token = stt_cue_tokens_nth (tokens, ++cursor->token);
    length = strlen (token->text);
  }
  return token->start
      + (token->end - token->start) * MIN (offset - MIN (offset, cursor->begin), length)
      / MAX (length, 1);
}

/* The units of tokens [first, end), which are one word of the text. */
static void
add_units (Run *run, GArray *tokens, guint first, guint end, guint max_columns)
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
    place.end = MAX (place.start, time_at_offset (tokens, &cursor, end, offset, TRUE));
    if (u == 0)
      unit.space_before =
          run->units->len > 0 && !stt_cue_tokens_nth (tokens, first)->glued;
    g_array_append_val (run->units, unit);
    g_array_append_val (run->places, place);
  }
  g_array_set_clear_func (units, NULL);
  g_array_unref (units);
}

static Run
make_run (GArray *tokens, guint first, guint end, guint max_columns)
{
  Run run = { g_array_new (FALSE, FALSE, sizeof (OpenaiTextUnit)),
    g_array_new (FALSE, FALSE, sizeof (UnitPlace)), TRUE };

  while (first < end) {
    guint next = first + 1;

    while (next < end && stt_cue_tokens_nth (tokens, next)->glued)
      next++;
    for (guint i = first; i < next; i++)
      run.guessed &= stt_cue_tokens_nth (tokens, i)->guessed;
    add_units (&run, tokens, first, next, max_columns);
    first = next;
  }
  openai_text_units_rate (run.units);
  return run;
}

static void
run_clear (Run *run)
{
  for (guint i = 0; i < run->units->len; i++)
    g_free (g_array_index (run->units, OpenaiTextUnit, i).text);
  g_array_unref (run->units);
  g_array_unref (run->places);
}

/* The end of what @max_lines lines of this width hold from unit @first on, and
 * how many of them it takes. */
static guint
lines_end (
    const Run *run, guint first, guint end, guint columns, guint max_lines, guint *lines)
{
  for (*lines = 0; *lines < max_lines && first < end; (*lines)++)
    first = openai_text_units_fit (run->units, first, end, columns);
  return first;
}

/* The width in which units [first, end) take no more lines than in the widest,
 * and these are the most even. */
static guint
even_columns (const Run *run, guint first, guint end, const SttCuesOptions *options)
{
  guint total = openai_text_units_columns (run->units, first, end);
  guint widest = MIN (options->max_line_chars, total), lines, narrow;

  lines_end (run, first, end, widest, options->max_lines, &lines);
  for (narrow = total / MAX (lines, 1); narrow < widest; narrow += 1 + narrow / 16)
    if (lines_end (run, first, end, narrow, lines, &(guint) { 0 }) == end)
      return narrow;
  return widest;
}

/* A caption of units [first, end) in as even lines as it needs. */
static gchar *
caption_text (const Run *run, guint first, guint end, const SttCuesOptions *options)
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
caption_end (const Run *run, guint first, const SttCuesOptions *options)
{
  GArray *units = run->units;
  guint lines, half;
  guint end = lines_end (
      run, first, units->len, options->max_line_chars, options->max_lines, &lines);

  if (end == units->len
      || lines_end (run, end, units->len, options->max_line_chars / 2, 1, &lines)
          != units->len)
    return end;
  half = openai_text_units_fit (units, first, units->len,
      openai_text_units_columns (units, first, units->len) * 2 / 3);
  return half < end
          && lines_end (run, half, units->len, options->max_line_chars,
                 options->max_lines, &lines)
              == units->len
      ? half
      : end;
}

static guint64
unit_start (const Run *run, guint unit)
{
  return g_array_index (run->places, UnitPlace, unit).start;
}

static guint64
unit_end (const Run *run, guint unit)
{
  return g_array_index (run->places, UnitPlace, unit).end;
}

/* The end of units [first, end) that are not said longer than a caption may be on
 * screen: so many that the rest takes about as long. Nothing is known of speech
 * whose times are guesses. */
static guint
timely_end (const Run *run, guint first, guint end)
{
  guint64 start = unit_start (run, first), length, part;
  guint last = first + 1;

  length = unit_end (run, end - 1) - MIN (start, unit_end (run, end - 1));
  if (length <= LONGEST || run->guessed)
    return end;
  part = length / ((length + LONGEST - 1) / LONGEST);
  while (last < end && unit_start (run, last) < start + part)
    last++;
  while (last < end
      && g_array_index (run->units, OpenaiTextUnit, last - 1).after == OPENAI_BREAK_AVOID)
    last++;
  return last;
}

static void
caption_run (GPtrArray *cues, GArray *tokens, guint first_token, guint end_token,
    const SttCuesOptions *options)
{
  Run run = make_run (tokens, first_token, end_token, options->max_line_chars);
  guint first = 0;

  while (first < run.units->len) {
    guint end = timely_end (&run, first, caption_end (&run, first, options));
    SttCue *cue = g_new0 (SttCue, 1);

    cue->text = caption_text (&run, first, end, options);
    cue->speaker = g_strdup (stt_cue_tokens_nth (tokens, first_token)->speaker);
    cue->start = unit_start (&run, first);
    cue->end = unit_end (&run, end - 1);
    g_ptr_array_add (cues, cue);
    first = end;
  }
  run_clear (&run);
}

static guint
text_columns (const gchar *text)
{
  return openai_text_columns (text, text + strlen (text));
}

/* Whether more than @columns follow from token @first on before the next
 * boundary. */
static gboolean
has_columns (GArray *tokens, guint first, guint columns)
{
  guint found = 0;

  for (guint i = first; i < tokens->len && found < columns; i++) {
    if (i > first
        && is_boundary (
            stt_cue_tokens_nth (tokens, i - 1), stt_cue_tokens_nth (tokens, i)))
      return FALSE;
    found += text_columns (stt_cue_tokens_nth (tokens, i)->text)
        + !stt_cue_tokens_nth (tokens, i)->glued;
  }
  return found >= columns;
}

/* Whether a caption ends before token @i, with so many columns before. */
static gboolean
ends_before (GArray *tokens, guint i, guint columns, const SttCuesOptions *options)
{
  const SttCueToken *before = stt_cue_tokens_nth (tokens, i - 1);
  const SttCueToken *token = stt_cue_tokens_nth (tokens, i);
  guint enough = options->max_line_chars / 3;

  return is_boundary (before, token)
      || (columns >= enough && token->start >= before->end + SHORT_PAUSE
          && has_columns (tokens, i, enough));
}

static void
add_captions (GPtrArray *cues, GArray *tokens, const SttCuesOptions *options)
{
  guint first = 0, columns = 0;

  for (guint i = 1; i <= tokens->len; i++) {
    columns += text_columns (stt_cue_tokens_nth (tokens, i - 1)->text)
        + !stt_cue_tokens_nth (tokens, i - 1)->glued;
    if (i < tokens->len && !ends_before (tokens, i, columns, options))
      continue;
    columns = 0;
    caption_run (cues, tokens, first, i, options);
    first = i;
  }
}

/* Tokens in groups that @same says belong together. */
static void
add_groups (GPtrArray *cues, GArray *tokens, const SttCuesOptions *options,
    gboolean (*same) (const SttCueToken *, const SttCueToken *))
{
  guint first = 0;

  for (guint i = 1; i <= tokens->len; i++) {
    g_autofree gchar *text = NULL;

    if (i < tokens->len
        && same (stt_cue_tokens_nth (tokens, i - 1), stt_cue_tokens_nth (tokens, i)))
      continue;
    text = join_tokens (tokens, first, i);
    add_cue (cues, wrap (text, options->max_line_chars),
        stt_cue_tokens_nth (tokens, first), stt_cue_tokens_nth (tokens, i - 1));
    first = i;
  }
}

static gboolean
same_segment (const SttCueToken *a, const SttCueToken *b)
{
  return a->segment == b->segment;
}

static gboolean
same_chunk (const SttCueToken *a, const SttCueToken *b)
{
  return TRUE;
}

static void
add_words (GPtrArray *cues, GArray *tokens)
{
  for (guint i = 0; i < tokens->len; i++) {
    SttCueToken *token = stt_cue_tokens_nth (tokens, i);
    add_cue (cues, g_strdup (token->text), token, token);
  }
}

guint64
stt_cue_reading_time (const SttCue *cue)
{
  return MAX (SHORTEST, text_columns (cue->text) * SECOND / CHARS_PER_SECOND);
}

/* Long enough to be read where there is room, not too long, never into the
 * next. */
static void
settle_times (GPtrArray *cues, const SttCuesOptions *options)
{
  guint64 available = MAX (options->available, options->duration);
  guint64 last = MAX (options->duration, MILLISECOND) - MILLISECOND;
  gboolean captions = options->granularity == STT_CUES_CAPTION;

  for (guint i = cues->len; i-- > 0;) {
    SttCue *cue = g_ptr_array_index (cues, i);
    guint64 limit = i + 1 < cues->len
        ? ((SttCue *) g_ptr_array_index (cues, i + 1))->start
        : available;
    guint64 wanted = cue->end;

    /* From behind: a cue with no room of its own moves before the next. */
    cue->start =
        MIN (cue->start, MIN (last, limit > MILLISECOND ? limit - MILLISECOND : 0));
    if (captions) {
      wanted = MAX (wanted, cue->start + stt_cue_reading_time (cue));
      wanted = MIN (wanted, cue->start + LONGEST);
    }
    cue->end = MAX (MIN (wanted, limit), cue->start + MILLISECOND);
  }
}

/* Where there are more cues than milliseconds, they still follow each other. */
static void
untangle (GPtrArray *cues)
{
  guint64 position = 0;

  for (guint i = 0; i < cues->len; i++) {
    SttCue *cue = g_ptr_array_index (cues, i);

    cue->start = MAX (cue->start, position);
    cue->end = MAX (cue->end, cue->start + MILLISECOND);
    position = cue->end;
  }
}

static gboolean
is_too_short (GPtrArray *cues, guint i)
{
  const SttCue *cue = g_ptr_array_index (cues, i);

  return cue->end - cue->start < READABLE;
}

/* Cues [first, end) have READABLE each, from @from to @to, with room for all of it,
 * and begin where they did as far as that goes. */
static void
spread (GPtrArray *cues, guint first, guint end, guint64 from, guint64 to)
{
  for (guint i = first; i < end; i++) {
    SttCue *cue = g_ptr_array_index (cues, i);
    guint64 latest = to - (end - i) * READABLE;

    cue->start = CLAMP (cue->start, from, latest);
    from = cue->start + READABLE;
    cue->end = MAX (cue->end, from);
    if (i > first)
      ((SttCue *) g_ptr_array_index (cues, i - 1))->end =
          MIN (((SttCue *) g_ptr_array_index (cues, i - 1))->end, cue->start);
  }
}

/* A cue of milliseconds is not seen: those in a row that are too short take what is
 * missing from the one after them, and then from the one before, which stay
 * long enough themselves; else they stay as they are. */
static void
widen (GPtrArray *cues, const SttCuesOptions *options)
{
  /* None begins after the audio. */
  guint64 last_start = MAX (options->duration, MILLISECOND) - MILLISECOND;
  guint64 available =
      MIN (MAX (options->available, options->duration), last_start + READABLE);

  for (guint i = 0, end; i < cues->len; i = end) {
    SttCue *before = i > 0 ? g_ptr_array_index (cues, i - 1) : NULL, *after;
    guint64 from = before ? before->start + READABLE : 0, to;

    for (end = i; end < cues->len && is_too_short (cues, end); end++)
      ;
    after = end < cues->len ? g_ptr_array_index (cues, end) : NULL;
    to = after ? MIN (after->end - READABLE, last_start) : available;
    if (end > i && to >= from + (end - i) * READABLE) {
      SttCue *last = g_ptr_array_index (cues, end - 1);

      spread (cues, i, end, from, to);
      if (before)
        before->end = MIN (before->end, ((SttCue *) g_ptr_array_index (cues, i))->start);
      if (after)
        after->start = MAX (after->start, last->start + READABLE);
      last->end = after ? MIN (last->end, after->start) : last->end;
    }
    end = MAX (end, i + 1);
  }
}

GPtrArray *
stt_cues_new (const OpenaiTranscript *transcript, const SttCuesOptions *given)
{
  SttCuesOptions options = *given;
  GPtrArray *cues = g_ptr_array_new_with_free_func (cue_free);
  g_autoptr (GArray) tokens = NULL;

  options.max_lines = MAX (options.max_lines, 1);
  options.max_line_chars = MAX (options.max_line_chars, 1);
  tokens = stt_cue_tokens_new (transcript, &options);
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
  if (options.granularity != STT_CUES_WORD)
    widen (cues, &options);
  return cues;
}
