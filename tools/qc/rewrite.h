// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A file of subtitles with other times. */

#pragma once

#include "common/subtitles.h"

G_BEGIN_DECLS

typedef struct
{
  GstClockTime start;
  GstClockTime duration;
} QcTimes;

/* Writes the file at @from to @to: all of it as it is, byte for byte, but for the @old times
 * that are others in @cues, in the same order. FALSE: @error has why. */
gboolean qc_rewrite (const gchar *from, const gchar *to, GPtrArray *cues,
    const QcTimes *old, GError **error);

G_END_DECLS
