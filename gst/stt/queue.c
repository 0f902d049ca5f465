// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Chunks of time in stream order: whatever order the answers come in, they
 * leave as they were spoken. */

#include "queue.h"

#include <math.h>
#include <string.h>

#include "element/boundarypads.h"

/* Silence that still grows leaves in pieces of this length. */
#define SILENCE_INTERVAL (100 * GST_MSECOND)

/* Input that comes at all comes sooner, where it is not live. */
#define INPUT_PAUSE (250 * G_TIME_SPAN_MILLISECOND)

struct _SttQueue
{
  /* protected by lock; no other lock is taken under it */
  GMutex lock;
  GCond cond;
  GQueue queue;     /* SttChunk */
  GQueue overtaken; /* SttChunk, without a result when they left the queue */
  SttQueueAccount account;
  guint64 chunks; /* so far */
  struct
  {
    SttStable *stable; /* words for the next chunk, or NULL */
    gsize shown;
  } carried;
  gboolean has_transcript;
  gboolean has_words; /* of a chunk before its result */
  gboolean flushing;
  gboolean woken;
};

SttChunk *
stt_chunk_ref (SttChunk *chunk)
{
  return g_atomic_rc_box_acquire (chunk);
}

static void
chunk_clear (gpointer data)
{
  SttChunk *chunk = data;

  g_clear_pointer (&chunk->event, gst_event_unref);
  g_clear_pointer (&chunk->transcript, openai_transcript_unref);
  g_clear_error (&chunk->error);
  g_clear_pointer (&chunk->request_id, g_free);
  g_clear_pointer (&chunk->endpoint, g_free);
  g_clear_pointer (&chunk->model, g_free);
  g_clear_pointer (&chunk->prompt, g_free);
  g_clear_pointer (&chunk->heard, g_array_unref);
  g_clear_pointer (&chunk->stable, stt_stable_free);
  g_clear_pointer (&chunk->partial, g_free);
}

void
stt_chunk_unref (SttChunk *chunk)
{
  g_atomic_rc_box_release_full (chunk, chunk_clear);
}

static gdouble
seconds_between (GstClockTime from, GstClockTime to)
{
  return GST_CLOCK_TIME_IS_VALID (from) && GST_CLOCK_TIME_IS_VALID (to) && to > from
      ? (gdouble) (to - from) / GST_SECOND
      : NAN;
}

SttHeard
stt_chunk_heard (const SttChunk *chunk)
{
  return (SttHeard) {
    .voiced =
        chunk->duration_unknown ? NAN : stt_voice_between (chunk->heard, 0, G_MAXDOUBLE),
    .length = chunk->duration_unknown ? NAN : seconds_between (chunk->start, chunk->end),
    .speech_end =
        chunk->duration_unknown ? NAN : seconds_between (chunk->start, chunk->speech_end),
    .prompt = chunk->prompt,
  };
}

static SttChunk *
chunk_new (SttChunkKind kind, GstClockTime start, GstClockTime end)
{
  SttChunk *chunk = g_atomic_rc_box_new0 (SttChunk);

  chunk->kind = kind;
  chunk->start = start;
  chunk->end = end;
  chunk->heard = stt_voice_new ();
  chunk->result_running_time = GST_CLOCK_TIME_NONE;
  return chunk;
}

SttQueue *
stt_queue_new (void)
{
  SttQueue *self = g_new0 (SttQueue, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  g_queue_init (&self->queue);
  g_queue_init (&self->overtaken);
  return self;
}

void
stt_queue_free (SttQueue *self)
{
  if (!self)
    return;
  g_queue_clear_full (&self->queue, (GDestroyNotify) stt_chunk_unref);
  g_queue_clear_full (&self->overtaken, (GDestroyNotify) stt_chunk_unref);
  stt_stable_free (self->carried.stable);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
stt_queue_count_input (SttQueue *self, guint64 samples)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->account.in += samples;
  self->account.pending += samples;
}

void
stt_queue_count_sound (SttQueue *self, guint64 sound, guint64 voiced)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->account.sound += sound;
  self->account.voiced += voiced;
}

/* The words of a chunk that its result leaves to the next, which it was cut from in the
 * middle of speech, begin that. Called with the lock held. */
