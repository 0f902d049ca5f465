// SPDX-License-Identifier: LGPL-2.1-or-later
/* One call: attempts, time limits, cancellation, body out, answer in. */

#include "request.h"

#include <string.h>

#include "contentcoding.h"
#include "error.h"
#include "retry.h"
#include "i18n.h"

#define READ_SIZE (32 * 1024)
#define ERROR_BODY_SIZE (64 * 1024)

/* The longest delay of the official client libraries, and that with which a
 * server is looked for that is away. */
#define MAX_DELAY (8 * G_TIME_SPAN_SECOND)
#define OUTAGE_DELAY (2 * G_TIME_SPAN_SECOND)

/* For so long a server that takes few requests a minute may refuse one without
 * taking any other, before that counts as an attempt. */
#define MAX_LIMITED (3 * G_TIME_SPAN_MINUTE)

/* A wait that is told. */
#define LONG_WAIT (5 * G_TIME_SPAN_SECOND)

/* Milliseconds a server may take to say that it wants the body. */
#define MAX_WAIT_TO_CONTINUE 3000

/* Answers of status 1xx before the one that counts. */
#define MAX_NEWS 100

/* One try, I/O thread only. It outlives its request's interest in it until
 * libsoup has called back. */
typedef struct
{
  grefcount refs;
  OpenaiRequest *request;
  SoupSession *session;         /* taken from the client */
  SoupMessage *message;
  GCancellable *cancellable;
  OpenaiBody *body;
  GInputStream *upload;
  GInputStream *answer;
  GSocket *socket;              /* of a new connection */
  gchar *proxy;                 /* that a new connection goes through, or NULL */
  GByteArray *error_body;
  gchar *buffer;
  OpenaiContentDecoder *decoder;        /* of an answer that came compressed */
  gboolean decodes;             /* more may come out of it */
  gboolean ended;               /* its last byte came */

  OpenaiDeadline *limit;
  const gchar *limited;         /* what takes too long when it is reached */
  gint64 answer_deadline;       /* 0: none, or the upload goes on */

  gint64 begun;
  gint64 first_byte;
  gint64 parked_at;             /* 0: not waiting to be read on */
  goffset received;             /* as it came */
  gsize taken;                  /* of a 2xx body, decoded */
  gsize sent;
  gboolean new_connection;
  gboolean connected;
  gboolean shakes_hands;        /* TLS began */
  gboolean asks_first;          /* whether the server wants the body at all */
  guint news;
  gboolean restarted;           /* by libsoup */
  gboolean uploading;           /* counted by the client */
  gboolean uploaded;
} Attempt;

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
  gboolean cancelled;           /* protected by lock */
  gboolean paused;              /* protected by lock */

  /* I/O thread only */
  gboolean started;
  gboolean finished;
  Attempt *attempt;             /* the current one */
  OpenaiDeadline *retry;
  guint attempts;               /* made so far, all counted */
  guint retries;
  gint64 limited_since;         /* 0: the server has not asked to wait */
  gboolean forced_new_connection;
  gboolean asks_first;
  gboolean waiting_for_body;
};

