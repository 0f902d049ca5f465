// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/**
 * SECTION:element-openaitts
 * @title: openaitts
 *
 * Text to speech through the OpenAI audio API, at OpenAI or at any server that
 * speaks it. Audio leaves as it arrives, while the server is still speaking;
 * the next sentences are asked for ahead, so that speech flows.
 *
 * With its sink pad unlinked the element is a source that says the text
 * property, and what #GstOpenaiTts::say is given. Otherwise it says the text
 * that arrives: text without time stamps (a file, standard input) sentence by
 * sentence, back to back; text with them (subtitles) when they are due.
 *
 * What downstream takes decides what leaves: samples, or MP3, Opus, AAC or FLAC
 * as the server encoded it.
 *
 * ## Say something
 * |[
 * gst-launch-1.0 openaitts text="Hello there" ! audioconvert ! audioresample ! autoaudiosink
 * ]|
 * ## Dub a film with its subtitles
 * |[
 * gst-launch-1.0 filesrc location=film.srt ! subparse ! openaitts overflow=compress ! wavenc ! filesink location=dub.wav
 * ]|
 * ## Read a file aloud
 * |[
 * gst-launch-1.0 filesrc location=book.txt ! text/x-raw,format=utf8 ! openaitts ! audioconvert ! audioresample ! autoaudiosink
 * ]|
 *
 * Since: 0.1
 */

#include "config.h"

#include <gst/audio/audio.h>

#include "client/error.h"
#include "client/realtimespeech.h"
#include "element/boundarypads.h"
#include "element/errors.h"
#include "element/modelwarnings.h"
#include "fallbacktransport.h"
#include "gstopenaielements.h"
#include "gstopenaitts.h"
#include "httptransport.h"
#include "i18n.h"
#include "outputs.h"
#include "realtimetransport.h"
#include "spokentext.h"

GST_DEBUG_CATEGORY (gst_openai_tts_debug);
#define GST_CAT_DEFAULT gst_openai_tts_debug

#define SPEAKER_CHANGE "rstranscribe/speaker-change"

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("text/x-raw, format = (string) { utf8, pango-markup }"));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (OUTPUTS_CAPS));

static guint prop_queued_chars;

G_DEFINE_FINAL_TYPE_WITH_CODE (GstOpenaiTts, gst_openai_tts, GST_TYPE_ELEMENT,
    G_IMPLEMENT_INTERFACE (GST_TYPE_PRESET, gst_openai_preset_init))
GST_ELEMENT_REGISTER_DEFINE (
    openaitts, "openaitts", GST_RANK_NONE, gst_openai_tts_get_type ());

static TtsSettings
settings_snapshot (GstElement *element)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (element);
  TtsSettings copy = { 0 };

  GST_OBJECT_LOCK (self);
  gst_openai_settings_copy (&tts_settings_table, &self->settings, &copy);
  GST_OBJECT_UNLOCK (self);
  return copy;
}

static TtsSettings
checked_settings (GstOpenaiTts *self)
{
  gst_openai_settings_refuse_short_times (
      &tts_settings_table, &self->settings, GST_ELEMENT (self));
  return settings_snapshot (GST_ELEMENT (self));
}

static void
fill_params (OpenaiSpeechParams *params, GObject *owner)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (owner);
  g_auto (TtsSettings) settings = settings_snapshot (GST_ELEMENT (self));

  gst_openai_setting_replace_string (&settings.model,
      gst_openai_choose_model (settings.model,
          self->realtime ? OPENAI_TASK_SPEAK_REALTIME : OPENAI_TASK_SPEAK, self->client));
  tts_settings_fill_params (&settings, params);
  GST_OBJECT_LOCK (self);
  params->response_format = g_strdup (self->response_format);
  GST_OBJECT_UNLOCK (self);
}

