// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Files that are uploaded as they are: their kind and length. */

#include "fuzz.h"

#include "audio/recording.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) file = g_bytes_new (data, size);
  OpenaiRecordingKind kind = openai_recording_sniff (file);

  g_assert (openai_recording_duration (file, kind) >= -1);
  return 0;
}
