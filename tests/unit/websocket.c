// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* WebSockets against a scripted server: what is refused, what is too much, and how it
 * ends. */

#include "client/websocket.h"

#include <string.h>

#include "client/error.h"
#include "server/sessions.h"

/* For what comes at once, on a machine that may be held up. */
#define WAIT_SECONDS 60

#define KEY "sk-never-shown-anywhere"

/* One WebSocket, and what has come of it. */
typedef struct
{
  OpenaiClient *client;
  OpenaiWebsocketLimits limits;
  OpenaiWebsocket *socket; /* I/O thread */
  const gchar *to_send;
  gsize in_all; /* bytes that were sent */

  GMutex lock;
  GCond cond;
  guint opened;
  guint messages;
  gsize last_length;
  guint rooms;
  guint calls;
  guint closed;
  guint code;
  gboolean worth_retry;
  GError *error;
} Peer;

static void
count (Peer *peer, guint *counter)
{
  g_mutex_lock (&peer->lock);
  (*counter)++;
  g_cond_broadcast (&peer->cond);
  g_mutex_unlock (&peer->lock);
}

static void
wait_for (Peer *peer, guint *counter, guint least)
{
  gint64 until = g_get_monotonic_time () + WAIT_SECONDS * G_USEC_PER_SEC;

  g_mutex_lock (&peer->lock);
  while (*counter < least)
    g_assert_true (g_cond_wait_until (&peer->cond, &peer->lock, until));
  g_mutex_unlock (&peer->lock);
}

static void
on_opened (OpenaiWebsocket *socket, gpointer data)
{
  count (data, &((Peer *) data)->opened);
}

static void
on_message (OpenaiWebsocket *socket, const gchar *text, gsize length, gpointer data)
{
  Peer *peer = data;

  g_assert_cmpuint (strlen (text), ==, length);
  peer->last_length = length;
  count (peer, &peer->messages);
}

static void
on_room (OpenaiWebsocket *socket, gpointer data)
{
  count (data, &((Peer *) data)->rooms);
}

static void
on_closed (OpenaiWebsocket *socket, guint code, const GError *error, gpointer data)
{
  Peer *peer = data;

  peer->code = code;
  peer->error = error ? g_error_copy (error) : NULL;
  peer->worth_retry = openai_websocket_is_worth_retry (socket, code, error);
  count (peer, &peer->closed);
}

static const OpenaiWebsocketFuncs peer_funcs = {
  .opened = on_opened,
  .message = on_message,
  .room = on_room,
  .closed = on_closed,
};

typedef struct
{
  Peer *peer;
  void (*func) (Peer *peer);
} Job;

static gboolean
run_job (gpointer data)
{
  Job *job = data;
  Peer *peer = job->peer;

  job->func (peer);
  count (peer, &peer->calls);
  return G_SOURCE_REMOVE;
}

/* On the I/O thread; waits for it. */
static void
call (Peer *peer, void (*func) (Peer *))
{
  Job job = { peer, func };
  guint calls = peer->calls;

  openai_io_invoke (openai_client_io (peer->client), run_job, &job, NULL);
  wait_for (peer, &peer->calls, calls + 1);
}

static void
do_open (Peer *peer)
{
  peer->socket = openai_websocket_new (
      peer->client, "/realtime?intent=transcription", &peer->limits, &peer_funcs, peer);
}

static void
do_send (Peer *peer)
{
  if (!peer->socket)
    return;
  openai_websocket_send (peer->socket, peer->to_send);
}

static void
do_close (Peer *peer)
{
  openai_websocket_close (peer->socket);
}

static void
do_free (Peer *peer)
{
  g_clear_pointer (&peer->socket, openai_websocket_free);
}