/* FALSE: downstream cannot take what was set. */
static gboolean
choose_format (GstOpenaiTts *self, GError **error)
{
  g_auto (TtsSettings) settings = settings_snapshot (GST_ELEMENT (self));
  const gchar *format =
      tts_outputs_choose (self->srcpad, settings.format, self->realtime, error);

  if (!format)
    return FALSE;
  GST_DEBUG_OBJECT (self, "asking for %s", format);
  GST_OBJECT_LOCK (self);
  self->response_format = format;
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

/* What a session cannot do as it was set. FALSE: nothing of it. */
static gboolean
check_session (GstOpenaiTts *self, GError **error)
{
  g_auto (TtsSettings) settings = settings_snapshot (GST_ELEMENT (self));

  if (!self->realtime)
    return TRUE;
  if (!openai_realtime_speech_type (self->response_format)) {
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("A Realtime session gives samples, not %s: put an encoder behind "
            "openaitts, or set transport=http"),
            self->response_format);
    return FALSE;
  }
  if (settings.speed > OPENAI_REALTIME_MAX_SPEED) {
    g_autofree gchar *text =
        g_strdup_printf (_("A Realtime session speaks at most "
        "1.5 times as fast: speed=%g is 1.5 there"),
            settings.speed);

    gst_openai_post_settings_warning (GST_ELEMENT (self), text);
  }
  return TRUE;
}

gboolean
gst_openai_tts_ensure_negotiated (GstOpenaiTts *self)
{
  g_autoptr (GError) error = NULL;

  if (!self->ready)
    self->ready = gst_openai_connection_check (GST_ELEMENT (self), self->client, &error)
        && choose_format (self, &error) && check_session (self, &error);
  if (error)
    gst_openai_post_error (GST_ELEMENT (self), error);
  return self->ready;
}

/* The stream cannot go on: upstream is told so. The function that returned
 * ERROR has posted why; upstream would add an empty error of its own to it, but
 * stops quietly when it is told FLUSHING. */
void
gst_openai_tts_stop_flow (GstOpenaiTts *self, GstFlowReturn flow)
{
  tts_speech_queue_break (
      self->reading.speech_queue, flow == GST_FLOW_ERROR ? GST_FLOW_FLUSHING : flow);
  if ((flow < GST_FLOW_EOS && flow != GST_FLOW_ERROR) || flow == GST_FLOW_NOT_LINKED)
    gst_openai_post_flow_error (GST_ELEMENT (self), flow);
  /* EOS on the bus before an error that waits would make it a good end. */
  else if (!self->has_sink && flow != GST_FLOW_ERROR)
    gst_pad_push_event (self->srcpad, gst_event_new_eos ());
}

static GstFlowReturn
may_add (GstOpenaiTts *self)
{
  GstFlowReturn flow = tts_speech_queue_flow (self->reading.speech_queue);

  if (flow != GST_FLOW_OK || gst_openai_tts_ensure_negotiated (self))
    return flow;
  gst_openai_tts_stop_flow (self, GST_FLOW_ERROR);
  return GST_FLOW_FLUSHING;
}

/* What to tell upstream; text that was interrupted is none of its business. */
static GstFlowReturn
flow_after (GstOpenaiTts *self, gboolean added)
{
  GstFlowReturn flow =
      added ? GST_FLOW_OK : tts_speech_queue_flow (self->reading.speech_queue);

  if (flow == GST_FLOW_OK && !added && GST_PAD_IS_FLUSHING (self->sinkpad))
    return GST_FLOW_FLUSHING;
  return flow;
}

/* The first buffer: its file would be read aloud with all its times. FALSE: an
 * error was posted. */
static gboolean
check_first_text (GstOpenaiTts *self, GstBuffer *buffer)
{
  GstMapInfo map;
  gboolean is_file;

  if (self->begun || GST_BUFFER_DURATION_IS_VALID (buffer)
      || gst_buffer_get_size (buffer) == 0
      || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return TRUE;
  self->begun = TRUE;
  is_file = tts_spoken_text_is_subtitles ((const gchar *) map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  if (!is_file)
    return TRUE;
  gst_openai_post_stream_error (GST_ELEMENT (self), GST_STREAM_ERROR_FORMAT,
      _("This is a file of subtitles: put subparse before openaitts (… ! subparse ! "
          "openaitts), so that each line is said at its time, and the times are not "
          "read aloud."),
          NULL);
  gst_openai_tts_stop_flow (self, GST_FLOW_ERROR);
  return FALSE;
}

static GstFlowReturn
gst_openai_tts_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (parent);
  GstFlowReturn flow = may_add (self);

  GST_LOG_OBJECT (pad, "in: %" GST_PTR_FORMAT, buffer);
  if (flow == GST_FLOW_OK && !check_first_text (self, buffer))
    flow = GST_FLOW_FLUSHING;
  if (flow == GST_FLOW_OK)
    flow = flow_after (self,
        tts_text_input_add_buffer (
            self->reading.text_input, buffer, self->reading.speech_queue));
  gst_buffer_unref (buffer);
  return flow;
}

static GstFlowReturn
gst_openai_tts_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (parent);
  GstFlowReturn flow = may_add (self);

  GST_LOG_OBJECT (pad, "in: %" GST_PTR_FORMAT, list);
  if (flow == GST_FLOW_OK)
    flow = flow_after (self,
        tts_text_input_add_list (
            self->reading.text_input, list, self->reading.speech_queue));
  gst_buffer_list_unref (list);
  return flow;
}

