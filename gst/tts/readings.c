// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The words of a text, and how each may be read. */

#include "readings.h"

#include <stdlib.h>
#include <string.h>

/* An abbreviation is at most so many words, and a number. */
#define MAX_JOINED 8
#define MAX_NUMBER 24

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
    return g_unichar_isdigit (after)
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
  if (g_unichar_isalpha (c) && !tts_spelling_is_sign (c)) {
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
    *passes = p > text && g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (p)));
    return end;
  }
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

/* Whether it is one sign of these. */
static gboolean
is_sign (const TtsWord *word, const gchar *signs)
{
  return *word->folded && strchr (signs, *word->folded);
}

/* Takes @text. */
static void
add_reading (GArray *words, guint first, guint end, gchar *text)
{
  TtsWord *word = tts_word_at (words, first);
  TtsReading reading = { text, end };

  for (guint i = 0; i < word->readings->len; i++) {
    const TtsReading *other = &g_array_index (word->readings, TtsReading, i);

    if (other->end == end && g_str_equal (other->text, text)) {
      g_free (text);
      return;
    }
  }
  g_array_append_val (word->readings, reading);
}

/* As forms of several words are compared: e.g. and c.-à-d. without signs. */
static void
join_word (GString *joined, const TtsWord *word)
{
  if (joined->len == 0 || !is_sign (word, ".-"))
    g_string_append (joined, word->folded);
}

/* Other spellings of words, of which some are written as several. */
static void
add_spellings (GArray *words, guint first, TtsLanguage language)
{
  g_autoptr (GString) joined = g_string_new (NULL);

  for (guint i = first; i < MIN (words->len, first + MAX_JOINED); i++) {
    const GPtrArray *readings;

    join_word (joined, tts_word_at (words, i));
    readings = tts_spellings_find (language, joined->str);
    for (guint j = 0; readings && j < readings->len; j++)
      add_reading (words, first, i + 1, g_strdup (g_ptr_array_index (readings, j)));
  }
}

static void
add_regular (GArray *words, guint first, const gchar *text)
{
  const TtsWord *word = tts_word_at (words, first);
  gchar *expanded = tts_spelling_fold (text + word->start, word->end - word->start, TRUE);
  gchar *regular = tts_spelling_regular (word->folded);

  add_reading (words, first, first + 1, expanded);
  if (regular)
    add_reading (words, first, first + 1, regular);
}

static const gchar **
folded_words (GArray *words, guint first, guint *n)
{
  const gchar **folded;

  *n = MIN (words->len - first, MAX_NUMBER);
  folded = g_new (const gchar *, *n + 1);
  for (guint i = 0; i < *n; i++)
    folded[i] = tts_word_at (words, first + i)->folded;
  folded[*n] = NULL;
  return folded;
}

static void
add_number (GArray *words, guint first, TtsLanguage language)
{
  guint n;
  g_autofree const gchar **folded = folded_words (words, first, &n);
  gchar *digits = NULL;
  guint read = tts_numeral_read (language, folded, n, &digits);

  if (read > 0)
    add_reading (words, first, first + read, digits);
}

/* What may be passed over: 1,000 1.000 10:30 10:00 e.g. U.S.; not that of 3.5. */
static void
add_inner_sign (GArray *words, guint first)
{
  const TtsWord *word = tts_word_at (words, first),
                *next = tts_word_at (words, first + 1);

  if (!next || !word->passes)
    return;
  if (*word->folded == ',')
    add_reading (words, first, first + 1, g_strdup ("."));
  if (is_sign (word, ".,:") && g_str_equal (next->folded, "00"))
    add_reading (words, first, first + 2, g_strdup (""));
  if (is_sign (word, ".,") && tts_spelling_is_number (next->folded)
      && strlen (next->folded) != 3)
    return;
  add_reading (words, first, first + 1, g_strdup (""));
}

/* Whether a number has decimals that are cents. */
static gboolean
has_cents (GArray *words, guint first)
{
  const TtsWord *point = tts_word_at (words, first + 1),
                *cents = tts_word_at (words, first + 2);

  return point && cents && is_sign (point, ".,") && point->joined && cents->joined
      && strlen (cents->folded) == 2 && tts_spelling_is_number (cents->folded);
}

