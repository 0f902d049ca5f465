// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One file, from its first to its last word. */

#pragma once

#include <glib.h>

#include "common/media.h"
#include "journal.h"

G_BEGIN_DECLS

typedef struct
{
  gchar **settings;         /* NAME=VALUE, for openaistt */
  guint requests;           /* at a time */
  gboolean keep_going;      /* past chunks that fail */
  gdouble price_per_minute; /* 0: not known */
  gdouble price_in;         /* of a million tokens; 0: not known */
  gdouble price_out;
} JobOptions;

typedef enum
{
  JOB_DONE,
  JOB_FAILED,   /* this file */
  JOB_HOPELESS, /* as any other file would */
  JOB_INTERRUPTED,
} JobResult;

/* What became of the audio of this run, in seconds. */
typedef struct
{
  gdouble all;
  gdouble uploaded;
  gdouble skipped; /* pauses, and what is no speech */
  gdouble failed;
  gdouble sound; /* louder than a quiet room */
} JobAudio;

/* Adds to the journal what it does not have yet of the @track. Runs the main
 * loop of the default context. */
JobResult job_run (Media *media, const Track *track, const JobOptions *options,
    Journal *journal, JobAudio *audio);

/* What the chunks cost, as text; NULL: the server did not tell. */
gchar *job_cost (const JobOptions *options, GPtrArray *chunks);

/* The same in dollars; 0: not known. */
gdouble job_dollars (const JobOptions *options, GPtrArray *chunks);

/* The settings, without keys, to compare runs by. */
gchar *job_settings (const JobOptions *options);

/* FALSE: a setting is wrong, which is printed. */
gboolean job_check (const JobOptions *options);

G_END_DECLS
