// SPDX-License-Identifier: LGPL-2.1-or-later
/* Encoded files the service takes as they are. */

#include "stt/filetype.h"

static const struct
{
  const gchar *media_type;
  FileType type;
} types[] = {
  {"audio/mpeg", {"audio.mp3", "audio/mpeg"}},
  {"application/x-id3", {"audio.mp3", "audio/mpeg"}},
  {"audio/x-flac", {"audio.flac", "audio/flac"}},
  {"audio/x-wav", {"audio.wav", "audio/wav"}},
  {"application/ogg", {"audio.ogg", "audio/ogg"}},
  {"audio/ogg", {"audio.ogg", "audio/ogg"}},
  {"audio/x-m4a", {"audio.m4a", "audio/mp4"}},
  {"video/quicktime", {"audio.mp4", "audio/mp4"}},
  {"audio/webm", {"audio.webm", "audio/webm"}},
  {"video/webm", {"audio.webm", "audio/webm"}},
};

const FileType *
file_type_of (const GstCaps * caps)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    if (gst_structure_has_name (gst_caps_get_structure (caps, 0),
            types[i].media_type))
      return &types[i].type;
  }
  return NULL;
}
