// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Which words of a text that still changes will stay: what two hypotheses in a row
 * agree on (LocalAgreement), or all but the last word where text is only appended. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  STT_HYPOTHESIS_APPENDED, /* only its end grows: the last word may be unfinished */
  STT_HYPOTHESIS_REPLACED, /* the server rewrites it, some times a second */
  STT_HYPOTHESIS_ANSWER,   /* the answer to all that was spoken so far */
} SttHypothesisKind;

typedef struct _SttStable SttStable;

SttStable *stt_stable_new (void);
void stt_stable_free (SttStable *self);

/* @text: all there is of the chunk. @heard: of how many seconds of it; NAN: not known.
 * One that is older than the last, or a loop, or more than can be said, is left out. */
void stt_stable_push (
    SttStable *self, SttHypothesisKind kind, const gchar *text, gdouble heard);

/* The words that stay, which only grow, and what may still become something else, each
 * with the space before it. Valid until the next call. */
const gchar *stt_stable_get_text (const SttStable *self);
const gchar *stt_stable_get_rest (const SttStable *self);

/* The newest hypothesis has words, and agreed on none of them with the one before. */
gboolean stt_stable_waits (const SttStable *self);

/* When, in seconds of the chunk, the first @length bytes of the words that stay have
 * been said, about; NAN: not known. */
gdouble stt_stable_time_of (const SttStable *self, gsize length);

/* The end of the last clause, or @sentence, in the words that stay, in bytes; 0: none
 * ends. */
gsize stt_stable_last_end (const SttStable *self, gboolean sentence);

/* The chunk has ended where speech went on: the words that @final, its result, does
 * not have begin @next, of which nothing was pushed. */
void stt_stable_carry (SttStable *self, const gchar *final, SttStable *next);

/* Where in @final, the result, the first @length bytes of the words that stay end, in
 * bytes; @same: nothing but case and punctuation is otherwise up to there. */
gsize stt_stable_find_end (
    const SttStable *self, gsize length, const gchar *final, gboolean *same);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SttStable, stt_stable_free)

G_END_DECLS
