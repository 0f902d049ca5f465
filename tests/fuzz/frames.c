// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Encoded speech, two answers of the same bytes one after the other. */

#include "fuzz.h"

#include "tts/frames.h"

static void
take_all (TtsFrames *frames)
{
  TtsFrame frame;

  while (tts_frames_next (frames, &frame)) {
    g_assert (g_bytes_get_size (frame.data) > 0);
    g_bytes_unref (frame.data);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  TtsFrames *frames = size ? tts_frames_new (data[0] % (TTS_FRAMES_FLAC + 1)) : NULL;

  if (!frames)
    return 0;
  for (guint answer = 0; answer < 2; answer++) {
    tts_frames_begin (frames, 0);
    for (gsize at = 1; at < size; at += 700) {
      tts_frames_push (frames, data + at, MIN (700, size - at));
      take_all (frames);
    }
    tts_frames_end (frames);
    take_all (frames);
  }
  tts_frames_free (frames);
  return 0;
}
