// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaitts in a Realtime session: word for word, whatever the model makes of it. */

#include <string.h>

#include "server/speaker.h"
#include "speech.h"

/* What is heard of a line, and what it posts. */
typedef struct
{
  Heard heard;
  Outcome *outcome;
  gchar *words;
  gchar *asked;
} Reading;

static GstElement *
make_reader (TestSpeaker *speaker, const gchar *properties)
{
  g_autofree gchar *line =
      g_strdup_printf ("openaitts name=t base-url=%s api-key=\"\" "
                       "transport=realtime %s ! fakesink name=sink async=false",
          test_speaker_base_url (speaker), properties);
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (line, &error);

  fail_unless (pipeline && !error, "%s", error ? error->message : line);
  return pipeline;
}

static void
read_aloud (Reading *reading, TestSpeaker *speaker, const gchar *properties)
{
  GstElement *pipeline = make_reader (speaker, properties);

  hear (pipeline, &reading->heard);
  reading->outcome = play (pipeline);
  reading->words =
      test_speaker_words (speaker, reading->heard.bytes->data, reading->heard.bytes->len);
  reading->asked = test_speaker_asked (speaker);
}

static void
reading_clear (Reading *reading)
{
  heard_clear (&reading->heard);
  outcome_free (reading->outcome);
  g_free (reading->words);
  g_free (reading->asked);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

/* Longer than what is said in one piece. */
#define LONG                                                                             \
  "The first sentence of this text goes on for so long that nothing else fits "          \
  "beside it into one piece of what the server is asked to say, which is as it should be."

GST_START_TEST (test_session)
{
  g_autoptr (TestSpeaker) speaker = test_speaker_new ();
  g_auto (Reading) reading = { 0 };
  g_autofree gchar *update = NULL, *create = NULL, *path = NULL;
  const GstStructure *end;

  read_aloud (&reading, speaker,
      "text=\"" LONG " How are you?\" voice=marin "
      "speed=1.25 instructions=\"softly\" model=gpt-realtime-2.1-mini");
  fail_unless (reading.outcome->eos && reading.outcome->n_warnings == 0);
  fail_unless_equals_string (reading.words, LONG " How are you? ");
  fail_unless_equals_string (reading.asked, LONG "\nHow are you?\n");
  fail_unless_equals_int (reading.heard.rate, 24000);
  fail_unless (reading.heard.contiguous);
  fail_unless_equals_int (
      test_sessions_n_handshakes (test_speaker_sessions (speaker)), 1);
  path = test_sessions_path (test_speaker_sessions (speaker));
  fail_unless_equals_string (path, "/v1/realtime?model=gpt-realtime-2.1-mini");
  update = test_speaker_update (speaker);
  fail_unless (strstr (update, "\"voice\":\"marin\"") != NULL, "%s", update);
  fail_unless (strstr (update, "\"speed\":1.25") != NULL);
  fail_unless (strstr (update, "softly") != NULL);
  create = test_speaker_create (speaker);
  fail_unless (strstr (create, "\"conversation\":\"none\"") != NULL, "%s", create);
  fail_unless (strstr (create, "\"output_modalities\":[\"audio\"]") != NULL);
  end = outcome_message (reading.outcome, "openaitts/speech-end", 1);
  fail_unless_equals_string (gst_structure_get_string (end, "text"), "How are you?");
  fail_unless_equals_string (
      gst_structure_get_string (end, "model"), "gpt-realtime-2.1-mini");
}

GST_END_TEST;

/* What the model makes of a text, and what is heard of it all the same. */
static const struct
{
  const gchar *text;
  TestSpeech speeches[2];
  const gchar *heard;
  const gchar *asked;
  gboolean warns;
} departures[] = {
  /* a paraphrase, once and always */
  { "He bought a car.", { { .says = "He purchased a car." } }, "He bought a car. ",
      "He bought a car.\nbought a car.\n" },
  { "He bought a car.",
      { { .says = "He purchased a car." }, { .says = "purchased a car." } }, "He ",
      "He bought a car.\nbought a car.\n", TRUE },
  /* an answer, once and always */
  { "What time is it?", { { .says = "It is nine, my friend." } }, "What time is it? ",
      "What time is it?\nWhat time is it?\n" },
  { "What time is it?", { { .says = "It is nine." }, { .says = "It is nine." } }, "",
      "What time is it?\nWhat time is it?\n", TRUE },
  /* an opening */
  { "The end.", { { .says = "Sure! The end." } }, "The end. ", "The end.\nThe end.\n" },
  /* an addition */
  { "The end.", { { .says = "The end. I hope you liked it very much." } }, "The end. ",
      "The end.\n" },
  /* a refusal */
  { "He shot him.", { { .says = "I'm sorry, I can't help with that." } }, "He shot him. ",
      "He shot him.\nHe shot him.\n" },
  /* the end is missing */
  { "The train leaves at nine today.", { { .says = "The train leaves" } },
      "The train leaves at nine today. ",
      "The train leaves at nine today.\nat nine today.\n" },
  /* a transcript that comes late */
  { "Good night.", { { .transcript = TEST_TRANSCRIPT_LATE } }, "Good night. ",
      "Good night.\n" },
  { "Good night.", { { .transcript = TEST_TRANSCRIPT_IN_DONE } }, "Good night. ",
      "Good night.\n" },
  /* or never */
  { "Good night.", { { .transcript = TEST_TRANSCRIPT_NEVER } }, "Good night. ",
      "Good night.\n", TRUE },
  /* numbers are no departure */
  { "In 2026 it ends.", { { .says = "In twenty twenty-six it ends." } },
      "In twenty twenty-six it ends. ", "In 2026 it ends.\n" },
};

GST_START_TEST (test_departures)
{
  static const gchar *const modes[] = { "check", "hold" };
  guint i = __i__ / 2;
  gboolean hold = __i__ % 2;
  g_autoptr (TestSpeaker) speaker = test_speaker_new ();
  g_auto (Reading) reading = { 0 };
  g_autofree gchar *properties =
      g_strdup_printf ("text=\"%s\" verbatim=%s", departures[i].text, modes[__i__ % 2]);

  for (guint k = 0; k < G_N_ELEMENTS (departures[i].speeches); k++)
    test_speaker_add (speaker, &departures[i].speeches[k]);
  read_aloud (&reading, speaker, properties);
  fail_unless (reading.outcome->eos && !reading.outcome->error);
  if (!hold)
    fail_unless_equals_string (reading.asked, departures[i].asked);
  if (!hold || !departures[i].speeches[1].says)
    fail_unless_equals_string (reading.words, departures[i].heard);
  fail_unless_equals_int (reading.outcome->n_warnings, departures[i].warns);
}

GST_END_TEST;

static gboolean
say (GstElement *element, const gchar *text)
{
  gboolean taken = FALSE;

  g_signal_emit_by_name (element, "say", text, &taken);
  return taken;
}

/* A session that ends in a text, in the middle of a word or between two: the rest is
 * said in the next one. How fast the voice speaks is known from the text before. */
static const TestSpeech breaks[] = {
  { .drops_in_word = 1 },
  { .drops_in_word = 2 },
  { .drops_in_word = 4 },
  { .expires_after_word = 1 },
  { .expires_after_word = 3 },
};

GST_START_TEST (test_breaks)
{
  const TestSpeech plain = { 0 };
  g_autoptr (TestSpeaker) speaker = test_speaker_new ();
  g_autoptr (GstElement) pipeline = make_reader (speaker, "keep-open=true");
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_auto (Reading) reading = { 0 };

  g_object_set (sink, "sync", TRUE, NULL);
  test_speaker_add (speaker, &plain);
  test_speaker_add (speaker, &breaks[__i__]);
  hear (pipeline, &reading.heard);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless (say (element, "One two three four."));
  fail_unless (say (element, "The train leaves at nine today."));
  g_signal_emit_by_name (element, "end-of-speech");
  reading.outcome = play (gst_object_ref (pipeline));
  reading.words =
      test_speaker_words (speaker, reading.heard.bytes->data, reading.heard.bytes->len);
  fail_unless (reading.outcome->eos && !reading.outcome->error);
  fail_unless_equals_string (
      reading.words, "One two three four. The train leaves at nine today. ");
  fail_unless_equals_int (reading.outcome->n_warnings, 0);
  fail_unless_equals_int (
      test_sessions_n_handshakes (test_speaker_sessions (speaker)), 2);
}

GST_END_TEST;

/* What the server says instead of speech. */
static const struct
{
  TestSpeech speeches[2];
  guint n_asked;
  const gchar *code; /* of the error; NULL: it is said all the same */
  gint kind;         /* of it, in GST_RESOURCE_ERROR */
} failures[] = {
  { { { .status = "failed", .code = "rate_limit_exceeded" } }, 2 },
  { { { .status = "failed", .code = "server_error" } }, 2 },
  { { { .status = "failed", .code = "invalid_value" } }, 1, "invalid_value",
      GST_RESOURCE_ERROR_SETTINGS },
  { { { .says = " ", .status = "incomplete", .reason = "content_filter" } }, 1,
      "content_filter", GST_RESOURCE_ERROR_FAILED },
};

GST_START_TEST (test_failures)
{
  g_autoptr (TestSpeaker) speaker = test_speaker_new ();
  g_auto (Reading) reading = { 0 };
  const gchar *code = failures[__i__].code;

  test_speaker_add (speaker, &failures[__i__].speeches[0]);
  read_aloud (&reading, speaker, "text=Hello.");
  fail_unless_equals_int (test_speaker_n_asked (speaker), failures[__i__].n_asked);
  fail_unless_equals_string (reading.words, code ? "" : "Hello. ");
  fail_unless (!reading.outcome->error == !code);
  if (code)
    fail_unless_equals_string (
        gst_structure_get_string (reading.outcome->details, "error-code"), code);
  if (code)
    fail_unless (g_error_matches (
        reading.outcome->error, GST_RESOURCE_ERROR, failures[__i__].kind));
}

GST_END_TEST;

/* What is refused is told, and the other texts are said, whichever it is. */
GST_START_TEST (test_refused_text)
{
  const TestSpeech read = { 0 };
  const TestSpeech refused = {
    .says = " ", .status = "incomplete", .reason = "content_filter"
  };
  g_autoptr (TestSpeaker) speaker = test_speaker_new ();
  g_auto (Reading) reading = { 0 };

  for (gint i = 0; i < 2; i++)
    test_speaker_add (speaker, i == __i__ ? &refused : &read);
  read_aloud (&reading, speaker, "text=\"" LONG " How are you?\"");
  fail_unless (reading.outcome->eos && !reading.outcome->error);
  fail_unless_equals_string (reading.words, __i__ == 0 ? "How are you? " : LONG " ");
  fail_unless_equals_int (reading.outcome->n_warnings, 1);
  fail_unless_equals_int (outcome_count (reading.outcome, "openaitts/failed"), 1);
}

GST_END_TEST;

/* The rest of an answer that was cut at its most tokens. */
GST_START_TEST (test_most_tokens)
{
  const TestSpeech cut = {
    .says = "One two three", .status = "incomplete", .reason = "max_output_tokens"
  };
  g_autoptr (TestSpeaker) speaker = test_speaker_new ();
  g_auto (Reading) reading = { 0 };

  test_speaker_add (speaker, &cut);
  read_aloud (&reading, speaker, "text=\"One two three four five.\"");
  fail_unless_equals_string (reading.words, "One two three four five. ");
  fail_unless_equals_string (reading.asked, "One two three four five.\nfour five.\n");
}

GST_END_TEST;

/* One is cut off a hundred times, in one session, and none of it is heard later. */
GST_START_TEST (test_interruptions)
{
  const TestSpeech stops = { .stops_after_word = 2 };
  g_autoptr (TestSpeaker) speaker = test_speaker_new ();
  g_autoptr (GstElement) pipeline = make_reader (speaker, "keep-open=true");
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_auto (Heard) heard = { 0 };
  g_autofree gchar *words = NULL;

  hear (pipeline, &heard);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 100; i++) {
    GstStructure *start;

    test_speaker_add (speaker, &stops);
    fail_unless (say (element, "alpha bravo charlie delta."));
    start = wait_for_message (bus, "openaitts/speech-start");
    gst_structure_free (start);
    g_signal_emit_by_name (element, "interrupt");
  }
  fail_unless (say (element, "echo."));
  gst_structure_free (wait_for_message (bus, "openaitts/speech-end"));
  g_signal_emit_by_name (element, "end-of-speech");
  gst_element_set_state (pipeline, GST_STATE_NULL);
  words = test_speaker_words (speaker, heard.bytes->data, heard.bytes->len);
  fail_unless (strstr (words, "charlie") == NULL, "%s", words);
  fail_unless (g_str_has_suffix (words, "echo. "), "%s", words);
  fail_unless_equals_int (
      test_sessions_n_handshakes (test_speaker_sessions (speaker)), 1);
  fail_unless_equals_int (test_speaker_n_cancelled (speaker), 100);
}

