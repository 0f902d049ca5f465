// SPDX-License-Identifier: LGPL-2.1-or-later
/* Text in any pieces to what one request may carry. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _Sentences Sentences;

/* @max_chars: characters (not bytes) a piece may have, at least 1.
 * @first_chars: about how many the first piece has, so that speech starts
 * sooner; 0: no such limit. */
Sentences *sentences_new (guint max_chars, guint first_chars);
void sentences_free (Sentences * sentences);

/* @text is UTF-8 cut anywhere; what is no UTF-8 becomes U+FFFD. Control
 * characters other than white space are dropped. */
void sentences_push (Sentences * sentences, const gchar * text, gsize length);

/* The text is complete: what is left is spoken. Pushing again starts a new
 * text. */
void sentences_finish (Sentences * sentences);

/* The next piece: as much of the waiting text as fits the limit, ending at the
 * best boundary in it (paragraph, sentence, clause, space, then between
 * grapheme clusters); before sentences_finish() only what ends at a complete
 * sentence. Trimmed, never blank. NULL: nothing (yet). */
gchar *sentences_next (Sentences * sentences);

/* Characters waiting. */
guint sentences_length (const Sentences * sentences);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sentences, sentences_free)

G_END_DECLS
