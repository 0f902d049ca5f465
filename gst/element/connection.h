// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The connection properties all elements share, and the client for them. */

#pragma once

#include "client/client.h"
#include "client/request.h"
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
OpenaiClient *gst_openai_connection_acquire (
    const GstOpenaiConnection *connection, GError **error);

/* The same of another server than the first, about which the environment says nothing. */
OpenaiClient *gst_openai_connection_acquire_alone (
    const GstOpenaiConnection *connection, GError **error);

/* What must hold before the first request: there is a key where one is
 * needed. Posts a warning when a key is not sent. */
gboolean gst_openai_connection_check (
    GstElement *element, OpenaiClient *client, GError **error);

OpenaiLimits gst_openai_connection_limits (const GstOpenaiConnection *connection);

G_END_DECLS
