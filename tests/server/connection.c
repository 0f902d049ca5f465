// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One connection of the server: requests are read and recorded, answers and
 * faults are played, on a plain socket: no HTTP library would send what the
 * faults need. */

#include "server/connection.h"

#include <string.h>
#include <sys/socket.h>

#include "server/record.h"
#include "server/script.h"
#include "server/state.h"

typedef struct
{
  TestServer *server;
  GSocket *socket;
  GByteArray *in;       /* read and not used */
  TestRequest *request; /* that is being served */
  gboolean serving;     /* protected by the server's lock */

  /* of the answer that is played */
  gboolean head_sent;
  gboolean raw;
  guint holds;
} Connection;

static gssize
receive (Connection *connection)
{
  guint8 buffer[65536];
  gssize n =
      g_socket_receive (connection->socket, (gchar *) buffer, sizeof buffer, NULL, NULL);

  if (n > 0)
    g_byte_array_append (connection->in, buffer, n);
  return n;
}

static gboolean
transmit (Connection *connection, gconstpointer data, gsize length)
{
  const gchar *p = data;

  while (length > 0) {
    gssize n = g_socket_send (connection->socket, p, length, NULL, NULL);

    if (n <= 0)
      return FALSE;
    p += n;
    length -= n;
  }
  return TRUE;
}

/* The bytes up to @mark, which is left out; NULL: the connection ended. */
static gchar *
read_until (Connection *connection, const gchar *mark)
{
  gsize length = strlen (mark);
  const guint8 *found;
  gchar *text;

  while (!(connection->in->len > 0
      && (found = memmem (connection->in->data, connection->in->len, mark, length)))) {
    if (connection->in->len > 1024 * 1024 || receive (connection) <= 0)
      return NULL;
  }
  text = g_strndup ((gchar *) connection->in->data, found - connection->in->data);
  g_byte_array_remove_range (connection->in, 0, found - connection->in->data + length);
  return text;
}

/* Reads and records @length bytes of the body, or fewer up to @stop_at of all.
 * FALSE: the connection ended. */
static gboolean
read_body_bytes (Connection *connection, TestRequest *request, gsize length)
{
  TestServer *server = connection->server;

  while (length > 0) {
    gsize part;

    if (connection->in->len == 0 && receive (connection) <= 0)
      return FALSE;
    part = MIN (length, connection->in->len);
    g_mutex_lock (&server->lock);
    test_request_add_piece (request, connection->in->data, part);
    g_cond_broadcast (&server->cond);
    g_mutex_unlock (&server->lock);
    g_byte_array_remove_range (connection->in, 0, part);
    length -= part;
  }
  return TRUE;
}

static void
complete (Connection *connection, TestRequest *request)
{
  TestServer *server = connection->server;

  g_mutex_lock (&server->lock);
  request->complete = TRUE;
  request->end_time = g_get_monotonic_time ();
  g_cond_broadcast (&server->cond);
  g_mutex_unlock (&server->lock);
}

/* Reads the body until it is whole, or longer than @enough. */
static gboolean
read_body (Connection *connection, TestRequest *request, gsize enough)
{
  const gchar *length = test_request_header (request, "Content-Length");

  if (!request->chunked) {
    gsize total = length ? g_ascii_strtoull (length, NULL, 10) : 0;

    if (!read_body_bytes (
            connection, request, MIN (total, enough) - MIN (request->body->len, enough)))
      return FALSE;
    if (enough >= total)
      complete (connection, request);
    return TRUE;
  }
  while (request->body->len < enough || enough == G_MAXSIZE) {
    g_autofree gchar *line = read_until (connection, "\r\n");
    gsize size = line ? g_ascii_strtoull (line, NULL, 16) : 0;
    g_autofree gchar *line_end = NULL;

    if (!line || !read_body_bytes (connection, request, size))
      return FALSE;
    line_end = read_until (connection, "\r\n");
    if (!line_end)
      return FALSE;
    if (size == 0) {
      complete (connection, request);
      break;
    }
  }
  return TRUE;
}

