// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* FLAC answers to one stream: a header, and frames that say which sample of
 * the stream is their first. */

#include <string.h>

#include "audio/flac.h"
#include "frames.h"

#define BLOCK_HEADER OPENAI_FLAC_BLOCK_HEADER
#define STREAM_INFO OPENAI_FLAC_STREAM_INFO
#define LAST_BLOCK 0x80
#define LEAST_BLOCK 16

/* "fLaC" and the stream's description alone, without what only the end of an
 * answer could tell: how long it is, its checksum, the sizes of its frames. */
static GBytes *
make_header (const guint8 *info)
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
ogg_header (GBytes *header)
{
  static const guint8 mapping[] = { 0x7f, 'F', 'L', 'A', 'C', 1, 0, 0, 1 };
  GByteArray *packet = g_byte_array_new ();

  g_byte_array_append (packet, mapping, sizeof mapping);
  g_byte_array_append (
      packet, g_bytes_get_data (header, NULL), g_bytes_get_size (header));
  packet->data[sizeof mapping + 4] &= ~LAST_BLOCK;
  return g_byte_array_free_to_bytes (packet);
}

/* A packet of comments without any. */
static GBytes *
ogg_comments (void)
{
  static const guint8 none[] = { LAST_BLOCK | 4, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0 };

  return g_bytes_new_static (none, sizeof none);
}

static void
read_info (TtsFramesState *state, const guint8 *p, TtsFrame *frame)
{
  OpenaiFlacInfo info;

  openai_flac_parse_info (p, &info);
  state->format.rate = info.rate;
  state->format.channels = info.channels;
  frame->data = make_header (p);
  if (!state->format.headers[0]) {
    state->format.headers[0] = ogg_header (frame->data);
    state->format.headers[1] = ogg_comments ();
  }
}

static void
read_block (
    TtsFramesState *state, const guint8 *p, gsize length, gsize *used, TtsFrame *frame)
{
  OpenaiFlacBlock block;

  if (length < BLOCK_HEADER)
    return;
  if (openai_flac_is_mark (p, length)) {
    *used = OPENAI_FLAC_MARK;
    return;
  }
  openai_flac_parse_block (p, &block);
  if (length < block.size)
    return;
  *used = block.size;
  state->in_frames = block.is_last;
  if (block.type == 0 && block.size >= BLOCK_HEADER + STREAM_INFO && state->answers == 1)
    read_info (state, p + BLOCK_HEADER, frame);
}

/* Where the frame ends: over all of it the checksum is 0, and there another
 * begins or the answer ends. 0: not yet. */
static gsize
find_end (TtsFramesState *state, const guint8 *p, gsize length, gboolean last)
{
  OpenaiFlacFrame next;

  while (state->scanned < length) {
    gsize left = length - state->scanned;

    if (state->scanned > 0 && state->check == 0 && p[state->scanned] == 0xff) {
      if (left < OPENAI_FLAC_MAX_FRAME_HEADER && !last)
        return 0;
      if (openai_flac_parse_frame (p + state->scanned, left, &next))
        return state->scanned;
    }
    state->check = openai_flac_checksum16 (state->check, p + state->scanned, 1);
    state->scanned++;
  }
  return last && state->check == 0 ? length : 0;
}

static GBytes *
renumber (
    TtsFramesState *state, const guint8 *p, gsize size, const OpenaiFlacFrame *header)
{
  g_autoptr (GByteArray) copy = g_byte_array_sized_new (size + 8);
  guint8 start[12];
  guint8 sum[2];
  guint16 check;
  guint length;

  memcpy (start, p, 4);
  start[1] |= 1; /* counted in samples, not in blocks */
  length = 4 + openai_flac_write_number (start + 4, state->position);
  g_byte_array_append (copy, start, length);
  g_byte_array_append (copy, p + 4 + header->number, header->size - 5 - header->number);
  sum[0] = openai_flac_checksum8 (copy->data, copy->len);
  g_byte_array_append (copy, sum, 1);
  g_byte_array_append (copy, p + header->size, size - header->size - 2);
  check = openai_flac_checksum16 (0, copy->data, copy->len);
  sum[0] = check >> 8;
  sum[1] = check & 0xff;
  g_byte_array_append (copy, sum, 2);
  return g_byte_array_free_to_bytes (g_steal_pointer (&copy));
}

void
tts_frames_read_flac (TtsFramesState *state, const guint8 *data, gsize length,
    gboolean last, gsize *used, TtsFrame *frame)
{
  OpenaiFlacFrame header;
  gsize size;

  if (!state->in_frames) {
    read_block (state, data, length, used, frame);
    return;
  }
  if (length == 0 || (length < OPENAI_FLAC_MAX_FRAME_HEADER && !last))
    return;
  if (!openai_flac_parse_frame (data, length, &header)) {
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
