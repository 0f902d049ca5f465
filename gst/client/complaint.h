// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Texts that servers and proxies send with 200 in the place of what was said. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @text: all of the answer, without space before it. */
gboolean openai_complaint_is_one (const gchar *text);

G_END_DECLS
