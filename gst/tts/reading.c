// SPDX-License-Identifier: LGPL-2.1-or-later
/* What is read aloud from PAUSED on: how it begins, is flushed, starts over. */

#include "tts/reading.h"

static void
replace_speaker (Reading * reading, Speaker * speaker)
{
  Speaker *old = reading->speaker;

  if (old && speaker)
    speaker_continue (speaker, old);
  GST_OBJECT_LOCK (reading->element);
  reading->speaker = speaker;
  GST_OBJECT_UNLOCK (reading->element);
  speaker_free (old);
}

static void
replace_intake (Reading * reading, TextIntake * intake)
{
  TextIntake *old = reading->intake;

  GST_OBJECT_LOCK (reading->element);
  reading->intake = intake;
  GST_OBJECT_UNLOCK (reading->element);
  text_intake_free (old);
}

static void
replace_script (Reading * reading, Script * script)
{
  Script *old = reading->script;

  GST_OBJECT_LOCK (reading->element);
  reading->script = script;
  GST_OBJECT_UNLOCK (reading->element);
  script_free (old);
}

static Speaker *
make_speaker (Reading * reading)
{
  g_auto (TtsSettings) settings = reading->snapshot (reading->element);

  return speaker_new (reading->element, reading->srcpad, reading->sinkpad,
      &settings);
}

static TextIntake *
make_intake (Reading * reading)
{
  g_auto (TtsSettings) settings = reading->snapshot (reading->element);
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (reading->sinkpad);
  TextIntake *intake = text_intake_new (settings.max_input_chars,
      settings.first_chunk_chars);

  if (caps)
    text_intake_set_caps (intake, caps);
  return intake;
}

static Script *
make_script (Reading * reading, OpenaiClient * client,
    ScriptParamsFunc params)
{
  g_auto (TtsSettings) settings = reading->snapshot (reading->element);
  ScriptOptions options = {
    .ahead = settings.prefetch,
    .limits = gst_openai_connection_limits (&settings.connection),
  };

  options.limits.answer_is_streamed = TRUE;
  return script_new (client, &options, params, G_OBJECT (reading->element),
      reading->srcpad);
}

void
reading_begin (Reading * reading, OpenaiClient * client,
    ScriptParamsFunc params)
{
  replace_intake (reading, make_intake (reading));
  replace_speaker (reading, make_speaker (reading));
  replace_script (reading, make_script (reading, client, params));
}

void
reading_end (Reading * reading)
{
  replace_speaker (reading, NULL);
  replace_intake (reading, NULL);
  replace_script (reading, NULL);
}

gboolean
reading_start_task (Reading * reading)
{
  return gst_pad_start_task (reading->srcpad, reading->loop, reading->srcpad,
      NULL);
}

void
reading_flush_start (Reading * reading, GstEvent * event, ScriptFlush reason)
{
  script_flush (reading->script, reason);
  gst_pad_push_event (reading->srcpad, event);
  gst_pad_pause_task (reading->srcpad);
}

void
reading_flush_stop (Reading * reading, GstEvent * event)
{
  /* Again: the pad may have been activated since FLUSH_START. */
  script_flush (reading->script, SCRIPT_FLUSHED);
  gst_pad_push_event (reading->srcpad, event);

  /* Until the task has left its loop. */
  GST_PAD_STREAM_LOCK (reading->srcpad);
  replace_intake (reading, make_intake (reading));
  replace_speaker (reading, make_speaker (reading));
  script_unflush (reading->script, SCRIPT_FLUSHED | SCRIPT_BROKEN);
  GST_PAD_STREAM_UNLOCK (reading->srcpad);
  reading_start_task (reading);
}

void
reading_start_over (Reading * reading, GstEvent * segment, gboolean again,
    void (*renew) (GstElement *))
{
  guint32 seqnum = gst_event_get_seqnum (segment);
  GstEvent *start = gst_event_new_flush_start ();
  GstEvent *stop = gst_event_new_flush_stop (again);
  Speaker *speaker;

  gst_event_set_seqnum (start, seqnum);
  gst_event_set_seqnum (stop, seqnum);
  GST_OBJECT_LOCK (reading->element);
  text_intake_drop (reading->intake);
  GST_OBJECT_UNLOCK (reading->element);
  reading_flush_start (reading, start, SCRIPT_INTERRUPTED);
  GST_PAD_STREAM_LOCK (reading->srcpad);
  gst_pad_push_event (reading->srcpad, stop);
  speaker = make_speaker (reading);
  speaker_set_first (speaker, again ? 0 : speaker_time (reading->speaker));
  if (!again)
    speaker_wait (speaker, TRUE);
  replace_speaker (reading, speaker);
  renew (reading->element);
  script_restart (reading->script, segment);
  GST_PAD_STREAM_UNLOCK (reading->srcpad);
  reading_start_task (reading);
}

Script *
reading_script (Reading * reading)
{
  Script *script;

  GST_OBJECT_LOCK (reading->element);
  script = reading->script ? script_ref (reading->script) : NULL;
  GST_OBJECT_UNLOCK (reading->element);
  return script;
}

guint
reading_n_chars (Reading * reading)
{
  g_autoptr (Script) script = reading_script (reading);
  guint n = script ? script_n_chars (script) : 0;

  GST_OBJECT_LOCK (reading->element);
  if (reading->intake)
    n += text_intake_n_chars (reading->intake);
  GST_OBJECT_UNLOCK (reading->element);
  return n;
}

GstClockTime
reading_time (Reading * reading)
{
  GstClockTime time = GST_CLOCK_TIME_NONE;

  GST_OBJECT_LOCK (reading->element);
  if (reading->speaker)
    time = speaker_stream_time (reading->speaker);
  GST_OBJECT_UNLOCK (reading->element);
  return time;
}
