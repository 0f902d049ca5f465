// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A day of live talk, captioned and spoken again, on a clock that is 50 times
 * as fast: nothing is lost, and memory, threads and files stay as they are. A
 * moment in which this machine has something else to do is 50 as long there: so
 * the latency and the backlog. DAY_HOURS and DAY_SPEED choose others. */

#include <gst/app/gstappsrc.h>
#include <gst/check/gsttestclock.h>
#include <malloc.h>

#include "soak.h"

#define BUFFER_MS 100
#define N_LENGTHS 16
#define MOST_GROWTH (10 * 1000 * 1000)
#define MOST_MORE 8 /* threads of pools, connections */
#define PARTS 20    /* looked at after each */

/* A second of stream time for a caption, and what is said of it. */
static void
script (TestServer *server)
{
  TestAnswer *speech = test_server_answer (server, 200, "audio/pcm");
  TestAnswer *text;
  static gchar samples[24000];

  test_answer_for_field (speech, "model", "tts-1");
  test_answer_body (speech, samples, sizeof samples);
  text = test_server_answer (server, 200, "application/json");
  test_answer_for_field (text, "model", "whisper-1");
  test_answer_wait (text, 20);
  test_answer_text (text, "{\"text\":\"Somebody says something.\"}");
}

typedef struct
{
  guint transcripts;
  guint speeches;
  guint warnings; /* but those of captions that are late: a
                                 * moment of this machine's is a minute there */
} Counts;         /* atomic */

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Counts *counts = user_data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS
      || GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    return GST_BUS_PASS;
  if (gst_message_has_name (message, "openaistt/transcript"))
    g_atomic_int_inc (&counts->transcripts);
  else if (gst_message_has_name (message, "openaitts/speech-end"))
    g_atomic_int_inc (&counts->speeches);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING) {
    g_autoptr (GError) error = NULL;

    gst_message_parse_warning (message, &error, NULL);
    g_printerr ("%s\n", error->message);
    if (!g_error_matches (error, GST_CORE_ERROR, GST_CORE_ERROR_CLOCK))
      g_atomic_int_inc (&counts->warnings);
  }
  gst_message_unref (message);
  return GST_BUS_DROP;
}

/* The system clock at another rate still waits at its own: this one is driven,
 * a millisecond at a time. */
typedef struct
{
  GstClock *clock;
  gdouble speed;
  gboolean stop; /* atomic */
} Driver;

static gpointer
drive (gpointer user_data)
{
  Driver *driver = user_data;
  GstTestClock *clock = GST_TEST_CLOCK (driver->clock);
  gint64 begun = g_get_monotonic_time ();

  while (!g_atomic_int_get (&driver->stop)) {
    GstClockID passed;

    gst_test_clock_set_time (
        clock, (g_get_monotonic_time () - begun) * driver->speed * 1000);
    while ((passed = gst_test_clock_process_next_clock_id (clock)))
      gst_clock_id_unref (passed);
    g_usleep (1000);
  }
  return NULL;
}

/* One utterance after the other, each buffer when it is time. The number of
 * utterances. */
typedef struct
{
  GstAppSrc *source;
  GstClock *clock;
  GstClockTime base;
  guint64 sample;
  guint utterances;
  GByteArray *talks[N_LENGTHS];
} Talk;

static void
talk_until (Talk *talk, guint64 end)
{
  const guint step = RATE / 1000 * BUFFER_MS;

  while (talk->sample < end) {
    GByteArray *bytes = talk->talks[talk->utterances++ * 7 % N_LENGTHS];

    for (guint at = 0; at < bytes->len / 2; at += step) {
      GstBuffer *buffer = talk_buffer (bytes, at, step, talk->sample + at);
      GstClockID id = gst_clock_new_single_shot_id (talk->clock,
          talk->base + GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer));

      gst_clock_id_wait (id, NULL);
      gst_clock_id_unref (id);
      g_assert_cmpint (gst_app_src_push_buffer (talk->source, buffer), ==, GST_FLOW_OK);
    }
    talk->sample += bytes->len / 2;
  }
}

