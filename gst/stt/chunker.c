// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where to cut: mono samples in, chunks of speech and silence out. */

#include "chunker.h"

#include "lonesound.h"
#include "pauses.h"

/* Speech begins with so many loud frames among the last of them. The network hears a
 * voice in all of a frame that has the shortest word; less is mostly no voice. */
#define ONSET_WINDOW 5
#define ONSET_FRAMES 3
#define NEURAL_ONSET_WINDOW 25
#define NEURAL_ONSET_FRAMES 15

/* Frames of a pause in which a full chunk is cut: the closure of a plosive is
 * shorter. */
#define PAUSE_FRAMES 12

/* Frames of a pause that is long: of these the last is as good as the longest. */
#define LONG_PAUSE_FRAMES 30

/* Frames that are quietest on the whole, where there is no such pause. */
#define QUIET_FRAMES 10

/* Milliseconds: how far the pause after a word may be from where the word is thought
 * to end. */
#define NEAR_MS 700

/* The network hears a voice for some 70 ms after its end. */
#define TAIL_FRAMES 10

typedef struct
{
  guint64 start;
  guint64 end;
} Span;

struct _SttChunker
{
  SttChunkerOptions options;
  SttLength length;
  guint64 max_chunk; /* of the open chunk */
  guint frame_length;

  guint64 pushed;
  guint64 reported; /* all before it is in a chunk */
  GArray *events;   /* SttChunkerEvent */
  guint next_event;

  SttHearing *hearing;

  GArray *heard; /* Span: loud frames that no chunk has told */
  guint n_quiet; /* frames at its end that are voiced, but quiet */

  SttFrame frames[NEURAL_ONSET_WINDOW]; /* the last ones */
  guint n_frames;

  SttLoneSound lone;
  guint64 lone_start; /* of those in the open chunk, of which no frame is heard */
  guint64 lone_end;   /* 0: none */

  gboolean open;
  guint64 begin;
  SttPauses pauses;      /* of the network's frames */
  guint64 voice_end;     /* of the last that is voiced */
  guint64 silence;       /* that ends a chunk now */
  guint64 resumes_until; /* until then it need not be loud to begin */
  guint64 speech_start;  /* of the open chunk; G_MAXUINT64: none yet */
  guint64 speech_end;    /* so far */
  guint64 quiet_since;   /* in the last half; G_MAXUINT64: it is loud */
  guint64 pause;         /* the middle of its longest pause ... */
  guint64 pause_length;  /* ... of so many samples, or more if long */
  GArray *tail;          /* SttFrame: the newest of the last quarter */
  guint64 quietest;      /* the best cut in it where there is no pause */
  gfloat quietest_level;
};

static void
forget_cuts (SttChunker *self)
{
  g_array_set_size (self->tail, 0);
  self->quiet_since = self->pause = self->quietest = G_MAXUINT64;
  self->pause_length = 0;
}

SttChunker *
stt_chunker_new (const SttChunkerOptions *options)
{
  SttChunker *self = g_new0 (SttChunker, 1);

  self->options = *options;
  self->silence = options->silence;
  self->max_chunk = options->max_chunk;
  self->frame_length = MAX (1, options->rate / STT_FRAMES_PER_SECOND);
  self->events = g_array_new (FALSE, FALSE, sizeof (SttChunkerEvent));
  self->tail = g_array_new (FALSE, FALSE, sizeof (SttFrame));
  self->heard = g_array_new (FALSE, FALSE, sizeof (Span));
  self->hearing = stt_hearing_new (options->rate, options->vad);
  stt_lone_sound_init (&self->lone);
  forget_cuts (self);
  return self;
}

void
stt_chunker_free (SttChunker *self)
{
  if (!self)
    return;
  g_array_unref (self->events);
  g_array_unref (self->tail);
  g_array_unref (self->heard);
  stt_hearing_free (self->hearing);
  g_free (self);
}

static void
emit (SttChunker *self, SttChunkerEventKind kind, guint64 start, guint64 end)
{
  SttChunkerEvent event = { .kind = kind, .start = start, .end = end };

  g_array_append_val (self->events, event);
}

