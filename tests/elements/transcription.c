// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaistt: each parameter on the wire, and each kind of answer. */

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "support.h"

#define LINE                                                                             \
  "audiotestsrc wave=pink-noise volume=0.5 num-buffers=50 "                              \
  "samplesperbuffer=320 ! audio/x-raw,rate=16000,channels=1 ! "                          \
  "openaistt name=x %%s vad=none upload-format=wav %s"

static Outcome *
play_with (TestServer *server, const gchar *properties)
{
  g_autofree gchar *line = g_strdup_printf (LINE, properties);

  return play (make_pipeline (line, server));
}

/* name=value of each field of the form but the file, in order, one a line. */
static gchar *
fields_of (TestRequest *request)
{
  GPtrArray *parts = test_request_parts (request);
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < parts->len; i++) {
    const TestPart *part = g_ptr_array_index (parts, i);
    gsize size;
    const gchar *data = g_bytes_get_data (part->data, &size);

    if (!part->filename)
      g_string_append_printf (all, "%s=%.*s\n", part->name, (gint) size, data);
  }
  return g_string_free (all, FALSE);
}

/* All that is sent, for what is set: nothing else. */
static const struct
{
  const gchar *properties;
  const gchar *path;
  const gchar *fields;
} parameters[] = {
  { "", "/v1/audio/transcriptions",
      "model=whisper-1\nresponse_format=verbose_json\n"
      "timestamp_granularities[]=word\ntimestamp_granularities[]=segment\n" },
  { "model=gpt-transcribe", "/v1/audio/transcriptions",
      "model=gpt-transcribe\nresponse_format=json\n" },
  { "model=Systran/faster-whisper-small", "/v1/audio/transcriptions",
      "model=Systran/faster-whisper-small\nresponse_format=verbose_json\n"
      "timestamp_granularities[]=word\ntimestamp_granularities[]=segment\n" },
  { "model=gpt-transcribe language=en-US", "/v1/audio/transcriptions",
      "model=gpt-transcribe\nresponse_format=json\nlanguages[]=en\n" },
  { "language-code=de-AT model=gpt-4o-transcribe", "/v1/audio/transcriptions",
      "model=gpt-4o-transcribe\nresponse_format=json\nlanguage=de\n" },
  { "model=gpt-transcribe languages=\"<en,pt-BR>\" keywords=\"<AC-42,\\\"two words\\\">\"",
      "/v1/audio/transcriptions",
      "model=gpt-transcribe\nresponse_format=json\nlanguages[]=en\n"
      "languages[]=pt\nkeywords[]=AC-42\nkeywords[]=two words\n" },
  { "model=gpt-transcribe prompt=\"Names: Zoë\" temperature=0.25",
      "/v1/audio/transcriptions",
      "model=gpt-transcribe\nresponse_format=json\nprompt=Names: Zoë\n"
      "temperature=0.25\n" },
  { "model=gpt-transcribe temperature=0", "/v1/audio/transcriptions",
      "model=gpt-transcribe\nresponse_format=json\ntemperature=0\n" },
  { "model=whisper-1 response-format=text", "/v1/audio/transcriptions",
      "model=whisper-1\nresponse_format=text\n" },
  { "model=whisper-1 response-format=srt", "/v1/audio/transcriptions",
      "model=whisper-1\nresponse_format=srt\n" },
  { "model=whisper-1 response-format=vtt", "/v1/audio/transcriptions",
      "model=whisper-1\nresponse_format=vtt\n" },
  { "model=whisper-1 response-format=verbose-json", "/v1/audio/transcriptions",
      "model=whisper-1\nresponse_format=verbose_json\n" },
  { "model=whisper-1 timestamp-granularities=word", "/v1/audio/transcriptions",
      "model=whisper-1\nresponse_format=verbose_json\n"
      "timestamp_granularities[]=word\n" },
  { "model=whisper-1 response-format=verbose-json "
    "timestamp-granularities=word+segment",
      "/v1/audio/transcriptions",
      "model=whisper-1\nresponse_format=verbose_json\n"
      "timestamp_granularities[]=word\ntimestamp_granularities[]=segment\n" },
  { "model=gpt-4o-mini-transcribe logprobs=true", "/v1/audio/transcriptions",
      "model=gpt-4o-mini-transcribe\nresponse_format=json\n"
      "include[]=logprobs\n" },
  { "model=gpt-transcribe stream-response=true", "/v1/audio/transcriptions",
      "model=gpt-transcribe\nresponse_format=json\nstream=true\n" },
  { "model=gpt-4o-transcribe chunking-strategy=auto", "/v1/audio/transcriptions",
      "model=gpt-4o-transcribe\nresponse_format=json\n"
      "chunking_strategy=auto\n" },
  { "model=gpt-4o-transcribe chunking-strategy=server-vad "
    "server-vad-prefix-padding=100 server-vad-silence-duration=150 "
    "server-vad-threshold=0.3",
      "/v1/audio/transcriptions",
      "model=gpt-4o-transcribe\nresponse_format=json\n"
      "chunking_strategy={\"type\":\"server_vad\",\"prefix_padding_ms\":100,"
      "\"silence_duration_ms\":150,\"threshold\":0.3}\n" },
  { "model=gpt-4o-transcribe chunking-strategy=server-vad", "/v1/audio/transcriptions",
      "model=gpt-4o-transcribe\nresponse_format=json\n"
      "chunking_strategy={\"type\":\"server_vad\"}\n" },
  { "model=gpt-4o-transcribe-diarize", "/v1/audio/transcriptions",
      "model=gpt-4o-transcribe-diarize\nresponse_format=diarized_json\n"
      "chunking_strategy=auto\n" },
  { "model=gpt-4o-transcribe-diarize stream-response=true language=fr",
      "/v1/audio/transcriptions",
      "model=gpt-4o-transcribe-diarize\nresponse_format=diarized_json\n"
      "language=fr\nstream=true\nchunking_strategy=auto\n" },
  { "model=whisper-1 task=translate prompt=Berlin", "/v1/audio/translations",
      "model=whisper-1\nresponse_format=verbose_json\nprompt=Berlin\n" },
  { "model=whisper-1 task=translate language=de", "/v1/audio/translations",
      "model=whisper-1\nresponse_format=verbose_json\nlanguage=de\n" },
  { "model=whisper-1 task=translate response-format=srt temperature=1",
      "/v1/audio/translations", "model=whisper-1\nresponse_format=srt\ntemperature=1\n" },
  { "model=gpt-transcribe extra-fields=\"x,vad_filter=true,hotwords=(string)ab,n=(int)3\"",
      "/v1/audio/transcriptions",
      "model=gpt-transcribe\nresponse_format=json\nvad_filter=true\n"
      "hotwords=ab\nn=3\n" },
};