static void
add_price (GArray *words, guint first, guint end, const gchar *sign, const gchar *whole,
    const gchar *cents)
{
  static const gchar *const forms[] = { "", "&", "cent", "&cent" };

  add_reading (words, first, end,
      cents ? g_strdup_printf ("%s.%s%s", whole, cents, sign)
            : g_strdup_printf ("%s%s", whole, sign));
  if (cents)
    add_reading (words, first, end, g_strconcat (whole, cents, sign, NULL));
  for (guint i = 0; cents && i < G_N_ELEMENTS (forms); i++)
    add_reading (words, first, end,
        g_strdup_printf ("%s%s%s%s%s", whole, sign, *forms[i] == '&' ? "&" : "",
            *cents == '0' ? cents + 1 : cents, strstr (forms[i], "cent") ? "cent" : ""));
}

/* The digits of a number with commas, from @first on; the word after it. */
static gchar *
read_digits (GArray *words, guint first, guint *end)
{
  GString *digits = g_string_new (tts_word_at (words, first)->folded);

  for (*end = first + 1; *end + 1 < words->len; *end += 2) {
    const TtsWord *sign = tts_word_at (words, *end),
                  *group = tts_word_at (words, *end + 1);

    if (!is_sign (sign, ".,") || !sign->joined || strlen (group->folded) != 3
        || !tts_spelling_is_number (group->folded))
      break;
    g_string_append (digits, group->folded);
  }
  return g_string_free (digits, FALSE);
}

/* $5, 5 €, $5.50, $5 million, in the order in which they are said. */
static void
add_prices (GArray *words, guint first, TtsLanguage language)
{
  gboolean before = tts_spelling_is_currency (tts_word_at (words, first)->folded);
  guint number = first + before, end, n;
  const TtsWord *word = tts_word_at (words, number);
  g_autofree gchar *digits = NULL, *factored = NULL;
  g_autofree const gchar **folded = NULL;
  const gchar *cents, *sign;

  if (!word || !tts_spelling_is_number (word->folded))
    return;
  digits = read_digits (words, number, &end);
  cents = has_cents (words, end - 1) ? tts_word_at (words, end + 1)->folded : NULL;
  end += cents ? 2 : 0;
  if (!before
      && (end >= words->len
          || !tts_spelling_is_currency (tts_word_at (words, end)->folded)))
    return;
  sign = tts_word_at (words, before ? first : end)->folded;
  add_price (words, first, end + !before, sign, digits, cents);
  folded = folded_words (words, number, &n);
  n = before ? tts_numeral_read (language, folded, n, &factored) : 0;
  if (n > 0)
    add_price (words, first, number + n, sign, factored, NULL);
}

/* 10:30 Uhr is said 10 Uhr 30, and 10h30 is in that order already. */
static void
add_clock (GArray *words, guint first)
{
  static const gchar *const hours[] = { "uhr", "h", "heures", "uur" };
  const TtsWord *hour = tts_word_at (words, first),
                *sign = tts_word_at (words, first + 1);
  const TtsWord *minutes = tts_word_at (words, first + 2),
                *name = tts_word_at (words, first + 3);

  if (!name || !tts_spelling_is_number (hour->folded) || !is_sign (sign, ":.")
      || !tts_spelling_is_number (minutes->folded))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (hours); i++) {
    if (g_str_equal (name->folded, hours[i]))
      add_reading (words, first, first + 4,
          g_strdup_printf ("%s%s%s", hour->folded, name->folded,
              g_str_equal (minutes->folded, "00") ? "" : minutes->folded));
  }
}

