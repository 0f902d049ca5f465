// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Words that stay: each is told once two hypotheses agree on it, none is taken back. */

#include "stt/stable.h"

#include <math.h>
#include <string.h>

#include "text/tokens.h"

#define MOST_STEPS 8

typedef struct
{
  const gchar *hypothesis;
  const gchar *stays; /* of it, without the space before; "": nothing */
} Step;

typedef struct
{
  const gchar *name;
  Step steps[MOST_STEPS];
  const gchar *final;
  const gchar *missing; /* with the space before */
  const gchar *instead; /* of what stays; NULL: the same */
} Sequence;

#define DASHWOOD "And Mr. John Dashwood had "
#define LOOP "thank you thank you thank you thank you thank you thank you"

static const Sequence agreeing[] = {
  { "two agree",
      { { "Hello", "" }, { "Hello this is", "Hello" },
          { "Hello this is a test of", "this is" } },
      "Hello, this is a test of captions.", " a test of captions.", NULL },
  { "the last word is invented",
      { { DASHWOOD "them", "" },
          { DASHWOOD "then leisure to-", "And Mr. John Dashwood had" },
          { DASHWOOD "then leisure to consider how.", "then leisure" },
          { DASHWOOD "then leisure to consider how much there might be.",
              "to consider how" } },
      DASHWOOD "then leisure to consider how much there might be prudently in "
               "his power.",
      " much there might be prudently in his power.", NULL },
  { "case and commas",
      { { "so i think", "" }, { "So, I think that", "So, I think" },
          { "so I think, that we", "that" } },
      "So, I think that we should go.", " we should go.", NULL },
  { "a number",
      { { "there were twenty", "" }, { "there were 20 people", "there were" },
          { "There were 20 people in", "20 people" } },
      "There were 20 people in the room.", " in the room.", NULL },
  { "two words become one",
      { { "about twenty five of", "" },
          { "about twenty five of them", "about twenty five of" },
          { "about twenty five of them came in", "them" },
          { "about 25 of them came in late", "came in" },
          { "about 25 of them came in late last night", "late" } },
      "About 25 of them came in late last night.", " last night.",
      "About 25 of them came in late" },
  { "another first word",
      { { "the cat sat on", "" }, { "the cat sat on the mat", "the cat sat on" },
          { "a cat sat on the mat today", "the mat" },
          { "a cat sat on the mat today and", "today" } },
      "A cat sat on the mat today and slept.", " and slept.",
      "A cat sat on the mat today" },
  { "all of it becomes something else",
      { { "recognise speech", "" }, { "recognise speech with", "recognise speech" },
          { "wreck a nice beach with this", "" },
          { "wreck a nice beach with this thing", "" } },
      "Wreck a nice beach with this thing.", " nice beach with this thing.", "Wreck a" },
  { "a word goes and comes back",
      { { "we will see you next week", "" },
          { "we will see you next", "we will see you" },
          { "we will see you next week at", "next" } },
      "We will see you next week at noon.", " week at noon.", NULL },
  { "an empty answer",
      { { "good morning", "" }, { "", "" }, { "good morning everyone", "" },
          { "good morning everyone and", "good morning everyone" } },
      "Good morning, everyone, and welcome.", " and welcome.", NULL },
  { "a word said three times",
      { { "no no", "" }, { "no no no wait", "no no" },
          { "no no no wait a moment", "no wait" } },
      "No, no, no, wait a moment.", " a moment.", NULL },
  { "a loop",
      { { "thank you", "" }, { LOOP, "" }, { LOOP, "" },
          { "thank you for coming", "thank you" } },
      "Thank you for coming.", " for coming.", NULL },
  { "Japanese",
      { { "今日は", "" }, { "今日はいい天気", "今日は" },
          { "今日はいい天気ですね", "いい天気" },
          { "今日はいい天気ですね。明日も", "ですね。" } },
      "今日はいい天気ですね。明日も晴れるでしょう。", "明日も晴れるでしょう。", NULL },
  { "kana become kanji",
      { { "きょうは", "" }, { "今日は会議が", "" },
          { "今日は会議があります", "今日は会議が" },
          { "今日は会議があります。場所は", "あります。" } },
      "今日は会議があります。場所は三階です。", "場所は三階です。", NULL },
  { "Thai",
      { { "สวัสดี", "" }, { "สวัสดีครับ", "สวัส" }, { "สวัสดีครับวันนี้", "ดีครั" },
          { "สวัสดีครับวันนี้อากาศ", "บวันนี้" } },
      "สวัสดีครับ วันนี้อากาศดีมาก", "อากาศดีมาก", NULL },
  { "two scripts",
      { { "GPUは", "" }, { "GPUは速い", "GPUは" }, { "GPUは速いですが", "速い" },
          { "GPUは速いですが power を", "ですが" } },
      "GPUは速いですが power を食います。", " power を食います。", NULL },
  { "a compound that grows",
      { { "Das ist die Donau", "" }, { "Das ist die Donaudampf", "Das ist die" },
          { "Das ist die Donaudampfschifffahrt und", "" } },
      "Das ist die Donaudampfschifffahrt und mehr.", " Donaudampfschifffahrt und mehr.",
      NULL },
  { "a word that always wavers holds nothing up",
      { { "on the inter aster exchange with", "" },
          { "on the inter asterix change with a server", "on the inter" },
          { "on the interrest risk exchange with a server at", "" },
          { "on the inter asterie change with a server at our",
              "asterie change with a server at" },
          { "on the intera sterisk change with a server at our place", "our" } },
      "On the Inter-Asterisk Exchange with a server at our place.", " place.",
      "On the Inter-Asterisk Exchange with a server at our" },
  { "a word that wavers once",
      { { "a b c d", "" }, { "a b x d", "a b" }, { "a b c d e", "" },
          { "a b c d e f", "c d e" } },
      "A b c d e f g.", " f g.", NULL },
  { "an empty result", { { "and so on", "" }, { "and so on and", "and so on" } }, "", "",
      "" },
};

