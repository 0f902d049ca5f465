// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One request and its answer, which may come from another thread. */

#include "http.h"

#include <string.h>
#include <sys/socket.h>

#include "errors.h"

#define MAX_UNSENT (256 * 1024)
#define STALLED (60 * G_TIME_SPAN_SECOND)

struct _Exchange
{
  gint64 started; /* g_get_monotonic_time() */
  GCancellable *cancellable;

  /* main thread only; message is NULL once it is finished */
  SoupServerMessage *message;
  GSource *watch;

  /* the answering thread only */
  gboolean begun;
  gboolean events;

  GMutex lock;
  GCond sent;
  /* protected by lock */
  gsize unsent; /* bytes written but not gone */
};

typedef enum
{
  STEP_ANSWER,
  STEP_BEGIN,
  STEP_WRITE,
  STEP_END,
  STEP_DROP,
} StepKind;

/* What the answering thread asks of the main thread. */
typedef struct
{
  Exchange *exchange;
  StepKind kind;
  guint status;
  gchar *content_type;
  GBytes *body;
} Step;

static void
exchange_clear (Exchange *exchange)
{
  g_clear_object (&exchange->cancellable);
  g_cond_clear (&exchange->sent);
  g_mutex_clear (&exchange->lock);
}

Exchange *
exchange_ref (Exchange *exchange)
{
  return g_atomic_rc_box_acquire (exchange);
}

void
exchange_unref (Exchange *exchange)
{
  g_atomic_rc_box_release_full (exchange, (GDestroyNotify) exchange_clear);
}

static void
stop_watching (Exchange *exchange)
{
  if (exchange->watch)
    g_source_destroy (exchange->watch);
  g_clear_pointer (&exchange->watch, g_source_unref);
}

static void
client_gone (Exchange *exchange)
{
  g_cancellable_cancel (exchange->cancellable);
  g_mutex_lock (&exchange->lock);
  g_cond_broadcast (&exchange->sent);
  g_mutex_unlock (&exchange->lock);
}

/* A message that is disconnected while paused never finishes. */
static void
on_finished (SoupServerMessage *message, gpointer user_data)
{
  Exchange *exchange = user_data;

  stop_watching (exchange);
  g_signal_handlers_disconnect_by_data (message, exchange);
  g_clear_object (&exchange->message);
  client_gone (exchange);
  exchange_unref (exchange);
}

static void
on_wrote_body_data (SoupServerMessage *message, guint length, gpointer user_data)
{
  Exchange *exchange = user_data;

  g_mutex_lock (&exchange->lock);
  exchange->unsent -= MIN (exchange->unsent, length);
  g_cond_broadcast (&exchange->sent);
  g_mutex_unlock (&exchange->lock);
}

static void
add_identity (Exchange *exchange)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (exchange->message);
  g_autofree gchar *milliseconds = g_strdup_printf (
      "%" G_GINT64_FORMAT, (g_get_monotonic_time () - exchange->started) / 1000);
  g_autofree gchar *uuid = g_uuid_string_random ();
  g_auto (GStrv) parts = g_strsplit (uuid, "-", -1);
  g_autofree gchar *hex = g_strjoinv (NULL, parts);
  g_autofree gchar *id = g_strconcat ("req_", hex, NULL);

  soup_message_headers_replace (headers, "x-request-id", id);
  soup_message_headers_replace (headers, "openai-processing-ms", milliseconds);
  soup_message_headers_replace (headers, "openai-version", "2020-10-01");
}

static void
set_retry_headers (SoupMessageHeaders *headers, guint status)
{
  if (status == 429)
    soup_message_headers_replace (headers, "Retry-After", "1");
  else if (status == SOUP_STATUS_NOT_IMPLEMENTED)
    soup_message_headers_replace (headers, "x-should-retry", "false");
}

