// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Realtime sessions that end, cannot be had, or are out of reach for a while. */

#include "realtimerun.h"

/* --- how a session ends ------------------------------------------------------ */

#define EXPIRED                                                                          \
  "{\"type\":\"error\",\"error\":{\"code\":\"session_expired\","                         \
  "\"message\":\"Your session hit the maximum duration.\"}}"

/* However a session ends, the next one takes over. */
GST_START_TEST (test_closes)
{
  static const TestRealtimeScript scripts[] = {
    { .close_sessions = 2, .close_code = 0 },
    { .close_sessions = 2, .close_code = 1000 },
    { .close_sessions = 2, .close_code = 1001 },
    { .close_sessions = 2, .close_code = 1011 },
    { .close_sessions = 2, .close_code = 4000 },
    { .close_sessions = 2, .close_code = 1001, .close_error = EXPIRED },
  };

  check_nothing_lost (scripts, G_N_ELEMENTS (scripts), 3);
}

GST_END_TEST;

/* In the middle of an item. */
GST_START_TEST (test_drops)
{
  check_nothing_lost (&(TestRealtimeScript) { .drop_items = 2 }, 1, 3);
}

GST_END_TEST;

/* A result never comes: the item is sent again in another session. */
GST_START_TEST (test_no_answer)
{
  g_autoptr (GByteArray) talk = make_short_talk (3);
  g_autofree gchar *expected = words_of (talk);
  g_auto (Run) run = { 0 };

  run_talk (&run, &(TestRealtimeScript) { .mute_items = 1 }, SHORT "timeout=1000", talk);
  fail_unless_equals_string (run.words->str, expected);
}

GST_END_TEST;

/* It never comes, however often it is sent: what was told of it is its text. */
GST_START_TEST (test_never_an_answer)
{
  g_autoptr (GByteArray) talk = make_talk (1);
  g_auto (Run) run = { 0 };

  run_talk (&run, &(TestRealtimeScript) { .mute_items = 1000, .tells_early = TRUE },
      REALTIME "timeout=500 "
               "max-retries=1 drop-hallucinations=false",
      talk);
  fail_unless (g_str_has_prefix (run.words->str, "a a a a"), "%s", run.words->str);
  fail_unless (strstr (run.complaints->str, "did not end the text") != NULL);
  fail_unless_equals_int (test_realtime_n_commits (run.server), 2);
}

GST_END_TEST;

/* The server says when a session ends: another is there before. */
GST_START_TEST (test_change_over)
{
  g_autoptr (GByteArray) talk = make_short_talk (1);
  g_auto (Run) run = { 0 };
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autofree gchar *word = words_of (talk);
  TestSessions *sessions;
  guint64 sample = 0;

  run_begin (&run, &(TestRealtimeScript) { .expires_in = 2 }, SHORT, TRUE);
  sessions = test_realtime_sessions (run.server);
  while (test_sessions_n_handshakes (sessions) < 3) {
    push_answered (&run, talk, &sample);
    g_string_append (expected, word);
  }
  run_end (&run);
  fail_unless_equals_string (run.complaints->str, "");
  fail_unless_equals_int (count_words (run.words->str), count_words (expected->str));
  fail_unless_equals_int (
      test_realtime_n_results (run.server), count_words (run.words->str));
}

GST_END_TEST;

/* --- a session that cannot be had -------------------------------------------- */

/* As push_talk(), until the stream may have ended with an error. */
static void
push_in_vain (GstHarness *harness, GByteArray *talk)
{
  GstFlowReturn flow = GST_FLOW_OK;

  for (guint64 i = 0; i < talk->len / 2 && flow == GST_FLOW_OK; i += RATE / 50)
    flow = gst_harness_push (harness, talk_buffer (talk, i, RATE / 50, i));
  gst_harness_push_event (harness, gst_event_new_eos ());
}

