// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the speech queue says is due, and its answers, to speech on the source pad:
 * on time, and told about in messages. */

#pragma once

#include <gst/gst.h>

#include "speechqueue.h"
#include "ttssettings.h"

G_BEGIN_DECLS

/* Belongs to the streaming thread of the source pad. */
typedef struct _TtsRenderer TtsRenderer;

/* Both pads are of @element, which owns the renderer. */
TtsRenderer *tts_renderer_new (
    GstElement *element, GstPad *srcpad, GstPad *sinkpad, const TtsSettings *settings);
void tts_renderer_free (TtsRenderer *self);

/* After a flush: goes on with the encoded stream that @before has begun, whose
 * headers downstream has. */
void tts_renderer_continue (TtsRenderer *self, TtsRenderer *before);

/* The time of the first sample of the segment in the speech queue; NONE: its
 * start. */
void tts_renderer_set_first (TtsRenderer *self, GstClockTime first);

/* There is nothing to say: what comes next is said when it comes, not when
 * the last words ended. @restart: also when these are still far ahead. */
void tts_renderer_resync_to_clock (TtsRenderer *self, gboolean restart);

/* An event of the speech queue: a cue that ends then has nothing to say, but
 * counts for the length of the track. */
GstEvent *tts_silent_cue_event_new (GstClockTime end);

/* ERROR: @error says why, unless downstream did. */
GstFlowReturn tts_renderer_handle_step (TtsRenderer *self, TtsSpeechQueue *speech_queue,
    const TtsSpeechStep *step, GError **error);

/* The utterance of @step could not be said, because of @error: what is left of
 * it is dropped, it is told in a message, and its time passes in silence. */
GstFlowReturn tts_renderer_skip_failed (TtsRenderer *self, TtsSpeechQueue *speech_queue,
    const TtsSpeechStep *step, const GError *error);

/* It is interrupted: what was being said, and about how much of it was not, is told in
 * a message. */
void tts_renderer_tell_interruption (TtsRenderer *self);

GstClockTime tts_renderer_time (TtsRenderer *self);

/* As stream time, from any thread that holds the element's OBJECT_LOCK. */
GstClockTime tts_renderer_stream_time (TtsRenderer *self);

G_END_DECLS
