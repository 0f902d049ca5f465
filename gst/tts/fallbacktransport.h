// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A transport of several: a text that one server cannot say goes to the next. */

#pragma once

#include <gst/gst.h>

#include "endpoint.h"
#include "transport.h"
#include "wordforword.h"

G_BEGIN_DECLS

/* @first, which it takes, is of @client, which is not to be released before it is freed;
 * @others, which it takes, are TtsEndpoint, at least one, in the order in which they
 * are asked. What is said of @element's servers is posted. */
TtsTransport *tts_fallback_transport_new (GstElement *element, OpenaiClient *client,
    TtsTransport *first, GPtrArray *others, TtsVerbatimMode mode);

G_END_DECLS
