// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaitts: what applications ask of it while it speaks. */

#include <string.h>

#include "talker.h"

/* Open from the first say() on, and ended by end-of-speech() once all is
 * said. */
GST_START_TEST (test_say)
{
  g_autoptr (TestServer) server = test_server_new ();
  Talker talker;

  answer_to (server, "First.", 4800);
  answer_to (server, "Second.", 4800);
  answer_to (server, "Third.", 4800);
  talker_init (&talker, "openaitts name=t %s ! fakesink async=false", server);
  fail_unless (say (talker.element, "First."));
  fail_unless_equals_int (queued_chars (talker.element), 6);
  gst_element_set_state (talker.pipeline, GST_STATE_PLAYING);
  talker_wait_until_said (&talker, "First.");
  fail_unless_equals_int (queued_chars (talker.element), 0);
  fail_unless (say (talker.element, "Second."));
  talker_wait_until_said (&talker, "Second.");
  fail_unless (say (talker.element, "Third."));
  g_signal_emit_by_name (talker.element, "end-of-speech");
  talker_wait_for_end (&talker);
  fail_unless_equals_int (talker.heard.bytes->len, 3 * 4800);
  fail_unless_equals_int (test_server_n_requests (server), 3);
  fail_if (say (talker.element, "Too late."));
  talker_clear (&talker);
}

GST_END_TEST;

/* keep-open: nothing to say yet is no error. Stopped and started, it forgets. */
GST_START_TEST (test_keep_open)
{
  g_autoptr (TestServer) server = test_server_new ();
  Talker talker;

  answer_to (server, "Hello.", 4800);
  talker_init (&talker,
      "openaitts name=t keep-open=true %s ! "
      "fakesink async=false",
      server);
  for (guint i = 0; i < 3; i++) {
    fail_if (gst_element_set_state (talker.pipeline, GST_STATE_PLAYING)
        == GST_STATE_CHANGE_FAILURE);
    g_object_set (talker.element, "text", "Hello.", NULL);
    talker_wait_until_said (&talker, "Hello.");
    gst_element_set_state (talker.pipeline, GST_STATE_NULL);
    g_object_set (talker.element, "text", NULL, NULL);
    fail_unless_equals_int (queued_chars (talker.element), 0);
  }
  talker_clear (&talker);
}

GST_END_TEST;

/* A new text is said after the one that is being said, and then it ends. */
GST_START_TEST (test_new_text)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *answer = answer_to (server, "Old.", 4800);
  Talker talker;

  test_answer_hold (answer);
  answer_to (server, "New.", 2400);
  talker_init (&talker, "openaitts name=t text=Old. %s ! fakesink", server);
  gst_element_set_state (talker.pipeline, GST_STATE_PLAYING);
  fail_unless_equals_int (test_answer_request (answer, WAIT_SECONDS), 0);
  g_object_set (talker.element, "text", "New.", NULL);
  test_answer_release (answer);
  talker_wait_for_end (&talker);
  assert_input (server, 1, "New.");
  fail_unless_equals_int (talker.heard.bytes->len, 7200);
  fail_unless (talker.heard.contiguous);
  talker_clear (&talker);
}

GST_END_TEST;

/* Nothing of the old comes any more, and what is said next waits for nothing of it: its
 * answers have no end, and no time limit. */
GST_START_TEST (test_interrupt)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *answer = answer_to (server, "One.", 96000);
  GstStructure *structure;
  Talker talker;

  test_answer_hold (answer);
  test_answer_hold (answer_to (server, "Two.", 4800));
  answer_to (server, "New.", 4800);
  talker_init (&talker,
      "openaitts name=t prefetch=1 max-input-chars=5 "
      "keep-open=true timeout=0 "
      "text=\"One. Two. Six. Ten. \" %s ! fakesink sync=true",
      server);
  gst_element_set_state (talker.pipeline, GST_STATE_PLAYING);
  fail_unless (test_answer_request (answer, WAIT_SECONDS) >= 0);
  structure = talker_wait_for (&talker, "openaitts/speech-start");
  gst_structure_free (structure);
  /* A flush in the middle of a pipeline's state change may leave a sink of
   * GStreamer 1.22 waiting for ever. */
  gst_element_get_state (talker.pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
  g_signal_emit_by_name (talker.element, "interrupt");
  fail_unless_equals_int (queued_chars (talker.element), 0);
  fail_unless (say (talker.element, "New."));
  talker_wait_until_said (&talker, "New.");
  g_signal_emit_by_name (talker.element, "end-of-speech");
  talker_wait_for_end (&talker);
  for (guint i = 0; i < test_server_n_requests (server); i++) {
    g_autoptr (TestRequest) request =
        test_server_request (server, i, FALSE, WAIT_SECONDS);
    const gchar *input = test_request_field (request, "input");

    fail_if (g_strcmp0 (input, "Six.") == 0 || g_strcmp0 (input, "Ten.") == 0);
  }
  talker_clear (&talker);
}

