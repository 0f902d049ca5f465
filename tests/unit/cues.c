// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Transcripts to captions. */

#include "stt/cues.h"

#include <string.h>

#include "text/linebreak.h"
#include "work.h"

#define SECOND G_GUINT64_CONSTANT (1000000000)

static const SttCuesOptions usual = {
  .granularity = STT_CUES_CAPTION,
  .rules = { .max_lines = 2,
      .max_columns = 42,
      .max_speed = 20,
      .target_speed = 15,
      .min_duration = 5 * SECOND / 6,
      .max_duration = 7 * SECOND,
      .min_gap = SECOND / 12,
      .close_gap = SECOND / 2,
      .max_linger = SECOND / 2 },
  .speech_start = SECOND / 5,
  .speech_end = 9 * SECOND,
  .duration = 10 * SECOND,
  .available = 12 * SECOND,
};

static OpenaiTranscript *
parse (const gchar *json)
{
  g_autoptr (GError) error = NULL;
  OpenaiTranscript *transcript =
      openai_transcript_parse ("application/json", json, strlen (json), &error);

  g_assert_no_error (error);
  return transcript;
}

/* What holds for any cues. */
static void
check (GPtrArray *cues, const SttCuesOptions *options)
{
  guint64 position = 0;

  for (guint i = 0; i < cues->len; i++) {
    const SttCue *cue = g_ptr_array_index (cues, i);
    g_auto (GStrv) lines = g_strsplit (cue->text, "\n", -1);
    g_autofree gchar *stripped = g_strstrip (g_strdup (cue->text));

    g_assert_true (g_utf8_validate (cue->text, -1, NULL));
    g_assert_cmpstr (stripped, ==, cue->text);
    g_assert_cmpstr (stripped, !=, "");
    g_assert_cmpuint (cue->start, >=, position);
    g_assert_cmpuint (cue->end, >, cue->start);
    position = cue->end;
    if (options->granularity == STT_CUES_CAPTION)
      g_assert_cmpuint (g_strv_length (lines), <=, MAX (options->rules.max_lines, 1));
    for (gchar **line = lines; *line; line++) {
      g_autoptr (GArray) units = openai_text_units_new (*line, 1000000);
      guint columns = openai_text_units_columns (units, 0, units->len);

      if (options->granularity != STT_CUES_WORD)
        g_assert_cmpuint (columns, <=, MAX (options->rules.max_columns, 2));
    }
  }
}

static gchar *
describe (GPtrArray *cues)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < cues->len; i++) {
    const SttCue *cue = g_ptr_array_index (cues, i);

    g_string_append_printf (out, "[%s%s%s %.2f-%.2f]", cue->speaker ? cue->speaker : "",
        cue->speaker ? ": " : "", cue->text, (gdouble) cue->start / SECOND,
        (gdouble) cue->end / SECOND);
  }
  return g_string_free (out, FALSE);
}

static void
expect (const gchar *json, const SttCuesOptions *options, const gchar *expected)
{
  g_autoptr (OpenaiTranscript) transcript = parse (json);
  g_autoptr (GPtrArray) cues = stt_cues_new (transcript, options);
  g_autofree gchar *text = describe (cues);

  check (cues, options);
  g_assert_cmpstr (text, ==, expected);
}

/* Words carry the times, the text its punctuation. */
static void
test_words (void)
{
  const gchar *json = "{\"text\":\"Hello there, Bob. Goodbye!\",\"words\":["
                      "{\"word\":\"hello\",\"start\":1,\"end\":1.5},"
                      "{\"word\":\"there\",\"start\":1.5,\"end\":2},"
                      "{\"word\":\"Bob\",\"start\":2,\"end\":2.5},"
                      "{\"word\":\"goodbye\",\"start\":6,\"end\":7}]}";
  SttCuesOptions options = usual;

  expect (json, &options, "[Hello there, Bob. 1.00-2.50][Goodbye! 6.00-7.00]");
  options.granularity = STT_CUES_WORD;
  expect (json, &options,
      "[Hello 1.00-1.50][there, 1.50-2.00][Bob. 2.00-2.50]"
      "[Goodbye! 6.00-7.00]");
  options.granularity = STT_CUES_CHUNK;
  expect (json, &options, "[Hello there, Bob. Goodbye! 1.00-7.00]");
}

