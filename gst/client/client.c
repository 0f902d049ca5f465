// SPDX-License-Identifier: LGPL-2.1-or-later
/* The way to one server: one I/O thread for all, a session or some an endpoint. */

#include "config.h"

#include "client/client.h"

#include "client/error.h"
#include "i18n.h"

/* A key file holds one line. */
#define MAX_KEY_FILE 16384

/* libsoup looks through all messages of a session for each of them. */
#define MESSAGES_PER_SESSION 32

typedef struct
{
  SoupSession *soup;
  guint messages;               /* that are under way */
} Session;

struct _OpenaiClient
{
  gatomicrefcount refs;

  /* immutable */
  gchar *key;
  GUri *base;
  gchar *host;
  gboolean withholds_key;
  gboolean needs_key;
  OpenaiEndpoint endpoint;
  GTlsDatabase *tls_database;
  OpenaiIo *io;

  guint users;                  /* protected by registry_lock */

  GMutex lock;
  GHashTable *refused;          /* protected by lock */

  /* I/O thread only */
  GArray *sessions;             /* Session */
  gboolean released;
  gboolean is_http1;            /* for certain */
  gboolean has_answered;
  gint64 away_since;            /* 0: the server is there */
  guint uploads;                /* bodies that are being sent */
};

/* Never held together with another lock. */
static GMutex registry_lock;
static GHashTable *registry;    /* key -> client */
static OpenaiIo *registry_io;

void
openai_endpoint_clear (OpenaiEndpoint * endpoint)
{
  g_clear_pointer (&endpoint->base_url, g_free);
  g_clear_pointer (&endpoint->api_key, g_free);
  g_clear_pointer (&endpoint->organization, g_free);
  g_clear_pointer (&endpoint->project, g_free);
  g_clear_pointer (&endpoint->tls_ca_file, g_free);
  g_clear_pointer (&endpoint->headers, g_strfreev);
  g_clear_pointer (&endpoint->query, g_strfreev);
}

/* An empty value means: none, whatever the environment says. */
static void
complete_from_environment (gchar ** value, const gchar * variable)
{
  if (!*value)
    *value = g_strdup (g_getenv (variable));
  if (*value && *g_strstrip (*value) == '\0')
    g_clear_pointer (value, g_free);
}

static gchar *
read_key_file (const gchar * path, GError ** error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) cause = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, &cause);
  gchar text[MAX_KEY_FILE + 1];
  gsize length = 0;

  if (!stream || !g_input_stream_read_all (G_INPUT_STREAM (stream), text,
          MAX_KEY_FILE, &length, NULL, &cause)) {
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("api-key-file could not be read: %s"), cause->message);
    return NULL;
  }
  text[length] = '\0';
  text[strcspn (text, "\r\n")] = '\0';
  g_strstrip (text);
  if (*text == '\0')
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("api-key-file is empty"));
  return *text ? g_strdup (text) : NULL;
}

gboolean
openai_endpoint_complete (OpenaiEndpoint * endpoint,
    const gchar * api_key_file, GError ** error)
{
  if (!endpoint->api_key && api_key_file) {
    endpoint->api_key = read_key_file (api_key_file, error);
    if (!endpoint->api_key)
      return FALSE;
  }
  complete_from_environment (&endpoint->api_key, "OPENAI_API_KEY");
  complete_from_environment (&endpoint->base_url, "OPENAI_BASE_URL");
  complete_from_environment (&endpoint->organization, "OPENAI_ORG_ID");
  complete_from_environment (&endpoint->project, "OPENAI_PROJECT_ID");
  if (!endpoint->base_url)
    endpoint->base_url = g_strdup (OPENAI_DEFAULT_BASE_URL);
  return TRUE;
}

static void
endpoint_copy (const OpenaiEndpoint * from, OpenaiEndpoint * to)
{
  to->base_url = g_strdup (from->base_url);
  to->api_key = g_strdup (from->api_key);
  to->organization = g_strdup (from->organization);
  to->project = g_strdup (from->project);
  to->tls_ca_file = g_strdup (from->tls_ca_file);
  to->headers = g_strdupv (from->headers);
  to->query = g_strdupv (from->query);
  to->allow_insecure = from->allow_insecure;
}

