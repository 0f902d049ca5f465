// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaistt: the pads that are there on request. */

#include <gst/audio/audio.h>
#include <string.h>

#include "support.h"

#define TALK                                                                             \
  "audiotestsrc wave=pink-noise volume=0.5 num-buffers=60 "                              \
  "! openaistt name=x vad=none model=whisper-1 "

/* What came through a pad. */
typedef struct
{
  GMutex lock;
  GString *text;
  gchar *caps;
  gchar *language;
  gboolean eos;
} Received;

static GstPadProbeReturn
receive (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Received *received = data;
  GstCaps *caps;
  GstTagList *tags;

  g_mutex_lock (&received->lock);
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    g_autofree gchar *text = buffer_text (GST_PAD_PROBE_INFO_BUFFER (info));

    g_string_append (received->text, text);
  } else if (GST_EVENT_TYPE (info->data) == GST_EVENT_CAPS) {
    gst_event_parse_caps (info->data, &caps);
    g_free (received->caps);
    received->caps = g_strdup (gst_structure_get_name (gst_caps_get_structure (caps, 0)));
  } else if (GST_EVENT_TYPE (info->data) == GST_EVENT_TAG) {
    gst_event_parse_tag (info->data, &tags);
    if (!received->language)
      gst_tag_list_get_string (tags, GST_TAG_LANGUAGE_CODE, &received->language);
  } else if (GST_EVENT_TYPE (info->data) == GST_EVENT_EOS) {
    received->eos = TRUE;
  }
  g_mutex_unlock (&received->lock);
  return GST_PAD_PROBE_OK;
}

static void
receive_from (Received *received, GstElement *pipeline, const gchar *sink)
{
  memset (received, 0, sizeof *received);
  received->text = g_string_new (NULL);
  add_probe (pipeline, sink, "sink",
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, receive, received);
}

static void
received_clear (Received *received)
{
  g_string_free (received->text, TRUE);
  g_free (received->caps);
  g_free (received->language);
}

static guint
count_requests (TestServer *server, const gchar *path)
{
  guint count = 0;

  for (guint i = 0; i < test_server_n_requests (server); i++) {
    g_autoptr (TestRequest) request = test_server_request (server, i, TRUE, WAIT_SECONDS);

    count += g_str_equal (test_request_path (request), path);
  }
  return count;
}

/* One request writes what is said, another translates it; each pad has its own. */
GST_START_TEST (test_translation_beside_captions)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;
  Received said, translated;
  GstElement *pipeline =
      make_pipeline (TALK "%s ! fakesink name=a "
                          "x.translate_src_0 ! queue ! fakesink name=b",
          server);

  test_server_answer_with (
      server, 200, "application/json", "{\"text\":\"Morgen.\",\"language\":\"german\"}");
  receive_from (&said, pipeline, "a");
  receive_from (&translated, pipeline, "b");
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  fail_unless_equals_string (said.text->str, "Morgen.");
  fail_unless_equals_string (said.language, "de");
  fail_unless_equals_string (translated.text->str, "Morgen.");
  fail_unless_equals_string (translated.language, "en");
  fail_unless_equals_string (translated.caps, "text/x-raw");
  fail_unless (said.eos && translated.eos);
  fail_unless_equals_int (count_requests (server, "/v1/audio/transcriptions"), 1);
  fail_unless_equals_int (count_requests (server, "/v1/audio/translations"), 1);
  received_clear (&said);
  received_clear (&translated);
}

GST_END_TEST;

/* As hosts do: requested, given its language, asked for the latency and released
 * again, with nothing linked to it. */
