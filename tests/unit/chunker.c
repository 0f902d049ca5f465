// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where the chunker cuts. */

#include "chunks.h"

#include <math.h>

#include "work.h"

static void
test_cut_at_pauses (void)
{
  g_autoptr (GArray) samples = samples_new ();
  Chunks chunks;

  for (guint i = 0; i < 3; i++) {
    add_noise (samples, 1000, -70);
    add_speech (samples, 2000, -15);
  }
  add_noise (samples, 2000, -70);
  chunks = chunks_in (&usual_options, samples);
  g_assert_cmpuint (chunks.n, ==, 3);
  for (guint i = 0; i < 3; i++) {
    assert_near (chunks.begin[i], 1000 + 3000 * i - 200, 60);
    assert_near (chunks.end[i], 3000 + 3000 * i + 200, 60);
    g_assert_false (chunks.forced[i]);
  }
}

/* A chunk that is to be filled goes on over short pauses, and ends in the first
 * when it is full, or in a long one, which it does not take along. */
static void
test_fill (void)
{
  static const guint pauses[] = { 700, 600, 600, 2600, 900, 8000 };
  g_autoptr (GArray) samples = samples_new ();
  SttChunkerOptions options = usual_options;
  Chunks chunks;

  options.fill = 8000 * MS;
  options.max_pause = 2500 * MS;
  add_noise (samples, 1000, -70);
  for (guint i = 0; i < G_N_ELEMENTS (pauses); i++) {
    add_speech (samples, 3000, -15);
    add_noise (samples, pauses[i], -70);
  }
  chunks = chunks_in (&options, samples);
  g_assert_cmpuint (chunks.n, ==, 3);
  assert_near (chunks.begin[0], 800, 60);
  assert_near (chunks.end[0], 11500, 60);
  assert_near (chunks.begin[1], 11700, 60);
  assert_near (chunks.end[1], 15100, 60);
  assert_near (chunks.begin[2], 17300, 60);
  assert_near (chunks.end[2], 24600, 60);
}

/* Whatever the level, and with steady noise 20 dB below. */
static void
test_levels (void)
{
  const gdouble levels[] = { 6, -3, -15, -30, -45 };

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++) {
    g_autoptr (GArray) samples = samples_new ();
    Chunks chunks;

    add_noise (samples, 4000, -90);
    add_speech (samples, 2000, MIN (levels[i], 0));
    add_noise (samples, 2000, -90);
    if (levels[i] > -40)
      mix_noise (samples, MIN (levels[i], -20) - 25);
    chunks = chunks_in (&usual_options, samples);
    /* Noise that began before it was known may be one chunk, no more. */
    g_assert_cmpuint (chunks.n, >=, 1);
    g_assert_cmpuint (chunks.n, <=, 2);
    g_assert_cmpuint (chunks.begin[chunks.n - 1], <=, 4000 * MS);
    g_assert_cmpuint (chunks.end[chunks.n - 1], >=, 5950 * MS);
  }
}

/* The first syllable counts, too. */
static void
test_speech_at_once (void)
{
  g_autoptr (GArray) samples = samples_new ();
  Chunks chunks;

  add_speech (samples, 5000, -20);
  chunks = chunks_in (&usual_options, samples);
  g_assert_cmpuint (chunks.n, ==, 1);
  g_assert_cmpuint (chunks.begin[0], ==, 0);
  g_assert_cmpuint (chunks.end[0], ==, samples->len);
}

/* Noise that is mostly deep. */
static void
add_rumble (GArray *out, guint ms, gdouble dbfs)
{
  gdouble peak = 32767 * pow (10, dbfs / 20) * 0.1, state = 0;
  g_autoptr (GRand) rand = g_rand_new_with_seed (out->len + 3);

  for (guint i = 0; i < ms * MS; i++) {
    gint16 s;

    state = 0.995 * state + g_rand_double_range (rand, -1, 1);
    s = CLAMP (peak * state, -32768, 32767);
    g_array_append_val (out, s);
  }
}