static void
test_segments (void)
{
  const gchar *json = "{\"text\":\"One. Two.\",\"segments\":["
                      "{\"text\":\" One.\",\"start\":0.5,\"end\":2,\"speaker\":\"A\"},"
                      "{\"text\":\" Two.\",\"start\":3,\"end\":4,\"speaker\":\"B\"}]}";
  SttCuesOptions options = usual;

  expect (json, &options, "[A: One. 0.50-2.00][B: Two. 3.00-4.00]");
  options.granularity = STT_CUES_SEGMENT;
  expect (json, &options, "[A: One. 0.50-2.00][B: Two. 3.00-4.00]");
}

/* Neither words nor segments: the speech itself, shared out. */
static void
test_text_only (void)
{
  SttCuesOptions options = usual;

  options.speech_start = 1 * SECOND;
  options.speech_end = 3 * SECOND;
  expect ("{\"text\":\"abcd\"}", &options, "[abcd 1.00-3.00]");
  options.granularity = STT_CUES_WORD;
  expect ("{\"text\":\"abcd efgh\"}", &options, "[abcd 1.00-2.00][efgh 2.00-3.00]");
  expect ("{\"text\":\"\"}", &options, "");
}

/* What has no times is said in voiced time only, and no caption is shown over a
 * pause that it can end before. */
static void
test_pauses (void)
{
  const gchar *words =
      "{\"text\":\"the quick brown fox jumps over the lazy dog "
      "and runs away from it\",\"segments\":[{\"start\":0,\"end\":10,\"text\":"
      "\"the quick brown fox jumps over the lazy dog and runs away from it\"}]}";
  SttCuesOptions options = usual;
  g_autoptr (GArray) voice = stt_voice_new ();

  stt_voice_add (voice, 1, 3);
  stt_voice_add (voice, 4, 7);
  options.voice = voice;
  expect (words, &options,
      "[the quick brown fox jumps 1.00-3.00]"
      "[over the lazy dog and runs away from it 4.00-7.00]");
  options.granularity = STT_CUES_CHUNK;
  expect (words, &options,
      "[the quick brown fox jumps over the lazy\n"
      "dog and runs away from it 1.00-7.00]");
}

/* Words that come slowly are not shown one by one. */
static void
test_slow_words (void)
{
  SttCuesOptions options = usual;

  expect ("{\"text\":\"slowly she read to us the names\",\"words\":["
          "{\"word\":\"slowly\",\"start\":1,\"end\":1.4},"
          "{\"word\":\"she\",\"start\":2,\"end\":2.4},"
          "{\"word\":\"read\",\"start\":3,\"end\":3.4},"
          "{\"word\":\"to\",\"start\":4,\"end\":4.4},"
          "{\"word\":\"us\",\"start\":5,\"end\":5.4},"
          "{\"word\":\"the\",\"start\":6,\"end\":6.4},"
          "{\"word\":\"names\",\"start\":7,\"end\":7.4}]}",
      &options, "[slowly she read to us the names 1.00-7.40]");
}

/* A short word stays long enough to be read, where there is time. */
static void
test_reading_time (void)
{
  SttCuesOptions options = usual;

  options.duration = options.available = 10 * SECOND;
  expect ("{\"text\":\"Yes\",\"words\":[{\"word\":\"Yes\",\"start\":1,"
          "\"end\":1.1}]}",
      &options, "[Yes 1.00-1.83]");
  options.duration = options.available = 3 * SECOND / 2;
  expect ("{\"text\":\"Yes\",\"words\":[{\"word\":\"Yes\",\"start\":1,"
          "\"end\":1.1}]}",
      &options, "[Yes 1.00-1.50]");
}

static void
test_lines (void)
{
  SttCuesOptions options = usual;

  options.rules.max_columns = 20;
  options.granularity = STT_CUES_CHUNK;
  expect ("{\"text\":\"the quick brown fox jumps over the lazy dog\"}", &options,
      "[the quick brown fox\njumps over the lazy\ndog 0.20-9.00]");
  options.rules.max_columns = 8;
  expect ("{\"text\":\"今日はとても、いい天気です。\"}", &options,
      "[今日はと\nても、\nいい\n天気で\nす。 0.20-9.00]");
}

