// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One request and its answer, which may come from another thread. */

#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _Exchange Exchange;

/* Main thread. Until it is answered the message is paused. */
Exchange *exchange_new (SoupServerMessage *message);
Exchange *exchange_ref (Exchange *exchange);
void exchange_unref (Exchange *exchange);

/* Main thread, before the answer. */
void exchange_header (Exchange *exchange, const gchar *name, const gchar *value);

/* Cancelled when the client has gone. */
GCancellable *exchange_cancellable (Exchange *exchange);

/* The answer: from any thread, but from one at a time. */

void exchange_answer (Exchange *exchange, const gchar *content_type, gchar *body);
void exchange_answer_json (Exchange *exchange, JsonNode *root);

/* An answer that arrives piece by piece. */
void exchange_begin (Exchange *exchange, const gchar *content_type);
void exchange_write (Exchange *exchange, GBytes *piece);
void exchange_end (Exchange *exchange);

/* The same as server-sent events; the first event begins the answer. */
void exchange_event (Exchange *exchange, JsonNode *event);
void exchange_end_events (Exchange *exchange);

gboolean exchange_begun (Exchange *exchange);

/* Before the answer has begun it becomes the error; afterwards the stream says
 * so: an error event, or a body cut short. */
void exchange_fail (Exchange *exchange, const GError *error);

/* Waits until most of what was written has left; a client that takes nothing
 * for a minute is given up. Not on the main thread. */
void exchange_wait (Exchange *exchange);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Exchange, exchange_unref)

G_END_DECLS
