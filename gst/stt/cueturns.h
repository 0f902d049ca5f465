// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Two short turns in one caption. */

#pragma once

#include "cues.h"

G_BEGIN_DECLS

/* Makes one of each two captions of @cues, as they are said, that are turns of two speakers, of a
 * line each and near each other: each line begins with a dash, as the language has it, where
 * that is the style of @options. The
 * last @kept stay alone. */
void stt_cue_turns_join (GPtrArray *cues, const SttCuesOptions *options, guint kept);

G_END_DECLS
