// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How late the captions of a live stream come. */

#pragma once

#include "captions.h"

G_BEGIN_DECLS

/* Belongs to the streaming thread of the source pad. */
typedef struct
{
  GstElement *element;      /* not owned: it owns this */
  GstClockTime result_time; /* running time: of the latest result so far */
  GstClockTime max;         /* under OBJECT_LOCK */
  gboolean told;            /* that they come later than was announced */
} SttCaptionDelay;

void stt_caption_delay_init (SttCaptionDelay *self, GstElement *element);

/* No result has come. */
void stt_caption_delay_flush (SttCaptionDelay *self);

/* What is pushed now waited for a result that came at @time, running time, and for those
 * before. */
void stt_caption_delay_note_result (SttCaptionDelay *self, GstClockTime time);

/* How long after @spoken, running time, the result was there of the caption that begins
 * with it. What came since is time that downstream took. */
void stt_caption_delay_observe (
    SttCaptionDelay *self, GstClockTime spoken, const SttCaptionsTiming *timing);

G_END_DECLS
