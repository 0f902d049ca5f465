// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The calls for custom voices, byte by byte against the scripted server, and
 * what becomes of those whose answer is lost. */

#include "client/voices.h"

#include <string.h>

#include "client/error.h"
#include "client/json.h"
#include "client/speech.h"
#include "server/server.h"

#define WAIT_SECONDS 30

typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean done;
  gsize sent;
  gsize size;
  gchar *answer;
  GError *error;
} Result;

static void
result_clear (Result *result)
{
  g_clear_error (&result->error);
  g_free (result->answer);
  g_mutex_clear (&result->lock);
  g_cond_clear (&result->cond);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Result, result_clear)

static void
on_sent (OpenaiVoiceCall *call, gsize sent, gsize size, gpointer user_data)
{
  Result *result = user_data;

  result->sent = sent;
  result->size = size;
}

static void
on_done (
    OpenaiVoiceCall *call, JsonObject *answer, const GError *error, gpointer user_data)
{
  Result *result = user_data;

  g_mutex_lock (&result->lock);
  result->error = error ? g_error_copy (error) : NULL;
  if (answer) {
    g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

    json_node_set_object (node, answer);
    result->answer = openai_json_to_text (node);
  }
  result->done = TRUE;
  g_cond_signal (&result->cond);
  g_mutex_unlock (&result->lock);
}

static const OpenaiLimits limits = {
  .connect = 20000,
  .idle = 20000,
  .answer = 20000,
  .max_retries = 2,
};

static const OpenaiVoiceFuncs funcs = {
  .sent = on_sent,
  .done = on_done,
};

static OpenaiClient *
client_new (const gchar *base_url)
{
  OpenaiEndpoint endpoint = { .base_url = (gchar *) base_url,
    .api_key = (gchar *) "sk-secret" };
  g_autoptr (GError) error = NULL;
  OpenaiClient *client = openai_client_acquire (&endpoint, &error);

  g_assert_no_error (error);
  return client;
}

static OpenaiVoiceCall *
begin_call (OpenaiClient *client, const OpenaiVoiceParams *params, Result *result)
{
  g_autoptr (GError) error = NULL;
  OpenaiVoiceCall *call;

  g_mutex_init (&result->lock);
  g_cond_init (&result->cond);
  call = openai_voice_call_new (client, params, &limits, &funcs, result, NULL, &error);
  g_assert_no_error (error);
  openai_voice_call_start (call);
  return call;
}

static void
wait_for (Result *result)
{
  gint64 until = g_get_monotonic_time () + 2 * WAIT_SECONDS * G_USEC_PER_SEC;

  g_mutex_lock (&result->lock);
  while (!result->done)
    g_assert_true (g_cond_wait_until (&result->cond, &result->lock, until));
  g_mutex_unlock (&result->lock);
}

static void
make_call (const gchar *base_url, const OpenaiVoiceParams *params, Result *result)
{
  OpenaiClient *client = client_new (base_url);
  OpenaiVoiceCall *call = begin_call (client, params, result);

  wait_for (result);
  openai_voice_call_free (call);
  openai_client_release (client);
}

static GBytes *
make_file (gsize size)
{
  guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = i * 7;
  return g_bytes_new_take (data, size);
}

#define CONSENT                                                                          \
  "{\"object\":\"audio.voice_consent\",\"id\":\"cons_1\","                               \
  "\"name\":\"Ada\",\"language\":\"en-US\",\"created_at\":1760000000}"
#define VOICE                                                                            \
  "{\"object\":\"audio.voice\",\"id\":\"voice_1\",\"name\":\"Ada\","                     \
  "\"created_at\":1760000000,\"type\":\"audio_sample\"}"

typedef struct
{
  OpenaiVoiceParams params;
  const gchar *answer;
  const gchar *method;
  const gchar *path;
  const gchar *type;       /* how the request's begins; NULL: no body */
  const gchar *fields[10]; /* names and values in turn */
  const gchar *file_part;
} Call;

