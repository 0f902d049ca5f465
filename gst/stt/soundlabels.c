// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What models write of sounds that are no speech: [Music], (laughs), *sighs*. */

#include "soundlabels.h"

#include "hallucinations.h"
#include "text/unicode.h"

/* Square brackets are no part of speech. What is in round ones, or between stars, is a
 * sound only where a sentence could stand, and not where it has the marks of one: it
 * may have been said. */
#define SQUARE "[\\[［【]\\s*(\\p{L}[^\\]\\[］】]{0,40}?)\\s*[\\]］】]"
#define BEGINS "(?<!\\S)(?<![^.!?…。！？)\\]*]\\s)"
#define ROUND "[(（]\\s*(\\p{L}[^()（）.,!?\\d]{0,40}?)\\s*[)）]"
#define STARS "\\*(\\p{L}[^*.,!?\\d]{0,40}?)\\*"
#define ENDS "(?=\\s*$|\\s+[^\\p{Ll}\\s])"
#define PATTERN "(?|" SQUARE "|" BEGINS "(?|" ROUND "|" STARS ")" ENDS ")\\s?"

typedef struct
{
  SttSoundLabels wanted;
  gboolean has_nouns; /* with capitals: German */
  GString *dropped;   /* or NULL */
} Labels;

static gboolean
has_small_letter (const gchar *text)
{
  for (; *text; text = g_utf8_next_char (text)) {
    if (g_unichar_islower (g_utf8_get_char (text)))
      return TRUE;
  }
  return FALSE;
}

/* "Music" and "MUSIC" to "music". */
static gchar *
in_small_letters (const gchar *label, const Labels *labels)
{
  const gchar *rest = g_utf8_next_char (label);
  g_autofree gchar *first = NULL;

  if (!has_small_letter (label))
    return g_utf8_strdown (label, -1);
  if (labels->has_nouns)
    return g_strdup (label);
  first = g_utf8_strdown (label, rest - label);
  return g_strconcat (first, rest, NULL);
}

static void
append_label (GString *result, const gchar *label, const Labels *labels)
{
  g_autofree gchar *small = in_small_letters (label, labels);
  g_autofree gchar *capitals = g_utf8_strup (label, -1);

  switch (labels->wanted) {
    case STT_SOUNDS_CAPITALS:
      g_string_append (result, capitals);
      break;
    case STT_SOUNDS_STARS:
      g_string_append_printf (result, "*%s*", label);
      break;
    case STT_SOUNDS_JAPANESE:
      g_string_append_printf (result, "（%s）", label);
      break;
    default:
      g_string_append_printf (result, "[%s]", small);
      break;
  }
}

/* GRegexEvalCallback. A marker of silence, which is here only where all is wanted that a
 * model made up, is no sound. */
static gboolean
replace_label (const GMatchInfo *match, GString *result, gpointer user_data)
{
  const Labels *labels = user_data;
  g_autofree gchar *all = g_match_info_fetch (match, 0);
  g_autofree gchar *label = g_match_info_fetch (match, 1);
  gboolean space = g_str_has_suffix (all, " ");

  if (stt_hallucinations_is_silence (label)) {
    g_string_append (result, all);
  } else if (labels->wanted != STT_SOUNDS_NONE) {
    append_label (result, label, labels);
    g_string_append (result, space ? " " : "");
  } else if (labels->dropped) {
    openai_text_join (labels->dropped, g_strchomp (all));
  }
  return FALSE;
}

/* OpenaiTextFunc. */
static gchar *
replace (const gchar *text, gpointer labels)
{
  static GRegex *regex = NULL;
  gchar *rest;

  if (g_once_init_enter (&regex))
    /* cppcheck-suppress leakNoVarFunctionCall ; it lives as long as the process */
    g_once_init_leave (&regex, g_regex_new (PATTERN, G_REGEX_OPTIMIZE, 0, NULL));
  rest = g_regex_replace_eval (regex, text, -1, 0, 0, replace_label, labels, NULL);
  return rest ? g_strstrip (rest) : g_strdup (text);
}

OpenaiTranscript *
stt_sound_labels_apply (OpenaiTranscript *whole, SttSoundLabels wanted,
    const gchar *language, GString *dropped)
{
  Labels labels = { wanted, g_strcmp0 (language, "de") == 0, dropped };
  g_autofree gchar *text = NULL;

  if (wanted == STT_SOUNDS_TOLD)
    return openai_transcript_ref (whole);
  text = replace (whole->text, &labels);
  labels.dropped = NULL;
  return g_str_equal (text, whole->text)
      ? openai_transcript_ref (whole)
      : openai_transcript_map (whole, replace, &labels);
}
