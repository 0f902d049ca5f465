// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What happened can be retold from the log alone, and no secret from any. */

#include <string.h>

#include "support.h"

#define KEY "sk-never-to-be-logged-5678"

static GMutex lines_lock;
static GPtrArray *lines; /* gchar; protected by lines_lock */

static void
on_log (GstDebugCategory *category, GstDebugLevel level, const gchar *file,
    const gchar *function, gint line, GObject *object, GstDebugMessage *message,
    gpointer user_data)
{
  /* Before the lock is taken: what is formatted here may log, too. */
  const gchar *text = gst_debug_message_get (message);
  g_autofree gchar *name = g_strdup (gst_debug_level_get_name (level));
  g_autoptr (GMutexLocker) locker = NULL;

  /* It is padded. */
  g_strchomp (name);
  locker = g_mutex_locker_new (&lines_lock);
  g_ptr_array_add (lines,
      g_strdup_printf ("%s %s %s", name, gst_debug_category_get_name (category), text));
}

static void
begin_log (const gchar *threshold)
{
  lines = g_ptr_array_new_with_free_func (g_free);
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (on_log, NULL, NULL);
  gst_debug_set_threshold_from_string (threshold, TRUE);
}

static void
end_log (void)
{
  gst_debug_set_threshold_from_string ("0", TRUE);
  gst_debug_remove_log_function (on_log);
}

/* The first line from @from on that matches; fails the test when none does. */
static guint
find_line (guint from, const gchar *pattern)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lines_lock);

  for (guint i = from; i < lines->len; i++) {
    if (g_pattern_match_simple (pattern, g_ptr_array_index (lines, i)))
      return i;
  }
  for (guint i = 0; i < lines->len && i < 400; i++)
    g_printerr ("%s\n", (gchar *) g_ptr_array_index (lines, i));
  ck_abort_msg ("no line after %u says %s", from, pattern);
  return 0;
}

static void
assert_in_order (const gchar *const *patterns)
{
  guint at = 0;

  for (; *patterns; patterns++)
    at = find_line (at, *patterns) + 1;
}

static guint64
push_utterance (GstHarness *harness, guint64 sample)
{
  return push_utterances (harness, 1, 2000, 1000, sample);
}

/* Not from a line that is parsed, since GStreamer logs that. */
static GstHarness *
make_harness_with_key (TestServer *server, gboolean everywhere)
{
  g_autoptr (GstStructure) headers =
      gst_structure_new ("h", "api-key", G_TYPE_STRING, KEY, NULL);
  g_autoptr (GstStructure) query =
      gst_structure_new ("q", "code", G_TYPE_STRING, KEY, NULL);
  g_autoptr (GstElement) element =
      gst_object_ref_sink (gst_element_factory_make ("openaistt", NULL));
  GstHarness *harness;

  g_object_set (element, "base-url", test_server_base_url (server), "api-key", KEY,
      "model", "gpt-transcribe", "vad", 2, "max-requests", 1, "max-retries", 2,
      "max-backlog", 3000, NULL);
  if (everywhere)
    g_object_set (element, "extra-headers", headers, "extra-query", query, NULL);
  harness = gst_harness_new_with_element (element, "sink", "src");
  gst_harness_set_live (harness, TRUE);
  gst_harness_set_src_caps_str (harness, TALK_CAPS);
  return harness;
}

/* The upload that grows is refused, the whole one meets a 503 and then an answer;
 * the answer to the next chunk takes so long that one of the others is dropped. */
static void
run_script (gboolean key_everywhere)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness_with_key (server, key_everywhere);
  g_autoptr (TestRequest) growing = NULL;
  g_autoptr (GstBuffer) caption = NULL;
  TestAnswer *busy, *slow;
  guint64 sample;

  test_server_answer_with (server, 411, "text/plain", "No " KEY);
  busy = test_server_answer_with (
      server, 503, "application/json", "{\"error\":{\"message\":\"Busy with " KEY "\"}}");
  test_answer_header (busy, "retry-after-ms", "1");
  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"never tell\",\"language\":\"" KEY "\"}");
  slow = test_server_answer (server, 200, "application/json");
  test_answer_hold (slow);
  test_answer_text (slow, "{\"text\":\"late\"}");
  test_server_answer_with (server, 200, "application/json", "{\"text\":\"on time\"}");

  /* It grows only if it begins before the speech ends. */
  sample = push_utterances (harness, 1, 2000, 0, 0);
  growing = test_server_request (server, 0, FALSE, WAIT_SECONDS);
  fail_unless (growing && test_request_chunked (growing));
  sample = push_pause (harness, 1000, sample);
  caption = gst_harness_pull (harness);
  sample = push_utterance (harness, sample);
  fail_unless (test_answer_request (slow, WAIT_SECONDS) >= 0);
  for (guint i = 0; i < 40 && stats_value (harness, "dropped") == 0; i++)
    sample = push_utterance (harness, sample);
  fail_unless (stats_value (harness, "dropped") > 0);
  test_answer_release (slow);
  end_stream (harness);
  gst_harness_teardown (harness);
}

