// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The end of the text so far. */

#include "context.h"

#include <math.h>
#include <string.h>

/* Some sentences. Models read the last 224 tokens of a prompt only. */
#define MOST_CHARS 200

/* The end of @text, from the start of a word. */
static gchar *
tail_of (const gchar *text)
{
  glong length = g_utf8_strlen (text, -1);
  const gchar *tail =
      length > MOST_CHARS ? g_utf8_offset_to_pointer (text, length - MOST_CHARS) : text;
  const gchar *space = tail > text ? strchr (tail, ' ') : NULL;

  return g_strdup (space ? space + 1 : tail);
}

void
stt_context_keep (SttContext *self, guint64 number, const SttChunk *chunk,
    gboolean finished, OpenaiTranscript *transcript)
{
  SttHeard heard =
      finished ? stt_chunk_heard (chunk) : (SttHeard) { NAN, NAN, NAN, chunk->prompt };
  g_autofree gchar *dropped = NULL;
  g_autoptr (OpenaiTranscript) said =
      stt_hallucinations_drop (transcript, &heard, &dropped);

  if (*said->text == '\0' || (self->text && number < self->number))
    return;
  g_free (self->text);
  self->text = tail_of (said->text);
  self->number = number;
}

const gchar *
stt_context_before (const SttContext *self, guint64 number)
{
  return self->text && number > self->number ? self->text : NULL;
}

void
stt_context_clear (SttContext *self)
{
  g_clear_pointer (&self->text, g_free);
}
