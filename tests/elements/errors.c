// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What goes wrong ends in one clear error of either element. */

#include <string.h>

#include "support.h"

static const gchar *const stt_line =
    "audiotestsrc wave=pink-noise volume=0.5 num-buffers=60 ! "
    "openaistt name=x vad=energy max-retries=0 %s";
static const gchar *const tts_line = "openaitts text=Hello max-retries=0 %s ! fakesink";

typedef struct
{
  guint status;
  const gchar *type;
  const gchar *body;
  GQuark (*domain) (void);
  gint code;
  const gchar *says;
} ErrorCase;

static const ErrorCase cases[] = {
  { 401, "application/json",
      "{\"error\":{\"message\":\"Incorrect API key\",\"type\":\"auth\","
      "\"code\":\"invalid_api_key\",\"param\":null}}",
      gst_resource_error_quark, GST_RESOURCE_ERROR_NOT_AUTHORIZED, "OPENAI_API_KEY" },
  { 403, "application/json", "{\"detail\":\"no\"}", gst_resource_error_quark,
      GST_RESOURCE_ERROR_NOT_AUTHORIZED, "no" },
  { 404, "text/plain", "File Not Found", gst_resource_error_quark,
      GST_RESOURCE_ERROR_NOT_FOUND, "base-url" },
  { 400, "application/json", "{\"error\":{\"message\":\"bad voice\"}}",
      gst_resource_error_quark, GST_RESOURCE_ERROR_SETTINGS, "bad voice" },
  { 200, "text/html", "<!doctype html><html><title>Login</title></html>",
      gst_stream_error_quark, GST_STREAM_ERROR_FORMAT, "Login" },
  { 200, "application/json", "{\"error\":{\"message\":\"no engine\"}}",
      gst_stream_error_quark, GST_STREAM_ERROR_FORMAT, "no engine" },
  { 500, "text/plain", "stof", gst_resource_error_quark, GST_RESOURCE_ERROR_FAILED,
      "500" },
};

static void
check_case (const gchar *line, const ErrorCase *expected)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;
  guint status;

  test_answer_header (
      test_server_answer_with (server, expected->status, expected->type, expected->body),
      "x-request-id", "req_1");
  outcome = play (make_pipeline (line, server));
  fail_if (outcome->eos);
  fail_unless_equals_int (outcome->n_errors, 1);
  fail_unless (
      outcome->error->domain == expected->domain (), "%s", outcome->error->message);
  fail_unless_equals_int (outcome->error->code, expected->code);
  fail_unless (
      strstr (outcome->error->message, expected->says), "%s", outcome->error->message);
  if (expected->status == 200)
    return;
  fail_unless (gst_structure_get_uint (outcome->details, "http-status-code", &status));
  fail_unless_equals_int (status, expected->status);
  fail_unless_equals_string (
      gst_structure_get_string (outcome->details, "request-id"), "req_1");
}

GST_START_TEST (test_stt_answers)
{
  check_case (stt_line, &cases[__i__]);
}

GST_END_TEST;

GST_START_TEST (test_tts_answers)
{
  check_case (tts_line, &cases[__i__]);
}

GST_END_TEST;

static const gchar *const *const lines[] = { &stt_line, &tts_line };

GST_START_TEST (test_server_down)
{
  g_autoptr (Outcome) outcome = play (make_pipeline (*lines[__i__], NULL));

  fail_unless_equals_int (outcome->n_errors, 1);
  fail_unless (g_error_matches (
      outcome->error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ_WRITE));
  fail_unless (strstr (outcome->error->message, "127.0.0.1:1"));
}

GST_END_TEST;

static const TestFault faults[] = { TEST_FAULT_CLOSE, TEST_FAULT_RESET,
  TEST_FAULT_STALL };

/* Before any answer, and in the middle of one. */
GST_START_TEST (test_faults)
{
  guint which = __i__ % 2, fault = __i__ / 2 % 3;
  gboolean in_body = __i__ / 6;
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;
  g_autofree gchar *limits = g_strconcat ("timeout=300 ", "%s", NULL);
  g_auto (GStrv) parts = g_strsplit (*lines[which], "%s", 2);
  g_autofree gchar *line = g_strjoinv (limits, parts);
  TestAnswer *answer =
      test_server_answer (server, 200, which == 0 ? "application/json" : "audio/pcm");

  if (in_body)
    test_answer_text (answer, which == 0 ? "{\"text\":" : "0123456");
  test_answer_fault (answer, faults[fault]);
  outcome = play (make_pipeline (line, server));
  fail_if (outcome->eos);
  fail_unless_equals_int (outcome->n_errors, 1);
  fail_unless (outcome->error->domain == GST_RESOURCE_ERROR
      || outcome->error->domain == GST_STREAM_ERROR);
}

