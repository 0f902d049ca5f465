// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One try of a call: body out, time limits, answer in. */

#include "attempt.h"

#include <inttypes.h>
#include <string.h>

#include "error.h"
#include "i18n.h"
#include "soupcompat.h"

#define READ_SIZE (32 * 1024)
#define ERROR_BODY_SIZE (64 * 1024)

/* Milliseconds a server may take to say that it wants the body. */
#define MAX_WAIT_TO_CONTINUE 3000

/* Answers of status 1xx before the one that counts. */
#define MAX_INFORMATIONAL 100

OpenaiAttempt *
openai_attempt_new (OpenaiRequest *self)
{
  OpenaiAttempt *attempt = g_new0 (OpenaiAttempt, 1);

  g_ref_count_init (&attempt->refs);
  attempt->request = openai_request_ref (self);
  attempt->cancellable = g_cancellable_new ();
  attempt->begun = g_get_monotonic_time ();
  return attempt;
}

OpenaiAttempt *
openai_attempt_ref (OpenaiAttempt *attempt)
{
  g_ref_count_inc (&attempt->refs);
  return attempt;
}

void
openai_attempt_unref (OpenaiAttempt *attempt)
{
  if (!g_ref_count_dec (&attempt->refs))
    return;
  g_clear_object (&attempt->message);
  g_clear_object (&attempt->cancellable);
  g_clear_object (&attempt->upload);
  g_clear_object (&attempt->answer);
  openai_reach_clear (&attempt->reach);
  g_clear_pointer (&attempt->body, openai_body_unref);
  g_clear_pointer (&attempt->error_body, g_byte_array_unref);
  g_free (attempt->buffer);
  g_clear_pointer (&attempt->decoder, openai_content_decoder_free);
  openai_client_return_session (attempt->request->client, attempt->session);
  openai_request_unref (attempt->request);
  g_free (attempt);
}

static gboolean
is_current (OpenaiAttempt *attempt)
{
  return attempt->request->attempt == attempt;
}

static void
end_upload (OpenaiAttempt *attempt)
{
  if (attempt->uploading)
    openai_client_end_upload (attempt->request->client);
  attempt->uploading = FALSE;
}

void
openai_attempt_stop (OpenaiAttempt *attempt)
{
  g_clear_pointer (&attempt->limit, openai_deadline_free);
  end_upload (attempt);
  if (attempt->message)
    g_signal_handlers_disconnect_by_data (attempt->message, attempt);
  openai_reach_stop (&attempt->reach);
  if (attempt->upload)
    openai_body_stop (attempt->upload);
  if (attempt->expect_continue && !attempt->uploaded)
    openai_soup_hang_up (attempt->reach.socket);
  g_cancellable_cancel (attempt->cancellable);
}

gint64
openai_attempt_elapsed_ms (OpenaiAttempt *attempt)
{
  return (g_get_monotonic_time () - attempt->begun) / G_TIME_SPAN_MILLISECOND;
}

static gint64
from_now (guint milliseconds)
{
  return milliseconds
      ? g_get_monotonic_time () + milliseconds * (gint64) G_TIME_SPAN_MILLISECOND
      : 0;
}

static gchar *
limit_text (OpenaiLimit limit, const gchar *host)
{
  switch (limit) {
    case OPENAI_LIMIT_UPLOAD:
      return g_strdup_printf (_("%s took too long to take the upload"), host);
    case OPENAI_LIMIT_MORE:
      return g_strdup_printf (_("%s took too long to send more of its answer"), host);
    default:
      return g_strdup_printf (_("%s took too long to answer"), host);
  }
}

static GError *
timeout_error (OpenaiAttempt *attempt)
{
  g_autofree gchar *text = NULL;

  if (!attempt->reach.connected)
    return openai_reach_connect_timeout (&attempt->reach);
  text = limit_text (attempt->limited, openai_client_host (attempt->request->client));
  return g_error_new_literal (OPENAI_ERROR, OPENAI_ERROR_TIMEOUT, text);
}

