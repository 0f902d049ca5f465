// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What leaves at the source pad of openaitts: its task, events and queries. */

#include "gstopenaitts.h"

#include "client/error.h"
#include "element/boundarypads.h"
#include "element/errors.h"
#include "i18n.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_tts_debug);
#define GST_CAT_DEFAULT gst_openai_tts_debug

/* As a source: hands on the texts as there is room for them, and ends when
 * all is said. */
static GstFlowReturn
read_texts (GstOpenaiTts *self)
{
  const TtsReading *reading = &self->reading;

  while (!tts_text_input_continue (reading->text_input, reading->speech_queue)) {
    g_autofree gchar *text = tts_text_queue_pop (self->texts);

    if (!text)
      break;
    tts_text_input_begin_text (reading->text_input, text);
    if (tts_text_input_n_chars (reading->text_input) > 0
        && !gst_openai_tts_ensure_negotiated (self))
      return GST_FLOW_ERROR;
  }
  if (!tts_speech_queue_is_empty (reading->speech_queue))
    return GST_FLOW_OK;
  if (tts_text_queue_ends (self->texts))
    tts_speech_queue_add_event (reading->speech_queue, gst_event_new_eos ());
  else
    tts_renderer_resync_to_clock (reading->renderer, FALSE);
  return GST_FLOW_OK;
}

/* An answer that could not be used, as one that failed. */
static void
complete_error (GstOpenaiTts *self, GError *error, const TtsSpeechStep *step)
{
  OpenaiErrorDetails *details = openai_error_details (error);

  openai_client_redact (self->client, &error->message);
  if (!details || details->attempts > 0)
    return;
  details->attempts = step->attempts;
  details->request_id =
      step->request_id ? openai_error_clip (step->request_id, -1, 100) : NULL;
}

/* Whether one utterance less does not matter: the server says others. */
static gboolean
may_go_on (GstOpenaiTts *self, const GError *error, const TtsSpeechStep *step)
{
  gboolean warns;

  if (step->kind != TTS_STEP_FAILED && step->kind != TTS_STEP_AUDIO
      && step->kind != TTS_STEP_END)
    return FALSE;
  GST_OBJECT_LOCK (self);
  warns = self->settings.fallback.on_error == GST_OPENAI_ON_ERROR_WARN;
  GST_OBJECT_UNLOCK (self);
  if (!warns || gst_openai_error_is_fatal (error))
    return FALSE;
  /* An answer that is no speech says nothing about those behind it. */
  return self->answered
      || (error->code != OPENAI_ERROR_ANSWER
          && tts_speech_queue_wait_for_answer (self->reading.speech_queue));
}

/* The flow after an utterance that could not be said. */
static GstFlowReturn
handle_error (GstOpenaiTts *self, GError *error, const TtsSpeechStep *step)
{
  complete_error (self, error, step);
  if (may_go_on (self, error, step)) {
    gst_openai_post_warning (GST_ELEMENT (self), error);
    return tts_renderer_skip_failed (
        self->reading.renderer, self->reading.speech_queue, step, error);
  }
  gst_openai_post_error (GST_ELEMENT (self), error);
  return GST_FLOW_ERROR;
}

/* Other words were said, or maybe so. */
static void
post_words (GstOpenaiTts *self, const TtsSpeechStep *step)
{
  if (step->said)
    GST_ELEMENT_WARNING_WITH_DETAILS (self, STREAM, DECODE,
        (_("Not what was written was said: \"%s\" instead of \"%s\""), step->said,
             step->utterance->text),
            (NULL),
            ("text", G_TYPE_STRING, step->utterance->text, "said", G_TYPE_STRING,
                step->said, NULL));
  else if (step->unchecked && !self->told_unchecked)
    GST_ELEMENT_WARNING (self, STREAM, DECODE,
        (_("The server does not tell what it "
                "says: it cannot be compared with the text")),
            (NULL));
  self->told_unchecked |= step->unchecked;
}

/* Nothing of the text was said as it is written: its time passes. */
static GstFlowReturn
skip_unsaid (GstOpenaiTts *self, const TtsSpeechStep *step)
{
  g_autoptr (GError) error = g_error_new (OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      _("The server would say other words: %s"), step->said);

  post_words (self, step);
  return tts_renderer_skip_failed (
      self->reading.renderer, self->reading.speech_queue, step, error);
}

static void
note_answer (GstOpenaiTts *self, const TtsSpeechStep *step)
{
  post_words (self, step);
  self->answered = TRUE;
  gst_openai_model_warnings_ask (self->model_warnings);
}