static void
add_hum (GArray *out, guint ms, gdouble dbfs)
{
  gdouble peak = 32767 * pow (10, dbfs / 20);

  for (guint i = 0; i < ms * MS; i++) {
    gdouble t = (gdouble) i / RATE;
    gint16 s = peak * (0.7 * sin (2 * G_PI * 50 * t) + 0.3 * sin (2 * G_PI * 440 * t));

    g_array_append_val (out, s);
  }
}

/* Ten minutes of what is no speech, at any level. */
static void
test_no_speech (void)
{
  static const gdouble levels[] = { -90, -60, -45, -35, -25, -15, -7 };
  static void (*const sounds[]) (GArray *, guint, gdouble) = {
    add_noise,
    add_rumble,
    add_hum,
  };

  for (guint i = 0; i < G_N_ELEMENTS (levels) * G_N_ELEMENTS (sounds); i++) {
    g_autoptr (GArray) samples = samples_new ();
    Chunks chunks;

    sounds[i % G_N_ELEMENTS (sounds)](
        samples, 240 * 1000, levels[i / G_N_ELEMENTS (sounds)]);
    chunks = chunks_in (&usual_options, samples);
    g_assert_cmpuint (chunks.spoken, <, samples->len / 100);
  }
}

/* A machine that was loud does not make deaf, neither while it runs nor when it
 * has stopped. */
static void
test_speech_after_noise (void)
{
  static const gdouble noises[] = { -50, -35, -25 };

  for (guint i = 0; i < G_N_ELEMENTS (noises); i++) {
    g_autoptr (GArray) samples = samples_new ();
    Chunks chunks;

    add_noise (samples, 10000, noises[i]);
    add_speech (samples, 3000, -8);
    add_noise (samples, 2000, noises[i]);
    add_noise (samples, 2000, -70);
    add_speech (samples, 3000, -30);
    add_noise (samples, 2000, -70);
    chunks = chunks_in (&usual_options, samples);
    for (guint c = 0; c < chunks.n; c++)
      g_test_message ("noise at %.0f dBFS: speech from %u to %u ms", noises[i],
          (guint) (chunks.begin[c] / MS), (guint) (chunks.end[c] / MS));
    g_assert_cmpuint (chunks.n, >=, 2);
    g_assert_cmpuint (chunks.begin[chunks.n - 2], <, 10100 * MS);
    g_assert_cmpuint (chunks.end[chunks.n - 2], >, 12900 * MS);
    g_assert_cmpuint (chunks.begin[chunks.n - 1], <, 17100 * MS);
    g_assert_cmpuint (chunks.end[chunks.n - 1], >, 19900 * MS);
  }
}

static void
test_click (void)
{
  g_autoptr (GArray) samples = samples_new ();
  Chunks chunks;

  add_noise (samples, 3000, -70);
  add_noise (samples, 20, -6);
  add_noise (samples, 3000, -70);
  chunks = chunks_in (&usual_options, samples);
  g_assert_cmpuint (chunks.n, ==, 0);
}

static void
test_offset (void)
{
  g_autoptr (GArray) samples = samples_new ();
  Chunks chunks;

  add_noise (samples, 5000, -70);
  for (guint i = 0; i < samples->len; i++)
    g_array_index (samples, gint16, i) += 12000;
  chunks = chunks_in (&usual_options, samples);
  g_assert_cmpuint (chunks.n, ==, 0);
}

/* At the quiet moment in the last quarter, losing nothing. */
static void
test_forced_cut (void)
{
  g_autoptr (GArray) samples = samples_new ();
  SttChunkerOptions options = usual_options;
  Chunks chunks;

  options.max_chunk = 6000 * MS;
  add_speech (samples, 5000, -15);
  add_noise (samples, 100, -60);
  add_speech (samples, 4000, -15);
  chunks = chunks_in (&options, samples);
  g_assert_cmpuint (chunks.n, ==, 2);
  g_assert_true (chunks.forced[0]);
  assert_near (chunks.end[0], 5050, 60);
  g_assert_cmpuint (chunks.begin[1], ==, chunks.end[0]);
  g_assert_cmpuint (chunks.spoken, ==, samples->len);
}

