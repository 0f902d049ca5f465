// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Keeps time for the captions of a live stream: an element that waits for the text pad
 * must not wait longer than the latency that was announced. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Any thread may call any of these. */
typedef struct _SttGapTimer SttGapTimer;

/* @wake is called with the element, from a thread of its clock, when the time
 * that was waited for has come. It must not block. */
SttGapTimer *stt_gap_timer_new (GstElement *element, void (*wake) (GstElement *));
void stt_gap_timer_free (SttGapTimer *self);

/* The clock runs: from PAUSED to PLAYING and back. */
void stt_gap_timer_set_playing (SttGapTimer *self, gboolean playing);

/* The running time; GST_CLOCK_TIME_NONE while the clock does not run. */
GstClockTime stt_gap_timer_running_time (SttGapTimer *self);

/* Wakes at this running time at the latest; once. */
void stt_gap_timer_wait_until (SttGapTimer *self, GstClockTime running_time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SttGapTimer, stt_gap_timer_free)

G_END_DECLS
