// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaistt tells words while they are spoken, from a server that takes whole
 * uploads. */

#include <string.h>

#include "support.h"

#define INTERVAL "partial-interval=500 stream-upload=false max-chunk-duration=60000 "

/* Longer than any of these tests talks, milliseconds. */
#define MOST_TALK 50000

typedef struct
{
  TestServer *server;
  GstHarness *harness;
  GstBus *bus;
  guint64 sample; /* the next */
} Talk;

static void
say (Talk *talk, guint speech, guint pause)
{
  talk->sample = push_utterances (talk->harness, 1, speech, pause, talk->sample);
}

static Talk
talk_new (const gchar *properties)
{
  g_autofree gchar *all = g_strconcat (INTERVAL, properties, NULL);
  Talk talk = { .server = test_server_new () };

  talk.harness = make_stt_harness (talk.server, all, TRUE);
  talk.bus = gst_bus_new ();
  gst_element_set_bus (talk.harness->element, talk.bus);
  return talk;
}

static void
talk_clear (Talk *talk)
{
  gst_element_set_bus (talk->harness->element, NULL);
  gst_harness_teardown (talk->harness);
  gst_object_unref (talk->bus);
  test_server_free (talk->server);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Talk, talk_clear)

static void
answer (Talk *talk, const gchar *text)
{
  g_autofree gchar *json = json_answer (text);

  test_server_answer_with (talk->server, 200, "application/json", json);
}

/* Results are asked for with times, what is spoken is not. */
static void
answer_format (Talk *talk, const gchar *format, const gchar *text)
{
  g_autofree gchar *json = json_answer (text);
  TestAnswer *one = test_server_answer (talk->server, 200, "application/json");

  test_answer_for_field (one, "response_format", format);
  test_answer_text (one, json);
}

/* Speaks until what was answered last is told, at most MOST_TALK. */
static GstStructure *
speak_until_partial (Talk *talk)
{
  guint n = test_server_n_requests (talk->server);

  for (guint spoken = 0; spoken < MOST_TALK; spoken += 100) {
    g_autoptr (GstMessage) message = NULL;
    gboolean asked = test_server_n_requests (talk->server) > n;

    if (!asked)
      say (talk, 100, 0);
    message = gst_bus_timed_pop_filtered (talk->bus,
        asked ? WAIT_SECONDS * GST_SECOND : 20 * GST_MSECOND, GST_MESSAGE_ELEMENT);
    if (message && gst_message_has_name (message, "openaistt/partial"))
      return gst_structure_copy (gst_message_get_structure (message));
  }
  fail ("nothing was told while it was spoken");
  return NULL;
}

static void
check_partial (Talk *talk, const gchar *answered, const gchar *text, const gchar *stable)
{
  g_autoptr (GstStructure) partial = NULL;

  answer (talk, answered);
  partial = speak_until_partial (talk);
  fail_unless_equals_string (gst_structure_get_string (partial, "text"), text);
  fail_unless_equals_string (gst_structure_get_string (partial, "stable"), stable);
}

/* The pause after which the result comes. */
static GstStructure *
finish (Talk *talk, const gchar *answered)
{
  answer (talk, answered);
  say (talk, 0, 1000);
  return wait_for_message (talk->bus, "openaistt/transcript");
}

static gchar *
pull_caption (Talk *talk)
{
  g_autoptr (GstBuffer) buffer = gst_harness_pull (talk->harness);

  fail_unless (buffer != NULL);
  return buffer_text (buffer);
}

/* Waits for a caption, while the clock runs to all that is waited for. */
static gchar *
pull_caption_in_time (Talk *talk)
{
  g_autoptr (GstBuffer) buffer = NULL;

  while (!(buffer = gst_harness_try_pull (talk->harness)))
    gst_harness_crank_single_clock_wait (talk->harness);
  return buffer_text (buffer);
}

