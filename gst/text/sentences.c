// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Text in any pieces to what one request may carry. */

#include "sentences.h"

#include <string.h>

#include "abbreviations.h"
#include "unicode.h"

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
#define NO_BREAK_SPACE 0x00a0

/* In the text that waits, after the last character of a finished text. */
#define TEXT_END '\f'

typedef struct
{
  gsize offset; /* bytes */
  guint chars;
} Place;

struct _OpenaiSentences
{
  guint max_chars;
  guint first_chars;
  gboolean at_first; /* the next piece is the first of its text */
  gboolean limits_each;

  GByteArray *bytes;       /* the end of the input: not a whole character */
  GString *text;           /* waits, normalised: single spaces, and one LF
                                 * for a paragraph's end */
  gsize consumed;          /* of it, pieces already handed out */
  guint length;            /* characters that wait */
  gunichar space;          /* white space was read, not yet written */
  guint line_ends;         /* in it */
  gboolean after_sentence; /* it comes after the end of a sentence */

  /* The scan over the text that waits; a push goes on with it. */
  gsize scanned;
  guint scanned_chars;
  gsize cluster; /* where the last cluster begins, and ends */
  gsize cluster_end;
  gboolean after_lone_end; /* of a sentence, that needs no space, is just
                                 * before, closing brackets aside */
  Place last[N_CUTS];      /* of each kind, within the limit */
  Place first_sentence;    /* the last end within first_chars, else the
                                 * next */
  Place first_clause;
};

OpenaiSentences *
openai_sentences_new (guint max_chars, guint first_chars)
{
  OpenaiSentences *self = g_new0 (OpenaiSentences, 1);

  self->max_chars = MAX (max_chars, 1);
  self->first_chars = first_chars;
  self->at_first = TRUE;
  self->bytes = g_byte_array_new ();
  self->text = g_string_new (NULL);
  return self;
}

void
openai_sentences_limit_each (OpenaiSentences *self)
{
  self->limits_each = TRUE;
}

void
openai_sentences_free (OpenaiSentences *self)
{
  if (!self)
    return;
  g_byte_array_unref (self->bytes);
  g_string_free (self->text, TRUE);
  g_free (self);
}

/* Whether the text up to @p, where white space or the end is, ends a
 * sentence. There a quote that opens elsewhere closes (German). What is known
 * of the text ends at @end. */
static gboolean
ends_sentence (const gchar *start, const gchar *p, const gchar *end)
{
  const gchar *next = p;

  while (p > start) {
    const gchar *before = g_utf8_prev_char (p);
    gunichar c = g_utf8_get_char (before);
    OpenaiCharFlags flags = openai_char_flags (c);

    if (flags & OPENAI_CHAR_SENTENCE_END)
      return c != '.'
          || openai_text_stop (start, before, next, end) == OPENAI_STOP_SENTENCE;
    if (!(flags & (OPENAI_CHAR_CLOSING | OPENAI_CHAR_OPENING)))
      return FALSE;
    p = before;
  }
  return FALSE;
}

static gboolean
is_no_break_space (gunichar c)
{
  return c == NO_BREAK_SPACE || c == 0x2007 || c == 0x202f;
}

static gboolean
is_space (gunichar c)
{
  return g_unichar_isspace (c) || c == '\v' || c == 0x0085;
}

/* Text waits whose end may still grow. */
static gboolean
has_open_text (const OpenaiSentences *self)
{
  return self->text->len > self->consumed
      && self->text->str[self->text->len - 1] != TEXT_END;
}

static void
append_space (OpenaiSentences *self, gunichar c)
{
  if (!self->space && has_open_text (self))
    self->after_sentence = ends_sentence (self->text->str + self->consumed,
        self->text->str + self->text->len, self->text->str + self->text->len);
  if (!is_no_break_space (c))
    self->space = ' ';
  else if (!self->space)
    self->space = NO_BREAK_SPACE;
  self->line_ends += c == 0x2029 ? 2 : c == '\n';
}

static void
append_char (OpenaiSentences *self, gunichar c)
{
  if (is_space (c)) {
    append_space (self, c);
    return;
  }
  if (g_unichar_iscntrl (c) || c == 0xfeff)
    return;
  if (self->space && has_open_text (self)) {
    g_string_append_unichar (self->text, self->line_ends >= 2 ? '\n' : self->space);
    self->length++;
  }
  self->space = 0;
  self->line_ends = 0;
  self->after_sentence = FALSE;
  g_string_append_unichar (self->text, c);
  self->length++;
}

