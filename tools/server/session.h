// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What both kinds of Realtime sessions share: events that come and go over a WebSocket,
 * until it is closed or an hour is over. */

#pragma once

#include "server.h"

G_BEGIN_DECLS

#define SESSION_SECONDS (60 * 60)

typedef struct _Session Session;

typedef struct
{
  const gchar *type;
  void (*handle) (Session *self, JsonObject *event);
} SessionHandler;

typedef struct
{
  const SessionHandler *handlers; /* NULL: what comes is ignored */
  guint n_handlers;
  guint max_message; /* bytes */

  /* The connection is closed; the session may be freed. */
  void (*closed) (Session *self);
} SessionClass;

/* The first member of every session. Main thread. */
struct _Session
{
  const SessionClass *klass;
  Server *server;
  SoupWebsocketConnection *connection; /* NULL once it is closed */
  guint expiry;                        /* a source */
  guint events;                        /* sent so far */
};

/* @connection is open; it is in the server's list until it is closed. */
void session_begin (Session *self, const SessionClass *klass, Server *server,
    SoupWebsocketConnection *connection);

/* {"type": @type}, and an error with what is known of it. Any thread. */
JsonObject *session_event_new (const gchar *type);
JsonObject *session_error_new (
    const gchar *code, const gchar *message, const gchar *param, const gchar *event_id);

/* Nothing once it is closed. Takes @event. */
void session_send (Session *self, JsonObject *event);

/* @param, @about: what is wrong, and the event it is in; or NULL. */
void session_send_error (Session *self, const gchar *code, const gchar *message,
    const gchar *param, JsonObject *about);

/* NULL: there is none of that kind, or no @object. */
JsonObject *member_object (JsonObject *object, const gchar *name);
const gchar *member_string (JsonObject *object, const gchar *name);

G_END_DECLS
