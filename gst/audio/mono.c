// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Many channels to one, without losing what only some of them have. */

#include "mono.h"

#include <math.h>

/* What to take is decided every 10 ms, by the power of the last 200 or so, of which
 * each fourth frame is as good as all; and changes over 20 ms. */
#define BLOCKS_PER_SECOND 100
#define MEMORY_BLOCKS 20
#define EACH 4
#define RAMP_BLOCKS 2

/* As quiet as this (-70 dBFS) nothing is decided. */
#define SILENCE (10.0 * 10.0)

/* The channels cancel when their mean has less than this of the power it would have of
 * channels that have nothing to do with each other; and the mean drowns a channel, which
 * has more than all others together, when it has less than this of its power. For the
 * way back it takes more. */
#define CANCELS 0.25
#define CANCELS_NO_MORE 0.5
#define DROWNS 0.125
#define DROWNS_NO_MORE 0.2

/* Another channel is taken when it has so many times the power. */
#define LOUDER 4

/* What a channel without weight has of its power in these. */
#define UNWEIGHTED 0.001

struct _OpenaiMono
{
  guint channels;
  guint block;     /* frames */
  gfloat *weights; /* of the mean: together 1 */
  gfloat *gains;   /* now */
  gfloat *steps;   /* of the gains, with each frame of the ramp */
  guint ramp;      /* frames to come */
  gint taken;

  guint fill;       /* frames of the block */
  gdouble *sums;    /* of the block: squares of each channel ... */
  gdouble mean_sum; /* ... and of their mean */
  gdouble *powers;  /* of the last blocks */
  gdouble mean_power;
  guint n_blocks; /* that were loud */
};

OpenaiMono *
openai_mono_new (guint rate, guint channels, const gfloat *weights)
{
  OpenaiMono *self = g_new0 (OpenaiMono, 1);
  gfloat sum = 0;

  for (guint i = 0; i < channels; i++)
    sum += weights[i];
  self->channels = channels;
  self->block = MAX (EACH, rate / BLOCKS_PER_SECOND / EACH * EACH);
  self->weights = g_new (gfloat, channels);
  for (guint i = 0; i < channels; i++)
    self->weights[i] = sum > 0 ? weights[i] / sum : 1.0f / channels;
  self->gains = g_memdup2 (self->weights, channels * sizeof (gfloat));
  self->steps = g_new0 (gfloat, channels);
  self->sums = g_new0 (gdouble, channels);
  self->powers = g_new0 (gdouble, channels);
  self->taken = -1;
  return self;
}

void
openai_mono_free (OpenaiMono *self)
{
  if (!self)
    return;
  g_free (self->weights);
  g_free (self->gains);
  g_free (self->steps);
  g_free (self->sums);
  g_free (self->powers);
  g_free (self);
}

/* --- What to take ------------------------------------------------------------ */

static void
add_up (OpenaiMono *self, const gint16 *samples, gsize frames)
{
  for (gsize i = -self->fill % EACH; i < frames; i += EACH) {
    const gint16 *frame = samples + i * self->channels;
    gfloat mean = 0;

    for (guint k = 0; k < self->channels; k++) {
      gfloat sample = frame[k];

      self->sums[k] += sample * sample;
      mean += self->weights[k] * sample;
    }
    self->mean_sum += mean * mean;
  }
}

/* Powers of the block are added to those of the blocks before. FALSE: it is silent. */
static gboolean
end_block (OpenaiMono *self)
{
  guint n = self->block / EACH;
  gdouble loudest = 0, share;

  for (guint k = 0; k < self->channels; k++)
    loudest = MAX (loudest, self->sums[k] / n);
  if (loudest >= SILENCE) {
    self->n_blocks++;
    share = 1.0 / MIN (self->n_blocks, MEMORY_BLOCKS);
    for (guint k = 0; k < self->channels; k++)
      self->powers[k] += share * (self->sums[k] / n - self->powers[k]);
    self->mean_power += share * (self->mean_sum / n - self->mean_power);
  }
  for (guint k = 0; k < self->channels; k++)
    self->sums[k] = 0;
  self->mean_sum = 0;
  self->fill = 0;
  return loudest >= SILENCE;
}

