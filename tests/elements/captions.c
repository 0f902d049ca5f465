// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaistt: what becomes of an answer, and how speech is cut for one. */

#include <gst/audio/audio.h>
#include <string.h>

#include "support.h"

static void
push_utterance (GstHarness *harness, guint milliseconds)
{
  push_utterances (harness, 1, milliseconds, 1000, push_pause (harness, 500, 0));
}

static const struct
{
  const gchar *granularity;
  const gchar *captions;
} granularities[] = {
  { "caption", "One two. Three\n" },
  { "word", "One\ntwo.\nThree\n" },
  { "segment", "One two.\nThree\n" },
  { "chunk", "One two. Three\n" },
};

GST_START_TEST (test_granularity)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *properties = g_strdup_printf (
      "model=whisper-1 granularity=%s", granularities[__i__].granularity);
  GstHarness *harness = make_stt_harness (server, properties, FALSE);
  g_autofree gchar *captions = NULL;

  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"One two. Three\",\"segments\":[{\"start\":0.2,\"end\":0.8,"
      "\"text\":\"One two.\"},{\"start\":0.9,\"end\":1.4,\"text\":\"Three\"}],"
      "\"words\":[{\"word\":\"One\",\"start\":0.2,\"end\":0.4},"
      "{\"word\":\"two\",\"start\":0.5,\"end\":0.8},"
      "{\"word\":\"Three\",\"start\":0.9,\"end\":1.4}]}");
  push_utterance (harness, 1500);
  end_stream (harness);
  captions = pull_captions (harness);
  fail_unless_equals_string (captions, granularities[__i__].captions);
  gst_harness_teardown (harness);
}

GST_END_TEST;

#define FAST_WORDS                                                                         \
  "{\"text\":\"Everybody knows that they published seventeen thousand pages\",\"words\":[" \
  "{\"word\":\"Everybody\",\"start\":0.3,\"end\":0.5},"                                    \
  "{\"word\":\"knows\",\"start\":0.5,\"end\":0.6},"                                        \
  "{\"word\":\"that\",\"start\":0.6,\"end\":0.7},"                                         \
  "{\"word\":\"they\",\"start\":0.7,\"end\":0.8},"                                         \
  "{\"word\":\"published\",\"start\":0.8,\"end\":1.0},"                                    \
  "{\"word\":\"seventeen\",\"start\":1.0,\"end\":1.2},"                                    \
  "{\"word\":\"thousand\",\"start\":1.2,\"end\":1.4},"                                     \
  "{\"word\":\"pages\",\"start\":1.4,\"end\":1.6}]}"

/* The guideline that is named, and what is set beside it; a rule that cannot be kept is
 * told and counted. */
static const struct
{
  const gchar *properties;
  const gchar *captions;
  guint too_fast;
} styles[] = {
  { "", "Everybody knows that they published/seventeen thousand pages", 1 },
  { "caption-style=cea-608",
      "Everybody knows/that they published seventeen/thousand pages", 1 },
  { "caption-style=shorts max-lines=3",
      "Everybody knows/that they published/seventeen thousand pages", 0 },
  { "max-line-chars=60", "Everybody knows that they published seventeen thousand pages",
      1 },
  { "max-reading-speed=60",
      "Everybody knows that they published/seventeen thousand pages", 0 },
};

