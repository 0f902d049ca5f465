// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Files that are written as streams hold what was written. */

#include "audio/encoder.h"

#include <FLAC/stream_decoder.h>
#include <math.h>
#include <string.h>

#define RATE 16000

static GArray *
tone (guint frames, guint channels)
{
  GArray *samples = g_array_new (FALSE, FALSE, sizeof (gint16));

  for (guint i = 0; i < frames * channels; i++) {
    gint16 s = 9000 * sin (i * 0.07) + 3000 * sin (i * 0.9);
    g_array_append_val (samples, s);
  }
  return samples;
}

/* The file of @samples written in pieces of @step frames. */
static GByteArray *
write_file (OpenaiAudioFormat format, GArray *samples, guint channels,
    gboolean total_known, guint step)
{
  guint frames = samples->len / channels;
  g_autoptr (OpenaiEncoder) file =
      openai_encoder_new (format, RATE, channels, total_known ? (gint64) frames : -1);
  GByteArray *out = g_byte_array_new ();
  GBytes *bytes;

  for (guint done = 0; done < frames; done += step) {
    bytes = openai_encoder_push (
        file, (gint16 *) samples->data + done * channels, MIN (step, frames - done));
    if (bytes)
      g_byte_array_append (out, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    g_clear_pointer (&bytes, g_bytes_unref);
  }
  bytes = openai_encoder_finish (file);
  if (bytes)
    g_byte_array_append (out, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_clear_pointer (&bytes, g_bytes_unref);
  return out;
}

static guint32
u32 (const guint8 *p)
{
  return p[0] | p[1] << 8 | p[2] << 16 | (guint32) p[3] << 24;
}

static void
test_wav (void)
{
  const guint steps[] = { 1, 160, 1000000 };

  for (guint channels = 1; channels <= 2; channels++) {
    for (guint known = 0; known < 2; known++) {
      for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
        g_autoptr (GArray) samples = tone (1601, channels);
        g_autoptr (GByteArray) wav =
            write_file (OPENAI_AUDIO_WAV, samples, channels, known, steps[i]);

        g_assert_cmpuint (wav->len, ==, 44 + 2 * samples->len);
        g_assert_cmpmem (wav->data, 4, "RIFF", 4);
        g_assert_cmpuint (u32 (wav->data + 4), ==, known ? wav->len - 8 : G_MAXUINT32);
        g_assert_cmpmem (wav->data + 8, 8, "WAVEfmt ", 8);
        g_assert_cmpuint (wav->data[22], ==, channels);
        g_assert_cmpuint (u32 (wav->data + 24), ==, RATE);
        g_assert_cmpuint (
            u32 (wav->data + 40), ==, known ? 2 * samples->len : G_MAXUINT32);
        g_assert_cmpmem (wav->data + 44, wav->len - 44, samples->data, 2 * samples->len);
      }
    }
  }
}

typedef struct
{
  GByteArray *file;
  gsize position;
  GArray *samples;
  guint64 total;
} Decoding;

static FLAC__StreamDecoderReadStatus
on_read (const FLAC__StreamDecoder *decoder, FLAC__byte buffer[], size_t *size,
    void *user_data)
{
  Decoding *decoding = user_data;

  *size = MIN (*size, decoding->file->len - decoding->position);
  memcpy (buffer, decoding->file->data + decoding->position, *size);
  decoding->position += *size;
  return *size ? FLAC__STREAM_DECODER_READ_STATUS_CONTINUE
               : FLAC__STREAM_DECODER_READ_STATUS_END_OF_STREAM;
}

static FLAC__StreamDecoderWriteStatus
on_write (const FLAC__StreamDecoder *decoder, const FLAC__Frame *frame,
    const FLAC__int32 *const buffer[], void *user_data)
{
  Decoding *decoding = user_data;

  for (guint i = 0; i < frame->header.blocksize; i++) {
    for (guint channel = 0; channel < frame->header.channels; channel++) {
      gint16 s = buffer[channel][i];
      g_array_append_val (decoding->samples, s);
    }
  }
  return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
}

static void
on_metadata (const FLAC__StreamDecoder *decoder, const FLAC__StreamMetadata *metadata,
    void *user_data)
{
  if (metadata->type == FLAC__METADATA_TYPE_STREAMINFO)
    ((Decoding *) user_data)->total = metadata->data.stream_info.total_samples;
}

static void
on_flac_error (const FLAC__StreamDecoder *decoder, FLAC__StreamDecoderErrorStatus status,
    void *user_data)
{
  g_test_fail ();
}

static void
assert_flac (GArray *samples, guint channels, gboolean known, guint step)
{
  g_autoptr (GByteArray) flac =
      write_file (OPENAI_AUDIO_FLAC, samples, channels, known, step);
  Decoding decoding = { flac, 0, g_array_new (FALSE, FALSE, sizeof (gint16)), 0 };
  FLAC__StreamDecoder *decoder = FLAC__stream_decoder_new ();

  FLAC__stream_decoder_init_stream (decoder, on_read, NULL, NULL, NULL, NULL, on_write,
      on_metadata, on_flac_error, &decoding);
  g_assert_true (FLAC__stream_decoder_process_until_end_of_stream (decoder));
  g_assert_cmpmem (
      decoding.samples->data, 2 * decoding.samples->len, samples->data, 2 * samples->len);
  g_assert_cmpuint (decoding.total, ==, known ? samples->len / channels : 0);
  g_assert_cmpuint (flac->len, <, 2 * samples->len + 200);
  FLAC__stream_decoder_delete (decoder);
  g_array_unref (decoding.samples);
}

static void
test_flac (void)
{
  const guint lengths[] = { 0, 1, 1152, 50003 };
  const guint steps[] = { 7, 160, 1152, 1000000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    for (guint channels = 1; channels <= 2; channels++) {
      g_autoptr (GArray) samples = tone (lengths[i], channels);

      for (guint s = 0; s < G_N_ELEMENTS (steps); s++) {
        assert_flac (samples, channels, TRUE, steps[s]);
        assert_flac (samples, channels, FALSE, steps[s]);
      }
    }
  }
}

/* A growing file begins at once and follows the speech closely. */
static void
test_grows (void)
{
  static const struct
  {
    OpenaiAudioFormat format;
    guint behind; /* ms */
  } cases[] = {
    { OPENAI_AUDIO_WAV, 10 },
    { OPENAI_AUDIO_FLAC, 100 },
    { OPENAI_AUDIO_OPUS, 300 },
  };
  g_autoptr (GArray) samples = tone (4 * RATE, 1);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (OpenaiEncoder) file = openai_encoder_new (cases[i].format, RATE, 1, -1);
    guint last = 0;

    for (guint ms = 0; ms < 4000; ms += 10) {
      g_autoptr (GBytes) bytes = openai_encoder_push (
          file, (gint16 *) samples->data + ms * RATE / 1000, RATE / 100);

      if (ms == 0)
        g_assert_nonnull (bytes);
      if (bytes)
        last = ms;
      g_assert_cmpuint (ms - last, <=, cases[i].behind);
    }
  }
}

