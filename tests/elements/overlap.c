// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Live, what was sent before a chunk is sent again with it, and what the server says of
 * that again is left out. */

#include <string.h>

#include "support.h"

/* One request at a time, in the order of speech. */
#define LINE                                                                             \
  "model=whisper-1 upload-format=wav max-requests=1 granularity=chunk language=es "

#define TWO_AT_ONCE                                                                      \
  "model=whisper-1 upload-format=wav max-requests=2 granularity=chunk language=es "

/* A chunk has at least its speech. */
#define SPEECH_MS 2500
#define SPEECH_SAMPLES (16 * SPEECH_MS)

/* "text" with words "uno 0.3-0.8|…"; without words: "". */
static gchar *
make_answer (const gchar *language, const gchar *text, const gchar *words)
{
  GString *json = g_string_new (NULL);
  g_auto (GStrv) all = g_strsplit (words, "|", -1);

  g_string_printf (
      json, "{\"language\":\"%s\",\"text\":\"%s\",\"words\":[", language, text);
  for (guint i = 0; all[i]; i++) {
    g_auto (GStrv) fields = g_strsplit_set (all[i], " -", -1);

    g_string_append_printf (json, "%s{\"word\":\"%s\",\"start\":%s,\"end\":%s}",
        i ? "," : "", fields[0], fields[1], fields[2]);
  }
  g_string_append (json, "]}");
  return g_string_free (json, FALSE);
}

static void
add_answer_in (
    TestServer *server, const gchar *language, const gchar *text, const gchar *words)
{
  g_autofree gchar *json = make_answer (language, text, words);

  test_server_answer_with (server, 200, "application/json", json);
}

static void
add_answer (TestServer *server, const gchar *text, const gchar *words)
{
  add_answer_in (server, "es", text, words);
}

/* It comes when it is released. */
static TestAnswer *
add_held_answer (TestServer *server, const gchar *text, const gchar *words)
{
  TestAnswer *answer = test_server_answer (server, 200, "application/json");
  g_autofree gchar *json = make_answer ("es", text, words);

  test_answer_hold (answer);
  test_answer_text (answer, json);
  return answer;
}

static guint64
samples_of (TestServer *server, guint i)
{
  g_autoptr (TestRequest) request = test_server_request (server, i, TRUE, WAIT_SECONDS);

  return wav_samples (test_request_file (request)->data);
}

/* The samples of each request in @sent. */
static GstHarness *
run (TestServer *server, const gchar *properties, guint utterances, gboolean live,
    const gchar *said)
{
  g_autofree gchar *line = g_strconcat (LINE, properties, NULL);
  GstHarness *harness = make_stt_harness (server, line, live);
  g_autofree gchar *captions = say_utterances (harness, utterances, SPEECH_MS, live);

  fail_unless_equals_string (captions, said);
  assert_account_is_exact (harness);
  return harness;
}

#define UNO "uno 0.3-0.8|dos 1.0-1.6"
#define TRES UNO "|tres 3.4-3.9|cuatro 4.2-4.9"

/* The second request has the sound of the first as well, its answer the words: each is
 * told once, every sample counted once. */
GST_START_TEST (test_sent_again)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness;
  guint64 one, two, three;

  add_answer (server, "Uno dos.", UNO);
  add_answer (server, "Uno, dos. Tres cuatro.", TRES);
  add_answer (server, "uno dos tres cuatro cinco", TRES "|cinco 6.4-6.9");
  harness = run (server, "", 3, TRUE, "Uno dos.\nTres cuatro.\ncinco\n");
  one = samples_of (server, 0);
  two = samples_of (server, 1) - one;
  three = samples_of (server, 2) - two - one;
  fail_unless (one >= SPEECH_SAMPLES && two >= SPEECH_SAMPLES);
  fail_unless_equals_uint64 (stats_value (harness, "uploaded"), one + two + three);
  fail_unless_equals_uint64 (stats_value (harness, "repeated"), 2 * one + two);
  fail_unless_equals_int (test_server_n_requests (server), 3);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Whole chunks, no more than the property allows. */
