// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where a server is and how to talk to it: what is set, what the environment
 * adds, and what of it is secret. */

#include "endpoint.h"

#include <string.h>

#include "error.h"
#include "i18n.h"
#include "key.h"

void
openai_endpoint_clear (OpenaiEndpoint *endpoint)
{
  g_clear_pointer (&endpoint->base_url, g_free);
  g_clear_pointer (&endpoint->api_key, g_free);
  g_clear_pointer (&endpoint->api_key_file, g_free);
  g_clear_pointer (&endpoint->organization, g_free);
  g_clear_pointer (&endpoint->project, g_free);
  g_clear_pointer (&endpoint->tls_ca_file, g_free);
  g_clear_pointer (&endpoint->headers, g_strfreev);
  g_clear_pointer (&endpoint->query, g_strfreev);
}

/* An empty value means: none. */
static void
clean (gchar **value)
{
  if (*value && *g_strstrip (*value) == '\0')
    g_clear_pointer (value, g_free);
}

/* An empty value means: none, whatever the environment says. */
static void
complete_from_environment (gchar **value, const gchar *variable)
{
  if (!*value)
    *value = g_strdup (g_getenv (variable));
  clean (value);
}

/* Adds the headers of $OPENAI_CUSTOM_HEADERS, as OpenAI's libraries read it: lines of
 * "Name: value"; other lines are none, and a header that is set wins. */
static void
add_custom_headers (GStrv *headers)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const gchar *text = g_getenv ("OPENAI_CUSTOM_HEADERS");
  g_auto (GStrv) lines = g_strsplit (text ? text : "", "\n", -1);
  g_auto (GStrv) set = g_steal_pointer (headers);

  for (gchar **line = lines; *line; line++) {
    gchar *value = strchr (*line, ':');

    if (!value)
      continue;
    *value++ = '\0';
    g_strv_builder_add (builder, g_strstrip (*line));
    g_strv_builder_add (builder, g_strstrip (value));
  }
  if (set)
    g_strv_builder_addv (builder, (const gchar **) set);
  *headers = g_strv_builder_end (builder);
}

/* FALSE: the file gives none. */
static gboolean
read_key (OpenaiEndpoint *endpoint, const gchar *api_key_file, GError **error)
{
  if (endpoint->api_key || !api_key_file)
    return TRUE;
  endpoint->api_key = openai_key_read (api_key_file, error);
  endpoint->api_key_file = endpoint->api_key ? g_strdup (api_key_file) : NULL;
  return endpoint->api_key != NULL;
}

gboolean
openai_endpoint_complete_alone (
    OpenaiEndpoint *endpoint, const gchar *api_key_file, GError **error)
{
  clean (&endpoint->base_url);
  if (!endpoint->base_url) {
    g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("base-url is missing, the address of the server"));
    return FALSE;
  }
  if (!read_key (endpoint, api_key_file, error))
    return FALSE;
  clean (&endpoint->api_key);
  clean (&endpoint->organization);
  clean (&endpoint->project);
  return TRUE;
}

gboolean
openai_endpoint_complete (
    OpenaiEndpoint *endpoint, const gchar *api_key_file, GError **error)
{
  if (!read_key (endpoint, api_key_file, error))
    return FALSE;
  complete_from_environment (&endpoint->api_key, "OPENAI_API_KEY");
  complete_from_environment (&endpoint->base_url, "OPENAI_BASE_URL");
  complete_from_environment (&endpoint->organization, "OPENAI_ORG_ID");
  complete_from_environment (&endpoint->project, "OPENAI_PROJECT_ID");
  add_custom_headers (&endpoint->headers);
  if (!endpoint->base_url)
    endpoint->base_url = g_strdup (OPENAI_DEFAULT_BASE_URL);
  return TRUE;
}

void
openai_endpoint_copy (const OpenaiEndpoint *from, OpenaiEndpoint *to)
{
  to->base_url = g_strdup (from->base_url);
  to->api_key = g_strdup (from->api_key);
  to->api_key_file = g_strdup (from->api_key_file);
  to->organization = g_strdup (from->organization);
  to->project = g_strdup (from->project);
  to->tls_ca_file = g_strdup (from->tls_ca_file);
  to->headers = g_strdupv (from->headers);
  to->query = g_strdupv (from->query);
  to->allow_insecure = from->allow_insecure;
}

