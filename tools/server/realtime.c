// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Transcription sessions over a WebSocket, as OpenAI has them. */

#include "realtime.h"

#include <string.h>

#include "errors.h"
#include "listener.h"
#include "talker.h"

#define SESSION_SECONDS (60 * 60)
#define MAX_AUDIO (15 * 1024 * 1024)
#define MAX_MESSAGE (MAX_AUDIO / 3 * 4 + 65536)
#define CLOSE_REFUSED 4000

#define INVALID_REQUEST "invalid_request_error"

/* Reference-counted: the connection and the listener hold one each. */
typedef struct
{
  Server *server;
  SoupWebsocketConnection *connection; /* NULL once it is closed; main thread */
  Listener *listener;                  /* the same */
  JsonObject *config;                  /* the session as it is told */
  guint expiry;                        /* a source */
  guint events;                        /* sent so far */
} Session;

static void
session_clear (gpointer data)
{
  Session *self = data;

  json_object_unref (self->config);
}

static void
session_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, session_clear);
}

/* --- events ------------------------------------------------------------------ */

/* Takes @event. */
static void
send_event (Session *self, JsonObject *event)
{
  http_send_event (self->connection, ++self->events, event);
}

static void
send_error (Session *self, const gchar *code, const gchar *message, const gchar *param,
    JsonObject *about)
{
  const gchar *event_id =
      about ? json_object_get_string_member_with_default (about, "event_id", NULL) : NULL;

  send_event (
      self, realtime_error_event (INVALID_REQUEST, code, message, param, event_id));
}

static void
send_session (Session *self, const gchar *type)
{
  JsonObject *event = json_object_new ();

  json_object_set_string_member (event, "type", type);
  json_object_set_object_member (event, "session", json_object_ref (self->config));
  send_event (self, event);
}

typedef struct
{
  Session *session;
  JsonObject *event;
} Told;

static gboolean
send_told (gpointer user_data)
{
  Told *told = user_data;

  send_event (told->session, told->event);
  return G_SOURCE_REMOVE;
}

static void
told_free (gpointer data)
{
  Told *told = data;

  session_unref (told->session);
  g_free (told);
}

/* On the thread of the listener. */
static void
on_heard (JsonObject *event, gpointer user_data)
{
  Told told = { g_atomic_rc_box_acquire (user_data), event };

  g_main_context_invoke_full (
      NULL, G_PRIORITY_DEFAULT, send_told, g_memdup2 (&told, sizeof told), told_free);
}

/* On the thread of the listener, which hears no more. */
static void
on_listener_ended (gpointer user_data)
{
  Session *self = user_data;

  g_mutex_lock (&self->server->realtime_lock);
  self->server->realtime_sessions--;
  g_cond_broadcast (&self->server->realtime_ended);
  g_mutex_unlock (&self->server->realtime_lock);
  session_unref (self);
}

/* --- configuration ----------------------------------------------------------- */

static JsonObject *
parse_object (const gchar *json)
{
  g_autoptr (JsonNode) node = json_from_string (json, NULL);

  return json_object_ref (json_node_get_object (node));
}

/* What OpenAI begins with. */
static JsonObject *
config_new (void)
{
  JsonObject *config = parse_object (
      "{\"type\":\"transcription\","
      "\"object\":\"realtime.transcription_session\",\"audio\":{\"input\":{"
      "\"format\":{\"type\":\"audio/pcm\",\"rate\":24000},\"transcription\":null,"
      "\"noise_reduction\":null,\"turn_detection\":{\"type\":\"server_vad\","
      "\"threshold\":0.5,\"prefix_padding_ms\":300,\"silence_duration_ms\":500}}},"
      "\"include\":null}");
  g_autofree gchar *uuid = g_uuid_string_random ();
  g_autofree gchar *id = g_strdup_printf ("sess_%.8s", uuid);

  json_object_set_string_member (config, "id", id);
  json_object_set_int_member (
      config, "expires_at", g_get_real_time () / G_USEC_PER_SEC + SESSION_SECONDS);
  return config;
}

static JsonObject *
member_object (JsonObject *object, const gchar *name)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static const gchar *
member_string (JsonObject *object, const gchar *name)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

static JsonObject *
input_of (JsonObject *config)
{
  return member_object (member_object (config, "audio"), "input");
}

static void
invalid_value (
    GError **error, const gchar *param, const gchar *value, const gchar *supported)
{
  api_error_set (error, 400, param, "invalid_value",
      "Invalid value: '%.100s'. "
      "Supported values are: %s.",
      value ? value : "", supported);
}

/* Text while it is spoken, and no turn detection. */
static gboolean
is_continuous (const gchar *model)
{
  return model
      && (g_str_has_prefix (model, "gpt-live-")
          || g_str_has_prefix (model, "gpt-realtime-whisper"));
}