GST_START_TEST (test_words_over_http)
{
  g_auto (Talk) talk = talk_new ("");
  g_autoptr (GstStructure) final = NULL;
  g_autofree gchar *clause = NULL, *late = NULL, *rest = NULL;
  g_autoptr (GstStructure) stats = NULL;
  gdouble times;

  check_partial (&talk, "Yes, we", "Yes, we", "");
  check_partial (&talk, "Yes, we can go", "Yes, we can go", "Yes, we");
  clause = pull_caption (&talk);
  fail_unless_equals_string (clause, "Yes,");
  late = pull_caption_in_time (&talk);
  fail_unless_equals_string (late, "we");
  final = finish (&talk, "Yes, we can go home.");
  fail_if (gst_structure_has_field (final, "corrected-text"));
  fail_unless_equals_string (gst_structure_get_string (final, "item"), "chunk-1");
  end_stream (talk.harness);
  rest = pull_captions (talk.harness);
  fail_unless_equals_string (rest, "can go home.\n");
  assert_account_is_exact (talk.harness);
  fail_unless (stats_value (talk.harness, "repeated") > 0);
  gst_harness_get (talk.harness, "openaistt", "stats", &stats, NULL);
  fail_unless (gst_structure_get_double (stats, "times-sent", &times));
  fail_unless (times > 1);
}

GST_END_TEST;

/* What was shown stays, and what the result has instead is told. */
GST_START_TEST (test_correction)
{
  g_auto (Talk) talk = talk_new ("granularity=word");
  g_autoptr (GstStructure) final = NULL;
  g_autofree gchar *one = NULL, *two = NULL, *rest = NULL;

  check_partial (&talk, "recognise speech", "recognise speech", "");
  check_partial (
      &talk, "recognise speech with", "recognise speech with", "recognise speech");
  one = pull_caption_in_time (&talk);
  two = pull_caption_in_time (&talk);
  fail_unless_equals_string (one, "recognise");
  fail_unless_equals_string (two, "speech");
  final = finish (&talk, "Wreck a nice beach.");
  fail_unless_equals_string (
      gst_structure_get_string (final, "stable-text"), "recognise speech");
  fail_unless_equals_string (
      gst_structure_get_string (final, "corrected-text"), "Wreck a");
  fail_unless_equals_string (
      gst_structure_get_string (final, "text"), "Wreck a nice beach.");
  end_stream (talk.harness);
  rest = pull_captions (talk.harness);
  fail_unless_equals_string (rest, "nice\nbeach.\n");
}

GST_END_TEST;

GST_START_TEST (test_messages_only)
{
  g_auto (Talk) talk = talk_new ("partial-captions=none");
  g_autoptr (GstStructure) final = NULL;
  g_autofree gchar *captions = NULL;

  check_partial (&talk, "One. Two", "One. Two", "");
  check_partial (&talk, "One. Two three", "One. Two three", "One. Two");
  fail_unless_equals_int (gst_harness_buffers_received (talk.harness), 0);
  final = finish (&talk, "One. Two three.");
  end_stream (talk.harness);
  captions = pull_captions (talk.harness);
  fail_unless_equals_string (captions, "One. Two three.\n");
}

GST_END_TEST;

/* One at a time; what comes when the chunk has ended is not told. */
GST_START_TEST (test_late_answer)
{
  g_auto (Talk) talk = talk_new ("");
  g_autoptr (GstMessage) message = NULL;
  TestAnswer *held = test_server_answer (talk.server, 200, "application/json");

  test_answer_hold (held);
  test_answer_text (held, "{\"text\":\"late\"}");
  answer (&talk, "In time.");
  say (&talk, 5000, 0);
  fail_unless_equals_int (test_answer_request (held, WAIT_SECONDS), 0);
  say (&talk, 5000, 0);
  fail_unless_equals_int (test_server_n_requests (talk.server), 1);
  say (&talk, 0, 1000);
  message = gst_bus_timed_pop_filtered (
      talk.bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_ELEMENT);
  fail_unless (message && gst_message_has_name (message, "openaistt/transcript"));
  test_answer_release (held);
  end_stream (talk.harness);
  fail_unless (gst_bus_pop_filtered (talk.bus, GST_MESSAGE_ELEMENT) == NULL);
}

GST_END_TEST;

