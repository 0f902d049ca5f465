// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where the chunker cuts. */

#include "stt/chunker.h"

#include <math.h>

#include "work.h"

#define RATE 16000
#define MS (RATE / 1000)

static const SttChunkerOptions usual = {
  .rate = RATE,
  .vad = STT_VAD_ENERGY,
  .skip_silence = TRUE,
  .pre_roll = 200 * MS,
  .hangover = 200 * MS,
  .silence = 500 * MS,
  .min_chunk = 1000 * MS,
  .max_chunk = 30000 * MS,
};

/* Syllables of voiced noise, five a second, peaking at @dbfs. */
static void
add_speech (GArray *out, guint ms, gdouble dbfs)
{
  gdouble peak = 32767 * pow (10, dbfs / 20);
  g_autoptr (GRand) rand = g_rand_new_with_seed (out->len + 1);

  for (guint i = 0; i < ms * MS; i++) {
    gdouble t = (gdouble) i / RATE;
    gdouble envelope = 0.55 + 0.45 * sin (2 * G_PI * 5 * t);
    gint16 s = peak * envelope
        * (0.6 * sin (2 * G_PI * 160 * t) + 0.4 * g_rand_double_range (rand, -1, 1));

    g_array_append_val (out, s);
  }
}

static void
add_noise (GArray *out, guint ms, gdouble dbfs)
{
  gdouble peak = 32767 * pow (10, dbfs / 20) * sqrt (3);
  g_autoptr (GRand) rand = g_rand_new_with_seed (out->len + 7);

  for (guint i = 0; i < ms * MS; i++) {
    gint16 s = peak * g_rand_double_range (rand, -1, 1);
    g_array_append_val (out, s);
  }
}

static void
mix_noise (GArray *out, gdouble dbfs)
{
  g_autoptr (GArray) noise = g_array_new (FALSE, FALSE, sizeof (gint16));

  add_noise (noise, out->len / MS + 1, dbfs);
  for (guint i = 0; i < out->len; i++)
    g_array_index (out, gint16, i) += g_array_index (noise, gint16, i);
}

/* All events of @samples pushed in pieces of 1 to @most; checks what always
 * holds: events are ordered and chunks tile the input. */
static GArray *
run (const SttChunkerOptions *options, GArray *samples, guint most, guint32 seed)
{
  g_autoptr (SttChunker) chunker = stt_chunker_new (options);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  GArray *events = g_array_new (FALSE, FALSE, sizeof (SttChunkerEvent));
  SttChunkerEvent event;
  guint64 position = 0, begin = 0, heard = 0;
  gboolean open = FALSE;
  guint done = 0;

  do {
    guint wanted = g_rand_int_range (rand, 0, most + 1);
    guint n = MIN (samples->len - done, wanted);

    stt_chunker_push (chunker, (gint16 *) samples->data + done, n, STT_VERDICT_NONE);
    done += n;
    if (done == samples->len)
      stt_chunker_finish (chunker);
    while (stt_chunker_next (chunker, &event)) {
      if (event.kind == STT_CHUNKER_HEARD) {
        g_assert_true (open && event.start >= MAX (begin, heard));
        g_assert_true (event.start < event.end && event.end <= position);
        heard = event.end;
        g_array_append_val (events, event);
        continue;
      }
      g_assert_cmpuint (event.start, ==, position);
      g_assert_cmpuint (event.end, <=, done);
      switch (event.kind) {
        case STT_CHUNKER_BEGIN:
          g_assert_false (open);
          open = TRUE;
          begin = position;
          break;
        case STT_CHUNKER_END:
          g_assert_true (open);
          g_assert_cmpuint (position, >, begin);
          open = FALSE;
          break;
        default:
          g_assert_cmpuint (event.end, >, event.start);
          g_assert_true (open == (event.kind == STT_CHUNKER_AUDIO));
          position = event.end;
          break;
      }
      g_array_append_val (events, event);
    }
  } while (done < samples->len);
  g_assert_false (open);
  g_assert_cmpuint (position, ==, samples->len);
  return events;
}

typedef struct
{
  guint n;
  guint64 begin[200];
  guint64 end[200];
  gboolean forced[200];
  guint64 speech_start[200];
  guint64 speech_end[200];
  guint64 spoken;
} Chunks;

