// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What all programs share. */

#include "config.h"

#include "program.h"

#include "i18n.h"

#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const Program *running;

static gboolean
print_version (const gchar *name, const gchar *value, gpointer data, GError **error)
{
  printf ("%s %s\n", running->name, VERSION);
  exit (EXIT_DONE);
}

static const GOptionEntry general_entries[] = { { "version", 0, G_OPTION_FLAG_NO_ARG,
                                                    G_OPTION_ARG_CALLBACK, print_version,
                                                    N_ ("Print the version"), NULL },
  G_OPTION_ENTRY_NULL };

/* Of the programs that ask a server. */
static const gchar *
environment_of (const Program *program)
{
  for (const GOptionEntry *entry = program->entries; entry->long_name; entry++)
    if (g_str_equal (entry->long_name, "base-url"))
      return _("Environment:\n"
               "  OPENAI_BASE_URL   Address of the server, up to and including /v1\n"
               "  OPENAI_API_KEY    Key for it, where it wants one\n\n");
  return "";
}

static void
describe (GOptionContext *context, const Program *program)
{
  g_autofree gchar *description =
      g_strdup_printf (_("Examples:\n%s\n%sThe manual page has more: man %s\n"),
          program->examples, environment_of (program), program->name);

  g_option_context_set_summary (context, _(program->summary));
  g_option_context_set_description (context, description);
  g_option_context_set_strict_posix (context, program->launch_line);
  g_option_context_add_main_entries (context, program->entries, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, general_entries, GETTEXT_PACKAGE);
  g_option_context_add_group (context, gst_init_get_option_group ());
}

gboolean
program_parse (const Program *program, int *argc, char ***argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (program->arguments);
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  openai_bind_translations ();
  running = program;
  g_set_prgname (program->name);
  describe (context, program);
  if (g_option_context_parse (context, argc, argv, &error))
    return TRUE;
  return program_fail ("%s", error->message);
}

void
program_print_error (const gchar *format, ...)
{
  va_list arguments;
  g_autofree gchar *text = NULL;

  va_start (arguments, format);
  text = g_strdup_vprintf (_(format), arguments);
  va_end (arguments);
  fprintf (stderr, "%s\n", text);
}

static gboolean
is_of_name (gchar c)
{
  return g_ascii_isalnum (c) || c == '-';
}

/* The option for a property; NULL: it is no property, or a plain word. */
static gchar *
option_for (const gchar *name, gboolean has_value)
{
  static const gchar *const elements[] = { "openaistt", "openaitts" };

  for (guint i = 0; running->words && running->words[i]; i += 2)
    if (g_str_equal (running->words[i], name) && (has_value || strchr (name, '-')))
      return g_strdup (running->words[i + 1]);
  if (!strchr (name, '-') && !has_value)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (elements); i++) {
    g_autoptr (GstElementFactory) factory = gst_element_factory_find (elements[i]);
    g_autoptr (GstPluginFeature) loaded =
        !factory ? NULL : gst_plugin_feature_load (GST_PLUGIN_FEATURE (factory));
    g_autoptr (GTypeClass) class = !loaded
        ? NULL
        : g_type_class_ref (
              gst_element_factory_get_element_type (GST_ELEMENT_FACTORY (loaded)));
    GParamSpec *spec =
        class ? g_object_class_find_property (G_OBJECT_CLASS (class), name) : NULL;

    /* A secret is no option: others see those. */
    if (spec && spec->flags & G_PARAM_READABLE)
      return g_strconcat ("--set ", name, NULL);
  }
  return NULL;
}

gchar *
program_reword (const gchar *text)
{
  GString *out = g_string_new (NULL);

  while (*text) {
    gsize length = 0;
    g_autofree gchar *name = NULL, *option = NULL;

    while (is_of_name (text[length]))
      length++;
    if (length == 0 || text[0] == '-') {
      g_string_append_len (out, text, MAX (length, 1));
      text += MAX (length, 1);
      continue;
    }
    name = g_strndup (text, length);
    option = option_for (name, text[length] == '=');
    g_string_append (out, option ? option : name);
    text += length;
  }
  return g_string_free (out, FALSE);
}

gchar *
program_problem (GstMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *line = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
    gst_message_parse_warning (message, &error, NULL);
  else
    gst_message_parse_info (message, &error, NULL);
  line = g_strdelimit (g_strdup (error->message), "\n\r", ' ');
  return program_reword (line);
}

/* What stands behind the place in the source, on its first line. */
static gchar *
detail_of (GstMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;
  const gchar *detail;

  if (g_str_has_prefix (G_OBJECT_TYPE_NAME (GST_MESSAGE_SRC (message)), "GstOpenai"))
    return NULL;
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, &debug);
  else
    gst_message_parse_warning (message, &error, &debug);
  detail = debug ? strchr (debug, '\n') : NULL;
  return detail && detail[1] ? g_strndup (detail + 1, strcspn (detail + 1, "\n\r"))
                             : NULL;
}

gchar *
program_problem_in_full (GstMessage *message)
{
  g_autofree gchar *text = program_problem (message);
  g_autofree gchar *detail = detail_of (message);

  if (!detail)
    return g_steal_pointer (&text);
  return g_strdup_printf ("%s (%s: %s)", text, GST_MESSAGE_SRC_NAME (message), detail);
}

