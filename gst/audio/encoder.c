// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The `file` of an upload, written as a stream. */

#include "encoder.h"

#include <FLAC/stream_encoder.h>
#include <opus/opusenc.h>
#include <string.h>

/* 72 ms at 16 kHz: what a growing upload is behind by. */
#define FLAC_BLOCK 1152
/* 1 % more bytes than level 5 in 7/8 of the time. */
#define FLAC_LEVEL 3
#define FLAC_PIECE 4096

#define OPUS_BIT_RATE 28000
#define OPUS_PAGE 9600 /* 200 ms at 48 kHz */

struct _OpenaiEncoder
{
  OpenaiAudioFormat format;
  guint rate;
  guint channels;
  gint64 total;
  gboolean begun;
  gboolean has_frames;
  GByteArray *out; /* written and not yet handed out */

  FLAC__StreamEncoder *flac;
  OggOpusComments *comments;
  OggOpusEnc *opus;
};

static void
append_u16 (GByteArray *out, guint16 value)
{
  guint16 le = GUINT16_TO_LE (value);

  g_byte_array_append (out, (guint8 *) &le, sizeof le);
}

static void
append_u32 (GByteArray *out, guint32 value)
{
  guint32 le = GUINT32_TO_LE (value);

  g_byte_array_append (out, (guint8 *) &le, sizeof le);
}

static void
append_tag (GByteArray *out, const gchar *tag)
{
  g_byte_array_append (out, (const guint8 *) tag, 4);
}

static void
write_wav_header (OpenaiEncoder *self)
{
  guint frame = 2 * self->channels;
  guint64 size = self->total * frame;
  gboolean known = self->total >= 0 && size <= G_MAXUINT32 - 36;

  append_tag (self->out, "RIFF");
  append_u32 (self->out, known ? size + 36 : G_MAXUINT32);
  append_tag (self->out, "WAVE");
  append_tag (self->out, "fmt ");
  append_u32 (self->out, 16);
  append_u16 (self->out, 1);
  append_u16 (self->out, self->channels);
  append_u32 (self->out, self->rate);
  append_u32 (self->out, self->rate * frame);
  append_u16 (self->out, frame);
  append_u16 (self->out, 16);
  append_tag (self->out, "data");
  append_u32 (self->out, known ? size : G_MAXUINT32);
}

static void
write_wav (OpenaiEncoder *self, const gint16 *samples, gsize n)
{
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  g_byte_array_append (self->out, (const guint8 *) samples, n * sizeof *samples);
#else
  for (gsize i = 0; i < n; i++)
    append_u16 (self->out, samples[i]);
#endif
}

static FLAC__StreamEncoderWriteStatus
on_flac (const FLAC__StreamEncoder *encoder, const FLAC__byte data[], size_t size,
    uint32_t samples, uint32_t frame, void *user_data)
{
  OpenaiEncoder *self = user_data;

  g_byte_array_append (self->out, data, size);
  return FLAC__STREAM_ENCODER_WRITE_STATUS_OK;
}

static void
open_flac (OpenaiEncoder *self)
{
  self->flac = FLAC__stream_encoder_new ();
  FLAC__stream_encoder_set_channels (self->flac, self->channels);
  FLAC__stream_encoder_set_bits_per_sample (self->flac, 16);
  FLAC__stream_encoder_set_sample_rate (self->flac, self->rate);
  FLAC__stream_encoder_set_compression_level (self->flac, FLAC_LEVEL);
  FLAC__stream_encoder_set_blocksize (self->flac, FLAC_BLOCK);
  FLAC__stream_encoder_set_verify (self->flac, FALSE);
  FLAC__stream_encoder_set_total_samples_estimate (self->flac, MAX (self->total, 0));
  FLAC__stream_encoder_init_stream (self->flac, on_flac, NULL, NULL, NULL, self);
}

static void
write_flac (OpenaiEncoder *self, const gint16 *samples, gsize frames)
{
  FLAC__int32 wide[FLAC_PIECE];
  gsize step = FLAC_PIECE / self->channels;

  for (gsize done = 0; done < frames; done += step) {
    gsize n = MIN (step, frames - done);

    for (gsize i = 0; i < n * self->channels; i++)
      wide[i] = samples[done * self->channels + i];
    FLAC__stream_encoder_process_interleaved (self->flac, wide, n);
  }
}

