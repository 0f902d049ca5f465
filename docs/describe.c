// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Prints, as Markdown, what the registry knows of an element: its pads,
 * properties and signals. docs/update puts it into the element's page. */

#include <gst/gst.h>
#include <stdio.h>
#include <string.h>

static gchar *
escape (const gchar *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "|", -1);

  return g_strjoinv ("\\|", parts);
}

/* Any format of raw audio: which there are differs from one GStreamer to the
 * next. */
#define ALL_FORMATS 20

/* What is said of a pad, without what it does not restrict. */
static gchar *
describe_structure (const GstStructure *structure)
{
  g_autoptr (GstStructure) said = gst_structure_copy (structure);
  const GValue *formats = gst_structure_get_value (said, "format");
  g_autofree gchar *text = NULL;

  if (formats && GST_VALUE_HOLDS_LIST (formats)
      && gst_value_list_get_size (formats) > ALL_FORMATS)
    gst_structure_remove_field (said, "format");
  text = gst_structure_to_string (said);
  if (strchr (text, ';'))
    *strrchr (text, ';') = '\0';
  return escape (text);
}

/* Those that are always there first: the registry has them in either order. */
static gint
compare_pads (gconstpointer a, gconstpointer b)
{
  const GstStaticPadTemplate *one = a, *other = b;

  return one->presence != other->presence
      ? (gint) one->presence - (gint) other->presence
      : strcmp (one->name_template, other->name_template);
}

static void
print_pads (GstElementFactory *factory, GstPadDirection direction)
{
  g_autoptr (GList) pads = g_list_sort (
      g_list_copy ((GList *) gst_element_factory_get_static_pad_templates (factory)),
      compare_pads);

  for (const GList *item = pads; item; item = item->next) {
    GstStaticPadTemplate *pad = item->data;
    g_autoptr (GstCaps) caps = gst_static_caps_get (&pad->static_caps);

    if (pad->direction != direction)
      continue;
    printf ("| `%s` | %s | ", pad->name_template,
        pad->presence == GST_PAD_ALWAYS ? "always" : "on request");
    for (guint i = 0; i < gst_caps_get_size (caps); i++) {
      g_autofree gchar *cell = describe_structure (gst_caps_get_structure (caps, i));

      printf ("%s`%s`", i > 0 ? "<br>" : "", cell);
    }
    printf (" |\n");
  }
}

/* Not another spelling of a value. */
static gboolean
is_own_name (GEnumClass *values, guint index)
{
  const GEnumValue *value = &values->values[index];

  return g_enum_get_value (values, value->value) == value;
}

static void
print_values (GParamSpec *spec)
{
  if (G_IS_PARAM_SPEC_ENUM (spec)) {
    GEnumClass *values = G_PARAM_SPEC_ENUM (spec)->enum_class;

    for (guint i = 0; i < values->n_values; i++)
      if (is_own_name (values, i))
        printf ("%s`%s`", i > 0 ? ", " : "", values->values[i].value_nick);
  } else if (G_IS_PARAM_SPEC_FLAGS (spec)) {
    GFlagsClass *values = G_PARAM_SPEC_FLAGS (spec)->flags_class;

    for (guint i = 0; i < values->n_values; i++)
      printf ("%s`%s`", i > 0 ? " + " : "", values->values[i].value_nick);
  } else if (G_IS_PARAM_SPEC_BOOLEAN (spec)) {
    printf ("boolean");
  } else if (G_IS_PARAM_SPEC_UINT (spec)) {
    printf (
        "%u – %u", G_PARAM_SPEC_UINT (spec)->minimum, G_PARAM_SPEC_UINT (spec)->maximum);
  } else if (G_IS_PARAM_SPEC_INT (spec)) {
    printf (
        "%d – %d", G_PARAM_SPEC_INT (spec)->minimum, G_PARAM_SPEC_INT (spec)->maximum);
  } else if (G_IS_PARAM_SPEC_DOUBLE (spec)) {
    printf ("%g – %g", G_PARAM_SPEC_DOUBLE (spec)->minimum,
        G_PARAM_SPEC_DOUBLE (spec)->maximum);
  } else if (G_IS_PARAM_SPEC_STRING (spec)) {
    printf ("text");
  } else if (G_IS_PARAM_SPEC_BOXED (spec)) {
    printf ("structure");
  } else {
    printf ("array");
  }
}

