// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Columns of text, and where a line of it may end. */

#include "linebreak.h"

#include <string.h>

#include "abbreviations.h"
#include "unicode.h"

#define ZERO_WIDTH_SPACE 0x200b
#define NARROW_NO_BREAK_SPACE 0x202f
#define PROLONGED_SOUND 0x30fc

static void
unit_clear (gpointer data)
{
  g_free (((OpenaiTextUnit *) data)->text);
}

static void
add_unit (GArray *units, const gchar *start, const gchar *end, gboolean space_before,
    OpenaiBreakQuality script)
{
  OpenaiTextUnit unit = { g_strndup (start, end - start),
    openai_text_columns (start, end), space_before, script, script };

  g_array_append_val (units, unit);
}

static gboolean
is_hiragana (gunichar c)
{
  return g_unichar_get_script (c) == G_UNICODE_SCRIPT_HIRAGANA;
}

/* In Japanese a phrase ends in hiragana, and the next one mostly begins with
 * something else; in Chinese what describes a word ends in de. */
static gboolean
is_phrase_end (gunichar before, gunichar after)
{
  return (is_hiragana (before) && !is_hiragana (after))
      || (before == 0x7684 && g_unichar_get_script (after) == G_UNICODE_SCRIPT_HAN);
}

static gboolean
is_katakana (gunichar c)
{
  return c == PROLONGED_SOUND || g_unichar_get_script (c) == G_UNICODE_SCRIPT_KATAKANA;
}

/* Between kana, which mostly are one word, but for what follows a particle. */
static gboolean
is_in_kana_word (gunichar before, gunichar after)
{
  return (is_katakana (before) && is_katakana (after))
      || (is_hiragana (before) && is_hiragana (after)
          && !g_utf8_strchr ("はがをにでともへのて", -1, before));
}

static gboolean
is_tibetan (gunichar c)
{
  return g_unichar_get_script (c) == G_UNICODE_SCRIPT_TIBETAN && g_unichar_isgraph (c)
      && !g_unichar_ispunct (c);
}

/* Digits, and a point or comma of their width between them. @start: of the word. */
static gboolean
is_in_number (const gchar *start, const gchar *p)
{
  const gchar *before = g_utf8_prev_char (p);
  gunichar c = g_utf8_get_char (before);

  if (!g_unichar_isdigit (g_utf8_get_char (p)))
    return FALSE;
  if ((c == 0xff0c || c == 0xff0e) && before > start)
    c = g_utf8_get_char (g_utf8_prev_char (before));
  return g_unichar_isdigit (c);
}

/* Two consonants that begin a syllable of Thai together: a silent ho or o, and those
 * that stand before ro, lo and wo. */
static gboolean
is_thai_onset (gunichar first, gunichar second)
{
  switch (second) {
    case 0xe23: /* ro */
    case 0xe25: /* lo */
    case 0xe27: /* wo */
      return first == 0xe2b || first == 0xe01 || first == 0xe02 || first == 0xe04
          || first == 0xe15 || first == 0xe17 || first == 0xe1b || first == 0xe1c
          || first == 0xe1e || first == 0xe2a || first == 0xe28;
    case 0xe22: /* yo */
      return first == 0xe2b || first == 0xe2d;
    default: /* ngo, yo yin, no, mo */
      return first == 0xe2b
          && (second == 0xe07 || second == 0xe0d || second == 0xe19 || second == 0xe21);
  }
}

/* Between clusters of Thai or Lao, of which the one before begins at @cluster: the vowel
 * that is written first begins a syllable, and a consonant without any vowel mostly ends
 * one. */
static OpenaiBreakQuality
quality_of_syllables (const gchar *cluster, const gchar *p)
{
  gunichar c = g_utf8_get_char (p), next = g_utf8_get_char (g_utf8_next_char (p));

  if (g_utf8_next_char (cluster) == p && is_thai_onset (g_utf8_get_char (cluster), c))
    return OPENAI_BREAK_NEVER;
  if ((c >= 0xe40 && c <= 0xe44) || (c >= 0xec0 && c <= 0xec4))
    return OPENAI_BREAK_SPACE;
  if (((c >= 0xe01 && c <= 0xe2e) || (c >= 0xe81 && c <= 0xeae))
      && !g_unichar_ismark (next)
      && !(openai_char_flags (next) & OPENAI_CHAR_NO_LINE_START))
    return OPENAI_BREAK_WEAK;
  return OPENAI_BREAK_ANYWHERE;
}

