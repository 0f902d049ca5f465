// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The servers that are asked where the first cannot serve, as they are set, and what
 * happens where none can. */

#include "fallback.h"

#include "client/error.h"
#include "i18n.h"

GST_OPENAI_DEFINE_ENUM (on_error_get_type, "GstOpenaiOnError",
    { GST_OPENAI_ON_ERROR_WARN, N_ ("Post a warning, leave a gap, go on"), "warn" },
    { GST_OPENAI_ON_ERROR_FAIL, N_ ("Post an error"), "fail" })

typedef struct
{
  GstOpenaiConnection connection;
  GstOpenaiFallback fallback;
} Settings;

#define ROW(...) GST_OPENAI_ROW (Settings, fallback.__VA_ARGS__)
#define AT_START GST_OPENAI_AT_START

static const GstOpenaiSetting rows[] = {
  ROW (servers, "fallback", STRUCTURES, AT_START, .secret = TRUE,
      .blurb = N_ ("Servers that are asked in this order for what the one before "
                   "cannot do: a structure for each, of properties of this element that "
                   "are other there, such as "
                   "<\"f,base-url=http://127.0.0.1:8080/v1,model=small\">; with a key "
                   "of its own (api-key-file or api-key), never that of the first")),
  ROW (endpoints, "fallback-endpoints", STRING, AT_START,
      .blurb = N_ ("The same as text that presets keep, and so without keys but for "
                   "api-key-file: "
                   "\"base-url=http://127.0.0.1:8080/v1,model=small; base-url=…\"")),
  ROW (preconnect, "preconnect", BOOLEAN, AT_START, .value = TRUE,
      .blurb = N_ ("Connect to the server when the pipeline begins to play, so "
                   "that the first request need not wait for it")),
  ROW (on_error, "on-error", ENUM, GST_OPENAI_ANY_TIME, .type = on_error_get_type,
      .value = GST_OPENAI_ON_ERROR_WARN,
      .blurb = N_ ("What happens when a chunk could not be transcribed or a text not "
                   "said; before the server has answered once every failure is an "
                   "error")),
};

const GstOpenaiSettingTable gst_openai_fallback_table = {
  .parent = &gst_openai_connection_table,
  .rows = rows,
  .n_rows = G_N_ELEMENTS (rows),
};

static const gchar *const secrets[] = { "api-key", "extra-headers", "extra-query" };

/* "base-url=…,model=…" */
static GstStructure *
parse_endpoint (const gchar *text, GError **error)
{
  g_autofree gchar *whole = g_strconcat ("server,", text, NULL);
  g_autoptr (GstStructure) structure = gst_structure_from_string (whole, NULL);

  if (!structure) {
    g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("fallback-endpoints is not a list such as "
        "\"base-url=http://127.0.0.1:8080/v1,model=small; base-url=…\""));
    return NULL;
  }
  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++) {
    if (!gst_structure_has_field (structure, secrets[i]))
      continue;
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("fallback-endpoints can be read by all, so that it has no %s: use "
        "api-key-file there, or fallback"),
            secrets[i]);
    return NULL;
  }
  return g_steal_pointer (&structure);
}

static gboolean
add_endpoints (GPtrArray *list, const gchar *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ";", -1);

  for (gchar **part = parts; *part; part++) {
    GstStructure *structure;

    if (*g_strstrip (*part) == '\0')
      continue;
    structure = parse_endpoint (*part, error);
    if (!structure)
      return FALSE;
    g_ptr_array_add (list, structure);
  }
  return TRUE;
}

static void
add_servers (GPtrArray *list, const GValue *array)
{
  for (guint i = 0; i < gst_value_array_get_size (array); i++) {
    const GValue *value = gst_value_array_get_value (array, i);

    if (GST_VALUE_HOLDS_STRUCTURE (value) && gst_value_get_structure (value))
      g_ptr_array_add (list, gst_structure_copy (gst_value_get_structure (value)));
  }
}

GPtrArray *
gst_openai_fallback_list (const GstOpenaiFallback *fallback, GError **error)
{
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_structure_free);

  if (fallback->servers)
    add_servers (list, gst_structure_get_value (fallback->servers, "list"));
  if (fallback->endpoints && !add_endpoints (list, fallback->endpoints, error))
    return NULL;
  return g_steal_pointer (&list);
}

static void
forget_first (GstOpenaiConnection *connection)
{
  gst_openai_setting_replace_string (&connection->base_url, NULL);
  gst_openai_setting_replace_string (&connection->api_key, NULL);
  gst_openai_setting_replace_string (&connection->api_key_file, NULL);
  gst_openai_setting_replace_string (&connection->organization, NULL);
  gst_openai_setting_replace_string (&connection->project, NULL);
  g_clear_pointer (&connection->extra_headers, gst_structure_free);
  g_clear_pointer (&connection->extra_query, gst_structure_free);
  g_clear_pointer (&connection->extra_fields, gst_structure_free);
  connection->allow_insecure = FALSE;
}

gboolean
gst_openai_fallback_apply (const GstOpenaiSettingTable *table, gpointer settings,
    const GstStructure *server, GError **error)
{
  forget_first (settings);
  if (gst_openai_settings_override (table, settings, server, error))
    return TRUE;
  g_prefix_error (error, "fallback: ");
  return FALSE;
}

gchar *
gst_openai_fallback_text (OpenaiClient *from, OpenaiClient *to, const GError *error)
{
  return g_strdup_printf (_("%s cannot serve now, %s does instead: %s"),
      openai_client_host (from), openai_client_host (to), error->message);
}