GST_END_TEST;

/* A filter is interrupted too: text that waits is dropped, upstream goes on. */
GST_START_TEST (test_interrupt_filter)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *answer = test_server_answer (server, 200, "audio/pcm");
  GstHarness *harness = make_harness (server, "prefetch=0");
  g_autoptr (GstElement) element = gst_harness_find_element (harness, "openaitts");
  g_autoptr (GstBuffer) heard = NULL;

  test_answer_for_field (answer, "input", "Old.");
  test_answer_hold (answer);
  test_answer_text (answer, "Nothing of this is heard.");
  answer_to (server, "New.", 2400);
  push_text (harness, "Old. Half a sen", 15);
  fail_unless_equals_int (test_answer_request (answer, WAIT_SECONDS), 0);
  g_signal_emit_by_name (element, "interrupt");
  push_text (harness, "New. ", 5);
  heard = gst_harness_pull (harness);
  fail_unless_equals_int (gst_buffer_get_size (heard), 2400);
  assert_input (server, 1, "New.");
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* The end of the text is none of what is forgotten: it would not be
 * sent again. */
GST_START_TEST (test_interrupt_filter_at_end)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *answer = test_server_answer (server, 200, "audio/pcm");
  GstHarness *harness = make_harness (server, "");
  g_autoptr (GstElement) element = gst_harness_find_element (harness, "openaitts");

  test_answer_hold (answer);
  test_answer_text (answer, "Nothing of this is heard.");
  push_text (harness, "Old. ", 5);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  g_signal_emit_by_name (element, "interrupt");
  wait_for_eos (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static GstPadProbeReturn
tell_eos (GstPad *pad, GstPadProbeInfo *info, gpointer ends)
{
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS)
    g_async_queue_push (ends, pad);
  return GST_PAD_PROBE_OK;
}

/* A source that has told its end tells it again: the flush takes it from
 * sinks that have not played it yet. */
GST_START_TEST (test_interrupt_at_end)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GAsyncQueue) ends = g_async_queue_new ();
  g_autoptr (GstPad) pad = NULL;
  Talker talker;

  answer_to (server, "One.", 24000);
  talker_init (&talker, "openaitts name=t text=One. %s ! queue ! fakesink", server);
  pad = gst_element_get_static_pad (talker.element, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, tell_eos, ends, NULL);
  gst_element_set_state (talker.pipeline, GST_STATE_PAUSED);
  gst_element_get_state (talker.pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
  g_async_queue_pop (ends);
  g_signal_emit_by_name (talker.element, "interrupt");
  gst_element_set_state (talker.pipeline, GST_STATE_PLAYING);
  talker_wait_for_end (&talker);
  fail_if (say (talker.element, "Too late."));
  talker_clear (&talker);
}

GST_END_TEST;

/* What was said before the interruption came may have gone with it. */
static void
say_until_heard (Talker *talker, const gchar *text)
{
  gboolean heard = FALSE;

  while (!heard) {
    g_autoptr (GstMessage) message = NULL;
    const GstStructure *structure;

    fail_unless (say (talker->element, text));
    message =
        gst_bus_timed_pop_filtered (talker->bus, GST_SECOND / 2, GST_MESSAGE_ELEMENT);
    structure = message ? gst_message_get_structure (message) : NULL;
    heard = structure && gst_structure_has_name (structure, "openaitts/speech-end")
        && g_strcmp0 (gst_structure_get_string (structure, "text"), text) == 0;
  }
}

static GstPadProbeReturn
interrupt_once (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  g_signal_emit_by_name (user_data, "interrupt");
  return GST_PAD_PROBE_REMOVE;
}

