// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * SECTION:element-openaitts
 * @title: openaitts
 *
 * Text to speech through the OpenAI audio API, at OpenAI or at any server that
 * speaks it. Audio leaves as it arrives, while the server is still speaking;
 * the next sentences are asked for ahead, so that speech flows.
 *
 * With its sink pad unlinked the element is a source that says the text
 * property. Otherwise it says the text that arrives: text without time stamps
 * (a file, standard input) sentence by sentence, back to back; text with them
 * (subtitles) when they are due.
 *
 * ## Say something
 * |[
 * gst-launch-1.0 openaitts text="Hello there" ! audioconvert ! audioresample ! autoaudiosink
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
#include <math.h>

#include "client/error.h"
#include "gstopenaiconnection.h"
#include "gstopenaielements.h"
#include "outerpads.h"
#include "tts/playout.h"
#include "tts/script.h"
#include "tts/sentences.h"
#include "tts/speechaudio.h"
#include "tts/ttssettings.h"

GST_DEBUG_CATEGORY_STATIC (openaitts_debug);
#define GST_CAT_DEFAULT openaitts_debug

/* The least and the most audio in a buffer but the last, milliseconds. */
#define MIN_BUFFER_MS 20
#define MAX_BUFFER_MS 100

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("text/x-raw, format = (string) { utf8, pango-markup }"));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("audio/x-raw, format = (string) S16LE, "
        "layout = (string) interleaved, rate = (int) [ 1, MAX ], "
        "channels = (int) [ 1, 8 ]"));

G_DECLARE_FINAL_TYPE (GstOpenaiTts, gst_openai_tts, GST, OPENAI_TTS,
    GstElement)

struct _GstOpenaiTts
{
  GstElement element;

  GstPad *sinkpad;
  GstPad *srcpad;

  TtsSettings settings;         /* OBJECT_LOCK */

  /* from READY to PAUSED until back, before and after the pads are active */
  OpenaiClient *client;
  Script *script;
  gboolean has_sink;            /* the sink pad is linked */
  gint64 started;               /* monotonic */
  guint pcm_rate;
  TtsFormat format;

  /* streaming thread of the sink pad */
  Sentences *sentences;
  GstSegment segment;
  gboolean markup;
  gboolean checked;             /* the connection, before the first request */

  /* source pad task, which reads the text property as a source */
  gboolean all_read;
  Playout *playout;             /* replaced under OBJECT_LOCK */
  SpeechAudio *audio;           /* of the current utterance, from its first byte */
  GstClockTime utterance_start;

  GstFlowReturn flow;           /* OBJECT_LOCK: what delivering came to */
};

G_DEFINE_FINAL_TYPE (GstOpenaiTts, gst_openai_tts, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE (openaitts, "openaitts", GST_RANK_NONE,
    gst_openai_tts_get_type ());

static TtsSettings
settings_snapshot (GstOpenaiTts * self)
{
  TtsSettings copy = { 0, };

  GST_OBJECT_LOCK (self);
  gst_openai_settings_copy (&tts_settings_table, &self->settings, &copy);
  GST_OBJECT_UNLOCK (self);
  return copy;
}

static void
settings_clear (TtsSettings * settings)
{
  gst_openai_settings_clear (&tts_settings_table, settings);
}

static const gchar *
response_format (GstOpenaiTts * self)
{
  return self->format == TTS_FORMAT_WAV ? "wav" : "pcm";
}

static void
fill_params (OpenaiSpeechParams * params, GObject * owner)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (owner);
  TtsSettings settings = settings_snapshot (self);

  params->model = g_strdup (settings.model);
  params->voice = g_strdup (settings.voice);
  params->instructions = g_strdup (settings.instructions);
  params->response_format = g_strdup (response_format (self));
  params->speed = settings.speed == 1 ? NAN : settings.speed;
  params->extra_fields =
      gst_openai_structure_to_json (settings.connection.extra_fields);
  settings_clear (&settings);
}