static void
peer_connect (Peer *peer, const gchar *base_url)
{
  OpenaiEndpoint endpoint = { .base_url = (gchar *) base_url, .api_key = (gchar *) KEY };
  g_autoptr (GError) error = NULL;

  memset (peer, 0, sizeof *peer);
  g_mutex_init (&peer->lock);
  g_cond_init (&peer->cond);
  peer->limits = (OpenaiWebsocketLimits) { WAIT_SECONDS * 1000, 0, 16 * 1024 * 1024 };
  peer->client = openai_client_acquire (&endpoint, &error);
  g_assert_no_error (error);
}

static void
peer_clear (Peer *peer)
{
  call (peer, do_free);
  openai_client_release (peer->client);
  g_clear_error (&peer->error);
  g_mutex_clear (&peer->lock);
  g_cond_clear (&peer->cond);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Peer, peer_clear)

/* The test's own commands: {"type":"echo"…}, {"type":"length","length":N},
 * {"type":"close","code":N,"reason":…}, {"type":"drop"}. */
static void
on_command (TestSession *session, const gchar *type, JsonObject *event, const gchar *text,
    gpointer data)
{
  if (g_str_equal (type, "echo"))
    test_session_send (session, text);
  else if (g_str_equal (type, "drop"))
    test_session_drop (session);
  else if (g_str_equal (type, "close"))
    test_session_close (session, json_object_get_int_member (event, "code"),
        json_object_get_string_member_with_default (event, "reason", NULL));
  else if (g_str_equal (type, "length")) {
    g_autofree gchar *long_text =
        g_strnfill (json_object_get_int_member (event, "length"), 'x');
    test_session_send (session, long_text);
  }
}

static const TestSessionFuncs commands = { .message = on_command };

static void
command (Peer *peer, const gchar *text)
{
  peer->to_send = text;
  call (peer, do_send);
}

static void
test_messages (void)
{
  g_autoptr (TestSessions) server = test_sessions_new (&commands, NULL);
  g_auto (Peer) peer = { 0 };
  g_autofree gchar *path = NULL, *key = NULL, *extensions = NULL;

  peer_connect (&peer, test_sessions_base_url (server));
  call (&peer, do_open);
  command (&peer, "{\"type\":\"echo\",\"n\":\"before it is open\"}");
  wait_for (&peer, &peer.opened, 1);
  command (&peer, "{\"type\":\"echo\",\"n\":\"two\"}");
  wait_for (&peer, &peer.messages, 2);
  path = test_sessions_path (server);
  key = test_sessions_header (server, "Authorization");
  extensions = test_sessions_header (server, "Sec-WebSocket-Extensions");
  g_assert_cmpstr (path, ==, "/v1/realtime?intent=transcription");
  g_assert_cmpstr (key, ==, "Bearer " KEY);
  g_assert_null (extensions);
  call (&peer, do_close);
  wait_for (&peer, &peer.closed, 1);
  g_assert_no_error (peer.error);
  g_assert_cmpuint (peer.code, ==, 1000);
}

/* ws:// is the same address. */
static void
test_scheme (void)
{
  g_autoptr (TestSessions) server = test_sessions_new (&commands, NULL);
  g_autofree gchar *url = g_strconcat ("ws", test_sessions_base_url (server) + 4, NULL);
  g_auto (Peer) peer = { 0 };

  peer_connect (&peer, url);
  call (&peer, do_open);
  wait_for (&peer, &peer.opened, 1);
}

