// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What arrives at the sink pad of openaistt. */

#include "gstopenaistt.h"

#include "element/boundarypads.h"
#include "element/connection.h"
#include "element/errors.h"
#include "i18n.h"
#include "messages.h"
#include "translatepad.h"
#include "unsyncedpad.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_stt_debug);
#define GST_CAT_DEFAULT gst_openai_stt_debug

static void
update_live (GstOpenaiStt *self)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  gboolean live = FALSE;
  GstClockTime latency = 0;

  if (gst_pad_peer_query (self->sinkpad, query))
    gst_query_parse_latency (query, &live, &latency, NULL);
  GST_OBJECT_LOCK (self);
  self->live = live;
  self->upstream_latency = latency;
  GST_OBJECT_UNLOCK (self);
}

static void
on_invalid (const gchar *sentence, gpointer user_data)
{
  GstOpenaiStt *self = user_data;

  if (g_hash_table_add (self->told, g_strdup (sentence)))
    gst_openai_post_settings_warning (GST_ELEMENT (self), sentence);
}

/* Says once what does not go together of what was set since the last time. */
static void
check_settings (GstOpenaiStt *self)
{
  g_auto (SttSettings) settings = { 0 };

  if (!g_atomic_int_compare_and_exchange (&self->unchecked, TRUE, FALSE))
    return;
  gst_openai_stt_refuse_short_times (self);
  settings = gst_openai_stt_snapshot (GST_ELEMENT (self));
  stt_settings_validate (&settings, on_invalid, self);
  gst_openai_model_warnings_check (self->model_warnings, settings.model);
}

/* The first buffer: from here on there will be requests. */
static gboolean
begin_stream (GstOpenaiStt *self)
{
  g_autoptr (GError) error = NULL;
  g_auto (SttSettings) settings = gst_openai_stt_snapshot (GST_ELEMENT (self));
  OpenaiClient *client = self->endpoint->client;
  SttChunkerOptions options;
  guint64 max_file;
  gboolean grow;

  if (!gst_openai_connection_check (GST_ELEMENT (self), client, &error)
      || !self->transport->klass->prepare (self->transport, &max_file, &error)) {
    gst_openai_post_error (GST_ELEMENT (self), error);
    return FALSE;
  }
  update_live (self);
  grow = settings.stream_upload == STT_STREAM_UPLOAD_AUTO
      ? self->live
      : settings.stream_upload == STT_STREAM_UPLOAD_TRUE;
  self->transport->klass->set_live (self->transport, grow, self->live);
  options = stt_settings_chunker_options (&settings, self->live, max_file, self->rate);
  stt_input_begin (self->input, &options, max_file);
  GST_INFO_OBJECT (self, "%s source, %s %s, server %s",
      self->live ? "live" : "not a live", self->transport->klass->name,
      grow ? "grow while it is spoken" : "are whole", openai_client_host (client));
  return TRUE;
}

/* The stream cannot go on: the next buffer is told so. What returned ERROR
 * has posted why; upstream would add an empty error of its own to it, but stops
 * quietly when it is told FLUSHING. After EOS there is no caller to tell. */
void
gst_openai_stt_stop_flow (GstOpenaiStt *self, GstFlowReturn flow)
{
  gst_openai_preroll_set_flow (
      self->preroll, flow == GST_FLOW_ERROR ? GST_FLOW_FLUSHING : flow);
  self->transport->klass->set_flushing (self->transport, TRUE);
  if ((flow < GST_FLOW_EOS && flow != GST_FLOW_ERROR)
      || (flow == GST_FLOW_NOT_LINKED && GST_PAD_IS_EOS (self->sinkpad)))
    gst_openai_post_flow_error (GST_ELEMENT (self), flow);
}

static gboolean
ensure_caps (GstOpenaiStt *self, GstBuffer *buffer)
{
  if (stt_input_has_caps (self->input) || stt_input_find_caps (self->input, buffer))
    return TRUE;
  gst_openai_post_stream_error (GST_ELEMENT (self), GST_STREAM_ERROR_TYPE_NOT_FOUND,
      _("This is neither raw audio nor a file the service takes: decode it "
          "(… ! decodebin ! openaistt)."),
          "no caps, and data that looks like none of MP3, MP4, FLAC, Ogg, WAV and WebM");
  return FALSE;
}

/* A session takes samples only. */
static gboolean
transport_takes_input (GstOpenaiStt *self)
{
  if (!stt_input_is_file (self->input) || self->transport->klass->begin_file)
    return TRUE;
  gst_openai_post_stream_error (GST_ELEMENT (self), GST_STREAM_ERROR_FORMAT,
      _("A Realtime session takes no encoded files: decode it "
          "(… ! decodebin ! openaistt), or set transport=http."),
          NULL);
  return FALSE;
}

