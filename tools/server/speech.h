// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Speech synthesis: flite and its voices. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _SpeechVoice SpeechVoice;

void speech_init (void);
void speech_deinit (void);

/* By flite's name, or the OpenAI voice it stands in for; NULL for another. */
const SpeechVoice *speech_voice (const gchar *name);

/* All names, for people. */
gchar *speech_voice_names (void);

typedef void (*SpeechFunc) (
    const gint16 *samples, gsize length, guint rate, gpointer user_data);

/* The text, one utterance at a time. */
typedef struct _Speech Speech;

Speech *speech_new (const SpeechVoice *voice, const gchar *text, gdouble speed);
void speech_free (Speech *speech);

/* Speaks the next utterance; @func gets its samples while it is spoken. FALSE
 * after the last one, or when cancelled. */
gboolean speech_next (
    Speech *speech, SpeechFunc func, gpointer user_data, GCancellable *cancellable);

/* Words spoken so far. */
guint speech_words (Speech *speech);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Speech, speech_free)

G_END_DECLS