/* How good it is to break at @p between two clusters of a word, of which the one
 * before begins at @cluster, and the word at @start. */
static OpenaiBreakQuality
quality_between (const gchar *start, const gchar *cluster, const gchar *p)
{
  gunichar last = g_utf8_get_char (g_utf8_prev_char (p));
  OpenaiCharFlags before = openai_char_flags (g_utf8_get_char (cluster));
  OpenaiCharFlags after = openai_char_flags (g_utf8_get_char (p));

  if (last == ZERO_WIDTH_SPACE)
    return OPENAI_BREAK_SPACE;
  if (before & OPENAI_CHAR_NO_LINE_END || after & OPENAI_CHAR_NO_LINE_START
      || is_in_number (start, p)
      || (is_tibetan (last) && is_tibetan (g_utf8_get_char (p))))
    return OPENAI_BREAK_NEVER;
  /* A quotation begins. */
  if (openai_char_flags (last) & OPENAI_CHAR_NO_SPACES && after & OPENAI_CHAR_OPENING)
    return OPENAI_BREAK_CLAUSE;
  if (is_phrase_end (last, g_utf8_get_char (p)))
    return OPENAI_BREAK_SPACE;
  if (is_in_kana_word (last, g_utf8_get_char (p)))
    return OPENAI_BREAK_WEAK;
  return (before | after) & OPENAI_CHAR_NO_SPACES ? quality_of_syllables (cluster, p)
                                                  : OPENAI_BREAK_NEVER;
}

/* The end of the cluster at @p, if that fits on a line. */
static const gchar *
cluster_end (const gchar *p, const gchar *end, guint max_columns)
{
  const gchar *cluster = openai_text_cluster_end (p, end);

  return openai_text_columns (p, cluster) <= max_columns
      ? cluster
      : openai_text_grapheme_end (p, end);
}

/* Whether an address or a compound may be cut at @p, where it has to be cut. */
static gboolean
is_joint (const gchar *p)
{
  return strchr ("/?&=#-", p[-1]) && !strchr ("/?&=#-", *p);
}

/* One run of text without spaces, cut where it has to be. */
static void
add_word (GArray *units, const gchar *start, const gchar *end, guint max_columns)
{
  const gchar *unit = start, *p = start, *joint = NULL, *next;
  gboolean space = units->len > 0;
  guint columns = 0; /* from the unit's start to @p */

  for (; (next = cluster_end (p, end, max_columns)) < end; p = next) {
    OpenaiBreakQuality quality = quality_between (start, p, next);

    columns += openai_text_columns (p, next);
    if (quality == OPENAI_BREAK_NEVER
        && columns + openai_text_columns (next, cluster_end (next, end, max_columns))
            <= max_columns) {
      joint = is_joint (next) ? next : joint;
      continue;
    }
    if (quality != OPENAI_BREAK_NEVER || !joint)
      joint = next;
    add_unit (units, unit, joint, space, quality);
    unit = g_steal_pointer (&joint);
    columns = openai_text_columns (unit, next);
    space = FALSE;
  }
  add_unit (units, unit, end, space, OPENAI_BREAK_SPACE);
}

static OpenaiTextUnit *
unit_at (const GArray *units, guint i)
{
  return &g_array_index (units, OpenaiTextUnit, i);
}

/* After the full stop at byte @stop of unit @i. */
static OpenaiBreakQuality
quality_after_stop (const GArray *units, guint i, gsize stop)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize next;

  if (i > 0)
    g_string_append (text, unit_at (units, i - 1)->text);
  if (unit_at (units, i)->space_before)
    g_string_append_c (text, ' ');
  stop += text->len;
  g_string_append (text, unit_at (units, i)->text);
  next = text->len;
  if (i + 1 < units->len)
    g_string_append_printf (text, " %s", unit_at (units, i + 1)->text);
  switch (openai_text_stop (
      text->str, text->str + stop, text->str + next, text->str + text->len)) {
    case OPENAI_STOP_SENTENCE:
      return OPENAI_BREAK_SENTENCE;
    case OPENAI_STOP_MAYBE:
      return OPENAI_BREAK_SPACE;
    default:
      return OPENAI_BREAK_AVOID;
  }
}

