// SPDX-License-Identifier: LGPL-2.1-or-later
/* Text to pieces. */

#include "tts/sentences.h"

#include <string.h>

/* The pieces of @text, joined by "|". */
static gchar *
pieces (const gchar * text, gssize length, guint max_chars, guint first_chars,
    guint most)
{
  g_autoptr (Sentences) sentences = sentences_new (max_chars, first_chars);
  g_autoptr (GRand) rand = g_rand_new_with_seed (most);
  GString *out = g_string_new (NULL);
  gsize size = length < 0 ? strlen (text) : (gsize) length, done = 0;

  while (done < size) {
    gsize wanted = g_rand_int_range (rand, 1, most + 1);
    gsize n = MIN (size - done, wanted);

    sentences_push (sentences, text + done, n);
    done += n;
  }
  sentences_finish (sentences);
  for (;;) {
    g_autofree gchar *piece = sentences_next (sentences);

    if (!piece)
      break;
    g_assert_true (g_utf8_validate (piece, -1, NULL));
    g_assert_cmpint (g_utf8_strlen (piece, -1), <=, max_chars);
    g_assert_cmpint (g_utf8_strlen (piece, -1), >, 0);
    g_assert_false (g_unichar_isspace (g_utf8_get_char (piece)));
    g_string_append_printf (out, "%s%s", out->len ? "|" : "", piece);
  }
  g_assert_cmpuint (sentences_length (sentences), ==, 0);
  return g_string_free (out, FALSE);
}

static const struct
{
  const gchar *text;
  guint max_chars;
  guint first_chars;
  const gchar *pieces;
} cases[] = {
  {"", 100, 0, ""},
  {" \n\t \n", 100, 0, ""},
  {"Hello", 100, 0, "Hello"},
  {"  Hello   there \n friend. ", 100, 0, "Hello there friend."},
  {"One. Two. Three.", 100, 0, "One. Two. Three."},
  {"One. Two. Three.", 10, 0, "One. Two.|Three."},
  {"One. Two. Three.", 5, 0, "One.|Two.|Three|."},
  {"First, second, third thing", 16, 0, "First, second,|third thing"},
  {"no boundary but spaces here", 12, 0, "no boundary|but spaces|here"},
  {"abcdefghij", 4, 0, "abcd|efgh|ij"},
  {"你好。世界！再见", 4, 0, "你好。|世界！|再见"},
  {"مرحبا؟ نعم. لا", 7, 0, "مرحبا؟|نعم. لا"},
  {"नमस्ते। कैसे हो", 9, 0, "नमस्ते।|कैसे हो"},
  {"Dr. Smith is here. He waits.", 20, 0, "Dr. Smith is here.|He waits."},
  {"It costs 3.14 now. Yes.", 18, 0, "It costs 3.14 now.|Yes."},
  {"Made in the U.S. Army base.", 20, 0, "Made in the U.S.|Army base."},
  {"\"Stop!\" he said. Then.", 16, 0, "\"Stop!\" he said.|Then."},
  {"Short one. A much longer second sentence.", 100, 5,
      "Short one.|A much longer second sentence."},
  {"👩‍👩‍👧👩‍👩‍👧", 7, 0, "👩‍👩‍👧|👩‍👩‍👧"},
  {"🇩🇪🇫🇷🇪🇸", 3, 0, "🇩🇪|🇫🇷|🇪🇸"},
  {"e\xcc\x81" "e\xcc\x81", 3, 0, "e\xcc\x81|e\xcc\x81"},
};

static void
test_pieces (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *got = pieces (cases[i].text, -1, cases[i].max_chars,
        cases[i].first_chars, 1000);

    g_assert_cmpstr (got, ==, cases[i].pieces);
  }
}

/* How the bytes come changes nothing, UTF-8 cut anywhere included. */
static void
test_any_pushes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    for (guint most = 1; most < 6; most++) {
      g_autofree gchar *got = pieces (cases[i].text, -1, cases[i].max_chars,
          cases[i].first_chars, most);

      g_assert_cmpstr (got, ==, cases[i].pieces);
    }
  }
}

static void
test_no_utf8 (void)
{
  const gchar text[] = "a\0b\xff" "c\x07" "d \xc3";
  g_autofree gchar *got = pieces (text, sizeof text - 1, 100, 0, 1);

  g_assert_cmpstr (got, ==, "ab\xef\xbf\xbd" "cd \xef\xbf\xbd");
}

static gchar *
without_space (const gchar * text)
{
  GString *out = g_string_new (NULL);

  for (; *text; text++) {
    if (!g_ascii_isspace (*text) && *text != '|')
      g_string_append_c (out, *text);
  }
  return g_string_free (out, FALSE);
}

/* Nothing is lost of any text, at any limit. */
static void
test_nothing_is_lost (void)
{
  static const gchar *const words[] = {
    "the", "quick", "e.g.", "Mr.", "fox.", "jumps!", "über,", "好。", "\n\n",
    "3.14", "(yes)", "\"no?\"", "…", "a-very-long-word-that-fills-it", "👍🏽"
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (guint round = 0; round < 300; round++) {
    g_autoptr (GString) text = g_string_new (NULL);
    guint max_chars = g_rand_int_range (rand, 1, 60);
    g_autofree gchar *got = NULL, *expected = NULL, *actual = NULL;

    for (guint i = 0; i < 60; i++)
      g_string_append_printf (text, "%s ",
          words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))]);
    got = pieces (text->str, -1, max_chars, round % 3 ? 0 : 20, 1 + round);
    expected = without_space (text->str);
    actual = without_space (got);
    g_assert_cmpstr (actual, ==, expected);
  }
}

/* What is complete does not wait for more; what is not, does. */
static void
test_as_it_comes (void)
{
  g_autoptr (Sentences) sentences = sentences_new (100, 0);
  g_autofree gchar *first = NULL, *second = NULL, *third = NULL;

  sentences_push (sentences, "Hello the", 9);
  g_assert_null (sentences_next (sentences));
  sentences_push (sentences, "re.", 3);
  g_assert_null (sentences_next (sentences));
  sentences_push (sentences, " How are", 8);
  first = sentences_next (sentences);
  g_assert_cmpstr (first, ==, "Hello there.");
  g_assert_null (sentences_next (sentences));
  sentences_push (sentences, " you\n\n", 6);
  second = sentences_next (sentences);
  g_assert_cmpstr (second, ==, "How are you");
  sentences_push (sentences, "Bye", 3);
  g_assert_null (sentences_next (sentences));
  sentences_finish (sentences);
  third = sentences_next (sentences);
  g_assert_cmpstr (third, ==, "Bye");
  g_assert_null (sentences_next (sentences));
}

/* A book in single bytes takes no time to speak of. */
static void
test_a_book (void)
{
  g_autoptr (GString) book = g_string_new (NULL);
  g_autofree gchar *got = NULL;
  gint64 begun = g_get_monotonic_time ();

  for (guint i = 0; i < 4000; i++)
    g_string_append (book, "It was the best of times, it was the worst. ");
  got = pieces (book->str, book->len, 4096, 200, 1);
  g_assert_cmpuint (strlen (got), >, book->len * 9 / 10);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 5 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sentences/pieces", test_pieces);
  g_test_add_func ("/sentences/any-pushes", test_any_pushes);
  g_test_add_func ("/sentences/no-utf8", test_no_utf8);
  g_test_add_func ("/sentences/nothing-is-lost", test_nothing_is_lost);
  g_test_add_func ("/sentences/as-it-comes", test_as_it_comes);
  g_test_add_func ("/sentences/a-book", test_a_book);
  return g_test_run ();
}
