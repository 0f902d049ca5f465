// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What a resolved chunk becomes: caption buffers, GAPs, tags and messages. */

#pragma once

#include <gst/gst.h>

#include "cues.h"
#include "queue.h"
#include "gaptimer.h"
#include "messages.h"

G_BEGIN_DECLS

#define CAPTIONS_TAG_TRANSCRIPT "transcript"

typedef struct
{
  SttCuesGranularity granularity;
  SttCueStyle form;
  SttCueOverrides overrides;     /* of @form */
  const gchar *speaker_prefix;   /* wins over @speaker_style */
  SttSpeakerStyle speaker_style; /* not STT_SPEAKERS_STYLE */
  SttSoundLabels sounds;
  const gchar *model;
  const gchar *language; /* of the text where the answer does not tell it */
  gboolean translated;   /* the text is English, whatever was spoken */
  gboolean drop_hallucinations;
  gboolean mend_times; /* by where a voice was heard */
} SttCaptionsStyle;

/* What was announced to elements that wait for captions. */
typedef struct
{
  gboolean live;
  GstClockTime budget;   /* from what is spoken to its caption;
                                 * GST_CLOCK_TIME_NONE: captions are shown when
                                 * they come */
  GstClockTime lateness; /* that is added to the segment's base */
} SttCaptionsTiming;

/* Belongs to the streaming thread of the source pad. */
typedef struct _SttCaptions SttCaptions;

/* Captions are pushed on @srcpad as long as it is linked; else tags are posted as
 * messages. @gap timer has to outlive it. */
SttCaptions *stt_captions_new (
    GstElement *element, GstPad *sinkpad, GstPad *srcpad, SttGapTimer *gap_timer);
void stt_captions_free (SttCaptions *self);

/* Holds for what comes next. Not live at first. */
void stt_captions_set_timing (SttCaptions *self, const SttCaptionsTiming *timing);

gboolean stt_captions_are_live (SttCaptions *self);

/* Lets the pad of a live stream move on where its time has come, and has itself
 * called again in time through the gap timer. */
void stt_captions_update_gaps (SttCaptions *self);

/* Call it when @srcpad was linked or unlinked: what is linked now is told what
 * it has to know, and an end that nothing linked has taken is posted. */
GstFlowReturn stt_captions_follow_link (SttCaptions *self);

/* What was sent is forgotten, until the next segment. No push is under way. */
void stt_captions_flush (SttCaptions *self);

/* Registers the tag; once per process is enough. */
void stt_captions_register_tag (void);

/* Sends an event downstream, in its place; as the end of a pipeline it posts
 * STREAM_START and EOS. Takes it. */
GstFlowReturn stt_captions_push_event (SttCaptions *self, GstEvent *event);

/* A pipeline forgets the EOS of its sinks when it is paused. Any thread. */
void stt_captions_resend_eos (SttCaptions *self);

/* @quiet_until: no other caption begins before; GST_CLOCK_TIME_NONE when that
 * is not known. @followed: one begins then. */
GstFlowReturn stt_captions_push_transcript (SttCaptions *self, SttChunk *chunk,
    const SttCaptionsStyle *style, GstClockTime quiet_until, gboolean followed);

/* Whether words that are said at @start may be shown before their chunk has a result;
 * @all: none of them waits for the end of its clause, as the first has waited for
 * @max_wait. The gap timer tells when that is so. */
gboolean stt_captions_may_push_words (
    SttCaptions *self, GstClockTime start, GstClockTime max_wait, gboolean *all);

GstFlowReturn stt_captions_push_words (
    SttCaptions *self, const SttWords *words, const SttCaptionsStyle *style);

/* Posts why there are no captions here. Time advances. */
void stt_captions_push_failure (SttCaptions *self, SttChunk *chunk, const gchar *reason);

void stt_captions_push_silence (SttCaptions *self, SttChunk *chunk);

/* TRUE: as long as a live pipeline waits, it has waited for captions of a chunk that
 * ends at @end. FALSE: it has not yet, and the gap timer tells when it has. */
gboolean stt_captions_is_overdue (SttCaptions *self, GstClockTime end);

/* @chunk is overtaken: a GAP stands in its place. When it has a result that is told in a
 * message only. */
void stt_captions_push_overtaken (SttCaptions *self, SttChunk *chunk);

/* The end of what was sent, in stream time, and the longest time from what was
 * spoken live to its caption; from any thread that holds the element's
 * OBJECT_LOCK. */
GstClockTime stt_captions_position (SttCaptions *self);
GstClockTime stt_captions_max_delay (SttCaptions *self);
SttCaptionCounts stt_captions_get_counts (SttCaptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SttCaptions, stt_captions_free)

G_END_DECLS
