// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where the sound comes from. */

#include "source.h"

#include <stdio.h>
#include <string.h>

#include "common/program.h"
#include "i18n.h"

/* ALSA writes two dozen lines to standard error where there is no sound card. */
GstStateChangeReturn
source_start (GstElement *pipeline)
{
  int kept = program_hush ();
  GstStateChangeReturn result = gst_element_set_state (pipeline, GST_STATE_PLAYING);

  program_speak_again (kept);
  return result;
}

/* What a loudspeaker plays can be recorded too: that is no microphone. */
static gboolean
is_monitor (GstDevice *device)
{
  g_autoptr (GstStructure) properties = gst_device_get_properties (device);
  const gchar *class =
      properties ? gst_structure_get_string (properties, "device.class") : NULL;

  return g_strcmp0 (class, "monitor") == 0;
}

static GList *
find_microphones (void)
{
  g_autoptr (GstDeviceMonitor) monitor = gst_device_monitor_new ();
  int kept = program_hush ();
  GList *devices = NULL;

  gst_device_monitor_add_filter (monitor, "Audio/Source", NULL);
  if (gst_device_monitor_start (monitor)) {
    devices = gst_device_monitor_get_devices (monitor);
    gst_device_monitor_stop (monitor);
  }
  program_speak_again (kept);
  for (GList *item = devices; item;) {
    GList *next = item->next;

    if (is_monitor (item->data)) {
      gst_object_unref (item->data);
      devices = g_list_delete_link (devices, item);
    }
    item = next;
  }
  return devices;
}

static void
free_devices (GList *devices)
{
  g_list_free_full (devices, gst_object_unref);
}

gchar *
source_list_microphones (void)
{
  GList *devices = find_microphones ();
  g_autoptr (GString) text = g_string_new (NULL);
  guint number = 0;

  for (GList *item = devices; item; item = item->next) {
    g_autofree gchar *name = gst_device_get_display_name (item->data);

    g_string_append_printf (text, "%3u  %s\n", ++number, name);
  }
  free_devices (devices);
  return text->len == 0 ? NULL : g_string_free (g_steal_pointer (&text), FALSE);
}

static GstDevice *
pick (GList *devices, const gchar *microphone)
{
  guint64 number = g_ascii_strtoull (microphone, NULL, 10), at = 0;

  for (GList *item = devices; item; item = item->next) {
    g_autofree gchar *name = gst_device_get_display_name (item->data);

    if (++at == number || strstr (name, microphone))
      return item->data;
  }
  return NULL;
}

static GstElement *
open_named_microphone (const gchar *microphone, GError **error)
{
  GList *devices = find_microphones ();
  GstDevice *device = pick (devices, microphone);
  GstElement *source = device ? gst_device_create_element (device, NULL) : NULL;

  if (!source)
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND,
        _("There is no microphone \"%s\": --microphones lists them"), microphone);
  free_devices (devices);
  return source;
}

/* openalsrc becomes READY whether it has a device or not. The others open theirs. */
static gboolean
has_device (GstElement *source)
{
  GstElement *found = GST_BIN_CHILDREN (source) ? GST_BIN_CHILDREN (source)->data : NULL;
  GstElementFactory *factory = found ? gst_element_get_factory (found) : NULL;
  GList *devices;

  if (!factory || !g_str_equal (GST_OBJECT_NAME (factory), "openalsrc"))
    return TRUE;
  devices = find_microphones ();
  free_devices (devices);
  return devices != NULL;
}

/* It finds out which one there is when it becomes READY. */
static GstElement *
open_usual_microphone (GError **error)
{
  GstElement *source = gst_element_factory_make ("autoaudiosrc", NULL);
  int kept = program_hush ();
  gboolean there = source
      && gst_element_set_state (source, GST_STATE_READY) != GST_STATE_CHANGE_FAILURE
      && has_device (source);

  program_speak_again (kept);
  if (there)
    return source;
  g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND,
      _("There is no microphone: connect one, or name a file or a source, such "
      "as talk.wav or pulsesrc"));
  if (source) {
    gst_element_set_state (source, GST_STATE_NULL);
    gst_object_unref (source);
  }
  return NULL;
}

static GstElement *
parse_line (const gchar *source, GError **error)
{
  g_autofree gchar *line =
      g_strdup_printf ("%s ! openaistt name=stt stream-response=true "
                       "min-chunk-duration=1000",
          source);

  return gst_parse_launch_full (line, NULL, GST_PARSE_FLAG_FATAL_ERRORS, error);
}

static GstElement *
play_file (const gchar *path, GError **error)
{
  g_autofree gchar *uri = gst_filename_to_uri (path, error);
  g_autofree gchar *line = !uri
      ? NULL
      : g_strdup_printf (
            "uridecodebin uri=\"%s\" caps=audio/x-raw expose-all-streams=false "
            "! identity sync=true",
            uri);

  return line ? parse_line (line, error) : NULL;
}

/* One word that is no element can only be a file. */
static gboolean
is_element (const gchar *word)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (word);

  return factory || strchr (word, ' ');
}

GstElement *
source_make_pipeline (gchar **words, const gchar *microphone, GError **error)
{
  g_autofree gchar *line = words ? g_strjoinv (" ", words) : NULL;
  GstElement *pipeline, *source;
  g_autoptr (GstElement) in = NULL;

  if (words && !words[1] && g_file_test (words[0], G_FILE_TEST_IS_REGULAR))
    return play_file (words[0], error);
  if (words && !words[1] && !is_element (words[0])) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
        _("%s: there is no such file"), words[0]);
    return NULL;
  }
  if (words)
    return parse_line (line, error);
  source = microphone ? open_named_microphone (microphone, error)
                      : open_usual_microphone (error);
  if (!source)
    return NULL;
  pipeline = parse_line ("audioconvert name=in", error);
  if (!pipeline) {
    gst_object_unref (source);
    return NULL;
  }
  gst_bin_add (GST_BIN (pipeline), source);
  in = gst_bin_get_by_name (GST_BIN (pipeline), "in");
  gst_element_link (source, in);
  return pipeline;
}
