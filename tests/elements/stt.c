// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaistt: what is told, flushes, errors and ends. */

#include <string.h>

#include "support.h"

GST_START_TEST (test_messages_and_tags)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;
  const GstStructure *message;
  const GValue *words;
  g_autofree gchar *tag = NULL;
  GstTagList *last;
  guint64 start, end;

  test_answer_header (test_server_answer_with (server, 200, "application/json",
                          "{\"text\":\"Good morning.\","
                          "\"language\":\"english\",\"duration\":2.0,"
                          "\"words\":[{\"word\":\"Good\",\"start\":0.2,\"end\":0.6},"
                          "{\"word\":\"morning\",\"start\":0.7,\"end\":1.4}],"
                          "\"usage\":{\"type\":\"duration\",\"seconds\":2}}"),
      "x-request-id", "req_7");
  outcome = play (make_pipeline ("audiotestsrc wave=pink-noise volume=0.5 "
                                 "num-buffers=40 ! audio/x-raw,rate=16000,channels=1 ! "
                                 "openaistt name=x vad=energy model=whisper-1 %s",
      server));
  fail_unless (outcome->eos);
  message = outcome_message (outcome, "openaistt/transcript", 0);
  fail_unless (message != NULL);
  fail_unless_equals_string (gst_structure_get_string (message, "text"), "Good morning.");
  fail_unless_equals_string (gst_structure_get_string (message, "language"), "en");
  fail_unless_equals_string (gst_structure_get_string (message, "request-id"), "req_7");
  fail_unless_equals_string (gst_structure_get_string (message, "model"), "whisper-1");
  fail_unless (gst_structure_get_uint64 (message, "start", &start));
  fail_unless (gst_structure_get_uint64 (message, "end", &end));
  fail_unless (end > start);
  fail_unless (gst_structure_has_field_typed (message, "usage", GST_TYPE_STRUCTURE));
  words = gst_structure_get_value (message, "words");
  fail_unless_equals_int (gst_value_array_get_size (words), 2);

  fail_unless (outcome->tags->len >= 2);
  fail_unless (gst_tag_list_get_string (
      g_ptr_array_index (outcome->tags, 0), GST_TAG_LANGUAGE_CODE, &tag));
  fail_unless_equals_string (tag, "en");
  g_clear_pointer (&tag, g_free);
  last = g_ptr_array_index (outcome->tags, outcome->tags->len - 1);
  fail_unless (gst_tag_list_get_string (last, "transcript", &tag));
  fail_unless_equals_string (tag, "Good morning.");
}

GST_END_TEST;

/* Captions carry their language where the answer tells none, too. */
static const struct
{
  const gchar *properties;
  const gchar *answer;
  const gchar *tag;
} tagged[] = {
  { "language=de-AT", "{\"text\":\"Guten Tag.\"}", "de" },
  { "language=de", "{\"text\":\"Bonjour.\",\"language\":\"french\"}", "fr" },
  { "model=whisper-1 task=translate", "{\"text\":\"Good day.\",\"language\":\"german\"}",
      "en" },
  { "language=auto", "{\"text\":\"Guten Tag.\"}", NULL },
  { "", "{\"text\":\"Guten Tag.\"}", NULL },
};

GST_START_TEST (test_language_of_captions)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *line =
      g_strdup_printf ("audiotestsrc wave=pink-noise "
                       "volume=0.5 num-buffers=40 ! openaistt vad=none %s %%s",
          tagged[__i__].properties);
  g_autoptr (Outcome) outcome = NULL;
  g_autofree gchar *tag = NULL;

  test_server_answer_with (server, 200, "application/json", tagged[__i__].answer);
  outcome = play (make_pipeline (line, server));
  fail_unless (outcome->eos);
  gst_tag_list_get_string (
      g_ptr_array_index (outcome->tags, 0), GST_TAG_LANGUAGE_CODE, &tag);
  fail_unless (g_strcmp0 (tag, tagged[__i__].tag) == 0, "%s", tag);
}

