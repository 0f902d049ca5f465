// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Which of a stream of mono samples are speech, as a neural network hears it. */

#include "voicedetector.h"

#include <stdlib.h>

#include "sinc.h"
#include "voicenet.h"

#define FRAME OPENAI_VOICE_NET_FRAME

/* Probabilities at which a voice begins and ends, as the network's authors use it. */
#define BEGIN 0.5f
#define END 0.35f

/* Without anything like a voice for five seconds the network is made to forget, and
 * for half a second after that it has to be surer. (Measured: after a minute of music
 * it hears 0.89 of the speech that follows, so 0.99.) */
#define UNLIKE 0.2f
#define UNLIKE_FRAMES 157
#define WARY_BEGIN 0.8f
#define WARY_FRAMES 16

/* After so many frames of digital silence the network is not asked what it is: a
 * microphone that is off costs nothing. */
#define SILENT_FRAMES UNLIKE_FRAMES

/* Sound whose peaks stay under this, of full scale, is made that loud for the network,
 * but at most so much louder (24 dB): under -66 dBFS it hears nothing. A peak is
 * forgotten by 1 dB a second. */
#define QUIET_PEAK 0.05f
#define MOST_GAIN 16
#define PEAK_DECAY 0.99632f /* of a frame */

struct _OpenaiVoiceDetector
{
  guint rate;
  OpenaiSinc *sinc; /* NULL: the rate is the network's */
  OpenaiVoiceNet *net;
  GArray *samples; /* gint16 at the network's rate, not judged */

  guint64 pushed;
  guint64 origin;   /* the first that follows the others */
  guint64 n_frames; /* judged since then */
  gboolean finished;

  gfloat peak; /* of 32768 */
  gboolean voice;
  guint n_unlike; /* frames in a row */
  guint n_wary;   /* frames to come */
  guint n_silent; /* frames in a row, digitally */
};

OpenaiVoiceDetector *
openai_voice_detector_new (guint rate)
{
  OpenaiVoiceDetector *self = g_new0 (OpenaiVoiceDetector, 1);

  self->rate = rate;
  if (rate != OPENAI_VOICE_NET_RATE)
    self->sinc = openai_sinc_new (rate, OPENAI_VOICE_NET_RATE);
  self->net = openai_voice_net_new ();
  self->samples = g_array_new (FALSE, TRUE, sizeof (gint16));
  return self;
}

void
openai_voice_detector_free (OpenaiVoiceDetector *self)
{
  if (!self)
    return;
  g_clear_pointer (&self->sinc, openai_sinc_free);
  openai_voice_net_free (self->net);
  g_array_unref (self->samples);
  g_free (self);
}

static void
begin_clean (OpenaiVoiceDetector *self)
{
  self->finished = FALSE;
  self->origin = self->pushed;
  self->n_frames = 0;
  self->voice = FALSE;
  self->n_unlike = self->n_wary = self->n_silent = 0;
  g_array_set_size (self->samples, 0);
  openai_voice_net_reset (self->net);
  if (self->sinc)
    openai_sinc_reset (self->sinc);
}

void
openai_voice_detector_push (
    OpenaiVoiceDetector *self, const gint16 *samples, gsize length)
{
  if (self->finished)
    begin_clean (self);
  self->pushed += length;
  if (self->sinc)
    openai_sinc_push (self->sinc, samples, length, self->samples);
  else
    g_array_append_vals (self->samples, samples, length);
}

static gint
find_peak (const gint16 *samples)
{
  gint peak = 0;

  for (guint i = 0; i < FRAME; i++)
    peak = MAX (peak, abs (samples[i]));
  return peak;
}

static gfloat
follow_peak (OpenaiVoiceDetector *self, gint peak)
{
  self->peak = MAX (self->peak * PEAK_DECAY, MAX (peak, 1));
  return CLAMP (QUIET_PEAK * 32768 / self->peak, 1, MOST_GAIN);
}

/* How likely there is a voice. */
static gfloat
hear (OpenaiVoiceDetector *self, const gint16 *samples)
{
  gint peak = find_peak (samples);
  gfloat gain = follow_peak (self, peak);

  self->n_silent = peak == 0 ? self->n_silent + 1 : 0;
  return self->n_silent > SILENT_FRAMES
      ? 0
      : openai_voice_net_push (self->net, samples, gain);
}

static void
update_state (OpenaiVoiceDetector *self, gfloat probability)
{
  gfloat begin = self->n_wary > 0 ? WARY_BEGIN : BEGIN;

  self->n_wary -= self->n_wary > 0;
  if (probability >= begin)
    self->voice = TRUE;
  else if (probability < END)
    self->voice = FALSE;
  self->n_unlike = probability < UNLIKE ? self->n_unlike + 1 : 0;
  if (self->n_unlike == UNLIKE_FRAMES) {
    openai_voice_net_fade (self->net);
    self->n_unlike = 0;
    self->n_wary = WARY_FRAMES;
  }
}

static guint64
judged (OpenaiVoiceDetector *self)
{
  return MIN (self->pushed,
      self->origin + self->n_frames * FRAME * self->rate / OPENAI_VOICE_NET_RATE);
}

gboolean
openai_voice_detector_next (OpenaiVoiceDetector *self, guint64 *end, gboolean *voice)
{
  const gint16 *samples;

  if (self->finished && judged (self) == self->pushed)
    return FALSE;
  if (self->finished && self->samples->len < FRAME)
    g_array_set_size (self->samples, FRAME);
  if (self->samples->len < FRAME)
    return FALSE;
  samples = (const gint16 *) self->samples->data;
  update_state (self, hear (self, samples));
  g_array_remove_range (self->samples, 0, FRAME);
  self->n_frames++;
  *end = judged (self);
  *voice = self->voice;
  return TRUE;
}

void
openai_voice_detector_finish (OpenaiVoiceDetector *self)
{
  self->finished = TRUE;
}
