// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Speech that comes as a stream of events, in any pieces: its audio. */

#pragma once

#include "transcript.h"

G_BEGIN_DECLS

typedef struct _OpenaiSpeechEvents OpenaiSpeechEvents;

/* @content_type: what an event said of the samples, else NULL. */
typedef void (*OpenaiSpeechEventsFunc) (
    const gchar *content_type, GBytes *audio, gpointer user_data);

OpenaiSpeechEvents *openai_speech_events_new (
    OpenaiSpeechEventsFunc func, gpointer user_data);
void openai_speech_events_free (OpenaiSpeechEvents *self);

/* FALSE with @error: the server told one, or it is no such stream. */
gboolean openai_speech_events_push (
    OpenaiSpeechEvents *self, const gchar *data, gsize length, GError **error);

/* FALSE with OPENAI_ERROR_BROKEN: it ended before it was done. */
gboolean openai_speech_events_finish (OpenaiSpeechEvents *self, GError **error);

const OpenaiUsage *openai_speech_events_usage (OpenaiSpeechEvents *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenaiSpeechEvents, openai_speech_events_free)

G_END_DECLS
