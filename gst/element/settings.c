// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Properties as rows of a table: each names its place in a settings struct. */

#include "settings.h"

#include "client/error.h"
#include "errors.h"
#include "i18n.h"
#include "structures.h"

#define AT(type, settings, row) (*(type *) G_STRUCT_MEMBER_P ((settings), (row)->offset))

GType
gst_openai_register_enum (const gchar *name, GEnumValue *values)
{
  for (GEnumValue *value = values; value->value_name; value++) {
    const gchar *text = value->value_name;

    value->value_name = _(text);
  }
  return g_enum_register_static (name, values);
}

/* Strings are shared by all copies of the settings they are in. */
static gchar *
dup_string (const gchar *text)
{
  return text ? g_ref_string_new (text) : NULL;
}

static GParamSpec *
make_pspec (const GstOpenaiSetting *row)
{
  const gchar *name = row->name, *blurb = _(row->blurb);
  GParamFlags flags = (row->secret ? G_PARAM_WRITABLE : G_PARAM_READWRITE)
      | G_PARAM_STATIC_STRINGS | row->when;

  switch (row->kind) {
    case GST_OPENAI_SETTING_STRING:
      return g_param_spec_string (name, name, blurb, row->text, flags);
    case GST_OPENAI_SETTING_STRUCTURE:
      return g_param_spec_boxed (name, name, blurb, GST_TYPE_STRUCTURE, flags);
    case GST_OPENAI_SETTING_STRUCTURES:
      return gst_param_spec_array (name, name, blurb,
          g_param_spec_boxed ("element", "element", "One of them", GST_TYPE_STRUCTURE,
              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS),
          flags);
    case GST_OPENAI_SETTING_STRINGS:
      return gst_param_spec_array (name, name, blurb,
          g_param_spec_string ("element", "element", "One of them", NULL,
              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS),
          flags);
    case GST_OPENAI_SETTING_BOOLEAN:
      return g_param_spec_boolean (name, name, blurb, row->value != 0, flags);
    case GST_OPENAI_SETTING_INT:
      return g_param_spec_int (
          name, name, blurb, row->minimum, row->maximum, row->value, flags);
    case GST_OPENAI_SETTING_UINT:
      return g_param_spec_uint (
          name, name, blurb, row->minimum, row->maximum, row->value, flags);
    case GST_OPENAI_SETTING_DOUBLE:
      return g_param_spec_double (
          name, name, blurb, row->minimum, row->maximum, row->value, flags);
    case GST_OPENAI_SETTING_FRACTION:
      return gst_param_spec_fraction (name, name, blurb, 0, 1, G_MAXINT, 1, 0, 1, flags);
    case GST_OPENAI_SETTING_ENUM:
      return g_param_spec_enum (name, name, blurb, row->type (), row->value, flags);
    case GST_OPENAI_SETTING_FLAGS:
      return g_param_spec_flags (name, name, blurb, row->type (), row->value, flags);
  }
  g_assert_not_reached ();
}

void
gst_openai_setting_install (const GstOpenaiSetting *row, GObjectClass *klass, guint id)
{
  g_object_class_install_property (klass, id, make_pspec (row));
  if (row->type)
    gst_type_mark_as_plugin_api (row->type (), 0);
}

guint
gst_openai_settings_install (const GstOpenaiSettingTable *table, GObjectClass *klass)
{
  guint id = table->parent ? gst_openai_settings_install (table->parent, klass) : 1;

  for (guint i = 0; i < table->n_rows; i++)
    gst_openai_setting_install (&table->rows[i], klass, id++);
  return id;
}

static guint
first_id (const GstOpenaiSettingTable *table)
{
  const GstOpenaiSettingTable *parent = table->parent;

  return parent ? first_id (parent) + parent->n_rows : 1;
}

const GstOpenaiSetting *
gst_openai_settings_row (const GstOpenaiSettingTable *table, guint id)
{
  guint first = first_id (table);

  if (id < first)
    return table->parent ? gst_openai_settings_row (table->parent, id) : NULL;
  return id - first < table->n_rows ? &table->rows[id - first] : NULL;
}

static void
set_fraction (gint *place, gint numerator, gint denominator)
{
  place[0] = numerator;
  place[1] = denominator;
}

