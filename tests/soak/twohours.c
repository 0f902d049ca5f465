// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Two hours of talk against a server that takes a second for each request,
 * eight at a time: order, times and account are right, and memory stays flat. */

#include <gst/app/gstappsrc.h>

#include "soak.h"

#define HOURS 2
#define N_LENGTHS 16

static void
script (TestServer *server)
{
  TestAnswer *answer = test_server_answer (server, 200, "application/json");

  test_answer_wait (answer, 1000);
  test_answer_upload_length (answer);
}

typedef struct
{
  GMutex lock;
  GstClockTime position;
  guint n;
} Seen;

/* Every answer is of the chunk it stands for, and after the one before. */
static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Seen *seen = user_data;
  const GstStructure *structure = gst_message_get_structure (message);
  guint64 start, end, bytes;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS
      || GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    return GST_BUS_PASS;
  if (gst_message_has_name (message, "openaistt/transcript")) {
    g_mutex_lock (&seen->lock);
    g_assert_true (gst_structure_get_uint64 (structure, "start", &start));
    g_assert_true (gst_structure_get_uint64 (structure, "end", &end));
    bytes = g_ascii_strtoull (gst_structure_get_string (structure, "text"), NULL, 10);
    g_assert_cmpuint (start, >=, seen->position);
    g_assert_cmpuint (
        ABS ((gint64) ((bytes - 44) / 2)
            - (gint64) gst_util_uint64_scale_round (end - start, RATE, GST_SECOND)),
        <=, 1);
    seen->position = end;
    seen->n++;
    g_mutex_unlock (&seen->lock);
  }
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static guint64
push_all (GstAppSrc *source, guint64 *early)
{
  GByteArray *talks[N_LENGTHS];
  guint64 sample = 0;

  for (guint i = 0; i < N_LENGTHS; i++) {
    talks[i] = g_byte_array_new ();
    talk_add_speech (talks[i], 3000 + 400 * i);
    talk_add_pause (talks[i], 1200);
  }
  for (guint i = 0; sample < (guint64) HOURS * 3600 * RATE; i++) {
    GByteArray *talk = talks[(i * 7) % N_LENGTHS];

    for (guint at = 0; at < talk->len / 2; at += RATE / 10)
      g_assert_cmpint (gst_app_src_push_buffer (
                           source, talk_buffer (talk, at, RATE / 10, sample + at)),
          ==, GST_FLOW_OK);
    sample += talk->len / 2;
    if (*early == 0 && sample > (guint64) 5 * 60 * RATE)
      *early = soak_resident_bytes ();
  }
  for (guint i = 0; i < N_LENGTHS; i++)
    g_byte_array_unref (talks[i]);
  g_assert_cmpint (gst_app_src_end_of_stream (source), ==, GST_FLOW_OK);
  return sample;
}

static void
run (const gchar *url)
{
  g_autofree gchar *line = g_strdup_printf (
      "appsrc name=a format=time "
      "block=true max-bytes=64000 caps=" TALK_CAPS " ! openaistt name=x vad=energy "
      "upload-format=wav max-requests=8 min-chunk-duration=1000 api-key=\"\" "
      "base-url=%s ! fakesink",
      url);
  GstElement *pipeline = gst_parse_launch (line, NULL);
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "a");
  g_autoptr (GstElement) stt = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  Seen seen = { .position = 0 };
  gint64 began = g_get_monotonic_time ();
  guint64 early = 0, late, pushed;

  g_mutex_init (&seen.lock);
  gst_bus_set_sync_handler (bus, on_message, &seen, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  pushed = push_all (GST_APP_SRC (source), &early);
  message = gst_bus_timed_pop (bus, 60 * GST_SECOND);
  late = soak_resident_bytes ();
  g_assert_true (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  g_assert_cmpuint (soak_stat (stt, "samples-in"), ==, pushed);
  soak_assert_account (stt);
  g_print ("%d hours in %.1f s, %u requests; ideally %.1f s\n", HOURS,
      (g_get_monotonic_time () - began) / 1e6, seen.n, seen.n / 8.0);
  g_print (
      "resident: %.1f MB after 5 minutes, %.1f MB at the end\n", early / 1e6, late / 1e6);
  g_assert_cmpuint (late, <, early + 20 * 1000 * 1000);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  g_mutex_clear (&seen.lock);
}

int
main (int argc, char **argv)
{
  g_autofree gchar *url = soak_serve (script);

  gst_init (&argc, &argv);
  run (url);
  return 0;
}