GST_END_TEST;

/* Sentences over the ends of sessions, each of which lasts some seconds: an evening in
 * small. The next session is there before the last one ends. */
GST_START_TEST (test_evening)
{
  g_autoptr (TestSpeaker) speaker = test_speaker_new ();
  g_autoptr (GstElement) pipeline = make_reader (speaker, "keep-open=true");
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_auto (Heard) heard = { 0 };
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autofree gchar *words = NULL;
  guint n = 0;

  hear (pipeline, &heard);
  test_speaker_set_life (speaker, 2);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (n < 200 || test_sessions_n_handshakes (test_speaker_sessions (speaker)) < 4) {
    g_autofree gchar *text = g_strdup_printf ("sentence w%u.", n++ % 300);

    fail_unless (say (element, text));
    gst_structure_free (wait_for_message (bus, "openaitts/speech-end"));
    g_string_append_printf (expected, "%s ", text);
  }
  g_signal_emit_by_name (element, "end-of-speech");
  gst_element_set_state (pipeline, GST_STATE_NULL);
  words = test_speaker_words (speaker, heard.bytes->data, heard.bytes->len);
  for (gsize i = 0; words[i] || expected->str[i]; i++)
    fail_unless (words[i] == expected->str[i], "%.60s", words + i);
  fail_unless (heard.contiguous);
}

