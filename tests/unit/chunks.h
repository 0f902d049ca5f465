// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What a chunker makes of sound that is made up: for the tests of it. */

#pragma once

#include "stt/chunker.h"

#define RATE 16000
#define MS (RATE / 1000)

/* Of a file, by loudness. */
extern const SttChunkerOptions usual_options;

GArray *samples_new (void);

/* Syllables of voiced noise, five a second, peaking at @dbfs. */
void add_speech (GArray *out, guint ms, gdouble dbfs);

/* Noise of an effective value of @dbfs. */
void add_noise (GArray *out, guint ms, gdouble dbfs);
void mix_noise (GArray *out, gdouble dbfs);

/* All events of @samples pushed in pieces of 1 to @most; checks what always
 * holds: events are ordered and chunks tile the input. */
GArray *run_chunker (
    const SttChunkerOptions *options, GArray *samples, guint most, guint32 seed);

typedef struct
{
  guint n;
  guint64 begin[200];
  guint64 end[200];
  gboolean forced[200];
  guint64 speech_start[200];
  guint64 speech_end[200];
  guint64 spoken;
} Chunks;

Chunks chunks_of (GArray *events);
Chunks chunks_in (const SttChunkerOptions *options, GArray *samples);

#define assert_near(value_ms, expected_ms, by_ms)                                        \
  g_assert_cmpfloat_with_epsilon ((gdouble) (value_ms) / MS, expected_ms, by_ms)
