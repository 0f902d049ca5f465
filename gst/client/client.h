// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The way to one server: one I/O thread for all, one or more sessions an endpoint. */

#pragma once

#include <libsoup/soup.h>

#include "endpoint.h"
#include "io.h"
#include "log.h"
#include "pace.h"

G_BEGIN_DECLS

/* A client is shared by all callers that acquired an equal endpoint. All clients
 * share one I/O thread, which runs while there is a client. */
typedef struct _OpenaiClient OpenaiClient;

/* Does not touch the network. OPENAI_ERROR_SETTINGS: the endpoint makes no
 * sense (URL, header with a line break, unreadable CA file). */
OpenaiClient *openai_client_acquire (const OpenaiEndpoint *endpoint, GError **error);

/* Ends the sessions that are not in use any more, and with the last one waits for the
 * I/O thread to end. Cancel your requests first; never call it from a hook of
 * a request. */
void openai_client_release (OpenaiClient *self);

/* Whether a request can be made at all: OPENAI_ERROR_SETTINGS says what to set
 * when OpenAI's own servers would be asked without a key. */
gboolean openai_client_check (OpenaiClient *self, GError **error);

/* An answer came from OpenAI, maybe through another server: its headers told. Any
 * thread. */
void openai_client_saw_openai (OpenaiClient *self);

/* TRUE once, when OpenAI's list of models is worth asking for. */
gboolean openai_client_may_ask_for_models (OpenaiClient *self);

/* The key is not sent: it would cross a network in the clear. */
gboolean openai_client_withholds_key (OpenaiClient *self);

/* All would cross a network in the clear, and allow-insecure is not set. */
gboolean openai_client_is_exposed (OpenaiClient *self);

/* It is OpenAI itself, or OpenAI's models at Azure. */
gboolean openai_client_is_openai (OpenaiClient *self);

/* The base URL is of ws:// or wss://. */
gboolean openai_client_is_websocket (OpenaiClient *self);

/* "example.org:8080", for messages. */
const gchar *openai_client_host (OpenaiClient *self);

/* Replaces what must stay secret in a text of the server's: it may echo what it
 * was sent. */
void openai_client_redact (OpenaiClient *self, gchar **text);

/* A line of the log, without secrets and clipped. Where it is off, nothing is
 * evaluated. Any thread. */
#define openai_client_log(client, level, ...)                                            \
  G_STMT_START                                                                           \
  {                                                                                      \
    if (G_UNLIKELY (openai_log_is_on (level)))                                           \
      openai_client_write_log (                                                          \
          client, level, __FILE__, G_STRFUNC, __LINE__, __VA_ARGS__);                    \
  }                                                                                      \
  G_STMT_END
void openai_client_write_log (OpenaiClient *self, OpenaiLogLevel level, const gchar *file,
    const gchar *function, gint line, const gchar *format, ...) G_GNUC_PRINTF (6, 7);

/* Connects to the server unless that was done, so that the first request need not wait
 * for names, TCP and TLS. Any thread. */
void openai_client_preconnect (OpenaiClient *self);

/* TLS is being negotiated on that connection, which libsoup gives to a request that
 * comes meanwhile, and tells the request nothing of it. I/O thread. */
gboolean openai_client_shakes_hands (OpenaiClient *self);

/* What the server was seen to refuse ("growing upload", "flac", …), for as
 * long as the client is in use. Any thread. openai_client_refused() is
 * TRUE the first time, for one warning. */
gboolean openai_client_refuses (OpenaiClient *self, const gchar *what);
gboolean openai_client_refused (OpenaiClient *self, const gchar *what);

/* --- for request.c -------------------------------------------------------- */

/* Keeps the memory, not the sessions. */
OpenaiClient *openai_client_ref (OpenaiClient *self);
void openai_client_unref (OpenaiClient *self);

OpenaiIo *openai_client_io (OpenaiClient *self);

/* The rest is for the I/O thread only. */

/* Released by all elements: there are no sessions. */
gboolean openai_client_is_released (OpenaiClient *self);

/* The first session that has room for another message, so that connections are
 * used again; to be returned when that is over. */
SoupSession *openai_client_take_session (OpenaiClient *self);
void openai_client_return_session (OpenaiClient *self, SoupSession *soup);

/* One of the caller's own, with the proxy and the certificates of the endpoint. */
SoupSession *openai_client_new_session (OpenaiClient *self);

/* As far as is known. */
gboolean openai_client_may_speak_http2 (OpenaiClient *self);

/* Around sending a body. TRUE: it needs a connection of its own: bodies do not share
 * one over HTTP/2, see soupcompat.h. */
gboolean openai_client_begin_upload (OpenaiClient *self);
void openai_client_end_upload (OpenaiClient *self);

/* An HTTP/2 connection began to be used: the end of its requests is told when it ends
 * at the latest, see openai_soup_hang_up(). */
void openai_client_add_socket (OpenaiClient *self, GSocket *socket);

/* An answer came in this version of HTTP. */
void openai_client_saw_version (OpenaiClient *self, SoupHTTPVersion version);

/* Whether the server has ever given what it was asked for. @quick_since: monotonic,
 * when the whole of a request was sent that it answered soon; 0: not soon. */
void openai_client_answered (OpenaiClient *self, gint64 quick_since);
gboolean openai_client_has_answered (OpenaiClient *self);

/* Another server of the same stream has: the settings are right, so that this one is
 * waited for as well. */
void openai_client_trust (OpenaiClient *self);

/* The server was unreachable again: for how many microseconds now, over all requests. */
gint64 openai_client_unreachable_for (OpenaiClient *self);

/* Of the requests for @path. */
OpenaiPace *openai_client_pace (OpenaiClient *self, const gchar *path);

/* Whether a request that was sent later than this was answered soon. */
gboolean openai_client_was_quick_since (OpenaiClient *self, gint64 time);

/* Monotonic: when the server last gave what it was asked for; 0: never. */
gint64 openai_client_last_answer (OpenaiClient *self);

/* A message for @path ("/audio/speech", already percent-encoded, with a query
 * or without), with all of the endpoint's headers. */
SoupMessage *openai_client_message (
    OpenaiClient *self, const gchar *method, const gchar *path);

/* api-key-file has another key now than @message was sent with. */
gboolean openai_client_has_newer_key (OpenaiClient *self, SoupMessage *message);

G_END_DECLS
