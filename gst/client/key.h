// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The key of an endpoint, and the file that renews it: tokens expire. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The first line of a file, without space around it. NULL, OPENAI_ERROR_SETTINGS: it
 * cannot be read, is no regular file, or has no key in it. */
gchar *openai_key_read (const gchar *path, GError **error);

/* FALSE for a FIFO, a terminal or a device, which to read may never end. */
gboolean openai_check_regular_file (const gchar *path, GError **error);

/* All functions may be called from any thread. */
typedef struct _OpenaiKey OpenaiKey;

/* @key: NULL for none. @path: the file it was read from, or NULL. */
OpenaiKey *openai_key_new (const gchar *key, const gchar *path);
void openai_key_free (OpenaiKey *self);

/* The key, from the file when that is another one than before; NULL: there is none. A
 * file that cannot be read, or has no key, leaves the key as it is. */
gchar *openai_key_get (OpenaiKey *self);

/* The file has another key than @key now, which was refused. */
gboolean openai_key_is_renewed (OpenaiKey *self, const gchar *key);

/* The key and those it had before, NULL-terminated; (transfer full). */
GStrv openai_key_list (OpenaiKey *self);

G_END_DECLS
