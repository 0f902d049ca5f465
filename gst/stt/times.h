// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The times of words and segments, set right by where a voice was heard. */

#pragma once

#include "client/transcript.h"

#include "voice.h"

G_BEGIN_DECLS

/* A recogniser hears the first word of a chunk at its very start, and lets one
 * word last until the next, whatever pause is between them. So a word that begins
 * in a pause begins where the voice does after it, one that ends in a pause ends
 * where the voice did, one that lasts over a pause is on the side on which more of
 * it is voiced; and what is said last before a pause reaches to it where hardly
 * anything is missing. A word that begins a sentence in the last moment before a pause
 * begins after it. Segments likewise, but that pauses inside of them stay. Times that are
 * where a voice is are left alone, and so are those that no voice is near.
 *
 * @voice: by stt_times_voice(). A new reference, to @whole itself where there is
 * nothing to set right. Words and segments stay as many as they are, and in their
 * order. */
OpenaiTranscript *stt_times_mend (OpenaiTranscript *whole, const GArray *voice);

/* The same for times that the caller estimated. */
void stt_times_mend_list (OpenaiTimes *times, guint n, const GArray *voice);

/* The voice in which @whole was said: what was heard without what is no pause and
 * no voice. NULL: it cannot have been said in so little of it. A new array. */
GArray *stt_times_voice (const OpenaiTranscript *whole, const GArray *heard);

G_END_DECLS