GST_START_TEST (test_style)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *properties =
      g_strdup_printf ("model=whisper-1 %s", styles[__i__].properties);
  GstHarness *harness = make_stt_harness (server, properties, FALSE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstStructure) stats = NULL;
  g_autofree gchar *captions = NULL;
  guint64 too_fast;

  gst_element_set_bus (harness->element, bus);
  test_server_answer_with (server, 200, "application/json", FAST_WORDS);
  push_utterance (harness, 1500);
  end_stream (harness);
  captions = g_strchomp (pull_captions (harness));
  g_strdelimit (captions, "\n", '/');
  fail_unless_equals_string (captions, styles[__i__].captions);
  gst_harness_get (harness, "openaistt", "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, "captions-too-fast", &too_fast));
  fail_unless_equals_uint64 (too_fast, styles[__i__].too_fast);
  if (too_fast > 0) {
    g_autoptr (GstStructure) finding = wait_for_message (bus, "openaistt/finding");
    fail_unless_equals_string (gst_structure_get_string (finding, "rule"), "too-fast");
  }
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* What CEA-608 writes in another way, it has so; what it lacks stays, is told and counted. */
GST_START_TEST (test_cea608_characters)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness =
      make_stt_harness (server, "model=whisper-1 caption-style=cea-608", FALSE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstStructure) finding = NULL, stats = NULL;
  g_autofree gchar *captions = NULL;
  guint64 count;
  gdouble measured;

  gst_element_set_bus (harness->element, bus);
  test_server_answer_with (
      server, 200, "application/json", "{\"text\":\"It's 5 €… – from the œuvre.\"}");
  push_utterance (harness, 3000);
  end_stream (harness);
  captions = g_strchomp (pull_captions (harness));
  fail_unless_equals_string (captions, "It’s 5 €... - from the oeuvre.");
  finding = wait_for_message (bus, "openaistt/finding");
  fail_unless_equals_string (gst_structure_get_string (finding, "rule"), "unwritable");
  fail_unless (gst_structure_get_double (finding, "measured", &measured));
  fail_unless_equals_float (measured, 1);
  gst_harness_get (harness, "openaistt", "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, "captions-unwritable", &count));
  fail_unless_equals_uint64 (count, 1);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* What is said over a cut is one text: stops and capitals that the cut has made are
 * mended, those of the speaker stay. */
static const struct
{
  const gchar *first;
  const gchar *second;
  const gchar *captions;
  gboolean pause; /* between them, else sound */
} cuts[] = {
  { "She was picking the daisies.", "when suddenly a rabbit ran by.",
      "She was picking the daisies/when suddenly a rabbit ran by." },
  { "She was picking the daisies", "When suddenly a rabbit ran by.",
      "She was picking the daisies/when suddenly a rabbit ran by." },
  { "She was picking the daisies.", "Alice saw a rabbit.",
      "She was picking the daisies./Alice saw a rabbit." },
  { "She was picking the daisies and", "I saw a rabbit.",
      "She was picking the daisies/and I saw a rabbit." },
  { "She was picking the daisies...", "and so on.",
      "She was picking the daisies... and so on." },
  { "今日は", "晴れです。", "今日は晴れです。" },
  { "She was picking the daisies", "When suddenly a rabbit ran by.",
      "She was picking the daisies/When suddenly a rabbit ran by.", TRUE },
  { "He met Dr. Smith", "and a rabbit ran by.", "He met Dr. Smith/and a rabbit ran by.",
      TRUE },
  { "He went. She had seen it", "and a rabbit ran by.",
      "He went./She had seen it and a rabbit ran by.", TRUE },
  { "He went. She had seen it", "When a rabbit ran by.",
      "He went. She had seen it/When a rabbit ran by.", TRUE },
  { "She was picking the daisies", "", "She was picking the daisies" },
};

GST_START_TEST (test_over_the_cut)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server,
      "vad=energy max-requests=1 language=en max-chunk-duration=3000 "
      "min-chunk-duration=100",
      FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autofree gchar *captions = NULL;
  const gchar *texts[] = { cuts[__i__].first, cuts[__i__].second };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree gchar *text = json_answer (texts[i]);
    test_server_answer_with (server, 200, "application/json", text);
  }
  talk_add_speech (talk, cuts[__i__].pause ? 2000 : 5000);
  if (cuts[__i__].pause) {
    talk_add_pause (talk, 900);
    talk_add_speech (talk, 2000);
  }
  talk_add_pause (talk, 3000);
  push_talk (harness, talk, 0);
  end_stream (harness);
  captions = g_strchomp (pull_captions (harness));
  g_strdelimit (captions, "\n", '/');
  fail_unless_equals_string (captions, cuts[__i__].captions);
  fail_unless_equals_int (test_server_n_requests (server), 2);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* The last caption of a chunk is shown until a moment before the next one, where a small
 * gap would be between them, also where the chunk was full. */
static const gchar *const chunk_ends[] = { "", " max-chunk-duration=2100" };

GST_START_TEST (test_gap_between_chunks_is_closed)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *properties = g_strconcat (
      "max-requests=1 language=en min-chunk-duration=100", chunk_ends[__i__], NULL);
  GstHarness *harness = make_stt_harness (server, properties, FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  GstClockTime end = GST_CLOCK_TIME_NONE;

  for (guint i = 0; i < 2; i++) {
    test_server_answer_with (server, 200, "application/json",
        "{\"text\":\"She was picking the daisies at the river.\"}");
    talk_add_speech (talk, i == 0 ? 2000 : 1500);
    talk_add_pause (talk, 800);
  }
  push_talk (harness, talk, 0);
  end_stream (harness);
  fail_unless_equals_int (test_server_n_requests (server), 2);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (harness);

    if (i > 0)
      fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer) - end, 2 * GST_SECOND / 24);
    end = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* One of a fixed length that ends in a pause tears nothing. */
