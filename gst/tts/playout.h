// SPDX-License-Identifier: LGPL-2.1-or-later
/* Samples to buffers on a pad: caps, segment, times without a gap, GAPs. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Belongs to the streaming thread of the pad. */
typedef struct _Playout Playout;

/* @default_rate: announced when time passes before anything was heard. */
Playout *playout_new (GstElement * element, GstPad * pad, guint default_rate);
void playout_free (Playout * playout);

/* The segment that begins; it is sent once the caps are known. */
void playout_set_segment (Playout * playout, GstEvent * segment);

/* What comes next is S16LE like this. FALSE: downstream does not take it. */
gboolean playout_set_format (Playout * playout, guint rate, guint channels);

/* Caps and segment are sent, with the default format when there is none yet. */
gboolean playout_begin (Playout * playout);

/* Silence until @time, unless that has passed. FALSE as above. */
gboolean playout_wait_until (Playout * playout, GstClockTime time);

/* Whole frames, after playout_set_format(). */
GstFlowReturn playout_push (Playout * playout, GBytes * samples);

/* The time of the next frame. */
GstClockTime playout_time (Playout * playout);

/* How many bytes last so long. */
gsize playout_bytes (Playout * playout, guint milliseconds);

/* The same as stream time, from any thread that holds the element's
 * OBJECT_LOCK. */
GstClockTime playout_stream_time (Playout * playout);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Playout, playout_free)

G_END_DECLS
