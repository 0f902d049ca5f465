// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the transport over Realtime sessions is made of: the queue of its items
 * (realtimequeue.c). Only for it and realtimetransport.c. */

#pragma once

#include "context.h"
#include "realtimesession.h"
#include "realtimetransport.h"
#include "requestparams.h"

G_BEGIN_DECLS

typedef struct _SttRealtimeTransport SttRealtimeTransport;

/* Reference-counted: the owner and every call to the I/O thread hold one. */
struct _SttRealtimeTransport
{
  SttTransport transport;

  /* immutable */
  SttEndpoint *endpoint;
  GstElement *element;  /* of the endpoint */
  OpenaiClient *client; /* of the endpoint */
  SttRequestParams *params;
  SttRealtimeSessionLimits limits;
  GstClockTime max_backlog; /* of audio that is not with a server */
  guint max_retries;
  guint max_outage; /* milliseconds */
  SttTransportEvents events;
  gpointer owner;
  GDestroyNotify release;

  GMutex lock;
  GCond cond;
  /* protected by lock; nothing is called under it but what hands over */
  GQueue queue;          /* SttRealtimeItem, in stream order, until resolved */
  SttRealtimeItem *open; /* the one that is being spoken */
  SttContext context;
  gboolean grow;
  gboolean drop;
  gboolean flushing;
  gboolean wanted; /* a session, whether there is anything to say or not */
  gboolean woken;  /* on_work() will run */
  guint leaving;   /* calls of on_drop_sessions() to come: what is in the queue is for
                    * the sessions after it */
  gsize unsent;    /* bytes that were appended since */

  /* I/O thread only */
  SttRealtimeSession *session; /* that takes items, or NULL */
  SttRealtimeSession *next;    /* that will take its place, or NULL */
  GPtrArray *old;              /* that wait for results only */
  OpenaiDeadline *timer;       /* for a new session, or for its pace */
  gint64 retry_at;             /* monotonic; 0: at once */
  guint failures;              /* sessions that ended since the last result */
  gboolean outage;             /* was told */
};

#define stt_realtime_log(self, item, format, ...)                                        \
  GST_DEBUG_OBJECT ((self)->element, "chunk at %" GST_TIME_FORMAT ": " format,           \
      GST_TIME_ARGS ((item)->chunk->start), ##__VA_ARGS__)

static inline GstClockTime
stt_realtime_duration (gsize bytes)
{
  return gst_util_uint64_scale (bytes / sizeof (gint16), GST_SECOND, STT_REALTIME_RATE);
}

/* Takes @item out of the queue and reports its result, unless it has one. */
void stt_realtime_queue_resolve (SttRealtimeTransport *self, SttRealtimeItem *item,
    OpenaiTranscript *transcript, const GError *error);

/* The next one that has audio for a session. A new reference, or NULL. */
SttRealtimeItem *stt_realtime_queue_next (SttRealtimeTransport *self);

/* With the lock held. Waits until max-backlog allows more, or drops the oldest. FALSE:
 * flushing. */
gboolean stt_realtime_queue_make_room (SttRealtimeTransport *self);

/* With the lock held: no item is wanted any more. */
void stt_realtime_queue_clear (SttRealtimeTransport *self);

G_END_DECLS
