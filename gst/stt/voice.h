// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where a voice was heard in a chunk: spans of time. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Seconds from the start of the chunk. A voice is a GArray of them, in order, none
 * empty, none touching the next. */
typedef struct
{
  gdouble start;
  gdouble end;
} SttSpan;

GArray *stt_voice_new (void);

/* What was heard after all the rest. */
void stt_voice_add (GArray *self, gdouble start, gdouble end);

/* How much of [from, to) was voiced. */
gdouble stt_voice_between (const GArray *self, gdouble from, gdouble to);

/* When so many seconds since @from were voiced; at a pause, where it begins when
 * @at_end, else where it ends. At most @to. */
gdouble stt_voice_time_after (
    const GArray *self, gdouble from, gdouble to, gdouble voiced, gboolean at_end);

/* What is voiced without pauses shorter than @pause, and without sounds shorter
 * than @sound that are alone. A new array. */
GArray *stt_voice_join (const GArray *self, gdouble pause, gdouble sound);

/* The part of [from, to), from 0 on. A new array. */
GArray *stt_voice_cut (const GArray *self, gdouble from, gdouble to);

G_END_DECLS
