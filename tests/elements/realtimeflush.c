// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Flushes, seeks and stops of openaistt in each state of a Realtime session. */

#include "realtimerun.h"

/* Until the session is in this state. */
static void
reach_state (Run *run, guint state, GByteArray *talk, guint64 *sample)
{
  if (state == 0)
    test_sessions_mute (test_realtime_sessions (run->server), TEST_MUTE_HANDSHAKE);
  if (state == 1)
    test_sessions_mute (test_realtime_sessions (run->server), TEST_MUTE_READING);
  if (state == 2)
    test_sessions_refuse (test_realtime_sessions (run->server), 503, NULL, "");
  *sample = push_talk (run->harness, talk, *sample);
  if (state <= 2)
    fail_unless (
        test_sessions_wait (test_realtime_sessions (run->server), 1, WAIT_SECONDS));
  else if (state == 3)
    fail_unless (test_realtime_wait (run->server, 0, 4800, WAIT_SECONDS));
  else
    fail_unless (test_realtime_wait (run->server, 1, 0, WAIT_SECONDS));
}

#define N_STATES 5

/* What was on the pad is gone. */
static void
seek (GstHarness *harness, guint milliseconds)
{
  GstBuffer *buffer;

  fail_unless (gst_harness_push_event (harness, gst_event_new_flush_start ()));
  fail_unless (gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE)));
  push_segment (harness, milliseconds, 0);
  while ((buffer = gst_harness_try_pull (harness)))
    gst_buffer_unref (buffer);
}

static void
flush (GstHarness *harness)
{
  seek (harness, 0);
}

/* It works again afterwards, from there, and what was before is gone. */
static void
check_seek (guint state, guint milliseconds)
{
  g_autoptr (GByteArray) talk = make_short_talk (1);
  g_autofree gchar *expected = words_of (talk);
  g_auto (Run) run = { 0 };
  g_autoptr (GstBuffer) caption = NULL;
  guint64 sample = 0;

  run_begin (&run, &(TestRealtimeScript) { .mute_items = state == 4 },
      SHORT "stream-upload=true timeout=0", TRUE);
  reach_state (&run, state, talk, &sample);
  seek (run.harness, milliseconds);
  run_listen (&run);
  g_string_truncate (run.words, 0);
  push_talk (run.harness, talk, milliseconds * RATE / 1000);
  run_end (&run);
  fail_unless_equals_string (run.words->str, expected);
  fail_unless_equals_int (run.n_errors, 0);
  caption = gst_harness_try_pull (run.harness);
  fail_unless (caption != NULL && GST_BUFFER_PTS (caption) >= milliseconds * GST_MSECOND);
}

GST_START_TEST (test_flush)
{
  check_seek (__i__, 0);
}

GST_END_TEST;

GST_START_TEST (test_seek)
{
  check_seek (__i__, 60000);
}

GST_END_TEST;

/* It does not wait for what is never answered: that would have no end here. */
GST_START_TEST (test_stop)
{
  g_autoptr (GByteArray) talk = make_talk (1);

  for (guint state = 0; state < N_STATES; state++) {
    g_auto (Run) run = { 0 };
    guint64 sample = 0;

    run_begin (&run, &(TestRealtimeScript) { .mute_items = 1000 },
        REALTIME "stream-upload=true timeout=0", TRUE);
    reach_state (&run, state, talk, &sample);
    gst_element_set_state (run.harness->element, GST_STATE_READY);
  }
}

GST_END_TEST;

/* The thread that posts the first partial result is held. */
typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean held;
  gboolean released;
} Hold;

static GstBusSyncReply
hold_partial (GstBus *bus, GstMessage *message, gpointer data)
{
  Hold *hold = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&hold->lock);
  gint64 until = g_get_monotonic_time () + WAIT_SECONDS * G_USEC_PER_SEC;

  if (!gst_message_has_name (message, "openaistt/partial"))
    return GST_BUS_PASS;
  hold->held = TRUE;
  g_cond_broadcast (&hold->cond);
  while (!hold->released && g_cond_wait_until (&hold->cond, &hold->lock, until))
    ;
  return GST_BUS_PASS;
}

static void
await_held (Hold *hold)
{
  gint64 until = g_get_monotonic_time () + WAIT_SECONDS * G_USEC_PER_SEC;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&hold->lock);

  while (!hold->held && g_cond_wait_until (&hold->cond, &hold->lock, until))
    ;
  fail_unless (hold->held);
}

static void
release (Hold *hold)
{
  g_mutex_lock (&hold->lock);
  hold->released = TRUE;
  g_cond_broadcast (&hold->cond);
  g_mutex_unlock (&hold->lock);
}

