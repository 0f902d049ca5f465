// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Times of words and segments, set right by where a voice was heard. */

#include "stt/times.h"

#include <string.h>

/* "word start end|…" */
static gchar *
describe_words (const OpenaiTranscript *transcript)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < transcript->words->len; i++) {
    const OpenaiWord *word = g_ptr_array_index (transcript->words, i);

    g_string_append_printf (
        out, "%s%s %.2f %.2f", i ? "|" : "", word->text, word->start, word->end);
  }
  return g_string_free (out, FALSE);
}

static OpenaiTranscript *
parse_words (const gchar *text, const gchar *words, const gchar *list, const gchar *name)
{
  g_auto (GStrv) parts = g_strsplit (words, "|", -1);
  g_autoptr (GString) json = g_string_new (NULL);
  OpenaiTranscript *transcript;

  g_string_append_printf (json, "{\"text\":\"%s\",\"%s\":[", text, list);
  for (guint i = 0; parts[i]; i++) {
    g_auto (GStrv) fields = g_strsplit (parts[i], " ", -1);

    g_string_append_printf (json, "%s{\"%s\":\"%s\",\"start\":%s,\"end\":%s}",
        i ? "," : "", name, fields[0], fields[1], fields[2]);
  }
  g_string_append (json, "]}");
  transcript = openai_transcript_parse (NULL, json->str, json->len, NULL);
  g_assert_nonnull (transcript);
  return transcript;
}

/* "start-end …" */
static GArray *
parse_voice (const gchar *text)
{
  g_auto (GStrv) parts = g_strsplit (text, " ", -1);
  GArray *voice = stt_voice_new ();

  for (guint i = 0; parts[i]; i++) {
    gchar *end;
    gdouble start = g_ascii_strtod (parts[i], &end);

    stt_voice_add (voice, start, g_ascii_strtod (end + 1, NULL));
  }
  return voice;
}

typedef struct
{
  const gchar *name;
  const gchar *voice;
  const gchar *given;
  const gchar *mended;
  const gchar *text;
} Case;

static const Case cases[] = {
  { "the-first-word-begins-with-the-voice", "0.2-1.5", "a 0.00 0.50|b 0.50 1.50",
      "a 0.20 0.50|b 0.50 1.50" },
  { "the-last-word-ends-with-the-voice", "0.2-1.5", "a 0.20 0.50|b 0.50 1.90",
      "a 0.20 0.50|b 0.50 1.50" },
  { "a-word-does-not-wait-for-the-next", "0.2-1.0 1.8-2.5", "a 0.20 1.70|b 1.70 2.50",
      "a 0.20 1.00|b 1.80 2.50" },
  { "a-word-does-not-begin-with-the-pause", "0.2-1.0 1.8-2.5", "a 0.20 0.95|b 0.95 2.50",
      "a 0.20 1.00|b 1.80 2.50" },
  { "a-word-over-a-pause-is-where-more-of-it-is", "0.2-1.0 1.8-2.5",
      "a 0.20 0.60|b 0.60 1.90|c 1.90 2.50", "a 0.20 0.60|b 0.60 1.00|c 1.80 2.50" },
  { "a-short-pause-may-be-inside-of-a-word", "0.2-1.0 1.2-2.5",
      "a 0.20 0.60|b 0.60 1.90|c 1.90 2.50", "a 0.20 0.60|b 0.60 1.90|c 1.90 2.50" },
  { "a-word-in-a-pause-belongs-to-what-is-nearer", "0.2-1.0 2.8-3.5",
      "a 0.20 0.60|b 1.10 1.50|c 2.50 2.70|d 3.00 3.50",
      "a 0.20 0.60|b 0.70 1.00|c 2.80 3.00|d 3.00 3.50" },
  { "what-no-voice-is-near-is-left-alone", "0.2-1.0", "a 0.20 1.00|b 4.00 4.50",
      "a 0.20 1.00|b 4.00 4.50" },
  { "what-hardly-anything-is-missing-of-reaches-to-the-pause", "0.2-1.0 2.0-3.0",
      "a 0.40 0.80|b 2.20 2.90", "a 0.40 1.00|b 2.20 3.00" },
  { "what-much-is-missing-of-stays", "0.0-2.0", "a 0.80 1.20", "a 0.80 1.20" },
  { "good-times-stay", "0.2-1.0 1.5-3.0",
      "a 0.20 0.60|b 0.60 1.00|c 1.50 2.20|d 2.25 3.00",
      "a 0.20 0.60|b 0.60 1.00|c 1.50 2.20|d 2.25 3.00" },
  { "what-begins-a-sentence-is-said-after-the-pause", "0.2-1.2 2.8-4.0",
      "a 0.20 1.04|b 1.04 2.91|c 2.91 4.00", "a 0.20 1.20|b 2.80 2.91|c 2.91 4.00",
      "a. b c" },
  { "what-goes-on-with-a-sentence-is-said-before-it", "0.2-1.2 2.8-4.0",
      "a 0.20 1.04|b 1.04 2.91|c 2.91 4.00", "a 0.20 1.04|b 1.04 1.20|c 2.80 4.00",
      "a b. c" },
  { "a-whole-word-before-the-pause-stays", "0.2-1.5 2.8-4.0",
      "a 0.20 1.04|b 1.04 2.91|c 2.91 4.00", "a 0.20 1.04|b 1.04 1.50|c 2.80 4.00",
      "a. b c" },
  { "times-out-of-order-stay-so", "0.0-5.0", "a 3.00 5.00|b 0.00 1.00",
      "a 3.00 5.00|b 0.00 1.00" },
};

