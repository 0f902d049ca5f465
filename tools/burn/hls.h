// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The lists of an HLS stream that has captions beside it. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Writes captions.m3u8 and stream.m3u8 into the @folder, and says in its
 * captions.vtt when the parts begin. @language is a code, or NULL. FALSE:
 * printed. */
gboolean hls_finish (const gchar *folder, const gchar *language);

G_END_DECLS
