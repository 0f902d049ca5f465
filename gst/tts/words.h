// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The words of a text: what of it is said. */

#pragma once

#include <glib.h>

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

G_END_DECLS
