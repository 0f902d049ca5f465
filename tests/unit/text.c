// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What characters and full stops do in a text. */

#include "text/abbreviations.h"
#include "text/cea608.h"
#include "text/linebreak.h"
#include "text/unicode.h"

#include <string.h>

/* Clusters, joined by "|". */
static const struct
{
  const gchar *text;
  const gchar *clusters;
} clusters[] = {
  { "abc", "a|b|c" },
  { "e\xcc\x81"
    "a",
      "e\xcc\x81|a" },
  { "👩‍👩‍👧👍🏽", "👩‍👩‍👧|👍🏽" },
  { "🇩🇪🇫🇷🇪", "🇩🇪|🇫🇷|🇪" },
  { "เก้าโมงนะ", "เก้า|โม|ง|นะ" },
  { "มากๆ", "มา|กๆ" },
  { "ເຮືອນແລະ", "ເຮື|ອ|ນ|ແລະ" },
  { "ខ្ញុំស្រស់ៗ", "ខ្ញុំ|ស្រ|ស់ៗ" },
  { "မန္တလေးသို့", "မန္တ|လေး|သို့" },
  { "ဖြစ်သောကြောင့်", "ဖြစ်|သော|ကြောင့်" },
  { "क्षमा", "क्ष|मा" },
  /* 한국 in jamo */
  { "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab"
    "\xe1\x84\x80\xe1\x85\xae\xe1\x86\xa8",
      "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab|"
      "\xe1\x84\x80\xe1\x85\xae\xe1\x86\xa8" },
};

static void
test_clusters (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (clusters); i++) {
    const gchar *text = clusters[i].text, *end = text + strlen (text);
    g_autoptr (GString) out = g_string_new (NULL);

    for (const gchar *p = text; p < end;) {
      const gchar *next = openai_text_cluster_end (p, end);

      g_string_append_len (out, p, next - p);
      if (next < end)
        g_string_append_c (out, '|');
      p = next;
    }
    g_assert_cmpstr (out->str, ==, clusters[i].clusters);
  }
}

/* A row of marks without an end is split somewhere. */
static void
test_endless_cluster (void)
{
  g_autoptr (GString) text = g_string_new ("a");
  const gchar *end;

  for (guint i = 0; i < 1000; i++)
    g_string_append (text, "\xcc\x81");
  end = openai_text_cluster_end (text->str, text->str + text->len);
  g_assert_true (end > text->str && end < text->str + text->len);
}

