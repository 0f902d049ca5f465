// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How many requests a server is sent at once: additive increase, multiplicative
 * decrease, as TCP has it. */

#include "pace.h"

#include <math.h>

typedef struct
{
  void (*turn) (gpointer waiter);
  gpointer waiter;
} Waiter;

struct _OpenaiPace
{
  gint64 held_until; /* monotonic */
  gint64 slowed_at;  /* monotonic; 0: never */
  gdouble window;    /* requests at once; INFINITY: any number */
  guint running;
  GQueue waiting; /* Waiter */
};

OpenaiPace *
openai_pace_new (void)
{
  OpenaiPace *self = g_new0 (OpenaiPace, 1);

  self->window = INFINITY;
  g_queue_init (&self->waiting);
  return self;
}

void
openai_pace_free (OpenaiPace *self)
{
  if (!self)
    return;
  g_queue_clear_full (&self->waiting, g_free);
  g_free (self);
}

void
openai_pace_hold (OpenaiPace *self, gint64 until)
{
  self->held_until = MAX (self->held_until, until);
}

gint64
openai_pace_held_until (OpenaiPace *self)
{
  return self->held_until > g_get_monotonic_time () ? self->held_until : 0;
}

static gboolean
has_room (OpenaiPace *self)
{
  return self->running + 1 <= self->window;
}

static void
let_in (OpenaiPace *self)
{
  while (has_room (self) && !g_queue_is_empty (&self->waiting)) {
    g_autofree Waiter *next = g_queue_pop_head (&self->waiting);

    self->running++;
    next->turn (next->waiter);
  }
}

gboolean
openai_pace_enter (OpenaiPace *self, void (*turn) (gpointer waiter), gpointer waiter)
{
  Waiter *entry;

  if (has_room (self) && g_queue_is_empty (&self->waiting)) {
    self->running++;
    return TRUE;
  }
  entry = g_new (Waiter, 1);
  *entry = (Waiter) { turn, waiter };
  g_queue_push_tail (&self->waiting, entry);
  return FALSE;
}

void
openai_pace_leave (OpenaiPace *self)
{
  self->running--;
  let_in (self);
}

void
openai_pace_forget (OpenaiPace *self, gpointer waiter)
{
  for (GList *link = self->waiting.head; link; link = link->next) {
    if (((Waiter *) link->data)->waiter == waiter) {
      g_free (link->data);
      g_queue_delete_link (&self->waiting, link);
      return;
    }
  }
}

guint
openai_pace_slow_down (OpenaiPace *self, gint64 begun)
{
  if (self->slowed_at && begun <= self->slowed_at)
    return 0;
  self->slowed_at = g_get_monotonic_time ();
  self->window = floor (MAX (fmin (self->window, self->running) / 2, 1));
  return self->window;
}

void
openai_pace_speed_up (OpenaiPace *self)
{
  self->window += 1 / self->window;
  let_in (self);
}
