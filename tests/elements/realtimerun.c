// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaistt at a server of Realtime sessions. */

#include "realtimerun.h"

/* Speech and a pause, so many times, no two alike. */
static GByteArray *
make_utterances (guint n, guint milliseconds)
{
  GByteArray *talk = g_byte_array_new ();

  for (guint i = 0; i < n; i++) {
    talk_add_speech (talk, milliseconds + 100 * i);
    talk_add_pause (talk, 700);
  }
  return talk;
}

GByteArray *
make_talk (guint utterances)
{
  return make_utterances (utterances, 1100);
}

GByteArray *
make_short_talk (guint utterances)
{
  return make_utterances (utterances, 300);
}

void
run_begin (
    Run *run, const TestRealtimeScript *script, const gchar *properties, gboolean live)
{
  memset (run, 0, sizeof *run);
  run->server = test_realtime_new (script);
  run->harness =
      make_stt_harness_at (test_realtime_base_url (run->server), properties, live);
  run->bus = gst_bus_new ();
  gst_element_set_bus (run->harness->element, run->bus);
  run->words = g_string_new (NULL);
  run->complaints = g_string_new (NULL);
}

static void
take_element_message (Run *run, GstMessage *message)
{
  const GstStructure *told = gst_message_get_structure (message);
  const gchar *text = gst_structure_get_string (told, "text");

  if (gst_structure_has_name (told, "openaistt/transcript"))
    g_string_append_printf (run->words, "%s ", text);
  else if (gst_structure_has_name (told, "openaistt/failed"))
    run->n_failed++;
  else if (gst_structure_has_name (told, "openaistt/partial")) {
    run->n_partials++;
    g_free (run->partial);
    run->partial = g_strdup (text);
    fail_unless (gst_structure_has_field (told, "request-id"));
  }
  if (gst_structure_has_field (told, "item")) {
    g_free (run->item);
    run->item = g_strdup (gst_structure_get_string (told, "item"));
  }
}

void
take_complaint (Run *run, GstMessage *message)
{
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    run->n_errors++;
  } else
    gst_message_parse_warning (message, &error, NULL);
  g_string_append_printf (run->complaints, "%s\n", error->message);
  run->n_complaints++;
}

void
run_listen_for (Run *run, GstClockTime wait)
{
  GstMessage *message;

  while ((message = gst_bus_timed_pop (run->bus, wait))) {
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT)
      take_element_message (run, message);
    else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING
        || GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
      take_complaint (run, message);
    gst_message_unref (message);
  }
}

void
run_listen (Run *run)
{
  run_listen_for (run, 0);
}

void
run_end (Run *run)
{
  end_stream (run->harness);
  assert_account_is_exact (run->harness);
  run_listen (run);
}

void
run_clear (Run *run)
{
  gst_element_set_bus (run->harness->element, NULL);
  gst_harness_teardown (run->harness);
  test_realtime_free (run->server);
  gst_object_unref (run->bus);
  g_string_free (run->words, TRUE);
  g_string_free (run->complaints, TRUE);
  g_free (run->partial);
  g_free (run->item);
}

void
run_talk (
    Run *run, const TestRealtimeScript *script, const gchar *properties, GByteArray *talk)
{
  run_begin (run, script, properties, FALSE);
  push_talk (run->harness, talk, 0);
  run_end (run);
}

gchar *
words_of (GByteArray *talk)
{
  g_auto (Run) run = { 0 };

  run_talk (&run, &(TestRealtimeScript) { 0 }, SHORT, talk);
  fail_unless_equals_string (run.complaints->str, "");
  return g_strdup (run.words->str);
}

guint
count_words (const gchar *text)
{
  guint n = 0;

  for (; *text; text++)
    n += *text == ' ';
  return n;
}

void
check_nothing_lost (const TestRealtimeScript *scripts, guint n, guint sessions)
{
  g_autoptr (GByteArray) talk = make_short_talk (4);
  g_autofree gchar *expected = words_of (talk);

  fail_unless_equals_int (count_words (expected), 4);
  for (guint i = 0; i < n; i++) {
    g_auto (Run) run = { 0 };

    run_talk (&run, &scripts[i], SHORT, talk);
    fail_unless_equals_string (run.words->str, expected);
    fail_unless_equals_string (run.complaints->str, "");
    fail_unless_equals_int (
        test_sessions_n_handshakes (test_realtime_sessions (run.server)), sessions);
  }
}

void
push_answered (Run *run, GByteArray *talk, guint64 *sample)
{
  *sample = push_talk (run->harness, talk, *sample);
  gst_buffer_unref (gst_harness_pull (run->harness));
}
