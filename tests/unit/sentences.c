// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Text to pieces. */

#include "text/sentences.h"

#include <string.h>

#include "work.h"

/* The pieces of @text, joined by "|". */
static gchar *
pieces (const gchar *text, gssize length, guint max_chars, guint first_chars, guint most)
{
  g_autoptr (OpenaiSentences) sentences = openai_sentences_new (max_chars, first_chars);
  g_autoptr (GRand) rand = g_rand_new_with_seed (most);
  GString *out = g_string_new (NULL);
  gsize size = length < 0 ? strlen (text) : (gsize) length, done = 0;

  while (done < size) {
    gsize wanted = g_rand_int_range (rand, 1, most + 1);
    gsize n = MIN (size - done, wanted);

    openai_sentences_push (sentences, text + done, n);
    done += n;
  }
  openai_sentences_finish (sentences);
  for (;;) {
    g_autofree gchar *piece = openai_sentences_next (sentences);

    if (!piece)
      break;
    g_assert_true (g_utf8_validate (piece, -1, NULL));
    g_assert_cmpint (g_utf8_strlen (piece, -1), <=, max_chars);
    g_assert_cmpint (g_utf8_strlen (piece, -1), >, 0);
    g_assert_false (g_unichar_isspace (g_utf8_get_char (piece)));
    g_assert_false (
        g_unichar_isspace (g_utf8_get_char (g_utf8_prev_char (piece + strlen (piece)))));
    g_string_append_printf (out, "%s%s", out->len ? "|" : "", piece);
  }
  g_assert_cmpuint (openai_sentences_length (sentences), ==, 0);
  return g_string_free (out, FALSE);
}

static const struct
{
  const gchar *text;
  guint max_chars;
  guint first_chars;
  const gchar *pieces;
} cases[] = {
  { "", 100, 0, "" },
  { " \n\t \n", 100, 0, "" },
  { "Hello", 100, 0, "Hello" },
  { "  Hello   there \n friend. ", 100, 0, "Hello there friend." },
  { "One. Two. Three.", 100, 0, "One. Two. Three." },
  { "One. Two. Three.", 10, 0, "One. Two.|Three." },
  { "One. Two. Three.", 5, 0, "One.|Two.|Three|." },
  { "First, second, third thing", 16, 0, "First, second,|third thing" },
  { "no boundary but spaces here", 12, 0, "no boundary|but spaces|here" },
  { "abcdefghij", 4, 0, "abcd|efgh|ij" },
  { "你好。世界！再见", 4, 0, "你好。|世界！|再见" },
  { "مرحبا؟ نعم. لا", 7, 0, "مرحبا؟|نعم. لا" },
  { "नमस्ते। कैसे हो", 9, 0, "नमस्ते।|कैसे हो" },
  { "Dr. Smith is here. He waits.", 20, 0, "Dr. Smith is here.|He waits." },
  { "It costs 3.14 now. Yes.", 18, 0, "It costs 3.14 now.|Yes." },
  { "Made in the U.S. Army base.", 20, 0, "Made in the U.S.|Army base." },
  { "\"Stop!\" he said. Then.", 16, 0, "\"Stop!\" he said.|Then." },
  { "Short one. A much longer second sentence.", 100, 5,
      "Short one.|A much longer second sentence." },
  { "One. Two. Three is a little longer. Four.", 100, 12,
      "One. Two.|Three is a little longer. Four." },
  { "A sentence, which is long, and which goes on. End.", 100, 8,
      "A sentence,|which is long, and which goes on. End." },
  { "A sentence, that ends. End.", 100, 15, "A sentence, that ends.|End." },
  { "All. Of. It.", 100, 50, "All. Of. It." },
  { "\xc2\xa0\xe2\x80\xaf\xc2\xa0", 100, 0, "" },
  { "\xef\xbb\xbfHi\xe2\x80\xaf! You", 100, 0, "Hi\xc2\xa0! You" },
  { "aa\xc2\xa0\xc2\xa0\xc2\xa0"
    "bb",
      2, 0, "aa|bb" },
  { "one\vtwo\xc2\x85three\r\nfour", 100, 0, "one two three four" },
  { "One\xe2\x80\xa9Two", 5, 0, "One|Two" },
  { "“Mr. Smith is here.” He waits.", 22, 0, "“Mr. Smith is here.”|He waits." },
  { "Von É. Zola. Ende.", 13, 0, "Von É. Zola.|Ende." },
  { "„Halt!“ Er geht weg.", 12, 0, "„Halt!“|Er geht weg." },
  { "「你好。」』再见了", 6, 0, "「你好。」』|再见了" },
  /* 한국 in jamo */
  { "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab"
    "\xe1\x84\x80\xe1\x85\xae\xe1\x86\xa8",
      4, 0,
      "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab|"
      "\xe1\x84\x80\xe1\x85\xae\xe1\x86\xa8" },
  { "👩‍👩‍👧👩‍👩‍👧", 7, 0,
      "👩‍👩‍👧|👩‍👩‍👧" },
  { "🇩🇪🇫🇷🇪🇸", 3, 0, "🇩🇪|🇫🇷|🇪🇸" },
  { "e\xcc\x81"
    "e\xcc\x81",
      3, 0, "e\xcc\x81|e\xcc\x81" },
  { "Am Freitag, den 3. Oktober. Ende.", 30, 0, "Am Freitag, den 3. Oktober.|Ende." },
  { "I said no. At No. 5 we met.", 20, 0, "I said no.|At No. 5 we met." },
  { "เก้าโมง", 5, 0, "เก้า|โมง" },
  { "မန္တလေး", 5, 0, "မန္တ|လေး" },
};

