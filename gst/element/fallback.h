// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The servers that are asked where the first cannot serve, as they are set. */

#pragma once

#include "connection.h"
#include "i18n.h"

G_BEGIN_DECLS

/* A member of the settings. */
typedef struct
{
  GstStructure *servers;
  gchar *endpoints;
} GstOpenaiFallback;

/* Its two rows of a table; @struct_ is the settings struct, @field_ the member. */
#define GST_OPENAI_FALLBACK_ROWS(struct_, field_)                                        \
  GST_OPENAI_ROW (struct_, field_.servers, "fallback", SECRET_LIST, GST_OPENAI_AT_START, \
      .blurb = GST_OPENAI_FALLBACK_BLURB),                                               \
      GST_OPENAI_ROW (struct_, field_.endpoints, "fallback-endpoints", STRING,           \
          GST_OPENAI_AT_START, .blurb = GST_OPENAI_FALLBACK_ENDPOINTS_BLURB)
#define GST_OPENAI_FALLBACK_BLURB                                                        \
  N_ ("Servers that are asked in this order for what the one before cannot do: a "       \
      "structure for each, of properties of this element that are other there, such "    \
      "as <\"f,base-url=http://127.0.0.1:8080/v1,model=small\">; with a key of its "     \
      "own (api-key-file or api-key), never that of the first")
#define GST_OPENAI_FALLBACK_ENDPOINTS_BLURB                                              \
  N_ ("The same as text that presets keep, and so without keys but for api-key-file: "   \
      "\"base-url=http://127.0.0.1:8080/v1,model=small; base-url=…\"")

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
