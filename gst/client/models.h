// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the models with well-known names are known to take. A name that is not
 * known is taken to take everything. */

#pragma once

#include "transcription.h"

G_BEGIN_DECLS

/* Stands for: what suits the server. */
#define OPENAI_MODEL_AUTO "auto"

typedef enum
{
  OPENAI_TASK_TRANSCRIBE,
  OPENAI_TASK_TRANSCRIBE_REALTIME, /* in a Realtime session */
  OPENAI_TASK_SPEAK,               /* POST /audio/speech */
  OPENAI_TASK_SPEAK_REALTIME,      /* a Realtime session */
  OPENAI_N_TASKS,
} OpenaiTask;

/* NULL, "" and OPENAI_MODEL_AUTO. */
gboolean openai_model_is_auto (const gchar *model);

/* @model, or when it is auto the one for @task: at OpenAI (@openai) or elsewhere. */
const gchar *openai_model_choose (const gchar *model, OpenaiTask task, gboolean openai);

/* It speaks in a Realtime session, not over POST /audio/speech. */
gboolean openai_model_speaks_realtime (const gchar *model);

/* When OpenAI ends @model, "2027-01-06", and what it names instead. NULL: no end is
 * known. */
const gchar *openai_model_end (const gchar *model, const gchar **instead);

/* What to say @now of a model that ends on @date: nothing (NULL) until 60 days
 * before. @instead may be NULL. */
gchar *openai_model_end_warning (
    const gchar *model, const gchar *date, const gchar *instead, GDateTime *now);

/* The format that tells most, of those @params' model is known to give. */
OpenaiResponseFormat openai_model_richest_format (
    const OpenaiTranscriptionParams *params);

/* Text that guides it may be made up: the model is known to read a prompt as
 * one, not as an instruction. */
gboolean openai_model_reads_context (const gchar *model);

/* Its answers name speakers. */
gboolean openai_model_diarizes (const gchar *model);

/* It is served in Realtime sessions only. */
gboolean openai_model_is_realtime (const gchar *model);

/* In a session: the server may cut the audio by itself, and may wait longer for a
 * better text. */
gboolean openai_model_takes_turn_detection (const gchar *model);
gboolean openai_model_takes_delay (const gchar *model);

/* Takes out what the model is known not to take, moves languages into the
 * field it looks at, and adds what it cannot do without. @report (or NULL) is
 * called with the name of each field that does not fit, as the API spells it
 * but without brackets; a response format that was asked for by name is
 * reported, and sent. */
typedef void (*OpenaiUnfitFunc) (const gchar *field, gpointer user_data);
void openai_model_fit (
    OpenaiTranscriptionParams *params, OpenaiUnfitFunc report, gpointer user_data);

G_END_DECLS