/* Another speaker, with a voice of their own or the common one. */
static void
handle_speaker_change (GstOpenaiTts *self, GstEvent *event)
{
  const gchar *name =
      gst_structure_get_string (gst_event_get_structure (event), "speaker");
  g_auto (TtsSettings) settings = settings_snapshot (GST_ELEMENT (self));
  const gchar *voice = name && settings.speaker_map
      ? gst_structure_get_string (settings.speaker_map, name)
      : NULL;

  GST_DEBUG_OBJECT (self, "speaker %s, voice %s", name, voice);
  tts_text_input_set_voice (self->reading.text_input, voice, self->reading.speech_queue);
}

/* The text property is to be said; what say() was given before it went to
 * PAUSED comes after it. */
void
gst_openai_tts_begin_texts (GstOpenaiTts *self)
{
  g_auto (TtsSettings) settings = settings_snapshot (GST_ELEMENT (self));

  tts_text_queue_begin (self->texts, settings.text, settings.keep_open);
}

static void
set_ended (GstOpenaiTts *self, gboolean ended)
{
  GST_OBJECT_LOCK (self);
  self->ended = ended;
  GST_OBJECT_UNLOCK (self);
}

/* Speech cannot be said backwards. FALSE: an error was posted. */
static gboolean
check_direction (GstOpenaiTts *self, GstEvent *event)
{
  const GstSegment *segment;

  if (GST_EVENT_TYPE (event) != GST_EVENT_SEGMENT)
    return TRUE;
  gst_event_parse_segment (event, &segment);
  if (segment->rate > 0)
    return TRUE;
  gst_openai_post_stream_error (GST_ELEMENT (self), GST_STREAM_ERROR_FORMAT,
      _("Text that is played backwards cannot be said: seek with a positive rate."),
          NULL);
  gst_openai_tts_stop_flow (self, GST_FLOW_ERROR);
  return FALSE;
}

static gboolean
gst_openai_tts_sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (parent);

  GST_LOG_OBJECT (self, "%" GST_PTR_FORMAT, event);
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_FLUSH_START:
      tts_reading_flush_start (&self->reading, event, TTS_FLUSH_UPSTREAM);
      return TRUE;
    case GST_EVENT_FLUSH_STOP:
      self->ready = FALSE;
      set_ended (self, FALSE);
      tts_reading_flush_stop (&self->reading, event);
      return TRUE;
    default:
      if (!GST_EVENT_IS_SERIALIZED (event))
        return gst_pad_event_default (pad, parent, event);
      if (!check_direction (self, event)) {
        gst_event_unref (event);
        return TRUE; /* the text that follows is refused, quietly */
      }
      if (GST_EVENT_TYPE (event) == GST_EVENT_EOS
          || GST_EVENT_TYPE (event) == GST_EVENT_STREAM_START)
        set_ended (self, GST_EVENT_TYPE (event) == GST_EVENT_EOS);
      if (gst_event_has_name (event, SPEAKER_CHANGE))
        handle_speaker_change (self, event);
      tts_text_input_take_event (
          self->reading.text_input, event, self->reading.speech_queue, self->srcpad);
      return TRUE;
  }
}

/* EOS sent to a pipeline reaches its sources: what is being said ends here. */
static gboolean
gst_openai_tts_send_event (GstElement *element, GstEvent *event)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (element);
  g_autoptr (TtsSpeechQueue) speech_queue = tts_reading_ref_queue (&self->reading);

  if (GST_EVENT_TYPE (event) != GST_EVENT_EOS || !speech_queue
      || gst_pad_is_linked (self->sinkpad))
    return GST_ELEMENT_CLASS (gst_openai_tts_parent_class)->send_event (element, event);
  tts_text_queue_end (self->texts);
  tts_speech_queue_replace (speech_queue, event);
  return TRUE;
}

