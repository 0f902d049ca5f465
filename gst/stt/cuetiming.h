// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How long captions are shown. */

#pragma once

#include "cues.h"

G_BEGIN_DECLS

/* @cues: SttCue in order, from where they are said to where they are no longer. None
 * of them overlaps another afterwards; captions keep the rules of @options as far as there is time, and those
 * that do not have it in their findings. */
void stt_cue_timing_apply (GPtrArray *cues, const SttCuesOptions *options);

/* The end of @cue, whose times count from @origin, once it is known that the next one
 * begins at @next: it may stay until then, and closes a small gap. */
void stt_cue_timing_follow (
    SttCue *cue, guint64 next, guint64 origin, const SttCueRules *rules);

G_END_DECLS
