// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One transcription request for each chunk, some at a time. */

#include "httptransport.h"

#include "client/json.h"
#include "client/models.h"
#include "httpupload.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_stt_debug);
#define GST_CAT_DEFAULT gst_openai_stt_debug

/* Samples: 0.1 s. */
#define MIN_UPLOAD (STT_HTTP_RATE / 10)

static void
http_transport_clear (gpointer data)
{
  SttHttpTransport *self = data;

  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
  stt_interim_free (self->interim);
  stt_request_params_unref (self->params);
  stt_endpoint_unref (self->endpoint);
  self->release (self->owner);
  stt_context_clear (&self->context);
  g_array_unref (self->languages);
}

void
stt_http_transport_unref (SttHttpTransport *self)
{
  g_atomic_rc_box_release_full (self, http_transport_clear);
}

/* Samples, of one that is late. */
#define LONGEST_LIVE_CHUNK (30 * STT_HTTP_RATE)

/* Bytes: nothing useful is shorter than a second. */
#define MIN_FILE (sizeof (gint16) * STT_HTTP_RATE)

static gboolean
http_transport_prepare (SttTransport *transport, guint64 *max_file, GError **error)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;

  if (!stt_request_params_load_speakers (self->params, error)
      || !stt_request_params_max_file (self->params, MIN_FILE, max_file, error))
    return FALSE;
  if (*max_file < (LONGEST_LIVE_CHUNK + self->overlap) * sizeof (gint16))
    self->overlap = 0;
  return TRUE;
}

static void
http_transport_set_live (SttTransport *transport, gboolean grow, gboolean drop)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  g_auto (SttSettings) settings = stt_endpoint_settings (self->endpoint);
  gboolean finds = stt_request_params_finds_language (self->params);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->grow = grow;
  self->seeks_language = finds;
  self->one_by_one =
      !drop && settings.context && openai_model_reads_context (settings.model);
  self->live = drop;
  /* Of a file that is cut finely, the captions are wanted soon. */
  self->waits_for_language = !drop && settings.min_chunk_duration == 0;
  self->wants_times = self->waits_for_language && settings.max_chunk_duration >= 0
      && settings.vad != STT_VAD_NONE && !openai_model_diarizes (settings.model);
}

static guint64
http_transport_max_chunk (SttTransport *transport)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->too_long == G_MAXUINT64 ? 0 : self->too_long / 2;
}

/* While nothing more can be sent, what is spoken becomes one request instead of many:
 * so a stream that is late catches up. */
static gboolean
is_behind (SttHttpTransport *self)
{
  return self->live && self->in_flight >= self->max_requests
      && !(self->open && self->open->started);
}

static SttLength
http_transport_wanted_length (SttTransport *transport)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (is_behind (self))
    return STT_LENGTH_LATE;
  if (self->wants_times && !self->tells_times)
    return STT_LENGTH_PAUSES;
  return self->live && self->seeks_language && !self->language.held
          && self->next_number < STT_LANGUAGE_CHUNKS
      ? STT_LENGTH_FILLED
      : STT_LENGTH_USUAL;
}

/* Called with the lock held. */
static gboolean
awaits_results (SttHttpTransport *self)
{
  for (GList *l = self->all.head; l; l = l->next) {
    if (((SttUpload *) l->data)->finished)
      return TRUE;
  }
  return FALSE;
}

/* Whether the server tells times decides where the next chunk ends. Called with the lock
 * held. */
static void
wait_for_times (SttHttpTransport *self)
{
  while (
      self->wants_times && !self->knows_times && !self->flushing && awaits_results (self))
    g_cond_wait (&self->cond, &self->lock);
}

static gboolean
http_transport_begin (SttTransport *transport, SttChunk *chunk)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  wait_for_times (self);
  if (!stt_uploads_make_room (self))
    return FALSE;
  self->open = stt_upload_new_speech (self, chunk);
  self->open->number = ++self->next_number;
  stt_upload_choose_overlap (self->open);
  g_queue_push_tail (&self->all, self->open);
  stt_uploads_start_some (self);
  return TRUE;
}