#define log_request(self, level, format, ...) \
  openai_client_log ((self)->client, level, "request %u: " format, \
      (self)->number, ##__VA_ARGS__)

OpenaiRequest *
openai_request_new (OpenaiClient * client, const gchar * method,
    const gchar * path, const OpenaiLimits * limits,
    const OpenaiRequestFuncs * funcs, gpointer user_data,
    GDestroyNotify destroy)
{
  static gint last_number;      /* atomic */
  OpenaiRequest *self = g_new0 (OpenaiRequest, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  self->number = g_atomic_int_add (&last_number, 1) + 1;
  self->client = openai_client_ref (client);
  self->method = g_strdup (method);
  self->path = g_strdup (path);
  self->limits = *limits;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->destroy = destroy;
  return self;
}

OpenaiRequest *
openai_request_ref (OpenaiRequest * self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
openai_request_unref (OpenaiRequest * self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  if (self->destroy)
    self->destroy (self->user_data);
  openai_client_unref (self->client);
  g_free (self->method);
  g_free (self->path);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Every hop to the I/O thread carries a reference. */
static void
invoke (OpenaiRequest * self, GSourceFunc func)
{
  openai_io_invoke (openai_client_io (self->client), func,
      openai_request_ref (self), (GDestroyNotify) openai_request_unref);
}

static gboolean
is_cancelled (OpenaiRequest * self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  return self->cancelled;
}

static gboolean
is_paused (OpenaiRequest * self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  return self->paused;
}

static Attempt *
attempt_new (OpenaiRequest * self)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  g_ref_count_init (&attempt->refs);
  attempt->request = openai_request_ref (self);
  attempt->cancellable = g_cancellable_new ();
  attempt->begun = g_get_monotonic_time ();
  return attempt;
}

static Attempt *
attempt_ref (Attempt * attempt)
{
  g_ref_count_inc (&attempt->refs);
  return attempt;
}

static void
attempt_unref (Attempt * attempt)
{
  if (!g_ref_count_dec (&attempt->refs))
    return;
  g_clear_object (&attempt->message);
  g_clear_object (&attempt->cancellable);
  g_clear_object (&attempt->upload);
  g_clear_object (&attempt->answer);
  g_clear_object (&attempt->socket);
  g_free (attempt->proxy);
  g_clear_pointer (&attempt->body, openai_body_unref);
  g_clear_pointer (&attempt->error_body, g_byte_array_unref);
  g_free (attempt->buffer);
  g_clear_pointer (&attempt->decoder, openai_content_decoder_free);
  openai_client_return_session (attempt->request->client, attempt->session);
  openai_request_unref (attempt->request);
  g_free (attempt);
}

static gboolean
is_current (Attempt * attempt)
{
  return attempt->request->attempt == attempt;
}

static void
end_upload (Attempt * attempt)
{
  if (attempt->uploading)
    openai_client_end_upload (attempt->request->client);
  attempt->uploading = FALSE;
}

/* After an answer to a body that was never sent libsoup reads on when the answer
 * is let go of, and blocks this thread until the server hangs up. */
static void
hang_up (Attempt * attempt)
{
  if (attempt->asks_first && !attempt->uploaded && attempt->socket)
    g_socket_shutdown (attempt->socket, TRUE, TRUE, NULL);
}

/* Lets go of the current attempt; what libsoup still calls back about it is
 * ignored. */
static void
drop_attempt (OpenaiRequest * self)
{
  Attempt *attempt = g_steal_pointer (&self->attempt);

  if (!attempt)
    return;
  g_clear_pointer (&attempt->limit, openai_deadline_free);
  end_upload (attempt);
  if (attempt->message)
    g_signal_handlers_disconnect_by_data (attempt->message, attempt);
  if (attempt->upload)
    openai_body_stop (attempt->upload);
  hang_up (attempt);
  g_cancellable_cancel (attempt->cancellable);
  attempt_unref (attempt);
}

static gint64
elapsed_ms (Attempt * attempt)
{
  return (g_get_monotonic_time () - attempt->begun) / G_TIME_SPAN_MILLISECOND;
}

static void
log_end (OpenaiRequest * self, const GError * error)
{
  Attempt *attempt = self->attempt;

  if (!openai_log_is_on (OPENAI_LOG_DEBUG))
    return;
  if (is_cancelled (self))
    log_request (self, OPENAI_LOG_DEBUG, "cancelled after %u attempts",
        self->attempts);
  else if (error)
    log_request (self, OPENAI_LOG_DEBUG, "failed after %u attempts: %s",
        self->attempts, error->message);
  else if (attempt)
    log_request (self, OPENAI_LOG_DEBUG, "done: %" G_GOFFSET_FORMAT
        " bytes of answer, %" G_GINT64_FORMAT " ms, %u attempts",
        attempt->received, elapsed_ms (attempt), self->attempts);
}

/* Ends the request; drops the reference on_start() took. */
static void
finish (OpenaiRequest * self, const GError * error)
{
  if (self->finished)
    return;
  self->finished = TRUE;
  log_end (self, error);
  if (!is_cancelled (self))
    self->funcs.done (self, error, self->user_data);
  drop_attempt (self);
  g_clear_pointer (&self->retry, openai_deadline_free);
  if (self->started)
    openai_request_unref (self);
}

/* Of the answer that came, or NULL. */
static SoupMessageHeaders *
answer_headers (OpenaiRequest * self)
{
  Attempt *attempt = self->attempt;

  return attempt && attempt->message ?
      soup_message_get_response_headers (attempt->message) : NULL;
}

static void begin_attempt (OpenaiRequest * self);

static void
on_retry (gpointer data)
{
  OpenaiRequest *self = data;

  g_clear_pointer (&self->retry, openai_deadline_free);
  begin_attempt (self);
}

/* Without its query, which may hold a key. */
static gchar *
asked_address (OpenaiRequest * self)
{
  GUri *uri = soup_message_get_uri (self->attempt->message);

  return g_uri_to_string_partial (uri, G_URI_HIDE_USERINFO
      | G_URI_HIDE_QUERY | G_URI_HIDE_FRAGMENT);
}

static void
complete_details (OpenaiRequest * self, GError * error)
{
  OpenaiErrorDetails *details = openai_error_details (error);
  const gchar *id = openai_request_header (self, "x-request-id");

  details->attempts = self->attempts;
  if (details->status && !details->address)
    details->address = asked_address (self);
  if (id && !details->request_id)
    details->request_id = openai_error_clip (id, -1, 100);
  openai_client_redact (self->client, &error->message);
  openai_client_redact (self->client, &details->code);
  openai_client_redact (self->client, &details->type);
  openai_client_redact (self->client, &details->param);
  openai_client_redact (self->client, &details->request_id);
  openai_client_redact (self->client, &details->address);
}

/* A connection that was kept from an earlier request and had been closed by
 * the server meanwhile: nobody needs to know. */
static gboolean
was_stale (Attempt * attempt, const GError * error)
{
  return error->code == OPENAI_ERROR_BROKEN && !attempt->new_connection
      && attempt->connected && attempt->received == 0
      && soup_message_get_status (attempt->message) == SOUP_STATUS_NONE;
}

/* The server may have answered while the body was still on its way, and closed or
 * stopped reading; then libsoup does not read the answer. */
static gboolean
may_have_answered (Attempt * attempt, const GError * error)
{
  return (error->code == OPENAI_ERROR_BROKEN
      || error->code == OPENAI_ERROR_TIMEOUT)
      && attempt->sent > 0 && !attempt->uploaded;
}

/* Servers that do not know the question wait for the body in silence, or say
 * so. */
static gboolean
was_not_understood (Attempt * attempt, const GError * error)
{
  return attempt->asks_first
      && ((error->code == OPENAI_ERROR_TIMEOUT && attempt->sent == 0)
      || openai_error_details (error)->status == 417);
}

/* Whether the server may have done what it was asked: it has the whole request,
 * and has not said that it refuses. */
static gboolean
may_have_acted (Attempt * attempt, const GError * error)
{
  guint status = openai_error_details (error)->status;

  switch (error->code) {
    case OPENAI_ERROR_BROKEN:
    case OPENAI_ERROR_TIMEOUT:
      return attempt->uploaded;
    case OPENAI_ERROR_ANSWER:
      return TRUE;
    case OPENAI_ERROR_HTTP:
      return status >= 500 && status != 501 && status != 503;
    default:
      return FALSE;
  }
}

static gboolean
can_be_taken_back (OpenaiRequest * self)
{
  Attempt *attempt = self->attempt;

  return attempt->received == 0 || attempt->error_body
      || !self->funcs.again
      || self->funcs.again (self, self->user_data);
}

/* As long as nobody is there, attempts do not count. */
static gboolean
wait_for_server (OpenaiRequest * self, const GError * error,
    gint64 * delay)
{
  gint64 away;

  if (!openai_retry_is_outage (error)
      || !openai_client_has_answered (self->client))
    return FALSE;
  away = openai_client_unreachable_for (self->client);
  if (away >= self->limits.patience * (gint64) G_TIME_SPAN_MILLISECOND)
    return FALSE;
  if (self->funcs.waiting)
    self->funcs.waiting (self, error, self->user_data);
  *delay = openai_retry_delay (answer_headers (self), self->retries,
      OUTAGE_DELAY);
  *delay = MAX (*delay, OUTAGE_DELAY / 4);
  return TRUE;
}

/* The server takes few requests a minute: nothing else is sent to it until it
 * takes some again, and meanwhile attempts do not count. */
static gboolean
wait_for_turn (OpenaiRequest * self, const GError * error, gint64 * delay)
{
  gint64 now = g_get_monotonic_time ();
  gint64 since;

  if (!openai_retry_is_limited (error, answer_headers (self))
      || self->limits.max_retries == 0 || self->limits.once)
    return FALSE;
  *delay = openai_retry_delay (answer_headers (self), 0, MAX_DELAY);
  openai_client_hold (self->client, self->path, now + *delay);
  if (!self->limited_since)
    self->limited_since = now;
  if (*delay >= LONG_WAIT && self->funcs.waiting)
    self->funcs.waiting (self, error, self->user_data);
  since = MAX (self->limited_since, openai_client_last_answer (self->client));
  return now - since < MAX_LIMITED;
}

/* Why the attempt is to be made again, for the log, and after how many
 * microseconds; NULL: it is not. */
static const gchar *
plan_another (OpenaiRequest * self, const GError * error, gint64 * delay)
{
  *delay = 0;
  if (self->limits.once && may_have_acted (self->attempt, error)) {
    openai_error_details (error)->in_doubt = TRUE;
    return NULL;
  }
  self->forced_new_connection = was_stale (self->attempt, error);
  self->asks_first = may_have_answered (self->attempt, error);
  if (self->forced_new_connection)
    return "the kept connection had been closed";
  if (was_not_understood (self->attempt, error))
    return "it is not asked whether the body is wanted";
  if (self->funcs.refused
      && self->funcs.refused (self, error, self->user_data))
    return "in a plainer form";
  if (!openai_retry_is_worth (error, answer_headers (self))
      || !can_be_taken_back (self))
    return NULL;
  if (wait_for_turn (self, error, delay))
    return "as late as the server asks";
  if (self->retries >= self->limits.max_retries)
    return wait_for_server (self, error, delay) ? "the server is away" : NULL;
  *delay = openai_retry_delay (answer_headers (self), self->retries,
      MAX_DELAY);
  self->retries++;
  return "a retry";
}

static void
begin_attempt_at (OpenaiRequest * self, gint64 time)
{
  self->retry = openai_deadline_new (openai_client_io (self->client),
      on_retry, self);
  openai_deadline_set (self->retry, time);
}

/* Takes @error. */
static void
fail (OpenaiRequest * self, GError * error)
{
  g_autoptr (GError) owned = error;
  const gchar *why;
  gint64 delay;

  if (is_cancelled (self)) {
    finish (self, NULL);
    return;
  }
  complete_details (self, error);
  why = plan_another (self, error, &delay);
  if (!why) {
    finish (self, error);
    return;
  }
  log_request (self, OPENAI_LOG_DEBUG, "attempt %u failed: %s; again in %"
      G_GINT64_FORMAT " ms (%s; %u of %u retries)", self->attempts,
      error->message, delay / G_TIME_SPAN_MILLISECOND, why, self->retries,
      self->limits.max_retries);
  drop_attempt (self);
  if (delay == 0) {
    begin_attempt (self);
    return;
  }
  begin_attempt_at (self, g_get_monotonic_time () + delay);
}

static GError *
timeout_error (Attempt * attempt)
{
  if (!attempt->connected && attempt->shakes_hands)
    return openai_error_no_handshake
        (openai_client_host (attempt->request->client));
  return g_error_new (OPENAI_ERROR,
      attempt->connected ? OPENAI_ERROR_TIMEOUT : OPENAI_ERROR_CONNECT,
      _("%s took too long to %s"),
      openai_client_host (attempt->request->client),
      attempt->limited);
}

static gint64
from_now (guint milliseconds)
{
  return milliseconds ? g_get_monotonic_time ()
      + milliseconds * (gint64) G_TIME_SPAN_MILLISECOND : 0;
}

static void
on_limit (gpointer data)
{
  Attempt *attempt = data;
  OpenaiRequest *self = attempt->request;

  /* It is us who have nothing to send. */
  if (!attempt->uploaded && attempt->body
      && openai_body_is_starved (attempt->body))
    openai_deadline_set (attempt->limit, from_now (self->limits.idle));
  else
    fail (self, timeout_error (attempt));
}

/* @at 0: no limit. */
static void
set_limit (Attempt * attempt, gint64 at, const gchar * what)
{
  attempt->limited = what;
  openai_deadline_set (attempt->limit, at);
}

/* While an answer comes both its deadline and the idle limit hold. */
static void
limit_reading (Attempt * attempt)
{
  const OpenaiLimits *limits = &attempt->request->limits;
  gint64 deadline = attempt->answer_deadline;
  gint64 idle = attempt->received > 0 ? from_now (limits->idle) : 0;

  if (limits->answer_is_streamed && !attempt->error_body
      && attempt->received > 0)
    deadline = 0;
  if (idle && (!deadline || idle < deadline))
    set_limit (attempt, idle, _("send more of its answer"));
  else
    set_limit (attempt, deadline, _("answer"));
}

/* Which proxy it goes to, if that is not the server. */
static void
note_proxy (Attempt * attempt, GIOStream * connection)
{
  g_autoptr (GSocketAddress) address = g_socket_connection_get_remote_address
      (G_SOCKET_CONNECTION (connection), NULL);

  if (!address || !G_IS_PROXY_ADDRESS (address))
    return;
  g_free (attempt->proxy);
  attempt->proxy = g_socket_connectable_to_string
      (G_SOCKET_CONNECTABLE (address));
}

static void
on_network_event (SoupMessage * message, GSocketClientEvent event,
    GIOStream * connection, Attempt * attempt)
{
  attempt->new_connection = TRUE;
  if (event == G_SOCKET_CLIENT_CONNECTING)
    note_proxy (attempt, connection);
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    attempt->shakes_hands = TRUE;
  if (event == G_SOCKET_CLIENT_CONNECTED)
    g_set_object (&attempt->socket,
        g_socket_connection_get_socket (G_SOCKET_CONNECTION (connection)));
}

/* libsoup does not leave off reading them as long as there are more. */
static void
on_news (SoupMessage * message, Attempt * attempt)
{
  if (++attempt->news > MAX_NEWS)
    g_cancellable_cancel (attempt->cancellable);
}

/* HTTP/2: the server has not taken the request, and libsoup would send it again,
 * with what is left of a body that it has read. */
static void
on_restarted (SoupMessage * message, Attempt * attempt)
{
  if (!attempt->body)
    return;
  attempt->restarted = TRUE;
  openai_body_stop (attempt->upload);
  g_cancellable_cancel (attempt->cancellable);
}

/* The connection is there and the headers are about to be written. */
static void
on_starting (SoupMessage * message, Attempt * attempt)
{
  guint idle = attempt->request->limits.idle;

  attempt->connected = TRUE;
  if (attempt->asks_first)
    idle = idle ? MIN (idle, MAX_WAIT_TO_CONTINUE) : MAX_WAIT_TO_CONTINUE;
  set_limit (attempt, from_now (idle), _("take the upload"));
}

static void
tell_sent (Attempt * attempt, gboolean all)
{
  OpenaiRequest *self = attempt->request;

  if (self->funcs.sent && !is_cancelled (self))
    self->funcs.sent (self, attempt->sent, all, self->user_data);
}

static void
on_wrote_data (SoupMessage * message, guint size, Attempt * attempt)
{
  attempt->sent += size;
  log_request (attempt->request, OPENAI_LOG_LOG, "%u bytes sent, %"
      G_GSIZE_FORMAT " so far", size, attempt->sent);
  tell_sent (attempt, FALSE);
  if (!attempt->uploaded)
    set_limit (attempt, from_now (attempt->request->limits.idle),
        "take the upload");
}

static void
on_wrote_body (SoupMessage * message, Attempt * attempt)
{
  attempt->uploaded = TRUE;
  end_upload (attempt);
  tell_sent (attempt, TRUE);
  attempt->answer_deadline = from_now (attempt->request->limits.answer);
  limit_reading (attempt);
}

static GError *
transport_error (Attempt * attempt, const GError * cause)
{
  if (attempt->news > MAX_NEWS)
    return g_error_new (OPENAI_ERROR, OPENAI_ERROR_BROKEN,
        _("%s goes on telling that it will answer, and does not"),
        openai_client_host (attempt->request->client));
  if (attempt->restarted)
    return g_error_new (OPENAI_ERROR, OPENAI_ERROR_BROKEN,
        _("%s did not take the request"),
        openai_client_host (attempt->request->client));
  return openai_error_from_transport (cause,
      openai_client_host (attempt->request->client), attempt->connected,
      attempt->proxy, soup_message_get_tls_peer_certificate_errors (attempt->message));
}

static GError *
broken_answer (Attempt * attempt)
{
  return g_error_new (OPENAI_ERROR, OPENAI_ERROR_BROKEN,
      _("The answer of %s was cut short"),
      openai_client_host (attempt->request->client));
}

/* libsoup 3.2 takes a close between two chunks for the end of the body. Reading
 * past the real end gives 0 before anything else is looked at; anywhere else a
 * cancelled read fails before the connection is touched. */
static gboolean
last_chunk_came (Attempt * attempt)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  GInputStream *body;
  gchar byte;

  if (soup_message_headers_get_encoding (soup_message_get_response_headers
          (attempt->message)) != SOUP_ENCODING_CHUNKED
      || soup_message_get_http_version (attempt->message) == SOUP_HTTP_2_0
      || !G_IS_FILTER_INPUT_STREAM (attempt->answer))
    return TRUE;
  body = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM
      (attempt->answer));
  g_cancellable_cancel (cancelled);
  return g_input_stream_read (body, &byte, 1, cancelled, NULL) >= 0;
}

static gboolean
length_is_right (Attempt * attempt)
{
  SoupMessageHeaders *headers =
      soup_message_get_response_headers (attempt->message);

  return soup_message_headers_get_encoding (headers) !=
      SOUP_ENCODING_CONTENT_LENGTH
      || soup_message_headers_get_content_length (headers) ==
      attempt->received;
}

/* In the place of a server that is asked over TLS. */
static gboolean
is_answer_of_proxy (Attempt * attempt)
{
  return attempt->proxy && !attempt->shakes_hands && g_str_equal
      (g_uri_get_scheme (soup_message_get_uri (attempt->message)), "https");
}

static GError *
proxy_status_error (Attempt * attempt, guint status)
{
  GError *error = g_error_new (OPENAI_ERROR, OPENAI_ERROR_HTTP,
      _("The proxy %s answered %u (%s)"), attempt->proxy, status,
      soup_status_get_phrase (status));

  openai_error_details (error)->status = status;
  openai_error_details (error)->tells_status = TRUE;
  openai_error_details (error)->code = g_strdup ("proxy");
  return error;
}

static GError *
status_error (Attempt * attempt)
{
  OpenaiClient *client = attempt->request->client;
  guint status = soup_message_get_status (attempt->message);
  g_autofree gchar *location =
      g_strdup (openai_request_header (attempt->request, "Location"));
  GByteArray *bytes = attempt->error_body;
  g_autofree gchar *body = g_strndup (bytes->len > 0 ?
      (gchar *) bytes->data : "", bytes->len);

  if (is_answer_of_proxy (attempt))
    return proxy_status_error (attempt, status);
  /* Before anything is clipped: half a key would not be known again. */
  openai_client_redact (client, &location);
  openai_client_redact (client, &body);
  if (status >= 300 && status < 400) {
    g_autofree gchar *shown = location && *location ?
        openai_error_clip (location, strcspn (location, "?#"), 200) :
        g_strdup ("nowhere");
    GError *error = g_error_new (OPENAI_ERROR, OPENAI_ERROR_HTTP,
        _("%s redirects to %s; redirects are not followed, set base-url to the "
        "right address"), openai_client_host (client), shown);

    openai_error_details (error)->status = status;
    return error;
  }
  return openai_error_from_answer (status,
      soup_message_get_reason_phrase (attempt->message),
      body, strlen (body));
}

static void
succeed (OpenaiRequest * self)
{
  openai_client_answered (self->client);
  finish (self, NULL);
}

static void
end_answer (Attempt * attempt)
{
  OpenaiRequest *self = attempt->request;
  GError *error = NULL;

  if (attempt->error_body)
    fail (self, status_error (attempt));
  else if (!length_is_right (attempt) || !last_chunk_came (attempt)
      || (attempt->decoder
          && !openai_content_decoder_is_whole (attempt->decoder)))
    fail (self, broken_answer (attempt));
  else if (!self->funcs.end (self, self->user_data, &error))
    fail (self, error);
  else
    succeed (self);
}

/* FALSE: the attempt is over. */
static gboolean
add_to_error (Attempt * attempt, const gchar * data, gsize length)
{
  gsize room = ERROR_BODY_SIZE - attempt->error_body->len;

  g_byte_array_append (attempt->error_body, (const guint8 *) data,
      MIN (room, length));
  if (length < room)
    return TRUE;
  end_answer (attempt);
  return FALSE;
}

/* Part of the answer as it is meant. FALSE: the attempt is over. */
static gboolean
hand_on (Attempt * attempt, const gchar * data, gsize length)
{
  OpenaiRequest *self = attempt->request;
  gsize max = self->limits.max_answer;
  GError *error = NULL;

  if (is_cancelled (self)) {
    finish (self, NULL);
    return FALSE;
  }
  if (attempt->error_body)
    return add_to_error (attempt, data, length);
  attempt->taken += length;
  if (max && attempt->taken > max) {
    error = g_error_new (OPENAI_ERROR, OPENAI_ERROR_ANSWER,
        _("The answer of %s is larger than %" G_GSIZE_FORMAT " bytes"),
        openai_client_host (self->client), max);
  } else if (self->funcs.data (self, data, length, self->user_data, &error)) {
    return TRUE;
  }
  fail (self, error);
  return FALSE;
}

/* An error keeps its status, whatever its reason came in. */
static void
fail_to_decode (Attempt * attempt, GError * error)
{
  if (!attempt->error_body) {
    fail (attempt->request, error);
    return;
  }
  g_byte_array_set_size (attempt->error_body, 0);
  if (add_to_error (attempt, error->message, strlen (error->message)))
    end_answer (attempt);
  g_error_free (error);
}

static void read_more (Attempt * attempt);

/* One piece at a time: a few bytes may become a great many. */
static void
decode_more (Attempt * attempt)
{
  gchar *piece = attempt->buffer;
  GError *error = NULL;
  gssize n = openai_content_decoder_read (attempt->decoder, piece, READ_SIZE,
      &error);

  attempt->decodes = n > 0;
  if (n < 0)
    fail_to_decode (attempt, error);
  else if (n == 0 && attempt->ended)
    end_answer (attempt);
  else if (n == 0 || hand_on (attempt, piece, n))
    read_more (attempt);
}

static gboolean
on_decode (gpointer data)
{
  OpenaiRequest *self = data;
  Attempt *attempt = self->attempt;

  if (!attempt || !attempt->decodes || attempt->parked_at)
    return G_SOURCE_REMOVE;
  attempt_ref (attempt);
  decode_more (attempt);
  attempt_unref (attempt);
  return G_SOURCE_REMOVE;
}

static gboolean
should_be_text (Attempt * attempt)
{
  const gchar *type = openai_request_header (attempt->request,
      "Content-Type");

  return attempt->error_body || (type
      && (g_ascii_strncasecmp (type, "text/", 5) == 0
          || g_ascii_strncasecmp (type, "application/json", 16) == 0));
}

/* Bytes came, or with 0 the end of them. */
static void
take_bytes (Attempt * attempt, gsize length)
{
  OpenaiRequest *self = attempt->request;
  gboolean is_first = attempt->received == 0;

  if (is_first && length > 0)
    attempt->first_byte = g_get_monotonic_time ();
  attempt->received += length;
  attempt->ended = length == 0;
  log_request (self, OPENAI_LOG_LOG, "%" G_GSIZE_FORMAT " bytes came, %"
      G_GOFFSET_FORMAT " so far", length, attempt->received);
  if (is_first && !attempt->decoder && openai_content_coding_may_begin
      (attempt->buffer, length, should_be_text (attempt)))
    attempt->decoder =
        openai_content_decoder_new (NULL, should_be_text (attempt));
  if (attempt->decoder) {
    openai_content_decoder_push (attempt->decoder, attempt->buffer, length);
    if (attempt->ended)
      openai_content_decoder_end (attempt->decoder);
    decode_more (attempt);
  } else if (attempt->ended) {
    end_answer (attempt);
  } else if (hand_on (attempt, attempt->buffer, length)) {
    read_more (attempt);
  }
}

static void
on_read (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Attempt *attempt = user_data;
  OpenaiRequest *self = attempt->request;
  g_autoptr (GError) cause = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result,
      &cause);

  openai_io_end_operation (openai_client_io (self->client));
  if (is_current (attempt) && n < 0)
    fail (self, transport_error (attempt, cause));
  else if (is_current (attempt))
    take_bytes (attempt, n);
  attempt_unref (attempt);
}