gchar *
openai_endpoint_id (const OpenaiEndpoint *endpoint)
{
  GVariantBuilder builder;
  const gchar *const none[] = { NULL };
  g_autoptr (GVariant) key = NULL;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("(msmsmsmsmsmsasasb)"));
  g_variant_builder_add (&builder, "ms", endpoint->base_url);
  /* A file's key changes. */
  g_variant_builder_add (
      &builder, "ms", endpoint->api_key_file ? NULL : endpoint->api_key);
  g_variant_builder_add (&builder, "ms", endpoint->api_key_file);
  g_variant_builder_add (&builder, "ms", endpoint->organization);
  g_variant_builder_add (&builder, "ms", endpoint->project);
  g_variant_builder_add (&builder, "ms", endpoint->tls_ca_file);
  g_variant_builder_add (&builder, "^as",
      endpoint->headers ? (const gchar *const *) endpoint->headers : none);
  g_variant_builder_add (
      &builder, "^as", endpoint->query ? (const gchar *const *) endpoint->query : none);
  g_variant_builder_add (&builder, "b", endpoint->allow_insecure);
  key = g_variant_ref_sink (g_variant_builder_end (&builder));
  return g_variant_print (key, FALSE);
}

static gboolean
check_header (const gchar *what, const gchar *name, const gchar *value, GError **error)
{
  static const gchar separators[] = "()<>@,;:\\\"/[]?={} \t";
  gboolean good_name = *name != '\0';

  for (const gchar *p = name; *p; p++)
    good_name = good_name && g_ascii_isgraph (*p) && !strchr (separators, *p);
  if (!good_name) {
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("A name in %s is not one a header can have"), what);
    return FALSE;
  }
  for (const gchar *p = value ? value : ""; *p; p++) {
    if (!g_ascii_iscntrl (*p))
      continue;
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("%s contains a line break or control character"), what);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_headers (const OpenaiEndpoint *endpoint, GError **error)
{
  for (gchar **h = endpoint->headers; h && h[0]; h += 2) {
    if (!check_header ("extra-headers or OPENAI_CUSTOM_HEADERS", h[0], h[1], error))
      return FALSE;
  }
  return check_header ("base-url", "x", endpoint->base_url, error)
      && check_header ("api-key", "Authorization", endpoint->api_key, error)
      && check_header ("organization", "x", endpoint->organization, error)
      && check_header ("project", "x", endpoint->project, error);
}

gboolean
openai_endpoint_is_secret (const gchar *name)
{
  static const gchar *const ends[] = { "authorization", "key", "token", "secret",
    "password", "signature" };
  static const gchar *const names[] = { "cookie", "code", "sig", NULL };
  g_autofree gchar *lower = g_ascii_strdown (name, -1);

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    if (g_str_has_suffix (lower, ends[i]))
      return TRUE;
  }
  return g_strv_contains (names, lower);
}

static gboolean
has_secret (gchar **pairs)
{
  for (gchar **p = pairs; p && p[0]; p += 2) {
    if (openai_endpoint_is_secret (p[0]))
      return TRUE;
  }
  return FALSE;
}

static gboolean
has_authorization (const OpenaiEndpoint *endpoint)
{
  return endpoint->api_key || has_secret (endpoint->headers)
      || has_secret (endpoint->query);
}

/* Everybody may read base-url. */
static gboolean
query_is_public (GUri *uri)
{
  GUriParamsIter iter;
  gchar *name, *value;
  gboolean public = TRUE;

  g_uri_params_iter_init (&iter, g_uri_get_query (uri) ? g_uri_get_query (uri) : "", -1,
      "&", G_URI_PARAMS_NONE);
  while (g_uri_params_iter_next (&iter, &name, &value, NULL)) {
    public = public && !openai_endpoint_is_secret (name);
    g_free (name);
    g_free (value);
  }
  return public;
}

/* It is not repeated: a key may have been put there. */
static gboolean
has_scheme (const gchar *url, GError **error)
{
  if (strstr (url, "://"))
    return TRUE;
  g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
      _("http:// or https:// is missing at the beginning of base-url, which "
      "is an address such as http://127.0.0.1:8080/v1"));
  return FALSE;
}

