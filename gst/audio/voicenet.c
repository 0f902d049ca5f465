// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How likely a voice is in 32 ms of sound: Silero's network, evaluated here.
 *
 * Magnitudes of four spectra go through four convolutions over time, a cell with
 * memory (LSTM) and a weighted sum. Each of these is a layer: outputs = weights ×
 * inputs + bias. Values are kept time after time, so that the inputs of a convolution
 * are one run of memory. */

#include "voicenet.h"

#include <math.h>
#include <string.h>

#include "silero.h"

#define FRAME OPENAI_VOICE_NET_FRAME

/* Samples of the frame before that are heard again. */
#define CONTEXT 64

/* A spectrum: samples, their distance, how many, and what comes of each. */
#define WINDOW 256
#define HOP 128
#define TIMES 4
#define BINS (WINDOW / 2 + 1)
#define HALF (WINDOW / 2)

/* Values of the layers. */
#define WIDE 128
#define NARROW 64
#define GATES (4 * WIDE)

#define WEIGHTS_PATH "/org/gst-plugins-openai/silero/weights.bin"
#define WEIGHTS_MAGIC "voicenet"
#define WEIGHTS_VERSION 3

/* Weights of an output that have one scale. */
#define GROUP 32

/* SSE or NEON, by GCC and Clang alike. */
typedef gfloat Vector __attribute__ ((vector_size (16)));
#define LANES 4

/* Outputs that are calculated at a time, so that they stay in registers: of one time
 * and of four. */
#define BLOCK_OF_ONE 32
#define BLOCK_OF_FOUR 8

typedef struct
{
  guint outputs;
  guint inputs;
  guint block;
} Shape;

typedef struct
{
  Shape shape;
  Vector *weights; /* of the outputs of a block, for each input */
  Vector *bias;
} Layer;

typedef enum
{
  CONV_0, /* inputs: three times, as those of CONV_1 */
  CONV_1,
  CONV_2, /* two times */
  CONV_3,
  CELL, /* inputs: those of CONV_3 and what was said */
  SUM,
  N_LAYERS,
} LayerId;

static const Shape shapes[N_LAYERS] = {
  { WIDE, 3 * BINS, BLOCK_OF_FOUR },
  { NARROW, 3 * WIDE, BLOCK_OF_ONE },
  { NARROW, 2 * NARROW, BLOCK_OF_ONE },
  { WIDE, NARROW, BLOCK_OF_ONE },
  { GATES, 2 * WIDE, BLOCK_OF_ONE },
  { 1, WIDE, 1 },
};

typedef struct
{
  Layer layers[N_LAYERS];
  gfloat window[WINDOW]; /* Hann, periodic */
  gfloat cosine[WINDOW];
  gfloat sine[WINDOW];
  guint8 reversed[HALF]; /* the bits of an index */
} Weights;

struct _OpenaiVoiceNet
{
  const Weights *weights;
  gint16 samples[CONTEXT + FRAME];
  gfloat cell[2 * WIDE]; /* what is heard, and what was said of it before */
  gfloat memory[WIDE];
};

/* --- The weights ------------------------------------------------------------- */

static gfloat
read_float (const guint8 *data)
{
  union
  {
    guint32 bits;
    gfloat value;
  } number;

  memcpy (&number.bits, data, sizeof number.bits);
  number.bits = GUINT32_FROM_LE (number.bits);
  return number.value;
}

static guint
count_groups (const Shape *shape)
{
  return (shape->inputs + GROUP - 1) / GROUP;
}

/* In the data of a layer come what is added to each output, the scales of their weights,
 * and these: all inputs of one output after the other. The next layer. */
static const guint8 *
read_layer (const guint8 *data, const Shape *shape, Layer *layer)
{
  guint block = shape->block;
  const guint8 *scales = data + shape->outputs * sizeof (gfloat);
  guint n_groups = count_groups (shape);
  const guint8 *from = scales + shape->outputs * n_groups * sizeof (gfloat);
  gfloat *bias, *weights;

  layer->shape = *shape;
  layer->bias = g_aligned_alloc (shape->outputs, sizeof (gfloat), sizeof (Vector));
  layer->weights =
      g_aligned_alloc (shape->outputs * shape->inputs, sizeof (gfloat), sizeof (Vector));
  bias = (gfloat *) layer->bias;
  weights = (gfloat *) layer->weights;
  for (guint o = 0; o < shape->outputs; o++) {
    gfloat *first = weights + o / block * block * shape->inputs + o % block;

    bias[o] = read_float (data + o * sizeof (gfloat));
    for (guint i = 0; i < shape->inputs; i++, from += sizeof (gint16)) {
      gfloat scale = read_float (scales + (o * n_groups + i / GROUP) * sizeof (gfloat));

      first[i * block] = scale * (gint16) (from[0] | from[1] << 8);
    }
  }
  return from;
}

