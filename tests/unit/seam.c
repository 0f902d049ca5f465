// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What an answer says after the seam: nothing of it twice, nothing lost. */

#include "stt/seam.h"

#include <math.h>
#include <string.h>

#include <json-glib/json-glib.h>

/* Seconds a word takes in "the same speed". */
#define PACE 0.5

typedef struct
{
  const gchar *name;
  const gchar *said;   /* NULL: not known */
  const gchar *answer; /* its text */
  const gchar
      *times; /* "start-end …" of its words; "": PACE each, from 0 on; NULL: none */
  gdouble seam;
  const gchar *rest; /* NULL: that cannot be told */
} Case;

static const Case cases[] = {
  { "the-same-words", "Please hold on.", "Please hold on. We are coming.", "", 1.5,
      "We are coming." },
  { "a-word-is-timed-before-the-seam", "el orden que", "el orden que fue recibida",
      "0-0.3 0.3-0.8 0.8-1.1 1.1-1.4 1.5-2", 1.5, "fue recibida" },
  { "a-word-is-timed-after-the-seam", "one two three", "one two three four",
      "0-0.5 0.5-1 1.4-1.8 1.8-2.3", 1.5, "four" },
  { "another-ending", "una idea de la demora", "una idea de la dimora del sonido", "",
      2.5, "del sonido" },
  { "one-word-becomes-two", "con la clave laada", "con la clave la edad Usted",
      "0-0.5 0.5-1 1-1.5 1.5-1.7 1.7-2 2-2.5", 2.0, "Usted" },
  { "a-torn-word", "they stoop", "they stooping But if", "", 1.0, "But if" },
  { "a-number", "number seven", "number 7 or nine", "", 1.0, "or nine" },
  { "a-word-was-left-out", "for the first time today", "for first time today he came",
      "0-0.5 1-1.5 1.5-2 2-2.5 2.5-3 3-3.5", 2.5, "he came" },
  { "honest-repeats", "no no no", "no no no no no thank you", "", 1.5,
      "no no thank you" },
  { "a-refrain", "over and over", "over and over and over and over again", "", 1.5,
      "and over and over again" },
  { "the-same-again-after-the-seam", "Thank you.", "Thank you. Thank you.", "", 1.0,
      "Thank you." },
  { "nothing-in-common", "Hello there", "Quite another story begins", "", 1.0,
      "story begins" },
  { "what-was-said-is-not-known", NULL, "one two three four", "", 1.0, "three four" },
  { "nothing-was-said", "", "one two three four", "", 1.0, "three four" },
  { "nothing-is-new", "one two three", "one two three", "", 1.5, "" },
  { "nothing-at-all", "one two three", "", "", 1.5, NULL },
  { "no-times", "Please hold on.", "Please hold on. We are coming.", NULL, 1.5,
      "We are coming." },
  { "no-times-other-words", "Please, hold on", "please hold one. We are coming.", NULL,
      1.5, "We are coming." },
  { "no-times-nothing-in-common", "Hello there", "Quite another story", NULL, 1.0, NULL },
  { "no-times-not-known", NULL, "one two", NULL, 1.0, NULL },
  { "no-times-honest-repeats", "no no no", "No, no, no, no. Thanks.", NULL, 1.5,
      "no. Thanks." },
  { "opening-marks", "Está bien.", "Está bien. ¿Quién es?", NULL, 1.0, "¿Quién es?" },
  { "russian", "Ваш звонок важен", "Ваш звонок важен для нас.", NULL, 1.5, "для нас." },
  { "german-case", "IN DER STRASSE", "In der Straße steht ein Haus.", NULL, 1.5,
      "steht ein Haus." },
  { "japanese", "明日は雨が", "明日は雨が降るでしょう。", NULL, 1.5, "降るでしょう。" },
  { "chinese-another-sign", "今天天气很好", "今天天起很好我们出去", NULL, 1.5,
      "我们出去" },
  { "thai", "สวัสดีครับ", "สวัสดีครับวันนี้", NULL, 1.5, "วันนี้" },
  { "arabic", "صباح الخير", "صباح الخير يا أصدقاء", NULL, 1.5, "يا أصدقاء" },
  { "hindi", "आप कैसे हैं", "आप कैसे हैं दोस्त", NULL, 1.5, "दोस्त" },
  { "korean", "안녕하세요 여러분", "안녕하세요 여러분 오늘은", NULL, 1.5, "오늘은" },
};

