// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Text whose bytes are not all what they should be. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Stands for bytes that could not be read. */
#define OPENAI_UTF8_UNREADABLE 0xfffd

/* These bytes as UTF-8: as they are, from UTF-16 with a mark, from @charset (a
 * name of HTTP's, or NULL), or with OPENAI_UTF8_UNREADABLE for what is no UTF-8.
 * NULL: it is not text at all. NUL-terminated; @size: bytes of the result. */
gchar *openai_utf8_repair (
    const gchar *data, gsize length, const gchar *charset, gsize *size);

/* Nothing of it could be read: unreadable places, and no letter or digit. */
gboolean openai_utf8_is_unreadable (const gchar *text);

G_END_DECLS
