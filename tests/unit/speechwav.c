// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Answers of speech servers in WAV, whatever their headers say. */

#include "answeraudio.h"
#include "work.h"

/* Every size a header was seen to state, and every place it may be cut. */
static void
test_wav (void)
{
  const guint32 sizes[] = { 0xffffffff, 0x7fffffff, 0x7fffffdb, 2000000000, 0, 6000,
    8000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    for (guint variant = 0; variant < 4; variant++) {
      g_autoptr (GByteArray) samples = samples_new (6000);
      g_autoptr (GByteArray) wav = g_byte_array_new ();
      Answer answer = { "audio/wav", variant & 1, wav };

      add_wav_header (wav, 1, 16, 22050, 2, sizes[i] + 36, sizes[i], variant & 2);
      g_byte_array_append (wav, samples->data, samples->len);
      for (guint most = 1; most < 9000; most = most * 5 + 1) {
        g_auto (Result) result = hear (&answer, most);
        assert_heard (&result, samples, 22050, 2);
      }
    }
  }
}

/* A size that is too small is not believed, unless another chunk follows. */
static void
test_wav_stated_end (void)
{
  g_autoptr (GByteArray) samples = samples_new (6000);
  g_autoptr (GByteArray) more = g_byte_array_new ();
  g_autoptr (GByteArray) wavs = g_byte_array_new ();
  g_autoptr (GByteArray) tail = g_byte_array_new ();
  Answer answers[] = { { "audio/wav", FALSE, more }, { "audio/wav", FALSE, wavs },
    { "audio/wav", FALSE, tail } };

  add_wav_header (more, 1, 16, 24000, 1, 36 + 1000, 1000, FALSE);
  g_byte_array_append (more, samples->data, 6000);
  for (guint i = 0; i < 3; i++) {
    add_wav_header (wavs, 1, 16, 24000, 1, 36 + 2000, 2000, FALSE);
    g_byte_array_append (wavs, samples->data + 2000 * i, 2000);
  }
  add_wav_header (tail, 1, 16, 24000, 1, 36 + 6000, 6000, FALSE);
  g_byte_array_append (tail, samples->data, 6000);
  add (tail, "LIST");
  add_u32 (tail, 8);
  add (tail, "INFOISFT");
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    for (guint most = 1; most < 9000; most = most * 7 + 1) {
      g_auto (Result) result = hear (&answers[i], most);
      assert_heard (&result, samples, 24000, 1);
    }
  }
}

static void
add_chunk (GByteArray *array, const gchar *name, const gchar *text)
{
  add (array, name);
  add_u32 (array, strlen (text));
  add (array, text);
  if (strlen (text) & 1)
    g_byte_array_append (array, (const guint8 *) "", 1);
}

/* Files one after another, each with more than samples in it. */
static void
test_wav_chunks (void)
{
  g_autoptr (GByteArray) samples = samples_new (3 * 501);
  g_autoptr (GByteArray) wavs = g_byte_array_new ();
  g_autoptr (GByteArray) heard = g_byte_array_new ();
  Answer answer = { "audio/wav", TRUE, wavs };

  for (guint i = 0; i < 3; i++) {
    const guint8 *part = samples->data + 501 * i;

    add_wav_header (wavs, 1, 8, 8000, 1, 0, 501, i & 1);
    g_byte_array_append (wavs, part, 501);
    g_byte_array_append (wavs, (const guint8 *) "", 1);
    add_chunk (wavs, "LIST", "INFOodd");
    add_chunk (wavs, "what", "is this?");
    for (guint n = 0; n < 501; n++)
      add_u16 (heard, (part[n] - 128) * 256);
  }
  for (guint most = 1; most < 9000; most = most * 3 + 1) {
    g_auto (Result) result = hear (&answer, most);
    assert_heard (&result, heard, 8000, 1);
  }
}