static void
test_pieces (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *got =
        pieces (cases[i].text, -1, cases[i].max_chars, cases[i].first_chars, 1000);

    g_assert_cmpstr (got, ==, cases[i].pieces);
  }
}

/* How the bytes come changes nothing, UTF-8 cut anywhere included. */
static void
test_any_pushes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    for (guint most = 1; most < 6; most++) {
      g_autofree gchar *got =
          pieces (cases[i].text, -1, cases[i].max_chars, cases[i].first_chars, most);

      g_assert_cmpstr (got, ==, cases[i].pieces);
    }
  }
}

static void
test_no_utf8 (void)
{
  const gchar text[] = "a\0b\xff"
                       "c\x07"
                       "d \xc3";
  g_autofree gchar *got = pieces (text, sizeof text - 1, 100, 0, 1);

  g_assert_cmpstr (got, ==,
      "ab\xef\xbf\xbd"
      "cd \xef\xbf\xbd");
}

/* What is no character does not hold up what comes after it. */
static void
test_no_utf8_as_it_comes (void)
{
  static const gchar *const starts[] = { "\xf0", "\xe4\xb8", "\xff", "\xfc",
    "\xf0\x9f\x8e", "\xc3" };

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++) {
    g_autoptr (OpenaiSentences) sentences = openai_sentences_new (100, 0);
    g_autofree gchar *piece = NULL;

    openai_sentences_push (sentences, starts[i], strlen (starts[i]));
    openai_sentences_push (sentences, "\0 Hello. So", 12);
    piece = openai_sentences_next (sentences);
    g_assert_nonnull (piece);
    g_assert_true (g_str_has_suffix (piece, " Hello."));
    g_assert_cmpuint (openai_sentences_length (sentences), ==, 2);
  }
}

/* Bytes of any kind give the same pieces however they come. */
static void
test_any_bytes (void)
{
  static const gchar bytes[] = "ab. \n,!\0\xc2\xa0\xe3\x80\x82\xf0\x9f\x87\xa9\xfc";
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint round = 0; round < 2000; round++) {
    gchar text[80];
    guint max_chars = g_rand_int_range (rand, 1, 30);
    guint first_chars = g_rand_int_range (rand, 0, 20);
    g_autofree gchar *whole = NULL, *parts = NULL;

    for (guint i = 0; i < sizeof text; i++)
      text[i] = bytes[g_rand_int_range (rand, 0, sizeof bytes)];
    whole = pieces (text, sizeof text, max_chars, first_chars, 1000);
    parts = pieces (text, sizeof text, max_chars, first_chars, 1 + round % 6);
    g_assert_cmpstr (whole, ==, parts);
  }
}

static gchar *
without_space (const gchar *text)
{
  GString *out = g_string_new (NULL);

  for (; *text; text = g_utf8_next_char (text)) {
    gunichar c = g_utf8_get_char (text);

    if (!g_unichar_isspace (c) && c != '|')
      g_string_append_unichar (out, c);
  }
  return g_string_free (out, FALSE);
}

