// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Each fault of a server or network, in each way of using it, once and for
 * good: what is lost, what is said, how often it is tried. (Odd bytes and WAV
 * headers that lie: ttsformats.c. Certificates: endtoend/tls.py. Restarts in the
 * middle of an upload: voices.c.) */

#include <stdlib.h>
#include <string.h>

#include "support.h"

#define PCM_BYTES 48000 /* a second */
#define OUTAGE_MS 200   /* less than the wait before a retry */

typedef enum
{
  STT_FILE,
  STT_LIVE, /* uploads that grow */
  TTS,
  VOICE,
  N_USES,
} Use;

/* What comes in the place of an answer. */
typedef struct
{
  const gchar *name;
  guint status; /* 0: a fault of the network, or a 2xx */
  const gchar *type;
  const gchar *body;
  gint fault;       /* TestFault, or -1 */
  gboolean in_head; /* before the status line */
  gint framing;     /* TestFraming of a body that is cut short */
  gboolean retried;
  gboolean fatal;   /* whatever on-error says */
  gboolean early;   /* while the request is still being sent */
  gboolean refused; /* nothing listens there */
  gboolean answer;  /* a good one, which comes in a bad way */
  guint within;     /* the status that the body of a 200 tells, or 0 */
  guint not_for;    /* the uses that make something else of it */
} Fault;

#define BIT(use_) (1u << (use_))

#define LIMIT_JSON(code)                                                                 \
  "{\"error\":{\"message\":\"the server's own words\",\"code\":" code "}}"
#define ERROR_JSON                                                                       \
  "{\"error\":{\"message\":\"the server's own words\","                                  \
  "\"type\":\"t\",\"code\":\"c\",\"param\":\"model\"}}"
#define JSON "application/json"

