// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaistt with several servers: what the first cannot do goes to the next, chunk by
 * chunk, and the first is taken back. */

#include <glib/gstdio.h>

#include "server/realtime.h"
#include "twoservers.h"

#define OK "application/json", "{\"text\":\"first\"}"
#define QUOTA                                                                            \
  "application/json",                                                                    \
      "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"No "                    \
      "money\"}}"

static void
add_fallback (GstHarness *harness, const gchar *base_url)
{
  g_autoptr (GstElement) element = gst_harness_find_element (harness, "openaistt");
  GValue array = G_VALUE_INIT, value = G_VALUE_INIT;

  g_value_init (&array, GST_TYPE_ARRAY);
  g_value_init (&value, GST_TYPE_STRUCTURE);
  g_value_take_boxed (&value,
      gst_structure_new ("f", "base-url", G_TYPE_STRING, base_url, "model", G_TYPE_STRING,
          "spare", "max-retries", G_TYPE_UINT, 1, NULL));
  gst_value_array_append_and_take_value (&array, &value);
  g_object_set_property (G_OBJECT (element), "fallback", &array);
  g_value_unset (&array);
}

static void
run_begin_at (
    TwoServers *run, const gchar *base_url, const gchar *properties, gboolean live)
{
  run->second = test_server_new ();
  two_servers_begin (run, make_stt_harness_at (base_url, properties, live));
  gst_element_set_state (run->harness->element, GST_STATE_READY);
  add_fallback (run->harness, two_servers_second_url (run));
  gst_harness_play (run->harness);
  test_server_answer_with (run->second, 200, "application/json", "{\"text\":\"second\"}");
}

static void
run_begin (TwoServers *run, const gchar *properties, gboolean live)
{
  memset (run, 0, sizeof *run);
  run->first = test_server_new ();
  run_begin_at (run, test_server_base_url (run->first), properties, live);
}

/* Speech of so many milliseconds, and a pause that ends its chunk. */
static void
say (TwoServers *run, guint milliseconds)
{
  g_autoptr (GByteArray) talk = g_byte_array_new ();

  talk_add_speech (talk, milliseconds);
  talk_add_pause (talk, 1000);
  run->sample = push_talk (run->harness, talk, run->sample);
}

static void
say_and_wait (TwoServers *run, guint n)
{
  for (guint i = 0; i < n; i++) {
    say (run, 1500);
    two_servers_wait_for_results (run, run->endpoints->len + 1);
  }
}

static void
run_end (TwoServers *run)
{
  GstMessage *message;

  end_stream (run->harness);
  while ((message = gst_bus_pop (run->bus))) {
    two_servers_take_message (run, message);
    gst_message_unref (message);
  }
  assert_account_is_exact (run->harness);
  fail_unless_equals_uint64 (stats_value (run->harness, "failed"), 0);
  fail_unless_equals_uint64 (stats_value (run->harness, "dropped"), 0);
  fail_unless_equals_int (run->n_failed, 0);
  two_servers_clear (run);
}

/* What the first answers from its third chunk on. */
typedef struct
{
  const gchar *name;
  guint status;
  const gchar *header; /* name, or NULL */
  const gchar *value;
  const gchar *body;
  guint asked; /* requests for the third chunk */
} Refusal;

static const Refusal refusals[] = {
  { "quota", 429, NULL, NULL,
      "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"No money\"}}", 1 },
  { "Azure's quota", 403, NULL, NULL,
      "{\"error\":{\"code\":\"403\",\"message\":\"Out of call volume quota. Quota will "
      "be replenished in 5 days.\"}}",
      1 },
  { "unpaid", 402, NULL, NULL, "{\"error\":{\"message\":\"Pay\"}}", 1 },
  { "full for long", 429, "Retry-After", "300", "{\"error\":{\"message\":\"Slow\"}}", 1 },
  { "broken", 500, NULL, NULL, "{\"error\":{\"message\":\"Ouch\"}}", 2 },
  { "away", 503, NULL, NULL, "{\"error\":{\"message\":\"Restarting\"}}", 2 },
  { "ended", 404, NULL, NULL,
      "{\"error\":{\"code\":\"model_not_found\",\"message\":\"Ended\"}}", 1 },
  { "expired", 401, NULL, NULL, "{\"error\":{\"message\":\"Expired\"}}", 1 },
};

