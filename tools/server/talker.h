// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Realtime sessions that speak: flite reads the text of each response. */

#pragma once

#include "server.h"

G_BEGIN_DECLS

/* @connection is open; it is in the server's list until it is closed. */
void talker_begin (
    Server *server, SoupWebsocketConnection *connection, const gchar *model);

G_END_DECLS
