// SPDX-License-Identifier: LGPL-2.1-or-later
/* Where to cut: mono samples in, stretches of speech and silence out. */

#include "stt/chunker.h"

#include <math.h>

/* Everything is decided on frames of 10 ms. */
#define FRAMES_PER_SECOND 100

/* Decibels. Speech begins this far over the noise floor, and goes on while it
 * is this far over it. */
#define ONSET_DB 9
#define HOLD_DB 5

/* Nothing quieter is speech, and the noise floor is taken for no quieter: the
 * noise of a 16 bit recording. */
#define QUIETEST_DB -65

/* Nor is the floor taken for louder: what is louder than this is never only
 * noise to begin with. */
#define LOUDEST_FLOOR_DB -30

/* Speech begins with so many loud frames among the last of them. */
#define ONSET_WINDOW 5
#define ONSET_FRAMES 3

/* The floor is the quietest smoothed frame of the last eight windows of half a
 * second: steady noise is known after four seconds, and speech has gaps. */
#define FLOOR_WINDOW 50
#define FLOOR_WINDOWS 8
#define FIRST_FLOOR 3

typedef struct
{
  guint64 start;
  gfloat level;                 /* dBFS */
} Frame;

struct _Chunker
{
  ChunkerOptions options;
  guint frame_length;

  guint64 pushed;
  guint64 reported;             /* all before it is in a stretch */
  GArray *events;               /* ChunkerEvent */
  guint next_event;

  /* the frame that is not full */
  guint frame_fill;
  gint64 frame_sum;
  gint64 frame_squares;
  ChunkerVoice frame_voice;     /* of its last samples */

  gfloat smoothed;
  gfloat window_minimum;
  guint window_fill;
  gfloat minima[FLOOR_WINDOWS];
  guint n_minima;
  gfloat floor;

  gboolean loud[ONSET_WINDOW];
  guint64 loud_start[ONSET_WINDOW];
  guint n_frames;

  gboolean open;
  guint64 begin;
  guint64 speech_end;           /* of the open chunk, so far */
  guint64 loud_length;          /* loud samples of it; G_MAXUINT64: not known */
  GArray *tail;                 /* Frame: in the last quarter of the window */
  guint64 quietest;             /* the best cut in it; G_MAXUINT64: none */
  gfloat quietest_level;
};

Chunker *
chunker_new (const ChunkerOptions * options)
{
  Chunker *chunker = g_new0 (Chunker, 1);

  chunker->options = *options;
  chunker->frame_length = MAX (1, options->rate / FRAMES_PER_SECOND);
  chunker->events = g_array_new (FALSE, FALSE, sizeof (ChunkerEvent));
  chunker->tail = g_array_new (FALSE, FALSE, sizeof (Frame));
  chunker->floor = QUIETEST_DB;
  chunker->window_minimum = G_MAXFLOAT;
  chunker->quietest = G_MAXUINT64;
  return chunker;
}

void
chunker_free (Chunker * chunker)
{
  if (!chunker)
    return;
  g_array_unref (chunker->events);
  g_array_unref (chunker->tail);
  g_free (chunker);
}

static void
emit (Chunker * chunker, ChunkerEventKind kind, guint64 start, guint64 end,
    gboolean forced)
{
  ChunkerEvent event = { kind, start, end, forced, chunker->loud_length };

  g_array_append_val (chunker->events, event);
}

/* All up to @end belongs to the open chunk, or to none. */
static void
report (Chunker * chunker, ChunkerEventKind kind, guint64 end)
{
  if (end <= chunker->reported)
    return;
  emit (chunker, kind, chunker->reported, end, FALSE);
  chunker->reported = end;
}

static void
begin_chunk (Chunker * chunker, guint64 at)
{
  report (chunker, CHUNKER_SILENCE, at);
  emit (chunker, CHUNKER_BEGIN, chunker->reported, chunker->reported, FALSE);
  chunker->open = TRUE;
  chunker->begin = chunker->reported;
  chunker->speech_end = chunker->begin;
  chunker->loud_length = chunker->options.detect ? 0 : G_MAXUINT64;
}

static void
end_chunk (Chunker * chunker, guint64 at, gboolean forced)
{
  report (chunker, CHUNKER_AUDIO, at);
  emit (chunker, CHUNKER_END, chunker->reported, chunker->reported, forced);
  chunker->open = FALSE;
  g_array_set_size (chunker->tail, 0);
  chunker->quietest = G_MAXUINT64;
}

