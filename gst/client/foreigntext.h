// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Names of texts with times and other forms that are not what was said. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What @text is by how it begins, such as "TSV"; NULL: it may be what was said.
 * Static. */
const gchar *openai_foreign_text_describe (const gchar *text);

G_END_DECLS
