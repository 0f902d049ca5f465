// SPDX-License-Identifier: LGPL-2.1-or-later
/* Text in any pieces to what one request may carry. */

#include "tts/sentences.h"

#include <string.h>

/* How good it is to end a piece here; 0: not at all. */
typedef enum
{
  CUT_NONE,
  CUT_GRAPHEME,
  CUT_SPACE,
  CUT_CLAUSE,
  CUT_SENTENCE,
  CUT_PARAGRAPH,
} Cut;

#define N_CUTS (CUT_PARAGRAPH + 1)
#define ZERO_WIDTH_JOINER 0x200d

/* What the scan knows of the text from its start to where it stands: the last
 * place for each kind of cut, all within the limit. */
typedef struct
{
  gsize offset;                 /* bytes */
  guint chars;
} Place;

struct _Sentences
{
  guint max_chars;
  guint first_chars;
  gboolean at_first;            /* the next piece is the first of its text */
  gboolean finished;

  GByteArray *bytes;            /* the end of the input: not a whole character */
  GString *text;                /* waits, normalised: single spaces, and one LF
                                 * for a paragraph's end */
  gsize consumed;               /* of it, pieces already handed out */
  guint length;                 /* characters that wait */
  guint line_ends;              /* in the white space that was read last */
  gboolean space;               /* white space was read, not yet written */

  /* the scan over the text that waits; a push goes on with it */
  gsize scanned;
  guint scanned_chars;
  Place last[N_CUTS];
  Place first_enough;           /* the first sentence end past first_chars */
};

Sentences *
sentences_new (guint max_chars, guint first_chars)
{
  Sentences *sentences = g_new0 (Sentences, 1);

  sentences->max_chars = MAX (max_chars, 1);
  sentences->first_chars = first_chars;
  sentences->at_first = TRUE;
  sentences->bytes = g_byte_array_new ();
  sentences->text = g_string_new (NULL);
  return sentences;
}

void
sentences_free (Sentences * sentences)
{
  if (!sentences)
    return;
  g_byte_array_unref (sentences->bytes);
  g_string_free (sentences->text, TRUE);
  g_free (sentences);
}

static void
append_char (Sentences * self, gunichar c)
{
  if (c == '\n' || (g_unichar_isspace (c) && c != 0x00a0)) {
    self->line_ends += c == '\n' || c == 0x2029 ? 1 : 0;
    self->space = TRUE;
    return;
  }
  if (g_unichar_iscntrl (c))
    return;
  if (self->space && self->length > 0) {
    g_string_append_c (self->text, self->line_ends >= 2 ? '\n' : ' ');
    self->length++;
  }
  self->space = FALSE;
  self->line_ends = 0;
  g_string_append_unichar (self->text, c);
  self->length++;
}

/* Takes whole characters off the front of @data; what may be one that is cut
 * is left over. */
static gsize
append_bytes (Sentences * self, const gchar * data, gsize size,
    gboolean complete)
{
  const gchar *p = data, *end = data + size;

  while (p < end) {
    gunichar c;

    if (*p == '\0') {
      p++;
      continue;
    }
    c = g_utf8_get_char_validated (p, end - p);
    if (c == (gunichar) - 2 && !complete)
      break;
    if (c == (gunichar) - 1 || c == (gunichar) - 2) {
      append_char (self, 0xfffd);
      p++;
    } else {
      append_char (self, c);
      p = g_utf8_next_char (p);
    }
  }
  return p - data;
}

void
sentences_push (Sentences * self, const gchar * text, gsize length)
{
  gsize taken;

  if (self->finished && self->length == 0) {
    self->finished = FALSE;
    self->at_first = TRUE;
  }
  /* A cut character has at most three bytes: they go in front of the rest. */
  while (self->bytes->len > 0 && length > 0) {
    g_byte_array_append (self->bytes, (const guint8 *) text++, 1);
    length--;
    taken = append_bytes (self, (const gchar *) self->bytes->data,
        self->bytes->len, FALSE);
    g_byte_array_remove_range (self->bytes, 0, taken);
  }
  taken = append_bytes (self, text, length, FALSE);
  g_byte_array_append (self->bytes, (const guint8 *) text + taken,
      length - taken);
}

