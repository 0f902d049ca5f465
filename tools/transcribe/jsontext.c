// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* JSON with the shortest numbers that read the same. */

#include "jsontext.h"

#include <math.h>

/* Of the line breaks; less: there are none. */
#define ONE_LINE (-1)

static void append_node (GString *text, JsonNode *node, gint level);

static void
append_double (GString *text, gdouble number)
{
  gchar digits[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (number)) {
    g_string_append (text, "null");
    return;
  }
  for (gint precision = 15; precision <= 17; precision++) {
    g_autofree gchar *format = g_strdup_printf ("%%.%dg", precision);

    g_ascii_formatd (digits, sizeof digits, format, number);
    if (g_ascii_strtod (digits, NULL) == number)
      break;
  }
  g_string_append (text, digits);
}

static void
append_break (GString *text, gint level)
{
  if (level == ONE_LINE)
    return;
  g_string_append_printf (text, "\n%*s", 2 * level, "");
}

static void
append_object (GString *text, JsonObject *object, gint level)
{
  g_autoptr (GList) names = json_object_get_members (object);
  gint inside = level == ONE_LINE ? ONE_LINE : level + 1;

  g_string_append_c (text, '{');
  for (GList *name = names; name; name = name->next) {
    g_autoptr (JsonNode) key = json_node_init_string (json_node_alloc (), name->data);

    append_break (text, inside);
    append_node (text, key, ONE_LINE);
    g_string_append (text, level == ONE_LINE ? ":" : ": ");
    append_node (text, json_object_get_member (object, name->data), inside);
    if (name->next)
      g_string_append_c (text, ',');
  }
  if (names)
    append_break (text, level);
  g_string_append_c (text, '}');
}

static void
append_array (GString *text, JsonArray *array, gint level)
{
  guint length = json_array_get_length (array);
  gint inside = level == ONE_LINE ? ONE_LINE : level + 1;

  g_string_append_c (text, '[');
  for (guint i = 0; i < length; i++) {
    append_break (text, inside);
    append_node (text, json_array_get_element (array, i), inside);
    if (i + 1 < length)
      g_string_append_c (text, ',');
  }
  if (length > 0)
    append_break (text, level);
  g_string_append_c (text, ']');
}

static void
append_node (GString *text, JsonNode *node, gint level)
{
  g_autofree gchar *plain = NULL;

  if (JSON_NODE_HOLDS_OBJECT (node)) {
    append_object (text, json_node_get_object (node), level);
  } else if (JSON_NODE_HOLDS_ARRAY (node)) {
    append_array (text, json_node_get_array (node), level);
  } else if (JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_DOUBLE) {
    append_double (text, json_node_get_double (node));
  } else {
    plain = json_to_string (node, FALSE);
    g_string_append (text, plain);
  }
}

gchar *
jsontext_of (JsonNode *node, gboolean indented)
{
  GString *text = g_string_new (NULL);

  append_node (text, node, indented ? 0 : ONE_LINE);
  return g_string_free (text, FALSE);
}
