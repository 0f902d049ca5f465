// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Presets: those that come along fit, and none ever has a key in it. */

#include <glib/gstdio.h>
#include <string.h>

#include "support.h"

static const gchar *const elements[] = { "openaistt", "openaitts" };

/* Every preset that comes along can be loaded, and sets what it says. */
GST_START_TEST (test_shipped)
{
  g_autoptr (GstElement) element =
      gst_object_ref_sink (gst_element_factory_make (elements[__i__], NULL));
  g_auto (GStrv) names = gst_preset_get_preset_names (GST_PRESET (element));
  g_autofree gchar *path = g_strdup_printf (
      "%s/%s.prs", g_getenv ("GST_PRESET_PATH"), G_OBJECT_TYPE_NAME (element));
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) groups = NULL;

  fail_unless (g_key_file_load_from_file (file, path, 0, NULL), "%s", path);
  groups = g_key_file_get_groups (file, NULL);
  fail_unless_equals_int (g_strv_length (names), g_strv_length (groups) - 1);
  for (gchar **group = groups + 1; *group; group++) {
    g_auto (GStrv) keys = g_key_file_get_keys (file, *group, NULL, NULL);

    fail_unless (gst_preset_load_preset (GST_PRESET (element), *group));
    for (gchar **key = keys; *key; key++) {
      g_autofree gchar *value = g_key_file_get_string (file, *group, *key, NULL);
      GParamSpec *spec =
          g_object_class_find_property (G_OBJECT_GET_CLASS (element), *key);
      g_autofree gchar *set = NULL;

      if (g_str_has_prefix (*key, "_meta"))
        continue;
      fail_unless (spec != NULL, "%s of %s", *key, *group);
      if (G_IS_PARAM_SPEC_STRING (spec)) {
        g_object_get (element, *key, &set, NULL);
      } else {
        g_auto (GValue) enumerated = G_VALUE_INIT;

        g_value_init (&enumerated, spec->value_type);
        g_object_get_property (G_OBJECT (element), *key, &enumerated);
        set = gst_value_serialize (&enumerated);
      }
      fail_unless_equals_string (set, value);
    }
  }
}

GST_END_TEST;

/* What a user saves has no secret in it. */
GST_START_TEST (test_saved)
{
  g_autoptr (GstElement) element =
      gst_object_ref_sink (gst_element_factory_make (elements[__i__], NULL));
  g_autofree gchar *path = g_strdup_printf ("%s/gstreamer-1.0/presets/%s.prs",
      g_get_user_data_dir (), G_OBJECT_TYPE_NAME (element));
  g_autofree gchar *text = NULL;

  gst_util_set_object_arg (
      G_OBJECT (element), "extra-headers", "h,api-key=(string)sk-header");
  gst_util_set_object_arg (G_OBJECT (element), "extra-query", "q,key=(string)sk-query");
  g_object_set (element, "api-key", "sk-secret", "model", "mine", NULL);
  fail_unless (gst_preset_save_preset (GST_PRESET (element), "mine"));
  fail_unless (g_file_get_contents (path, &text, NULL, NULL), "%s", path);
  fail_unless (strstr (text, "model=mine") != NULL, "%s", text);
  fail_unless (strstr (text, "sk-") == NULL, "%s", text);
  g_object_set (element, "model", "another", NULL);
  fail_unless (gst_preset_load_preset (GST_PRESET (element), "mine"));
  g_unlink (path);
}

GST_END_TEST;

static void
check_words (GEnumClass *enumeration)
{
  const GEnumValue *values = enumeration->values;

  for (guint i = 0; i < enumeration->n_values; i++) {
    for (guint k = 0; k < enumeration->n_values; k++)
      fail_if (
          g_ascii_strcasecmp (values[i].value_name, values[k].value_nick) == 0 && i != k,
          "%s of %s", values[k].value_nick, G_ENUM_CLASS_TYPE_NAME (enumeration));
  }
}

/* GStreamer 1.28 takes a word for the description of another value, too. */
GST_START_TEST (test_words)
{
  g_autoptr (GstElement) element =
      gst_object_ref_sink (gst_element_factory_make (elements[__i__], NULL));
  guint n;
  g_autofree GParamSpec **specs =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (element), &n);

  for (guint i = 0; i < n; i++) {
    if (G_IS_PARAM_SPEC_ENUM (specs[i]))
      check_words (G_PARAM_SPEC_ENUM (specs[i])->enum_class);
  }
}

GST_END_TEST;

static Suite *
presets_suite (void)
{
  Suite *suite = suite_create ("presets");
  TCase *tcase = tcase_create ("general");
  g_autofree gchar *name = g_dir_make_tmp ("openai-presets-XXXXXX", NULL);

  g_setenv ("XDG_DATA_HOME", name, TRUE);
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_shipped, 0, G_N_ELEMENTS (elements));
  tcase_add_loop_test (tcase, test_saved, 0, G_N_ELEMENTS (elements));
  tcase_add_loop_test (tcase, test_words, 0, G_N_ELEMENTS (elements));
  return suite;
}

GST_CHECK_MAIN (presets);
