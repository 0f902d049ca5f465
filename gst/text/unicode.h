// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What characters do in a text, of whatever script: the one table for where a
 * sentence ends, what is never split and where a line may end. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  OPENAI_CHAR_SENTENCE_END = 1 << 0,
  OPENAI_CHAR_CLAUSE_END = 1 << 1,
  /* An end without white space after it: `。` and `।`, but not `.` */
  OPENAI_CHAR_ENDS_ALONE = 1 << 2,
  /* Of a script that is written without spaces between words. */
  OPENAI_CHAR_NO_SPACES = 1 << 3,
  /* Brackets and quotation marks. */
  OPENAI_CHAR_OPENING = 1 << 4,
  OPENAI_CHAR_CLOSING = 1 << 5,
  /* May not begin or end a line where words have no spaces (kinsoku). */
  OPENAI_CHAR_NO_LINE_START = 1 << 6,
  OPENAI_CHAR_NO_LINE_END = 1 << 7,
} OpenaiCharFlags;

OpenaiCharFlags openai_char_flags (gunichar c);

/* The end of the extended grapheme cluster (UAX #29) that begins at @p, before
 * @end: what is never split. */
const gchar *openai_text_grapheme_end (const gchar *p, const gchar *end);

/* The same, or in Thai, Lao, Khmer and Burmese the end of what is written around
 * and below its consonant, the syllable's end included. */
const gchar *openai_text_cluster_end (const gchar *p, const gchar *end);

/* Columns of a terminal that the text takes: wide characters take two, marks
 * and what is joined to the character before it none. */
guint openai_text_columns (const gchar *p, const gchar *end);
guint openai_text_width (const gchar *text);

/* Its letters and digits. */
gsize openai_text_count_letters (const gchar *text);

/* Whether it ends with the end of a sentence, marks of quotation aside. */
gboolean openai_text_ends_sentence (const gchar *text);

/* Whether a space stands between two pieces of text, of which one ends with
 * @before and the other begins with @after. */
gboolean openai_text_needs_space (gunichar before, gunichar after);

/* Appends a piece, after a space if one belongs there. */
void openai_text_join (GString *text, const gchar *piece);

/* Its letters and digits in lower case, to compare texts by. */
gchar *openai_text_fold (const gchar *text);

G_END_DECLS
