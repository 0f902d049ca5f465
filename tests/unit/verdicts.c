// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Who tells speech changes at any moment, in an order that a seed decides: chunks tile
 * the input all the same, and what a voice was told for is in them. */

#include "stt/chunker.h"

#define RATE 16000
#define MS (RATE / 1000)
/* Fewer where nothing is switched. */
#define RACES 1000
#define FEWER 250
#define LENGTH (1500 * MS)
#define LONGEST_PIECE (120 * MS)

/* So long a verdict is told that it is certainly a chunk, at its middle. */
#define SURE (400 * MS)

typedef struct
{
  SttChunker *chunker;
  GRand *rand;
  guint64 position;
  gboolean open;
  GArray *chunks; /* guint64: begin and end of each */
} Race;

static void
take_event (Race *race, const SttChunkerEvent *event)
{
  if (event->kind == STT_CHUNKER_HEARD) {
    g_assert_true (race->open && event->start < event->end);
    g_assert_cmpuint (event->end, <=, race->position);
    return;
  }
  g_assert_cmpuint (event->start, ==, race->position);
  g_assert_cmpuint (event->end, >=, event->start);
  g_assert_true (
      race->open == (event->kind == STT_CHUNKER_AUDIO || event->kind == STT_CHUNKER_END));
  race->position = event->end;
  if (event->kind == STT_CHUNKER_BEGIN || event->kind == STT_CHUNKER_END) {
    race->open = event->kind == STT_CHUNKER_BEGIN;
    g_array_append_val (race->chunks, event->start);
  }
  if (event->kind == STT_CHUNKER_END)
    g_assert_true (
        event->speech_start <= event->speech_end && event->speech_end <= event->start);
}

static void
take_all (Race *race)
{
  SttChunkerEvent event;

  while (stt_chunker_next (race->chunker, &event))
    take_event (race, &event);
}

/* What happens beside the audio. TRUE: it ended. */
static gboolean
do_something (Race *race)
{
  gboolean paused;

  switch (g_rand_int_range (race->rand, 0, 24)) {
    case 0:
      stt_chunker_finish (race->chunker);
      return TRUE;
    case 1:
      stt_chunker_set_length (race->chunker, g_rand_int_range (race->rand, 0, 3));
      break;
    case 2:
      stt_chunker_limit (race->chunker, g_rand_int_range (race->rand, 1, 3) * RATE);
      break;
    case 3:
      stt_chunker_cut_near (race->chunker, race->position);
      break;
    case 4:
      stt_chunker_heard_end (race->chunker, &paused);
      break;
    default:
      break;
  }
  return FALSE;
}

/* Loud, faint or nothing. */
static void
fill (GRand *rand, gint16 *samples, gsize length)
{
  static const gint peaks[] = { 0, 1, 300, 30000 };
  gint peak = peaks[g_rand_int_range (rand, 0, G_N_ELEMENTS (peaks))];

  for (gsize i = 0; i < length; i++)
    samples[i] = g_rand_int_range (rand, -peak, peak + 1);
}

static gboolean
is_in_chunk (const Race *race, guint64 position)
{
  for (guint i = 0; i < race->chunks->len; i += 2) {
    if (g_array_index (race->chunks, guint64, i) <= position
        && position < g_array_index (race->chunks, guint64, i + 1))
      return TRUE;
  }
  return FALSE;
}

/* Pushes all of it. The middles of what a voice was told for long enough. */
static GArray *
push_all (Race *race)
{
  GArray *middles = g_array_new (FALSE, FALSE, sizeof (guint64));
  SttVerdict verdict = STT_VERDICT_NONE;
  guint64 told = 0;
  gint16 samples[LONGEST_PIECE];

  for (guint64 at = 0; at < LENGTH;) {
    guint64 wanted = g_rand_int_range (race->rand, 1, LONGEST_PIECE);
    gsize length = MIN (wanted, LENGTH - at);

    if (g_rand_int_range (race->rand, 0, 6) == 0) {
      verdict = g_rand_int_range (race->rand, 0, 3);
      told = at;
    }
    fill (race->rand, samples, length);
    stt_chunker_push (race->chunker, samples, length, verdict);
    at += length;
    if (verdict == STT_VERDICT_VOICE && at - told >= SURE) {
      guint64 middle = told + (at - told) / 2;

      g_array_append_val (middles, middle);
    }
    if (do_something (race))
      told = at;
    take_all (race);
  }
  stt_chunker_finish (race->chunker);
  take_all (race);
  return middles;
}

static void
test_races (gconstpointer data)
{
  const SttVad vad = GPOINTER_TO_UINT (data);
  const guint races = vad == STT_VAD_AUTO ? RACES : FEWER;

  for (guint seed = 0; seed < races; seed++) {
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
    SttChunkerOptions options = {
      .rate = RATE,
      .vad = vad,
      .skip_silence = seed % 4 > 0,
      .pre_roll = 300 * MS,
      .hangover = 200 * MS,
      .silence = 500 * MS,
      .least_silence = seed % 2 * 400 * MS,
      .min_chunk = seed % 3 * 100 * MS,
      .late_max_chunk = 3 * RATE,
      .max_chunk = (seed % 5 + 1) * RATE / 2,
    };
    g_autoptr (SttChunker) chunker = stt_chunker_new (&options);
    g_autoptr (GArray) chunks = g_array_new (FALSE, FALSE, sizeof (guint64));
    Race race = { .chunker = chunker, .rand = rand, .chunks = chunks };
    g_autoptr (GArray) middles = push_all (&race);

    g_assert_false (race.open);
    g_assert_cmpuint (race.position, ==, LENGTH);
    for (guint i = 0; vad != STT_VAD_NEURAL && i < middles->len; i++) {
      guint64 middle = g_array_index (middles, guint64, i);

      if (!is_in_chunk (&race, middle))
        g_error ("seed %u: the voice at %" G_GUINT64_FORMAT " ms is in no chunk", seed,
            middle / MS);
    }
  }
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const gchar *path;
    SttVad vad;
  } detectors[] = {
    { "/verdicts/auto", STT_VAD_AUTO },
    { "/verdicts/neural", STT_VAD_NEURAL },
    { "/verdicts/energy", STT_VAD_ENERGY },
    { "/verdicts/none", STT_VAD_NONE },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (detectors); i++)
    g_test_add_data_func (
        detectors[i].path, GUINT_TO_POINTER (detectors[i].vad), test_races);
  return g_test_run ();
}