GST_END_TEST;

/* More than one voice, one of them by its id, in one session. */
GST_START_TEST (test_voices)
{
  g_autoptr (TestSpeaker) speaker = test_speaker_new ();
  g_auto (Reading) reading = { 0 };
  g_autofree gchar *create = NULL;

  read_aloud (&reading, speaker, "text=Hello. voice=voice_1234 speed=3");
  fail_unless_equals_string (reading.words, "Hello. ");
  create = test_speaker_create (speaker);
  fail_unless (
      strstr (create, "\"voice\":{\"id\":\"voice_1234\"}") != NULL, "%s", create);
  fail_unless_equals_int (reading.outcome->n_warnings, 1);
  fail_unless (strstr (g_ptr_array_index (reading.outcome->warnings, 0), "1.5") != NULL);
}

GST_END_TEST;

/* G.711 is asked for and leaves as it came where that is all that downstream takes; cuts
 * find their place in it, too. */
static const struct
{
  const gchar *caps;
  const gchar *format; /* of the session */
} laws[] = {
  { "audio/x-mulaw", "{\"type\":\"audio/pcmu\"}" },
  { "audio/x-alaw", "{\"type\":\"audio/pcma\"}" },
};

GST_START_TEST (test_g711)
{
  const TestSpeech strays = { .says = "He purchased a car." };
  g_autoptr (TestSpeaker) speaker = test_speaker_new ();
  g_autofree gchar *properties =
      g_strdup_printf ("text=\"He bought a car.\" ! %s", laws[__i__].caps);
  g_autofree gchar *update = NULL;
  g_auto (Reading) reading = { 0 };

  test_speaker_add (speaker, &strays);
  read_aloud (&reading, speaker, properties);
  fail_unless (reading.outcome->eos && reading.outcome->n_warnings == 0);
  fail_unless_equals_string (reading.words, "He bought a car. ");
  fail_unless_equals_int (reading.heard.rate, 8000);
  fail_unless_equals_int (reading.heard.channels, 1);
  fail_unless (reading.heard.contiguous);
  fail_unless_equals_uint64 (reading.heard.end,
      gst_util_uint64_scale (reading.heard.bytes->len, GST_SECOND, 8000));
  update = test_speaker_update (speaker);
  fail_unless (strstr (update, laws[__i__].format) != NULL, "%s", update);
}

