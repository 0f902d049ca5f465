// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the pads of both main elements have in common: one that is unlinked
 * makes the element that end of the pipeline, and each stream is a new one. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Whether @pad is linked to more than the unlinked end of a bin around it. */
gboolean gst_openai_pad_is_linked (GstPad *pad);

/* Sets or clears @flag (SOURCE or SINK) by whether @pad is unlinked, and tells
 * the bins around. TRUE when it is linked. Call it when the element starts. */
gboolean gst_openai_boundary_pad_start (GstPad *pad, GstElementFlags flag);

/* The same, when it is known whether @pad is or will be linked. Any thread. FALSE: it
 * was so already. */
gboolean gst_openai_boundary_pad_set_linked (
    GstPad *pad, GstElementFlags flag, gboolean linked);

/* The pipeline, or whatever @element is in at last, itself if it is alone; unref it. */
GstObject *gst_openai_find_top (GstElement *element);

/* Whether a pad of @element may be linked still, when it starts: something in its
 * pipeline makes its source pads when it runs, or @element does not start together
 * with the pipeline, but is started by a host that links it afterwards. */
gboolean gst_openai_may_be_linked_later (GstElement *element);

/* Whether @next only changes where @segment stops, or goes on in it at
 * @position: no time means another one than before. */
gboolean gst_openai_segment_continues (
    const GstSegment *segment, const GstSegment *next, GstClockTime position);

/* A STREAM_START for @srcpad of @element, which may be released meanwhile, in the group of
 * @upstream (NULL: a new one). */
GstEvent *gst_openai_make_stream_start (
    GstElement *element, GstPad *srcpad, GstEvent *upstream, GstStreamFlags flags);

/* The answer to a POSITION query at @time of the stream. FALSE: it is not known,
 * or no time is asked for. */
gboolean gst_openai_answer_position (GstQuery *query, GstClockTime time);

/* Lets @srcpad keep an event that is flushed before it was sent, when it is
 * one that outlives a flush. */
void gst_openai_keep_sticky (GstPad *srcpad, GstEvent *event);

G_END_DECLS
