// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What both kinds of Realtime sessions share: events that come and go over a WebSocket,
 * until it is closed or an hour is over. */

#include "session.h"

JsonObject *
member_object (JsonObject *object, const gchar *name)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

const gchar *
member_string (JsonObject *object, const gchar *name)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

JsonObject *
session_event_new (const gchar *type)
{
  JsonObject *event = json_object_new ();

  json_object_set_string_member (event, "type", type);
  return event;
}

/* What is NULL is null. */
JsonObject *
session_error_new (
    const gchar *code, const gchar *message, const gchar *param, const gchar *event_id)
{
  JsonObject *event = session_event_new ("error"), *error = json_object_new ();

  json_object_set_string_member (error, "type", "invalid_request_error");
  json_object_set_string_member (error, "code", code);
  json_object_set_string_member (error, "message", message);
  json_object_set_string_member (error, "param", param);
  json_object_set_string_member (error, "event_id", event_id);
  json_object_set_object_member (event, "error", error);
  return event;
}

void
session_send (Session *self, JsonObject *event)
{
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (), event);
  g_autofree gchar *id = g_strdup_printf ("event_%u", ++self->events);
  g_autofree gchar *text = NULL;

  json_object_set_string_member (event, "event_id", id);
  text = json_to_string (root, FALSE);
  if (self->connection
      && soup_websocket_connection_get_state (self->connection)
          == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_text (self->connection, text);
  json_object_unref (event);
}

void
session_send_error (Session *self, const gchar *code, const gchar *message,
    const gchar *param, JsonObject *about)
{
  session_send (
      self, session_error_new (code, message, param, member_string (about, "event_id")));
}

static void
handle (Session *self, JsonObject *event)
{
  const gchar *type = member_string (event, "type");
  g_autoptr (GString) known = g_string_new (NULL);
  g_autofree gchar *message = NULL;

  for (guint i = 0; i < self->klass->n_handlers; i++) {
    const SessionHandler *handler = &self->klass->handlers[i];

    if (g_strcmp0 (type, handler->type) == 0) {
      handler->handle (self, event);
      return;
    }
    g_string_append_printf (known, "%s'%s'", i > 0 ? ", " : "", handler->type);
  }
  message = g_strdup_printf (
      "Invalid value: '%.100s'. Supported values are: %s.", type ? type : "", known->str);
  session_send_error (self, "invalid_value", message, "type", event);
}

static void
on_message (
    SoupWebsocketConnection *connection, gint type, GBytes *message, gpointer user_data)
{
  Session *self = user_data;
  const gchar *text = g_bytes_get_data (message, NULL);
  g_autoptr (JsonNode) node =
      type == SOUP_WEBSOCKET_DATA_TEXT ? json_from_string (text, NULL) : NULL;

  if (!self->klass->handlers)
    return;
  if (node && JSON_NODE_HOLDS_OBJECT (node))
    handle (self, json_node_get_object (node));
  else
    session_send_error (self, "invalid_event",
        "We could not parse the JSON body of your "
        "event: an object in a text message is expected.",
        NULL, NULL);
}

static void
on_closed (SoupWebsocketConnection *connection, gpointer user_data)
{
  Session *self = user_data;

  g_signal_handlers_disconnect_by_data (connection, self);
  g_ptr_array_remove_fast (self->server->realtime_connections, connection);
  g_clear_handle_id (&self->expiry, g_source_remove);
  g_clear_object (&self->connection);
  self->klass->closed (self);
}

static gboolean
on_expired (gpointer user_data)
{
  Session *self = user_data;

  self->expiry = 0;
  session_send_error (self, "session_expired",
      "Your session hit the maximum duration of 60 "
      "minutes.",
      NULL, NULL);
  soup_websocket_connection_close (
      self->connection, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
  return G_SOURCE_REMOVE;
}

void
session_begin (Session *self, const SessionClass *klass, Server *server,
    SoupWebsocketConnection *connection)
{
  self->klass = klass;
  self->server = server;
  self->connection = g_object_ref (connection);
  g_ptr_array_add (server->realtime_connections, connection);
  soup_websocket_connection_set_max_incoming_payload_size (
      connection, klass->max_message);
  self->expiry = g_timeout_add_seconds (SESSION_SECONDS, on_expired, self);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
  g_signal_connect (connection, "message", G_CALLBACK (on_message), self);
}