static void
add_wav (GByteArray *wavs, guint rate, guint channels, const gchar *samples)
{
  add_wav_header (wavs, 1, 16, rate, channels, 0, strlen (samples), FALSE);
  add (wavs, samples);
}

/* A part of a frame before another file is no audio. */
static void
test_wav_part_of_frame (void)
{
  g_autoptr (GByteArray) wavs = g_byte_array_new ();
  Answer answer = { "audio/wav", FALSE, wavs };

  add_wav (wavs, 24000, 2, "abcdxyz");
  add_wav (wavs, 24000, 2, "efgh");
  for (guint most = 1; most < 200; most = most * 2 + 1) {
    g_auto (Result) result = hear (&answer, most);

    g_assert_no_error (result.error);
    g_assert_cmpmem (result.out->data, result.out->len, "abcdefgh", 8);
  }
}

/* Fewer bytes past the stated end than a chunk would have. */
static void
test_wav_few_more (void)
{
  for (guint more = 1; more < 30; more++) {
    g_autoptr (GByteArray) samples = samples_new (1000 + more);
    g_autoptr (GByteArray) wav = g_byte_array_new ();
    Answer answer = { "audio/wav", FALSE, wav };

    add_wav_header (wav, 1, 16, 24000, 1, 0, 1000, FALSE);
    g_byte_array_append (wav, samples->data, samples->len);
    for (guint most = 1; most < 2000; most = most * 5 + 1) {
      g_auto (Result) result = hear (&answer, most);
      assert_heard (&result, samples, 24000, 1);
    }
  }
}