static const Fault faults[] = {
  { "refused", .fault = -1, .refused = TRUE, .retried = TRUE },
  { "closed before", .fault = TEST_FAULT_CLOSE, .in_head = TRUE, .retried = TRUE },
  { "reset before", .fault = TEST_FAULT_RESET, .in_head = TRUE, .retried = TRUE },
  { "stalled before", .fault = TEST_FAULT_STALL, .in_head = TRUE, .retried = TRUE },
  { "chunks cut short", .body = "{\"text\":", .fault = TEST_FAULT_CLOSE,
      .framing = TEST_FRAMING_CHUNKED, .retried = TRUE },
  { "reset inside", .body = "{\"text\":", .fault = TEST_FAULT_RESET,
      .framing = TEST_FRAMING_CHUNKED, .retried = TRUE },
  { "stalled inside", .body = "{\"text\":", .fault = TEST_FAULT_STALL,
      .framing = TEST_FRAMING_CHUNKED, .retried = TRUE },
  { "length cut short", .body = "{\"text\":", .fault = TEST_FAULT_CLOSE,
      .framing = TEST_FRAMING_LENGTH, .retried = TRUE },
  { "no last chunk", .body = "{\"text\":\"whole\",\"id\":\"x\"}",
      .fault = TEST_FAULT_CLOSE, .framing = TEST_FRAMING_CHUNKED, .retried = TRUE },
  /* Audio without a length ends where the connection does. */
  { "cut short until closed", 200, JSON, "{\"text\":\"no e", TEST_FAULT_CLOSE,
      .framing = TEST_FRAMING_CLOSE, .not_for = BIT (TTS) },
  { "reset after", .fault = TEST_FAULT_RESET, .answer = TRUE },
  { "401", 401, JSON, ERROR_JSON, -1, .fatal = TRUE },
  { "401 early", 401, JSON, ERROR_JSON, -1, .fatal = TRUE, .early = TRUE },
  { "401 early and closed", 401, JSON, ERROR_JSON, TEST_FAULT_CLOSE,
      .framing = TEST_FRAMING_LENGTH, .fatal = TRUE, .early = TRUE },
  { "403", 403, JSON, ERROR_JSON, -1, .fatal = TRUE },
  { "404", 404, JSON, ERROR_JSON, -1, .fatal = TRUE },
  { "400", 400, JSON, ERROR_JSON, -1 },
  { "408", 408, JSON, ERROR_JSON, -1, .retried = TRUE },
  { "409", 409, JSON, ERROR_JSON, -1, .retried = TRUE },
  { "411", 411, JSON, ERROR_JSON, -1 },
  /* A transcription is cut in two then. */
  { "413", 413, JSON, ERROR_JSON, -1, .not_for = BIT (STT_FILE) | BIT (STT_LIVE) },
  { "413 early", 413, JSON, ERROR_JSON, -1, .early = TRUE,
      .not_for = BIT (STT_FILE) | BIT (STT_LIVE) },
  { "422", 422, JSON, ERROR_JSON, -1 },
  { "429", 429, JSON, ERROR_JSON, -1, .retried = TRUE },
  { "500", 500, JSON, ERROR_JSON, -1, .retried = TRUE },
  { "501", 501, JSON, ERROR_JSON, -1 },
  { "503", 503, JSON, ERROR_JSON, -1, .retried = TRUE },
  { "429 within 200", 200, JSON, LIMIT_JSON ("\"rate_limit_exceeded\""), -1,
      .retried = TRUE, .within = 429, .not_for = BIT (VOICE) },
  { "429 within 200, a number", 200, JSON, LIMIT_JSON ("429"), -1, .retried = TRUE,
      .within = 429, .not_for = BIT (VOICE) },
  { "429 within 200, no error", 200, JSON, "{\"message\":\"slowly\",\"code\":429}", -1,
      .retried = TRUE, .within = 429, .not_for = BIT (VOICE) | BIT (TTS) },
  { "429 within 200, words", 200, "text/plain", "Too Many Requests", -1, .retried = TRUE,
      .within = 429, .not_for = BIT (VOICE) | BIT (TTS) },
  { "502 in HTML", 502, "text/html", "<html><title>the server's own words</title></html>",
      -1, .retried = TRUE },
  { "redirect", 302, "text/plain", "", -1, .fatal = TRUE },
  { "JSON that is none", 200, JSON, "{\"text\":\"no end", -1 },
  { "deep JSON", 200, JSON, NULL, -1 },
  { "bad UTF-8", 200, JSON, "{\"text\":\"\xff\xfe\"}", -1 },
  { "a page", 200, "text/html", "<!doctype html><title>Hello</title>", -1 },
  { "trickle", .fault = -1, .answer = TRUE },
};

static gchar *
good_json (Use use, const gchar *text)
{
  return use == VOICE ? g_strdup ("{\"id\":\"voice_1\"}") : json_answer (text);
}

static void
add_good_answer (TestServer *server, Use use, const gchar *text)
{
  g_autofree gchar *json = good_json (use, text);
  g_autofree gchar *pcm = g_malloc (PCM_BYTES);
  TestAnswer *answer;

  if (use != TTS) {
    test_server_answer_with (server, 200, JSON, json);
    return;
  }
  memset (pcm, *text, PCM_BYTES);
  answer = test_server_answer (server, 200, "audio/pcm");
  test_answer_body (answer, pcm, PCM_BYTES);
}

/* A good answer, its first bytes one at a time and slowly, or with an end that
 * is not wanted. */
static void
add_bad_answer (TestServer *server, Use use, const Fault *fault)
{
  TestAnswer *answer = test_server_answer (server, 200, use == TTS ? "audio/pcm" : JSON);
  g_autofree gchar *pcm = g_strnfill (PCM_BYTES, 't');
  g_autofree gchar *json = good_json (use, "two");
  const gchar *body = use == TTS ? pcm : json;
  gsize size = use == TTS ? PCM_BYTES : strlen (json);

  if (fault->fault >= 0) {
    test_answer_framing (answer, TEST_FRAMING_LENGTH);
    test_answer_body (answer, body, size);
    test_answer_fault (answer, fault->fault);
    return;
  }
  test_answer_wait (answer, 150);
  for (guint i = 0; i < 13; i++) {
    test_answer_body (answer, body + i, 1);
    test_answer_wait (answer, 20);
  }
  test_answer_body (answer, body + 13, size - 13);
}

