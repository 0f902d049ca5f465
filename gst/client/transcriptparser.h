// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the two readers of answers share: those in one piece and streams. */

#pragma once

#include "json.h"
#include "transcript.h"

G_BEGIN_DECLS

/* Without a text yet; to be filled before anything else sees it. */
OpenaiTranscript *openai_transcript_new (void);

/* @text with single spaces between words, none around them, and no control tags
 * of models. */
gchar *openai_transcript_tidy (const gchar *text);

/* Adds what a JSON object says of a segment; nothing when it has no text. */
void openai_transcript_add_segment (OpenaiTranscript *transcript, JsonObject *object);
void openai_transcript_add_usage (OpenaiUsage *usage, JsonObject *object);
void openai_transcript_add_languages (OpenaiTranscript *transcript, JsonObject *root);
void openai_transcript_add_logprobs (OpenaiTranscript *transcript, JsonObject *root);

/* All that an object of any JSON format says, in place of the text before. Where
 * the text is an answer itself, what that says. FALSE: it says an error. */
gboolean openai_transcript_fill (
    OpenaiTranscript *transcript, JsonObject *root, GError **error);

/* The text of the segments. */
gchar *openai_transcript_join_segments (OpenaiTranscript *transcript);

/* Takes @transcript, which may be NULL. NULL with OPENAI_ERROR_ANSWER: there is
 * more text than can be said, or none of it can be read. */
OpenaiTranscript *openai_transcript_check (OpenaiTranscript *transcript, GError **error);

G_END_DECLS
