// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What characters do in a text, of whatever script. */

#include "unicode.h"

#include <string.h>

#define ZERO_WIDTH_JOINER 0x200d

/* Characters in a cluster: text made up of marks alone is split somewhere. */
#define MAX_CLUSTER 64

/* What GLib's tables do not tell. */
typedef enum
{
  KIND_NONE,
  KIND_END,       /* of a sentence */
  KIND_END_ALONE, /* with no space after it */
  KIND_CLAUSE,
  KIND_CLAUSE_ALONE,
  KIND_LEADING,  /* belongs to the letter after it */
  KIND_TRAILING, /* belongs to what is before it */
  KIND_STACKER,  /* joins the letters before and after it */
} Kind;

typedef struct
{
  gunichar first;
  gunichar last;
  Kind kind;
} Range;

/* In order. Ends are those of Unicode's Sentence_Terminal that are in use. */
static const Range ranges[] = {
  { '!', '!', KIND_END }, { ',', ',', KIND_CLAUSE }, { '.', '.', KIND_END },
  { ':', ';', KIND_CLAUSE }, { '?', '?', KIND_END },
  { 0x037e, 0x037e, KIND_END },                                     /* Greek ; */
  { 0x0387, 0x0387, KIND_CLAUSE }, { 0x055d, 0x055d, KIND_CLAUSE }, /* Armenian */
  { 0x0589, 0x0589, KIND_END_ALONE },
  { 0x0600, 0x0605, KIND_LEADING }, /* Arabic signs of numbers */
  { 0x060c, 0x060c, KIND_CLAUSE }, { 0x061b, 0x061b, KIND_CLAUSE },
  { 0x061f, 0x061f, KIND_END_ALONE }, { 0x06d4, 0x06d4, KIND_END_ALONE }, /* Urdu */
  { 0x06dd, 0x06dd, KIND_LEADING }, { 0x0700, 0x0702, KIND_END_ALONE },   /* Syriac */
  { 0x094d, 0x094d, KIND_STACKER },   /* viramas of Indic scripts */
  { 0x0964, 0x0965, KIND_END_ALONE }, /* danda */
  { 0x09cd, 0x09cd, KIND_STACKER }, { 0x0acd, 0x0acd, KIND_STACKER },
  { 0x0b4d, 0x0b4d, KIND_STACKER }, { 0x0c4d, 0x0c4d, KIND_STACKER },
  { 0x0d4d, 0x0d4d, KIND_STACKER }, { 0x0df4, 0x0df4, KIND_END_ALONE }, /* Sinhala */
  { 0x0e2f, 0x0e30, KIND_TRAILING },                                    /* Thai */
  { 0x0e32, 0x0e33, KIND_TRAILING }, { 0x0e40, 0x0e44, KIND_LEADING },
  { 0x0e45, 0x0e46, KIND_TRAILING }, { 0x0eaf, 0x0eb0, KIND_TRAILING }, /* Lao */
  { 0x0eb2, 0x0eb3, KIND_TRAILING }, { 0x0ebd, 0x0ebd, KIND_TRAILING },
  { 0x0ec0, 0x0ec4, KIND_LEADING }, { 0x0ec6, 0x0ec6, KIND_TRAILING },
  { 0x0f0d, 0x0f0e, KIND_END_ALONE }, /* Tibetan */
  { 0x1039, 0x1039, KIND_STACKER },   /* Burmese */
  { 0x104a, 0x104a, KIND_CLAUSE_ALONE }, { 0x104b, 0x104b, KIND_END_ALONE },
  { 0x1362, 0x1362, KIND_END_ALONE }, /* Ethiopic */
  { 0x1363, 0x1366, KIND_CLAUSE_ALONE }, { 0x1367, 0x1368, KIND_END_ALONE },
  { 0x17d2, 0x17d2, KIND_STACKER }, /* Khmer */
  { 0x17d4, 0x17d5, KIND_END_ALONE }, { 0x17d7, 0x17d7, KIND_TRAILING },
  { 0x1803, 0x1803, KIND_END_ALONE }, /* Mongolian */
  { 0x1809, 0x1809, KIND_END_ALONE }, { 0x2013, 0x2014, KIND_CLAUSE },
  { 0x2026, 0x2026, KIND_END }, { 0x203c, 0x203d, KIND_END },
  { 0x2047, 0x2049, KIND_END }, { 0x3001, 0x3001, KIND_CLAUSE_ALONE },
  { 0x3002, 0x3002, KIND_END_ALONE }, { 0xa4ff, 0xa4ff, KIND_END_ALONE }, /* Lisu */
  { 0xff01, 0xff01, KIND_END_ALONE }, { 0xff0c, 0xff0c, KIND_CLAUSE_ALONE },
  { 0xff0e, 0xff0e, KIND_END_ALONE }, { 0xff1a, 0xff1b, KIND_CLAUSE_ALONE },
  { 0xff1f, 0xff1f, KIND_END_ALONE }, { 0xff61, 0xff61, KIND_END_ALONE },
  { 0xff64, 0xff64, KIND_CLAUSE_ALONE },
  { 0xff9e, 0xff9f, KIND_TRAILING }, /* voiced kana of half width */
};