void
gst_openai_settings_init (const GstOpenaiSettingTable *table, gpointer settings)
{
  if (table->parent)
    gst_openai_settings_init (table->parent, settings);
  for (guint i = 0; i < table->n_rows; i++) {
    const GstOpenaiSetting *row = &table->rows[i];

    switch (row->kind) {
      case GST_OPENAI_SETTING_STRING:
        AT (gchar *, settings, row) = dup_string (row->text);
        break;
      case GST_OPENAI_SETTING_BOOLEAN:
        AT (gboolean, settings, row) = row->value != 0;
        break;
      case GST_OPENAI_SETTING_INT:
      case GST_OPENAI_SETTING_ENUM:
        AT (gint, settings, row) = row->value;
        break;
      case GST_OPENAI_SETTING_UINT:
      case GST_OPENAI_SETTING_FLAGS:
        AT (guint, settings, row) = row->value;
        break;
      case GST_OPENAI_SETTING_DOUBLE:
        AT (gdouble, settings, row) = row->value;
        break;
      case GST_OPENAI_SETTING_FRACTION:
        set_fraction (&AT (gint, settings, row), 0, 1);
        break;
      default:
        break;
    }
  }
}

/* What is wrong with it; NULL: nothing. */
static gchar *
refuse_short_time (const GstOpenaiSetting *row, gpointer settings)
{
  gint value;

  if (row->shortest == 0)
    return NULL;
  /* An unsigned one is not negative as long as it is short. */
  value = AT (gint, settings, row);
  if (value <= 0 || (guint) value >= row->shortest)
    return NULL;
  AT (gint, settings, row) = row->value;
  return g_strdup_printf (_("%s=%d is not used: it is in milliseconds, and "
          "%d s are %s=%d000. The default (%d) holds."),
      row->name, value, value, row->name, value, (gint) row->value);
}

gboolean
gst_openai_settings_refuse_short_times (
    const GstOpenaiSettingTable *table, gpointer settings, GstElement *element)
{
  gboolean refused = table->parent
      && gst_openai_settings_refuse_short_times (table->parent, settings, element);

  for (guint i = 0; i < table->n_rows; i++) {
    g_autofree gchar *sentence = NULL;

    GST_OBJECT_LOCK (element);
    sentence = refuse_short_time (&table->rows[i], settings);
    GST_OBJECT_UNLOCK (element);
    if (!sentence)
      continue;
    gst_openai_post_settings_warning (element, sentence);
    refused = TRUE;
  }
  return refused;
}

static GStrv
strings_from_array (const GValue *array)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < gst_value_array_get_size (array); i++) {
    const GValue *value = gst_value_array_get_value (array, i);

    if (G_VALUE_HOLDS_STRING (value) && g_value_get_string (value))
      g_strv_builder_add (builder, g_value_get_string (value));
  }
  return g_strv_builder_end (builder);
}

static void
replace_structure (GstStructure **place, GstStructure *structure)
{
  g_clear_pointer (place, gst_structure_free);
  *place = structure;
}

static GstStructure *
structure_of_list (const GValue *list)
{
  GstStructure *structure = gst_structure_new_empty ("structures");

  gst_structure_set_value (structure, "list", list);
  return structure;
}

/* @text may be a part of the string. */
void
gst_openai_setting_replace_string (gchar **string, const gchar *text)
{
  gchar *copy = dup_string (text);

  g_clear_pointer (string, g_ref_string_release);
  *string = copy;
}

