// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A port of a server's own, private to the servers. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A socket bound to @port of 127.0.0.1 (0: a free one), which is shared by sockets of
 * this user that want to share it: one that never listens keeps the port while the
 * server is away. */
GSocket *test_port_bind (guint16 port);
guint16 test_port_of (GSocket *socket);

G_END_DECLS
