// SPDX-License-Identifier: LGPL-2.1-or-later
/* Samples and frames to buffers on a pad: caps, segment, tags, times without a
 * gap, silence. */

#include "tts/playout.h"

#include <string.h>

#include "tts/timeline.h"

#define SAMPLE_SIZE 2
#define SILENCE_MS 100

/* What scaletempo reads, where it is new enough to have registered it. */
#define TARGET_META "GstScaletempoTargetDurationMeta"

struct _Playout
{
  GstElement *element;          /* not owned: it owns this */
  GstPad *pad;
  guint default_rate;

  GstEvent *pending_segment;
  GstClockTime first;           /* sample of it, or NONE: its start */
  GstEvent *pending_tags;
  GstSegment segment;           /* written under the element's OBJECT_LOCK */
  guint rate;                   /* 0: no caps yet */
  guint channels;               /* 0: encoded */
  gboolean is_file;             /* a container with times of its own */
  GstClockTime origin;          /* the time of frame 0 ... */
  guint64 frames;               /* ... and how many came since */
  GstClockTime owed;            /* silence until then, once there is a format */
  GByteArray *held;             /* S16, to be heard from here on */
  gdouble target;
  gboolean discont;
};

Playout *
playout_new (GstElement * element, GstPad * pad, guint default_rate)
{
  Playout *playout = g_new0 (Playout, 1);

  playout->element = element;
  playout->pad = pad;
  playout->default_rate = default_rate;
  playout->held = g_byte_array_new ();
  playout->discont = TRUE;
  playout->first = GST_CLOCK_TIME_NONE;
  gst_segment_init (&playout->segment, GST_FORMAT_TIME);
  return playout;
}

void
playout_free (Playout * playout)
{
  if (!playout)
    return;
  gst_clear_event (&playout->pending_segment);
  gst_clear_event (&playout->pending_tags);
  g_byte_array_unref (playout->held);
  g_free (playout);
}

void
playout_set_first (Playout * playout, GstClockTime first)
{
  playout->first = first;
}

void
playout_set_tags (Playout * playout, GstEvent * tags)
{
  gst_event_replace (&playout->pending_tags, tags);
}

void
playout_set_target (Playout * playout, gdouble ratio)
{
  playout->target = ratio;
}

static GstClockTime
frames_time (Playout * playout, guint64 frames)
{
  return playout->rate == 0 ? 0 :
      gst_util_uint64_scale (frames, GST_SECOND, playout->rate);
}

GstClockTime
playout_time (Playout * playout)
{
  return MAX (playout->origin + frames_time (playout, playout->frames),
      playout->owed);
}

