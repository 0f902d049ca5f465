// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Samples and frames to buffers on a pad: caps, segment, tags, times without a
 * gap, silence. */

#pragma once

#include <gst/gst.h>

#include "frames.h"

G_BEGIN_DECLS

/* Belongs to the streaming thread of the pad. */
typedef struct _TtsPlayout TtsPlayout;

/* @default_rate: announced when time passes before anything was heard; 0: that
 * has to wait. */
TtsPlayout *tts_playout_new (GstElement *element, GstPad *pad, guint default_rate);
void tts_playout_free (TtsPlayout *self);

/* The segment that begins; it is sent once the caps are known. What is before
 * its start is not pushed. */
void tts_playout_begin_segment (TtsPlayout *self, GstEvent *segment);

/* The time of the next segment's first sample, instead of its start. */
void tts_playout_set_first (TtsPlayout *self, GstClockTime first);

/* Sent after the segment. */
void tts_playout_set_tags (TtsPlayout *self, GstEvent *tags);

/* What comes next is S16LE like this, or frames of @rate like @caps. The next
 * push tells whether downstream takes it. @is_file: a container that tells the
 * times, its segment is in bytes, and it has no GAPs. */
GstFlowReturn tts_playout_set_format (TtsPlayout *self, guint rate, guint channels);
void tts_playout_set_caps (TtsPlayout *self, GstCaps *caps, guint rate, gboolean is_file);

/* Time passes without sound until @time, unless that has passed: as a GAP
 * event, or as buffers of silence, which a file needs; these wait until there
 * is a format, and are GAP events when it is encoded. */
GstFlowReturn tts_playout_skip_to (TtsPlayout *self, GstClockTime time);
GstFlowReturn tts_playout_fill_until (TtsPlayout *self, GstClockTime time);

/* The next sample is at @time, whatever was before. */
void tts_playout_restart_at (TtsPlayout *self, GstClockTime time);

/* Whole frames, after tts_playout_set_format() or tts_playout_set_caps(). */
GstFlowReturn tts_playout_push (TtsPlayout *self, GBytes *samples);
GstFlowReturn tts_playout_push_frame (TtsPlayout *self, const TtsFrame *frame);

/* Samples to be heard from now on, under whatever comes next; @after frames
 * of what is held already. tts_playout_drain_overlap() pushes what is left of it. */
void tts_playout_queue_overlap (TtsPlayout *self, GBytes *samples, guint64 after);
GstFlowReturn tts_playout_drain_overlap (TtsPlayout *self);

/* How much shorter the next buffers should last, for elements that can do
 * that (GstScaletempoTargetDurationMeta); 0: nothing is said about it. */
void tts_playout_set_target (TtsPlayout *self, gdouble ratio);

/* The time of the next frame, and the time at @running_time. */
GstClockTime tts_playout_time (TtsPlayout *self);
GstClockTime tts_playout_time_at (TtsPlayout *self, GstClockTime running_time);

/* How many bytes last so long. */
gsize tts_playout_bytes (TtsPlayout *self, guint milliseconds);

/* The same as stream time, from any thread that holds the element's
 * OBJECT_LOCK. */
GstClockTime tts_playout_stream_time (TtsPlayout *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TtsPlayout, tts_playout_free)

G_END_DECLS
