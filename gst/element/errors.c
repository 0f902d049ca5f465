// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Errors as messages on the bus, which say what to set. */

#include "errors.h"

#include <string.h>

#include "client/error.h"
#include "i18n.h"

typedef struct
{
  GQuark domain;
  gint code;
  const gchar *advice;
} Verdict;

static Verdict
judge_status (guint status)
{
  switch (status) {
    case 401:
      return (Verdict) {
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
            _("Set api-key or OPENAI_API_KEY to a key this server accepts.")};
    case 403:
      return (Verdict) {
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
            _("The key (api-key or OPENAI_API_KEY) may not do this.")};
    case 404:
      return (Verdict) {
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND, NULL};
    case 413:
      return (Verdict) {
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT, NULL};
    case 429:
      return (Verdict) {
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY, NULL};
    default:
      if (status >= 300 && status < 500)
        return (Verdict) {
        GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, NULL};
      return (Verdict) {
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_FAILED, NULL};
  }
}

/* What was asked for, and what of it may be wrong. */
static gchar *
advise_not_found (const OpenaiErrorDetails * details)
{
  const gchar *address = details->address ? details->address : "base-url";
  const gchar *path = strstr (address, "/audio/");

  if (path && strstr (path + 1, "/audio/"))
    return g_strdup_printf (_("Asked for was %s: leave /audio/transcriptions "
            "or /audio/speech out of base-url, which the element adds."),
        address);
  return g_strdup_printf (_("Asked for was %s: check base-url (it ends in /v1 "
          "on most servers), model and voice."), address);
}

static gchar *
advise (const OpenaiErrorDetails * details, const gchar * usual)
{
  if (g_strcmp0 (details->code, "proxy") == 0)
    return g_strdup (_("Is the proxy right (http_proxy, https_proxy, or the "
            "settings of the desktop)? no_proxy names hosts that need none."));
  return details->status == 404 ? advise_not_found (details) :
      g_strdup (usual);
}

static Verdict
judge (const GError * error, const OpenaiErrorDetails * details)
{
  switch (error->code) {
    case OPENAI_ERROR_SETTINGS:
      return (Verdict) {
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, NULL};
    case OPENAI_ERROR_CONNECT:
      return (Verdict) {
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ_WRITE,
            _("Is the server running, and is base-url right?")};
    case OPENAI_ERROR_HTTP:
      return judge_status (details->status);
    case OPENAI_ERROR_ANSWER:
      return (Verdict) {
      GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT, NULL};
    default:
      return (Verdict) {
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ, NULL};
  }
}

static void
set_detail (GstStructure * structure, const gchar * name, const gchar * value)
{
  if (value)
    gst_structure_set (structure, name, G_TYPE_STRING, value, NULL);
}

static GstStructure *
details_structure (const OpenaiErrorDetails * details)
{
  GstStructure *structure = gst_structure_new ("details", "http-status-code",
      G_TYPE_UINT, details->status, "attempts", G_TYPE_UINT,
      details->attempts, NULL);

  set_detail (structure, "error-code", details->code);
  set_detail (structure, "error-type", details->type);
  set_detail (structure, "error-param", details->param);
  set_detail (structure, "request-id", details->request_id);
  if (details->in_doubt)
    gst_structure_set (structure, "in-doubt", G_TYPE_BOOLEAN, TRUE, NULL);
  return structure;
}

static void
append_detail (GString * text, const gchar * name, const gchar * value)
{
  if (value)
    g_string_append_printf (text, ", %s %s", name, value);
}

/* For who reads a log; NULL: nothing was sent. */
static gchar *
details_text (const OpenaiErrorDetails * details)
{
  GString *text;

  if (details->attempts == 0)
    return NULL;
  text = g_string_new (NULL);
  g_string_append_printf (text, "attempts %u", details->attempts);
  if (details->status)
    g_string_append_printf (text, ", HTTP status %u", details->status);
  append_detail (text, "code", details->code);
  append_detail (text, "type", details->type);
  append_detail (text, "param", details->param);
  append_detail (text, "request id", details->request_id);
  return g_string_free (text, FALSE);
}

static void
post (GstElement * element, GstMessageType type, const GError * error,
    const gchar * hint)
{
  const OpenaiErrorDetails *details = openai_error_details (error);
  g_autofree gchar *advice = NULL;
  Verdict verdict;

  if (g_error_matches (error, OPENAI_ERROR, OPENAI_ERROR_CANCELLED))
    return;
  verdict = judge (error, details);
  advice = hint ? g_strdup (hint) : advise (details, verdict.advice);
  gst_element_message_full_with_details (element, type, verdict.domain,
      verdict.code, openai_error_text (error, advice), details_text (details),
      __FILE__, GST_FUNCTION, __LINE__, details_structure (details));
}

void
gst_openai_post_error_with_hint (GstElement * element, const GError * error,
    const gchar * advice, gint64 started)
{
  gint64 early = started ?
      started + GST_OPENAI_FIRST_MOMENTS - g_get_monotonic_time () : 0;

  if (early > 0)
    g_usleep (early);
  post (element, GST_MESSAGE_ERROR, error, advice);
}

void
gst_openai_post_error (GstElement * element, const GError * error,
    gint64 started)
{
  gst_openai_post_error_with_hint (element, error, NULL, started);
}

void
gst_openai_post_warning (GstElement * element, const GError * error)
{
  post (element, GST_MESSAGE_WARNING, error, NULL);
}

void
gst_openai_post_settings_warning (GstElement * element, const gchar * text)
{
  GST_ELEMENT_WARNING (element, RESOURCE, SETTINGS, ("%s", text), (NULL));
}

gboolean
gst_openai_error_is_fatal (const GError * error)
{
  const OpenaiErrorDetails *details = openai_error_details (error);

  if (error->code == OPENAI_ERROR_SETTINGS)
    return TRUE;
  return error->code == OPENAI_ERROR_HTTP && (details->status == 401
      || details->status == 403 || details->status == 404
      || (details->status >= 300 && details->status < 400));
}
