// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A server of Realtime sessions that has its speech from a server of requests. */

#include "server/bridge.h"

#include <libsoup/soup.h>
#include <string.h>

#include "server/sessions.h"

#define PIECE 3000

/* What openaitts puts before the instructions of the user. */
#define HOW "How to speak: "

struct _TestBridge
{
  TestSessions *sessions;
  gchar *behind;

  /* the server's thread */
  SoupSession *http;
  GHashTable *talks; /* Talk, a reference each, by their id */
  guint n_responses;
};

/* A response; the request for it holds it. */
typedef struct
{
  TestBridge *bridge;
  TestSession *session;
  gchar *id;
  gchar *call;
  gchar *text;
  GCancellable *cancellable;
  SoupMessage *message;
  GInputStream *stream;
  GByteArray *refusal; /* the answer, when it is none of audio */
} Talk;

static void
talk_free (gpointer data)
{
  Talk *talk = data;

  g_clear_object (&talk->stream);
  g_clear_object (&talk->message);
  g_object_unref (talk->cancellable);
  g_byte_array_unref (talk->refusal);
  g_free (talk->text);
  g_free (talk->call);
  g_free (talk->id);
  g_free (talk);
}

static JsonObject *
event_new (const gchar *type)
{
  JsonObject *event = json_object_new ();

  json_object_set_string_member (event, "type", type);
  return event;
}

/* Takes @event. */
static void
send_event (TestSession *session, JsonObject *event)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), event);
  g_autofree gchar *text = json_to_string (node, FALSE);

  json_object_unref (event);
  test_session_send (session, text);
}

static void
send_member (Talk *talk, const gchar *type, const gchar *member, const gchar *value)
{
  JsonObject *event = event_new (type);

  json_object_set_string_member (event, "response_id", talk->id);
  json_object_set_string_member (event, member, value);
  send_event (talk->session, event);
}

static JsonArray *
output_of (Talk *talk)
{
  JsonArray *output = json_array_new (), *contents = json_array_new ();
  JsonObject *item = json_object_new (), *content = json_object_new ();

  json_object_set_string_member (content, "type", "output_audio");
  json_object_set_string_member (content, "transcript", talk->text);
  json_array_add_object_element (contents, content);
  json_object_set_array_member (item, "content", contents);
  json_array_add_object_element (output, item);
  return output;
}

static void
send_response (Talk *talk, const gchar *type, const gchar *status, JsonObject *details)
{
  JsonObject *event = event_new (type), *response = json_object_new ();
  JsonObject *metadata = json_object_new ();

  json_object_set_string_member (response, "id", talk->id);
  json_object_set_string_member (response, "status", status);
  json_object_set_string_member (metadata, "call", talk->call);
  json_object_set_object_member (response, "metadata", metadata);
  if (details)
    json_object_set_object_member (response, "status_details", details);
  else
    json_object_set_array_member (response, "output", output_of (talk));
  json_object_set_object_member (event, "response", response);
  send_event (talk->session, event);
}

/* The end of it. @details: of what is not completed; taken. */
static void
end_talk (Talk *talk, const gchar *status, JsonObject *details)
{
  send_response (talk, "response.done", status, details);
  g_hash_table_remove (talk->bridge->talks, talk->id);
}

/* What the answer says, or else its status. */
static JsonObject *
refusal_of (Talk *talk, guint status)
{
  g_autofree gchar *text =
      g_strndup ((const gchar *) talk->refusal->data, talk->refusal->len);
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonObject *object =
      node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonObject *details = json_object_new (), *error;

  if (object && json_object_has_member (object, "error")) {
    error = json_object_ref (json_object_get_object_member (object, "error"));
  } else {
    error = json_object_new ();
    json_object_set_string_member (error, "message", *text ? text : "refused");
  }
  if (status >= 500)
    json_object_set_string_member (error, "code", "server_error");
  json_object_set_string_member (details, "type", "failed");
  json_object_set_object_member (details, "error", error);
  return details;
}