/* 21st, 3.º, 2ème */
static gboolean
is_ordinal_ending (GArray *words, guint i)
{
  static const gchar *const endings[] = {
    "st",
    "nd",
    "rd",
    "th",
    "er",
    "re",
    "e",
    "eme",
    "ere",
    "ieme",
    "a",
    "o",
    "ste",
    "de",
    "ra",
    "da",
    "do",
    "ro",
    "ta",
    "to",
  };
  const TtsWord *word = tts_word_at (words, i);
  guint point = i > 1 && is_sign (tts_word_at (words, i - 1), ".");

  if (i == 0 || !word->joined
      || !tts_spelling_is_number (tts_word_at (words, i - 1 - point)->folded))
    return FALSE;
  for (guint k = 0; k < G_N_ELEMENTS (endings); k++) {
    if (g_str_equal (word->folded, endings[k]))
      return TRUE;
  }
  return FALSE;
}

/* XIV; 0: it is none. */
static guint
roman_number (const gchar *text, gsize length)
{
  static const struct
  {
    const gchar *letters;
    guint value;
  } parts[] = {
    { "M", 1000 },
    { "CM", 900 },
    { "D", 500 },
    { "CD", 400 },
    { "C", 100 },
    { "XC", 90 },
    { "L", 50 },
    { "XL", 40 },
    { "X", 10 },
    { "IX", 9 },
    { "V", 5 },
    { "IV", 4 },
    { "I", 1 },
  };
  guint value = 0;
  gsize at = 0;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    gsize size = strlen (parts[i].letters);

    for (guint times = 0; times < (size == 1 ? 3 : 1) && at + size <= length
         && memcmp (text + at, parts[i].letters, size) == 0;
         times++) {
      value += parts[i].value;
      at += size;
    }
  }
  return at == length ? value : 0;
}

static void
add_roman (GArray *words, guint first, const gchar *text)
{
  static const gchar *const before[] = { "", "the" };
  const TtsWord *word = tts_word_at (words, first);
  const gchar *start = text + word->start;
  gsize length = strspn (start, "MDCLXVI");
  gboolean ordinal = start[length] == 'e' && word->end - word->start == length + 1;
  guint value =
      word->start + length == word->end || ordinal ? roman_number (start, length) : 0;

  for (guint i = 0; value > 0 && i < G_N_ELEMENTS (before); i++)
    add_reading (words, first, first + 1, g_strdup_printf ("%s%u", before[i], value));
}

static void
add_date (GArray *words, guint first, TtsLanguage language, const gchar *day,
    const gchar *month, const gchar *year)
{
  const gchar *name = tts_spelling_month (language, atoi (month));

  day += *day == '0';
  if (!name || atoi (day) > 31)
    return;
  add_reading (words, first, first + 5, g_strconcat (day, name, year, NULL));
  add_reading (words, first, first + 5, g_strconcat (name, day, year, NULL));
  add_reading (words, first, first + 5, g_strconcat ("the", day, "of", name, year, NULL));
}

/* 2026-11-29, 29.11.2026, 11/29/2026 */
static void
add_dates (GArray *words, guint first, TtsLanguage language)
{
  const gchar *parts[5];

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    const TtsWord *word = tts_word_at (words, first + i);

    if (!word || (i > 0 && !word->joined) || strlen (word->folded) > 4
        || !(i % 2 ? is_sign (word, "-./") : tts_spelling_is_number (word->folded)))
      return;
    parts[i] = word->folded;
  }
  if (strlen (parts[0]) == 4) {
    add_date (words, first, language, parts[4], parts[2], parts[0]);
  } else if (strlen (parts[4]) == 4) {
    add_date (words, first, language, parts[0], parts[2], parts[4]);
    add_date (words, first, language, parts[2], parts[0], parts[4]);
  }
}

/* 百分之五 is 5 %. */
static void
add_percent (GArray *words, guint first)
{
  static const gchar *const prefix[] = { "百", "分", "之" };
  guint n;
  g_autofree const gchar **folded = NULL;
  g_autofree gchar *digits = NULL;
  guint read;

  for (guint i = 0; i < G_N_ELEMENTS (prefix); i++) {
    if (first + i >= words->len
        || !g_str_equal (tts_word_at (words, first + i)->folded, prefix[i]))
      return;
  }
  first += G_N_ELEMENTS (prefix);
  if (first >= words->len)
    return;
  folded = folded_words (words, first, &n);
  read = tts_numeral_read (TTS_LANGUAGE_CHINESE, folded, n, &digits);
  if (read == 0 && tts_spelling_is_number (folded[0])) {
    digits = g_strdup (folded[0]);
    read = 1;
  }
  if (read > 0)
    add_reading (words, first - G_N_ELEMENTS (prefix), first + read,
        g_strconcat (digits, "%", NULL));
}