static const OpenaiCharFlags kind_flags[] = {
  [KIND_END] = OPENAI_CHAR_SENTENCE_END,
  [KIND_END_ALONE] = OPENAI_CHAR_SENTENCE_END | OPENAI_CHAR_ENDS_ALONE,
  [KIND_CLAUSE] = OPENAI_CHAR_CLAUSE_END,
  [KIND_CLAUSE_ALONE] = OPENAI_CHAR_CLAUSE_END | OPENAI_CHAR_ENDS_ALONE,
  [KIND_STACKER] = 0,
};

static Kind
kind_of (gunichar c)
{
  guint first = 0, end = G_N_ELEMENTS (ranges);

  while (first < end) {
    guint middle = (first + end) / 2;

    if (c > ranges[middle].last)
      first = middle + 1;
    else if (c < ranges[middle].first)
      end = middle;
    else
      return ranges[middle].kind;
  }
  return KIND_NONE;
}

static gboolean
has_no_spaces (gunichar c)
{
  switch (g_unichar_get_script (c)) {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_BOPOMOFO:
    case G_UNICODE_SCRIPT_YI:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
    case G_UNICODE_SCRIPT_TIBETAN:
      return TRUE;
    case G_UNICODE_SCRIPT_COMMON:
    case G_UNICODE_SCRIPT_INHERITED:
      /* CJK punctuation, marks of kana, forms of full and half width */
      return ((c >= 0x3001 && c <= 0x30ff) || (c >= 0xff01 && c <= 0xffef))
          && !g_unichar_isdigit (c);
    default:
      return FALSE;
  }
}

/* Straight quotes and those that are turned either way: open or close. */
static OpenaiCharFlags
quote_flags (gunichar c)
{
  switch (g_unichar_type (c)) {
    case G_UNICODE_INITIAL_PUNCTUATION:
      return OPENAI_CHAR_OPENING | OPENAI_CHAR_NO_LINE_END;
    case G_UNICODE_FINAL_PUNCTUATION:
      return OPENAI_CHAR_CLOSING | OPENAI_CHAR_NO_LINE_START;
    default:
      return OPENAI_CHAR_CLOSING | OPENAI_CHAR_NO_LINE_START | OPENAI_CHAR_NO_LINE_END;
  }
}

