// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Calls against the scripted server: retries, limits, truncation, reuse. */

#include "client/request.h"

#include <string.h>

#include "call.h"
#include "client/error.h"
#include "server/server.h"
#include "work.h"

static const OpenaiLimits limits = {
  .connect = 20000,
  .idle = 20000,
  .answer = 20000,
  .max_retries = 2,
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

static void
call_init_hello (Call *call)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("hello", 5);

  call_init (call, bytes);
}

static void
make_call (OpenaiClient *client, const OpenaiLimits *call_limits, Call *call)
{
  call_init_hello (call);
  call_run (call, client, call_limits);
}

typedef struct
{
  guint status;
  const gchar *header;
  const gchar *value;
  const gchar *body;
  guint n_requests; /* with two retries */
} Retry;

static const Retry retries[] = {
  { 400, NULL, NULL, "", 1 },
  { 401, NULL, NULL, "", 1 },
  { 403, NULL, NULL, "", 1 },
  { 404, NULL, NULL, "", 1 },
  { 413, NULL, NULL, "", 1 },
  { 422, NULL, NULL, "", 1 },
  { 307, "Location", "http://example.org/", "", 1 },
  { 301, "Location", "/elsewhere", "", 1 },
  { 408, "retry-after-ms", "1", "", 3 },
  { 409, "retry-after-ms", "1", "", 3 },
  { 429, "retry-after-ms", "1", "", 3 },
  { 500, "retry-after-ms", "1", "", 3 },
  { 503, "Retry-After", "0", "", 3 },
  { 400, "x-should-retry", "true", "", 3 },
  { 503, "x-should-retry", "false", "", 1 },
  { 429, NULL, NULL,
      "{\"error\":{\"message\":\"m\","
      "\"code\":\"insufficient_quota\"}}",
      1 },
};

static void
test_retries (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (retries); i++) {
    g_autoptr (TestServer) server = test_server_new ();
    OpenaiClient *client = client_new (test_server_base_url (server));
    g_auto (Call) call = { 0 };
    TestAnswer *answer = test_server_answer_with (
        server, retries[i].status, "application/json", retries[i].body);

    if (retries[i].header)
      test_answer_header (answer, retries[i].header, retries[i].value);
    /* Without a word of the server the first delay would be half a second. */
    if (g_strcmp0 (retries[i].header, "x-should-retry") == 0)
      test_answer_header (answer, "retry-after-ms", "1");
    make_call (client, &limits, &call);
    g_assert_error (call.error, OPENAI_ERROR, OPENAI_ERROR_HTTP);
    g_assert_cmpuint (openai_error_details (call.error)->status, ==, retries[i].status);
    g_assert_cmpuint (
        openai_error_details (call.error)->attempts, ==, retries[i].n_requests);
    g_assert_cmpuint (test_server_n_requests (server), ==, retries[i].n_requests);
    openai_client_release (client);
  }
}