static void
read_more (Attempt * attempt)
{
  OpenaiRequest *self = attempt->request;

  if (is_cancelled (self)) {
    finish (self, NULL);
  } else if (is_paused (self)) {
    attempt->parked_at = g_get_monotonic_time ();
    set_limit (attempt, 0, NULL);
  } else if (attempt->decodes) {
    invoke (self, on_decode);
  } else {
    limit_reading (attempt);
    openai_io_begin_operation (openai_client_io (self->client));
    g_input_stream_read_async (attempt->answer, attempt->buffer, READ_SIZE,
        G_PRIORITY_DEFAULT, attempt->cancellable, on_read,
        attempt_ref (attempt));
  }
}

static void
begin_answer (Attempt * attempt)
{
  OpenaiRequest *self = attempt->request;
  const gchar *codings = openai_request_header (self, "Content-Encoding");

  if (!SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (attempt->message)))
    attempt->error_body = g_byte_array_new ();
  else if (self->funcs.begin)
    self->funcs.begin (self, self->user_data);
  if (codings)
    attempt->decoder =
        openai_content_decoder_new (codings, should_be_text (attempt));
}

static void
on_sent (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Attempt *attempt = user_data;
  OpenaiRequest *self = attempt->request;
  g_autoptr (GError) cause = NULL;
  GInputStream *answer = soup_session_send_finish (SOUP_SESSION (source),
      result, &cause);

  openai_io_end_operation (openai_client_io (self->client));
  attempt->answer = answer;
  if (!is_current (attempt)) {
    attempt_unref (attempt);
    return;
  }
  if (!answer) {
    fail (self, transport_error (attempt, cause));
  } else {
    attempt->buffer = g_malloc (READ_SIZE);
    log_request (self, OPENAI_LOG_DEBUG, "status %u after %" G_GINT64_FORMAT
        " ms, %" G_GSIZE_FORMAT " bytes were sent",
        soup_message_get_status (attempt->message), elapsed_ms (attempt),
        attempt->sent);
    /* It does not want the body. */
    if (attempt->asks_first && !attempt->uploaded)
      attempt->answer_deadline = from_now (self->limits.answer);
    openai_client_saw_version (self->client,
        soup_message_get_http_version (attempt->message));
    begin_answer (attempt);
    read_more (attempt);
  }
  attempt_unref (attempt);
}

