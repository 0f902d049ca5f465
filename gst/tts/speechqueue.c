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
#define MOST_AHEAD (1024 * 1024)
#define LEAST_AHEAD (MOST_AHEAD / 2)

/* A line of the speech queue. Reference-counted: the speech queue and the request. */
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
} Line;

/* Reference-counted: the owner and every line. */
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
  GQueue lines;
  TtsFlushReason flushing; /* why */
  guint flushes;           /* how often */
  GstFlowReturn flow;      /* what delivering came to, when it is broken */
  gboolean closed;         /* until flushing is off again */
  gboolean waits;          /* the server takes nothing, which was told */
  gboolean woken;
};

static void
script_clear (gpointer data)
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
  g_atomic_rc_box_release_full (self, script_clear);
}

static void
line_clear (gpointer data)
{
  Line *line = data;

  g_free (line->utterance.text);
  g_free (line->utterance.voice);
  g_free (line->utterance.model);
  g_free (line->utterance.response_format);
  g_clear_pointer (&line->event, gst_event_unref);
  g_queue_clear_full (&line->audio, (GDestroyNotify) g_bytes_unref);
  g_free (line->content_type);
  g_clear_error (&line->error);
  g_free (line->request_id);
  g_free (line->endpoint);
  g_free (line->model);
  g_free (line->said);
  tts_speech_queue_unref (line->speech_queue);
}

static void
line_unref (gpointer line)
{
  g_atomic_rc_box_release_full (line, line_clear);
}

static Line *
line_new (TtsSpeechQueue *self)
{
  Line *line = g_atomic_rc_box_new0 (Line);

  line->speech_queue = g_atomic_rc_box_acquire (self);
  g_queue_init (&line->audio);
  return line;
}

/* Ends a line that has left the speech queue. Its hooks may still run, and find it
 * gone. Called with the lock held. */
static void
line_end (Line *line)
{
  g_clear_pointer (&line->call, tts_call_free);
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
  g_clear_pointer (&step->owned, line_unref);
}

TtsSpeechQueue *
tts_speech_queue_new (TtsTransport *transport, const TtsSpeechQueueOptions *options,
    TtsSpeechParamsFunc params, GObject *owner, GstPad *pad)
{
  TtsSpeechQueue *self = g_atomic_rc_box_new0 (TtsSpeechQueue);

  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  g_queue_init (&self->lines);
  self->transport = transport;
  self->options = *options;
  self->params = params;
  self->owner = g_object_ref (owner);
  self->pad = pad;
  return self;
}

/* Called with the lock held. */
static void
forget_lines (TtsSpeechQueue *self)
{
  Line *line;

  while ((line = g_queue_pop_head (&self->lines))) {
    if (line->event && self->pad)
      gst_openai_keep_sticky (self->pad, line->event);
    line_end (line);
    line_unref (line);
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
  forget_lines (self);
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
is_in_script (Line *line)
{
  return line->call != NULL;
}

/* Called with the lock held, on the I/O thread. */
static void
note_request (Line *line, const TtsCallInfo *info)
{
  if (line->attempts == info->attempts)
    return;
  line->attempts = info->attempts;
  g_free (line->request_id);
  line->request_id = g_strdup (info->request_id);
}

static void
on_audio (
    const TtsCallInfo *info, const gchar *content_type, GBytes *audio, gpointer user_data)
{
  Line *line = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&line->speech_queue->lock);

  if (!is_in_script (line))
    return;
  note_request (line, info);
  if (g_strcmp0 (content_type, line->content_type) != 0) {
    g_free (line->content_type);
    line->content_type = g_strdup (content_type);
  }
  g_queue_push_tail (&line->audio, g_bytes_ref (audio));
  line->audio_size += g_bytes_get_size (audio);
  if (line->audio_size > MOST_AHEAD && !line->paused) {
    line->paused = TRUE;
    line->call->klass->set_paused (line->call, TRUE);
  }
  g_cond_broadcast (&line->speech_queue->cond);
}

static gboolean
on_again (gpointer user_data)
{
  Line *line = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&line->speech_queue->lock);

  if (line->taken)
    return FALSE;
  g_queue_clear_full (&line->audio, (GDestroyNotify) g_bytes_unref);
  line->audio_size = 0;
  return TRUE;
}

