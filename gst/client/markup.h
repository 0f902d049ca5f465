// SPDX-License-Identifier: LGPL-2.1-or-later
/* The text in HTML pages and WebVTT cues. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @markup, which is UTF-8, with @gap in place of each tag, without comments,
 * scripts and styles, and with its character references resolved. What only
 * looks like markup stays. @length -1: NUL-terminated. */
gchar *openai_markup_to_text (const gchar * markup, gssize length,
    const gchar * gap);

G_END_DECLS
