// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the transport over HTTP is made of: the queue of its uploads (httpuploads.c) and
 * what comes of their answers (httpanswers.c). Only for these and httptransport.c. */

#pragma once

#include "client/client.h"
#include "client/transcription.h"
#include "context.h"
#include "httptransport.h"
#include "interim.h"
#include "language.h"
#include "requestparams.h"

G_BEGIN_DECLS

/* The first answers to a file wait for so many in all, to know its language by. */
#define STT_LANGUAGE_ANSWERS 3

/* So many chunks of a live stream are longer than usual, if its language is not known
 * before. */
#define STT_LANGUAGE_CHUNKS 4

typedef struct _SttHttpTransport SttHttpTransport;

/* A chunk that was sent, for what follows it. */
typedef struct _SttSent SttSent;

typedef struct
{
  SttHttpTransport *transport;
  SttChunk *chunk;
  OpenaiTranscription *transcription;
  guint64 number;    /* in the order of speech */
  guint64 samples;   /* so far; the streaming thread writes it, with the lock */
  GPtrArray *before; /* SttSent that may be sent again with it, or NULL */
  guint64 overlap;   /* samples of these that are sent before its own */
  SttSent *kept;     /* itself, once it has ended, or NULL */
  gboolean is_file;  /* sent as it is */
  gboolean finished;
  gboolean started;
  gint64 sent;             /* monotonic: when it was started */
  gboolean stalled;        /* the server is away: it was not taken */
  gboolean last;           /* nothing follows it at once */
  gboolean finds_language; /* the user has not set it */
  gboolean translates;
  gchar *model;            /* that was asked for */
  const gchar *language;   /* interned: that is held, and asked for; or NULL */
  OpenaiTranscript *found; /* the answer in another one, before that; or NULL */

  /* What came of it, until it is resolved. */
  gboolean answered;
  OpenaiTranscript *transcript; /* or */
  GError *error;
  gchar *request_id;
  guint attempts;
} SttUpload;

/* Reference-counted: the owner and every transcription hold one. */
struct _SttHttpTransport
{
  SttTransport transport;

  /* immutable */
  SttEndpoint *endpoint;
  GstElement *element;  /* of the endpoint, for the log */
  OpenaiClient *client; /* of the endpoint */
  SttRequestParams *params;
  OpenaiUploadFormat format;
  guint max_requests;
  GstClockTime max_backlog; /* of audio that waits to be sent */
  OpenaiLimits limits;
  guint64 overlap; /* samples that are sent again with what follows them; 0: none */
  guint latency;   /* ms that captions of a live stream wait for an answer */
  SttTransportEvents events;
  gpointer owner;
  GDestroyNotify release;
  SttInterim *interim; /* NULL: words are known when they have ended */

  /* Protected by lock. Under it a request may be started, fed and cancelled,
   * which only hands over; hooks run on the I/O thread and take it. */
  GMutex lock;
  GCond cond;
  GQueue all;      /* SttUpload, in stream order, until resolved */
  SttUpload *open; /* the one that is being spoken */
  gboolean grow;
  gboolean live; /* also: the oldest is dropped */
  guint in_flight;
  gboolean outage; /* the server is away */
  gboolean flushing;
  guint64 too_long;     /* samples: the shortest that was refused for
                                 * its length */
  GQueue sent;          /* SttSent: the newest */
  gboolean tells_words; /* the server: when each was said */
  SttContext context;
  guint64 next_number;

  /* Captions of answers without times are as right as their chunks are short. So a file
   * that is cut by itself waits for the first answer, and what tells no times gets it
   * pause by pause. */
  gboolean wants_times;
  gboolean knows_times; /* whether the server tells them ... */
  gboolean tells_times; /* ... and that */