GstClockTime
playout_time_at (Playout * playout, GstClockTime running_time)
{
  GstClockTime time = gst_segment_position_from_running_time
      (&playout->segment, GST_FORMAT_TIME, running_time);

  return GST_CLOCK_TIME_IS_VALID (time) ? time : playout->segment.start;
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

void
playout_restart_at (Playout * playout, GstClockTime time)
{
  playout->owed = 0;
  playout->discont = TRUE;
  restart_at (playout, time);
}

void
playout_begin_segment (Playout * playout, GstEvent * segment)
{
  playout_release (playout);
  gst_event_replace (&playout->pending_segment, segment);
  GST_OBJECT_LOCK (playout->element);
  gst_event_copy_segment (segment, &playout->segment);
  GST_OBJECT_UNLOCK (playout->element);
  playout->owed = 0;
  restart_at (playout, GST_CLOCK_TIME_IS_VALID (playout->first) ?
      playout->first : playout->segment.start);
  playout->first = GST_CLOCK_TIME_NONE;
}

static void
send_segment (Playout * playout)
{
  g_autoptr (GstEvent) segment = g_steal_pointer (&playout->pending_segment);
  GstEvent *tags = g_steal_pointer (&playout->pending_tags);
  GstSegment bytes;

  gst_segment_init (&bytes, GST_FORMAT_BYTES);
  if (segment)
    gst_pad_push_event (playout->pad, playout->is_file ?
        gst_event_new_segment (&bytes) : gst_event_ref (segment));
  if (tags)
    gst_pad_push_event (playout->pad, tags);
}

static GstCaps *
sample_caps (Playout * playout)
{
  GstCaps *caps = gst_caps_new_simple ("audio/x-raw",
      "format", G_TYPE_STRING, "S16LE",
      "layout", G_TYPE_STRING, "interleaved",
      "rate", G_TYPE_INT, playout->rate,
      "channels", G_TYPE_INT, playout->channels, NULL);

  if (playout->channels > 2)
    gst_caps_set_simple (caps, "channel-mask", GST_TYPE_BITMASK,
        G_GUINT64_CONSTANT (0), NULL);
  return caps;
}

/* Frames of another rate are counted from here on. */
static void
change_rate (Playout * playout, guint rate, guint channels)
{
  restart_at (playout, playout->origin + frames_time (playout,
          playout->frames));
  playout->rate = rate;
  playout->channels = channels;
}

/* Whether downstream takes the caps, and whether it is flushing, is told by the
 * flow of the buffer that follows them. */
static void
set_sample_format (Playout * playout, guint rate, guint channels)
{
  g_autoptr (GstCaps) caps = NULL;

  if (rate != playout->rate || channels != playout->channels) {
    playout_release (playout);
    change_rate (playout, rate, channels);
    caps = sample_caps (playout);
    gst_pad_set_caps (playout->pad, caps);
  }
  send_segment (playout);
}

GstFlowReturn
playout_set_format (Playout * playout, guint rate, guint channels)
{
  set_sample_format (playout, rate, channels);
  return playout_fill_until (playout, playout->owed);
}

void
playout_set_caps (Playout * playout, GstCaps * caps, guint rate,
    gboolean is_file)
{
  g_autoptr (GstCaps) current = gst_pad_get_current_caps (playout->pad);

  if (playout->rate == 0 || !current || !gst_caps_is_equal (current, caps)) {
    playout_release (playout);
    change_rate (playout, rate, 0);
    playout->is_file = is_file;
    gst_pad_set_caps (playout->pad, caps);
  }
  send_segment (playout);
  /* No GAP: a decoder that got nothing yet cannot tell what it is silent in. */
  if (playout->owed > 0)
    restart_at (playout, playout_time (playout));
  playout->owed = 0;
}

static void
add_target (Playout * playout, GstBuffer * buffer)
{
  GstCustomMeta *meta;

  if (playout->target == 0 || !gst_meta_get_info (TARGET_META))
    return;
  meta = gst_buffer_add_custom_meta (buffer, TARGET_META);
  if (meta)
    gst_structure_set (gst_custom_meta_get_structure (meta), "duration",
        G_TYPE_UINT64, (guint64) (GST_BUFFER_DURATION (buffer) *
            playout->target), NULL);
}

/* A buffer that lasts @frames, at its place. */
static GstFlowReturn
push_buffer (Playout * playout, GstBuffer * buffer, guint64 frames)
{
  GstClockTime start = playout->origin + frames_time (playout,
      playout->frames);

  playout->frames += frames;
  GST_BUFFER_PTS (buffer) = start;
  GST_BUFFER_DURATION (buffer) = playout->origin + frames_time (playout,
      playout->frames) - start;
  if (playout->discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  playout->discont = FALSE;
  add_target (playout, buffer);
  publish_position (playout);
  return gst_pad_push (playout->pad, buffer);
}

/* The frames that are before the start of the segment, of @frames. */
static guint64
frames_before_start (Playout * playout, guint64 frames)
{
  GstClockTime start = playout->origin + frames_time (playout,
      playout->frames);

  if (start >= playout->segment.start)
    return 0;
  return MIN (frames, timeline_frames (playout->segment.start - start,
          playout->rate));
}

/* Takes as much off the front of what is held as @samples last, adding it. */
static GBytes *
mix_held (Playout * playout, GBytes * samples)
{
  gsize size = g_bytes_get_size (samples);
  gsize mixed = MIN (size, playout->held->len);
  guint8 *data;

  if (mixed == 0)
    return g_bytes_ref (samples);
  data = g_memdup2 (g_bytes_get_data (samples, NULL), size);
  timeline_mix ((gint16 *) data, (gint16 *) playout->held->data,
      mixed / SAMPLE_SIZE);
  g_byte_array_remove_range (playout->held, 0, mixed);
  return g_bytes_new_take (data, size);
}

static GstFlowReturn
push_samples (Playout * playout, GBytes * samples, GstBufferFlags flags)
{
  guint frame = SAMPLE_SIZE * playout->channels;
  /* There are no samples without channels. NOLINTNEXTLINE(*DivideZero) */
  guint64 n_frames = g_bytes_get_size (samples) / frame;
  guint64 before = frames_before_start (playout, n_frames);
  g_autoptr (GBytes) rest = NULL;
  GstBuffer *buffer;

  if (before > 0) {
    playout->frames += before;
    publish_position (playout);
  }
  if (before == n_frames)
    return GST_FLOW_OK;
  rest = g_bytes_new_from_bytes (samples, before * frame,
      (n_frames - before) * frame);
  buffer = gst_buffer_new_wrapped_bytes (rest);
  GST_BUFFER_FLAG_SET (buffer, flags);
  return push_buffer (playout, buffer, n_frames - before);
}

GstFlowReturn
playout_push (Playout * playout, GBytes * samples)
{
  g_autoptr (GBytes) mixed = mix_held (playout, samples);

  return push_samples (playout, mixed, 0);
}

GstFlowReturn
playout_push_frame (Playout * playout, const Frame * frame)
{
  GstBuffer *buffer = gst_buffer_new_wrapped_bytes (frame->data);

  if (frame->samples == 0) {
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_HEADER);
  } else if (frames_before_start (playout, frame->samples) == frame->samples) {
    playout->frames += frame->samples;
    publish_position (playout);
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  return push_buffer (playout, buffer, frame->samples);
}

void
playout_hold (Playout * playout, GBytes * samples, guint64 after)
{
  gsize start = after * SAMPLE_SIZE * playout->channels;
  gsize size, held = playout->held->len;
  const guint8 *data = g_bytes_get_data (samples, &size);

  if (start + size > held) {
    g_byte_array_set_size (playout->held, start + size);
    memset (playout->held->data + held, 0, start + size - held);
  }
  timeline_mix ((gint16 *) (playout->held->data + start),
      (const gint16 *) data, size / SAMPLE_SIZE);
}

GstFlowReturn
playout_release (Playout * playout)
{
  GstFlowReturn flow = GST_FLOW_OK;
  gsize most = playout_bytes (playout, SILENCE_MS);

  while (flow == GST_FLOW_OK && playout->held->len > 0) {
    gsize size = MIN (playout->held->len, most);
    g_autoptr (GBytes) samples = g_bytes_new (playout->held->data, size);

    g_byte_array_remove_range (playout->held, 0, size);
    flow = push_samples (playout, samples, 0);
  }
  return flow;
}

static GstFlowReturn
push_silence (Playout * playout, guint64 frames)
{
  gsize size = frames * SAMPLE_SIZE * playout->channels;
  g_autoptr (GBytes) silence = g_bytes_new_take (g_malloc0 (size), size);

  if (playout->held->len > 0)
    return playout_push (playout, silence);
  return push_samples (playout, silence, GST_BUFFER_FLAG_GAP);
}

GstFlowReturn
playout_fill_until (Playout * playout, GstClockTime time)
{
  GstFlowReturn flow = GST_FLOW_OK;
  guint64 end, most;

  if (playout->rate == 0) {
    playout->owed = MAX (playout->owed, time);
    return GST_FLOW_OK;
  }
  if (playout->channels == 0)
    return playout_skip_to (playout, time);
  playout->owed = 0;
  if (time <= playout->origin)
    return GST_FLOW_OK;
  end = timeline_frames (time - playout->origin, playout->rate);
  most = (guint64) playout->rate * SILENCE_MS / 1000 + 1;
  while (flow == GST_FLOW_OK && playout->frames < end)
    flow = push_silence (playout, MIN (end - playout->frames, most));
  return flow;
}

GstFlowReturn
playout_skip_to (Playout * playout, GstClockTime time)
{
  GstClockTime start;
  GstFlowReturn flow;

  if (playout->rate == 0 && playout->default_rate == 0)
    return playout_fill_until (playout, time);
  if (playout->rate == 0)
    set_sample_format (playout, playout->default_rate, 1);
  send_segment (playout);
  playout->owed = 0;
  flow = playout_release (playout);
  start = playout_time (playout);
  if (flow != GST_FLOW_OK || time <= start)
    return flow;
  if (!playout->is_file)
    gst_pad_push_event (playout->pad, gst_event_new_gap (start,
            time - start));
  restart_at (playout, time);
  return GST_FLOW_OK;
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
