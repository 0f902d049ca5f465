// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How far a file is: a line that is redrawn in a terminal, a line for each
 * tenth where there is none. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const gchar *name;  /* of the file */
  gdouble duration;   /* seconds; 0: not known */
  gdouble begun;      /* where this run began, seconds */
  gdouble done;       /* up to where it is transcribed, seconds */
  gdouble in_flight;  /* seconds of speech that wait for answers */
  gint64 started;     /* monotonic time */
  gint64 waits_until; /* monotonic time at which the server takes
                                 * requests again; 0: it does */
  const gchar *cost;  /* so far, as text; NULL: not known */
} Progress;

void progress_init (gboolean quiet);

/* Another file. */
void progress_begin (void);
void progress_show (const Progress *progress);

/* Takes the line away, so that something else can be printed. */
void progress_clear (void);

/* Seconds as 1:02:03 or 2:03. */
gchar *progress_time (gdouble seconds);

G_END_DECLS
