// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Properties as rows of a table: each names its place in a settings struct. */

#include "settings.h"

#include <string.h>

#include "client/error.h"
#include "errors.h"
#include "i18n.h"
#include "structures.h"

#define PLACE(settings, row) G_STRUCT_MEMBER_P ((settings), (row)->offset)

GType
gst_openai_register_enum (const gchar *name, GEnumValue *values)
{
  for (GEnumValue *value = values; value->value_name; value++) {
    const gchar *text = value->value_name;

    value->value_name = _(text);
  }
  return g_enum_register_static (name, values);
}

/* --- what a kind keeps in the settings, and how ------------------------------ */

/* @place is in settings that began zeroed: what is not there is NULL and 0. */
typedef struct
{
  gsize size;
  void (*init) (gpointer place, const GstOpenaiSetting *row); /* NULL: it stays zeroed */
  void (*set) (gpointer place, const GValue *value);
  void (*get) (gconstpointer place, GValue *value);
  GBoxedCopyFunc copy; /* of what a pointer points to; NULL: it is none */
  GBoxedFreeFunc free;
} Kind;

#define DEFINE_NUMBER(name_, Type_)                                                      \
  static void name_##_init (gpointer place, const GstOpenaiSetting *row)                 \
  {                                                                                      \
    *(Type_ *) place = row->value;                                                       \
  }                                                                                      \
                                                                                         \
  static void name_##_set (gpointer place, const GValue *value)                          \
  {                                                                                      \
    *(Type_ *) place = g_value_get_##name_ (value);                                      \
  }                                                                                      \
                                                                                         \
  static void name_##_get (gconstpointer place, GValue *value)                           \
  {                                                                                      \
    g_value_set_##name_ (value, *(const Type_ *) place);                                 \
  }

#define NUMBER(name_, Type_)                                                             \
  { sizeof (Type_), name_##_init, name_##_set, name_##_get, NULL, NULL }

DEFINE_NUMBER (boolean, gboolean)
DEFINE_NUMBER (int, gint)
DEFINE_NUMBER (uint, guint)
DEFINE_NUMBER (double, gdouble)
DEFINE_NUMBER (enum, gint)
DEFINE_NUMBER (flags, guint)

static void
fraction_init (gpointer place, const GstOpenaiSetting *row)
{
  ((gint *) place)[1] = 1;
}

static void
fraction_set (gpointer place, const GValue *value)
{
  ((gint *) place)[0] = gst_value_get_fraction_numerator (value);
  ((gint *) place)[1] = gst_value_get_fraction_denominator (value);
}

static void
fraction_get (gconstpointer place, GValue *value)
{
  gst_value_set_fraction (value, ((const gint *) place)[0], ((const gint *) place)[1]);
}

/* @text may be a part of the string. */
void
gst_openai_setting_replace_string (gchar **string, const gchar *text)
{
  gchar *copy = text ? g_ref_string_new (text) : NULL;

  g_clear_pointer (string, g_ref_string_release);
  *string = copy;
}

static void
string_init (gpointer place, const GstOpenaiSetting *row)
{
  gst_openai_setting_replace_string (place, row->text);
}

static void
string_set (gpointer place, const GValue *value)
{
  gst_openai_setting_replace_string (place, g_value_get_string (value));
}

static void
string_get (gconstpointer place, GValue *value)
{
  g_value_set_string (value, *(gchar *const *) place);
}

static void
replace_structure (GstStructure **place, GstStructure *structure)
{
  g_clear_pointer (place, gst_structure_free);
  *place = structure;
}

static void
structure_set (gpointer place, const GValue *value)
{
  replace_structure (place, g_value_dup_boxed (value));
}

static void
structure_get (gconstpointer place, GValue *value)
{
  g_value_set_boxed (value, *(GstStructure *const *) place);
}

static void
structures_set (gpointer place, const GValue *value)
{
  GstStructure *structure = gst_structure_new_empty ("structures");

  gst_structure_set_value (structure, "list", value);
  replace_structure (place, structure);
}

static void
structures_get (gconstpointer place, GValue *value)
{
  const GstStructure *structure = *(GstStructure *const *) place;

  if (structure)
    g_value_copy (gst_structure_get_value (structure, "list"), value);
}

static void
strings_set (gpointer place, const GValue *array)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < gst_value_array_get_size (array); i++) {
    const GValue *value = gst_value_array_get_value (array, i);

    if (G_VALUE_HOLDS_STRING (value) && g_value_get_string (value))
      g_strv_builder_add (builder, g_value_get_string (value));
  }
  g_strfreev (*(GStrv *) place);
  *(GStrv *) place = g_strv_builder_end (builder);
}

