// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* An element that has another server behind its first: what came from which. */

#include "twoservers.h"

#include "schema.h"

void
two_servers_begin (TwoServers *self, GstHarness *harness)
{
  self->harness = harness;
  self->bus = gst_bus_new ();
  gst_element_set_bus (harness->element, self->bus);
  self->texts = g_string_new (NULL);
  self->endpoints = g_string_new (NULL);
  self->told = g_string_new (NULL);
}

void
two_servers_clear (TwoServers *self)
{
  gst_element_set_bus (self->harness->element, NULL);
  gst_harness_teardown (self->harness);
  gst_object_unref (self->bus);
  g_clear_pointer (&self->first, test_server_free);
  test_server_free (self->second);
  g_string_free (self->texts, TRUE);
  g_string_free (self->endpoints, TRUE);
  g_string_free (self->told, TRUE);
}

const gchar *
two_servers_second_url (const TwoServers *self)
{
  return self->second_url ? self->second_url : test_server_base_url (self->second);
}

static void
take_result (TwoServers *self, const GstStructure *message)
{
  const gchar *endpoint = gst_structure_get_string (message, "endpoint");
  gboolean is_second = strstr (two_servers_second_url (self), endpoint) != NULL;

  g_string_append_printf (self->texts, "%s ", gst_structure_get_string (message, "text"));
  g_string_append (self->endpoints, is_second ? "2" : "1");
  fail_unless_equals_string (
      gst_structure_get_string (message, "model"), is_second ? "spare" : "main");
}

void
two_servers_take_message (TwoServers *self, GstMessage *message)
{
  const GstStructure *structure = gst_message_get_structure (message);
  g_autoptr (GError) error = NULL;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ELEMENT:
      assert_fits_schema (structure);
      if (gst_structure_has_name (structure, "openaistt/transcript")
          || gst_structure_has_name (structure, "openaitts/speech-end"))
        take_result (self, structure);
      self->n_failed += gst_structure_has_name (structure, "openaistt/failed");
      return;
    case GST_MESSAGE_WARNING:
      gst_message_parse_warning (message, &error, NULL);
      break;
    case GST_MESSAGE_INFO:
      gst_message_parse_info (message, &error, NULL);
      break;
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, NULL);
      break;
    default:
      return;
  }
  g_string_append_printf (self->told, "%s\n", error->message);
}

void
two_servers_wait_for_results (TwoServers *self, guint n)
{
  while (self->endpoints->len < n) {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop (self->bus, WAIT_SECONDS * GST_SECOND);

    fail_unless (
        message != NULL, "%s of %u: %s", self->endpoints->str, n, self->told->str);
    two_servers_take_message (self, message);
  }
}
