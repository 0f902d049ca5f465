// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaistt over a transport that resolves chunks as a test says: nothing before and
 * behind it knows of requests. The linker puts it in the place of the one that makes
 * them. */

#include <string.h>

#include "client/error.h"
#include "gstopenaielements.h"
#include "stt/httptransport.h"
#include "support.h"

#define FAKE_RATE 24000

typedef struct
{
  SttTransport transport;
  SttTransportEvents events;
  gpointer owner;
  GDestroyNotify release;

  GMutex lock;
  GCond changed;
  GPtrArray *begun; /* SttChunk */
  guint committed;
  guint64 samples;
  gboolean flushing;
} Fake;

static Fake *fake; /* of the element that was started last */

static gboolean
fake_prepare (SttTransport *transport, guint64 *max_file, GError **error)
{
  *max_file = G_MAXUINT32;
  return TRUE;
}

static void
fake_set_live (SttTransport *transport, gboolean grow, gboolean drop)
{
}

static gboolean
fake_begin (SttTransport *transport, SttChunk *chunk)
{
  Fake *self = (Fake *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_ptr_array_add (self->begun, stt_chunk_ref (chunk));
  g_cond_broadcast (&self->changed);
  return !self->flushing;
}

static void
fake_append (SttTransport *transport, GBytes *samples)
{
  ((Fake *) transport)->samples += g_bytes_get_size (samples) / sizeof (gint16);
}

static void
fake_pause (SttTransport *transport)
{
}

static void
fake_commit (SttTransport *transport)
{
  Fake *self = (Fake *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->committed++;
  g_cond_broadcast (&self->changed);
}

static guint64
fake_max_chunk (SttTransport *transport)
{
  return 0;
}

static void
fake_set_flushing (SttTransport *transport, gboolean flushing)
{
  Fake *self = (Fake *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->flushing = flushing;
}

static void
fake_free (SttTransport *transport)
{
  Fake *self = (Fake *) transport;

  g_ptr_array_unref (self->begun);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  self->release (self->owner);
  g_free (self);
  fake = NULL;
}

static const SttTransportClass fake_class = {
  .name = "a script",
  .rate = FAKE_RATE,
  .prepare = fake_prepare,
  .set_live = fake_set_live,
  .begin = fake_begin,
  .append = fake_append,
  .pause = fake_pause,
  .commit = fake_commit,
  .max_chunk = fake_max_chunk,
  .set_flushing = fake_set_flushing,
  .free = fake_free,
};

SttTransport *__wrap_stt_http_transport_new (SttEndpoint *endpoint,
    const SttTransportEvents *events, gpointer owner, GDestroyNotify release);

SttTransport *
__wrap_stt_http_transport_new (SttEndpoint *endpoint, const SttTransportEvents *events,
    gpointer owner, GDestroyNotify release)
{
  fake = g_new0 (Fake, 1);
  fake->transport.klass = &fake_class;
  fake->events = *events;
  fake->owner = owner;
  fake->release = release;
  g_mutex_init (&fake->lock);
  g_cond_init (&fake->changed);
  fake->begun = g_ptr_array_new_with_free_func ((GDestroyNotify) stt_chunk_unref);
  return &fake->transport;
}

static void
wait_for_commits (guint n)
{
  gint64 end = g_get_monotonic_time () + WAIT_SECONDS * G_TIME_SPAN_SECOND;

  g_mutex_lock (&fake->lock);
  while (fake->committed < n)
    fail_unless (g_cond_wait_until (&fake->changed, &fake->lock, end));
  g_mutex_unlock (&fake->lock);
}

static void
resolve_chunk (SttChunk *chunk, const gchar *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OpenaiTranscript) transcript =
      openai_transcript_parse ("text/plain", text, strlen (text), &error);

  g_assert_no_error (error);
  fake->events.result (
      chunk, &(SttResult) { transcript, NULL, "item_1", 1 }, fake->owner);
}

static void
resolve (guint index, const gchar *text)
{
  resolve_chunk (g_ptr_array_index (fake->begun, index), text);
}

/* So many utterances of a second, with a second of pause behind each. */
static GstHarness *
make_utterances (TestServer *server, guint n)
{
  GstHarness *harness = make_stt_harness (server, "min-chunk-duration=1000", FALSE);

  push_utterances (harness, n, 1000, 1000, push_pause (harness, 500, 0));
  gst_harness_push_event (harness, gst_event_new_eos ());
  wait_for_commits (n);
  return harness;
}

/* The stream ends with these captions, and no request was made. */
static void
finish (GstHarness *harness, TestServer *server, const gchar *captions)
{
  g_autofree gchar *pulled = NULL;

  wait_for_eos (harness);
  pulled = pull_captions (harness);
  fail_unless_equals_string (pulled, captions);
  assert_account_is_exact (harness);
  fail_unless_equals_int (test_server_n_requests (server), 0);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

static const guint orders[][4] = {
  { 0, 1, 2, 3 },
  { 3, 2, 1, 0 },
  { 1, 3, 0, 2 },
  { 2, 0, 3, 1 },
};

GST_START_TEST (test_captions_leave_as_they_were_spoken)
{
  static const gchar *const texts[] = { "One.", "Two.", "Three.", "Four." };
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_utterances (server, 4);

  for (guint i = 0; i < 4; i++)
    resolve (orders[__i__][i], texts[orders[__i__][i]]);
  finish (harness, server, "One.\nTwo.\nThree.\nFour.\n");
}

GST_END_TEST;

GST_START_TEST (test_samples_have_the_rate_of_the_transport)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_utterances (server, 1);

  resolve (0, "One.");
  fail_unless_equals_uint64 (stats_value (harness, "samples-in"), FAKE_RATE * 5 / 2);
  fail_unless_equals_uint64 (stats_value (harness, "uploaded"), fake->samples);
  finish (harness, server, "One.\n");
}

GST_END_TEST;

/* The second half has its result first. */
GST_START_TEST (test_a_chunk_is_divided)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_utterances (server, 2);
  SttChunk *head = g_ptr_array_index (fake->begun, 0);
  GstClockTime end = head->end;
  g_autoptr (SttChunk) tail = fake->events.divide (head, FAKE_RATE / 2, fake->owner);

  fail_unless (tail != NULL);
  fail_unless_equals_uint64 (tail->start, head->start + GST_SECOND / 2);
  fail_unless_equals_uint64 (head->end, tail->start);
  fail_unless_equals_uint64 (tail->end, end);
  resolve (1, "Three.");
  resolve_chunk (tail, "Two.");
  resolve (0, "One.");
  /* What was cut in the middle of speech shares a caption. */
  finish (harness, server, "One. Two.\nThree.\n");
}

GST_END_TEST;

GST_START_TEST (test_failed_and_dropped_chunks_hold_nothing_back)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_utterances (server, 4);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GError) error =
      g_error_new_literal (OPENAI_ERROR, OPENAI_ERROR_BROKEN, "It broke.");
  g_autoptr (GstStructure) failed = NULL, dropped = NULL;

  gst_element_set_bus (harness->element, bus);
  resolve (3, "Four.");
  fake->events.result (g_ptr_array_index (fake->begun, 1),
      &(SttResult) { NULL, error, NULL, 3 }, fake->owner);
  fake->events.result (
      g_ptr_array_index (fake->begun, 2), &(SttResult) { NULL }, fake->owner);
  resolve (0, "One.");
  failed = wait_for_message (bus, "openaistt/failed");
  fail_unless_equals_string (gst_structure_get_string (failed, "reason"), "It broke.");
  dropped = wait_for_message (bus, "openaistt/failed");
  fail_unless_equals_string (gst_structure_get_string (dropped, "reason"), "dropped");
  finish (harness, server, "One.\nFour.\n");
}

