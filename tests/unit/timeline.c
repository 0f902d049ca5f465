// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where speech goes on the times of its cues, and how it is made to fit. */

#include "tts/timeline.h"

#include <math.h>

#include "audio/wsola.h"

#define NONE TTS_TIMELINE_NONE
#define RATE 24000

static const struct
{
  TtsTimelineOverflow overflow;
  TtsTimelineCue cue;
  TtsTimelineState state;
  TtsTimelinePlace place;
} places[] = {
  /* Untimed: after the last, or when it can still be heard. */
  { TTS_TIMELINE_SHIFT, { NONE, NONE, 1 }, { 0, 0, FALSE }, { 0, NONE, NONE } },
  { TTS_TIMELINE_CLIP, { NONE, NONE, 1 }, { 70, 0, FALSE }, { 70, NONE, NONE } },
  { TTS_TIMELINE_SHIFT, { NONE, NONE, 1 }, { 70, 90, FALSE }, { 90, NONE, NONE } },
  /* When it is due, or after the last, or when it can still be heard. */
  { TTS_TIMELINE_SHIFT, { 100, 200, 1 }, { 0, 0, FALSE }, { 100, NONE, NONE } },
  { TTS_TIMELINE_SHIFT, { 100, 200, 1 }, { 150, 0, FALSE }, { 150, NONE, NONE } },
  { TTS_TIMELINE_SHIFT, { 100, 200, 1 }, { 50, 120, FALSE }, { 120, NONE, NONE } },
  { TTS_TIMELINE_SHIFT, { 100, 200, 1 }, { 50, 90, FALSE }, { 100, NONE, NONE } },
  /* Until its end at most, which may be behind us. */
  { TTS_TIMELINE_CLIP, { 100, 200, 1 }, { 0, 0, FALSE }, { 100, 200, NONE } },
  { TTS_TIMELINE_CLIP, { 100, 200, 1 }, { 0, 170, FALSE }, { 170, 200, NONE } },
  { TTS_TIMELINE_CLIP, { 100, 200, 1 }, { 0, 300, FALSE }, { 300, 300, NONE } },
  { TTS_TIMELINE_OVERLAP, { 100, 200, 1 }, { 0, 0, FALSE }, { 100, 200, NONE } },
  { TTS_TIMELINE_OVERLAP, { 100, 200, 1 }, { 250, 0, FALSE }, { 250, 250, NONE } },
  /* Its share of what is left. */
  { TTS_TIMELINE_COMPRESS, { 100, 200, 1 }, { 0, 0, FALSE }, { 100, NONE, 100 } },
  { TTS_TIMELINE_COMPRESS, { 100, 200, 0.5 }, { 0, 0, FALSE }, { 100, NONE, 50 } },
  { TTS_TIMELINE_COMPRESS, { NONE, 200, 1 }, { 150, 0, FALSE }, { 150, NONE, 50 } },
  { TTS_TIMELINE_COMPRESS, { 100, 200, 1 }, { 240, 0, FALSE }, { 240, NONE, 0 } },
  /* At once. */
  { TTS_TIMELINE_CLIP, { 100, 200, 1 }, { 0, 500, TRUE }, { 500, NONE, NONE } },
  { TTS_TIMELINE_CLIP, { 900, 990, 1 }, { 0, 500, TRUE }, { 500, NONE, NONE } },
  { TTS_TIMELINE_CLIP, { 900, 990, 1 }, { 600, 500, TRUE }, { 600, NONE, NONE } },
};

static void
test_place (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    TtsTimelinePlace place =
        tts_timeline_place (places[i].overflow, &places[i].cue, &places[i].state);

    g_test_message ("case %u", i);
    g_assert_cmpuint (place.start, ==, places[i].place.start);
    g_assert_cmpuint (place.end, ==, places[i].place.end);
    g_assert_cmpuint (place.room, ==, places[i].place.room);
  }
}

static void
test_tempo (void)
{
  g_assert_cmpfloat (tts_timeline_tempo (100, NONE, 2), ==, 1);
  g_assert_cmpfloat (tts_timeline_tempo (100, 100, 2), ==, 1);
  g_assert_cmpfloat (tts_timeline_tempo (100, 200, 2), ==, 1);
  g_assert_cmpfloat (tts_timeline_tempo (150, 100, 2), ==, 1.5);
  g_assert_cmpfloat (tts_timeline_tempo (500, 100, 2), ==, 2);
  g_assert_cmpfloat (tts_timeline_tempo (500, 0, 2), ==, 2);
}

