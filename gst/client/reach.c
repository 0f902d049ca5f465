// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How far a message came on its way to the server, and by what name its failure is
 * told. */

#include "reach.h"

#include <string.h>

#include "error.h"
#include "i18n.h"

/* Which proxy it goes to, if that is not the server. */
static void
note_proxy (OpenaiReach *self, GIOStream *connection)
{
  g_autoptr (GSocketAddress) address =
      g_socket_connection_get_remote_address (G_SOCKET_CONNECTION (connection), NULL);

  if (!address || !G_IS_PROXY_ADDRESS (address))
    return;
  g_free (self->proxy);
  self->proxy = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
}

static void
on_network_event (SoupMessage *message, GSocketClientEvent event, GIOStream *connection,
    OpenaiReach *self)
{
  self->new_connection = TRUE;
  if (event == G_SOCKET_CLIENT_CONNECTING)
    note_proxy (self, connection);
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    self->shakes_hands = TRUE;
  if (event == G_SOCKET_CLIENT_CONNECTED)
    g_set_object (
        &self->socket, g_socket_connection_get_socket (G_SOCKET_CONNECTION (connection)));
}

static void
on_starting (SoupMessage *message, OpenaiReach *self)
{
  self->connected = TRUE;
}

void
openai_reach_start (OpenaiReach *self, OpenaiClient *client, SoupMessage *message)
{
  self->client = client;
  self->message = g_object_ref (message);
  g_signal_connect (message, "network-event", G_CALLBACK (on_network_event), self);
  g_signal_connect (message, "starting", G_CALLBACK (on_starting), self);
}

void
openai_reach_stop (OpenaiReach *self)
{
  if (self->message)
    g_signal_handlers_disconnect_by_data (self->message, self);
}

void
openai_reach_clear (OpenaiReach *self)
{
  openai_reach_stop (self);
  g_clear_object (&self->message);
  g_clear_object (&self->socket);
  g_clear_pointer (&self->proxy, g_free);
}

GError *
openai_reach_connect_timeout (OpenaiReach *self)
{
  const gchar *host = openai_client_host (self->client);

  if (self->shakes_hands || openai_client_shakes_hands (self->client))
    return openai_error_no_handshake (host);
  return g_error_new (
      OPENAI_ERROR, OPENAI_ERROR_CONNECT, _("%s took too long to connect"), host);
}

GError *
openai_reach_transport_error (OpenaiReach *self, const GError *cause)
{
  return openai_error_from_transport (cause, openai_client_host (self->client),
      self->connected, self->proxy,
      soup_message_get_tls_peer_certificate_errors (self->message));
}

static const gchar *
answer_header (OpenaiReach *self, const gchar *name)
{
  return soup_message_headers_get_one (
      soup_message_get_response_headers (self->message), name);
}

/* In the place of a server that is asked over TLS. */
static gboolean
is_answer_of_proxy (OpenaiReach *self)
{
  return self->proxy && !self->shakes_hands
      && g_str_equal (g_uri_get_scheme (soup_message_get_uri (self->message)), "https");
}

static GError *
proxy_status_error (OpenaiReach *self, guint status)
{
  GError *error = g_error_new (OPENAI_ERROR, OPENAI_ERROR_HTTP,
      _("The proxy %s answered %u (%s)"), self->proxy, status,
          soup_status_get_phrase (status));

  openai_error_details (error)->status = status;
  openai_error_details (error)->tells_status = TRUE;
  openai_error_details (error)->code = g_strdup ("proxy");
  return error;
}

static GError *
redirect_error (OpenaiReach *self, guint status)
{
  g_autofree gchar *location = g_strdup (answer_header (self, "Location"));
  g_autofree gchar *shown = NULL;
  GError *error;

  /* Before anything is clipped: half a key would not be known again. */
  openai_client_redact (self->client, &location);
  shown = location && *location
      ? openai_error_clip (location, strcspn (location, "?#"), 200)
      : g_strdup ("nowhere");
  error = g_error_new (OPENAI_ERROR, OPENAI_ERROR_HTTP,
      _("%s redirects to %s; redirects are not followed, set base-url to the "
      "right address"),
          openai_client_host (self->client), shown);
  openai_error_details (error)->status = status;
  return error;
}

GError *
openai_reach_status_error (OpenaiReach *self, const gchar *body, gsize length)
{
  guint status = soup_message_get_status (self->message);
  g_autofree gchar *text = g_strndup (body, length);

  if (is_answer_of_proxy (self))
    return proxy_status_error (self, status);
  if (status >= 300 && status < 400)
    return redirect_error (self, status);
  openai_client_redact (self->client, &text);
  return openai_error_from_answer (
      status, soup_message_get_reason_phrase (self->message), text, strlen (text));
}

/* Without its query, which may hold a key. */
static gchar *
asked_address (OpenaiReach *self)
{
  return g_uri_to_string_partial (soup_message_get_uri (self->message),
      G_URI_HIDE_USERINFO | G_URI_HIDE_QUERY | G_URI_HIDE_FRAGMENT);
}

void
openai_reach_complete_error (OpenaiReach *self, GError *error)
{
  OpenaiErrorDetails *details = openai_error_details (error);
  const gchar *id = answer_header (self, "x-request-id");

  if (details->status && !details->address)
    details->address = asked_address (self);
  if (id && !details->request_id)
    details->request_id = openai_error_clip (id, -1, 100);
  openai_client_redact (self->client, &error->message);
  openai_client_redact (self->client, &details->code);
  openai_client_redact (self->client, &details->type);
  openai_client_redact (self->client, &details->param);
  openai_client_redact (self->client, &details->request_id);
  openai_client_redact (self->client, &details->address);
}
