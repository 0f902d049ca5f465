// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the long runs share: a server in a process of its own, and a look at
 * this one. */

#pragma once

#include "support.h"

G_BEGIN_DECLS

/* Starts a server that does not remember what it was sent, with the answers
 * that @script adds, in another process, which ends with this one. Its base
 * URL; free it. Before gst_init(). */
gchar *soak_serve (void (*script) (TestServer *server));

/* A number of the environment. */
gdouble soak_number (const gchar *variable, gdouble otherwise);

guint64 soak_resident_bytes (void);

/* Threads of this process; those of this name, with @name. */
guint soak_threads (const gchar *name);
guint soak_open_files (void);

guint64 soak_stat (GstElement *stt, const gchar *name);

/* Everything that went into @stt was uploaded or is silence. */
void soak_assert_account (GstElement *stt);

G_END_DECLS
