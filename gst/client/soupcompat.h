// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What libsoup does not do by itself. Each entry says which versions it is for and
 * when it can go; "all" means up to and including 3.7.1 of May 2026, whose source was
 * read. SOURCE stands for
 * https://gitlab.gnome.org/GNOME/libsoup/-/blob/3.7.1/libsoup
 * and COMMIT for https://gitlab.gnome.org/GNOME/libsoup/-/commit
 *
 * Some are bound to their place:
 * - openai_body_open(), body.h: libsoup aborts over HTTP/2 when the body of a request
 *   is a GPollableInputStream of unknown length. Seen with 3.2.3; all still have
 *   g_assert (data->data_source_poll == NULL) in
 *   SOURCE/http2/soup-client-message-io-http2.c. No report is known.
 * - openai_body_defer_reads(), body.h: a read of a body that ends after the server has
 *   reset its HTTP/2 stream uses what is freed. Before 3.8: COMMIT/ebf2d8ad
 * - openai_client_begin_upload(), client.h: 3.2.3 aborts when several bodies share one
 *   HTTP/2 connection and one of them uses its window up. Perhaps mended in 3.4.3
 *   (COMMIT/7a207e72), which was not tried. No report is known.
 * - MAX_CLOSING, websocket.c: when a WebSocket is closed for want of an answer after
 *   5 s, its timer is leaked. All: on_close_io_timeout sets priv->close_timeout to 0 in
 *   SOURCE/websocket/soup-websocket-connection.c. No report is known. */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* All: the queue of a session is searched from its beginning for each message
 * (soup_session_lookup_queue() in SOURCE/soup-session.c). No report is known. */
#define OPENAI_SOUP_MESSAGES_PER_SESSION 32

/* A session without limits of its own: callers have theirs. Without the ways to log
 * in: of a 401 libsoup otherwise reads all, however much it is, before it hands any of
 * it out (all, as it is meant: SOURCE/auth/soup-auth-manager.c). Without a content
 * decoder, which hides how many bytes came and makes any number of bytes of them
 * (contentcoding.h decodes). */
SoupSession *openai_soup_session_new (void);

/* All, as it is meant: a POST gets a new connection unless it is marked idempotent
 * (SOURCE/soup-connection-manager.c), and is not repeated all the same. A redirect
 * would turn it into a GET. */
void openai_soup_prepare_message (SoupMessage *message);

/* FALSE: the connection was closed inside of a chunked body, which was read to its
 * end. Before 3.6.5 a close between two chunks is the end of the body:
 * https://gitlab.gnome.org/GNOME/libsoup/-/issues/153 and 381, COMMIT/1e32b5e1 */
gboolean openai_soup_last_chunk_came (SoupMessage *message, GInputStream *answer);

/* Shuts a connection down; @socket may be NULL. For two faults of all, of which no
 * report is known:
 * - Over HTTP/1, after an answer to a body that was never sent, libsoup reads on when
 *   the answer is let go of, and blocks its thread until the server hangs up
 *   (soup_client_message_io_http1_skip() in SOURCE/http1/soup-client-message-io-http1.c).
 * - Over HTTP/2 a request that is cancelled while it waits for its answer is not called
 *   back before something comes over its connection
 *   (soup_client_message_io_http2_run_until_read_async() in
 *   SOURCE/http2/soup-client-message-io-http2.c). */
void openai_soup_hang_up (GSocket *socket);

/* All: the body of an answer to the handshake of a WebSocket that is no 101 is not
 * handed out (SOURCE/soup-session.c). Calls @line with each line of the bodies of
 * answers in @session, which is for one handshake. */
typedef void (*OpenaiSoupLineFunc) (const gchar *line, gpointer data);
void openai_soup_log_bodies (
    SoupSession *session, OpenaiSoupLineFunc line, gpointer data);

/* No message may be longer; 0: no limit. Before 3.8 each of its fragments is limited,
 * and not their sum: COMMIT/db87805a */
void openai_soup_limit_messages (SoupWebsocketConnection *connection, gsize bytes);

G_END_DECLS
