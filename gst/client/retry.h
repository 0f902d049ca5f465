// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Whether a failed attempt is worth another, and how long to wait before. */

#pragma once

#include <libsoup/soup.h>

#include "error.h"

G_BEGIN_DECLS

/* Microseconds that a server is believed to want, where the caller has no limit. */
#define OPENAI_RETRY_PATIENCE (10 * G_TIME_SPAN_MINUTE)

/* Gateways tell a limit within an answer of 200: such an error becomes one of 429. */
void openai_retry_find_limit (GError *error);

/* @answer: the headers that came, or NULL. */
gboolean openai_retry_is_worth (const GError *error, SoupMessageHeaders *answer);

/* Another server may give what this one does not: it is away, has no room or no money,
 * or its model has ended. @worked: it has served before, so that a key or an address
 * that it refuses now was right. */
gboolean openai_retry_is_for_another (const GError *error, gboolean worked);

/* A quota that is used up: waiting brings no more money. */
gboolean openai_retry_is_quota (const GError *error);

/* Nothing is there that could answer: the server is down, or the way to it. Not
 * when a connection breaks: it may be this request that makes it break. */
gboolean openai_retry_is_outage (const GError *error);

/* There is no room for this request, but will be for others, later or fewer at once:
 * too many were made, or the server is full. Not a quota that is used up. */
gboolean openai_retry_is_full (const GError *error);

/* Too many requests were made, and the server says for how long, a second or
 * more, it takes no other. */
gboolean openai_retry_is_limited (
    const GError *error, SoupMessageHeaders *answer, gint64 max_delay);

/* Microseconds until a server that has answered, and says that it takes no more requests,
 * takes one again; 0: it takes some, or that is not said, or later than @max_delay. Its
 * room fills evenly, so that one request fits in long before all of them do. */
gint64 openai_retry_until_room (SoupMessageHeaders *answer, gint64 max_delay);

/* Microseconds, as the server asks, up to @max_delay; otherwise longer each
 * time, up to @longest. @error: what it said, or NULL; @retries: so many were made
 * already. */
gint64 openai_retry_delay (SoupMessageHeaders *answer, const GError *error, guint retries,
    gint64 longest, gint64 max_delay);

G_END_DECLS
