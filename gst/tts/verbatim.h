// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Whether what was said is what was written, word for word. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  TTS_VERBATIM_SAME,       /* so far, of a transcript that is not complete */
  TTS_VERBATIM_APPENDED,   /* the whole text, then more */
  TTS_VERBATIM_UNFINISHED, /* the end of the text is missing */
  TTS_VERBATIM_LEFT,       /* it leaves the text: other words, or some left out */
} TtsVerbatimVerdict;

typedef struct
{
  TtsVerbatimVerdict verdict;
  gsize text;       /* bytes of the text that were said ... */
  gsize transcript; /* ... and of the transcript that say them */
} TtsVerbatim;

/* Case, punctuation, accents, and how numbers, signs, abbreviations and words are
 * spelled do not count (spellings.h). Both are UTF-8. A transcript that is not
 * @complete is only judged as far as more of it cannot change that. */
TtsVerbatim tts_verbatim_compare (
    const gchar *text, const gchar *transcript, gboolean complete);

G_END_DECLS
