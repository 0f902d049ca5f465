// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaitts: timed text on its cues, live and not. */

#include <math.h>
#include <string.h>

#include "speech.h"

#define SPEECH_RATE 24000
#define SOUND 8000

/* So much of a constant sound, as an answer to one input. */
static void
answer_sound (TestServer *server, const gchar *input, guint milliseconds)
{
  TestAnswer *answer = test_server_answer (server, 200, "audio/pcm");
  guint n = SPEECH_RATE / 1000 * milliseconds;
  g_autofree gint16 *samples = g_new (gint16, n);

  for (guint i = 0; i < n; i++)
    samples[i] = SOUND;
  test_answer_for_field (answer, "input", input);
  test_answer_body (answer, samples, 2 * n);
}

static GstBuffer *
cue (const gchar *text, guint start, guint end)
{
  GstBuffer *buffer = gst_buffer_new_memdup (text, strlen (text));

  GST_BUFFER_PTS (buffer) = start * GST_MSECOND;
  GST_BUFFER_DURATION (buffer) = (end - start) * GST_MSECOND;
  return buffer;
}

/* All that came until EOS, as samples; times and bytes agree. */
static GArray *
pull_track (GstHarness *harness)
{
  GArray *track = g_array_new (FALSE, TRUE, sizeof (gint16));
  GstBuffer *buffer;

  wait_for_eos (harness);
  while ((buffer = gst_harness_try_pull (harness))) {
    GstMapInfo map;

    fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
    fail_unless_equals_clocktime (GST_BUFFER_PTS (buffer),
        gst_util_uint64_scale (track->len, GST_SECOND, SPEECH_RATE));
    g_array_append_vals (track, map.data, map.size / 2);
    gst_buffer_unmap (buffer, &map);
    fail_unless_equals_clocktime (GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer),
        gst_util_uint64_scale (track->len, GST_SECOND, SPEECH_RATE));
    gst_buffer_unref (buffer);
  }
  return track;
}

static gint
at (GArray *track, gdouble milliseconds)
{
  guint index = milliseconds * SPEECH_RATE / 1000;

  fail_unless (index < track->len, "the track ends before %f ms", milliseconds);
  return g_array_index (track, gint16, index);
}

typedef struct
{
  const gchar *properties;
  guint length; /* of the track, milliseconds */
  struct
  {
    gdouble time;
    gint value;
  } samples[6];
} OverflowCase;

/* Cues at 1000-2000, 2000-3000 and 4000-5000 ms; the speech of the first two
 * takes 1300 and 600 ms, that of the last 100. */
static const OverflowCase overflows[] = {
  { "overflow=shift", 5000,
      { { 999.9, 0 }, { 1000.1, SOUND }, { 2299, SOUND }, { 2899, SOUND }, { 2901, 0 },
          { 4000.1, SOUND } } },
  { "overflow=clip", 5000,
      { { 1000.1, SOUND }, { 1994, SOUND }, { 1997.5, SOUND / 2 }, { 1999.95, 0 },
          { 2599, SOUND }, { 2601, 0 } } },
  { "overflow=overlap", 5000,
      { { 1999, SOUND }, { 2001, 2 * SOUND }, { 2299, 2 * SOUND }, { 2301, SOUND },
          { 2599, SOUND }, { 2601, 0 } } },
  { "overflow=compress", 5000,
      { { 999.9, 0 }, { 1000.1, SOUND }, { 1999, SOUND }, { 2001, SOUND },
          { 2599, SOUND }, { 2603, 0 } } },
  { "overflow=compress max-compression=1.1", 5000,
      { { 999.9, 0 }, { 1000.1, SOUND }, { 2180, SOUND }, { 2780, SOUND }, { 2784, 0 },
          { 4000.1, SOUND } } },
};

/* A dub: each speech begins within a sample of its cue, what is too long for
 * it does as it is told, and the track is as long as the cues. */
