// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is to be said, in order: utterances, each a request, and the events
 * between them; a few requests run ahead. */

#include "speechqueue.h"

#include "client/error.h"
#include "element/boundarypads.h"
#include "element/errors.h"
#include "i18n.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_tts_debug);
#define GST_CAT_DEFAULT gst_openai_tts_debug

/* Of one answer, so much is read ahead: 20 s of 24 kHz samples. */
#define MAX_AHEAD (1024 * 1024)
#define MIN_AHEAD (MAX_AHEAD / 2)

/* An item of the speech queue. Reference-counted: the speech queue and the request. */
typedef struct
{
  TtsSpeechQueue *speech_queue;
  TtsUtterance utterance;
  GstEvent *event; /* instead of an utterance */

  /* protected by the speech queue's lock */
  TtsCall *call;
  GQueue audio; /* GBytes */
  gsize audio_size;
  guint64 audio_taken; /* bytes */
  gchar *content_type;
  guint pcm_rate;
  gboolean begun; /* its UTTERANCE was handed out */
  gboolean taken; /* some of its audio was */
  gboolean paused;
  gboolean done;
  GError *error;
  OpenaiUsage usage;
  gchar *request_id;
  gchar *endpoint;
  gchar *model;
  gint64 first_byte_latency;
  guint attempts;
  gchar *said;
  gboolean unchecked;
} QueueItem;

/* Reference-counted: the owner and every item. */
struct _TtsSpeechQueue
{
  /* immutable */
  TtsTransport *transport;
  TtsSpeechQueueOptions options;
  TtsSpeechParamsFunc params;
  GObject *owner;
  GstPad *pad; /* not owned: the owner's */

  /* Protected by lock. Under it a request may be started, paused and
   * cancelled, which only hands over; hooks run on the I/O thread and take it. */
  GMutex lock;
  GCond cond;
  GQueue items;
  TtsFlushReason flushing; /* why */
  guint flushes;           /* how often */
  GstFlowReturn flow;      /* what delivering came to, when it is broken */
  gboolean closed;         /* until flushing is off again */
  gboolean waits;          /* the server takes nothing, which was told */
  gboolean woken;
};

static void
speech_queue_clear (gpointer data)
{
  TtsSpeechQueue *self = data;

  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
  g_object_unref (self->owner);
}

TtsSpeechQueue *
tts_speech_queue_ref (TtsSpeechQueue *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
tts_speech_queue_unref (TtsSpeechQueue *self)
{
  g_atomic_rc_box_release_full (self, speech_queue_clear);
}

static void
item_clear (gpointer data)
{
  QueueItem *item = data;

  g_free (item->utterance.text);
  g_free (item->utterance.voice);
  g_free (item->utterance.model);
  g_free (item->utterance.response_format);
  g_clear_pointer (&item->event, gst_event_unref);
  g_queue_clear_full (&item->audio, (GDestroyNotify) g_bytes_unref);
  g_free (item->content_type);
  g_clear_error (&item->error);
  g_free (item->request_id);
  g_free (item->endpoint);
  g_free (item->model);
  g_free (item->said);
  tts_speech_queue_unref (item->speech_queue);
}

static void
item_unref (gpointer item)
{
  g_atomic_rc_box_release_full (item, item_clear);
}

static QueueItem *
item_new (TtsSpeechQueue *self)
{
  QueueItem *item = g_atomic_rc_box_new0 (QueueItem);

  item->speech_queue = g_atomic_rc_box_acquire (self);
  g_queue_init (&item->audio);
  return item;
}

/* Ends an item that has left the speech queue. Its hooks may still run, and find it
 * gone. Called with the lock held. */
static void
item_end (QueueItem *item)
{
  g_clear_pointer (&item->call, tts_call_free);
}

void
tts_speech_step_clear (TtsSpeechStep *step)
{
  g_clear_pointer (&step->event, gst_event_unref);
  g_clear_pointer (&step->audio, g_bytes_unref);
  g_clear_pointer (&step->content_type, g_free);
  g_clear_error (&step->error);
  g_clear_pointer (&step->request_id, g_free);
  g_clear_pointer (&step->endpoint, g_free);
  g_clear_pointer (&step->model, g_free);
  g_clear_pointer (&step->said, g_free);
  g_clear_pointer (&step->owned, item_unref);
}

TtsSpeechQueue *
tts_speech_queue_new (TtsTransport *transport, const TtsSpeechQueueOptions *options,
    TtsSpeechParamsFunc params, GObject *owner, GstPad *pad)
{
  TtsSpeechQueue *self = g_atomic_rc_box_new0 (TtsSpeechQueue);

  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  g_queue_init (&self->items);
  self->transport = transport;
  self->options = *options;
  self->params = params;
  self->owner = g_object_ref (owner);
  self->pad = pad;
  return self;
}

/* Called with the lock held. */
static void
clear_items (TtsSpeechQueue *self)
{
  QueueItem *item;

  while ((item = g_queue_pop_head (&self->items))) {
    if (item->event && self->pad)
      gst_openai_keep_sticky (self->pad, item->event);
    item_end (item);
    item_unref (item);
  }
}

void
tts_speech_queue_free (TtsSpeechQueue *self)
{
  if (!self)
    return;
  tts_speech_queue_flush (self, TTS_FLUSH_STOPPED);
  tts_speech_queue_unref (self);
}

/* Called with the lock held. */
static void
flush (TtsSpeechQueue *self, TtsFlushReason reason)
{
  self->flushing |= reason;
  self->flushes++;
  clear_items (self);
  g_cond_broadcast (&self->cond);
}

void
tts_speech_queue_flush (TtsSpeechQueue *self, TtsFlushReason reason)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  flush (self, reason);
}

