// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What of a text can be said aloud. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether there is a letter or a digit in it: music notes, dots, dashes and
 * emoji alone are no speech, and servers refuse them. @text: UTF-8. */
gboolean tts_spoken_text_has_words (const gchar *text);

/* Replaces @text, a subtitle, by what it says: without ASS and MicroDVD
 * overrides ({\an8}, {y:i}), ASS drawings, tags of WebVTT and SubRip (<v Ann>,
 * <00:01.000>, <i>), the readings of ruby; character references and line breaks
 * (\N) resolved. Any bytes; what is none of these stays. */
void tts_spoken_text_clean_cue (GString *text);

/* Whether a file that begins with @text is one of subtitles, SubRip or WebVTT.
 * @text: @size bytes, whatever they are. */
gboolean tts_spoken_text_is_subtitles (const gchar *text, gsize size);

G_END_DECLS
