// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaistt over Realtime sessions, in pipelines: states, flushes, seeks and pads on
 * request at any moment. RACES_SEED and RACES_ROUNDS choose others. */

#include <stdlib.h>

#include "server/realtime.h"
#include "support.h"

#define ROUNDS 20
#define STEPS 12

#define SPEAK                                                                            \
  " wave=pink-noise volume=0.5 samplesperbuffer=160 ! "                                  \
  "audio/x-raw,rate=16000,channels=1 ! openaistt name=x vad=none "                       \
  "max-chunk-duration=300 min-chunk-duration=100 transport=realtime model=m "            \
  "timeout=0 %s "

static const gchar *const lines[] = {
  "audiotestsrc name=s is-live=true num-buffers=400" SPEAK
  "! identity name=i ! fakesink async=false sync=false",
  "audiotestsrc name=s num-buffers=2000" SPEAK "max-backlog=300",
};

#define ENDLESS "audiotestsrc is-live=true" SPEAK "max-retries=100"

static guint
number_from (const gchar *variable, guint otherwise)
{
  const gchar *text = g_getenv (variable);

  return text ? strtoul (text, NULL, 10) : otherwise;
}

static GstElement *
make_pipeline_of (const gchar *line, TestRealtime *server)
{
  g_autofree gchar *address =
      g_strdup_printf ("base-url=%s api-key=\"\"", test_realtime_base_url (server));

  return make_pipeline_at (line, address);
}

/* --- up and down --------------------------------------------------------------- */

/* How far a session comes before its element goes down. */
typedef enum
{
  AT_ONCE,
  CONNECTED,
  HEARING,
  COMMITTED,
  N_MOMENTS,
} Moment;

static void
wait_for_moment (TestRealtime *server, Moment moment)
{
  TestSessions *sessions = test_realtime_sessions (server);

  if (moment == CONNECTED)
    fail_unless (test_sessions_wait (
        sessions, test_sessions_n_handshakes (sessions) + 1, WAIT_SECONDS));
  else if (moment == HEARING)
    fail_unless (
        test_realtime_wait (server, 0, test_realtime_bytes (server) + 1, WAIT_SECONDS));
  else if (moment == COMMITTED)
    fail_unless (test_realtime_wait (
        server, test_realtime_n_commits (server) + 1, 0, WAIT_SECONDS));
}

