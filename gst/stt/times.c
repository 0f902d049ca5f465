// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The times of words and segments, set right by where a voice was heard. */

#include "times.h"

#include <math.h>
#include <string.h>

#include "text/unicode.h"

/* Seconds. A shorter pause may be inside of a word, and a shorter sound may be a
 * click. */
#define PAUSE 0.15
#define SOUND 0.06

/* A pause this long is never inside of a word. */
#define PAUSE_BETWEEN_WORDS 0.3

/* How far what is in a pause may be from the voice that is meant. */
#define NEAR 1.0

/* How much after the last word before a pause is taken for a part of it. */
#define REACH 0.35

/* What is put where there is no voice is this long, if it was no shorter. */
#define SHORT_WORD 0.3

/* No word that begins a sentence is over so soon before a pause. */
#define TAIL 0.25

/* Bytes that may be between two words of a text. */
#define MOST_BETWEEN_WORDS 16

/* Characters a second that may have been said. */
#define FASTEST 30

typedef struct
{
  OpenaiTimes *times; /* of words or segments, NAN where not known */
  guint n;
  const GArray *voice;    /* joined */
  gboolean inside;        /* of segments: pauses inside stay, and each may begin ... */
  const gboolean *begins; /* ... a sentence; NULL, of words: that is not known */
} Mend;

static const SttSpan *
span_at (const GArray *voice, guint i)
{
  return &g_array_index (voice, SttSpan, i);
}

/* Puts what is in a pause where it ends or where it begins: at the voice that is
 * nearer. @next: the first span that ends after it begins. */
static void
move_to_voice (Mend *mend, OpenaiTimes *time, guint next)
{
  gdouble length = MIN (time->end - time->start, SHORT_WORD);
  gdouble before =
      next > 0 ? time->start - span_at (mend->voice, next - 1)->end : G_MAXDOUBLE;
  gdouble after = next < mend->voice->len ? span_at (mend->voice, next)->start - time->end
                                          : G_MAXDOUBLE;

  if (MIN (before, after) > NEAR)
    return;
  if (before < after) {
    time->end = span_at (mend->voice, next - 1)->end;
    time->start = MAX (time->end - length, span_at (mend->voice, next - 1)->start);
  } else {
    time->start = span_at (mend->voice, next)->start;
    time->end = MIN (time->start + length, span_at (mend->voice, next)->end);
  }
}

/* Models let the first word of a sentence begin where the last one of the sentence before
 * ends, whatever pause is between them. */
static void
leave_tail (Mend *mend, OpenaiTimes *time, guint *first, guint last)
{
  while (*first < last
      && span_at (mend->voice, *first + 1)->start - span_at (mend->voice, *first)->end
          >= PAUSE_BETWEEN_WORDS
      && span_at (mend->voice, *first)->end - time->start < TAIL)
    time->start = span_at (mend->voice, ++*first)->start;
}

/* Leaves the side of a long pause on which more is said. */
static void
choose_side (Mend *mend, OpenaiTimes *time, guint first, guint last)
{
  while (first < last) {
    gdouble left = 0, right = 0;
    guint i = first;

    while (i < last
        && span_at (mend->voice, i + 1)->start - span_at (mend->voice, i)->end
            < PAUSE_BETWEEN_WORDS)
      i++;
    if (i == last)
      return;
    left = span_at (mend->voice, i)->end - time->start;
    right = time->end - span_at (mend->voice, i + 1)->start;
    if (left > right) {
      time->end = span_at (mend->voice, i)->end;
      return;
    }
    time->start = span_at (mend->voice, i + 1)->start;
    first = i + 1;
  }
}

/* @from: the first span that may matter; spans and times run on together. */
static void
mend_one (Mend *mend, guint i, guint from)
{
  const GArray *voice = mend->voice;
  OpenaiTimes *time = &mend->times[i];
  guint first = from, last;

  while (first < voice->len && span_at (voice, first)->end <= time->start)
    first++;
  if (first == voice->len || span_at (voice, first)->start >= time->end) {
    move_to_voice (mend, time, first);
    return;
  }
  last = first;
  while (last + 1 < voice->len && span_at (voice, last + 1)->start < time->end)
    last++;
  time->start = MAX (time->start, span_at (voice, first)->start);
  time->end = MIN (time->end, span_at (voice, last)->end);
  if (i > 0 && (mend->inside || (mend->begins && mend->begins[i])))
    leave_tail (mend, time, &first, last);
  if (!mend->inside)
    choose_side (mend, time, first, last);
}

