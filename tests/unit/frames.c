// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Encoded answers, one after another, to one stream. */

#include "tts/frames.h"

#include <FLAC/stream_decoder.h>
#include <math.h>
#include <string.h>

#include "audio/encoder.h"

#define RATE 24000
#define ANSWERS 3

typedef struct
{
  GByteArray *out;
  guint64 samples;
  guint n_frames;
  guint n_headers;
} Result;

static void
result_clear (Result *result)
{
  g_byte_array_unref (result->out);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Result, result_clear)

static void
take_frames (TtsFrames *frames, Result *result)
{
  TtsFrame frame;

  while (tts_frames_next (frames, &frame)) {
    g_byte_array_append (
        result->out, g_bytes_get_data (frame.data, NULL), g_bytes_get_size (frame.data));
    result->samples += frame.samples;
    result->n_frames += frame.samples > 0;
    result->n_headers += frame.samples == 0;
    g_bytes_unref (frame.data);
  }
}

/* The same answer ANSWERS times, in pieces of 1 to @most bytes. */
static Result
read_answers (TtsFrames *frames, const GByteArray *answer, guint most)
{
  Result result = { .out = g_byte_array_new () };
  g_autoptr (GRand) rand = g_rand_new_with_seed (most);

  for (guint i = 0; i < ANSWERS; i++) {
    gsize done = 0;

    tts_frames_begin (frames, 0);
    while (done < answer->len) {
      gsize wanted = g_rand_int_range (rand, 1, most + 1);
      gsize n = MIN (answer->len - done, wanted);

      tts_frames_push (frames, answer->data + done, n);
      take_frames (frames, &result);
      done += n;
    }
    tts_frames_end (frames);
    take_frames (frames, &result);
  }
  return result;
}

static gint16
sample_at (guint i)
{
  return 8000 * sin (i * 0.05) + 2000 * sin (i * 0.31);
}

static GByteArray *
encode (OpenaiAudioFormat format, guint n)
{
  g_autoptr (OpenaiEncoder) file = openai_encoder_new (format, RATE, 1, -1);
  g_autofree gint16 *samples = g_new (gint16, n);
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) last = NULL;

  for (guint i = 0; i < n; i++)
    samples[i] = sample_at (i);
  first = openai_encoder_push (file, samples, n);
  last = openai_encoder_finish (file);
  if (first)
    g_byte_array_append (out, g_bytes_get_data (first, NULL), g_bytes_get_size (first));
  if (last)
    g_byte_array_append (out, g_bytes_get_data (last, NULL), g_bytes_get_size (last));
  return out;
}

static const guint cuts[] = { 1, 7, 100, 100000 };

typedef struct
{
  const GByteArray *flac;
  gsize done;
  guint64 samples;
} Decoding;

static FLAC__StreamDecoderReadStatus
on_read (const FLAC__StreamDecoder *decoder, FLAC__byte buffer[], size_t *size,
    void *user_data)
{
  Decoding *decoding = user_data;

  *size = MIN (*size, decoding->flac->len - decoding->done);
  memcpy (buffer, decoding->flac->data + decoding->done, *size);
  decoding->done += *size;
  return *size ? FLAC__STREAM_DECODER_READ_STATUS_CONTINUE
               : FLAC__STREAM_DECODER_READ_STATUS_END_OF_STREAM;
}

/* Each sample where its frame says it is, and as it was. */
static FLAC__StreamDecoderWriteStatus
on_write (const FLAC__StreamDecoder *decoder, const FLAC__Frame *frame,
    const FLAC__int32 *const buffer[], void *user_data)
{
  Decoding *decoding = user_data;
  const guint answer = 10000;

  g_assert_cmpint (frame->header.number_type, ==, FLAC__FRAME_NUMBER_TYPE_SAMPLE_NUMBER);
  g_assert_cmpuint (frame->header.number.sample_number, ==, decoding->samples);
  for (guint i = 0; i < frame->header.blocksize; i++)
    g_assert_cmpint (buffer[0][i], ==, sample_at ((decoding->samples + i) % answer));
  decoding->samples += frame->header.blocksize;
  return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
}