static gchar *
endpoint_key (const OpenaiEndpoint * endpoint)
{
  GVariantBuilder builder;
  const gchar *const none[] = { NULL };
  g_autoptr (GVariant) key = NULL;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("(msmsmsmsmsasasb)"));
  g_variant_builder_add (&builder, "ms", endpoint->base_url);
  g_variant_builder_add (&builder, "ms", endpoint->api_key);
  g_variant_builder_add (&builder, "ms", endpoint->organization);
  g_variant_builder_add (&builder, "ms", endpoint->project);
  g_variant_builder_add (&builder, "ms", endpoint->tls_ca_file);
  g_variant_builder_add (&builder, "^as",
      endpoint->headers ? (const gchar * const *) endpoint->headers : none);
  g_variant_builder_add (&builder, "^as",
      endpoint->query ? (const gchar * const *) endpoint->query : none);
  g_variant_builder_add (&builder, "b", endpoint->allow_insecure);
  key = g_variant_ref_sink (g_variant_builder_end (&builder));
  return g_variant_print (key, FALSE);
}

static gboolean
check_header (const gchar * what, const gchar * name, const gchar * value,
    GError ** error)
{
  static const gchar separators[] = "()<>@,;:\\\"/[]?={} \t";
  gboolean good_name = *name != '\0';

  for (const gchar * p = name; *p; p++)
    good_name = good_name && g_ascii_isgraph (*p) && !strchr (separators, *p);
  if (!good_name) {
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("A name in %s is not one a header can have"), what);
    return FALSE;
  }
  for (const gchar * p = value ? value : ""; *p; p++) {
    if (!g_ascii_iscntrl (*p))
      continue;
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("%s contains a line break or control character"), what);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_headers (const OpenaiEndpoint * endpoint, GError ** error)
{
  for (gchar ** h = endpoint->headers; h && h[0]; h += 2) {
    if (!check_header ("extra-headers", h[0], h[1], error))
      return FALSE;
  }
  return check_header ("base-url", "x", endpoint->base_url, error)
      && check_header ("api-key", "Authorization", endpoint->api_key, error)
      && check_header ("organization", "x", endpoint->organization, error)
      && check_header ("project", "x", endpoint->project, error);
}

/* A header or an item of the query that lets its sender in. */
static gboolean
is_secret (const gchar * name)
{
  static const gchar *const ends[] = {
    "authorization", "key", "token", "secret", "password", "signature"
  };
  static const gchar *const names[] = { "cookie", "code", "sig", NULL };
  g_autofree gchar *lower = g_ascii_strdown (name, -1);

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    if (g_str_has_suffix (lower, ends[i]))
      return TRUE;
  }
  return g_strv_contains (names, lower);
}

static gboolean
has_secret (gchar ** pairs)
{
  for (gchar ** p = pairs; p && p[0]; p += 2) {
    if (is_secret (p[0]))
      return TRUE;
  }
  return FALSE;
}

static gboolean
has_authorization (const OpenaiEndpoint * endpoint)
{
  return endpoint->api_key || has_secret (endpoint->headers)
      || has_secret (endpoint->query);
}

/* Everybody may read base-url. */
static gboolean
query_is_public (GUri * uri)
{
  GUriParamsIter iter;
  gchar *name, *value;
  gboolean public = TRUE;

  g_uri_params_iter_init (&iter, g_uri_get_query (uri) ?
      g_uri_get_query (uri) : "", -1, "&", G_URI_PARAMS_NONE);
  while (g_uri_params_iter_next (&iter, &name, &value, NULL)) {
    public = public && !is_secret (name);
    g_free (name);
    g_free (value);
  }
  return public;
}

