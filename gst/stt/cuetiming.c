// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How long captions are shown.
 *
 * Until the last step a cue includes the gap after it. */

#include "cuetiming.h"

#include <string.h>

#include "text/unicode.h"

#define SECOND G_GUINT64_CONSTANT (1000000000)
#define MILLISECOND G_GUINT64_CONSTANT (1000000)

/* What is shown for less is not seen. */
#define READABLE (SECOND / 2)

/* Times in a file have whole milliseconds. */
#define TOLERANCE MILLISECOND

/* Times of the stream, to whole frames of it. */
typedef guint64 (*Round) (const SttCueRules *rules, guint64 time);

static guint64
on_frame (const SttCuesOptions *options, Round round, guint64 time)
{
  guint64 rounded = round (&options->rules, options->origin + time);

  return rounded - MIN (rounded, options->origin);
}

static SttCue *
nth (GPtrArray *cues, guint i)
{
  return g_ptr_array_index (cues, i);
}

/* The end of a caption that has no other after it: it stays as long as it takes to read
 * at ease, but not much longer than it is said; and as long as it takes to read at all. */
static guint64
wanted_end (const SttCue *cue, guint64 unread, const SttCuesOptions *options)
{
  const SttCueRules *rules = &options->rules;
  guint64 end = MIN (cue->start + stt_cue_rules_comfortable_time (rules, cue->columns),
      cue->said + rules->max_linger);

  end = MAX (end, cue->end);
  end =
      MAX (end, cue->start + stt_cue_rules_shortest_time (rules, cue->columns) + unread);
  end = MIN (end, cue->start + rules->max_duration);
  return on_frame (options, stt_cue_rules_round, end);
}

/* The end of a caption, gap included, that is followed by another at @next. */
static guint64
close_gap (const SttCue *cue, guint64 end, guint64 next, const SttCueRules *rules)
{
  gboolean is_short = next > end && next + rules->min_gap < end + rules->close_gap;

  return is_short && next <= cue->start + rules->max_duration + rules->min_gap ? next
                                                                               : end;
}

/* What of @cue cannot be read before the next one, where that comes in less than half the
 * time: no speech is so fast, so that the times are wrong. */
static guint64
unread_time (const SttCue *cue, guint64 next, const SttCueRules *rules)
{
  guint64 needed = stt_cue_rules_shortest_time (rules, cue->columns);
  guint64 shown = next - MIN (next, cue->start);

  return needed > 2 * MAX (shown, rules->min_duration) ? needed - shown : 0;
}

/* Long enough to be read where there is room, not too long, never into the
 * next. */
static void
settle (GPtrArray *cues, const SttCuesOptions *options, guint64 gap)
{
  guint64 available = MAX (options->available, options->duration);
  guint64 last = MAX (options->duration, MILLISECOND) - MILLISECOND;
  gboolean captions = options->granularity == STT_CUES_CAPTION;

  for (guint i = cues->len; i-- > 0;) {
    SttCue *cue = nth (cues, i);
    guint64 limit = i + 1 < cues->len ? nth (cues, i + 1)->start : available;
    guint64 unread =
        i > 0 ? unread_time (nth (cues, i - 1), cue->start, &options->rules) : 0;
    guint64 end = captions ? wanted_end (cue, unread, options) + gap : cue->end;

    /* From behind: a cue with no room of its own moves before the next. */
    cue->start =
        MIN (cue->start, MIN (last, limit > MILLISECOND ? limit - MILLISECOND : 0));
    if (captions && (i + 1 < cues->len || options->followed))
      end = close_gap (cue, end, limit, &options->rules);
    cue->end = MAX (MIN (end, limit), cue->start + MILLISECOND);
  }
}

/* Where there are more cues than milliseconds, they still follow each other. */
static void
untangle (GPtrArray *cues)
{
  guint64 position = 0;

  for (guint i = 0; i < cues->len; i++) {
    SttCue *cue = nth (cues, i);

    cue->start = MAX (cue->start, position);
    cue->end = MAX (cue->end, cue->start + MILLISECOND);
    position = cue->end;
  }
}

/* Cues [first, end) have @least each, from @from to @to, with room for all of it,
 * and begin where they did as far as that goes. */
static void
spread (GPtrArray *cues, guint first, guint end, guint64 from, guint64 to, guint64 least)
{
  for (guint i = first; i < end; i++) {
    SttCue *cue = nth (cues, i);
    guint64 latest = to - (end - i) * least;

    cue->start = CLAMP (cue->start, from, latest);
    from = cue->start + least;
    cue->end = MAX (cue->end, from);
    if (i > first)
      nth (cues, i - 1)->end = MIN (nth (cues, i - 1)->end, cue->start);
  }
}

