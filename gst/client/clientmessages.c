// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What a client sends: addresses, headers and the key, which it keeps out of texts. */

#include <string.h>

#include "clientprivate.h"
#include "error.h"
#include "soupcompat.h"

/* Characters of a line of the log. */
#define MAX_LOG_LINE 1000

#define BEARER "Bearer "

/* @asked: what the call itself asks for, NULL for nothing. */
static gchar *
join_query (OpenaiClient *self, const gchar *asked)
{
  const gchar *own = g_uri_get_query (self->base);
  GString *query = g_string_new (own);

  if (asked)
    g_string_append_printf (query, "%s%s", query->len > 0 ? "&" : "", asked);

  for (gchar **q = self->endpoint.query; q && q[0]; q += 2) {
    if (self->withholds_key && openai_endpoint_is_secret (q[0]))
      continue;
    if (query->len > 0)
      g_string_append_c (query, '&');
    g_string_append_uri_escaped (query, q[0], NULL, FALSE);
    g_string_append_c (query, '=');
    g_string_append_uri_escaped (query, q[1], NULL, FALSE);
  }
  return g_string_free (query, query->len == 0);
}

static GUri *
make_uri (OpenaiClient *self, const gchar *path)
{
  GUri *base = self->base;
  g_autofree gchar *base_path = g_strdup (g_uri_get_path (base));
  g_autofree gchar *full_path = NULL;
  const gchar *asked = strchr (path, '?');
  g_autofree gchar *own_path = asked ? g_strndup (path, asked - path) : g_strdup (path);
  g_autofree gchar *query = join_query (self, asked ? asked + 1 : NULL);

  for (gsize n = strlen (base_path); n > 0 && base_path[n - 1] == '/'; n--)
    base_path[n - 1] = '\0';
  full_path = g_strconcat (base_path, own_path, NULL);
  return g_uri_build (SOUP_HTTP_URI_FLAGS | G_URI_FLAGS_ENCODED, g_uri_get_scheme (base),
      NULL, g_uri_get_host (base), g_uri_get_port (base), full_path, query, NULL);
}

SoupMessage *
openai_client_message (OpenaiClient *self, const gchar *method, const gchar *path)
{
  const OpenaiEndpoint *endpoint = &self->endpoint;
  g_autoptr (GUri) uri = make_uri (self, path);
  SoupMessage *message = soup_message_new_from_uri (method, uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  g_autofree gchar *key = openai_key_get (self->api_key);

  if (key && !self->withholds_key) {
    g_autofree gchar *bearer = g_strconcat (BEARER, key, NULL);
    soup_message_headers_replace (headers, "Authorization", bearer);
  }
  if (endpoint->organization)
    soup_message_headers_replace (headers, "OpenAI-Organization", endpoint->organization);
  if (endpoint->project)
    soup_message_headers_replace (headers, "OpenAI-Project", endpoint->project);
  for (gchar **h = endpoint->headers; h && h[0]; h += 2) {
    if (!self->withholds_key || !openai_endpoint_is_secret (h[0]))
      soup_message_headers_replace (headers, h[0], h[1]);
  }

  openai_soup_prepare_message (message);
  return message;
}

gboolean
openai_client_has_newer_key (OpenaiClient *self, SoupMessage *message)
{
  const gchar *sent = soup_message_headers_get_one (
      soup_message_get_request_headers (message), "Authorization");
  g_auto (GStrv) known = openai_key_list (self->api_key);

  /* extra-headers may have one of its own. */
  return sent && g_str_has_prefix (sent, BEARER)
      && g_strv_contains ((const gchar *const *) known, sent + strlen (BEARER))
      && openai_key_is_renewed (self->api_key, sent + strlen (BEARER));
}

void
openai_client_redact (OpenaiClient *self, gchar **text)
{
  g_auto (GStrv) keys = openai_key_list (self->api_key);

  for (gchar **key = keys; *key; key++)
    openai_endpoint_redact_value (text, *key);
  openai_endpoint_redact (&self->endpoint, text);
}

void
openai_client_write_log (OpenaiClient *self, OpenaiLogLevel level, const gchar *file,
    const gchar *function, gint line, const gchar *format, ...)
{
  g_autofree gchar *text = NULL, *clipped = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  /* Before it is clipped: half a key would not be known again. */
  openai_client_redact (self, &text);
  clipped = openai_error_clip (text, -1, MAX_LOG_LINE);
  openai_log_write (level, file, function, line, clipped);
}