static void
make_tables (Weights *self)
{
  for (guint i = 0; i < WINDOW; i++) {
    self->cosine[i] = cos (2 * G_PI * i / WINDOW);
    self->sine[i] = sin (2 * G_PI * i / WINDOW);
    self->window[i] = 0.5 - 0.5 * cos (2 * G_PI * i / WINDOW);
  }
  for (guint i = 0; i < HALF; i++)
    for (guint bit = 1; bit < HALF; bit *= 2)
      self->reversed[i] = self->reversed[i] << 1 | ((i & bit) != 0);
}

/* FNV-1a. */
static guint32
checksum (const guint8 *data, gsize size)
{
  guint32 sum = 2166136261u;

  for (gsize i = 0; i < size; i++)
    sum = (sum ^ data[i]) * 16777619u;
  return sum;
}

typedef struct
{
  gchar magic[8];
  guint32 version;
  guint32 size;     /* of what follows this header */
  guint32 checksum; /* of that */
  guint32 reserved;
} Header;

static gsize
data_size (void)
{
  gsize size = 0;

  for (guint i = 0; i < N_LAYERS; i++)
    size += shapes[i].outputs
        * (shapes[i].inputs * sizeof (gint16)
            + (1 + count_groups (&shapes[i])) * sizeof (gfloat));
  return size;
}

static const guint8 *
check_header (GBytes *bytes)
{
  gsize size;
  const Header *header = g_bytes_get_data (bytes, &size);
  const guint8 *data = (const guint8 *) (header + 1);

  if (size != sizeof *header + data_size ()
      || memcmp (header->magic, WEIGHTS_MAGIC, sizeof header->magic) != 0
      || GUINT32_FROM_LE (header->version) != WEIGHTS_VERSION
      || GUINT32_FROM_LE (header->size) != data_size ()
      || GUINT32_FROM_LE (header->checksum) != checksum (data, data_size ()))
    g_error ("the weights of the voice detection are damaged");
  return data;
}

