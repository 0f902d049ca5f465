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

/* What never changes is no speech, however loud: two seconds in which pieces of
 * 50 ms are as loud as each other within STEADY_DB; or pairs of them, when the
 * pieces are still within ALMOST_STEADY_DB. (Measured: pieces of white, pink and
 * brown noise differ by up to 3.6 dB, of blue noise by 9 and its pairs by 2 to
 * 6.6; pieces of read speech by 17 dB and more, in white noise as loud as its
 * quieter half by 4.5.) */
#define PIECE 5
#define PIECES 40
#define NEWEST_PIECES 10
#define STEADY_DB 4
#define ALMOST_STEADY_DB 6.5f
#define STEADY_PAIR_DB 3.6f

/* It is hardly ever louder than its loudest frame, so that less is enough to
 * stand out from it. */
#define STEADY_ONSET_DB 4.5f

/* It is gone after half a second that is that much quieter, or when it was not
 * heard alone for ten seconds. */
#define GONE_DB 10
#define GONE_PIECES 10
#define FORGOTTEN_PIECES 200

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

/* How much pieces of @length of the last two seconds differ above 300 Hz. */
static gfloat
difference (Noise * noise, guint length)
{
  gfloat least = G_MAXFLOAT, most = -G_MAXFLOAT;

  for (guint i = 0; i < PIECES; i += length) {
    gfloat level = 0;

    for (guint j = 0; j < length; j++)
      level += noise->pieces[i + j].high / length;
    least = MIN (least, level);
    most = MAX (most, level);
  }
  return most - least;
}

/* The loudest frame of the last two seconds when these never changed, but for
 * the newest ones, in which a voice may begin that is deep; -G_MAXFLOAT: they
 * did change. */
static gfloat
steady_level (Noise * noise)
{
  gfloat pieces = difference (noise, 1), loudest = -G_MAXFLOAT;

  if (pieces > ALMOST_STEADY_DB
      || (pieces > STEADY_DB && difference (noise, 2) > STEADY_PAIR_DB))
    return -G_MAXFLOAT;
  for (guint i = 0; i < PIECES - NEWEST_PIECES; i++)
    loudest = MAX (loudest,
        noise->pieces[(noise->n_pieces + i) % PIECES].loudest);
  return loudest;
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
