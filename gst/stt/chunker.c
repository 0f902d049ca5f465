// SPDX-License-Identifier: LGPL-2.1-or-later
/* Where to cut: mono samples in, stretches of speech and silence out. */

#include "stt/chunker.h"

#include <math.h>

#include "stt/noise.h"

/* Everything is decided on frames of 10 ms. */
#define FRAMES_PER_SECOND 100

/* Speech begins with so many loud frames among the last of them. */
#define ONSET_WINDOW 5
#define ONSET_FRAMES 3

/* Frames of a pause in which a chunk is cut. */
#define PAUSE_FRAMES 10

/* A filter that lets 300 Hz and more pass, at 16 kHz: see noise_push(). */
#define HIGH_PASS 0.89f

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

  gfloat last_sample;
  gfloat last_high;
  gdouble high_squares;

  Noise *noise;

  gboolean loud[ONSET_WINDOW];
  guint64 loud_start[ONSET_WINDOW];
  guint n_frames;

  gboolean open;
  guint64 begin;
  guint64 resumes_until;        /* until then it need not be loud to begin */
  guint64 speech_start;         /* of the open chunk; G_MAXUINT64: none yet */
  guint64 speech_end;           /* so far */
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
  chunker->noise = noise_new ();
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
  noise_free (chunker->noise);
  g_free (chunker);
}

static void
emit (Chunker * chunker, ChunkerEventKind kind, guint64 start, guint64 end)
{
  ChunkerEvent event = { .kind = kind,.start = start,.end = end };

  g_array_append_val (chunker->events, event);
}

/* All up to @end belongs to the open chunk, or to none. */
static void
report (Chunker * chunker, ChunkerEventKind kind, guint64 end)
{
  if (end <= chunker->reported)
    return;
  emit (chunker, kind, chunker->reported, end);
  chunker->reported = end;
}

static void
begin_chunk (Chunker * chunker, guint64 at)
{
  report (chunker, CHUNKER_SILENCE, at);
  emit (chunker, CHUNKER_BEGIN, chunker->reported, chunker->reported);
  chunker->open = TRUE;
  chunker->begin = chunker->reported;
  chunker->speech_start = G_MAXUINT64;
  chunker->speech_end = chunker->begin;
  chunker->loud_length = chunker->options.detect ? 0 : G_MAXUINT64;
}

static void
end_chunk (Chunker * chunker, guint64 at, gboolean forced)
{
  ChunkerEvent event = {
    .kind = CHUNKER_END,
    .forced = forced,
    .loud = chunker->loud_length,
    .speech_start = chunker->begin,
  };

  report (chunker, CHUNKER_AUDIO, at);
  event.start = event.end = event.speech_end = chunker->reported;
  if (chunker->speech_start < chunker->reported) {
    event.speech_start = chunker->speech_start;
    event.speech_end = MIN (chunker->speech_end, chunker->reported);
  }
  g_array_append_val (chunker->events, event);
  chunker->open = FALSE;
  g_array_set_size (chunker->tail, 0);
  chunker->quietest = G_MAXUINT64;
}