static void
run_answer (Exchange *exchange, Step *step)
{
  gsize length;
  const gchar *data = g_bytes_get_data (step->body, &length);

  add_identity (exchange);
  set_retry_headers (
      soup_server_message_get_response_headers (exchange->message), step->status);
  soup_server_message_set_status (
      exchange->message, step->status, step->status == 429 ? "Too Many Requests" : NULL);
  soup_server_message_set_response (
      exchange->message, step->content_type, SOUP_MEMORY_COPY, data, length);
}

static void
run_begin (Exchange *exchange, Step *step)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (exchange->message);
  gboolean chunked =
      soup_server_message_get_http_version (exchange->message) != SOUP_HTTP_1_0;

  add_identity (exchange);
  soup_server_message_set_status (exchange->message, SOUP_STATUS_OK, NULL);
  soup_message_headers_replace (headers, "Content-Type", step->content_type);
  if (exchange->events)
    soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_set_encoding (
      headers, chunked ? SOUP_ENCODING_CHUNKED : SOUP_ENCODING_EOF);
  soup_message_body_set_accumulate (
      soup_server_message_get_response_body (exchange->message), FALSE);
}

/* Ends the connection, so that the client sees a body cut short. */
static void
run_drop (Exchange *exchange)
{
  GSocket *socket = soup_server_message_get_socket (exchange->message);

  if (socket)
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
  if (soup_server_message_get_status (exchange->message) == 0)
    soup_server_message_set_status (
        exchange->message, SOUP_STATUS_INTERNAL_SERVER_ERROR, NULL);
  soup_message_body_complete (soup_server_message_get_response_body (exchange->message));
}

static gboolean
run_step (gpointer user_data)
{
  Step *step = user_data;
  Exchange *exchange = step->exchange;
  SoupMessageBody *body;

  if (!exchange->message)
    return G_SOURCE_REMOVE;

  body = soup_server_message_get_response_body (exchange->message);
  switch (step->kind) {
    case STEP_ANSWER:
      run_answer (exchange, step);
      break;
    case STEP_BEGIN:
      run_begin (exchange, step);
      break;
    case STEP_WRITE:
      soup_message_body_append_bytes (body, step->body);
      break;
    case STEP_END:
      soup_message_body_complete (body);
      break;
    case STEP_DROP:
      run_drop (exchange);
      break;
  }
  soup_server_message_unpause (exchange->message);
  return G_SOURCE_REMOVE;
}

static void
step_free (gpointer data)
{
  Step *step = data;

  exchange_unref (step->exchange);
  g_free (step->content_type);
  g_clear_pointer (&step->body, g_bytes_unref);
  g_free (step);
}

static void
post_step (Exchange *exchange, StepKind kind, guint status, const gchar *content_type,
    GBytes *body)
{
  Step *step = g_new0 (Step, 1);

  step->exchange = exchange_ref (exchange);
  step->kind = kind;
  step->status = status;
  step->content_type = g_strdup (content_type);
  step->body = body ? g_bytes_ref (body) : NULL;
  g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, run_step, step, step_free);
}

/* libsoup does not read while an answer is prepared, and so would not notice
 * that the client has gone. */
static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  Exchange *exchange = user_data;
  gchar byte;

  stop_watching (exchange);
  if (recv (g_socket_get_fd (socket), &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0) {
    client_gone (exchange);
    post_step (exchange, STEP_DROP, 0, NULL, NULL);
  }
  return G_SOURCE_REMOVE;
}

Exchange *
exchange_new (SoupServerMessage *message)
{
  Exchange *exchange = g_atomic_rc_box_new0 (Exchange);
  GSocket *socket = soup_server_message_get_socket (message);

  exchange->started = g_get_monotonic_time ();
  exchange->cancellable = g_cancellable_new ();
  exchange->message = g_object_ref (message);
  g_mutex_init (&exchange->lock);
  g_cond_init (&exchange->sent);

  exchange_ref (exchange);
  g_signal_connect (message, "finished", G_CALLBACK (on_finished), exchange);
  g_signal_connect (message, "disconnected", G_CALLBACK (on_finished), exchange);
  g_signal_connect (
      message, "wrote-body-data", G_CALLBACK (on_wrote_body_data), exchange);
  soup_server_message_pause (message);

  if (socket) {
    exchange->watch = g_socket_create_source (socket, G_IO_IN, NULL);
    g_source_set_callback (exchange->watch, G_SOURCE_FUNC (on_readable), exchange, NULL);
    g_source_attach (exchange->watch, NULL);
  }
  return exchange;
}