GST_START_TEST (test_as_many_as_fit)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness;
  guint64 one;

  add_answer (server, "Uno dos.", UNO);
  add_answer (server, "Uno, dos. Tres cuatro.", TRES);
  add_answer (server, "tres cuatro cinco", "tres 0.4-0.9|cuatro 1.2-1.9|cinco 3.4-3.9");
  harness = run (server, "overlap=4000 ", 3, TRUE, "Uno dos.\nTres cuatro.\ncinco\n");
  one = samples_of (server, 0);
  fail_unless (samples_of (server, 2) < 3 * one - one / 2);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static const struct
{
  const gchar *properties;
  const gchar *words;
  gboolean live;
} alone[] = {
  { "overlap=0 ", UNO, TRUE },
  { "", "", TRUE }, /* such a server does not tell where the words are */
  { "min-chunk-duration=1000 ", UNO, FALSE },
};

GST_START_TEST (test_sent_once)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness;

  add_answer (server, "Uno dos.", alone[__i__].words);
  harness =
      run (server, alone[__i__].properties, 2, alone[__i__].live, "Uno dos.\nUno dos.\n");
  fail_unless_equals_uint64 (stats_value (harness, "repeated"), 0);
  fail_unless (samples_of (server, 1) < samples_of (server, 0) + SPEECH_SAMPLES / 2);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* An answer that does not tell what is new in it, and one that has nothing of the
 * chunk: it is asked for alone. */
GST_START_TEST (test_asked_alone)
{
  static const gchar *const unclear[] = { "quite another thing", "Uno dos." };
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness;
  guint64 one;

  add_answer (server, "Uno dos.", UNO);
  add_answer (server, unclear[__i__], "");
  add_answer (server, "Tres cuatro.", "tres 0.4-0.9|cuatro 1.2-1.9");
  harness = run (server, "", 2, TRUE, "Uno dos.\nTres cuatro.\n");
  one = samples_of (server, 0);
  fail_unless (samples_of (server, 1) >= one + SPEECH_SAMPLES);
  fail_unless (samples_of (server, 2) < one + SPEECH_SAMPLES / 2);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* A server that takes no longer sound has it alone, and from then on nothing else. */
GST_START_TEST (test_refused)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness;
  guint64 one;

  add_answer (server, "Uno dos.", UNO);
  test_server_answer_with (server, 413, "application/json",
      "{\"error\":{\"message\":\"Maximum content size limit exceeded\"}}");
  add_answer (server, "Tres cuatro.", "tres 0.4-0.9|cuatro 1.2-1.9");
  add_answer (server, "cinco", "cinco 0.4-0.9");
  harness =
      run (server, "stream-upload=false ", 3, TRUE, "Uno dos.\nTres cuatro.\ncinco\n");
  one = samples_of (server, 0);
  fail_unless_equals_int (test_server_n_requests (server), 4);
  for (guint i = 2; i < 4; i++)
    fail_unless (samples_of (server, i) < one + SPEECH_SAMPLES / 2);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* After a long pause it is about something else. */
GST_START_TEST (test_long_pause)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, LINE, TRUE);
  guint64 sample = 0;

  add_answer (server, "Uno dos.", UNO);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GByteArray) talk = g_byte_array_new ();
    g_autoptr (GstBuffer) buffer = NULL;

    talk_add_pause (talk, 900);
    talk_add_speech (talk, SPEECH_MS);
    talk_add_pause (talk, 800);
    sample = push_talk (harness, talk, sample);
    buffer = gst_harness_pull (harness);
    g_byte_array_set_size (talk, 0);
    talk_add_pause (talk, 11000);
    sample = push_talk (harness, talk, sample);
  }
  end_stream (harness);
  fail_unless (samples_of (server, 1) < samples_of (server, 0) + SPEECH_SAMPLES / 2);
  assert_account_is_exact (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Says the first utterance, until its request is there. The samples so far. */
static guint64
say_first (GstHarness *harness, TestAnswer *held)
{
  guint64 sample = push_pause (harness, 900, 0);

  sample = push_utterances (harness, 1, SPEECH_MS, 800, sample);
  fail_unless (test_answer_request (held, WAIT_SECONDS) == 0);
  return push_pause (harness, 900, sample);
}

/* The rest of what was said, after what is on the pad. */
static void
finish (GstHarness *harness, const gchar *said)
{
  g_autofree gchar *captions = NULL;

  end_stream (harness);
  captions = pull_captions (harness);
  fail_unless_equals_string (captions, said);
  assert_account_is_exact (harness);
}

/* What a server tells is known from its first answer: the second request waits for that
 * one while its chunk is spoken, and has the sound of the first as well. */
GST_START_TEST (test_awaits_the_first_answer)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, TWO_AT_ONCE, TRUE);
  TestAnswer *held = add_held_answer (server, "Uno dos.", UNO);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  guint64 sample;

  add_answer (server, "Uno, dos. Tres cuatro.", TRES);
  sample = say_first (harness, held);
  talk_add_speech (talk, SPEECH_MS);
  sample = push_talk (harness, talk, sample);
  fail_unless_equals_int (test_server_n_requests (server), 1);
  test_answer_release (held);
  gst_buffer_unref (gst_harness_pull (harness));
  push_pause (harness, 800, sample);
  finish (harness, "Tres cuatro.\n");
  fail_unless (samples_of (server, 1) >= samples_of (server, 0) + SPEECH_SAMPLES);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* At most as long as its chunk is spoken. */
