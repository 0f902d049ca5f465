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
openai_attempt_new (OpenaiRequest *request)
{
  OpenaiAttempt *self = g_new0 (OpenaiAttempt, 1);

  g_ref_count_init (&self->refs);
  self->request = openai_request_ref (request);
  self->cancellable = g_cancellable_new ();
  self->begun = g_get_monotonic_time ();
  return self;
}

OpenaiAttempt *
openai_attempt_ref (OpenaiAttempt *self)
{
  g_ref_count_inc (&self->refs);
  return self;
}

void
openai_attempt_unref (OpenaiAttempt *self)
{
  if (!g_ref_count_dec (&self->refs))
    return;
  g_clear_object (&self->message);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->upload);
  g_clear_object (&self->answer);
  openai_reach_clear (&self->reach);
  g_clear_pointer (&self->body, openai_body_unref);
  g_clear_pointer (&self->error_body, g_byte_array_unref);
  g_free (self->buffer);
  g_clear_pointer (&self->decoder, openai_content_decoder_free);
  openai_client_return_session (self->request->client, self->session);
  openai_request_unref (self->request);
  g_free (self);
}

static gboolean
is_current (OpenaiAttempt *self)
{
  return self->request->attempt == self;
}

static void
end_upload (OpenaiAttempt *self)
{
  if (self->uploading)
    openai_client_end_upload (self->request->client);
  self->uploading = FALSE;
}

void
openai_attempt_stop (OpenaiAttempt *self)
{
  g_clear_pointer (&self->limit, openai_deadline_free);
  end_upload (self);
  if (self->message)
    g_signal_handlers_disconnect_by_data (self->message, self);
  openai_reach_stop (&self->reach);
  if (self->upload)
    openai_body_stop (self->upload);
  if (self->expect_continue && !self->uploaded)
    openai_soup_hang_up (self->reach.socket);
  g_cancellable_cancel (self->cancellable);
}

