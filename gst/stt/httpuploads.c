// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The queue of uploads: one request for each chunk, some at a time. */

#include "httpupload.h"

#include "chunker.h"
#include "client/error.h"
#include "client/refusal.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_stt_debug);
#define GST_CAT_DEFAULT gst_openai_stt_debug

/* Nothing shorter is cut in two when it is refused for its length. */
#define SHORTEST_HALVED (2 * STT_HTTP_RATE)

static void
upload_free (gpointer data)
{
  SttUpload *upload = data;

  stt_chunk_unref (upload->chunk);
  g_clear_pointer (&upload->before, g_ptr_array_unref);
  g_clear_pointer (&upload->kept, stt_sent_unref);
  g_clear_pointer (&upload->found, openai_transcript_unref);
  g_clear_pointer (&upload->transcript, openai_transcript_unref);
  g_clear_error (&upload->error);
  g_free (upload->request_id);
  g_free (upload->model);
  stt_http_transport_unref (upload->transport);
  g_free (upload);
}

/* What was known of the language when the upload of this number was resolved; NULL: it
 * is not. Called with the lock held. */
static const SttLanguage *
language_after (SttHttpTransport *self, guint64 number)
{
  return number < self->languages->len
      ? &g_array_index (self->languages, SttLanguage, number)
      : NULL;
}

/* What decides the language of this one. Called with the lock held. */
static const SttLanguage *
language_before (SttUpload *upload)
{
  SttHttpTransport *self = upload->transport;

  if (self->live)
    return &self->language;
  return language_after (self, upload->number - MIN (upload->number, self->ahead));
}

/* Called with the lock held. */
void
stt_upload_fill_params (SttUpload *upload, OpenaiTranscriptionParams *params)
{
  SttHttpTransport *self = upload->transport;
  const gchar *context =
      openai_client_refuses (self->client, OPENAI_TRANSCRIPTION_CONTEXT)
      ? NULL
      : stt_context_before (&self->context, upload->number);

  if (!upload->sent && !upload->found)
    upload->language = stt_language_to_ask (language_before (upload), upload->number);
  upload->finds_language =
      stt_request_params_fill (self->params, context, upload->language, params);
  upload->translates = params->translate;
}

/* Called with the lock held. */
static void
start (SttUpload *upload)
{
  OpenaiTranscriptionParams params = { 0 };

  stt_upload_begin_overlap (upload);
  stt_upload_fill_params (upload, &params);
  upload->sent = g_get_monotonic_time ();
  g_free (upload->chunk->prompt);
  upload->chunk->prompt = g_strdup (params.prompt);
  upload->model = g_strdup (params.model);
  openai_transcription_start (upload->transcription, &params);
  stt_upload_log (upload, "sent as request %u, %s",
      openai_transcription_number (upload->transcription),
      upload->finished ? "whole" : "while it is spoken");
  openai_transcription_params_clear (&params);
}

static void
on_partial (OpenaiTranscription *transcription, const gchar *text, const gchar *delta,
    gpointer user_data)
{
  SttUpload *upload = user_data;
  SttHttpTransport *self = upload->transport;
  SttPartial partial = {
    .kind = STT_HYPOTHESIS_APPENDED,
    .text = text,
    .delta = delta,
    .heard = GST_CLOCK_TIME_NONE,
  };

  /* It begins with what was said in the overlap. */
  if (upload->overlap > 0)
    return;
  self->events.partial (upload->chunk, &partial, self->owner);
}

static void
on_fallback (OpenaiTranscription *transcription, const gchar *what, gpointer user_data)
{
  SttUpload *upload = user_data;
  SttHttpTransport *self = upload->transport;

  self->events.status (STT_STATUS_FALLBACK, what, NULL, self->owner);
}

static void
on_waiting (OpenaiTranscription *transcription, const GError *error, gpointer user_data)
{
  SttUpload *upload = user_data;
  SttHttpTransport *self = upload->transport;
  gboolean first;

  g_mutex_lock (&self->lock);
  first = error && !self->outage;
  self->outage |= error != NULL;
  upload->stalled = error != NULL;
  g_mutex_unlock (&self->lock);
  if (first)
    self->events.status (STT_STATUS_UNREACHABLE, NULL, error, self->owner);
}

