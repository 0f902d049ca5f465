// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* FLAC answers to one stream: a header, and frames that say which sample of
 * the stream is their first. */

#include <string.h>

#include "frames.h"

#define BLOCK_HEADER 4
#define STREAM_INFO 34
#define LAST_BLOCK 0x80
/* The longest frame header, with its checksum. */
#define MAX_HEADER 16
#define LEAST_BLOCK 16

typedef struct
{
  guint number;                 /* bytes of the coded number, from byte 4 on */
  guint size;                   /* of the header with its checksum */
  guint samples;
} FrameHeader;

static guint8
checksum8 (const guint8 * p, gsize length)
{
  guint8 sum = 0;

  for (gsize i = 0; i < length; i++) {
    sum ^= p[i];
    for (guint bit = 0; bit < 8; bit++)
      sum = sum << 1 ^ (sum & 0x80 ? 0x07 : 0);
  }
  return sum;
}

static guint16
checksum16 (guint16 sum, const guint8 * p, gsize length)
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
static guint
write_number (guint8 * p, guint64 value)
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

/* @length is at least MAX_HEADER, or all there is. */
static gboolean
parse_header (const guint8 * p, gsize length, FrameHeader * header)
{
  static const guint16 blocks[] = { 0, 192, 576, 1152, 2304, 4608 };
  guint block, rate, at;

  if (length < 6 || p[0] != 0xff || (p[1] & 0xfe) != 0xf8 || p[3] & 1)
    return FALSE;
  block = p[2] >> 4;
  rate = p[2] & 15;
  header->number = number_size (p[4]);
  if (block == 0 || rate == 15 || header->number == 0)
    return FALSE;
  at = 4 + header->number;
  header->size = at + (block == 6) + 2 * (block == 7) + (rate == 12)
      + 2 * (rate > 12) + 1;
  if (length < header->size
      || checksum8 (p, header->size - 1) != p[header->size - 1])
    return FALSE;
  if (block < 6)
    header->samples = blocks[block];
  else if (block == 6)
    header->samples = p[at] + 1;
  else if (block == 7)
    header->samples = (p[at] << 8 | p[at + 1]) + 1;
  else
    header->samples = 256 << (block - 8);
  return TRUE;
}

/* "fLaC" and the stream's description alone, without what only the end of an
 * answer could tell: how long it is, its checksum, the sizes of its frames. */
static GBytes *
make_header (const guint8 * info)
{
  guint8 header[4 + BLOCK_HEADER + STREAM_INFO] = "fLaC";
  guint8 *copy = header + 4 + BLOCK_HEADER;

  header[4] = LAST_BLOCK;
  header[7] = STREAM_INFO;
  memcpy (copy, info, STREAM_INFO);
  copy[0] = 0;
  copy[1] = LEAST_BLOCK;
  memset (copy + 4, 0, 6);
  copy[13] &= 0xf0;
  memset (copy + 14, 0, STREAM_INFO - 14);
  return g_bytes_new (header, sizeof header);
}

/* A packet of Ogg FLAC: it says its version, and that one more follows. */
static GBytes *
ogg_header (GBytes * header)
{
  static const guint8 mapping[] = { 0x7f, 'F', 'L', 'A', 'C', 1, 0, 0, 1 };
  GByteArray *packet = g_byte_array_new ();

  g_byte_array_append (packet, mapping, sizeof mapping);
  g_byte_array_append (packet, g_bytes_get_data (header, NULL),
      g_bytes_get_size (header));
  packet->data[sizeof mapping + 4] &= ~LAST_BLOCK;
  return g_byte_array_free_to_bytes (packet);
}

/* Comments that say nothing, from nobody. */
static GBytes *
ogg_comments (void)
{
  static const guint8 none[] = { LAST_BLOCK | 4, 0, 0, 8,
    0, 0, 0, 0, 0, 0, 0, 0
  };

  return g_bytes_new_static (none, sizeof none);
}

static void
read_block (TtsFramesState * state, const guint8 * p, gsize length, gsize * used,
    TtsFrame * frame)
{
  gsize size;

  if (length < BLOCK_HEADER)
    return;
  if (memcmp (p, "fLaC", 4) == 0) {
    *used = 4;
    return;
  }
  size = BLOCK_HEADER + ((gsize) p[1] << 16 | p[2] << 8 | p[3]);
  if (length < size)
    return;
  *used = size;
  state->in_frames = p[0] & LAST_BLOCK;
  if ((p[0] & 0x7f) != 0 || size < BLOCK_HEADER + STREAM_INFO
      || state->answers > 1)
    return;
  p += BLOCK_HEADER;
  state->format.rate = p[10] << 12 | p[11] << 4 | p[12] >> 4;
  state->format.channels = (p[12] >> 1 & 7) + 1;
  frame->data = make_header (p);
  if (!state->format.headers[0]) {
    state->format.headers[0] = ogg_header (frame->data);
    state->format.headers[1] = ogg_comments ();
  }
}

/* Where the frame ends: over all of it the checksum is 0, and there another
 * begins or the answer ends. 0: not yet. */
static gsize
find_end (TtsFramesState * state, const guint8 * p, gsize length, gboolean last)
{
  FrameHeader next;

  while (state->scanned < length) {
    gsize left = length - state->scanned;

    if (state->scanned > 0 && state->check == 0 && p[state->scanned] == 0xff) {
      if (left < MAX_HEADER && !last)
        return 0;
      if (parse_header (p + state->scanned, left, &next))
        return state->scanned;
    }
    state->check = checksum16 (state->check, p + state->scanned, 1);
    state->scanned++;
  }
  return last && state->check == 0 ? length : 0;
}

static GBytes *
renumber (TtsFramesState * state, const guint8 * p, gsize size,
    const FrameHeader * header)
{
  g_autoptr (GByteArray) copy = g_byte_array_sized_new (size + 8);
  guint8 start[12];
  guint8 sum[2];
  guint16 check;
  guint length;

  memcpy (start, p, 4);
  start[1] |= 1;                /* counted in samples, not in blocks */
  length = 4 + write_number (start + 4, state->position);
  g_byte_array_append (copy, start, length);
  g_byte_array_append (copy, p + 4 + header->number,
      header->size - 5 - header->number);
  sum[0] = checksum8 (copy->data, copy->len);
  g_byte_array_append (copy, sum, 1);
  g_byte_array_append (copy, p + header->size, size - header->size - 2);
  check = checksum16 (0, copy->data, copy->len);
  sum[0] = check >> 8;
  sum[1] = check & 0xff;
  g_byte_array_append (copy, sum, 2);
  return g_byte_array_free_to_bytes (g_steal_pointer (&copy));
}

void
tts_frames_read_flac (TtsFramesState * state, const guint8 * data, gsize length,
    gboolean last, gsize * used, TtsFrame * frame)
{
  FrameHeader header;
  gsize size;

  if (!state->in_frames) {
    read_block (state, data, length, used, frame);
    return;
  }
  if (length == 0 || (length < MAX_HEADER && !last))
    return;
  if (!parse_header (data, length, &header)) {
    *used = 1;
    return;
  }
  size = find_end (state, data, length, last);
  if (size < header.size + 2)
    return;
  *used = size;
  state->scanned = 0;
  state->check = 0;
  frame->data = renumber (state, data, size, &header);
  frame->samples = header.samples;
  state->position += header.samples;
}