void
sentences_finish (Sentences * self)
{
  append_bytes (self, (const gchar *) self->bytes->data, self->bytes->len,
      TRUE);
  g_byte_array_set_size (self->bytes, 0);
  self->space = FALSE;
  self->line_ends = 0;
  self->finished = TRUE;
}

static gboolean
is_full_width_end (gunichar c)
{
  return c == 0x3002 || c == 0xff01 || c == 0xff1f || c == 0xff61;
}

static gboolean
is_sentence_end (gunichar c)
{
  switch (c) {
    case '.':
    case '!':
    case '?':
    case 0x2026:               /* … */
    case 0x203d:               /* ‽ */
    case 0x061f:               /* Arabic ? */
    case 0x06d4:               /* Urdu . */
    case 0x0964:               /* danda */
    case 0x0965:
    case 0x104a:               /* Burmese */
    case 0x104b:
    case 0x1362:               /* Ethiopic */
    case 0x0589:               /* Armenian */
    case 0x17d4:               /* Khmer */
      return TRUE;
    default:
      return is_full_width_end (c);
  }
}

static gboolean
is_clause_end (gunichar c)
{
  switch (c) {
    case ',':
    case ';':
    case ':':
    case 0x2013:
    case 0x2014:
    case 0x060c:
    case 0x061b:
    case 0x3001:
    case 0xff0c:
    case 0xff1b:
    case 0xff1a:
      return TRUE;
    default:
      return FALSE;
  }
}

static gboolean
is_closing (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return c == '"' || c == '\'' || type == G_UNICODE_CLOSE_PUNCTUATION
      || type == G_UNICODE_FINAL_PUNCTUATION;
}

/* The word that a full stop ends is short for something, and goes on. */
static gboolean
is_abbreviation (const gchar * start, const gchar * stop)
{
  static const gchar *const known[] = {
    "mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "vs", "etc", "e.g",
    "i.e", "cf", "no", "vol", "fig", "bzw", "z.b", "usw", "ca", "nr"
  };
  const gchar *word = stop;
  g_autofree gchar *lower = NULL;

  while (word > start && !strchr (" \n(\"'", word[-1]))
    word--;
  /* An initial, or the end of U.S. */
  if (stop - word == 1 || (stop - word >= 3 && stop[-2] == '.'))
    return g_ascii_isalpha (stop[-1]);
  lower = g_ascii_strdown (word, stop - word);
  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    if (g_str_equal (lower, known[i]))
      return TRUE;
  }
  return FALSE;
}

/* Whether the text up to @p, where white space or the end is, ends a
 * sentence. */
static gboolean
ends_sentence (const gchar * start, const gchar * p)
{
  while (p > start) {
    const gchar *before = g_utf8_prev_char (p);
    gunichar c = g_utf8_get_char (before);

    if (is_sentence_end (c))
      return c != '.' || !is_abbreviation (start, before);
    if (!is_closing (c))
      return FALSE;
    p = before;
  }
  return FALSE;
}

static gboolean
splits_grapheme (const gchar * start, const gchar * p)
{
  gunichar before = g_utf8_get_char (g_utf8_prev_char (p));
  gunichar after = g_utf8_get_char (p);
  guint flags = 0;

  if (g_unichar_ismark (after) || g_unichar_iszerowidth (after)
      || (after >= 0x1f3fb && after <= 0x1f3ff)
      || before == ZERO_WIDTH_JOINER)
    return TRUE;
  /* Jamo make up one syllable. */
  if (before >= 0x1100 && before <= 0x11ff && after >= 0x1160
      && after <= 0x11ff)
    return TRUE;
  if (after < 0x1f1e6 || after > 0x1f1ff)
    return FALSE;
  while (p > start) {
    p = g_utf8_prev_char (p);
    if (g_utf8_get_char (p) < 0x1f1e6 || g_utf8_get_char (p) > 0x1f1ff)
      break;
    flags++;
  }
  return flags % 2 == 1;
}

