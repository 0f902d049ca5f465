// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the connections of the server share, private to the server. */

#pragma once

#include "server/server.h"

G_BEGIN_DECLS

struct _TestServer
{
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  gchar *base_url;
  GSocket *reservation; /* of the port */
  guint16 port;

  /* protected by lock */
  GMutex lock;
  GCond cond; /* anything changed */
  GSocketService *service;
  GPtrArray *answers;
  GPtrArray *requests;
  GHashTable *open; /* GSocket of each connection */
  guint n_connections;
  guint n_handlers;
  guint n_serving;
  guint max_serving;
  gboolean closing;
  gboolean forgetful;
};

G_END_DECLS
