// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaistt over Realtime sessions: settings, servers of each dialect, results. */

#include "realtimerun.h"

GST_START_TEST (test_session)
{
  g_autoptr (GByteArray) talk = make_talk (2);
  g_auto (Run) run = { 0 };
  g_autofree gchar *path = NULL, *update = NULL;

  run_talk (&run, &(TestRealtimeScript) { 0 },
      "transport=realtime "
      "model=gpt-4o-transcribe language=en-US prompt=Names noise-reduction="
      "far-field logprobs=true",
      talk);
  fail_unless_equals_int (count_words (run.words->str), 2);
  fail_unless_equals_string (run.complaints->str, "");
  path = test_sessions_path (test_realtime_sessions (run.server));
  fail_unless_equals_string (
      path, "/v1/realtime?intent=transcription&model=gpt-4o-transcribe");
  fail_unless_equals_int (test_realtime_n_updates (run.server), 1);
  update = test_realtime_update (run.server, 0);
  fail_unless_equals_string (update,
      "{\"type\":\"session.update\","
      "\"event_id\":\"update_1\",\"session\":{\"type\":\"transcription\","
      "\"audio\":{\"input\":{\"format\":{\"type\":\"audio/pcm\","
      "\"rate\":24000},\"transcription\":{\"model\":\"gpt-4o-transcribe\","
      "\"language\":\"en\",\"prompt\":\"Names\"},\"turn_detection\":null,"
      "\"noise_reduction\":{\"type\":\"far_field\"}}},"
      "\"include\":[\"item.input_audio_transcription.logprobs\"]}}");
}

GST_END_TEST;

/* Nothing else is set. */
GST_START_TEST (test_model_decides)
{
  g_autoptr (GByteArray) talk = make_talk (1);
  g_auto (Run) run = { 0 };
  g_autofree gchar *update = NULL;

  run_talk (&run, &(TestRealtimeScript) { 0 },
      "model=gpt-live-transcribe "
      "language=de keywords=<Debian> delay=low",
      talk);
  fail_unless_equals_int (count_words (run.words->str), 1);
  fail_unless_equals_string (run.complaints->str, "");
  update = test_realtime_update (run.server, 0);
  fail_unless (strstr (update,
                   "\"languages\":[\"de\"],\"keywords\":"
                   "[\"Debian\"],\"delay\":\"low\"")
          != NULL,
      "%s", update);
}

GST_END_TEST;

