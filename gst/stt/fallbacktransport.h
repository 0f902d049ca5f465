// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A transport of several: what one server cannot do goes to the next. */

#pragma once

#include "endpoint.h"
#include "transport.h"

G_BEGIN_DECLS

/* As stt_http_transport_new(); @others, which it takes, are SttEndpoint, in the order
 * in which they are asked, released with it. The transport of @first alone, when there
 * are none. */
SttTransport *stt_fallback_transport_new (SttEndpoint *first, GPtrArray *others,
    const SttTransportEvents *events, gpointer owner, GDestroyNotify release);

G_END_DECLS
