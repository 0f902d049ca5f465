// SPDX-License-Identifier: LGPL-2.1-or-later
/* Keeps time for the captions of a live stream: whoever waits for the text pad
 * must not wait longer than the latency that was announced. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Any thread may call any of these. */
typedef struct _Pace Pace;

/* @wake is called with the element, from a thread of its clock, when the time
 * that was waited for has come. It must not block. */
Pace *pace_new (GstElement * element, void (*wake) (GstElement *));
void pace_free (Pace * pace);

/* The clock runs: from PAUSED to PLAYING and back. */
void pace_set_playing (Pace * pace, gboolean playing);

/* The running time; GST_CLOCK_TIME_NONE while the clock does not run. */
GstClockTime pace_now (Pace * pace);

/* Wakes at this running time at the latest; once. */
void pace_wait_until (Pace * pace, GstClockTime running_time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pace, pace_free)

G_END_DECLS
