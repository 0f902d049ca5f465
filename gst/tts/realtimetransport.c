// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One warm Realtime session that says all texts, each apart from the others. */

#include "realtimetransport.h"

#include <string.h>

#include "client/error.h"
#include "client/realtimesocket.h"
#include "client/realtimespeech.h"
#include "client/retry.h"
#include "i18n.h"

/* So often the server may say that it takes no more now. */
#define MAX_LIMITED 20

/* Reference-counted: the owner, each call, and what is invoked. */
typedef struct
{
  TtsTransport parent;

  /* immutable */
  OpenaiClient *client;
  OpenaiLimits limits;

  /* I/O thread only */
  GQueue calls;         /* Call, a reference each, as they were begun */
  GPtrArray *sessions;  /* Session, the newest last */
  OpenaiDeadline *wait; /* until another session or response */
  gint64 not_before;    /* monotonic: no response is asked for */
  guint retries;        /* of sessions that did not come about */
  guint updates;
  gchar *prepared; /* a session with this model is wanted soon */

  gint calls_begun; /* atomic */
  GMutex lock;
  GCond cond;
  gboolean closed; /* lock */
} Realtime;

typedef struct
{
  Realtime *self;
  OpenaiWebsocket *socket;
  gchar *model;
  const OpenaiDialect *dialect; /* NULL: not known yet, nothing can be said */
  gchar *config;                /* what it was told last */
  OpenaiDeadline *renewal;
  gboolean retires; /* it takes no more calls */
} Session;

/* Reference-counted: the caller, the transport, and what is invoked. */
typedef struct
{
  TtsCall parent;

  /* immutable */
  Realtime *self;
  OpenaiSpeechParams params;
  gchar *name; /* in events */
  TtsCallFuncs funcs;
  gpointer user_data;
  GDestroyNotify destroy;

  gint freed; /* atomic */

  /* I/O thread only */
  Session *session; /* where it was asked for; NULL: nowhere yet */
  gchar *response;  /* its id there, NULL: not known yet */
  GString *transcript;
  OpenaiDeadline *limit;
  gboolean has_audio;
  gboolean is_over;
  guint attempts;
  guint limited;
  gint64 asked; /* monotonic */
  gint64 latency;
} Call;

#define log_realtime(self_, level_, ...)                                                 \
  openai_client_log ((self_)->client, level_, __VA_ARGS__)

static void
realtime_clear (gpointer data)
{
  Realtime *self = data;

  g_ptr_array_unref (self->sessions);
  g_free (self->prepared);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
}

static void
realtime_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, realtime_clear);
}

static void
call_clear (gpointer data)
{
  Call *call = data;

  if (call->destroy)
    call->destroy (call->user_data);
  openai_speech_params_clear (&call->params);
  g_string_free (call->transcript, TRUE);
  g_free (call->response);
  g_free (call->name);
  realtime_unref (call->self);
}

static void
call_unref (gpointer call)
{
  g_atomic_rc_box_release_full (call, call_clear);
}

/* on_wait() is called soon. */
static void
wake (Realtime *self)
{
  if (self->wait)
    openai_deadline_set (self->wait, g_get_monotonic_time ());
}

/* --- calls ------------------------------------------------------------------ */

static gboolean
is_wanted (Call *call)
{
  return !call->is_over && !g_atomic_int_get (&call->freed);
}

static TtsCallInfo
info_of (Call *call)
{
  return (TtsCallInfo) {
    .request_id = call->response,
    .attempts = call->attempts,
    .first_byte_latency = call->latency,
  };
}

static void
set_limit (Call *call, guint milliseconds)
{
  openai_deadline_set (call->limit,
      milliseconds
          ? g_get_monotonic_time () + milliseconds * (gint64) G_TIME_SPAN_MILLISECOND
          : 0);
}

/* Nothing more is wanted of it; the hooks may free the transport's last reference. */
static void
end_call (Call *call)
{
  call->is_over = TRUE;
  g_clear_pointer (&call->limit, openai_deadline_free);
  if (g_queue_remove (&call->self->calls, call))
    call_unref (call);
}