/* The error of a stream, at a server that does so with all handshakes. */
static gchar *
error_of (const TestRealtimeScript *script, guint status, const gchar *properties)
{
  g_autoptr (GByteArray) talk = make_talk (1);
  g_autofree gchar *line = g_strconcat (REALTIME, properties, NULL);
  g_auto (Run) run = { 0 };

  run_begin (&run, script, line, FALSE);
  for (guint i = 0; status && i < 20; i++)
    test_sessions_refuse (test_realtime_sessions (run.server), status, NULL,
        "{\"error\":{\"message\":\"No session for you\"}}");
  push_in_vain (run.harness, talk);
  while (run.n_errors == 0) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (
        run.bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_ERROR);

    fail_unless (message != NULL, "no error");
    take_complaint (&run, message);
  }
  return g_strdup (run.complaints->str);
}

static void
check_error (const TestRealtimeScript *script, guint status, const gchar *properties,
    const gchar *words)
{
  g_autofree gchar *text = error_of (script, status, properties);

  fail_unless (strstr (text, words) != NULL, "\"%s\" is not in: %s", words, text);
}

GST_START_TEST (test_refused)
{
  static const guint statuses[] = { 400, 401, 403, 404, 429, 500 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    check_error (
        &(TestRealtimeScript) { 0 }, statuses[i], "max-retries=1", "No session for you");
  check_error (&(TestRealtimeScript) { 0 }, 302, "", "redirects");
  check_error (&(TestRealtimeScript) { 0 }, 200, "", "has no WebSocket");
}

GST_END_TEST;

/* A server that wants no model in its address, or another. */
GST_START_TEST (test_other_path)
{
  g_autoptr (GByteArray) talk = make_talk (1);
  g_auto (Run) run = { 0 };
  g_autofree gchar *path = NULL;

  run_begin (&run, &(TestRealtimeScript) { 0 }, REALTIME, FALSE);
  test_sessions_refuse (test_realtime_sessions (run.server), 400, NULL,
      "{\"error\":{\"message\":\"No model here\"}}");
  push_talk (run.harness, talk, 0);
  run_end (&run);
  fail_unless_equals_int (count_words (run.words->str), 1);
  path = test_sessions_path (test_realtime_sessions (run.server));
  fail_unless_equals_string (path, "/v1/realtime?intent=transcription");
}

GST_END_TEST;

/* One that is too busy for a moment. */
GST_START_TEST (test_busy)
{
  static const gchar *const headers[] = { "Retry-After", "1", NULL };
  g_autoptr (GByteArray) talk = make_talk (1);
  g_auto (Run) run = { 0 };

  run_begin (&run, &(TestRealtimeScript) { 0 }, REALTIME, FALSE);
  test_sessions_refuse (test_realtime_sessions (run.server), 429, headers, "{}");
  push_talk (run.harness, talk, 0);
  run_end (&run);
  fail_unless_equals_int (count_words (run.words->str), 1);
}

GST_END_TEST;

/* Accepted, and then refused, as OpenAI does with the beta. */
GST_START_TEST (test_refused_session)
{
  check_error (
      &(TestRealtimeScript) {
          .update_error =
              "{\"type\":\"error\",\"error\":{\"type\":"
              "\"invalid_request_error\",\"code\":\"beta_api_shape_disabled\","
              "\"message\":\"The beta is gone\"}}",
          .update_errors = 100 },
      0, "", "The beta is gone");
}

GST_END_TEST;

GST_START_TEST (test_never_configured)
{
  check_error (&(TestRealtimeScript) { .never_updates = TRUE }, 0,
      "connect-timeout=300 max-retries=1", "took too long to answer");
}

GST_END_TEST;

/* Settings that are refused are left out, which is told. */
GST_START_TEST (test_plain_settings)
{
  g_autoptr (GByteArray) talk = make_talk (2);
  g_auto (Run) run = { 0 };
  g_autofree gchar *update = NULL;

  run_talk (&run,
      &(TestRealtimeScript) {
          .update_error = "{\"type\":\"error\",\"error\":{\"code\":"
                          "\"not_supported\",\"message\":\"No prompts\",\"event_id\":"
                          "\"update_1\"}}",
          .update_errors = 1 },
      REALTIME "prompt=Names", talk);
  fail_unless_equals_int (count_words (run.words->str), 2);
  fail_unless (strstr (run.complaints->str, "sending the model alone") != NULL, "%s",
      run.complaints->str);
  update = test_realtime_update (run.server, 1);
  fail_unless (
      strstr (update, "\"transcription\":{\"model\":\"m\"}") != NULL, "%s", update);
}

GST_END_TEST;

GST_START_TEST (test_mute_handshake)
{
  g_autoptr (GByteArray) talk = make_talk (1);
  g_auto (Run) run = { 0 };

  run_begin (&run, &(TestRealtimeScript) { 0 }, REALTIME "connect-timeout=250", FALSE);
  test_sessions_mute (test_realtime_sessions (run.server), TEST_MUTE_HANDSHAKE);
  test_sessions_mute (test_realtime_sessions (run.server), TEST_MUTE_READING);
  push_talk (run.harness, talk, 0);
  run_end (&run);
  fail_unless_equals_int (count_words (run.words->str), 1);
}

GST_END_TEST;

GST_START_TEST (test_exposed)
{
  g_autoptr (GByteArray) talk = make_talk (1);
  GstHarness *harness = make_stt_harness_at ("ws://192.0.2.1/v1", "", FALSE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  gst_element_set_bus (harness->element, bus);
  push_in_vain (harness, talk);
  message =
      gst_bus_timed_pop_filtered (bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (strstr (error->message, "allow-insecure") != NULL, "%s", error->message);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* --- outages ------------------------------------------------------------------ */

/* A server that is killed, and comes back. */
GST_START_TEST (test_outage)
{
  g_autoptr (GByteArray) talk = make_short_talk (2);
  g_autofree gchar *expected = words_of (talk);
  g_auto (Run) run = { 0 };
  TestSessions *sessions;
  guint64 sample = 0;

  run_begin (&run, &(TestRealtimeScript) { 0 }, SHORT, TRUE);
  sessions = test_realtime_sessions (run.server);
  sample = push_talk (run.harness, talk, sample);
  fail_unless (test_realtime_wait (run.server, 1, 0, WAIT_SECONDS));
  test_sessions_pause (sessions);
  sample = push_talk (run.harness, talk, sample);
  test_sessions_resume (sessions);
  push_talk (run.harness, talk, sample);
  run_end (&run);
  fail_unless_equals_int (count_words (run.words->str), 6);
  fail_unless (g_str_has_prefix (run.words->str, expected));
  fail_unless_equals_int (run.n_errors, 0);
}

GST_END_TEST;

/* Not for ever. */
GST_START_TEST (test_max_outage)
{
  g_autoptr (GByteArray) talk = make_short_talk (1);
  g_auto (Run) run = { 0 };
  guint64 sample = 0;

  run_begin (&run, &(TestRealtimeScript) { 0 },
      SHORT "max-outage=1000 "
            "max-retries=1",
      TRUE);
  push_answered (&run, talk, &sample);
  test_sessions_pause (test_realtime_sessions (run.server));
  push_talk (run.harness, talk, sample);
  run_end (&run);
  fail_unless_equals_int (run.n_failed, 1);
  fail_unless (strstr (run.complaints->str, "The server is away") != NULL, "%s",
      run.complaints->str);
  test_sessions_resume (test_realtime_sessions (run.server));
}

GST_END_TEST;

/* What waited is sent at most four times as fast as it was spoken, but for the first
 * second. @from: the first piece that waited. */
static void
check_speed (const Run *run, guint from)
{
  g_autoptr (GArray) pieces = test_realtime_pieces (run->server);
  const TestPiece *first = &g_array_index (pieces, TestPiece, from);
  const TestPiece *last = &g_array_index (pieces, TestPiece, pieces->len - 1);
  gdouble sent = (last->offset - first->offset) / 48000.0;
  gdouble took = (last->time - first->time) / (gdouble) G_USEC_PER_SEC;

  fail_unless (sent <= 4 * took + 1.5, "%f s in %f s", sent, took);
}

GST_START_TEST (test_speed)
{
  g_autoptr (GByteArray) talk = make_short_talk (8);
  g_auto (Run) run = { 0 };

  run_talk (&run, &(TestRealtimeScript) { 0 }, SHORT, talk);
  check_speed (&run, 0);
}

GST_END_TEST;

static guint
n_pieces (const Run *run)
{
  g_autoptr (GArray) pieces = test_realtime_pieces (run->server);

  return pieces->len;
}

static guint64
push_until (Run *run, GByteArray *talk, guint64 sample, guint milliseconds)
{
  for (; sample < milliseconds * RATE / 1000; sample += RATE / 50)
    gst_harness_push (run->harness, talk_buffer (talk, sample, RATE / 50, sample));
  return sample;
}

/* Until something was sent again. */
static void
wait_for_repeat (Run *run)
{
  for (guint i = 0; i < WAIT_SECONDS * 50; i++) {
    run_listen_for (run, 20 * GST_MSECOND);
    if (stats_value (run->harness, "repeated") > 0)
      return;
  }
  fail ("the session is not given up");
}

/* The network is gone for six of eight utterances: no end of a connection tells it. Every
 * sample is transcribed, once, and the server is not flooded. */
GST_START_TEST (test_no_network)
{
  g_autoptr (GByteArray) talk = make_short_talk (8);
  g_autofree gchar *expected = words_of (talk);
  g_auto (Run) run = { 0 };
  TestSessions *sessions;
  guint64 sample;
  guint sent;

  run_begin (&run, &(TestRealtimeScript) { 0 },
      SHORT "timeout=400 connect-timeout=200 max-retries=100 partial-captions=none",
      TRUE);
  sessions = test_realtime_sessions (run.server);
  sample = push_until (&run, talk, 0, 1000);
  gst_buffer_unref (gst_harness_pull (run.harness));
  test_sessions_vanish (sessions);
  sent = n_pieces (&run);
  sample = push_until (&run, talk, sample, 9000);
  wait_for_repeat (&run);
  fail_unless_equals_int (n_pieces (&run), sent);
  test_sessions_appear (sessions);
  push_until (&run, talk, sample, talk->len / 2 * 1000 / RATE);
  run_end (&run);
  fail_unless_equals_string (run.words->str, expected);
  fail_unless_equals_int (test_realtime_n_results (run.server), 8);
  fail_unless_equals_uint64 (stats_value (run.harness, "dropped"), 0);
  fail_unless_equals_int (run.n_errors, 0);
  check_speed (&run, sent);
}

GST_END_TEST;

static Suite *
realtimefaults_suite (void)
{
  const gchar *rounds = g_getenv ("NETWORK_ROUNDS");
  Suite *suite = suite_create ("realtimefaults");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 300);
  tcase_add_test (tc, test_closes);
  tcase_add_test (tc, test_drops);
  tcase_add_test (tc, test_no_answer);
  tcase_add_test (tc, test_never_an_answer);
  tcase_add_test (tc, test_change_over);
  tcase_add_test (tc, test_refused);
  tcase_add_test (tc, test_other_path);
  tcase_add_test (tc, test_busy);
  tcase_add_test (tc, test_refused_session);
  tcase_add_test (tc, test_never_configured);
  tcase_add_test (tc, test_plain_settings);
  tcase_add_test (tc, test_mute_handshake);
  tcase_add_test (tc, test_exposed);
  tcase_add_test (tc, test_outage);
  tcase_add_test (tc, test_max_outage);
  tcase_add_test (tc, test_speed);
  tcase_add_loop_test (tc, test_no_network, 0, rounds ? atoi (rounds) : 1);
  return suite;
}

GST_CHECK_MAIN (realtimefaults);
