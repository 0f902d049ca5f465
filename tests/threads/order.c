// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* GLib and GStreamer are not built for the thread sanitizer, so it sees neither
 * their locks nor how they hand things from thread to thread. Preloaded, this
 * tells it: what was done before a release is done before the acquire. */

#include <dlfcn.h>
#include <gst/gst.h>

void __tsan_acquire (void *address);
void __tsan_release (void *address);

#define REAL(name_)                                                                      \
  static __typeof__ (&name_) real;                                                       \
  if (!real)                                                                             \
  real = (__typeof__ (&name_)) dlsym (RTLD_NEXT, #name_)

#define LOCKS(name_, Type_)                                                              \
  void name_ (Type_ *lock)                                                               \
  {                                                                                      \
    REAL (name_);                                                                        \
    real (lock);                                                                         \
    __tsan_acquire (lock);                                                               \
  }

#define TRIES(name_, Type_)                                                              \
  gboolean name_ (Type_ *lock)                                                           \
  {                                                                                      \
    gboolean got;                                                                        \
    REAL (name_);                                                                        \
    got = real (lock);                                                                   \
    if (got)                                                                             \
      __tsan_acquire (lock);                                                             \
    return got;                                                                          \
  }

#define UNLOCKS(name_, Type_)                                                            \
  void name_ (Type_ *lock)                                                               \
  {                                                                                      \
    REAL (name_);                                                                        \
    __tsan_release (lock);                                                               \
    real (lock);                                                                         \
  }

LOCKS (g_mutex_lock, GMutex)
TRIES (g_mutex_trylock, GMutex)
UNLOCKS (g_mutex_unlock, GMutex)
LOCKS (g_rec_mutex_lock, GRecMutex)
TRIES (g_rec_mutex_trylock, GRecMutex)
UNLOCKS (g_rec_mutex_unlock, GRecMutex)
LOCKS (g_rw_lock_reader_lock, GRWLock)
UNLOCKS (g_rw_lock_reader_unlock, GRWLock)
LOCKS (g_rw_lock_writer_lock, GRWLock)
UNLOCKS (g_rw_lock_writer_unlock, GRWLock)

/* The last reference sees what all others did. */
#define UNREFS(name_, Type_)                                                             \
  void name_ (Type_ *object)                                                             \
  {                                                                                      \
    REAL (name_);                                                                        \
    __tsan_release (object);                                                             \
    __tsan_acquire (object);                                                             \
    real (object);                                                                       \
  }

UNREFS (g_object_unref, void)
UNREFS (gst_mini_object_unref, GstMiniObject)
UNREFS (g_bytes_unref, GBytes)
UNREFS (g_byte_array_unref, GByteArray)
UNREFS (g_ptr_array_unref, GPtrArray)
UNREFS (g_main_context_unref, GMainContext)
UNREFS (g_main_loop_unref, GMainLoop)
UNREFS (g_source_unref, GSource)

void
g_atomic_rc_box_release_full (gpointer box, GDestroyNotify clear)
{
  REAL (g_atomic_rc_box_release_full);
  __tsan_release (box);
  __tsan_acquire (box);
  real (box, clear);
}

gboolean (g_atomic_ref_count_dec) (gatomicrefcount *refs)
{
  REAL (g_atomic_ref_count_dec);
  __tsan_release (refs);
  __tsan_acquire (refs);
  return real (refs);
}

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  REAL (g_cond_wait);
  __tsan_release (mutex);
  real (cond, mutex);
  __tsan_acquire (mutex);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 until)
{
  gboolean woken;
  REAL (g_cond_wait_until);
  __tsan_release (mutex);
  woken = real (cond, mutex, until);
  __tsan_acquire (mutex);
  return woken;
}

/* What was made once. g_once_init_enter() looks with an atomic load of the caller's own
 * first, which sees the release; only when there was nothing yet it calls this. */
gboolean (g_once_init_enter) (volatile void *place)
{
  gboolean first;
  REAL (g_once_init_enter);
  first = real (place);
  if (!first)
    __tsan_acquire ((void *) place);
  return first;
}

void (g_once_init_leave) (volatile void *place, gsize result)
{
  REAL (g_once_init_leave);
  __tsan_release ((void *) place);
  real (place, result);
}

/* --- what one thread asks another to do --- */

