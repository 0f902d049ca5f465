// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The server's objects on standard output, for people and for programs. */

#include "show.h"

#include <string.h>

#include "client/json.h"

#define GAP 2 /* columns between columns */

void
show_json (JsonNode *node)
{
  g_autofree gchar *text = json_to_string (node, TRUE);

  g_print ("%s\n", text);
}

/* Joiners are part of names in Persian, in Indian languages and in emoji. */
static gboolean
is_printable (gunichar c)
{
  return g_unichar_isprint (c) || c == 0x200c || c == 0x200d;
}

gchar *
show_printable (const gchar *text)
{
  GString *out = g_string_new (NULL);
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);

  for (const gchar *p = valid; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    g_string_append_unichar (out, is_printable (c) ? c : 0xfffd);
  }
  return g_string_free (out, FALSE);
}

/* Columns of a terminal that it takes. */
static guint
width_of (const gchar *text)
{
  guint width = 0;

  for (const gchar *p = text; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (!g_unichar_iszerowidth (c))
      width += g_unichar_iswide (c) ? 2 : 1;
  }
  return width;
}

static gchar *
format_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (seconds);

  return time ? g_date_time_format (time, "%Y-%m-%d %H:%M") : NULL;
}

/* A member as people read it, "-" for nothing. */
static gchar *
format_member (JsonObject *object, const gchar *name)
{
  JsonNode *node = json_object_get_member (object, name);
  const gchar *text = openai_json_string (object, name);
  g_autofree gchar *json = NULL;
  gchar *time = NULL;
  gint64 seconds;

  if (!node || json_node_is_null (node) || (text && *text == '\0'))
    return g_strdup ("-");
  if (text)
    return show_printable (text);
  if (g_str_has_suffix (name, "_at") && openai_json_integer (object, name, &seconds))
    time = format_time (seconds);
  if (time)
    return time;
  json = openai_json_to_text (node);
  return show_printable (json);
}

void
show_object (JsonObject *object)
{
  g_autoptr (GList) names = json_object_get_members (object);
  guint widest = 0;

  for (GList *l = names; l; l = l->next)
    widest = MAX (widest, width_of (l->data));
  for (GList *l = names; l; l = l->next) {
    g_autofree gchar *value = format_member (object, l->data);
    g_autofree gchar *name = show_printable (l->data);

    g_print ("%s:%*s%s\n", name, (gint) (widest - width_of (l->data)) + GAP, "", value);
  }
}

static const struct
{
  const gchar *heading;
  const gchar *member;
} columns[] = {
  { "ID", "id" },
  { "NAME", "name" },
  { "LANGUAGE", "language" },
  { "CREATED", "created_at" },
};

#define N_COLUMNS G_N_ELEMENTS (columns)

static void
print_row (gchar **cells, const guint *widths)
{
  GString *line = g_string_new (NULL);

  for (guint i = 0; i < N_COLUMNS; i++) {
    g_string_append (line, cells[i]);
    if (i + 1 < N_COLUMNS)
      g_string_append_printf (
          line, "%*s", (gint) (widths[i] - width_of (cells[i])) + GAP, "");
  }
  g_print ("%s\n", line->str);
  g_string_free (line, TRUE);
}

static gchar **
make_row (JsonObject *consent)
{
  gchar **cells = g_new0 (gchar *, N_COLUMNS + 1);

  for (guint i = 0; i < N_COLUMNS; i++)
    cells[i] = consent ? format_member (consent, columns[i].member)
                       : g_strdup (columns[i].heading);
  return cells;
}

void
show_consents (JsonArray *consents)
{
  g_autoptr (GPtrArray) table =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  guint widths[N_COLUMNS] = { 0 };

  g_ptr_array_add (table, make_row (NULL));
  for (guint i = 0; i < json_array_get_length (consents); i++)
    g_ptr_array_add (table, make_row (json_array_get_object_element (consents, i)));
  for (guint row = 0; row < table->len; row++) {
    gchar **cells = g_ptr_array_index (table, row);

    for (guint i = 0; i < N_COLUMNS; i++)
      widths[i] = MAX (widths[i], width_of (cells[i]));
  }
  for (guint row = 0; row < table->len; row++)
    print_row (g_ptr_array_index (table, row), widths);
}
