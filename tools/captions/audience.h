// SPDX-License-Identifier: LGPL-2.1-or-later
/* Whoever looks at the page: a small HTTP server, and its server-sent events. */

#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _Audience Audience;

/* Listens on @host, an address, and @port; 0: any. */
Audience *audience_new (const gchar * host, guint port, GError ** error);
void audience_free (Audience * audience);

gchar *audience_address (Audience * audience);

/* Sends an event to everybody; takes @data. Those that come later are told
 * those that are @kept, too. */
void audience_tell (Audience * audience, const gchar * event,
    JsonObject * data, gboolean kept);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Audience, audience_free)

G_END_DECLS
