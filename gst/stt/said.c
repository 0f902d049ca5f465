// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What a resolved chunk says. */

#include "said.h"

#include <math.h>

#include "answertimes.h"
#include "hallucinations.h"
#include "soundlabels.h"
#include "times.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_stt_debug);
#define GST_CAT_DEFAULT gst_openai_stt_debug

/* Spoken characters a second, for a file whose answer tells no time at all. */
#define SPEAKING_RATE 15

/* Seconds; what an answer says of a longer file is not believed. */
#define LONGEST_FILE 1e6

/* How long the audio was, by its transcript. */
static GstClockTime
length_of (const OpenaiTranscript *transcript)
{
  gdouble end =
      isnan (transcript->duration) ? 0 : CLAMP (transcript->duration, 0, LONGEST_FILE);

  for (guint i = 0; i < transcript->segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (transcript->segments, i);
    end = fmax (end, segment->end);
  }
  for (guint i = 0; i < transcript->words->len; i++) {
    const OpenaiWord *word = g_ptr_array_index (transcript->words, i);
    end = fmax (end, word->end);
  }
  if (end <= 0)
    end = 1 + (gdouble) g_utf8_strlen (transcript->text, -1) / SPEAKING_RATE;
  return MIN (end, LONGEST_FILE) * GST_SECOND;
}

static void
repair_times (SttChunk *chunk)
{
  OpenaiTranscript *given = chunk->transcript;
  gdouble told = isnan (given->duration) ? LONGEST_FILE : given->duration;

  chunk->transcript = stt_answer_times_repair (given,
      chunk->duration_unknown ? CLAMP (told, 0, LONGEST_FILE)
                              : (gdouble) (chunk->end - chunk->start) / GST_SECOND);
  if (chunk->transcript != given)
    GST_INFO ("chunk at %" GST_TIME_FORMAT ": times of the answer were set right",
        GST_TIME_ARGS (chunk->start));
  openai_transcript_unref (given);
}

static OpenaiTranscript *
without_hallucinations (SttChunk *chunk, const SttCaptionsStyle *style, gchar **dropped)
{
  SttHeard heard = stt_chunk_heard (chunk);

  *dropped = NULL;
  return style->drop_hallucinations
      ? stt_hallucinations_drop (chunk->transcript, &heard, dropped)
      : openai_transcript_ref (chunk->transcript);
}

/* Descriptions of sound as they are wanted. Takes @said, and appends to @dropped. */
static OpenaiTranscript *
with_sounds (OpenaiTranscript *said, const SttCaptionsStyle *style, gchar **dropped)
{
  g_autoptr (OpenaiTranscript) given = said;
  g_autoptr (GString) left_out = g_string_new (*dropped);
  const gchar *language = given->language ? given->language : style->language;
  OpenaiTranscript *result = stt_sound_labels_apply (given,
      stt_cue_style_sounds (style->form, style->sounds, language), language, left_out);

  g_free (*dropped);
  *dropped = left_out->len > 0 ? g_strdup (left_out->str) : NULL;
  return result;
}

/* NULL: not known. */
static GArray *
voice_of (SttChunk *chunk, const SttCaptionsStyle *style, const OpenaiTranscript *said)
{
  return style->mend_times && !chunk->duration_unknown
      ? stt_times_voice (said, chunk->heard)
      : NULL;
}

SttSaid
stt_said_of (SttChunk *chunk, const SttCaptionsStyle *style)
{
  SttSaid said = { NULL };

  repair_times (chunk);
  said.text = without_hallucinations (chunk, style, &said.dropped);
  said.text = with_sounds (said.text, style, &said.dropped);
  said.voice = voice_of (chunk, style, said.text);
  said.timed = said.voice ? stt_times_mend (said.text, said.voice)
                          : openai_transcript_ref (said.text);
  if (chunk->duration_unknown)
    chunk->end = MAX (chunk->end, chunk->start + length_of (chunk->transcript));
  return said;
}

void
stt_said_clear (SttSaid *self)
{
  g_clear_pointer (&self->text, openai_transcript_unref);
  g_clear_pointer (&self->timed, openai_transcript_unref);
  g_clear_pointer (&self->voice, g_array_unref);
  g_clear_pointer (&self->dropped, g_free);
}
