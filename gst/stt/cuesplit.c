// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where captions and their lines end: the cheapest of all ways to divide what is said.
 *
 * What costs: a caption; one that ends where a sentence goes on, the more the closer what
 * follows belongs to it; lines that end so or are not even; one that is shown for less
 * than it takes to read. A pause after a caption is worth something. */

#include "cuesplit.h"

#include <math.h>

#define SECOND ((gdouble) 1000000000)

#define CAPTION 20
#define LINE_SHARE 0.6
#define THIRD_LINE 30 /* each line beyond two */
#define UNEVEN 0.4    /* a column */
#define TOP_LONGER 4
#define ONE_WORD_LINE 30
#define LONGEST_PAUSE 0.5 /* seconds */
#define PAUSE 80          /* a second of it */
#define FRAGMENT 60       /* of a third of a line or less */
#define TOO_FAST 150
#define EXCESS 400
#define HURRIED 20
#define TOO_SHORT 50
#define MISSING 300

/* No caption has more units, whatever its lines hold. */
#define MAX_UNITS 200

/* What ending at a break costs. */
static const gdouble break_costs[] = {
  [OPENAI_BREAK_NEVER] = 2000,
  [OPENAI_BREAK_AVOID] = 1000,
  [OPENAI_BREAK_WEAK] = 200,
  [OPENAI_BREAK_ANYWHERE] = 120,
  [OPENAI_BREAK_SPACE] = 60,
  [OPENAI_BREAK_PREPOSITION] = 30,
  [OPENAI_BREAK_CONJUNCTION] = 25,
  [OPENAI_BREAK_CLAUSE] = 10,
  [OPENAI_BREAK_SENTENCE] = 0,
};

typedef struct
{
  const SttCueUnits *units;
  const SttCueRules *rules;
  guint64 until;
} Split;

/* The best way to what is before a unit. */
typedef struct
{
  gdouble cost;
  guint from;
} Best;

static gdouble
break_cost (const Split *self, guint end)
{
  return break_costs[stt_cue_units_nth (self->units, end - 1)->after];
}

static gboolean
is_one_word (const Split *self, guint first, guint end)
{
  if (stt_cue_units_nth (self->units, first)->script != OPENAI_BREAK_SPACE)
    return FALSE;
  for (guint i = first + 1; i < end; i++) {
    if (stt_cue_units_nth (self->units, i)->space_before)
      return FALSE;
  }
  return TRUE;
}

/* How many lines units [first, end) take at least; more than are allowed: one more. */
static guint
count_lines (const Split *self, guint first, guint end)
{
  guint lines = 0;

  while (first < end && lines <= self->rules->max_lines) {
    first =
        openai_text_units_fill (self->units->units, first, end, self->rules->max_columns);
    lines++;
  }
  return lines;
}

/* What a line of units [first, end) costs of a caption that goes on to @last, in which
 * a line has @even columns. */
static gdouble
line_cost (const Split *self, guint first, guint end, guint last, gdouble even)
{
  gdouble cost = UNEVEN * fabs (stt_cue_units_columns (self->units, first, end) - even);

  if (end < last)
    cost += break_cost (self, end);
  if (end - first < last - first && is_one_word (self, first, end))
    cost += ONE_WORD_LINE;
  return cost;
}

/* The cheapest way to two lines: the end of the first, which @cost is of. */
static guint
divide (const Split *self, guint first, guint end, gdouble *cost)
{
  gdouble even = stt_cue_units_columns (self->units, first, end) / 2.0;
  guint best = first;

  *cost = G_MAXDOUBLE;
  for (guint i = first + 1; i < end; i++) {
    guint top = stt_cue_units_columns (self->units, first, i),
          bottom = stt_cue_units_columns (self->units, i, end);
    gdouble this_cost;

    if (top > self->rules->max_columns)
      break;
    if (bottom > self->rules->max_columns)
      continue;
    this_cost = line_cost (self, first, i, end, even)
        + line_cost (self, i, end, end, even) + (top > bottom ? TOP_LONGER : 0)
        + (is_one_word (self, i, end) ? ONE_WORD_LINE : 0);
    if (this_cost < *cost) {
      *cost = this_cost;
      best = i;
    }
  }
  return best;
}

static gdouble
lines_cost (const Split *self, guint first, guint end, guint lines)
{
  gdouble cost;

  if (lines <= 1)
    return 0;
  if (lines > 2 || divide (self, first, end, &cost) == first)
    return THIRD_LINE * lines;
  return LINE_SHARE * cost;
}

/* The pause before unit @i, in seconds. */
static gdouble
pause_before (const Split *self, guint i)
{
  guint64 end = stt_cue_units_place (self->units, i - 1)->end;
  guint64 start = stt_cue_units_place (self->units, i)->start;

  return start > end ? (start - end) / SECOND : 0;
}

/* How long units [first, end) can be shown while they are said and a little longer. */
static guint64
room_of (const Split *self, guint first, guint end)
{
  const SttCueRules *rules = self->rules;
  guint64 start = stt_cue_units_place (self->units, first)->start;
  guint64 said = stt_cue_units_place (self->units, end - 1)->end;
  guint64 next = end < self->units->units->len
      ? stt_cue_units_place (self->units, end)->start
      : self->until;
  guint64 most =
      MIN (said + rules->max_linger, next > rules->min_gap ? next - rules->min_gap : 0);

  most = MIN (most, start + rules->max_duration);
  return most > start ? most - start : 0;
}

