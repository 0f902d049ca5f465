// SPDX-License-Identifier: LGPL-2.1-or-later
/* JSON from strangers: bounded parsing and getters that never complain.
 *
 * JsonParser of json-glib 1.6 is not fit for a stranger's text: deep nesting
 * overflows its stack, it takes comments and text after the value, wraps large
 * integers, cuts strings at \u0000 and makes bad UTF-8 of lone surrogates. So
 * the text is parsed here and only the tree is json-glib's. */

#include "client/json.h"

#include <math.h>
#include <string.h>

#include "client/error.h"

/* A value takes some 100 bytes of memory however short its text is, and the
 * tables of JsonObject can be made to collide. */
#define MAX_VALUES (2 * 1024 * 1024)
#define MAX_MEMBERS 1024

#define REPLACEMENT 0xFFFD

typedef struct
{
  const gchar *start;
  const gchar *at;
  const gchar *end;
  guint depth;
  guint values;
  gboolean keep_beginning;
  const gchar *problem;
} Parser;

static gpointer
fail (Parser * parser, const gchar * problem)
{
  if (!parser->problem)
    parser->problem = problem;
  return NULL;
}

static gpointer
fail_here (Parser * parser)
{
  return fail (parser, parser->at == parser->end ? "it is cut short" :
      "its syntax is wrong");
}

static void
skip_blanks (Parser * parser)
{
  while (parser->at < parser->end && memchr (" \t\r\n", *parser->at, 4))
    parser->at++;
}

static gboolean
is_next (Parser * parser, gchar c)
{
  return parser->at < parser->end && *parser->at == c;
}

static gboolean
accept (Parser * parser, gchar c)
{
  if (parser->problem)
    return FALSE;
  skip_blanks (parser);
  if (!is_next (parser, c))
    return FALSE;
  parser->at++;
  return TRUE;
}

static gboolean
parse_hex4 (Parser * parser, gunichar * c)
{
  if (parser->end - parser->at < 4)
    return FALSE;
  *c = 0;
  for (guint i = 0; i < 4; i++) {
    gint digit = g_ascii_xdigit_value (parser->at[i]);

    if (digit < 0)
      return FALSE;
    *c = *c << 4 | (guint) digit;
  }
  parser->at += 4;
  return TRUE;
}

/* After "\u". NUL and lone surrogates cannot be in a string of ours. */
static gboolean
parse_unichar (Parser * parser, GString * out)
{
  gunichar c, low;

  if (!parse_hex4 (parser, &c))
    return FALSE;
  if (c >= 0xD800 && c < 0xDC00 && parser->end - parser->at >= 6
      && parser->at[0] == '\\' && parser->at[1] == 'u') {
    const gchar *before = parser->at;

    parser->at += 2;
    if (!parse_hex4 (parser, &low))
      return FALSE;
    if (low >= 0xDC00 && low < 0xE000)
      c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    else
      parser->at = before;
  }
  g_string_append_unichar (out, c && g_unichar_validate (c) ? c : REPLACEMENT);
  return TRUE;
}

static gboolean
parse_escape (Parser * parser, GString * out)
{
  static const gchar names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
  const gchar *found;

  if (parser->end - parser->at < 2)
    return FALSE;
  found = memchr (names, parser->at[1], sizeof names - 1);
  if (!found && parser->at[1] != 'u')
    return FALSE;
  parser->at += 2;
  if (!found)
    return parse_unichar (parser, out);
  g_string_append_c (out, values[found - names]);
  return TRUE;
}

static const gchar *
find (const gchar * from, gchar c, const gchar * end)
{
  const gchar *found = memchr (from, c, end - from);

  return found ? found : end;
}