static const Sequence appended[] = {
  { "the last word is open",
      { { "Hel", "" }, { "Hello", "" }, { "Hello wor", "Hello" },
          { "Hello world, how", "world," }, { "Hello world, how are", "how" } },
      "Hello world, how are you?", " are you?", NULL },
  { "a space closes it", { { "Hello ", "Hello" }, { "Hello world", "" } }, "Hello world",
      " world", NULL },
};

/* What was added to the words that stay, without the space before it. */
static const gchar *
added_since (SttStable *stable, gsize before)
{
  const gchar *added = stt_stable_get_text (stable) + before;

  return *added == ' ' ? added + 1 : added;
}

static void
check_sequence (gconstpointer data, SttHypothesisKind kind)
{
  const Sequence *sequence = data;
  g_autoptr (SttStable) stable = stt_stable_new ();
  const gchar *text;
  g_autofree gchar *instead = NULL;
  gboolean same;
  gsize end;

  for (guint i = 0; i < MOST_STEPS && sequence->steps[i].hypothesis; i++) {
    gsize before = strlen (stt_stable_get_text (stable));

    stt_stable_push (stable, kind, sequence->steps[i].hypothesis, NAN);
    g_assert_cmpstr (added_since (stable, before), ==, sequence->steps[i].stays);
  }
  text = stt_stable_get_text (stable);
  end = stt_stable_find_end (stable, strlen (text), sequence->final, &same);
  g_assert_cmpstr (sequence->final + end, ==, sequence->missing);
  instead = g_strndup (sequence->final, end);
  g_assert_cmpstr (same ? NULL : instead, ==, sequence->instead);
}

static void
test_agreeing (gconstpointer data)
{
  check_sequence (data, STT_HYPOTHESIS_ANSWER);
  check_sequence (data, STT_HYPOTHESIS_REPLACED);
}

static void
test_appended (gconstpointer data)
{
  check_sequence (data, STT_HYPOTHESIS_APPENDED);
}

static gchar *
key_of (const gchar *text)
{
  g_autoptr (GArray) tokens = openai_tokens_new (text);

  g_assert_cmpuint (tokens->len, <=, 1);
  return tokens->len ? g_strdup (openai_tokens_nth (tokens, 0)->key) : NULL;
}