static void
add_fault (TestServer *server, Use use, const Fault *fault)
{
  const gchar *type = fault->type ? fault->type : use == TTS ? "audio/pcm" : JSON;
  g_autofree gchar *deep = g_strnfill (100000, '[');
  TestAnswer *answer;

  if (fault->refused)
    return;
  if (fault->answer) {
    add_bad_answer (server, use, fault);
    return;
  }
  answer = test_server_answer (server, fault->status ? fault->status : 200, type);
  test_answer_header (answer, "x-request-id", "req_f");
  if (fault->retried && fault->status)
    test_answer_header (answer, "retry-after-ms", "10");
  if (fault->status == 302)
    test_answer_header (answer, "Location", "http://example.invalid/");
  if (fault->early)
    test_answer_early (answer, 0);
  test_answer_framing (
      answer, fault->fault < 0 ? TEST_FRAMING_LENGTH : (TestFraming) fault->framing);
  if (!fault->in_head)
    test_answer_text (answer, fault->body ? fault->body : deep);
  if (fault->framing == TEST_FRAMING_LENGTH && !fault->status && !fault->in_head)
    test_answer_claim_length (answer, 1000);
  if (fault->fault >= 0)
    test_answer_fault (answer, fault->fault);
}

static gpointer
end_outage (gpointer server)
{
  g_usleep (OUTAGE_MS * 1000);
  test_server_resume (server);
  return NULL;
}

/* Nobody listens for a while: join it. NULL: until it is resumed. */
static GThread *
begin_outage (TestServer *server, gboolean for_good)
{
  test_server_pause (server);
  return for_good ? NULL : g_thread_new ("outage", end_outage, server);
}

/* One retry; but an outage may last longer than the wait before it. */
static const gchar *
limits (const Fault *fault, gboolean for_good)
{
  if (fault->refused && !for_good)
    return "timeout=20000 max-retries=4";
  return fault->fault == TEST_FAULT_STALL && !fault->answer
      ? "timeout=1000 max-retries=1"
      : "timeout=20000 max-retries=1";
}

typedef struct
{
  guint n_errors;
  guint n_warnings;
  GError *first;
  GstStructure *details;
  guint n_failed;  /* openaistt/failed */
  guint n_settled; /* these, and openaistt/transcript */
} Said;

static void
take_message (GstMessage *message, Said *said)
{
  const GstStructure *details = NULL;
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    said->n_errors++;
    gst_message_parse_error (message, &error, NULL);
    gst_message_parse_error_details (message, &details);
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING) {
    said->n_warnings++;
    gst_message_parse_warning (message, &error, NULL);
    gst_message_parse_warning_details (message, &details);
  } else if (gst_message_has_name (message, "openaistt/failed")) {
    said->n_failed++;
    said->n_settled++;
  } else if (gst_message_has_name (message, "openaistt/transcript")) {
    said->n_settled++;
  }
  if (error && !said->first) {
    said->first = g_error_copy (error);
    said->details = details ? gst_structure_copy (details) : NULL;
  }
  gst_message_unref (message);
}

static void
collect (GstBus *bus, Said *said)
{
  GstMessage *message;

  while ((message = gst_bus_pop (bus)))
    take_message (message, said);
}

static void
said_clear (Said *said)
{
  g_clear_error (&said->first);
  g_clear_pointer (&said->details, gst_structure_free);
}

/* How many requests a chunk makes that meets the fault each time: with one
 * retry; one more unseen where a kept connection was found closed; and one more
 * whole where a growing one was refused. */
