// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the server answers: the steps of each answer, and whose turn it is. */

#include "server/script.h"

#include <string.h>

#include "server/record.h"
#include "server/state.h"

static void
step_free (gpointer data)
{
  Step *step = data;

  g_clear_pointer (&step->bytes, g_bytes_unref);
  g_free (step);
}

void
test_answer_free (TestAnswer *answer)
{
  g_free (answer->content_type);
  g_string_free (answer->headers, TRUE);
  g_ptr_array_unref (answer->steps);
  g_free (answer->field);
  g_free (answer->value);
  g_free (answer);
}

TestAnswer *
test_server_answer (TestServer *server, guint status, const gchar *content_type)
{
  TestAnswer *answer = g_new0 (TestAnswer, 1);

  answer->server = server;
  answer->request = -1;
  answer->status = status;
  answer->content_type = g_strdup (content_type);
  answer->headers = g_string_new (NULL);
  answer->steps = g_ptr_array_new_with_free_func (step_free);
  g_mutex_lock (&server->lock);
  g_ptr_array_add (server->answers, answer);
  g_mutex_unlock (&server->lock);
  return answer;
}

static void
add_step (TestAnswer *answer, StepKind kind, gconstpointer data, gsize length,
    guint milliseconds, TestFault fault)
{
  Step *step = g_new0 (Step, 1);

  step->kind = kind;
  step->bytes = data ? g_bytes_new (data, length) : NULL;
  step->milliseconds = milliseconds;
  step->fault = fault;
  g_mutex_lock (&answer->server->lock);
  g_ptr_array_add (answer->steps, step);
  g_mutex_unlock (&answer->server->lock);
}

TestAnswer *
test_server_answer_with (
    TestServer *server, guint status, const gchar *content_type, const gchar *body)
{
  TestAnswer *answer = test_server_answer (server, status, content_type);

  answer->framing = TEST_FRAMING_LENGTH;
  test_answer_text (answer, body);
  return answer;
}

void
test_answer_header (TestAnswer *answer, const gchar *name, const gchar *value)
{
  g_string_append_printf (answer->headers, "%s: %s\r\n", name, value);
}

void
test_answer_body (TestAnswer *answer, gconstpointer data, gsize length)
{
  add_step (answer, STEP_BODY, data, length, 0, 0);
}

void
test_answer_flood (TestAnswer *answer, gconstpointer data, gsize length, guint times)
{
  add_step (answer, STEP_FLOOD, data, length, times, 0);
}

void
test_answer_upload_length (TestAnswer *answer)
{
  add_step (answer, STEP_LENGTH, NULL, 0, 0, 0);
}

void
test_answer_text (TestAnswer *answer, const gchar *text)
{
  test_answer_body (answer, text, strlen (text));
}

void
test_answer_wait (TestAnswer *answer, guint milliseconds)
{
  add_step (answer, STEP_WAIT, NULL, 0, milliseconds, 0);
}

void
test_answer_hold (TestAnswer *answer)
{
  add_step (answer, STEP_HOLD, NULL, 0, 0, 0);
}

void
test_answer_release (TestAnswer *answer)
{
  TestServer *server = answer->server;

  g_mutex_lock (&server->lock);
  answer->releases++;
  g_cond_broadcast (&server->cond);
  g_mutex_unlock (&server->lock);
}

void
test_answer_fault (TestAnswer *answer, TestFault fault)
{
  add_step (answer, STEP_FAULT, NULL, 0, 0, fault);
}

void
test_answer_framing (TestAnswer *answer, TestFraming framing)
{
  answer->framing = framing;
}

void
test_answer_claim_length (TestAnswer *answer, gsize length)
{
  answer->framing = TEST_FRAMING_LENGTH;
  answer->claims_length = TRUE;
  answer->claimed_length = length;
}

void
test_answer_raw (TestAnswer *answer, gconstpointer data, gsize length)
{
  add_step (answer, STEP_RAW, data, length, 0, 0);
}

void
test_answer_early (TestAnswer *answer, gsize body_bytes)
{
  answer->early = TRUE;
  answer->early_bytes = body_bytes;
}

void
test_answer_for_field (TestAnswer *answer, const gchar *name, const gchar *value)
{
  answer->field = g_strdup (name);
  answer->value = g_strdup (value);
}

void
test_server_clear_answers (TestServer *server)
{
  g_mutex_lock (&server->lock);
  for (guint i = server->answers->len; i-- > 0;) {
    TestAnswer *answer = g_ptr_array_index (server->answers, i);

    if (answer->request < 0)
      g_ptr_array_remove_index (server->answers, i);
  }
  g_mutex_unlock (&server->lock);
}

static gboolean
fits (TestAnswer *answer, TestRequest *request)
{
  return !answer->field
      || (request->complete
          && g_strcmp0 (test_request_field (request, answer->field), answer->value) == 0);
}

/* The one that is next, before it is taken. Called with the lock held. */
static TestAnswer *
find_answer (TestServer *server, TestRequest *request)
{
  TestAnswer *last = NULL;

  for (guint i = 0; i < server->answers->len; i++) {
    TestAnswer *answer = g_ptr_array_index (server->answers, i);

    if (!fits (answer, request))
      continue;
    if (answer->request < 0)
      return answer;
    last = answer;
  }
  return last;
}

TestAnswer *
test_script_take (TestServer *server, TestRequest *request, gboolean early)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  TestAnswer *answer = find_answer (server, request);

  if (!answer || (early && !answer->early))
    return NULL;
  if (answer->request < 0)
    answer->request = request->index;
  g_cond_broadcast (&server->cond);
  return answer;
}

gint
test_answer_request (TestAnswer *answer, gdouble seconds)
{
  TestServer *server = answer->server;
  gint64 until = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  while (answer->request < 0 && g_cond_wait_until (&server->cond, &server->lock, until))
    ;
  return answer->request;
}
