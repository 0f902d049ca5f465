// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Prints what the registry knows of the plugin as JSON, in the form of
 * gst_plugins_cache.json, of which hotdoc makes GStreamer's own reference. */

#include <gst/gst.h>
#include <json-glib/json-glib.h>
#include <stdio.h>

static void
set_string (JsonObject *object, const gchar *name, const gchar *text)
{
  json_object_set_string_member (object, name, text ? text : "");
}

static gchar *
default_text (GParamSpec *spec)
{
  const GValue *value = g_param_spec_get_default_value (spec);
  GValue text = G_VALUE_INIT;
  gchar *taken;

  if (G_VALUE_HOLDS_ENUM (value)) {
    const GEnumValue *found =
        g_enum_get_value (G_PARAM_SPEC_ENUM (spec)->enum_class, g_value_get_enum (value));

    return g_strdup_printf ("%s (%d)", found->value_nick, found->value);
  }
  g_value_init (&text, G_TYPE_STRING);
  if (G_VALUE_HOLDS_STRING (value) || !g_value_transform (value, &text))
    g_value_set_string (
        &text, G_VALUE_HOLDS_STRING (value) ? g_value_get_string (value) : NULL);
  taken = g_value_dup_string (&text);
  g_value_unset (&text);
  return taken ? taken : g_strdup ("NULL");
}

/* "min" and "max" of numbers. */
static void
add_range (JsonObject *object, GParamSpec *spec)
{
  g_autofree gchar *least = NULL, *most = NULL;

  if (G_IS_PARAM_SPEC_INT (spec)) {
    least = g_strdup_printf ("%d", G_PARAM_SPEC_INT (spec)->minimum);
    most = g_strdup_printf ("%d", G_PARAM_SPEC_INT (spec)->maximum);
  } else if (G_IS_PARAM_SPEC_UINT (spec)) {
    least = g_strdup_printf ("%u", G_PARAM_SPEC_UINT (spec)->minimum);
    most = g_strdup_printf ("%u", G_PARAM_SPEC_UINT (spec)->maximum);
  } else if (G_IS_PARAM_SPEC_DOUBLE (spec)) {
    least = g_strdup_printf ("%g", G_PARAM_SPEC_DOUBLE (spec)->minimum);
    most = g_strdup_printf ("%g", G_PARAM_SPEC_DOUBLE (spec)->maximum);
  } else {
    return;
  }
  set_string (object, "min", least);
  set_string (object, "max", most);
}

static const gchar *
mutable_in (GParamSpec *spec)
{
  return spec->flags & GST_PARAM_MUTABLE_PLAYING ? "playing"
      : spec->flags & GST_PARAM_MUTABLE_PAUSED   ? "paused"
      : spec->flags & GST_PARAM_MUTABLE_READY    ? "ready"
                                                 : "null";
}

static JsonObject *
describe_property (GParamSpec *spec)
{
  JsonObject *object = json_object_new ();
  g_autofree gchar *value = default_text (spec);

  set_string (object, "blurb", g_param_spec_get_blurb (spec));
  json_object_set_boolean_member (object, "conditionally-available",
      (spec->flags & GST_PARAM_CONDITIONALLY_AVAILABLE) != 0);
  json_object_set_boolean_member (
      object, "construct", (spec->flags & G_PARAM_CONSTRUCT) != 0);
  json_object_set_boolean_member (
      object, "construct-only", (spec->flags & G_PARAM_CONSTRUCT_ONLY) != 0);
  json_object_set_boolean_member (
      object, "controllable", (spec->flags & GST_PARAM_CONTROLLABLE) != 0);
  set_string (object, "default", value);
  add_range (object, spec);
  set_string (object, "mutable", mutable_in (spec));
  json_object_set_boolean_member (
      object, "readable", (spec->flags & G_PARAM_READABLE) != 0);
  set_string (object, "type", g_type_name (spec->value_type));
  json_object_set_boolean_member (
      object, "writable", (spec->flags & G_PARAM_WRITABLE) != 0);
  return object;
}

/* Adds the type of a property to @types where it is one of the plugin's own. */
static void
add_type (JsonObject *types, GParamSpec *spec)
{
  const gchar *name = g_type_name (spec->value_type);
  JsonObject *object;
  JsonArray *values;
  GEnumClass *class;

  if (!G_IS_PARAM_SPEC_ENUM (spec) || !g_str_has_prefix (name, "GstOpenai"))
    return;
  class = G_PARAM_SPEC_ENUM (spec)->enum_class;
  object = json_object_new ();
  values = json_array_new ();
  for (guint i = 0; i < class->n_values; i++) {
    g_autofree gchar *number = g_strdup_printf ("%d", class->values[i].value);
    JsonObject *value = json_object_new ();

    set_string (value, "desc", class->values[i].value_name);
    set_string (value, "name", class->values[i].value_nick);
    set_string (value, "value", number);
    json_array_add_object_element (values, value);
  }
  set_string (object, "kind", "enum");
  json_object_set_array_member (object, "values", values);
  json_object_set_object_member (types, name, object);
}

static JsonObject *
describe_properties (GObjectClass *klass, JsonObject *types)
{
  JsonObject *object = json_object_new ();
  guint n;
  g_autofree GParamSpec **specs = g_object_class_list_properties (klass, &n);

  for (guint i = 0; i < n; i++) {
    if (specs[i]->owner_type != G_OBJECT_CLASS_TYPE (klass))
      continue;
    json_object_set_object_member (object, specs[i]->name, describe_property (specs[i]));
    add_type (types, specs[i]);
  }
  return object;
}

