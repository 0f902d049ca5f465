// SPDX-License-Identifier: LGPL-2.1-or-later
/* Stretches of time in stream order: whatever order the answers come in, they
 * leave as they were spoken. */

#include "stt/outbox.h"

#include "outerpads.h"

/* Silence that still grows leaves in pieces of this length. */
#define SILENCE_GRAIN (100 * GST_MSECOND)

struct _Outbox
{
  /* protected by lock; no other lock is taken under it */
  GMutex lock;
  GCond cond;
  GQueue line;                  /* Stretch */
  OutboxAccount account;
  gboolean flushing;
  gboolean woken;
};

Stretch *
stretch_ref (Stretch * stretch)
{
  return g_atomic_rc_box_acquire (stretch);
}

static void
stretch_clear (gpointer data)
{
  Stretch *stretch = data;

  g_clear_pointer (&stretch->event, gst_event_unref);
  g_clear_pointer (&stretch->transcript, openai_transcript_unref);
  g_clear_error (&stretch->error);
  g_clear_pointer (&stretch->request_id, g_free);
}

void
stretch_unref (Stretch * stretch)
{
  g_atomic_rc_box_release_full (stretch, stretch_clear);
}

static Stretch *
stretch_new (StretchKind kind, GstClockTime start, GstClockTime end)
{
  Stretch *stretch = g_atomic_rc_box_new0 (Stretch);

  stretch->kind = kind;
  stretch->start = start;
  stretch->end = end;
  return stretch;
}

Outbox *
outbox_new (void)
{
  Outbox *outbox = g_new0 (Outbox, 1);

  g_mutex_init (&outbox->lock);
  g_cond_init (&outbox->cond);
  g_queue_init (&outbox->line);
  return outbox;
}

void
outbox_free (Outbox * outbox)
{
  if (!outbox)
    return;
  g_queue_clear_full (&outbox->line, (GDestroyNotify) stretch_unref);
  g_cond_clear (&outbox->cond);
  g_mutex_clear (&outbox->lock);
  g_free (outbox);
}

void
outbox_count_in (Outbox * outbox, guint64 samples)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);

  outbox->account.in += samples;
  outbox->account.pending += samples;
}

Stretch *
outbox_add_speech (Outbox * outbox, GstClockTime start)
{
  Stretch *stretch = stretch_new (STRETCH_SPEECH, start, start);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);

  g_queue_push_tail (&outbox->line, stretch);
  g_cond_broadcast (&outbox->cond);
  return stretch_ref (stretch);
}

static guint64 *
account_of (Outbox * outbox, StretchState state)
{
  switch (state) {
    case STRETCH_TRANSCRIBED:
      return &outbox->account.uploaded;
    case STRETCH_FAILED:
      return &outbox->account.failed;
    case STRETCH_DROPPED:
      return &outbox->account.dropped;
    default:
      return &outbox->account.pending;
  }
}

void
outbox_grow_speech (Outbox * outbox, Stretch * stretch, guint64 samples)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);

  stretch->samples += samples;
  if (stretch->state == STRETCH_OPEN)
    return;
  /* It was answered, or given up, while it was still being spoken. */
  outbox->account.pending -= samples;
  *account_of (outbox, stretch->state) += samples;
}

void
outbox_end_speech (Outbox * outbox, Stretch * stretch, GstClockTime end,
    GstClockTime speech_start, GstClockTime speech_end, guint64 loud)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);

  stretch->end = end;
  stretch->speech_start = speech_start;
  stretch->speech_end = speech_end;
  stretch->loud = loud;
  stretch->ended = TRUE;
  stretch->asked = g_get_monotonic_time ();
  g_cond_broadcast (&outbox->cond);
}

Stretch *
outbox_split (Outbox * outbox, Stretch * stretch, guint64 samples,
    GstClockTime time)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);
  GList *place = g_queue_find (&outbox->line, stretch);
  Stretch *second;

  if (!place || stretch->state != STRETCH_OPEN)
    return NULL;
  second = stretch_new (STRETCH_SPEECH, time, stretch->end);
  second->samples = stretch->samples - samples;
  second->loud = G_MAXUINT64;
  second->ended = TRUE;
  second->asked = stretch->asked;
  second->speech_start = MAX (stretch->speech_start, time);
  second->speech_end = stretch->speech_end > time ?
      stretch->speech_end : second->end;
  stretch->samples = samples;
  stretch->loud = G_MAXUINT64;
  stretch->end = time;
  stretch->speech_start = stretch->speech_start < time ?
      stretch->speech_start : stretch->start;
  stretch->speech_end = MIN (stretch->speech_end, time);
  g_queue_insert_after (&outbox->line, place, second);
  return stretch_ref (second);
}

