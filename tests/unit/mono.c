// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What only some of the channels have is not lost in one. */

#include "audio/mono.h"

#include <math.h>
#include <stdlib.h>

#define RATE 16000
#define SECONDS 3
#define FRAMES (RATE * SECONDS)

/* Of a tone that swells. */
static gint16
tone (guint i, gdouble frequency)
{
  return lrint (8000 * (0.6 + 0.4 * sin (2 * G_PI * 3 * i / RATE))
      * sin (2 * G_PI * frequency * i / RATE));
}

typedef struct
{
  const gchar *name;
  guint channels;
  gfloat weights[8];
  gfloat gains[8]; /* of the tone in each channel */
  gfloat hum[8];   /* of another one */
  gint taken;
  gfloat least; /* of the power of the tone */
} Mix;

static const Mix mixes[] = {
  { "same", 2, { 1, 1 }, { 1, 1 }, { 0 }, -1, 0.99 },
  { "inverted", 2, { 1, 1 }, { 1, -1 }, { 0 }, 0, 0.99 },
  { "nearly-inverted", 2, { 1, 1 }, { -0.9, 1 }, { 0 }, 1, 0.99 },
  { "left", 2, { 1, 1 }, { 1, 0 }, { 0 }, -1, 0.24 },
  { "one-of-eight", 8, { 1, 1, 1, 1, 1, 1, 1, 1 }, { 0, 0, 0, 0, 0, 1 }, { 0 }, 5, 0.99 },
  { "one-of-eight-over-hum", 8, { 1, 1, 1, 1, 1, 1, 1, 1 }, { 0, 0, 0, 0, 0, 1 },
      { 0.1, 0.1, 0, 0, 0.1, 0.1, 0, 0.1 }, 5, 0.99 },
  { "centre", 6, { 0.7, 0.7, 1, 0, 0.5, 0.5 }, { 0, 0, 1 }, { 0 }, 2, 0.99 },
  { "centre-and-front", 6, { 0.7, 0.7, 1, 0, 0.5, 0.5 }, { 0.8, 0.8, 1 }, { 0 }, -1,
      0.3 },
  { "loud-bass", 6, { 0.7, 0.7, 1, 0, 0.5, 0.5 }, { 0.8, 0.8, 1 }, { 0, 0, 0, 4 }, -1,
      0.3 },
  { "only-bass", 6, { 0.7, 0.7, 1, 0, 0.5, 0.5 }, { 0, 0, 0, 1 }, { 0 }, 3, 0.99 },
};

/* Its share of the power of the tone, after the first tenth of a second. */
static gdouble
power_of (const gint16 *out)
{
  gdouble power = 0, whole = 0;

  for (guint i = RATE / 10; i < FRAMES; i++) {
    power += (gdouble) out[i] * out[i];
    whole += (gdouble) tone (i, 400) * tone (i, 400);
  }
  return power / whole;
}

static gint16 *
make_channels (const Mix *mix)
{
  gint16 *samples = g_new (gint16, FRAMES * mix->channels);

  for (guint i = 0; i < FRAMES; i++)
    for (guint k = 0; k < mix->channels; k++)
      samples[i * mix->channels + k] = CLAMP (
          mix->gains[k] * tone (i, 400) + mix->hum[k] * tone (i, 50), -32768, 32767);
  return samples;
}

static void
test_mix (gconstpointer data)
{
  const Mix *mix = data;
  static const guint pieces[] = { 1, 37, 160, FRAMES };

  for (guint p = 0; p < G_N_ELEMENTS (pieces); p++) {
    g_autoptr (OpenaiMono) mono = openai_mono_new (RATE, mix->channels, mix->weights);
    g_autofree gint16 *samples = make_channels (mix);
    g_autofree gint16 *out = g_new (gint16, FRAMES);

    for (guint at = 0; at < FRAMES; at += pieces[p])
      openai_mono_mix (
          mono, samples + at * mix->channels, MIN (pieces[p], FRAMES - at), out + at);
    g_assert_cmpint (openai_mono_get_channel (mono), ==, mix->taken);
    g_assert_cmpfloat (power_of (out), >, mix->least);
  }
}

/* A channel that is turned over in the middle: what is heard goes on, without a step
 * that the tone does not have. */
static void
test_change (void)
{
  static const gfloat weights[] = { 1, 1 };
  g_autoptr (OpenaiMono) mono = openai_mono_new (RATE, 2, weights);
  g_autofree gint16 *samples = g_new (gint16, 4 * FRAMES);
  g_autofree gint16 *out = g_new (gint16, 2 * FRAMES);
  guint lost = 0;

  for (guint i = 0; i < 2 * FRAMES; i++) {
    samples[2 * i] = tone (i, 400);
    samples[2 * i + 1] = i < FRAMES ? tone (i, 400) : -tone (i, 400);
  }
  openai_mono_mix (mono, samples, 2 * FRAMES, out);
  g_assert_cmpint (openai_mono_get_channel (mono), ==, 0);
  for (guint i = FRAMES + 1; i < 2 * FRAMES; i++) {
    g_assert_cmpint (abs (out[i] - out[i - 1]), <, 2000);
    lost += out[i] == 0 && tone (i, 400) != 0;
  }
  g_assert_cmpuint (lost, <, RATE / 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (mixes); i++) {
    g_autofree gchar *path = g_strconcat ("/mono/", mixes[i].name, NULL);

    g_test_add_data_func (path, &mixes[i], test_mix);
  }
  g_test_add_func ("/mono/change", test_change);
  return g_test_run ();
}