void
tts_speech_queue_break (TtsSpeechQueue *self, GstFlowReturn flow)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->flow = flow;
  flush (self, TTS_FLUSH_BROKEN);
}

GstFlowReturn
tts_speech_queue_flow (TtsSpeechQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->flushing & TTS_FLUSH_BROKEN ? self->flow : GST_FLOW_OK;
}

/* Called with the lock held. */
static void
unflush (TtsSpeechQueue *self, TtsFlushReason reasons)
{
  self->flushing &= ~reasons;
  if (!self->flushing)
    self->closed = FALSE;
}

void
tts_speech_queue_unflush (TtsSpeechQueue *self, TtsFlushReason reasons)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  unflush (self, reasons);
}

static gboolean
is_queued (QueueItem *item)
{
  return item->call != NULL;
}

/* Called with the lock held, on the I/O thread. */
static void
note_request (QueueItem *item, const TtsCallInfo *info)
{
  if (item->attempts == info->attempts)
    return;
  item->attempts = info->attempts;
  g_free (item->request_id);
  item->request_id = g_strdup (info->request_id);
}

static void
on_audio (
    const TtsCallInfo *info, const gchar *content_type, GBytes *audio, gpointer user_data)
{
  QueueItem *item = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&item->speech_queue->lock);

  if (!is_queued (item))
    return;
  note_request (item, info);
  item->pcm_rate = info->pcm_rate;
  if (g_strcmp0 (content_type, item->content_type) != 0) {
    g_free (item->content_type);
    item->content_type = g_strdup (content_type);
  }
  g_queue_push_tail (&item->audio, g_bytes_ref (audio));
  item->audio_size += g_bytes_get_size (audio);
  if (item->audio_size > MAX_AHEAD && !item->paused) {
    item->paused = TRUE;
    item->call->klass->set_paused (item->call, TRUE);
  }
  g_cond_broadcast (&item->speech_queue->cond);
}

static gboolean
on_again (gpointer user_data)
{
  QueueItem *item = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&item->speech_queue->lock);

  if (item->taken)
    return FALSE;
  g_queue_clear_full (&item->audio, (GDestroyNotify) g_bytes_unref);
  item->audio_size = 0;
  return TRUE;
}

/* What is too much goes from the end. */
static guint64
on_cut (guint64 keep, gpointer user_data)
{
  QueueItem *item = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&item->speech_queue->lock);

  while (item->audio_size > 0 && item->audio_taken + item->audio_size > keep) {
    GBytes *last = g_queue_pop_tail (&item->audio);
    gsize size = g_bytes_get_size (last);
    guint64 before = item->audio_taken + item->audio_size - size;

    if (keep > before)
      g_queue_push_tail (&item->audio, g_bytes_new_from_bytes (last, 0, keep - before));
    item->audio_size -= keep > before ? before + size - keep : size;
    g_bytes_unref (last);
  }
  return item->audio_taken + item->audio_size;
}

static void
post_wait (GstElement *element, const GError *error)
{
  gst_openai_post_warning_text (element, error,
      g_strdup_printf (_("The server takes no more requests for "
          "%u s; speech goes on then: %s"),
          (openai_error_details (error)->retry_after + 999) / 1000, error->message));
}

