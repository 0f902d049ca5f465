// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The paths of the API, and what is common to all of them. */

#include "server.h"

#include <string.h>

#include "errors.h"
#include "form.h"
#include "realtime.h"

/* What a client may send beyond the limit and still get to read why not. */
#define MAX_DRAINED_BYTES (8 * (gsize) FORM_MAX_BYTES)

typedef void (*Handler) (
    Server *server, Exchange *exchange, SoupServerMessage *message, const gchar *id);

static const gchar *const engines[] = { "flite", "pocketsphinx-en-us" };

/* OpenAI's names, and the engine that answers to them. */
static const struct
{
  const gchar *prefix;
  guint engine;
} aliases[] = {
  { "tts-", 0 },
  { "gpt-4o-mini-tts", 0 },
  { "gpt-realtime-2", 0 },
  { "gpt-realtime-mini", 0 },
  { "whisper-", 1 },
  { "gpt-transcribe", 1 },
  { "gpt-4o-transcribe", 1 },
  { "gpt-4o-mini-transcribe", 1 },
  { "gpt-live-transcribe", 1 },
  { "gpt-realtime-whisper", 1 },
};

static void
add_model (JsonBuilder *builder, Server *server, const gchar *id)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "id");
  json_builder_add_string_value (builder, id);
  json_builder_set_member_name (builder, "object");
  json_builder_add_string_value (builder, "model");
  json_builder_set_member_name (builder, "created");
  json_builder_add_int_value (builder, server->started);
  json_builder_set_member_name (builder, "owned_by");
  json_builder_add_string_value (builder, "openai-audio-localserver");
  json_builder_end_object (builder);
}

static void
handle_models (
    Server *server, Exchange *exchange, SoupServerMessage *message, const gchar *id)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "object");
  json_builder_add_string_value (builder, "list");
  json_builder_set_member_name (builder, "data");
  json_builder_begin_array (builder);
  for (guint i = 0; i < G_N_ELEMENTS (engines); i++)
    add_model (builder, server, engines[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  exchange_answer_json (exchange, root);
}

static const gchar *
find_engine (const gchar *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (engines); i++)
    if (g_str_equal (name, engines[i]))
      return engines[i];
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (g_str_has_prefix (name, aliases[i].prefix))
      return engines[aliases[i].engine];
  return NULL;
}

static void
handle_model (
    Server *server, Exchange *exchange, SoupServerMessage *message, const gchar *id)
{
  const gchar *engine = find_engine (id);
  g_autoptr (GError) error = NULL;

  if (engine) {
    g_autoptr (JsonBuilder) builder = json_builder_new ();
    g_autoptr (JsonNode) root = NULL;

    add_model (builder, server, engine);
    root = json_builder_get_root (builder);
    exchange_answer_json (exchange, root);
    return;
  }
  api_error_set (&error, 404, "model", "model_not_found",
      "The model '%.100s' does not exist here.", id);
  exchange_fail (exchange, error);
}

static void
handle_health (
    Server *server, Exchange *exchange, SoupServerMessage *message, const gchar *id)
{
  exchange_answer (exchange, "application/json", g_strdup ("{\"status\":\"ok\"}"));
}

static void
handle_voices (
    Server *server, Exchange *exchange, SoupServerMessage *message, const gchar *id)
{
  g_autoptr (GError) error = NULL;

  api_error_set (&error, 501, NULL, "not_implemented",
      "This local server has no custom voices: flite cannot learn a voice "
      "from a recording.");
  exchange_fail (exchange, error);
}

static const struct
{
  const gchar *method;
  const gchar *path; /* one that ends in / is followed by an id */
  Handler handle;
} routes[] = {
  { "GET", "/health", handle_health },
  { "GET", "/v1/models", handle_models },
  { "GET", "/v1/models/", handle_model },
  { "POST", "/v1/audio/speech", handle_speech },
  { "POST", "/v1/audio/transcriptions", handle_transcription },
  { "POST", "/v1/audio/translations", handle_translation },
  { "GET", "/v1/audio/voices", handle_voices },
  { "POST", "/v1/audio/voices", handle_voices },
  { "GET", "/v1/audio/voices/", handle_voices },
  { "POST", "/v1/audio/voices/", handle_voices },
  { "DELETE", "/v1/audio/voices/", handle_voices },
  { "GET", "/v1/audio/voice_consents", handle_voices },
  { "POST", "/v1/audio/voice_consents", handle_voices },
  { "GET", "/v1/audio/voice_consents/", handle_voices },
  { "POST", "/v1/audio/voice_consents/", handle_voices },
  { "DELETE", "/v1/audio/voice_consents/", handle_voices },
};

