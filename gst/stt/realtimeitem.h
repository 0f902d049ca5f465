// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One chunk on its way through Realtime sessions: its audio, and what the server makes
 * of it. I/O thread only, but for what says otherwise. */

#pragma once

#include "client/realtime.h"
#include "queue.h"

G_BEGIN_DECLS

/* Of the samples of an item, 16 bit mono. */
#define STT_REALTIME_RATE 24000

/* Bytes: 0.1 s, which is sent at a time, and less than which no server takes. */
#define STT_REALTIME_PIECE (STT_REALTIME_RATE / 10 * sizeof (gint16))

typedef struct _SttRealtimeSession SttRealtimeSession;

/* What the server makes of an item, or of a part of it when it cuts by itself. */
typedef struct
{
  gchar *id; /* NULL: not known yet */
  OpenaiRealtimeItem *heard;
  OpenaiTranscript *transcript; /* its result, or NULL */
} SttRealtimeTurn;

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
  gboolean resolved;  /* it has a result, or is not wanted any more */
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

typedef enum
{
  STT_REALTIME_NOTHING,
  STT_REALTIME_AUDIO,
  STT_REALTIME_END,
} SttRealtimePart;

/* What is next to be sent: @piece of its audio, or its end, which it is committed with.
 * With the lock of the transport. */
SttRealtimePart stt_realtime_item_take_part (SttRealtimeItem *item, GBytes **piece);

/* The end of its audio: the service refuses less than a piece. */
void stt_realtime_item_pad_with_silence (SttRealtimeItem *item);

void stt_realtime_item_add_turn (SttRealtimeItem *item);
SttRealtimeTurn *stt_realtime_item_turn (const SttRealtimeItem *item, guint i);
SttRealtimeTurn *stt_realtime_item_last_turn (const SttRealtimeItem *item);

/* All turns, each of which has its result, as one: times are those of the first alone. */
OpenaiTranscript *stt_realtime_item_join_turns (SttRealtimeItem *item);

G_END_DECLS
