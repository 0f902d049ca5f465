// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* POST /v1/audio/speech */

#include <math.h>

#include "audio.h"
#include "errors.h"
#include "form.h"
#include "server.h"
#include "speech.h"

#define MAX_INPUT_CHARS 4096
#define TOKENS_PER_SECOND 20 /* of audio, for the usage of a stream */

typedef struct
{
  Exchange *exchange;
  gchar *input;
  const SpeechVoice *voice;
  gdouble speed;
  AudioFormat format;
  gboolean events;

  AudioEncoder *encoder;
  guint64 samples;
  guint rate; /* of flite's samples; 0 before the first */
} SpeechJob;

static void
job_free (gpointer data)
{
  SpeechJob *job = data;

  exchange_unref (job->exchange);
  g_free (job->input);
  g_free (job);
}

static gboolean
has_value (JsonObject *body, const gchar *name)
{
  return json_object_has_member (body, name) && !json_object_get_null_member (body, name);
}

static void
set_missing (GError **error, const gchar *name)
{
  api_error_set (error, 400, name, "missing_required_parameter",
      "Missing required parameter: '%s'.", name);
}

/* Leaves @value as it is when there is none. */
static gboolean
get_string (JsonObject *body, const gchar *name, const gchar **value, GError **error)
{
  JsonNode *node = json_object_get_member (body, name);

  if (!has_value (body, name))
    return TRUE;
  if (json_node_get_value_type (node) == G_TYPE_STRING) {
    *value = json_node_get_string (node);
    return TRUE;
  }
  api_error_set (error, 400, name, "invalid_type",
      "Invalid type for '%s': expected a string.", name);
  return FALSE;
}

static gboolean
require_string (JsonObject *body, const gchar *name, const gchar **value, GError **error)
{
  if (!has_value (body, name)) {
    set_missing (error, name);
    return FALSE;
  }
  return get_string (body, name, value, error);
}

static gboolean
read_input (JsonObject *body, SpeechJob *job, GError **error)
{
  const gchar *input = NULL;
  glong length;

  if (!require_string (body, "input", &input, error))
    return FALSE;
  length = g_utf8_strlen (input, -1);
  if (length > 0 && length <= MAX_INPUT_CHARS) {
    job->input = g_strdup (input);
    return TRUE;
  }
  if (length == 0)
    api_error_set (error, 400, "input", "string_below_min_length",
        "Invalid 'input': empty string. Expected a string with minimum length "
        "1, but got an empty string instead.");
  else
    api_error_set (error, 400, "input", "string_above_max_length",
        "Invalid 'input': string too long. Expected a string with maximum "
        "length %d, but got a string with length %ld instead.",
        MAX_INPUT_CHARS, length);
  return FALSE;
}

static gboolean
read_voice (JsonObject *body, SpeechJob *job, GError **error)
{
  const gchar *name = NULL;
  g_autofree gchar *known = NULL;

  if (has_value (body, "voice")
      && JSON_NODE_HOLDS_OBJECT (json_object_get_member (body, "voice"))) {
    api_error_set (error, 400, "voice", "unsupported_value",
        "This local server has no custom voices.");
    return FALSE;
  }
  if (!require_string (body, "voice", &name, error))
    return FALSE;
  job->voice = speech_voice (name);
  if (job->voice)
    return TRUE;
  known = speech_voice_names ();
  api_error_set (error, 400, "voice", "invalid_value",
      "Invalid voice: '%.100s'. Supported voices are: %s.", name, known);
  return FALSE;
}

static gboolean
read_speed (JsonObject *body, SpeechJob *job, GError **error)
{
  JsonNode *node = json_object_get_member (body, "speed");
  GType type;

  if (!has_value (body, "speed"))
    return TRUE;
  type = json_node_get_value_type (node);
  if (type != G_TYPE_DOUBLE && type != G_TYPE_INT64) {
    api_error_set (error, 400, "speed", "invalid_type",
        "Invalid type for 'speed': expected a number.");
    return FALSE;
  }
  job->speed = json_node_get_double (node);
  if (job->speed >= 0.25 && job->speed <= 4)
    return TRUE;
  api_error_set (error, 400, "speed", "invalid_value",
      "Invalid 'speed': expected a number from 0.25 to 4.0.");
  return FALSE;
}

