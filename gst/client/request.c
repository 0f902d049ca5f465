// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One call: attempts, time limits, cancellation, body out, answer in. */

#include "attempt.h"

#include <string.h>

#include "error.h"
#include "retry.h"
#include "i18n.h"

/* The longest delay of the official client libraries, and that with which a
 * server is looked for that is away. */
#define MAX_DELAY (8 * G_TIME_SPAN_SECOND)
#define OUTAGE_DELAY (2 * G_TIME_SPAN_SECOND)

/* A wait that is told. */
#define LONG_WAIT (5 * G_TIME_SPAN_SECOND)

/* A wait that is too long where there is another server. */
#define LEAST_SWITCH (2 * G_TIME_SPAN_SECOND)

OpenaiRequest *
openai_request_new (OpenaiClient *client, const gchar *method, const gchar *path,
    const OpenaiLimits *limits, const OpenaiRequestFuncs *funcs, gpointer user_data,
    GDestroyNotify destroy)
{
  static gint last_number; /* atomic */
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
openai_request_ref (OpenaiRequest *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
openai_request_unref (OpenaiRequest *self)
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
void
openai_request_invoke (OpenaiRequest *self, GSourceFunc func)
{
  openai_io_invoke (openai_client_io (self->client), func, openai_request_ref (self),
      (GDestroyNotify) openai_request_unref);
}

gboolean
openai_request_is_cancelled (OpenaiRequest *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  return self->cancelled;
}

gboolean
openai_request_is_paused (OpenaiRequest *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  return self->paused;
}

static OpenaiPace *
pace_of (OpenaiRequest *self)
{
  return openai_client_pace (self->client, self->path);
}

void
openai_request_leave (OpenaiRequest *self)
{
  if (self->has_turn)
    openai_pace_leave (pace_of (self));
  self->has_turn = FALSE;
}

/* Lets go of the current attempt; what libsoup still calls back about it is
 * ignored. */
static void
drop_attempt (OpenaiRequest *self)
{
  OpenaiAttempt *attempt = g_steal_pointer (&self->attempt);

  if (!attempt)
    return;
  openai_attempt_stop (attempt);
  openai_attempt_unref (attempt);
  openai_request_leave (self);
}

static void
log_end (OpenaiRequest *self, const GError *error)
{
  OpenaiAttempt *attempt = self->attempt;

  if (!openai_log_is_on (OPENAI_LOG_DEBUG))
    return;
  if (openai_request_is_cancelled (self) && self->attempts == 0)
    log_request (self, OPENAI_LOG_DEBUG, "%s %.*s was cancelled before it was sent",
        self->method, (gint) strcspn (self->path, "?"), self->path);
  else if (openai_request_is_cancelled (self))
    log_request (self, OPENAI_LOG_DEBUG, "cancelled after %u attempts", self->attempts);
  else if (error)
    log_request (self, OPENAI_LOG_DEBUG, "failed after %u attempts: %s", self->attempts,
        error->message);
  else if (attempt)
    log_request (self, OPENAI_LOG_DEBUG,
        "done: %" G_GOFFSET_FORMAT " bytes of answer, %" G_GINT64_FORMAT
        " ms, %u attempts",
        attempt->received, openai_attempt_elapsed_ms (attempt), self->attempts);
}

/* Ends the request; drops the reference on_start() took. */
void
openai_request_finish (OpenaiRequest *self, const GError *error)
{
  if (self->finished)
    return;
  self->finished = TRUE;
  log_end (self, error);
  if (!openai_request_is_cancelled (self))
    self->funcs.done (self, error, self->user_data);
  drop_attempt (self);
  g_clear_pointer (&self->retry, openai_deadline_free);
  openai_pace_forget (pace_of (self), self);
  openai_request_leave (self);
  if (self->started)
    openai_request_unref (self);
}

/* Of the answer that came, or NULL. */
static SoupMessageHeaders *
answer_headers (OpenaiRequest *self)
{
  OpenaiAttempt *attempt = self->attempt;

  return attempt && attempt->message
      ? soup_message_get_response_headers (attempt->message)
      : NULL;
}

static void begin_attempt (OpenaiRequest *self);

static void
on_retry (gpointer data)
{
  OpenaiRequest *self = data;

  g_clear_pointer (&self->retry, openai_deadline_free);
  begin_attempt (self);
}

static void
complete_details (OpenaiRequest *self, GError *error)
{
  openai_error_details (error)->attempts = self->attempts;
  openai_reach_complete_error (&self->attempt->reach, error);
}

/* A connection that was kept from an earlier request and had been closed by
 * the server meanwhile: no caller needs to know. */
static gboolean
was_stale (OpenaiAttempt *attempt, const GError *error)
{
  return error->code == OPENAI_ERROR_BROKEN && !attempt->reach.new_connection
      && attempt->reach.connected && attempt->received == 0
      && soup_message_get_status (attempt->message) == SOUP_STATUS_NONE;
}

/* The server may have answered while the body was still on its way, and closed or
 * stopped reading; then libsoup does not read the answer. */
static gboolean
may_have_answered (OpenaiAttempt *attempt, const GError *error)
{
  return (error->code == OPENAI_ERROR_BROKEN || error->code == OPENAI_ERROR_TIMEOUT)
      && attempt->sent > 0 && !attempt->uploaded;
}

/* Servers that do not know "Expect: 100-continue" wait for the body in silence,
 * or say so. */
static gboolean
was_not_understood (OpenaiAttempt *attempt, const GError *error)
{
  return attempt->expect_continue
      && ((error->code == OPENAI_ERROR_TIMEOUT && attempt->sent == 0)
          || openai_error_details (error)->status == 417);
}

/* Whether the server may have done what it was asked: it has the whole request,
 * and has not said that it refuses. */
static gboolean
may_have_acted (OpenaiAttempt *attempt, const GError *error)
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
can_be_taken_back (OpenaiRequest *self)
{
  OpenaiAttempt *attempt = self->attempt;

  return attempt->received == 0 || attempt->error_body || !self->funcs.again
      || self->funcs.again (self, self->user_data);
}

/* Microseconds that a server may ask to wait, or refuse without taking any other. */
static gint64
max_delay (OpenaiRequest *self)
{
  return self->limits.outage_timeout > 0
      ? self->limits.outage_timeout * (gint64) G_TIME_SPAN_MILLISECOND
      : OPENAI_RETRY_PATIENCE;
}

/* Another server is sooner than this one, which is not there, or takes nothing for a
 * while. */
static gboolean
is_for_other (OpenaiRequest *self, const GError *error)
{
  gint64 wait;

  if (!self->limits.has_other)
    return FALSE;
  if (error->code == OPENAI_ERROR_CONNECT || error->code == OPENAI_ERROR_TIMEOUT)
    return TRUE;
  if (!openai_retry_is_full (error))
    return FALSE;
  wait = openai_retry_delay (answer_headers (self), error, 0, 0, OPENAI_RETRY_PATIENCE);
  if (wait < LEAST_SWITCH)
    return FALSE;
  openai_error_details (error)->retry_after = wait / G_TIME_SPAN_MILLISECOND;
  openai_pace_hold (pace_of (self), g_get_monotonic_time () + wait);
  return TRUE;
}

/* As long as the server is unreachable, attempts do not count. */
static gboolean
wait_for_server (OpenaiRequest *self, const GError *error, gint64 *delay)
{
  gint64 away;

  if (self->limits.has_other)
    return FALSE;
  if (!(openai_retry_is_outage (error) || openai_retry_is_full (error))
      || !openai_client_has_answered (self->client))
    return FALSE;
  away = openai_client_unreachable_for (self->client);
  if (away >= self->limits.outage_timeout * (gint64) G_TIME_SPAN_MILLISECOND)
    return FALSE;
  if (self->funcs.waiting)
    self->funcs.waiting (self, error, self->user_data);
  *delay = openai_retry_delay (
      answer_headers (self), error, self->retries, OUTAGE_DELAY, max_delay (self));
  *delay = MAX (*delay, OUTAGE_DELAY / 4);
  return TRUE;
}

static void
report_wait (OpenaiRequest *self, const GError *error, gint64 wait)
{
  openai_error_details (error)->retry_after = wait / G_TIME_SPAN_MILLISECOND;
  if (wait >= LONG_WAIT && self->funcs.waiting)
    self->funcs.waiting (self, error, self->user_data);
}

/* The server takes few requests a minute: nothing else is sent to it until it
 * takes some again, and meanwhile attempts do not count. */
static gboolean
wait_for_turn (OpenaiRequest *self, const GError *error, gint64 *delay)
{
  gint64 now = g_get_monotonic_time ();
  gint64 since;

  if (!openai_retry_is_limited (error, answer_headers (self), max_delay (self))
      || self->limits.max_retries == 0 || self->limits.no_replay)
    return FALSE;
  *delay =
      openai_retry_delay (answer_headers (self), error, 0, MAX_DELAY, max_delay (self));
  openai_pace_hold (pace_of (self), now + *delay);
  if (!self->limited_since)
    self->limited_since = now;
  report_wait (self, error, *delay);
  since = MAX (self->limited_since, openai_client_last_answer (self->client));
  return now - since < max_delay (self);
}

/* The key expired, and its file has a new one. Once. */
static gboolean
has_newer_key (OpenaiRequest *self, const GError *error)
{
  if (self->renewed_key || openai_error_details (error)->status != 401
      || !openai_client_has_newer_key (self->client, self->attempt->message))
    return FALSE;
  self->renewed_key = TRUE;
  return TRUE;
}

/* Why the attempt is to be made again, for the log, and after how many
 * microseconds; NULL: it is not. */
static const gchar *
plan_another (OpenaiRequest *self, const GError *error, gint64 *delay)
{
  *delay = 0;
  if (self->limits.no_replay && may_have_acted (self->attempt, error)) {
    openai_error_details (error)->in_doubt = TRUE;
    return NULL;
  }
  self->forced_new_connection = was_stale (self->attempt, error);
  self->expect_continue = may_have_answered (self->attempt, error);
  if (self->forced_new_connection)
    return "the kept connection had been closed";
  if (was_not_understood (self->attempt, error))
    return "without Expect: 100-continue";
  if (has_newer_key (self, error))
    return "with the key that is in its file now";
  if (self->funcs.refused && self->funcs.refused (self, error, self->user_data))
    return "in a plainer form";
  if (!openai_retry_is_worth (error, answer_headers (self)) || is_for_other (self, error)
      || !can_be_taken_back (self))
    return NULL;
  if (wait_for_turn (self, error, delay))
    return "as late as the server asks";
  if (self->retries >= self->limits.max_retries)
    return wait_for_server (self, error, delay) ? "the server is away" : NULL;
  *delay = openai_retry_delay (
      answer_headers (self), error, self->retries, MAX_DELAY, max_delay (self));
  self->retries++;
  return "a retry";
}

/* What was sent later and answered soon has overtaken this one: it is lost. Else the
 * server has too much to do, and more if it gets this twice. */
gboolean
openai_request_waits_on (OpenaiRequest *self)
{
  gint64 sent = self->attempt->uploaded_at;
  gboolean is_last = self->retries + 1 >= self->limits.max_retries;

  if (!self->limits.wait_on || self->limits.has_other
      || self->retries >= self->limits.max_retries
      || openai_client_was_quick_since (self->client, sent)
      || (is_last && openai_client_last_answer (self->client) < sent))
    return FALSE;
  self->retries++;
  log_request (self, OPENAI_LOG_DEBUG,
      "attempt %u: no answer yet, it is waited "
      "for as long again (%u of %u retries)",
      self->attempts, self->retries, self->limits.max_retries);
  return TRUE;
}

static void
begin_attempt_at (OpenaiRequest *self, gint64 time)
{
  self->retry = openai_deadline_new (openai_client_io (self->client), on_retry, self);
  openai_deadline_set (self->retry, time);
}

static void
slow_down (OpenaiRequest *self, const GError *error)
{
  guint most = openai_retry_is_full (error)
      ? openai_pace_slow_down (pace_of (self), self->attempt->begun)
      : 0;

  if (most)
    openai_client_log (self->client, OPENAI_LOG_INFO,
        "%s refuses some: at most "
        "%u requests at once for now",
        openai_client_host (self->client), most);
}

/* Takes @error. */
void
openai_request_fail (OpenaiRequest *self, GError *error)
{
  g_autoptr (GError) owned = error;
  const gchar *why;
  gint64 delay;

  if (openai_request_is_cancelled (self)) {
    openai_request_finish (self, NULL);
    return;
  }
  openai_retry_find_limit (error);
  complete_details (self, error);
  slow_down (self, error);
  why = plan_another (self, error, &delay);
  if (!why) {
    openai_request_finish (self, error);
    return;
  }
  log_request (self, OPENAI_LOG_DEBUG,
      "attempt %u failed: %s; again in %" G_GINT64_FORMAT " ms (%s; %u of %u retries)",
      self->attempts, error->message, delay / G_TIME_SPAN_MILLISECOND, why, self->retries,
      self->limits.max_retries);
  drop_attempt (self);
  if (delay == 0) {
    begin_attempt (self);
    return;
  }
  begin_attempt_at (self, g_get_monotonic_time () + delay);
}

/* The last that the server takes for now: the next one waits, instead of being refused. */
static void
hold_while_used_up (OpenaiRequest *self)
{
  gint64 wait = openai_retry_until_room (answer_headers (self), max_delay (self));

  if (!wait)
    return;
  log_request (self, OPENAI_LOG_DEBUG,
      "the server takes no more for %" G_GINT64_FORMAT " ms",
      wait / G_TIME_SPAN_MILLISECOND);
  openai_pace_hold (pace_of (self), g_get_monotonic_time () + wait);
}

/* An answer within this part of its time limit came soon. */
#define QUICK_PART 4

void
openai_request_succeed (OpenaiRequest *self)
{
  gint64 sent = self->attempt->uploaded_at;
  gint64 soon = self->limits.answer * (gint64) G_TIME_SPAN_MILLISECOND / QUICK_PART;

  openai_client_answered (self->client, g_get_monotonic_time () - sent < soon ? sent : 0);
  hold_while_used_up (self);
  openai_pace_speed_up (pace_of (self));
  openai_request_finish (self, NULL);
}

/* A query may hold a secret, and a content type its boundary. */
static void
log_attempt (OpenaiRequest *self, const gchar *content_type)
{
  OpenaiBody *body = self->attempt->body;
  g_autofree gchar *size = !body ? g_strdup ("no body")
      : openai_body_is_closed (body)
      ? g_strdup_printf ("%" G_GSIZE_FORMAT " bytes", openai_body_size (body))
      : g_strdup ("a body that grows");

  log_request (self, OPENAI_LOG_DEBUG, "attempt %u: %s %.*s to %s, %s%s%.*s%s",
      self->attempts, self->method, (gint) strcspn (self->path, "?"), self->path,
      openai_client_host (self->client), size, content_type ? " of " : "",
      content_type ? (gint) strcspn (content_type, ";") : 0,
      content_type ? content_type : "",
      self->expect_continue ? ", with Expect: 100-continue" : "");
}

static void
on_turn (gpointer data)
{
  OpenaiRequest *self = data;

  self->has_turn = TRUE;
  begin_attempt (self);
}

/* FALSE: there is room for one more. */
static gboolean
wait_for_room (OpenaiRequest *self)
{
  if (!self->has_turn)
    self->has_turn = openai_pace_enter (pace_of (self), on_turn, self);
  if (!self->has_turn)
    log_request (self, OPENAI_LOG_DEBUG, "waits until the server takes more at once");
  return !self->has_turn;
}

/* FALSE: the server takes requests. */
static gboolean
wait_while_held (OpenaiRequest *self)
{
  gint64 until = openai_pace_held_until (pace_of (self));
  g_autoptr (GError) error = NULL;

  if (!until)
    return FALSE;
  log_request (self, OPENAI_LOG_DEBUG, "waits, as the server asks");
  error = g_error_new_literal (
      OPENAI_ERROR, OPENAI_ERROR_HTTP, _("Too many requests were made"));
  openai_error_details (error)->status = 429;
  report_wait (self, error, until - g_get_monotonic_time ());
  if (self->limits.has_other && until - g_get_monotonic_time () >= LEAST_SWITCH) {
    openai_request_finish (self, error);
    return TRUE;
  }
  openai_request_leave (self);
  begin_attempt_at (self, until);
  return TRUE;
}

static void
begin_attempt (OpenaiRequest *self)
{
  const gchar *content_type = NULL;
  gboolean later = FALSE;
  OpenaiBody *body = NULL;

  if (openai_request_is_cancelled (self) || openai_client_is_released (self->client)) {
    g_autoptr (GError) error = g_error_new_literal (
        OPENAI_ERROR, OPENAI_ERROR_CANCELLED, _("The client was released"));
    openai_request_finish (self, error);
    return;
  }
  if (wait_while_held (self) || wait_for_room (self))
    return;
  if (self->funcs.body)
    body = self->funcs.body (self, &content_type, &later, self->user_data);
  self->waiting_for_body = later;
  if (later) {
    openai_request_leave (self);
    return;
  }

  self->attempts++;
  self->attempt = openai_attempt_new (self);
  self->attempt->body = body;
  self->attempt->session = openai_client_take_session (self->client);
  if (openai_log_is_on (OPENAI_LOG_DEBUG))
    log_attempt (self, content_type);
  openai_attempt_send (self->attempt, content_type);
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
openai_request_start (OpenaiRequest *self)
{
  openai_request_invoke (self, on_start);
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
openai_request_continue (OpenaiRequest *self)
{
  openai_request_invoke (self, on_continue);
}

static gboolean
on_cancel (gpointer data)
{
  openai_request_finish (data, NULL);
  return G_SOURCE_REMOVE;
}

void
openai_request_cancel (OpenaiRequest *self)
{
  g_mutex_lock (&self->lock);
  self->cancelled = TRUE;
  g_mutex_unlock (&self->lock);
  openai_request_invoke (self, on_cancel);
}

static gboolean
on_resume (gpointer data)
{
  OpenaiRequest *self = data;
  OpenaiAttempt *attempt = self->attempt;

  if (!attempt || !attempt->parked_at)
    return G_SOURCE_REMOVE;
  if (attempt->answer_deadline)
    attempt->answer_deadline += g_get_monotonic_time () - attempt->parked_at;
  attempt->parked_at = 0;
  openai_attempt_read_more (attempt);
  return G_SOURCE_REMOVE;
}

void
openai_request_set_paused (OpenaiRequest *self, gboolean paused)
{
  gboolean resume;

  g_mutex_lock (&self->lock);
  resume = self->paused && !paused;
  self->paused = paused;
  g_mutex_unlock (&self->lock);
  if (resume)
    openai_request_invoke (self, on_resume);
}

const gchar *
openai_request_header (OpenaiRequest *self, const gchar *name)
{
  SoupMessageHeaders *headers = answer_headers (self);

  return headers ? soup_message_headers_get_one (headers, name) : NULL;
}

guint
openai_request_attempts (OpenaiRequest *self)
{
  return self->attempts;
}

guint
openai_request_number (OpenaiRequest *self)
{
  return self->number;
}

gint64
openai_request_first_byte_latency (OpenaiRequest *self)
{
  OpenaiAttempt *attempt = self->attempt;

  return attempt && attempt->first_byte ? attempt->first_byte - attempt->begun : 0;
}
