// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Which of a stream of mono samples are speech, as a neural network hears it. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Positions are samples since openai_voice_detector_new(). Used by one thread at a
 * time. */
typedef struct _OpenaiVoiceDetector OpenaiVoiceDetector;

OpenaiVoiceDetector *openai_voice_detector_new (guint rate);
void openai_voice_detector_free (OpenaiVoiceDetector *self);

void openai_voice_detector_push (
    OpenaiVoiceDetector *self, const gint16 *samples, gsize length);

/* Judges the next 32 ms: whether all before @end that is not judged is a voice.
 * FALSE: that is not known yet. */
gboolean openai_voice_detector_next (
    OpenaiVoiceDetector *self, guint64 *end, gboolean *voice);

/* The end of what is contiguous: the rest can be judged, until the next push, which
 * begins clean. */
void openai_voice_detector_finish (OpenaiVoiceDetector *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenaiVoiceDetector, openai_voice_detector_free)

G_END_DECLS
