// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The connection that is made before the first request. */

#include <string.h>

#include "call.h"
#include "client/log.h"
#include "server/server.h"

static const OpenaiLimits limits = { .max_retries = 0 };

static GMutex lock;
static GCond cond;
static guint n_connected; /* protected by lock */

static gboolean
log_is_on (OpenaiLogLevel level)
{
  return TRUE;
}

static void
log_line (OpenaiLogLevel level, const gchar *file, const gchar *function, gint line,
    const gchar *text)
{
  g_mutex_lock (&lock);
  n_connected += g_str_has_prefix (text, "connected to ");
  g_cond_signal (&cond);
  g_mutex_unlock (&lock);
}

static const OpenaiLogHook hook = { log_is_on, log_line };

static void
wait_until_connected (void)
{
  gint64 until = g_get_monotonic_time () + 50 * G_USEC_PER_SEC;

  g_mutex_lock (&lock);
  while (n_connected == 0)
    g_assert_true (g_cond_wait_until (&cond, &lock, until));
  g_mutex_unlock (&lock);
}

static OpenaiClient *
client_new (TestServer *server)
{
  OpenaiEndpoint endpoint = { .base_url = (gchar *) test_server_base_url (server) };
  g_autoptr (GError) error = NULL;
  OpenaiClient *client = openai_client_acquire (&endpoint, &error);

  g_assert_no_error (error);
  return client;
}

/* The first request goes over it. */
static void
test_preconnect (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  OpenaiClient *client = client_new (server);
  g_auto (Call) call = { 0 };

  test_server_answer_with (server, 200, "text/plain", "fine");
  openai_client_preconnect (client);
  openai_client_preconnect (client);
  wait_until_connected ();
  g_assert_cmpuint (test_server_n_requests (server), ==, 0);
  call_init (&call, NULL);
  call_run (&call, client, &limits);
  g_assert_no_error (call.error);
  openai_client_preconnect (client);
  g_assert_cmpuint (test_server_n_requests (server), ==, 1);
  openai_client_release (client);
  g_assert_cmpuint (test_server_n_connections (server), ==, 1);
}

/* No server keeps a client from being released: neither one that is not there, nor one
 * that does not answer a handshake. */
static void
test_is_no_duty (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GSocketListener) mute = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (mute, NULL, NULL);
  g_autofree gchar *url = g_strdup_printf ("https://127.0.0.1:%u/v1", port);
  OpenaiEndpoint endpoint = { .base_url = url };
  OpenaiClient *client = client_new (server);

  test_server_pause (server);
  openai_client_preconnect (client);
  openai_client_release (client);
  client = openai_client_acquire (&endpoint, NULL);
  openai_client_preconnect (client);
  openai_client_release (client);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  openai_log_set_hook (&hook);
  g_test_add_func ("/client/preconnect", test_preconnect);
  g_test_add_func ("/client/preconnect-is-no-duty", test_is_no_duty);
  return g_test_run ();
}
