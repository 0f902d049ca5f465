// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The browsers that show the page. */

#include "audience.h"

#include "i18n.h"

#include <string.h>

/* What a browser that comes later is told of what was said. */
#define HISTORY 200
#define MOST_VIEWERS 500
/* Of events that wait to be read; a browser that reads no more is let go. */
#define MOST_BYTES (1 << 20)
#define KEEPALIVE_SECONDS 15

typedef struct
{
  Audience *audience;
  SoupServerMessage *message;
  gsize waiting; /* bytes */
} Viewer;

typedef struct
{
  guint64 number; /* of an event; of a passing one its key */
  gchar *text;
} Kept;

struct _Audience
{
  SoupServer *server;
  GPtrArray *viewers;
  GQueue history;
  GQueue passing; /* after it, by key, and not part of it */
  gchar *state;   /* the last one; NULL: none */
  guint64 number;
  guint keepalive;
  gchar *(*metrics) (gpointer user_data);
  gpointer metrics_data;
};

static void
kept_free (Kept *kept)
{
  g_free (kept->text);
  g_free (kept);
}

static void
send_text (Viewer *viewer, const gchar *text)
{
  gsize length = strlen (text);

  viewer->waiting += length;
  if (viewer->waiting > MOST_BYTES) {
    g_socket_close (soup_server_message_get_socket (viewer->message), NULL);
    return;
  }
  soup_message_body_append (soup_server_message_get_response_body (viewer->message),
      SOUP_MEMORY_COPY, text, length);
  soup_server_message_unpause (viewer->message);
}

static void
on_wrote (SoupServerMessage *message, guint length, Viewer *viewer)
{
  viewer->waiting -= MIN (viewer->waiting, length);
}

static void
on_gone (SoupServerMessage *message, Viewer *viewer)
{
  g_ptr_array_remove_fast (viewer->audience->viewers, viewer);
}

static void
viewer_free (Viewer *viewer)
{
  g_signal_handlers_disconnect_by_data (viewer->message, viewer);
  g_object_unref (viewer->message);
  g_free (viewer);
}

/* What has come since the last event the viewer saw, by its own word. */
static void
send_history (Audience *audience, Viewer *viewer)
{
  const gchar *last = soup_message_headers_get_one (
      soup_server_message_get_request_headers (viewer->message), "Last-Event-ID");
  guint64 seen = last ? g_ascii_strtoull (last, NULL, 10) : 0;

  send_text (viewer, "retry: 1000\n\n");
  if (audience->state)
    send_text (viewer, audience->state);
  for (GList *item = audience->history.head; item; item = item->next) {
    const Kept *kept = item->data;

    if (kept->number > seen)
      send_text (viewer, kept->text);
  }
  for (GList *item = audience->passing.head; item; item = item->next)
    send_text (viewer, ((Kept *) item->data)->text);
}

static void
on_events (SoupServer *server, SoupServerMessage *message, const char *path,
    GHashTable *query, gpointer user_data)
{
  Audience *audience = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  Viewer *viewer;

  if (audience->viewers->len >= MOST_VIEWERS) {
    soup_server_message_set_status (message, SOUP_STATUS_SERVICE_UNAVAILABLE, NULL);
    return;
  }
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_headers_set_content_type (headers, "text/event-stream", NULL);
  soup_message_headers_append (headers, "Cache-Control", "no-store");
  soup_message_body_set_accumulate (
      soup_server_message_get_response_body (message), FALSE);

  viewer = g_new0 (Viewer, 1);
  viewer->audience = audience;
  viewer->message = g_object_ref (message);
  g_ptr_array_add (audience->viewers, viewer);
  g_signal_connect (message, "wrote-body-data", G_CALLBACK (on_wrote), viewer);
  g_signal_connect (message, "finished", G_CALLBACK (on_gone), viewer);
  send_history (audience, viewer);
}

static void
on_page (SoupServer *server, SoupServerMessage *message, const char *path,
    GHashTable *query, gpointer user_data)
{
  static const struct
  {
    const gchar *path, *resource, *type;
  } files[] = {
    { "/", "/page.html", "text/html; charset=utf-8" },
    { "/page.css", "/page.css", "text/css" },
    { "/page.js", "/page.js", "text/javascript" },
  };
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_message_headers_append (
      headers, "Content-Security-Policy", "default-src 'self'; img-src data:");
  soup_message_headers_append (headers, "Cache-Control", "no-cache");
  soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (GBytes) bytes = NULL;

    if (!g_str_equal (path, files[i].path))
      continue;
    bytes =
        g_resources_lookup_data (files[i].resource, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    soup_message_headers_set_content_type (headers, files[i].type, NULL);
    soup_message_body_append_bytes (
        soup_server_message_get_response_body (message), bytes);
    soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  }
}

