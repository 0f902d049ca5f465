// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaistt, live: a server that is too slow for a while. */

#include <string.h>

#include "support.h"

/* What is spoken while nothing can be sent is one request, not one for each pause; and
 * afterwards each pause is a cut again. */
GST_START_TEST (test_few_requests_catch_up)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server,
      "language=en "
      "min-chunk-duration=0 max-requests=2",
      TRUE);
  TestAnswer *slow[2];
  guint64 sample;
  guint before;

  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *text = json_answer ("slow");

    slow[i] = test_server_answer (server, 200, "application/json");
    test_answer_hold (slow[i]);
    test_answer_text (slow[i], text);
  }
  test_server_answer_with (server, 200, "application/json", "{\"text\":\"fast\"}");
  sample = push_utterances (harness, 2, 1500, 1000, 0);
  for (guint i = 0; i < 2; i++)
    fail_unless (test_answer_request (slow[i], WAIT_SECONDS) >= 0);
  /* 40 seconds: in 16 chunks, if all went well. */
  sample = push_utterances (harness, 16, 1500, 1000, sample);
  for (guint i = 0; i < 2; i++)
    test_answer_release (slow[i]);
  for (guint i = 0; i < 3; i++)
    gst_buffer_unref (gst_harness_pull (harness));
  before = test_server_n_requests (server);
  fail_unless (before <= 4, "%u requests", before);
  for (guint i = 0; i < 4; i++) {
    sample = push_utterances (harness, 1, 1500, 1000, sample);
    gst_buffer_unref (gst_harness_pull (harness));
  }
  end_stream (harness);
  fail_unless (test_server_n_requests (server) >= 4 + 3);
  assert_account_is_exact (harness);
  fail_unless_equals_uint64 (stats_value (harness, "dropped"), 0);
  gst_harness_teardown (harness);
}

GST_END_TEST;

#define SENTENCE "This is said in just three seconds, no more, no less. "
#define SEGMENT(from, to)                                                                \
  "{\"start\":" #from ",\"end\":" #to ",\"text\":\"" SENTENCE "\"}"

/* Late captions take half of the time: the delay is gone in as long as it was. */
GST_START_TEST (test_late_captions_catch_up)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server,
      "model=whisper-1 "
      "granularity=segment max-chunk-duration=30000 latency=4294967295",
      TRUE);
  TestAnswer *answer = test_server_answer (server, 200, "application/json");
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  GstClockTime position = 60 * GST_SECOND, length = 0;
  guint n = 0;

  test_answer_hold (answer);
  test_answer_text (answer,
      "{\"text\":\"" SENTENCE SENTENCE SENTENCE SENTENCE SENTENCE SENTENCE
      "\",\"segments\":[" SEGMENT (0, 3) "," SEGMENT (3, 6) "," SEGMENT (
          6, 9) "," SEGMENT (9, 12) "," SEGMENT (12, 15) "," SEGMENT (15, 18) "]}");
  talk_add_speech (talk, 18000);
  talk_add_pause (talk, 1000);
  push_talk (harness, talk, 0);
  fail_unless_equals_int (test_answer_request (answer, WAIT_SECONDS), 0);
  fail_unless (gst_harness_set_time (harness, position));
  test_answer_release (answer);
  for (; n < 6; n++) {
    g_autoptr (GstBuffer) caption = gst_harness_pull (harness);

    fail_unless (GST_BUFFER_PTS (caption) >= position);
    position = GST_BUFFER_PTS (caption) + GST_BUFFER_DURATION (caption);
    length += GST_BUFFER_DURATION (caption);
    fail_unless (GST_BUFFER_DURATION (caption) >= 700 * GST_MSECOND);
  }
  fail_unless (length <= 12 * GST_SECOND, "%" GST_TIME_FORMAT, GST_TIME_ARGS (length));
  end_stream (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("overload");
  TCase *tcase = tcase_create ("overload");

  gst_check_init (&argc, &argv);
  tcase_set_timeout (tcase, 120);
  tcase_add_test (tcase, test_few_requests_catch_up);
  tcase_add_test (tcase, test_late_captions_catch_up);
  suite_add_tcase (suite, tcase);
  return gst_check_run_suite (suite, "overload", __FILE__);
}
