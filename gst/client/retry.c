// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Whether a failed attempt is worth another, and how long to wait before. */

#include "retry.h"

#include <math.h>
#include <string.h>

/* Seconds of the first wait. */
#define FIRST_DELAY 0.5

/* Seconds: a server that asks for less than this does not count on being obeyed
 * for long. */
#define LEAST_LIMIT 1.0

static const gchar *
header (SoupMessageHeaders *answer, const gchar *name)
{
  return answer ? soup_message_headers_get_one (answer, name) : NULL;
}

static gboolean
status_is_worth_a_retry (guint status)
{
  return status == 408 || status == 409 || status == 429
      || (status >= 500 && status != 501);
}

gboolean
openai_retry_is_quota (const GError *error)
{
  const OpenaiErrorDetails *details = openai_error_details (error);
  static const gchar *const codes[] = { "insufficient_quota",
    "billing_hard_limit_reached", "billing_not_active", "credit_limit_exceeded", NULL };

  return (details->code && g_strv_contains (codes, details->code))
      || (details->type && g_strv_contains (codes, details->type))
      || details->status == 402;
}

static gboolean
tells_limit (const gchar *text)
{
  static const gchar *const words[] = { "rate limit", "rate_limit", "ratelimit",
    "too many requests", "too_many_requests", "throttl", "resource_exhausted" };
  g_autofree gchar *lower = g_ascii_strdown (text ? text : "", -1);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    if (strstr (lower, words[i]))
      return TRUE;
  }
  return FALSE;
}

void
openai_retry_find_limit (GError *error)
{
  OpenaiErrorDetails *details = openai_error_details (error);

  if (error->code != OPENAI_ERROR_ANSWER || openai_retry_is_quota (error)
      || !(g_strcmp0 (details->code, "429") == 0 || tells_limit (details->code)
          || tells_limit (details->type) || tells_limit (error->message)))
    return;
  error->code = OPENAI_ERROR_HTTP;
  details->status = 429;
}

gboolean
openai_retry_is_worth (const GError *error, SoupMessageHeaders *answer)
{
  const OpenaiErrorDetails *details = openai_error_details (error);
  const gchar *wish = header (answer, "x-should-retry");

  switch (error->code) {
    case OPENAI_ERROR_BROKEN:
    case OPENAI_ERROR_TIMEOUT:
      return TRUE;
    case OPENAI_ERROR_CONNECT:
      return g_strcmp0 (details->code, "tls") != 0;
    case OPENAI_ERROR_HTTP:
      if (openai_retry_is_quota (error))
        return FALSE;
      if (wish && g_ascii_strcasecmp (wish, "true") == 0)
        return TRUE;
      if (wish && g_ascii_strcasecmp (wish, "false") == 0)
        return FALSE;
      return status_is_worth_a_retry (details->status);
    default:
      return FALSE;
  }
}

static gboolean
is_about_model (const OpenaiErrorDetails *details)
{
  return (details->code && strstr (details->code, "model"))
      || g_strcmp0 (details->param, "model") == 0 || details->status == 410;
}

gboolean
openai_retry_is_for_another (const GError *error, gboolean worked)
{
  const OpenaiErrorDetails *details = openai_error_details (error);
  guint status = details->status;

  switch (error->code) {
    case OPENAI_ERROR_CONNECT:
    case OPENAI_ERROR_BROKEN:
    case OPENAI_ERROR_TIMEOUT:
      return TRUE;
    case OPENAI_ERROR_HTTP:
      return openai_retry_is_quota (error) || is_about_model (details) || status == 408
          || status == 429 || status >= 500
          || (worked && (status == 401 || status == 403 || status == 404));
    default:
      return FALSE;
  }
}

gboolean
openai_retry_is_outage (const GError *error)
{
  guint status = openai_error_details (error)->status;

  switch (error->code) {
    case OPENAI_ERROR_CONNECT:
      return TRUE;
    case OPENAI_ERROR_HTTP:
      return status == 502 || status == 503 || status == 504;
    default:
      return FALSE;
  }
}

/* "1.5", "1.5s"; NAN: no number. */
static gdouble
seconds_in (const gchar *text)
{
  gchar *end = NULL;
  gdouble value = g_ascii_strtod (text, &end);

  if (end == text)
    return NAN;
  while (*end == ' ' || *end == 's')
    end++;
  return *end == '\0' ? value : NAN;
}

/* By the server's own clock where it says that: ours may be wrong. */
static gdouble
seconds_until (const gchar *date, const gchar *server_now)
{
  g_autoptr (GDateTime) until = soup_date_time_new_from_http_string (date);
  g_autoptr (GDateTime) now =
      server_now ? soup_date_time_new_from_http_string (server_now) : NULL;

  if (!until)
    return NAN;
  if (!now)
    now = g_date_time_new_now_utc ();
  return (gdouble) g_date_time_difference (until, now) / G_TIME_SPAN_SECOND;
}

