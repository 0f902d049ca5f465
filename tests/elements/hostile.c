// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Servers that mean harm: the element ends with an error, soon, and the process
 * does not grow. */

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "support.h"

#define MEGABYTE (1024 * 1024)

/* Of the answer that is read, at most 64 MiB of JSON in a growing buffer; audio
 * is read ahead by far less. */
#define MOST_GROWTH (300 * (guint64) MEGABYTE)
#define MOST_AUDIO (50 * (guint64) MEGABYTE)

/* The address sanitizer keeps what was freed: there memory tells nothing. */
#ifdef __SANITIZE_ADDRESS__
#define RESIDENT_COUNTS FALSE
#else
#define RESIDENT_COUNTS TRUE
#endif

static const gchar *const stt_line =
    "audiotestsrc wave=pink-noise num-buffers=60 ! openaistt name=x vad=none "
    "max-retries=0 timeout=20000 %s";
static const gchar *const tts_line =
    "openaitts text=Hello max-retries=0 timeout=2000 %s ! fakesink";
static const gchar *const voice_line =
    "audiotestsrc num-buffers=10 ! openaivoicesink voice-name=Ada consent=c "
    "max-retries=0 timeout=20000 %s";
static const gchar *const *const lines[] = { &stt_line, &tts_line, &voice_line };

static guint64
resident_bytes (void)
{
  g_autofree gchar *statm = NULL;
  guint64 total, resident;

  fail_unless (g_file_get_contents ("/proc/self/statm", &statm, NULL, NULL));
  fail_unless (
      sscanf (statm, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &total, &resident) == 2);
  return resident * sysconf (_SC_PAGESIZE);
}

/* The most this process ever had; each test has one of its own. */
static guint64
peak_bytes (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss * G_GUINT64_CONSTANT (1024);
}

/* Plays against @server, which has its answer. */
static Outcome *
play_in_bounds (const gchar *line, TestServer *server)
{
  guint64 before = resident_bytes (), most;
  Outcome *outcome = play (make_pipeline (line, server));

  most = peak_bytes ();
  GST_INFO ("%d MB more at most", (gint) ((gint64) (most - before) / 1000000));
  fail_unless (!RESIDENT_COUNTS || most < before + MOST_GROWTH, "grew by %u MB",
      (guint) ((most - before) / 1000000));
  return outcome;
}

static void
expect_error (const gchar *line, TestServer *server, const gchar *says)
{
  g_autoptr (Outcome) outcome = play_in_bounds (line, server);

  fail_unless (outcome->error != NULL && !outcome->eos);
  fail_unless_equals_int (outcome->n_errors, 1);
  fail_unless (strlen (outcome->error->message) < 1000, "%s", outcome->error->message);
  if (says)
    fail_unless (
        strstr (outcome->error->message, says) != NULL, "%s", outcome->error->message);
}

static gchar *
block_of (const gchar *begin, gchar filler)
{
  gchar *block = g_strnfill (MEGABYTE, filler);

  memcpy (block, begin, strlen (begin));
  return block;
}

/* A text without an end, and an event without one. */
static const struct
{
  const gchar *type;
  const gchar *begin;
} endless[] = {
  { "application/json", "{\"text\":\"" },
  { "text/event-stream", "data: {\"type\":\"transcript.text.delta\",\"delta\":\"" },
  { "text/plain", "words " },
};

GST_START_TEST (test_endless_transcript)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *answer = test_server_answer (server, 200, endless[__i__].type);
  g_autofree gchar *block = block_of ("", 'a');

  test_answer_text (answer, endless[__i__].begin);
  test_answer_flood (answer, block, MEGABYTE, 1024);
  expect_error (stt_line, server, NULL);
}

GST_END_TEST;

/* All is well, and there is nothing. */
static const gchar *const empty_types[] = {
  "text/event-stream",
  "application/json",
  "text/html",
  "audio/wav",
  "audio/ogg",
  "audio/mpeg",
  "multipart/mixed",
  NULL,
};