static void
tell_all (Audience *audience, const gchar *text)
{
  for (guint i = 0; i < audience->viewers->len; i++)
    send_text (g_ptr_array_index (audience->viewers, i), text);
}

/* A browser that is gone is noticed when something is sent to it. */
static gboolean
on_keepalive (gpointer user_data)
{
  tell_all (user_data, ":\n\n");
  return G_SOURCE_CONTINUE;
}

Audience *
audience_new (const gchar *host, guint port, GError **error)
{
  g_autoptr (Audience) audience = g_new0 (Audience, 1);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (host, port);

  audience->server = soup_server_new (NULL, NULL);
  /* A page that outlives this process has seen smaller ones. */
  audience->number = g_get_real_time ();
  audience->viewers = g_ptr_array_new_with_free_func ((GDestroyNotify) viewer_free);
  if (!address) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        _("--host=%s is no address of this machine, such as 0.0.0.0"), host);
    return NULL;
  }
  soup_server_add_handler (audience->server, NULL, on_page, audience, NULL);
  soup_server_add_handler (audience->server, "/events", on_events, audience, NULL);
  if (!soup_server_listen (audience->server, address, 0, error))
    return NULL;
  audience->keepalive = g_timeout_add_seconds (KEEPALIVE_SECONDS, on_keepalive, audience);
  return g_steal_pointer (&audience);
}

void
audience_free (Audience *audience)
{
  if (audience->keepalive)
    g_source_remove (audience->keepalive);
  g_ptr_array_unref (audience->viewers);
  soup_server_disconnect (audience->server);
  g_object_unref (audience->server);
  g_free (audience->state);
  g_queue_clear_full (&audience->passing, (GDestroyNotify) kept_free);
  g_queue_clear_full (&audience->history, (GDestroyNotify) kept_free);
  g_free (audience);
}

static void
on_metrics (SoupServer *server, SoupServerMessage *message, const char *path,
    GHashTable *query, gpointer user_data)
{
  Audience *audience = user_data;
  gchar *text = audience->metrics (audience->metrics_data);

  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "text/plain; version=0.0.4; charset=utf-8",
      SOUP_MEMORY_TAKE, text, strlen (text));
}

void
audience_serve_metrics (
    Audience *audience, gchar *(*text) (gpointer user_data), gpointer user_data)
{
  audience->metrics = text;
  audience->metrics_data = user_data;
  soup_server_add_handler (audience->server, "/metrics", on_metrics, audience, NULL);
}

gchar *
audience_address (Audience *audience)
{
  GSList *uris = soup_server_get_uris (audience->server);
  gchar *address = g_uri_to_string (uris->data);

  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return address;
}

guint
audience_port (Audience *audience)
{
  GSList *uris = soup_server_get_uris (audience->server);
  guint port = g_uri_get_port (uris->data);

  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return port;
}

static void
keep (Audience *audience, gchar *text)
{
  Kept *kept = g_new0 (Kept, 1);

  kept->number = audience->number;
  kept->text = text;
  g_queue_push_tail (&audience->history, kept);
  if (audience->history.length > HISTORY)
    kept_free (g_queue_pop_head (&audience->history));
}

static gchar *
event_text (const gchar *event, JsonObject *data)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree gchar *json = NULL;

  json_node_take_object (node, data);
  json = json_to_string (node, FALSE);
  return g_strdup_printf ("event: %s\ndata: %s\n\n", event, json);
}

void
audience_tell (Audience *audience, const gchar *event, JsonObject *data)
{
  g_autofree gchar *text = event_text (event, data);
  gchar *numbered =
      g_strdup_printf ("id: %" G_GUINT64_FORMAT "\n%s", ++audience->number, text);

  tell_all (audience, numbered);
  keep (audience, numbered);
}

void
audience_tell_state (Audience *audience, JsonObject *data)
{
  g_free (audience->state);
  audience->state = event_text ("state", data);
  tell_all (audience, audience->state);
}

static GList *
find_passing (Audience *audience, guint64 key)
{
  for (GList *item = audience->passing.head; item; item = item->next)
    if (((Kept *) item->data)->number == key)
      return item;
  return NULL;
}

void
audience_tell_passing (
    Audience *audience, guint64 key, const gchar *event, JsonObject *data)
{
  GList *item = find_passing (audience, key);
  Kept *kept = item ? item->data : NULL;

  if (!kept) {
    kept = g_new0 (Kept, 1);
    kept->number = key;
    g_queue_push_tail (&audience->passing, kept);
  }
  g_free (kept->text);
  kept->text = event_text (event, data);
  tell_all (audience, kept->text);
}

void
audience_forget_passing (Audience *audience, guint64 key)
{
  GList *item = find_passing (audience, key);

  if (!item)
    return;
  kept_free (item->data);
  g_queue_delete_link (&audience->passing, item);
}
