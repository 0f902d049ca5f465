// SPDX-License-Identifier: LGPL-2.1-or-later
/* Live captions in a browser. Takes the part of a launch line that makes the
 * audio, and listens to the microphone without one:
 *
 *   caption-page filesrc location=talk.wav ! decodebin ! identity sync=true */

#include <glib-unix.h>
#include <gst/gst.h>
#include <locale.h>
#include <stdio.h>

#include "audience.h"

#define DEFAULT_PORT 8081

typedef struct
{
  Audience *audience;
  GMainLoop *loop;
  gboolean failed;
} Show;

static gint port = -1;
static gchar *host, *model;
static gchar **source, **settings;

static const GOptionEntry entries[] = {
  {"port", 'p', 0, G_OPTION_ARG_INT, &port,
      "Port of the page; 0: a free one (default 8081, or a free one)", "PORT"},
  {"host", 0, 0, G_OPTION_ARG_STRING, &host,
      "Address to listen on; 0.0.0.0: anybody may look (default 127.0.0.1)",
      "ADDRESS"},
  {"model", 'm', 0, G_OPTION_ARG_STRING, &model,
      "Model, as the server knows it", "NAME"},
  {"set", 's', 0, G_OPTION_ARG_STRING_ARRAY, &settings,
      "Any property of openaistt; may be repeated", "NAME=VALUE"},
  {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &source, NULL,
      "[SOURCE ! …]"},
  G_OPTION_ENTRY_NULL
};

static void
tell (Show * show, const gchar * event, const gchar * speaker,
    const gchar * text, gboolean kept)
{
  JsonObject *data = json_object_new ();

  json_object_set_string_member (data, "text", text);
  if (speaker)
    json_object_set_string_member (data, "speaker", speaker);
  audience_tell (show->audience, event, data, kept);
}

static void
tell_state (Show * show, const gchar * text)
{
  JsonObject *data = json_object_new ();

  json_object_set_string_member (data, "text", text);
  json_object_set_boolean_member (data, "over", TRUE);
  audience_tell (show->audience, "state", data, TRUE);
}

/* What each speaker said in turn; FALSE: nobody knows who it was. */
static gboolean
tell_turns (Show * show, const GstStructure * transcript)
{
  const GValue *segments = gst_structure_get_value (transcript, "segments");
  g_autoptr (GString) turn = g_string_new (NULL);
  const gchar *speaker = NULL;

  for (guint i = 0; segments && i < gst_value_array_get_size (segments); i++) {
    const GstStructure *segment = gst_value_get_structure
        (gst_value_array_get_value (segments, i));
    const gchar *name = gst_structure_get_string (segment, "speaker");

    if (!name)
      return FALSE;
    if (gst_structure_has_field (segment, "dropped"))
      continue;
    if (speaker && !g_str_equal (name, speaker)) {
      tell (show, "final", speaker, turn->str, TRUE);
      g_string_truncate (turn, 0);
    }
    if (turn->len > 0)
      g_string_append_c (turn, ' ');
    g_string_append (turn, gst_structure_get_string (segment, "text"));
    speaker = name;
  }
  if (turn->len > 0)
    tell (show, "final", speaker, turn->str, TRUE);
  return speaker != NULL;
}

/* What was shown of a stretch until now gives way to what it came to, if only
 * to nothing. */
static void
tell_end (Show * show, const GstStructure * transcript)
{
  const gchar *text = gst_structure_get_string (transcript, "text");

  if (!text || *text == '\0')
    tell (show, "partial", NULL, "", FALSE);
  else if (!tell_turns (show, transcript))
    tell (show, "final", NULL, text, TRUE);
}

static void
on_element_message (Show * show, const GstStructure * structure)
{
  if (gst_structure_has_name (structure, "openaistt/partial"))
    tell (show, "partial", NULL,
        gst_structure_get_string (structure, "text"), FALSE);
  else if (gst_structure_has_name (structure, "openaistt/transcript")
      || gst_structure_has_name (structure, "openaistt/failed"))
    tell_end (show, structure);
}

static void
on_problem (Show * show, GstMessage * message)
{
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING) {
    gst_message_parse_warning (message, &error, NULL);
  } else {
    gst_message_parse_error (message, &error, NULL);
    show->failed = TRUE;
    g_main_loop_quit (show->loop);
  }
  g_printerr ("%s\n", error->message);
}

static gboolean
on_message (GstBus * bus, GstMessage * message, gpointer user_data)
{
  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ELEMENT:
      on_element_message (user_data, gst_message_get_structure (message));
      break;
    case GST_MESSAGE_WARNING:
    case GST_MESSAGE_ERROR:
      on_problem (user_data, message);
      break;
    case GST_MESSAGE_EOS:
      tell_state (user_data, "The end");
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
set (GstElement * pipeline, const gchar * setting, GError ** error)
{
  g_autoptr (GstElement) stt =
      gst_bin_get_by_name (GST_BIN (pipeline), "stt");
  g_auto (GStrv) pair = g_strsplit (setting, "=", 2);

  if (pair[0] && pair[1] && g_object_class_find_property
      (G_OBJECT_GET_CLASS (stt), pair[0])) {
    gst_util_set_object_arg (G_OBJECT (stt), pair[0], pair[1]);
    return TRUE;
  }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "openaistt has no setting %s", setting);
  return FALSE;
}

static GstElement *
make_pipeline (GError ** error)
{
  g_autofree gchar *joined = source ? g_strjoinv (" ", source) :
      g_strdup ("autoaudiosrc");
  g_autofree gchar *line = g_strdup_printf
      ("%s ! openaistt name=stt stream-response=true "
      "min-chunk-duration=1000", joined);
  g_autoptr (GstElement) pipeline = gst_parse_launch_full (line, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, error);

  if (pipeline && model)
    gst_child_proxy_set (GST_CHILD_PROXY (pipeline), "stt::model", model,
        NULL);
  for (gchar ** setting = settings; pipeline && setting && *setting; setting++)
    if (!set (pipeline, *setting, error))
      return NULL;
  return g_steal_pointer (&pipeline);
}

static gboolean
on_signal (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static Audience *
make_audience (GError ** error)
{
  const gchar *address = host ? host : "127.0.0.1";
  Audience *audience;

  if (port >= 0)
    return audience_new (address, port, error);
  audience = audience_new (address, DEFAULT_PORT, NULL);
  return audience ? audience : audience_new (address, 0, error);
}

static gboolean
run (GError ** error)
{
  g_autoptr (Audience) audience = make_audience (error);
  g_autoptr (GstElement) pipeline = audience ? make_pipeline (error) : NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree gchar *address = NULL;
  g_autoptr (GstBus) bus = NULL;
  Show show = { audience, loop, FALSE };

  if (!pipeline)
    return FALSE;
  address = audience_address (audience);
  printf ("Captions are at %s\nand for OBS at     %s?overlay\n", address,
      address);
  fflush (stdout);

  bus = gst_element_get_bus (pipeline);
  gst_bus_add_watch (bus, on_message, &show);
  g_unix_signal_add (SIGINT, on_signal, loop);
  g_unix_signal_add (SIGTERM, on_signal, loop);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_main_loop_run (loop);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_bus_remove_watch (bus);
  return !show.failed;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context =
      g_option_context_new ("- live captions in a browser");
  g_autoptr (GError) error = NULL;
  gboolean done;

  setlocale (LC_ALL, "");
  /* What follows the first word of the launch line is part of it. */
  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  done = g_option_context_parse (context, &argc, &argv, &error)
      && run (&error);
  if (error)
    g_printerr ("%s\n", error->message);
  return done ? 0 : 1;
}
