// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Text to speak, cut anywhere. */

#include "fuzz.h"

#include "text/sentences.h"

static void
take_all (OpenaiSentences *sentences, guint max_chars)
{
  gchar *piece;

  while ((piece = openai_sentences_next (sentences))) {
    g_assert (g_utf8_validate (piece, -1, NULL));
    g_assert (*piece && g_utf8_strlen (piece, -1) <= (glong) max_chars);
    g_free (piece);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  guint max_chars = size ? 1 + data[0] : 1, piece = 1 + max_chars / 3;
  g_autoptr (OpenaiSentences) sentences = openai_sentences_new (max_chars, max_chars / 2);

  for (gsize at = 1; at < size; at += piece) {
    openai_sentences_push (sentences, (const gchar *) data + at, MIN (piece, size - at));
    take_all (sentences, max_chars);
  }
  openai_sentences_finish (sentences);
  take_all (sentences, max_chars);
  g_assert (openai_sentences_length (sentences) == 0);
  return 0;
}