/* The last caption is not left with one short word. */
/* Scripts that have no spaces: the words are found inside of the text, each with
 * what opens before it, and what is missing is said with the one before. */
static void
test_words_without_spaces (void)
{
  SttCuesOptions options = usual;
  const gchar *answer = "{\"text\":\"今日は「晴れ」です。それでは。\",\"words\":["
                        "{\"word\":\"今日\",\"start\":1,\"end\":1.5},"
                        "{\"word\":\"晴れ\",\"start\":2,\"end\":2.5},"
                        "{\"word\":\"それでは\",\"start\":6,\"end\":7}]}";

  expect (answer, &options, "[今日は「晴れ」です。 1.00-2.50][それでは。 6.00-7.00]");
  options.granularity = STT_CUES_WORD;
  expect (answer, &options,
      "[今日は 1.00-1.50][「晴れ」です。 2.00-2.50]"
      "[それでは。 6.00-7.00]");
}

/* Segments of scripts without spaces are joined without spaces. */
static void
test_segments_without_spaces (void)
{
  SttCuesOptions options = usual;

  expect ("{\"text\":\"今日は晴れです。\",\"segments\":["
          "{\"text\":\"今日は\",\"start\":1,\"end\":2},"
          "{\"text\":\"晴れです。\",\"start\":2,\"end\":4}]}",
      &options, "[今日は晴れです。 1.00-4.00]");
}

/* What takes longer than a caption may be on screen is cut into captions. */
static void
test_slow_speech (void)
{
  SttCuesOptions options = usual;

  options.duration = options.available = 20 * SECOND;
  expect ("{\"text\":\"one two three four five six\",\"segments\":[{\"text\":"
          "\"one two three four five six\",\"start\":2,\"end\":14}]}",
      &options, "[one two three 2.00-7.92][four five six 8.00-14.00]");
}

static void
test_orphans (void)
{
  SttCuesOptions options = usual;

  options.rules.max_columns = 20;
  expect ("{\"text\":\"the quick brown fox jumps over the dog, now\"}", &options,
      "[the quick\nbrown fox jumps 0.20-5.32][over the dog, now "
      "5.40-9.00]");
  options.rules.max_columns = 11;
  options.rules.max_lines = 1;
  expect ("{\"text\":\"한국어자막은이렇게\"}", &options,
      "[한국어자막 0.20-5.01][은이렇게 5.09-9.00]");
}

/* Words of random lengths in several scripts. */
static gchar *
random_text (GRand *random)
{
  static const gchar *const letters[] = { "a", "W", "é", "日", "한", "ก", "👍" };
  static const gchar *const spaces[] = { " ", ", ", ". ", " " };
  GString *text = g_string_new (NULL);

  for (gint words = g_rand_int_range (random, 1, 60); words > 0; words--) {
    const gchar *letter = letters[g_rand_int_range (random, 0, G_N_ELEMENTS (letters))];

    for (gint i = g_rand_int_range (random, 1, 14); i > 0; i--)
      g_string_append (text, letter);
    g_string_append (text, spaces[g_rand_int_range (random, 0, 4)]);
  }
  return g_string_free (text, FALSE);
}

static void
test_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint i = 0; i < 1500; i++) {
    SttCuesOptions options = usual;
    g_autofree gchar *text = random_text (random);
    g_autofree gchar *json = g_strdup_printf ("{\"text\":\"%s\"}", text);
    g_autoptr (OpenaiTranscript) transcript = parse (json);
    g_autoptr (GPtrArray) cues = NULL;

    options.rules.max_lines = g_rand_int_range (random, 1, 7);
    options.rules.max_columns = g_rand_int_range (random, 2, 50);
    cues = stt_cues_new (transcript, &options);
    g_assert_cmpuint (cues->len, >, 0);
    check (cues, &options);
  }
}