static guint
tries (Use use, const Fault *fault)
{
  gboolean found_closed =
      fault->in_head && fault->status == 0 && fault->fault != TEST_FAULT_STALL;

  if (fault->refused)
    return 0;
  if (fault->answer)
    return 1;
  if (use == STT_LIVE && fault->status != 302)
    return fault->retried && fault->status == 0 ? 3 : 2;
  return fault->retried ? 2 + found_closed : 1;
}

/* As push_talk(), but the stream may have ended in an error meanwhile. */
static guint64
push_speech (GstHarness *harness, guint pause, guint speech, guint64 sample)
{
  g_autoptr (GByteArray) talk = g_byte_array_new ();

  talk_add_pause (talk, pause);
  talk_add_speech (talk, speech);
  for (guint at = 0; at < talk->len; at += RATE / 50 * 2) {
    gsize size = MIN (talk->len - at, RATE / 50 * 2);
    GstBuffer *buffer = gst_buffer_new_memdup (talk->data + at, size);

    GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (sample, GST_SECOND, RATE);
    GST_BUFFER_DURATION (buffer) = gst_util_uint64_scale (size / 2, GST_SECOND, RATE);
    if (gst_harness_push (harness, buffer) != GST_FLOW_OK)
      break;
    sample += size / 2;
  }
  return sample;
}

/* Pushes an utterance; one that grows has begun to before it ends. */
static guint64
push_utterance (GstHarness *harness, TestServer *server, gboolean grows, guint64 sample)
{
  guint before = test_server_n_requests (server);

  sample = push_speech (harness, 900, 700, sample);
  if (grows) {
    g_autoptr (TestRequest) request =
        test_server_request (server, before, FALSE, WAIT_SECONDS);
    fail_unless (request != NULL);
  }
  sample = push_speech (harness, 0, 700, sample);
  return push_speech (harness, 800, 0, sample);
}

/* Until the utterance was answered, or given up. */
static void
wait_until_settled (GstBus *bus, Said *said)
{
  gint64 until = g_get_monotonic_time () + WAIT_SECONDS * G_USEC_PER_SEC;
  guint settled = said->n_settled;

  while (said->n_settled == settled && said->n_errors == 0) {
    GstMessage *message = gst_bus_timed_pop (bus, GST_SECOND);

    fail_unless (g_get_monotonic_time () < until, "it is not settled");
    if (message)
      take_message (message, said);
  }
}

static void
check_error (const Said *said, const Fault *fault)
{
  guint status;

  fail_unless_equals_int (said->n_errors, 1);
  fail_unless_equals_int (said->n_warnings, 0);
  fail_unless (gst_structure_get_uint (said->details, "http-status-code", &status));
  fail_unless_equals_int (status, fault->status);
  fail_unless_equals_string (
      gst_structure_get_string (said->details, "request-id"), "req_f");
}

static void
check_captions (
    GstHarness *harness, GstBus *bus, Said *said, gboolean recovers, guint64 samples)
{
  g_autofree gchar *captions = NULL;
  guint64 lost;

  end_stream (harness);
  collect (bus, said);
  captions = pull_captions (harness);
  fail_unless_equals_string (captions, recovers ? "one\ntwo\nthree\n" : "one\nthree\n");
  assert_account_is_exact (harness);
  lost = stats_value (harness, "failed");
  fail_unless ((lost > 0) == !recovers);
  fail_unless_equals_uint64 (stats_value (harness, "samples-in"), samples);
  fail_unless_equals_int (said->n_errors, 0);
  fail_unless_equals_int (said->n_failed, recovers ? 0 : 1);
  fail_unless (said->n_warnings == (recovers ? 0 : 1), "%u warnings: %s",
      said->n_warnings, said->first ? said->first->message : "");
}