GST_START_TEST (test_overflow)
{
  const OverflowCase *item = &overflows[__i__];
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, item->properties);
  g_autoptr (GArray) track = NULL;

  answer_sound (server, "One.", 1300);
  answer_sound (server, "Two.", 600);
  answer_sound (server, "Three.", 100);
  gst_harness_push (harness, cue ("One.", 1000, 2000));
  gst_harness_push (harness, cue ("Two.", 2000, 3000));
  gst_harness_push (harness, cue ("Three.", 4000, 5000));
  gst_harness_push_event (harness, gst_event_new_eos ());
  track = pull_track (harness);
  fail_unless (ABS ((gint) track->len - (gint) item->length * SPEECH_RATE / 1000) <= 1,
      "%u samples", track->len);
  for (guint i = 0; i < G_N_ELEMENTS (item->samples); i++) {
    gint value = at (track, item->samples[i].time);

    fail_unless (ABS (value - item->samples[i].value) <= SOUND / 20,
        "%d at %f ms, expected %d", value, item->samples[i].time, item->samples[i].value);
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Cues that say nothing ask for nothing, and count for the length of the
 * track; markup is not said. */
GST_START_TEST (test_cues_without_words)
{
  static const gchar *const silent[] = { "♪ ♪", "…", "- -", "{\\an8}", "🎉" };
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  g_autoptr (GArray) track = NULL;

  answer_sound (server, "One & two.", 500);
  answer_sound (server, "Three four.", 500);
  gst_harness_push (harness, cue ("…", 0, 500));
  gst_harness_push (harness, cue ("{\\an8}<v Ann>One &amp; two.", 1000, 2000));
  for (guint i = 0; i < G_N_ELEMENTS (silent); i++)
    gst_harness_push (harness, cue (silent[i], 2000 + i, 5000));
  gst_harness_push (harness, cue ("Three\\Nfour.", 4000, 4500));
  gst_harness_push_event (harness, gst_event_new_eos ());
  track = pull_track (harness);
  fail_unless_equals_int (test_server_n_requests (server), 2);
  fail_unless_equals_int (track->len, 5 * SPEECH_RATE);
  fail_unless_equals_int (at (track, 999.9), 0);
  fail_unless_equals_int (at (track, 1000.1), SOUND);
  fail_unless_equals_int (at (track, 3999.9), 0);
  fail_unless_equals_int (at (track, 4000.1), SOUND);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* A cue that takes several requests has them all in its time. */
GST_START_TEST (test_long_cue)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness =
      make_harness (server, "max-input-chars=5 overflow=compress max-compression=3");
  g_autoptr (GArray) track = NULL;

  answer_sound (server, "One.", 900);
  answer_sound (server, "Two.", 900);
  gst_harness_push (harness, cue ("One. Two.", 1000, 2000));
  gst_harness_push_event (harness, gst_event_new_eos ());
  track = pull_track (harness);
  fail_unless_equals_int (test_server_n_requests (server), 2);
  fail_unless (ABS ((gint) track->len - 2 * SPEECH_RATE) <= 30, "%u", track->len);
  fail_unless (ABS (at (track, 1500) - SOUND) < 100);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Encoded speech is cut at whole frames. */
GST_START_TEST (test_clip_encoded)
{
  static const guint8 frame[] = { 0xff, 0xf1, 0x58, 0x40, 0x01, 0x7f, 0xfc, 0x00, 0xc8,
    0x00, 0x00 };
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "format=aac overflow=clip");
  TestAnswer *answer = test_server_answer (server, 200, "audio/aac");
  GstBuffer *buffer;
  GstClockTime end = 0;

  for (guint i = 0; i < 100; i++)
    test_answer_body (answer, frame, sizeof frame);
  gst_harness_push (harness, cue ("One.", 1000, 2000));
  gst_harness_push_event (harness, gst_event_new_eos ());
  wait_for_eos (harness);
  while ((buffer = gst_harness_try_pull (harness))) {
    if (end == 0)
      fail_unless_equals_clocktime (GST_BUFFER_PTS (buffer), GST_SECOND);
    end = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
    gst_buffer_unref (buffer);
  }
  fail_unless (end >= 2 * GST_SECOND && end < 2050 * GST_MSECOND, "%" GST_TIME_FORMAT,
      GST_TIME_ARGS (end));
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* A cue without a length has a time, and no end to be cut at. */
GST_START_TEST (test_no_length)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "overflow=clip");
  g_autoptr (GArray) track = NULL;

  answer_sound (server, "One.", 500);
  gst_harness_push (harness, cue ("One.", 1000, 1000));
  gst_harness_push_event (harness, gst_event_new_eos ());
  track = pull_track (harness);
  fail_unless_equals_int (track->len, 1500 * SPEECH_RATE / 1000);
  fail_unless_equals_int (at (track, 1499), SOUND);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Time that upstream says is empty is real silence in a file. */
GST_START_TEST (test_gap)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  g_autoptr (GArray) track = NULL;

  answer_sound (server, "One.", 500);
  gst_harness_push_event (harness, gst_event_new_gap (0, GST_SECOND));
  gst_harness_push (harness, cue ("One.", 1000, 2000));
  gst_harness_push_event (harness, gst_event_new_gap (2 * GST_SECOND, GST_SECOND));
  gst_harness_push_event (harness, gst_event_new_eos ());
  track = pull_track (harness);
  fail_unless_equals_int (track->len, 3 * SPEECH_RATE);
  fail_unless_equals_int (at (track, 999.9), 0);
  fail_unless_equals_int (at (track, 1000.1), SOUND);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* scaletempo is told what compress could not do. */
GST_START_TEST (test_target_meta)
{
  const gchar *name = "GstScaletempoTargetDurationMeta";
  const gchar *tags[] = { NULL };
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "overflow=compress max-compression=1.25");
  GstClockTime length = 0, target = 0;
  GstBuffer *buffer;

  if (!gst_meta_get_info (name))
    gst_meta_register_custom (name, tags, NULL, NULL, NULL);
  answer_sound (server, "One.", 2000);
  gst_harness_push (harness, cue ("One.", 0, 1000));
  gst_harness_push_event (harness, gst_event_new_eos ());
  wait_for_eos (harness);
  while ((buffer = gst_harness_try_pull (harness))) {
    GstCustomMeta *meta = gst_buffer_get_custom_meta (buffer, name);
    guint64 duration;

    fail_unless (meta
        && gst_structure_get_uint64 (
            gst_custom_meta_get_structure (meta), "duration", &duration));
    length += GST_BUFFER_DURATION (buffer);
    target += duration;
    gst_buffer_unref (buffer);
  }
  fail_unless (ABS (GST_CLOCK_DIFF (length, 1600 * GST_MSECOND)) < 20 * GST_MSECOND,
      "%" GST_TIME_FORMAT, GST_TIME_ARGS (length));
  fail_unless (ABS (GST_CLOCK_DIFF (target, GST_SECOND)) < 20 * GST_MSECOND,
      "%" GST_TIME_FORMAT, GST_TIME_ARGS (target));
  gst_harness_teardown (harness);
}

