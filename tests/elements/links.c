// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Hosts link and unlink the pads of the elements at any time. */

#include <string.h>

#include "speech.h"

/* openaistt behind a source that the test feeds, with a sink to link it to. */
typedef struct
{
  TestServer *server;
  GstElement *pipeline;
  GstElement *source;
  GstElement *element;
  GstElement *sink;
  GstBus *bus;
  GByteArray *talk;
  guint64 sample;
  GMutex lock;
  GCond cond;
  guint n_texts;
} Host;

static GstPadProbeReturn
count_text (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Host *host = data;

  g_mutex_lock (&host->lock);
  host->n_texts++;
  g_cond_broadcast (&host->cond);
  g_mutex_unlock (&host->lock);
  return GST_PAD_PROBE_OK;
}

static GstElement *
add_sink (Host *host)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);

  g_object_set (sink, "async", FALSE, NULL);
  gst_bin_add (GST_BIN (host->pipeline), sink);
  add_probe (sink, NULL, "sink", GST_PAD_PROBE_TYPE_BUFFER, count_text, host);
  return sink;
}

static void
host_init (Host *host, const gchar *properties)
{
  g_autofree gchar *description = g_strdup_printf (
      "appsrc name=a "
      "is-live=true format=time caps=audio/x-raw,format=S16LE,rate=16000,channels=1,"
      "layout=interleaved openaistt name=x vad=energy granularity=chunk %s %%s",
      properties);

  memset (host, 0, sizeof *host);
  host->server = test_server_new ();
  host->pipeline = make_pipeline (description, host->server);
  host->source = gst_bin_get_by_name (GST_BIN (host->pipeline), "a");
  host->element = gst_bin_get_by_name (GST_BIN (host->pipeline), "x");
  host->sink = add_sink (host);
  host->bus = gst_element_get_bus (host->pipeline);
  host->talk = g_byte_array_new ();
  talk_add_pause (host->talk, 500);
  talk_add_speech (host->talk, 1500);
  talk_add_pause (host->talk, 1500);
}

static void
host_clear (Host *host)
{
  gst_element_set_state (host->pipeline, GST_STATE_NULL);
  gst_object_unref (host->bus);
  gst_object_unref (host->element);
  gst_object_unref (host->source);
  gst_object_unref (host->pipeline);
  g_byte_array_unref (host->talk);
  test_server_free (host->server);
}

/* A chunk of speech, and its answer. */
static void
say (Host *host, const gchar *text)
{
  g_autofree gchar *answer = json_answer (text);
  guint n = host->talk->len / sizeof (gint16);
  GstBuffer *buffer = talk_buffer (host->talk, 0, n, host->sample);
  GstFlowReturn flow;

  test_server_answer_with (host->server, 200, "application/json", answer);
  g_signal_emit_by_name (host->source, "push-buffer", buffer, &flow);
  gst_buffer_unref (buffer);
  host->sample += n;
}

static void
end (Host *host)
{
  GstFlowReturn flow;

  g_signal_emit_by_name (host->source, "end-of-stream", &flow);
}

static void
wait_for_texts (Host *host, guint n)
{
  gint64 until = g_get_monotonic_time () + WAIT_SECONDS * G_USEC_PER_SEC;

  g_mutex_lock (&host->lock);
  while (host->n_texts < n && g_cond_wait_until (&host->cond, &host->lock, until))
    ;
  fail_unless_equals_int (host->n_texts, n);
  g_mutex_unlock (&host->lock);
}

static void
wait_for_said (Host *host)
{
  GstStructure *said = wait_for_message (host->bus, "openaistt/transcript");

  gst_structure_free (said);
}