static Script *
make_script (GstOpenaiTts * self, const TtsSettings * settings)
{
  ScriptOptions options = {
    .ahead = settings->prefetch,
    .limits = gst_openai_connection_limits (&settings->connection),
  };

  options.limits.answer_is_streamed = TRUE;
  return script_new (self->client, &options, fill_params, G_OBJECT (self),
      self->srcpad);
}

/* FALSE: no request can be made, and an error was posted. */
static gboolean
check_connection (GstOpenaiTts * self)
{
  g_autoptr (GError) error = NULL;

  if (self->checked)
    return TRUE;
  self->checked =
      gst_openai_connection_check (GST_ELEMENT (self), self->client, &error);
  if (self->checked)
    return TRUE;
  gst_openai_post_error (GST_ELEMENT (self), error, self->started);
  return FALSE;
}

static GstFlowReturn
get_flow (GstOpenaiTts * self)
{
  GstFlowReturn flow;

  GST_OBJECT_LOCK (self);
  flow = self->flow;
  GST_OBJECT_UNLOCK (self);
  return flow;
}

static void
set_flow (GstOpenaiTts * self, GstFlowReturn flow)
{
  GST_OBJECT_LOCK (self);
  self->flow = flow;
  GST_OBJECT_UNLOCK (self);
}

/* The stream cannot go on: whoever gives text is told so. Whoever returned
 * ERROR has posted why; upstream would add an empty error of its own to it, but
 * stops quietly when it is told FLUSHING. */
static void
stop_flow (GstOpenaiTts * self, GstFlowReturn flow)
{
  set_flow (self, flow == GST_FLOW_ERROR ? GST_FLOW_FLUSHING : flow);
  script_set_flushing (self->script, TRUE);
  if ((flow < GST_FLOW_EOS && flow != GST_FLOW_ERROR)
      || flow == GST_FLOW_NOT_LINKED)
    GST_ELEMENT_FLOW_ERROR (self, flow);
  if (!self->has_sink)
    gst_pad_push_event (self->srcpad, gst_event_new_eos ());
}

/* Adds to the script what is complete. FALSE: flushing. */
static gboolean
add_sentences (GstOpenaiTts * self)
{
  gchar *text;

  while ((text = sentences_next (self->sentences))) {
    if (!script_add_text (self->script, text, GST_CLOCK_TIME_NONE,
            GST_CLOCK_TIME_NONE))
      return FALSE;
  }
  return TRUE;
}

/* A subtitle is one utterance, however many requests it takes. FALSE:
 * flushing. */
static gboolean
add_timed (GstOpenaiTts * self, const gchar * data, gsize size,
    GstBuffer * buffer)
{
  GstClockTime pts = GST_BUFFER_PTS (buffer);
  GstClockTime duration = GST_BUFFER_DURATION (buffer);
  gchar *text;

  sentences_push (self->sentences, data, size);
  sentences_finish (self->sentences);
  while ((text = sentences_next (self->sentences))) {
    if (!script_add_text (self->script, text, pts, duration))
      return FALSE;
    pts = duration = GST_CLOCK_TIME_NONE;
  }
  return TRUE;
}

static void
append_text (GMarkupParseContext * context, const gchar * text, gsize length,
    gpointer user_data, GError ** error)
{
  g_string_append_len (user_data, text, length);
}

/* What pango markup says; text that is no markup is taken as it is. */
static GString *
strip_markup (const gchar * data, gsize size)
{
  static const GMarkupParser parser = {.text = append_text };
  GString *text = g_string_sized_new (size);
  g_autoptr (GMarkupParseContext) context =
      g_markup_parse_context_new (&parser, 0, text, NULL);

  if (!g_markup_parse_context_parse (context, "<markup>", -1, NULL)
      || !g_markup_parse_context_parse (context, data, size, NULL)
      || !g_markup_parse_context_parse (context, "</markup>", -1, NULL)) {
    g_string_truncate (text, 0);
    g_string_append_len (text, data, size);
  }
  return text;
}

static gboolean
is_timed (GstOpenaiTts * self, GstBuffer * buffer)
{
  return self->segment.format == GST_FORMAT_TIME
      && GST_BUFFER_PTS_IS_VALID (buffer)
      && GST_BUFFER_DURATION_IS_VALID (buffer);
}