gint64
program_waits_until (GstMessage *warning)
{
  const GstStructure *details = NULL;
  guint wait = 0;

  gst_message_parse_warning_details (warning, &details);
  if (!details || !gst_structure_get_uint (details, "retry-after", &wait))
    return 0;
  return g_get_monotonic_time () + wait * (gint64) G_TIME_SPAN_MILLISECOND;
}

/* "a, b, c" of an enumeration or flags; NULL: it is neither. */
static gchar *
list_values (GParamSpec *spec)
{
  g_autoptr (GString) list = g_string_new (NULL);
  g_autoptr (GTypeClass) class = NULL;

  if (G_IS_PARAM_SPEC_ENUM (spec)) {
    class = g_type_class_ref (spec->value_type);
    for (guint i = 0; i < G_ENUM_CLASS (class)->n_values; i++) {
      const GEnumValue *value = &G_ENUM_CLASS (class)->values[i];

      /* Not another spelling of one before. */
      if (g_enum_get_value (G_ENUM_CLASS (class), value->value) == value)
        g_string_append_printf (list, "%s%s", i ? ", " : "", value->value_nick);
    }
  } else if (G_IS_PARAM_SPEC_FLAGS (spec)) {
    class = g_type_class_ref (spec->value_type);
    for (guint i = 0; i < G_FLAGS_CLASS (class)->n_values; i++)
      g_string_append_printf (
          list, "%s%s", i ? ", " : "", G_FLAGS_CLASS (class)->values[i].value_nick);
  } else if (G_IS_PARAM_SPEC_BOOLEAN (spec)) {
    g_string_append (list, "true, false");
  } else {
    return NULL;
  }
  return g_string_free (g_steal_pointer (&list), FALSE);
}

static gboolean
read_value (GParamSpec *spec, const gchar *text, GValue *value)
{
  g_autofree gchar *array = NULL;

  g_value_init (value, spec->value_type);
  if (spec->value_type == G_TYPE_STRING) {
    g_value_set_string (value, text);
    return TRUE;
  }
  if (GST_IS_PARAM_SPEC_ARRAY_LIST (spec) && *text != '<')
    array = g_strdup_printf ("<%s>", text);
  return gst_value_deserialize_with_pspec (value, array ? array : text, spec)
      && !g_param_value_validate (spec, value);
}

/* @text: NULL is no value of any property. */
static gboolean
set_value (GstElement *element, const gchar *name, const gchar *text, GError **error)
{
  const gchar *factory = GST_OBJECT_NAME (gst_element_get_factory (element));
  GParamSpec *spec = g_object_class_find_property (G_OBJECT_GET_CLASS (element), name);
  g_auto (GValue) value = G_VALUE_INIT;
  g_autofree gchar *right = NULL;

  if (!spec || !(spec->flags & G_PARAM_WRITABLE)) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        _("%s has no setting %s: gst-inspect-1.0 %s lists them"), factory, name, factory);
    return FALSE;
  }
  if (text && read_value (spec, text, &value)) {
    g_object_set_property (G_OBJECT (element), name, &value);
    return TRUE;
  }
  right = list_values (spec);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      right ? _("%s=%s is not possible: it is one of %s")
            : _("%s=%s is not possible: gst-inspect-1.0 %s tells what is"), name,
                  text ? text : "", right ? right : factory);
  return FALSE;
}

gboolean
program_set_value (
    GstElement *element, const gchar *name, const gchar *value, GError **error)
{
  return !value || set_value (element, name, value, error);
}

gboolean
program_set_all (GstElement *element, gchar **settings, GError **error)
{
  for (; settings && *settings; settings++) {
    g_auto (GStrv) pair = g_strsplit (*settings, "=", 2);

    if (set_value (element, pair[0] ? pair[0] : "", pair[0] ? pair[1] : NULL, error))
      continue;
    g_prefix_error (error, "--set: ");
    return FALSE;
  }
  return TRUE;
}

int
program_hush (void)
{
  int kept, nowhere;

  if (g_getenv ("GST_DEBUG"))
    return -1;
  fflush (stderr);
  kept = fcntl (STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  nowhere = open ("/dev/null", O_WRONLY | O_CLOEXEC);
  if (kept >= 0 && nowhere >= 0)
    dup2 (nowhere, STDERR_FILENO);
  if (nowhere >= 0)
    close (nowhere);
  return kept;
}

void
program_speak_again (int kept)
{
  if (kept < 0)
    return;
  fflush (stderr);
  dup2 (kept, STDERR_FILENO);
  close (kept);
}

gboolean
program_check_price (const gchar *option, gdouble price)
{
  return (isfinite (price) && price >= 0)
      || program_fail (
          "--%s: %g is no price: it is in dollars, and not negative", option, price);
}

GstElement *
program_make_element (const gchar *factory)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  if (!element)
    program_print_error ("There is no %s: install the plugin, or set "
                         "GST_PLUGIN_PATH to the folder it is in",
        factory);
  return element;
}

gboolean
program_may_write (const gchar *path, gboolean force)
{
  g_autofree gchar *folder = g_path_get_dirname (path);

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    return program_fail ("%s: there is no folder %s", path, folder);
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return program_fail ("%s is a folder", path);
  if (!force && g_file_test (path, G_FILE_TEST_EXISTS))
    return program_fail ("%s is there already (--force writes over it)", path);
  return TRUE;
}

const gchar *
program_first_installed (const gchar *const *factories)
{
  for (; *factories; factories++) {
    g_autoptr (GstElementFactory) factory = gst_element_factory_find (*factories);

    if (factory)
      return *factories;
  }
  return NULL;
}
