// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* speak BASE_URL N kept|new|first [SETTINGS], or speak DESCRIPTION N: from asking for
 * speech to its first buffer, in milliseconds, one a line. With kept connections one
 * pipeline is asked again and again; with first one that plays is asked once, after a
 * while; else each time a new one is started. */

#include <gst/gst.h>
#include <stdio.h>

typedef struct
{
  GMutex lock;
  GCond cond;
  gint64 asked;
  gint64 heard; /* 0: not yet */
} Wait;

static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Wait *wait = user_data;

  g_mutex_lock (&wait->lock);
  if (!wait->heard) {
    wait->heard = g_get_monotonic_time ();
    g_cond_signal (&wait->cond);
  }
  g_mutex_unlock (&wait->lock);
  return GST_PAD_PROBE_OK;
}

static void
print_wait (Wait *wait)
{
  g_mutex_lock (&wait->lock);
  while (!wait->heard)
    g_cond_wait (&wait->cond, &wait->lock);
  printf ("%.3f\n", (wait->heard - wait->asked) / 1e3);
  g_mutex_unlock (&wait->lock);
}

static GstElement *
make_pipeline (const gchar *description, Wait *wait)
{
  g_autofree gchar *line = g_strdup_printf ("%s ! fakesink name=sink", description);
  GstElement *pipeline = gst_parse_launch (line, NULL);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, wait, NULL);
  return pipeline;
}

static void
wait_for (GstElement *pipeline, const gchar *name)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gboolean came = FALSE;

  while (!came) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop (bus, GST_CLOCK_TIME_NONE);

    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
      g_error ("the pipeline failed");
    came = name ? gst_message_has_name (message, name)
                : GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
  }
}

static void
ask_again (const gchar *description, guint n)
{
  Wait wait = { 0 };
  GstElement *pipeline = make_pipeline (description, &wait);
  g_autoptr (GstElement) tts = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  gboolean taken;

  for (guint i = 0; i < n; i++) {
    wait.heard = 0;
    wait.asked = g_get_monotonic_time ();
    g_signal_emit_by_name (tts, "say", "Hello over there.", &taken);
    if (i == 0)
      gst_element_set_state (pipeline, GST_STATE_PLAYING);
    print_wait (&wait);
    wait_for (pipeline, "openaitts/speech-end");
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

/* So long a user looks on before there is something to say. */
#define WHILE (500 * G_TIME_SPAN_MILLISECOND)

static void
ask_first (const gchar *description)
{
  Wait wait = { 0 };
  GstElement *pipeline = make_pipeline (description, &wait);
  g_autoptr (GstElement) tts = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  gboolean taken;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_usleep (WHILE);
  wait.asked = g_get_monotonic_time ();
  g_signal_emit_by_name (tts, "say", "Hello over there.", &taken);
  print_wait (&wait);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

static void
ask_anew (const gchar *description, guint n)
{
  for (guint i = 0; i < n; i++) {
    Wait wait = { 0 };
    GstElement *pipeline = make_pipeline (description, &wait);

    wait.asked = g_get_monotonic_time ();
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    print_wait (&wait);
    wait_for (pipeline, NULL);
    gst_element_set_state (pipeline, GST_STATE_NULL);
    gst_object_unref (pipeline);
  }
}

int
main (int argc, char **argv)
{
  guint n = argc > 2 ? g_ascii_strtoull (argv[2], NULL, 10) : 1;
  const gchar *how = argc > 3 ? argv[3] : "";
  gboolean again = g_str_equal (how, "kept");
  gboolean first = g_str_equal (how, "first");
  g_autofree gchar *line = NULL;

  gst_init (&argc, &argv);
  if (argc < 3)
    return 2;
  if (argc == 3)
    line = g_strdup (argv[1]);
  else
    line = g_strdup_printf ("openaitts name=t format=pcm api-key=\"\" "
                            "base-url=%s %s %s",
        argv[1], argc > 4 ? argv[4] : "",
        again       ? ""
            : first ? "keep-open=true"
                    : "text=\"Hello over there.\"");
  if (again)
    ask_again (line, n);
  else if (first)
    ask_first (line);
  else
    ask_anew (line, n);
  return 0;
}
