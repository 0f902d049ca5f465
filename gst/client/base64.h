// SPDX-License-Identifier: LGPL-2.1-or-later
/* Base64 as fast as audio comes. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* NULL: @text is not plain base64 (whole groups of four, padding only at the end,
 * nothing else). g_base64_decode() takes anything, at a third of the speed. */
GBytes *openai_base64_decode (const gchar * text, gsize length);

G_END_DECLS
