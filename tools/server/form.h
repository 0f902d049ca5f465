// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Request bodies: multipart forms and JSON objects. */

#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

#define FORM_MAX_BYTES 26214400

typedef struct _Form Form;

Form *form_parse (SoupMessageHeaders *headers, GBytes *body, GError **error);
void form_free (Form *form);

/* The first value of a field, NULL without one. */
const gchar *form_field (Form *form, const gchar *name);

/* All values of a repeated field, NULL-terminated; NULL without one. */
const gchar *const *form_fields (Form *form, const gchar *name);

/* The part named "file", NULL without one. */
GBytes *form_file (Form *form);

/* A JSON object of sane size and depth. */
JsonNode *json_body_parse (GBytes *body, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Form, form_free)

G_END_DECLS