/* By what runs in the thread that speaks. */
GST_START_TEST (test_interrupt_itself)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *answer = answer_to (server, "Old.", 9600);
  g_autofree gchar *rest = g_strnfill (9600, 'x');
  Talker talker;

  test_answer_hold (answer);
  test_answer_text (answer, rest);
  answer_to (server, "New.", 4800);
  talker_init (&talker,
      "openaitts name=t text=Old. keep-open=true %s ! "
      "fakesink",
      server);
  gst_element_set_state (talker.pipeline, GST_STATE_PLAYING);
  gst_element_get_state (talker.pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
  add_probe (talker.element, NULL, "src", GST_PAD_PROBE_TYPE_BUFFER, interrupt_once,
      talker.element);
  test_answer_release (answer);
  say_until_heard (&talker, "New.");
  talker_clear (&talker);
}

GST_END_TEST;

/* Interrupted, asked and stopped from two threads in every moment. */
static gpointer
disturb (gpointer user_data)
{
  GstElement *element = user_data;

  for (guint i = 0; i < 200; i++) {
    g_signal_emit_by_name (element, "interrupt");
    say (element, "More.");
    queued_chars (element);
  }
  return NULL;
}

GST_START_TEST (test_interrupt_and_stop)
{
  g_autoptr (TestServer) server = test_server_new ();
  Talker talker;
  GThread *thread;

  test_server_answer_with (server, 200, "audio/pcm", "0123456789abcdef");
  talker_init (&talker,
      "openaitts name=t keep-open=true text=\"One. Two.\" "
      "max-input-chars=4 %s ! fakesink async=false",
      server);
  thread = g_thread_new ("disturb", disturb, talker.element);
  for (guint i = 0; i < 40; i++) {
    gst_element_set_state (talker.pipeline, GST_STATE_PLAYING);
    gst_element_set_state (talker.pipeline, GST_STATE_READY);
  }
  g_thread_join (thread);
  talker_clear (&talker);
}

GST_END_TEST;

static gpointer
flush_often (gpointer user_data)
{
  GstPad *pad = user_data;

  for (guint i = 0; i < 300; i++) {
    gst_pad_send_event (pad, gst_event_new_flush_start ());
    gst_pad_send_event (pad, gst_event_new_flush_stop (TRUE));
  }
  return NULL;
}

static gpointer
push_old (gpointer harness)
{
  push_text (harness, "Old one. Old two. Old three. Old four. ", 39);
  return NULL;
}