gint64
openai_attempt_elapsed_ms (OpenaiAttempt *self)
{
  return (g_get_monotonic_time () - self->begun) / G_TIME_SPAN_MILLISECOND;
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
timeout_error (OpenaiAttempt *self)
{
  g_autofree gchar *text = NULL;

  if (!self->reach.connected)
    return openai_reach_connect_timeout (&self->reach);
  text = limit_text (self->limited, openai_client_host (self->request->client));
  return g_error_new_literal (OPENAI_ERROR, OPENAI_ERROR_TIMEOUT, text);
}

/* @at 0: no limit. */
static void
set_limit (OpenaiAttempt *self, gint64 at, OpenaiLimit what)
{
  self->limited = what;
  openai_deadline_set (self->limit, at);
}

/* While an answer comes both its deadline and the idle limit hold. */
static void
limit_reading (OpenaiAttempt *self)
{
  const OpenaiLimits *limits = &self->request->limits;
  gint64 deadline = self->answer_deadline;
  gint64 idle = self->received > 0 ? openai_deadline_after (limits->idle) : 0;

  if (limits->answer_is_streamed && !self->error_body && self->received > 0)
    deadline = 0;
  if (idle && (!deadline || idle < deadline))
    set_limit (self, idle, OPENAI_LIMIT_MORE);
  else
    set_limit (self, deadline, OPENAI_LIMIT_ANSWER);
}

static void
limit_answer (OpenaiAttempt *self)
{
  self->answer_deadline = openai_deadline_after (self->request->limits.answer);
  limit_reading (self);
}

static void
on_limit (gpointer data)
{
  OpenaiAttempt *self = data;
  OpenaiRequest *request = self->request;

  /* There is nothing to send on our side. */
  if (!self->uploaded && self->body && openai_body_has_waiting_reader (self->body))
    openai_deadline_set (self->limit, openai_deadline_after (request->limits.idle));
  else if (self->limited == OPENAI_LIMIT_ANSWER && self->uploaded && self->received == 0
      && openai_request_waits_on (request))
    limit_answer (self);
  else
    openai_request_fail (request, timeout_error (self));
}

/* libsoup does not leave off reading them as long as there are more. */
static void
on_got_informational (SoupMessage *message, OpenaiAttempt *self)
{
  if (++self->n_informational > MAX_INFORMATIONAL)
    g_cancellable_cancel (self->cancellable);
}

/* HTTP/2: the server has not taken the request, and libsoup would send it again,
 * with what is left of a body that it has read. */
static void
on_restarted (SoupMessage *message, OpenaiAttempt *self)
{
  if (!self->body)
    return;
  self->restarted = TRUE;
  openai_body_stop (self->upload);
  g_cancellable_cancel (self->cancellable);
}

/* The connection is there and the headers are about to be written. */
static void
on_starting (SoupMessage *message, OpenaiAttempt *self)
{
  guint idle = self->request->limits.idle;

  if (self->reach.socket && soup_message_get_http_version (message) == SOUP_HTTP_2_0)
    openai_client_add_socket (self->request->client, self->reach.socket);
  if (self->expect_continue)
    idle = idle ? MIN (idle, MAX_WAIT_TO_CONTINUE) : MAX_WAIT_TO_CONTINUE;
  set_limit (self, openai_deadline_after (idle), OPENAI_LIMIT_UPLOAD);
}

static void
report_sent (OpenaiAttempt *self, gboolean all)
{
  OpenaiRequest *request = self->request;

  if (request->funcs.sent && !openai_request_is_cancelled (request))
    request->funcs.sent (request, self->sent, all, request->user_data);
}

static void
on_wrote_data (SoupMessage *message, guint size, OpenaiAttempt *self)
{
  self->sent += size;
  log_request (self->request, OPENAI_LOG_LOG, "%u bytes sent, %" G_GSIZE_FORMAT " so far",
      size, self->sent);
  report_sent (self, FALSE);
  if (!self->uploaded)
    set_limit (
        self, openai_deadline_after (self->request->limits.idle), OPENAI_LIMIT_UPLOAD);
}

static void
on_wrote_body (SoupMessage *message, OpenaiAttempt *self)
{
  self->uploaded = TRUE;
  end_upload (self);
  self->uploaded_at = g_get_monotonic_time ();
  report_sent (self, TRUE);
  limit_answer (self);
}

static GError *
transport_error (OpenaiAttempt *self, const GError *cause)
{
  const gchar *host = openai_client_host (self->request->client);

  if (self->n_informational > MAX_INFORMATIONAL)
    return g_error_new (OPENAI_ERROR, OPENAI_ERROR_BROKEN,
        _("%s sent too many informational responses"), host);
  if (self->restarted)
    return g_error_new (
        OPENAI_ERROR, OPENAI_ERROR_BROKEN, _("%s did not take the request"), host);
  return openai_reach_transport_error (&self->reach, cause);
}

static GError *
broken_answer (OpenaiAttempt *self)
{
  return g_error_new (OPENAI_ERROR, OPENAI_ERROR_BROKEN,
      _("The answer of %s was cut short"), openai_client_host (self->request->client));
}

static gboolean
length_is_right (OpenaiAttempt *self)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);

  return soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH
      || soup_message_headers_get_content_length (headers) == self->received;
}

static GError *
status_error (OpenaiAttempt *self)
{
  GByteArray *body = self->error_body;

  return openai_reach_status_error (
      &self->reach, body->len > 0 ? (gchar *) body->data : "", body->len);
}

static void
end_answer (OpenaiAttempt *self)
{
  OpenaiRequest *request = self->request;
  GError *error = NULL;

  if (self->error_body)
    openai_request_fail (request, status_error (self));
  else if (!length_is_right (self)
      || !openai_soup_last_chunk_came (self->message, self->answer)
      || (self->decoder && !openai_content_decoder_is_whole (self->decoder)))
    openai_request_fail (request, broken_answer (self));
  else if (!request->funcs.end (request, request->user_data, &error))
    openai_request_fail (request, error);
  else
    openai_request_succeed (request);
}

/* FALSE: the attempt is over. */
static gboolean
add_to_error (OpenaiAttempt *self, const gchar *data, gsize length)
{
  gsize room = ERROR_BODY_SIZE - self->error_body->len;

  g_byte_array_append (self->error_body, (const guint8 *) data, MIN (room, length));
  if (length < room)
    return TRUE;
  end_answer (self);
  return FALSE;
}