GST_END_TEST;

/* Servers of one's own speak the beta: flat objects, other names of events. */
GST_START_TEST (test_beta)
{
  static const gchar *const formats[] = { "pcm16", "g711_ulaw" };
  static const gchar *const tails[] = { "", "! audio/x-mulaw" };
  const TestSpeech strays = { .says = "He purchased a car." };
  g_autoptr (TestSpeaker) speaker = test_speaker_new ();
  g_autofree gchar *properties = g_strdup_printf (
      "text=\"He bought a car.\" voice=echo instructions=softly %s", tails[__i__]);
  g_autofree gchar *expected =
      g_strdup_printf ("\"output_audio_format\":\"%s\"", formats[__i__]);
  g_autofree gchar *update = NULL, *create = NULL;
  g_auto (Reading) reading = { 0 };

  test_speaker_set_beta (speaker);
  test_speaker_add (speaker, &strays);
  read_aloud (&reading, speaker, properties);
  fail_unless (reading.outcome->eos && reading.outcome->n_warnings == 0);
  fail_unless_equals_string (reading.words, "He bought a car. ");
  update = test_speaker_update (speaker);
  create = test_speaker_create (speaker);
  fail_unless (strstr (update, expected) != NULL, "%s", update);
  fail_unless (strstr (update, "softly") != NULL);
  fail_unless (strstr (update, "\"audio\":{") == NULL);
  fail_unless (strstr (create, "\"voice\":\"echo\"") != NULL, "%s", create);
  fail_unless (strstr (create, "\"modalities\":[\"audio\",\"text\"]") != NULL);
}

