// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The headers of MPEG audio: frames of MP3 and its kin, AAC in ADTS, ID3 tags. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes. */
#define OPENAI_MPEG_HEADER 4
#define OPENAI_ADTS_HEADER 7
#define OPENAI_ID3_HEADER 10

typedef struct
{
  guint layer;  /* 1 to 3 */
  gboolean low; /* MPEG 2 or 2.5 */
  guint rate;
  guint channels;
  guint samples;
  gsize size; /* of the frame, in bytes */
} OpenaiMpegHeader;

/* Whether a frame may begin so: reserved values are excluded. Three bytes. */
gboolean openai_mpeg_is_header (const guint8 *p);
gboolean openai_adts_is_header (const guint8 *p);

/* @p: OPENAI_MPEG_HEADER bytes. FALSE: no frame, or one that does not say how large
 * it is. */
gboolean openai_mpeg_parse (const guint8 *p, OpenaiMpegHeader *header);

typedef struct
{
  guint version; /* of MPEG: 2 or 4 */
  guint rate;
  guint channels;
  guint samples;
  gsize size; /* of the frame, in bytes */
} OpenaiAdtsHeader;

/* @p: OPENAI_ADTS_HEADER bytes. FALSE: no frame. */
gboolean openai_adts_parse (const guint8 *p, OpenaiAdtsHeader *header);

/* Bytes of the ID3 tag that begins with these OPENAI_ID3_HEADER bytes; 0: none
 * does. */
gsize openai_id3_size (const guint8 *p);

G_END_DECLS
