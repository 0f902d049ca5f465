// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaitts with several servers: a sentence that the first cannot say is said by the
 * next, in its place, and the first is taken back. */

#include "server/speaker.h"
#include "speech.h"
#include "twoservers.h"

/* Bytes of an answer: half a second of 24 kHz. */
#define ANSWER 24000

static TestAnswer *
answer_speech (TestServer *server)
{
  TestAnswer *answer = test_server_answer (server, 200, "audio/pcm");
  g_autoptr (GBytes) samples = make_samples (ANSWER);
  gsize size;
  gconstpointer data = g_bytes_get_data (samples, &size);

  test_answer_body (answer, data, size);
  return answer;
}

/* @url: of a second that speaks in sessions, or NULL; @further: of the second, with a
 * comma before each. */
static void
run_begin_with (
    TwoServers *run, const gchar *url, const gchar *properties, const gchar *further)
{
  g_autofree gchar *all = NULL;

  memset (run, 0, sizeof *run);
  run->first = test_server_new ();
  run->second = test_server_new ();
  run->second_url = url;
  all = g_strdup_printf (
      "model=main voice=one %s fallback=\"<\\\"f,base-url=(string)%s,model=spare,"
      "voice=two%s\\\">\"",
      properties, two_servers_second_url (run), further);
  two_servers_begin (run, make_harness (run->first, all));
  answer_speech (run->second);
}

static void
run_begin (TwoServers *run, const gchar *properties)
{
  run_begin_with (run, NULL, properties, "");
}

/* Free it. */
static gchar *
sentence (guint number)
{
  return g_strdup_printf ("Sentence number %u is said here.", number);
}

static void
say (TwoServers *run)
{
  g_autofree gchar *words = sentence (++run->n_said);
  g_autofree gchar *text = g_strconcat (words, " ", NULL);

  push_text (run->harness, text, strlen (text));
}

static void
say_and_wait (TwoServers *run, guint n)
{
  for (guint i = 0; i < n; i++) {
    say (run);
    two_servers_wait_for_results (run, run->n_said);
  }
}

/* Everything was said, once and in order. */
static void
run_end (TwoServers *run)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 1; i <= run->n_said; i++) {
    g_autofree gchar *text = sentence (i);

    g_string_append_printf (all, "%s ", text);
  }
  fail_unless_equals_string (run->texts->str, all->str);
  two_servers_clear (run);
}

static const struct
{
  guint status;
  const gchar *body;
} refusals[] = {
  { 429, "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"No money\"}}" },
  { 500, "{\"error\":{\"message\":\"Ouch\"}}" },
  { 404, "{\"error\":{\"code\":\"model_not_found\",\"message\":\"Ended\"}}" },
};

GST_START_TEST (test_refused)
{
  g_autoptr (TestRequest) request = NULL;
  TwoServers run;

  run_begin (&run, "max-retries=1");
  answer_speech (run.first);
  answer_speech (run.first);
  test_server_answer_with (
      run.first, refusals[__i__].status, "application/json", refusals[__i__].body);
  say_and_wait (&run, 5);
  fail_unless_equals_string (run.endpoints->str, "11222");
  request = test_server_request (run.second, 0, TRUE, WAIT_SECONDS);
  fail_unless_equals_string (test_request_field (request, "voice"), "two");
  fail_unless_equals_string (test_request_field (request, "model"), "spare");
  fail_unless (strstr (test_request_field (request, "input"), "number 3 is"));
  fail_unless (strstr (run.told->str, "cannot serve now"), "%s", run.told->str);
  run_end (&run);
}

GST_END_TEST;

/* It is away while sentences run ahead, and is taken back. */
GST_START_TEST (test_outage)
{
  g_autoptr (TestRequest) look = NULL;
  guint asked;
  TwoServers run;

  run_begin (&run, "prefetch=3");
  answer_speech (run.first);
  say_and_wait (&run, 2);
  test_server_pause (run.first);
  for (guint i = 0; i < 4; i++)
    say (&run);
  two_servers_wait_for_results (&run, run.n_said);
  fail_unless_equals_string (run.endpoints->str, "112222");
  asked = test_server_n_requests (run.first);
  test_server_resume (run.first);
  look = test_server_request (run.first, asked, TRUE, WAIT_SECONDS);
  fail_unless (look != NULL);
  fail_unless_equals_string (test_request_path (look), "/v1/models");
  do
    say_and_wait (&run, 1);
  while (g_str_has_suffix (run.endpoints->str, "2"));
  say_and_wait (&run, 1);
  fail_unless (g_str_has_suffix (run.endpoints->str, "211"), "%s", run.endpoints->str);
  run_end (&run);
}

GST_END_TEST;