/* Adds to the script what a buffer says. FALSE: flushing. */
static gboolean
add_buffer (GstOpenaiTts * self, const gchar * data, gsize size,
    GstBuffer * buffer)
{
  if (is_timed (self, buffer))
    return add_timed (self, data, size, buffer);
  sentences_push (self->sentences, data, size);
  return add_sentences (self);
}

static gboolean
add_markup (GstOpenaiTts * self, const gchar * data, gsize size,
    GstBuffer * buffer)
{
  GString *plain = strip_markup (data, size);
  gboolean added = add_buffer (self, plain->str, plain->len, buffer);

  g_string_free (plain, TRUE);
  return added;
}

static GstFlowReturn
gst_openai_tts_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (parent);
  GstFlowReturn flow = get_flow (self);
  GstMapInfo map;
  gboolean added;

  if (flow == GST_FLOW_OK && !check_connection (self)) {
    stop_flow (self, GST_FLOW_ERROR);
    flow = GST_FLOW_FLUSHING;
  }
  if (flow == GST_FLOW_OK && !gst_buffer_map (buffer, &map, GST_MAP_READ))
    flow = GST_FLOW_ERROR;
  if (flow != GST_FLOW_OK) {
    gst_buffer_unref (buffer);
    return flow;
  }

  added = self->markup ?
      add_markup (self, (const gchar *) map.data, map.size, buffer) :
      add_buffer (self, (const gchar *) map.data, map.size, buffer);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
  if (added)
    return GST_FLOW_OK;
  flow = get_flow (self);
  return flow == GST_FLOW_OK ? GST_FLOW_FLUSHING : flow;
}

static void
reset_sink (GstOpenaiTts * self, const TtsSettings * settings)
{
  g_clear_pointer (&self->sentences, sentences_free);
  self->sentences = sentences_new (settings->max_input_chars,
      settings->first_chunk_chars);
  gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);
}

static void
reset_src (GstOpenaiTts * self, Playout * playout)
{
  Playout *old = self->playout;

  GST_OBJECT_LOCK (self);
  self->playout = playout;
  GST_OBJECT_UNLOCK (self);
  playout_free (old);
  g_clear_pointer (&self->audio, speech_audio_free);
}

static Playout *
make_playout (GstOpenaiTts * self)
{
  return playout_new (GST_ELEMENT (self), self->srcpad, self->pcm_rate);
}

static void src_loop (gpointer user_data);

static gboolean
gst_openai_tts_flush_start (GstOpenaiTts * self, GstEvent * event)
{
  script_set_flushing (self->script, TRUE);
  gst_pad_push_event (self->srcpad, event);
  gst_pad_pause_task (self->srcpad);
  return TRUE;
}

static gboolean
gst_openai_tts_flush_stop (GstOpenaiTts * self, GstEvent * event)
{
  TtsSettings settings = settings_snapshot (self);

  gst_pad_push_event (self->srcpad, event);

  /* Until the task has left its loop. */
  GST_PAD_STREAM_LOCK (self->srcpad);
  reset_sink (self, &settings);
  reset_src (self, make_playout (self));
  set_flow (self, GST_FLOW_OK);
  script_set_flushing (self->script, FALSE);
  GST_PAD_STREAM_UNLOCK (self->srcpad);
  settings_clear (&settings);
  return gst_pad_start_task (self->srcpad, src_loop, self->srcpad, NULL);
}

/* Text that is not timed gets a time line of its own. */
static GstEvent *
make_segment (GstOpenaiTts * self, GstEvent * upstream)
{
  GstSegment segment = self->segment;
  GstEvent *event;

  if (segment.format != GST_FORMAT_TIME)
    gst_segment_init (&segment, GST_FORMAT_TIME);
  event = gst_event_new_segment (&segment);
  if (upstream)
    gst_event_set_seqnum (event, gst_event_get_seqnum (upstream));
  return event;
}

