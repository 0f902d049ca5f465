// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What each chunk of a stream says, in order, also of those whose result comes late. */

#pragma once

#include "queue.h"

G_BEGIN_DECLS

/* Belongs to the streaming thread of the source pad. */
typedef struct _SttCaptionTexts SttCaptionTexts;

SttCaptionTexts *stt_caption_texts_new (void);
void stt_caption_texts_free (SttCaptionTexts *self);
void stt_caption_texts_flush (SttCaptionTexts *self);

void stt_caption_texts_add (SttCaptionTexts *self, const gchar *text);

/* The place of @chunk, which has no result yet, and the segment that holds for it. */
void stt_caption_texts_add_late (
    SttCaptionTexts *self, SttChunk *chunk, const GstSegment *segment);

/* The segment of one that is late; NULL: it is none. */
const GstSegment *stt_caption_texts_get_segment (
    const SttCaptionTexts *self, SttChunk *chunk);

/* What a late one says; NULL: that is not known. */
void stt_caption_texts_resolve (
    SttCaptionTexts *self, SttChunk *chunk, const gchar *text);

/* All of it; free it. */
gchar *stt_caption_texts_join (const SttCaptionTexts *self);

G_END_DECLS
