// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Compressed answers: the first byte decides about the header and the length of
 * the pieces. No more than a bound comes out of them. */

#include "fuzz.h"

#include "client/contentcoding.h"

#define MOST (1024 * 1024)

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const gchar *const codings[] = { NULL, "gzip", "deflate", "br", "gzip, deflate",
    "br, gzip", "zstd", "utf-8" };
  guint8 first = size ? data[0] : 0;
  gsize piece = (first >> 4) * 7 + 1, made = 0;
  g_autoptr (OpenaiContentDecoder) decoder =
      openai_content_decoder_new (codings[first & 7], first & 8);
  gchar buffer[512];

  for (gsize at = 1;; at += piece) {
    gssize n;

    while ((n = openai_content_decoder_read (decoder, buffer, sizeof buffer, NULL)) > 0
        && made < MOST)
      made += n;
    if (n != 0 || at > size + piece)
      return 0;
    if (at >= size)
      openai_content_decoder_end (decoder);
    else
      openai_content_decoder_push (
          decoder, (const gchar *) data + at, MIN (piece, size - at));
  }
}
