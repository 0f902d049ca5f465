// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One Realtime session: it is opened and configured, items of audio go out, and what
 * comes back is found its item. I/O thread only, but for what says otherwise. */

#pragma once

#include <gst/gst.h>

#include "client/realtime.h"
#include "queue.h"

G_BEGIN_DECLS

/* Of the samples of an item, 16 bit mono. */
#define STT_REALTIME_RATE 24000

typedef struct _SttRealtimeSession SttRealtimeSession;

/* One chunk on its way; atomically reference-counted. */
typedef struct
{
  /* immutable */
  SttChunk *chunk;
  OpenaiRealtimeConfig config;

  /* protected by the lock of the transport */
  GByteArray *samples;
  gboolean finished;  /* no more come */
  gboolean paused;    /* none come for a while */
  gboolean settled;   /* it has a result, or is not wanted any more */
  gboolean committed; /* all of it is with the server */

  /* of the session it is in */
  SttRealtimeSession *session; /* or NULL */
  gsize sent;                  /* bytes */
  guint commit;                /* the number of its commit; 0: none yet */
  gint64 asked;                /* monotonic: when it was committed */
  GPtrArray *turns;            /* what the server makes of it: one, unless it cuts by
                                 * itself */
  guint attempts;
} SttRealtimeItem;

SttRealtimeItem *stt_realtime_item_new (SttChunk *chunk);
SttRealtimeItem *stt_realtime_item_ref (SttRealtimeItem *item);
void stt_realtime_item_unref (SttRealtimeItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SttRealtimeItem, stt_realtime_item_unref)

/* By which the server knows it, or NULL. */
const gchar *stt_realtime_item_id (const SttRealtimeItem *item);

/* What is there of the text of an item whose result does not come; NULL: nothing. */
OpenaiTranscript *stt_realtime_item_salvage (SttRealtimeItem *item);

typedef struct
{
  /* It is configured, or takes more. */
  void (*writable) (SttRealtimeSession *session, gpointer user_data);

  /* More of the text of an item. */
  void (*partial) (SttRealtimeSession *session, SttRealtimeItem *item, const gchar *text,
      const gchar *delta, gboolean replaced, gpointer user_data);

  /* The end of an item, with either of them. It has left the session. */
  void (*result) (SttRealtimeSession *session, SttRealtimeItem *item,
      OpenaiTranscript *transcript, const GError *error, gpointer user_data);

  /* The server did not take what was set; a sentence. */
  void (*fallback) (SttRealtimeSession *session, const gchar *text, gpointer user_data);

  /* It will end soon: time for another one. */
  void (*aging) (SttRealtimeSession *session, gpointer user_data);

  /* The end, exactly once unless freed before. @worth_retry: another one may fare
   * better, after @delay microseconds. */
  void (*ended) (SttRealtimeSession *session, const GError *error, gboolean worth_retry,
      gint64 delay, gpointer user_data);
} SttRealtimeSessionFuncs;

/* Milliseconds; 0: no limit. */
typedef struct
{
  guint connect; /* until it is configured */
  guint answer;  /* from the end of an item to its result */
} SttRealtimeSessionLimits;

/* @config: what it begins with; a copy is not made, it lives in @item or only until
 * this returns. */
SttRealtimeSession *stt_realtime_session_new (OpenaiClient *client, GstElement *element,
    const OpenaiRealtimeConfig *config, const SttRealtimeSessionLimits *limits,
    const SttRealtimeSessionFuncs *funcs, gpointer user_data);

/* Says good-bye, and leaves the items, which it returns: SttRealtimeItem, in order. */
GPtrArray *stt_realtime_session_free (SttRealtimeSession *self);

/* It was configured once. */
gboolean stt_realtime_session_is_ready (SttRealtimeSession *self);

/* Items that wait for their result. */
guint stt_realtime_session_n_items (SttRealtimeSession *self);

/* The one whose audio is being sent, or NULL. */
SttRealtimeItem *stt_realtime_session_open_item (SttRealtimeSession *self);

/* Audio may be sent. When not: the monotonic time from which on it may, or 0: when
 * writable() is called. */
gboolean stt_realtime_session_may_send (SttRealtimeSession *self, gint64 *when);

/* It takes another item now. */
gboolean stt_realtime_session_may_begin (SttRealtimeSession *self);

void stt_realtime_session_begin (SttRealtimeSession *self, SttRealtimeItem *item);
void stt_realtime_session_append (
    SttRealtimeSession *self, gconstpointer samples, gsize bytes);

/* The open item ends; @item->committed is set by the caller. */
void stt_realtime_session_commit (SttRealtimeSession *self);

G_END_DECLS
