// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What a reviewer finds in subtitles, and times that are right. */

#include "check.h"

#include <math.h>
#include <string.h>

#include "text/unicode.h"

/* A time in a file has whole milliseconds. */
#define TOLERANCE GST_MSECOND

/* Without a rate a frame is as long as at 24 a second, where it may be as short as at 30.
 * Half a second may be twelve frames at 25. */
#define SHORTEST_FRAME 0.8
#define LEAST_PAUSE_MS 480

static const struct
{
  const gchar *name;
  const gchar *unit; /* NULL: of time */
} rule_names[] = {
  [QC_OVERLAP] = { "overlap", NULL },
  [QC_GAP_TOO_SHORT] = { "gap-too-short", NULL },
  [QC_GAP_TO_CLOSE] = { "gap-to-close", NULL },
  [QC_TOO_SHORT] = { "too-short", NULL },
  [QC_TOO_LONG] = { "too-long", NULL },
  [QC_TOO_FAST] = { "too-fast", "characters/s" },
  [QC_LINE_TOO_LONG] = { "line-too-long", "columns" },
  [QC_TOO_MANY_LINES] = { "too-many-lines", "lines" },
};

/* Half a second of 24000/1001 is twelve frames, too. */
#define NTSC 1.002

typedef struct
{
  const SttCueRules *rules;
  gdouble scale; /* frames or milliseconds in a nanosecond */
  gdouble min_gap;
  gdouble pause; /* a shorter gap is closed */
  gdouble min_duration;
  gdouble max_duration;
  GArray *findings;
} Check;

const gchar *
qc_rule_name (QcRule rule)
{
  return rule_names[rule].name;
}

const gchar *
qc_rule_unit (QcRule rule, gboolean frames)
{
  if (rule_names[rule].unit)
    return rule_names[rule].unit;
  return frames ? "frames" : "ms";
}

/* In frames or milliseconds, as a reviewer counts them. */
static gdouble
count (const Check *self, gdouble nanoseconds)
{
  return floor (nanoseconds * self->scale + 0.5);
}

/* Half a second is twelve frames of 25 as well as thirteen. */
static Check
make_check (const SttCueRules *rules)
{
  gboolean frames = rules->fps_n > 0;
  Check self = {
    .rules = rules,
    .scale =
        frames ? (gdouble) rules->fps_n / rules->fps_d / GST_SECOND : 1.0 / GST_MSECOND,
    .findings = g_array_new (FALSE, FALSE, sizeof (QcFinding)),
  };

  self.min_gap = count (&self, rules->min_gap);
  self.pause = frames ? floor (rules->close_gap * self.scale * NTSC)
                      : count (&self, rules->close_gap);
  self.min_duration = count (&self, rules->min_duration);
  self.max_duration = count (&self, rules->max_duration);
  if (!frames) {
    self.min_gap = floor (self.min_gap * SHORTEST_FRAME);
    self.pause -= rules->close_gap == 500 * GST_MSECOND ? 500 - LEAST_PAUSE_MS : 0;
  }
  return self;
}

static void
add_finding (Check *self, guint cue, QcRule rule, gdouble measured, gdouble limit)
{
  QcFinding finding = { cue, rule, measured, limit };

  g_array_append_val (self->findings, finding);
}

static void
check_gap (Check *self, guint i, const Cue *cue, const Cue *next)
{
  gdouble gap = (gdouble) next->start - (cue->start + cue->duration);
  gdouble counted = count (self, gap);
  /* Without a rate two frames may be up to 84 ms. */
  gdouble closed = self->rules->fps_n > 0 ? self->min_gap : self->min_gap * 5 / 4 + 2;

  if (gap < -(gdouble) TOLERANCE && counted < 0)
    add_finding (self, i, QC_OVERLAP, -counted, 0);
  else if (counted < self->min_gap)
    add_finding (self, i, QC_GAP_TOO_SHORT, MAX (counted, 0), self->min_gap);
  else if (counted > closed && counted < self->pause
      && count (self, next->start - cue->start) - self->min_gap <= self->max_duration)
    add_finding (self, i, QC_GAP_TO_CLOSE, counted, self->min_gap);
}