static gchar *
parse_string (Parser * parser)
{
  const gchar *quote = find (++parser->at, '"', parser->end);
  g_autoptr (GString) out = g_string_sized_new (quote - parser->at);

  for (;;) {
    const gchar *stop = find (parser->at, '\\', quote);

    g_string_append_len (out, parser->at, stop - parser->at);
    parser->at = stop;
    if (stop == parser->end || (stop < quote && !parse_escape (parser, out))) {
      fail (parser, stop == parser->end ? "it is cut short" :
          "it has a wrong escape");
      if (!parser->keep_beginning)
        return NULL;
      break;
    }
    if (stop == quote) {
      parser->at++;
      break;
    }
    if (parser->at > quote)
      quote = find (parser->at, '"', parser->end);
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static gsize
skip_digits (Parser * parser)
{
  const gchar *from = parser->at;

  while (parser->at < parser->end && g_ascii_isdigit (*parser->at))
    parser->at++;
  return parser->at - from;
}

/* What does not fit an integer is a double, and what does not fit that null. */
static JsonNode *
number_node (const gchar * text, gboolean whole)
{
  gint64 integer;
  gdouble number;

  if (whole && g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64,
          &integer, NULL))
    return json_node_init_int (json_node_alloc (), integer);
  number = g_ascii_strtod (text, NULL);
  if (!isfinite (number))
    return json_node_init_null (json_node_alloc ());
  return json_node_init_double (json_node_alloc (), number);
}

static JsonNode *
parse_number (Parser * parser)
{
  const gchar *from = parser->at;
  g_autofree gchar *text = NULL;
  gboolean whole = TRUE;

  if (is_next (parser, '-'))
    parser->at++;
  if (is_next (parser, '0'))
    parser->at++;
  else if (skip_digits (parser) == 0)
    return fail_here (parser);
  if (is_next (parser, '.')) {
    parser->at++;
    whole = FALSE;
    if (skip_digits (parser) == 0)
      return fail_here (parser);
  }
  if (is_next (parser, 'e') || is_next (parser, 'E')) {
    parser->at++;
    whole = FALSE;
    if (is_next (parser, '+') || is_next (parser, '-'))
      parser->at++;
    if (skip_digits (parser) == 0)
      return fail_here (parser);
  }
  text = g_strndup (from, parser->at - from);
  return number_node (text, whole);
}

static gboolean
accept_literal (Parser * parser, const gchar * literal)
{
  gsize length = strlen (literal);

  if ((gsize) (parser->end - parser->at) < length
      || memcmp (parser->at, literal, length) != 0)
    return FALSE;
  parser->at += length;
  return TRUE;
}

static JsonNode *
parse_scalar (Parser * parser)
{
  if (is_next (parser, '"')) {
    g_autofree gchar *text = parse_string (parser);

    return text ? json_node_init_string (json_node_alloc (), text) : NULL;
  }
  if (accept_literal (parser, "true"))
    return json_node_init_boolean (json_node_alloc (), TRUE);
  if (accept_literal (parser, "false"))
    return json_node_init_boolean (json_node_alloc (), FALSE);
  /* Python servers write their NaN down as it is. */
  if (accept_literal (parser, "null") || accept_literal (parser, "NaN")
      || accept_literal (parser, "Infinity")
      || accept_literal (parser, "-Infinity"))
    return json_node_init_null (json_node_alloc ());
  return parse_number (parser);
}

static JsonNode *
new_container (gchar open)
{
  JsonNode *node;

  if (open == '[') {
    node = json_node_new (JSON_NODE_ARRAY);
    json_node_take_array (node, json_array_new ());
  } else {
    node = json_node_new (JSON_NODE_OBJECT);
    json_node_take_object (node, json_object_new ());
  }
  return node;
}

static gchar *
parse_name (Parser * parser, guint members)
{
  g_autofree gchar *name = NULL;

  skip_blanks (parser);
  if (members == MAX_MEMBERS)
    return fail (parser, "an object in it has too many members");
  if (!is_next (parser, '"'))
    return fail_here (parser);
  name = parse_string (parser);
  if (name && !accept (parser, ':'))
    return fail_here (parser);
  return g_steal_pointer (&name);
}

static JsonNode *
parse_value (Parser * parser)
{
  g_autoptr (JsonNode) node = NULL;
  gchar open;
  guint members = 0;

  skip_blanks (parser);
  if (++parser->values > MAX_VALUES)
    return fail (parser, "it has too many values");
  if (!is_next (parser, '{') && !is_next (parser, '['))
    return parse_scalar (parser);
  if (parser->depth == OPENAI_JSON_MAX_DEPTH)
    return fail (parser, "it is nested too deeply");

  open = *parser->at++;
  node = new_container (open);
  if (accept (parser, open == '{' ? '}' : ']'))
    return g_steal_pointer (&node);

  parser->depth++;
  do {
    g_autofree gchar *name = NULL;
    JsonNode *value;

    if (open == '{' && !(name = parse_name (parser, members++)))
      break;
    value = parse_value (parser);
    if (!value)
      break;
    if (open == '{')
      json_object_set_member (json_node_get_object (node), name, value);
    else
      json_array_add_element (json_node_get_array (node), value);
  } while (accept (parser, ','));
  parser->depth--;

  if (!accept (parser, open == '{' ? '}' : ']')) {
    fail_here (parser);
    if (!parser->keep_beginning)
      return NULL;
  }
  return g_steal_pointer (&node);
}

static void
parser_init (Parser * parser, const gchar * data, gssize length)
{
  *parser = (Parser) {.start = data,.at = data,.end = data };

  if (data)
    parser->end += length < 0 ? strlen (data) : (gsize) length;
  if (parser->end - parser->start > OPENAI_JSON_MAX_BYTES)
    fail (parser, "it is too large");
  if (parser->end - parser->at >= 3 && memcmp (data, "\xEF\xBB\xBF", 3) == 0)
    parser->at += 3;
}

JsonNode *
openai_json_parse (const gchar * data, gssize length, GError ** error)
{
  g_autoptr (JsonNode) node = NULL;
  Parser parser;

  parser_init (&parser, data, length);
  skip_blanks (&parser);
  if (parser.at == parser.end)
    fail (&parser, "it is empty");
  else if (!parser.problem && !g_utf8_validate_len (parser.at,
          parser.end - parser.at, NULL))
    fail (&parser, "it is not UTF-8");
  if (!parser.problem)
    node = parse_value (&parser);
  skip_blanks (&parser);
  if (!parser.problem && parser.at < parser.end)
    fail (&parser, "something follows its value");
  if (!parser.problem)
    return g_steal_pointer (&node);
  g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      "The server's JSON cannot be read at byte %" G_GSIZE_FORMAT ": %s",
      (gsize) (parser.at - parser.start), parser.problem);
  return NULL;
}

