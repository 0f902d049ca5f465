// SPDX-License-Identifier: LGPL-2.1-or-later
/* openaistt: order, times, uploads and account, against the scripted server. */

#include <string.h>

#include "support.h"

static gchar *
buffer_text (GstBuffer * buffer)
{
  GstMapInfo map;
  gchar *text;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  text = g_strndup ((gchar *) map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  return text;
}

static void
wait_for_eos (GstHarness * harness, GPtrArray * gaps)
{
  GstEvent *event;
  gboolean eos = FALSE;

  while (!eos) {
    event = gst_harness_pull_event (harness);
    fail_unless (event != NULL, "no EOS");
    eos = GST_EVENT_TYPE (event) == GST_EVENT_EOS;
    if (gaps && GST_EVENT_TYPE (event) == GST_EVENT_GAP)
      g_ptr_array_add (gaps, gst_event_ref (event));
    gst_event_unref (event);
  }
}

#define N_UTTERANCES 16

/* Every utterance has a length of its own, to be told apart by. */
static guint
utterance_ms (guint i)
{
  return 1200 + 40 * i;
}

static guint
utterance_of (TestRequest * request)
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

GST_START_TEST (test_reverse_order)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server,
      "upload-format=wav max-requests=16 granularity=chunk", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autoptr (GPtrArray) gaps =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_event_unref);
  TestAnswer *answers[N_UTTERANCES];
  guint utterance_of_answer[N_UTTERANCES];
  GstClockTime position = 0;

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
  for (guint u = N_UTTERANCES; u-- > 0;) {
    for (guint i = 0; i < N_UTTERANCES; i++) {
      if (utterance_of_answer[i] == u)
        test_answer_release (answers[i]);
    }
  }

  for (guint u = 0; u < N_UTTERANCES; u++) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (harness);
    g_autofree gchar *text = buffer_text (buffer);
    guint answer = strtoul (text + strlen ("answer "), NULL, 10);

    fail_unless_equals_int (utterance_of_answer[answer], u);
    fail_unless (GST_BUFFER_PTS (buffer) >= position);
    fail_unless (GST_BUFFER_DURATION (buffer) > 0);
    position = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
  }
  wait_for_eos (harness, gaps);
  fail_unless (gaps->len >= N_UTTERANCES, "%u gaps", gaps->len);
  assert_account_is_exact (harness);
  fail_unless_equals_uint64 (stats_value (harness, "samples-in"),
      talk->len / 2);
  fail_unless_equals_uint64 (stats_value (harness, "failed"), 0);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Until so many bytes of the first request are with the server, which is not
 * complete. */
static void
wait_for_bytes (TestServer * server, gsize bytes)
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
    fail_unless (g_get_monotonic_time () < until, "only %u of %u bytes",
        (guint) arrived, (guint) bytes);
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

  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"while it is spoken\"}");
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
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  wait_for_eos (harness, NULL);
  assert_account_is_exact (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* How a server says no to an upload that grows; 0: it hangs up, which may be
 * chance, once. */
static const guint refusals[] = { 411, 400, 501, 0 };

/* A server that wants a length gets one, and is not asked again. */
GST_START_TEST (test_growing_refused_is_remembered)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "", TRUE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GByteArray) speech = g_byte_array_new ();
  g_autoptr (GByteArray) pause = g_byte_array_new ();
  guint times = refusals[__i__] ? 1 : 2;
  guint64 sample = 0;
  guint n_warnings = 0;
  GstMessage *message;

  gst_element_set_bus (harness->element, bus);
  for (guint i = 0; i < times; i++) {
    if (refusals[__i__])
      test_server_answer_with (server, refusals[__i__], "text/plain", "No");
    else
      test_answer_fault (test_server_answer (server, 200, "text/plain"),
          TEST_FAULT_CLOSE);
    /* On a kept connection it would not be the upload that is to blame. */
    test_answer_header (test_server_answer_with (server, 200,
            "application/json", "{\"text\":\"sized\"}"), "Connection",
        "close");
  }
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
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  wait_for_eos (harness, NULL);

  fail_unless_equals_int (test_server_n_requests (server), 2 * times + 1);
  for (guint i = 0; i < 2 * times + 1; i++) {
    g_autoptr (TestRequest) request =
        test_server_request (server, i, TRUE, WAIT_SECONDS);

    fail_unless_equals_int (test_request_chunked (request),
        i % 2 == 0 && i < 2 * times);
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
      "openaistt name=x upload-format=wav max-retries=0 %%s",
      any_input[__i__]);
  g_autoptr (Outcome) outcome = NULL;
  guint64 samples_in, rate = 44100;
  gint value;
  g_autoptr (GstCaps) caps = gst_caps_from_string (any_input[__i__]);

  if (gst_structure_get_int (gst_caps_get_structure (caps, 0), "rate", &value))
    rate = value;
  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"heard\"}");
  outcome = play (make_pipeline (line, server));
  fail_unless (outcome->eos);
  fail_unless_equals_int (outcome->n_errors, 0);
  fail_unless (outcome_count (outcome, "openaistt/transcript") > 0);
  fail_unless (gst_structure_get_uint64 (outcome->stats, "samples-in",
          &samples_in));
  fail_unless_equals_uint64 (samples_in,
      gst_util_uint64_scale_ceil (50 * 4096, RATE, rate));
}

