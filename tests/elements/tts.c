// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaitts: bytes, times, order and text, against the scripted server. */

#include <string.h>

#include "speech.h"

GST_START_TEST (test_source)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GBytes) samples = make_samples (100000);
  g_auto (Heard) heard = { 0 };
  g_autoptr (Outcome) outcome = NULL;
  g_autoptr (TestRequest) request = NULL;
  const GstStructure *end;
  guint64 duration;
  GstElement *pipeline = make_speech ("openaitts name=t text=\"Hello there.\" speed=1.5 "
                                      "instructions=\"calmly\" voice=nova %s ! fakesink",
      server);

  answer_in_pieces (server, "audio/pcm", samples, 7);
  hear (pipeline, &heard);
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  fail_unless_equals_int (outcome->n_errors, 0);
  fail_unless_equals_int (heard.bytes->len, 100000);
  fail_unless (memcmp (heard.bytes->data, g_bytes_get_data (samples, NULL), 100000) == 0);
  fail_unless_equals_int (heard.rate, 24000);
  fail_unless (heard.contiguous);
  fail_unless_equals_int (heard.n_disconts, 1);
  fail_unless_equals_uint64 (heard.first, 0);
  fail_unless_equals_uint64 (heard.end, gst_util_uint64_scale (50000, GST_SECOND, 24000));

  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  fail_unless_equals_string (test_request_path (request), "/v1/audio/speech");
  fail_unless_equals_string (test_request_field (request, "input"), "Hello there.");
  fail_unless_equals_string (test_request_field (request, "voice"), "nova");
  fail_unless_equals_string (test_request_field (request, "instructions"), "calmly");
  fail_unless_equals_string (test_request_field (request, "speed"), "1.5");
  fail_unless_equals_string (test_request_field (request, "response_format"), "pcm");
  fail_unless (test_request_field (request, "stream_format") == NULL);
  fail_unless (test_request_header (request, "Authorization") == NULL);

  fail_unless_equals_int (outcome_count (outcome, "openaitts/speech-start"), 1);
  end = outcome_message (outcome, "openaitts/speech-end", 0);
  fail_unless (end && gst_structure_get_uint64 (end, "duration", &duration));
  fail_unless_equals_uint64 (duration, heard.end);
}

GST_END_TEST;

/* A WAV is obeyed, also where samples were asked for. */
GST_START_TEST (test_wav)
{
  const gchar *const formats[] = { "wav", "pcm" };
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GBytes) samples = make_samples (40000);
  g_autoptr (GBytes) wav = make_wav (16000, 2, samples);
  g_autofree gchar *line = g_strdup_printf ("openaitts name=t text=Hello "
                                            "format=%s %%s ! fakesink",
      formats[__i__]);
  g_auto (Heard) heard = { 0 };
  g_autoptr (Outcome) outcome = NULL;
  g_autoptr (TestRequest) request = NULL;
  GstElement *pipeline = make_speech (line, server);

  answer_in_pieces (server, "audio/wav", wav, 7);
  hear (pipeline, &heard);
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  fail_unless_equals_int (heard.rate, 16000);
  fail_unless_equals_int (heard.channels, 2);
  fail_unless_equals_int (heard.bytes->len, 40000);
  fail_unless (memcmp (heard.bytes->data, g_bytes_get_data (samples, NULL), 40000) == 0);
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  fail_unless_equals_string (
      test_request_field (request, "response_format"), formats[__i__]);
}

GST_END_TEST;

/* Characters cut anywhere, no line end at the end. */
GST_START_TEST (test_text_in_pieces)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  const gchar text[] = "Grüße aus Köln. 你好，世界。 Tschüß";
  const gchar *const expected[] = { "Grüße aus Köln.", "你好，世界。", "Tschüß" };
  GString *said = g_string_new (NULL);

  test_server_answer_with (server, 200, "audio/pcm", "0123456789abcdef");
  for (gsize i = 0; i < strlen (text); i++)
    push_text (harness, text + i, 1);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  wait_for_eos (harness);

  for (guint i = 0; i < test_server_n_requests (server); i++) {
    g_autoptr (TestRequest) request = test_server_request (server, i, TRUE, WAIT_SECONDS);
    g_string_append_printf (
        said, "%s%s", i > 0 ? "|" : "", test_request_field (request, "input"));
  }
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    fail_unless (strstr (said->str, expected[i]), "%s", said->str);
  g_string_free (said, TRUE);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Whatever is asked ahead, what is heard is in order, and never more than
 * prefetch + 1 requests run. */
