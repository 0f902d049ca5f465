// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Transcriptions that come as events. */

#include "fuzz.h"

#include "client/transcript.h"

static void
on_partial (const gchar *text, const gchar *delta, gpointer user_data)
{
  g_assert (g_utf8_validate (text, -1, NULL));
  g_assert (g_utf8_validate (delta, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (OpenaiTranscriptStream) stream =
      openai_transcript_stream_new (on_partial, NULL);
  g_autoptr (OpenaiTranscript) transcript = NULL;

  if (!openai_transcript_stream_push (stream, (const gchar *) data, size, NULL))
    return 0;
  transcript = openai_transcript_stream_finish (stream, NULL);
  if (transcript)
    g_assert (g_utf8_validate (transcript->text, -1, NULL));
  return 0;
}
