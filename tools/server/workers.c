// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A fixed number of threads and a bounded queue in front of them. */

#include "workers.h"

struct _Workers
{
  GThreadPool *pool;
  guint limit;

  GMutex lock;
  GCond idle;
  /* protected by lock */
  guint pending; /* waiting or running */
  gboolean stopped;
};

typedef struct
{
  GFunc run;
  gpointer data;
  GDestroyNotify free;
} Job;

static void
work (gpointer data, gpointer user_data)
{
  g_autofree Job *job = data;
  Workers *workers = user_data;
  gboolean stopped;

  g_mutex_lock (&workers->lock);
  stopped = workers->stopped;
  g_mutex_unlock (&workers->lock);

  if (stopped)
    job->free (job->data);
  else
    job->run (job->data, NULL);

  g_mutex_lock (&workers->lock);
  if (--workers->pending == 0)
    g_cond_signal (&workers->idle);
  g_mutex_unlock (&workers->lock);
}

Workers *
workers_new (guint threads, guint queue)
{
  Workers *workers = g_new0 (Workers, 1);

  g_mutex_init (&workers->lock);
  g_cond_init (&workers->idle);
  workers->limit = threads + queue;
  workers->pool = g_thread_pool_new (work, workers, threads, TRUE, NULL);
  return workers;
}

gboolean
workers_push (Workers *workers, GFunc run, gpointer data, GDestroyNotify free)
{
  Job *job;

  g_mutex_lock (&workers->lock);
  if (workers->stopped || workers->pending >= workers->limit) {
    g_mutex_unlock (&workers->lock);
    return FALSE;
  }
  workers->pending++;
  g_mutex_unlock (&workers->lock);

  job = g_new (Job, 1);
  *job = (Job) { run, data, free };
  g_thread_pool_push (workers->pool, job, NULL);
  return TRUE;
}

gboolean
workers_stop (Workers *workers, gint64 end_time)
{
  gboolean idle = TRUE;

  g_mutex_lock (&workers->lock);
  workers->stopped = TRUE;
  while (workers->pending > 0 && idle)
    idle = g_cond_wait_until (&workers->idle, &workers->lock, end_time);
  idle = workers->pending == 0;
  g_mutex_unlock (&workers->lock);

  if (!idle)
    return FALSE;
  g_thread_pool_free (workers->pool, FALSE, TRUE);
  g_cond_clear (&workers->idle);
  g_mutex_clear (&workers->lock);
  g_free (workers);
  return TRUE;
}
