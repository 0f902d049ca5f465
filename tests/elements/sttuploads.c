// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaistt: what is uploaded, and the account of it. */

#include <string.h>

#include "support.h"

#define N_UTTERANCES 16

/* Every utterance has a length of its own, to be told apart by. */
static guint
utterance_ms (guint i)
{
  return 1200 + 40 * i;
}

static guint
utterance_of (TestRequest *request)
{
  guint64 samples = wav_samples (test_request_file (request)->data);
  guint best = 0;
  gint64 error = G_MAXINT64;

  for (guint i = 0; i < N_UTTERANCES; i++) {
    gint64 e = ABS ((gint64) samples - (utterance_ms (i) + 400) * RATE / 1000);

    if (e < error) {
      error = e;
      best = i;
    }
  }
  return best;
}

static void
release_last_first (TestAnswer **answers, const guint *utterance_of_answer)
{
  for (guint u = N_UTTERANCES; u-- > 0;) {
    for (guint i = 0; i < N_UTTERANCES; i++) {
      if (utterance_of_answer[i] == u)
        test_answer_release (answers[i]);
    }
  }
}

static void
assert_first_first (GstHarness *harness, const guint *utterance_of_answer)
{
  GstClockTime position = 0;

  for (guint u = 0; u < N_UTTERANCES; u++) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (harness);
    g_autofree gchar *text = buffer_text (buffer);
    guint answer = strtoul (text + strlen ("answer "), NULL, 10);

    fail_unless_equals_int (utterance_of_answer[answer], u);
    fail_unless (GST_BUFFER_PTS (buffer) >= position);
    fail_unless (GST_BUFFER_DURATION (buffer) > 0);
    position = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
  }
}

GST_START_TEST (test_reverse_order)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (
      server, "upload-format=wav max-requests=16 granularity=chunk", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  TestAnswer *answers[N_UTTERANCES];
  guint utterance_of_answer[N_UTTERANCES];
  guint n_gaps;

  for (guint i = 0; i < N_UTTERANCES; i++) {
    g_autofree gchar *name = g_strdup_printf ("answer %u", i);
    g_autofree gchar *text = json_answer (name);

    answers[i] = test_server_answer (server, 200, "application/json");
    test_answer_hold (answers[i]);
    test_answer_text (answers[i], text);
    talk_add_pause (talk, 1000);
    talk_add_speech (talk, utterance_ms (i));
  }
  talk_add_pause (talk, 1000);
  push_talk (harness, talk, 0);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));

  for (guint i = 0; i < N_UTTERANCES; i++) {
    gint index = test_answer_request (answers[i], WAIT_SECONDS);
    g_autoptr (TestRequest) request =
        test_server_request (server, index, TRUE, WAIT_SECONDS);

    fail_unless (request != NULL);
    utterance_of_answer[i] = utterance_of (request);
  }
  fail_unless_equals_int (gst_harness_buffers_received (harness), 0);
  release_last_first (answers, utterance_of_answer);
  assert_first_first (harness, utterance_of_answer);
  n_gaps = wait_for_eos (harness);
  fail_unless (n_gaps >= N_UTTERANCES, "%u gaps", n_gaps);
  assert_account_is_exact (harness);
  fail_unless_equals_uint64 (stats_value (harness, "samples-in"), talk->len / 2);
  fail_unless_equals_uint64 (stats_value (harness, "failed"), 0);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Until so many bytes of the first request are with the server, which is not
 * complete. */
static void
wait_for_bytes (TestServer *server, gsize bytes)
{
  gint64 until = g_get_monotonic_time () + WAIT_SECONDS * G_USEC_PER_SEC;
  gsize arrived = 0;

  while (arrived < bytes) {
    g_autoptr (TestRequest) request =
        test_server_request (server, 0, FALSE, WAIT_SECONDS);

    fail_unless (request != NULL);
    fail_unless (test_request_chunked (request));
    fail_if (test_request_complete (request));
    arrived = g_bytes_get_size (test_request_body (request));
    fail_unless (g_get_monotonic_time () < until, "only %u of %u bytes", (guint) arrived,
        (guint) bytes);
    g_thread_yield ();
  }
}

/* While speech goes on, its bytes are with the server already; in a pause, all of
 * them are, long before it is known that this is the end. */
