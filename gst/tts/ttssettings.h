// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What can be set of openaitts. */

#pragma once

#include "client/speech.h"
#include "element/fallback.h"
#include "wordforword.h"

G_BEGIN_DECLS

typedef enum
{
  TTS_FORMAT_AUTO,
  TTS_FORMAT_PCM,
  TTS_FORMAT_WAV,
  TTS_FORMAT_MP3,
  TTS_FORMAT_OPUS,
  TTS_FORMAT_AAC,
  TTS_FORMAT_FLAC,
} TtsFormat;

typedef enum
{
  TTS_STREAM_FORMAT_AUDIO,
  TTS_STREAM_FORMAT_SSE,
} TtsStreamFormat;

typedef enum
{
  TTS_TRANSPORT_AUTO,
  TTS_TRANSPORT_HTTP,
  TTS_TRANSPORT_REALTIME,
} TtsTransportKind;

typedef struct
{
  GstOpenaiConnection connection;
  GstOpenaiFallback fallback;
  gchar *text;
  gchar *model;
  gchar *voice;
  gchar *instructions;
  gdouble speed;
  gint format;
  gint stream_format;
  gint transport;
  gint verbatim;
  gchar *language_code;
  GstStructure *speaker_map;
  gint overflow;
  gdouble max_compression;
  gboolean keep_open;
  guint pcm_rate;
  guint max_input_chars;
  guint first_chunk_chars;
  guint prefetch;
  guint latency;
} TtsSettings;

extern const GstOpenaiSettingTable tts_settings_table;

void tts_settings_clear (TtsSettings *settings);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TtsSettings, tts_settings_clear)

/* A copy of the element's settings; any thread. */
typedef TtsSettings (*TtsSettingsSnapshot) (GstElement *element);

/* What they ask for in a request, but for response_format; @params begins
 * cleared. */
void tts_settings_fill_params (const TtsSettings *settings, OpenaiSpeechParams *params);

/* The response_format of a format; NULL for TTS_FORMAT_AUTO. */
const gchar *tts_response_format (TtsFormat format);

G_END_DECLS