GST_START_TEST (test_cut_in_a_pause)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (
      server, "vad=none max-requests=1 language=en max-chunk-duration=3000", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  const gchar *texts[] = { "She was picking the daisies",
    "When suddenly a rabbit ran by." };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree gchar *text = json_answer (texts[i]);

    test_server_answer_with (server, 200, "application/json", text);
    talk_add_speech (talk, 2000);
    talk_add_pause (talk, 1000);
  }
  push_talk (harness, talk, 0);
  end_stream (harness);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (harness);
    g_autofree gchar *text = buffer_text (buffer);

    fail_unless_equals_string (text, texts[i]);
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (test_markup_is_escaped)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "", FALSE);
  g_autofree gchar *captions = NULL;

  gst_harness_set_sink_caps_str (harness, "text/x-raw,format=pango-markup");
  test_server_answer_with (server, 200, "application/json", "{\"text\":\"a < b & c\"}");
  push_utterance (harness, 1500);
  end_stream (harness);
  captions = pull_captions (harness);
  fail_unless_equals_string (captions, "a &lt; b &amp; c\n");
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* What is made up is in the message and in no caption. */
static const struct
{
  guint speech; /* milliseconds */
  const gchar *answer;
  const gchar *captions;
  const gchar *dropped;
} phantoms[] = {
  { 1500,
      "{\"text\":\"Yes. Go on.\",\"segments\":[{\"start\":0,\"end\":0.5,"
      "\"text\":\"Yes.\",\"no_speech_prob\":0.1,\"avg_logprob\":-0.2},"
      "{\"start\":0.6,\"end\":1.5,\"text\":\"Go on.\","
      "\"no_speech_prob\":0.9,\"avg_logprob\":-1.4}]}",
      "Yes.\n", "Go on." },
  { 1500,
      "{\"text\":\"la la la la\",\"segments\":[{\"start\":0,\"end\":1.5,"
      "\"text\":\"la la la la\",\"compression_ratio\":7.5}]}",
      "", "la la la la" },
  { 1500,
      "{\"text\":\"Sure.\",\"segments\":[{\"start\":0,\"end\":1.5,"
      "\"text\":\"Sure.\",\"no_speech_prob\":0.95,\"avg_logprob\":-0.3}]}",
      "Sure.\n", NULL },
  { 60, "{\"text\":\"Thank you for watching!\"}", "", "Thank you for watching!" },
  { 1500, "{\"text\":\"Thank you.\"}", "Thank you.\n", NULL },
};

GST_START_TEST (test_phantoms)
{
  for (gint drop = 0; drop < 2; drop++) {
    g_autoptr (TestServer) server = test_server_new ();
    g_autofree gchar *properties =
        g_strdup_printf ("model=whisper-1 drop-hallucinations=%d", drop);
    GstHarness *harness = make_stt_harness (server, properties, FALSE);
    g_autoptr (GstBus) bus = gst_bus_new ();
    g_autofree gchar *captions = NULL;
    g_autoptr (GstStructure) message = NULL;
    const gchar *dropped;

    gst_element_set_bus (harness->element, bus);
    test_server_answer_with (server, 200, "application/json", phantoms[__i__].answer);
    push_utterance (harness, phantoms[__i__].speech);
    end_stream (harness);
    captions = pull_captions (harness);
    message = wait_for_message (bus, "openaistt/transcript");
    dropped = gst_structure_get_string (message, "dropped-text");
    if (drop) {
      fail_unless_equals_string (captions, phantoms[__i__].captions);
      fail_unless (g_strcmp0 (dropped, phantoms[__i__].dropped) == 0);
    } else {
      fail_unless (strlen (captions) > strlen (phantoms[__i__].captions)
          || !phantoms[__i__].dropped);
      fail_unless (dropped == NULL);
    }
    assert_account_is_exact (harness);
    gst_element_set_bus (harness->element, NULL);
    gst_harness_teardown (harness);
  }
}

