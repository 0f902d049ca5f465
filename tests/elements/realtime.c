// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaistt over Realtime sessions: servers of each dialect, and all that can go wrong
 * with one. The server's words are made of what it heard: the same words as without a
 * fault mean that every sample was transcribed, once. */

#include "server/realtime.h"
#include "support.h"

#define REALTIME "transport=realtime model=m "

/* Short chunks: what waits is sent four times as fast as it was spoken, no faster. */
#define SHORT REALTIME "min-chunk-duration=100 "

/* Speech and a pause, so many times, no two alike. */
static GByteArray *
make_utterances (guint n, guint milliseconds)
{
  GByteArray *talk = g_byte_array_new ();

  for (guint i = 0; i < n; i++) {
    talk_add_speech (talk, milliseconds + 100 * i);
    talk_add_pause (talk, 700);
  }
  return talk;
}

/* Each longer than a chunk has to be. */
static GByteArray *
make_talk (guint utterances)
{
  return make_utterances (utterances, 1100);
}

static GByteArray *
make_short_talk (guint utterances)
{
  return make_utterances (utterances, 300);
}

/* An element at a server. */
typedef struct
{
  TestRealtime *server;
  GstHarness *harness;
  GstBus *bus;
  GString *words; /* of results */
  guint n_partials;
  gchar *partial; /* the last */
  gchar *item;    /* of the last message about a chunk */
  guint n_failed;
  GString *complaints; /* warnings and errors, a line each */
  guint n_complaints;
  guint n_errors;
} Run;

static void
run_begin (
    Run *run, const TestRealtimeScript *script, const gchar *properties, gboolean live)
{
  memset (run, 0, sizeof *run);
  run->server = test_realtime_new (script);
  run->harness =
      make_stt_harness_at (test_realtime_base_url (run->server), properties, live);
  run->bus = gst_bus_new ();
  gst_element_set_bus (run->harness->element, run->bus);
  run->words = g_string_new (NULL);
  run->complaints = g_string_new (NULL);
}

static void
take_element_message (Run *run, GstMessage *message)
{
  const GstStructure *told = gst_message_get_structure (message);
  const gchar *text = gst_structure_get_string (told, "text");

  if (gst_structure_has_name (told, "openaistt/transcript"))
    g_string_append_printf (run->words, "%s ", text);
  else if (gst_structure_has_name (told, "openaistt/failed"))
    run->n_failed++;
  else if (gst_structure_has_name (told, "openaistt/partial")) {
    run->n_partials++;
    g_free (run->partial);
    run->partial = g_strdup (text);
    fail_unless (gst_structure_has_field (told, "request-id"));
  }
  if (gst_structure_has_field (told, "item")) {
    g_free (run->item);
    run->item = g_strdup (gst_structure_get_string (told, "item"));
  }
}

static void
take_complaint (Run *run, GstMessage *message)
{
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    run->n_errors++;
  } else
    gst_message_parse_warning (message, &error, NULL);
  g_string_append_printf (run->complaints, "%s\n", error->message);
  run->n_complaints++;
}

/* What was told so far, and what is told within @wait. */
static void
run_listen_for (Run *run, GstClockTime wait)
{
  GstMessage *message;

  while ((message = gst_bus_timed_pop (run->bus, wait))) {
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT)
      take_element_message (run, message);
    else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING
        || GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
      take_complaint (run, message);
    gst_message_unref (message);
  }
}

static void
run_listen (Run *run)
{
  run_listen_for (run, 0);
}

static void
run_end (Run *run)
{
  end_stream (run->harness);
  assert_account_is_exact (run->harness);
  run_listen (run);
}

