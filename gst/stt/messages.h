// SPDX-License-Identifier: LGPL-2.1-or-later
/* What is told on the bus about a stretch of speech. */

#pragma once

#include <gst/gst.h>

#include "stt/outbox.h"

G_BEGIN_DECLS

/* openaistt/transcript of @stretch, whose text is @said: what of it does not
 * seem made up. @dropped is the rest, or NULL. */
GstStructure *message_of_transcript (const GstSegment * segment,
    const Stretch * stretch, const OpenaiTranscript * said,
    const gchar * dropped, const gchar * model);

/* openaistt/failed */
GstStructure *message_of_failure (const GstSegment * segment,
    const Stretch * stretch, const gchar * reason);

/* openaistt/partial: @text is everything so far, @delta what is new of it. */
GstStructure *message_of_partial (const Stretch * stretch,
    const gchar * text, const gchar * delta);

/* From the end of the speech to the answer, which may come before it. */
GstClockTime message_latency (const Stretch * stretch);

G_END_DECLS
