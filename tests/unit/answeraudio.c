// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Answers of speech servers to frames. */

#include "answeraudio.h"

void
result_clear (Result *result)
{
  g_byte_array_unref (result->out);
  g_clear_error (&result->error);
}

static void
take_all (TtsSpeechAudio *audio, Result *result, gsize max)
{
  GBytes *bytes;

  while ((bytes = tts_speech_audio_take (audio, max))) {
    g_assert_cmpuint (g_bytes_get_size (bytes), <=, max);
    g_byte_array_append (
        result->out, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    g_bytes_unref (bytes);
  }
}

Result
hear (const Answer *answer, guint most)
{
  g_autoptr (TtsSpeechAudio) audio =
      tts_speech_audio_new (answer->content_type, answer->pcm_asked, 24000);
  g_autoptr (GRand) rand = g_rand_new_with_seed (most);
  Result result = { .out = g_byte_array_new () };
  gsize done = 0;

  while (done < answer->body->len && !result.error) {
    gsize wanted = g_rand_int_range (rand, 1, most + 1);
    gsize n = MIN (answer->body->len - done, wanted);

    tts_speech_audio_push (audio, answer->body->data + done, n, &result.error);
    done += n;
    take_all (audio, &result, 64);
  }
  if (!result.error)
    tts_speech_audio_finish (audio, &result.error);
  take_all (audio, &result, 1000000);
  result.format = tts_speech_audio_format (audio);
  return result;
}

GByteArray *
samples_new (gsize size)
{
  GByteArray *array = g_byte_array_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (size);

  g_byte_array_set_size (array, size);
  for (gsize i = 0; i < size; i++)
    array->data[i] = g_rand_int (rand);
  if (size > 1)
    array->data[0] = array->data[1] = 1;
  return array;
}

void
add (GByteArray *array, const gchar *text)
{
  g_byte_array_append (array, (const guint8 *) text, strlen (text));
}

void
add_u32 (GByteArray *array, guint32 value)
{
  guint32 le = GUINT32_TO_LE (value);

  g_byte_array_append (array, (guint8 *) &le, 4);
}

void
add_u16 (GByteArray *array, guint16 value)
{
  guint16 le = GUINT16_TO_LE (value);

  g_byte_array_append (array, (guint8 *) &le, 2);
}

void
add_wav_header (GByteArray *wav, guint tag, guint bits, guint rate, guint channels,
    guint32 riff_size, guint32 data_size, gboolean list)
{
  add (wav, "RIFF");
  add_u32 (wav, riff_size);
  add (wav, "WAVEfmt ");
  add_u32 (wav, 16);
  add_u16 (wav, tag);
  add_u16 (wav, channels);
  add_u32 (wav, rate);
  add_u32 (wav, rate * channels * bits / 8);
  add_u16 (wav, channels * bits / 8);
  add_u16 (wav, bits);
  if (list) {
    add (wav, "LIST");
    add_u32 (wav, 5);
    add (wav, "INFOx");
    g_byte_array_append (wav, (const guint8 *) "", 1);
  }
  add (wav, "data");
  add_u32 (wav, data_size);
}

void
assert_heard (const Result *result, const GByteArray *samples, guint rate, guint channels)
{
  gsize whole = samples->len - samples->len % (2 * channels);

  if (whole == 0) {
    g_assert_error (result->error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
    g_assert_nonnull (strstr (result->error->message, "without any audio"));
    return;
  }
  g_assert_no_error (result->error);
  g_assert_cmpint (result->format.kind, ==, TTS_SPEECH_AUDIO_PCM);
  g_assert_cmpuint (result->format.rate, ==, rate);
  g_assert_cmpuint (result->format.channels, ==, channels);
  g_assert_cmpmem (result->out->data, result->out->len, samples->data, whole);
}
