// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One warm Realtime session that says all texts, each apart from the others. */

#include "realtimetransport.h"

#include "client/error.h"
#include "i18n.h"
#include "realtimecall.h"

static void
realtime_clear (gpointer data)
{
  TtsRealtime *self = data;

  g_ptr_array_unref (self->sessions);
  g_free (self->prepared);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
}

void
tts_realtime_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, realtime_clear);
}

void
tts_realtime_wake (TtsRealtime *self)
{
  if (self->wait)
    openai_deadline_set (self->wait, g_get_monotonic_time ());
}

/* --- sessions --------------------------------------------------------------- */

static gboolean
is_busy (TtsRealtimeSession *session)
{
  for (GList *l = session->self->calls.head; l; l = l->next) {
    if (((TtsRealtimeCall *) l->data)->session == session)
      return TRUE;
  }
  return FALSE;
}

static void
session_free (gpointer data)
{
  TtsRealtimeSession *session = data;

  g_clear_pointer (&session->renewal, openai_deadline_free);
  openai_websocket_free (session->socket);
  g_free (session->model);
  g_free (session->config);
  g_free (session);
}

/* One that retires goes once all was said that it was asked for. */
static void
drop_idle (TtsRealtime *self)
{
  for (guint i = self->sessions->len; i > 0; i--) {
    TtsRealtimeSession *session = g_ptr_array_index (self->sessions, i - 1);

    if (session->retires && !is_busy (session))
      g_ptr_array_remove_index (self->sessions, i - 1);
  }
}

/* --- what is sent ----------------------------------------------------------- */

static void
on_renewal (gpointer data)
{
  TtsRealtimeSession *session = data;
  TtsRealtime *self = session->self;

  tts_realtime_log (self, OPENAI_LOG_INFO, "a session of speech is renewed");
  session->retires = TRUE;
  g_free (self->prepared);
  self->prepared = g_strdup (session->model);
  tts_realtime_wake (self);
}

static TtsRealtimeSession *
open_session (TtsRealtime *self, const gchar *model)
{
  static const OpenaiWebsocketFuncs funcs = {
    .message = tts_realtime_session_on_message,
    .closed = tts_realtime_session_on_closed,
  };
  TtsRealtimeSession *session = g_new0 (TtsRealtimeSession, 1);
  g_autofree gchar *path = openai_realtime_speech_path (model);

  session->self = self;
  session->model = g_strdup (model);
  session->renewal =
      openai_deadline_new (openai_client_io (self->client), on_renewal, session);
  session->socket = openai_realtime_socket_new (
      self->client, path, self->limits.connect, &funcs, session);
  g_ptr_array_add (self->sessions, session);
  tts_realtime_log (self, OPENAI_LOG_INFO, "a session of speech begins: socket %u",
      openai_websocket_number (session->socket));
  return session;
}

/* That of the newest that takes calls, or a new one. */
static TtsRealtimeSession *
session_for (TtsRealtime *self, const gchar *model)
{
  TtsRealtimeSession *newest = self->sessions->len
      ? g_ptr_array_index (self->sessions, self->sessions->len - 1)
      : NULL;

  if (newest && !newest->retires && g_str_equal (newest->model, model))
    return newest;
  if (newest)
    newest->retires = TRUE;
  return open_session (self, model);
}

static void
configure (TtsRealtimeSession *session, const OpenaiSpeechParams *params)
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
  TtsRealtimeCall *call = data;
  TtsRealtime *self = g_atomic_rc_box_acquire (call->self);

  if (call->response)
    tts_realtime_cancel (call->session, call->response);
  if (!call->has_audio && tts_realtime_call_can_begin_again (call))
    tts_realtime_call_requeue (call);
  else
    tts_realtime_call_fail (call,
        g_error_new (OPENAI_ERROR, OPENAI_ERROR_TIMEOUT,
            _("%s took too long to answer"), openai_client_host (self->client)));
  tts_realtime_wake (self);
  tts_realtime_unref (self);
}

static void
ask (TtsRealtimeSession *session, TtsRealtimeCall *call)
{
  g_autofree gchar *text = NULL;

  configure (session, &call->params);
  call->session = session;
  call->attempts++;
  call->asked = g_get_monotonic_time ();
  g_free (call->name);
  call->name = g_strdup_printf ("say-%u", ++session->self->asks);
  tts_realtime_call_set_limit (call, session->self->limits.answer);
  text = openai_realtime_speech_create (session->dialect, &call->params, call->name);
  openai_websocket_send (session->socket, text);
}

