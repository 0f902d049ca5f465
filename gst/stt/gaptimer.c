// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Keeps time for the captions of a live stream. */

#include "gaptimer.h"

struct _SttGapTimer
{
  GstElement *element; /* not owned: it owns this */
  void (*wake) (GstElement *);

  /* Protected by lock, under which the element's OBJECT_LOCK may be taken. */
  GMutex lock;
  gboolean playing;
  GstClockID waiting;       /* what is waited for on the clock, or NULL */
  GstClockTime waiting_for; /* running time */
};

SttGapTimer *
stt_gap_timer_new (GstElement *element, void (*wake) (GstElement *))
{
  SttGapTimer *self = g_new0 (SttGapTimer, 1);

  g_mutex_init (&self->lock);
  self->element = element;
  self->wake = wake;
  return self;
}

/* Called with the lock held. */
static void
stop_waiting (SttGapTimer *self)
{
  GstClockID id = g_steal_pointer (&self->waiting);

  if (!id)
    return;
  gst_clock_id_unschedule (id);
  gst_clock_id_unref (id);
}

void
stt_gap_timer_free (SttGapTimer *self)
{
  if (!self)
    return;
  stop_waiting (self);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
stt_gap_timer_set_playing (SttGapTimer *self, gboolean playing)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->playing = playing;
  if (!playing)
    stop_waiting (self);
}

GstClockTime
stt_gap_timer_running_time (SttGapTimer *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->playing ? gst_element_get_current_running_time (self->element)
                       : GST_CLOCK_TIME_NONE;
}

/* What a wait holds: it may be called back after it was unscheduled. */
typedef struct
{
  GstElement *element;
  void (*wake) (GstElement *);
} Wait;

static void
wait_free (gpointer data)
{
  Wait *wait = data;

  gst_object_unref (wait->element);
  g_free (wait);
}

static gboolean
on_time (GstClock *clock, GstClockTime time, GstClockID id, gpointer user_data)
{
  Wait *wait = user_data;

  wait->wake (wait->element);
  return TRUE;
}

/* A wake that comes a little early is cheaper than a new one each time.
 * Called with the lock held. */
static gboolean
is_waiting (SttGapTimer *self, GstClockTime until)
{
  return self->waiting && self->waiting_for <= until
      && self->waiting_for > gst_element_get_current_running_time (self->element);
}

void
stt_gap_timer_wait_until (SttGapTimer *self, GstClockTime running_time)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GstClock) clock = NULL;
  Wait *wait;

  if (!self->playing || is_waiting (self, running_time))
    return;
  stop_waiting (self);
  clock = gst_element_get_clock (self->element);
  if (!clock)
    return;
  wait = g_new (Wait, 1);
  wait->element = gst_object_ref (self->element);
  wait->wake = self->wake;
  self->waiting_for = running_time;
  self->waiting = gst_clock_new_single_shot_id (
      clock, gst_element_get_base_time (self->element) + running_time);
  gst_clock_id_wait_async (self->waiting, on_time, wait, wait_free);
}
