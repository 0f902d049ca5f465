// SPDX-License-Identifier: LGPL-2.1-or-later
/* Samples to buffers on a pad: caps, segment, times without a gap, GAPs. */

#include "tts/playout.h"

#define SAMPLE_SIZE 2

struct _Playout
{
  GstElement *element;          /* not owned: it owns this */
  GstPad *pad;
  guint default_rate;

  GstEvent *pending_segment;
  GstSegment segment;           /* written under the element's OBJECT_LOCK */
  guint rate;                   /* 0: no caps yet */
  guint channels;
  GstClockTime origin;          /* the time of frame 0 ... */
  guint64 frames;               /* ... and how many came since */
  gboolean discont;
};

Playout *
playout_new (GstElement * element, GstPad * pad, guint default_rate)
{
  Playout *playout = g_new0 (Playout, 1);

  playout->element = element;
  playout->pad = pad;
  playout->default_rate = default_rate;
  playout->discont = TRUE;
  gst_segment_init (&playout->segment, GST_FORMAT_TIME);
  return playout;
}

void
playout_free (Playout * playout)
{
  if (!playout)
    return;
  gst_clear_event (&playout->pending_segment);
  g_free (playout);
}

void
playout_set_segment (Playout * playout, GstEvent * segment)
{
  gst_event_replace (&playout->pending_segment, segment);
}

GstClockTime
playout_time (Playout * playout)
{
  if (playout->rate == 0)
    return playout->origin;
  return playout->origin + gst_util_uint64_scale (playout->frames, GST_SECOND,
      playout->rate);
}

static void
publish_position (Playout * playout)
{
  GST_OBJECT_LOCK (playout->element);
  playout->segment.position = playout_time (playout);
  GST_OBJECT_UNLOCK (playout->element);
}

static void
restart_at (Playout * playout, GstClockTime time)
{
  playout->origin = time;
  playout->frames = 0;
  publish_position (playout);
}

static void
send_segment (Playout * playout)
{
  g_autoptr (GstEvent) event = g_steal_pointer (&playout->pending_segment);

  if (!event)
    return;
  GST_OBJECT_LOCK (playout->element);
  gst_event_copy_segment (event, &playout->segment);
  GST_OBJECT_UNLOCK (playout->element);
  restart_at (playout, playout->segment.start);
  gst_pad_push_event (playout->pad, g_steal_pointer (&event));
}

static gboolean
send_caps (Playout * playout)
{
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("audio/x-raw",
      "format", G_TYPE_STRING, "S16LE",
      "layout", G_TYPE_STRING, "interleaved",
      "rate", G_TYPE_INT, playout->rate,
      "channels", G_TYPE_INT, playout->channels, NULL);

  if (playout->channels > 2)
    gst_caps_set_simple (caps, "channel-mask", GST_TYPE_BITMASK,
        G_GUINT64_CONSTANT (0), NULL);
  return gst_pad_set_caps (playout->pad, caps);
}

gboolean
playout_set_format (Playout * playout, guint rate, guint channels)
{
  if (rate != playout->rate || channels != playout->channels) {
    restart_at (playout, playout_time (playout));
    playout->rate = rate;
    playout->channels = channels;
    if (!send_caps (playout))
      return FALSE;
  }
  send_segment (playout);
  return TRUE;
}

gboolean
playout_begin (Playout * playout)
{
  if (playout->rate == 0)
    return playout_set_format (playout, playout->default_rate, 1);
  send_segment (playout);
  return TRUE;
}

gboolean
playout_wait_until (Playout * playout, GstClockTime time)
{
  GstClockTime start;

  if (!playout_begin (playout))
    return FALSE;
  start = playout_time (playout);
  if (time <= start)
    return TRUE;
  gst_pad_push_event (playout->pad, gst_event_new_gap (start, time - start));
  restart_at (playout, time);
  return TRUE;
}

GstFlowReturn
playout_push (Playout * playout, GBytes * samples)
{
  GstBuffer *buffer = gst_buffer_new_wrapped_bytes (samples);
  GstClockTime start = playout_time (playout);

  playout->frames +=
      g_bytes_get_size (samples) / (SAMPLE_SIZE * playout->channels);
  GST_BUFFER_PTS (buffer) = start;
  GST_BUFFER_DURATION (buffer) = playout_time (playout) - start;
  if (playout->discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  playout->discont = FALSE;
  publish_position (playout);
  return gst_pad_push (playout->pad, buffer);
}

gsize
playout_bytes (Playout * playout, guint milliseconds)
{
  return (gsize) playout->rate * milliseconds / 1000 * playout->channels *
      SAMPLE_SIZE;
}

GstClockTime
playout_stream_time (Playout * playout)
{
  return gst_segment_to_stream_time (&playout->segment, GST_FORMAT_TIME,
      playout->segment.position);
}
