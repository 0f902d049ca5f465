// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/**
 * SECTION:element-openaistt
 * @title: openaistt
 *
 * Speech to text through the OpenAI audio API, at OpenAI or at any server that
 * speaks it. Audio of any kind is cut at pauses, each chunk of speech is
 * uploaded (while it is being spoken, when the source is live), and captions
 * leave in order, with their times, as text buffers, element messages and tags.
 *
 * As long as its source pad is unlinked the element is the end of the pipeline: it
 * posts messages and its own EOS. It may be linked at any time.
 *
 * ## Captions into a subtitle file
 * |[
 * gst-launch-1.0 filesrc location=talk.wav ! decodebin ! openaistt ! srtenc ! filesink location=talk.srt
 * ]|
 * ## Captions of the microphone, printed as messages
 * |[
 * gst-launch-1.0 -m autoaudiosrc ! openaistt
 * ]|
 *
 * Since: 0.1
 */

#include "config.h"

#include <string.h>

#include "element/boundarypads.h"
#include "element/errors.h"
#include "element/modelwarnings.h"
#include "element/preroll.h"
#include "element/recordingcaps.h"
#include "element/resampler.h"
#include "fallbacktransport.h"
#include "gstopenaielements.h"
#include "gstopenaistt.h"
#include "httptransport.h"
#include "i18n.h"
#include "messages.h"
#include "translatepad.h"
#include "unsyncedpad.h"

GST_DEBUG_CATEGORY (gst_openai_stt_debug);
#define GST_CAT_DEFAULT gst_openai_stt_debug

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
        GST_STATIC_CAPS (GST_OPENAI_MONO_CAPS "; " GST_OPENAI_RECORDING_CAPS));

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("text/x-raw, format = (string) { utf8, pango-markup }"));

static GstStaticPadTemplate translate_src_template =
    GST_STATIC_PAD_TEMPLATE ("translate_src_%u", GST_PAD_SRC, GST_PAD_REQUEST,
        GST_STATIC_CAPS ("text/x-raw, format = (string) { utf8, pango-markup }"));

static GstStaticPadTemplate unsynced_src_template =
    GST_STATIC_PAD_TEMPLATE (STT_UNSYNCED_PAD_NAME, GST_PAD_SRC, GST_PAD_REQUEST,
        GST_STATIC_CAPS (STT_UNSYNCED_PAD_CAPS));

G_DEFINE_FINAL_TYPE_WITH_CODE (GstOpenaiStt, gst_openai_stt, GST_TYPE_ELEMENT,
    G_IMPLEMENT_INTERFACE (GST_TYPE_PRESET, gst_openai_preset_init))
GST_ELEMENT_REGISTER_DEFINE (
    openaistt, "openaistt", GST_RANK_NONE, gst_openai_stt_get_type ());

static guint prop_language_code, prop_stats, prop_max_observed_delay;

/* As they are set. */
static SttSettings
copy_settings (GstElement *element)
{
  GstOpenaiStt *self = GST_OPENAI_STT (element);
  SttSettings copy = { 0 };

  GST_OBJECT_LOCK (self);
  gst_openai_settings_copy (&stt_settings_table, &self->settings, &copy);
  GST_OBJECT_UNLOCK (self);
  return copy;
}

SttSettings
gst_openai_stt_snapshot (GstElement *element)
{
  GstOpenaiStt *self = GST_OPENAI_STT (element);

  return self->endpoint ? stt_endpoint_settings (self->endpoint)
                        : copy_settings (element);
}

/* One of them may be the latency. */
void
gst_openai_stt_refuse_short_times (GstOpenaiStt *self)
{
  if (gst_openai_settings_refuse_short_times (
          &stt_settings_table, &self->settings, GST_ELEMENT (self)))
    gst_element_post_message (
        GST_ELEMENT (self), gst_message_new_latency (GST_OBJECT (self)));
}

static SttSettings
checked_settings (GstOpenaiStt *self)
{
  gst_openai_stt_refuse_short_times (self);
  return gst_openai_stt_snapshot (GST_ELEMENT (self));
}

