// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Encoded files among caps. */

#pragma once

#include <gst/gst.h>

#include "audio/recording.h"

G_BEGIN_DECLS

#define GST_OPENAI_RECORDING_CAPS                                                        \
  "audio/mpeg, mpegversion = (int) 1; application/x-id3; audio/x-wav; "                  \
  "audio/x-flac; audio/ogg; application/ogg; audio/webm; video/webm; "                   \
  "audio/x-m4a; video/quicktime"

/* OPENAI_RECORDING_UNKNOWN: none of them. A file that begins with a tag is
 * taken for MP3. */
OpenaiRecordingKind gst_openai_recording_kind (const GstCaps *caps);

G_END_DECLS