/* A loud frame; the newest. */
static void
add_heard (SttChunker *self, const SttFrame *frame)
{
  guint64 start = frame->start, end = frame->end;
  Span span = { start, end };
  Span *last = self->heard->len > 0
      ? &g_array_index (self->heard, Span, self->heard->len - 1)
      : NULL;

  if (last && start <= last->end)
    last->end = MAX (last->end, end);
  else
    g_array_append_val (self->heard, span);
}

/* After a frame without a voice: the last with one that is loud is its end. */
static void
trim_heard (SttChunker *self)
{
  guint64 tail = MIN (self->n_quiet, TAIL_FRAMES) * self->frame_length;
  Span *last = self->heard->len > 0
      ? &g_array_index (self->heard, Span, self->heard->len - 1)
      : NULL;

  if (last && last->end - last->start > tail)
    last->end -= tail;
  self->n_quiet = 0;
}

/* What was loud before @at is of no interest any more. */
static void
forget_heard (SttChunker *self, guint64 at)
{
  guint n = 0;

  while (n < self->heard->len && g_array_index (self->heard, Span, n).end <= at)
    n++;
  g_array_remove_range (self->heard, 0, n);
  if (self->heard->len > 0 && g_array_index (self->heard, Span, 0).start < at)
    g_array_index (self->heard, Span, 0).start = at;
}

/* Tells what was loud in the open chunk, which ends at @end. */
static void
report_heard (SttChunker *self, SttChunkerEvent *chunk_end, guint64 end)
{
  for (guint i = 0; i < self->heard->len; i++) {
    Span span = g_array_index (self->heard, Span, i);

    span.start = MAX (span.start, self->begin);
    span.end = MIN (span.end, end);
    if (span.start >= span.end)
      continue;
    emit (self, STT_CHUNKER_HEARD, span.start, span.end);
    chunk_end->speech_start = MIN (chunk_end->speech_start, span.start);
    chunk_end->speech_end = span.end;
  }
  forget_heard (self, end);
}

/* All up to @end belongs to the open chunk, or to none. */
static void
report (SttChunker *self, SttChunkerEventKind kind, guint64 end)
{
  SttChunkerEvent *last = self->events->len > self->next_event
      ? &g_array_index (self->events, SttChunkerEvent, self->events->len - 1)
      : NULL;

  if (end <= self->reported)
    return;
  if (last && last->kind == kind)
    last->end = end;
  else
    emit (self, kind, self->reported, end);
  self->reported = end;
  if (kind == STT_CHUNKER_SILENCE)
    forget_heard (self, end);
}

/* Of chunks that begin now. */
static guint64
longest_chunk (SttChunker *self)
{
  return self->length == STT_LENGTH_LATE && self->options.late_max_chunk
      ? self->options.late_max_chunk
      : self->options.max_chunk;
}

/* @onset: of what is heard in it, as far as that is known, else @at. */
static void
begin_chunk (SttChunker *self, guint64 at, guint64 onset)
{
  self->max_chunk = longest_chunk (self);
  report (self, STT_CHUNKER_SILENCE, at);
  emit (self, STT_CHUNKER_BEGIN, self->reported, self->reported);
  g_array_index (self->events, SttChunkerEvent, self->events->len - 1).speech_start =
      MAX (onset, self->reported);
  self->open = TRUE;
  self->begin = self->reported;
  self->speech_start = self->lone_start = G_MAXUINT64;
  self->speech_end = self->begin;
  self->lone_end = 0;
}

/* What was said may be in the lone sounds of the open chunk, too. */
static void
report_lone (SttChunker *self, SttChunkerEvent *chunk_end)
{
  guint64 end = MIN (self->lone_end, self->reported);

  if (self->lone_start >= end)
    return;
  chunk_end->speech_start = MIN (chunk_end->speech_start, self->lone_start);
  chunk_end->speech_end = MAX (chunk_end->speech_end, end);
}