/* What French sets apart by a space, and no line begins with. */
static gboolean
is_mark_apart (const gchar *text)
{
  if (*text == '\0')
    return FALSE;
  for (; *text; text = g_utf8_next_char (text)) {
    gunichar c = g_utf8_get_char (text);

    if (!strchr ("!?;:", c < 0x80 ? (gint) c : '.') && c != 0xbb && c != 0x203a)
      return FALSE;
  }
  return TRUE;
}

/* « or ‹ alone. */
static gboolean
is_opening_apart (const gchar *text)
{
  return g_str_equal (text, "«") || g_str_equal (text, "‹");
}

/* Whether the space between two units is one at which no line ends. */
static gboolean
is_apart (const OpenaiTextUnit *before, const OpenaiTextUnit *after)
{
  return after->space_before
      && (is_opening_apart (before->text) || is_mark_apart (after->text));
}

static gboolean
is_note (const GArray *units, guint i)
{
  return i >= units->len || g_str_equal (unit_at (units, i)->text, "♪")
      || g_str_equal (unit_at (units, i)->text, "♫");
}

/* A song has a note at its beginning and at its end, which stay with its words. */
static gboolean
is_by_its_note (const GArray *units, guint i)
{
  return (is_note (units, i) && (i == 0 || is_note (units, i - 1)))
      || (is_note (units, i + 1) && is_note (units, i + 2));
}

static gboolean
is_number (const gchar *text)
{
  const gchar *p = text + strspn (text, "0123456789.,:/-+");

  return p > text && *p == '\0' && strpbrk (text, "0123456789");
}

static gboolean
is_capitalised (const gchar *text)
{
  return g_unichar_isupper (g_utf8_get_char (text))
      && g_unichar_islower (g_utf8_get_char (g_utf8_next_char (text)));
}

/* Two names: capitals that begin no sentence. In German every noun has one. */
static gboolean
are_names (const GArray *units, guint i, const OpenaiBreakWords *words)
{
  return words && !g_str_equal (openai_break_words_language (words), "de") && i > 0
      && unit_at (units, i - 1)->after != OPENAI_BREAK_SENTENCE
      && is_capitalised (unit_at (units, i)->text)
      && is_capitalised (unit_at (units, i + 1)->text);
}

/* A space in Thai, Japanese and the like is a comma. */
static gboolean
is_space_a_clause_end (const gchar *text, const gchar *next)
{
  gunichar last = g_utf8_get_char (g_utf8_prev_char (text + strlen (text)));

  return openai_char_flags (last) & OPENAI_CHAR_NO_SPACES
      && openai_char_flags (g_utf8_get_char (next)) & OPENAI_CHAR_NO_SPACES;
}

/* Between two words without punctuation. */
static OpenaiBreakQuality
quality_between_words (const GArray *units, guint i, const OpenaiBreakWords *words)
{
  const gchar *text = unit_at (units, i)->text, *next = unit_at (units, i + 1)->text;
  OpenaiWordFlags before = openai_break_words_lookup (words, text);
  OpenaiWordFlags after = openai_break_words_lookup (words, next);

  if (is_space_a_clause_end (text, next))
    return OPENAI_BREAK_CLAUSE;
  if (is_number (text))
    return openai_word_is_unit (next) ? OPENAI_BREAK_AVOID : OPENAI_BREAK_WEAK;
  if (before & OPENAI_WORD_TITLE && g_unichar_isupper (g_utf8_get_char (next)))
    return OPENAI_BREAK_AVOID;
  if (before || are_names (units, i, words))
    return OPENAI_BREAK_WEAK;
  if (after & OPENAI_WORD_CONJUNCTION)
    return OPENAI_BREAK_CONJUNCTION;
  return after & OPENAI_WORD_PREPOSITION ? OPENAI_BREAK_PREPOSITION : OPENAI_BREAK_SPACE;
}