/* What was refused over HTTP is said in a session, whole, and what comes after it. */
GST_START_TEST (test_to_a_session)
{
  g_autoptr (TestSpeaker) speaker = test_speaker_new ();
  g_autofree gchar *url =
      g_strconcat ("ws", test_speaker_base_url (speaker) + strlen ("http"), NULL);
  g_autoptr (GByteArray) heard = g_byte_array_new ();
  g_autofree gchar *words = NULL, *update = NULL;
  GstBuffer *buffer;
  TwoServers run;

  run_begin_with (&run, url, "max-retries=1", "");
  answer_speech (run.first);
  answer_speech (run.first);
  test_server_answer_with (
      run.first, refusals[0].status, "application/json", refusals[0].body);
  say_and_wait (&run, 4);
  fail_unless_equals_string (run.endpoints->str, "1122");
  while ((buffer = gst_harness_try_pull (run.harness))) {
    g_autoptr (GBytes) bytes = NULL;
    gpointer data;
    gsize size;

    gst_buffer_extract_dup (buffer, 0, -1, &data, &size);
    bytes = g_bytes_new_take (data, size);
    g_byte_array_append (heard, data, size);
    gst_buffer_unref (buffer);
  }
  words = test_speaker_words (speaker, heard->data, heard->len);
  fail_unless_equals_string (
      words, "Sentence number 3 is said here. Sentence number 4 is said here. ");
  update = test_speaker_update (speaker);
  fail_unless (strstr (update, "\"voice\":\"two\"") != NULL, "%s", update);
  run_end (&run);
}

GST_END_TEST;

/* The samples of each server have its own rate. */
GST_START_TEST (test_other_rate)
{
  gint rates[] = { 24000, 16000 }, rate;
  TwoServers run;

  run_begin_with (&run, NULL, "max-retries=0", ",pcm-rate=16000");
  answer_speech (run.first);
  test_server_answer_with (
      run.first, refusals[0].status, "application/json", refusals[0].body);
  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    g_autoptr (GstBuffer) speech = NULL;
    g_autoptr (GstCaps) caps = NULL;

    say (&run);
    speech = pull_speech (run.harness);
    two_servers_wait_for_results (&run, run.n_said);
    caps = gst_pad_get_current_caps (run.harness->sinkpad);
    gst_structure_get_int (gst_caps_get_structure (caps, 0), "rate", &rate);
    fail_unless_equals_int (rate, rates[i]);
  }
  fail_unless_equals_string (run.endpoints->str, "12");
  run_end (&run);
}

GST_END_TEST;

/* What was heard of a sentence is not said again by another voice: it is the next one
 * that it says. */
GST_START_TEST (test_cut_short)
{
  TestAnswer *cut;
  g_autoptr (GBytes) samples = make_samples (ANSWER);
  g_autoptr (GstBuffer) heard = NULL;
  TwoServers run;

  run_begin (&run, "max-retries=0");
  answer_speech (run.first);
  say_and_wait (&run, 1);
  test_server_clear_answers (run.first);
  cut = test_server_answer (run.first, 200, "audio/pcm");
  test_answer_body (cut, g_bytes_get_data (samples, NULL), ANSWER);
  test_answer_hold (cut);
  test_answer_fault (cut, TEST_FAULT_RESET);
  test_server_answer_with (run.first, 503, "text/plain", "away");
  say (&run);
  fail_unless (test_answer_request (cut, WAIT_SECONDS) >= 0);
  /* The first sentence, and the beginning of the second. */
  for (gsize bytes = 0; bytes <= ANSWER;) {
    g_clear_pointer (&heard, gst_buffer_unref);
    heard = pull_speech (run.harness);
    bytes += gst_buffer_get_size (heard);
  }
  test_answer_release (cut);
  say (&run);
  while (!strchr (run.endpoints->str, '2')) {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop (run.bus, WAIT_SECONDS * GST_SECOND);

    fail_unless (message != NULL, "%s", run.told->str);
    two_servers_take_message (&run, message);
  }
  fail_unless (strstr (run.texts->str, "number 3 is"), "%s", run.texts->str);
  fail_unless_equals_int (test_server_n_requests (run.second), 1);
  two_servers_clear (&run);
}

GST_END_TEST;

static Suite *
ttsfallback_suite (void)
{
  Suite *suite = suite_create ("ttsfallback");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_refused, 0, G_N_ELEMENTS (refusals));
  tcase_add_test (tcase, test_outage);
  tcase_add_test (tcase, test_to_a_session);
  tcase_add_test (tcase, test_other_rate);
  tcase_add_test (tcase, test_cut_short);
  return suite;
}

GST_CHECK_MAIN (ttsfallback);
