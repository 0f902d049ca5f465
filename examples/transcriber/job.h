// SPDX-License-Identifier: LGPL-2.1-or-later
/* One file, from its first to its last word. */

#pragma once

#include <glib.h>

#include "journal.h"

G_BEGIN_DECLS

typedef struct
{
  gchar **settings;             /* NAME=VALUE, for openaistt */
  guint requests;               /* at a time */
  gboolean keep_going;          /* past stretches that fail */
  gdouble price_per_minute;     /* 0: not known */
  gdouble price_in;             /* of a million tokens; 0: not known */
  gdouble price_out;
} JobOptions;

typedef enum
{
  JOB_DONE,
  JOB_FAILED,                   /* this file */
  JOB_HOPELESS,                 /* as any other file would */
  JOB_INTERRUPTED,
} JobResult;

/* Adds to the journal what it does not have yet of the file. Runs the main
 * loop of the default context. */
JobResult job_run (const gchar * media, const JobOptions * options,
    Journal * journal);

/* What the stretches cost, as text; NULL: the server did not tell. */
gchar *job_cost (const JobOptions * options, GPtrArray * stretches);

/* The settings, without keys, to compare runs by. */
gchar *job_settings (const JobOptions * options);

/* What is wrong with the settings; NULL: nothing that is known without a
 * server. */
gchar *job_check (const JobOptions * options);

G_END_DECLS
