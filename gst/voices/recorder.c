// SPDX-License-Identifier: LGPL-2.1-or-later
/* What comes into openaivoicesink, as the file that is uploaded. */

#include "voices/recorder.h"

#include <string.h>

#include "client/audiofile.h"
#include "client/error.h"
#include "i18n.h"
#include "mono.h"
#include "recordingcaps.h"

#define MAX_RATE 48000
#define WAV_HEADER 44

struct _Recorder
{
  gboolean raw;
  OpenaiRecordingKind kind;     /* of a file; UNKNOWN: its first bytes tell */
  GByteArray *bytes;            /* samples, or the file */
  guint64 position;             /* in the file, of what comes next */

  GstAudioInfo info;            /* of raw audio */
  GstOpenaiMono *mono;
  guint rate;                   /* of the samples; 0: none yet */

  GstClockTime first;           /* what the buffers of a file say */
  GstClockTime end;
};

Recorder *
recorder_new (void)
{
  Recorder *recorder = g_new0 (Recorder, 1);

  gst_audio_info_init (&recorder->info);
  recorder->bytes = g_byte_array_new ();
  recorder->first = recorder->end = GST_CLOCK_TIME_NONE;
  return recorder;
}

void
recorder_free (Recorder * recorder)
{
  if (!recorder)
    return;
  g_clear_pointer (&recorder->mono, gst_openai_mono_free);
  g_byte_array_unref (recorder->bytes);
  g_free (recorder);
}

/* Takes @samples, which may be NULL. */
static void
take (Recorder * recorder, GBytes * samples)
{
  if (samples)
    g_byte_array_append (recorder->bytes, g_bytes_get_data (samples, NULL),
        g_bytes_get_size (samples));
  g_clear_pointer (&samples, g_bytes_unref);
}

/* What a converter of rates holds back. */
static void
drain (Recorder * recorder)
{
  if (recorder->mono)
    take (recorder, gst_openai_mono_drain (recorder->mono));
  g_clear_pointer (&recorder->mono, gst_openai_mono_free);
}

static gboolean
set_raw_caps (Recorder * recorder, GstCaps * caps)
{
  GstAudioInfo info;

  if (!gst_audio_info_from_caps (&info, caps))
    return FALSE;
  drain (recorder);
  recorder->info = info;
  if (recorder->rate == 0)
    recorder->rate = MIN (GST_AUDIO_INFO_RATE (&info), MAX_RATE);
  recorder->mono = gst_openai_mono_new (&info, recorder->rate);
  return recorder->mono != NULL;
}

gboolean
recorder_set_caps (Recorder * recorder, GstCaps * caps)
{
  gboolean raw = gst_structure_has_name (gst_caps_get_structure (caps, 0),
      "audio/x-raw");
  OpenaiRecordingKind kind = raw ? OPENAI_RECORDING_WAV : gst_openai_recording_kind (caps);

  if (recorder->bytes->len > 0
      && (raw != recorder->raw || kind != recorder->kind))
    return FALSE;
  recorder->raw = raw;
  recorder->kind = kind;
  return !raw || set_raw_caps (recorder, caps);
}

static gboolean
push_raw (Recorder * recorder, GstBuffer * buffer, const GstSegment * segment)
{
  GstBuffer *clipped = gst_audio_buffer_clip (gst_buffer_ref (buffer), segment,
      GST_AUDIO_INFO_RATE (&recorder->info),
      GST_AUDIO_INFO_BPF (&recorder->info));
  GBytes *samples;
  gboolean read;

  if (!clipped)
    return TRUE;
  read = gst_openai_mono_push (recorder->mono, clipped, &samples);
  take (recorder, samples);
  gst_buffer_unref (clipped);
  return read;
}

void
recorder_seek (Recorder * recorder, guint64 offset)
{
  recorder->position = offset;
}

