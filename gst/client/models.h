// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the models with well-known names are known to take. A name that is not
 * known is taken to take everything. */

#pragma once

#include "transcription.h"

G_BEGIN_DECLS

/* The format that tells most, of those @params' model is known to give. */
OpenaiResponseFormat openai_model_richest_format (const
    OpenaiTranscriptionParams * params);

/* Text that guides it may be made up: the model is known to read a prompt as
 * one, not as an instruction. */
gboolean openai_model_reads_context (const gchar * model);

/* Its answers tell who speaks. */
gboolean openai_model_diarizes (const gchar * model);

/* It is served in Realtime sessions only. */
gboolean openai_model_is_realtime (const gchar * model);

/* In a session: the server may cut the audio by itself, and may wait longer for a
 * better text. */
gboolean openai_model_takes_turn_detection (const gchar * model);
gboolean openai_model_takes_delay (const gchar * model);

/* Takes out what the model is known not to take, moves languages into the
 * field it looks at, and adds what it cannot do without. @report (or NULL) is
 * called with the name of each field that does not fit, as the API spells it
 * but without brackets; a response format that was asked for by name is
 * reported, and sent. */
typedef void (*OpenaiUnfitFunc) (const gchar * field, gpointer user_data);
void openai_model_fit (OpenaiTranscriptionParams * params,
    OpenaiUnfitFunc report, gpointer user_data);

G_END_DECLS