/* The thread of the network comes to a flush late, when what follows is there, too. */
GST_START_TEST (test_late_thread)
{
  g_autoptr (GByteArray) talk = make_short_talk (1);
  g_autofree gchar *expected = words_of (talk);
  g_auto (Run) run = { 0 };
  Hold hold = { 0 };
  gint64 until;

  g_mutex_init (&hold.lock);
  g_cond_init (&hold.cond);
  run_begin (&run, &(TestRealtimeScript) { .tells_early = TRUE },
      SHORT "stream-upload=true partial-captions=none", TRUE);
  gst_bus_set_sync_handler (run.bus, hold_partial, &hold, NULL);
  push_talk (run.harness, talk, 0);
  await_held (&hold);
  /* Longer than it leaves audio to gather. */
  until = g_get_monotonic_time () + 50000;
  for (guint64 sample = talk->len / 2; g_get_monotonic_time () < until;)
    sample = push_talk (run.harness, talk, sample);
  flush (run.harness);
  push_talk (run.harness, talk, 0);
  fail_unless (gst_harness_push_event (run.harness, gst_event_new_eos ()));
  release (&hold);
  wait_for_eos (run.harness);
  run_listen (&run);
  fail_unless_equals_string (run.words->str, expected);
  fail_unless_equals_int (run.n_errors, 0);
  gst_bus_set_sync_handler (run.bus, NULL, NULL, NULL);
  g_cond_clear (&hold.cond);
  g_mutex_clear (&hold.lock);
}

GST_END_TEST;

/* The network's thread is held where it has a result, and is about to hand it on. */
static void
hold_result (GstDebugCategory *category, GstDebugLevel level, const gchar *file,
    const gchar *function, gint line, GObject *object, GstDebugMessage *message,
    gpointer data)
{
  Hold *hold = data;
  g_autoptr (GMutexLocker) locker = NULL;
  gint64 until = g_get_monotonic_time () + WAIT_SECONDS * G_USEC_PER_SEC;

  if (!strstr (gst_debug_message_get (message), "result after"))
    return;
  locker = g_mutex_locker_new (&hold->lock);
  hold->held = TRUE;
  g_cond_broadcast (&hold->cond);
  while (!hold->released && g_cond_wait_until (&hold->cond, &hold->lock, until))
    ;
}

/* A result comes when the element has stopped. The other one keeps the thread, so that
 * nothing waits for its end. */
GST_START_TEST (test_late_result)
{
  g_autoptr (GByteArray) talk = make_short_talk (1);
  GstHarness *other = make_stt_harness_at ("http://127.0.0.1:1/v1", "", FALSE);
  g_auto (Run) run = { 0 };
  Hold hold = { 0 };

  g_mutex_init (&hold.lock);
  g_cond_init (&hold.cond);
  gst_debug_set_threshold_from_string ("openai-stt:5", FALSE);
  gst_debug_add_log_function (hold_result, &hold, NULL);
  run_begin (&run, &(TestRealtimeScript) { 0 }, SHORT, FALSE);
  push_talk (run.harness, talk, 0);
  await_held (&hold);
  gst_element_set_state (run.harness->element, GST_STATE_READY);
  release (&hold);
  gst_harness_teardown (other);
  gst_debug_remove_log_function (hold_result);
  gst_debug_set_threshold_from_string ("openai-stt:0", FALSE);
  g_cond_clear (&hold.cond);
  g_mutex_clear (&hold.lock);
}

GST_END_TEST;

/* Talk, flushes, cuts and ends in any order. */
GST_START_TEST (test_races)
{
  g_autoptr (GByteArray) talk = make_short_talk (1);
  guint32 seed = g_random_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_auto (Run) run = { 0 };
  guint64 sample = 0;

  g_printerr ("races of seed %u\n", seed);
  run_begin (&run, &(TestRealtimeScript) { 0 },
      SHORT "stream-upload=true "
            "max-retries=100",
      TRUE);
  for (guint i = 0; i < 60; i++) {
    guint what = g_rand_int_range (rand, 0, 6);

    if (what == 0) {
      flush (run.harness);
      sample = 0;
    } else if (what == 1) {
      test_sessions_pause (test_realtime_sessions (run.server));
      test_sessions_resume (test_realtime_sessions (run.server));
    } else if (what == 2)
      gst_harness_set (run.harness, "openaistt", "language", i & 1 ? "en" : "de", NULL);
    else
      sample = push_talk (run.harness, talk, sample);
  }
  run_end (&run);
  fail_unless_equals_int (run.n_errors, 0);
}

GST_END_TEST;

static Suite *
realtimeflush_suite (void)
{
  Suite *suite = suite_create ("realtimeflush");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 300);
  tcase_add_loop_test (tc, test_flush, 0, N_STATES);
  tcase_add_loop_test (tc, test_seek, 0, N_STATES);
  tcase_add_test (tc, test_stop);
  tcase_add_test (tc, test_late_thread);
  tcase_add_test (tc, test_late_result);
  tcase_add_test (tc, test_races);
  return suite;
}

GST_CHECK_MAIN (realtimeflush);
