// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* JSON from strangers. */

#include "client/json.h"

#include <string.h>

#include "client/error.h"

static void
test_bad (void)
{
  static const gchar *const texts[] = {
    "",
    "  \n",
    "{",
    "[1,2",
    "{\"a\":\"b",
    "{\"a\":1}}",
    "{} {}",
    "{\"a\"}",
    "nonsense",
    "{\"a\":\"\xff\"}",
    "]",
    "\"open",
    "{\"a\":1 /* b */}",
    "{\"a\":1} // b",
    "// b\n{}",
    "{'a':1}",
    "[010]",
    "[0x10]",
    "[$10]",
    "[1.]",
    "[.5]",
    "[-]",
    "[1e]",
    "[+1]",
    "a = {}",
    "[1a]",
    "[1;2]",
    "0{}",
    "0{\"a\":1}",
    "1 2",
    "\"a\" \"b\"",
    "true{}",
    "null 1",
    ",{}",
    ",",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (openai_json_parse (texts[i], -1, &error));
    g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
  }
}

static void
test_depth (void)
{
  for (guint depth = OPENAI_JSON_MAX_DEPTH; depth < 300000; depth *= 10) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) node = NULL;

    for (guint i = 0; i < depth; i++)
      g_string_append_c (text, '[');
    for (guint i = 0; i < depth; i++)
      g_string_append_c (text, ']');
    node = openai_json_parse (text->str, text->len, &error);
    if (depth <= OPENAI_JSON_MAX_DEPTH)
      g_assert_no_error (error);
    else
      g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
  }
}

/* Quotes in comments, and what they would hide. */
static void
test_hidden_depth (void)
{
  g_autofree gchar *deep = g_strnfill (1000000, '[');
  g_autofree gchar *text = g_strconcat ("[/*\"*/", deep, "/*\"*/]", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (openai_json_parse (text, -1, &error));
  g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
}

typedef struct
{
  const gchar *begin;
  const gchar *item; /* %u: its number */
  guint most;
} Crowd;

/* As many as there may be, in no time; and one more. */
static void
test_crowds (void)
{
  static const Crowd crowds[] = {
    { "{\"z\":[]", ",\"%u\":0", OPENAI_JSON_MAX_MEMBERS - 1 },
    { "{\"z\":[]", ",\"x\":%u", OPENAI_JSON_MAX_MEMBERS - 1 },
    { "[0", ",%u", OPENAI_JSON_MAX_VALUES - 1 },
  };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (crowds); i++) {
    const Crowd *crowd = &crowds[i / 2];
    guint n = crowd->most + i % 2;
    g_autoptr (GString) text = g_string_new (crowd->begin);
    g_auto (GStrv) item = g_strsplit (crowd->item, "%u", 2);
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) node = NULL;

    for (guint k = 0; k < n; k++)
      g_string_append_printf (text, "%s%u%s", item[0], k, item[1]);
    g_string_append_c (text, *text->str == '[' ? ']' : '}');
    g_test_timer_start ();
    node = openai_json_parse (text->str, text->len, &error);
    g_assert_true ((node != NULL) == (i % 2 == 0));
    g_assert_cmpfloat (g_test_timer_elapsed (), <, 60);
  }
}

static void
test_numbers (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = openai_json_parse_object (
      "{\"a\":"
      "99999999999999999999,\"b\":[-99999999999999999999],\"c\":"
      "9223372036854775807,\"d\":-9223372036854775808,\"e\":-0.5e-1,"
      "\"f\":0}",
      -1, &error);
  JsonObject *object;
  gdouble d;
  gint64 i;

  g_assert_no_error (error);
  object = json_node_get_object (node);
  g_assert_true (openai_json_number (object, "a", &d) && d == 1e20);
  g_assert_false (openai_json_integer (object, "a", &i));
  g_assert_cmpfloat (
      json_array_get_double_element (openai_json_array (object, "b"), 0), ==, -1e20);
  g_assert_true (openai_json_integer (object, "c", &i) && i == G_MAXINT64);
  g_assert_true (openai_json_integer (object, "d", &i) && i == G_MININT64);
  g_assert_true (openai_json_number (object, "e", &d) && d == -0.05);
  g_assert_true (openai_json_integer (object, "f", &i) && i == 0);
}

