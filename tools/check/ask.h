// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Questions to a server, each of which waits for its answer. */

#pragma once

#include "client/modellist.h"
#include "client/realtime.h"
#include "client/speech.h"

G_BEGIN_DECLS

typedef struct
{
  gchar *name;
  gchar *end; /* "2027-01-06", or NULL */
} AskModel;

/* AskModel; NULL: the server gives none. @limits: GPtrArray of what its headers say of
 * limits, each a line. */
GPtrArray *ask_models (OpenaiClient *client, GPtrArray *limits, GError **error);

typedef struct
{
  GByteArray *bytes;
  gchar *content_type; /* or NULL */
  gint64 latency;      /* microseconds to its first byte */
} AskSpeech;

AskSpeech *ask_speech (
    OpenaiClient *client, const OpenaiSpeechParams *params, GError **error);
void ask_speech_free (AskSpeech *speech);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AskSpeech, ask_speech_free)

typedef struct
{
  OpenaiTranscript *transcript;
  gint64 time;      /* microseconds from the end of the upload */
  guint n_partials; /* texts before the result */
  gboolean changed; /* it was sent in a plainer form */
} AskText;

/* @growing: it is sent while it is read. */
AskText *ask_text (OpenaiClient *client, const OpenaiTranscriptionParams *params,
    GBytes *samples, guint rate, gboolean growing, GError **error);
void ask_text_free (AskText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AskText, ask_text_free)

/* The dialect of its transcription sessions; NULL: it has none. */
const OpenaiDialect *ask_session (
    OpenaiClient *client, const gchar *model, GError **error);

G_END_DECLS