static gboolean
http_transport_begin_file (SttTransport *transport, SttChunk *chunk,
    const gchar *filename, const gchar *content_type)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (!stt_uploads_make_room (self))
    return FALSE;
  self->open = stt_upload_new_file (self, chunk, filename, content_type);
  self->open->number = ++self->next_number;
  g_queue_push_tail (&self->all, self->open);
  return TRUE;
}

/* An answer may come before the end. */
static void
count_samples (SttUpload *upload, GBytes *samples)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&upload->transport->lock);

  upload->samples += g_bytes_get_size (samples) / sizeof (gint16);
}

static void
http_transport_append (SttTransport *transport, GBytes *samples)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  SttUpload *upload = self->open;

  if (!upload)
    return;
  if (!upload->is_file)
    count_samples (upload, samples);
  openai_transcription_append (upload->transcription, samples);
}

/* The service refuses what is shorter. */
static void
pad_with_silence (SttUpload *upload)
{
  gsize size = (MIN_UPLOAD - MIN (upload->samples, MIN_UPLOAD)) * sizeof (gint16);
  g_autoptr (GBytes) silence = NULL;

  if (upload->is_file || size == 0)
    return;
  silence = g_bytes_new_take (g_malloc0 (size), size);
  openai_transcription_append (upload->transcription, silence);
}

static void
http_transport_submit (SttTransport *transport, SttChunk *chunk, GBytes *bytes,
    const gchar *filename, const gchar *content_type)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  SttUpload *upload;

  if (self->flushing)
    return;
  upload = filename ? stt_upload_new_file (self, chunk, filename, content_type)
                    : stt_upload_new_speech (self, chunk);
  upload->number = ++self->next_number;
  upload->samples = filename ? 0 : g_bytes_get_size (bytes) / sizeof (gint16);
  openai_transcription_append (upload->transcription, bytes);
  pad_with_silence (upload);
  openai_transcription_finish (upload->transcription);
  upload->finished = TRUE;
  g_queue_push_tail (&self->all, upload);
  stt_uploads_start_some (self);
}

/* Results come first. */
static gboolean
http_transport_wants_ahead (
    SttTransport *transport, guint64 samples, gboolean paused, gboolean words_wait)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  SttUpload *upload = self->open;

  return self->interim && self->live && upload && !upload->is_file && !self->flushing
      && !awaits_results (self)
      && stt_interim_is_due (
          self->interim, upload->chunk, upload->samples + samples, paused, words_wait);
}

static void
http_transport_look_ahead (SttTransport *transport, GBytes *samples)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  OpenaiTranscriptionParams params = { 0 };
  SttUpload *upload = self->open;
  g_autoptr (GBytes) first = stt_upload_own_samples (upload);

  g_mutex_lock (&self->lock);
  stt_upload_fill_params (upload, &params);
  g_mutex_unlock (&self->lock);
  stt_upload_log (upload, "asking for its words so far");
  stt_interim_ask (self->interim, upload->chunk, first, samples, &params,
      g_atomic_rc_box_acquire (self), (GDestroyNotify) stt_http_transport_unref);
  openai_transcription_params_clear (&params);
}

static void
http_transport_pause (SttTransport *transport)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;

  if (self->open)
    openai_transcription_flush (self->open->transcription);
}

static void
http_transport_commit (SttTransport *transport)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  SttUpload *upload = self->open;
  gboolean resolved;

  if (!upload)
    return;
  if (self->interim)
    stt_interim_cancel (self->interim);
  pad_with_silence (upload);
  /* At once: only what is finished is halved when it is refused. */
  g_mutex_lock (&self->lock);
  openai_transcription_finish (upload->transcription);
  upload->finished = TRUE;
  self->open = NULL;
  stt_upload_keep_sent (upload);
  stt_uploads_ask_for_language (upload);
  resolved = !g_queue_find (&self->all, upload);
  stt_uploads_start_some (self);
  g_mutex_unlock (&self->lock);

  if (resolved)
    openai_transcription_free (upload->transcription);
}

static void
http_transport_drain (SttTransport *transport)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  SttUpload *last = g_queue_peek_tail (&self->all);

  stt_uploads_forget_sent (self);
  if (!last)
    return;
  last->last = TRUE;
  stt_uploads_resolve_some (self);
  stt_uploads_start_some (self);
}

/* Takes everything out of the queue; the open one is only cancelled, since the
 * streaming thread may be feeding it. Called with the lock held. */
