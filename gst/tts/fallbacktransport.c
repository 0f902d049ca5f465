// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A transport of several: a text that one server cannot say goes to the next. What was
 * begun to be heard is not said again by another voice. */

#include "fallbacktransport.h"

#include "client/error.h"
#include "client/failover.h"
#include "element/errors.h"
#include "element/fallback.h"
#include "i18n.h"

typedef struct
{
  OpenaiClient *client;
  TtsTransport *transport;
  const TtsEndpoint *endpoint; /* NULL: the first */
} Server;

/* Reference-counted: the owner, each call and the failover hold one. */
typedef struct
{
  TtsTransport parent;

  /* immutable */
  GstElement *element;
  Server *servers;
  guint n_servers;
  GPtrArray *others; /* TtsEndpoint; until it is freed */
  OpenaiFailover *failover;
  TtsVerbatimMode mode;
} Fallback;

/* Reference-counted: the caller and the call at a server. */
typedef struct
{
  TtsCall parent;

  /* immutable */
  Fallback *self;
  OpenaiSpeechParams params; /* as they were asked for */
  TtsCallFuncs funcs;
  gpointer user_data;
  GDestroyNotify destroy;

  GMutex lock; /* after that of the caller; before those of the servers */
  TtsCall *inner;
  guint server;
  gchar *model;    /* that is asked for at the server */
  gboolean is_try; /* until the server has answered */
  gboolean paused;
  gboolean freed;
  guint attempts; /* at the servers before; I/O thread */
} Call;

static void
fallback_clear (gpointer data)
{
  Fallback *self = data;

  openai_failover_unref (self->failover);
  gst_object_unref (self->element);
  g_free (self->servers);
}

static void
fallback_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, fallback_clear);
}

static void
call_clear (gpointer data)
{
  Call *call = data;

  if (call->destroy)
    call->destroy (call->user_data);
  openai_speech_params_clear (&call->params);
  g_free (call->model);
  g_mutex_clear (&call->lock);
  fallback_unref (call->self);
}

static void
call_unref (gpointer call)
{
  g_atomic_rc_box_release_full (call, call_clear);
}

/* --- what a server tells, on the I/O thread --------------------------------- */

static void begin_at (Call *call, guint server);

static TtsCallInfo
complete (Call *call, const TtsCallInfo *info)
{
  const TtsEndpoint *endpoint = call->self->servers[call->server].endpoint;
  TtsCallInfo all = *info;

  all.attempts += call->attempts;
  all.model = call->model;
  all.pcm_rate = endpoint ? endpoint->pcm_rate : 0;
  return all;
}

static void
on_audio (
    const TtsCallInfo *info, const gchar *content_type, GBytes *audio, gpointer user_data)
{
  Call *call = user_data;
  TtsCallInfo all = complete (call, info);

  call->funcs.audio (&all, content_type, audio, call->user_data);
}

static void
on_waiting (const GError *error, gpointer user_data)
{
  Call *call = user_data;

  if (call->funcs.waiting)
    call->funcs.waiting (error, call->user_data);
}

static gboolean
on_again (gpointer user_data)
{
  Call *call = user_data;

  return call->funcs.again (call->user_data);
}

static guint64
on_cut (guint64 keep, gpointer user_data)
{
  Call *call = user_data;

  return call->funcs.cut (keep, call->user_data);
}

/* The server that says it now, or -1. */
static gint
note_end (Call *call, const GError *error)
{
  g_mutex_lock (&call->lock);
  call->is_try = FALSE;
  g_mutex_unlock (&call->lock);
  if (error)
    return openai_failover_failed (call->self->failover, call->server, error);
  openai_failover_served (call->self->failover, call->server);
  return -1;
}

static void
on_done (const TtsCallInfo *info, const GError *error, gpointer user_data)
{
  Call *call = user_data;
  gint next = note_end (call, error);
  TtsCallInfo all = complete (call, info);
  TtsCall *over = NULL;

  if (next < 0 || !call->funcs.again (call->user_data)) {
    call->funcs.done (&all, error, call->user_data);
    return;
  }
  call->attempts = all.attempts;
  g_mutex_lock (&call->lock);
  if (!call->freed) {
    over = g_steal_pointer (&call->inner);
    begin_at (call, next);
  }
  g_mutex_unlock (&call->lock);
  tts_call_free (over);
}

/* --- calls ------------------------------------------------------------------ */

