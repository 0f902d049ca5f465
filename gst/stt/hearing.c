// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is speech: mono samples in, frames of 10 ms with a judgement out. */

#include "hearing.h"

#include <math.h>

#include "audio/voicedetector.h"
#include "noise.h"

/* A filter that lets 300 Hz and more pass, at 16 kHz: see stt_noise_push(). */
#define HIGH_PASS 0.89f

struct _SttHearing
{
  SttVad vad;
  guint frame_length;
  guint64 pushed;

  /* the frame that is not full */
  guint fill;
  gint64 sum;
  gint64 squares;
  gdouble high_squares;
  gfloat last_sample;
  gfloat last_high;
  SttVerdict verdict;           /* of its last samples */

  SttNoise *noise;
  gboolean loud;                /* the last frame */
  OpenaiVoiceDetector *detector;        /* NULL: what is told or loud counts */
  GQueue frames;                /* SttFrame: not judged by it */
  guint64 judged;               /* it judged all before this ... */
  gboolean voice;               /* ... and this to be at the end of it */
};

SttHearing *
stt_hearing_new (guint rate, SttVad vad)
{
  SttHearing *self = g_new0 (SttHearing, 1);

  self->vad = vad;
  self->frame_length = MAX (1, rate / STT_FRAMES_PER_SECOND);
  self->noise = stt_noise_new ();
  g_queue_init (&self->frames);
  if (vad == STT_VAD_AUTO || vad == STT_VAD_NEURAL)
    self->detector = openai_voice_detector_new (rate);
  return self;
}

void
stt_hearing_free (SttHearing * self)
{
  if (!self)
    return;
  g_queue_clear_full (&self->frames, g_free);
  g_clear_pointer (&self->detector, openai_voice_detector_free);
  stt_noise_free (self->noise);
  g_free (self);
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
add_up_high (SttHearing * self, const gint16 * samples, gsize n)
{
  gfloat last = self->last_sample, high = self->last_high, squares = 0;

  for (gsize i = 0; i < n; i++) {
    high = HIGH_PASS * high + HIGH_PASS * (samples[i] - last);
    last = samples[i];
    squares += high * high;
  }
  self->last_sample = last;
  self->last_high = high;
  self->high_squares += squares;
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
stt_hearing_level (const gint16 * samples, gsize length)
{
  gint64 sum = 0, squares = 0;

  add_up (samples, length, &sum, &squares);
  return level_of (sum, squares, length);
}

static gboolean
is_loud (SttHearing * self, gfloat level, gfloat margin)
{
  return level > MAX (stt_noise_floor (self->noise) + margin,
      NOISE_QUIETEST_DB + NOISE_ONSET_DB);
}

static void
clear_frame (SttHearing * self)
{
  self->fill = 0;
  self->sum = self->squares = 0;
  self->high_squares = 0;
}

/* By its loudness, or what is told of it. */
static void
judge (SttHearing * self, SttFrame * frame)
{
  frame->begins = is_loud (self, frame->level, NOISE_ONSET_DB);
  frame->goes_on = is_loud (self, frame->level, NOISE_HOLD_DB);
  if (self->verdict != STT_VERDICT_NONE)
    frame->begins = frame->goes_on = self->verdict == STT_VERDICT_VOICE;
  frame->quiet = !frame->goes_on;
}

static void
end_frame (SttHearing * self)
{
  SttFrame frame = {
    .start = self->pushed - self->fill,
    .end = self->pushed,
    .level = level_of (self->sum, self->squares, self->fill),
  };

  stt_noise_push (self->noise, frame.level,
      level_of (0, self->high_squares, self->fill));
  clear_frame (self);
  judge (self, &frame);
  g_queue_push_tail (&self->frames, g_memdup2 (&frame, sizeof frame));
}

/* What is told goes before the network, which is of no use from then on. */
static void
follow_verdict (SttHearing * self, SttVerdict verdict)
{
  if (self->vad == STT_VAD_NEURAL)
    return;
  self->verdict = verdict;
  if (verdict != STT_VERDICT_NONE)
    g_clear_pointer (&self->detector, openai_voice_detector_free);
}

void
stt_hearing_push (SttHearing * self, const gint16 * samples, gsize length,
    SttVerdict verdict)
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
hear (SttHearing * self, SttFrame * frame)
{
  while (self->judged < frame->end)
    if (!openai_voice_detector_next (self->detector, &self->judged,
            &self->voice))
      return FALSE;
  frame->neural = TRUE;
  frame->begins = frame->goes_on = self->voice;
  frame->quiet |= !self->voice;
  return TRUE;
}

gboolean
stt_hearing_next (SttHearing * self, SttFrame * frame)
{
  SttFrame *next = g_queue_peek_head (&self->frames);

  if (!next || (self->detector && !hear (self, next)))
    return FALSE;
  *frame = *next;
  g_free (g_queue_pop_head (&self->frames));
  return TRUE;
}

void
stt_hearing_finish (SttHearing * self)
{
  if (self->detector)
    openai_voice_detector_finish (self->detector);
  clear_frame (self);
}