static OpenaiCharFlags
break_flags (gunichar c)
{
  switch (g_unichar_break_type (c)) {
    case G_UNICODE_BREAK_OPEN_PUNCTUATION:
      return OPENAI_CHAR_OPENING | OPENAI_CHAR_NO_LINE_END;
    case G_UNICODE_BREAK_CLOSE_PUNCTUATION:
    case G_UNICODE_BREAK_CLOSE_PARENTHESIS:
      return OPENAI_CHAR_NO_LINE_START
          | (g_unichar_type (c) == G_UNICODE_CLOSE_PUNCTUATION ? OPENAI_CHAR_CLOSING : 0);
    case G_UNICODE_BREAK_QUOTATION:
      return quote_flags (c);
    case G_UNICODE_BREAK_PREFIX:
      return OPENAI_CHAR_NO_LINE_END;
    case G_UNICODE_BREAK_WORD_JOINER:
    case G_UNICODE_BREAK_NON_BREAKING_GLUE:
      return OPENAI_CHAR_NO_LINE_START | OPENAI_CHAR_NO_LINE_END;
    case G_UNICODE_BREAK_NON_STARTER:
    case G_UNICODE_BREAK_CONDITIONAL_JAPANESE_STARTER:
    case G_UNICODE_BREAK_EXCLAMATION:
    case G_UNICODE_BREAK_INFIX_SEPARATOR:
    case G_UNICODE_BREAK_SYMBOL:
    case G_UNICODE_BREAK_HYPHEN:
    case G_UNICODE_BREAK_AFTER:
    case G_UNICODE_BREAK_BEFORE_AND_AFTER:
    case G_UNICODE_BREAK_INSEPARABLE:
    case G_UNICODE_BREAK_POSTFIX:
      return OPENAI_CHAR_NO_LINE_START;
    default:
      return 0;
  }
}

OpenaiCharFlags
openai_char_flags (gunichar c)
{
  Kind kind;
  OpenaiCharFlags flags;

  if (c < 0x80 && g_ascii_isalnum (c))
    return 0;
  kind = kind_of (c);
  flags = break_flags (c) | kind_flags[kind];
  if (kind == KIND_LEADING || kind == KIND_STACKER)
    flags |= OPENAI_CHAR_NO_LINE_END;
  else if (kind != KIND_NONE)
    flags |= OPENAI_CHAR_NO_LINE_START;
  return has_no_spaces (c) ? flags | OPENAI_CHAR_NO_SPACES : flags;
}

static gboolean
is_regional_indicator (gunichar c)
{
  return c >= 0x1f1e6 && c <= 0x1f1ff;
}

/* Jamo that begin a syllable. */
static gboolean
is_leading_jamo (gunichar c)
{
  return (c >= 0x1100 && c <= 0x115f) || (c >= 0xa960 && c <= 0xa97c);
}

/* Marks, what joins, skin tones, tags, and the rest of a jamo syllable. */
static gboolean
is_extending (gunichar c)
{
  return g_unichar_ismark (c) || g_unichar_iszerowidth (c)
      || (c >= 0x1f3fb && c <= 0x1f3ff) || (c >= 0xd7b0 && c <= 0xd7fb);
}

/* A mark of the syllable's end follows: asat after at most one tone mark, or
 * the stacker. */
static gboolean
is_killed (const gchar *p, const gchar *end)
{
  gunichar c = g_utf8_get_char (p);

  if (c < 0x1000 || c > 0x109f || !g_unichar_isalpha (c))
    return FALSE;
  for (guint i = 0; i < 2; i++) {
    p = g_utf8_next_char (p);
    c = p < end ? g_utf8_get_char (p) : 0;
    if (c == 0x103a || (c == 0x1039 && i == 0))
      return TRUE;
    if (!g_unichar_ismark (c))
      return FALSE;
  }
  return FALSE;
}

/* Whether what is before @p and what begins there are seen as one. */
static gboolean
is_one_grapheme (gunichar before, const gchar *p)
{
  gunichar c = g_utf8_get_char (p);

  if (is_extending (c))
    return TRUE;
  if (g_unichar_isspace (c) || g_unichar_iscntrl (c))
    return FALSE;
  return before == ZERO_WIDTH_JOINER
      || (is_leading_jamo (before)
          && (is_leading_jamo (c) || (c >= 0xac00 && c <= 0xd7a3)));
}

