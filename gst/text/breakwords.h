// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Words of a language that decide where a line of it may end. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  OPENAI_WORD_KEEP = 1 << 0, /* what comes after it belongs to it */
  OPENAI_WORD_PREPOSITION = 1 << 1,
  OPENAI_WORD_CONJUNCTION = 1 << 2,
  OPENAI_WORD_TITLE = 1 << 3,
} OpenaiWordFlags;

/* Of one language; lives as long as the process. Any thread. */
typedef struct _OpenaiBreakWords OpenaiBreakWords;

/* @language: ISO 639-1, or NULL. NULL: there is no list of it. */
const OpenaiBreakWords *openai_break_words_get (const gchar *language);

/* The language most of whose words are in @text. NULL: none has two of them. */
const OpenaiBreakWords *openai_break_words_guess (const gchar *text);

/* @word: with the punctuation that clings to it. @self may be NULL. */
OpenaiWordFlags openai_break_words_lookup (
    const OpenaiBreakWords *self, const gchar *word);

/* ISO 639-1. */
const gchar *openai_break_words_language (const OpenaiBreakWords *self);

/* Whether @word is what numbers count, in any language. */
gboolean openai_word_is_unit (const gchar *word);

G_END_DECLS
