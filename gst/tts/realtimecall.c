// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A text on its way through Realtime sessions. */

#include "realtimecall.h"

#include "client/error.h"

static void
call_clear (gpointer data)
{
  TtsRealtimeCall *call = data;

  if (call->destroy)
    call->destroy (call->user_data);
  openai_speech_params_clear (&call->params);
  g_string_free (call->transcript, TRUE);
  g_free (call->response);
  g_free (call->name);
  tts_realtime_unref (call->self);
}

void
tts_realtime_call_unref (gpointer call)
{
  g_atomic_rc_box_release_full (call, call_clear);
}

gboolean
tts_realtime_call_is_wanted (TtsRealtimeCall *call)
{
  return !call->is_over && !g_atomic_int_get (&call->freed);
}

TtsCallInfo
tts_realtime_call_info (TtsRealtimeCall *call)
{
  return (TtsCallInfo) {
    .request_id = call->response,
    .endpoint = openai_client_host (call->self->client),
    .attempts = call->attempts,
    .first_byte_latency = call->latency,
  };
}

void
tts_realtime_call_set_limit (TtsRealtimeCall *call, guint milliseconds)
{
  openai_deadline_set (call->limit, openai_deadline_after (milliseconds));
}

void
tts_realtime_call_end (TtsRealtimeCall *call)
{
  call->is_over = TRUE;
  g_clear_pointer (&call->limit, openai_deadline_free);
  if (g_queue_remove (&call->self->calls, call))
    tts_realtime_call_unref (call);
}

void
tts_realtime_call_finish (
    TtsRealtimeCall *call, const TtsCallInfo *info, const GError *error)
{
  if (!tts_realtime_call_is_wanted (call))
    return;
  g_atomic_rc_box_acquire (call);
  tts_realtime_call_end (call);
  call->funcs.done (info, error, call->user_data);
  tts_realtime_call_unref (call);
}

/* What refuses a text says so as the answer to a request does: it is about this text,
 * and others may be said. */
static void
make_refusal (GError *error, OpenaiErrorDetails *details)
{
  static const struct
  {
    const gchar *word; /* a code or a type */
    guint status;
  } table[] = {
    { "rate_limit_exceeded", 429 },
    { "server_error", 500 },
    { "invalid_request_error", 400 },
  };

  error->code = OPENAI_ERROR_HTTP;
  details->tells_status = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (table) && details->status == 0; i++) {
    if (g_strcmp0 (details->code, table[i].word) == 0
        || g_strcmp0 (details->type, table[i].word) == 0)
      details->status = table[i].status;
  }
}

static void
complete_error (TtsRealtimeCall *call, GError *error)
{
  OpenaiErrorDetails *details = openai_error_details (error);

  if (error->code == OPENAI_ERROR_ANSWER)
    make_refusal (error, details);
  openai_client_redact (call->self->client, &error->message);
  details->attempts = call->attempts;
  if (!details->request_id && call->response)
    details->request_id = openai_error_clip (call->response, -1, 100);
}

void
tts_realtime_call_fail (TtsRealtimeCall *call, GError *error)
{
  g_autoptr (GError) owned = error;
  TtsCallInfo info = tts_realtime_call_info (call);

  complete_error (call, error);
  tts_realtime_call_finish (call, &info, error);
}

void
tts_realtime_call_requeue (TtsRealtimeCall *call)
{
  call->session = NULL;
  call->has_audio = FALSE;
  g_clear_pointer (&call->response, g_free);
  g_string_truncate (call->transcript, 0);
  tts_realtime_call_set_limit (call, 0);
}

gboolean
tts_realtime_call_can_begin_again (TtsRealtimeCall *call)
{
  return tts_realtime_call_is_wanted (call)
      && call->attempts <= call->self->limits.max_retries
      && (!call->has_audio || call->funcs.again (call->user_data));
}

void
tts_realtime_cancel (TtsRealtimeSession *session, const gchar *response)
{
  g_autofree gchar *text = openai_realtime_speech_cancel (response);

  openai_websocket_send (session->socket, text);
}
