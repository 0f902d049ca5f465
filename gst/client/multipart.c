// SPDX-License-Identifier: LGPL-2.1-or-later
/* multipart/form-data bodies: fields first, then one file, whole or growing. */

#include "client/multipart.h"

#include "client/json.h"

struct _OpenaiMultipart
{
  gchar *boundary;
  gchar *content_type;
  OpenaiBody *body;
};

/* 128 random bits: no scan of the content is needed, and no quoting. */
static gchar *
make_boundary (void)
{
  return g_strdup_printf ("openai-%08x%08x%08x%08x", g_random_int (),
      g_random_int (), g_random_int (), g_random_int ());
}

OpenaiMultipart *
openai_multipart_new (void)
{
  OpenaiMultipart *multipart = g_new0 (OpenaiMultipart, 1);

  multipart->boundary = make_boundary ();
  multipart->content_type =
      g_strconcat ("multipart/form-data; boundary=", multipart->boundary, NULL);
  multipart->body = openai_body_new ();
  return multipart;
}

void
openai_multipart_free (OpenaiMultipart * multipart)
{
  if (!multipart)
    return;
  openai_body_unref (multipart->body);
  g_free (multipart->content_type);
  g_free (multipart->boundary);
  g_free (multipart);
}

const gchar *
openai_multipart_content_type (OpenaiMultipart * multipart)
{
  return multipart->content_type;
}

OpenaiBody *
openai_multipart_body (OpenaiMultipart * multipart)
{
  return multipart->body;
}

static void
append_text (OpenaiMultipart * multipart, GString * text)
{
  g_autoptr (GBytes) bytes = g_string_free_to_bytes (text);

  openai_body_append (multipart->body, bytes);
}

/* As HTML forms do: a quote, CR and LF cannot end the parameter. */
static void
append_quoted (GString * out, const gchar * value)
{
  g_string_append_c (out, '"');
  for (const gchar * p = value; *p; p++) {
    if (*p == '"')
      g_string_append (out, "%22");
    else if (*p == '\r')
      g_string_append (out, "%0D");
    else if (*p == '\n')
      g_string_append (out, "%0A");
    else
      g_string_append_c (out, *p);
  }
  g_string_append_c (out, '"');
}

static GString *
begin_part (OpenaiMultipart * multipart, const gchar * name)
{
  GString *out = g_string_new ("--");

  g_string_append (out, multipart->boundary);
  g_string_append (out, "\r\nContent-Disposition: form-data; name=");
  append_quoted (out, name);
  return out;
}

void
openai_multipart_add (OpenaiMultipart * multipart, const gchar * name,
    const gchar * value)
{
  GString *out;

  if (!value)
    return;
  out = begin_part (multipart, name);
  g_string_append (out, "\r\n\r\n");
  g_string_append (out, value);
  g_string_append (out, "\r\n");
  append_text (multipart, out);
}

void
openai_multipart_add_each (OpenaiMultipart * multipart, const gchar * name,
    gchar ** values)
{
  g_autofree gchar *array_name = g_strconcat (name, "[]", NULL);

  for (gchar ** v = values; v && *v; v++)
    openai_multipart_add (multipart, array_name, *v);
}

static void
add_node (OpenaiMultipart * multipart, const gchar * name, JsonNode * node)
{
  g_autofree gchar *text = NULL;

  if (json_node_is_null (node))
    return;
  if (JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_STRING)
    text = json_node_dup_string (node);
  else
    text = openai_json_to_text (node);
  openai_multipart_add (multipart, name, text);
}

static void
add_member (JsonObject * object, const gchar * name, JsonNode * node,
    gpointer user_data)
{
  OpenaiMultipart *multipart = user_data;

  if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node);
    g_autofree gchar *array_name = g_strconcat (name, "[]", NULL);

    for (guint i = 0; i < json_array_get_length (array); i++)
      add_node (multipart, array_name, json_array_get_element (array, i));
  } else {
    add_node (multipart, name, node);
  }
}

void
openai_multipart_add_members (OpenaiMultipart * multipart, JsonObject * fields)
{
  if (fields)
    json_object_foreach_member (fields, add_member, multipart);
}

void
openai_multipart_open_file (OpenaiMultipart * multipart, const gchar * name,
    const gchar * filename, const gchar * content_type)
{
  GString *out = begin_part (multipart, name);

  g_string_append (out, "; filename=");
  append_quoted (out, filename);
  g_string_append_printf (out, "\r\nContent-Type: %s\r\n\r\n", content_type);
  append_text (multipart, out);
}

void
openai_multipart_close (OpenaiMultipart * multipart)
{
  GString *out = g_string_new ("\r\n--");

  g_string_append (out, multipart->boundary);
  g_string_append (out, "--\r\n");
  append_text (multipart, out);
  openai_body_close (multipart->body);
}
