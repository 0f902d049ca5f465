// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is told on the bus about what is said. */

#include "messages.h"

#include "element/structures.h"

/* How fast speech goes, where nothing tells. */
#define LETTERS_A_SECOND 14

static GstStructure *
utterance_structure (const gchar *name, const TtsUtterance *utterance, GstClockTime pts)
{
  return gst_structure_new (name, "text", G_TYPE_STRING, utterance->text, "voice",
      G_TYPE_STRING, utterance->voice, "model", G_TYPE_STRING, utterance->model, "pts",
      G_TYPE_UINT64, pts, NULL);
}

GstStructure *
tts_message_new_start (const TtsUtterance *utterance, GstClockTime pts)
{
  return utterance_structure ("openaitts/speech-start", utterance, pts);
}

/* What is known of the server that was asked. */
static void
set_server (GstStructure *message, const TtsSpeechStep *step)
{
  gst_openai_structure_set_string (message, "request-id", step->request_id);
  gst_openai_structure_set_string (message, "endpoint", step->endpoint);
  gst_openai_structure_set_string (message, "model", step->model);
}

GstStructure *
tts_message_new_end (
    const TtsSpeechStep *step, GstClockTime start, GstClockTime duration, gdouble tempo)
{
  GstStructure *message =
      utterance_structure ("openaitts/speech-end", step->utterance, start);

  gst_structure_set (message, "duration", G_TYPE_UINT64, duration, "clipped",
      G_TYPE_BOOLEAN, step->kind != TTS_STEP_END, "tempo", G_TYPE_DOUBLE, tempo, NULL);
  if (step->kind == TTS_STEP_END)
    gst_structure_set (message, "first-byte-latency", G_TYPE_UINT64,
        step->first_byte_latency, "attempts", G_TYPE_UINT, step->attempts, NULL);
  set_server (message, step);
  gst_openai_structure_set_usage (message, &step->usage);
  return message;
}

/* The words of @text that come after so much time, as speech goes. */
static const gchar *
unsaid (const gchar *text, GstClockTime duration)
{
  guint64 letters = gst_util_uint64_scale (duration, LETTERS_A_SECOND, GST_SECOND);
  const gchar *word = text;

  for (const gchar *p = text; *p && letters > 0; p = g_utf8_next_char (p)) {
    letters -= g_unichar_isalnum (g_utf8_get_char (p));
    if (g_unichar_isspace (g_utf8_get_char (p)))
      word = g_utf8_next_char (p);
  }
  return word;
}

GstStructure *
tts_message_make_interrupted (GstStructure *started, GstClockTime duration)
{
  gst_structure_set_name (started, "openaitts/interrupted");
  gst_structure_set (started, "duration", G_TYPE_UINT64, duration, "unsaid",
      G_TYPE_STRING, unsaid (gst_structure_get_string (started, "text"), duration), NULL);
  return started;
}

GstStructure *
tts_message_new_failure (
    const TtsSpeechStep *step, GstClockTime start, const GError *error)
{
  const TtsUtterance *utterance = step->utterance;
  GstStructure *message = gst_structure_new ("openaitts/failed", "start", G_TYPE_UINT64,
      start, "text", G_TYPE_STRING, utterance->text, "reason", G_TYPE_STRING,
      error->message, "voice", G_TYPE_STRING, utterance->voice, "model", G_TYPE_STRING,
      utterance->model, "attempts", G_TYPE_UINT, step->attempts, NULL);

  set_server (message, step);
  return message;
}