/* @at 0: no limit. */
static void
set_limit (OpenaiAttempt *attempt, gint64 at, OpenaiLimit what)
{
  attempt->limited = what;
  openai_deadline_set (attempt->limit, at);
}

/* While an answer comes both its deadline and the idle limit hold. */
static void
limit_reading (OpenaiAttempt *attempt)
{
  const OpenaiLimits *limits = &attempt->request->limits;
  gint64 deadline = attempt->answer_deadline;
  gint64 idle = attempt->received > 0 ? from_now (limits->idle) : 0;

  if (limits->answer_is_streamed && !attempt->error_body && attempt->received > 0)
    deadline = 0;
  if (idle && (!deadline || idle < deadline))
    set_limit (attempt, idle, OPENAI_LIMIT_MORE);
  else
    set_limit (attempt, deadline, OPENAI_LIMIT_ANSWER);
}

static void
limit_answer (OpenaiAttempt *attempt)
{
  attempt->answer_deadline = from_now (attempt->request->limits.answer);
  limit_reading (attempt);
}

static void
on_limit (gpointer data)
{
  OpenaiAttempt *attempt = data;
  OpenaiRequest *self = attempt->request;

  /* There is nothing to send on our side. */
  if (!attempt->uploaded && attempt->body
      && openai_body_has_waiting_reader (attempt->body))
    openai_deadline_set (attempt->limit, from_now (self->limits.idle));
  else if (attempt->limited == OPENAI_LIMIT_ANSWER && attempt->uploaded
      && attempt->received == 0 && openai_request_waits_on (self))
    limit_answer (attempt);
  else
    openai_request_fail (self, timeout_error (attempt));
}

/* libsoup does not leave off reading them as long as there are more. */
static void
on_got_informational (SoupMessage *message, OpenaiAttempt *attempt)
{
  if (++attempt->n_informational > MAX_INFORMATIONAL)
    g_cancellable_cancel (attempt->cancellable);
}

/* HTTP/2: the server has not taken the request, and libsoup would send it again,
 * with what is left of a body that it has read. */
static void
on_restarted (SoupMessage *message, OpenaiAttempt *attempt)
{
  if (!attempt->body)
    return;
  attempt->restarted = TRUE;
  openai_body_stop (attempt->upload);
  g_cancellable_cancel (attempt->cancellable);
}

/* The connection is there and the headers are about to be written. */
static void
on_starting (SoupMessage *message, OpenaiAttempt *attempt)
{
  guint idle = attempt->request->limits.idle;

  if (attempt->reach.socket && soup_message_get_http_version (message) == SOUP_HTTP_2_0)
    openai_client_add_socket (attempt->request->client, attempt->reach.socket);
  if (attempt->expect_continue)
    idle = idle ? MIN (idle, MAX_WAIT_TO_CONTINUE) : MAX_WAIT_TO_CONTINUE;
  set_limit (attempt, from_now (idle), OPENAI_LIMIT_UPLOAD);
}

static void
report_sent (OpenaiAttempt *attempt, gboolean all)
{
  OpenaiRequest *self = attempt->request;

  if (self->funcs.sent && !openai_request_is_cancelled (self))
    self->funcs.sent (self, attempt->sent, all, self->user_data);
}

static void
on_wrote_data (SoupMessage *message, guint size, OpenaiAttempt *attempt)
{
  attempt->sent += size;
  log_request (attempt->request, OPENAI_LOG_LOG,
      "%u bytes sent, %" G_GSIZE_FORMAT " so far", size, attempt->sent);
  report_sent (attempt, FALSE);
  if (!attempt->uploaded)
    set_limit (attempt, from_now (attempt->request->limits.idle), OPENAI_LIMIT_UPLOAD);
}

