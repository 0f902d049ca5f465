// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* streams WAV N SECONDS TAIL: so many live pipelines in one process. Prints the
 * CPU seconds a second of them took, and what is resident and allocated. */

#include <stdio.h>

#include "talksrc.h"

/* RTP packets are as long. */
#define BUFFERS_PER_SECOND 50

/* Chunks are 6 s at most: by then all have made some. */
#define WARM_UP_SECONDS 13

static void
print_memory (const gchar * when)
{
  printf ("resident-%s %" G_GUINT64_FORMAT "\n", when, resident_size ());
  printf ("heap-%s %" G_GUINT64_FORMAT "\n", when, heap_size ());
}

static GPtrArray *
start_all (Talk * talk, guint n, const gchar * tail)
{
  GPtrArray *pipelines = g_ptr_array_new_with_free_func (gst_object_unref);
  guint64 frames = g_bytes_get_size (talk->samples) / (2 * talk->channels);

  for (guint i = 0; i < n; i++) {
    talk->first_frame = frames * i / n;
    g_ptr_array_add (pipelines, talk_pipeline (talk, tail));
  }
  for (guint i = 0; i < n; i++)
    gst_element_set_state (g_ptr_array_index (pipelines, i),
        GST_STATE_PLAYING);
  return pipelines;
}

static gboolean
has_failed (GstElement * pipeline)
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
measure (Talk * talk, guint n, guint seconds, const gchar * tail)
{
  g_autoptr (GPtrArray) pipelines = NULL;
  gdouble cpu;
  gint64 began;
  gboolean failed = FALSE;

  print_memory ("before");
  pipelines = start_all (talk, n, tail);
  g_usleep (WARM_UP_SECONDS * G_USEC_PER_SEC);
  cpu = cpu_seconds ();
  began = g_get_monotonic_time ();
  g_usleep (seconds * G_USEC_PER_SEC);
  printf ("cpu %.4f\n", (cpu_seconds () - cpu) * G_USEC_PER_SEC
      / (g_get_monotonic_time () - began));
  print_memory ("after");
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
  if (argc != 5 || !talk_load (&talk, argv[1]))
    return 2;
  talk.buffer_frames = talk.rate / BUFFERS_PER_SECOND;
  measured = measure (&talk, g_ascii_strtoull (argv[2], NULL, 10),
      g_ascii_strtoull (argv[3], NULL, 10), argv[4]);
  g_bytes_unref (talk.samples);
  return measured ? 0 : 1;
}
