// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Events of a Realtime session, one a line. */

#include "fuzz.h"

#include <string.h>

#include "client/realtime.h"

static void
take (OpenaiRealtimeItem *item, const gchar *line, gsize length)
{
  g_auto (OpenaiRealtimeEvent) event = { 0 };
  g_autoptr (OpenaiTranscript) transcript = NULL;
  const gchar *text, *delta;

  if (!openai_realtime_event_parse (&event, line, length, NULL))
    return;
  if (event.kind == OPENAI_REALTIME_ERROR || event.kind == OPENAI_REALTIME_FAILED)
    g_assert (event.error && g_utf8_validate (event.error->message, -1, NULL));
  openai_realtime_item_take (item, &event, &text, &delta);
  g_assert (g_utf8_validate (text, -1, NULL));
  g_assert (!delta || g_str_has_suffix (text, delta));
  if (event.kind != OPENAI_REALTIME_COMPLETED)
    return;
  transcript = openai_realtime_item_finish (item, &event, NULL);
  g_assert (!transcript || g_utf8_validate (transcript->text, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (OpenaiRealtimeItem) item = openai_realtime_item_new ();
  const gchar *text = (const gchar *) data;

  while (size > 0) {
    const gchar *end = memchr (text, '\n', size);
    gsize length = end ? (gsize) (end - text) : size;

    take (item, text, length);
    length += end ? 1 : 0;
    text += length;
    size -= length;
  }
  return 0;
}
