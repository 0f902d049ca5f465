// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Whether what was said is what was written, word for word.
 *
 * A text is its words in a row, and from each some readings lead to a later one:
 * letters and digits without spaces, such as "20" and "twenty". Two texts are the
 * same when the readings on some way through the one, joined, are those on some way
 * through the other. */

#include "verbatim.h"

#include <string.h>

#include "readings.h"

/* A point on two ways: words that are behind, and what is left of a reading of one
 * of them (the other is NULL). */
typedef struct
{
  guint text;
  guint transcript;
  const gchar *text_rest;
  const gchar *transcript_rest;
} Point;

typedef struct
{
  GArray *text;
  GArray *transcript;
  gboolean complete;
  GArray *points;   /* still to be followed */
  GHashTable *seen; /* Point */

  gboolean same;    /* both end at a point */
  gboolean ended;   /* the transcript ends, inside of the text or with it */
  guint text_words; /* the furthest that both have in common */
  guint transcript_words;
} Search;

static guint
point_hash (gconstpointer data)
{
  const Point *point = data;

  return point->text * 31 + point->transcript * 1009 + g_direct_hash (point->text_rest)
      + 7 * g_direct_hash (point->transcript_rest);
}

static gboolean
point_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (Point)) == 0;
}

static void
follow (Search *self, Point point)
{
  if (point.text_rest && *point.text_rest == '\0')
    point.text_rest = NULL;
  if (point.transcript_rest && *point.transcript_rest == '\0')
    point.transcript_rest = NULL;
  if (g_hash_table_add (self->seen, g_memdup2 (&point, sizeof point)))
    g_array_append_val (self->points, point);
}

/* Both have said the same up to here. */
static void
note_common (Search *self, const Point *point)
{
  gboolean same =
      point->text == self->text->len && point->transcript == self->transcript->len;

  if (self->same
      || (!same
          && (point->text < self->text_words
              || (point->text == self->text_words
                  && point->transcript < self->transcript_words))))
    return;
  self->same = same;
  self->text_words = point->text;
  self->transcript_words = point->transcript;
}

/* The reading @next after what is left of the other side. */
static gboolean
match (const gchar **rest, const gchar **next)
{
  gsize a = strlen (*rest), b = strlen (*next), both = MIN (a, b);

  if (memcmp (*rest, *next, both) != 0)
    return FALSE;
  *rest += both;
  *next += both;
  return TRUE;
}

static void
follow_text (Search *self, const Point *point)
{
  const TtsWord *word = tts_word_at (self->text, point->text);

  for (guint i = 0; word && i < word->readings->len; i++) {
    const TtsReading *reading = &g_array_index (word->readings, TtsReading, i);
    Point next = *point;
    const gchar *rest = reading->text;

    if (point->transcript_rest && !match (&next.transcript_rest, &rest))
      continue;
    next.text = reading->end;
    next.text_rest = rest;
    follow (self, next);
  }
}

static void
follow_transcript (Search *self, const Point *point)
{
  const TtsWord *word = tts_word_at (self->transcript, point->transcript);

  for (guint i = 0; word && i < word->readings->len; i++) {
    const TtsReading *reading = &g_array_index (word->readings, TtsReading, i);
    Point next = *point;
    const gchar *rest = reading->text;

    if (point->text_rest && !match (&next.text_rest, &rest))
      continue;
    next.transcript = reading->end;
    next.transcript_rest = rest;
    follow (self, next);
  }
}

static void
search (Search *self)
{
  follow (self, (Point) { 0 });
  while (self->points->len > 0) {
    Point point = g_array_index (self->points, Point, self->points->len - 1);

    g_array_set_size (self->points, self->points->len - 1);
    if (!point.text_rest && !point.transcript_rest)
      note_common (self, &point);
    if (!point.transcript_rest && point.transcript == self->transcript->len)
      self->ended = TRUE;
    if (!point.text_rest)
      follow_text (self, &point);
    if (!point.transcript_rest)
      follow_transcript (self, &point);
  }
}

static TtsVerbatim
search_result (Search *self)
{
  TtsVerbatim result = { TTS_VERBATIM_SAME, 0, 0 };

  if (self->text_words > 0)
    result.text = tts_word_at (self->text, self->text_words - 1)->end;
  if (self->transcript_words > 0)
    result.transcript = tts_word_at (self->transcript, self->transcript_words - 1)->end;
  if (self->same || (self->ended && !self->complete))
    result.verdict = TTS_VERBATIM_SAME;
  else if (self->text_words == self->text->len)
    result.verdict = TTS_VERBATIM_APPENDED;
  else if (self->ended)
    result.verdict = TTS_VERBATIM_UNFINISHED;
  else
    result.verdict = TTS_VERBATIM_LEFT;
  return result;
}

/* Compares the words, of which those of the transcript have no readings yet. */
static TtsVerbatim
compare_words (GArray *text_words, GArray *transcript_words, const gchar *transcript,
    TtsLanguage language, gboolean complete)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (Point));
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (point_hash, point_equal, g_free, NULL);
  Search self = {
    text_words,
    transcript_words,
    complete,
    points,
    seen,
    0,
  };

  tts_words_read (transcript_words, transcript, language);
  search (&self);
  return search_result (&self);
}

/* The word at byte @at can only be said as it stands there, and with @around those
 * beside it, too. */
static gboolean
is_plain (GArray *words, gsize at, gboolean around, TtsLanguage language)
{
  guint i = 0, end;

  while (i < words->len && tts_word_at (words, i)->start < at)
    i++;
  if (i == words->len && i > 0)
    i--;
  end = MIN (words->len, i + 1 + around);
  for (i -= around && i > 0; i < end; i++) {
    if (!tts_word_is_plain (words, i, language))
      return FALSE;
  }
  return words->len > 0;
}

/* What is certain whatever follows: all but an open end, and, where the text leaves no
 * choice, how the last word begins. */
static TtsVerbatim
compare_beginning (GArray *text_words, const gchar *transcript, TtsLanguage language)
{
  g_autoptr (GArray) held = tts_words_new (transcript);
  g_autoptr (GArray) begun = tts_words_new (transcript);
  TtsVerbatim result, early;
  gboolean is_open;

  tts_words_hold_back (held, language);
  result = compare_words (text_words, held, transcript, language, FALSE);
  if (result.verdict != TTS_VERBATIM_SAME)
    return result;
  is_open = tts_words_shorten_last (begun, language);
  early = compare_words (text_words, begun, transcript, language, FALSE);
  return early.verdict != TTS_VERBATIM_SAME
          && is_plain (text_words, early.text, is_open, language)
      ? early
      : result;
}

static TtsVerbatim
compare_in (
    TtsLanguage language, const gchar *text, const gchar *transcript, gboolean complete)
{
  g_autoptr (GArray) text_words = tts_words_new (text);
  g_autoptr (GArray) transcript_words = NULL;

  tts_words_read (text_words, text, language);
  if (!complete)
    return compare_beginning (text_words, transcript, language);
  transcript_words = tts_words_new (transcript);
  return compare_words (text_words, transcript_words, transcript, language, TRUE);
}

TtsVerbatim
tts_verbatim_compare (const gchar *text, const gchar *transcript, gboolean complete)
{
  TtsVerbatim best = { TTS_VERBATIM_LEFT, 0, 0 };

  for (guint i = 0; i < TTS_N_LANGUAGES; i++) {
    TtsVerbatim result = compare_in (i, text, transcript, complete);

    if (result.verdict == TTS_VERBATIM_SAME)
      return result;
    if (i == 0 || result.text > best.text)
      best = result;
  }
  return best;
}