static gboolean
read_formats (JsonObject *body, SpeechJob *job, GError **error)
{
  const gchar *format = "mp3", *stream = "audio";

  if (!get_string (body, "response_format", &format, error)
      || !get_string (body, "stream_format", &stream, error))
    return FALSE;
  if (!audio_format_from_name (format, &job->format)) {
    api_error_set (error, 400, "response_format", "invalid_value",
        "Invalid value: '%.100s'. Supported values are: 'mp3', 'opus', 'aac', "
        "'flac', 'wav', and 'pcm'.",
        format);
    return FALSE;
  }
  job->events = g_str_equal (stream, "sse");
  if (job->events || g_str_equal (stream, "audio"))
    return TRUE;
  api_error_set (error, 400, "stream_format", "invalid_value",
      "Invalid value: '%.100s'. Supported values are: 'audio' and 'sse'.", stream);
  return FALSE;
}

static gboolean
read_request (JsonObject *body, SpeechJob *job, GError **error)
{
  const gchar *model, *instructions;

  job->speed = 1;
  return require_string (body, "model", &model, error) && read_input (body, job, error)
      && read_voice (body, job, error)
      && get_string (body, "instructions", &instructions, error)
      && read_speed (body, job, error) && read_formats (body, job, error);
}

static JsonNode *
delta_event (GBytes *piece)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  gsize length;
  gconstpointer data = g_bytes_get_data (piece, &length);
  g_autofree gchar *audio = g_base64_encode (data, length);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "type");
  json_builder_add_string_value (builder, "speech.audio.delta");
  json_builder_set_member_name (builder, "audio");
  json_builder_add_string_value (builder, audio);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

/* flite knows no tokens: words in, and TOKENS_PER_SECOND out. */
static JsonNode *
done_event (guint words, gdouble seconds)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  guint output = lround (seconds * TOKENS_PER_SECOND);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "type");
  json_builder_add_string_value (builder, "speech.audio.done");
  json_builder_set_member_name (builder, "usage");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "input_tokens");
  json_builder_add_int_value (builder, words);
  json_builder_set_member_name (builder, "output_tokens");
  json_builder_add_int_value (builder, output);
  json_builder_set_member_name (builder, "total_tokens");
  json_builder_add_int_value (builder, words + output);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

static void
on_encoded (GBytes *piece, gpointer user_data)
{
  SpeechJob *job = user_data;

  if (job->events) {
    g_autoptr (JsonNode) event = delta_event (piece);

    exchange_event (job->exchange, event);
    return;
  }
  if (!exchange_begun (job->exchange))
    exchange_begin (job->exchange, audio_format_content_type (job->format));
  exchange_write (job->exchange, piece);
}

static void
on_spoken (const gint16 *samples, gsize length, guint rate, gpointer user_data)
{
  SpeechJob *job = user_data;

  job->rate = rate;
  job->samples += length;
  audio_encoder_push (job->encoder, samples, length, rate);
}

static gboolean
speak (SpeechJob *job, GError **error)
{
  GCancellable *cancellable = exchange_cancellable (job->exchange);
  g_autoptr (Speech) speech = speech_new (job->voice, job->input, job->speed);

  while (speech_next (speech, on_spoken, job, cancellable))
    exchange_wait (job->exchange);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  if (job->samples == 0) {
    api_error_set (error, 400, "input", "invalid_value",
        "Invalid 'input': "
        "there is nothing in it that flite, which knows English only, can "
        "speak.");
    return FALSE;
  }
  if (!audio_encoder_finish (job->encoder, error))
    return FALSE;

  if (job->events) {
    g_autoptr (JsonNode) event =
        done_event (speech_words (speech), (gdouble) job->samples / job->rate);

    exchange_event (job->exchange, event);
    exchange_end_events (job->exchange);
  } else {
    exchange_end (job->exchange);
  }
  return TRUE;
}

static void
run_job (gpointer data, gpointer user_data)
{
  SpeechJob *job = data;
  g_autoptr (GError) error = NULL;
  gboolean ok = FALSE;

  job->encoder = audio_encoder_new (job->format, on_encoded, job, &error);
  if (job->encoder)
    ok = speak (job, &error);
  g_clear_pointer (&job->encoder, audio_encoder_free);
  if (!ok)
    exchange_fail (job->exchange, error);
  job_free (job);
}

void
handle_speech (
    Server *server, Exchange *exchange, SoupServerMessage *message, const gchar *id)
{
  g_autoptr (GBytes) body =
      soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = json_body_parse (body, &error);
  SpeechJob *job = g_new0 (SpeechJob, 1);

  job->exchange = exchange_ref (exchange);
  if (root && read_request (json_node_get_object (root), job, &error)) {
    server_queue (server->speakers, exchange, run_job, job, job_free);
    return;
  }
  exchange_fail (exchange, error);
  job_free (job);
}
