// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Errors as messages on the bus, which say what to set. */

#include "errors.h"

#include <string.h>

#include "boundarypads.h"
#include "client/error.h"
#include "i18n.h"
#include "structures.h"

/* How often it is looked whether the application reads its bus, and how long an
 * error waits for that. */
#define TICK (5 * GST_MSECOND)
#define MAX_DELAY (2 * G_TIME_SPAN_SECOND)

typedef struct
{
  GQuark domain;
  gint code;
  const gchar *advice;
} ErrorMapping;

static ErrorMapping
map_status (guint status)
{
  switch (status) {
    case 401:
      return (ErrorMapping) { GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
        _("Set api-key or OPENAI_API_KEY to a key this server accepts.")};
    case 403:
      return (ErrorMapping) { GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
        _("The key (api-key or OPENAI_API_KEY) may not do this.")};
    case 404:
      return (ErrorMapping) { GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND, NULL };
    case 413:
      return (
          ErrorMapping) { GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT, NULL };
    case 429:
      return (ErrorMapping) { GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY, NULL };
    default:
      if (status >= 300 && status < 500)
        return (ErrorMapping) { GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, NULL };
      return (ErrorMapping) { GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_FAILED, NULL };
  }
}

/* What was asked for, and what of it may be wrong. */
static gchar *
advice_not_found (const OpenaiErrorDetails *details)
{
  const gchar *address = details->address ? details->address : "base-url";
  const gchar *path = strstr (address, "/audio/");

  if (path && strstr (path + 1, "/audio/"))
    return g_strdup_printf (
        _("Asked for was %s: leave /audio/transcriptions "
            "or /audio/speech out of base-url, which the element adds."),
            address);
  return g_strdup_printf (_("Asked for was %s: check base-url (it ends in /v1 "
          "on most servers), model and voice."),
      address);
}

static gchar *
choose_advice (const OpenaiErrorDetails *details, const gchar *usual)
{
  if (g_strcmp0 (details->code, "proxy") == 0)
    return g_strdup (_("Is the proxy right (http_proxy, https_proxy, or the "
            "settings of the desktop)? no_proxy names hosts that need none."));
  return details->status == 404 ? advice_not_found (details) : g_strdup (usual);
}

static ErrorMapping
map_error (const GError *error, const OpenaiErrorDetails *details)
{
  switch (error->code) {
    case OPENAI_ERROR_SETTINGS:
      return (ErrorMapping) { GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, NULL };
    case OPENAI_ERROR_CONNECT:
      return (ErrorMapping) { GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ_WRITE,
        _("Is the server running, and is base-url right?")};
    case OPENAI_ERROR_HTTP:
      return map_status (details->status);
    case OPENAI_ERROR_ANSWER:
      return (ErrorMapping) { GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT, NULL };
    default:
      return (ErrorMapping) { GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ, NULL };
  }
}

static GstStructure *
details_structure (const OpenaiErrorDetails *details)
{
  GstStructure *structure = gst_structure_new ("details", "http-status-code", G_TYPE_UINT,
      details->status, "attempts", G_TYPE_UINT, details->attempts, NULL);

  gst_openai_structure_set_string (structure, "error-code", details->code);
  gst_openai_structure_set_string (structure, "error-type", details->type);
  gst_openai_structure_set_string (structure, "error-param", details->param);
  gst_openai_structure_set_string (structure, "request-id", details->request_id);
  if (details->retry_after)
    gst_structure_set (structure, "retry-after", G_TYPE_UINT, details->retry_after, NULL);
  if (details->in_doubt)
    gst_structure_set (structure, "in-doubt", G_TYPE_BOOLEAN, TRUE, NULL);
  return structure;
}

static void
append_detail (GString *text, const gchar *name, const gchar *value)
{
  if (value)
    g_string_append_printf (text, ", %s %s", name, value);
}

/* For the log; NULL: nothing was sent. */
static gchar *
details_text (const OpenaiErrorDetails *details)
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

/* A message that is not posted yet. */
typedef struct
{
  GWeakRef element;
  gint64 deadline; /* monotonic: when it is posted in any case */
  GstMessageType type;
  GQuark domain;
  gint code;
  gchar *text;
  gchar *debug; /* or NULL */
  GstStructure *details;
} Message;

/* Takes @text, @debug and @details. */
static Message *
message_new (GstElement *element, GstMessageType type, GQuark domain, gint code,
    gchar *text, gchar *debug, GstStructure *details)
{
  Message *self = g_new0 (Message, 1);

  g_weak_ref_init (&self->element, element);
  self->deadline = g_get_monotonic_time () + MAX_DELAY;
  self->type = type;
  self->domain = domain;
  self->code = code;
  self->text = text;
  self->debug = debug;
  self->details = details;
  return self;
}

static Message *
message_new_from_error (
    GstElement *element, GstMessageType type, const GError *error, const gchar *own)
{
  const OpenaiErrorDetails *details = openai_error_details (error);
  ErrorMapping mapping = map_error (error, details);
  g_autofree gchar *advice =
      own ? g_strdup (own) : choose_advice (details, mapping.advice);

  return message_new (element, type, mapping.domain, mapping.code,
      openai_error_text (error, advice), details_text (details),
      details_structure (details));
}