static void
on_waiting (const GError *error, gpointer user_data)
{
  QueueItem *item = user_data;
  TtsSpeechQueue *self = item->speech_queue;
  gboolean tell;

  g_mutex_lock (&self->lock);
  tell =
      is_queued (item) && !self->waits && openai_error_details (error)->retry_after > 0;
  self->waits |= tell;
  g_mutex_unlock (&self->lock);
  if (tell)
    post_wait (GST_ELEMENT (self->owner), error);
}

static void
on_done (const TtsCallInfo *info, const GError *error, gpointer user_data)
{
  QueueItem *item = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&item->speech_queue->lock);

  if (!is_queued (item))
    return;
  item->done = TRUE;
  item->speech_queue->waits &= error != NULL;
  item->error = error ? g_error_copy (error) : NULL;
  item->usage = info->usage;
  item->said = g_strdup (info->said);
  item->unchecked = info->unchecked;
  item->endpoint = g_strdup (info->endpoint);
  item->model = g_strdup (info->model);
  note_request (item, info);
  item->first_byte_latency = info->first_byte_latency;
  g_cond_broadcast (&item->speech_queue->cond);
}

/* Called with the lock held. */
static void
item_start (QueueItem *item)
{
  static const TtsCallFuncs funcs = {
    .audio = on_audio,
    .waiting = on_waiting,
    .again = on_again,
    .cut = on_cut,
    .done = on_done,
  };
  TtsSpeechQueue *self = item->speech_queue;
  OpenaiSpeechParams params = { 0 };

  self->params (&params, self->owner);
  params.input = g_strdup (item->utterance.text);
  if (item->utterance.voice) {
    g_free (params.voice);
    params.voice = g_strdup (item->utterance.voice);
  }
  g_free (item->utterance.voice);
  item->utterance.voice = g_strdup (params.voice);
  item->utterance.model = g_strdup (params.model);
  item->utterance.response_format = g_strdup (params.response_format);
  item->call = tts_word_for_word_say (self->transport, self->options.verbatim, &params,
      &funcs, g_atomic_rc_box_acquire (item), item_unref);
  GST_DEBUG_OBJECT (self->owner, "%ld characters as %s: request %u",
      g_utf8_strlen (params.input, -1),
      params.response_format ? params.response_format : "the server likes",
      item->call->number);
  openai_speech_params_clear (&params);
}

/* Called with the lock held. */
static void
start_some (TtsSpeechQueue *self)
{
  guint allowed = self->options.ahead + 1;

  for (GList *l = self->items.head; l && allowed > 0; l = l->next) {
    QueueItem *item = l->data;

    if (item->event)
      continue;
    allowed--;
    if (!item->call)
      item_start (item);
  }
}

/* Called with the lock held. */
static guint
n_waiting (TtsSpeechQueue *self)
{
  guint n = 0;

  for (GList *l = self->items.head; l; l = l->next) {
    QueueItem *item = l->data;
    n += !item->event && !item->call;
  }
  return n;
}

/* Called with the lock held. */
static gboolean
has_room (TtsSpeechQueue *self)
{
  return !self->closed && n_waiting (self) <= self->options.ahead;
}

gboolean
tts_speech_queue_has_room (TtsSpeechQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return has_room (self);
}

gboolean
tts_speech_queue_is_empty (TtsSpeechQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_queue_is_empty (&self->items);
}

guint
tts_speech_queue_n_chars (TtsSpeechQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint n = 0;

  for (GList *l = self->items.head; l; l = l->next) {
    QueueItem *item = l->data;
    n += item->event ? 0 : g_utf8_strlen (item->utterance.text, -1);
  }
  return n;
}

guint
tts_speech_queue_flushes (TtsSpeechQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->flushes;
}

/* Called with the lock held. */
static gboolean
takes_text (TtsSpeechQueue *self, guint flushes)
{
  return !self->flushing && !self->closed && self->flushes == flushes;
}

gboolean
tts_speech_queue_add_text (TtsSpeechQueue *self, guint flushes, gchar *text, gchar *voice,
    const TtsTimelineCue *cue)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  QueueItem *item = item_new (self);

  item->utterance.text = text;
  item->utterance.voice = voice;
  item->utterance.cue = *cue;
  while (takes_text (self, flushes) && !has_room (self))
    g_cond_wait (&self->cond, &self->lock);
  if (!takes_text (self, flushes)) {
    item_unref (item);
    return FALSE;
  }
  g_queue_push_tail (&self->items, item);
  start_some (self);
  g_cond_broadcast (&self->cond);
  return TRUE;
}

/* Called with the lock held. */
static void
add_event (TtsSpeechQueue *self, GstEvent *event)
{
  QueueItem *item = item_new (self);

  item->event = event;
  if (self->flushing) {
    item_unref (item);
    return;
  }
  g_queue_push_tail (&self->items, item);
  g_cond_broadcast (&self->cond);
}

