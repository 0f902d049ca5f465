// SPDX-License-Identifier: LGPL-2.1-or-later
/* A scripted HTTP server: plays answers and faults, records requests. A thread
 * for each connection, on plain sockets: no HTTP library would send what the
 * faults need. */

#include "server/server.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "server/record.h"

typedef enum
{
  STEP_BODY,
  STEP_RAW,
  STEP_LENGTH,
  STEP_FLOOD,
  STEP_WAIT,
  STEP_HOLD,
  STEP_FAULT,
} StepKind;

typedef struct
{
  StepKind kind;
  GBytes *bytes;
  guint milliseconds;           /* of a flood: how many times */
  TestFault fault;
} Step;

/* Immutable once a request has it, but for held. */
struct _TestAnswer
{
  TestServer *server;
  guint status;
  gchar *content_type;
  GString *headers;
  GPtrArray *steps;             /* Step */
  TestFraming framing;
  gboolean claims_length;
  gsize claimed_length;
  gboolean early;
  gsize early_bytes;
  gchar *field;
  gchar *value;
  gint request;                 /* the first that got it; -1: none yet */
  guint releases;
};

struct _TestServer
{
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  gchar *base_url;
  guint16 port;

  /* protected by lock */
  GMutex lock;
  GCond cond;                   /* anything changed */
  GSocketService *service;
  GPtrArray *answers;
  GPtrArray *requests;
  GHashTable *open;             /* GSocket of each connection */
  guint n_connections;
  guint n_handlers;
  guint n_serving;
  guint max_serving;
  gboolean closing;
  gboolean forgetful;
};

typedef struct
{
  TestServer *server;
  GSocket *socket;
  GByteArray *in;               /* read and not used */
  guint index;
  TestRequest *request;         /* that is being served */
  gboolean serving;             /* protected by the server's lock */
} Connection;

static void
step_free (gpointer data)
{
  Step *step = data;

  g_clear_pointer (&step->bytes, g_bytes_unref);
  g_free (step);
}

static void
answer_free (gpointer data)
{
  TestAnswer *answer = data;

  g_free (answer->content_type);
  g_string_free (answer->headers, TRUE);
  g_ptr_array_unref (answer->steps);
  g_free (answer->field);
  g_free (answer->value);
  g_free (answer);
}

TestAnswer *
test_server_answer (TestServer * server, guint status,
    const gchar * content_type)
{
  TestAnswer *answer = g_new0 (TestAnswer, 1);

  answer->server = server;
  answer->request = -1;
  answer->status = status;
  answer->content_type = g_strdup (content_type);
  answer->headers = g_string_new (NULL);
  answer->steps = g_ptr_array_new_with_free_func (step_free);
  g_mutex_lock (&server->lock);
  g_ptr_array_add (server->answers, answer);
  g_mutex_unlock (&server->lock);
  return answer;
}

static void
add_step (TestAnswer * answer, StepKind kind, gconstpointer data,
    gsize length, guint milliseconds, TestFault fault)
{
  Step *step = g_new0 (Step, 1);

  step->kind = kind;
  step->bytes = data ? g_bytes_new (data, length) : NULL;
  step->milliseconds = milliseconds;
  step->fault = fault;
  g_mutex_lock (&answer->server->lock);
  g_ptr_array_add (answer->steps, step);
  g_mutex_unlock (&answer->server->lock);
}

TestAnswer *
test_server_answer_with (TestServer * server, guint status,
    const gchar * content_type, const gchar * body)
{
  TestAnswer *answer = test_server_answer (server, status, content_type);

  answer->framing = TEST_FRAMING_LENGTH;
  test_answer_text (answer, body);
  return answer;
}

void
test_answer_header (TestAnswer * answer, const gchar * name,
    const gchar * value)
{
  g_string_append_printf (answer->headers, "%s: %s\r\n", name, value);
}

void
test_answer_body (TestAnswer * answer, gconstpointer data, gsize length)
{
  add_step (answer, STEP_BODY, data, length, 0, 0);
}

void
test_answer_flood (TestAnswer * answer, gconstpointer data, gsize length,
    guint times)
{
  add_step (answer, STEP_FLOOD, data, length, times, 0);
}

void
test_answer_upload_length (TestAnswer * answer)
{
  add_step (answer, STEP_LENGTH, NULL, 0, 0, 0);
}

void
test_answer_text (TestAnswer * answer, const gchar * text)
{
  test_answer_body (answer, text, strlen (text));
}

void
test_answer_wait (TestAnswer * answer, guint milliseconds)
{
  add_step (answer, STEP_WAIT, NULL, 0, milliseconds, 0);
}

