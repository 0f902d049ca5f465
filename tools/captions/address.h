// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where the page can be opened from, in the terminal. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The address of this machine in its network; NULL: it has none. */
gchar *address_of_machine (void);

/* Prints the QR code of @text, where standard output is a terminal that can
 * show it, and where libqrencode was there at build time. */
void address_print_code (const gchar *text);

G_END_DECLS
