// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* feed WAV SECONDS PARTS TAIL: talk through a pipeline as fast as it takes it.
 * Prints the CPU seconds each part took, one a line, and what the end took. */

#include <stdio.h>

#include "talksrc.h"

/* Frames: what a parser of WAV files makes of a block. */
#define BUFFER_FRAMES 1024

typedef struct
{
  guint64 part; /* ns */
  guint64 next;
  gdouble last;
} Meter;

static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Meter *meter = user_data;
  gdouble now;

  if (GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info)) < meter->next)
    return GST_PAD_PROBE_OK;
  now = cpu_seconds ();
  printf ("%.6f\n", now - meter->last);
  meter->last = now;
  meter->next += meter->part;
  return GST_PAD_PROBE_OK;
}

static gboolean
feed (const Talk *talk, const gchar *tail, guint parts)
{
  GstElement *pipeline = talk_pipeline (talk, tail);
  g_autoptr (GstIterator) sources = gst_bin_iterate_sources (GST_BIN (pipeline));
  GValue source = G_VALUE_INIT;
  g_autoptr (GstPad) pad = NULL;
  Meter meter = { 0 };
  gboolean ended;

  gst_iterator_next (sources, &source);
  pad = gst_element_get_static_pad (g_value_get_object (&source), "src");
  g_value_unset (&source);
  meter.part = gst_util_uint64_scale (
      talk->total_frames, GST_SECOND, (guint64) talk->rate * parts);
  meter.next = meter.part;
  meter.last = cpu_seconds ();
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, &meter, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  ended = talk_wait (pipeline);
  printf ("%.6f\n", cpu_seconds () - meter.last);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  return ended;
}

int
main (int argc, char **argv)
{
  Talk talk = { .buffer_frames = BUFFER_FRAMES };
  gboolean ended;

  gst_init (&argc, &argv);
  if (argc != 5 || !talk_load (&talk, argv[1]))
    return 2;
  talk.total_frames = g_ascii_strtoull (argv[2], NULL, 10) * talk.rate;
  ended = feed (&talk, argv[4], g_ascii_strtoull (argv[3], NULL, 10));
  g_bytes_unref (talk.samples);
  return ended ? 0 : 1;
}
