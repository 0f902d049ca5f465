// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* 500 live openaistt and 100 openaitts in one process, in real time: nothing is
 * dropped, nothing is late, and what each of them costs has a bound. LOAD_STT,
 * LOAD_TTS and LOAD_SECONDS choose other numbers.
 *
 * Each has a pipeline of its own: the queue of a GstBus is lock-free, and a
 * thread that posts waits busily for all that began to post before. Hundreds of threads that
 * do so on one bus may take minutes. */

#include <sys/resource.h>

#include "soak.h"

#define BUFFER_MS 100
#define SPEECH_MS 4000
#define PAUSE_MS 2000
#define TALK_MS (SPEECH_MS + PAUSE_MS)
#define SPEECH_BYTES 96000 /* two seconds for each sentence */
#define ANSWER_MS 300
#define MOST_BYTES_EACH (1000 * 1000)
#define MOST_THREADS_EACH 1

static void
script (TestServer *server)
{
  static gchar samples[SPEECH_BYTES];
  TestAnswer *text = test_server_answer (server, 200, "application/json");
  TestAnswer *speech;

  test_answer_for_field (text, "model", "gpt-transcribe");
  test_answer_wait (text, ANSWER_MS);
  test_answer_upload_length (text);
  speech = test_server_answer (server, 200, "audio/pcm");
  test_answer_for_field (speech, "model", "gpt-4o-mini-tts");
  test_answer_body (speech, samples, sizeof samples);
}

/* One speaker, from a pad of the test's. */
typedef struct
{
  GstElement *stt; /* of its pipeline */
  GstPad *pad;
  guint64 offset; /* in the talk, samples */
} Talker;

typedef struct
{
  guint seconds;
  guint n_talkers;
  Talker *talkers;
  guint n_speakers;
  GPtrArray *pipelines;
  GMutex lock;
  GCond ended;

  /* protected by lock */
  guint n_eos;
  guint warnings;
  guint transcripts;
  gint64 spoken; /* bytes */
} Load;

static gboolean
on_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return gst_pad_query_default (pad, parent, query);
  gst_query_set_latency (query, TRUE, BUFFER_MS * GST_MSECOND, GST_CLOCK_TIME_NONE);
  return TRUE;
}

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Load *load = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&load->lock);
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
    gst_message_parse_warning (message, &error, NULL);
  load->warnings += error != NULL;
  load->transcripts += gst_message_has_name (message, "openaistt/transcript");
  load->n_eos += GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
  if (error)
    g_printerr ("%s\n", error->message);
  g_cond_signal (&load->ended);
  gst_message_unref (message);
  return GST_BUS_DROP;
}

/* @element and a fakesink that plays with @sync. The pad of the sink. */
static GstPad *
add_pipeline (Load *load, GstElement *element, gboolean sync)
{
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_bus_set_sync_handler (bus, on_message, load, NULL);
  g_object_set (sink, "sync", sync, "async", FALSE, NULL);
  gst_bin_add_many (GST_BIN (pipeline), element, sink, NULL);
  g_assert_true (gst_element_link (element, sink));
  g_ptr_array_add (load->pipelines, pipeline);
  return gst_element_get_static_pad (sink, "sink");
}

static void
add_talker (Load *load, guint index, const gchar *url)
{
  Talker *talker = &load->talkers[index];
  g_autoptr (GstPad) sink = NULL;

  talker->stt = gst_element_factory_make ("openaistt", NULL);
  g_object_set (talker->stt, "base-url", url, "api-key", "", "model", "gpt-transcribe",
      "upload-format", 1, "vad", 2, NULL);
  gst_object_unref (add_pipeline (load, talker->stt, FALSE));
  talker->pad = gst_pad_new ("src", GST_PAD_SRC);
  gst_pad_set_query_function (talker->pad, on_query);
  gst_pad_set_active (talker->pad, TRUE);
  sink = gst_element_get_static_pad (talker->stt, "sink");
  g_assert_cmpint (gst_pad_link (talker->pad, sink), ==, GST_PAD_LINK_OK);
  talker->offset = (guint64) index * TALK_MS * RATE / 1000 / load->n_talkers;
}

static GstPadProbeReturn
count_bytes (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Load *load = user_data;

  g_mutex_lock (&load->lock);
  load->spoken += gst_buffer_get_size (GST_PAD_PROBE_INFO_BUFFER (info));
  g_mutex_unlock (&load->lock);
  return GST_PAD_PROBE_OK;
}

/* Sentences of two seconds each for the whole time. */
static void
add_speaker (Load *load, const gchar *url)
{
  GstElement *tts = gst_element_factory_make ("openaitts", NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GstPad) played = add_pipeline (load, tts, TRUE);

  for (guint i = 0; i < load->seconds / 2; i++)
    g_string_append_printf (text, "This is number %u of what is said.\n", i);
  g_object_set (tts, "base-url", url, "api-key", "", "model", "gpt-4o-mini-tts", "text",
      text->str, "max-input-chars", 60, NULL);
  gst_pad_add_probe (played, GST_PAD_PROBE_TYPE_BUFFER, count_bytes, load, NULL);
}

static void
begin_talk (const Talker *talker)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (TALK_CAPS);
  g_autofree gchar *id = g_strdup_printf ("%p", talker);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (talker->pad, gst_event_new_stream_start (id));
  gst_pad_push_event (talker->pad, gst_event_new_caps (caps));
  gst_pad_push_event (talker->pad, gst_event_new_segment (&segment));
}

