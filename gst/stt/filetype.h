// SPDX-License-Identifier: LGPL-2.1-or-later
/* Encoded files the service takes as they are. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define FILE_TYPE_CAPS \
  "audio/mpeg, mpegversion = (int) 1; application/x-id3; audio/x-flac; " \
  "audio/x-wav; application/ogg; audio/ogg; audio/x-m4a; video/quicktime; " \
  "audio/webm; video/webm"

/* Servers go by the name as well as by the type. */
typedef struct
{
  const gchar *filename;
  const gchar *content_type;
} FileType;

/* NULL: not one of them. */
const FileType *file_type_of (const GstCaps * caps);

G_END_DECLS
