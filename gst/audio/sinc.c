// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Mono samples of one rate to another: each is a sum of those around its time, with
 * the weights of a low-pass (a sinc under a Hann window). */

#include "sinc.h"

#include <math.h>
#include <string.h>

/* SSE or NEON, by GCC and Clang alike. */
typedef gfloat Vector __attribute__ ((vector_size (16)));
#define LANES 4

/* Weights that are multiplied at a time: none waits for the sum of the others. */
#define UNROLLED (2 * LANES)

/* Zero crossings of the sinc on either side, and how much of the band passes. */
#define CROSSINGS 12
#define PASS 0.94

struct _OpenaiSinc
{
  guint step;      /* an output is so many ... */
  guint phases;    /* ... of these parts of an input after the last */
  guint half;      /* inputs on either side; twice that is a multiple of UNROLLED */
  gfloat *weights; /* 2 * half of each phase */
  GArray *inputs;  /* gfloat: from half - 1 before the next output on */
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
  self->half = UNROLLED / 2 * (guint) ceil (2 * CROSSINGS / band / UNROLLED);
  self->inputs = g_array_new (FALSE, TRUE, sizeof (gfloat));
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

static inline Vector
load (const gfloat *values)
{
  Vector vector;

  memcpy (&vector, values, sizeof vector);
  return vector;
}

/* lrintf() is a call, of which there would be one a sample. */
static inline gint16
round_off (gfloat sum)
{
  return (gint) (CLAMP (sum, G_MININT16, G_MAXINT16) - G_MININT16 + 0.5f) + G_MININT16;
}

static gint16
sum_up (OpenaiSinc *self, guint first)
{
  const gfloat *inputs = &g_array_index (self->inputs, gfloat, first);
  const gfloat *weights = self->weights + self->phase * 2 * self->half;
  Vector even = { 0 }, odd = { 0 };

  for (guint i = 0; i < 2 * self->half; i += UNROLLED) {
    even += load (inputs + i) * load (weights + i);
    odd += load (inputs + i + LANES) * load (weights + i + LANES);
  }
  even += odd;
  return round_off (even[0] + even[1] + even[2] + even[3]);
}

static void
add_inputs (OpenaiSinc *self, const gint16 *samples, gsize length)
{
  guint before = self->inputs->len;
  gfloat *inputs;

  g_array_set_size (self->inputs, before + length);
  inputs = &g_array_index (self->inputs, gfloat, before);
  for (gsize i = 0; i < length; i++)
    inputs[i] = samples[i];
}

void
openai_sinc_push (OpenaiSinc *self, const gint16 *samples, gsize length, GArray *out)
{
  guint first = 0, n_out = out->len;

  add_inputs (self, samples, length);
  g_array_set_size (
      out, n_out + (guint64) self->inputs->len * self->phases / self->step + 1);
  while (first + 2 * self->half <= self->inputs->len) {
    g_array_index (out, gint16, n_out++) = sum_up (self, first);
    self->phase += self->step;
    while (self->phase >= self->phases) {
      self->phase -= self->phases;
      first++;
    }
  }
  g_array_set_size (out, n_out);
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