void
test_answer_hold (TestAnswer * answer)
{
  add_step (answer, STEP_HOLD, NULL, 0, 0, 0);
}

void
test_answer_release (TestAnswer * answer)
{
  TestServer *server = answer->server;

  g_mutex_lock (&server->lock);
  answer->releases++;
  g_cond_broadcast (&server->cond);
  g_mutex_unlock (&server->lock);
}

void
test_answer_fault (TestAnswer * answer, TestFault fault)
{
  add_step (answer, STEP_FAULT, NULL, 0, 0, fault);
}

void
test_answer_framing (TestAnswer * answer, TestFraming framing)
{
  answer->framing = framing;
}

void
test_answer_claim_length (TestAnswer * answer, gsize length)
{
  answer->framing = TEST_FRAMING_LENGTH;
  answer->claims_length = TRUE;
  answer->claimed_length = length;
}

void
test_answer_raw (TestAnswer * answer, gconstpointer data, gsize length)
{
  add_step (answer, STEP_RAW, data, length, 0, 0);
}

void
test_answer_early (TestAnswer * answer, gsize body_bytes)
{
  answer->early = TRUE;
  answer->early_bytes = body_bytes;
}

void
test_answer_for_field (TestAnswer * answer, const gchar * name,
    const gchar * value)
{
  answer->field = g_strdup (name);
  answer->value = g_strdup (value);
}

void
test_server_clear_answers (TestServer * server)
{
  g_mutex_lock (&server->lock);
  for (guint i = server->answers->len; i-- > 0;) {
    TestAnswer *answer = g_ptr_array_index (server->answers, i);

    if (answer->request < 0)
      g_ptr_array_remove_index (server->answers, i);
  }
  g_mutex_unlock (&server->lock);
}

static gboolean
fits (TestAnswer * answer, TestRequest * request)
{
  return !answer->field || (request->complete
      && g_strcmp0 (test_request_field (request, answer->field),
          answer->value) == 0);
}

/* The one that is next, before it is taken. Called with the lock held. */
static TestAnswer *
find_answer (TestServer * server, TestRequest * request)
{
  TestAnswer *last = NULL;

  for (guint i = 0; i < server->answers->len; i++) {
    TestAnswer *answer = g_ptr_array_index (server->answers, i);

    if (!fits (answer, request))
      continue;
    if (answer->request < 0)
      return answer;
    last = answer;
  }
  return last;
}

static gssize
receive (Connection * connection)
{
  guint8 buffer[65536];
  gssize n = g_socket_receive (connection->socket, (gchar *) buffer,
      sizeof buffer, NULL, NULL);

  if (n > 0)
    g_byte_array_append (connection->in, buffer, n);
  return n;
}

static gboolean
transmit (Connection * connection, gconstpointer data, gsize length)
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
read_until (Connection * connection, const gchar * mark)
{
  gsize length = strlen (mark);
  const guint8 *found;
  gchar *text;

  while (!(connection->in->len > 0
          && (found = memmem (connection->in->data, connection->in->len, mark,
                  length)))) {
    if (connection->in->len > 1024 * 1024 || receive (connection) <= 0)
      return NULL;
  }
  text = g_strndup ((gchar *) connection->in->data,
      found - connection->in->data);
  g_byte_array_remove_range (connection->in, 0,
      found - connection->in->data + length);
  return text;
}

/* Reads and records @length bytes of the body, or fewer up to @stop_at of all.
 * FALSE: the connection ended. */
