// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What libsoup does not do by itself, each with the version after which it can
 * go. "All": of every version up to 3.6, as it is meant to be there.
 *
 * Two more are bound to their place: openai_body_open() and
 * openai_body_defer_reads() in body.h (reads of a body over HTTP/2), and
 * openai_client_begin_upload() in client.h (one body a connection). */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* All: libsoup looks through all messages of a session for each of them.
 * https://gitlab.gnome.org/GNOME/libsoup/-/blob/master/libsoup/soup-session.c */
#define OPENAI_SOUP_MESSAGES_PER_SESSION 32

/* A session without limits of its own: callers have theirs. All: with an
 * auth manager that knows no way to log in, since without one libsoup reads all
 * of a 401, however much it is, before it hands any of it out; and without a
 * content decoder, which hides how many bytes came and makes any number of
 * bytes of them (contentcoding.h decodes). */
SoupSession *openai_soup_session_new (void);

/* All: a POST is sent over a kept connection only when it is marked idempotent;
 * libsoup itself still never repeats one. Redirects would turn it into a GET. */
void openai_soup_prepare_message (SoupMessage * message);

/* FALSE: the connection was closed inside of a chunked body. libsoup before 3.6.5
 * takes a close between two chunks for the end of the body.
 * https://gitlab.gnome.org/GNOME/libsoup/-/blob/3.6.5/NEWS
 * @answer: all of it was read. */
gboolean openai_soup_last_chunk_came (SoupMessage * message,
    GInputStream * answer);

/* All: after an answer to a body that was never sent libsoup reads on when the
 * answer is let go of, and blocks its thread until the server hangs up: we do
 * before. @socket may be NULL. */
void openai_soup_hang_up (GSocket * socket);

/* All: of an answer to the handshake of a WebSocket that is no 101 libsoup hands out
 * no body. Calls @line with each line of the bodies of answers in @session, which is
 * for one handshake.
 * https://gitlab.gnome.org/GNOME/libsoup/-/blob/3.6.5/libsoup/soup-session.c */
typedef void (*OpenaiSoupLineFunc) (const gchar * line, gpointer data);
void openai_soup_log_bodies (SoupSession * session, OpenaiSoupLineFunc line,
    gpointer data);

/* No message may be longer; 0: no limit. libsoup before 3.8 limits each of its
 * fragments only, and not their sum.
 * https://gitlab.gnome.org/GNOME/libsoup/-/commit/db87805a */
void openai_soup_limit_messages (SoupWebsocketConnection * connection,
    gsize bytes);

G_END_DECLS
