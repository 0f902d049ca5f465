// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What servers say when something is wrong, in every dialect seen. */

#include "client/error.h"

#include <string.h>

static const struct
{
  guint status;
  const gchar *body;
  const gchar *message;
  const gchar *code;
  const gchar *param;
} cases[] = {
  { 400,
      "{\"error\":{\"message\":\"m\",\"type\":\"t\",\"param\":\"p\","
      "\"code\":\"c\"}}",
      "m", "c", "p" },
  { 400, "{\"error\":{\"message\":\"m\",\"param\":null,\"code\":400}}", "m", "400",
      NULL },
  { 500, "{\"error\":\"FFmpeg conversion failed.\"}", "FFmpeg conversion failed.", NULL,
      NULL },
  { 404, "{\"detail\":\"Not here\"}", "Not here", NULL, NULL },
  { 422,
      "{\"detail\":[{\"loc\":[\"body\",\"voice\"],\"msg\":\"required\","
      "\"type\":\"x\",\"input\":\"AAAA\"}]}",
      "required", NULL, NULL },
  { 400, "{\"detail\":{\"error\":\"e\",\"message\":\"m\",\"type\":\"t\"}}", "m", NULL,
      NULL },
  { 400, "{\"message\":\"top\",\"code\":\"c\"}", "top", "c", NULL },
  { 400, "{\"object\":\"error\",\"message\":\"old\"}", "old", NULL, NULL },
  { 400, "Invalid request", "Invalid request", NULL, NULL },
  { 502, "<html><head><title>502 Bad Gateway</title></head></html>", "Bad Gateway", NULL,
      NULL },
  { 503, "", "Reason", NULL, NULL },
  { 400, "{\"error\":{\"message\":[1,{}],\"code\":\"null\"}}", NULL, NULL, NULL },
  { 400, "{\"detail\":{\"error\":{\"message\":\"m\",\"code\":\"c\"}}}", "m", "c", NULL },
  { 422,
      "{\"detail\":[{\"type\":\"x\",\"loc\":[\"body\",\"model\"],\"msg\":"
      "\"Field required\",\"input\":null}]}",
      "model: Field required", NULL, "model" },
  { 400, "{\"detail\":[\"m\"]}", "m", NULL, NULL },
  { 400, "{\"error\":{\"error\":{\"Message\":\"m\"}},\"code\":7}", "m", "7", NULL },
  { 400, "{\"error\":true,\"message\":\"m\"}", "m", NULL, NULL },
  { 400, "{\"error\":\"\",\"detail\":{\"reason\":\"m\"}}", "m", NULL, NULL },
  { 400, "[{\"error\":{\"message\":\"m\",\"code\":429}}]", "m", "429", NULL },
  { 400, "\"m\"", "m", NULL, NULL },
  { 400, "{\"detail\":\"{\\\"error\\\":{\\\"message\\\":\\\"m\\\"}}\"}", "m", NULL,
      NULL },
  { 400, "{\"title\":\"Some are wrong\",\"errors\":{\"model\":[\"is required\"]}}",
      "model: is required", NULL, NULL },
  { 400, "{\"type\":\"about:blank\",\"title\":\"Bad\",\"detail\":\"m\"}", "m", NULL,
      NULL },
  { 403,
      "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>m m"
      "</Message></Error>",
      ": m m", NULL, NULL },
  { 400, "event: error\ndata: {\"error\":{\"message\":\"m\"}}\n\n", "m", NULL, NULL },
  { 400,
      "{\"error\":{\"message\":\"litellm.BadRequestError: OpenAIException - "
      "{\\\"error\\\":{\\\"message\\\":\\\"m\\\"}}\",\"code\":\"400\"}}",
      "litellm.BadRequestError: OpenAIException - m", "400", NULL },
  { 400, "{\"detail\":\"Error code: 400 - {'error': {'message': 'm', 'code': 'c'}}\"}",
      "Error code: 400 - m", "c", NULL },
  { 422,
      "{\"detail\":[{\"loc\":[\"body\",\"model\"],\"msg\":\"Field required\"},"
      "{\"loc\":[\"body\",\"file\"],\"msg\":\"Field required\"},"
      "{\"loc\":[\"body\",\"file\"],\"msg\":\"Field required\"}]}",
      "model: Field required; file: Field required", NULL, "model" },
  { 400, "{\"error\":", NULL, NULL, NULL },
  { 500, "\xff\xfe\x01\x02", NULL, NULL, NULL },
};

