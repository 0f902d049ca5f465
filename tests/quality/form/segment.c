// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Prints the captions of a text that is read at an even pace: their lines, and an empty
 * line after each.
 *
 * segment FILE [LANGUAGE [SECONDS-A-WORD]] */

#include <stdio.h>
#include <string.h>

#include "stt/cues.h"
#include "text/abbreviations.h"
#include "text/unicode.h"

#define SECOND G_GUINT64_CONSTANT (1000000000)

/* Pauses of a reader. */
static gdouble
pause_after (const gchar *word)
{
  if (openai_text_has_sentence (word))
    return 0.45;
  return strpbrk (word, ",;:") ? 0.2 : 0.02;
}

/* Seconds of a syllable that is written without spaces. */
#define SYLLABLE 0.16

/* What is said at once, after which a server tells a time: words, and where those have no
 * spaces, characters. */
static GStrv
split (const gchar *text)
{
  g_autoptr (GStrvBuilder) pieces = g_strv_builder_new ();
  const gchar *end = text + strlen (text);

  while (text < end) {
    const gchar *p = text;

    while (p < end && *p != ' ' && *p != '\n'
        && (p == text
            || !(openai_char_flags (g_utf8_get_char (p)) & OPENAI_CHAR_NO_SPACES)))
      p = openai_text_cluster_end (p, end);
    if (p > text) {
      g_autofree gchar *piece = g_strndup (text, p - text);
      g_strv_builder_add (pieces, piece);
    }
    for (text = p; *text == ' ' || *text == '\n'; text++)
      ;
  }
  return g_strv_builder_end (pieces);
}

static gdouble
length_of (const gchar *word, gdouble pace)
{
  return openai_char_flags (g_utf8_get_char (word)) & OPENAI_CHAR_NO_SPACES
      ? SYLLABLE
      : pace * (0.5 + g_utf8_strlen (word, -1) / 8.0);
}

static OpenaiTranscript *
read_aloud (const gchar *text, gdouble pace, gdouble *at)
{
  g_auto (GStrv) words = split (text);
  g_autofree gchar *line = g_strdelimit (g_strdup (text), "\n", ' ');
  g_autoptr (GString) times = g_string_new (NULL);
  g_autofree gchar *json = NULL;

  for (gchar **word = words; *word; word++) {
    gdouble length = length_of (*word, pace);

    g_string_append_printf (times, "%s{\"word\":\"%s\",\"start\":%.3f,\"end\":%.3f}",
        times->len ? "," : "", *word, *at, *at + length);
    *at += length + pause_after (*word);
  }
  json = g_strdup_printf ("{\"text\":\"%s\",\"words\":[%s]}", line, times->str);
  return openai_transcript_parse ("application/json", json, strlen (json), NULL);
}

int
main (int argc, char **argv)
{
  g_autofree gchar *text = NULL;
  g_autoptr (OpenaiTranscript) said = NULL;
  g_autoptr (GPtrArray) cues = NULL;
  SttCuesOptions options = { .granularity = STT_CUES_CAPTION,
    .language = argc > 2 ? argv[2] : "en" };
  gdouble at = 0;

  if (argc < 2 || !g_file_get_contents (argv[1], &text, NULL, NULL))
    return 2;
  said = read_aloud (text, argc > 3 ? g_ascii_strtod (argv[3], NULL) : 0.3, &at);
  options.rules = stt_cue_rules_new (STT_CUE_STYLE_DEFAULT, options.language,
      &(SttCueOverrides) { .min_gap = -1, .max_linger = -1 });
  options.speech_end = options.duration = options.available = at * SECOND;
  cues = stt_cues_new (said, &options);
  for (guint i = 0; i < cues->len; i++)
    printf ("%s\n\n", ((SttCue *) g_ptr_array_index (cues, i))->text);
  return 0;
}