static void
finish_call (Call *call, const TtsCallInfo *info, const GError *error)
{
  if (!is_wanted (call))
    return;
  g_atomic_rc_box_acquire (call);
  end_call (call);
  call->funcs.done (info, error, call->user_data);
  call_unref (call);
}

static void
complete_error (Call *call, GError *error)
{
  OpenaiErrorDetails *details = openai_error_details (error);

  openai_client_redact (call->self->client, &error->message);
  details->attempts = call->attempts;
  if (!details->request_id && call->response)
    details->request_id = openai_error_clip (call->response, -1, 100);
}

/* Takes @error. */
static void
fail_call (Call *call, GError *error)
{
  g_autoptr (GError) owned = error;
  TtsCallInfo info = info_of (call);

  complete_error (call, error);
  finish_call (call, &info, error);
}

/* What it was told is forgotten: it waits to be asked for. */
static void
requeue (Call *call)
{
  call->session = NULL;
  call->has_audio = FALSE;
  g_clear_pointer (&call->response, g_free);
  g_string_truncate (call->transcript, 0);
  set_limit (call, 0);
}

/* The audio so far, if any, can be taken back. */
static gboolean
can_begin_again (Call *call)
{
  return is_wanted (call) && call->attempts <= call->self->limits.max_retries
      && (!call->has_audio || call->funcs.again (call->user_data));
}

/* --- sessions --------------------------------------------------------------- */

static gboolean
is_busy (Session *session)
{
  for (GList *l = session->self->calls.head; l; l = l->next) {
    if (((Call *) l->data)->session == session)
      return TRUE;
  }
  return FALSE;
}

static void
session_free (gpointer data)
{
  Session *session = data;

  g_clear_pointer (&session->renewal, openai_deadline_free);
  openai_websocket_free (session->socket);
  g_free (session->model);
  g_free (session->config);
  g_free (session);
}

/* One that retires goes once all was said that it was asked for. */
static void
drop_idle (Realtime *self)
{
  for (guint i = self->sessions->len; i > 0; i--) {
    Session *session = g_ptr_array_index (self->sessions, i - 1);

    if (session->retires && !is_busy (session))
      g_ptr_array_remove_index (self->sessions, i - 1);
  }
}

static void
send_cancel (Call *call)
{
  g_autofree gchar *text = openai_realtime_speech_cancel (call->response);

  openai_websocket_send (call->session->socket, text);
}

static Call *
find_call (Session *session, const gchar *response, const gchar *name)
{
  Call *unknown = NULL;

  for (GList *l = session->self->calls.head; l; l = l->next) {
    Call *call = l->data;

    if (call->session != session)
      continue;
    if (name ? g_str_equal (call->name, name)
             : response && g_strcmp0 (call->response, response) == 0)
      return call;
    if (!unknown && (!call->response || !response))
      unknown = call;
  }
  return name ? NULL : unknown;
}

/* --- events ----------------------------------------------------------------- */

static void
on_created (Session *session, const OpenaiRealtimeEvent *event)
{
  session->dialect = event->dialect;
  session->self->retries = 0;
  wake (session->self);
}

static void
on_response_created (Session *session, const OpenaiRealtimeEvent *event)
{
  Call *call = find_call (session, NULL, openai_realtime_response_call (event));

  if (!call)
    return;
  g_free (call->response);
  call->response = g_strdup (openai_realtime_response_id (event));
  if (!is_wanted (call))
    send_cancel (call);
}

static void
on_audio (Call *call, const OpenaiRealtimeEvent *event)
{
  g_autoptr (GBytes) audio = openai_realtime_response_audio (event);
  TtsCallInfo info;

  if (!audio)
    return;
  if (!call->has_audio)
    call->latency = g_get_monotonic_time () - call->asked;
  call->has_audio = TRUE;
  set_limit (call, call->self->limits.idle);
  info = info_of (call);
  call->funcs.audio (&info, openai_realtime_speech_type (call->params.response_format),
      audio, call->user_data);
}