void
exchange_header (Exchange *exchange, const gchar *name, const gchar *value)
{
  soup_message_headers_replace (
      soup_server_message_get_response_headers (exchange->message), name, value);
}

GCancellable *
exchange_cancellable (Exchange *exchange)
{
  return exchange->cancellable;
}

static void
answer_with_status (
    Exchange *exchange, guint status, const gchar *content_type, gchar *body)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (body, strlen (body));

  exchange->begun = TRUE;
  post_step (exchange, STEP_ANSWER, status, content_type, bytes);
}

void
exchange_answer (Exchange *exchange, const gchar *content_type, gchar *body)
{
  answer_with_status (exchange, SOUP_STATUS_OK, content_type, body);
}

void
exchange_answer_json (Exchange *exchange, JsonNode *root)
{
  exchange_answer (exchange, "application/json", json_to_string (root, FALSE));
}

void
exchange_begin (Exchange *exchange, const gchar *content_type)
{
  exchange->begun = TRUE;
  post_step (exchange, STEP_BEGIN, 0, content_type, NULL);
}

void
exchange_write (Exchange *exchange, GBytes *piece)
{
  /* An empty chunk would end a chunked body. */
  if (g_bytes_get_size (piece) == 0)
    return;

  g_mutex_lock (&exchange->lock);
  exchange->unsent += g_bytes_get_size (piece);
  g_mutex_unlock (&exchange->lock);
  post_step (exchange, STEP_WRITE, 0, NULL, piece);
}

void
exchange_end (Exchange *exchange)
{
  post_step (exchange, STEP_END, 0, NULL, NULL);
}

static void
write_event (Exchange *exchange, const gchar *data)
{
  gchar *line = g_strconcat ("data: ", data, "\r\n\r\n", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_take (line, strlen (line));

  if (!exchange->begun) {
    exchange->events = TRUE;
    exchange_begin (exchange, "text/event-stream; charset=utf-8");
  }
  exchange_write (exchange, bytes);
}

void
exchange_event (Exchange *exchange, JsonNode *event)
{
  g_autofree gchar *data = json_to_string (event, FALSE);

  write_event (exchange, data);
}

void
exchange_end_events (Exchange *exchange)
{
  write_event (exchange, "[DONE]");
  exchange_end (exchange);
}

gboolean
exchange_begun (Exchange *exchange)
{
  return exchange->begun;
}

void
exchange_fail (Exchange *exchange, const GError *error)
{
  g_autofree gchar *body = api_error_to_json (error);

  if (!exchange->begun) {
    answer_with_status (
        exchange, api_error_status (error), "application/json", g_steal_pointer (&body));
  } else if (exchange->events) {
    write_event (exchange, body);
    exchange_end (exchange);
  } else {
    post_step (exchange, STEP_DROP, 0, NULL, NULL);
  }
}

void
exchange_wait (Exchange *exchange)
{
  gsize unsent = G_MAXSIZE;
  gint64 end = 0;
  gboolean stalled = FALSE;

  g_mutex_lock (&exchange->lock);
  while (exchange->unsent > MAX_UNSENT && !stalled
      && !g_cancellable_is_cancelled (exchange->cancellable)) {
    if (exchange->unsent < unsent)
      end = g_get_monotonic_time () + STALLED;
    unsent = exchange->unsent;
    stalled = !g_cond_wait_until (&exchange->sent, &exchange->lock, end);
  }
  g_mutex_unlock (&exchange->lock);

  if (stalled) {
    g_cancellable_cancel (exchange->cancellable);
    post_step (exchange, STEP_DROP, 0, NULL, NULL);
  }
}