/* Speaks until the next request. How long it is, in samples. */
static guint64
speak_until_asked (Talk *talk)
{
  guint64 before = stats_value (talk->harness, "repeated"), asked = 0;

  for (guint spoken = 0; spoken < MOST_TALK && asked == 0; spoken += 20) {
    say (talk, 20, 0);
    asked = stats_value (talk->harness, "repeated") - before;
  }
  fail_unless (asked > 0, "nothing was asked");
  return asked;
}

/* Words that no two answers agree on are asked about sooner. */
GST_START_TEST (test_waiting_words)
{
  static const struct
  {
    const gchar *answer;
    guint next; /* ms */
  } heard[] = {
    { "How", 300 },
    { "Had he", 300 },
    { "Had he been", 500 },
    { "Had he been there", 500 },
  };
  g_auto (Talk) talk = talk_new ("");
  guint64 last = 0;

  for (guint i = 0; i < G_N_ELEMENTS (heard); i++) {
    g_autoptr (GstStructure) partial = NULL;
    guint64 asked, wanted = i > 0 ? heard[i - 1].next * RATE / 1000 : 0;

    answer (&talk, heard[i].answer);
    asked = speak_until_asked (&talk);
    partial = wait_for_message (talk.bus, "openaistt/partial");
    if (i > 0)
      fail_unless (asked - last >= wanted && asked - last < wanted + RATE / 20,
          "%" G_GUINT64_FORMAT " samples later", asked - last);
    last = asked;
  }
}

GST_END_TEST;

/* A server that takes three seconds is asked every 3.6 s, one request at a time. */
GST_START_TEST (test_slow_server)
{
  static const gchar *const answers[] = { "One", "One two", "One two three",
    "One two three four" };
  g_auto (Talk) talk = talk_new ("");
  guint64 last = 0;

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autofree gchar *json = json_answer (answers[i]);
    TestAnswer *answer = test_server_answer (talk.server, 200, "application/json");
    g_autoptr (GstStructure) partial = NULL;
    guint64 asked, sent;

    test_answer_hold (answer);
    test_answer_text (answer, json);
    asked = speak_until_asked (&talk);
    if (i > 0)
      fail_unless (asked - last >= 36 * RATE / 10 && asked - last < 37 * RATE / 10,
          "%" G_GUINT64_FORMAT " samples later", asked - last);
    last = asked;
    fail_unless_equals_int (test_answer_request (answer, WAIT_SECONDS), i);
    sent = stats_value (talk.harness, "repeated");
    say (&talk, 3000, 0);
    fail_unless_equals_uint64 (stats_value (talk.harness, "repeated"), sent);
    test_answer_release (answer);
    partial = wait_for_message (talk.bus, "openaistt/partial");
  }
}

GST_END_TEST;

/* While nothing is spoken nothing is asked. */
GST_START_TEST (test_silence)
{
  g_auto (Talk) talk = talk_new ("silence-duration=10000");
  g_autoptr (GstStructure) partial = NULL;
  guint n;

  answer (&talk, "One");
  partial = speak_until_partial (&talk);
  say (&talk, 0, 1000);
  n = test_server_n_requests (talk.server);
  say (&talk, 0, 8000);
  fail_unless (test_server_n_requests (talk.server) <= n + 1);
}

GST_END_TEST;

/* A server that refuses is not asked again for this chunk, and it is told once. */
GST_START_TEST (test_refusal)
{
  g_auto (Talk) talk = talk_new ("");
  g_autoptr (GstMessage) warning = NULL;
  g_autoptr (GstStructure) final = NULL;

  test_server_answer_with (talk.server, 429, "text/plain", "slowly");
  answer (&talk, "All of it.");
  for (guint i = 0; i < MOST_TALK / 100 && !warning; i++) {
    gboolean asked = test_server_n_requests (talk.server) > 0;

    if (!asked)
      say (&talk, 100, 0);
    warning = gst_bus_timed_pop_filtered (talk.bus,
        asked ? WAIT_SECONDS * GST_SECOND : 20 * GST_MSECOND, GST_MESSAGE_WARNING);
  }
  fail_unless (warning != NULL);
  say (&talk, 3000, 0);
  fail_unless_equals_int (test_server_n_requests (talk.server), 1);
  say (&talk, 0, 1000);
  final = wait_for_message (talk.bus, "openaistt/transcript");
  fail_unless_equals_string (gst_structure_get_string (final, "text"), "All of it.");
  end_stream (talk.harness);
  assert_account_is_exact (talk.harness);
}

