// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Anything at any moment, in an order that a seed decides: nothing hangs, and
 * the element works afterwards. RACES_SEED and RACES_ROUNDS choose others. */

#include <stdlib.h>

#include "support.h"

#define ROUNDS 100
#define STEPS 12

static const gchar *const lines[] = {
  "audiotestsrc name=s wave=saw is-live=true num-buffers=400 "
  "samplesperbuffer=160 ! audio/x-raw,rate=16000,channels=1 ! "
  "openaistt name=x vad=none max-chunk-duration=300 min-chunk-duration=100 "
  "max-retries=1 timeout=400 %s ! identity name=i ! "
  "fakesink name=k async=false sync=false",
  "audiotestsrc name=s num-buffers=2000 samplesperbuffer=160 ! "
  "audio/x-raw,rate=16000,channels=1 ! openaistt name=x vad=none "
  "max-chunk-duration=300 max-backlog=300 max-retries=1 timeout=400 %s",
  "openaitts name=x text=\"Hello. And on it goes. And on.\" max-retries=1 "
  "timeout=400 %s ! identity name=i ! fakesink name=k sync=false",
  "audiotestsrc name=s num-buffers=500 samplesperbuffer=160 ! "
  "audio/x-raw,rate=16000,channels=1 ! openaivoicesink name=x "
  "voice-name=Ada consent=c max-retries=1 timeout=400 %s",
};

typedef enum
{
  CAPTIONS_LIVE,
  CAPTIONS,
  SPEECH,
  VOICE,
} Kind;

/* An answer of any kind to one request. */
static void
add_answer (TestServer *server, GRand *rand, Kind kind)
{
  static const guint errors[] = { 400, 401, 413, 429, 500 };
  TestAnswer *answer;

  switch (g_rand_int_range (rand, 0, 8)) {
    case 0:
      test_answer_fault (
          test_server_answer (server, 200, "text/plain"), TEST_FAULT_CLOSE);
      break;
    case 1:
      answer = test_server_answer (server, 200, "application/json");
      test_answer_text (answer, "{\"text\":");
      test_answer_fault (answer, TEST_FAULT_RESET);
      break;
    case 2:
      answer = test_server_answer_with (server,
          errors[g_rand_int_range (rand, 0, G_N_ELEMENTS (errors))], "text/plain", "no");
      test_answer_header (answer, "retry-after-ms", "1");
      break;
    case 3:
      test_answer_fault (
          test_server_answer (server, 200, "text/plain"), TEST_FAULT_STALL);
      break;
    default:
      answer = test_server_answer (
          server, 200, kind == SPEECH ? "audio/pcm" : "application/json");
      test_answer_wait (answer, g_rand_int_range (rand, 0, 20));
      if (kind == SPEECH) {
        g_autofree gchar *pcm = g_malloc0 (9601);
        test_answer_body (answer, pcm, 9601);
      } else {
        test_answer_text (answer, "{\"text\":\"some words\",\"id\":\"v\"}");
      }
      break;
  }
}

static void
set_something (GstElement *pipeline, GRand *rand, Kind kind)
{
  g_autoptr (GstElement) x = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  guint value = g_rand_int_range (rand, 0, 3000);

  if (kind == VOICE)
    g_object_set (x, "language", value % 2 ? "en" : NULL, "max-duration",
        value % 3 ? 0 : 30000, NULL);
  else if (kind == SPEECH)
    g_object_set (x, "text", value % 2 ? "Something else." : "", "speed",
        0.5 + value / 3000.0, NULL);
  else
    g_object_set (x, "latency", value, "prompt", value % 2 ? "names" : NULL,
        "granularity", value % 4, "language", value % 3 ? "en" : NULL, NULL);
}

static void
step (GstElement *pipeline, GRand *rand, Kind kind)
{
  if (g_rand_int_range (rand, 0, 8) == 0)
    set_something (pipeline, rand, kind);
  else
    disturb_pipeline (pipeline, rand);
}

static void
play_a_round (const gchar *line, GRand *rand, Kind kind)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstElement) pipeline = make_pipeline (line, server);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  for (guint i = 0; i < 30; i++)
    add_answer (server, rand, kind);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < STEPS; i++) {
    step (pipeline, rand, kind);
    gst_bus_set_flushing (bus, TRUE);
    gst_bus_set_flushing (bus, FALSE);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

/* And what comes next is as good as new. */
static void
check_that_it_works (const gchar *line, Kind kind)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstElement *pipeline = make_pipeline (line, server);
  g_autoptr (GstElement) x = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  g_autoptr (Outcome) outcome = NULL;
  g_autofree gchar *pcm = g_malloc0 (9600);

  /* However slow this machine is, as under valgrind. */
  g_object_set (x, "timeout", WAIT_SECONDS * 1000, NULL);
  if (kind == SPEECH)
    test_answer_body (test_server_answer (server, 200, "audio/pcm"), pcm, 9600);
  else
    test_server_answer_with (
        server, 200, "application/json", "{\"text\":\"fine\",\"id\":\"v\"}");
  outcome = play (pipeline);
  fail_unless (outcome->eos && !outcome->error, "%s",
      outcome->error ? outcome->error->message : "");
}

static guint
number_from (const gchar *variable, guint otherwise)
{
  const gchar *text = g_getenv (variable);

  return text ? strtoul (text, NULL, 10) : otherwise;
}

GST_START_TEST (test_races)
{
  guint32 seed = number_from ("RACES_SEED", g_random_int ());
  guint rounds = number_from ("RACES_ROUNDS", ROUNDS);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  Kind kind = __i__;

  g_printerr ("line %d: RACES_SEED=%u\n", __i__, seed);
  for (guint i = 0; i < rounds; i++)
    play_a_round (lines[__i__], rand, kind);
  check_that_it_works (lines[__i__], kind);
}

GST_END_TEST;

static Suite *
races_suite (void)
{
  Suite *suite = suite_create ("races");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_set_timeout (tcase, 900);
  tcase_add_loop_test (tcase, test_races, 0, G_N_ELEMENTS (lines));
  return suite;
}

GST_CHECK_MAIN (races);
