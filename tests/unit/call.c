// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A call that the test waits for, and what came of it. */

#include "call.h"

#include <string.h>

/* For what comes at once, on a machine that may be held up. */
#define WAIT_SECONDS 50

static OpenaiBody *
on_body (OpenaiRequest *request, const gchar **content_type, gboolean *later,
    gpointer user_data)
{
  Call *call = user_data;

  *content_type = "text/plain";
  return call->body ? openai_body_ref (call->body) : NULL;
}

static void
on_begin (OpenaiRequest *request, gpointer user_data)
{
  g_string_truncate (((Call *) user_data)->answer, 0);
}

static gboolean
on_data (OpenaiRequest *request, const gchar *data, gsize length, gpointer user_data,
    GError **error)
{
  Call *call = user_data;

  g_string_append_len (call->answer, data, length);
  if (call->pauses > 0) {
    call->pauses--;
    openai_request_set_paused (request, TRUE);
    openai_request_set_paused (request, FALSE);
  }
  return TRUE;
}

static gboolean
on_end (OpenaiRequest *request, gpointer user_data, GError **error)
{
  return TRUE;
}

static void
on_done (OpenaiRequest *request, const GError *error, gpointer user_data)
{
  Call *call = user_data;

  g_mutex_lock (&call->lock);
  call->error = error ? g_error_copy (error) : NULL;
  call->done = TRUE;
  g_cond_signal (&call->cond);
  g_mutex_unlock (&call->lock);
}

const OpenaiRequestFuncs call_funcs = {
  .body = on_body,
  .begin = on_begin,
  .data = on_data,
  .end = on_end,
  .done = on_done,
};

void
call_init (Call *call, GBytes *bytes)
{
  memset (call, 0, sizeof *call);
  g_mutex_init (&call->lock);
  g_cond_init (&call->cond);
  call->answer = g_string_new (NULL);
  if (!bytes)
    return;
  call->body = openai_body_new ();
  openai_body_append (call->body, bytes);
  openai_body_close (call->body);
}

void
call_clear (Call *call)
{
  g_mutex_clear (&call->lock);
  g_cond_clear (&call->cond);
  g_string_free (call->answer, TRUE);
  g_clear_error (&call->error);
  g_clear_pointer (&call->body, openai_body_unref);
}

void
call_run (Call *call, OpenaiClient *client, const OpenaiLimits *limits)
{
  g_autoptr (OpenaiRequest) request =
      openai_request_new (client, "POST", "/x", limits, &call_funcs, call, NULL);
  gint64 until = g_get_monotonic_time () + WAIT_SECONDS * G_USEC_PER_SEC;

  openai_request_start (request);
  g_mutex_lock (&call->lock);
  while (!call->done)
    g_assert_true (g_cond_wait_until (&call->cond, &call->lock, until));
  g_mutex_unlock (&call->lock);
}