static const Call calls[] = {
  { { .action = OPENAI_CONSENT_CREATE,
        .name = "Ada",
        .language = "en-US",
        .kind = OPENAI_RECORDING_WAV },
      CONSENT, "POST", "/v1/audio/voice_consents", "multipart/form-data; boundary=",
      { "name", "Ada", "language", "en-US" }, "recording" },
  { { .action = OPENAI_CONSENT_LIST },
      "{\"object\":\"list\",\"data\":[],"
      "\"has_more\":false}",
      "GET", "/v1/audio/voice_consents" },
  { { .action = OPENAI_CONSENT_LIST, .after = "cons 1/2", .limit = 100 },
      "{\"object\":\"list\",\"data\":[],\"has_more\":false}", "GET",
      "/v1/audio/voice_consents?limit=100&after=cons%201%2F2" },
  { { .action = OPENAI_CONSENT_SHOW, .id = "cons_1" }, CONSENT, "GET",
      "/v1/audio/voice_consents/cons_1" },
  { { .action = OPENAI_CONSENT_RENAME, .id = "cons_1", .name = "Ada \"Quoted\" Größe" },
      CONSENT, "POST", "/v1/audio/voice_consents/cons_1", "application/json",
      { "name", "Ada \"Quoted\" Größe" } },
  { { .action = OPENAI_CONSENT_DELETE, .id = "cons_1" },
      "{\"id\":\"cons_1\",\"object\":\"audio.voice_consent\","
      "\"deleted\":true}",
      "DELETE", "/v1/audio/voice_consents/cons_1" },
  { { .action = OPENAI_VOICE_CREATE,
        .name = "Ada",
        .consent = "cons_1",
        .kind = OPENAI_RECORDING_MP3 },
      VOICE, "POST", "/v1/audio/voices", "multipart/form-data; boundary=",
      { "name", "Ada", "consent", "cons_1" }, "audio_sample" },
  { { .action = OPENAI_VOICE_DESCRIBE,
        .name = "Ada",
        .prompt = "calm and low",
        .model = "auto",
        .script_hint = "news" },
      VOICE, "POST", "/v1/audio/voices", "application/json",
      { "type", "prompt", "name", "Ada", "prompt", "calm and low", "model", "auto",
          "script_hint", "news" } },
  { { .action = OPENAI_VOICE_DELETE, .id = "voice_1" },
      "{\"id\":\"voice_1\",\"object\":\"audio.voice.deleted\","
      "\"deleted\":true}",
      "DELETE", "/v1/audio/voices/voice_1" },
};

static guint
n_fields (TestRequest *request)
{
  g_autoptr (JsonNode) node = NULL;
  GBytes *body = test_request_body (request);

  if (test_request_parts (request)->len > 0)
    return test_request_parts (request)->len;
  if (g_bytes_get_size (body) > 0)
    node = openai_json_parse_object (
        g_bytes_get_data (body, NULL), g_bytes_get_size (body), NULL);
  return node ? json_object_get_size (json_node_get_object (node)) : 0;
}

static void
check_request (const Call *call, TestRequest *request, GBytes *file)
{
  const gchar *type = test_request_header (request, "Content-Type");
  const TestPart *part = test_request_file (request);
  guint n = 0;

  g_assert_cmpstr (test_request_method (request), ==, call->method);
  g_assert_cmpstr (test_request_path (request), ==, call->path);
  g_assert_cmpstr (
      test_request_header (request, "Authorization"), ==, "Bearer sk-secret");
  g_assert_false (test_request_chunked (request));
  if (call->type)
    g_assert_true (type && g_str_has_prefix (type, call->type));
  else
    g_assert_cmpuint (g_bytes_get_size (test_request_body (request)), ==, 0);
  for (; n < 5 && call->fields[2 * n]; n++)
    g_assert_cmpstr (
        test_request_field (request, call->fields[2 * n]), ==, call->fields[2 * n + 1]);
  g_assert_cmpuint (n_fields (request), ==, n + (call->file_part ? 1 : 0));
  if (!call->file_part)
    return;
  g_assert_cmpstr (part->name, ==, call->file_part);
  g_assert_cmpstr (part->filename, ==, openai_recording_filename (call->params.kind));
  g_assert_cmpstr (part->content_type, ==, openai_recording_type (call->params.kind));
  g_assert_true (g_bytes_equal (part->data, file));
}

