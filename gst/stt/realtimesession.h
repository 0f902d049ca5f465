// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One Realtime session: it is opened and configured, items of audio go out, and what
 * comes back is found its item. I/O thread only, but for what says otherwise. */

#pragma once

#include <gst/gst.h>

#include "realtimeitem.h"

G_BEGIN_DECLS

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