void
gst_openai_tts_src_loop (gpointer user_data)
{
  GstPad *pad = user_data;
  GstOpenaiTts *self = GST_OPENAI_TTS (GST_PAD_PARENT (pad));
  g_auto (TtsSpeechStep) step = { 0 };
  g_autoptr (GError) error = NULL;
  GstFlowReturn flow = GST_FLOW_OK;

  g_atomic_pointer_set (&self->task, g_thread_self ());
  if (!self->has_sink)
    flow = read_texts (self);
  if (flow == GST_FLOW_OK) {
    tts_speech_queue_next (self->reading.speech_queue, &step);
    if (step.kind == TTS_STEP_UTTERANCE)
      gst_openai_model_warnings_check (self->model_warnings, step.utterance->model);
    flow = step.said && step.is_silent ? skip_unsaid (self, &step)
                                       : tts_renderer_handle_step (self->reading.renderer,
                                             self->reading.speech_queue, &step, &error);
    if (step.kind == TTS_STEP_END && flow == GST_FLOW_OK && !step.is_silent)
      note_answer (self, &step);
  }
  if (error)
    flow = handle_error (self, error, &step);
  if (flow == GST_FLOW_OK)
    return;
  GST_DEBUG_OBJECT (self, "pausing: %s", gst_flow_get_name (flow));
  if (flow != GST_FLOW_FLUSHING)
    gst_openai_tts_stop_flow (self, flow);
  gst_pad_pause_task (pad);
}

gboolean
gst_openai_tts_src_activate_mode (
    GstPad *pad, GstObject *parent, GstPadMode mode, gboolean active)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (parent);
  GstSegment segment;

  if (mode != GST_PAD_MODE_PUSH)
    return FALSE;
  if (!active) {
    tts_speech_queue_flush (self->reading.speech_queue, TTS_FLUSH_STOPPED);
    return gst_pad_stop_task (pad);
  }
  tts_speech_queue_unflush (
      self->reading.speech_queue, TTS_FLUSH_STOPPED | TTS_FLUSH_UPSTREAM);
  if (!self->has_sink) {
    gst_segment_init (&segment, GST_FORMAT_TIME);
    tts_speech_queue_add_event (self->reading.speech_queue,
        gst_openai_make_stream_start (GST_ELEMENT (self), pad, NULL, 0));
    tts_speech_queue_add_event (
        self->reading.speech_queue, tts_text_segment_event (&segment, NULL));
  }
  return tts_reading_start_task (&self->reading);
}

static gboolean
is_backwards (GstEvent *seek)
{
  gdouble rate;

  gst_event_parse_seek (seek, &rate, NULL, NULL, NULL, NULL, NULL, NULL);
  return rate <= 0;
}

gboolean
gst_openai_tts_src_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (parent);
  gboolean done;

  if (GST_EVENT_TYPE (event) != GST_EVENT_SEEK
      || (gst_pad_is_linked (self->sinkpad) && !is_backwards (event)))
    return gst_pad_event_default (pad, parent, event);
  done = !gst_pad_is_linked (self->sinkpad) && gst_openai_tts_seek (self, event);
  gst_event_unref (event);
  return done;
}

static gboolean
answer_latency (GstOpenaiTts *self, GstQuery *query)
{
  gboolean live = FALSE;
  GstClockTime min = 0, max = GST_CLOCK_TIME_NONE;
  guint latency;

  if (gst_pad_peer_query (self->sinkpad, query))
    gst_query_parse_latency (query, &live, &min, &max);
  GST_OBJECT_LOCK (self);
  latency = self->settings.latency;
  GST_OBJECT_UNLOCK (self);
  if (live)
    min = latency == G_MAXUINT ? 0 : min + latency * GST_MSECOND;
  gst_query_set_latency (query, live, min, live ? GST_CLOCK_TIME_NONE : max);
  return TRUE;
}

static gboolean
answer_seeking (GstOpenaiTts *self, GstQuery *query)
{
  GstFormat format;

  gst_query_parse_seeking (query, &format, NULL, NULL, NULL);
  gst_query_set_seeking (query, format, format == GST_FORMAT_TIME, 0, -1);
  return TRUE;
}

gboolean
gst_openai_tts_src_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (parent);

  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_LATENCY:
      return answer_latency (self, query);
    case GST_QUERY_POSITION:
      return gst_openai_answer_position (query, tts_reading_time (&self->reading));
    case GST_QUERY_DURATION:
      /* That of the text is not that of the speech. */
      return FALSE;
    case GST_QUERY_SEEKING:
      if (!gst_pad_is_linked (self->sinkpad))
        return answer_seeking (self, query);
      return gst_pad_query_default (pad, parent, query);
    default:
      return gst_pad_query_default (pad, parent, query);
  }
}
