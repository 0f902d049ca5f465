// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A parser for text/event-stream that takes its bytes in any pieces. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One event may not be larger: audio comes as base64 in a single one. */
#define OPENAI_SSE_MAX_EVENT (64 * 1024 * 1024)

typedef struct _OpenaiSse OpenaiSse;

/* Called for each event that has data. @type is the event: field, NULL without
 * one; @data has its lines joined with LF, is NUL-terminated and lives only
 * for the call. It is not checked for UTF-8. Returning FALSE with @error set
 * ends the parse with it. */
typedef gboolean (*OpenaiSseFunc) (const gchar *type, const gchar *data, gsize length,
    gpointer user_data, GError **error);

OpenaiSse *openai_sse_new (OpenaiSseFunc func, gpointer user_data);
void openai_sse_free (OpenaiSse *self);

/* FALSE: an event was too large or @func failed; the parser is then spent. */
gboolean openai_sse_push (
    OpenaiSse *self, const gchar *data, gsize length, GError **error);

/* End of the stream: a last event without its blank line is dispatched. */
gboolean openai_sse_finish (OpenaiSse *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenaiSse, openai_sse_free)

G_END_DECLS