static gboolean
is_too_short (GPtrArray *cues, guint i, guint64 least)
{
  return nth (cues, i)->end - nth (cues, i)->start < least;
}

/* A cue of milliseconds is not seen: those in a row that are too short take what is
 * missing from the one after them, and then from the one before, which stay
 * long enough themselves; else they stay as they are. */
static void
widen (GPtrArray *cues, const SttCuesOptions *options, guint64 least)
{
  /* None begins after the audio. */
  guint64 last_start = MAX (options->duration, MILLISECOND) - MILLISECOND;
  guint64 available =
      MIN (MAX (options->available, options->duration), last_start + least);

  for (guint i = 0, end; i < cues->len; i = end) {
    SttCue *before = i > 0 ? nth (cues, i - 1) : NULL, *after;
    guint64 from = before ? before->start + least : 0, to;

    for (end = i; end < cues->len && is_too_short (cues, end, least); end++)
      ;
    after = end < cues->len ? nth (cues, end) : NULL;
    to = after ? MIN (after->end - least, last_start) : available;
    if (end > i && to >= from + (end - i) * least) {
      SttCue *last = nth (cues, end - 1);

      spread (cues, i, end, from, to, least);
      if (before)
        before->end = MIN (before->end, nth (cues, i)->start);
      if (after)
        after->start = MAX (after->start, last->start + least);
      last->end = after ? MIN (last->end, after->start) : last->end;
    }
    end = MAX (end, i + 1);
  }
}

/* What is seen without the gap leaves it. */
static void
take_gap (SttCue *cue, guint64 gap, guint64 least)
{
  if (cue->end - cue->start >= least + gap)
    cue->end -= gap;
}

/* What a reviewer would say. */
static void
judge (SttCue *cue, const SttCueRules *rules)
{
  guint64 shown = cue->end - cue->start + TOLERANCE;
  if (shown < rules->min_duration)
    cue->findings |= STT_CUE_TOO_SHORT;
  if ((gdouble) cue->columns * SECOND / rules->max_speed > shown)
    cue->findings |= STT_CUE_TOO_FAST;
  if (cue->end - cue->start > rules->max_duration + TOLERANCE)
    cue->findings |= STT_CUE_TOO_LONG;
}

/* Whole frames go on being whole frames as long as nothing is too short. */
static void
round_to_frames (
    GPtrArray *cues, const SttCuesOptions *options, Round round_start, Round round_end)
{
  for (guint i = 0; i < cues->len; i++) {
    SttCue *cue = nth (cues, i);

    cue->start = on_frame (options, round_start, cue->start);
    cue->end = MAX (on_frame (options, round_end, cue->end), cue->start + MILLISECOND);
  }
}

void
stt_cue_timing_follow (
    SttCue *cue, guint64 next, guint64 origin, const SttCueRules *rules)
{
  SttCuesOptions options = { .rules = *rules, .origin = origin };
  SttCue spoken = {
    .start = cue->start, .end = cue->said, .said = cue->said, .columns = cue->columns
  };
  guint64 end = MAX (wanted_end (&spoken, 0, &options), cue->end) + rules->min_gap;

  if (next < cue->end)
    return;
  cue->end = MIN (close_gap (cue, end, next, rules), next);
  take_gap (cue, rules->min_gap, stt_cue_rules_round_up (rules, READABLE));
  cue->end = MAX (
      on_frame (&options, stt_cue_rules_round_down, cue->end), cue->start + MILLISECOND);
  cue->findings &= STT_CUE_UNWRITABLE;
  judge (cue, rules);
}

void
stt_cue_timing_apply (GPtrArray *cues, const SttCuesOptions *options)
{
  gboolean captions = options->granularity == STT_CUES_CAPTION;
  guint64 gap = captions ? options->rules.min_gap : 0;
  guint64 least =
      captions ? stt_cue_rules_round_up (&options->rules, READABLE) : READABLE;

  for (guint i = 0; i < cues->len; i++)
    nth (cues, i)->said = nth (cues, i)->end;
  if (captions)
    round_to_frames (cues, options, stt_cue_rules_round, stt_cue_rules_round_up);
  settle (cues, options, gap);
  untangle (cues);
  if (options->granularity != STT_CUES_WORD)
    widen (cues, options, least);
  for (guint i = 0; i < cues->len; i++)
    nth (cues, i)->reading_time =
        stt_cue_rules_shortest_time (&options->rules, nth (cues, i)->columns);
  if (!captions)
    return;
  for (guint i = 0; i < cues->len; i++)
    take_gap (nth (cues, i), gap, least);
  round_to_frames (cues, options, stt_cue_rules_round_down, stt_cue_rules_round_down);
  untangle (cues);
  for (guint i = 0; i < cues->len; i++)
    judge (nth (cues, i), &options->rules);
}