GST_START_TEST (test_empty)
{
  g_autoptr (TestServer) server = test_server_new ();

  test_server_answer_with (server, 200, empty_types[__i__ / G_N_ELEMENTS (lines)], "");
  expect_error (*lines[__i__ % G_N_ELEMENTS (lines)], server, NULL);
}

GST_END_TEST;

/* JSON without an end where there should be a voice, or speech. */
GST_START_TEST (test_endless_json)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *answer = test_server_answer (server, 200, "application/json");
  g_autofree gchar *block = block_of ("", 'a');

  test_answer_text (answer, "{\"id\":\"");
  test_answer_flood (answer, block, MEGABYTE, 1024);
  expect_error (*lines[__i__], server, NULL);
}

GST_END_TEST;

/* Answers that are right, and far too much. */
static const struct
{
  const gchar *begin;
  const gchar *item;
  const gchar *end;
} huge[] = {
  { "{\"text\":\"a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "\"}" },
  { "{\"text\":\"a", " word, and word.", "\"}" },
  { "{\"text\":\"a\",\"b\":[1", ",1", "]}" },
  { "{\"text\":\"a\",\"b\":[{}", ",{}", "]}" },
  { "{\"text\":\"a\"", ",\"a\":0", "}" },
  { "a", " word, and word.", "" },
};

GST_START_TEST (test_huge)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *answer = test_server_answer (server, 200, NULL);
  g_autoptr (GString) block = g_string_new (NULL);
  g_autoptr (Outcome) outcome = NULL;

  while (block->len < MEGABYTE)
    g_string_append (block, huge[__i__].item);
  test_answer_text (answer, huge[__i__].begin);
  test_answer_flood (answer, block->str, block->len, 60);
  test_answer_text (answer, huge[__i__].end);
  outcome = play_in_bounds (stt_line, server);
  fail_unless (outcome->eos || outcome->n_errors == 1);
}

GST_END_TEST;

/* Deltas without an end: each is small. */
GST_START_TEST (test_endless_deltas)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *answer = test_server_answer (server, 200, "text/event-stream");
  GString *deltas = g_string_new (NULL);

  while (deltas->len < 65536)
    g_string_append (deltas,
        "data: {\"type\":\"transcript.text.delta\","
        "\"delta\":\"and so on and on and on and on and on and on\"}\n\n");
  test_answer_flood (answer, deltas->str, deltas->len, 100000);
  g_string_free (deltas, TRUE);
  expect_error (stt_line, server, NULL);
}

GST_END_TEST;

GST_START_TEST (test_endless_headers)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *answer = test_server_answer (server, 200, "application/json");
  g_autofree gchar *block = block_of ("X-More: ", 'a');

  memcpy (block + MEGABYTE - 2, "\r\n", 2);
  test_answer_raw (answer, "HTTP/1.1 200 OK\r\n", 17);
  test_answer_flood (answer, block, MEGABYTE, 1024);
  expect_error (*lines[__i__], server, NULL);
}

GST_END_TEST;

/* News that an answer will come, and never the answer. */
GST_START_TEST (test_endless_news)
{
  static const gchar news[] = "HTTP/1.1 102 Processing\r\n\r\n";
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *answer = test_server_answer (server, 200, NULL);
  GString *block = g_string_new (NULL);

  while (block->len < MEGABYTE)
    g_string_append (block, news);
  test_answer_raw (answer, news, strlen (news));
  test_answer_flood (answer, block->str, block->len, 4096);
  g_string_free (block, TRUE);
  expect_error (*lines[__i__], server, NULL);
}

GST_END_TEST;

/* A gigabyte of spaces in some megabytes of gzip; made once, which takes seconds. */
static GBytes *the_bomb;

