// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Encoded files among caps. */

#include "recordingcaps.h"

static const struct
{
  const gchar *name;
  OpenaiRecordingKind kind;
} kinds[] = {
  { "application/x-id3", OPENAI_RECORDING_MP3 },
  { "audio/x-wav", OPENAI_RECORDING_WAV },
  { "audio/x-flac", OPENAI_RECORDING_FLAC },
  { "audio/ogg", OPENAI_RECORDING_OGG },
  { "application/ogg", OPENAI_RECORDING_OGG },
  { "audio/webm", OPENAI_RECORDING_WEBM },
  { "video/webm", OPENAI_RECORDING_WEBM },
  { "audio/x-m4a", OPENAI_RECORDING_MP4 },
  { "video/quicktime", OPENAI_RECORDING_MP4 },
};

OpenaiRecordingKind
gst_openai_recording_kind (const GstCaps *caps)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  gint version;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (gst_structure_has_name (structure, kinds[i].name))
      return kinds[i].kind;
  }
  if (!gst_structure_has_name (structure, "audio/mpeg")
      || !gst_structure_get_int (structure, "mpegversion", &version))
    return OPENAI_RECORDING_UNKNOWN;
  return version == 1 ? OPENAI_RECORDING_MP3 : OPENAI_RECORDING_AAC;
}
