// SPDX-License-Identifier: LGPL-2.1-or-later
/* What can go wrong with a call, with what the server said about it. */

#include "client/error.h"

#include <string.h>

#include "client/json.h"
#include "client/markup.h"

#define MAX_LOOKED_AT (64 * 1024)
#define MAX_MESSAGE_CHARS 500
#define MAX_DETAIL_CHARS 100

typedef OpenaiErrorDetails OpenaiErrorPrivate;

static void
openai_error_private_init (OpenaiErrorPrivate * details)
{
}

static void
openai_error_private_copy (const OpenaiErrorPrivate * from,
    OpenaiErrorPrivate * to)
{
  to->status = from->status;
  to->code = g_strdup (from->code);
  to->type = g_strdup (from->type);
  to->param = g_strdup (from->param);
  to->request_id = g_strdup (from->request_id);
  to->attempts = from->attempts;
}

static void
openai_error_private_clear (OpenaiErrorPrivate * details)
{
  g_free (details->code);
  g_free (details->type);
  g_free (details->param);
  g_free (details->request_id);
}

G_DEFINE_EXTENDED_ERROR (OpenaiError, openai_error);

OpenaiErrorDetails *
openai_error_details (const GError * error)
{
  return error && error->domain == OPENAI_ERROR ?
      openai_error_get_private (error) : NULL;
}

static gunichar
next_char (const gchar ** text, const gchar * end)
{
  gunichar c = **text ? g_utf8_get_char_validated (*text, end - *text) : 0;

  if (c >= (gunichar) - 2) {
    (*text)++;
    return 0xFFFD;
  }
  *text = g_utf8_next_char (*text);
  return c;
}

static gboolean
is_blank (gunichar c)
{
  switch (g_unichar_type (c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_SPACE_SEPARATOR:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return TRUE;
    default:
      return FALSE;
  }
}

gchar *
openai_error_clip (const gchar * text, gssize length, guint max_chars)
{
  GString *out = g_string_new (NULL);
  const gchar *end;
  gboolean gap = FALSE;
  guint chars = 0;

  if (!text)
    text = "";
  end = text + (length < 0 ? strlen (text) : (gsize) length);
  while (text < end && chars <= max_chars) {
    gunichar c = next_char (&text, end);

    if (is_blank (c)) {
      gap = out->len > 0;
    } else if (g_unichar_type (c) != G_UNICODE_FORMAT) {
      if (gap)
        g_string_append_c (out, ' ');
      g_string_append_unichar (out, c);
      chars += gap ? 2 : 1;
      gap = FALSE;
    }
  }
  if (max_chars == 0) {
    g_string_truncate (out, 0);
  } else if (chars > max_chars) {
    g_string_truncate (out,
        g_utf8_offset_to_pointer (out->str, max_chars - 1) - out->str);
    g_string_append (out, "…");
  }
  return g_string_free (out, FALSE);
}

/* The text of @node when it has any that says something. */
static gchar *
clip_node (JsonNode * node, guint max_chars)
{
  g_autofree gchar *json = NULL;
  g_autofree gchar *clipped = NULL;

  if (!node || JSON_NODE_HOLDS_NULL (node))
    return NULL;
  if (JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_STRING) {
    clipped = openai_error_clip (json_node_get_string (node), -1, max_chars);
  } else {
    json = openai_json_to_text (node);
    clipped = openai_error_clip (json, -1, max_chars);
  }
  if (*clipped == '\0' || strcmp (clipped, "null") == 0
      || strcmp (clipped, "{}") == 0 || strcmp (clipped, "[]") == 0)
    return NULL;
  return g_steal_pointer (&clipped);
}

static gchar *
clip_member (JsonObject * object, const gchar * name, guint max_chars)
{
  return clip_node (json_object_get_member (object, name), max_chars);
}

/* FastAPI's ["body", "response_format", 0]: "response_format.0". */
static gchar *
location_of (JsonObject * item)
{
  JsonArray *parts = openai_json_array (item, "loc");
  g_autoptr (GString) location = g_string_new (NULL);

  for (guint i = 0; parts && i < json_array_get_length (parts); i++) {
    g_autofree gchar *part =
        clip_node (json_array_get_element (parts, i), MAX_DETAIL_CHARS);

    if (!part || (i == 0 && strcmp (part, "body") == 0))
      continue;
    if (location->len > MAX_DETAIL_CHARS)
      break;
    g_string_append_printf (location, "%s%s", location->len ? "." : "", part);
  }
  return location->len == 0 ? NULL :
      openai_error_clip (location->str, location->len, MAX_DETAIL_CHARS);
}

/* An item of a list of faults also echoes the input: that is not looked at. */
static gchar *
words_of_item (JsonNode * node)
{
  g_autofree gchar *words = NULL;
  g_autofree gchar *location = NULL;
  JsonObject *item;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return clip_node (node, MAX_MESSAGE_CHARS);
  item = json_node_get_object (node);
  words = clip_member (item, "msg", MAX_MESSAGE_CHARS);
  if (!words)
    words = clip_member (item, "message", MAX_MESSAGE_CHARS);
  location = location_of (item);
  if (words && location)
    return g_strdup_printf ("%s: %s", location, words);
  return words ? g_steal_pointer (&words) : g_steal_pointer (&location);
}

static gchar *
words_of_list (JsonArray * list)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (list); i++) {
    g_autofree gchar *words = words_of_item (json_array_get_element (list, i));

    if (!words)
      continue;
    if (all->len > MAX_MESSAGE_CHARS)
      break;
    g_string_append_printf (all, "%s%s", all->len ? "; " : "", words);
  }
  return all->len == 0 ? NULL :
      openai_error_clip (all->str, all->len, MAX_MESSAGE_CHARS);
}