GST_END_TEST;

/* The text so far goes along where it is asked for, after the user's own
 * words. */
static const struct
{
  const gchar *properties;
  const gchar *first;
  const gchar *second;
} contexts[] = {
  { "context=true prompt=Names:", "Names:", "Names: Call me Ishmael." },
  { "context=true", NULL, "Call me Ishmael." },
  { "", NULL, NULL },
  { "prompt=Names:", "Names:", "Names:" },
  { "context=false", NULL, NULL },
  { "context=true model=gpt-4o-transcribe-diarize", NULL, NULL },
  { "context=true model=some-audio-llm", NULL, NULL },
  { "context=true model=Systran/faster-whisper-small", NULL, "Call me Ishmael." },
};

GST_START_TEST (test_context)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *properties =
      g_strconcat ("max-requests=1 ", contexts[__i__].properties, NULL);
  GstHarness *harness = make_stt_harness (server, properties, FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();

  test_server_answer_with (
      server, 200, "application/json", "{\"text\":\"Call me Ishmael.\"}");
  for (guint i = 0; i < 2; i++) {
    talk_add_pause (talk, 1000);
    talk_add_speech (talk, 1500);
  }
  push_talk (harness, talk, 0);
  end_stream (harness);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (TestRequest) request = test_server_request (server, i, TRUE, WAIT_SECONDS);

    fail_unless (g_strcmp0 (test_request_field (request, "prompt"),
                     i ? contexts[__i__].second : contexts[__i__].first)
            == 0,
        "%u: %s", i, test_request_field (request, "prompt"));
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

static guint64
samples_of (TestServer *server, guint index)
{
  g_autoptr (TestRequest) request =
      test_server_request (server, index, TRUE, WAIT_SECONDS);

  fail_unless (request != NULL);
  return wav_samples (test_request_file (request)->data);
}

/* What is too long for the server goes in two, and the next one at once. */
static const struct
{
  guint status;
  const gchar *body;
} too_long[] = {
  { 413,
      "{\"error\":{\"message\":\"Maximum content size limit (26214400) "
      "exceeded (26300000 bytes read)\",\"type\":\"server_error\"}}" },
  { 400,
      "{\"error\":{\"message\":\"audio duration 1500 seconds is longer than "
      "1400 seconds which is the maximum for this model\",\"code\":"
      "\"invalid_value\"}}" },
  { 413, "<html><title>413 Request Entity Too Large</title></html>" },
};

GST_START_TEST (test_too_long_is_halved)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (
      server, "upload-format=wav max-requests=1 granularity=chunk", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autofree gchar *captions = NULL;
  guint64 whole, one, other;
  TestAnswer *refusal =
      test_server_answer (server, too_long[__i__].status, "application/json");

  /* Until all is spoken: what is spoken later is cut shorter. */
  test_answer_hold (refusal);
  test_answer_text (refusal, too_long[__i__].body);
  for (guint i = 0; i < 4; i++) {
    g_autofree gchar *name = g_strdup_printf ("part %u", i);
    g_autofree gchar *text = json_answer (name);
    test_server_answer_with (server, 200, "application/json", text);
  }
  for (guint i = 0; i < 2; i++) {
    talk_add_pause (talk, 1000);
    talk_add_speech (talk, 5000);
    talk_add_pause (talk, 60);
    talk_add_speech (talk, 4000 + 500 * i);
  }
  push_talk (harness, talk, 0);
  fail_unless_equals_int (test_answer_request (refusal, WAIT_SECONDS), 0);
  test_answer_release (refusal);
  end_stream (harness);
  captions = pull_captions (harness);
  fail_unless_equals_string (captions, "part 0\npart 1\npart 2\npart 3\n");
  fail_unless_equals_int (test_server_n_requests (server), 5);
  whole = samples_of (server, 0);
  one = samples_of (server, 1);
  other = samples_of (server, 2);
  fail_unless_equals_uint64 (one + other, whole);
  /* In the pause of 60 ms, of which 200 ms are kept before. */
  fail_unless (ABS ((gint64) one - (gint64) 5230 * RATE / 1000) < 30 * RATE / 1000,
      "%" G_GUINT64_FORMAT, one);
  assert_account_is_exact (harness);
  fail_unless_equals_uint64 (stats_value (harness, "failed"), 0);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Those that grow while they are spoken stay under the limit that is known
 * then. */
GST_START_TEST (test_limit_is_kept_while_growing)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "upload-format=wav", TRUE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autoptr (GByteArray) end = g_byte_array_new ();
  guint64 sample, longest;

  for (guint i = 0; i < 2; i++)
    test_server_answer_with (server, 413, "text/plain", "too large");
  test_server_answer_with (server, 200, "application/json", "{\"text\":\"a half\"}");
  talk_add_pause (talk, 1000);
  talk_add_speech (talk, 3000);
  talk_add_speech (end, 2000);
  talk_add_pause (end, 1000);
  sample = push_talk (harness, talk, 0);
  test_request_unref (test_server_request (server, 0, FALSE, WAIT_SECONDS));
  sample = push_talk (harness, end, sample);
  /* After it grew it came whole, then its halves. */
  longest = samples_of (server, 1) / 2;
  samples_of (server, 3);
  g_byte_array_append (talk, end->data, end->len);
  push_talk (harness, talk, sample);
  end_stream (harness);
  fail_unless (test_server_n_requests (server) >= 6);
  for (guint i = 4; i < test_server_n_requests (server); i++)
    fail_unless (samples_of (server, i) <= longest);
  assert_account_is_exact (harness);
  fail_unless_equals_uint64 (stats_value (harness, "failed"), 0);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* It says no to everything: an error in the end, not halves for ever. */
GST_START_TEST (test_always_too_long)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;

  test_server_answer_with (server, 413, "text/plain", "too large");
  outcome =
      play (make_pipeline ("audiotestsrc wave=pink-noise num-buffers=500 "
                           "samplesperbuffer=320 ! audio/x-raw,rate=16000,channels=1 ! "
                           "openaistt name=x vad=none %s",
          server));
  fail_unless (outcome->error != NULL);
  fail_unless (test_server_n_requests (server) < 20);
}

GST_END_TEST;

/* Text that comes while the server works, and never on the pad. */
GST_START_TEST (test_partials)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "stream-response=true", FALSE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  const gchar *const texts[] = { "Hello", "Hello there." };
  const gchar *const deltas[] = { "Hello", " there." };
  g_autoptr (GstStructure) final = NULL;
  g_autofree gchar *captions = NULL;
  TestAnswer *answer;

  gst_element_set_bus (harness->element, bus);
  answer = test_server_answer (server, 200, "text/event-stream");
  test_answer_text (answer,
      "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hello\"}\n\n"
      "data: {\"type\":\"transcript.text.delta\",\"delta\":\" there.\"}\n\n");
  test_answer_hold (answer);
  test_answer_text (answer,
      "data: {\"type\":\"transcript.text.done\",\"text\":\"Hello there.\"}\n\n"
      "data: [DONE]\n\n");
  push_utterance (harness, 1500);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstStructure) partial = wait_for_message (bus, "openaistt/partial");
    guint64 start;

    fail_unless_equals_string (gst_structure_get_string (partial, "text"), texts[i]);
    fail_unless_equals_string (gst_structure_get_string (partial, "delta"), deltas[i]);
    fail_unless (gst_structure_get_uint64 (partial, "start", &start));
  }
  fail_unless_equals_int (gst_harness_buffers_received (harness), 0);
  test_answer_release (answer);
  final = wait_for_message (bus, "openaistt/transcript");
  fail_unless_equals_string (gst_structure_get_string (final, "text"), "Hello there.");
  end_stream (harness);
  captions = pull_captions (harness);
  fail_unless_equals_string (captions, "Hello there.\n");
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Attaches a verdict where it changes, and nowhere else, as webrtcdsp does. */
static GstFlowReturn
push_verdict (
    GstHarness *harness, GByteArray *talk, guint i, gboolean voice, gboolean *said)
{
  GstBuffer *buffer = gst_buffer_new_memdup (talk->data + i * 640, 640);

  GST_BUFFER_PTS (buffer) = i * 20 * GST_MSECOND;
  GST_BUFFER_DURATION (buffer) = 20 * GST_MSECOND;
  if (voice != *said)
    gst_buffer_add_audio_level_meta (buffer, 20, voice);
  *said = voice;
  return gst_harness_push (harness, buffer);
}