GST_END_TEST;

/* What was in flight is dropped and the element works on. */
GST_START_TEST (test_flush)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "granularity=chunk timeout=0", FALSE);
  g_autoptr (GstBuffer) caption = NULL;
  g_autofree gchar *text = NULL;
  TestAnswer *answer = test_server_answer (server, 200, "application/json");

  test_answer_hold (answer);
  test_answer_text (answer, "{\"text\":\"too late\"}");
  test_server_answer_with (
      server, 200, "application/json", "{\"text\":\"after the flush\"}");
  push_utterances (harness, 1, 1500, 1000, push_pause (harness, 1000, 0));
  fail_unless_equals_int (test_answer_request (answer, WAIT_SECONDS), 0);

  /* The answer is not released yet: what waits for it waits for ever. */
  fail_unless (gst_harness_push_event (harness, gst_event_new_flush_start ()));
  fail_unless (gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE)));
  test_answer_release (answer);
  push_segment (harness, 0, 0);
  push_utterances (harness, 1, 1500, 1000, push_pause (harness, 1000, 0));
  caption = gst_harness_pull (harness);
  text = buffer_text (caption);
  fail_unless_equals_string (text, "after the flush");
  end_stream (harness);
  assert_account_is_exact (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

typedef struct
{
  GstHarness *harness;
  gint done; /* atomic */
} Flush;

static GstPadProbeReturn
flush_in_between (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Flush *flush = data;

  if (GST_QUERY_TYPE (info->data) == GST_QUERY_CAPS) {
    gst_harness_push_event (flush->harness, gst_event_new_flush_start ());
    g_atomic_int_set (&flush->done, TRUE);
    return GST_PAD_PROBE_REMOVE;
  }
  return GST_PAD_PROBE_OK;
}

/* A flush right when the element asks which text is taken is no error. */
GST_START_TEST (test_flush_in_negotiation)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "", FALSE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstBuffer) caption = NULL;
  Flush flush = { harness, FALSE };

  gst_element_set_bus (harness->element, bus);
  test_server_answer_with (server, 200, "application/json", "{\"text\":\"text\"}");
  push_utterances (harness, 1, 1500, 1500, 0);
  caption = gst_harness_pull (harness);
  add_probe (harness->element, NULL, "src", GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM,
      flush_in_between, &flush);
  push_segment (harness, 0, 0);
  while (!g_atomic_int_get (&flush.done))
    g_thread_yield ();
  fail_unless (gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE)));
  push_segment (harness, 0, 0);
  push_utterances (harness, 1, 1500, 1500, 0);
  gst_buffer_unref (g_steal_pointer (&caption));
  caption = gst_harness_pull (harness);
  fail_unless (caption != NULL);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) == NULL);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Nobody understands that. */
GST_START_TEST (test_backwards)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "", FALSE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  GstSegment segment;

  gst_element_set_bus (harness->element, bus);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = -1;
  segment.stop = GST_SECOND;
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
  message =
      gst_bus_timed_pop_filtered (bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (strstr (error->message, "forwards") != NULL);
  fail_unless_equals_int (
      gst_harness_push (harness, gst_buffer_new_allocate (NULL, 640, NULL)),
      GST_FLOW_FLUSHING);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Downstream does not wait for what never comes. */
GST_START_TEST (test_error_ends_the_stream)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "", FALSE);
  TestAnswer *answer = test_server_answer (server, 401, "application/json");

  test_answer_hold (answer);
  push_utterances (harness, 1, 1500, 1500, 0);
  test_answer_release (answer);
  wait_for_eos (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* The pipeline forgets the EOS of a sink when it is paused. */
GST_START_TEST (test_eos_again_after_pause)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstElement) pipeline =
      make_pipeline ("audiotestsrc "
                     "wave=silence num-buffers=10 ! openaistt name=x %s",
          server);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (
        bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

    fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
    gst_element_set_state (pipeline, GST_STATE_PAUSED);
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

GST_START_TEST (test_nothing_to_hear)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome =
      play (make_pipeline ("audiotestsrc "
                           "wave=silence num-buffers=100 ! openaistt name=x %s",
          server));

  fail_unless (outcome->eos);
  fail_unless_equals_int (test_server_n_requests (server), 0);
}

