// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The characters that captions of CEA-608 have. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @text in those characters, where one of them, or several, read the same. What has none
 * stays as it is. */
gchar *openai_cea608_write (const gchar *text);

/* How many characters of @text it has none for. */
guint openai_cea608_count_missing (const gchar *text);

G_END_DECLS
