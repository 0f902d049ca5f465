// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/**
 * SECTION:element-openaivoicesink
 * @title: openaivoicesink
 *
 * Makes a custom voice of what it records, in two steps, with OpenAI or any
 * server that has custom voices. First the speaker says that he agrees: without
 * the property `consent` the recording becomes a consent, and a message
 * `openaivoicesink/consent` tells its id. Then, with `consent` set to that id,
 * another recording of the same speaker becomes a voice, and a message
 * `openaivoicesink/voice` tells the id to give to `openaitts` as its voice.
 *
 * Raw audio of any kind is uploaded as WAV, MP3, WAV, Ogg, AAC, FLAC, WebM and
 * MP4 files as they are. The upload begins at EOS, and EOS is posted when the
 * answer is there.
 *
 * ## A consent from the microphone, until Ctrl-C
 * |[
 * gst-launch-1.0 -m -e autoaudiosrc ! openaivoicesink voice-name=Ada language=en-US
 * ]|
 * ## A voice from a file
 * |[
 * gst-launch-1.0 -m filesrc location=ada.mp3 ! openaivoicesink voice-name=Ada consent=cons_123
 * ]|
 *
 * Since: 0.1
 */

#include "config.h"

#include <gst/base/gstbasesink.h>

#include "client/error.h"
#include "client/voices.h"
#include "element/connection.h"
#include "element/errors.h"
#include "element/recordingcaps.h"
#include "element/resampler.h"
#include "element/structures.h"
#include "gstopenaielements.h"
#include "i18n.h"
#include "recorder.h"

GST_DEBUG_CATEGORY_STATIC (openaivoicesink_debug);
#define GST_CAT_DEFAULT openaivoicesink_debug

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
        GST_STATIC_CAPS (GST_OPENAI_MONO_CAPS "; " GST_OPENAI_RECORDING_CAPS "; "
                                              "audio/mpeg, mpegversion = (int) { 2, 4 }, "
                                              "stream-format = (string) adts"));

typedef struct
{
  GstOpenaiConnection connection;
  gchar *voice_name;
  gchar *language;
  gchar *consent;
  guint max_size;
  guint max_duration;
} VoiceSettings;

#define ROW(...) GST_OPENAI_ROW (VoiceSettings, __VA_ARGS__)
#define AT_START GST_OPENAI_AT_START

static const GstOpenaiSetting rows[] = {
  ROW (voice_name, "voice-name", STRING, AT_START,
      .blurb = N_ ("Name the consent or the voice is to have; it must be set")),
  ROW (language, "language", STRING, AT_START,
      .blurb = N_ ("Language the consent is spoken in, such as \"en-US\"; it must "
                   "be set for a consent and is not used for a voice")),
  ROW (consent, "consent", STRING, AT_START,
      .blurb = N_ ("Id of the consent (cons_…) of the speaker, to record a voice "
                   "(unset: record a consent)")),
  ROW (max_size, "max-size", UINT, AT_START, .maximum = G_MAXUINT,
      .value = OPENAI_RECORDING_MAX_BYTES,
      .blurb = N_ ("Largest file that is sent, in bytes (default: 10 MiB, what "
                   "OpenAI takes; 0: any)")),
  ROW (max_duration, "max-duration", UINT, AT_START, .maximum = G_MAXINT,
      .value = OPENAI_RECORDING_MAX_MS, .shortest = 1000,
      .blurb = N_ ("Longest recording that is sent, in milliseconds (default: "
                   "30 s, what OpenAI takes; 0: any)")),
};

static const GstOpenaiSettingTable settings_table = {
  .parent = &gst_openai_connection_table,
  .rows = rows,
  .n_rows = G_N_ELEMENTS (rows),
};

G_DECLARE_FINAL_TYPE (
    GstOpenaiVoiceSink, gst_openai_voice_sink, GST, OPENAI_VOICE_SINK, GstBaseSink)

struct _GstOpenaiVoiceSink
{
  GstBaseSink parent;

  VoiceSettings settings; /* OBJECT_LOCK */

  /* from READY to PAUSED until back */
  OpenaiClient *client;

