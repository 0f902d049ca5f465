// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Words with times in any unit and order: as many afterwards, in order, within the
 * audio where a time is known. */

#include "fuzz.h"

#include <math.h>
#include <string.h>

#include "stt/answertimes.h"

#define DURATION 30.0

static const gdouble units[] = { 1, 1e3, 1e6, 1e9, -1, 0, 1e15 };

static gchar *
make_answer (const uint8_t *data, size_t size, const gchar *list)
{
  GString *json = g_string_new (NULL);
  gdouble unit = units[data[0] % G_N_ELEMENTS (units)];
  gdouble origin = data[1] % 3 ? 0 : data[1] * 1e7;

  g_string_append_printf (json, "{\"text\":\"x\",\"%s\":[", list);
  for (size_t i = 2; i + 2 < size; i += 3) {
    gdouble start =
        i * 0.1 + (data[i] > 230 ? data[i] : 0) - (data[i] < 20 ? i * 0.1 : 0);

    g_string_append_printf (json,
        "%s{\"%s\":\"%.*s\",\"start\":%f,"
        "\"end\":%f}",
        i > 2 ? "," : "", list[0] == 'w' ? "word" : "text", 1 + data[i + 1] % 20,
        "abcdefghijklmnopqrstuvwxyz", unit * (origin + start),
        unit * (origin + start + (data[i + 2] - 10) * 0.01));
  }
  g_string_append (json, "]}");
  return g_string_free (json, FALSE);
}

static void
check (const OpenaiTimes *times, guint n)
{
  gdouble position = 0;
  guint known = 0;

  for (guint i = 0; i < n; i++) {
    if (isnan (times[i].start))
      continue;
    known++;
    g_assert (isfinite (times[i].end) && times[i].end >= times[i].start);
    g_assert (times[i].start >= position && times[i].end <= DURATION + 1);
    position = times[i].start;
  }
  g_assert (known == 0 || known == n);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree gchar *json = NULL;
  g_autoptr (OpenaiTranscript) whole = NULL, repaired = NULL;
  g_autofree OpenaiTimes *times = NULL;
  guint n;

  if (size < 5 || size > 1000)
    return 0;
  json = make_answer (data, size, data[size - 1] % 2 ? "words" : "segments");
  whole = openai_transcript_parse (NULL, json, strlen (json), NULL);
  if (!whole)
    return 0;
  repaired = stt_answer_times_repair (whole, DURATION);
  n = whole->words->len + whole->segments->len;
  g_assert (repaired->words->len == whole->words->len
      && repaired->segments->len == whole->segments->len);
  times = whole->words->len > 0 ? openai_transcript_word_times (repaired)
                                : openai_transcript_segment_times (repaired);
  check (times, n);
  return 0;
}