void
gst_openai_setting_set (
    const GstOpenaiSetting *row, gpointer settings, const GValue *value)
{
  switch (row->kind) {
    case GST_OPENAI_SETTING_STRING:
      gst_openai_setting_replace_string (
          &AT (gchar *, settings, row), g_value_get_string (value));
      break;
    case GST_OPENAI_SETTING_STRUCTURE:
      replace_structure (&AT (GstStructure *, settings, row), g_value_dup_boxed (value));
      break;
    case GST_OPENAI_SETTING_STRUCTURES:
      replace_structure (&AT (GstStructure *, settings, row), structure_of_list (value));
      break;
    case GST_OPENAI_SETTING_STRINGS:
      g_strfreev (AT (GStrv, settings, row));
      AT (GStrv, settings, row) = strings_from_array (value);
      break;
    case GST_OPENAI_SETTING_BOOLEAN:
      AT (gboolean, settings, row) = g_value_get_boolean (value);
      break;
    case GST_OPENAI_SETTING_INT:
      AT (gint, settings, row) = g_value_get_int (value);
      break;
    case GST_OPENAI_SETTING_UINT:
      AT (guint, settings, row) = g_value_get_uint (value);
      break;
    case GST_OPENAI_SETTING_DOUBLE:
      AT (gdouble, settings, row) = g_value_get_double (value);
      break;
    case GST_OPENAI_SETTING_FRACTION:
      set_fraction (&AT (gint, settings, row), gst_value_get_fraction_numerator (value),
          gst_value_get_fraction_denominator (value));
      break;
    case GST_OPENAI_SETTING_ENUM:
      AT (gint, settings, row) = g_value_get_enum (value);
      break;
    case GST_OPENAI_SETTING_FLAGS:
      AT (guint, settings, row) = g_value_get_flags (value);
      break;
  }
}

void
gst_openai_setting_get (
    const GstOpenaiSetting *row, gconstpointer settings, GValue *value)
{
  switch (row->kind) {
    case GST_OPENAI_SETTING_STRING:
      g_value_set_string (value, AT (gchar *, settings, row));
      break;
    case GST_OPENAI_SETTING_STRUCTURE:
      g_value_set_boxed (value, AT (GstStructure *, settings, row));
      break;
    case GST_OPENAI_SETTING_STRINGS:
      gst_openai_strings_to_array (AT (GStrv, settings, row), value);
      break;
    case GST_OPENAI_SETTING_BOOLEAN:
      g_value_set_boolean (value, AT (gboolean, settings, row));
      break;
    case GST_OPENAI_SETTING_INT:
      g_value_set_int (value, AT (gint, settings, row));
      break;
    case GST_OPENAI_SETTING_UINT:
      g_value_set_uint (value, AT (guint, settings, row));
      break;
    case GST_OPENAI_SETTING_DOUBLE:
      g_value_set_double (value, AT (gdouble, settings, row));
      break;
    case GST_OPENAI_SETTING_FRACTION:
      gst_value_set_fraction (
          value, (&AT (gint, settings, row))[0], (&AT (gint, settings, row))[1]);
      break;
    case GST_OPENAI_SETTING_ENUM:
      g_value_set_enum (value, AT (gint, settings, row));
      break;
    case GST_OPENAI_SETTING_FLAGS:
      g_value_set_flags (value, AT (guint, settings, row));
      break;
    case GST_OPENAI_SETTING_STRUCTURES:
      if (AT (GstStructure *, settings, row))
        g_value_copy (
            gst_structure_get_value (AT (GstStructure *, settings, row), "list"), value);
      break;
  }
}

void
gst_openai_settings_copy (
    const GstOpenaiSettingTable *table, gconstpointer from, gpointer to)
{
  if (table->parent)
    gst_openai_settings_copy (table->parent, from, to);
  for (guint i = 0; i < table->n_rows; i++) {
    const GstOpenaiSetting *row = &table->rows[i];

    switch (row->kind) {
      case GST_OPENAI_SETTING_STRING:
        if (AT (gchar *, from, row))
          AT (gchar *, to, row) = g_ref_string_acquire (AT (gchar *, from, row));
        break;
      case GST_OPENAI_SETTING_STRUCTURE:
      case GST_OPENAI_SETTING_STRUCTURES:
        if (AT (GstStructure *, from, row))
          AT (GstStructure *, to, row) =
              gst_structure_copy (AT (GstStructure *, from, row));
        break;
      case GST_OPENAI_SETTING_STRINGS:
        AT (GStrv, to, row) = g_strdupv (AT (GStrv, from, row));
        break;
      case GST_OPENAI_SETTING_DOUBLE:
        AT (gdouble, to, row) = AT (gdouble, from, row);
        break;
      case GST_OPENAI_SETTING_FRACTION:
        set_fraction (&AT (gint, to, row), (&AT (const gint, from, row))[0],
            (&AT (const gint, from, row))[1]);
        break;
      default:
        AT (gint, to, row) = AT (gint, from, row);
        break;
    }
  }
}