static void
test_wav_format_changes (void)
{
  g_autoptr (GByteArray) wavs = g_byte_array_new ();
  Answer answer = { "audio/wav", FALSE, wavs };

  add_wav (wavs, 24000, 1, "abcd");
  add_wav (wavs, 48000, 1, "efgh");
  for (guint most = 1; most < 200; most = most * 2 + 1) {
    g_auto (Result) result = hear (&answer, most);

    g_assert_error (result.error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
    g_assert_cmpmem (result.out->data, result.out->len, "abcd", 4);
    g_assert_cmpuint (result.format.rate, ==, 24000);
  }
}

/* RF64 tells the size of the samples in a chunk of its own, an extensible
 * format the kind of its samples late. */
static void
test_wav_long (void)
{
  g_autoptr (GByteArray) wav = g_byte_array_new ();
  Answer answer = { "audio/wav", FALSE, wav };

  add (wav, "RF64");
  add_u32 (wav, 0xffffffff);
  add (wav, "WAVEds64");
  add_u32 (wav, 28);
  for (guint i = 0; i < 7; i++)
    add_u32 (wav, i == 2 ? 8 : 0);
  add (wav, "fmt ");
  add_u32 (wav, 40);
  add_u16 (wav, 0xfffe);
  add_u16 (wav, 1);
  add_u32 (wav, 44100);
  add_u32 (wav, 4 * 44100);
  add_u16 (wav, 4);
  add_u16 (wav, 32);
  add_u16 (wav, 22);
  add_u16 (wav, 32);
  add_u32 (wav, 4);
  add_u16 (wav, 3);
  add (wav, "0123456789abcd");
  add (wav, "data");
  add_u32 (wav, 0xffffffff);
  add_u32 (wav, 0x3f000000);
  add_u32 (wav, 0xbf000000);
  add_chunk (wav, "LIST", "INFOISFTsomething");
  for (guint most = 1; most < 300; most = most * 2 + 1) {
    g_auto (Result) result = hear (&answer, most);

    g_assert_no_error (result.error);
    g_assert_cmpuint (result.format.rate, ==, 44100);
    g_assert_cmpmem (result.out->data, result.out->len, "\x00\x40\x00\xc0", 4);
  }
}

static void
push_headers (guint n, gconstpointer data)
{
  g_autoptr (GByteArray) wavs = g_byte_array_new ();
  const gsize firsts[] = { 0, 20, 46 };

  for (guint i = 0; i < n; i++) {
    add_wav_header (wavs, 1, 16, 24000, 1, 0, 2, FALSE);
    add_u16 (wavs, i);
  }
  for (guint i = 0; i < G_N_ELEMENTS (firsts); i++) {
    g_autoptr (TtsSpeechAudio) audio = tts_speech_audio_new ("audio/wav", FALSE, 1);
    g_autoptr (GError) error = NULL;

    g_assert_true (tts_speech_audio_push (audio, wavs->data, firsts[i], &error));
    g_assert_true (tts_speech_audio_push (
        audio, wavs->data + firsts[i], wavs->len - firsts[i], &error));
    g_assert_true (tts_speech_audio_finish (audio, &error));
    g_assert_cmpuint (tts_speech_audio_available (audio), ==, 2 * n);
  }
}

/* As many headers as a push can hold cost no stack, and each what one costs. */
static void
test_wav_only_headers (void)
{
  work_assert_linear (push_headers, 20000, NULL);
}

/* A file with any of its bytes wrong is heard or refused, in any pieces
 * alike. */
static void
test_wav_broken (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);

  for (guint round = 0; round < 2000; round++) {
    g_autoptr (GByteArray) wavs = g_byte_array_new ();
    Answer answer = { round % 3 ? "audio/wav" : NULL, round & 1, wavs };
    g_auto (Result) whole = { .out = NULL };
    g_auto (Result) parts = { .out = NULL };

    for (guint i = 0; i < 3; i++) {
      add_wav_header (wavs, 1, round % 2 ? 16 : 24, 24000, 1, 0, 30, i & 1);
      add (wavs, "0123456789abcdefghijklmnopqrst");
      add_chunk (wavs, "LIST", "INFOx");
    }
    for (guint i = 0; i < 1 + round % 4; i++) {
      guint at = g_rand_int_range (rand, 0, wavs->len);
      wavs->data[at] = g_rand_int (rand);
    }
    g_byte_array_set_size (wavs, g_rand_int_range (rand, 1, wavs->len + 1));
    whole = hear (&answer, 1000000);
    parts = hear (&answer, 1 + round % 7);
    g_assert_cmpstr (whole.error ? whole.error->message : NULL, ==,
        parts.error ? parts.error->message : NULL);
    g_assert_cmpmem (whole.out->data, whole.out->len, parts.out->data, parts.out->len);
    g_assert_cmpint (whole.format.kind, ==, parts.format.kind);
  }
}

/* At a few samples a second there would be nothing to play for an hour. */
static void
test_wav_rates (void)
{
  static const guint rates[] = { 0, 7, 999, 768001, G_MAXUINT32 };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    g_autoptr (GByteArray) wav = g_byte_array_new ();
    Answer answer = { "audio/wav", FALSE, wav };
    g_auto (Result) result = { .out = NULL };

    add_wav_header (wav, 1, 16, rates[i], 1, 0, 10, FALSE);
    add (wav, "0123456789");
    result = hear (&answer, 1000);
    g_assert_nonnull (result.error);
    g_assert_cmpuint (result.out->len, ==, 0);
  }
}

