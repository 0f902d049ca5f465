// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Captions for a live stream on YouTube, or for a meeting on Zoom: what is heard is posted
 * to the address that the service shows for closed captions.
 *
 *   CAPTION_URL=… post-captions filesrc location=talk.wav ! decodebin
 *
 * listens to the microphone without a launch line. MODEL names another model, LANGUAGE_TAG
 * (en-US) tells Zoom the language. The address is a secret: it stands in the environment,
 * where others do not see it, and is never printed.
 *
 * Both services count what they are sent: each post has the next number, and the same one
 * when it is tried again. They want no more than one a second: what is said meanwhile goes
 * into one post. */

#include <gst/gst.h>
#include <libsoup/soup.h>
#include <string.h>

#define INTERVAL_MS 1000
#define TIMEOUT_S 20
#define LONGEST_WAIT_US (30 * G_USEC_PER_SEC)

typedef struct
{
  GMainLoop *loop;
  SoupSession *session;
  GUri *uri;
  gboolean zoom;
  gint64 number;      /* of the post that is next, or under way */
  GString *waiting;   /* what was said and is in no post yet */
  GString *body;      /* of the post; empty: none */
  gboolean under_way; /* its answer is to come */
  gint64 wait;        /* microseconds before it is tried again; 0: it was not refused */
  gint64 not_before;  /* monotonic */
  GDateTime *begun;   /* when running time was 0 */
  gboolean ended;
  int status;
} Post;

/* YouTube shows a caption at its time in UTC, Zoom at once. */
static void
add_caption (Post *self, const gchar *text, guint64 running)
{
  g_autoptr (GDateTime) time = g_date_time_add (self->begun, running / GST_USECOND);
  g_autofree gchar *date = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");

  if (!self->zoom)
    g_string_append_printf (
        self->waiting, "%s.%03d\n", date, g_date_time_get_microsecond (time) / 1000);
  g_string_append_printf (self->waiting, "%s\n", text);
}

/* With what the service counts by. */
static GUri *
address (Post *self)
{
  const gchar *query = g_uri_get_query (self->uri);
  const gchar *language = g_getenv ("LANGUAGE_TAG");
  g_autoptr (GString) all = g_string_new (query);

  g_string_append_printf (
      all, "%sseq=%" G_GINT64_FORMAT, all->len ? "&" : "", self->number);
  if (self->zoom)
    g_string_append_printf (all, "&lang=%s", language ? language : "en-US");
  return soup_uri_copy (self->uri, SOUP_URI_QUERY, all->str, SOUP_URI_NONE);
}

/* It is tried again, later each time; once the stream has ended not for ever. */
static void
wait_longer (Post *self, const gchar *reason)
{
  if (self->ended && self->wait == LONGEST_WAIT_US) {
    g_printerr ("Post %" G_GINT64_FORMAT ": %s; the last captions are lost.\n",
        self->number, reason);
    self->status = 1;
    g_main_loop_quit (self->loop);
    return;
  }
  g_printerr (
      "Post %" G_GINT64_FORMAT ": %s; it is tried again.\n", self->number, reason);
  self->wait = CLAMP (2 * self->wait, G_USEC_PER_SEC, LONGEST_WAIT_US);
  self->not_before = g_get_monotonic_time () + self->wait;
}

static void
take (Post *self)
{
  self->number++;
  self->wait = 0;
  g_string_truncate (self->body, 0);
}

/* What the service does not take is no reason to hold back what comes after it, but a
 * refused address is. */
static void
on_posted (GObject *session, GAsyncResult *result, gpointer data)
{
  Post *self = data;
  SoupMessage *message = soup_session_get_async_result_message (self->session, result);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer =
      soup_session_send_and_read_finish (self->session, result, &error);
  guint status = soup_message_get_status (message);

  self->under_way = FALSE;
  if (!answer || status == 429 || status >= 500)
    wait_longer (self, error ? "the service cannot be reached" : "the service is busy");
  else if (SOUP_STATUS_IS_SUCCESSFUL (status))
    take (self);
  else if (status == 401 || status == 403 || status == 404) {
    g_printerr ("The service refuses CAPTION_URL (%u): copy it again.\n", status);
    self->status = 1;
    g_main_loop_quit (self->loop);
  } else {
    g_printerr ("Post %" G_GINT64_FORMAT " was refused (%u).\n", self->number, status);
    take (self);
  }
}

static void
send_post (Post *self)
{
  g_autoptr (GUri) uri = address (self);
  g_autoptr (SoupMessage) message = soup_message_new_from_uri ("POST", uri);
  g_autoptr (GBytes) body = g_bytes_new (self->body->str, self->body->len);

  soup_message_set_request_body_from_bytes (message, "text/plain", body);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  self->under_way = TRUE;
  soup_session_send_and_read_async (
      self->session, message, G_PRIORITY_DEFAULT, NULL, on_posted, self);
}

