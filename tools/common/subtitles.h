// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The lines of a file of subtitles. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct
{
  GstClockTime start;
  GstClockTime duration;
  gchar *text; /* may have line breaks */
} Cue;

/* SubRip or WebVTT, in UTF-8, UTF-16 or the old code page of Western Europe: in
 * the order of their times. @plain (may be NULL): the file is UTF-8 and in that
 * order, too. NULL: @error has why. */
GPtrArray *subtitles_read (const gchar *path, gboolean *plain, GError **error);

/* How many begin after @end; they are taken out. */
guint subtitles_cut (GPtrArray *cues, GstClockTime end);

G_END_DECLS