GST_END_TEST;

static GstHarness *
make_live_harness (TestServer *server, const gchar *properties)
{
  GstHarness *harness = make_harness (server, properties);

  gst_harness_set_live (harness, TRUE);
  gst_harness_set_upstream_latency (harness, 100 * GST_MSECOND);
  gst_harness_use_testclock (harness);
  return harness;
}

static GstEvent *
pull_event (GstHarness *harness, GstEventType type)
{
  GstEvent *event;

  while ((event = gst_harness_pull_event (harness)) && GST_EVENT_TYPE (event) != type)
    gst_event_unref (event);
  fail_unless (event != NULL);
  return event;
}

static void
assert_gap_until (GstHarness *harness, guint milliseconds)
{
  g_autoptr (GstEvent) event = pull_event (harness, GST_EVENT_GAP);
  GstClockTime start, duration;

  gst_event_parse_gap (event, &start, &duration);
  fail_unless_equals_clocktime (start + duration, milliseconds * GST_MSECOND);
}

static const struct
{
  const gchar *properties;
  GstClockTime latency;
} latencies[] = {
  { "", 2100 * GST_MSECOND },
  { "latency=500", 600 * GST_MSECOND },
  { "latency=-1", 0 },
};

GST_START_TEST (test_latency)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_live_harness (server, latencies[__i__].properties);

  fail_unless_equals_clocktime (
      gst_harness_query_latency (harness), latencies[__i__].latency);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* In time: on its cue. GAP in, GAP out, as far as it is not behind us. */
