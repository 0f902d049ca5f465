// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaistt in a live pipeline, and what elements that host transcribers rely
 * on. */

#include <string.h>

#include "support.h"

/* max-chunk-duration and latency, with no latency upstream. */
#define BUDGET_LINE "max-chunk-duration=2000 latency=1000 "
#define BUDGET (3 * GST_SECOND)

static GstClockTime
query_latency (GstElement *element, gboolean *live)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");
  GstClockTime min, max;

  fail_unless (gst_pad_query (pad, query));
  gst_query_parse_latency (query, live, &min, &max);
  fail_unless (max == GST_CLOCK_TIME_NONE);
  return min;
}

static const struct
{
  const gchar *properties;
  GstClockTime latency; /* beside 20 ms upstream */
} latencies[] = {
  { "", 8000 * GST_MSECOND },
  { "latency=500", 6500 * GST_MSECOND },
  { "latency=4000 max-chunk-duration=10000", 14000 * GST_MSECOND },
  { "latency=0 max-chunk-duration=1000", 1000 * GST_MSECOND },
};

GST_START_TEST (test_latency)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, latencies[__i__].properties, TRUE);
  gboolean live;

  gst_harness_set_upstream_latency (harness, 20 * GST_MSECOND);
  fail_unless_equals_uint64 (query_latency (harness->element, &live),
      latencies[__i__].latency + 20 * GST_MSECOND);
  fail_unless (live);
  gst_harness_set (harness, "openaistt", "latency", G_MAXUINT, NULL);
  fail_unless_equals_uint64 (query_latency (harness->element, &live), 0);
  fail_unless (live);
  gst_harness_set_live (harness, FALSE);
  gst_harness_set_upstream_latency (harness, 0);
  fail_unless_equals_uint64 (query_latency (harness->element, &live), 0);
  fail_unless (!live);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (test_latency_message)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "", TRUE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;

  gst_element_set_bus (harness->element, bus);
  gst_harness_set (harness, "openaistt", "latency", 2000, "prompt", "x", NULL);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_LATENCY) == NULL);
  gst_harness_set (harness, "openaistt", "latency", 3000, NULL);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_LATENCY);
  fail_unless (message != NULL);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* What transcriberbin does before it uses a transcriber, in its order. */
GST_START_TEST (test_probed_by_a_host)
{
  GstElement *stt = gst_element_factory_make ("openaistt", NULL);
  GstElement *source = gst_element_factory_make ("fakesrc", NULL);
  GObjectClass *class = G_OBJECT_GET_CLASS (stt);
  gboolean live;

  gst_object_ref_sink (stt);
  gst_object_ref_sink (source);
  fail_unless (
      g_object_class_find_property (class, "latency")->value_type == G_TYPE_UINT);
  fail_unless (
      g_object_class_find_property (class, "lateness")->value_type == G_TYPE_UINT);
  fail_unless (
      g_object_class_find_property (class, "language-code")->value_type == G_TYPE_STRING);
  g_object_set (stt, "base-url", "https://api.openai.com/v1", "api-key", "", "latency",
      4000, "lateness", 0, "language-code", "en-US", NULL);
  g_object_set (source, "is-live", TRUE, NULL);
  fail_unless (gst_element_link_pads (source, NULL, stt, "sink"));
  fail_unless_equals_int (
      gst_element_set_state (stt, GST_STATE_PAUSED), GST_STATE_CHANGE_SUCCESS);
  fail_unless_equals_uint64 (query_latency (stt, &live), 10 * GST_SECOND);
  fail_unless (live);
  gst_element_unlink (source, stt);
  gst_element_set_state (stt, GST_STATE_NULL);
  gst_object_unref (source);
  gst_object_unref (stt);
}

GST_END_TEST;

/* The next GAP, without waiting for what is not there. */
static gboolean
pull_gap (GstHarness *harness, GstClockTime *end)
{
  GstEvent *event;

  while ((event = gst_harness_pull_event (harness))) {
    GstClockTime start, duration;
    gboolean gap = GST_EVENT_TYPE (event) == GST_EVENT_GAP;

    if (gap)
      gst_event_parse_gap (event, &start, &duration);
    gst_event_unref (event);
    if (gap) {
      *end = start + duration;
      return TRUE;
    }
  }
  return FALSE;
}

