// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How far a message came on its way to the server, and by what name its failure is
 * told. I/O thread only. */

#pragma once

#include "client.h"

G_BEGIN_DECLS

typedef struct
{
  OpenaiClient *client;
  SoupMessage *message;
  GSocket *socket; /* of a new connection */
  gchar *proxy;    /* that a new connection goes through, or NULL */
  gboolean new_connection;
  gboolean connected;    /* the headers are about to be written */
  gboolean shakes_hands; /* TLS began */
} OpenaiReach;

/* Follows @message, which is kept, until it is stopped. @self begins cleared;
 * @client has to outlive it. */
void openai_reach_start (OpenaiReach *self, OpenaiClient *client, SoupMessage *message);
void openai_reach_stop (OpenaiReach *self);
void openai_reach_clear (OpenaiReach *self);

/* The error of a connection that was not there in time. */
GError *openai_reach_connect_timeout (OpenaiReach *self);

/* The error of a message that broke with @cause. */
GError *openai_reach_transport_error (OpenaiReach *self, const GError *cause);

/* The error of an answer with a status that is not the one wanted, whose body
 * begins with @body, without secrets. */
GError *openai_reach_status_error (OpenaiReach *self, const gchar *body, gsize length);

/* Adds what the answer's headers and the message's address tell, and takes secrets
 * out. */
void openai_reach_complete_error (OpenaiReach *self, GError *error);

G_END_DECLS
