// SPDX-License-Identifier: LGPL-2.1-or-later
/* What the script says is due, and its answers, to speech on the source pad:
 * on time, and told about in messages. */

#pragma once

#include <gst/gst.h>

#include "tts/script.h"
#include "tts/ttssettings.h"

G_BEGIN_DECLS

/* Belongs to the streaming thread of the source pad. */
typedef struct _Speaker Speaker;

/* Both pads are of @element, which owns the speaker. */
Speaker *speaker_new (GstElement * element, GstPad * srcpad, GstPad * sinkpad,
    const TtsSettings * settings);
void speaker_free (Speaker * speaker);

/* After a flush: goes on with the encoded stream that @before has begun, whose
 * headers downstream has. */
void speaker_continue (Speaker * speaker, Speaker * before);

/* The time of the first sample of the segment in the script; NONE: its
 * start. */
void speaker_set_first (Speaker * speaker, GstClockTime first);

/* There is nothing to say: what comes next is said when it comes, not when
 * the last words ended. @restart: also when these are still far ahead. */
void speaker_wait (Speaker * speaker, gboolean restart);

/* ERROR: @error says why, unless downstream did. */
GstFlowReturn speaker_take (Speaker * speaker, Script * script,
    const ScriptStep * step, GError ** error);

GstClockTime speaker_time (Speaker * speaker);

/* As stream time, from any thread that holds the element's OBJECT_LOCK. */
GstClockTime speaker_stream_time (Speaker * speaker);

G_END_DECLS
