// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How each word of a text may be read. */

#include "readings.h"

#include <stdlib.h>
#include <string.h>

/* An abbreviation is at most so many words, and a number. */
#define MAX_JOINED 8
#define MAX_NUMBER 24

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

/* The sign of a long vowel, which the end of a word may lack, and the zero of 0.5. */
static void
add_silent (GArray *words, guint first)
{
  const TtsWord *word = tts_word_at (words, first),
                *next = tts_word_at (words, first + 1);

  if (g_str_equal (word->folded, "ー"))
    add_reading (words, first, first + 1, g_strdup (""));
  if (g_str_equal (word->folded, "0") && next && next->joined && is_sign (next, ".,"))
    add_reading (words, first, first + 2, g_strdup ("."));
}

/* https:// is said, or left out. */
static void
add_scheme (GArray *words, guint first, const gchar *text)
{
  const TtsWord *word = tts_word_at (words, first);

  if (!g_str_has_prefix (text + word->end, "://"))
    return;
  add_reading (words, first, first + 1, g_strconcat (word->folded, "://", NULL));
  add_reading (words, first, first + 1, g_strdup (""));
}

/* 5'7" is five foot seven, or seven inches. */
static void
add_feet (GArray *words, guint first, const gchar *text)
{
  static const struct
  {
    const gchar *sign;
    const gchar *unit;
  } signs[] = { { "'", "ft" }, { "′", "ft" }, { "’", "ft" }, { "\"", "in" },
    { "″", "in" }, { "”", "in" } };
  const TtsWord *word = tts_word_at (words, first);

  for (guint i = 0; i < G_N_ELEMENTS (signs); i++) {
    if (tts_spelling_is_number (word->folded)
        && g_str_has_prefix (text + word->end, signs[i].sign))
      add_reading (
          words, first, first + 1, g_strconcat (word->folded, signs[i].unit, NULL));
  }
}

/* The half of 2.5 %, and quarters. */
static void
add_decimal_part (GArray *words, guint first)
{
  static const gchar *const parts[][2] = { { "5", "½" }, { "25", "¼" }, { "75", "¾" } };
  const TtsWord *word = tts_word_at (words, first),
                *next = tts_word_at (words, first + 1);

  for (guint i = 0; next && word->joined && next->joined && i < G_N_ELEMENTS (parts);
       i++) {
    if (is_sign (word, ".,") && g_str_equal (next->folded, parts[i][0]))
      add_reading (words, first, first + 2,
          tts_spelling_fold (parts[i][1], strlen (parts[i][1]), FALSE));
  }
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

static gboolean
is_digit_in_words (TtsLanguage language, const gchar **folded, guint i)
{
  g_autofree gchar *digits = NULL;

  return folded[i] && tts_numeral_read (language, folded + i, 1, &digits) == 1
      && strlen (digits) == 1;
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
  /* eight hundred, five, five: the first five may be a digit, too */
  if (read > 1 && is_digit_in_words (language, folded, read - 1)
      && is_digit_in_words (language, folded, read)) {
    guint less = tts_numeral_read (language, folded, read - 1, &digits);

    if (less > 0)
      add_reading (words, first, first + less, digits);
  }
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
  if (cents) {
    add_reading (words, first, end, g_strconcat (whole, cents, sign, NULL));
    add_reading (words, first, end, g_strconcat (whole, cents, NULL));
  }
  if (cents && g_str_equal (whole, "0"))
    add_reading (
        words, first, end, g_strconcat (*cents == '0' ? cents + 1 : cents, "cent", NULL));
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

/* 10k, 1.5M: the word after it; 0: it is none. */
static guint
read_suffixed (GArray *words, guint first, gchar **digits)
{
  static const struct
  {
    const gchar *suffix;
    guint zeros;
  } suffixes[] = { { "k", 3 }, { "m", 6 }, { "bn", 9 }, { "b", 9 } };
  const TtsWord *whole = tts_word_at (words, first),
                *point = tts_word_at (words, first + 1);
  gboolean has_point = point && is_sign (point, ".,") && point->joined;
  const TtsWord *decimals = has_point ? tts_word_at (words, first + 2) : NULL;
  guint at = first + (has_point ? 3 : 1);
  const TtsWord *suffix = tts_word_at (words, at);
  guint n = decimals ? strlen (decimals->folded) : 0;

  if (!tts_spelling_is_number (whole->folded) || !suffix || !suffix->joined
      || (decimals && !tts_spelling_is_number (decimals->folded)))
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    if (!g_str_equal (suffix->folded, suffixes[i].suffix) || n > suffixes[i].zeros)
      continue;
    *digits = g_strdup_printf ("%s%s%.*s", whole->folded, n ? decimals->folded : "",
        (gint) (suffixes[i].zeros - n), "000000000");
    return at + 1;
  }
  return 0;
}

static void
add_suffixed (GArray *words, guint first)
{
  gchar *digits = NULL;
  guint end = read_suffixed (words, first, &digits);

  if (end > 0)
    add_reading (words, first, end, digits);
}

/* $5 million, $5M: the word after it; 0: it is none. */
static guint
read_factored (GArray *words, guint first, TtsLanguage language, gchar **digits)
{
  guint n;
  g_autofree const gchar **folded = folded_words (words, first, &n);
  guint read = tts_numeral_read (language, folded, n, digits);

  return read > 0 ? first + read : read_suffixed (words, first, digits);
}

/* $5, 5 €, $5.50, $5 million, in the order in which they are said. */
static void
add_prices (GArray *words, guint first, TtsLanguage language)
{
  gboolean before = tts_spelling_is_currency (tts_word_at (words, first)->folded);
  guint number = first + before, end, factored_end;
  const TtsWord *word = tts_word_at (words, number);
  g_autofree gchar *digits = NULL, *factored = NULL;
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
  factored_end = before ? read_factored (words, number, language, &factored) : 0;
  if (factored_end > 0)
    add_price (words, first, factored_end, sign, factored, NULL);
}

static gboolean
is_unit_between (const TtsWord *word)
{
  static const gchar *const names[] = { "uhr", "h", "heures", "uur", "m" };

  for (guint i = 0; word && i < G_N_ELEMENTS (names); i++) {
    if (g_str_equal (word->folded, names[i]))
      return TRUE;
  }
  return FALSE;
}

/* 10:30 Uhr is said 10 Uhr 30, as 10h30 is written already; 1,80 m is 1 m 80. */
static void
add_clock (GArray *words, guint first, TtsLanguage language)
{
  static const gchar *const between[TTS_N_LANGUAGES][2] = {
    [TTS_LANGUAGE_SPANISH] = { "&", "" },
    [TTS_LANGUAGE_ITALIAN] = { "&", "" },
    [TTS_LANGUAGE_PORTUGUESE] = { "&", "" },
    [TTS_LANGUAGE_CHINESE] = { "时", "分" },
  };
  const TtsWord *hour = tts_word_at (words, first),
                *sign = tts_word_at (words, first + 1);
  const TtsWord *minutes = tts_word_at (words, first + 2),
                *name = tts_word_at (words, first + 3);
  const gchar *after;

  if (!minutes || !tts_spelling_is_number (hour->folded) || !is_sign (sign, ":.,")
      || !sign->joined || strlen (minutes->folded) != 2
      || !tts_spelling_is_number (minutes->folded))
    return;
  after = g_str_equal (minutes->folded, "00") ? "" : minutes->folded;
  after += *after == '0';
  if (is_unit_between (name))
    add_reading (
        words, first, first + 4, g_strconcat (hour->folded, name->folded, after, NULL));
  if (between[language][0] && *after)
    add_reading (words, first, first + 3,
        g_strconcat (
            hour->folded, between[language][0], after, between[language][1], NULL));
}

/* 21st, 3.º, 2ème */
static gboolean
is_ordinal_ending (GArray *words, guint i, TtsLanguage language)
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
  if (g_str_equal (word->folded, "°"))
    return language == TTS_LANGUAGE_ITALIAN
        && !(tts_word_at (words, i + 1) && tts_word_at (words, i + 1)->joined);
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
  static const gchar *const before[] = { "", "the", "der", "die" };
  const TtsWord *word = tts_word_at (words, first);
  const gchar *start = text + word->start;
  gsize length = strspn (start, "MDCLXVI");
  gboolean ordinal = start[length] == 'e' && word->end - word->start == length + 1;
  guint value =
      word->start + length == word->end || ordinal ? roman_number (start, length) : 0;

  for (guint i = 0; value > 0 && i < G_N_ELEMENTS (before); i++)
    add_reading (words, first, first + 1, g_strdup_printf ("%s%u", before[i], value));
}

