// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Text that a model made up: what it doubts itself, what is too fast for speech,
 * loops, markers of silence, and phrases models write for silence. */

#pragma once

#include "client/transcript.h"

G_BEGIN_DECLS

/* What is known of the chunk; seconds, NAN when not known. */
typedef struct
{
  gdouble voiced;      /* loud enough for speech */
  gdouble length;      /* of all of it */
  gdouble speech_end;  /* from its start */
  const gchar *prompt; /* that was sent along, or NULL */
} SttHeard;

/* Without what seems made up: a new reference, to @whole itself when all of it
 * seems said. @dropped becomes the text that was left out, or NULL; free it. */
OpenaiTranscript *stt_hallucinations_drop (
    OpenaiTranscript *whole, const SttHeard *heard, gchar **dropped);

/* [BLANK_AUDIO] and the like, with its brackets or without: no description of a sound. */
gboolean stt_hallucinations_is_silence (const gchar *label);

G_END_DECLS