static GstFlowReturn
push_buffer (GstOpenaiStt *self, GstBuffer *buffer)
{
  SttInputResult result = stt_input_push (self->input, buffer, &self->segment);

  if (result == STT_INPUT_TOO_LONG) {
    stt_message_post_too_long (GST_ELEMENT (self));
    gst_openai_stt_stop_flow (self, GST_FLOW_ERROR);
  }
  return result == STT_INPUT_OK ? gst_openai_preroll_wait (self->preroll)
                                : GST_FLOW_FLUSHING;
}

/* Without a state change of its own: a host that links it set it to PLAYING. */
void
gst_openai_stt_follow_playing (GstOpenaiStt *self, gboolean playing)
{
  if (playing)
    stt_gap_timer_set_playing (self->gap_timer, TRUE);
}

static gboolean
translate_buffer (GstOpenaiSttTranslatePad *pad, gpointer buffer)
{
  stt_translate_pad_push (pad, buffer);
  return TRUE;
}

static gboolean
translate_event (GstOpenaiSttTranslatePad *pad, gpointer event)
{
  stt_translate_pad_push_event (pad, event);
  return TRUE;
}

GstFlowReturn
gst_openai_stt_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstOpenaiStt *self = GST_OPENAI_STT (parent);
  GstFlowReturn flow;

  GST_LOG_OBJECT (pad, "in: %" GST_PTR_FORMAT, buffer);
  gst_openai_stt_follow_playing (self, gst_openai_preroll_arrived (self->preroll, pad));
  flow = gst_openai_preroll_wait (self->preroll);
  check_settings (self);

  if (flow == GST_FLOW_OK && !stt_input_has_begun (self->input)
      && (!ensure_caps (self, buffer) || !transport_takes_input (self)
          || !begin_stream (self))) {
    gst_openai_stt_stop_flow (self, GST_FLOW_ERROR);
    flow = GST_FLOW_FLUSHING;
  }
  if (flow != GST_FLOW_OK) {
    gst_buffer_unref (buffer);
    return flow;
  }
  stt_translate_pads_foreach (GST_ELEMENT (self), translate_buffer, buffer);
  return push_buffer (self, buffer);
}

static gboolean
handle_caps (GstOpenaiStt *self, GstEvent *event)
{
  GstCaps *caps;

  gst_event_parse_caps (event, &caps);
  return stt_input_set_caps (self->input, caps)
      && (!stt_input_has_begun (self->input) || transport_takes_input (self));
}

static void
refuse_reverse (GstOpenaiStt *self)
{
  g_autofree gchar *rate = g_strdup_printf ("segment with rate %f", self->segment.rate);

  gst_openai_post_stream_error (GST_ELEMENT (self), GST_STREAM_ERROR_NOT_IMPLEMENTED,
      _("Speech that is played backwards cannot be understood: play forwards."), rate);
  gst_openai_stt_stop_flow (self, GST_FLOW_ERROR);
}

static void
push_segment (GstOpenaiStt *self, guint32 seqnum)
{
  GstSegment segment = self->segment;
  GstEvent *out;

  GST_OBJECT_LOCK (self);
  segment.base += self->settings.lateness * GST_MSECOND;
  GST_OBJECT_UNLOCK (self);
  out = gst_event_new_segment (&segment);
  gst_event_set_seqnum (out, seqnum);
  stt_queue_push_event (self->queue, out);
}

/* One that only goes on cuts nothing: demuxers of fragments send one each. */
static void
handle_segment (GstOpenaiStt *self, GstEvent *event)
{
  const GstSegment *segment;
  gboolean goes_on;

  gst_event_parse_segment (event, &segment);
  goes_on = gst_openai_segment_continues (
      &self->segment, segment, stt_input_next (self->input));
  if (!goes_on)
    stt_input_close_chunk (self->input, GST_EVENT_TYPE_NAME (event));
  update_live (self);
  gst_segment_copy_into (segment, &self->segment);
  if (self->segment.rate < 0)
    refuse_reverse (self);
  if (self->segment.format != GST_FORMAT_TIME)
    gst_segment_init (&self->segment, GST_FORMAT_TIME);
  push_segment (self, gst_event_get_seqnum (event));
  if (!goes_on)
    stt_input_forget_time (self->input);
}

/* The captions follow: those of the earlier time come again. */
void
gst_openai_stt_on_fell_back (GstElement *element, GstClockTime time)
{
  GstOpenaiStt *self = GST_OPENAI_STT (element);

  GST_ELEMENT_WARNING (self, STREAM, FORMAT,
      (_("The time stamps of the audio fall back to %.1f s; the captions "
              "follow them."),
           (gdouble) time / GST_SECOND),
          (NULL));
  push_segment (self, gst_util_seqnum_next ());
}

