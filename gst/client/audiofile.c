// SPDX-License-Identifier: LGPL-2.1-or-later
/* The `file` of an upload, written as a stream. */

#include "client/audiofile.h"

#include <FLAC/stream_encoder.h>
#include <opus/opusenc.h>
#include <string.h>

/* 72 ms at 16 kHz: what a growing upload is behind by. */
#define FLAC_BLOCK 1152
/* 1 % more bytes than level 5 in 7/8 of the time. */
#define FLAC_LEVEL 3
#define FLAC_PIECE 4096

#define OPUS_BIT_RATE 28000
#define OPUS_PAGE 9600          /* 200 ms at 48 kHz */

struct _OpenaiAudioFile
{
  OpenaiAudioFormat format;
  guint rate;
  guint channels;
  gint64 total;
  gboolean begun;
  gboolean has_frames;
  GByteArray *out;              /* written and not yet handed out */

  FLAC__StreamEncoder *flac;
  OggOpusComments *comments;
  OggOpusEnc *opus;
};

static void
append_u16 (GByteArray * out, guint16 value)
{
  guint16 le = GUINT16_TO_LE (value);

  g_byte_array_append (out, (guint8 *) & le, sizeof le);
}

static void
append_u32 (GByteArray * out, guint32 value)
{
  guint32 le = GUINT32_TO_LE (value);

  g_byte_array_append (out, (guint8 *) & le, sizeof le);
}

static void
append_tag (GByteArray * out, const gchar * tag)
{
  g_byte_array_append (out, (const guint8 *) tag, 4);
}

static void
write_wav_header (OpenaiAudioFile * file)
{
  guint frame = 2 * file->channels;
  guint64 size = file->total * frame;
  gboolean known = file->total >= 0 && size <= G_MAXUINT32 - 36;

  append_tag (file->out, "RIFF");
  append_u32 (file->out, known ? size + 36 : G_MAXUINT32);
  append_tag (file->out, "WAVE");
  append_tag (file->out, "fmt ");
  append_u32 (file->out, 16);
  append_u16 (file->out, 1);
  append_u16 (file->out, file->channels);
  append_u32 (file->out, file->rate);
  append_u32 (file->out, file->rate * frame);
  append_u16 (file->out, frame);
  append_u16 (file->out, 16);
  append_tag (file->out, "data");
  append_u32 (file->out, known ? size : G_MAXUINT32);
}

static void
write_wav (OpenaiAudioFile * file, const gint16 * samples, gsize n)
{
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  g_byte_array_append (file->out, (const guint8 *) samples, n * sizeof *samples);
#else
  for (gsize i = 0; i < n; i++)
    append_u16 (file->out, samples[i]);
#endif
}

static FLAC__StreamEncoderWriteStatus
on_flac (const FLAC__StreamEncoder * encoder, const FLAC__byte data[],
    size_t size, uint32_t samples, uint32_t frame, void *user_data)
{
  OpenaiAudioFile *file = user_data;

  g_byte_array_append (file->out, data, size);
  return FLAC__STREAM_ENCODER_WRITE_STATUS_OK;
}

static void
open_flac (OpenaiAudioFile * file)
{
  file->flac = FLAC__stream_encoder_new ();
  FLAC__stream_encoder_set_channels (file->flac, file->channels);
  FLAC__stream_encoder_set_bits_per_sample (file->flac, 16);
  FLAC__stream_encoder_set_sample_rate (file->flac, file->rate);
  FLAC__stream_encoder_set_compression_level (file->flac, FLAC_LEVEL);
  FLAC__stream_encoder_set_blocksize (file->flac, FLAC_BLOCK);
  FLAC__stream_encoder_set_verify (file->flac, FALSE);
  FLAC__stream_encoder_set_total_samples_estimate (file->flac,
      MAX (file->total, 0));
  FLAC__stream_encoder_init_stream (file->flac, on_flac, NULL, NULL, NULL,
      file);
}

static void
write_flac (OpenaiAudioFile * file, const gint16 * samples, gsize frames)
{
  FLAC__int32 wide[FLAC_PIECE];
  gsize step = FLAC_PIECE / file->channels;

  for (gsize done = 0; done < frames; done += step) {
    gsize n = MIN (step, frames - done);

    for (gsize i = 0; i < n * file->channels; i++)
      wide[i] = samples[done * file->channels + i];
    FLAC__stream_encoder_process_interleaved (file->flac, wide, n);
  }
}