GST_END_TEST;

GST_START_TEST (test_no_key)
{
  static const gchar *const no_key[] = {
    "audiotestsrc num-buffers=60 ! openaistt name=x vad=energy api-key=\"\"",
    "openaitts text=Hello api-key=\"\" ! fakesink",
  };
  g_autoptr (Outcome) outcome = NULL;

  g_unsetenv ("OPENAI_BASE_URL");
  g_unsetenv ("OPENAI_API_KEY");
  outcome = play (make_pipeline (no_key[__i__], NULL));
  fail_unless_equals_int (outcome->n_errors, 1);
  fail_unless (
      g_error_matches (outcome->error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS));
  fail_unless (strstr (outcome->error->message, "OPENAI_API_KEY"));
  fail_unless (strstr (outcome->error->message, "base-url"));
}

GST_END_TEST;

static GstBusSyncReply
count_errors (GstBus *bus, GstMessage *message, gpointer user_data)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    g_atomic_int_inc ((gint *) user_data);
  return GST_BUS_PASS;
}

/* How long an error waits at most for the bus to be read. */
#define MOST_DELAY (2 * G_TIME_SPAN_SECOND)

/* Errors that come before PLAYING. The task of the source pad of "x" pauses once the
 * error is decided on; an appsrc there gives a file of subtitles. */
static const gchar *const early_errors[] = {
  "openaitts name=x text=Hello api-key=\"\" ! fakesink",
  "audiotestsrc name=x ! openaistt api-key=\"\" ! fakesink",
  "openaitts name=x text=Hello format=pcm transport=http %s ! audio/x-raw,rate=8000 ! "
  "fakesink",
  "fakesrc name=x filltype=pattern sizetype=fixed ! openaistt %s ! fakesink",
  "fakesrc name=x filltype=pattern sizetype=fixed ! audio/mpeg,mpegversion=1,layer=3 ! "
  "openaistt transport=realtime %s ! fakesink",
  "appsrc name=x caps=text/x-raw,format=utf8 ! openaitts %s ! fakesink",
  "openaitts name=x text=Hello format=pcm %s ! identity",
};

static GstElement *
make_early_error (const gchar *line, TestServer *server)
{
  GstElement *pipeline = make_pipeline (line, strstr (line, "%s") ? server : NULL);
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  const gchar *subtitles = "1\n00:00:01,000 --> 00:00:02,000\nHello.\n";
  g_autoptr (GstBuffer) buffer = gst_buffer_new_memdup (subtitles, strlen (subtitles));
  GstFlowReturn flow = GST_FLOW_OK;

  if (g_str_has_prefix (line, "appsrc"))
    g_signal_emit_by_name (source, "push-buffer", buffer, &flow);
  fail_unless_equals_int (flow, GST_FLOW_OK);
  return pipeline;
}

/* FALSE: it took so long that the error does not wait any more. */
static gboolean
wait_until_decided (GstElement *pipeline, gint64 until)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  g_autoptr (GstPad) src = gst_element_get_static_pad (source, "src");

  while (gst_pad_get_task_state (src) != GST_TASK_PAUSED) {
    if (g_get_monotonic_time () >= until)
      return FALSE;
    g_thread_yield ();
  }
  return TRUE;
}

typedef struct
{
  GMainLoop *loop;
  gint n_errors; /* atomic */
} Launcher;

static GstBusSyncReply
quit_at_error (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Launcher *launcher = user_data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    g_atomic_int_inc (&launcher->n_errors);
    g_main_loop_quit (launcher->loop);
  }
  return GST_BUS_PASS;
}

static gboolean
ignore_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static gboolean
fail_in_the_end (gpointer user_data)
{
  fail ("the main loop does not end");
  return G_SOURCE_REMOVE;
}

/* As gst-launch-1.0 does: a sync handler quits the main loop, which would never end if
 * it began to run after that. Here it begins last of all, in each case: when the element
 * has decided on its error, and has nothing else to do. */
