// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A request for each text: POST /audio/speech. */

#pragma once

#include "transport.h"

G_BEGIN_DECLS

/* @client has to stay until it is freed. */
TtsTransport *tts_http_transport_new (OpenaiClient *client, const OpenaiLimits *limits);

G_END_DECLS
