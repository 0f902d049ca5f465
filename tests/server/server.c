// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A scripted HTTP server: listens, with a thread for each connection, and tells
 * what has come. */

#include "server/server.h"

#include <netinet/in.h>

#include "server/connection.h"
#include "server/port.h"
#include "server/record.h"
#include "server/script.h"
#include "server/state.h"

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
  g_object_unref (server->reservation);
  g_cond_clear (&server->cond);
  g_mutex_clear (&server->lock);
}

static void
server_unref (TestServer *server)
{
  g_atomic_rc_box_release_full (server, server_clear);
}

static void
on_closed (gpointer server, GClosure *closure)
{
  server_unref (server);
}

static gboolean
on_connection (GThreadedSocketService *service, GSocketConnection *socket,
    GObject *source, TestServer *server)
{
  GSocket *plain = g_socket_connection_get_socket (socket);
  guint index;

  g_mutex_lock (&server->lock);
  index = server->n_connections++;
  g_cond_broadcast (&server->cond);
  g_hash_table_add (server->open, plain);
  server->n_handlers++;
  if (server->closing)
    g_socket_shutdown (plain, TRUE, TRUE, NULL);
  g_mutex_unlock (&server->lock);

  g_socket_set_option (plain, IPPROTO_TCP, 1, 1, NULL);
  test_connection_serve (server, plain, index);

  g_mutex_lock (&server->lock);
  g_hash_table_remove (server->open, plain);
  g_mutex_unlock (&server->lock);
  g_io_stream_close (G_IO_STREAM (socket), NULL, NULL);

  g_mutex_lock (&server->lock);
  server->n_handlers--;
  g_cond_broadcast (&server->cond);
  g_mutex_unlock (&server->lock);
  return TRUE;
}

/* A socket that never listens keeps the port while the server is paused: no
 * other process can be given it meanwhile. */
static void
reserve_port (TestServer *server)
{
  server->reservation = test_port_bind (0);
  server->port = test_port_of (server->reservation);
}

static void
start_listening (TestServer *server)
{
  g_autoptr (GSocket) socket = test_port_bind (server->port);
  g_autoptr (GError) error = NULL;

  server->service = g_threaded_socket_service_new (-1);
  /* A connection that was accepted may be handled when all is over. */
  g_signal_connect_data (server->service, "run", G_CALLBACK (on_connection),
      g_atomic_rc_box_acquire (server), on_closed, 0);
  if (!g_socket_listen (socket, &error)
      || !g_socket_listener_add_socket (
          G_SOCKET_LISTENER (server->service), socket, NULL, &error))
    g_error ("%s", error->message);
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
test_server_pause (TestServer *server)
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
test_server_resume (TestServer *server)
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
  while (g_main_context_iteration (server->context, FALSE))
    ;
  g_main_context_pop_thread_default (server->context);
  return NULL;
}

TestServer *
test_server_new (void)
{
  TestServer *server = g_atomic_rc_box_new0 (TestServer);

  g_mutex_init (&server->lock);
  g_cond_init (&server->cond);
  server->answers = g_ptr_array_new_with_free_func ((GDestroyNotify) test_answer_free);
  server->requests = g_ptr_array_new_with_free_func ((GDestroyNotify) test_request_unref);
  server->open = g_hash_table_new (NULL, NULL);
  server->context = g_main_context_new ();
  server->loop = g_main_loop_new (server->context, FALSE);
  reserve_port (server);
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
test_server_free (TestServer *server)
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
test_server_base_url (TestServer *server)
{
  return server->base_url;
}

void
test_server_forget (TestServer *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  server->forgetful = TRUE;
}

guint
test_server_n_requests (TestServer *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  return server->requests->len;
}

gboolean
test_server_all_closed (TestServer *server, gdouble seconds)
{
  gint64 until = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  while (
      server->n_handlers > 0 && g_cond_wait_until (&server->cond, &server->lock, until))
    ;
  return server->n_handlers == 0;
}

guint
test_server_n_connections (TestServer *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  return server->n_connections;
}

gboolean
test_server_is_connected (TestServer *server, gdouble seconds)
{
  gint64 until = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  while (server->n_connections == 0) {
    if (!g_cond_wait_until (&server->cond, &server->lock, until))
      return FALSE;
  }
  return TRUE;
}

guint
test_server_max_parallel (TestServer *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  return server->max_serving;
}

static gboolean
has_arrived (TestServer *server, guint index, gboolean whole)
{
  TestRequest *request =
      index < server->requests->len ? g_ptr_array_index (server->requests, index) : NULL;

  return request && (request->complete || !whole);
}

TestRequest *
test_server_request (TestServer *server, guint index, gboolean whole, gdouble seconds)
{
  gint64 until = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  while (!has_arrived (server, index, whole)) {
    if (!g_cond_wait_until (&server->cond, &server->lock, until))
      return NULL;
  }
  return test_request_snapshot (g_ptr_array_index (server->requests, index));
}
