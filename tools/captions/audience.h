// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The browsers that show the page: a small HTTP server, and its server-sent
 * events. Main thread only. */

#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _Audience Audience;

/* Listens on @host, an address, and @port; 0: any. */
Audience *audience_new (const gchar *host, guint port, GError **error);
void audience_free (Audience *audience);

/* What stands at /metrics; free what @text returns. NULL: nothing. */
void audience_serve_metrics (
    Audience *audience, gchar *(*text) (gpointer user_data), gpointer user_data);

gchar *audience_address (Audience *audience);

guint audience_port (Audience *audience);

/* Sends an event to all browsers, and to those that come later; takes @data. */
void audience_tell (Audience *audience, const gchar *event, JsonObject *data);

/* How things are now; takes @data. */
void audience_tell_state (Audience *audience, JsonObject *data);

/* What is so until the next event of the same @key, or until it is forgotten;
 * takes @data. */
void audience_tell_passing (
    Audience *audience, guint64 key, const gchar *event, JsonObject *data);
void audience_forget_passing (Audience *audience, guint64 key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Audience, audience_free)

G_END_DECLS
