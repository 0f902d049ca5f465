// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The connections of a client: sessions of libsoup, of which there are more the more
 * requests run, and the sockets of HTTP/2. I/O thread only. */

#include "clientprivate.h"
#include "soupcompat.h"

typedef struct
{
  SoupSession *soup;
  guint messages; /* that are under way */
} Session;

static void
session_clear (gpointer session)
{
  g_object_unref (((Session *) session)->soup);
}

void
openai_client_init_sessions (OpenaiClient *self)
{
  self->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  self->sessions = g_array_new (FALSE, FALSE, sizeof (Session));
  g_array_set_clear_func (self->sessions, session_clear);
}

void
openai_client_clear_sessions (OpenaiClient *self)
{
  g_array_unref (self->sessions);
  g_ptr_array_unref (self->sockets);
}

gboolean
openai_client_close_sessions (gpointer data)
{
  OpenaiClient *self = data;

  self->released = TRUE;
  g_cancellable_cancel (self->preconnecting);
  openai_client_log (
      self, OPENAI_LOG_INFO, "%u sessions with %s end", self->sessions->len, self->host);
  for (guint i = 0; i < self->sessions->len; i++)
    soup_session_abort (g_array_index (self->sessions, Session, i).soup);
  g_array_set_size (self->sessions, 0);
  for (guint i = 0; i < self->sockets->len; i++)
    openai_soup_hang_up (g_ptr_array_index (self->sockets, i));
  g_ptr_array_set_size (self->sockets, 0);
  return G_SOURCE_REMOVE;
}

SoupSession *
openai_client_new_session (OpenaiClient *self)
{
  SoupSession *session = openai_soup_session_new ();

  /* What stays on this machine goes to no proxy, and so in the clear to none. */
  if (openai_endpoint_is_loopback (self->base))
    soup_session_set_proxy_resolver (session, NULL);
  if (self->tls_database)
    soup_session_set_tls_database (session, self->tls_database);
  return session;
}

SoupSession *
openai_client_take_session (OpenaiClient *self)
{
  Session made = { NULL, 1 };

  for (guint i = 0; i < self->sessions->len; i++) {
    Session *session = &g_array_index (self->sessions, Session, i);

    if (session->messages == OPENAI_SOUP_MESSAGES_PER_SESSION)
      continue;
    session->messages++;
    return session->soup;
  }
  made.soup = openai_client_new_session (self);
  g_array_append_val (self->sessions, made);
  openai_client_log (self, OPENAI_LOG_INFO, "session %u with %s begins%s",
      self->sessions->len, self->host,
      self->withholds_key ? ", the key is not sent" : "");
  return made.soup;
}

void
openai_client_return_session (OpenaiClient *self, SoupSession *soup)
{
  for (guint i = 0; i < self->sessions->len; i++) {
    Session *session = &g_array_index (self->sessions, Session, i);

    if (session->soup == soup)
      session->messages--;
  }
}

static void
on_preconnected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  OpenaiClient *self = user_data;
  SoupSession *session = SOUP_SESSION (source);
  g_autoptr (GError) error = NULL;

  if (soup_session_preconnect_finish (session, result, &error))
    openai_client_log (
        self, OPENAI_LOG_DEBUG, "connected to %s before the first request", self->host);
  else
    openai_client_log (self, OPENAI_LOG_DEBUG,
        "no connection to %s before the first request: %s", self->host, error->message);
  openai_client_return_session (self, session);
  g_clear_object (&self->preconnecting);
  self->shakes_hands = FALSE;
  openai_io_end_operation (self->io);
  openai_client_unref (self);
}

static void
on_preconnect_event (SoupMessage *message, GSocketClientEvent event,
    GIOStream *connection, OpenaiClient *self)
{
  self->shakes_hands |= event == G_SOCKET_CLIENT_TLS_HANDSHAKING;
}

static void
unref_client (gpointer self, GClosure *closure)
{
  openai_client_unref (self);
}

static gboolean
preconnect (gpointer data)
{
  OpenaiClient *self = data;
  g_autoptr (SoupMessage) message = NULL;

  /* There is a connection, or will be one. */
  if (self->released || self->sessions->len > 0)
    return G_SOURCE_REMOVE;
  message = openai_client_message (self, "GET", "/");
  g_signal_connect_data (message, "network-event", G_CALLBACK (on_preconnect_event),
      openai_client_ref (self), unref_client, 0);
  self->preconnecting = g_cancellable_new ();
  openai_io_begin_operation (self->io);
  soup_session_preconnect_async (openai_client_take_session (self), message,
      G_PRIORITY_DEFAULT, self->preconnecting, on_preconnected, openai_client_ref (self));
  return G_SOURCE_REMOVE;
}

void
openai_client_preconnect (OpenaiClient *self)
{
  openai_io_invoke (self->io, preconnect, openai_client_ref (self),
      (GDestroyNotify) openai_client_unref);
}

gboolean
openai_client_shakes_hands (OpenaiClient *self)
{
  return self->shakes_hands;
}

gboolean
openai_client_may_speak_http2 (OpenaiClient *self)
{
  return !self->is_http1 && g_str_equal (g_uri_get_scheme (self->base), "https");
}

gboolean
openai_client_begin_upload (OpenaiClient *self)
{
  return self->uploads++ > 0 && openai_client_may_speak_http2 (self);
}

void
openai_client_end_upload (OpenaiClient *self)
{
  self->uploads--;
}

void
openai_client_add_socket (OpenaiClient *self, GSocket *socket)
{
  for (guint i = self->sockets->len; i-- > 0;) {
    GSocket *other = g_ptr_array_index (self->sockets, i);

    if (other == socket || g_socket_is_closed (other))
      g_ptr_array_remove_index_fast (self->sockets, i);
  }
  g_ptr_array_add (self->sockets, g_object_ref (socket));
}

void
openai_client_saw_version (OpenaiClient *self, SoupHTTPVersion version)
{
  self->is_http1 = version != SOUP_HTTP_2_0;
}
