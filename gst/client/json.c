// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* JSON from strangers: bounded parsing and getters that never complain. */

#include "json.h"

#include <math.h>
#include <string.h>

#include "error.h"
#include "i18n.h"

static GError *
bad_json (const gchar *why)
{
  return g_error_new (OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      _("The server sent JSON that cannot be read: %s"), why);
}

/* What is open while JSON is looked through. */
typedef struct
{
  const gchar *p;
  const gchar *end;
  guint depth;
  guint values;
  guint members[OPENAI_JSON_MAX_DEPTH + 1]; /* at each depth */
  gboolean ended;
  GString *repaired; /* what comes before rest, when it differs */
  const gchar *rest;
} Scanner;

/* What is read there is @by instead of what stands from @begin to @end. */
static void
repair (Scanner *scanner, const gchar *begin, const gchar *end, const gchar *by)
{
  if (!scanner->repaired)
    scanner->repaired = g_string_new (NULL);
  g_string_append_len (scanner->repaired, scanner->rest, begin - scanner->rest);
  g_string_append (scanner->repaired, by);
  scanner->rest = end;
}

#define ESCAPE_LENGTH 6
#define HIGH 0xd800
#define LOW 0xdc00

/* The \uXXXX at @p; -1: it is none. */
static gint
unit_at (const Scanner *scanner, const gchar *p)
{
  gint unit = 0;

  if (scanner->end - p < ESCAPE_LENGTH || p[0] != '\\' || p[1] != 'u')
    return -1;
  for (guint i = 2; i < ESCAPE_LENGTH; i++) {
    if (!g_ascii_isxdigit (p[i]))
      return -1;
    unit = 16 * unit + g_ascii_xdigit_value (p[i]);
  }
  return unit;
}

/* Whether @unit is half of a surrogate pair, HIGH or LOW. */
static gboolean
is_half (gint unit, gint half)
{
  return unit >= half && unit < half + 0x400;
}

/* Leaves p at the last character of it. json-glib takes half a pair for text
 * that is no UTF-8, and from 1.10 on not at all; its strings end at a NUL. */
static gboolean
skip_unit (Scanner *scanner)
{
  gint unit = unit_at (scanner, scanner->p);
  const gchar *next;

  if (unit < 0)
    return FALSE;
  next = scanner->p + ESCAPE_LENGTH;
  if (unit == 0)
    repair (scanner, scanner->p, next, "");
  else if (is_half (unit, HIGH) && is_half (unit_at (scanner, next), LOW))
    next += ESCAPE_LENGTH;
  else if (is_half (unit, HIGH) || is_half (unit, LOW))
    repair (scanner, scanner->p, next, "\\ufffd");
  scanner->p = next - 1;
  return TRUE;
}

/* Leaves p at its last character. NULL: fine. */
static const gchar *
skip_string (Scanner *scanner)
{
  for (scanner->p++; scanner->p < scanner->end; scanner->p++) {
    if (*scanner->p == '"')
      return NULL;
    if (*scanner->p != '\\')
      continue;
    /* json-glib reads \200 as a byte. */
    if (scanner->end - scanner->p > 1 && scanner->p[1] != 'u'
        && !g_ascii_isdigit (scanner->p[1]))
      scanner->p++;
    else if (!skip_unit (scanner))
      break;
  }
  return scanner->p < scanner->end ? "a character is none" : "it is cut short";
}

static gsize
skip_digits (Scanner *scanner)
{
  const gchar *begin = scanner->p;

  while (scanner->p < scanner->end && g_ascii_isdigit (*scanner->p))
    scanner->p++;
  return scanner->p - begin;
}

static gboolean
skip_one_of (Scanner *scanner, const gchar *characters)
{
  gboolean there =
      scanner->p < scanner->end && *scanner->p && strchr (characters, *scanner->p);

  scanner->p += there;
  return there;
}

/* json-glib reads integers beyond 64 bits as -1, but not as doubles. */
static void
repair_integer (Scanner *scanner, const gchar *begin)
{
  g_autofree gchar *text = g_strndup (begin, scanner->p - begin);

  if (g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, NULL, NULL))
    return;
  repair (scanner, scanner->p, scanner->p, ".0");
}