GST_START_TEST (test_awaits_no_longer)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, TWO_AT_ONCE, TRUE);
  TestAnswer *held = add_held_answer (server, "Uno dos.", UNO);

  add_answer (server, "Tres cuatro.", UNO);
  push_utterances (harness, 1, SPEECH_MS, 1500, say_first (harness, held));
  fail_unless (samples_of (server, 1) < 2 * SPEECH_SAMPLES);
  test_answer_release (held);
  finish (harness, "Uno dos.\nTres cuatro.\n");
  fail_unless_equals_uint64 (stats_value (harness, "repeated"), 0);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* A language that no answer was sure of is known by the first that has 8 s of speech with
 * what was sent before: nothing else is asked for it. */
GST_START_TEST (test_tells_the_language)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (
      server, "model=whisper-1 upload-format=wav max-requests=1 granularity=chunk", TRUE);
  g_autofree gchar *captions = NULL;

  add_answer_in (server, "it", "Uno dos.", UNO);
  add_answer_in (
      server, "es", "Uno dos. Tres cuatro.", UNO "|tres 5.4-5.9|cuatro 6.2-6.9");
  add_answer (server, "Tres cuatro. cinco", "tres 0.4-0.9|cuatro 1.2-1.9|cinco 5.6-6.1");
  captions = say_utterances (harness, 3, 4500, TRUE);
  fail_unless_equals_string (captions, "Uno dos.\nTres cuatro.\ncinco\n");
  fail_unless_equals_int (test_server_n_requests (server), 3);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (TestRequest) request = test_server_request (server, i, TRUE, WAIT_SECONDS);

    fail_unless_equals_string (
        test_request_field (request, "language"), i < 2 ? NULL : "es");
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("overlap");
  TCase *tcase = tcase_create ("overlap");

  gst_check_init (&argc, &argv);
  tcase_set_timeout (tcase, 120);
  tcase_add_test (tcase, test_sent_again);
  tcase_add_test (tcase, test_as_many_as_fit);
  tcase_add_loop_test (tcase, test_sent_once, 0, G_N_ELEMENTS (alone));
  tcase_add_loop_test (tcase, test_asked_alone, 0, 2);
  tcase_add_test (tcase, test_refused);
  tcase_add_test (tcase, test_long_pause);
  tcase_add_test (tcase, test_awaits_the_first_answer);
  tcase_add_test (tcase, test_awaits_no_longer);
  tcase_add_test (tcase, test_tells_the_language);
  suite_add_tcase (suite, tcase);
  return gst_check_run_suite (suite, "overlap", __FILE__);
}
