// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What comes of the answers: the language of the stream, what is asked again, results. */

#include "httpupload.h"

#include <math.h>
#include <string.h>

#include "client/error.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_stt_debug);
#define GST_CAT_DEFAULT gst_openai_stt_debug

static void
note_answer (SttHttpTransport *self)
{
  gboolean outage;

  g_mutex_lock (&self->lock);
  outage = self->outage;
  self->outage = FALSE;
  g_mutex_unlock (&self->lock);
  if (outage)
    self->events.status (STT_STATUS_BACK, NULL, NULL, self->owner);
}

/* Of the text only how long it is: what is said stays out of logs. */
static void
log_result (SttUpload *upload, OpenaiTranscript *transcript, const GError *error)
{
  SttHttpTransport *self = upload->transport;
  gint64 latency = (g_get_monotonic_time () - upload->sent) / G_TIME_SPAN_MILLISECOND;
  g_autofree gchar *language = NULL, *shown = NULL;

  if (gst_debug_category_get_threshold (GST_CAT_DEFAULT) < GST_LEVEL_DEBUG)
    return;
  if (!transcript) {
    stt_upload_log (upload, "failed after %" G_GINT64_FORMAT " ms, %u attempts: %s",
        latency, openai_transcription_attempts (upload->transcription), error->message);
    return;
  }
  language = g_strdup (transcript->language ? transcript->language : "not told");
  openai_client_redact (self->client, &language);
  shown = openai_error_clip (language, -1, 40);
  stt_upload_log (upload,
      "result after %" G_GINT64_FORMAT " ms: %ld characters, %u "
      "segments, %u words, language %s, %u attempts",
      latency, g_utf8_strlen (transcript->text, -1), transcript->segments->len,
      transcript->words->len, shown,
      openai_transcription_attempts (upload->transcription));
}

static void
learn (SttHttpTransport *self, OpenaiTranscription *transcription,
    OpenaiTranscript *transcript)
{
  g_autoptr (GBytes) samples = openai_transcription_samples (transcription);

  stt_request_params_learn (self->params, transcript, samples, STT_HTTP_RATE);
}

/* --- settling answers, all with the lock held --- */

/* The language an answer tells of a chunk that was not asked for in that one; NULL:
 * none. Of a translation it may be that of the text. */
static const gchar *
told_language (const SttUpload *upload, const OpenaiTranscript *transcript)
{
  const gchar *told = transcript && *transcript->text ? transcript->language : NULL;

  if (!upload->finds_language || (upload->translates && g_strcmp0 (told, "en") == 0)
      || g_strcmp0 (told, upload->language) == 0)
    return NULL;
  return told;
}

gdouble
stt_upload_seconds (const SttUpload *upload)
{
  gdouble voiced = upload->finished ? stt_chunk_heard (upload->chunk).voiced : NAN;

  return isnan (voiced) ? (gdouble) upload->samples / STT_HTTP_RATE : voiced;
}

/* The language by the answers before @upload, or at the beginning of a file, where that
 * is short, by some of those after it. FALSE: these have to come first. */
static gboolean
find_language (SttUpload *upload, const gchar **language)
{
  SttHttpTransport *self = upload->transport;
  SttLanguage known = self->language;
  GList *l = self->all.head;

  *language = known.held;
  if (!self->waits_for_language || known.held
      || stt_upload_seconds (upload) >= STT_LANGUAGE_LONG_SPEECH
      || !told_language (upload, upload->transcript))
    return TRUE;
  for (guint n = 0; l && n < STT_LANGUAGE_ANSWERS; l = l->next, n++) {
    SttUpload *later = l->data;

    if (!later->answered)
      return FALSE;
    stt_language_learn (&known, told_language (later, later->transcript),
        stt_upload_seconds (later),
        later->transcript ? stt_language_logprob (later->transcript) : NAN);
    *language = known.held;
    if (known.held || later->last || n + 1 == STT_LANGUAGE_ANSWERS)
      return TRUE;
  }
  return FALSE;
}

/* In the language that is held, since the answer is in another one. Takes the
 * upload's place in the queue. */
static void
ask_again (SttUpload *upload, const gchar *language)
{
  SttHttpTransport *self = upload->transport;
  gint place = g_queue_index (&self->all, upload);
  g_autoptr (GBytes) samples = openai_transcription_samples (upload->transcription);
  SttUpload *again;

  g_queue_pop_nth (&self->all, place);
  again = stt_upload_insert_part (
      upload, upload->chunk, samples, 0, upload->overlap + upload->samples, place);
  again->samples = upload->samples;
  again->overlap = upload->overlap;
  again->before = g_steal_pointer (&upload->before);
  again->language = language;
  again->found = g_steal_pointer (&upload->transcript);
  again->attempts = upload->attempts;
  stt_upload_log (upload, "asked again in %s, which is held", language);
  openai_transcription_free (upload->transcription);
}

/* The better of both answers. */
static void
choose_answer (SttUpload *upload)
{
  gboolean failed = !upload->transcript;

  if (!failed
      && !stt_language_found_is_right (
          upload->found, upload->transcript, stt_upload_seconds (upload)))
    return;
  stt_upload_log (upload, "the first answer is %s",
      failed ? "the only one" : "better than that in the language that is held");
  g_clear_error (&upload->error);
  g_clear_pointer (&upload->transcript, openai_transcript_unref);
  upload->transcript = g_steal_pointer (&upload->found);
  stt_upload_keep_said (upload);
}

