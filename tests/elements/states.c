// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Going down in the middle of anything is quick, and leaves nothing behind. */

#include "support.h"

#define ROUNDS 50

static const gchar *const lines[] = {
  "audiotestsrc wave=pink-noise volume=0.5 is-live=true ! "
  "openaistt name=x vad=energy timeout=0 %s",
  "audiotestsrc wave=pink-noise volume=0.5 ! openaistt name=x vad=energy "
  "max-chunk-duration=1000 timeout=0 %s ! fakesink async=false",
  "openaitts text=\"Hello. And on it goes.\" timeout=0 %s ! fakesink async=false",
};

/* A round ends in the middle of a request that will never be answered, and has no time
 * limit: what waits for it waits for ever. */
GST_START_TEST (test_rounds)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstElement) pipeline = NULL;

  test_answer_fault (test_server_answer (server, 200, "text/plain"), TEST_FAULT_STALL);
  pipeline = make_pipeline (lines[__i__], server);
  for (guint i = 0; i < ROUNDS; i++) {
    guint before = test_server_n_requests (server);
    g_autoptr (TestRequest) request = NULL;

    fail_if (
        gst_element_set_state (pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE);
    request = test_server_request (server, before, FALSE, WAIT_SECONDS);
    fail_unless (request != NULL, "round %u made no request", i);
    gst_element_set_state (pipeline, GST_STATE_NULL);
  }
}

GST_END_TEST;

/* And in every other moment: nothing is waited for. */
GST_START_TEST (test_rounds_at_once)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstElement) pipeline = NULL;

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"quick\"}");
  pipeline = make_pipeline (lines[__i__], server);
  for (guint i = 0; i < ROUNDS; i++) {
    gst_element_set_state (pipeline, i % 2 ? GST_STATE_PAUSED : GST_STATE_PLAYING);
    gst_element_set_state (pipeline, i % 3 ? GST_STATE_READY : GST_STATE_NULL);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

static gpointer
flush_often (gpointer pad)
{
  for (guint i = 0; i < 3000; i++) {
    gst_pad_send_event (pad, gst_event_new_flush_start ());
    gst_pad_send_event (pad, gst_event_new_flush_stop (TRUE));
  }
  return NULL;
}

/* Upstream flushes while the element goes down: no pad waits for a FLUSH_START. */
static const gchar *const flushed[] = {
  "openaistt base-url=http://127.0.0.1:1",
  "openaistt base-url=http://127.0.0.1:1 transport=realtime",
  "openaitts base-url=http://127.0.0.1:1",
};

GST_START_TEST (test_flush_and_stop)
{
  g_autoptr (GstElement) element = gst_parse_launch (flushed[__i__], NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "sink");
  GstPad *upstream = gst_pad_new ("up", GST_PAD_SRC);
  GThread *thread;

  gst_object_ref_sink (element);
  fail_unless_equals_int (gst_pad_link (upstream, pad), GST_PAD_LINK_OK);
  thread = g_thread_new ("flush", flush_often, pad);
  for (guint i = 0; i < 100; i++) {
    gst_element_set_state (element, GST_STATE_PLAYING);
    gst_element_set_state (element, GST_STATE_READY);
  }
  g_thread_join (thread);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_pad_unlink (upstream, pad);
  gst_object_unref (upstream);
}

GST_END_TEST;

/* GStreamer's converter falls over more channels than that. */
static const gchar *const sinks[] = { "openaistt", "openaivoicesink" };

GST_START_TEST (test_most_channels)
{
  GstElement *element = gst_element_factory_make (sinks[__i__], NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "sink");

  gst_object_ref_sink (element);
  for (gint channels = 62; channels < 66; channels++) {
    g_autoptr (GstCaps) caps = gst_caps_new_simple ("audio/x-raw", "format",
        G_TYPE_STRING, "S16LE", "rate", G_TYPE_INT, RATE, "layout", G_TYPE_STRING,
        "interleaved", "channels", G_TYPE_INT, channels, "channel-mask", GST_TYPE_BITMASK,
        G_GUINT64_CONSTANT (0), NULL);

    fail_unless_equals_int (gst_pad_query_accept_caps (pad, caps), channels < 64);
  }
  gst_object_unref (element);
}

GST_END_TEST;

/* As the end of a pipeline: PAUSED again with the first data from there, and a
 * running time that begins again. */
static const GstState seek_states[] = { GST_STATE_PAUSED, GST_STATE_PLAYING };

static void
wait_for_state (GstElement *pipeline, GstBus *bus, GstState wanted)
{
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_ASYNC_DONE);
  GstState state;

  fail_unless (message != NULL, "no ASYNC_DONE");
  fail_unless_equals_int (
      gst_element_get_state (pipeline, &state, NULL, WAIT_SECONDS * GST_SECOND),
      GST_STATE_CHANGE_SUCCESS);
  fail_unless_equals_int (state, wanted);
}