static void
test_calls (void)
{
  g_autoptr (GBytes) file = make_file (100000);

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++) {
    g_autoptr (TestServer) server = test_server_new ();
    g_auto (Result) result = { 0 };
    g_autoptr (TestRequest) request = NULL;
    OpenaiVoiceParams params = calls[i].params;

    params.file = file;
    test_server_answer_with (server, 200, "application/json", calls[i].answer);
    make_call (test_server_base_url (server), &params, &result);
    g_assert_no_error (result.error);
    g_assert_cmpstr (result.answer, ==, calls[i].answer);
    request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
    check_request (&calls[i], request, file);
    g_assert_cmpuint (result.sent, ==, g_bytes_get_size (test_request_body (request)));
    g_assert_cmpuint (result.sent, ==, result.size);
  }
}

/* Fields of one's own go into forms and JSON alike. */
static void
test_extra_fields (void)
{
  static const OpenaiVoiceAction actions[] = { OPENAI_CONSENT_CREATE, OPENAI_VOICE_CREATE,
    OPENAI_VOICE_DESCRIBE };
  g_autoptr (JsonObject) extra = json_object_new ();
  g_autoptr (GBytes) file = make_file (10);

  json_object_set_int_member (extra, "quality", 3);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++) {
    g_autoptr (TestServer) server = test_server_new ();
    g_auto (Result) result = { 0 };
    g_autoptr (TestRequest) request = NULL;
    OpenaiVoiceParams params = {
      .action = actions[i], .name = "n", .file = file, .extra_fields = extra
    };

    test_server_answer_with (server, 200, "application/json", VOICE);
    make_call (test_server_base_url (server), &params, &result);
    request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
    g_assert_cmpstr (test_request_field (request, "quality"), ==, "3");
  }
}

/* A base URL's own query stays beside that of the list. */
static void
test_query (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *base =
      g_strconcat (test_server_base_url (server), "/?tenant=a", NULL);
  g_auto (Result) result = { 0 };
  g_autoptr (TestRequest) request = NULL;
  OpenaiVoiceParams params = { .action = OPENAI_CONSENT_LIST, .limit = 7 };

  test_server_answer_with (server, 200, "application/json", "{\"data\":[]}");
  make_call (base, &params, &result);
  g_assert_no_error (result.error);
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  g_assert_cmpstr (
      test_request_path (request), ==, "/v1/audio/voice_consents?tenant=a&limit=7");
}

/* An id is one segment of the path, whatever is in it. */
static void
test_ids (void)
{
  static const struct
  {
    const gchar *id;
    const gchar *path;
  } ids[] = {
    { "a/b c", "a%2Fb%20c" },
    { "a..b", "a..b" },
    { "...", "..." },
    { "?x=y#z", "%3Fx%3Dy%23z" },
    { "%2e%2e", "%252e%252e" },
    { "\xc3\xa4\n\"", "%C3%A4%0A%22" },
    { "a\\b", "a%5Cb" },
    { "/", "%2F" },
  };
  static const gchar *const bad[] = { "", ".", "..", "../voices", "a/..", "a/../b", "./a",
    "..\\a", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (TestServer) server = test_server_new ();
    g_autofree gchar *path = g_strconcat ("/v1/audio/voice_consents/", ids[i].path, NULL);
    g_auto (Result) result = { 0 };
    g_autoptr (TestRequest) request = NULL;
    OpenaiVoiceParams params = { .action = OPENAI_CONSENT_SHOW, .id = ids[i].id };

    test_server_answer_with (server, 200, "application/json", CONSENT);
    make_call (test_server_base_url (server), &params, &result);
    g_assert_no_error (result.error);
    request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
    g_assert_cmpstr (test_request_path (request), ==, path);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    OpenaiClient *client = client_new ("http://127.0.0.1:1/v1");
    g_autoptr (GError) error = NULL;
    OpenaiVoiceParams params = { .action = OPENAI_VOICE_DELETE, .id = bad[i] };

    g_assert_null (
        openai_voice_call_new (client, &params, &limits, &funcs, NULL, NULL, &error));
    g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS);
    openai_client_release (client);
  }
}

