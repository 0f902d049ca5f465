// SPDX-License-Identifier: LGPL-2.1-or-later
/* SubRip and WebVTT, as speech servers write them. */

#pragma once

#include "client/transcript.h"

G_BEGIN_DECLS

/* Adds a segment for each cue of @text, which is UTF-8; FALSE, and nothing is
 * added, when @text is neither format. */
gboolean openai_subtitles_read (OpenaiTranscript * transcript,
    const gchar * text, gsize length);

G_END_DECLS
