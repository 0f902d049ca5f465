// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Which files are meant, and where what is made of them goes. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The files that are named, and the media files of every folder that is, those
 * inside it among them, in the order of their names. NULL: printed. */
GPtrArray *files_expand (gchar **names);

/* No two files may have the same outputs. FALSE: printed. */
gboolean files_check_names (GPtrArray *files, const gchar *directory);

G_END_DECLS