static void
track_floor (Chunker * chunker, gfloat level)
{
  gfloat minimum = G_MAXFLOAT;

  if (chunker->n_minima == 0 && chunker->window_fill == 0)
    chunker->smoothed = level;
  chunker->smoothed += 0.3f * (level - chunker->smoothed);
  chunker->window_minimum = MIN (chunker->window_minimum, chunker->smoothed);
  if (++chunker->window_fill == FLOOR_WINDOW) {
    chunker->minima[chunker->n_minima++ % FLOOR_WINDOWS] =
        chunker->window_minimum;
    chunker->window_minimum = chunker->smoothed;
    chunker->window_fill = 0;
  }
  for (guint i = 0; i < MIN (chunker->n_minima, FLOOR_WINDOWS); i++)
    minimum = MIN (minimum, chunker->minima[i]);
  /* Speech may have no gap for a while: until then take all for speech. */
  if (chunker->n_minima >= FIRST_FLOOR)
    chunker->floor = CLAMP (MIN (minimum, chunker->window_minimum),
        QUIETEST_DB, LOUDEST_FLOOR_DB);
}

static gboolean
is_loud (Chunker * chunker, gfloat level, gfloat margin)
{
  if (chunker->frame_voice != CHUNKER_JUDGE)
    return chunker->frame_voice == CHUNKER_VOICE;
  return level > MAX (chunker->floor + margin, QUIETEST_DB + ONSET_DB);
}

/* The start of the first loud frame of an onset; G_MAXUINT64: none. */
static guint64
find_onset (Chunker * chunker)
{
  guint n = 0;
  guint64 first = G_MAXUINT64;

  for (guint i = 0; i < MIN (chunker->n_frames, ONSET_WINDOW); i++) {
    if (!chunker->loud[i])
      continue;
    n++;
    first = MIN (first, chunker->loud_start[i]);
  }
  return n >= ONSET_FRAMES ? first : G_MAXUINT64;
}

static guint64
minus (guint64 a, guint64 b)
{
  return a > b ? a - b : 0;
}

/* Keeps the middle of the quietest 20 ms of the last quarter. */
static void
track_quietest (Chunker * chunker, guint64 start, gfloat level)
{
  Frame frame = { start, level };
  Frame *before;
  gfloat pair;

  g_array_append_val (chunker->tail, frame);
  if (chunker->tail->len > 2)
    g_array_remove_index (chunker->tail, 0);
  if (chunker->tail->len < 2)
    return;
  before = &g_array_index (chunker->tail, Frame, 0);
  pair = MAX (before->level, level);
  if (chunker->quietest == G_MAXUINT64 || pair <= chunker->quietest_level) {
    chunker->quietest = start;
    chunker->quietest_level = pair;
  }
}

static guint64
last_quarter (Chunker * chunker)
{
  return chunker->begin + chunker->options.max_chunk
      - chunker->options.max_chunk / 4;
}

/* The open chunk is as long as it may be: the rest goes to the next one. */
static void
force_cut (Chunker * chunker, guint64 now)
{
  guint64 cut = chunker->options.detect
      && chunker->quietest != G_MAXUINT64 ? chunker->quietest : now;
  guint64 speech_end = chunker->speech_end;

  cut = MAX (cut, chunker->reported);
  end_chunk (chunker, cut, TRUE);
  begin_chunk (chunker, cut);
  chunker->speech_end = MAX (speech_end, cut);
  /* Some of it was counted before the cut was chosen. */
  chunker->loud_length = G_MAXUINT64;
}

static void
close_at_pause (Chunker * chunker, guint64 now)
{
  guint64 end = MAX (chunker->speech_end + chunker->options.hangover,
      chunker->begin + chunker->options.min_chunk);

  end_chunk (chunker, MAX (MIN (end, now), chunker->reported), FALSE);
}

static void
advance_open (Chunker * chunker, guint64 start, guint64 now, gfloat level)
{
  const ChunkerOptions *options = &chunker->options;
  gboolean in_last_quarter =
      options->max_chunk && start >= last_quarter (chunker);
  guint64 certain;

  if (is_loud (chunker, level, HOLD_DB)) {
    chunker->speech_end = now;
    if (chunker->loud_length != G_MAXUINT64)
      chunker->loud_length += now - start;
  }
  if (in_last_quarter)
    track_quietest (chunker, start, level);

  if (now - chunker->speech_end >= options->silence
      && now - chunker->begin >= options->min_chunk) {
    close_at_pause (chunker, now);
    return;
  }
  if (options->max_chunk && now - chunker->begin >= options->max_chunk) {
    force_cut (chunker, now);
    return;
  }
  certain = options->skip_silence ?
      MIN (now, chunker->speech_end + options->hangover) : now;
  if (in_last_quarter)
    certain = MIN (certain, chunker->quietest == G_MAXUINT64 ?
        last_quarter (chunker) : chunker->quietest);
  report (chunker, CHUNKER_AUDIO, certain);
}

