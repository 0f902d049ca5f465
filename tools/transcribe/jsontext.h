// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* JSON with numbers as people write them: 0.33, where json-glib writes
 * 0.33000000000000002. */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* One line, or @indented by two columns a level. */
gchar *jsontext_of (JsonNode *node, gboolean indented);

G_END_DECLS
