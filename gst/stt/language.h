// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The language of a stream whose language was not set: held once answers agree on
 * it, let go when they agree on another. */

#pragma once

#include "client/transcript.h"

G_BEGIN_DECLS

/* Seconds of speech in which models find a language without erring. */
#define STT_LANGUAGE_LONG_SPEECH 8.0

/* Cleared: nothing is known. May be copied. */
typedef struct
{
  const gchar *held;  /* interned; NULL: it is not sure */
  guint others;       /* answers since that tell something else */
  const gchar *rival; /* interned: what the latest of them tell ... */
  guint agreeing;     /* ... so many in a row, */
  gdouble seconds;    /* of so much speech */
} SttLanguage;

/* An answer to so many @seconds of speech was in @told, with this mean @logprob (NAN:
 * not known); NULL: it does not tell. TRUE: what is held has changed. */
gboolean stt_language_learn (
    SttLanguage *self, const gchar *told, gdouble seconds, gdouble logprob);

/* The same of speech long enough for no doubt. */
gboolean stt_language_trust (SttLanguage *self, const gchar *told);

/* The mean of all that is said, or NAN. */
gdouble stt_language_logprob (const OpenaiTranscript *answer);

/* What to ask for with a chunk, by its number in the stream; NULL: the server has to
 * find out, which some chunks are left to so that a change of language shows. */
const gchar *stt_language_to_ask (const SttLanguage *self, guint64 number);

/* The same speech, in the language that the server found and in the one that is held:
 * whether @found is right. @seconds: of speech. */
gboolean stt_language_found_is_right (
    const OpenaiTranscript *found, const OpenaiTranscript *held, gdouble seconds);

G_END_DECLS