static void
open_opus (OpenaiEncoder *self)
{
  self->comments = ope_comments_create ();
  self->opus =
      ope_encoder_create_pull (self->comments, self->rate, self->channels, 0, NULL);
  ope_encoder_ctl (self->opus, OPUS_SET_APPLICATION (OPUS_APPLICATION_VOIP));
  ope_encoder_ctl (self->opus, OPUS_SET_BITRATE (OPUS_BIT_RATE));
  ope_encoder_ctl (self->opus, OPUS_SET_SIGNAL (OPUS_SIGNAL_VOICE));
  /* By default it holds two seconds back. */
  ope_encoder_ctl (self->opus, OPE_SET_DECISION_DELAY (0));
  ope_encoder_ctl (self->opus, OPE_SET_MUXING_DELAY (OPUS_PAGE));
  ope_encoder_ctl (self->opus, OPE_SET_COMMENT_PADDING (0));
}

static void
take_opus_pages (OpenaiEncoder *self, gboolean flush)
{
  unsigned char *page;
  opus_int32 size;

  while (ope_encoder_get_page (self->opus, &page, &size, flush))
    g_byte_array_append (self->out, page, size);
}

static void
write_opus (OpenaiEncoder *self, const gint16 *samples, gsize frames)
{
  self->has_frames |= frames > 0;
  ope_encoder_write (self->opus, samples, frames);
}

OpenaiEncoder *
openai_encoder_new (OpenaiAudioFormat format, guint rate, guint channels, gint64 total)
{
  OpenaiEncoder *self = g_new0 (OpenaiEncoder, 1);

  self->format = format;
  self->rate = rate;
  self->channels = channels;
  self->total = total;
  self->out = g_byte_array_new ();
  return self;
}

void
openai_encoder_free (OpenaiEncoder *self)
{
  if (!self)
    return;
  g_clear_pointer (&self->flac, FLAC__stream_encoder_delete);
  g_clear_pointer (&self->opus, ope_encoder_destroy);
  g_clear_pointer (&self->comments, ope_comments_destroy);
  g_byte_array_unref (self->out);
  g_free (self);
}

static void
begin (OpenaiEncoder *self)
{
  if (self->begun)
    return;
  self->begun = TRUE;
  if (self->format == OPENAI_AUDIO_WAV)
    write_wav_header (self);
  else if (self->format == OPENAI_AUDIO_FLAC)
    open_flac (self);
  else
    open_opus (self);
}

static GBytes *
hand_out (OpenaiEncoder *self)
{
  GByteArray *out = self->out;

  if (out->len == 0)
    return NULL;
  self->out = g_byte_array_new ();
  return g_byte_array_free_to_bytes (out);
}

GBytes *
openai_encoder_push (OpenaiEncoder *self, const gint16 *samples, gsize frames)
{
  begin (self);
  if (self->format == OPENAI_AUDIO_WAV) {
    write_wav (self, samples, frames * self->channels);
  } else if (self->format == OPENAI_AUDIO_FLAC) {
    write_flac (self, samples, frames);
  } else {
    write_opus (self, samples, frames);
    take_opus_pages (self, FALSE);
  }
  return hand_out (self);
}

GBytes *
openai_encoder_push_bytes (OpenaiEncoder *self, GBytes *samples)
{
  gsize size;
  const gint16 *data = g_bytes_get_data (samples, &size);

  if (G_BYTE_ORDER == G_LITTLE_ENDIAN && self->begun && self->format == OPENAI_AUDIO_WAV)
    return g_bytes_ref (samples);
  return openai_encoder_push (self, data, size / sizeof *data / self->channels);
}

GBytes *
openai_encoder_finish (OpenaiEncoder *self)
{
  begin (self);
  if (self->format == OPENAI_AUDIO_FLAC) {
    FLAC__stream_encoder_finish (self->flac);
  } else if (self->format == OPENAI_AUDIO_OPUS) {
    /* libopusenc aborts when it drains an encoder that saw no sample. */
    if (!self->has_frames)
      write_opus (self, (const gint16[]) { 0, 0 }, 1);
    ope_encoder_drain (self->opus);
    take_opus_pages (self, TRUE);
  }
  return hand_out (self);
}

const gchar *
openai_audio_format_filename (OpenaiAudioFormat format)
{
  static const gchar *const names[] = { "audio.wav", "audio.flac", "audio.ogg" };

  return names[format];
}

const gchar *
openai_audio_format_type (OpenaiAudioFormat format)
{
  static const gchar *const types[] = { "audio/wav", "audio/flac", "audio/ogg" };

  return types[format];
}