static void
end_broken (Talk *talk)
{
  JsonObject *details = json_object_new ();

  json_object_set_string_member (details, "reason",
      g_cancellable_is_cancelled (talk->cancellable) ? "client_cancelled" : "broken");
  end_talk (talk, "cancelled", details);
}

static void read_on (Talk *talk);

static void
on_read (GObject *stream, GAsyncResult *result, gpointer user_data)
{
  Talk *talk = user_data;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (stream), result, NULL);
  guint status = soup_message_get_status (talk->message);
  gsize length = 0;
  gconstpointer data = bytes ? g_bytes_get_data (bytes, &length) : NULL;
  g_autofree gchar *audio = length > 0 ? g_base64_encode (data, length) : NULL;

  if (!bytes) {
    end_broken (talk);
    return;
  }
  if (length == 0 && SOUP_STATUS_IS_SUCCESSFUL (status)) {
    end_talk (talk, "completed", NULL);
  } else if (length == 0) {
    end_talk (talk, "failed", refusal_of (talk, status));
  } else {
    if (SOUP_STATUS_IS_SUCCESSFUL (status))
      send_member (talk, "response.output_audio.delta", "delta", audio);
    else
      g_byte_array_append (talk->refusal, data, length);
    read_on (talk);
  }
}

static void
read_on (Talk *talk)
{
  g_input_stream_read_bytes_async (
      talk->stream, PIECE, G_PRIORITY_DEFAULT, talk->cancellable, on_read, talk);
}

static void
on_answer (GObject *http, GAsyncResult *result, gpointer user_data)
{
  Talk *talk = user_data;

  talk->stream = soup_session_send_finish (SOUP_SESSION (http), result, NULL);
  if (talk->stream)
    read_on (talk);
  else
    end_broken (talk);
}

/* --- what comes ------------------------------------------------------------- */

static JsonObject *
member (JsonObject *object, const gchar *name)
{
  return object && json_object_has_member (object, name)
      ? json_object_get_object_member (object, name)
      : NULL;
}

static const gchar *
text_of (JsonObject *response)
{
  JsonArray *input = json_object_get_array_member (response, "input");
  JsonArray *contents =
      json_object_get_array_member (json_array_get_object_element (input, 0), "content");

  return json_object_get_string_member (
      json_array_get_object_element (contents, 0), "text");
}

static GBytes *
body_of (TestSession *session, JsonObject *response, const gchar *model)
{
  JsonObject *body = json_object_new ();
  JsonObject *output = member (member (response, "audio"), "output");
  const gchar *how =
      strstr (json_object_get_string_member (response, "instructions"), HOW);
  const gdouble *speed = test_session_data (session);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), body);
  gchar *text;

  json_object_set_string_member (body, "model", model);
  json_object_set_string_member (body, "input", text_of (response));
  json_object_set_member (
      body, "voice", json_node_copy (json_object_get_member (output, "voice")));
  json_object_set_string_member (body, "response_format", "pcm");
  if (how)
    json_object_set_string_member (body, "instructions", how + strlen (HOW));
  if (speed && *speed != 1)
    json_object_set_double_member (body, "speed", *speed);
  text = json_to_string (node, FALSE);
  json_object_unref (body);
  return g_bytes_new_take (text, strlen (text));
}

static gchar *
model_of (TestBridge *self)
{
  g_autofree gchar *path = test_sessions_path (self->sessions);
  const gchar *model = strstr (path, "model=");

  return g_strdup (model ? model + strlen ("model=") : "");
}