static void
update_timing (GstOpenaiStt *self)
{
  SttCaptionsTiming timing = { FALSE };

  GST_OBJECT_LOCK (self);
  timing.live = self->live;
  timing.budget = stt_settings_latency (&self->settings, self->rate);
  if (GST_CLOCK_TIME_IS_VALID (timing.budget))
    timing.budget += self->upstream_latency;
  timing.lateness = self->settings.lateness * GST_MSECOND;
  GST_OBJECT_UNLOCK (self);
  stt_captions_set_timing (self->captions, &timing);
  stt_captions_update_gaps (self->captions);
}

/* The source pad may be linked and unlinked at any time, by any thread. */
static void
follow_link (GstOpenaiStt *self)
{
  gboolean linked = gst_openai_pad_is_linked (self->srcpad);

  if (!gst_openai_boundary_pad_set_linked (self->srcpad, GST_ELEMENT_FLAG_SINK, linked))
    return;
  GST_INFO_OBJECT (self, "the source pad is %s now", linked ? "linked" : "not linked");
  if (!linked)
    return;
  gst_openai_stt_follow_playing (self, gst_openai_preroll_leave_end (self->preroll));
  gst_element_post_message (
      GST_ELEMENT (self), gst_message_new_latency (GST_OBJECT (self)));
}

static void
on_link_changed (GstOpenaiStt *self)
{
  gboolean runs;

  GST_OBJECT_LOCK (self);
  runs = self->captions != NULL;
  GST_OBJECT_UNLOCK (self);
  if (!runs)
    return;
  follow_link (self);
  stt_queue_wake (self->queue);
}

static GstFlowReturn
handle_item (GstOpenaiStt *self, SttChunk *chunk)
{
  GstFlowReturn flow = stt_delivery_handle_item (self->delivery, chunk);

  if (chunk->kind == STT_CHUNK_SPEECH && chunk->state == STT_CHUNK_TRANSCRIBED)
    gst_openai_model_warnings_ask (self->model_warnings);
  return flow;
}

void
gst_openai_stt_src_loop (gpointer user_data)
{
  GstPad *pad = user_data;
  GstOpenaiStt *self = GST_OPENAI_STT (GST_PAD_PARENT (pad));
  g_autoptr (SttChunk) chunk = NULL;
  gboolean woken;
  GstFlowReturn flow;

  follow_link (self);
  update_timing (self);
  flow = stt_captions_follow_link (self->captions);
  if (flow == GST_FLOW_OK) {
    stt_delivery_overtake_late (self->delivery);
    flow = stt_delivery_push_words (self->delivery);
  }
  if (flow == GST_FLOW_OK) {
    chunk = stt_queue_pop (self->queue, &woken);
    if (woken)
      return;
    flow = chunk ? handle_item (self, chunk) : GST_FLOW_FLUSHING;
  }
  if (flow == GST_FLOW_OK)
    return;
  /* Meanwhile nothing that fails is an error. The task holds the stream lock,
   * without which the flush does not end. */
  if (gst_openai_preroll_is_flushing (self->preroll))
    flow = GST_FLOW_FLUSHING;
  GST_DEBUG_OBJECT (self, "pausing: %s", gst_flow_get_name (flow));
  if (flow != GST_FLOW_FLUSHING)
    gst_openai_stt_stop_flow (self, flow);
  /* A sink that is at its end before it has played ends gst-launch-1.0 with success. */
  if (flow == GST_FLOW_ERROR && !stt_delivery_error_waits (self->delivery)
      && gst_openai_pad_is_linked (pad))
    gst_pad_push_event (pad, gst_event_new_eos ());
  gst_pad_pause_task (pad);
}

static gboolean
gst_openai_stt_src_activate_mode (
    GstPad *pad, GstObject *parent, GstPadMode mode, gboolean active)
{
  GstOpenaiStt *self = GST_OPENAI_STT (parent);

  if (mode != GST_PAD_MODE_PUSH)
    return FALSE;
  stt_queue_set_flushing (self->queue, !active);
  if (active)
    return gst_pad_start_task (pad, gst_openai_stt_src_loop, pad, NULL);
  return gst_pad_stop_task (pad);
}

