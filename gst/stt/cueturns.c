// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Two short turns in one caption. */

#include "cueturns.h"

#include <string.h>

#include "text/unicode.h"

/* A longer pause is between two captions. */
#define SHORT_PAUSE (G_GUINT64_CONSTANT (1000000000) / 2)

/* Languages whose dash is followed by a space, as Netflix's guides have it. */
static const gchar *const spaced[] = { "ar", "cs", "es", "fr", "hu", "id", "it", "ko",
  "ms", "pl", "pt", "ro", "ru", "sk", "th", "vi", NULL };

/* A colour tells as much. */
static const gchar *
dash_of (const SttCuesOptions *options)
{
  if (options->speaker_style != STT_SPEAKERS_DASH)
    return "";
  return options->language && g_strv_contains (spaced, options->language) ? "- " : "-";
}

/* One that is long enough alone, at a comfortable speed, needs no other. */
static gboolean
is_short (const SttCue *cue, const SttCueRules *rules)
{
  return cue->end - cue->start < stt_cue_rules_comfortable_time (rules, cue->columns);
}

static gboolean
are_turns (const SttCue *first, const SttCue *second, const SttCuesOptions *options)
{
  const SttCueRules *rules = &options->rules;
  guint dash = strlen (dash_of (options));

  return first->speaker && second->speaker
      && !g_str_equal (first->speaker, second->speaker) && !strchr (first->text, '\n')
      && !strchr (second->text, '\n')
      && MAX (first->columns, second->columns) + dash <= rules->max_columns
      && rules->max_lines > 1 && second->start < first->end + SHORT_PAUSE
      && second->end - first->start <= rules->max_duration
      && (is_short (first, rules) || is_short (second, rules));
}

/* The caption begins as the first speaker's. */
static void
join (SttCue *first, const SttCue *second, const gchar *dash)
{
  gchar *text = g_strconcat (dash, first->text, "\n", dash, second->text, NULL);

  g_free (first->text);
  first->text = text;
  first->other = g_strdup (second->speaker);
  first->end = MAX (first->end, second->end);
  first->columns = openai_text_width (text);
}

void
stt_cue_turns_join (GPtrArray *cues, const SttCuesOptions *options, guint kept)
{
  for (guint i = 0; i + 1 + kept < cues->len; i++) {
    const SttCue *second = g_ptr_array_index (cues, i + 1);

    if (!are_turns (g_ptr_array_index (cues, i), second, options))
      continue;
    join (g_ptr_array_index (cues, i), second, dash_of (options));
    g_ptr_array_remove_index (cues, i + 1);
  }
}