static Chunks
chunks_of (GArray *events)
{
  Chunks chunks = { 0 };

  for (guint i = 0; i < events->len; i++) {
    const SttChunkerEvent *event = &g_array_index (events, SttChunkerEvent, i);

    if (event->kind == STT_CHUNKER_BEGIN) {
      chunks.begin[chunks.n] = event->start;
    } else if (event->kind == STT_CHUNKER_END) {
      chunks.end[chunks.n] = event->start;
      chunks.speech_start[chunks.n] = event->speech_start;
      chunks.speech_end[chunks.n] = event->speech_end;
      chunks.forced[chunks.n++] = event->forced;
      g_assert_cmpuint (chunks.n, <, G_N_ELEMENTS (chunks.end));
    } else if (event->kind == STT_CHUNKER_AUDIO) {
      chunks.spoken += event->end - event->start;
    }
  }
  return chunks;
}

static Chunks
chunks_in (const SttChunkerOptions *options, GArray *samples)
{
  g_autoptr (GArray) events = run (options, samples, 2000, 1);

  return chunks_of (events);
}

static GArray *
samples_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (gint16));
}

#define assert_near(value_ms, expected_ms, by_ms)                                        \
  g_assert_cmpfloat_with_epsilon ((gdouble) (value_ms) / MS, expected_ms, by_ms)

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
  chunks = chunks_in (&usual, samples);
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
  SttChunkerOptions options = usual;
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
    chunks = chunks_in (&usual, samples);
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
  chunks = chunks_in (&usual, samples);
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
    chunks = chunks_in (&usual, samples);
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
    chunks = chunks_in (&usual, samples);
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
  chunks = chunks_in (&usual, samples);
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
  chunks = chunks_in (&usual, samples);
  g_assert_cmpuint (chunks.n, ==, 0);
}

/* At the quiet moment in the last quarter, losing nothing. */
static void
test_forced_cut (void)
{
  g_autoptr (GArray) samples = samples_new ();
  SttChunkerOptions options = usual;
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
  SttChunkerOptions options = usual;
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
  SttChunkerOptions options = usual;
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
  events = run (&options, samples, 2000, 1);
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
  SttChunkerOptions options = usual;
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
  SttChunkerOptions options = usual;
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
  g_autoptr (SttChunker) chunker = stt_chunker_new (&usual);
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
  g_autoptr (SttChunker) chunker = stt_chunker_new (&usual);
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
  SttChunkerOptions options = usual;
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
    SttChunkerOptions options = usual;
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
  SttChunkerOptions options = usual;
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
  SttChunkerOptions options = usual;
  Chunks first = { 0 };

  options.max_chunk = 3000 * MS;
  for (guint i = 0; i < 6; i++) {
    add_noise (samples, 300 + 217 * i, -62);
    add_speech (samples, 700 + 801 * i, -20);
  }
  for (guint i = 0; i < 12; i++) {
    const guint most[] = { 1, 7, 160, 161, 5000, 1000000 };
    g_autoptr (GArray) events = run (&options, samples, most[i % G_N_ELEMENTS (most)], i);
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
  SttChunkerOptions options = usual;
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
    SttChunkerOptions options = usual;
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
    events = run (&options, samples, 2000, 1);
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
  SttChunkerOptions options = usual;

  options.vad = STT_VAD_NONE;
  add_noise (samples, 70000, -75);
  events = run (&options, samples, 2000, 1);
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
    events = run (&usual, samples, 5, 1);
    g_assert_cmpuint (chunks_of (events).n, ==, 0);
  }
}

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
  SttChunkerOptions options = usual;
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
  SttChunkerOptions options = usual;
  g_autoptr (GArray) samples = make_lone_sounds (n, ms, gap);

  options.vad = vad;
  return chunks_in (&options, samples).n;
}

/* What a noise gate let through is uploaded: nothing is lost in silence. */
static void
test_lone_sounds (void)
{
  SttChunkerOptions options = usual;
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
  SttChunkerOptions options = usual;

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
  g_test_add_func ("/chunker/late-chunks-are-long", test_late_chunks_are_long);
  g_test_add_func ("/chunker/neural", test_neural);
  g_test_add_func ("/chunker/lone-sounds", test_lone_sounds);
  g_test_add_func ("/chunker/other-sounds", test_other_sounds);
  g_test_add_func ("/chunker/late-chunk-ends-soon", test_late_chunk_ends_soon);
  g_test_add_func ("/chunker/filled-over-short-pauses", test_filled_over_short_pauses);
  return g_test_run ();
}
