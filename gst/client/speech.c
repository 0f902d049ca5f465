// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* POST /audio/speech: text out, audio in while the server still speaks. */

#include "speech.h"

#include <math.h>

#include "error.h"
#include "json.h"
#include "speechevents.h"

/* No error is longer, and no speech is JSON. */
#define MAX_JSON (64 * 1024)

struct _OpenaiSpeech
{
  /* immutable */
  OpenaiRequest *request; /* holds this as its user data */
  OpenaiBody *body;
  OpenaiSpeechFuncs funcs;
  gpointer user_data;
  GDestroyNotify destroy;

  /* I/O thread only */
  OpenaiSpeechEvents *events; /* when the answer is a stream of them */
  gchar *content_type;
  GString *json; /* an answer that is named so; NULL: this one is not */
};

void
openai_speech_params_clear (OpenaiSpeechParams *params)
{
  g_clear_pointer (&params->model, g_free);
  g_clear_pointer (&params->input, g_free);
  g_clear_pointer (&params->voice, g_free);
  g_clear_pointer (&params->instructions, g_free);
  g_clear_pointer (&params->response_format, g_free);
  g_clear_pointer (&params->stream_format, g_free);
  g_clear_pointer (&params->extra_fields, json_object_unref);
}

void
openai_speech_params_copy (const OpenaiSpeechParams *from, OpenaiSpeechParams *to)
{
  *to = (OpenaiSpeechParams) {
    .model = g_strdup (from->model),
    .input = g_strdup (from->input),
    .voice = g_strdup (from->voice),
    .instructions = g_strdup (from->instructions),
    .response_format = g_strdup (from->response_format),
    .stream_format = g_strdup (from->stream_format),
    .speed = from->speed,
    .extra_fields = from->extra_fields ? json_object_ref (from->extra_fields) : NULL,
  };
}

static void
drop_json (OpenaiSpeech *self)
{
  if (self->json)
    g_string_free (self->json, TRUE);
  self->json = NULL;
}

static void
speech_free (gpointer data)
{
  OpenaiSpeech *self = data;

  if (self->destroy)
    self->destroy (self->user_data);
  g_clear_pointer (&self->events, openai_speech_events_free);
  openai_body_unref (self->body);
  g_free (self->content_type);
  drop_json (self);
  g_free (self);
}

void
openai_json_add_voice (JsonObject *object, const gchar *voice)
{
  JsonObject *custom;

  if (!voice || !g_str_has_prefix (voice, "voice_")) {
    openai_json_add_string (object, "voice", voice);
    return;
  }
  custom = json_object_new ();
  json_object_set_string_member (custom, "id", voice);
  json_object_set_object_member (object, "voice", custom);
}

static OpenaiBody *
make_body (const OpenaiSpeechParams *params)
{
  JsonObject *object = json_object_new ();

  openai_json_add_string (object, "model", params->model);
  openai_json_add_string (object, "input", params->input);
  openai_json_add_voice (object, params->voice);
  openai_json_add_string (object, "instructions", params->instructions);
  openai_json_add_string (object, "response_format", params->response_format);
  openai_json_add_string (object, "stream_format", params->stream_format);
  if (!isnan (params->speed))
    json_object_set_double_member (object, "speed", params->speed);
  openai_json_add_members (object, params->extra_fields);
  return openai_json_body (object);
}

static OpenaiBody *
on_body (OpenaiRequest *request, const gchar **content_type, gboolean *later,
    gpointer user_data)
{
  OpenaiSpeech *self = user_data;

  *content_type = "application/json";
  return openai_body_ref (self->body);
}

static void
on_event_audio (const gchar *content_type, GBytes *audio, gpointer user_data)
{
  OpenaiSpeech *self = user_data;

  self->funcs.audio (
      self, content_type ? content_type : self->content_type, audio, self->user_data);
}

/* Some servers say the rate of their samples in headers of their own. */
static gchar *
content_type_of (OpenaiRequest *request, const gchar *type)
{
  const gchar *rate = openai_request_header (request, "X-Sample-Rate");
  const gchar *channels = openai_request_header (request, "X-Channels");
  GString *text;

  if (!type || (!rate && !channels))
    return g_strdup (type);
  text = g_string_new (type);
  if (rate)
    g_string_append_printf (text, ";samplerate=%s", rate);
  if (channels)
    g_string_append_printf (text, ";channels=%s", channels);
  return g_string_free (text, FALSE);
}

