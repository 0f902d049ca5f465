// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where there is speech in a recording, by its energy. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gsize start; /* samples */
  gsize end;
} TtsUtterance;

/* Chunks with speech, a little of the pause on each side included, none
 * longer than @longest samples: an array of Utterance in order of time. */
GArray *find_utterances (const gint16 *samples, gsize length, guint rate, gsize longest);

G_END_DECLS