static void
test_columns (void)
{
  static const struct
  {
    const gchar *text;
    guint columns;
  } cases[] = {
    { "", 0 },
    { "abc", 3 },
    { "e\xcc\x81", 1 },
    { "日本", 4 },
    { "🇩🇪", 1 },
    { "👩‍👩‍👧", 2 },
    { "เก้า", 3 },
    { "ខ្ញុំ", 2 },
    { "한국어", 6 },
    { "오늘 날씨가 좋다", 16 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (openai_text_width (cases[i].text), ==, cases[i].columns);
}

/* Pieces joined, which stand before and after "|". */
static void
test_joins (void)
{
  static const struct
  {
    const gchar *pieces;
    const gchar *joined;
  } cases[] = {
    { "one|two", "one two" },
    { "|two", "two" },
    { "one|", "one" },
    { "今日は|晴れ", "今日は晴れ" },
    { "晴れ。|Good", "晴れ。Good" },
    { "สวัสดี|ครับ", "สวัสดีครับ" },
    { "안녕|하세요", "안녕 하세요" },
    { "我用|Python|写", "我用 Python 写" },
    { "one |two", "one two" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (GStrv) pieces = g_strsplit (cases[i].pieces, "|", -1);
    g_autoptr (GString) out = g_string_new (NULL);

    for (gchar **p = pieces; *p; p++)
      openai_text_join (out, *p);
    g_assert_cmpstr (out->str, ==, cases[i].joined);
  }
}

/* The full stop before "|". */
static const struct
{
  const gchar *text;
  OpenaiStop stop;
} stops[] = {
  { "He went home.| She", OPENAI_STOP_SENTENCE },
  { "Well...| She", OPENAI_STOP_SENTENCE },
  { "I said no.| Then", OPENAI_STOP_SENTENCE },
  { "prize at No.| 5", OPENAI_STOP_ABBREVIATION },
  { "prize at No.|", OPENAI_STOP_MAYBE },
  { "my dentist Dr.| Smith", OPENAI_STOP_ABBREVIATION },
  { "violins, e.g.| cellos", OPENAI_STOP_ABBREVIATION },
  { "in the U.S.| are", OPENAI_STOP_ABBREVIATION },
  { "in the U.S.| He", OPENAI_STOP_MAYBE },
  { "by J.| R. Tolkien", OPENAI_STOP_ABBREVIATION },
  { "cellos, violas etc.| The", OPENAI_STOP_MAYBE },
  { "Mr.|", OPENAI_STOP_ABBREVIATION },
  { "Freitag, den 3.| Oktober", OPENAI_STOP_ABBREVIATION },
  { "Freitag, 3.| Oktober", OPENAI_STOP_ABBREVIATION },
  { "im 19.| Jahrhundert", OPENAI_STOP_ABBREVIATION },
  { "Heinrich VIII.| war", OPENAI_STOP_ABBREVIATION },
  { "den 1.| maj", OPENAI_STOP_ABBREVIATION },
  { "He is 30.| She", OPENAI_STOP_MAYBE },
  { "It was in 2020.| She", OPENAI_STOP_SENTENCE },
  { "It costs 3.14.| She", OPENAI_STOP_SENTENCE },
  { "Auto, z.| B. nach", OPENAI_STOP_ABBREVIATION },
  { "Auto, z.B.| nach", OPENAI_STOP_ABBREVIATION },
  { "Nähe von St.| Pauli", OPENAI_STOP_ABBREVIATION },
  { "Von É.| Zola", OPENAI_STOP_ABBREVIATION },
  { "живёт в г.| Москве", OPENAI_STOP_ABBREVIATION },
  { "y la Sra.| García", OPENAI_STOP_ABBREVIATION },
  { "na ul.| Nowej", OPENAI_STOP_ABBREVIATION },
};

static void
test_stops (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (stops); i++) {
    const gchar *text = stops[i].text, *bar = strchr (text, '|');

    g_test_message ("%s", text);
    g_assert_cmpint (openai_text_stop (text, bar - 1, bar + 1, text + strlen (text)), ==,
        stops[i].stop);
  }
}

/* Full stops of abbreviations alone do not show that sentences end with one. */
static const struct
{
  const gchar *text;
  gboolean has;
} with_sentences[] = {
  { "He went home. She stayed", TRUE },
  { "He went home.", TRUE },
  { "He said \"no.\" Then he left", TRUE },
  { "彼は行った。彼女は", TRUE },
  { "Why? Because", TRUE },
  { "I met Dr. Smith yesterday", FALSE },
  { "It costs 3.14 in the U.S. today", FALSE },
  { "am 3. Oktober", FALSE },
  { "nothing at all", FALSE },
  { "", FALSE },
};

static void
test_has_sentence (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (with_sentences); i++) {
    g_test_message ("%s", with_sentences[i].text);
    g_assert_cmpint (
        openai_text_has_sentence (with_sentences[i].text), ==, with_sentences[i].has);
  }
}

/* Lines of at most so many columns, joined by "|". */
static const struct
{
  const gchar *text;
  guint columns;
  const gchar *lines;
} breaks[] = {
  { "one two three", 9, "one two|three" },
  { "my dentist Dr. Smith said", 15, "my dentist|Dr. Smith said" },
  { "a Dr. Smith of London", 6, "a|Dr.|Smith|of|London" },
  { "Freitag am 3. Mai um zwei", 14, "Freitag am|3. Mai um zwei" },
  { "He saw it. She went off", 15, "He saw it.|She went off" },
  { "待ってください。いって", 14, "待ってくださ|い。いって" },
  { "チケットをちゃんと", 8, "チケット|をちゃん|と" },
  { "価格は￥500です", 8, "価格は|￥500で|す" },
  { "彼は「はい」と", 6, "彼は|「は|い」と" },
  { "បន្លែ\xe2\x80\x8bស្រស់", 5, "បន្លែ\xe2\x80\x8b|ស្រស់" },
  { "เก้าโมง", 2, "เ|ก้า|โม|ง" },
  { "อยู่ที่เชียงใหม่", 6, "อยู่ที่|เชียง|ใหม่" },
  { "ໂຮງຮຽນມື້ອື່ນເຊົ້າ", 10, "ໂຮງຮຽນມື້ອື່ນ|ເຊົ້າ" },
  { "ในวันที่๑๒๓๔", 8, "ในวันที่|๑๒๓๔" },
  { "きっと１，０００円です", 14, "きっと|１，０００円で|す" },
  { "བདེ་ལེགས་ཡིན་པ", 7, "བདེ་ལེགས་|ཡིན་པ" },
};

static void
test_breaks (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (breaks); i++) {
    g_autoptr (GArray) units = openai_text_units_new (breaks[i].text, breaks[i].columns);
    g_autoptr (GString) out = g_string_new (NULL);

    for (guint first = 0; first < units->len;) {
      guint end = openai_text_units_fit (units, first, units->len, breaks[i].columns);

      if (first > 0)
        g_string_append_c (out, '|');
      openai_text_units_append (units, first, end, out);
      first = end;
    }
    g_assert_cmpstr (out->str, ==, breaks[i].lines);
  }
}

/* What it is in CEA-608, and how many characters that lacks. */
static const struct
{
  const gchar *text;
  const gchar *written;
  guint missing;
} written[] = {
  { "Don't wait\n— go…", "Don’t wait\n— go...", 0 },
  { "‘R&D’ – “50°” ♪ *{}^_|~\\ é Ñ ß", "‘R&D’ - “50°” ♪ *{}^_|~\\ é Ñ ß", 0 },
  { "Bonjour\xe2\x80\xaf! L`œuvre „vite‟", "Bonjour ! L‘oeuvre “vite“", 0 },
  { "Dvořák, Łódź, Çağrı, ﬁn, ２¼", "Dvorák, Lódz, Çagri, fin, 21/4", 0 },
  { "cafe\xcc\x81 a\xe2\x80\x8d\xe2\x80\x8e", "café a", 0 },
  { "5 €", "5 €", 1 },
  { "Привет", "Привет", 6 },
  { "क्षमा", "क्षमा", 5 },
  { "한국", "한국", 2 },
  { "", "", 0 },
};

static void
test_cea608 (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (written); i++) {
    g_autofree gchar *text = openai_cea608_write (written[i].text);
    g_autofree gchar *again = openai_cea608_write (text);

    g_assert_cmpstr (text, ==, written[i].written);
    g_assert_cmpstr (again, ==, text);
    g_assert_cmpuint (openai_cea608_count_missing (text), ==, written[i].missing);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/clusters", test_clusters);
  g_test_add_func ("/text/endless-cluster", test_endless_cluster);
  g_test_add_func ("/text/columns", test_columns);
  g_test_add_func ("/text/joins", test_joins);
  g_test_add_func ("/text/stops", test_stops);
  g_test_add_func ("/text/has-sentence", test_has_sentence);
  g_test_add_func ("/text/breaks", test_breaks);
  g_test_add_func ("/text/cea608", test_cea608);
  return g_test_run ();
}