/* The server's wish is kept; without one the delay grows. */
static void
test_delays (void)
{
  static const struct
  {
    const gchar *header;
    const gchar *value;
    gdouble least; /* what is more is up to the machine */
  } delays[] = {
    { "retry-after-ms", "700", 0.7 },
    { "Retry-After", "1", 1.0 },
    { "Retry-After", "nonsense", 0.37 },
    { "Retry-After", "9999", 0.37 },
    { "Retry-After", "0", 0.37 },
    { "Retry-After", "-5", 0.37 },
    { "Retry-After", "0.6", 0.6 },
    { "Retry-After", "1s", 1.0 },
    { "Retry-After", "Thu, 01 Jan 1970 00:00:00 GMT", 0.37 },
    { NULL, NULL, 0.37 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (delays); i++) {
    g_autoptr (TestServer) server = test_server_new ();
    OpenaiClient *client = client_new (test_server_base_url (server));
    g_auto (Call) call = { 0 };
    TestAnswer *answer = test_server_answer (server, 503, "text/plain");
    g_autoptr (TestRequest) first = NULL, second = NULL;
    gdouble delay;

    if (delays[i].header)
      test_answer_header (answer, delays[i].header, delays[i].value);
    test_server_answer_with (server, 200, "text/plain", "fine");
    make_call (client, &limits, &call);
    g_assert_no_error (call.error);
    first = test_server_request (server, 0, TRUE, 30);
    second = test_server_request (server, 1, TRUE, 30);
    delay =
        (test_request_headers_time (second) - test_request_headers_time (first)) / 1e6;
    g_assert_cmpfloat (delay, >=, delays[i].least);
    openai_client_release (client);
  }
}

/* A limit that is told in words, or in the headers that tell how much is left. */
static void
test_limits_in_words (void)
{
  static const struct
  {
    const gchar *body;
    const gchar *left;
    const gchar *reset;
    gdouble least;
  } limits_told[] = {
    { "{\"error\":{\"message\":\"Limit 3 / min. Please try again in 1.2s.\"}}", NULL,
        NULL, 1.2 },
    { "{\"error\":{\"message\":\"Please retry after 1 second.\"}}", NULL, NULL, 1 },
    { "{\"error\":{\"message\":\"Please try again in 900ms.\"}}", NULL, NULL, 0.9 },
    { "{\"error\":{\"message\":\"slow down\",\"retry_after\":1.3}}", NULL, NULL, 1.3 },
    { "{\"detail\":\"slow down\",\"retry_after\":0.8}", NULL, NULL, 0.8 },
    { "{\"error\":{\"message\":\"slow down\"}}", "0", "1.1s", 1.1 },
    { "{\"error\":{\"message\":\"slow down\"}}", "5", "9m0s", 0.37 },
    { "{\"error\":{\"message\":\"try again in a while\"}}", NULL, NULL, 0.37 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (limits_told); i++) {
    g_autoptr (TestServer) server = test_server_new ();
    OpenaiClient *client = client_new (test_server_base_url (server));
    g_auto (Call) call = { 0 };
    TestAnswer *answer = test_server_answer (server, 429, "application/json");
    g_autoptr (TestRequest) first = NULL, second = NULL;

    if (limits_told[i].left) {
      test_answer_header (answer, "x-ratelimit-remaining-requests", limits_told[i].left);
      test_answer_header (answer, "x-ratelimit-reset-requests", limits_told[i].reset);
    }
    test_answer_text (answer, limits_told[i].body);
    test_server_answer_with (server, 200, "text/plain", "fine");
    make_call (client, &limits, &call);
    g_assert_no_error (call.error);
    first = test_server_request (server, 0, TRUE, 30);
    second = test_server_request (server, 1, TRUE, 30);
    g_assert_cmpfloat (
        (test_request_headers_time (second) - test_request_headers_time (first)) / 1e6,
        >=, limits_told[i].least);
    openai_client_release (client);
  }
}

/* An answer that says that it was the last for now holds back the next request. */
static void
test_used_up (void)
{
  static const struct
  {
    const gchar *limit;
    const gchar *left;
    const gchar *reset;
    gdouble least;
  } told[] = {
    { NULL, "0", "600ms", 0.6 },
    { NULL, "0", "0m0.6s", 0.6 }, /* Groq */
    { NULL, "0", "1", 1 },        /* Azure */
    { "3", "0", "1.8s", 0.6 },    /* one of three is free after a third of it */
    { "3", "1", "50s", 0 },
    { "3", "0", "never", 0 },
    { "3", "0", "-50", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (told); i++) {
    g_autoptr (TestServer) server = test_server_new ();
    OpenaiClient *client = client_new (test_server_base_url (server));
    g_auto (Call) first_call = { 0 };
    g_auto (Call) second_call = { 0 };
    TestAnswer *answer = test_server_answer (server, 200, "text/plain");
    g_autoptr (TestRequest) first = NULL, second = NULL;

    if (told[i].limit)
      test_answer_header (answer, "x-ratelimit-limit-requests", told[i].limit);
    test_answer_header (answer, "x-ratelimit-remaining-requests", told[i].left);
    test_answer_header (answer, "x-ratelimit-reset-requests", told[i].reset);
    test_server_answer_with (server, 200, "text/plain", "fine");
    make_call (client, &limits, &first_call);
    make_call (client, &limits, &second_call);
    g_assert_no_error (second_call.error);
    first = test_server_request (server, 0, TRUE, 30);
    second = test_server_request (server, 1, TRUE, 30);
    g_assert_cmpfloat (
        (test_request_headers_time (second) - test_request_headers_time (first)) / 1e6,
        >=, told[i].least);
    g_assert_cmpuint (test_server_n_requests (server), ==, 2);
    openai_client_release (client);
  }
}

/* What a server that takes few requests a minute refuses is asked for again when
 * it says, however often, and nothing else is sent to it meanwhile. */
static void
test_few_requests_a_minute (void)
{
  const OpenaiLimits one_retry = { .max_retries = 1 };
  g_autoptr (TestServer) server = test_server_new ();
  OpenaiClient *client = client_new (test_server_base_url (server));
  g_auto (Call) first = { 0 };
  g_auto (Call) other = { 0 };
  g_autoptr (OpenaiRequest) request = NULL;
  g_autoptr (TestRequest) refused = NULL;

  for (guint i = 0; i < 3; i++)
    test_answer_header (
        test_server_answer (server, 429, "text/plain"), "Retry-After", "1");
  test_server_answer_with (server, 200, "text/plain", "fine");
  call_init_hello (&first);
  request =
      openai_request_new (client, "POST", "/x", &one_retry, &call_funcs, &first, NULL);
  openai_request_start (request);
  refused = test_server_request (server, 0, TRUE, 30);
  make_call (client, &one_retry, &other);
  g_assert_no_error (other.error);
  g_mutex_lock (&first.lock);
  while (!first.done)
    g_assert_true (g_cond_wait_until (
        &first.cond, &first.lock, g_get_monotonic_time () + 50 * G_USEC_PER_SEC));
  g_mutex_unlock (&first.lock);
  g_assert_no_error (first.error);
  g_assert_cmpuint (test_server_n_requests (server), ==, 5);
  openai_client_release (client);
}

static void
start_call (OpenaiClient *client, Call *call)
{
  g_autoptr (OpenaiRequest) request = NULL;

  call_init_hello (call);
  request = openai_request_new (client, "POST", "/x", &limits, &call_funcs, call, NULL);
  openai_request_start (request);
}

static void
await_call (Call *call)
{
  g_mutex_lock (&call->lock);
  while (!call->done)
    g_assert_true (g_cond_wait_until (
        &call->cond, &call->lock, g_get_monotonic_time () + 50 * G_USEC_PER_SEC));
  g_mutex_unlock (&call->lock);
  g_assert_no_error (call->error);
}

/* A server that refuses four at once gets two, and each of the four is answered. */
static void
test_fewer_at_once (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  OpenaiClient *client = client_new (test_server_base_url (server));
  TestAnswer *refusals[4], *answers[4];
  Call calls[4];

  for (guint i = 0; i < 4; i++) {
    refusals[i] = test_server_answer (server, 429, "text/plain");
    test_answer_header (refusals[i], "retry-after-ms", "1");
    test_answer_hold (refusals[i]);
  }
  for (guint i = 0; i < 4; i++) {
    answers[i] = test_server_answer (server, 200, "text/plain");
    test_answer_hold (answers[i]);
  }
  for (guint i = 0; i < 4; i++)
    start_call (client, &calls[i]);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (test_answer_request (refusals[i], 30), >=, 0);
  for (guint i = 0; i < 4; i++)
    test_answer_release (refusals[i]);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpint (test_answer_request (answers[i], 30), >=, 4);
  g_assert_cmpuint (test_server_n_requests (server), ==, 6);
  for (guint i = 0; i < 4; i++)
    test_answer_release (answers[i]);
  for (guint i = 0; i < 4; i++) {
    await_call (&calls[i]);
    call_clear (&calls[i]);
  }
  g_assert_cmpuint (test_server_n_requests (server), ==, 8);
  openai_client_release (client);
}

/* A cancelled one does not come back from its wait. */
static void
test_cancel_while_held (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  OpenaiClient *client = client_new (test_server_base_url (server));
  g_auto (Call) call = { 0 };
  g_autoptr (OpenaiRequest) request = NULL;
  g_autoptr (TestRequest) refused = NULL;

  test_answer_header (
      test_server_answer (server, 429, "text/plain"), "Retry-After", "500");
  call_init_hello (&call);
  request = openai_request_new (client, "POST", "/x", &limits, &call_funcs, &call, NULL);
  openai_request_start (request);
  refused = test_server_request (server, 0, TRUE, 30);
  openai_request_cancel (request);
  openai_client_release (client);
  g_assert_false (call.done);
  g_assert_cmpuint (test_server_n_requests (server), ==, 1);
}

typedef struct
{
  TestFraming framing;
  gsize claim;
  gboolean says_close;
  TestFault fault;
} Cut;

/* Every way to cut a body short is noticed, and tried again. */
static void
test_cut_short (void)
{
  const Cut cuts[] = {
    { TEST_FRAMING_CHUNKED, 0, FALSE, TEST_FAULT_CLOSE },
    { TEST_FRAMING_CHUNKED, 0, TRUE, TEST_FAULT_CLOSE },
    { TEST_FRAMING_CHUNKED, 0, FALSE, TEST_FAULT_RESET },
    { TEST_FRAMING_LENGTH, 100, FALSE, TEST_FAULT_CLOSE },
    { TEST_FRAMING_LENGTH, 100, TRUE, TEST_FAULT_CLOSE },
    { TEST_FRAMING_LENGTH, 100, FALSE, TEST_FAULT_RESET },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++) {
    g_autoptr (TestServer) server = test_server_new ();
    OpenaiClient *client = client_new (test_server_base_url (server));
    g_auto (Call) call = { 0 };
    TestAnswer *answer = test_server_answer (server, 200, "text/plain");

    if (cuts[i].claim)
      test_answer_claim_length (answer, cuts[i].claim);
    if (cuts[i].says_close)
      test_answer_header (answer, "Connection", "close");
    test_answer_text (answer, "only the beg");
    test_answer_fault (answer, cuts[i].fault);
    test_server_answer_with (server, 200, "text/plain", "all of it");
    make_call (client, &limits, &call);
    g_assert_no_error (call.error);
    g_assert_cmpstr (call.answer->str, ==, "all of it");
    g_assert_cmpuint (test_server_n_requests (server), ==, 2);
    openai_client_release (client);
  }
}

/* Where nothing else tells it, the close is the end. */
static void
test_until_close (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  OpenaiClient *client = client_new (test_server_base_url (server));
  g_auto (Call) call = { 0 };
  TestAnswer *answer = test_server_answer (server, 200, "text/plain");

  test_answer_framing (answer, TEST_FRAMING_CLOSE);
  test_answer_text (answer, "all there is");
  make_call (client, &limits, &call);
  g_assert_no_error (call.error);
  g_assert_cmpstr (call.answer->str, ==, "all there is");
  openai_client_release (client);
}

static void
test_timeouts (void)
{
  OpenaiLimits short_limits = { .connect = 60000, .idle = 200, .answer = 200 };

  for (guint in_body = 0; in_body < 2; in_body++) {
    g_autoptr (TestServer) server = test_server_new ();
    OpenaiClient *client = client_new (test_server_base_url (server));
    g_auto (Call) call = { 0 };
    TestAnswer *answer = test_server_answer (server, 200, "text/plain");

    if (in_body)
      test_answer_text (answer, "beg");
    test_answer_fault (answer, TEST_FAULT_STALL);
    make_call (client, &short_limits, &call);
    g_assert_error (call.error, OPENAI_ERROR, OPENAI_ERROR_TIMEOUT);
    openai_client_release (client);
  }
}

/* One that is slower than its limit gets the request once. */
static void
test_slow_is_waited_for (void)
{
  OpenaiLimits patient = {
    .connect = 60000, .idle = 60000, .answer = 1500, .max_retries = 4, .wait_on = TRUE
  };
  g_autoptr (TestServer) server = test_server_new ();
  OpenaiClient *client = client_new (test_server_base_url (server));
  g_auto (Call) call = { 0 };
  TestAnswer *answer = test_server_answer (server, 200, "text/plain");

  test_answer_wait (answer, 2200);
  test_answer_text (answer, "at last");
  make_call (client, &patient, &call);
  g_assert_no_error (call.error);
  g_assert_cmpstr (call.answer->str, ==, "at last");
  g_assert_cmpuint (test_server_n_requests (server), ==, 1);
  openai_client_release (client);
}

static gpointer
call_in_thread (gpointer data)
{
  gpointer *args = data;

  make_call (args[0], args[1], args[2]);
  return NULL;
}

/* One of which nothing comes, while others are answered, is sent again; and so is one
 * at last that nothing comes after. */
static void
test_lost_is_sent_again (void)
{
  OpenaiLimits patient = {
    .connect = 60000, .idle = 60000, .answer = 1000, .max_retries = 2, .wait_on = TRUE
  };

  for (guint overtaken = 0; overtaken < 2; overtaken++) {
    g_autoptr (TestServer) server = test_server_new ();
    OpenaiClient *client = client_new (test_server_base_url (server));
    g_auto (Call) lost = { 0 };
    gpointer args[] = { client, &patient, &lost };
    TestAnswer *stalled = test_server_answer (server, 200, "text/plain");
    GThread *thread;

    test_answer_fault (stalled, TEST_FAULT_STALL);
    test_server_answer_with (server, 200, "text/plain", "here");
    thread = g_thread_new ("lost", call_in_thread, args);
    g_assert_cmpint (test_answer_request (stalled, 30), ==, 0);
    if (overtaken) {
      g_auto (Call) other = { 0 };

      make_call (client, &patient, &other);
    }
    g_thread_join (thread);
    g_assert_no_error (lost.error);
    g_assert_cmpstr (lost.answer->str, ==, "here");
    g_assert_cmpuint (test_server_n_requests (server), ==, 2 + overtaken);
    openai_client_release (client);
  }
}

/* A request whose connection was closed has been answered, perhaps. */
static void
test_answered_early (void)
{
  OpenaiLimits short_limits = {
    .connect = 60000, .idle = 500, .answer = 20000, .max_retries = 1
  };
  gsize size = 32 * 1024 * 1024;
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (size), size);
  g_autoptr (TestServer) server = test_server_new ();
  OpenaiClient *client = client_new (test_server_base_url (server));
  g_auto (Call) call = { 0 };

  for (guint i = 0; i < 2; i++) {
    TestAnswer *answer = test_server_answer (server, 401, "text/plain");

    test_answer_early (answer, i == 0 ? 1000 : 0);
    test_answer_framing (answer, TEST_FRAMING_LENGTH);
    test_answer_text (answer, "no");
    test_answer_hold (answer);
  }
  call_init (&call, bytes);
  call_run (&call, client, &short_limits);
  g_assert_error (call.error, OPENAI_ERROR, OPENAI_ERROR_HTTP);
  g_assert_cmpint (openai_error_details (call.error)->status, ==, 401);
  g_assert_cmpint (openai_error_details (call.error)->attempts, ==, 2);
  openai_client_release (client);
}

/* A limit that moves away while its timer runs costs nothing. */
static void
test_waiting_is_idle (void)
{
  OpenaiLimits patient = { .connect = 5000, .idle = 100, .answer = 1500 };
  g_autoptr (TestServer) server = test_server_new ();
  OpenaiClient *client = client_new (test_server_base_url (server));
  g_auto (Call) call = { 0 };
  guint64 work = work_done ();

  test_answer_fault (test_server_answer (server, 200, "text/plain"), TEST_FAULT_STALL);
  make_call (client, &patient, &call);
  g_assert_error (call.error, OPENAI_ERROR, OPENAI_ERROR_TIMEOUT);
  g_test_message ("%" G_GUINT64_FORMAT " of work", work_done () - work);
  g_assert_cmpuint (work_done () - work, <, 20000);
  openai_client_release (client);
}

/* One connection serves a hundred calls; when it is gone, a new one does
 * unnoticed. */
static void
test_one_connection (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  OpenaiClient *client = client_new (test_server_base_url (server));
  OpenaiLimits no_retry = limits;

  no_retry.max_retries = 0;
  test_server_answer_with (server, 200, "text/plain", "fine");
  for (guint i = 0; i < 100; i++) {
    g_auto (Call) call = { 0 };

    make_call (client, &no_retry, &call);
    g_assert_no_error (call.error);
  }
  g_assert_cmpuint (test_server_n_connections (server), ==, 1);

  test_server_pause (server);
  test_server_resume (server);
  {
    g_auto (Call) call = { 0 };

    make_call (client, &no_retry, &call);
    g_assert_no_error (call.error);
    g_assert_cmpstr (call.answer->str, ==, "fine");
  }
  openai_client_release (client);
}

static void
test_headers (void)
{
  const gchar *const headers[] = { "X-One", "1", "X-Two", "2", NULL };
  const gchar *const query[] = { "api-version", "2024 & later", NULL };
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *base = g_strconcat (test_server_base_url (server), "/?a=b", NULL);
  OpenaiEndpoint endpoint = { .base_url = base,
    .api_key = (gchar *) "sk-secret",
    .organization = (gchar *) "org",
    .project = (gchar *) "proj",
    .headers = (GStrv) headers,
    .query = (GStrv) query };
  OpenaiClient *client = openai_client_acquire (&endpoint, NULL);
  OpenaiClient *same = openai_client_acquire (&endpoint, NULL);
  g_auto (Call) call = { 0 };
  g_autoptr (TestRequest) request = NULL;

  g_assert_true (client == same);
  openai_client_release (same);
  test_server_answer_with (server, 200, "text/plain", "fine");
  make_call (client, &limits, &call);
  request = test_server_request (server, 0, TRUE, 30);
  g_assert_cmpstr (
      test_request_path (request), ==, "/v1/x?a=b&api-version=2024%20%26%20later");
  g_assert_cmpstr (
      test_request_header (request, "Authorization"), ==, "Bearer sk-secret");
  g_assert_cmpstr (test_request_header (request, "OpenAI-Organization"), ==, "org");
  g_assert_cmpstr (test_request_header (request, "OpenAI-Project"), ==, "proj");
  g_assert_cmpstr (test_request_header (request, "X-Two"), ==, "2");
  g_assert_cmpstr (test_request_header (request, "Content-Length"), ==, "5");
  g_assert_true (test_request_header (request, "Accept-Encoding") == NULL);
  openai_client_release (client);
}

static void
test_bad_endpoints (void)
{
  static const gchar *const urls[] = {
    "",
    "nonsense",
    "ftp://x/v1",
    "http://",
    "http:///v1",
    "http://user:pw@host/v1",
    "http://localhost/v1?a=b&api-key=secret",
  };
  const gchar *const injected[] = { "X", "a\r\nY: b", NULL };
  OpenaiEndpoint endpoint = { .base_url = (gchar *) "http://localhost/v1" };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++) {
    OpenaiEndpoint bad = { .base_url = (gchar *) urls[i] };
    g_autoptr (GError) complaint = NULL;

    g_assert_null (openai_client_acquire (&bad, &complaint));
    g_assert_error (complaint, OPENAI_ERROR, OPENAI_ERROR_SETTINGS);
  }
  endpoint.headers = (GStrv) injected;
  g_assert_null (openai_client_acquire (&endpoint, &error));
  g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS);
  g_clear_error (&error);
  endpoint.headers = NULL;
  endpoint.api_key = (gchar *) "key\r\nX: y";
  g_assert_null (openai_client_acquire (&endpoint, &error));
  g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS);
}