/* What is too much goes from the end. */
static guint64
on_cut (guint64 keep, gpointer user_data)
{
  Line *line = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&line->speech_queue->lock);

  while (line->audio_size > 0 && line->audio_taken + line->audio_size > keep) {
    GBytes *last = g_queue_pop_tail (&line->audio);
    gsize size = g_bytes_get_size (last);
    guint64 before = line->audio_taken + line->audio_size - size;

    if (keep > before)
      g_queue_push_tail (&line->audio, g_bytes_new_from_bytes (last, 0, keep - before));
    line->audio_size -= keep > before ? before + size - keep : size;
    g_bytes_unref (last);
  }
  return line->audio_taken + line->audio_size;
}

static void
post_wait (GstElement *element, const GError *error)
{
  g_autoptr (GError) told = g_error_copy (error);

  g_free (told->message);
  told->message = g_strdup_printf (_("The server takes no more requests for "
          "%u s; speech goes on then: %s"),
      (openai_error_details (error)->retry_after + 999) / 1000, error->message);
  gst_openai_post_warning (element, told);
}

static void
on_waiting (const GError *error, gpointer user_data)
{
  Line *line = user_data;
  TtsSpeechQueue *self = line->speech_queue;
  gboolean tell;

  g_mutex_lock (&self->lock);
  tell = is_in_script (line) && !self->waits
      && openai_error_details (error)->retry_after > 0;
  self->waits |= tell;
  g_mutex_unlock (&self->lock);
  if (tell)
    post_wait (GST_ELEMENT (self->owner), error);
}

static void
on_done (const TtsCallInfo *info, const GError *error, gpointer user_data)
{
  Line *line = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&line->speech_queue->lock);

  if (!is_in_script (line))
    return;
  line->done = TRUE;
  line->speech_queue->waits &= error != NULL;
  line->error = error ? g_error_copy (error) : NULL;
  line->usage = info->usage;
  line->said = g_strdup (info->said);
  line->unchecked = info->unchecked;
  line->endpoint = g_strdup (info->endpoint);
  line->model = g_strdup (info->model);
  note_request (line, info);
  line->first_byte_latency = info->first_byte_latency;
  g_cond_broadcast (&line->speech_queue->cond);
}

/* Called with the lock held. */
static void
line_start (Line *line)
{
  static const TtsCallFuncs funcs = {
    .audio = on_audio,
    .waiting = on_waiting,
    .again = on_again,
    .cut = on_cut,
    .done = on_done,
  };
  TtsSpeechQueue *self = line->speech_queue;
  OpenaiSpeechParams params = { 0 };

  self->params (&params, self->owner);
  params.input = g_strdup (line->utterance.text);
  if (line->utterance.voice) {
    g_free (params.voice);
    params.voice = g_strdup (line->utterance.voice);
  }
  g_free (line->utterance.voice);
  line->utterance.voice = g_strdup (params.voice);
  line->utterance.model = g_strdup (params.model);
  line->utterance.response_format = g_strdup (params.response_format);
  line->call = tts_word_for_word_say (self->transport, self->options.verbatim, &params,
      &funcs, g_atomic_rc_box_acquire (line), line_unref);
  GST_DEBUG ("%ld characters as %s: request %u", g_utf8_strlen (params.input, -1),
      params.response_format ? params.response_format : "the server likes",
      line->call->number);
  openai_speech_params_clear (&params);
}

/* Called with the lock held. */
static void
start_some (TtsSpeechQueue *self)
{
  guint allowed = self->options.ahead + 1;

  for (GList *l = self->lines.head; l && allowed > 0; l = l->next) {
    Line *line = l->data;

    if (line->event)
      continue;
    allowed--;
    if (!line->call)
      line_start (line);
  }
}