static void
test_hostile (void)
{
  static const gchar *const texts[] = {
    "{\"text\":\"a b\",\"words\":[{\"word\":\"a\",\"start\":500,\"end\":900},"
    "{\"word\":\"b\",\"start\":900,\"end\":901}]}",
    "{\"text\":\"a b c\",\"words\":[{\"word\":\"a\",\"start\":1,\"end\":1},"
    "{\"word\":\"b\",\"start\":1,\"end\":1},"
    "{\"word\":\"c\",\"start\":1,\"end\":1}]}",
    "{\"text\":\"b a\",\"words\":[{\"word\":\"b\",\"start\":5,\"end\":6},"
    "{\"word\":\"a\",\"start\":1,\"end\":2}]}",
    "{\"text\":\"other words\",\"words\":[{\"word\":\"x\",\"start\":1,"
    "\"end\":2}]}",
    "{\"text\":\"...\"}",
    "{\"text\":\"👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧\"}",
    "{\"text\":\"مرحبا بالعالم كيف حالك اليوم يا صديقي العزيز\"}",
    "{\"text\":\"x\",\"segments\":[{\"text\":\"x\",\"start\":9e9,\"end\":9e9}]}",
    "{\"text\":\"吾輩は猫である名前はまだ無いどこで生れたかとんと見当がつかぬ何でも薄暗い"
    "じめじめした所でニャーニャー泣いていた事だけは記憶している\"}",
    "{\"text\":\"今天天气很好我们去 Central Park 散步吧 👍🏽👍🏽 好不好\"}",
    "{\"text\":\"สวัสดีครับวันนี้อากาศดีมากเราไปเดินเล่นกันเถอะครับ\"}",
    "{\"text\":\"שלום עולם מה שלומך היום ידידי היקר ואיך עבר עליך השבוע\"}",
    "{\"text\":\"and so on and on without any stop at all as people do when they "
    "talk and never end a sentence until they have to breathe in again\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    for (guint variant = 0; variant < 24; variant++) {
      SttCuesOptions options = usual;
      g_autoptr (OpenaiTranscript) transcript = parse (texts[i]);
      g_autoptr (GPtrArray) cues = NULL;

      options.granularity = variant % 4;
      options.rules.max_columns = (const guint[]) { 0, 2, 42 }[variant / 4 % 3];
      options.rules.max_lines = variant / 12;
      cues = stt_cues_new (transcript, &options);
      g_assert_cmpuint (cues->len, >, 0);
      check (cues, &options);
    }
  }
}

/* The speaker, before a caption of another one than before. */
static void
test_speakers (void)
{
  static const gchar json[] =
      "{\"text\":\"x\",\"segments\":["
      "{\"start\":1,\"end\":2,\"text\":\"one two\",\"speaker\":\"A\"},"
      "{\"start\":2,\"end\":3,\"text\":\"three\",\"speaker\":\"A\"},"
      "{\"start\":3,\"end\":4,\"text\":\"four\",\"speaker\":\"Bo\"}]}";
  SttCuesOptions options = usual;

  options.speaker_prefix = "%s: ";
  expect (json, &options, "[A: A: one two three 1.00-2.92][Bo: Bo: four 3.00-4.00]");
  options.last_speaker = "A";
  options.granularity = STT_CUES_WORD;
  expect (json, &options,
      "[A: one 1.00-1.50][A: two 1.50-2.00][A: three 2.00-3.00]"
      "[Bo: Bo: four 3.00-4.00]");
  options.granularity = STT_CUES_CAPTION;
  options.speaker_prefix = ">> ";
  expect (json, &options, "[A: one two three 1.00-2.92][Bo: >> four 3.00-4.00]");
  options.speaker_prefix = "100 %d %s%s ";
  expect (json, &options, "[A: one two three 1.00-2.92][Bo: 100 %d Bo%s four 3.00-4.07]");
}

static void
make_long (guint n, gconstpointer data)
{
  g_autoptr (GString) json = g_string_new ("{\"text\":\"");
  g_autofree gchar *endless = g_strnfill (10 * n, 'x');

  for (guint i = 0; i < n; i++)
    g_string_append_printf (json, "word%u%s ", i, i % 9 ? "" : ".");
  g_string_append (json, endless);
  g_string_append (json, "\",\"words\":[");
  for (guint i = 0; i < n; i++)
    g_string_append_printf (json,
        "%s{\"word\":\"word%u\",\"start\":%.2f,"
        "\"end\":%.2f}",
        i ? "," : "", i, i * 0.4, i * 0.4 + 0.3);
  g_string_append (json, "]}");
  {
    SttCuesOptions options = usual;
    g_autoptr (OpenaiTranscript) transcript = parse (json->str);
    g_autoptr (GPtrArray) cues = NULL;

    options.speech_end = options.duration = options.available = (n / 2) * SECOND;
    cues = stt_cues_new (transcript, &options);
    check (cues, &options);
    g_assert_cmpuint (cues->len, >, n / 18);
  }
}

