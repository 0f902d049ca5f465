// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The chunks of a WAV file, RIFF or RF64, whole or as its bytes arrive. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes that a file begins with, which tell that it is one. */
#define OPENAI_WAV_HEADER 12

typedef enum
{
  OPENAI_WAV_FILE, /* a file begins, perhaps behind another */
  OPENAI_WAV_FORMAT,
  OPENAI_WAV_LONG_SIZE, /* of the samples that follow, of RF64 */
  OPENAI_WAV_SAMPLES,
  OPENAI_WAV_OTHER,
} OpenaiWavChunkKind;

typedef struct
{
  guint tag; /* of the samples' format; that of an extensible
                                 * one is resolved */
  guint bits;
  guint channels;
  guint rate;
  guint bytes_per_second;
} OpenaiWavFormat;

typedef struct
{
  OpenaiWavChunkKind kind;
  gsize used;          /* bytes of the chunk that were read ... */
  guint64 skip;        /* ... and the rest of it; samples: none */
  guint64 size;        /* SAMPLES, LONG_SIZE: of the samples, in bytes */
  gboolean has_format; /* FORMAT: it is not cut short */
  OpenaiWavFormat format;
} OpenaiWavChunk;

/* @p: OPENAI_WAV_HEADER bytes. */
gboolean openai_wav_is_header (const guint8 *p);

/* What is at the front of these bytes of a file. FALSE: more are needed. */
gboolean openai_wav_read_chunk (const guint8 *p, gsize length, OpenaiWavChunk *chunk);

/* Whether a chunk's name stands at @p, four bytes, that is known to stand behind
 * samples: a size that the header told of them may be right. */
gboolean openai_wav_is_trailer (const guint8 *p);

/* Whether a size of samples, 32 bits in the header, was known when that was
 * written: programs that do not know it write 0 or one that is too large. */
gboolean openai_wav_knows_size (guint64 size);

G_END_DECLS