GST_END_TEST;

GST_START_TEST (test_a_second_result_is_ignored)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_utterances (server, 2);

  resolve (0, "One.");
  resolve (0, "Once more.");
  resolve (1, "Two.");
  finish (harness, server, "One.\nTwo.\n");
}

GST_END_TEST;

GST_START_TEST (test_a_result_after_a_flush_is_ignored)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "min-chunk-duration=1000", FALSE);

  push_utterances (harness, 1, 1000, 1000, 0);
  wait_for_commits (1);
  gst_harness_push_event (harness, gst_event_new_flush_start ());
  gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
  resolve (0, "Before.");
  push_segment (harness, 0, 0);
  push_utterances (harness, 1, 1000, 1000, 0);
  gst_harness_push_event (harness, gst_event_new_eos ());
  wait_for_commits (2);
  resolve (1, "After.");
  finish (harness, server, "After.\n");
}

GST_END_TEST;

/* --- live: one answer hangs ---------------------------------------------------- */

/* max-chunk-duration and latency. */
#define BUDGET (3 * GST_SECOND)

/* Three utterances of a live source, the first of which begins at 500 ms and ends
 * before 2 s. */
static GstHarness *
make_live (TestServer *server, const gchar *latency, GstBus *bus)
{
  g_autofree gchar *properties = g_strconcat ("max-chunk-duration=2000 ", latency, NULL);
  GstHarness *harness = make_stt_harness (server, properties, TRUE);

  gst_element_set_bus (harness->element, bus);
  push_utterances (harness, 3, 1000, 1000, push_pause (harness, 500, 0));
  wait_for_commits (3);
  return harness;
}

