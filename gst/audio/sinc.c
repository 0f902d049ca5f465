// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Mono samples of one rate to another: each is a sum of those around its time, with
 * the weights of a low-pass (a sinc under a Hann window). */

#include "sinc.h"

#include <math.h>

/* Zero crossings of the sinc on either side, and how much of the band passes. */
#define CROSSINGS 12
#define PASS 0.94

struct _OpenaiSinc
{
  guint step;      /* an output is so many ... */
  guint phases;    /* ... of these parts of an input after the last */
  guint half;      /* inputs on either side */
  gfloat *weights; /* 2 * half of each phase */
  GArray *inputs;  /* gint16: from half - 1 before the next output on */
  guint phase;     /* of the next output */
};

static gdouble
low_pass (gdouble x, gdouble band, guint half)
{
  gdouble window = 0.5 + 0.5 * cos (G_PI * x / half);

  if (fabs (x) >= half)
    return 0;
  return fabs (x) < 1e-9 ? band : window * sin (G_PI * band * x) / (G_PI * x);
}

static guint
divisor (guint a, guint b)
{
  return b == 0 ? a : divisor (b, a % b);
}

OpenaiSinc *
openai_sinc_new (guint from, guint to)
{
  OpenaiSinc *self = g_new0 (OpenaiSinc, 1);
  gdouble band = PASS * MIN (1.0, (gdouble) to / from);
  gfloat *weight;

  self->step = from / divisor (from, to);
  self->phases = to / divisor (from, to);
  self->half = ceil (CROSSINGS / band);
  self->inputs = g_array_new (FALSE, TRUE, sizeof (gint16));
  weight = self->weights = g_new (gfloat, self->phases * 2 * self->half);
  for (guint phase = 0; phase < self->phases; phase++)
    for (guint i = 0; i < 2 * self->half; i++)
      *weight++ =
          low_pass ((gdouble) i - (self->half - 1) - (gdouble) phase / self->phases, band,
              self->half);
  openai_sinc_reset (self);
  return self;
}

void
openai_sinc_free (OpenaiSinc *self)
{
  if (!self)
    return;
  g_array_unref (self->inputs);
  g_free (self->weights);
  g_free (self);
}

static gint16
sum_up (OpenaiSinc *self, guint first)
{
  const gint16 *inputs = &g_array_index (self->inputs, gint16, first);
  const gfloat *weights = self->weights + self->phase * 2 * self->half;
  gfloat sum = 0;

  for (guint i = 0; i < 2 * self->half; i++)
    sum += inputs[i] * weights[i];
  return CLAMP (lrintf (sum), G_MININT16, G_MAXINT16);
}

void
openai_sinc_push (OpenaiSinc *self, const gint16 *samples, gsize length, GArray *out)
{
  guint first = 0;

  g_array_append_vals (self->inputs, samples, length);
  while (first + 2 * self->half <= self->inputs->len) {
    gint16 sample = sum_up (self, first);

    g_array_append_val (out, sample);
    self->phase += self->step;
    first += self->phase / self->phases;
    self->phase %= self->phases;
  }
  first = MIN (first, self->inputs->len);
  g_array_remove_range (self->inputs, 0, first);
}

void
openai_sinc_reset (OpenaiSinc *self)
{
  g_array_set_size (self->inputs, 0);
  g_array_set_size (self->inputs, self->half - 1);
  self->phase = 0;
}