static void
open_opus (OpenaiAudioFile * file)
{
  file->comments = ope_comments_create ();
  file->opus = ope_encoder_create_pull (file->comments, file->rate,
      file->channels, 0, NULL);
  ope_encoder_ctl (file->opus, OPUS_SET_APPLICATION (OPUS_APPLICATION_VOIP));
  ope_encoder_ctl (file->opus, OPUS_SET_BITRATE (OPUS_BIT_RATE));
  ope_encoder_ctl (file->opus, OPUS_SET_SIGNAL (OPUS_SIGNAL_VOICE));
  /* By default it holds two seconds back. */
  ope_encoder_ctl (file->opus, OPE_SET_DECISION_DELAY (0));
  ope_encoder_ctl (file->opus, OPE_SET_MUXING_DELAY (OPUS_PAGE));
  ope_encoder_ctl (file->opus, OPE_SET_COMMENT_PADDING (0));
}

static void
take_opus_pages (OpenaiAudioFile * file, gboolean flush)
{
  unsigned char *page;
  opus_int32 size;

  while (ope_encoder_get_page (file->opus, &page, &size, flush))
    g_byte_array_append (file->out, page, size);
}

static void
write_opus (OpenaiAudioFile * file, const gint16 * samples, gsize frames)
{
  file->has_frames |= frames > 0;
  ope_encoder_write (file->opus, samples, frames);
}

OpenaiAudioFile *
openai_audio_file_new (OpenaiAudioFormat format, guint rate, guint channels,
    gint64 total)
{
  OpenaiAudioFile *file = g_new0 (OpenaiAudioFile, 1);

  file->format = format;
  file->rate = rate;
  file->channels = channels;
  file->total = total;
  file->out = g_byte_array_new ();
  return file;
}

void
openai_audio_file_free (OpenaiAudioFile * file)
{
  if (!file)
    return;
  g_clear_pointer (&file->flac, FLAC__stream_encoder_delete);
  g_clear_pointer (&file->opus, ope_encoder_destroy);
  g_clear_pointer (&file->comments, ope_comments_destroy);
  g_byte_array_unref (file->out);
  g_free (file);
}

static void
begin (OpenaiAudioFile * file)
{
  if (file->begun)
    return;
  file->begun = TRUE;
  if (file->format == OPENAI_AUDIO_WAV)
    write_wav_header (file);
  else if (file->format == OPENAI_AUDIO_FLAC)
    open_flac (file);
  else
    open_opus (file);
}

static GBytes *
hand_out (OpenaiAudioFile * file)
{
  GByteArray *out = file->out;

  if (out->len == 0)
    return NULL;
  file->out = g_byte_array_new ();
  return g_byte_array_free_to_bytes (out);
}

GBytes *
openai_audio_file_push (OpenaiAudioFile * file, const gint16 * samples,
    gsize frames)
{
  begin (file);
  if (file->format == OPENAI_AUDIO_WAV) {
    write_wav (file, samples, frames * file->channels);
  } else if (file->format == OPENAI_AUDIO_FLAC) {
    write_flac (file, samples, frames);
  } else {
    write_opus (file, samples, frames);
    take_opus_pages (file, FALSE);
  }
  return hand_out (file);
}

GBytes *
openai_audio_file_push_bytes (OpenaiAudioFile * file, GBytes * samples)
{
  gsize size;
  const gint16 *data = g_bytes_get_data (samples, &size);

  if (G_BYTE_ORDER == G_LITTLE_ENDIAN && file->begun
      && file->format == OPENAI_AUDIO_WAV)
    return g_bytes_ref (samples);
  return openai_audio_file_push (file, data,
      size / sizeof *data / file->channels);
}

GBytes *
openai_audio_file_finish (OpenaiAudioFile * file)
{
  begin (file);
  if (file->format == OPENAI_AUDIO_FLAC) {
    FLAC__stream_encoder_finish (file->flac);
  } else if (file->format == OPENAI_AUDIO_OPUS) {
    /* libopusenc aborts when it drains an encoder that saw no sample. */
    if (!file->has_frames)
      write_opus (file, (const gint16[]) { 0, 0 }, 1);
    ope_encoder_drain (file->opus);
    take_opus_pages (file, TRUE);
  }
  return hand_out (file);
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