static gboolean
answer_latency (GstOpenaiStt *self, GstQuery *query)
{
  gboolean live = FALSE;
  GstClockTime min = 0, max = GST_CLOCK_TIME_NONE, own;

  if (gst_pad_peer_query (self->sinkpad, query))
    gst_query_parse_latency (query, &live, &min, &max);
  if (live) {
    GST_OBJECT_LOCK (self);
    self->upstream_latency = min;
    own = stt_settings_latency (&self->settings, self->rate);
    GST_OBJECT_UNLOCK (self);
    min = GST_CLOCK_TIME_IS_VALID (own) ? min + own : 0;
    max = GST_CLOCK_TIME_NONE;
  }
  gst_query_set_latency (query, live, min, max);
  return TRUE;
}

static gboolean
gst_openai_stt_src_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_LATENCY)
    return answer_latency (GST_OPENAI_STT (parent), query);
  return gst_pad_query_default (pad, parent, query);
}

static gboolean
gst_openai_stt_src_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  /* Where a bin around it was linked, too. */
  if (GST_EVENT_TYPE (event) == GST_EVENT_RECONFIGURE)
    on_link_changed (GST_OPENAI_STT (parent));
  return gst_pad_event_default (pad, parent, event);
}

static gboolean
answer_position (GstOpenaiStt *self, GstQuery *query)
{
  GstClockTime time = GST_CLOCK_TIME_NONE;

  GST_OBJECT_LOCK (self);
  if (self->captions)
    time = stt_captions_position (self->captions);
  GST_OBJECT_UNLOCK (self);
  return gst_openai_answer_position (query, time);
}

/* As the end of a pipeline the element is the one that is asked. */
static gboolean
gst_openai_stt_query (GstElement *element, GstQuery *query)
{
  GstOpenaiStt *self = GST_OPENAI_STT (element);

  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_LATENCY:
      return answer_latency (self, query);
    case GST_QUERY_POSITION:
      return answer_position (self, query);
    default:
      return gst_pad_peer_query (self->sinkpad, query);
  }
}

/* As the end of a pipeline: seeks go on upstream. */
static gboolean
gst_openai_stt_send_event (GstElement *element, GstEvent *event)
{
  GstOpenaiStt *self = GST_OPENAI_STT (element);

  if (GST_EVENT_IS_UPSTREAM (event) && !GST_EVENT_IS_DOWNSTREAM (event)
      && !gst_openai_pad_is_linked (self->srcpad))
    return gst_pad_push_event (self->sinkpad, event);
  return GST_ELEMENT_CLASS (gst_openai_stt_parent_class)->send_event (element, event);
}

/* --- what the transport tells, on the I/O thread ----------------------------- */

static void
on_result (SttChunk *chunk, const SttResult *result, gpointer owner)
{
  GstOpenaiStt *self = GST_OPENAI_STT (owner);

  stt_queue_resolve (
      self->queue, chunk, result, stt_gap_timer_running_time (self->gap_timer));
}

static void
on_partial (SttChunk *chunk, const SttPartial *partial, gpointer owner)
{
  GstOpenaiStt *self = GST_OPENAI_STT (owner);
  g_auto (SttPartialText) text = { NULL };

  if (stt_queue_update (self->queue, chunk, partial, &text))
    gst_element_post_message (GST_ELEMENT (owner),
        gst_message_new_element (
            GST_OBJECT (owner), stt_message_new_partial (chunk, partial, &text)));
}

static void
on_repeated (guint64 samples, gpointer owner)
{
  stt_queue_count_repeated (GST_OPENAI_STT (owner)->queue, samples);
}

static SttChunk *
on_divide (SttChunk *chunk, guint64 samples, gpointer owner)
{
  GstOpenaiStt *self = GST_OPENAI_STT (owner);

  return stt_queue_split_chunk (self->queue, chunk, samples,
      chunk->start + gst_util_uint64_scale (samples, GST_SECOND, self->rate));
}

static const SttTransportEvents transport_events = {
  .result = on_result,
  .partial = on_partial,
  .divide = on_divide,
  .status = stt_message_post_status,
  .repeated = on_repeated,
};

static void
set_captions (GstOpenaiStt *self, SttCaptions *captions)
{
  SttCaptions *old = self->captions;

  GST_OBJECT_LOCK (self);
  self->captions = captions;
  GST_OBJECT_UNLOCK (self);
  stt_captions_free (old);
}