/* Asks for all that waits, when that can be. */
static void
on_wait (gpointer data)
{
  TtsRealtime *self = data;
  g_autofree gchar *model = g_steal_pointer (&self->prepared);
  TtsRealtimeSession *session;

  drop_idle (self);
  openai_deadline_set (self->wait, 0);
  if (model)
    session_for (self, model);
  for (GList *l = self->calls.head; l; l = l->next) {
    TtsRealtimeCall *call = l->data;

    if (call->session || !tts_realtime_call_is_wanted (call))
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
  TtsRealtimeCall *call = data;
  TtsRealtime *self = call->self;

  if (!tts_realtime_call_is_wanted (call))
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
  TtsRealtimeCall *call = data;

  /* It may be freed before it began. */
  if (call->is_over || !call->limit)
    return G_SOURCE_REMOVE;
  tts_realtime_call_set_limit (call, 0);
  if (call->session && call->response)
    tts_realtime_cancel (call->session, call->response);
  if (!call->session)
    tts_realtime_call_end (call);
  return G_SOURCE_REMOVE;
}

static void
call_free (TtsCall *parent)
{
  TtsRealtimeCall *call = (TtsRealtimeCall *) parent;

  g_atomic_int_set (&call->freed, TRUE);
  openai_io_invoke (
      openai_client_io (call->self->client), drop_call, call, tts_realtime_call_unref);
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
  TtsRealtime *self = (TtsRealtime *) transport;
  TtsRealtimeCall *call = g_atomic_rc_box_new0 (TtsRealtimeCall);

  call->parent.klass = &klass;
  call->parent.number = g_atomic_int_add (&self->calls_begun, 1) + 1;
  call->self = g_atomic_rc_box_acquire (self);
  openai_speech_params_copy (params, &call->params);
  call->funcs = *funcs;
  call->user_data = user_data;
  call->destroy = destroy;
  call->transcript = g_string_new (NULL);
  openai_io_invoke (openai_client_io (self->client), begin_call,
      g_atomic_rc_box_acquire (call), tts_realtime_call_unref);
  return &call->parent;
}

typedef struct
{
  TtsRealtime *self;
  gchar *model;
} Preparation;

static void
preparation_free (gpointer data)
{
  Preparation *preparation = data;

  tts_realtime_unref (preparation->self);
  g_free (preparation->model);
  g_free (preparation);
}

static gboolean
begin_session (gpointer data)
{
  Preparation *preparation = data;

  g_free (preparation->self->prepared);
  preparation->self->prepared = g_steal_pointer (&preparation->model);
  tts_realtime_wake (preparation->self);
  return G_SOURCE_REMOVE;
}

static void
prepare (TtsTransport *transport, const OpenaiSpeechParams *params)
{
  TtsRealtime *self = (TtsRealtime *) transport;
  Preparation *preparation = g_new0 (Preparation, 1);

  preparation->self = g_atomic_rc_box_acquire (self);
  preparation->model = g_strdup (params->model);
  openai_io_invoke (
      openai_client_io (self->client), begin_session, preparation, preparation_free);
}

static gboolean
begin (gpointer data)
{
  TtsRealtime *self = data;

  self->wait = openai_deadline_new (openai_client_io (self->client), on_wait, self);
  return G_SOURCE_REMOVE;
}

static gboolean
close_all (gpointer data)
{
  TtsRealtime *self = data;
  TtsRealtimeCall *call;

  while ((call = g_queue_peek_head (&self->calls)))
    tts_realtime_call_end (call);
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
  TtsRealtime *self = (TtsRealtime *) transport;

  openai_io_invoke (openai_client_io (self->client), close_all,
      g_atomic_rc_box_acquire (self), tts_realtime_unref);
  g_mutex_lock (&self->lock);
  while (!self->closed)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
  tts_realtime_unref (self);
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
  TtsRealtime *self = g_atomic_rc_box_new0 (TtsRealtime);

  self->parent.klass = &klass;
  self->client = client;
  self->limits = *limits;
  self->sessions = g_ptr_array_new_with_free_func (session_free);
  g_queue_init (&self->calls);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  openai_io_invoke (openai_client_io (client), begin, g_atomic_rc_box_acquire (self),
      tts_realtime_unref);
  return &self->parent;
}