GST_END_TEST;

GST_START_TEST (test_messages_and_tags)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;
  const GstStructure *message;
  const GValue *words;
  g_autofree gchar *tag = NULL;
  GstTagList *last;
  guint64 start, end;

  test_answer_header (test_server_answer_with (server, 200,
          "application/json", "{\"text\":\"Good morning.\","
          "\"language\":\"english\",\"duration\":2.0,"
          "\"words\":[{\"word\":\"Good\",\"start\":0.2,\"end\":0.6},"
          "{\"word\":\"morning\",\"start\":0.7,\"end\":1.4}],"
          "\"usage\":{\"type\":\"duration\",\"seconds\":2}}"),
      "x-request-id", "req_7");
  outcome = play (make_pipeline ("audiotestsrc wave=pink-noise volume=0.5 "
          "num-buffers=40 ! audio/x-raw,rate=16000,channels=1 ! "
          "openaistt name=x model=whisper-1 %s", server));
  fail_unless (outcome->eos);
  message = outcome_message (outcome, "openaistt/transcript", 0);
  fail_unless (message != NULL);
  fail_unless_equals_string (gst_structure_get_string (message, "text"),
      "Good morning.");
  fail_unless_equals_string (gst_structure_get_string (message, "language"),
      "en");
  fail_unless_equals_string (gst_structure_get_string (message, "request-id"),
      "req_7");
  fail_unless_equals_string (gst_structure_get_string (message, "model"),
      "whisper-1");
  fail_unless (gst_structure_get_uint64 (message, "start", &start));
  fail_unless (gst_structure_get_uint64 (message, "end", &end));
  fail_unless (end > start);
  fail_unless (gst_structure_has_field_typed (message, "usage",
          GST_TYPE_STRUCTURE));
  words = gst_structure_get_value (message, "words");
  fail_unless_equals_int (gst_value_array_get_size (words), 2);

  fail_unless (outcome->tags->len >= 2);
  fail_unless (gst_tag_list_get_string (g_ptr_array_index (outcome->tags, 0),
          GST_TAG_LANGUAGE_CODE, &tag));
  fail_unless_equals_string (tag, "en");
  g_clear_pointer (&tag, g_free);
  last = g_ptr_array_index (outcome->tags, outcome->tags->len - 1);
  fail_unless (gst_tag_list_get_string (last, "transcript", &tag));
  fail_unless_equals_string (tag, "Good morning.");
}

GST_END_TEST;

