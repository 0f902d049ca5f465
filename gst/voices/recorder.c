// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What comes into openaivoicesink, as the file that is uploaded. */

#include "recorder.h"

#include <string.h>

#include "audio/encoder.h"
#include "client/error.h"
#include "i18n.h"
#include "element/resampler.h"
#include "element/recordingcaps.h"

#define MAX_RATE 48000
#define WAV_HEADER 44

struct _GstOpenaiRecorder
{
  gboolean raw;
  OpenaiRecordingKind kind; /* of a file; UNKNOWN: its first bytes tell */
  GByteArray *bytes;        /* samples, or the file */
  guint64 position;         /* in the file, of what comes next */

  GstAudioInfo info; /* of raw audio */
  GstOpenaiResampler *resampler;
  guint rate; /* of the samples; 0: none yet */

  GstClockTime first; /* what the buffers of a file say */
  GstClockTime end;
};

GstOpenaiRecorder *
gst_openai_recorder_new (void)
{
  GstOpenaiRecorder *self = g_new0 (GstOpenaiRecorder, 1);

  gst_audio_info_init (&self->info);
  self->bytes = g_byte_array_new ();
  self->first = self->end = GST_CLOCK_TIME_NONE;
  return self;
}

void
gst_openai_recorder_free (GstOpenaiRecorder *self)
{
  if (!self)
    return;
  g_clear_pointer (&self->resampler, gst_openai_resampler_free);
  g_byte_array_unref (self->bytes);
  g_free (self);
}

/* Takes @samples, which may be NULL. */
static void
take (GstOpenaiRecorder *self, GBytes *samples)
{
  if (samples)
    g_byte_array_append (
        self->bytes, g_bytes_get_data (samples, NULL), g_bytes_get_size (samples));
  g_clear_pointer (&samples, g_bytes_unref);
}

/* What a converter of rates holds back. */
static void
drain (GstOpenaiRecorder *self)
{
  if (self->resampler)
    take (self, gst_openai_resampler_drain (self->resampler));
  g_clear_pointer (&self->resampler, gst_openai_resampler_free);
}

static gboolean
set_raw_caps (GstOpenaiRecorder *self, GstCaps *caps)
{
  GstAudioInfo info;

  if (!gst_audio_info_from_caps (&info, caps))
    return FALSE;
  drain (self);
  self->info = info;
  if (self->rate == 0)
    self->rate = MIN (GST_AUDIO_INFO_RATE (&info), MAX_RATE);
  self->resampler = gst_openai_resampler_new (&info, self->rate);
  return self->resampler != NULL;
}

gboolean
gst_openai_recorder_set_caps (GstOpenaiRecorder *self, GstCaps *caps)
{
  gboolean raw = gst_structure_has_name (gst_caps_get_structure (caps, 0), "audio/x-raw");
  OpenaiRecordingKind kind =
      raw ? OPENAI_RECORDING_WAV : gst_openai_recording_kind (caps);

  if (self->bytes->len > 0 && (raw != self->raw || kind != self->kind))
    return FALSE;
  self->raw = raw;
  self->kind = kind;
  return !raw || set_raw_caps (self, caps);
}

/* What of @buffer is inside of @segment, or NULL; samples of a file without a parser have
 * a segment of bytes, and all of them count. */
static GstBuffer *
clip (GstOpenaiRecorder *self, GstBuffer *buffer, const GstSegment *segment)
{
  gst_buffer_ref (buffer);
  return segment->format != GST_FORMAT_TIME
      ? buffer
      : gst_audio_buffer_clip (buffer, segment, GST_AUDIO_INFO_RATE (&self->info),
            GST_AUDIO_INFO_BPF (&self->info));
}

static gboolean
push_raw (GstOpenaiRecorder *self, GstBuffer *buffer, const GstSegment *segment)
{
  GstBuffer *clipped = clip (self, buffer, segment);
  GBytes *samples;
  gboolean read;

  if (!clipped)
    return TRUE;
  read = gst_openai_resampler_push (self->resampler, clipped, &samples);
  take (self, samples);
  gst_buffer_unref (clipped);
  return read;
}

