// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How late the captions of a live stream come. */

#include "captiondelay.h"

void
stt_caption_delay_init (SttCaptionDelay *self, GstElement *element)
{
  *self = (SttCaptionDelay) { .element = element };
  stt_caption_delay_flush (self);
}

void
stt_caption_delay_flush (SttCaptionDelay *self)
{
  self->result_time = GST_CLOCK_TIME_NONE;
}

void
stt_caption_delay_note_result (SttCaptionDelay *self, GstClockTime time)
{
  if (!GST_CLOCK_TIME_IS_VALID (time))
    return;
  self->result_time =
      GST_CLOCK_TIME_IS_VALID (self->result_time) ? MAX (self->result_time, time) : time;
}

void
stt_caption_delay_observe (
    SttCaptionDelay *self, GstClockTime spoken, const SttCaptionsTiming *timing)
{
  GstClockTime delay;

  if (!timing->live || !GST_CLOCK_TIME_IS_VALID (spoken)
      || !GST_CLOCK_TIME_IS_VALID (self->result_time))
    return;
  spoken -= MIN (spoken, timing->lateness);
  delay = self->result_time > spoken ? self->result_time - spoken : 0;
  if (delay <= self->max)
    return;
  GST_OBJECT_LOCK (self->element);
  self->max = delay;
  GST_OBJECT_UNLOCK (self->element);
  g_object_notify (G_OBJECT (self->element), "max-observed-delay");
  if (self->told || !GST_CLOCK_TIME_IS_VALID (timing->budget)
      || delay <= timing->budget + timing->lateness)
    return;
  self->told = TRUE;
  stt_message_post_late (self->element, delay);
}
