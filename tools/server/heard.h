// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The words of one utterance as text, a line each, and a folder that keeps them: the same
 * recording is recognised once. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const gchar *name; /* to the end of its line */
  gint first;        /* frames of the utterance */
  gint last;
  gint probability; /* in the decoder's logarithm */
} HeardWord;

void heard_add (
    GString *heard, const gchar *name, gint first, gint last, gint probability);

/* The next word, for which @heard moves on; FALSE behind the last. */
gboolean heard_next (const gchar **heard, HeardWord *word);

/* Where that of these samples is kept: in the folder GST_OPENAI_SERVER_CACHE, by this build
 * of the program with this model. NULL without such a folder. */
gchar *heard_file (const gchar *model_dir, const gint16 *samples, gsize length);

/* NULL when nothing is kept. */
gchar *heard_load (const gchar *file);
void heard_save (const gchar *file, const gchar *heard);

G_END_DECLS
