// SPDX-License-Identifier: LGPL-2.1-or-later
/* Whether what comes in may be taken. As the end of a pipeline the element does
 * as sinks do: PAUSED is reached with the first data, and that waits for
 * PLAYING. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Any thread may call any of these. Nothing is pushed with a lock held, and only
 * the messages about the state are posted with one. */
typedef struct _Preroll Preroll;

/* @element owns it. */
Preroll *preroll_new (GstElement * element);
void preroll_free (Preroll * preroll);

/* READY to PAUSED. @is_end: the element is the end of the pipeline. TRUE: it
 * was announced that PAUSED is ASYNC. */
gboolean preroll_begin (Preroll * preroll, gboolean is_end);
void preroll_set_playing (Preroll * preroll, gboolean playing);

/* PAUSED to READY: before the pads are inactive, and after. The latter also
 * when it never was up. */
void preroll_stop (Preroll * preroll);
void preroll_end (Preroll * preroll);

/* Data came to @sinkpad: the end of a pipeline is PAUSED now, unless it is
 * flushed at the same time. */
void preroll_arrived (Preroll * preroll, GstPad * sinkpad);

/* The stream is flushed: the end of a pipeline is PAUSED once more with the data
 * that comes then. */
void preroll_lose (Preroll * preroll);

/* Waits until data may be taken. What whoever gave it is to be told: FLUSHING,
 * or what preroll_set_flow() said. */
GstFlowReturn preroll_wait (Preroll * preroll);
void preroll_set_flow (Preroll * preroll, GstFlowReturn flow);

/* From the beginning of a flush until its end, which calls @restart with the
 * element, unless that is being stopped at the same time. Under a lock: it
 * cannot be stopped meanwhile. */
void preroll_begin_flush (Preroll * preroll);
void preroll_end_flush (Preroll * preroll, void (*restart) (GstElement *));
gboolean preroll_is_flushing (Preroll * preroll);

G_END_DECLS