static void
run_clear (Run *run)
{
  gst_element_set_bus (run->harness->element, NULL);
  gst_harness_teardown (run->harness);
  test_realtime_free (run->server);
  gst_object_unref (run->bus);
  g_string_free (run->words, TRUE);
  g_string_free (run->complaints, TRUE);
  g_free (run->partial);
  g_free (run->item);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

/* All of @talk at such a server. */
static void
hear (
    Run *run, const TestRealtimeScript *script, const gchar *properties, GByteArray *talk)
{
  run_begin (run, script, properties, FALSE);
  push_talk (run->harness, talk, 0);
  run_end (run);
}

/* What a server without a fault makes of it. */
static gchar *
words_of (GByteArray *talk)
{
  g_auto (Run) run = { 0 };

  hear (&run, &(TestRealtimeScript) { 0 }, SHORT, talk);
  fail_unless_equals_string (run.complaints->str, "");
  return g_strdup (run.words->str);
}

static guint
count_words (const gchar *text)
{
  guint n = 0;

  for (; *text; text++)
    n += *text == ' ';
  return n;
}

/* The same words as without a fault, and no complaint, from each of these servers. */
static void
check_nothing_lost (const TestRealtimeScript *scripts, guint n, guint sessions)
{
  g_autoptr (GByteArray) talk = make_short_talk (4);
  g_autofree gchar *expected = words_of (talk);

  fail_unless_equals_int (count_words (expected), 4);
  for (guint i = 0; i < n; i++) {
    g_auto (Run) run = { 0 };

    hear (&run, &scripts[i], SHORT, talk);
    fail_unless_equals_string (run.words->str, expected);
    fail_unless_equals_string (run.complaints->str, "");
    fail_unless_equals_int (
        test_sessions_n_handshakes (test_realtime_sessions (run.server)), sessions);
  }
}

GST_START_TEST (test_session)
{
  g_autoptr (GByteArray) talk = make_talk (2);
  g_auto (Run) run = { 0 };
  g_autofree gchar *path = NULL, *update = NULL;

  hear (&run, &(TestRealtimeScript) { 0 },
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

  hear (&run, &(TestRealtimeScript) { 0 },
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

  hear (&run, &(TestRealtimeScript) { 0 },
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

  hear (&run, &script, SHORT, talk);
  fail_unless_equals_int (count_words (run.words->str), 3);
  fail_unless_equals_string (run.complaints->str, "");
  sent = stats_value (run.harness, "uploaded");
  fail_unless (test_realtime_bytes (run.server) / 2 <= sent * 2 / 3 + 300
      && test_realtime_bytes (run.server) / 2 + 300 >= sent * 2 / 3);
  script.drop_items = 1;
  hear (&again, &script, SHORT, talk);
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

  hear (&run,
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

  hear (&run, &(TestRealtimeScript) { .empty_items = 1 }, SHORT, talk);
  fail_unless_equals_string (
      g_strstrip (run.words->str), g_strstrip (strchr (expected, ' ')));
  fail_unless_equals_string (run.complaints->str, "");
}

GST_END_TEST;

static void
push_answered (Run *run, GByteArray *talk, guint64 *sample)
{
  *sample = push_talk (run->harness, talk, *sample);
  gst_buffer_unref (gst_harness_pull (run->harness));
}

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

    hear (&run,
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

#define EXPIRED                                                                          \
  "{\"type\":\"error\",\"error\":{\"code\":\"session_expired\","                         \
  "\"message\":\"Your session hit the maximum duration.\"}}"

/* However a session ends, the next one takes over. */
GST_START_TEST (test_closes)
{
  static const TestRealtimeScript scripts[] = {
    { .close_sessions = 2, .close_code = 0 },
    { .close_sessions = 2, .close_code = 1000 },
    { .close_sessions = 2, .close_code = 1001 },
    { .close_sessions = 2, .close_code = 1011 },
    { .close_sessions = 2, .close_code = 4000 },
    { .close_sessions = 2, .close_code = 1001, .close_error = EXPIRED },
  };

  check_nothing_lost (scripts, G_N_ELEMENTS (scripts), 3);
}

GST_END_TEST;

/* In the middle of an item. */
GST_START_TEST (test_drops)
{
  check_nothing_lost (&(TestRealtimeScript) { .drop_items = 2 }, 1, 3);
}

GST_END_TEST;

/* A result never comes: the item is sent again in another session. */
GST_START_TEST (test_no_answer)
{
  g_autoptr (GByteArray) talk = make_short_talk (3);
  g_autofree gchar *expected = words_of (talk);
  g_auto (Run) run = { 0 };

  hear (&run, &(TestRealtimeScript) { .mute_items = 1 }, SHORT "timeout=1000", talk);
  fail_unless_equals_string (run.words->str, expected);
}

GST_END_TEST;

/* It never comes, however often it is sent: what was told of it is its text. */
GST_START_TEST (test_never_an_answer)
{
  g_autoptr (GByteArray) talk = make_talk (1);
  g_auto (Run) run = { 0 };

  hear (&run, &(TestRealtimeScript) { .mute_items = 1000, .tells_early = TRUE },
      REALTIME "timeout=500 "
               "max-retries=1 drop-hallucinations=false",
      talk);
  fail_unless (g_str_has_prefix (run.words->str, "a a a a"), "%s", run.words->str);
  fail_unless (strstr (run.complaints->str, "did not end the text") != NULL);
  fail_unless_equals_int (test_realtime_n_commits (run.server), 2);
}

GST_END_TEST;

/* The server says when a session ends: another is there before. */
GST_START_TEST (test_change_over)
{
  g_autoptr (GByteArray) talk = make_short_talk (1);
  g_auto (Run) run = { 0 };
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autofree gchar *word = words_of (talk);
  TestSessions *sessions;
  guint64 sample = 0;

  run_begin (&run, &(TestRealtimeScript) { .expires_in = 2 }, SHORT, TRUE);
  sessions = test_realtime_sessions (run.server);
  while (test_sessions_n_handshakes (sessions) < 3) {
    push_answered (&run, talk, &sample);
    g_string_append (expected, word);
  }
  run_end (&run);
  fail_unless_equals_string (run.complaints->str, "");
  fail_unless_equals_int (count_words (run.words->str), count_words (expected->str));
  fail_unless_equals_int (
      test_realtime_n_results (run.server), count_words (run.words->str));
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

    hear (&one, &(TestRealtimeScript) { .cuts_every = cut },
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
  hear (&run, &(TestRealtimeScript) { 0 }, REALTIME "vad=none", talk);
  fail_unless_equals_int (count_words (run.words->str), 1);
  fail_unless_equals_int (test_realtime_bytes (run.server), 4800);
}

GST_END_TEST;

/* --- a session that cannot be had -------------------------------------------- */

/* As push_talk(), until the stream may have ended with an error. */
static void
push_in_vain (GstHarness *harness, GByteArray *talk)
{
  GstFlowReturn flow = GST_FLOW_OK;

  for (guint64 i = 0; i < talk->len / 2 && flow == GST_FLOW_OK; i += RATE / 50)
    flow = gst_harness_push (harness, talk_buffer (talk, i, RATE / 50, i));
  gst_harness_push_event (harness, gst_event_new_eos ());
}

/* The error of a stream, at a server that does so with all handshakes. */
static gchar *
error_of (const TestRealtimeScript *script, guint status, const gchar *properties)
{
  g_autoptr (GByteArray) talk = make_talk (1);
  g_autofree gchar *line = g_strconcat (REALTIME, properties, NULL);
  g_auto (Run) run = { 0 };

  run_begin (&run, script, line, FALSE);
  for (guint i = 0; status && i < 20; i++)
    test_sessions_refuse (test_realtime_sessions (run.server), status, NULL,
        "{\"error\":{\"message\":\"No session for you\"}}");
  push_in_vain (run.harness, talk);
  while (run.n_errors == 0) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (
        run.bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_ERROR);

    fail_unless (message != NULL, "no error");
    take_complaint (&run, message);
  }
  return g_strdup (run.complaints->str);
}

static void
check_error (const TestRealtimeScript *script, guint status, const gchar *properties,
    const gchar *words)
{
  g_autofree gchar *text = error_of (script, status, properties);

  fail_unless (strstr (text, words) != NULL, "\"%s\" is not in: %s", words, text);
}

GST_START_TEST (test_refused)
{
  static const guint statuses[] = { 400, 401, 403, 404, 429, 500 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    check_error (
        &(TestRealtimeScript) { 0 }, statuses[i], "max-retries=1", "No session for you");
  check_error (&(TestRealtimeScript) { 0 }, 302, "", "redirects");
  check_error (&(TestRealtimeScript) { 0 }, 200, "", "has no WebSocket");
}

GST_END_TEST;

/* A server that wants no model in its address, or another. */
GST_START_TEST (test_other_path)
{
  g_autoptr (GByteArray) talk = make_talk (1);
  g_auto (Run) run = { 0 };
  g_autofree gchar *path = NULL;

  run_begin (&run, &(TestRealtimeScript) { 0 }, REALTIME, FALSE);
  test_sessions_refuse (test_realtime_sessions (run.server), 400, NULL,
      "{\"error\":{\"message\":\"No model here\"}}");
  push_talk (run.harness, talk, 0);
  run_end (&run);
  fail_unless_equals_int (count_words (run.words->str), 1);
  path = test_sessions_path (test_realtime_sessions (run.server));
  fail_unless_equals_string (path, "/v1/realtime?intent=transcription");
}

GST_END_TEST;

/* One that is too busy for a moment. */
GST_START_TEST (test_busy)
{
  static const gchar *const headers[] = { "Retry-After", "1", NULL };
  g_autoptr (GByteArray) talk = make_talk (1);
  g_auto (Run) run = { 0 };

  run_begin (&run, &(TestRealtimeScript) { 0 }, REALTIME, FALSE);
  test_sessions_refuse (test_realtime_sessions (run.server), 429, headers, "{}");
  push_talk (run.harness, talk, 0);
  run_end (&run);
  fail_unless_equals_int (count_words (run.words->str), 1);
}

GST_END_TEST;

/* Accepted, and then refused, as OpenAI does with the beta. */
GST_START_TEST (test_refused_session)
{
  check_error (
      &(TestRealtimeScript) {
          .update_error =
              "{\"type\":\"error\",\"error\":{\"type\":"
              "\"invalid_request_error\",\"code\":\"beta_api_shape_disabled\","
              "\"message\":\"The beta is gone\"}}",
          .update_errors = 100 },
      0, "", "The beta is gone");
}

GST_END_TEST;

GST_START_TEST (test_never_configured)
{
  check_error (&(TestRealtimeScript) { .never_updates = TRUE }, 0,
      "connect-timeout=300 max-retries=1", "took too long to answer");
}

GST_END_TEST;

/* Settings that are refused are left out, which is told. */
GST_START_TEST (test_plain_settings)
{
  g_autoptr (GByteArray) talk = make_talk (2);
  g_auto (Run) run = { 0 };
  g_autofree gchar *update = NULL;

  hear (&run,
      &(TestRealtimeScript) {
          .update_error = "{\"type\":\"error\",\"error\":{\"code\":"
                          "\"not_supported\",\"message\":\"No prompts\",\"event_id\":"
                          "\"update_1\"}}",
          .update_errors = 1 },
      REALTIME "prompt=Names", talk);
  fail_unless_equals_int (count_words (run.words->str), 2);
  fail_unless (strstr (run.complaints->str, "sending the model alone") != NULL, "%s",
      run.complaints->str);
  update = test_realtime_update (run.server, 1);
  fail_unless (
      strstr (update, "\"transcription\":{\"model\":\"m\"}") != NULL, "%s", update);
}

GST_END_TEST;

GST_START_TEST (test_mute_handshake)
{
  g_autoptr (GByteArray) talk = make_talk (1);
  g_auto (Run) run = { 0 };

  run_begin (&run, &(TestRealtimeScript) { 0 }, REALTIME "connect-timeout=250", FALSE);
  test_sessions_mute (test_realtime_sessions (run.server), TEST_MUTE_HANDSHAKE);
  test_sessions_mute (test_realtime_sessions (run.server), TEST_MUTE_READING);
  push_talk (run.harness, talk, 0);
  run_end (&run);
  fail_unless_equals_int (count_words (run.words->str), 1);
}

GST_END_TEST;

GST_START_TEST (test_exposed)
{
  g_autoptr (GByteArray) talk = make_talk (1);
  GstHarness *harness = make_stt_harness_at ("ws://192.0.2.1/v1", "", FALSE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  gst_element_set_bus (harness->element, bus);
  push_in_vain (harness, talk);
  message =
      gst_bus_timed_pop_filtered (bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (strstr (error->message, "allow-insecure") != NULL, "%s", error->message);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* --- outages ------------------------------------------------------------------ */

/* A server that is killed, and comes back. */
GST_START_TEST (test_outage)
{
  g_autoptr (GByteArray) talk = make_short_talk (2);
  g_autofree gchar *expected = words_of (talk);
  g_auto (Run) run = { 0 };
  TestSessions *sessions;
  guint64 sample = 0;

  run_begin (&run, &(TestRealtimeScript) { 0 }, SHORT, TRUE);
  sessions = test_realtime_sessions (run.server);
  sample = push_talk (run.harness, talk, sample);
  fail_unless (test_realtime_wait (run.server, 1, 0, WAIT_SECONDS));
  test_sessions_pause (sessions);
  sample = push_talk (run.harness, talk, sample);
  test_sessions_resume (sessions);
  push_talk (run.harness, talk, sample);
  run_end (&run);
  fail_unless_equals_int (count_words (run.words->str), 6);
  fail_unless (g_str_has_prefix (run.words->str, expected));
  fail_unless_equals_int (run.n_errors, 0);
}

GST_END_TEST;

/* Not for ever. */
GST_START_TEST (test_max_outage)
{
  g_autoptr (GByteArray) talk = make_short_talk (1);
  g_auto (Run) run = { 0 };
  guint64 sample = 0;

  run_begin (&run, &(TestRealtimeScript) { 0 },
      SHORT "max-outage=1000 "
            "max-retries=1",
      TRUE);
  push_answered (&run, talk, &sample);
  test_sessions_pause (test_realtime_sessions (run.server));
  push_talk (run.harness, talk, sample);
  run_end (&run);
  fail_unless_equals_int (run.n_failed, 1);
  fail_unless (strstr (run.complaints->str, "The server is away") != NULL, "%s",
      run.complaints->str);
  test_sessions_resume (test_realtime_sessions (run.server));
}

GST_END_TEST;

/* What waited is sent at most four times as fast as it was spoken, but for the first
 * second. @from: the first piece that waited. */
static void
check_speed (const Run *run, guint from)
{
  g_autoptr (GArray) pieces = test_realtime_pieces (run->server);
  const TestPiece *first = &g_array_index (pieces, TestPiece, from);
  const TestPiece *last = &g_array_index (pieces, TestPiece, pieces->len - 1);
  gdouble sent = (last->offset - first->offset) / 48000.0;
  gdouble took = (last->time - first->time) / (gdouble) G_USEC_PER_SEC;

  fail_unless (sent <= 4 * took + 1.5, "%f s in %f s", sent, took);
}

GST_START_TEST (test_speed)
{
  g_autoptr (GByteArray) talk = make_short_talk (8);
  g_auto (Run) run = { 0 };

  hear (&run, &(TestRealtimeScript) { 0 }, SHORT, talk);
  check_speed (&run, 0);
}

GST_END_TEST;

static guint
n_pieces (const Run *run)
{
  g_autoptr (GArray) pieces = test_realtime_pieces (run->server);

  return pieces->len;
}

static guint64
push_until (Run *run, GByteArray *talk, guint64 sample, guint milliseconds)
{
  for (; sample < milliseconds * RATE / 1000; sample += RATE / 50)
    gst_harness_push (run->harness, talk_buffer (talk, sample, RATE / 50, sample));
  return sample;
}

/* Until something was sent again. */
static void
wait_for_repeat (Run *run)
{
  for (guint i = 0; i < WAIT_SECONDS * 50; i++) {
    run_listen_for (run, 20 * GST_MSECOND);
    if (stats_value (run->harness, "repeated") > 0)
      return;
  }
  fail ("the session is not given up");
}

/* The network is gone for six of eight utterances: no end of a connection tells it. Every
 * sample is transcribed, once, and the server is not flooded. */
GST_START_TEST (test_no_network)
{
  g_autoptr (GByteArray) talk = make_short_talk (8);
  g_autofree gchar *expected = words_of (talk);
  g_auto (Run) run = { 0 };
  TestSessions *sessions;
  guint64 sample;
  guint sent;

  run_begin (&run, &(TestRealtimeScript) { 0 },
      SHORT "timeout=400 connect-timeout=200 max-retries=100 partial-captions=none",
      TRUE);
  sessions = test_realtime_sessions (run.server);
  sample = push_until (&run, talk, 0, 1000);
  gst_buffer_unref (gst_harness_pull (run.harness));
  test_sessions_vanish (sessions);
  sent = n_pieces (&run);
  sample = push_until (&run, talk, sample, 9000);
  wait_for_repeat (&run);
  fail_unless_equals_int (n_pieces (&run), sent);
  test_sessions_appear (sessions);
  push_until (&run, talk, sample, talk->len / 2 * 1000 / RATE);
  run_end (&run);
  fail_unless_equals_string (run.words->str, expected);
  fail_unless_equals_int (test_realtime_n_results (run.server), 8);
  fail_unless_equals_uint64 (stats_value (run.harness, "dropped"), 0);
  fail_unless_equals_int (run.n_errors, 0);
  check_speed (&run, sent);
}

GST_END_TEST;

/* --- flushes and ends ---------------------------------------------------------- */

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
  const gchar *rounds = g_getenv ("NETWORK_ROUNDS");
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
  tcase_add_test (tc, test_closes);
  tcase_add_test (tc, test_drops);
  tcase_add_test (tc, test_no_answer);
  tcase_add_test (tc, test_never_an_answer);
  tcase_add_test (tc, test_change_over);
  tcase_add_test (tc, test_server_turns);
  tcase_add_test (tc, test_short_end);
  tcase_add_test (tc, test_refused);
  tcase_add_test (tc, test_other_path);
  tcase_add_test (tc, test_busy);
  tcase_add_test (tc, test_refused_session);
  tcase_add_test (tc, test_never_configured);
  tcase_add_test (tc, test_plain_settings);
  tcase_add_test (tc, test_mute_handshake);
  tcase_add_test (tc, test_exposed);
  tcase_add_test (tc, test_outage);
  tcase_add_test (tc, test_max_outage);
  tcase_add_test (tc, test_speed);
  tcase_add_loop_test (tc, test_no_network, 0, rounds ? atoi (rounds) : 1);
  tcase_add_loop_test (tc, test_flush, 0, N_STATES);
  tcase_add_loop_test (tc, test_seek, 0, N_STATES);
  tcase_add_test (tc, test_stop);
  tcase_add_test (tc, test_late_thread);
  tcase_add_test (tc, test_races);
  tcase_add_test (tc, test_file);
  return suite;
}

GST_CHECK_MAIN (realtime);
