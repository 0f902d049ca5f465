// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the server says in a Realtime session that speaks, and how one ends. */

#include "realtimecall.h"

#include "client/error.h"
#include "client/retry.h"
#include "i18n.h"

/* So often the server may say that it takes no more now. */
#define MAX_LIMITED 20

/* What was told of a response that is over, or was given up, is of none. */
static TtsRealtimeCall *
find_call (TtsRealtimeSession *session, const gchar *response, const gchar *name)
{
  TtsRealtimeCall *unknown = NULL;

  for (GList *l = session->self->calls.head; l; l = l->next) {
    TtsRealtimeCall *call = l->data;

    if (call->session != session)
      continue;
    if (name ? g_strcmp0 (call->name, name) == 0
             : response && g_strcmp0 (call->response, response) == 0)
      return call;
    if (!unknown && (!call->response || !response))
      unknown = call;
  }
  return name || (response && session->tells_ids) ? NULL : unknown;
}

static void
on_created (TtsRealtimeSession *session, const OpenaiRealtimeEvent *event)
{
  session->dialect = event->dialect;
  session->self->retries = 0;
  tts_realtime_wake (session->self);
}

static void
on_response_created (TtsRealtimeSession *session, const OpenaiRealtimeEvent *event)
{
  const gchar *id = openai_realtime_response_id (event);
  const gchar *name = openai_realtime_response_call (event);
  TtsRealtimeCall *call = find_call (session, NULL, name);

  session->tells_ids |= id != NULL;
  if (call) {
    g_free (call->response);
    call->response = g_strdup (id);
  }
  /* Of an attempt that was given up before its response was known, too. */
  if (call ? !tts_realtime_call_is_wanted (call) : name != NULL)
    tts_realtime_cancel (session, id);
}

static void
on_audio (TtsRealtimeCall *call, const OpenaiRealtimeEvent *event)
{
  g_autoptr (GBytes) audio = openai_realtime_response_audio (event);
  TtsCallInfo info;

  if (!audio)
    return;
  if (!call->has_audio)
    call->latency = g_get_monotonic_time () - call->asked;
  call->has_audio = TRUE;
  tts_realtime_call_set_limit (call, call->self->limits.idle);
  info = tts_realtime_call_info (call);
  call->funcs.audio (&info, openai_realtime_speech_type (call->params.response_format),
      audio, call->user_data);
}

static void
report_transcript (TtsRealtimeCall *call, const gchar *whole)
{
  if (whole)
    g_string_assign (call->transcript, whole);
  if (call->funcs.transcript)
    call->funcs.transcript (call->transcript->str, call->user_data);
}

static void
handle_delta (TtsRealtimeCall *call, const OpenaiRealtimeEvent *event)
{
  if (!event->text)
    return;
  g_string_append (call->transcript, event->text);
  report_transcript (call, NULL);
}

/* Whether it is asked for again. */
static gboolean
retry_later (TtsRealtimeCall *call, const GError *error)
{
  TtsRealtime *self = call->self;
  gboolean limited = openai_realtime_is_limited (error);
  gint64 delay = openai_retry_delay (NULL, NULL, limited ? call->limited : call->attempts,
      OPENAI_REALTIME_MAX_DELAY, OPENAI_REALTIME_MAX_DELAY);

  if (limited ? self->limits.has_other || call->limited >= MAX_LIMITED
              || self->limits.max_retries == 0
              : g_strcmp0 (openai_error_details (error)->code, "server_error") != 0)
    return FALSE;
  if (limited && call->attempts > 0) {
    call->attempts--;
    call->limited++;
  }
  if (!tts_realtime_call_can_begin_again (call))
    return FALSE;
  self->not_before = MAX (self->not_before, g_get_monotonic_time () + delay);
  tts_realtime_log (self, OPENAI_LOG_DEBUG,
      "call %u: %s; again in %" G_GINT64_FORMAT " ms", call->parent.number,
      error->message,
      (self->not_before - g_get_monotonic_time ()) / G_TIME_SPAN_MILLISECOND);
  tts_realtime_call_requeue (call);
  return TRUE;
}