void
tts_speech_queue_add_event (TtsSpeechQueue *self, GstEvent *event)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  add_event (self, event);
}

void
tts_speech_queue_replace (TtsSpeechQueue *self, GstEvent *event)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  clear_items (self);
  add_event (self, event);
  self->closed = TRUE;
  g_cond_broadcast (&self->cond);
}

void
tts_speech_queue_restart (TtsSpeechQueue *self, GstEvent *event)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  unflush (self, TTS_FLUSH_INTERRUPTED | TTS_FLUSH_BROKEN);
  add_event (self, event);
}

/* Called with the lock held. */
static GBytes *
take_audio (QueueItem *item)
{
  GBytes *audio = g_queue_pop_head (&item->audio);

  item->taken = TRUE;
  item->audio_taken += g_bytes_get_size (audio);
  item->audio_size -= g_bytes_get_size (audio);
  if (item->paused && item->audio_size < MIN_AHEAD) {
    item->paused = FALSE;
    item->call->klass->set_paused (item->call, FALSE);
  }
  return audio;
}

/* The first item is over: it leaves, and the next request may start. Called
 * with the lock held. */
static QueueItem *
pop_first (TtsSpeechQueue *self)
{
  QueueItem *item = g_queue_pop_head (&self->items);

  item_end (item);
  start_some (self);
  g_cond_broadcast (&self->cond);
  return item;
}

/* FALSE: nothing can be said about it yet. Called with the lock held. */
static gboolean
step_of_first (TtsSpeechQueue *self, QueueItem *item, TtsSpeechStep *step)
{
  step->utterance = &item->utterance;
  if (item->event) {
    step->kind = TTS_STEP_EVENT;
    step->event = gst_event_ref (item->event);
    step->owned = pop_first (self);
  } else if (!item->begun) {
    step->kind = TTS_STEP_UTTERANCE;
    step->owned = g_atomic_rc_box_acquire (item);
    item->begun = TRUE;
  } else if (!g_queue_is_empty (&item->audio)) {
    step->kind = TTS_STEP_AUDIO;
    step->owned = g_atomic_rc_box_acquire (item);
    step->content_type = g_strdup (item->content_type);
    step->pcm_rate = item->pcm_rate;
    step->request_id = g_strdup (item->request_id);
    step->attempts = item->attempts;
    step->audio = take_audio (item);
  } else if (item->done) {
    step->kind = item->error ? TTS_STEP_FAILED : TTS_STEP_END;
    step->content_type = g_strdup (item->content_type);
    step->error = g_steal_pointer (&item->error);
    step->usage = item->usage;
    step->request_id = g_strdup (item->request_id);
    step->endpoint = g_strdup (item->endpoint);
    step->model = g_strdup (item->model);
    step->first_byte_latency = item->first_byte_latency * GST_USECOND;
    step->attempts = item->attempts;
    step->said = g_steal_pointer (&item->said);
    step->unchecked = item->unchecked;
    step->is_silent = item->audio_taken == 0;
    step->owned = pop_first (self);
  } else {
    return FALSE;
  }
  return TRUE;
}

void
tts_speech_queue_next (TtsSpeechQueue *self, TtsSpeechStep *step)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  memset (step, 0, sizeof *step);
  while (!self->flushing) {
    QueueItem *first = g_queue_peek_head (&self->items);

    if (self->woken)
      break;
    if (first && step_of_first (self, first, step))
      return;
    g_cond_wait (&self->cond, &self->lock);
  }
  step->kind = self->flushing ? TTS_STEP_FLUSHING : TTS_STEP_WOKEN;
  self->woken = FALSE;
}

gboolean
tts_speech_queue_wait_for_answer (TtsSpeechQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while (!self->flushing) {
    gboolean running = FALSE;

    for (GList *l = self->items.head; l; l = l->next) {
      const QueueItem *item = l->data;

      if (item->audio_size > 0 || (item->done && !item->error))
        return TRUE;
      running |= item->call && !item->done;
    }
    if (!running)
      break;
    g_cond_wait (&self->cond, &self->lock);
  }
  return FALSE;
}

void
tts_speech_queue_wake (TtsSpeechQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->woken = TRUE;
  g_cond_broadcast (&self->cond);
}

void
tts_speech_queue_skip (TtsSpeechQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  QueueItem *first = g_queue_peek_head (&self->items);

  if (first && first->begun)
    item_unref (pop_first (self));
}