GST_START_TEST (test_parameters)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;
  g_autoptr (TestRequest) request = NULL;
  g_autofree gchar *fields = NULL;
  const TestPart *file;

  /* Where numbers have a comma. */
  setlocale (LC_NUMERIC, "de_DE.UTF-8");
  test_server_answer_with (server, 200, "application/json", "{\"text\":\"yes\"}");
  outcome = play_with (server, parameters[__i__].properties);
  setlocale (LC_NUMERIC, "C");
  fail_unless (outcome->eos && !outcome->error);
  fail_unless_equals_int (outcome->n_warnings, 0);
  fail_unless_equals_int (test_server_n_requests (server), 1);
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  fail_unless_equals_string (test_request_path (request), parameters[__i__].path);
  fields = fields_of (request);
  fail_unless_equals_string (fields, parameters[__i__].fields);
  file = test_request_file (request);
  fail_unless_equals_string (file->name, "file");
  fail_unless_equals_string (file->filename, "audio.wav");
  fail_unless_equals_string (file->content_type, "audio/wav");
}

GST_END_TEST;

/* What a model cannot take is told by the name of the property. */
static const struct
{
  const gchar *properties;
  const gchar *property;
  const gchar *left_out; /* a field */
} unfit[] = {
  { "model=whisper-1 logprobs=true", "logprobs", "include[]" },
  { "model=whisper-1 keywords=\"<a>\"", "keywords", "keywords[]" },
  { "model=whisper-1 languages=\"<en>\"", "languages", "languages[]" },
  { "model=gpt-4o-transcribe keywords=\"<a>\"", "keywords", "keywords[]" },
  { "model=gpt-4o-transcribe timestamp-granularities=word", "timestamp-granularities",
      "timestamp_granularities[]" },
  { "model=gpt-4o-transcribe response-format=srt", "response-format", NULL },
  { "model=gpt-4o-transcribe-diarize prompt=Hello", "prompt", "prompt" },
  { "model=gpt-4o-transcribe-diarize logprobs=true", "logprobs", "include[]" },
  { "model=gpt-4o-transcribe-diarize response-format=verbose-json", "response-format",
      NULL },
  { "model=gpt-4o-transcribe track-speakers=true", "track-speakers", NULL },
  { "model=x response-format=text logprobs=true", "logprobs", "include[]" },
  { "model=x response-format=json timestamp-granularities=word",
      "timestamp-granularities", "timestamp_granularities[]" },
  { "model=whisper-1 task=translate languages=\"<de>\"", "languages", "languages[]" },
  { "model=whisper-1 task=translate stream-response=true", "stream-response", "stream" },
  { "model=whisper-1 task=translate timestamp-granularities=segment",
      "timestamp-granularities", "timestamp_granularities[]" },
  { "model=whisper-1 task=translate chunking-strategy=auto", "chunking-strategy",
      "chunking_strategy" },
  { "keywords=\"<\\\"<b>\\\">\"", "keywords", "keywords[]" },
  { "server-vad-threshold=0.5", "server-vad", "chunking_strategy" },
};

