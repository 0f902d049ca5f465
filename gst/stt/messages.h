// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is told on the bus: about a chunk, the server and the account. */

#pragma once

#include <gst/gst.h>

#include "cues.h"
#include "queue.h"
#include "transport.h"

G_BEGIN_DECLS

/* openaistt/transcript of @chunk, whose text is @said: what of it does not
 * seem made up. @timed is the same with its times set right. @dropped is the
 * rest, or NULL. */
GstStructure *stt_message_new_transcript (const GstSegment *segment,
    const SttChunk *chunk, const OpenaiTranscript *said, const OpenaiTranscript *timed,
    const gchar *dropped, const gchar *model);

/* openaistt/failed */
GstStructure *stt_message_new_failure (
    const GstSegment *segment, const SttChunk *chunk, const gchar *reason);

/* openaistt/partial */
GstStructure *stt_message_new_partial (
    const SttChunk *chunk, const SttPartial *partial, const SttPartialText *text);

/* openaistt/finding: a rule of @rules that @cue cannot keep, shown from @start to @end. */
GstStructure *stt_message_new_finding (const GstSegment *segment, const SttCue *cue,
    GstClockTime start, GstClockTime end, SttCueFindings finding,
    const SttCueRules *rules);

/* From the end of the speech to the answer, which may come before it. */
GstClockTime stt_message_latency (const SttChunk *chunk);

/* How many captions there were, and how many could not keep a rule. */
typedef struct
{
  guint64 captions;
  guint64 findings[STT_CUE_N_FINDINGS]; /* in the order of SttCueFindings */
} SttCaptionCounts;

/* For the stats property: what became of the samples, at @rate a second. */
GstStructure *stt_message_new_stats (
    const SttQueueAccount *account, const SttCaptionCounts *counts, guint rate);

/* For SttTransportEvents, with the element as @owner: a warning or INFO message. */
void stt_message_post_status (
    SttStatus status, const gchar *text, const GError *error, gpointer owner);

/* The warning of a caption that comes @delay after it was spoken, too late. */
void stt_message_post_late (GstElement *element, GstClockTime delay);

/* The error of a file that is longer than it may be. */
void stt_message_post_too_long (GstElement *element);

/* There was so much sound, and none of it was taken for speech; or noise that was as loud
 * as speech. */
void stt_message_post_unheard (GstElement *element, gdouble seconds);
void stt_message_post_covered (GstElement *element, gdouble seconds);

G_END_DECLS