static void
tell_transcript (Call *call, const gchar *whole)
{
  if (whole)
    g_string_assign (call->transcript, whole);
  if (call->funcs.transcript)
    call->funcs.transcript (call->transcript->str, call->user_data);
}

static void
take_delta (Call *call, const OpenaiRealtimeEvent *event)
{
  if (!event->text)
    return;
  g_string_append (call->transcript, event->text);
  tell_transcript (call, NULL);
}

/* Whether it is asked for again. */
static gboolean
retry_later (Call *call, const GError *error)
{
  Realtime *self = call->self;
  gboolean limited = openai_realtime_is_limited (error);
  gint64 delay = openai_retry_delay (NULL, limited ? call->limited : call->attempts,
      OPENAI_REALTIME_MAX_DELAY, OPENAI_REALTIME_MAX_DELAY);

  if (limited ? call->limited >= MAX_LIMITED || self->limits.max_retries == 0
              : g_strcmp0 (openai_error_details (error)->code, "server_error") != 0)
    return FALSE;
  if (limited && call->attempts > 0) {
    call->attempts--;
    call->limited++;
  }
  if (!can_begin_again (call))
    return FALSE;
  self->not_before = MAX (self->not_before, g_get_monotonic_time () + delay);
  log_realtime (self, OPENAI_LOG_DEBUG, "call %u: %s; again in %" G_GINT64_FORMAT " ms",
      call->parent.number, error->message,
      (self->not_before - g_get_monotonic_time ()) / G_TIME_SPAN_MILLISECOND);
  requeue (call);
  return TRUE;
}

static void
on_response_done (Call *call, const OpenaiRealtimeEvent *event)
{
  g_autoptr (GError) error = NULL;
  TtsCallInfo info = info_of (call);
  const gchar *transcript;
  gboolean cut;
  gboolean said =
      openai_realtime_response_result (event, &transcript, &info.usage, &cut, &error);

  if (transcript && is_wanted (call))
    tell_transcript (call, transcript);
  if (said && is_wanted (call)) {
    info.said = cut ? call->transcript->str : NULL;
    log_realtime (call->self, OPENAI_LOG_DEBUG, "call %u: response %s is done",
        call->parent.number, call->response ? call->response : "");
    finish_call (call, &info, NULL);
  } else if (is_wanted (call)) {
    if (!retry_later (call, error))
      fail_call (call, g_steal_pointer (&error));
  } else {
    end_call (call);
  }
}

static void
fail_all (Session *session, const GError *error)
{
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func (call_unref);

  for (GList *l = session->self->calls.head; l; l = l->next) {
    Call *call = l->data;

    if (!call->session || call->session == session)
      g_ptr_array_add (calls, g_atomic_rc_box_acquire (call));
  }
  for (guint i = 0; i < calls->len; i++)
    fail_call (g_ptr_array_index (calls, i), g_error_copy (error));
}

static void
on_error (Session *session, OpenaiRealtimeEvent *event)
{
  Call *call = event->event_id ? find_call (session, NULL, event->event_id) : NULL;
  gboolean fatal = openai_error_details (event->error)->status != 0;

  log_realtime (
      session->self, OPENAI_LOG_DEBUG, "error of a session: %s", event->error->message);
  if (openai_realtime_is_expiry (event->error)) {
    session->retires = TRUE;
  } else if (call) {
    if (!is_wanted (call))
      end_call (call);
    else if (!retry_later (call, event->error))
      fail_call (call, g_steal_pointer (&event->error));
  } else if (fatal || !session->dialect
      || (event->event_id && g_str_has_prefix (event->event_id, "update"))) {
    openai_client_redact (session->self->client, &event->error->message);
    fail_all (session, event->error);
  }
}

