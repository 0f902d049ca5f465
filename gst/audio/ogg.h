// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Pages of Ogg (RFC 3533), and the packet each codec begins with. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes. */
#define OPENAI_OGG_MARK 4
#define OPENAI_OGG_PAGE_HEADER 27

#define OPENAI_OGG_CONTINUED 0x01
#define OPENAI_OGG_BEGIN 0x02

/* Samples a second of Opus' granule positions. */
#define OPENAI_OPUS_RATE 48000

typedef struct
{
  guint8 flags;
  guint64 granule; /* G_MAXUINT64: no packet ends on the page */
  guint32 serial;
  guint n_segments;
  const guint8 *segments; /* the sizes of these; 255: the packet goes on */
  const guint8 *body;
  gsize size; /* of the page, in bytes */
} OpenaiOggPage;

/* What the first packet of a stream tells. */
typedef struct
{
  gboolean is_opus;
  guint rate;     /* of the granule positions */
  guint channels; /* 0: not read */
  guint pre_skip; /* of the samples, that are not played */
} OpenaiOggHead;

gboolean openai_ogg_is_mark (const guint8 *p, gsize length);

/* FALSE: no page begins here, or more bytes are needed for its segments. The body
 * may still be incomplete: @size tells. */
gboolean openai_ogg_parse_page (const guint8 *p, gsize length, OpenaiOggPage *page);

/* FALSE: a codec that is not known, or cut short. */
gboolean openai_ogg_parse_head (const guint8 *packet, gsize length, OpenaiOggHead *head);

/* Samples at 48 kHz that an Opus packet lasts (RFC 6716, 3.1). */
guint openai_opus_samples (const guint8 *packet, gsize length);

/* The parts of a page that tell its place in a stream; its checksum is set. */
void openai_ogg_renumber (guint8 *page, gsize size, guint8 flags, guint64 granule,
    guint32 serial, guint32 number);

G_END_DECLS