/* What was in flight is dropped at once and the element works on. */
GST_START_TEST (test_flush)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "granularity=chunk", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autoptr (GstBuffer) caption = NULL;
  g_autofree gchar *text = NULL;
  TestAnswer *answer = test_server_answer (server, 200, "application/json");
  GstSegment segment;
  gint64 begun;

  test_answer_hold (answer);
  test_answer_text (answer, "{\"text\":\"too late\"}");
  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"after the flush\"}");
  talk_add_pause (talk, 1000);
  talk_add_speech (talk, 1500);
  talk_add_pause (talk, 1000);
  push_talk (harness, talk, 0);
  fail_unless_equals_int (test_answer_request (answer, WAIT_SECONDS), 0);

  begun = undisturbed_time ();
  fail_unless (gst_harness_push_event (harness, gst_event_new_flush_start ()));
  fail_unless (undisturbed_time () - begun < G_USEC_PER_SEC / 2);
  fail_unless (gst_harness_push_event (harness,
          gst_event_new_flush_stop (TRUE)));
  test_answer_release (answer);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  fail_unless (gst_harness_push_event (harness,
          gst_event_new_segment (&segment)));
  push_talk (harness, talk, 0);
  caption = gst_harness_pull (harness);
  text = buffer_text (caption);
  fail_unless_equals_string (text, "after the flush");
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  wait_for_eos (harness, NULL);
  assert_account_is_exact (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Two streams that do not follow each other are two uploads, with their times. */
GST_START_TEST (test_discont)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "granularity=chunk", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autoptr (GstBuffer) first = NULL, second = NULL;

  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"text\"}");
  talk_add_speech (talk, 1500);
  push_talk (harness, talk, 0);
  push_talk (harness, talk, 100 * RATE);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  first = gst_harness_pull (harness);
  second = gst_harness_pull (harness);
  fail_unless (GST_BUFFER_PTS (first) < 200 * GST_MSECOND);
  fail_unless (GST_BUFFER_PTS (second) >= 100 * GST_SECOND);
  fail_unless (GST_BUFFER_PTS (second) < 100 * GST_SECOND + 200 * GST_MSECOND);
  wait_for_eos (harness, NULL);
  assert_account_is_exact (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Speech is heard from its first loud frame on. */
static void
assert_spoken_at (GstBuffer * buffer, GstClockTime time)
{
  fail_unless (GST_BUFFER_PTS (buffer) >= time
      && GST_BUFFER_PTS (buffer) < time + 30 * GST_MSECOND,
      "%" GST_PTR_FORMAT, buffer);
}

/* A segment that is sent again says nothing about where the audio is. */
GST_START_TEST (test_segment_again)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "granularity=chunk", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autoptr (GstBuffer) one = NULL, two = NULL;
  GstSegment segment;

  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"text\"}");
  talk_add_speech (talk, 1500);
  push_talk (harness, talk, 60 * RATE);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  fail_unless (gst_harness_push_event (harness,
          gst_event_new_segment (&segment)));
  push_talk (harness, talk, 60 * RATE + talk->len / 2);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  one = gst_harness_pull (harness);
  two = gst_harness_pull (harness);
  assert_spoken_at (one, 60 * GST_SECOND);
  assert_spoken_at (two, 61 * GST_SECOND + 500 * GST_MSECOND);
  wait_for_eos (harness, NULL);
  assert_account_is_exact (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

typedef struct
{
  GstHarness *harness;
  gint done;                    /* atomic */
} Flush;

static GstPadProbeReturn
flush_in_between (GstPad * pad, GstPadProbeInfo * info, gpointer data)
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
  g_autoptr (GstPad) pad = gst_element_get_static_pad (harness->element, "src");
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autoptr (GstBuffer) caption = NULL;
  Flush flush = { harness, FALSE };
  GstSegment segment;

  gst_element_set_bus (harness->element, bus);
  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"text\"}");
  talk_add_speech (talk, 1500);
  talk_add_pause (talk, 1500);
  push_talk (harness, talk, 0);
  caption = gst_harness_pull (harness);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM,
      flush_in_between, &flush, NULL);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
  while (!g_atomic_int_get (&flush.done))
    g_thread_yield ();
  fail_unless (gst_harness_push_event (harness,
          gst_event_new_flush_stop (TRUE)));
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
  push_talk (harness, talk, 0);
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
  message = gst_bus_timed_pop_filtered (bus, WAIT_SECONDS * GST_SECOND,
      GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (strstr (error->message, "forwards") != NULL);
  fail_unless_equals_int (gst_harness_push (harness,
          gst_buffer_new_allocate (NULL, 640, NULL)), GST_FLOW_FLUSHING);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* What the converter holds back at the end is silence, too. */
GST_START_TEST (test_silence_is_silent)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *line = g_strdup_printf ("audiotestsrc wave=silence "
      "num-buffers=300 samplesperbuffer=10 ! %s ! openaistt name=x vad=none "
      "upload-format=wav %%s", any_input[__i__]);
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

/* Who is downstream does not wait for what never comes. */
GST_START_TEST (test_error_ends_the_stream)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  TestAnswer *answer = test_server_answer (server, 401, "application/json");

  test_answer_hold (answer);
  talk_add_speech (talk, 1500);
  talk_add_pause (talk, 1500);
  push_talk (harness, talk, 0);
  test_answer_release (answer);
  wait_for_eos (harness, NULL);
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

  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"text\"}");
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
  wait_for_eos (harness, NULL);
  assert_account_is_exact (harness);
  fail_unless_equals_uint64 (stats_value (harness, "samples-in"),
      5 * 1500 * RATE / 1000);
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

  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"text\"}");
  talk_add_speech (talk, 3000);
  for (guint i = 0; i < 150; i++) {
    GstBuffer *buffer = gst_buffer_new_memdup (talk->data + 640 * i, 640);

    GST_BUFFER_PTS (buffer) = 20 * GST_MSECOND * i
        + (__i__ && i % 2 ? 45 * GST_MSECOND : 0);
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

  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"text\"}");
  talk_add_speech (talk, 1600);
  push_talk (harness, talk, 0);
  gst_harness_set_src_caps_str (harness, "audio/x-raw,format=S16LE,"
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
  wait_for_eos (harness, NULL);
  assert_account_is_exact (harness);
  fail_unless_equals_uint64 (stats_value (harness, "samples-in"),
      3 * talk->len / 2);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static guint64
next_start (GstBus * bus)
{
  g_autoptr (GstStructure) message =
      wait_for_message (bus, "openaistt/transcript");
  guint64 start;

  fail_unless (gst_structure_get_uint64 (message, "start", &start));
  return start;
}

/* While requests are in flight. */
GST_START_TEST (test_seek)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstElement *pipeline = make_pipeline ("audiotestsrc wave=pink-noise "
      "volume=0.5 num-buffers=2000 samplesperbuffer=320 ! audio/x-raw,"
      "rate=16000,channels=1 ! openaistt name=x vad=none %s "
      "max-chunk-duration=1000 max-requests=2 max-backlog=1000", server);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  guint64 start;

  test_answer_wait (test_server_answer_with (server, 200, "application/json",
          "{\"text\":\"text\"}"), 0);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless_equals_uint64 (next_start (bus), 0);
  for (guint i = 0; i < 5; i++) {
    GstClockTime target = (i % 2 ? 5 : 20) * GST_SECOND;

    fail_unless (gst_element_seek_simple (pipeline, GST_FORMAT_TIME,
            GST_SEEK_FLAG_FLUSH, target));
    do {
      start = next_start (bus);
    } while (start % GST_SECOND || start < target
        || start > target + 5 * GST_SECOND);
    fail_unless (start >= target);
  }
  message = gst_bus_timed_pop_filtered (bus, WAIT_SECONDS * GST_SECOND,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* The pipeline forgets the EOS of a sink when it is paused. */
GST_START_TEST (test_eos_again_after_pause)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstElement) pipeline = make_pipeline ("audiotestsrc "
      "wave=silence num-buffers=10 ! openaistt name=x %s", server);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
        WAIT_SECONDS * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

    fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
    gst_element_set_state (pipeline, GST_STATE_PAUSED);
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

/* A failed stretch after a good one is a warning and a gap. */
GST_START_TEST (test_goes_on_after_a_failure)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server,
      "granularity=chunk max-requests=1 max-retries=0", FALSE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  guint n_warnings = 0, n_failed = 0, n_errors = 0;
  GstMessage *message;

  gst_element_set_bus (harness->element, bus);
  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"one\"}");
  test_server_answer_with (server, 500, "application/json",
      "{\"error\":{\"message\":\"two\"}}");
  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"three\"}");
  for (guint i = 0; i < 3; i++) {
    talk_add_speech (talk, 1500);
    talk_add_pause (talk, 1500);
  }
  push_talk (harness, talk, 0);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  wait_for_eos (harness, NULL);
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

