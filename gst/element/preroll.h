// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Whether what comes in may be taken. As the end of a pipeline the element does
 * as sinks do: PAUSED is reached with the first data, and that waits for
 * PLAYING. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Any thread may call any of these. Nothing is pushed with a lock held, and only
 * the messages about the state are posted with one. */
typedef struct _GstOpenaiPreroll GstOpenaiPreroll;

/* @element owns it. */
GstOpenaiPreroll *gst_openai_preroll_new (GstElement *element);
void gst_openai_preroll_free (GstOpenaiPreroll *self);

/* READY to PAUSED. @is_sink: the element is the end of the pipeline. TRUE: it
 * was announced that PAUSED is ASYNC. */
gboolean gst_openai_preroll_begin (GstOpenaiPreroll *self, gboolean is_sink);
void gst_openai_preroll_set_playing (GstOpenaiPreroll *self, gboolean playing);

/* PAUSED to READY: before the pads are inactive, and after. The latter also
 * when it never was up. */
void gst_openai_preroll_stop (GstOpenaiPreroll *self);
void gst_openai_preroll_end (GstOpenaiPreroll *self);

/* Data came to @sinkpad: the end of a pipeline is PAUSED now, unless it is
 * flushed at the same time. TRUE: it went on to PLAYING, without a change of
 * state of its own. */
gboolean gst_openai_preroll_arrived (GstOpenaiPreroll *self, GstPad *sinkpad);

/* The element was linked, and is not the end of the pipeline any more, until it
 * begins again: data is waited for no longer. Returns as
 * gst_openai_preroll_arrived(). */
gboolean gst_openai_preroll_leave_end (GstOpenaiPreroll *self);

/* The stream is flushed: the end of a pipeline is PAUSED once more with the data
 * that comes then. */
void gst_openai_preroll_lose (GstOpenaiPreroll *self);

/* Waits until data may be taken. What the caller of chain is to be told: FLUSHING,
 * or what gst_openai_preroll_set_flow() said. */
GstFlowReturn gst_openai_preroll_wait (GstOpenaiPreroll *self);
void gst_openai_preroll_set_flow (GstOpenaiPreroll *self, GstFlowReturn flow);

/* From the beginning of a flush until its end, which calls @restart with the
 * element, unless that is being stopped at the same time. Under a lock: it
 * cannot be stopped meanwhile. */
void gst_openai_preroll_begin_flush (GstOpenaiPreroll *self);
void gst_openai_preroll_end_flush (
    GstOpenaiPreroll *self, void (*restart) (GstElement *));
gboolean gst_openai_preroll_is_flushing (GstOpenaiPreroll *self);

G_END_DECLS