static void
carry_words (SttQueue *self, SttChunk *chunk)
{
  gsize length;

  if (!chunk->stable || !chunk->transcript || !chunk->goes_on)
    return;
  g_clear_pointer (&self->carried.stable, stt_stable_free);
  self->carried.stable = stt_stable_new ();
  stt_stable_carry (chunk->stable, chunk->transcript->text, self->carried.stable);
  length = strlen (stt_stable_get_text (chunk->stable));
  self->carried.shown = chunk->shown - MIN (chunk->shown, length);
  chunk->shown = MIN (chunk->shown, length);
}

/* Gives them to @chunk, or to none. Called with the lock held. */
static void
restore_carried (SttQueue *self, SttChunk *chunk)
{
  if (!self->carried.stable)
    return;
  if (chunk->kind == STT_CHUNK_SPEECH && !chunk->stable) {
    chunk->stable = g_steal_pointer (&self->carried.stable);
    chunk->shown = self->carried.shown;
  }
  g_clear_pointer (&self->carried.stable, stt_stable_free);
}

/* Called with the lock held. Takes @chunk. */
static void
append (SttQueue *self, SttChunk *chunk)
{
  restore_carried (self, chunk);
  g_queue_push_tail (&self->queue, chunk);
}

SttChunk *
stt_queue_push_chunk (SttQueue *self, GstClockTime start, GstClockTime speech_start)
{
  SttChunk *chunk = chunk_new (STT_CHUNK_SPEECH, start, start);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  chunk->speech_start = speech_start;
  chunk->number = ++self->chunks;
  append (self, chunk);
  g_cond_broadcast (&self->cond);
  return stt_chunk_ref (chunk);
}

static guint64 *
account_of (SttQueue *self, SttChunkState state)
{
  switch (state) {
    case STT_CHUNK_TRANSCRIBED:
      return &self->account.uploaded;
    case STT_CHUNK_FAILED:
      return &self->account.failed;
    case STT_CHUNK_DROPPED:
      return &self->account.dropped;
    default:
      return &self->account.pending;
  }
}

void
stt_queue_grow_chunk (SttQueue *self, SttChunk *chunk, guint64 samples)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  chunk->samples += samples;
  if (chunk->state == STT_CHUNK_OPEN)
    return;
  /* It was answered, or given up, while it was still being spoken. */
  self->account.pending -= samples;
  *account_of (self, chunk->state) += samples;
}

void
stt_queue_add_heard (
    SttQueue *self, SttChunk *chunk, GstClockTime start, GstClockTime end)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (start >= chunk->start && end > start)
    stt_voice_add (chunk->heard, (gdouble) (start - chunk->start) / GST_SECOND,
        (gdouble) (end - chunk->start) / GST_SECOND);
}

void
stt_queue_end_chunk (SttQueue *self, SttChunk *chunk, GstClockTime end,
    GstClockTime speech_start, GstClockTime speech_end, gboolean goes_on)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  chunk->end = end;
  chunk->speech_start = speech_start;
  chunk->speech_end = speech_end;
  chunk->ended = TRUE;
  chunk->goes_on = goes_on;
  chunk->speech_end_time = g_get_monotonic_time ();
  g_cond_broadcast (&self->cond);
}

/* Gives @second what was heard of @first after @time. */
static void
split_heard (SttChunk *first, SttChunk *second, GstClockTime time)
{
  gdouble at = (gdouble) (time - first->start) / GST_SECOND;
  g_autoptr (GArray) whole = g_steal_pointer (&first->heard);

  g_array_unref (second->heard);
  second->heard = stt_voice_cut (whole, at, G_MAXDOUBLE);
  first->heard = stt_voice_cut (whole, 0, at);
}

SttChunk *
stt_queue_split_chunk (
    SttQueue *self, SttChunk *chunk, guint64 samples, GstClockTime time)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GList *place = g_queue_find (&self->queue, chunk);
  SttChunk *second;

  if (!place || chunk->state != STT_CHUNK_OPEN)
    return NULL;
  second = chunk_new (STT_CHUNK_SPEECH, time, chunk->end);
  second->number = ++self->chunks;
  second->samples = chunk->samples - samples;
  second->ended = TRUE;
  second->goes_on = chunk->goes_on;
  chunk->goes_on = TRUE;
  second->speech_end_time = chunk->speech_end_time;
  second->speech_start = MAX (chunk->speech_start, time);
  second->speech_end = chunk->speech_end > time ? chunk->speech_end : second->end;
  chunk->samples = samples;
  split_heard (chunk, second, time);
  chunk->end = time;
  chunk->speech_start = chunk->speech_start < time ? chunk->speech_start : chunk->start;
  chunk->speech_end = MIN (chunk->speech_end, time);
  g_queue_insert_after (&self->queue, place, second);
  return stt_chunk_ref (second);
}