GST_END_TEST;

/* What leaves where there should be silence. */
typedef struct
{
  gint is_silent; /* atomic, as the other one */
  gint n_bytes;
} Silence;

static GstPadProbeReturn
count_bytes (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Silence *silence = user_data;

  if (g_atomic_int_get (&silence->is_silent))
    g_atomic_int_add (
        &silence->n_bytes, gst_buffer_get_size (GST_PAD_PROBE_INFO_BUFFER (info)));
  return GST_PAD_PROBE_OK;
}

/* Not a sample leaves once interrupt() has returned, though all of the text has come;
 * what was pushed before is flushed, what was not said is told, the session goes on. */
GST_START_TEST (test_silence)
{
  g_autoptr (TestSpeaker) speaker = test_speaker_new ();
  g_autoptr (GstElement) pipeline = make_reader (speaker, "keep-open=true");
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  Silence silence = { 0 };

  g_object_set (sink, "sync", TRUE, NULL);
  add_probe (pipeline, "t", "src", GST_PAD_PROBE_TYPE_BUFFER, count_bytes, &silence);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 20; i++) {
    GstStructure *told;

    g_atomic_int_set (&silence.is_silent, FALSE);
    fail_unless (say (element, LONG));
    gst_structure_free (wait_for_message (bus, "openaitts/speech-start"));
    /* A flush in the middle of a pipeline's state change may leave a sink of GStreamer
     * 1.22 waiting for ever. */
    gst_element_get_state (pipeline, NULL, NULL, WAIT_SECONDS * GST_SECOND);
    g_signal_emit_by_name (element, "interrupt");
    g_atomic_int_set (&silence.is_silent, TRUE);
    told = wait_for_message (bus, "openaitts/interrupted");
    fail_unless_equals_string (gst_structure_get_string (told, "text"), LONG);
    fail_unless (strlen (gst_structure_get_string (told, "unsaid")) > strlen (LONG) / 2);
    gst_structure_free (told);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  fail_unless_equals_int (g_atomic_int_get (&silence.n_bytes), 0);
  fail_unless_equals_int (
      test_sessions_n_handshakes (test_speaker_sessions (speaker)), 1);
}

