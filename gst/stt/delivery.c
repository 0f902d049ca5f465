// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What becomes of a resolved chunk: captions, a warning, or the end. */

#include "delivery.h"

#include "element/errors.h"
#include "i18n.h"

struct _SttDelivery
{
  GstElement *element;
  SttSettingsSnapshot snapshot;
  SttQueue *queue;
  SttCaptions *captions;
  gboolean told_dropped; /* nothing was transcribed since */
  gboolean error_waits;
};

SttDelivery *
stt_delivery_new (GstElement *element, SttSettingsSnapshot snapshot, SttQueue *queue,
    SttCaptions *captions)
{
  SttDelivery *self = g_new0 (SttDelivery, 1);

  self->element = element;
  self->snapshot = snapshot;
  self->queue = queue;
  self->captions = captions;
  return self;
}

void
stt_delivery_free (SttDelivery *self)
{
  g_free (self);
}

gboolean
stt_delivery_error_waits (const SttDelivery *self)
{
  return self->error_waits;
}

/* Live, words have been seen before their chunk failed. */
static gboolean
is_fatal (SttDelivery *self, const GError *error)
{
  g_auto (SttSettings) settings = self->snapshot (self->element);
  gboolean live = stt_captions_are_live (self->captions);

  return settings.fallback.on_error == GST_OPENAI_ON_ERROR_FAIL
      || !stt_queue_has_transcript (self->queue, live)
      || gst_openai_error_is_fatal (error);
}

static GstFlowReturn
deliver_failed (SttDelivery *self, SttChunk *chunk)
{
  if (is_fatal (self, chunk->error)) {
    self->error_waits = !gst_openai_post_error (self->element, chunk->error);
    return GST_FLOW_ERROR;
  }
  gst_openai_post_warning (self->element, chunk->error);
  stt_captions_push_failure (self->captions, chunk, chunk->error->message);
  return GST_FLOW_OK;
}

/* Valid as long as @settings. */
static SttCaptionsStyle
style_of (const SttSettings *settings)
{
  return (SttCaptionsStyle) {
    .granularity = settings->granularity,
    .form = settings->caption_style,
    .overrides = stt_settings_cue_overrides (settings),
    .speaker_prefix = settings->speaker_prefix,
    .speaker_style =
        stt_cue_style_speakers (settings->caption_style, settings->speaker_style),
    .sounds = settings->sound_labels,
    .model = settings->model,
    .language = stt_settings_language (settings),
    .translated = settings->task == STT_TASK_TRANSLATE,
    .drop_hallucinations = settings->drop_hallucinations,
    .mend_times = settings->vad != STT_VAD_NONE,
  };
}

/* Segments and chunks are known at their end. */
static gboolean
wants_words (const SttSettings *settings)
{
  return settings->partial_captions == STT_PARTIAL_CAPTIONS_STABLE
      && (settings->granularity == STT_CUES_CAPTION
          || settings->granularity == STT_CUES_WORD);
}

GstFlowReturn
stt_delivery_push_words (SttDelivery *self)
{
  GstClockTime start = stt_queue_get_words_start (self->queue);
  g_auto (SttSettings) settings = { 0 };
  g_auto (SttWords) words = { NULL };
  SttCaptionsStyle style;
  gboolean all;

  if (!GST_CLOCK_TIME_IS_VALID (start))
    return GST_FLOW_OK;
  settings = self->snapshot (self->element);
  if (!wants_words (&settings)
      || !stt_captions_may_push_words (
          self->captions, start, stt_settings_patience (&settings), &all)
      || !stt_queue_pop_words (
          self->queue, all || settings.granularity == STT_CUES_WORD, &words))
    return GST_FLOW_OK;
  style = style_of (&settings);
  return stt_captions_push_words (self->captions, &words, &style);
}

static GstFlowReturn
deliver_transcript (SttDelivery *self, SttChunk *chunk)
{
  g_auto (SttSettings) settings = self->snapshot (self->element);
  SttCaptionsStyle style = style_of (&settings);
  GstClockTime quiet_until;
  gboolean followed;

  if (!stt_captions_are_live (self->captions) && !chunk->overtaken)
    stt_queue_await_input (self->queue, chunk->end + STT_CUES_LONGEST);
  quiet_until = stt_queue_get_quiet_end (self->queue, &followed);
  return stt_captions_push_transcript (
      self->captions, chunk, &style, quiet_until, followed);
}

static GstFlowReturn
deliver_speech (SttDelivery *self, SttChunk *chunk)
{
  switch (chunk->state) {
    case STT_CHUNK_TRANSCRIBED:
      self->told_dropped = FALSE;
      return deliver_transcript (self, chunk);
    case STT_CHUNK_FAILED:
      return deliver_failed (self, chunk);
    default:
      if (!self->told_dropped)
        GST_ELEMENT_WARNING (self->element, RESOURCE, BUSY,
            (_("Speech was dropped, since more than max-backlog of it waited "
                "for the server. If that is slow and not away, raise "
                "max-requests or use a faster model.")),
                (NULL));
      self->told_dropped = TRUE;
      stt_captions_push_failure (self->captions, chunk, "dropped");
      return GST_FLOW_OK;
  }
}

void
stt_delivery_overtake_late (SttDelivery *self)
{
  GstClockTime end = stt_queue_get_blocking_end (self->queue);

  while (GST_CLOCK_TIME_IS_VALID (end) && stt_captions_is_overdue (self->captions, end)) {
    g_autoptr (SttChunk) chunk = stt_queue_overtake (self->queue);

    if (chunk)
      stt_captions_push_overtaken (self->captions, chunk);
    end = stt_queue_get_blocking_end (self->queue);
  }
}

GstFlowReturn
stt_delivery_handle_item (SttDelivery *self, SttChunk *chunk)
{
  switch (chunk->kind) {
    case STT_CHUNK_SPEECH:
      return deliver_speech (self, chunk);
    case STT_CHUNK_SILENCE:
      stt_captions_push_silence (self->captions, chunk);
      return GST_FLOW_OK;
    default:
      return stt_captions_push_event (self->captions, g_steal_pointer (&chunk->event));
  }
}