GST_START_TEST (test_prefetch_in_order)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_auto (Heard) heard = { 0 };
  g_autoptr (Outcome) outcome = NULL;
  GString *expected = g_string_new (NULL);
  GstElement *pipeline =
      make_speech ("openaitts name=t prefetch=3 "
                   "max-input-chars=8 text=\"One. Two. Three. Four. Five. Six. Seven.\" "
                   "%s ! fakesink",
          server);
  const gchar *const words[] = { "One.", "Two.", "Three.", "Four.", "Five.", "Six.",
    "Seven." };
  TestAnswer *answers[G_N_ELEMENTS (words)];

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    g_autofree gchar *audio = g_strnfill (2000, 'a' + i);

    answers[i] = test_server_answer (server, 200, "audio/pcm");
    test_answer_for_field (answers[i], "input", words[i]);
    /* The first takes longest. */
    if (i == 0)
      test_answer_hold (answers[i]);
    test_answer_wait (answers[i], 70 - 10 * i);
    test_answer_text (answers[i], audio);
    g_string_append (expected, audio);
  }
  hear (pipeline, &heard);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless (test_answer_request (answers[3], WAIT_SECONDS) >= 0);
  test_answer_release (answers[0]);
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  fail_unless_equals_int (test_server_n_requests (server), 7);
  fail_unless_equals_int (heard.bytes->len, expected->len);
  fail_unless (memcmp (heard.bytes->data, expected->str, expected->len) == 0);
  fail_unless (heard.contiguous);
  fail_unless (test_server_max_parallel (server) >= 2);
  fail_unless (test_server_max_parallel (server) <= 4);
  g_string_free (expected, TRUE);
}

GST_END_TEST;

/* A subtitle is said when it is due. */
GST_START_TEST (test_timed)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  g_autofree gchar *audio = g_strnfill (4800, 'x');
  GstClockTime expected[] = { 1 * GST_SECOND, 3 * GST_SECOND };

  test_server_answer_with (server, 200, "audio/pcm", audio);
  for (guint i = 0; i < 2; i++) {
    GstBuffer *buffer = gst_buffer_new_memdup ("Now.", 4);

    GST_BUFFER_PTS (buffer) = expected[i];
    GST_BUFFER_DURATION (buffer) = GST_SECOND;
    fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
  }
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstBuffer) buffer = pull_speech (harness);

    while (GST_BUFFER_PTS (buffer) < expected[i]) {
      gst_buffer_unref (buffer);
      buffer = pull_speech (harness);
    }
    fail_unless_equals_clocktime (GST_BUFFER_PTS (buffer), expected[i]);
  }
  wait_for_eos (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (test_flush)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "timeout=0");
  TestAnswer *answer = test_server_answer (server, 200, "audio/pcm");
  g_autoptr (GstBuffer) heard = NULL;
  g_autofree gchar *audio = g_strnfill (2000, 'n');
  GstMapInfo map;

  test_answer_hold (answer);
  test_answer_text (answer, "oooooooo");
  test_server_answer_with (server, 200, "audio/pcm", audio);
  push_text (harness, "Old news. ", 10);
  fail_unless_equals_int (test_answer_request (answer, WAIT_SECONDS), 0);
  /* The answer is not released yet: what waits for it waits for ever. */
  fail_unless (gst_harness_push_event (harness, gst_event_new_flush_start ()));
  fail_unless (gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE)));
  test_answer_release (answer);
  push_segment (harness, 0, 0);
  push_text (harness, "New news. ", 10);
  heard = gst_harness_pull (harness);
  fail_unless (gst_buffer_map (heard, &map, GST_MAP_READ));
  fail_unless_equals_int (map.data[0], 'n');
  gst_buffer_unmap (heard, &map);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Of a cue of WebVTT as subparse hands it on: a voice is no markup, and the rest is escaped
 * once more. */
GST_START_TEST (test_voice_tags)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (TestRequest) request = NULL;
  GstHarness *harness = make_harness (server, "");
  const gchar *cue = "<v Ann><i>Tea</i> &amp;amp; &lt;00:03.500&gt;milk.</v> ";

  test_server_answer_with (server, 200, "audio/pcm", "0123456789abcdef");
  gst_harness_set_src_caps_str (harness, "text/x-raw,format=pango-markup");
  push_text (harness, cue, strlen (cue));
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  fail_unless_equals_string (test_request_field (request, "input"), "Tea & milk.");
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Markup is not said, nor after a flush, which does not tell the caps again. */
GST_START_TEST (test_markup)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  GstSegment segment;

  test_server_answer_with (server, 200, "audio/pcm", "0123456789abcdef");
  gst_harness_set_src_caps_str (harness, "text/x-raw,format=pango-markup");
  gst_segment_init (&segment, GST_FORMAT_TIME);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (TestRequest) request = NULL;

    push_text (harness, "<i>Tea &amp; milk.</i> ", 23);
    request = test_server_request (server, i, TRUE, WAIT_SECONDS);
    fail_unless_equals_string (test_request_field (request, "input"), "Tea & milk.");
    fail_unless (gst_harness_push_event (harness, gst_event_new_flush_start ()));
    fail_unless (gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE)));
    fail_unless (gst_harness_push_event (harness, gst_event_new_segment (&segment)));
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* EOS sent to a pipeline with a source in it ends it early. */
GST_START_TEST (test_eos_from_outside)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *answer = test_server_answer (server, 200, "audio/pcm");
  g_autoptr (TestRequest) held = NULL;
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GstElement) pipeline =
      make_speech ("openaitts name=t prefetch=1 max-input-chars=8 "
                   "text=\"One. Two. Three. Four. Five.\" %s ! fakesink async=false",
          server);

  test_answer_hold (answer);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  held = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  fail_unless (held != NULL);
  fail_unless (gst_element_send_event (pipeline, gst_event_new_eos ()));
  bus = gst_element_get_bus (pipeline);
  message = gst_bus_timed_pop_filtered (
      bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  fail_unless (test_server_n_requests (server) <= 2);
}

