// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Answers of markers, tags, loops, phrases and speech in any mixture: what stays is
 * a part of them, and what goes is told. */

#include "fuzz.h"

#include <math.h>
#include <string.h>

#include "client/transcript.h"
#include "stt/hallucinations.h"

static const gchar *const pieces[] = {
  "[BLANK_AUDIO] ",
  "(silence) ",
  "<|en|>",
  "[_BEG_]",
  "\xe2\x96\x81",
  "... ",
  "Thank you. ",
  "Thanks for watching! ",
  "you ",
  "\xe2\x99\xaa ",
  "No, ",
  "The boats came in. ",
  "\xe3\x81\xaf\xe3\x81\x84\xe3\x80\x82",
  "5 ",
  "*sigh* ",
  "GStreamer, Debian, Wim Taymans. ",
  "<unk>",
  "[PAD]",
  "[ ] ",
  "\xef\xbc\x88\xe6\xb2\x88\xe9\xbb\x99\xef\xbc\x89 ",
};

static guint
count_letters (const gchar *text)
{
  guint count = 0;

  for (; *text; text = g_utf8_next_char (text))
    count += g_unichar_isalnum (g_utf8_get_char (text));
  return count;
}

/* Bytes tell what is said, how often, and how long it takes. */
static gchar *
make_answer (const uint8_t *data, size_t size)
{
  GString *text = g_string_new (NULL), *segments = g_string_new (NULL);
  gdouble at = 0;
  gchar *json;

  for (size_t i = 0; i + 2 < MIN (size, 60); i += 3) {
    const gchar *piece = pieces[data[i] % G_N_ELEMENTS (pieces)];
    GString *said = g_string_new (NULL);
    gdouble end = at + data[i + 2] / 40.0;

    for (guint n = data[i + 1] % 5 ? 1 : data[i + 1]; n > 0; n--)
      g_string_append (said, piece);
    g_string_append (text, said->str);
    g_string_append_printf (segments,
        "%s{\"text\":\"%s\",\"start\":%f,"
        "\"end\":%f,\"no_speech_prob\":%f}",
        i > 0 ? "," : "", said->str, at, end, data[i + 1] / 255.0);
    g_string_free (said, TRUE);
    at = end;
  }
  json = size % 2
      ? g_strdup_printf ("{\"text\":\"%s\",\"segments\":[%s]}", text->str, segments->str)
      : g_strdup_printf ("{\"text\":\"%s\"}", text->str);
  g_string_free (text, TRUE);
  g_string_free (segments, TRUE);
  return json;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree gchar *json = size > 3 ? make_answer (data + 1, size - 1) : NULL;
  g_autoptr (OpenaiTranscript) whole =
      json ? openai_transcript_parse (NULL, json, strlen (json), NULL) : NULL;
  g_autoptr (OpenaiTranscript) rest = NULL;
  g_autofree gchar *dropped = NULL;
  SttHeard heard = { data && size ? data[0] / 10.0 : NAN, 30, 30,
    size % 3 ? "GStreamer, Debian, Wim Taymans" : NULL };

  if (!whole)
    return 0;
  rest = stt_hallucinations_drop (whole, &heard, &dropped);
  g_assert (g_utf8_validate (rest->text, -1, NULL));
  g_assert (count_letters (rest->text) <= count_letters (whole->text));
  g_assert (rest->segments->len <= whole->segments->len);
  /* Nothing is lost: what goes is told. */
  g_assert (count_letters (rest->text) + (dropped ? count_letters (dropped) : 0)
      >= count_letters (whole->text));
  return 0;
}