/* Lets the clock run until @end, and wakes the element when it waits for that. */
static void
run_clock_until (GstHarness *harness, GstClockTime end)
{
  g_autoptr (GstTestClock) clock = gst_harness_get_testclock (harness);

  while (gst_clock_get_time (GST_CLOCK (clock)) < end) {
    GstClockID id = NULL, due;

    gst_test_clock_wait_for_next_pending_id (clock, &id);
    gst_test_clock_set_time (clock,
        CLAMP (gst_clock_id_get_time (id), gst_clock_get_time (GST_CLOCK (clock)), end));
    gst_clock_id_unref (id);
    due = gst_test_clock_process_next_clock_id (clock);
    if (due)
      gst_clock_id_unref (due);
  }
}

/* The next message about a chunk. */
static GstStructure *
expect_transcript (GstBus *bus, const gchar *text, gboolean late)
{
  GstStructure *message = wait_for_message (bus, "openaistt/transcript");
  gboolean is_late = FALSE;

  fail_unless_equals_string (gst_structure_get_string (message, "text"), text);
  gst_structure_get_boolean (message, "late", &is_late);
  fail_unless_equals_int (is_late, late);
  return message;
}

static guint64
time_of (const GstStructure *message, const gchar *name)
{
  guint64 time = 0;

  fail_unless (gst_structure_get_uint64 (message, name, &time));
  return time;
}

/* The times of what comes through until EOS never go back. */
static void
assert_times_only_grow (GstHarness *harness)
{
  GstClockTime position = 0;
  GstBuffer *buffer;

  while ((buffer = gst_harness_try_pull (harness))) {
    fail_unless (GST_BUFFER_PTS (buffer) >= position);
    position = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
    gst_buffer_unref (buffer);
  }
}

GST_START_TEST (test_captions_overtake_one_that_is_late)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstBus) bus = gst_bus_new ();
  GstHarness *harness = make_live (server, "latency=1000", bus);
  SttChunk *late = g_ptr_array_index (fake->begun, 0);
  g_autoptr (GstStructure) two = NULL, three = NULL, one = NULL;
  g_autofree gchar *captions = NULL;
  guint delay;

  resolve (1, "Two.");
  resolve (2, "Three.");
  run_clock_until (harness, late->end + BUDGET);
  two = expect_transcript (bus, "Two.", FALSE);
  three = expect_transcript (bus, "Three.", FALSE);
  fail_unless (time_of (two, "start") < time_of (three, "start"));
  resolve (0, "One.");
  one = expect_transcript (bus, "One.", TRUE);
  gst_harness_get (harness, "openaistt", "max-observed-delay", &delay, NULL);
  fail_unless (delay > BUDGET / GST_MSECOND, "%u", delay);
  fail_unless_equals_uint64 (time_of (one, "start"), late->start);
  fail_unless_equals_uint64 (time_of (one, "start-stream-time"), late->start);
  gst_harness_push_event (harness, gst_event_new_eos ());
  wait_for_eos (harness);
  captions = pull_captions (harness);
  fail_unless_equals_string (captions, "Two.\nThree.\n");
  assert_account_is_exact (harness);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* It has all of its time: what is behind it would not be shown before anyway. */
GST_START_TEST (test_captions_wait_for_one_that_is_not_late)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstBus) bus = gst_bus_new ();
  GstHarness *harness = make_live (server, "latency=1000", bus);
  SttChunk *slow = g_ptr_array_index (fake->begun, 0);
  g_autoptr (GstStructure) one = NULL, two = NULL;

  resolve (1, "Two.");
  run_clock_until (harness, slow->end + BUDGET - 400 * GST_MSECOND);
  resolve (0, "One.");
  one = expect_transcript (bus, "One.", FALSE);
  two = expect_transcript (bus, "Two.", FALSE);
  resolve (2, "Three.");
  gst_harness_push_event (harness, gst_event_new_eos ());
  wait_for_eos (harness);
  assert_times_only_grow (harness);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Nothing would be won: a late caption is better than none. */
GST_START_TEST (test_a_late_caption_is_shown_when_nothing_waits_for_it)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstBus) bus = gst_bus_new ();
  GstHarness *harness = make_live (server, "latency=1000", bus);
  SttChunk *late = g_ptr_array_index (fake->begun, 0);
  g_autoptr (GstStructure) one = NULL;

  resolve (1, "");
  run_clock_until (harness, late->end + BUDGET);
  resolve (0, "One.");
  one = expect_transcript (bus, "One.", FALSE);
  resolve (2, "Three.");
  gst_harness_push_event (harness, gst_event_new_eos ());
  finish (harness, server, "One.\nThree.\n");
}

GST_END_TEST;

