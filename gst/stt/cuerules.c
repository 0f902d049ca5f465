// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What a caption has to keep to be read: the numbers of the guidelines. */

#include "cuerules.h"

#include <math.h>
#include <string.h>

#include "i18n.h"

#define SECOND G_GUINT64_CONSTANT (1000000000)
#define MILLISECOND G_GUINT64_CONSTANT (1000000)

/* A frame where no rate is set: the longest that films have. */
#define USUAL_FPS_N 24
#define USUAL_FPS_D 1

/* Lines, columns, characters a second: at most, and where there is time. Milliseconds.
 * The gap is in frames. */
typedef struct
{
  guint max_lines;
  guint max_columns;
  guint max_speed;
  guint target_speed;
  guint min_duration;
  guint max_duration;
  guint gap_frames;
  guint close_gap;
  guint max_linger;
  SttSpeakerStyle speakers;
  SttSoundLabels sounds;
} Style;

/* Reading speeds, line lengths and durations are those that the guidelines publish; where
 * one is silent (most say nothing of how long a caption may stay) it has what
 * STT_CUE_STYLE_DEFAULT has. docs/captions.md names the sources. */
static const Style styles[] = {
  [STT_CUE_STYLE_DEFAULT] = { 2, 42, 20, 15, 833, 7000, 2, 500, 500, STT_SPEAKERS_DASH,
      STT_SOUNDS_BRACKETS },
  [STT_CUE_STYLE_BBC] = { 2, 37, 17, 15, 1000, 7000, 0, 1500, 1500, STT_SPEAKERS_COLOUR,
      STT_SOUNDS_CAPITALS },
  [STT_CUE_STYLE_EBU] = { 2, 37, 15, 13, 1000, 7000, 1, 500, 500, STT_SPEAKERS_COLOUR,
      STT_SOUNDS_STARS },
  [STT_CUE_STYLE_ARCOM] = { 2, 36, 15, 12, 1000, 7000, 2, 500, 500, STT_SPEAKERS_DASH,
      STT_SOUNDS_BRACKETS },
  [STT_CUE_STYLE_DCMP] = { 2, 32, 16, 13, 1333, 6000, 0, 500, 500, STT_SPEAKERS_LABEL,
      STT_SOUNDS_BRACKETS },
  [STT_CUE_STYLE_CHILDREN] = { 2, 42, 17, 13, 833, 7000, 2, 500, 500, STT_SPEAKERS_DASH,
      STT_SOUNDS_BRACKETS },
  [STT_CUE_STYLE_CEA608] = { 2, 32, 20, 15, 833, 7000, 2, 500, 500, STT_SPEAKERS_DASH,
      STT_SOUNDS_BRACKETS },
  [STT_CUE_STYLE_SHORTS] = { 2, 24, 25, 18, 700, 5000, 0, 500, 500, STT_SPEAKERS_NONE,
      STT_SOUNDS_BRACKETS },
};

GEnumValue stt_cue_styles[] = {
  { STT_CUE_STYLE_DEFAULT,
      N_ ("Netflix, by language: 2 lines of 42, 20 characters a second"), "default" },
  { STT_CUE_STYLE_BBC, N_ ("BBC: 2 lines of 37, 17 characters a second"), "bbc" },
  { STT_CUE_STYLE_EBU, N_ ("ARD, ORF, SRF, ZDF: 2 lines of 37, 15 characters a second"),
      "ebu" },
  { STT_CUE_STYLE_ARCOM, N_ ("Arcom: 2 lines of 36, 15 characters a second"), "arcom" },
  { STT_CUE_STYLE_DCMP, N_ ("DCMP: 2 lines of 32, 160 words a minute"), "dcmp" },
  { STT_CUE_STYLE_CHILDREN, N_ ("Netflix, for children: 17 characters a second"),
      "children" },
  { STT_CUE_STYLE_CEA608, N_ ("CEA-608: 2 lines of 32, 20 characters a second"),
      "cea-608" },
  { STT_CUE_STYLE_SHORTS, N_ ("Upright video: 2 lines of 24, 25 characters a second"),
      "shorts" },
  { 0, NULL, NULL },
};

/* Languages whose scripts say more with a character, or less: characters a second for
 * adults and for children, and columns of a line, of which a full-width character has
 * two. */
static const struct
{
  const gchar *language;
  guint max_columns;
  guint column_width; /* of the characters that speeds count */
  guint max_speed;
  guint children_speed;
} scripts[] = {
  { "ar", 42, 1, 23, 20 },
  { "hi", 42, 1, 25, 20 },
  { "ja", 26, 2, 7, 7 },
  { "ko", 32, 2, 14, 11 },
  { "th", 35, 1, 20, 17 },
  { "zh", 32, 2, 9, 7 },
};

static guint
script_of (const gchar *language)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (scripts) && g_strcmp0 (language, scripts[i].language) != 0)
    i++;
  return i;
}

/* A style of its own for a language keeps the relation of the style's speeds. */
static void
apply_script (SttCueRules *self, SttCueStyle style, guint script)
{
  const Style *usual = &styles[STT_CUE_STYLE_DEFAULT], *wanted = &styles[style];
  gdouble speed = style == STT_CUE_STYLE_CHILDREN
      ? scripts[script].children_speed
      : (gdouble) scripts[script].max_speed * wanted->max_speed / usual->max_speed;

  self->column_width = scripts[script].column_width;
  self->max_speed = speed * self->column_width;
  self->target_speed = self->max_speed * wanted->target_speed / wanted->max_speed;
  self->max_columns = MIN (wanted->max_columns, scripts[script].max_columns);
}

