// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The server's objects on standard output, for people and for programs. */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Indented JSON and a line end. */
void show_json (JsonNode *node);

/* One line a field, "name: value", aligned. */
void show_object (JsonObject *object);

/* One line a consent, in aligned columns under a line of headings. */
void show_consents (JsonArray *consents);

/* @text without what would move the cursor of a terminal. */
gchar *show_printable (const gchar *text);

G_END_DECLS