/* The pause between two words is longer than the closure inside of one, however
 * early in the last half it is, and the longest ends a sentence. */
/* At 4.9 s something is told to have ended at @near: where the cut is, in ms; 0: none. */
static guint
cut_near (guint near)
{
  SttChunkerOptions options = usual_options;
  g_autoptr (SttChunker) chunker = NULL;
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (gint16));
  SttChunkerEvent event;

  options.max_chunk = 6000 * MS;
  chunker = stt_chunker_new (&options);
  add_noise (samples, 1000, -70);
  add_speech (samples, 3000, -20);
  add_noise (samples, 200, -70);
  add_speech (samples, 700, -20);
  stt_chunker_push (chunker, (gint16 *) samples->data, samples->len, STT_VERDICT_NONE);
  while (stt_chunker_next (chunker, &event))
    g_assert_cmpint (event.kind, !=, STT_CHUNKER_END);
  stt_chunker_cut_near (chunker, near * MS);
  while (stt_chunker_next (chunker, &event)) {
    if (event.kind != STT_CHUNKER_END)
      continue;
    g_assert_true (event.forced);
    return event.start / MS;
  }
  return 0;
}

/* The pause after a sentence is found, and none that is elsewhere. */
static void
test_cut_near (void)
{
  g_assert_cmpuint (cut_near (3800), >=, 4000);
  g_assert_cmpuint (cut_near (3800), <=, 4200);
  g_assert_cmpuint (cut_near (4600), ==, cut_near (3800));
  g_assert_cmpuint (cut_near (2500), ==, 0);
}

static void
test_forced_cut_in_a_pause (void)
{
  g_autoptr (GArray) samples = samples_new (), events = NULL;
  SttChunkerOptions options = usual_options;
  guint64 heard = 0;
  Chunks chunks;

  options.max_chunk = 6000 * MS;
  add_speech (samples, 3400, -15);
  add_noise (samples, 300, -60);
  add_speech (samples, 600, -15);
  add_noise (samples, 180, -60);
  add_speech (samples, 900, -15);
  add_noise (samples, 70, -85);
  add_speech (samples, 3000, -15);
  events = run_chunker (&options, samples, 2000, 1);
  chunks = chunks_of (events);
  g_assert_cmpuint (chunks.n, ==, 2);
  g_assert_true (chunks.forced[0]);
  assert_near (chunks.end[0], 3550, 30);
  g_assert_cmpuint (chunks.begin[1], ==, chunks.end[0]);
  g_assert_cmpuint (chunks.spoken, ==, samples->len);
  for (guint i = 0, n = 0; i < events->len; i++) {
    const SttChunkerEvent *event = &g_array_index (events, SttChunkerEvent, i);

    if (event->kind == STT_CHUNKER_HEARD)
      heard += event->end - event->start;
    if (event->kind != STT_CHUNKER_END)
      continue;
    /* The bounds of what was spoken, not of the cut. */
    assert_near (event->speech_start, n ? 3700 : 0, 30);
    assert_near (event->speech_end, n ? samples->len / MS : 3400, 30);
    g_assert_cmpuint (heard, <=, event->speech_end - event->speech_start);
    g_assert_cmpuint (heard, >, (event->speech_end - event->speech_start) / 2);
    heard = 0;
    n++;
  }
}

/* Speech that ends as its chunk is full, and what comes after a pause: whether
 * or not that is part of another chunk, nothing that was said is lost. */
static const struct
{
  guint pause; /* ms */
  guint soft;  /* 0: it was the end */
  guint n_chunks;
  guint64 end, begin; /* of the first, and of the second */
} at_the_end[] = {
  { 1000, 0, 1, 8800, 0 },
  { 150, 500, 2, 8780, 8780 },
  { 350, 500, 2, 8800, 8850 },
};

