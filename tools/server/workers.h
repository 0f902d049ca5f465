// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A fixed number of threads and a bounded queue in front of them. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _Workers Workers;

/* @queue: jobs that may wait while all threads are busy. */
Workers *workers_new (guint threads, guint queue);

/* FALSE, with nothing done, when the queue is full. @job runs on a thread and
 * owns @data; it is not run any more after workers_stop(): @free is. */
gboolean workers_push (Workers *workers, GFunc job, gpointer data, GDestroyNotify free);

/* Drops what waits, and waits until @end_time (monotonic) for what runs. FALSE
 * when something still runs: @workers is then left to it. */
gboolean workers_stop (Workers *workers, gint64 end_time);

G_END_DECLS