/* Whether a syllable goes on at @p. */
static gboolean
is_one_syllable (gunichar before, const gchar *p, const gchar *end)
{
  Kind kind = kind_of (before);
  gunichar c = g_utf8_get_char (p);

  if (kind_of (c) == KIND_TRAILING)
    return TRUE;
  return ((kind == KIND_LEADING || kind == KIND_STACKER) && (g_unichar_isalnum (c)))
      || (before >= 0x1000 && before <= 0x109f && is_killed (p, end));
}

static const gchar *
find_end (const gchar *p, const gchar *end, gboolean whole_syllables)
{
  gunichar before = g_utf8_get_char (p);
  gboolean is_half_flag = is_regional_indicator (before);

  p = g_utf8_next_char (p);
  for (guint i = 1; p < end && i < MAX_CLUSTER; i++) {
    gunichar c = g_utf8_get_char (p);

    /* Only what joins goes on with one of these. */
    if (c < 0x80 && before < 0x600)
      break;
    if (is_half_flag && is_regional_indicator (c))
      is_half_flag = FALSE;
    else if (!is_one_grapheme (before, p)
        && !(whole_syllables && is_one_syllable (before, p, end)))
      break;
    before = c;
    p = g_utf8_next_char (p);
  }
  return p;
}

const gchar *
openai_text_cluster_end (const gchar *p, const gchar *end)
{
  return find_end (p, end, TRUE);
}

const gchar *
openai_text_grapheme_end (const gchar *p, const gchar *end)
{
  return find_end (p, end, FALSE);
}

static guint
char_columns (gunichar c)
{
  if (g_unichar_iszerowidth (c) || g_unichar_iscntrl (c))
    return 0;
  return g_unichar_iswide (c) ? 2 : 1;
}

guint
openai_text_columns (const gchar *p, const gchar *end)
{
  guint columns = 0;

  for (; p < end; p = openai_text_grapheme_end (p, end))
    columns += char_columns (g_utf8_get_char (p));
  return columns;
}

guint
openai_text_width (const gchar *text)
{
  return openai_text_columns (text, text + strlen (text));
}

gsize
openai_text_count_letters (const gchar *text)
{
  gsize n = 0;

  for (; *text; text = g_utf8_next_char (text))
    n += g_unichar_isalnum (g_utf8_get_char (text)) ? 1 : 0;
  return n;
}

gboolean
openai_text_ends_sentence (const gchar *text)
{
  const gchar *p = text + strlen (text);

  while (p > text) {
    OpenaiCharFlags flags;

    p = g_utf8_prev_char (p);
    flags = openai_char_flags (g_utf8_get_char (p));
    if (flags & OPENAI_CHAR_SENTENCE_END)
      return TRUE;
    if (!(flags & OPENAI_CHAR_CLOSING))
      return FALSE;
  }
  return FALSE;
}

static gboolean
is_wide_punctuation (gunichar c)
{
  return g_unichar_iswide (c) && g_unichar_ispunct (c);
}

gboolean
openai_text_needs_space (gunichar before, gunichar after)
{
  if (g_unichar_isspace (before) || g_unichar_isspace (after)
      || is_wide_punctuation (before) || is_wide_punctuation (after))
    return FALSE;
  return !has_no_spaces (before) || !has_no_spaces (after);
}

void
openai_text_join (GString *text, const gchar *piece)
{
  const gchar *end = text->str + text->len;

  if (text->len > 0 && *piece
      && openai_text_needs_space (
          g_utf8_get_char (g_utf8_prev_char (end)), g_utf8_get_char (piece)))
    g_string_append_c (text, ' ');
  g_string_append (text, piece);
}

gchar *
openai_text_fold (const gchar *text)
{
  g_autofree gchar *folded = g_utf8_casefold (text, -1);
  GString *out = g_string_new (NULL);

  for (const gchar *p = folded; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    if (g_unichar_isalnum (c) || g_unichar_ismark (c))
      g_string_append_unichar (out, c);
  }
  return g_string_free (out, FALSE);
}
