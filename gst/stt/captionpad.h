// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The pad that captions leave by: their form, their times, and what is posted instead
 * where nothing is linked. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Belongs to the streaming thread of @pad. Times are positions in @segment. */
typedef struct _SttCaptionPad SttCaptionPad;

SttCaptionPad *stt_caption_pad_new (GstElement *element, GstPad *pad);
void stt_caption_pad_free (SttCaptionPad *self);

/* What was sent is forgotten. No push is under way. */
void stt_caption_pad_flush (SttCaptionPad *self);

gboolean stt_caption_pad_is_linked (SttCaptionPad *self);

/* It may be linked to another element by now: what that takes is agreed on. */
GstFlowReturn stt_caption_pad_ensure_negotiated (SttCaptionPad *self);

/* It was linked or unlinked: what is linked now is told what it has to know, and an end
 * that nothing linked has taken is posted. @segment: NULL: none was sent. */
GstFlowReturn stt_caption_pad_follow_link (
    SttCaptionPad *self, const GstSegment *segment);

/* Sends an event; as the end of a pipeline it posts STREAM_START and EOS. Takes it.
 * Unlinked, the pad keeps what is sticky for what is linked later. */
void stt_caption_pad_push_event (SttCaptionPad *self, GstEvent *event);

/* After it was agreed what leaves. Takes @event, that of @segment. */
GstFlowReturn stt_caption_pad_push_segment (
    SttCaptionPad *self, const GstSegment *segment, GstEvent *event);

/* Tags are posted where nothing is linked. Takes them. */
void stt_caption_pad_push_tags (SttCaptionPad *self, GstTagList *tags);

void stt_caption_pad_push_gap (SttCaptionPad *self, const GstSegment *segment,
    GstClockTime start, GstClockTime duration);

/* Speakers have colours from now on, where what is linked takes markup. */
void stt_caption_pad_set_coloured (SttCaptionPad *self, gboolean coloured);

/* A caption of @speaker, or NULL; its second line is @other's, where that is not NULL.
 * @voice: who is told as a voice where only WebVTT is written, or NULL. */
typedef struct
{
  const gchar *text;
  const gchar *voice;
  const gchar *speaker;
  const gchar *other;
} SttPadCaption;

GstFlowReturn stt_caption_pad_push_text (SttCaptionPad *self, const GstSegment *segment,
    const SttPadCaption *caption, GstClockTime start, GstClockTime duration);

/* A pipeline forgets the EOS of its sinks when it is paused. Any thread. */
void stt_caption_pad_resend_eos (SttCaptionPad *self);

G_END_DECLS