  /* streaming thread */
  GstOpenaiRecorder *recorder;
  VoiceSettings snapshot; /* from the first buffer on */
  gboolean begun;
  gboolean failed; /* an error was posted */

  /* protected by lock, which may be taken with the preroll lock: what the
   * streaming thread waits for at the end */
  GMutex lock;
  GCond cond;
  gboolean flushing;
  OpenaiVoiceCall *call; /* whose answer is wanted; NULL: none */
  gboolean done;
  GstStructure *answer;
  GError *error;
};

G_DEFINE_FINAL_TYPE (GstOpenaiVoiceSink, gst_openai_voice_sink, GST_TYPE_BASE_SINK)
GST_ELEMENT_REGISTER_DEFINE (
    openaivoicesink, "openaivoicesink", GST_RANK_NONE, gst_openai_voice_sink_get_type ());

static gboolean
is_set (const gchar *value)
{
  return value && *value;
}

static OpenaiVoiceAction
get_action (GstOpenaiVoiceSink *self)
{
  return is_set (self->snapshot.consent) ? OPENAI_VOICE_CREATE : OPENAI_CONSENT_CREATE;
}

/* The user sees one error: upstream would add an empty one of its own to ERROR,
 * but stops quietly when it is told FLUSHING. */
static GstFlowReturn
fail (GstOpenaiVoiceSink *self, const GError *error)
{
  self->failed = TRUE;
  gst_openai_post_error_with_advice (
      GST_ELEMENT (self), error, openai_voice_advice (get_action (self), error));
  return GST_FLOW_FLUSHING;
}

static gboolean
check_settings (GstOpenaiVoiceSink *self, GError **error)
{
  const VoiceSettings *settings = &self->snapshot;
  const gchar *missing = NULL;

  if (!is_set (settings->voice_name))
    missing = _("voice-name is not set: it names the consent or the voice");
  else if (!is_set (settings->consent) && !is_set (settings->language))
    missing = _("language is not set: a consent needs it, such as en-US (and a voice "
                "needs consent=cons_… instead)");
  if (missing)
    g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS, missing);
  return missing == NULL;
}

/* Whatever is missing is said before anything is recorded. */
static GstFlowReturn
begin (GstOpenaiVoiceSink *self)
{
  g_autoptr (GError) error = NULL;

  if (self->failed)
    return GST_FLOW_FLUSHING;
  if (self->begun)
    return GST_FLOW_OK;
  self->begun = TRUE;
  GST_OBJECT_LOCK (self);
  gst_openai_settings_clear (&settings_table, &self->snapshot);
  gst_openai_settings_copy (&settings_table, &self->settings, &self->snapshot);
  GST_OBJECT_UNLOCK (self);
  if (check_settings (self, &error)
      && gst_openai_connection_check (GST_ELEMENT (self), self->client, &error))
    return GST_FLOW_OK;
  return fail (self, error);
}

static GstFlowReturn
gst_openai_voice_sink_render (GstBaseSink *sink, GstBuffer *buffer)
{
  GstOpenaiVoiceSink *self = GST_OPENAI_VOICE_SINK (sink);
  g_autoptr (GError) error = NULL;
  GstFlowReturn flow = begin (self);

  GST_LOG_OBJECT (self, "in: %" GST_PTR_FORMAT, buffer);
  if (flow != GST_FLOW_OK)
    return flow;
  if (!gst_openai_recorder_push (self->recorder, buffer, &sink->segment)) {
    g_set_error_literal (
        &error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS, _("The audio cannot be read"));
    return fail (self, error);
  }
  if (!gst_openai_recorder_check (
          self->recorder, self->snapshot.max_size, self->snapshot.max_duration, &error))
    return fail (self, error);
  return GST_FLOW_OK;
}

static gboolean
gst_openai_voice_sink_set_caps (GstBaseSink *sink, GstCaps *caps)
{
  return gst_openai_recorder_set_caps (GST_OPENAI_VOICE_SINK (sink)->recorder, caps);
}