/* The second of three utterances meets the fault. */
static void
check_stt (Use use, const Fault *fault, gboolean for_good)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *properties =
      g_strdup_printf ("max-requests=1 "
                       "max-outage=0 granularity=chunk upload-format=wav %s",
          limits (fault, for_good));
  GstHarness *harness = make_stt_harness (server, properties, use == STT_LIVE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  gboolean recovers = fault->answer || (fault->retried && !for_good);
  guint n_tries =
      recovers && !fault->answer ? MIN (tries (use, fault), 1) + 1 : tries (use, fault);
  /* The answer may come through at once, or be asked for again. */
  gboolean lost = fault->early && fault->fault >= 0;
  guint64 sample = 0;
  Said said = { 0 };

  gst_element_set_bus (harness->element, bus);
  add_good_answer (server, use, "one");
  for (guint i = 0; i < (recovers ? 1 : n_tries) + (lost ? 2 : 0); i++)
    add_fault (server, use, fault);
  if (recovers && !fault->answer)
    add_good_answer (server, use, "two");
  add_good_answer (server, use, "three");

  for (guint i = 0; i < 3 && said.n_errors == 0; i++) {
    gboolean outage = fault->refused && i == 1;
    GThread *thread = outage ? begin_outage (server, for_good) : NULL;

    sample = push_utterance (harness, server, use == STT_LIVE && !outage, sample);
    wait_until_settled (bus, &said);
    if (thread)
      g_thread_join (thread);
    else if (outage)
      test_server_resume (server);
  }
  if (fault->fatal)
    check_error (&said, fault);
  else
    check_captions (harness, bus, &said, recovers, sample);
  if (fault->status >= 400 && said.first)
    fail_unless (strstr (said.first->message, "the server's own words"), "%s",
        said.first->message);
  if (!lost)
    fail_unless_equals_int (
        test_server_n_requests (server), 1 + n_tries + (fault->fatal ? 0 : 1));
  said_clear (&said);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

static GstPadProbeReturn
count_bytes (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  *(gsize *) data += gst_buffer_get_size (GST_PAD_PROBE_INFO_BUFFER (info));
  return GST_PAD_PROBE_OK;
}

/* Plays to the end with the fault in the way. */
static Outcome *
play_through (const gchar *line, TestServer *server, Use use, const Fault *fault,
    gboolean for_good, gsize *bytes)
{
  GstElement *pipeline = make_pipeline (line, server);
  GThread *outage = NULL;
  Outcome *outcome;

  /* An answer that was lost is asked for again. */
  for (guint i = 0; i < (fault->early ? 3 : for_good ? 2 : 1); i++)
    add_fault (server, use, fault);
  add_good_answer (server, use, "two");
  if (fault->refused)
    outage = begin_outage (server, for_good);
  add_probe (pipeline, "s", "sink", GST_PAD_PROBE_TYPE_BUFFER, count_bytes, bytes);
  outcome = play (pipeline);
  if (outage)
    g_thread_join (outage);
  else if (fault->refused)
    test_server_resume (server);
  return outcome;
}

static void
check_one_error (Outcome *outcome, const Fault *fault, guint attempts)
{
  guint made, status;

  fail_unless_equals_int (outcome->n_errors, 1);
  fail_if (outcome->eos);
  if (fault->status >= 400)
    fail_unless (strstr (outcome->error->message, "the server's own words"), "%s",
        outcome->error->message);
  fail_unless (gst_structure_get_uint (outcome->details, "attempts", &made));
  fail_unless_equals_int (made, attempts);
  fail_unless (gst_structure_get_uint (outcome->details, "http-status-code", &status));
  fail_unless_equals_int (status, fault->status == 200 ? fault->within : fault->status);
}

static void
check_tts (const Fault *fault, gboolean for_good)
{
  g_autoptr (TestServer) server = test_server_new ();
  /* A request that is lost on a connection which was open before is sent once more, and
   * whether it was is a matter of time. */
  g_autofree gchar *line = g_strdup_printf ("openaitts text=Two. preconnect=false "
                                            "%s %%s ! fakesink name=s",
      limits (fault, for_good));
  gsize bytes = 0;
  g_autoptr (Outcome) outcome = play_through (line, server, TTS, fault, for_good, &bytes);
  /* Nothing is tried again once audio was heard, which is a matter of time. */
  gboolean heard =
      !fault->in_head && fault->status == 0 && !fault->refused && !fault->answer;
  gboolean recovers =
      fault->answer || (fault->retried && !for_good && !(heard && outcome->error));

  fail_unless_equals_int (outcome->n_warnings, 0);
  if (!recovers) {
    fail_unless (bytes < 100);
    check_one_error (outcome, fault,
        heard                ? test_server_n_requests (server)
            : fault->retried ? 2
                             : 1);
    return;
  }
  fail_unless (outcome->eos && !outcome->error, "%s",
      outcome->error ? outcome->error->message : "");
  fail_unless_equals_int (bytes, PCM_BYTES);
  fail_unless_equals_int (
      test_server_n_requests (server), fault->answer || fault->refused ? 1 : 2);
}

/* What makes a voice is not done again when it may have been. */
static void
check_voice (const Fault *fault, gboolean for_good)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *line =
      g_strdup_printf ("audiotestsrc num-buffers=30 ! "
                       "openaivoicesink name=s voice-name=Ada consent=cons_1 %s %%s",
          limits (fault, for_good));
  gsize bytes = 0;
  g_autoptr (Outcome) outcome =
      play_through (line, server, VOICE, fault, for_good, &bytes);
  gboolean in_doubt = !fault->refused && !fault->answer
      && (fault->status < 300
          || (fault->status >= 500 && fault->status != 501 && fault->status != 503));
  gboolean again = fault->retried && !in_doubt;
  gboolean recovers = fault->answer || (again && !for_good);
  gboolean told = FALSE;

  fail_unless_equals_int (outcome->n_warnings, 0);
  fail_unless_equals_int (
      outcome_count (outcome, "openaivoicesink/voice"), recovers ? 1 : 0);
  if (!fault->early)
    fail_unless_equals_int (test_server_n_requests (server),
        fault->refused ? !for_good
            : again    ? 2
                       : 1);
  fail_unless (recovers == (outcome->eos && !outcome->error), "%s",
      outcome->error ? outcome->error->message : "");
  if (recovers)
    return;
  check_one_error (outcome, fault,
      fault->early ? test_server_n_requests (server)
          : again  ? 2
                   : 1);
  gst_structure_get_boolean (outcome->details, "in-doubt", &told);
  fail_unless_equals_int (told, in_doubt);
}

