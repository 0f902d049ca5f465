// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where captions and their lines end: the cheapest of all ways to divide what is said. */

#pragma once

#include "cuerules.h"
#include "cueunits.h"

G_BEGIN_DECLS

/* The ends of captions, as guint, in order; the last is the number of units. None
 * has more lines than @rules allow, and where times are known none takes longer than
 * it may, but one of a single unit. @until: when something else is shown. */
GArray *stt_cue_split (const SttCueUnits *units, const SttCueRules *rules, guint64 until);

/* The caption of units [first, end), in as few lines as it needs. */
gchar *stt_cue_lines (
    const SttCueUnits *units, guint first, guint end, const SttCueRules *rules);

G_END_DECLS
