// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Raw audio of any kind to mono samples of one rate, each with its time. */

#pragma once

#include <gst/audio/audio.h>

G_BEGIN_DECLS

/* Samples count from 0 at stt_timed_samples_new() and go on counting over every change of
 * caps or time. Used by one thread at a time. */
typedef struct _SttTimedSamples SttTimedSamples;

SttTimedSamples *stt_timed_samples_new (guint rate);
void stt_timed_samples_free (SttTimedSamples *self);

/* FALSE: these caps cannot be converted. What the converter still holds of the
 * old caps has to be drained before. */
gboolean stt_timed_samples_set_caps (SttTimedSamples *self, const GstAudioInfo *info);

typedef enum
{
  STT_TIME_FOLLOWS, /* it goes on, but for jitter */
  STT_TIME_SHIFTED, /* it has been off by more than jitter for long */
  STT_TIME_FAR,     /* it may be a jump, or one wrong time stamp */
} SttTime;

/* Whether the buffer follows the one before it in time; one without a time does.
 * Call it once before stt_timed_samples_push(); when it does not, drain the old
 * audio and say stt_timed_samples_restart(). */
SttTime stt_timed_samples_judge (SttTimedSamples *self, GstBuffer *buffer);

/* Whether @pts is where what comes next would begin, or @ahead after it. */
gboolean stt_timed_samples_expects (
    SttTimedSamples *self, GstClockTime pts, GstClockTime ahead);

/* Where what comes next would begin; GST_CLOCK_TIME_NONE: it is not known. */
GstClockTime stt_timed_samples_next (SttTimedSamples *self);

/* How long the audio of @buffer is. */
GstClockTime stt_timed_samples_length (SttTimedSamples *self, GstBuffer *buffer);

/* What comes next begins at @pts. */
void stt_timed_samples_restart (SttTimedSamples *self, GstClockTime pts);

/* The time of what comes next is not known. */
void stt_timed_samples_forget_time (SttTimedSamples *self);

/* TRUE until the first stt_timed_samples_restart() after stt_timed_samples_new() or
 * stt_timed_samples_forget_time(). */
gboolean stt_timed_samples_is_new (SttTimedSamples *self);

/* The samples of @buffer, none yet: NULL. */
GBytes *stt_timed_samples_push (SttTimedSamples *self, GstBuffer *buffer);

/* The samples the converter holds back; none: NULL. */
GBytes *stt_timed_samples_drain (SttTimedSamples *self);

/* The time of a sample since the last stt_timed_samples_restart(). */
GstClockTime stt_timed_samples_time (SttTimedSamples *self, guint64 sample);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SttTimedSamples, stt_timed_samples_free)

G_END_DECLS