static GUri *
parse_base (const gchar * url, GError ** error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GUri) uri =
      g_uri_parse (url, G_URI_FLAGS_ENCODED | G_URI_FLAGS_SCHEME_NORMALIZE,
      &cause);
  const gchar *scheme = uri ? g_uri_get_scheme (uri) : "";

  if (!uri || (!g_str_equal (scheme, "http") && !g_str_equal (scheme, "https"))
      || !g_uri_get_host (uri) || *g_uri_get_host (uri) == '\0') {
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        "base-url is not an http or https URL such as "
        OPENAI_DEFAULT_BASE_URL "%s%s", cause ? ": " : "",
        cause ? cause->message : "");
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

static gboolean
is_loopback (const gchar * host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address)
    return g_inet_address_get_is_loopback (address);
  return g_ascii_strcasecmp (host, "localhost") == 0;
}

static gboolean
is_openai (const gchar * host)
{
  return g_ascii_strcasecmp (host, "api.openai.com") == 0
      || g_str_has_suffix (host, ".api.openai.com");
}

static gchar *
display_host (GUri * uri)
{
  const gchar *host = g_uri_get_host (uri);

  if (g_uri_get_port (uri) < 0)
    return g_strdup (host);
  return g_strdup_printf (strchr (host, ':') ? "[%s]:%d" : "%s:%d", host,
      g_uri_get_port (uri));
}

static void
session_clear (gpointer session)
{
  g_object_unref (((Session *) session)->soup);
}

static void
client_free (OpenaiClient * client)
{
  g_array_unref (client->sessions);
  g_clear_pointer (&client->io, openai_io_unref);
  g_free (client->key);
  g_clear_pointer (&client->base, g_uri_unref);
  g_free (client->host);
  openai_endpoint_clear (&client->endpoint);
  g_clear_object (&client->tls_database);
  g_clear_pointer (&client->refused, g_hash_table_unref);
  g_mutex_clear (&client->lock);
  g_free (client);
}

static OpenaiClient *
client_new (const OpenaiEndpoint * endpoint, GError ** error)
{
  OpenaiClient *client = g_new0 (OpenaiClient, 1);
  const gchar *host;

  g_atomic_ref_count_init (&client->refs);
  g_mutex_init (&client->lock);
  client->refused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      NULL);
  client->sessions = g_array_new (FALSE, FALSE, sizeof (Session));
  g_array_set_clear_func (client->sessions, session_clear);
  endpoint_copy (endpoint, &client->endpoint);

  client->base = check_headers (endpoint, error) ?
      parse_base (endpoint->base_url, error) : NULL;
  if (!client->base) {
    client_free (client);
    return NULL;
  }
  if (endpoint->tls_ca_file) {
    g_autoptr (GError) cause = NULL;
    /* A path that is not absolute is one to nothing, silently. */
    g_autofree gchar *path =
        g_canonicalize_filename (endpoint->tls_ca_file, NULL);

    client->tls_database = g_tls_file_database_new (path, &cause);
    if (!client->tls_database) {
      g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
          _("tls-ca-file could not be read: %s"), cause->message);
      client_free (client);
      return NULL;
    }
  }

  host = g_uri_get_host (client->base);
  client->key = endpoint_key (endpoint);
  client->host = display_host (client->base);
  client->needs_key = is_openai (host) && !has_authorization (endpoint);
  client->withholds_key = has_authorization (endpoint) && !endpoint->allow_insecure
      && g_str_equal (g_uri_get_scheme (client->base), "http")
      && !is_loopback (host);
  return client;
}

OpenaiClient *
openai_client_ref (OpenaiClient * client)
{
  g_atomic_ref_count_inc (&client->refs);
  return client;
}

void
openai_client_unref (OpenaiClient * client)
{
  if (g_atomic_ref_count_dec (&client->refs))
    client_free (client);
}

OpenaiClient *
openai_client_acquire (const OpenaiEndpoint * endpoint, GError ** error)
{
  g_autofree gchar *key = endpoint_key (endpoint);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&registry_lock);
  OpenaiClient *client = registry ? g_hash_table_lookup (registry, key) : NULL;

  if (!client) {
    client = client_new (endpoint, error);
    if (!client)
      return NULL;
    if (!registry)
      registry = g_hash_table_new (g_str_hash, g_str_equal);
    if (!registry_io)
      registry_io = openai_io_start ();
    client->io = openai_io_ref (registry_io);
    g_hash_table_insert (registry, client->key, client);
  }
  client->users++;
  return client;
}