/* Ten minutes of words and twenty of them, and a word without an end. */
static void
test_long (void)
{
  work_assert_linear (make_long, 1500, NULL);
}

static void
make_long_without_spaces (guint n, gconstpointer data)
{
  g_autoptr (GString) json = g_string_new ("{\"text\":\"");

  for (guint i = 0; i < n; i++)
    g_string_append (json, "字");
  g_string_append (json, "\"}");
  {
    SttCuesOptions options = usual;
    g_autoptr (OpenaiTranscript) transcript = parse (json->str);
    g_autoptr (GPtrArray) cues = NULL;

    options.speech_end = options.duration = options.available = n / 10 * SECOND;
    cues = stt_cues_new (transcript, &options);
    check (cues, &options);
    g_assert_cmpuint (cues->len, ==, n / 42 + 1);
  }
}

/* A long text without a space is cut as fast. */
static void
test_long_without_spaces (void)
{
  work_assert_linear (make_long_without_spaces, 15000, NULL);
}

#define SAID(speaker, start, end, text)                                                  \
  "{\"speaker\":\"" speaker "\",\"start\":" start ",\"end\":" end ",\"text\":\"" text    \
  "\"}"

/* A cue of milliseconds is not seen: those around it give it half a second, the later
 * one first, as far as they have it themselves. */
static void
test_short_cues_are_seen (void)
{
  SttCuesOptions options = usual;

  expect ("{\"text\":\"x\",\"segments\":[" SAID ("A", "1", "3", "Is it you?") "," SAID (
              "B", "3", "3.05", "Yes.") "," SAID ("A", "3.05", "6", "I see.") "]}",
      &usual, "[A: Is it you? 1.00-2.92][B: Yes. 3.00-3.50][A: I see. 3.50-6.00]");
  expect ("{\"text\":\"x\",\"segments\":[" SAID ("A", "1", "3", "Is it you?") "," SAID (
              "B", "3", "3.05", "Yes.") "," SAID ("A", "3.05", "3.1",
              "I see.") "," SAID ("B", "3.1", "8", "Do you?") "]}",
      &usual,
      "[A: Is it you? 1.00-2.92][B: Yes. 3.00-3.50][A: I see. 3.50-4.00]"
      "[B: Do you? 4.00-8.00]");
  options.available = options.duration;
  expect ("{\"text\":\"x\",\"segments\":[" SAID ("A", "5", "9.9", "Is it you?") "," SAID (
              "B", "9.95", "10", "Yes.") "]}",
      &options, "[A: Is it you? 5.00-9.42][B: Yes. 9.50-10.00]");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cues/words", test_words);
  g_test_add_func ("/cues/segments", test_segments);
  g_test_add_func ("/cues/text-only", test_text_only);
  g_test_add_func ("/cues/pauses", test_pauses);
  g_test_add_func ("/cues/short-cues-are-seen", test_short_cues_are_seen);
  g_test_add_func ("/cues/slow-words", test_slow_words);
  g_test_add_func ("/cues/reading-time", test_reading_time);
  g_test_add_func ("/cues/lines", test_lines);
  g_test_add_func ("/cues/orphans", test_orphans);
  g_test_add_func ("/cues/words-without-spaces", test_words_without_spaces);
  g_test_add_func ("/cues/segments-without-spaces", test_segments_without_spaces);
  g_test_add_func ("/cues/slow-speech", test_slow_speech);
  g_test_add_func ("/cues/random", test_random);
  g_test_add_func ("/cues/hostile", test_hostile);
  g_test_add_func ("/cues/speakers", test_speakers);
  g_test_add_func ("/cues/long", test_long);
  g_test_add_func ("/cues/long-without-spaces", test_long_without_spaces);
  return g_test_run ();
}