static void
take_caps (GstOpenaiTts * self, GstEvent * event)
{
  GstCaps *caps;

  gst_event_parse_caps (event, &caps);
  self->markup =
      g_strcmp0 (gst_structure_get_string (gst_caps_get_structure (caps, 0),
          "format"), "pango-markup") == 0;
}

static gboolean
gst_openai_tts_sink_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (parent);

  GST_LOG_OBJECT (self, "%" GST_PTR_FORMAT, event);
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_FLUSH_START:
      return gst_openai_tts_flush_start (self, event);
    case GST_EVENT_FLUSH_STOP:
      return gst_openai_tts_flush_stop (self, event);
    case GST_EVENT_STREAM_START:
      script_add_event (self->script,
          gst_openai_make_stream_start (self->srcpad, event, 0));
      break;
    case GST_EVENT_CAPS:
      take_caps (self, event);
      break;
    case GST_EVENT_SEGMENT:
      gst_event_copy_segment (event, &self->segment);
      script_add_event (self->script, make_segment (self, event));
      break;
    case GST_EVENT_EOS:
      sentences_finish (self->sentences);
      add_sentences (self);
      script_add_event (self->script, event);
      return TRUE;
    default:
      if (!GST_EVENT_IS_SERIALIZED (event))
        return gst_pad_event_default (pad, parent, event);
      script_add_event (self->script, event);
      return TRUE;
  }
  gst_event_unref (event);
  return TRUE;
}

static void
post (GstOpenaiTts * self, GstStructure * structure)
{
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self), structure));
}

static GstStructure *
utterance_structure (const gchar * name, const Utterance * utterance,
    GstClockTime pts)
{
  return gst_structure_new (name,
      "text", G_TYPE_STRING, utterance->text,
      "voice", G_TYPE_STRING, utterance->voice,
      "model", G_TYPE_STRING, utterance->model,
      "pts", G_TYPE_UINT64, pts, NULL);
}

static GstFlowReturn
begin_utterance (GstOpenaiTts * self, const Utterance * utterance)
{
  GST_DEBUG_OBJECT (self, "saying \"%s\"", utterance->text);
  if (!playout_begin (self->playout)
      || (GST_CLOCK_TIME_IS_VALID (utterance->pts)
          && !playout_wait_until (self->playout, utterance->pts)))
    return GST_FLOW_NOT_NEGOTIATED;
  self->utterance_start = playout_time (self->playout);
  post (self, utterance_structure ("openaitts/speech-start", utterance,
          self->utterance_start));
  return GST_FLOW_OK;
}

/* Pushes what came, but for less than @least bytes. */
static GstFlowReturn
push_available (GstOpenaiTts * self, gsize least)
{
  GstFlowReturn flow = GST_FLOW_OK;

  while (flow == GST_FLOW_OK
      && speech_audio_available (self->audio) >= MAX (least, 1)) {
    g_autoptr (GBytes) bytes =
        speech_audio_take (self->audio, playout_bytes (self->playout,
            MAX_BUFFER_MS));

    if (!bytes)
      break;
    flow = playout_push (self->playout, bytes);
  }
  return flow;
}

/* FALSE: it is no audio this element can push. */
static gboolean
parse_audio (GstOpenaiTts * self, const ScriptStep * step, GError ** error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (step->audio, &size);
  SpeechAudioFormat format;

  if (!self->audio)
    self->audio = speech_audio_new (step->content_type,
        self->format != TTS_FORMAT_WAV, self->pcm_rate);
  if (!speech_audio_push (self->audio, data, size, error))
    return FALSE;
  format = speech_audio_format (self->audio);
  if (format.kind == SPEECH_AUDIO_UNKNOWN || format.kind == SPEECH_AUDIO_PCM)
    return TRUE;
  g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      "The server sent %s where format=%s was asked for",
      step->content_type ? step->content_type : "encoded audio",
      response_format (self));
  return FALSE;
}

static GstFlowReturn
fail (GstOpenaiTts * self, const GError * error)
{
  gst_openai_post_error (GST_ELEMENT (self), error, self->started);
  return GST_FLOW_ERROR;
}

