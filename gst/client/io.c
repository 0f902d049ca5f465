// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The I/O thread, on which everything that concerns the network happens. */

#include "io.h"

#include "log.h"

/* Microseconds it waits at its end for operations that were cancelled. */
#define LAST_CALLS (2 * G_TIME_SPAN_SECOND)

/* What is to be called soon is called at multiples of so many microseconds. */
#define TICK (20 * G_TIME_SPAN_MILLISECOND)

/* So many descriptors are looked through once in so many microseconds at most: with
 * hundreds, that costs more than what is done for them. */
#define MANY_DESCRIPTORS 32
#define LEAST_PERIOD G_TIME_SPAN_MILLISECOND

typedef struct
{
  GSourceFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Call;

struct _OpenaiDeadline
{
  OpenaiIo *io;
  GList link;
  gint64 at; /* 0: none */
  OpenaiDeadlineFunc reached;
  gpointer data;
};

struct _OpenaiIo
{
  gatomicrefcount refs;
  GThread *thread;
  GMainContext *context;
  GSource *tick;

  GMutex lock;
  GArray *calls; /* Call: of the next tick; protected by lock */

  /* I/O thread only */
  GMainLoop *loop;
  GQueue deadlines;
  GSource *alarm;
  gint64 alarm_at; /* not later than any deadline */
  guint held;      /* operations that have yet to call back */
  gboolean ending;
};

static gboolean
timer_dispatch (GSource *source, GSourceFunc func, gpointer data)
{
  return func (data);
}

/* Not set: g_source_set_ready_time() sets it. One of g_timeout_source_new() would
 * be due again at once whenever @func lets it go on. */
static GSource *
timer_new (OpenaiIo *self, GSourceFunc func, gpointer data)
{
  static GSourceFuncs funcs = { .dispatch = timer_dispatch };
  GSource *timer = g_source_new (&funcs, sizeof (GSource));

  g_source_set_static_name (timer, "openai-timer");
  g_source_set_callback (timer, func, data, NULL);
  g_source_attach (timer, self->context);
  return timer;
}

static void
set_alarm (OpenaiIo *self, gint64 at)
{
  self->alarm_at = at;
  g_source_set_ready_time (self->alarm, at == G_MAXINT64 ? -1 : at);
}

/* The one that comes first, NULL for none. */
static OpenaiDeadline *
first_deadline (OpenaiIo *self)
{
  OpenaiDeadline *first = NULL;

  for (GList *l = self->deadlines.head; l; l = l->next) {
    OpenaiDeadline *deadline = l->data;

    if (deadline->at && (!first || deadline->at < first->at))
      first = deadline;
  }
  return first;
}

static gboolean
on_alarm (gpointer data)
{
  OpenaiIo *self = data;
  gint64 now = g_get_monotonic_time ();
  OpenaiDeadline *first;

  while ((first = first_deadline (self)) && first->at <= now) {
    first->at = 0;
    first->reached (first->data);
  }
  set_alarm (self, first ? first->at : G_MAXINT64);
  return G_SOURCE_CONTINUE;
}

OpenaiDeadline *
openai_deadline_new (OpenaiIo *self, OpenaiDeadlineFunc reached, gpointer data)
{
  OpenaiDeadline *deadline = g_new0 (OpenaiDeadline, 1);

  deadline->io = self;
  deadline->link.data = deadline;
  deadline->reached = reached;
  deadline->data = data;
  g_queue_push_tail_link (&self->deadlines, &deadline->link);
  return deadline;
}

void
openai_deadline_set (OpenaiDeadline *deadline, gint64 at)
{
  deadline->at = at;
  if (at && at < deadline->io->alarm_at)
    set_alarm (deadline->io, at);
}

gint64
openai_deadline_after (guint milliseconds)
{
  return milliseconds
      ? g_get_monotonic_time () + milliseconds * (gint64) G_TIME_SPAN_MILLISECOND
      : 0;
}

void
openai_deadline_free (OpenaiDeadline *deadline)
{
  g_queue_unlink (&deadline->io->deadlines, &deadline->link);
  g_free (deadline);
}

static void
call_clear (gpointer data)
{
  Call *call = data;

  if (call->destroy)
    call->destroy (call->data);
}

static GArray *
calls_new (void)
{
  GArray *calls = g_array_new (FALSE, FALSE, sizeof (Call));

  g_array_set_clear_func (calls, call_clear);
  return calls;
}

/* The caller's. */
static GArray *
steal_calls (OpenaiIo *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GArray *calls = self->calls;

  self->calls = calls_new ();
  return calls;
}

static gboolean
on_tick (gpointer data)
{
  OpenaiIo *self = data;
  g_autoptr (GArray) calls = NULL;

  g_source_set_ready_time (self->tick, -1);
  calls = steal_calls (self);
  for (guint i = 0; i < calls->len; i++) {
    Call *call = &g_array_index (calls, Call, i);

    call->func (call->data);
  }
  return G_SOURCE_CONTINUE;
}

static gpointer
io_main (gpointer data)
{
  OpenaiIo *self = data;
  g_autoptr (GMainContextPusher) pusher = g_main_context_pusher_new (self->context);

  g_main_loop_run (self->loop);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_array_unref (steal_calls (self));
  return NULL;
}

static gint
poll_at_times (GPollFD *descriptors, guint n, gint timeout)
{
  static _Thread_local gint64 next;
  gint64 now = g_get_monotonic_time ();
  gint ready;

  if (n > MANY_DESCRIPTORS && timeout != 0 && now < next)
    g_usleep (next - now);
  ready = g_poll (descriptors, n, timeout);
  next = g_get_monotonic_time () + LEAST_PERIOD;
  return ready;
}

OpenaiIo *
openai_io_start (void)
{
  OpenaiIo *self = g_new0 (OpenaiIo, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  self->calls = calls_new ();
  self->context = g_main_context_new ();
  g_main_context_set_poll_func (self->context, poll_at_times);
  self->loop = g_main_loop_new (self->context, FALSE);
  self->tick = timer_new (self, on_tick, self);
  self->alarm = timer_new (self, on_alarm, self);
  set_alarm (self, G_MAXINT64);
  self->thread = g_thread_new ("openai-io", io_main, self);
  return self;
}

OpenaiIo *
openai_io_ref (OpenaiIo *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
openai_io_unref (OpenaiIo *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_source_destroy (self->tick);
  g_source_unref (self->tick);
  g_source_destroy (self->alarm);
  g_source_unref (self->alarm);
  g_array_unref (self->calls);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gboolean
io_quit (gpointer data)
{
  OpenaiIo *self = data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

/* What is left would be called back never: a fault of libsoup, or of ours. */
static gboolean
io_give_up (gpointer data)
{
  OpenaiIo *self = data;
  g_autofree gchar *text = g_strdup_printf ("%u operations of libsoup have not "
                                            "ended",
      self->held);

  openai_log_write (OPENAI_LOG_INFO, __FILE__, G_STRFUNC, __LINE__, text);
  return io_quit (self);
}

static gboolean
io_end (gpointer data)
{
  OpenaiIo *self = data;
  g_autoptr (GSource) limit = NULL;

  self->ending = TRUE;
  if (self->held == 0)
    return io_quit (self);
  limit = timer_new (self, io_give_up, self);
  g_source_set_ready_time (limit, g_get_monotonic_time () + LAST_CALLS);
  return G_SOURCE_REMOVE;
}

void
openai_io_stop (OpenaiIo *self)
{
  openai_io_invoke (self, io_end, self, NULL);
  g_thread_join (self->thread);
  openai_io_unref (self);
}

void
openai_io_invoke (OpenaiIo *self, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, destroy);
  g_source_set_static_name (source, "openai-invoke");
  g_source_attach (source, self->context);
}

void
openai_io_invoke_soon (
    OpenaiIo *self, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Call call = { func, data, destroy };

  g_array_append_val (self->calls, call);
  if (self->calls->len == 1)
    g_source_set_ready_time (self->tick, (g_get_monotonic_time () / TICK + 1) * TICK);
}

static gboolean
on_flush (gpointer body)
{
  openai_body_flush (body);
  return G_SOURCE_REMOVE;
}

void
openai_io_flush_soon (OpenaiIo *self, OpenaiBody *body)
{
  openai_io_invoke_soon (
      self, on_flush, openai_body_ref (body), (GDestroyNotify) openai_body_unref);
}

void
openai_io_begin_operation (OpenaiIo *self)
{
  self->held++;
}

void
openai_io_end_operation (OpenaiIo *self)
{
  if (--self->held == 0 && self->ending)
    g_main_loop_quit (self->loop);
}