static gboolean
is_loud (Chunker * chunker, gfloat level, gfloat margin)
{
  if (chunker->frame_voice != CHUNKER_JUDGE)
    return chunker->frame_voice == CHUNKER_VOICE;
  return level > MAX (noise_floor (chunker->noise) + margin,
      NOISE_QUIETEST_DB + NOISE_ONSET_DB);
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

/* The middle of the quietest 20 ms of the tail. */
static guint64
middle_of_quietest (GArray * tail)
{
  guint64 middle = 0;
  gfloat quietest = G_MAXFLOAT;

  for (guint i = 1; i < tail->len; i++) {
    const Frame *frame = &g_array_index (tail, Frame, i);
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
track_quietest (Chunker * chunker, guint64 start, gfloat level)
{
  Frame frame = { start, level };
  gfloat sum = 0;

  g_array_append_val (chunker->tail, frame);
  if (chunker->tail->len > PAUSE_FRAMES)
    g_array_remove_index (chunker->tail, 0);
  for (guint i = 0; i < chunker->tail->len; i++)
    sum += g_array_index (chunker->tail, Frame, i).level;
  if (chunker->tail->len < 2 || (chunker->quietest != G_MAXUINT64
          && (chunker->tail->len < PAUSE_FRAMES
              || sum > chunker->quietest_level)))
    return;
  chunker->quietest_level =
      chunker->tail->len == PAUSE_FRAMES ? sum : G_MAXFLOAT;
  chunker->quietest =
      MAX (middle_of_quietest (chunker->tail), chunker->reported);
}

static guint64
last_quarter (Chunker * chunker)
{
  return chunker->begin + chunker->options.max_chunk
      - chunker->options.max_chunk / 4;
}

static guint64
latest_end (Chunker * chunker)
{
  guint64 max = chunker->options.max_chunk;

  return max ? chunker->begin + max : G_MAXUINT64;
}

/* The rest goes to the next chunk. */
static void
force_cut (Chunker * chunker, guint64 now)
{
  guint64 cut = chunker->options.detect
      && chunker->quietest != G_MAXUINT64 ? chunker->quietest : now;
  guint64 speech_end = chunker->speech_end;

  cut = MAX (cut, chunker->reported);
  end_chunk (chunker, cut, TRUE);
  begin_chunk (chunker, cut);
  if (speech_end > cut) {
    chunker->speech_start = cut;
    chunker->speech_end = speech_end;
  }
  /* Some of it was counted before the cut was chosen. */
  chunker->loud_length = G_MAXUINT64;
}

static void
close_at_pause (Chunker * chunker, guint64 now, gboolean forced)
{
  guint64 end = MAX (chunker->speech_end + chunker->options.hangover,
      chunker->begin + chunker->options.min_chunk);

  end = MIN (MIN (end, latest_end (chunker)), now);
  end_chunk (chunker, MAX (end, chunker->reported), forced);
}

/* The open chunk is as long as it may be. In a pause it waits for the end of
 * the hangover: when speech goes on before, the cut is where it is quietest, or
 * else there is nothing for another chunk. */
static void
end_full (Chunker * chunker, guint64 now)
{
  const ChunkerOptions *options = &chunker->options;

  if (!options->skip_silence || chunker->quietest == G_MAXUINT64
      || chunker->speech_end > chunker->quietest) {
    force_cut (chunker, now);
  } else if (now - chunker->speech_end >= options->hangover) {
    chunker->resumes_until = chunker->speech_end + options->silence;
    close_at_pause (chunker, now, TRUE);
    chunker->n_frames = 0;
  }
}

static void
advance_open (Chunker * chunker, guint64 start, guint64 now, gfloat level)
{
  const ChunkerOptions *options = &chunker->options;
  gboolean full = now >= latest_end (chunker);
  gboolean in_last_quarter = options->max_chunk
      && start >= last_quarter (chunker) && start < latest_end (chunker);
  guint64 certain;

  if (is_loud (chunker, level, NOISE_HOLD_DB)) {
    chunker->speech_start = MIN (chunker->speech_start, start);
    chunker->speech_end = now;
    if (chunker->loud_length != G_MAXUINT64)
      chunker->loud_length += now - start;
  }
  if (in_last_quarter)
    track_quietest (chunker, start, level);

  if (now - chunker->speech_end >= options->silence
      && now - chunker->begin >= options->min_chunk
      && chunker->speech_start != G_MAXUINT64) {
    close_at_pause (chunker, now, FALSE);
    return;
  }
  if (full) {
    end_full (chunker, now);
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
advance_closed (Chunker * chunker, guint64 start, guint64 now, gfloat level)
{
  guint64 onset = now <= chunker->resumes_until
      && is_loud (chunker, level, NOISE_HOLD_DB) ? start : find_onset (chunker);
  guint64 undecided = chunker->options.pre_roll
      + (ONSET_WINDOW + 1) * (guint64) chunker->frame_length;

  if (!chunker->options.skip_silence || onset != G_MAXUINT64) {
    begin_chunk (chunker, !chunker->options.skip_silence ?
        chunker->reported : MAX (minus (onset, chunker->options.pre_roll),
            chunker->reported));
    if (onset != G_MAXUINT64) {
      chunker->speech_start = MAX (onset, chunker->begin);
      chunker->speech_end = now;
      chunker->loud_length = MIN (now - onset,
          ONSET_FRAMES * (guint64) chunker->frame_length);
    }
    report (chunker, CHUNKER_AUDIO, now);
  } else {
    report (chunker, CHUNKER_SILENCE, minus (now, undecided));
  }
}

/* Mean square without the offset, of full scale. */
static gfloat
level_of (gdouble sum, gdouble squares, gdouble n)
{
  gdouble mean = sum / n;
  gdouble power = squares / n - mean * mean;

  return 10 * log10f (MAX (power, 0.01) / (32768.0 * 32768.0));
}

static void
clear_frame (Chunker * chunker)
{
  chunker->frame_fill = 0;
  chunker->frame_sum = chunker->frame_squares = 0;
  chunker->high_squares = 0;
}

static void
end_frame (Chunker * chunker)
{
  guint64 now = chunker->pushed, start = now - chunker->frame_fill;
  gfloat level = level_of (chunker->frame_sum, chunker->frame_squares,
      chunker->frame_fill);
  gfloat high = level_of (0, chunker->high_squares, chunker->frame_fill);
  guint slot = chunker->n_frames++ % ONSET_WINDOW;

  clear_frame (chunker);
  if (chunker->options.detect) {
    noise_push (chunker->noise, level, high);
    chunker->loud[slot] = is_loud (chunker, level, NOISE_ONSET_DB);
    chunker->loud_start[slot] = start;
  }
  if (chunker->open)
    advance_open (chunker, start, now, level);
  else
    advance_closed (chunker, start, now, level);
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
      taken = MIN (taken, minus (chunker->begin + max, chunker->pushed));
    chunker->pushed += taken;
    length -= taken;
    report (chunker, CHUNKER_AUDIO, chunker->pushed);
    if (max && chunker->pushed - chunker->begin >= max)
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

static void
add_up_high (Chunker * chunker, const gint16 * samples, gsize n)
{
  gfloat last = chunker->last_sample, high = chunker->last_high, squares = 0;

  for (gsize i = 0; i < n; i++) {
    high = HIGH_PASS * high + HIGH_PASS * (samples[i] - last);
    last = samples[i];
    squares += high * high;
  }
  chunker->last_sample = last;
  chunker->last_high = high;
  chunker->high_squares += squares;
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
    add_up_high (chunker, samples, n);
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
chunker_limit (Chunker * chunker, guint64 max_chunk)
{
  guint64 *longest = &chunker->options.max_chunk;

  if (*longest == 0 || *longest > max_chunk)
    *longest = MAX (max_chunk, chunker->options.rate);
}

void
chunker_finish (Chunker * chunker)
{
  guint64 end = chunker->pushed;

  if (chunker->open) {
    if (chunker->options.detect && chunker->options.skip_silence
        && end - chunker->speech_end > chunker->options.hangover)
      close_at_pause (chunker, end, FALSE);
    else
      end_chunk (chunker, MIN (end, latest_end (chunker)), FALSE);
  }
  report (chunker, CHUNKER_SILENCE, end);
  clear_frame (chunker);
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
