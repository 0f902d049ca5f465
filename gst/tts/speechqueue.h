// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is to be said, in order: utterances, each a request, and the events
 * between them; a few requests run ahead. */

#pragma once

#include <gst/gst.h>

#include "timeline.h"
#include "transport.h"
#include "wordforword.h"

G_BEGIN_DECLS

typedef struct
{
  gchar *text;
  TtsTimelineCue cue; /* when it is to be said */
  gchar *voice;       /* NULL before the request: what is asked for */
  gchar *model;       /* what was asked for, for messages */
  gchar *response_format;
} TtsUtterance;

typedef enum
{
  TTS_STEP_FLUSHING,  /* nothing more until flushing is off */
  TTS_STEP_WOKEN,     /* tts_speech_queue_wake() was called */
  TTS_STEP_EVENT,     /* an event is due */
  TTS_STEP_UTTERANCE, /* the next utterance: its audio follows */
  TTS_STEP_AUDIO,     /* a piece of its answer */
  TTS_STEP_END,       /* the answer is whole */
  TTS_STEP_FAILED,    /* the answer failed */
} TtsSpeechStepKind;

/* What is set depends on the kind; clear it with tts_speech_step_clear(). */
typedef struct
{
  TtsSpeechStepKind kind;
  GstEvent *event;
  const TtsUtterance *utterance; /* valid until the step is cleared */
  GBytes *audio;
  gchar *content_type;
  guint pcm_rate; /* AUDIO: of samples that do not tell theirs; 0: as is set */
  GError *error;
  OpenaiUsage usage;
  gchar *request_id;
  gchar *endpoint; /* END and FAILED: the server */
  gchar *model;    /* the same: that was asked for there; NULL: the utterance's */
  GstClockTime first_byte_latency;
  guint attempts;
  gchar *said;        /* other words than the text; NULL: none */
  gboolean unchecked; /* what was said is not known */
  gboolean is_silent; /* there was no audio */
  gpointer owned;     /* a reference to the utterance */
} TtsSpeechStep;

void tts_speech_step_clear (TtsSpeechStep *step);

typedef struct
{
  guint ahead; /* requests beside that of the current utterance */
  TtsVerbatimMode verbatim;
} TtsSpeechQueueOptions;

/* Fills cleared @params but for the input with what is asked for now, under
 * the lock of the speech queue: must not call it. */
typedef void (*TtsSpeechParamsFunc) (OpenaiSpeechParams *params, GObject *owner);

typedef struct _TtsSpeechQueue TtsSpeechQueue;

/* @owner is kept until the last request is through; @pad, of it, keeps the
 * sticky events that outlive a flush; @transport has to stay until
 * tts_speech_queue_free() has returned. */
TtsSpeechQueue *tts_speech_queue_new (TtsTransport *transport,
    const TtsSpeechQueueOptions *options, TtsSpeechParamsFunc params, GObject *owner,
    GstPad *pad);

/* Cancels everything, while no thread waits in it; another holder of a reference
 * finds it flushing. */
void tts_speech_queue_free (TtsSpeechQueue *self);
TtsSpeechQueue *tts_speech_queue_ref (TtsSpeechQueue *self);
void tts_speech_queue_unref (TtsSpeechQueue *self);

/* How often it was flushed so far. */
guint tts_speech_queue_flushes (TtsSpeechQueue *self);

/* Appends; takes @text, @voice (NULL: what is asked for then) and @event.
 * tts_speech_queue_add_text() waits while as many wait already as can run ahead. FALSE:
 * flushing, closed, or flushed since @flushes: the text is from before. */
gboolean tts_speech_queue_add_text (TtsSpeechQueue *self, guint flushes, gchar *text,
    gchar *voice, const TtsTimelineCue *cue);
void tts_speech_queue_add_event (TtsSpeechQueue *self, GstEvent *event);

/* Whether tts_speech_queue_add_text() would not wait now. */
gboolean tts_speech_queue_has_room (TtsSpeechQueue *self);

/* Whether everything was handed out, and how many characters were not. */
gboolean tts_speech_queue_is_empty (TtsSpeechQueue *self);
guint tts_speech_queue_n_chars (TtsSpeechQueue *self);

/* Cancels and forgets everything; @event, which it takes, is next, and no text
 * is taken any more. */
void tts_speech_queue_replace (TtsSpeechQueue *self, GstEvent *event);

/* It is not interrupted or broken any more; @event, which it takes, comes
 * before all that is added. */
void tts_speech_queue_restart (TtsSpeechQueue *self, GstEvent *event);

/* Waits for what comes next. One thread only. */
void tts_speech_queue_next (TtsSpeechQueue *self, TtsSpeechStep *step);

/* Waits until one of the requests that run ahead is answered, or all of them
 * have failed, too. TRUE: one was answered. The thread of
 * tts_speech_queue_next(). */
gboolean tts_speech_queue_wait_for_answer (TtsSpeechQueue *self);

/* Ends the wait of tts_speech_queue_next(). Any thread. */
void tts_speech_queue_wake (TtsSpeechQueue *self);

/* What is left of the utterance that was begun, if it has not ended, is not
 * wanted: its END does not come. The thread of tts_speech_queue_next(). */
void tts_speech_queue_skip (TtsSpeechQueue *self);

/* Why it flushes: as long as there is any reason. */
typedef enum
{
  TTS_FLUSH_STOPPED = 1 << 0,
  TTS_FLUSH_UPSTREAM = 1 << 1,    /* by upstream */
  TTS_FLUSH_INTERRUPTED = 1 << 2, /* until tts_speech_queue_restart() */
  TTS_FLUSH_BROKEN = 1 << 3,      /* tts_speech_queue_break(); until that, too */
} TtsFlushReason;

/* It is BROKEN: upstream is told @flow until that is over. */
void tts_speech_queue_break (TtsSpeechQueue *self, GstFlowReturn flow);
GstFlowReturn tts_speech_queue_flow (TtsSpeechQueue *self);

/* Cancels and forgets everything, wakes the waiting threads; and ends that. */
void tts_speech_queue_flush (TtsSpeechQueue *self, TtsFlushReason reason);
void tts_speech_queue_unflush (TtsSpeechQueue *self, TtsFlushReason reasons);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TtsSpeechQueue, tts_speech_queue_unref)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TtsSpeechStep, tts_speech_step_clear)

G_END_DECLS