static void
handle_gap (GstOpenaiStt *self, GstEvent *event)
{
  GstClockTime start, duration;

  if (stt_input_is_file (self->input))
    return;
  gst_event_parse_gap (event, &start, &duration);
  if (GST_CLOCK_TIME_IS_VALID (duration) && stt_input_fill (self->input, start, duration))
    return;
  stt_input_close_chunk (self->input, GST_EVENT_TYPE_NAME (event));
  if (GST_CLOCK_TIME_IS_VALID (duration)) {
    stt_queue_push_silence (self->queue, start, start + duration, 0);
    stt_input_restart (self->input, start + duration);
  }
}

/* From a thread that no pad waits for. */
static void
flush_transport (GstOpenaiStt *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->flush_lock);

  if (self->transport)
    self->transport->klass->set_flushing (self->transport, TRUE);
}

static gboolean
gst_openai_stt_flush_start (GstOpenaiStt *self, GstEvent *event)
{
  gst_openai_preroll_begin_flush (self->preroll);
  stt_queue_set_flushing (self->queue, TRUE);
  flush_transport (self);
  stt_unsynced_pad_push_event (GST_ELEMENT (self), event);
  gst_pad_push_event (self->srcpad, event);
  gst_openai_preroll_lose (self->preroll);
  gst_pad_pause_task (self->srcpad);
  return TRUE;
}

static void
restart (GstElement *element)
{
  GstOpenaiStt *self = GST_OPENAI_STT (element);

  self->transport->klass->set_flushing (self->transport, FALSE);
  stt_queue_set_flushing (self->queue, FALSE);
  gst_pad_start_task (self->srcpad, gst_openai_stt_src_loop, self->srcpad, NULL);
}

static gboolean
gst_openai_stt_flush_stop (GstOpenaiStt *self, GstEvent *event)
{
  gboolean reset_time;

  gst_event_parse_flush_stop (event, &reset_time);
  stt_unsynced_pad_push_event (GST_ELEMENT (self), event);
  gst_pad_push_event (self->srcpad, event);

  /* Until the task has left its loop. */
  GST_PAD_STREAM_LOCK (self->srcpad);
  stt_input_reset (self->input);
  stt_queue_clear (self->queue, self->srcpad);
  stt_captions_flush (self->captions);
  if (reset_time) {
    gst_segment_init (&self->segment, GST_FORMAT_TIME);
    if (!gst_openai_pad_is_linked (self->srcpad))
      gst_element_post_message (
          GST_ELEMENT (self), gst_message_new_reset_time (GST_OBJECT (self), 0));
  }
  gst_openai_preroll_end_flush (self->preroll, restart);
  GST_PAD_STREAM_UNLOCK (self->srcpad);
  return TRUE;
}

gboolean
gst_openai_stt_sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstOpenaiStt *self = GST_OPENAI_STT (parent);
  gboolean accepted = TRUE;

  GST_LOG_OBJECT (self, "%" GST_PTR_FORMAT, event);
  stt_translate_pads_foreach (GST_ELEMENT (self), translate_event, event);
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_FLUSH_START:
      return gst_openai_stt_flush_start (self, event);
    case GST_EVENT_FLUSH_STOP:
      return gst_openai_stt_flush_stop (self, event);
    case GST_EVENT_STREAM_START:
      stt_queue_push_event (self->queue,
          gst_openai_make_stream_start (
              GST_ELEMENT (self), self->srcpad, event, GST_STREAM_FLAG_SPARSE));
      break;
    case GST_EVENT_CAPS:
      accepted = handle_caps (self, event);
      break;
    case GST_EVENT_SEGMENT:
      handle_segment (self, event);
      break;
    case GST_EVENT_GAP:
      gst_openai_stt_follow_playing (
          self, gst_openai_preroll_arrived (self->preroll, pad));
      handle_gap (self, event);
      break;
    case GST_EVENT_TAG:
      /* About the audio, not about the text. */
      break;
    case GST_EVENT_SEGMENT_DONE:
    case GST_EVENT_STREAM_GROUP_DONE:
    case GST_EVENT_EOS:
      gst_openai_stt_follow_playing (
          self, gst_openai_preroll_arrived (self->preroll, pad));
      stt_input_close_chunk (self->input, GST_EVENT_TYPE_NAME (event));
      if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
        stt_input_tell_unheard (self->input);
      stt_queue_push_event (self->queue, gst_event_ref (event));
      break;
    default:
      if (GST_EVENT_IS_SERIALIZED (event)) {
        stt_queue_push_event (self->queue, event);
        return TRUE;
      }
      return gst_pad_event_default (pad, parent, event);
  }
  gst_event_unref (event);
  return accepted;
}
