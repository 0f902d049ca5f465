// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Which model is used where none is set, and what is told of one that ends. */

#include "client/models.h"

static void
test_choose (void)
{
  static const gchar *const unset[] = { NULL, "", "auto" };

  for (guint i = 0; i < G_N_ELEMENTS (unset); i++) {
    g_assert_cmpstr (openai_model_choose (unset[i], OPENAI_TASK_TRANSCRIBE, TRUE), ==,
        "gpt-transcribe");
    g_assert_cmpstr (
        openai_model_choose (unset[i], OPENAI_TASK_TRANSCRIBE, FALSE), ==, "whisper-1");
    g_assert_cmpstr (
        openai_model_choose (unset[i], OPENAI_TASK_SPEAK, FALSE), ==, "tts-1");
  }
  g_assert_cmpstr (openai_model_choose ("mine", OPENAI_TASK_SPEAK, TRUE), ==, "mine");
}

static gchar *
warning_on (const gchar *model, const gchar *day)
{
  const gchar *instead, *date = openai_model_end (model, &instead);
  g_autofree gchar *noon = g_strconcat (day, "T12:00:00Z", NULL);
  g_autoptr (GDateTime) now = g_date_time_new_from_iso8601 (noon, NULL);

  return date ? openai_model_end_warning (model, date, instead, now) : NULL;
}

static void
test_ends (void)
{
  static const struct
  {
    const gchar *model;
    const gchar *day;
    const gchar *warning;
  } cases[] = {
    { "tts-1", "2026-11-06", NULL },
    { "tts-1", "2026-11-07",
        "Model tts-1 ends on 2027-01-06: set model=gpt-realtime-2.1-mini" },
    { "tts-1", "2027-01-05",
        "Model tts-1 ends on 2027-01-06: set model=gpt-realtime-2.1-mini" },
    { "tts-1", "2027-01-06",
        "Model tts-1 has ended on 2027-01-06: set model=gpt-realtime-2.1-mini" },
    { "whisper-1", "2026-12-27", NULL },
    { "whisper-1", "2026-12-28",
        "Model whisper-1 ends on 2027-02-26: set model=gpt-transcribe" },
    { "gpt-transcribe", "2030-01-01", NULL },
    { "kokoro", "2030-01-01", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *warning = warning_on (cases[i].model, cases[i].day);

    g_assert_cmpstr (warning, ==, cases[i].warning);
  }
}

/* What is used at OpenAI after the speech models have ended has no end itself, nor
 * has what is named instead of another. */
static void
test_after_the_end (void)
{
  static const gchar *const ended[] = {
    "tts-1",
    "tts-1-hd",
    "gpt-4o-mini-tts",
    "gpt-realtime",
    "whisper-1",
    "gpt-4o-transcribe-diarize",
  };
  const gchar *instead;

  g_assert_null (openai_model_end (
      openai_model_choose (NULL, OPENAI_TASK_SPEAK_REALTIME, TRUE), &instead));
  g_assert_null (openai_model_end (
      openai_model_choose (NULL, OPENAI_TASK_TRANSCRIBE, TRUE), &instead));
  for (guint i = 0; i < G_N_ELEMENTS (ended); i++) {
    const gchar *then;

    g_assert_nonnull (openai_model_end (ended[i], &instead));
    g_assert_null (openai_model_end (instead, &then));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/models/choose", test_choose);
  g_test_add_func ("/models/ends", test_ends);
  g_test_add_func ("/models/after-the-end", test_after_the_end);
  return g_test_run ();
}
