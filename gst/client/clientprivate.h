// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What a client is made of, for the files client*.c alone. */

#pragma once

#include "client.h"
#include "key.h"

G_BEGIN_DECLS

struct _OpenaiClient
{
  gatomicrefcount refs;

  /* immutable */
  gchar *id; /* of the endpoint, for the registry */
  GUri *base;
  gchar *host;
  gboolean withholds_key;
  gboolean needs_key;
  OpenaiEndpoint endpoint;
  OpenaiKey *api_key;
  GTlsDatabase *tls_database;
  OpenaiIo *io;

  guint users; /* protected by registry_lock */

  gint saw_openai;       /* atomic */
  gint asked_for_models; /* atomic */

  GMutex lock;
  GHashTable *refused; /* protected by lock */

  /* I/O thread only */
  GArray *sessions;   /* Session */
  GPtrArray *sockets; /* of HTTP/2 connections */
  gboolean released;
  GCancellable *preconnecting; /* NULL: it is not */
  gboolean shakes_hands;       /* preconnecting, for TLS */
  gboolean is_http1;           /* for certain */
  gint64 last_answer;          /* 0: there was none */
  gboolean trusted;            /* as if there had been one */
  gint64 quick_since;          /* the last that was answered soon was sent then */
  GHashTable *paces;           /* path -> OpenaiPace */
  gint64 unreachable_since;    /* 0: the server is reachable */
  guint uploads;               /* bodies that are being sent */
};

/* Where SoupSessions and HTTP/2 connections are kept, and let go of: a GSourceFunc of
 * the I/O thread. */
void openai_client_init_sessions (OpenaiClient *self);
gboolean openai_client_close_sessions (gpointer self);
void openai_client_clear_sessions (OpenaiClient *self);

G_END_DECLS