gboolean
openai_endpoint_is_websocket (const gchar *url)
{
  return g_ascii_strncasecmp (url, "ws://", 5) == 0
      || g_ascii_strncasecmp (url, "wss://", 6) == 0;
}

/* The address of a WebSocket is that of the server that begins it. */
static GUri *
parse_url (const gchar *url, GError **error)
{
  g_autofree gchar *http = openai_endpoint_is_websocket (url)
      ? g_strconcat ("http", url + 2, NULL)
      : g_strdup (url);

  return g_uri_parse (http, G_URI_FLAGS_ENCODED | G_URI_FLAGS_SCHEME_NORMALIZE, error);
}

static GUri *
parse_base (const gchar *url, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GUri) uri = parse_url (url, &cause);
  const gchar *scheme = uri ? g_uri_get_scheme (uri) : "";

  if (!has_scheme (url, error))
    return NULL;
  if (!uri || (!g_str_equal (scheme, "http") && !g_str_equal (scheme, "https"))
      || !g_uri_get_host (uri) || *g_uri_get_host (uri) == '\0') {
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("base-url is not an http or https URL such as %s%s%s"), OPENAI_DEFAULT_BASE_URL,
            cause ? ": " : "", cause ? cause->message : "");
    return NULL;
  }
  if (g_uri_get_userinfo (uri)) {
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("base-url may not contain a user name or password; "
        "use api-key or extra-headers"));
    return NULL;
  }
  if (!query_is_public (uri)) {
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("base-url may not contain a key; use extra-query"));
    return NULL;
  }
  return g_steal_pointer (&uri);
}

GUri *
openai_endpoint_parse (const OpenaiEndpoint *endpoint, GError **error)
{
  return check_headers (endpoint, error) ? parse_base (endpoint->base_url, error) : NULL;
}

gboolean
openai_endpoint_is_loopback (GUri *base)
{
  const gchar *host = g_uri_get_host (base);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address)
    return g_inet_address_get_is_loopback (address);
  return g_ascii_strcasecmp (host, "localhost") == 0;
}

static gboolean
is_openai (const gchar *host)
{
  return g_ascii_strcasecmp (host, "api.openai.com") == 0
      || g_str_has_suffix (host, ".api.openai.com");
}

gboolean
openai_endpoint_is_openai (GUri *base)
{
  return is_openai (g_uri_get_host (base))
      || g_str_has_suffix (g_uri_get_host (base), ".azure.com");
}

gboolean
openai_endpoint_needs_key (const OpenaiEndpoint *endpoint, GUri *base)
{
  return is_openai (g_uri_get_host (base)) && !has_authorization (endpoint);
}

gboolean
openai_endpoint_withholds_key (const OpenaiEndpoint *endpoint, GUri *base)
{
  return has_authorization (endpoint) && !endpoint->allow_insecure
      && g_str_equal (g_uri_get_scheme (base), "http")
      && !openai_endpoint_is_loopback (base);
}

/* Shorter values are too common in any text. */
#define SHORTEST_SECRET 8

void
openai_endpoint_redact_value (gchar **text, const gchar *secret)
{
  g_auto (GStrv) parts = NULL;

  if (!*text || !secret || strlen (secret) < SHORTEST_SECRET || !strstr (*text, secret))
    return;
  parts = g_strsplit (*text, secret, -1);
  g_free (*text);
  *text = g_strjoinv ("***", parts);
}

/* "Bearer" and what comes after it. */
static void
redact_words (gchar **text, const gchar *value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", -1);

  for (gchar **word = words; *word; word++)
    openai_endpoint_redact_value (text, *word);
}

void
openai_endpoint_redact (const OpenaiEndpoint *endpoint, gchar **text)
{
  for (gchar **h = endpoint->headers; h && h[0]; h += 2) {
    openai_endpoint_redact_value (text, h[1]);
    if (openai_endpoint_is_secret (h[0]))
      redact_words (text, h[1]);
  }
  for (gchar **q = endpoint->query; q && q[0]; q += 2)
    openai_endpoint_redact_value (text, q[1]);
}
