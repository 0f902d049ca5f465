// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Samples of any kind: what is cut tiles what came in, and what was spoken is
 * inside of its chunk. */

#include "fuzz.h"

#include "stt/chunker.h"

static guint64
take_all (SttChunker *chunker, guint64 position)
{
  SttChunkerEvent event;

  while (stt_chunker_next (chunker, &event)) {
    if (event.kind == STT_CHUNKER_HEARD) {
      g_assert (event.start < event.end && event.end <= position);
      continue;
    }
    g_assert (event.start == position && event.end >= event.start);
    if (event.kind == STT_CHUNKER_END)
      g_assert (
          event.speech_start <= event.speech_end && event.speech_end <= event.start);
    position = event.end;
  }
  return position;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  guint choice = size ? data[0] : 0;
  SttChunkerOptions options = {
    .rate = 100 + 50 * (choice % 7),
    .vad = choice / 8 % 4,
    .skip_silence = (choice & 2) != 0,
    .pre_roll = choice % 50,
    .hangover = choice % 30,
    .silence = 1 + choice % 90,
    .min_chunk = choice % 200,
    .fill = choice % 7 ? choice * 2 : 0,
    .max_pause = choice % 150,
    .max_chunk = choice % 5 ? 40 + choice * 4 : 0,
  };
  g_autoptr (SttChunker) chunker = stt_chunker_new (&options);
  gsize n = size / 2;
  g_autofree gint16 *samples = g_new0 (gint16, n + 1);
  guint64 position = 0;

  for (gsize i = 0; i < n; i++)
    samples[i] = data[2 * i] | data[2 * i + 1] << 8;
  for (gsize at = 0; at < n; at += 37) {
    stt_chunker_push (chunker, samples + at, MIN (37, n - at), choice % 3);
    position = take_all (chunker, position);
    if (at % 5 == 4)
      stt_chunker_finish (chunker);
  }
  stt_chunker_finish (chunker);
  g_assert (take_all (chunker, position) == n);
  return 0;
}