void
gst_openai_settings_clear (const GstOpenaiSettingTable *table, gpointer settings)
{
  if (table->parent)
    gst_openai_settings_clear (table->parent, settings);
  for (guint i = 0; i < table->n_rows; i++) {
    const GstOpenaiSetting *row = &table->rows[i];

    switch (row->kind) {
      case GST_OPENAI_SETTING_STRING:
        g_clear_pointer (&AT (gchar *, settings, row), g_ref_string_release);
        break;
      case GST_OPENAI_SETTING_STRUCTURE:
      case GST_OPENAI_SETTING_STRUCTURES:
        replace_structure (&AT (GstStructure *, settings, row), NULL);
        break;
      case GST_OPENAI_SETTING_STRINGS:
        g_clear_pointer (&AT (GStrv, settings, row), g_strfreev);
        break;
      default:
        break;
    }
  }
}

static const GstOpenaiSetting *
find_row (const GstOpenaiSettingTable *table, const gchar *name)
{
  for (; table; table = table->parent) {
    for (guint i = 0; i < table->n_rows; i++) {
      if (g_str_equal (table->rows[i].name, name))
        return &table->rows[i];
    }
  }
  return NULL;
}

/* As the property takes it. */
static gboolean
convert_value (const GstOpenaiSetting *row, const GValue *value, GValue *converted)
{
  g_autoptr (GParamSpec) spec = g_param_spec_ref_sink (make_pspec (row));

  g_value_init (converted, spec->value_type);
  if (G_VALUE_HOLDS_STRING (value) && spec->value_type != G_TYPE_STRING)
    return gst_value_deserialize_with_pspec (converted, g_value_get_string (value), spec)
        && !g_param_value_validate (spec, converted);
  return g_value_transform (value, converted)
      && !g_param_value_validate (spec, converted);
}

typedef struct
{
  const GstOpenaiSettingTable *table;
  gpointer settings;
  GError **error;
} Override;

static gboolean
override_one (GQuark field, const GValue *value, gpointer user_data)
{
  Override *override = user_data;
  const GstOpenaiSetting *row = find_row (override->table, g_quark_to_string (field));
  g_auto (GValue) converted = G_VALUE_INIT;

  if (!row) {
    g_set_error (override->error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("There is no property \"%s\""), g_quark_to_string (field));
    return FALSE;
  }
  if (!convert_value (row, value, &converted)) {
    g_set_error (override->error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("The value of %s is not one it takes"), row->name);
    return FALSE;
  }
  gst_openai_setting_set (row, override->settings, &converted);
  return TRUE;
}

gboolean
gst_openai_settings_override (const GstOpenaiSettingTable *table, gpointer settings,
    const GstStructure *structure, GError **error)
{
  Override override = { table, settings, error };

  return gst_structure_foreach (structure, override_one, &override);
}

/* GStreamer 1.22 cannot write down a structure that is not there. */
static gboolean
can_be_written (GObject *object, GParamSpec *spec)
{
  g_auto (GValue) value = G_VALUE_INIT;

  if ((spec->flags & G_PARAM_READWRITE) != G_PARAM_READWRITE
      || spec->owner_type != G_OBJECT_TYPE (object))
    return FALSE;
  g_value_init (&value, spec->value_type);
  g_object_get_property (object, spec->name, &value);
  return !GST_VALUE_HOLDS_STRUCTURE (&value) || gst_value_get_structure (&value) != NULL;
}

static gchar **
preset_property_names (GstPreset *preset)
{
  GStrvBuilder *names = g_strv_builder_new ();
  guint n;
  g_autofree GParamSpec **specs =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (preset), &n);
  gchar **list;

  for (guint i = 0; i < n; i++)
    if (can_be_written (G_OBJECT (preset), specs[i]))
      g_strv_builder_add (names, specs[i]->name);
  list = g_strv_builder_end (names);
  g_strv_builder_unref (names);
  return list;
}

void
gst_openai_preset_init (gpointer iface, gpointer data)
{
  ((GstPresetInterface *) iface)->get_property_names = preset_property_names;
}
