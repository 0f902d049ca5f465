// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The language of a live stream, asked for by its beginning in one piece. */

#include "httpupload.h"

#include <math.h>

GST_DEBUG_CATEGORY_EXTERN (gst_openai_stt_debug);
#define GST_CAT_DEFAULT gst_openai_stt_debug

/* Samples: models do not look further to find a language. */
#define LONGEST_BEGINNING (30 * STT_HTTP_RATE)

typedef struct
{
  SttHttpTransport *transport;
  gdouble seconds; /* of speech */
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  stt_http_transport_unref (question->transport);
  g_free (question);
}

/* Called with the lock held. */
static void
take_told (SttHttpTransport *self, const Question *question, OpenaiTranscript *transcript)
{
  self->question = NULL;
  if (transcript && *transcript->text != '\0'
      && stt_language_trust (&self->language, transcript->language))
    GST_INFO_OBJECT (self->element, "language %s by the first %.1f s of speech",
        self->language.held, question->seconds);
  stt_uploads_resolve_some (self);
  stt_uploads_start_some (self);
}

static void
on_done (OpenaiTranscription *transcription, OpenaiTranscript *transcript,
    const GError *error, gpointer user_data)
{
  Question *question = user_data;
  SttHttpTransport *self = question->transport;
  gboolean wanted;

  g_mutex_lock (&self->lock);
  wanted = self->question == transcription;
  if (wanted)
    take_told (self, question, transcript);
  g_mutex_unlock (&self->lock);
  if (wanted)
    openai_transcription_free (transcription);
}

/* Once, and for no longer than captions may wait. */
static OpenaiLimits
make_limits (SttHttpTransport *self)
{
  OpenaiLimits limits = self->limits;

  limits.max_retries = 0;
  limits.outage_timeout = 0;
  limits.wait_on = FALSE;
  if (self->latency > 0)
    limits.answer = MIN (limits.answer ? limits.answer : G_MAXUINT, self->latency);
  return limits;
}

static void
ask (SttHttpTransport *self)
{
  static const OpenaiTranscriptionFuncs funcs = { .done = on_done };
  g_autoptr (GBytes) samples =
      g_byte_array_free_to_bytes (g_steal_pointer (&self->beginning));
  OpenaiTranscriptionParams params = { 0 };
  OpenaiLimits limits = make_limits (self);
  Question *question = g_new0 (Question, 1);

  question->transport = g_atomic_rc_box_acquire (self);
  question->seconds = self->beginning_voice;
  stt_request_params_fill (self->params, NULL, NULL, &params);
  params.word_times = params.stream = FALSE;
  params.segment_times = TRUE;
  self->question = openai_transcription_new (self->client, STT_HTTP_RATE, self->format,
      &limits, &funcs, question, question_free);
  openai_transcription_append (self->question, samples);
  openai_transcription_finish (self->question);
  self->events.repeated (g_bytes_get_size (samples) / sizeof (gint16), self->owner);
  openai_transcription_start (self->question, &params);
  openai_transcription_params_clear (&params);
}

/* With what was sent before it. */
static gboolean
tells_language (const SttUpload *upload)
{
  return upload->overlap > 0
      && (gdouble) upload->overlap / STT_HTTP_RATE + stt_upload_seconds (upload)
      >= STT_LANGUAGE_LONG_SPEECH;
}

void
stt_uploads_trust_answer (SttUpload *upload, const gchar *told)
{
  SttHttpTransport *self = upload->transport;

  if (self->live && !self->language.held && upload->finished && tells_language (upload)
      && stt_language_trust (&self->language, told))
    stt_upload_log (
        upload, "language %s by the sound before it, too", self->language.held);
}

void
stt_uploads_ask_for_language (SttUpload *upload)
{
  SttHttpTransport *self = upload->transport;
  g_autoptr (GBytes) samples = NULL;

  if (!self->beginning)
    return;
  if (!self->live || !self->seeks_language || self->language.held || upload->is_file
      || tells_language (upload)
      || self->beginning->len / sizeof (gint16) + upload->samples > LONGEST_BEGINNING) {
    g_clear_pointer (&self->beginning, g_byte_array_unref);
    return;
  }
  samples = stt_upload_own_samples (upload);
  g_byte_array_append (
      self->beginning, g_bytes_get_data (samples, NULL), g_bytes_get_size (samples));
  self->beginning_voice += stt_upload_seconds (upload);
  if (self->tells_language && self->beginning_voice >= STT_LANGUAGE_LONG_SPEECH
      && self->beginning_voice > stt_upload_seconds (upload))
    ask (self);
}

void
stt_uploads_forget_language_question (SttHttpTransport *self)
{
  OpenaiTranscription *question = g_steal_pointer (&self->question);

  g_clear_pointer (&self->beginning, g_byte_array_unref);
  if (question)
    openai_transcription_free (question);
}
