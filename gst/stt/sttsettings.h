// SPDX-License-Identifier: LGPL-2.1-or-later
/* What can be set of openaistt. */

#pragma once

#include "client/transcription.h"
#include "gstopenaiconnection.h"
#include "stt/chunker.h"
#include "stt/cues.h"

G_BEGIN_DECLS

typedef enum
{
  TASK_TRANSCRIBE,
  TASK_TRANSLATE,
} SttTask;

typedef enum
{
  VAD_ENERGY,
  VAD_NONE,
} SttVad;

typedef enum
{
  STREAM_UPLOAD_FALSE,
  STREAM_UPLOAD_TRUE,
  STREAM_UPLOAD_AUTO,
} SttStreamUpload;

typedef enum
{
  ON_ERROR_WARN,
  ON_ERROR_FAIL,
} SttOnError;

typedef struct
{
  GstOpenaiConnection connection;
  gchar *model;
  gint task;
  gchar *language;
  gchar *prompt;
  gdouble temperature;
  gint response_format;
  gint vad;
  gboolean skip_silence;
  guint silence_duration;
  guint min_chunk_duration;
  gint max_chunk_duration;
  gint upload_format;
  gint stream_upload;
  guint max_requests;
  guint max_backlog;
  gint granularity;
  guint max_lines;
  guint max_line_chars;
  guint latency;
  guint lateness;
  gint on_error;
} SttSettings;

extern const GstOpenaiSettingTable stt_settings_table;

/* The longest stretch that is uploaded, milliseconds. */
guint stt_settings_max_chunk (const SttSettings * settings, gboolean live);

/* How speech is cut. */
ChunkerOptions stt_settings_chunker_options (const SttSettings * settings,
    gboolean live);

/* What they ask for in a request; @params begins cleared. */
void stt_settings_fill_params (const SttSettings * settings,
    OpenaiTranscriptionParams * params);

/* language-code: another name for language. */
extern const GstOpenaiSetting stt_language_code_row;

G_END_DECLS
