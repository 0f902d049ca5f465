// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The result of a transcription, whatever format or dialect it came in. */

#include "transcript.h"

#include <math.h>

#include "transcriptparser.h"
#include "text/unicode.h"

static void
word_free (gpointer data)
{
  OpenaiWord *word = data;

  g_free (word->text);
  g_free (word);
}

static void
segment_free (gpointer data)
{
  OpenaiSegment *segment = data;

  g_free (segment->id);
  g_free (segment->text);
  g_free (segment->speaker);
  g_free (segment);
}

static void
logprob_clear (gpointer data)
{
  g_free (((OpenaiLogprob *) data)->token);
}

OpenaiTranscript *
openai_transcript_new (void)
{
  OpenaiTranscript *transcript = g_atomic_rc_box_new0 (OpenaiTranscript);

  transcript->duration = NAN;
  transcript->segments = g_ptr_array_new_with_free_func (segment_free);
  transcript->words = g_ptr_array_new_with_free_func (word_free);
  transcript->logprobs = g_array_new (FALSE, TRUE, sizeof (OpenaiLogprob));
  g_array_set_clear_func (transcript->logprobs, logprob_clear);
  return transcript;
}

OpenaiTranscript *
openai_transcript_new_text (const gchar *text)
{
  OpenaiTranscript *transcript = openai_transcript_new ();

  transcript->text = g_strdup (text);
  return transcript;
}

static void
transcript_clear (gpointer data)
{
  OpenaiTranscript *transcript = data;

  g_free (transcript->text);
  g_free (transcript->language);
  g_strfreev (transcript->languages);
  g_ptr_array_unref (transcript->segments);
  g_ptr_array_unref (transcript->words);
  g_array_unref (transcript->logprobs);
}

OpenaiTranscript *
openai_transcript_ref (OpenaiTranscript *transcript)
{
  return g_atomic_rc_box_acquire (transcript);
}

void
openai_transcript_unref (OpenaiTranscript *transcript)
{
  g_atomic_rc_box_release_full (transcript, transcript_clear);
}

/* 0: they overlap. */
static gint
compare_spans (gconstpointer a, gconstpointer b)
{
  const OpenaiTimes *one = a, *other = b;

  if (one->end < other->start)
    return -1;
  return one->start > other->end;
}

static gint
compare_starts (gconstpointer a, gconstpointer b)
{
  const OpenaiTimes *one = a, *other = b;

  if (one->start < other->start)
    return -1;
  return one->start > other->start;
}

/* The times of the segments of @left_out, in order, none overlapping. */
static GArray *
spans_of (const OpenaiTranscript *whole, const gboolean *left_out)
{
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (OpenaiTimes));
  guint n = 0;

  for (guint i = 0; i < whole->segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (whole->segments, i);
    OpenaiTimes span = { segment->start, segment->end };

    if (left_out[i] && !isnan (span.start))
      g_array_append_val (spans, span);
  }
  g_array_sort (spans, compare_starts);
  for (guint i = 0; i < spans->len; i++) {
    OpenaiTimes next = g_array_index (spans, OpenaiTimes, i);
    OpenaiTimes *last = n > 0 ? &g_array_index (spans, OpenaiTimes, n - 1) : NULL;

    if (last && next.start <= last->end)
      last->end = MAX (last->end, next.end);
    else
      g_array_index (spans, OpenaiTimes, n++) = next;
  }
  g_array_set_size (spans, n);
  return spans;
}

static OpenaiWord *
word_copy (const OpenaiWord *from)
{
  OpenaiWord *word = g_memdup2 (from, sizeof *from);

  word->text = g_strdup (from->text);
  return word;
}

/* The copied word, unless its middle is in one of the spans. */
static void
copy_word (const OpenaiWord *from, GArray *spans, GPtrArray *words)
{
  gdouble middle = (from->start + from->end) / 2;
  OpenaiTimes at = { middle, middle };

  if (isnan (middle) || !g_array_binary_search (spans, &at, compare_spans, NULL))
    g_ptr_array_add (words, word_copy (from));
}

static OpenaiSegment *
segment_copy (const OpenaiSegment *from)
{
  OpenaiSegment *segment = g_memdup2 (from, sizeof *from);

  segment->id = g_strdup (from->id);
  segment->text = g_strdup (from->text);
  segment->speaker = g_strdup (from->speaker);
  return segment;
}

static void
copy_segment (const OpenaiSegment *from, GPtrArray *segments, GString *text)
{
  g_ptr_array_add (segments, segment_copy (from));
  openai_text_join (text, from->text);
}

/* All but what was said. */
static OpenaiTranscript *
copy_facts (const OpenaiTranscript *whole)
{
  OpenaiTranscript *copy = openai_transcript_new ();

  copy->language = g_strdup (whole->language);
  copy->languages = g_strdupv (whole->languages);
  copy->duration = whole->duration;
  copy->usage = whole->usage;
  return copy;
}

OpenaiTranscript *
openai_transcript_with_text (const OpenaiTranscript *whole, const gchar *text)
{
  OpenaiTranscript *copy = copy_facts (whole);

  copy->text = g_strdup (text);
  return copy;
}

OpenaiTranscript *
openai_transcript_without (const OpenaiTranscript *whole, const gboolean *left_out)
{
  OpenaiTranscript *part = copy_facts (whole);
  GString *text = g_string_new (NULL);
  g_autoptr (GArray) spans = spans_of (whole, left_out);

  for (guint i = 0; i < whole->segments->len; i++) {
    if (!left_out[i])
      copy_segment (g_ptr_array_index (whole->segments, i), part->segments, text);
  }
  for (guint i = 0; i < whole->words->len; i++)
    copy_word (g_ptr_array_index (whole->words, i), spans, part->words);
  part->text = g_string_free (text, FALSE);
  return part;
}