static void
test_dialects (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = openai_error_from_answer (
        cases[i].status, "Reason", cases[i].body, strlen (cases[i].body));
    OpenaiErrorDetails *details = openai_error_details (error);

    g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_HTTP);
    g_assert_cmpuint (details->status, ==, cases[i].status);
    g_assert_cmpuint (strlen (error->message), >, 0);
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    if (cases[i].message)
      g_assert_nonnull (strstr (error->message, cases[i].message));
    if (cases[i].message)
      g_assert_null (strpbrk (error->message, "{}[]"));
    if (cases[i].code)
      g_assert_cmpstr (details->code, ==, cases[i].code);
    if (cases[i].param)
      g_assert_cmpstr (details->param, ==, cases[i].param);
  }
}

/* An answer that echoes what was uploaded does not fill the log. */
static void
test_clipped (void)
{
  g_autofree gchar *body = g_strnfill (300000, 'A');
  g_autoptr (GError) error = openai_error_from_answer (400, "Reason", body, 300000);
  g_autofree gchar *lines = openai_error_clip ("a\r\n\tb\x1b[31mc", -1, 100);
  g_autofree gchar *emoji = openai_error_clip ("😀😀😀😀", -1, 3);

  g_assert_cmpuint (strlen (error->message), <, 2000);
  for (const gchar *p = lines; *p; p++)
    g_assert_false (g_ascii_iscntrl (*p));
  g_assert_true (g_utf8_validate (emoji, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (emoji, -1), <=, 4);
}

/* The status is said once, whatever language the message is in. */
static void
test_status_is_said_once (void)
{
  g_autoptr (GError) bare = openai_error_from_answer (503, "Busy", "", 0);
  g_autoptr (GError) worded =
      openai_error_from_answer (503, "Busy", "{\"error\":{\"message\":\"m\"}}", 25);
  g_autofree gchar *text = NULL, *with_status = NULL;

  g_free (bare->message);
  bare->message = g_strdup ("Der Server antwortete 503 (Busy)");
  text = openai_error_text (bare, NULL);
  g_assert_cmpstr (text, ==, "Der Server antwortete 503 (Busy).");
  with_status = openai_error_text (worded, NULL);
  g_assert_cmpstr (with_status, ==, "The server answered 503: m.");
}

/* 2xx, but an error all the same. */
static void
test_not_http (void)
{
  g_autoptr (GError) error =
      openai_error_from_answer (0, NULL, "{\"error\":{\"message\":\"m\"}}", 25);

  g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
}

static void
test_copies (void)
{
  g_autoptr (GError) error = openai_error_from_answer (
      429, "Reason", "{\"error\":{\"message\":\"m\",\"code\":\"c\"}}", 36);
  g_autoptr (GError) copy = NULL;

  openai_error_details (error)->request_id = g_strdup ("req");
  openai_error_details (error)->attempts = 3;
  copy = g_error_copy (error);
  g_assert_cmpstr (openai_error_details (copy)->request_id, ==, "req");
  g_assert_cmpuint (openai_error_details (copy)->attempts, ==, 3);
  g_assert_cmpuint (openai_error_details (copy)->status, ==, 429);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error/dialects", test_dialects);
  g_test_add_func ("/error/clipped", test_clipped);
  g_test_add_func ("/error/status-is-said-once", test_status_is_said_once);
  g_test_add_func ("/error/not-http", test_not_http);
  g_test_add_func ("/error/copies", test_copies);
  return g_test_run ();
}