static GstStructure *
make_message (OpenaiVoiceCall *call, JsonObject *answer, const gchar *name)
{
  GstStructure *structure = gst_openai_structure_from_json (name, answer);
  const gchar *request_id = openai_voice_call_request_id (call);

  gst_structure_set (
      structure, "attempts", G_TYPE_UINT, openai_voice_call_attempts (call), NULL);
  if (request_id && g_utf8_validate (request_id, -1, NULL))
    gst_structure_set (structure, "request-id", G_TYPE_STRING, request_id, NULL);
  return structure;
}

/* On the I/O thread; a reference is held. */
static void
on_done (
    OpenaiVoiceCall *call, JsonObject *answer, const GError *error, gpointer user_data)
{
  GstOpenaiVoiceSink *self = user_data;
  gboolean consent = openai_voice_call_action (call) == OPENAI_CONSENT_CREATE;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (call != self->call)
    return;
  if (answer)
    self->answer = make_message (
        call, answer, consent ? "openaivoicesink/consent" : "openaivoicesink/voice");
  self->error = error ? g_error_copy (error) : NULL;
  self->done = TRUE;
  g_cond_broadcast (&self->cond);
}

/* From now on the answer to @call is the one that is wanted. */
static void
expect (GstOpenaiVoiceSink *self, OpenaiVoiceCall *call)
{
  g_mutex_lock (&self->lock);
  self->call = call;
  self->flushing = FALSE;
  self->done = FALSE;
  g_clear_pointer (&self->answer, gst_structure_free);
  g_clear_error (&self->error);
  g_mutex_unlock (&self->lock);
}

/* The preroll lock is held, but not while waiting: nothing is shown that a pause
 * could hold, so pauses pass and only a flush ends it. */
static GstFlowReturn
wait_for_answer (GstOpenaiVoiceSink *self)
{
  GstFlowReturn flow;

  GST_BASE_SINK_PREROLL_UNLOCK (self);
  g_mutex_lock (&self->lock);
  while (!self->done && !self->flushing)
    g_cond_wait (&self->cond, &self->lock);
  flow = self->flushing ? GST_FLOW_FLUSHING : GST_FLOW_OK;
  g_mutex_unlock (&self->lock);
  GST_BASE_SINK_PREROLL_LOCK (self);
  return flow;
}

/* FALSE: there is no answer yet, and it will not be waited for any more. */
static gboolean
pop_answer (GstOpenaiVoiceSink *self, GstStructure **answer, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->call = NULL;
  *answer = g_steal_pointer (&self->answer);
  *error = g_steal_pointer (&self->error);
  return self->done;
}

/* The server may still act on the request. */
static void
abandon (GstOpenaiVoiceSink *self, OpenaiVoiceCall *call)
{
  GST_INFO_OBJECT (self, "stopped before the answer came");
  if (openai_voice_call_is_in_doubt (call))
    GST_ELEMENT_WARNING (self, RESOURCE, WRITE,
        (_("Stopped before the answer came. %s"), openai_voice_doubt (get_action (self))),
            (NULL));
}

static OpenaiVoiceCall *
make_call (GstOpenaiVoiceSink *self, GError **error)
{
  static const OpenaiVoiceFuncs funcs = {
    .done = on_done,
  };
  const VoiceSettings *settings = &self->snapshot;
  OpenaiRecordingKind kind = OPENAI_RECORDING_UNKNOWN;
  g_autoptr (GBytes) file = gst_openai_recorder_finish (
      self->recorder, settings->max_size, settings->max_duration, &kind, error);
  g_autoptr (JsonObject) extra =
      gst_openai_structure_to_json (settings->connection.extra_fields);
  OpenaiLimits limits = gst_openai_connection_limits (&settings->connection);
  OpenaiVoiceParams params = {
    .action = get_action (self),
    .name = settings->voice_name,
    .language = settings->language,
    .consent = settings->consent,
    .file = file,
    .kind = kind,
    .extra_fields = extra,
  };

  if (!file)
    return NULL;
  GST_INFO_OBJECT (self, "%" G_GSIZE_FORMAT " bytes of %s to %s", g_bytes_get_size (file),
      openai_recording_type (kind), openai_client_host (self->client));
  return openai_voice_call_new (self->client, &params, &limits, &funcs,
      gst_object_ref (self), gst_object_unref, error);
}

