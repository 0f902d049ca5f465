// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Event streams in any pieces. */

#include "client/sse.h"

#include <string.h>

#include "client/error.h"

static gboolean
on_event (const gchar *type, const gchar *data, gsize length, gpointer user_data,
    GError **error)
{
  g_assert_cmpuint (strlen (data), ==, length);
  g_string_append_printf (user_data, "[%s%s%s]", type ? type : "", type ? ":" : "", data);
  return TRUE;
}

static gchar *
parse (const gchar *text, gsize step)
{
  GString *events = g_string_new (NULL);
  g_autoptr (OpenaiSse) sse = openai_sse_new (on_event, events);
  g_autoptr (GError) error = NULL;
  gsize length = strlen (text);

  for (gsize done = 0; done < length; done += step) {
    openai_sse_push (sse, text + done, MIN (step, length - done), &error);
    g_assert_no_error (error);
  }
  openai_sse_finish (sse, &error);
  g_assert_no_error (error);
  return g_string_free (events, FALSE);
}

static const struct
{
  const gchar *text;
  const gchar *events;
} cases[] = {
  { "", "" },
  { "data: one\n\ndata: two\n\n", "[one][two]" },
  { "data: one\r\n\r\ndata: two\r\n\r\n", "[one][two]" },
  { "data: one\r\rdata: two\r\r", "[one][two]" },
  { "\xef\xbb\xbf"
    "data: one\n\n",
      "[one]" },
  { "data:one\n\n", "[one]" },
  { "data:  one\n\n", "[ one]" },
  { "data: one\ndata: two\n\n", "[one\ntwo]" },
  { ": comment\n\ndata: one\n\n", "[one]" },
  { "event: error\ndata: one\n\ndata: two\n\n", "[error:one][two]" },
  { "id: 7\nretry: 5\nunknown: x\ndata: one\n\n", "[one]" },
  { "data: last", "[last]" },
  { "data: last\n", "[last]" },
  { "event: nothing\n\n", "" },
  { "data: {\"a\":\"über\"}\n\ndata: [DONE]\n\n", "[{\"a\":\"über\"}][[DONE]]" },
};

static void
test_events (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    for (gsize step = 1; step < 40; step++) {
      g_autofree gchar *events = parse (cases[i].text, step);

      g_assert_cmpstr (events, ==, cases[i].events);
    }
  }
}

static gboolean
refuse (const gchar *type, const gchar *data, gsize length, gpointer user_data,
    GError **error)
{
  g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER, data);
  return FALSE;
}

static void
test_refused (void)
{
  g_autoptr (OpenaiSse) sse = openai_sse_new (refuse, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (openai_sse_push (sse, "data: no\n\n", 10, &error));
  g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
  g_assert_cmpstr (error->message, ==, "no");
}

/* Neither an endless line nor an endless event fills the memory. */
static void
test_endless (void)
{
  const gchar *const starts[] = { "data: ", "" };

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++) {
    g_autoptr (GString) events = g_string_new (NULL);
    g_autoptr (OpenaiSse) sse = openai_sse_new (on_event, events);
    g_autofree gchar *block = g_strnfill (1024 * 1024, 'x');
    g_autoptr (GError) error = NULL;
    guint n = 0;

    openai_sse_push (sse, starts[i], strlen (starts[i]), &error);
    while (n < 200 && openai_sse_push (sse, block, 1024 * 1024, &error)) {
      if (i == 1)
        openai_sse_push (sse, "\ndata: ", 7, NULL);
      n++;
    }
    g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
    g_assert_cmpuint (n, <=, OPENAI_SSE_MAX_EVENT / (1024 * 1024) + 1);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sse/events", test_events);
  g_test_add_func ("/sse/refused", test_refused);
  g_test_add_func ("/sse/endless", test_endless);
  return g_test_run ();
}
