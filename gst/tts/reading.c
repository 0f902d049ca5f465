// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is read aloud from PAUSED on: how it begins, is flushed, starts over. */

#include "reading.h"

/* About so much is said in one piece, where that is short. */
#define SENTENCE_CHARS 160

static void
replace_renderer (TtsReading *self, TtsRenderer *renderer)
{
  TtsRenderer *old = self->renderer;

  if (old && renderer)
    tts_renderer_continue (renderer, old);
  GST_OBJECT_LOCK (self->element);
  self->renderer = renderer;
  GST_OBJECT_UNLOCK (self->element);
  tts_renderer_free (old);
}

static void
replace_text_input (TtsReading *self, TtsTextInput *text_input)
{
  TtsTextInput *old = self->text_input;

  GST_OBJECT_LOCK (self->element);
  self->text_input = text_input;
  GST_OBJECT_UNLOCK (self->element);
  tts_text_input_free (old);
}

static void
replace_speech_queue (TtsReading *self, TtsSpeechQueue *speech_queue)
{
  TtsSpeechQueue *old = self->speech_queue;

  GST_OBJECT_LOCK (self->element);
  self->speech_queue = speech_queue;
  GST_OBJECT_UNLOCK (self->element);
  tts_speech_queue_free (old);
}

TtsSpeechQueue *
tts_reading_ref_queue (TtsReading *self)
{
  TtsSpeechQueue *speech_queue;

  GST_OBJECT_LOCK (self->element);
  speech_queue = self->speech_queue ? tts_speech_queue_ref (self->speech_queue) : NULL;
  GST_OBJECT_UNLOCK (self->element);
  return speech_queue;
}

static TtsRenderer *
make_renderer (TtsReading *self)
{
  g_auto (TtsSettings) settings = self->snapshot (self->element);

  return tts_renderer_new (self->element, self->srcpad, self->sinkpad, &settings);
}

static TtsTextInput *
make_text_input (TtsReading *self)
{
  g_auto (TtsSettings) settings = self->snapshot (self->element);
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (self->sinkpad);
  TtsTextInput *text_input = tts_text_input_new (self->element, settings.max_input_chars,
      self->in_sentences ? SENTENCE_CHARS : settings.first_chunk_chars,
      self->in_sentences);

  if (caps)
    tts_text_input_set_caps (text_input, caps);
  return text_input;
}

static TtsSpeechQueue *
make_speech_queue (TtsReading *self, TtsTransport *transport, TtsSpeechParamsFunc params)
{
  g_auto (TtsSettings) settings = self->snapshot (self->element);
  TtsSpeechQueueOptions options = {
    .ahead = settings.prefetch,
    .verbatim = settings.verbatim,
  };

  return tts_speech_queue_new (
      transport, &options, params, G_OBJECT (self->element), self->srcpad);
}

void
tts_reading_begin (TtsReading *self, TtsTransport *transport, TtsSpeechParamsFunc params)
{
  replace_text_input (self, make_text_input (self));
  replace_renderer (self, make_renderer (self));
  replace_speech_queue (self, make_speech_queue (self, transport, params));
}

void
tts_reading_end (TtsReading *self)
{
  replace_renderer (self, NULL);
  replace_text_input (self, NULL);
  replace_speech_queue (self, NULL);
}

gboolean
tts_reading_start_task (TtsReading *self)
{
  return gst_pad_start_task (self->srcpad, self->loop, self->srcpad, NULL);
}

void
tts_reading_flush_start (TtsReading *self, GstEvent *event, TtsFlushReason reason)
{
  g_autoptr (TtsSpeechQueue) speech_queue = tts_reading_ref_queue (self);

  if (speech_queue)
    tts_speech_queue_flush (speech_queue, reason);
  gst_pad_push_event (self->srcpad, event);
  gst_pad_pause_task (self->srcpad);
}

void
tts_reading_flush_stop (TtsReading *self, GstEvent *event)
{
  /* Again: the pad may have been activated since FLUSH_START. */
  tts_speech_queue_flush (self->speech_queue, TTS_FLUSH_UPSTREAM);
  gst_pad_push_event (self->srcpad, event);

  /* Until the task has left its loop. */
  GST_PAD_STREAM_LOCK (self->srcpad);
  replace_text_input (self, make_text_input (self));
  replace_renderer (self, make_renderer (self));
  tts_speech_queue_unflush (self->speech_queue, TTS_FLUSH_UPSTREAM | TTS_FLUSH_BROKEN);
  GST_PAD_STREAM_UNLOCK (self->srcpad);
  tts_reading_start_task (self);
}

void
tts_reading_start_over (
    TtsReading *self, GstEvent *segment, gboolean again, void (*renew) (GstElement *))
{
  guint32 seqnum = gst_event_get_seqnum (segment);
  GstEvent *start = gst_event_new_flush_start ();
  GstEvent *stop = gst_event_new_flush_stop (again);
  TtsRenderer *renderer;

  gst_event_set_seqnum (start, seqnum);
  gst_event_set_seqnum (stop, seqnum);
  GST_OBJECT_LOCK (self->element);
  tts_text_input_drop (self->text_input);
  GST_OBJECT_UNLOCK (self->element);
  tts_reading_flush_start (self, start, TTS_FLUSH_INTERRUPTED);
  GST_PAD_STREAM_LOCK (self->srcpad);
  gst_pad_push_event (self->srcpad, stop);
  if (!again)
    tts_renderer_tell_interruption (self->renderer);
  renderer = make_renderer (self);
  tts_renderer_set_first (renderer, again ? 0 : tts_renderer_time (self->renderer));
  if (!again)
    tts_renderer_resync_to_clock (renderer, TRUE);
  replace_renderer (self, renderer);
  renew (self->element);
  tts_speech_queue_restart (self->speech_queue, segment);
  GST_PAD_STREAM_UNLOCK (self->srcpad);
  tts_reading_start_task (self);
}

guint
tts_reading_n_chars (TtsReading *self)
{
  g_autoptr (TtsSpeechQueue) speech_queue = tts_reading_ref_queue (self);
  guint n = speech_queue ? tts_speech_queue_n_chars (speech_queue) : 0;

  GST_OBJECT_LOCK (self->element);
  if (self->text_input)
    n += tts_text_input_n_chars (self->text_input);
  GST_OBJECT_UNLOCK (self->element);
  return n;
}

GstClockTime
tts_reading_time (TtsReading *self)
{
  GstClockTime time = GST_CLOCK_TIME_NONE;

  GST_OBJECT_LOCK (self->element);
  if (self->renderer)
    time = tts_renderer_stream_time (self->renderer);
  GST_OBJECT_UNLOCK (self->element);
  return time;
}
