// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Chunks as items of Realtime sessions. The audio of each is kept until it has its
 * result, so that another session can be told what was lost with one. */

#include "realtimetransport.h"

#include "client/error.h"
#include "client/realtimesocket.h"
#include "client/retry.h"
#include "i18n.h"
#include "realtimequeue.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_stt_debug);
#define GST_CAT_DEFAULT gst_openai_stt_debug

/* Nanoseconds from the voice to its word, of the models that tell words at once. */
#define LAG (700 * GST_MSECOND)

/* Microseconds between tries to get a session of a server that is away, and the
 * milliseconds each of them may take: what waits for it has to catch up. */
#define OUTAGE_DELAY G_TIME_SPAN_SECOND
#define OUTAGE_CONNECT 4000

/* A delay that is too long where there is another server. */
#define LEAST_SWITCH (2 * G_TIME_SPAN_SECOND)

static void
realtime_transport_clear (gpointer data)
{
  SttRealtimeTransport *self = data;

  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
  stt_context_clear (&self->context);
  stt_request_params_unref (self->params);
  g_ptr_array_unref (self->old);
  stt_endpoint_unref (self->endpoint);
  self->release (self->owner);
}

static void
realtime_transport_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, realtime_transport_clear);
}

static void
invoke (SttRealtimeTransport *self, GSourceFunc func)
{
  openai_io_invoke (openai_client_io (self->client), func, g_atomic_rc_box_acquire (self),
      realtime_transport_unref);
}

/* @context: what was said before, or NULL. */
static void
fill_config (
    SttRealtimeTransport *self, const gchar *context, OpenaiRealtimeConfig *config)
{
  g_auto (SttSettings) settings = stt_endpoint_settings (self->endpoint);

  stt_request_params_fill (self->params, context, NULL, &config->params);
  stt_settings_fill_session (&settings, config);
}

/* --- sessions --------------------------------------------------------------- */

static void work (SttRealtimeTransport *self);

static void
on_writable (SttRealtimeSession *session, gpointer data)
{
  work (data);
}

static void
note_answer (SttRealtimeTransport *self)
{
  self->failures = 0;
  if (self->outage)
    self->events.status (STT_STATUS_BACK, NULL, NULL, self->owner);
  self->outage = FALSE;
}

static void
on_partial (SttRealtimeSession *session, SttRealtimeItem *item, const gchar *text,
    const gchar *delta, gboolean replaced, gpointer data)
{
  SttRealtimeTransport *self = data;
  GstClockTime sent = stt_realtime_duration (item->sent);
  SttPartial partial = {
    .kind = replaced ? STT_HYPOTHESIS_REPLACED : STT_HYPOTHESIS_APPENDED,
    .text = text,
    .delta = delta,
    .item = stt_realtime_item_id (item),
    .heard = item->committed ? sent : sent - MIN (sent, LAG),
  };
  gboolean wanted;

  g_mutex_lock (&self->lock);
  wanted = !item->resolved;
  g_mutex_unlock (&self->lock);
  if (wanted)
    self->events.partial (item->chunk, &partial, self->owner);
}

/* A session that only waited for results and has them all. */
static void
end_old (SttRealtimeTransport *self, SttRealtimeSession *session)
{
  if (stt_realtime_session_n_items (session) == 0
      && g_ptr_array_remove_fast (self->old, session))
    g_ptr_array_unref (stt_realtime_session_free (session));
}

static void
on_result (SttRealtimeSession *session, SttRealtimeItem *item,
    OpenaiTranscript *transcript, const GError *error, gpointer data)
{
  SttRealtimeTransport *self = data;

  note_answer (self);
  stt_realtime_queue_resolve (self, item, transcript, error);
  end_old (self, session);
  work (self);
}

static void
on_fallback (SttRealtimeSession *session, const gchar *text, gpointer data)
{
  SttRealtimeTransport *self = data;

  self->events.status (STT_STATUS_FALLBACK, text, NULL, self->owner);
}

static void on_aging (SttRealtimeSession *session, gpointer data);
static void on_ended (SttRealtimeSession *session, const GError *error,
    gboolean worth_retry, gint64 delay, gpointer data);

