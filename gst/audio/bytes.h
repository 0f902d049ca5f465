// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Numbers in the bytes of files: GST_READ_UINT16_LE() and the like where there is
 * no GStreamer. The caller has checked that the bytes are there. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @n bytes, at most 8. */
static inline guint64
openai_read_be (const guint8 *p, gsize n)
{
  guint64 value = 0;

  for (gsize i = 0; i < n; i++)
    value = value << 8 | p[i];
  return value;
}

static inline guint64
openai_read_le (const guint8 *p, gsize n)
{
  guint64 value = 0;

  while (n-- > 0)
    value = value << 8 | p[n];
  return value;
}

static inline guint16
openai_read_le16 (const guint8 *p)
{
  return (guint16) openai_read_le (p, 2);
}

static inline guint32
openai_read_le32 (const guint8 *p)
{
  return (guint32) openai_read_le (p, 4);
}

static inline guint64
openai_read_le64 (const guint8 *p)
{
  return openai_read_le (p, 8);
}

G_END_DECLS