GST_START_TEST (test_grows_while_it_is_spoken)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "", TRUE);
  g_autoptr (GByteArray) speech = g_byte_array_new ();
  g_autoptr (GByteArray) pause = g_byte_array_new ();
  g_autoptr (GstBuffer) caption = NULL;
  g_autofree gchar *text = NULL;
  g_autoptr (GByteArray) short_pause = g_byte_array_new ();
  guint64 sample;

  test_server_answer_with (
      server, 200, "application/json", "{\"text\":\"while it is spoken\"}");
  talk_add_speech (speech, 3900);
  talk_add_pause (pause, 1500);
  talk_add_pause (short_pause, 400);
  sample = push_talk (harness, pause, 0);
  sample = push_talk (harness, speech, sample);

  wait_for_bytes (server, speech->len * 9 / 10);
  sample = push_talk (harness, short_pause, sample);
  /* With 200 ms before it and 200 ms after it. */
  wait_for_bytes (server, speech->len + RATE * 2 * 390 / 1000);
  push_talk (harness, pause, sample);
  caption = gst_harness_pull (harness);
  text = buffer_text (caption);
  fail_unless_equals_string (text, "while it is spoken");
  end_stream (harness);
  assert_account_is_exact (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* How a server says no to an upload that grows; 0: it hangs up, which may be
 * chance, once. */
static const guint refusals[] = { 411, 400, 501, 0 };

static void
refuse_once (TestServer *server, guint status)
{
  if (status)
    test_server_answer_with (server, status, "text/plain", "No");
  else
    test_answer_fault (test_server_answer (server, 200, "text/plain"), TEST_FAULT_CLOSE);
  /* On a kept connection it would not be the upload that is to blame. */
  test_answer_header (
      test_server_answer_with (server, 200, "application/json", "{\"text\":\"sized\"}"),
      "Connection", "close");
}

/* A server that wants a length gets one, and is not asked again. That a kept
 * connection ends would tell nothing of the upload, so there is none. */
GST_START_TEST (test_growing_refused_is_remembered)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "preconnect=false", TRUE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GByteArray) speech = g_byte_array_new ();
  g_autoptr (GByteArray) pause = g_byte_array_new ();
  guint times = refusals[__i__] ? 1 : 2;
  guint64 sample = 0;
  guint n_warnings = 0;
  GstMessage *message;

  gst_element_set_bus (harness->element, bus);
  for (guint i = 0; i < times; i++)
    refuse_once (server, refusals[__i__]);
  talk_add_speech (speech, 1500);
  talk_add_pause (pause, 1500);
  for (guint i = 0; i < times + 1; i++) {
    g_autoptr (TestRequest) begun = NULL;
    g_autoptr (GstBuffer) caption = NULL;
    g_autofree gchar *text = NULL;

    sample = push_talk (harness, speech, sample);
    if (i < times) {
      begun = test_server_request (server, 2 * i, FALSE, WAIT_SECONDS);
      fail_unless (begun != NULL);
    }
    sample = push_talk (harness, pause, sample);
    caption = gst_harness_pull (harness);
    text = buffer_text (caption);
    fail_unless_equals_string (text, "sized");
  }
  end_stream (harness);

  fail_unless_equals_int (test_server_n_requests (server), 2 * times + 1);
  for (guint i = 0; i < 2 * times + 1; i++) {
    g_autoptr (TestRequest) request = test_server_request (server, i, TRUE, WAIT_SECONDS);

    fail_unless_equals_int (test_request_chunked (request), i % 2 == 0 && i < 2 * times);
  }
  while ((message = gst_bus_pop (bus))) {
    n_warnings += GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING;
    gst_message_unref (message);
  }
  fail_unless_equals_int (n_warnings, 1);
  assert_account_is_exact (harness);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static const gchar *const any_input[] = {
  "audio/x-raw,format=S16LE,rate=44100,channels=2",
  "audio/x-raw,format=S16LE,rate=8000,channels=1",
  "audio/x-raw,format=F32LE,rate=48000,channels=6,channel-mask=(bitmask)0x3f",
  "audio/x-raw,format=S32LE,rate=96000,channels=8,channel-mask=(bitmask)0",
};

GST_START_TEST (test_any_input)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *line =
      g_strdup_printf ("audiotestsrc wave=pink-noise volume=0.5 "
                       "num-buffers=50 samplesperbuffer=4096 ! %s ! "
                       "openaistt name=x vad=energy upload-format=wav max-retries=0 %%s",
          any_input[__i__]);
  g_autoptr (Outcome) outcome = NULL;
  guint64 samples_in, rate = 44100;
  gint value;
  g_autoptr (GstCaps) caps = gst_caps_from_string (any_input[__i__]);

  if (gst_structure_get_int (gst_caps_get_structure (caps, 0), "rate", &value))
    rate = value;
  test_server_answer_with (server, 200, "application/json", "{\"text\":\"heard\"}");
  outcome = play (make_pipeline (line, server));
  fail_unless (outcome->eos);
  fail_unless_equals_int (outcome->n_errors, 0);
  fail_unless (outcome_count (outcome, "openaistt/transcript") > 0);
  fail_unless (gst_structure_get_uint64 (outcome->stats, "samples-in", &samples_in));
  fail_unless_equals_uint64 (
      samples_in, gst_util_uint64_scale_ceil (50 * 4096, RATE, rate));
}

GST_END_TEST;