static GBytes *
make_bomb (void)
{
  g_autoptr (GZlibCompressor) gzip =
      g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream =
      g_converter_output_stream_new (memory, G_CONVERTER (gzip));
  g_autofree gchar *block = block_of ("", ' ');

  for (guint i = 0; i < 1024; i++)
    g_assert_true (g_output_stream_write_all (stream, block, MEGABYTE, NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (stream, NULL, NULL));
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

GST_START_TEST (test_bomb)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *answer =
      test_server_answer (server, __i__ % 2 ? 400 : 200, "application/json");

  test_answer_header (answer, "Content-Encoding", "gzip");
  test_answer_body (
      answer, g_bytes_get_data (the_bomb, NULL), g_bytes_get_size (the_bomb));
  expect_error (*lines[__i__ / 2], server, NULL);
}

GST_END_TEST;

/* A byte now and then: the time for an answer is the time for all of it. */
GST_START_TEST (test_slow_loris)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_auto (GStrv) parts = g_strsplit (*lines[__i__], "%s", 2);
  g_autofree gchar *line = g_strjoinv ("timeout=700 %s", parts);
  TestAnswer *answer =
      test_server_answer (server, __i__ == 1 ? 400 : 200, "application/json");

  for (guint i = 0; i < 100; i++) {
    test_answer_text (answer, i ? " " : "{");
    test_answer_wait (answer, 100);
  }
  expect_error (line, server, NULL);
}

GST_END_TEST;

/* Error pages are read only to their beginning. */
GST_START_TEST (test_endless_error)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_auto (GStrv) parts = g_strsplit (*lines[__i__ / 3], "%s", 2);
  g_autofree gchar *line = g_strjoinv ("timeout=20000 %s", parts);
  static const guint statuses[] = { 400, 401, 407 };
  TestAnswer *answer = test_server_answer (server, statuses[__i__ % 3], "text/plain");
  g_autofree gchar *block = block_of ("No! ", 'o');

  test_answer_flood (answer, block, MEGABYTE, 1024);
  expect_error (line, server, "No! ");
}

GST_END_TEST;

/* Audio that is not played yet waits at the server. */
GST_START_TEST (test_endless_audio)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *answer = test_server_answer (server, 200, "audio/pcm");
  GstElement *pipeline = make_pipeline ("openaitts text=Hello %s ! fakesink", server);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autofree gchar *block = block_of ("", 'a');
  guint64 before = resident_bytes ();
  gint64 until = g_get_monotonic_time () + 2 * G_USEC_PER_SEC;

  test_answer_flood (answer, block, MEGABYTE, 1024);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  fail_unless (test_answer_request (answer, WAIT_SECONDS) == 0);
  while (g_get_monotonic_time () < until) {
    g_autoptr (GstMessage) error =
        gst_bus_timed_pop_filtered (bus, 5 * GST_MSECOND, GST_MESSAGE_ERROR);

    fail_unless (error == NULL);
    fail_unless (!RESIDENT_COUNTS || resident_bytes () < before + MOST_AUDIO);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static Suite *
hostile_suite (void)
{
  Suite *suite = suite_create ("hostile");
  TCase *tcase = tcase_create ("general");

  the_bomb = make_bomb ();
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_endless_transcript, 0, G_N_ELEMENTS (endless));
  tcase_add_test (tcase, test_endless_deltas);
  tcase_add_loop_test (
      tcase, test_empty, 0, G_N_ELEMENTS (lines) * G_N_ELEMENTS (empty_types));
  tcase_add_loop_test (tcase, test_endless_json, 1, G_N_ELEMENTS (lines));
  tcase_add_loop_test (tcase, test_huge, 0, G_N_ELEMENTS (huge));
  tcase_add_loop_test (tcase, test_endless_headers, 0, G_N_ELEMENTS (lines));
  tcase_add_loop_test (tcase, test_endless_news, 0, G_N_ELEMENTS (lines));
  tcase_add_loop_test (tcase, test_bomb, 0, 2 * G_N_ELEMENTS (lines));
  tcase_add_loop_test (tcase, test_slow_loris, 0, G_N_ELEMENTS (lines));
  tcase_add_loop_test (tcase, test_endless_error, 0, 3 * G_N_ELEMENTS (lines));
  tcase_add_test (tcase, test_endless_audio);
  return suite;
}

GST_CHECK_MAIN (hostile);
