// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Subtitles of any bytes; and words among tags, of which none is lost. */

#include "fuzz.h"

#include <string.h>

#include "tts/spokentext.h"

static const gchar *const tags[] = {
  "{\\an8}",
  "<i>",
  "</i>",
  "<b>",
  "<v Ann>",
  "</v>",
  "<c.yellow>",
  "</c>",
  "<00:01.000>",
  "{y:i}",
  "&amp;",
  "&#39;",
  "\\N",
  " ",
  "\n",
  "♪",
  "<font color=\"#fff\">",
  "</font>",
};

static void
check_any (const uint8_t *data, size_t size)
{
  g_autoptr (GString) text = g_string_new_len ((const gchar *) data, size);
  gboolean valid = g_utf8_validate (text->str, text->len, NULL);

  tts_spoken_text_clean_cue (text);
  g_assert (!valid || g_utf8_validate (text->str, text->len, NULL));
  g_assert (strlen (text->str) <= size);
}

/* "sun" is a part of no tag. */
static void
check_words (const uint8_t *data, size_t size)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint said = 0, kept = 0;

  for (size_t i = 0; i < size; i++) {
    if (data[i] % 3 == 0) {
      g_string_append (text, "sun");
      said++;
    } else {
      g_string_append (text, tags[data[i] / 3 % G_N_ELEMENTS (tags)]);
    }
  }
  tts_spoken_text_clean_cue (text);
  for (const gchar *p = text->str; (p = strstr (p, "sun")); p++)
    kept++;
  g_assert (kept == said);
  g_assert (!strpbrk (text->str, "<>{}"));
  g_assert (said == 0 || tts_spoken_text_has_words (text->str));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  check_any (data, size);
  check_words (data, size);
  return 0;
}
