// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Questions to a server, each of which waits for its answer. */

#include "ask.h"

#include "client/error.h"
#include "client/realtimesocket.h"
#include "i18n.h"

/* What holds for all: a server that takes longer is of no use. */
static const OpenaiLimits limits = {
  .connect = 10000,
  .idle = 30000,
  .answer = 60000,
  .has_other = TRUE,
  .max_answer = 16 * 1024 * 1024,
};

/* Set once, by the I/O thread. */
typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean over;
  GError *error;
} Wait;

static void
wait_init (Wait *wait)
{
  g_mutex_init (&wait->lock);
  g_cond_init (&wait->cond);
}

static void
wait_end (Wait *wait, const GError *error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&wait->lock);

  if (wait->over)
    return;
  wait->error = error ? g_error_copy (error) : NULL;
  wait->over = TRUE;
  g_cond_signal (&wait->cond);
}

/* FALSE: it failed. */
static gboolean
wait_for (Wait *wait, GError **error)
{
  g_mutex_lock (&wait->lock);
  while (!wait->over)
    g_cond_wait (&wait->cond, &wait->lock);
  g_mutex_unlock (&wait->lock);
  if (!wait->error)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&wait->error));
  return FALSE;
}

static void
wait_clear (Wait *wait)
{
  g_mutex_clear (&wait->lock);
  g_cond_clear (&wait->cond);
}

/* --- models ------------------------------------------------------------------- */

typedef struct
{
  Wait wait;
  GPtrArray *models;
  GPtrArray *limits;
} Models;

static void
model_free (gpointer data)
{
  AskModel *model = data;

  g_free (model->name);
  g_free (model->end);
  g_free (model);
}

static void
on_model (const gchar *name, const gchar *date, gpointer user_data)
{
  Models *models = user_data;
  AskModel *model = g_new0 (AskModel, 1);

  model->name = openai_error_clip (name, -1, 80);
  model->end = date ? openai_error_clip (date, -1, 20) : NULL;
  g_ptr_array_add (models->models, model);
}

static void
on_models_done (OpenaiRequest *request, const GError *error, gpointer user_data)
{
  static const gchar *const names[] = { "x-ratelimit-limit-requests",
    "x-ratelimit-limit-tokens", "x-ratelimit-limit-audio-seconds",
    "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests" };
  Models *models = user_data;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const gchar *value = openai_request_header (request, names[i]);
    g_autofree gchar *shown = value ? openai_error_clip (value, -1, 40) : NULL;

    if (shown)
      g_ptr_array_add (models->limits, g_strdup_printf ("%s: %s", names[i], shown));
  }
  wait_end (&models->wait, error);
}

GPtrArray *
ask_models (OpenaiClient *client, GPtrArray *told, GError **error)
{
  static const OpenaiModelListFuncs funcs = { on_model, on_models_done };
  Models models = { .limits = told };
  OpenaiModelList *list;
  gboolean good;

  wait_init (&models.wait);
  models.models = g_ptr_array_new_with_free_func (model_free);
  list = openai_model_list_ask (client, &funcs, &models, NULL);
  good = wait_for (&models.wait, error);
  openai_model_list_free (list);
  wait_clear (&models.wait);
  if (!good)
    g_clear_pointer (&models.models, g_ptr_array_unref);
  return models.models;
}

/* --- speech ------------------------------------------------------------------- */

typedef struct
{
  Wait wait;
  AskSpeech *speech;
} Speech;

void
ask_speech_free (AskSpeech *speech)
{
  g_byte_array_unref (speech->bytes);
  g_free (speech->content_type);
  g_free (speech);
}

static void
on_audio (
    OpenaiSpeech *call, const gchar *content_type, GBytes *audio, gpointer user_data)
{
  AskSpeech *speech = ((Speech *) user_data)->speech;

  if (!speech->content_type && content_type)
    speech->content_type = openai_error_clip (content_type, -1, 60);
  g_byte_array_append (
      speech->bytes, g_bytes_get_data (audio, NULL), g_bytes_get_size (audio));
}

