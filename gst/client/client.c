// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The way to one server: one I/O thread for all, a session or some an endpoint. */

#include "client.h"

#include <string.h>

#include "error.h"
#include "i18n.h"
#include "key.h"
#include "soupcompat.h"

/* Characters of a line of the log. */
#define MAX_LOG_LINE 1000

#define BEARER "Bearer "

typedef struct
{
  SoupSession *soup;
  guint messages; /* that are under way */
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
  OpenaiKey *api_key;
  GTlsDatabase *tls_database;
  OpenaiIo *io;

  guint users; /* protected by registry_lock */

  gint saw_openai;       /* atomic */
  gint asked_for_models; /* atomic */

  GMutex lock;
  GHashTable *refused; /* protected by lock */

  /* I/O thread only */
  GArray *sessions;   /* Session */
  GPtrArray *sockets; /* of HTTP/2 connections */
  gboolean released;
  GCancellable *preconnecting; /* NULL: it is not */
  gboolean shakes_hands;       /* preconnecting, for TLS */
  gboolean is_http1;           /* for certain */
  gint64 last_answer;          /* 0: there was none */
  gboolean trusted;            /* as if there had been one */
  gint64 quick_since;          /* the last that was answered soon was sent then */
  GHashTable *paces;           /* path -> OpenaiPace */
  gint64 unreachable_since;    /* 0: the server is reachable */
  guint uploads;               /* bodies that are being sent */
};

/* Never held together with another lock. */
static GMutex registry_lock;
static GHashTable *registry; /* key -> client */
static OpenaiIo *registry_io;

static gchar *
display_host (GUri *uri)
{
  const gchar *host = g_uri_get_host (uri);

  if (g_uri_get_port (uri) < 0)
    return g_strdup (host);
  return g_strdup_printf (
      strchr (host, ':') ? "[%s]:%d" : "%s:%d", host, g_uri_get_port (uri));
}

static void
session_clear (gpointer session)
{
  g_object_unref (((Session *) session)->soup);
}

