// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Chunks, silence and events in stream order: whatever order the answers come in, they
 * leave as they were spoken. */

#pragma once

#include <gst/gst.h>

#include "client/transcript.h"
#include "hallucinations.h"
#include "stable.h"
#include "voice.h"

G_BEGIN_DECLS

typedef enum
{
  STT_CHUNK_SPEECH, /* waits for its transcript */
  STT_CHUNK_SILENCE,
  STT_CHUNK_EVENT, /* a serialized event at its place */
} SttChunkKind;

typedef enum
{
  STT_CHUNK_OPEN, /* still being spoken, or not answered */
  STT_CHUNK_TRANSCRIBED,
  STT_CHUNK_FAILED,
  STT_CHUNK_DROPPED, /* given up unsent */
} SttChunkState;

/* Reference-counted. The owner of the stream fills it while it is open; once
 * it is resolved it does not change. */
typedef struct
{
  SttChunkKind kind;
  GstEvent *event; /* EVENT only */

  GstClockTime start; /* on the input's timeline */
  GstClockTime end;
  guint64 samples;           /* how much audio it stands for */
  GArray *heard;             /* SttSpan: what of it is loud enough for speech;
                                 * of a file that is not known */
  GstClockTime speech_start; /* within start and end */
  GstClockTime speech_end;
  gboolean duration_unknown; /* a file, whose end only its answer tells */
  guint64 number;            /* of the chunk in its queue, from 1 on */
  gchar *prompt;             /* that was sent along, or NULL */

  /* protected by the queue until the chunk has left it */
  SttChunkState state;
  gboolean ended;     /* end is final */
  gboolean goes_on;   /* it was cut where speech goes on */
  gboolean overtaken; /* what follows it did not wait for it */
  OpenaiTranscript *transcript;
  GError *error;
  gchar *request_id;
  gchar *endpoint; /* the server it is from, or NULL */
  gchar *model;    /* that was asked for, or NULL */
  guint attempts;
  gint64 speech_end_time; /* monotonic, in microseconds */
  gint64 result_time;
  GstClockTime result_running_time; /* GST_CLOCK_TIME_NONE: the clock did not run */
  SttStable *stable;                /* of its partials, or NULL */
  gchar *partial;                   /* what was told last of it, or NULL */
  gsize shown;                      /* bytes of the words that stay which were taken */
} SttChunk;

SttChunk *stt_chunk_ref (SttChunk *chunk);
void stt_chunk_unref (SttChunk *chunk);

/* What is known of a chunk; valid as long as it. */
SttHeard stt_chunk_heard (const SttChunk *chunk);

/* Samples of the transport's rate. At any moment in = uploaded + skipped + dropped +
 * failed + pending. */
typedef struct
{
  guint64 in;
  guint64 uploaded;
  guint64 skipped;
  guint64 dropped;
  guint64 failed;
  guint64 pending;
  guint64 repeated; /* sent beside that, for partials */
  guint64 sound;    /* louder than a quiet room */
  guint64 voiced;   /* taken for speech */
} SttQueueAccount;

/* What came of a chunk. Exactly one of @transcript and @error, or neither: it was
 * dropped unsent. */
typedef struct
{
  OpenaiTranscript *transcript;
  const GError *error;
  const gchar *id; /* by which the server knows it, or NULL */
  guint attempts;
  const gchar *endpoint; /* the server it is from, or NULL */
  const gchar *model;    /* that was asked for, or NULL */
} SttResult;

/* What is told of a chunk before its result. */
typedef struct
{
  SttHypothesisKind kind;
  const gchar *text;  /* all there is of the chunk so far */
  const gchar *delta; /* what is new of it, or NULL */
  const gchar *item;  /* by which the server knows it, or NULL */
  GstClockTime heard; /* of how much of the chunk, from its start;
                                 * GST_CLOCK_TIME_NONE: not known */
} SttPartial;

/* The same when it was looked at: free it with stt_partial_text_clear(). */
typedef struct
{
  gchar *text;        /* the words that stay, and the rest */
  gchar *stable;      /* the words that stay: how it begins */
  const gchar *delta; /* how @text ends: what is new of an appended one; or
                                 * NULL */
} SttPartialText;

void stt_partial_text_clear (SttPartialText *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SttPartialText, stt_partial_text_clear)

/* Words that stay, to be shown before their chunk has a result. */
typedef struct
{
  SttChunk *chunk; /* a reference */
  gchar *text;
  gdouble start; /* seconds of the chunk, NAN: not known */
  gdouble end;
} SttWords;

void stt_words_clear (SttWords *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SttWords, stt_words_clear)

/* Any thread may call any of these. */
typedef struct _SttQueue SttQueue;

SttQueue *stt_queue_new (void);
void stt_queue_free (SttQueue *self);

/* Samples came in and wait to be put into a chunk. */
void stt_queue_count_input (SttQueue *self, guint64 samples);