/* Lets the clock run to the next time the element waits for; that time. */
static GstClockTime
run_this_clock (GstTestClock *clock)
{
  GstClockID due = NULL;

  /* Meanwhile it may wait for another. */
  while (!due) {
    GstClockID id = NULL;

    gst_test_clock_wait_for_next_pending_id (clock, &id);
    gst_test_clock_set_time (
        clock, MAX (gst_clock_id_get_time (id), gst_clock_get_time (GST_CLOCK (clock))));
    gst_clock_id_unref (id);
    due = gst_test_clock_process_next_clock_id (clock);
  }
  gst_clock_id_unref (due);
  return gst_clock_get_time (GST_CLOCK (clock));
}

static GstClockTime
run_clock (GstHarness *harness)
{
  g_autoptr (GstTestClock) clock = gst_harness_get_testclock (harness);

  return run_this_clock (clock);
}

/* Nothing comes any more, and still downstream waits no longer than was announced. */
GST_START_TEST (test_gaps_on_a_timer)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, BUDGET_LINE, TRUE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  GstClockTime position = 0, now = 0;

  talk_add_pause (talk, 20);
  push_talk (harness, talk, 0);
  while (now < 10 * GST_SECOND) {
    now = run_clock (harness);
    /* It was time, and not too late. */
    fail_unless (now <= position + BUDGET, "%" G_GUINT64_FORMAT, now);
    if (now + 50 * GST_MSECOND < position + BUDGET)
      continue;
    fail_unless (pull_gap (harness, &position));
    fail_unless (position + BUDGET >= now);
    fail_unless (position + BUDGET <= now + 200 * GST_MSECOND);
  }
  fail_unless_equals_int (test_server_n_requests (server), 0);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static void
set_time (GstHarness *harness, GstClockTime time)
{
  fail_unless (gst_harness_set_time (harness, time));
}

static guint64
push_utterance (GstHarness *harness)
{
  return push_utterances (harness, 1, 1500, 1000, push_pause (harness, 1000, 0));
}

static guint
max_observed_delay (GstHarness *harness)
{
  guint delay;

  gst_harness_get (harness, "openaistt", "max-observed-delay", &delay, NULL);
  return delay;
}

static guint
count_clock_warnings (GstBus *bus)
{
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING))) {
    const GstStructure *details;
    g_autoptr (GError) warning = NULL;
    guint delay;

    gst_message_parse_warning (message, &warning, NULL);
    if (g_error_matches (warning, GST_CORE_ERROR, GST_CORE_ERROR_CLOCK)) {
      gst_message_parse_warning_details (message, &details);
      fail_unless (gst_structure_get_uint (details, "new-observed-max-delay", &delay));
      n++;
    }
    gst_message_unref (message);
  }
  return n;
}

/* In time: at its own time, without a warning. */
GST_START_TEST (test_in_time)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, BUDGET_LINE "lateness=300", TRUE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstBuffer) caption = NULL;
  g_autoptr (GstPad) pad = gst_element_get_static_pad (harness->element, "src");
  g_autoptr (GstEvent) event = NULL;
  const GstSegment *segment;

  gst_element_set_bus (harness->element, bus);
  test_server_answer_with (server, 200, "application/json", "{\"text\":\"in time\"}");
  set_time (harness, 3500 * GST_MSECOND);
  push_utterance (harness);
  caption = gst_harness_pull (harness);
  fail_unless (ABS (GST_CLOCK_DIFF (GST_BUFFER_PTS (caption), 1000 * GST_MSECOND))
      < 20 * GST_MSECOND);
  end_stream (harness);
  fail_unless_equals_int (count_clock_warnings (bus), 0);
  fail_unless (ABS ((gint) max_observed_delay (harness) - 2500) < 30, "%u",
      max_observed_delay (harness));
  event = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  gst_event_parse_segment (event, &segment);
  fail_unless_equals_uint64 (segment->base, 300 * GST_MSECOND);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Sends an utterance and takes GAPs until the pad is at @until; only then the
 * answer comes. Where the pad is. */