static const SttRealtimeSessionFuncs session_funcs = {
  .writable = on_writable,
  .partial = on_partial,
  .result = on_result,
  .fallback = on_fallback,
  .aging = on_aging,
  .ended = on_ended,
};

static SttRealtimeSession *
open_session (SttRealtimeTransport *self)
{
  g_auto (OpenaiRealtimeConfig) config = { 0 };
  SttRealtimeSessionLimits limits = self->limits;

  if (self->outage)
    limits.connect =
        limits.connect ? MIN (limits.connect, OUTAGE_CONNECT) : OUTAGE_CONNECT;
  fill_config (self, NULL, &config);
  return stt_realtime_session_new (
      self->client, self->element, &config, &limits, &session_funcs, self);
}

static void
on_aging (SttRealtimeSession *session, gpointer data)
{
  SttRealtimeTransport *self = data;

  if (session == self->session && !self->next)
    self->next = open_session (self);
}

/* In a pause: what the old one has it finishes. */
static void
change_over (SttRealtimeTransport *self)
{
  SttRealtimeSession *old = self->session;

  if (!self->next || !stt_realtime_session_is_ready (self->next)
      || (old && stt_realtime_session_open_item (old)))
    return;
  GST_INFO_OBJECT (self->element, "the next session takes over");
  self->session = g_steal_pointer (&self->next);
  if (!old)
    return;
  g_ptr_array_add (self->old, old);
  end_old (self, old);
}

/* All that waits fails; what is still being spoken, too. */
static void
fail_all (SttRealtimeTransport *self, const GError *error)
{
  GQueue all = G_QUEUE_INIT;
  SttRealtimeItem *item;

  g_mutex_lock (&self->lock);
  for (GList *l = self->leaving ? NULL : self->queue.head; l; l = l->next)
    g_queue_push_tail (&all, stt_realtime_item_ref (l->data));
  g_mutex_unlock (&self->lock);
  while ((item = g_queue_pop_head (&all))) {
    stt_realtime_queue_resolve (self, item, NULL, error);
    stt_realtime_item_unref (item);
  }
  self->failures = 0;
}

/* As long as the server is away. */
static gboolean
is_within_outage (SttRealtimeTransport *self, const GError *error)
{
  OpenaiErrorDetails *details = openai_error_details (error);
  gboolean limited =
      details->status == 429 && g_strcmp0 (details->code, "insufficient_quota") != 0;

  if (self->endpoint->has_other || !(openai_retry_is_outage (error) || limited)
      || !openai_client_has_answered (self->client)
      || openai_client_unreachable_for (self->client)
          >= self->max_outage * (gint64) G_TIME_SPAN_MILLISECOND)
    return FALSE;
  if (!self->outage)
    self->events.status (STT_STATUS_UNREACHABLE, NULL, error, self->owner);
  self->outage = TRUE;
  return TRUE;
}

/* Another server is sooner than another session here. */
static gboolean
is_for_other (SttRealtimeTransport *self, const GError *error, gint64 delay)
{
  return self->endpoint->has_other
      && (error->code == OPENAI_ERROR_CONNECT || error->code == OPENAI_ERROR_TIMEOUT
          || (error->code == OPENAI_ERROR_HTTP && delay >= LEAST_SWITCH));
}

/* Whether there is another session, for what is left in the queue. */
static gboolean
plan_another (SttRealtimeTransport *self, const GError *error, gboolean was_ready,
    gboolean worth_retry, gint64 delay)
{
  gint64 longest = OPENAI_REALTIME_MAX_DELAY;

  self->retry_at = 0;
  if (!was_ready && openai_realtime_try_other_path (self->client, error))
    return TRUE;
  if (!worth_retry || is_for_other (self, error, delay))
    return FALSE;
  if (is_within_outage (self, error))
    longest = OUTAGE_DELAY;
  else if (self->failures++ >= self->max_retries)
    return FALSE;
  if (delay < G_TIME_SPAN_SECOND)
    delay = MIN (delay << MIN (self->failures, 4), longest);
  self->retry_at = g_get_monotonic_time () + delay;
  return TRUE;
}