static void
test_long_messages (void)
{
  g_autoptr (TestSessions) server = test_sessions_new (&commands, NULL);
  g_auto (Peer) peer = { 0 };

  peer_connect (&peer, test_sessions_base_url (server));
  call (&peer, do_open);
  command (&peer, "{\"type\":\"length\",\"length\":131073}");
  wait_for (&peer, &peer.messages, 1);
  g_assert_cmpuint (peer.last_length, ==, 131073);
  command (&peer, "{\"type\":\"length\",\"length\":1048576}");
  wait_for (&peer, &peer.messages, 2);
  g_assert_cmpuint (peer.last_length, ==, 1048576);
  command (&peer, "{\"type\":\"length\",\"length\":16777217}");
  wait_for (&peer, &peer.closed, 1);
  g_assert_error (peer.error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
  g_assert_cmpuint (peer.messages, ==, 2);
  g_assert_false (peer.worth_retry);
}

static void
check_refusal (guint status, gboolean worth_retry)
{
  static const gchar *const headers[] = { "Retry-After", "7", "x-request-id", "req_12",
    NULL };
  g_autoptr (TestSessions) server = test_sessions_new (&commands, NULL);
  g_auto (Peer) peer = { 0 };
  OpenaiErrorDetails *details;

  test_sessions_refuse (server, status, headers,
      "{\"error\":{\"message\":\"The key " KEY " is not\\n one of ours\","
      "\"type\":\"t\",\"code\":\"c\"}}");
  peer_connect (&peer, test_sessions_base_url (server));
  call (&peer, do_open);
  wait_for (&peer, &peer.closed, 1);
  g_assert_error (peer.error, OPENAI_ERROR, OPENAI_ERROR_HTTP);
  g_assert_cmpstr (peer.error->message, ==, "The key *** is not one of ours");
  details = openai_error_details (peer.error);
  g_assert_cmpuint (details->status, ==, status);
  g_assert_cmpstr (details->code, ==, "c");
  g_assert_cmpstr (details->request_id, ==, "req_12");
  g_assert_cmpuint (peer.code, ==, 0);
  g_assert_cmpint (peer.worth_retry, ==, worth_retry);
  g_assert_cmpuint (test_sessions_n_handshakes (server), ==, 1);
}

static void
test_refusals (void)
{
  check_refusal (400, FALSE);
  check_refusal (401, FALSE);
  check_refusal (403, FALSE);
  check_refusal (404, FALSE);
  check_refusal (426, FALSE);
  check_refusal (429, TRUE);
  check_refusal (500, TRUE);
  check_refusal (503, TRUE);
}

static void
test_redirect (void)
{
  g_autoptr (TestSessions) server = test_sessions_new (&commands, NULL);
  g_autoptr (TestSessions) other = test_sessions_new (&commands, NULL);
  const gchar *headers[] = { "Location", test_sessions_base_url (other), NULL };
  g_auto (Peer) peer = { 0 };

  test_sessions_refuse (server, 302, headers, "");
  peer_connect (&peer, test_sessions_base_url (server));
  call (&peer, do_open);
  wait_for (&peer, &peer.closed, 1);
  g_assert_error (peer.error, OPENAI_ERROR, OPENAI_ERROR_HTTP);
  g_assert_nonnull (strstr (peer.error->message, test_sessions_base_url (other)));
  g_assert_cmpuint (test_sessions_n_handshakes (other), ==, 0);
}

static void
test_no_websocket (void)
{
  g_autoptr (TestSessions) server = test_sessions_new (&commands, NULL);
  g_auto (Peer) peer = { 0 };

  test_sessions_refuse (server, 200, NULL, "{\"object\":\"list\"}");
  peer_connect (&peer, test_sessions_base_url (server));
  call (&peer, do_open);
  wait_for (&peer, &peer.closed, 1);
  g_assert_error (peer.error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
  g_assert_false (peer.worth_retry);
}

static void
test_no_server (void)
{
  TestSessions *server = test_sessions_new (&commands, NULL);
  g_auto (Peer) peer = { 0 };

  peer_connect (&peer, test_sessions_base_url (server));
  test_sessions_pause (server);
  call (&peer, do_open);
  wait_for (&peer, &peer.closed, 1);
  g_assert_error (peer.error, OPENAI_ERROR, OPENAI_ERROR_CONNECT);
  g_assert_true (peer.worth_retry);
  test_sessions_free (server);
}

static void
check_mute (TestMute what, OpenaiWebsocketLimits limits, guint code)
{
  g_autoptr (TestSessions) server = test_sessions_new (&commands, NULL);
  g_auto (Peer) peer = { 0 };

  test_sessions_mute (server, what);
  peer_connect (&peer, test_sessions_base_url (server));
  peer.limits = limits;
  call (&peer, do_open);
  wait_for (&peer, &peer.closed, 1);
  g_assert_error (peer.error, OPENAI_ERROR, OPENAI_ERROR_TIMEOUT);
  g_assert_cmpuint (peer.code, ==, code);
  g_assert_true (peer.worth_retry);
}

static void
test_silent_peers (void)
{
  check_mute (TEST_MUTE_HANDSHAKE, (OpenaiWebsocketLimits) { 500, 0, 0 }, 0);
  check_mute (TEST_MUTE_PONG, (OpenaiWebsocketLimits) { 0, 3000, 0 }, 1006);
  check_mute (TEST_MUTE_READING, (OpenaiWebsocketLimits) { 0, 3000, 0 }, 1006);
}

/* One that answers pings is not silent. */
static void
test_pings (void)
{
  g_autoptr (TestSessions) server = test_sessions_new (&commands, NULL);
  g_auto (Peer) peer = { 0 }, timer = { 0 };

  peer_connect (&peer, test_sessions_base_url (server));
  peer.limits.silence = 3000;
  call (&peer, do_open);
  wait_for (&peer, &peer.opened, 1);
  /* Takes as long as it may be silent, and was begun later. */
  test_sessions_mute (server, TEST_MUTE_HANDSHAKE);
  peer_connect (&timer, test_sessions_base_url (server));
  timer.limits.connect = 4500;
  call (&timer, do_open);
  wait_for (&timer, &timer.closed, 1);
  g_assert_cmpuint (peer.closed, ==, 0);
  command (&peer, "{\"type\":\"echo\"}");
  wait_for (&peer, &peer.messages, 1);
}

static void
check_close (const gchar *ask, guint code, const gchar *words)
{
  g_autoptr (TestSessions) server = test_sessions_new (&commands, NULL);
  g_auto (Peer) peer = { 0 };

  peer_connect (&peer, test_sessions_base_url (server));
  call (&peer, do_open);
  command (&peer, ask);
  wait_for (&peer, &peer.closed, 1);
  g_assert_error (peer.error, OPENAI_ERROR, OPENAI_ERROR_BROKEN);
  g_assert_cmpuint (peer.code, ==, code);
  g_assert_true (peer.worth_retry);
  g_assert_nonnull (strstr (peer.error->message, words));
}

static void
test_closes (void)
{
  check_close ("{\"type\":\"close\",\"code\":1000}", 1000, "1000");
  check_close (
      "{\"type\":\"close\",\"code\":1001,\"reason\":\"over\"}", 1001, "1001: over");
  check_close ("{\"type\":\"close\",\"code\":1011}", 1011, "1011");
  check_close (
      "{\"type\":\"close\",\"code\":4000,\"reason\":\"" KEY "\"}", 4000, "4000: ***");
  check_close ("{\"type\":\"close\",\"code\":0}", 1005, "1005");
  check_close ("{\"type\":\"drop\"}", 1006, "1006");
}

/* A second of audio, as it goes over the wire. */
#define SECOND 64600

static void
do_flood (Peer *peer)
{
  g_autofree gchar *text = g_strnfill (6400, 'a');

  while (openai_websocket_has_room (peer->socket) && peer->in_all < 64 * 1024 * 1024) {
    openai_websocket_send (peer->socket, text);
    peer->in_all += strlen (text);
  }
}

static void
test_back_pressure (void)
{
  g_autoptr (TestSessions) server = test_sessions_new (&commands, NULL);
  g_auto (Peer) peer = { 0 };

  test_sessions_mute (server, TEST_MUTE_READING);
  peer_connect (&peer, test_sessions_base_url (server));
  call (&peer, do_open);
  wait_for (&peer, &peer.opened, 1);
  call (&peer, do_flood);
  g_assert_cmpuint (peer.in_all, <, 64 * 1024 * 1024);
  g_assert_cmpuint (openai_websocket_queued (peer.socket), <, SECOND);
}

/* One that reads gets everything, in order, however much it is. */
static void
test_room (void)
{
  g_autoptr (TestSessions) server = test_sessions_new (&commands, NULL);
  g_auto (Peer) peer = { 0 };

  peer_connect (&peer, test_sessions_base_url (server));
  call (&peer, do_open);
  wait_for (&peer, &peer.opened, 1);
  while (peer.in_all < 64 * 1024 * 1024) {
    gsize before = peer.in_all;
    guint rooms = peer.rooms;

    call (&peer, do_flood);
    if (peer.in_all == before)
      wait_for (&peer, &peer.rooms, rooms + 1);
  }
  command (&peer, "{\"type\":\"echo\"}");
  wait_for (&peer, &peer.messages, 1);
}

/* The peer never says good-bye. */
static void
test_slow_close (void)
{
  g_autoptr (TestSessions) server = test_sessions_new (&commands, NULL);
  g_auto (Peer) peer = { 0 };

  test_sessions_mute (server, TEST_MUTE_PONG);
  peer_connect (&peer, test_sessions_base_url (server));
  call (&peer, do_open);
  wait_for (&peer, &peer.opened, 1);
  call (&peer, do_close);
  wait_for (&peer, &peer.closed, 1);
  g_assert_no_error (peer.error);
}

static void
test_exposed (void)
{
  g_auto (Peer) peer = { 0 };

  peer_connect (&peer, "ws://192.0.2.1/v1");
  call (&peer, do_open);
  wait_for (&peer, &peer.closed, 1);
  g_assert_error (peer.error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS);
  g_assert_nonnull (strstr (peer.error->message, "allow-insecure"));
}

/* No hook is called after it, in whatever state it was. */
static void
test_free (void)
{
  g_autoptr (TestSessions) server = test_sessions_new (&commands, NULL);

  for (guint i = 0; i < 40; i++) {
    g_auto (Peer) peer = { 0 };

    peer_connect (&peer, test_sessions_base_url (server));
    call (&peer, do_open);
    for (guint turns = g_test_rand_int_range (0, 20); turns > 0; turns--)
      g_thread_yield ();
    if (i % 3 == 1)
      wait_for (&peer, &peer.opened, 1);
    if (i % 5 == 1)
      call (&peer, do_close);
    call (&peer, do_free);
    peer.opened = peer.closed = 0;
    command (&peer, NULL);
    g_assert_cmpuint (peer.opened + peer.closed, ==, 0);
  }
  g_assert_true (test_sessions_all_closed (server, WAIT_SECONDS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* libsoup's server warns of a peer that is gone before it is accepted. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  g_test_add_func ("/websocket/messages", test_messages);
  g_test_add_func ("/websocket/scheme", test_scheme);
  g_test_add_func ("/websocket/long-messages", test_long_messages);
  g_test_add_func ("/websocket/refusals", test_refusals);
  g_test_add_func ("/websocket/redirect", test_redirect);
  g_test_add_func ("/websocket/no-websocket", test_no_websocket);
  g_test_add_func ("/websocket/no-server", test_no_server);
  g_test_add_func ("/websocket/silent-peers", test_silent_peers);
  g_test_add_func ("/websocket/pings", test_pings);
  g_test_add_func ("/websocket/closes", test_closes);
  g_test_add_func ("/websocket/back-pressure", test_back_pressure);
  g_test_add_func ("/websocket/room", test_room);
  g_test_add_func ("/websocket/slow-close", test_slow_close);
  g_test_add_func ("/websocket/exposed", test_exposed);
  g_test_add_func ("/websocket/free", test_free);
  return g_test_run ();
}