static const OpenaiTranscriptionFuncs transcription_funcs = {
  .partial = on_partial,
  .fallback = on_fallback,
  .waiting = on_waiting,
  .done = stt_upload_on_done,
};

static SttUpload *
upload_new (SttHttpTransport *self, SttChunk *chunk)
{
  SttUpload *upload = g_new0 (SttUpload, 1);

  upload->transport = g_atomic_rc_box_acquire (self);
  upload->chunk = stt_chunk_ref (chunk);
  return upload;
}

SttUpload *
stt_upload_new_speech (SttHttpTransport *self, SttChunk *chunk)
{
  SttUpload *upload = upload_new (self, chunk);

  upload->transcription = openai_transcription_new (self->client, STT_HTTP_RATE,
      self->format, &self->limits, &transcription_funcs, upload, upload_free);
  return upload;
}

SttUpload *
stt_upload_new_file (SttHttpTransport *self, SttChunk *chunk, const gchar *filename,
    const gchar *content_type)
{
  SttUpload *upload = upload_new (self, chunk);

  upload->is_file = TRUE;
  upload->transcription = openai_transcription_new_file (self->client, filename,
      content_type, &self->limits, &transcription_funcs, upload, upload_free);
  return upload;
}

GBytes *
stt_upload_own_samples (const SttUpload *upload)
{
  g_autoptr (GBytes) all = openai_transcription_samples (upload->transcription);

  return g_bytes_new_from_bytes (
      all, upload->overlap * sizeof (gint16), upload->samples * sizeof (gint16));
}

/* A whole upload of samples [from, to), at this place of the queue. */
SttUpload *
stt_upload_insert_part (
    SttUpload *whole, SttChunk *chunk, GBytes *samples, gsize from, gsize to, guint place)
{
  SttHttpTransport *self = whole->transport;
  SttUpload *part = stt_upload_new_speech (self, chunk);
  g_autoptr (GBytes) piece = g_bytes_new_from_bytes (
      samples, from * sizeof (gint16), (to - from) * sizeof (gint16));

  openai_transcription_append (part->transcription, piece);
  openai_transcription_finish (part->transcription);
  part->number = whole->number;
  part->samples = to - from;
  part->finished = TRUE;
  if (whole->kept && whole->chunk == chunk)
    part->kept = g_atomic_rc_box_acquire (whole->kept);
  g_queue_push_nth (&self->all, part, place);
  return part;
}

void
stt_upload_insert_alone (SttUpload *upload, guint place)
{
  g_autoptr (GBytes) samples = stt_upload_own_samples (upload);
  SttUpload *alone =
      stt_upload_insert_part (upload, upload->chunk, samples, 0, upload->samples, place);

  alone->found = g_steal_pointer (&upload->found);
  alone->language = upload->language;
  alone->attempts = upload->attempts;
  stt_upload_log (upload, "asked again without what was sent before it");
}

/* Puts two uploads in the place of one that is finished and has left the queue.
 * Called with the lock held. FALSE: it is too short, or its chunk is gone. */
static gboolean
halve (SttUpload *upload, guint place)
{
  SttHttpTransport *self = upload->transport;
  SttChunk *chunk = upload->chunk;
  g_autoptr (GBytes) samples = NULL;
  g_autoptr (SttChunk) second = NULL;
  gsize cut;

  if (upload->is_file || upload->samples < SHORTEST_HALVED)
    return FALSE;
  samples = stt_upload_own_samples (upload);
  cut = stt_chunker_middle_cut (
      g_bytes_get_data (samples, NULL), upload->samples, STT_HTTP_RATE);
  second = self->events.divide (chunk, cut, self->owner);
  if (!second)
    return FALSE;
  stt_upload_log (upload, "too long for the server, cut in two at %" GST_TIME_FORMAT,
      GST_TIME_ARGS (second->start));
  stt_upload_insert_part (upload, second, samples, cut, upload->samples, place);
  stt_upload_insert_part (upload, chunk, samples, 0, cut, place);
  return TRUE;
}