static void
on_wrote_body (SoupMessage *message, OpenaiAttempt *attempt)
{
  attempt->uploaded = TRUE;
  end_upload (attempt);
  attempt->uploaded_at = g_get_monotonic_time ();
  report_sent (attempt, TRUE);
  limit_answer (attempt);
}

static GError *
transport_error (OpenaiAttempt *attempt, const GError *cause)
{
  const gchar *host = openai_client_host (attempt->request->client);

  if (attempt->n_informational > MAX_INFORMATIONAL)
    return g_error_new (OPENAI_ERROR, OPENAI_ERROR_BROKEN,
        _("%s sent too many informational responses"), host);
  if (attempt->restarted)
    return g_error_new (
        OPENAI_ERROR, OPENAI_ERROR_BROKEN, _("%s did not take the request"), host);
  return openai_reach_transport_error (&attempt->reach, cause);
}

static GError *
broken_answer (OpenaiAttempt *attempt)
{
  return g_error_new (OPENAI_ERROR, OPENAI_ERROR_BROKEN,
      _("The answer of %s was cut short"), openai_client_host (attempt->request->client));
}

static gboolean
length_is_right (OpenaiAttempt *attempt)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (attempt->message);

  return soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH
      || soup_message_headers_get_content_length (headers) == attempt->received;
}

static GError *
status_error (OpenaiAttempt *attempt)
{
  GByteArray *body = attempt->error_body;

  return openai_reach_status_error (
      &attempt->reach, body->len > 0 ? (gchar *) body->data : "", body->len);
}

static void
end_answer (OpenaiAttempt *attempt)
{
  OpenaiRequest *self = attempt->request;
  GError *error = NULL;

  if (attempt->error_body)
    openai_request_fail (self, status_error (attempt));
  else if (!length_is_right (attempt)
      || !openai_soup_last_chunk_came (attempt->message, attempt->answer)
      || (attempt->decoder && !openai_content_decoder_is_whole (attempt->decoder)))
    openai_request_fail (self, broken_answer (attempt));
  else if (!self->funcs.end (self, self->user_data, &error))
    openai_request_fail (self, error);
  else
    openai_request_succeed (self);
}

/* FALSE: the attempt is over. */
static gboolean
add_to_error (OpenaiAttempt *attempt, const gchar *data, gsize length)
{
  gsize room = ERROR_BODY_SIZE - attempt->error_body->len;

  g_byte_array_append (attempt->error_body, (const guint8 *) data, MIN (room, length));
  if (length < room)
    return TRUE;
  end_answer (attempt);
  return FALSE;
}

/* Part of the answer as it is meant. FALSE: the attempt is over. */
static gboolean
hand_on (OpenaiAttempt *attempt, const gchar *data, gsize length)
{
  OpenaiRequest *self = attempt->request;
  gsize max = self->limits.max_answer;
  GError *error = NULL;

  if (openai_request_is_cancelled (self)) {
    openai_request_finish (self, NULL);
    return FALSE;
  }
  if (attempt->error_body)
    return add_to_error (attempt, data, length);
  attempt->taken += length;
  if (max && attempt->taken > max) {
    error = g_error_new (OPENAI_ERROR, OPENAI_ERROR_ANSWER,
        _("The answer of %s is larger than %" PRIu64 " bytes"),
            openai_client_host (self->client), (guint64) max);
  } else if (self->funcs.data (self, data, length, self->user_data, &error)) {
    return TRUE;
  }
  openai_request_fail (self, error);
  return FALSE;
}

/* An error keeps its status, whatever its reason came in. */
static void
fail_to_decode (OpenaiAttempt *attempt, GError *error)
{
  if (!attempt->error_body) {
    openai_request_fail (attempt->request, error);
    return;
  }
  g_byte_array_set_size (attempt->error_body, 0);
  if (add_to_error (attempt, error->message, strlen (error->message)))
    end_answer (attempt);
  g_error_free (error);
}