/* Called with the lock held. */
static gboolean
may_leave (Outbox * outbox, Stretch * stretch)
{
  switch (stretch->kind) {
    case STRETCH_SPEECH:
      return stretch->ended && stretch->state != STRETCH_OPEN;
    case STRETCH_SILENCE:
      return outbox->line.length > 1
          || stretch->end - stretch->start >= SILENCE_GRAIN;
    default:
      return TRUE;
  }
}

void
outbox_add_silence (Outbox * outbox, GstClockTime start, GstClockTime end,
    guint64 samples)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);
  Stretch *last = g_queue_peek_tail (&outbox->line);

  if (last && last->kind == STRETCH_SILENCE && last->end == start) {
    last->end = end;
    last->samples += samples;
  } else {
    last = stretch_new (STRETCH_SILENCE, start, end);
    last->samples = samples;
    g_queue_push_tail (&outbox->line, last);
  }
  outbox->account.skipped += samples;
  outbox->account.pending -= samples;
  /* It grows with every buffer. */
  if (may_leave (outbox, g_queue_peek_head (&outbox->line)))
    g_cond_broadcast (&outbox->cond);
}

void
outbox_add_event (Outbox * outbox, GstEvent * event)
{
  Stretch *stretch = stretch_new (STRETCH_EVENT, GST_CLOCK_TIME_NONE,
      GST_CLOCK_TIME_NONE);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);

  stretch->event = event;
  g_queue_push_tail (&outbox->line, stretch);
  g_cond_broadcast (&outbox->cond);
}

void
outbox_settle (Outbox * outbox, Stretch * stretch,
    OpenaiTranscript * transcript, const GError * error,
    const gchar * request_id, guint attempts)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);

  if (stretch->state != STRETCH_OPEN)
    return;
  if (transcript)
    stretch->state = STRETCH_TRANSCRIBED;
  else
    stretch->state = error ? STRETCH_FAILED : STRETCH_DROPPED;
  stretch->transcript = transcript ? openai_transcript_ref (transcript) : NULL;
  stretch->error = error ? g_error_copy (error) : NULL;
  stretch->request_id = g_strdup (request_id);
  stretch->attempts = attempts;
  stretch->answered = g_get_monotonic_time ();
  outbox->account.pending -= stretch->samples;
  *account_of (outbox, stretch->state) += stretch->samples;
  g_cond_broadcast (&outbox->cond);
}

Stretch *
outbox_next (Outbox * outbox, gboolean * woken)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);

  *woken = FALSE;
  while (!outbox->flushing) {
    Stretch *first = g_queue_peek_head (&outbox->line);

    if (first && may_leave (outbox, first))
      return g_queue_pop_head (&outbox->line);
    if (outbox->woken) {
      outbox->woken = FALSE;
      *woken = TRUE;
      return NULL;
    }
    g_cond_wait (&outbox->cond, &outbox->lock);
  }
  return NULL;
}

void
outbox_wake (Outbox * outbox)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);

  outbox->woken = TRUE;
  g_cond_broadcast (&outbox->cond);
}

GstClockTime
outbox_quiet_until (Outbox * outbox)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);
  Stretch *first = g_queue_peek_head (&outbox->line);

  if (!first || first->kind == STRETCH_EVENT)
    return GST_CLOCK_TIME_NONE;
  return first->kind == STRETCH_SILENCE ? first->end : first->start;
}

void
outbox_set_flushing (Outbox * outbox, gboolean flushing)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);

  outbox->flushing = flushing;
  g_cond_broadcast (&outbox->cond);
}

/* Sticky events are kept when the lock is free again: the pad has its own. */
void
outbox_clear (Outbox * outbox, GstPad * pad)
{
  GQueue line;

  g_mutex_lock (&outbox->lock);
  for (GList * l = outbox->line.head; l; l = l->next) {
    Stretch *stretch = l->data;

    if (stretch->kind == STRETCH_SPEECH && stretch->state == STRETCH_OPEN)
      stretch->state = STRETCH_DROPPED;
  }
  line = outbox->line;
  g_queue_init (&outbox->line);
  outbox->account.dropped += outbox->account.pending;
  outbox->account.pending = 0;
  g_mutex_unlock (&outbox->lock);

  for (GList * l = line.head; pad && l; l = l->next) {
    Stretch *stretch = l->data;

    if (stretch->event)
      gst_openai_keep_sticky (pad, stretch->event);
  }
  g_queue_clear_full (&line, (GDestroyNotify) stretch_unref);
}

void
outbox_get_account (Outbox * outbox, OutboxAccount * account)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);

  *account = outbox->account;
}

void
outbox_reset_account (Outbox * outbox)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);

  memset (&outbox->account, 0, sizeof outbox->account);
}
