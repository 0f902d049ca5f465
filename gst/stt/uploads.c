// SPDX-License-Identifier: LGPL-2.1-or-later
/* The transport between chunker and outbox: one transcription request a
 * stretch of speech, a few at a time. */

#include "stt/uploads.h"

#include "stt/intake.h"

typedef struct
{
  Uploads *uploads;
  Stretch *stretch;
  OpenaiTranscription *transcription;
  guint64 samples;              /* so far */
  gboolean finished;
  gboolean started;
} Upload;

/* Reference-counted: the owner and every transcription hold one. */
struct _Uploads
{
  /* immutable */
  OpenaiClient *client;
  Outbox *outbox;
  UploadsOptions options;
  UploadsFuncs funcs;
  GObject *owner;

  /* Protected by lock. Under it a request may be started, fed and cancelled,
   * which only hands over; hooks run on the I/O thread and take it. */
  GMutex lock;
  GCond cond;
  GQueue all;                   /* Upload, in stream order, until settled */
  Upload *open;                 /* the one that is being spoken */
  gboolean grow;
  gboolean drop;
  guint in_flight;
  gboolean flushing;
};

static void
uploads_clear (gpointer data)
{
  Uploads *uploads = data;

  g_cond_clear (&uploads->cond);
  g_mutex_clear (&uploads->lock);
  g_object_unref (uploads->owner);
}

static void
uploads_unref (Uploads * uploads)
{
  g_atomic_rc_box_release_full (uploads, uploads_clear);
}

Uploads *
uploads_new (OpenaiClient * client, Outbox * outbox,
    const UploadsOptions * options, const UploadsFuncs * funcs,
    GObject * owner)
{
  Uploads *uploads = g_atomic_rc_box_new0 (Uploads);

  g_mutex_init (&uploads->lock);
  g_cond_init (&uploads->cond);
  g_queue_init (&uploads->all);
  uploads->client = client;
  uploads->outbox = outbox;
  uploads->options = *options;
  uploads->funcs = *funcs;
  uploads->owner = g_object_ref (owner);
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

  uploads->funcs.params (&params, uploads->owner);
  openai_transcription_start (upload->transcription, &params);
  openai_transcription_params_clear (&params);
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

    if (upload->started || (!upload->finished && !uploads->grow))
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

  while ((upload = claim_next (uploads)))
    start (upload);
}

/* What is finished and waits for its turn. Called with the lock held. */
static Upload *
oldest_waiting (Uploads * uploads, guint64 * waiting_samples)
{
  Upload *oldest = NULL;

  *waiting_samples = 0;
  for (GList * l = uploads->all.tail; l; l = l->prev) {
    Upload *upload = l->data;

    if (upload->started || !upload->finished)
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
on_done (OpenaiTranscription * transcription, OpenaiTranscript * transcript,
    const GError * error, gpointer user_data)
{
  Upload *upload = user_data;
  Uploads *uploads = upload->uploads;
  gboolean over;

  g_mutex_lock (&uploads->lock);
  if (uploads->flushing || !g_queue_remove (&uploads->all, upload)) {
    g_mutex_unlock (&uploads->lock);
    return;
  }
  uploads->in_flight--;
  over = upload != uploads->open;
  start_some (uploads);
  g_cond_broadcast (&uploads->cond);
  g_mutex_unlock (&uploads->lock);

  outbox_settle (uploads->outbox, upload->stretch, transcript, error,
      openai_transcription_request_id (transcription),
      openai_transcription_attempts (transcription));
  if (over)
    openai_transcription_free (transcription);
}

static Upload *
upload_new (Uploads * uploads, Stretch * stretch)
{
  static const OpenaiTranscriptionFuncs funcs = {
    .partial = on_partial,
    .stepped_down = on_stepped_down,
    .done = on_done,
  };
  Upload *upload = g_new0 (Upload, 1);

  upload->uploads = g_atomic_rc_box_acquire (uploads);
  upload->stretch = stretch_ref (stretch);
  upload->transcription = openai_transcription_new (uploads->client,
      INTAKE_RATE, uploads->options.format, &uploads->options.limits, &funcs,
      upload, upload_free);
  return upload;
}

void
uploads_set_live (Uploads * uploads, gboolean grow, gboolean drop)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&uploads->lock);

  uploads->grow = grow;
  uploads->drop = drop;
}

gboolean
uploads_begin (Uploads * uploads, Stretch * stretch)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&uploads->lock);

  if (!make_room (uploads))
    return FALSE;
  uploads->open = upload_new (uploads, stretch);
  g_queue_push_tail (&uploads->all, uploads->open);
  start_some (uploads);
  return TRUE;
}

void
uploads_append (Uploads * uploads, GBytes * samples)
{
  Upload *upload = uploads->open;

  if (!upload)
    return;
  upload->samples += g_bytes_get_size (samples) / sizeof (gint16);
  openai_transcription_append (upload->transcription, samples);
}

void
uploads_end (Uploads * uploads)
{
  Upload *upload = uploads->open;
  gboolean settled;

  if (!upload)
    return;
  openai_transcription_finish (upload->transcription);

  g_mutex_lock (&uploads->lock);
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