/* The id after a route's path ("" without one); NULL for another path. */
static const gchar *
match_path (const gchar *path, const gchar *route)
{
  gsize length = strlen (route);

  if (route[length - 1] != '/')
    return g_str_equal (path, route) ? "" : NULL;
  return g_str_has_prefix (path, route) && path[length] ? path + length : NULL;
}

static void
refuse_path (
    Exchange *exchange, const gchar *method, const gchar *path, const gchar *allowed)
{
  g_autoptr (GError) error = NULL;

  if (allowed[0]) {
    exchange_header (exchange, "Allow", allowed);
    api_error_set (&error, 405, NULL, "method_not_supported",
        "Not allowed to %.20s on %.200s.", method, path);
  } else {
    api_error_set (
        &error, 404, NULL, "unknown_url", "Invalid URL (%.20s %.200s)", method, path);
  }
  exchange_fail (exchange, error);
}

static void
route (Server *server, Exchange *exchange, SoupServerMessage *message)
{
  const gchar *method = soup_server_message_get_method (message);
  const gchar *path = g_uri_get_path (soup_server_message_get_uri (message));
  g_autoptr (GString) allowed = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (routes); i++) {
    const gchar *id = match_path (path, routes[i].path);

    if (!id)
      continue;
    if (g_str_equal (method, routes[i].method)) {
      routes[i].handle (server, exchange, message, id);
      return;
    }
    g_string_append_printf (
        allowed, "%s%s", allowed->len > 0 ? ", " : "", routes[i].method);
  }
  refuse_path (exchange, method, path, allowed->str);
}

/* A message's gsize: how much of its body has arrived. */
static GQuark
received_quark (void)
{
  return g_quark_from_static_string ("openai-localserver-received");
}

static void
refuse_size (Exchange *exchange, gsize received)
{
  g_autoptr (GError) error = NULL;

  api_error_set (&error, 413, NULL, NULL,
      "Maximum content size limit (%d) "
      "exceeded (%" G_GSIZE_FORMAT " bytes read)",
      FORM_MAX_BYTES, received);
  exchange_fail (exchange, error);
}

static void
on_request (SoupServer *http, SoupServerMessage *message, const char *path,
    GHashTable *query, gpointer user_data)
{
  g_autoptr (Exchange) exchange = exchange_new (message);
  gsize *received = g_object_get_qdata (G_OBJECT (message), received_quark ());

  if (*received > FORM_MAX_BYTES)
    refuse_size (exchange, *received);
  else
    route (user_data, exchange, message);
}

static void
on_got_chunk (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  gsize *received = user_data;

  *received += g_bytes_get_size (chunk);
  if (*received <= FORM_MAX_BYTES)
    return;

  soup_message_body_set_accumulate (body, FALSE);
  soup_message_body_truncate (body);
  if (*received > MAX_DRAINED_BYTES) {
    GSocket *socket = soup_server_message_get_socket (message);

    if (socket)
      g_socket_shutdown (socket, TRUE, TRUE, NULL);
  }
}

static void
on_headers (SoupServer *http, SoupServerMessage *message, const char *path,
    GHashTable *query, gpointer user_data)
{
  gsize *received = g_new0 (gsize, 1);

  g_object_set_qdata_full (G_OBJECT (message), received_quark (), received, g_free);
  g_signal_connect (message, "got-chunk", G_CALLBACK (on_got_chunk), received);
}

/* What is not answered here becomes a WebSocket. */
static void
on_realtime (SoupServer *http, SoupServerMessage *message, const char *path,
    GHashTable *query, gpointer user_data)
{
  if (!g_str_equal (path, REALTIME_PATH)
      || !g_str_equal (soup_server_message_get_method (message), "GET"))
    on_request (http, message, path, query, user_data);
  else
    realtime_check (user_data, message, query);
}

void
server_attach (Server *server, SoupServer *http)
{
  soup_server_add_early_handler (http, NULL, on_headers, NULL, NULL);
  soup_server_add_handler (http, NULL, on_request, server, NULL);
  soup_server_add_early_handler (http, REALTIME_PATH, on_headers, NULL, NULL);
  soup_server_add_handler (http, REALTIME_PATH, on_realtime, server, NULL);
  soup_server_add_websocket_handler (
      http, REALTIME_PATH, NULL, NULL, realtime_begin, server, NULL);
}

void
server_queue (
    Workers *workers, Exchange *exchange, GFunc job, gpointer data, GDestroyNotify free)
{
  g_autoptr (GError) error = NULL;

  if (workers_push (workers, job, data, free))
    return;
  api_error_set (&error, 429, NULL, "rate_limit_exceeded",
      "This server is busy: all its workers are working and its queue is "
      "full. Please try again.");
  exchange_fail (exchange, error);
  free (data);
}
