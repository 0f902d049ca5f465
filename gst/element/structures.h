// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Structures as JSON and the other way round, as pairs of text, and their fields. */

#pragma once

#include <gst/gst.h>
#include <json-glib/json-glib.h>

#include "client/transcript.h"

G_BEGIN_DECLS

/* A structure's fields as JSON members; NULL for none. */
JsonObject *gst_openai_structure_to_json (const GstStructure *structure);

/* An object's members as fields; "created_at" is "created-at". */
GstStructure *gst_openai_structure_from_json (const gchar *name, JsonObject *object);

/* Name, text, name, text, …, with numbers as JSON writes them; empty for NULL. */
GStrv gst_openai_structure_to_pairs (const GstStructure *structure);

/* Adds a field, unless @value is NULL. */
void gst_openai_structure_set_string (
    GstStructure *structure, const gchar *name, const gchar *value);

/* Adds @strings, or NULL, to what is a GST_TYPE_ARRAY. */
void gst_openai_strings_to_array (gchar **strings, GValue *array);

/* Adds a field `usage` when the server told what it counted. */
void gst_openai_structure_set_usage (GstStructure *structure, const OpenaiUsage *usage);

G_END_DECLS
