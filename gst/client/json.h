// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* JSON from strangers: bounded parsing and getters that never complain. */

#pragma once

#include <json-glib/json-glib.h>

#include "body.h"

G_BEGIN_DECLS

#define OPENAI_JSON_MAX_BYTES (64 * 1024 * 1024)
#define OPENAI_JSON_MAX_DEPTH 64
#define OPENAI_JSON_MAX_MEMBERS 256   /* of one object */
#define OPENAI_JSON_MAX_VALUES 500000 /* in all: some 250 bytes each */

/* Parses one whole JSON value. Empty or blank input, more than these limits,
 * bad UTF-8, a value cut short, anything after the value and what only looks
 * like JSON, such as comments, are OPENAI_ERROR_ANSWER. Integers beyond 64 bits
 * are doubles. @length -1: NUL-terminated. */
JsonNode *openai_json_parse (const gchar *data, gssize length, GError **error);

/* As openai_json_parse(), for a value that must be an object. */
JsonNode *openai_json_parse_object (const gchar *data, gssize length, GError **error);

/* All getters take a NULL object and any member of any type. What is missing,
 * null or of another type reads as NULL or FALSE, and then leaves @value as it
 * was. Results belong to the object. */
const gchar *openai_json_string (JsonObject *object, const gchar *name);
JsonObject *openai_json_object (JsonObject *object, const gchar *name);
JsonArray *openai_json_array (JsonObject *object, const gchar *name);
gboolean openai_json_boolean (JsonObject *object, const gchar *name, gboolean *value);

/* A finite number, or a string that is one ("11.0"). */
gboolean openai_json_number (JsonObject *object, const gchar *name, gdouble *value);
gboolean openai_json_integer (JsonObject *object, const gchar *name, gint64 *value);

/* The object of an array's element, NULL when it is none. */
JsonObject *openai_json_element (JsonArray *array, guint index);

/* Compact text. */
gchar *openai_json_to_text (JsonNode *node);

/* Adds a member; none when @value is NULL. */
void openai_json_add_string (JsonObject *object, const gchar *name, const gchar *value);

/* Adds copies of the members of @extra, in place of those of the same name;
 * NULL: none. */
void openai_json_add_members (JsonObject *object, JsonObject *extra);

/* A whole request body of it. Takes @object. */
OpenaiBody *openai_json_body (JsonObject *object);

G_END_DECLS
