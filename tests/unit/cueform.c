// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The form of captions: where they and their lines end, and when they are shown, by
 * guideline. */

#include "stt/cues.h"

#include <math.h>
#include <string.h>

#define SECOND G_GUINT64_CONSTANT (1000000000)

/* As said: words with their times. */
typedef struct
{
  GString *text;
  GString *words;
  gdouble at;
} Speech;

static void
say (Speech *self, const gchar *word, gdouble start, gdouble end, const gchar *space)
{
  g_string_append_printf (self->text, "%s%s", self->text->len ? space : "", word);
  g_string_append_printf (self->words, "%s{\"word\":\"%s\",\"start\":%.3f,\"end\":%.3f}",
      self->words->len ? "," : "", word, start, end);
  self->at = end;
}

/* A word takes @pace times half a second and an eighth for each letter, and 20 ms pass
 * before the next. */
static void
say_at_pace (Speech *self, const gchar *text, gdouble pace)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  gdouble at = 0;

  for (gchar **word = words; *word; word++) {
    gdouble length = pace * (0.5 + g_utf8_strlen (*word, -1) / 8.0);

    say (self, *word, at, at + length, " ");
    at += length + 0.02;
  }
}

/* "Come 1.0-1.3 here. 1.32-1.9" */
static void
say_at_times (Speech *self, const gchar *text)
{
  g_auto (GStrv) parts = g_strsplit (text, " ", -1);

  for (guint i = 0; parts[i]; i += 2) {
    gchar *dash = strchr (parts[i + 1], '-');

    say (self, parts[i], g_ascii_strtod (parts[i + 1], NULL),
        g_ascii_strtod (dash + 1, NULL), " ");
  }
}

typedef struct
{
  const gchar *text;
  gdouble pace; /* 0: the text has times */
  SttCueStyle style;
  const gchar *language;
  gint fps_n;
  gint fps_d;
  gdouble silence; /* after it */
  const gchar *expected;
  const gchar *more; /* with times, after @text */
} Case;

/* Times in frames where there is a rate, else in milliseconds. */
static void
describe (GString *out, const SttCue *cue, const Case *wanted)
{
  gdouble unit = wanted->fps_n ? (gdouble) SECOND * wanted->fps_d / wanted->fps_n : 1e6;

  g_string_append_printf (out, "%s%.0f-%.0f %s%s", out->len ? " | " : "",
      cue->start / unit, cue->end / unit, cue->text,
      cue->findings & STT_CUE_TOO_FAST ? " !" : "");
}

static gchar *
caption (const Case *wanted)
{
  Speech speech = { g_string_new (NULL), g_string_new (NULL), 0 };
  g_autofree gchar *json = NULL;
  g_autoptr (OpenaiTranscript) transcript = NULL;
  g_autoptr (GPtrArray) cues = NULL;
  GString *out = g_string_new (NULL);
  SttCuesOptions options = {
    .granularity = STT_CUES_CAPTION,
    .language = wanted->language,
    .rules = stt_cue_rules_new (wanted->style, wanted->language,
        &(SttCueOverrides) { .min_gap = -1,
            .max_linger = -1,
            .fps_n = wanted->fps_n,
            .fps_d = wanted->fps_d }),
  };

  if (wanted->pace > 0)
    say_at_pace (&speech, wanted->text, wanted->pace);
  else
    say_at_times (&speech, wanted->text);
  if (wanted->more)
    say_at_times (&speech, wanted->more);
  json = g_strdup_printf (
      "{\"text\":\"%s\",\"words\":[%s]}", speech.text->str, speech.words->str);
  transcript = openai_transcript_parse ("application/json", json, strlen (json), NULL);
  options.speech_end = options.duration = speech.at * SECOND;
  options.available = (speech.at + wanted->silence) * SECOND;
  cues = stt_cues_new (transcript, &options);
  for (guint i = 0; i < cues->len; i++)
    describe (out, g_ptr_array_index (cues, i), wanted);
  g_strdelimit (out->str, "\n", '/');
  g_string_free (speech.text, TRUE);
  g_string_free (speech.words, TRUE);
  return g_string_free (out, FALSE);
}

#define RIVER                                                                            \
  "We were walking along the river when the old man with the dog stopped to ask us "     \
  "for the way to the station."