/* NULL: the fallback makes no sense. */
static SttTransport *
make_transport (GstOpenaiStt *self, GPtrArray *others, GError **error)
{
  g_autoptr (GPtrArray) endpoints =
      g_ptr_array_new_with_free_func ((GDestroyNotify) stt_endpoint_release);

  for (guint i = 0; i < others->len; i++) {
    SttEndpoint *endpoint = stt_endpoint_new (GST_ELEMENT (self), copy_settings,
        gst_structure_copy (g_ptr_array_index (others, i)), i + 1 < others->len, error);

    if (!endpoint)
      return NULL;
    g_ptr_array_add (endpoints, endpoint);
  }
  return stt_fallback_transport_new (self->endpoint, g_steal_pointer (&endpoints),
      &transport_events, gst_object_ref (self), gst_object_unref);
}

/* The one before. */
static SttTransport *
swap_transport (GstOpenaiStt *self, SttTransport *transport)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->flush_lock);
  SttTransport *before = self->transport;

  self->transport = transport;
  return before;
}

/* FALSE: what is set for them makes no sense. */
static gboolean
make_servers (GstOpenaiStt *self, const SttSettings *settings, GError **error)
{
  g_autoptr (GPtrArray) others = gst_openai_fallback_list (&settings->fallback, error);

  if (!others)
    return FALSE;
  self->endpoint =
      stt_endpoint_new (GST_ELEMENT (self), copy_settings, NULL, others->len > 0, error);
  if (!self->endpoint)
    return FALSE;
  swap_transport (self, make_transport (self, others, error));
  if (!self->transport)
    g_clear_pointer (&self->endpoint, stt_endpoint_release);
  return self->transport != NULL;
}

static gboolean
start (GstOpenaiStt *self)
{
  g_auto (SttSettings) settings = checked_settings (self);
  g_autoptr (GError) error = NULL;

  if (!make_servers (self, &settings, &error)) {
    gst_openai_post_error_at_once (GST_ELEMENT (self), error);
    return FALSE;
  }
  self->model_warnings =
      gst_openai_model_warnings_new (GST_ELEMENT (self), self->endpoint->client);
  self->rate = self->transport->klass->rate;
  self->input = stt_input_new (
      GST_ELEMENT (self), self->queue, self->transport, gst_openai_stt_on_fell_back);
  set_captions (self,
      stt_captions_new (
          GST_ELEMENT (self), self->sinkpad, self->srcpad, self->gap_timer));
  self->delivery = stt_delivery_new (
      GST_ELEMENT (self), gst_openai_stt_snapshot, self->queue, self->captions);
  self->live = FALSE;
  g_hash_table_remove_all (self->told);
  g_atomic_int_set (&self->unchecked, TRUE);
  gst_segment_init (&self->segment, GST_FORMAT_TIME);
  stt_queue_reset_account (self->queue);
  return TRUE;
}

static void
unblock (GstOpenaiStt *self)
{
  gst_openai_preroll_stop (self->preroll);
  stt_queue_set_flushing (self->queue, TRUE);
  self->transport->klass->set_flushing (self->transport, TRUE);
}

static void
stop (GstOpenaiStt *self)
{
  g_clear_pointer (&self->input, stt_input_free);
  g_clear_pointer (&self->delivery, stt_delivery_free);
  stt_queue_clear (self->queue, NULL);
  stt_transport_free (swap_transport (self, NULL));
  set_captions (self, NULL);
  g_clear_pointer (&self->model_warnings, gst_openai_model_warnings_free);
  g_clear_pointer (&self->endpoint, stt_endpoint_release);
}

/* TRUE: PAUSED is reached later. */
static gboolean
begin_preroll (GstOpenaiStt *self)
{
  gboolean is_sink = !gst_openai_boundary_pad_start (self->srcpad, GST_ELEMENT_FLAG_SINK);
  gboolean async = gst_openai_preroll_begin (self->preroll, is_sink);

  /* It may have been linked meanwhile. */
  if (!is_sink || !gst_openai_pad_is_linked (self->srcpad))
    return async;
  gst_openai_preroll_leave_end (self->preroll);
  return FALSE;
}

/* --- pads on request ---------------------------------------------------------- */