/* One piece at a time: a few bytes may become a great many. */
static void
decode_more (OpenaiAttempt *attempt)
{
  gchar *piece = attempt->buffer;
  GError *error = NULL;
  gssize n = openai_content_decoder_read (attempt->decoder, piece, READ_SIZE, &error);

  attempt->decodes = n > 0;
  if (n < 0)
    fail_to_decode (attempt, error);
  else if (n == 0 && attempt->ended)
    end_answer (attempt);
  else if (n == 0 || hand_on (attempt, piece, n))
    openai_attempt_read_more (attempt);
}

static gboolean
on_decode (gpointer data)
{
  OpenaiRequest *self = data;
  OpenaiAttempt *attempt = self->attempt;

  if (!attempt || !attempt->decodes || attempt->parked_at)
    return G_SOURCE_REMOVE;
  openai_attempt_ref (attempt);
  decode_more (attempt);
  openai_attempt_unref (attempt);
  return G_SOURCE_REMOVE;
}

static gboolean
should_be_text (OpenaiAttempt *attempt)
{
  const gchar *type = openai_request_header (attempt->request, "Content-Type");

  return attempt->error_body
      || (type
          && (g_ascii_strncasecmp (type, "text/", 5) == 0
              || g_ascii_strncasecmp (type, "application/json", 16) == 0));
}

/* Bytes came, or with 0 the end of them. */
static void
handle_bytes (OpenaiAttempt *attempt, gsize length)
{
  OpenaiRequest *self = attempt->request;
  gboolean is_first = attempt->received == 0;

  if (is_first && length > 0)
    attempt->first_byte = g_get_monotonic_time ();
  attempt->received += length;
  attempt->ended = length == 0;
  log_request (self, OPENAI_LOG_LOG,
      "%" G_GSIZE_FORMAT " bytes came, %" G_GOFFSET_FORMAT " so far", length,
      attempt->received);
  if (is_first && !attempt->decoder
      && openai_content_coding_may_begin (
          attempt->buffer, length, should_be_text (attempt)))
    attempt->decoder = openai_content_decoder_new (NULL, should_be_text (attempt));
  if (attempt->decoder) {
    openai_content_decoder_push (attempt->decoder, attempt->buffer, length);
    if (attempt->ended)
      openai_content_decoder_end (attempt->decoder);
    decode_more (attempt);
  } else if (attempt->ended) {
    end_answer (attempt);
  } else if (hand_on (attempt, attempt->buffer, length)) {
    openai_attempt_read_more (attempt);
  }
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  OpenaiAttempt *attempt = user_data;
  OpenaiRequest *self = attempt->request;
  g_autoptr (GError) cause = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &cause);

  openai_io_end_operation (openai_client_io (self->client));
  if (is_current (attempt) && n < 0)
    openai_request_fail (self, transport_error (attempt, cause));
  else if (is_current (attempt))
    handle_bytes (attempt, n);
  openai_attempt_unref (attempt);
}

void
openai_attempt_read_more (OpenaiAttempt *attempt)
{
  OpenaiRequest *self = attempt->request;

  if (openai_request_is_cancelled (self)) {
    openai_request_finish (self, NULL);
  } else if (openai_request_is_paused (self)) {
    attempt->parked_at = g_get_monotonic_time ();
    openai_request_leave (self);
    set_limit (attempt, 0, OPENAI_LIMIT_ANSWER);
  } else if (attempt->decodes) {
    openai_request_invoke (self, on_decode);
  } else {
    limit_reading (attempt);
    openai_io_begin_operation (openai_client_io (self->client));
    g_input_stream_read_async (attempt->answer, attempt->buffer, READ_SIZE,
        G_PRIORITY_DEFAULT, attempt->cancellable, on_read, openai_attempt_ref (attempt));
  }
}

