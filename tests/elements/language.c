// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaistt without a language: what it asks for once the answers have told one. */

#include <string.h>

#include "support.h"

/* One request at a time, in the order of speech. */
#define LINE "model=whisper-1 upload-format=wav max-requests=1 granularity=chunk "

/* An answer in @language; NULL: that tells none. */
static TestAnswer *
add_answer (TestServer *server, const gchar *language, const gchar *text, gdouble logprob)
{
  g_autofree gchar *told =
      language ? g_strdup_printf ("\"language\":\"%s\",", language) : g_strdup ("");
  g_autofree gchar *json = g_strdup_printf (
      "{%s\"text\":\"%s\",\"segments\":["
      "{\"start\":0.2,\"end\":2.7,\"text\":\"%s\",\"avg_logprob\":%.1f}]}",
      told, text, text, logprob);

  return test_server_answer_with (server, 200, "application/json", json);
}

/* For the request that asks for the language alone: it wants no times of words. */
static void
for_beginning (TestAnswer *answer)
{
  test_answer_for_field (answer, "timestamp_granularities[]", "segment");
}

/* "es - - es": the language of each request from @first on, "-" where it has none. */
static gchar *
asked (TestServer *server, guint first)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = first; i < test_server_n_requests (server); i++) {
    g_autoptr (TestRequest) request = test_server_request (server, i, TRUE, WAIT_SECONDS);
    const gchar *language = test_request_field (request, "language");

    g_string_append_printf (
        all, "%s%s", all->len > 0 ? " " : "", language ? language : "-");
  }
  return g_string_free (g_steal_pointer (&all), FALSE);
}

#define SPEECH_MS 2500

static void
check_stream (TestServer *server, gboolean live, const gchar *properties,
    guint utterances, const gchar *languages, const gchar *said)
{
  g_autofree gchar *line = g_strconcat (LINE, properties, NULL);
  GstHarness *harness = make_stt_harness (server, line, live);
  g_autofree gchar *captions = say_utterances (harness, utterances, SPEECH_MS, live);
  g_autofree gchar *seen = NULL;

  assert_account_is_exact (harness);
  seen = asked (server, 0);
  fail_unless_equals_string (seen, languages);
  fail_unless_equals_string (captions, said);
  gst_harness_teardown (harness);
}

GST_START_TEST (test_held_live)
{
  g_autoptr (TestServer) server = test_server_new ();

  add_answer (server, "spanish", "uno", -0.3);
  add_answer (server, "es", "dos", -0.3);
  add_answer (server, "es", "tres", -0.3);
  check_stream (server, TRUE, "", 4, "- - es es", "uno\ndos\ntres\ntres\n");
}

GST_END_TEST;

/* Each run asks the same, however fast the server is: by the answers three before. */
GST_START_TEST (test_held_in_file)
{
  g_autoptr (TestServer) server = test_server_new ();

  add_answer (server, "es", "uno", -0.3);
  check_stream (server, FALSE, "", 8, "- - - - es - es es",
      "uno\nuno\nuno\nuno\nuno\nuno\nuno\nuno\n");
}

GST_END_TEST;

GST_START_TEST (test_slip_is_asked_again)
{
  g_autoptr (TestServer) server = test_server_new ();

  add_answer (server, "es", "uno", -0.3);
  add_answer (server, "es", "dos", -0.3);
  add_answer (server, "it", "tre", -0.9);
  add_answer (server, "es", "tres", -0.3);
  check_stream (server, FALSE, "", 3, "- - - es", "uno\ndos\ntres\n");
}

GST_END_TEST;

/* The first chunks of a file are long, and wait for each other. */
GST_START_TEST (test_first_slip_is_asked_again)
{
  g_autoptr (TestServer) server = test_server_new ();

  add_answer (server, "it", "uno", -0.9);
  add_answer (server, "es", "dos", -0.3);
  add_answer (server, "es", "tres", -0.3);
  add_answer (server, "es", "uno dos", -0.3);
  check_stream (server, FALSE, "min-chunk-duration=0 max-chunk-duration=3500", 3,
      "- - - es", "uno dos\ndos\ntres\n");
}

GST_END_TEST;

/* Three short chunks that seem to be in as many languages. */
static void
doubt_at_first (TestServer *server)
{
  add_answer (server, "it", "uno", -0.9);
  add_answer (server, "pl", "dwa", -0.9);
  add_answer (server, "es", "tres", -0.9);
}

/* Each chunk of a live stream is short: its beginning is asked for in one piece, and
 * the chunk that makes it long enough waits for that. */
GST_START_TEST (test_beginning_tells_language)
{
  g_autoptr (TestServer) server = test_server_new ();

  doubt_at_first (server);
  for_beginning (add_answer (server, "es", "uno dos tres cuatro", -0.9));
  add_answer (server, "hi", "char", -0.9);
  add_answer (server, "es", "cuatro", -0.3);
  check_stream (server, TRUE, "timestamp-granularities=word", 5, "- - - - - es es",
      "uno\ndwa\ntres\ncuatro\ncuatro\n");
}

GST_END_TEST;