static void
test_wav_samples (void)
{
  static const struct
  {
    guint tag;
    guint bits;
    guint8 one[8];
    gint16 value;
  } kinds[] = {
    { 1, 8, { 0xc0 }, 64 * 256 },
    { 1, 24, { 0x12, 0x34, 0x56 }, 0x5634 },
    { 1, 32, { 0, 0, 0x34, 0x12 }, 0x1234 },
    { 3, 32, { 0, 0, 0, 0x3f }, 16384 },
    { 3, 32, { 0, 0, 0, 0x40 }, 32767 },
    { 3, 64, { 0, 0, 0, 0, 0, 0, 0xe0, 0xbf }, -16384 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    const guint32 sizes[] = { 0xffffffff, 10 * kinds[i].bits / 8 };

    for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
      g_autoptr (GByteArray) wav = g_byte_array_new ();
      Answer answer = { "audio/wav", FALSE, wav };

      add_wav_header (wav, kinds[i].tag, kinds[i].bits, 24000, 1, 0, sizes[s], FALSE);
      for (guint n = 0; n < 10; n++)
        g_byte_array_append (wav, kinds[i].one, kinds[i].bits / 8);
      for (guint most = 1; most < 90; most = most * 2 + 1) {
        g_auto (Result) result = hear (&answer, most);

        g_assert_no_error (result.error);
        g_assert_cmpuint (result.out->len, ==, 20);
        for (guint n = 0; n < 10; n++)
          g_assert_cmpint (
              (gint16) (result.out->data[2 * n] | result.out->data[2 * n + 1] << 8), ==,
              kinds[i].value);
      }
    }
  }
}

/* What scripts and frameworks write in front of a file is passed over. */
static void
test_wav_behind_text (void)
{
  static const gchar *const befores[] = { "\xef\xbb\xbf", "\n", "\r\n\r\n",
    "\xef\xbb\xbf\r\n", " " };
  static const gchar *const types[] = { "audio/wav", "audio/pcm", "audio/mpeg", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (befores) * G_N_ELEMENTS (types); i++) {
    g_autoptr (GByteArray) wav = g_byte_array_new ();
    g_autoptr (GByteArray) samples = samples_new (2000);
    Answer answer = { types[i % G_N_ELEMENTS (types)], TRUE, wav };

    add (wav, befores[i / G_N_ELEMENTS (types)]);
    add_wav_header (wav, 1, 16, 8000, 1, 0, samples->len, FALSE);
    g_byte_array_append (wav, samples->data, samples->len);
    for (guint most = 1; most < 3000; most = most * 30 + 1) {
      g_auto (Result) result = hear (&answer, most);

      assert_heard (&result, samples, 8000, 1);
    }
  }
}

static void
test_wav_of_other_samples (void)
{
  static const struct
  {
    guint tag;
    const gchar *name;
  } kinds[] = {
    { 2, "ADPCM" },
    { 6, "A-law" },
    { 7, "µ-law" },
    { 0x11, "ADPCM" },
    { 0x55, "MP3" },
    { 0x1234, "0x1234" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (GByteArray) wav = g_byte_array_new ();
    Answer answer = { "audio/wav", TRUE, wav };
    g_auto (Result) result = { .out = NULL };

    add_wav_header (wav, kinds[i].tag, 8, 8000, 1, 0, 10, FALSE);
    add (wav, "0123456789");
    result = hear (&answer, 20);
    g_assert_error (result.error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
    g_assert_nonnull (strstr (result.error->message, kinds[i].name));
    g_assert_cmpuint (result.out->len, ==, 0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/speechwav/sizes", test_wav);
  g_test_add_func ("/speechwav/stated-end", test_wav_stated_end);
  g_test_add_func ("/speechwav/chunks", test_wav_chunks);
  g_test_add_func ("/speechwav/part-of-frame", test_wav_part_of_frame);
  g_test_add_func ("/speechwav/few-more", test_wav_few_more);
  g_test_add_func ("/speechwav/format-changes", test_wav_format_changes);
  g_test_add_func ("/speechwav/long", test_wav_long);
  g_test_add_func ("/speechwav/only-headers", test_wav_only_headers);
  g_test_add_func ("/speechwav/broken", test_wav_broken);
  g_test_add_func ("/speechwav/rates", test_wav_rates);
  g_test_add_func ("/speechwav/samples", test_wav_samples);
  g_test_add_func ("/speechwav/behind-text", test_wav_behind_text);
  g_test_add_func ("/speechwav/of-other-samples", test_wav_of_other_samples);
  return g_test_run ();
}
