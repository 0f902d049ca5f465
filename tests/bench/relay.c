// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* bench-relay PORT BITS_PER_SECOND RTT_MS: a slow line to a port of this
 * machine. Prints the port that it listens on and lives until its standard input
 * ends. Each direction has a wire of its own that all connections share: bytes
 * wait for their turn, then travel for half the round trip. The handshake of TCP
 * costs a round trip, before which nothing leaves. */

#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <unistd.h>

/* A packet. */
#define PIECE 1400

typedef struct
{
  GMutex lock;
  gint64 free_at; /* monotonic µs, protected by lock */
} Wire;

typedef struct
{
  gint64 due; /* 0: the end */
  gssize length;
  gchar data[PIECE];
} Piece;

typedef struct
{
  GSocket *from;
  GSocket *to;
  Wire *wire;
  gint64 opened; /* monotonic µs: nothing leaves before */
  GAsyncQueue *pieces;
} Direction;

static guint64 bits_per_second;
static gint64 one_way; /* µs */
static Wire up, down;
static guint16 target;

static void
sleep_until (gint64 time)
{
  gint64 now = g_get_monotonic_time ();

  if (time > now)
    g_usleep (time - now);
}

/* When the last of these bytes has left onto the wire. */
static gint64
book (Wire *wire, gint64 opened, gsize length)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&wire->lock);
  gint64 now = MAX (g_get_monotonic_time (), opened);

  wire->free_at =
      MAX (wire->free_at, now) + length * 8 * G_USEC_PER_SEC / bits_per_second;
  return wire->free_at;
}

static gpointer
deliver (gpointer data)
{
  Direction *direction = data;

  for (;;) {
    g_autofree Piece *piece = g_async_queue_pop (direction->pieces);

    if (!piece->due)
      break;
    sleep_until (piece->due);
    for (gssize done = 0, n; done < piece->length; done += n) {
      n = g_socket_send (
          direction->to, piece->data + done, piece->length - done, NULL, NULL);
      if (n <= 0)
        break;
    }
  }
  g_socket_shutdown (direction->to, FALSE, TRUE, NULL);
  return NULL;
}

static gpointer
relay (gpointer data)
{
  Direction *direction = data;
  GThread *thread;
  Piece *piece;

  direction->pieces = g_async_queue_new ();
  thread = g_thread_new ("deliver", deliver, direction);
  for (;;) {
    piece = g_new0 (Piece, 1);
    piece->length = g_socket_receive (direction->from, piece->data, PIECE, NULL, NULL);
    if (piece->length <= 0)
      break;
    piece->due = book (direction->wire, direction->opened, piece->length) + one_way;
    g_async_queue_push (direction->pieces, piece);
  }
  g_async_queue_push (direction->pieces, piece);
  g_thread_join (thread);
  g_async_queue_unref (direction->pieces);
  return NULL;
}

static gboolean
on_connection (GThreadedSocketService *service, GSocketConnection *near, GObject *source,
    gpointer user_data)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) far =
      g_socket_client_connect_to_host (client, "127.0.0.1", target, NULL, NULL);
  Direction there, back;
  GThread *thread;

  if (!far)
    return TRUE;
  there = (Direction) { g_socket_connection_get_socket (near),
    g_socket_connection_get_socket (far), &up, g_get_monotonic_time () + 2 * one_way,
    NULL };
  back = (Direction) { there.to, there.from, &down, there.opened, NULL };
  g_socket_set_option (there.to, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  g_socket_set_option (there.from, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  thread = g_thread_new ("back", relay, &back);
  relay (&there);
  g_thread_join (thread);
  return TRUE;
}

static gpointer
wait_for_end (gpointer loop)
{
  gchar byte;

  while (read (STDIN_FILENO, &byte, 1) > 0)
    ;
  g_main_loop_quit (loop);
  return NULL;
}

int
main (int argc, char **argv)
{
  g_autoptr (GSocketService) service = g_threaded_socket_service_new (-1);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  if (argc != 4)
    return 2;
  target = g_ascii_strtoull (argv[1], NULL, 10);
  bits_per_second = g_ascii_strtoull (argv[2], NULL, 10);
  one_way = g_ascii_strtoull (argv[3], NULL, 10) * 500;
  g_signal_connect (service, "run", G_CALLBACK (on_connection), NULL);
  printf ("%u\n",
      g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL));
  fflush (stdout);
  g_thread_unref (g_thread_new ("end", wait_for_end, loop));
  g_main_loop_run (loop);
  return 0;
}
