// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Samples and frames to buffers on a pad: caps, segment, tags, times without a
 * gap, silence. */

#include "playout.h"

#include <string.h>

#include "timeline.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_tts_debug);
#define GST_CAT_DEFAULT gst_openai_tts_debug

#define SAMPLE_SIZE 2
#define SILENCE_MS 100

/* What scaletempo reads, where it is new enough to have registered it. */
#define TARGET_META "GstScaletempoTargetDurationMeta"

struct _TtsPlayout
{
  GstElement *element; /* not owned: it owns this */
  GstPad *pad;
  guint default_rate;

  GstEvent *pending_segment;
  GstClockTime first; /* sample of it, or NONE: its start */
  GstEvent *pending_tags;
  GstSegment segment;                 /* written under the element's OBJECT_LOCK */
  guint rate;                         /* 0: no caps yet */
  guint channels;                     /* 0: encoded */
  gboolean is_file;                   /* a container with times of its own */
  GstClockTime origin;                /* the time of frame 0 ... */
  guint64 frames;                     /* ... and how many came since */
  GstClockTime pending_silence_until; /* silence until then, once there is a format */
  GByteArray *held;                   /* S16, to be heard from here on */
  gdouble target;
  gboolean discont;
};

TtsPlayout *
tts_playout_new (GstElement *element, GstPad *pad, guint default_rate)
{
  TtsPlayout *self = g_new0 (TtsPlayout, 1);

  self->element = element;
  self->pad = pad;
  self->default_rate = default_rate;
  self->held = g_byte_array_new ();
  self->discont = TRUE;
  self->first = GST_CLOCK_TIME_NONE;
  gst_segment_init (&self->segment, GST_FORMAT_TIME);
  return self;
}

void
tts_playout_free (TtsPlayout *self)
{
  if (!self)
    return;
  gst_clear_event (&self->pending_segment);
  gst_clear_event (&self->pending_tags);
  g_byte_array_unref (self->held);
  g_free (self);
}

void
tts_playout_set_first (TtsPlayout *self, GstClockTime first)
{
  self->first = first;
}

void
tts_playout_set_tags (TtsPlayout *self, GstEvent *tags)
{
  gst_event_replace (&self->pending_tags, tags);
}

void
tts_playout_set_target (TtsPlayout *self, gdouble ratio)
{
  self->target = ratio;
}

static GstClockTime
frames_time (TtsPlayout *self, guint64 frames)
{
  return self->rate == 0 ? 0 : gst_util_uint64_scale (frames, GST_SECOND, self->rate);
}

GstClockTime
tts_playout_time (TtsPlayout *self)
{
  return MAX (
      self->origin + frames_time (self, self->frames), self->pending_silence_until);
}

GstClockTime
tts_playout_time_at (TtsPlayout *self, GstClockTime running_time)
{
  GstClockTime time = gst_segment_position_from_running_time (
      &self->segment, GST_FORMAT_TIME, running_time);

  return GST_CLOCK_TIME_IS_VALID (time) ? time : self->segment.start;
}

static void
publish_position (TtsPlayout *self)
{
  GST_OBJECT_LOCK (self->element);
  self->segment.position = tts_playout_time (self);
  GST_OBJECT_UNLOCK (self->element);
}

static void
restart_at (TtsPlayout *self, GstClockTime time)
{
  self->origin = time;
  self->frames = 0;
  publish_position (self);
}

void
tts_playout_restart_at (TtsPlayout *self, GstClockTime time)
{
  self->pending_silence_until = 0;
  self->discont = TRUE;
  restart_at (self, time);
}

void
tts_playout_begin_segment (TtsPlayout *self, GstEvent *segment)
{
  tts_playout_drain_overlap (self);
  gst_event_replace (&self->pending_segment, segment);
  GST_OBJECT_LOCK (self->element);
  gst_event_copy_segment (segment, &self->segment);
  GST_OBJECT_UNLOCK (self->element);
  self->pending_silence_until = 0;
  restart_at (
      self, GST_CLOCK_TIME_IS_VALID (self->first) ? self->first : self->segment.start);
  self->first = GST_CLOCK_TIME_NONE;
}

static void
send_segment (TtsPlayout *self)
{
  g_autoptr (GstEvent) segment = g_steal_pointer (&self->pending_segment);
  GstEvent *tags = g_steal_pointer (&self->pending_tags);
  GstSegment bytes;

  gst_segment_init (&bytes, GST_FORMAT_BYTES);
  if (segment)
    gst_pad_push_event (self->pad,
        self->is_file ? gst_event_new_segment (&bytes) : gst_event_ref (segment));
  if (tags)
    gst_pad_push_event (self->pad, tags);
}