static void
respond (TestBridge *self, TestSession *session, JsonObject *response)
{
  Talk *talk = g_new0 (Talk, 1);
  g_autofree gchar *uri = g_strconcat (self->behind, "/audio/speech", NULL);
  g_autofree gchar *model = model_of (self);
  g_autoptr (GBytes) body = body_of (session, response, model);

  talk->bridge = self;
  talk->session = session;
  talk->id = g_strdup_printf ("resp_%u", ++self->n_responses);
  talk->call =
      g_strdup (json_object_get_string_member (member (response, "metadata"), "call"));
  talk->text = g_strdup (text_of (response));
  talk->cancellable = g_cancellable_new ();
  talk->refusal = g_byte_array_new ();
  talk->message = soup_message_new ("POST", uri);
  g_hash_table_insert (self->talks, talk->id, talk);
  send_response (talk, "response.created", "in_progress", NULL);
  send_member (talk, "response.output_audio_transcript.delta", "delta", talk->text);
  soup_message_set_request_body_from_bytes (talk->message, "application/json", body);
  soup_session_send_async (
      self->http, talk->message, G_PRIORITY_DEFAULT, talk->cancellable, on_answer, talk);
}

static void
note_speed (TestSession *session, JsonObject *event)
{
  JsonObject *output = member (member (member (event, "session"), "audio"), "output");
  gdouble speed = json_object_get_double_member_with_default (output, "speed", 1);

  test_session_set_data (session, g_memdup2 (&speed, sizeof speed), g_free);
}

static void
cancel (TestBridge *self, JsonObject *event)
{
  Talk *talk = g_hash_table_lookup (
      self->talks, json_object_get_string_member_with_default (event, "response_id", ""));

  if (talk)
    g_cancellable_cancel (talk->cancellable);
}

static void
on_opened (TestSession *session, gpointer user_data)
{
  test_session_printf (session,
      "{\"type\":\"session.created\",\"session\":{\"type\":\"realtime\","
      "\"object\":\"realtime.session\",\"audio\":{}}}");
}

static void
on_message (TestSession *session, const gchar *type, JsonObject *event, const gchar *text,
    gpointer user_data)
{
  TestBridge *self = user_data;

  if (g_str_equal (type, "session.update")) {
    g_free (test_session_data (session));
    note_speed (session, event);
    test_session_send (session, "{\"type\":\"session.updated\",\"session\":{}}");
  } else if (g_str_equal (type, "response.create")) {
    respond (self, session, member (event, "response"));
  } else if (g_str_equal (type, "response.cancel")) {
    cancel (self, event);
  }
}

static void
cancel_those_of (TestBridge *self, TestSession *session)
{
  g_autoptr (GList) talks = g_hash_table_get_values (self->talks);

  for (GList *l = talks; l; l = l->next) {
    Talk *talk = l->data;

    if (!session || talk->session == session)
      g_cancellable_cancel (talk->cancellable);
  }
}

static void
on_closed (TestSession *session, gpointer user_data)
{
  cancel_those_of (user_data, session);
}

/* --- the bridge ------------------------------------------------------------- */

static void
begin (gpointer data)
{
  TestBridge *self = data;

  self->http =
      soup_session_new_with_options ("max-conns", 100, "max-conns-per-host", 100, NULL);
}

static void
end (gpointer data)
{
  TestBridge *self = data;

  cancel_those_of (self, NULL);
  while (g_hash_table_size (self->talks) > 0)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  soup_session_abort (self->http);
  g_clear_object (&self->http);
}

TestBridge *
test_bridge_new (const gchar *base_url)
{
  static const TestSessionFuncs funcs = {
    .opened = on_opened,
    .message = on_message,
    .closed = on_closed,
  };
  TestBridge *self = g_new0 (TestBridge, 1);

  self->behind = g_strdup (base_url);
  self->talks = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, talk_free);
  self->sessions = test_sessions_new (&funcs, self);
  test_sessions_call (self->sessions, begin, self);
  return self;
}

void
test_bridge_free (TestBridge *self)
{
  if (!self)
    return;
  test_sessions_call (self->sessions, end, self);
  test_sessions_free (self->sessions);
  g_hash_table_unref (self->talks);
  g_free (self->behind);
  g_free (self);
}

const gchar *
test_bridge_base_url (TestBridge *self)
{
  return test_sessions_base_url (self->sessions);
}

const gchar *
test_bridge_behind (TestBridge *self)
{
  return self->behind;
}
