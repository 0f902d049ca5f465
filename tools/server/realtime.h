// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* GET /v1/realtime: transcription sessions over a WebSocket. */

#pragma once

#include "server.h"

G_BEGIN_DECLS

#define REALTIME_PATH "/v1/realtime"

/* Sessions at a time. */
#define REALTIME_MAX_SESSIONS 16

/* Refuses a request that cannot become a session; else leaves it to libsoup. */
void realtime_check (Server *server, SoupServerMessage *message, GHashTable *query);

/* SoupServerWebsocketCallback, with the Server. */
void realtime_begin (SoupServer *http, SoupServerMessage *message, const char *path,
    SoupWebsocketConnection *connection, gpointer server);

/* Ends all sessions, and waits until @end_time (monotonic) for what is heard in them.
 * FALSE: something still is. */
gboolean realtime_stop (Server *server, gint64 end_time);

G_END_DECLS