/* Leaves p at its last character. json-glib reads 010 and 0x10, too. */
static gboolean
skip_number (Scanner *scanner)
{
  const gchar *begin = scanner->p;
  gboolean integer = TRUE;
  gsize digits;

  skip_one_of (scanner, "-");
  digits = scanner->p < scanner->end && *scanner->p == '0' ? 1 : G_MAXSIZE;
  if (digits == 1)
    scanner->p++;
  else if ((digits = skip_digits (scanner)) == 0)
    return FALSE;
  if (skip_one_of (scanner, ".")) {
    integer = FALSE;
    if (skip_digits (scanner) == 0)
      return FALSE;
  }
  if (skip_one_of (scanner, "eE")) {
    integer = FALSE;
    skip_one_of (scanner, "+-");
    if (skip_digits (scanner) == 0)
      return FALSE;
  }
  if (integer && digits > 18)
    repair_integer (scanner, begin);
  scanner->p--;
  return scanner->p + 1 == scanner->end || !g_ascii_isalnum (scanner->p[1]);
}

/* true, false or null. Leaves p at its last character. Python writes NaN,
 * Infinity and -Infinity, which are no JSON: a number that is not known. */
static gboolean
skip_word (Scanner *scanner)
{
  static const gchar *const unknown[] = { "NaN", "Infinity", "-Infinity" };
  const gchar *begin = scanner->p;
  g_autofree gchar *word = NULL;

  if (!g_ascii_isalpha (*begin) && *begin != '-')
    return FALSE;
  while (scanner->p + 1 < scanner->end && g_ascii_isalpha (scanner->p[1]))
    scanner->p++;
  word = g_strndup (begin, scanner->p + 1 - begin);
  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++) {
    if (g_str_equal (word, unknown[i]))
      repair (scanner, begin, scanner->p + 1, "null");
  }
  return g_ascii_isalpha (*begin) || g_str_equal (word, "-Infinity");
}

/* What begins at p, up to its last character. NULL: fine. */
static const gchar *
check_token (Scanner *scanner)
{
  switch (*scanner->p) {
    case '"':
      return skip_string (scanner);
    case '[':
    case '{':
      if (++scanner->depth > OPENAI_JSON_MAX_DEPTH)
        return "it is nested too deeply";
      scanner->members[scanner->depth] = 0;
      scanner->values++;
      return NULL;
    case ']':
    case '}':
      if (scanner->depth == 0)
        return "a bracket too many";
      scanner->depth--;
      return NULL;
    case ',':
      scanner->values++;
      return NULL;
    case ':':
      return ++scanner->members[scanner->depth] > OPENAI_JSON_MAX_MEMBERS
          ? "an object has too many members"
          : NULL;
    default:
      if (g_ascii_isdigit (*scanner->p)
          || (*scanner->p == '-' && scanner->end - scanner->p > 1
              && !g_ascii_isalpha (scanner->p[1])))
        return skip_number (scanner) ? NULL : "a number is none";
      return skip_word (scanner) ? NULL : "there is more than JSON in it";
  }
}

/* json-glib recurses for each level, takes comments and whatever follows the
 * value, and has its trouble with many members: all is looked at first. */
static const gchar *
scan (Scanner *scanner)
{
  for (; scanner->p < scanner->end; scanner->p++) {
    const gchar *problem;

    if (g_ascii_isspace (*scanner->p))
      continue;
    if (scanner->ended)
      return "something follows its end";
    problem = check_token (scanner);
    if (problem)
      return problem;
    if (scanner->values > OPENAI_JSON_MAX_VALUES)
      return "it has too many values";
    scanner->ended = scanner->depth == 0;
  }
  return scanner->depth > 0 ? "it is cut short" : NULL;
}

/* NULL: fine. */
static const gchar *
check (const gchar *data, gsize length, GString **repaired)
{
  Scanner scanner = { .p = data, .end = data + length, .rest = data };
  const gchar *problem;

  if (length > OPENAI_JSON_MAX_BYTES)
    return "it is too large";
  if (!g_utf8_validate (data, length, NULL))
    return "it is not UTF-8";
  problem = scan (&scanner);
  if (scanner.repaired)
    g_string_append_len (scanner.repaired, scanner.rest, scanner.end - scanner.rest);
  *repaired = scanner.repaired;
  return problem;
}

