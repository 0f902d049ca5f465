// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A recording that is uploaded as it is: what kind of file, how long. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The kinds the API takes. */
typedef enum
{
  OPENAI_RECORDING_UNKNOWN,
  OPENAI_RECORDING_WAV,
  OPENAI_RECORDING_MP3,
  OPENAI_RECORDING_AAC,
  OPENAI_RECORDING_OGG,
  OPENAI_RECORDING_FLAC,
  OPENAI_RECORDING_WEBM,
  OPENAI_RECORDING_MP4,
} OpenaiRecordingKind;

/* By its first bytes. */
OpenaiRecordingKind openai_recording_sniff (GBytes *file);

/* "audio.mp3", "audio/mpeg" and so on: the server goes by these. */
const gchar *openai_recording_filename (OpenaiRecordingKind kind);
const gchar *openai_recording_type (OpenaiRecordingKind kind);

/* Milliseconds, as the file itself tells; -1 when it does not. */
gint64 openai_recording_duration (GBytes *file, OpenaiRecordingKind kind);

/* FALSE with OPENAI_ERROR_SETTINGS: the file is something else than @kind, or
 * that is unknown; the message names what it is, as far as that is seen. */
gboolean openai_recording_check_content (
    GBytes *file, OpenaiRecordingKind kind, GError **error);

/* What OpenAI's servers take at most. */
#define OPENAI_RECORDING_MAX_BYTES (10 * 1024 * 1024)
#define OPENAI_RECORDING_MAX_MS 30000

/* OPENAI_ERROR_SETTINGS: larger or longer; 0: no limit. @duration: what
 * openai_recording_duration() said, or what is known better. */
gboolean openai_recording_check (OpenaiRecordingKind kind, gsize size, guint64 max_bytes,
    gint64 duration, guint max_ms, GError **error);

G_END_DECLS
