// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaistt: a server that goes away for a while and comes back. */

#include <stdio.h>
#include <string.h>

#include "support.h"

/* One that has answered once; the next sample. */
static guint64
begin (GstHarness *harness, TestServer *server)
{
  g_autoptr (GstBuffer) caption = NULL;
  guint64 sample;

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"heard\"}");
  sample = push_utterances (harness, 1, 2000, 1000, 0);
  caption = gst_harness_pull (harness);
  return sample;
}

/* Until a message of this type says so. */
static void
wait_for (GstBus *bus, GstMessageType type, const gchar *words)
{
  gboolean found = FALSE;

  while (!found) {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop_filtered (bus, WAIT_SECONDS * GST_SECOND, type);
    g_autoptr (GError) error = NULL;

    fail_unless (message != NULL, "nobody says \"%s\"", words);
    if (type == GST_MESSAGE_INFO)
      gst_message_parse_info (message, &error, NULL);
    else
      gst_message_parse_warning (message, &error, NULL);
    found = strstr (error->message, words) != NULL;
  }
}

static guint
count_lines (const gchar *text)
{
  guint n = 0;

  for (; *text; text++)
    n += *text == '\n';
  return n;
}

static gpointer
push_twelve (gpointer harness)
{
  push_utterances (harness, 12, 2000, 1000, 3 * RATE);
  return NULL;
}

/* A file waits, and loses nothing. */
GST_START_TEST (test_file_waits)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (
      server, "max-retries=0 max-requests=2 max-backlog=5000 granularity=chunk", FALSE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autofree gchar *captions = NULL;
  GThread *thread;

  gst_element_set_bus (harness->element, bus);
  begin (harness, server);
  test_server_pause (server);
  thread = g_thread_new ("talk", push_twelve, harness);
  wait_for (bus, GST_MESSAGE_WARNING, "The server is away");
  test_server_resume (server);
  wait_for (bus, GST_MESSAGE_INFO, "The server is back");
  g_thread_join (thread);
  end_stream (harness);
  captions = pull_captions (harness);
  fail_unless_equals_int (count_lines (captions), 12);
  assert_account_is_exact (harness);
  fail_unless_equals_uint64 (stats_value (harness, "dropped"), 0);
  fail_unless_equals_uint64 (stats_value (harness, "failed"), 0);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING) == NULL);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Live speech waits, too, as much as max-backlog allows: of more the oldest is
 * lost, and captions resume by themselves. */
GST_START_TEST (test_live_backlog)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server,
      "max-retries=0 "
      "max-requests=2 max-backlog=7000",
      TRUE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  guint64 sample, kept;

  gst_element_set_bus (harness->element, bus);
  sample = begin (harness, server);
  test_server_pause (server);
  sample = push_utterances (harness, 2, 2000, 1000, sample);
  wait_for (bus, GST_MESSAGE_WARNING, "The server is away");
  fail_unless_equals_uint64 (stats_value (harness, "dropped"), 0);
  sample = push_utterances (harness, 10, 2000, 1000, sample);
  wait_for (bus, GST_MESSAGE_WARNING, "Speech was dropped");
  /* The backlog, two that are looking for the server, and one that is spoken. */
  fail_unless (stats_value (harness, "pending") <= (7 + 3 * 3) * RATE);
  test_server_resume (server);
  wait_for (bus, GST_MESSAGE_INFO, "The server is back");
  push_utterances (harness, 1, 2000, 1000, sample);
  end_stream (harness);
  assert_account_is_exact (harness);
  fail_unless_equals_uint64 (stats_value (harness, "failed"), 0);
  /* What was kept, and what was spoken before and after the outage. */
  kept = stats_value (harness, "uploaded");
  fail_unless (kept >= (7 + 2 * 2) * RATE, "%" G_GUINT64_FORMAT, kept / RATE);
  fail_unless (kept <= (7 + 5 * 3) * RATE, "%" G_GUINT64_FORMAT, kept / RATE);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Not for ever. */
GST_START_TEST (test_patience_ends)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "max-retries=0 max-outage=1000", FALSE);
  g_autoptr (GstBus) bus = gst_bus_new ();

  gst_element_set_bus (harness->element, bus);
  begin (harness, server);
  test_server_pause (server);
  push_utterances (harness, 1, 2000, 1000, 3 * RATE);
  wait_for (bus, GST_MESSAGE_WARNING, "The server is away");
  wait_for (bus, GST_MESSAGE_WARNING, "Could not connect");
  end_stream (harness);
  assert_account_is_exact (harness);
  fail_unless (stats_value (harness, "failed") > 2 * RATE);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static GMutex waiting_lock;
