// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The connection properties all elements share, and the client for them. */

#include "connection.h"

#include "errors.h"
#include "i18n.h"
#include "structures.h"

#define ROW(...) GST_OPENAI_ROW (GstOpenaiConnection, __VA_ARGS__)
#define AT_START GST_OPENAI_AT_START
#define ANY_TIME GST_OPENAI_ANY_TIME

static const GstOpenaiSetting rows[] = {
  ROW (base_url, "base-url", STRING, AT_START,
      .blurb = N_ ("Address of the server up to and including /v1 "
                   "(unset: $OPENAI_BASE_URL or https://api.openai.com/v1)")),
  ROW (api_key, "api-key", STRING, AT_START, .secret = TRUE,
      .blurb = N_ ("Key sent as a bearer token; better set in the environment "
                   "(unset: api-key-file, then $OPENAI_API_KEY; empty: none)")),
  ROW (api_key_file, "api-key-file", STRING, AT_START,
      .blurb = N_ ("File whose first line is the API key; read again when it changes, "
                   "as for tokens that expire")),
  ROW (organization, "organization", STRING, AT_START,
      .blurb = N_ ("Organization the requests are counted for "
                   "(unset: $OPENAI_ORG_ID)")),
  ROW (project, "project", STRING, AT_START,
      .blurb = N_ ("Project the requests are counted for "
                   "(unset: $OPENAI_PROJECT_ID)")),
  ROW (tls_ca_file, "tls-ca-file", STRING, AT_START,
      .blurb = N_ ("PEM file with the certificate authorities to trust instead "
                   "of the system's")),
  ROW (extra_headers, "extra-headers", STRUCTURE, AT_START, .secret = TRUE,
      .blurb = N_ ("Further request headers, such as \"h,api-key=(string)…\" for "
                   "Azure")),
  ROW (extra_query, "extra-query", STRUCTURE, AT_START, .secret = TRUE,
      .blurb = N_ ("Further items of the query, such as "
                   "\"q,api-version=(string)2024-10-21\" for Azure")),
  ROW (extra_fields, "extra-fields", STRUCTURE, ANY_TIME,
      .blurb = N_ ("Further fields of each request, for servers that know more "
                   "than the API, such as \"f,vad_filter=true\"")),
  ROW (allow_insecure, "allow-insecure", BOOLEAN, AT_START,
      .blurb = N_ ("Send the key over plain http to other machines too")),
  ROW (timeout, "timeout", UINT, AT_START, .maximum = G_MAXINT, .value = 120000,
      .shortest = 300,
      .blurb = N_ ("Longest wait for an answer once the request is sent, in "
                   "milliseconds; per attempt (0: for ever)")),
  ROW (connect_timeout, "connect-timeout", UINT, AT_START, .maximum = G_MAXINT,
      .value = 10000, .shortest = 100,
      .blurb = N_ ("Longest wait for a connection, in milliseconds; per attempt "
                   "(0: for ever)")),
  ROW (max_retries, "max-retries", UINT, AT_START, .maximum = 100, .value = 2,
      .blurb = N_ ("How often a request is sent again after a broken connection, "
                   "a timeout, status 408, 409, 429 or 5xx")),
};

const GstOpenaiSettingTable gst_openai_connection_table = {
  .rows = rows,
  .n_rows = G_N_ELEMENTS (rows),
};

/* A stalled server is noticed after this long without a byte, milliseconds. */
#define IDLE_LIMIT 30000

static OpenaiClient *
acquire (const GstOpenaiConnection *connection,
    gboolean (*complete) (OpenaiEndpoint *, const gchar *, GError **), GError **error)
{
  OpenaiEndpoint endpoint = { 0 };
  OpenaiClient *client = NULL;

  endpoint.base_url = g_strdup (connection->base_url);
  endpoint.api_key = g_strdup (connection->api_key);
  endpoint.organization = g_strdup (connection->organization);
  endpoint.project = g_strdup (connection->project);
  endpoint.tls_ca_file = g_strdup (connection->tls_ca_file);
  endpoint.headers = gst_openai_structure_to_pairs (connection->extra_headers);
  endpoint.query = gst_openai_structure_to_pairs (connection->extra_query);
  endpoint.allow_insecure = connection->allow_insecure;

  if (complete (&endpoint, connection->api_key_file, error))
    client = openai_client_acquire (&endpoint, error);
  openai_endpoint_clear (&endpoint);
  return client;
}

OpenaiClient *
gst_openai_connection_acquire (const GstOpenaiConnection *connection, GError **error)
{
  return acquire (connection, openai_endpoint_complete, error);
}

OpenaiClient *
gst_openai_connection_acquire_alone (
    const GstOpenaiConnection *connection, GError **error)
{
  return acquire (connection, openai_endpoint_complete_alone, error);
}

gboolean
gst_openai_connection_check (GstElement *element, OpenaiClient *client, GError **error)
{
  if (!openai_client_check (client, error))
    return FALSE;
  if (openai_client_withholds_key (client)) {
    g_autofree gchar *text = g_strdup_printf (
        _("The API key is not sent: it "
        "would cross the network to %s in the clear. Use https, or set "
        "allow-insecure=true."),
            openai_client_host (client));
    gst_openai_post_settings_warning (element, text);
  }
  return TRUE;
}

OpenaiLimits
gst_openai_connection_limits (const GstOpenaiConnection *connection)
{
  return (OpenaiLimits) {
    .connect = connection->connect_timeout,
    .idle = connection->timeout ? MIN (IDLE_LIMIT, connection->timeout) : 0,
    .answer = connection->timeout,
    .max_retries = connection->max_retries,
  };
}
