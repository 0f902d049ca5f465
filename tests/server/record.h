// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the server keeps of a request, private to the server. */

#pragma once

#include "server/server.h"

G_BEGIN_DECLS

/* Filled by one connection's thread under the server's lock; snapshots are
 * immutable copies. */
struct _TestRequest
{
  gatomicrefcount refs;
  gchar *method;
  gchar *path;
  GHashTable *headers; /* lower case name -> value */
  GByteArray *body;
  GArray *pieces; /* TestPiece */
  guint index;
  guint connection;
  gboolean chunked;
  gboolean complete;
  gint64 headers_time;
  gint64 end_time;

  /* made when first asked for */
  GBytes *bytes;
  GPtrArray *parts;
  GHashTable *members; /* of a JSON body: name -> text */
};

/* @head: request line and header lines. NULL: it is no request. */
TestRequest *test_request_parse (const gchar *head);

void test_request_add_piece (TestRequest *request, const guint8 *data, gsize length);

/* Drops the body and all that was made of it. */
void test_request_forget (TestRequest *request);

TestRequest *test_request_snapshot (TestRequest *request);

G_END_DECLS
