// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The clients of the process, and what is known of the server of each. */

#include "clientprivate.h"

#include <string.h>

#include "error.h"
#include "i18n.h"

/* Never held together with another lock. */
static GMutex registry_lock;
static GHashTable *registry; /* id -> client */
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
client_free (OpenaiClient *self)
{
  openai_client_clear_sessions (self);
  g_clear_pointer (&self->io, openai_io_unref);
  g_free (self->id);
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

static GTlsDatabase *
open_tls_database (const gchar *ca_file, GError **error)
{
  g_autoptr (GError) cause = NULL;
  /* A path that is not absolute is one to nothing, silently. */
  g_autofree gchar *path = g_canonicalize_filename (ca_file, NULL);
  GTlsDatabase *database = openai_check_regular_file (path, &cause)
      ? g_tls_file_database_new (path, &cause)
      : NULL;

  if (!database)
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("tls-ca-file could not be read: %s"), cause->message);
  return database;
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
  openai_client_init_sessions (self);
  openai_endpoint_copy (endpoint, &self->endpoint);
  self->api_key = openai_key_new (endpoint->api_key, endpoint->api_key_file);

  self->base = openai_endpoint_parse (endpoint, error);
  if (!self->base) {
    client_free (self);
    return NULL;
  }
  if (endpoint->tls_ca_file) {
    self->tls_database = open_tls_database (endpoint->tls_ca_file, error);
    if (!self->tls_database) {
      client_free (self);
      return NULL;
    }
  }
  self->id = openai_endpoint_id (endpoint);
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
  g_autofree gchar *id = openai_endpoint_id (endpoint);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&registry_lock);
  OpenaiClient *self = registry ? g_hash_table_lookup (registry, id) : NULL;

  if (!self) {
    self = client_new (endpoint, error);
    if (!self)
      return NULL;
    if (!registry)
      registry = g_hash_table_new (g_str_hash, g_str_equal);
    if (!registry_io)
      registry_io = openai_io_start ();
    self->io = openai_io_ref (registry_io);
    g_hash_table_insert (registry, self->id, self);
  }
  self->users++;
  return self;
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
  g_hash_table_remove (registry, self->id);
  if (g_hash_table_size (registry) == 0) {
    last = g_steal_pointer (&registry_io);
    g_clear_pointer (&registry, g_hash_table_unref);
  }
  g_mutex_unlock (&registry_lock);

  openai_io_invoke (self->io, openai_client_close_sessions, openai_client_ref (self),
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

gboolean
openai_client_is_released (OpenaiClient *self)
{
  return self->released;
}

OpenaiIo *
openai_client_io (OpenaiClient *self)
{
  return self->io;
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
