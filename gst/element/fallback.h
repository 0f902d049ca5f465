// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The servers that are asked where the first cannot serve, as they are set, and what
 * happens where none can. */

#pragma once

#include "connection.h"

G_BEGIN_DECLS

typedef enum
{
  GST_OPENAI_ON_ERROR_WARN,
  GST_OPENAI_ON_ERROR_FAIL,
} GstOpenaiOnError;

/* The second member of the settings, behind the connection, so that these rows fit
 * them. */
typedef struct
{
  GstStructure *servers;
  gchar *endpoints;
  gboolean preconnect;
  gint on_error;
} GstOpenaiFallback;

/* The connection's rows, and these. */
extern const GstOpenaiSettingTable gst_openai_fallback_table;

/* GstStructure, for each of those servers what is other there than @fallback's own
 * element has it: of both properties, in this order. OPENAI_ERROR_SETTINGS: it cannot
 * be read, or is no secret any more. */
GPtrArray *gst_openai_fallback_list (const GstOpenaiFallback *fallback, GError **error);

/* Makes @settings those for such a server. Nothing that lets in at the first is left. */
gboolean gst_openai_fallback_apply (const GstOpenaiSettingTable *table, gpointer settings,
    const GstStructure *server, GError **error);

/* What to tell when @to is asked instead of @from; free it. */
gchar *gst_openai_fallback_text (
    OpenaiClient *from, OpenaiClient *to, const GError *error);

G_END_DECLS