static GstClockTime
answer_after (
    GstHarness *harness, TestServer *server, const gchar *json, GstClockTime until)
{
  TestAnswer *answer = test_server_answer (server, 200, "application/json");
  GstClockTime position = 0;

  test_answer_hold (answer);
  test_answer_text (answer, json);
  set_time (harness, 3500 * GST_MSECOND);
  push_utterance (harness);
  fail_unless (test_answer_request (answer, WAIT_SECONDS) == 0);
  while (position < until) {
    run_clock (harness);
    while (gst_harness_events_in_queue (harness) > 0 && position < until)
      fail_unless (pull_gap (harness, &position));
    g_thread_yield ();
  }
  test_answer_release (answer);
  return position;
}

/* Too late: it follows what the pad has said already, long enough to be read,
 * and one warning tells. */
GST_START_TEST (test_too_late)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, BUDGET_LINE, TRUE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstBuffer) caption = NULL;
  GstClockTime position;

  gst_element_set_bus (harness->element, bus);
  position = answer_after (harness, server, "{\"text\":\"rather late\"}", 2 * GST_SECOND);
  caption = gst_harness_pull (harness);
  fail_unless (GST_BUFFER_PTS (caption) >= position);
  fail_unless (GST_BUFFER_DURATION (caption) > 800 * GST_MSECOND);
  end_stream (harness);
  fail_unless_equals_int (count_clock_warnings (bus), 1);
  fail_unless (max_observed_delay (harness) > 3000);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static GstPadProbeReturn
note_time (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  g_autoptr (GstClock) clock =
      gst_element_get_clock (GST_ELEMENT (GST_OBJECT_PARENT (pad)));

  *(GstClockTime *) user_data = gst_clock_get_time (clock);
  return GST_PAD_PROBE_OK;
}

/* What a sentence goes on with does not come: its first part waits for it, and is there
 * in time. */
