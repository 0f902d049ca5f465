// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How long a speaker pauses inside of sentences. */

#include "pauses.h"

#include <stdlib.h>
#include <string.h>

/* Fewer tell nothing. */
#define FEWEST 6

/* Longer by so much than all of the last twenty but one. (Measured: prompts of five
 * languages and a reader are cut inside of no sentence, as after 500 ms, and end up to
 * 26 ms sooner in the median; with 350 ms, or by the third longest, two of 316 are cut.) */
#define SHARE 0.9
#define FACTOR 1.3

void
stt_pauses_add (SttPauses *self, guint64 length)
{
  self->lengths[self->n++ % STT_PAUSES] = length;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  guint64 first = *(const guint64 *) a, second = *(const guint64 *) b;

  return (first > second) - (first < second);
}

guint64
stt_pauses_get_end (const SttPauses *self, guint64 least, guint64 most)
{
  guint64 sorted[STT_PAUSES], end;
  guint n = MIN (self->n, STT_PAUSES);

  if (n < FEWEST)
    return most;
  memcpy (sorted, self->lengths, n * sizeof *sorted);
  qsort (sorted, n, sizeof *sorted, compare);
  end = FACTOR * sorted[(guint) (SHARE * n)];
  return CLAMP (end, least, most);
}
