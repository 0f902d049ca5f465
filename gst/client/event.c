// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One event of an answer that comes as a stream of them. */

#include "event.h"

#include "error.h"
#include "json.h"
#include "text/utf8.h"

JsonNode *
openai_event_parse (
    const gchar *type, const gchar *data, gsize length, gboolean *done, GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autofree gchar *repaired = NULL;
  GError *said;

  if (g_str_has_prefix (data, "[DONE]")) {
    *done = TRUE;
    return NULL;
  }
  if (!g_utf8_validate (data, length, NULL))
    repaired = openai_utf8_repair (data, length, NULL, &length);
  node = openai_json_parse_object (repaired ? repaired : data, length, error);
  if (!node)
    return NULL;
  said = openai_error_from_json (0, node);
  if (!said && g_strcmp0 (type, "error") == 0)
    said = openai_error_from_answer (0, NULL, data, length);
  if (!said)
    return g_steal_pointer (&node);
  g_propagate_error (error, said);
  return NULL;
}