/* Text that waits for room when the interruption comes is old, too. */
GST_START_TEST (test_interrupt_waiting_text)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "prefetch=0 max-input-chars=10");
  g_autoptr (GstElement) element = gst_harness_find_element (harness, "openaitts");

  test_answer_hold (test_server_answer (server, 200, "audio/pcm"));
  answer_to (server, "New.", 2400);
  for (guint i = 0; i < 200; i++) {
    GThread *thread = g_thread_new ("upstream", push_old, harness);
    g_autoptr (GstBuffer) heard = NULL;

    assert_input (server, 2 * i, "Old one.");
    g_signal_emit_by_name (element, "interrupt");
    g_thread_join (thread);
    push_text (harness, "New. ", 5);
    assert_input (server, 2 * i + 1, "New.");
    heard = gst_harness_pull (harness);
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Interrupted while upstream flushes as well. */
GST_START_TEST (test_flush_and_interrupt)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  g_autoptr (GstElement) element = gst_harness_find_element (harness, "openaitts");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "sink");
  GThread *thread = g_thread_new ("flush", flush_often, pad);
  g_autoptr (GstBuffer) heard = NULL;

  test_server_answer_with (server, 200, "audio/pcm", "0123456789abcdef");
  for (guint i = 0; i < 200; i++)
    g_signal_emit_by_name (element, "interrupt");
  g_thread_join (thread);
  push_segment (harness, 0, 0);
  push_text (harness, "Now. ", 5);
  heard = gst_harness_pull (harness);
  fail_unless (heard != NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* The text is said again, and heard from the place that was sought. */
GST_START_TEST (test_seek)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GBytes) samples = make_samples (96000);
  TestAnswer *answer = test_server_answer (server, 200, "audio/pcm");
  Talker talker;
  gint64 position;

  test_answer_body (answer, g_bytes_get_data (samples, NULL), 96000);
  talker_init (&talker, "openaitts name=t text=Hello. %s ! fakesink", server);
  gst_element_set_state (talker.pipeline, GST_STATE_PAUSED);
  gst_element_get_state (talker.pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
  fail_unless (gst_element_seek_simple (
      talker.pipeline, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, 1500 * GST_MSECOND));
  gst_element_get_state (talker.pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
  fail_unless (gst_element_query_position (talker.pipeline, GST_FORMAT_TIME, &position));
  fail_unless_equals_clocktime (position, 1500 * GST_MSECOND);
  g_byte_array_set_size (talker.heard.bytes, 0);
  gst_element_set_state (talker.pipeline, GST_STATE_PLAYING);
  talker_wait_for_end (&talker);
  fail_unless_equals_clocktime (talker.heard.end, 2 * GST_SECOND);
  fail_unless (talker.heard.bytes->len <= 24000);
  fail_unless (memcmp (talker.heard.bytes->data + talker.heard.bytes->len - 100,
                   (const guint8 *) g_bytes_get_data (samples, NULL) + 95900, 100)
      == 0);
  fail_unless (test_server_n_requests (server) >= 2);
  talker_clear (&talker);
}

GST_END_TEST;

static GstPadProbeReturn
seek_once (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  fail_unless (
      gst_element_seek_simple (user_data, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, 0));
  return GST_PAD_PROBE_REMOVE;
}

/* By what runs in the thread that speaks. */
GST_START_TEST (test_seek_itself)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *answer = answer_to (server, "Hello.", 9600);
  g_autofree gchar *rest = g_strnfill (9600, 'x');
  g_autoptr (TestRequest) again = NULL;
  Talker talker;

  test_answer_hold (answer);
  test_answer_text (answer, rest);
  talker_init (&talker, "openaitts name=t text=Hello. %s ! fakesink", server);
  gst_element_set_state (talker.pipeline, GST_STATE_PLAYING);
  gst_element_get_state (talker.pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
  add_probe (
      talker.element, NULL, "src", GST_PAD_PROBE_TYPE_BUFFER, seek_once, talker.element);
  test_answer_release (answer);
  again = test_server_request (server, 1, TRUE, WAIT_SECONDS);
  fail_unless (again != NULL);
  talker_wait_for_end (&talker);
  talker_clear (&talker);
}

GST_END_TEST;

/* What cannot be done is not promised. */
GST_START_TEST (test_seeks_refused)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstElement) pipeline =
      make_speech ("openaitts keep-open=true %s ! fakesink async=false", server);
  static const struct
  {
    gdouble rate;
    GstFormat format;
    GstSeekFlags flags;
    gboolean done;
  } seeks[] = {
    { 2, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, FALSE },
    { -1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, FALSE },
    { 1, GST_FORMAT_BYTES, GST_SEEK_FLAG_FLUSH, FALSE },
    { 1, GST_FORMAT_TIME, GST_SEEK_FLAG_NONE, FALSE },
    { 1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_SEGMENT, FALSE },
    { 1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, TRUE },
  };

  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  gst_element_get_state (pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
  for (guint i = 0; i < G_N_ELEMENTS (seeks); i++)
    fail_unless_equals_int (
        gst_element_seek (pipeline, seeks[i].rate, seeks[i].format, seeks[i].flags,
            GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET, GST_SECOND),
        seeks[i].done);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

/* One seek after another, in any moment of the speech of the first. */
GST_START_TEST (test_seek_and_seek)
{
  g_autoptr (TestServer) server = test_server_new ();
  Talker talker;

  answer_to (server, "One.", 48000);
  talker_init (&talker, "openaitts name=t text=One. %s ! fakesink", server);
  gst_element_set_state (talker.pipeline, GST_STATE_PLAYING);
  talker_wait_for_end (&talker);
  for (guint i = 0; i < 150; i++) {
    for (guint j = 0; j < 3; j++) {
      fail_unless (gst_element_seek_simple (
          talker.element, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, 0));
      gst_element_get_state (talker.pipeline, NULL, NULL, WAIT_SECONDS * GST_SECOND);
    }
    talker_wait_for_end (&talker);
  }
  talker_clear (&talker);
}

GST_END_TEST;

/* A server that is OpenAI's, or passes its answers on, is asked once when its models
 * end, after it has answered; what ends soon is told once. */
GST_START_TEST (test_model_that_ends)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) soon = g_date_time_add_days (now, 10);
  g_autofree gchar *date = g_date_time_format (soon, "%F");
  g_autofree gchar *models = g_strdup_printf (
      "{\"object\":\"list\",\"data\":["
      "{\"id\":\"other\",\"shutdown_date\":\"%s\"},{\"id\":\"mine\","
      "\"shutdown_date\":\"%s\"},{\"id\":\"new\",\"shutdown_date\":null}]}",
      date, date);
  g_autoptr (TestRequest) request = NULL;
  g_autofree gchar *expected = g_strdup_printf ("Model mine ends on %s: set another "
                                                "model",
      date);
  g_autoptr (GError) warning = NULL;
  GstMessage *message;
  Talker talker;

  test_answer_header (answer_to (server, "One.", 480), "openai-version", "2020-10-01");
  test_server_answer_with (server, 200, "application/json", models);
  talker_init (&talker,
      "openaitts name=t keep-open=true model=mine %s ! "
      "fakesink async=false",
      server);
  gst_element_set_state (talker.pipeline, GST_STATE_PLAYING);
  fail_unless (say (talker.element, "One."));
  message = gst_bus_timed_pop_filtered (
      talker.bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_WARNING | GST_MESSAGE_ERROR);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING);
  gst_message_parse_warning (message, &warning, NULL);
  gst_message_unref (message);
  fail_unless_equals_string (warning->message, expected);
  request = test_server_request (server, 1, TRUE, WAIT_SECONDS);
  fail_unless_equals_string (test_request_method (request), "GET");
  fail_unless_equals_string (test_request_path (request), "/v1/models");
  talker_clear (&talker);
  fail_unless_equals_int (test_server_n_requests (server), 2);
}

