// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is read aloud from PAUSED on: text on its way into the speech queue, and out of
 * it as speech; how that begins, is flushed and starts over. */

#pragma once

#include "speechqueue.h"
#include "renderer.h"
#include "textinput.h"
#include "ttssettings.h"

G_BEGIN_DECLS

/* A member of the element. What is replaced is so under the OBJECT_LOCK. */
typedef struct
{
  /* immutable */
  GstElement *element;
  GstPad *sinkpad;
  GstPad *srcpad;
  TtsSettingsSnapshot snapshot;
  GstTaskFunction loop; /* of the source pad's task */

  gboolean in_sentences; /* a text is said in short pieces; before it begins */

  TtsSpeechQueue *speech_queue; /* NULL: the element is stopped */
  TtsTextInput *text_input;     /* streaming thread of the sink pad; as a
                                 * source, the task */
  TtsRenderer *renderer;        /* the task */
} TtsReading;

/* READY to PAUSED, before the pads are active; and back, after. @transport has
 * to stay until then. */
void tts_reading_begin (
    TtsReading *self, TtsTransport *transport, TtsSpeechParamsFunc params);
void tts_reading_end (TtsReading *self);

gboolean tts_reading_start_task (TtsReading *self);

/* Both take @event and send it on. A FLUSH_START may come while the element is stopped:
 * no pad waits for it. */
void tts_reading_flush_start (TtsReading *self, GstEvent *event, TtsFlushReason reason);
void tts_reading_flush_stop (TtsReading *self, GstEvent *event);

/* Throws away what is being said; then @segment begins: @again with the time 0,
 * else with that at which it was, and what comes next is said when it comes.
 * @renew is called with the element when the task stands still.
 * Called with the STATE_LOCK held, so that the element is not stopped
 * meanwhile, and not by the task. */
void tts_reading_start_over (
    TtsReading *self, GstEvent *segment, gboolean again, void (*renew) (GstElement *));

/* The following are for any thread. */

/* A new reference; NULL: the element is stopped. */
TtsSpeechQueue *tts_reading_ref_queue (TtsReading *self);

/* Characters that were not said to their end. */
guint tts_reading_n_chars (TtsReading *self);

/* Stream time. */
GstClockTime tts_reading_time (TtsReading *self);

G_END_DECLS
