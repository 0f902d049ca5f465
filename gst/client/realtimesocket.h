// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The connection of a Realtime session, and how long one lasts. */

#pragma once

#include "websocket.h"

G_BEGIN_DECLS

/* The longest microseconds between two tries to get a session. */
#define OPENAI_REALTIME_MAX_DELAY (8 * G_TIME_SPAN_SECOND)

/* As openai_websocket_new(), with the limits of a session; @connect: milliseconds, 0: no
 * limit. */
OpenaiWebsocket *openai_realtime_socket_new (OpenaiClient *client, const gchar *path,
    guint connect, const OpenaiWebsocketFuncs *funcs, gpointer user_data);

/* The monotonic time at which another session is opened, before this one ends.
 * @expires: microseconds of g_get_real_time(); 0: not told. */
gint64 openai_realtime_renewal_time (gint64 expires);

G_END_DECLS