static gsize
body_size (TestAnswer *answer)
{
  gsize size = 0;

  for (guint i = 0; i < answer->steps->len; i++) {
    const Step *step = g_ptr_array_index (answer->steps, i);
    size += step->kind == STEP_BODY ? g_bytes_get_size (step->bytes) : 0;
  }
  return size;
}

/* Once. */
static gboolean
send_head (Connection *connection, TestAnswer *answer)
{
  GString *head;
  gboolean sent;

  if (connection->head_sent)
    return TRUE;
  connection->head_sent = TRUE;
  head = g_string_new (NULL);
  g_string_append_printf (head, "HTTP/1.1 %u %s\r\n", answer->status,
      answer->status < 300 ? "OK" : "Scripted");
  if (answer->content_type)
    g_string_append_printf (head, "Content-Type: %s\r\n", answer->content_type);
  g_string_append (head, answer->headers->str);
  if (answer->framing == TEST_FRAMING_CHUNKED)
    g_string_append (head, "Transfer-Encoding: chunked\r\n\r\n");
  else if (answer->framing == TEST_FRAMING_LENGTH)
    g_string_append_printf (head, "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
        answer->claims_length ? answer->claimed_length : body_size (answer));
  else
    g_string_append (head, "Connection: close\r\n\r\n");
  sent = transmit (connection, head->str, head->len);
  g_string_free (head, TRUE);
  return sent;
}

static gboolean
send_piece (Connection *connection, TestAnswer *answer, GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autoptr (GByteArray) chunk = NULL;
  g_autofree gchar *head = NULL;

  if (connection->raw || answer->framing != TEST_FRAMING_CHUNKED)
    return transmit (connection, data, size);
  if (size == 0)
    return TRUE;
  chunk = g_byte_array_new ();
  head = g_strdup_printf ("%" G_GSIZE_MODIFIER "x\r\n", size);
  g_byte_array_append (chunk, (guint8 *) head, strlen (head));
  g_byte_array_append (chunk, data, size);
  g_byte_array_append (chunk, (const guint8 *) "\r\n", 2);
  return transmit (connection, chunk->data, chunk->len);
}

static gboolean
send_flood (Connection *connection, TestAnswer *answer, const Step *step)
{
  for (guint i = 0; i < step->milliseconds; i++) {
    if (!send_piece (connection, answer, step->bytes))
      return FALSE;
  }
  return TRUE;
}

static gboolean
send_length (Connection *connection, TestAnswer *answer)
{
  const TestPart *file = test_request_file (connection->request);
  g_autofree gchar *text = g_strdup_printf (
      "{\"text\":\"%" G_GSIZE_FORMAT "\"}", file ? g_bytes_get_size (file->data) : 0);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return send_head (connection, answer) && send_piece (connection, answer, bytes);
}

static gboolean
pass_time (TestServer *server, guint milliseconds)
{
  gint64 until = g_get_monotonic_time () + milliseconds * 1000;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  while (!server->closing && g_cond_wait_until (&server->cond, &server->lock, until))
    ;
  return !server->closing;
}

/* The so-manyth of this answer. */
static gboolean
hold (TestServer *server, TestAnswer *answer, guint n)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  while (!server->closing && answer->releases < n)
    g_cond_wait (&server->cond, &server->lock);
  return !server->closing;
}

/* Called before the last bytes of an answer: a client that has all of it may ask again
 * elsewhere at once. */
static void
serve_ended (Connection *connection)
{
  TestServer *server = connection->server;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  server->n_serving -= connection->serving ? 1 : 0;
  connection->serving = FALSE;
}

static void
play_fault (Connection *connection, TestFault fault)
{
  struct linger linger = { 1, 0 };

  if (fault == TEST_FAULT_RESET)
    setsockopt (g_socket_get_fd (connection->socket), SOL_SOCKET, SO_LINGER, &linger,
        sizeof linger);
  /* Until the client or the server gives up. */
  if (fault == TEST_FAULT_STALL) {
    gchar byte;
    while (g_socket_receive (connection->socket, &byte, 1, NULL, NULL) > 0)
      ;
  }
}

