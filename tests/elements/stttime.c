// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaistt: captions stand where they were spoken. */

#include "support.h"

/* Speech is heard from its first loud frame on. */
static void
assert_spoken_at (GstBuffer *buffer, GstClockTime time)
{
  fail_unless (GST_BUFFER_PTS (buffer) >= time
          && GST_BUFFER_PTS (buffer) < time + 30 * GST_MSECOND,
      "%" GST_PTR_FORMAT, buffer);
}

/* Two streams that do not follow each other are two uploads, with their times. */
GST_START_TEST (test_discont)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "granularity=chunk", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autoptr (GstBuffer) first = NULL, second = NULL;

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"text\"}");
  talk_add_speech (talk, 1500);
  push_talk (harness, talk, 0);
  push_talk (harness, talk, 100 * RATE);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  first = gst_harness_pull (harness);
  second = gst_harness_pull (harness);
  fail_unless (GST_BUFFER_PTS (first) < 200 * GST_MSECOND);
  fail_unless (GST_BUFFER_PTS (second) >= 100 * GST_SECOND);
  fail_unless (GST_BUFFER_PTS (second) < 100 * GST_SECOND + 200 * GST_MSECOND);
  wait_for_eos (harness);
  assert_account_is_exact (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* A segment that is sent again, only stops elsewhere, or goes on in time as those
 * of fragments do, cuts nothing. */
GST_START_TEST (test_segment_goes_on)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "granularity=chunk", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autoptr (GstBuffer) caption = NULL;
  GstSegment segment;

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"text\"}");
  talk_add_speech (talk, 1500);
  push_talk (harness, talk, 60 * RATE);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  if (__i__ == 1)
    segment.stop = 70 * GST_SECOND;
  if (__i__ == 2)
    segment.start = segment.base = segment.time = 61 * GST_SECOND;
  fail_unless (gst_harness_push_event (harness, gst_event_new_segment (&segment)));
  push_talk (harness, talk, 60 * RATE + talk->len / 2);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  caption = gst_harness_pull (harness);
  assert_spoken_at (caption, 60 * GST_SECOND);
  wait_for_eos (harness);
  fail_unless_equals_int (test_server_n_requests (server), 1);
  assert_account_is_exact (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* What is said for ten seconds, in buffers of 100 ms with the time that @stamp
 * gives the k-th of them. */
static void
push_stamped (GstHarness *harness, GstClockTime (*stamp) (guint k))
{
  g_autoptr (GByteArray) talk = g_byte_array_new ();

  talk_add_speech (talk, 10000);
  for (guint k = 0; k < 100; k++) {
    GstBuffer *buffer = talk_buffer (talk, k * RATE / 10, RATE / 10, 0);

    GST_BUFFER_PTS (buffer) = stamp (k);
    fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
  }
}

static GstClockTime
one_at_an_hour (guint k)
{
  return k == 50 ? 3600 * GST_SECOND : k * 100 * GST_MSECOND;
}

static GstClockTime
one_at_zero (guint k)
{
  return k == 50 ? 0 : k * 100 * GST_MSECOND;
}

static GstClockTime
the_last_at_an_hour (guint k)
{
  return k == 99 ? 3600 * GST_SECOND : k * 100 * GST_MSECOND;
}

static GstClockTime
late_and_early (guint k)
{
  return (k * 100 + (k % 20 == 10 ? 300 : k % 20 == 15 ? -150 : 0)) * GST_MSECOND;
}

/* One wrong time stamp, or jitter, is as if it had been right. */
static GstClockTime (*const wrong_stamps[]) (
    guint) = { one_at_an_hour, one_at_zero, the_last_at_an_hour, late_and_early };

GST_START_TEST (test_wrong_time_stamps)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "granularity=chunk", FALSE);
  g_autoptr (GstBuffer) caption = NULL;

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"text\"}");
  push_stamped (harness, wrong_stamps[__i__]);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  caption = gst_harness_pull (harness);
  assert_spoken_at (caption, 0);
  wait_for_eos (harness);
  fail_unless_equals_int (test_server_n_requests (server), 1);
  fail_unless_equals_uint64 (stats_value (harness, "samples-in"), 10 * RATE);
  assert_account_is_exact (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static GstClockTime
again_from_zero (guint k)
{
  return k % 50 * 100 * GST_MSECOND;
}

/* Times that begin again in the middle are told, and the captions follow them. */
GST_START_TEST (test_times_fall_back)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "granularity=chunk", FALSE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;

  gst_element_set_bus (harness->element, bus);
  test_server_answer_with (server, 200, "application/json", "{\"text\":\"text\"}");
  push_stamped (harness, again_from_zero);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstBuffer) caption = gst_harness_pull (harness);

    assert_spoken_at (caption, 0);
  }
  message =
      gst_bus_timed_pop_filtered (bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_WARNING);
  fail_unless (message != NULL);
  wait_for_eos (harness);
  assert_account_is_exact (harness);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* A lost packet in each second, told as GAP, ends nothing. */
