// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One connection of text messages in both directions, over a WebSocket. */

#include "websocket.h"

#include <inttypes.h>
#include <string.h>

#include "error.h"
#include "i18n.h"
#include "reach.h"
#include "retry.h"
#include "soupcompat.h"

/* Microseconds that closing may take: less than the 5 s after which libsoup gives up,
 * see soupcompat.h. */
#define MAX_CLOSING (4500 * G_TIME_SPAN_MILLISECOND)

/* Pings in the time after which a silent server is given up. */
#define PINGS_PER_SILENCE 3

/* Bytes of a refusal that are looked at. */
#define MAX_REFUSAL (64 * 1024)

/* What a close without a status, or no close at all, is called (RFC 6455, 7.1.5). */
#define CODE_ABNORMAL 1006

typedef enum
{
  STATE_CONNECTING,
  STATE_OPEN,
  STATE_CLOSING, /* by us */
  STATE_CLOSED,
} State;

/* The caller holds a reference until it frees it, and so does the handshake until
 * libsoup has called back. */
struct _OpenaiWebsocket
{
  grefcount refs;
  guint number;
  OpenaiClient *client;
  OpenaiWebsocketLimits limits;
  OpenaiWebsocketFuncs funcs;
  gpointer user_data;

  State state;
  gboolean freed;
  SoupSession *session;
  OpenaiReach reach;
  GString *refusal;
  GCancellable *cancellable;
  OpenaiDeadline *limit;
  SoupWebsocketConnection *connection;
  GError *cause; /* told by libsoup before the end, or NULL */

  GQueue outgoing;   /* gchar * */
  gsize queued;      /* bytes in it */
  GSource *writable; /* waits until the connection takes more, or NULL */
};

#define log_socket(self, level, format, ...)                                             \
  openai_client_log (                                                                    \
      (self)->client, level, "socket %u: " format, (self)->number, ##__VA_ARGS__)

static OpenaiWebsocket *
websocket_ref (OpenaiWebsocket *self)
{
  g_ref_count_inc (&self->refs);
  return self;
}

static void
websocket_unref (OpenaiWebsocket *self)
{
  if (!g_ref_count_dec (&self->refs))
    return;
  openai_reach_clear (&self->reach);
  g_clear_object (&self->session);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->cause);
  g_string_free (self->refusal, TRUE);
  openai_client_unref (self->client);
  g_free (self);
}

static gboolean
on_unref (gpointer connection)
{
  return G_SOURCE_REMOVE;
}

/* Lets go of everything but what a hook may still ask for. libsoup may be in the middle
 * of telling something. */
static void
release_connection (OpenaiWebsocket *self)
{
  self->state = STATE_CLOSED;
  openai_reach_stop (&self->reach);
  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->limit, openai_deadline_free);
  if (self->writable)
    g_source_destroy (self->writable);
  g_clear_pointer (&self->writable, g_source_unref);
  g_queue_clear_full (&self->outgoing, g_free);
  self->queued = 0;
  if (!self->connection)
    return;
  g_signal_handlers_disconnect_by_data (self->connection, self);
  if (soup_websocket_connection_get_state (self->connection)
      != SOUP_WEBSOCKET_STATE_CLOSED)
    openai_soup_hang_up (self->reach.socket);
  openai_io_invoke (openai_client_io (self->client), on_unref,
      g_steal_pointer (&self->connection), g_object_unref);
}

/* Takes @error. */
static void
finish (OpenaiWebsocket *self, guint code, GError *error)
{
  g_autoptr (GError) owned = error;

  if (self->state == STATE_CLOSED)
    return;
  if (error) {
    openai_error_details (error)->attempts = 1;
    openai_reach_complete_error (&self->reach, error);
  }
  log_socket (self, OPENAI_LOG_DEBUG, "closed (%u): %s", code,
      error ? error->message : "as asked");
  release_connection (self);
  if (!self->freed)
    self->funcs.closed (self, code, error, self->user_data);
}

static GError *
silence_error (OpenaiWebsocket *self)
{
  return g_error_new (OPENAI_ERROR, OPENAI_ERROR_TIMEOUT,
      _("%s has said nothing for %u s"), openai_client_host (self->client),
          self->limits.silence / 1000);
}

