// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Events of a session that speaks, one a line after the text, and what was said compared
 * with that. */

#include "fuzz.h"

#include <string.h>

#include "client/realtimespeech.h"
#include "tts/verbatim.h"

static void
take_event (const gchar *line, GString *said)
{
  g_auto (OpenaiRealtimeEvent) event = { 0 };
  g_autoptr (GBytes) audio = NULL;
  g_autoptr (GError) error = NULL;
  OpenaiUsage usage = { 0 };
  const gchar *transcript;
  gboolean cut;

  if (!openai_realtime_event_parse (&event, line, strlen (line), NULL))
    return;
  openai_realtime_response_id (&event);
  openai_realtime_response_call (&event);
  audio = openai_realtime_response_audio (&event);
  g_assert (openai_realtime_limit (&event) >= 0);
  g_assert (openai_realtime_response_result (&event, &transcript, &usage, &cut, &error)
      == !error);
  if (event.text)
    g_string_append (said, event.text);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree gchar *copy = g_strndup ((const gchar *) data, size);
  g_autofree gchar *valid = g_utf8_make_valid (copy, -1);
  g_auto (GStrv) lines = g_strsplit (valid, "\n", 100);
  g_autoptr (GString) said = g_string_new (NULL);
  g_autofree gchar *heard = NULL;
  TtsVerbatim result;

  if (!lines[0] || strlen (lines[0]) > 500)
    return 0;
  for (gchar **line = lines + 1; *line; line++)
    take_event (*line, said);
  g_string_truncate (said, MIN (said->len, 500));
  heard = g_utf8_make_valid (said->str, -1);
  result = tts_verbatim_compare (lines[0], heard, size % 2);
  g_assert (result.text <= strlen (lines[0]));
  g_assert (result.transcript <= strlen (heard));
  return 0;
}
