// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Speech in a stream: what must not change what is heard of it. */

#include "audio/voicedetector.h"

#include <math.h>
#include <string.h>

#include "audio/sinc.h"
#include "work.h"

#define RATE 16000
#define FRAME 512

#define CLIP                                                                             \
  "/usr/share/pocketsphinx/test/data/librivox/"                                          \
  "sense_and_sensibility_01_austen_64kb-0870.wav"

static GArray *
read_speech (void)
{
  g_autofree gchar *contents = NULL;
  gsize size;
  GArray *samples;

  if (!g_file_get_contents (CLIP, &contents, &size, NULL)) {
    g_test_skip ("no recording: install pocketsphinx-testdata");
    return NULL;
  }
  samples = g_array_new (FALSE, TRUE, sizeof (gint16));
  for (gsize at = 44; at + 2 <= size; at += 2) {
    gint16 sample = (guint8) contents[at] | (guint8) contents[at + 1] << 8;

    g_array_append_val (samples, sample);
  }
  return samples;
}

/* "1" for each 32 ms of a voice, "0" for others. */
static void
take_verdicts (OpenaiVoiceDetector *detector, GString *verdicts)
{
  gboolean voice;
  guint64 end;

  while (openai_voice_detector_next (detector, &end, &voice))
    g_string_append_c (verdicts, voice ? '1' : '0');
}

static gchar *
hear_with (OpenaiVoiceDetector *detector, GArray *samples, guint piece)
{
  GString *verdicts = g_string_new (NULL);

  for (guint at = 0; at < samples->len; at += piece) {
    openai_voice_detector_push (
        detector, (gint16 *) samples->data + at, MIN (piece, samples->len - at));
    take_verdicts (detector, verdicts);
  }
  openai_voice_detector_finish (detector);
  take_verdicts (detector, verdicts);
  return g_string_free (verdicts, FALSE);
}

static gchar *
hear (GArray *samples, guint rate, guint piece)
{
  g_autoptr (OpenaiVoiceDetector) detector = openai_voice_detector_new (rate);

  return hear_with (detector, samples, piece);
}

static guint
count_voiced (const gchar *verdicts)
{
  guint n = 0;

  for (; *verdicts; verdicts++)
    n += *verdicts == '1';
  return n;
}

/* The share of frames that both hear as a voice of those @a does. */
static gdouble
share_kept (const gchar *a, const gchar *b)
{
  guint n = 0;

  g_assert_cmpuint (strlen (a), ==, strlen (b));
  for (gsize i = 0; a[i]; i++)
    n += a[i] == '1' && b[i] == '1';
  return (gdouble) n / count_voiced (a);
}

static void
test_pieces (void)
{
  g_autoptr (GArray) speech = read_speech ();
  const guint pieces[] = { 1, 160, 333, 48000 };
  g_autofree gchar *whole = NULL;

  if (!speech)
    return;
  whole = hear (speech, RATE, speech->len);
  g_assert_cmpuint (count_voiced (whole), >, 190);
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
    g_autofree gchar *heard = hear (speech, RATE, pieces[i]);

    g_assert_cmpstr (heard, ==, whole);
  }
}

/* From as it was recorded to 50 dB quieter. */
static void
test_quiet (void)
{
  g_autoptr (GArray) speech = read_speech ();
  g_autofree gchar *loud = NULL;

  if (!speech)
    return;
  loud = hear (speech, RATE, 160);
  for (guint i = 0; i < 6; i++) {
    static const gint divisors[] = { 2, 4, 10, 32, 100, 316 };
    g_autoptr (GArray) quiet = g_array_copy (speech);
    g_autofree gchar *heard = NULL;

    for (guint j = 0; j < quiet->len; j++)
      g_array_index (quiet, gint16, j) =
          lrint ((gdouble) g_array_index (speech, gint16, j) / divisors[i]);
    heard = hear (quiet, RATE, 160);
    g_test_message ("1/%d: %.3f", divisors[i], share_kept (loud, heard));
    g_assert_cmpfloat (share_kept (loud, heard), >=, divisors[i] < 300 ? 0.98 : 0.96);
  }
}

/* As the realtime transport has it. */
static void
test_rate (void)
{
  g_autoptr (GArray) speech = read_speech ();
  g_autoptr (OpenaiSinc) sinc = openai_sinc_new (RATE, 24000);
  g_autoptr (GArray) faster = g_array_new (FALSE, TRUE, sizeof (gint16));
  g_autofree gchar *heard = NULL, *straight = NULL;

  if (!speech)
    return;
  openai_sinc_push (sinc, (gint16 *) speech->data, speech->len, faster);
  g_array_set_size (faster, speech->len * 3 / 2);
  straight = hear (speech, RATE, 160);
  heard = hear (faster, 24000, 240);
  g_assert_cmpfloat (share_kept (straight, heard), >=, 0.98);
  g_assert_cmpfloat (share_kept (heard, straight), >=, 0.98);
}

