// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Whether messages are as docs/messages.json has them. */

#include "schema.h"

#include <gst/check/gstcheck.h>
#include <json-glib/json-glib.h>

static gpointer
read_schema (gpointer unused)
{
  JsonParser *parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  fail_unless (json_parser_load_from_file (parser, SCHEMA, &error), "%s",
      error ? error->message : "");
  return json_object_get_object_member (
      json_node_get_object (json_parser_get_root (parser)), "messages");
}

static JsonObject *
schema (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, read_schema, NULL);
}

static GType
type_named (const gchar *name)
{
  const struct
  {
    const gchar *name;
    GType type;
  } types[] = {
    { "string", G_TYPE_STRING },
    { "boolean", G_TYPE_BOOLEAN },
    { "uint", G_TYPE_UINT },
    { "uint64", G_TYPE_UINT64 },
    { "double", G_TYPE_DOUBLE },
    { "array", GST_TYPE_ARRAY },
    { "structure", GST_TYPE_STRUCTURE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    if (g_str_equal (types[i].name, name))
      return types[i].type;
  }
  return G_TYPE_INVALID;
}

static gboolean
check_field (GQuark field, const GValue *value, gpointer fields)
{
  const gchar *name = g_quark_to_string (field);
  JsonObject *told;

  fail_unless (json_object_has_member (fields, name), "%s is not in the schema", name);
  told = json_object_get_object_member (fields, name);
  fail_unless (
      G_VALUE_HOLDS (value, type_named (json_object_get_string_member (told, "type"))),
      "%s is of type %s", name, G_VALUE_TYPE_NAME (value));
  return TRUE;
}

static void
check_required (JsonObject *fields, const gchar *name, JsonNode *node, gpointer message)
{
  if (json_object_get_boolean_member_with_default (
          json_node_get_object (node), "required", FALSE))
    fail_unless (gst_structure_has_field (message, name), "%s has no %s",
        gst_structure_get_name (message), name);
}

void
assert_fits_schema (const GstStructure *message)
{
  const gchar *name = gst_structure_get_name (message);
  JsonObject *fields;

  if (!g_str_has_prefix (name, "openaistt/") && !g_str_has_prefix (name, "openaitts/"))
    return;
  fail_unless (json_object_has_member (schema (), name), "%s is not in the schema", name);
  fields = json_object_get_object_member (schema (), name);
  gst_structure_foreach (message, check_field, fields);
  json_object_foreach_member (fields, check_required, (gpointer) message);
}
