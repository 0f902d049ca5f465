// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The seam between the chunker and the queue: audio in, results out. All between is the
 * transport's own affair. */

#pragma once

#include <gst/gst.h>

#include "chunker.h"
#include "queue.h"

G_BEGIN_DECLS

typedef struct _SttTransport SttTransport;

/* What can be told of the server. */
typedef enum
{
  STT_STATUS_FALLBACK,    /* it does not take something: @text is a sentence */
  STT_STATUS_UNREACHABLE, /* audio is kept until it is back: @error is why */
  STT_STATUS_BACK,
  STT_STATUS_SWITCHED, /* another server is asked: @text is a sentence, @error is why */
} SttStatus;

/* What the transport calls. On the I/O thread, but for divide. */
typedef struct
{
  /* Exactly once for each chunk that was begun, in any order; not for those that are
   * cut off by a flush. */
  void (*result) (SttChunk *chunk, const SttResult *result, gpointer owner);

  /* Any number of times before the result of the chunk. */
  void (*partial) (SttChunk *chunk, const SttPartial *partial, gpointer owner);

  /* The transport had to cut a chunk that has ended, after so many samples. The second
   * one, a new reference, wants a result of its own; NULL: the chunk is not wanted any
   * more. Any thread, under a lock of the transport: must not call it. */
  SttChunk *(*divide) (SttChunk *chunk, guint64 samples, gpointer owner);

  void (*status) (
      SttStatus status, const gchar *text, const GError *error, gpointer owner);

  /* So many samples were sent that have been, or will be, sent again. Any thread. */
  void (*repeated) (guint64 samples, gpointer owner);
} SttTransportEvents;

/* Unless it says otherwise, a function is called from one thread at a time. */
typedef struct
{
  const gchar *name; /* for the log */
  guint rate;        /* of the 16 bit mono samples it wants */

  /* Before the first begin of a stream, which is not decided by the network. @max_file:
   * the bytes a chunk may have. OPENAI_ERROR_SETTINGS: it cannot work so. */
  gboolean (*prepare) (SttTransport *self, guint64 *max_file, GError **error);

  /* The pipeline plays: connect, so that the first chunk need not wait for it. NULL:
   * there is nothing to do before. */
  void (*connect) (SttTransport *self);

  /* @grow: send while it is spoken. @drop: past the backlog drop the oldest instead of
   * waiting. */
  void (*set_live) (SttTransport *self, gboolean grow, gboolean drop);

  /* May wait for room; set_flushing() ends the wait. FALSE: flushing. */
  gboolean (*begin) (SttTransport *self, SttChunk *chunk);

  /* The same for an encoded file, whose bytes are appended; NULL: it takes none. */
  gboolean (*begin_file) (SttTransport *self, SttChunk *chunk, const gchar *filename,
      const gchar *content_type);

  /* A whole chunk, with all its samples, or the bytes of a file (@filename). Never waits;
   * any thread, beside the open chunk, while it is not flushing. */
  void (*submit) (SttTransport *self, SttChunk *chunk, GBytes *bytes,
      const gchar *filename, const gchar *content_type);

  void (*append) (SttTransport *self, GBytes *samples);

  /* Whether it wants to know what is spoken of the open chunk beyond what was appended,
   * which a cut may still give to the next chunk, when that is so many samples; then
   * they are given by look_ahead. @paused: nothing is spoken at the moment. @words_wait:
   * those of the last look wait for another. NULL: never. */
  gboolean (*wants_ahead) (
      SttTransport *self, guint64 samples, gboolean paused, gboolean words_wait);
  void (*look_ahead) (SttTransport *self, GBytes *samples);

  /* Nothing is appended for a while: what was goes out. */
  void (*pause) (SttTransport *self);

  /* The chunk has ended. */
  void (*commit) (SttTransport *self);

  /* How long chunks are to be from now on; NULL: as usual. */
  SttLength (*wanted_length) (SttTransport *self);

  /* Nothing follows at once what was committed: no result waits for what does. NULL:
   * none ever waits. */
  void (*drain) (SttTransport *self);

  /* How many samples are surely not too long for the server; 0: not known. */
  guint64 (*max_chunk) (SttTransport *self);

  /* Any thread. On: cancels what is in flight and forgets what waits; begins refuse
   * until it is off again. Off: only while nothing is appended. */
  void (*set_flushing) (SttTransport *self, gboolean flushing);

  /* Cancels everything, while nothing is appended. */
  void (*free) (SttTransport *self);
} SttTransportClass;

/* The first member of every transport. */
struct _SttTransport
{
  const SttTransportClass *klass;
};

static inline void
stt_transport_free (SttTransport *self)
{
  if (self)
    self->klass->free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SttTransport, stt_transport_free)

G_END_DECLS
