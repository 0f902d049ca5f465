// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What counts as the same word: other spellings, abbreviations and signs with their
 * words, and numbers in words, of some languages. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  TTS_LANGUAGE_ENGLISH,
  TTS_LANGUAGE_GERMAN,
  TTS_LANGUAGE_FRENCH,
  TTS_LANGUAGE_SPANISH,
  TTS_LANGUAGE_ITALIAN,
  TTS_LANGUAGE_PORTUGUESE,
  TTS_LANGUAGE_DUTCH,
  TTS_LANGUAGE_SWEDISH,
  TTS_LANGUAGE_POLISH,
  TTS_LANGUAGE_RUSSIAN,
  TTS_LANGUAGE_CHINESE, /* and Japanese, Korean */
  TTS_N_LANGUAGES,
} TtsLanguage;

/* @text without case, marks, width and the difference between the two kana.
 * @expand: ä, ö, ü, å are written ae, oe, ue, aa. */
gchar *tts_spelling_fold (const gchar *text, gsize length, gboolean expand);

/* Any kind of digits, of which one is a letter of each folded word. */
gboolean tts_spelling_is_number (const gchar *folded);

/* The forms in which folded words, joined to one, may be compared beside their own;
 * NULL: none. Strings, which live for ever. */
const GPtrArray *tts_spellings_find (TtsLanguage language, const gchar *folded);

/* Some form begins like this. */
gboolean tts_spellings_begin (TtsLanguage language, const gchar *folded);

/* The regular American form of a British spelling, or NULL. */
gchar *tts_spelling_regular (const gchar *folded);

/* Its beginning may be written in another way, as that of fetus and foetus. */
gboolean tts_spelling_has_stem (const gchar *folded);

/* As it stands between day and year, folded; NULL: not known. */
const gchar *tts_spelling_month (TtsLanguage language, guint month);

/* A sign that is spoken. */
gboolean tts_spelling_is_sign (gunichar c);

/* One that may be left out, too. */
gboolean tts_spelling_is_light (gunichar c);
gboolean tts_spelling_is_currency (const gchar *folded);

/* The number in words, or in digits with a word such as million, that begins at
 * the first of @words, as digits: how many words it takes, 0: there is none. */
guint tts_numeral_read (
    TtsLanguage language, const gchar *const *words, guint n_words, gchar **digits);

/* The number so far may go on with this word. */
gboolean tts_numeral_is_part (TtsLanguage language, const gchar *folded);

G_END_DECLS
