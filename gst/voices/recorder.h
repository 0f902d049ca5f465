// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What comes into openaivoicesink, as the file that is uploaded. */

#pragma once

#include <gst/audio/audio.h>

#include "audio/recording.h"

G_BEGIN_DECLS

/* Raw audio is converted to a mono WAV of 16 bit at its own rate, up to
 * 48 kHz; whatever else is kept as it is. Used by one thread at a time. */
typedef struct _GstOpenaiRecorder GstOpenaiRecorder;

GstOpenaiRecorder *gst_openai_recorder_new (void);
void gst_openai_recorder_free (GstOpenaiRecorder *self);

/* What comes next. FALSE: it cannot be taken, or not together with what came
 * before. Without any caps the kind is told by the first bytes. */
gboolean gst_openai_recorder_set_caps (GstOpenaiRecorder *self, GstCaps *caps);

/* What comes next of a file belongs here: muxers go back to complete their
 * headers. */
void gst_openai_recorder_seek (GstOpenaiRecorder *self, guint64 offset);

/* Takes what @segment has of it. FALSE: the buffer cannot be read. */
gboolean gst_openai_recorder_push (
    GstOpenaiRecorder *self, GstBuffer *buffer, const GstSegment *segment);

/* OPENAI_ERROR_SETTINGS: what is there is larger or longer already; 0: no
 * limit. */
gboolean gst_openai_recorder_check (
    GstOpenaiRecorder *self, guint64 max_bytes, guint max_ms, GError **error);

/* The whole file; nothing is pushed afterwards. The errors of gst_openai_recorder_check(),
 * or nothing was recorded, or it is nothing the API takes. */
GBytes *gst_openai_recorder_finish (GstOpenaiRecorder *self, guint64 max_bytes,
    guint max_ms, OpenaiRecordingKind *kind, GError **error);

G_END_DECLS
