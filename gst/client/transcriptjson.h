// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where the transcript is in JSON, which gateways and models put other things around. */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The segments of a transcript, whatever they are called; NULL: it has none. */
JsonArray *openai_transcript_json_segments (JsonObject *root);

/* The object in @root, or @root, that has the transcript, as "text" or segments; NULL:
 * none has. */
JsonObject *openai_transcript_json_find (JsonObject *root);

/* The transcript that @text is: JSON, between the fences of Markdown or not. NULL: it
 * is something else. */
JsonNode *openai_transcript_json_in_text (const gchar *text);

G_END_DECLS
