// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where a server is and how to talk to it. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define OPENAI_DEFAULT_BASE_URL "https://api.openai.com/v1"

/* Strings may be NULL; @headers and @query are names and values in turn. */
typedef struct
{
  gchar *base_url;
  gchar *api_key;
  gchar *api_key_file; /* that @api_key was read from, and is renewed by */
  gchar *organization;
  gchar *project;
  gchar *tls_ca_file;
  GStrv headers;
  GStrv query;
  gboolean allow_insecure;
} OpenaiEndpoint;

void openai_endpoint_clear (OpenaiEndpoint *endpoint);

/* Fills in what is NULL from the environment (OPENAI_BASE_URL, OPENAI_API_KEY,
 * OPENAI_ORG_ID, OPENAI_PROJECT_ID), and the key first from the first line of
 * @api_key_file when that is not NULL; adds the headers of OPENAI_CUSTOM_HEADERS
 * before those that are set. What is empty becomes NULL.
 * OPENAI_ERROR_SETTINGS: the file gives no key. */
gboolean openai_endpoint_complete (
    OpenaiEndpoint *endpoint, const gchar *api_key_file, GError **error);

/* The same without the environment, which is about another server: its key is none of
 * this one's business. OPENAI_ERROR_SETTINGS: there is no base URL, too. */
gboolean openai_endpoint_complete_alone (
    OpenaiEndpoint *endpoint, const gchar *api_key_file, GError **error);

/* --- for client.c --------------------------------------------------------- */

/* @to begins cleared. */
void openai_endpoint_copy (const OpenaiEndpoint *from, OpenaiEndpoint *to);

/* The same for equal endpoints only. */
gchar *openai_endpoint_id (const OpenaiEndpoint *endpoint);

/* The base URL, when all of it makes sense; else OPENAI_ERROR_SETTINGS. */
GUri *openai_endpoint_parse (const OpenaiEndpoint *endpoint, GError **error);

/* A base URL of ws:// or wss://, which stand for http:// and https://. */
gboolean openai_endpoint_is_websocket (const gchar *url);

/* The server is on this machine. */
gboolean openai_endpoint_is_loopback (GUri *base);

/* OpenAI's own servers, or Azure's. */
gboolean openai_endpoint_is_openai (GUri *base);

/* There is no key for OpenAI's own servers. */
gboolean openai_endpoint_needs_key (const OpenaiEndpoint *endpoint, GUri *base);

/* The key would cross a network in the clear. */
gboolean openai_endpoint_withholds_key (const OpenaiEndpoint *endpoint, GUri *base);

/* A header or an item of the query of this name lets its sender in. */
gboolean openai_endpoint_is_secret (const gchar *name);

/* See openai_client_redact(): all that is secret but the key, and one secret. */
void openai_endpoint_redact (const OpenaiEndpoint *endpoint, gchar **text);
void openai_endpoint_redact_value (gchar **text, const gchar *secret);

G_END_DECLS