GST_END_TEST;

/* Words that were told are an answer: what fails after them leaves a gap. */
GST_START_TEST (test_failure_after_words)
{
  g_auto (Talk) talk = talk_new ("");
  g_autoptr (GstStructure) partial = NULL, failed = NULL;
  g_autoptr (GstMessage) problem = NULL;

  answer (&talk, "One");
  partial = speak_until_partial (&talk);
  test_server_answer_with (
      talk.server, 400, "application/json", "{\"error\":{\"message\":\"no memory\"}}");
  say (&talk, 0, 1000);
  problem = gst_bus_timed_pop_filtered (
      talk.bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_WARNING | GST_MESSAGE_ERROR);
  fail_unless (problem && GST_MESSAGE_TYPE (problem) == GST_MESSAGE_WARNING);
  failed = wait_for_message (talk.bus, "openaistt/failed");
  end_stream (talk.harness);
  assert_account_is_exact (talk.harness);
}

GST_END_TEST;

/* Neither control tags nor what seems made up. */
GST_START_TEST (test_guarded)
{
  g_auto (Talk) talk = talk_new ("");

  check_partial (&talk, "<|en|> One<|0.00|> two", "One two", "");
  check_partial (&talk, "[BLANK_AUDIO]", "", "");
  check_partial (&talk, "One two three <|endoftext|>", "One two three", "");
}

GST_END_TEST;

/* Also of chunks that are kept where one before was. */
GST_START_TEST (test_many_chunks)
{
  g_auto (Talk) talk = talk_new ("");

  for (guint i = 0; i < 5; i++) {
    g_autoptr (GstStructure) final = NULL;

    check_partial (&talk, "One", "One", "");
    final = finish (&talk, "One.");
    test_server_clear_answers (talk.server);
  }
}

GST_END_TEST;

/* A chunk that is cut while it is spoken shows no word twice, and loses none. */
GST_START_TEST (test_cut)
{
  g_auto (Talk) talk = talk_new ("vad=none max-chunk-duration=4000 granularity=word "
                                 "latency=100 partial-interval=1000 model=whisper-1");
  g_autoptr (GstStructure) head = NULL, rest_of_it = NULL;
  g_autoptr (GString) shown = g_string_new (NULL);
  g_autofree gchar *rest = NULL;

  check_partial (&talk, "a b c d e f", "a b c d e f", "");
  check_partial (&talk, "a b c d e f", "a b c d e f", "a b c d e");
  for (guint i = 0; i < 5; i++) {
    g_autofree gchar *word = pull_caption_in_time (&talk);

    g_string_append (shown, word);
  }
  answer_format (&talk, "verbose_json", "A b c.");
  answer_format (&talk, "json", "d e f g");
  say (&talk, 4500 - 1000 * talk.sample / RATE, 0);
  head = wait_for_message (talk.bus, "openaistt/transcript");
  fail_unless_equals_string (gst_structure_get_string (head, "text"), "A b c.");
  fail_if (gst_structure_has_field (head, "corrected-text"));
  answer_format (&talk, "verbose_json", "D e f g.");
  end_stream (talk.harness);
  rest_of_it = wait_for_message (talk.bus, "openaistt/transcript");
  fail_unless_equals_string (gst_structure_get_string (rest_of_it, "text"), "D e f g.");
  rest = pull_captions (talk.harness);
  g_string_append (shown, rest);
  fail_unless_equals_string (shown->str, "abcdef\ng.\n");
}

GST_END_TEST;

/* Letters are white, on black. */
static GstPadProbeReturn
note_letters (GstPad *pad, GstPadProbeInfo *info, gpointer seen)
{
  GstMapInfo map;

  fail_unless (gst_buffer_map (GST_PAD_PROBE_INFO_BUFFER (info), &map, GST_MAP_READ));
  for (gsize i = 0; i < map.size; i++) {
    if (map.data[i] > 200)
      g_atomic_int_set ((gint *) seen, TRUE);
  }
  gst_buffer_unmap (GST_PAD_PROBE_INFO_BUFFER (info), &map);
  return GST_PAD_PROBE_OK;
}

