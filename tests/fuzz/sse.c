// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Event streams, in pieces whose length the first byte decides. */

#include "fuzz.h"

#include "client/sse.h"

static gboolean
on_event (const gchar *type, const gchar *data, gsize length, gpointer user_data,
    GError **error)
{
  g_assert (data[length] == '\0');
  return TRUE;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (OpenaiSse) sse = openai_sse_new (on_event, NULL);
  gsize piece = size ? data[0] + 1 : 1;

  for (gsize at = 1; at < size; at += piece) {
    if (!openai_sse_push (sse, (const gchar *) data + at, MIN (piece, size - at), NULL))
      return 0;
  }
  openai_sse_finish (sse, NULL);
  return 0;
}
