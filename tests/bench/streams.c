// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* streams WAV N SECONDS TAIL: so many live pipelines in one process. Prints the
 * CPU seconds a second of them took, and what is resident and allocated; where partial
 * text tells when it was sent, microseconds from there to its message, and to the sink
 * when words are captions. */

#include <stdio.h>
#include <string.h>

#include "server/realtime.h"
#include "talksrc.h"

/* RTP packets are as long. */
#define BUFFERS_PER_SECOND 50

/* Chunks are 6 s at most: by then all have made some. */
#define WARM_UP_SECONDS 13

static GMutex delays_lock;
static GArray *delays, *pad_delays; /* gint64 */

/* Of the time that @text ends with. */
static void
note_delay (GArray *array, const gchar *text)
{
  const gchar *end = text + strlen (text), *word;
  gint64 now = g_get_monotonic_time (), told, delay;

  while (end > text && end[-1] == ' ')
    end--;
  for (word = end; word > text && g_ascii_isdigit (word[-1]); word--)
    ;
  if (end - word != 7)
    return;
  told = g_ascii_strtoll (word, NULL, 10);
  delay = (now + TEST_REALTIME_TIMES - told) % TEST_REALTIME_TIMES;
  g_mutex_lock (&delays_lock);
  g_array_append_val (array, delay);
  g_mutex_unlock (&delays_lock);
}

/* Only the end is kept. */
static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS
      || GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    return GST_BUS_PASS;
  if (gst_message_has_name (message, "openaistt/partial"))
    note_delay (
        delays, gst_structure_get_string (gst_message_get_structure (message), "text"));
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static GstPadProbeReturn
on_caption (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstMapInfo map;

  if (gst_buffer_map (GST_PAD_PROBE_INFO_BUFFER (info), &map, GST_MAP_READ)) {
    g_autofree gchar *text = g_strndup ((const gchar *) map.data, map.size);

    note_delay (pad_delays, text);
    gst_buffer_unmap (GST_PAD_PROBE_INFO_BUFFER (info), &map);
  }
  return GST_PAD_PROBE_OK;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *) a, second = *(const gint64 *) b;

  return (first > second) - (first < second);
}

static void
print_delays (const gchar *name, GArray *array)
{
  if (array->len == 0)
    return;
  g_array_sort (array, compare);
  printf ("%s-p50 %" G_GINT64_FORMAT "\n%s-p99 %" G_GINT64_FORMAT "\n%s-n %u\n", name,
      g_array_index (array, gint64, array->len / 2), name,
      g_array_index (array, gint64, array->len * 99 / 100), name, array->len);
}

static void
watch (GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_bus_set_sync_handler (bus, on_message, NULL, NULL);
}

static void
watch_sink (const GValue *item, gpointer data)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (g_value_get_object (item), "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_caption, NULL, NULL);
}

static void
watch_sinks (GstElement *pipeline)
{
  g_autoptr (GstIterator) sinks =
      gst_bin_iterate_all_by_element_factory_name (GST_BIN (pipeline), "fakesink");

  gst_iterator_foreach (sinks, watch_sink, NULL);
}

static void
print_memory (const gchar *when)
{
  printf ("resident-%s %" G_GUINT64_FORMAT "\n", when, resident_size ());
  printf ("heap-%s %" G_GUINT64_FORMAT "\n", when, heap_size ());
}

static GPtrArray *
start_all (Talk *talk, guint n, const gchar *tail)
{
  GPtrArray *pipelines = g_ptr_array_new_with_free_func (gst_object_unref);
  guint64 frames = g_bytes_get_size (talk->samples) / (2 * talk->channels);

  for (guint i = 0; i < n; i++) {
    talk->first_frame = frames * i / n;
    g_ptr_array_add (pipelines, talk_pipeline (talk, tail));
    watch (g_ptr_array_index (pipelines, i));
    watch_sinks (g_ptr_array_index (pipelines, i));
  }
  for (guint i = 0; i < n; i++)
    gst_element_set_state (g_ptr_array_index (pipelines, i), GST_STATE_PLAYING);
  return pipelines;
}

static gboolean
has_failed (GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = gst_bus_pop (bus);
  g_autoptr (GError) error = NULL;

  if (!message)
    return FALSE;
  gst_message_parse_error (message, &error, NULL);
  g_printerr ("%s\n", error ? error->message : "it ended early");
  return TRUE;
}

static gboolean
measure (Talk *talk, guint n, guint seconds, const gchar *tail)
{
  g_autoptr (GPtrArray) pipelines = NULL;
  gdouble cpu;
  gint64 began;
  gboolean failed = FALSE;

  print_memory ("before");
  pipelines = start_all (talk, n, tail);
  g_usleep (WARM_UP_SECONDS * G_USEC_PER_SEC);
  g_mutex_lock (&delays_lock);
  g_array_set_size (delays, 0);
  g_array_set_size (pad_delays, 0);
  g_mutex_unlock (&delays_lock);
  cpu = cpu_seconds ();
  began = g_get_monotonic_time ();
  g_usleep (seconds * G_USEC_PER_SEC);
  printf ("cpu %.4f\n",
      (cpu_seconds () - cpu) * G_USEC_PER_SEC / (g_get_monotonic_time () - began));
  print_memory ("after");
  g_mutex_lock (&delays_lock);
  print_delays ("delta", delays);
  print_delays ("pad", pad_delays);
  g_mutex_unlock (&delays_lock);
  for (guint i = 0; i < n; i++)
    failed |= has_failed (g_ptr_array_index (pipelines, i));
  for (guint i = 0; i < n; i++)
    gst_element_set_state (g_ptr_array_index (pipelines, i), GST_STATE_NULL);
  return !failed;
}

int
main (int argc, char **argv)
{
  Talk talk = { .live = TRUE, .total_frames = G_MAXUINT64 };
  gboolean measured;

  gst_init (&argc, &argv);
  delays = g_array_new (FALSE, FALSE, sizeof (gint64));
  pad_delays = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (argc != 5 || !talk_load (&talk, argv[1]))
    return 2;
  talk.buffer_frames = talk.rate / BUFFERS_PER_SECOND;
  measured = measure (&talk, g_ascii_strtoull (argv[2], NULL, 10),
      g_ascii_strtoull (argv[3], NULL, 10), argv[4]);
  g_bytes_unref (talk.samples);
  return measured ? 0 : 1;
}