static void
on_flac_error (const FLAC__StreamDecoder *decoder, FLAC__StreamDecoderErrorStatus status,
    void *user_data)
{
  g_assert_not_reached ();
}

static void
test_flac (void)
{
  g_autoptr (GByteArray) answer = encode (OPENAI_AUDIO_FLAC, 10000);

  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++) {
    g_autoptr (TtsFrames) frames = tts_frames_new (TTS_FRAMES_FLAC);
    g_auto (Result) result = read_answers (frames, answer, cuts[i]);
    FLAC__StreamDecoder *decoder = FLAC__stream_decoder_new ();
    Decoding decoding = { result.out, 0, 0 };

    g_assert_cmpuint (result.samples, ==, ANSWERS * 10000);
    g_assert_cmpuint (result.n_headers, ==, 1);
    g_assert_cmpuint (tts_frames_format (frames)->rate, ==, RATE);
    g_assert_cmpuint (tts_frames_format (frames)->channels, ==, 1);
    FLAC__stream_decoder_init_stream (decoder, on_read, NULL, NULL, NULL, NULL, on_write,
        NULL, on_flac_error, &decoding);
    g_assert_true (FLAC__stream_decoder_process_until_end_of_stream (decoder));
    FLAC__stream_decoder_delete (decoder);
    g_assert_cmpuint (decoding.samples, ==, ANSWERS * 10000);
  }
}

/* Coded numbers of every length. */
static void
test_flac_positions (void)
{
  static const guint64 positions[] = { 0, 0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x10000,
    0x1fffff, 0x200000, 0x3ffffff, 0x4000000, 0x7fffffff, 0x80000000, 0xfffff0000 };
  g_autoptr (GByteArray) answer = encode (OPENAI_AUDIO_FLAC, 2000);

  for (guint i = 0; i < G_N_ELEMENTS (positions); i++) {
    g_autoptr (TtsFrames) frames = tts_frames_new (TTS_FRAMES_FLAC);
    g_autoptr (TtsFrames) again = tts_frames_new (TTS_FRAMES_FLAC);
    g_auto (Result) result = {
      g_byte_array_new (),
    };
    g_auto (Result) second = {
      g_byte_array_new (),
    };

    tts_frames_begin (frames, positions[i]);
    tts_frames_push (frames, answer->data, answer->len);
    tts_frames_end (frames);
    take_frames (frames, &result);
    g_assert_cmpuint (result.samples, ==, 2000);
    /* What was written is read again. */
    tts_frames_begin (again, positions[i]);
    tts_frames_push (again, result.out->data, result.out->len);
    tts_frames_end (again);
    take_frames (again, &second);
    g_assert_cmpmem (
        second.out->data, second.out->len, result.out->data, result.out->len);
  }
}

/* RFC 3533 bit by bit, not as the code does it. */
static guint32
page_checksum (const guint8 *page, gsize size)
{
  guint32 sum = 0;

  for (gsize i = 0; i < size; i++) {
    guint8 byte = i >= 22 && i < 26 ? 0 : page[i];

    for (gint bit = 7; bit >= 0; bit--) {
      gboolean top = (sum >> 31) ^ (byte >> bit & 1);

      sum = (sum << 1) ^ (top ? 0x04c11db7 : 0);
    }
  }
  return sum;
}

static guint32
le32 (const guint8 *p)
{
  return p[0] | p[1] << 8 | p[2] << 16 | (guint32) p[3] << 24;
}