/* Called with the lock held. */
static void
begin_at (Call *call, guint index)
{
  static const TtsCallFuncs funcs = {
    .audio = on_audio,
    .waiting = on_waiting,
    .again = on_again,
    .cut = on_cut,
    .done = on_done,
  };
  const Server *server = &call->self->servers[index];
  OpenaiSpeechParams params = { 0 };

  if (server->endpoint)
    tts_endpoint_fill_params (server->endpoint, &call->params, &params);
  else
    openai_speech_params_copy (&call->params, &params);
  call->server = index;
  g_free (call->model);
  call->model = g_strdup (params.model);
  call->inner = tts_word_for_word_say (server->transport, call->self->mode, &params,
      &funcs, g_atomic_rc_box_acquire (call), call_unref);
  if (call->paused)
    call->inner->klass->set_paused (call->inner, TRUE);
  openai_speech_params_clear (&params);
}

static void
set_paused (TtsCall *self, gboolean paused)
{
  Call *call = (Call *) self;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&call->lock);

  call->paused = paused;
  if (call->inner)
    call->inner->klass->set_paused (call->inner, paused);
}

static void
call_free (TtsCall *self)
{
  Call *call = (Call *) self;
  TtsCall *inner;
  gboolean is_try;

  g_mutex_lock (&call->lock);
  call->freed = TRUE;
  inner = g_steal_pointer (&call->inner);
  is_try = call->is_try;
  g_mutex_unlock (&call->lock);
  tts_call_free (inner);
  if (is_try)
    openai_failover_forget_try (call->self->failover, call->server);
  call_unref (call);
}

static TtsCall *
say (TtsTransport *transport, const OpenaiSpeechParams *params, const TtsCallFuncs *funcs,
    gpointer user_data, GDestroyNotify destroy)
{
  static const TtsCallClass klass = { .set_paused = set_paused, .free = call_free };
  Fallback *self = (Fallback *) transport;
  Call *call = g_atomic_rc_box_new0 (Call);

  call->parent.klass = &klass;
  call->self = g_atomic_rc_box_acquire (self);
  openai_speech_params_copy (params, &call->params);
  call->funcs = *funcs;
  call->user_data = user_data;
  call->destroy = destroy;
  g_mutex_init (&call->lock);
  g_mutex_lock (&call->lock);
  begin_at (call, openai_failover_choose (self->failover, &call->is_try));
  call->parent.number = call->inner->number;
  g_mutex_unlock (&call->lock);
  return &call->parent;
}

/* --- the whole of it -------------------------------------------------------- */

static void
prepare (TtsTransport *transport, const OpenaiSpeechParams *params)
{
  TtsTransport *first = ((Fallback *) transport)->servers[0].transport;

  if (first->klass->prepare)
    first->klass->prepare (first, params);
}

static void
transport_free (TtsTransport *transport)
{
  Fallback *self = (Fallback *) transport;

  for (guint i = 0; i < self->n_servers; i++)
    tts_transport_free (self->servers[i].transport);
  openai_failover_stop (self->failover);
  g_ptr_array_unref (self->others);
  fallback_unref (self);
}

static void
on_left (OpenaiClient *from, OpenaiClient *to, const GError *error, gpointer data)
{
  Fallback *self = data;

  gst_openai_post_warning_text (
      self->element, error, gst_openai_fallback_text (from, to, error));
}

static void
on_back (OpenaiClient *client, gpointer data)
{
  Fallback *self = data;

  GST_ELEMENT_INFO (self->element, RESOURCE, READ,
      (_("The server is back.")), ("%s speaks again.", openai_client_host (client)));
}

static OpenaiFailover *
failover_new (Fallback *self)
{
  static const OpenaiFailoverFuncs funcs = { .left = on_left, .back = on_back };
  g_autoptr (GPtrArray) clients = g_ptr_array_new ();

  for (guint i = 0; i < self->n_servers; i++)
    g_ptr_array_add (clients, self->servers[i].client);
  return openai_failover_new (
      clients, &funcs, g_atomic_rc_box_acquire (self), fallback_unref);
}

TtsTransport *
tts_fallback_transport_new (GstElement *element, OpenaiClient *client,
    TtsTransport *first, GPtrArray *others, TtsVerbatimMode mode)
{
  static const TtsTransportClass klass = {
    .name = "several servers",
    .say = say,
    .prepare = prepare,
    .free = transport_free,
  };
  Fallback *self = g_atomic_rc_box_new0 (Fallback);

  self->parent.klass = &klass;
  self->element = gst_object_ref (element);
  self->mode = mode;
  self->others = others;
  self->n_servers = others->len + 1;
  self->servers = g_new0 (Server, self->n_servers);
  self->servers[0] = (Server) { client, first, NULL };
  for (guint i = 0; i < others->len; i++) {
    const TtsEndpoint *endpoint = g_ptr_array_index (others, i);

    self->servers[i + 1] =
        (Server) { endpoint->client, tts_endpoint_make_transport (endpoint), endpoint };
  }
  self->failover = failover_new (self);
  return &self->parent;
}
