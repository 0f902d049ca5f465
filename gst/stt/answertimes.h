// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The times of an answer that cannot be true of the audio it is about. */

#pragma once

#include "client/transcript.h"

G_BEGIN_DECLS

/* Sets right what servers get wrong in the times of words and of segments: all of
 * them in another unit, since another moment, or beginning again in the middle;
 * single ones that are far away or go back. These are put between those around
 * them, by the length of their text; good times stay as they are. Where none can
 * be true (all the same, say) none is known.
 *
 * @duration: of the audio, in seconds. A new reference, to @whole itself where
 * there is nothing to set right. Words and segments stay as many as they are, and
 * in their order. */
OpenaiTranscript *stt_answer_times_repair (OpenaiTranscript *whole, gdouble duration);

G_END_DECLS
