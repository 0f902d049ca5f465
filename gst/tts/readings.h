// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How each word of a text may be read. */

#pragma once

#include "spellings.h"
#include "words.h"

G_BEGIN_DECLS

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