GST_START_TEST (test_first_part_waits_no_longer)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (
      server, BUDGET_LINE "vad=energy language=en max-requests=1", TRUE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autoptr (GstBuffer) waited = NULL, rest = NULL;
  g_autofree gchar *begun = json_answer ("She was picking the daisies and");
  g_autofree gchar *ended = json_answer ("then she ran.");
  g_autofree gchar *text = NULL;
  GstClockTime shown = GST_CLOCK_TIME_NONE;
  TestAnswer *late;

  add_probe (harness->element, NULL, "src", GST_PAD_PROBE_TYPE_BUFFER, note_time, &shown);
  test_server_answer_with (server, 200, "application/json", begun);
  late = test_server_answer (server, 200, "application/json");
  test_answer_hold (late);
  test_answer_text (late, ended);
  talk_add_speech (talk, 3000);
  talk_add_pause (talk, 1500);
  set_time (harness, 2500 * GST_MSECOND);
  push_talk (harness, talk, 0);
  fail_unless (test_answer_request (late, WAIT_SECONDS) == 1);
  while (gst_harness_buffers_in_queue (harness) == 0)
    run_clock (harness);
  waited = gst_harness_pull (harness);
  fail_unless (shown <= GST_BUFFER_PTS (waited) + BUDGET);
  fail_unless (shown + 200 * GST_MSECOND >= GST_BUFFER_PTS (waited) + BUDGET);
  test_answer_release (late);
  rest = gst_harness_pull (harness);
  text = buffer_text (rest);
  fail_unless_equals_string (text, "then she ran.");
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* One that is late does not push back those that follow for longer than it
 * takes to read it. */
GST_START_TEST (test_late_ones_catch_up)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, BUDGET_LINE, TRUE);
  g_autoptr (GstBuffer) early = NULL, late = NULL;
  GstClockTime end;

  answer_after (harness, server,
      "{\"text\":\"One. Two.\",\"segments\":["
      "{\"text\":\"One.\",\"start\":0.1,\"end\":1.6,\"speaker\":\"A\"},"
      "{\"text\":\"Two.\",\"start\":1.6,\"end\":1.7,\"speaker\":\"B\"}]}",
      1500 * GST_MSECOND);
  early = gst_harness_pull (harness);
  late = gst_harness_pull (harness);
  end = GST_BUFFER_PTS (early) + GST_BUFFER_DURATION (early);
  /* Spoken at 0.9 s, and over two frames before 2.4 s. */
  fail_unless (GST_BUFFER_PTS (early) >= 1500 * GST_MSECOND);
  fail_unless (
      ABS (GST_CLOCK_DIFF (
          MAX (GST_BUFFER_PTS (early) + 5 * GST_SECOND / 6, 2317 * GST_MSECOND), end))
      < 20 * GST_MSECOND);
  fail_unless (GST_BUFFER_PTS (late) >= end);
  fail_unless (GST_BUFFER_PTS (late) - end < 100 * GST_MSECOND);
  end_stream (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* latency=-1: shown when they come. */
GST_START_TEST (test_desynchronised)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "latency=4294967295", TRUE);
  g_autoptr (GstBuffer) caption = NULL;
  TestAnswer *answer;

  answer = test_server_answer (server, 200, "application/json");
  test_answer_hold (answer);
  test_answer_text (answer, "{\"text\":\"now\"}");
  push_utterance (harness);
  fail_unless (test_answer_request (answer, WAIT_SECONDS) == 0);
  set_time (harness, 9 * GST_SECOND);
  test_answer_release (answer);
  caption = gst_harness_pull (harness);
  fail_unless (GST_BUFFER_PTS (caption) >= 9 * GST_SECOND);
  fail_unless (GST_BUFFER_PTS (caption) < 9100 * GST_MSECOND);
  end_stream (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* PAUSED stops the clock: nothing is pushed, and it goes on afterwards. */
GST_START_TEST (test_paused_in_between)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, BUDGET_LINE, TRUE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autoptr (GstTestClock) clock = gst_harness_get_testclock (harness);
  GstClockTime position = 0;

  talk_add_pause (talk, 20);
  push_talk (harness, talk, 0);
  run_clock (harness);
  fail_unless (pull_gap (harness, &position));
  gst_test_clock_wait_for_next_pending_id (clock, NULL);
  gst_element_set_state (harness->element, GST_STATE_PAUSED);
  fail_unless_equals_int (gst_test_clock_peek_id_count (clock), 0);
  gst_element_set_state (harness->element, GST_STATE_PLAYING);
  for (guint i = 0; i < 3; i++) {
    GstClockTime before = position, now = run_clock (harness);

    if (now + 50 * GST_MSECOND < position + BUDGET)
      continue;
    fail_unless (pull_gap (harness, &position));
    fail_unless (position > before);
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Another clock, as after CLOCK_LOST: the time goes on by that one. */
GST_START_TEST (test_clock_change)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, BUDGET_LINE, TRUE);
  GstElement *stt = gst_harness_find_element (harness, "openaistt");
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autoptr (GstTestClock) old = gst_harness_get_testclock (harness);
  g_autoptr (GstClock) clock = gst_test_clock_new_with_start_time (1000 * GST_SECOND);
  GstClockTime position = 0, now = 0;

  talk_add_pause (talk, 20);
  push_talk (harness, talk, 0);
  while (position < GST_SECOND) {
    now = run_clock (harness);
    if (now + 50 * GST_MSECOND >= position + BUDGET)
      fail_unless (pull_gap (harness, &position));
  }
  gst_element_set_state (stt, GST_STATE_PAUSED);
  fail_unless (gst_element_set_clock (stt, clock));
  gst_element_set_base_time (stt, 1000 * GST_SECOND - now);
  gst_element_set_state (stt, GST_STATE_PLAYING);
  while (position < 3 * GST_SECOND) {
    GstClockTime before = position;

    now = run_this_clock (GST_TEST_CLOCK (clock)) - gst_element_get_base_time (stt);
    fail_unless (now <= position + BUDGET);
    if (now + 50 * GST_MSECOND < position + BUDGET)
      continue;
    fail_unless (pull_gap (harness, &position));
    fail_unless (position > before);
    fail_unless (position + BUDGET <= now + 200 * GST_MSECOND);
  }
  fail_unless_equals_int (gst_test_clock_peek_id_count (old), 0);
  gst_object_unref (stt);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Captions as hosts need them: a time, a duration, text that is not blank and
 * does not end in a line break. */
GST_START_TEST (test_caption_rules)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness =
      make_stt_harness (server, "model=whisper-1 granularity=word", TRUE);
  GstClockTime position = 0;
  GstBuffer *buffer;
  guint n = 0;

  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\" A\\n \\u00a0b \\t\\n\",\"words\":[{\"word\":\" A\","
      "\"start\":0.1,\"end\":0.1},{\"word\":\"  \",\"start\":0.2,\"end\":0.3},"
      "{\"word\":\"b\\n\",\"start\":9,\"end\":8}]}");
  push_utterance (harness);
  end_stream (harness);
  while ((buffer = gst_harness_try_pull (harness))) {
    GstMapInfo map;

    fail_unless (GST_BUFFER_PTS_IS_VALID (buffer));
    fail_unless (GST_BUFFER_PTS (buffer) >= position);
    fail_unless (GST_BUFFER_DURATION_IS_VALID (buffer));
    fail_unless (GST_BUFFER_DURATION (buffer) > 0);
    position = GST_BUFFER_PTS (buffer);
    fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
    fail_unless (g_utf8_validate_len ((gchar *) map.data, map.size, NULL));
    fail_unless_equals_int (map.size, 1);
    fail_unless (g_ascii_isalpha (map.data[0]));
    gst_buffer_unmap (buffer, &map);
    gst_buffer_unref (buffer);
    n++;
  }
  fail_unless_equals_int (n, 2);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static GstPadProbeReturn
