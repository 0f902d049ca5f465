// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the server keeps of a request. */

#include "server/record.h"

#include <json-glib/json-glib.h>
#include <string.h>

static TestRequest *
request_new (void)
{
  TestRequest *request = g_new0 (TestRequest, 1);

  g_atomic_ref_count_init (&request->refs);
  request->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  request->body = g_byte_array_new ();
  request->pieces = g_array_new (FALSE, FALSE, sizeof (TestPiece));
  return request;
}

void
test_request_unref (TestRequest *request)
{
  if (!request || !g_atomic_ref_count_dec (&request->refs))
    return;
  g_free (request->method);
  g_free (request->path);
  g_hash_table_unref (request->headers);
  g_byte_array_unref (request->body);
  g_array_unref (request->pieces);
  g_clear_pointer (&request->bytes, g_bytes_unref);
  g_clear_pointer (&request->parts, g_ptr_array_unref);
  g_clear_pointer (&request->members, g_hash_table_unref);
  g_free (request);
}

TestRequest *
test_request_parse (const gchar *head)
{
  g_auto (GStrv) lines = g_strsplit (head, "\r\n", -1);
  g_auto (GStrv) words = g_strsplit (lines[0] ? lines[0] : "", " ", 3);
  TestRequest *request;

  if (g_strv_length (words) != 3 || !g_str_has_prefix (words[2], "HTTP/1."))
    return NULL;
  request = request_new ();
  request->method = g_strdup (words[0]);
  request->path = g_strdup (words[1]);
  for (gchar **line = lines + 1; *line; line++) {
    gchar *colon = strchr (*line, ':');

    if (!colon)
      continue;
    *colon = '\0';
    g_hash_table_insert (
        request->headers, g_ascii_strdown (*line, -1), g_strdup (g_strstrip (colon + 1)));
  }
  request->chunked =
      g_strcmp0 (test_request_header (request, "Transfer-Encoding"), "chunked") == 0;
  request->headers_time = g_get_monotonic_time ();
  return request;
}

void
test_request_add_piece (TestRequest *request, const guint8 *data, gsize length)
{
  TestPiece piece = { g_get_monotonic_time (), request->body->len, length };

  g_byte_array_append (request->body, data, length);
  g_array_append_val (request->pieces, piece);
}

static void
copy_header (gpointer name, gpointer value, gpointer headers)
{
  g_hash_table_insert (headers, g_strdup (name), g_strdup (value));
}

void
test_request_forget (TestRequest *request)
{
  g_clear_pointer (&request->bytes, g_bytes_unref);
  g_clear_pointer (&request->parts, g_ptr_array_unref);
  g_clear_pointer (&request->members, g_hash_table_unref);
  g_byte_array_unref (request->body);
  request->body = g_byte_array_new ();
  g_array_set_size (request->pieces, 0);
}

TestRequest *
test_request_snapshot (TestRequest *request)
{
  TestRequest *copy = request_new ();

  copy->method = g_strdup (request->method);
  copy->path = g_strdup (request->path);
  g_hash_table_foreach (request->headers, copy_header, copy->headers);
  g_byte_array_append (copy->body, request->body->data, request->body->len);
  g_array_append_vals (copy->pieces, request->pieces->data, request->pieces->len);
  copy->connection = request->connection;
  copy->chunked = request->chunked;
  copy->complete = request->complete;
  copy->headers_time = request->headers_time;
  copy->end_time = request->end_time;
  return copy;
}

const gchar *
test_request_method (TestRequest *request)
{
  return request->method;
}

const gchar *
test_request_path (TestRequest *request)
{
  return request->path;
}

const gchar *
test_request_header (TestRequest *request, const gchar *name)
{
  g_autofree gchar *lower = g_ascii_strdown (name, -1);

  return g_hash_table_lookup (request->headers, lower);
}

gboolean
test_request_chunked (TestRequest *request)
{
  return request->chunked;
}

gboolean
test_request_complete (TestRequest *request)
{
  return request->complete;
}

guint
test_request_connection (TestRequest *request)
{
  return request->connection;
}

gint64
test_request_headers_time (TestRequest *request)
{
  return request->headers_time;
}

gint64
test_request_end_time (TestRequest *request)
{
  return request->end_time;
}

GBytes *
test_request_body (TestRequest *request)
{
  if (!request->bytes)
    request->bytes = g_bytes_new (request->body->data, request->body->len);
  return request->bytes;
}

GArray *
test_request_pieces (TestRequest *request)
{
  return request->pieces;
}

