// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Asks what is said in a chunk while it is spoken. */

#include "interim.h"

#include <math.h>

#include "hallucinations.h"
#include "soundlabels.h"
#include "i18n.h"

/* Between two requests, in times of an answer, so that the server has time for the
 * results, too. */
#define TIMES_OF_ANSWER 1.2

/* The part of the interval after which words are asked about again that wait. */
#define SOON 0.6

/* Seconds that are left of a pause that ends the chunk when it is known to be one: of an
 * answer that comes later nothing is seen, and a server that does one thing at a time
 * would have the result wait for it. */
#define REST_OF_PAUSE 0.3

/* How much the last answer counts in their mean time. */
#define NEWEST_WEIGHT 0.3

/* After so many failures in a row the interval does not grow any more: 2 to the
 * power of it. */
#define MOST_FAILURES 4

typedef struct
{
  SttInterim *interim;
  SttChunk *chunk;
  OpenaiTranscription *transcription;
  guint64 samples;
  gchar *prompt;
  gpointer hold;
  GDestroyNotify release;
} Question;

struct _SttInterim
{
  /* immutable */
  OpenaiClient *client;
  guint rate;
  guint64 interval; /* samples */
  OpenaiUploadFormat format;
  OpenaiLimits limits;
  SttTransportEvents events;
  gpointer owner;

  /* Protected by lock; requests are only started, fed and cancelled under it. */
  GMutex lock;
  Question *asked;        /* in flight, or NULL */
  guint64 number;         /* of the chunk that was asked about last */
  guint64 samples;        /* of it that were sent */
  guint64 spoken;         /* of it so far */
  gdouble answer_samples; /* that are spoken during an answer */
  gboolean answered;      /* that is known */
  guint failures;         /* in a row */
  gboolean failed;        /* for this chunk */
};

SttInterim *
stt_interim_new (OpenaiClient *client, guint rate, guint64 interval,
    OpenaiUploadFormat format, const OpenaiLimits *limits,
    const SttTransportEvents *events, gpointer owner)
{
  SttInterim *self = g_new0 (SttInterim, 1);

  g_mutex_init (&self->lock);
  self->client = client;
  self->rate = rate;
  self->interval = interval;
  self->format = format;
  self->limits = *limits;
  self->limits.max_retries = 0;
  self->limits.outage_timeout = 0;
  self->events = *events;
  self->owner = owner;
  return self;
}

void
stt_interim_free (SttInterim *self)
{
  if (!self)
    return;
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
question_free (gpointer data)
{
  Question *question = data;

  stt_chunk_unref (question->chunk);
  g_free (question->prompt);
  question->release (question->hold);
  g_free (question);
}

/* New samples before the next request. Called with the lock held. */
static guint64
pause_of (SttInterim *self, gboolean soon)
{
  guint64 answer = TIMES_OF_ANSWER * self->answer_samples;
  guint64 interval = soon ? self->interval * SOON : self->interval;

  return MAX (interval, answer) << MIN (self->failures, MOST_FAILURES);
}

/* Called with the lock held. */
static gboolean
answers_in_pause (SttInterim *self)
{
  return self->answered && self->answer_samples <= REST_OF_PAUSE * self->rate;
}

gboolean
stt_interim_is_due (SttInterim *self, SttChunk *chunk, guint64 samples, gboolean paused,
    gboolean words_wait)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (chunk->number != self->number) {
    self->number = chunk->number;
    self->samples = 0;
    self->failed = FALSE;
  }
  self->spoken = samples;
  return !self->asked && !self->failed && (!paused || answers_in_pause (self))
      && samples >= self->samples + pause_of (self, paused || words_wait);
}

/* Called with the lock held. TRUE: the answer is still of interest. */
static gboolean
finish_question (Question *question, const GError *error)
{
  SttInterim *self = question->interim;
  gdouble samples = self->spoken - MIN (self->spoken, question->samples);

  if (self->asked != question)
    return FALSE;
  self->asked = NULL;
  self->failed = error != NULL;
  self->failures = error ? self->failures + 1 : 0;
  if (!error)
    self->answer_samples = self->answered
        ? NEWEST_WEIGHT * samples + (1 - NEWEST_WEIGHT) * self->answer_samples
        : samples;
  self->answered |= !error;
  return TRUE;
}

