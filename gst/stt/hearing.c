// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is speech: mono samples in, frames of 10 ms with a judgement out. */

#include "hearing.h"

#include <math.h>

#include "audio/voicedetector.h"
#include "noise.h"

/* A filter that lets 300 Hz and more pass, at 16 kHz: see stt_noise_push(). */
#define HIGH_PASS 0.89f

/* Noise that is steady and louder than this, dBFS, covers quiet speech. */
#define LOUD_NOISE_DB -50

/* A filter, and what passed it. */
typedef struct
{
  gfloat in;
  gfloat out;
  gfloat squares; /* of the frame that is not full */
} HighPass;

struct _SttHearing
{
  SttVad vad;
  guint frame_length;
  guint64 pushed;

  /* the frame that is not full */
  guint fill;
  gint64 sum;
  gint64 squares;
  HighPass high;
  HighPass higher;    /* of what passed the one before */
  SttVerdict verdict; /* of its last samples */

  SttNoise *noise;
  SttNoise *high_noise;          /* above 300 Hz */
  OpenaiVoiceDetector *detector; /* NULL: what is told or loud counts */
  GArray *frames;                /* SttFrame: not judged by it */
  guint64 judged;                /* it judged all before this ... */
  gboolean voice;                /* ... and this to be at the end of it */

  SttSound sound;
};

SttHearing *
stt_hearing_new (guint rate, SttVad vad)
{
  SttHearing *self = g_new0 (SttHearing, 1);

  self->vad = vad;
  self->frame_length = MAX (1, rate / STT_FRAMES_PER_SECOND);
  self->noise = stt_noise_new ();
  self->high_noise = stt_noise_new ();
  self->frames = g_array_new (FALSE, FALSE, sizeof (SttFrame));
  if (vad == STT_VAD_AUTO || vad == STT_VAD_NEURAL)
    self->detector = openai_voice_detector_new (rate);
  return self;
}

void
stt_hearing_free (SttHearing *self)
{
  if (!self)
    return;
  g_array_unref (self->frames);
  g_clear_pointer (&self->detector, openai_voice_detector_free);
  stt_noise_free (self->noise);
  stt_noise_free (self->high_noise);
  g_free (self);
}

static void
add_up (const gint16 *samples, gsize n, gint64 *sum, gint64 *squares)
{
  gint32 part = 0;
  gint64 part_squares = 0;

  for (gsize i = 0; i + 2 <= n; i += 2) {
    gint32 a = samples[i], b = samples[i + 1];

    part += a + b;
    part_squares += (guint32) (a * a) + (guint32) (b * b);
  }
  if (n % 2) {
    part += samples[n - 1];
    part_squares += (gint32) samples[n - 1] * samples[n - 1];
  }
  *sum += part;
  *squares += part_squares;
}

static inline gfloat
pass_one (HighPass *self, gfloat in)
{
  self->out = HIGH_PASS * self->out + HIGH_PASS * (in - self->in);
  self->in = in;
  self->squares += self->out * self->out;
  return self->out;
}

/* The same of two samples, of which the second does not wait for the first. */
static inline void
pass_pair (HighPass *self, const gfloat in[2], gfloat out[2])
{
  gfloat rise = HIGH_PASS * (in[0] - self->in), next = HIGH_PASS * (in[1] - in[0]);

  out[0] = HIGH_PASS * self->out + rise;
  out[1] = HIGH_PASS * HIGH_PASS * self->out + (HIGH_PASS * rise + next);
  self->in = in[1];
  self->out = out[1];
  self->squares += out[0] * out[0] + out[1] * out[1];
}

static void
add_up_high (SttHearing *self, const gint16 *samples, gsize n)
{
  HighPass high = self->high, higher = self->higher;

  for (gsize i = 0; i + 2 <= n; i += 2) {
    gfloat pair[] = { samples[i], samples[i + 1] }, passed[2];

    pass_pair (&high, pair, passed);
    pass_pair (&higher, passed, pair);
  }
  if (n % 2)
    pass_one (&higher, pass_one (&high, samples[n - 1]));
  self->high = high;
  self->higher = higher;
}

/* Mean square without the offset, of full scale. */
static gfloat
level_of (gdouble sum, gdouble squares, gdouble n)
{
  gdouble mean = sum / n;
  gdouble power = squares / n - mean * mean;

  return 10 * log10f (MAX (power, 0.01) / (32768.0 * 32768.0));
}