typedef struct
{
  guint status; /* 0: a fault after the whole request */
  TestFault fault;
  const gchar *body;
  guint n_requests; /* until it gives up */
  gboolean in_doubt;
} Loss;

/* Where the server may have made a voice, no second one is asked for. */
static const Loss losses[] = {
  { 0, TEST_FAULT_CLOSE, NULL, 1, TRUE },
  { 0, TEST_FAULT_RESET, NULL, 1, TRUE },
  { 0, TEST_FAULT_STALL, NULL, 1, TRUE },
  { 500, 0, "oh", 1, TRUE },
  { 502, 0, "<html><title>Bad gateway</title>", 1, TRUE },
  { 504, 0, "", 1, TRUE },
  { 200, 0, "", 1, TRUE },
  { 200, 0, "{\"id\":", 1, TRUE },
  { 200, 0, "{\"name\":\"Ada\"}", 1, TRUE },
  { 200, 0, "<html>", 1, TRUE },
  { 501, 0, "{\"error\":{\"message\":\"no voices\"}}", 1, FALSE },
  { 503, 0, "", 3, FALSE },
  { 429, 0, "", 3, FALSE },
  { 400, 0, "", 1, FALSE },
  { 403, 0, "", 1, FALSE },
  { 404, 0, "", 1, FALSE },
};

static void
test_losses (void)
{
  static const OpenaiVoiceAction actions[] = {
    OPENAI_CONSENT_CREATE,
    OPENAI_VOICE_CREATE,
    OPENAI_VOICE_DESCRIBE,
  };
  g_autoptr (GBytes) file = make_file (1000);

  for (guint i = 0; i < G_N_ELEMENTS (losses) * G_N_ELEMENTS (actions); i++) {
    const Loss *loss = &losses[i / G_N_ELEMENTS (actions)];
    g_autoptr (TestServer) server = test_server_new ();
    OpenaiClient *client = client_new (test_server_base_url (server));
    g_auto (Result) result = { 0 };
    OpenaiVoiceParams params = {
      .action = actions[i % G_N_ELEMENTS (actions)], .name = "n", .file = file
    };
    g_autoptr (GError) error = NULL;
    OpenaiLimits call_limits = limits;
    OpenaiVoiceCall *call;
    TestAnswer *answer = loss->status
        ? test_server_answer_with (server, loss->status, "text/plain", loss->body)
        : test_server_answer (server, 200, NULL);

    if (loss->status)
      test_answer_header (answer, "retry-after-ms", "1");
    else
      test_answer_fault (answer, loss->fault);
    if (!loss->status && loss->fault == TEST_FAULT_STALL)
      call_limits.answer = 1000;
    call = openai_voice_call_new (
        client, &params, &call_limits, &funcs, &result, NULL, &error);
    openai_voice_call_start (call);
    wait_for (&result);
    g_assert_nonnull (result.error);
    g_assert_cmpuint (test_server_n_requests (server), ==, loss->n_requests);
    g_assert_cmpint (openai_error_details (result.error)->in_doubt, ==, loss->in_doubt);
    openai_voice_call_free (call);
    openai_client_release (client);
  }
}

/* A call that changes nothing is simply made again. */
static void
test_show_is_repeated (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_auto (Result) result = { 0 };
  OpenaiVoiceParams params = { .action = OPENAI_CONSENT_SHOW, .id = "cons_1" };

  test_answer_header (
      test_server_answer_with (server, 500, "text/plain", ""), "retry-after-ms", "1");
  test_server_answer_with (server, 200, "application/json", CONSENT);
  make_call (test_server_base_url (server), &params, &result);
  g_assert_no_error (result.error);
  g_assert_cmpuint (test_server_n_requests (server), ==, 2);
}

/* The server goes away in the middle of an upload and comes back: it never had
 * the whole request, so it is sent again. */
