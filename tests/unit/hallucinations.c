// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What a model made up is left out, and what people say is not. */

#include "stt/hallucinations.h"

#include <math.h>
#include <string.h>

static OpenaiTranscript *
parse (const gchar *json)
{
  g_autoptr (GError) error = NULL;
  OpenaiTranscript *transcript =
      openai_transcript_parse ("application/json", json, strlen (json), &error);

  g_assert_no_error (error);
  return transcript;
}

static OpenaiTranscript *
drop (OpenaiTranscript *whole, gdouble voiced, gdouble length, const gchar *prompt,
    gchar **dropped)
{
  SttHeard heard = { voiced, length, voiced, prompt };

  return stt_hallucinations_drop (whole, &heard, dropped);
}

static void
check_text (const gchar *text, gdouble loud, const gchar *said)
{
  g_autofree gchar *json = g_strdup_printf ("{\"text\":\"%s\"}", text);
  g_autoptr (OpenaiTranscript) whole = parse (json);
  g_autofree gchar *dropped = NULL;
  g_autoptr (OpenaiTranscript) rest = drop (whole, loud, NAN, NULL, &dropped);

  g_assert_cmpstr (rest->text, ==, said);
  g_assert_true ((dropped != NULL) == !g_str_equal (said, whole->text));
}

static void
test_honest_speech_stays (void)
{
  static const gchar *const texts[] = {
    "No, no, no, no. Stop it.",
    "Ha ha ha ha ha ha.",
    "Thank you.",
    "5",
    "One, two, three, four, five, six, seven, eight.",
    "Silence is golden.",
    "Olé, olé, olé, olé, olé, olé, olé, olé.",
    "Where is (the) key?",
    "Very, very, very good. Very good.",
    "[Music]",
    "*sigh*",
    "はい、はい、はい。",
    "New York, New York, New York, New York, New York, New York",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    check_text (texts[i], 5, texts[i]);
    check_text (texts[i], NAN, texts[i]);
  }
}