static GstCaps *
sample_caps (TtsPlayout *self)
{
  GstCaps *caps = gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING, "S16LE",
      "layout", G_TYPE_STRING, "interleaved", "rate", G_TYPE_INT, self->rate, "channels",
      G_TYPE_INT, self->channels, NULL);

  if (self->channels > 2)
    gst_caps_set_simple (
        caps, "channel-mask", GST_TYPE_BITMASK, G_GUINT64_CONSTANT (0), NULL);
  return caps;
}

/* Frames of another rate are counted from here on. */
static void
change_rate (TtsPlayout *self, guint rate, guint channels)
{
  restart_at (self, self->origin + frames_time (self, self->frames));
  self->rate = rate;
  self->channels = channels;
}

/* Whether downstream takes the caps, and whether it is flushing, is told by the
 * flow of the buffer that follows them. */
static void
set_sample_format (TtsPlayout *self, guint rate, guint channels)
{
  g_autoptr (GstCaps) caps = NULL;

  if (rate != self->rate || channels != self->channels) {
    tts_playout_drain_overlap (self);
    change_rate (self, rate, channels);
    caps = sample_caps (self);
    gst_pad_set_caps (self->pad, caps);
  }
  send_segment (self);
}

GstFlowReturn
tts_playout_set_format (TtsPlayout *self, guint rate, guint channels)
{
  set_sample_format (self, rate, channels);
  return tts_playout_fill_until (self, self->pending_silence_until);
}

void
tts_playout_set_caps (TtsPlayout *self, GstCaps *caps, guint rate, gboolean is_file)
{
  g_autoptr (GstCaps) current = gst_pad_get_current_caps (self->pad);

  if (self->rate == 0 || !current || !gst_caps_is_equal (current, caps)) {
    tts_playout_drain_overlap (self);
    change_rate (self, rate, 0);
    self->is_file = is_file;
    gst_pad_set_caps (self->pad, caps);
  }
  send_segment (self);
  /* No GAP: a decoder that got nothing yet cannot tell what it is silent in. */
  if (self->pending_silence_until > 0)
    restart_at (self, tts_playout_time (self));
  self->pending_silence_until = 0;
}

static void
add_target (TtsPlayout *self, GstBuffer *buffer)
{
  GstCustomMeta *meta;

  if (self->target == 0 || !gst_meta_get_info (TARGET_META))
    return;
  meta = gst_buffer_add_custom_meta (buffer, TARGET_META);
  if (meta)
    gst_structure_set (gst_custom_meta_get_structure (meta), "duration", G_TYPE_UINT64,
        (guint64) (GST_BUFFER_DURATION (buffer) * self->target), NULL);
}

