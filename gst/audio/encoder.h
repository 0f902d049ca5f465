// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The `file` of an upload, written as a stream. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  OPENAI_AUDIO_WAV,
  OPENAI_AUDIO_FLAC,
  OPENAI_AUDIO_OPUS,
} OpenaiAudioFormat;

typedef struct _OpenaiEncoder OpenaiEncoder;

/* A file of 16 bit samples in the machine's byte order. @total: frames that
 * will be written, stated in the header; -1 when not known yet: WAV then says
 * 0xFFFFFFFF and FLAC 0. WAV and FLAC keep the samples exactly. */
OpenaiEncoder *openai_encoder_new (
    OpenaiAudioFormat format, guint rate, guint channels, gint64 total);
void openai_encoder_free (OpenaiEncoder *self);

/* What the file grows by (the header with the first call), NULL when nothing
 * is ready yet. @frames counts samples of one channel. */
GBytes *openai_encoder_push (OpenaiEncoder *self, const gint16 *samples, gsize frames);

/* The same; @samples themselves, where they are what the file holds. */
GBytes *openai_encoder_push_bytes (OpenaiEncoder *self, GBytes *samples);

/* The rest of the file; no push afterwards. NULL when nothing is left. */
GBytes *openai_encoder_finish (OpenaiEncoder *self);

/* "audio.wav", "audio/wav" and so on: the server goes by these. */
const gchar *openai_audio_format_filename (OpenaiAudioFormat format);
const gchar *openai_audio_format_type (OpenaiAudioFormat format);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenaiEncoder, openai_encoder_free)

G_END_DECLS
