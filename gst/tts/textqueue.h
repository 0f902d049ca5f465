// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The texts a source has to say still, and whether more may come. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Any thread. */
typedef struct _TtsTextQueue TtsTextQueue;

TtsTextQueue *tts_text_queue_new (void);
void tts_text_queue_free (TtsTextQueue *self);

/* It is used again: @first (may be NULL) comes before what there is. It ends
 * with its last text unless it is @open. */
void tts_text_queue_begin (TtsTextQueue *self, const gchar *first, gboolean open);

/* @opens: from now on it is open. FALSE: it has ended. */
gboolean tts_text_queue_push (TtsTextQueue *self, const gchar *text, gboolean opens);

/* The next text; NULL: none now. Free it. */
gchar *tts_text_queue_pop (TtsTextQueue *self);

/* It is not open any more. */
void tts_text_queue_close (TtsTextQueue *self);

/* Ends it when nothing more can come: TRUE once. */
gboolean tts_text_queue_ends (TtsTextQueue *self);

/* Ends it whatever may come; it is not open any more. */
void tts_text_queue_end (TtsTextQueue *self);

/* Forgets the texts, and that it has ended: what was to tell so may be forgotten,
 * too. @stop: and that it was open. */
void tts_text_queue_clear (TtsTextQueue *self, gboolean stop);

/* Whether there is, or may be, a text. */
gboolean tts_text_queue_has_any (TtsTextQueue *self);
guint tts_text_queue_n_chars (TtsTextQueue *self);

G_END_DECLS