static void
part_free (gpointer data)
{
  TestPart *part = data;

  g_free (part->name);
  g_free (part->filename);
  g_free (part->content_type);
  g_bytes_unref (part->data);
  g_free (part);
}

/* name="value", or name=value. */
static gchar *
parameter (const gchar *text, const gchar *name)
{
  g_autofree gchar *pattern =
      g_strdup_printf ("(?:^|[;\\s])%s=(?:\"([^\"]*)\"|([^;\\s]*))", name);
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree gchar *quoted = NULL;

  if (!text || !g_regex_match (regex, text, 0, &match))
    return NULL;
  quoted = g_match_info_fetch (match, 1);
  return quoted && *quoted ? g_steal_pointer (&quoted) : g_match_info_fetch (match, 2);
}

static gchar *
header_line (const gchar *head, const gchar *name)
{
  g_auto (GStrv) lines = g_strsplit (head, "\r\n", -1);
  gsize length = strlen (name);

  for (gchar **line = lines; *line; line++) {
    if (g_ascii_strncasecmp (*line, name, length) == 0 && (*line)[length] == ':')
      return g_strdup (g_strchug (*line + length + 1));
  }
  return NULL;
}

static TestPart *
parse_part (const gchar *head, const gchar *data, gsize length)
{
  TestPart *part = g_new0 (TestPart, 1);
  g_autofree gchar *disposition = header_line (head, "Content-Disposition");

  part->name = parameter (disposition, "name");
  part->filename = parameter (disposition, "filename");
  part->content_type = header_line (head, "Content-Type");
  part->data = g_bytes_new (data, length);
  return part;
}

static GPtrArray *
parse_parts (TestRequest *request)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func (part_free);
  g_autofree gchar *boundary =
      parameter (test_request_header (request, "Content-Type"), "boundary");
  g_autofree gchar *mark = NULL;
  const gchar *p = (const gchar *) request->body->data;
  const gchar *end = p + request->body->len;

  if (!boundary || !p)
    return parts;
  mark = g_strconcat ("\r\n--", boundary, NULL);
  /* The first boundary has no line end before it. */
  p = g_strstr_len (p, end - p, mark + 2);
  p = p ? p + strlen (mark + 2) : end;
  while (end - p >= 2 && memcmp (p, "\r\n", 2) == 0) {
    const gchar *body = g_strstr_len (p, MIN (end - p, 4096), "\r\n\r\n");
    const gchar *next;
    g_autofree gchar *head = NULL;

    if (!body)
      break;
    head = g_strndup (p + 2, body - p - 2);
    body += 4;
    /* The content may have NUL bytes. */
    next = memmem (body, end - body, mark, strlen (mark));
    g_ptr_array_add (parts, parse_part (head, body, (next ? next : end) - body));
    p = next ? next + strlen (mark) : end;
  }
  return parts;
}

GPtrArray *
test_request_parts (TestRequest *request)
{
  if (!request->parts)
    request->parts = parse_parts (request);
  return request->parts;
}

const TestPart *
test_request_file (TestRequest *request)
{
  GPtrArray *parts = test_request_parts (request);

  for (guint i = 0; i < parts->len; i++) {
    const TestPart *part = g_ptr_array_index (parts, i);
    if (part->filename)
      return part;
  }
  return NULL;
}

static void
add_member (JsonObject *object, const gchar *name, JsonNode *node, gpointer members)
{
  gboolean text =
      JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;

  g_hash_table_insert (members, g_strdup (name),
      text ? json_node_dup_string (node) : json_to_string (node, FALSE));
}

static void
add_fields (TestRequest *request)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  GPtrArray *parts = test_request_parts (request);

  request->members = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = parts->len; i-- > 0;) {
    const TestPart *part = g_ptr_array_index (parts, i);

    if (part->filename || !part->name)
      continue;
    g_hash_table_insert (request->members, g_strdup (part->name),
        g_strndup (g_bytes_get_data (part->data, NULL), g_bytes_get_size (part->data)));
  }
  if (parts->len == 0 && request->body->len > 0
      && json_parser_load_from_data (
          parser, (gchar *) request->body->data, request->body->len, NULL)
      && json_parser_get_root (parser)
      && JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    json_object_foreach_member (json_node_get_object (json_parser_get_root (parser)),
        add_member, request->members);
}

const gchar *
test_request_field (TestRequest *request, const gchar *name)
{
  if (!request->members)
    add_fields (request);
  return g_hash_table_lookup (request->members, name);
}