/* A tune with a new chord four times a second. */
static void
add_music (GArray *out, guint seconds)
{
  static const gdouble notes[] = { 220, 261.6, 329.6, 392, 440, 523.3 };

  for (guint i = 0; i < seconds * RATE; i++) {
    gdouble t = (gdouble) i / RATE, sum = 0;
    guint beat = i / (RATE / 4);
    gdouble fade = exp (-6.0 * (i % (RATE / 4)) / RATE);

    for (guint n = 0; n < 3; n++)
      for (guint k = 1; k < 5; k++)
        sum += sin (2 * G_PI * k * t * notes[(beat * 7 + beat / 5 + 2 * n) % 6]) / k;
    sum *= 3000 * fade;
    {
      gint16 sample = CLAMP (sum, -32000, 32000);
      g_array_append_val (out, sample);
    }
  }
}

/* Speech after so many @seconds of something else is heard as it is alone, at least @share
 * of it. How many frames of what was before are taken for a voice. */
static guint
voiced_before_speech (GArray *speech, void (*add) (GArray *, guint), guint seconds,
    guint piece, gdouble share)
{
  g_autoptr (GArray) samples = g_array_new (FALSE, TRUE, sizeof (gint16));
  g_autofree gchar *alone = hear (speech, RATE, 160), *after = NULL;
  const guint before = seconds * RATE / FRAME;

  add (samples, seconds);
  g_array_append_vals (samples, speech->data, speech->len);
  after = hear (samples, RATE, piece);
  g_assert_cmpfloat (share_kept (alone, after + before), >=, share);
  after[before] = '\0';
  return count_voiced (after);
}

/* Music is no speech, and speech after three minutes of it is heard. */
static void
test_after_music (void)
{
  g_autoptr (GArray) speech = read_speech ();

  if (speech)
    g_assert_cmpuint (voiced_before_speech (speech, add_music, 180, 16000, 0.97), <,
        180 * RATE / FRAME / 100);
}

static void
add_silence (GArray *out, guint seconds)
{
  g_array_set_size (out, out->len + seconds * RATE);
}

static guint64
work_of_silence (guint seconds)
{
  g_autoptr (GArray) silence = g_array_new (FALSE, TRUE, sizeof (gint16));
  guint64 before = work_done ();
  g_autofree gchar *heard = NULL;

  add_silence (silence, seconds);
  heard = hear (silence, RATE, 1600);
  return work_done () - before;
}

/* A microphone that is off is not listened to, and speech after it is heard. */
static void
test_after_silence (void)
{
  g_autoptr (GArray) speech = read_speech ();

  g_assert_cmpuint (work_of_silence (600), <, 20 * work_of_silence (6));
  if (speech)
    g_assert_cmpuint (voiced_before_speech (speech, add_silence, 32, 160, 0.98), ==, 0);
}

/* What does not follow is heard as if it were the first. */
static void
test_finish (void)
{
  g_autoptr (GArray) speech = read_speech ();
  g_autoptr (OpenaiVoiceDetector) detector = openai_voice_detector_new (RATE);
  g_autofree gchar *first = NULL, *second = NULL;

  if (!speech)
    return;
  first = hear_with (detector, speech, 160);
  second = hear_with (detector, speech, 333);
  g_assert_cmpstr (first, ==, second);
  g_assert_cmpuint (strlen (first), ==, (speech->len + FRAME - 1) / FRAME);
}

/* A tone keeps its place and its size. */
static void
test_sinc (void)
{
  static const guint rates[][2] = { { 24000, 16000 }, { 48000, 16000 }, { 44100, 16000 },
    { 8000, 16000 } };

  for (guint r = 0; r < G_N_ELEMENTS (rates); r++) {
    g_autoptr (OpenaiSinc) sinc = openai_sinc_new (rates[r][0], rates[r][1]);
    g_autoptr (GArray) in = g_array_new (FALSE, TRUE, sizeof (gint16));
    g_autoptr (GArray) out = g_array_new (FALSE, TRUE, sizeof (gint16));

    for (guint i = 0; i < rates[r][0]; i++) {
      gint16 sample = 10000 * sin (2 * G_PI * 1000 * i / rates[r][0]);

      g_array_append_val (in, sample);
    }
    for (guint at = 0; at < in->len; at += 77)
      openai_sinc_push (sinc, (gint16 *) in->data + at, MIN (77, in->len - at), out);
    g_assert_cmpuint (out->len, >, rates[r][1] * 99 / 100);
    for (guint i = 100; i < out->len; i++)
      g_assert_cmpfloat_with_epsilon (g_array_index (out, gint16, i),
          10000 * sin (2 * G_PI * 1000 * i / rates[r][1]), 60);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/voicedetector/pieces", test_pieces);
  g_test_add_func ("/voicedetector/quiet", test_quiet);
  g_test_add_func ("/voicedetector/rate", test_rate);
  g_test_add_func ("/voicedetector/after-music", test_after_music);
  g_test_add_func ("/voicedetector/after-silence", test_after_silence);
  g_test_add_func ("/voicedetector/finish", test_finish);
  g_test_add_func ("/voicedetector/sinc", test_sinc);
  return g_test_run ();
}
