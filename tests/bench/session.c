// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* session N: from the server's first audio delta to a plain WebSocket client's message,
 * and to the first buffer of openaitts in a session, in milliseconds, in turn, one a
 * line. */

#include <gst/gst.h>
#include <libsoup/soup.h>
#include <stdio.h>
#include <string.h>

#include "server/speaker.h"

#define TEXT "Hello over there."

/* One thread writes, and another waits. */
typedef struct
{
  GMutex lock;
  GCond cond;
  gint64 heard; /* 0: not yet */
} Wait;

static void
note (Wait *wait)
{
  g_mutex_lock (&wait->lock);
  if (!wait->heard) {
    wait->heard = g_get_monotonic_time ();
    g_cond_signal (&wait->cond);
  }
  g_mutex_unlock (&wait->lock);
}

static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer wait)
{
  note (wait);
  return GST_PAD_PROBE_OK;
}

static void
print_delay (TestSpeaker *speaker, const Wait *wait)
{
  printf ("%.3f\n", (wait->heard - test_speaker_first_audio (speaker)) / 1e3);
}

static GstElement *
make_pipeline (TestSpeaker *speaker, Wait *wait)
{
  g_autofree gchar *line =
      g_strdup_printf ("openaitts name=t transport=realtime "
                       "keep-open=true api-key=\"\" base-url=%s ! fakesink name=s",
          test_speaker_base_url (speaker));
  GstElement *pipeline = gst_parse_launch (line, NULL);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "s");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, wait, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return pipeline;
}

static void
ask_element (GstElement *pipeline, TestSpeaker *speaker, Wait *wait)
{
  g_autoptr (GstElement) tts = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gboolean taken, ended = FALSE;

  wait->heard = 0;
  g_signal_emit_by_name (tts, "say", TEXT, &taken);
  g_mutex_lock (&wait->lock);
  while (!wait->heard)
    g_cond_wait (&wait->cond, &wait->lock);
  g_mutex_unlock (&wait->lock);
  print_delay (speaker, wait);
  while (!ended) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop (bus, GST_CLOCK_TIME_NONE);

    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
      g_error ("the pipeline failed");
    ended = gst_message_has_name (message, "openaitts/speech-end");
  }
}

typedef struct
{
  SoupWebsocketConnection *connection;
  Wait wait;
  gboolean done;
} Plain;

static void
on_message (
    SoupWebsocketConnection *connection, gint type, GBytes *message, gpointer user_data)
{
  Plain *plain = user_data;
  const gchar *text = g_bytes_get_data (message, NULL);

  if (strstr (text, "response.output_audio.delta"))
    note (&plain->wait);
  if (strstr (text, "response.done"))
    plain->done = TRUE;
}

static void
on_connected (GObject *session, GAsyncResult *result, gpointer user_data)
{
  Plain *plain = user_data;

  plain->connection =
      soup_session_websocket_connect_finish (SOUP_SESSION (session), result, NULL);
  g_assert_nonnull (plain->connection);
  g_signal_connect (plain->connection, "message", G_CALLBACK (on_message), plain);
}

static void
connect_plain (Plain *plain, SoupSession *session, TestSpeaker *speaker)
{
  g_autofree gchar *url = g_strconcat (
      "ws", test_speaker_base_url (speaker) + strlen ("http"), "/realtime?model=m", NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);

  soup_session_websocket_connect_async (
      session, message, NULL, NULL, G_PRIORITY_DEFAULT, NULL, on_connected, plain);
  while (!plain->connection)
    g_main_context_iteration (NULL, TRUE);
}

static void
ask_plain (Plain *plain, TestSpeaker *speaker)
{
  plain->wait.heard = 0;
  plain->done = FALSE;
  soup_websocket_connection_send_text (plain->connection,
      "{\"type\":\"response.create\",\"response\":{\"metadata\":{\"call\":\"x\"},"
      "\"input\":[{\"content\":[{\"text\":\"" TEXT "\"}]}]}}");
  while (!plain->done)
    g_main_context_iteration (NULL, TRUE);
  print_delay (speaker, &plain->wait);
}

int
main (int argc, char **argv)
{
  guint n = argc > 1 ? g_ascii_strtoull (argv[1], NULL, 10) : 1;
  g_autoptr (TestSpeaker) speaker = test_speaker_new ();
  g_autoptr (SoupSession) session = soup_session_new ();
  Plain plain = { 0 };
  Wait wait = { 0 };
  GstElement *pipeline;

  gst_init (&argc, &argv);
  connect_plain (&plain, session, speaker);
  pipeline = make_pipeline (speaker, &wait);
  for (guint i = 0; i < n; i++) {
    ask_plain (&plain, speaker);
    ask_element (pipeline, speaker, &wait);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  g_object_unref (plain.connection);
  return 0;
}