static void
end_chunk (SttChunker *self, guint64 at, gboolean forced)
{
  SttChunkerEvent event = {
    .kind = STT_CHUNKER_END,
    .forced = forced,
    .speech_start = G_MAXUINT64,
  };

  report (self, STT_CHUNKER_AUDIO, at);
  event.start = event.end = self->reported;
  report_heard (self, &event, self->reported);
  report_lone (self, &event);
  if (event.speech_start == G_MAXUINT64 || self->options.vad == STT_VAD_NONE) {
    event.speech_start = self->begin;
    event.speech_end = self->reported;
  }
  g_array_append_val (self->events, event);
  self->open = FALSE;
  forget_cuts (self);
}

static guint
onset_window (gboolean neural)
{
  return neural ? NEURAL_ONSET_WINDOW : ONSET_WINDOW;
}

/* The start of the first loud frame of an onset; G_MAXUINT64: none. */
static guint64
find_onset (SttChunker *self, gboolean neural)
{
  guint window = onset_window (neural);
  guint wanted = neural ? NEURAL_ONSET_FRAMES : ONSET_FRAMES, n = 0;
  guint64 first = G_MAXUINT64;

  for (guint i = 1; i <= MIN (self->n_frames, window); i++) {
    const SttFrame *frame = &self->frames[(self->n_frames - i) % NEURAL_ONSET_WINDOW];

    if (!frame->begins)
      continue;
    n++;
    first = frame->start;
  }
  return n >= wanted ? first : G_MAXUINT64;
}

static guint64
minus (guint64 a, guint64 b)
{
  return a > b ? a - b : 0;
}

/* The middle of the quietest 20 ms of the tail. */
static guint64
middle_of_quietest (GArray *tail)
{
  guint64 middle = 0;
  gfloat quietest = G_MAXFLOAT;

  for (guint i = 1; i < tail->len; i++) {
    const SttFrame *frame = &g_array_index (tail, SttFrame, i);
    gfloat pair = MAX (frame[-1].level, frame->level);

    if (pair > quietest)
      continue;
    quietest = pair;
    middle = frame->start;
  }
  return middle;
}

/* Keeps where to cut: in the 100 ms that are quietest on the whole, since a
 * pause between words is longer than one inside of them. */
static void
track_quietest (SttChunker *self, const SttFrame *frame)
{
  gfloat sum = 0;

  g_array_append_val (self->tail, *frame);
  if (self->tail->len > QUIET_FRAMES)
    g_array_remove_index (self->tail, 0);
  for (guint i = 0; i < self->tail->len; i++)
    sum += g_array_index (self->tail, SttFrame, i).level;
  if (self->tail->len < 2
      || (self->quietest != G_MAXUINT64
          && (self->tail->len < QUIET_FRAMES || sum > self->quietest_level)))
    return;
  self->quietest_level = self->tail->len == QUIET_FRAMES ? sum : G_MAXFLOAT;
  self->quietest = MAX (middle_of_quietest (self->tail), self->reported);
}

/* Keeps the middle of the longest pause, the last of several: what came before
 * that needs not wait any longer. */
static void
track_pause (SttChunker *self, const SttFrame *frame)
{
  guint64 length;

  if (!frame->quiet) {
    self->quiet_since = G_MAXUINT64;
    return;
  }
  self->quiet_since = MIN (self->quiet_since, frame->start);
  length = frame->end - self->quiet_since;
  if (length < PAUSE_FRAMES * (guint64) self->frame_length || length < self->pause_length)
    return;
  self->pause_length = MIN (length, LONG_PAUSE_FRAMES * (guint64) self->frame_length);
  self->pause = MAX (self->quiet_since + length / 2, self->reported);
}

/* This part of the longest chunk is left: 2: the last half. */
static guint64
last_part (SttChunker *self, guint part)
{
  return self->begin + self->max_chunk - self->max_chunk / part;
}

static guint64
latest_end (SttChunker *self)
{
  return self->max_chunk ? self->begin + self->max_chunk : G_MAXUINT64;
}

static void
track_cuts (SttChunker *self, const SttFrame *frame)
{
  if (self->max_chunk == 0 || frame->start >= latest_end (self))
    return;
  if (frame->start >= last_part (self, 2))
    track_pause (self, frame);
  if (frame->start >= last_part (self, 4))
    track_quietest (self, frame);
}

