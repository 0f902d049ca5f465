// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Whether a failed attempt is worth another, and how long to wait before. */

#pragma once

#include <libsoup/soup.h>

#include "error.h"

G_BEGIN_DECLS

/* @answer: the headers that came, or NULL. */
gboolean openai_retry_is_worth (const GError * error,
    SoupMessageHeaders * answer);

/* Nobody is there who could answer: the server is down, or the way to it. Not
 * when a connection breaks: it may be this request that makes it break. */
gboolean openai_retry_is_outage (const GError * error);

/* Too many requests were made, and the server says for how long, a second or
 * more, it takes no other. */
gboolean openai_retry_is_limited (const GError * error,
    SoupMessageHeaders * answer);

/* Microseconds, as the server asks, up to ten minutes; otherwise longer each
 * time, up to @longest. @retries: so many were made already. */
gint64 openai_retry_delay (SoupMessageHeaders * answer, guint retries,
    gint64 longest);

G_END_DECLS
