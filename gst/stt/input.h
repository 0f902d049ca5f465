// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The way of a sample: audio of any kind in, chunks of speech uploaded and
 * all chunks lined up in the queue. An encoded file is one chunk. */

#pragma once

#include <gst/audio/audio.h>

#include "chunker.h"
#include "queue.h"
#include "transport.h"

G_BEGIN_DECLS

/* Belongs to the streaming thread of the sink pad. */
typedef struct _SttInput SttInput;

/* @element: for the log; @queue and @transport have to outlive it. @fell_back is
 * called with it, in the streaming thread, before the first chunk that is earlier
 * than what came before it, by @time. */
SttInput *stt_input_new (GstElement *element, SttQueue *queue, SttTransport *transport,
    void (*fell_back) (GstElement *, GstClockTime time));
void stt_input_free (SttInput *self);

/* What comes next: raw audio, or an encoded file. Closes what came before, when
 * it is something else. FALSE: it cannot be taken. */
gboolean stt_input_set_caps (SttInput *self, GstCaps *caps);

/* Without caps: those that @buffer, the first one, looks like. FALSE: it does
 * not look like anything that can be taken. */
gboolean stt_input_find_caps (SttInput *self, GstBuffer *buffer);
gboolean stt_input_has_caps (SttInput *self);

/* The input is an encoded file. */
gboolean stt_input_is_file (SttInput *self);

/* Once, before the first push. @max_file: bytes of an encoded file. */
void stt_input_begin (SttInput *self, const SttChunkerOptions *options, guint64 max_file);
gboolean stt_input_has_begun (SttInput *self);

/* All but the caps is as it was at first. */
void stt_input_reset (SttInput *self);

typedef enum
{
  STT_INPUT_OK,
  STT_INPUT_FLUSHING,
  STT_INPUT_TOO_LONG, /* the file is longer than it may be */
} SttInputResult;

/* Takes in what of @buffer is inside of @segment, at its PTS, or at the segment's
 * start when it has none and nothing came before it. One that is far from what came
 * before waits for the next: if that goes on as if nothing had been, its time stamp
 * was wrong. Waits while there is no room. Takes @buffer. */
SttInputResult stt_input_push (
    SttInput *self, GstBuffer *buffer, const GstSegment *segment);

/* Ends what is contiguous: what comes next does not follow it. @why: for the
 * log, a static string. FALSE: flushing. */
gboolean stt_input_close_chunk (SttInput *self, const gchar *why);

/* At the end of the stream: tells the application when sound was not taken for
 * speech. */
void stt_input_tell_unheard (SttInput *self);

/* Puts silence where something is missing for a moment, in what is contiguous.
 * FALSE: it is not for a moment, or does not follow what came before. */
gboolean stt_input_fill (SttInput *self, GstClockTime start, GstClockTime duration);

/* Where what comes next would begin; GST_CLOCK_TIME_NONE: that is not known. */
GstClockTime stt_input_next (SttInput *self);

/* After stt_input_close_chunk(): what comes next begins at @time, or at its own. */
void stt_input_restart (SttInput *self, GstClockTime time);
void stt_input_forget_time (SttInput *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SttInput, stt_input_free)

G_END_DECLS
