// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Columns of text, and where a line of it may end. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How good it is to break after a unit. */
typedef enum
{
  OPENAI_BREAK_NEVER,                  /* inside of a word; only when nothing else fits */
  OPENAI_BREAK_ANYWHERE,               /* between ideographs */
  OPENAI_BREAK_SPACE,
  OPENAI_BREAK_CLAUSE,
  OPENAI_BREAK_SENTENCE,
} OpenaiBreakQuality;

/* The smallest piece of text that is never split: a word without its space,
 * or a grapheme where words have no spaces or are too long. */
typedef struct
{
  gchar *text;
  guint columns;
  gboolean space_before;
  OpenaiBreakQuality after;
} OpenaiTextUnit;

/* @max_columns: a longer word is more than one unit. An array of TextUnit,
 * in order. */
GArray *openai_text_units_new (const gchar * text, guint max_columns);

/* Columns of units [first, end) on one line. */
guint openai_text_units_columns (const GArray * units, guint first, guint end);

/* Appends them, with the spaces between them. */
void openai_text_units_append (const GArray * units, guint first, guint end,
    GString * out);

/* Where a line that begins with unit @first ends best: the end of the units
 * that fit @max_columns, at the best break in the second half of them. */
guint openai_text_units_fit (const GArray * units, guint first, guint end,
    guint max_columns);

/* The end of the user-perceived character that begins at @p, before @end. */
const gchar *openai_text_grapheme_end (const gchar * p, const gchar * end);

/* Of a script that is written without spaces between words. */
gboolean openai_text_has_no_spaces (gunichar c);

/* Brackets and quotation marks that belong to what comes after them. */
gboolean openai_text_is_opening (gunichar c);

/* Its letters and digits in lower case, to compare texts by. */
gchar *openai_text_fold (const gchar * text);

G_END_DECLS
