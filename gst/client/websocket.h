// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One connection of text messages in both directions, over a WebSocket. I/O thread
 * only, where openai_io_invoke() leads. */

#pragma once

#include "client.h"

G_BEGIN_DECLS

typedef struct _OpenaiWebsocket OpenaiWebsocket;

/* 0: no limit. */
typedef struct
{
  guint connect;     /* milliseconds until the server accepts */
  guint silence;     /* milliseconds in which neither a message nor the
                                 * answer to a ping comes, 3000 at least */
  gsize max_message; /* bytes of one that comes */
} OpenaiWebsocketLimits;

/* Each of them may close and free the WebSocket. */
typedef struct
{
  /* The server has accepted. May be NULL. */
  void (*opened) (OpenaiWebsocket *socket, gpointer user_data);

  /* @text: ends with a NUL. */
  void (*message) (
      OpenaiWebsocket *socket, const gchar *text, gsize length, gpointer user_data);

  /* All that was to be sent is on its way: openai_websocket_has_room() again. May
   * be NULL. */
  void (*room) (OpenaiWebsocket *socket, gpointer user_data);

  /* The end, exactly once unless freed before. @code: the server's, 1006 where it
   * gave none, 0: it never accepted. @error NULL: openai_websocket_close() was
   * called, and there was no need to end it by force. */
  void (*closed) (
      OpenaiWebsocket *socket, guint code, const GError *error, gpointer user_data);
} OpenaiWebsocketFuncs;

/* Connects to @path as for openai_client_message(), with the headers, proxy and
 * certificates of the endpoint. No redirect is followed. A refusal is an error with
 * the server's status and words. The hooks are called later. @client has to be
 * acquired until it is freed. */
OpenaiWebsocket *openai_websocket_new (OpenaiClient *client, const gchar *path,
    const OpenaiWebsocketLimits *limits, const OpenaiWebsocketFuncs *funcs,
    gpointer user_data);

/* Sends @text, in order, as soon as it is open. Forgotten once it is closing. What the
 * connection does not take at once is kept: a caller that has much to send waits for
 * room. */
void openai_websocket_send (OpenaiWebsocket *self, const gchar *text);

/* The same; takes @text. */
void openai_websocket_take (OpenaiWebsocket *self, gchar *text);

/* It is open, and nothing waits. */
gboolean openai_websocket_has_room (OpenaiWebsocket *self);

/* Bytes that wait to be sent. */
gsize openai_websocket_queued (OpenaiWebsocket *self);

/* Says good-bye after what waits, and waits for the server's: closed() follows within
 * 6 s. */
void openai_websocket_close (OpenaiWebsocket *self);

/* At once, without a good-bye when it is still open; no hook is called any more.
 * NULL: nothing. */
void openai_websocket_free (OpenaiWebsocket *self);

/* In the closed hook: whether it is worth another try, and after how many
 * microseconds; see retry.h. */
gboolean openai_websocket_is_worth_retry (
    OpenaiWebsocket *self, guint code, const GError *error);
gint64 openai_websocket_retry_delay (
    OpenaiWebsocket *self, guint retries, gint64 longest);

/* By which the log tells it from others. */
guint openai_websocket_number (OpenaiWebsocket *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenaiWebsocket, openai_websocket_free)

G_END_DECLS
