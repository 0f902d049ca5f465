// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The end of the text so far, which is sent along so that names are spelled as before. */

#pragma once

#include "queue.h"

G_BEGIN_DECLS

/* All zero: nothing was said. */
typedef struct
{
  gchar *text;
  guint64 number; /* of the chunk whose end it is */
} SttContext;

/* Keeps the end of what @chunk says, unless a later one was kept, or all of it seems made
 * up: that would come again. @finished: all about the chunk is known. */
void stt_context_keep (SttContext *self, guint64 number, const SttChunk *chunk,
    gboolean finished, OpenaiTranscript *transcript);

/* What was said before the chunk of this @number; NULL: nothing that is known. */
const gchar *stt_context_before (const SttContext *self, guint64 number);

void stt_context_clear (SttContext *self);

G_END_DECLS