GST_START_TEST (test_refused)
{
  const Refusal *refusal = &refusals[__i__];
  TestAnswer *answer;
  TwoServers run;

  run_begin (&run, "model=main max-retries=1 max-requests=1", FALSE);
  for (guint i = 0; i < 2; i++)
    test_server_answer_with (run.first, 200, OK);
  answer = test_server_answer_with (
      run.first, refusal->status, "application/json", refusal->body);
  if (refusal->header)
    test_answer_header (answer, refusal->header, refusal->value);
  say_and_wait (&run, 2);
  say_and_wait (&run, 3);
  fail_unless_equals_string (run.endpoints->str, "11222");
  fail_unless_equals_string (run.texts->str, "first first second second second ");
  fail_unless (test_server_n_requests (run.first) >= 2 + refusal->asked);
  fail_unless_equals_int (test_server_n_requests (run.second), 3);
  fail_unless (strstr (run.told->str, "cannot serve now"), "%s", run.told->str);
  run_end (&run);
}

GST_END_TEST;

/* It is not there, while chunks are on their way and one is spoken: all of them come, in
 * their order, and it is taken back. */
GST_START_TEST (test_outage)
{
  g_autoptr (TestRequest) look = NULL;
  guint asked;
  TwoServers run;

  run_begin (&run, "model=main max-requests=4", __i__);
  test_server_answer_with (run.first, 200, OK);
  say_and_wait (&run, 2);
  test_server_pause (run.first);
  for (guint i = 0; i < 6; i++)
    say (&run, 1500);
  two_servers_wait_for_results (&run, 8);
  fail_unless_equals_string (run.endpoints->str, "11222222");
  asked = test_server_n_requests (run.first);
  test_server_resume (run.first);
  look = test_server_request (run.first, asked, TRUE, WAIT_SECONDS);
  fail_unless (look != NULL);
  fail_unless_equals_string (test_request_path (look), "/v1/models");
  do
    say_and_wait (&run, 1);
  while (run.endpoints->str[run.endpoints->len - 1] == '2');
  say_and_wait (&run, 2);
  fail_unless (g_str_has_suffix (run.endpoints->str, "2111"), "%s", run.endpoints->str);
  run_end (&run);
}

GST_END_TEST;

/* The last one is waited for, as the only one is. */
GST_START_TEST (test_both_away)
{
  g_autoptr (GString) all = NULL;
  TwoServers run;

  run_begin (&run, "model=main", FALSE);
  test_server_answer_with (run.first, 200, OK);
  say_and_wait (&run, 1);
  test_server_pause (run.first);
  test_server_pause (run.second);
  for (guint i = 0; i < 3; i++)
    say (&run, 1500);
  while (!strstr (run.told->str, "The server is away")) {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop (run.bus, WAIT_SECONDS * GST_SECOND);

    fail_unless (message != NULL, "%s", run.told->str);
    two_servers_take_message (&run, message);
  }
  test_server_resume (run.second);
  two_servers_wait_for_results (&run, 4);
  fail_unless_equals_string (run.endpoints->str, "1222");
  run_end (&run);
}

GST_END_TEST;