static void
test_full_in_a_pause (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (GArray) samples = samples_new ();
  SttChunkerOptions options = usual_options;
  Chunks chunks;

  options.max_chunk = 6000 * MS;
  add_noise (samples, 3000, -50);
  add_speech (samples, 5700, -20);
  add_noise (samples, at_the_end[i].pause, -50);
  add_noise (samples, at_the_end[i].soft, -43);
  add_noise (samples, 2000, -50);
  chunks = chunks_in (&options, samples);
  /* The noise is heard first. */
  g_assert_cmpuint (chunks.n, ==, 1 + at_the_end[i].n_chunks);
  g_assert_true (chunks.forced[1]);
  assert_near (chunks.end[1], at_the_end[i].end, 20);
  g_assert_cmpuint (chunks.end[1] - chunks.begin[1], <=, options.max_chunk);
  if (chunks.n > 2) {
    assert_near (chunks.begin[2], at_the_end[i].begin, 20);
    g_assert_cmpuint (
        chunks.end[2], >=, (8700 + at_the_end[i].pause + at_the_end[i].soft) * MS);
  }
}

static void
test_never_too_long (void)
{
  g_autoptr (GArray) samples = samples_new ();
  SttChunkerOptions options = usual_options;
  Chunks chunks;

  options.max_chunk = 2000 * MS;
  add_noise (samples, 500, -70);
  for (guint i = 0; i < 20; i++) {
    add_speech (samples, 1700, -15);
    add_noise (samples, 90 + 60 * (i % 5), -60);
  }
  chunks = chunks_in (&options, samples);
  g_assert_cmpuint (chunks.n, >=, 15);
  for (guint i = 0; i < chunks.n; i++)
    g_assert_cmpuint (chunks.end[i] - chunks.begin[i], <=, 2000 * MS);
}

/* While speech goes on, hardly anything is held back. */
static void
test_audio_comes_at_once (void)
{
  g_autoptr (GArray) samples = samples_new ();
  g_autoptr (SttChunker) chunker = stt_chunker_new (&usual_options);
  SttChunkerEvent event;
  guint64 given = 0;

  add_noise (samples, 1000, -70);
  add_speech (samples, 4000, -15);
  stt_chunker_push (chunker, (gint16 *) samples->data, samples->len, STT_VERDICT_NONE);
  while (stt_chunker_next (chunker, &event))
    given = MAX (given, event.end);
  g_assert_cmpuint (samples->len - given, <=, 20 * MS);
}

static void
test_silence_comes_in_time (void)
{
  g_autoptr (GArray) samples = samples_new ();
  g_autoptr (SttChunker) chunker = stt_chunker_new (&usual_options);
  SttChunkerEvent event;
  guint64 given = 0;

  add_noise (samples, 10000, -70);
  stt_chunker_push (chunker, (gint16 *) samples->data, samples->len, STT_VERDICT_NONE);
  while (stt_chunker_next (chunker, &event))
    given = MAX (given, event.end);
  g_assert_cmpuint (samples->len - given, <=, 300 * MS);
}

static void
test_keep_silence (void)
{
  g_autoptr (GArray) samples = samples_new ();
  SttChunkerOptions options = usual_options;
  Chunks chunks;

  options.skip_silence = FALSE;
  add_noise (samples, 3000, -70);
  add_speech (samples, 2000, -15);
  add_noise (samples, 3000, -70);
  chunks = chunks_in (&options, samples);
  g_assert_cmpuint (chunks.spoken, ==, samples->len);
  g_assert_cmpuint (chunks.n, ==, 2);

  /* A cut right at the end leaves no empty chunk behind. */
  options.silence = options.hangover;
  chunks = chunks_in (&options, samples);
  g_assert_cmpuint (chunks.spoken, ==, samples->len);
}