/* A buffer that lasts @frames, at its place. */
static GstFlowReturn
push_buffer (TtsPlayout *self, GstBuffer *buffer, guint64 frames)
{
  GstClockTime start = self->origin + frames_time (self, self->frames);

  self->frames += frames;
  GST_BUFFER_PTS (buffer) = start;
  GST_BUFFER_DURATION (buffer) = self->origin + frames_time (self, self->frames) - start;
  if (self->discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  self->discont = FALSE;
  add_target (self, buffer);
  GST_LOG_OBJECT (self->pad, "out: %" GST_PTR_FORMAT, buffer);
  publish_position (self);
  return gst_pad_push (self->pad, buffer);
}

/* The frames that are before the start of the segment, of @frames. */
static guint64
frames_before_start (TtsPlayout *self, guint64 frames)
{
  GstClockTime start = self->origin + frames_time (self, self->frames);

  if (start >= self->segment.start)
    return 0;
  return MIN (frames, tts_timeline_frames (self->segment.start - start, self->rate));
}

/* Takes as much off the front of what is held as @samples last, adding it. */
static GBytes *
mix_held (TtsPlayout *self, GBytes *samples)
{
  gsize size = g_bytes_get_size (samples);
  gsize mixed = MIN (size, self->held->len);
  guint8 *data;

  if (mixed == 0)
    return g_bytes_ref (samples);
  data = g_memdup2 (g_bytes_get_data (samples, NULL), size);
  tts_timeline_mix ((gint16 *) data, (gint16 *) self->held->data, mixed / SAMPLE_SIZE);
  g_byte_array_remove_range (self->held, 0, mixed);
  return g_bytes_new_take (data, size);
}

static GstFlowReturn
push_samples (TtsPlayout *self, GBytes *samples, GstBufferFlags flags)
{
  guint frame = SAMPLE_SIZE * self->channels;
  /* There are no samples without channels. NOLINTNEXTLINE(*DivideZero) */
  guint64 n_frames = g_bytes_get_size (samples) / frame;
  guint64 before = frames_before_start (self, n_frames);
  g_autoptr (GBytes) rest = NULL;
  GstBuffer *buffer;

  if (before > 0) {
    self->frames += before;
    publish_position (self);
  }
  if (before == n_frames)
    return GST_FLOW_OK;
  rest = g_bytes_new_from_bytes (samples, before * frame, (n_frames - before) * frame);
  buffer = gst_buffer_new_wrapped_bytes (rest);
  GST_BUFFER_FLAG_SET (buffer, flags);
  return push_buffer (self, buffer, n_frames - before);
}

GstFlowReturn
tts_playout_push (TtsPlayout *self, GBytes *samples)
{
  g_autoptr (GBytes) mixed = mix_held (self, samples);

  return push_samples (self, mixed, 0);
}

GstFlowReturn
tts_playout_push_frame (TtsPlayout *self, const TtsFrame *frame)
{
  GstBuffer *buffer = gst_buffer_new_wrapped_bytes (frame->data);

  if (frame->samples == 0) {
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_HEADER);
  } else if (frames_before_start (self, frame->samples) == frame->samples) {
    self->frames += frame->samples;
    publish_position (self);
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  return push_buffer (self, buffer, frame->samples);
}

void
tts_playout_queue_overlap (TtsPlayout *self, GBytes *samples, guint64 after)
{
  gsize start = after * SAMPLE_SIZE * self->channels;
  gsize size, held = self->held->len;
  const guint8 *data = g_bytes_get_data (samples, &size);

  if (start + size > held) {
    g_byte_array_set_size (self->held, start + size);
    memset (self->held->data + held, 0, start + size - held);
  }
  tts_timeline_mix (
      (gint16 *) (self->held->data + start), (const gint16 *) data, size / SAMPLE_SIZE);
}

GstFlowReturn
tts_playout_drain_overlap (TtsPlayout *self)
{
  GstFlowReturn flow = GST_FLOW_OK;
  gsize most = tts_playout_bytes (self, SILENCE_MS);

  while (flow == GST_FLOW_OK && self->held->len > 0) {
    gsize size = MIN (self->held->len, most);
    g_autoptr (GBytes) samples = g_bytes_new (self->held->data, size);

    g_byte_array_remove_range (self->held, 0, size);
    flow = push_samples (self, samples, 0);
  }
  return flow;
}

static GstFlowReturn
push_silence (TtsPlayout *self, guint64 frames)
{
  gsize size = frames * SAMPLE_SIZE * self->channels;
  g_autoptr (GBytes) silence = g_bytes_new_take (g_malloc0 (size), size);

  if (self->held->len > 0)
    return tts_playout_push (self, silence);
  return push_samples (self, silence, GST_BUFFER_FLAG_GAP);
}

GstFlowReturn
tts_playout_fill_until (TtsPlayout *self, GstClockTime time)
{
  GstFlowReturn flow = GST_FLOW_OK;
  guint64 end, most;

  if (self->rate == 0) {
    self->pending_silence_until = MAX (self->pending_silence_until, time);
    return GST_FLOW_OK;
  }
  if (self->channels == 0)
    return tts_playout_skip_to (self, time);
  self->pending_silence_until = 0;
  if (time <= self->origin)
    return GST_FLOW_OK;
  end = tts_timeline_frames (time - self->origin, self->rate);
  most = (guint64) self->rate * SILENCE_MS / 1000 + 1;
  while (flow == GST_FLOW_OK && self->frames < end)
    flow = push_silence (self, MIN (end - self->frames, most));
  return flow;
}

GstFlowReturn
tts_playout_skip_to (TtsPlayout *self, GstClockTime time)
{
  GstClockTime start;
  GstFlowReturn flow;

  if (self->rate == 0 && self->default_rate == 0)
    return tts_playout_fill_until (self, time);
  if (self->rate == 0)
    set_sample_format (self, self->default_rate, 1);
  send_segment (self);
  self->pending_silence_until = 0;
  flow = tts_playout_drain_overlap (self);
  start = tts_playout_time (self);
  if (flow != GST_FLOW_OK || time <= start)
    return flow;
  if (!self->is_file)
    gst_pad_push_event (self->pad, gst_event_new_gap (start, time - start));
  restart_at (self, time);
  return GST_FLOW_OK;
}

gsize
tts_playout_bytes (TtsPlayout *self, guint milliseconds)
{
  return (gsize) self->rate * milliseconds / 1000 * self->channels * SAMPLE_SIZE;
}

GstClockTime
tts_playout_stream_time (TtsPlayout *self)
{
  return gst_segment_to_stream_time (
      &self->segment, GST_FORMAT_TIME, self->segment.position);
}
