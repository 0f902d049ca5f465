// SPDX-License-Identifier: LGPL-2.1-or-later
/* What is read aloud from PAUSED on: text on its way into the script, and out of
 * it as speech; how that begins, is flushed and starts over. */

#pragma once

#include "tts/script.h"
#include "tts/speaker.h"
#include "tts/textintake.h"
#include "tts/ttssettings.h"

G_BEGIN_DECLS

/* A member of the element. What is replaced is so under the OBJECT_LOCK. */
typedef struct
{
  /* immutable */
  GstElement *element;
  GstPad *sinkpad;
  GstPad *srcpad;
  TtsSettingsSnapshot snapshot;
  GstTaskFunction loop;         /* of the source pad's task */

  Script *script;               /* NULL: the element is stopped */
  TextIntake *intake;           /* streaming thread of the sink pad; as a
                                 * source, the task */
  Speaker *speaker;             /* the task */
} Reading;

/* READY to PAUSED, before the pads are active; and back, after. @client has to
 * stay until then. */
void reading_begin (Reading * reading, OpenaiClient * client,
    ScriptParamsFunc params);
void reading_end (Reading * reading);

gboolean reading_start_task (Reading * reading);

/* Both take @event and send it on. */
void reading_flush_start (Reading * reading, GstEvent * event,
    ScriptFlush reason);
void reading_flush_stop (Reading * reading, GstEvent * event);

/* Throws away what is being said; then @segment begins: @again with the time 0,
 * else with that at which it was, and what comes next is said when it comes.
 * @renew is called with the element when the task stands still.
 * Called with the STATE_LOCK held, so that the element is not stopped
 * meanwhile, and not by the task. */
void reading_start_over (Reading * reading, GstEvent * segment,
    gboolean again, void (*renew) (GstElement *));

/* The following are for any thread. */

/* A new reference; NULL: the element is stopped. */
Script *reading_script (Reading * reading);

/* Characters that were not said to their end. */
guint reading_n_chars (Reading * reading);

/* Stream time. */
GstClockTime reading_time (Reading * reading);

G_END_DECLS