GST_START_TEST (test_run_is_retold)
{
  static const gchar *const first_request[] = {
    "INFO openai-client session 1 with 127.0.0.1:* begins",
    "DEBUG openai-client request *: attempt 1: POST /audio/transcriptions to "
    "127.0.0.1:*, a body that grows of multipart/form-data",
    "DEBUG openai-client request *: status 411 after * ms, * bytes were sent",
    "INFO openai-client request *: the upload was refused, falling back to a "
    "whole upload",
    "DEBUG openai-client request *: attempt 1 failed: *; again in 0 ms (in a "
    "plainer form; 0 of 2 retries)",
    "DEBUG openai-client request *: upload of audio/*, whole, * samples so far",
    "DEBUG openai-client request *: attempt 2: POST /audio/transcriptions to "
    "127.0.0.1:*, * bytes of multipart/form-data",
    "DEBUG openai-client request *: status 503 after *",
    "DEBUG openai-client request *: attempt 2 failed: Busy with ***; again in "
    "1 ms (a retry; 1 of 2 retries)",
    "DEBUG openai-client request *: attempt 3: *",
    "DEBUG openai-client request *: status 200 after *",
    "DEBUG openai-client request *: done: * bytes of answer, * ms, 3 attempts",
    "INFO openai-client request *: from now on without growing upload: *",
    "DEBUG openai-stt chunk at 0:00:00.*: result after * ms: 10 characters, 0 "
    "segments, 0 words, language ***, 3 attempts",
    "DEBUG openai-stt chunk at 0:00:00.*: captions to *", NULL
  };
  static const gchar *const chunks[] = {
    "DEBUG openai-stt chunk at 0:00:00.*: sent as request *, while it is spoken",
    "DEBUG openai-stt chunk at 0:00:00.*: ends at *, * ms, * ms voiced, "
    "cut: pause",
    "DEBUG openai-stt chunk at *: dropped: * of speech wait, more than "
    "max-backlog",
    NULL
  };
  static const gchar *const in_and_out[] = { "LOG openai-stt in: *",
    "LOG openai-stt out: *", NULL };

  begin_log ("openai*:6");
  run_script (FALSE);
  end_log ();
  assert_in_order (first_request);
  assert_in_order (chunks);
  assert_in_order (in_and_out);
  g_ptr_array_unref (lines);
}

GST_END_TEST;

/* Also not what was said: that is the user's. */
GST_START_TEST (test_no_secret_is_told)
{
  guint n = 0, n_redacted = 0;

  begin_log (__i__ ? "9" : "openai*:9");
  run_script (TRUE);
  end_log ();
  for (guint i = 0; i < lines->len; i++) {
    const gchar *line = g_ptr_array_index (lines, i);

    fail_if (strstr (line, KEY), "%s", line);
    if (strstr (line, " openai-")) {
      n++;
      n_redacted += strstr (line, "***") != NULL;
      fail_if (strstr (line, "never tell"), "%s", line);
      fail_if (strstr (line, "Bearer"), "%s", line);
    }
  }
  fail_unless (n > 100, "%u lines", n);
  fail_unless (n_redacted > 0);
  g_ptr_array_unref (lines);
}

GST_END_TEST;

GST_START_TEST (test_cuts_are_told)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness;
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  guint64 sample;

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"heard\"}");
  begin_log ("openai*:6");
  harness = make_stt_harness (server, "max-chunk-duration=2000", FALSE);
  talk_add_speech (talk, 3000);
  sample = push_talk (harness, talk, 0);
  push_talk (harness, talk, sample + 10 * RATE);
  end_stream (harness);
  gst_harness_teardown (harness);
  end_log ();
  find_line (0, "DEBUG openai-stt chunk at *, cut: forced");
  find_line (0, "DEBUG openai-stt chunk at *, cut: discont");
  find_line (0, "DEBUG openai-stt chunk at *, cut: eos");
  g_ptr_array_unref (lines);
}

GST_END_TEST;

GST_START_TEST (test_an_outage_is_told)
{
  static const gchar *const steps[] = {
    "INFO openai-client 127.0.0.1:* is away: an outage begins",
    "DEBUG openai-client request *: attempt * failed: *; again in * ms (the "
    "server is away; 0 of 0 retries)",
    "INFO openai-client 127.0.0.1:* is back after an outage of * ms",
    "INFO openai-client * sessions with 127.0.0.1:* end", NULL
  };
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness;
  TestAnswer *away;
  guint64 sample;
  g_autoptr (GstBuffer) caption = NULL;

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"before\"}");
  away = test_server_answer_with (server, 503, "text/plain", "");
  test_answer_header (away, "retry-after-ms", "1");
  test_server_answer_with (server, 200, "application/json", "{\"text\":\"after\"}");
  begin_log ("openai*:6");
  harness = make_stt_harness (server, "max-retries=0", FALSE);
  sample = push_utterance (harness, 0);
  caption = gst_harness_pull (harness);
  push_utterance (harness, sample);
  end_stream (harness);
  gst_harness_teardown (harness);
  end_log ();
  assert_in_order (steps);
  g_ptr_array_unref (lines);
}

GST_END_TEST;

static Suite *
logs_suite (void)
{
  Suite *suite = suite_create ("logs");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_run_is_retold);
  tcase_add_loop_test (tcase, test_no_secret_is_told, 0, 2);
  tcase_add_test (tcase, test_cuts_are_told);
  tcase_add_test (tcase, test_an_outage_is_told);
  return suite;
}

GST_CHECK_MAIN (logs);
