// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Speech said faster, at the same pitch: waveform similarity overlap-add
 * (WSOLA, Verhelst and Roelands 1993). The output is made of pieces of the
 * input as long as a few periods of a voice. Each is taken near where the tempo
 * wants it, there where it looks most like the natural continuation of the
 * piece before, and faded into it. */

#include "wsola.h"

#include <math.h>
#include <string.h>

/* A piece adds so much to the output, fades so long into the next, and is
 * looked for so far to either side: milliseconds. */
#define STRIDE_MS 20
#define FADE_MS 10
#define SEARCH_MS 8

/* The search looks at every so many frames of the fade, for speed. */
#define COARSE 2

typedef struct
{
  const gint16 *samples;
  gsize n_frames;
  guint channels;
  gsize stride;
  gsize fade;
  gsize search;
} Wsola;

/* How alike two places are, over the length of a fade. */
static gdouble
likeness (const Wsola *wsola, gsize a, gsize b)
{
  const gint16 *p = wsola->samples + a * wsola->channels;
  const gint16 *q = wsola->samples + b * wsola->channels;
  gsize n = wsola->fade * wsola->channels;
  gdouble product = 0, energy = 1;

  for (gsize i = 0; i < n; i += COARSE) {
    product += (gdouble) p[i] * q[i];
    energy += (gdouble) q[i] * q[i];
  }
  return product / sqrt (energy);
}

/* Where near @wanted the sound goes on most like at @natural. */
static gsize
best_place (const Wsola *wsola, gsize natural, gsize wanted)
{
  gsize first = wanted > wsola->search ? wanted - wsola->search : 0;
  gsize last = MIN (wanted + wsola->search, wsola->n_frames - wsola->fade);
  gsize best = MIN (wanted, last);
  gdouble most = -G_MAXDOUBLE;

  if (natural + wsola->fade > wsola->n_frames)
    return best;
  for (gsize place = first; place <= last; place++) {
    gdouble like = likeness (wsola, natural, place);

    if (like > most) {
      most = like;
      best = place;
    }
  }
  return best;
}

/* Appends the fade from what goes on at @from to what begins at @to. */
static void
append_fade (const Wsola *wsola, GArray *out, gsize from, gsize to)
{
  guint channels = wsola->channels;

  for (gsize i = 0; i < wsola->fade * channels; i++) {
    gint64 step = i / channels, fade = wsola->fade;
    gint16 sample = (wsola->samples[from * channels + i] * (fade - step)
                        + wsola->samples[to * channels + i] * step)
        / fade;

    g_array_append_val (out, sample);
  }
}

static void
append_frames (const Wsola *wsola, GArray *out, gsize start, gsize end)
{
  if (end > start)
    g_array_append_vals (
        out, wsola->samples + start * wsola->channels, (end - start) * wsola->channels);
}

GArray *
openai_wsola_compress (
    const gint16 *samples, gsize n_frames, guint channels, guint rate, gdouble tempo)
{
  Wsola wsola = { samples, n_frames, channels, rate * STRIDE_MS / 1000,
    rate * FADE_MS / 1000, rate * SEARCH_MS / 1000 };
  GArray *out = g_array_new (FALSE, FALSE, sizeof (gint16));
  gsize wanted_total = n_frames / tempo;
  gsize from = 0; /* the place in the input that is out so far */

  while (wsola.fade > 0) {
    gsize done = out->len / channels;
    gsize natural = from + wsola.stride, to;
    gsize wanted = (done + wsola.stride) * tempo;

    if (tempo <= 1 || natural + wsola.fade > n_frames
        || wanted + wsola.search + wsola.fade > n_frames)
      break;
    to = best_place (&wsola, natural, wanted);
    append_frames (&wsola, out, from, natural);
    append_fade (&wsola, out, natural, to);
    from = to + wsola.fade;
  }
  /* The end as it is, as far as the tempo leaves time for it. */
  if (tempo > 1)
    n_frames = MIN (n_frames,
        from
            + (wanted_total > out->len / channels ? wanted_total - out->len / channels
                                                  : 0));
  append_frames (&wsola, out, from, n_frames);
  return out;
}