/* A limit that is learnt on the way holds for the open chunk, too. */
static void
test_limit (void)
{
  for (guint detect = 0; detect < 2; detect++) {
    g_autoptr (GArray) samples = samples_new ();
    SttChunkerOptions options = usual_options;
    g_autoptr (SttChunker) chunker = NULL;
    SttChunkerEvent event;
    guint64 begin = 0;
    guint n = 0;

    options.vad = detect ? STT_VAD_ENERGY : STT_VAD_NONE;
    chunker = stt_chunker_new (&options);
    add_speech (samples, 20000, -15);
    stt_chunker_push (chunker, (gint16 *) samples->data, 8000 * MS, STT_VERDICT_NONE);
    stt_chunker_limit (chunker, 3000 * MS);
    stt_chunker_limit (chunker, 5000 * MS);
    stt_chunker_push (chunker, (gint16 *) samples->data + 8000 * MS,
        samples->len - 8000 * MS, STT_VERDICT_NONE);
    stt_chunker_finish (chunker);
    while (stt_chunker_next (chunker, &event)) {
      if (event.kind == STT_CHUNKER_BEGIN)
        begin = event.start;
      if (event.kind == STT_CHUNKER_END)
        g_assert_cmpuint (event.start - begin, <=, (n++ == 0 ? 8020 : 3000) * MS);
    }
    g_assert_cmpuint (n, >=, 5);
  }
}

static void
test_fixed (void)
{
  g_autoptr (GArray) samples = samples_new ();
  SttChunkerOptions options = usual_options;
  Chunks chunks;

  options.vad = STT_VAD_NONE;
  options.max_chunk = 700 * MS;
  add_noise (samples, 3000, -20);
  chunks = chunks_in (&options, samples);
  g_assert_cmpuint (chunks.n, ==, 5);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (chunks.end[i] - chunks.begin[i], ==, 700 * MS);
  options.max_chunk = 0;
  chunks = chunks_in (&options, samples);
  g_assert_cmpuint (chunks.n, ==, 1);
  g_assert_cmpuint (chunks.spoken, ==, samples->len);
}

/* How the input is cut into pushes changes nothing. */
static void
test_any_pushes (void)
{
  g_autoptr (GArray) samples = samples_new ();
  SttChunkerOptions options = usual_options;
  Chunks first = { 0 };

  options.max_chunk = 3000 * MS;
  for (guint i = 0; i < 6; i++) {
    add_noise (samples, 300 + 217 * i, -62);
    add_speech (samples, 700 + 801 * i, -20);
  }
  for (guint i = 0; i < 12; i++) {
    const guint most[] = { 1, 7, 160, 161, 5000, 1000000 };
    g_autoptr (GArray) events =
        run_chunker (&options, samples, most[i % G_N_ELEMENTS (most)], i);
    Chunks chunks = chunks_of (events);

    if (i == 0)
      first = chunks;
    g_assert_cmpmem (&first, sizeof first, &chunks, sizeof chunks);
  }
}

/* Where a voice is in a chunk is told, also in one of a fixed length. */
/* Pushes @n frames at once. */
static void
push_at_once (guint n, gconstpointer data)
{
  SttChunkerOptions options = usual_options;
  g_autoptr (SttChunker) chunker = NULL;
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (gint16));
  guint ms = n * (1000 / STT_FRAMES_PER_SECOND);

  options.vad = GPOINTER_TO_INT (data);
  chunker = stt_chunker_new (&options);
  for (guint from = 0; from < ms; from += 2000) {
    add_speech (samples, 1000, -20);
    add_noise (samples, 1000, -70);
  }
  stt_chunker_push (chunker, (gint16 *) samples->data, samples->len, STT_VERDICT_NONE);
}

/* A buffer may be an hour long. */
static void
test_large_push (void)
{
  work_assert_linear (push_at_once, 12000, GINT_TO_POINTER (STT_VAD_ENERGY));
  work_assert_linear (push_at_once, 12000, GINT_TO_POINTER (STT_VAD_NONE));
}