GST_END_TEST;

/* An answer that begins when it was given up is not taken for the next one: the server
 * is told to be silent. */
GST_START_TEST (test_late)
{
  const TestSpeech late = { .is_late = TRUE };
  g_autoptr (TestSpeaker) speaker = test_speaker_new ();
  g_auto (Reading) reading = { 0 };

  test_speaker_add (speaker, &late);
  read_aloud (&reading, speaker, "text=\"The end.\" timeout=1000");
  fail_unless (reading.outcome->eos && reading.outcome->n_warnings == 0);
  fail_unless_equals_string (reading.words, "The end. ");
  fail_unless_equals_int (test_speaker_n_asked (speaker), 2);
  fail_unless_equals_int (test_speaker_n_cancelled (speaker), 1);
}

GST_END_TEST;

/* No response is asked for while the server says that there is none. */
GST_START_TEST (test_limits)
{
  const TestSpeech limited = { .limits = 0.4 };
  g_autoptr (TestSpeaker) speaker = test_speaker_new ();
  g_auto (Reading) reading = { 0 };
  gint64 begun = g_get_monotonic_time ();

  test_speaker_add (speaker, &limited);
  read_aloud (&reading, speaker, "prefetch=0 text=\"" LONG " How are you?\"");
  fail_unless_equals_string (reading.words, LONG " How are you? ");
  fail_unless (
      test_speaker_last_asked (speaker) - begun >= 400 * G_TIME_SPAN_MILLISECOND);
}

GST_END_TEST;

static Suite *
ttsrealtime_suite (void)
{
  Suite *suite = suite_create ("ttsrealtime");
  TCase *tc = tcase_create ("general");

  tcase_set_timeout (tc, 300);
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_session);
  tcase_add_loop_test (tc, test_departures, 0, 2 * G_N_ELEMENTS (departures));
  tcase_add_loop_test (tc, test_breaks, 0, G_N_ELEMENTS (breaks));
  tcase_add_loop_test (tc, test_failures, 0, G_N_ELEMENTS (failures));
  tcase_add_loop_test (tc, test_refused_text, 0, 2);
  tcase_add_test (tc, test_most_tokens);
  tcase_add_test (tc, test_interruptions);
  tcase_add_test (tc, test_evening);
  tcase_add_test (tc, test_voices);
  tcase_add_loop_test (tc, test_g711, 0, G_N_ELEMENTS (laws));
  tcase_add_test (tc, test_limits);
  tcase_add_loop_test (tc, test_beta, 0, 2);
  tcase_add_test (tc, test_silence);
  tcase_add_test (tc, test_late);
  return suite;
}

GST_CHECK_MAIN (ttsrealtime);