static const Case cases[] = {
  { "This 0-0.3 line 0.3-0.6 has 0.6-0.9 exactly 0.9-1.4 forty-two 1.4-2 "
    "characters 2-3",
      0, STT_CUE_STYLE_DEFAULT, "en", 0, 0, 1,
      "0-3000 This line has exactly forty-two characters" },
  { "This 0-0.3 line 0.3-0.6 has 0.6-0.9 exactly 0.9-1.4 forty-three 1.4-2 "
    "character 2-3",
      0, STT_CUE_STYLE_DEFAULT, "en", 0, 0, 1,
      "0-3000 This line has exactly/forty-three character" },
  { RIVER, 0.3, STT_CUE_STYLE_DEFAULT, "en", 24, 1, 0.5,
      "0-46 We were walking along the river | 48-170 when the old man with the dog "
      "stopped/to ask us for the way to the station." },
  { RIVER, 0.3, STT_CUE_STYLE_CEA608, "en", 24, 1, 0.5,
      "0-74 We were walking along the river/when the old man | 76-170 with the dog "
      "stopped to ask us/for the way to the station." },
  { RIVER, 0.3, STT_CUE_STYLE_BBC, "en", 25, 1, 0.5,
      "0-50 We were walking along the river | 50-177 when the old man with the dog "
      "stopped/to ask us for the way to the station." },
  { "Yes. 1.0-1.3", 0, STT_CUE_STYLE_DEFAULT, "en", 24, 1, 9, "24-44 Yes." },
  /* Half a second after its last word, to the nearest frame. */
  { "Everybody 1.0-1.4 remembers 1.4-1.6 that. 1.6-1.88", 0, STT_CUE_STYLE_DEFAULT, "en",
      24, 1, 9, "24-57 Everybody remembers that." },
  { "Come 1.0-1.3 here. 1.32-1.9 Sit 2.2-2.5 down. 2.52-3.1", 0, STT_CUE_STYLE_DEFAULT,
      "en", 24, 1, 2, "24-51 Come here. | 53-75 Sit down." },
  { "Come 1.0-1.3 here. 1.32-1.9 Sit 2.95-3.2 down. 3.22-3.8", 0, STT_CUE_STYLE_DEFAULT,
      "en", 24, 1, 2, "24-46 Come here. | 71-92 Sit down." },
  { "Come 1.0-1.3 here. 1.32-1.9 Sit 2.2-2.5 down. 2.52-3.1", 0, STT_CUE_STYLE_DEFAULT,
      "en", 30000, 1001, 2, "30-64 Come here. | 66-93 Sit down." },
  { "So 0-0.2 then 0.25-0.5 we 2.6-2.7 left. 2.72-3.1", 0, STT_CUE_STYLE_DEFAULT, "en",
      24, 1, 2, "0-20 So then | 62-82 we left." },
  { "Everybody knows that the government published seventeen thousand pages yesterday.",
      0.13, STT_CUE_STYLE_DEFAULT, "en", 24, 1, 1,
      "0-41 Everybody knows that the government/published seventeen thousand pages ! | "
      "43-70 yesterday. Really?",
      "Really? 1.95-2.4" },
  { "Der Minister hat gestern im Bundestag erklärt, dass die Reform noch in diesem Jahr "
    "kommen soll.",
      0.3, STT_CUE_STYLE_EBU, "de", 25, 1, 0.5,
      "0-66 Der Minister hat gestern/im Bundestag erklärt, ! | 67-154 dass die Reform "
      "noch/in diesem Jahr kommen soll." },
  { "I 10.0-10.1 can't. 10.12-10.5 You 10.6-10.7 must. 10.72-11.2 Now. 11.9-12.1", 0,
      STT_CUE_STYLE_DEFAULT, "en", 24, 1, 2, "240-291 I can't. You must. Now." },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *text = caption (&cases[i]);

    g_test_message ("%s", cases[i].text);
    g_assert_cmpstr (text, ==, cases[i].expected);
  }
}

