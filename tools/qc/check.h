// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What a reviewer finds in subtitles, and times that are right. */

#pragma once

#include "common/subtitles.h"
#include "stt/cuerules.h"

G_BEGIN_DECLS

typedef enum
{
  QC_OVERLAP,
  QC_GAP_TOO_SHORT,
  QC_GAP_TO_CLOSE, /* long enough to be seen as a flash, too short to be a pause */
  QC_TOO_SHORT,
  QC_TOO_LONG,
  QC_TOO_FAST,
  QC_LINE_TOO_LONG,
  QC_TOO_MANY_LINES,
} QcRule;

/* @measured and @limit: milliseconds, or frames where there is a rate; characters a
 * second; columns; lines. */
typedef struct
{
  guint cue; /* its place in the array */
  QcRule rule;
  gdouble measured;
  gdouble limit;
} QcFinding;

/* As in messages: "too-fast". */
const gchar *qc_rule_name (QcRule rule);

/* "ms", "frames", "characters/s", "columns", "lines"; @frames: there is a rate. */
const gchar *qc_rule_unit (QcRule rule, gboolean frames);

/* @cues: Cue, in the order of their times. Times are compared as frames of the rate of
 * @rules; without one, nothing is found that is right at any rate from 23.976 to 30.
 * Free the array. */
GArray *qc_check (GPtrArray *cues, const SttCueRules *rules);

/* Sets times right as far as there is room: overlaps, gaps, and captions that are shown
 * for too short or too long. Returns how many cues changed. */
guint qc_fix (GPtrArray *cues, const SttCueRules *rules);

G_END_DECLS
