// SPDX-License-Identifier: LGPL-2.1-or-later
/* The way of a sample: audio of any kind in, stretches of speech uploaded and
 * all stretches lined up in the outbox. An encoded file is one stretch. */

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

/* What comes next: raw audio, or an encoded file. Closes what came before, when
 * it is something else. FALSE: it cannot be taken. */
gboolean feed_set_caps (Feed * feed, GstCaps * caps);

/* Without caps: those that @buffer, the first one, looks like. FALSE: it does
 * not look like anything that can be taken. */
gboolean feed_find_caps (Feed * feed, GstBuffer * buffer);
gboolean feed_has_caps (Feed * feed);

/* The input is an encoded file. */
gboolean feed_is_file (Feed * feed);

/* Once, before the first push. @max_file: bytes of an encoded file. */
void feed_begin (Feed * feed, const ChunkerOptions * options,
    guint64 max_file);
gboolean feed_has_begun (Feed * feed);

/* All but the caps is as it was at first. */
void feed_reset (Feed * feed);

typedef enum
{
  FEED_OK,
  FEED_FLUSHING,
  FEED_TOO_LONG,                /* the file is longer than it may be */
} FeedResult;

/* Takes in what of @buffer is inside of @segment, at its PTS, or at the segment's
 * start when it has none and nothing came before it. Waits while there is no
 * room. Takes @buffer. */
FeedResult feed_push (Feed * feed, GstBuffer * buffer,
    const GstSegment * segment);

/* Ends what is contiguous: what comes next does not follow it. FALSE: flushing. */
gboolean feed_close (Feed * feed);

/* After feed_close(): what comes next begins at @time, or at its own. */
void feed_restart (Feed * feed, GstClockTime time);
void feed_forget_time (Feed * feed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Feed, feed_free)

G_END_DECLS