GST_START_TEST (test_unfit)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;
  g_autoptr (TestRequest) request = NULL;

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"yes\"}");
  outcome = play_with (server, unfit[__i__].properties);
  fail_unless (outcome->eos && !outcome->error);
  fail_unless_equals_int (outcome->n_warnings, 1);
  fail_unless (
      strstr (g_ptr_array_index (outcome->warnings, 0), unfit[__i__].property) != NULL,
      "\"%s\"", (gchar *) g_ptr_array_index (outcome->warnings, 0));
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  if (unfit[__i__].left_out)
    fail_unless (test_request_field (request, unfit[__i__].left_out) == NULL);
}

GST_END_TEST;

#define SSE "text/event-stream; charset=utf-8"
#define EVENT(json_) "data: " json_ "\r\n\r\n"

/* Each answer tells the same, whatever was asked for. */
static const struct
{
  const gchar *properties;
  const gchar *type;
  const gchar *body;
  guint n_segments;
  guint n_words;
  const gchar *speaker;
  const gchar *usage; /* a field of it */
  guint n_logprobs;
} answers[] = {
  { "", "application/json",
      "{\"text\":\"Hello there.\",\"languages\":"
      "[{\"code\":\"en\"}],\"usage\":{\"type\":\"tokens\",\"input_tokens\":1,"
      "\"output_tokens\":2,\"total_tokens\":3}}",
      .usage = "total-tokens" },
  { "", "application/json",
      "{\"text\":\" Hello\\n there. \",\"language\":"
      "\"english\",\"usage\":{\"seconds\":2,\"type\":\"duration\"}}",
      .usage = "seconds" },
  { "model=gpt-4o-transcribe logprobs=true", "application/json",
      "{\"text\":\"Hello there.\",\"language\":\"en\",\"logprobs\":["
      "{\"token\":\"Hello\",\"logprob\":-0.5,\"bytes\":[72]},"
      "{\"token\":\" there.\",\"logprob\":-0.25,\"bytes\":[]}]}",
      .n_logprobs = 2 },
  { "model=whisper-1 language=en response-format=text", "text/plain", "Hello there.\n" },
  { "model=whisper-1 language=en response-format=text", "text/html", "Hello there." },
  { "model=whisper-1 language=en response-format=srt", "text/plain",
      "1\n00:00:00,000 --> 00:00:00,900\nHello there.\n\n\n", 1 },
  { "model=whisper-1 language=en response-format=vtt", "text/plain",
      "WEBVTT\n\n00:00:00.000 --> 00:00:00.900\nHello there.\n\n", 1 },
  { "model=whisper-1", "application/json",
      "{\"task\":\"transcribe\",\"language\":\"english\",\"duration\":1.0,"
      "\"text\":\"Hello there.\",\"segments\":[{\"id\":0,\"seek\":0,"
      "\"start\":0.0,\"end\":0.9,\"text\":\" Hello there.\",\"tokens\":[1],"
      "\"temperature\":0.0,\"avg_logprob\":-0.3,\"compression_ratio\":0.8,"
      "\"no_speech_prob\":0.01}],\"words\":[{\"word\":\"Hello\",\"start\":0.0,"
      "\"end\":0.4},{\"word\":\"there\",\"start\":0.5,\"end\":0.9}]}",
      1, 2 },
  { "model=whisper-1", "application/json",
      "{\"language\":\"en\",\"text\":\"Hello there.\",\"duration\":\"1.0\","
      "\"segments\":[{\"start\":0,\"end\":0.9,\"text\":\" Hello there.\","
      "\"words\":[{\"text\":\"Hello\",\"start\":0,\"end\":0.4},"
      "{\"text\":\"there.\",\"start\":0.5,\"end\":0.9}]}],\"words\":null}",
      1, 2 },
  { "model=gpt-4o-transcribe-diarize language=en", "application/json",
      "{\"text\":\"Hello there.\",\"segments\":[{\"type\":"
      "\"transcript.text.segment\",\"id\":\"seg_0\",\"start\":0.0,\"end\":0.9,"
      "\"text\":\" Hello there.\",\"speaker\":\"A\"}]}",
      1, 0, "A" },
  { "model=gpt-transcribe language=en stream-response=true", SSE,
      EVENT ("{\"type\":\"transcript.text.delta\",\"delta\":\"Hello\"}")
          EVENT ("{\"type\":\"transcript.text.delta\",\"delta\":\" there.\"}")
              EVENT ("{\"type\":\"transcript.text.done\",\"text\":\"Hello there.\","
                     "\"usage\":{\"type\":\"tokens\",\"input_tokens\":5,"
                     "\"output_tokens\":4,\"total_tokens\":9}}") EVENT ("[DONE]"),
      .usage = "total-tokens" },
  { "model=gpt-transcribe language=en stream-response=true", SSE,
      EVENT ("{\"type\":\"transcript.text.delta\",\"delta\":\"Hello\"}")
          EVENT ("{\"type\":\"transcript.text.delta\",\"delta\":\" there.\"}")
              EVENT ("{\"type\":\"transcript.text.done\",\"text\":\"\"}") },
  { "model=gpt-transcribe language=en stream-response=true logprobs=true", SSE,
      EVENT ("{\"type\":\"transcript.text.delta\",\"delta\":\"Hello there.\","
             "\"logprobs\":[{\"token\":\"Hello\",\"logprob\":-0.5}]}")
          EVENT ("{\"type\":\"transcript.text.done\",\"text\":\"Hello there.\"}"),
      .n_logprobs = 1 },
  { "model=gpt-transcribe language=en stream-response=true logprobs=true", SSE,
      EVENT ("{\"type\":\"transcript.text.delta\",\"delta\":\"Hello there.\","
             "\"logprobs\":[{\"token\":\"Hello\",\"logprob\":-0.5}]}")
          EVENT ("{\"type\":\"transcript.text.done\",\"text\":\"Hello there.\","
                 "\"logprobs\":[{\"token\":\"Hello\",\"logprob\":-0.5},"
                 "{\"token\":\" there.\",\"logprob\":-0.5}]}"),
      .n_logprobs = 2 },
  { "model=gpt-4o-transcribe-diarize language=en stream-response=true", SSE,
      EVENT ("{\"type\":\"transcript.text.segment\",\"id\":\"seg_0\","
             "\"start\":0.0,\"end\":0.9,\"text\":\" Hello there.\","
             "\"speaker\":\"B\"}")
          EVENT ("{\"type\":\"transcript.text.done\",\"text\":\"Hello there.\"}")
              EVENT ("[DONE]"),
      1, 0, "B" },
  { "model=gpt-transcribe language=en stream-response=true", "application/json",
      "{\"text\":\"Hello there.\"}" },
  { "model=gpt-transcribe language=en stream-response=true", SSE,
      EVENT ("{\"object\":\"transcription.chunk\",\"choices\":[{\"delta\":"
             "{\"content\":\"Hello there.\"}}]}")
          EVENT ("{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}") },
  { "model=gpt-transcribe language=en stream-response=true", "application/json",
      EVENT ("{\"type\":\"transcript.text.done\",\"text\":\"Hello there.\"}")
          EVENT ("[DONE]") },
  { "model=gpt-transcribe language=en stream-response=true", "text/plain",
      "\n: hello\n\n"
      "event: x\n" EVENT ("{\"type\":\"transcript.text.done\","
                          "\"text\":\"Hello there.\"}") },
  { "model=gpt-transcribe language=en stream-response=true", SSE,
      "\n{\"text\":\"Hello there.\"}" },
  { "model=whisper-1 task=translate", "application/json",
      "{\"language\":\"english\",\"duration\":1.0,\"text\":\"Hello there.\","
      "\"segments\":[]}" },
};

