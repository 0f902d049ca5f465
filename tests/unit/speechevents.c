// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Speech in events. */

#include "client/speechevents.h"

#include <string.h>

#include "client/error.h"

static void
on_audio (const gchar *content_type, GBytes *audio, gpointer user_data)
{
  gsize size;
  const gchar *data = g_bytes_get_data (audio, &size);

  g_string_append_printf (user_data, "[%s%s%.*s]", content_type ? content_type : "",
      content_type ? " " : "", (gint) size, data);
}

#define DELTA "data: {\"type\":\"speech.audio.delta\","
#define DONE "data: {\"type\":\"speech.audio.done\"}\n\n"

static const struct
{
  const gchar *text;
  const gchar *heard;
} streams[] = {
  { DELTA "\"audio\":\"b25l\"}\n\n" DELTA "\"audio\":\"dHdv\"}\n\n" DONE, "[one][two]" },
  { "data: {\"audio\":\"b25l\",\"type\":\"speech.audio.delta\"}\n\n" DONE, "[one]" },
  { "data: {\"delta\":\"b25l\",\"type\":\"speech.audio.delta\"}\n\n" DONE, "[one]" },
  { "data: { \"audio\" : \"b25l\" , \"type\": \"speech.audio.delta\" }\n\n" DONE,
      "[one]" },
  { DELTA "\"audio\":\"\"}\n\n" DONE, "" },
  { DELTA "\"audio\":null}\n\n" DONE, "" },
  { DELTA "\"sound\":\"b25l\"}\n\n" DONE, "" },
  { DELTA "\"audio\":\"aT8\\/aQ==\"}\n\n" DONE, "[i?\x3fi]" },
  { DELTA "\"audio\":\"b2\\u0035l\"}\n\n" DONE, "[one]" },
  { DELTA "\"audio\":\"b25l\\n\"}\n\n" DONE, "[one]" },
  { DELTA "\"note\":\"\\\"audio\\\":\\\"dHdv\\\"\",\"audio\":\"b25l\"}\n\n" DONE,
      "[one]" },
  { DELTA "\"note\":{\"audio\":\"dHdv\"}}\n\n" DONE, "" },
  { DELTA "\"note\":{\"audio\":\"dHdv\"},\"audio\":\"b25l\"}\n\n" DONE, "[one]" },
  { "data: {\"type\":\"other\",\"audio\":\"b25l\"}\n\n" DONE, "" },
  { "data: {\"type\":\"speech.audio.info\",\"sample_rate\":8000}\n\n" DELTA
    "\"audio\":\"b25l\"}\n\n" DONE,
      "[audio/pcm;rate=8000;channels=1 one]" },
  { DELTA "\"audio\":\"b25l\"}\n\ndata: [DONE]\n\n", "[one]" },
};

static void
test_streams (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (streams); i++) {
    gsize length = strlen (streams[i].text);

    for (gsize step = 1; step <= length; step += length / 7 + 1) {
      g_autoptr (GString) heard = g_string_new (NULL);
      g_autoptr (OpenaiSpeechEvents) events = openai_speech_events_new (on_audio, heard);
      g_autoptr (GError) error = NULL;

      for (gsize done = 0; done < length; done += step)
        openai_speech_events_push (
            events, streams[i].text + done, MIN (step, length - done), &error);
      g_assert_no_error (error);
      g_assert_true (openai_speech_events_finish (events, &error));
      g_assert_cmpstr (heard->str, ==, streams[i].heard);
    }
  }
}

/* What is around the audio has to be right all the same. */
static void
test_broken (void)
{
  static const gchar *const cases[] = {
    DELTA "\"audio\":\"b25l\"\n\n",
    DELTA "\"audio\":\"b25l\n\n",
    DELTA "\"audio\":\"b25l\"}}\n\n",
    DELTA "\"note\":\"x,\"audio\":\"b25l\"}\n\n",
    DELTA "\"audio\":\"b25l\xff\"}\n\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) heard = g_string_new (NULL);
    g_autoptr (OpenaiSpeechEvents) events = openai_speech_events_new (on_audio, heard);
    g_autoptr (GError) error = NULL;

    g_assert_false (
        openai_speech_events_push (events, cases[i], strlen (cases[i]), &error));
    g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
    g_assert_cmpstr (heard->str, ==, "");
  }
}

static void
test_ended_early (void)
{
  static const gchar text[] = DELTA "\"audio\":\"b25l\"}\n\n";
  g_autoptr (GString) heard = g_string_new (NULL);
  g_autoptr (OpenaiSpeechEvents) events = openai_speech_events_new (on_audio, heard);
  g_autoptr (GError) error = NULL;

  g_assert_true (openai_speech_events_push (events, text, strlen (text), NULL));
  g_assert_false (openai_speech_events_finish (events, &error));
  g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_BROKEN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/speechevents/streams", test_streams);
  g_test_add_func ("/speechevents/broken", test_broken);
  g_test_add_func ("/speechevents/ended-early", test_ended_early);
  return g_test_run ();
}