/* Over what is there, or behind it; nobody leaves a gap. */
static void
write_file (Recorder * recorder, const guint8 * data, gsize size)
{
  gsize position = MIN (recorder->position, recorder->bytes->len);
  gsize over = MIN (size, recorder->bytes->len - position);

  if (over > 0)
    memcpy (recorder->bytes->data + position, data, over);
  g_byte_array_append (recorder->bytes, data + over, size - over);
  recorder->position = position + size;
}

static void
note_time (Recorder * recorder, GstBuffer * buffer,
    const GstSegment * segment)
{
  if (segment->format != GST_FORMAT_TIME || !GST_BUFFER_PTS_IS_VALID (buffer)
      || !GST_BUFFER_DURATION_IS_VALID (buffer))
    return;
  if (!GST_CLOCK_TIME_IS_VALID (recorder->first))
    recorder->first = GST_BUFFER_PTS (buffer);
  recorder->end = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
}

gboolean
recorder_push (Recorder * recorder, GstBuffer * buffer,
    const GstSegment * segment)
{
  GstMapInfo map;

  if (recorder->raw)
    return push_raw (recorder, buffer, segment);
  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return FALSE;
  write_file (recorder, map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  note_time (recorder, buffer, segment);
  return TRUE;
}

/* Milliseconds, as far as it is known while it grows; -1: not. */
static gint64
known_duration (Recorder * recorder)
{
  if (recorder->raw && recorder->rate > 0)
    return gst_util_uint64_scale_ceil (recorder->bytes->len / 2, 1000,
        recorder->rate);
  if (GST_CLOCK_TIME_IS_VALID (recorder->first)
      && recorder->end > recorder->first)
    return (recorder->end - recorder->first) / GST_MSECOND;
  return -1;
}

gboolean
recorder_check (Recorder * recorder, guint64 max_bytes, guint max_ms,
    GError ** error)
{
  gsize size = recorder->bytes->len + (recorder->raw ? WAV_HEADER : 0);

  return openai_recording_check (recorder->kind, size, max_bytes,
      known_duration (recorder), max_ms, error);
}

static GBytes *
finish_raw (Recorder * recorder)
{
  gsize frames = recorder->bytes->len / 2;
  g_autoptr (OpenaiAudioFile) file = openai_audio_file_new (OPENAI_AUDIO_WAV,
      recorder->rate, 1, frames);

  return openai_audio_file_push (file, (gint16 *) recorder->bytes->data,
      frames);
}

static GBytes *
hand_out (Recorder * recorder)
{
  GByteArray *bytes = recorder->bytes;

  recorder->bytes = g_byte_array_new ();
  return g_byte_array_free_to_bytes (bytes);
}

GBytes *
recorder_finish (Recorder * recorder, guint64 max_bytes, guint max_ms,
    OpenaiRecordingKind * kind, GError ** error)
{
  g_autoptr (GBytes) file = NULL;
  gint64 duration;

  drain (recorder);
  if (recorder->bytes->len == 0) {
    g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("No audio came; nothing was sent"));
    return NULL;
  }
  if (!recorder_check (recorder, max_bytes, max_ms, error))
    return NULL;
  duration = known_duration (recorder);
  file = recorder->raw ? finish_raw (recorder) : hand_out (recorder);
  *kind = recorder->kind != OPENAI_RECORDING_UNKNOWN ? recorder->kind :
      openai_recording_sniff (file);
  if (*kind == OPENAI_RECORDING_UNKNOWN) {
    g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("This is neither raw audio nor an MP3, WAV, Ogg, AAC, FLAC, WebM or "
        "MP4 file; nothing was sent"));
    return NULL;
  }
  if (!recorder->raw)
    duration = MAX (duration, openai_recording_duration (file, *kind));
  if (!openai_recording_check (*kind, g_bytes_get_size (file), max_bytes,
          duration, max_ms, error))
    return NULL;
  return g_steal_pointer (&file);
}
