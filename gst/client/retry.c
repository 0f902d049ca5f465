// SPDX-License-Identifier: LGPL-2.1-or-later
/* Whether a failed attempt is worth another, and how long to wait before. */

#include "retry.h"

#include <math.h>

/* Seconds: of the first wait, and the longest that a server may ask for. */
#define FIRST_DELAY 0.5
#define MAX_SERVER_DELAY 60.0

static const gchar *
header (SoupMessageHeaders * answer, const gchar * name)
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
openai_retry_is_worth (const GError * error, SoupMessageHeaders * answer)
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
      if (g_strcmp0 (details->code, "insufficient_quota") == 0)
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

gboolean
openai_retry_is_outage (const GError * error)
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

/* Seconds the server asks to wait; negative when it does not say. */
static gdouble
server_delay (SoupMessageHeaders * answer)
{
  const gchar *ms = header (answer, "retry-after-ms");
  const gchar *after = header (answer, "retry-after");
  gchar *end = NULL;
  gdouble value;

  if (ms) {
    value = g_ascii_strtod (ms, &end);
    if (end != ms && *end == '\0')
      return value / 1000;
  }
  if (after) {
    g_autoptr (GDateTime) date = NULL;

    value = g_ascii_strtod (after, &end);
    if (end != after && *end == '\0')
      return value;
    date = soup_date_time_new_from_http_string (after);
    if (date) {
      g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
      return MAX (0, g_date_time_difference (date, now)) / 1e6;
    }
  }
  return -1;
}

gint64
openai_retry_delay (SoupMessageHeaders * answer, guint retries, gint64 longest)
{
  gdouble delay = server_delay (answer);

  if (!isfinite (delay) || delay < 0 || delay > MAX_SERVER_DELAY) {
    delay = fmin (FIRST_DELAY * pow (2, retries),
        (gdouble) longest / G_TIME_SPAN_SECOND);
    delay *= 1 - 0.25 * g_random_double ();
  }
  return delay * G_TIME_SPAN_SECOND;
}