/* It says so in the middle of an upload that grows. */
GST_START_TEST (test_refused_while_spoken)
{
  TestAnswer *early;
  TwoServers run;

  run_begin (&run, "model=main upload-format=wav", TRUE);
  test_server_answer_with (run.first, 200, OK);
  say_and_wait (&run, 1);
  test_server_clear_answers (run.first);
  early = test_server_answer_with (run.first, 429, QUOTA);
  test_answer_early (early, 2000);
  test_server_answer_with (run.first, 429, QUOTA);
  test_server_clear_answers (run.second);
  test_answer_upload_length (test_server_answer (run.second, 200, "application/json"));
  say_and_wait (&run, 1);
  fail_unless_equals_string (run.endpoints->str, "12");
  /* All of it, from its first sample on. */
  fail_unless (g_ascii_strtoull (run.texts->str + strlen ("first "), NULL, 10)
          > 15 * RATE / 10 * sizeof (gint16),
      "%s", run.texts->str);
  run_end (&run);
}

GST_END_TEST;

/* What a Realtime session was told goes on over HTTP, with the samples as they are
 * there. */
GST_START_TEST (test_from_a_session)
{
  static const TestRealtimeScript script = { 0 };
  TestRealtime *realtime = test_realtime_new (&script);
  TwoServers run;

  memset (&run, 0, sizeof run);
  run_begin_at (&run, test_realtime_base_url (realtime),
      "transport=realtime model=main max-retries=0", TRUE);
  test_server_clear_answers (run.second);
  test_answer_upload_length (test_server_answer (run.second, 200, "application/json"));
  say_and_wait (&run, 2);
  test_sessions_pause (test_realtime_sessions (realtime));
  say (&run, 2000);
  say (&run, 1500);
  two_servers_wait_for_results (&run, 4);
  fail_unless_equals_string (run.endpoints->str, "1122");
  fail_unless_equals_int (test_server_n_requests (run.second), 2);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (TestRequest) request =
        test_server_request (run.second, i, TRUE, WAIT_SECONDS);

    fail_unless (test_request_file (request) != NULL);
  }
  run_end (&run);
  test_realtime_free (realtime);
}

GST_END_TEST;

/* What it was told over HTTP goes on in a session, with as many samples of its rate: what
 * was refused, and what begins there. */
GST_START_TEST (test_to_a_session)
{
  static const TestRealtimeScript script = { 0 };
  g_autoptr (TestRealtime) realtime = test_realtime_new (&script);
  g_autofree gchar *url =
      g_strconcat ("ws", test_realtime_base_url (realtime) + strlen ("http"), NULL);
  g_auto (GStrv) texts = NULL;
  guint64 samples;
  TwoServers run;

  memset (&run, 0, sizeof run);
  run.first = test_server_new ();
  run.second_url = url;
  run_begin_at (&run, test_server_base_url (run.first),
      "model=main upload-format=wav max-requests=1 max-retries=0 drop-hallucinations=false",
      __i__);
  for (guint i = 0; i < 2; i++)
    test_answer_upload_length (test_server_answer (run.first, 200, "application/json"));
  test_server_answer_with (run.first, 429, QUOTA);
  say_and_wait (&run, 5);
  fail_unless_equals_string (run.endpoints->str, "11222");
  texts = g_strsplit (run.texts->str, " ", -1);
  samples = (g_ascii_strtoull (texts[1], NULL, 10) - 44) / sizeof (gint16);
  fail_unless_equals_uint64 (
      test_realtime_bytes (realtime) / sizeof (gint16), 3 * samples * 24000 / RATE);
  fail_unless_equals_int (test_realtime_n_results (realtime), 3);
  /* All were the same samples. */
  fail_unless_equals_string (texts[2], texts[4]);
  fail_unless_equals_string (texts[3], texts[4]);
  run_end (&run);
}

GST_END_TEST;

