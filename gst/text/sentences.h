// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Text in any pieces to what one request may carry. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _OpenaiSentences OpenaiSentences;

/* @max_chars: characters (not bytes) a piece may have, at least 1.
 * @first_chars: about how many the first piece has, so that speech starts
 * sooner; 0: no such limit. */
OpenaiSentences *openai_sentences_new (guint max_chars, guint first_chars);
void openai_sentences_free (OpenaiSentences *self);

/* From now on @first_chars goes for every piece. */
void openai_sentences_limit_each (OpenaiSentences *self);

/* @text is UTF-8 cut anywhere; what is no UTF-8 becomes U+FFFD. Control
 * characters other than white space are dropped. */
void openai_sentences_push (OpenaiSentences *self, const gchar *text, gsize length);

/* The text is complete: what is left is spoken. Pushing again starts a new
 * text. */
void openai_sentences_finish (OpenaiSentences *self);

/* The next piece: as much of the waiting text as fits the limit, ending at the
 * best boundary in it (paragraph, sentence, clause, space, then between
 * grapheme clusters); before openai_sentences_finish() only what ends at a complete
 * sentence. Trimmed, never blank. NULL: nothing (yet). */
gchar *openai_sentences_next (OpenaiSentences *self);

/* Characters waiting. */
guint openai_sentences_length (const OpenaiSentences *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenaiSentences, openai_sentences_free)

G_END_DECLS