/* Nothing is told of what came before it afterwards. */
static gboolean
ends_stream (GstEvent *event)
{
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START:
    case GST_EVENT_SEGMENT_DONE:
    case GST_EVENT_STREAM_GROUP_DONE:
    case GST_EVENT_EOS:
      return TRUE;
    default:
      return FALSE;
  }
}

/* Called with the lock held. */
static gboolean
may_leave (SttQueue *self, SttChunk *chunk)
{
  switch (chunk->kind) {
    case STT_CHUNK_SPEECH:
      return chunk->ended && chunk->state != STT_CHUNK_OPEN;
    case STT_CHUNK_SILENCE:
      return self->queue.length > 1 || chunk->end - chunk->start >= SILENCE_INTERVAL;
    default:
      return g_queue_is_empty (&self->overtaken) || !ends_stream (chunk->event);
  }
}

void
stt_queue_push_silence (
    SttQueue *self, GstClockTime start, GstClockTime end, guint64 samples)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  SttChunk *last = g_queue_peek_tail (&self->queue);

  if (last && last->kind == STT_CHUNK_SILENCE && last->end == start) {
    last->end = end;
    last->samples += samples;
  } else {
    last = chunk_new (STT_CHUNK_SILENCE, start, end);
    last->samples = samples;
    append (self, last);
  }
  self->account.skipped += samples;
  self->account.pending -= samples;
  /* It grows with every buffer. */
  if (may_leave (self, g_queue_peek_head (&self->queue)))
    g_cond_broadcast (&self->cond);
}

void
stt_queue_push_event (SttQueue *self, GstEvent *event)
{
  SttChunk *chunk = chunk_new (STT_CHUNK_EVENT, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  chunk->event = event;
  append (self, chunk);
  g_cond_broadcast (&self->cond);
}

static SttChunkState
state_of (const SttResult *result)
{
  if (result->transcript)
    return STT_CHUNK_TRANSCRIBED;
  return result->error ? STT_CHUNK_FAILED : STT_CHUNK_DROPPED;
}

void
stt_queue_resolve (
    SttQueue *self, SttChunk *chunk, const SttResult *result, GstClockTime now)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GList *place;

  if (chunk->state != STT_CHUNK_OPEN)
    return;
  chunk->state = state_of (result);
  chunk->transcript =
      result->transcript ? openai_transcript_ref (result->transcript) : NULL;
  chunk->error = result->error ? g_error_copy (result->error) : NULL;
  chunk->request_id = g_strdup (result->id);
  chunk->endpoint = g_strdup (result->endpoint);
  chunk->model = g_strdup (result->model);
  chunk->attempts = result->attempts;
  chunk->result_time = g_get_monotonic_time ();
  chunk->result_running_time = now;
  carry_words (self, chunk);
  place = g_queue_find (&self->queue, chunk);
  if (place && place->next)
    restore_carried (self, place->next->data);
  self->has_transcript |= result->transcript != NULL;
  self->account.pending -= chunk->samples;
  *account_of (self, chunk->state) += chunk->samples;
  /* The caller of pop decides how long it waits for the first one. */
  if (chunk != g_queue_peek_head (&self->queue))
    self->woken = TRUE;
  g_cond_broadcast (&self->cond);
}

void
stt_partial_text_clear (SttPartialText *self)
{
  g_free (self->text);
  g_free (self->stable);
}

void
stt_words_clear (SttWords *self)
{
  g_clear_pointer (&self->chunk, stt_chunk_unref);
  g_free (self->text);
}

/* All that is known of a chunk. Called with the lock held. */
static gchar *
join_words (const SttChunk *chunk)
{
  return g_strchug (g_strconcat (
      stt_stable_get_text (chunk->stable), stt_stable_get_rest (chunk->stable), NULL));
}

/* Called with the lock held. FALSE: that is what was told last. */
static gboolean
update_partial (SttChunk *chunk, SttPartialText *told, gsize stable)
{
  const gchar *before = chunk->partial ? chunk->partial : "";

  told->stable = g_strchug (g_strdup (stt_stable_get_text (chunk->stable)));
  if (g_str_equal (before, told->text)
      && strlen (stt_stable_get_text (chunk->stable)) == stable)
    return FALSE;
  if (told->delta && g_str_has_prefix (told->text, before))
    told->delta = told->text + strlen (before);
  else
    told->delta = NULL;
  g_free (chunk->partial);
  chunk->partial = g_strdup (told->text);
  return TRUE;
}

