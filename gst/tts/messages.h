// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is told on the bus about what is said. Times are those of the source pad. */

#pragma once

#include <gst/gst.h>

#include "speechqueue.h"

G_BEGIN_DECLS

/* openaitts/speech-start */
GstStructure *tts_message_new_start (const TtsUtterance *utterance, GstClockTime pts);

/* openaitts/speech-end, of what began at @start; it was cut where @step is not its
 * end. */
GstStructure *tts_message_new_end (
    const TtsSpeechStep *step, GstClockTime start, GstClockTime duration, gdouble tempo);

/* openaitts/interrupted, of what @started, its speech-start, @duration ago. Takes
 * @started. */
GstStructure *tts_message_make_interrupted (GstStructure *started, GstClockTime duration);

/* openaitts/failed */
GstStructure *tts_message_new_failure (
    const TtsSpeechStep *step, GstClockTime start, const GError *error);

G_END_DECLS
