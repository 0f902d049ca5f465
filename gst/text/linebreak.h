// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Columns of text, and where a line of it may end. */

#pragma once

#include <glib.h>

#include "breakwords.h"

G_BEGIN_DECLS

/* How good it is to break after a unit, in order. */
typedef enum
{
  OPENAI_BREAK_NEVER,    /* inside of a word; only when nothing else fits */
  OPENAI_BREAK_AVOID,    /* between a title and a name, a number and its unit, after
                          * an abbreviation or an ordinal */
  OPENAI_BREAK_WEAK,     /* after an article, a pronoun, a number */
  OPENAI_BREAK_ANYWHERE, /* between ideographs or syllables */
  OPENAI_BREAK_SPACE,
  OPENAI_BREAK_PREPOSITION, /* before one */
  OPENAI_BREAK_CONJUNCTION, /* before one */
  OPENAI_BREAK_CLAUSE,
  OPENAI_BREAK_SENTENCE,
} OpenaiBreakQuality;

/* The smallest piece of text that is never split: a word without its space, or a
 * cluster where words have no spaces or are too long. */
typedef struct
{
  gchar *text;
  guint columns;
  gboolean space_before;
  OpenaiBreakQuality script; /* how good it is to break after it, by its script alone */
  OpenaiBreakQuality after;  /* the same, by what stands before and after it too */
} OpenaiTextUnit;

/* @max_columns: a longer word is more than one unit. An array of TextUnit,
 * in order. */
GArray *openai_text_units_new (const gchar *text, guint max_columns);

/* Finds out again how good it is to break after each: of units from several
 * texts, it depends on what comes before and after. @words: those of the text's
 * language, or NULL. */
void openai_text_units_rate (GArray *units, const OpenaiBreakWords *words);

/* Columns of units [first, end) on one line. */
guint openai_text_units_columns (const GArray *units, guint first, guint end);

/* Appends them, with the spaces between them; before and after the marks that French
 * sets apart, one at which no renderer breaks a line. */
void openai_text_units_append (const GArray *units, guint first, guint end, GString *out);

/* The end of the units that fit on a line of @max_columns that begins with unit
 * @first; one does. */
guint openai_text_units_fill (
    const GArray *units, guint first, guint end, guint max_columns);

/* Where a line that begins with unit @first ends best: the end of the units
 * that fit @max_columns, at the best break in the second half of them, or earlier
 * where that is one to avoid. */
guint openai_text_units_fit (
    const GArray *units, guint first, guint end, guint max_columns);

G_END_DECLS
