// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaivoicesink: what is uploaded, what is told, and what never leaves, against
 * the scripted server. */

#include <glib/gstdio.h>
#include <string.h>

#include "support.h"

#define MAX_BYTES (10 * 1024 * 1024)

#define CONSENT                                                                          \
  "{\"object\":\"audio.voice_consent\",\"id\":\"cons_1\","                               \
  "\"name\":\"Ada\",\"language\":\"en-US\",\"created_at\":1760000000}"
#define VOICE                                                                            \
  "{\"object\":\"audio.voice\",\"id\":\"voice_1\",\"name\":\"Ada\","                     \
  "\"created_at\":1760000000,\"type\":\"audio_sample\",\"prompt\":null,"                 \
  "\"quality\":0.5,\"ready\":true,\"tags\":[{\"b\":2},{}],\"odd\":[1,\"a\",null],"       \
  "\"nested\":[[1,\"a\"],[1]]}"

static const gchar *const consent_line =
    "audiotestsrc num-buffers=50 samplesperbuffer=480 ! "
    "audio/x-raw,format=F32LE,rate=48000,channels=2 ! "
    "openaivoicesink name=s max-retries=0 timeout=0 voice-name=Ada language=en-US %s";

static TestServer *
server_with (guint status, const gchar *body)
{
  TestServer *server = test_server_new ();

  test_answer_header (test_server_answer_with (server, status, "application/json", body),
      "x-request-id", "req_1");
  return server;
}

static void
assert_string (const GstStructure *structure, const gchar *name, const gchar *value)
{
  fail_unless_equals_string (gst_structure_get_string (structure, name), value);
}

static void
assert_created (const GstStructure *structure)
{
  gint64 created;

  fail_unless (gst_structure_get_int64 (structure, "created-at", &created));
  fail_unless_equals_int64 (created, 1760000000);
}

GST_START_TEST (test_consent)
{
  g_autoptr (TestServer) server = server_with (200, CONSENT);
  g_autoptr (Outcome) outcome = play (make_pipeline (consent_line, server));
  g_autoptr (TestRequest) request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  const TestPart *file = test_request_file (request);
  const guint8 *wav = g_bytes_get_data (file->data, NULL);
  const GstStructure *message;
  guint attempts;

  fail_unless (outcome->eos);
  fail_unless_equals_int (outcome->n_errors + outcome->n_warnings, 0);
  fail_unless_equals_string (test_request_method (request), "POST");
  fail_unless_equals_string (test_request_path (request), "/v1/audio/voice_consents");
  fail_if (test_request_chunked (request));
  fail_unless_equals_int (test_request_parts (request)->len, 3);
  fail_unless_equals_string (test_request_field (request, "name"), "Ada");
  fail_unless_equals_string (test_request_field (request, "language"), "en-US");
  fail_unless_equals_string (file->name, "recording");
  fail_unless_equals_string (file->filename, "audio.wav");
  fail_unless_equals_string (file->content_type, "audio/wav");
  fail_unless_equals_uint64 (wav_samples (file->data), 24000);
  fail_unless_equals_int (GST_READ_UINT16_LE (wav + 22), 1);
  fail_unless_equals_int (GST_READ_UINT32_LE (wav + 24), 48000);

  fail_unless_equals_int (outcome_count (outcome, "openaivoicesink/consent"), 1);
  message = outcome_message (outcome, "openaivoicesink/consent", 0);
  assert_string (message, "id", "cons_1");
  assert_string (message, "object", "audio.voice_consent");
  assert_string (message, "name", "Ada");
  assert_string (message, "language", "en-US");
  assert_created (message);
  assert_string (message, "request-id", "req_1");
  fail_unless (gst_structure_get_uint (message, "attempts", &attempts));
  fail_unless_equals_int (attempts, 1);
}

GST_END_TEST;

