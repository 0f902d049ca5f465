// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A server of WebSockets, whose sessions do what the test says. */

#include "server/sessions.h"

#include <libsoup/soup.h>
#include <string.h>

#include "server/port.h"

typedef enum
{
  ANSWER_REFUSE,
  ANSWER_MUTE,
} AnswerKind;

typedef struct
{
  AnswerKind kind;
  guint status;
  GStrv headers;
  gchar *body;
  TestMute mute;
} Answer;

struct _TestSession
{
  TestSessions *server;
  guint index;
  SoupWebsocketConnection *connection;
  gpointer data;
  GDestroyNotify free_data;
};

struct _TestSessions
{
  TestSessionFuncs funcs;
  gpointer user_data;
  GSocket *reservation; /* of the port */
  gchar *base_url;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;

  /* the server's thread */
  SoupServer *server;
  GPtrArray *sessions; /* TestSession, all there ever were */
  GPtrArray *held;     /* GIOStream, taken from the server */

  /* protected by lock */
  GMutex lock;
  GCond cond;     /* anything changed */
  GQueue answers; /* Answer */
  guint n_handshakes;
  guint n_open;
  gboolean vanishes; /* asked for ... */
  gboolean is_gone;  /* ... and so it is */
  gchar *path;
  GHashTable *headers; /* lower case name -> value */
};

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_strfreev (answer->headers);
  g_free (answer->body);
  g_free (answer);
}

static void
session_free (gpointer data)
{
  TestSession *session = data;

  g_signal_handlers_disconnect_by_data (session->connection, session);
  g_object_unref (session->connection);
  if (session->free_data)
    session->free_data (session->data);
  g_free (session);
}

/* --- a session -------------------------------------------------------------- */

guint
test_session_index (TestSession *session)
{
  return session->index;
}

gpointer
test_session_data (TestSession *session)
{
  return session->data;
}

void
test_session_set_data (TestSession *session, gpointer data, GDestroyNotify free_data)
{
  session->data = data;
  session->free_data = free_data;
}

static gboolean
is_open (TestSession *session)
{
  return soup_websocket_connection_get_state (session->connection)
      == SOUP_WEBSOCKET_STATE_OPEN;
}

void
test_session_send (TestSession *session, const gchar *text)
{
  if (is_open (session))
    soup_websocket_connection_send_text (session->connection, text);
}

void
test_session_printf (TestSession *session, const gchar *format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  test_session_send (session, text);
}

void
test_session_close (TestSession *session, guint code, const gchar *reason)
{
  if (is_open (session))
    soup_websocket_connection_close (
        session->connection, code ? code : SOUP_WEBSOCKET_CLOSE_NO_STATUS, reason);
}

static void
cut_stream (GIOStream *stream)
{
  GIOStream *base = stream;

  if (!G_IS_SOCKET_CONNECTION (base))
    g_object_get (stream, "base-iostream", &base, NULL);
  else
    g_object_ref (base);
  g_socket_shutdown (
      g_socket_connection_get_socket (G_SOCKET_CONNECTION (base)), TRUE, TRUE, NULL);
  g_object_unref (base);
}

void
test_session_drop (TestSession *session)
{
  if (soup_websocket_connection_get_state (session->connection)
      != SOUP_WEBSOCKET_STATE_CLOSED)
    cut_stream (soup_websocket_connection_get_io_stream (session->connection));
}

static void
on_message (
    SoupWebsocketConnection *connection, gint type, GBytes *bytes, TestSession *session)
{
  TestSessions *self = session->server;
  const gchar *text = g_bytes_get_data (bytes, NULL);
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonObject *event =
      node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const gchar *name =
      event ? json_object_get_string_member_with_default (event, "type", "") : "";

  if (self->funcs.message)
    self->funcs.message (session, name, event, text, self->user_data);
}

static void
on_closed (SoupWebsocketConnection *connection, TestSession *session)
{
  TestSessions *self = session->server;

  if (self->funcs.closed)
    self->funcs.closed (session, self->user_data);
  g_mutex_lock (&self->lock);
  self->n_open--;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

static void
on_websocket (SoupServer *server, SoupServerMessage *message, const char *path,
    SoupWebsocketConnection *connection, gpointer data)
{
  TestSessions *self = data;
  TestSession *session = g_new0 (TestSession, 1);

  session->server = self;
  session->index = self->sessions->len;
  session->connection = g_object_ref (connection);
  g_ptr_array_add (self->sessions, session);
  soup_websocket_connection_set_max_incoming_payload_size (connection, 0);
  g_signal_connect (connection, "message", G_CALLBACK (on_message), session);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), session);
  g_mutex_lock (&self->lock);
  self->n_open++;
  g_mutex_unlock (&self->lock);
  if (self->funcs.opened)
    self->funcs.opened (session, self->user_data);
}

/* --- the handshake ---------------------------------------------------------- */

