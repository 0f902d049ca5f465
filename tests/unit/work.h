// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How much the code under test does: counted, so that it is the same however busy
 * the machine is. For programs that link counted_dep. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Basic blocks of our code that were executed so far, and bytes, characters or
 * elements that GLib went through for it, in this thread. */
guint64 work_done (void);

typedef void (*WorkFunc) (guint n, gconstpointer data);

/* Twice as much input is about twice the work, and not four times. */
void work_assert_linear (WorkFunc func, guint n, gconstpointer data);

G_END_DECLS
