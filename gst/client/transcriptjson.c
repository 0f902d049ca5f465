// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where the transcript is in JSON, which gateways and models put other things around. */

#include "transcriptjson.h"

#include <string.h>

#include "json.h"
#include "text/unicode.h"

/* Pipelines of Hugging Face call them chunks. */
JsonArray *
openai_transcript_json_segments (JsonObject *root)
{
  JsonArray *segments = openai_json_array (root, "segments");

  return segments ? segments : openai_json_array (root, "chunks");
}

static gboolean
looks_like_transcript (JsonObject *root)
{
  return json_object_has_member (root, "text") || openai_transcript_json_segments (root);
}

/* Models of language write JSON between fences, as in Markdown. */
static gchar *
strip_fences (const gchar *text)
{
  gchar *plain = g_strstrip (g_strdup (text));
  const gchar *start;

  if (!g_str_has_prefix (plain, "```") || !g_str_has_suffix (plain, "```"))
    return plain;
  plain[strlen (plain) - 3] = '\0';
  start = plain + strcspn (plain, "{[");
  memmove (plain, start, strlen (start) + 1);
  return plain;
}

/* A list of segments as an object; NULL: it is something else. */
static JsonNode *
node_of_list (JsonNode *list)
{
  JsonArray *segments = json_node_get_array (list);
  JsonObject *first =
      json_array_get_length (segments) > 0 ? openai_json_element (segments, 0) : NULL;
  g_autoptr (JsonObject) object = NULL;

  if (!openai_json_string (first, "text"))
    return NULL;
  object = json_object_new ();
  json_object_set_array_member (object, "segments", json_array_ref (segments));
  return json_node_init_object (json_node_alloc (), object);
}

JsonNode *
openai_transcript_json_in_text (const gchar *text)
{
  g_autofree gchar *plain = strip_fences (text);
  g_autoptr (JsonNode) node = NULL;

  if (*plain == '{' || *plain == '[')
    node = openai_json_parse (plain, -1, NULL);
  if (node && JSON_NODE_HOLDS_ARRAY (node))
    return node_of_list (node);
  return node && JSON_NODE_HOLDS_OBJECT (node)
          && looks_like_transcript (json_node_get_object (node))
      ? g_steal_pointer (&node)
      : NULL;
}

/* A list of texts, or a number, as one text; NULL: it is neither. */
static gchar *
text_of_node (JsonNode *node)
{
  GString *text;

  if (JSON_NODE_HOLDS_VALUE (node))
    return json_to_string (node, FALSE);
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return NULL;
  text = g_string_new (NULL);
  for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++) {
    JsonNode *part = json_array_get_element (json_node_get_array (node), i);

    if (JSON_NODE_HOLDS_VALUE (part) && json_node_get_value_type (part) == G_TYPE_STRING)
      openai_text_join (text, json_node_get_string (part));
  }
  return g_string_free (text, FALSE);
}

/* The object that has the transcript: gateways put one around it, and some servers
 * call the text otherwise. */
JsonObject *
openai_transcript_json_find (JsonObject *root)
{
  static const gchar *const names[] = { "transcription", "transcript", "result", "data",
    "output", "response" };
  JsonNode *text = json_object_get_member (root, "text");

  if (text && !JSON_NODE_HOLDS_NULL (text) && !openai_json_string (root, "text")) {
    g_autofree gchar *plain = text_of_node (text);

    if (plain)
      json_object_set_string_member (root, "text", plain);
    else
      root = json_node_get_object (text);
  }
  if (looks_like_transcript (root))
    return root;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    JsonObject *inner = openai_json_object (root, names[i]);
    const gchar *plain = i < 2 ? openai_json_string (root, names[i]) : NULL;

    if (inner && looks_like_transcript (inner))
      return inner;
    if (!plain)
      continue;
    json_object_set_string_member (root, "text", plain);
    return root;
  }
  return NULL;
}
