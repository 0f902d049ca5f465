// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors

#include "chunks.h"

#include <math.h>

const SttChunkerOptions usual_options = {
  .rate = RATE,
  .vad = STT_VAD_ENERGY,
  .skip_silence = TRUE,
  .pre_roll = 200 * MS,
  .hangover = 200 * MS,
  .silence = 500 * MS,
  .min_chunk = 1000 * MS,
  .max_chunk = 30000 * MS,
};

void
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

void
add_noise (GArray *out, guint ms, gdouble dbfs)
{
  gdouble peak = 32767 * pow (10, dbfs / 20) * sqrt (3);
  g_autoptr (GRand) rand = g_rand_new_with_seed (out->len + 7);

  for (guint i = 0; i < ms * MS; i++) {
    gint16 s = peak * g_rand_double_range (rand, -1, 1);
    g_array_append_val (out, s);
  }
}

void
mix_noise (GArray *out, gdouble dbfs)
{
  g_autoptr (GArray) noise = g_array_new (FALSE, FALSE, sizeof (gint16));

  add_noise (noise, out->len / MS + 1, dbfs);
  for (guint i = 0; i < out->len; i++)
    g_array_index (out, gint16, i) += g_array_index (noise, gint16, i);
}

GArray *
run_chunker (const SttChunkerOptions *options, GArray *samples, guint most, guint32 seed)
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

Chunks
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

Chunks
chunks_in (const SttChunkerOptions *options, GArray *samples)
{
  g_autoptr (GArray) events = run_chunker (options, samples, 2000, 1);

  return chunks_of (events);
}

GArray *
samples_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (gint16));
}
