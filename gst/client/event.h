// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One event of an answer that comes as a stream of them. */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The JSON object of an event; NULL with @done set for the mark of the end,
 * [DONE], and NULL with @error for an error event in any dialect and for what
 * is no JSON. */
JsonNode *openai_event_parse (
    const gchar *type, const gchar *data, gsize length, gboolean *done, GError **error);

G_END_DECLS
