// SPDX-License-Identifier: LGPL-2.1-or-later
/* The connection properties all elements share, and how errors are posted. */

#pragma once

#include <gst/gst.h>
#include <json-glib/json-glib.h>

#include "client/client.h"
#include "client/request.h"
#include "client/transcript.h"
#include "settings.h"

G_BEGIN_DECLS

/* The first member of every element's settings, so that these rows fit it. */
typedef struct
{
  gchar *base_url;
  gchar *api_key;
  gchar *api_key_file;
  gchar *organization;
  gchar *project;
  gchar *tls_ca_file;
  GstStructure *extra_headers;
  GstStructure *extra_query;
  GstStructure *extra_fields;
  gboolean allow_insecure;
  guint timeout;
  guint connect_timeout;
  guint max_retries;
} GstOpenaiConnection;

extern const GstOpenaiSettingTable gst_openai_connection_table;

/* The client for these settings, completed from the environment. Does not
 * touch the network and needs no key. Release with openai_client_release(). */
OpenaiClient *gst_openai_connection_acquire (const GstOpenaiConnection *
    connection, GError ** error);

/* What must hold before the first request: there is a key where one is
 * needed. Posts a warning when a key is not sent. */
gboolean gst_openai_connection_check (GstElement * element,
    OpenaiClient * client, GError ** error);

OpenaiLimits gst_openai_connection_limits (const GstOpenaiConnection *
    connection);

/* A structure's fields as JSON members; NULL for none. */
JsonObject *gst_openai_structure_to_json (const GstStructure * structure);

/* Posts @error (of OPENAI_ERROR) as an ERROR or WARNING message whose text
 * names what to set, with details http-status-code, error-code, error-type,
 * error-param, request-id and attempts as far as they are known, and in-doubt
 * TRUE when the server may have done what was asked all the same. Nothing for
 * OPENAI_ERROR_CANCELLED. Call it without holding a lock.
 *
 * @started: g_get_monotonic_time() when the element went to PAUSED, from a
 * streaming thread; 0 from a state change. An error in the first moments waits
 * for them to pass, at most GST_OPENAI_FIRST_MOMENTS: gst-launch-1.0 of
 * GStreamer 1.22 never ends after one that comes before its main loop runs. */
#define GST_OPENAI_FIRST_MOMENTS (50 * G_TIME_SPAN_MILLISECOND)
void gst_openai_post_error (GstElement * element, const GError * error,
    gint64 started);

/* As gst_openai_post_error() with advice of one's own; NULL: the usual one. */
void gst_openai_post_error_advising (GstElement * element,
    const GError * error, const gchar * advice, gint64 started);
void gst_openai_post_warning (GstElement * element, const GError * error);

/* Posts a plain WARNING (RESOURCE, SETTINGS). */
void gst_openai_post_notice (GstElement * element, const gchar * text);

/* Adds a field `usage` when the server told what it counted. */
void gst_openai_structure_set_usage (GstStructure * structure,
    const OpenaiUsage * usage);

/* TRUE: trying again with the same settings is pointless. */
gboolean gst_openai_error_is_fatal (const GError * error);

G_END_DECLS
