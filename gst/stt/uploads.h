// SPDX-License-Identifier: LGPL-2.1-or-later
/* The transport between chunker and outbox: one transcription request a
 * stretch of speech, a few at a time. */

#pragma once

#include "client/transcription.h"
#include "stt/outbox.h"

G_BEGIN_DECLS

/* Speech began, audio, speech ended go in; what the server makes of it is
 * settled in the outbox. Another transport has only to do the same. */
typedef struct _Uploads Uploads;

typedef struct
{
  OpenaiUploadFormat format;
  guint max_requests;
  GstClockTime max_backlog;     /* of audio that waits to be sent */
  OpenaiLimits limits;
} UploadsOptions;

typedef struct
{
  /* Fills cleared @params with what the next request asks for. @context: the
   * end of the text so far, or NULL. Any thread, under a lock of the uploads:
   * must not call them. */
  void (*params) (OpenaiTranscriptionParams * params, const gchar * context,
      gpointer owner);

  /* I/O thread. An answer nobody else has seen yet, and its samples; in the
   * order of speech when max_requests is 1. May be NULL. */
  void (*answer) (OpenaiTranscript * transcript,
      OpenaiTranscription * transcription, gpointer owner);

  /* I/O thread. */
  void (*partial) (Stretch * stretch, const gchar * text,
      const gchar * delta, gpointer owner);
  void (*stepped_down) (const gchar * what, gpointer owner);

  /* I/O thread. The server is away, and with a NULL @error it is back. */
  void (*outage) (const GError * error, gpointer owner);
} UploadsFuncs;

/* @owner is given to the funcs, and released when the last of them is through.
 * @client and @outbox have to stay until uploads_free() has returned. */
Uploads *uploads_new (OpenaiClient * client, Outbox * outbox,
    const UploadsOptions * options, const UploadsFuncs * funcs,
    gpointer owner, GDestroyNotify release);

/* Cancels everything, while nothing is appended. */
void uploads_free (Uploads * uploads);

/* @grow: send while it is spoken. @drop: past the backlog drop the oldest
 * instead of waiting. Both are off at first. */
void uploads_set_live (Uploads * uploads, gboolean grow, gboolean drop);

/* How many samples are surely not too long for the server; 0: it has refused
 * none for their length. */
guint64 uploads_longest (Uploads * uploads);

/* The server has given a transcript, if only one. */
gboolean uploads_were_answered (Uploads * uploads);

/* One thread at a time. uploads_begin() may wait for room (see drop), without
 * a lock: uploads_set_flushing() ends the wait. FALSE: flushing. */
gboolean uploads_begin (Uploads * uploads, Stretch * stretch);
void uploads_append (Uploads * uploads, GBytes * samples);

/* Nothing is appended for a while: what was goes out. */
void uploads_flush (Uploads * uploads);

/* In place of uploads_begin(): a file as it is is appended. */
gboolean uploads_begin_file (Uploads * uploads, Stretch * stretch,
    const gchar * filename, const gchar * content_type);
void uploads_end (Uploads * uploads);

/* On: cancels what is in flight and forgets what waits; begins refuse until it
 * is off again. Off: only while nothing is appended. */
void uploads_set_flushing (Uploads * uploads, gboolean flushing);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Uploads, uploads_free)

G_END_DECLS
