// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The headers of FLAC (RFC 9639): metadata blocks and frames. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes: of "fLaC", of a block's header, of the stream's description in its
 * block, and of the longest header of a frame with its checksum. */
#define OPENAI_FLAC_MARK 4
#define OPENAI_FLAC_BLOCK_HEADER 4
#define OPENAI_FLAC_STREAM_INFO 34
#define OPENAI_FLAC_MAX_FRAME_HEADER 16

typedef struct
{
  gboolean is_last;
  guint type; /* 0: the stream's description */
  gsize size; /* with the header, in bytes */
} OpenaiFlacBlock;

typedef struct
{
  guint rate;
  guint channels;
  guint64 samples; /* 0: not known */
} OpenaiFlacInfo;

typedef struct
{
  guint number; /* bytes of the coded number, from byte 4 on */
  guint size;   /* of the header with its checksum */
  guint samples;
} OpenaiFlacFrame;

gboolean openai_flac_is_mark (const guint8 *p, gsize length);

/* @p: OPENAI_FLAC_BLOCK_HEADER bytes. */
void openai_flac_parse_block (const guint8 *p, OpenaiFlacBlock *block);

/* @p: OPENAI_FLAC_STREAM_INFO bytes. */
void openai_flac_parse_info (const guint8 *p, OpenaiFlacInfo *info);

/* @length is at least OPENAI_FLAC_MAX_FRAME_HEADER, or all there is. FALSE: no frame
 * begins here. */
gboolean openai_flac_parse_frame (const guint8 *p, gsize length, OpenaiFlacFrame *frame);

/* Of a frame's header; and of a frame, going on from @sum, at first 0: 0 over all
 * of one. */
guint8 openai_flac_checksum8 (const guint8 *p, gsize length);
guint16 openai_flac_checksum16 (guint16 sum, const guint8 *p, gsize length);

/* Bytes that the coded number takes; at most 7 are written. */
guint openai_flac_write_number (guint8 *p, guint64 value);

G_END_DECLS