JsonNode *
openai_json_parse_object (const gchar * data, gssize length, GError ** error)
{
  g_autoptr (JsonNode) node = openai_json_parse (data, length, error);

  if (node && !JSON_NODE_HOLDS_OBJECT (node)) {
    g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
        "The server's JSON is not an object");
    return NULL;
  }
  return g_steal_pointer (&node);
}

JsonNode *
openai_json_parse_beginning (const gchar * data, gssize length)
{
  Parser parser;

  parser_init (&parser, data, length);
  if (parser.problem)
    return NULL;
  parser.keep_beginning = TRUE;
  if (parser.at < parser.end)
    g_utf8_validate_len (parser.at, parser.end - parser.at, &parser.end);
  return parse_value (&parser);
}

static JsonNode *
get_value (JsonObject * object, const gchar * name, GType type)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && JSON_NODE_HOLDS_VALUE (node) && (type == G_TYPE_INVALID
      || json_node_get_value_type (node) == type) ? node : NULL;
}

const gchar *
openai_json_string (JsonObject * object, const gchar * name)
{
  JsonNode *node = get_value (object, name, G_TYPE_STRING);

  return node ? json_node_get_string (node) : NULL;
}

JsonObject *
openai_json_object (JsonObject * object, const gchar * name)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && JSON_NODE_HOLDS_OBJECT (node) ?
      json_node_get_object (node) : NULL;
}

JsonArray *
openai_json_array (JsonObject * object, const gchar * name)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && JSON_NODE_HOLDS_ARRAY (node) ?
      json_node_get_array (node) : NULL;
}

gboolean
openai_json_boolean (JsonObject * object, const gchar * name, gboolean * value)
{
  JsonNode *node = get_value (object, name, G_TYPE_BOOLEAN);

  if (node)
    *value = json_node_get_boolean (node);
  return node != NULL;
}

/* Neither hexadecimal nor "nan", which strtod takes too. */
static gboolean
number_from_text (const gchar * text, gdouble * value)
{
  gchar *end;

  if (*text == '\0' || text[strspn (text, "0123456789+-.eE")] != '\0')
    return FALSE;
  *value = g_ascii_strtod (text, &end);
  return end != text && *end == '\0';
}

static gboolean
number_from_node (JsonNode * node, gdouble * value)
{
  switch (json_node_get_value_type (node)) {
    case G_TYPE_INT64:
      *value = json_node_get_int (node);
      return TRUE;
    case G_TYPE_DOUBLE:
      *value = json_node_get_double (node);
      return TRUE;
    case G_TYPE_STRING:
      return number_from_text (json_node_get_string (node), value);
    default:
      return FALSE;
  }
}

gboolean
openai_json_number (JsonObject * object, const gchar * name, gdouble * value)
{
  JsonNode *node = get_value (object, name, G_TYPE_INVALID);
  gdouble number;

  if (!node || !number_from_node (node, &number) || !isfinite (number))
    return FALSE;
  *value = number;
  return TRUE;
}

gboolean
openai_json_integer (JsonObject * object, const gchar * name, gint64 * value)
{
  JsonNode *node = get_value (object, name, G_TYPE_INT64);
  const gchar *text = openai_json_string (object, name);
  gdouble number;

  if (node) {
    *value = json_node_get_int (node);
    return TRUE;
  }
  if (text && g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64,
          value, NULL))
    return TRUE;
  if (!openai_json_number (object, name, &number) || number != trunc (number)
      || number < -0x1p63 || number >= 0x1p63)
    return FALSE;
  *value = number;
  return TRUE;
}

gboolean
openai_json_says (JsonObject * object, const gchar * name)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;
  const gchar *text = openai_json_string (object, name);
  gboolean yes;
  gdouble number;

  if (!node || JSON_NODE_HOLDS_NULL (node))
    return FALSE;
  if (openai_json_boolean (object, name, &yes))
    return yes;
  if (text)
    return *text != '\0';
  return !openai_json_number (object, name, &number) || number != 0;
}

JsonObject *
openai_json_element (JsonArray * array, guint index)
{
  JsonNode *node = array && index < json_array_get_length (array) ?
      json_array_get_element (array, index) : NULL;

  return node && JSON_NODE_HOLDS_OBJECT (node) ?
      json_node_get_object (node) : NULL;
}

gchar *
openai_json_to_text (JsonNode * node)
{
  return json_to_string (node, FALSE);
}