/* No session translates: the same settings as here, for requests that do. */
static void
set_up_translation (GstOpenaiStt *self, GstOpenaiSttTranslatePad *pad)
{
  GstOpenaiStt *child = GST_OPENAI_STT (stt_translate_pad_get_child (pad));
  g_auto (SttSettings) settings = gst_openai_stt_snapshot (GST_ELEMENT (self));

  settings.task = STT_TASK_TRANSLATE;
  settings.transport = STT_TRANSPORT_HTTP;
  if (openai_model_is_realtime (settings.model))
    gst_openai_setting_replace_string (&settings.model, OPENAI_MODEL_AUTO);
  GST_OBJECT_LOCK (child);
  stt_settings_clear (&child->settings);
  gst_openai_settings_copy (&stt_settings_table, &settings, &child->settings);
  GST_OBJECT_UNLOCK (child);
  g_atomic_int_set (&child->unchecked, TRUE);
}

/* FALSE: an error was posted. */
static gboolean
set_translation_state (GstOpenaiSttTranslatePad *pad, gpointer state)
{
  g_autoptr (GstElement) owner = gst_pad_get_parent_element (GST_PAD (pad));
  g_autoptr (GError) error = NULL;

  if (GPOINTER_TO_INT (state) == GST_STATE_PAUSED) {
    if (!stt_translate_pad_check (pad, &error)) {
      gst_openai_post_error (owner, error);
      return FALSE;
    }
    set_up_translation (GST_OPENAI_STT (owner), pad);
  }
  return stt_translate_pad_set_state (pad, GPOINTER_TO_INT (state));
}

static void
join_stream (GstOpenaiStt *self, GstOpenaiSttTranslatePad *pad)
{
  GstState state;

  GST_STATE_LOCK (self);
  state = GST_STATE (self);
  if (state >= GST_STATE_PAUSED
      && set_translation_state (pad, GINT_TO_POINTER (GST_STATE_PAUSED)))
    stt_translate_pad_set_state (pad, state);
  GST_STATE_UNLOCK (self);
}

static GstPad *
gst_openai_stt_request_new_pad (
    GstElement *element, GstPadTemplate *templ, const gchar *name, const GstCaps *caps)
{
  GstOpenaiStt *self = GST_OPENAI_STT (element);
  g_autofree gchar *next = NULL;
  GstPad *pad;

  if (g_str_equal (GST_PAD_TEMPLATE_NAME_TEMPLATE (templ), STT_UNSYNCED_PAD_NAME)) {
    pad = stt_unsynced_pad_new (templ);
  } else {
    next =
        g_strdup_printf ("translate_src_%u", g_atomic_int_add (&self->n_translations, 1));
    pad = stt_translate_pad_new (
        element, self->sinkpad, templ, name && !strchr (name, '%') ? name : next);
  }
  gst_pad_set_active (pad, TRUE);
  if (!gst_element_add_pad (element, pad))
    return NULL;
  if (STT_IS_TRANSLATE_PAD (pad))
    join_stream (self, STT_TRANSLATE_PAD (pad));
  return pad;
}

static void
gst_openai_stt_release_pad (GstElement *element, GstPad *pad)
{
  gst_pad_set_active (pad, FALSE);
  if (STT_IS_TRANSLATE_PAD (pad))
    stt_translate_pad_shut_down (STT_TRANSLATE_PAD (pad));
  gst_element_remove_pad (element, pad);
}

static void
preconnect (GstOpenaiStt *self)
{
  gboolean wanted;

  GST_OBJECT_LOCK (self);
  wanted = self->settings.fallback.preconnect;
  GST_OBJECT_UNLOCK (self);
  if (wanted && self->transport->klass->connect)
    self->transport->klass->connect (self->transport);
}

