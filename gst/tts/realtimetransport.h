// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One warm Realtime session that says all texts, each apart from the others. */

#pragma once

#include "transport.h"

G_BEGIN_DECLS

/* Opens a session with the first text, or when it is prepared, and the next one before
 * that ends. @client has to stay until it is freed. */
TtsTransport *tts_realtime_transport_new (
    OpenaiClient *client, const OpenaiLimits *limits);

G_END_DECLS
