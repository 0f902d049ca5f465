// SPDX-License-Identifier: LGPL-2.1-or-later
/* What the pads of both main elements have in common: one that is unlinked
 * makes the element that end of the pipeline, and each stream is a new one. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Sets or clears @flag (SOURCE or SINK) by whether @pad is unlinked, and tells
 * the bins around. TRUE when it is linked. Call it when the element starts. */
gboolean gst_openai_outer_pad_start (GstPad * pad, GstElementFlags flag);

/* What an element that is the end of a pipeline owes it: PAUSED is reached with
 * the first data, and PLAYING waits until that has been said. All fields are
 * protected by lock, which is held while the messages are posted. */
typedef struct
{
  GMutex lock;
  gboolean pending;             /* PAUSED is not reached yet */
} GstOpenaiPreroll;

/* Around the state changes of the element; down also for one that never was
 * up. gst_openai_preroll_begin() announces that PAUSED will be ASYNC. */
void gst_openai_preroll_begin (GstOpenaiPreroll * preroll,
    GstElement * element);
void gst_openai_preroll_playing (GstOpenaiPreroll * preroll);
void gst_openai_preroll_end (GstOpenaiPreroll * preroll,
    GstElement * element);

/* The stream is flushed: PAUSED is reached once more with the data that comes
 * then. */
void gst_openai_preroll_lose (GstOpenaiPreroll * preroll,
    GstElement * element);

/* Data came to @sinkpad: commits the state, unless it is flushed at the same
 * time. TRUE: that is PLAYING already. */
gboolean gst_openai_preroll_done (GstOpenaiPreroll * preroll,
    GstPad * sinkpad);

/* A STREAM_START for @srcpad, in the group of @upstream (NULL: a new one). */
GstEvent *gst_openai_make_stream_start (GstPad * srcpad, GstEvent * upstream,
    GstStreamFlags flags);

/* The answer to a POSITION query at @time of the stream. FALSE: it is not known,
 * or no time is asked for. */
gboolean gst_openai_answer_position (GstQuery * query, GstClockTime time);

/* Lets @srcpad keep an event that is flushed before it was sent, when it is
 * one that outlives a flush. */
void gst_openai_keep_sticky (GstPad * srcpad, GstEvent * event);

G_END_DECLS
