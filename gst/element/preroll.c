// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Whether what comes in may be taken: flushes, and as the end of a pipeline
 * PAUSED and PLAYING. */

#include "preroll.h"

struct _GstOpenaiPreroll
{
  GstElement *element; /* not owned: it owns this */

  GMutex message_lock; /* held while the state is told */
  gboolean pending;    /* PAUSED is not reached yet */
  gboolean is_async;   /* PAUSED is reached with data */

  /* protected by lock */
  GMutex lock;
  GCond cond;
  gboolean is_sink;
  gboolean playing;
  gboolean flushing;
  gboolean stopping;  /* from PLAYING or PAUSED to READY */
  GstFlowReturn flow; /* what delivering came to */
};

GstOpenaiPreroll *
gst_openai_preroll_new (GstElement *element)
{
  GstOpenaiPreroll *self = g_new0 (GstOpenaiPreroll, 1);

  self->element = element;
  g_mutex_init (&self->message_lock);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  return self;
}

void
gst_openai_preroll_free (GstOpenaiPreroll *self)
{
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->message_lock);
  g_free (self);
}

static void
reset (GstOpenaiPreroll *self, gboolean is_sink)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->is_sink = is_sink;
  self->playing = FALSE;
  self->flushing = FALSE;
  self->stopping = FALSE;
  self->flow = GST_FLOW_OK;
}

gboolean
gst_openai_preroll_begin (GstOpenaiPreroll *self, gboolean is_sink)
{
  GstObject *element = GST_OBJECT (self->element);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->message_lock);

  reset (self, is_sink);
  /* Alone it is only probed, and no data will come. */
  self->is_async = is_sink && GST_OBJECT_PARENT (element);
  self->pending = self->is_async;
  if (self->pending)
    gst_element_post_message (self->element, gst_message_new_async_start (element));
  return self->pending;
}

static void
set_playing (GstOpenaiPreroll *self, gboolean playing)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->playing = playing;
  g_cond_broadcast (&self->cond);
}

void
gst_openai_preroll_set_playing (GstOpenaiPreroll *self, gboolean playing)
{
  if (playing) {
    g_mutex_lock (&self->message_lock);
    self->pending = FALSE;
    g_mutex_unlock (&self->message_lock);
  }
  set_playing (self, playing);
}

void
gst_openai_preroll_lose (GstOpenaiPreroll *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->message_lock);

  if (!self->is_async)
    return;
  set_playing (self, FALSE);
  self->pending = TRUE;
  gst_element_lost_state (self->element);
}

void
gst_openai_preroll_stop (GstOpenaiPreroll *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->stopping = TRUE;
  self->flushing = TRUE;
  g_cond_broadcast (&self->cond);
}

static void
post_async_done (GstElement *element)
{
  gst_element_post_message (
      element, gst_message_new_async_done (GST_OBJECT (element), GST_CLOCK_TIME_NONE));
}

void
gst_openai_preroll_end (GstOpenaiPreroll *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->message_lock);

  if (self->pending)
    post_async_done (self->element);
  self->pending = FALSE;
}

/* The state that was waited for, and the one @from which: the same when a change
 * of state came first. VOID_PENDING: the element goes down. */
static GstState
commit_state (GstElement *element, GstState *from)
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
post_state (GstElement *element, GstState from, GstState to, GstState pending)
{
  gst_element_post_message (
      element, gst_message_new_state_changed (GST_OBJECT (element), from, to, pending));
}

/* With the message lock. TRUE: PLAYING is reached. */
static gboolean
reach_paused (GstOpenaiPreroll *self)
{
  GstElement *element = self->element;
  GstState state, from;

  if (!self->pending)
    return FALSE;
  state = commit_state (element, &from);
  if (state == GST_STATE_VOID_PENDING)
    return FALSE;
  self->pending = FALSE;
  if (from != GST_STATE_PLAYING)
    post_state (element, from, GST_STATE_PAUSED,
        state == GST_STATE_PLAYING ? state : GST_STATE_VOID_PENDING);
  post_async_done (element);
  if (from != state && state == GST_STATE_PLAYING)
    post_state (element, GST_STATE_PAUSED, state, GST_STATE_VOID_PENDING);
  GST_STATE_BROADCAST (element);
  if (state == GST_STATE_PLAYING)
    set_playing (self, TRUE);
  return state == GST_STATE_PLAYING;
}

gboolean
gst_openai_preroll_arrived (GstOpenaiPreroll *self, GstPad *sinkpad)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->message_lock);

  return !GST_PAD_IS_FLUSHING (sinkpad) && reach_paused (self);
}

static void
set_is_sink (GstOpenaiPreroll *self, gboolean is_sink)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->is_sink = is_sink;
  g_cond_broadcast (&self->cond);
}

gboolean
gst_openai_preroll_leave_end (GstOpenaiPreroll *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->message_lock);

  self->is_async = FALSE;
  set_is_sink (self, FALSE);
  return reach_paused (self);
}

GstFlowReturn
gst_openai_preroll_wait (GstOpenaiPreroll *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while (self->is_sink && !self->playing && !self->flushing)
    g_cond_wait (&self->cond, &self->lock);
  return self->flushing ? GST_FLOW_FLUSHING : self->flow;
}

void
gst_openai_preroll_set_flow (GstOpenaiPreroll *self, GstFlowReturn flow)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->flow = flow;
}

void
gst_openai_preroll_begin_flush (GstOpenaiPreroll *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->flushing = TRUE;
  g_cond_broadcast (&self->cond);
}

void
gst_openai_preroll_end_flush (GstOpenaiPreroll *self, void (*restart) (GstElement *))
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->stopping)
    return;
  self->flushing = FALSE;
  self->flow = GST_FLOW_OK;
  restart (self->element);
}

gboolean
gst_openai_preroll_is_flushing (GstOpenaiPreroll *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->flushing;
}