static void
begin_answer (OpenaiAttempt *attempt)
{
  OpenaiRequest *self = attempt->request;
  const gchar *codings = openai_request_header (self, "Content-Encoding");

  if (!SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (attempt->message)))
    attempt->error_body = g_byte_array_new ();
  else if (self->funcs.begin)
    self->funcs.begin (self, self->user_data);
  if (codings)
    attempt->decoder = openai_content_decoder_new (codings, should_be_text (attempt));
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  OpenaiAttempt *attempt = user_data;
  OpenaiRequest *self = attempt->request;
  g_autoptr (GError) cause = NULL;
  GInputStream *answer = soup_session_send_finish (SOUP_SESSION (source), result, &cause);

  openai_io_end_operation (openai_client_io (self->client));
  attempt->answer = answer;
  if (!is_current (attempt)) {
    openai_attempt_unref (attempt);
    return;
  }
  if (!answer) {
    openai_request_fail (self, transport_error (attempt, cause));
  } else {
    attempt->buffer = g_malloc (READ_SIZE);
    log_request (self, OPENAI_LOG_DEBUG,
        "status %u after %" G_GINT64_FORMAT " ms, %" G_GSIZE_FORMAT " bytes were sent",
        soup_message_get_status (attempt->message), openai_attempt_elapsed_ms (attempt),
        attempt->sent);
    /* It does not want the body. */
    if (attempt->expect_continue && !attempt->uploaded)
      attempt->answer_deadline = from_now (self->limits.answer);
    if (soup_message_headers_get_one (
            soup_message_get_response_headers (attempt->message), "openai-version"))
      openai_client_saw_openai (self->client);
    openai_client_saw_version (
        self->client, soup_message_get_http_version (attempt->message));
    begin_answer (attempt);
    openai_attempt_read_more (attempt);
  }
  openai_attempt_unref (attempt);
}

void
openai_attempt_send (OpenaiAttempt *attempt, const gchar *content_type)
{
  OpenaiRequest *self = attempt->request;
  SoupMessage *message = openai_client_message (self->client, self->method, self->path);

  attempt->message = message;
  /* On a kept connection it is not known whether the server saw it. */
  if (self->forced_new_connection || self->expect_continue || self->limits.no_replay)
    soup_message_add_flags (message, SOUP_MESSAGE_NEW_CONNECTION);
  if (attempt->body) {
    gboolean sized = openai_body_is_closed (attempt->body);

    attempt->uploading = TRUE;
    attempt->expect_continue = self->expect_continue && sized;
    if (attempt->expect_continue)
      soup_message_headers_set_expectations (
          soup_message_get_request_headers (message), SOUP_EXPECTATION_CONTINUE);
    if (openai_client_begin_upload (self->client))
      soup_message_add_flags (message, SOUP_MESSAGE_NEW_CONNECTION);
    attempt->upload = openai_body_open (attempt->body);
    if (openai_client_may_speak_http2 (self->client))
      openai_body_defer_reads (attempt->upload);
    soup_message_set_request_body (message, content_type, attempt->upload,
        sized ? (gssize) openai_body_size (attempt->body) : -1);
  }
  openai_reach_start (&attempt->reach, self->client, message);
  g_signal_connect (
      message, "got-informational", G_CALLBACK (on_got_informational), attempt);
  g_signal_connect (message, "restarted", G_CALLBACK (on_restarted), attempt);
  g_signal_connect (message, "starting", G_CALLBACK (on_starting), attempt);
  g_signal_connect (message, "wrote-body-data", G_CALLBACK (on_wrote_data), attempt);
  g_signal_connect (message, "wrote-body", G_CALLBACK (on_wrote_body), attempt);

  attempt->limit =
      openai_deadline_new (openai_client_io (self->client), on_limit, attempt);
  set_limit (attempt, from_now (self->limits.connect), OPENAI_LIMIT_CONNECT);
  openai_io_begin_operation (openai_client_io (self->client));
  soup_session_send_async (attempt->session, message, G_PRIORITY_DEFAULT,
      attempt->cancellable, on_sent, openai_attempt_ref (attempt));
}