static gdouble
speed_cost (const Split *self, guint first, guint end)
{
  const SttCueRules *rules = self->rules;
  guint columns = stt_cue_units_columns (self->units, first, end);
  gdouble room = MAX (room_of (self, first, end) / SECOND, 0.001);
  gdouble shortest = columns / rules->max_speed;
  gdouble wanted = columns / rules->target_speed;
  gdouble least = rules->min_duration / SECOND;
  gdouble cost = 0;

  if (shortest > room)
    cost = TOO_FAST + EXCESS * MIN (shortest / room - 1, 10);
  else if (wanted > room)
    cost = HURRIED * (wanted / room - 1);
  if (room < least)
    cost += TOO_SHORT + MISSING * (least - room) / least;
  return cost;
}

/* A few words that are no sentence of their own. */
static gdouble
fragment_cost (const Split *self, guint first, guint end)
{
  gdouble enough = self->rules->max_columns / 3.0;
  guint columns = stt_cue_units_columns (self->units, first, end);
  gboolean begins = first == 0 || break_cost (self, first) == 0;
  gboolean ends = end == self->units->units->len || break_cost (self, end) == 0;

  if (columns >= enough || (begins && ends))
    return 0;
  return FRAGMENT * (1 - columns / enough);
}

static gdouble
caption_cost (const Split *self, guint first, guint end, guint lines)
{
  gdouble cost = CAPTION + lines_cost (self, first, end, lines)
      + speed_cost (self, first, end) + fragment_cost (self, first, end);

  if (end < self->units->units->len)
    cost +=
        break_cost (self, end) - PAUSE * MIN (pause_before (self, end), LONGEST_PAUSE);
  return cost;
}

/* Nothing is known of speech whose times are guesses. */
static gboolean
takes_too_long (const Split *self, guint first, guint end)
{
  return !self->units->guessed
      && stt_cue_units_place (self->units, end - 1)->end
      > stt_cue_units_place (self->units, first)->start + self->rules->max_duration;
}

/* Tries all captions that begin with unit @first. */
static void
try_captions (const Split *self, guint first, Best *best)
{
  guint last = MIN (first + MAX_UNITS, self->units->units->len);
  guint lines = 1, line = first; /* the last line, and its first unit */

  for (guint end = first + 1; end <= last; end++) {
    gdouble cost;

    if (end - line > 1
        && stt_cue_units_columns (self->units, line, end) > self->rules->max_columns) {
      lines++;
      line = end - 1;
    }
    if (end > first + 1
        && (lines > self->rules->max_lines || takes_too_long (self, first, end)))
      break;
    cost = best[first].cost + caption_cost (self, first, end, lines);
    if (cost < best[end].cost)
      best[end] = (Best) { cost, first };
  }
}

/* From the last end back to the first. */
static GArray *
collect_ends (const Best *best, guint n)
{
  GArray *ends = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint end = n; end > 0; end = best[end].from)
    g_array_prepend_val (ends, end);
  return ends;
}

GArray *
stt_cue_split (const SttCueUnits *units, const SttCueRules *rules, guint64 until)
{
  guint n = units->units->len;
  g_autofree Best *best = g_new0 (Best, n + 1);
  Split self = { units, rules, until };

  best[0] = (Best) { 0, 0 };
  for (guint i = 1; i <= n; i++)
    best[i].cost = G_MAXDOUBLE;
  for (guint i = 0; i < n; i++)
    try_captions (&self, i, best);
  return collect_ends (best, n);
}

/* The narrowest lines of which there are no more than of the widest. */
static guint
even_columns (const Split *self, guint first, guint end, guint lines)
{
  guint widest =
      MIN (self->rules->max_columns, stt_cue_units_columns (self->units, first, end));
  guint narrow = stt_cue_units_columns (self->units, first, end) / lines;

  for (; narrow < widest; narrow += 1 + narrow / 16) {
    guint line = 0, at = first;

    for (; at < end && line < lines; line++)
      at = openai_text_units_fit (self->units->units, at, end, narrow);
    if (at == end)
      break;
  }
  return MIN (narrow, widest);
}

/* The end of the first of so many lines. */
static guint
line_end (const Split *self, guint first, guint end, guint lines, guint columns)
{
  const GArray *units = self->units->units;
  guint at = lines == 2 ? divide (self, first, end, &(gdouble) { 0 }) : first;

  if (lines == 1)
    return end;
  if (at > first)
    return at;
  at = openai_text_units_fit (units, first, end, columns);
  return count_lines (self, at, end) < lines
      ? at
      : openai_text_units_fill (units, first, end, self->rules->max_columns);
}

gchar *
stt_cue_lines (const SttCueUnits *units, guint first, guint end, const SttCueRules *rules)
{
  Split self = { units, rules, 0 };
  guint lines = count_lines (&self, first, end);
  guint even = even_columns (&self, first, end, MAX (lines, 1));
  GString *out = g_string_new (NULL);

  while (first < end) {
    guint at = line_end (&self, first, end, lines, even);

    openai_text_units_append (units->units, first, at, out);
    if (at < end)
      g_string_append_c (out, '\n');
    first = at;
    lines = count_lines (&self, first, end);
  }
  return g_string_free (out, FALSE);
}