GST_START_TEST (test_lost_packets)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "granularity=chunk", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autoptr (GstBuffer) caption = NULL;

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"text\"}");
  talk_add_speech (talk, 980);
  for (guint i = 0; i < 5; i++) {
    push_talk (harness, talk, i * RATE);
    fail_unless (gst_harness_push_event (harness,
        gst_event_new_gap (i * GST_SECOND + 980 * GST_MSECOND, 20 * GST_MSECOND)));
  }
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  caption = gst_harness_pull (harness);
  assert_spoken_at (caption, 0);
  wait_for_eos (harness);
  fail_unless_equals_int (test_server_n_requests (server), 1);
  fail_unless_equals_uint64 (stats_value (harness, "samples-in"), 5 * RATE);
  assert_account_is_exact (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* A GAP of no length, and one where there was audio, change nothing. */
GST_START_TEST (test_gaps_without_length)
{
  static const GstClockTime durations[] = { 0, 1, 20 * GST_MSECOND };
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "granularity=chunk", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"text\"}");
  talk_add_speech (talk, 1000);
  push_talk (harness, talk, 0);
  for (guint i = 0; i < G_N_ELEMENTS (durations); i++)
    fail_unless (gst_harness_push_event (
        harness, gst_event_new_gap (GST_SECOND - durations[i], durations[i])));
  push_talk (harness, talk, RATE);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  wait_for_eos (harness);
  fail_unless_equals_int (test_server_n_requests (server), 1);
  fail_unless_equals_uint64 (stats_value (harness, "samples-in"), 2 * RATE);
  assert_account_is_exact (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Each tenth packet is lost, which only the time stamps tell: nothing is cut, and the
 * times stay right. */
GST_START_TEST (test_lost_packets_untold)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "granularity=chunk", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autoptr (GstBuffer) caption = NULL;
  guint64 heard;

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"text\"}");
  talk_add_speech (talk, 10000);
  for (guint i = 0; i < 500; i++)
    if (i % 10 != 9)
      fail_unless_equals_int (
          gst_harness_push (
              harness, talk_buffer (talk, i * RATE / 50, RATE / 50, i * RATE / 50)),
          GST_FLOW_OK);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  caption = gst_harness_pull (harness);
  assert_spoken_at (caption, 0);
  wait_for_eos (harness);
  fail_unless_equals_int (test_server_n_requests (server), 1);
  heard = stats_value (harness, "samples-in");
  fail_unless (heard > 97 * RATE / 10 && heard < 10 * RATE, "%" G_GUINT64_FORMAT, heard);
  assert_account_is_exact (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* What a leaky queue has lost is not heard, and what follows is where it was
 * spoken. */
GST_START_TEST (test_leaky_upstream)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "granularity=chunk", TRUE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  guint64 sample = 0;

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"text\"}");
  talk_add_speech (talk, 1500);
  for (guint i = 0; i < 5; i++) {
    push_talk (harness, talk, sample);
    sample += 10 * RATE;
  }
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  for (guint i = 0; i < 5; i++) {
    g_autoptr (GstBuffer) caption = gst_harness_pull (harness);
    assert_spoken_at (caption, i * 10 * GST_SECOND);
  }
  wait_for_eos (harness);
  assert_account_is_exact (harness);
  fail_unless_equals_uint64 (stats_value (harness, "samples-in"), 5 * 1500 * RATE / 1000);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* However much silence comes at once, the pad moves on in small steps. */
GST_START_TEST (test_gaps_are_short)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "", FALSE);
  GstClockTime position = 0;
  gboolean ended = FALSE;
  GstBuffer *buffer = gst_buffer_new_and_alloc (RATE * 2 * 60);

  gst_buffer_memset (buffer, 0, 0, -1);
  GST_BUFFER_PTS (buffer) = 0;
  fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  while (!ended) {
    GstEvent *event = gst_harness_pull_event (harness);
    GstClockTime start, duration;

    ended = GST_EVENT_TYPE (event) == GST_EVENT_EOS;
    if (GST_EVENT_TYPE (event) == GST_EVENT_GAP) {
      gst_event_parse_gap (event, &start, &duration);
      fail_unless_equals_clocktime (start, position);
      fail_unless (duration <= 100 * GST_MSECOND);
      position = start + duration;
    }
    gst_event_unref (event);
  }
  fail_unless_equals_clocktime (position, 60 * GST_SECOND);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Sources that flag every buffer, or whose time stamps jitter, are heard. */