static Weights *
load_weights (void)
{
  g_autoptr (GBytes) bytes = g_resource_lookup_data (
      openai_silero_get_resource (), WEIGHTS_PATH, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  const guint8 *data = check_header (bytes);
  Weights *self = g_new0 (Weights, 1);

  for (guint i = 0; i < N_LAYERS; i++)
    data = read_layer (data, &shapes[i], &self->layers[i]);
  make_tables (self);
  return self;
}

static const Weights *
get_weights (void)
{
  static Weights *weights;

  if (g_once_init_enter (&weights))
    g_once_init_leave (&weights, load_weights ());
  return weights;
}

/* --- Layers ------------------------------------------------------------------ */

static void
multiply (const Layer *layer, const gfloat *in, gfloat *out)
{
  const Vector *weights = layer->weights, *bias = layer->bias;

  for (guint o = 0; o < layer->shape.outputs; o += BLOCK_OF_ONE) {
    Vector sum0 = bias[0], sum1 = bias[1], sum2 = bias[2], sum3 = bias[3];
    Vector sum4 = bias[4], sum5 = bias[5], sum6 = bias[6], sum7 = bias[7];

    for (guint i = 0; i < layer->shape.inputs; i++) {
      sum0 += in[i] * weights[0];
      sum1 += in[i] * weights[1];
      sum2 += in[i] * weights[2];
      sum3 += in[i] * weights[3];
      sum4 += in[i] * weights[4];
      sum5 += in[i] * weights[5];
      sum6 += in[i] * weights[6];
      sum7 += in[i] * weights[7];
      weights += BLOCK_OF_ONE / LANES;
    }
    memcpy (out + o, (Vector[]) { sum0, sum1, sum2, sum3, sum4, sum5, sum6, sum7 },
        sizeof (Vector) * 8);
    bias += BLOCK_OF_ONE / LANES;
  }
}

/* The same for four times, whose inputs and outputs are so far apart. Not inline: gcc
 * 12 with sanitizers takes a row of the caller's array for all of it. */
static G_GNUC_NO_INLINE void
multiply_four (
    const Layer *layer, const gfloat *in, gsize in_step, gfloat *out, gsize out_step)
{
  const Vector *weights = layer->weights, *bias = layer->bias;

  for (guint o = 0; o < layer->shape.outputs; o += BLOCK_OF_FOUR) {
    const gfloat *in0 = in, *in1 = in0 + in_step, *in2 = in1 + in_step,
                 *in3 = in2 + in_step;
    Vector low0 = bias[0], low1 = low0, low2 = low0, low3 = low0;
    Vector high0 = bias[1], high1 = high0, high2 = high0, high3 = high0;

    for (guint i = 0; i < layer->shape.inputs; i++) {
      Vector low = weights[0], high = weights[1];

      low0 += in0[i] * low;
      high0 += in0[i] * high;
      low1 += in1[i] * low;
      high1 += in1[i] * high;
      low2 += in2[i] * low;
      high2 += in2[i] * high;
      low3 += in3[i] * low;
      high3 += in3[i] * high;
      weights += BLOCK_OF_FOUR / LANES;
    }
    memcpy (out + o, (Vector[]) { low0, high0 }, 2 * sizeof (Vector));
    memcpy (out + out_step + o, (Vector[]) { low1, high1 }, 2 * sizeof (Vector));
    memcpy (out + 2 * out_step + o, (Vector[]) { low2, high2 }, 2 * sizeof (Vector));
    memcpy (out + 3 * out_step + o, (Vector[]) { low3, high3 }, 2 * sizeof (Vector));
    bias += BLOCK_OF_FOUR / LANES;
  }
}

static void
rectify (gfloat *values, guint n)
{
  for (guint i = 0; i < n; i++)
    values[i] = MAX (values[i], 0);
}

static gfloat
sigmoid (gfloat x)
{
  return 1 / (1 + expf (-x));
}

static gfloat
hyperbolic (gfloat x)
{
  return 2 * sigmoid (2 * x) - 1;
}

/* --- Spectra ----------------------------------------------------------------- */

typedef struct
{
  Vector re;
  Vector im;
} Complex;

/* The next frame with what is around it: the end of the one before, and its own end
 * mirrored. */
static void
surround (OpenaiVoiceNet *self, gfloat gain, gfloat *out)
{
  const guint n = CONTEXT + FRAME;

  for (guint i = 0; i < n; i++)
    out[i] = self->samples[i] * gain;
  for (guint i = 0; i < CONTEXT; i++)
    out[n + i] = out[n - 2 - i];
}

/* Of each window pairs of samples become one complex number; the four windows lie
 * side by side. */
static void
load_windows (const Weights *weights, const gfloat *in, Complex *out)
{
  const gfloat *w = weights->window;

  for (guint i = 0; i < HALF; i++) {
    const gfloat *s = in + 2 * i;

    out[weights->reversed[i]] =
        (Complex) { (Vector) { s[0], s[HOP], s[2 * HOP], s[3 * HOP] } * w[2 * i],
          (Vector) { s[1], s[HOP + 1], s[2 * HOP + 1], s[3 * HOP + 1] } * w[2 * i + 1] };
  }
}

static void
transform (const Weights *weights, Complex *z)
{
  for (guint half = 1; half < HALF; half *= 2) {
    guint step = HALF / half; /* of the table, which is for WINDOW */

    for (guint i = 0; i < half; i++) {
      gfloat c = weights->cosine[i * step], s = -weights->sine[i * step];

      for (guint j = i; j < HALF; j += 2 * half) {
        Complex a = z[j], b = z[j + half];
        Complex turned = { c * b.re - s * b.im, c * b.im + s * b.re };

        z[j] = (Complex) { a.re + turned.re, a.im + turned.im };
        z[j + half] = (Complex) { a.re - turned.re, a.im - turned.im };
      }
    }
  }
}

/* The spectra of the samples from those of the pairs: time after time. */
static void
store_magnitudes (const Weights *weights, const Complex *z, gfloat *out)
{
  for (guint k = 0; k < BINS; k++) {
    Complex a = z[k % HALF], b = z[(HALF - k) % HALF];
    Vector even_re = 0.5f * (a.re + b.re), even_im = 0.5f * (a.im - b.im);
    Vector odd_re = 0.5f * (a.im + b.im), odd_im = 0.5f * (b.re - a.re);
    gfloat c = weights->cosine[k], s = -weights->sine[k];
    Vector re = even_re + c * odd_re - s * odd_im;
    Vector im = even_im + c * odd_im + s * odd_re;
    Vector power = re * re + im * im;

    for (guint t = 0; t < TIMES; t++)
      out[t * BINS + k] = sqrtf (power[t]);
  }
}

static void
analyse (OpenaiVoiceNet *self, gfloat gain, gfloat *magnitudes)
{
  gfloat samples[FRAME + 2 * CONTEXT];
  Complex z[HALF];

  surround (self, gain, samples);
  load_windows (self->weights, samples, z);
  transform (self->weights, z);
  store_magnitudes (self->weights, z, magnitudes);
}

/* --- The network ------------------------------------------------------------- */

/* Nothing comes before the first and after the last time of a frame. */
static void
convolve (OpenaiVoiceNet *self, gfloat gain)
{
  const Layer *layers = self->weights->layers;
  gfloat magnitudes[TIMES + 2][BINS] = { 0 };
  gfloat first[TIMES + 1][WIDE] = { 0 };
  gfloat second[2][NARROW], third[NARROW];

  analyse (self, gain, magnitudes[1]);
  multiply_four (&layers[CONV_0], magnitudes[0], BINS, first[1], WIDE);
  rectify (first[1], TIMES * WIDE);
  for (guint t = 0; t < 2; t++)
    multiply (&layers[CONV_1], first[2 * t], second[t]);
  rectify (second[0], 2 * NARROW);
  multiply (&layers[CONV_2], second[0], third);
  rectify (third, NARROW);
  multiply (&layers[CONV_3], third, self->cell);
  rectify (self->cell, WIDE);
}

static void
remember (OpenaiVoiceNet *self)
{
  gfloat gates[GATES] = { 0 }, *said = self->cell + WIDE;

  multiply (&self->weights->layers[CELL], self->cell, gates);
  for (guint i = 0; i < WIDE; i++) {
    gfloat in = sigmoid (gates[i]), keep = sigmoid (gates[WIDE + i]);
    gfloat new = hyperbolic (gates[2 * WIDE + i]);
    gfloat out = sigmoid (gates[3 * WIDE + i]);

    self->memory[i] = keep * self->memory[i] + in * new;
    said[i] = out * hyperbolic (self->memory[i]);
  }
}

static gfloat
sum_up (OpenaiVoiceNet *self)
{
  const Layer *layer = &self->weights->layers[SUM];
  const gfloat *weights = (const gfloat *) layer->weights;
  const gfloat *said = self->cell + WIDE;
  gfloat sum = *(const gfloat *) layer->bias;

  for (guint i = 0; i < WIDE; i++)
    sum += MAX (said[i], 0) * weights[i];
  return sigmoid (sum);
}

gfloat
openai_voice_net_push (OpenaiVoiceNet *self, const gint16 *samples, gfloat gain)
{
  memcpy (self->samples + CONTEXT, samples, FRAME * sizeof *samples);
  convolve (self, gain / 32768);
  remember (self);
  memcpy (self->samples, self->samples + FRAME, CONTEXT * sizeof *samples);
  return sum_up (self);
}

void
openai_voice_net_reset (OpenaiVoiceNet *self)
{
  memset (self->samples, 0, sizeof self->samples);
  memset (self->cell, 0, sizeof self->cell);
  memset (self->memory, 0, sizeof self->memory);
}

void
openai_voice_net_fade (OpenaiVoiceNet *self)
{
  memset (self->cell, 0, sizeof self->cell);
  for (guint i = 0; i < WIDE; i++)
    self->memory[i] /= 4;
}

OpenaiVoiceNet *
openai_voice_net_new (void)
{
  OpenaiVoiceNet *self = g_new0 (OpenaiVoiceNet, 1);

  self->weights = get_weights ();
  return self;
}

void
openai_voice_net_free (OpenaiVoiceNet *self)
{
  g_free (self);
}
