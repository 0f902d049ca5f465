// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the routes of the API share. */

#pragma once

#include "http.h"
#include "recognise.h"
#include "workers.h"

G_BEGIN_DECLS

typedef struct
{
  Recogniser *recogniser;
  Workers *speakers;
  Workers *listeners;
  gint64 started; /* unix seconds */

  GPtrArray *realtime_connections; /* SoupWebsocketConnection; main thread */
  GMutex realtime_lock;
  GCond realtime_ended;
  guint realtime_sessions; /* that are heard; protected by the lock */
} Server;

/* Answers every request to @http. */
void server_attach (Server *server, SoupServer *http);

/* The handlers, on the main thread. */
void handle_speech (
    Server *server, Exchange *exchange, SoupServerMessage *message, const gchar *id);
void handle_transcription (
    Server *server, Exchange *exchange, SoupServerMessage *message, const gchar *id);
void handle_translation (
    Server *server, Exchange *exchange, SoupServerMessage *message, const gchar *id);

/* Queues @job, or answers that the server is busy. Takes @data. */
void server_queue (
    Workers *workers, Exchange *exchange, GFunc job, gpointer data, GDestroyNotify free);

G_END_DECLS