/* A query may hold a secret, and a content type its boundary. */
static void
log_attempt (OpenaiRequest * self, const gchar * content_type)
{
  OpenaiBody *body = self->attempt->body;
  g_autofree gchar *size = !body ? g_strdup ("no body") :
      openai_body_is_closed (body) ?
      g_strdup_printf ("%" G_GSIZE_FORMAT " bytes", openai_body_size (body)) :
      g_strdup ("a body that grows");

  log_request (self, OPENAI_LOG_DEBUG,
      "attempt %u: %s %.*s to %s, %s%s%.*s%s", self->attempts, self->method,
      (gint) strcspn (self->path, "?"), self->path,
      openai_client_host (self->client), size, content_type ? " of " : "",
      content_type ? (gint) strcspn (content_type, ";") : 0,
      content_type ? content_type : "",
      self->asks_first ? ", asking first" : "");
}

static void
send (Attempt * attempt, const gchar * content_type)
{
  OpenaiRequest *self = attempt->request;
  SoupMessage *message = openai_client_message (self->client,
      self->method, self->path);

  attempt->message = message;
  /* On a kept connection nobody could tell whether the server saw it. */
  if (self->forced_new_connection || self->asks_first
      || self->limits.once)
    soup_message_add_flags (message, SOUP_MESSAGE_NEW_CONNECTION);
  if (attempt->body) {
    gboolean sized = openai_body_is_closed (attempt->body);

    attempt->uploading = TRUE;
    attempt->asks_first = self->asks_first && sized;
    if (attempt->asks_first)
      soup_message_headers_set_expectations
          (soup_message_get_request_headers (message),
          SOUP_EXPECTATION_CONTINUE);
    if (openai_client_begin_upload (self->client))
      soup_message_add_flags (message, SOUP_MESSAGE_NEW_CONNECTION);
    attempt->upload = openai_body_open (attempt->body);
    if (openai_client_may_speak_http2 (self->client))
      openai_body_defer_reads (attempt->upload);
    soup_message_set_request_body (message, content_type, attempt->upload,
        sized ? (gssize) openai_body_size (attempt->body) : -1);
  }
  g_signal_connect (message, "network-event", G_CALLBACK (on_network_event),
      attempt);
  g_signal_connect (message, "got-informational", G_CALLBACK (on_news),
      attempt);
  g_signal_connect (message, "restarted", G_CALLBACK (on_restarted),
      attempt);
  g_signal_connect (message, "starting", G_CALLBACK (on_starting), attempt);
  g_signal_connect (message, "wrote-body-data", G_CALLBACK (on_wrote_data),
      attempt);
  g_signal_connect (message, "wrote-body", G_CALLBACK (on_wrote_body),
      attempt);

  attempt->limit = openai_deadline_new (openai_client_io (self->client),
      on_limit, attempt);
  set_limit (attempt, from_now (self->limits.connect), _("connect"));
  openai_io_begin_operation (openai_client_io (self->client));
  soup_session_send_async (attempt->session, message, G_PRIORITY_DEFAULT,
      attempt->cancellable, on_sent, attempt_ref (attempt));
}