/* A server that does not answer that keeps no caption back. */
GST_START_TEST (test_beginning_is_not_told)
{
  g_autoptr (TestServer) server = test_server_new ();

  doubt_at_first (server);
  for_beginning (test_server_answer_with (server, 500, "application/json", "{}"));
  add_answer (server, "hi", "char", -0.9);
  add_answer (server, "fr", "cinq", -0.9);
  check_stream (server, TRUE, "timestamp-granularities=word", 5, "- - - - - -",
      "uno\ndwa\ntres\nchar\ncinq\n");
}

GST_END_TEST;

GST_START_TEST (test_other_language_is_followed)
{
  g_autoptr (TestServer) server = test_server_new ();

  add_answer (server, "es", "uno", -0.3);
  add_answer (server, "es", "dos", -0.3);
  /* The server minds the speech more than what it is asked for. */
  add_answer (server, "en", "three", -0.3);
  add_answer (server, "en", "four", -0.3);
  add_answer (server, "es", "cuatro", -0.9);
  add_answer (server, "en", "five", -0.3);
  check_stream (server, TRUE, "", 5, "- - es - es en", "uno\ndos\nthree\nfour\nfive\n");
}

GST_END_TEST;

GST_START_TEST (test_nothing_told_nothing_held)
{
  g_autoptr (TestServer) server = test_server_new ();

  add_answer (server, NULL, "uno", -0.3);
  check_stream (server, FALSE, "min-chunk-duration=0 max-chunk-duration=3500", 4,
      "- - - -", "uno\nuno\nuno\nuno\n");
}

GST_END_TEST;

/* The chunks of a file are asked for one after the other, so that each run sends
 * the same. */
GST_START_TEST (test_context_of_file)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server,
      "model=whisper-1 context=true "
      "min-chunk-duration=0 max-chunk-duration=3500",
      FALSE);
  g_autofree gchar *captions = NULL;

  add_answer (server, "es", "uno", -0.3);
  add_answer (server, "es", "dos", -0.3);
  add_answer (server, "es", "tres", -0.3);
  add_answer (server, "es", "cuatro", -0.3);
  captions = say_utterances (harness, 4, SPEECH_MS, FALSE);
  fail_unless_equals_int (test_server_max_parallel (server), 1);
  for (guint i = 1; i < 4; i++) {
    static const gchar *const before[] = { "uno", "dos", "tres" };
    g_autoptr (TestRequest) request = test_server_request (server, i, TRUE, WAIT_SECONDS);

    fail_unless_equals_string (test_request_field (request, "prompt"), before[i - 1]);
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (test_set_language_stays)
{
  g_autoptr (TestServer) server = test_server_new ();

  add_answer (server, "es", "uno", -0.3);
  check_stream (server, TRUE, "language=en", 4, "en en en en", "uno\nuno\nuno\nuno\n");
}

GST_END_TEST;

GST_START_TEST (test_auto_is_held)
{
  g_autoptr (TestServer) server = test_server_new ();

  add_answer (server, "es", "uno", -0.3);
  check_stream (
      server, TRUE, "language=auto", 4, "auto auto es es", "uno\nuno\nuno\nuno\n");
}

GST_END_TEST;

/* English is what a translation is in. */
GST_START_TEST (test_translations)
{
  g_autoptr (TestServer) server = test_server_new ();

  add_answer (server, "english", "zero", -0.3);
  add_answer (server, "english", "one", -0.3);
  add_answer (server, "spanish", "two", -0.3);
  add_answer (server, "spanish", "three", -0.3);
  add_answer (server, "spanish", "four", -0.3);
  check_stream (
      server, TRUE, "task=translate", 5, "- - - - es", "zero\none\ntwo\nthree\nfour\n");
}

GST_END_TEST;

GST_START_TEST (test_translation_without_language)
{
  g_autoptr (TestServer) server = test_server_new ();

  test_server_answer_with (server, 400, "application/json",
      "{\"error\":{\"message\":\"Unrecognized argument\",\"param\":\"language\"}}");
  add_answer (server, "english", "one", -0.3);
  check_stream (server, TRUE, "task=translate language=de", 2, "de - -", "one\none\n");
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("language");
  TCase *tcase = tcase_create ("language");

  gst_check_init (&argc, &argv);
  tcase_set_timeout (tcase, 120);
  tcase_add_test (tcase, test_held_live);
  tcase_add_test (tcase, test_held_in_file);
  tcase_add_test (tcase, test_slip_is_asked_again);
  tcase_add_test (tcase, test_first_slip_is_asked_again);
  tcase_add_test (tcase, test_beginning_tells_language);
  tcase_add_test (tcase, test_beginning_is_not_told);
  tcase_add_test (tcase, test_other_language_is_followed);
  tcase_add_test (tcase, test_nothing_told_nothing_held);
  tcase_add_test (tcase, test_context_of_file);
  tcase_add_test (tcase, test_set_language_stays);
  tcase_add_test (tcase, test_auto_is_held);
  tcase_add_test (tcase, test_translations);
  tcase_add_test (tcase, test_translation_without_language);
  suite_add_tcase (suite, tcase);
  return gst_check_run_suite (suite, "language", __FILE__);
}
