// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One transcription request for each chunk, some at a time. */

#include "httptransport.h"

#include <math.h>
#include <string.h>

#include "chunker.h"
#include "client/error.h"
#include "client/json.h"
#include "client/models.h"
#include "client/refusal.h"
#include "hallucinations.h"
#include "interim.h"
#include "language.h"
#include "requestparams.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_stt_debug);
#define GST_CAT_DEFAULT gst_openai_stt_debug

/* Samples: 0.1 s. */
#define SHORTEST_UPLOAD (STT_HTTP_RATE / 10)

/* Nothing shorter is cut in two when it is refused for its length. */
#define SHORTEST_HALVED (2 * STT_HTTP_RATE)

/* Characters of the text so far that are sent along: some sentences. Models
 * read the last 224 tokens of a prompt only. */
#define CONTEXT_CHARS 200

/* The first answers to a file wait for so many in all, to know its language by. */
#define LANGUAGE_ANSWERS 3

/* As many chunks of a live stream are longer than usual, if its language is not known
 * before. */
#define FILLED_CHUNKS 4

typedef struct _SttHttpTransport SttHttpTransport;

typedef struct
{
  SttHttpTransport *transport;
  SttChunk *stretch;
  OpenaiTranscription *transcription;
  guint64 number;               /* in the order of speech */
  guint64 samples;              /* so far */
  gboolean is_file;             /* sent as it is */
  gboolean finished;
  gboolean started;
  gint64 sent;                  /* monotonic: when it was started */
  gboolean stalled;             /* the server is away: it was not taken */
  gboolean last;                /* nothing follows it at once */
  gboolean finds_language;      /* the user has not set it */
  gboolean translates;
  const gchar *language;        /* interned: that is held, and asked for; or NULL */
  OpenaiTranscript *found;      /* the answer in another one, before that; or NULL */

  /* What came of it, until it is settled. */
  gboolean answered;
  OpenaiTranscript *transcript; /* or */
  GError *error;
  gchar *request_id;
  guint attempts;
} Upload;

/* Reference-counted: the owner and every transcription hold one. */
struct _SttHttpTransport
{
  SttTransport transport;

  /* immutable */
  GstElement *element;
  OpenaiClient *client;
  SttSettingsSnapshot snapshot;
  SttRequestParams *params;
  OpenaiUploadFormat format;
  guint max_requests;
  GstClockTime max_backlog;     /* of audio that waits to be sent */
  OpenaiLimits limits;
  SttTransportEvents events;
  gpointer owner;
  GDestroyNotify release;
  SttInterim *interim;          /* NULL: words are known when they have ended */

  /* Protected by lock. Under it a request may be started, fed and cancelled,
   * which only hands over; hooks run on the I/O thread and take it. */
  GMutex lock;
  GCond cond;
  GQueue all;                   /* Upload, in stream order, until settled */
  Upload *open;                 /* the one that is being spoken */
  gboolean grow;
  gboolean live;                /* also: the oldest is dropped */
  guint in_flight;
  gboolean outage;              /* the server is away */
  gboolean flushing;
  guint64 too_long;             /* samples: the shortest that was refused for
                                 * its length */
  gchar *context;               /* the end of the text so far ... */
  guint64 context_number;       /* ... that of this upload */
  guint64 next_number;

  /* Live, answers are settled as they come. Else in the order of speech, and a chunk
   * goes by those that are @ahead before it, so that each run asks the same. */
  gboolean one_by_one;          /* each with the context of the one before */
  gboolean seeks_language;      /* the answers should tell it */
  gboolean waits_for_language;  /* the first ones for those that follow */
  guint ahead;
  SttLanguage language;
  GArray *languages;            /* SttLanguage, after the upload of each number */
};

static void
http_transport_clear (gpointer data)
{
  SttHttpTransport *self = data;

  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
  stt_interim_free (self->interim);
  stt_request_params_unref (self->params);
  gst_object_unref (self->element);
  self->release (self->owner);
  g_free (self->context);
  g_array_unref (self->languages);
}