static void
on_limit (gpointer data)
{
  OpenaiWebsocket *self = data;

  websocket_ref (self);
  if (self->state == STATE_CONNECTING)
    finish (self, 0,
        self->reach.connected
        ? g_error_new (OPENAI_ERROR, OPENAI_ERROR_TIMEOUT,
              _("%s took too long to answer"), openai_client_host (self->client))
              : openai_reach_connect_timeout (&self->reach));
  else if (self->state == STATE_OPEN)
    finish (self, CODE_ABNORMAL, silence_error (self));
  else
    finish (self, CODE_ABNORMAL, NULL);
  websocket_unref (self);
}

static void
restart_silence (OpenaiWebsocket *self)
{
  if (self->state == STATE_OPEN)
    openai_deadline_set (self->limit, openai_deadline_after (self->limits.silence));
}

/* --- out -------------------------------------------------------------------- */

static GPollableOutputStream *
output_of (OpenaiWebsocket *self)
{
  return G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (
      soup_websocket_connection_get_io_stream (self->connection)));
}

static gboolean
is_open (OpenaiWebsocket *self)
{
  return self->state == STATE_OPEN
      && soup_websocket_connection_get_state (self->connection)
      == SOUP_WEBSOCKET_STATE_OPEN;
}

static void pump (OpenaiWebsocket *self);

static gboolean
on_writable (GObject *stream, gpointer data)
{
  OpenaiWebsocket *self = data;

  g_clear_pointer (&self->writable, g_source_unref);
  websocket_ref (self);
  pump (self);
  if (openai_websocket_has_room (self) && self->funcs.room)
    self->funcs.room (self, self->user_data);
  websocket_unref (self);
  return G_SOURCE_REMOVE;
}

static void
wait_until_writable (OpenaiWebsocket *self)
{
  if (self->writable)
    return;
  self->writable = g_pollable_output_stream_create_source (output_of (self), NULL);
  g_source_set_callback (self->writable, G_SOURCE_FUNC (on_writable), self, NULL);
  g_source_set_static_name (self->writable, "openai-writable");
  g_source_attach (self->writable, g_main_context_get_thread_default ());
}

/* libsoup queues without end: it is given no more than what the connection takes, and
 * so has never more than a message that is under way. */
static void
pump (OpenaiWebsocket *self)
{
  while (self->outgoing.length > 0 && is_open (self)) {
    g_autofree gchar *text = NULL;

    if (!g_pollable_output_stream_is_writable (output_of (self))) {
      wait_until_writable (self);
      return;
    }
    text = g_queue_pop_head (&self->outgoing);
    self->queued -= strlen (text);
    soup_websocket_connection_send_text (self->connection, text);
  }
}

void
openai_websocket_take (OpenaiWebsocket *self, gchar *text)
{
  gsize length = strlen (text);

  if (self->state != STATE_CONNECTING && !is_open (self)) {
    g_free (text);
    return;
  }
  log_socket (self, OPENAI_LOG_LOG, "%" G_GSIZE_FORMAT " bytes go out", length);
  g_queue_push_tail (&self->outgoing, text);
  self->queued += length;
  pump (self);
}

void
openai_websocket_send (OpenaiWebsocket *self, const gchar *text)
{
  openai_websocket_take (self, g_strdup (text));
}

gboolean
openai_websocket_has_room (OpenaiWebsocket *self)
{
  return self->outgoing.length == 0 && is_open (self);
}

gsize
openai_websocket_queued (OpenaiWebsocket *self)
{
  return self->queued;
}

/* --- in --------------------------------------------------------------------- */

static void
on_message (
    SoupWebsocketConnection *connection, gint type, GBytes *bytes, OpenaiWebsocket *self)
{
  gsize length;
  const gchar *text = g_bytes_get_data (bytes, &length);

  restart_silence (self);
  log_socket (self, OPENAI_LOG_LOG, "%" G_GSIZE_FORMAT " bytes came", length);
  if (self->limits.max_message && length > self->limits.max_message) {
    finish (self, CODE_ABNORMAL,
        g_error_new (OPENAI_ERROR, OPENAI_ERROR_ANSWER,
            _("The answer of %s is larger than %" PRIu64 " bytes"),
                openai_client_host (self->client), (guint64) self->limits.max_message));
    return;
  }
  if (type == SOUP_WEBSOCKET_DATA_TEXT && !self->freed)
    self->funcs.message (self, text, length, self->user_data);
}