static void
test_restart_in_upload (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  OpenaiClient *client = client_new (test_server_base_url (server));
  g_autoptr (GBytes) file = make_file (OPENAI_RECORDING_MAX_BYTES);
  g_auto (Result) result = { 0 };
  OpenaiVoiceParams params = { .action = OPENAI_VOICE_CREATE,
    .name = "n",
    .consent = "cons_1",
    .file = file,
    .kind = OPENAI_RECORDING_WAV };
  TestAnswer *never = test_server_answer (server, 200, "application/json");
  OpenaiVoiceCall *call;
  g_autoptr (TestRequest) first = NULL, second = NULL;

  test_answer_early (never, 20000);
  test_answer_hold (never);
  test_server_answer_with (server, 200, "application/json", VOICE);
  call = begin_call (client, &params, &result);
  g_assert_cmpint (test_answer_request (never, WAIT_SECONDS), ==, 0);
  g_assert_false (openai_voice_call_is_in_doubt (call));
  test_server_pause (server);
  test_server_resume (server);
  wait_for (&result);
  g_assert_no_error (result.error);
  g_assert_cmpstr (result.answer, ==, VOICE);
  g_assert_cmpuint (test_server_n_requests (server), ==, 2);
  first = test_server_request (server, 0, FALSE, WAIT_SECONDS);
  second = test_server_request (server, 1, TRUE, WAIT_SECONDS);
  g_assert_false (test_request_complete (first));
  g_assert_true (g_bytes_equal (test_request_file (second)->data, file));
  openai_voice_call_free (call);
  openai_client_release (client);
}

/* A caller that stops waiting after the upload is told that something may have come of
 * it, also where there is nothing to upload. */
static void
test_abandoned (void)
{
  static const OpenaiVoiceAction actions[] = { OPENAI_CONSENT_CREATE, OPENAI_VOICE_DELETE,
    OPENAI_CONSENT_SHOW };
  g_autoptr (GBytes) file = make_file (1000);

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++) {
    g_autoptr (TestServer) server = test_server_new ();
    OpenaiClient *client = client_new (test_server_base_url (server));
    g_auto (Result) result = { 0 };
    OpenaiVoiceParams params = {
      .action = actions[i], .name = "n", .id = "x", .file = file
    };
    TestAnswer *held = test_server_answer (server, 200, "application/json");
    OpenaiVoiceCall *call;
    gint64 until;

    test_answer_hold (held);
    call = begin_call (client, &params, &result);
    g_assert_cmpint (test_answer_request (held, WAIT_SECONDS), ==, 0);
    /* The server may see the end of the request before we do. */
    until = g_get_monotonic_time () + WAIT_SECONDS * G_USEC_PER_SEC;
    while (actions[i] != OPENAI_CONSENT_SHOW && !openai_voice_call_is_in_doubt (call)
        && g_get_monotonic_time () < until)
      g_thread_yield ();
    g_assert_true (
        openai_voice_call_is_in_doubt (call) == (actions[i] != OPENAI_CONSENT_SHOW));
    openai_voice_call_free (call);
    openai_client_release (client);
    g_assert_false (result.done);
  }
}