/* The start of a character whose end may still come. */
static gboolean
is_cut_char (const gchar *p, gsize size)
{
  return g_utf8_get_char_validated (p, size) == (gunichar) -2 && !memchr (p, '\0', size);
}

/* Takes whole characters off the front of @data; what may be one that is cut
 * is left over. */
static gsize
append_bytes (OpenaiSentences *self, const gchar *data, gsize size, gboolean complete)
{
  const gchar *p = data, *end = data + size;

  while (p < end) {
    gsize rest = MIN (end - p, 6);
    gunichar c;

    if (*p == '\0') {
      p++;
      continue;
    }
    if (!complete && is_cut_char (p, rest))
      break;
    c = g_utf8_get_char_validated (p, rest);
    if (c == (gunichar) -1 || c == (gunichar) -2) {
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
openai_sentences_push (OpenaiSentences *self, const gchar *text, gsize length)
{
  gsize taken;

  /* The few bytes of a cut character go in front of the rest. */
  while (self->bytes->len > 0 && length > 0) {
    g_byte_array_append (self->bytes, (const guint8 *) text++, 1);
    length--;
    taken =
        append_bytes (self, (const gchar *) self->bytes->data, self->bytes->len, FALSE);
    g_byte_array_remove_range (self->bytes, 0, taken);
  }
  taken = append_bytes (self, text, length, FALSE);
  g_byte_array_append (self->bytes, (const guint8 *) text + taken, length - taken);
}

void
openai_sentences_finish (OpenaiSentences *self)
{
  append_bytes (self, (const gchar *) self->bytes->data, self->bytes->len, TRUE);
  g_byte_array_set_size (self->bytes, 0);
  self->space = 0;
  self->line_ends = 0;
  if (has_open_text (self))
    g_string_append_c (self->text, TEXT_END);
  else if (self->length == 0)
    self->at_first = TRUE;
}

/* What ends at @p, before the character there. */
static Cut
cut_at (const OpenaiSentences *self, const gchar *start, const gchar *p, const gchar *end)
{
  gunichar before = g_utf8_get_char (g_utf8_prev_char (p));
  gunichar after = g_utf8_get_char (p);
  OpenaiCharFlags flags = openai_char_flags (before);

  if (after == '\n')
    return CUT_PARAGRAPH;
  if (after == ' ')
    return ends_sentence (start, p, end) ? CUT_SENTENCE
        : flags & OPENAI_CHAR_CLAUSE_END ? CUT_CLAUSE
                                         : CUT_SPACE;
  if (before == ' ' || before == '\n' || before == NO_BREAK_SPACE
      || p - start < (gssize) self->cluster_end)
    return CUT_NONE;
  if (openai_char_flags (after)
          & (OPENAI_CHAR_CLOSING | OPENAI_CHAR_SENTENCE_END | OPENAI_CHAR_CLAUSE_END)
      || after == NO_BREAK_SPACE)
    return CUT_GRAPHEME;
  if (self->after_lone_end)
    return CUT_SENTENCE;
  return (flags & OPENAI_CHAR_CLAUSE_END) && (flags & OPENAI_CHAR_ENDS_ALONE)
      ? CUT_CLAUSE
      : CUT_GRAPHEME;
}

static void
reset_scan (OpenaiSentences *self)
{
  self->scanned = 0;
  self->scanned_chars = 0;
  self->cluster = 0;
  self->cluster_end = 0;
  self->after_lone_end = FALSE;
  memset (self->last, 0, sizeof self->last);
  memset (&self->first_sentence, 0, sizeof self->first_sentence);
  memset (&self->first_clause, 0, sizeof self->first_clause);
}

static void
note_cut (OpenaiSentences *self, Cut cut, Place place)
{
  Place *first = cut >= CUT_SENTENCE ? &self->first_sentence : &self->first_clause;

  self->last[cut] = place;
  if (cut >= CUT_CLAUSE && (place.chars <= self->first_chars || !first->offset))
    *first = place;
}

/* Goes on to the limit, or to where the text ends. */
static void
scan (OpenaiSentences *self)
{
  const gchar *start = self->text->str + self->consumed;
  const gchar *end = self->text->str + self->text->len;
  const gchar *p = start + self->scanned;

  /* The last cluster may have grown. */
  self->cluster_end =
      p > start ? openai_text_cluster_end (start + self->cluster, end) - start : 0;
  while (p < end && *p != TEXT_END && self->scanned_chars <= self->max_chars) {
    OpenaiCharFlags flags = openai_char_flags (g_utf8_get_char (p));

    if (p > start) {
      Place place = { p - start, self->scanned_chars };

      note_cut (self, cut_at (self, start, p, end), place);
    }
    if (p - start >= (gssize) self->cluster_end) {
      self->cluster = p - start;
      self->cluster_end = openai_text_cluster_end (p, end) - start;
    }
    self->after_lone_end =
        (flags & OPENAI_CHAR_SENTENCE_END && flags & OPENAI_CHAR_ENDS_ALONE)
        || (self->after_lone_end && flags & OPENAI_CHAR_CLOSING);
    p = g_utf8_next_char (p);
    self->scanned_chars++;
  }
  self->scanned = p - start;
}

static gchar *
hand_out (OpenaiSentences *self, Place place)
{
  const gchar *start = self->text->str + self->consumed;
  const gchar *rest = start + place.offset;
  gchar *piece = g_strdelimit (g_strndup (start, place.offset), "\n", ' ');
  gunichar c = g_utf8_get_char (rest);

  self->length -= place.chars;
  if (c == ' ' || c == '\n' || c == NO_BREAK_SPACE) {
    rest = g_utf8_next_char (rest);
    self->length--;
  }
  self->at_first = *rest == TEXT_END;
  self->consumed = rest - self->text->str + (self->at_first ? 1 : 0);
  /* Now and then, so that the cost stays linear. */
  if (self->consumed > self->text->len / 2) {
    g_string_erase (self->text, 0, self->consumed);
    self->consumed = 0;
  }
  reset_scan (self);
  return piece;
}

/* Where the first piece ends, so that it is soon said; no place: it is not
 * known yet, or it ends as any other piece. @complete: what was scanned is not
 * going to grow. */
static Place
first_place (const OpenaiSentences *self, gboolean complete)
{
  Place sentence = self->first_sentence, clause = self->first_clause;
  guint chars = sentence.offset ? sentence.chars : self->scanned_chars;
  const Place none = { 0, 0 };

  if (!(self->at_first || self->limits_each) || self->first_chars == 0
      || (complete && self->scanned_chars <= self->first_chars))
    return none;
  /* A sentence far too long, of which the end is known. */
  if (chars / 2 > self->first_chars && (sentence.offset || complete) && clause.offset
      && clause.chars < chars)
    return clause;
  return sentence;
}

static gchar *
best_cut (OpenaiSentences *self, Cut least)
{
  for (Cut cut = CUT_PARAGRAPH; cut >= least && cut > CUT_NONE; cut--) {
    /* A paragraph's end right at the start is no good when more would fit. */
    if (cut == CUT_PARAGRAPH
        && self->last[CUT_SENTENCE].offset > 2 * self->last[cut].offset)
      continue;
    if (self->last[cut].offset > 0)
      return hand_out (self, self->last[cut]);
  }
  return NULL;
}

/* Of a cluster that is longer than the limit. */
static gchar *
hand_out_most (OpenaiSentences *self)
{
  const gchar *start = self->text->str + self->consumed;
  Place place = { g_utf8_offset_to_pointer (start, self->max_chars) - start,
    self->max_chars };

  return hand_out (self, place);
}

gchar *
openai_sentences_next (OpenaiSentences *self)
{
  Place place, all;
  gboolean full, complete;
  gchar *piece;

  if (self->consumed == self->text->len)
    return NULL;
  scan (self);
  all.offset = self->scanned;
  all.chars = self->scanned_chars;
  full = all.chars > self->max_chars;
  /* White space that was read ends a sentence, though it is not written yet. */
  complete = self->text->str[self->consumed + all.offset] == TEXT_END
      || (self->space == ' ' && (self->line_ends >= 2 || self->after_sentence));
  place = first_place (self, complete || full);
  if (place.offset)
    return hand_out (self, place);
  if (full) {
    piece = best_cut (self, CUT_GRAPHEME);
    return piece ? piece : hand_out_most (self);
  }
  return complete ? hand_out (self, all) : best_cut (self, CUT_SENTENCE);
}

guint
openai_sentences_length (const OpenaiSentences *self)
{
  return self->length;
}
