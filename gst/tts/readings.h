// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The words of a text, and how each may be read. */

#pragma once

#include "spellings.h"

G_BEGIN_DECLS

/* Letters and digits without spaces: one way to compare some words. */
typedef struct
{
  gchar *text;
  guint end; /* the word after them */
} TtsReading;

typedef struct
{
  gchar *folded;
  gsize start; /* bytes of the text */
  gsize end;
  gboolean joined;  /* no space before it */
  gboolean passes;  /* a sign inside of a word, which may not count */
  GArray *readings; /* TtsReading */
} TtsWord;

/* What of @text is said, as TtsWord; still without readings. */
GArray *tts_words_new (const gchar *text);
TtsWord *tts_word_at (GArray *words, guint i);

/* Of words with readings: there is one, and the word is no part of a number, an
 * abbreviation or the like. */
gboolean tts_word_is_plain (GArray *words, guint i, TtsLanguage language);

/* Leaves out what may change when @words go on: the last word, and the number or
 * abbreviation that it is in. */
void tts_words_hold_back (GArray *words, TtsLanguage language);

/* Of the last word only how it begins is left. TRUE: it may be part of a number or an
 * abbreviation. */
gboolean tts_words_shorten_last (GArray *words, TtsLanguage language);

/* Adds the readings. @text is that of tts_words_new(). */
void tts_words_read (GArray *words, const gchar *text, TtsLanguage language);

G_END_DECLS
