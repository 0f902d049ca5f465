// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One connection of the server, private to the server. */

#pragma once

#include "server/server.h"

G_BEGIN_DECLS

/* Records the requests that come over @socket and answers them, until it ends.
 * @index: how many came before. */
void test_connection_serve (TestServer *server, GSocket *socket, guint index);

G_END_DECLS