static void
push_speech (GstElement *source, GByteArray *speech, guint64 *sample)
{
  GstBuffer *buffer = talk_buffer (speech, *sample, RATE / 10, *sample);
  GstFlowReturn flow;

  g_signal_emit_by_name (source, "push-buffer", buffer, &flow);
  gst_buffer_unref (buffer);
  fail_unless_equals_int (flow, GST_FLOW_OK);
  *sample += RATE / 10;
}

/* In a pause the result comes soon anyway: words are asked for there only where the server
 * is known to be quicker. Else a server that does one thing at a time has the result wait. */
GST_START_TEST (test_pause)
{
  g_auto (Talk) talk = talk_new ("partial-interval=1000");
  g_autoptr (GstStructure) one = NULL, two = NULL, three = NULL;

  answer (&talk, "One.");
  say (&talk, 700, 1000);
  one = wait_for_message (talk.bus, "openaistt/transcript");
  fail_unless_equals_string (gst_structure_get_string (one, "text"), "One.");
  fail_unless_equals_int (test_server_n_requests (talk.server), 1);

  check_partial (&talk, "Two", "Two", "");
  two = finish (&talk, "Two.");
  fail_unless_equals_int (test_server_n_requests (talk.server), 3);

  answer_format (&talk, "json", "Three");
  answer (&talk, "Three.");
  say (&talk, 700, 300);
  test_request_unref (test_server_request (talk.server, 3, FALSE, WAIT_SECONDS));
  say (&talk, 0, 1000);
  three = wait_for_message (talk.bus, "openaistt/transcript");
  fail_unless_equals_int (test_server_n_requests (talk.server), 5);
}

GST_END_TEST;

/* Burned into a picture, they are there while their chunk is spoken: it has no end here. */
GST_START_TEST (test_picture)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstElement) pipeline = make_pipeline (
      "appsrc name=a is-live=true format=time caps=\"" TALK_CAPS
      "\" ! openaistt vad=energy %s " INTERVAL
      "! o.text_sink videotestsrc pattern=black ! video/x-raw,format=GRAY8,width=320,"
      "height=64 ! textoverlay name=o ! fakesink",
      server);
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "a");
  g_autoptr (GByteArray) speech = g_byte_array_new ();
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gint64 until = g_get_monotonic_time () + WAIT_SECONDS * G_USEC_PER_SEC;
  gint seen = FALSE;

  talk_add_speech (speech, MOST_TALK);
  test_server_answer_with (server, 200, "application/json", "{\"text\":\"Yes, we\"}");
  test_server_answer_with (
      server, 200, "application/json", "{\"text\":\"Yes, we can go\"}");
  add_probe (pipeline, "o", "src", GST_PAD_PROBE_TYPE_BUFFER, note_letters, &seen);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint64 sample = 0;
       !g_atomic_int_get (&seen) && g_get_monotonic_time () < until;) {
    g_autoptr (GstMessage) error = NULL;

    if (sample < speech->len / 2)
      push_speech (source, speech, &sample);
    error = gst_bus_timed_pop_filtered (bus, 20 * GST_MSECOND, GST_MESSAGE_ERROR);
    fail_unless (error == NULL);
  }
  fail_unless (g_atomic_int_get (&seen));
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

static Suite *
partials_suite (void)
{
  Suite *suite = suite_create ("partials");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_words_over_http);
  tcase_add_test (tcase, test_correction);
  tcase_add_test (tcase, test_messages_only);
  tcase_add_test (tcase, test_late_answer);
  tcase_add_test (tcase, test_waiting_words);
  tcase_add_test (tcase, test_slow_server);
  tcase_add_test (tcase, test_silence);
  tcase_add_test (tcase, test_failure_after_words);
  tcase_add_test (tcase, test_refusal);
  tcase_add_test (tcase, test_guarded);
  tcase_add_test (tcase, test_many_chunks);
  tcase_add_test (tcase, test_cut);
  tcase_add_test (tcase, test_pause);
  tcase_add_test (tcase, test_picture);
  return suite;
}

GST_CHECK_MAIN (partials);