/* What an element upstream knows about voices goes before loudness. */
GST_START_TEST (test_voice_activity)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "vad=auto upload-format=wav", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  const guint n = 6 * 50;
  gboolean said = FALSE;

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"quiet\"}");
  /* A loud machine, with speech from 2 to 4 s. */
  talk_add_speech (talk, 6000);
  for (guint i = 0; i < n; i++)
    fail_unless_equals_int (
        push_verdict (harness, talk, i, i == 0 || (i >= 100 && i < 200), &said),
        GST_FLOW_OK);
  end_stream (harness);
  fail_unless_equals_int (test_server_n_requests (server), 1);
  fail_unless_equals_uint64 (samples_of (server, 0), 2500 * RATE / 1000);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* The element upstream tells nothing again after a flush, a gap or what the segment
 * leaves out. */
GST_START_TEST (test_verdict_holds)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "vad=auto upload-format=wav", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  GstSegment segment;
  gboolean said = FALSE;

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"quiet\"}");
  talk_add_speech (talk, 8000);
  push_verdict (harness, talk, 0, TRUE, &said);
  push_verdict (harness, talk, 1, FALSE, &said);
  fail_unless (gst_harness_push_event (harness, gst_event_new_flush_start ()));
  fail_unless (gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE)));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = GST_SECOND;
  fail_unless (gst_harness_push_event (harness, gst_event_new_segment (&segment)));
  for (guint i = 50; i < 150; i++)
    push_verdict (harness, talk, i, FALSE, &said);
  fail_unless (
      gst_harness_push_event (harness, gst_event_new_gap (3 * GST_SECOND, GST_SECOND)));
  for (guint i = 200; i < 250; i++)
    push_verdict (harness, talk, i, FALSE, &said);
  /* What is before the segment is not heard, but its verdict is. */
  push_verdict (harness, talk, 40, TRUE, &said);
  for (guint i = 250; i < 350; i++)
    push_verdict (harness, talk, i, TRUE, &said);
  for (guint i = 350; i < 400; i++)
    push_verdict (harness, talk, i, FALSE, &said);
  end_stream (harness);
  fail_unless_equals_int (test_server_n_requests (server), 1);
  fail_unless_equals_uint64 (samples_of (server, 0), 2500 * RATE / 1000);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Levels of RTP headers without a voice in any are no verdict: the noise of a
 * voice is heard as if they were not there. */