static void
client_free (OpenaiClient *self)
{
  g_array_unref (self->sessions);
  g_ptr_array_unref (self->sockets);
  g_clear_pointer (&self->io, openai_io_unref);
  g_free (self->key);
  g_clear_pointer (&self->base, g_uri_unref);
  g_free (self->host);
  openai_endpoint_clear (&self->endpoint);
  openai_key_free (self->api_key);
  g_clear_object (&self->tls_database);
  g_clear_pointer (&self->refused, g_hash_table_unref);
  g_hash_table_unref (self->paces);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static OpenaiClient *
client_new (const OpenaiEndpoint *endpoint, GError **error)
{
  OpenaiClient *self = g_new0 (OpenaiClient, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  self->refused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->paces = g_hash_table_new_full (
      g_str_hash, g_str_equal, g_free, (GDestroyNotify) openai_pace_free);
  self->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  self->sessions = g_array_new (FALSE, FALSE, sizeof (Session));
  g_array_set_clear_func (self->sessions, session_clear);
  openai_endpoint_copy (endpoint, &self->endpoint);
  self->api_key = openai_key_new (endpoint->api_key, endpoint->api_key_file);

  self->base = openai_endpoint_parse (endpoint, error);
  if (!self->base) {
    client_free (self);
    return NULL;
  }
  if (endpoint->tls_ca_file) {
    g_autoptr (GError) cause = NULL;
    /* A path that is not absolute is one to nothing, silently. */
    g_autofree gchar *path = g_canonicalize_filename (endpoint->tls_ca_file, NULL);

    if (openai_key_check_file (path, &cause))
      self->tls_database = g_tls_file_database_new (path, &cause);
    if (!self->tls_database) {
      g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
          _("tls-ca-file could not be read: %s"), cause->message);
      client_free (self);
      return NULL;
    }
  }

  self->key = openai_endpoint_key (endpoint);
  self->host = display_host (self->base);
  self->needs_key = openai_endpoint_needs_key (endpoint, self->base);
  self->withholds_key = openai_endpoint_withholds_key (endpoint, self->base);
  return self;
}

OpenaiClient *
openai_client_ref (OpenaiClient *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
openai_client_unref (OpenaiClient *self)
{
  if (g_atomic_ref_count_dec (&self->refs))
    client_free (self);
}

OpenaiClient *
openai_client_acquire (const OpenaiEndpoint *endpoint, GError **error)
{
  g_autofree gchar *key = openai_endpoint_key (endpoint);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&registry_lock);
  OpenaiClient *self = registry ? g_hash_table_lookup (registry, key) : NULL;

  if (!self) {
    self = client_new (endpoint, error);
    if (!self)
      return NULL;
    if (!registry)
      registry = g_hash_table_new (g_str_hash, g_str_equal);
    if (!registry_io)
      registry_io = openai_io_start ();
    self->io = openai_io_ref (registry_io);
    g_hash_table_insert (registry, self->key, self);
  }
  self->users++;
  return self;
}

static gboolean
close_sessions (gpointer data)
{
  OpenaiClient *self = data;

  self->released = TRUE;
  g_cancellable_cancel (self->preconnecting);
  openai_client_log (
      self, OPENAI_LOG_INFO, "%u sessions with %s end", self->sessions->len, self->host);
  for (guint i = 0; i < self->sessions->len; i++)
    soup_session_abort (g_array_index (self->sessions, Session, i).soup);
  g_array_set_size (self->sessions, 0);
  for (guint i = 0; i < self->sockets->len; i++)
    openai_soup_hang_up (g_ptr_array_index (self->sockets, i));
  g_ptr_array_set_size (self->sockets, 0);
  return G_SOURCE_REMOVE;
}

void
openai_client_release (OpenaiClient *self)
{
  OpenaiIo *last = NULL;

  g_mutex_lock (&registry_lock);
  if (--self->users > 0) {
    g_mutex_unlock (&registry_lock);
    return;
  }
  g_hash_table_remove (registry, self->key);
  if (g_hash_table_size (registry) == 0) {
    last = g_steal_pointer (&registry_io);
    g_clear_pointer (&registry, g_hash_table_unref);
  }
  g_mutex_unlock (&registry_lock);

  openai_io_invoke (self->io, close_sessions, openai_client_ref (self),
      (GDestroyNotify) openai_client_unref);
  if (last)
    openai_io_stop (last);
  openai_client_unref (self);
}

void
openai_client_saw_openai (OpenaiClient *self)
{
  g_atomic_int_set (&self->saw_openai, TRUE);
}

gboolean
openai_client_may_ask_for_models (OpenaiClient *self)
{
  return (openai_client_is_openai (self) || g_atomic_int_get (&self->saw_openai))
      && g_atomic_int_compare_and_exchange (&self->asked_for_models, FALSE, TRUE);
}

gboolean
openai_client_check (OpenaiClient *self, GError **error)
{
  if (!self->needs_key)
    return TRUE;
  g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
      _("No API key: set api-key or OPENAI_API_KEY, "
      "or point base-url at a local server"));
  return FALSE;
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

gboolean
openai_client_withholds_key (OpenaiClient *self)
{
  return self->withholds_key;
}

gboolean
openai_client_is_exposed (OpenaiClient *self)
{
  return g_str_equal (g_uri_get_scheme (self->base), "http")
      && !openai_endpoint_is_loopback (self->base) && !self->endpoint.allow_insecure;
}

gboolean
openai_client_is_openai (OpenaiClient *self)
{
  return openai_endpoint_is_openai (self->base);
}

gboolean
openai_client_is_websocket (OpenaiClient *self)
{
  return openai_endpoint_is_websocket (self->endpoint.base_url);
}

const gchar *
openai_client_host (OpenaiClient *self)
{
  return self->host;
}

gboolean
openai_client_refuses (OpenaiClient *self, const gchar *what)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  return g_hash_table_contains (self->refused, what);
}

gboolean
openai_client_refused (OpenaiClient *self, const gchar *what)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  return g_hash_table_add (self->refused, g_strdup (what));
}

SoupSession *
openai_client_new_session (OpenaiClient *self)
{
  SoupSession *session = openai_soup_session_new ();

  /* What stays on this machine goes to no proxy, and so in the clear to none. */
  if (openai_endpoint_is_loopback (self->base))
    soup_session_set_proxy_resolver (session, NULL);
  if (self->tls_database)
    soup_session_set_tls_database (session, self->tls_database);
  return session;
}

gboolean
openai_client_is_released (OpenaiClient *self)
{
  return self->released;
}

SoupSession *
openai_client_take_session (OpenaiClient *self)
{
  Session made = { NULL, 1 };

  for (guint i = 0; i < self->sessions->len; i++) {
    Session *session = &g_array_index (self->sessions, Session, i);

    if (session->messages == OPENAI_SOUP_MESSAGES_PER_SESSION)
      continue;
    session->messages++;
    return session->soup;
  }
  made.soup = openai_client_new_session (self);
  g_array_append_val (self->sessions, made);
  openai_client_log (self, OPENAI_LOG_INFO, "session %u with %s begins%s",
      self->sessions->len, self->host,
      self->withholds_key ? ", the key is not sent" : "");
  return made.soup;
}

void
openai_client_return_session (OpenaiClient *self, SoupSession *soup)
{
  for (guint i = 0; i < self->sessions->len; i++) {
    Session *session = &g_array_index (self->sessions, Session, i);

    if (session->soup == soup)
      session->messages--;
  }
}