/* Every field of the answer is in the message, whatever it is. */
GST_START_TEST (test_voice)
{
  g_autoptr (TestServer) server = server_with (200, VOICE);
  g_autoptr (Outcome) outcome =
      play (make_pipeline ("audiotestsrc num-buffers=10 ! openaivoicesink "
                           "voice-name=Ada consent=cons_1 language=en-US "
                           "extra-fields=\"f,quality=3\" %s",
          server));
  g_autoptr (TestRequest) request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  const GstStructure *message = outcome_message (outcome, "openaivoicesink/voice", 0);
  const GstStructure *tag;
  const GValue *tags;
  gdouble quality;
  gboolean ready;

  fail_unless (outcome->eos);
  fail_unless_equals_string (test_request_path (request), "/v1/audio/voices");
  fail_unless_equals_int (test_request_parts (request)->len, 4);
  fail_unless_equals_string (test_request_field (request, "name"), "Ada");
  fail_unless_equals_string (test_request_field (request, "consent"), "cons_1");
  fail_unless_equals_string (test_request_field (request, "quality"), "3");
  fail_unless_equals_string (test_request_file (request)->name, "audio_sample");

  assert_string (message, "id", "voice_1");
  assert_string (message, "object", "audio.voice");
  assert_string (message, "type", "audio_sample");
  assert_created (message);
  fail_if (gst_structure_has_field (message, "prompt"));
  fail_unless (gst_structure_get_double (message, "quality", &quality));
  fail_unless (quality == 0.5);
  fail_unless (gst_structure_get_boolean (message, "ready", &ready) && ready);
  tags = gst_structure_get_value (message, "tags");
  fail_unless_equals_int (gst_value_array_get_size (tags), 2);
  tag = gst_value_get_structure (gst_value_array_get_value (tags, 0));
  fail_unless (gst_structure_has_field_typed (tag, "b", G_TYPE_INT64));
  assert_string (message, "odd", "[1,\"a\",null]");
  assert_string (message, "nested", "[[1,\"a\"],[1]]");
}

GST_END_TEST;

typedef struct
{
  const gchar *caps;
  guint in_rate;
  guint rate; /* of the WAV */
} RawCase;

/* A second of each. */
static const RawCase raw_cases[] = {
  { "format=U8,channels=1", 8000, 8000 },
  { "format=S24BE,channels=2", 44100, 44100 },
  { "format=F64LE,channels=2,layout=non-interleaved", 96000, 48000 },
  { "format=S16LE,channels=1", 192000, 48000 },
  { "format=S32LE,channels=6,channel-mask=(bitmask)0x3f", 16000, 16000 },
  { "format=S16LE,channels=4,channel-mask=(bitmask)0x0", 16000, 16000 },
};

GST_START_TEST (test_raw)
{
  const RawCase *expected = &raw_cases[__i__];
  g_autoptr (TestServer) server = server_with (200, CONSENT);
  g_autofree gchar *line =
      g_strdup_printf ("audiotestsrc num-buffers=100 "
                       "samplesperbuffer=%u ! audio/x-raw,rate=%u,%s ! openaivoicesink "
                       "voice-name=Ada language=en %%s",
          expected->in_rate / 100, expected->in_rate, expected->caps);
  g_autoptr (Outcome) outcome = play (make_pipeline (line, server));
  g_autoptr (TestRequest) request = NULL;
  const TestPart *file;
  const guint8 *wav;
  gint loudest = 0;

  fail_unless (outcome->eos);
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  file = test_request_file (request);
  wav = g_bytes_get_data (file->data, NULL);
  fail_unless_equals_int (GST_READ_UINT16_LE (wav + 22), 1);
  fail_unless_equals_int (GST_READ_UINT32_LE (wav + 24), expected->rate);
  fail_unless_equals_uint64 (wav_samples (file->data), expected->rate);
  for (gsize i = 44; i < g_bytes_get_size (file->data); i += 2)
    loudest = MAX (loudest, (gint16) GST_READ_UINT16_LE (wav + i));
  fail_unless (loudest > 8000, "it is silent: %d", loudest);
}

GST_END_TEST;

