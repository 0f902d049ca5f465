// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Properties as rows of a table: each names its place in a settings struct. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef enum
{
  GST_OPENAI_SETTING_STRING,
  GST_OPENAI_SETTING_STRUCTURE,
  GST_OPENAI_SETTING_STRUCTURES, /* GST_TYPE_ARRAY; the field "list" of a structure */
  GST_OPENAI_SETTING_STRINGS,    /* GST_TYPE_ARRAY; a GStrv */
  GST_OPENAI_SETTING_BOOLEAN,
  GST_OPENAI_SETTING_INT,
  GST_OPENAI_SETTING_UINT,
  GST_OPENAI_SETTING_DOUBLE,
  GST_OPENAI_SETTING_FRACTION, /* gint[2]; 0/1 by default */
  GST_OPENAI_SETTING_ENUM,
  GST_OPENAI_SETTING_FLAGS,
} GstOpenaiSettingKind;

typedef struct
{
  const gchar *name;
  GstOpenaiSettingKind kind;
  gsize offset; /* in the settings struct */
  gdouble minimum;
  gdouble maximum;
  guint shortest;       /* of a time in milliseconds: what is below, and
                                 * not 0, was meant in seconds */
  gdouble value;        /* the default of all but strings */
  const gchar *text;    /* the default of a string */
  GType (*type) (void); /* of an enum or flags */
  GParamFlags when;     /* GST_PARAM_MUTABLE_READY: not after the start */
  gboolean secret;      /* it can be set, never read */
  const gchar *blurb;
} GstOpenaiSetting;

/* One row; @struct_ is the settings struct, @kind_ the end of a kind's name. */
#define GST_OPENAI_ROW(struct_, field_, name_, kind_, ...)                               \
  { .name = name_,                                                                       \
    .kind = GST_OPENAI_SETTING_##kind_,                                                  \
    .offset = G_STRUCT_OFFSET (struct_, field_),                                         \
    __VA_ARGS__ }
#define GST_OPENAI_AT_START .when = GST_PARAM_MUTABLE_READY
#define GST_OPENAI_ANY_TIME .when = GST_PARAM_MUTABLE_PLAYING

/* Registers it with its sentences in the user's language. @values last as long as the
 * program. */
GType gst_openai_register_enum (const gchar *name, GEnumValue *values);

/* The type of an enum, from its values: number, sentence, nick. A number may
 * come again with the word that the API has for it. */
#define GST_OPENAI_API_SPELLING N_ ("The same, as the API spells it")
#define GST_OPENAI_DEFINE_ENUM(func_, name_, ...)                                        \
  static GType func_ (void)                                                              \
  {                                                                                      \
    static GEnumValue values[] = { __VA_ARGS__, { 0, NULL, NULL } };                     \
    static gsize type;                                                                   \
                                                                                         \
    if (g_once_init_enter (&type))                                                       \
      g_once_init_leave (&type, gst_openai_register_enum (name_, values));               \
    return type;                                                                         \
  }

/* Rows, after those of a parent: all of them are offsets into one struct. */
typedef struct _GstOpenaiSettingTable GstOpenaiSettingTable;

struct _GstOpenaiSettingTable
{
  const GstOpenaiSettingTable *parent;
  const GstOpenaiSetting *rows;
  guint n_rows;
};

/* Installs the rows as properties 1, 2, …; the first number that is free. */
guint gst_openai_settings_install (
    const GstOpenaiSettingTable *table, GObjectClass *klass);

/* The row of a property, NULL when the number is not one of the table's. */
const GstOpenaiSetting *gst_openai_settings_row (
    const GstOpenaiSettingTable *table, guint id);

/* Installs one row alone: another name for a place that has a row already. */
void gst_openai_setting_install (
    const GstOpenaiSetting *row, GObjectClass *klass, guint id);
void gst_openai_setting_set (
    const GstOpenaiSetting *row, gpointer settings, const GValue *value);
void gst_openai_setting_replace_string (gchar **string, const gchar *text);
void gst_openai_setting_get (
    const GstOpenaiSetting *row, gconstpointer settings, GValue *value);

/* Sets each property that is a field of @structure, in its type or as text. Cleared
 * with the settings. OPENAI_ERROR_SETTINGS: there is no such property, or it does not
 * take the value. */
gboolean gst_openai_settings_override (const GstOpenaiSettingTable *table,
    gpointer settings, const GstStructure *structure, GError **error);

/* For G_IMPLEMENT_INTERFACE (GST_TYPE_PRESET, …): a preset has whatever is set
 * and can be read, so never a secret. */
void gst_openai_preset_init (gpointer iface, gpointer data);

/* Puts back to its default each time that is too short to be meant, and posts a
 * WARNING of @element that names the unit. @settings are protected by its
 * OBJECT_LOCK; the caller does not hold it. TRUE: there was one. */
gboolean gst_openai_settings_refuse_short_times (
    const GstOpenaiSettingTable *table, gpointer settings, GstElement *element);

/* The caller holds the lock that protects the struct. @settings and @to begin
 * zeroed. Strings are GRefStrings: a copy costs no memory but for lists and
 * structures. */
void gst_openai_settings_init (const GstOpenaiSettingTable *table, gpointer settings);
void gst_openai_settings_copy (
    const GstOpenaiSettingTable *table, gconstpointer from, gpointer to);
void gst_openai_settings_clear (const GstOpenaiSettingTable *table, gpointer settings);

G_END_DECLS
