// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The chunks of a WAV file. */

#include "wav.h"

#include <string.h>

#include "bytes.h"

#define CHUNK_HEADER 8

/* Of a format chunk: what each has, and up to the tag of an extensible one. Of a
 * ds64 chunk, up to the size of the samples. */
#define FORMAT_SIZE 16
#define EXTENSIBLE_SIZE 26
#define DS64_SIZE 16

#define TAG_EXTENSIBLE 0xfffe

static gboolean
is_tag (const guint8 *p, const gchar *tag)
{
  return memcmp (p, tag, 4) == 0;
}

gboolean
openai_wav_is_header (const guint8 *p)
{
  return (is_tag (p, "RIFF") || is_tag (p, "RF64")) && is_tag (p + 8, "WAVE");
}

gboolean
openai_wav_is_trailer (const guint8 *p)
{
  static const gchar *const names[] = { "LIST", "id3 ", "ID3 ", "fact", "cue ", "smpl",
    "inst", "bext", "iXML", "PEAK", "JUNK", "FLLR", "PAD ", "afsp", "RIFF", "RF64" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (is_tag (p, names[i]))
      return TRUE;
  }
  return FALSE;
}

gboolean
openai_wav_knows_size (guint64 size)
{
  return size > 0 && size < 0x7fff0000 && size != 2000000000;
}

/* @p: the first EXTENSIBLE_SIZE bytes of a format chunk, or all @size. */
static gboolean
read_format (const guint8 *p, guint32 size, OpenaiWavFormat *format)
{
  if (size < FORMAT_SIZE)
    return FALSE;
  format->tag = openai_read_le16 (p);
  format->channels = openai_read_le16 (p + 2);
  format->rate = openai_read_le32 (p + 4);
  format->bytes_per_second = openai_read_le32 (p + 8);
  format->bits = openai_read_le16 (p + 14);
  if (format->tag == TAG_EXTENSIBLE && size >= EXTENSIBLE_SIZE)
    format->tag = openai_read_le16 (p + 24);
  return TRUE;
}

/* Bytes of the content that are read; the rest is skipped. */
static guint
wanted_size (OpenaiWavChunkKind kind, guint32 size)
{
  switch (kind) {
    case OPENAI_WAV_FORMAT:
      return MIN (size, EXTENSIBLE_SIZE);
    case OPENAI_WAV_LONG_SIZE:
      return DS64_SIZE;
    default:
      return 0;
  }
}

static OpenaiWavChunkKind
kind_of (const guint8 *p, guint32 size)
{
  if (is_tag (p, "data"))
    return OPENAI_WAV_SAMPLES;
  if (is_tag (p, "fmt "))
    return OPENAI_WAV_FORMAT;
  return is_tag (p, "ds64") && size >= DS64_SIZE ? OPENAI_WAV_LONG_SIZE
                                                 : OPENAI_WAV_OTHER;
}

/* A chunk that is not the first of a file. */
static gboolean
read_content (const guint8 *p, gsize length, OpenaiWavChunk *chunk)
{
  guint32 size = openai_read_le32 (p + 4);
  guint wanted = wanted_size (chunk->kind, size);

  if (length - CHUNK_HEADER < wanted)
    return FALSE;
  if (chunk->kind == OPENAI_WAV_FORMAT)
    chunk->has_format = read_format (p + CHUNK_HEADER, size, &chunk->format);
  if (chunk->kind == OPENAI_WAV_LONG_SIZE)
    chunk->size = openai_read_le64 (p + CHUNK_HEADER + 8);
  chunk->used = CHUNK_HEADER + wanted;
  chunk->skip = (guint64) size - wanted + (size & 1);
  return TRUE;
}

gboolean
openai_wav_read_chunk (const guint8 *p, gsize length, OpenaiWavChunk *chunk)
{
  memset (chunk, 0, sizeof *chunk);
  if (length < CHUNK_HEADER)
    return FALSE;
  chunk->kind = kind_of (p, openai_read_le32 (p + 4));
  if (chunk->kind == OPENAI_WAV_SAMPLES) {
    chunk->used = CHUNK_HEADER;
    chunk->size = openai_read_le32 (p + 4);
    return TRUE;
  }
  if (is_tag (p, "RIFF") || is_tag (p, "RF64")) {
    if (length < OPENAI_WAV_HEADER)
      return FALSE;
    if (openai_wav_is_header (p)) {
      chunk->kind = OPENAI_WAV_FILE;
      chunk->used = OPENAI_WAV_HEADER;
      return TRUE;
    }
  }
  return read_content (p, length, chunk);
}