static void
test_delete_answers (void)
{
  static const struct
  {
    guint status;
    const gchar *body;
    gboolean fine;
  } answers[] = {
    { 200, "{\"id\":\"x\",\"deleted\":true}", TRUE },
    { 200, "{}", TRUE },
    { 204, "", TRUE },
    { 200, "{\"id\":\"x\",\"deleted\":false}", FALSE },
    { 200, "gone", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autoptr (TestServer) server = test_server_new ();
    g_auto (Result) result = { 0 };
    OpenaiVoiceParams params = { .action = OPENAI_CONSENT_DELETE, .id = "x" };

    test_server_answer_with (
        server, answers[i].status, "application/json", answers[i].body);
    make_call (test_server_base_url (server), &params, &result);
    g_assert_true ((result.error == NULL) == answers[i].fine);
  }
}

typedef struct
{
  const gchar *page;
  guint n;
  const gchar *next; /* NULL: the last page */
  gboolean wrong;
} Page;

static const Page pages[] = {
  { "{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"has_more\":true}", 2, "b" },
  { "{\"data\":[{\"id\":\"a\"}],\"has_more\":false,\"last_id\":\"a\"}", 1 },
  { "{\"data\":[{\"id\":\"a\"}]}", 1 },
  { "{\"data\":[{\"id\":\"a\"},7,null],\"has_more\":true}", 1, "a" },
  { "{\"data\":[],\"has_more\":true}", 0, NULL, TRUE },
  { "{\"data\":[{\"id\":\"before\"}],\"has_more\":true}", 1, NULL, TRUE },
  { "{\"data\":[{\"name\":\"no id\"}],\"has_more\":true}", 1, NULL, TRUE },
  { "{\"data\":[{\"id\":\"a\"}],\"has_more\":\"yes\"}", 1 },
};

static void
test_pages (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    g_autoptr (JsonNode) node = openai_json_parse (pages[i].page, -1, NULL);
    g_autoptr (JsonArray) consents = json_array_new ();
    g_autofree gchar *after = g_strdup ("before");
    g_autoptr (GError) error = NULL;
    gboolean more =
        openai_consent_list_take (json_node_get_object (node), consents, &after, &error);

    g_assert_cmpuint (json_array_get_length (consents), ==, pages[i].n);
    g_assert_true (more == (pages[i].next != NULL));
    g_assert_true ((error != NULL) == pages[i].wrong);
    if (more)
      g_assert_cmpstr (after, ==, pages[i].next);
  }
}

static void
test_advice (void)
{
  static const struct
  {
    OpenaiVoiceAction action;
    guint status;
    const gchar *says;
  } cases[] = {
    { OPENAI_CONSENT_LIST, 403, "eligible" },
    { OPENAI_CONSENT_LIST, 404, "eligible" },
    { OPENAI_CONSENT_SHOW, 404, "this id" },
    { OPENAI_VOICE_CREATE, 404, "no such consent" },
    { OPENAI_VOICE_CREATE, 501, "This server has no custom voices" },
    { OPENAI_CONSENT_LIST, 405, "This server has no custom voices" },
    { OPENAI_VOICE_CREATE, 400, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = openai_error_from_answer (cases[i].status, NULL, "no", 2);
    const gchar *advice = openai_voice_advice (cases[i].action, error);

    g_assert_true ((advice != NULL) == (cases[i].says != NULL));
    if (advice)
      g_assert_nonnull (strstr (advice, cases[i].says));
  }
}

/* What came of it all: openaitts sends the id of a voice as an object. */
static void
on_spoken (OpenaiSpeech *speech, const GError *error, gpointer user_data)
{
}

static void
test_voice_is_spoken_with (void)
{
  static const OpenaiSpeechFuncs speech_funcs = { .done = on_spoken };
  g_autoptr (TestServer) server = test_server_new ();
  OpenaiClient *client = client_new (test_server_base_url (server));
  OpenaiSpeechParams params = { .input = (gchar *) "Hello",
    .voice = (gchar *) "voice_123" };
  g_autoptr (TestRequest) request = NULL;
  OpenaiSpeech *speech =
      openai_speech_new (client, &params, &limits, &speech_funcs, NULL, NULL);

  openai_speech_start (speech);
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  g_assert_cmpstr (test_request_field (request, "voice"), ==, "{\"id\":\"voice_123\"}");
  openai_speech_free (speech);
  openai_client_release (client);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/voices/calls", test_calls);
  g_test_add_func ("/voices/extra-fields", test_extra_fields);
  g_test_add_func ("/voices/query", test_query);
  g_test_add_func ("/voices/ids", test_ids);
  g_test_add_func ("/voices/losses", test_losses);
  g_test_add_func ("/voices/show-is-repeated", test_show_is_repeated);
  g_test_add_func ("/voices/restart-in-upload", test_restart_in_upload);
  g_test_add_func ("/voices/abandoned", test_abandoned);
  g_test_add_func ("/voices/delete-answers", test_delete_answers);
  g_test_add_func ("/voices/pages", test_pages);
  g_test_add_func ("/voices/advice", test_advice);
  g_test_add_func ("/voices/voice-is-spoken-with", test_voice_is_spoken_with);
  return g_test_run ();
}