static void
test_words (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (OpenaiTranscript) given =
      parse_words (c->text ? c->text : "x", c->given, "words", "word");
  g_autoptr (GArray) voice = parse_voice (c->voice);
  g_autoptr (OpenaiTranscript) mended = stt_times_mend (given, voice);
  g_autoptr (OpenaiTranscript) again = stt_times_mend (mended, voice);
  g_autofree gchar *text = describe_words (mended);
  g_autofree gchar *twice = describe_words (again);

  g_assert_cmpstr (text, ==, c->mended);
  g_assert_cmpstr (twice, ==, c->mended);
  g_assert_true (again == mended);
}

static void
assert_segments (const gchar *given, const gchar *heard, const OpenaiTimes *times)
{
  g_autoptr (OpenaiTranscript) whole = parse_words ("x", given, "segments", "text");
  g_autoptr (GArray) voice = parse_voice (heard);
  g_autoptr (OpenaiTranscript) mended = stt_times_mend (whole, voice);
  const gchar *const texts[] = { "a", "b" };

  g_assert_cmpuint (mended->segments->len, ==, G_N_ELEMENTS (texts));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    const OpenaiSegment *segment = g_ptr_array_index (mended->segments, i);

    g_assert_cmpfloat (segment->start, ==, times[i].start);
    g_assert_cmpfloat (segment->end, ==, times[i].end);
    g_assert_cmpstr (segment->text, ==, texts[i]);
  }
}

/* Segments keep the pauses inside of them. */
static void
test_segments (void)
{
  assert_segments ("a 0.00 5.60|b 5.60 9.00", "0.2-2.0 3.0-5.0 6.0-8.5",
      (const OpenaiTimes[]) { { 0.2, 5.0 }, { 6.0, 8.5 } });
}

/* One that begins in the last moment before a pause begins after it. */
static void
test_segment_begins_after_a_pause (void)
{
  assert_segments ("a 0.00 1.90|b 1.90 9.00", "0.2-2.0 3.0-5.0",
      (const OpenaiTimes[]) { { 0.2, 2.0 }, { 3.0, 5.0 } });
}

static void
test_no_times (void)
{
  static const gchar json[] = "{\"text\":\"a b\",\"words\":[{\"word\":\"a\"},"
                              "{\"word\":\"b\"}],\"segments\":[{\"text\":\"a b\"}]}";
  g_autoptr (OpenaiTranscript) given =
      openai_transcript_parse (NULL, json, strlen (json), NULL);
  g_autoptr (GArray) voice = parse_voice ("0.2-2.0");
  g_autoptr (OpenaiTranscript) mended = stt_times_mend (given, voice);
  g_autofree gchar *text = describe_words (mended);

  g_assert_cmpstr (text, ==, "a nan nan|b nan nan");
}