  /* Live, answers are resolved as they come. Else in the order of speech, and a chunk
   * goes by those that are @ahead before it, so that each run asks the same. */
  gboolean one_by_one;         /* each with the context of the one before */
  gboolean seeks_language;     /* the answers should tell it */
  gboolean tells_language;     /* the server, with some answer */
  gboolean waits_for_language; /* the first ones for those that follow */
  guint ahead;
  SttLanguage language;
  GByteArray *beginning;         /* live: what was said, until the language of it is */
  gdouble beginning_voice;       /* asked for or known; seconds of speech in it */
  OpenaiTranscription *question; /* that asks, or NULL: some answers wait for it */
  GArray *languages;             /* SttLanguage, after the upload of each number */
};

#define stt_upload_log(upload, format, ...)                                              \
  GST_DEBUG_OBJECT ((upload)->transport->element,                                        \
      "chunk at %" GST_TIME_FORMAT ": " format, GST_TIME_ARGS ((upload)->chunk->start),  \
      ##__VA_ARGS__)

void stt_http_transport_unref (SttHttpTransport *self);

/* --- httpuploads.c: all with the lock held --- */

SttUpload *stt_upload_new_speech (SttHttpTransport *self, SttChunk *chunk);
SttUpload *stt_upload_new_file (SttHttpTransport *self, SttChunk *chunk,
    const gchar *filename, const gchar *content_type);

/* What is asked for with it; fills cleared @params. */
void stt_upload_fill_params (SttUpload *upload, OpenaiTranscriptionParams *params);

/* Puts a whole upload of samples [from, to) of @whole at this place of the queue. */
SttUpload *stt_upload_insert_part (SttUpload *whole, SttChunk *chunk, GBytes *samples,
    gsize from, gsize to, guint place);

/* The same of all that is its own, without the overlap. */
void stt_upload_insert_alone (SttUpload *upload, guint place);

/* Of one that has left the queue. TRUE: it was refused for its length, and its halves
 * have taken its place. */
gboolean stt_upload_halve_refused (SttUpload *upload, const GError *error, gint place);

/* The samples of its chunk, without the overlap. */
GBytes *stt_upload_own_samples (const SttUpload *upload);

/* Sends as many as may be under way. */
void stt_uploads_start_some (SttHttpTransport *self);

/* Waits for room in the backlog, or drops the oldest. FALSE: flushing. */
gboolean stt_uploads_make_room (SttHttpTransport *self);

/* --- httpanswers.c --- */

/* The hook of a transcription that is done. */
void stt_upload_on_done (OpenaiTranscription *transcription, OpenaiTranscript *transcript,
    const GError *error, gpointer user_data);

/* Seconds of speech in it. */
gdouble stt_upload_seconds (const SttUpload *upload);

/* Reports the results of those that wait for nothing. With the lock held. */
void stt_uploads_resolve_some (SttHttpTransport *self);

/* --- httpoverlap.c: with the lock held --- */

/* When it begins: chooses what may be sent again with it. */
void stt_upload_choose_overlap (SttUpload *upload);

/* Whether that is not known before an answer that is under way. */
gboolean stt_upload_awaits_overlap (const SttUpload *upload);

/* When it is started: puts before it what was chosen, where that helps. */
void stt_upload_begin_overlap (SttUpload *upload);

/* What the answer says of the chunk alone. NULL: that cannot be told. */
OpenaiTranscript *stt_upload_leave_out_overlap (
    SttUpload *upload, OpenaiTranscript *transcript);

/* It has ended; and it has an answer, another one perhaps. */
void stt_upload_keep_sent (SttUpload *upload);
void stt_upload_keep_said (SttUpload *upload);

/* Nothing that follows belongs to it. */
void stt_uploads_forget_sent (SttHttpTransport *self);

void stt_sent_unref (SttSent *sent);

/* --- httplanguage.c: with the lock held --- */

/* The speech of @upload has ended: asks which language all so far is in, once that is
 * long enough, of a server that tells languages, while answers do not agree on one. */
void stt_uploads_ask_for_language (SttUpload *upload);

/* The same from its own answer, where that is of speech enough. */
void stt_uploads_trust_answer (SttUpload *upload, const gchar *told);

/* Nothing waits for that any more, or asks. */
void stt_uploads_forget_language_question (SttHttpTransport *self);

G_END_DECLS