static GstStateChangeReturn
gst_openai_stt_change_state (GstElement *element, GstStateChange transition)
{
  GstOpenaiStt *self = GST_OPENAI_STT (element);
  GstStateChangeReturn result;
  gboolean async = FALSE;

  /* First: what holds the stream there has to let it go. */
  if (!stt_translate_pads_foreach (element, set_translation_state,
          GINT_TO_POINTER (GST_STATE_TRANSITION_NEXT (transition))))
    return GST_STATE_CHANGE_FAILURE;
  switch (transition) {
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      if (!start (self))
        return GST_STATE_CHANGE_FAILURE;
      async = begin_preroll (self);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_PLAYING:
      preconnect (self);
      gst_openai_preroll_set_playing (self->preroll, TRUE);
      stt_gap_timer_set_playing (self->gap_timer, TRUE);
      stt_queue_wake (self->queue);
      break;
    case GST_STATE_CHANGE_PLAYING_TO_PAUSED:
      gst_openai_preroll_set_playing (self->preroll, FALSE);
      stt_gap_timer_set_playing (self->gap_timer, FALSE);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      unblock (self);
      break;
    default:
      break;
  }

  result =
      GST_ELEMENT_CLASS (gst_openai_stt_parent_class)->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING)
    stt_captions_resend_eos (self->captions);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY
      || (transition == GST_STATE_CHANGE_READY_TO_PAUSED
          && result == GST_STATE_CHANGE_FAILURE)) {
    gst_openai_preroll_end (self->preroll);
    stop (self);
  }
  return async && result == GST_STATE_CHANGE_SUCCESS ? GST_STATE_CHANGE_ASYNC : result;
}

static void
gst_openai_stt_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstOpenaiStt *self = GST_OPENAI_STT (object);
  const GstOpenaiSetting *row = id == prop_language_code
      ? &stt_language_code_row
      : gst_openai_settings_row (&stt_settings_table, id);
  GstClockTime before, after;

  GST_OBJECT_LOCK (self);
  before = stt_settings_latency (&self->settings, self->rate);
  gst_openai_setting_set (row, &self->settings, value);
  after = stt_settings_latency (&self->settings, self->rate);
  GST_OBJECT_UNLOCK (self);
  g_atomic_int_set (&self->unchecked, TRUE);
  if (before == after)
    return;
  stt_queue_wake (self->queue);
  gst_element_post_message (
      GST_ELEMENT (self), gst_message_new_latency (GST_OBJECT (self)));
}

static guint
max_observed_delay (GstOpenaiStt *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (GST_OBJECT_GET_LOCK (self));

  return self->captions ? stt_captions_max_delay (self->captions) / GST_MSECOND : 0;
}

static GstStructure *
get_stats (GstOpenaiStt *self)
{
  SttCaptionCounts counts = { 0 };
  SttQueueAccount account;

  GST_OBJECT_LOCK (self);
  if (self->captions)
    counts = stt_captions_get_counts (self->captions);
  GST_OBJECT_UNLOCK (self);
  stt_queue_get_account (self->queue, &account);
  return stt_message_new_stats (&account, &counts, self->rate);
}

static void
gst_openai_stt_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstOpenaiStt *self = GST_OPENAI_STT (object);
  const GstOpenaiSetting *row = id == prop_language_code
      ? &stt_language_code_row
      : gst_openai_settings_row (&stt_settings_table, id);

  if (id == prop_stats) {
    g_value_take_boxed (value, get_stats (self));
    return;
  }
  if (id == prop_max_observed_delay) {
    g_value_set_uint (value, max_observed_delay (self));
    return;
  }
  GST_OBJECT_LOCK (self);
  gst_openai_setting_get (row, &self->settings, value);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_openai_stt_finalize (GObject *object)
{
  GstOpenaiStt *self = GST_OPENAI_STT (object);

  gst_openai_preroll_free (self->preroll);
  stt_gap_timer_free (self->gap_timer);
  stt_queue_free (self->queue);
  g_mutex_clear (&self->flush_lock);
  g_hash_table_unref (self->told);
  stt_settings_clear (&self->settings);
  G_OBJECT_CLASS (gst_openai_stt_parent_class)->finalize (object);
}

static void
on_gap_timer (GstElement *element)
{
  stt_queue_wake (GST_OPENAI_STT (element)->queue);
}

