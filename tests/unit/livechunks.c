// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where the chunker cuts a live stream, and what it takes for speech with the network. */

#include "chunks.h"

static const SttChunkerOptions live_options = {
  .rate = RATE,
  .vad = STT_VAD_ENERGY,
  .skip_silence = TRUE,
  .pre_roll = 200 * MS,
  .hangover = 200 * MS,
  .silence = 500 * MS,
  .min_chunk = 1000 * MS,
  .max_pause = 2500 * MS,
  .max_chunk = 6000 * MS,
  .start_fill = 4000 * MS,
  .start_pause = 1500 * MS,
  .late_fill = 20000 * MS,
  .late_max_chunk = 30000 * MS,
};

/* The lengths of chunks in ms; @length from @from to @to ms. */
static Chunks
chunks_while (GArray *samples, SttLength length, guint from, guint to)
{
  g_autoptr (SttChunker) chunker = stt_chunker_new (&live_options);
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (SttChunkerEvent));
  SttChunkerEvent event;

  for (guint done = 0; done < samples->len; done += 20 * MS) {
    guint ms = done / MS;

    stt_chunker_set_length (chunker, ms >= from && ms < to ? length : STT_LENGTH_USUAL);
    stt_chunker_push (chunker, (gint16 *) samples->data + done,
        MIN (20 * MS, samples->len - done), STT_VERDICT_NONE);
    while (stt_chunker_next (chunker, &event))
      g_array_append_val (events, event);
  }
  stt_chunker_finish (chunker);
  while (stt_chunker_next (chunker, &event))
    g_array_append_val (events, event);
  return chunks_of (events);
}

static GArray *
utterances (guint n, guint speech_ms, guint pause_ms)
{
  GArray *samples = samples_new ();

  add_noise (samples, 500, -70);
  for (guint i = 0; i < n; i++) {
    add_speech (samples, speech_ms, -20);
    add_noise (samples, pause_ms, -70);
  }
  return samples;
}

static void
test_late_chunks_are_long (void)
{
  g_autoptr (GArray) samples = utterances (24, 1500, 1000);
  Chunks chunks = chunks_while (samples, STT_LENGTH_LATE, 0, 30000);

  g_assert_cmpuint (chunks_while (samples, STT_LENGTH_LATE, 0, 0).n, ==, 24);
  g_assert_cmpuint (chunks.n, >=, 13);
  g_assert_cmpuint (chunks.n, <=, 14);
  g_assert_cmpuint (chunks.end[0] - chunks.begin[0], >=, 18000 * MS);
  g_assert_cmpuint (chunks.end[2] - chunks.begin[2], <, 3000 * MS);
}

/* One that got long ends soon after, and none is longer than it may be. */
static void
test_late_chunk_ends_soon (void)
{
  g_autoptr (GArray) samples = utterances (1, 60000, 1000);
  Chunks chunks = chunks_while (samples, STT_LENGTH_LATE, 1000, 13000);

  g_assert_cmpuint (chunks.end[0] - chunks.begin[0], >, 11000 * MS);
  g_assert_cmpuint (chunks.end[0] - chunks.begin[0], <=, 16000 * MS);
  for (guint i = 1; i < chunks.n; i++)
    g_assert_cmpuint (chunks.end[i] - chunks.begin[i], <=, 6000 * MS);
  chunks = chunks_while (samples, STT_LENGTH_LATE, 0, G_MAXUINT);
  g_assert_cmpuint (chunks.n, <=, 4);
  for (guint i = 0; i < chunks.n; i++)
    g_assert_cmpuint (chunks.end[i] - chunks.begin[i], <=, 30000 * MS);
}

static void
test_filled_over_short_pauses (void)
{
  g_autoptr (GArray) samples = utterances (4, 1500, 1000);
  g_autoptr (GArray) apart = utterances (4, 1500, 2000);

  g_assert_cmpuint (chunks_while (samples, STT_LENGTH_FILLED, 0, G_MAXUINT).n, ==, 2);
  g_assert_cmpuint (chunks_while (apart, STT_LENGTH_FILLED, 0, G_MAXUINT).n, ==, 4);
}

#define CLIP                                                                             \
  "/usr/share/pocketsphinx/test/data/librivox/"                                          \
  "sense_and_sensibility_01_austen_64kb-0870.wav"

/* With the network: tones and noise are no speech; a reader is, from where she begins to
 * where she ends, in spite of the room around her. */
