// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What of a request an error of the server blames. Servers differ in their words:
 * these are OpenAI's and those of servers that imitate it. */

#include "refusal.h"

#include <string.h>

#include "error.h"

static gboolean
is_status (const GError *error, guint a, guint b)
{
  const OpenaiErrorDetails *details = openai_error_details (error);

  return error->code == OPENAI_ERROR_HTTP && details
      && (details->status == a || details->status == b);
}

gboolean
openai_refusal_blames_format (const GError *error)
{
  static const gchar *const words[] = { "response_format", "verbose_json",
    "timestamp_granularities" };
  const OpenaiErrorDetails *details = openai_error_details (error);

  if (!is_status (error, 400, 422))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    if (strstr (error->message, words[i])
        || (details->param && strstr (details->param, words[i])))
      return TRUE;
  }
  return !details->param && g_strcmp0 (details->code, "unsupported_value") == 0;
}

static gboolean
says_any (const gchar *text, const gchar *const *words)
{
  g_autofree gchar *folded = g_utf8_casefold (text ? text : "", -1);

  for (; *words; words++) {
    if (strstr (folded, *words))
      return TRUE;
  }
  return FALSE;
}

gboolean
openai_refusal_blames_prompt (const GError *error)
{
  static const gchar *const names[] = { "prompt", "context", NULL };
  static const gchar *const text_words[] = { "character", "string", "token", NULL };
  static const gchar *const sound_words[] = { "audio", "file", "second", "minute",
    "duration", NULL };
  const OpenaiErrorDetails *details = openai_error_details (error);

  return says_any (details->param, names) || says_any (error->message, names)
      || says_any (details->code, text_words)
      || (says_any (error->message, text_words)
          && !says_any (error->message, sound_words));
}

static gboolean
is_too_long (const gchar *message)
{
  static const gchar *const words[] = { "longer than", "too long", "too large",
    "size limit", "maximum content", "maximum duration", NULL };

  return says_any (message, words);
}

gboolean
openai_refusal_blames_length (const GError *error)
{
  if (is_status (error, 400, 422))
    return is_too_long (error->message) && !openai_refusal_blames_prompt (error);
  return is_status (error, 413, 413);
}

gboolean
openai_refusal_blames_language (const GError *error)
{
  const OpenaiErrorDetails *details = openai_error_details (error);

  return is_status (error, 400, 422)
      && (details->param ? g_str_equal (details->param, "language")
                         : strstr (error->message, "language") != NULL);
}

gboolean
openai_refusal_blames_growth (const GError *error)
{
  const OpenaiErrorDetails *details = openai_error_details (error);

  switch (error->code) {
    case OPENAI_ERROR_BROKEN:
    case OPENAI_ERROR_ANSWER:
      return TRUE;
    case OPENAI_ERROR_HTTP:
      return details->status == 501
          || (details->status >= 400 && details->status < 500 && details->status != 408
              && details->status != 409 && details->status != 429);
    default:
      return FALSE;
  }
}

gboolean
openai_refusal_blames_file (const GError *error)
{
  const OpenaiErrorDetails *details = openai_error_details (error);

  if (is_status (error, 415, 415))
    return TRUE;
  return is_status (error, 400, 400)
      && (!details->param || g_str_equal (details->param, "file")
          || g_str_equal (details->param, "messages"));
}