/* The best cut so far. */
static guint64
best_cut (SttChunker *self)
{
  return self->pause != G_MAXUINT64 ? self->pause : self->quietest;
}

/* A cut that is still to come gives nothing before this to the next chunk. */
static guint64
earliest_cut (SttChunker *self, guint64 now)
{
  guint64 best = best_cut (self);

  if (self->pause != G_MAXUINT64)
    return best;
  if (best == G_MAXUINT64 && self->max_chunk && now > last_part (self, 4))
    best = last_part (self, 4);
  return MIN (best, self->quiet_since);
}

/* The rest goes to the next chunk. */
static void
force_cut (SttChunker *self, guint64 now)
{
  guint64 cut = MAX (MIN (best_cut (self), now), self->reported);
  guint n;

  end_chunk (self, cut, TRUE);
  begin_chunk (self, cut, cut);
  n = self->heard->len;
  if (n > 0) {
    self->speech_start = g_array_index (self->heard, Span, 0).start;
    self->speech_end = g_array_index (self->heard, Span, n - 1).end;
  }
}

static void
close_at_pause (SttChunker *self, guint64 now, gboolean forced)
{
  guint64 end = MAX (
      self->speech_end + self->options.hangover, self->begin + self->options.min_chunk);

  end = MIN (MIN (end, latest_end (self)), now);
  end_chunk (self, MAX (end, self->reported), forced);
}

/* The open chunk is as long as it may be. In a pause it waits for the end of
 * the hangover: when speech goes on before, the cut is where it is quietest, or
 * else there is nothing for another chunk. */
static void
end_full (SttChunker *self, guint64 now)
{
  const SttChunkerOptions *options = &self->options;

  if (!options->skip_silence || self->quietest == G_MAXUINT64
      || self->speech_end > self->quietest) {
    force_cut (self, now);
  } else if (now - self->speech_end >= options->hangover) {
    self->resumes_until = self->speech_end + self->silence;
    close_at_pause (self, now, TRUE);
    self->n_frames = 0;
  }
}

/* Whether a chunk of this length ends in such a pause. */
static gboolean
is_filled (SttChunker *self, guint64 length, guint64 pause)
{
  const SttChunkerOptions *options = &self->options;

  switch (self->length) {
    case STT_LENGTH_PAUSES:
      return TRUE;
    case STT_LENGTH_FILLED:
      return length >= options->start_fill || pause >= options->start_pause;
    case STT_LENGTH_LATE:
      return length >= options->late_fill || pause >= options->max_pause;
    default:
      return length >= options->fill || pause >= options->max_pause;
  }
}

/* Whether the open chunk, in which something was said, ends in the pause that
 * goes on. */
static gboolean
ends_at_pause (SttChunker *self, guint64 now)
{
  const SttChunkerOptions *options = &self->options;
  guint64 pause = now - self->speech_end, length = now - self->begin;

  return self->speech_start != G_MAXUINT64 && pause >= self->silence
      && length >= options->min_chunk && is_filled (self, length, pause);
}

static void
advance_open (SttChunker *self, const SttFrame *frame)
{
  const SttChunkerOptions *options = &self->options;
  guint64 now = frame->end, certain;

  if (frame->goes_on) {
    self->speech_start = MIN (self->speech_start, frame->start);
    self->speech_end = now;
    add_heard (self, frame);
  }
  track_cuts (self, frame);

  if (ends_at_pause (self, now)) {
    close_at_pause (self, now, FALSE);
    return;
  }
  if (now >= latest_end (self)) {
    end_full (self, now);
    return;
  }
  certain = options->skip_silence ? MIN (now, self->speech_end + options->hangover) : now;
  report (self, STT_CHUNKER_AUDIO, MIN (certain, earliest_cut (self, now)));
}

