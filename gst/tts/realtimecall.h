// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the transport of Realtime sessions is made of: its calls, each of which is a text
 * on its way (realtimecall.c), and what the server says (realtimeanswers.c). Only for
 * these and realtimetransport.c. I/O thread only, but for what says otherwise. */

#pragma once

#include "client/realtimesocket.h"
#include "client/realtimespeech.h"
#include "realtimetransport.h"

G_BEGIN_DECLS

typedef struct _TtsRealtime TtsRealtime;
typedef struct _TtsRealtimeSession TtsRealtimeSession;
typedef struct _TtsRealtimeCall TtsRealtimeCall;

/* Reference-counted: the owner, each call, and what is invoked. */
struct _TtsRealtime
{
  TtsTransport parent;

  /* immutable */
  OpenaiClient *client;
  OpenaiLimits limits;

  /* I/O thread only */
  GQueue calls;         /* Call, a reference each, as they were begun */
  GPtrArray *sessions;  /* Session, the newest last */
  OpenaiDeadline *wait; /* until another session or response */
  gint64 not_before;    /* monotonic: no response is asked for */
  guint retries;        /* of sessions that did not come about */
  guint updates;
  guint asks;
  gchar *prepared; /* a session with this model is wanted soon */

  gint calls_begun; /* atomic */
  GMutex lock;
  GCond cond;
  gboolean closed; /* lock */
};

struct _TtsRealtimeSession
{
  TtsRealtime *self;
  OpenaiWebsocket *socket;
  gchar *model;
  const OpenaiDialect *dialect; /* NULL: not known yet, nothing can be said */
  gchar *config;                /* what it was told last */
  OpenaiDeadline *renewal;
  gboolean retires;   /* it takes no more calls */
  gboolean tells_ids; /* of responses: no event is of another than it says */
};

/* Reference-counted: the caller, the transport, and what is invoked. */
struct _TtsRealtimeCall
{
  TtsCall parent;

  /* immutable */
  TtsRealtime *self;
  OpenaiSpeechParams params;
  TtsCallFuncs funcs;
  gpointer user_data;
  GDestroyNotify destroy;

  gint freed; /* atomic */

  /* I/O thread only */
  gchar *name;                 /* in events, of the newest attempt */
  TtsRealtimeSession *session; /* where it was asked for; NULL: nowhere yet */
  gchar *response;             /* its id there, NULL: not known yet */
  GString *transcript;
  OpenaiDeadline *limit;
  gboolean has_audio;
  gboolean is_over;
  guint attempts;
  guint limited;
  gint64 asked; /* monotonic */
  gint64 latency;
};

#define tts_realtime_log(self, level, ...)                                               \
  openai_client_log ((self)->client, level, __VA_ARGS__)

/* Any thread. */
void tts_realtime_unref (gpointer self);

/* What can be done is done soon, when the caller has returned. */
void tts_realtime_wake (TtsRealtime *self);

/* --- realtimecall.c --- */

/* Any thread. */
void tts_realtime_call_unref (gpointer call);

gboolean tts_realtime_call_is_wanted (TtsRealtimeCall *call);
TtsCallInfo tts_realtime_call_info (TtsRealtimeCall *call);

/* How long the server may be silent from now on; 0: for ever. */
void tts_realtime_call_set_limit (TtsRealtimeCall *call, guint milliseconds);

/* The server is told to be silent. */
void tts_realtime_cancel (TtsRealtimeSession *session, const gchar *response);

/* What it was told is forgotten: it waits to be asked for. */
void tts_realtime_call_requeue (TtsRealtimeCall *call);

/* The audio so far, if any, can be taken back. */
gboolean tts_realtime_call_can_begin_again (TtsRealtimeCall *call);

/* Nothing more is wanted of it, and no hook is called. */
void tts_realtime_call_end (TtsRealtimeCall *call);

/* The same after its hook, which may free the last reference of the owner to the
 * transport. The second takes @error. */
void tts_realtime_call_finish (
    TtsRealtimeCall *call, const TtsCallInfo *info, const GError *error);
void tts_realtime_call_fail (TtsRealtimeCall *call, GError *error);

/* --- realtimeanswers.c: of the WebSocket of a session --- */

void tts_realtime_session_on_message (
    OpenaiWebsocket *socket, const gchar *text, gsize length, gpointer user_data);
void tts_realtime_session_on_closed (
    OpenaiWebsocket *socket, guint code, const GError *error, gpointer user_data);

G_END_DECLS