/* Lines of at most so many columns in a language, whatever the times are. */
static const struct
{
  const gchar *language;
  guint columns;
  const gchar *text;
  const gchar *lines;
} lines[] = {
  { "ja", 26, "きょうは、とても「いい天気」ですね。",
      "きょうは、とても/「いい天気」ですね。" },
  { "ko", 16, "오늘 날씨가 정말 좋다", "오늘 날씨가/정말 좋다" },
  { "ja", 26, "コンピューターをっ買う「あ」ー", "コンピューターをっ買う/「あ」ー" },
  { "ja", 26, "友だちと映画を見て、おいしいラーメンを食べました。",
      "友だちと映画を見て、 | おいしい/ラーメンを食べました。" },
  { "en", 42, "♪ Happy birthday to you ♪ ♪ Happy birthday to you ♪",
      "♪ Happy birthday to you ♪/♪ Happy birthday to you ♪" },
  { "en", 32, "See https://www.example.com/a/long/path?and=query now",
      "See/https://www.example.com/a/long//path?and=query now" },
  { "zh", 20, "正在改变我们的生活方式", "正在改变我们的/生活方式" },
  { "th", 13, "เดือนมกราคมปีหน้า", "เดือนมกราคม/ปีหน้า" },
  { "th", 20, "ที่ร้านอาหารใหม่ คนเยอะมากเรารอ", "ที่ร้านอาหารใหม่/คนเยอะมากเรารอ" },
  { "fr", 15, "Il dit « Bonjour ! » à tous",
      "Il dit/«\xe2\x80\xaf"
      "Bonjour\xe2\x80\xaf!\xe2\x80\xaf» | à tous" },
  { "en", 20, "I saw the old Mr Smith there", "I saw the old/Mr Smith there" },
  { "en", 20, "I saw the old Mr. Smith there", "I saw the old/Mr. Smith there" },
  { "en", 16, "It takes him 10 km on foot", "It takes him/10 km on foot" },
  { "de", 18, "Wir fahren z. B. morgen früh", "Wir fahren/z. B. morgen früh" },
  { "en", 24, "and then Abraham Lincoln spoke to us",
      "and then Abraham Lincoln/spoke to us" },
  { "en", 24, "she did not like to drop the jar", "she did not like/to drop the jar" },
  { "es", 24, "todo el mundo sabe que la verdad duele",
      "todo el mundo sabe/que la verdad duele" },
  { "it", 24, "tutti sanno che la verità fa male", "tutti sanno/che la verità fa male" },
  { "ru", 28, "все знают, что это очень важно для нас",
      "все знают,/что это очень важно для нас" },
};

/* Lines between "/", captions between "|". */
static gchar *
join_cues (GPtrArray *cues)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < cues->len; i++)
    g_string_append_printf (
        out, "%s%s", i ? " | " : "", ((SttCue *) g_ptr_array_index (cues, i))->text);
  return g_strdelimit (g_string_free (out, FALSE), "\n", '/');
}

static void
test_lines (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autoptr (OpenaiTranscript) said = openai_transcript_new_text (lines[i].text);
    SttCuesOptions options = {
      .granularity = STT_CUES_CAPTION,
      .language = lines[i].language,
      .rules = stt_cue_rules_new (STT_CUE_STYLE_DEFAULT, lines[i].language,
          &(SttCueOverrides) { .max_lines = 3,
              .max_columns = lines[i].columns,
              .min_gap = -1,
              .max_linger = -1 }),
      .speech_end = 6 * SECOND,
      .duration = 6 * SECOND,
    };
    g_autoptr (GPtrArray) cues = stt_cues_new (said, &options);
    g_autofree gchar *text = join_cues (cues);

    g_assert_cmpstr (text, ==, lines[i].lines);
  }
}

#define SAID(speaker, start, end, text)                                                  \
  "{\"speaker\":\"" speaker "\",\"start\":" start ",\"end\":" end ",\"text\":\"" text    \
  "\"}"

/* Two turns are one caption where each is short. */
static const struct
{
  const gchar *language;
  const gchar *segments;
  const gchar *captions;
} turns[] = {
  { "en", SAID ("A", "1", "1.5", "I can't.") "," SAID ("B", "1.6", "2.2", "You must."),
      "-I can't./-You must." },
  { "fr", SAID ("A", "1", "1.5", "Non.") "," SAID ("B", "1.6", "2.2", "Si !"),
      "- Non./- Si\xe2\x80\xaf!" },
  { "es", SAID ("A", "1", "1.5", "No puedo.") "," SAID ("B", "1.6", "2.2", "Debes."),
      "- No puedo./- Debes." },
  { "it", SAID ("A", "1", "1.5", "Non posso.") "," SAID ("B", "1.6", "2.2", "Devi."),
      "- Non posso./- Devi." },
  { "en",
      SAID ("A", "1", "1.5", "I can't.") "," SAID (
          "B", "1.6", "2.2", "You must.") "," SAID ("A", "2.3", "3", "Now."),
      "-I can't./-You must. | Now." },
  { "en", SAID ("A", "1", "1.5", "I can't.") "," SAID ("B", "4", "5", "You must."),
      "I can't. | You must." },
  { "en", SAID ("A", "1", "1.5", "I can't.") "," SAID ("A", "1.6", "2.2", "You must."),
      "I can't. You must." },
  { "en", SAID ("A", "1", "4", "I can't.") "," SAID ("B", "4", "8", "You must."),
      "I can't. | You must." },
};

