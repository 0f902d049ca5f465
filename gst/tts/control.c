// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What a program asks of openaitts while it speaks: say, interrupt, seek. */

#include "gstopenaitts.h"

#include "textinput.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_tts_debug);
#define GST_CAT_DEFAULT gst_openai_tts_debug

gboolean
gst_openai_tts_add_text (GstOpenaiTts *self, const gchar *text, gboolean opens)
{
  g_autoptr (TtsSpeechQueue) speech_queue = tts_reading_ref_queue (&self->reading);

  if (!text || (speech_queue && self->has_sink)
      || !tts_text_queue_push (self->texts, text, opens))
    return FALSE;
  if (speech_queue)
    tts_speech_queue_wake (speech_queue);
  return TRUE;
}

gboolean
gst_openai_tts_say (GstOpenaiTts *self, const gchar *text)
{
  return gst_openai_tts_add_text (self, text, TRUE);
}

void
gst_openai_tts_end_of_speech (GstOpenaiTts *self)
{
  g_autoptr (TtsSpeechQueue) speech_queue = tts_reading_ref_queue (&self->reading);

  tts_text_queue_close (self->texts);
  if (speech_queue)
    tts_speech_queue_wake (speech_queue);
}

/* The segment that goes on after an interruption. */
static GstEvent *
current_segment (GstOpenaiTts *self)
{
  g_autoptr (GstEvent) event =
      gst_pad_get_sticky_event (self->sinkpad, GST_EVENT_SEGMENT, 0);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  if (event && self->has_sink)
    gst_event_copy_segment (event, &segment);
  return tts_text_segment_event (&segment, event);
}

static void
forget_texts (GstElement *element)
{
  tts_text_queue_clear (GST_OPENAI_TTS (element)->texts, FALSE);
}

/* Upstream does not tell it twice. */
static void
resend_eos (GstOpenaiTts *self)
{
  gboolean ended;

  GST_OBJECT_LOCK (self);
  ended = self->ended;
  GST_OBJECT_UNLOCK (self);
  if (ended)
    tts_speech_queue_add_event (self->reading.speech_queue, gst_event_new_eos ());
}

static void
interrupt (GstElement *element, gpointer user_data)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (element);

  GST_STATE_LOCK (self);
  if (self->reading.speech_queue) {
    GST_DEBUG_OBJECT (self, "interrupted");
    tts_reading_start_over (&self->reading, current_segment (self), FALSE, forget_texts);
    resend_eos (self);
  } else {
    forget_texts (element);
  }
  GST_STATE_UNLOCK (self);
}

/* A handler of a message or a probe that runs in the task cannot stop it. */
static gboolean
is_in_task (GstOpenaiTts *self)
{
  return g_atomic_pointer_get (&self->task) == g_thread_self ();
}

void
gst_openai_tts_interrupt (GstOpenaiTts *self)
{
  if (is_in_task (self))
    gst_element_call_async (GST_ELEMENT (self), interrupt, NULL, NULL);
  else
    interrupt (GST_ELEMENT (self), NULL);
}

static void
renew_texts (GstElement *element)
{
  forget_texts (element);
  gst_openai_tts_begin_texts (GST_OPENAI_TTS (element));
}

/* The text is said again from its beginning, heard from there on. */
static gboolean
start_again (GstOpenaiTts *self, GstEvent *seek, const GstSegment *segment)
{
  gboolean runs;

  GST_STATE_LOCK (self);
  runs = self->reading.speech_queue != NULL;
  if (runs)
    tts_reading_start_over (
        &self->reading, tts_text_segment_event (segment, seek), TRUE, renew_texts);
  GST_STATE_UNLOCK (self);
  return runs;
}

static void
start_again_later (GstElement *element, gpointer seek)
{
  GstSegment segment;

  if (tts_text_seek_segment (seek, &segment))
    start_again (GST_OPENAI_TTS (element), seek, &segment);
}

gboolean
gst_openai_tts_seek (GstOpenaiTts *self, GstEvent *event)
{
  GstSegment segment;

  if (!tts_text_seek_segment (event, &segment))
    return FALSE;
  if (!is_in_task (self))
    return start_again (self, event, &segment);
  gst_element_call_async (GST_ELEMENT (self), start_again_later, gst_event_ref (event),
      (GDestroyNotify) gst_event_unref);
  return TRUE;
}
