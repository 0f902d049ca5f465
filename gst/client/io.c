// SPDX-License-Identifier: LGPL-2.1-or-later
/* The I/O thread, on which everything that concerns the network happens. */

#include "client/io.h"

/* Microseconds it waits at its end for operations that were cancelled. */
#define LAST_CALLS (2 * G_TIME_SPAN_SECOND)

/* Bodies that have grown are flushed at multiples of so many microseconds. */
#define TICK (20 * G_TIME_SPAN_MILLISECOND)

struct _OpenaiDeadline
{
  OpenaiIo *io;
  GList link;
  gint64 at;                    /* 0: none */
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
  GPtrArray *grown;             /* OpenaiBody; protected by lock */

  /* I/O thread only */
  GMainLoop *loop;
  GQueue deadlines;
  GSource *alarm;
  gint64 alarm_at;              /* not later than any deadline */
  guint held;                   /* operations that have yet to call back */
  gboolean ending;
};

static gboolean
timer_dispatch (GSource * source, GSourceFunc func, gpointer data)
{
  return func (data);
}

/* Not set: g_source_set_ready_time() sets it. One of g_timeout_source_new() would
 * be due again at once whenever @func lets it go on. */
static GSource *
timer_new (OpenaiIo * io, GSourceFunc func, gpointer data)
{
  static GSourceFuncs funcs = {.dispatch = timer_dispatch };
  GSource *timer = g_source_new (&funcs, sizeof (GSource));

  g_source_set_static_name (timer, "openai-timer");
  g_source_set_callback (timer, func, data, NULL);
  g_source_attach (timer, io->context);
  return timer;
}

static void
set_alarm (OpenaiIo * io, gint64 at)
{
  io->alarm_at = at;
  g_source_set_ready_time (io->alarm, at == G_MAXINT64 ? -1 : at);
}

/* The one that comes first, NULL for none. */
static OpenaiDeadline *
first_deadline (OpenaiIo * io)
{
  OpenaiDeadline *first = NULL;

  for (GList * l = io->deadlines.head; l; l = l->next) {
    OpenaiDeadline *deadline = l->data;

    if (deadline->at && (!first || deadline->at < first->at))
      first = deadline;
  }
  return first;
}

static gboolean
on_alarm (gpointer data)
{
  OpenaiIo *io = data;
  gint64 now = g_get_monotonic_time ();
  OpenaiDeadline *first;

  while ((first = first_deadline (io)) && first->at <= now) {
    first->at = 0;
    first->reached (first->data);
  }
  set_alarm (io, first ? first->at : G_MAXINT64);
  return G_SOURCE_CONTINUE;
}

OpenaiDeadline *
openai_deadline_new (OpenaiIo * io, OpenaiDeadlineFunc reached, gpointer data)
{
  OpenaiDeadline *deadline = g_new0 (OpenaiDeadline, 1);

  deadline->io = io;
  deadline->link.data = deadline;
  deadline->reached = reached;
  deadline->data = data;
  g_queue_push_tail_link (&io->deadlines, &deadline->link);
  return deadline;
}

void
openai_deadline_set (OpenaiDeadline * deadline, gint64 at)
{
  deadline->at = at;
  if (at && at < deadline->io->alarm_at)
    set_alarm (deadline->io, at);
}

void
openai_deadline_free (OpenaiDeadline * deadline)
{
  g_queue_unlink (&deadline->io->deadlines, &deadline->link);
  g_free (deadline);
}

static GPtrArray *
bodies_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) openai_body_unref);
}

static gboolean
on_tick (gpointer data)
{
  OpenaiIo *io = data;
  g_autoptr (GPtrArray) grown = NULL;

  g_source_set_ready_time (io->tick, -1);
  g_mutex_lock (&io->lock);
  grown = g_steal_pointer (&io->grown);
  io->grown = bodies_new ();
  g_mutex_unlock (&io->lock);
  for (guint i = 0; i < grown->len; i++)
    openai_body_flush (g_ptr_array_index (grown, i));
  return G_SOURCE_CONTINUE;
}

static gpointer
io_main (gpointer data)
{
  OpenaiIo *io = data;
  g_autoptr (GMainContextPusher) pusher =
      g_main_context_pusher_new (io->context);

  g_main_loop_run (io->loop);
  while (g_main_context_iteration (io->context, FALSE));
  return NULL;
}

OpenaiIo *
openai_io_start (void)
{
  OpenaiIo *io = g_new0 (OpenaiIo, 1);

  g_atomic_ref_count_init (&io->refs);
  g_mutex_init (&io->lock);
  io->grown = bodies_new ();
  io->context = g_main_context_new ();
  io->loop = g_main_loop_new (io->context, FALSE);
  io->tick = timer_new (io, on_tick, io);
  io->alarm = timer_new (io, on_alarm, io);
  set_alarm (io, G_MAXINT64);
  io->thread = g_thread_new ("openai-io", io_main, io);
  return io;
}

OpenaiIo *
openai_io_ref (OpenaiIo * io)
{
  g_atomic_ref_count_inc (&io->refs);
  return io;
}

void
openai_io_unref (OpenaiIo * io)
{
  if (!g_atomic_ref_count_dec (&io->refs))
    return;
  g_source_destroy (io->tick);
  g_source_unref (io->tick);
  g_source_destroy (io->alarm);
  g_source_unref (io->alarm);
  g_ptr_array_unref (io->grown);
  g_main_loop_unref (io->loop);
  g_main_context_unref (io->context);
  g_mutex_clear (&io->lock);
  g_free (io);
}

static gboolean
io_quit (gpointer data)
{
  OpenaiIo *io = data;

  g_main_loop_quit (io->loop);
  return G_SOURCE_REMOVE;
}

static gboolean
io_end (gpointer data)
{
  OpenaiIo *io = data;
  g_autoptr (GSource) limit = NULL;

  io->ending = TRUE;
  if (io->held == 0)
    return io_quit (io);
  limit = timer_new (io, io_quit, io);
  g_source_set_ready_time (limit, g_get_monotonic_time () + LAST_CALLS);
  return G_SOURCE_REMOVE;
}

void
openai_io_stop (OpenaiIo * io)
{
  openai_io_invoke (io, io_end, io, NULL);
  g_thread_join (io->thread);
  openai_io_unref (io);
}

void
openai_io_invoke (OpenaiIo * io, GSourceFunc func, gpointer data,
    GDestroyNotify destroy)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, destroy);
  g_source_set_static_name (source, "openai-invoke");
  g_source_attach (source, io->context);
}

void
openai_io_flush_soon (OpenaiIo * io, OpenaiBody * body)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&io->lock);

  g_ptr_array_add (io->grown, openai_body_ref (body));
  if (io->grown->len == 1)
    g_source_set_ready_time (io->tick,
        (g_get_monotonic_time () / TICK + 1) * TICK);
}

void
openai_io_hold (OpenaiIo * io)
{
  io->held++;
}

void
openai_io_unhold (OpenaiIo * io)
{
  if (--io->held == 0 && io->ending)
    g_main_loop_quit (io->loop);
}