static void
http_transport_unref (SttHttpTransport * self)
{
  g_atomic_rc_box_release_full (self, http_transport_clear);
}

static void
upload_free (gpointer data)
{
  Upload *upload = data;

  stt_chunk_unref (upload->stretch);
  g_clear_pointer (&upload->found, openai_transcript_unref);
  g_clear_pointer (&upload->transcript, openai_transcript_unref);
  g_clear_error (&upload->error);
  g_free (upload->request_id);
  http_transport_unref (upload->transport);
  g_free (upload);
}

#define log_chunk(upload, format, ...) \
  GST_DEBUG_OBJECT ((upload)->transport->element, \
      "chunk at %" GST_TIME_FORMAT ": " format, \
      GST_TIME_ARGS ((upload)->stretch->start), ##__VA_ARGS__)

/* What was known of the language when the upload of this number was settled; NULL: it
 * is not. Called with the lock held. */
static const SttLanguage *
language_after (SttHttpTransport * self, guint64 number)
{
  return number < self->languages->len ?
      &g_array_index (self->languages, SttLanguage, number) : NULL;
}

/* What decides the language of this one. Called with the lock held. */
static const SttLanguage *
language_before (Upload * upload)
{
  SttHttpTransport *self = upload->transport;

  if (self->live)
    return &self->language;
  return language_after (self, upload->number -
      MIN (upload->number, self->ahead));
}

/* Called with the lock held. */
static void
fill_params (Upload * upload, OpenaiTranscriptionParams * params)
{
  SttHttpTransport *self = upload->transport;
  gboolean with_context = upload->number > self->context_number
      && !openai_client_refuses (self->client, OPENAI_TRANSCRIPTION_CONTEXT);

  if (!upload->sent && !upload->found)
    upload->language = stt_language_to_ask (language_before (upload),
        upload->number);
  upload->finds_language = stt_request_params_fill (self->params,
      with_context ? self->context : NULL, upload->language, params);
  upload->translates = params->translate;
}

/* Called with the lock held. */
static void
start (Upload * upload)
{
  OpenaiTranscriptionParams params = { 0, };

  fill_params (upload, &params);
  upload->sent = g_get_monotonic_time ();
  g_free (upload->stretch->prompt);
  upload->stretch->prompt = g_strdup (params.prompt);
  openai_transcription_start (upload->transcription, &params);
  log_chunk (upload, "sent as request %u, %s",
      openai_transcription_number (upload->transcription), upload->finished ?
      "whole" : "while it is spoken");
  openai_transcription_params_clear (&params);
}

static void
on_partial (OpenaiTranscription * transcription, const gchar * text,
    const gchar * delta, gpointer user_data)
{
  Upload *upload = user_data;
  SttHttpTransport *self = upload->transport;
  SttPartial partial = {
    .kind = STT_HYPOTHESIS_APPENDED,
    .text = text,
    .delta = delta,
    .heard = GST_CLOCK_TIME_NONE,
  };

  self->events.partial (upload->stretch, &partial, self->owner);
}

static void
on_stepped_down (OpenaiTranscription * transcription, const gchar * what,
    gpointer user_data)
{
  Upload *upload = user_data;
  SttHttpTransport *self = upload->transport;

  self->events.status (STT_STATUS_FALLBACK, what, NULL, self->owner);
}

static void
on_waiting (OpenaiTranscription * transcription, const GError * error,
    gpointer user_data)
{
  Upload *upload = user_data;
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

static void on_done (OpenaiTranscription * transcription,
    OpenaiTranscript * transcript, const GError * error, gpointer user_data);

static const OpenaiTranscriptionFuncs transcription_funcs = {
  .partial = on_partial,
  .stepped_down = on_stepped_down,
  .waiting = on_waiting,
  .done = on_done,
};

static Upload *
upload_new (SttHttpTransport * self, SttChunk * stretch)
{
  Upload *upload = g_new0 (Upload, 1);

  upload->transport = g_atomic_rc_box_acquire (self);
  upload->stretch = stt_chunk_ref (stretch);
  return upload;
}

static Upload *
upload_new_speech (SttHttpTransport * self, SttChunk * stretch)
{
  Upload *upload = upload_new (self, stretch);

  upload->transcription = openai_transcription_new (self->client,
      STT_HTTP_RATE, self->format, &self->limits,
      &transcription_funcs, upload, upload_free);
  return upload;
}

static Upload *
upload_new_file (SttHttpTransport * self, SttChunk * stretch,
    const gchar * filename, const gchar * content_type)
{
  Upload *upload = upload_new (self, stretch);

  upload->is_file = TRUE;
  upload->transcription = openai_transcription_new_file (self->client,
      filename, content_type, &self->limits, &transcription_funcs,
      upload, upload_free);
  return upload;
}

/* A whole upload of samples [from, to), at this place of the line. */
static Upload *
insert_part (Upload * whole, SttChunk * stretch, GBytes * samples,
    gsize from, gsize to, guint place)
{
  SttHttpTransport *self = whole->transport;
  Upload *part = upload_new_speech (self, stretch);
  g_autoptr (GBytes) piece = g_bytes_new_from_bytes (samples,
      from * sizeof (gint16), (to - from) * sizeof (gint16));

  openai_transcription_append (part->transcription, piece);
  openai_transcription_finish (part->transcription);
  part->number = whole->number;
  part->samples = to - from;
  part->finished = TRUE;
  g_queue_push_nth (&self->all, part, place);
  return part;
}

/* Puts two transport in the place of one that is finished and has left the line.
 * Called with the lock held. FALSE: it is too short, or its stretch is gone. */
static gboolean
halve (Upload * upload, guint place)
{
  SttHttpTransport *self = upload->transport;
  SttChunk *stretch = upload->stretch;
  g_autoptr (GBytes) samples = NULL;
  g_autoptr (SttChunk) second = NULL;
  gsize cut;

  if (upload->is_file || upload->samples < SHORTEST_HALVED)
    return FALSE;
  samples = openai_transcription_samples (upload->transcription);
  cut = stt_chunker_middle_cut (g_bytes_get_data (samples, NULL),
      upload->samples, STT_HTTP_RATE);
  second = self->events.divide (stretch, cut, self->owner);
  if (!second)
    return FALSE;
  log_chunk (upload, "too long for the server, cut in two at %"
      GST_TIME_FORMAT, GST_TIME_ARGS (second->start));
  insert_part (upload, second, samples, cut, upload->samples, place);
  insert_part (upload, stretch, samples, 0, cut, place);
  return TRUE;
}

/* What is known to be too long is not even sent. Called with the lock held. */
static void
halve_waiting (SttHttpTransport * self)
{
  guint place = 0;

  while (place < self->all.length) {
    Upload *upload = g_queue_peek_nth (&self->all, place);

    if (!upload->started && upload->finished
        && upload->samples >= self->too_long) {
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
static Upload *
claim_next (SttHttpTransport * self)
{
  if (self->flushing
      || self->in_flight >= (self->one_by_one ? 1 : self->max_requests))
    return NULL;
  for (GList * l = self->all.head; l; l = l->next) {
    Upload *upload = l->data;

    if (upload->started || !language_before (upload) || (!upload->finished
            && (!self->grow || upload->is_file)))
      continue;
    upload->started = TRUE;
    self->in_flight++;
    return upload;
  }
  return NULL;
}

/* Called with the lock held. */
static void
start_some (SttHttpTransport * self)
{
  Upload *upload;

  if (self->too_long != G_MAXUINT64)
    halve_waiting (self);
  while ((upload = claim_next (self)))
    start (upload);
}

/* What is finished and waits for its turn, or for the server. Called with the lock held. */
static Upload *
oldest_waiting (SttHttpTransport * self, guint64 * waiting_samples)
{
  Upload *oldest = NULL;

  *waiting_samples = 0;
  for (GList * l = self->all.tail; l; l = l->prev) {
    Upload *upload = l->data;

    if (!upload->finished || (upload->started && !upload->stalled))
      continue;
    *waiting_samples += upload->samples;
    oldest = upload;
  }
  return oldest;
}

static guint64
backlog_limit (SttHttpTransport * self)
{
  return gst_util_uint64_scale (self->max_backlog, STT_HTTP_RATE,
      GST_SECOND);
}

/* Called with the lock held. */
static void
drop_oldest (SttHttpTransport * self)
{
  guint64 waiting;
  Upload *oldest;

  while ((oldest = oldest_waiting (self, &waiting))
      && waiting > backlog_limit (self)) {
    log_chunk (oldest, "dropped: %" GST_TIME_FORMAT " of speech wait, more "
        "than max-backlog", GST_TIME_ARGS (gst_util_uint64_scale (waiting,
                GST_SECOND, STT_HTTP_RATE)));
    g_queue_remove (&self->all, oldest);
    self->in_flight -= oldest->started ? 1 : 0;
    self->events.result (oldest->stretch, &(SttResult) { NULL }, self->owner);
    openai_transcription_free (oldest->transcription);
  }
}

/* Called with the lock held. FALSE: flushing. */
static gboolean
make_room (SttHttpTransport * self)
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

/* The end of @text, from the start of a word. */
static gchar *
tail_of (const gchar * text)
{
  glong length = g_utf8_strlen (text, -1);
  const gchar *tail = length > CONTEXT_CHARS ?
      g_utf8_offset_to_pointer (text, length - CONTEXT_CHARS) : text;
  const gchar *space = tail > text ? strchr (tail, ' ') : NULL;

  return g_strdup (space ? space + 1 : tail);
}

/* What seems made up would be made up again. Called with the lock held. */
static void
keep_context (Upload * upload, OpenaiTranscript * transcript)
{
  SttHttpTransport *self = upload->transport;
  SttHeard heard = upload->finished ?
      stt_chunk_heard (upload->stretch) :
      (SttHeard) { NAN, NAN, NAN, upload->stretch->prompt };
  g_autofree gchar *dropped = NULL;
  g_autoptr (OpenaiTranscript) said =
      stt_hallucinations_drop (transcript, &heard, &dropped);

  if (*said->text == '\0'
      || (self->context && upload->number < self->context_number))
    return;
  g_free (self->context);
  self->context = tail_of (said->text);
  self->context_number = upload->number;
}

/* Called with the lock held, when @upload has left the line: TRUE: its halves
 * have taken its place. */
static gboolean
halve_refused (Upload * upload, const GError * error, gint place)
{
  SttHttpTransport *self = upload->transport;

  if (!error || !upload->finished
      || !openai_refusal_blames_length (error))
    return FALSE;
  self->too_long = MIN (self->too_long, upload->samples);
  return halve (upload, place);
}

static void
note_answer (SttHttpTransport * self)
{
  gboolean outage;

  g_mutex_lock (&self->lock);
  outage = self->outage;
  self->outage = FALSE;
  g_mutex_unlock (&self->lock);
  if (outage)
    self->events.status (STT_STATUS_BACK, NULL, NULL, self->owner);
}

/* Of the text only how long it is: what is said is nobody's but the user's. */
static void
log_result (Upload * upload, OpenaiTranscript * transcript,
    const GError * error)
{
  SttHttpTransport *self = upload->transport;
  gint64 latency = (g_get_monotonic_time () - upload->sent)
      / G_TIME_SPAN_MILLISECOND;
  g_autofree gchar *language = NULL, *shown = NULL;

  if (gst_debug_category_get_threshold (GST_CAT_DEFAULT) < GST_LEVEL_DEBUG)
    return;
  if (!transcript) {
    log_chunk (upload, "failed after %" G_GINT64_FORMAT " ms, %u attempts: %s",
        latency, openai_transcription_attempts (upload->transcription),
        error->message);
    return;
  }
  language = g_strdup (transcript->language ? transcript->language :
      "not told");
  openai_client_redact (self->client, &language);
  shown = openai_error_clip (language, -1, 40);
  log_chunk (upload, "result after %" G_GINT64_FORMAT " ms: %ld characters, %u "
      "segments, %u words, language %s, %u attempts", latency,
      g_utf8_strlen (transcript->text, -1), transcript->segments->len,
      transcript->words->len, shown,
      openai_transcription_attempts (upload->transcription));
}

static void
learn (SttHttpTransport * self, OpenaiTranscription * transcription,
    OpenaiTranscript * transcript)
{
  g_autoptr (GBytes) samples = openai_transcription_samples (transcription);

  stt_request_params_learn (self->params, transcript, samples, STT_HTTP_RATE);
}

/* --- settling answers, all with the lock held --- */

/* The language an answer tells of a chunk that was not asked for in that one; NULL:
 * none. Of a translation it may be that of the text. */
static const gchar *
told_language (const Upload * upload, const OpenaiTranscript * transcript)
{
  const gchar *told = transcript && *transcript->text ?
      transcript->language : NULL;

  if (!upload->finds_language
      || (upload->translates && g_strcmp0 (told, "en") == 0)
      || g_strcmp0 (told, upload->language) == 0)
    return NULL;
  return told;
}

static gdouble
seconds_of_speech (const Upload * upload)
{
  gdouble voiced = upload->finished ?
      stt_chunk_heard (upload->stretch).voiced : NAN;

  return isnan (voiced) ? (gdouble) upload->samples / STT_HTTP_RATE : voiced;
}

/* The language by the answers before @upload, or at the beginning of a file by some of
 * those after it. FALSE: these have to come first. */
static gboolean
find_language (Upload * upload, const gchar ** language)
{
  SttHttpTransport *self = upload->transport;
  SttLanguage known = self->language;
  GList *l = self->all.head;

  *language = known.held;
  if (!self->waits_for_language || known.held
      || !told_language (upload, upload->transcript))
    return TRUE;
  for (guint n = 0; l && n < LANGUAGE_ANSWERS; l = l->next, n++) {
    Upload *later = l->data;

    if (!later->answered)
      return FALSE;
    stt_language_learn (&known, told_language (later, later->transcript),
        seconds_of_speech (later));
    *language = known.held;
    if (known.held || later->last || n + 1 == LANGUAGE_ANSWERS)
      return TRUE;
  }
  return FALSE;
}

/* In the language that is held, since the answer is in another one. Takes the
 * upload's place in the line. */
static void
ask_again (Upload * upload, const gchar * language)
{
  SttHttpTransport *self = upload->transport;
  gint place = g_queue_index (&self->all, upload);
  g_autoptr (GBytes) samples =
      openai_transcription_samples (upload->transcription);
  Upload *again;

  g_queue_pop_nth (&self->all, place);
  again = insert_part (upload, upload->stretch, samples, 0, upload->samples,
      place);
  again->language = language;
  again->found = g_steal_pointer (&upload->transcript);
  again->attempts = upload->attempts;
  log_chunk (upload, "asked again in %s, which is held", language);
  openai_transcription_free (upload->transcription);
}

/* The better of both answers. */
static void
choose_answer (Upload * upload)
{
  gboolean failed = !upload->transcript;

  if (!failed && !stt_language_found_is_right (upload->found,
          upload->transcript, seconds_of_speech (upload)))
    return;
  log_chunk (upload, "the first answer is %s", failed ? "the only one" :
      "better than that in the language that is held");
  g_clear_error (&upload->error);
  g_clear_pointer (&upload->transcript, openai_transcript_unref);
  upload->transcript = g_steal_pointer (&upload->found);
}

static void
learn_language (Upload * upload)
{
  SttHttpTransport *self = upload->transport;
  const gchar *told = told_language (upload, upload->transcript);

  if (upload->transcript && *upload->transcript->text != '\0'
      && !upload->transcript->language)
    self->seeks_language = FALSE;
  /* It is one more answer for what is held, if the first one was not right. */
  if (upload->found)
    told = upload->language;
  if (stt_language_learn (&self->language, told, seconds_of_speech (upload)))
    GST_INFO_OBJECT (self->element, "chunk at %" GST_TIME_FORMAT ": language %s",
        GST_TIME_ARGS (upload->stretch->start), self->language.held ?
        self->language.held : "not held any more");
  if (self->live)
    return;
  g_array_set_size (self->languages, upload->number + 1);
  g_array_index (self->languages, SttLanguage, upload->number) =
      self->language;
}

/* Takes an answered upload out of the line and tells its result. FALSE: it stays there,
 * for others or for another answer. */
static gboolean
settle (Upload * upload)
{
  SttHttpTransport *self = upload->transport;
  const gchar *language, *told;

  if (!find_language (upload, &language))
    return FALSE;
  told = told_language (upload, upload->transcript);
  if (told && language && !upload->language && !upload->is_file
      && upload->finished && g_strcmp0 (told, language) != 0) {
    ask_again (upload, language);
    return FALSE;
  }
  if (upload->found)
    choose_answer (upload);
  learn_language (upload);
  g_queue_remove (&self->all, upload);
  self->events.result (upload->stretch, &(SttResult) { upload->transcript,
        upload->error, upload->request_id, upload->attempts }, self->owner);
  if (upload != self->open)
    openai_transcription_free (upload->transcription);
  return TRUE;
}

static void
settle_some (SttHttpTransport * self)
{
  GList *next;

  for (GList * l = self->all.head; l; l = next) {
    Upload *upload = l->data;

    next = l->next;
    if ((!upload->answered || !settle (upload)) && !self->live)
      return;
  }
}

/* Puts down what came of the upload, and lets others go. */
static void
take_answer (Upload * upload, OpenaiTranscript * transcript,
    const GError * error)
{
  SttHttpTransport *self = upload->transport;
  gint place = g_queue_index (&self->all, upload);

  if (self->flushing || place < 0)
    return;
  self->in_flight--;
  g_queue_pop_nth (&self->all, place);
  if (halve_refused (upload, error, place)) {
    openai_transcription_free (upload->transcription);
    return;
  }
  g_queue_push_nth (&self->all, upload, place);
  upload->answered = TRUE;
  upload->transcript = transcript ? openai_transcript_ref (transcript) : NULL;
  upload->error = error ? g_error_copy (error) : NULL;
  upload->request_id =
      g_strdup (openai_transcription_request_id (upload->transcription));
  upload->attempts += openai_transcription_attempts (upload->transcription);
  if (transcript)
    keep_context (upload, transcript);
  settle_some (self);
}

static void
on_done (OpenaiTranscription * transcription, OpenaiTranscript * transcript,
    const GError * error, gpointer user_data)
{
  Upload *upload = user_data;
  SttHttpTransport *self = upload->transport;

  log_result (upload, transcript, error);
  if (transcript)
    note_answer (self);
  if (transcript)
    learn (self, transcription, transcript);
  g_mutex_lock (&self->lock);
  take_answer (upload, transcript, error);
  start_some (self);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

/* Bytes: nothing useful is shorter than a second. */
#define LEAST_FILE (sizeof (gint16) * STT_HTTP_RATE)

static gboolean
http_transport_prepare (SttTransport * transport, guint64 * max_file,
    GError ** error)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;

  return stt_request_params_load_speakers (self->params, error)
      && stt_request_params_max_file (self->params, LEAST_FILE, max_file, error);
}

static void
http_transport_set_live (SttTransport * transport, gboolean grow, gboolean drop)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  g_auto (SttSettings) settings = self->snapshot (self->element);
  gboolean finds = stt_request_params_finds_language (self->params);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->grow = grow;
  self->seeks_language = finds;
  self->one_by_one = !drop && settings.context
      && openai_model_reads_context (settings.model);
  self->live = drop;
  /* Of a file that is cut finely, the captions are wanted soon. */
  self->waits_for_language = !drop && settings.min_chunk_duration == 0;
}

static guint64
http_transport_max_chunk (SttTransport * transport)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->too_long == G_MAXUINT64 ? 0 : self->too_long / 2;
}

/* While nothing more can be sent, what is spoken becomes one request instead of many:
 * so a stream that is late catches up. */
static gboolean
is_behind (SttHttpTransport * self)
{
  return self->live && self->in_flight >= self->max_requests
      && !(self->open && self->open->started);
}

static SttLength
http_transport_wanted_length (SttTransport * transport)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (is_behind (self))
    return STT_LENGTH_LATE;
  return self->live && self->seeks_language && !self->language.held
      && self->next_number < FILLED_CHUNKS ? STT_LENGTH_FILLED : STT_LENGTH_USUAL;
}

static gboolean
http_transport_begin (SttTransport * transport, SttChunk * stretch)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (!make_room (self))
    return FALSE;
  self->open = upload_new_speech (self, stretch);
  self->open->number = ++self->next_number;
  g_queue_push_tail (&self->all, self->open);
  start_some (self);
  return TRUE;
}

static gboolean
http_transport_begin_file (SttTransport * transport, SttChunk * stretch,
    const gchar * filename, const gchar * content_type)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (!make_room (self))
    return FALSE;
  self->open = upload_new_file (self, stretch, filename, content_type);
  self->open->number = ++self->next_number;
  g_queue_push_tail (&self->all, self->open);
  return TRUE;
}