static const gchar *const unfit[] = {
  "fallback-endpoints=\"base-url=http://127.0.0.1:9/v1,api-key=sk-secret\"",
  "fallback-endpoints=\"model=x\"",
  "fallback-endpoints=\"base-url=http://127.0.0.1:9/v1,modell=x\"",
  "fallback-endpoints=\"base-url=http://127.0.0.1:9/v1,max-retries=many\"",
  "fallback-endpoints=\"base-url=http://127.0.0.1:9/v1,max-retries=(string)NULL\"",
  "fallback-endpoints=\"base-url=http://127.0.0.1:9/v1,api-key-file=/nowhere/at/all\"",
  "fallback=\"<\\\"f,model=x\\\">\"",
};

/* What makes no sense is said before anything is sent, without the key. */
GST_START_TEST (test_unfit)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *line = g_strdup_printf (
      "audiotestsrc num-buffers=9 ! openaistt %%s %s ! fakesink", unfit[__i__]);
  g_autoptr (Outcome) outcome = play (make_pipeline (line, server));

  fail_unless (outcome->error != NULL);
  fail_unless (
      g_error_matches (outcome->error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS));
  fail_unless (!strstr (outcome->error->message, "sk-secret"));
  fail_unless_equals_int (test_server_n_requests (server), 0);
}

GST_END_TEST;

/* The key of the first is none of the second's business, nor the environment. */
GST_START_TEST (test_keys_stay_apart)
{
  g_autoptr (TestServer) first = test_server_new (), second = test_server_new ();
  g_autofree gchar *line = NULL;
  g_autoptr (Outcome) outcome = NULL;
  g_autoptr (TestRequest) request = NULL;

  g_setenv ("OPENAI_API_KEY", "sk-of-the-environment", TRUE);
  g_setenv ("OPENAI_CUSTOM_HEADERS", "X-Mine: sk-of-the-environment", TRUE);
  test_server_answer_with (first, 429, QUOTA);
  test_server_answer_with (second, 200, "application/json", "{\"text\":\"second\"}");
  line = g_strdup_printf ("audiotestsrc wave=pink-noise num-buffers=60 ! openaistt "
                          "vad=none %%s fallback-endpoints=\"base-url=%s\" ! fakesink",
      test_server_base_url (second));
  outcome = play (make_pipeline (line, first));
  g_unsetenv ("OPENAI_API_KEY");
  g_unsetenv ("OPENAI_CUSTOM_HEADERS");
  fail_unless (outcome->eos);
  request = test_server_request (second, 0, TRUE, WAIT_SECONDS);
  fail_unless (request != NULL);
  fail_unless (test_request_header (request, "Authorization") == NULL);
  fail_unless (test_request_header (request, "X-Mine") == NULL);
}

GST_END_TEST;

/* --- a day -------------------------------------------------------------------- */

#define HOURS 24

/* Each longer than the one before, so that they can be told apart. */
static void
say_next (TwoServers *run, guint *said)
{
  say (run, 1200 + 20 * (*said)++);
}

static void
answer_length (TestServer *server)
{
  test_answer_upload_length (test_server_answer (server, 200, "application/json"));
}

static void
write_key (const gchar *path, guint hour)
{
  g_autofree gchar *key = g_strdup_printf ("key-of-hour-%u\n", hour);

  fail_unless (g_file_set_contents (path, key, -1, NULL));
}

/* The token has expired when a chunk is sent, and there is another when that is told. */
static void
let_key_expire (TwoServers *run, const gchar *path, guint hour, guint *said)
{
  TestAnswer *refusal;

  test_server_clear_answers (run->first);
  refusal = test_server_answer (run->first, 401, "application/json");
  test_answer_hold (refusal);
  test_answer_text (refusal, "{\"error\":{\"message\":\"Expired\"}}");
  answer_length (run->first);
  say_next (run, said);
  fail_unless (test_answer_request (refusal, WAIT_SECONDS) >= 0);
  write_key (path, hour);
  test_answer_release (refusal);
  two_servers_wait_for_results (run, *said);
  fail_unless (g_str_has_suffix (run->endpoints->str, "1"), "%s", run->told->str);
}