/* What ends at @p, before the character there. */
static Cut
judge (const gchar * start, const gchar * p)
{
  gunichar before = g_utf8_get_char (g_utf8_prev_char (p));
  gunichar after = g_utf8_get_char (p);

  if (after == '\n')
    return CUT_PARAGRAPH;
  if (after == ' ')
    return ends_sentence (start, p) ? CUT_SENTENCE :
        is_clause_end (before) ? CUT_CLAUSE : CUT_SPACE;
  if (is_closing (after) || is_sentence_end (after) || is_clause_end (after))
    return splits_grapheme (start, p) ? CUT_NONE : CUT_GRAPHEME;
  if (is_full_width_end (before) || (is_closing (before)
          && p - start > 3 && is_full_width_end (g_utf8_get_char
              (g_utf8_prev_char (g_utf8_prev_char (p))))))
    return CUT_SENTENCE;
  if (is_clause_end (before) && before >= 0x3000)
    return CUT_CLAUSE;
  return splits_grapheme (start, p) ? CUT_NONE : CUT_GRAPHEME;
}

static void
reset_scan (Sentences * self)
{
  self->scanned = 0;
  self->scanned_chars = 0;
  memset (self->last, 0, sizeof self->last);
  memset (&self->first_enough, 0, sizeof self->first_enough);
}

/* Goes on to the limit, or to where the text ends. */
static void
scan (Sentences * self)
{
  const gchar *start = self->text->str + self->consumed;
  const gchar *end = self->text->str + self->text->len;
  const gchar *p = start + self->scanned;

  while (p < end && self->scanned_chars <= self->max_chars) {
    if (p > start) {
      Cut cut = judge (start, p);
      Place place = { p - start, self->scanned_chars };

      self->last[cut] = place;
      if (cut >= CUT_SENTENCE && !self->first_enough.offset
          && self->first_chars && self->scanned_chars >= self->first_chars)
        self->first_enough = place;
    }
    p = g_utf8_next_char (p);
    self->scanned_chars++;
  }
  self->scanned = p - start;
}

static gchar *
hand_out (Sentences * self, gsize offset, guint chars)
{
  const gchar *start = self->text->str + self->consumed;
  gchar *piece = g_strstrip (g_strndup (start, offset));

  self->consumed += offset;
  self->length -= chars;
  if (self->text->str[self->consumed] == ' '
      || self->text->str[self->consumed] == '\n') {
    self->consumed++;
    self->length--;
  }
  /* Now and then, so that the cost stays linear. */
  if (self->consumed > self->text->len / 2) {
    g_string_erase (self->text, 0, self->consumed);
    self->consumed = 0;
  }
  for (gchar * p = piece; *p; p++) {
    if (*p == '\n')
      *p = ' ';
  }
  self->at_first = FALSE;
  reset_scan (self);
  return piece;
}

static gchar *
best_cut (Sentences * self, Cut least)
{
  for (Cut cut = CUT_PARAGRAPH; cut >= least && cut > CUT_NONE; cut--) {
    /* A paragraph's end right at the start is no good when more would fit. */
    if (cut == CUT_PARAGRAPH
        && self->last[CUT_SENTENCE].offset > 2 * self->last[cut].offset)
      continue;
    if (self->last[cut].offset > 0)
      return hand_out (self, self->last[cut].offset, self->last[cut].chars);
  }
  return NULL;
}

gchar *
sentences_next (Sentences * self)
{
  gsize rest = self->text->len - self->consumed;
  gchar *piece;

  if (rest == 0)
    return NULL;
  scan (self);
  if (self->at_first && self->first_enough.offset)
    return hand_out (self, self->first_enough.offset,
        self->first_enough.chars);
  if (self->length > self->max_chars) {
    piece = best_cut (self, CUT_GRAPHEME);
    /* One cluster that is longer than the limit. */
    return piece ? piece : hand_out (self,
        g_utf8_offset_to_pointer (self->text->str + self->consumed,
            self->max_chars) - (self->text->str + self->consumed),
        self->max_chars);
  }
  if (self->finished)
    return hand_out (self, rest, self->length);
  /* White space that was read ends a sentence, though it is not written yet. */
  if (self->space && (self->line_ends >= 2
          || ends_sentence (self->text->str + self->consumed,
              self->text->str + self->text->len)))
    return hand_out (self, rest, self->length);
  return best_cut (self, CUT_SENTENCE);
}

guint
sentences_length (const Sentences * self)
{
  return self->length;
}
