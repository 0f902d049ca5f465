// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where there is speech in a recording, by its energy. */

#include "pauses.h"

#include <math.h>

#define TTS_FRAMES_PER_SECOND 50
#define PAUSE 25   /* frames: this long ends an utterance */
#define PADDING 10 /* frames kept on both sides */
#define SHORTEST 4 /* frames: anything shorter is a click */

/* Decibels below full scale. */
#define DEAF -60.0 /* what is quieter is never speech */
#define ABOVE_NOISE 10.0
#define BELOW_PEAK 30.0
#define STEADY 6.0 /* speech varies more than this */

static gfloat
loudness (const gint16 *samples, gsize length)
{
  gdouble sum = 0, energy = 0;

  for (gsize i = 0; i < length; i++) {
    sum += samples[i];
    energy += (gdouble) samples[i] * samples[i];
  }
  energy = (energy - sum * sum / length) / length / (32768.0 * 32768.0);
  return 10 * log10 (MAX (energy, 1e-10));
}

static GArray *
measure_frames (const gint16 *samples, gsize length, gsize step)
{
  GArray *frames = g_array_new (FALSE, FALSE, sizeof (gfloat));

  for (gsize i = 0; i + step <= length; i += step) {
    gfloat level = loudness (samples + i, step);

    g_array_append_val (frames, level);
  }
  return frames;
}

static gint
compare_levels (gconstpointer a, gconstpointer b)
{
  gfloat x = *(const gfloat *) a, y = *(const gfloat *) b;

  return (x > y) - (x < y);
}

/* The level from which a frame counts as speech; INFINITY when none does. */
static gfloat
speech_level (GArray *frames)
{
  g_autoptr (GArray) sorted = g_array_copy (frames);
  gfloat noise, peak;

  if (frames->len == 0)
    return INFINITY;
  g_array_sort (sorted, compare_levels);
  noise = g_array_index (sorted, gfloat, sorted->len / 10);
  peak = g_array_index (sorted, gfloat, sorted->len - 1);

  if (frames->len > TTS_FRAMES_PER_SECOND && peak - noise < STEADY)
    return INFINITY;
  return MAX (MIN (noise, peak - BELOW_PEAK) + ABOVE_NOISE, DEAF);
}

static gsize
quietest (GArray *frames, gsize from, gsize to)
{
  gsize best = from;

  for (gsize i = from; i < to; i++)
    if (g_array_index (frames, gfloat, i) < g_array_index (frames, gfloat, best))
      best = i;
  return best;
}

/* Appends frames [from, to), cut at quiet places where it is too long. */
static void
append_utterance (GArray *utterances, GArray *frames, gsize from, gsize to, gsize longest)
{
  while (to - from > longest) {
    gsize cut = quietest (frames, from + longest * 2 / 3, from + longest);
    TtsUtterance head = { from, cut };

    g_array_append_val (utterances, head);
    from = cut;
  }

  TtsUtterance rest = { from, to };
  g_array_append_val (utterances, rest);
}

static GArray *
group_frames (GArray *frames, gfloat level, gsize longest)
{
  GArray *utterances = g_array_new (FALSE, FALSE, sizeof (TtsUtterance));
  gsize first = 0, last = 0, loud = 0, ended = 0;

  for (gsize i = 0; i <= frames->len; i++) {
    gboolean speech = i < frames->len && g_array_index (frames, gfloat, i) >= level;

    if (speech) {
      if (loud++ == 0)
        first = i;
      last = i;
    } else if (loud > 0 && (i - last >= PAUSE || i == frames->len)) {
      if (loud >= SHORTEST) {
        gsize to = MIN (last + 1 + PADDING, frames->len);

        append_utterance (
            utterances, frames, MAX (ended, first - MIN (first, PADDING)), to, longest);
        ended = to;
      }
      loud = 0;
    }
  }
  return utterances;
}

GArray *
find_utterances (const gint16 *samples, gsize length, guint rate, gsize longest)
{
  gsize step = rate / TTS_FRAMES_PER_SECOND;
  g_autoptr (GArray) frames = measure_frames (samples, length, step);
  GArray *utterances = group_frames (frames, speech_level (frames), longest / step);

  for (guint i = 0; i < utterances->len; i++) {
    TtsUtterance *utterance = &g_array_index (utterances, TtsUtterance, i);

    utterance->start *= step;
    utterance->end *= step;
  }
  return utterances;
}