static void
check_duration (Check *self, guint i, const Cue *cue)
{
  gdouble counted = count (self, cue->duration);
  gdouble tolerance = self->rules->fps_n > 0 ? 0 : 1;

  if (counted + tolerance < self->min_duration)
    add_finding (self, i, QC_TOO_SHORT, counted, self->min_duration);
  if (counted - tolerance > self->max_duration)
    add_finding (self, i, QC_TOO_LONG, counted, self->max_duration);
}

/* {\an8} and the like; other tags went when the file was read. */
static gchar *
strip_overrides (const gchar *text)
{
  GString *out = g_string_new (NULL);

  while (*text) {
    const gchar *close = g_str_has_prefix (text, "{\\") ? strchr (text, '}') : NULL;

    if (close)
      text = close + 1;
    else
      g_string_append_c (out, *text++);
  }
  return g_string_free (out, FALSE);
}

static void
check_text (Check *self, guint i, const Cue *cue)
{
  const SttCueRules *rules = self->rules;
  g_autofree gchar *text = strip_overrides (cue->text);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n = 0, widest = 0, all = 0;
  gdouble half_frame = rules->fps_n > 0 ? 0.5 / self->scale : TOLERANCE;
  gdouble speed;

  for (gchar **line = lines; *line; line++) {
    guint columns;

    g_strstrip (*line);
    columns = openai_text_width (*line);
    n += columns > 0;
    widest = MAX (widest, columns);
    all += columns;
  }
  if (n > rules->max_lines)
    add_finding (self, i, QC_TOO_MANY_LINES, n, rules->max_lines);
  if (widest > rules->max_columns)
    add_finding (self, i, QC_LINE_TOO_LONG, widest, rules->max_columns);
  speed = all / ((cue->duration + half_frame) / GST_SECOND);
  if (speed > rules->max_speed)
    add_finding (self, i, QC_TOO_FAST, speed / rules->column_width,
        rules->max_speed / rules->column_width);
}

GArray *
qc_check (GPtrArray *cues, const SttCueRules *rules)
{
  Check self = make_check (rules);

  for (guint i = 0; i < cues->len; i++) {
    const Cue *cue = g_ptr_array_index (cues, i);

    check_duration (&self, i, cue);
    check_text (&self, i, cue);
    if (i + 1 < cues->len)
      check_gap (&self, i, cue, g_ptr_array_index (cues, i + 1));
  }
  return self.findings;
}

/* The end that a cue should have when @next begins then. */
static GstClockTime
right_end (const Cue *cue, GstClockTime next, const SttCueRules *rules)
{
  g_autofree gchar *text = strip_overrides (cue->text);
  guint columns = openai_text_width (text);
  GstClockTime end = cue->start + cue->duration;
  GstClockTime last = next > rules->min_gap ? next - rules->min_gap : 0;

  end = MAX (end, cue->start + stt_cue_rules_shortest_time (rules, columns));
  if (rules->fps_n > 0)
    end = stt_cue_rules_round_up (rules, end - MIN (end, TOLERANCE));
  end = MIN (end, stt_cue_rules_round (rules, cue->start + rules->max_duration));
  if (end > last || last - end + rules->min_gap < rules->close_gap)
    end = MIN (last, cue->start + rules->max_duration);
  return stt_cue_rules_round (rules, end);
}

guint
qc_fix (GPtrArray *cues, const SttCueRules *rules)
{
  guint changed = 0;

  for (guint i = 0; i < cues->len; i++) {
    Cue *cue = g_ptr_array_index (cues, i);
    const Cue *next = i + 1 < cues->len ? g_ptr_array_index (cues, i + 1) : NULL;
    GstClockTime start = stt_cue_rules_round (rules, cue->start);
    GstClockTime follows =
        next ? stt_cue_rules_round (rules, next->start) : GST_CLOCK_TIME_NONE;
    Cue fixed = { start, cue->duration, cue->text };
    GstClockTime end = right_end (&fixed, follows, rules);

    /* Two that begin together stay so: nothing of them is right. */
    if (end <= start || (start == cue->start && end == start + cue->duration))
      continue;
    cue->start = start;
    cue->duration = end - start;
    changed++;
  }
  return changed;
}