static void
advance_closed (Chunker * chunker, guint64 start, guint64 now)
{
  guint64 onset = find_onset (chunker);
  guint64 undecided = chunker->options.pre_roll
      + (ONSET_WINDOW + 1) * (guint64) chunker->frame_length;

  if (!chunker->options.skip_silence || onset != G_MAXUINT64) {
    begin_chunk (chunker, !chunker->options.skip_silence ?
        chunker->reported : MAX (minus (onset, chunker->options.pre_roll),
            chunker->reported));
    chunker->speech_end = onset != G_MAXUINT64 ? now : chunker->begin;
    chunker->loud_length = onset != G_MAXUINT64 ?
        ONSET_FRAMES * (guint64) chunker->frame_length : 0;
    report (chunker, CHUNKER_AUDIO, now);
  } else {
    report (chunker, CHUNKER_SILENCE, minus (now, undecided));
  }
}

/* Mean square without the offset, of full scale. */
static gfloat
level_of (gint64 sum, gint64 squares, gdouble n)
{
  gdouble mean = sum / n;
  gdouble power = squares / n - mean * mean;

  return 10 * log10f (MAX (power, 0.01) / (32768.0 * 32768.0));
}

static void
end_frame (Chunker * chunker)
{
  guint64 now = chunker->pushed, start = now - chunker->frame_fill;
  gfloat level = level_of (chunker->frame_sum, chunker->frame_squares,
      chunker->frame_fill);
  guint slot = chunker->n_frames++ % ONSET_WINDOW;

  chunker->frame_fill = 0;
  chunker->frame_sum = chunker->frame_squares = 0;
  if (chunker->options.detect) {
    track_floor (chunker, level);
    chunker->loud[slot] = is_loud (chunker, level, ONSET_DB);
    chunker->loud_start[slot] = start;
  }
  if (chunker->open)
    advance_open (chunker, start, now, level);
  else
    advance_closed (chunker, start, now);
}

/* Fixed lengths, at the exact sample. */
static void
push_fixed (Chunker * chunker, gsize length)
{
  guint64 max = chunker->options.max_chunk;

  while (length > 0) {
    guint64 taken = length;

    if (!chunker->open)
      begin_chunk (chunker, chunker->pushed);
    if (max)
      taken = MIN (taken, chunker->begin + max - chunker->pushed);
    chunker->pushed += taken;
    length -= taken;
    report (chunker, CHUNKER_AUDIO, chunker->pushed);
    if (max && chunker->pushed - chunker->begin == max)
      end_chunk (chunker, chunker->pushed, TRUE);
  }
}

static void
add_up (const gint16 * samples, gsize n, gint64 * sum, gint64 * squares)
{
  gint32 part = 0;
  gint64 part_squares = 0;

  for (gsize i = 0; i < n; i++) {
    part += samples[i];
    part_squares += (gint32) samples[i] * samples[i];
  }
  *sum += part;
  *squares += part_squares;
}

void
chunker_push (Chunker * chunker, const gint16 * samples, gsize length,
    ChunkerVoice voice)
{
  if (!chunker->options.detect) {
    push_fixed (chunker, length);
    return;
  }
  while (length > 0) {
    gsize n = MIN (length, chunker->frame_length - chunker->frame_fill);

    add_up (samples, n, &chunker->frame_sum, &chunker->frame_squares);
    chunker->frame_voice = voice;
    chunker->frame_fill += n;
    chunker->pushed += n;
    samples += n;
    length -= n;
    if (chunker->frame_fill == chunker->frame_length)
      end_frame (chunker);
  }
}

void
chunker_finish (Chunker * chunker)
{
  guint64 end = chunker->pushed;

  if (chunker->open) {
    if (chunker->options.detect && chunker->options.skip_silence
        && end - chunker->speech_end > chunker->options.hangover)
      close_at_pause (chunker, end);
    else
      end_chunk (chunker, end, FALSE);
  }
  report (chunker, CHUNKER_SILENCE, end);
  chunker->frame_fill = 0;
  chunker->frame_sum = chunker->frame_squares = 0;
  chunker->n_frames = 0;
}

gboolean
chunker_next (Chunker * chunker, ChunkerEvent * event)
{
  if (chunker->next_event == chunker->events->len) {
    g_array_set_size (chunker->events, 0);
    chunker->next_event = 0;
    return FALSE;
  }
  *event = g_array_index (chunker->events, ChunkerEvent,
      chunker->next_event++);
  return TRUE;
}

gsize
chunker_middle_cut (const gint16 * samples, gsize length, guint rate)
{
  gsize window = MAX (1, rate / 50);
  gsize best = length / 2;
  gfloat quietest = G_MAXFLOAT;

  for (gsize at = length / 4; at + window <= length - length / 4;
      at += MAX (1, window / 2)) {
    gint64 sum = 0, squares = 0;
    gfloat level;

    add_up (samples + at, window, &sum, &squares);
    level = level_of (sum, squares, window);
    if (level < quietest) {
      quietest = level;
      best = at + window / 2;
    }
  }
  return best;
}
