// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* When the language of a stream is held, and when it is let go. */

#include "stt/language.h"

#include <math.h>
#include <string.h>

/* Each answer of @told, "es it …": "-" tells nothing; what is held after each. */
static void
check_held (const gchar *told, gdouble seconds, const gchar *held)
{
  g_auto (GStrv) answers = g_strsplit (told, " ", -1);
  g_auto (GStrv) expected = g_strsplit (held, " ", -1);
  SttLanguage language = { NULL };

  g_assert_cmpuint (g_strv_length (answers), ==, g_strv_length (expected));
  for (guint i = 0; answers[i]; i++) {
    const gchar *before = language.held;
    gboolean changed = stt_language_learn (
        &language, g_str_equal (answers[i], "-") ? NULL : answers[i], seconds, NAN);

    g_assert_cmpstr (language.held ? language.held : "-", ==, expected[i]);
    g_assert_cmpint (changed, ==, language.held != before);
  }
}

static void
test_held_when_answers_agree (void)
{
  check_held ("es es es", 5, "- es es");
  check_held ("- es - es", 5, "- - - es");
  check_held ("it es it es es", 5, "- - - - es");
  check_held ("ja ru es ru", 5, "- - - -");
}

static void
test_little_speech_is_not_sure (void)
{
  check_held ("es es es es", 1, "- - - es");
  check_held ("es es", NAN, "- -");
}

static void
test_one_slip_changes_nothing (void)
{
  check_held ("es es it es hi es", 5, "- es es es es es");
}

static void
test_another_language_is_followed (void)
{
  check_held ("es es en en en", 5, "- es es en en");
  check_held ("es es en es en en", 5, "- es es es es en");
}

static void
test_let_go_when_nothing_agrees (void)
{
  check_held ("es es en fr en fr es es", 5, "- es es es es - - es");
}

static void
test_clear_answer_is_sure_alone (void)
{
  SttLanguage language = { NULL };

  /* What models make of short chunks in a language that they take for another. */
  g_assert_false (stt_language_learn (&language, "it", 3, -0.66));
  g_assert_false (stt_language_learn (&language, "it", 3, -0.89));
  g_assert_false (stt_language_learn (&language, "es", 2, -0.3));
  language = (SttLanguage) { NULL };
  g_assert_true (stt_language_learn (&language, "es", 5, -0.3));
  g_assert_cmpstr (language.held, ==, "es");
  g_assert_false (stt_language_learn (&language, "en", 5, -0.3));
  g_assert_true (stt_language_learn (&language, "en", 5, -0.7));
}

static void
test_asked_for_but_now_and_then (void)
{
  SttLanguage language = { NULL };
  guint asked = 0, free_in_a_row = 0, most_free = 0;

  g_assert_null (stt_language_to_ask (&language, 1));
  stt_language_learn (&language, "es", 5, NAN);
  stt_language_learn (&language, "es", 5, NAN);
  for (guint i = 1; i <= 60; i++) {
    gboolean is_asked = stt_language_to_ask (&language, i) != NULL;

    asked += is_asked;
    free_in_a_row = is_asked ? 0 : free_in_a_row + 1;
    most_free = MAX (most_free, free_in_a_row);
  }
  g_assert_cmpuint (asked, >=, 45);
  g_assert_cmpuint (asked, <, 60);
  g_assert_cmpuint (most_free, ==, 1);
  /* In doubt each answer counts. */
  stt_language_learn (&language, "en", 5, NAN);
  g_assert_null (stt_language_to_ask (&language, 1));
  stt_language_learn (&language, "es", 5, NAN);
  g_assert_cmpstr (stt_language_to_ask (&language, 1), ==, "es");
}

static OpenaiTranscript *
answer (const gchar *text, const gchar *logprob)
{
  g_autofree gchar *json =
      g_strdup_printf ("{\"text\":\"%s\",\"segments\":"
                       "[{\"start\":0,\"end\":2,\"text\":\"%s\"%s%s}]}",
          text, text, logprob ? ",\"avg_logprob\":" : "", logprob ? logprob : "");
  g_autoptr (GError) error = NULL;
  OpenaiTranscript *transcript =
      openai_transcript_parse ("application/json", json, strlen (json), &error);

  g_assert_no_error (error);
  return transcript;
}

static void
check_right (const gchar *found_logprob, const gchar *held_logprob, gdouble seconds,
    gboolean right)
{
  g_autoptr (OpenaiTranscript) found = answer ("buon giorno", found_logprob);
  g_autoptr (OpenaiTranscript) held = answer ("buenos dias", held_logprob);
  g_autoptr (OpenaiTranscript) nothing = answer ("", NULL);

  g_assert_cmpint (stt_language_found_is_right (found, held, seconds), ==, right);
  g_assert_false (stt_language_found_is_right (nothing, held, seconds));
  g_assert_false (stt_language_found_is_right (found, nothing, seconds));
}

static void
test_likelier_answer_is_right (void)
{
  check_right ("-0.8", "-0.3", 10, FALSE);
  check_right ("-0.2", "-0.9", 1, TRUE);
  check_right (NULL, "-0.3", 1, FALSE);
  check_right ("-0.3", NULL, 1, FALSE);
  check_right (NULL, NULL, 10, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/language/held-when-answers-agree", test_held_when_answers_agree);
  g_test_add_func ("/language/little-speech-is-not-sure", test_little_speech_is_not_sure);
  g_test_add_func ("/language/one-slip-changes-nothing", test_one_slip_changes_nothing);
  g_test_add_func (
      "/language/another-language-is-followed", test_another_language_is_followed);
  g_test_add_func (
      "/language/let-go-when-nothing-agrees", test_let_go_when_nothing_agrees);
  g_test_add_func (
      "/language/clear-answer-is-sure-alone", test_clear_answer_is_sure_alone);
  g_test_add_func (
      "/language/asked-for-but-now-and-then", test_asked_for_but_now_and_then);
  g_test_add_func ("/language/likelier-answer-is-right", test_likelier_answer_is_right);
  return g_test_run ();
}