static void
on_call_event (Session *session, const OpenaiRealtimeEvent *event)
{
  Call *call = find_call (session, openai_realtime_response_id (event), NULL);

  if (!call)
    return;
  if (event->kind == OPENAI_REALTIME_RESPONSE_DONE)
    on_response_done (call, event);
  else if (!is_wanted (call))
    return;
  else if (event->kind == OPENAI_REALTIME_AUDIO_DELTA)
    on_audio (call, event);
  else if (event->kind == OPENAI_REALTIME_AUDIO_TEXT_DELTA)
    take_delta (call, event);
  else
    tell_transcript (call, event->text);
}

static void
on_event (Session *session, OpenaiRealtimeEvent *event)
{
  Realtime *self = session->self;

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

static void
on_message (OpenaiWebsocket *socket, const gchar *text, gsize length, gpointer user_data)
{
  Session *session = user_data;
  Realtime *self = g_atomic_rc_box_acquire (session->self);
  g_auto (OpenaiRealtimeEvent) event = { 0 };
  g_autoptr (GError) error = NULL;

  if (openai_realtime_event_parse (&event, text, length, &error))
    on_event (session, &event);
  else
    log_realtime (self, OPENAI_LOG_DEBUG, "no event: %s", error->message);
  wake (self);
  realtime_unref (self);
}

/* The session ended in the call. Takes @error, or NULL. */
static void
end_in_call (Call *call, GError *error)
{
  g_autoptr (GError) owned = error;

  if (!is_wanted (call)) {
    end_call (call);
  } else if (can_begin_again (call)) {
    requeue (call);
  } else {
    fail_call (call,
        g_error_new (OPENAI_ERROR, OPENAI_ERROR_BROKEN,
            _("The session ended before the text was said: %s"),
                error ? error->message : "without a reason"));
  }
}

static void
end_calls (Session *session, const GError *error)
{
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func (call_unref);

  for (GList *l = session->self->calls.head; l; l = l->next) {
    Call *call = l->data;

    if (call->session == session)
      g_ptr_array_add (calls, g_atomic_rc_box_acquire (call));
  }
  for (guint i = 0; i < calls->len; i++)
    end_in_call (g_ptr_array_index (calls, i), error ? g_error_copy (error) : NULL);
}

/* There was no session: another try, or all that waits has failed. */
static void
retry_session (Session *session, guint code, const GError *error)
{
  Realtime *self = session->self;

  if (error
      && (self->retries >= self->limits.max_retries
          || !openai_websocket_is_worth_retry (session->socket, code, error))) {
    self->retries = 0;
    fail_all (session, error);
    return;
  }
  self->not_before = g_get_monotonic_time ()
      + openai_websocket_retry_delay (
          session->socket, self->retries++, OPENAI_REALTIME_MAX_DELAY);
}

static void
on_closed (OpenaiWebsocket *socket, guint code, const GError *error, gpointer user_data)
{
  Session *session = user_data;
  Realtime *self = g_atomic_rc_box_acquire (session->self);
  guint i;

  log_realtime (self, OPENAI_LOG_INFO, "a session of speech ends: %s",
      error ? error->message : "closed");
  session->retires = TRUE;
  if (session->dialect)
    end_calls (session, error);
  else
    retry_session (session, code, error);
  if (g_ptr_array_find (self->sessions, session, &i))
    g_ptr_array_remove_index (self->sessions, i);
  wake (self);
  realtime_unref (self);
}

/* --- what is sent ----------------------------------------------------------- */

static void
on_renewal (gpointer data)
{
  Session *session = data;
  Realtime *self = session->self;

  log_realtime (self, OPENAI_LOG_INFO, "a session of speech is renewed");
  session->retires = TRUE;
  g_free (self->prepared);
  self->prepared = g_strdup (session->model);
  wake (self);
}

static Session *
open_session (Realtime *self, const gchar *model)
{
  static const OpenaiWebsocketFuncs funcs = {
    .message = on_message,
    .closed = on_closed,
  };
  Session *session = g_new0 (Session, 1);
  g_autofree gchar *path = openai_realtime_speech_path (model);

  session->self = self;
  session->model = g_strdup (model);
  session->renewal =
      openai_deadline_new (openai_client_io (self->client), on_renewal, session);
  session->socket = openai_realtime_socket_new (
      self->client, path, self->limits.connect, &funcs, session);
  g_ptr_array_add (self->sessions, session);
  log_realtime (self, OPENAI_LOG_INFO, "a session of speech begins: socket %u",
      openai_websocket_number (session->socket));
  return session;
}

/* That of the newest that takes calls, or a new one. */
static Session *
session_for (Realtime *self, const gchar *model)
{
  Session *newest = self->sessions->len
      ? g_ptr_array_index (self->sessions, self->sessions->len - 1)
      : NULL;

  if (newest && !newest->retires && g_str_equal (newest->model, model))
    return newest;
  if (newest)
    newest->retires = TRUE;
  return open_session (self, model);
}

static void
configure (Session *session, const OpenaiSpeechParams *params)
{
  g_autofree gchar *config = openai_realtime_speech_update (session->dialect, params, "");
  g_autofree gchar *name = NULL, *text = NULL;

  if (g_strcmp0 (config, session->config) == 0)
    return;
  g_free (session->config);
  session->config = g_steal_pointer (&config);
  name = g_strdup_printf ("update-%u", ++session->self->updates);
  text = openai_realtime_speech_update (session->dialect, params, name);
  openai_websocket_send (session->socket, text);
}

static void
on_limit (gpointer data)
{
  Call *call = data;
  Realtime *self = g_atomic_rc_box_acquire (call->self);

  if (call->response)
    send_cancel (call);
  if (!call->has_audio && can_begin_again (call))
    requeue (call);
  else
    fail_call (call,
        g_error_new (OPENAI_ERROR, OPENAI_ERROR_TIMEOUT,
            _("%s took too long to answer"), openai_client_host (self->client)));
  wake (self);
  realtime_unref (self);
}

static void
ask (Session *session, Call *call)
{
  g_autofree gchar *text = NULL;

  configure (session, &call->params);
  call->session = session;
  call->attempts++;
  call->asked = g_get_monotonic_time ();
  set_limit (call, session->self->limits.answer);
  text = openai_realtime_speech_create (session->dialect, &call->params, call->name);
  openai_websocket_send (session->socket, text);
}

/* Asks for all that waits, when that can be. */
static void
on_wait (gpointer data)
{
  Realtime *self = data;
  g_autofree gchar *model = g_steal_pointer (&self->prepared);
  Session *session;

  drop_idle (self);
  openai_deadline_set (self->wait, 0);
  if (model)
    session_for (self, model);
  for (GList *l = self->calls.head; l; l = l->next) {
    Call *call = l->data;

    if (call->session || !is_wanted (call))
      continue;
    if (self->not_before > g_get_monotonic_time ()) {
      openai_deadline_set (self->wait, self->not_before);
      return;
    }
    session = session_for (self, call->params.model);
    if (session->dialect)
      ask (session, call);
  }
}

/* --- from any thread -------------------------------------------------------- */

static gboolean
begin_call (gpointer data)
{
  Call *call = data;
  Realtime *self = call->self;

  if (!is_wanted (call))
    return G_SOURCE_REMOVE;
  call->limit = openai_deadline_new (openai_client_io (self->client), on_limit, call);
  g_queue_push_tail (&self->calls, g_atomic_rc_box_acquire (call));
  on_wait (self);
  return G_SOURCE_REMOVE;
}

/* The server is told to be silent; what it still sends is not wanted. */
static gboolean
drop_call (gpointer data)
{
  Call *call = data;

  if (call->is_over)
    return G_SOURCE_REMOVE;
  set_limit (call, 0);
  if (call->session && call->response)
    send_cancel (call);
  if (!call->session)
    end_call (call);
  return G_SOURCE_REMOVE;
}

static void
call_free (TtsCall *parent)
{
  Call *call = (Call *) parent;

  g_atomic_int_set (&call->freed, TRUE);
  openai_io_invoke (openai_client_io (call->self->client), drop_call, call, call_unref);
}

/* A session cannot be stopped for a while; what one answer may have is bounded. */
static void
set_paused (TtsCall *call, gboolean paused)
{
}

static TtsCall *
say (TtsTransport *transport, const OpenaiSpeechParams *params, const TtsCallFuncs *funcs,
    gpointer user_data, GDestroyNotify destroy)
{
  static const TtsCallClass klass = { .set_paused = set_paused, .free = call_free };
  Realtime *self = (Realtime *) transport;
  Call *call = g_atomic_rc_box_new0 (Call);

  call->parent.klass = &klass;
  call->parent.number = g_atomic_int_add (&self->calls_begun, 1) + 1;
  call->self = g_atomic_rc_box_acquire (self);
  openai_speech_params_copy (params, &call->params);
  call->name = g_strdup_printf ("say-%u", call->parent.number);
  call->funcs = *funcs;
  call->user_data = user_data;
  call->destroy = destroy;
  call->transcript = g_string_new (NULL);
  openai_io_invoke (openai_client_io (self->client), begin_call,
      g_atomic_rc_box_acquire (call), call_unref);
  return &call->parent;
}

typedef struct
{
  Realtime *self;
  gchar *model;
} Preparation;

static void
preparation_free (gpointer data)
{
  Preparation *preparation = data;

  realtime_unref (preparation->self);
  g_free (preparation->model);
  g_free (preparation);
}

static gboolean
begin_session (gpointer data)
{
  Preparation *preparation = data;

  g_free (preparation->self->prepared);
  preparation->self->prepared = g_steal_pointer (&preparation->model);
  wake (preparation->self);
  return G_SOURCE_REMOVE;
}

static void
prepare (TtsTransport *transport, const OpenaiSpeechParams *params)
{
  Realtime *self = (Realtime *) transport;
  Preparation *preparation = g_new0 (Preparation, 1);

  preparation->self = g_atomic_rc_box_acquire (self);
  preparation->model = g_strdup (params->model);
  openai_io_invoke (
      openai_client_io (self->client), begin_session, preparation, preparation_free);
}

static gboolean
begin (gpointer data)
{
  Realtime *self = data;

  self->wait = openai_deadline_new (openai_client_io (self->client), on_wait, self);
  return G_SOURCE_REMOVE;
}

static gboolean
close_all (gpointer data)
{
  Realtime *self = data;
  Call *call;

  while ((call = g_queue_peek_head (&self->calls)))
    end_call (call);
  g_ptr_array_set_size (self->sessions, 0);
  g_clear_pointer (&self->wait, openai_deadline_free);
  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  return G_SOURCE_REMOVE;
}

/* Sockets have to be gone before the client is. */
static void
transport_free (TtsTransport *transport)
{
  Realtime *self = (Realtime *) transport;

  openai_io_invoke (openai_client_io (self->client), close_all,
      g_atomic_rc_box_acquire (self), realtime_unref);
  g_mutex_lock (&self->lock);
  while (!self->closed)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
  realtime_unref (self);
}

TtsTransport *
tts_realtime_transport_new (OpenaiClient *client, const OpenaiLimits *limits)
{
  static const TtsTransportClass klass = {
    .name = "a Realtime session",
    .tells_transcript = TRUE,
    .say = say,
    .prepare = prepare,
    .free = transport_free,
  };
  Realtime *self = g_atomic_rc_box_new0 (Realtime);

  self->parent.klass = &klass;
  self->client = client;
  self->limits = *limits;
  self->sessions = g_ptr_array_new_with_free_func (session_free);
  g_queue_init (&self->calls);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  openai_io_invoke (
      openai_client_io (client), begin, g_atomic_rc_box_acquire (self), realtime_unref);
  return &self->parent;
}