static gboolean
read_body_bytes (Connection * connection, TestRequest * request, gsize length)
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
complete (Connection * connection, TestRequest * request)
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
read_body (Connection * connection, TestRequest * request, gsize enough)
{
  const gchar *length = test_request_header (request, "Content-Length");

  if (!request->chunked) {
    gsize total = length ? g_ascii_strtoull (length, NULL, 10) : 0;

    if (!read_body_bytes (connection, request,
            MIN (total, enough) - MIN (request->body->len, enough)))
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
body_size (TestAnswer * answer)
{
  gsize size = 0;

  for (guint i = 0; i < answer->steps->len; i++) {
    const Step *step = g_ptr_array_index (answer->steps, i);
    size += step->kind == STEP_BODY ? g_bytes_get_size (step->bytes) : 0;
  }
  return size;
}

static gboolean
send_head (Connection * connection, TestAnswer * answer)
{
  GString *head = g_string_new (NULL);
  gboolean sent;

  g_string_append_printf (head, "HTTP/1.1 %u %s\r\n", answer->status,
      answer->status < 300 ? "OK" : "Scripted");
  if (answer->content_type)
    g_string_append_printf (head, "Content-Type: %s\r\n",
        answer->content_type);
  g_string_append (head, answer->headers->str);
  if (answer->framing == TEST_FRAMING_CHUNKED)
    g_string_append (head, "Transfer-Encoding: chunked\r\n\r\n");
  else if (answer->framing == TEST_FRAMING_LENGTH)
    g_string_append_printf (head, "Content-Length: %" G_GSIZE_FORMAT
        "\r\n\r\n", answer->claims_length ? answer->claimed_length :
        body_size (answer));
  else
    g_string_append (head, "Connection: close\r\n\r\n");
  sent = transmit (connection, head->str, head->len);
  g_string_free (head, TRUE);
  return sent;
}

static gboolean
send_piece (Connection * connection, TestAnswer * answer, GBytes * bytes,
    gboolean raw)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autoptr (GByteArray) chunk = NULL;
  g_autofree gchar *head = NULL;

  if (raw || answer->framing != TEST_FRAMING_CHUNKED)
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
send_flood (Connection * connection, TestAnswer * answer, const Step * step,
    gboolean raw)
{
  for (guint i = 0; i < step->milliseconds; i++) {
    if (!send_piece (connection, answer, step->bytes, raw))
      return FALSE;
  }
  return TRUE;
}

static gboolean
send_length (Connection * connection, TestAnswer * answer)
{
  const TestPart *file = test_request_file (connection->request);
  g_autofree gchar *text = g_strdup_printf ("{\"text\":\"%" G_GSIZE_FORMAT
      "\"}", file ? g_bytes_get_size (file->data) : 0);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return send_head (connection, answer)
      && send_piece (connection, answer, bytes, FALSE);
}

static gboolean
pass_time (TestServer * server, guint milliseconds)
{
  gint64 until = g_get_monotonic_time () + milliseconds * 1000;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  while (!server->closing
      && g_cond_wait_until (&server->cond, &server->lock, until));
  return !server->closing;
}

/* The so-manyth of this answer. */
static gboolean
hold (TestServer * server, TestAnswer * answer, guint n)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  while (!server->closing && answer->releases < n)
    g_cond_wait (&server->cond, &server->lock);
  return !server->closing;
}

/* Called before the last bytes of an answer: who has all of it may ask again
 * elsewhere at once. */
static void
serve_ended (Connection * connection)
{
  TestServer *server = connection->server;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  server->n_serving -= connection->serving ? 1 : 0;
  connection->serving = FALSE;
}

static void
play_fault (Connection * connection, TestFault fault)
{
  struct linger linger = { 1, 0 };

  if (fault == TEST_FAULT_RESET)
    setsockopt (g_socket_get_fd (connection->socket), SOL_SOCKET, SO_LINGER,
        &linger, sizeof linger);
  /* Until the client or the server gives up. */
  if (fault == TEST_FAULT_STALL) {
    gchar byte;
    while (g_socket_receive (connection->socket, &byte, 1, NULL, NULL) > 0);
  }
}

/* FALSE: the connection is over. */
static gboolean
play (Connection * connection, TestAnswer * answer)
{
  TestServer *server = connection->server;
  gboolean head_sent = FALSE, raw = FALSE, goes_on = TRUE;
  guint holds = 0;

  for (guint i = 0; goes_on && i < answer->steps->len; i++) {
    const Step *step = g_ptr_array_index (answer->steps, i);

    switch (step->kind) {
      case STEP_RAW:
        raw = TRUE;
        goes_on = send_piece (connection, answer, step->bytes, TRUE);
        break;
      case STEP_LENGTH:
        goes_on = send_length (connection, answer);
        head_sent = TRUE;
        break;
      case STEP_FLOOD:
        if (!head_sent && !raw)
          goes_on = send_head (connection, answer);
        head_sent = TRUE;
        goes_on = goes_on && send_flood (connection, answer, step, raw);
        break;
      case STEP_BODY:
        if (!head_sent && !raw)
          goes_on = send_head (connection, answer);
        head_sent = TRUE;
        if (answer->framing == TEST_FRAMING_LENGTH
            && i + 1 == answer->steps->len)
          serve_ended (connection);
        goes_on = goes_on
            && send_piece (connection, answer, step->bytes, raw);
        break;
      case STEP_WAIT:
        goes_on = pass_time (server, step->milliseconds);
        break;
      case STEP_HOLD:
        goes_on = hold (server, answer, ++holds);
        break;
      case STEP_FAULT:
        play_fault (connection, step->fault);
        return FALSE;
    }
  }
  if (!goes_on || raw)
    return FALSE;
  serve_ended (connection);
  if (!head_sent && !send_head (connection, answer))
    return FALSE;
  if (answer->framing == TEST_FRAMING_CHUNKED)
    return transmit (connection, "0\r\n\r\n", 5);
  return answer->framing == TEST_FRAMING_LENGTH && !answer->claims_length;
}

static void
serve_begun (Connection * connection, TestRequest * request)
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

static TestAnswer *
take_answer (TestServer * server, TestRequest * request, gboolean early)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  TestAnswer *answer = find_answer (server, request);

  if (!answer || (early && !answer->early))
    return NULL;
  if (answer->request < 0)
    answer->request = request->index;
  g_cond_broadcast (&server->cond);
  return answer;
}

