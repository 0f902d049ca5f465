// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Samples to audio files. */

#include "audio.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

#include "errors.h"

struct _AudioEncoder
{
  GstElement *pipeline;
  GstElement *source;
  guint rate;
  guint64 pushed; /* samples */

  /* streaming thread only */
  gboolean begun;

  AudioFormat format;
  AudioFunc func;
  gpointer user_data;
};

#define TELEPHONE "audioresample ! audio/x-raw,rate=8000 ! "

static const struct
{
  const gchar *name;
  const gchar *content_type;
  const gchar *chain;
} formats[] = {
  [AUDIO_MP3] = { "mp3", "audio/mpeg",
      "lamemp3enc target=bitrate cbr=true bitrate=128 mono=true ! " },
  [AUDIO_OPUS] = { "opus", "audio/opus",
      "opusenc audio-type=voice ! oggmux max-page-delay=100000000 ! " },
  [AUDIO_AAC] = { "aac", "audio/aac",
      "audioconvert ! avenc_aac bitrate=128000 ! aacparse ! "
      "audio/mpeg,mpegversion=4,stream-format=adts ! " },
  [AUDIO_FLAC] = { "flac", "audio/flac", "flacenc ! " },
  [AUDIO_WAV] = { "wav", "audio/wav", "" },
  [AUDIO_PCM] = { "pcm", "audio/pcm", "" },
  [AUDIO_PCMU] = { "pcmu", "audio/pcmu", TELEPHONE "mulawenc ! " },
  [AUDIO_PCMA] = { "pcma", "audio/pcma", TELEPHONE "alawenc ! " },
};

gboolean
audio_format_from_name (const gchar *name, AudioFormat *format)
{
  for (guint i = AUDIO_MP3; i <= AUDIO_PCM; i++) {
    if (g_strcmp0 (name, formats[i].name) == 0) {
      *format = i;
      return TRUE;
    }
  }
  return FALSE;
}

gboolean
audio_format_from_type (const gchar *type, AudioFormat *format)
{
  for (guint i = AUDIO_PCM; i <= AUDIO_PCMA; i++) {
    if (g_str_equal (type, formats[i].content_type)) {
      *format = i;
      return TRUE;
    }
  }
  return FALSE;
}

const gchar *
audio_format_content_type (AudioFormat format)
{
  return formats[format].content_type;
}

/* Both sizes are 0xFFFFFFFF: how long it gets is not known yet. */
static GBytes *
wav_header (void)
{
  static const guint8 header[44] = { 'R', 'I', 'F', 'F', 0xff, 0xff, 0xff, 0xff, 'W', 'A',
    'V', 'E', 'f', 'm', 't', ' ', 16, 0, 0, 0, 1, 0, 1, 0, AUDIO_OUTPUT_RATE & 0xff,
    AUDIO_OUTPUT_RATE >> 8, 0, 0, 2 * AUDIO_OUTPUT_RATE & 0xff,
    2 * AUDIO_OUTPUT_RATE >> 8, 0, 0, 2, 0, 16, 0, 'd', 'a', 't', 'a', 0xff, 0xff, 0xff,
    0xff };

  return g_bytes_new_static (header, sizeof (header));
}

static GstFlowReturn
on_new_sample (GstAppSink *sink, gpointer user_data)
{
  AudioEncoder *encoder = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  g_autoptr (GBytes) piece = NULL;
  gpointer data;
  gsize size;

  if (!sample)
    return GST_FLOW_EOS;
  if (!encoder->begun && encoder->format == AUDIO_WAV) {
    g_autoptr (GBytes) header = wav_header ();

    encoder->func (header, encoder->user_data);
  }
  encoder->begun = TRUE;

  gst_buffer_extract_dup (gst_sample_get_buffer (sample), 0, -1, &data, &size);
  piece = g_bytes_new_take (data, size);
  encoder->func (piece, encoder->user_data);
  return GST_FLOW_OK;
}

AudioEncoder *
audio_encoder_new (AudioFormat format, AudioFunc func, gpointer user_data, GError **error)
{
  g_autofree gchar *description =
      g_strdup_printf ("appsrc name=source format=time max-bytes=0 ! "
                       "audioconvert ! audioresample ! audio/x-raw,format=S16LE,rate=%d,"
                       "channels=1 ! %sappsink name=sink sync=false",
          AUDIO_OUTPUT_RATE, formats[format].chain);
  GstAppSinkCallbacks callbacks = { .new_sample = on_new_sample };
  g_autoptr (GError) cause = NULL;
  AudioEncoder *encoder;
  GstElement *sink;
  GstElement *pipeline =
      gst_parse_launch_full (description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &cause);

  if (!pipeline) {
    api_error_set (error, 501, "response_format", "unsupported_value",
        "This server cannot encode %s: %s.", formats[format].name, cause->message);
    return NULL;
  }

  encoder = g_new0 (AudioEncoder, 1);
  encoder->pipeline = pipeline;
  encoder->format = format;
  encoder->func = func;
  encoder->user_data = user_data;
  encoder->source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, encoder, NULL);
  gst_object_unref (sink);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return encoder;
}

void
audio_encoder_free (AudioEncoder *encoder)
{
  gst_element_set_state (encoder->pipeline, GST_STATE_NULL);
  gst_object_unref (encoder->source);
  gst_object_unref (encoder->pipeline);
  g_free (encoder);
}

static void
set_rate (AudioEncoder *encoder, guint rate)
{
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING,
      G_BYTE_ORDER == G_LITTLE_ENDIAN ? "S16LE" : "S16BE", "layout", G_TYPE_STRING,
      "interleaved", "rate", G_TYPE_INT, (gint) rate, "channels", G_TYPE_INT, 1, NULL);

  encoder->rate = rate;
  gst_app_src_set_caps (GST_APP_SRC (encoder->source), caps);
}

void
audio_encoder_push (
    AudioEncoder *encoder, const gint16 *samples, gsize length, guint rate)
{
  GstBuffer *buffer;

  if (length == 0)
    return;
  if (encoder->rate == 0)
    set_rate (encoder, rate);
  buffer = gst_buffer_new_memdup (samples, length * sizeof (gint16));
  GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (encoder->pushed, GST_SECOND, rate);
  GST_BUFFER_DURATION (buffer) = gst_util_uint64_scale (length, GST_SECOND, rate);
  encoder->pushed += length;
  gst_app_src_push_buffer (GST_APP_SRC (encoder->source), buffer);
}

gboolean
audio_encoder_finish (AudioEncoder *encoder, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (encoder->pipeline);
  g_autoptr (GstMessage) message = NULL;

  gst_app_src_end_of_stream (GST_APP_SRC (encoder->source));
  message = gst_bus_timed_pop_filtered (
      bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    g_autoptr (GError) cause = NULL;

    gst_message_parse_error (message, &cause, NULL);
    api_error_set (error, 500, NULL, NULL, "Encoding failed: %s", cause->message);
    return FALSE;
  }
  return TRUE;
}