static void
on_response_done (TtsRealtimeCall *call, const OpenaiRealtimeEvent *event)
{
  g_autoptr (GError) error = NULL;
  TtsCallInfo info = tts_realtime_call_info (call);
  const gchar *transcript;
  gboolean cut;
  gboolean said =
      openai_realtime_response_result (event, &transcript, &info.usage, &cut, &error);

  if (transcript && tts_realtime_call_is_wanted (call))
    report_transcript (call, transcript);
  if (said && tts_realtime_call_is_wanted (call)) {
    info.said = cut ? call->transcript->str : NULL;
    tts_realtime_log (call->self, OPENAI_LOG_DEBUG, "call %u: response %s is done",
        call->parent.number, call->response ? call->response : "");
    tts_realtime_call_finish (call, &info, NULL);
  } else if (tts_realtime_call_is_wanted (call)) {
    if (!retry_later (call, error))
      tts_realtime_call_fail (call, g_steal_pointer (&error));
  } else {
    tts_realtime_call_end (call);
  }
}

static void
fail_all (TtsRealtimeSession *session, const GError *error)
{
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func (tts_realtime_call_unref);

  for (GList *l = session->self->calls.head; l; l = l->next) {
    TtsRealtimeCall *call = l->data;

    if (!call->session || call->session == session)
      g_ptr_array_add (calls, g_atomic_rc_box_acquire (call));
  }
  for (guint i = 0; i < calls->len; i++)
    tts_realtime_call_fail (g_ptr_array_index (calls, i), g_error_copy (error));
}

static void
on_error (TtsRealtimeSession *session, OpenaiRealtimeEvent *event)
{
  TtsRealtimeCall *call =
      event->event_id ? find_call (session, NULL, event->event_id) : NULL;
  gboolean fatal = openai_error_details (event->error)->status != 0;

  tts_realtime_log (
      session->self, OPENAI_LOG_DEBUG, "error of a session: %s", event->error->message);
  if (openai_realtime_is_expiry (event->error)) {
    session->retires = TRUE;
  } else if (call) {
    if (!tts_realtime_call_is_wanted (call))
      tts_realtime_call_end (call);
    else if (!retry_later (call, event->error))
      tts_realtime_call_fail (call, g_steal_pointer (&event->error));
  } else if (fatal || !session->dialect
      || (event->event_id && g_str_has_prefix (event->event_id, "update"))) {
    openai_client_redact (session->self->client, &event->error->message);
    fail_all (session, event->error);
  }
}

static void
on_call_event (TtsRealtimeSession *session, const OpenaiRealtimeEvent *event)
{
  TtsRealtimeCall *call = find_call (session, openai_realtime_response_id (event), NULL);

  if (!call)
    return;
  if (event->kind == OPENAI_REALTIME_RESPONSE_DONE)
    on_response_done (call, event);
  else if (!tts_realtime_call_is_wanted (call))
    return;
  else if (event->kind == OPENAI_REALTIME_AUDIO_DELTA)
    on_audio (call, event);
  else if (event->kind == OPENAI_REALTIME_AUDIO_TEXT_DELTA)
    handle_delta (call, event);
  else
    report_transcript (call, event->text);
}

