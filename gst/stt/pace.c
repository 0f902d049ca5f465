// SPDX-License-Identifier: LGPL-2.1-or-later
/* Keeps time for the captions of a live stream. */

#include "stt/pace.h"

struct _Pace
{
  GstElement *element;          /* not owned: it owns this */
  void (*wake) (GstElement *);

  /* Protected by lock, under which the element's OBJECT_LOCK may be taken. */
  GMutex lock;
  gboolean playing;
  GstClockID waiting;           /* what is waited for on the clock, or NULL */
  GstClockTime waiting_for;     /* running time */
};

Pace *
pace_new (GstElement * element, void (*wake) (GstElement *))
{
  Pace *pace = g_new0 (Pace, 1);

  g_mutex_init (&pace->lock);
  pace->element = element;
  pace->wake = wake;
  return pace;
}

/* Called with the lock held. */
static void
stop_waiting (Pace * pace)
{
  GstClockID id = g_steal_pointer (&pace->waiting);

  if (!id)
    return;
  gst_clock_id_unschedule (id);
  gst_clock_id_unref (id);
}

void
pace_free (Pace * pace)
{
  if (!pace)
    return;
  stop_waiting (pace);
  g_mutex_clear (&pace->lock);
  g_free (pace);
}

void
pace_set_playing (Pace * pace, gboolean playing)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&pace->lock);

  pace->playing = playing;
  if (!playing)
    stop_waiting (pace);
}

GstClockTime
pace_now (Pace * pace)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&pace->lock);

  return pace->playing ?
      gst_element_get_current_running_time (pace->element) :
      GST_CLOCK_TIME_NONE;
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
on_time (GstClock * clock, GstClockTime time, GstClockID id,
    gpointer user_data)
{
  Wait *wait = user_data;

  wait->wake (wait->element);
  return TRUE;
}

/* A wake that comes a little early is cheaper than a new one each time.
 * Called with the lock held. */
static gboolean
is_waiting (Pace * pace, GstClockTime until)
{
  return pace->waiting && pace->waiting_for <= until
      && pace->waiting_for >
      gst_element_get_current_running_time (pace->element);
}

void
pace_wait_until (Pace * pace, GstClockTime running_time)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&pace->lock);
  g_autoptr (GstClock) clock = NULL;
  Wait *wait;

  if (!pace->playing || is_waiting (pace, running_time))
    return;
  stop_waiting (pace);
  clock = gst_element_get_clock (pace->element);
  if (!clock)
    return;
  wait = g_new (Wait, 1);
  wait->element = gst_object_ref (pace->element);
  wait->wake = pace->wake;
  pace->waiting_for = running_time;
  pace->waiting = gst_clock_new_single_shot_id (clock,
      gst_element_get_base_time (pace->element) + running_time);
  gst_clock_id_wait_async (pace->waiting, on_time, wait, wait_free);
}