static void
http_transport_append (SttTransport * transport, GBytes * samples)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  Upload *upload = self->open;

  if (!upload)
    return;
  if (!upload->is_file)
    upload->samples += g_bytes_get_size (samples) / sizeof (gint16);
  openai_transcription_append (upload->transcription, samples);
}

/* Results come first. Called with the lock held. */
static gboolean
awaits_results (SttHttpTransport * self)
{
  for (GList * l = self->all.head; l; l = l->next) {
    if (((Upload *) l->data)->finished)
      return TRUE;
  }
  return FALSE;
}

static gboolean
http_transport_wants_ahead (SttTransport * transport, guint64 samples)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Upload *upload = self->open;

  return self->interim && self->live && upload && !upload->is_file
      && !self->flushing && !awaits_results (self)
      && stt_interim_is_due (self->interim, upload->stretch,
      upload->samples + samples);
}

static void
http_transport_look_ahead (SttTransport * transport, GBytes * samples)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  OpenaiTranscriptionParams params = { 0, };
  Upload *upload = self->open;
  g_autoptr (GBytes) first = openai_transcription_samples (upload->transcription);

  g_mutex_lock (&self->lock);
  fill_params (upload, &params);
  g_mutex_unlock (&self->lock);
  log_chunk (upload, "asking for its words so far");
  stt_interim_ask (self->interim, upload->stretch, first, samples, &params,
      g_atomic_rc_box_acquire (self), (GDestroyNotify) http_transport_unref);
  openai_transcription_params_clear (&params);
}