/* Whether there is, or may be, something to say as a source. */
static gboolean
has_text (GstOpenaiTts *self, const TtsSettings *settings)
{
  return settings->keep_open || (settings->text && *settings->text)
      || tts_text_queue_has_any (self->texts);
}

/* A demuxer links its text only when it has found it, and hosts set the state first:
 * without a text of its own the element waits for that. */
static void
decide_end (GstOpenaiTts *self, gboolean has_text)
{
  self->has_sink = gst_pad_is_linked (self->sinkpad)
      || (!has_text && gst_openai_may_be_linked_later (GST_ELEMENT (self)));
  gst_openai_boundary_pad_set_linked (
      self->sinkpad, GST_ELEMENT_FLAG_SOURCE, self->has_sink);
}

/* A source has no use for what would come. */
static GstPadLinkReturn
gst_openai_tts_sink_link (GstPad *pad, GstObject *parent, GstPad *peer)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (parent);
  g_autoptr (TtsSpeechQueue) speech_queue = tts_reading_ref_queue (&self->reading);

  if (!speech_queue || self->has_sink)
    return GST_PAD_LINK_OK;
  GST_WARNING_OBJECT (pad, "not linked: there is a text to say already");
  return GST_PAD_LINK_REFUSED;
}

/* Whether the text is said in a Realtime session, which has samples and G.711 only. */
static gboolean
wants_session (GstOpenaiTts *self, const TtsSettings *settings)
{
  gboolean fits = settings->format == TTS_FORMAT_AUTO
      ? tts_outputs_accepts_session (self->srcpad)
      : settings->format == TTS_FORMAT_PCM;

  if (settings->transport != TTS_TRANSPORT_AUTO)
    return settings->transport == TTS_TRANSPORT_REALTIME;
  if (openai_client_is_websocket (self->client)
      || openai_model_speaks_realtime (settings->model))
    return TRUE;
  return openai_model_is_auto (settings->model) && openai_client_is_openai (self->client)
      && fits;
}

/* The servers after the first, of which there may be none; NULL: what is set makes no
 * sense. */
static GPtrArray *
make_others (GstOpenaiTts *self, const TtsSettings *settings, GError **error)
{
  g_autoptr (GPtrArray) others =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tts_endpoint_free);
  g_autoptr (GPtrArray) list = gst_openai_fallback_list (&settings->fallback, error);

  for (guint i = 0; list && i < list->len; i++) {
    TtsEndpoint *endpoint = tts_endpoint_new (GST_ELEMENT (self), settings_snapshot,
        gst_structure_copy (g_ptr_array_index (list, i)), i + 1 < list->len, error);

    if (!endpoint
        || !gst_openai_connection_check (GST_ELEMENT (self), endpoint->client, error)) {
      g_clear_pointer (&endpoint, tts_endpoint_free);
      return NULL;
    }
    g_ptr_array_add (others, endpoint);
  }
  return list ? g_steal_pointer (&others) : NULL;
}

/* NULL: what is set makes no sense. */
static TtsTransport *
make_transport (GstOpenaiTts *self, const TtsSettings *settings, GError **error)
{
  OpenaiLimits limits = gst_openai_connection_limits (&settings->connection);
  g_autoptr (GPtrArray) others = make_others (self, settings, error);
  TtsTransport *first;

  if (!others)
    return NULL;
  limits.has_other = others->len > 0;
  self->realtime = wants_session (self, settings);
  first = (self->realtime ? tts_realtime_transport_new : tts_http_transport_new) (
      self->client, &limits);
  if (others->len == 0)
    return first;
  return tts_fallback_transport_new (GST_ELEMENT (self), self->client, first,
      g_steal_pointer (&others), (TtsVerbatimMode) settings->verbatim);
}

/* FALSE: there is nothing to say, or what is set makes no sense. */
static gboolean
connect_server (
    GstOpenaiTts *self, const TtsSettings *settings, gboolean says_text, GError **error)
{
  if (!self->has_sink && !says_text && gst_pad_is_linked (self->srcpad)) {
    g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("There is nothing to say: set text (or keep-open, for say()), or "
        "link text to the sink pad"));
    return FALSE;
  }
  self->client = gst_openai_connection_acquire (&settings->connection, error);
  self->transport = self->client ? make_transport (self, settings, error) : NULL;
  if (!self->transport)
    g_clear_pointer (&self->client, openai_client_release);
  return self->transport != NULL;
}