GST_START_TEST (test_live_gaps)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_live_harness (server, "");
  g_autoptr (GstBuffer) heard = NULL;

  answer_sound (server, "One.", 20);
  gst_harness_push_event (harness, gst_event_new_gap (0, GST_SECOND));
  assert_gap_until (harness, 1000);
  gst_harness_push (harness, cue ("One.", 1500, 2000));
  assert_gap_until (harness, 1500);
  heard = gst_harness_pull (harness);
  fail_unless_equals_clocktime (GST_BUFFER_PTS (heard), 1500 * GST_MSECOND);
  gst_harness_push_event (harness, gst_event_new_gap (GST_SECOND, 2 * GST_SECOND));
  assert_gap_until (harness, 3000);
  gst_harness_teardown (harness);
}

GST_END_TEST;

typedef struct
{
  const gchar *properties;
  guint start; /* of the speech, milliseconds */
  guint end;
} LateCase;

/* A cue at 1000 to 2000 ms, whose speech of 1500 ms comes at 3600 ms, where
 * 2100 ms after its time is in time: 500 ms too late. */
static const LateCase lates[] = {
  { "overflow=shift", 1500, 3000 },
  { "overflow=clip", 1500, 2000 },
  { "overflow=compress max-compression=4", 1500, 2000 },
  { "latency=-1", 3600, 5100 },
};

