// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The texts a source has to say still, and whether more may come. */

#include "textqueue.h"

struct _TtsTextQueue
{
  GMutex lock;
  GQueue texts;
  gboolean open;
  gboolean ended;
};

TtsTextQueue *
tts_text_queue_new (void)
{
  TtsTextQueue *self = g_new0 (TtsTextQueue, 1);

  g_mutex_init (&self->lock);
  g_queue_init (&self->texts);
  return self;
}

void
tts_text_queue_free (TtsTextQueue *self)
{
  g_queue_clear_full (&self->texts, g_free);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
tts_text_queue_begin (TtsTextQueue *self, const gchar *first, gboolean open)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (first && *first)
    g_queue_push_head (&self->texts, g_strdup (first));
  self->open |= open;
  self->ended = FALSE;
}

gboolean
tts_text_queue_push (TtsTextQueue *self, const gchar *text, gboolean opens)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->ended)
    return FALSE;
  g_queue_push_tail (&self->texts, g_strdup (text));
  self->open |= opens;
  return TRUE;
}

gchar *
tts_text_queue_pop (TtsTextQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_queue_pop_head (&self->texts);
}

void
tts_text_queue_close (TtsTextQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->open = FALSE;
}

gboolean
tts_text_queue_ends (TtsTextQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gboolean ends = !self->ended && !self->open && g_queue_is_empty (&self->texts);

  self->ended |= ends;
  return ends;
}

void
tts_text_queue_end (TtsTextQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->ended = TRUE;
  self->open = FALSE;
}

void
tts_text_queue_clear (TtsTextQueue *self, gboolean stop)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_queue_clear_full (&self->texts, g_free);
  self->ended = FALSE;
  if (stop)
    self->open = FALSE;
}

gboolean
tts_text_queue_has_any (TtsTextQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->open || !g_queue_is_empty (&self->texts);
}

guint
tts_text_queue_n_chars (TtsTextQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint n = 0;

  for (GList *l = self->texts.head; l; l = l->next)
    n += g_utf8_strlen (l->data, -1);
  return n;
}
