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

G_END_DECLS
