// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A transport that sends chunks as items of Realtime sessions, and tells their text
 * while they are spoken. */

#pragma once

#include "endpoint.h"
#include "transport.h"

G_BEGIN_DECLS

/* As stt_http_transport_new(). */
SttTransport *stt_realtime_transport_new (SttEndpoint *endpoint,
    const SttTransportEvents *events, gpointer owner, GDestroyNotify release);

G_END_DECLS
