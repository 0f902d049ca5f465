// SPDX-License-Identifier: LGPL-2.1-or-later
/* What can be set of openaitts. */

#pragma once

#include "gstopenaiconnection.h"

G_BEGIN_DECLS

typedef enum
{
  TTS_FORMAT_AUTO,
  TTS_FORMAT_PCM,
  TTS_FORMAT_WAV,
} TtsFormat;

typedef struct
{
  GstOpenaiConnection connection;
  gchar *text;
  gchar *model;
  gchar *voice;
  gchar *instructions;
  gdouble speed;
  gint format;
  guint pcm_rate;
  guint max_input_chars;
  guint first_chunk_chars;
  guint prefetch;
  guint latency;
} TtsSettings;

extern const GstOpenaiSettingTable tts_settings_table;

G_END_DECLS