GST_END_TEST;

/* A sink waits for the first sound, and the connection does not wait for the sink. */
GST_START_TEST (test_preconnect)
{
  g_autoptr (TestServer) server = test_server_new ();
  Talker talker;

  answer_to (server, "One.", 480);
  talker_init (&talker, "openaitts name=t keep-open=true %s ! fakesink", server);
  gst_element_set_state (talker.pipeline, GST_STATE_PAUSED);
  fail_unless_equals_int (test_server_n_connections (server), 0);
  gst_element_set_state (talker.pipeline, GST_STATE_READY);
  gst_element_set_state (talker.pipeline, GST_STATE_PLAYING);
  fail_unless (test_server_is_connected (server, WAIT_SECONDS));
  fail_unless_equals_int (test_server_n_requests (server), 0);
  fail_unless (say (talker.element, "One."));
  assert_input (server, 0, "One.");
  talker_clear (&talker);
  fail_unless_equals_int (test_server_n_connections (server), 1);
}

GST_END_TEST;

static Suite *
ttscontrol_suite (void)
{
  Suite *suite = suite_create ("openaitts control");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, NULL, forget_transport);
  tcase_add_test (tcase, test_say);
  tcase_add_test (tcase, test_keep_open);
  tcase_add_test (tcase, test_new_text);
  tcase_add_test (tcase, test_interrupt);
  tcase_add_test (tcase, test_interrupt_filter);
  tcase_add_test (tcase, test_interrupt_waiting_text);
  tcase_add_test (tcase, test_interrupt_filter_at_end);
  tcase_add_test (tcase, test_interrupt_at_end);
  tcase_add_test (tcase, test_interrupt_itself);
  tcase_add_test (tcase, test_interrupt_and_stop);
  tcase_add_test (tcase, test_flush_and_interrupt);
  tcase_add_test (tcase, test_seek);
  tcase_add_test (tcase, test_seek_itself);
  tcase_add_test (tcase, test_seek_and_seek);
  tcase_add_test (tcase, test_seeks_refused);
  if (!is_over_realtime ()) {
    tcase_add_test (tcase, test_model_that_ends);
    tcase_add_test (tcase, test_preconnect);
  }
  return suite;
}

GST_CHECK_MAIN (ttscontrol);