/* FALSE: the connection is over. */
static gboolean
play_step (Connection *connection, TestAnswer *answer, const Step *step)
{
  switch (step->kind) {
    case STEP_RAW:
      connection->raw = connection->head_sent = TRUE;
      return send_piece (connection, answer, step->bytes);
    case STEP_LENGTH:
      return send_length (connection, answer);
    case STEP_FLOOD:
      return send_head (connection, answer) && send_flood (connection, answer, step);
    case STEP_BODY:
      return send_head (connection, answer)
          && send_piece (connection, answer, step->bytes);
    case STEP_WAIT:
      return pass_time (connection->server, step->milliseconds);
    case STEP_HOLD:
      return hold (connection->server, answer, ++connection->holds);
    case STEP_FAULT:
      play_fault (connection, step->fault);
      return FALSE;
  }
  g_assert_not_reached ();
}

/* FALSE: the connection is over. */
static gboolean
play (Connection *connection, TestAnswer *answer)
{
  connection->head_sent = connection->raw = FALSE;
  connection->holds = 0;
  for (guint i = 0; i < answer->steps->len; i++) {
    const Step *step = g_ptr_array_index (answer->steps, i);

    if (step->kind == STEP_BODY && i + 1 == answer->steps->len
        && answer->framing == TEST_FRAMING_LENGTH)
      serve_ended (connection);
    if (!play_step (connection, answer, step))
      return FALSE;
  }
  if (connection->raw)
    return FALSE;
  serve_ended (connection);
  if (!send_head (connection, answer))
    return FALSE;
  if (answer->framing == TEST_FRAMING_CHUNKED)
    return transmit (connection, "0\r\n\r\n", 5);
  return answer->framing == TEST_FRAMING_LENGTH && !answer->claims_length;
}

static void
serve_begun (Connection *connection, TestRequest *request)
{
  TestServer *server = connection->server;

  g_mutex_lock (&server->lock);
  request->index = server->requests->len;
  g_ptr_array_add (server->requests, request);
  connection->serving = TRUE;
  server->n_serving++;
  server->max_serving = MAX (server->max_serving, server->n_serving);
  g_cond_broadcast (&server->cond);
  g_mutex_unlock (&server->lock);
}

/* A client that asks whether the body is wanted. */
static gboolean
say_go_on (Connection *connection, TestRequest *request)
{
  static const gchar go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

  return !test_request_header (request, "Expect")
      || transmit (connection, go_on, strlen (go_on));
}

static gboolean
serve_request (Connection *connection, TestRequest *request)
{
  static const gchar none[] =
      "HTTP/1.1 500 Scripted\r\n"
      "Content-Type: text/plain\r\nContent-Length: 18\r\n\r\nno answer scripted";
  TestServer *server = connection->server;
  TestAnswer *answer = test_script_take (server, request, TRUE);

  connection->request = request;
  if (answer)
    return read_body (connection, request, answer->early_bytes)
        && play (connection, answer) && !test_request_header (request, "Expect")
        && read_body (connection, request, G_MAXSIZE);
  if (!say_go_on (connection, request) || !read_body (connection, request, G_MAXSIZE))
    return FALSE;
  answer = test_script_take (server, request, FALSE);
  if (!answer)
    return transmit (connection, none, strlen (none));
  return play (connection, answer);
}

void
test_connection_serve (TestServer *server, GSocket *socket, guint index)
{
  g_autoptr (GByteArray) in = g_byte_array_new ();
  Connection connection = { .server = server, .socket = socket, .in = in };
  gboolean goes_on = TRUE;

  while (goes_on) {
    g_autofree gchar *head = read_until (&connection, "\r\n\r\n");
    TestRequest *request = head ? test_request_parse (head) : NULL;

    if (!request)
      return;
    request->connection = index;
    serve_begun (&connection, request);
    goes_on = serve_request (&connection, request);
    serve_ended (&connection);
    g_mutex_lock (&server->lock);
    if (server->forgetful)
      test_request_forget (request);
    g_mutex_unlock (&server->lock);
  }
}
