// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* captions BASE_URL SECONDS N STREAMS [SETTINGS]: live utterances of this length, so many
 * a stream. Prints for each the milliseconds from its last sample in to its cue
 * out, one a line. */

#include <stdio.h>
#include <string.h>

#include "support.h"
#include "talksrc.h"

#define PAUSE_MS 1500
#define BUFFERS_PER_SECOND 100

typedef struct
{
  guint64 length; /* of an utterance, samples ... */
  guint64 period; /* ... with its pause */
  guint64 heard;  /* samples so far */
  gint64 ended;   /* when its last sample came, protected by lock */
  GMutex lock;
} Stream;

static GstPadProbeReturn
on_audio (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Stream *stream = user_data;

  stream->heard += gst_buffer_get_size (GST_PAD_PROBE_INFO_BUFFER (info)) / 2;
  if (stream->heard % stream->period != stream->length)
    return GST_PAD_PROBE_OK;
  g_mutex_lock (&stream->lock);
  stream->ended = g_get_monotonic_time ();
  g_mutex_unlock (&stream->lock);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_cue (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Stream *stream = user_data;

  g_mutex_lock (&stream->lock);
  if (stream->ended)
    printf ("%.3f\n", (g_get_monotonic_time () - stream->ended) / 1e3);
  stream->ended = 0;
  g_mutex_unlock (&stream->lock);
  return GST_PAD_PROBE_OK;
}

static GstElement *
make_stream (const Talk *talk, const gchar *url, const gchar *settings, Stream *stream)
{
  g_autofree gchar *tail = g_strdup_printf (
      "openaistt name=x vad=energy silence-duration=500 language=en api-key=\"\" "
      "max-chunk-duration=20000 base-url=%s %s ! fakesink async=false sync=false",
      url, settings);
  GstElement *pipeline = talk_pipeline (talk, tail);
  g_autoptr (GstElement) stt = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  g_autoptr (GstPad) sink = gst_element_get_static_pad (stt, "sink");
  g_autoptr (GstPad) src = gst_element_get_static_pad (stt, "src");

  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER, on_audio, stream, NULL);
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER, on_cue, stream, NULL);
  return pipeline;
}

int
main (int argc, char **argv)
{
  g_autoptr (GByteArray) samples = g_byte_array_new ();
  g_autoptr (GPtrArray) pipelines = g_ptr_array_new_with_free_func (gst_object_unref);
  g_autofree Stream *streams = NULL;
  Talk talk = { .rate = RATE, .channels = 1, .live = TRUE };
  guint seconds, n;
  gboolean ended = TRUE;

  gst_init (&argc, &argv);
  if (argc != 5 && argc != 6)
    return 2;
  seconds = g_ascii_strtoull (argv[2], NULL, 10);
  n = g_ascii_strtoull (argv[4], NULL, 10);
  talk_add_speech (samples, seconds * 1000);
  talk_add_pause (samples, PAUSE_MS);
  talk.samples = g_bytes_new (samples->data, samples->len);
  talk.buffer_frames = RATE / BUFFERS_PER_SECOND;
  talk.total_frames = samples->len / 2 * g_ascii_strtoull (argv[3], NULL, 10);
  streams = g_new0 (Stream, n);
  for (guint i = 0; i < n; i++) {
    streams[i].length = seconds * RATE;
    streams[i].period = samples->len / 2;
    g_ptr_array_add (
        pipelines, make_stream (&talk, argv[1], argc > 5 ? argv[5] : "", &streams[i]));
  }
  for (guint i = 0; i < n; i++) {
    gst_element_set_state (g_ptr_array_index (pipelines, i), GST_STATE_PLAYING);
    /* Not all at the same moment. */
    g_usleep (G_USEC_PER_SEC * seconds / n);
  }
  for (guint i = 0; i < n; i++) {
    ended &= talk_wait (g_ptr_array_index (pipelines, i));
    gst_element_set_state (g_ptr_array_index (pipelines, i), GST_STATE_NULL);
  }
  g_bytes_unref (talk.samples);
  return ended ? 0 : 1;
}