static void
on_preconnected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  OpenaiClient *self = user_data;
  SoupSession *session = SOUP_SESSION (source);
  g_autoptr (GError) error = NULL;

  if (soup_session_preconnect_finish (session, result, &error))
    openai_client_log (self, OPENAI_LOG_DEBUG,
        "connected to %s before the first "
        "request",
        self->host);
  else
    openai_client_log (self, OPENAI_LOG_DEBUG,
        "no connection to %s before the first "
        "request: %s",
        self->host, error->message);
  openai_client_return_session (self, session);
  g_clear_object (&self->preconnecting);
  self->shakes_hands = FALSE;
  openai_io_end_operation (self->io);
  openai_client_unref (self);
}

static void
on_preconnect_event (SoupMessage *message, GSocketClientEvent event,
    GIOStream *connection, OpenaiClient *self)
{
  self->shakes_hands |= event == G_SOCKET_CLIENT_TLS_HANDSHAKING;
}

static void
unref_client (gpointer self, GClosure *closure)
{
  openai_client_unref (self);
}

static gboolean
preconnect (gpointer data)
{
  OpenaiClient *self = data;
  g_autoptr (SoupMessage) message = NULL;

  /* There is a connection, or will be one. */
  if (self->released || self->sessions->len > 0)
    return G_SOURCE_REMOVE;
  message = openai_client_message (self, "GET", "/");
  g_signal_connect_data (message, "network-event", G_CALLBACK (on_preconnect_event),
      openai_client_ref (self), unref_client, 0);
  self->preconnecting = g_cancellable_new ();
  openai_io_begin_operation (self->io);
  soup_session_preconnect_async (openai_client_take_session (self), message,
      G_PRIORITY_DEFAULT, self->preconnecting, on_preconnected, openai_client_ref (self));
  return G_SOURCE_REMOVE;
}

void
openai_client_preconnect (OpenaiClient *self)
{
  openai_io_invoke (self->io, preconnect, openai_client_ref (self),
      (GDestroyNotify) openai_client_unref);
}

gboolean
openai_client_shakes_hands (OpenaiClient *self)
{
  return self->shakes_hands;
}

OpenaiIo *
openai_client_io (OpenaiClient *self)
{
  return self->io;
}

gboolean
openai_client_may_speak_http2 (OpenaiClient *self)
{
  return !self->is_http1 && g_str_equal (g_uri_get_scheme (self->base), "https");
}

gboolean
openai_client_begin_upload (OpenaiClient *self)
{
  return self->uploads++ > 0 && openai_client_may_speak_http2 (self);
}

void
openai_client_end_upload (OpenaiClient *self)
{
  self->uploads--;
}

void
openai_client_add_socket (OpenaiClient *self, GSocket *socket)
{
  for (guint i = self->sockets->len; i-- > 0;) {
    GSocket *other = g_ptr_array_index (self->sockets, i);

    if (other == socket || g_socket_is_closed (other))
      g_ptr_array_remove_index_fast (self->sockets, i);
  }
  g_ptr_array_add (self->sockets, g_object_ref (socket));
}

void
openai_client_saw_version (OpenaiClient *self, SoupHTTPVersion version)
{
  self->is_http1 = version != SOUP_HTTP_2_0;
}

void
openai_client_answered (OpenaiClient *self, gint64 quick_since)
{
  if (self->unreachable_since)
    openai_client_log (self, OPENAI_LOG_INFO,
        "%s is back after an outage of %" G_GINT64_FORMAT " ms", self->host,
        (g_get_monotonic_time () - self->unreachable_since) / G_TIME_SPAN_MILLISECOND);
  self->last_answer = g_get_monotonic_time ();
  self->quick_since = MAX (self->quick_since, quick_since);
  self->unreachable_since = 0;
}

gboolean
openai_client_was_quick_since (OpenaiClient *self, gint64 time)
{
  return self->quick_since > time;
}

gint64
openai_client_unreachable_for (OpenaiClient *self)
{
  gint64 now = g_get_monotonic_time ();

  if (!self->unreachable_since) {
    openai_client_log (self, OPENAI_LOG_INFO, "%s is away: an outage begins", self->host);
    self->unreachable_since = now;
  }
  return now - self->unreachable_since;
}

gboolean
openai_client_has_answered (OpenaiClient *self)
{
  return self->last_answer > 0 || self->trusted;
}

void
openai_client_trust (OpenaiClient *self)
{
  self->trusted = TRUE;
}

gint64
openai_client_last_answer (OpenaiClient *self)
{
  return self->last_answer;
}

OpenaiPace *
openai_client_pace (OpenaiClient *self, const gchar *path)
{
  OpenaiPace *pace = g_hash_table_lookup (self->paces, path);

  if (!pace) {
    pace = openai_pace_new ();
    g_hash_table_insert (self->paces, g_strdup (path), pace);
  }
  return pace;
}

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
