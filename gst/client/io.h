// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The I/O thread, on which everything that concerns the network happens. */

#pragma once

#include "body.h"

G_BEGIN_DECLS

/* Reference-counted; the thread runs until it is stopped. */
typedef struct _OpenaiIo OpenaiIo;

OpenaiIo *openai_io_start (void);
OpenaiIo *openai_io_ref (OpenaiIo *self);
void openai_io_unref (OpenaiIo *self);

/* Waits for the thread to end, and for what is held, for 2 s at most. Drops a
 * reference. Not from the thread itself. */
void openai_io_stop (OpenaiIo *self);

/* I/O thread only. @reached is called once the monotonic time comes that the
 * deadline was set to last (0: none). It costs next to nothing to set one to
 * later and later times, and hundreds are no more sources to look through. */
typedef struct _OpenaiDeadline OpenaiDeadline;
typedef void (*OpenaiDeadlineFunc) (gpointer data);

OpenaiDeadline *openai_deadline_new (
    OpenaiIo *self, OpenaiDeadlineFunc reached, gpointer data);
void openai_deadline_set (OpenaiDeadline *deadline, gint64 at);

/* The monotonic time that is so far away; 0 for 0: none. */
gint64 openai_deadline_after (guint milliseconds);
void openai_deadline_free (OpenaiDeadline *deadline);

/* Any thread. Runs @func on the I/O thread, later even when called there;
 * dropped (only @destroy runs) when the thread has ended. */
void openai_io_invoke (
    OpenaiIo *self, GSourceFunc func, gpointer data, GDestroyNotify destroy);

/* The same, within 20 ms, together with what others want then: it is the waking of the
 * thread that costs. */
void openai_io_invoke_soon (
    OpenaiIo *self, GSourceFunc func, gpointer data, GDestroyNotify destroy);

/* Any thread. Flushes @body within 20 ms, together with all others: hundreds of
 * uploads that grow would wake the thread thousands of times a second, and each
 * time it looks through all of its sources. */
void openai_io_flush_soon (OpenaiIo *self, OpenaiBody *body);

/* I/O thread only. Around an operation that must call back before the thread
 * may end. */
void openai_io_begin_operation (OpenaiIo *self);
void openai_io_end_operation (OpenaiIo *self);

G_END_DECLS