/* What the converter holds back at the end is silence, too. */
GST_START_TEST (test_silence_is_silent)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *line = g_strdup_printf (
      "audiotestsrc wave=silence "
      "num-buffers=300 samplesperbuffer=10 ! %s ! openaistt name=x vad=none "
      "upload-format=wav %%s",
      any_input[__i__]);
  g_autoptr (Outcome) outcome = NULL;
  g_autoptr (TestRequest) request = NULL;
  const gint16 *samples;
  gsize size;

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"\"}");
  outcome = play (make_pipeline (line, server));
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  samples = g_bytes_get_data (test_request_file (request)->data, &size);
  for (gsize i = 44 / 2; i < size / 2; i++)
    fail_unless_equals_int (samples[i], 0);
}

GST_END_TEST;

/* A failed chunk after a good one is a warning and a gap. */
GST_START_TEST (test_goes_on_after_a_failure)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness =
      make_stt_harness (server, "granularity=chunk max-requests=1 max-retries=0", FALSE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  guint n_warnings = 0, n_failed = 0, n_errors = 0;
  GstMessage *message;

  gst_element_set_bus (harness->element, bus);
  test_server_answer_with (server, 200, "application/json", "{\"text\":\"one\"}");
  test_server_answer_with (
      server, 500, "application/json", "{\"error\":{\"message\":\"two\"}}");
  test_server_answer_with (server, 200, "application/json", "{\"text\":\"three\"}");
  push_utterances (harness, 3, 1500, 1500, 0);
  end_stream (harness);
  fail_unless_equals_int (gst_harness_buffers_received (harness), 2);

  while ((message = gst_bus_pop (bus))) {
    n_warnings += GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING;
    n_errors += GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR;
    n_failed += gst_message_has_name (message, "openaistt/failed");
    gst_message_unref (message);
  }
  fail_unless_equals_int (n_warnings, 1);
  fail_unless_equals_int (n_failed, 1);
  fail_unless_equals_int (n_errors, 0);
  fail_unless (stats_value (harness, "failed") >= 1500 * RATE / 1000);
  assert_account_is_exact (harness);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Four utterances with pauses of a second: a file is one request after the first,
 * which shows that the server tells times; where it tells none, each has its own. */
static const struct
{
  const gchar *properties;
  gboolean live;
  gboolean times;
  guint n_requests;
} fills[] = {
  { "min-chunk-duration=0", FALSE, TRUE, 2 },
  { "min-chunk-duration=0", FALSE, FALSE, 4 },
  { "min-chunk-duration=0 max-chunk-duration=5000", FALSE, TRUE, 3 },
  { "min-chunk-duration=0 max-chunk-duration=5000", FALSE, FALSE, 4 },
  { "min-chunk-duration=0 model=x-diarize", FALSE, FALSE, 1 },
  { "min-chunk-duration=0 max-chunk-duration=-1", FALSE, FALSE, 1 },
  { "min-chunk-duration=1000", FALSE, TRUE, 4 },
  { "min-chunk-duration=8000", FALSE, FALSE, 1 },
  { "language=en min-chunk-duration=0", TRUE, TRUE, 4 },
};

GST_START_TEST (test_files_are_filled)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness =
      make_stt_harness (server, fills[__i__].properties, fills[__i__].live);

  test_server_answer_with (server, 200, "application/json",
      fills[__i__].times ? "{\"text\":\"heard\",\"segments\":[{\"id\":0,\"start\":0.3,"
                           "\"end\":1.5,\"text\":\"heard\"}]}"
                         : "{\"text\":\"heard\"}");
  push_utterances (harness, 4, 1500, 1000, 0);
  end_stream (harness);
  fail_unless_equals_int (test_server_n_requests (server), fills[__i__].n_requests);
  assert_account_is_exact (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* One that breaks or has no text does not show it: the next one does. */
GST_START_TEST (test_text_shows_whether_times_are_told)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "min-chunk-duration=0", FALSE);
  TestAnswer *broken = test_server_answer (server, 200, "application/json");

  test_answer_text (broken, "{\"text\":");
  test_answer_fault (broken, TEST_FAULT_RESET);
  test_server_answer_with (server, 200, "application/json", "{\"text\":\"\"}");
  test_server_answer_with (server, 200, "application/json", "{\"text\":\"heard\"}");
  push_utterances (harness, 3, 1500, 1000, 0);
  end_stream (harness);
  fail_unless_equals_int (test_server_n_requests (server), 4);
  assert_account_is_exact (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static Suite *
sttuploads_suite (void)
{
  Suite *suite = suite_create ("openaistt uploads");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_reverse_order);
  tcase_add_test (tcase, test_grows_while_it_is_spoken);
  tcase_add_loop_test (
      tcase, test_growing_refused_is_remembered, 0, G_N_ELEMENTS (refusals));
  tcase_add_loop_test (tcase, test_any_input, 0, G_N_ELEMENTS (any_input));
  tcase_add_loop_test (tcase, test_silence_is_silent, 0, G_N_ELEMENTS (any_input));
  tcase_add_test (tcase, test_goes_on_after_a_failure);
  tcase_add_loop_test (tcase, test_files_are_filled, 0, G_N_ELEMENTS (fills));
  tcase_add_test (tcase, test_text_shows_whether_times_are_told);
  return suite;
}

GST_CHECK_MAIN (sttuploads);