GST_START_TEST (test_levels_are_no_verdict)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "upload-format=wav", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"loud\"}");
  talk_add_pause (talk, 2000);
  talk_add_speech (talk, 2000);
  talk_add_pause (talk, 2000);
  for (guint i = 0; i < talk->len / 640; i++) {
    gboolean said = TRUE;

    push_verdict (harness, talk, i, FALSE, &said);
  }
  end_stream (harness);
  fail_unless_equals_int (test_server_n_requests (server), 1);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Sound without speech is told once, at the end or when it goes on; and noise
 * in which a voice may be. */
typedef struct
{
  const gchar *properties;
  guint level; /* of the noise, of 16 bits */
  guint ms;
  const gchar *told; /* in the warning; NULL: nothing is */
} Unheard;

static const Unheard unheard[] = {
  { "vad=neural", 3000, 5000, "No speech was heard in 5 s of sound" },
  { "vad=neural", 3000, 130000, "No speech was heard in 60 s of sound" },
  { "vad=neural", 3000, 1000, NULL },
  { "vad=neural", 3, 8000, NULL },
  { "vad=energy", 3000, 20000, "Loud noise covers the speech: 1" },
  { "vad=none", 3000, 8000, NULL },
};

GST_START_TEST (test_unheard)
{
  const Unheard *row = &unheard[__i__];
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, row->properties, FALSE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GByteArray) noise = g_byte_array_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  GstMessage *message;
  guint n = 0;

  gst_element_set_bus (harness->element, bus);
  for (guint i = 0; i < row->ms * RATE / 1000; i++) {
    gint16 sample = g_rand_int_range (rand, -(gint) row->level, row->level);

    g_byte_array_append (noise, (guint8 *) &sample, 2);
  }
  test_server_answer_with (server, 200, "application/json", "{\"text\":\"\"}");
  push_talk (harness, noise, 0);
  end_stream (harness);
  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING))) {
    g_autoptr (GError) error = NULL;

    gst_message_parse_warning (message, &error, NULL);
    fail_unless (
        row->told && g_str_has_prefix (error->message, row->told), "%s", error->message);
    gst_message_unref (message);
    n++;
  }
  fail_unless_equals_int (n, row->told ? 1 : 0);
  if (row->level > 100) {
    guint64 whole = row->ms * RATE / 1000;

    fail_unless (stats_value (harness, "sound") > whole * 9 / 10);
    fail_unless (g_str_equal (row->properties, "vad=none")
        || stats_value (harness, "voiced") < whole / 4);
  }
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* One upload for all of it, as long as the service takes that. */
GST_START_TEST (test_whole_stream)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (
      server, "upload-format=wav max-chunk-duration=-1 max-upload-size=200000", FALSE);
  guint64 samples = 0;

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"all\"}");
  push_utterances (harness, 3, 1500, 1500, 0);
  end_stream (harness);
  for (guint i = 0; i < test_server_n_requests (server); i++) {
    g_autoptr (TestRequest) request = test_server_request (server, i, TRUE, WAIT_SECONDS);

    fail_unless (g_bytes_get_size (test_request_body (request)) <= 200000);
    samples += samples_of (server, i);
  }
  fail_unless_equals_int (test_server_n_requests (server), 3);
  fail_unless_equals_uint64 (samples, 3 * 3 * RATE);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static Suite *