static void
gst_openai_stt_init (GstOpenaiStt *self)
{
  self->rate = STT_HTTP_RATE;
  self->queue = stt_queue_new ();
  g_mutex_init (&self->flush_lock);
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->gap_timer = stt_gap_timer_new (GST_ELEMENT (self), on_gap_timer);
  self->preroll = gst_openai_preroll_new (GST_ELEMENT (self));
  gst_openai_settings_init (&stt_settings_table, &self->settings);

  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sinkpad, GST_DEBUG_FUNCPTR (gst_openai_stt_chain));
  gst_pad_set_event_function (
      self->sinkpad, GST_DEBUG_FUNCPTR (gst_openai_stt_sink_event));
  gst_element_add_pad (GST_ELEMENT (self), self->sinkpad);

  self->srcpad = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_set_activatemode_function (
      self->srcpad, GST_DEBUG_FUNCPTR (gst_openai_stt_src_activate_mode));
  gst_pad_set_query_function (self->srcpad, GST_DEBUG_FUNCPTR (gst_openai_stt_src_query));
  gst_pad_set_event_function (self->srcpad, GST_DEBUG_FUNCPTR (gst_openai_stt_src_event));
  g_signal_connect_swapped (self->srcpad, "linked", G_CALLBACK (on_link_changed), self);
  g_signal_connect_swapped (self->srcpad, "unlinked", G_CALLBACK (on_link_changed), self);
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);
}

static void
install_properties (GObjectClass *object_class)
{
  prop_language_code = gst_openai_settings_install (&stt_settings_table, object_class);
  gst_openai_setting_install (&stt_language_code_row, object_class, prop_language_code);
  prop_stats = prop_language_code + 1;
  g_object_class_install_property (object_class, prop_stats,
      g_param_spec_boxed ("stats", "stats",
          _("What became of the audio, in mono samples (rate a second): samples-in = "
          "uploaded + skipped-silent + dropped + failed + pending; repeated was "
          "sent beside that with overlap or partial-interval; the same in seconds is "
          "seconds-in, seconds-uploaded and so on; times-sent is how many "
          "times the speech was sent; sound is what is louder than a quiet "
          "room, voiced what is taken for speech; captions and, of these, "
          "captions-too-fast, captions-too-short and captions-too-long, which had "
          "no time to keep caption-style, and captions-unwritable, with characters "
          "that CEA-608 lacks"),
              GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  prop_max_observed_delay = prop_stats + 1;
  g_object_class_install_property (object_class, prop_max_observed_delay,
      g_param_spec_uint ("max-observed-delay", "max-observed-delay",
          _("The longest time so far from what was spoken live to its caption, "
          "in milliseconds"),
              0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
describe (GstElementClass *element_class)
{
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_add_static_pad_template_with_gtype (
      element_class, &translate_src_template, STT_TYPE_TRANSLATE_PAD);
  gst_element_class_add_static_pad_template (element_class, &unsynced_src_template);
  gst_type_mark_as_plugin_api (STT_TYPE_TRANSLATE_PAD, 0);
  gst_element_class_set_static_metadata (element_class, "OpenAI speech to text",
      "Converter/Audio/Text",
      "Writes down what is said, with OpenAI or any compatible server. First "
      "to set are base-url (or $OPENAI_BASE_URL) and api-key-file (or "
      "$OPENAI_API_KEY), model, language, and for live sources latency. "
      "Example: gst-launch-1.0 filesrc location=talk.wav ! decodebin ! "
      "openaistt model=whisper-1 language=en ! srtenc ! filesink "
      "location=talk.srt",
      "gst-plugins-openai");
  gst_element_class_add_static_metadata (
      element_class, GST_ELEMENT_METADATA_DOC_URI, GST_OPENAI_DOCS "openaistt.md");
}

static void
gst_openai_stt_class_init (GstOpenaiSttClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (
      gst_openai_stt_debug, "openai-stt", 0, "speech to text over the OpenAI audio API");
  stt_captions_register_tag ();

  object_class->set_property = gst_openai_stt_set_property;
  object_class->get_property = gst_openai_stt_get_property;
  object_class->finalize = gst_openai_stt_finalize;
  element_class->change_state = GST_DEBUG_FUNCPTR (gst_openai_stt_change_state);
  element_class->send_event = GST_DEBUG_FUNCPTR (gst_openai_stt_send_event);
  element_class->query = GST_DEBUG_FUNCPTR (gst_openai_stt_query);
  element_class->request_new_pad = GST_DEBUG_FUNCPTR (gst_openai_stt_request_new_pad);
  element_class->release_pad = GST_DEBUG_FUNCPTR (gst_openai_stt_release_pad);
  install_properties (object_class);
  describe (element_class);
}