/* The end of the recording, with the preroll lock held. */
static GstFlowReturn
upload (GstOpenaiVoiceSink *self)
{
  g_autoptr (GError) error = NULL;
  GstFlowReturn flow = begin (self);
  GstStructure *answer;
  OpenaiVoiceCall *call;

  if (flow != GST_FLOW_OK)
    return flow;
  call = make_call (self, &error);
  if (!call)
    return fail (self, error);
  expect (self, call);
  openai_voice_call_start (call);
  flow = wait_for_answer (self);
  if (!pop_answer (self, &answer, &error)) {
    abandon (self, call);
  } else if (error) {
    flow = fail (self, error);
  } else {
    GST_INFO_OBJECT (self, "%" GST_PTR_FORMAT, answer);
    gst_element_post_message (
        GST_ELEMENT (self), gst_message_new_element (GST_OBJECT (self), answer));
  }
  openai_voice_call_free (call);
  return flow;
}

/* EOS is one only when the answer is there. */
static GstFlowReturn
gst_openai_voice_sink_wait_event (GstBaseSink *sink, GstEvent *event)
{
  GstFlowReturn flow =
      GST_BASE_SINK_CLASS (gst_openai_voice_sink_parent_class)->wait_event (sink, event);

  if (flow == GST_FLOW_OK && GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    flow = upload (GST_OPENAI_VOICE_SINK (sink));
  return flow;
}

static void
reset (GstOpenaiVoiceSink *self)
{
  g_clear_pointer (&self->recorder, gst_openai_recorder_free);
  self->recorder = gst_openai_recorder_new ();
  self->begun = FALSE;
  self->failed = FALSE;
}

static void
begin_anew (GstOpenaiVoiceSink *self)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (GST_BASE_SINK_PAD (self));

  reset (self);
  if (caps)
    gst_openai_recorder_set_caps (self->recorder, caps);
}

static gboolean
gst_openai_voice_sink_event (GstBaseSink *sink, GstEvent *event)
{
  GstOpenaiVoiceSink *self = GST_OPENAI_VOICE_SINK (sink);
  const GstSegment *segment;

  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP) {
    begin_anew (self);
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT) {
    gst_event_parse_segment (event, &segment);
    if (segment->format == GST_FORMAT_BYTES)
      gst_openai_recorder_seek (self->recorder, segment->start);
  }
  return GST_BASE_SINK_CLASS (gst_openai_voice_sink_parent_class)->event (sink, event);
}

/* Muxers ask whether they may go back. */
static gboolean
gst_openai_voice_sink_query (GstBaseSink *sink, GstQuery *query)
{
  GstFormat format;

  if (GST_QUERY_TYPE (query) == GST_QUERY_SEEKING) {
    gst_query_parse_seeking (query, &format, NULL, NULL, NULL);
    gst_query_set_seeking (query, format, format == GST_FORMAT_BYTES, 0, -1);
    return TRUE;
  }
  return GST_BASE_SINK_CLASS (gst_openai_voice_sink_parent_class)->query (sink, query);
}

/* With the preroll lock: for a pause, or because it is flushing now. */
static gboolean
gst_openai_voice_sink_unlock_stop (GstBaseSink *sink)
{
  GstOpenaiVoiceSink *self = GST_OPENAI_VOICE_SINK (sink);

  g_mutex_lock (&self->lock);
  self->flushing = sink->flushing;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
start (GstOpenaiVoiceSink *self)
{
  VoiceSettings settings = { 0 };
  g_autoptr (GError) error = NULL;

  gst_openai_settings_refuse_short_times (
      &settings_table, &self->settings, GST_ELEMENT (self));
  GST_OBJECT_LOCK (self);
  gst_openai_settings_copy (&settings_table, &self->settings, &settings);
  GST_OBJECT_UNLOCK (self);
  self->client = gst_openai_connection_acquire (&settings.connection, &error);
  gst_openai_settings_clear (&settings_table, &settings);
  if (!self->client) {
    gst_openai_post_error_at_once (GST_ELEMENT (self), error);
    return FALSE;
  }
  reset (self);
  return TRUE;
}

static void
stop (GstOpenaiVoiceSink *self)
{
  g_clear_pointer (&self->recorder, gst_openai_recorder_free);
  g_clear_pointer (&self->client, openai_client_release);
}

/* Not in basesink's start(): it would post an error of its own to ours. */
static GstStateChangeReturn
gst_openai_voice_sink_change_state (GstElement *element, GstStateChange transition)
{
  GstOpenaiVoiceSink *self = GST_OPENAI_VOICE_SINK (element);
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !start (self))
    return GST_STATE_CHANGE_FAILURE;
  result = GST_ELEMENT_CLASS (gst_openai_voice_sink_parent_class)
               ->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY
      || (transition == GST_STATE_CHANGE_READY_TO_PAUSED
          && result == GST_STATE_CHANGE_FAILURE))
    stop (self);
  return result;
}