static gboolean
close_sessions (gpointer data)
{
  OpenaiClient *client = data;

  client->released = TRUE;
  for (guint i = 0; i < client->sessions->len; i++)
    soup_session_abort (g_array_index (client->sessions, Session, i).soup);
  g_array_set_size (client->sessions, 0);
  return G_SOURCE_REMOVE;
}

void
openai_client_release (OpenaiClient * client)
{
  OpenaiIo *last = NULL;

  g_mutex_lock (&registry_lock);
  if (--client->users > 0) {
    g_mutex_unlock (&registry_lock);
    return;
  }
  g_hash_table_remove (registry, client->key);
  if (g_hash_table_size (registry) == 0) {
    last = g_steal_pointer (&registry_io);
    g_clear_pointer (&registry, g_hash_table_unref);
  }
  g_mutex_unlock (&registry_lock);

  openai_io_invoke (client->io, close_sessions, openai_client_ref (client),
      (GDestroyNotify) openai_client_unref);
  if (last)
    openai_io_stop (last);
  openai_client_unref (client);
}

gboolean
openai_client_check (OpenaiClient * client, GError ** error)
{
  if (!client->needs_key)
    return TRUE;
  g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
      _("No API key: set api-key or OPENAI_API_KEY, "
      "or point base-url at a local server"));
  return FALSE;
}

/* Shorter values are too common in any text. */
#define SHORTEST_SECRET 8

static void
redact_value (gchar ** text, const gchar * secret)
{
  g_auto (GStrv) parts = NULL;

  if (!*text || !secret || strlen (secret) < SHORTEST_SECRET
      || !strstr (*text, secret))
    return;
  parts = g_strsplit (*text, secret, -1);
  g_free (*text);
  *text = g_strjoinv ("***", parts);
}

/* "Bearer" and what comes after it. */
static void
redact_words (gchar ** text, const gchar * value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", -1);

  for (gchar ** word = words; *word; word++)
    redact_value (text, *word);
}

void
openai_client_redact (OpenaiClient * client, gchar ** text)
{
  const OpenaiEndpoint *endpoint = &client->endpoint;

  redact_value (text, endpoint->api_key);
  for (gchar ** h = endpoint->headers; h && h[0]; h += 2) {
    redact_value (text, h[1]);
    if (is_secret (h[0]))
      redact_words (text, h[1]);
  }
  for (gchar ** q = endpoint->query; q && q[0]; q += 2)
    redact_value (text, q[1]);
}

gboolean
openai_client_withholds_key (OpenaiClient * client)
{
  return client->withholds_key;
}

const gchar *
openai_client_host (OpenaiClient * client)
{
  return client->host;
}

gboolean
openai_client_refuses (OpenaiClient * client, const gchar * what)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&client->lock);
  return g_hash_table_contains (client->refused, what);
}

gboolean
openai_client_refused (OpenaiClient * client, const gchar * what)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&client->lock);
  return g_hash_table_add (client->refused, g_strdup (what));
}

static SoupSession *
make_session (OpenaiClient * client)
{
  /* Who asks decides how many run at once and how long each may take. */
  SoupSession *session = soup_session_new_with_options (
      "max-conns", 4096, "max-conns-per-host", 4096, "timeout", 0,
      "user-agent", "gst-plugins-openai/" VERSION, NULL);

  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  /* What stays on this machine goes to no proxy, and so in the clear to none. */
  if (is_loopback (g_uri_get_host (client->base)))
    soup_session_set_proxy_resolver (session, NULL);
  if (client->tls_database)
    soup_session_set_tls_database (session, client->tls_database);
  return session;
}

gboolean
openai_client_is_released (OpenaiClient * client)
{
  return client->released;
}

SoupSession *
openai_client_take_session (OpenaiClient * client)
{
  Session made = { NULL, 1 };

  for (guint i = 0; i < client->sessions->len; i++) {
    Session *session = &g_array_index (client->sessions, Session, i);

    if (session->messages == MESSAGES_PER_SESSION)
      continue;
    session->messages++;
    return session->soup;
  }
  made.soup = make_session (client);
  g_array_append_val (client->sessions, made);
  return made.soup;
}