/* Brackets and quotes in strings are no structure. */
static void
test_strings (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node =
      openai_json_parse_object ("{\"a\":\"]}\\\"[{\\\\\"}\n", -1, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (openai_json_string (json_node_get_object (node), "a"), ==, "]}\"[{\\");
}

/* Half a surrogate pair is no character. */
static void
test_surrogates (void)
{
  static const struct
  {
    const gchar *json;
    const gchar *expected;
  } cases[] = {
    { "{\"a\":\"\\ud83d\\ude00\"}", "😀" },
    { "{\"a\":\"x\\uDE00y\"}", "x\uFFFDy" },
    { "{\"a\":\"\\ud83d\\ud83d\\ude00\"}", "\uFFFD😀" },
    { "{\"a\":\"\\ud83d\"}", "\uFFFD" },
    { "{\"a\":\"\\ud83d\\\"\"}", "\uFFFD\"" },
    { "{\"a\":\"\\\\ud83d\"}", "\\ud83d" },
    { "{\"a\":\"\\u00e9\\ue000\"}", "é\uE000" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) node = openai_json_parse_object (cases[i].json, -1, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (
        openai_json_string (json_node_get_object (node), "a"), ==, cases[i].expected);
  }
  g_assert_null (openai_json_parse ("\"\\u12x4\"", -1, NULL));
  g_assert_null (openai_json_parse ("\"\\u123", -1, NULL));
  g_assert_null (openai_json_parse ("\"\\200\"", -1, NULL));
  g_assert_null (openai_json_parse ("\"\\", -1, NULL));
}

static void
test_getters (void)
{
  g_autoptr (JsonNode) node = openai_json_parse_object (
      "{\"s\":\"x\","
      "\"i\":5,\"d\":2.5,\"n\":null,\"b\":true,\"o\":{},\"a\":[{},7],"
      "\"ns\":\"11.5\",\"bad\":\"11x\",\"big\":99999999999999999999}",
      -1, NULL);
  JsonObject *object = json_node_get_object (node);
  const gchar *const names[] = { "s", "i", "d", "n", "b", "o", "a", "none" };
  gdouble d;
  gint64 i;
  gboolean b;

  /* Every getter on every type: only its own answers. */
  for (guint n = 0; n < G_N_ELEMENTS (names); n++) {
    const gchar *name = names[n];
    gboolean number = *name == 'i' || *name == 'd';

    g_assert_true ((openai_json_string (object, name) != NULL) == (*name == 's'));
    g_assert_true ((openai_json_object (object, name) != NULL) == (*name == 'o'));
    g_assert_true ((openai_json_array (object, name) != NULL) == (*name == 'a'));
    g_assert_true (openai_json_boolean (object, name, &b) == (*name == 'b'));
    g_assert_true (openai_json_number (object, name, &d) == number);
    g_assert_true (openai_json_integer (object, name, &i) == (*name == 'i'));
    g_assert_null (openai_json_string (NULL, name));
    g_assert_false (openai_json_number (NULL, name, &d));
  }
  g_assert_true (openai_json_number (object, "ns", &d));
  g_assert_cmpfloat (d, ==, 11.5);
  d = 3;
  g_assert_false (openai_json_number (object, "bad", &d));
  g_assert_cmpfloat (d, ==, 3);
  g_assert_nonnull (openai_json_element (openai_json_array (object, "a"), 0));
  g_assert_null (openai_json_element (openai_json_array (object, "a"), 1));
  g_assert_null (openai_json_element (openai_json_array (object, "a"), 9));
  g_assert_null (openai_json_element (NULL, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/bad", test_bad);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/hidden-depth", test_hidden_depth);
  g_test_add_func ("/json/crowds", test_crowds);
  g_test_add_func ("/json/numbers", test_numbers);
  g_test_add_func ("/json/strings", test_strings);
  g_test_add_func ("/json/surrogates", test_surrogates);
  g_test_add_func ("/json/getters", test_getters);
  return g_test_run ();
}