static guint
length_of (const GstStructure *message, const gchar *field)
{
  const GValue *array = gst_structure_get_value (message, field);

  return array ? gst_value_array_get_size (array) : 0;
}

GST_START_TEST (test_answers)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;
  const GstStructure *message;
  g_autoptr (GstStructure) usage = NULL;

  test_server_answer_with (server, 200, answers[__i__].type, answers[__i__].body);
  outcome = play_with (server, answers[__i__].properties);
  fail_unless (outcome->eos && !outcome->error);
  fail_unless_equals_int (outcome->n_warnings, 0);
  message = outcome_message (outcome, "openaistt/transcript", 0);
  fail_unless (message != NULL);
  fail_unless_equals_string (gst_structure_get_string (message, "text"), "Hello there.");
  fail_unless_equals_int (length_of (message, "segments"), answers[__i__].n_segments);
  fail_unless_equals_int (length_of (message, "words"), answers[__i__].n_words);
  fail_unless_equals_int (length_of (message, "logprobs"), answers[__i__].n_logprobs);
  fail_unless (
      g_strcmp0 (gst_structure_get_string (message, "speaker"), answers[__i__].speaker)
      == 0);
  if (gst_structure_get (message, "usage", GST_TYPE_STRUCTURE, &usage, NULL))
    fail_unless (
        answers[__i__].usage && gst_structure_has_field (usage, answers[__i__].usage));
  else
    fail_unless (answers[__i__].usage == NULL);
}