/* One who asks whether the body is wanted. */
static gboolean
say_go_on (Connection * connection, TestRequest * request)
{
  static const gchar go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

  return !test_request_header (request, "Expect")
      || transmit (connection, go_on, strlen (go_on));
}

static gboolean
serve_request (Connection * connection, TestRequest * request)
{
  static const gchar none[] = "HTTP/1.1 500 Scripted\r\n"
      "Content-Type: text/plain\r\nContent-Length: 18\r\n\r\nno answer scripted";
  TestServer *server = connection->server;
  TestAnswer *answer = take_answer (server, request, TRUE);

  connection->request = request;
  if (answer)
    return read_body (connection, request, answer->early_bytes)
        && play (connection, answer)
        && !test_request_header (request, "Expect")
        && read_body (connection, request, G_MAXSIZE);
  if (!say_go_on (connection, request)
      || !read_body (connection, request, G_MAXSIZE))
    return FALSE;
  answer = take_answer (server, request, FALSE);
  if (!answer)
    return transmit (connection, none, strlen (none));
  return play (connection, answer);
}

static void
serve_connection (Connection * connection)
{
  TestServer *server = connection->server;
  gboolean goes_on = TRUE;

  while (goes_on) {
    g_autofree gchar *head = read_until (connection, "\r\n\r\n");
    TestRequest *request = head ? test_request_parse (head) : NULL;

    if (!request)
      return;
    request->connection = connection->index;
    serve_begun (connection, request);
    goes_on = serve_request (connection, request);
    serve_ended (connection);
    g_mutex_lock (&server->lock);
    if (server->forgetful)
      test_request_forget (request);
    g_mutex_unlock (&server->lock);
  }
}

static void
server_clear (gpointer data)
{
  TestServer *server = data;

  g_main_loop_unref (server->loop);
  g_main_context_unref (server->context);
  g_ptr_array_unref (server->answers);
  g_ptr_array_unref (server->requests);
  g_hash_table_unref (server->open);
  g_free (server->base_url);
  g_cond_clear (&server->cond);
  g_mutex_clear (&server->lock);
}

static void
server_unref (TestServer * server)
{
  g_atomic_rc_box_release_full (server, server_clear);
}

static void
on_closed (gpointer server, GClosure * closure)
{
  server_unref (server);
}

static gboolean
on_connection (GThreadedSocketService * service, GSocketConnection * socket,
    GObject * source, TestServer * server)
{
  Connection connection = { server, g_socket_connection_get_socket (socket),
    g_byte_array_new (), 0, NULL, FALSE
  };

  g_mutex_lock (&server->lock);
  connection.index = server->n_connections++;
  g_hash_table_add (server->open, connection.socket);
  server->n_handlers++;
  if (server->closing)
    g_socket_shutdown (connection.socket, TRUE, TRUE, NULL);
  g_mutex_unlock (&server->lock);

  g_socket_set_option (connection.socket, IPPROTO_TCP, 1, 1, NULL);
  serve_connection (&connection);
  g_byte_array_unref (connection.in);

  g_mutex_lock (&server->lock);
  g_hash_table_remove (server->open, connection.socket);
  g_mutex_unlock (&server->lock);
  g_io_stream_close (G_IO_STREAM (socket), NULL, NULL);

  g_mutex_lock (&server->lock);
  server->n_handlers--;
  g_cond_broadcast (&server->cond);
  g_mutex_unlock (&server->lock);
  return TRUE;
}

static void
start_listening (TestServer * server)
{
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new (loopback, server->port);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;

  server->service = g_threaded_socket_service_new (-1);
  /* A connection that was accepted may be handled when all is over. */
  g_signal_connect_data (server->service, "run", G_CALLBACK (on_connection),
      g_atomic_rc_box_acquire (server), on_closed, 0);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (server->service),
          address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
          &effective, &error))
    g_error ("%s", error->message);
  server->port =
      g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  g_socket_service_start (server->service);
}

