// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One call: attempts, time limits, cancellation, body out, answer in. */

#pragma once

#include "body.h"
#include "client.h"

G_BEGIN_DECLS

typedef struct _OpenaiRequest OpenaiRequest;

/* Milliseconds; 0: no limit. */
typedef struct
{
  guint connect;               /* name, connection and TLS, per attempt */
  guint idle;                  /* without a byte sent or received, once a
                                 * body is under way */
  guint answer;                /* from the end of the upload: to the end of
                                 * the answer, or to its first byte only */
  gboolean answer_is_streamed; /* to its first byte only */
  guint max_retries;           /* further attempts after the first */
  guint outage_timeout;        /* further ones after these, for so long, while
                                 * a server that has answered before is away */
  gboolean wait_on;            /* after an answer took too long it is waited for
                                 * as long again: a server that is only slow gets
                                 * nothing twice. Each wait is one of the retries,
                                 * of which the last sends it again where nothing
                                 * came from the server since */
  gboolean no_replay;          /* no further attempt once the server may have
                                 * done what it was asked: the error then says
                                 * in_doubt */
  gboolean has_other;          /* another server takes what fails: no attempt is
                                 * made, and no wait, at which that would be sooner */
  gsize max_answer;            /* bytes of a 2xx body; 0: no limit */
} OpenaiLimits;

/* What a call does with its request. All run on the I/O thread, one at a time,
 * and must not block. After openai_request_cancel() returns none of them is
 * begun, but one may still be running. */
typedef struct
{
  /* The body of the next attempt and its type; NULL: there is none. It may
   * set @later and return NULL: asked again after openai_request_continue(). */
  OpenaiBody *(*body) (OpenaiRequest *request, const gchar **content_type,
      gboolean *later, gpointer user_data);

  /* So much of the body is on its way; @all: the whole request is. May be
   * NULL. */
  void (*sent) (OpenaiRequest *request, gsize sent, gboolean all, gpointer user_data);

  /* A 2xx answer begins, or begins again with the next attempt. May be NULL. */
  void (*begin) (OpenaiRequest *request, gpointer user_data);

  /* A piece of it, and its end. FALSE with @error: not what was asked for;
   * OPENAI_ERROR_BROKEN: cut short, worth another attempt. */
  gboolean (*data) (OpenaiRequest *request, const gchar *data, gsize length,
      gpointer user_data, GError **error);
  gboolean (*end) (OpenaiRequest *request, gpointer user_data, GError **error);

  /* The attempt failed. TRUE: the form of the body was to blame; the next
   * attempt has another, is made at once and does not count. May be NULL. */
  gboolean (*refused) (OpenaiRequest *request, const GError *error, gpointer user_data);

  /* The server is away, and is looked for again in a moment, or it takes no
   * request for some time (status 429). May be NULL. */
  void (*waiting) (OpenaiRequest *request, const GError *error, gpointer user_data);

  /* Asked before another attempt when part of an answer was handed out. FALSE:
   * it cannot be taken back. May be NULL: it can. */
  gboolean (*again) (OpenaiRequest *request, gpointer user_data);

  /* The end, exactly once unless cancelled: @error is NULL when the whole
   * answer came. Its details are complete. */
  void (*done) (OpenaiRequest *request, const GError *error, gpointer user_data);
} OpenaiRequestFuncs;

/* @path as for openai_client_message(). @user_data is destroyed with the last
 * reference, on whatever thread drops it. */
OpenaiRequest *openai_request_new (OpenaiClient *client, const gchar *method,
    const gchar *path, const OpenaiLimits *limits, const OpenaiRequestFuncs *funcs,
    gpointer user_data, GDestroyNotify destroy);
OpenaiRequest *openai_request_ref (OpenaiRequest *self);
void openai_request_unref (OpenaiRequest *self);

/* Any thread. */
void openai_request_start (OpenaiRequest *self);
void openai_request_continue (OpenaiRequest *self);
void openai_request_cancel (OpenaiRequest *self);

/* Stops reading the answer, so that the server is slowed down, and goes on.
 * The time limits stand still meanwhile. */
void openai_request_set_paused (OpenaiRequest *self, gboolean paused);

/* Of the current attempt, I/O thread only, for the hooks. */
const gchar *openai_request_header (OpenaiRequest *self, const gchar *name);
guint openai_request_attempts (OpenaiRequest *self);

/* By which the log tells it from others. Any thread. */
guint openai_request_number (OpenaiRequest *self);

/* Of the attempt that succeeded, in a done hook: microseconds. */
gint64 openai_request_first_byte_latency (OpenaiRequest *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenaiRequest, openai_request_unref)

G_END_DECLS