/* Called with the lock held. */
static guint
n_waiting (TtsSpeechQueue *self)
{
  guint n = 0;

  for (GList *l = self->lines.head; l; l = l->next) {
    Line *line = l->data;
    n += !line->event && !line->call;
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

  return g_queue_is_empty (&self->lines);
}

guint
tts_speech_queue_n_chars (TtsSpeechQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint n = 0;

  for (GList *l = self->lines.head; l; l = l->next) {
    Line *line = l->data;
    n += line->event ? 0 : g_utf8_strlen (line->utterance.text, -1);
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
  Line *line = line_new (self);

  line->utterance.text = text;
  line->utterance.voice = voice;
  line->utterance.cue = *cue;
  while (takes_text (self, flushes) && !has_room (self))
    g_cond_wait (&self->cond, &self->lock);
  if (!takes_text (self, flushes)) {
    line_unref (line);
    return FALSE;
  }
  g_queue_push_tail (&self->lines, line);
  start_some (self);
  g_cond_broadcast (&self->cond);
  return TRUE;
}

/* Called with the lock held. */
static void
add_event (TtsSpeechQueue *self, GstEvent *event)
{
  Line *line = line_new (self);

  line->event = event;
  if (self->flushing) {
    line_unref (line);
    return;
  }
  g_queue_push_tail (&self->lines, line);
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

  forget_lines (self);
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
take_audio (Line *line)
{
  GBytes *audio = g_queue_pop_head (&line->audio);

  line->taken = TRUE;
  line->audio_taken += g_bytes_get_size (audio);
  line->audio_size -= g_bytes_get_size (audio);
  if (line->paused && line->audio_size < LEAST_AHEAD) {
    line->paused = FALSE;
    line->call->klass->set_paused (line->call, FALSE);
  }
  return audio;
}

/* The first line is over: it leaves, and the next request may start. Called
 * with the lock held. */
static Line *
pop_first (TtsSpeechQueue *self)
{
  Line *line = g_queue_pop_head (&self->lines);

  line_end (line);
  start_some (self);
  g_cond_broadcast (&self->cond);
  return line;
}

/* FALSE: nothing can be said about it yet. Called with the lock held. */
static gboolean
step_of_first (TtsSpeechQueue *self, Line *line, TtsSpeechStep *step)
{
  step->utterance = &line->utterance;
  if (line->event) {
    step->kind = TTS_STEP_EVENT;
    step->event = gst_event_ref (line->event);
    step->owned = pop_first (self);
  } else if (!line->begun) {
    step->kind = TTS_STEP_UTTERANCE;
    step->owned = g_atomic_rc_box_acquire (line);
    line->begun = TRUE;
  } else if (!g_queue_is_empty (&line->audio)) {
    step->kind = TTS_STEP_AUDIO;
    step->owned = g_atomic_rc_box_acquire (line);
    step->content_type = g_strdup (line->content_type);
    step->request_id = g_strdup (line->request_id);
    step->attempts = line->attempts;
    step->audio = take_audio (line);
  } else if (line->done) {
    step->kind = line->error ? TTS_STEP_FAILED : TTS_STEP_END;
    step->content_type = g_strdup (line->content_type);
    step->error = g_steal_pointer (&line->error);
    step->usage = line->usage;
    step->request_id = g_strdup (line->request_id);
    step->endpoint = g_strdup (line->endpoint);
    step->model = g_strdup (line->model);
    step->first_byte_latency = line->first_byte_latency * GST_USECOND;
    step->attempts = line->attempts;
    step->said = g_steal_pointer (&line->said);
    step->unchecked = line->unchecked;
    step->is_silent = line->audio_taken == 0;
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
    Line *first = g_queue_peek_head (&self->lines);

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

    for (GList *l = self->lines.head; l; l = l->next) {
      const Line *line = l->data;

      if (line->audio_size > 0 || (line->done && !line->error))
        return TRUE;
      running |= line->call && !line->done;
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
  Line *first = g_queue_peek_head (&self->lines);

  if (first && first->begun)
    line_unref (pop_first (self));
}
