// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Ogg Opus answers to the pages of one stream, or to packets. */

#include <string.h>

#include "frames.h"
#include "audio/bytes.h"

#define PAGE_HEADER 27
#define FLAG_CONTINUED 0x01
#define FLAG_BEGIN 0x02

/* OpusHead and OpusTags. */
#define HEADER_PACKETS 2

static guint32
checksum (const guint8 * data, gsize length)
{
  guint32 sum = 0;

  for (gsize i = 0; i < length; i++) {
    sum ^= (guint32) data[i] << 24;
    for (guint bit = 0; bit < 8; bit++)
      sum = sum << 1 ^ (sum & 0x80000000 ? 0x04c11db7 : 0);
  }
  return sum;
}

static void
write_le (guint8 * p, guint64 value, guint size)
{
  for (guint i = 0; i < size; i++)
    p[i] = value >> 8 * i;
}

/* RFC 6716, 3.1: how many samples at 48 kHz a packet lasts. */
static guint
packet_samples (const guint8 * p, gsize length)
{
  static const guint silk[] = { 480, 960, 1920, 2880 };
  guint config, frame, frames;

  if (length == 0)
    return 0;
  config = p[0] >> 3;
  frame = config < 12 ? silk[config & 3] :
      config < 16 ? (config & 1 ? 960 : 480) : 120u << (config & 3);
  switch (p[0] & 3) {
    case 0:
      frames = 1;
      break;
    case 3:
      frames = length > 1 ? p[1] & 63 : 0;
      break;
    default:
      frames = 2;
      break;
  }
  return frame * frames;
}

static void
take_header (TtsFramesState * state, const guint8 * p, gsize length)
{
  if (length < 19 || memcmp (p, "OpusHead", 8) != 0)
    return;
  if (state->format.headers[0])
    return;
  state->format.channels = p[9];
  state->format.headers[0] = g_bytes_new (p, length);
}

/* The samples of the packet that is complete now. */
static guint
end_packet (TtsFramesState * state)
{
  const guint8 *p = state->packet->data;
  gsize length = state->packet->len;
  guint samples = 0;

  if (state->packets == 0)
    take_header (state, p, length);
  if (state->packets >= HEADER_PACKETS) {
    samples = packet_samples (p, length);
    state->position += samples;
  }
  if (samples > 0 && state->kind == TTS_FRAMES_OPUS) {
    TtsFrame *frame = g_new (TtsFrame, 1);

    frame->data = g_bytes_new (p, length);
    frame->samples = samples;
    g_queue_push_tail (&state->ready, frame);
  }
  state->packets++;
  g_byte_array_set_size (state->packet, 0);
  return samples;
}

/* The samples of all packets that end on a page. */
static guint
read_packets (TtsFramesState * state, const guint8 * page, guint * n_ended)
{
  const guint8 *body = page + PAGE_HEADER + page[26];
  guint samples = 0;

  *n_ended = 0;
  for (guint i = 0; i < page[26]; i++) {
    guint size = page[PAGE_HEADER + i];

    g_byte_array_append (state->packet, body, size);
    body += size;
    if (size == 255)
      continue;
    samples += end_packet (state);
    *n_ended += 1;
  }
  return samples;
}

/* The page as one of a single stream: numbered, timed and never the last. */
static GBytes *
renumber (TtsFramesState * state, const guint8 * page, gsize size,
    gboolean is_header, guint n_ended)
{
  guint8 *copy = g_memdup2 (page, size);
  guint64 granule = is_header ? 0 : n_ended == 0 ? G_MAXUINT64 :
      state->position;

  copy[5] = (page[5] & FLAG_CONTINUED) | (state->pages == 0 ? FLAG_BEGIN : 0);
  write_le (copy + 6, granule, 8);
  write_le (copy + 14, state->serial, 4);
  write_le (copy + 18, state->pages++, 4);
  write_le (copy + 22, 0, 4);
  write_le (copy + 22, checksum (copy, size), 4);
  return g_bytes_new_take (copy, size);
}

static gsize
page_size (const guint8 * p, gsize length)
{
  gsize size;

  if (length < PAGE_HEADER || length < PAGE_HEADER + (gsize) p[26])
    return 0;
  size = PAGE_HEADER + p[26];
  for (guint i = 0; i < p[26]; i++)
    size += p[PAGE_HEADER + i];
  return length >= size ? size : 0;
}

void
tts_frames_read_ogg (TtsFramesState * state, const guint8 * data, gsize length,
    gboolean last, gsize * used, TtsFrame * frame)
{
  gsize size;
  guint n_ended;
  gboolean is_header;

  if (length < 4)
    return;
  if (memcmp (data, "OggS", 4) != 0) {
    *used = 1;
    return;
  }
  size = page_size (data, length);
  if (size == 0)
    return;
  *used = size;
  if (data[5] & FLAG_BEGIN) {
    state->packets = 0;
    g_byte_array_set_size (state->packet, 0);
  }
  if (state->pages == 0 && state->answer_begins)
    state->serial = openai_read_le32 (data + 14);
  is_header = state->packets < HEADER_PACKETS;
  frame->samples = read_packets (state, data, &n_ended);
  if (state->kind == TTS_FRAMES_OGG && !(is_header && state->answers > 1))
    frame->data = renumber (state, data, size, is_header, n_ended);
}