/* What the unit ends with decides, marks of quotation aside. */
static OpenaiBreakQuality
quality_after_mark (const GArray *units, guint i)
{
  const gchar *text = unit_at (units, i)->text, *p = text + strlen (text);

  while (p > text) {
    gunichar c;
    OpenaiCharFlags flags;

    p = g_utf8_prev_char (p);
    c = g_utf8_get_char (p);
    flags = openai_char_flags (c);
    if (c == '.')
      return quality_after_stop (units, i, p - text);
    if (flags & OPENAI_CHAR_SENTENCE_END)
      return OPENAI_BREAK_SENTENCE;
    if (flags & OPENAI_CHAR_CLAUSE_END)
      return OPENAI_BREAK_CLAUSE;
    if (!(flags & (OPENAI_CHAR_CLOSING | OPENAI_CHAR_OPENING)))
      break;
  }
  return unit_at (units, i)->script;
}

static OpenaiBreakQuality
quality_after (const GArray *units, guint i, const OpenaiBreakWords *words)
{
  OpenaiBreakQuality quality;

  if (i + 1 < units->len && is_apart (unit_at (units, i), unit_at (units, i + 1)))
    return OPENAI_BREAK_AVOID;
  if (i + 1 < units->len && is_note (units, i) && is_note (units, i + 1))
    return OPENAI_BREAK_SENTENCE;
  if (i + 1 < units->len && is_by_its_note (units, i))
    return OPENAI_BREAK_AVOID;
  quality = quality_after_mark (units, i);
  return quality == OPENAI_BREAK_SPACE && i + 1 < units->len
          && unit_at (units, i + 1)->space_before
      ? quality_between_words (units, i, words)
      : quality;
}

void
openai_text_units_rate (GArray *units, const OpenaiBreakWords *words)
{
  for (guint i = 0; i < units->len; i++)
    unit_at (units, i)->after = quality_after (units, i, words);
}

GArray *
openai_text_units_new (const gchar *text, guint max_columns)
{
  GArray *units = g_array_new (FALSE, FALSE, sizeof (OpenaiTextUnit));
  const gchar *p = text;

  g_array_set_clear_func (units, unit_clear);
  while (*p) {
    const gchar *end;

    while (*p && g_unichar_isspace (g_utf8_get_char (p)))
      p = g_utf8_next_char (p);
    for (end = p; *end && !g_unichar_isspace (g_utf8_get_char (end));
         end = g_utf8_next_char (end))
      ;
    if (end > p)
      add_word (units, p, end, MAX (max_columns, 1));
    p = end;
  }
  openai_text_units_rate (units, NULL);
  return units;
}

guint
openai_text_units_columns (const GArray *units, guint first, guint end)
{
  guint columns = 0;

  for (guint i = first; i < end; i++) {
    columns +=
        unit_at (units, i)->columns + (i > first && unit_at (units, i)->space_before);
  }
  return columns;
}

void
openai_text_units_append (const GArray *units, guint first, guint end, GString *out)
{
  for (guint i = first; i < end; i++) {
    if (i > first && is_apart (unit_at (units, i - 1), unit_at (units, i)))
      g_string_append_unichar (out, NARROW_NO_BREAK_SPACE);
    else if (i > first && unit_at (units, i)->space_before)
      g_string_append_c (out, ' ');
    g_string_append (out, unit_at (units, i)->text);
  }
}

guint
openai_text_units_fill (const GArray *units, guint first, guint end, guint max_columns)
{
  guint columns = 0;

  for (guint i = first; i < end; i++) {
    columns +=
        unit_at (units, i)->columns + (i > first && unit_at (units, i)->space_before);
    if (i > first && columns > max_columns)
      return i;
  }
  return end;
}

guint
openai_text_units_fit (const GArray *units, guint first, guint end, guint max_columns)
{
  guint most = openai_text_units_fill (units, first, end, max_columns), best = most;
  OpenaiBreakQuality quality;

  if (most == end)
    return end;
  quality = unit_at (units, most - 1)->after;
  for (guint i = most - 1; i > first; i--) {
    /* A short line is better than one that ends in an abbreviation. */
    if (quality != OPENAI_BREAK_AVOID
        && 2 * openai_text_units_columns (units, first, i) < max_columns)
      break;
    if (unit_at (units, i - 1)->after > quality) {
      quality = unit_at (units, i - 1)->after;
      best = i;
    }
  }
  return best;
}