GST_START_TEST (test_nothing_to_hear)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = play (make_pipeline ("audiotestsrc "
          "wave=silence num-buffers=100 ! openaistt name=x %s", server));

  fail_unless (outcome->eos);
  fail_unless_equals_int (test_server_n_requests (server), 0);
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

  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"text\"}");
  talk_add_speech (talk, 1500);
  push_talk (harness, talk, 0);
  fail_unless (gst_harness_push_event (harness,
          gst_event_new_segment_done (GST_FORMAT_TIME,
              1500 * GST_MSECOND)));
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

/* Whoever is linked while it plays may take another text than the one before. */
GST_START_TEST (test_linked_to_markup)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "granularity=chunk", FALSE);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (harness->element, "src");
  g_autoptr (GstPad) utf8 = gst_pad_get_peer (pad);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autoptr (GstBuffer) caption = NULL;
  GstHarness *markup = gst_harness_new_with_element (harness->element, NULL,
      NULL);

  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"you & me\"}");
  talk_add_speech (talk, 1500);
  talk_add_pause (talk, 1500);
  push_talk (harness, talk, 0);
  gst_buffer_unref (gst_harness_pull (harness));
  fail_unless (gst_pad_unlink (pad, utf8));
  gst_harness_set_sink_caps_str (markup, "text/x-raw,format=pango-markup");
  gst_harness_add_element_src_pad (markup, pad);
  push_talk (harness, talk, 3 * RATE);
  caption = gst_harness_pull (markup);
  fail_unless_equals_int (gst_buffer_memcmp (caption, 0, "you &amp; me", 12),
      0);
  gst_harness_teardown (markup);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* After EOS nobody upstream would hear that a caption did not get through. */
