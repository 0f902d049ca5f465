// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a settled stretch becomes: caption buffers, GAPs, tags and messages. */

#pragma once

#include <gst/gst.h>

#include "stt/cues.h"
#include "stt/outbox.h"
#include "stt/pace.h"

G_BEGIN_DECLS

#define CAPTIONS_TAG_TRANSCRIPT "transcript"

typedef struct
{
  CuesGranularity granularity;
  guint max_lines;
  guint max_line_chars;
  const gchar *speaker_prefix;
  const gchar *model;
  gboolean drop_hallucinations;
  guint rate;                   /* of the samples of stretches */
} CaptionsStyle;

/* What was promised to whoever waits for captions. */
typedef struct
{
  gboolean live;
  GstClockTime budget;          /* from what is spoken to its caption;
                                 * GST_CLOCK_TIME_NONE: captions are shown when
                                 * they come */
  GstClockTime lateness;        /* that is added to the segment's base */
} CaptionsTiming;

/* Belongs to the streaming thread of the source pad. */
typedef struct _Captions Captions;

/* @has_src: captions are pushed on @srcpad; else tags are posted as messages.
 * @pace has to outlive it. */
Captions *captions_new (GstElement * element, GstPad * sinkpad,
    GstPad * srcpad, gboolean has_src, Pace * pace);
void captions_free (Captions * captions);

/* Holds for what comes next. Not live at first. */
void captions_set_timing (Captions * captions, const CaptionsTiming * timing);

/* Lets the pad of a live stream move on where its time has come, and has itself
 * called again in time through the pace. */
void captions_keep_up (Captions * captions);

/* What was sent is forgotten, until the next segment. No push is under way. */
void captions_flush (Captions * captions);

/* Registers the tag; once per process is enough. */
void captions_register_tag (void);

/* Sends an event downstream, in its place; as the end of a pipeline it posts
 * STREAM_START and EOS. Takes it. */
GstFlowReturn captions_event (Captions * captions, GstEvent * event);

/* A pipeline forgets the EOS of its sinks when it is paused. Any thread. */
void captions_repeat_eos (Captions * captions);

/* @quiet_until: no other caption begins before; GST_CLOCK_TIME_NONE when that
 * is not known. */
GstFlowReturn captions_transcript (Captions * captions, Stretch * stretch,
    const CaptionsStyle * style, GstClockTime quiet_until);

/* Posts why there are no captions here. Time advances. */
void captions_failed (Captions * captions, Stretch * stretch,
    const gchar * reason);

void captions_silence (Captions * captions, Stretch * stretch);

/* The end of what was sent, in stream time, and the longest time from what was
 * spoken live to its caption; from any thread that holds the element's
 * OBJECT_LOCK. */
GstClockTime captions_position (Captions * captions);
GstClockTime captions_max_delay (Captions * captions);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Captions, captions_free)

G_END_DECLS
