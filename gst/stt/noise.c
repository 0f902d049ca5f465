// SPDX-License-Identifier: LGPL-2.1-or-later
/* How loud the noise is that speech has to be told from. */

#include "stt/noise.h"

/* What is quiet between words: the floor is the quietest smoothed frame of the
 * last eight windows of half a second. It is known after three of them; until
 * then all is taken for speech. It is taken for no louder than this: speech may
 * have no gap for that long. */
#define WINDOW 50
#define WINDOWS 8
#define FIRST_WINDOWS 3
#define LOUDEST_DB -30

/* What never changes is no speech, however loud: two seconds whose pieces of
 * 100 ms are as loud as each other within this. (Measured: white, pink and brown
 * noise up to 2.5 dB; read speech from 9 dB, and from 4.3 dB in white noise that
 * is as loud as its quieter half.) */
#define PIECE 10
#define PIECES 20
#define STEADY_DB 3.6f

/* It is hardly ever louder than its loudest frame, so that less is enough to
 * stand out from it. */
#define STEADY_ONSET_DB 4.5f

/* It is gone after half a second that is that much quieter, or when it was not
 * heard alone for ten seconds. */
#define GONE_DB 10
#define GONE_PIECES 5
#define FORGOTTEN_PIECES 100

typedef struct
{
  gfloat level;                 /* means of its frames */
  gfloat high;
  gfloat loudest;               /* frame */
} Piece;

struct _Noise
{
  gfloat smoothed;
  gfloat window_minimum;
  guint window_fill;
  gfloat minima[WINDOWS];
  guint n_minima;
  gfloat quiet;                 /* the floor between words */

  Piece piece;                  /* that is not full: sums */
  guint piece_fill;
  Piece pieces[PIECES];
  guint n_pieces;
  gfloat steady;                /* its loudest frame; -G_MAXFLOAT: none */
  guint steady_age;             /* pieces since it was heard alone */
  guint n_quieter;              /* pieces in a row */
};

Noise *
noise_new (void)
{
  Noise *noise = g_new0 (Noise, 1);

  noise->quiet = NOISE_QUIETEST_DB;
  noise->window_minimum = G_MAXFLOAT;
  noise->piece.loudest = -G_MAXFLOAT;
  noise->steady = -G_MAXFLOAT;
  return noise;
}

void
noise_free (Noise * noise)
{
  g_free (noise);
}

static void
track_quiet (Noise * noise, gfloat level)
{
  gfloat minimum = G_MAXFLOAT;

  if (noise->n_minima == 0 && noise->window_fill == 0)
    noise->smoothed = level;
  noise->smoothed += 0.3f * (level - noise->smoothed);
  noise->window_minimum = MIN (noise->window_minimum, noise->smoothed);
  if (++noise->window_fill == WINDOW) {
    noise->minima[noise->n_minima++ % WINDOWS] = noise->window_minimum;
    noise->window_minimum = noise->smoothed;
    noise->window_fill = 0;
  }
  for (guint i = 0; i < MIN (noise->n_minima, WINDOWS); i++)
    minimum = MIN (minimum, noise->minima[i]);
  if (noise->n_minima >= FIRST_WINDOWS)
    noise->quiet = CLAMP (MIN (minimum, noise->window_minimum),
        NOISE_QUIETEST_DB, LOUDEST_DB);
}

/* The loudest frame of the last two seconds when these never changed;
 * -G_MAXFLOAT: they did. */
static gfloat
steady_level (Noise * noise)
{
  gfloat least = G_MAXFLOAT, most = -G_MAXFLOAT, loudest = -G_MAXFLOAT;

  for (guint i = 0; i < PIECES; i++) {
    const Piece *piece = &noise->pieces[i];

    least = MIN (least, piece->high);
    most = MAX (most, piece->high);
    loudest = MAX (loudest, piece->loudest);
  }
  return most - least < STEADY_DB ? loudest : -G_MAXFLOAT;
}

static void
track_steady (Noise * noise, const Piece * piece)
{
  gfloat level = noise->n_pieces >= PIECES ? steady_level (noise) :
      -G_MAXFLOAT;

  noise->steady_age++;
  noise->n_quieter = piece->level < noise->steady - GONE_DB ?
      noise->n_quieter + 1 : 0;
  if (level > -G_MAXFLOAT) {
    noise->steady = level;
    noise->steady_age = 0;
  } else if (noise->n_quieter >= GONE_PIECES
      || noise->steady_age >= FORGOTTEN_PIECES) {
    noise->steady = -G_MAXFLOAT;
  }
}

static void
end_piece (Noise * noise)
{
  Piece *piece = &noise->pieces[noise->n_pieces++ % PIECES];

  *piece = noise->piece;
  piece->level /= PIECE;
  piece->high /= PIECE;
  noise->piece = (Piece) { 0, 0, -G_MAXFLOAT };
  noise->piece_fill = 0;
  track_steady (noise, piece);
}

void
noise_push (Noise * noise, gfloat level, gfloat high)
{
  track_quiet (noise, level);
  noise->piece.level += level;
  noise->piece.high += high;
  noise->piece.loudest = MAX (noise->piece.loudest, level);
  if (++noise->piece_fill == PIECE)
    end_piece (noise);
}

gfloat
noise_floor (Noise * noise)
{
  return MAX (noise->quiet,
      noise->steady + STEADY_ONSET_DB - NOISE_ONSET_DB);
}