/* What is answered and what never is: nothing is waited for, and each session ends. */
GST_START_TEST (test_rounds)
{
  g_autoptr (TestRealtime) server = test_realtime_new (&(TestRealtimeScript) {
      .tells_early = TRUE, .sound_items = 10, .mute_items = G_MAXUINT });
  g_autoptr (GstElement) pipeline = make_pipeline_of (lines[__i__], server);
  guint rounds = number_from ("RACES_ROUNDS", ROUNDS);

  for (guint i = 0; i < rounds; i++) {
    fail_if (
        gst_element_set_state (pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE);
    wait_for_moment (server, i % N_MOMENTS);
    gst_element_set_state (pipeline, i % 3 ? GST_STATE_READY : GST_STATE_NULL);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  fail_unless (test_sessions_all_closed (test_realtime_sessions (server), WAIT_SECONDS));
}

GST_END_TEST;

/* --- anything at any moment ------------------------------------------------------ */

typedef struct
{
  TestRealtime *server;
  GstElement *pipeline;
  GstElement *x;
  GRand *rand;
  GstPad *pad; /* on request, or NULL */
  GstElement *sink;
} Race;

static void
request_pad (Race *race)
{
  race->pad = gst_element_request_pad_simple (race->x, "unsynced_src");
  race->sink = gst_element_factory_make ("fakesink", NULL);
  g_object_set (race->sink, "async", FALSE, "sync", FALSE, NULL);
  gst_bin_add (GST_BIN (race->pipeline), race->sink);
  gst_element_sync_state_with_parent (race->sink);
  fail_unless (gst_element_link_pads (race->x, "unsynced_src", race->sink, "sink"));
}

static void
release_pad (Race *race)
{
  gst_element_release_request_pad (race->x, race->pad);
  gst_clear_object (&race->pad);
  /* The pipeline may be on its way to PLAYING, in a thread of its own. */
  gst_element_set_locked_state (race->sink, TRUE);
  gst_element_set_state (race->sink, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (race->pipeline), race->sink);
}

static void
change_pad (Race *race)
{
  if (race->pad)
    release_pad (race);
  else
    request_pad (race);
}

static void
step (Race *race)
{
  TestSessions *sessions = test_realtime_sessions (race->server);

  switch (g_rand_int_range (race->rand, 0, 9)) {
    case 0:
    case 1:
      change_pad (race);
      break;
    case 2:
      test_sessions_pause (sessions);
      test_sessions_resume (sessions);
      break;
    default:
      disturb_pipeline (race->pipeline, race->rand);
      break;
  }
}

static void
race_round (TestRealtime *server, const gchar *line, GRand *rand)
{
  g_autoptr (GstElement) pipeline = make_pipeline_of (line, server);
  g_autoptr (GstElement) x = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  Race race = { server, pipeline, x, rand, NULL, NULL };

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < STEPS; i++) {
    step (&race);
    gst_bus_set_flushing (bus, TRUE);
    gst_bus_set_flushing (bus, FALSE);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  if (race.pad)
    change_pad (&race);
}

/* Waits for the end. */
static void
check_that_it_ends (GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) end = gst_bus_timed_pop_filtered (
      bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  fail_unless (end != NULL && GST_MESSAGE_TYPE (end) == GST_MESSAGE_EOS);
}

/* And what comes next is as good as new. */
static void
check_that_it_works (TestRealtime *server, const gchar *line)
{
  g_autoptr (Outcome) outcome = play (make_pipeline_of (line, server));

  fail_unless (outcome->eos && !outcome->error, "%s",
      outcome->error ? outcome->error->message : "");
  fail_unless (test_sessions_all_closed (test_realtime_sessions (server), WAIT_SECONDS));
}

/* Beside another element at the same server, which plays on. */
GST_START_TEST (test_races)
{
  guint32 seed = number_from ("RACES_SEED", g_random_int ());
  guint rounds = number_from ("RACES_ROUNDS", ROUNDS);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (TestRealtime) server =
      test_realtime_new (&(TestRealtimeScript) { .tells_early = TRUE });
  g_autoptr (GstElement) other = make_pipeline_of (ENDLESS, server);

  gst_element_set_state (other, GST_STATE_PLAYING);
  g_printerr ("line %d: RACES_SEED=%u\n", __i__, seed);
  for (guint i = 0; i < rounds; i++)
    race_round (server, lines[__i__], rand);
  gst_element_send_event (other, gst_event_new_eos ());
  check_that_it_ends (other);
  gst_element_set_state (other, GST_STATE_NULL);
  check_that_it_works (server, lines[__i__]);
}

GST_END_TEST;

/* --- what a session cannot do ---------------------------------------------------- */

/* No session translates: it is asked for over HTTP, which this server has not. */
GST_START_TEST (test_translation)
{
  g_autoptr (TestRealtime) server = test_realtime_new (&(TestRealtimeScript) { 0 });
  g_autoptr (GstElement) pipeline =
      make_pipeline_of ("audiotestsrc num-buffers=300" SPEAK
                        "! fakesink x.translate_src_0 ! queue ! fakesink",
          server);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) end = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  end = gst_bus_timed_pop_filtered (
      bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (end != NULL && GST_MESSAGE_TYPE (end) == GST_MESSAGE_ERROR);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

static Suite *
sessions_suite (void)
{
  Suite *suite = suite_create ("sessions");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_set_timeout (tcase, 900);
  tcase_add_loop_test (tcase, test_rounds, 0, G_N_ELEMENTS (lines));
  tcase_add_loop_test (tcase, test_races, 0, G_N_ELEMENTS (lines));
  tcase_add_test (tcase, test_translation);
  return suite;
}

GST_CHECK_MAIN (sessions);