static void
test_frames (void)
{
  g_assert_cmpuint (tts_timeline_frames (0, RATE), ==, 0);
  g_assert_cmpuint (tts_timeline_frames (1000000000, RATE), ==, RATE);
  g_assert_cmpuint (tts_timeline_frames (20833, RATE), ==, 0);
  g_assert_cmpuint (tts_timeline_frames (20834, RATE), ==, 1);
  /* A century. */
  g_assert_cmpuint (
      tts_timeline_frames (G_GUINT64_CONSTANT (3155760000000000000), 768000), ==,
      G_GUINT64_CONSTANT (2423623680000000));
}

static void
test_fade_and_mix (void)
{
  gint16 samples[12], more[] = { 30000, -30000, 5 }, sum[] = { 30000, -30000, 6 };

  for (guint i = 0; i < 12; i++)
    samples[i] = 1000;
  /* Frames 10 to 15 of two channels; the fade is over 4 frames before 15. */
  tts_timeline_fade (samples, 10, 6, 2, 15, 4);
  g_assert_cmpint (samples[0], ==, 1000);
  g_assert_cmpint (samples[2], ==, 1000);
  g_assert_cmpint (samples[4], ==, 750);
  g_assert_cmpint (samples[5], ==, 750);
  g_assert_cmpint (samples[8], ==, 250);
  g_assert_cmpint (samples[11], ==, 0);
  tts_timeline_mix (sum, more, 3);
  g_assert_cmpint (sum[0], ==, G_MAXINT16);
  g_assert_cmpint (sum[1], ==, G_MININT16);
  g_assert_cmpint (sum[2], ==, 11);
}

static guint
crossings (const gint16 *samples, gsize n, guint channels)
{
  guint crossed = 0;

  for (gsize i = channels; i < n * channels; i += channels)
    crossed += (samples[i] >= 0) != (samples[i - channels] >= 0);
  return crossed;
}

static const struct
{
  gdouble tempo;
  guint channels;
  guint n_frames;
} tempos[] = {
  { 1, 1, RATE },
  { 1.1, 1, 2 * RATE },
  { 1.5, 1, 2 * RATE },
  { 2, 2, RATE },
  { 4, 1, RATE },
  { 1.5, 1, 300 },
  { 1.5, 1, 1 },
  { 2, 1, 0 },
  { 1.3, 1, 1000 },
};

/* As much shorter as it should be, at the same pitch, without a jump. */
static void
test_stretch (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (tempos); i++) {
    guint channels = tempos[i].channels, n = tempos[i].n_frames;
    g_autofree gint16 *samples = g_new0 (gint16, n * channels + 1);
    g_autoptr (GArray) out = NULL;
    gdouble expected = n / tempos[i].tempo;

    for (guint j = 0; j < n * channels; j++)
      samples[j] = 10000 * sin (2 * G_PI * 200 * (j / channels) / RATE);
    out = openai_wsola_compress (samples, n, channels, RATE, tempos[i].tempo);
    g_test_message ("tempo %f: %u of %f", tempos[i].tempo, out->len / channels, expected);
    g_assert_cmpfloat_with_epsilon (out->len / channels, expected, 1.5);
    if (n < RATE)
      continue;
    g_assert_cmpfloat_with_epsilon (
        crossings ((gint16 *) out->data, out->len / channels, channels),
        400 * expected / RATE, 400 * expected / RATE * 0.02);
    for (guint j = channels; j < out->len; j++)
      g_assert_cmpint (ABS (g_array_index (out, gint16, j)
                           - g_array_index (out, gint16, j - channels)),
          <, 1500);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timeline/place", test_place);
  g_test_add_func ("/timeline/tempo", test_tempo);
  g_test_add_func ("/timeline/frames", test_frames);
  g_test_add_func ("/timeline/fade-and-mix", test_fade_and_mix);
  g_test_add_func ("/timeline/stretch", test_stretch);
  return g_test_run ();
}
