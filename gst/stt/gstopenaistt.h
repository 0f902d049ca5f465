// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The element openaistt, for the files it is made of: gstopenaistt.c has properties,
 * states and what leaves, sinkpad.c what arrives. */

#pragma once

#include "captions.h"
#include "delivery.h"
#include "element/modelwarnings.h"
#include "element/preroll.h"
#include "endpoint.h"
#include "gaptimer.h"
#include "input.h"
#include "sttsettings.h"
#include "transport.h"

G_BEGIN_DECLS

G_DECLARE_FINAL_TYPE (GstOpenaiStt, gst_openai_stt, GST, OPENAI_STT, GstElement)

struct _GstOpenaiStt
{
  GstElement element;

  GstPad *sinkpad;
  GstPad *srcpad;
  gint n_translations; /* atomic: pads that were requested */

  SttSettings settings; /* OBJECT_LOCK */

  /* from READY to PAUSED until back, before and after the pads are active */
  SttEndpoint *endpoint; /* the first server */
  GstOpenaiModelWarnings *model_warnings;
  SttCaptions *captions;   /* replaced under OBJECT_LOCK */
  SttTransport *transport; /* replaced under flush_lock */
  guint rate;              /* of the transport's samples; known before */

  GMutex flush_lock; /* a FLUSH_START may come while the element is stopped */

  SttQueue *queue;           /* always */
  SttGapTimer *gap_timer;    /* always */
  GstOpenaiPreroll *preroll; /* always */
  gint unchecked;            /* atomic: a setting changed */

  /* streaming thread of the sink pad */
  GstSegment segment;
  SttInput *input;
  GHashTable *told; /* sentences about settings */

  /* OBJECT_LOCK */
  gboolean live;                 /* known from the segment on */
  GstClockTime upstream_latency; /* of a live source */

  SttDelivery *delivery; /* source pad task */
};

/* A copy of the settings; any thread. */
SttSettings gst_openai_stt_snapshot (GstElement *element);

/* One of them may be the latency. */
void gst_openai_stt_refuse_short_times (GstOpenaiStt *self);

/* Of the sink pad. */
GstFlowReturn gst_openai_stt_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer);
gboolean gst_openai_stt_sink_event (GstPad *pad, GstObject *parent, GstEvent *event);

/* The task of the source pad; @user_data: the pad. */
void gst_openai_stt_src_loop (gpointer user_data);

/* The stream cannot go on, from either thread: the next buffer is told so. */
void gst_openai_stt_stop_flow (GstOpenaiStt *self, GstFlowReturn flow);

/* Without a state change of its own: the host set it to PLAYING before it linked it. */
void gst_openai_stt_follow_playing (GstOpenaiStt *self, gboolean playing);

/* A time stamp fell back. */
void gst_openai_stt_on_fell_back (GstElement *element, GstClockTime time);

G_END_DECLS
