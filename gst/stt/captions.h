// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a settled stretch becomes: caption buffers, GAPs, tags and messages. */

#pragma once

#include <gst/gst.h>

#include "stt/cues.h"
#include "stt/outbox.h"

G_BEGIN_DECLS

#define CAPTIONS_TAG_TRANSCRIPT "transcript"

typedef struct
{
  CuesGranularity granularity;
  guint max_lines;
  guint max_line_chars;
  const gchar *model;
} CaptionsStyle;

/* Belongs to the streaming thread of the source pad. */
typedef struct _Captions Captions;

/* @has_src: captions are pushed on @pad; else tags are posted as messages. */
Captions *captions_new (GstElement * element, GstPad * pad, gboolean has_src);
void captions_free (Captions * captions);

/* Registers the tag; once per process is enough. */
void captions_register_tag (void);

/* Sends an event downstream, in its place. Takes it. */
GstFlowReturn captions_event (Captions * captions, GstEvent * event);

/* @quiet_until: no other caption begins before; GST_CLOCK_TIME_NONE when that
 * is not known. */
GstFlowReturn captions_transcript (Captions * captions, Stretch * stretch,
    const CaptionsStyle * style, GstClockTime quiet_until);

/* Posts why there are no captions here. Time advances. */
GstFlowReturn captions_failed (Captions * captions, Stretch * stretch,
    const gchar * reason);

GstFlowReturn captions_silence (Captions * captions, Stretch * stretch);

/* The end of what was sent, in stream time; from any thread that holds the
 * element's OBJECT_LOCK. */
GstClockTime captions_position (Captions * captions);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Captions, captions_free)

G_END_DECLS
