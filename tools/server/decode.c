// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Audio files to samples. */

#include "audio.h"

#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <string.h>

#include "errors.h"

#define POLL (100 * GST_MSECOND)
#define STALLED (5 * GST_SECOND)

static void
set_invalid_format (GError **error)
{
  api_error_set (error, 400, "file", NULL,
      "Invalid file format. Supported "
      "formats: ['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', "
      "'wav', 'webm']");
}

/* An uploaded playlist must not make this server fetch anything. The values
 * are those of GstAutoplugSelectResult, which has no header. */
static gint
on_autoplug_select (GstElement *decodebin, GstPad *pad, GstCaps *caps,
    GstElementFactory *factory, gpointer user_data)
{
  enum
  {
    TRY,
    EXPOSE,
    SKIP
  };
  const gchar *klass =
      gst_element_factory_get_metadata (factory, GST_ELEMENT_METADATA_KLASS);

  return strstr (klass, "Adaptive") || strstr (klass, "Network") ? SKIP : TRY;
}

static GstElement *
make_decoder (GBytes *file, guint rate, GstElement **sink, GError **error)
{
  g_autofree gchar *description =
      g_strdup_printf ("giostreamsrc name=source ! decodebin name=decoder "
                       "expose-all-streams=false caps=audio/x-raw ! audioconvert ! "
                       "audioresample ! audio/x-raw,format=%s,layout=interleaved,rate=%u,"
                       "channels=1 ! appsink name=sink sync=false max-buffers=64",
          G_BYTE_ORDER == G_LITTLE_ENDIAN ? "S16LE" : "S16BE", rate);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (file);
  GstElement *pipeline =
      gst_parse_launch_full (description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, error);
  GstElement *source, *decoder;

  if (!pipeline)
    return NULL;
  source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  g_object_set (source, "stream", stream, NULL);
  gst_object_unref (source);
  decoder = gst_bin_get_by_name (GST_BIN (pipeline), "decoder");
  g_signal_connect (decoder, "autoplug-select", G_CALLBACK (on_autoplug_select), NULL);
  gst_object_unref (decoder);
  *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  return pipeline;
}

static gboolean
append_sample (GArray *samples, GstSample *sample, gsize most)
{
  GstMapInfo map;
  gboolean fits = FALSE;

  if (gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ)) {
    gsize length = map.size / sizeof (gint16);

    fits = length <= most - samples->len;
    if (fits)
      g_array_append_vals (samples, map.data, length);
    gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
  }
  return fits;
}

/* What was decoded before an error counts: a file cut short is still heard. */
static gboolean
pull_samples (GstElement *pipeline, GstAppSink *sink, GArray *samples, gsize most,
    GCancellable *cancellable, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstClockTime waited = 0;

  while (waited < STALLED) {
    g_autoptr (GstSample) sample = gst_app_sink_try_pull_sample (sink, POLL);

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    if (sample) {
      waited = 0;
      if (append_sample (samples, sample, most))
        continue;
      api_error_set (
          error, 400, "file", "invalid_value", "The audio is too long for this server.");
      return FALSE;
    }
    if (gst_app_sink_is_eos (sink))
      return TRUE;

    g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
    if (message)
      return TRUE;
    waited += POLL;
  }
  return TRUE;
}

GArray *
audio_decode (
    GBytes *file, guint rate, guint longest, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (gint16));
  GstElement *sink;
  GstElement *pipeline = make_decoder (file, rate, &sink, error);
  gboolean ok;

  if (!pipeline)
    return NULL;
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  ok = pull_samples (
      pipeline, GST_APP_SINK (sink), samples, (gsize) longest * rate, cancellable, error);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (sink);
  gst_object_unref (pipeline);

  if (ok && samples->len == 0) {
    set_invalid_format (error);
    ok = FALSE;
  }
  return ok ? g_steal_pointer (&samples) : NULL;
}
