// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The words of a text: what of it is said. */

#include "words.h"

#include "spellings.h"

static void
reading_clear (gpointer data)
{
  g_free (((TtsReading *) data)->text);
}

static void
word_clear (gpointer data)
{
  TtsWord *word = data;

  g_free (word->folded);
  g_array_unref (word->readings);
}

/* Scripts that put no spaces between words: each letter is one. */
static gboolean
is_alone (gunichar c)
{
  switch (g_unichar_get_script (c)) {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_HANGUL:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
      return TRUE;
    default:
      return FALSE;
  }
}

static gboolean
is_apostrophe (gunichar c)
{
  return c == '\'' || c == 0x2019 || c == 0x02bc || c == 0x2018 || c == 0x00ad;
}

static gboolean
is_dash (gunichar c)
{
  return c == '-' || (c >= 0x2010 && c <= 0x2014) || c == 0x2212;
}

static gunichar
char_at (const gchar *text, const gchar *p)
{
  return p >= text && *p ? g_utf8_get_char (p) : 0;
}

static gunichar
next_letter (const gchar *p)
{
  while (g_unichar_isspace (g_utf8_get_char (p)))
    p = g_utf8_next_char (p);
  return g_utf8_get_char (p);
}

static gunichar
last_letter (const gchar *text, const gchar *p)
{
  while (p > text && g_unichar_isspace (g_utf8_get_char (g_utf8_prev_char (p))))
    p = g_utf8_prev_char (p);
  return p > text ? g_utf8_get_char (g_utf8_prev_char (p)) : 0;
}

/* 7 - 4 */
static gboolean
is_between_numbers (const gchar *text, const gchar *p)
{
  return g_unichar_isdigit (last_letter (text, p))
      && g_unichar_isdigit (next_letter (g_utf8_next_char (p)));
}

/* Inside of a word or a number, such as 3.5, 10:30, www.x.org, and/or, 9-5. */
static gboolean
is_inner_sign (const gchar *text, const gchar *p)
{
  gunichar c = g_utf8_get_char (p);
  gunichar before = p > text ? g_utf8_get_char (g_utf8_prev_char (p)) : 0;
  gunichar after = char_at (text, g_utf8_next_char (p));
  gboolean digits = g_unichar_isdigit (before) && g_unichar_isdigit (after);

  if (c == ',' || c == ':')
    return digits;
  if (is_dash (c))
    return g_unichar_isdigit (after) || is_between_numbers (text, p)
        || (g_unichar_isalnum (before) && g_unichar_isalnum (after));
  return c < 128 && strchr ("./_*", c) && g_unichar_isalnum (before)
      && g_unichar_isalnum (after);
}

/* The end of the word that begins at @p; @p: nothing that is said begins there. */
static const gchar *
word_end (const gchar *text, const gchar *p, gboolean *passes)
{
  gunichar c = g_utf8_get_char (p);
  const gchar *end = g_utf8_next_char (p);

  *passes = FALSE;
  if (g_unichar_isdigit (c)) {
    while (g_unichar_isdigit (char_at (text, end)))
      end = g_utf8_next_char (end);
    return end;
  }
  if ((g_unichar_isalpha (c) || g_unichar_type (c) == G_UNICODE_LETTER_NUMBER)
      && !tts_spelling_is_sign (c)) {
    gunichar next;

    while ((next = char_at (text, end))
        && (g_unichar_ismark (next)
            || (!is_alone (c) && g_unichar_isalpha (next) && !is_alone (next)
                && !tts_spelling_is_sign (next))
            || (is_apostrophe (next)
                && g_unichar_isalpha (char_at (text, g_utf8_next_char (end))))))
      end = g_utf8_next_char (end);
    return end;
  }
  if (is_inner_sign (text, p)) {
    *passes = g_unichar_isalnum (last_letter (text, p));
    return end;
  }
  *passes = tts_spelling_is_light (c);
  return tts_spelling_is_sign (c) ? end : p;
}

GArray *
tts_words_new (const gchar *text)
{
  GArray *words = g_array_new (FALSE, FALSE, sizeof (TtsWord));
  const gchar *last = NULL;

  g_array_set_clear_func (words, word_clear);
  for (const gchar *p = text; *p;) {
    gboolean passes;
    const gchar *end = word_end (text, p, &passes);

    if (end > p) {
      TtsWord word = {
        .folded = tts_spelling_fold (p, end - p, FALSE),
        .start = p - text,
        .end = end - text,
        .joined = p == last,
        .passes = passes,
        .readings = g_array_new (FALSE, FALSE, sizeof (TtsReading)),
      };
      g_array_set_clear_func (word.readings, reading_clear);
      g_array_append_val (words, word);
      last = end;
    }
    p = end > p ? end : g_utf8_next_char (p);
  }
  return words;
}

TtsWord *
tts_word_at (GArray *words, guint i)
{
  return i < words->len ? &g_array_index (words, TtsWord, i) : NULL;
}