GST_START_TEST (test_fault)
{
  const Fault *fault = &faults[__i__ / 2 / N_USES];
  Use use = __i__ / 2 % N_USES;
  gboolean for_good = __i__ % 2;

  if (fault->not_for & BIT (use))
    return;
  GST_INFO ("%s, use %u, %s", fault->name, use, for_good ? "always" : "once");
  if (use == TTS)
    check_tts (fault, for_good);
  else if (use == VOICE)
    check_voice (fault, for_good);
  else
    check_stt (use, fault, for_good);
}

GST_END_TEST;

/* Too much, says the server while it is still being spoken, however small the
 * pieces: its own words come out, even where it closes at once. */
GST_START_TEST (test_too_large_early)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *answer = test_server_answer (server, 413, JSON);
  GstHarness *harness = make_stt_harness (server, "max-retries=1", TRUE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  Said said = { 0 };
  guint status;

  test_answer_early (answer, __i__ == 0 ? 2000 : 0);
  test_answer_framing (answer, TEST_FRAMING_LENGTH);
  test_answer_text (answer, ERROR_JSON);
  if (__i__ == 1)
    test_answer_fault (answer, TEST_FAULT_CLOSE);
  gst_element_set_bus (harness->element, bus);
  push_utterance (harness, server, TRUE, 0);
  wait_until_settled (bus, &said);
  collect (bus, &said);
  fail_unless_equals_int (said.n_errors, 1);
  fail_unless (
      strstr (said.first->message, "the server's own words"), "%s", said.first->message);
  fail_unless (gst_structure_get_uint (said.details, "http-status-code", &status));
  fail_unless_equals_int (status, 413);
  said_clear (&said);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* A client that was cut off asks before it sends all of it again, but not for ever, and
 * not a server that does not understand the question. */
GST_START_TEST (test_question_not_understood)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *cut = test_server_answer (server, 200, JSON);
  TestAnswer *answer = test_server_answer (server, __i__ ? 417 : 200, JSON);
  GstHarness *harness = make_stt_harness (server, "max-retries=0 preconnect=false", TRUE);
  g_autofree gchar *captions = NULL;
  g_autoptr (TestRequest) asked = NULL;
  guint64 sample;

  test_answer_early (cut, 2000);
  test_answer_fault (cut, TEST_FAULT_RESET);
  test_answer_early (answer, __i__ ? 0 : G_MAXSIZE);
  if (__i__)
    answer = test_server_answer (server, 200, JSON);
  test_answer_text (answer, "{\"text\":\"fine\"}");
  sample = push_speech (harness, 900, 700, 0);
  fail_unless (test_answer_request (cut, WAIT_SECONDS) == 0);
  /* Before he has sent it all. */
  fail_unless (test_server_all_closed (server, WAIT_SECONDS));
  sample = push_speech (harness, 0, 700, sample);
  push_speech (harness, 800, 0, sample);
  end_stream (harness);
  captions = pull_captions (harness);
  fail_unless_equals_string (captions, "fine\n");
  fail_unless_equals_int (test_server_n_requests (server), 3);
  asked = test_server_request (server, 1, FALSE, WAIT_SECONDS);
  fail_unless_equals_string (test_request_header (asked, "Expect"), "100-continue");
  assert_account_is_exact (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* What is answered instead of "continue" leaves a body that is not sent: the
 * answer is all there is to wait for, and that not for ever. */
GST_START_TEST (test_question_refused)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *cut = test_server_answer (server, 200, JSON);
  TestAnswer *answer = test_server_answer (server, 413, JSON);
  GstHarness *harness = make_stt_harness (server, "max-retries=0 timeout=1500", TRUE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  Said said = { 0 };
  guint status;

  test_answer_early (cut, 2000);
  test_answer_fault (cut, TEST_FAULT_RESET);
  test_answer_early (answer, 0);
  test_answer_framing (answer, TEST_FRAMING_LENGTH);
  test_answer_text (answer, __i__ == 0 ? ERROR_JSON : "{");
  if (__i__ > 0) {
    test_answer_claim_length (answer, 1000);
    test_answer_fault (answer, TEST_FAULT_STALL);
  }
  gst_element_set_bus (harness->element, bus);
  push_utterance (harness, server, TRUE, 0);
  wait_until_settled (bus, &said);
  collect (bus, &said);
  fail_unless_equals_int (said.n_errors, 1);
  fail_unless (gst_structure_get_uint (said.details, "http-status-code", &status));
  fail_unless_equals_int (status, __i__ == 0 ? 413 : 0);
  said_clear (&said);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static Suite *
faults_suite (void)
{
  Suite *suite = suite_create ("faults");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_fault, 0, G_N_ELEMENTS (faults) * N_USES * 2);
  tcase_add_loop_test (tcase, test_too_large_early, 0, 2);
  tcase_add_loop_test (tcase, test_question_not_understood, 0, 2);
  tcase_add_loop_test (tcase, test_question_refused, 0, 2);
  return suite;
}

GST_CHECK_MAIN (faults);
