// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The words of a transcript, each with its time. */

#include "cuetokens.h"

#include <math.h>
#include <string.h>

#include "text/unicode.h"
#include "times.h"

#define SECOND G_GUINT64_CONSTANT (1000000000)

/* How far a word is looked for when text and words do not agree: words, and bytes
 * of a text without spaces. */
#define LOOK_AHEAD 8
#define LOOK_AHEAD_BYTES 24

static void
token_clear (gpointer data)
{
  g_free (((SttCueToken *) data)->text);
}

GArray *
stt_cue_tokens_new_empty (void)
{
  GArray *tokens = g_array_new (FALSE, FALSE, sizeof (SttCueToken));

  g_array_set_clear_func (tokens, token_clear);
  return tokens;
}

static guint64
to_time (gdouble seconds, const SttCuesOptions *options)
{
  gdouble limit = (gdouble) options->duration / SECOND;

  return seconds >= limit ? options->duration : (guint64) (seconds * SECOND);
}

/* A segment goes on with the text of the one before it. */
static gboolean
is_glued (GArray *tokens, const SttCueToken *token)
{
  const SttCueToken *before;
  const gchar *end;

  if (tokens->len == 0)
    return FALSE;
  before = stt_cue_tokens_nth (tokens, tokens->len - 1);
  end = before->text + strlen (before->text);
  return before->segment != token->segment
      && g_strcmp0 (before->speaker, token->speaker) == 0
      && !openai_text_needs_space (
          g_utf8_get_char (g_utf8_prev_char (end)), g_utf8_get_char (token->text));
}

static void
add_tokens (GArray *tokens, const gchar *text, const gchar *speaker, guint segment)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t\r\n", -1);

  for (gchar **w = words; *w; w++) {
    SttCueToken token = { NULL, speaker, segment, 0, 0, FALSE, FALSE, FALSE };

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
time_at_share (
    guint64 from, guint64 to, gdouble share, gboolean at_end, const GArray *voice)
{
  gdouble start = (gdouble) from / SECOND, end = (gdouble) to / SECOND;
  gdouble voiced = voice ? stt_voice_between (voice, start, end) : 0;

  if (voiced <= 0)
    return from + (guint64) (share * (to - from));
  return SECOND * stt_voice_time_after (voice, start, end, share * voiced, at_end);
}

/* Gives tokens [first, end) shares of the time, by their length. */
static void
share_time (GArray *tokens, guint first, guint end, guint64 from, guint64 to,
    const SttCuesOptions *options)
{
  guint64 total = 0, done = 0;

  for (guint i = first; i < end; i++)
    total += strlen (stt_cue_tokens_nth (tokens, i)->text) + 1;
  for (guint i = first; i < end; i++) {
    SttCueToken *token = stt_cue_tokens_nth (tokens, i);

    token->start =
        time_at_share (from, to, (gdouble) done / total, FALSE, options->voice);
    done += strlen (token->text) + 1;
    token->end = time_at_share (from, to, (gdouble) done / total, TRUE, options->voice);
    token->timed = TRUE;
  }
}

static GPtrArray *
normal_words (GPtrArray *words)
{
  GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < words->len; i++) {
    const OpenaiWord *word = g_ptr_array_index (words, i);
    g_ptr_array_add (out, openai_text_fold (word->text));
  }
  return out;
}

static gboolean
is_without_spaces (const gchar *text)
{
  for (; *text; text = g_utf8_next_char (text)) {
    if (openai_char_flags (g_utf8_get_char (text)) & OPENAI_CHAR_NO_SPACES)
      return TRUE;
  }
  return FALSE;
}

static void
set_word_time (SttCueToken *token, const OpenaiWord *word, const SttCuesOptions *options)
{
  token->start = to_time (word->start, options);
  token->end = to_time (word->end, options);
  token->timed = TRUE;
}

/* @text folded, and for each of its bytes where it comes from. */
static GString *
fold_with_places (const gchar *text, GArray *places)
{
  GString *folded = g_string_new (NULL);

  for (const gchar *at = text; *at; at = g_utf8_next_char (at)) {
    g_autofree gchar *character = g_strndup (at, g_utf8_next_char (at) - at);
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
before_opening (const gchar *text, guint at)
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
end_piece (GArray *tokens, const gchar *text, guint from, guint to)
{
  stt_cue_tokens_nth (tokens, tokens->len - 1)->text = g_strndup (text + from, to - from);
}

/* Appends @whole, cut where the words from @next on begin in it, which it moves on.
 * All but what is before the first word have their time. */
static void
append_pieces (GArray *tokens, const SttCueToken *whole, GPtrArray *words,
    GPtrArray *normal, guint *next, const SttCuesOptions *options)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GString) folded = fold_with_places (whole->text, places);
  guint missed = 0, from = 0;
  gsize at = 0;
  SttCueToken piece = *whole;

  g_array_append_val (tokens, piece);
  for (guint w = *next; w < words->len && missed < LOOK_AHEAD && at < folded->len; w++) {
    const OpenaiWord *word = g_ptr_array_index (words, w);
    const gchar *form = g_ptr_array_index (normal, w), *found = NULL;
    guint place;

    if (*form && !isnan (word->start))
      found = g_strstr_len (folded->str + at, strlen (form) + LOOK_AHEAD_BYTES, form);
    if (!found) {
      missed++;
      continue;
    }
    place =
        before_opening (whole->text, g_array_index (places, guint, found - folded->str));
    if (place > from) {
      end_piece (tokens, whole->text, from, place);
      piece.glued = TRUE;
      g_array_append_val (tokens, piece);
      from = place;
    }
    set_word_time (stt_cue_tokens_nth (tokens, tokens->len - 1), word, options);
    at = found - folded->str + strlen (form);
    *next = w + 1;
    missed = 0;
  }
  end_piece (tokens, whole->text, from, strlen (whole->text));
}