static void
test_keys (void)
{
  static const struct
  {
    const gchar *one;
    const gchar *other;
    gboolean same;
  } pairs[] = {
    { "It’s", "its", TRUE },
    { "Straße", "STRASSE", TRUE },
    { "３.５%", "3.5", TRUE },
    { "3.5", "35", FALSE },
    { "ﬁne", "fine", TRUE },
    { "e\xcc\x81", "é", TRUE },
    { "ill-disposed", "illdisposed", TRUE },
    { "да", "нет", FALSE },
    { "“Wait", "wait…", TRUE },
    { "12:30", "1230", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    g_autofree gchar *one = key_of (pairs[i].one);
    g_autofree gchar *other = key_of (pairs[i].other);

    g_assert_cmpint (g_str_equal (one, other), ==, pairs[i].same);
  }
  g_assert_null (key_of ("-"));
  g_assert_null (key_of (" … "));
}

static void
test_joined_text_is_the_same (void)
{
  static const gchar *const texts[] = {
    "“Wait,” she said – 5 % of it. (No!)",
    "「今日」「明日」はGPUを使う。",
    "- Hello. - Hi.",
    "データを見る",
    "เมื่อวานนี้",
    "Ça va ? Oui !",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GArray) tokens = openai_tokens_new (texts[i]);
    g_autofree gchar *joined = openai_tokens_join (tokens, 0, tokens->len);

    g_assert_cmpstr (joined, ==, texts[i]);
  }
}

static void
test_older_answers_are_left_out (void)
{
  g_autoptr (SttStable) stable = stt_stable_new ();

  stt_stable_push (stable, STT_HYPOTHESIS_ANSWER, "one two three", 3);
  stt_stable_push (stable, STT_HYPOTHESIS_ANSWER, "one two", 2);
  g_assert_cmpstr (stt_stable_get_text (stable), ==, "");
  stt_stable_push (stable, STT_HYPOTHESIS_ANSWER, "one two three four", 4);
  g_assert_cmpstr (stt_stable_get_text (stable), ==, "one two three");
  g_assert_cmpstr (stt_stable_get_rest (stable), ==, " four");
}

static void
test_times_and_clauses (void)
{
  g_autoptr (SttStable) stable = stt_stable_new ();

  g_assert_true (isnan (stt_stable_time_of (stable, 1)));
  stt_stable_push (stable, STT_HYPOTHESIS_ANSWER, "abcd", 1);
  stt_stable_push (stable, STT_HYPOTHESIS_ANSWER, "abcd, efgh", 2);
  g_assert_cmpstr (stt_stable_get_text (stable), ==, "abcd,");
  stt_stable_push (stable, STT_HYPOTHESIS_ANSWER, "abcd, efgh ijkl", 3);
  g_assert_cmpstr (stt_stable_get_text (stable), ==, "abcd, efgh");
  g_assert_cmpfloat (stt_stable_time_of (stable, 0), ==, 0);
  g_assert_cmpfloat (stt_stable_time_of (stable, 5), ==, 1);
  g_assert_cmpfloat (stt_stable_time_of (stable, 10), ==, 2);
  g_assert_cmpuint (stt_stable_last_end (stable, FALSE), ==, 5);
  g_assert_cmpuint (stt_stable_last_end (stable, TRUE), ==, 0);
  stt_stable_push (stable, STT_HYPOTHESIS_ANSWER, "abcd, efgh ijkl. Dr. No", 4);
  stt_stable_push (stable, STT_HYPOTHESIS_ANSWER, "abcd, efgh ijkl. Dr. No is", 5);
  g_assert_cmpstr (stt_stable_get_text (stable), ==, "abcd, efgh ijkl. Dr. No");
  g_assert_cmpuint (stt_stable_last_end (stable, TRUE), ==, 16);
}

static void
test_rewritten_text_has_to_last (void)
{
  g_autoptr (SttStable) stable = stt_stable_new ();

  for (gdouble heard = 1; heard < 1.65; heard += 0.1)
    stt_stable_push (stable, STT_HYPOTHESIS_REPLACED, "one two three", heard);
  g_assert_cmpstr (stt_stable_get_text (stable), ==, "");
  g_assert_cmpstr (stt_stable_get_rest (stable), ==, "one two three");
  stt_stable_push (stable, STT_HYPOTHESIS_REPLACED, "one two three", 1.75);
  g_assert_cmpstr (stt_stable_get_text (stable), ==, "one two");
  stt_stable_push (stable, STT_HYPOTHESIS_REPLACED, "one two three four", 1.85);
  g_assert_cmpstr (stt_stable_get_text (stable), ==, "one two three");
}

static void
test_more_than_can_be_said (void)
{
  g_autoptr (SttStable) stable = stt_stable_new ();

  for (guint i = 0; i < 2; i++)
    stt_stable_push (stable, STT_HYPOTHESIS_ANSWER,
        "one two three four five six seven eight nine ten", 1);
  g_assert_cmpstr (stt_stable_get_text (stable), ==, "");
}