static void
test_neural (void)
{
  g_autoptr (GArray) samples = samples_new ();
  g_autofree gchar *contents = NULL;
  SttChunkerOptions options = usual_options;
  Chunks neural;
  gsize size;

  if (!g_file_get_contents (CLIP, &contents, &size, NULL)) {
    g_test_skip ("no recording: install pocketsphinx-testdata");
    return;
  }
  add_noise (samples, 3000, -80);
  g_array_append_vals (samples, contents + 44, (size - 44) / 2);
  add_noise (samples, 3000, -80);
  options.vad = STT_VAD_AUTO;
  options.pre_roll = 300 * MS;
  neural = chunks_in (&options, samples);
  g_assert_cmpuint (neural.n, >=, 1);
  assert_near (neural.speech_start[0], 3270, 60);
  assert_near (neural.speech_end[neural.n - 1], 9810, 100);
  g_assert_cmpuint (
      neural.begin[0] + options.pre_roll, <=, neural.speech_start[0] + 32 * MS);

  g_array_set_size (samples, 0);
  add_speech (samples, 20000, -15);
  add_noise (samples, 20000, -20);
  neural = chunks_in (&options, samples);
  g_assert_cmpuint (neural.n, ==, 0);
}

static void
add_zeros (GArray *out, guint ms)
{
  g_array_set_size (out, out->len + ms * MS);
}

/* @n sounds, @gap ms apart, in which the network hears no voice. */
static GArray *
make_lone_sounds (guint n, guint ms, guint gap)
{
  GArray *samples = g_array_new (FALSE, TRUE, sizeof (gint16));

  for (guint i = 0; i < n; i++) {
    add_noise (samples, ms, -20);
    add_zeros (samples, gap);
  }
  return samples;
}

static guint
count_lone_sounds (SttVad vad, guint n, guint ms, guint gap)
{
  SttChunkerOptions options = usual_options;
  g_autoptr (GArray) samples = make_lone_sounds (n, ms, gap);

  options.vad = vad;
  return chunks_in (&options, samples).n;
}

/* What a noise gate let through is uploaded: nothing is lost in silence. */
static void
test_lone_sounds (void)
{
  SttChunkerOptions options = usual_options;
  g_autoptr (GArray) samples = make_lone_sounds (3, 400, 1600), last = NULL;
  Chunks chunks;

  options.vad = STT_VAD_AUTO;
  options.min_chunk = 0;
  chunks = chunks_in (&options, samples);
  g_assert_cmpuint (chunks.n, ==, 3);
  for (guint i = 0; i < 3; i++) {
    assert_near (chunks.speech_start[i], 2000 * i, 10);
    assert_near (chunks.speech_end[i], 2000 * i + 400, 10);
    assert_near (chunks.begin[i], i ? 2000 * i - 200 : 0, 10);
    assert_near (chunks.end[i], 2000 * i + 600, 10);
  }
  last = make_lone_sounds (1, 0, 500);
  add_noise (last, 500, -20);
  g_assert_cmpuint (chunks_in (&options, last).n, ==, 1);
}

/* Keys, music, what goes on, and what a microphone heard: in one case it is not told by
 * the network alone, in the others it does not stand alone. */
static void
test_other_sounds (void)
{
  g_autoptr (GArray) heard = make_lone_sounds (3, 400, 1600);
  g_autoptr (GArray) all = make_lone_sounds (1, 1500, 0);
  SttChunkerOptions options = usual_options;

  g_assert_cmpuint (count_lone_sounds (STT_VAD_NEURAL, 3, 400, 1600), ==, 0);
  g_assert_cmpuint (count_lone_sounds (STT_VAD_AUTO, 30, 40, 400), ==, 0);
  g_assert_cmpuint (count_lone_sounds (STT_VAD_AUTO, 30, 40, 100), ==, 0);
  g_assert_cmpuint (count_lone_sounds (STT_VAD_AUTO, 3, 2500, 1600), ==, 0);
  g_assert_cmpuint (count_lone_sounds (STT_VAD_AUTO, 20, 300, 200), ==, 0);
  options.vad = STT_VAD_AUTO;
  g_assert_cmpuint (chunks_in (&options, all).n, ==, 0);
  mix_noise (heard, -85);
  g_assert_cmpuint (chunks_in (&options, heard).n, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/livechunks/late-chunks-are-long", test_late_chunks_are_long);
  g_test_add_func ("/livechunks/neural", test_neural);
  g_test_add_func ("/livechunks/lone-sounds", test_lone_sounds);
  g_test_add_func ("/livechunks/other-sounds", test_other_sounds);
  g_test_add_func ("/livechunks/late-chunk-ends-soon", test_late_chunk_ends_soon);
  g_test_add_func ("/livechunks/filled-over-short-pauses", test_filled_over_short_pauses);
  return g_test_run ();
}
