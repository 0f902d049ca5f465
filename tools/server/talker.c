// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Realtime sessions that speak: flite reads the text of each response, word for word,
 * whatever its instructions say. */

#include "talker.h"

#include <math.h>
#include <string.h>

#include "audio.h"
#include "session.h"
#include "speech.h"

#define MAX_MESSAGE (1024 * 1024)
#define TOKENS_PER_SECOND 20

/* Reference-counted: the connection, and each response. */
typedef struct
{
  Session session;

  /* main thread */
  GHashTable *responses; /* id -> GCancellable, of those that run */
  gchar *voice;
  AudioFormat format;
  gdouble speed;
  guint n_responses;
} Talker;

typedef struct
{
  Talker *talker;
  gchar *id;
  gchar *item; /* the id of what it says */
  gchar *text;
  const SpeechVoice *voice;
  AudioFormat format;
  gdouble speed;
  JsonNode *metadata; /* or NULL */
  GCancellable *cancellable;

  /* worker */
  AudioEncoder *encoder;
  guint64 samples;
  guint rate;
} Response;

static void
talker_clear (gpointer data)
{
  Talker *self = data;

  g_hash_table_unref (self->responses);
  g_free (self->voice);
}

static void
talker_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, talker_clear);
}

static void
response_free (gpointer data)
{
  Response *response = data;

  g_clear_pointer (&response->metadata, json_node_unref);
  g_object_unref (response->cancellable);
  talker_unref (response->talker);
  g_free (response->text);
  g_free (response->item);
  g_free (response->id);
  g_free (response);
}

/* --- events ------------------------------------------------------------------ */

typedef struct
{
  Talker *talker;
  JsonObject *event;
  gchar *ended; /* the response that is over with it, or NULL */
} Told;

static gboolean
send_told (gpointer user_data)
{
  Told *told = user_data;

  if (told->ended)
    g_hash_table_remove (told->talker->responses, told->ended);
  session_send (&told->talker->session, told->event);
  return G_SOURCE_REMOVE;
}

static void
told_free (gpointer data)
{
  Told *told = data;

  talker_unref (told->talker);
  g_free (told->ended);
  g_free (told);
}

/* Any thread. Takes @event. */
static void
tell (Response *response, JsonObject *event, gboolean ends)
{
  Told *told = g_new0 (Told, 1);

  told->talker = g_atomic_rc_box_acquire (response->talker);
  told->event = event;
  told->ended = ends ? g_strdup (response->id) : NULL;
  g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, send_told, told, told_free);
}

/* About the item. */
static JsonObject *
output_event (Response *response, const gchar *type)
{
  JsonObject *event = session_event_new (type);

  json_object_set_string_member (event, "response_id", response->id);
  json_object_set_int_member (event, "output_index", 0);
  return event;
}

/* About its one part. */
static JsonObject *
response_event (
    Response *response, const gchar *type, const gchar *member, const gchar *value)
{
  JsonObject *event = output_event (response, type);

  json_object_set_string_member (event, "item_id", response->item);
  json_object_set_int_member (event, "content_index", 0);
  if (member)
    json_object_set_string_member (event, member, value);
  return event;
}

/* --- a response --------------------------------------------------------------- */

static JsonObject *
usage_of (Response *response, guint words)
{
  JsonObject *usage = json_object_new ();
  guint output = response->rate
      ? lround ((gdouble) response->samples / response->rate * TOKENS_PER_SECOND)
      : 0;

  json_object_set_int_member (usage, "total_tokens", words + output);
  json_object_set_int_member (usage, "input_tokens", words);
  json_object_set_int_member (usage, "output_tokens", output);
  return usage;
}

static JsonObject *
part_object (const gchar *type, const gchar *transcript)
{
  JsonObject *part = json_object_new ();

  json_object_set_string_member (part, "type", type);
  json_object_set_string_member (part, "transcript", transcript);
  return part;
}