static void
gst_openai_voice_sink_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstOpenaiVoiceSink *self = GST_OPENAI_VOICE_SINK (object);

  GST_OBJECT_LOCK (self);
  gst_openai_setting_set (
      gst_openai_settings_row (&settings_table, id), &self->settings, value);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_openai_voice_sink_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstOpenaiVoiceSink *self = GST_OPENAI_VOICE_SINK (object);

  GST_OBJECT_LOCK (self);
  gst_openai_setting_get (
      gst_openai_settings_row (&settings_table, id), &self->settings, value);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_openai_voice_sink_finalize (GObject *object)
{
  GstOpenaiVoiceSink *self = GST_OPENAI_VOICE_SINK (object);

  expect (self, NULL);
  gst_openai_settings_clear (&settings_table, &self->settings);
  gst_openai_settings_clear (&settings_table, &self->snapshot);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gst_openai_voice_sink_parent_class)->finalize (object);
}

static void
gst_openai_voice_sink_init (GstOpenaiVoiceSink *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  gst_openai_settings_init (&settings_table, &self->settings);
  gst_base_sink_set_sync (GST_BASE_SINK (self), FALSE);
  gst_base_sink_set_last_sample_enabled (GST_BASE_SINK (self), FALSE);
}

static void
gst_openai_voice_sink_class_init (GstOpenaiVoiceSinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *sink_class = GST_BASE_SINK_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (openaivoicesink_debug, "openai-voices", 0,
      "custom voices over the OpenAI audio API");

  object_class->set_property = gst_openai_voice_sink_set_property;
  object_class->get_property = gst_openai_voice_sink_get_property;
  object_class->finalize = gst_openai_voice_sink_finalize;
  element_class->change_state = GST_DEBUG_FUNCPTR (gst_openai_voice_sink_change_state);
  sink_class->unlock_stop = GST_DEBUG_FUNCPTR (gst_openai_voice_sink_unlock_stop);
  sink_class->set_caps = GST_DEBUG_FUNCPTR (gst_openai_voice_sink_set_caps);
  sink_class->event = GST_DEBUG_FUNCPTR (gst_openai_voice_sink_event);
  sink_class->query = GST_DEBUG_FUNCPTR (gst_openai_voice_sink_query);
  sink_class->wait_event = GST_DEBUG_FUNCPTR (gst_openai_voice_sink_wait_event);
  sink_class->render = GST_DEBUG_FUNCPTR (gst_openai_voice_sink_render);

  gst_openai_settings_install (&settings_table, object_class);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "OpenAI custom voice",
      "Sink/Audio/Network",
      "Makes a custom voice of a recording, with OpenAI or any server that has "
      "custom voices. First to set are base-url (or $OPENAI_BASE_URL) and "
      "api-key-file (or $OPENAI_API_KEY), voice-name, and language for a "
      "consent or consent for a voice. Example: gst-launch-1.0 filesrc "
      "location=consent.wav ! openaivoicesink voice-name=Ada language=en-US",
      "gst-plugins-openai");
  gst_element_class_add_static_metadata (
      element_class, GST_ELEMENT_METADATA_DOC_URI, GST_OPENAI_DOCS "openaivoicesink.md");
}
