// SPDX-License-Identifier: LGPL-2.1-or-later
/* The transport between chunker and outbox: one transcription request a
 * stretch of speech, a few at a time. */

#include "stt/uploads.h"

#include <math.h>
#include <string.h>

#include "stt/chunker.h"
#include "stt/intake.h"
#include "stt/phantoms.h"

/* Samples: 0.1 s. */
#define SHORTEST_UPLOAD (INTAKE_RATE / 10)

/* Nothing shorter is cut in two when it is refused for its length. */
#define SHORTEST_HALVED (2 * INTAKE_RATE)

/* Characters of the text so far that are sent along: some sentences. Models
 * read the last 224 tokens of a prompt only. */
#define CONTEXT_CHARS 200

typedef struct
{
  Uploads *uploads;
  Stretch *stretch;
  OpenaiTranscription *transcription;
  guint64 number;               /* in the order of speech */
  guint64 samples;              /* so far */
  gboolean is_file;             /* sent as it is */
  gboolean finished;
  gboolean started;
  gboolean stalled;             /* the server is away: it was not taken */
} Upload;

/* Reference-counted: the owner and every transcription hold one. */
struct _Uploads
{
  /* immutable */
  OpenaiClient *client;
  Outbox *outbox;
  UploadsOptions options;
  UploadsFuncs funcs;
  gpointer owner;
  GDestroyNotify release;

  /* Protected by lock. Under it a request may be started, fed and cancelled,
   * which only hands over; hooks run on the I/O thread and take it. */
  GMutex lock;
  GCond cond;
  GQueue all;                   /* Upload, in stream order, until settled */
  Upload *open;                 /* the one that is being spoken */
  gboolean grow;
  gboolean drop;
  guint in_flight;
  gboolean answered;            /* once */
  gboolean outage;              /* the server is away */
  gboolean flushing;
  guint64 too_long;             /* samples: the shortest that was refused for
                                 * its length */
  gchar *context;               /* the end of the text so far ... */
  guint64 context_number;       /* ... that of this upload */
  guint64 next_number;
};

static void
uploads_clear (gpointer data)
{
  Uploads *uploads = data;

  g_cond_clear (&uploads->cond);
  g_mutex_clear (&uploads->lock);
  uploads->release (uploads->owner);
  g_free (uploads->context);
}

static void
uploads_unref (Uploads * uploads)
{
  g_atomic_rc_box_release_full (uploads, uploads_clear);
}

Uploads *
uploads_new (OpenaiClient * client, Outbox * outbox,
    const UploadsOptions * options, const UploadsFuncs * funcs,
    gpointer owner, GDestroyNotify release)
{
  Uploads *uploads = g_atomic_rc_box_new0 (Uploads);

  g_mutex_init (&uploads->lock);
  g_cond_init (&uploads->cond);
  g_queue_init (&uploads->all);
  uploads->client = client;
  uploads->outbox = outbox;
  uploads->options = *options;
  uploads->funcs = *funcs;
  uploads->owner = owner;
  uploads->release = release;
  uploads->too_long = G_MAXUINT64;
  return uploads;
}

static void
upload_free (gpointer data)
{
  Upload *upload = data;

  stretch_unref (upload->stretch);
  uploads_unref (upload->uploads);
  g_free (upload);
}

static void
start (Upload * upload)
{
  Uploads *uploads = upload->uploads;
  OpenaiTranscriptionParams params = { 0, };

  uploads->funcs.params (&params, upload->number > uploads->context_number ?
      uploads->context : NULL, uploads->owner);
  openai_transcription_start (upload->transcription, &params);
  openai_transcription_params_clear (&params);
}

static void
on_partial (OpenaiTranscription * transcription, const gchar * text,
    const gchar * delta, gpointer user_data)
{
  Upload *upload = user_data;
  Uploads *uploads = upload->uploads;

  if (uploads->funcs.partial)
    uploads->funcs.partial (upload->stretch, text, delta, uploads->owner);
}

static void
on_stepped_down (OpenaiTranscription * transcription, const gchar * what,
    gpointer user_data)
{
  Upload *upload = user_data;

  upload->uploads->funcs.stepped_down (what, upload->uploads->owner);
}