static void
print_default (GParamSpec *spec)
{
  const GValue *value = g_param_spec_get_default_value (spec);
  g_autofree gchar *text = NULL;

  if (!(spec->flags & G_PARAM_WRITABLE)) {
    printf ("read-only");
    return;
  }
  if (G_VALUE_HOLDS_ENUM (value))
    text = g_strdup (
        g_enum_get_value (G_PARAM_SPEC_ENUM (spec)->enum_class, g_value_get_enum (value))
            ->value_nick);
  else if (G_VALUE_HOLDS_DOUBLE (value))
    text = g_strdup_printf ("%g", g_value_get_double (value));
  else if (G_VALUE_HOLDS_STRING (value))
    text = g_value_dup_string (value);
  else if (!G_VALUE_HOLDS_BOXED (value) && !G_VALUE_HOLDS_FLAGS (value)
      && !GST_VALUE_HOLDS_ARRAY (value))
    text = gst_value_serialize (value);
  if (text)
    printf ("`%s`", text);
  if (!(spec->flags & G_PARAM_READABLE))
    printf ("%swrite-only", text ? ", " : "");
}

static const gchar *
when (GParamSpec *spec)
{
  if (!(spec->flags & G_PARAM_WRITABLE))
    return "";
  return spec->flags & GST_PARAM_MUTABLE_PLAYING ? "any time" : "before the start";
}

static void
print_properties (GObjectClass *klass)
{
  guint n;
  g_autofree GParamSpec **specs = g_object_class_list_properties (klass, &n);

  printf ("\n### Properties\n\n| property | values | default | set | |\n"
          "|---|---|---|---|---|\n");
  for (guint i = 0; i < n; i++) {
    g_autofree gchar *blurb = escape (g_param_spec_get_blurb (specs[i]));

    if (specs[i]->owner_type != G_OBJECT_CLASS_TYPE (klass))
      continue;
    printf ("| `%s` | ", specs[i]->name);
    print_values (specs[i]);
    printf (" | ");
    print_default (specs[i]);
    printf (" | %s | %s |\n", when (specs[i]), blurb);
  }
}

static void
print_signals (GType type)
{
  guint n;
  g_autofree guint *ids = g_signal_list_ids (type, &n);

  for (guint i = 0; i < n; i++) {
    GSignalQuery query;

    g_signal_query (ids[i], &query);
    if (i == 0)
      printf ("\n### Signals\n\n| action | arguments | returns |\n"
              "|---|---|---|\n");
    printf ("| `%s` | ", query.signal_name);
    for (guint j = 0; j < query.n_params; j++)
      printf ("%s%s", j > 0 ? ", " : "", g_type_name (query.param_types[j]));
    printf (" | %s |\n",
        query.return_type == G_TYPE_NONE ? "" : g_type_name (query.return_type));
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (GstElementFactory) factory = NULL;
  g_autoptr (GstElement) element = NULL;

  gst_init (&argc, &argv);
  factory = argc == 2 ? gst_element_factory_find (argv[1]) : NULL;
  element = factory ? gst_element_factory_create (factory, NULL) : NULL;
  if (!element) {
    fprintf (stderr, "Usage: describe ELEMENT, one that can be found\n");
    return 1;
  }
  gst_object_ref_sink (element);
  printf ("### Pads\n\n| pad | presence | caps |\n|---|---|---|\n");
  print_pads (factory, GST_PAD_SINK);
  print_pads (factory, GST_PAD_SRC);
  print_properties (G_OBJECT_GET_CLASS (element));
  print_signals (G_OBJECT_TYPE (element));
  return 0;
}
