// SPDX-License-Identifier: LGPL-2.1-or-later
/* The transport between chunker and queue: one transcription request a
 * stretch of speech, a few at a time. */

#pragma once

#include "client/transcription.h"
#include "queue.h"

G_BEGIN_DECLS

/* Speech began, audio, speech ended go in; what the server makes of it is
 * settled in the queue. Another transport has only to do the same. */
typedef struct _SttHttpTransport SttHttpTransport;

typedef struct
{
  GstElement *element;          /* for the log; @owner keeps it */
  OpenaiUploadFormat format;
  guint max_requests;
  GstClockTime max_backlog;     /* of audio that waits to be sent */
  OpenaiLimits limits;
} SttHttpTransportOptions;

typedef struct
{
  /* Fills cleared @params with what the next request asks for. @context: the
   * end of the text so far, or NULL. Any thread, under a lock of the transport:
   * must not call them. */
  void (*params) (OpenaiTranscriptionParams * params, const gchar * context,
      gpointer owner);

  /* I/O thread. An answer nobody else has seen yet, and its samples; in the
   * order of speech when max_requests is 1. May be NULL. */
  void (*answer) (OpenaiTranscript * transcript,
      OpenaiTranscription * transcription, gpointer owner);

  /* I/O thread. */
  void (*partial) (SttChunk * stretch, const gchar * text,
      const gchar * delta, gpointer owner);
  void (*stepped_down) (const gchar * what, gpointer owner);

  /* I/O thread. The server is away, and with a NULL @error it is back. */
  void (*outage) (const GError * error, gpointer owner);
} SttHttpTransportFuncs;

/* @owner is given to the funcs, and released when the last of them is through.
 * @client and @queue have to stay until stt_http_transport_free() has returned. */
SttHttpTransport *stt_http_transport_new (OpenaiClient * client, SttQueue * queue,
    const SttHttpTransportOptions * options, const SttHttpTransportFuncs * funcs,
    gpointer owner, GDestroyNotify release);

/* Cancels everything, while nothing is appended. */
void stt_http_transport_free (SttHttpTransport * self);

/* @grow: send while it is spoken. @drop: past the backlog drop the oldest
 * instead of waiting. Both are off at first. */
void stt_http_transport_set_live (SttHttpTransport * self, gboolean grow, gboolean drop);

/* How many samples are surely not too long for the server; 0: it has refused
 * none for their length. */
guint64 stt_http_transport_max_chunk (SttHttpTransport * self);

/* The server has given a transcript, if only one. */
gboolean stt_http_transport_has_answered (SttHttpTransport * self);

/* One thread at a time. stt_http_transport_begin() may wait for room (see drop), without
 * a lock: stt_http_transport_set_flushing() ends the wait. FALSE: flushing. */
gboolean stt_http_transport_begin (SttHttpTransport * self, SttChunk * stretch);
void stt_http_transport_append (SttHttpTransport * self, GBytes * samples);

/* Nothing is appended for a while: what was goes out. */
void stt_http_transport_pause (SttHttpTransport * self);

/* In place of stt_http_transport_begin(): a file as it is is appended. */
gboolean stt_http_transport_begin_file (SttHttpTransport * self, SttChunk * stretch,
    const gchar * filename, const gchar * content_type);
void stt_http_transport_commit (SttHttpTransport * self);

/* On: cancels what is in flight and forgets what waits; begins refuse until it
 * is off again. Off: only while nothing is appended. */
void stt_http_transport_set_flushing (SttHttpTransport * self, gboolean flushing);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SttHttpTransport, stt_http_transport_free)

G_END_DECLS
