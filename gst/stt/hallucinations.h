// SPDX-License-Identifier: LGPL-2.1-or-later
/* Text that a model made up: what it doubts itself, what is too fast for speech,
 * loops, markers of silence, and phrases models write for silence. */

#pragma once

#include "client/transcript.h"

G_BEGIN_DECLS

/* Without what seems made up: a new reference, to @whole itself when all of it
 * seems said. @dropped becomes the text that was left out, or NULL; free it.
 * @loud: seconds of the audio that were loud enough for speech, NAN when that
 * is not known. */
OpenaiTranscript *stt_hallucinations_drop (OpenaiTranscript * whole, gdouble loud,
    gchar ** dropped);

G_END_DECLS