/* Nothing is lost of any text, at any limit. */
static void
test_nothing_is_lost (void)
{
  static const gchar *const words[] = { "the", "quick", "e.g.", "Mr.", "fox.", "jumps!",
    "über,", "好。", "\n\n", "3.14", "(yes)", "\"no?\"", "…",
    "a-very-long-word-that-fills-it", "👍🏽", "\xc2\xa0!", "10\xc2\xa0kg", "🇩🇪🇫🇷" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (guint round = 0; round < 300; round++) {
    g_autoptr (GString) text = g_string_new (NULL);
    guint max_chars = g_rand_int_range (rand, 1, 60);
    g_autofree gchar *got = NULL, *expected = NULL, *actual = NULL;

    for (guint i = 0; i < 60; i++)
      g_string_append_printf (
          text, "%s ", words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))]);
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
  g_autoptr (OpenaiSentences) sentences = openai_sentences_new (100, 0);
  g_autofree gchar *first = NULL, *second = NULL, *third = NULL;

  openai_sentences_push (sentences, "Hello the", 9);
  g_assert_null (openai_sentences_next (sentences));
  openai_sentences_push (sentences, "re.", 3);
  g_assert_null (openai_sentences_next (sentences));
  openai_sentences_push (sentences, " How are", 8);
  first = openai_sentences_next (sentences);
  g_assert_cmpstr (first, ==, "Hello there.");
  g_assert_null (openai_sentences_next (sentences));
  openai_sentences_push (sentences, " you\n\n", 6);
  second = openai_sentences_next (sentences);
  g_assert_cmpstr (second, ==, "How are you");
  openai_sentences_push (sentences, "Bye", 3);
  g_assert_null (openai_sentences_next (sentences));
  openai_sentences_finish (sentences);
  third = openai_sentences_next (sentences);
  g_assert_cmpstr (third, ==, "Bye");
  g_assert_null (openai_sentences_next (sentences));
}

/* Texts do not run into each other, and each has a first piece. */
static void
test_text_after_text (void)
{
  static const gchar *const expected[] = { "One.", "Two three four. Five", "Six.",
    "Seven eight nine. Ten" };
  g_autoptr (OpenaiSentences) sentences = openai_sentences_new (100, 4);

  openai_sentences_push (sentences, "One. Two three four. Five", 25);
  openai_sentences_finish (sentences);
  openai_sentences_finish (sentences);
  openai_sentences_push (sentences, " Six. Seven eight nine. Ten", 27);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_autofree gchar *piece = NULL;

    if (i == 3)
      openai_sentences_finish (sentences);
    piece = openai_sentences_next (sentences);
    g_assert_cmpstr (piece, ==, expected[i]);
  }
  g_assert_null (openai_sentences_next (sentences));
  g_assert_cmpuint (openai_sentences_length (sentences), ==, 0);
}

static void
read_book (guint n, gconstpointer data)
{
  g_autoptr (GString) book = g_string_new (NULL);
  g_autofree gchar *got = NULL;

  for (guint i = 0; i < n; i++)
    g_string_append (book, "It was the best of times, it was the worst. ");
  got = pieces (book->str, book->len, 4096, 200, 1);
  g_assert_cmpuint (strlen (got), >, book->len * 9 / 10);
}

/* A book in single bytes is no more work a sentence than a page. */
static void
test_a_book (void)
{
  work_assert_linear (read_book, 2000, NULL);
}

/* @data: what is pushed first and then, one as often as the other. */
static void
push_runs (guint n, gconstpointer data)
{
  const gchar *const *run = data;
  g_autoptr (OpenaiSentences) sentences = openai_sentences_new (G_MAXINT, 0);
  g_autofree gchar *piece = NULL;

  for (guint i = 0; i < n; i++)
    openai_sentences_push (sentences, run[0], strlen (run[0]));
  for (guint i = 0; i < n; i++) {
    openai_sentences_push (sentences, run[1], strlen (run[1]));
    g_free (openai_sentences_next (sentences));
  }
  openai_sentences_finish (sentences);
  piece = openai_sentences_next (sentences);
  g_assert_null (openai_sentences_next (sentences));
}

/* Nor is text that was made to be looked at again and again. */
static void
test_hostile_text (void)
{
  static const gchar *const runs[][2] = {
    { "🇩", "" },
    { ")", " " },
    { ".", " " },
    { "a.", " " },
    { "\xcc\x81", "\xcc\x81" },
    { "。」", "」" },
    { "\xc2\xa0", " " },
    { "a, ", "\xf0" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    work_assert_linear (push_runs, 15000, runs[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sentences/pieces", test_pieces);
  g_test_add_func ("/sentences/any-pushes", test_any_pushes);
  g_test_add_func ("/sentences/no-utf8", test_no_utf8);
  g_test_add_func ("/sentences/no-utf8-as-it-comes", test_no_utf8_as_it_comes);
  g_test_add_func ("/sentences/any-bytes", test_any_bytes);
  g_test_add_func ("/sentences/nothing-is-lost", test_nothing_is_lost);
  g_test_add_func ("/sentences/as-it-comes", test_as_it_comes);
  g_test_add_func ("/sentences/text-after-text", test_text_after_text);
  g_test_add_func ("/sentences/a-book", test_a_book);
  g_test_add_func ("/sentences/hostile-text", test_hostile_text);
  return g_test_run ();
}
