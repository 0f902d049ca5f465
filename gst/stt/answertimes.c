// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The times of an answer that cannot be true of the audio it is about. */

#include "answertimes.h"

#include <math.h>
#include <string.h>

/* Seconds by which times may be past the end: models round, and pad. */
#define SLACK 1.0

/* Characters a second: more cannot be said; and what is said at most times. */
#define FASTEST 60
#define USUAL 15

/* More times are not repaired: the work is quadratic. */
#define MOST_TIMES 5000

/* Two may well be at once, or wrong. */
#define LEAST_AT_ONCE 3

/* What begins this early may begin again. */
#define NEW_START 1.0

typedef struct
{
  OpenaiTimes *times;
  gdouble *need; /* seconds: what the text takes, usually */
  gboolean *good;
  guint n;
  gdouble duration;
} Repair;

static gboolean
is_inside (const Repair *repair, gdouble time)
{
  return time >= 0 && time <= repair->duration + SLACK;
}

static gdouble
total_need (const Repair *repair)
{
  gdouble total = 0;

  for (guint i = 0; i < repair->n; i++)
    total += repair->need[i];
  return total;
}

/* The first and last time of all; FALSE: none is known. */
static gboolean
get_bounds (const Repair *repair, gdouble *first, gdouble *last)
{
  *first = G_MAXDOUBLE;
  *last = 0;
  for (guint i = 0; i < repair->n; i++) {
    if (!openai_times_are_known (&repair->times[i]))
      continue;
    *first = MIN (*first, repair->times[i].start);
    *last = MAX (*last, repair->times[i].end);
  }
  return *first <= *last;
}

/* More are past the end of the audio than inside of it. */
static gboolean
is_elsewhere (const Repair *repair)
{
  guint inside = 0, outside = 0;

  for (guint i = 0; i < repair->n; i++) {
    const OpenaiTimes *time = &repair->times[i];

    if (!openai_times_are_known (time) || time->end <= 0)
      continue;
    if (is_inside (repair, time->end))
      inside++;
    else
      outside++;
  }
  return outside > inside;
}

static void
map_times (Repair *repair, gdouble offset, gdouble factor)
{
  for (guint i = 0; i < repair->n; i++) {
    repair->times[i].start = (repair->times[i].start - offset) * factor;
    repair->times[i].end = (repair->times[i].end - offset) * factor;
  }
}

/* Finds the unit in which they fit, from @offset on, in no less than @least seconds. */
static gboolean
convert_unit (Repair *repair, gdouble offset, gdouble last, gdouble span, gdouble least)
{
  static const gdouble factors[] = { 1, 1e-3, 1e-2, 1e-6, 1e-9 };

  for (guint i = 0; i < G_N_ELEMENTS (factors); i++) {
    if (is_inside (repair, (last - offset) * factors[i]) && span * factors[i] >= least) {
      map_times (repair, offset, factors[i]);
      return TRUE;
    }
  }
  return FALSE;
}

/* TRUE: they are in seconds of the audio now. The unit is rather one in which the
 * text is said as fast as usual. */
static gboolean
convert_units (Repair *repair)
{
  gdouble first, last, need = total_need (repair);

  if (!is_elsewhere (repair) || !get_bounds (repair, &first, &last))
    return FALSE;
  for (guint halves = 2; halves <= FASTEST / USUAL; halves *= 2) {
    gdouble least = need / halves;

    if (convert_unit (repair, 0, last, last - first, least)
        || convert_unit (repair, first, last, last - first, least))
      return TRUE;
  }
  return FALSE;
}

/* All begin at once: where they end one after the other, each begins where the one
 * before has ended. FALSE: those times tell nothing. */
static gboolean
spread_starts (Repair *repair)
{
  if (repair->n < LEAST_AT_ONCE)
    return TRUE;
  for (guint i = 1; i < repair->n; i++) {
    if (repair->times[i].start != repair->times[0].start)
      return TRUE;
  }
  for (guint i = 1; i < repair->n; i++) {
    if (!(repair->times[i].end > repair->times[i - 1].end))
      return FALSE;
  }
  for (guint i = repair->n - 1; i > 0; i--)
    repair->times[i].start = repair->times[i - 1].end;
  return TRUE;
}