static void
http_transport_pause (SttTransport * transport)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;

  if (self->open)
    openai_transcription_flush (self->open->transcription);
}

/* The service refuses what is shorter. */
static void
fill_up (Upload * upload)
{
  gsize size = (SHORTEST_UPLOAD - MIN (upload->samples, SHORTEST_UPLOAD))
      * sizeof (gint16);
  g_autoptr (GBytes) silence = NULL;

  if (upload->is_file || size == 0)
    return;
  silence = g_bytes_new_take (g_malloc0 (size), size);
  openai_transcription_append (upload->transcription, silence);
}

static void
http_transport_commit (SttTransport * transport)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  Upload *upload = self->open;
  gboolean settled;

  if (!upload)
    return;
  if (self->interim)
    stt_interim_cancel (self->interim);
  fill_up (upload);
  /* At once: only what is finished is halved when it is refused. */
  g_mutex_lock (&self->lock);
  openai_transcription_finish (upload->transcription);
  upload->finished = TRUE;
  self->open = NULL;
  settled = !g_queue_find (&self->all, upload);
  start_some (self);
  g_mutex_unlock (&self->lock);

  if (settled)
    openai_transcription_free (upload->transcription);
}

static void
http_transport_drain (SttTransport * transport)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Upload *last = g_queue_peek_tail (&self->all);

  if (!last)
    return;
  last->last = TRUE;
  settle_some (self);
  start_some (self);
}