count_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer n)
{
  g_atomic_int_inc ((gint *) n);
  return GST_PAD_PROBE_OK;
}

/* With silence, and with speech that is never answered. */
static const gchar *const overlay_audio[] = { "silence", "pink-noise" };

/* An element that waits for captions lets all pictures through: none waits for an answer
 * that never comes. */
GST_START_TEST (test_overlay_goes_on)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *line = g_strdup_printf (
      "videotestsrc is-live=true "
      "num-buffers=50 ! video/x-raw,width=32,height=32,framerate=25/1 ! "
      "textoverlay name=o wait-text=true ! fakesink sync=false  audiotestsrc "
      "is-live=true wave=%s num-buffers=100 samplesperbuffer=320 ! "
      "audio/x-raw,rate=16000,channels=1 ! openaistt name=x vad=energy %%s "
      "max-chunk-duration=500 min-chunk-duration=100 latency=200 timeout=0 ! "
      "o.text_sink",
      overlay_audio[__i__]);
  GstElement *pipeline = make_pipeline (line, server);
  g_autoptr (Outcome) outcome = NULL;
  gint n = 0;

  test_answer_hold (test_server_answer (server, 200, "application/json"));
  add_probe (pipeline, "o", "src", GST_PAD_PROBE_TYPE_BUFFER, count_buffer, &n);
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  fail_unless (n >= 45, "%d frames", n);
}

GST_END_TEST;

/* Muxers wait for every pad: a silent stream must not stop them, with queues of
 * the usual length. */
static const gchar *const muxers[] = {
  "matroskamux",
  "mp4mux",
  "qtmux",
};

GST_START_TEST (test_muxers_do_not_stall)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *line = g_strdup_printf (
      "audiotestsrc wave=silence "
      "num-buffers=400 ! audio/x-raw,rate=8000,channels=1 ! tee name=t ! "
      "queue ! %s ! %s name=m ! fakesink  t. ! queue ! "
      "openaistt name=x vad=energy %%s ! m.%s",
      __i__ == 0 ? "identity" : "opusenc", muxers[__i__], "subtitle_0");
  g_autoptr (Outcome) outcome = NULL;

  outcome = play (make_pipeline (line, server));
  fail_unless (outcome->eos && !outcome->error, "%s",
      outcome->error ? outcome->error->message : "no EOS");
}