static gboolean
on_again (OpenaiSpeech *call, gpointer user_data)
{
  g_byte_array_set_size (((Speech *) user_data)->speech->bytes, 0);
  return TRUE;
}

static void
on_speech_done (OpenaiSpeech *call, const GError *error, gpointer user_data)
{
  Speech *speech = user_data;

  speech->speech->latency = openai_speech_first_byte_latency (call);
  wait_end (&speech->wait, error);
}

AskSpeech *
ask_speech (OpenaiClient *client, const OpenaiSpeechParams *params, GError **error)
{
  static const OpenaiSpeechFuncs funcs = {
    .audio = on_audio,
    .again = on_again,
    .done = on_speech_done,
  };
  Speech speech = { .speech = g_new0 (AskSpeech, 1) };
  OpenaiSpeech *call;
  gboolean good;

  wait_init (&speech.wait);
  speech.speech->bytes = g_byte_array_new ();
  call = openai_speech_new (client, params, &limits, &funcs, &speech, NULL);
  openai_speech_start (call);
  good = wait_for (&speech.wait, error);
  openai_speech_free (call);
  wait_clear (&speech.wait);
  if (!good)
    g_clear_pointer (&speech.speech, ask_speech_free);
  return speech.speech;
}

/* --- transcription ------------------------------------------------------------ */

typedef struct
{
  Wait wait;
  AskText *text;
} Text;

void
ask_text_free (AskText *text)
{
  g_clear_pointer (&text->transcript, openai_transcript_unref);
  g_free (text);
}

static void
on_partial (OpenaiTranscription *transcription, const gchar *text, const gchar *delta,
    gpointer user_data)
{
  ((Text *) user_data)->text->n_partials++;
}

static void
on_fallback (OpenaiTranscription *transcription, const gchar *what, gpointer user_data)
{
  ((Text *) user_data)->text->changed = TRUE;
}

static void
on_text_done (OpenaiTranscription *transcription, OpenaiTranscript *transcript,
    const GError *error, gpointer user_data)
{
  Text *text = user_data;

  text->text->transcript = transcript ? openai_transcript_ref (transcript) : NULL;
  wait_end (&text->wait, error);
}

static gboolean
on_reached (gpointer data)
{
  wait_end (data, NULL);
  return G_SOURCE_REMOVE;
}

/* Until the I/O thread has done what it was told before. */
static void
wait_for_io (OpenaiClient *client)
{
  Wait wait = { .over = FALSE };

  wait_init (&wait);
  openai_io_invoke (openai_client_io (client), on_reached, &wait, NULL);
  wait_for (&wait, NULL);
  wait_clear (&wait);
}

/* In two pieces when it is to grow: the first is on its way before the second. */
static void
send_samples (OpenaiClient *client, OpenaiTranscription *call,
    const OpenaiTranscriptionParams *params, GBytes *samples, gboolean growing)
{
  gsize size = g_bytes_get_size (samples), half = size / 4 * 2;
  g_autoptr (GBytes) first = g_bytes_new_from_bytes (samples, 0, half);
  g_autoptr (GBytes) second = g_bytes_new_from_bytes (samples, half, size - half);

  openai_transcription_append (call, first);
  if (growing) {
    openai_transcription_start (call, params);
    openai_transcription_flush (call);
    wait_for_io (client);
  }
  openai_transcription_append (call, second);
  openai_transcription_finish (call);
  if (!growing)
    openai_transcription_start (call, params);
}

