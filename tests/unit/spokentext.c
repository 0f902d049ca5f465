// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What of subtitles is said aloud. */

#include "tts/spokentext.h"

#include <string.h>

static void
test_text_without_words (void)
{
  static const gchar *const silent[] = { "", "♪", "♪ ♪", "…", "...", "- -", "—", "***",
    "🎉🎉", "👩🏽‍🚀", "。", "?!", "[ ]", "\"\"", "\xe2\x80\x8f", "🇩🇪" };
  static const gchar *const spoken[] = { "a", "7", "♪ la ♪", "… und?", "½", "は", "ไทย",
    "שלום", "- No.", "C++", "1️⃣" };

  for (guint i = 0; i < G_N_ELEMENTS (silent); i++)
    g_assert_false (tts_spoken_text_has_words (silent[i]));
  for (guint i = 0; i < G_N_ELEMENTS (spoken); i++)
    g_assert_true (tts_spoken_text_has_words (spoken[i]));
}

static void
test_cues_without_markup (void)
{
  static const struct
  {
    const gchar *cue;
    const gchar *said;
  } cues[] = {
    { "{\\an8}Hello there.", "Hello there." },
    { "{\\i1}She{\\i0} said no.", "She said no." },
    { "{\\pos(10,20)\\fad(200,200)}Sign", "Sign" },
    { "{see below\\an8}Sign", "Sign" },
    { "{\\p1}m 0 0 l 5 5{\\p0}Text", "Text" },
    { "{\\pbo3}Text{\\p4}m 1 1", "Text" },
    { "{y:i}{c:$0000ff}Text", "Text" },
    { "Two\\Nlines\\nof\\htext", "Two lines of text" },
    { "<v Roger Bingham>Hi</v>", "Hi" },
    { "<v.loud Ann>Hi", "Hi" },
    { "<c.yellow.bg_blue>Hi</c> you", "Hi you" },
    { "One <00:00:01.500>two <01:02.000>three", "One two three" },
    { "<font color=\"#ff0000\">Red</font>", "Red" },
    { "One<br/>two", "One two" },
    { "<lang en-GB>Colour</lang>", "Colour" },
    { "<ruby>漢<rt>かん</rt>字<rt>じ</ruby>です", "漢字です" },
    { "Tom &amp; Ann&nbsp;say &quot;3 &lt; 4&quot;", "Tom & Ann say \"3 < 4\"" },
    { "It&#39;s caf&eacute;&#x2026;&rlm;", "It's café…" },
  };
  static const gchar *const kept[] = { "Use {braces} here.", "5 < 6 and 7 > 3", "a <b",
    "I <3 you", "AT&T; R&D", "&unknown; &#0; &#xd800; &#99999999999;", "C:\\New",
    "{a: b}", "{\\an8", "<unknown>", "<vector>", "\\", "{", "<", "&", "100 & more", "{}",
    "<>", "12:30 > 11:00" };

  for (guint i = 0; i < G_N_ELEMENTS (cues) + G_N_ELEMENTS (kept); i++) {
    gboolean plain = i >= G_N_ELEMENTS (cues);
    const gchar *cue = plain ? kept[i - G_N_ELEMENTS (cues)] : cues[i].cue;
    GString *text = g_string_new (cue);

    tts_spoken_text_clean_cue (text);
    g_assert_cmpstr (text->str, ==, plain ? cue : cues[i].said);
    g_string_free (text, TRUE);
  }
}

/* Random markup: nothing grows, what is no markup is all there and in order. */
static void
test_random_cues (void)
{
  static const gchar *const parts[] = { "{", "}", "\\", "<", ">", "&", ";", "\\N", "\\p1",
    "\\p0", "{\\an8}", "<i>", "</i>", "<v A>", "&amp;", "&#", "x", "</", "ruby", "<rt>",
    "\xff", ":" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (18);

  for (guint round = 0; round < 20000; round++) {
    GString *text = g_string_new (NULL);
    guint n = g_rand_int_range (rand, 0, 20);
    gsize before;

    for (guint i = 0; i < n; i++)
      g_string_append (text, parts[g_rand_int_range (rand, 0, G_N_ELEMENTS (parts))]);
    before = text->len;
    if (round % 5 == 0 && before > 0)
      text->str[g_rand_int_range (rand, 0, before)] = '\0';
    tts_spoken_text_clean_cue (text);
    g_assert_cmpuint (text->len, <=, before);
    g_string_free (text, TRUE);
  }
}

/* Brackets that nothing closes cost no more than their number. */
static void
test_many_open_brackets (void)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < 100000; i++)
    g_string_append (text, i % 2 ? "{" : "<");
  tts_spoken_text_clean_cue (text);
  g_assert_cmpuint (text->len, ==, 100000);
  g_string_free (text, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/spokentext/text-without-words", test_text_without_words);
  g_test_add_func ("/spokentext/cues-without-markup", test_cues_without_markup);
  g_test_add_func ("/spokentext/random-cues", test_random_cues);
  g_test_add_func ("/spokentext/many-open-brackets", test_many_open_brackets);
  return g_test_run ();
}
