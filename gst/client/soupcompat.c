// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What libsoup does not do by itself. */

#include "config.h"

#include "soupcompat.h"

SoupSession *
openai_soup_session_new (void)
{
  SoupSession *session =
      soup_session_new_with_options ("max-conns", 4096, "max-conns-per-host", 4096,
          "timeout", 0, "user-agent", "gst-plugins-openai/" VERSION, NULL);

  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_BASIC);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_DIGEST);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  return session;
}

void
openai_soup_prepare_message (SoupMessage *message)
{
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT);
  soup_message_disable_feature (message, SOUP_TYPE_AUTH_MANAGER);
}

/* Reading past the real end gives 0 before anything else is looked at; anywhere
 * else a cancelled read fails before the connection is touched. */
gboolean
openai_soup_last_chunk_came (SoupMessage *message, GInputStream *answer)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  GInputStream *body;
  gchar byte;

  if (soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CHUNKED
      || soup_message_get_http_version (message) == SOUP_HTTP_2_0
      || !G_IS_FILTER_INPUT_STREAM (answer))
    return TRUE;
  body = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (answer));
  g_cancellable_cancel (cancelled);
  return g_input_stream_read (body, &byte, 1, cancelled, NULL) >= 0;
}

void
openai_soup_hang_up (GSocket *socket)
{
  if (socket)
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

typedef struct
{
  OpenaiSoupLineFunc line;
  gpointer data;
} Lines;

static void
on_log_line (SoupLogger *logger, SoupLoggerLogLevel level, char direction,
    const char *text, gpointer user_data)
{
  Lines *lines = user_data;

  if (level == SOUP_LOGGER_LOG_BODY && direction == '<')
    lines->line (text, lines->data);
}

void
openai_soup_log_bodies (SoupSession *session, OpenaiSoupLineFunc line, gpointer data)
{
  g_autoptr (SoupLogger) logger = soup_logger_new (SOUP_LOGGER_LOG_BODY);
  Lines *lines = g_new (Lines, 1);

  *lines = (Lines) { line, data };
  soup_logger_set_printer (logger, on_log_line, lines, g_free);
  soup_session_add_feature (session, SOUP_SESSION_FEATURE (logger));
}

void
openai_soup_limit_messages (SoupWebsocketConnection *connection, gsize bytes)
{
  GObject *object = G_OBJECT (connection);

  soup_websocket_connection_set_max_incoming_payload_size (connection, bytes);
  if (g_object_class_find_property (
          G_OBJECT_GET_CLASS (object), "max-total-message-size"))
    g_object_set (object, "max-total-message-size", (guint64) bytes, NULL);
}