/* What the server never told the result of, however often it was sent. TRUE: it is
 * resolved. */
static gboolean
give_up (SttRealtimeTransport *self, SttRealtimeItem *item, const GError *error)
{
  g_autoptr (OpenaiTranscript) transcript = NULL;

  if (!item->committed || item->attempts <= self->max_retries)
    return FALSE;
  transcript = stt_realtime_item_salvage (item);
  if (transcript)
    self->events.status (STT_STATUS_FALLBACK,
        _("The server did not end the "
            "text of a chunk of speech: it is what came of it so far"),
            NULL, self->owner);
  stt_realtime_queue_resolve (self, item, transcript, transcript ? NULL : error);
  return TRUE;
}

/* Its items are sent again. */
static void
send_again (SttRealtimeTransport *self, SttRealtimeSession *session, const GError *error)
{
  g_autoptr (GPtrArray) items = stt_realtime_session_free (session);

  for (guint i = 0; i < items->len; i++) {
    SttRealtimeItem *item = g_ptr_array_index (items, i);

    if (give_up (self, item, error))
      continue;
    stt_realtime_log (self, item, "is sent again");
    self->events.repeated (item->sent / sizeof (gint16), self->owner);
    g_mutex_lock (&self->lock);
    item->committed = FALSE;
    g_mutex_unlock (&self->lock);
  }
}

static void
on_ended (SttRealtimeSession *session, const GError *error, gboolean worth_retry,
    gint64 delay, gpointer data)
{
  SttRealtimeTransport *self = data;
  g_autoptr (GError) kept = g_error_copy (error);
  gboolean was_ready = stt_realtime_session_is_ready (session);
  gboolean was_current = session == self->session;
  gboolean resolved = stt_realtime_session_n_items (session) == 0;

  GST_INFO_OBJECT (self->element, "a session has ended: %s", error->message);
  if (was_current)
    self->session = g_steal_pointer (&self->next);
  else if (session == self->next)
    self->next = NULL;
  else
    g_ptr_array_remove_fast (self->old, session);
  send_again (self, session, kept);
  if (was_current && !self->session && !(was_ready && resolved)
      && !plan_another (self, kept, was_ready, worth_retry, delay))
    fail_all (self, kept);
  work (self);
}

/* --- the work of the I/O thread --------------------------------------------- */

static void
set_timer (SttRealtimeTransport *self, gint64 at)
{
  openai_deadline_set (self->timer, at);
}

/* Whether a session is asked for. */
static gboolean
take_wish (SttRealtimeTransport *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gboolean wanted = self->wanted || self->queue.length > 0;

  if (self->leaving > 0)
    return FALSE;
  self->wanted = FALSE;
  return wanted;
}

/* FALSE: there is none, yet. */
static gboolean
ensure_session (SttRealtimeTransport *self)
{
  gboolean wanted = take_wish (self);

  change_over (self);
  if (self->session)
    return stt_realtime_session_is_ready (self->session);
  if (!wanted)
    return FALSE;
  if (self->retry_at > g_get_monotonic_time ())
    set_timer (self, self->retry_at);
  else
    self->session = open_session (self);
  return FALSE;
}

/* The open item of the session, after another has begun if need be. */
static SttRealtimeItem *
open_item (SttRealtimeTransport *self)
{
  SttRealtimeItem *item = stt_realtime_session_open_item (self->session);
  g_autoptr (SttRealtimeItem) next = NULL;

  if (item || !stt_realtime_session_may_begin (self->session))
    return item;
  next = stt_realtime_queue_next (self);
  if (next) {
    stt_realtime_log (self, next, "goes out");
    stt_realtime_session_begin (self->session, next);
  }
  return next ? stt_realtime_session_open_item (self->session) : NULL;
}

