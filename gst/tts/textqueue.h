// SPDX-License-Identifier: LGPL-2.1-or-later
/* The texts a source has to say still, and whether more may come. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Any thread. */
typedef struct _TextQueue TextQueue;

TextQueue *text_queue_new (void);
void text_queue_free (TextQueue * queue);

/* It is used again: @first (may be NULL) comes before what there is. It ends
 * with its last text unless it is @open. */
void text_queue_begin (TextQueue * queue, const gchar * first, gboolean open);

/* @opens: from now on it is open. FALSE: it has ended. */
gboolean text_queue_push (TextQueue * queue, const gchar * text,
    gboolean opens);

/* The next text; NULL: none now. Free it. */
gchar *text_queue_pop (TextQueue * queue);

/* It is not open any more. */
void text_queue_close (TextQueue * queue);

/* Ends it when nothing more can come: TRUE once. */
gboolean text_queue_ends (TextQueue * queue);

/* Ends it whatever may come; it is not open any more. */
void text_queue_end (TextQueue * queue);

/* Forgets the texts, and that it has ended: what was to tell so may be forgotten,
 * too. @stop: and that it was open. */
void text_queue_clear (TextQueue * queue, gboolean stop);

/* Whether there is, or may be, a text. */
gboolean text_queue_has_any (TextQueue * queue);
guint text_queue_n_chars (TextQueue * queue);

G_END_DECLS