static void
add_readings (GArray *words, guint i, const gchar *text, TtsLanguage language)
{
  const TtsWord *word = tts_word_at (words, i);

  add_reading (words, i, i + 1, g_strdup (word->folded));
  if (is_ordinal_ending (words, i))
    add_reading (words, i, i + 1, g_strdup (""));
  add_inner_sign (words, i);
  add_spellings (words, i, language);
  add_regular (words, i, text);
  add_number (words, i, language);
  add_prices (words, i, language);
  add_clock (words, i);
  add_roman (words, i, text);
  add_dates (words, i, language);
  if (language == TTS_LANGUAGE_CHINESE)
    add_percent (words, i);
}

/* Words [@first, @end) may be the beginning of a form. */
static gboolean
begins_form (GArray *words, guint first, guint end, TtsLanguage language)
{
  g_autoptr (GString) joined = g_string_new (NULL);

  for (guint i = first; i < end; i++)
    join_word (joined, tts_word_at (words, i));
  return tts_spellings_begin (language, joined->str);
}

/* How many words before word @n belong to what may go on there. */
static guint
open_words (GArray *words, guint n, TtsLanguage language)
{
  const TtsWord *last = tts_word_at (words, n - 1);

  for (guint k = MIN (n, MAX_JOINED); k > 0; k--) {
    if (begins_form (words, n - k, n, language))
      return k;
  }
  return last->passes || tts_spelling_is_currency (last->folded)
      || tts_numeral_is_part (language, last->folded);
}

/* What more of the transcript may still change: its last word, and the number or
 * abbreviation that this is in. */
void
tts_words_hold_back (GArray *words, TtsLanguage language)
{
  guint n = words->len ? words->len - 1 : 0, open;

  while (n > 0 && (open = open_words (words, n, language)) > 0)
    n -= open;
  g_array_set_size (words, n);
}

/* Beside its own, word @k has a reading that takes word @i in. */
static gboolean
is_read_with (GArray *words, guint k, guint i)
{
  const TtsWord *word = tts_word_at (words, k);

  for (guint j = 0; j < word->readings->len; j++) {
    const TtsReading *reading = &g_array_index (word->readings, TtsReading, j);

    if (reading->end > i
        && (reading->end > k + 1 || !g_str_equal (reading->text, word->folded)))
      return TRUE;
  }
  return FALSE;
}

gboolean
tts_word_is_plain (GArray *words, guint i, TtsLanguage language)
{
  const TtsWord *word = tts_word_at (words, i);

  for (guint k = i > MAX_NUMBER ? i - MAX_NUMBER : 0; k <= i; k++) {
    if (is_read_with (words, k, i))
      return FALSE;
  }
  return !word->passes && !tts_spellings_find (language, word->folded)
      && !tts_numeral_is_part (language, word->folded);
}

/* So many characters: after them comes what is spelled in different ways. */
#define BEGINNING 3

gboolean
tts_words_shorten_last (GArray *words, TtsLanguage language)
{
  TtsWord *last = words->len ? tts_word_at (words, words->len - 1) : NULL;
  gboolean is_open = last
      && (last->joined || strspn (last->folded, "mdclxvi") == strlen (last->folded)
          || open_words (words, words->len, language) > 0);

  if (last && g_utf8_strlen (last->folded, -1) > BEGINNING)
    *g_utf8_offset_to_pointer (last->folded, BEGINNING) = '\0';
  return is_open;
}

void
tts_words_read (GArray *words, const gchar *text, TtsLanguage language)
{
  for (guint i = 0; i < words->len; i++)
    add_readings (words, i, text, language);
}