/* Samples from a file that no parser has given times. */
GST_START_TEST (test_raw_bytes)
{
  g_autoptr (TestServer) server = server_with (200, CONSENT);
  g_autoptr (Outcome) outcome = play (
      make_pipeline ("fakesrc num-buffers=100 sizetype=fixed sizemax=320 format=bytes "
                     "! audio/x-raw,format=S16LE,rate=16000,channels=1,"
                     "layout=interleaved ! openaivoicesink voice-name=Ada language=en %s",
          server));
  g_autoptr (TestRequest) request = NULL;

  fail_unless (outcome->eos);
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  fail_unless_equals_uint64 (wav_samples (test_request_file (request)->data), 16000);
}

GST_END_TEST;

typedef struct
{
  const gchar *caps; /* NULL: its first bytes tell */
  const gchar *head;
  gsize head_size;
  const gchar *filename;
  const gchar *type;
} FileCase;

#define HEAD(text_) text_, sizeof text_ - 1

static const FileCase file_cases[] = {
  { "audio/mpeg,mpegversion=1,layer=3", HEAD ("x"), "audio.mp3", "audio/mpeg" },
  { "audio/mpeg,mpegversion=4,stream-format=adts", HEAD ("x"), "audio.aac", "audio/aac" },
  { "audio/x-wav", HEAD ("x"), "audio.wav", "audio/wav" },
  { "application/ogg", HEAD ("x"), "audio.ogg", "audio/ogg" },
  { "audio/ogg", HEAD ("x"), "audio.ogg", "audio/ogg" },
  { "audio/x-flac", HEAD ("x"), "audio.flac", "audio/flac" },
  { "audio/webm", HEAD ("x"), "audio.webm", "audio/webm" },
  { "video/webm", HEAD ("x"), "audio.webm", "audio/webm" },
  { "video/quicktime", HEAD ("x"), "audio.mp4", "audio/mp4" },
  { "audio/x-m4a", HEAD ("x"), "audio.mp4", "audio/mp4" },
  { "application/x-id3", HEAD ("ID3\x04\0\0\0\0\0\0\xff\xfb\x90\0"), "audio.mp3",
      "audio/mpeg" },
  { NULL, HEAD ("ID3\x04\0\0\0\0\0\0\xff\xfb\x90\0"), "audio.mp3", "audio/mpeg" },
  { NULL, HEAD ("\xff\xf1\x58\x40\x19\x1f\xfc"), "audio.aac", "audio/aac" },
  { NULL, HEAD ("RIFF\xff\xff\xff\xffWAVEfmt "), "audio.wav", "audio/wav" },
  { NULL, HEAD ("OggS\0\2"), "audio.ogg", "audio/ogg" },
  { NULL, HEAD ("fLaC\0\0\0\x22"), "audio.flac", "audio/flac" },
  { NULL, HEAD ("\x1a\x45\xdf\xa3"), "audio.webm", "audio/webm" },
  { NULL,
      HEAD ("\0\0\0\x20"
            "ftypM4A "),
      "audio.mp4", "audio/mp4" },
};

/* A file of @size that begins with @head. */
static gchar *
write_file (const gchar *head, gsize head_size, gsize size)
{
  g_autofree gchar *data = g_malloc0 (size);
  gchar *path = NULL;
  gint fd = g_file_open_tmp ("openai-voices-XXXXXX", &path, NULL);

  fail_unless (fd >= 0 && g_close (fd, NULL));
  memcpy (data, head, MIN (head_size, size));
  fail_unless (g_file_set_contents (path, data, size, NULL));
  return path;
}

static Outcome *
play_file (
    const gchar *path, const gchar *caps, const gchar *settings, TestServer *server)
{
  g_autofree gchar *line = g_strdup_printf (
      "filesrc location=%s ! %s%s"
      "openaivoicesink max-retries=0 voice-name=Ada consent=cons_1 %s %%s",
      path, caps ? caps : "", caps ? " ! " : "", settings);

  return play (make_pipeline (line, server));
}

