// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The items of the transport over Realtime sessions, in stream order. */

#include "realtimequeue.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_stt_debug);
#define GST_CAT_DEFAULT gst_openai_stt_debug

/* Takes @item out of the queue. Called with the lock held. FALSE: it had left. */
static gboolean
remove_item (SttRealtimeTransport *self, SttRealtimeItem *item)
{
  if (item->resolved)
    return FALSE;
  item->resolved = TRUE;
  g_queue_remove (&self->queue, item);
  g_cond_broadcast (&self->cond);
  return TRUE;
}

void
stt_realtime_queue_resolve (SttRealtimeTransport *self, SttRealtimeItem *item,
    OpenaiTranscript *transcript, const GError *error)
{
  gboolean wanted;

  g_mutex_lock (&self->lock);
  wanted = remove_item (self, item);
  if (wanted && transcript)
    stt_context_keep (
        &self->context, item->chunk->number, item->chunk, item->finished, transcript);
  g_mutex_unlock (&self->lock);
  if (!wanted)
    return;
  stt_realtime_log (self, item, "%s after %" G_GINT64_FORMAT " ms, sent %u times",
      transcript  ? "result"
          : error ? error->message
                  : "dropped",
      item->asked ? (g_get_monotonic_time () - item->asked) / G_TIME_SPAN_MILLISECOND : 0,
      item->attempts);
  self->events.result (item->chunk,
      &(SttResult) { transcript, error, stt_realtime_item_id (item), item->attempts,
          openai_client_host (self->client), item->config.params.model },
      self->owner);
  stt_realtime_item_unref (item);
}

/* What is whole and waits to be sent. Called with the lock held. */
static SttRealtimeItem *
oldest_waiting (SttRealtimeTransport *self, gsize *bytes)
{
  SttRealtimeItem *oldest = NULL;

  *bytes = 0;
  for (GList *l = self->queue.tail; l; l = l->prev) {
    SttRealtimeItem *item = l->data;

    if (!item->finished || item->committed)
      continue;
    *bytes += item->samples->len;
    oldest = item;
  }
  return oldest;
}

/* Called with the lock held. */
static void
drop_oldest (SttRealtimeTransport *self)
{
  gsize waiting;
  SttRealtimeItem *oldest;

  while ((oldest = oldest_waiting (self, &waiting))
      && stt_realtime_duration (waiting) > self->max_backlog) {
    stt_realtime_log (self, oldest,
        "dropped: %" GST_TIME_FORMAT " of speech wait, "
        "more than max-backlog",
        GST_TIME_ARGS (stt_realtime_duration (waiting)));
    remove_item (self, oldest);
    self->events.result (oldest->chunk, &(SttResult) { NULL }, self->owner);
    stt_realtime_item_unref (oldest);
  }
}

gboolean
stt_realtime_queue_make_room (SttRealtimeTransport *self)
{
  gsize waiting;

  if (self->drop) {
    drop_oldest (self);
    return !self->flushing;
  }
  while (!self->flushing && oldest_waiting (self, &waiting)
      && stt_realtime_duration (waiting) > self->max_backlog)
    g_cond_wait (&self->cond, &self->lock);
  return !self->flushing;
}

SttRealtimeItem *
stt_realtime_queue_next (SttRealtimeTransport *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  for (GList *l = self->leaving ? NULL : self->queue.head; l; l = l->next) {
    SttRealtimeItem *item = l->data;

    if (!item->session
        && (item->finished
            || (self->grow
                && (item->samples->len >= STT_REALTIME_PIECE || item->paused))))
      return stt_realtime_item_ref (item);
  }
  return NULL;
}

void
stt_realtime_queue_clear (SttRealtimeTransport *self)
{
  SttRealtimeItem *item;

  while ((item = g_queue_pop_head (&self->queue))) {
    stt_realtime_log (self, item, "dropped: a flush or the end");
    item->resolved = TRUE;
    stt_realtime_item_unref (item);
  }
}