/* FALSE: the server takes requests. */
static gboolean
wait_while_held (OpenaiRequest * self)
{
  gint64 until = openai_client_held_until (self->client, self->path);
  g_autoptr (GError) error = NULL;

  if (!until)
    return FALSE;
  log_request (self, OPENAI_LOG_DEBUG, "waits, as the server asks");
  if (self->funcs.waiting && until - g_get_monotonic_time () >= LONG_WAIT) {
    error = g_error_new_literal (OPENAI_ERROR, OPENAI_ERROR_HTTP,
        _("Too many requests were made"));
    openai_error_details (error)->status = 429;
    self->funcs.waiting (self, error, self->user_data);
  }
  begin_attempt_at (self, until);
  return TRUE;
}

static void
begin_attempt (OpenaiRequest * self)
{
  const gchar *content_type = NULL;
  gboolean later = FALSE;
  OpenaiBody *body = NULL;

  if (is_cancelled (self) || openai_client_is_released (self->client)) {
    g_autoptr (GError) error = g_error_new_literal (OPENAI_ERROR,
        OPENAI_ERROR_CANCELLED, _("The client was released"));
    finish (self, error);
    return;
  }
  if (wait_while_held (self))
    return;
  if (self->funcs.body)
    body = self->funcs.body (self, &content_type, &later,
        self->user_data);
  self->waiting_for_body = later;
  if (later)
    return;

  self->attempts++;
  self->attempt = attempt_new (self);
  self->attempt->body = body;
  self->attempt->session = openai_client_take_session (self->client);
  if (openai_log_is_on (OPENAI_LOG_DEBUG))
    log_attempt (self, content_type);
  send (self->attempt, content_type);
}