static void
test_heard (void)
{
  for (guint detect = 0; detect < 2; detect++) {
    g_autoptr (GArray) samples = samples_new (), events = NULL;
    SttChunkerOptions options = usual_options;
    guint64 quiet = 0, voiced = 0;
    guint n = 0;

    options.vad = detect ? STT_VAD_ENERGY : STT_VAD_NONE;
    options.silence = 1000 * MS;
    options.max_chunk = 10000 * MS;
    add_noise (samples, 2000, -70);
    add_speech (samples, 2000, -15);
    add_noise (samples, 600, -70);
    add_speech (samples, 2000, -15);
    add_noise (samples, 3000, -70);
    events = run_chunker (&options, samples, 2000, 1);
    for (guint i = 0; i < events->len; i++) {
      const SttChunkerEvent *event = &g_array_index (events, SttChunkerEvent, i);
      guint64 middle = (event->start + event->end) / 2 / MS;

      if (event->kind == STT_CHUNKER_END)
        n++;
      if (event->kind != STT_CHUNKER_HEARD)
        continue;
      /* The noise is known after a while. */
      if ((middle > 2000 && middle < 4000) || (middle > 4600 && middle < 6600))
        voiced += event->end - event->start;
      else if (middle > 2000)
        quiet += event->end - event->start;
    }
    g_assert_cmpuint (n, ==, 1);
    assert_near (voiced, 4000, 60);
    assert_near (quiet, 0, 20);
  }
}

/* Silence in chunks of a fixed length is known for what it is. */
static void
test_nothing_heard (void)
{
  g_autoptr (GArray) samples = samples_new (), events = NULL;
  SttChunkerOptions options = usual_options;

  options.vad = STT_VAD_NONE;
  add_noise (samples, 70000, -75);
  events = run_chunker (&options, samples, 2000, 1);
  g_assert_cmpuint (chunks_of (events).n, ==, 3);
  for (guint i = 0; i < events->len; i++) {
    const SttChunkerEvent *event = &g_array_index (events, SttChunkerEvent, i);

    g_assert_cmpint (event->kind, !=, STT_CHUNKER_HEARD);
  }
}

static void
test_next_to_nothing (void)
{
  for (guint n = 0; n < 3; n++) {
    g_autoptr (GArray) samples = g_array_new (FALSE, TRUE, sizeof (gint16));
    g_autoptr (GArray) events = NULL;

    g_array_set_size (samples, n);
    events = run_chunker (&usual_options, samples, 5, 1);
    g_assert_cmpuint (chunks_of (events).n, ==, 0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chunker/cut-at-pauses", test_cut_at_pauses);
  g_test_add_func ("/chunker/fill", test_fill);
  g_test_add_func ("/chunker/levels", test_levels);
  g_test_add_func ("/chunker/speech-at-once", test_speech_at_once);
  g_test_add_func ("/chunker/no-speech", test_no_speech);
  g_test_add_func ("/chunker/speech-after-noise", test_speech_after_noise);
  g_test_add_func ("/chunker/click", test_click);
  g_test_add_func ("/chunker/offset", test_offset);
  g_test_add_func ("/chunker/cut-near", test_cut_near);
  g_test_add_func ("/chunker/forced-cut", test_forced_cut);
  g_test_add_func ("/chunker/forced-cut-in-a-pause", test_forced_cut_in_a_pause);
  for (guint i = 0; i < G_N_ELEMENTS (at_the_end); i++) {
    g_autofree gchar *path = g_strdup_printf ("/chunker/full-in-a-pause/%u", i);
    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_full_in_a_pause);
  }
  g_test_add_func ("/chunker/never-too-long", test_never_too_long);
  g_test_add_func ("/chunker/audio-comes-at-once", test_audio_comes_at_once);
  g_test_add_func ("/chunker/silence-comes-in-time", test_silence_comes_in_time);
  g_test_add_func ("/chunker/keep-silence", test_keep_silence);
  g_test_add_func ("/chunker/limit", test_limit);
  g_test_add_func ("/chunker/fixed", test_fixed);
  g_test_add_func ("/chunker/any-pushes", test_any_pushes);
  g_test_add_func ("/chunker/large-push", test_large_push);
  g_test_add_func ("/chunker/heard", test_heard);
  g_test_add_func ("/chunker/nothing-heard", test_nothing_heard);
  g_test_add_func ("/chunker/next-to-nothing", test_next_to_nothing);
  return g_test_run ();
}