/* Once a second: a post, if there is one and its time has come. */
static gboolean
on_tick (gpointer data)
{
  Post *self = data;

  if (self->under_way || g_get_monotonic_time () < self->not_before)
    return G_SOURCE_CONTINUE;
  if (self->body->len == 0) {
    g_string_append_len (self->body, self->waiting->str, self->waiting->len);
    g_string_truncate (self->waiting, 0);
  }
  if (self->body->len > 0)
    send_post (self);
  else if (self->ended)
    g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static void
on_transcript (Post *self, const GstStructure *transcript)
{
  const gchar *text = gst_structure_get_string (transcript, "text");
  guint64 start = 0;

  gst_structure_get_uint64 (transcript, "start-running-time", &start);
  if (*text != '\0')
    add_caption (self, text, start);
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  Post *self = data;
  g_autoptr (GError) error = NULL;
  const GstStructure *structure = gst_message_get_structure (message);

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ELEMENT:
      if (gst_structure_has_name (structure, "openaistt/transcript"))
        on_transcript (self, structure);
      break;
    case GST_MESSAGE_WARNING:
      gst_message_parse_warning (message, &error, NULL);
      g_printerr ("%s\n", error->message);
      break;
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, NULL);
      g_printerr ("%s\n", error->message);
      self->status = 1;
      self->ended = TRUE;
      break;
    case GST_MESSAGE_EOS:
      self->ended = TRUE;
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

/* Zoom tells the number that it had last; YouTube begins with 1. */
static void
find_number (Post *self)
{
  g_autofree gchar *path = g_strconcat (g_uri_get_path (self->uri), "/seq", NULL);
  g_autoptr (GUri) uri = soup_uri_copy (self->uri, SOUP_URI_PATH, path, SOUP_URI_NONE);
  g_autoptr (SoupMessage) message = soup_message_new_from_uri ("GET", uri);
  g_autoptr (GBytes) answer = NULL;
  g_autofree gchar *text = NULL;

  self->number = 1;
  if (!self->zoom)
    return;
  answer = soup_session_send_and_read (self->session, message, NULL, NULL);
  if (!answer || soup_message_get_status (message) != SOUP_STATUS_OK)
    return;
  text = g_strndup (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer));
  self->number = g_ascii_strtoll (text, NULL, 10) + 1;
}

static GstElement *
make_pipeline (char **words, GError **error)
{
  g_autofree gchar *source = *words ? g_strjoinv (" ", words) : g_strdup ("autoaudiosrc");
  const gchar *model = g_getenv ("MODEL");
  g_autofree gchar *line = g_strdup_printf (
      "%s ! openaistt%s%s", source, model ? " model=" : "", model ? model : "");

  return gst_parse_launch (line, error);
}

static gboolean
parse_address (Post *self)
{
  const gchar *url = g_getenv ("CAPTION_URL");

  self->uri = url ? g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL) : NULL;
  if (!self->uri || !g_uri_get_host (self->uri)
      || !g_str_has_prefix (g_uri_get_scheme (self->uri), "http")) {
    g_printerr ("Set CAPTION_URL to the address for closed captions that YouTube or Zoom "
                "shows.\n");
    return FALSE;
  }
  self->zoom = g_getenv ("CAPTION_SERVICE")
      ? g_str_equal (g_getenv ("CAPTION_SERVICE"), "zoom")
      : strstr (g_uri_get_host (self->uri), "zoom") != NULL;
  return TRUE;
}

static void
run (Post *self, GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  self->loop = g_main_loop_new (NULL, FALSE);
  self->waiting = g_string_new (NULL);
  self->body = g_string_new (NULL);
  find_number (self);
  gst_bus_add_watch (bus, on_message, self);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  self->begun = g_date_time_new_now_utc ();
  g_timeout_add (INTERVAL_MS, on_tick, self);
  g_main_loop_run (self->loop);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_bus_remove_watch (bus);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = NULL;
  Post self = { 0 };

  gst_init (&argc, &argv);
  if (!parse_address (&self))
    return 2;
  pipeline = make_pipeline (argv + 1, &error);
  if (!pipeline) {
    g_printerr ("%s\n", error->message);
    return 2;
  }
  self.session = soup_session_new_with_options ("timeout", TIMEOUT_S, NULL);
  run (&self, pipeline);
  g_date_time_unref (self.begun);
  g_string_free (self.waiting, TRUE);
  g_string_free (self.body, TRUE);
  g_main_loop_unref (self.loop);
  g_uri_unref (self.uri);
  g_object_unref (self.session);
  return self.status;
}