/* Over a network in the clear the key stays here. */
static void
test_key_in_the_clear (void)
{
  static const struct
  {
    const gchar *url;
    gboolean withheld;
  } urls[] = {
    { "http://example.org/v1", TRUE },
    { "http://192.168.1.5:8000/v1", TRUE },
    { "http://localhost.example.org/v1", TRUE },
    { "https://example.org/v1", FALSE },
    { "http://localhost:8080/v1", FALSE },
    { "http://127.0.0.1/v1", FALSE },
    { "http://[::1]:80/v1", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++) {
    OpenaiClient *client = client_new (urls[i].url);

    g_assert_true (openai_client_withholds_key (client) == urls[i].withheld);
    openai_client_release (client);
  }
}

/* What names the caller, and nothing else. */
static void
test_what_is_withheld (void)
{
  const gchar *const pairs[] = { "X-API-Key", "k1", "authorization", "k2", "cookie", "k3",
    "code", "k4", "client_secret", "k5", "access-token", "k6", "api-version", "v",
    "x-tokens", "t", NULL };
  OpenaiEndpoint endpoint = { .base_url = (gchar *) "http://example.org/v1",
    .headers = (GStrv) pairs,
    .query = (GStrv) pairs };

  for (guint i = 0; i < 2; i++) {
    OpenaiClient *client;
    g_autoptr (SoupMessage) message = NULL;
    g_autofree gchar *uri = NULL;
    SoupMessageHeaders *headers;

    endpoint.allow_insecure = i == 1;
    client = openai_client_acquire (&endpoint, NULL);
    message = openai_client_message (client, "GET", "/x?a=b");
    headers = soup_message_get_request_headers (message);
    uri = g_uri_to_string (soup_message_get_uri (message));
    g_assert_true (openai_client_withholds_key (client) == (i == 0));
    for (guint p = 0; pairs[p]; p += 2) {
      gboolean sent = i == 1 || *pairs[p + 1] != 'k';
      g_autofree gchar *item = g_strconcat ("&", pairs[p], "=", pairs[p + 1], NULL);

      g_assert_cmpstr (soup_message_headers_get_one (headers, pairs[p]), ==,
          sent ? pairs[p + 1] : NULL);
      g_assert_true ((strstr (uri, item) != NULL) == sent);
    }
    openai_client_release (client);
  }
}

static void
test_needs_key (void)
{
  static const struct
  {
    const gchar *url;
    const gchar *key;
    gboolean ready;
  } ends[] = {
    { "https://api.openai.com/v1", NULL, FALSE },
    { "https://eu.api.openai.com/v1", NULL, FALSE },
    { "https://api.openai.com/v1", "sk-x", TRUE },
    { "http://localhost:8000/v1", NULL, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    OpenaiEndpoint endpoint = { .base_url = (gchar *) ends[i].url,
      .api_key = (gchar *) ends[i].key };
    OpenaiClient *client = openai_client_acquire (&endpoint, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_true (openai_client_check (client, &error) == ends[i].ready);
    if (!ends[i].ready)
      g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS);
    openai_client_release (client);
  }
}

/* A server that echoes the key, or redirects with it, does not spread it. */
static void
test_secrets_stay (void)
{
  const gchar *const query[] = { "code", "query-secret", NULL };
  static const struct
  {
    guint status;
    const gchar *location;
    const gchar *body;
  } answers[] = {
    { 401, NULL, "{\"error\":{\"message\":\"bad key sk-secret!\"}}" },
    { 403, NULL, "no query-secret for you" },
    { 301, "https://elsewhere.org/v1/x?code=query-secret", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autoptr (TestServer) server = test_server_new ();
    OpenaiEndpoint endpoint = { .base_url = (gchar *) test_server_base_url (server),
      .api_key = (gchar *) "sk-secret",
      .query = (GStrv) query };
    OpenaiClient *client = openai_client_acquire (&endpoint, NULL);
    g_auto (Call) call = { 0 };
    TestAnswer *answer = test_server_answer_with (
        server, answers[i].status, "text/plain", answers[i].body);

    if (answers[i].location)
      test_answer_header (answer, "Location", answers[i].location);
    make_call (client, &limits, &call);
    g_assert_error (call.error, OPENAI_ERROR, OPENAI_ERROR_HTTP);
    g_assert_null (strstr (call.error->message, "secret"));
    if (answers[i].location)
      g_assert_nonnull (strstr (call.error->message, "elsewhere.org/v1/x"));
    openai_client_release (client);
  }
}

/* Cancelled: no hook any more, and no caller waits. */
static void
test_cancel (void)
{
  for (guint i = 0; i < 50; i++) {
    g_autoptr (TestServer) server = test_server_new ();
    OpenaiClient *client = client_new (test_server_base_url (server));
    g_auto (Call) call = { 0 };
    OpenaiRequest *request;
    g_autoptr (TestRequest) seen = NULL;

    test_answer_fault (test_server_answer (server, 200, "text/plain"), TEST_FAULT_STALL);
    call_init_hello (&call);
    request =
        openai_request_new (client, "POST", "/x", &limits, &call_funcs, &call, NULL);
    openai_request_start (request);
    if (i % 2)
      seen = test_server_request (server, 0, FALSE, 30);
    openai_request_cancel (request);
    openai_request_unref (request);
    openai_client_release (client);
    g_assert_false (call.done);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/request/retries", test_retries);
  g_test_add_func ("/request/delays", test_delays);
  g_test_add_func ("/request/limits-in-words", test_limits_in_words);
  g_test_add_func ("/request/used-up", test_used_up);
  g_test_add_func ("/request/few-requests-a-minute", test_few_requests_a_minute);
  g_test_add_func ("/request/fewer-at-once", test_fewer_at_once);
  g_test_add_func ("/request/cancel-while-held", test_cancel_while_held);
  g_test_add_func ("/request/cut-short", test_cut_short);
  g_test_add_func ("/request/until-close", test_until_close);
  g_test_add_func ("/request/timeouts", test_timeouts);
  g_test_add_func ("/request/slow-is-waited-for", test_slow_is_waited_for);
  g_test_add_func ("/request/lost-is-sent-again", test_lost_is_sent_again);
  g_test_add_func ("/request/answered-early", test_answered_early);
  g_test_add_func ("/request/waiting-is-idle", test_waiting_is_idle);
  g_test_add_func ("/request/one-connection", test_one_connection);
  g_test_add_func ("/request/headers", test_headers);
  g_test_add_func ("/request/bad-endpoints", test_bad_endpoints);
  g_test_add_func ("/request/key-in-the-clear", test_key_in_the_clear);
  g_test_add_func ("/request/what-is-withheld", test_what_is_withheld);
  g_test_add_func ("/request/needs-key", test_needs_key);
  g_test_add_func ("/request/secrets-stay", test_secrets_stay);
  g_test_add_func ("/request/cancel", test_cancel);
  return g_test_run ();
}