/* Part of the answer as it is meant. FALSE: the attempt is over. */
static gboolean
deliver (OpenaiAttempt *self, const gchar *data, gsize length)
{
  OpenaiRequest *request = self->request;
  gsize max = request->limits.max_answer;
  GError *error = NULL;

  if (openai_request_is_cancelled (request)) {
    openai_request_finish (request, NULL);
    return FALSE;
  }
  if (self->error_body)
    return add_to_error (self, data, length);
  self->taken += length;
  if (max && self->taken > max) {
    error = g_error_new (OPENAI_ERROR, OPENAI_ERROR_ANSWER,
        _("The answer of %s is larger than %" PRIu64 " bytes"),
            openai_client_host (request->client), (guint64) max);
  } else if (request->funcs.data (request, data, length, request->user_data, &error)) {
    return TRUE;
  }
  openai_request_fail (request, error);
  return FALSE;
}

/* An error keeps its status, whatever its reason came in. */
static void
fail_to_decode (OpenaiAttempt *self, GError *error)
{
  if (!self->error_body) {
    openai_request_fail (self->request, error);
    return;
  }
  g_byte_array_set_size (self->error_body, 0);
  if (add_to_error (self, error->message, strlen (error->message)))
    end_answer (self);
  g_error_free (error);
}

/* One piece at a time: a few bytes may become a great many. */
static void
decode_more (OpenaiAttempt *self)
{
  gchar *piece = self->buffer;
  GError *error = NULL;
  gssize n = openai_content_decoder_read (self->decoder, piece, READ_SIZE, &error);

  self->decodes = n > 0;
  if (n < 0)
    fail_to_decode (self, error);
  else if (n == 0 && self->ended)
    end_answer (self);
  else if (n == 0 || deliver (self, piece, n))
    openai_attempt_read_more (self);
}

static gboolean
on_decode (gpointer data)
{
  OpenaiRequest *request = data;
  OpenaiAttempt *self = request->attempt;

  if (!self || !self->decodes || self->parked_at)
    return G_SOURCE_REMOVE;
  openai_attempt_ref (self);
  decode_more (self);
  openai_attempt_unref (self);
  return G_SOURCE_REMOVE;
}

static gboolean
should_be_text (OpenaiAttempt *self)
{
  const gchar *type = openai_request_header (self->request, "Content-Type");

  return self->error_body
      || (type
          && (g_ascii_strncasecmp (type, "text/", 5) == 0
              || g_ascii_strncasecmp (type, "application/json", 16) == 0));
}

/* Bytes came, or with 0 the end of them. */
static void
handle_bytes (OpenaiAttempt *self, gsize length)
{
  OpenaiRequest *request = self->request;
  gboolean is_first = self->received == 0;

  if (is_first && length > 0)
    self->first_byte = g_get_monotonic_time ();
  self->received += length;
  self->ended = length == 0;
  log_request (request, OPENAI_LOG_LOG,
      "%" G_GSIZE_FORMAT " bytes came, %" G_GOFFSET_FORMAT " so far", length,
      self->received);
  if (is_first && !self->decoder
      && openai_content_coding_may_begin (self->buffer, length, should_be_text (self)))
    self->decoder = openai_content_decoder_new (NULL, should_be_text (self));
  if (self->decoder) {
    openai_content_decoder_push (self->decoder, self->buffer, length);
    if (self->ended)
      openai_content_decoder_end (self->decoder);
    decode_more (self);
  } else if (self->ended) {
    end_answer (self);
  } else if (deliver (self, self->buffer, length)) {
    openai_attempt_read_more (self);
  }
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  OpenaiAttempt *self = user_data;
  OpenaiRequest *request = self->request;
  g_autoptr (GError) cause = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &cause);

  openai_io_end_operation (openai_client_io (request->client));
  if (is_current (self) && n < 0)
    openai_request_fail (request, transport_error (self, cause));
  else if (is_current (self))
    handle_bytes (self, n);
  openai_attempt_unref (self);
}

void
openai_attempt_read_more (OpenaiAttempt *self)
{
  OpenaiRequest *request = self->request;

  if (openai_request_is_cancelled (request)) {
    openai_request_finish (request, NULL);
  } else if (openai_request_is_paused (request)) {
    self->parked_at = g_get_monotonic_time ();
    openai_request_leave (request);
    set_limit (self, 0, OPENAI_LIMIT_ANSWER);
  } else if (self->decodes) {
    openai_request_invoke (request, on_decode);
  } else {
    limit_reading (self);
    openai_io_begin_operation (openai_client_io (request->client));
    g_input_stream_read_async (self->answer, self->buffer, READ_SIZE, G_PRIORITY_DEFAULT,
        self->cancellable, on_read, openai_attempt_ref (self));
  }
}

