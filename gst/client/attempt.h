// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One try of a call: body out, time limits, answer in. Only for request.c and
 * attempt.c, which share a request's state; everything here runs on the I/O
 * thread. */

#pragma once

#include "contentcoding.h"
#include "reach.h"
#include "request.h"

G_BEGIN_DECLS

/* What may take too long. */
typedef enum
{
  OPENAI_LIMIT_CONNECT,
  OPENAI_LIMIT_UPLOAD,
  OPENAI_LIMIT_ANSWER,
  OPENAI_LIMIT_MORE, /* of an answer that began */
} OpenaiLimit;

/* One try, I/O thread only. It outlives its request's interest in it until
 * libsoup has called back. */
typedef struct
{
  grefcount refs;
  OpenaiRequest *request;
  SoupSession *session; /* taken from the client */
  SoupMessage *message;
  OpenaiReach reach;
  GCancellable *cancellable;
  OpenaiBody *body;
  GInputStream *upload;
  GInputStream *answer;
  GByteArray *error_body;
  gchar *buffer;
  OpenaiContentDecoder *decoder; /* of an answer that came compressed */
  gboolean decodes;              /* more may come out of it */
  gboolean ended;                /* its last byte came */

  OpenaiDeadline *limit;
  OpenaiLimit limited;    /* what takes too long when it is reached */
  gint64 answer_deadline; /* 0: none, or the upload goes on */

  gint64 begun;
  gint64 uploaded_at; /* 0: not yet */
  gint64 first_byte;
  gint64 parked_at; /* 0: not waiting to be read on */
  goffset received; /* as it came */
  gsize taken;      /* of a 2xx body, decoded */
  gsize sent;
  gboolean expect_continue; /* "Expect: 100-continue" is sent */
  guint n_informational;
  gboolean restarted; /* by libsoup */
  gboolean uploading; /* counted by the client */
  gboolean uploaded;
} OpenaiAttempt;

struct _OpenaiRequest
{
  gatomicrefcount refs;

  /* immutable */
  guint number;
  OpenaiClient *client;
  gchar *method;
  gchar *path;
  OpenaiLimits limits;
  OpenaiRequestFuncs funcs;
  gpointer user_data;
  GDestroyNotify destroy;

  GMutex lock;
  gboolean cancelled; /* protected by lock */
  gboolean paused;    /* protected by lock */

  /* I/O thread only */
  gboolean started;
  gboolean finished;
  OpenaiAttempt *attempt; /* the current one */
  OpenaiDeadline *retry;
  guint attempts; /* made so far, all counted */
  guint retries;
  gint64 limited_since; /* 0: the server has not asked to wait */
  gboolean forced_new_connection;
  gboolean expect_continue;
  gboolean has_turn;    /* it is one of those that run at once */
  gboolean renewed_key; /* it was tried with another */
  gboolean waiting_for_body;
};

#define log_request(self, level, format, ...)                                            \
  openai_client_log (                                                                    \
      (self)->client, level, "request %u: " format, (self)->number, ##__VA_ARGS__)

/* --- attempt.c ------------------------------------------------------------ */

OpenaiAttempt *openai_attempt_new (OpenaiRequest *request);
OpenaiAttempt *openai_attempt_ref (OpenaiAttempt *self);
void openai_attempt_unref (OpenaiAttempt *self);

/* Sends the request; how it ends is told to the request. */
void openai_attempt_send (OpenaiAttempt *self, const gchar *content_type);

/* Reads the answer on, unless the request is paused. The caller holds a
 * reference. */
void openai_attempt_read_more (OpenaiAttempt *self);

/* What libsoup still calls back about it is ignored. */
void openai_attempt_stop (OpenaiAttempt *self);

gint64 openai_attempt_elapsed_ms (OpenaiAttempt *self);

/* --- request.c ------------------------------------------------------------ */

gboolean openai_request_is_cancelled (OpenaiRequest *self);
gboolean openai_request_is_paused (OpenaiRequest *self);

/* Runs @func on the I/O thread with a reference. */
void openai_request_invoke (OpenaiRequest *self, GSourceFunc func);

/* The answer took too long, and nothing of it came. Whether it is waited for again. */
gboolean openai_request_waits_on (OpenaiRequest *self);

/* The current attempt failed: there is another, or the request ends. Takes
 * @error. */
void openai_request_fail (OpenaiRequest *self, GError *error);

/* The whole answer came and is what was asked for. */
void openai_request_succeed (OpenaiRequest *self);

/* It waits for nothing that the server is asked for: another one may run. */
void openai_request_leave (OpenaiRequest *self);

/* The end; @error NULL: all is well, or it was cancelled. */
void openai_request_finish (OpenaiRequest *self, const GError *error);

G_END_DECLS