static gboolean
start (GstOpenaiTts *self)
{
  g_auto (TtsSettings) settings = checked_settings (self);
  gboolean says_text = has_text (self, &settings);
  g_autoptr (GError) error = NULL;

  decide_end (self, says_text);
  if (!connect_server (self, &settings, says_text, &error)) {
    gst_openai_post_error_at_once (GST_ELEMENT (self), error);
    return FALSE;
  }
  GST_INFO_OBJECT (self, "%s, server %s",
      self->has_sink ? "saying what arrives" : "saying the text property",
      openai_client_host (self->client));
  self->model_warnings = gst_openai_model_warnings_new (GST_ELEMENT (self), self->client);
  self->ready = FALSE;
  self->begun = FALSE;
  self->answered = FALSE;
  self->told_unchecked = FALSE;
  set_ended (self, FALSE);
  if (!self->has_sink)
    gst_openai_tts_begin_texts (self);
  self->reading.in_sentences = self->realtime;
  tts_reading_begin (&self->reading, self->transport, fill_params);
  return TRUE;
}

static void
stop (GstOpenaiTts *self)
{
  tts_reading_end (&self->reading);
  tts_text_queue_clear (self->texts, TRUE);
  g_clear_pointer (&self->transport, tts_transport_free);
  g_clear_pointer (&self->model_warnings, gst_openai_model_warnings_free);
  g_clear_pointer (&self->client, openai_client_release);
}

static void
preconnect (GstOpenaiTts *self)
{
  OpenaiSpeechParams params = { 0 };
  gboolean wanted;

  GST_OBJECT_LOCK (self);
  wanted = self->settings.fallback.preconnect;
  GST_OBJECT_UNLOCK (self);
  if (!wanted || !self->transport->klass->prepare
      || !openai_client_check (self->client, NULL))
    return;
  fill_params (&params, G_OBJECT (self));
  self->transport->klass->prepare (self->transport, &params);
  openai_speech_params_clear (&params);
}

/* A sink keeps its pipeline in PAUSED until it has something to play: one that is to play
 * is as good as one that does. */
static gboolean
is_to_play (GstOpenaiTts *self)
{
  g_autoptr (GstObject) top = gst_openai_find_top (GST_ELEMENT (self));

  return GST_STATE_TARGET (top) == GST_STATE_PLAYING;
}

static GstStateChangeReturn
gst_openai_tts_change_state (GstElement *element, GstStateChange transition)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (element);
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !start (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING
      || (transition == GST_STATE_CHANGE_READY_TO_PAUSED && is_to_play (self)))
    preconnect (self);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    tts_speech_queue_flush (self->reading.speech_queue, TTS_FLUSH_STOPPED);

  result =
      GST_ELEMENT_CLASS (gst_openai_tts_parent_class)->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY
      || (transition == GST_STATE_CHANGE_READY_TO_PAUSED
          && result == GST_STATE_CHANGE_FAILURE)) {
    /* A FLUSH_STOP may have started it again after its pad was inactive; now
     * the sink pad is inactive too. */
    gst_pad_stop_task (self->srcpad);
    stop (self);
  }
  return result;
}

static void
gst_openai_tts_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (object);
  gboolean runs;

  GST_OBJECT_LOCK (self);
  gst_openai_setting_set (
      gst_openai_settings_row (&tts_settings_table, id), &self->settings, value);
  runs = self->reading.speech_queue != NULL;
  GST_OBJECT_UNLOCK (self);
  if (runs && g_str_equal (pspec->name, "text"))
    gst_openai_tts_add_text (self, g_value_get_string (value), FALSE);
}

static void
gst_openai_tts_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (object);

  if (id == prop_queued_chars) {
    g_value_set_uint (value,
        tts_text_queue_n_chars (self->texts) + tts_reading_n_chars (&self->reading));
    return;
  }
  GST_OBJECT_LOCK (self);
  gst_openai_setting_get (
      gst_openai_settings_row (&tts_settings_table, id), &self->settings, value);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_openai_tts_finalize (GObject *object)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (object);

  tts_text_queue_free (self->texts);
  tts_settings_clear (&self->settings);
  G_OBJECT_CLASS (gst_openai_tts_parent_class)->finalize (object);
}