/* Takes everything out of the line; the open one is only cancelled, since the
 * streaming thread may be feeding it. Called with the lock held. */
static void
cancel_all (SttHttpTransport * self)
{
  Upload *upload;

  if (self->interim)
    stt_interim_cancel (self->interim);
  while ((upload = g_queue_pop_head (&self->all))) {
    log_chunk (upload, "dropped: a flush or the end");
    if (upload == self->open)
      openai_transcription_cancel (upload->transcription);
    else
      openai_transcription_free (upload->transcription);
  }
  self->in_flight = 0;
  while (self->languages->len <= self->next_number)
    g_array_append_val (self->languages, self->language);
}

/* Called with the lock held, while nothing feeds it. */
static void
free_open (SttHttpTransport * self)
{
  Upload *upload = g_steal_pointer (&self->open);

  if (upload)
    openai_transcription_free (upload->transcription);
}

static void
http_transport_set_flushing (SttTransport * transport, gboolean flushing)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->flushing = flushing;
  g_clear_pointer (&self->context, g_free);
  if (flushing)
    cancel_all (self);
  else
    free_open (self);
  g_cond_broadcast (&self->cond);
}

static void
http_transport_free (SttTransport * transport)
{
  SttHttpTransport *self = (SttHttpTransport *) transport;

  g_mutex_lock (&self->lock);
  self->flushing = TRUE;
  cancel_all (self);
  free_open (self);
  g_mutex_unlock (&self->lock);
  http_transport_unref (self);
}

