// SPDX-License-Identifier: LGPL-2.1-or-later
/* The texts a source has to say still, and whether more may come. */

#include "tts/textqueue.h"

struct _TextQueue
{
  GMutex lock;
  GQueue texts;
  gboolean open;
  gboolean ended;
};

TextQueue *
text_queue_new (void)
{
  TextQueue *queue = g_new0 (TextQueue, 1);

  g_mutex_init (&queue->lock);
  g_queue_init (&queue->texts);
  return queue;
}

void
text_queue_free (TextQueue * queue)
{
  g_queue_clear_full (&queue->texts, g_free);
  g_mutex_clear (&queue->lock);
  g_free (queue);
}

void
text_queue_begin (TextQueue * queue, const gchar * first, gboolean open)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&queue->lock);

  if (first && *first)
    g_queue_push_head (&queue->texts, g_strdup (first));
  queue->open |= open;
  queue->ended = FALSE;
}

gboolean
text_queue_push (TextQueue * queue, const gchar * text, gboolean opens)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&queue->lock);

  if (queue->ended)
    return FALSE;
  g_queue_push_tail (&queue->texts, g_strdup (text));
  queue->open |= opens;
  return TRUE;
}

gchar *
text_queue_pop (TextQueue * queue)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&queue->lock);

  return g_queue_pop_head (&queue->texts);
}

void
text_queue_close (TextQueue * queue)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&queue->lock);

  queue->open = FALSE;
}

gboolean
text_queue_ends (TextQueue * queue)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&queue->lock);
  gboolean ends = !queue->ended && !queue->open
      && g_queue_is_empty (&queue->texts);

  queue->ended |= ends;
  return ends;
}

void
text_queue_end (TextQueue * queue)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&queue->lock);

  queue->ended = TRUE;
  queue->open = FALSE;
}

void
text_queue_clear (TextQueue * queue, gboolean stop)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&queue->lock);

  g_queue_clear_full (&queue->texts, g_free);
  queue->ended = FALSE;
  if (stop)
    queue->open = FALSE;
}

gboolean
text_queue_has_any (TextQueue * queue)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&queue->lock);

  return queue->open || !g_queue_is_empty (&queue->texts);
}

guint
text_queue_n_chars (TextQueue * queue)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&queue->lock);
  guint n = 0;

  for (GList * l = queue->texts.head; l; l = l->next)
    n += g_utf8_strlen (l->data, -1);
  return n;
}