static void
shut_down (gpointer socket, gpointer value, gpointer user_data)
{
  g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

/* On the server's own thread. */
static gboolean
do_stop (gpointer data)
{
  TestServer *server = data;

  g_socket_service_stop (server->service);
  g_socket_listener_close (G_SOCKET_LISTENER (server->service));
  g_mutex_lock (&server->lock);
  g_clear_object (&server->service);
  g_cond_broadcast (&server->cond);
  g_mutex_unlock (&server->lock);
  return G_SOURCE_REMOVE;
}

static gboolean
do_start (gpointer data)
{
  TestServer *server = data;

  g_mutex_lock (&server->lock);
  start_listening (server);
  server->closing = FALSE;
  g_cond_broadcast (&server->cond);
  g_mutex_unlock (&server->lock);
  return G_SOURCE_REMOVE;
}

void
test_server_pause (TestServer * server)
{
  g_mutex_lock (&server->lock);
  server->closing = TRUE;
  g_hash_table_foreach (server->open, shut_down, NULL);
  g_cond_broadcast (&server->cond);
  g_mutex_unlock (&server->lock);

  g_main_context_invoke (server->context, do_stop, server);
  g_mutex_lock (&server->lock);
  while (server->service || server->n_handlers > 0)
    g_cond_wait (&server->cond, &server->lock);
  g_mutex_unlock (&server->lock);
}

void
test_server_resume (TestServer * server)
{
  g_main_context_invoke (server->context, do_start, server);
  g_mutex_lock (&server->lock);
  while (!server->service)
    g_cond_wait (&server->cond, &server->lock);
  g_mutex_unlock (&server->lock);
}

static gpointer
run (gpointer data)
{
  TestServer *server = data;

  g_main_context_push_thread_default (server->context);
  g_main_loop_run (server->loop);
  while (g_main_context_iteration (server->context, FALSE));
  g_main_context_pop_thread_default (server->context);
  return NULL;
}

TestServer *
test_server_new (void)
{
  TestServer *server = g_atomic_rc_box_new0 (TestServer);

  g_mutex_init (&server->lock);
  g_cond_init (&server->cond);
  server->answers = g_ptr_array_new_with_free_func (answer_free);
  server->requests =
      g_ptr_array_new_with_free_func ((GDestroyNotify) test_request_unref);
  server->open = g_hash_table_new (NULL, NULL);
  server->context = g_main_context_new ();
  server->loop = g_main_loop_new (server->context, FALSE);
  server->thread = g_thread_new ("test-server", run, server);
  test_server_resume (server);
  server->base_url = g_strdup_printf ("http://127.0.0.1:%u/v1", server->port);
  return server;
}

static gboolean
do_quit (gpointer data)
{
  g_main_loop_quit (((TestServer *) data)->loop);
  return G_SOURCE_REMOVE;
}

void
test_server_free (TestServer * server)
{
  if (!server)
    return;
  if (server->service)
    test_server_pause (server);
  g_main_context_invoke (server->context, do_quit, server);
  g_thread_join (server->thread);
  server_unref (server);
}

const gchar *
test_server_base_url (TestServer * server)
{
  return server->base_url;
}

void
test_server_forget (TestServer * server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  server->forgetful = TRUE;
}

guint
test_server_n_requests (TestServer * server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  return server->requests->len;
}

gint
test_answer_request (TestAnswer * answer, gdouble seconds)
{
  TestServer *server = answer->server;
  gint64 until = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  while (answer->request < 0
      && g_cond_wait_until (&server->cond, &server->lock, until));
  return answer->request;
}

gboolean
test_server_all_closed (TestServer * server, gdouble seconds)
{
  gint64 until = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  while (server->n_handlers > 0
      && g_cond_wait_until (&server->cond, &server->lock, until));
  return server->n_handlers == 0;
}

guint
test_server_n_connections (TestServer * server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  return server->n_connections;
}

guint
test_server_max_parallel (TestServer * server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  return server->max_serving;
}

static gboolean
has_arrived (TestServer * server, guint index, gboolean whole)
{
  TestRequest *request = index < server->requests->len ?
      g_ptr_array_index (server->requests, index) : NULL;

  return request && (request->complete || !whole);
}

TestRequest *
test_server_request (TestServer * server, guint index, gboolean whole,
    gdouble seconds)
{
  gint64 until = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  while (!has_arrived (server, index, whole)) {
    if (!g_cond_wait_until (&server->cond, &server->lock, until))
      return NULL;
  }
  return test_request_snapshot (g_ptr_array_index (server->requests, index));
}
