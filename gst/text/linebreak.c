// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Columns of text, and where a line of it may end. */

#include "linebreak.h"

#define ZERO_WIDTH_JOINER 0x200d

static guint
char_columns (gunichar c)
{
  if (g_unichar_iszerowidth (c) || g_unichar_iscntrl (c))
    return 0;
  return g_unichar_iswide (c) ? 2 : 1;
}

static gboolean
is_regional_indicator (gunichar c)
{
  return c >= 0x1f1e6 && c <= 0x1f1ff;
}

static gboolean
extends_grapheme (gunichar c)
{
  return g_unichar_ismark (c) || g_unichar_iszerowidth (c)
      || (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0x1f3fb && c <= 0x1f3ff)
      || (c >= 0xe0020 && c <= 0xe007f);
}

const gchar *
openai_text_grapheme_end (const gchar * p, const gchar * end)
{
  gunichar previous = g_utf8_get_char (p);
  gboolean flag_half = is_regional_indicator (previous);

  for (p = g_utf8_next_char (p); p < end; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (flag_half && is_regional_indicator (c))
      flag_half = FALSE;
    else if (!extends_grapheme (c) && previous != ZERO_WIDTH_JOINER)
      break;
    previous = c;
  }
  return p;
}

gboolean
openai_text_has_no_spaces (gunichar c)
{
  switch (g_unichar_get_script (c)) {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
      return TRUE;
    default:
      return g_unichar_iswide (c) && g_unichar_ispunct (c);
  }
}

/* What may not begin a line belongs to what is before it. */
static gboolean
clings_to_previous (gunichar c)
{
  switch (g_unichar_type (c)) {
    case G_UNICODE_CLOSE_PUNCTUATION:
    case G_UNICODE_FINAL_PUNCTUATION:
      return TRUE;
    case G_UNICODE_OTHER_PUNCTUATION:
      return TRUE;
    default:
      return c == 0x30fc;       /* the long vowel mark */
  }
}

gboolean
openai_text_is_opening (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_OPEN_PUNCTUATION
      || type == G_UNICODE_INITIAL_PUNCTUATION;
}

static OpenaiBreakQuality
quality_of_end (const gchar * text, OpenaiBreakQuality otherwise)
{
  const gchar *p = text + strlen (text);

  while (p > text) {
    gunichar c;

    p = g_utf8_prev_char (p);
    c = g_utf8_get_char (p);
    switch (c) {
      case '.':
      case '!':
      case '?':
      case 0x2026:
      case 0x3002:
      case 0xff01:
      case 0xff1f:
      case 0x061f:
      case 0x06d4:
      case 0x0964:
      case 0x0965:
        return OPENAI_BREAK_SENTENCE;
      case ',':
      case ';':
      case ':':
      case 0x2013:
      case 0x2014:
      case 0x3001:
      case 0xff0c:
      case 0x060c:
      case 0x061b:
        return OPENAI_BREAK_CLAUSE;
      case '"':
      case '\'':
        continue;
      default:
        break;
    }
    if (!clings_to_previous (c))
      break;
  }
  return otherwise;
}

/* What is joined to a character takes no room of its own. */
static guint
columns_between (const gchar * start, const gchar * end)
{
  guint columns = 0;

  for (; start < end; start = openai_text_grapheme_end (start, end))
    columns += char_columns (g_utf8_get_char (start));
  return columns;
}

static void
unit_clear (gpointer data)
{
  g_free (((OpenaiTextUnit *) data)->text);
}

static void
add_unit (GArray * units, const gchar * start, const gchar * end,
    gboolean space_before, OpenaiBreakQuality after)
{
  OpenaiTextUnit unit = { g_strndup (start, end - start), 0, space_before, after };

  unit.columns = columns_between (start, end);
  unit.after = quality_of_end (unit.text, after);
  g_array_append_val (units, unit);
}

