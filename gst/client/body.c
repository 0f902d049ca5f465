// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A request body that may still grow while it is sent. */

#include "body.h"

struct _OpenaiBody
{
  gatomicrefcount refs;

  /* protected by lock */
  GMutex lock;
  GPtrArray *pieces; /* GBytes */
  gsize size;
  gsize ready; /* so much may be read */
  gboolean closed;
  GList *waiting; /* GTask, each holds its stream */
};

#define OPENAI_TYPE_BODY_STREAM (openai_body_stream_get_type ())
G_DECLARE_FINAL_TYPE (
    OpenaiBodyStream, openai_body_stream, OPENAI, BODY_STREAM, GInputStream)

/* One reader and its position, protected by the body's lock. */
struct _OpenaiBodyStream
{
  GInputStream parent;

  OpenaiBody *body;
  guint piece;
  gsize offset;   /* in the piece */
  gsize position; /* in all */
  gboolean stopped;
  gboolean defers_reads; /* set before the first read */
};

G_DEFINE_FINAL_TYPE (OpenaiBodyStream, openai_body_stream, G_TYPE_INPUT_STREAM)

typedef struct
{
  guint8 *buffer;
  gsize count;
} BodyRead;

OpenaiBody *
openai_body_new (void)
{
  OpenaiBody *self = g_new0 (OpenaiBody, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  self->pieces = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  return self;
}

OpenaiBody *
openai_body_ref (OpenaiBody *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
openai_body_unref (OpenaiBody *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_ptr_array_unref (self->pieces);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Bytes read, 0 at the end of the body, -1 when it has to grow first.
 * Called with the lock held. */
static gssize
read_locked (OpenaiBodyStream *stream, guint8 *buffer, gsize count)
{
  OpenaiBody *self = stream->body;
  gsize done = 0;

  while (done < count && stream->position < self->ready) {
    gsize size;
    const guint8 *data =
        g_bytes_get_data (g_ptr_array_index (self->pieces, stream->piece), &size);
    gsize part =
        MIN (MIN (size - stream->offset, count - done), self->ready - stream->position);

    memcpy (buffer + done, data + stream->offset, part);
    done += part;
    stream->position += part;
    stream->offset += part;
    if (stream->offset == size) {
      stream->piece++;
      stream->offset = 0;
    }
  }
  return done > 0 || self->closed || count == 0 ? (gssize) done : -1;
}

static void
return_stopped (GTask *task)
{
  g_task_return_new_error (
      task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The upload was stopped");
}

static gboolean
on_idle_read (gpointer data)
{
  GTask *task = data;
  BodyRead *read = g_task_get_task_data (task);
  OpenaiBodyStream *stream = g_task_get_source_object (task);
  gssize n = -1;

  g_mutex_lock (&stream->body->lock);
  if (!stream->stopped)
    n = read_locked (stream, read->buffer, read->count);
  g_mutex_unlock (&stream->body->lock);
  if (n < 0)
    return_stopped (task);
  else
    g_task_return_int (task, n);
  return G_SOURCE_REMOVE;
}

/* When nothing else is due: until then the reader may turn out to be gone. */
static void
read_when_idle (GTask *task)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_task_attach_source (task, source, on_idle_read);
}

/* Called with the lock held. */
static gboolean
has_more (OpenaiBodyStream *stream)
{
  return stream->position < stream->body->ready || stream->body->closed;
}

/* All there is may be read. Called without the lock: a task may complete right
 * here. */
static void
wake_readers (OpenaiBody *self)
{
  g_autolist (GTask) ready = NULL;

  g_mutex_lock (&self->lock);
  self->ready = self->size;
  for (GList *l = self->waiting; l;) {
    GList *next = l->next;
    OpenaiBodyStream *stream = g_task_get_source_object (l->data);
    BodyRead *read = g_task_get_task_data (l->data);

    if (has_more (stream)) {
      if (!stream->defers_reads)
        read->count = read_locked (stream, read->buffer, read->count);
      self->waiting = g_list_remove_link (self->waiting, l);
      ready = g_list_concat (ready, l);
    }
    l = next;
  }
  g_mutex_unlock (&self->lock);

  for (GList *l = ready; l; l = l->next) {
    OpenaiBodyStream *stream = g_task_get_source_object (l->data);
    BodyRead *read = g_task_get_task_data (l->data);

    if (stream->defers_reads)
      read_when_idle (l->data);
    else
      g_task_return_int (l->data, read->count);
  }
}

gsize
openai_body_append_uncommitted (OpenaiBody *self, GBytes *bytes)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (g_bytes_get_size (bytes) > 0)
    g_ptr_array_add (self->pieces, g_bytes_ref (bytes));
  self->size += g_bytes_get_size (bytes);
  return self->size - self->ready;
}

void
openai_body_append (OpenaiBody *self, GBytes *bytes)
{
  if (openai_body_append_uncommitted (self, bytes) > 0)
    wake_readers (self);
}

void
openai_body_flush (OpenaiBody *self)
{
  gboolean has_new;

  g_mutex_lock (&self->lock);
  has_new = self->size > self->ready;
  g_mutex_unlock (&self->lock);
  if (has_new)
    wake_readers (self);
}

void
openai_body_close (OpenaiBody *self)
{
  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  g_mutex_unlock (&self->lock);
  wake_readers (self);
}

gboolean
openai_body_is_closed (OpenaiBody *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  return self->closed;
}

gsize
openai_body_size (OpenaiBody *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  return self->size;
}

gboolean
openai_body_has_waiting_reader (OpenaiBody *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  return self->waiting != NULL;
}

GInputStream *
openai_body_open (OpenaiBody *self)
{
  OpenaiBodyStream *stream = g_object_new (OPENAI_TYPE_BODY_STREAM, NULL);

  stream->body = openai_body_ref (self);
  return G_INPUT_STREAM (stream);
}

void
openai_body_defer_reads (GInputStream *input)
{
  OPENAI_BODY_STREAM (input)->defers_reads = TRUE;
}

void
openai_body_stop (GInputStream *input)
{
  OpenaiBodyStream *stream = OPENAI_BODY_STREAM (input);
  OpenaiBody *self = stream->body;
  g_autoptr (GTask) pending = NULL;

  g_mutex_lock (&self->lock);
  stream->stopped = TRUE;
  for (GList *l = self->waiting; l && !pending; l = l->next) {
    if (g_task_get_source_object (l->data) != stream)
      continue;
    pending = l->data;
    self->waiting = g_list_delete_link (self->waiting, l);
    break;
  }
  g_mutex_unlock (&self->lock);

  if (pending)
    return_stopped (pending);
}

static void
openai_body_stream_read_async (GInputStream *input, void *buffer, gsize count,
    int priority, GCancellable *cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  OpenaiBodyStream *stream = OPENAI_BODY_STREAM (input);
  OpenaiBody *self = stream->body;
  g_autoptr (GTask) task = g_task_new (input, cancellable, callback, user_data);
  BodyRead *read = g_new (BodyRead, 1);
  gboolean stopped, defers_reads;
  gssize n = -1;

  read->buffer = buffer;
  read->count = count;
  g_task_set_task_data (task, read, g_free);
  g_task_set_priority (task, priority + (stream->defers_reads ? 1 : 0));
  g_task_set_source_tag (task, openai_body_stream_read_async);

  g_mutex_lock (&self->lock);
  stopped = stream->stopped;
  defers_reads = !stopped && stream->defers_reads && has_more (stream);
  if (!stopped && !defers_reads)
    n = read_locked (stream, buffer, count);
  if (n < 0 && !stopped && !defers_reads)
    self->waiting = g_list_prepend (self->waiting, g_object_ref (task));
  g_mutex_unlock (&self->lock);

  if (stopped)
    return_stopped (task);
  else if (defers_reads)
    read_when_idle (task);
  else if (n >= 0)
    g_task_return_int (task, n);
}

static gssize
openai_body_stream_read_finish (GInputStream *input, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}

static void
openai_body_stream_finalize (GObject *object)
{
  openai_body_unref (OPENAI_BODY_STREAM (object)->body);
  G_OBJECT_CLASS (openai_body_stream_parent_class)->finalize (object);
}

static void
openai_body_stream_init (OpenaiBodyStream *stream)
{
}

static void
openai_body_stream_class_init (OpenaiBodyStreamClass *klass)
{
  GInputStreamClass *input_class = G_INPUT_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = openai_body_stream_finalize;
  input_class->read_async = openai_body_stream_read_async;
  input_class->read_finish = openai_body_stream_read_finish;
}
