// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Forms whose names and values a user chose, and errors a server did. */

#include "fuzz.h"

#include "client/error.h"
#include "client/json.h"
#include "client/multipart.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (OpenaiMultipart) form = openai_multipart_new ();
  g_autofree gchar *text = g_utf8_make_valid ((const gchar *) data, size);
  g_autoptr (JsonNode) node = openai_json_parse (text, -1, NULL);
  g_autoptr (GError) error =
      openai_error_from_answer (400, "no", (const gchar *) data, size);

  openai_multipart_add (form, text, text);
  if (node && JSON_NODE_HOLDS_OBJECT (node))
    openai_multipart_add_members (form, json_node_get_object (node));
  openai_multipart_open_file (form, "file", text, "audio/wav");
  openai_multipart_close (form);
  g_assert (g_utf8_validate (error->message, -1, NULL));
  return 0;
}