gfloat
stt_hearing_level (const gint16 *samples, gsize length)
{
  gint64 sum = 0, squares = 0;

  add_up (samples, length, &sum, &squares);
  return level_of (sum, squares, length);
}

static gboolean
stands_out (SttNoise *noise, gfloat level, gfloat margin)
{
  return level
      > MAX (stt_noise_floor (noise) + margin, NOISE_QUIETEST_DB + NOISE_ONSET_DB);
}

static gboolean
is_noisy (SttHearing *self)
{
  return stt_noise_floor (self->noise) > LOUD_NOISE_DB;
}

/* Of all it has, or of what it has above a hum. */
static gboolean
is_loud (SttHearing *self, gfloat level, gfloat high, gfloat margin)
{
  return stands_out (self->noise, level, margin)
      || (is_noisy (self) && stands_out (self->high_noise, high, margin));
}

static void
clear_frame (SttHearing *self)
{
  self->fill = 0;
  self->sum = self->squares = 0;
  self->high.squares = self->higher.squares = 0;
}

/* By its loudness, or what is told of it. */
static void
classify_frame (SttHearing *self, SttFrame *frame, gfloat high)
{
  frame->begins = is_loud (self, frame->level, high, NOISE_ONSET_DB);
  frame->goes_on = is_loud (self, frame->level, high, NOISE_HOLD_DB);
  if (self->verdict != STT_VERDICT_NONE)
    frame->begins = frame->goes_on = self->verdict == STT_VERDICT_VOICE;
  frame->quiet = !frame->goes_on;
}

static void
end_frame (SttHearing *self)
{
  SttFrame frame = {
    .start = self->pushed - self->fill,
    .end = self->pushed,
    .level = level_of (self->sum, self->squares, self->fill),
  };
  gfloat high = level_of (0, self->high.squares, self->fill);
  gfloat higher = level_of (0, self->higher.squares, self->fill);

  stt_noise_push (self->noise, frame.level, high);
  stt_noise_push (self->high_noise, higher, higher);
  clear_frame (self);
  classify_frame (self, &frame, higher);
  g_array_append_val (self->frames, frame);
}

/* What is told goes before the network, which is of no use from then on. */
static void
follow_verdict (SttHearing *self, SttVerdict verdict)
{
  if (self->vad == STT_VAD_NEURAL)
    return;
  self->verdict = verdict;
  if (verdict != STT_VERDICT_NONE)
    g_clear_pointer (&self->detector, openai_voice_detector_free);
}

void
stt_hearing_push (
    SttHearing *self, const gint16 *samples, gsize length, SttVerdict verdict)
{
  follow_verdict (self, verdict);
  if (self->detector)
    openai_voice_detector_push (self->detector, samples, length);
  while (length > 0) {
    gsize n = MIN (length, self->frame_length - self->fill);

    add_up (samples, n, &self->sum, &self->squares);
    add_up_high (self, samples, n);
    self->fill += n;
    self->pushed += n;
    samples += n;
    length -= n;
    if (self->fill == self->frame_length)
      end_frame (self);
  }
}

/* A pause is where the network hears no voice, and where it is quieter for less time
 * than the network needs. */
static gboolean
hear (SttHearing *self, SttFrame *frame)
{
  while (self->judged < frame->end)
    if (!openai_voice_detector_next (self->detector, &self->judged, &self->voice))
      return FALSE;
  frame->neural = TRUE;
  frame->begins = frame->goes_on = self->voice;
  frame->quiet |= !self->voice;
  return TRUE;
}

static void
count (SttHearing *self, const SttFrame *frame)
{
  guint64 length = frame->end - frame->start;

  if (frame->goes_on)
    self->sound.voiced += length;
  else if (self->vad == STT_VAD_ENERGY && is_noisy (self) && frame->level > LOUD_NOISE_DB)
    self->sound.covered += length;
  if (frame->goes_on || frame->level > NOISE_QUIETEST_DB)
    self->sound.sound += length;
}

gboolean
stt_hearing_next (SttHearing *self, SttFrame *frame)
{
  if (self->frames->len == 0)
    return FALSE;
  *frame = g_array_index (self->frames, SttFrame, 0);
  if (self->detector && !hear (self, frame))
    return FALSE;
  g_array_remove_index (self->frames, 0);
  count (self, frame);
  return TRUE;
}

void
stt_hearing_get_sound (SttHearing *self, SttSound *sound)
{
  *sound = self->sound;
}

void
stt_hearing_finish (SttHearing *self)
{
  if (self->detector)
    openai_voice_detector_finish (self->detector);
  clear_frame (self);
}