GST_START_TEST (test_seek_prerolls_again)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstElement) pipeline =
      make_pipeline ("audiotestsrc "
                     "num-buffers=2000 samplesperbuffer=320 ! audio/x-raw,rate=16000,"
                     "channels=1 ! openaistt name=x vad=none %s",
          server);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"text\"}");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  wait_for_state (pipeline, bus, GST_STATE_PLAYING);
  gst_element_set_state (pipeline, seek_states[__i__]);
  for (guint i = 0; i < 4; i++) {
    fail_unless (gst_element_seek_simple (
        pipeline, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, i * 5 * GST_SECOND));
    wait_for_state (pipeline, bus, seek_states[__i__]);
    fail_unless_equals_uint64 (gst_element_get_start_time (pipeline), 0);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

typedef struct
{
  GstElement *pipeline;
  GstPad *pad; /* of the source */
  gulong held; /* what it sends */
} Repeat;

static GstPadProbeReturn
hold (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  return GST_PAD_PROBE_OK;
}

static void
play_a_second (GstElement *pipeline)
{
  fail_unless (gst_element_seek (pipeline, 1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
      GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET, GST_SECOND));
}

static void
wait_for_end (GstBus *bus)
{
  g_autoptr (GstMessage) end =
      gst_bus_timed_pop_filtered (bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_EOS);

  fail_unless (end != NULL);
}

/* Once: the application seeks when the end is posted while the element goes to PLAYING. */
static GstBusSyncReply
on_end (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Repeat *repeat = user_data;

  if (repeat->held == 0 && gst_message_has_name (message, "GstBinForwarded")
      && GST_STATE (repeat->pipeline) == GST_STATE_PAUSED) {
    repeat->held = gst_pad_add_probe (repeat->pad,
        GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER, hold, NULL, NULL);
    play_a_second (repeat->pipeline);
  }
  return GST_BUS_PASS;
}

/* A flush in the middle of a change of state, and data after it. */
GST_START_TEST (test_seek_while_going_to_playing)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstElement) pipeline = make_pipeline ("audiotestsrc name=source "
                                                   "wave=silence ! openaistt name=x %s",
      server);
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  Repeat repeat = { pipeline, pad, 0 };

  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  gst_element_get_state (pipeline, NULL, NULL, WAIT_SECONDS * GST_SECOND);
  play_a_second (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  wait_for_end (bus);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  g_object_set (pipeline, "message-forward", TRUE, NULL);
  gst_bus_set_sync_handler (bus, on_end, &repeat, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless (repeat.held != 0);
  /* What comes now is about what was sought. */
  gst_bus_set_flushing (bus, TRUE);
  gst_bus_set_flushing (bus, FALSE);
  gst_pad_remove_probe (pad, repeat.held);
  wait_for_end (bus);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

static Suite *
states_suite (void)
{
  Suite *suite = suite_create ("states");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_set_timeout (tcase, 240);
  tcase_add_loop_test (tcase, test_rounds, 0, G_N_ELEMENTS (lines));
  tcase_add_loop_test (tcase, test_rounds_at_once, 0, G_N_ELEMENTS (lines));
  tcase_add_loop_test (tcase, test_flush_and_stop, 0, G_N_ELEMENTS (flushed));
  tcase_add_loop_test (tcase, test_most_channels, 0, G_N_ELEMENTS (sinks));
  tcase_add_loop_test (tcase, test_seek_prerolls_again, 0, G_N_ELEMENTS (seek_states));
  tcase_add_test (tcase, test_seek_while_going_to_playing);
  return suite;
}

GST_CHECK_MAIN (states);
