// SPDX-License-Identifier: LGPL-2.1-or-later
/* The way of a sample: audio of any kind in, stretches of speech uploaded and
 * all stretches lined up in the outbox. */

#pragma once

#include <gst/audio/audio.h>

#include "stt/chunker.h"
#include "stt/outbox.h"
#include "stt/uploads.h"

G_BEGIN_DECLS

/* Belongs to the streaming thread of the sink pad. */
typedef struct _Feed Feed;

/* @element: for the log; @outbox and @uploads have to outlive it. */
Feed *feed_new (GstElement * element, Outbox * outbox, Uploads * uploads);
void feed_free (Feed * feed);

/* The audio that comes next. FALSE: it cannot be converted. */
gboolean feed_set_caps (Feed * feed, const GstAudioInfo * info);

/* Once, before the first push. */
void feed_begin (Feed * feed, const ChunkerOptions * options);
gboolean feed_has_begun (Feed * feed);

/* Takes in a buffer, at its PTS, or at @start when it has none and nothing came
 * before it. Waits while there is no room. FALSE: flushing. */
gboolean feed_push (Feed * feed, GstBuffer * buffer, GstClockTime start);

/* Ends what is contiguous: what comes next does not follow it. FALSE: flushing. */
gboolean feed_close (Feed * feed);

/* After feed_close(): what comes next begins at @time, or at its own. */
void feed_restart (Feed * feed, GstClockTime time);
void feed_forget_time (Feed * feed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Feed, feed_free)

G_END_DECLS