/* Without content while it is in progress. */
static JsonObject *
item_object (Response *response, const gchar *status)
{
  JsonObject *item = json_object_new ();
  JsonArray *contents = json_array_new ();

  if (g_str_equal (status, "completed"))
    json_array_add_object_element (
        contents, part_object ("output_audio", response->text));
  json_object_set_string_member (item, "id", response->item);
  json_object_set_string_member (item, "object", "realtime.item");
  json_object_set_string_member (item, "type", "message");
  json_object_set_string_member (item, "status", status);
  json_object_set_string_member (item, "role", "assistant");
  json_object_set_array_member (item, "content", contents);
  return item;
}

static JsonArray *
output_of (Response *response)
{
  JsonArray *output = json_array_new ();

  json_array_add_object_element (output, item_object (response, "completed"));
  return output;
}

/* @reason: of one that is not completed. */
static JsonObject *
response_object (Response *response, const gchar *status, const gchar *reason)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "object", "realtime.response");
  json_object_set_string_member (object, "id", response->id);
  json_object_set_string_member (object, "status", status);
  if (response->metadata)
    json_object_set_member (object, "metadata", json_node_copy (response->metadata));
  if (reason) {
    JsonObject *details = json_object_new ();

    json_object_set_string_member (details, "type", status);
    json_object_set_string_member (details, "reason", reason);
    json_object_set_object_member (object, "status_details", details);
  }
  return object;
}

static void
end_response (Response *response, const gchar *status, const gchar *reason, guint words)
{
  JsonObject *event = session_event_new ("response.done");
  JsonObject *object = response_object (response, status, reason);

  json_object_set_object_member (object, "usage", usage_of (response, words));
  json_object_set_array_member (
      object, "output", reason ? json_array_new () : output_of (response));
  json_object_set_object_member (event, "response", object);
  tell (response, event, TRUE);
}

static void
on_encoded (GBytes *piece, gpointer user_data)
{
  Response *response = user_data;
  gsize length;
  gconstpointer data = g_bytes_get_data (piece, &length);
  g_autofree gchar *audio = g_base64_encode (data, length);

  tell (response,
      response_event (response, "response.output_audio.delta", "delta", audio), FALSE);
}

static void
on_spoken (const gint16 *samples, gsize length, guint rate, gpointer user_data)
{
  Response *response = user_data;

  response->rate = rate;
  response->samples += length;
  audio_encoder_push (response->encoder, samples, length, rate);
}

static void
tell_item (Response *response, const gchar *type, const gchar *status)
{
  JsonObject *event = output_event (response, type);

  json_object_set_object_member (event, "item", item_object (response, status));
  tell (response, event, FALSE);
}

static void
tell_part (Response *response, const gchar *type, const gchar *transcript)
{
  JsonObject *event = response_event (response, type, NULL, NULL);

  json_object_set_object_member (event, "part", part_object ("audio", transcript));
  tell (response, event, FALSE);
}

static void
begin_output (Response *response)
{
  tell_item (response, "response.output_item.added", "in_progress");
  tell_part (response, "response.content_part.added", "");
  tell (response,
      response_event (
          response, "response.output_audio_transcript.delta", "delta", response->text),
      FALSE);
}

static void
end_output (Response *response)
{
  tell (response, response_event (response, "response.output_audio.done", NULL, NULL),
      FALSE);
  tell (response,
      response_event (response, "response.output_audio_transcript.done", "transcript",
          response->text),
      FALSE);
  tell_part (response, "response.content_part.done", response->text);
  tell_item (response, "response.output_item.done", "completed");
}

static void
speak (Response *response)
{
  g_autoptr (Speech) speech =
      speech_new (response->voice, response->text, response->speed);

  begin_output (response);
  while (speech_next (speech, on_spoken, response, response->cancellable)) {
  }
  if (g_cancellable_is_cancelled (response->cancellable)) {
    end_response (response, "cancelled", "client_cancelled", speech_words (speech));
    return;
  }
  audio_encoder_finish (response->encoder, NULL);
  end_output (response);
  end_response (response, "completed", NULL, speech_words (speech));
}

static void
run_response (gpointer data, gpointer user_data)
{
  Response *response = data;
  g_autoptr (GError) error = NULL;

  response->encoder = audio_encoder_new (response->format, on_encoded, response, &error);
  if (response->encoder)
    speak (response);
  else
    end_response (response, "failed", error->message, 0);
  g_clear_pointer (&response->encoder, audio_encoder_free);
  response_free (response);
}