static gboolean
is_month (const TtsWord *word)
{
  const GPtrArray *forms =
      word ? tts_spellings_find (TTS_LANGUAGE_ENGLISH, word->folded) : NULL;

  for (guint i = 1; word && i <= 12; i++) {
    const gchar *month = tts_spelling_month (TTS_LANGUAGE_ENGLISH, i);

    if (g_str_equal (word->folded, month)
        || (forms && g_str_equal (g_ptr_array_index (forms, 0), month)))
      return TRUE;
  }
  return FALSE;
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

/* 3 March is said the third of March, and March 3 March the third. */
static void
add_days (GArray *words, guint first)
{
  const TtsWord *day = tts_word_at (words, first);

  if (!tts_spelling_is_number (day->folded) || strlen (day->folded) > 2)
    return;
  if (is_month (tts_word_at (words, first + 1)))
    add_reading (words, first, first + 1, g_strdup_printf ("the%sof", day->folded));
  if (first > 0 && is_month (tts_word_at (words, first - 1)))
    add_reading (words, first, first + 1, g_strdup_printf ("the%s", day->folded));
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
  if (is_ordinal_ending (words, i, language))
    add_reading (words, i, i + 1, g_strdup (""));
  add_inner_sign (words, i);
  add_spellings (words, i, language);
  add_regular (words, i, text);
  add_number (words, i, language);
  add_prices (words, i, language);
  add_suffixed (words, i);
  add_silent (words, i);
  add_decimal_part (words, i);
  add_scheme (words, i, text);
  add_feet (words, i, text);
  add_clock (words, i, language);
  add_roman (words, i, text);
  add_dates (words, i, language);
  if (language == TTS_LANGUAGE_ENGLISH)
    add_days (words, i);
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
  const TtsWord *word = tts_word_at (words, i), *next = tts_word_at (words, i + 1);

  for (guint k = i > MAX_NUMBER ? i - MAX_NUMBER : 0; k <= i; k++) {
    if (is_read_with (words, k, i))
      return FALSE;
  }
  return !word->passes && !(next && next->passes)
      && !tts_spellings_find (language, word->folded)
      && !tts_spelling_has_stem (word->folded)
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