static void
test_markers_say_nothing (void)
{
  static const gchar *const texts[] = {
    "[BLANK_AUDIO]",
    ".",
    "...",
    "♪",
    "[ Silence ]",
    "(silence)",
    "…",
    "[BLANK_AUDIO] [BLANK_AUDIO]",
    "[NO SPEECH]",
    "♪ ♪",
    "[ ]",
    "（沈黙）",
    "[тишина] [silencio]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    check_text (texts[i], 5, "");
  check_text ("Hello [BLANK_AUDIO] there.", 5, "Hello there.");
  check_text (
      "It is a good day to go out. [BLANK_AUDIO]", 1, "It is a good day to go out.");
}

/* In segments and words as in the text alone, and what was left out is told. */
static void
test_markers_in_segments (void)
{
  g_autoptr (OpenaiTranscript) whole =
      parse ("{\"text\":\"Hello. [BLANK_AUDIO] Bye.\",\"segments\":["
             "{\"start\":0,\"end\":2,\"text\":\"Hello. [BLANK_AUDIO]\"},"
             "{\"start\":2,\"end\":3,\"text\":\" ♪\"},"
             "{\"start\":3,\"end\":4,\"text\":\" Bye.\"}],\"words\":["
             "{\"word\":\"Hello.\",\"start\":0,\"end\":1},"
             "{\"word\":\"[BLANK_AUDIO]\",\"start\":1,\"end\":2},"
             "{\"word\":\"Bye.\",\"start\":3,\"end\":4}]}");
  g_autofree gchar *dropped = NULL;
  g_autoptr (OpenaiTranscript) rest = drop (whole, 3, 4, NULL, &dropped);

  g_assert_cmpstr (rest->text, ==, "Hello. Bye.");
  g_assert_cmpuint (rest->segments->len, ==, 2);
  g_assert_cmpstr (((OpenaiSegment *) rest->segments->pdata[0])->text, ==, "Hello.");
  g_assert_cmpuint (rest->words->len, ==, 2);
  g_assert_cmpstr (((OpenaiWord *) rest->words->pdata[1])->text, ==, "Bye.");
  g_assert_cmpstr (dropped, ==, "♪ [BLANK_AUDIO]");
}

static void
test_control_tags_are_no_text (void)
{
  check_text ("<|zh|><|NEUTRAL|><|Speech|>hello there", 5, "hello there");
  check_text ("[_BEG_] Hello.[_TT_50]", 5, "Hello.");
  check_text ("\342\226\201Hello\342\226\201there", 5, "Hello there");
  check_text ("It is 1 <| 2", 5, "It is 1 <| 2");
  check_text ("<s> Hello <unk>there.</s><pad><0x0A>", 5, "Hello there.");
  check_text ("[PAD]Hello[UNK] there<EOU>", 5, "Hello there");
  check_text ("language English<asr_text>Hello there.", 5, "Hello there.");
  check_text ("language None<asr_text>", 5, "");
  check_text ("<think>They greet.</think>Hello there.", 5, "Hello there.");
  check_text ("The language English is <b>spoken</b>.", 5,
      "The language English is <b>spoken</b>.");
}

static void
check_loop (
    const gchar *first, const gchar *unit, guint times, gdouble loud, const gchar *said)
{
  g_autoptr (GString) text = g_string_new (first);
  g_autofree gchar *json = NULL, *dropped = NULL;
  g_autoptr (OpenaiTranscript) whole = NULL, rest = NULL;

  for (guint i = 0; i < times; i++)
    g_string_append (text, unit);
  json = g_strdup_printf ("{\"text\":\"%s\"}", text->str);
  whole = parse (json);
  rest = drop (whole, loud, loud, NULL, &dropped);
  g_assert_cmpstr (rest->text, ==, said);
  g_assert_nonnull (dropped);
}

static void
test_loop_is_said_once (void)
{
  check_loop ("", "I'm going to do this. ", 60, 5, "I'm going to do this.");
  check_loop ("This was said first of all. ", "I'm going to do this. ", 60, 5,
      "This was said first of all. I'm going to do this.");
  check_loop ("", "you ", 100, 5, "you");
  check_loop ("", "you ", 400, NAN, "you");
  check_loop ("", "ご視聴ありがとう", 60, 5, "ご視聴ありがとう");
}

#define SEGMENT(start, end, text)                                                        \
  "{\"start\":" start ",\"end\":" end ",\"text\":\"" text "\"}"

static void
check_segments (const gchar *segments, const gchar *said)
{
  g_autofree gchar *json =
      g_strdup_printf ("{\"text\":\"x\",\"segments\":[%s]}", segments);
  g_autoptr (OpenaiTranscript) whole = parse (json);
  g_autofree gchar *dropped = NULL;
  g_autoptr (OpenaiTranscript) rest = drop (whole, 3, 4, NULL, &dropped);

  g_assert_cmpstr (rest->text, ==, said ? said : whole->text);
  g_assert_true ((dropped != NULL) == (said != NULL));
}

static void
test_segment_too_fast_for_speech (void)
{
  check_segments (SEGMENT ("0", "3", "All circuits are busy now.") "," SEGMENT (
                      "3", "3.4", "Please try your call again later."),
      "All circuits are busy now.");
  check_segments (SEGMENT ("0", "2", "Please hold the line.") "," SEGMENT (
                      "2", "2.6", "Please hold the line."),
      "Please hold the line.");
  check_segments (SEGMENT ("0", "3", "電話がつながりません。") "," SEGMENT (
                      "3", "3.2", "後でおかけ直しください。"),
      "電話がつながりません。");
}

#define DOUBTED(text, logprob)                                                           \
  "{\"start\":0,\"end\":2,\"text\":\"" text "\",\"no_speech_prob\":0.4,"                 \
  "\"avg_logprob\":" logprob "}"

static void
test_doubted_numbers_are_made_up (void)
{
  check_segments (DOUBTED ("4.", "-1.2"), "");
  check_segments (DOUBTED ("4. 4. 6.", "-1.2"), "");
  check_segments (DOUBTED ("4.", "-0.8"), NULL);
  check_segments (DOUBTED ("Four.", "-1.2"), NULL);
  check_segments (DOUBTED ("4 pm.", "-1.2"), NULL);
}

static void
test_segments_of_speech_stay (void)
{
  check_segments (SEGMENT ("0", "2", "Please hold the line.") "," SEGMENT (
                      "2", "4", "Please hold the line."),
      NULL);
  check_segments (SEGMENT ("0", "0.2", "Yes.") "," SEGMENT ("0.2", "0.3", "No."), NULL);
  check_segments (SEGMENT ("0", "1.5",
                      "昨日東京駅前広場大規模音楽祭開催多数市民参加盛況終了次"
                      "回来年春予定関係者発表"),
      NULL);
  /* Times in minutes make everything too fast: they tell nothing. */
  check_segments (SEGMENT ("0", "0.05", "All circuits are busy now.") "," SEGMENT (
                      "0.05", "0.1", "Please try your call again later."),
      NULL);
}

static void
test_made_up_part_may_be_the_larger (void)
{
  check_segments (
      SEGMENT ("0", "1", "The number is not in service now.") "," SEGMENT ("1", "1.3",
          "All circuits are busy now, please try your call "
          "again later."),
      "The number is not in service now.");
}

static void
test_phrase_after_the_voice (void)
{
  check_segments (SEGMENT ("0", "2", "Please hold the line.") "," SEGMENT (
                      "3.2", "4", "Thanks for watching!"),
      "Please hold the line.");
  check_segments (
      SEGMENT ("0", "2", "Please hold the line.") "," SEGMENT ("2", "3", "Thank you."),
      NULL);
}

/* Credits have a name in them, and loops of a phrase are the phrase. Where something was
 * said they stay: people say them, too. */
static void
test_credits (void)
{
  static const gchar *const texts[] = {
    "Hello, Subtitles by the Amara.org community.",
    "Sous-titrage Société Radio-Canada",
    "Untertitel im Auftrag des ZDF für funk, 2017",
    "Sottotitoli e revisione a cura di QTSS",
    "Субтитры создавал DimaTorzok",
    "Редактор субтитров А.Семкин Корректор А.Егорова",
    "字幕志愿者 杨茜茜",
    "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
    "Napisy stworzone przez społeczność Amara.org",
    "Altyazı M.K.",
    "MBC 뉴스 이덕영입니다.",
    "ترجمة نانسي قنقر",
    "Thank you. Thank you. Thank you.",
    "We'll see you back in a minute.",
    "Bedankt voor het kijken!",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    check_text (texts[i], 0, "");
    check_text (texts[i], 3, texts[i]);
  }
  check_text ("The community is at home.", 0, "The community is at home.");
  check_text ("Thank you. The key is here.", 0, "Thank you. The key is here.");
}

static void
check_echo (const gchar *text, gdouble voiced, const gchar *said)
{
  g_autofree gchar *json = g_strdup_printf ("{\"text\":\"%s\"}", text);
  g_autoptr (OpenaiTranscript) whole = parse (json);
  g_autofree gchar *dropped = NULL;
  g_autoptr (OpenaiTranscript) rest =
      drop (whole, voiced, voiced + 0.4, "GStreamer, Debian, Wim Taymans", &dropped);

  g_assert_cmpstr (rest->text, ==, said);
}

static void
test_echo_of_the_prompt (void)
{
  check_echo ("GStreamer, Debian, Wim Taymans.", 0.6, "");
  check_echo ("Debian, Wim Taymans", 0.6, "");
  check_echo ("GStreamer, Debian, Wim Taymans.", 3, "GStreamer, Debian, Wim Taymans.");
  check_echo ("I like Debian.", 0.6, "I like Debian.");
  check_echo ("Wim Taymans", 0.5, "Wim Taymans");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hallucinations/honest-speech-stays", test_honest_speech_stays);
  g_test_add_func ("/hallucinations/markers-say-nothing", test_markers_say_nothing);
  g_test_add_func (
      "/hallucinations/control-tags-are-no-text", test_control_tags_are_no_text);
  g_test_add_func ("/hallucinations/markers-in-segments", test_markers_in_segments);
  g_test_add_func ("/hallucinations/loop-is-said-once", test_loop_is_said_once);
  g_test_add_func (
      "/hallucinations/segment-too-fast-for-speech", test_segment_too_fast_for_speech);
  g_test_add_func (
      "/hallucinations/doubted-numbers-are-made-up", test_doubted_numbers_are_made_up);
  g_test_add_func (
      "/hallucinations/segments-of-speech-stay", test_segments_of_speech_stay);
  g_test_add_func ("/hallucinations/made-up-part-may-be-the-larger",
      test_made_up_part_may_be_the_larger);
  g_test_add_func ("/hallucinations/credits", test_credits);
  g_test_add_func ("/hallucinations/phrase-after-the-voice", test_phrase_after_the_voice);
  g_test_add_func ("/hallucinations/echo-of-the-prompt", test_echo_of_the_prompt);
  return g_test_run ();
}
