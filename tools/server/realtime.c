// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Transcription sessions over a WebSocket, as OpenAI has them. */

#include "realtime.h"

#include <string.h>

#include "errors.h"
#include "listener.h"
#include "session.h"
#include "talker.h"

#define MAX_AUDIO (15 * 1024 * 1024)
#define MAX_MESSAGE (MAX_AUDIO / 3 * 4 + 65536)
#define CLOSE_REFUSED 4000

/* Reference-counted: the connection and the listener hold one each. */
typedef struct
{
  Session session;
  Listener *listener; /* NULL once it is closed; main thread */
  JsonObject *config; /* the session as it is told */
} Transcriber;

static void
transcriber_clear (gpointer data)
{
  Transcriber *self = data;

  json_object_unref (self->config);
}

static void
transcriber_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, transcriber_clear);
}

/* --- events ------------------------------------------------------------------ */

static void
send_session (Transcriber *self, const gchar *type)
{
  JsonObject *event = session_event_new (type);

  json_object_set_object_member (event, "session", json_object_ref (self->config));
  session_send (&self->session, event);
}

typedef struct
{
  Transcriber *transcriber;
  JsonObject *event;
} Told;

static gboolean
send_told (gpointer user_data)
{
  Told *told = user_data;

  session_send (&told->transcriber->session, told->event);
  return G_SOURCE_REMOVE;
}

static void
told_free (gpointer data)
{
  Told *told = data;

  transcriber_unref (told->transcriber);
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
  Transcriber *self = user_data;

  g_mutex_lock (&self->session.server->realtime_lock);
  self->session.server->realtime_sessions--;
  g_cond_broadcast (&self->session.server->realtime_ended);
  g_mutex_unlock (&self->session.server->realtime_lock);
  transcriber_unref (self);
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
configure_listener (Transcriber *self)
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
on_session_update (Session *session, JsonObject *event)
{
  Transcriber *self = (Transcriber *) session;
  JsonObject *update = member_object (event, "session"), *config;
  g_autoptr (GError) error = NULL;

  if (!update) {
    session_send_error (&self->session, "missing_required_parameter",
        "Missing required parameter: 'session'.", "session", event);
    return;
  }
  if (g_strcmp0 (member_string (update, "type"), "transcription") != 0) {
    session_send_error (&self->session, "invalid_value",
        "Passing a realtime session update event to "
        "a transcription session is not allowed.",
        "session.type", event);
    return;
  }
  config = updated_config (self->config, update, &error);
  if (error) {
    session_send_error (&self->session, api_error_code (error), error->message,
        api_error_param (error), event);
    return;
  }
  json_object_unref (self->config);
  self->config = config;
  configure_listener (self);
  send_session (self, "session.updated");
}

static void
on_append (Session *session, JsonObject *event)
{
  Transcriber *self = (Transcriber *) session;
  const gchar *text = member_string (event, "audio");
  gsize length = 0;
  guchar *audio = text && strlen (text) % 4 == 0 ? g_base64_decode (text, &length) : NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_take (audio, length);

  if (!text)
    session_send_error (&self->session, "missing_required_parameter",
        "Missing required parameter: 'audio'.", "audio", event);
  else if (length == 0 && *text)
    session_send_error (&self->session, "invalid_value",
        "Invalid 'audio'. Expected base64-encoded "
        "audio bytes.",
        "audio", event);
  else if (length > MAX_AUDIO)
    session_send_error (&self->session, "invalid_value",
        "Invalid 'audio'. The maximum is 15 MiB of "
        "audio in an event.",
        "audio", event);
  else
    listener_append (self->listener, bytes);
}

static void
on_commit (Session *session, JsonObject *event)
{
  Transcriber *self = (Transcriber *) session;

  listener_commit (self->listener, member_string (event, "event_id"));
}

static void
on_clear (Session *session, JsonObject *event)
{
  Transcriber *self = (Transcriber *) session;

  listener_clear (self->listener);
}

static const SessionHandler handlers[] = {
  { "session.update", on_session_update },
  { "input_audio_buffer.append", on_append },
  { "input_audio_buffer.commit", on_commit },
  { "input_audio_buffer.clear", on_clear },
};

/* --- the session --------------------------------------------------------------- */

static void
on_closed (Session *session)
{
  Transcriber *self = (Transcriber *) session;

  if (self->listener)
    listener_stop (g_steal_pointer (&self->listener));
  transcriber_unref (self);
}

static const SessionClass transcriber_class = {
  .handlers = handlers,
  .n_handlers = G_N_ELEMENTS (handlers),
  .max_message = MAX_MESSAGE,
  .closed = on_closed,
};

/* Of one that is told why it is closed at once. */
static const SessionClass refused_class = {
  .max_message = MAX_MESSAGE,
  .closed = on_closed,
};

static void
begin_transcription (Transcriber *self, Server *server)
{
  g_mutex_lock (&server->realtime_lock);
  server->realtime_sessions++;
  g_mutex_unlock (&server->realtime_lock);
  self->listener = listener_new (
      server->recogniser, on_heard, g_atomic_rc_box_acquire (self), on_listener_ended);
  configure_listener (self);
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
refuse_beta (Transcriber *self)
{
  session_send_error (&self->session, "beta_api_shape_disabled",
      "The Realtime Beta API is no longer "
      "supported. Please use /v1/realtime for the GA API.",
      NULL, NULL);
  soup_websocket_connection_close (self->session.connection, CLOSE_REFUSED,
      "invalid_request_error.beta_api_shape_disabled");
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
  gboolean beta = asks_for_beta (message);
  Transcriber *self;

  if (model && !beta) {
    talker_begin (server, connection, model);
    return;
  }
  self = g_atomic_rc_box_new0 (Transcriber);
  self->config = config_new ();
  session_begin (
      &self->session, beta ? &refused_class : &transcriber_class, server, connection);
  if (beta)
    refuse_beta (self);
  else
    begin_transcription (self, server);
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
