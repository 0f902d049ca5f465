// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Timed words as units between which a line or a caption may end. */

#include "cueunits.h"

#include <string.h>

gchar *
stt_cue_tokens_join (GArray *tokens, guint first, guint end)
{
  GString *text = g_string_new (NULL);

  for (guint i = first; i < end; i++) {
    if (i > first && !stt_cue_tokens_nth (tokens, i)->glued)
      g_string_append_c (text, ' ');
    g_string_append (text, stt_cue_tokens_nth (tokens, i)->text);
  }
  return g_string_free (text, FALSE);
}

/* A place in tokens that are one word of the text. */
typedef struct
{
  guint token;
  gsize begin; /* bytes of the tokens before it */
} Cursor;

/* When the byte at @offset of the tokens before @end is said; offsets go on from
 * call to call. */
static guint64
time_at_offset (GArray *tokens, Cursor *cursor, guint end, gsize offset, gboolean at_end)
{
  const SttCueToken *token = stt_cue_tokens_nth (tokens, cursor->token);
  gsize length = strlen (token->text);

  while (cursor->token + 1 < end && offset >= cursor->begin + length + at_end) {
    cursor->begin += length;
    token = stt_cue_tokens_nth (tokens, ++cursor->token);
    length = strlen (token->text);
  }
  return token->start
      + (token->end - token->start) * MIN (offset - MIN (offset, cursor->begin), length)
      / MAX (length, 1);
}

/* The units of tokens [first, end), which are one word of the text. */
static void
add_units (SttCueUnits *self, GArray *tokens, guint first, guint end, guint max_columns)
{
  g_autofree gchar *text = stt_cue_tokens_join (tokens, first, end);
  GArray *units = openai_text_units_new (text, max_columns);
  Cursor cursor = { first, 0 };
  gsize offset = 0;

  for (guint u = 0; u < units->len; u++) {
    OpenaiTextUnit unit = g_array_index (units, OpenaiTextUnit, u);
    SttUnitPlace place;

    /* A speaker's name may have spaces. */
    offset += u > 0 && unit.space_before;
    place.start = time_at_offset (tokens, &cursor, end, offset, FALSE);
    offset += strlen (unit.text);
    place.end = MAX (place.start, time_at_offset (tokens, &cursor, end, offset, TRUE));
    if (u == 0)
      unit.space_before =
          self->units->len > 0 && !stt_cue_tokens_nth (tokens, first)->glued;
    g_array_append_val (self->units, unit);
    g_array_append_val (self->places, place);
  }
  g_array_set_clear_func (units, NULL);
  g_array_unref (units);
}

static guint *
sum_columns (const SttCueUnits *self)
{
  guint *sums = g_new (guint, self->units->len + 1);

  sums[0] = 0;
  for (guint i = 0; i < self->units->len; i++) {
    const OpenaiTextUnit *unit = stt_cue_units_nth (self, i);
    sums[i + 1] = sums[i] + unit->columns + unit->space_before;
  }
  return sums;
}

SttCueUnits
stt_cue_units_new (GArray *tokens, guint first, guint end, guint max_columns,
    const OpenaiBreakWords *words)
{
  SttCueUnits self = { g_array_new (FALSE, FALSE, sizeof (OpenaiTextUnit)),
    g_array_new (FALSE, FALSE, sizeof (SttUnitPlace)), NULL, TRUE };

  while (first < end) {
    guint next = first + 1;

    while (next < end && stt_cue_tokens_nth (tokens, next)->glued)
      next++;
    for (guint i = first; i < next; i++)
      self.guessed &= stt_cue_tokens_nth (tokens, i)->guessed;
    add_units (&self, tokens, first, next, max_columns);
    first = next;
  }
  openai_text_units_rate (self.units, words);
  self.columns = sum_columns (&self);
  return self;
}

void
stt_cue_units_append_tokens (const SttCueUnits *self, guint first, GArray *tokens)
{
  for (guint i = first; i < self->units->len; i++) {
    const OpenaiTextUnit *unit = stt_cue_units_nth (self, i);
    const SttUnitPlace *place = stt_cue_units_place (self, i);
    SttCueToken token = {
      .text = g_strdup (unit->text),
      .start = place->start,
      .end = place->end,
      .timed = TRUE,
      .guessed = self->guessed,
      .glued = !unit->space_before,
    };

    g_array_append_val (tokens, token);
  }
}

void
stt_cue_units_clear (SttCueUnits *self)
{
  for (guint i = 0; i < self->units->len; i++)
    g_free (g_array_index (self->units, OpenaiTextUnit, i).text);
  g_array_unref (self->units);
  g_array_unref (self->places);
  g_free (self->columns);
}