/* @from says which member the words are. */
static gchar *
words_of_object (JsonObject * object, const gchar ** from)
{
  static const gchar *const names[] = {
    "message", "error_description", "detail", "msg", "errors", "error"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    JsonArray *list = openai_json_array (object, names[i]);
    gchar *words = NULL;

    if (list)
      words = words_of_list (list);
    else if (openai_json_says (object, names[i]))
      words = clip_member (object, names[i], MAX_MESSAGE_CHARS);
    *from = names[i];
    if (words)
      return words;
  }
  return NULL;
}

/* `error` and `detail` may wrap the object that has the words. */
static JsonObject *
unwrap (JsonObject * object)
{
  JsonObject *inner = openai_json_object (object, "error");

  if (!inner)
    inner = openai_json_object (object, "detail");
  return inner && json_object_get_size (inner) > 0 ? unwrap (inner) : object;
}

static void
read_details (OpenaiErrorDetails * details, JsonObject * object,
    const gchar * from)
{
  JsonObject *item =
      openai_json_element (openai_json_array (object, from), 0);

  details->code = clip_member (object, "code", MAX_DETAIL_CHARS);
  details->type = clip_member (object, "type", MAX_DETAIL_CHARS);
  details->param = clip_member (object, "param", MAX_DETAIL_CHARS);
  if (!details->code && strcmp (from, "error") != 0
      && openai_json_string (object, "error"))
    details->code = clip_member (object, "error", MAX_DETAIL_CHARS);
  if (!details->param && item)
    details->param = location_of (item);
}

static GError *
new_error (guint status, const gchar * message)
{
  GError *error = g_error_new_literal (OPENAI_ERROR,
      status == 0 ? OPENAI_ERROR_ANSWER : OPENAI_ERROR_HTTP, message);

  openai_error_details (error)->status = status;
  return error;
}

static gboolean
calls_itself_error (JsonObject * object)
{
  return openai_json_says (object, "error")
      || g_strcmp0 (openai_json_string (object, "type"), "error") == 0
      || g_strcmp0 (openai_json_string (object, "object"), "error") == 0;
}

GError *
openai_error_from_json (guint status, JsonNode * node)
{
  g_autofree gchar *words = NULL;
  JsonObject *root = NULL, *object;
  const gchar *from = "";
  GError *error;

  if (node && JSON_NODE_HOLDS_OBJECT (node))
    root = json_node_get_object (node);
  else if (node && JSON_NODE_HOLDS_ARRAY (node))
    root = openai_json_element (json_node_get_array (node), 0);
  if (!root)
    return NULL;

  object = unwrap (root);
  words = words_of_object (object, &from);
  if (!words && object != root)
    words = words_of_object (root, &from);
  if (!words && !calls_itself_error (root))
    return NULL;
  error = new_error (status, words ? words :
      "The server reported an error without saying which");
  read_details (openai_error_details (error), object, from);
  openai_error_details (error)->request_id =
      clip_member (root, "request_id", MAX_DETAIL_CHARS);
  return error;
}

/* The text between the tags of the first element of that name. */
static gchar *
words_in_element (const gchar * page, const gchar * name)
{
  gsize length = strlen (name);

  for (const gchar * tag = strchr (page, '<'); tag; tag = strchr (tag, '<')) {
    const gchar *begin, *end;
    g_autofree gchar *text = NULL;

    tag++;
    if (g_ascii_strncasecmp (tag, name, length) != 0
        || !strchr (" \t\r\n>", tag[length]))
      continue;
    begin = strchr (tag, '>');
    end = begin ? strchr (begin, '<') : NULL;
    if (!end)
      return NULL;
    text = openai_markup_to_text (begin + 1, end - begin - 1, " ");
    return openai_error_clip (text, -1, MAX_MESSAGE_CHARS);
  }
  return NULL;
}

static gchar *
words_of_page (const gchar * page)
{
  g_autofree gchar *title = words_in_element (page, "title");
  g_autofree gchar *text = NULL;

  if (title && *title)
    return g_steal_pointer (&title);
  text = openai_markup_to_text (page, -1, " ");
  return openai_error_clip (text, -1, MAX_MESSAGE_CHARS);
}

static gchar *
words_of_body (const gchar * body, JsonNode * node)
{
  if (node && JSON_NODE_HOLDS_VALUE (node))
    return clip_node (node, MAX_MESSAGE_CHARS);
  if (*body == '<')
    return words_of_page (body);
  if (node && (JSON_NODE_HOLDS_NULL (node)
          || g_strcmp0 (body, "{}") == 0 || g_strcmp0 (body, "[]") == 0))
    return NULL;
  return openai_error_clip (body, -1, MAX_MESSAGE_CHARS);
}

GError *
openai_error_from_answer (guint status, const gchar * reason,
    const gchar * body, gsize length)
{
  g_autofree gchar *text =
      g_utf8_make_valid (body ? body : "", MIN (length, MAX_LOOKED_AT));
  g_autoptr (JsonNode) node = NULL;
  g_autofree gchar *words = NULL;
  g_autofree gchar *phrase = NULL;
  GError *error;

  if (g_str_has_prefix (text, "\xEF\xBB\xBF"))
    memset (text, ' ', 3);
  g_strstrip (text);
  if (*text && strchr ("{[\"", *text))
    node = openai_json_parse_beginning (text, -1);
  error = openai_error_from_json (status, node);
  if (error)
    return error;

  words = words_of_body (text, node);
  if (words && *words)
    return new_error (status, words);
  phrase = openai_error_clip (reason, -1, MAX_DETAIL_CHARS);
  g_free (words);
  words = g_strdup_printf ("The server answered %u%s%s without saying why",
      status, *phrase ? " " : "", phrase);
  return new_error (status, words);
}