/* What is known to be too long is not even sent. Called with the lock held. */
static void
halve_waiting (SttHttpTransport *self)
{
  guint place = 0;

  while (place < self->all.length) {
    SttUpload *upload = g_queue_peek_nth (&self->all, place);

    if (!upload->started && upload->finished && upload->samples >= self->too_long) {
      g_queue_pop_nth (&self->all, place);
      if (halve (upload, place)) {
        openai_transcription_free (upload->transcription);
        continue;
      }
      g_queue_push_nth (&self->all, upload, place);
    }
    place++;
  }
}

/* The next one to send, counted as in flight. Called with the lock held. */
static SttUpload *
claim_next (SttHttpTransport *self)
{
  if (self->flushing || self->in_flight >= (self->one_by_one ? 1 : self->max_requests))
    return NULL;
  for (GList *l = self->all.head; l; l = l->next) {
    SttUpload *upload = l->data;

    if (upload->started || !language_before (upload)
        || (!upload->finished && (!self->grow || upload->is_file))
        || stt_upload_awaits_overlap (upload))
      continue;
    upload->started = TRUE;
    self->in_flight++;
    return upload;
  }
  return NULL;
}

/* Called with the lock held. */
void
stt_uploads_start_some (SttHttpTransport *self)
{
  SttUpload *upload;

  if (self->too_long != G_MAXUINT64)
    halve_waiting (self);
  while ((upload = claim_next (self)))
    start (upload);
}

/* What is finished and waits for its turn, or for the server. Called with the lock held. */
static SttUpload *
oldest_waiting (SttHttpTransport *self, guint64 *waiting_samples)
{
  SttUpload *oldest = NULL;

  *waiting_samples = 0;
  for (GList *l = self->all.tail; l; l = l->prev) {
    SttUpload *upload = l->data;

    if (!upload->finished || (upload->started && !upload->stalled))
      continue;
    *waiting_samples += upload->samples;
    oldest = upload;
  }
  return oldest;
}

static guint64
backlog_limit (SttHttpTransport *self)
{
  return gst_util_uint64_scale (self->max_backlog, STT_HTTP_RATE, GST_SECOND);
}

/* Called with the lock held. */
static void
drop_oldest (SttHttpTransport *self)
{
  guint64 waiting;
  SttUpload *oldest;

  while ((oldest = oldest_waiting (self, &waiting)) && waiting > backlog_limit (self)) {
    stt_upload_log (oldest,
        "dropped: %" GST_TIME_FORMAT " of speech wait, more "
        "than max-backlog",
        GST_TIME_ARGS (gst_util_uint64_scale (waiting, GST_SECOND, STT_HTTP_RATE)));
    g_queue_remove (&self->all, oldest);
    self->in_flight -= oldest->started ? 1 : 0;
    self->events.result (oldest->chunk, &(SttResult) { NULL }, self->owner);
    openai_transcription_free (oldest->transcription);
  }
}

/* Called with the lock held. FALSE: flushing. */
gboolean
stt_uploads_make_room (SttHttpTransport *self)
{
  guint64 waiting;

  if (self->live) {
    drop_oldest (self);
    return !self->flushing;
  }
  while (!self->flushing && oldest_waiting (self, &waiting)
      && waiting > backlog_limit (self))
    g_cond_wait (&self->cond, &self->lock);
  return !self->flushing;
}

/* Called with the lock held, when @upload has left the queue. TRUE: its halves
 * have taken its place. */
gboolean
stt_upload_halve_refused (SttUpload *upload, const GError *error, gint place)
{
  SttHttpTransport *self = upload->transport;

  if (!error || !upload->finished || !openai_refusal_blames_length (error))
    return FALSE;
  self->too_long = MIN (self->too_long, upload->overlap + upload->samples);
  if (upload->overlap > 0) {
    stt_upload_insert_alone (upload, place);
    return TRUE;
  }
  return halve (upload, place);
}