GST_END_TEST;

/* A stream that breaks off is not a short answer. */
static const gchar *const broken_streams[] = {
  EVENT ("{\"type\":\"transcript.text.delta\",\"delta\":\"Hello\"}"),
  EVENT ("{\"type\":\"transcript.text.delta\",\"delta\":\"Hello\"}")
      EVENT ("{\"error\":{\"message\":\"The model fell over\"}}"),
};

GST_START_TEST (test_broken_streams)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;

  test_server_answer_with (server, 200, SSE, broken_streams[__i__]);
  outcome = play_with (server, "stream-response=true max-retries=0");
  fail_unless (outcome->error != NULL && !outcome->eos);
  fail_unless (
      __i__ == 0 || strstr (outcome->error->message, "The model fell over") != NULL, "%s",
      outcome->error->message);
}

GST_END_TEST;

/* Of no type, too, and whatever was asked for. */
static const gchar *const empty_types[] = {
  "text/event-stream",
  "application/json",
  NULL,
};

GST_START_TEST (test_empty_answers)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;

  test_server_answer_with (server, 200, empty_types[__i__ / 2], "");
  outcome =
      play_with (server, __i__ % 2 ? "stream-response=true" : "stream-response=false");
  fail_unless_equals_int (outcome->n_errors, 1);
}

GST_END_TEST;

/* verbose_json is asked for once, not each time. */
GST_START_TEST (test_steps_down)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;
  const gchar *const formats[] = { "verbose_json", "json", "json", "json" };

  test_server_answer_with (server, 400, "application/json",
      "{\"error\":{\"message\":\"response_format 'verbose_json' is not "
      "compatible with model 'x'. Use 'json' or 'text' instead.\",\"type\":"
      "\"invalid_request_error\",\"param\":\"response_format\",\"code\":"
      "\"unsupported_value\"}}");
  test_server_answer_with (server, 200, "application/json", "{\"text\":\"yes\"}");
  outcome = play_with (server,
      "model=parakeet max-chunk-duration=400 "
      "max-requests=1");
  fail_unless (outcome->eos && !outcome->error);
  fail_unless_equals_int (outcome->n_warnings, 1);
  fail_unless_equals_int (test_server_n_requests (server), G_N_ELEMENTS (formats));
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (TestRequest) request = test_server_request (server, i, TRUE, WAIT_SECONDS);

    fail_unless_equals_string (
        test_request_field (request, "response_format"), formats[i]);
  }
}

GST_END_TEST;

/* Files go up as they are, whatever happens in between. */
static const struct
{
  const gchar *caps; /* NULL: of a source that tells none */
  const gchar *begin;
  const gchar *filename;
  const gchar *type;
} files[] = {
  { "audio/mpeg,mpegversion=1,layer=3", "ID3x", "audio.mp3", "audio/mpeg" },
  { "application/x-id3", "ID3x", "audio.mp3", "audio/mpeg" },
  { "audio/x-m4a", "ftyp", "audio.mp4", "audio/mp4" },
  { "video/quicktime,variant=iso", "ftyp", "audio.mp4", "audio/mp4" },
  { "audio/x-flac", "fLaC", "audio.flac", "audio/flac" },
  { "application/ogg", "OggS", "audio.ogg", "audio/ogg" },
  { "audio/ogg", "OggS", "audio.ogg", "audio/ogg" },
  { "audio/x-wav", "RIFF", "audio.wav", "audio/wav" },
  { "video/webm", "\x1a\x45\xdf\xa3", "audio.webm", "audio/webm" },
  { "audio/webm", "\x1a\x45\xdf\xa3", "audio.webm", "audio/webm" },
};