captions_suite (void)
{
  Suite *suite = suite_create ("captions");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_over_the_cut, 0, G_N_ELEMENTS (cuts));
  tcase_add_loop_test (
      tcase, test_gap_between_chunks_is_closed, 0, G_N_ELEMENTS (chunk_ends));
  tcase_add_test (tcase, test_cut_in_a_pause);
  tcase_add_loop_test (tcase, test_style, 0, G_N_ELEMENTS (styles));
  tcase_add_test (tcase, test_cea608_characters);
  tcase_add_loop_test (tcase, test_granularity, 0, G_N_ELEMENTS (granularities));
  tcase_add_test (tcase, test_markup_is_escaped);
  tcase_add_loop_test (tcase, test_phantoms, 0, G_N_ELEMENTS (phantoms));
  tcase_add_loop_test (tcase, test_context, 0, G_N_ELEMENTS (contexts));
  tcase_add_loop_test (tcase, test_too_long_is_halved, 0, G_N_ELEMENTS (too_long));
  tcase_add_test (tcase, test_limit_is_kept_while_growing);
  tcase_add_test (tcase, test_always_too_long);
  tcase_add_test (tcase, test_partials);
  tcase_add_test (tcase, test_voice_activity);
  tcase_add_test (tcase, test_verdict_holds);
  tcase_add_test (tcase, test_levels_are_no_verdict);
  tcase_add_loop_test (tcase, test_unheard, 0, G_N_ELEMENTS (unheard));
  tcase_add_test (tcase, test_whole_stream);
  return suite;
}

GST_CHECK_MAIN (captions);