GST_START_TEST (test_files)
{
  const FileCase *expected = &file_cases[__i__];
  g_autoptr (TestServer) server = server_with (200, VOICE);
  g_autofree gchar *path = write_file (expected->head, expected->head_size, 20000);
  g_autoptr (Outcome) outcome = play_file (path, expected->caps, "", server);
  g_autoptr (TestRequest) request = NULL;
  const TestPart *file;
  g_autofree gchar *content = NULL;
  gsize size;

  fail_unless (outcome->eos, "%s", outcome->error ? outcome->error->message : "");
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  file = test_request_file (request);
  fail_unless_equals_string (file->filename, expected->filename);
  fail_unless_equals_string (file->content_type, expected->type);
  fail_unless (g_file_get_contents (path, &content, &size, NULL));
  fail_unless_equals_uint64 (g_bytes_get_size (file->data), size);
  fail_unless (memcmp (g_bytes_get_data (file->data, NULL), content, size) == 0);
  g_unlink (path);
}

GST_END_TEST;

/* Not one byte leaves the machine. */
static void
assert_refused (Outcome *outcome, TestServer *server, const gchar *says)
{
  fail_if (outcome->eos);
  fail_unless_equals_int (outcome->n_errors, 1);
  fail_unless (
      g_error_matches (outcome->error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS));
  fail_unless (strstr (outcome->error->message, says), "%s", outcome->error->message);
  if (server)
    fail_unless_equals_int (test_server_n_connections (server), 0);
}

GST_START_TEST (test_too_large)
{
  g_autoptr (TestServer) server = server_with (200, VOICE);
  g_autofree gchar *path = write_file ("OggS", 4, MAX_BYTES + 1);
  g_autoptr (Outcome) outcome = play_file (path, NULL, "", server);
  g_autoptr (Outcome) unlimited = NULL;

  assert_refused (outcome, server, "larger than 10485760 bytes");
  unlimited = play_file (path, NULL, "max-size=0", server);
  fail_unless (unlimited->eos);
  g_unlink (path);
}

GST_END_TEST;

GST_START_TEST (test_just_fits)
{
  g_autoptr (TestServer) server = server_with (200, VOICE);
  g_autofree gchar *path = write_file ("OggS", 4, MAX_BYTES);
  g_autoptr (Outcome) outcome = play_file (path, NULL, "", server);

  fail_unless (outcome->eos);
  g_unlink (path);
}

GST_END_TEST;

/* 31 s of raw audio; of a WAV; of what only its buffers tell the time. */
static const gchar *const long_lines[] = {
  "audiotestsrc num-buffers=31 samplesperbuffer=8000 ! "
  "audio/x-raw,rate=8000,channels=1 ! openaivoicesink voice-name=Ada "
  "consent=cons_1 %s",
  "audiotestsrc num-buffers=31 samplesperbuffer=8000 ! "
  "audio/x-raw,rate=8000,channels=1 ! wavenc ! openaivoicesink "
  "voice-name=Ada consent=cons_1 %s",
  "audiotestsrc num-buffers=31 samplesperbuffer=8000 ! "
  "audio/x-raw,rate=8000,channels=1 ! flacenc ! openaivoicesink "
  "voice-name=Ada consent=cons_1 %s",
};

GST_START_TEST (test_too_long)
{
  g_autoptr (TestServer) server = server_with (200, VOICE);
  g_autoptr (Outcome) outcome = play (make_pipeline (long_lines[__i__], server));
  g_autofree gchar *line = g_strdup_printf ("%s max-duration=31000", long_lines[__i__]);
  g_autoptr (Outcome) allowed = NULL;

  assert_refused (outcome, server, "more than 30 s");
  allowed = play (make_pipeline (line, server));
  fail_unless (allowed->eos, "%s", allowed->error ? allowed->error->message : "");
}

GST_END_TEST;

/* 30 s to the sample are no more than 30 s. */
GST_START_TEST (test_just_short_enough)
{
  g_autoptr (TestServer) server = server_with (200, VOICE);
  g_autoptr (Outcome) outcome = play (
      make_pipeline ("audiotestsrc num-buffers=30 "
                     "samplesperbuffer=44100 ! audio/x-raw,rate=44100 ! openaivoicesink "
                     "voice-name=Ada consent=cons_1 %s",
          server));

  fail_unless (outcome->eos);
}

GST_END_TEST;