GST_START_TEST (test_translation_pad_is_tried_by_hosts)
{
  GstElement *element = gst_element_factory_make ("openaistt", NULL);
  GstPad *pad = gst_element_request_pad_simple (element, "translate_src_%u");
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  g_autofree gchar *language = NULL;

  gst_object_ref_sink (element);
  fail_unless (pad);
  fail_unless_equals_string (GST_OBJECT_NAME (pad), "translate_src_0");
  g_object_set (pad, "language-code", "en-US", NULL);
  g_object_get (pad, "language-code", &language, NULL);
  fail_unless_equals_string (language, "en-US");
  fail_unless (
      gst_element_set_state (element, GST_STATE_PAUSED) != GST_STATE_CHANGE_FAILURE);
  fail_unless (gst_pad_query (pad, query));
  fail_unless_equals_int (
      gst_element_set_state (element, GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
  gst_element_release_request_pad (element, pad);
  gst_object_unref (pad);
  fail_unless_equals_int (element->numsrcpads, 1);
  gst_object_unref (element);
}

GST_END_TEST;

/* The service knows no other language: that is said before anything is sent. */
GST_START_TEST (test_translation_into_another_language)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstElement *pipeline = make_pipeline (TALK "%s ! fakesink "
                                             "x.translate_src_0 ! queue ! fakesink",
      server);
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "translate_src_0");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (pad, "language-code", "fr", NULL);
  fail_unless_equals_int (
      gst_element_set_state (pipeline, GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
  message =
      gst_bus_timed_pop_filtered (bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_ERROR);
  fail_unless (message);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (
      strstr (error->message, "into English only, not into fr"), "%s", error->message);
  fail_unless_equals_int (test_server_n_requests (server), 0);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* What the messages tell, as JSON. */
GST_START_TEST (test_results_as_json)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;
  Received json;
  GstElement *pipeline =
      make_pipeline (TALK "%s ! fakesink "
                          "x.unsynced_src ! application/x-json ! queue ! fakesink name=b "
                          "async=false",
          server);

  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"\\\"Good\\\" morning.\",\"language\":\"english\"}");
  receive_from (&json, pipeline, "b");
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  fail_unless_equals_string (json.caps, "application/x-json");
  fail_unless (g_str_has_prefix (json.text->str, "{\""), "%s", json.text->str);
  fail_unless (strstr (json.text->str, "\"text\":\"\\\"Good\\\" morning.\""), "%s",
      json.text->str);
  fail_unless (strstr (json.text->str, "\"language\":\"en\""));
  fail_unless (json.eos);
  received_clear (&json);
}

GST_END_TEST;

/* Flushed and played again, both pads go on. */
GST_START_TEST (test_pads_after_a_flush)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstElement *pipeline =
      make_pipeline ("audiotestsrc wave=pink-noise "
                     "volume=0.5 ! openaistt name=x vad=none max-chunk-duration=1000 "
                     "model=whisper-1 %s ! fakesink sync=false x.translate_src_0 ! queue "
                     "! fakesink name=b sync=false x.unsynced_src ! queue ! fakesink "
                     "name=c sync=false async=false",
          server);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) eos = NULL;
  Received translated, json;

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"Good.\"}");
  receive_from (&translated, pipeline, "b");
  receive_from (&json, pipeline, "c");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 4; i++) {
    GstStructure *message = wait_for_message (bus, "openaistt/transcript");

    gst_structure_free (message);
    if (i != 1)
      continue;
    fail_unless (
        gst_element_seek_simple (pipeline, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, 0));
    /* What was told before it is not waited for. */
    gst_bus_set_flushing (bus, TRUE);
    gst_bus_set_flushing (bus, FALSE);
  }
  /* What was told has come through the queues by then. */
  gst_element_send_event (pipeline, gst_event_new_eos ());
  eos = gst_bus_timed_pop_filtered (bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_EOS);
  fail_unless (eos != NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  fail_unless (translated.text->len > 0 && json.text->len > 0);
  received_clear (&translated);
  received_clear (&json);
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* In each order of the two threads: what comes first is the stream's beginning, and
 * none waits for the other. */
GST_START_TEST (test_pads_while_data_flows)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstElement *pipeline = make_pipeline (
      "audiotestsrc wave=silence samplesperbuffer=64 ! openaistt name=x vad=none "
      "max-chunk-duration=600000 model=whisper-1 %s ! fakesink sync=false async=false",
      server);
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), "x");

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"Good.\"}");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless_equals_int (
      gst_element_get_state (pipeline, NULL, NULL, WAIT_SECONDS * GST_SECOND),
      GST_STATE_CHANGE_SUCCESS);
  for (guint i = 0; i < 100; i++) {
    GstPad *pad = gst_element_request_pad_simple (element, "translate_src_%u");

    gst_element_release_request_pad (element, pad);
    gst_object_unref (pad);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* A header may tell any rate: the converter's filter for it must fit into memory. */
GST_START_TEST (test_rates_that_cannot_be_converted)
{
  static const gchar *const names[] = { "openaistt", "openaivoicesink" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GstElement) element =
        gst_object_ref_sink (gst_element_factory_make (names[i], NULL));
    g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "sink");

    for (guint j = 0; j < 2; j++) {
      GstCaps *caps = gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING,
          GST_AUDIO_NE (S16), "layout", G_TYPE_STRING, "interleaved", "channels",
          G_TYPE_INT, 1, "rate", G_TYPE_INT, j ? G_MAXINT : 768000, NULL);

      fail_unless_equals_int (gst_pad_query_accept_caps (pad, caps), j == 0);
      gst_caps_unref (caps);
    }
  }
}

GST_END_TEST;

static Suite *
pads_suite (void)
{
  Suite *suite = suite_create ("pads");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_translation_beside_captions);
  tcase_add_test (tcase, test_translation_pad_is_tried_by_hosts);
  tcase_add_test (tcase, test_translation_into_another_language);
  tcase_add_test (tcase, test_results_as_json);
  tcase_add_test (tcase, test_pads_after_a_flush);
  tcase_add_test (tcase, test_pads_while_data_flows);
  tcase_add_test (tcase, test_rates_that_cannot_be_converted);
  return suite;
}

GST_CHECK_MAIN (pads);