void
openai_client_return_session (OpenaiClient * client, SoupSession * soup)
{
  for (guint i = 0; i < client->sessions->len; i++) {
    Session *session = &g_array_index (client->sessions, Session, i);

    if (session->soup == soup)
      session->messages--;
  }
}

OpenaiIo *
openai_client_io (OpenaiClient * client)
{
  return client->io;
}

gboolean
openai_client_begin_upload (OpenaiClient * client)
{
  gboolean in_the_clear = g_str_equal (g_uri_get_scheme (client->base), "http");

  return client->uploads++ > 0 && !client->is_http1 && !in_the_clear;
}

void
openai_client_end_upload (OpenaiClient * client)
{
  client->uploads--;
}

void
openai_client_saw_version (OpenaiClient * client, SoupHTTPVersion version)
{
  client->is_http1 = version != SOUP_HTTP_2_0;
}

void
openai_client_answered (OpenaiClient * client)
{
  client->has_answered = TRUE;
  client->away_since = 0;
}

gint64
openai_client_is_away (OpenaiClient * client)
{
  gint64 now = g_get_monotonic_time ();

  if (!client->away_since)
    client->away_since = now;
  return now - client->away_since;
}

gboolean
openai_client_has_answered (OpenaiClient * client)
{
  return client->has_answered;
}

/* @asked: what the call itself asks for, NULL for nothing. */
static gchar *
join_query (OpenaiClient * client, const gchar * asked)
{
  const gchar *own = g_uri_get_query (client->base);
  GString *query = g_string_new (own);

  if (asked)
    g_string_append_printf (query, "%s%s", query->len > 0 ? "&" : "", asked);

  for (gchar ** q = client->endpoint.query; q && q[0]; q += 2) {
    if (client->withholds_key && is_secret (q[0]))
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
make_uri (OpenaiClient * client, const gchar * path)
{
  GUri *base = client->base;
  g_autofree gchar *base_path = g_strdup (g_uri_get_path (base));
  g_autofree gchar *full_path = NULL;
  const gchar *asked = strchr (path, '?');
  g_autofree gchar *own_path = asked ? g_strndup (path, asked - path) :
      g_strdup (path);
  g_autofree gchar *query = join_query (client, asked ? asked + 1 : NULL);

  for (gsize n = strlen (base_path); n > 0 && base_path[n - 1] == '/'; n--)
    base_path[n - 1] = '\0';
  full_path = g_strconcat (base_path, own_path, NULL);
  return g_uri_build (SOUP_HTTP_URI_FLAGS | G_URI_FLAGS_ENCODED,
      g_uri_get_scheme (base), NULL, g_uri_get_host (base),
      g_uri_get_port (base), full_path, query, NULL);
}

SoupMessage *
openai_client_message (OpenaiClient * client, const gchar * method,
    const gchar * path)
{
  const OpenaiEndpoint *endpoint = &client->endpoint;
  g_autoptr (GUri) uri = make_uri (client, path);
  SoupMessage *message = soup_message_new_from_uri (method, uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  if (endpoint->api_key && !client->withholds_key) {
    g_autofree gchar *bearer =
        g_strconcat ("Bearer ", endpoint->api_key, NULL);
    soup_message_headers_replace (headers, "Authorization", bearer);
  }
  if (endpoint->organization)
    soup_message_headers_replace (headers, "OpenAI-Organization",
        endpoint->organization);
  if (endpoint->project)
    soup_message_headers_replace (headers, "OpenAI-Project",
        endpoint->project);
  for (gchar ** h = endpoint->headers; h && h[0]; h += 2) {
    if (!client->withholds_key || !is_secret (h[0]))
      soup_message_headers_replace (headers, h[0], h[1]);
  }

  /* A POST is sent over a kept connection only when it is marked idempotent;
   * libsoup itself still never repeats one. */
  soup_message_add_flags (message,
      SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT);
  return message;
}
