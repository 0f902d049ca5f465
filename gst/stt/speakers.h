// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Whose voices are told apart: those the user knows, and those heard before in
 * the stream. */

#pragma once

#include <gst/gst.h>

#include "client/transcription.h"

G_BEGIN_DECLS

/* One thread at a time. */
typedef struct _SttSpeakers SttSpeakers;

/* @known: name → file or data URL, or NULL; files are read here, and all of
 * them are checked: at most 4, 2 to 10 s long. @track: speakers keep their
 * letter from one answer to the next. OPENAI_ERROR_SETTINGS names what is
 * wrong. */
SttSpeakers *stt_speakers_new (const GstStructure *known, gboolean track, GError **error);
void stt_speakers_free (SttSpeakers *self);

gboolean stt_speakers_are_tracked (SttSpeakers *self);

/* The bytes by which requests grow at most. */
guint64 stt_speakers_bytes (SttSpeakers *self);

/* Adds the voices that are known by now. */
void stt_speakers_fill_params (SttSpeakers *self, OpenaiTranscriptionParams *params);

/* When tracking: gives the speakers of an answer, which nothing else has seen
 * yet, their letters in the stream, and keeps a piece of what each said.
 * @samples: 16 bit mono, what was uploaded. Call it in the order in which
 * speech was spoken, before the next request is made. */
void stt_speakers_learn (
    SttSpeakers *self, OpenaiTranscript *transcript, GBytes *samples, guint rate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SttSpeakers, stt_speakers_free)

G_END_DECLS
