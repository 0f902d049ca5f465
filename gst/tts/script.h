// SPDX-License-Identifier: LGPL-2.1-or-later
/* What is to be said, in order: utterances, each a request, and the events
 * between them; a few requests run ahead. */

#pragma once

#include <gst/gst.h>

#include "client/speech.h"
#include "tts/timeline.h"

G_BEGIN_DECLS

typedef struct
{
  gchar *text;
  TimelineCue cue;              /* when it is to be said */
  gchar *voice;                 /* NULL before the request: what is asked for */
  gchar *model;                 /* what was asked for, for messages */
  gchar *response_format;
} Utterance;

typedef enum
{
  SCRIPT_FLUSHING,              /* nothing more until flushing is off */
  SCRIPT_WOKEN,                 /* script_wake() was called */
  SCRIPT_EVENT,                 /* an event is due */
  SCRIPT_UTTERANCE,             /* the next utterance: its audio follows */
  SCRIPT_AUDIO,                 /* a piece of its answer */
  SCRIPT_END,                   /* the answer is whole */
  SCRIPT_FAILED,                /* the answer failed */
} ScriptStepKind;

/* What is set depends on the kind; clear it with script_step_clear(). */
typedef struct
{
  ScriptStepKind kind;
  GstEvent *event;
  const Utterance *utterance;   /* valid until the step is cleared */
  GBytes *audio;
  gchar *content_type;
  GError *error;
  OpenaiUsage usage;
  gchar *request_id;
  GstClockTime first_byte_latency;
  guint attempts;
  gpointer owned;               /* a reference to the utterance */
} ScriptStep;

void script_step_clear (ScriptStep * step);

typedef struct
{
  guint ahead;                  /* requests beside that of the current utterance */
  OpenaiLimits limits;
} ScriptOptions;

/* Fills cleared @params but for the input with what is asked for now, under
 * the lock of the script: must not call it. */
typedef void (*ScriptParamsFunc) (OpenaiSpeechParams * params,
    GObject * owner);

typedef struct _Script Script;

/* @owner is kept until the last request is through; @pad, of it, keeps the
 * sticky events that outlive a flush; @client has to stay until
 * script_free() has returned. */
Script *script_new (OpenaiClient * client, const ScriptOptions * options,
    ScriptParamsFunc params, GObject * owner, GstPad * pad);

/* Cancels everything, while nobody waits in it; who still holds a reference
 * finds it flushing. */
void script_free (Script * script);
Script *script_ref (Script * script);
void script_unref (Script * script);

/* How often it was flushed so far. */
guint script_flushes (Script * script);

/* Appends; takes @text, @voice (NULL: what is asked for then) and @event.
 * script_add_text() waits while as many wait already as can run ahead. FALSE:
 * flushing, closed, or flushed since @flushes: the text is from before. */
gboolean script_add_text (Script * script, guint flushes, gchar * text,
    gchar * voice, const TimelineCue * cue);
void script_add_event (Script * script, GstEvent * event);

/* Whether script_add_text() would not wait now. */
gboolean script_has_room (Script * script);

/* Whether everything was handed out, and how many characters were not. */
gboolean script_is_empty (Script * script);
guint script_n_chars (Script * script);

/* Cancels and forgets everything; @event, which it takes, is next, and no text
 * is taken any more. */
void script_replace (Script * script, GstEvent * event);

/* It is not interrupted or broken any more; @event, which it takes, comes
 * before all that is added. */
void script_restart (Script * script, GstEvent * event);

/* Waits for what comes next. One thread only. */
void script_next (Script * script, ScriptStep * step);

/* Ends that wait. Any thread. */
void script_wake (Script * script);

/* What is left of the utterance that was begun is not wanted: its END does not
 * come. The thread of script_next(). */
void script_skip (Script * script);

/* Why it flushes: as long as there is any reason. */
typedef enum
{
  SCRIPT_STOPPED = 1 << 0,
  SCRIPT_FLUSHED = 1 << 1,      /* by upstream */
  SCRIPT_INTERRUPTED = 1 << 2,  /* until script_restart() */
  SCRIPT_BROKEN = 1 << 3,       /* script_break(); until that, too */
} ScriptFlush;

/* It is BROKEN: whoever gives text is told @flow until that is over. */
void script_break (Script * script, GstFlowReturn flow);
GstFlowReturn script_flow (Script * script);

/* Cancels and forgets everything, wakes whoever waits; and ends that. */
void script_flush (Script * script, ScriptFlush reason);
void script_unflush (Script * script, ScriptFlush reasons);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Script, script_unref)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScriptStep, script_step_clear)

G_END_DECLS