static void
begin_answer (OpenaiAttempt *self)
{
  OpenaiRequest *request = self->request;
  const gchar *codings = openai_request_header (request, "Content-Encoding");

  if (!SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (self->message)))
    self->error_body = g_byte_array_new ();
  else if (request->funcs.begin)
    request->funcs.begin (request, request->user_data);
  if (codings)
    self->decoder = openai_content_decoder_new (codings, should_be_text (self));
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  OpenaiAttempt *self = user_data;
  OpenaiRequest *request = self->request;
  g_autoptr (GError) cause = NULL;
  GInputStream *answer = soup_session_send_finish (SOUP_SESSION (source), result, &cause);

  openai_io_end_operation (openai_client_io (request->client));
  self->answer = answer;
  if (!is_current (self)) {
    openai_attempt_unref (self);
    return;
  }
  if (!answer) {
    openai_request_fail (request, transport_error (self, cause));
  } else {
    self->buffer = g_malloc (READ_SIZE);
    log_request (request, OPENAI_LOG_DEBUG,
        "status %u after %" G_GINT64_FORMAT " ms, %" G_GSIZE_FORMAT " bytes were sent",
        soup_message_get_status (self->message), openai_attempt_elapsed_ms (self),
        self->sent);
    /* It does not want the body. */
    if (self->expect_continue && !self->uploaded)
      self->answer_deadline = openai_deadline_after (request->limits.answer);
    if (soup_message_headers_get_one (
            soup_message_get_response_headers (self->message), "openai-version"))
      openai_client_saw_openai (request->client);
    openai_client_saw_version (
        request->client, soup_message_get_http_version (self->message));
    begin_answer (self);
    openai_attempt_read_more (self);
  }
  openai_attempt_unref (self);
}

void
openai_attempt_send (OpenaiAttempt *self, const gchar *content_type)
{
  OpenaiRequest *request = self->request;
  SoupMessage *message =
      openai_client_message (request->client, request->method, request->path);

  self->message = message;
  /* On a kept connection it is not known whether the server saw it. */
  if (request->forced_new_connection || request->expect_continue
      || request->limits.no_replay)
    soup_message_add_flags (message, SOUP_MESSAGE_NEW_CONNECTION);
  if (self->body) {
    gboolean sized = openai_body_is_closed (self->body);

    self->uploading = TRUE;
    self->expect_continue = request->expect_continue && sized;
    if (self->expect_continue)
      soup_message_headers_set_expectations (
          soup_message_get_request_headers (message), SOUP_EXPECTATION_CONTINUE);
    if (openai_client_begin_upload (request->client))
      soup_message_add_flags (message, SOUP_MESSAGE_NEW_CONNECTION);
    self->upload = openai_body_open (self->body);
    if (openai_client_may_speak_http2 (request->client))
      openai_body_defer_reads (self->upload);
    soup_message_set_request_body (message, content_type, self->upload,
        sized ? (gssize) openai_body_size (self->body) : -1);
  }
  openai_reach_start (&self->reach, request->client, message);
  g_signal_connect (
      message, "got-informational", G_CALLBACK (on_got_informational), self);
  g_signal_connect (message, "restarted", G_CALLBACK (on_restarted), self);
  g_signal_connect (message, "starting", G_CALLBACK (on_starting), self);
  g_signal_connect (message, "wrote-body-data", G_CALLBACK (on_wrote_data), self);
  g_signal_connect (message, "wrote-body", G_CALLBACK (on_wrote_body), self);

  self->limit = openai_deadline_new (openai_client_io (request->client), on_limit, self);
  set_limit (self, openai_deadline_after (request->limits.connect), OPENAI_LIMIT_CONNECT);
  openai_io_begin_operation (openai_client_io (request->client));
  soup_session_send_async (self->session, message, G_PRIORITY_DEFAULT, self->cancellable,
      on_sent, openai_attempt_ref (self));
}