static const gchar *const unusable[][2] = {
  { "audiotestsrc num-buffers=5 ! openaivoicesink language=en %s", "voice-name" },
  { "audiotestsrc num-buffers=5 ! openaivoicesink voice-name=Ada %s", "language" },
  { "audiotestsrc num-buffers=0 ! openaivoicesink voice-name=Ada language=en "
    "%s",
      "No audio" },
  { "fakesrc num-buffers=5 sizetype=fixed sizemax=100 filltype=zero ! "
    "openaivoicesink voice-name=Ada consent=c %s",
      "no MP3" },
};

GST_START_TEST (test_unusable)
{
  g_autoptr (TestServer) server = server_with (200, VOICE);
  g_autoptr (Outcome) outcome = play (make_pipeline (unusable[__i__][0], server));

  assert_refused (outcome, server, unusable[__i__][1]);
}

GST_END_TEST;

GST_START_TEST (test_wrong_url)
{
  g_autoptr (Outcome) outcome =
      play (make_pipeline ("audiotestsrc num-buffers=5 ! openaivoicesink "
                           "voice-name=Ada language=en base-url=nonsense",
          NULL));

  assert_refused (outcome, NULL, "base-url");
}

GST_END_TEST;

GST_START_TEST (test_no_key)
{
  g_autoptr (Outcome) outcome = NULL;

  g_unsetenv ("OPENAI_BASE_URL");
  outcome =
      play (make_pipeline ("audiotestsrc num-buffers=5 ! "
                           "openaivoicesink voice-name=Ada language=en api-key=\"\"",
          NULL));
  assert_refused (outcome, NULL, "OPENAI_API_KEY");
}

GST_END_TEST;

typedef struct
{
  guint status;
  const gchar *body;
  GQuark (*domain) (void);
  gint code;
  const gchar *says;
  gboolean in_doubt;
} ErrorCase;

#define RESOURCE(code_) gst_resource_error_quark, GST_RESOURCE_ERROR_##code_

static const ErrorCase errors[] = {
  { 401, "{\"error\":{\"message\":\"Incorrect API key\"}}", RESOURCE (NOT_AUTHORIZED),
      "OPENAI_API_KEY" },
  { 403, "{\"error\":{\"message\":\"Not you\",\"code\":\"forbidden\"}}",
      RESOURCE (NOT_AUTHORIZED), "eligible" },
  { 404, "{\"error\":{\"message\":\"Not found\"}}", RESOURCE (NOT_FOUND), "eligible" },
  { 400, "{\"error\":{\"message\":\"Say the phrase\"}}", RESOURCE (SETTINGS),
      "Say the phrase" },
  { 413, "too large", RESOURCE (NO_SPACE_LEFT), "413" },
  { 501, "{\"error\":{\"message\":\"None here\"}}", RESOURCE (FAILED),
      "no custom voices" },
  { 500, "oh", RESOURCE (FAILED), "may have created the consent", TRUE },
  { 200, "{}", gst_stream_error_quark, GST_STREAM_ERROR_FORMAT,
      "may have created the consent", TRUE },
  { 200, "<html><title>Login</title>", gst_stream_error_quark, GST_STREAM_ERROR_FORMAT,
      "Login", TRUE },
};

GST_START_TEST (test_errors)
{
  const ErrorCase *expected = &errors[__i__];
  g_autoptr (TestServer) server = server_with (expected->status, expected->body);
  g_autoptr (Outcome) outcome = play (make_pipeline (consent_line, server));
  gboolean in_doubt = FALSE;
  guint status;

  fail_if (outcome->eos);
  fail_unless_equals_int (outcome->n_errors, 1);
  fail_unless_equals_int (outcome_count (outcome, "openaivoicesink/consent"), 0);
  fail_unless (outcome->error->domain == expected->domain ());
  fail_unless_equals_int (outcome->error->code, expected->code);
  fail_unless (
      strstr (outcome->error->message, expected->says), "%s", outcome->error->message);
  fail_unless (gst_structure_get_uint (outcome->details, "http-status-code", &status));
  fail_unless_equals_int (status, expected->status == 200 ? 0 : expected->status);
  assert_string (outcome->details, "request-id", "req_1");
  gst_structure_get_boolean (outcome->details, "in-doubt", &in_doubt);
  fail_unless_equals_int (in_doubt, expected->in_doubt);
  fail_unless_equals_int (test_server_n_requests (server), 1);
}

