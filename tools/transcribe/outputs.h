// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The files that are made of a transcript: .srt, .vtt, .txt, .json and
 * .ttml. */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The name of the output of @media with this extension, beside it or in
 * @directory. */
gchar *output_path (const gchar *media, const gchar *directory, const gchar *extension);

/* Whether there is such an output. */
gboolean output_is_known (const gchar *extension);

/* Writes the file, or leaves what stands there, of the @chunks. */
gboolean output_write (
    const gchar *path, const gchar *extension, GPtrArray *chunks, GError **error);

/* Chunks that hold nothing but these captions: Cue. */
GPtrArray *output_chunks_of (GPtrArray *cues);

/* How many captions the @chunks have. */
guint output_caption_count (GPtrArray *chunks);

/* The language that most of the @chunks were told to be in; NULL: none was. */
const gchar *output_language (GPtrArray *chunks);

/* Whether the file at @path was written, and no words are in it. */
gboolean output_holds_nothing (const gchar *path, const gchar *extension);

/* What the chunks cost, added up; 0 where the server did not tell. */
typedef struct
{
  gdouble seconds;
  gint64 input_tokens;
  gint64 output_tokens;
} Usage;

Usage usage_of (GPtrArray *chunks);

G_END_DECLS
