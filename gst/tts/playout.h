// SPDX-License-Identifier: LGPL-2.1-or-later
/* Samples and frames to buffers on a pad: caps, segment, tags, times without a
 * gap, silence. */

#pragma once

#include <gst/gst.h>

#include "tts/frames.h"

G_BEGIN_DECLS

/* Belongs to the streaming thread of the pad. */
typedef struct _Playout Playout;

/* @default_rate: announced when time passes before anything was heard; 0: that
 * has to wait. */
Playout *playout_new (GstElement * element, GstPad * pad, guint default_rate);
void playout_free (Playout * playout);

/* The segment that begins; it is sent once the caps are known. What is before
 * its start is not pushed. */
void playout_begin_segment (Playout * playout, GstEvent * segment);

/* The time of the next segment's first sample, instead of its start. */
void playout_set_first (Playout * playout, GstClockTime first);

/* Sent after the segment. */
void playout_set_tags (Playout * playout, GstEvent * tags);

/* What comes next is S16LE like this, or frames of @rate like @caps. The next
 * push tells whether downstream takes it. @is_file: a container that tells the
 * times, its segment is in bytes, and it has no GAPs. */
GstFlowReturn playout_set_format (Playout * playout, guint rate,
    guint channels);
void playout_set_caps (Playout * playout, GstCaps * caps, guint rate,
    gboolean is_file);

/* Time passes without sound until @time, unless that has passed: as a GAP
 * event, or as buffers of silence, which a file needs; these wait until there
 * is a format, and are GAP events when it is encoded. */
GstFlowReturn playout_skip_to (Playout * playout, GstClockTime time);
GstFlowReturn playout_fill_until (Playout * playout, GstClockTime time);

/* The next sample is at @time, whatever was before. */
void playout_restart_at (Playout * playout, GstClockTime time);

/* Whole frames, after playout_set_format() or playout_set_caps(). */
GstFlowReturn playout_push (Playout * playout, GBytes * samples);
GstFlowReturn playout_push_frame (Playout * playout, const Frame * frame);

/* Samples to be heard from now on, under whatever comes next; @after frames
 * of what is held already. playout_release() pushes what is left of it. */
void playout_hold (Playout * playout, GBytes * samples, guint64 after);
GstFlowReturn playout_release (Playout * playout);

/* How much shorter the next buffers should last, for elements that can do
 * that (GstScaletempoTargetDurationMeta); 0: nothing is said about it. */
void playout_set_target (Playout * playout, gdouble ratio);

/* The time of the next frame, and the time at @running_time. */
GstClockTime playout_time (Playout * playout);
GstClockTime playout_time_at (Playout * playout, GstClockTime running_time);

/* How many bytes last so long. */
gsize playout_bytes (Playout * playout, guint milliseconds);

/* The same as stream time, from any thread that holds the element's
 * OBJECT_LOCK. */
GstClockTime playout_stream_time (Playout * playout);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Playout, playout_free)

G_END_DECLS
