// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the API answers when it cannot do what was asked. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define API_ERROR (api_error_quark ())

/* The GError's code is the HTTP status. */
GQuark api_error_quark (void);

/* @param: the field at fault; @code: the API's word for the fault. Both are
 * static strings or NULL. */
void api_error_set (GError **error, guint status, const gchar *param, const gchar *code,
    const gchar *format, ...) G_GNUC_PRINTF (5, 6);

/* {"error": {message, type, param, code}}; an error of another domain is an
 * internal one. */
gchar *api_error_to_json (const GError *error);

/* NULL: the error has none. */
const gchar *api_error_param (const GError *error);
const gchar *api_error_code (const GError *error);

guint api_error_status (const GError *error);

G_END_DECLS