static void
apply_overrides (SttCueRules *self, const SttCueOverrides *given)
{
  if (given->max_lines)
    self->max_lines = given->max_lines;
  if (given->max_columns)
    self->max_columns = given->max_columns;
  if (given->max_reading_speed > 0) {
    gdouble speed = given->max_reading_speed * self->column_width;

    self->target_speed *= speed / self->max_speed;
    self->max_speed = speed;
  }
  if (given->max_duration)
    self->max_duration = given->max_duration * MILLISECOND;
  if (given->min_duration)
    self->min_duration = given->min_duration * MILLISECOND;
  self->min_duration = MIN (self->min_duration, self->max_duration);
  if (given->max_linger >= 0)
    self->max_linger = given->max_linger * MILLISECOND;
}

/* The product has no room in 64 bits where a stream runs for days. */
static guint64
frames_to_time (const SttCueRules *self, guint64 frames)
{
  return (long double) frames * SECOND * self->fps_d / self->fps_n;
}

/* Gaps are counted in frames, of the usual length where there is no grid. */
static void
apply_frames (SttCueRules *self, guint gap_frames, const SttCueOverrides *given)
{
  gboolean on_grid = given->fps_n > 0 && given->fps_d > 0;

  self->fps_n = on_grid ? given->fps_n : USUAL_FPS_N;
  self->fps_d = on_grid ? given->fps_d : USUAL_FPS_D;
  self->min_gap = given->min_gap >= 0 ? given->min_gap * MILLISECOND
                                      : frames_to_time (self, gap_frames);
  if (on_grid)
    self->min_gap = frames_to_time (
        self, ceil ((gdouble) self->min_gap * self->fps_n / self->fps_d / SECOND - 1e-3));
  else
    self->fps_n = 0;
}

SttCueRules
stt_cue_rules_new (
    SttCueStyle style, const gchar *language, const SttCueOverrides *overrides)
{
  const Style *wanted = &styles[style];
  guint script = script_of (language);
  SttCueRules self = {
    .max_lines = wanted->max_lines,
    .max_columns = wanted->max_columns,
    .column_width = 1,
    .max_speed = wanted->max_speed,
    .target_speed = wanted->target_speed,
    .min_duration = wanted->min_duration * MILLISECOND,
    .max_duration = wanted->max_duration * MILLISECOND,
    .close_gap = wanted->close_gap * MILLISECOND,
    .max_linger = wanted->max_linger * MILLISECOND,
    .cea608 = style == STT_CUE_STYLE_CEA608,
  };

  if (script < G_N_ELEMENTS (scripts))
    apply_script (&self, style, script);
  apply_overrides (&self, overrides);
  apply_frames (&self, wanted->gap_frames, overrides);
  return self;
}

SttSpeakerStyle
stt_cue_style_speakers (SttCueStyle style, SttSpeakerStyle wanted)
{
  return wanted == STT_SPEAKERS_STYLE ? styles[style].speakers : wanted;
}

SttSoundLabels
stt_cue_style_sounds (SttCueStyle style, SttSoundLabels wanted, const gchar *language)
{
  if (wanted != STT_SOUNDS_STYLE)
    return wanted;
  return g_strcmp0 (language, "ja") == 0 ? STT_SOUNDS_JAPANESE : styles[style].sounds;
}

static const gchar *
language_of_script (GUnicodeScript script)
{
  switch (script) {
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
      return "ja";
    case G_UNICODE_SCRIPT_HAN:
      return "zh";
    case G_UNICODE_SCRIPT_HANGUL:
      return "ko";
    case G_UNICODE_SCRIPT_THAI:
      return "th";
    case G_UNICODE_SCRIPT_ARABIC:
      return "ar";
    case G_UNICODE_SCRIPT_DEVANAGARI:
      return "hi";
    case G_UNICODE_SCRIPT_CYRILLIC:
      return "ru";
    default:
      return NULL;
  }
}

/* The first letter tells, but that Japanese has Han too. */
const gchar *
stt_cue_rules_guess_language (const gchar *text)
{
  const gchar *found = NULL;

  for (; *text; text = g_utf8_next_char (text)) {
    gunichar c = g_utf8_get_char (text);
    const gchar *language =
        c < 0x80 ? NULL : language_of_script (g_unichar_get_script (c));

    if (g_strcmp0 (language, "ja") == 0)
      return language;
    if (language && !found)
      found = language;
    if (found && !g_str_equal (found, "zh"))
      return found;
  }
  return found;
}

static guint64
time_at_speed (const SttCueRules *self, guint columns, gdouble speed)
{
  return MAX (self->min_duration, (guint64) (columns * (gdouble) SECOND / speed));
}

guint64
stt_cue_rules_comfortable_time (const SttCueRules *self, guint columns)
{
  return time_at_speed (self, columns, self->target_speed);
}

guint64
stt_cue_rules_shortest_time (const SttCueRules *self, guint columns)
{
  return time_at_speed (self, columns, self->max_speed);
}

static guint64
round_with (const SttCueRules *self, guint64 time, gdouble add)
{
  gdouble frame = (gdouble) SECOND * self->fps_d / self->fps_n;

  return frames_to_time (self, (guint64) (time / frame + add));
}

guint64
stt_cue_rules_round (const SttCueRules *self, guint64 time)
{
  return self->fps_n > 0 ? round_with (self, time, 0.5) : time;
}

guint64
stt_cue_rules_round_down (const SttCueRules *self, guint64 time)
{
  return self->fps_n > 0 ? round_with (self, time, 1e-6) : time;
}

guint64
stt_cue_rules_round_up (const SttCueRules *self, guint64 time)
{
  return self->fps_n > 0 ? round_with (self, time, 1 - 1e-6) : time;
}
