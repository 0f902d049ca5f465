// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Keys that expire and are renewed in their file, and headers of the environment. */

#include <glib/gstdio.h>

#include <string.h>

#include "call.h"
#include "client/error.h"
#include "server/server.h"

#define WAIT_SECONDS 50
#define OLD_KEY "sk-old-key-0001"
#define NEW_KEY "sk-new-key-0002"

static const OpenaiLimits limits = { .max_retries = 2 };

typedef struct
{
  TestServer *server;
  gchar *path;
  OpenaiClient *client;
} Fixture;

static void
write_key (Fixture *self, const gchar *key)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (self->path, key, -1, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  OpenaiEndpoint endpoint = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (g_close (g_file_open_tmp ("key-XXXXXX", &self->path, NULL), NULL));
  write_key (self, OLD_KEY "\n");
  self->server = test_server_new ();
  endpoint.base_url = g_strdup (test_server_base_url (self->server));
  g_assert_true (openai_endpoint_complete (&endpoint, self->path, &error));
  self->client = openai_client_acquire (&endpoint, &error);
  g_assert_no_error (error);
  openai_endpoint_clear (&endpoint);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  openai_client_release (self->client);
  test_server_free (self->server);
  g_unlink (self->path);
  g_free (self->path);
}

static void
assert_key (Fixture *self, guint request, const gchar *key)
{
  g_autoptr (TestRequest) got =
      test_server_request (self->server, request, TRUE, WAIT_SECONDS);
  g_autofree gchar *bearer = g_strconcat ("Bearer ", key, NULL);

  g_assert_cmpstr (test_request_header (got, "Authorization"), ==, bearer);
}

static void
make_call (Fixture *self, Call *call)
{
  call_init (call, NULL);
  call_run (call, self->client, &limits);
}

static gpointer
make_call_in_thread (gpointer data)
{
  Fixture *self = data;
  g_auto (Call) call = { 0 };

  make_call (self, &call);
  return g_steal_pointer (&call.error);
}

/* @key is in the file when the server refuses the one it was sent; @next: the status
 * of the answer after it. */
static GError *
call_while_key_becomes (Fixture *self, const gchar *key, guint next)
{
  TestAnswer *answer = test_server_answer (self->server, 401, "application/json");
  GThread *thread;

  test_answer_hold (answer);
  test_answer_text (answer, "{\"error\":{\"message\":\"" OLD_KEY " has expired\"}}");
  test_server_answer_with (self->server, next, "text/plain", "next");
  thread = g_thread_new ("call", make_call_in_thread, self);
  g_assert_cmpint (test_answer_request (answer, WAIT_SECONDS), >=, 0);
  if (key)
    write_key (self, key);
  test_answer_release (answer);
  return g_thread_join (thread);
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = call_while_key_becomes (self, NEW_KEY, 200);

  g_assert_no_error (error);
  g_assert_cmpuint (test_server_n_requests (self->server), ==, 2);
  assert_key (self, 0, OLD_KEY);
  assert_key (self, 1, NEW_KEY);
}

static void
test_refused_twice (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = call_while_key_becomes (self, NEW_KEY, 401);

  g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_HTTP);
  g_assert_cmpuint (test_server_n_requests (self->server), ==, 2);
  g_assert_null (strstr (error->message, OLD_KEY));
}

static void
test_refused_and_not_renewed (Fixture *self, gconstpointer data)
{
  static const gchar *const contents[] = { NULL, OLD_KEY "\r\n", "\n", "a\tb" };

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++) {
    g_autoptr (GError) error = NULL;

    test_server_clear_answers (self->server);
    error = call_while_key_becomes (self, contents[i], 200);

    g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_HTTP);
    g_assert_cmpuint (test_server_n_requests (self->server), ==, i + 1);
    assert_key (self, i, OLD_KEY);
  }
}

static void
test_changed (Fixture *self, gconstpointer data)
{
  g_auto (Call) first = { 0 };
  g_auto (Call) second = { 0 };
  g_auto (Call) third = { 0 };

  test_server_answer_with (self->server, 200, "text/plain", "fine");
  make_call (self, &first);
  write_key (self, "  " NEW_KEY "  \n");
  make_call (self, &second);
  g_unlink (self->path);
  make_call (self, &third);
  g_assert_no_error (third.error);
  g_assert_cmpuint (test_server_n_requests (self->server), ==, 3);
  assert_key (self, 0, OLD_KEY);
  assert_key (self, 1, NEW_KEY);
  assert_key (self, 2, NEW_KEY);
}

static void
test_redacted (Fixture *self, gconstpointer data)
{
  g_auto (Call) call = { 0 };
  g_autofree gchar *text = g_strdup ("not " OLD_KEY " but " NEW_KEY);

  test_server_answer_with (self->server, 200, "text/plain", "fine");
  write_key (self, NEW_KEY);
  make_call (self, &call);
  openai_client_redact (self->client, &text);
  g_assert_cmpstr (text, ==, "not *** but ***");
}

static void
test_custom_headers (void)
{
  const gchar *set[] = { "X-Team", "captions", NULL };
  g_autoptr (TestServer) server = test_server_new ();
  OpenaiEndpoint endpoint = { .headers = g_strdupv ((gchar **) set),
    .base_url = g_strdup (test_server_base_url (server)) };
  g_autoptr (GError) error = NULL;
  g_autoptr (TestRequest) request = NULL;
  g_auto (Call) call = { 0 };
  OpenaiClient *client;

  g_setenv ("OPENAI_CUSTOM_HEADERS",
      "X-Region:  eu \n no header\nX-Team: all\n\nX-Url: http://a", TRUE);
  g_assert_true (openai_endpoint_complete (&endpoint, NULL, &error));
  g_unsetenv ("OPENAI_CUSTOM_HEADERS");
  client = openai_client_acquire (&endpoint, &error);
  g_assert_no_error (error);
  test_server_answer_with (server, 200, "text/plain", "fine");
  call_init (&call, NULL);
  call_run (&call, client, &limits);
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  g_assert_cmpstr (test_request_header (request, "X-Region"), ==, "eu");
  g_assert_cmpstr (test_request_header (request, "X-Team"), ==, "captions");
  g_assert_cmpstr (test_request_header (request, "X-Url"), ==, "http://a");
  openai_endpoint_clear (&endpoint);
  openai_client_release (client);
}

#define ADD(name_, func_)                                                                \
  g_test_add ("/key/" name_, Fixture, NULL, set_up, func_, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("refused", test_refused);
  ADD ("refused-twice", test_refused_twice);
  ADD ("refused-and-not-renewed", test_refused_and_not_renewed);
  ADD ("changed", test_changed);
  ADD ("redacted", test_redacted);
  g_test_add_func ("/key/custom-headers", test_custom_headers);
  return g_test_run ();
}