/* Walks the pages of an Ogg Opus file of @frames. */
static guint
count_pages (const GByteArray *opus, guint frames)
{
  guint n_pages = 0, last = 0, end = 0, pre_skip;

  g_assert_cmpuint (opus->len, >, 47);
  g_assert_cmpmem (opus->data + 28, 8, "OpusHead", 8);
  pre_skip = opus->data[38] | opus->data[39] << 8;
  for (guint p = 0; p < opus->len;) {
    guint size;

    g_assert_cmpuint (opus->len - p, >=, 27);
    g_assert_cmpmem (opus->data + p, 4, "OggS", 4);
    size = 27 + opus->data[p + 26];
    for (guint s = 0; s < opus->data[p + 26]; s++)
      size += opus->data[p + 27 + s];
    last = opus->data[p + 5];
    end = u32 (opus->data + p + 6);
    g_assert_cmpuint (u32 (opus->data + p + 18), ==, n_pages);
    n_pages++;
    p += size;
    g_assert_cmpuint (p, <=, opus->len);
  }
  g_assert_cmpuint (last & 4, ==, 4);
  g_assert_cmpuint (end - pre_skip, ==, frames * (48000 / RATE));
  return n_pages;
}

static void
test_opus (void)
{
  const guint lengths[] = { 1, 159, 2 * RATE };
  const guint steps[] = { 1, 320, 1000000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    g_autoptr (GArray) samples = tone (lengths[i], 1);

    for (guint s = 0; s < G_N_ELEMENTS (steps); s++) {
      g_autoptr (GByteArray) opus =
          write_file (OPENAI_AUDIO_OPUS, samples, 1, FALSE, steps[s]);
      guint n_pages = count_pages (opus, lengths[i]);

      if (lengths[i] == 2 * RATE) {
        g_assert_cmpuint (n_pages, >=, 6);
        g_assert_cmpuint (opus->len, <, samples->len / 2);
      }
    }
  }
}

/* A file without a frame is a file. */
static void
test_nothing (void)
{
  g_autoptr (GArray) none = tone (0, 1);
  g_autoptr (GByteArray) wav = write_file (OPENAI_AUDIO_WAV, none, 1, TRUE, 1);
  g_autoptr (GByteArray) opus = write_file (OPENAI_AUDIO_OPUS, none, 1, TRUE, 1);

  g_assert_cmpuint (wav->len, ==, 44);
  g_assert_cmpuint (u32 (wav->data + 40), ==, 0);
  g_assert_cmpuint (count_pages (opus, 1), >=, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audiofile/wav", test_wav);
  g_test_add_func ("/audiofile/flac", test_flac);
  g_test_add_func ("/audiofile/grows", test_grows);
  g_test_add_func ("/audiofile/opus", test_opus);
  g_test_add_func ("/audiofile/nothing", test_nothing);
  return g_test_run ();
}
