// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The connection of a Realtime session, and how long one lasts. */

#include "realtimesocket.h"

/* Milliseconds in which nothing at all comes before a peer is given up. */
#define MAX_SILENCE 15000

/* Bytes of an event: no audio is that long. */
#define MAX_EVENT (16 * 1024 * 1024)

/* Microseconds: a session lasts an hour where the server does not say, and another
 * is opened so long before its end, or at three quarters of a short one. */
#define USUAL_LIFE (60 * G_TIME_SPAN_MINUTE)
#define SPARE_LIFE (5 * G_TIME_SPAN_MINUTE)

OpenaiWebsocket *
openai_realtime_socket_new (OpenaiClient *client, const gchar *path, guint connect,
    const OpenaiWebsocketFuncs *funcs, gpointer user_data)
{
  const OpenaiWebsocketLimits limits = {
    .connect = connect,
    .silence = MAX_SILENCE,
    .max_message = MAX_EVENT,
  };

  return openai_websocket_new (client, path, &limits, funcs, user_data);
}

gint64
openai_realtime_renewal_time (gint64 expires)
{
  gint64 life = expires ? expires - g_get_real_time () : USUAL_LIFE;

  return g_get_monotonic_time () + life - MIN (SPARE_LIFE, life / 4);
}