static void
note_header (const char *name, const char *value, gpointer data)
{
  g_hash_table_replace (data, g_ascii_strdown (name, -1), g_strdup (value));
}

/* The answer that was scripted for it, or NULL. */
static Answer *
note_handshake (TestSessions *self, SoupServerMessage *message)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GUri *uri = soup_server_message_get_uri (message);
  const gchar *query = g_uri_get_query (uri);

  self->n_handshakes++;
  g_free (self->path);
  self->path = g_strconcat (g_uri_get_path (uri), query ? "?" : NULL, query, NULL);
  g_hash_table_remove_all (self->headers);
  soup_message_headers_foreach (
      soup_server_message_get_request_headers (message), note_header, self->headers);
  g_cond_broadcast (&self->cond);
  return g_queue_pop_head (&self->answers);
}

static void
refuse (SoupServerMessage *message, const Answer *answer)
{
  for (gchar **h = answer->headers; h && h[0]; h += 2)
    soup_message_headers_append (
        soup_server_message_get_response_headers (message), h[0], h[1]);
  soup_server_message_set_status (message, answer->status, NULL);
  soup_server_message_set_response (
      message, "application/json", SOUP_MEMORY_COPY, answer->body, strlen (answer->body));
}

static gchar *
accept_key (SoupServerMessage *message)
{
  const gchar *key = soup_message_headers_get_one (
      soup_server_message_get_request_headers (message), "Sec-WebSocket-Key");
  g_autofree gchar *text =
      g_strconcat (key, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", NULL);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize length = sizeof digest;

  g_checksum_update (sum, (guint8 *) text, -1);
  g_checksum_get_digest (sum, digest, &length);
  return g_base64_encode (digest, length);
}

static gboolean
swallow (GObject *stream, gpointer data)
{
  guint8 bytes[4096];

  return g_pollable_input_stream_read_nonblocking (
             G_POLLABLE_INPUT_STREAM (stream), bytes, sizeof bytes, NULL, NULL)
      != 0;
}

/* Accepts as a server does that is not there any more afterwards. */
static void
accept_and_fall_silent (TestSessions *self, SoupServerMessage *message, TestMute mute)
{
  g_autofree gchar *key = accept_key (message);
  g_autofree gchar *text =
      g_strconcat ("HTTP/1.1 101 Switching Protocols\r\n"
                   "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ",
          key, "\r\n\r\n", NULL);
  GIOStream *stream = soup_server_message_steal_connection (message);
  GInputStream *in = g_io_stream_get_input_stream (stream);
  g_autoptr (GSource) source = NULL;

  g_ptr_array_add (self->held, stream);
  g_output_stream_write_all (
      g_io_stream_get_output_stream (stream), text, strlen (text), NULL, NULL, NULL);
  if (mute != TEST_MUTE_PONG)
    return;
  source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (in), NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (swallow), NULL, NULL);
  g_source_attach (source, self->context);
}

static void
on_handshake (SoupServer *server, SoupServerMessage *message, const char *path,
    GHashTable *query, gpointer data)
{
  TestSessions *self = data;
  Answer *answer = note_handshake (self, message);

  if (!answer)
    return;
  if (answer->kind == ANSWER_REFUSE)
    refuse (message, answer);
  else if (answer->mute == TEST_MUTE_HANDSHAKE)
    soup_server_message_pause (message);
  else
    accept_and_fall_silent (self, message, answer->mute);
  answer_free (answer);
}

static void
push_answer (TestSessions *self, Answer *answer)
{
  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->answers, answer);
  g_mutex_unlock (&self->lock);
}

void
test_sessions_refuse (
    TestSessions *self, guint status, const gchar *const *headers, const gchar *body)
{
  Answer *answer = g_new0 (Answer, 1);

  answer->kind = ANSWER_REFUSE;
  answer->status = status;
  answer->headers = g_strdupv ((gchar **) headers);
  answer->body = g_strdup (body);
  push_answer (self, answer);
}

void
test_sessions_mute (TestSessions *self, TestMute what)
{
  Answer *answer = g_new0 (Answer, 1);

  answer->kind = ANSWER_MUTE;
  answer->mute = what;
  push_answer (self, answer);
}

/* --- the server ------------------------------------------------------------- */

typedef struct
{
  TestSessions *self;
  void (*func) (gpointer data);
  gpointer data;
  gboolean done;
} Call;

static gboolean
on_call (gpointer data)
{
  Call *call = data;

  call->func (call->data);
  g_mutex_lock (&call->self->lock);
  call->done = TRUE;
  g_cond_broadcast (&call->self->cond);
  g_mutex_unlock (&call->self->lock);
  return G_SOURCE_REMOVE;
}

void
test_sessions_call (TestSessions *self, void (*func) (gpointer data), gpointer data)
{
  Call call = { self, func, data, FALSE };

  g_main_context_invoke (self->context, on_call, &call);
  g_mutex_lock (&self->lock);
  while (!call.done)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
}