static void
cancel_all (SttHttpTransport *self)
{
  SttUpload *upload;

  if (self->interim)
    stt_interim_cancel (self->interim);
  while ((upload = g_queue_pop_head (&self->all))) {
    stt_upload_log (upload, "dropped: a flush or the end");
    if (upload == self->open)
      openai_transcription_cancel (upload->transcription);
    else
      openai_transcription_free (upload->transcription);
  }
  self->in_flight = 0;
  stt_uploads_forget_sent (self);
  stt_uploads_forget_language_question (self);
  while (self->languages->len <= self->next_number)
    g_array_append_val (self->languages, self->language);
}

/* Called with the lock held, while nothing feeds it. */
static void
free_open (SttHttpTransport *self)
{
  SttUpload *upload = g_steal_pointer (&self->open);

  if (upload)
    openai_transcription_free (upload->transcription);
}

static void
http_transport_set_flushing (SttTransport *transport, gboolean flushing)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->flushing = flushing;
  stt_context_clear (&self->context);
  if (flushing)
    cancel_all (self);
  else
    free_open (self);
  g_cond_broadcast (&self->cond);
}

static void
http_transport_free (SttTransport *transport)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;

  g_mutex_lock (&self->lock);
  self->flushing = TRUE;
  cancel_all (self);
  free_open (self);
  g_mutex_unlock (&self->lock);
  stt_http_transport_unref (self);
}

static void
http_transport_connect (SttTransport *transport)
{
  openai_client_preconnect (((SttHttpTransport *) transport)->client);
}

static const SttTransportClass http_transport_class = {
  .name = "requests",
  .rate = STT_HTTP_RATE,
  .prepare = http_transport_prepare,
  .connect = http_transport_connect,
  .set_live = http_transport_set_live,
  .begin = http_transport_begin,
  .begin_file = http_transport_begin_file,
  .submit = http_transport_submit,
  .append = http_transport_append,
  .wants_ahead = http_transport_wants_ahead,
  .look_ahead = http_transport_look_ahead,
  .pause = http_transport_pause,
  .commit = http_transport_commit,
  .wanted_length = http_transport_wanted_length,
  .drain = http_transport_drain,
  .max_chunk = http_transport_max_chunk,
  .set_flushing = http_transport_set_flushing,
  .free = http_transport_free,
};

SttTransport *
stt_http_transport_new (SttEndpoint *endpoint, const SttTransportEvents *events,
    gpointer owner, GDestroyNotify release)
{
  SttHttpTransport *self = g_atomic_rc_box_new0 (SttHttpTransport);
  g_auto (SttSettings) settings = stt_endpoint_settings (endpoint);

  self->transport.klass = &http_transport_class;
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  g_queue_init (&self->all);
  self->endpoint = stt_endpoint_ref (endpoint);
  self->element = endpoint->element;
  self->client = endpoint->client;
  self->params = stt_request_params_new (endpoint);
  self->format = settings.upload_format;
  /* Each request carries what was learnt from the one before. */
  self->max_requests = settings.track_speakers ? 1 : settings.max_requests;
  self->ahead = MAX (self->max_requests, STT_LANGUAGE_ANSWERS);
  self->beginning = g_byte_array_new ();
  self->languages = g_array_new (FALSE, TRUE, sizeof (SttLanguage));
  g_array_set_size (self->languages, 1);
  self->max_backlog = settings.max_backlog * GST_MSECOND;
  self->limits = stt_endpoint_limits (endpoint, &settings);
  self->limits.max_answer = OPENAI_JSON_MAX_BYTES;
  self->limits.outage_timeout = settings.max_outage;
  self->limits.wait_on = TRUE;
  self->latency = settings.latency;
  /* Words of a streamed answer are told before it is known which of them are new. */
  if (!settings.stream_response)
    self->overlap = (guint64) settings.overlap * STT_HTTP_RATE / 1000;
  self->events = *events;
  self->owner = owner;
  self->release = release;
  if (settings.partial_interval > 0)
    self->interim = stt_interim_new (endpoint->client, STT_HTTP_RATE,
        (guint64) settings.partial_interval * STT_HTTP_RATE / 1000,
        settings.upload_format, &self->limits, events, owner);
  self->too_long = G_MAXUINT64;
  return &self->transport;
}