/* What is said last in a span reaches to its end: models end words early. What is
 * said first reaches to its start where the word before it did. */
static void
reach_out (Mend *mend, const OpenaiTimes *given)
{
  guint i = 0;

  for (guint s = 0; s < mend->voice->len; s++) {
    const SttSpan *span = span_at (mend->voice, s);
    OpenaiTimes *times = mend->times;

    while (i < mend->n && !(times[i].start >= span->start))
      i++;
    if (i > 0 && i < mend->n && given[i - 1].end > span->start
        && times[i - 1].end <= span->start && times[i].start - span->start < REACH)
      times[i].start = span->start;
    while (i < mend->n && !(times[i].start >= span->end))
      i++;
    if (i > 0 && times[i - 1].end > span->start && span->end - times[i - 1].end < REACH)
      times[i - 1].end = MAX (times[i - 1].end, span->end);
  }
}

/* Starts do not go back, and what was over before the next began still is. Times
 * that were given out of order, or that overlap, are not for us to judge. */
static void
keep_order (Mend *mend, const OpenaiTimes *given)
{
  guint before = G_MAXUINT;

  for (guint i = 0; i < mend->n; i++) {
    OpenaiTimes *time = &mend->times[i];

    if (!openai_times_are_known (time)
        || (before != G_MAXUINT && given[i].start < given[before].start))
      continue;
    if (before != G_MAXUINT) {
      OpenaiTimes *last = &mend->times[before];

      time->start = MAX (time->start, last->start);
      if (given[before].end <= given[i].start)
        last->end = CLAMP (last->end, last->start, time->start);
    }
    time->end = MAX (time->end, time->start);
    before = i;
  }
}

/* TRUE: something was moved. */
static gboolean
mend_times (OpenaiTimes *times, guint n, const GArray *voice, gboolean inside,
    const gboolean *begins)
{
  Mend mend = { times, n, voice, inside, begins };
  g_autofree OpenaiTimes *given = g_memdup2 (times, n * sizeof *times);
  gdouble position = 0;
  guint from = 0;

  for (guint i = 0; i < n; i++) {
    if (!openai_times_are_known (&times[i]))
      continue;
    if (times[i].start < position)
      from = 0;
    position = times[i].start;
    while (from < voice->len && span_at (voice, from)->end <= position)
      from++;
    mend_one (&mend, i, from > 0 ? from - 1 : 0);
  }
  reach_out (&mend, given);
  keep_order (&mend, given);
  return n > 0 && memcmp (times, given, n * sizeof *times) != 0;
}

void
stt_times_mend_list (OpenaiTimes *times, guint n, const GArray *voice)
{
  mend_times (times, n, voice, FALSE, NULL);
}

/* Which words begin a sentence, by the text in which they are found. */
static gboolean *
list_beginnings (const OpenaiTranscript *whole)
{
  gboolean *begins = g_new0 (gboolean, whole->words->len + 1);
  const gchar *last = whole->text, *end = whole->text;

  for (guint i = 0; i < whole->words->len; i++) {
    const gchar *text = ((const OpenaiWord *) g_ptr_array_index (whole->words, i))->text;
    const gchar *at = g_strstr_len (end, MOST_BETWEEN_WORDS + strlen (text), text);
    g_autofree gchar *before = NULL;

    if (!at)
      continue;
    before = g_strchomp (g_strndup (last, at - last));
    begins[i] = openai_text_ends_sentence (before);
    last = at;
    end = at + strlen (text);
  }
  return begins;
}

OpenaiTranscript *
stt_times_mend (OpenaiTranscript *whole, const GArray *voice)
{
  g_autofree OpenaiTimes *words = openai_transcript_word_times (whole);
  g_autofree OpenaiTimes *segments = openai_transcript_segment_times (whole);
  g_autofree gboolean *begins = list_beginnings (whole);
  gboolean moved;

  moved = mend_times (words, whole->words->len, voice, FALSE, begins);
  moved |= mend_times (segments, whole->segments->len, voice, TRUE, NULL);
  return moved ? openai_transcript_with_times (whole, words, segments)
               : openai_transcript_ref (whole);
}

GArray *
stt_times_voice (const OpenaiTranscript *whole, const GArray *heard)
{
  GArray *voice = stt_voice_join (heard, PAUSE, SOUND);
  gdouble voiced = stt_voice_between (voice, 0, G_MAXDOUBLE);

  if (voiced > 0 && g_utf8_strlen (whole->text, -1) <= FASTEST * voiced)
    return voice;
  g_array_unref (voice);
  return NULL;
}