static void
on_event (TtsRealtimeSession *session, OpenaiRealtimeEvent *event)
{
  TtsRealtime *self = session->self;

  switch (event->kind) {
    case OPENAI_REALTIME_CREATED:
      openai_deadline_set (
          session->renewal, openai_realtime_renewal_time (event->expires));
      on_created (session, event);
      break;
    case OPENAI_REALTIME_UPDATED:
      if (event->expires)
        openai_deadline_set (
            session->renewal, openai_realtime_renewal_time (event->expires));
      break;
    case OPENAI_REALTIME_RESPONSE_CREATED:
      on_response_created (session, event);
      break;
    case OPENAI_REALTIME_AUDIO_DELTA:
    case OPENAI_REALTIME_AUDIO_TEXT_DELTA:
    case OPENAI_REALTIME_AUDIO_TEXT:
    case OPENAI_REALTIME_RESPONSE_DONE:
      on_call_event (session, event);
      break;
    case OPENAI_REALTIME_ERROR:
      on_error (session, event);
      break;
    default:
      if (g_str_equal (event->type, "rate_limits.updated"))
        self->not_before = MAX (
            self->not_before, g_get_monotonic_time () + openai_realtime_limit (event));
      break;
  }
}

void
tts_realtime_session_on_message (
    OpenaiWebsocket *socket, const gchar *text, gsize length, gpointer user_data)
{
  TtsRealtimeSession *session = user_data;
  TtsRealtime *self = g_atomic_rc_box_acquire (session->self);
  g_auto (OpenaiRealtimeEvent) event = { 0 };
  g_autoptr (GError) error = NULL;

  if (openai_realtime_event_parse (&event, text, length, &error))
    on_event (session, &event);
  else
    tts_realtime_log (self, OPENAI_LOG_DEBUG, "no event: %s", error->message);
  tts_realtime_wake (self);
  tts_realtime_unref (self);
}

/* The session ended in the call. Takes @error, or NULL. */
static void
end_in_call (TtsRealtimeCall *call, GError *error)
{
  g_autoptr (GError) owned = error;

  if (!tts_realtime_call_is_wanted (call)) {
    tts_realtime_call_end (call);
  } else if (tts_realtime_call_can_begin_again (call)) {
    tts_realtime_call_requeue (call);
  } else {
    tts_realtime_call_fail (call,
        g_error_new (OPENAI_ERROR, OPENAI_ERROR_BROKEN,
            _("The session ended before the text was said: %s"),
                error ? error->message : "without a reason"));
  }
}

static void
end_calls (TtsRealtimeSession *session, const GError *error)
{
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func (tts_realtime_call_unref);

  for (GList *l = session->self->calls.head; l; l = l->next) {
    TtsRealtimeCall *call = l->data;

    if (call->session == session)
      g_ptr_array_add (calls, g_atomic_rc_box_acquire (call));
  }
  for (guint i = 0; i < calls->len; i++)
    end_in_call (g_ptr_array_index (calls, i), error ? g_error_copy (error) : NULL);
}

/* There was no session: another try, or all that waits has failed. */
static void
retry_session (TtsRealtimeSession *session, guint code, const GError *error)
{
  TtsRealtime *self = session->self;

  if (error
      && (self->retries >= self->limits.max_retries
          || (self->limits.has_other && error->code == OPENAI_ERROR_CONNECT)
          || !openai_websocket_is_worth_retry (session->socket, code, error))) {
    self->retries = 0;
    fail_all (session, error);
    return;
  }
  self->not_before = g_get_monotonic_time ()
      + openai_websocket_retry_delay (
          session->socket, self->retries++, OPENAI_REALTIME_MAX_DELAY);
}

void
tts_realtime_session_on_closed (
    OpenaiWebsocket *socket, guint code, const GError *error, gpointer user_data)
{
  TtsRealtimeSession *session = user_data;
  TtsRealtime *self = g_atomic_rc_box_acquire (session->self);
  guint i;

  tts_realtime_log (self, OPENAI_LOG_INFO, "a session of speech ends: %s",
      error ? error->message : "closed");
  session->retires = TRUE;
  if (session->dialect)
    end_calls (session, error);
  else
    retry_session (session, code, error);
  if (g_ptr_array_find (self->sessions, session, &i))
    g_ptr_array_remove_index (self->sessions, i);
  tts_realtime_wake (self);
  tts_realtime_unref (self);
}
