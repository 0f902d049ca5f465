// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Captions in a terminal: the line that is being found is redrawn until it is
 * final. Takes the part of a launch line that makes the audio:
 *
 *   captions-in-a-terminal filesrc location=talk.wav ! decodebin
 *
 * and listens to the microphone without one. MODEL names another model. */

#include <gst/gst.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static gboolean interactive;

static guint
columns (void)
{
  struct winsize size;

  return ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col
                                                                          : 80;
}

/* The end of @text that fits one line, in place of what stands there. */
static void
redraw (const gchar *text, gsize stable)
{
  glong length = g_utf8_strlen (text, -1), room = columns () - 1;
  const gchar *end = text + stable;

  if (length > room)
    text = g_utf8_offset_to_pointer (text, length - room);
  end = MAX (end, text);
  /* Words that may still change are dim. */
  printf ("\r\033[K%.*s\033[2m%s\033[0m", (gint) (end - text), text, end);
  fflush (stdout);
}

static void
on_partial (const GstStructure *partial)
{
  if (interactive)
    redraw (gst_structure_get_string (partial, "text"),
        strlen (gst_structure_get_string (partial, "stable")));
}

static void
on_transcript (const GstStructure *transcript)
{
  const gchar *text = gst_structure_get_string (transcript, "text");
  guint64 start = 0;

  gst_structure_get_uint64 (transcript, "start-stream-time", &start);
  if (*text != '\0')
    printf ("%s%02u:%02u  %s\n", interactive ? "\r\033[K" : "",
        (guint) (start / GST_SECOND / 60), (guint) (start / GST_SECOND % 60), text);
  fflush (stdout);
}

static void
print_error (GstMessage *message)
{
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  else
    gst_message_parse_warning (message, &error, NULL);
  fprintf (stderr, "%s\n", error->message);
}

/* FALSE: the stream is over. */
static gboolean
on_message (GstMessage *message)
{
  const GstStructure *structure = gst_message_get_structure (message);

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ELEMENT:
      if (gst_structure_has_name (structure, "openaistt/partial"))
        on_partial (structure);
      else if (gst_structure_has_name (structure, "openaistt/transcript"))
        on_transcript (structure);
      return TRUE;
    case GST_MESSAGE_WARNING:
      print_error (message);
      return TRUE;
    case GST_MESSAGE_ERROR:
      print_error (message);
      return FALSE;
    default:
      return GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS;
  }
}

static GstElement *
make_pipeline (int argc, char **argv, GError **error)
{
  const gchar *model = g_getenv ("MODEL");
  g_autofree gchar *source =
      argc > 1 ? g_strjoinv (" ", argv + 1) : g_strdup ("autoaudiosrc");
  g_autofree gchar *line =
      g_strdup_printf ("%s ! openaistt name=stt "
                       "stream-response=true min-chunk-duration=1000",
          source);
  GstElement *pipeline = gst_parse_launch (line, error);

  if (pipeline && model)
    gst_child_proxy_set (GST_CHILD_PROXY (pipeline), "stt::model", model, NULL);
  return pipeline;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstBus) bus = NULL;
  gboolean goes_on = TRUE;

  gst_init (&argc, &argv);
  interactive = isatty (STDOUT_FILENO);
  pipeline = make_pipeline (argc, argv, &error);
  if (error) {
    fprintf (stderr, "%s\n", error->message);
    return 1;
  }
  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (goes_on) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop (bus, GST_CLOCK_TIME_NONE);
    goes_on = on_message (message);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return 0;
}
