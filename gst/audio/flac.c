// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The headers of FLAC. */

#include "flac.h"

#include <string.h>

#include "bytes.h"

#define LAST_BLOCK 0x80

gboolean
openai_flac_is_mark (const guint8 *p, gsize length)
{
  return length >= OPENAI_FLAC_MARK && memcmp (p, "fLaC", OPENAI_FLAC_MARK) == 0;
}

void
openai_flac_parse_block (const guint8 *p, OpenaiFlacBlock *block)
{
  block->is_last = (p[0] & LAST_BLOCK) != 0;
  block->type = p[0] & ~LAST_BLOCK;
  block->size = OPENAI_FLAC_BLOCK_HEADER + openai_read_be (p + 1, 3);
}

void
openai_flac_parse_info (const guint8 *p, OpenaiFlacInfo *info)
{
  /* 20 bits rate, 3 channels, 5 sample size, 36 samples in all. */
  guint64 bits = openai_read_be (p + 10, 8);

  info->rate = bits >> 44;
  info->channels = (bits >> 41 & 7) + 1;
  info->samples = bits & G_GUINT64_CONSTANT (0xfffffffff);
}

guint8
openai_flac_checksum8 (const guint8 *p, gsize length)
{
  guint8 sum = 0;

  for (gsize i = 0; i < length; i++) {
    sum ^= p[i];
    for (guint bit = 0; bit < 8; bit++)
      sum = sum << 1 ^ (sum & 0x80 ? 0x07 : 0);
  }
  return sum;
}

guint16
openai_flac_checksum16 (guint16 sum, const guint8 *p, gsize length)
{
  for (gsize i = 0; i < length; i++) {
    sum ^= p[i] << 8;
    for (guint bit = 0; bit < 8; bit++)
      sum = sum << 1 ^ (sum & 0x8000 ? 0x8005 : 0);
  }
  return sum;
}

/* How many bytes a number that begins so has; 0: none begins so. */
static guint
number_size (guint8 first)
{
  guint ones = 0;

  while (ones < 8 && first & 0x80 >> ones)
    ones++;
  return ones == 0 ? 1 : ones == 1 || ones == 8 ? 0 : ones;
}

/* As UTF-8 goes on beyond Unicode, up to 36 bits. */
guint
openai_flac_write_number (guint8 *p, guint64 value)
{
  guint size = 1;

  if (value < 0x80) {
    p[0] = value;
    return 1;
  }
  while (size < 7 && (size == 1 || value >> (5 * size + 1)))
    size++;
  for (guint i = size - 1; i > 0; i--, value >>= 6)
    p[i] = 0x80 | (value & 0x3f);
  p[0] = (guint8) (0xff00 >> size) | (size == 7 ? 0 : value);
  return size;
}

gboolean
openai_flac_parse_frame (const guint8 *p, gsize length, OpenaiFlacFrame *frame)
{
  static const guint16 blocks[] = { 0, 192, 576, 1152, 2304, 4608 };
  guint block, rate, at;

  if (length < 6 || p[0] != 0xff || (p[1] & 0xfe) != 0xf8 || p[3] & 1)
    return FALSE;
  block = p[2] >> 4;
  rate = p[2] & 15;
  frame->number = number_size (p[4]);
  if (block == 0 || rate == 15 || frame->number == 0)
    return FALSE;
  at = 4 + frame->number;
  frame->size = at + (block == 6) + 2 * (block == 7) + (rate == 12) + 2 * (rate > 12) + 1;
  if (length < frame->size
      || openai_flac_checksum8 (p, frame->size - 1) != p[frame->size - 1])
    return FALSE;
  if (block < 6)
    frame->samples = blocks[block];
  else if (block == 6)
    frame->samples = p[at] + 1;
  else if (block == 7)
    frame->samples = (p[at] << 8 | p[at + 1]) + 1;
  else
    frame->samples = 256 << (block - 8);
  return TRUE;
}
