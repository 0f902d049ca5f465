// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What can be set of openaistt. */

#pragma once

#include "client/realtime.h"
#include "client/transcription.h"
#include "element/connection.h"
#include "element/fallback.h"
#include "chunker.h"
#include "cues.h"

G_BEGIN_DECLS

typedef enum
{
  STT_TASK_TRANSCRIBE,
  STT_TASK_TRANSLATE,
} SttTask;

typedef enum
{
  STT_STRATEGY_NONE,
  STT_STRATEGY_AUTO,
  STT_STRATEGY_SERVER_VAD,
} SttStrategy;

typedef enum
{
  STT_TIMES_WORD = 1 << 0,
  STT_TIMES_SEGMENT = 1 << 1,
} SttTimes;

typedef enum
{
  STT_TRANSPORT_AUTO,
  STT_TRANSPORT_HTTP,
  STT_TRANSPORT_REALTIME,
} SttTransportKind;

typedef enum
{
  STT_NOISE_NONE,
  STT_NOISE_NEAR,
  STT_NOISE_FAR,
} SttNoiseReduction;

typedef enum
{
  STT_DELAY_AUTO,
  STT_DELAY_MINIMAL,
  STT_DELAY_LOW,
  STT_DELAY_MEDIUM,
  STT_DELAY_HIGH,
  STT_DELAY_XHIGH,
} SttDelay;

typedef enum
{
  STT_TURNS_CLIENT,
  STT_TURNS_SERVER_VAD,
  STT_TURNS_SEMANTIC_VAD,
} SttTurnDetection;

typedef enum
{
  STT_STREAM_UPLOAD_FALSE,
  STT_STREAM_UPLOAD_TRUE,
  STT_STREAM_UPLOAD_AUTO,
} SttStreamUpload;

typedef enum
{
  STT_PARTIAL_CAPTIONS_NONE,
  STT_PARTIAL_CAPTIONS_STABLE,
} SttPartialCaptions;

typedef struct
{
  GstOpenaiConnection connection;
  GstOpenaiFallback fallback;
  gchar *model;
  gint transport;
  gint noise_reduction;
  gint delay;
  gint turn_detection;
  gint task;
  gchar *language;
  GStrv languages;
  GStrv keywords;
  gchar *prompt;
  gboolean context;
  gdouble temperature;
  gint response_format;
  guint times;
  gboolean logprobs;
  gboolean stream_response;
  gint chunking_strategy;
  gdouble server_vad_threshold;
  gint server_vad_prefix_padding;
  gint server_vad_silence_duration;
  GstStructure *known_speakers;
  gboolean track_speakers;
  gint vad;
  gboolean skip_silence;
  guint silence_duration;
  guint min_chunk_duration;
  guint overlap;
  gint max_chunk_duration;
  guint max_upload_size;
  gint upload_format;
  gint stream_upload;
  guint max_requests;
  guint max_backlog;
  guint max_outage;
  guint partial_interval;
  gint partial_captions;
  gint granularity;
  gint caption_style;
  guint max_lines;
  guint max_line_chars;
  gdouble max_reading_speed;
  guint min_duration;
  guint max_duration;
  gint min_gap;
  gint max_linger;
  gint frame_rate[2];
  gint speaker_style;
  gint sound_labels;
  gchar *speaker_prefix;
  gboolean drop_hallucinations;
  guint latency;
  guint lateness;
} SttSettings;

extern const GstOpenaiSettingTable stt_settings_table;

void stt_settings_clear (SttSettings *settings);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SttSettings, stt_settings_clear)

/* A copy of the element's settings; any thread. */
typedef SttSettings (*SttSettingsSnapshot) (GstElement *element);

/* The longest chunk, milliseconds, of samples of @rate, when a file may have
 * @max_file bytes. */
guint stt_settings_max_chunk (
    const SttSettings *settings, gboolean live, guint64 max_file, guint rate);

/* What a live pipeline has to wait for captions, beside what its source needs;
 * GST_CLOCK_TIME_NONE: it does not wait. */
GstClockTime stt_settings_latency (const SttSettings *settings, guint rate);

/* How long words that stay wait for the end of their clause. */
GstClockTime stt_settings_patience (const SttSettings *settings);

/* What is set of the form of captions beside its style. */
SttCueOverrides stt_settings_cue_overrides (const SttSettings *settings);

/* How speech is cut, so that a file has at most @max_file bytes. */
SttChunkerOptions stt_settings_chunker_options (
    const SttSettings *settings, gboolean live, guint64 max_file, guint rate);

/* The longest file that is uploaded, in bytes, beside references to speakers
 * of so many bytes. */
guint64 stt_settings_max_file (const SttSettings *settings, guint64 references);

/* Calls @report with a sentence about each property that the model cannot take
 * or the service would refuse. */
void stt_settings_validate (const SttSettings *settings,
    void (*report) (const gchar *sentence, gpointer user_data), gpointer user_data);

/* The code of the language that is set; NULL: none is, or none that is known. */
const gchar *stt_settings_language (const SttSettings *settings);

/* What they ask for in a request, but for speakers; @params begins cleared. */
void stt_settings_fill_params (
    const SttSettings *settings, OpenaiTranscriptionParams *params);

/* The rest of what they ask for in a Realtime session. */
void stt_settings_fill_session (
    const SttSettings *settings, OpenaiRealtimeConfig *config);

/* Chunks go over Realtime; @websocket: the base URL is of ws:// or wss://. */
gboolean stt_settings_want_realtime (const SttSettings *settings, gboolean websocket);

/* language-code: another name for language. */
extern const GstOpenaiSetting stt_language_code_row;

G_END_DECLS