/* Hallucinations are not shown, nor are sounds before the result. */
static void
report_answer (const Question *question, OpenaiTranscript *transcript)
{
  SttInterim *self = question->interim;
  gdouble seconds = (gdouble) question->samples / self->rate;
  SttHeard heard = { NAN, seconds, seconds, question->prompt };
  g_autofree gchar *dropped = NULL;
  g_autoptr (OpenaiTranscript) whole =
      stt_hallucinations_drop (transcript, &heard, &dropped);
  g_autoptr (OpenaiTranscript) said =
      stt_sound_labels_apply (whole, STT_SOUNDS_NONE, NULL, NULL);
  SttPartial partial = {
    .kind = STT_HYPOTHESIS_ANSWER,
    .text = said->text,
    .heard = gst_util_uint64_scale (question->samples, GST_SECOND, self->rate),
  };

  self->events.partial (question->chunk, &partial, self->owner);
}

static void
post_failure (SttInterim *self, const GError *error)
{
  g_autofree gchar *sentence = g_strdup_printf (
      _("Words are not shown while they "
          "are spoken, since partial-interval asks more than the server answers: "
          "%s"),
          error->message);

  self->events.status (STT_STATUS_FALLBACK, sentence, NULL, self->owner);
}

static void
on_done (OpenaiTranscription *transcription, OpenaiTranscript *transcript,
    const GError *error, gpointer user_data)
{
  Question *question = user_data;
  SttInterim *self = question->interim;
  gboolean wanted, first;

  g_mutex_lock (&self->lock);
  first = error && self->failures == 0;
  wanted = finish_question (question, error);
  g_mutex_unlock (&self->lock);
  if (!wanted)
    return;
  if (transcript)
    report_answer (question, transcript);
  else if (first)
    post_failure (self, error);
  openai_transcription_free (transcription);
}

static void
on_fallback (OpenaiTranscription *transcription, const gchar *what, gpointer user_data)
{
  SttInterim *self = ((Question *) user_data)->interim;

  self->events.status (STT_STATUS_FALLBACK, what, NULL, self->owner);
}

/* The text alone, in one piece: nothing else is told of it, and it costs least. */
static void
start (Question *question, const OpenaiTranscriptionParams *params)
{
  OpenaiTranscriptionParams plain = *params;

  plain.response_format = OPENAI_FORMAT_JSON;
  plain.word_times = plain.segment_times = FALSE;
  plain.logprobs = plain.stream = FALSE;
  openai_transcription_start (question->transcription, &plain);
}

void
stt_interim_ask (SttInterim *self, SttChunk *chunk, GBytes *first, GBytes *ahead,
    const OpenaiTranscriptionParams *params, gpointer hold, GDestroyNotify release)
{
  static const OpenaiTranscriptionFuncs funcs = {
    .fallback = on_fallback,
    .done = on_done,
  };
  Question *question = g_new0 (Question, 1);
  gsize bytes = g_bytes_get_size (first) + g_bytes_get_size (ahead);

  question->interim = self;
  question->chunk = stt_chunk_ref (chunk);
  question->samples = bytes / sizeof (gint16);
  question->prompt = g_strdup (params->prompt);
  question->hold = hold;
  question->release = release;
  question->transcription = openai_transcription_new (self->client, self->rate,
      self->format, &self->limits, &funcs, question, question_free);
  openai_transcription_append (question->transcription, first);
  openai_transcription_append (question->transcription, ahead);
  openai_transcription_finish (question->transcription);
  self->events.repeated (question->samples, self->owner);

  g_mutex_lock (&self->lock);
  self->asked = question;
  self->samples = question->samples;
  start (question, params);
  g_mutex_unlock (&self->lock);
}

void
stt_interim_cancel (SttInterim *self)
{
  Question *question;

  g_mutex_lock (&self->lock);
  question = g_steal_pointer (&self->asked);
  g_mutex_unlock (&self->lock);
  if (question)
    openai_transcription_free (question->transcription);
}