static void
on_pong (SoupWebsocketConnection *connection, GBytes *bytes, OpenaiWebsocket *self)
{
  restart_silence (self);
}

/* It closes by itself after that. */
static void
on_error (SoupWebsocketConnection *connection, GError *error, OpenaiWebsocket *self)
{
  g_clear_error (&self->cause);
  self->cause = g_error_copy (error);
}

static gchar *
close_reason (OpenaiWebsocket *self)
{
  const gchar *reason = soup_websocket_connection_get_close_data (self->connection);
  g_autofree gchar *text = g_strdup (reason && *reason ? reason : NULL);

  openai_client_redact (self->client, &text);
  return text ? openai_error_clip (text, -1, 200) : NULL;
}

static GError *
close_error (OpenaiWebsocket *self, guint code)
{
  const gchar *host = openai_client_host (self->client);
  g_autofree gchar *reason = close_reason (self);

  if (g_error_matches (self->cause, SOUP_WEBSOCKET_ERROR, SOUP_WEBSOCKET_CLOSE_TOO_BIG))
    return g_error_new (OPENAI_ERROR, OPENAI_ERROR_ANSWER,
        _("The answer of %s is larger than %" PRIu64 " bytes"), host,
            (guint64) self->limits.max_message);
  if (self->cause && self->cause->domain != SOUP_WEBSOCKET_ERROR)
    return openai_reach_transport_error (&self->reach, self->cause);
  return g_error_new (OPENAI_ERROR, OPENAI_ERROR_BROKEN,
      _("%s closed the connection (%u%s%s)"), host, code, reason ? ": " : "",
          reason ? reason : "");
}

static void
on_closed (SoupWebsocketConnection *connection, OpenaiWebsocket *self)
{
  guint code = soup_websocket_connection_get_close_code (connection);

  code = code ? code : CODE_ABNORMAL;
  websocket_ref (self);
  finish (self, code, self->state == STATE_CLOSING ? NULL : close_error (self, code));
  websocket_unref (self);
}

/* --- opening and closing ---------------------------------------------------- */

static GError *
refusal_error (OpenaiWebsocket *self, const GError *cause)
{
  SoupMessage *message = self->reach.message;
  guint status = soup_message_get_status (message);

  if (cause->domain != SOUP_WEBSOCKET_ERROR || status == 0)
    return openai_reach_transport_error (&self->reach, cause);
  if (SOUP_STATUS_IS_SUCCESSFUL (status) || SOUP_STATUS_IS_INFORMATIONAL (status))
    return g_error_new (OPENAI_ERROR, OPENAI_ERROR_ANSWER,
        _("%s has no WebSocket at this address (status %u)"),
            openai_client_host (self->client), status);
  return openai_reach_status_error (&self->reach, self->refusal->str, self->refusal->len);
}

static void
end_operation (gpointer io)
{
  openai_io_end_operation (io);
}

static void
set_up (OpenaiWebsocket *self, SoupWebsocketConnection *connection)
{
  OpenaiIo *io = openai_client_io (self->client);

  /* It ends some time after its last reference. */
  openai_io_begin_operation (io);
  g_object_set_data_full (G_OBJECT (connection), "openai-operation", io, end_operation);
  openai_soup_limit_messages (connection, self->limits.max_message);
  if (self->limits.silence)
    soup_websocket_connection_set_keepalive_interval (
        connection, MAX (1, self->limits.silence / 1000 / PINGS_PER_SILENCE));
  g_signal_connect (connection, "message", G_CALLBACK (on_message), self);
  g_signal_connect (connection, "pong", G_CALLBACK (on_pong), self);
  g_signal_connect (connection, "error", G_CALLBACK (on_error), self);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
}

static void
take_connection (OpenaiWebsocket *self, SoupWebsocketConnection *connection)
{
  self->connection = connection;
  self->state = STATE_OPEN;
  set_up (self, connection);
  restart_silence (self);
  log_socket (self, OPENAI_LOG_DEBUG, "open to %s", openai_client_host (self->client));
  if (self->funcs.opened)
    self->funcs.opened (self, self->user_data);
  pump (self);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  OpenaiWebsocket *self = user_data;
  g_autoptr (GError) cause = NULL;
  SoupWebsocketConnection *connection =
      soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &cause);

  openai_io_end_operation (openai_client_io (self->client));
  if (self->state == STATE_CLOSED)
    g_clear_object (&connection);
  else if (connection)
    take_connection (self, connection);
  else
    finish (self, 0, refusal_error (self, cause));
  websocket_unref (self);
}