GST_END_TEST;

/* Utterances one after the other, and a server that takes 300 ms. */
#define N_SPOKEN 6
#define SPOKEN_MS 1200
#define SILENCE_MS 500
#define ANSWER_MS 300

typedef struct
{
  GMutex lock;
  GstClockTime position; /* what the pad has said */
} Cued;

static GstPadProbeReturn
on_cue (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Cued *cued = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&cued->lock);
  GstClockTime start, duration;

  if (GST_IS_BUFFER (info->data)) {
    GstBuffer *buffer = info->data;

    cued->position = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
  } else if (GST_EVENT_TYPE (info->data) == GST_EVENT_GAP) {
    gst_event_parse_gap (info->data, &start, &duration);
    cued->position = start + duration;
  }
  return GST_PAD_PROBE_OK;
}

static GstClockTime
position_of (Cued *cued)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&cued->lock);

  return cued->position;
}

/* It is @now: the pad says so much that downstream waits no longer than was
 * announced, and a step of the clock. */
static void
keep_up (GstHarness *harness, Cued *cued, GstClockTime now)
{
  g_autoptr (GstTestClock) clock = gst_harness_get_testclock (harness);
  gint64 until = g_get_monotonic_time () + WAIT_SECONDS * G_USEC_PER_SEC;
  GstClockID id;

  set_time (harness, now);
  do {
    while ((id = gst_test_clock_process_next_clock_id (clock)))
      gst_clock_id_unref (id);
    fail_unless (g_get_monotonic_time () < until, "the pad is at %u ms",
        (guint) (position_of (cued) / GST_MSECOND));
    g_thread_yield ();
  } while (position_of (cued) + 2520 * GST_MSECOND < now);
}

/* As from a source: each buffer comes when its time is over. */
static guint64
push_live (GstHarness *harness, Cued *cued, GByteArray *talk, guint64 sample)
{
  for (guint at = 0; at < talk->len; at += RATE / 50 * 2) {
    g_autoptr (GByteArray) frame = g_byte_array_new ();

    g_byte_array_append (frame, talk->data + at, RATE / 50 * 2);
    sample = push_talk (harness, frame, sample);
    keep_up (harness, cued, gst_util_uint64_scale (sample, GST_SECOND, RATE));
  }
  return sample;
}

/* All is with the server when the pause is long enough, and the caption comes
 * when the answer does: nothing else has to happen. */
GST_START_TEST (test_delay)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server,
      "max-chunk-duration=2000 "
      "latency=500 granularity=chunk",
      TRUE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GByteArray) before = g_byte_array_new ();
  g_autoptr (GByteArray) speech = g_byte_array_new ();
  g_autoptr (GByteArray) silence = g_byte_array_new ();
  g_autoptr (GByteArray) wait = g_byte_array_new ();
  TestAnswer *answers[N_SPOKEN];
  Cued cued = { .position = 0 };
  guint64 sample = 0;

  g_mutex_init (&cued.lock);
  gst_element_set_bus (harness->element, bus);
  add_probe (harness->element, NULL, "src",
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_cue, &cued);
  for (guint i = 0; i < N_SPOKEN; i++) {
    answers[i] = test_server_answer (server, 200, "application/json");
    test_answer_hold (answers[i]);
    test_answer_text (answers[i], "{\"text\":\"spoken\"}");
  }
  talk_add_pause (before, 100);
  talk_add_speech (speech, SPOKEN_MS);
  talk_add_pause (silence, SILENCE_MS);
  talk_add_pause (wait, ANSWER_MS);
  for (guint i = 0; i < N_SPOKEN; i++) {
    g_autoptr (TestRequest) request = NULL;
    g_autoptr (GstBuffer) caption = NULL;
    GstClockTime start;

    sample = push_live (harness, &cued, before, sample);
    start = gst_util_uint64_scale (sample, GST_SECOND, RATE);
    sample = push_live (harness, &cued, speech, sample);
    sample = push_live (harness, &cued, silence, sample);
    request = test_server_request (server, i, TRUE, WAIT_SECONDS);
    fail_unless (request != NULL, "%u is not with the server", i);
    sample = push_live (harness, &cued, wait, sample);
    test_answer_release (answers[i]);
    caption = gst_harness_pull (harness);
    fail_unless (
        ABS (GST_CLOCK_DIFF (GST_BUFFER_PTS (caption), start)) < 20 * GST_MSECOND);
  }
  end_stream (harness);
  fail_unless_equals_int (gst_harness_buffers_received (harness), N_SPOKEN);
  fail_unless (
      ABS ((gint) max_observed_delay (harness) - (SPOKEN_MS + SILENCE_MS + ANSWER_MS))
          <= 20,
      "%u ms", max_observed_delay (harness));
  fail_unless_equals_int (count_clock_warnings (bus), 0);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
  g_mutex_clear (&cued.lock);
}