/* The end waits for those that were overtaken, and the text of all is in its order. */
GST_START_TEST (test_the_end_waits_for_a_late_result)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstBus) bus = gst_bus_new ();
  GstHarness *harness = make_live (server, "latency=1000", bus);
  SttChunk *late = g_ptr_array_index (fake->begun, 0);
  g_autoptr (GstStructure) two = NULL, three = NULL, one = NULL;
  g_autoptr (GstEvent) tags = NULL;
  g_autoptr (GstPad) pad = gst_element_get_static_pad (harness->element, "src");
  g_autofree gchar *whole = NULL;
  GstTagList *list;

  resolve (1, "Two.");
  resolve (2, "Three.");
  run_clock_until (harness, late->end + BUDGET);
  gst_harness_push_event (harness, gst_event_new_eos ());
  two = expect_transcript (bus, "Two.", FALSE);
  three = expect_transcript (bus, "Three.", FALSE);
  resolve (0, "One.");
  one = expect_transcript (bus, "One.", TRUE);
  wait_for_eos (harness);
  tags = gst_pad_get_sticky_event (pad, GST_EVENT_TAG, 0);
  gst_event_parse_tag (tags, &list);
  fail_unless (gst_tag_list_get_string (list, "transcript", &whole));
  fail_unless_equals_string (whole, "One. Two. Three.");
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (test_a_late_failure_is_told)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstBus) bus = gst_bus_new ();
  GstHarness *harness = make_live (server, "latency=1000", bus);
  SttChunk *late = g_ptr_array_index (fake->begun, 0);
  g_autoptr (GstStructure) two = NULL, failed = NULL;
  g_autoptr (GError) error =
      g_error_new_literal (OPENAI_ERROR, OPENAI_ERROR_BROKEN, "It broke.");
  gboolean is_late = FALSE;

  resolve (1, "Two.");
  run_clock_until (harness, late->end + BUDGET);
  two = expect_transcript (bus, "Two.", FALSE);
  fake->events.result (late, &(SttResult) { NULL, error, NULL, 3 }, fake->owner);
  failed = wait_for_message (bus, "openaistt/failed");
  fail_unless (gst_structure_get_boolean (failed, "late", &is_late) && is_late);
  resolve (2, "Three.");
  gst_harness_push_event (harness, gst_event_new_eos ());
  finish (harness, server, "Two.\nThree.\n");
}

GST_END_TEST;

/* latency=-1 knows no late: the order is kept. */
GST_START_TEST (test_nothing_is_late_without_a_latency)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstBus) bus = gst_bus_new ();
  GstHarness *harness = make_live (server, "latency=4294967295", bus);

  resolve (1, "Two.");
  run_clock_until (harness, 20 * GST_SECOND);
  resolve (0, "One.");
  resolve (2, "Three.");
  gst_harness_push_event (harness, gst_event_new_eos ());
  finish (harness, server, "One.\nTwo.\nThree.\n");
}

GST_END_TEST;

GST_START_TEST (test_a_flush_forgets_what_was_overtaken)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstBus) bus = gst_bus_new ();
  GstHarness *harness = make_live (server, "latency=1000", bus);
  SttChunk *late = g_ptr_array_index (fake->begun, 0);
  g_autoptr (GstBuffer) two = NULL;

  resolve (1, "Two.");
  run_clock_until (harness, late->end + BUDGET);
  two = gst_harness_pull (harness);
  gst_harness_push_event (harness, gst_event_new_flush_start ());
  gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
  resolve (0, "One.");
  push_segment (harness, 0, 0);
  gst_harness_push_event (harness, gst_event_new_eos ());
  finish (harness, server, "");
}

GST_END_TEST;

static Suite *
transport_suite (void)
{
  Suite *suite = suite_create ("transport");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (
      tcase, test_captions_leave_as_they_were_spoken, 0, G_N_ELEMENTS (orders));
  tcase_add_test (tcase, test_samples_have_the_rate_of_the_transport);
  tcase_add_test (tcase, test_a_chunk_is_divided);
  tcase_add_test (tcase, test_failed_and_dropped_chunks_hold_nothing_back);
  tcase_add_test (tcase, test_a_second_result_is_ignored);
  tcase_add_test (tcase, test_a_result_after_a_flush_is_ignored);
  tcase_add_test (tcase, test_captions_overtake_one_that_is_late);
  tcase_add_test (tcase, test_captions_wait_for_one_that_is_not_late);
  tcase_add_test (tcase, test_a_late_caption_is_shown_when_nothing_waits_for_it);
  tcase_add_test (tcase, test_the_end_waits_for_a_late_result);
  tcase_add_test (tcase, test_a_late_failure_is_told);
  tcase_add_test (tcase, test_nothing_is_late_without_a_latency);
  tcase_add_test (tcase, test_a_flush_forgets_what_was_overtaken);
  return suite;
}

/* The element of this program, not the plugin's. */
int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  GST_ELEMENT_REGISTER (openaistt, NULL);
  return gst_check_run_suite (transport_suite (), "transport", __FILE__);
}