static void
test_ogg (void)
{
  g_autoptr (GByteArray) answer = encode (OPENAI_AUDIO_OPUS, 3 * RATE);

  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++) {
    g_autoptr (TtsFrames) frames = tts_frames_new (TTS_FRAMES_OGG);
    g_auto (Result) result = read_answers (frames, answer, cuts[i]);
    guint pages = 0, heads = 0;
    guint32 serial = le32 (result.out->data + 14);
    guint64 last = 0;

    g_assert_cmpuint (result.samples, >=, ANSWERS * 3 * 48000);
    g_assert_cmpuint (result.samples, <, ANSWERS * (3 * 48000 + 5000));
    for (gsize at = 0; at < result.out->len; pages++) {
      const guint8 *page = result.out->data + at;
      gsize size = 27 + page[26];

      for (guint j = 0; j < page[26]; j++)
        size += page[27 + j];
      g_assert_cmpmem (page, 4, "OggS", 4);
      g_assert_cmpuint (page[5], ==, pages == 0 ? 2 : 0);
      g_assert_cmpuint (le32 (page + 14), ==, serial);
      g_assert_cmpuint (le32 (page + 18), ==, pages);
      g_assert_cmpuint (le32 (page + 22), ==, page_checksum (page, size));
      g_assert_cmpuint (le32 (page + 6), >=, last);
      last = le32 (page + 6);
      heads += memcmp (page + 27 + page[26], "Opus", 4) == 0;
      at += size;
    }
    g_assert_cmpuint (heads, ==, 2);
    g_assert_cmpuint (last, ==, result.samples);
  }
}

static void
test_opus_packets (void)
{
  g_autoptr (GByteArray) answer = encode (OPENAI_AUDIO_OPUS, 3 * RATE);

  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++) {
    g_autoptr (TtsFrames) frames = tts_frames_new (TTS_FRAMES_OPUS);
    g_auto (Result) result = read_answers (frames, answer, cuts[i]);

    g_assert_cmpuint (result.n_headers, ==, 0);
    g_assert_cmpuint (result.n_frames, >=, ANSWERS * 50);
    g_assert_cmpuint (result.samples, >=, ANSWERS * 3 * 48000);
    g_assert_cmpmem (g_bytes_get_data (tts_frames_format (frames)->headers[0], NULL), 8,
        "OpusHead", 8);
  }
}

static void
append (GByteArray *out, const gchar *start, gsize start_size, gsize size)
{
  gsize before = out->len;

  g_byte_array_set_size (out, before + size);
  memset (out->data + before, 0, size);
  memcpy (out->data + before, start, start_size);
}

/* A tag, a frame that only describes, and frames as OpenAI's: MPEG 2, 128
 * kbit/s, 24 kHz, mono, 384 bytes. Then a tag at the end. */
static void
test_mp3 (void)
{
  g_autoptr (GByteArray) answer = g_byte_array_new ();

  append (answer, "ID3\4\0\0\0\0\1\0", 10, 10 + 128);
  append (answer, "\xff\xf3\xc4\xc4\0\0\0\0\0\0\0\0\0Xing", 17, 384);
  for (guint i = 0; i < 10; i++)
    append (answer, "\xff\xf3\xc4\xc4", 4, 384);
  append (answer, "TAG", 3, 128);
  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++) {
    g_autoptr (TtsFrames) frames = tts_frames_new (TTS_FRAMES_MP3);
    g_auto (Result) result = read_answers (frames, answer, cuts[i]);

    g_assert_cmpuint (result.n_frames, ==, ANSWERS * 10);
    g_assert_cmpuint (result.samples, ==, ANSWERS * 10 * 576);
    g_assert_cmpuint (result.out->len, ==, ANSWERS * 10 * 384);
    g_assert_cmpuint (tts_frames_format (frames)->rate, ==, RATE);
    g_assert_cmpuint (tts_frames_format (frames)->channels, ==, 1);
  }
}