GST_END_TEST;

/* A pad that takes nothing until it is told to. */
typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean open;
} Gate;

static GstPadProbeReturn
wait_at_gate (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Gate *gate = data;

  g_mutex_lock (&gate->lock);
  while (!gate->open)
    g_cond_wait (&gate->cond, &gate->lock);
  g_mutex_unlock (&gate->lock);
  return GST_PAD_PROBE_OK;
}

static void
open_gate_at (Gate *gate, GstClock *clock, GstClockTime time)
{
  GstClockID id = gst_clock_new_single_shot_id (clock, time);

  gst_clock_id_wait (id, NULL);
  gst_clock_id_unref (id);
  g_mutex_lock (&gate->lock);
  gate->open = TRUE;
  g_cond_broadcast (&gate->cond);
  g_mutex_unlock (&gate->lock);
}

/* A sink, or an overlay, takes a caption when the one before is over: that is
 * no delay of the server, and no warning says to raise the latency. */
GST_START_TEST (test_sink_takes_its_time)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server,
      "max-chunk-duration=400 "
      "latency=100 min-chunk-duration=100 silence-duration=200",
      TRUE);
  g_autoptr (GstElement) stt = gst_harness_find_element (harness, "openaistt");
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();
  Gate gate = { .open = FALSE };
  GstClockTime base = gst_clock_get_time (clock);

  gst_element_set_bus (harness->element, bus);
  gst_harness_use_systemclock (harness);
  gst_element_set_base_time (stt, base);
  test_server_answer_with (server, 200, "application/json", "{\"text\":\"in time\"}");
  add_probe (
      harness->element, NULL, "src", GST_PAD_PROBE_TYPE_BUFFER, wait_at_gate, &gate);
  push_utterances (harness, 2, 300, 300, 0);
  open_gate_at (&gate, clock, base + 1500 * GST_MSECOND);
  end_stream (harness);
  fail_unless_equals_int (count_clock_warnings (bus), 0);
  fail_unless (max_observed_delay (harness) < 400, "%u", max_observed_delay (harness));
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static Suite *
live_suite (void)
{
  Suite *suite = suite_create ("live");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_latency, 0, G_N_ELEMENTS (latencies));
  tcase_add_test (tcase, test_latency_message);
  tcase_add_test (tcase, test_probed_by_a_host);
  tcase_add_test (tcase, test_gaps_on_a_timer);
  tcase_add_test (tcase, test_in_time);
  tcase_add_test (tcase, test_too_late);
  tcase_add_test (tcase, test_late_ones_catch_up);
  tcase_add_test (tcase, test_first_part_waits_no_longer);
  tcase_add_test (tcase, test_desynchronised);
  tcase_add_test (tcase, test_paused_in_between);
  tcase_add_test (tcase, test_clock_change);
  tcase_add_test (tcase, test_caption_rules);
  tcase_add_test (tcase, test_delay);
  tcase_add_loop_test (tcase, test_overlay_goes_on, 0, G_N_ELEMENTS (overlay_audio));
  tcase_add_loop_test (tcase, test_muxers_do_not_stall, 0, G_N_ELEMENTS (muxers));
  tcase_add_test (tcase, test_sink_takes_its_time);
  return suite;
}

GST_CHECK_MAIN (live);