/* A chunk was cut where words were shown that its result does not have. */
static void
test_carried_words (void)
{
  g_autoptr (SttStable) first = stt_stable_new ();
  g_autoptr (SttStable) second = stt_stable_new ();
  gboolean same;
  gsize end;

  for (guint i = 0; i < 2; i++)
    stt_stable_push (first, STT_HYPOTHESIS_ANSWER, "a b c d e f", NAN);
  g_assert_cmpstr (stt_stable_get_text (first), ==, "a b c d e");
  stt_stable_carry (first, "A b c.", second);
  g_assert_cmpstr (stt_stable_get_text (first), ==, "a b c");
  g_assert_cmpstr (stt_stable_get_text (second), ==, " d e");

  for (guint i = 0; i < 2; i++)
    stt_stable_push (second, STT_HYPOTHESIS_ANSWER, "d e f g", NAN);
  g_assert_cmpstr (stt_stable_get_text (second), ==, " d e f");
  end = stt_stable_find_end (second, strlen (" d e f"), "D e f g.", &same);
  g_assert_cmpstr (&"D e f g."[end], ==, " g.");
  g_assert_true (same);
}

/* What no two answers agree on yet is worth another question. */
static void
test_waiting_words (void)
{
  static const struct
  {
    const gchar *answer;
    gboolean waits;
  } heard[] = {
    { "", FALSE },
    { "Howdy", TRUE },
    { "Howdy, married", FALSE },
    { "Had he married a", TRUE },
    { "Howdy, marry a more", TRUE },
    { "Howdy, marry a more amiable", FALSE },
    { "", FALSE },
  };
  g_autoptr (SttStable) stable = stt_stable_new ();

  for (guint i = 0; i < G_N_ELEMENTS (heard); i++) {
    stt_stable_push (stable, STT_HYPOTHESIS_ANSWER, heard[i].answer, NAN);
    g_assert_cmpint (stt_stable_waits (stable), ==, heard[i].waits);
  }
}

static void
test_appended_loop (void)
{
  g_autoptr (SttStable) stable = stt_stable_new ();
  g_autoptr (GString) text = g_string_new ("We all said thank you.");

  for (guint i = 0; i < 20; i++) {
    g_string_append (text, " Thank you.");
    stt_stable_push (stable, STT_HYPOTHESIS_APPENDED, text->str, NAN);
  }
  g_assert_cmpuint (strlen (stt_stable_get_text (stable)), <, 70);
}

/* A text that goes on for hours is read once. */
static void
test_long_appended_text (void)
{
  g_autoptr (SttStable) stable = stt_stable_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean same;

  for (guint i = 0; i < 5000; i++) {
    g_string_append_printf (text, " word%u", i);
    stt_stable_push (stable, STT_HYPOTHESIS_APPENDED, text->str, NAN);
  }
  g_assert_true (g_str_has_prefix (text->str, stt_stable_get_text (stable)));
  g_assert_cmpstr (stt_stable_get_rest (stable), ==, " word4999");
  g_assert_cmpuint (stt_stable_find_end (stable, G_MAXSIZE, text->str, &same), ==,
      strlen (stt_stable_get_text (stable)));
}

static void
add_sequences (const gchar *kind, const Sequence *sequences, guint n, GTestDataFunc func)
{
  for (guint i = 0; i < n; i++) {
    g_autofree gchar *path = g_strdup_printf ("/stable/%s/%s", kind, sequences[i].name);

    g_test_add_data_func (path, &sequences[i], func);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_sequences ("agreeing", agreeing, G_N_ELEMENTS (agreeing), test_agreeing);
  add_sequences ("appended", appended, G_N_ELEMENTS (appended), test_appended);
  g_test_add_func ("/stable/keys", test_keys);
  g_test_add_func ("/stable/joined-text", test_joined_text_is_the_same);
  g_test_add_func ("/stable/older-answers", test_older_answers_are_left_out);
  g_test_add_func ("/stable/times", test_times_and_clauses);
  g_test_add_func ("/stable/rewritten", test_rewritten_text_has_to_last);
  g_test_add_func ("/stable/too-fast", test_more_than_can_be_said);
  g_test_add_func ("/stable/carried", test_carried_words);
  g_test_add_func ("/stable/waiting-words", test_waiting_words);
  g_test_add_func ("/stable/appended-loop", test_appended_loop);
  g_test_add_func ("/stable/long", test_long_appended_text);
  return g_test_run ();
}
