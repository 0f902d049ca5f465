// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The voice detection's network against its original. */

#include "audio/voicenet.h"

#include <math.h>
#include <string.h>

#define FRAME OPENAI_VOICE_NET_FRAME

/* The weights have 16 bits. */
#define TOLERANCE 0.0003

/* What the original network answers, evaluated with onnxruntime. */
static const gfloat saw_answers[] = {
  0.10632,
  0.03482,
  0.00672,
  0.00888,
  0.01325,
  0.00884,
  0.00887,
  0.01825,
  0.07688,
  0.03676,
  0.01485,
  0.01058,
  0.00451,
  0.00436,
  0.00602,
  0.00803,
  0.01951,
  0.00739,
  0.01074,
  0.01023,
  0.00293,
  0.00333,
  0.00692,
  0.01582,
};

static const gfloat silence_answers[] = {
  0.001670,
  0.006884,
  0.008911,
  0.007857,
  0.005907,
  0.005961,
};

/* A saw of 150 Hz that swells four times a second. */
static void
make_saw (guint first, gint16 *out)
{
  for (guint i = 0; i < FRAME; i++) {
    guint n = first + i;
    gdouble saw = (150 * n % 16000) / 16000.0 - 0.5;
    gdouble swell = MIN (n % 4000, 4000 - n % 4000) / 2000.0;

    out[i] = lrint (32768 * 0.4 * saw * swell);
  }
}

static void
test_saw (void)
{
  g_autoptr (OpenaiVoiceNet) net = openai_voice_net_new ();

  for (guint i = 0; i < G_N_ELEMENTS (saw_answers); i++) {
    gint16 samples[FRAME];

    make_saw (i * FRAME, samples);
    g_assert_cmpfloat_with_epsilon (
        openai_voice_net_push (net, samples, 1), saw_answers[i], TOLERANCE);
  }
}

static void
test_silence (void)
{
  g_autoptr (OpenaiVoiceNet) net = openai_voice_net_new ();
  const gint16 samples[FRAME] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (silence_answers); i++)
    g_assert_cmpfloat_with_epsilon (
        openai_voice_net_push (net, samples, 1), silence_answers[i], TOLERANCE);
}

/* As if it were new. */
static void
test_reset (void)
{
  g_autoptr (OpenaiVoiceNet) net = openai_voice_net_new ();
  gint16 samples[FRAME];
  gfloat first;

  make_saw (0, samples);
  first = openai_voice_net_push (net, samples, 1);
  for (guint i = 1; i < 5; i++) {
    make_saw (i * FRAME, samples);
    openai_voice_net_push (net, samples, 1);
  }
  openai_voice_net_reset (net);
  make_saw (0, samples);
  g_assert_cmpfloat (openai_voice_net_push (net, samples, 1), ==, first);
}

static void
test_gain (void)
{
  g_autoptr (OpenaiVoiceNet) loud = openai_voice_net_new ();
  g_autoptr (OpenaiVoiceNet) quiet = openai_voice_net_new ();

  for (guint i = 0; i < 10; i++) {
    gint16 samples[FRAME], halves[FRAME];

    make_saw (i * FRAME, samples);
    for (guint j = 0; j < FRAME; j++) {
      halves[j] = samples[j] / 2;
      samples[j] = halves[j] * 2;
    }
    g_assert_cmpfloat (openai_voice_net_push (loud, samples, 1), ==,
        openai_voice_net_push (quiet, halves, 2));
  }
}

typedef struct
{
  const gchar *name;
  guint frames;
  gfloat mean;
  guint voiced; /* at least 0.5 */
  guint first;
  guint unvoiced; /* under 0.35 */
} Clip;

/* What the original hears of a reader. */
static const Clip clips[] = {
  { "0870", 221, 0.9261, 204, 11, 16 },
  { "0880", 93, 0.8337, 78, 8, 14 },
  { "0890", 165, 0.9021, 148, 9, 14 },
  { "0920", 189, 0.9095, 172, 11, 17 },
  { "0930", 102, 0.8368, 85, 9, 16 },
};

#define CLIPS                                                                            \
  "/usr/share/pocketsphinx/test/data/librivox/"                                          \
  "sense_and_sensibility_01_austen_64kb-"

static void
test_speech (gconstpointer data)
{
  const Clip *clip = data;
  g_autoptr (OpenaiVoiceNet) net = openai_voice_net_new ();
  g_autofree gchar *path = g_strconcat (CLIPS, clip->name, ".wav", NULL);
  g_autofree gchar *contents = NULL;
  gsize size;
  gdouble sum = 0;
  guint frames = 0, voiced = 0, unvoiced = 0, first = G_MAXUINT;

  if (!g_file_get_contents (path, &contents, &size, NULL)) {
    g_test_skip ("no recordings: install pocketsphinx-testdata");
    return;
  }
  for (gsize at = 44; at + FRAME * 2 <= size; at += FRAME * 2) {
    gint16 samples[FRAME];
    gfloat p;

    memcpy (samples, contents + at, sizeof samples);
    for (guint i = 0; i < FRAME; i++)
      samples[i] = GINT16_FROM_LE (samples[i]);
    p = openai_voice_net_push (net, samples, 1);
    if (p >= 0.5 && voiced++ == 0)
      first = frames;
    unvoiced += p < 0.35;
    sum += p;
    frames++;
  }
  g_assert_cmpuint (frames, ==, clip->frames);
  g_assert_cmpfloat_with_epsilon (sum / frames, clip->mean, 0.0005);
  g_assert_cmpuint (voiced, ==, clip->voiced);
  g_assert_cmpuint (first, ==, clip->first);
  g_assert_cmpuint (unvoiced, ==, clip->unvoiced);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/voicenet/saw", test_saw);
  g_test_add_func ("/voicenet/silence", test_silence);
  g_test_add_func ("/voicenet/reset", test_reset);
  g_test_add_func ("/voicenet/gain", test_gain);
  for (guint i = 0; i < G_N_ELEMENTS (clips); i++) {
    g_autofree gchar *path = g_strconcat ("/voicenet/speech/", clips[i].name, NULL);

    g_test_add_data_func (path, &clips[i], test_speech);
  }
  return g_test_run ();
}
