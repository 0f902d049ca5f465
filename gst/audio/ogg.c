// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Pages of Ogg, and the packet each codec begins with. */

#include "ogg.h"

#include <string.h>

#include "bytes.h"
#include "flac.h"

/* Of a packet that begins FLAC, before the native stream: 0x7f, name, version, the
 * number of header packets. */
#define FLAC_MAPPING 9

static gboolean
begins (const guint8 *p, gsize length, const gchar *mark, gsize size)
{
  return length >= size && memcmp (p, mark, size) == 0;
}

gboolean
openai_ogg_is_mark (const guint8 *p, gsize length)
{
  return begins (p, length, "OggS", OPENAI_OGG_MARK);
}

gboolean
openai_ogg_parse_page (const guint8 *p, gsize length, OpenaiOggPage *page)
{
  if (!openai_ogg_is_mark (p, length) || length < OPENAI_OGG_PAGE_HEADER
      || length < OPENAI_OGG_PAGE_HEADER + (gsize) p[26])
    return FALSE;
  page->flags = p[5];
  page->granule = openai_read_le64 (p + 6);
  page->serial = openai_read_le32 (p + 14);
  page->n_segments = p[26];
  page->segments = p + OPENAI_OGG_PAGE_HEADER;
  page->body = page->segments + page->n_segments;
  page->size = OPENAI_OGG_PAGE_HEADER + page->n_segments;
  for (guint i = 0; i < page->n_segments; i++)
    page->size += page->segments[i];
  return TRUE;
}

gboolean
openai_ogg_parse_head (const guint8 *p, gsize length, OpenaiOggHead *head)
{
  OpenaiFlacInfo info;

  memset (head, 0, sizeof *head);
  if (begins (p, length, "OpusHead", 8) && length >= 19) {
    head->is_opus = TRUE;
    head->rate = OPENAI_OPUS_RATE;
    head->channels = p[9];
    head->pre_skip = openai_read_le16 (p + 10);
  } else if (begins (p, length, "\x01vorbis", 7) && length >= 16) {
    head->rate = openai_read_le32 (p + 12);
  } else if (begins (p, length, "Speex   ", 8) && length >= 40) {
    head->rate = openai_read_le32 (p + 36);
  } else if (begins (p, length,
                 "\x7f"
                 "FLAC",
                 5)
      && length >= FLAC_MAPPING + OPENAI_FLAC_MARK + OPENAI_FLAC_BLOCK_HEADER
              + OPENAI_FLAC_STREAM_INFO) {
    openai_flac_parse_info (
        p + FLAC_MAPPING + OPENAI_FLAC_MARK + OPENAI_FLAC_BLOCK_HEADER, &info);
    head->rate = info.rate;
    head->channels = info.channels;
  }
  return head->rate > 0;
}

guint
openai_opus_samples (const guint8 *packet, gsize length)
{
  static const guint silk[] = { 480, 960, 1920, 2880 };
  guint config, frame, frames;

  if (length == 0)
    return 0;
  config = packet[0] >> 3;
  frame = config < 12 ? silk[config & 3]
      : config < 16   ? (config & 1 ? 960 : 480)
                      : 120u << (config & 3);
  switch (packet[0] & 3) {
    case 0:
      frames = 1;
      break;
    case 3:
      frames = length > 1 ? packet[1] & 63 : 0;
      break;
    default:
      frames = 2;
      break;
  }
  return frame * frames;
}

static guint32
checksum (const guint8 *data, gsize length)
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
write_le (guint8 *p, guint64 value, guint size)
{
  for (guint i = 0; i < size; i++)
    p[i] = value >> 8 * i;
}

void
openai_ogg_renumber (guint8 *page, gsize size, guint8 flags, guint64 granule,
    guint32 serial, guint32 number)
{
  page[5] = flags;
  write_le (page + 6, granule, 8);
  write_le (page + 14, serial, 4);
  write_le (page + 18, number, 4);
  write_le (page + 22, 0, 4);
  write_le (page + 22, checksum (page, size), 4);
}
