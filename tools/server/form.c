// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Request bodies: multipart forms and JSON objects. */

#include "form.h"

#include <string.h>

#include "errors.h"

#define MAX_JSON_BYTES (1024 * 1024)
#define MAX_JSON_DEPTH 64
#define MAX_PARTS 256

struct _Form
{
  GHashTable *fields; /* name → GPtrArray of values, NULL last */
  GBytes *file;
};

static Form *
form_new (void)
{
  Form *form = g_new0 (Form, 1);

  form->fields = g_hash_table_new_full (
      g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  return form;
}

void
form_free (Form *form)
{
  g_hash_table_unref (form->fields);
  g_clear_pointer (&form->file, g_bytes_unref);
  g_free (form);
}

static void
add_field (Form *form, const gchar *name, gchar *value)
{
  GPtrArray *values = g_hash_table_lookup (form->fields, name);

  if (!values) {
    values = g_ptr_array_new_with_free_func (g_free);
    g_hash_table_insert (form->fields, g_strdup (name), values);
  } else {
    g_ptr_array_remove_index (values, values->len - 1);
  }
  g_ptr_array_add (values, value);
  g_ptr_array_add (values, NULL);
}

static gboolean
add_part (Form *form, const gchar *name, GBytes *body, GError **error)
{
  gsize length;
  const gchar *data;

  if (g_str_equal (name, "file")) {
    g_clear_pointer (&form->file, g_bytes_unref);
    form->file = g_bytes_ref (body);
    return TRUE;
  }

  data = g_bytes_get_data (body, &length);
  if (length > 0 && !g_utf8_validate_len (data, length, NULL)) {
    api_error_set (error, 400, NULL, NULL, "A form field is not valid UTF-8 text.");
    return FALSE;
  }
  add_field (form, name, g_strndup (data, length));
  return TRUE;
}

static gboolean
read_part (Form *form, SoupMultipart *multipart, guint index, GError **error)
{
  SoupMessageHeaders *headers;
  GBytes *body;
  g_autofree gchar *disposition = NULL;
  g_autoptr (GHashTable) params = NULL;
  const gchar *name;

  if (!soup_multipart_get_part (multipart, index, &headers, &body)
      || !soup_message_headers_get_content_disposition (headers, &disposition, &params))
    return TRUE;

  name = g_hash_table_lookup (params, "name");
  return !name || add_part (form, name, body, error);
}

Form *
form_parse (SoupMessageHeaders *headers, GBytes *body, GError **error)
{
  g_autoptr (Form) form = form_new ();
  SoupMultipart *multipart;
  gboolean ok = TRUE;

  multipart = soup_multipart_new_from_message (headers, body);
  if (!multipart) {
    api_error_set (error, 400, NULL, NULL,
        "Could not parse multipart form: "
        "the request needs a whole multipart/form-data body.");
    return NULL;
  }

  if (soup_multipart_get_length (multipart) > MAX_PARTS) {
    api_error_set (error, 400, NULL, NULL, "The form has too many parts.");
    ok = FALSE;
  }
  for (gint i = 0; ok && i < soup_multipart_get_length (multipart); i++)
    ok = read_part (form, multipart, i, error);

  soup_multipart_free (multipart);
  return ok ? g_steal_pointer (&form) : NULL;
}

const gchar *const *
form_fields (Form *form, const gchar *name)
{
  GPtrArray *values = g_hash_table_lookup (form->fields, name);

  return values ? (const gchar *const *) values->pdata : NULL;
}

const gchar *
form_field (Form *form, const gchar *name)
{
  const gchar *const *values = form_fields (form, name);

  return values ? values[0] : NULL;
}

GBytes *
form_file (Form *form)
{
  return form->file;
}

/* json-glib recurses: what is nested deep would run out of stack. */
static gboolean
is_shallow (const gchar *data, gsize length)
{
  guint depth = 0;
  gboolean in_string = FALSE;

  for (gsize i = 0; i < length; i++) {
    gchar c = data[i];

    if (in_string && c == '\\')
      i++;
    else if (c == '"')
      in_string = !in_string;
    else if (!in_string && (c == '[' || c == '{') && ++depth > MAX_JSON_DEPTH)
      return FALSE;
    else if (!in_string && (c == ']' || c == '}') && depth > 0)
      depth--;
  }
  return TRUE;
}

JsonNode *
json_body_parse (GBytes *body, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  gsize length;
  const gchar *data = g_bytes_get_data (body, &length);
  JsonNode *root = NULL;

  if (length > 0 && length <= MAX_JSON_BYTES && is_shallow (data, length)
      && json_parser_load_from_data (parser, data, length, NULL))
    root = json_parser_get_root (parser);

  if (!root || !JSON_NODE_HOLDS_OBJECT (root)) {
    api_error_set (error, 400, NULL, NULL,
        "We could not parse the JSON body "
        "of your request: the API expects a JSON object.");
    return NULL;
  }
  return json_node_ref (root);
}
