// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* gst-openai-server-1.0: the OpenAI audio API on flite and PocketSphinx. */

#include <glib-unix.h>
#include <gst/gst.h>
#include <stdio.h>
#include <unistd.h>

#include "common/program.h"
#include "i18n.h"
#include "realtime.h"
#include "server.h"
#include "speech.h"

#define EXIT_PATIENCE (300 * G_TIME_SPAN_MILLISECOND)

static gint port = 8080;
static gchar *host;
static gint workers;
static gint queue = 32;
static gchar *model_dir;

static const GOptionEntry entries[] = {
  { "port", 'p', 0, G_OPTION_ARG_INT, &port,
      N_ ("Port to listen on; 0: a free one (default 8080)"), "PORT" },
  { "host", 0, 0, G_OPTION_ARG_STRING, &host,
      N_ ("Address to listen on (default 127.0.0.1)"), "ADDRESS" },
  { "workers", 'w', 0, G_OPTION_ARG_INT, &workers,
      N_ ("Decoders and threads: recordings recognised at a time, texts spoken "
          "at a time (default: one per core)"),
      "N" },
  { "queue", 'q', 0, G_OPTION_ARG_INT, &queue,
      N_ ("Requests of each kind that may wait while all workers are busy; "
          "more get 429 (default 32)"),
      "N" },
  { "model-dir", 0, 0, G_OPTION_ARG_FILENAME, &model_dir,
      N_ ("Where PocketSphinx's en-us/, en-us.lm.bin and cmudict-en-us.dict are"),
      "DIR" },
  G_OPTION_ENTRY_NULL
};

static const Program program = {
  .name = "gst-openai-server-1.0",
  .summary = N_ ("Speaks and recognises English on this machine, behind the OpenAI "
                 "audio API, with\nflite and PocketSphinx: small and old, to try things "
                 "offline. Requests need no key,\nand any model name is accepted."),
  .examples = "  gst-openai-server-1.0 --port 8080\n",
  .entries = entries,
};

static gboolean
check_range (const gchar *name, gint value, gint least, gint most)
{
  if (value >= least && value <= most)
    return TRUE;
  g_printerr (_("--%s must be from %d to %d\n"), name, least, most);
  return FALSE;
}

static gboolean
parse_options (gint argc, gchar **argv)
{
  if (!program_parse (&program, &argc, &argv))
    return FALSE;
  if (argc > 1)
    return program_fail ("Unknown argument: %s", argv[1]);

  if (workers == 0)
    workers = g_get_num_processors ();
  if (!host)
    host = g_strdup ("127.0.0.1");
  if (!model_dir)
    model_dir = g_strdup (POCKETSPHINX_MODEL_DIR);
  return check_range ("port", port, 0, 65535) && check_range ("workers", workers, 1, 64)
      && check_range ("queue", queue, 0, 10000);
}

static GSocketAddress *
listen_address (void)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (
      g_str_equal (host, "localhost") ? "127.0.0.1" : host);

  if (!address) {
    g_printerr (_("--host must be an IP address, not '%s'\n"), host);
    return NULL;
  }
  if (!g_inet_address_get_is_loopback (address))
    g_printerr (_("Warning: anybody who reaches %s can use this server: it "
                  "checks no key and speaks plain HTTP.\n"),
        host);
  return g_inet_socket_address_new (address, port);
}

static gboolean
listen_on (SoupServer *http)
{
  g_autoptr (GSocketAddress) address = listen_address ();
  g_autoptr (GError) error = NULL;

  if (!address)
    return FALSE;
  if (soup_server_listen (http, address, 0, &error))
    return TRUE;
  g_printerr (_("Could not listen on %s port %d: %s\n"), host, port, error->message);
  return FALSE;
}

static void
print_ready (SoupServer *http)
{
  GSList *uris = soup_server_get_uris (http);
  g_autofree gchar *uri = g_uri_to_string (uris->data);

  printf ("listening on %sv1\n", uri);
  fflush (stdout);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static gboolean
on_signal (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static void
run_loop (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  guint interrupt = g_unix_signal_add (SIGINT, on_signal, loop);
  guint terminate = g_unix_signal_add (SIGTERM, on_signal, loop);

  g_main_loop_run (loop);
  g_source_remove (interrupt);
  g_source_remove (terminate);
}

/* Disconnecting cancels every exchange, but PocketSphinx cannot be stopped in
 * the middle of an utterance: then the process ends with it. */
static void
shut_down (Server *server, SoupServer *http)
{
  gint64 end = g_get_monotonic_time () + EXIT_PATIENCE;

  soup_server_disconnect (http);
  if (!realtime_stop (server, end) || !workers_stop (server->speakers, end)
      || !workers_stop (server->listeners, end))
    _exit (0);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  recogniser_free (server->recogniser);
}

static gint
serve (void)
{
  g_autoptr (SoupServer) http =
      soup_server_new ("server-header", "openai-audio-localserver", NULL);
  g_autoptr (GError) error = NULL;
  Server server = { 0 };

  if (!listen_on (http))
    return 1;
  server.recogniser = recogniser_new (model_dir, workers, &error);
  if (!server.recogniser) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  speech_init ();
  server.speakers = workers_new (workers, queue);
  server.listeners = workers_new (workers, queue);
  server.realtime_connections = g_ptr_array_new ();
  g_mutex_init (&server.realtime_lock);
  g_cond_init (&server.realtime_ended);
  server.started = g_get_real_time () / G_USEC_PER_SEC;
  server_attach (&server, http);

  print_ready (http);
  run_loop ();
  shut_down (&server, http);
  g_ptr_array_unref (server.realtime_connections);
  speech_deinit ();
  return 0;
}

gint
main (gint argc, gchar **argv)
{
  gint result = EXIT_USAGE;

  if (parse_options (argc, argv))
    result = serve ();
  g_free (host);
  g_free (model_dir);
  gst_deinit ();
  return result;
}
