// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Character references of subtitle files. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Appends what the reference at @p, before @end, stands for (&amp;, &#39;,
 * &#x27;); a no-break space as a space, direction marks as nothing. Returns the
 * bytes of it; 0: there is none that is known, and nothing was appended. */
gsize openai_entity_append (GString *out, const gchar *p, const gchar *end);

/* @text with &amp; &lt; and &gt;, which every kind of markup knows: WebVTT has no
 * &apos; and no &quot;. */
gchar *openai_markup_escape (const gchar *text);

G_END_DECLS
