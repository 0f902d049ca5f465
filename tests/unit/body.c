// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A body that is read while it grows. */

#include "client/body.h"

#include <string.h>

typedef struct
{
  OpenaiBody *body;
  GInputStream *stream;
  gchar buffer[100];
  gssize n; /* -2: nothing came yet */
} Reader;

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reader *reader = user_data;

  reader->n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);
}

static void
ask (Reader *reader)
{
  reader->n = -2;
  g_input_stream_read_async (reader->stream, reader->buffer, sizeof reader->buffer,
      G_PRIORITY_DEFAULT, NULL, on_read, reader);
}

static void
append (Reader *reader, const gchar *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  openai_body_append (reader->body, bytes);
}

static gsize
gather (Reader *reader, const gchar *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return openai_body_append_uncommitted (reader->body, bytes);
}

/* What came so far; "-" for nothing. */
static void
assert_read (Reader *reader, const gchar *expected)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  if (g_str_equal (expected, "-"))
    g_assert_cmpint (reader->n, ==, -2);
  else
    g_assert_cmpmem (reader->buffer, reader->n, expected, strlen (expected));
}

static void
reader_init (Reader *reader)
{
  reader->body = openai_body_new ();
  reader->stream = openai_body_open (reader->body);
}

static void
reader_clear (Reader *reader)
{
  g_object_unref (reader->stream);
  openai_body_unref (reader->body);
}

static void
test_each_piece (void)
{
  Reader reader;

  reader_init (&reader);
  ask (&reader);
  assert_read (&reader, "-");
  append (&reader, "one");
  assert_read (&reader, "one");
  append (&reader, "two");
  append (&reader, "three");
  ask (&reader);
  assert_read (&reader, "twothree");
  ask (&reader);
  openai_body_close (reader.body);
  assert_read (&reader, "");
  reader_clear (&reader);
}

static void
test_gather (void)
{
  Reader reader;

  reader_init (&reader);
  ask (&reader);
  g_assert_cmpuint (gather (&reader, "one"), ==, 3);
  assert_read (&reader, "-");
  g_assert_cmpuint (gather (&reader, ""), ==, 3);
  append (&reader, "two");
  assert_read (&reader, "onetwo");
  g_assert_cmpuint (gather (&reader, "one"), ==, 3);
  ask (&reader);
  assert_read (&reader, "-");
  openai_body_flush (reader.body);
  assert_read (&reader, "one");
  ask (&reader);
  openai_body_flush (reader.body);
  assert_read (&reader, "-");
  g_assert_cmpuint (gather (&reader, "end"), ==, 3);
  openai_body_close (reader.body);
  assert_read (&reader, "end");
  ask (&reader);
  assert_read (&reader, "");
  reader_clear (&reader);
}

static void
test_again (void)
{
  Reader reader;
  g_autoptr (GInputStream) first = NULL;

  reader_init (&reader);
  append (&reader, "onetwo");
  ask (&reader);
  assert_read (&reader, "onetwo");
  first = g_steal_pointer (&reader.stream);
  reader.stream = openai_body_open (reader.body);
  append (&reader, "three!");
  ask (&reader);
  assert_read (&reader, "onetwothree!");
  reader_clear (&reader);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/body/each-piece", test_each_piece);
  g_test_add_func ("/body/gather", test_gather);
  g_test_add_func ("/body/again", test_again);
  return g_test_run ();
}