static void
on_begin (OpenaiRequest *request, gpointer user_data)
{
  OpenaiSpeech *self = user_data;
  const gchar *type = openai_request_header (request, "Content-Type");

  g_clear_pointer (&self->events, openai_speech_events_free);
  g_clear_pointer (&self->content_type, g_free);
  if (type && g_ascii_strncasecmp (type, "text/event-stream", 17) == 0)
    self->events = openai_speech_events_new (on_event_audio, self);
  self->content_type = content_type_of (request, type);
  drop_json (self);
  if (type && g_ascii_strncasecmp (type, "application/json", 16) == 0)
    self->json = g_string_new (NULL);
}

static void
pass_on (OpenaiSpeech *self, const gchar *data, gsize length)
{
  g_autoptr (GBytes) audio = g_bytes_new (data, length);

  self->funcs.audio (self, self->content_type, audio, self->user_data);
}

static gboolean
on_data (OpenaiRequest *request, const gchar *data, gsize length, gpointer user_data,
    GError **error)
{
  OpenaiSpeech *self = user_data;

  if (self->events)
    return openai_speech_events_push (self->events, data, length, error);
  if (self->json && self->json->len + length <= MAX_JSON) {
    g_string_append_len (self->json, data, length);
    return TRUE;
  }
  if (self->json)
    pass_on (self, self->json->str, self->json->len);
  drop_json (self);
  pass_on (self, data, length);
  return TRUE;
}

/* An error with 200 is one of the request, which may be made again. FALSE: it was. */
static gboolean
end_json (OpenaiSpeech *self, GError **error)
{
  g_autoptr (JsonNode) node = openai_json_parse (self->json->str, self->json->len, NULL);
  GError *said = node ? openai_error_from_json (0, node) : NULL;

  if (said)
    g_propagate_error (error, said);
  else if (self->json->len > 0)
    pass_on (self, self->json->str, self->json->len);
  return said == NULL;
}

static gboolean
on_end (OpenaiRequest *request, gpointer user_data, GError **error)
{
  OpenaiSpeech *self = user_data;

  if (self->json)
    return end_json (self, error);
  return !self->events || openai_speech_events_finish (self->events, error);
}

static void
on_waiting (OpenaiRequest *request, const GError *error, gpointer user_data)
{
  OpenaiSpeech *self = user_data;

  if (self->funcs.waiting)
    self->funcs.waiting (self, error, self->user_data);
}

static gboolean
on_again (OpenaiRequest *request, gpointer user_data)
{
  OpenaiSpeech *self = user_data;

  return self->funcs.again (self, self->user_data);
}

static void
on_done (OpenaiRequest *request, const GError *error, gpointer user_data)
{
  OpenaiSpeech *self = user_data;

  self->funcs.done (self, error, self->user_data);
}

OpenaiSpeech *
openai_speech_new (OpenaiClient *client, const OpenaiSpeechParams *params,
    const OpenaiLimits *limits, const OpenaiSpeechFuncs *funcs, gpointer user_data,
    GDestroyNotify destroy)
{
  static const OpenaiRequestFuncs request_funcs = {
    .body = on_body,
    .begin = on_begin,
    .data = on_data,
    .end = on_end,
    .waiting = on_waiting,
    .again = on_again,
    .done = on_done,
  };
  OpenaiSpeech *self = g_new0 (OpenaiSpeech, 1);

  self->body = make_body (params);
  self->funcs = *funcs;
  self->user_data = user_data;
  self->destroy = destroy;
  self->request = openai_request_new (
      client, "POST", "/audio/speech", limits, &request_funcs, self, speech_free);
  return self;
}

void
openai_speech_start (OpenaiSpeech *self)
{
  openai_request_start (self->request);
}

void
openai_speech_set_paused (OpenaiSpeech *self, gboolean paused)
{
  openai_request_set_paused (self->request, paused);
}

void
openai_speech_free (OpenaiSpeech *self)
{
  OpenaiRequest *request = self->request;

  openai_request_cancel (request);
  openai_request_unref (request);
}

const OpenaiUsage *
openai_speech_usage (OpenaiSpeech *self)
{
  static const OpenaiUsage none = { OPENAI_USAGE_NONE };

  return self->events ? openai_speech_events_usage (self->events) : &none;
}

const gchar *
openai_speech_request_id (OpenaiSpeech *self)
{
  return openai_request_header (self->request, "x-request-id");
}

gint64
openai_speech_first_byte_latency (OpenaiSpeech *self)
{
  return openai_request_first_byte_latency (self->request);
}

guint
openai_speech_number (OpenaiSpeech *self)
{
  return openai_request_number (self->request);
}

guint
openai_speech_attempts (OpenaiSpeech *self)
{
  return openai_request_attempts (self->request);
}