static void
advance_closed (SttChunker *self, const SttFrame *frame)
{
  guint64 now = frame->end;
  guint64 onset = now <= self->resumes_until && frame->goes_on
      ? frame->start
      : find_onset (self, frame->neural);
  guint64 undecided = self->options.pre_roll
      + (onset_window (frame->neural) + 1) * (guint64) self->frame_length;

  undecided = MAX (undecided,
      minus (now + self->options.pre_roll, stt_lone_sound_pending (&self->lone)));
  if (!self->options.skip_silence || onset != G_MAXUINT64) {
    begin_chunk (self,
        !self->options.skip_silence
            ? self->reported
            : MAX (minus (onset, self->options.pre_roll), self->reported),
        onset != G_MAXUINT64 ? onset : self->reported);
    if (onset != G_MAXUINT64) {
      self->speech_start = MAX (onset, self->begin);
      self->speech_end = now;
      forget_heard (self, self->speech_start);
      add_heard (self, frame);
    }
    report (self, STT_CHUNKER_AUDIO, now);
  } else {
    report (self, STT_CHUNKER_SILENCE, minus (now, undecided));
  }
}

/* The network hears no voice in a sound that stands alone in digital silence, or too little
 * of one. A noise gate or a key let it through on purpose: it is uploaded, so that nothing
 * is lost in silence. */
static void
take_lone_sound (SttChunker *self, guint64 now)
{
  guint64 start = self->lone.start, end = self->lone.end;

  if (self->open && self->lone.is_voiced)
    return;
  if (!self->open) {
    begin_chunk (
        self, MAX (minus (start, self->options.pre_roll), self->reported), start);
    forget_heard (self, end);
  }
  self->lone_start = MIN (self->lone_start, MAX (start, self->begin));
  self->lone_end = end;
  self->speech_start = MIN (self->speech_start, self->lone_start);
  self->speech_end = MAX (self->speech_end, end);
  report (self, STT_CHUNKER_AUDIO, MIN (now, self->speech_end + self->options.hangover));
}

static void
find_lone_sound (SttChunker *self, const SttFrame *frame)
{
  if (frame->neural && self->options.vad == STT_VAD_AUTO
      && stt_lone_sound_push (&self->lone, frame))
    take_lone_sound (self, frame->start);
}

/* Where chunks have a fixed length, loudness only tells what was heard in them. */
static void
hear (SttChunker *self, const SttFrame *frame)
{
  const Span *last = self->heard->len > 0
      ? &g_array_index (self->heard, Span, self->heard->len - 1)
      : NULL;
  gboolean goes_on = last && last->end == frame->start;

  if (goes_on ? frame->goes_on : frame->begins)
    add_heard (self, frame);
}

/* Pauses up to 600 ms may be inside of a sentence. */
static void
track_voice (SttChunker *self, const SttFrame *frame)
{
  guint64 pause = minus (frame->start, self->voice_end);

  if (!frame->goes_on)
    return;
  if (self->options.least_silence > 0 && frame->neural && pause > 0
      && pause < self->options.rate * (guint64) 6 / 10) {
    stt_pauses_add (&self->pauses, pause);
    self->silence = stt_pauses_get_end (
        &self->pauses, self->options.least_silence, self->options.silence);
  }
  self->voice_end = frame->end;
}

static void
advance (SttChunker *self, const SttFrame *frame)
{
  if (self->options.vad == STT_VAD_NONE) {
    hear (self, frame);
    return;
  }
  find_lone_sound (self, frame);
  self->frames[self->n_frames++ % NEURAL_ONSET_WINDOW] = *frame;
  track_voice (self, frame);
  if (!frame->goes_on)
    trim_heard (self);
  else
    self->n_quiet = frame->quiet ? self->n_quiet + 1 : 0;
  if (self->open) {
    advance_open (self, frame);
    return;
  }
  if (frame->begins)
    add_heard (self, frame);
  advance_closed (self, frame);
}

static void
advance_all (SttChunker *self)
{
  SttFrame frame;

  while (stt_hearing_next (self->hearing, &frame))
    advance (self, &frame);
}

/* How much of @length is before the exact sample at which a chunk of fixed
 * length ends. */
static gsize
begin_fixed (SttChunker *self, gsize length)
{
  guint64 max;

  if (!self->open)
    begin_chunk (self, self->pushed, self->pushed);
  max = self->max_chunk;
  return max ? MIN (length, MAX (1, minus (self->begin + max, self->pushed))) : length;
}