OpenaiTranscript *
openai_transcript_map (
    const OpenaiTranscript *whole, OpenaiTextFunc func, gpointer user_data)
{
  OpenaiTranscript *copy = copy_facts (whole);

  copy->text = func (whole->text, user_data);
  for (guint i = 0; i < whole->segments->len; i++) {
    const OpenaiSegment *from = g_ptr_array_index (whole->segments, i);
    OpenaiSegment *segment = segment_copy (from);

    g_free (segment->text);
    segment->text = func (from->text, user_data);
    g_ptr_array_add (copy->segments, segment);
  }
  for (guint i = 0; i < whole->words->len; i++) {
    const OpenaiWord *from = g_ptr_array_index (whole->words, i);
    g_autofree gchar *text = func (from->text, user_data);
    OpenaiWord *word;

    if (*text == '\0')
      continue;
    word = word_copy (from);
    g_free (word->text);
    word->text = g_steal_pointer (&text);
    g_ptr_array_add (copy->words, word);
  }
  return copy;
}

/* Where in @text so many letters have been. */
static const gchar *
skip_letters (const gchar *text, gsize letters)
{
  for (; *text && letters > 0; text = g_utf8_next_char (text))
    letters -= g_unichar_isalnum (g_utf8_get_char (text));
  while (*text && !g_unichar_isalnum (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return text;
}

/* The words that begin after so many letters. */
static void
copy_words_after (const OpenaiTranscript *whole, gsize letters, GPtrArray *words)
{
  gsize n = 0;

  for (guint i = 0; i < whole->words->len; i++) {
    const OpenaiWord *word = g_ptr_array_index (whole->words, i);
    gsize length = openai_text_count_letters (word->text);

    if (n >= letters && length > 0)
      g_ptr_array_add (words, word_copy (word));
    n += length;
  }
}

/* Without its first @letters; its time is shared out by them. */
static void
shorten_segment (OpenaiSegment *segment, gsize letters)
{
  gsize all = openai_text_count_letters (segment->text);
  gchar *rest = g_strdup (skip_letters (segment->text, letters));

  g_free (segment->text);
  segment->text = rest;
  segment->start += (segment->end - segment->start) * letters / MAX (all, 1);
}

static void
copy_segments_after (const OpenaiTranscript *whole, gsize letters, GPtrArray *segments)
{
  for (guint i = 0; i < whole->segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (whole->segments, i);
    gsize length = openai_text_count_letters (segment->text);
    OpenaiSegment *copy = letters < length ? segment_copy (segment) : NULL;

    if (copy && letters > 0)
      shorten_segment (copy, letters);
    if (copy)
      g_ptr_array_add (segments, copy);
    letters -= MIN (letters, length);
  }
}

/* Words and segments are found by their letters, since they have other punctuation
 * than the text. */
OpenaiTranscript *
openai_transcript_after (const OpenaiTranscript *whole, gsize offset)
{
  OpenaiTranscript *rest = copy_facts (whole);
  g_autofree gchar *before = g_strndup (whole->text, offset);
  gsize letters = openai_text_count_letters (before);

  rest->text = g_strchug (g_strdup (whole->text + offset));
  copy_words_after (whole, letters, rest->words);
  copy_segments_after (whole, letters, rest->segments);
  return rest;
}

gboolean
openai_times_are_known (const OpenaiTimes *times)
{
  return !isnan (times->start) && !isnan (times->end);
}

OpenaiTimes *
openai_transcript_word_times (const OpenaiTranscript *whole)
{
  OpenaiTimes *times = g_new (OpenaiTimes, whole->words->len + 1);

  for (guint i = 0; i < whole->words->len; i++) {
    const OpenaiWord *word = g_ptr_array_index (whole->words, i);

    times[i] = (OpenaiTimes) { word->start, word->end };
  }
  return times;
}

OpenaiTimes *
openai_transcript_segment_times (const OpenaiTranscript *whole)
{
  OpenaiTimes *times = g_new (OpenaiTimes, whole->segments->len + 1);

  for (guint i = 0; i < whole->segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (whole->segments, i);

    times[i] = (OpenaiTimes) { segment->start, segment->end };
  }
  return times;
}

static OpenaiLogprob
logprob_copy (const OpenaiLogprob *from)
{
  return (OpenaiLogprob) { g_strdup (from->token), from->logprob };
}

OpenaiTranscript *
openai_transcript_with_times (
    const OpenaiTranscript *whole, const OpenaiTimes *words, const OpenaiTimes *segments)
{
  OpenaiTranscript *copy = copy_facts (whole);

  copy->text = g_strdup (whole->text);
  for (guint i = 0; i < whole->segments->len; i++) {
    OpenaiSegment *segment = segment_copy (g_ptr_array_index (whole->segments, i));

    segment->start = segments[i].start;
    segment->end = segments[i].end;
    g_ptr_array_add (copy->segments, segment);
  }
  for (guint i = 0; i < whole->words->len; i++) {
    OpenaiWord *word = word_copy (g_ptr_array_index (whole->words, i));

    word->start = words[i].start;
    word->end = words[i].end;
    g_ptr_array_add (copy->words, word);
  }
  for (guint i = 0; i < whole->logprobs->len; i++) {
    OpenaiLogprob logprob =
        logprob_copy (&g_array_index (whole->logprobs, OpenaiLogprob, i));

    g_array_append_val (copy->logprobs, logprob);
  }
  return copy;
}