/* Nearly all are past the end, in no unit that is known: what is inside is so by
 * chance. */
static gboolean
is_unknown_unit (const Repair *repair)
{
  guint inside = 0, known = 0;

  for (guint i = 0; i < repair->n; i++) {
    if (!openai_times_are_known (&repair->times[i]))
      continue;
    known++;
    inside += is_inside (repair, repair->times[i].end);
  }
  return known >= LEAST_AT_ONCE && inside * 3 < known;
}

/* What says more in its time than can be said is worth less. */
static gdouble
worth (const Repair *repair, guint i)
{
  const OpenaiTimes *time = &repair->times[i];

  return time->end - time->start >= repair->need[i] * USUAL / FASTEST ? 1 : 0.6;
}

/* Marks the times whose starts never go back and are worth most together; the
 * number that are marked. */
static guint
find_good (Repair *repair)
{
  g_autofree gdouble *best = g_new0 (gdouble, repair->n + 1);
  g_autofree gint *before = g_new (gint, repair->n + 1);
  gint last = -1;
  guint found = 0;

  memset (repair->good, 0, repair->n * sizeof *repair->good);
  for (guint i = 0; i < repair->n; i++) {
    if (!openai_times_are_known (&repair->times[i])
        || !is_inside (repair, repair->times[i].start))
      continue;
    before[i] = -1;
    for (guint j = 0; j < i; j++) {
      if (best[j] > 0 && repair->times[j].start <= repair->times[i].start
          && best[j] > best[i]) {
        best[i] = best[j];
        before[i] = j;
      }
    }
    best[i] += worth (repair, i);
    if (last < 0 || best[i] > best[last])
      last = i;
  }
  for (; last >= 0; last = before[last], found++)
    repair->good[last] = TRUE;
  return found;
}

/* Where times begin again from the start, each run comes after the one before.
 * FALSE: they do not, or would not fit. */
static gboolean
join_runs (Repair *repair)
{
  g_autofree OpenaiTimes *times = g_memdup2 (repair->times, repair->n * sizeof *times);
  gdouble offset = 0, end = 0, last = 0;
  guint length = 0, runs = 1;

  for (guint i = 0; i < repair->n; i++) {
    if (!openai_times_are_known (&times[i]))
      return FALSE;
    if (i > 0 && times[i].start < last) {
      /* What follows goes on from there, not from what came before. */
      if (times[i].start > NEW_START || length < 2 || i + 1 == repair->n
          || times[i + 1].start > last)
        return FALSE;
      offset = end;
      length = 0;
      runs++;
    }
    last = times[i].start;
    times[i].start += offset;
    times[i].end += offset;
    end = MAX (end, times[i].end);
    length++;
  }
  if (runs < 2 || length < 2 || !is_inside (repair, end))
    return FALSE;
  memcpy (repair->times, times, repair->n * sizeof *times);
  return TRUE;
}

/* Ends that are past the audio, or take no time where there is much to say, are
 * where the next begins. */
static void
repair_ends (Repair *repair)
{
  gdouble next = repair->duration;

  for (guint i = repair->n; i-- > 0;) {
    OpenaiTimes *time = &repair->times[i];

    if (!repair->good[i])
      continue;
    if (!is_inside (repair, time->end)
        || (time->end <= time->start && repair->need[i] > 1))
      time->end = MAX (time->start, MIN (next, time->start + 2 * repair->need[i]));
    next = time->start;
  }
}

