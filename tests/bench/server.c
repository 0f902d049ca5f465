// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* bench-server speech|text|sessions MILLISECONDS [WORDS]: the scripted server in a
 * process of its own, so that it is not counted. Prints its base URL and lives
 * until its standard input ends; then how many requests there were, on how many
 * connections. With sessions it is one of Realtime, which answers each piece of audio
 * with the time. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/realtime.h"
#include "server/server.h"

/* 200 ms of 24 kHz samples, and how many pieces of them an answer has. */
#define PIECE_SIZE 9600
#define PIECES 5

static void
answer_speech (TestServer *server, guint milliseconds)
{
  TestAnswer *answer = test_server_answer (server, 200, "audio/pcm");
  g_autofree guint8 *piece = g_malloc0 (PIECE_SIZE);

  test_answer_wait (answer, milliseconds);
  for (guint i = 0; i < PIECES; i++)
    test_answer_body (answer, piece, PIECE_SIZE);
}

static void
answer_text (TestServer *server, guint milliseconds, guint words)
{
  TestAnswer *answer = test_server_answer (server, 200, "application/json");
  GString *json = g_string_new ("{\"text\":\"And so");

  for (guint i = 2; i < words; i++)
    g_string_append (json, i % 9 ? " it went" : " on.");
  g_string_append (json, "\"}");
  test_answer_framing (answer, TEST_FRAMING_LENGTH);
  test_answer_wait (answer, milliseconds);
  test_answer_text (answer, json->str);
  g_string_free (json, TRUE);
}

static void
wait_for_end (const gchar *base_url)
{
  gchar byte;

  puts (base_url);
  fflush (stdout);
  while (read (STDIN_FILENO, &byte, 1) > 0)
    ;
}

static int
serve_sessions (void)
{
  g_autoptr (TestRealtime) server = test_realtime_new (
      &(TestRealtimeScript) { .tells_early = TRUE, .tells_time = TRUE });

  wait_for_end (test_realtime_base_url (server));
  printf ("%u %u\n", test_realtime_n_commits (server),
      test_sessions_n_handshakes (test_realtime_sessions (server)));
  return 0;
}

int
main (int argc, char **argv)
{
  g_autoptr (TestServer) server = test_server_new ();
  guint milliseconds = argc > 2 ? g_ascii_strtoull (argv[2], NULL, 10) : 0;
  guint words = argc > 3 ? g_ascii_strtoull (argv[3], NULL, 10) : 8;

  if (argc > 1 && g_str_equal (argv[1], "sessions"))
    return serve_sessions ();
  test_server_forget (server);
  if (argc > 1 && g_str_equal (argv[1], "speech"))
    answer_speech (server, milliseconds);
  else
    answer_text (server, milliseconds, words);
  wait_for_end (test_server_base_url (server));
  printf ("%u %u\n", test_server_n_requests (server), test_server_n_connections (server));
  return 0;
}
