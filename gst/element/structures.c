// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Structures as JSON and the other way round, as pairs of text, and their fields. */

#include "structures.h"

#include "client/json.h"

/* A field's value as text, with numbers as JSON writes them. */
static gchar *
value_to_text (const GValue *value)
{
  if (G_VALUE_HOLDS_STRING (value))
    return g_value_dup_string (value);
  return gst_value_serialize (value);
}

static gboolean
add_pair (GQuark field, const GValue *value, gpointer user_data)
{
  GStrvBuilder *builder = user_data;
  g_autofree gchar *text = value_to_text (value);

  if (text) {
    g_strv_builder_add (builder, g_quark_to_string (field));
    g_strv_builder_add (builder, text);
  }
  return TRUE;
}

GStrv
gst_openai_structure_to_pairs (const GstStructure *structure)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (structure)
    gst_structure_foreach (structure, add_pair, builder);
  return g_strv_builder_end (builder);
}

static JsonNode *value_to_json (const GValue *value);

static gboolean
add_json_member (GQuark field, const GValue *value, gpointer user_data)
{
  json_object_set_member (user_data, g_quark_to_string (field), value_to_json (value));
  return TRUE;
}

static JsonNode *
list_to_json (
    const GValue *list, guint size, const GValue *(*element) (const GValue *, guint))
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < size; i++)
    json_array_add_element (array, value_to_json (element (list, i)));
  json_node_take_array (node, array);
  return node;
}

static JsonNode *
value_to_json (const GValue *value)
{
  GType type = G_VALUE_TYPE (value);
  g_autofree gchar *text = NULL;
  GValue number = G_VALUE_INIT;
  JsonNode *node;

  if (type == GST_TYPE_ARRAY)
    return list_to_json (
        value, gst_value_array_get_size (value), gst_value_array_get_value);
  if (type == GST_TYPE_LIST)
    return list_to_json (
        value, gst_value_list_get_size (value), gst_value_list_get_value);
  if (type == GST_TYPE_STRUCTURE) {
    node = json_node_new (JSON_NODE_OBJECT);
    json_node_take_object (
        node, gst_openai_structure_to_json (gst_value_get_structure (value)));
    return node;
  }
  if (type == G_TYPE_BOOLEAN)
    return json_node_init_boolean (json_node_alloc (), g_value_get_boolean (value));
  if (type == G_TYPE_FLOAT || type == G_TYPE_DOUBLE) {
    g_value_init (&number, G_TYPE_DOUBLE);
    g_value_transform (value, &number);
    return json_node_init_double (json_node_alloc (), g_value_get_double (&number));
  }
  g_value_init (&number, G_TYPE_INT64);
  if (type != G_TYPE_STRING && g_value_transform (value, &number))
    return json_node_init_int (json_node_alloc (), g_value_get_int64 (&number));
  text = value_to_text (value);
  node = json_node_alloc ();
  return text ? json_node_init_string (node, text) : json_node_init_null (node);
}

JsonObject *
gst_openai_structure_to_json (const GstStructure *structure)
{
  JsonObject *object;

  if (!structure)
    return NULL;
  object = json_object_new ();
  gst_structure_foreach (structure, add_json_member, object);
  return object;
}

static void value_from_json (JsonNode *node, GValue *value);

/* "created_at" is "created-at", as names are in messages. */
static void
add_field (JsonObject *object, const gchar *name, JsonNode *node, gpointer structure)
{
  g_autofree gchar *field =
      g_strcanon (g_strdup (name), G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-", '-');
  GValue value = G_VALUE_INIT;

  value_from_json (node, &value);
  if (*field && G_IS_VALUE (&value))
    gst_structure_take_value (structure, field, &value);
  else if (G_IS_VALUE (&value))
    g_value_unset (&value);
}

GstStructure *
gst_openai_structure_from_json (const gchar *name, JsonObject *object)
{
  GstStructure *structure = gst_structure_new_empty (name);

  json_object_foreach_member (object, add_field, structure);
  return structure;
}

/* A GST_TYPE_ARRAY has values of one type; any other array is given as JSON
 * text. */
static void
array_from_json (JsonNode *node, GValue *value)
{
  JsonArray *array = json_node_get_array (node);
  gboolean fits = TRUE;

  g_value_init (value, GST_TYPE_ARRAY);
  for (guint i = 0; fits && i < json_array_get_length (array); i++) {
    GValue element = G_VALUE_INIT;

    value_from_json (json_array_get_element (array, i), &element);
    fits = G_IS_VALUE (&element)
        && (i == 0
            || G_VALUE_TYPE (&element)
                == G_VALUE_TYPE (gst_value_array_get_value (value, 0)));
    if (fits)
      gst_value_array_append_and_take_value (value, &element);
    else if (G_IS_VALUE (&element))
      g_value_unset (&element);
  }
  if (fits)
    return;
  g_value_unset (value);
  g_value_init (value, G_TYPE_STRING);
  g_value_take_string (value, openai_json_to_text (node));
}

/* null: no value. */
static void
value_from_json (JsonNode *node, GValue *value)
{
  if (JSON_NODE_HOLDS_OBJECT (node)) {
    g_value_init (value, GST_TYPE_STRUCTURE);
    g_value_take_boxed (
        value, gst_openai_structure_from_json ("object", json_node_get_object (node)));
  } else if (JSON_NODE_HOLDS_ARRAY (node)) {
    array_from_json (node, value);
  } else if (!json_node_is_null (node)) {
    json_node_get_value (node, value);
  }
}

void
gst_openai_structure_set_string (
    GstStructure *structure, const gchar *name, const gchar *value)
{
  if (value)
    gst_structure_set (structure, name, G_TYPE_STRING, value, NULL);
}

void
gst_openai_strings_to_array (gchar **strings, GValue *array)
{
  for (; strings && *strings; strings++) {
    GValue value = G_VALUE_INIT;

    g_value_init (&value, G_TYPE_STRING);
    g_value_set_string (&value, *strings);
    gst_value_array_append_and_take_value (array, &value);
  }
}

void
gst_openai_structure_set_usage (GstStructure *message, const OpenaiUsage *usage)
{
  GstStructure *structure;

  if (usage->kind == OPENAI_USAGE_NONE)
    return;
  if (usage->kind == OPENAI_USAGE_DURATION)
    structure =
        gst_structure_new ("usage", "seconds", G_TYPE_DOUBLE, usage->seconds, NULL);
  else
    structure = gst_structure_new ("usage", "input-tokens", G_TYPE_INT64,
        usage->input_tokens, "output-tokens", G_TYPE_INT64, usage->output_tokens,
        "total-tokens", G_TYPE_INT64, usage->total_tokens, NULL);
  gst_structure_set (message, "usage", GST_TYPE_STRUCTURE, structure, NULL);
  gst_structure_free (structure);
}