/* Sends one thing. FALSE: there is nothing more now. */
static gboolean
send_some (SttRealtimeTransport *self, SttRealtimeItem *item)
{
  g_autoptr (GBytes) piece = NULL;
  SttRealtimePart part;

  g_mutex_lock (&self->lock);
  part = stt_realtime_item_take_part (item, &piece);
  g_mutex_unlock (&self->lock);
  switch (part) {
    case STT_REALTIME_AUDIO:
      stt_realtime_session_append (
          self->session, g_bytes_get_data (piece, NULL), g_bytes_get_size (piece));
      return TRUE;
    case STT_REALTIME_END:
      stt_realtime_session_commit (self->session);
      return TRUE;
    default:
      return FALSE;
  }
}

static void
work (SttRealtimeTransport *self)
{
  SttRealtimeItem *item;
  gint64 when = 0;

  if (!ensure_session (self))
    return;
  while (stt_realtime_session_may_send (self->session, &when) && (item = open_item (self))
      && send_some (self, item))
    change_over (self);
  if (when)
    set_timer (self, when);
  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

static void
on_timer (gpointer data)
{
  work (data);
}

static gboolean
on_work (gpointer data)
{
  SttRealtimeTransport *self = data;
  gboolean leaving;

  g_mutex_lock (&self->lock);
  self->woken = FALSE;
  leaving = self->leaving > 0;
  g_mutex_unlock (&self->lock);
  if (leaving)
    return G_SOURCE_REMOVE;
  if (!self->timer)
    self->timer = openai_deadline_new (openai_client_io (self->client), on_timer, self);
  work (self);
  return G_SOURCE_REMOVE;
}

/* Called with the lock held. */
static void
wake (SttRealtimeTransport *self)
{
  self->unsent = 0;
  if (self->woken)
    return;
  self->woken = TRUE;
  invoke (self, on_work);
}

static void
drop_session (SttRealtimeSession *session)
{
  if (session)
    g_ptr_array_unref (stt_realtime_session_free (session));
}

static gboolean
on_drop_sessions (gpointer data)
{
  SttRealtimeTransport *self = data;

  drop_session (g_steal_pointer (&self->session));
  drop_session (g_steal_pointer (&self->next));
  while (self->old->len > 0)
    drop_session (g_ptr_array_steal_index_fast (self->old, 0));
  g_clear_pointer (&self->timer, openai_deadline_free);
  self->retry_at = 0;
  self->failures = 0;
  g_mutex_lock (&self->lock);
  self->leaving--;
  if (self->wanted || self->queue.length > 0)
    wake (self);
  g_mutex_unlock (&self->lock);
  return G_SOURCE_REMOVE;
}

/* --- what the element calls ------------------------------------------------- */

static gboolean
realtime_transport_prepare (SttTransport *transport, guint64 *max_file, GError **error)
{
  *max_file = G_MAXINT;
  return TRUE;
}

static void
realtime_transport_set_live (SttTransport *transport, gboolean grow, gboolean drop)
{
  SttRealtimeTransport *self = (SttRealtimeTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->grow = grow;
  self->drop = drop;
  /* Speech may come at any moment, to the first server. */
  self->wanted = drop && !self->endpoint->overrides;
  if (self->wanted)
    wake (self);
}

static SttRealtimeItem *
item_new (SttRealtimeTransport *self, SttChunk *chunk)
{
  SttRealtimeItem *item = stt_realtime_item_new (chunk);

  fill_config (self, stt_context_before (&self->context, chunk->number), &item->config);
  g_free (chunk->prompt);
  chunk->prompt = g_strdup (item->config.params.prompt);
  return item;
}

static gboolean
realtime_transport_begin (SttTransport *transport, SttChunk *chunk)
{
  SttRealtimeTransport *self = (SttRealtimeTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  SttRealtimeItem *item;

  if (!stt_realtime_queue_make_room (self))
    return FALSE;
  item = item_new (self, chunk);
  self->open = stt_realtime_item_ref (item);
  g_queue_push_tail (&self->queue, item);
  wake (self);
  return TRUE;
}

static void
realtime_transport_submit (SttTransport *transport, SttChunk *chunk, GBytes *bytes,
    const gchar *filename, const gchar *content_type)
{
  SttRealtimeTransport *self = (SttRealtimeTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  SttRealtimeItem *item;
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  if (self->flushing)
    return;
  item = item_new (self, chunk);
  g_byte_array_append (item->samples, data, size);
  stt_realtime_item_pad_with_silence (item);
  item->finished = TRUE;
  g_queue_push_tail (&self->queue, item);
  wake (self);
}

static void
realtime_transport_append (SttTransport *transport, GBytes *samples)
{
  SttRealtimeTransport *self = (SttRealtimeTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gsize size;
  gconstpointer data = g_bytes_get_data (samples, &size);

  if (!self->open || self->open->resolved)
    return;
  g_byte_array_append (self->open->samples, data, size);
  self->open->paused = FALSE;
  self->unsent += size;
  if (self->unsent >= STT_REALTIME_PIECE && self->grow && !self->woken) {
    self->woken = TRUE;
    self->unsent = 0;
    openai_io_invoke_soon (openai_client_io (self->client), on_work,
        g_atomic_rc_box_acquire (self), realtime_transport_unref);
  }
}

static void
realtime_transport_pause (SttTransport *transport)
{
  SttRealtimeTransport *self = (SttRealtimeTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (!self->open || self->open->paused || self->open->resolved)
    return;
  self->open->paused = TRUE;
  if (self->grow)
    wake (self);
}

static void
realtime_transport_commit (SttTransport *transport)
{
  SttRealtimeTransport *self = (SttRealtimeTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (!self->open)
    return;
  stt_realtime_item_pad_with_silence (self->open);
  self->open->finished = TRUE;
  if (!self->open->resolved)
    wake (self);
  g_clear_pointer (&self->open, stt_realtime_item_unref);
}

static guint64
realtime_transport_max_chunk (SttTransport *transport)
{
  return 0;
}

static void
realtime_transport_set_flushing (SttTransport *transport, gboolean flushing)
{
  SttRealtimeTransport *self = (SttRealtimeTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->flushing = flushing;
  stt_context_clear (&self->context);
  g_cond_broadcast (&self->cond);
  if (flushing) {
    stt_realtime_queue_clear (self);
    self->wanted = FALSE;
    self->leaving++;
    invoke (self, on_drop_sessions);
  } else
    g_clear_pointer (&self->open, stt_realtime_item_unref);
}

static void
realtime_transport_free (SttTransport *transport)
{
  SttRealtimeTransport *self = (SttRealtimeTransport *) transport;

  realtime_transport_set_flushing (transport, TRUE);
  g_clear_pointer (&self->open, stt_realtime_item_unref);
  realtime_transport_unref (self);
}

static const SttTransportClass realtime_transport_class = {
  .name = "items of a session",
  .rate = STT_REALTIME_RATE,
  .prepare = realtime_transport_prepare,
  .set_live = realtime_transport_set_live,
  .begin = realtime_transport_begin,
  .submit = realtime_transport_submit,
  .append = realtime_transport_append,
  .pause = realtime_transport_pause,
  .commit = realtime_transport_commit,
  .max_chunk = realtime_transport_max_chunk,
  .set_flushing = realtime_transport_set_flushing,
  .free = realtime_transport_free,
};

SttTransport *
stt_realtime_transport_new (SttEndpoint *endpoint, const SttTransportEvents *events,
    gpointer owner, GDestroyNotify release)
{
  SttRealtimeTransport *self = g_atomic_rc_box_new0 (SttRealtimeTransport);
  g_auto (SttSettings) settings = stt_endpoint_settings (endpoint);
  OpenaiLimits limits = stt_endpoint_limits (endpoint, &settings);

  self->transport.klass = &realtime_transport_class;
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  g_queue_init (&self->queue);
  self->old = g_ptr_array_new ();
  self->endpoint = stt_endpoint_ref (endpoint);
  self->element = endpoint->element;
  self->client = endpoint->client;
  self->params = stt_request_params_new (endpoint);
  self->limits = (SttRealtimeSessionLimits) { limits.connect, limits.answer };
  self->max_backlog = settings.max_backlog * GST_MSECOND;
  self->max_retries = limits.max_retries;
  self->max_outage = settings.max_outage;
  self->events = *events;
  self->owner = owner;
  self->release = release;
  return &self->transport;
}
