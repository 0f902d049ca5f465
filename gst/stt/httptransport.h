// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A transport that makes one transcription request for each chunk, growing while it is
 * spoken, some at a time. */

#pragma once

#include "endpoint.h"
#include "transport.h"

G_BEGIN_DECLS

/* What models of this kind hear in. */
#define STT_HTTP_RATE 16000

/* @owner is given to the events, and released when the last of them is through.
 * @endpoint, which is kept, is not to be released until stt_transport_free() has
 * returned. */
SttTransport *stt_http_transport_new (SttEndpoint *endpoint,
    const SttTransportEvents *events, gpointer owner, GDestroyNotify release);

G_END_DECLS