static GHashTable *waiting; /* numbers of requests that waited; protected by the lock */

static void
on_log (GstDebugCategory *category, GstDebugLevel level, const gchar *file,
    const gchar *function, gint line, GObject *object, GstDebugMessage *message,
    gpointer user_data)
{
  const gchar *text = gst_debug_message_get (message);
  g_autoptr (GMutexLocker) locker = NULL;
  guint number;

  if (!strstr (text, "the server is away") || sscanf (text, "request %u:", &number) != 1)
    return;
  locker = g_mutex_locker_new (&waiting_lock);
  g_hash_table_add (waiting, GUINT_TO_POINTER (number));
}

/* However many chunks wait for the server, it is the server that is given the time: it is
 * looked for with the first, and those behind it fail with that. */
GST_START_TEST (test_patience_is_for_all)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness =
      make_stt_harness (server, "max-retries=0 max-outage=1000 max-requests=1", FALSE);

  waiting = g_hash_table_new (NULL, NULL);
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (on_log, NULL, NULL);
  gst_debug_set_threshold_for_name ("openai-client", GST_LEVEL_DEBUG);
  begin (harness, server);
  test_server_pause (server);
  push_utterances (harness, 12, 2000, 1000, 3 * RATE);
  end_stream (harness);
  gst_debug_set_default_threshold (GST_LEVEL_NONE);
  gst_debug_unset_threshold_for_name ("openai-client");
  gst_debug_remove_log_function (on_log);
  fail_unless_equals_int (g_hash_table_size (waiting), 1);
  g_hash_table_unref (waiting);
  assert_account_is_exact (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* A server that is away and wants to be asked again at once is not flooded. */
GST_START_TEST (test_asked_at_ease)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "max-retries=0 max-requests=1", FALSE);
  g_autofree gchar *captions = NULL;
  gint64 begun;

  begin (harness, server);
  test_server_clear_answers (server);
  for (guint i = 0; i < 3; i++)
    test_answer_header (
        test_server_answer (server, 503, "text/plain"), "Retry-After", "0");
  test_server_answer_with (server, 200, "application/json", "{\"text\":\"back\"}");
  begun = g_get_monotonic_time ();
  push_utterances (harness, 1, 2000, 1000, 3 * RATE);
  end_stream (harness);
  captions = pull_captions (harness);
  fail_unless_equals_string (captions, "back\n");
  fail_unless_equals_int (test_server_n_requests (server), 1 + 3 + 1);
  /* Half a second before each. */
  fail_unless (g_get_monotonic_time () - begun >= 3 * G_USEC_PER_SEC / 2);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static const gchar *const limited[] = {
  "audiotestsrc wave=pink-noise volume=0.5 num-buffers=60 ! openaistt vad=none "
  "%s ! fakesink",
  "openaitts text=Hello. %s ! fakesink",
};

/* How long it waits is told at once, in words and as a number. */
GST_START_TEST (test_wait_for_a_rate_limit_is_told)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstElement *pipeline = make_pipeline (limited[__i__], server);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  const GstStructure *details;
  guint wait;

  test_answer_header (test_server_answer_with (server, 429, "application/json",
                          "{\"error\":{\"message\":\"slowly\"}}"),
      "retry-after", "70");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, WAIT_SECONDS * GST_SECOND,
      GST_MESSAGE_WARNING | GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING);
  gst_message_parse_warning (message, &error, NULL);
  gst_message_parse_warning_details (message, &details);
  fail_unless (
      strstr (error->message, "takes no more requests for 70 s;"), "%s", error->message);
  fail_unless (strstr (error->message, "slowly"), "%s", error->message);
  fail_unless (gst_structure_get_uint (details, "retry-after", &wait));
  fail_unless (wait > 60000 && wait <= 70000, "%u", wait);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static Suite *
outage_suite (void)
{
  Suite *suite = suite_create ("outage");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_file_waits);
  tcase_add_test (tcase, test_live_backlog);
  tcase_add_test (tcase, test_patience_ends);
  tcase_add_test (tcase, test_patience_is_for_all);
  tcase_add_test (tcase, test_asked_at_ease);
  tcase_add_loop_test (
      tcase, test_wait_for_a_rate_limit_is_told, 0, G_N_ELEMENTS (limited));
  return suite;
}

GST_CHECK_MAIN (outage);