static gboolean
on_start (gpointer data)
{
  OpenaiRequest *self = data;

  if (self->started || self->finished)
    return G_SOURCE_REMOVE;
  self->started = TRUE;
  openai_request_ref (self);
  begin_attempt (self);
  return G_SOURCE_REMOVE;
}

void
openai_request_start (OpenaiRequest * self)
{
  invoke (self, on_start);
}

static gboolean
on_continue (gpointer data)
{
  OpenaiRequest *self = data;

  if (self->waiting_for_body && !self->finished)
    begin_attempt (self);
  return G_SOURCE_REMOVE;
}

void
openai_request_continue (OpenaiRequest * self)
{
  invoke (self, on_continue);
}

static gboolean
on_cancel (gpointer data)
{
  finish (data, NULL);
  return G_SOURCE_REMOVE;
}

void
openai_request_cancel (OpenaiRequest * self)
{
  g_mutex_lock (&self->lock);
  self->cancelled = TRUE;
  g_mutex_unlock (&self->lock);
  invoke (self, on_cancel);
}

static gboolean
on_resume (gpointer data)
{
  OpenaiRequest *self = data;
  Attempt *attempt = self->attempt;

  if (!attempt || !attempt->parked_at)
    return G_SOURCE_REMOVE;
  if (attempt->answer_deadline)
    attempt->answer_deadline += g_get_monotonic_time () - attempt->parked_at;
  attempt->parked_at = 0;
  read_more (attempt);
  return G_SOURCE_REMOVE;
}

void
openai_request_set_paused (OpenaiRequest * self, gboolean paused)
{
  gboolean resume;

  g_mutex_lock (&self->lock);
  resume = self->paused && !paused;
  self->paused = paused;
  g_mutex_unlock (&self->lock);
  if (resume)
    invoke (self, on_resume);
}

const gchar *
openai_request_header (OpenaiRequest * self, const gchar * name)
{
  SoupMessageHeaders *headers = answer_headers (self);

  return headers ? soup_message_headers_get_one (headers, name) : NULL;
}

guint
openai_request_attempts (OpenaiRequest * self)
{
  return self->attempts;
}

guint
openai_request_number (OpenaiRequest * self)
{
  return self->number;
}

gint64
openai_request_first_byte_latency (OpenaiRequest * self)
{
  Attempt *attempt = self->attempt;

  return attempt && attempt->first_byte ?
      attempt->first_byte - attempt->begun : 0;
}