static void
listen_again (gpointer data)
{
  TestSessions *self = data;
  g_autoptr (GSocket) socket = test_port_bind (test_port_of (self->reservation));
  g_autoptr (GError) error = NULL;

  self->server = soup_server_new (NULL, NULL);
  soup_server_remove_websocket_extension (
      self->server, SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  soup_server_add_early_handler (self->server, NULL, on_handshake, self, NULL);
  soup_server_add_websocket_handler (
      self->server, NULL, NULL, NULL, on_websocket, self, NULL);
  if (!g_socket_listen (socket, &error)
      || !soup_server_listen_socket (self->server, socket, 0, &error))
    g_error ("%s", error->message);
}

static void
cut_all (gpointer data)
{
  TestSessions *self = data;

  for (guint i = 0; i < self->sessions->len; i++)
    test_session_drop (g_ptr_array_index (self->sessions, i));
  for (guint i = 0; i < self->held->len; i++)
    cut_stream (g_ptr_array_index (self->held, i));
  g_ptr_array_set_size (self->held, 0);
  if (self->server)
    soup_server_disconnect (self->server);
  g_clear_object (&self->server);
}

void
test_sessions_pause (TestSessions *self)
{
  test_sessions_call (self, cut_all, self);
}

void
test_sessions_resume (TestSessions *self)
{
  test_sessions_call (self, listen_again, self);
}

/* Holds the server's thread. */
static gboolean
on_vanish (gpointer data)
{
  TestSessions *self = data;

  for (guint i = 0; i < self->sessions->len; i++) {
    TestSession *session = g_ptr_array_index (self->sessions, i);

    g_signal_handlers_disconnect_by_func (session->connection, on_message, session);
  }
  g_mutex_lock (&self->lock);
  self->is_gone = TRUE;
  g_cond_broadcast (&self->cond);
  while (self->vanishes)
    g_cond_wait (&self->cond, &self->lock);
  self->is_gone = FALSE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  return G_SOURCE_REMOVE;
}

static void
set_vanished (TestSessions *self, gboolean vanished)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->vanishes = vanished;
  if (vanished)
    g_main_context_invoke (self->context, on_vanish, self);
  g_cond_broadcast (&self->cond);
  while (self->is_gone != vanished)
    g_cond_wait (&self->cond, &self->lock);
}

void
test_sessions_vanish (TestSessions *self)
{
  set_vanished (self, TRUE);
}

void
test_sessions_appear (TestSessions *self)
{
  set_vanished (self, FALSE);
}

static gpointer
run (gpointer data)
{
  TestSessions *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  cut_all (self);
  /* libsoup leaks the timer of a connection that is still closing. */
  while (self->n_open > 0)
    g_main_context_iteration (self->context, TRUE);
  g_ptr_array_set_size (self->sessions, 0);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

TestSessions *
test_sessions_new (const TestSessionFuncs *funcs, gpointer user_data)
{
  TestSessions *self = g_new0 (TestSessions, 1);

  self->funcs = *funcs;
  self->user_data = user_data;
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  g_queue_init (&self->answers);
  self->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->sessions = g_ptr_array_new_with_free_func (session_free);
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->reservation = test_port_bind (0);
  self->base_url =
      g_strdup_printf ("http://127.0.0.1:%u/v1", test_port_of (self->reservation));
  self->thread = g_thread_new ("test-sessions", run, self);
  test_sessions_resume (self);
  return self;
}

static void
quit (gpointer data)
{
  g_main_loop_quit (((TestSessions *) data)->loop);
}

void
test_sessions_free (TestSessions *self)
{
  if (!self)
    return;
  test_sessions_call (self, quit, self);
  g_thread_join (self->thread);
  g_ptr_array_unref (self->sessions);
  g_ptr_array_unref (self->held);
  g_queue_clear_full (&self->answers, answer_free);
  g_hash_table_unref (self->headers);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_object_unref (self->reservation);
  g_free (self->base_url);
  g_free (self->path);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
  g_free (self);
}

const gchar *
test_sessions_base_url (TestSessions *self)
{
  return self->base_url;
}

guint
test_sessions_n_handshakes (TestSessions *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_handshakes;
}

gboolean
test_sessions_wait (TestSessions *self, guint handshakes, gdouble seconds)
{
  gint64 until = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while (self->n_handshakes < handshakes
      && g_cond_wait_until (&self->cond, &self->lock, until))
    ;
  return self->n_handshakes >= handshakes;
}

gboolean
test_sessions_all_closed (TestSessions *self, gdouble seconds)
{
  gint64 until = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while (self->n_open > 0 && g_cond_wait_until (&self->cond, &self->lock, until))
    ;
  return self->n_open == 0;
}

gchar *
test_sessions_path (TestSessions *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_strdup (self->path);
}

gchar *
test_sessions_header (TestSessions *self, const gchar *name)
{
  g_autofree gchar *lower = g_ascii_strdown (name, -1);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_strdup (g_hash_table_lookup (self->headers, lower));
}