/* Of a redirect the address is told; what else the headers say is not needed. */
static void
on_refusal (const gchar *line, gpointer user_data)
{
  OpenaiWebsocket *self = user_data;

  if (self->refusal->len < MAX_REFUSAL)
    g_string_append_printf (self->refusal, "%s\n", line);
}

static gboolean
on_exposed (gpointer data)
{
  OpenaiWebsocket *self = data;

  finish (self, 0,
      g_error_new (OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
          _("What is said would cross the network to %s in the clear: use "
              "https:// or wss:// in base-url, or set allow-insecure"),
              openai_client_host (self->client)));
  return G_SOURCE_REMOVE;
}

static void
connect_socket (OpenaiWebsocket *self)
{
  OpenaiIo *io = openai_client_io (self->client);

  openai_soup_log_bodies (self->session, on_refusal, self);
  self->limit = openai_deadline_new (io, on_limit, self);
  openai_deadline_set (self->limit, openai_deadline_after (self->limits.connect));
  openai_io_begin_operation (io);
  soup_session_websocket_connect_async (self->session, self->reach.message, NULL, NULL,
      G_PRIORITY_DEFAULT, self->cancellable, on_connected, websocket_ref (self));
}

OpenaiWebsocket *
openai_websocket_new (OpenaiClient *client, const gchar *path,
    const OpenaiWebsocketLimits *limits, const OpenaiWebsocketFuncs *funcs,
    gpointer user_data)
{
  static guint last_number; /* I/O thread only */
  OpenaiWebsocket *self = g_new0 (OpenaiWebsocket, 1);
  g_autoptr (SoupMessage) message = NULL;

  g_ref_count_init (&self->refs);
  self->number = ++last_number;
  self->client = openai_client_ref (client);
  self->limits = *limits;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->refusal = g_string_new (NULL);
  self->cancellable = g_cancellable_new ();
  g_queue_init (&self->outgoing);
  message = openai_client_message (client, "GET", path);
  openai_reach_start (&self->reach, client, message);
  self->session = openai_client_new_session (client);
  log_socket (self, OPENAI_LOG_DEBUG, "opens %.*s at %s", (gint) strcspn (path, "?"),
      path, openai_client_host (client));
  if (openai_client_is_exposed (client))
    openai_io_invoke (openai_client_io (client), on_exposed, websocket_ref (self),
        (GDestroyNotify) websocket_unref);
  else
    connect_socket (self);
  return self;
}

void
openai_websocket_close (OpenaiWebsocket *self)
{
  if (self->state == STATE_CONNECTING) {
    websocket_ref (self);
    finish (self, 0, NULL);
    websocket_unref (self);
    return;
  }
  if (self->state != STATE_OPEN)
    return;
  pump (self);
  self->state = STATE_CLOSING;
  openai_deadline_set (self->limit, g_get_monotonic_time () + MAX_CLOSING);
  if (soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
}

void
openai_websocket_free (OpenaiWebsocket *self)
{
  if (!self)
    return;
  self->freed = TRUE;
  if (self->state != STATE_CLOSED)
    log_socket (self, OPENAI_LOG_DEBUG, "dropped");
  release_connection (self);
  websocket_unref (self);
}

gboolean
openai_websocket_is_worth_retry (OpenaiWebsocket *self, guint code, const GError *error)
{
  if (!error || error->code == OPENAI_ERROR_ANSWER)
    return FALSE;
  /* A key that expired, whose file has a new one. */
  if (openai_error_details (error)->status == 401
      && openai_client_has_newer_key (self->client, self->reach.message))
    return TRUE;
  return code != 0
      || openai_retry_is_worth (
          error, soup_message_get_response_headers (self->reach.message));
}

gint64
openai_websocket_retry_delay (OpenaiWebsocket *self, guint retries, gint64 longest)
{
  return openai_retry_delay (soup_message_get_response_headers (self->reach.message),
      NULL, retries, longest, OPENAI_RETRY_PATIENCE);
}

guint
openai_websocket_number (OpenaiWebsocket *self)
{
  return self->number;
}