GST_END_TEST;

/* The answer is lost: there is one request, and the doubt is told. */
GST_START_TEST (test_answer_lost)
{
  static const TestFault faults[] = { TEST_FAULT_CLOSE, TEST_FAULT_RESET,
    TEST_FAULT_STALL };
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;
  g_autofree gchar *line = g_strdup_printf (
      "audiotestsrc num-buffers=10 ! "
      "openaivoicesink voice-name=Ada consent=c timeout=%u max-retries=5 %%s",
      faults[__i__] == TEST_FAULT_STALL ? 2000 : 20000);
  gboolean in_doubt = FALSE;

  test_answer_fault (test_server_answer (server, 200, "application/json"), faults[__i__]);
  outcome = play (make_pipeline (line, server));
  fail_unless_equals_int (outcome->n_errors, 1);
  fail_unless (strstr (outcome->error->message, "may have created the voice"), "%s",
      outcome->error->message);
  fail_unless (
      gst_structure_get_boolean (outcome->details, "in-doubt", &in_doubt) && in_doubt);
  fail_unless_equals_int (test_server_n_requests (server), 1);
}

GST_END_TEST;

GST_START_TEST (test_server_down)
{
  g_autoptr (Outcome) outcome = play (make_pipeline (consent_line, NULL));

  fail_unless_equals_int (outcome->n_errors, 1);
  fail_unless (g_error_matches (
      outcome->error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ_WRITE));
  fail_if (strstr (outcome->error->message, "may have"));
}

GST_END_TEST;

/* The server is killed in the middle of the upload, and comes back. */
GST_START_TEST (test_restart_in_upload)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *path = write_file ("OggS", 4, MAX_BYTES);
  g_autofree gchar *line =
      g_strdup_printf ("filesrc location=%s ! "
                       "openaivoicesink voice-name=Ada consent=cons_1 %%s",
          path);
  TestAnswer *never = test_server_answer (server, 200, "application/json");
  GstElement *pipeline = make_pipeline (line, server);
  g_autoptr (Outcome) outcome = NULL;
  g_autoptr (TestRequest) again = NULL;

  test_answer_early (never, 20000);
  test_answer_hold (never);
  test_server_answer_with (server, 200, "application/json", VOICE);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless_equals_int (test_answer_request (never, WAIT_SECONDS), 0);
  test_server_pause (server);
  test_server_resume (server);
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  fail_unless_equals_int (outcome_count (outcome, "openaivoicesink/voice"), 1);
  fail_unless_equals_int (test_server_n_requests (server), 2);
  again = test_server_request (server, 1, TRUE, WAIT_SECONDS);
  fail_unless_equals_uint64 (
      g_bytes_get_size (test_request_file (again)->data), MAX_BYTES);
  g_unlink (path);
}

GST_END_TEST;

/* A pipeline whose upload is in the server's hands, without an answer. */
static GstElement *
held_pipeline (TestServer *server, TestAnswer **held, GstBus **bus)
{
  GstElement *pipeline = make_pipeline (consent_line, server);

  *held = test_server_answer (server, 200, "application/json");
  test_answer_hold (*held);
  test_answer_framing (*held, TEST_FRAMING_LENGTH);
  test_answer_text (*held, CONSENT);
  *bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless_equals_int (test_answer_request (*held, WAIT_SECONDS), 0);
  return pipeline;
}

static gboolean
has_ended (GstBus *bus)
{
  g_autoptr (GstMessage) message =
      gst_bus_pop_filtered (bus, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  return message != NULL;
}

GST_START_TEST (test_eos_waits)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *held;
  g_autoptr (GstBus) bus = NULL;
  GstElement *pipeline = held_pipeline (server, &held, &bus);
  g_autoptr (Outcome) outcome = NULL;

  fail_if (has_ended (bus));
  test_answer_release (held);
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  fail_unless_equals_int (outcome_count (outcome, "openaivoicesink/consent"), 1);
}

GST_END_TEST;