typedef struct
{
  guint64 memory;
  guint64 heap; /* of it, in use */
  guint threads;
  guint files;
} Size;

static Size
look (const gchar *when, const Counts *counts)
{
  Size size = { soak_resident_bytes (), mallinfo2 ().uordblks, soak_threads (NULL),
    soak_open_files () };

  g_print (
      "%s: %.1f MB, %.2f MB of it in use, %u threads, %u files, %d transcripts, %d spoken\n",
      when, size.memory / 1e6, size.heap / 1e6, size.threads, size.files,
      g_atomic_int_get (&counts->transcripts), g_atomic_int_get (&counts->speeches));
  return size;
}

static void
check_end (GstElement *stt, const Talk *talk, const Counts *counts, const Size *early,
    const Size *late)
{
  g_assert_cmpuint (soak_stat (stt, "samples-in"), ==, talk->sample);
  soak_assert_account (stt);
  g_assert_cmpuint (counts->transcripts, >=, talk->utterances);
  g_assert_cmpuint (counts->speeches, >=, talk->utterances);
  g_assert_cmpuint (counts->warnings, ==, 0);
  g_assert_cmpuint (late->memory, <, early->memory + MOST_GROWTH);
  g_assert_cmpuint (late->heap, <, early->heap + MOST_GROWTH);
  g_assert_cmpuint (late->threads, <=, early->threads + MOST_MORE);
  g_assert_cmpuint (late->files, <=, early->files + MOST_MORE);
  g_assert_cmpuint (soak_threads ("openai-io"), ==, 1);
}

static void
run (const gchar *url)
{
  gdouble hours = soak_number ("DAY_HOURS", 24);
  g_autofree gchar *line = g_strdup_printf (
      "appsrc name=a format=time "
      "is-live=true caps=" TALK_CAPS " ! openaistt name=x vad=energy latency=30000 "
      "max-backlog=600000 api-key=\"\" "
      "base-url=%s ! openaitts latency=30000 api-key=\"\" base-url=%s ! "
      "fakesink sync=true",
      url, url);
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, NULL);
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "a");
  g_autoptr (GstElement) stt = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstClock) clock = gst_test_clock_new ();
  Driver driver = { clock, soak_number ("DAY_SPEED", 50), FALSE };
  GThread *thread = g_thread_new ("clock", drive, &driver);
  g_autoptr (GstMessage) message = NULL;
  Talk talk = {
    GST_APP_SRC (source),
    clock,
  };
  Counts counts = { 0 };
  Size early = { 0 }, late;

  for (guint i = 0; i < N_LENGTHS; i++) {
    talk.talks[i] = g_byte_array_new ();
    talk_add_speech (talk.talks[i], 2000 + 200 * i);
    talk_add_pause (talk.talks[i], 2000);
  }
  gst_bus_set_sync_handler (bus, on_message, &counts, NULL);
  gst_pipeline_use_clock (GST_PIPELINE (pipeline), clock);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  talk.base = gst_element_get_base_time (pipeline);
  for (guint i = 1; i <= PARTS; i++) {
    g_autofree gchar *when = g_strdup_printf ("%.2f h", hours * i / PARTS);

    talk_until (&talk, hours * 3600 * RATE * i / PARTS);
    late = look (when, &counts);
    if (i == 2)
      early = late;
  }
  gst_app_src_end_of_stream (talk.source);
  message = gst_bus_timed_pop (bus, 60 * GST_SECOND);
  g_assert_true (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  check_end (stt, &talk, &counts, &early, &late);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_atomic_int_set (&driver.stop, TRUE);
  g_thread_join (thread);
  for (guint i = 0; i < N_LENGTHS; i++)
    g_byte_array_unref (talk.talks[i]);
}

int
main (int argc, char **argv)
{
  g_autofree gchar *url = soak_serve (script);

  gst_init (&argc, &argv);
  run (url);
  return 0;
}