/* Where all that was heard is too little for what is said, it tells nothing. */
static void
test_too_little_voice (void)
{
  static const gchar json[] =
      "{\"text\":\"a whole sentence that nobody says in half a second\"}";
  g_autoptr (OpenaiTranscript) whole =
      openai_transcript_parse (NULL, json, strlen (json), NULL);
  g_autoptr (GArray) little = parse_voice ("0.2-0.7"), some = NULL,
                     nothing = stt_voice_new ();

  g_assert_null (stt_times_voice (whole, little));
  g_assert_null (stt_times_voice (whole, nothing));
  stt_voice_add (little, 1, 3);
  some = stt_times_voice (whole, little);
  g_assert_nonnull (some);
}

/* Clicks are no voice, and gaps inside of words no pauses. */
static void
test_join (void)
{
  g_autoptr (GArray) heard = parse_voice ("0.1-0.12 1-1.3 1.4-2 3-3.05");
  g_autoptr (GArray) voice = stt_voice_join (heard, 0.15, 0.06);

  g_assert_cmpuint (voice->len, ==, 1);
  g_assert_cmpfloat (g_array_index (voice, SttSpan, 0).start, ==, 1);
  g_assert_cmpfloat (g_array_index (voice, SttSpan, 0).end, ==, 2);
}

static void
test_voiced_time (void)
{
  g_autoptr (GArray) voice = parse_voice ("1-2 3-5 7-8");
  g_autoptr (GArray) part = stt_voice_cut (voice, 1.5, 7.5);

  g_assert_cmpfloat (stt_voice_between (voice, 0, 10), ==, 4);
  g_assert_cmpfloat (stt_voice_between (voice, 1.5, 4), ==, 1.5);
  g_assert_cmpfloat (stt_voice_between (voice, 5, 7), ==, 0);
  g_assert_cmpfloat (stt_voice_time_after (voice, 0, 10, 0, FALSE), ==, 1);
  g_assert_cmpfloat (stt_voice_time_after (voice, 0, 10, 1, TRUE), ==, 2);
  g_assert_cmpfloat (stt_voice_time_after (voice, 0, 10, 1, FALSE), ==, 3);
  g_assert_cmpfloat (stt_voice_time_after (voice, 4, 10, 1.5, FALSE), ==, 7.5);
  g_assert_cmpfloat (stt_voice_time_after (voice, 0, 10, 4, TRUE), ==, 8);
  g_assert_cmpuint (part->len, ==, 3);
  g_assert_cmpfloat (g_array_index (part, SttSpan, 0).start, ==, 0);
  g_assert_cmpfloat (g_array_index (part, SttSpan, 2).end, ==, 6);
}

/* Random times: they stay in order, inside of what was heard or where they were. */
static void
test_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  for (guint round = 0; round < 2000; round++) {
    g_autoptr (GArray) voice = stt_voice_new ();
    OpenaiTimes times[20], given[20];
    gdouble at = 0;

    for (guint i = 0; i < 5; i++) {
      at += g_rand_double_range (random, 0.15, 2);
      stt_voice_add (voice, at, at + g_rand_double_range (random, 0.06, 2));
      at = g_array_index (voice, SttSpan, i).end;
    }
    for (guint i = 0; i < 20; i++) {
      given[i].start = at * i / 20 + g_rand_double_range (random, 0, 0.2);
      given[i].end = at * i / 20 + g_rand_double_range (random, 0.2, 0.3);
      times[i] = given[i];
    }
    stt_times_mend_list (times, 20, voice);
    for (guint i = 0; i < 20; i++) {
      g_assert_cmpfloat (times[i].end, >=, times[i].start);
      g_assert_cmpfloat (times[i].start, >=, 0);
      if (i > 0 && given[i].start >= given[i - 1].start)
        g_assert_cmpfloat (times[i].start, >=, times[i - 1].start);
      g_assert_cmpfloat (ABS (times[i].start - given[i].start), <, 1.6);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path = g_strconcat ("/times/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_words);
  }
  g_test_add_func ("/times/segments", test_segments);
  g_test_add_func (
      "/times/segment-begins-after-a-pause", test_segment_begins_after_a_pause);
  g_test_add_func ("/times/no-times", test_no_times);
  g_test_add_func ("/times/too-little-voice", test_too_little_voice);
  g_test_add_func ("/times/join", test_join);
  g_test_add_func ("/times/voiced-time", test_voiced_time);
  g_test_add_func ("/times/random", test_random);
  return g_test_run ();
}
