// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Speech recognition: PocketSphinx decoders, lent one at a time. */

#pragma once

#include <gio/gio.h>

#include "transcript.h"

G_BEGIN_DECLS

#define RECOGNISER_RATE 16000

typedef struct _Recogniser Recogniser;

/* Loads one decoder; others, up to @decoders, when all are in use.
 * @model_dir holds en-us/, en-us.lm.bin and cmudict-en-us.dict. */
Recogniser *recogniser_new (const gchar *model_dir, guint decoders, GError **error);

/* Nothing may be recognised any more. */
void recogniser_free (Recogniser *recogniser);

typedef void (*SegmentFunc) (Transcript *transcript, guint segment, gpointer user_data);

/* Recognises a whole recording at RECOGNISER_RATE, one utterance after the
 * other; @func is told of each segment. Waits for a free decoder. NULL and
 * G_IO_ERROR_CANCELLED when cancelled, at the latest after the utterance at
 * hand. */
Transcript *recogniser_run (Recogniser *recogniser, const gint16 *samples, gsize length,
    SegmentFunc func, gpointer user_data, GCancellable *cancellable, GError **error);

/* One utterance while it is spoken. Belongs to one thread. */
typedef struct _Hearing Hearing;

/* Waits for a free decoder, which hearing_free() gives back. */
Hearing *hearing_new (Recogniser *recogniser);
void hearing_free (Hearing *hearing);

void hearing_push (Hearing *hearing, const gint16 *samples, gsize length);

/* The best guess so far, words with a space between; free it. */
gchar *hearing_text (Hearing *hearing);

/* The same when all was said. */
gchar *hearing_finish (Hearing *hearing);

G_END_DECLS