AskText *
ask_text (OpenaiClient *client, const OpenaiTranscriptionParams *params, GBytes *samples,
    guint rate, gboolean growing, GError **error)
{
  static const OpenaiTranscriptionFuncs funcs = {
    .partial = on_partial,
    .fallback = on_fallback,
    .done = on_text_done,
  };
  Text text = { .text = g_new0 (AskText, 1) };
  gint64 begun = g_get_monotonic_time ();
  OpenaiTranscription *call;
  gboolean good;

  wait_init (&text.wait);
  call = openai_transcription_new (
      client, rate, OPENAI_UPLOAD_WAV, &limits, &funcs, &text, NULL);
  send_samples (client, call, params, samples, growing);
  good = wait_for (&text.wait, error);
  text.text->time = g_get_monotonic_time () - begun;
  openai_transcription_free (call);
  wait_clear (&text.wait);
  if (!good)
    g_clear_pointer (&text.text, ask_text_free);
  return text.text;
}

/* --- sessions ----------------------------------------------------------------- */

/* Reference-counted: the caller and the I/O thread. */
typedef struct
{
  Wait wait;
  OpenaiClient *client;
  gchar *path;
  OpenaiWebsocket *socket;      /* I/O thread */
  OpenaiDeadline *limit;        /* the same */
  const OpenaiDialect *dialect; /* before it is over: I/O thread */
} Session;

static void
session_clear (gpointer data)
{
  Session *session = data;

  g_free (session->path);
  wait_clear (&session->wait);
}

static void
session_unref (gpointer session)
{
  g_atomic_rc_box_release_full (session, session_clear);
}

static void
session_end (Session *session, const GError *error)
{
  g_clear_pointer (&session->socket, openai_websocket_free);
  g_clear_pointer (&session->limit, openai_deadline_free);
  wait_end (&session->wait, error);
}

static void
on_message (OpenaiWebsocket *socket, const gchar *text, gsize length, gpointer data)
{
  Session *session = data;
  g_auto (OpenaiRealtimeEvent) event = { 0 };

  if (!openai_realtime_event_parse (&event, text, length, NULL))
    return;
  if (event.kind == OPENAI_REALTIME_CREATED) {
    session->dialect = event.dialect;
    session_end (session, NULL);
  } else if (event.kind == OPENAI_REALTIME_ERROR) {
    session_end (session, event.error);
  }
}

static void
on_closed (OpenaiWebsocket *socket, guint code, const GError *error, gpointer data)
{
  session_end (data, error);
}

/* It was accepted, and no session came. */
static void
on_limit (gpointer data)
{
  Session *session = data;
  g_autoptr (GError) error = g_error_new (OPENAI_ERROR, OPENAI_ERROR_TIMEOUT,
      _("%s took too long to answer"), openai_client_host (session->client));

  session_end (session, error);
}

static gboolean
on_begin (gpointer data)
{
  static const OpenaiWebsocketFuncs funcs = {
    .message = on_message,
    .closed = on_closed,
  };
  Session *session = data;

  session->socket = openai_realtime_socket_new (
      session->client, session->path, limits.connect, &funcs, session);
  session->limit =
      openai_deadline_new (openai_client_io (session->client), on_limit, session);
  openai_deadline_set (session->limit,
      g_get_monotonic_time () + 2 * limits.connect * (gint64) G_TIME_SPAN_MILLISECOND);
  return G_SOURCE_REMOVE;
}

static const OpenaiDialect *
try_session (OpenaiClient *client, const gchar *model, GError **error)
{
  Session *session = g_atomic_rc_box_new0 (Session);
  const OpenaiDialect *dialect;

  wait_init (&session->wait);
  session->client = client;
  session->path = openai_realtime_transcription_path (client, model);
  openai_io_invoke (openai_client_io (client), on_begin,
      g_atomic_rc_box_acquire (session), session_unref);
  wait_for (&session->wait, error);
  dialect = session->dialect;
  session_unref (session);
  return dialect;
}

const OpenaiDialect *
ask_session (OpenaiClient *client, const gchar *model, GError **error)
{
  g_autoptr (GError) first = NULL;
  const OpenaiDialect *dialect = try_session (client, model, &first);

  if (dialect || !first)
    return dialect;
  if (openai_realtime_try_other_path (client, first))
    return try_session (client, model, error);
  g_propagate_error (error, g_steal_pointer (&first));
  return NULL;
}
