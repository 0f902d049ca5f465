// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What models write of sounds that are no speech: [Music], (laughs), *sighs*. */

#pragma once

#include "client/transcript.h"

#include "cuerules.h"

G_BEGIN_DECLS

/* @whole with its descriptions of sound as they are @wanted, not STT_SOUNDS_STYLE: a new
 * reference, to @whole itself where nothing is to be changed. What is left out is
 * appended to @dropped, or told nowhere where that is NULL. @language: of the text, or
 * NULL. */
OpenaiTranscript *stt_sound_labels_apply (OpenaiTranscript *whole, SttSoundLabels wanted,
    const gchar *language, GString *dropped);

G_END_DECLS