/* One stretch without spaces, cut where it has to be. */
static void
add_word (GArray * units, const gchar * start, const gchar * end,
    guint max_columns)
{
  const gchar *unit = start, *p = start;
  gboolean space = units->len > 0;

  while (p < end) {
    const gchar *next = openai_text_grapheme_end (p, end);
    gunichar c = g_utf8_get_char (p);
    gunichar following = next < end ? g_utf8_get_char (next) : 0;
    gboolean ideograph = openai_text_has_no_spaces (c) && !openai_text_is_opening (c)
        && !clings_to_previous (following) && following;
    gboolean full = next < end
        && columns_between (unit, openai_text_grapheme_end (next, end)) > max_columns;

    if (next < end && (ideograph || full
            || (openai_text_has_no_spaces (following) && !openai_text_is_opening (c)
                && !clings_to_previous (following)))) {
      add_unit (units, unit, next, space,
          ideograph || openai_text_has_no_spaces (following) ?
          OPENAI_BREAK_ANYWHERE : OPENAI_BREAK_NEVER);
      unit = next;
      space = FALSE;
    }
    p = next;
  }
  add_unit (units, unit, end, space, OPENAI_BREAK_SPACE);
}

GArray *
openai_text_units_new (const gchar * text, guint max_columns)
{
  GArray *units = g_array_new (FALSE, FALSE, sizeof (OpenaiTextUnit));
  const gchar *p = text;

  g_array_set_clear_func (units, unit_clear);
  while (*p) {
    const gchar *end;

    while (*p && g_unichar_isspace (g_utf8_get_char (p)))
      p = g_utf8_next_char (p);
    for (end = p; *end && !g_unichar_isspace (g_utf8_get_char (end));
        end = g_utf8_next_char (end));
    if (end > p)
      add_word (units, p, end, MAX (max_columns, 1));
    p = end;
  }
  return units;
}

guint
openai_text_units_columns (const GArray * units, guint first, guint end)
{
  guint columns = 0;

  for (guint i = first; i < end; i++) {
    const OpenaiTextUnit *unit = &g_array_index (units, OpenaiTextUnit, i);
    columns += unit->columns + (i > first && unit->space_before);
  }
  return columns;
}

void
openai_text_units_append (const GArray * units, guint first, guint end,
    GString * out)
{
  for (guint i = first; i < end; i++) {
    const OpenaiTextUnit *unit = &g_array_index (units, OpenaiTextUnit, i);

    if (i > first && unit->space_before)
      g_string_append_c (out, ' ');
    g_string_append (out, unit->text);
  }
}

guint
openai_text_units_fit (const GArray * units, guint first, guint end,
    guint max_columns)
{
  guint columns = 0, most = first, best;
  OpenaiBreakQuality quality;

  for (guint i = first; i < end; i++) {
    const OpenaiTextUnit *unit = &g_array_index (units, OpenaiTextUnit, i);

    columns += unit->columns + (i > first && unit->space_before);
    if (i > first && columns > max_columns)
      break;
    most = i + 1;
  }
  if (most == end)
    return end;

  best = most;
  quality = g_array_index (units, OpenaiTextUnit, most - 1).after;
  for (guint i = most - 1; i > first; i--) {
    const OpenaiTextUnit *unit = &g_array_index (units, OpenaiTextUnit, i - 1);

    if (2 * openai_text_units_columns (units, first, i) < max_columns)
      break;
    if (unit->after > quality) {
      quality = unit->after;
      best = i;
    }
  }
  return best;
}

gchar *
openai_text_fold (const gchar * text)
{
  g_autofree gchar *folded = g_utf8_casefold (text, -1);
  GString *out = g_string_new (NULL);

  for (const gchar * p = folded; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    if (g_unichar_isalnum (c) || g_unichar_ismark (c))
      g_string_append_unichar (out, c);
  }
  return g_string_free (out, FALSE);
}