GST_END_TEST;

/* Where one text ends and another begins so does a sentence. */
GST_START_TEST (test_text_after_text)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  const gchar *const expected[] = { "One", "Two", "Three", "Four" };

  test_server_answer_with (server, 200, "audio/pcm", "0123456789abcdef");
  push_text (harness, "One", 3);
  fail_unless (gst_harness_push_event (harness, gst_event_new_stream_start ("second")));
  push_text (harness, "Two", 3);
  push_segment (harness, 0, 0);
  push_text (harness, "Three", 5);
  fail_unless (gst_harness_push_event (
      harness, gst_event_new_segment_done (GST_FORMAT_TIME, GST_SECOND)));
  push_text (harness, "Four", 4);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  wait_for_eos (harness);
  fail_unless_equals_int (test_server_n_requests (server), 4);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    guint found = 0;

    for (guint j = 0; j < G_N_ELEMENTS (expected); j++) {
      g_autoptr (TestRequest) request =
          test_server_request (server, j, TRUE, WAIT_SECONDS);

      found += g_str_equal (test_request_field (request, "input"), expected[i]);
    }
    fail_unless_equals_int (found, 1);
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* And one in a bin of it. */
GST_START_TEST (test_eos_from_outside_a_bin)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstElement) pipeline =
      make_speech ("( openaitts keep-open=true %s ! fakesink async=false )  "
                   "fakesrc num-buffers=0 ! fakesink async=false",
          server);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless (gst_element_send_event (pipeline, gst_event_new_eos ()));
  message = gst_bus_timed_pop_filtered (
      bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

/* Beside a demuxer, which may have text, it waits for that. */
GST_START_TEST (test_linked_later)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstElement) pipeline =
      make_speech ("matroskademux "
                   "appsrc name=a format=time caps=text/x-raw,format=utf8 "
                   "openaitts name=t %s ! fakesink",
          server);
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "a");
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  g_autoptr (GstBuffer) buffer = gst_buffer_new_memdup ("Now.", 4);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (TestRequest) request = NULL;
  GstFlowReturn flow;

  test_server_answer_with (server, 200, "audio/pcm", "0123456789abcdef");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless (gst_element_link (source, element));
  GST_BUFFER_PTS (buffer) = 0;
  GST_BUFFER_DURATION (buffer) = GST_SECOND;
  g_signal_emit_by_name (source, "push-buffer", buffer, &flow);
  g_signal_emit_by_name (source, "end-of-stream", &flow);
  message = gst_bus_timed_pop_filtered (
      bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  fail_unless_equals_string (test_request_field (request, "input"), "Now.");
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

/* What runs as a source cannot be linked; what was stopped can. */
GST_START_TEST (test_linked_too_late)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstElement) pipeline =
      make_speech ("openaitts name=t keep-open=true %s ! fakesink async=false", server);
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "sink");
  GstPad *upstream = gst_pad_new ("up", GST_PAD_SRC);

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless_equals_int (gst_pad_link (upstream, pad), GST_PAD_LINK_REFUSED);
  gst_element_set_state (pipeline, GST_STATE_READY);
  fail_unless_equals_int (gst_pad_link (upstream, pad), GST_PAD_LINK_OK);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_pad_unlink (upstream, pad);
  gst_object_unref (upstream);
}

GST_END_TEST;

static Suite *
tts_suite (void)
{
  Suite *suite = suite_create ("openaitts");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, NULL, forget_transport);
  tcase_add_test (tcase, test_source);
  tcase_add_loop_test (tcase, test_wav, 0, is_over_realtime () ? 0 : 2);
  tcase_add_test (tcase, test_text_in_pieces);
  tcase_add_test (tcase, test_prefetch_in_order);
  tcase_add_test (tcase, test_timed);
  tcase_add_test (tcase, test_flush);
  tcase_add_test (tcase, test_markup);
  tcase_add_test (tcase, test_voice_tags);
  tcase_add_test (tcase, test_eos_from_outside);
  tcase_add_test (tcase, test_text_after_text);
  tcase_add_test (tcase, test_eos_from_outside_a_bin);
  tcase_add_test (tcase, test_linked_later);
  tcase_add_test (tcase, test_linked_too_late);
  return suite;
}

GST_CHECK_MAIN (tts);