static void
message_free (Message *self)
{
  g_weak_ref_clear (&self->element);
  g_free (self->text);
  g_free (self->debug);
  g_clear_pointer (&self->details, gst_structure_free);
  g_free (self);
}

static void
message_post (Message *self, GstElement *element)
{
  gst_element_message_full_with_details (element, self->type, self->domain, self->code,
      g_steal_pointer (&self->text), g_steal_pointer (&self->debug), __FILE__,
      GST_FUNCTION, __LINE__, g_steal_pointer (&self->details));
}

/* The bus that the application reads; NULL: there is none. */
static GstBus *
get_application_bus (GstElement *element)
{
  g_autoptr (GstObject) top = gst_openai_find_top (element);

  return GST_IS_ELEMENT (top) ? gst_element_get_bus (GST_ELEMENT (top)) : NULL;
}

/* Whether the application may not listen yet: it has not taken the messages of
 * the state changes off the bus. Its main loop runs if it is in PLAYING. */
static gboolean
is_early (GstElement *element)
{
  g_autoptr (GstBus) bus = NULL;

  if (GST_STATE (element) == GST_STATE_PLAYING)
    return FALSE;
  bus = get_application_bus (element);
  return bus && gst_bus_have_pending (bus);
}

static void
on_element_thread (GstElement *element, gpointer user_data)
{
  message_post (user_data, element);
}

static void message_wait (Message *self);

/* On the thread of the system clock, which must not call the application. */
static gboolean
on_tick (GstClock *clock, GstClockTime time, GstClockID id, gpointer user_data)
{
  Message *self = user_data;
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);

  if (!element || GST_STATE_TARGET (element) < GST_STATE_PAUSED)
    message_free (self);
  else if (g_get_monotonic_time () < self->deadline && is_early (element))
    message_wait (self);
  else
    gst_element_call_async (
        element, on_element_thread, self, (GDestroyNotify) message_free);
  return TRUE;
}

static void
message_wait (Message *self)
{
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();
  GstClockID id = gst_clock_new_single_shot_id (clock, gst_clock_get_time (clock) + TICK);

  gst_clock_id_wait_async (id, on_tick, self, NULL);
  gst_clock_id_unref (id);
}

/* Takes @message. */
static void
post_now (GstElement *element, Message *message)
{
  message_post (message, element);
  message_free (message);
}

/* Takes @message. FALSE: it waits. */
static gboolean
post_once_read (GstElement *element, Message *message)
{
  if (!is_early (element)) {
    post_now (element, message);
    return TRUE;
  }
  GST_INFO_OBJECT (element, "posting once the bus is read: %s", message->text);
  message_wait (message);
  return FALSE;
}

void
gst_openai_post_error_at_once (GstElement *element, const GError *error)
{
  post_now (element, message_new_from_error (element, GST_MESSAGE_ERROR, error, NULL));
}

gboolean
gst_openai_post_error_with_advice (
    GstElement *element, const GError *error, const gchar *advice)
{
  return g_error_matches (error, OPENAI_ERROR, OPENAI_ERROR_CANCELLED)
      || post_once_read (
          element, message_new_from_error (element, GST_MESSAGE_ERROR, error, advice));
}

gboolean
gst_openai_post_error (GstElement *element, const GError *error)
{
  return gst_openai_post_error_with_advice (element, error, NULL);
}

void
gst_openai_post_stream_error (
    GstElement *element, GstStreamError code, const gchar *text, const gchar *debug)
{
  post_once_read (element,
      message_new (element, GST_MESSAGE_ERROR, GST_STREAM_ERROR, code, g_strdup (text),
          g_strdup (debug), NULL));
}

/* As GST_ELEMENT_FLOW_ERROR() words it. */
void
gst_openai_post_flow_error (GstElement *element, GstFlowReturn flow)
{
  g_autofree gchar *reason = g_strdup_printf (
      "streaming stopped, reason %s (%d)", gst_flow_get_name (flow), flow);

  post_once_read (element,
      message_new (element, GST_MESSAGE_ERROR, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED,
          g_strdup (_("Internal data stream error.")), g_steal_pointer (&reason),
              gst_structure_new ("details", "flow-return", G_TYPE_INT, flow, NULL)));
}

void
gst_openai_post_warning (GstElement *element, const GError *error)
{
  if (!g_error_matches (error, OPENAI_ERROR, OPENAI_ERROR_CANCELLED))
    post_now (
        element, message_new_from_error (element, GST_MESSAGE_WARNING, error, NULL));
}

void
gst_openai_post_warning_text (GstElement *element, const GError *error, gchar *text)
{
  g_autoptr (GError) told = g_error_copy (error);

  g_free (told->message);
  told->message = text;
  gst_openai_post_warning (element, told);
}

void
gst_openai_post_settings_warning (GstElement *element, const gchar *text)
{
  GST_ELEMENT_WARNING (element, RESOURCE, SETTINGS, ("%s", text), (NULL));
}

gboolean
gst_openai_error_is_fatal (const GError *error)
{
  const OpenaiErrorDetails *details = openai_error_details (error);

  if (error->code == OPENAI_ERROR_SETTINGS)
    return TRUE;
  return error->code == OPENAI_ERROR_HTTP
      && (details->status == 401 || details->status == 403 || details->status == 404
          || (details->status >= 300 && details->status < 400));
}