gboolean
stt_queue_update (
    SttQueue *self, SttChunk *chunk, const SttPartial *partial, SttPartialText *told)
{
  gdouble heard = GST_CLOCK_TIME_IS_VALID (partial->heard)
      ? (gdouble) partial->heard / GST_SECOND
      : NAN;
  g_autofree gchar *text = openai_transcript_tidy_partial (partial->text);
  gboolean appended = partial->kind == STT_HYPOTHESIS_APPENDED;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gsize stable;

  if (chunk->state != STT_CHUNK_OPEN)
    return FALSE;
  if (!chunk->stable)
    chunk->stable = stt_stable_new ();
  stable = strlen (stt_stable_get_text (chunk->stable));
  stt_stable_push (chunk->stable, partial->kind, text, heard);
  told->text = appended ? g_steal_pointer (&text) : join_words (chunk);
  told->delta = appended ? told->text : NULL;
  if (!update_partial (chunk, told, stable))
    return FALSE;
  self->has_words = TRUE;
  self->woken = TRUE;
  g_cond_broadcast (&self->cond);
  return TRUE;
}

gboolean
stt_queue_words_wait (SttQueue *self, SttChunk *chunk)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return chunk->stable && stt_stable_waits (chunk->stable);
}

gdouble
stt_queue_get_sentence_end (SttQueue *self, SttChunk *chunk)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gsize end = chunk->stable ? stt_stable_last_end (chunk->stable, TRUE) : 0;

  return end > 0 ? stt_stable_time_of (chunk->stable, end) : NAN;
}

/* The chunk whose turn it is, with words that stay. Called with the lock held. */
static SttChunk *
peek_words (SttQueue *self)
{
  SttChunk *first = g_queue_peek_head (&self->queue);

  return first && first->kind == STT_CHUNK_SPEECH && first->state == STT_CHUNK_OPEN
          && first->stable && strlen (stt_stable_get_text (first->stable)) > first->shown
      ? first
      : NULL;
}

GstClockTime
stt_queue_get_words_start (SttQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  SttChunk *chunk = peek_words (self);
  gdouble start;

  if (!chunk)
    return GST_CLOCK_TIME_NONE;
  start = stt_stable_time_of (chunk->stable, chunk->shown);
  return chunk->start + (isnan (start) ? 0 : (GstClockTime) (start * GST_SECOND));
}

gboolean
stt_queue_pop_words (SttQueue *self, gboolean all, SttWords *words)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  SttChunk *chunk = peek_words (self);
  const gchar *text;
  gsize end;

  if (!chunk)
    return FALSE;
  text = stt_stable_get_text (chunk->stable);
  end = all ? strlen (text) : stt_stable_last_end (chunk->stable, FALSE);
  if (end <= chunk->shown)
    return FALSE;
  words->chunk = stt_chunk_ref (chunk);
  words->text = g_strchug (g_strndup (text + chunk->shown, end - chunk->shown));
  words->start = stt_stable_time_of (chunk->stable, chunk->shown);
  words->end = stt_stable_time_of (chunk->stable, end);
  chunk->shown = end;
  return TRUE;
}

void
stt_queue_count_repeated (SttQueue *self, guint64 samples)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->account.repeated += samples;
}

gboolean
stt_queue_has_transcript (SttQueue *self, gboolean words_count)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->has_transcript || (words_count && self->has_words);
}

/* Called with the lock held. NULL: what is left has no result either. */
static SttChunk *
pop_overtaken (SttQueue *self)
{
  for (GList *l = self->overtaken.head; l; l = l->next) {
    SttChunk *chunk = l->data;

    if (chunk->state == STT_CHUNK_OPEN)
      continue;
    g_queue_delete_link (&self->overtaken, l);
    return chunk;
  }
  return NULL;
}

SttChunk *
stt_queue_pop (SttQueue *self, gboolean *woken)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  *woken = FALSE;
  while (!self->flushing) {
    SttChunk *first = g_queue_peek_head (&self->queue);
    SttChunk *overtaken = pop_overtaken (self);

    if (overtaken)
      return overtaken;
    if (first && may_leave (self, first))
      return g_queue_pop_head (&self->queue);
    if (self->woken) {
      self->woken = FALSE;
      *woken = TRUE;
      return NULL;
    }
    g_cond_wait (&self->cond, &self->lock);
  }
  return NULL;
}