/* Of what came in so much is sound, and taken for speech. */
void stt_queue_count_sound (SttQueue *self, guint64 sound, guint64 voiced);

/* Appends a chunk that begins at @start, and its speech at @speech_start, as far as that
 * is known. A new reference. */
SttChunk *stt_queue_push_chunk (
    SttQueue *self, GstClockTime start, GstClockTime speech_start);

/* The open chunk grew. */
void stt_queue_grow_chunk (SttQueue *self, SttChunk *chunk, guint64 samples);

/* From @start to @end the open chunk is loud enough for speech; in order. */
void stt_queue_add_heard (
    SttQueue *self, SttChunk *chunk, GstClockTime start, GstClockTime end);

/* Where the open chunk ends, and speech begins and ends in it. @goes_on: it is only
 * cut, the next chunk goes on with it. */
void stt_queue_end_chunk (SttQueue *self, SttChunk *chunk, GstClockTime end,
    GstClockTime speech_start, GstClockTime speech_end, gboolean goes_on);

/* Cuts an ended chunk in two, after so many samples, at @time: the second
 * one, which waits for its own answer. A new reference; NULL: it has left. */
SttChunk *stt_queue_split_chunk (
    SttQueue *self, SttChunk *chunk, guint64 samples, GstClockTime time);

/* Appends silence, or lets the one at the end of the queue grow. */
void stt_queue_push_silence (
    SttQueue *self, GstClockTime start, GstClockTime end, guint64 samples);

/* Appends an event; takes it. */
void stt_queue_push_event (SttQueue *self, GstEvent *event);

/* The result of a chunk, which comes at @now, running time; takes nothing. A chunk that
 * was not there, or has one, is left as it is. */
void stt_queue_resolve (
    SttQueue *self, SttChunk *chunk, const SttResult *result, GstClockTime now);

/* What is known of a chunk before its result. FALSE: it has one, or says nothing new. */
gboolean stt_queue_update (
    SttQueue *self, SttChunk *chunk, const SttPartial *partial, SttPartialText *told);

/* When the first word was said that stays and was not taken, of the chunk whose turn
 * it is; GST_CLOCK_TIME_NONE: there is none. */
GstClockTime stt_queue_get_words_start (SttQueue *self);

/* Takes such words up to the end of a clause, or @all. FALSE: there are none. */
gboolean stt_queue_pop_words (SttQueue *self, gboolean all, SttWords *words);

/* The newest answer about @chunk has words that none before it agrees on. */
gboolean stt_queue_words_wait (SttQueue *self, SttChunk *chunk);

/* Where in @chunk, in seconds, the last sentence ends whose words stay, about; NAN:
 * none does, or it is not known. */
gdouble stt_queue_get_sentence_end (SttQueue *self, SttChunk *chunk);

/* Samples were sent only for a partial. */
void stt_queue_count_repeated (SttQueue *self, guint64 samples);

/* One of the chunks since the account was reset has a transcript, or, where they count, words
 * of one: the server is one that works. */
gboolean stt_queue_has_transcript (SttQueue *self, gboolean words_count);

/* The next chunk that is resolved; waits for it. A new reference. NULL:
 * flushing, or @woken by stt_queue_wake(). */
SttChunk *stt_queue_pop (SttQueue *self, gboolean *woken);

/* The end of the first chunk, when it has no result and text behind it has come
 * already; GST_CLOCK_TIME_NONE: nothing waits for it. */
GstClockTime stt_queue_get_blocking_end (SttQueue *self);

/* Lets that chunk be overtaken by what waits behind it: it is popped now, without a
 * result, and once more when it has one, which the end of the stream waits for. A new
 * reference; NULL: it has a result by now. */
SttChunk *stt_queue_overtake (SttQueue *self);

/* Lets stt_queue_pop() return, now or the next time it would wait. */
void stt_queue_wake (SttQueue *self);

/* Waits for what follows the chunk that left last: speech, an event, or silence up
 * to @until; and ends as soon as no input comes for a moment. For streams that are
 * not live: how long a caption stays must not depend on how fast the answer was. */
void stt_queue_await_input (SttQueue *self, GstClockTime until);

/* Until when nothing is spoken after the chunk that left last, as far as that is known: for
 * how long a caption may stay. @speech: there is speech then. */
GstClockTime stt_queue_get_quiet_end (SttQueue *self, gboolean *speech);

/* Flushing: stt_queue_pop() returns NULL at once. */
void stt_queue_set_flushing (SttQueue *self, gboolean flushing);

/* Drops what waits; what was in flight counts as dropped. @pad (or NULL) keeps
 * the sticky events among it that outlive a flush. */
void stt_queue_clear (SttQueue *self, GstPad *pad);

void stt_queue_get_account (SttQueue *self, SttQueueAccount *account);
void stt_queue_reset_account (SttQueue *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SttQueue, stt_queue_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SttChunk, stt_chunk_unref)

G_END_DECLS