static GstFlowReturn
take_audio (GstOpenaiTts * self, const ScriptStep * step)
{
  g_autoptr (GError) error = NULL;
  SpeechAudioFormat format;

  if (!parse_audio (self, step, &error))
    return fail (self, error);
  format = speech_audio_format (self->audio);
  if (format.kind == SPEECH_AUDIO_UNKNOWN
      || speech_audio_available (self->audio) == 0)
    return GST_FLOW_OK;
  if (!playout_set_format (self->playout, format.rate, format.channels))
    return GST_FLOW_NOT_NEGOTIATED;
  return push_available (self, playout_bytes (self->playout, MIN_BUFFER_MS));
}

static void
post_end (GstOpenaiTts * self, const ScriptStep * step)
{
  GstStructure *message = utterance_structure ("openaitts/speech-end",
      step->utterance, self->utterance_start);

  GST_DEBUG_OBJECT (self, "said in %" GST_TIME_FORMAT ", first byte after %"
      GST_TIME_FORMAT ", %u attempts",
      GST_TIME_ARGS (playout_time (self->playout) - self->utterance_start),
      GST_TIME_ARGS (step->first_byte_latency), step->attempts);
  gst_structure_set (message,
      "duration", G_TYPE_UINT64, playout_time (self->playout) - self->utterance_start,
      "first-byte-latency", G_TYPE_UINT64, step->first_byte_latency,
      "attempts", G_TYPE_UINT, step->attempts, NULL);
  if (step->request_id)
    gst_structure_set (message, "request-id", G_TYPE_STRING,
        step->request_id, NULL);
  gst_openai_structure_set_usage (message, &step->usage);
  post (self, message);
}

static GstFlowReturn
end_utterance (GstOpenaiTts * self, const ScriptStep * step)
{
  g_autoptr (GError) error = NULL;
  SpeechAudioFormat format;
  GstFlowReturn flow;

  if (!self->audio)
    self->audio = speech_audio_new (step->content_type,
        self->format != TTS_FORMAT_WAV, self->pcm_rate);
  if (!speech_audio_finish (self->audio, &error))
    return fail (self, error);
  format = speech_audio_format (self->audio);
  if (!playout_set_format (self->playout, format.rate, format.channels))
    return GST_FLOW_NOT_NEGOTIATED;
  flow = push_available (self, 1);
  g_clear_pointer (&self->audio, speech_audio_free);
  post_end (self, step);
  return flow;
}

static GstFlowReturn
take_event (GstOpenaiTts * self, GstEvent * event)
{
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_SEGMENT:
      playout_set_segment (self->playout, event);
      return GST_FLOW_OK;
    case GST_EVENT_GAP:{
      GstClockTime start, duration;

      gst_event_parse_gap (event, &start, &duration);
      if (GST_CLOCK_TIME_IS_VALID (duration)
          && !playout_wait_until (self->playout, start + duration))
        return GST_FLOW_NOT_NEGOTIATED;
      return GST_FLOW_OK;
    }
    default:
      gst_pad_push_event (self->srcpad, gst_event_ref (event));
      return GST_FLOW_OK;
  }
}

static GstFlowReturn
take_step (GstOpenaiTts * self, const ScriptStep * step)
{
  switch (step->kind) {
    case SCRIPT_EVENT:
      return take_event (self, step->event);
    case SCRIPT_UTTERANCE:
      return begin_utterance (self, step->utterance);
    case SCRIPT_AUDIO:
      return take_audio (self, step);
    case SCRIPT_END:
      return end_utterance (self, step);
    case SCRIPT_FAILED:
      return fail (self, step->error);
    default:
      return GST_FLOW_FLUSHING;
  }
}

/* As a source: hands on the text property as there is room for it. */
static GstFlowReturn
read_text (GstOpenaiTts * self)
{
  gchar *text;

  if (sentences_length (self->sentences) > 0 && !check_connection (self))
    return GST_FLOW_ERROR;
  while (!self->all_read && script_has_room (self->script)) {
    text = sentences_next (self->sentences);
    if (text) {
      script_add_text (self->script, text, GST_CLOCK_TIME_NONE,
          GST_CLOCK_TIME_NONE);
    } else {
      self->all_read = TRUE;
      script_add_event (self->script, gst_event_new_eos ());
    }
  }
  return GST_FLOW_OK;
}

