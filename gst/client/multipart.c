// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* multipart/form-data bodies: fields first, then one file, whole or growing. */

#include "multipart.h"

#include "json.h"

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
  return g_strdup_printf ("openai-%08x%08x%08x%08x", g_random_int (), g_random_int (),
      g_random_int (), g_random_int ());
}

OpenaiMultipart *
openai_multipart_new (void)
{
  OpenaiMultipart *self = g_new0 (OpenaiMultipart, 1);

  self->boundary = make_boundary ();
  self->content_type =
      g_strconcat ("multipart/form-data; boundary=", self->boundary, NULL);
  self->body = openai_body_new ();
  return self;
}

void
openai_multipart_free (OpenaiMultipart *self)
{
  if (!self)
    return;
  openai_body_unref (self->body);
  g_free (self->content_type);
  g_free (self->boundary);
  g_free (self);
}

const gchar *
openai_multipart_content_type (OpenaiMultipart *self)
{
  return self->content_type;
}

OpenaiBody *
openai_multipart_body (OpenaiMultipart *self)
{
  return self->body;
}

static void
append_text (OpenaiMultipart *self, GString *text)
{
  g_autoptr (GBytes) bytes = g_string_free_to_bytes (text);

  openai_body_append (self->body, bytes);
}

/* As HTML forms do: a quote, CR and LF cannot end the parameter. */
static void
append_quoted (GString *out, const gchar *value)
{
  g_string_append_c (out, '"');
  for (const gchar *p = value; *p; p++) {
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
begin_part (OpenaiMultipart *self, const gchar *name)
{
  GString *out = g_string_new ("--");

  g_string_append (out, self->boundary);
  g_string_append (out, "\r\nContent-Disposition: form-data; name=");
  append_quoted (out, name);
  return out;
}

void
openai_multipart_add (OpenaiMultipart *self, const gchar *name, const gchar *value)
{
  GString *out;

  if (!value)
    return;
  out = begin_part (self, name);
  g_string_append (out, "\r\n\r\n");
  g_string_append (out, value);
  g_string_append (out, "\r\n");
  append_text (self, out);
}

void
openai_multipart_add_each (OpenaiMultipart *self, const gchar *name, gchar **values)
{
  g_autofree gchar *array_name = g_strconcat (name, "[]", NULL);

  for (gchar **v = values; v && *v; v++)
    openai_multipart_add (self, array_name, *v);
}

static void
add_node (OpenaiMultipart *self, const gchar *name, JsonNode *node)
{
  g_autofree gchar *text = NULL;

  if (json_node_is_null (node))
    return;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    text = json_node_dup_string (node);
  else
    text = openai_json_to_text (node);
  openai_multipart_add (self, name, text);
}

static void
add_member (JsonObject *object, const gchar *name, JsonNode *node, gpointer user_data)
{
  OpenaiMultipart *self = user_data;

  if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node);
    g_autofree gchar *array_name = g_strconcat (name, "[]", NULL);

    for (guint i = 0; i < json_array_get_length (array); i++)
      add_node (self, array_name, json_array_get_element (array, i));
  } else {
    add_node (self, name, node);
  }
}

void
openai_multipart_add_members (OpenaiMultipart *self, JsonObject *fields)
{
  if (fields)
    json_object_foreach_member (fields, add_member, self);
}

void
openai_multipart_open_file (OpenaiMultipart *self, const gchar *name,
    const gchar *filename, const gchar *content_type)
{
  GString *out = begin_part (self, name);

  g_string_append (out, "; filename=");
  append_quoted (out, filename);
  g_string_append_printf (out, "\r\nContent-Type: %s\r\n\r\n", content_type);
  append_text (self, out);
}

void
openai_multipart_close (OpenaiMultipart *self)
{
  GString *out = g_string_new ("\r\n--");

  g_string_append (out, self->boundary);
  g_string_append (out, "--\r\n");
  append_text (self, out);
  openai_body_close (self->body);
}