GST_START_TEST (test_unlinked_after_eos)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "", FALSE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstPad) pad = gst_element_get_static_pad (harness->element, "src");
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autoptr (GstMessage) message = NULL;
  TestAnswer *answer = test_server_answer (server, 200, "application/json");

  gst_element_set_bus (harness->element, bus);
  test_answer_hold (answer);
  test_answer_text (answer, "{\"text\":\"text\"}");
  talk_add_speech (talk, 1500);
  push_talk (harness, talk, 0);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  fail_unless (gst_pad_unlink (pad, peer));
  test_answer_release (answer);
  message = gst_bus_timed_pop_filtered (bus, WAIT_SECONDS * GST_SECOND,
      GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
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
          "fakesrc num-buffers=0 ! fakesink", server));
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
  tcase_add_test (tcase, test_reverse_order);
  tcase_add_test (tcase, test_grows_while_it_is_spoken);
  tcase_add_loop_test (tcase, test_growing_refused_is_remembered, 0,
      G_N_ELEMENTS (refusals));
  tcase_add_loop_test (tcase, test_any_input, 0, G_N_ELEMENTS (any_input));
  tcase_add_test (tcase, test_messages_and_tags);
  tcase_add_test (tcase, test_flush);
  tcase_add_test (tcase, test_discont);
  tcase_add_test (tcase, test_segment_again);
  tcase_add_test (tcase, test_flush_in_negotiation);
  tcase_add_test (tcase, test_backwards);
  tcase_add_loop_test (tcase, test_silence_is_silent, 0,
      G_N_ELEMENTS (any_input));
  tcase_add_test (tcase, test_error_ends_the_stream);
  tcase_add_test (tcase, test_leaky_upstream);
  tcase_add_test (tcase, test_gaps_are_short);
  tcase_add_loop_test (tcase, test_flags_and_jitter, 0, 2);
  tcase_add_test (tcase, test_caps_change);
  tcase_add_test (tcase, test_seek);
  tcase_add_test (tcase, test_eos_again_after_pause);
  tcase_add_test (tcase, test_goes_on_after_a_failure);
  tcase_add_test (tcase, test_nothing_to_hear);
  tcase_add_test (tcase, test_segment_done);
  tcase_add_test (tcase, test_linked_to_markup);
  tcase_add_test (tcase, test_unlinked_after_eos);
  tcase_add_test (tcase, test_end_of_a_bin);
  return suite;
}

GST_CHECK_MAIN (stt);