static void
src_loop (gpointer user_data)
{
  GstPad *pad = user_data;
  GstOpenaiTts *self = GST_OPENAI_TTS (GST_PAD_PARENT (pad));
  g_auto (ScriptStep) step = { 0, };
  GstFlowReturn flow = GST_FLOW_OK;

  if (!self->has_sink && !self->all_read)
    flow = read_text (self);
  if (flow == GST_FLOW_OK) {
    script_next (self->script, &step);
    flow = take_step (self, &step);
  }
  if (flow == GST_FLOW_OK)
    return;
  GST_DEBUG_OBJECT (self, "pausing: %s", gst_flow_get_name (flow));
  if (flow != GST_FLOW_FLUSHING)
    stop_flow (self, flow);
  gst_pad_pause_task (pad);
}

static gboolean
gst_openai_tts_src_activate_mode (GstPad * pad, GstObject * parent,
    GstPadMode mode, gboolean active)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (parent);

  if (mode != GST_PAD_MODE_PUSH)
    return FALSE;
  script_set_flushing (self->script, !active);
  if (!active)
    return gst_pad_stop_task (pad);
  if (!self->has_sink) {
    script_add_event (self->script,
        gst_openai_make_stream_start (pad, NULL, 0));
    script_add_event (self->script, make_segment (self, NULL));
  }
  return gst_pad_start_task (pad, src_loop, pad, NULL);
}

static gboolean
answer_latency (GstOpenaiTts * self, GstQuery * query)
{
  gboolean live = FALSE;
  GstClockTime min = 0, max = GST_CLOCK_TIME_NONE;
  guint latency;

  if (gst_pad_peer_query (self->sinkpad, query))
    gst_query_parse_latency (query, &live, &min, &max);
  GST_OBJECT_LOCK (self);
  latency = self->settings.latency;
  GST_OBJECT_UNLOCK (self);
  if (live && latency != G_MAXUINT)
    min += latency * GST_MSECOND;
  gst_query_set_latency (query, live, min, live ? GST_CLOCK_TIME_NONE : max);
  return TRUE;
}

static gboolean
answer_position (GstOpenaiTts * self, GstQuery * query)
{
  GstFormat format;
  GstClockTime time = GST_CLOCK_TIME_NONE;

  gst_query_parse_position (query, &format, NULL);
  GST_OBJECT_LOCK (self);
  if (self->playout)
    time = playout_stream_time (self->playout);
  GST_OBJECT_UNLOCK (self);
  if (format != GST_FORMAT_TIME || !GST_CLOCK_TIME_IS_VALID (time))
    return FALSE;
  gst_query_set_position (query, format, time);
  return TRUE;
}

static gboolean
gst_openai_tts_src_query (GstPad * pad, GstObject * parent, GstQuery * query)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (parent);

  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_LATENCY:
      return answer_latency (self, query);
    case GST_QUERY_POSITION:
      return answer_position (self, query);
    case GST_QUERY_DURATION:
      /* That of the text is not that of the speech. */
      return FALSE;
    default:
      return gst_pad_query_default (pad, parent, query);
  }
}

/* EOS sent to a pipeline reaches its sources: what is being said ends here. */
static gboolean
gst_openai_tts_send_event (GstElement * element, GstEvent * event)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (element);

  if (GST_EVENT_TYPE (event) != GST_EVENT_EOS || !self->script
      || self->has_sink)
    return GST_ELEMENT_CLASS (gst_openai_tts_parent_class)->send_event
        (element, event);
  script_replace (self->script, event);
  return TRUE;
}