static void
test_turns (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (turns); i++) {
    g_autofree gchar *json =
        g_strdup_printf ("{\"text\":\"x\",\"segments\":[%s]}", turns[i].segments);
    g_autoptr (OpenaiTranscript) said =
        openai_transcript_parse ("application/json", json, strlen (json), NULL);
    SttCuesOptions options = {
      .granularity = STT_CUES_CAPTION,
      .speaker_style = STT_SPEAKERS_DASH,
      .language = turns[i].language,
      .rules = stt_cue_rules_new (STT_CUE_STYLE_DEFAULT, turns[i].language,
          &(SttCueOverrides) { .min_gap = -1, .max_linger = -1 }),
      .speech_end = 9 * SECOND,
      .duration = 9 * SECOND,
    };
    g_autoptr (GPtrArray) cues = stt_cues_new (said, &options);
    g_autofree gchar *text = join_cues (cues);

    g_assert_cmpstr (text, ==, turns[i].captions);
  }
}

/* Two frames, half a second and the shortest caption, at the rates of films. */
static const struct
{
  gint fps_n;
  gint fps_d;
  gdouble gap; /* milliseconds */
  guint half_second;
  guint shortest;
} rates[] = {
  { 24, 1, 83.33, 12, 20 },
  { 24000, 1001, 83.42, 12, 20 },
  { 25, 1, 80, 13, 21 },
  { 30000, 1001, 66.73, 15, 25 },
  { 50, 1, 40, 25, 42 },
};

static void
test_frames (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    SttCueRules rules = stt_cue_rules_new (STT_CUE_STYLE_DEFAULT, "en",
        &(SttCueOverrides) { .min_gap = -1,
            .max_linger = -1,
            .fps_n = rates[i].fps_n,
            .fps_d = rates[i].fps_d });
    gdouble frame = (gdouble) SECOND * rates[i].fps_d / rates[i].fps_n;

    g_assert_cmpfloat_with_epsilon (rules.min_gap / 1e6, rates[i].gap, 0.01);
    g_assert_cmpuint (round (stt_cue_rules_round (&rules, SECOND / 2) / frame), ==,
        rates[i].half_second);
    g_assert_cmpuint (round (stt_cue_rules_round_up (&rules, rules.min_duration) / frame),
        ==, rates[i].shortest);
  }
}

/* Streams may run for months. */
static void
test_frames_of_a_long_stream (void)
{
  static const gint grids[][2] = { { 24000, 1001 }, { 30000, 1001 }, { 60000, 1001 },
    { 25, 1 }, { 1000000007, 19999999 } };

  for (guint i = 0; i < G_N_ELEMENTS (grids); i++) {
    SttCueRules rules = stt_cue_rules_new (STT_CUE_STYLE_DEFAULT, "en",
        &(SttCueOverrides) { .min_gap = -1,
            .max_linger = -1,
            .fps_n = grids[i][0],
            .fps_d = grids[i][1] });
    guint64 frame = SECOND * grids[i][1] / grids[i][0] + 1;

    for (guint64 time = 0; time < 1000 * 3600 * SECOND; time = 3 * time + SECOND / 7) {
      guint64 near = stt_cue_rules_round (&rules, time);
      guint64 before = stt_cue_rules_round_down (&rules, time);
      guint64 after = stt_cue_rules_round_up (&rules, time);

      g_assert_cmpuint (MAX (near, time) - MIN (near, time), <=, frame / 2 + 1);
      g_assert_cmpuint (before, <=, time + frame / 1000);
      g_assert_cmpuint (time - MIN (time, before), <=, frame);
      g_assert_cmpuint (after + frame / 1000, >=, time);
      g_assert_cmpuint (after - MIN (after, time), <=, frame);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cueform/cases", test_cases);
  g_test_add_func ("/cueform/lines", test_lines);
  g_test_add_func ("/cueform/turns", test_turns);
  g_test_add_func ("/cueform/frames", test_frames);
  g_test_add_func ("/cueform/frames-of-a-long-stream", test_frames_of_a_long_stream);
  return g_test_run ();
}