static void
learn_language (SttUpload *upload)
{
  SttHttpTransport *self = upload->transport;
  const gchar *told = told_language (upload, upload->transcript);

  if (upload->transcript && *upload->transcript->text != '\0') {
    if (upload->transcript->language)
      self->tells_language = TRUE;
    else
      self->seeks_language = FALSE;
  }
  /* It is one more answer for what is held, if the first one was not right. */
  if (upload->found)
    told = upload->language;
  if (stt_language_learn (&self->language, told, stt_upload_seconds (upload),
          upload->transcript ? stt_language_logprob (upload->transcript) : NAN))
    GST_INFO_OBJECT (self->element, "chunk at %" GST_TIME_FORMAT ": language %s",
        GST_TIME_ARGS (upload->chunk->start),
        self->language.held ? self->language.held : "not held any more");
  stt_uploads_trust_answer (upload, told);
  if (self->live)
    return;
  g_array_set_size (self->languages, upload->number + 1);
  g_array_index (self->languages, SttLanguage, upload->number) = self->language;
}

/* Takes an answered upload out of the queue and tells its result. FALSE: it stays there,
 * for others or for another answer. */
static gboolean
resolve (SttUpload *upload)
{
  SttHttpTransport *self = upload->transport;
  const gchar *language, *told;

  if (!find_language (upload, &language))
    return FALSE;
  told = told_language (upload, upload->transcript);
  if (told && !language && self->question)
    return FALSE;
  if (told && language && !upload->language && !upload->is_file && upload->finished
      && g_strcmp0 (told, language) != 0) {
    ask_again (upload, language);
    return FALSE;
  }
  if (upload->found)
    choose_answer (upload);
  learn_language (upload);
  g_queue_remove (&self->all, upload);
  self->events.result (upload->chunk,
      &(SttResult) { upload->transcript, upload->error, upload->request_id,
          upload->attempts, openai_client_host (self->client), upload->model },
      self->owner);
  if (upload != self->open)
    openai_transcription_free (upload->transcription);
  return TRUE;
}

void
stt_uploads_resolve_some (SttHttpTransport *self)
{
  GList *next;

  for (GList *l = self->all.head; l; l = next) {
    SttUpload *upload = l->data;

    next = l->next;
    if ((!upload->answered || !resolve (upload)) && !self->live)
      return;
  }
}

/* The first answer with text shows it. */
static void
learn_times (SttHttpTransport *self, const OpenaiTranscript *transcript)
{
  if (self->knows_times || *transcript->text == '\0')
    return;
  self->knows_times = TRUE;
  self->tells_times = transcript->words->len > 0 || transcript->segments->len > 0;
}

/* TRUE: what the answer says of the chunk alone cannot be told, so that another one has
 * taken the place of @upload. An answer before the end is taken as it is. */
static gboolean
leave_out_overlap (SttUpload *upload, gint place)
{
  OpenaiTranscript *rest;

  if (!upload->transcript || upload->overlap == 0)
    return FALSE;
  rest = stt_upload_leave_out_overlap (upload, upload->transcript);
  if (rest) {
    openai_transcript_unref (upload->transcript);
    upload->transcript = rest;
    return FALSE;
  }
  if (upload->finished)
    stt_upload_insert_alone (upload, place);
  return upload->finished;
}

/* Puts down what came of the upload, and lets others go. */
static void
handle_answer (SttUpload *upload, OpenaiTranscript *transcript, const GError *error)
{
  SttHttpTransport *self = upload->transport;
  gint place = g_queue_index (&self->all, upload);

  if (self->flushing || place < 0)
    return;
  self->in_flight--;
  g_queue_pop_nth (&self->all, place);
  if (stt_upload_halve_refused (upload, error, place)) {
    openai_transcription_free (upload->transcription);
    return;
  }
  upload->attempts += openai_transcription_attempts (upload->transcription);
  upload->transcript = transcript ? openai_transcript_ref (transcript) : NULL;
  if (leave_out_overlap (upload, place)) {
    openai_transcription_free (upload->transcription);
    return;
  }
  g_queue_push_nth (&self->all, upload, place);
  upload->answered = TRUE;
  upload->error = error ? g_error_copy (error) : NULL;
  upload->request_id = g_strdup (openai_transcription_request_id (upload->transcription));
  stt_upload_keep_said (upload);
  if (transcript) {
    learn_times (self, transcript);
    stt_context_keep (&self->context, upload->number, upload->chunk, upload->finished,
        upload->transcript);
  }
  stt_uploads_resolve_some (self);
}

void
stt_upload_on_done (OpenaiTranscription *transcription, OpenaiTranscript *transcript,
    const GError *error, gpointer user_data)
{
  SttUpload *upload = user_data;
  SttHttpTransport *self = upload->transport;

  log_result (upload, transcript, error);
  if (transcript)
    note_answer (self);
  if (transcript)
    learn (self, transcription, transcript);
  g_mutex_lock (&self->lock);
  handle_answer (upload, transcript, error);
  stt_uploads_start_some (self);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}