/* Puts [first, end) between the good ones around them. */
static void
place_between (Repair *repair, guint first, guint end)
{
  OpenaiTimes *last = first > 0 ? &repair->times[first - 1] : NULL;
  gdouble until = end < repair->n ? repair->times[end].start : repair->duration;
  gdouble from = last ? MIN (last->end, until) : 0;
  gdouble need = 0, done = 0, length;

  for (guint i = first; i < end; i++)
    need += repair->need[i];
  /* No room after it: the one before has taken theirs. */
  if (last && until - from < need * USUAL / FASTEST) {
    from = MAX (last->start, until - need);
    from = MAX (from,
        MIN (until,
            last->start
                + (until - last->start) * repair->need[first - 1]
                    / (need + repair->need[first - 1])));
    last->end = MIN (last->end, from);
  }
  length = MIN (MAX (until - from, 0), 2 * need);
  for (guint i = first; i < end; i++) {
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): none of no times */
    repair->times[i].start = from + length * done / need;
    done += repair->need[i];
    repair->times[i].end = from + length * done / need;
  }
}

static void
place_bad (Repair *repair)
{
  for (guint i = 0; i < repair->n;) {
    guint end = i;

    while (end < repair->n && !repair->good[end])
      end++;
    if (end > i)
      place_between (repair, i, end);
    i = MAX (end, i + 1);
  }
}

static void
forget_times (Repair *repair)
{
  for (guint i = 0; i < repair->n; i++)
    repair->times[i] = (OpenaiTimes) { NAN, NAN };
}

static guint
count_known (const Repair *repair)
{
  guint known = 0;

  for (guint i = 0; i < repair->n; i++)
    known += openai_times_are_known (&repair->times[i]);
  return known;
}

/* All of them, sooner than they can be said. */
static gboolean
is_no_time (const Repair *repair)
{
  gdouble first, last;

  return get_bounds (repair, &first, &last)
      && last - first < total_need (repair) * USUAL / FASTEST;
}

static void
repair_times (Repair *repair)
{
  guint known = count_known (repair), found;

  if (known == 0 || repair->n > MOST_TIMES)
    return;
  convert_units (repair);
  if (is_no_time (repair) || is_unknown_unit (repair) || !spread_starts (repair)) {
    forget_times (repair);
    return;
  }
  found = find_good (repair);
  if (found == 0) {
    forget_times (repair);
    return;
  }
  if (found < known && join_runs (repair))
    found = find_good (repair);
  repair_ends (repair);
  if (found < repair->n)
    place_bad (repair);
}

static gdouble
need_of (const gchar *text)
{
  return MAX (g_utf8_strlen (text, -1), 1) / (gdouble) USUAL;
}

static gboolean
repair_list (OpenaiTimes *times, gdouble *need, guint n, gdouble duration)
{
  g_autofree gboolean *good = g_new0 (gboolean, n + 1);
  g_autofree OpenaiTimes *given = g_memdup2 (times, (n + 1) * sizeof *times);
  Repair repair = { times, need, good, n, duration };

  repair_times (&repair);
  for (guint i = 0; i < n; i++) {
    gboolean known = openai_times_are_known (&times[i]);

    if (known != openai_times_are_known (&given[i])
        || (known && (times[i].start != given[i].start || times[i].end != given[i].end)))
      return TRUE;
  }
  return FALSE;
}

OpenaiTranscript *
stt_answer_times_repair (OpenaiTranscript *whole, gdouble duration)
{
  guint n_words = whole->words->len, n_segments = whole->segments->len;
  g_autofree OpenaiTimes *words = openai_transcript_word_times (whole);
  g_autofree OpenaiTimes *segments = openai_transcript_segment_times (whole);
  g_autofree gdouble *need = g_new (gdouble, MAX (n_words, n_segments) + 1);
  gboolean repaired;

  for (guint i = 0; i < n_words; i++)
    need[i] = need_of (((OpenaiWord *) g_ptr_array_index (whole->words, i))->text);
  repaired = repair_list (words, need, n_words, duration);
  for (guint i = 0; i < n_segments; i++)
    need[i] = need_of (((OpenaiSegment *) g_ptr_array_index (whole->segments, i))->text);
  repaired |= repair_list (segments, need, n_segments, duration);
  return repaired ? openai_transcript_with_times (whole, words, segments)
                  : openai_transcript_ref (whole);
}
