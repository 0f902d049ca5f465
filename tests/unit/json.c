// SPDX-License-Identifier: LGPL-2.1-or-later
/* JSON from strangers. */

#include "client/json.h"

#include <string.h>

#include "client/error.h"

static void
test_bad (void)
{
  static const gchar *const texts[] = {
    "", "  \n", "{", "[1,2", "{\"a\":\"b", "{\"a\":1}}", "{} {}", "{\"a\"}",
    "nonsense", "{\"a\":\"\xff\"}", "]", "\"open",
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

/* Brackets and quotes in strings are no structure. */
static void
test_strings (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node =
      openai_json_parse_object ("{\"a\":\"]}\\\"[{\\\\\"}\n", -1, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (openai_json_string (json_node_get_object (node), "a"), ==,
      "]}\"[{\\");
}

static void
test_getters (void)
{
  g_autoptr (JsonNode) node = openai_json_parse_object ("{\"s\":\"x\","
      "\"i\":5,\"d\":2.5,\"n\":null,\"b\":true,\"o\":{},\"a\":[{},7],"
      "\"ns\":\"11.5\",\"bad\":\"11x\",\"big\":99999999999999999999}", -1,
      NULL);
  JsonObject *object = json_node_get_object (node);
  const gchar *const names[] = { "s", "i", "d", "n", "b", "o", "a", "none" };
  gdouble d;
  gint64 i;
  gboolean b;

  /* Every getter on every type: only its own answers. */
  for (guint n = 0; n < G_N_ELEMENTS (names); n++) {
    const gchar *name = names[n];
    gboolean number = *name == 'i' || *name == 'd';

    g_assert_true ((openai_json_string (object, name) != NULL)
        == (*name == 's'));
    g_assert_true ((openai_json_object (object, name) != NULL)
        == (*name == 'o'));
    g_assert_true ((openai_json_array (object, name) != NULL)
        == (*name == 'a'));
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
  g_test_add_func ("/json/strings", test_strings);
  g_test_add_func ("/json/getters", test_getters);
  return g_test_run ();
}