void
gst_openai_recorder_seek (GstOpenaiRecorder *self, guint64 offset)
{
  self->position = offset;
}

/* Over what is there, or behind it; there is never a gap. */
static void
write_file (GstOpenaiRecorder *self, const guint8 *data, gsize size)
{
  gsize position = MIN (self->position, self->bytes->len);
  gsize over = MIN (size, self->bytes->len - position);

  if (over > 0)
    memcpy (self->bytes->data + position, data, over);
  g_byte_array_append (self->bytes, data + over, size - over);
  self->position = position + size;
}

static void
note_time (GstOpenaiRecorder *self, GstBuffer *buffer, const GstSegment *segment)
{
  if (segment->format != GST_FORMAT_TIME || !GST_BUFFER_PTS_IS_VALID (buffer)
      || !GST_BUFFER_DURATION_IS_VALID (buffer))
    return;
  if (!GST_CLOCK_TIME_IS_VALID (self->first))
    self->first = GST_BUFFER_PTS (buffer);
  self->end = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
}

gboolean
gst_openai_recorder_push (
    GstOpenaiRecorder *self, GstBuffer *buffer, const GstSegment *segment)
{
  GstMapInfo map;

  if (self->raw)
    return push_raw (self, buffer, segment);
  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return FALSE;
  write_file (self, map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  note_time (self, buffer, segment);
  return TRUE;
}

/* Milliseconds, as far as it is known while it grows; -1: not. */
static gint64
known_duration (GstOpenaiRecorder *self)
{
  if (self->raw && self->rate > 0)
    return gst_util_uint64_scale_ceil (self->bytes->len / 2, 1000, self->rate);
  if (GST_CLOCK_TIME_IS_VALID (self->first) && self->end > self->first)
    return (self->end - self->first) / GST_MSECOND;
  return -1;
}

gboolean
gst_openai_recorder_check (
    GstOpenaiRecorder *self, guint64 max_bytes, guint max_ms, GError **error)
{
  gsize size = self->bytes->len + (self->raw ? WAV_HEADER : 0);

  return openai_recording_check (
      self->kind, size, max_bytes, known_duration (self), max_ms, error);
}

static GBytes *
finish_raw (GstOpenaiRecorder *self)
{
  gsize frames = self->bytes->len / 2;
  g_autoptr (OpenaiEncoder) file =
      openai_encoder_new (OPENAI_AUDIO_WAV, self->rate, 1, frames);

  return openai_encoder_push (file, (gint16 *) self->bytes->data, frames);
}

static GBytes *
hand_out (GstOpenaiRecorder *self)
{
  GByteArray *bytes = self->bytes;

  self->bytes = g_byte_array_new ();
  return g_byte_array_free_to_bytes (bytes);
}

GBytes *
gst_openai_recorder_finish (GstOpenaiRecorder *self, guint64 max_bytes, guint max_ms,
    OpenaiRecordingKind *kind, GError **error)
{
  g_autoptr (GBytes) file = NULL;
  gint64 duration;

  drain (self);
  if (self->bytes->len == 0) {
    g_set_error_literal (
        error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS, _("No audio came; nothing was sent"));
    return NULL;
  }
  if (!gst_openai_recorder_check (self, max_bytes, max_ms, error))
    return NULL;
  duration = known_duration (self);
  file = self->raw ? finish_raw (self) : hand_out (self);
  *kind =
      self->kind != OPENAI_RECORDING_UNKNOWN ? self->kind : openai_recording_sniff (file);
  if (!self->raw && !openai_recording_check_content (file, *kind, error))
    return NULL;
  if (!self->raw)
    duration = MAX (duration, openai_recording_duration (file, *kind));
  if (!openai_recording_check (
          *kind, g_bytes_get_size (file), max_bytes, duration, max_ms, error))
    return NULL;
  return g_steal_pointer (&file);
}
