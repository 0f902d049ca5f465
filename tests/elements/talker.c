// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* An openaitts in a pipeline, that is told what to say while it speaks. */

#include "talker.h"

TestAnswer *
answer_to (TestServer *server, const gchar *input, gsize size)
{
  TestAnswer *answer = test_server_answer (server, 200, "audio/pcm");
  g_autoptr (GBytes) samples = make_samples (size);

  test_answer_for_field (answer, "input", input);
  test_answer_body (answer, g_bytes_get_data (samples, NULL), size);
  return answer;
}

void
assert_input (TestServer *server, guint index, const gchar *expected)
{
  g_autoptr (TestRequest) request =
      test_server_request (server, index, TRUE, WAIT_SECONDS);

  fail_unless (request != NULL, "no request %u", index);
  fail_unless_equals_string (test_request_field (request, "input"), expected);
}

gboolean
say (GstElement *element, const gchar *text)
{
  gboolean taken = FALSE;

  g_signal_emit_by_name (element, "say", text, &taken);
  return taken;
}

guint
queued_chars (GstElement *element)
{
  guint n;

  g_object_get (element, "queued-chars", &n, NULL);
  return n;
}

void
talker_init (Talker *talker, const gchar *line, TestServer *server)
{
  talker->pipeline = make_speech (line, server);
  talker->element = gst_bin_get_by_name (GST_BIN (talker->pipeline), "t");
  talker->bus = gst_element_get_bus (talker->pipeline);
  hear (talker->pipeline, &talker->heard);
}

void
talker_clear (Talker *talker)
{
  gst_element_set_state (talker->pipeline, GST_STATE_NULL);
  gst_object_unref (talker->bus);
  gst_object_unref (talker->element);
  gst_object_unref (talker->pipeline);
  heard_clear (&talker->heard);
}

GstStructure *
talker_wait_for (Talker *talker, const gchar *name)
{
  GstMessage *message;

  while ((message = gst_bus_timed_pop_filtered (talker->bus, WAIT_SECONDS * GST_SECOND,
              GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR))) {
    const GstStructure *structure = gst_message_get_structure (message);
    GstStructure *copy = NULL;

    fail_if (
        GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR, "%" GST_PTR_FORMAT, structure);
    if (gst_structure_has_name (structure, name))
      copy = gst_structure_copy (structure);
    gst_message_unref (message);
    if (copy)
      return copy;
  }
  ck_abort_msg ("no %s", name);
  return NULL;
}

void
talker_wait_until_said (Talker *talker, const gchar *text)
{
  GstStructure *structure = talker_wait_for (talker, "openaitts/speech-end");

  fail_unless_equals_string (gst_structure_get_string (structure, "text"), text);
  gst_structure_free (structure);
}

void
talker_wait_for_end (Talker *talker)
{
  GstMessage *message = gst_bus_timed_pop_filtered (
      talker->bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_message_unref (message);
}