/* So does the scheme. */
GST_START_TEST (test_scheme_decides)
{
  g_autoptr (TestRealtime) server = test_realtime_new (&(TestRealtimeScript) { 0 });
  g_autofree gchar *url = g_strconcat ("ws", test_realtime_base_url (server) + 4, NULL);
  g_autoptr (GByteArray) talk = make_talk (1);
  GstHarness *harness = make_stt_harness_at (url, "", FALSE);

  push_talk (harness, talk, 0);
  end_stream (harness);
  fail_unless_equals_int (test_realtime_n_results (server), 1);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* What the model cannot do is told, and not asked for. */
GST_START_TEST (test_unfit_settings)
{
  g_autoptr (GByteArray) talk = make_talk (1);
  g_auto (Run) run = { 0 };
  g_autofree gchar *update = NULL;

  run_talk (&run, &(TestRealtimeScript) { 0 },
      "model=gpt-realtime-whisper "
      "language=de prompt=Names turn-detection=server-vad",
      talk);
  fail_unless_equals_int (count_words (run.words->str), 1);
  fail_unless (strstr (run.complaints->str, "turn-detection is not for model") != NULL,
      "%s", run.complaints->str);
  fail_unless (strstr (run.complaints->str, "prompt is not for model") != NULL, "%s",
      run.complaints->str);
  update = test_realtime_update (run.server, 0);
  fail_unless (strstr (update, "\"language\":\"de\"},\"turn_detection\":null") != NULL,
      "%s", update);
}

GST_END_TEST;

/* From the next chunk on. */
GST_START_TEST (test_settings_change)
{
  g_autoptr (GByteArray) talk = make_talk (1);
  g_auto (Run) run = { 0 };
  g_autofree gchar *update = NULL;
  guint64 sample;

  run_begin (&run, &(TestRealtimeScript) { 0 }, REALTIME "language=en", FALSE);
  sample = push_talk (run.harness, talk, 0);
  fail_unless (test_realtime_wait (run.server, 1, 0, WAIT_SECONDS));
  gst_harness_set (run.harness, "openaistt", "language", "de", NULL);
  sample = push_talk (run.harness, talk, sample);
  sample = push_talk (run.harness, talk, sample);
  run_end (&run);
  fail_unless_equals_int (count_words (run.words->str), 3);
  fail_unless_equals_int (test_realtime_n_updates (run.server), 2);
  update = test_realtime_update (run.server, 1);
  fail_unless (strstr (update, "\"language\":\"de\"") != NULL, "%s", update);
  fail_unless_equals_int (
      test_sessions_n_handshakes (test_realtime_sessions (run.server)), 1);
}

GST_END_TEST;

/* The text so far goes along where it is asked for and the model takes it, after the
 * user's own words. */
static const struct
{
  const gchar *properties;
  const gchar *first;
  const gchar *second; /* %s: what was said before */
} contexts[] = {
  { "model=gpt-4o-transcribe context=true prompt=Names:", "\"prompt\":\"Names:\"",
      "\"prompt\":\"Names: %s\"" },
  { "model=gpt-4o-transcribe context=true", NULL, "\"prompt\":\"%s\"" },
  { "model=gpt-4o-transcribe prompt=Names:", "\"prompt\":\"Names:\"", NULL },
  { "model=gpt-live-transcribe context=true", NULL, NULL },
  { "model=some-audio-llm context=true", NULL, NULL },
};

static void
check_prompt (const Run *run, guint update, const gchar *expected)
{
  g_autofree gchar *sent = test_realtime_update (run->server, update);

  if (expected)
    fail_unless (strstr (sent, expected) != NULL, "%s is not in %s", expected, sent);
  else
    fail_unless (strstr (sent, "\"prompt\"") == NULL, "%s", sent);
}

GST_START_TEST (test_context)
{
  const gchar *with_words = contexts[__i__].second;
  g_autoptr (GByteArray) talk = make_short_talk (1);
  g_autofree gchar *properties = g_strconcat (
      "transport=realtime min-chunk-duration=100 ", contexts[__i__].properties, NULL);
  g_auto (Run) run = { 0 };
  g_autoptr (GstBuffer) caption = NULL;
  g_autoptr (GString) expected = g_string_new (with_words);
  g_autofree gchar *said = NULL;
  guint64 sample;

  run_begin (&run, &(TestRealtimeScript) { 0 }, properties, TRUE);
  sample = push_talk (run.harness, talk, 0);
  caption = gst_harness_pull (run.harness);
  said = buffer_text (caption);
  push_talk (run.harness, talk, sample);
  run_end (&run);
  fail_unless_equals_int (count_words (run.words->str), 2);
  fail_unless_equals_int (test_realtime_n_updates (run.server), with_words ? 2 : 1);
  check_prompt (&run, 0, contexts[__i__].first);
  g_string_replace (expected, "%s", said, 0);
  if (with_words)
    check_prompt (&run, 1, expected->str);
}

GST_END_TEST;

GST_START_TEST (test_dialects)
{
  static const TestRealtimeScript scripts[] = {
    { .dialect = TEST_DIALECT_BETA },
    { .has_no_ids = TRUE },
    { .acks_nothing = TRUE, .tells_early = TRUE, .is_cumulative = TRUE },
  };

  check_nothing_lost (scripts, G_N_ELEMENTS (scripts), 1);
}

GST_END_TEST;

/* These take samples of another rate. */
static void
check_slow_dialect (TestDialect dialect, gboolean renames)
{
  TestRealtimeScript script = { .dialect = dialect, .renames_items = renames };
  g_autoptr (GByteArray) talk = make_short_talk (3);
  g_auto (Run) run = { 0 }, again = { 0 };
  guint64 sent;

  run_talk (&run, &script, SHORT, talk);
  fail_unless_equals_int (count_words (run.words->str), 3);
  fail_unless_equals_string (run.complaints->str, "");
  sent = stats_value (run.harness, "uploaded");
  fail_unless (test_realtime_bytes (run.server) / 2 <= sent * 2 / 3 + 300
      && test_realtime_bytes (run.server) / 2 + 300 >= sent * 2 / 3);
  script.drop_items = 1;
  run_talk (&again, &script, SHORT, talk);
  fail_unless_equals_string (again.words->str, run.words->str);
}

GST_START_TEST (test_slow_dialects)
{
  check_slow_dialect (TEST_DIALECT_VLLM, FALSE);
  check_slow_dialect (TEST_DIALECT_LOCALAI, TRUE);
}

GST_END_TEST;

/* What is committed there is refused while turns are detected, which is told once. */
GST_START_TEST (test_commits_only)
{
  g_autoptr (GByteArray) talk = make_short_talk (3);
  g_auto (Run) run = { 0 };
  g_autofree gchar *update = NULL;

  run_talk (&run,
      &(TestRealtimeScript) { .dialect = TEST_DIALECT_LOCALAI,
          .renames_items = TRUE,
          .close_sessions = 1,
          .close_code = 1001 },
      SHORT "turn-detection=server-vad", talk);
  fail_unless_equals_int (count_words (run.words->str), 3);
  fail_unless (strstr (run.complaints->str, "turn-detection is left out") != NULL, "%s",
      run.complaints->str);
  fail_unless_equals_int (run.n_complaints, 1);
  update = test_realtime_update (run.server, 0);
  fail_unless (strstr (update, "\"turn_detection\":null") != NULL, "%s", update);
}

GST_END_TEST;

/* In any order, by other names, with others among them. */
GST_START_TEST (test_results)
{
  static const TestRealtimeScript scripts[] = {
    { .hold_results = 2 },
    { .renames_items = TRUE },
    { .renames_items = TRUE, .holds_commits = TRUE, .hold_results = 4 },
    { .adds_strangers = TRUE },
  };

  check_nothing_lost (scripts, G_N_ELEMENTS (scripts), 1);
}

GST_END_TEST;

/* One has no text, and the others have theirs. */
GST_START_TEST (test_empty_result)
{
  g_autoptr (GByteArray) talk = make_short_talk (3);
  g_autofree gchar *expected = words_of (talk);
  g_auto (Run) run = { 0 };

  run_talk (&run, &(TestRealtimeScript) { .empty_items = 1 }, SHORT, talk);
  fail_unless_equals_string (
      g_strstrip (run.words->str), g_strstrip (strchr (expected, ' ')));
  fail_unless_equals_string (run.complaints->str, "");
}

GST_END_TEST;

/* One fails, which is told, and the others have their text. */
GST_START_TEST (test_failed_result)
{
  g_autoptr (GByteArray) talk = make_short_talk (3);
  g_auto (Run) run = { 0 };

  run_begin (
      &run, &(TestRealtimeScript) { .sound_items = 1, .fail_items = 1 }, SHORT, FALSE);
  push_talk (run.harness, talk, 0);
  run_end (&run);
  fail_unless_equals_int (count_words (run.words->str), 2);
  fail_unless_equals_int (run.n_failed, 1);
  fail_unless (
      strstr (run.complaints->str, "It is noise.") != NULL, "%s", run.complaints->str);
  fail_unless_equals_int (run.n_errors, 0);
}

GST_END_TEST;

/* Words that stay are captions before their chunk has ended. */
GST_START_TEST (test_live_words)
{
  g_autoptr (GByteArray) speech = g_byte_array_new ();
  g_auto (Run) run = { 0 };
  g_autoptr (GstBuffer) caption = NULL;
  g_autofree gchar *text = NULL;

  talk_add_speech (speech, 4000);
  run_begin (&run, &(TestRealtimeScript) { .tells_early = TRUE },
      REALTIME "latency=500 drop-hallucinations=false", TRUE);
  push_talk (run.harness, speech, 0);
  /* The clock runs to all that is waited for. */
  while (!(caption = gst_harness_try_pull (run.harness)))
    gst_harness_crank_single_clock_wait (run.harness);
  text = buffer_text (caption);
  fail_unless (g_str_has_prefix (text, "a"), "%s", text);
  fail_unless_equals_int (test_realtime_n_commits (run.server), 0);
  run_end (&run);
}

GST_END_TEST;

GST_START_TEST (test_partials)
{
  static const gboolean cumulative[] = { FALSE, TRUE };

  for (guint i = 0; i < G_N_ELEMENTS (cumulative); i++) {
    g_autoptr (GByteArray) talk = make_talk (1);
    g_auto (Run) run = { 0 };

    run_talk (&run,
        &(TestRealtimeScript) { .tells_early = TRUE, .is_cumulative = cumulative[i] },
        REALTIME "stream-upload=true", talk);
    /* One for each tenth of a second. */
    fail_unless (run.n_partials >= 10, "%u", run.n_partials);
    fail_unless (
        g_str_has_prefix (run.partial, "a a a a a a a a a a"), "%s", run.partial);
    fail_unless_equals_string (run.item, "chunk-1");
    fail_unless_equals_int (count_words (run.words->str), 1);
  }
}

GST_END_TEST;

/* The server cuts by itself: what it makes of a chunk is its text. */
GST_START_TEST (test_server_turns)
{
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autofree gchar *update = NULL;

  talk_add_speech (talk, 2000);
  talk_add_pause (talk, 1000);
  /* A second, and then all that is left, or nothing is left of 800 ms. */
  for (guint cut = 48000; cut >= 38400; cut -= 9600) {
    g_auto (Run) one = { 0 };

    run_talk (&one, &(TestRealtimeScript) { .cuts_every = cut },
        REALTIME "turn-detection=server-vad "
                 "server-vad-silence-duration=300",
        talk);
    fail_unless_equals_int (count_words (one.words->str), 3);
    fail_unless_equals_int (test_realtime_n_commits (one.server), 1);
    fail_unless_equals_string (one.complaints->str, "");
    g_free (update);
    update = test_realtime_update (one.server, 0);
  }
  fail_unless (strstr (update,
                   "\"turn_detection\":{\"type\":\"server_vad\","
                   "\"silence_duration_ms\":300}")
          != NULL,
      "%s", update);
}

GST_END_TEST;

/* Less than a server takes. */
GST_START_TEST (test_short_end)
{
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_auto (Run) run = { 0 };

  talk_add_speech (talk, 50);
  run_talk (&run, &(TestRealtimeScript) { 0 }, REALTIME "vad=none", talk);
  fail_unless_equals_int (count_words (run.words->str), 1);
  fail_unless_equals_int (test_realtime_bytes (run.server), 4800);
}

GST_END_TEST;

/* A session takes samples only. */
GST_START_TEST (test_file)
{
  g_autoptr (TestRealtime) server = test_realtime_new (&(TestRealtimeScript) { 0 });
  GstHarness *harness =
      make_stt_harness_at (test_realtime_base_url (server), REALTIME, FALSE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;

  gst_element_set_bus (harness->element, bus);
  gst_harness_set_src_caps_str (harness, "audio/mpeg,mpegversion=1,layer=3");
  gst_harness_push (harness, gst_buffer_new_wrapped (g_strdup ("ID3"), 3));
  message =
      gst_bus_timed_pop_filtered (bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static Suite *
realtime_suite (void)
{
  Suite *suite = suite_create ("realtime");
  TCase *tc = tcase_create ("sessions");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 300);
  tcase_add_test (tc, test_session);
  tcase_add_test (tc, test_model_decides);
  tcase_add_test (tc, test_scheme_decides);
  tcase_add_test (tc, test_unfit_settings);
  tcase_add_test (tc, test_settings_change);
  tcase_add_loop_test (tc, test_context, 0, G_N_ELEMENTS (contexts));
  tcase_add_test (tc, test_dialects);
  tcase_add_test (tc, test_slow_dialects);
  tcase_add_test (tc, test_commits_only);
  tcase_add_test (tc, test_results);
  tcase_add_test (tc, test_empty_result);
  tcase_add_test (tc, test_failed_result);
  tcase_add_test (tc, test_partials);
  tcase_add_test (tc, test_live_words);
  tcase_add_test (tc, test_server_turns);
  tcase_add_test (tc, test_short_end);
  tcase_add_test (tc, test_file);
  return suite;
}

GST_CHECK_MAIN (realtime);