/* --- what the client says ------------------------------------------------------ */

static JsonArray *
member_array (JsonObject *object, const gchar *name)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/* All text of the messages, one after the other. */
static gchar *
text_of (JsonObject *response)
{
  GString *text = g_string_new (NULL);
  JsonArray *items = member_array (response, "input");

  for (guint i = 0; items && i < json_array_get_length (items); i++) {
    JsonNode *item = json_array_get_element (items, i);
    JsonArray *contents = JSON_NODE_HOLDS_OBJECT (item)
        ? member_array (json_node_get_object (item), "content")
        : NULL;

    for (guint j = 0; contents && j < json_array_get_length (contents); j++) {
      JsonNode *content = json_array_get_element (contents, j);
      const gchar *piece = JSON_NODE_HOLDS_OBJECT (content)
          ? member_string (json_node_get_object (content), "text")
          : NULL;

      g_string_append_printf (text, "%s%s", text->len ? " " : "", piece ? piece : "");
    }
  }
  return g_string_free (text, FALSE);
}

/* FALSE: an error was sent. @voice and @format stay as they are where nothing is said of
 * them. */
static gboolean
check_output (Talker *self, JsonObject *about, JsonObject *output, const gchar **voice,
    AudioFormat *format)
{
  const gchar *type = member_string (member_object (output, "format"), "type");
  const gchar *name = member_string (output, "voice");
  const gchar *custom = member_string (member_object (output, "voice"), "id");
  g_autofree gchar *message = NULL, *known = NULL;

  if (type && !audio_format_from_type (type, format)) {
    message = g_strdup_printf ("Invalid value: '%.100s'. Supported values are: "
                               "'audio/pcm', 'audio/pcmu', and 'audio/pcma'.",
        type);
    session_send_error (
        &self->session, "invalid_value", message, "audio.output.format", about);
    return FALSE;
  }
  if (name)
    *voice = name;
  if (!member_object (output, "voice") && speech_voice (*voice))
    return TRUE;
  known = speech_voice_names ();
  message = g_strdup_printf ("Invalid voice: '%.100s'. Supported voices are: %s.",
      custom ? custom : *voice, known);
  session_send_error (
      &self->session, "invalid_value", message, "audio.output.voice", about);
  return FALSE;
}

static void
send_session (Talker *self, const gchar *type)
{
  JsonObject *event = session_event_new (type), *session = json_object_new ();
  JsonObject *audio = json_object_new (), *output = json_object_new ();
  JsonObject *format = json_object_new ();

  json_object_set_string_member (session, "type", "realtime");
  json_object_set_string_member (session, "object", "realtime.session");
  json_object_set_int_member (
      session, "expires_at", g_get_real_time () / G_USEC_PER_SEC + SESSION_SECONDS);
  json_object_set_string_member (
      format, "type", audio_format_content_type (self->format));
  if (self->format == AUDIO_PCM)
    json_object_set_int_member (format, "rate", AUDIO_OUTPUT_RATE);
  json_object_set_object_member (output, "format", format);
  json_object_set_string_member (output, "voice", self->voice);
  json_object_set_double_member (output, "speed", self->speed);
  json_object_set_object_member (audio, "output", output);
  json_object_set_object_member (session, "audio", audio);
  json_object_set_object_member (event, "session", session);
  session_send (&self->session, event);
}

static void
on_session_update (Session *base, JsonObject *event)
{
  Talker *self = (Talker *) base;
  JsonObject *session = member_object (event, "session");
  JsonObject *output = member_object (member_object (session, "audio"), "output");
  const gchar *voice = self->voice;
  AudioFormat format = self->format;
  gchar *copy;
  gdouble speed;

  if (g_strcmp0 (member_string (session, "type"), "realtime") != 0) {
    session_send_error (&self->session, "invalid_value",
        "Passing a transcription session update event "
        "to a realtime session is not allowed.",
        "session.type", event);
    return;
  }
  if (output && !check_output (self, event, output, &voice, &format))
    return;
  speed = output
      ? json_object_get_double_member_with_default (output, "speed", self->speed)
      : self->speed;
  if (speed < 0.25 || speed > 1.5) {
    session_send_error (&self->session, "invalid_value",
        "Invalid 'speed': expected a number from 0.25 "
        "to 1.5.",
        "session.audio.output.speed", event);
    return;
  }
  self->speed = speed;
  self->format = format;
  /* @voice may be the old one. */
  copy = g_strdup (voice);
  g_free (self->voice);
  self->voice = copy;
  send_session (self, "session.updated");
}