static GstHarness *
make_file_harness (TestServer *server, const gchar *caps, const gchar *properties)
{
  g_autofree gchar *line = g_strdup_printf (
      "openaistt base-url=%s api-key=\"\" %s", test_server_base_url (server), properties);
  GstHarness *harness = gst_harness_new_parse (line);

  gst_harness_set_src_caps_str (harness, caps);
  return harness;
}

static void
push_bytes (GstHarness *harness, const gchar *data, gsize length)
{
  fail_unless_equals_int (
      gst_harness_push (harness, gst_buffer_new_memdup (data, length)), GST_FLOW_OK);
}

GST_START_TEST (test_files)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_file_harness (server, files[__i__].caps, "model=whisper-1");
  g_autoptr (TestRequest) request = NULL;
  g_autofree gchar *captions = NULL;
  const TestPart *file;

  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"A. B.\",\"segments\":[{\"start\":1,\"end\":2,\"text\":\"A.\"},"
      "{\"start\":100,\"end\":101,\"text\":\"B.\"}]}");
  push_bytes (harness, files[__i__].begin, 4);
  gst_harness_push_event (harness, gst_event_new_gap (0, GST_SECOND));
  push_bytes (harness, "and the rest", 12);
  end_stream (harness);
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  file = test_request_file (request);
  fail_unless_equals_string (file->filename, files[__i__].filename);
  fail_unless_equals_string (file->content_type, files[__i__].type);
  fail_unless_equals_int (g_bytes_get_size (file->data), 16);
  fail_unless (!test_request_chunked (request));
  for (guint i = 1; i <= 100; i += 99) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (harness);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), i * GST_SECOND);
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (test_file_too_long)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;

  outcome =
      play (make_pipeline ("audiotestsrc num-buffers=200 ! wavenc ! "
                           "openaistt name=x preconnect=false %s max-upload-size=200000",
          server));
  fail_unless (outcome->error != NULL);
  fail_unless (strstr (outcome->error->message, "decodebin") != NULL, "%s",
      outcome->error->message);
  fail_unless_equals_int (test_server_n_connections (server), 0);
}

GST_END_TEST;

/* A source of bytes has no caps. */
GST_START_TEST (test_file_without_caps)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;
  g_autoptr (TestRequest) request = NULL;
  g_autofree gchar *path = NULL;
  g_autofree gchar *write_line = NULL, *line = NULL;
  gint fd = g_file_open_tmp ("whole-XXXXXX", &path, NULL);

  fail_unless (fd >= 0);
  g_close (fd, NULL);
  write_line =
      g_strdup_printf ("audiotestsrc num-buffers=20 ! "
                       "audio/x-raw,format=S16LE ! wavenc ! filesink location=%s",
          path);
  outcome = play (make_pipeline (write_line, NULL));
  outcome_free (g_steal_pointer (&outcome));

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"all of it\"}");
  line = g_strdup_printf ("filesrc location=%s ! openaistt name=x %%s", path);
  outcome = play (make_pipeline (line, server));
  g_unlink (path);
  fail_unless (outcome->eos && !outcome->error);
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  fail_unless_equals_string (test_request_file (request)->filename, "audio.wav");
  fail_unless_equals_int (outcome_count (outcome, "openaistt/transcript"), 1);
}

GST_END_TEST;

static Suite *
transcription_suite (void)
{
  Suite *suite = suite_create ("transcription");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_parameters, 0, G_N_ELEMENTS (parameters));
  tcase_add_loop_test (tcase, test_unfit, 0, G_N_ELEMENTS (unfit));
  tcase_add_loop_test (tcase, test_answers, 0, G_N_ELEMENTS (answers));
  tcase_add_loop_test (tcase, test_broken_streams, 0, G_N_ELEMENTS (broken_streams));
  tcase_add_loop_test (tcase, test_empty_answers, 0, 2 * G_N_ELEMENTS (empty_types));
  tcase_add_test (tcase, test_steps_down);
  tcase_add_loop_test (tcase, test_files, 0, G_N_ELEMENTS (files));
  tcase_add_test (tcase, test_file_too_long);
  tcase_add_test (tcase, test_file_without_caps);
  return suite;
}

GST_CHECK_MAIN (transcription);
