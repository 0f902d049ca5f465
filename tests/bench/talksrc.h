// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A source of talk from memory that costs next to nothing, and what the
 * benchmarks ask of the process they run in. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct
{
  GBytes *samples; /* S16, said again and again */
  guint rate;
  guint channels;
  guint buffer_frames;
  guint64 first_frame; /* of the samples, where it begins */
  guint64 total_frames;
  gboolean live; /* each buffer comes when its end was said */
} Talk;

/* Keeps a reference to the samples. */
GstElement *talk_src_new (const Talk *talk);

/* Reads a WAV file of S16 into @talk; the caller frees the samples. */
gboolean talk_load (Talk *talk, const gchar *wav);

/* talk ! @tail in a pipeline, whose messages but EOS and errors are dropped. */
GstElement *talk_pipeline (const Talk *talk, const gchar *tail);

/* FALSE, and says why, when it ended with an error. */
gboolean talk_wait (GstElement *pipeline);

/* User and system time of all threads. */
gdouble cpu_seconds (void);

/* Bytes. */
guint64 resident_size (void);
guint64 heap_size (void);

G_END_DECLS