static void
add_word (JsonBuilder *builder, const gchar *word, gdouble start, gdouble end)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "word");
  json_builder_add_string_value (builder, word);
  json_builder_set_member_name (builder, "start");
  json_builder_add_double_value (builder, start);
  json_builder_set_member_name (builder, "end");
  json_builder_add_double_value (builder, end);
  json_builder_end_object (builder);
}

static void
add_words (JsonBuilder *builder, const gchar *text, const gchar *times)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  g_auto (GStrv) spans = g_strsplit (times, " ", -1);

  json_builder_set_member_name (builder, "words");
  json_builder_begin_array (builder);
  for (guint i = 0; *text && words[i]; i++) {
    gchar *end = NULL;
    gdouble start = *times ? g_ascii_strtod (spans[i], &end) : PACE * i;

    add_word (builder, words[i], start,
        *times ? g_ascii_strtod (end + 1, NULL) : PACE * (i + 1));
  }
  json_builder_end_array (builder);
}

static OpenaiTranscript *
make_answer (const gchar *text, const gchar *times)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree gchar *json = NULL;
  OpenaiTranscript *transcript;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "text");
  json_builder_add_string_value (builder, text);
  if (times)
    add_words (builder, text, times);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json = json_to_string (root, FALSE);
  transcript = openai_transcript_parse ("application/json", json, strlen (json), NULL);
  g_assert_nonnull (transcript);
  return transcript;
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (OpenaiTranscript) answer = make_answer (c->answer, c->times);
  g_autoptr (OpenaiTranscript) rest = stt_seam_after (answer, c->said, c->seam);

  g_assert_cmpstr (rest ? rest->text : NULL, ==, c->rest);
  if (!rest || !c->times)
    return;
  for (guint i = 0; i < rest->words->len; i++) {
    const OpenaiWord *word = g_ptr_array_index (rest->words, i);

    g_assert_cmpfloat (word->start, >=, 0);
    g_assert_cmpfloat (word->end, >=, word->start);
  }
}

/* Words and segments go on from the seam; a segment over it loses what was said. */
static void
test_times (void)
{
  const gchar *json =
      "{\"text\":\"One two. Three four.\",\"duration\":4,"
      "\"words\":[{\"word\":\"One\",\"start\":0,\"end\":1},"
      "{\"word\":\"two\",\"start\":1,\"end\":2},{\"word\":\"Three\",\"start\":2,\"end\":3},"
      "{\"word\":\"four\",\"start\":3,\"end\":4}],"
      "\"segments\":[{\"start\":0,\"end\":1,\"text\":\"One\"},"
      "{\"start\":1,\"end\":4,\"text\":\"two. Three four.\"}]}";
  g_autoptr (OpenaiTranscript) answer =
      openai_transcript_parse ("application/json", json, strlen (json), NULL);
  g_autoptr (OpenaiTranscript) rest = stt_seam_after (answer, "One two.", 2);
  const OpenaiWord *word;
  const OpenaiSegment *segment;

  g_assert_cmpstr (rest->text, ==, "Three four.");
  g_assert_cmpfloat (rest->duration, ==, 2);
  g_assert_cmpuint (rest->words->len, ==, 2);
  word = g_ptr_array_index (rest->words, 1);
  g_assert_cmpfloat (word->start, ==, 1);
  g_assert_cmpfloat (word->end, ==, 2);
  g_assert_cmpuint (rest->segments->len, ==, 1);
  segment = g_ptr_array_index (rest->segments, 0);
  g_assert_cmpstr (segment->text, ==, "Three four.");
  g_assert_cmpfloat (segment->start, <, 0.5);
  g_assert_cmpfloat (segment->end, ==, 2);
}

/* A text that never ends is not compared, and not for long. */
static void
test_long (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (OpenaiTranscript) answer = NULL;
  g_autoptr (OpenaiTranscript) rest = NULL;

  for (guint i = 0; i < 50000; i++)
    g_string_append (text, "and so on ");
  g_strchomp (text->str);
  answer = make_answer (text->str, NULL);
  rest = stt_seam_after (answer, answer->text, 8);
  g_assert_null (rest);
  rest = stt_seam_after (answer, "and so on and so on", 8);
  g_assert_cmpuint (strlen (rest->text), ==, strlen (answer->text) - 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path = g_strdup_printf ("/seam/%s", cases[i].name);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/seam/times", test_times);
  g_test_add_func ("/seam/long", test_long);
  return g_test_run ();
}
