// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Answers to a speech request, whatever they are. */

#include "fuzz.h"

#include "tts/speechaudio.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const gchar *const types[] = { NULL, "audio/pcm;rate=16000", "audio/wav",
    "audio/mpeg" };
  gsize piece = size ? data[0] / 8 + 1 : 1;
  g_autoptr (TtsSpeechAudio) audio =
      tts_speech_audio_new (types[size ? data[0] % 4 : 0], size & 1, 24000);

  for (gsize at = 1; at < size; at += piece) {
    g_autoptr (GBytes) taken = NULL;

    if (!tts_speech_audio_push (audio, data + at, MIN (piece, size - at), NULL))
      return 0;
    taken = tts_speech_audio_take (audio, 512);
  }
  if (tts_speech_audio_finish (audio, NULL)) {
    TtsSpeechAudioFormat format = tts_speech_audio_format (audio);

    g_assert (
        format.kind != TTS_SPEECH_AUDIO_PCM || (format.rate > 0 && format.channels > 0));
  }
  return 0;
}
