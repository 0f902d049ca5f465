// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One server that speaks, and what is set for it. */

#pragma once

#include "client/client.h"
#include "ttssettings.h"

G_BEGIN_DECLS

/* Immutable. */
typedef struct
{
  GstElement *element;          /* outlives it */
  TtsSettingsSnapshot snapshot; /* as set, of the element */
  OpenaiClient *client;         /* acquired */
  GstStructure *overrides;      /* what is other than at the first server */
  gboolean has_other;           /* another says what this one cannot */
  gboolean realtime;            /* in a session */
  guint pcm_rate;               /* of answers that do not tell theirs */
} TtsEndpoint;

/* A server after the first; takes @overrides. */
TtsEndpoint *tts_endpoint_new (GstElement *element, TtsSettingsSnapshot snapshot,
    GstStructure *overrides, gboolean has_other, GError **error);

/* No request is made any more. */
void tts_endpoint_free (TtsEndpoint *self);

/* What is asked for there instead of @asked; @params begins cleared. */
void tts_endpoint_fill_params (
    const TtsEndpoint *self, const OpenaiSpeechParams *asked, OpenaiSpeechParams *params);

TtsTransport *tts_endpoint_make_transport (const TtsEndpoint *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TtsEndpoint, tts_endpoint_free)

G_END_DECLS