static void
end_fixed (SttChunker *self)
{
  guint64 max = self->max_chunk;

  report (self, STT_CHUNKER_AUDIO, self->pushed);
  if (max && self->pushed - self->begin >= max)
    end_chunk (self, self->pushed, TRUE);
}

void
stt_chunker_push (
    SttChunker *self, const gint16 *samples, gsize length, SttVerdict verdict)
{
  gboolean fixed = self->options.vad == STT_VAD_NONE;

  while (length > 0) {
    /* A second at most: what is not judged yet moves up with each frame. */
    gsize n = MIN (fixed ? begin_fixed (self, length) : length, self->options.rate);

    stt_hearing_push (self->hearing, samples, n, verdict);
    self->pushed += n;
    samples += n;
    length -= n;
    advance_all (self);
    if (fixed)
      end_fixed (self);
  }
}

static guint64
limited (guint64 longest, guint64 max_chunk)
{
  return longest == 0 || longest > max_chunk ? max_chunk : longest;
}

void
stt_chunker_limit (SttChunker *self, guint64 max_chunk)
{
  SttChunkerOptions *options = &self->options;

  max_chunk = MAX (max_chunk, options->rate);
  options->max_chunk = limited (options->max_chunk, max_chunk);
  options->late_max_chunk = MIN (options->late_max_chunk, max_chunk);
  self->max_chunk = limited (self->max_chunk, max_chunk);
}

void
stt_chunker_set_length (SttChunker *self, SttLength length)
{
  guint64 before = longest_chunk (self), longest, so_far;

  self->length = length;
  longest = longest_chunk (self);
  if (longest == before || !self->open)
    return;
  /* Its best cut has to be found anew, which takes some time. */
  forget_cuts (self);
  so_far = self->pushed - self->begin;
  self->max_chunk = MAX (longest, so_far + longest / 2);
}

void
stt_chunker_finish (SttChunker *self)
{
  guint64 end = self->pushed;

  stt_hearing_finish (self->hearing);
  advance_all (self);
  if (stt_lone_sound_finish (&self->lone))
    take_lone_sound (self, end);
  if (self->open) {
    if (self->options.vad != STT_VAD_NONE && self->options.skip_silence
        && end - self->speech_end > self->options.hangover)
      close_at_pause (self, end, FALSE);
    else
      end_chunk (self, MIN (end, latest_end (self)), FALSE);
  }
  report (self, STT_CHUNKER_SILENCE, end);
  self->n_frames = 0;
}

gboolean
stt_chunker_next (SttChunker *self, SttChunkerEvent *event)
{
  if (self->next_event == self->events->len) {
    g_array_set_size (self->events, 0);
    self->next_event = 0;
    return FALSE;
  }
  *event = g_array_index (self->events, SttChunkerEvent, self->next_event++);
  return TRUE;
}

void
stt_chunker_cut_near (SttChunker *self, guint64 position)
{
  guint64 near = (guint64) NEAR_MS * self->options.rate / 1000;

  if (self->open && self->pause != G_MAXUINT64 && self->pause <= position + near
      && position <= self->pause + near && self->quiet_since == G_MAXUINT64)
    force_cut (self, self->pushed);
}

guint64
stt_chunker_heard_end (const SttChunker *self, gboolean *paused)
{
  guint64 end = self->options.vad == STT_VAD_NONE
      ? self->pushed
      : self->speech_end + self->options.hangover;

  *paused = self->open && end < self->pushed;
  return self->open ? MIN (self->pushed, end) : 0;
}

void
stt_chunker_get_sound (SttChunker *self, SttSound *sound)
{
  stt_hearing_get_sound (self->hearing, sound);
}

gsize
stt_chunker_middle_cut (const gint16 *samples, gsize length, guint rate)
{
  gsize window = MAX (1, rate / 50);
  gsize best = length / 2;
  gfloat quietest = G_MAXFLOAT;

  for (gsize at = length / 4; at + window <= length - length / 4;
       at += MAX (1, window / 2)) {
    gfloat level = stt_hearing_level (samples + at, window);

    if (level < quietest) {
      quietest = level;
      best = at + window / 2;
    }
  }
  return best;
}
