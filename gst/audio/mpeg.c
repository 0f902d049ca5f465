// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The headers of MPEG audio. */

#include "mpeg.h"

#include <string.h>

gboolean
openai_mpeg_is_header (const guint8 *p)
{
  return p[0] == 0xff && (p[1] & 0xe0) == 0xe0 && (p[1] & 0x18) != 0x08
      && (p[1] & 0x06) != 0 && (p[2] & 0xf0) != 0xf0 && (p[2] & 0x0c) != 0x0c;
}

gboolean
openai_adts_is_header (const guint8 *p)
{
  return p[0] == 0xff && (p[1] & 0xf6) == 0xf0 && (p[2] & 0x3c) < 0x34;
}

gboolean
openai_mpeg_parse (const guint8 *p, OpenaiMpegHeader *header)
{
  /* In kbit/s, by MPEG 1 or not and layer; 0: the frame does not say. */
  static const guint16 bit_rates[2][3][15] = {
    { { 0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448 },
        { 0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384 },
        { 0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320 } },
    { { 0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256 },
        { 0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160 },
        { 0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160 } },
  };
  static const guint rates[] = { 44100, 48000, 32000 };
  guint version = p[1] >> 3 & 3; /* 0: 2.5, 2: 2, 3: 1 */
  guint layer = 4 - (p[1] >> 1 & 3);
  guint padding = p[2] >> 1 & 1, bit_rate;

  if (!openai_mpeg_is_header (p))
    return FALSE;
  header->low = version != 3;
  header->layer = layer;
  bit_rate = bit_rates[header->low][layer - 1][p[2] >> 4];
  if (bit_rate == 0)
    return FALSE;
  header->rate = rates[p[2] >> 2 & 3] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
  header->channels = p[3] >> 6 == 3 ? 1 : 2;
  header->samples = layer == 1 ? 384 : layer == 3 && header->low ? 576 : 1152;
  header->size = layer == 1
      ? (12000 * bit_rate / header->rate + padding) * 4
      : header->samples / 8 * 1000 * bit_rate / header->rate + padding;
  return TRUE;
}

gboolean
openai_adts_parse (const guint8 *p, OpenaiAdtsHeader *header)
{
  static const guint rates[] = { 96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050,
    16000, 12000, 11025, 8000, 7350 };
  guint channels = (p[2] & 1) << 2 | p[3] >> 6;

  if (!openai_adts_is_header (p))
    return FALSE;
  header->version = p[1] & 8 ? 2 : 4;
  header->rate = rates[p[2] >> 2 & 15];
  header->channels = channels == 7 ? 8 : MAX (channels, 1);
  header->samples = 1024 * ((p[6] & 3) + 1);
  header->size = (p[3] & 3) << 11 | p[4] << 3 | p[5] >> 5;
  return header->size >= OPENAI_ADTS_HEADER;
}

gsize
openai_id3_size (const guint8 *p)
{
  gsize size;

  if (memcmp (p, "ID3", 3) != 0)
    return 0;
  size = (gsize) (p[6] & 0x7f) << 21 | (p[7] & 0x7f) << 14 | (p[8] & 0x7f) << 7
      | (p[9] & 0x7f);
  /* A footer repeats the header. */
  return OPENAI_ID3_HEADER + size + (p[5] & 0x10 ? OPENAI_ID3_HEADER : 0);
}