/* Looks for the word that @token is; moves @next on. */
static gboolean
match_word (SttCueToken *token, GPtrArray *words, GPtrArray *normal, guint *next,
    const SttCuesOptions *options)
{
  g_autofree gchar *form = openai_text_fold (token->text);

  for (guint w = *next; w < MIN (*next + LOOK_AHEAD, words->len); w++) {
    const OpenaiWord *word = g_ptr_array_index (words, w);

    if (!g_str_equal (form, g_ptr_array_index (normal, w)) || isnan (word->start))
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
match_words (
    GArray *tokens, GPtrArray *words, const SttCuesOptions *options, gboolean *found)
{
  g_autoptr (GPtrArray) normal = normal_words (words);
  GArray *matched = g_array_new (FALSE, FALSE, sizeof (SttCueToken));
  guint next = 0;

  for (guint i = 0; i < tokens->len; i++) {
    SttCueToken *token = stt_cue_tokens_nth (tokens, i);

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
fill_gaps (GArray *tokens, guint64 from, guint64 to, const SttCuesOptions *options)
{
  guint i = 0;

  while (i < tokens->len) {
    guint end = i;
    guint64 until;

    if (stt_cue_tokens_nth (tokens, i)->timed) {
      from = MAX (from, stt_cue_tokens_nth (tokens, i)->end);
      i++;
      continue;
    }
    while (end < tokens->len && !stt_cue_tokens_nth (tokens, end)->timed)
      end++;
    until = end < tokens->len ? stt_cue_tokens_nth (tokens, end)->start : to;
    share_time (tokens, i, end, from, MAX (from, until), options);
    for (; i < end; i++)
      stt_cue_tokens_nth (tokens, i)->guessed = TRUE;
  }
}

static void
time_by_segments (GArray *tokens, GPtrArray *segments, const SttCuesOptions *options)
{
  guint first = 0;

  while (first < tokens->len) {
    guint index = stt_cue_tokens_nth (tokens, first)->segment, end = first;
    const OpenaiSegment *segment = g_ptr_array_index (segments, index);

    while (end < tokens->len && stt_cue_tokens_nth (tokens, end)->segment == index)
      end++;
    /* One that takes no time has none. */
    if (!isnan (segment->start)
        && to_time (segment->end, options) > to_time (segment->start, options))
      share_time (tokens, first, end, to_time (segment->start, options),
          to_time (segment->end, options), options);
    first = end;
  }
}

static gboolean
segments_have_text (GPtrArray *segments)
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
mend_times (GArray *tokens, const GArray *voice)
{
  g_autofree OpenaiTimes *times = g_new (OpenaiTimes, tokens->len + 1);

  for (guint i = 0; i < tokens->len; i++) {
    times[i].start = (gdouble) stt_cue_tokens_nth (tokens, i)->start / SECOND;
    times[i].end = (gdouble) stt_cue_tokens_nth (tokens, i)->end / SECOND;
  }
  stt_times_mend_list (times, tokens->len, voice);
  for (guint i = 0; i < tokens->len; i++) {
    stt_cue_tokens_nth (tokens, i)->start = SECOND * MAX (times[i].start, 0);
    stt_cue_tokens_nth (tokens, i)->end = SECOND * MAX (times[i].end, 0);
  }
}

/* Starts never go back, and each token ends after it began. */
static void
straighten (GArray *tokens)
{
  guint64 position = 0;

  for (guint i = 0; i < tokens->len; i++) {
    SttCueToken *token = stt_cue_tokens_nth (tokens, i);

    token->start = MAX (token->start, position);
    token->end = MAX (token->end, token->start);
    position = token->start;
  }
}

/* The prefix with its %s filled in; other percent signs stay. */
static gchar *
fill_in (const gchar *prefix, const gchar *speaker)
{
  const gchar *place = strstr (prefix, "%s");

  return place
      ? g_strdup_printf ("%.*s%s%s", (gint) (place - prefix), prefix, speaker, place + 2)
      : g_strdup (prefix);
}

static void
prefix_speakers (GArray *tokens, const SttCuesOptions *options)
{
  const gchar *last = options->last_speaker;

  for (guint i = 0; i < tokens->len; i++) {
    SttCueToken *token = stt_cue_tokens_nth (tokens, i);
    g_autofree gchar *prefix = NULL, *text = token->text;

    if (token->speaker && g_strcmp0 (token->speaker, last) != 0)
      prefix = fill_in (options->speaker_prefix, token->speaker);
    token->text = g_strconcat (prefix ? prefix : "", text, NULL);
    last = token->speaker;
  }
}

GArray *
stt_cue_tokens_new (const OpenaiTranscript *transcript, const SttCuesOptions *options)
{
  GArray *tokens = stt_cue_tokens_new_empty ();
  GPtrArray *segments = transcript->segments, *words = transcript->words;
  gboolean by_segment = segments_have_text (segments);
  gboolean found;

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
