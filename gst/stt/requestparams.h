// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is asked of the server about each chunk: the settings of the moment,
 * and what was learnt from the answers before. */

#pragma once

#include <gst/gst.h>

#include "endpoint.h"

G_BEGIN_DECLS

/* Reference-counted. */
typedef struct _SttRequestParams SttRequestParams;

SttRequestParams *stt_request_params_new (SttEndpoint *endpoint);
void stt_request_params_unref (SttRequestParams *self);

/* Reads the known speakers, once: a flush does not make them strangers. OPENAI_ERROR_SETTINGS: they are not fit. */
gboolean stt_request_params_load_speakers (SttRequestParams *self, GError **error);

/* What is left for the file in a request, in bytes, of which the shortest has
 * @least. OPENAI_ERROR_SETTINGS: nothing, since what known speakers say is too
 * long. */
gboolean stt_request_params_max_file (
    SttRequestParams *self, guint64 least, guint64 *max_file, GError **error);

/* Fills cleared @params with what the next request asks for. @context: the end of the
 * text so far, or NULL; @language: to ask for where the user has not set any, or NULL.
 * TRUE: the user has not. Any thread. */
gboolean stt_request_params_fill (SttRequestParams *self, const gchar *context,
    const gchar *language, OpenaiTranscriptionParams *params);

/* The user has not set the language, and the answers should tell it. */
gboolean stt_request_params_finds_language (SttRequestParams *self);

/* An answer that is shared with no other code yet, and the @samples it is about (NULL: a file), in
 * the order of speech. Any thread. */
void stt_request_params_learn (
    SttRequestParams *self, OpenaiTranscript *transcript, GBytes *samples, guint rate);

G_END_DECLS