static gdouble
get_power (OpenaiMono *self, guint channel)
{
  return self->powers[channel] * (self->weights[channel] > 0 ? 1 : UNWEIGHTED);
}

static guint
find_loudest (OpenaiMono *self)
{
  guint loudest = 0;

  for (guint k = 1; k < self->channels; k++)
    if (get_power (self, k) > get_power (self, loudest))
      loudest = k;
  return loudest;
}

/* Whether the mean is no good: too much is missing in it. */
static gboolean
misses_sound (OpenaiMono *self, guint loudest)
{
  gdouble cancels = self->taken < 0 ? CANCELS : CANCELS_NO_MORE;
  gdouble drowns = self->taken < 0 ? DROWNS : DROWNS_NO_MORE;
  gdouble all = 0, unrelated = 0;

  for (guint k = 0; k < self->channels; k++) {
    all += get_power (self, k);
    unrelated += self->weights[k] * self->weights[k] * self->powers[k];
  }
  return self->mean_power < cancels * unrelated
      || (self->mean_power < drowns * get_power (self, loudest)
          && get_power (self, loudest) > all / 2);
}

static void
take (OpenaiMono *self, gint channel)
{
  self->taken = channel;
  self->ramp = self->n_blocks > 1 ? RAMP_BLOCKS * self->block : 1;
  for (guint k = 0; k < self->channels; k++) {
    gfloat wanted = channel < 0 ? self->weights[k] : k == (guint) channel;

    self->steps[k] = (wanted - self->gains[k]) / self->ramp;
  }
}

static void
decide (OpenaiMono *self)
{
  guint loudest = find_loudest (self);
  gint wanted = self->taken;

  if (!misses_sound (self, loudest))
    wanted = -1;
  else if (self->taken < 0
      || get_power (self, loudest) > LOUDER * get_power (self, self->taken))
    wanted = loudest;
  if (wanted != self->taken)
    take (self, wanted);
}

/* --- The mix ----------------------------------------------------------------- */

static gint16
mix_frame (OpenaiMono *self, const gint16 *frame)
{
  gfloat sum = 0;

  for (guint k = 0; k < self->channels; k++)
    sum += self->gains[k] * frame[k];
  return CLAMP (lrintf (sum), G_MININT16, G_MAXINT16);
}

static gsize
mix_ramp (OpenaiMono *self, const gint16 *samples, gsize frames, gint16 *out)
{
  gsize n = MIN (frames, self->ramp);

  for (gsize i = 0; i < n; i++) {
    for (guint k = 0; k < self->channels; k++)
      self->gains[k] += self->steps[k];
    out[i] = mix_frame (self, samples + i * self->channels);
  }
  self->ramp -= n;
  if (n > 0 && self->ramp == 0)
    for (guint k = 0; k < self->channels; k++)
      self->gains[k] = self->taken < 0 ? self->weights[k] : k == (guint) self->taken;
  return n;
}

static void
mix_steady (OpenaiMono *self, const gint16 *samples, gsize frames, gint16 *out)
{
  guint channels = self->channels;

  if (self->taken >= 0) {
    for (gsize i = 0; i < frames; i++)
      out[i] = samples[i * channels + self->taken];
  } else if (channels == 2 && self->weights[0] == self->weights[1]) {
    for (gsize i = 0; i < frames; i++)
      out[i] = (samples[2 * i] + samples[2 * i + 1] + 1) >> 1;
  } else {
    for (gsize i = 0; i < frames; i++)
      out[i] = mix_frame (self, samples + i * channels);
  }
}

void
openai_mono_mix (OpenaiMono *self, const gint16 *samples, gsize frames, gint16 *out)
{
  while (frames > 0) {
    gsize n = MIN (frames, self->block - self->fill), ramped;

    add_up (self, samples, n);
    self->fill += n;
    if (self->fill == self->block && end_block (self))
      decide (self);
    ramped = mix_ramp (self, samples, n, out);
    mix_steady (self, samples + ramped * self->channels, n - ramped, out + ramped);
    samples += n * self->channels;
    out += n;
    frames -= n;
  }
}

gint
openai_mono_get_channel (OpenaiMono *self)
{
  return self->taken;
}
