// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* SRT and WebVTT to text with times. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Seconds; @text has no tags and may have line breaks. */
typedef void (*OpenaiSubtitleFunc) (
    const gchar *text, gdouble start, gdouble end, gpointer user_data);

/* FALSE, and no call: @text has no cues and no WEBVTT header. */
gboolean openai_subtitles_parse (
    const gchar *text, OpenaiSubtitleFunc func, gpointer user_data);

/* [HH:]MM:SS[.,]mmm, or seconds. FALSE: @text is something else. */
gboolean openai_subtitles_parse_time (const gchar *text, gdouble *seconds);

G_END_DECLS