static void
on_waiting (OpenaiTranscription * transcription, const GError * error,
    gpointer user_data)
{
  Upload *upload = user_data;
  Uploads *uploads = upload->uploads;
  gboolean first;

  g_mutex_lock (&uploads->lock);
  first = error && !uploads->outage;
  uploads->outage |= error != NULL;
  upload->stalled = error != NULL;
  g_mutex_unlock (&uploads->lock);
  if (first)
    uploads->funcs.outage (error, uploads->owner);
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
upload_new (Uploads * uploads, Stretch * stretch)
{
  Upload *upload = g_new0 (Upload, 1);

  upload->uploads = g_atomic_rc_box_acquire (uploads);
  upload->stretch = stretch_ref (stretch);
  return upload;
}

static Upload *
upload_new_speech (Uploads * uploads, Stretch * stretch)
{
  Upload *upload = upload_new (uploads, stretch);

  upload->transcription = openai_transcription_new (uploads->client,
      INTAKE_RATE, uploads->options.format, &uploads->options.limits,
      &transcription_funcs, upload, upload_free);
  return upload;
}

static Upload *
upload_new_file (Uploads * uploads, Stretch * stretch,
    const gchar * filename, const gchar * content_type)
{
  Upload *upload = upload_new (uploads, stretch);

  upload->is_file = TRUE;
  upload->transcription = openai_transcription_new_file (uploads->client,
      filename, content_type, &uploads->options.limits, &transcription_funcs,
      upload, upload_free);
  return upload;
}

/* A whole upload of samples [from, to), at this place of the line. */
static void
insert_part (Upload * whole, Stretch * stretch, GBytes * samples,
    gsize from, gsize to, guint place)
{
  Uploads *uploads = whole->uploads;
  Upload *part = upload_new_speech (uploads, stretch);
  g_autoptr (GBytes) piece = g_bytes_new_from_bytes (samples,
      from * sizeof (gint16), (to - from) * sizeof (gint16));

  openai_transcription_append (part->transcription, piece);
  openai_transcription_finish (part->transcription);
  part->number = whole->number;
  part->samples = to - from;
  part->finished = TRUE;
  g_queue_push_nth (&uploads->all, part, place);
}

/* Puts two uploads in the place of one that is finished and has left the line.
 * Called with the lock held. FALSE: it is too short, or its stretch is gone. */
static gboolean
halve (Upload * upload, guint place)
{
  Uploads *uploads = upload->uploads;
  Stretch *stretch = upload->stretch;
  g_autoptr (GBytes) samples = NULL;
  g_autoptr (Stretch) second = NULL;
  gsize cut;

  if (upload->is_file || upload->samples < SHORTEST_HALVED)
    return FALSE;
  samples = openai_transcription_samples (upload->transcription);
  cut = chunker_middle_cut (g_bytes_get_data (samples, NULL),
      upload->samples, INTAKE_RATE);
  second = outbox_split (uploads->outbox, stretch, cut, stretch->start +
      gst_util_uint64_scale (cut, GST_SECOND, INTAKE_RATE));
  if (!second)
    return FALSE;
  insert_part (upload, second, samples, cut, upload->samples, place);
  insert_part (upload, stretch, samples, 0, cut, place);
  return TRUE;
}

/* What is known to be too long is not even sent. Called with the lock held. */
static void
halve_waiting (Uploads * uploads)
{
  guint place = 0;

  while (place < uploads->all.length) {
    Upload *upload = g_queue_peek_nth (&uploads->all, place);

    if (!upload->started && upload->finished
        && upload->samples >= uploads->too_long) {
      g_queue_pop_nth (&uploads->all, place);
      if (halve (upload, place)) {
        openai_transcription_free (upload->transcription);
        continue;
      }
      g_queue_push_nth (&uploads->all, upload, place);
    }
    place++;
  }
}

/* The next one to send, counted as in flight. Called with the lock held. */
static Upload *
claim_next (Uploads * uploads)
{
  if (uploads->flushing
      || uploads->in_flight >= uploads->options.max_requests)
    return NULL;
  for (GList * l = uploads->all.head; l; l = l->next) {
    Upload *upload = l->data;

    if (upload->started || (!upload->finished
            && (!uploads->grow || upload->is_file)))
      continue;
    upload->started = TRUE;
    uploads->in_flight++;
    return upload;
  }
  return NULL;
}

/* Called with the lock held. */
static void
start_some (Uploads * uploads)
{
  Upload *upload;

  if (uploads->too_long != G_MAXUINT64)
    halve_waiting (uploads);
  while ((upload = claim_next (uploads)))
    start (upload);
}

/* What is finished and waits for its turn, or for the server. Called with the lock held. */
static Upload *
oldest_waiting (Uploads * uploads, guint64 * waiting_samples)
{
  Upload *oldest = NULL;

  *waiting_samples = 0;
  for (GList * l = uploads->all.tail; l; l = l->prev) {
    Upload *upload = l->data;

    if (!upload->finished || (upload->started && !upload->stalled))
      continue;
    *waiting_samples += upload->samples;
    oldest = upload;
  }
  return oldest;
}

static guint64
backlog_limit (Uploads * uploads)
{
  return gst_util_uint64_scale (uploads->options.max_backlog, INTAKE_RATE,
      GST_SECOND);
}

/* Called with the lock held. */
static void
drop_oldest (Uploads * uploads)
{
  guint64 waiting;
  Upload *oldest;

  while ((oldest = oldest_waiting (uploads, &waiting))
      && waiting > backlog_limit (uploads)) {
    g_queue_remove (&uploads->all, oldest);
    uploads->in_flight -= oldest->started ? 1 : 0;
    outbox_settle (uploads->outbox, oldest->stretch, NULL, NULL, NULL, 0);
    openai_transcription_free (oldest->transcription);
  }
}

/* Called with the lock held. FALSE: flushing. */
static gboolean
make_room (Uploads * uploads)
{
  guint64 waiting;

  if (uploads->drop) {
    drop_oldest (uploads);
    return !uploads->flushing;
  }
  while (!uploads->flushing && oldest_waiting (uploads, &waiting)
      && waiting > backlog_limit (uploads))
    g_cond_wait (&uploads->cond, &uploads->lock);
  return !uploads->flushing;
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
  Uploads *uploads = upload->uploads;
  gdouble loud = upload->finished && upload->stretch->loud != G_MAXUINT64 ?
      (gdouble) upload->stretch->loud / INTAKE_RATE : NAN;
  g_autofree gchar *dropped = NULL;
  g_autoptr (OpenaiTranscript) said =
      phantoms_drop (transcript, loud, &dropped);

  if (*said->text == '\0'
      || (uploads->context && upload->number < uploads->context_number))
    return;
  g_free (uploads->context);
  uploads->context = tail_of (said->text);
  uploads->context_number = upload->number;
}

/* Called with the lock held, when @upload has left the line: TRUE: its halves
 * have taken its place. */
static gboolean
halve_refused (Upload * upload, const GError * error, gint place)
{
  Uploads *uploads = upload->uploads;

  if (!error || !upload->finished
      || !openai_transcription_blames_length (error))
    return FALSE;
  uploads->too_long = MIN (uploads->too_long, upload->samples);
  return halve (upload, place);
}

/* Takes the upload out of the line and lets others go. Called with the lock
 * held. TRUE: there is nothing to settle. */
static gboolean
leave_line (Upload * upload, OpenaiTranscript * transcript,
    const GError * error)
{
  Uploads *uploads = upload->uploads;
  gint place = g_queue_index (&uploads->all, upload);
  gboolean halved;

  if (uploads->flushing || place < 0)
    return TRUE;
  g_queue_pop_nth (&uploads->all, place);
  uploads->in_flight--;
  if (transcript)
    keep_context (upload, transcript);
  halved = halve_refused (upload, error, place);
  start_some (uploads);
  g_cond_broadcast (&uploads->cond);
  if (halved)
    openai_transcription_free (upload->transcription);
  return halved;
}

static void
note_answer (Uploads * uploads)
{
  gboolean outage;

  g_mutex_lock (&uploads->lock);
  uploads->answered = TRUE;
  outage = uploads->outage;
  uploads->outage = FALSE;
  g_mutex_unlock (&uploads->lock);
  if (outage)
    uploads->funcs.outage (NULL, uploads->owner);
}

static void
on_done (OpenaiTranscription * transcription, OpenaiTranscript * transcript,
    const GError * error, gpointer user_data)
{
  Upload *upload = user_data;
  Uploads *uploads = upload->uploads;
  gboolean over;

  if (transcript)
    note_answer (uploads);
  if (transcript && uploads->funcs.answer)
    uploads->funcs.answer (transcript, transcription, uploads->owner);
  g_mutex_lock (&uploads->lock);
  over = upload != uploads->open;
  if (leave_line (upload, transcript, error)) {
    g_mutex_unlock (&uploads->lock);
    return;
  }
  g_mutex_unlock (&uploads->lock);

  outbox_settle (uploads->outbox, upload->stretch, transcript, error,
      openai_transcription_request_id (transcription),
      openai_transcription_attempts (transcription));
  if (over)
    openai_transcription_free (transcription);
}

void
uploads_set_live (Uploads * uploads, gboolean grow, gboolean drop)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&uploads->lock);

  uploads->grow = grow;
  uploads->drop = drop;
}

