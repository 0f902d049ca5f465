// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* multipart/form-data bodies: fields first, then one file, whole or growing. */

#pragma once

#include <json-glib/json-glib.h>

#include "body.h"

G_BEGIN_DECLS

/* Not thread-safe until the file is open; then the file's bytes go straight
 * to the body, from any thread. */
typedef struct _OpenaiMultipart OpenaiMultipart;

OpenaiMultipart *openai_multipart_new (void);
void openai_multipart_free (OpenaiMultipart *self);

/* "multipart/form-data; boundary=…" */
const gchar *openai_multipart_content_type (OpenaiMultipart *self);

/* @value NULL: no part at all. */
void openai_multipart_add (OpenaiMultipart *self, const gchar *name, const gchar *value);

/* One part per element, named "@name[]". */
void openai_multipart_add_each (OpenaiMultipart *self, const gchar *name, gchar **values);

/* Each member of @fields: a string as it is, numbers and booleans as JSON
 * writes them, an array as one part per element, named "name[]", an object as one
 * part of JSON text; null: no part. */
void openai_multipart_add_members (OpenaiMultipart *self, JsonObject *fields);

/* Ends the fields and opens the file part. */
void openai_multipart_open_file (OpenaiMultipart *self, const gchar *name,
    const gchar *filename, const gchar *content_type);

/* Ends the file part and the form. */
void openai_multipart_close (OpenaiMultipart *self);

/* Append the file's bytes to it between open_file and close. */
OpenaiBody *openai_multipart_body (OpenaiMultipart *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenaiMultipart, openai_multipart_free)

G_END_DECLS
