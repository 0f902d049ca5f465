// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What each chunk of a stream says, in order, also of those whose result comes late. */

#include "captiontexts.h"

#include "text/unicode.h"

/* What holds for a chunk that is late. */
typedef struct
{
  GstSegment segment;
  guint text; /* its place in texts */
} Late;

struct _SttCaptionTexts
{
  GPtrArray *texts; /* gchar: what each chunk says; "": not known yet */
  GHashTable *late; /* SttChunk → Late: without a result */
};

SttCaptionTexts *
stt_caption_texts_new (void)
{
  SttCaptionTexts *self = g_new (SttCaptionTexts, 1);

  self->texts = g_ptr_array_new_with_free_func (g_free);
  self->late =
      g_hash_table_new_full (NULL, NULL, (GDestroyNotify) stt_chunk_unref, g_free);
  return self;
}

void
stt_caption_texts_free (SttCaptionTexts *self)
{
  g_ptr_array_unref (self->texts);
  g_hash_table_unref (self->late);
  g_free (self);
}

void
stt_caption_texts_flush (SttCaptionTexts *self)
{
  g_ptr_array_set_size (self->texts, 0);
  g_hash_table_remove_all (self->late);
}

void
stt_caption_texts_add (SttCaptionTexts *self, const gchar *text)
{
  g_ptr_array_add (self->texts, g_strdup (text));
}

void
stt_caption_texts_add_late (
    SttCaptionTexts *self, SttChunk *chunk, const GstSegment *segment)
{
  Late *late = g_new (Late, 1);

  late->segment = *segment;
  late->text = self->texts->len;
  stt_caption_texts_add (self, "");
  g_hash_table_insert (self->late, stt_chunk_ref (chunk), late);
}

const GstSegment *
stt_caption_texts_get_segment (const SttCaptionTexts *self, SttChunk *chunk)
{
  const Late *late = g_hash_table_lookup (self->late, chunk);

  return late ? &late->segment : NULL;
}

void
stt_caption_texts_resolve (SttCaptionTexts *self, SttChunk *chunk, const gchar *text)
{
  const Late *late = g_hash_table_lookup (self->late, chunk);

  if (late && text) {
    g_free (self->texts->pdata[late->text]);
    self->texts->pdata[late->text] = g_strdup (text);
  }
  g_hash_table_remove (self->late, chunk);
}

gchar *
stt_caption_texts_join (const SttCaptionTexts *self)
{
  GString *whole = g_string_new (NULL);

  for (guint i = 0; i < self->texts->len; i++)
    openai_text_join (whole, g_ptr_array_index (self->texts, i));
  return g_string_free (whole, FALSE);
}