static void
strings_get (gconstpointer place, GValue *value)
{
  gst_openai_strings_to_array (*(GStrv const *) place, value);
}

#define POINTER(name_, init_, copy_, free_)                                              \
  { sizeof (gpointer), init_, name_##_set, name_##_get, (GBoxedCopyFunc) copy_,          \
    (GBoxedFreeFunc) free_ }

/* Strings are shared by all copies of the settings they are in. */
static const Kind kinds[] = {
  [GST_OPENAI_SETTING_STRING] =
      POINTER (string, string_init, g_ref_string_acquire, g_ref_string_release),
  [GST_OPENAI_SETTING_STRUCTURE] =
      POINTER (structure, NULL, gst_structure_copy, gst_structure_free),
  [GST_OPENAI_SETTING_STRUCTURES] =
      POINTER (structures, NULL, gst_structure_copy, gst_structure_free),
  [GST_OPENAI_SETTING_STRINGS] = POINTER (strings, NULL, g_strdupv, g_strfreev),
  [GST_OPENAI_SETTING_BOOLEAN] = NUMBER (boolean, gboolean),
  [GST_OPENAI_SETTING_INT] = NUMBER (int, gint),
  [GST_OPENAI_SETTING_UINT] = NUMBER (uint, guint),
  [GST_OPENAI_SETTING_DOUBLE] = NUMBER (double, gdouble),
  [GST_OPENAI_SETTING_FRACTION] = { sizeof (gint[2]), fraction_init, fraction_set,
      fraction_get, NULL, NULL },
  [GST_OPENAI_SETTING_ENUM] = NUMBER (enum, gint),
  [GST_OPENAI_SETTING_FLAGS] = NUMBER (flags, guint),
};

/* --- rows ------------------------------------------------------------------- */

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

void
gst_openai_setting_set (
    const GstOpenaiSetting *row, gpointer settings, const GValue *value)
{
  kinds[row->kind].set (PLACE (settings, row), value);
}

void
gst_openai_setting_get (
    const GstOpenaiSetting *row, gconstpointer settings, GValue *value)
{
  kinds[row->kind].get (PLACE (settings, row), value);
}

void
gst_openai_settings_init (const GstOpenaiSettingTable *table, gpointer settings)
{
  if (table->parent)
    gst_openai_settings_init (table->parent, settings);
  for (guint i = 0; i < table->n_rows; i++) {
    const GstOpenaiSetting *row = &table->rows[i];

    if (kinds[row->kind].init)
      kinds[row->kind].init (PLACE (settings, row), row);
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
    const Kind *kind = &kinds[row->kind];
    gpointer *place = PLACE (to, row);

    memcpy (place, PLACE (from, row), kind->size);
    if (kind->copy && *place)
      *place = kind->copy (*place);
  }
}

void
gst_openai_settings_clear (const GstOpenaiSettingTable *table, gpointer settings)
{
  if (table->parent)
    gst_openai_settings_clear (table->parent, settings);
  for (guint i = 0; i < table->n_rows; i++) {
    const GstOpenaiSetting *row = &table->rows[i];

    if (kinds[row->kind].free)
      g_clear_pointer ((gpointer *) PLACE (settings, row), kinds[row->kind].free);
  }
}

/* What is wrong with it; NULL: nothing. */
static gchar *
refuse_short_time (const GstOpenaiSetting *row, gpointer settings)
{
  gint *place, value;

  if (row->shortest == 0)
    return NULL;
  /* An unsigned one is not negative as long as it is short. */
  place = PLACE (settings, row);
  value = *place;
  if (value <= 0 || (guint) value >= row->shortest)
    return NULL;
  *place = row->value;
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
    return g_value_get_string (value)
        && gst_value_deserialize_with_pspec (converted, g_value_get_string (value), spec)
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
