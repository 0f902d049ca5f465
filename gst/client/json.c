// SPDX-License-Identifier: LGPL-2.1-or-later
/* JSON from strangers: bounded parsing and getters that never complain. */

#include "client/json.h"

#include <math.h>
#include <string.h>

#include "client/error.h"

static GError *
bad_json (const gchar * why)
{
  return g_error_new (OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      "The server sent JSON that cannot be read: %s", why);
}

/* json-glib recurses for each level and takes whatever follows the value, so
 * both are looked at first. NULL: fine. */
static const gchar *
check_shape (const gchar * data, gsize length)
{
  guint depth = 0;
  gboolean in_string = FALSE, ended = FALSE;

  for (const gchar * p = data, *end = data + length; p < end; p++) {
    if (in_string) {
      if (*p == '\\')
        p++;
      else if (*p == '"')
        in_string = FALSE;
      continue;
    }
    if (g_ascii_isspace (*p))
      continue;
    if (ended)
      return "something follows its end";
    switch (*p) {
      case '"':
        in_string = TRUE;
        break;
      case '[':
      case '{':
        if (++depth > OPENAI_JSON_MAX_DEPTH)
          return "it is nested too deeply";
        break;
      case ']':
      case '}':
        if (depth == 0)
          return "a bracket too many";
        ended = --depth == 0;
        break;
      default:
        break;
    }
  }
  return depth > 0 || in_string ? "it is cut short" : NULL;
}

JsonNode *
openai_json_parse (const gchar * data, gssize length, GError ** error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) cause = NULL;
  const gchar *complaint;
  JsonNode *root;

  if (length < 0)
    length = strlen (data);
  if (length > OPENAI_JSON_MAX_BYTES)
    complaint = "it is too large";
  else if (!g_utf8_validate (data, length, NULL))
    complaint = "it is not UTF-8";
  else
    complaint = check_shape (data, length);
  if (complaint) {
    g_propagate_error (error, bad_json (complaint));
    return NULL;
  }

  if (!json_parser_load_from_data (parser, data, length, &cause)) {
    g_propagate_error (error, bad_json (cause->message));
    return NULL;
  }
  root = json_parser_steal_root (parser);
  if (!root)
    g_propagate_error (error, bad_json ("it is empty"));
  return root;
}

JsonNode *
openai_json_parse_object (const gchar * data, gssize length, GError ** error)
{
  g_autoptr (JsonNode) root = openai_json_parse (data, length, error);

  if (root && !JSON_NODE_HOLDS_OBJECT (root)) {
    g_propagate_error (error, bad_json ("it is not an object"));
    return NULL;
  }
  return g_steal_pointer (&root);
}

static JsonNode *
get_member (JsonObject * object, const gchar * name)
{
  return object ? json_object_get_member (object, name) : NULL;
}

static GType
value_type (JsonNode * node)
{
  return node && JSON_NODE_HOLDS_VALUE (node) ?
      json_node_get_value_type (node) : G_TYPE_INVALID;
}

const gchar *
openai_json_string (JsonObject * object, const gchar * name)
{
  JsonNode *node = get_member (object, name);

  return value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

JsonObject *
openai_json_object (JsonObject * object, const gchar * name)
{
  JsonNode *node = get_member (object, name);

  return node && JSON_NODE_HOLDS_OBJECT (node) ?
      json_node_get_object (node) : NULL;
}

JsonArray *
openai_json_array (JsonObject * object, const gchar * name)
{
  JsonNode *node = get_member (object, name);

  return node && JSON_NODE_HOLDS_ARRAY (node) ?
      json_node_get_array (node) : NULL;
}

gboolean
openai_json_boolean (JsonObject * object, const gchar * name,
    gboolean * value)
{
  JsonNode *node = get_member (object, name);

  if (value_type (node) != G_TYPE_BOOLEAN)
    return FALSE;
  *value = json_node_get_boolean (node);
  return TRUE;
}

gboolean
openai_json_number (JsonObject * object, const gchar * name, gdouble * value)
{
  JsonNode *node = get_member (object, name);
  GType type = value_type (node);
  gdouble number;

  if (type == G_TYPE_INT64 || type == G_TYPE_DOUBLE) {
    number = json_node_get_double (node);
  } else if (type == G_TYPE_STRING) {
    const gchar *text = json_node_get_string (node);
    gchar *end;

    number = g_ascii_strtod (text, &end);
    if (end == text || *end != '\0')
      return FALSE;
  } else {
    return FALSE;
  }
  if (!isfinite (number))
    return FALSE;
  *value = number;
  return TRUE;
}

gboolean
openai_json_integer (JsonObject * object, const gchar * name, gint64 * value)
{
  JsonNode *node = get_member (object, name);
  gdouble number;

  if (value_type (node) == G_TYPE_INT64) {
    *value = json_node_get_int (node);
    return TRUE;
  }
  if (!openai_json_number (object, name, &number) || fabs (number) > 1e15
      || number != floor (number))
    return FALSE;
  *value = (gint64) number;
  return TRUE;
}

JsonObject *
openai_json_element (JsonArray * array, guint index)
{
  JsonNode *node = array && index < json_array_get_length (array) ?
      json_array_get_element (array, index) : NULL;

  return node && JSON_NODE_HOLDS_OBJECT (node) ?
      json_node_get_object (node) : NULL;
}

gchar *
openai_json_to_text (JsonNode * node)
{
  return json_to_string (node, FALSE);
}

void
openai_json_add_string (JsonObject * object, const gchar * name,
    const gchar * value)
{
  if (value)
    json_object_set_string_member (object, name, value);
}

static void
add_member (JsonObject * extra, const gchar * name, JsonNode * node,
    gpointer object)
{
  json_object_set_member (object, name, json_node_copy (node));
}

void
openai_json_add_members (JsonObject * object, JsonObject * extra)
{
  if (extra)
    json_object_foreach_member (extra, add_member, object);
}

OpenaiBody *
openai_json_body (JsonObject * object)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  OpenaiBody *body = openai_body_new ();
  g_autoptr (GBytes) bytes = NULL;
  gchar *text;

  json_node_take_object (root, object);
  text = openai_json_to_text (root);
  bytes = g_bytes_new_take (text, strlen (text));
  openai_body_append (body, bytes);
  openai_body_close (body);
  return body;
}
