// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Timed words as units between which a line or a caption may end. */

#pragma once

#include "text/linebreak.h"
#include "cuetokens.h"

G_BEGIN_DECLS

/* When a unit is said: its share of its token's time. Nanoseconds. */
typedef struct
{
  guint64 start;
  guint64 end;
} SttUnitPlace;

typedef struct
{
  GArray *units;    /* OpenaiTextUnit */
  GArray *places;   /* SttUnitPlace, one for each */
  guint *columns;   /* of all units before each, and of all, spaces included */
  gboolean guessed; /* none of the times is the server's */
} SttCueUnits;

/* Of tokens [first, end). A word longer than @max_columns is more than one unit.
 * @words: those of the text's language, or NULL. */
SttCueUnits stt_cue_units_new (GArray *tokens, guint first, guint end, guint max_columns,
    const OpenaiBreakWords *words);
void stt_cue_units_clear (SttCueUnits *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SttCueUnits, stt_cue_units_clear)

/* Units from @first on as tokens, without their speaker. */
void stt_cue_units_append_tokens (const SttCueUnits *self, guint first, GArray *tokens);

/* Tokens [first, end) with the spaces between them. */
gchar *stt_cue_tokens_join (GArray *tokens, guint first, guint end);

static inline const SttUnitPlace *
stt_cue_units_place (const SttCueUnits *self, guint i)
{
  return &g_array_index (self->places, SttUnitPlace, i);
}

static inline const OpenaiTextUnit *
stt_cue_units_nth (const SttCueUnits *self, guint i)
{
  return &g_array_index (self->units, OpenaiTextUnit, i);
}

/* Of units [first, end) on one line. */
static inline guint
stt_cue_units_columns (const SttCueUnits *self, guint first, guint end)
{
  return self->columns[end] - self->columns[first]
      - stt_cue_units_nth (self, first)->space_before;
}

G_END_DECLS