static gboolean
has_text (SttChunk *chunk)
{
  return chunk->state == STT_CHUNK_TRANSCRIBED && *chunk->transcript->text != '\0';
}

/* Called with the lock held. */
static gboolean
is_blocked (SttQueue *self)
{
  SttChunk *first = g_queue_peek_head (&self->queue);

  if (!first || first->kind != STT_CHUNK_SPEECH || !first->ended
      || first->state != STT_CHUNK_OPEN)
    return FALSE;
  for (GList *l = self->queue.head->next; l; l = l->next) {
    if (has_text (l->data))
      return TRUE;
  }
  return FALSE;
}

GstClockTime
stt_queue_get_blocking_end (SttQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  SttChunk *first = g_queue_peek_head (&self->queue);

  return is_blocked (self) ? first->end : GST_CLOCK_TIME_NONE;
}

SttChunk *
stt_queue_overtake (SttQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  SttChunk *chunk;

  if (!is_blocked (self))
    return NULL;
  chunk = g_queue_pop_head (&self->queue);
  chunk->overtaken = TRUE;
  g_queue_push_tail (&self->overtaken, chunk);
  return stt_chunk_ref (chunk);
}

void
stt_queue_wake (SttQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->woken = TRUE;
  g_cond_broadcast (&self->cond);
}

GstClockTime
stt_queue_get_quiet_end (SttQueue *self, gboolean *speech)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  SttChunk *first = g_queue_peek_head (&self->queue);
  SttChunk *next = first && first->kind == STT_CHUNK_SILENCE
      ? g_queue_peek_nth (&self->queue, 1)
      : first;

  *speech = next && next->kind == STT_CHUNK_SPEECH;
  if (!first || first->kind == STT_CHUNK_EVENT)
    return GST_CLOCK_TIME_NONE;
  return *speech ? next->speech_start : first->end;
}

/* Called with the lock held. */
static gboolean
knows_until (SttQueue *self, GstClockTime until)
{
  SttChunk *first = g_queue_peek_head (&self->queue);

  return self->flushing
      || (first
          && (first->kind != STT_CHUNK_SILENCE || first->end >= until
              || self->queue.length > 1));
}

void
stt_queue_await_input (SttQueue *self, GstClockTime until)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint64 samples;

  do {
    samples = self->account.in;
    while (!knows_until (self, until)
        && g_cond_wait_until (
            &self->cond, &self->lock, g_get_monotonic_time () + INPUT_PAUSE))
      ;
  } while (!knows_until (self, until) && self->account.in != samples);
}

void
stt_queue_set_flushing (SttQueue *self, gboolean flushing)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->flushing = flushing;
  g_cond_broadcast (&self->cond);
}

static void
drop_unresolved (GQueue *chunks)
{
  for (GList *l = chunks->head; l; l = l->next) {
    SttChunk *chunk = l->data;

    if (chunk->kind == STT_CHUNK_SPEECH && chunk->state == STT_CHUNK_OPEN)
      chunk->state = STT_CHUNK_DROPPED;
  }
}

/* Sticky events are kept when the lock is free again: the pad has its own. */
void
stt_queue_clear (SttQueue *self, GstPad *pad)
{
  GQueue queue, overtaken;

  g_mutex_lock (&self->lock);
  drop_unresolved (&self->queue);
  drop_unresolved (&self->overtaken);
  queue = self->queue;
  g_queue_init (&self->queue);
  overtaken = self->overtaken;
  g_queue_init (&self->overtaken);
  g_clear_pointer (&self->carried.stable, stt_stable_free);
  self->account.dropped += self->account.pending;
  self->account.pending = 0;
  g_mutex_unlock (&self->lock);

  for (GList *l = queue.head; pad && l; l = l->next) {
    SttChunk *chunk = l->data;

    if (chunk->event)
      gst_openai_keep_sticky (pad, chunk->event);
  }
  g_queue_clear_full (&queue, (GDestroyNotify) stt_chunk_unref);
  g_queue_clear_full (&overtaken, (GDestroyNotify) stt_chunk_unref);
}

void
stt_queue_get_account (SttQueue *self, SttQueueAccount *account)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  *account = self->account;
}

void
stt_queue_reset_account (SttQueue *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  memset (&self->account, 0, sizeof self->account);
  self->chunks = 0;
  self->has_transcript = self->has_words = FALSE;
}
