// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* POST /audio/transcriptions and /audio/translations: speech in while it is
 * spoken, a transcript out. */

#pragma once

#include <json-glib/json-glib.h>

#include "audio/encoder.h"
#include "multipart.h"
#include "request.h"
#include "transcript.h"

G_BEGIN_DECLS

typedef enum
{
  OPENAI_UPLOAD_AUTO, /* growing: WAV; sized: FLAC */
  OPENAI_UPLOAD_WAV,
  OPENAI_UPLOAD_FLAC,
  OPENAI_UPLOAD_OPUS,
} OpenaiUploadFormat;

typedef enum
{
  OPENAI_FORMAT_AUTO, /* the richest the model is known to take */
  OPENAI_FORMAT_JSON,
  OPENAI_FORMAT_TEXT,
  OPENAI_FORMAT_SRT,
  OPENAI_FORMAT_VERBOSE_JSON,
  OPENAI_FORMAT_VTT,
  OPENAI_FORMAT_DIARIZED_JSON,
} OpenaiResponseFormat;

/* What the user did not set is NULL, NAN or FALSE and is not sent. */
/* What openai_client_refuses() remembers of a server that took a prompt only
 * without what was said before. */
#define OPENAI_TRANSCRIPTION_CONTEXT "what was said before"

typedef struct
{
  gboolean translate;
  gchar *model;
  gchar *language;
  GStrv languages;
  GStrv keywords;
  gchar *prompt;
  gchar *prompt_alone; /* without what was said before, which is left
                                 * out where the server refuses it; "": nothing
                                 * else is in it; NULL: that is all of it */
  gdouble temperature;
  OpenaiResponseFormat response_format;
  gboolean word_times;    /* neither: all there are, where the format is */
  gboolean segment_times; /* chosen for the user */
  gboolean logprobs;
  gboolean stream;
  gchar *chunking_strategy; /* "auto" or JSON text */
  GStrv speaker_names;
  GStrv speaker_references;
  JsonObject *extra_fields;
} OpenaiTranscriptionParams;

void openai_transcription_params_clear (OpenaiTranscriptionParams *params);
void openai_transcription_params_copy (
    const OpenaiTranscriptionParams *from, OpenaiTranscriptionParams *to);

/* The fields of the form but its file. @format: what AUTO came to. */
void openai_transcription_params_add (const OpenaiTranscriptionParams *params,
    OpenaiResponseFormat format, gboolean with_language, OpenaiMultipart *form);

typedef struct _OpenaiTranscription OpenaiTranscription;

/* On the I/O thread, must not block. */
typedef struct
{
  /* May be NULL. */
  void (*partial) (OpenaiTranscription *transcription, const gchar *text,
      const gchar *delta, gpointer user_data);

  /* Something the server does not take was replaced by something plainer,
   * for the first time at this endpoint. @what is a sentence. May be NULL. */
  void (*fallback) (
      OpenaiTranscription *transcription, const gchar *what, gpointer user_data);

  /* The server is away, and is looked for again in a moment. NULL @error: it
   * has taken the whole upload. May be NULL. */
  void (*waiting) (
      OpenaiTranscription *transcription, const GError *error, gpointer user_data);

  /* The end, exactly once unless freed before. */
  void (*done) (OpenaiTranscription *transcription, OpenaiTranscript *transcript,
      const GError *error, gpointer user_data);
} OpenaiTranscriptionFuncs;

/* One chunk of 16 bit mono audio at @rate. The samples are kept until the
 * end, so that they can be sent again in a plainer form. */
OpenaiTranscription *openai_transcription_new (OpenaiClient *client, guint rate,
    OpenaiUploadFormat upload_format, const OpenaiLimits *limits,
    const OpenaiTranscriptionFuncs *funcs, gpointer user_data, GDestroyNotify destroy);

/* A whole file as it is, by a name and type the server goes by; its bytes are
 * appended, and it is started when it is finished. Nothing plainer is tried. */
OpenaiTranscription *openai_transcription_new_file (OpenaiClient *client,
    const gchar *filename, const gchar *content_type, const OpenaiLimits *limits,
    const OpenaiTranscriptionFuncs *funcs, gpointer user_data, GDestroyNotify destroy);

/* Appends 16 bit samples, from one thread at a time. */
void openai_transcription_append (OpenaiTranscription *self, GBytes *samples);

/* The same before all that was appended; before openai_transcription_start(). */
void openai_transcription_prepend (OpenaiTranscription *self, GBytes *samples);

/* Nothing comes for a while: what is held back to be sent with more goes now. */
void openai_transcription_flush (OpenaiTranscription *self);

/* No more samples. */
void openai_transcription_finish (OpenaiTranscription *self);

/* Sends it, from any thread, with a copy of @params. Before
 * openai_transcription_finish() the upload begins at once and grows, unless
 * the server is known to refuse that. */
void openai_transcription_start (
    OpenaiTranscription *self, const OpenaiTranscriptionParams *params);

/* No hook is begun any more. */
void openai_transcription_cancel (OpenaiTranscription *self);

/* Cancels what is still under way, and drops the caller's reference. */
void openai_transcription_free (OpenaiTranscription *self);

/* In the done hook. */
const gchar *openai_transcription_request_id (OpenaiTranscription *self);
guint openai_transcription_attempts (OpenaiTranscription *self);

/* By which the log tells its request from others; 0: not started. */
guint openai_transcription_number (OpenaiTranscription *self);

/* All that was appended, in one piece. NULL: it is a file. */
GBytes *openai_transcription_samples (OpenaiTranscription *self);

G_END_DECLS