GST_START_TEST (test_flags_and_jitter)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "upload-format=wav", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"text\"}");
  talk_add_speech (talk, 3000);
  for (guint i = 0; i < 150; i++) {
    GstBuffer *buffer = gst_buffer_new_memdup (talk->data + 640 * i, 640);

    GST_BUFFER_PTS (buffer) =
        20 * GST_MSECOND * i + (__i__ && i % 2 ? 45 * GST_MSECOND : 0);
    if (!__i__)
      GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
    fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
  }
  end_stream (harness);
  fail_unless_equals_int (test_server_n_requests (server), 1);
  fail_unless_equals_uint64 (stats_value (harness, "uploaded"), 3 * RATE);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* In the middle of speech: what was said before is not lost, and what comes
 * after has its own time. */
GST_START_TEST (test_caps_change)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness =
      make_stt_harness (server, "granularity=chunk upload-format=wav", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autoptr (GstBuffer) one = NULL, two = NULL;
  GstBuffer *buffer;

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"text\"}");
  talk_add_speech (talk, 1600);
  push_talk (harness, talk, 0);
  gst_harness_set_src_caps_str (harness,
      "audio/x-raw,format=S16LE,"
      "layout=interleaved,rate=8000,channels=1");
  /* The same samples, and twice as long. */
  buffer = gst_buffer_new_memdup (talk->data, talk->len);
  GST_BUFFER_PTS (buffer) = 1600 * GST_MSECOND;
  fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  one = gst_harness_pull (harness);
  two = gst_harness_pull (harness);
  assert_spoken_at (one, 0);
  assert_spoken_at (two, 1600 * GST_MSECOND);
  wait_for_eos (harness);
  assert_account_is_exact (harness);
  fail_unless_equals_uint64 (stats_value (harness, "samples-in"), 3 * talk->len / 2);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* The speech that a segment ends with is not left for the next one. */
GST_START_TEST (test_segment_done)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "granularity=chunk", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autoptr (GstBuffer) caption = NULL;
  gboolean done = FALSE;

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"text\"}");
  talk_add_speech (talk, 1500);
  push_talk (harness, talk, 0);
  fail_unless (gst_harness_push_event (
      harness, gst_event_new_segment_done (GST_FORMAT_TIME, 1500 * GST_MSECOND)));
  caption = gst_harness_pull (harness);
  assert_spoken_at (caption, 0);
  while (!done) {
    g_autoptr (GstEvent) event = gst_harness_pull_event (harness);

    fail_unless (event != NULL, "no SEGMENT_DONE");
    done = GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT_DONE;
  }
  assert_account_is_exact (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static guint64
next_start (GstBus *bus)
{
  g_autoptr (GstStructure) message = wait_for_message (bus, "openaistt/transcript");
  guint64 start;

  fail_unless (gst_structure_get_uint64 (message, "start", &start));
  return start;
}

/* While requests are in flight. */
GST_START_TEST (test_seek)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstElement *pipeline =
      make_pipeline ("audiotestsrc wave=pink-noise "
                     "volume=0.5 num-buffers=2000 samplesperbuffer=320 ! audio/x-raw,"
                     "rate=16000,channels=1 ! openaistt name=x vad=none %s "
                     "max-chunk-duration=1000 max-requests=2 max-backlog=1000",
          server);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  guint64 start;

  test_answer_wait (
      test_server_answer_with (server, 200, "application/json", "{\"text\":\"text\"}"),
      0);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless_equals_uint64 (next_start (bus), 0);
  for (guint i = 0; i < 5; i++) {
    GstClockTime target = (i % 2 ? 5 : 20) * GST_SECOND;

    fail_unless (
        gst_element_seek_simple (pipeline, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, target));
    do {
      start = next_start (bus);
    } while (start % GST_SECOND || start < target || start > target + 5 * GST_SECOND);
    fail_unless (start >= target);
  }
  message = gst_bus_timed_pop_filtered (
      bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static Suite *
stttime_suite (void)
{
  Suite *suite = suite_create ("openaistt time");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_discont);
  tcase_add_loop_test (tcase, test_segment_goes_on, 0, 3);
  tcase_add_loop_test (tcase, test_wrong_time_stamps, 0, G_N_ELEMENTS (wrong_stamps));
  tcase_add_test (tcase, test_times_fall_back);
  tcase_add_test (tcase, test_lost_packets);
  tcase_add_test (tcase, test_gaps_without_length);
  tcase_add_test (tcase, test_lost_packets_untold);
  tcase_add_test (tcase, test_leaky_upstream);
  tcase_add_test (tcase, test_gaps_are_short);
  tcase_add_loop_test (tcase, test_flags_and_jitter, 0, 2);
  tcase_add_test (tcase, test_caps_change);
  tcase_add_test (tcase, test_segment_done);
  tcase_add_test (tcase, test_seek);
  return suite;
}

GST_CHECK_MAIN (stttime);
