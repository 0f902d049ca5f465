// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A request for each text: POST /audio/speech. */

#include "httptransport.h"

typedef struct
{
  TtsTransport parent;
  OpenaiClient *client;
  OpenaiLimits limits;
} HttpTransport;

typedef struct
{
  TtsCall parent;
  OpenaiSpeech *speech; /* holds this as its user data */
  OpenaiClient *client; /* a reference */
  TtsCallFuncs funcs;
  gpointer user_data;
  GDestroyNotify destroy;
} HttpCall;

static TtsCallInfo
info_of (HttpCall *call)
{
  return (TtsCallInfo) {
    .request_id = openai_speech_request_id (call->speech),
    .endpoint = openai_client_host (call->client),
    .attempts = openai_speech_attempts (call->speech),
  };
}

static void
on_audio (
    OpenaiSpeech *speech, const gchar *content_type, GBytes *audio, gpointer user_data)
{
  HttpCall *call = user_data;
  TtsCallInfo info = info_of (call);

  call->funcs.audio (&info, content_type, audio, call->user_data);
}

static void
on_waiting (OpenaiSpeech *speech, const GError *error, gpointer user_data)
{
  HttpCall *call = user_data;

  if (call->funcs.waiting)
    call->funcs.waiting (error, call->user_data);
}

static gboolean
on_again (OpenaiSpeech *speech, gpointer user_data)
{
  HttpCall *call = user_data;

  return call->funcs.again (call->user_data);
}

static void
on_done (OpenaiSpeech *speech, const GError *error, gpointer user_data)
{
  HttpCall *call = user_data;
  TtsCallInfo info = info_of (call);

  info.usage = *openai_speech_usage (speech);
  info.first_byte_latency = openai_speech_first_byte_latency (speech);
  call->funcs.done (&info, error, call->user_data);
}

static void
call_clear (gpointer data)
{
  HttpCall *call = data;

  if (call->destroy)
    call->destroy (call->user_data);
  openai_client_unref (call->client);
  g_free (call);
}

static void
set_paused (TtsCall *call, gboolean paused)
{
  openai_speech_set_paused (((HttpCall *) call)->speech, paused);
}

static void
call_free (TtsCall *call)
{
  openai_speech_free (((HttpCall *) call)->speech);
}

static TtsCall *
say (TtsTransport *transport, const OpenaiSpeechParams *params, const TtsCallFuncs *funcs,
    gpointer user_data, GDestroyNotify destroy)
{
  static const TtsCallClass klass = { .set_paused = set_paused, .free = call_free };
  static const OpenaiSpeechFuncs speech_funcs = {
    .audio = on_audio,
    .waiting = on_waiting,
    .again = on_again,
    .done = on_done,
  };
  HttpTransport *self = (HttpTransport *) transport;
  HttpCall *call = g_new0 (HttpCall, 1);

  call->parent.klass = &klass;
  call->funcs = *funcs;
  call->user_data = user_data;
  call->destroy = destroy;
  call->client = openai_client_ref (self->client);
  call->speech = openai_speech_new (
      self->client, params, &self->limits, &speech_funcs, call, call_clear);
  call->parent.number = openai_speech_number (call->speech);
  openai_speech_start (call->speech);
  return &call->parent;
}

static void
transport_free (TtsTransport *self)
{
  g_free (self);
}

static void
prepare (TtsTransport *transport, const OpenaiSpeechParams *params)
{
  openai_client_preconnect (((HttpTransport *) transport)->client);
}

TtsTransport *
tts_http_transport_new (OpenaiClient *client, const OpenaiLimits *limits)
{
  static const TtsTransportClass klass = {
    .name = "requests",
    .say = say,
    .prepare = prepare,
    .free = transport_free,
  };
  HttpTransport *self = g_new0 (HttpTransport, 1);

  self->parent.klass = &klass;
  self->client = client;
  self->limits = *limits;
  self->limits.answer_is_streamed = TRUE;
  return &self->parent;
}