static gboolean
start (GstOpenaiTts * self)
{
  TtsSettings settings = settings_snapshot (self);
  g_autoptr (GError) error = NULL;

  self->has_sink =
      gst_openai_outer_pad_start (self->sinkpad, GST_ELEMENT_FLAG_SOURCE);
  if (!self->has_sink && gst_pad_is_linked (self->srcpad)
      && (!settings.text || !*settings.text))
    error = g_error_new_literal (OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        "There is nothing to say: set text, or link text to the sink pad");
  else
    self->client =
        gst_openai_connection_acquire (&settings.connection, &error);
  if (!self->client) {
    gst_openai_post_error (GST_ELEMENT (self), error, 0);
    settings_clear (&settings);
    return FALSE;
  }
  GST_INFO_OBJECT (self, "%s, server %s",
      self->has_sink ? "saying what arrives" : "saying the text property",
      openai_client_host (self->client));
  self->started = g_get_monotonic_time ();
  self->script = make_script (self, &settings);
  self->pcm_rate = settings.pcm_rate;
  self->format = settings.format;
  self->checked = FALSE;
  self->all_read = FALSE;
  self->flow = GST_FLOW_OK;
  reset_sink (self, &settings);
  reset_src (self, make_playout (self));
  if (!self->has_sink && settings.text) {
    sentences_push (self->sentences, settings.text, strlen (settings.text));
    sentences_finish (self->sentences);
  }
  settings_clear (&settings);
  return TRUE;
}

static void
stop (GstOpenaiTts * self)
{
  reset_src (self, NULL);
  g_clear_pointer (&self->sentences, sentences_free);
  g_clear_pointer (&self->script, script_free);
  g_clear_pointer (&self->client, openai_client_release);
}

static GstStateChangeReturn
gst_openai_tts_change_state (GstElement * element, GstStateChange transition)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (element);
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !start (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    script_set_flushing (self->script, TRUE);

  result =
      GST_ELEMENT_CLASS (gst_openai_tts_parent_class)->change_state (element,
      transition);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY
      || (transition == GST_STATE_CHANGE_READY_TO_PAUSED
          && result == GST_STATE_CHANGE_FAILURE))
    stop (self);
  return result;
}

static void
gst_openai_tts_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (object);

  GST_OBJECT_LOCK (self);
  gst_openai_setting_set (gst_openai_settings_row (&tts_settings_table, id),
      &self->settings, value);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_openai_tts_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (object);

  GST_OBJECT_LOCK (self);
  gst_openai_setting_get (gst_openai_settings_row (&tts_settings_table, id),
      &self->settings, value);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_openai_tts_finalize (GObject * object)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (object);

  settings_clear (&self->settings);
  G_OBJECT_CLASS (gst_openai_tts_parent_class)->finalize (object);
}

static void
gst_openai_tts_init (GstOpenaiTts * self)
{
  gst_openai_settings_init (&tts_settings_table, &self->settings);

  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sinkpad,
      GST_DEBUG_FUNCPTR (gst_openai_tts_chain));
  gst_pad_set_event_function (self->sinkpad,
      GST_DEBUG_FUNCPTR (gst_openai_tts_sink_event));
  gst_element_add_pad (GST_ELEMENT (self), self->sinkpad);

  self->srcpad = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_set_activatemode_function (self->srcpad,
      GST_DEBUG_FUNCPTR (gst_openai_tts_src_activate_mode));
  gst_pad_set_query_function (self->srcpad,
      GST_DEBUG_FUNCPTR (gst_openai_tts_src_query));
  gst_pad_use_fixed_caps (self->srcpad);
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);
}

static void
gst_openai_tts_class_init (GstOpenaiTtsClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (openaitts_debug, "openaitts", 0,
      "text to speech over the OpenAI audio API");

  object_class->set_property = gst_openai_tts_set_property;
  object_class->get_property = gst_openai_tts_get_property;
  object_class->finalize = gst_openai_tts_finalize;
  element_class->change_state =
      GST_DEBUG_FUNCPTR (gst_openai_tts_change_state);
  element_class->send_event = GST_DEBUG_FUNCPTR (gst_openai_tts_send_event);

  gst_openai_settings_install (&tts_settings_table, object_class);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "OpenAI text to speech", "Converter/Text/Audio",
      "Says text aloud, with OpenAI or any compatible server",
      "gst-plugins-openai");
}