static void
gst_openai_tts_init (GstOpenaiTts *self)
{
  gst_openai_settings_init (&tts_settings_table, &self->settings);
  self->texts = tts_text_queue_new ();

  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_link_function (self->sinkpad, GST_DEBUG_FUNCPTR (gst_openai_tts_sink_link));
  gst_pad_set_chain_function (self->sinkpad, GST_DEBUG_FUNCPTR (gst_openai_tts_chain));
  gst_pad_set_chain_list_function (
      self->sinkpad, GST_DEBUG_FUNCPTR (gst_openai_tts_chain_list));
  gst_pad_set_event_function (
      self->sinkpad, GST_DEBUG_FUNCPTR (gst_openai_tts_sink_event));
  gst_element_add_pad (GST_ELEMENT (self), self->sinkpad);

  self->srcpad = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_set_activatemode_function (
      self->srcpad, GST_DEBUG_FUNCPTR (gst_openai_tts_src_activate_mode));
  gst_pad_set_query_function (self->srcpad, GST_DEBUG_FUNCPTR (gst_openai_tts_src_query));
  gst_pad_set_event_function (self->srcpad, GST_DEBUG_FUNCPTR (gst_openai_tts_src_event));
  gst_pad_use_fixed_caps (self->srcpad);
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);

  self->reading = (TtsReading) {
    .element = GST_ELEMENT (self),
    .sinkpad = self->sinkpad,
    .srcpad = self->srcpad,
    .snapshot = settings_snapshot,
    .loop = gst_openai_tts_src_loop,
  };
}

static void
install_signals (GType type)
{
  GSignalFlags flags = G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION;

  /**
   * GstOpenaiTts::say:
   * @text: what to say, after all that was given before
   *
   * As a source only, and open from then on until
   * #GstOpenaiTts::end-of-speech. Before PAUSED it is kept until then.
   *
   * Returns: %FALSE when the sink pad is linked or the stream has ended
   */
  g_signal_new_class_handler ("say", type, flags, G_CALLBACK (gst_openai_tts_say), NULL,
      NULL, NULL, G_TYPE_BOOLEAN, 1, G_TYPE_STRING);

  /**
   * GstOpenaiTts::end-of-speech:
   *
   * Ends the stream once everything given so far is said.
   */
  g_signal_new_class_handler ("end-of-speech", type, flags,
      G_CALLBACK (gst_openai_tts_end_of_speech), NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * GstOpenaiTts::interrupt:
   *
   * Silence at once: cancels the requests, forgets all text that was not said
   * and flushes downstream. What comes next is said as soon as it is there.
   */
  g_signal_new_class_handler ("interrupt", type, flags,
      G_CALLBACK (gst_openai_tts_interrupt), NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gst_openai_tts_class_init (GstOpenaiTtsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (
      gst_openai_tts_debug, "openai-tts", 0, "text to speech over the OpenAI audio API");

  object_class->set_property = gst_openai_tts_set_property;
  object_class->get_property = gst_openai_tts_get_property;
  object_class->finalize = gst_openai_tts_finalize;
  element_class->change_state = GST_DEBUG_FUNCPTR (gst_openai_tts_change_state);
  element_class->send_event = GST_DEBUG_FUNCPTR (gst_openai_tts_send_event);

  prop_queued_chars = gst_openai_settings_install (&tts_settings_table, object_class);
  g_object_class_install_property (object_class, prop_queued_chars,
      g_param_spec_uint ("queued-chars", "queued-chars",
          _("Characters that were not said to their end yet"), 0, G_MAXUINT, 0,
              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  install_signals (G_TYPE_FROM_CLASS (klass));
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "OpenAI text to speech",
      "Converter/Text/Audio",
      "Says text aloud, with OpenAI or any compatible server. First to set "
      "are base-url (or $OPENAI_BASE_URL) and api-key-file (or "
      "$OPENAI_API_KEY), model, voice and text. Example: gst-launch-1.0 "
      "openaitts voice=alloy text=\"Hello there\" ! audioconvert ! "
      "audioresample ! autoaudiosink",
      "gst-plugins-openai");
  gst_element_class_add_static_metadata (
      element_class, GST_ELEMENT_METADATA_DOC_URI, GST_OPENAI_DOCS "openaitts.md");
}
