// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How loud the noise is that speech has to be told from. */

#include "noise.h"

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
  gfloat level; /* means of its frames */
  gfloat high;
  gfloat loudest; /* frame */
} Piece;

struct _SttNoise
{
  gfloat smoothed;
  gfloat window_minimum;
  guint window_fill;
  gfloat minima[WINDOWS];
  guint n_minima;
  gfloat quiet; /* the floor between words */

  Piece piece; /* that is not full: sums */
  guint piece_fill;
  Piece pieces[PIECES];
  guint n_pieces;
  gfloat steady;    /* its loudest frame; -G_MAXFLOAT: none */
  guint steady_age; /* pieces since it was heard alone */
  guint n_quieter;  /* pieces in a row */
};

SttNoise *
stt_noise_new (void)
{
  SttNoise *self = g_new0 (SttNoise, 1);

  self->quiet = NOISE_QUIETEST_DB;
  self->window_minimum = G_MAXFLOAT;
  self->piece.loudest = -G_MAXFLOAT;
  self->steady = -G_MAXFLOAT;
  return self;
}

void
stt_noise_free (SttNoise *self)
{
  g_free (self);
}

static void
track_quiet (SttNoise *self, gfloat level)
{
  gfloat minimum = G_MAXFLOAT;

  if (self->n_minima == 0 && self->window_fill == 0)
    self->smoothed = level;
  self->smoothed += 0.3f * (level - self->smoothed);
  self->window_minimum = MIN (self->window_minimum, self->smoothed);
  if (++self->window_fill == WINDOW) {
    self->minima[self->n_minima++ % WINDOWS] = self->window_minimum;
    self->window_minimum = self->smoothed;
    self->window_fill = 0;
  }
  for (guint i = 0; i < MIN (self->n_minima, WINDOWS); i++)
    minimum = MIN (minimum, self->minima[i]);
  if (self->n_minima >= FIRST_WINDOWS)
    self->quiet =
        CLAMP (MIN (minimum, self->window_minimum), NOISE_QUIETEST_DB, LOUDEST_DB);
}

/* How much pieces of @length of the last two seconds differ above 300 Hz. */
static gfloat
difference (SttNoise *self, guint length)
{
  gfloat least = G_MAXFLOAT, most = -G_MAXFLOAT;

  for (guint i = 0; i < PIECES; i += length) {
    gfloat level = 0;

    for (guint j = 0; j < length; j++)
      level += self->pieces[i + j].high / length;
    least = MIN (least, level);
    most = MAX (most, level);
  }
  return most - least;
}

/* The loudest frame of the last two seconds when these never changed, but for
 * the newest ones, in which a voice may begin that is deep; -G_MAXFLOAT: they
 * did change. */
static gfloat
steady_level (SttNoise *self)
{
  gfloat pieces = difference (self, 1), loudest = -G_MAXFLOAT;

  if (pieces > ALMOST_STEADY_DB
      || (pieces > STEADY_DB && difference (self, 2) > STEADY_PAIR_DB))
    return -G_MAXFLOAT;
  for (guint i = 0; i < PIECES - NEWEST_PIECES; i++)
    loudest = MAX (loudest, self->pieces[(self->n_pieces + i) % PIECES].loudest);
  return loudest;
}

static void
track_steady (SttNoise *self, const Piece *piece)
{
  gfloat level = self->n_pieces >= PIECES ? steady_level (self) : -G_MAXFLOAT;

  self->steady_age++;
  self->n_quieter = piece->level < self->steady - GONE_DB ? self->n_quieter + 1 : 0;
  if (level > -G_MAXFLOAT) {
    self->steady = level;
    self->steady_age = 0;
  } else if (self->n_quieter >= GONE_PIECES || self->steady_age >= FORGOTTEN_PIECES) {
    self->steady = -G_MAXFLOAT;
  }
}

static void
end_piece (SttNoise *self)
{
  Piece *piece = &self->pieces[self->n_pieces++ % PIECES];

  *piece = self->piece;
  piece->level /= PIECE;
  piece->high /= PIECE;
  self->piece = (Piece) { 0, 0, -G_MAXFLOAT };
  self->piece_fill = 0;
  track_steady (self, piece);
}

void
stt_noise_push (SttNoise *self, gfloat level, gfloat high)
{
  track_quiet (self, level);
  self->piece.level += level;
  self->piece.high += high;
  self->piece.loudest = MAX (self->piece.loudest, level);
  if (++self->piece_fill == PIECE)
    end_piece (self);
}

gfloat
stt_noise_floor (SttNoise *self)
{
  return MAX (self->quiet, self->steady + STEADY_ONSET_DB - NOISE_ONSET_DB);
}