/* It is full once, and out of money once. */
static void
let_it_be_full (TwoServers *run, guint hour, guint *said)
{
  test_server_clear_answers (run->first);
  if (hour == 8)
    test_answer_header (test_server_answer_with (run->first, 429, "application/json",
                            "{\"error\":{\"message\":\"Slow\"}}"),
        "Retry-After", "3");
  else
    test_server_answer_with (run->first, 429, QUOTA);
  for (guint i = 0; i < 3; i++)
    say_next (run, said);
  two_servers_wait_for_results (run, *said);
  fail_unless (g_str_has_suffix (run->endpoints->str, "222"));
}

static void
kill_server (TwoServers *run, guint *said)
{
  guint asked;

  test_server_clear_answers (run->first);
  answer_length (run->first);
  test_server_pause (run->first);
  for (guint i = 0; i < 2; i++)
    say_next (run, said);
  two_servers_wait_for_results (run, *said);
  asked = test_server_n_requests (run->first);
  test_server_resume (run->first);
  test_request_unref (test_server_request (run->first, asked, TRUE, WAIT_SECONDS));
  do {
    say_next (run, said);
    two_servers_wait_for_results (run, *said);
  } while (g_str_has_suffix (run->endpoints->str, "2"));
}

/* So many lengths of uploads, each longer than the one before: every chunk once, in its
 * order. */
static void
assert_in_order (const gchar *texts, guint n)
{
  g_auto (GStrv) lengths = g_strsplit (texts, " ", -1);
  guint64 last = 0;

  fail_unless_equals_int (g_strv_length (lengths), n + 1);
  for (guint i = 0; i < n; i++) {
    guint64 length = g_ascii_strtoull (lengths[i], NULL, 10);

    fail_unless (length > last, "%s after %" G_GUINT64_FORMAT, lengths[i], last);
    last = length;
  }
}

/* A day of which an hour takes a second: the token expires each hour, the server is killed
 * each hour, it is full once, and once the money is used up. */
GST_START_TEST (test_a_day)
{
  g_autoptr (GstElement) element = NULL;
  g_autofree gchar *path = NULL;
  guint said = 0;
  TwoServers run;

  fail_unless (g_close (g_file_open_tmp ("key-XXXXXX", &path, NULL), NULL));
  write_key (path, 0);
  run_begin (&run,
      "model=main max-requests=2 upload-format=wav drop-hallucinations=false", FALSE);
  gst_element_set_state (run.harness->element, GST_STATE_READY);
  element = gst_harness_find_element (run.harness, "openaistt");
  g_object_set (element, "api-key", NULL, "api-key-file", path, NULL);
  gst_harness_play (run.harness);
  test_server_clear_answers (run.second);
  answer_length (run.second);
  for (guint hour = 1; hour <= HOURS; hour++) {
    let_key_expire (&run, path, hour, &said);
    if (hour == 8 || hour == 12)
      let_it_be_full (&run, hour, &said);
    kill_server (&run, &said);
  }
  assert_in_order (run.texts->str, said);
  g_remove (path);
  run_end (&run);
}

GST_END_TEST;

static Suite *
fallback_suite (void)
{
  Suite *suite = suite_create ("fallback");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_refused, 0, G_N_ELEMENTS (refusals));
  tcase_add_loop_test (tcase, test_outage, FALSE, TRUE + 1);
  tcase_add_test (tcase, test_both_away);
  tcase_add_test (tcase, test_refused_while_spoken);
  tcase_add_test (tcase, test_from_a_session);
  tcase_add_loop_test (tcase, test_to_a_session, FALSE, TRUE + 1);
  tcase_add_loop_test (tcase, test_unfit, 0, G_N_ELEMENTS (unfit));
  tcase_add_test (tcase, test_keys_stay_apart);
  tcase_add_test (tcase, test_a_day);
  return suite;
}

GST_CHECK_MAIN (fallback);