/* The EOS of the pipeline, which all its ends have posted. */
static void
wait_for_end (Host *host)
{
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (
      host->bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  fail_unless (GST_MESSAGE_SRC (message) == GST_OBJECT (host->pipeline));
}

/* Ends the stream: all of the pipeline ends with it. */
static void
finish (Host *host)
{
  end (host);
  wait_for_end (host);
  host_clear (host);
}

/* PAUSED alone, or on its way to PLAYING, with nothing linked to it. */
static const GstState alone[] = { GST_STATE_PAUSED, GST_STATE_PLAYING };

GST_START_TEST (test_linked_after_its_state_was_set)
{
  Host host;
  GstState state;

  host_init (&host, "");
  fail_unless_equals_int (
      gst_element_set_state (host.element, alone[__i__]), GST_STATE_CHANGE_ASYNC);
  fail_unless (gst_element_link (host.element, host.sink));
  fail_unless_equals_int (
      gst_element_get_state (host.element, &state, NULL, WAIT_SECONDS * GST_SECOND),
      GST_STATE_CHANGE_SUCCESS);
  fail_unless_equals_int (state, alone[__i__]);
  fail_unless (gst_element_link (host.source, host.element));
  gst_element_set_state (host.pipeline, GST_STATE_PLAYING);
  say (&host, "one");
  wait_for_texts (&host, 1);
  finish (&host);
}

GST_END_TEST;

/* What was said before is in the messages; what is said after it comes through
 * with its caps, and so does the end. */
GST_START_TEST (test_linked_while_it_plays)
{
  Host host;

  host_init (&host, "");
  fail_unless (gst_element_link (host.source, host.element));
  gst_element_set_state (host.pipeline, GST_STATE_PLAYING);
  say (&host, "one");
  wait_for_said (&host);
  fail_unless (GST_OBJECT_FLAG_IS_SET (host.element, GST_ELEMENT_FLAG_SINK));
  fail_unless (gst_element_link (host.element, host.sink));
  fail_if (GST_OBJECT_FLAG_IS_SET (host.element, GST_ELEMENT_FLAG_SINK));
  say (&host, "two");
  wait_for_texts (&host, 1);
  finish (&host);
}

GST_END_TEST;

/* To another sink, which is there for the rest. */
GST_START_TEST (test_moved_while_it_plays)
{
  Host host;
  GstElement *old;

  host_init (&host, "");
  fail_unless (gst_element_link_many (host.source, host.element, host.sink, NULL));
  gst_element_set_state (host.pipeline, GST_STATE_PLAYING);
  say (&host, "one");
  wait_for_texts (&host, 1);
  gst_element_unlink (host.element, host.sink);
  say (&host, "two");
  wait_for_said (&host);
  wait_for_said (&host);
  old = host.sink;
  host.sink = add_sink (&host);
  gst_element_sync_state_with_parent (host.sink);
  fail_unless (gst_element_link (host.element, host.sink));
  gst_element_set_state (old, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (host.pipeline), old);
  say (&host, "three");
  wait_for_texts (&host, 2);
  finish (&host);
}

GST_END_TEST;

/* The end is told to what is linked after it. */
GST_START_TEST (test_linked_after_the_end)
{
  Host host;

  host_init (&host, "");
  fail_unless (gst_element_link (host.source, host.element));
  gst_element_set_state (host.pipeline, GST_STATE_PLAYING);
  say (&host, "one");
  end (&host);
  wait_for_said (&host);
  fail_unless (gst_element_link (host.element, host.sink));
  wait_for_end (&host);
  host_clear (&host);
}

GST_END_TEST;

/* Unlinked before, or when the sink has had the end: it posts the end itself. */
GST_START_TEST (test_unlinked_and_ended)
{
  Host host;

  host_init (&host, "");
  fail_unless (gst_element_link_many (host.source, host.element, host.sink, NULL));
  gst_element_set_state (host.pipeline, GST_STATE_PLAYING);
  say (&host, "one");
  wait_for_texts (&host, 1);
  if (__i__ == 0)
    gst_element_unlink (host.element, host.sink);
  gst_bin_remove (GST_BIN (host.pipeline), gst_object_ref (host.sink));
  end (&host);
  wait_for_end (&host);
  gst_element_set_state (host.sink, GST_STATE_NULL);
  gst_object_unref (host.sink);
  host_clear (&host);
}

GST_END_TEST;

/* openaitts before a sink, in a pipeline in which the test links text to it. */
typedef struct
{
  TestServer *server;
  GstElement *pipeline;
  GstElement *element;
  Heard heard;
} Speaker;

static void
speaker_init (Speaker *speaker)
{
  memset (speaker, 0, sizeof *speaker);
  speaker->server = test_server_new ();
  speaker->pipeline = make_pipeline ("openaitts name=t %s ! fakesink "
                                     "async=false",
      speaker->server);
  speaker->element = gst_bin_get_by_name (GST_BIN (speaker->pipeline), "t");
  hear (speaker->pipeline, &speaker->heard);
}

static GstElement *
add_text (Speaker *speaker)
{
  GstElement *source = gst_element_factory_make ("appsrc", NULL);
  g_autoptr (GstCaps) caps = gst_caps_from_string ("text/x-raw,format=utf8");

  g_object_set (source, "caps", caps, "format", GST_FORMAT_TIME, NULL);
  gst_bin_add (GST_BIN (speaker->pipeline), source);
  return source;
}

/* One that is spoken, as @n samples of noise. */
static void
push_text_of (Speaker *speaker, GstElement *source, guint n, GstClockTime at)
{
  g_autoptr (GBytes) samples = make_samples (2 * n);
  g_autoptr (GstBuffer) buffer = gst_buffer_new_memdup ("Good morning.", 13);
  GstFlowReturn flow;

  answer_in_pieces (speaker->server, "audio/pcm", samples, 7);
  GST_BUFFER_PTS (buffer) = at;
  GST_BUFFER_DURATION (buffer) = GST_SECOND;
  g_signal_emit_by_name (source, "push-buffer", buffer, &flow);
}

static void
finish_speaker (Speaker *speaker, GstElement *source)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (speaker->pipeline);
  g_autoptr (GstMessage) message = NULL;
  GstFlowReturn flow;

  g_signal_emit_by_name (source, "end-of-stream", &flow);
  message = gst_bus_timed_pop_filtered (
      bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_element_set_state (speaker->pipeline, GST_STATE_NULL);
}

static void
speaker_clear (Speaker *speaker)
{
  heard_clear (&speaker->heard);
  gst_object_unref (speaker->element);
  gst_object_unref (speaker->pipeline);
  test_server_free (speaker->server);
}

/* Its state is set alone, or it is added to a pipeline that plays. */
GST_START_TEST (test_text_linked_after_its_state_was_set)
{
  Speaker speaker;
  GstElement *source;

  speaker_init (&speaker);
  source = add_text (&speaker);
  if (__i__ == 2) {
    gst_element_set_locked_state (speaker.element, TRUE);
    gst_element_set_state (speaker.pipeline, GST_STATE_PLAYING);
    gst_element_set_locked_state (speaker.element, FALSE);
    fail_unless (gst_element_sync_state_with_parent (speaker.element));
  } else {
    fail_unless_equals_int (
        gst_element_set_state (speaker.element, alone[__i__]), GST_STATE_CHANGE_SUCCESS);
  }
  fail_unless (gst_element_link (source, speaker.element));
  gst_element_set_state (speaker.pipeline, GST_STATE_PLAYING);
  push_text_of (&speaker, source, 1000, 0);
  finish_speaker (&speaker, source);
  fail_unless_equals_int (speaker.heard.bytes->len - speaker.heard.silence, 2000);
  speaker_clear (&speaker);
}

GST_END_TEST;

static GstPadProbeReturn
tell_size (GstPad *pad, GstPadProbeInfo *info, gpointer sizes)
{
  g_async_queue_push (
      sizes, GSIZE_TO_POINTER (gst_buffer_get_size (GST_PAD_PROBE_INFO_BUFFER (info))));
  return GST_PAD_PROBE_OK;
}

static void
wait_for_bytes (GAsyncQueue *sizes, gsize n)
{
  for (gsize heard = 0; heard < n;) {
    gpointer size = g_async_queue_timeout_pop (sizes, WAIT_SECONDS * G_USEC_PER_SEC);

    fail_unless (size);
    heard += GPOINTER_TO_SIZE (size);
  }
}

/* From one source of text to another. */
GST_START_TEST (test_text_moved_while_it_plays)
{
  Speaker speaker;
  GstElement *source, *other;
  g_autoptr (GAsyncQueue) sizes = g_async_queue_new ();

  speaker_init (&speaker);
  source = add_text (&speaker);
  fail_unless (gst_element_link (source, speaker.element));
  add_probe (speaker.pipeline, "t", "src", GST_PAD_PROBE_TYPE_BUFFER, tell_size, sizes);
  gst_element_set_state (speaker.pipeline, GST_STATE_PLAYING);
  push_text_of (&speaker, source, 1000, 0);
  wait_for_bytes (sizes, 2000);
  gst_element_unlink (source, speaker.element);
  gst_element_set_state (source, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (speaker.pipeline), source);

  other = add_text (&speaker);
  fail_unless (gst_element_link (other, speaker.element));
  gst_element_sync_state_with_parent (other);
  push_text_of (&speaker, other, 500, 2 * GST_SECOND);
  finish_speaker (&speaker, other);
  fail_unless_equals_int (speaker.heard.bytes->len - speaker.heard.silence, 3000);
  speaker_clear (&speaker);
}

GST_END_TEST;

static Suite *
links_suite (void)
{
  Suite *suite = suite_create ("links");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (
      tcase, test_linked_after_its_state_was_set, 0, G_N_ELEMENTS (alone));
  tcase_add_test (tcase, test_linked_while_it_plays);
  tcase_add_test (tcase, test_moved_while_it_plays);
  tcase_add_test (tcase, test_linked_after_the_end);
  tcase_add_loop_test (tcase, test_unlinked_and_ended, 0, 2);
  tcase_add_loop_test (tcase, test_text_linked_after_its_state_was_set, 0, 3);
  tcase_add_test (tcase, test_text_moved_while_it_plays);
  return suite;
}

GST_CHECK_MAIN (links);