static gboolean
check_format (JsonObject *input, GError **error)
{
  JsonObject *format = member_object (input, "format");
  const gchar *type = member_string (format, "type");

  if (g_strcmp0 (type, "audio/pcm") != 0 && g_strcmp0 (type, "audio/pcmu") != 0
      && g_strcmp0 (type, "audio/pcma") != 0) {
    invalid_value (error, "session.audio.input.format", type,
        "'audio/pcm', 'audio/pcmu', and 'audio/pcma'");
    return FALSE;
  }
  if (g_str_equal (type, "audio/pcm")
      && json_object_get_int_member_with_default (format, "rate", 24000) != 24000) {
    invalid_value (error, "session.audio.input.format.rate", "rate", "24000");
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_transcription (JsonObject *input, GError **error)
{
  JsonObject *transcription = member_object (input, "transcription");
  const gchar *language = member_string (transcription, "language");

  if (!transcription)
    return TRUE;
  if (!member_string (transcription, "model")) {
    api_error_set (error, 400, "session.audio.input.transcription.model",
        "missing_required_parameter",
        "Missing required parameter: "
        "'session.audio.input.transcription.model'.");
    return FALSE;
  }
  if (language && !g_str_has_prefix (language, "en")) {
    invalid_value (error, "session.audio.input.transcription.language", language,
        "'en': this local server's PocketSphinx understands English only");
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_turn_detection (JsonObject *input, GError **error)
{
  JsonObject *detection = member_object (input, "turn_detection");
  const gchar *type = member_string (detection, "type");

  if (!detection)
    return TRUE;
  if (is_continuous (member_string (member_object (input, "transcription"), "model"))) {
    api_error_set (error, 400, "session.audio.input.turn_detection", "invalid_value",
        "Turn detection is not supported for this transcription "
        "model.");
    return FALSE;
  }
  if (g_strcmp0 (type, "server_vad") != 0) {
    invalid_value (
        error, "session.audio.input.turn_detection.type", type, "'server_vad'");
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_noise_reduction (JsonObject *input, GError **error)
{
  JsonNode *node = json_object_get_member (input, "noise_reduction");
  const gchar *type = member_string (member_object (input, "noise_reduction"), "type");

  if (!node || JSON_NODE_HOLDS_NULL (node) || g_strcmp0 (type, "near_field") == 0
      || g_strcmp0 (type, "far_field") == 0)
    return TRUE;
  invalid_value (error, "session.audio.input.noise_reduction.type", type,
      "'near_field' and 'far_field'");
  return FALSE;
}

/* Members of @update replace those of @object; one that @object does not have is
 * refused under the name of @path. */
static gboolean
merge (JsonObject *object, JsonObject *update, const gchar *path, GError **error)
{
  g_autoptr (GList) names = json_object_get_members (update);

  for (GList *l = names; l; l = l->next) {
    if (!json_object_has_member (object, l->data)) {
      api_error_set (error, 400, "session", "unknown_parameter",
          "Unknown parameter: '%s.%.100s'.", path, (const gchar *) l->data);
      return FALSE;
    }
    json_object_set_member (
        object, l->data, json_node_copy (json_object_get_member (update, l->data)));
  }
  return TRUE;
}

/* A model that does not detect turns begins without it. */
static void
fit_turn_detection (JsonObject *input, JsonObject *update)
{
  if (is_continuous (member_string (member_object (input, "transcription"), "model"))
      && !json_object_has_member (update, "turn_detection"))
    json_object_set_null_member (input, "turn_detection");
}

/* A copy of @config with what @update says; NULL: it cannot be. */
static JsonObject *
updated_config (JsonObject *config, JsonObject *update, GError **error)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), config);
  g_autofree gchar *text = json_to_string (node, FALSE);
  g_autoptr (JsonObject) updated = parse_object (text);
  JsonObject *input = input_of (updated), *new_input = input_of (update);

  if (new_input) {
    if (!merge (input, new_input, "session.audio.input", error))
      return NULL;
    fit_turn_detection (input, new_input);
  }
  if (json_object_has_member (update, "include"))
    json_object_set_member (
        updated, "include", json_node_copy (json_object_get_member (update, "include")));
  return check_format (input, error) && check_transcription (input, error)
          && check_turn_detection (input, error) && check_noise_reduction (input, error)
      ? g_steal_pointer (&updated)
      : NULL;
}

static void
configure_listener (Session *self)
{
  JsonObject *input = input_of (self->config);
  JsonObject *detection = member_object (input, "turn_detection");
  const gchar *type = member_string (member_object (input, "format"), "type");
  ListenerOptions options = {
    .format = g_str_equal (type, "audio/pcm") ? AUDIO_FORMAT_PCM
        : g_str_equal (type, "audio/pcmu")    ? AUDIO_FORMAT_PCMU
                                              : AUDIO_FORMAT_PCMA,
    .server_vad = detection != NULL,
  };

  if (detection) {
    options.prefix_padding = CLAMP (
        json_object_get_int_member_with_default (detection, "prefix_padding_ms", 300), 0,
        5000);
    options.silence_duration = CLAMP (
        json_object_get_int_member_with_default (detection, "silence_duration_ms", 500),
        50, 10000);
  }
  listener_set_options (self->listener, &options);
}

/* --- what the client says ------------------------------------------------------ */

static void
on_session_update (Session *self, JsonObject *event)
{
  JsonObject *update = member_object (event, "session"), *config;
  g_autoptr (GError) error = NULL;

  if (!update) {
    send_error (self, "missing_required_parameter",
        "Missing required parameter: 'session'.", "session", event);
    return;
  }
  if (g_strcmp0 (member_string (update, "type"), "transcription") != 0) {
    send_error (self, "invalid_value",
        "Passing a realtime session update event to "
        "a transcription session is not allowed.",
        "session.type", event);
    return;
  }
  config = updated_config (self->config, update, &error);
  if (!config) {
    send_error (
        self, api_error_code (error), error->message, api_error_param (error), event);
    return;
  }
  json_object_unref (self->config);
  self->config = config;
  configure_listener (self);
  send_session (self, "session.updated");
}

static void
on_append (Session *self, JsonObject *event)
{
  const gchar *text = member_string (event, "audio");
  gsize length = 0;
  guchar *audio = text && strlen (text) % 4 == 0 ? g_base64_decode (text, &length) : NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_take (audio, length);

  if (!text)
    send_error (self, "missing_required_parameter",
        "Missing required parameter: 'audio'.", "audio", event);
  else if (length == 0 && *text)
    send_error (self, "invalid_value",
        "Invalid 'audio'. Expected base64-encoded "
        "audio bytes.",
        "audio", event);
  else if (length > MAX_AUDIO)
    send_error (self, "invalid_value",
        "Invalid 'audio'. The maximum is 15 MiB of "
        "audio in an event.",
        "audio", event);
  else
    listener_append (self->listener, bytes);
}

static void
on_commit (Session *self, JsonObject *event)
{
  listener_commit (self->listener, member_string (event, "event_id"));
}

static void
on_clear (Session *self, JsonObject *event)
{
  listener_clear (self->listener);
}

static const struct
{
  const gchar *type;
  void (*handle) (Session *self, JsonObject *event);
} handlers[] = {
  { "session.update", on_session_update },
  { "input_audio_buffer.append", on_append },
  { "input_audio_buffer.commit", on_commit },
  { "input_audio_buffer.clear", on_clear },
};

static void
handle (Session *self, JsonObject *event)
{
  const gchar *type = member_string (event, "type");
  g_autoptr (GString) known = g_string_new (NULL);
  g_autofree gchar *message = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++) {
    if (g_strcmp0 (type, handlers[i].type) == 0) {
      handlers[i].handle (self, event);
      return;
    }
    g_string_append_printf (known, "%s'%s'", i > 0 ? ", " : "", handlers[i].type);
  }
  message = g_strdup_printf (
      "Invalid value: '%.100s'. Supported values are: %s.", type ? type : "", known->str);
  send_error (self, "invalid_value", message, "type", event);
}

static void
on_message (
    SoupWebsocketConnection *connection, gint type, GBytes *message, gpointer user_data)
{
  Session *self = user_data;
  const gchar *text = g_bytes_get_data (message, NULL);
  g_autoptr (JsonNode) node =
      type == SOUP_WEBSOCKET_DATA_TEXT ? json_from_string (text, NULL) : NULL;

  if (node && JSON_NODE_HOLDS_OBJECT (node))
    handle (self, json_node_get_object (node));
  else
    send_error (self, "invalid_event",
        "We could not parse the JSON body of your "
        "event: an object in a text message is expected.",
        NULL, NULL);
}

/* --- the session --------------------------------------------------------------- */

static void
on_closed (SoupWebsocketConnection *connection, gpointer user_data)
{
  Session *self = user_data;

  g_signal_handlers_disconnect_by_data (connection, self);
  g_ptr_array_remove_fast (self->server->realtime_connections, connection);
  g_clear_handle_id (&self->expiry, g_source_remove);
  g_clear_object (&self->connection);
  if (self->listener)
    listener_stop (g_steal_pointer (&self->listener));
  session_unref (self);
}

static gboolean
on_expired (gpointer user_data)
{
  Session *self = user_data;

  self->expiry = 0;
  send_error (self, "session_expired",
      "Your session hit the maximum duration of 60 "
      "minutes.",
      NULL, NULL);
  soup_websocket_connection_close (
      self->connection, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
  return G_SOURCE_REMOVE;
}

static void
open_session (Session *self)
{
  Server *server = self->server;

  g_mutex_lock (&server->realtime_lock);
  server->realtime_sessions++;
  g_mutex_unlock (&server->realtime_lock);
  self->listener = listener_new (
      server->recogniser, on_heard, g_atomic_rc_box_acquire (self), on_listener_ended);
  configure_listener (self);
  self->expiry = g_timeout_add_seconds (SESSION_SECONDS, on_expired, self);
  g_signal_connect (self->connection, "message", G_CALLBACK (on_message), self);
  send_session (self, "session.created");
}

/* The shape that OpenAI had before. */
static gboolean
asks_for_beta (SoupServerMessage *message)
{
  return soup_message_headers_header_contains (
      soup_server_message_get_request_headers (message), "OpenAI-Beta", "realtime=v1");
}

static void
refuse_beta (Session *self)
{
  send_error (self, "beta_api_shape_disabled",
      "The Realtime Beta API is no longer "
      "supported. Please use /v1/realtime for the GA API.",
      NULL, NULL);
  soup_websocket_connection_close (
      self->connection, CLOSE_REFUSED, "invalid_request_error.beta_api_shape_disabled");
}

/* That of a session that speaks: without an intent. */
static gchar *
speech_model (SoupServerMessage *message)
{
  const gchar *text = g_uri_get_query (soup_server_message_get_uri (message));
  g_autoptr (GHashTable) query = text ? soup_form_decode (text) : NULL;

  return query && !g_hash_table_contains (query, "intent")
      ? g_strdup (g_hash_table_lookup (query, "model"))
      : NULL;
}

void
realtime_begin (SoupServer *http, SoupServerMessage *message, const char *path,
    SoupWebsocketConnection *connection, gpointer user_data)
{
  Server *server = user_data;
  g_autofree gchar *model = speech_model (message);
  Session *self;

  if (model && !asks_for_beta (message)) {
    talker_begin (server, connection, model);
    return;
  }
  self = g_atomic_rc_box_new0 (Session);

  self->server = server;
  self->connection = g_object_ref (connection);
  self->config = config_new ();
  g_ptr_array_add (server->realtime_connections, connection);
  soup_websocket_connection_set_max_incoming_payload_size (connection, MAX_MESSAGE);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
  if (asks_for_beta (message))
    refuse_beta (self);
  else
    open_session (self);
}

/* --- the handshake ------------------------------------------------------------- */

static gboolean
check (Server *server, SoupServerMessage *message, GHashTable *query, GError **error)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const gchar *intent = query ? g_hash_table_lookup (query, "intent") : NULL;

  if (!soup_message_headers_header_contains (headers, "Upgrade", "websocket"))
    api_error_set (error, 400, NULL, "websocket_required",
        "This is a WebSocket: connect to ws://…" REALTIME_PATH "?intent=transcription.");
  else if (!intent && !(query && g_hash_table_contains (query, "model")))
    api_error_set (error, 400, "intent", "missing_required_parameter",
        "Connect to " REALTIME_PATH
        "?intent=transcription to be heard, or to " REALTIME_PATH "?model=… for speech.");
  else if (intent && !g_str_equal (intent, "transcription"))
    invalid_value (error, "intent", intent, "'transcription'");
  else if (server->realtime_connections->len >= REALTIME_MAX_SESSIONS)
    api_error_set (error, 429, NULL, "rate_limit_exceeded",
        "This server has %d sessions already. Please try again.", REALTIME_MAX_SESSIONS);
  return *error == NULL;
}

void
realtime_check (Server *server, SoupServerMessage *message, GHashTable *query)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Exchange) exchange = NULL;

  if (check (server, message, query, &error))
    return;
  exchange = exchange_new (message);
  exchange_fail (exchange, error);
}

gboolean
realtime_stop (Server *server, gint64 end_time)
{
  gboolean ended = TRUE;

  while (server->realtime_connections->len > 0) {
    SoupWebsocketConnection *connection =
        g_object_ref (g_ptr_array_index (server->realtime_connections, 0));

    g_signal_emit_by_name (connection, "closed");
    g_object_unref (connection);
  }
  g_mutex_lock (&server->realtime_lock);
  while (server->realtime_sessions > 0 && ended)
    ended = g_cond_wait_until (&server->realtime_ended, &server->realtime_lock, end_time);
  ended = server->realtime_sessions == 0;
  g_mutex_unlock (&server->realtime_lock);
  return ended;
}