guint64
uploads_longest (Uploads * uploads)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&uploads->lock);

  return uploads->too_long == G_MAXUINT64 ? 0 : uploads->too_long / 2;
}

gboolean
uploads_were_answered (Uploads * uploads)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&uploads->lock);

  return uploads->answered;
}

gboolean
uploads_begin (Uploads * uploads, Stretch * stretch)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&uploads->lock);

  if (!make_room (uploads))
    return FALSE;
  uploads->open = upload_new_speech (uploads, stretch);
  uploads->open->number = ++uploads->next_number;
  g_queue_push_tail (&uploads->all, uploads->open);
  start_some (uploads);
  return TRUE;
}

gboolean
uploads_begin_file (Uploads * uploads, Stretch * stretch,
    const gchar * filename, const gchar * content_type)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&uploads->lock);

  if (!make_room (uploads))
    return FALSE;
  uploads->open = upload_new_file (uploads, stretch, filename, content_type);
  uploads->open->number = ++uploads->next_number;
  g_queue_push_tail (&uploads->all, uploads->open);
  return TRUE;
}

void
uploads_append (Uploads * uploads, GBytes * samples)
{
  Upload *upload = uploads->open;

  if (!upload)
    return;
  if (!upload->is_file)
    upload->samples += g_bytes_get_size (samples) / sizeof (gint16);
  openai_transcription_append (upload->transcription, samples);
}