/* What @talker says in the buffer that begins at @sample of the stream. */
static GstBuffer *
make_buffer (const Talker *talker, GByteArray *talk, guint64 sample)
{
  const guint n = RATE / 1000 * BUFFER_MS, all = talk->len / 2;
  guint at = (sample + talker->offset) % all;
  guint first = MIN (n, all - at);
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 2 * n, NULL);

  gst_buffer_fill (buffer, 0, talk->data + 2 * at, 2 * first);
  gst_buffer_fill (buffer, 2 * first, talk->data, 2 * (n - first));
  GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (sample, GST_SECOND, RATE);
  GST_BUFFER_DURATION (buffer) = BUFFER_MS * GST_MSECOND;
  return buffer;
}

/* All talk at the same time, each buffer when its time is over. */
static void
talk (Load *load)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gint64 begun = g_get_monotonic_time ();
  guint n = load->seconds * 1000 / BUFFER_MS;

  talk_add_speech (bytes, SPEECH_MS);
  talk_add_pause (bytes, PAUSE_MS);
  for (guint t = 0; t < load->n_talkers; t++)
    begin_talk (&load->talkers[t]);
  for (guint i = 0; i < n; i++) {
    gint64 wait =
        begun + (i + 1) * BUFFER_MS * G_GINT64_CONSTANT (1000) - g_get_monotonic_time ();

    if (wait > 0)
      g_usleep (wait);
    for (guint t = 0; t < load->n_talkers; t++)
      g_assert_cmpint (gst_pad_push (load->talkers[t].pad,
                           make_buffer (&load->talkers[t], bytes,
                               i * (guint64) (RATE / 1000 * BUFFER_MS))),
          ==, GST_FLOW_OK);
  }
  g_print ("the talk of %u s took %.1f s\n", load->seconds,
      (g_get_monotonic_time () - begun) / 1e6);
}

static void
check_talkers (const Load *load)
{
  for (guint t = 0; t < load->n_talkers; t++) {
    GstElement *stt = load->talkers[t].stt;

    soak_assert_account (stt);
    g_assert_cmpuint (soak_stat (stt, "samples-in"), ==, (guint64) load->seconds * RATE);
    g_assert_cmpuint (soak_stat (stt, "uploaded"), >=,
        (guint64) load->seconds / (TALK_MS / 1000) * SPEECH_MS * RATE / 1000);
  }
  g_assert_cmpuint (
      load->transcripts, >=, load->n_talkers * (load->seconds / (TALK_MS / 1000)));
}

static void
end_talk (Load *load)
{
  for (guint t = 0; t < load->n_talkers; t++)
    gst_pad_push_event (load->talkers[t].pad, gst_event_new_eos ());
}

static void
wait_for_end (Load *load)
{
  gint64 until = g_get_monotonic_time () + WAIT_SECONDS * G_TIME_SPAN_SECOND;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&load->lock);

  while (load->n_eos < load->pipelines->len)
    g_assert_true (g_cond_wait_until (&load->ended, &load->lock, until));
}

static void
set_state (Load *load, GstState state)
{
  for (guint i = 0; i < load->pipelines->len; i++)
    gst_element_set_state (g_ptr_array_index (load->pipelines, i), state);
}

static void
run (const gchar *url)
{
  Load load = { .n_talkers = soak_number ("LOAD_STT", 500),
    .n_speakers = soak_number ("LOAD_TTS", 100),
    .seconds = soak_number ("LOAD_SECONDS", 60),
    .pipelines = g_ptr_array_new_with_free_func (gst_object_unref) };
  guint n = load.n_talkers + load.n_speakers;
  guint threads_before = soak_threads (NULL), threads;
  guint64 before = soak_resident_bytes (), grown;

  g_mutex_init (&load.lock);
  g_cond_init (&load.ended);
  load.talkers = g_new0 (Talker, load.n_talkers);
  for (guint i = 0; i < load.n_talkers; i++)
    add_talker (&load, i, url);
  for (guint i = 0; i < load.n_speakers; i++)
    add_speaker (&load, url);
  set_state (&load, GST_STATE_PLAYING);
  talk (&load);
  threads = soak_threads (NULL) - threads_before;
  grown = soak_resident_bytes () - before;
  g_assert_cmpuint (soak_threads ("openai-io"), ==, 1);
  end_talk (&load);
  wait_for_end (&load);
  check_talkers (&load);
  g_assert_cmpint (
      load.spoken, ==, (gint64) load.n_speakers * (load.seconds / 2) * SPEECH_BYTES);
  g_print ("%u openaistt and %u openaitts: %u transcripts, %u threads, %.0f KB "
           "each\n",
      load.n_talkers, load.n_speakers, load.transcripts, threads, grown / 1000.0 / n);
  g_assert_cmpuint (load.warnings, ==, 0);
  g_assert_cmpuint (threads, <=, n * MOST_THREADS_EACH + 20);
  g_assert_cmpuint (grown, <=, (guint64) n * MOST_BYTES_EACH);
  set_state (&load, GST_STATE_NULL);
  for (guint i = 0; i < load.n_talkers; i++)
    gst_object_unref (load.talkers[i].pad);
  g_ptr_array_unref (load.pipelines);
  g_free (load.talkers);
  g_cond_clear (&load.ended);
  g_mutex_clear (&load.lock);
}

int
main (int argc, char **argv)
{
  struct rlimit limit;
  g_autofree gchar *url = NULL;

  /* A connection each. */
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  url = soak_serve (script);
  gst_init (&argc, &argv);
  run (url);
  return 0;
}