/* A pause lets the request go on, and EOS is posted in PLAYING. */
GST_START_TEST (test_pause)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *held;
  g_autoptr (GstBus) bus = NULL;
  GstElement *pipeline = held_pipeline (server, &held, &bus);
  g_autoptr (Outcome) outcome = NULL;

  for (guint i = 0; i < 5; i++) {
    gst_element_set_state (pipeline, GST_STATE_PAUSED);
    fail_unless_equals_int (
        gst_element_get_state (pipeline, NULL, NULL, WAIT_SECONDS * GST_SECOND),
        GST_STATE_CHANGE_SUCCESS);
    fail_if (has_ended (bus));
    if (i == 4)
      test_answer_release (held);
    else
      gst_element_set_state (pipeline, GST_STATE_PLAYING);
  }
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  fail_unless_equals_int (outcome_count (outcome, "openaivoicesink/consent"), 1);
  fail_unless_equals_int (test_server_n_requests (server), 1);
}

GST_END_TEST;

static gboolean
tells_doubt (GstBus *bus)
{
  g_autoptr (GstMessage) warning = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
  g_autoptr (GError) error = NULL;

  if (!warning)
    return FALSE;
  gst_message_parse_warning (warning, &error, NULL);
  fail_unless (strstr (error->message, "may have created the consent"));
  return TRUE;
}

/* Stopped while the server has it all, and does not answer: the doubt is told. (The
 * server may see the last byte before the element knows that it is gone.) */
GST_START_TEST (test_stopped)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *held;
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstElement) pipeline = held_pipeline (server, &held, &bus);
  gboolean told = FALSE;

  for (guint i = 1; i < 200 && !told; i++) {
    g_autoptr (TestRequest) request = NULL;

    gst_element_set_state (pipeline, GST_STATE_READY);
    told = tells_doubt (bus);
    fail_if (has_ended (bus));
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    request = test_server_request (server, i, TRUE, WAIT_SECONDS);
    fail_unless (request != NULL);
  }
  fail_unless (told);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

/* Muxers go back to complete their headers. */
GST_START_TEST (test_rewritten_header)
{
  g_autoptr (TestServer) server = server_with (200, VOICE);
  g_autoptr (Outcome) outcome = play (
      make_pipeline ("audiotestsrc num-buffers=10 samplesperbuffer=800 "
                     "! audio/x-raw,rate=8000,channels=1 ! wavenc ! openaivoicesink "
                     "voice-name=Ada consent=c %s",
          server));
  g_autoptr (TestRequest) request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  GBytes *wav = test_request_file (request)->data;

  fail_unless (outcome->eos);
  fail_unless (g_bytes_get_size (wav) < 16000 + 100);
  fail_unless_equals_int (
      GST_READ_UINT32_LE ((const guint8 *) g_bytes_get_data (wav, NULL) + 4),
      g_bytes_get_size (wav) - 8);
}

GST_END_TEST;