void
uploads_flush (Uploads * uploads)
{
  if (uploads->open)
    openai_transcription_flush (uploads->open->transcription);
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

void
uploads_end (Uploads * uploads)
{
  Upload *upload = uploads->open;
  gboolean settled;

  if (!upload)
    return;
  fill_up (upload);
  /* At once: only what is finished is halved when it is refused. */
  g_mutex_lock (&uploads->lock);
  openai_transcription_finish (upload->transcription);
  upload->finished = TRUE;
  uploads->open = NULL;
  settled = !g_queue_find (&uploads->all, upload);
  start_some (uploads);
  g_mutex_unlock (&uploads->lock);

  if (settled)
    openai_transcription_free (upload->transcription);
}

/* Takes everything out of the line; the open one is only cancelled, since the
 * streaming thread may be feeding it. Called with the lock held. */
static void
cancel_all (Uploads * uploads)
{
  Upload *upload;

  while ((upload = g_queue_pop_head (&uploads->all))) {
    if (upload == uploads->open)
      openai_transcription_cancel (upload->transcription);
    else
      openai_transcription_free (upload->transcription);
  }
  uploads->in_flight = 0;
}

/* Called with the lock held, while nothing feeds it. */
static void
free_open (Uploads * uploads)
{
  Upload *upload = g_steal_pointer (&uploads->open);

  if (upload)
    openai_transcription_free (upload->transcription);
}

void
uploads_set_flushing (Uploads * uploads, gboolean flushing)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&uploads->lock);

  uploads->flushing = flushing;
  g_clear_pointer (&uploads->context, g_free);
  if (flushing)
    cancel_all (uploads);
  else
    free_open (uploads);
  g_cond_broadcast (&uploads->cond);
}

void
uploads_free (Uploads * uploads)
{
  if (!uploads)
    return;
  g_mutex_lock (&uploads->lock);
  uploads->flushing = TRUE;
  cancel_all (uploads);
  free_open (uploads);
  g_mutex_unlock (&uploads->lock);
  uploads_unref (uploads);
}