GST_START_TEST (test_early_error_waits)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Launcher launcher = { .loop = loop };
  GstElement *pipeline;
  g_autoptr (GstBus) bus = NULL;
  gint64 until = g_get_monotonic_time () + MOST_DELAY;
  guint limit = g_timeout_add_seconds (WAIT_SECONDS, fail_in_the_end, NULL);

  g_unsetenv ("OPENAI_BASE_URL");
  g_unsetenv ("OPENAI_API_KEY");
  test_server_answer_with (server, 200, "audio/pcm", "0123456789");
  pipeline = make_early_error (early_errors[__i__], server);
  bus = gst_element_get_bus (pipeline);
  gst_bus_set_sync_handler (bus, quit_at_error, &launcher, NULL);
  gst_bus_add_watch (bus, ignore_message, NULL);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  if (wait_until_decided (pipeline, until)) {
    gint n_errors = g_atomic_int_get (&launcher.n_errors);

    fail_unless (n_errors == 0 || g_get_monotonic_time () >= until);
  }
  g_main_loop_run (loop);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  fail_unless_equals_int (g_atomic_int_get (&launcher.n_errors), 1);
  gst_bus_remove_watch (bus);
  g_source_remove (limit);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static GstPadProbeReturn
note_eos (GstPad *pad, GstPadProbeInfo *info, gpointer ended)
{
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS)
    g_atomic_int_set ((gint *) ended, TRUE);
  return GST_PAD_PROBE_OK;
}

/* A sink at its end would play, and gst-launch-1.0 end with success, before the error. */
GST_START_TEST (test_no_eos_before_an_early_error)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstElement) pipeline =
      make_pipeline ("audiotestsrc num-buffers=20 ! openaistt name=x vad=none %s ! "
                     "fakesink name=y",
          server);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  gint ended = FALSE;

  test_server_answer_with (
      server, 404, "application/json", "{\"error\":{\"message\":\"no such model\"}}");
  add_probe (
      pipeline, "y", "sink", GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, note_eos, &ended);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  wait_until_decided (pipeline, g_get_monotonic_time () + MOST_DELAY);
  message = gst_bus_timed_pop_filtered (
      bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
  fail_unless (message != NULL);
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_ERROR);
  fail_if (g_atomic_int_get (&ended));
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

/* It comes all the same where nothing reads the bus. */
GST_START_TEST (test_early_error_comes)
{
  GstElement *pipeline =
      gst_parse_launch ("openaitts text=Hello api-key=\"\" ! fakesink", NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gint64 began = g_get_monotonic_time ();
  gint n_errors = 0;

  g_unsetenv ("OPENAI_BASE_URL");
  g_unsetenv ("OPENAI_API_KEY");
  gst_bus_set_sync_handler (bus, count_errors, &n_errors, NULL);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  while (g_atomic_int_get (&n_errors) == 0
      && g_get_monotonic_time () < began + WAIT_SECONDS * G_USEC_PER_SEC)
    g_usleep (1000);
  fail_unless_equals_int (g_atomic_int_get (&n_errors), 1);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* A state change neither talks to anyone nor needs a key. */
GST_START_TEST (test_probing)
{
  static const gchar *const elements[] = { "openaistt", "openaitts" };
  g_autoptr (GstElement) element = gst_element_factory_make (elements[__i__], NULL);
  g_autoptr (GstElement) peer = gst_element_factory_make ("fakesrc", NULL);
  g_autoptr (GstPad) src = NULL;
  g_autoptr (GstQuery) query = gst_query_new_latency ();

  gst_object_ref_sink (element);
  gst_object_ref_sink (peer);
  g_object_set (peer, "is-live", TRUE, NULL);
  fail_unless (gst_element_link_pads_full (
      peer, "src", element, "sink", GST_PAD_LINK_CHECK_NOTHING));
  fail_unless_equals_int (
      gst_element_set_state (element, GST_STATE_PAUSED), GST_STATE_CHANGE_SUCCESS);
  src = gst_element_get_static_pad (element, "src");
  fail_unless (gst_pad_query (src, query));
  gst_element_unlink (peer, element);
  gst_element_set_state (element, GST_STATE_NULL);
}

GST_END_TEST;

static Suite *
errors_suite (void)
{
  Suite *suite = suite_create ("errors");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_stt_answers, 0, G_N_ELEMENTS (cases));
  tcase_add_loop_test (tcase, test_tts_answers, 0, G_N_ELEMENTS (cases));
  tcase_add_loop_test (tcase, test_server_down, 0, 2);
  tcase_add_loop_test (tcase, test_faults, 0, 12);
  tcase_add_loop_test (tcase, test_no_key, 0, 2);
  tcase_add_loop_test (tcase, test_early_error_waits, 0, G_N_ELEMENTS (early_errors));
  tcase_add_test (tcase, test_early_error_comes);
  tcase_add_test (tcase, test_no_eos_before_an_early_error);
  tcase_add_loop_test (tcase, test_probing, 0, 2);
  return suite;
}

GST_CHECK_MAIN (errors);