/* What was flushed is not in the file; nor is what a run before recorded. */
GST_START_TEST (test_flush_and_again)
{
  g_autoptr (TestServer) server = server_with (200, VOICE);
  g_autofree gchar *line = g_strdup_printf ("openaivoicesink base-url=%s "
                                            "api-key=\"\" voice-name=Ada consent=c",
      test_server_base_url (server));
  GstHarness *harness = gst_harness_new_parse (line);
  g_autoptr (GByteArray) talk = g_byte_array_new ();

  talk_add_speech (talk, 200);
  gst_harness_set_src_caps_str (harness, TALK_CAPS);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (TestRequest) request = NULL;

    push_talk (harness, talk, 0);
    gst_harness_push_event (harness, gst_event_new_flush_start ());
    gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
    push_segment (harness, 0, 0);
    push_talk (harness, talk, 0);
    fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
    fail_unless_equals_int (test_server_n_requests (server), i + 1);
    request = test_server_request (server, i, TRUE, WAIT_SECONDS);
    fail_unless_equals_uint64 (
        wav_samples (test_request_file (request)->data), talk->len / 2);
    gst_harness_push_event (harness, gst_event_new_flush_start ());
    gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
    push_segment (harness, 0, 0);
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* States alone make no request, and need no setting at all. */
GST_START_TEST (test_states)
{
  g_autoptr (TestServer) server = server_with (200, CONSENT);
  g_autoptr (GstElement) pipeline = make_pipeline (consent_line, server);
  g_autoptr (GstElement) alone =
      gst_object_ref_sink (gst_element_factory_make ("openaivoicesink", NULL));

  for (guint i = 0; i < 20; i++) {
    gst_element_set_state (pipeline, GST_STATE_PAUSED);
    if (i % 2)
      gst_element_get_state (pipeline, NULL, NULL, WAIT_SECONDS * GST_SECOND);
    gst_element_set_state (pipeline, i % 3 ? GST_STATE_READY : GST_STATE_NULL);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  fail_unless_equals_int (test_server_n_connections (server), 0);

  fail_unless_equals_int (
      gst_element_set_state (alone, GST_STATE_PAUSED), GST_STATE_CHANGE_ASYNC);
  fail_unless_equals_int (
      gst_element_set_state (alone, GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
}

GST_END_TEST;

/* Up and down in any moment of an upload. */
GST_START_TEST (test_rounds)
{
  g_autoptr (TestServer) server = server_with (200, CONSENT);
  g_autoptr (GstElement) pipeline = make_pipeline (consent_line, server);

  for (guint i = 0; i < 60; i++) {
    guint before = test_server_n_requests (server);

    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    if (i % 3 == 1)
      gst_element_get_state (pipeline, NULL, NULL, WAIT_SECONDS * GST_SECOND);
    if (i % 3 == 2) {
      /* It may be one of a round before, which is never complete. */
      g_autoptr (TestRequest) request = test_server_request (server, before, i % 2, 1);
    }
    gst_element_set_state (pipeline, i % 2 ? GST_STATE_READY : GST_STATE_NULL);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

/* What it is all for. */
GST_START_TEST (test_voice_speaks)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;
  g_autoptr (TestRequest) request = NULL;

  test_answer_body (test_server_answer (server, 200, "audio/pcm"), "\0\0\0\0\0\0\0", 8);
  outcome = play (make_pipeline ("openaitts text=Hello voice=voice_123 %s ! "
                                 "fakesink",
      server));
  fail_unless (outcome->eos);
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  fail_unless_equals_string (
      test_request_field (request, "voice"), "{\"id\":\"voice_123\"}");
}

GST_END_TEST;

static Suite *
voices_suite (void)
{
  Suite *suite = suite_create ("voices");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_consent);
  tcase_add_test (tcase, test_voice);
  tcase_add_test (tcase, test_raw_bytes);
  tcase_add_loop_test (tcase, test_raw, 0, G_N_ELEMENTS (raw_cases));
  tcase_add_loop_test (tcase, test_files, 0, G_N_ELEMENTS (file_cases));
  tcase_add_test (tcase, test_too_large);
  tcase_add_test (tcase, test_just_fits);
  tcase_add_loop_test (tcase, test_too_long, 0, G_N_ELEMENTS (long_lines));
  tcase_add_test (tcase, test_just_short_enough);
  tcase_add_loop_test (tcase, test_unusable, 0, G_N_ELEMENTS (unusable));
  tcase_add_test (tcase, test_wrong_url);
  tcase_add_test (tcase, test_no_key);
  tcase_add_loop_test (tcase, test_errors, 0, G_N_ELEMENTS (errors));
  tcase_add_loop_test (tcase, test_answer_lost, 0, 3);
  tcase_add_test (tcase, test_server_down);
  tcase_add_test (tcase, test_restart_in_upload);
  tcase_add_test (tcase, test_eos_waits);
  tcase_add_test (tcase, test_pause);
  tcase_add_test (tcase, test_stopped);
  tcase_add_test (tcase, test_rewritten_header);
  tcase_add_test (tcase, test_flush_and_again);
  tcase_add_test (tcase, test_states);
  tcase_add_test (tcase, test_rounds);
  tcase_add_test (tcase, test_voice_speaks);
  return suite;
}

GST_CHECK_MAIN (voices);