static void
test_aac (void)
{
  g_autoptr (GByteArray) answer = g_byte_array_new ();

  for (guint i = 0; i < 10; i++)
    append (answer, "\xff\xf1\x58\x40\x01\x7f\xfc", 7, 11);
  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++) {
    g_autoptr (TtsFrames) frames = tts_frames_new (TTS_FRAMES_AAC);
    g_auto (Result) result = read_answers (frames, answer, cuts[i]);

    g_assert_cmpuint (result.samples, ==, ANSWERS * 10 * 1024);
    g_assert_cmpuint (result.out->len, ==, ANSWERS * answer->len);
    g_assert_cmpuint (tts_frames_format (frames)->rate, ==, RATE);
    g_assert_cmpuint (tts_frames_format (frames)->mpeg_version, ==, 4);
  }
}

/* Noise, and real answers with bytes turned over: whatever comes out, reading
 * ends. */
static void
test_broken (void)
{
  static const OpenaiAudioFormat formats[] = {
    [TTS_FRAMES_MP3] = OPENAI_AUDIO_WAV,
    [TTS_FRAMES_AAC] = OPENAI_AUDIO_WAV,
    [TTS_FRAMES_OGG] = OPENAI_AUDIO_OPUS,
    [TTS_FRAMES_OPUS] = OPENAI_AUDIO_OPUS,
    [TTS_FRAMES_FLAC] = OPENAI_AUDIO_FLAC,
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint round = 0; round < 200; round++) {
    TtsFramesKind kind = round % G_N_ELEMENTS (formats);
    g_autoptr (GByteArray) answer = encode (formats[kind], 3000);
    g_autoptr (TtsFrames) frames = tts_frames_new (kind);

    for (guint i = 0; i < 10; i++)
      answer->data[g_rand_int_range (rand, 0, answer->len)] = g_rand_int (rand);
    g_byte_array_set_size (answer, g_rand_int_range (rand, 1, answer->len));
    g_auto (Result) result = read_answers (frames, answer, 500);
    g_assert_cmpuint (result.out->len, <=, ANSWERS * (answer->len + 1000));
  }
}

/* An answer that is cut off anywhere, as one that is clipped, leaves nothing
 * to the next. */
static void
test_cut_off (void)
{
  static const struct
  {
    TtsFramesKind kind;
    OpenaiAudioFormat format;
  } kinds[] = {
    { TTS_FRAMES_FLAC, OPENAI_AUDIO_FLAC },
    { TTS_FRAMES_OGG, OPENAI_AUDIO_OPUS },
    { TTS_FRAMES_OPUS, OPENAI_AUDIO_OPUS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (GByteArray) answer = encode (kinds[i].format, 10000);

    for (guint cut = 1; cut < answer->len; cut += answer->len / 50) {
      g_autoptr (TtsFrames) frames = tts_frames_new (kinds[i].kind);
      g_auto (Result) whole = {
        g_byte_array_new (),
      };
      g_auto (Result) next = {
        g_byte_array_new (),
      };
      TtsFrame frame;

      tts_frames_begin (frames, 0);
      tts_frames_push (frames, answer->data, answer->len);
      tts_frames_end (frames);
      take_frames (frames, &whole);
      tts_frames_begin (frames, 0);
      tts_frames_push (frames, answer->data, cut);
      if (tts_frames_next (frames, &frame))
        g_bytes_unref (frame.data);
      tts_frames_begin (frames, 0);
      tts_frames_push (frames, answer->data, answer->len);
      tts_frames_end (frames);
      take_frames (frames, &next);
      g_assert_cmpuint (next.samples, ==, whole.samples);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frames/flac", test_flac);
  g_test_add_func ("/frames/flac-positions", test_flac_positions);
  g_test_add_func ("/frames/ogg", test_ogg);
  g_test_add_func ("/frames/opus-packets", test_opus_packets);
  g_test_add_func ("/frames/mp3", test_mp3);
  g_test_add_func ("/frames/aac", test_aac);
  g_test_add_func ("/frames/broken", test_broken);
  g_test_add_func ("/frames/cut-off", test_cut_off);
  return g_test_run ();
}
