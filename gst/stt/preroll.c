// SPDX-License-Identifier: LGPL-2.1-or-later
/* Whether what comes in may be taken: flushes, and as the end of a pipeline
 * PAUSED and PLAYING. */

#include "stt/preroll.h"

struct _Preroll
{
  GstElement *element;          /* not owned: it owns this */

  GMutex message_lock;          /* held while the state is told */
  gboolean pending;             /* PAUSED is not reached yet */
  gboolean is_async;            /* PAUSED is reached with data */

  /* protected by lock */
  GMutex lock;
  GCond cond;
  gboolean is_end;
  gboolean playing;
  gboolean flushing;
  gboolean stopping;            /* from PLAYING or PAUSED to READY */
  GstFlowReturn flow;           /* what delivering came to */
};

Preroll *
preroll_new (GstElement * element)
{
  Preroll *preroll = g_new0 (Preroll, 1);

  preroll->element = element;
  g_mutex_init (&preroll->message_lock);
  g_mutex_init (&preroll->lock);
  g_cond_init (&preroll->cond);
  return preroll;
}

void
preroll_free (Preroll * preroll)
{
  g_cond_clear (&preroll->cond);
  g_mutex_clear (&preroll->lock);
  g_mutex_clear (&preroll->message_lock);
  g_free (preroll);
}

static void
reset (Preroll * preroll, gboolean is_end)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&preroll->lock);

  preroll->is_end = is_end;
  preroll->playing = FALSE;
  preroll->flushing = FALSE;
  preroll->stopping = FALSE;
  preroll->flow = GST_FLOW_OK;
}

gboolean
preroll_begin (Preroll * preroll, gboolean is_end)
{
  GstObject *element = GST_OBJECT (preroll->element);
  g_autoptr (GMutexLocker) locker =
      g_mutex_locker_new (&preroll->message_lock);

  reset (preroll, is_end);
  /* Alone it is only probed, and no data will come. */
  preroll->is_async = is_end && GST_OBJECT_PARENT (element);
  preroll->pending = preroll->is_async;
  if (preroll->pending)
    gst_element_post_message (preroll->element,
        gst_message_new_async_start (element));
  return preroll->pending;
}

static void
set_playing (Preroll * preroll, gboolean playing)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&preroll->lock);

  preroll->playing = playing;
  g_cond_broadcast (&preroll->cond);
}

void
preroll_set_playing (Preroll * preroll, gboolean playing)
{
  if (playing) {
    g_mutex_lock (&preroll->message_lock);
    preroll->pending = FALSE;
    g_mutex_unlock (&preroll->message_lock);
  }
  set_playing (preroll, playing);
}

void
preroll_lose (Preroll * preroll)
{
  g_autoptr (GMutexLocker) locker =
      g_mutex_locker_new (&preroll->message_lock);

  if (!preroll->is_async)
    return;
  set_playing (preroll, FALSE);
  preroll->pending = TRUE;
  gst_element_lost_state (preroll->element);
}

void
preroll_stop (Preroll * preroll)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&preroll->lock);

  preroll->stopping = TRUE;
  preroll->flushing = TRUE;
  g_cond_broadcast (&preroll->cond);
}

static void
post_async_done (GstElement * element)
{
  gst_element_post_message (element,
      gst_message_new_async_done (GST_OBJECT (element), GST_CLOCK_TIME_NONE));
}

void
preroll_end (Preroll * preroll)
{
  g_autoptr (GMutexLocker) locker =
      g_mutex_locker_new (&preroll->message_lock);

  if (preroll->pending)
    post_async_done (preroll->element);
  preroll->pending = FALSE;
}

/* The state that was waited for, and the one @from which: the same when a change
 * of state came first. VOID_PENDING: the element goes down. */
static GstState
commit_state (GstElement * element, GstState * from)
{
  GstState state;

  GST_OBJECT_LOCK (element);
  *from = GST_STATE (element);
  state = GST_STATE_PENDING (element);
  if (state == GST_STATE_VOID_PENDING)
    state = *from;
  if (state != GST_STATE_PAUSED && state != GST_STATE_PLAYING) {
    GST_OBJECT_UNLOCK (element);
    return GST_STATE_VOID_PENDING;
  }
  GST_STATE (element) = state;
  GST_STATE_NEXT (element) = GST_STATE_VOID_PENDING;
  GST_STATE_PENDING (element) = GST_STATE_VOID_PENDING;
  GST_STATE_RETURN (element) = GST_STATE_CHANGE_SUCCESS;
  GST_OBJECT_UNLOCK (element);
  return state;
}

static void
post_state (GstElement * element, GstState from, GstState to,
    GstState pending)
{
  gst_element_post_message (element,
      gst_message_new_state_changed (GST_OBJECT (element), from, to, pending));
}

void
preroll_arrived (Preroll * preroll, GstPad * sinkpad)
{
  GstElement *element = preroll->element;
  g_autoptr (GMutexLocker) locker =
      g_mutex_locker_new (&preroll->message_lock);
  GstState state, from;

  if (!preroll->pending || GST_PAD_IS_FLUSHING (sinkpad))
    return;
  state = commit_state (element, &from);
  if (state == GST_STATE_VOID_PENDING)
    return;
  preroll->pending = FALSE;
  if (from != GST_STATE_PLAYING)
    post_state (element, from, GST_STATE_PAUSED,
        state == GST_STATE_PLAYING ? state : GST_STATE_VOID_PENDING);
  post_async_done (element);
  if (from != state && state == GST_STATE_PLAYING)
    post_state (element, GST_STATE_PAUSED, state, GST_STATE_VOID_PENDING);
  GST_STATE_BROADCAST (element);
  if (state == GST_STATE_PLAYING)
    set_playing (preroll, TRUE);
}

GstFlowReturn
preroll_wait (Preroll * preroll)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&preroll->lock);

  while (preroll->is_end && !preroll->playing && !preroll->flushing)
    g_cond_wait (&preroll->cond, &preroll->lock);
  return preroll->flushing ? GST_FLOW_FLUSHING : preroll->flow;
}

void
preroll_set_flow (Preroll * preroll, GstFlowReturn flow)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&preroll->lock);

  preroll->flow = flow;
}

void
preroll_begin_flush (Preroll * preroll)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&preroll->lock);

  preroll->flushing = TRUE;
  g_cond_broadcast (&preroll->cond);
}

void
preroll_end_flush (Preroll * preroll, void (*restart) (GstElement *))
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&preroll->lock);

  if (preroll->stopping)
    return;
  preroll->flushing = FALSE;
  preroll->flow = GST_FLOW_OK;
  restart (preroll->element);
}

gboolean
preroll_is_flushing (Preroll * preroll)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&preroll->lock);

  return preroll->flushing;
}