static void
http_transport_connect (SttTransport * transport)
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
stt_http_transport_new (OpenaiClient * client, GstElement * element,
    SttSettingsSnapshot snapshot, const SttTransportEvents * events,
    gpointer owner, GDestroyNotify release)
{
  SttHttpTransport *self = g_atomic_rc_box_new0 (SttHttpTransport);
  g_auto (SttSettings) settings = snapshot (element);

  self->transport.klass = &http_transport_class;
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  g_queue_init (&self->all);
  self->element = gst_object_ref (element);
  self->client = client;
  self->snapshot = snapshot;
  self->params = stt_request_params_new (element, snapshot);
  self->format = settings.upload_format;
  /* Each request carries what was learnt from the one before. */
  self->max_requests = settings.track_speakers ? 1 : settings.max_requests;
  self->ahead = MAX (self->max_requests, LANGUAGE_ANSWERS);
  self->languages = g_array_new (FALSE, TRUE, sizeof (SttLanguage));
  g_array_set_size (self->languages, 1);
  self->max_backlog = settings.max_backlog * GST_MSECOND;
  self->limits = gst_openai_connection_limits (&settings.connection);
  self->limits.max_answer = OPENAI_JSON_MAX_BYTES;
  self->limits.outage_timeout = settings.max_outage;
  self->limits.wait_on = TRUE;
  self->events = *events;
  self->owner = owner;
  self->release = release;
  if (settings.partial_interval > 0)
    self->interim = stt_interim_new (client, STT_HTTP_RATE,
        (guint64) settings.partial_interval * STT_HTTP_RATE / 1000,
        settings.upload_format, &self->limits, events, owner);
  self->too_long = G_MAXUINT64;
  return &self->transport;
}