static gdouble
unit_at (const gchar *text)
{
  static const struct
  {
    const gchar *name;
    gdouble seconds;
  } units[] = {
    { "ms", 1e-3 },
    { "m", 60 },
    { "s", 1 },
    { "h", 3600 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++) {
    if (g_str_has_prefix (text, units[i].name))
      return units[i].seconds;
  }
  return NAN;
}

/* "20s", "1m12.5s", "250ms", "3 seconds"; NAN: it begins with something else. */
static gdouble
span_at (const gchar *text)
{
  gdouble total = NAN;

  while (g_ascii_isdigit (*text)) {
    gchar *end;
    gdouble value = g_ascii_strtod (text, &end);
    const gchar *unit = end + strspn (end, " ");

    if (isnan (unit_at (unit)))
      break;
    total = (isnan (total) ? 0 : total) + value * unit_at (unit);
    text = unit + strspn (unit, "hms");
  }
  return total;
}

/* As OpenAI and Groq have it, or in plain seconds as Azure. */
static gdouble
seconds_of_reset (const gchar *text)
{
  gdouble seconds = span_at (text);

  return isnan (seconds) ? seconds_in (text) : seconds;
}

static gdouble
limit_header (SoupMessageHeaders *answer, const gchar *what, const gchar *kind,
    gdouble (*read) (const gchar *text))
{
  g_autofree gchar *name = g_strdup_printf ("x-ratelimit-%s-%s", what, kind);
  const gchar *value = header (answer, name);

  return value ? read (value) : NAN;
}

/* Until the server has all of its room again, if none is left; NAN: some is, or it does
 * not say. */
static gdouble
seconds_until_reset (SoupMessageHeaders *answer, const gchar *kind)
{
  return limit_header (answer, "remaining", kind, seconds_in) == 0
      ? limit_header (answer, "reset", kind, seconds_of_reset)
      : NAN;
}

/* And in the words of the error; so do Azure and others. */
static gdouble
seconds_in_words (const GError *error)
{
  static const gchar *const words[] = { "try again in ", "retry after ", "retry in " };

  for (guint i = 0; error && i < G_N_ELEMENTS (words); i++) {
    const gchar *found = strstr (error->message, words[i]);

    if (found)
      return span_at (found + strlen (words[i]));
  }
  return NAN;
}

/* Seconds the server asks to wait; 0: it does not say, or nothing that makes
 * sense. @error: what it said, or NULL. */
static gdouble
server_delay (SoupMessageHeaders *answer, const GError *error, gint64 max_delay)
{
  const gchar *ms = header (answer, "retry-after-ms");
  const gchar *after = header (answer, "retry-after");
  gdouble value = ms ? seconds_in (ms) / 1000 : NAN;

  if (isnan (value) && after)
    value = seconds_in (after);
  if (isnan (value) && after)
    value = seconds_until (after, header (answer, "date"));
  if (isnan (value) && error && openai_error_details (error)->status == 429) {
    value = fmax (
        seconds_until_reset (answer, "requests"), seconds_until_reset (answer, "tokens"));
    if (isnan (value))
      value = seconds_in_words (error);
    if (isnan (value) && openai_error_details (error)->retry_after > 0)
      value = openai_error_details (error)->retry_after / 1000.0;
  }
  return value > 0 && value <= (gdouble) max_delay / G_TIME_SPAN_SECOND ? value : 0;
}

gboolean
openai_retry_is_full (const GError *error)
{
  const OpenaiErrorDetails *details = openai_error_details (error);

  return error->code == OPENAI_ERROR_HTTP
      && (details->status == 429 || details->status == 503)
      && !openai_retry_is_quota (error);
}

gboolean
openai_retry_is_limited (
    const GError *error, SoupMessageHeaders *answer, gint64 max_delay)
{
  return error->code == OPENAI_ERROR_HTTP && openai_error_details (error)->status == 429
      && server_delay (answer, error, max_delay) >= LEAST_LIMIT;
}

gint64
openai_retry_until_room (SoupMessageHeaders *answer, gint64 max_delay)
{
  gdouble seconds = seconds_until_reset (answer, "requests");
  gdouble limit = limit_header (answer, "limit", "requests", seconds_in);

  if (limit >= 1)
    seconds /= limit;
  return seconds > 0 && seconds <= (gdouble) max_delay / G_TIME_SPAN_SECOND
      ? seconds * G_TIME_SPAN_SECOND
      : 0;
}

gint64
openai_retry_delay (SoupMessageHeaders *answer, const GError *error, guint retries,
    gint64 longest, gint64 max_delay)
{
  gdouble delay = server_delay (answer, error, max_delay);

  /* 0 is no leave to use up all attempts at once. */
  if (delay <= 0) {
    delay = fmin (FIRST_DELAY * pow (2, retries), (gdouble) longest / G_TIME_SPAN_SECOND);
    delay *= 1 - 0.25 * g_random_double ();
  }
  return delay * G_TIME_SPAN_SECOND;
}
