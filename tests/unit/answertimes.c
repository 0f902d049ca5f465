// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Times that cannot be true of the audio. */

#include "stt/answertimes.h"

#include <math.h>
#include <string.h>

#define DURATION 30

static OpenaiTranscript *
parse (const gchar *list, const gchar *name, const gchar *texts, const gchar *times)
{
  g_auto (GStrv) text = g_strsplit (texts, "|", -1);
  g_auto (GStrv) time = g_strsplit (times, " ", -1);
  g_autoptr (GString) json = g_string_new (NULL);
  OpenaiTranscript *transcript;

  g_assert_cmpuint (g_strv_length (text), ==, g_strv_length (time));
  g_string_append_printf (json, "{\"text\":\"x\",\"%s\":[", list);
  for (guint i = 0; text[i]; i++) {
    g_auto (GStrv) bounds = g_strsplit (time[i], ",", -1);

    g_string_append_printf (json, "%s{\"%s\":\"%s\",\"start\":%s,\"end\":%s}",
        i ? "," : "", name, text[i], bounds[0], bounds[1]);
  }
  g_string_append (json, "]}");
  transcript = openai_transcript_parse (NULL, json->str, json->len, NULL);
  g_assert_nonnull (transcript);
  return transcript;
}

static gchar *
describe (const OpenaiTimes *times, guint n)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < n; i++) {
    g_string_append (out, i ? " " : "");
    if (isnan (times[i].start))
      g_string_append (out, "-");
    else
      g_string_append_printf (out, "%.1f,%.1f", times[i].start, times[i].end);
  }
  return g_string_free (out, FALSE);
}

typedef struct
{
  const gchar *name;
  const gchar *texts;
  const gchar *given;
  const gchar *repaired; /* NULL: nothing is touched */
} Case;

static const Case cases[] = {
  { "right-ones-stay", "one|two|three", "0,0.5 0.5,1.2 4,4.3", NULL },
  { "overlapping-ones-stay", "one|two|three", "0,5 3,4 3,9", NULL },
  { "milliseconds", "one|two|three", "0,500 500,1200 4000,4300",
      "0.0,0.5 0.5,1.2 4.0,4.3" },
  { "microseconds", "one|two|three", "0,500000 500000,1200000 4000000,4300000",
      "0.0,0.5 0.5,1.2 4.0,4.3" },
  { "nanoseconds", "one|two|three",
      "0,500000000 500000000,1200000000 4000000000,4300000000",
      "0.0,0.5 0.5,1.2 4.0,4.3" },
  { "hundredths", "a text that is long|and a second one|and three",
      "100,300 400,600 700,900", "1.0,3.0 4.0,6.0 7.0,9.0" },
  { "of-no-known-unit", "a text that is long|and a second one|and three|and four",
      "10,20 1000000,2000000 90000000,99000000 5e11,6e11", "- - - -" },
  { "all-begin-at-once", "one|two|three", "0,5 0,10 0,15", "0.0,5.0 5.0,10.0 10.0,15.0" },
  { "each-lasts-for-all", "one|two|three", "0,30 0,30 0,30", "- - -" },
  { "two-speakers-at-once", "one|two", "0,5 0,6", NULL },
  { "since-1970", "one|two|three",
      "1785835933,1785835933.5 1785835934,1785835935 1785835937,1785835938",
      "0.0,0.5 1.0,2.0 4.0,5.0" },
  { "strings", "one|two", "\\\"0.0\\\",\\\"0.5\\\" \\\"2.0\\\",\\\"2.5\\\"", NULL },
  { "one-far-away", "one|two|three|four", "0,1 1,2 123,124 3,4",
      "0.0,1.0 1.0,2.0 2.0,2.7 3.0,4.0" },
  { "one-goes-back", "one|two|three|four", "0,1 1,2 0.1,0.9 3,4",
      "0.0,1.0 1.0,2.0 2.0,2.7 3.0,4.0" },
  { "one-without-room", "four|four|four", "1,3 99,99 3,4", "1.0,2.7 2.7,3.0 3.0,4.0" },
  { "one-is-null", "one|two|three", "0,1 null,null 3,4", "0.0,1.0 1.0,1.4 3.0,4.0" },
  { "the-last-far-away", "one|two|three", "0,1 1,2 99,100", "0.0,1.0 1.0,2.0 2.0,2.7" },
  { "one-end-far-away", "one|two|three", "0,1 1,123 3,4", "0.0,1.0 1.0,1.4 3.0,4.0" },
  { "again-from-the-start", "one|two|three|four", "0,5 5,10 0,5 5,10",
      "0.0,5.0 5.0,10.0 10.0,15.0 15.0,20.0" },
  { "all-the-same", "one|two|three", "0,0 0,0 0,0", "- - -" },
  { "all-null", "one|two", "null,null null,null", NULL },
};

static void
check (const Case *this, const gchar *list, const gchar *name)
{
  g_auto (GStrv) given = g_strsplit (this->given, "\\\"", -1);
  g_autofree gchar *times = g_strjoinv ("\"", given);
  g_autoptr (OpenaiTranscript) whole = parse (list, name, this->texts, times);
  g_autoptr (OpenaiTranscript) repaired = stt_answer_times_repair (whole, DURATION);
  g_autofree OpenaiTimes *words = openai_transcript_word_times (repaired);
  g_autofree OpenaiTimes *segments = openai_transcript_segment_times (repaired);
  g_autofree gchar *found = repaired->words->len > 0
      ? describe (words, repaired->words->len)
      : describe (segments, repaired->segments->len);

  if (!this->repaired)
    g_assert_true (repaired == whole);
  else
    g_assert_cmpstr (found, ==, this->repaired);
}

static void
test_repair (gconstpointer data)
{
  check (data, "segments", "text");
  check (data, "words", "word");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path = g_strconcat ("/answertimes/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_repair);
  }
  return g_test_run ();
}
