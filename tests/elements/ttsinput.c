// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaitts: what upstream gives it, and what it asks for. */

#include <string.h>

#include "talker.h"

/* The speaker decides the voice; one without a voice gets the common one. */
GST_START_TEST (test_speakers)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (
      server, "voice=alloy speaker-map=\"map,S1=(string)nova,S2=(string)voice_7\"");
  const gchar *const speakers[] = { "S1", "S2", "S3", NULL };
  const gchar *const voices[] = { "nova", "{\"id\":\"voice_7\"}", "alloy", "alloy" };
  g_autofree gchar *audio = g_strnfill (4800, 'x');

  test_server_answer_with (server, 200, "audio/pcm", audio);
  for (guint i = 0; i < G_N_ELEMENTS (speakers); i++) {
    gst_harness_push_event (harness,
        gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
            gst_structure_new ("rstranscribe/speaker-change", "speaker", G_TYPE_STRING,
                speakers[i], NULL)));
    push_text (harness, "Said by them", 12);
  }
  gst_harness_push_event (harness, gst_event_new_eos ());
  wait_for_eos (harness);
  fail_unless_equals_int (test_server_n_requests (server), 4);
  for (guint i = 0; i < 4; i++) {
    g_autoptr (TestRequest) request = NULL;
    const gchar *voice = NULL;
    gboolean found = FALSE;

    for (guint j = 0; j < 4 && !found; j++) {
      g_clear_pointer (&request, test_request_unref);
      request = test_server_request (server, j, TRUE, WAIT_SECONDS);
      voice = test_request_field (request, "voice");
      found = g_strcmp0 (voice, voices[i]) == 0;
    }
    fail_unless (found, "no request with %s", voices[i]);
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

static GstBuffer *
word (const gchar *text, GstClockTime pts)
{
  GstBuffer *buffer = gst_buffer_new_memdup (text, strlen (text));

  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = 300 * GST_MSECOND;
  return buffer;
}

static GstBufferList *
make_words (void)
{
  GstBufferList *list = gst_buffer_list_new ();

  gst_buffer_list_add (list, word ("All", GST_SECOND));
  gst_buffer_list_add (list, word ("of", 1400 * GST_MSECOND));
  gst_buffer_list_add (list, word ("this", 1800 * GST_MSECOND));
  return list;
}

/* The words of make_words() are one request, and heard when the first of them is said. */
static void
assert_said_on_time (GstHarness *harness, TestServer *server)
{
  g_autoptr (GstBuffer) heard = pull_speech (harness);

  fail_unless_equals_clocktime (GST_BUFFER_PTS (heard), GST_SECOND);
  gst_harness_push_event (harness, gst_event_new_eos ());
  wait_for_eos (harness);
  fail_unless_equals_int (test_server_n_requests (server), 1);
  assert_input (server, 0, "All of this");
}

/* A list of words is one request, on time. */
GST_START_TEST (test_list)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  g_autofree gchar *audio = g_strnfill (4800, 'x');

  test_server_answer_with (server, 200, "audio/pcm", audio);
  fail_unless_equals_int (
      gst_pad_push_list (harness->srcpad, make_words ()), GST_FLOW_OK);
  assert_said_on_time (harness, server);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* A sentence made of words: their text once, their times. */
GST_START_TEST (test_sentence_meta)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  GstBuffer *buffer =
      __i__ == 0 ? gst_buffer_new_memdup ("All of this", 11) : gst_buffer_new ();
  g_autofree gchar *audio = g_strnfill (4800, 'x');
  const gchar *tags[] = { NULL };
  g_autoptr (GstBufferList) words = NULL;
  GstCustomMeta *meta;

  if (!gst_meta_get_info ("TextAccumulateSentenceMeta"))
    gst_meta_register_custom ("TextAccumulateSentenceMeta", tags, NULL, NULL, NULL);
  meta = gst_buffer_add_custom_meta (buffer, "TextAccumulateSentenceMeta");
  words = make_words ();
  gst_structure_set (
      gst_custom_meta_get_structure (meta), "words", GST_TYPE_BUFFER_LIST, words, NULL);
  test_server_answer_with (server, 200, "audio/pcm", audio);
  fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
  assert_said_on_time (harness, server);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* language-code is a tag on the audio, and nothing the server sees. */
GST_START_TEST (test_language)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *audio = g_strnfill (4800, 'x');
  g_autoptr (Outcome) outcome = NULL;
  g_autoptr (TestRequest) request = NULL;
  g_autofree gchar *code = NULL;
  GstElement *pipeline = make_speech ("openaitts name=t text=Hallo "
                                      "language-code=de-AT %s ! fakesink",
      server);

  test_server_answer_with (server, 200, "audio/pcm", audio);
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  fail_unless (outcome->tags->len > 0);
  fail_unless (gst_tag_list_get_string (
      g_ptr_array_index (outcome->tags, 0), GST_TAG_LANGUAGE_CODE, &code));
  fail_unless_equals_string (code, "de");
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  fail_unless (test_request_field (request, "language") == NULL);
}

