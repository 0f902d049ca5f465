// SPDX-License-Identifier: LGPL-2.1-or-later
/* Puts a transcript together from what a server says; for its parsers only.
 * All text must be UTF-8. */

#pragma once

#include <json-glib/json-glib.h>

#include "client/transcript.h"

G_BEGIN_DECLS

OpenaiTranscript *openai_transcript_new (void);

/* Trimmed, with single spaces, without control characters. */
gchar *openai_transcript_tidy (const gchar * text, gssize length);

/* NULL, and nothing is added, when @text is blank. */
OpenaiSegment *openai_transcript_add_segment (OpenaiTranscript * transcript,
    const gchar * text, gssize length, gdouble start, gdouble end);
OpenaiSegment *openai_transcript_read_segment (OpenaiTranscript * transcript,
    JsonObject * object);
void openai_transcript_read_logprobs (OpenaiTranscript * transcript,
    JsonArray * logprobs);
void openai_transcript_read_usage (OpenaiTranscript * transcript,
    JsonObject * object);

/* All that an object of any dialect says; what it does not say stays. */
void openai_transcript_read (OpenaiTranscript * transcript,
    JsonObject * object);

/* Derives what was not said from what was. Call once, at the end. */
void openai_transcript_complete (OpenaiTranscript * transcript);

G_END_DECLS