GST_END_TEST;

/* What is linked while it plays may take another text than the one before. */
GST_START_TEST (test_linked_to_markup)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "granularity=chunk", FALSE);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (harness->element, "src");
  g_autoptr (GstPad) utf8 = gst_pad_get_peer (pad);
  g_autoptr (GstBuffer) caption = NULL;
  GstHarness *markup = gst_harness_new_with_element (harness->element, NULL, NULL);

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"you & me\"}");
  push_utterances (harness, 1, 1500, 1500, 0);
  gst_buffer_unref (gst_harness_pull (harness));
  fail_unless (gst_pad_unlink (pad, utf8));
  gst_harness_set_sink_caps_str (markup, "text/x-raw,format=pango-markup");
  gst_harness_add_element_src_pad (markup, pad);
  push_utterances (harness, 1, 1500, 1500, 3 * RATE);
  caption = gst_harness_pull (markup);
  fail_unless_equals_int (gst_buffer_memcmp (caption, 0, "you &amp; me", 12), 0);
  gst_harness_teardown (markup);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* What is said after its sink was unlinked is told by the messages, and its end
 * too. */
GST_START_TEST (test_unlinked_after_eos)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "", FALSE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstPad) pad = gst_element_get_static_pad (harness->element, "src");
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GstStructure) said = NULL;
  TestAnswer *answer = test_server_answer (server, 200, "application/json");

  gst_element_set_bus (harness->element, bus);
  test_answer_hold (answer);
  test_answer_text (answer, "{\"text\":\"text\"}");
  talk_add_speech (talk, 1500);
  push_talk (harness, talk, 0);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  fail_unless (gst_pad_unlink (pad, peer));
  test_answer_release (answer);
  said = wait_for_message (bus, "openaistt/transcript");
  fail_unless_equals_string (gst_structure_get_string (said, "text"), "text");
  message = gst_bus_timed_pop_filtered (
      bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* A pipeline waits for the last answer in a bin of it, too. */
GST_START_TEST (test_end_of_a_bin)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;
  TestAnswer *answer = test_server_answer (server, 200, "application/json");

  test_answer_wait (answer, 300);
  test_answer_text (answer, "{\"text\":\"text\"}");
  outcome = play (make_pipeline ("( audiotestsrc wave=pink-noise "
                                 "num-buffers=50 ! openaistt vad=none %s )  "
                                 "fakesrc num-buffers=0 ! fakesink",
      server));
  fail_unless (outcome->eos);
  fail_unless_equals_int (outcome_count (outcome, "openaistt/transcript"), 1);
}

GST_END_TEST;

static Suite *
stt_suite (void)
{
  Suite *suite = suite_create ("openaistt");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_messages_and_tags);
  tcase_add_loop_test (tcase, test_language_of_captions, 0, G_N_ELEMENTS (tagged));
  tcase_add_test (tcase, test_flush);
  tcase_add_test (tcase, test_flush_in_negotiation);
  tcase_add_test (tcase, test_backwards);
  tcase_add_test (tcase, test_error_ends_the_stream);
  tcase_add_test (tcase, test_eos_again_after_pause);
  tcase_add_test (tcase, test_nothing_to_hear);
  tcase_add_test (tcase, test_linked_to_markup);
  tcase_add_test (tcase, test_unlinked_after_eos);
  tcase_add_test (tcase, test_end_of_a_bin);
  return suite;
}

GST_CHECK_MAIN (stt);