GST_START_TEST (test_late)
{
  const LateCase *item = &lates[__i__];
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_live_harness (server, item->properties);
  GstClockTime position, end = 0;
  guint64 n = 0;
  GstBuffer *buffer;

  answer_sound (server, "One.", 1500);
  gst_harness_set_time (harness, 3600 * GST_MSECOND);
  gst_harness_push (harness, cue ("One.", 1000, 2000));
  gst_harness_push_event (harness, gst_event_new_eos ());
  wait_for_eos (harness);
  position = item->start * GST_MSECOND;
  while ((buffer = gst_harness_try_pull (harness))) {
    if (n == 0)
      fail_unless_equals_clocktime (GST_BUFFER_PTS (buffer), position);
    n += gst_buffer_get_size (buffer) / 2;
    end = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
    gst_buffer_unref (buffer);
  }
  /* The bytes last as long as the times say. */
  fail_unless (ABS (GST_CLOCK_DIFF (
                   end, position + gst_util_uint64_scale (n, GST_SECOND, SPEECH_RATE)))
      < 1000);
  fail_unless (ABS (GST_CLOCK_DIFF (end, item->end * GST_MSECOND)) < 2 * GST_MSECOND,
      "%" GST_TIME_FORMAT, GST_TIME_ARGS (end));
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Too late for any of it: nothing is heard, and that is told. */
GST_START_TEST (test_much_too_late)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_live_harness (server, "overflow=clip");
  g_autoptr (GstElement) element = gst_harness_find_element (harness, "openaitts");
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;
  gboolean clipped = FALSE;

  gst_element_set_bus (element, bus);
  answer_sound (server, "One.", 500);
  gst_harness_set_time (harness, 60 * GST_SECOND);
  gst_harness_push (harness, cue ("One.", 1000, 2000));
  gst_harness_push_event (harness, gst_event_new_eos ());
  wait_for_eos (harness);
  fail_unless (gst_harness_try_pull (harness) == NULL);
  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT))) {
    gst_structure_get_boolean (gst_message_get_structure (message), "clipped", &clipped);
    g_clear_pointer (&message, gst_message_unref);
  }
  fail_unless (clipped);
  gst_element_set_bus (element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* What a demuxer sends from before a seek is not said, nor in the way. */
GST_START_TEST (test_cue_before_segment)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  g_autoptr (GstBuffer) heard = NULL;

  answer_sound (server, "Now.", 500);
  push_segment (harness, 5000, 0);
  gst_harness_push (harness, cue ("Before.", 3000, 4000));
  gst_harness_push (harness, cue ("Now.", 4500, 5500));
  heard = pull_speech (harness);
  fail_unless_equals_clocktime (GST_BUFFER_PTS (heard), 5 * GST_SECOND);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* One after the other, each as long as its cues: where the second ends tells
 * nothing of the first. */
GST_START_TEST (test_segment_after_segment)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  GstClockTime lengths[2] = { 0, 0 };
  GstBuffer *buffer;
  guint n = 0;

  answer_sound (server, "One.", 500);
  answer_sound (server, "Two.", 500);
  push_segment (harness, 0, 0);
  gst_harness_push (harness, cue ("One.", 0, 4000));
  push_segment (harness, 0, 4000);
  gst_harness_push (harness, cue ("Two.", 0, 1000));
  gst_harness_push_event (harness, gst_event_new_eos ());
  wait_for_eos (harness);
  while ((buffer = gst_harness_try_pull (harness))) {
    if (GST_BUFFER_PTS (buffer) < lengths[n])
      n++;
    fail_unless (n < 2);
    fail_unless_equals_clocktime (GST_BUFFER_PTS (buffer), lengths[n]);
    lengths[n] += GST_BUFFER_DURATION (buffer);
    gst_buffer_unref (buffer);
  }
  fail_unless_equals_clocktime (lengths[0], 4 * GST_SECOND);
  fail_unless_equals_clocktime (lengths[1], GST_SECOND);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static GstPadProbeReturn
tell_that_it_waits (GstPad *pad, GstPadProbeInfo *info, gpointer waiting)
{
  g_async_queue_push (waiting, pad);
  return GST_PAD_PROBE_OK;
}

/* A flush in the middle of the silence that is owed since before the first
 * speech is no failure. */
GST_START_TEST (test_flush_in_silence)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  g_autoptr (GstElement) element = gst_harness_find_element (harness, "openaitts");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");
  g_autoptr (GAsyncQueue) waiting = g_async_queue_new ();
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;

  gst_element_set_bus (element, bus);
  answer_sound (server, "One.", 100);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER,
      tell_that_it_waits, waiting, NULL);
  gst_harness_push_event (harness, gst_event_new_gap (0, GST_SECOND));
  gst_harness_push (harness, cue ("One.", 1000, 2000));
  g_async_queue_pop (waiting);
  gst_harness_push_event (harness, gst_event_new_flush_start ());
  gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message == NULL);
  gst_element_set_bus (element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static GstMessage *
pop_message (GstBus *bus, GstMessageType type)
{
  GstMessage *message = gst_bus_timed_pop_filtered (bus, WAIT_SECONDS * GST_SECOND, type);

  fail_unless (message != NULL);
  return message;
}

static GstBus *
watch_harness (GstHarness *harness)
{
  g_autoptr (GstElement) element = gst_harness_find_element (harness, "openaitts");
  GstBus *bus = gst_bus_new ();

  gst_element_set_bus (element, bus);
  return bus;
}

/* Once it is released. */
static TestAnswer *
refuse (TestServer *server, const gchar *input)
{
  TestAnswer *answer = test_server_answer (server, 400, "application/json");
  const gchar body[] = "{\"error\": {\"message\": \"Not this.\"}}";

  test_answer_for_field (answer, "input", input);
  test_answer_hold (answer);
  test_answer_body (answer, body, strlen (body));
  return answer;
}

/* Of three cues one is refused, the first or the second: the others are said on
 * time, and the end of the track stays. */
GST_START_TEST (test_a_refused_cue_is_a_gap)
{
  static const gchar *const texts[] = { "One.", "Two.", "Three." };
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  g_autoptr (GstBus) bus = watch_harness (harness);
  g_autoptr (GstMessage) warning = NULL, told = NULL;
  g_autoptr (GArray) track = NULL;
  TestAnswer *refusal = NULL;
  const GstStructure *structure;
  guint64 start;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    if (i == (guint) __i__)
      refusal = refuse (server, texts[i]);
    else
      answer_sound (server, texts[i], 500);
    gst_harness_push (harness, cue (texts[i], 1000 * (i + 1), 1000 * (i + 1) + 800));
  }
  /* The server is known to say others only when these have been asked for. */
  test_answer_release (refusal);
  gst_harness_push_event (harness, gst_event_new_eos ());
  track = pull_track (harness);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    fail_unless_equals_int (
        at (track, 1000 * (i + 1) + 100), i == (guint) __i__ ? 0 : SOUND);
  fail_unless_equals_int (track->len, 38 * SPEECH_RATE / 10);
  warning = pop_message (bus, GST_MESSAGE_WARNING);
  do {
    g_clear_pointer (&told, gst_message_unref);
    told = pop_message (bus, GST_MESSAGE_ELEMENT);
    structure = gst_message_get_structure (told);
  } while (!gst_structure_has_name (structure, "openaitts/failed"));
  fail_unless (gst_structure_get_uint64 (structure, "start", &start));
  fail_unless_equals_uint64 (start, (__i__ + 1) * GST_SECOND);
  fail_unless_equals_string (gst_structure_get_string (structure, "text"), texts[__i__]);
  fail_unless (strstr (gst_structure_get_string (structure, "reason"), "Not this."));
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* It is an error when that is wanted, and when no cue was answered. */
GST_START_TEST (test_refused_cues_are_errors)
{
  static const gchar *const properties[] = { "on-error=fail", "" };
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, properties[__i__]);
  g_autoptr (GstBus) bus = watch_harness (harness);
  g_autoptr (GstMessage) error = NULL;

  test_answer_release (refuse (server, "One."));
  if (__i__ == 0)
    answer_sound (server, "Two.", 500);
  else
    test_answer_release (refuse (server, "Two."));
  gst_harness_push (harness, cue ("One.", 1000, 1800));
  gst_harness_push (harness, cue ("Two.", 2000, 2800));
  gst_harness_push_event (harness, gst_event_new_eos ());
  error = pop_message (bus, GST_MESSAGE_ERROR);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* 99:59:59 as an end is no end, and as a start a mistake that is told. */
GST_START_TEST (test_endless_cues_are_no_days_of_silence)
{
  const guint far = (100 * 3600 - 1) * 1000;
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  g_autoptr (GstBus) bus = watch_harness (harness);
  g_autoptr (GstMessage) warning = NULL;
  g_autoptr (GArray) track = NULL;

  answer_sound (server, "One.", 500);
  gst_harness_push (harness, cue ("One.", 1000, far));
  gst_harness_push (harness, cue ("♪", 1000, far));
  gst_harness_push (harness, cue ("Two.", far, far + 900));
  gst_harness_push_event (harness, gst_event_new_eos ());
  track = pull_track (harness);
  fail_unless_equals_int (track->len, 15 * SPEECH_RATE / 10);
  fail_unless_equals_int (test_server_n_requests (server), 1);
  warning = pop_message (bus, GST_MESSAGE_WARNING);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (test_text_that_plays_backwards_is_an_error)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  g_autoptr (GstBus) bus = watch_harness (harness);
  g_autoptr (GstMessage) error = NULL;
  GstSegment segment;

  fail_if (gst_harness_push_upstream_event (harness,
      gst_event_new_seek (-1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0,
          GST_SEEK_TYPE_SET, GST_SECOND)));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = -1;
  segment.stop = GST_SECOND;
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
  error = pop_message (bus, GST_MESSAGE_ERROR);
  fail_unless_equals_int (
      gst_harness_push (harness, cue ("One.", 0, 500)), GST_FLOW_FLUSHING);
  fail_unless_equals_int (test_server_n_requests (server), 0);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static Suite *
ttstime_suite (void)
{
  Suite *suite = suite_create ("openaitts time");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, NULL, forget_transport);
  tcase_add_loop_test (tcase, test_overflow, 0, G_N_ELEMENTS (overflows));
  tcase_add_test (tcase, test_cues_without_words);
  tcase_add_test (tcase, test_long_cue);
  if (!is_over_realtime ())
    tcase_add_test (tcase, test_clip_encoded);
  tcase_add_test (tcase, test_no_length);
  tcase_add_test (tcase, test_gap);
  tcase_add_test (tcase, test_target_meta);
  tcase_add_loop_test (tcase, test_latency, 0, G_N_ELEMENTS (latencies));
  tcase_add_test (tcase, test_live_gaps);
  tcase_add_loop_test (tcase, test_late, 0, G_N_ELEMENTS (lates));
  tcase_add_test (tcase, test_much_too_late);
  tcase_add_test (tcase, test_cue_before_segment);
  tcase_add_test (tcase, test_segment_after_segment);
  tcase_add_test (tcase, test_flush_in_silence);
  tcase_add_loop_test (tcase, test_a_refused_cue_is_a_gap, 0, 2);
  tcase_add_loop_test (tcase, test_refused_cues_are_errors, 0, 2);
  tcase_add_test (tcase, test_endless_cues_are_no_days_of_silence);
  tcase_add_test (tcase, test_text_that_plays_backwards_is_an_error);
  return suite;
}

GST_CHECK_MAIN (ttstime);