typedef struct
{
  GSourceFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Call;

static gboolean
call (gpointer data)
{
  Call *self = data;

  __tsan_acquire (self);
  return self->func (self->data);
}

static void
call_free (gpointer data)
{
  Call *self = data;

  __tsan_acquire (self);
  if (self->destroy)
    self->destroy (self->data);
  g_free (self);
}

static Call *
call_new (GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  Call *self = g_new (Call, 1);

  *self = (Call) { func, data, destroy };
  __tsan_release (self);
  return self;
}

/* Only timeout and idle sources have callbacks of this kind; the others are
 * called by their own source functions. */
void
g_source_set_callback (
    GSource *source, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  REAL (g_source_set_callback);
  if (!func
      || (source->source_funcs != &g_timeout_funcs
          && source->source_funcs != &g_idle_funcs))
    real (source, func, data, destroy);
  else
    real (source, call, call_new (func, data, destroy), call_free);
}

void
g_main_context_invoke (GMainContext *context, GSourceFunc func, gpointer data)
{
  REAL (g_main_context_invoke_full);
  real (context, G_PRIORITY_DEFAULT, call, call_new (func, data, NULL), call_free);
}

typedef struct
{
  GFunc func;
  gpointer data;
} Work;

static void
work (gpointer item, gpointer data)
{
  Work *self = data;

  __tsan_acquire (self);
  self->func (item, self->data);
  __tsan_release (self);
}

typedef struct
{
  GThreadFunc func;
  gpointer data;
} Thread;

static gpointer
begin (gpointer data)
{
  Thread *self = data;
  Thread own;
  gpointer result;

  __tsan_acquire (self);
  own = *self;
  g_free (self);
  result = own.func (own.data);
  __tsan_release (g_thread_self ());
  return result;
}

GThread *
g_thread_new (const gchar *name, GThreadFunc func, gpointer data)
{
  Thread *self = g_new (Thread, 1);
  REAL (g_thread_new);

  *self = (Thread) { func, data };
  __tsan_release (self);
  return real (name, begin, self);
}

gpointer
g_thread_join (GThread *thread)
{
  gpointer result;
  REAL (g_thread_join);

  /* It is gone afterwards. */
  g_thread_ref (thread);
  result = real (thread);
  __tsan_acquire (thread);
  g_thread_unref (thread);
  return result;
}

/* One for each pool there ever was, which is few. */
GThreadPool *
g_thread_pool_new (
    GFunc func, gpointer data, gint most, gboolean exclusive, GError **error)
{
  Work *self = g_new (Work, 1);
  REAL (g_thread_pool_new);

  *self = (Work) { func, data };
  return real (work, self, most, exclusive, error);
}

gboolean
g_thread_pool_push (GThreadPool *pool, gpointer item, GError **error)
{
  REAL (g_thread_pool_push);
  __tsan_release (pool->user_data);
  return real (pool, item, error);
}

/* --- what one thread leaves for another --- */

void
g_async_queue_push (GAsyncQueue *queue, gpointer item)
{
  REAL (g_async_queue_push);
  __tsan_release (queue);
  real (queue, item);
}

gpointer
g_async_queue_pop (GAsyncQueue *queue)
{
  gpointer item;
  REAL (g_async_queue_pop);
  item = real (queue);
  __tsan_acquire (queue);
  return item;
}

gpointer
g_async_queue_try_pop (GAsyncQueue *queue)
{
  gpointer item;
  REAL (g_async_queue_try_pop);
  item = real (queue);
  __tsan_acquire (queue);
  return item;
}

gpointer
g_async_queue_timeout_pop (GAsyncQueue *queue, guint64 timeout)
{
  gpointer item;
  REAL (g_async_queue_timeout_pop);
  item = real (queue, timeout);
  __tsan_acquire (queue);
  return item;
}

gboolean
gst_bus_post (GstBus *bus, GstMessage *message)
{
  REAL (gst_bus_post);
  __tsan_release (bus);
  return real (bus, message);
}

GstMessage *
gst_bus_pop (GstBus *bus)
{
  return gst_bus_timed_pop_filtered (bus, 0, GST_MESSAGE_ANY);
}

GstMessage *
gst_bus_timed_pop (GstBus *bus, GstClockTime timeout)
{
  return gst_bus_timed_pop_filtered (bus, timeout, GST_MESSAGE_ANY);
}

GstMessage *
gst_bus_timed_pop_filtered (GstBus *bus, GstClockTime timeout, GstMessageType types)
{
  GstMessage *message;
  REAL (gst_bus_timed_pop_filtered);
  message = real (bus, timeout, types);
  __tsan_acquire (bus);
  return message;
}