static Response *
response_new (
    Talker *self, JsonObject *object, const gchar *voice, AudioFormat format, gchar *text)
{
  Response *response = g_new0 (Response, 1);
  JsonNode *metadata = object ? json_object_get_member (object, "metadata") : NULL;

  response->talker = g_atomic_rc_box_acquire (self);
  response->id = g_strdup_printf ("resp_%u", ++self->n_responses);
  response->item = g_strdup_printf ("item_%u", self->n_responses);
  response->text = text;
  response->voice = speech_voice (voice);
  response->format = format;
  response->speed = self->speed;
  response->metadata = metadata ? json_node_copy (metadata) : NULL;
  response->cancellable = g_cancellable_new ();
  g_hash_table_insert (
      self->responses, g_strdup (response->id), g_object_ref (response->cancellable));
  return response;
}

static void
on_response_create (Session *session, JsonObject *event)
{
  Talker *self = (Talker *) session;
  JsonObject *object = member_object (event, "response"), *created;
  JsonObject *output = member_object (member_object (object, "audio"), "output");
  const gchar *voice = self->voice;
  AudioFormat format = self->format;
  g_autofree gchar *text = text_of (object);
  Response *response;

  if (*text == '\0') {
    session_send_error (&self->session, "missing_required_parameter",
        "There is no text in "
        "'response.input': this local server reads aloud, it does not converse.",
        "response.input", event);
    return;
  }
  if (output && !check_output (self, event, output, &voice, &format))
    return;
  response = response_new (self, object, voice, format, g_steal_pointer (&text));
  created = session_event_new ("response.created");
  json_object_set_object_member (
      created, "response", response_object (response, "in_progress", NULL));
  session_send (&self->session, created);
  if (workers_push (
          self->session.server->speakers, run_response, response, response_free))
    return;
  end_response (response, "failed", "rate_limit_exceeded", 0);
  response_free (response);
}

static void
on_response_cancel (Session *session, JsonObject *event)
{
  Talker *self = (Talker *) session;
  const gchar *id = member_string (event, "response_id");
  GHashTableIter iter;
  gpointer key, cancellable;
  gboolean found = FALSE;

  g_hash_table_iter_init (&iter, self->responses);
  while (g_hash_table_iter_next (&iter, &key, &cancellable)) {
    if (id && !g_str_equal (id, key))
      continue;
    found = TRUE;
    g_cancellable_cancel (cancellable);
  }
  if (!found)
    session_send_error (&self->session, "response_cancel_not_active",
        "Cancellation failed: no active "
        "response found",
        NULL, event);
}

static void
on_closed (Session *session)
{
  Talker *self = (Talker *) session;
  GHashTableIter iter;
  gpointer cancellable;

  g_hash_table_iter_init (&iter, self->responses);
  while (g_hash_table_iter_next (&iter, NULL, &cancellable))
    g_cancellable_cancel (cancellable);
  talker_unref (self);
}

static const SessionHandler handlers[] = {
  { "session.update", on_session_update },
  { "response.create", on_response_create },
  { "response.cancel", on_response_cancel },
};

static const SessionClass talker_class = {
  .handlers = handlers,
  .n_handlers = G_N_ELEMENTS (handlers),
  .max_message = MAX_MESSAGE,
  .closed = on_closed,
};

void
talker_begin (Server *server, SoupWebsocketConnection *connection, const gchar *model)
{
  Talker *self = g_atomic_rc_box_new0 (Talker);

  self->voice = g_strdup ("alloy");
  self->format = AUDIO_PCM;
  self->speed = 1;
  self->responses =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  session_begin (&self->session, &talker_class, server, connection);
  send_session (self, "session.created");
}
