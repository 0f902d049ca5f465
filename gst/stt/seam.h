// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where an answer goes on from what was said before: of sound that begins with some that
 * was sent already. */

#pragma once

#include "client/transcript.h"

G_BEGIN_DECLS

/* What @answer says after the first @seam seconds of its sound, with times from there on.
 * @said: what an earlier answer says of those, NULL: that is not known. Both tell where
 * the seam is: the text that is the same, and the times of the words. NULL: neither does. */
OpenaiTranscript *stt_seam_after (
    const OpenaiTranscript *answer, const gchar *said, gdouble seam);

G_END_DECLS