GST_END_TEST;

/* All request properties, and nothing that was not set. */
GST_START_TEST (test_request)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *audio = g_strnfill (4800, 'x');
  g_autoptr (Outcome) outcome = NULL;
  g_autoptr (TestRequest) request = NULL;
  GBytes *body;
  static const gchar *const lines[] = {
    "openaitts text=Hi %s ! fakesink",
    "openaitts text=Hi model=m voice=v instructions=slowly speed=2 "
    "stream-format=sse format=wav extra-fields=\"f,seed=7,flag=true,none=(string)NULL\" %s "
    "! fakesink",
  };
  static const gchar *const bodies[] = {
    "{\"model\":\"tts-1\",\"input\":\"Hi\",\"voice\":\"alloy\","
    "\"response_format\":\"pcm\"}",
    "{\"model\":\"m\",\"input\":\"Hi\",\"voice\":\"v\","
    "\"instructions\":\"slowly\",\"response_format\":\"wav\","
    "\"stream_format\":\"sse\",\"speed\":2.0,\"seed\":7,\"flag\":true,\"none\":null}",
  };

  test_server_answer_with (server, 200, "audio/pcm", audio);
  outcome = play (make_speech (lines[__i__], server));
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  body = test_request_body (request);
  fail_unless_equals_int (g_bytes_get_size (body), strlen (bodies[__i__]));
  fail_unless (
      memcmp (g_bytes_get_data (body, NULL), bodies[__i__], g_bytes_get_size (body)) == 0,
      "%.*s", (gint) g_bytes_get_size (body), (gchar *) g_bytes_get_data (body, NULL));
}

GST_END_TEST;

/* A chapter of 100 kB, of which a session gets a part, since it takes smaller pieces: every
 * request under the limit, in characters, nothing lost, a few at a time. */
GST_START_TEST (test_chapter)
{
  static const gchar sentence[] = "Über die Straße ging er, schnell und ohne "
                                  "sich umzusehen; 你好，世界。 ";
  g_autoptr (TestServer) server = test_server_new ();
  GString *text = g_string_new (NULL), *said = g_string_new (NULL);
  g_autofree gchar *audio = g_strnfill (4800, 'x');
  g_autoptr (Outcome) outcome = NULL;
  g_autoptr (GstElement) element = NULL;
  GstElement *pipeline =
      make_speech ("openaitts name=t "
                   "first-chunk-chars=80 max-input-chars=500 %s ! fakesink",
          server);
  guint n;

  while (text->len < (is_over_realtime () ? 25000 : 100000))
    g_string_append (text, sentence);
  element = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  g_object_set (element, "text", text->str, NULL);
  test_server_answer_with (server, 200, "audio/pcm", audio);
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  n = test_server_n_requests (server);
  for (guint i = 0; i < outcome_count (outcome, "openaitts/speech-end"); i++) {
    const gchar *input = gst_structure_get_string (
        outcome_message (outcome, "openaitts/speech-end", i), "text");
    glong length = g_utf8_strlen (input, -1);

    fail_unless (length <= (i == 0 || is_over_realtime () ? 160 : 500), "%ld", length);
    g_string_append_printf (said, "%s ", input);
  }
  fail_unless (n > 100 && n < (is_over_realtime () ? 1000 : 400), "%u", n);
  fail_unless_equals_string (said->str, text->str);
  fail_unless (test_server_max_parallel (server) <= 3);
  g_string_free (text, TRUE);
  g_string_free (said, TRUE);
}

GST_END_TEST;

/* Two thousand subtitles at once: three requests at a time. */
GST_START_TEST (test_fast_subtitles)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  g_autofree gchar *audio = g_strnfill (480, 'x');

  gst_harness_set_drop_buffers (harness, TRUE);
  test_server_answer_with (server, 200, "audio/pcm", audio);
  for (guint i = 0; i < 2000; i++)
    fail_unless_equals_int (
        gst_harness_push (harness, word ("Next.", i * 20 * GST_MSECOND)), GST_FLOW_OK);
  gst_harness_push_event (harness, gst_event_new_eos ());
  wait_for_eos (harness);
  fail_unless_equals_int (test_server_n_requests (server), 2000);
  fail_unless (test_server_max_parallel (server) <= 3);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static Suite *
ttsinput_suite (void)
{
  Suite *suite = suite_create ("openaitts input");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, NULL, forget_transport);
  tcase_add_test (tcase, test_speakers);
  tcase_add_test (tcase, test_list);
  tcase_add_loop_test (tcase, test_sentence_meta, 0, 2);
  tcase_add_test (tcase, test_language);
  tcase_add_loop_test (tcase, test_request, 0, is_over_realtime () ? 0 : 2);
  tcase_add_test (tcase, test_chapter);
  tcase_add_test (tcase, test_fast_subtitles);
  return suite;
}

GST_CHECK_MAIN (ttsinput);
