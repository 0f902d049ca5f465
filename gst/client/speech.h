// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* POST /audio/speech: text out, audio in while the server still speaks. */

#pragma once

#include <json-glib/json-glib.h>

#include "request.h"
#include "transcript.h"

G_BEGIN_DECLS

/* NULL strings and a NAN speed are not sent. */
typedef struct
{
  gchar *model;
  gchar *input;
  gchar *voice; /* "voice_…" is sent as an object with its id */
  gchar *instructions;
  gchar *response_format;
  gchar *stream_format;
  gdouble speed;
  JsonObject *extra_fields; /* members added as they are */
} OpenaiSpeechParams;

void openai_speech_params_clear (OpenaiSpeechParams *params);

/* @to begins cleared. */
void openai_speech_params_copy (const OpenaiSpeechParams *from, OpenaiSpeechParams *to);

/* As it is sent: a name, or an object with its id. NULL: nothing. */
void openai_json_add_voice (JsonObject *object, const gchar *voice);

typedef struct _OpenaiSpeech OpenaiSpeech;

/* As OpenaiRequestFuncs: on the I/O thread, must not block. */
typedef struct
{
  /* Audio bytes, whatever the transport. @content_type is that of the answer
   * with its parameters (text/event-stream when the bytes came in events that
   * did not say what they are). */
  void (*audio) (
      OpenaiSpeech *speech, const gchar *content_type, GBytes *audio, gpointer user_data);

  /* What came so far is to be forgotten: another attempt begins. FALSE: it
   * has been used already. */
  gboolean (*again) (OpenaiSpeech *speech, gpointer user_data);

  /* As in OpenaiRequestFuncs. */
  void (*waiting) (OpenaiSpeech *speech, const GError *error, gpointer user_data);

  void (*done) (OpenaiSpeech *speech, const GError *error, gpointer user_data);
} OpenaiSpeechFuncs;

OpenaiSpeech *openai_speech_new (OpenaiClient *client, const OpenaiSpeechParams *params,
    const OpenaiLimits *limits, const OpenaiSpeechFuncs *funcs, gpointer user_data,
    GDestroyNotify destroy);
void openai_speech_start (OpenaiSpeech *self);
void openai_speech_set_paused (OpenaiSpeech *self, gboolean paused);

/* Cancels what is still under way, and drops the caller's reference. */
void openai_speech_free (OpenaiSpeech *self);

/* In the done hook. */
const OpenaiUsage *openai_speech_usage (OpenaiSpeech *self);
const gchar *openai_speech_request_id (OpenaiSpeech *self);
gint64 openai_speech_first_byte_latency (OpenaiSpeech *self);
guint openai_speech_attempts (OpenaiSpeech *self);

/* By which the log tells its request from others. Any thread. */
guint openai_speech_number (OpenaiSpeech *self);

G_END_DECLS