static JsonObject *
describe_signals (GType type)
{
  JsonObject *object = json_object_new ();
  guint n;
  g_autofree guint *ids = g_signal_list_ids (type, &n);

  for (guint i = 0; i < n; i++) {
    JsonObject *signal = json_object_new ();
    JsonArray *arguments = json_array_new ();
    GSignalQuery query;

    g_signal_query (ids[i], &query);
    for (guint j = 0; j < query.n_params; j++) {
      g_autofree gchar *name = g_strdup_printf ("arg%u", j);
      JsonObject *argument = json_object_new ();

      set_string (argument, "name", name);
      set_string (argument, "type", g_type_name (query.param_types[j]));
      json_array_add_object_element (arguments, argument);
    }
    json_object_set_array_member (signal, "args", arguments);
    json_object_set_boolean_member (
        signal, "action", (query.signal_flags & G_SIGNAL_ACTION) != 0);
    set_string (signal, "return-type", g_type_name (query.return_type));
    set_string (
        signal, "when", query.signal_flags & G_SIGNAL_RUN_LAST ? "last" : "first");
    json_object_set_object_member (object, query.signal_name, signal);
  }
  return object;
}

static JsonObject *
describe_pads (GstElementFactory *factory)
{
  JsonObject *object = json_object_new ();

  for (const GList *item = gst_element_factory_get_static_pad_templates (factory); item;
       item = item->next) {
    GstStaticPadTemplate *pad = item->data;
    JsonObject *described = json_object_new ();

    set_string (described, "caps", pad->static_caps.string);
    set_string (described, "direction", pad->direction == GST_PAD_SRC ? "src" : "sink");
    set_string (
        described, "presence", pad->presence == GST_PAD_ALWAYS ? "always" : "request");
    json_object_set_object_member (object, pad->name_template, described);
  }
  return object;
}

static JsonArray *
describe_hierarchy (GType type)
{
  JsonArray *array = json_array_new ();

  for (; type; type = g_type_parent (type))
    json_array_add_string_element (array, g_type_name (type));
  return array;
}

static JsonArray *
describe_interfaces (GType type)
{
  JsonArray *array = json_array_new ();
  g_autofree GType *interfaces = g_type_interfaces (type, NULL);

  for (GType *interface = interfaces; *interface; interface++)
    json_array_add_string_element (array, g_type_name (*interface));
  return array;
}

static JsonObject *
describe_element (GstElementFactory *factory, JsonObject *types)
{
  static const gchar *const keys[] = { GST_ELEMENT_METADATA_AUTHOR, "author",
    GST_ELEMENT_METADATA_DESCRIPTION, "description", GST_ELEMENT_METADATA_KLASS, "klass",
    GST_ELEMENT_METADATA_LONGNAME, "long-name" };
  g_autoptr (GstElement) element =
      gst_object_ref_sink (gst_element_factory_create (factory, NULL));
  GType type = G_OBJECT_TYPE (element);
  JsonObject *object = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i += 2)
    set_string (object, keys[i + 1], gst_element_factory_get_metadata (factory, keys[i]));
  json_object_set_array_member (object, "hierarchy", describe_hierarchy (type));
  json_object_set_array_member (object, "interfaces", describe_interfaces (type));
  json_object_set_object_member (object, "pad-templates", describe_pads (factory));
  json_object_set_object_member (
      object, "properties", describe_properties (G_OBJECT_GET_CLASS (element), types));
  set_string (object, "rank", "none");
  json_object_set_object_member (object, "signals", describe_signals (type));
  return object;
}

static JsonObject *
describe_plugin (GstPlugin *plugin)
{
  JsonObject *object = json_object_new (), *elements = json_object_new (),
             *types = json_object_new ();
  GList *features = gst_registry_get_feature_list_by_plugin (
      gst_registry_get (), gst_plugin_get_name (plugin));

  for (GList *item = features; item; item = item->next)
    json_object_set_object_member (elements, gst_plugin_feature_get_name (item->data),
        describe_element (item->data, types));
  gst_plugin_feature_list_free (features);
  set_string (object, "description", gst_plugin_get_description (plugin));
  json_object_set_object_member (object, "elements", elements);
  set_string (object, "filename", "gstopenai");
  set_string (object, "license", gst_plugin_get_license (plugin));
  json_object_set_object_member (object, "other-types", types);
  set_string (object, "package", gst_plugin_get_package (plugin));
  set_string (object, "source", gst_plugin_get_source (plugin));
  json_object_set_object_member (object, "tracers", json_object_new ());
  set_string (object, "url", gst_plugin_get_origin (plugin));
  return object;
}

int
main (int argc, char **argv)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (GstPlugin) found = NULL, plugin = NULL;
  g_autofree gchar *text = NULL;
  JsonObject *root = json_object_new ();

  gst_init (&argc, &argv);
  found = gst_registry_find_plugin (gst_registry_get (), "openai");
  plugin = found ? gst_plugin_load (found) : NULL;
  if (!plugin) {
    fprintf (stderr, "The plugin openai cannot be found\n");
    return 1;
  }
  json_object_set_object_member (root, "openai", describe_plugin (plugin));
  json_node_take_object (node, root);
  text = json_to_string (node, TRUE);
  printf ("%s\n", text);
  return 0;
}
