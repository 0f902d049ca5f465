// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Audio files to samples and samples to audio files, with GStreamer. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define AUDIO_OUTPUT_RATE 24000

/* The one audio stream of a file of any kind, as mono samples (gint16) at
 * @rate. API_ERROR 400 when it has none, or more than @longest seconds. */
GArray *audio_decode (
    GBytes *file, guint rate, guint longest, GCancellable *cancellable, GError **error);

typedef enum
{
  AUDIO_MP3,
  AUDIO_OPUS,
  AUDIO_AAC,
  AUDIO_FLAC,
  AUDIO_WAV,
  AUDIO_PCM,
  AUDIO_PCMU, /* G.711, of sessions only: 8 kHz */
  AUDIO_PCMA,
} AudioFormat;

/* By the name in a request, "wav", or the type in a session, "audio/pcmu". FALSE: the
 * API does not know it there. */
gboolean audio_format_from_name (const gchar *name, AudioFormat *format);
gboolean audio_format_from_type (const gchar *type, AudioFormat *format);
const gchar *audio_format_content_type (AudioFormat format);

/* Called on another thread, in order. */
typedef void (*AudioFunc) (GBytes *piece, gpointer user_data);

typedef struct _AudioEncoder AudioEncoder;

/* Encodes mono samples at AUDIO_OUTPUT_RATE. */
AudioEncoder *audio_encoder_new (
    AudioFormat format, AudioFunc func, gpointer user_data, GError **error);
void audio_encoder_free (AudioEncoder *encoder);

/* Never blocks. The rate of the first samples is that of all. */
void audio_encoder_push (
    AudioEncoder *encoder, const gint16 *samples, gsize length, guint rate);

/* Waits until the last piece was handed out. */
gboolean audio_encoder_finish (AudioEncoder *encoder, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AudioEncoder, audio_encoder_free)

G_END_DECLS