JsonNode *
openai_json_parse (const gchar *data, gssize length, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) cause = NULL;
  g_autoptr (GString) repaired = NULL;
  const gchar *problem;
  JsonNode *root;

  if (length < 0)
    length = strlen (data);
  problem = check (data, length, &repaired);
  if (problem) {
    g_propagate_error (error, bad_json (problem));
    return NULL;
  }

  if (repaired) {
    data = repaired->str;
    length = repaired->len;
  }
  if (!json_parser_load_from_data (parser, data, length, &cause)) {
    g_propagate_error (error, bad_json (cause->message));
    return NULL;
  }
  root = json_parser_steal_root (parser);
  if (!root)
    g_propagate_error (error, bad_json ("it is empty"));
  return root;
}

JsonNode *
openai_json_parse_object (const gchar *data, gssize length, GError **error)
{
  g_autoptr (JsonNode) root = openai_json_parse (data, length, error);

  if (root && !JSON_NODE_HOLDS_OBJECT (root)) {
    g_propagate_error (error, bad_json ("it is not an object"));
    return NULL;
  }
  return g_steal_pointer (&root);
}

static JsonNode *
get_member (JsonObject *object, const gchar *name)
{
  return object ? json_object_get_member (object, name) : NULL;
}

static GType
value_type (JsonNode *node)
{
  return node && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node)
                                              : G_TYPE_INVALID;
}

const gchar *
openai_json_string (JsonObject *object, const gchar *name)
{
  JsonNode *node = get_member (object, name);

  return value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

JsonObject *
openai_json_object (JsonObject *object, const gchar *name)
{
  JsonNode *node = get_member (object, name);

  return node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

JsonArray *
openai_json_array (JsonObject *object, const gchar *name)
{
  JsonNode *node = get_member (object, name);

  return node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

gboolean
openai_json_boolean (JsonObject *object, const gchar *name, gboolean *value)
{
  JsonNode *node = get_member (object, name);

  if (value_type (node) != G_TYPE_BOOLEAN)
    return FALSE;
  *value = json_node_get_boolean (node);
  return TRUE;
}

gboolean
openai_json_number (JsonObject *object, const gchar *name, gdouble *value)
{
  JsonNode *node = get_member (object, name);
  GType type = value_type (node);
  gdouble number;

  if (type == G_TYPE_INT64 || type == G_TYPE_DOUBLE) {
    number = json_node_get_double (node);
  } else if (type == G_TYPE_STRING) {
    const gchar *text = json_node_get_string (node);
    gchar *end;

    number = g_ascii_strtod (text, &end);
    if (end == text || *end != '\0')
      return FALSE;
  } else {
    return FALSE;
  }
  if (!isfinite (number))
    return FALSE;
  *value = number;
  return TRUE;
}

gboolean
openai_json_integer (JsonObject *object, const gchar *name, gint64 *value)
{
  JsonNode *node = get_member (object, name);
  gdouble number;

  if (value_type (node) == G_TYPE_INT64) {
    *value = json_node_get_int (node);
    return TRUE;
  }
  if (!openai_json_number (object, name, &number) || fabs (number) > 1e15
      || number != floor (number))
    return FALSE;
  *value = (gint64) number;
  return TRUE;
}

JsonObject *
openai_json_element (JsonArray *array, guint index)
{
  JsonNode *node = array && index < json_array_get_length (array)
      ? json_array_get_element (array, index)
      : NULL;

  return node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

gchar *
openai_json_to_text (JsonNode *node)
{
  return json_to_string (node, FALSE);
}

void
openai_json_add_string (JsonObject *object, const gchar *name, const gchar *value)
{
  if (value)
    json_object_set_string_member (object, name, value);
}

static void
add_member (JsonObject *extra, const gchar *name, JsonNode *node, gpointer object)
{
  json_object_set_member (object, name, json_node_copy (node));
}

void
openai_json_add_members (JsonObject *object, JsonObject *extra)
{
  if (extra)
    json_object_foreach_member (extra, add_member, object);
}

OpenaiBody *
openai_json_body (JsonObject *object)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  OpenaiBody *body = openai_body_new ();
  g_autoptr (GBytes) bytes = NULL;
  gchar *text;

  json_node_take_object (root, object);
  text = openai_json_to_text (root);
  bytes = g_bytes_new_take (text, strlen (text));
  openai_body_append (body, bytes);
  openai_body_close (body);
  return body;
}
