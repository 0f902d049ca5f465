// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaistt: the speaker of each segment. */

#include <glib/gstdio.h>
#include <string.h>

#include "support.h"

#define DIARIZE "model=gpt-4o-transcribe-diarize upload-format=wav "

/* A WAV file of this length; remove and free it. */
static gchar *
make_wav (guint milliseconds)
{
  gchar *path = NULL;
  g_autofree gchar *line = NULL;
  gint fd = g_file_open_tmp ("voice-XXXXXX.wav", &path, NULL);

  fail_unless (fd >= 0);
  g_close (fd, NULL);
  line = g_strdup_printf ("audiotestsrc num-buffers=%u samplesperbuffer=160 ! "
                          "audio/x-raw,format=S16LE,rate=16000,channels=1 ! wavenc ! "
                          "filesink location=%s",
      milliseconds / 10, path);
  outcome_free (play (make_pipeline (line, NULL)));
  return path;
}

static void
remove_file (gchar *path)
{
  g_unlink (path);
  g_free (path);
}

static Outcome *
play_with_speakers (TestServer *server, const gchar *speakers)
{
  g_autofree gchar *line = g_strdup_printf (
      "audiotestsrc wave=pink-noise "
      "num-buffers=40 ! audio/x-raw,rate=16000,channels=1 ! openaistt name=x vad=energy preconnect=false " DIARIZE
      "known-speakers=\"%s\" %%s",
      speakers);

  return play (make_pipeline (line, server));
}

/* The values of all parts of this name. */
static GPtrArray *
values_of (TestRequest *request, const gchar *name)
{
  GPtrArray *parts = test_request_parts (request);
  GPtrArray *values = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < parts->len; i++) {
    const TestPart *part = g_ptr_array_index (parts, i);

    if (g_str_equal (part->name, name))
      g_ptr_array_add (values,
          g_strndup (g_bytes_get_data (part->data, NULL), g_bytes_get_size (part->data)));
  }
  return values;
}

GST_START_TEST (test_known_speakers)
{
  g_autoptr (TestServer) server = test_server_new ();
  gchar *path = make_wav (3000);
  g_autofree gchar *data = NULL, *base64 = NULL, *url = NULL, *both = NULL;
  g_autoptr (Outcome) outcome = NULL;
  g_autoptr (TestRequest) request = NULL;
  g_autoptr (GPtrArray) names = NULL, references = NULL;
  const GstStructure *message;
  gsize length;

  fail_unless (g_file_get_contents (path, &data, &length, NULL));
  base64 = g_base64_encode ((guchar *) data, length);
  url = g_strconcat ("data:audio/wav;base64,", base64, NULL);
  both = g_strdup_printf ("speakers,anna=(string)%s,bob=(string)\\\"%s\\\"", path, url);
  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"Hi.\",\"segments\":[{\"start\":0,\"end\":0.5,\"text\":"
      "\" Hi.\",\"speaker\":\"bob\"}]}");
  outcome = play_with_speakers (server, both);
  remove_file (path);
  fail_unless (outcome->eos && !outcome->error);
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  names = values_of (request, "known_speaker_names[]");
  references = values_of (request, "known_speaker_references[]");
  fail_unless_equals_int (names->len, 2);
  fail_unless_equals_int (references->len, 2);
  fail_unless_equals_string (g_ptr_array_index (names, 0), "anna");
  fail_unless_equals_string (g_ptr_array_index (names, 1), "bob");
  fail_unless_equals_string (g_ptr_array_index (references, 0), url);
  fail_unless_equals_string (g_ptr_array_index (references, 1), url);
  message = outcome_message (outcome, "openaistt/transcript", 0);
  fail_unless_equals_string (gst_structure_get_string (message, "speaker"), "bob");
}

GST_END_TEST;

/* Nothing is uploaded with speakers that are not fit; the message says which. */
GST_START_TEST (test_unfit_speakers)
{
  g_autoptr (TestServer) server = test_server_new ();
  gchar *wavs[] = { make_wav (1000), make_wav (11000), make_wav (3000) };
  g_autofree gchar *five = g_strdup_printf (
      "speakers,a=%s,b=%s,c=%s,d=%s,e=%s", wavs[2], wavs[2], wavs[2], wavs[2], wavs[2]);
  g_autofree gchar *short_one = g_strdup_printf ("speakers,anna=%s", wavs[0]);
  g_autofree gchar *long_one = g_strdup_printf ("speakers,bob=%s", wavs[1]);
  const struct
  {
    const gchar *speakers;
    const gchar *says;
  } unfit[] = {
    { five, "at most 4" },
    { short_one, "anna: it is 1.0 s long" },
    { long_one, "bob: it is 11.0 s long" },
    { "speakers,carl=/does/not/exist.wav", "carl: " },
    { "speakers,dora=/etc/passwd", "dora: the file is not" },
    { "speakers,emil=(string)\\\"data:text/plain,x\\\"", "emil: not a data:" },
    { "speakers,ernst=/dev/zero", "ernst: not a file" },
    { "speakers,fritz=5", "fritz: neither" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (unfit); i++) {
    g_autoptr (Outcome) outcome = play_with_speakers (server, unfit[i].speakers);

    fail_unless (outcome->error != NULL);
    fail_unless (strstr (outcome->error->message, unfit[i].says) != NULL, "%s",
        outcome->error->message);
  }
  fail_unless_equals_int (test_server_n_connections (server), 0);
  for (guint i = 0; i < G_N_ELEMENTS (wavs); i++)
    remove_file (wavs[i]);
}

GST_END_TEST;

/* What they say counts: a request is never longer than max-upload-size. */
GST_START_TEST (test_room_beside_speakers)
{
  g_autoptr (TestServer) server = test_server_new ();
  gchar *path = make_wav (3000);
  const guint sizes[] = { 400000, 170000 };

  test_server_answer_with (server, 200, "application/json", "{\"text\":\"\"}");
  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *line = g_strdup_printf (
        "audiotestsrc wave=pink-noise "
        "num-buffers=1000 ! audio/x-raw,rate=16000,channels=1 ! openaistt "
        "name=x max-chunk-duration=-1 vad=none max-upload-size=%u " DIARIZE
        "known-speakers=\"speakers,anna=%s\" %%s",
        sizes[i], path);
    g_autoptr (Outcome) outcome = play (make_pipeline (line, server));

    fail_unless ((outcome->error == NULL) == (i == 0));
    fail_unless (i == 0 || strstr (outcome->error->message, "max-upload-size") != NULL);
  }
  fail_unless (test_server_n_requests (server) > 2);
  for (guint i = 0; i < test_server_n_requests (server); i++) {
    g_autoptr (TestRequest) request = test_server_request (server, i, TRUE, WAIT_SECONDS);

    fail_unless (g_bytes_get_size (test_request_body (request)) < sizes[0]);
  }
  remove_file (path);
}

GST_END_TEST;

static void
push_three (GstHarness *harness)
{
  g_autoptr (GByteArray) talk = g_byte_array_new ();

  for (guint i = 0; i < 3; i++) {
    talk_add_pause (talk, 1000);
    talk_add_speech (talk, 6000);
  }
  push_talk (harness, talk, 0);
  end_stream (harness);
}

/* Letters are the server's own in each request; the stream has its own. */
GST_START_TEST (test_tracked_speakers)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server,
      DIARIZE "track-speakers=true speaker-prefix=\"%s: \" granularity=segment", FALSE);
  g_autofree gchar *captions = NULL;
  const gchar *const sent[3][2] = {
    { NULL, NULL },
    { "speaker_A", NULL },
    { "speaker_B", "speaker_A" },
  };

  /* One voice; then that voice with its name and a new one, which the server
   * calls A again; then both by name, and a third one. */
  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"x\",\"segments\":[{\"start\":0.2,\"end\":5.5,"
      "\"text\":\"one\",\"speaker\":\"A\"}]}");
  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"x\",\"segments\":[{\"start\":0.2,\"end\":3,\"text\":\"two\","
      "\"speaker\":\"speaker_A\"},{\"start\":3,\"end\":6,\"text\":\"three\","
      "\"speaker\":\"A\"}]}");
  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"x\",\"segments\":[{\"start\":0.2,\"end\":2,\"text\":\"four\","
      "\"speaker\":\"speaker_B\"},{\"start\":2,\"end\":4,\"text\":\"five\","
      "\"speaker\":\"B\"},{\"start\":4,\"end\":6,\"text\":\"six\","
      "\"speaker\":\"speaker_A\"}]}");
  push_three (harness);
  captions = pull_captions (harness);
  fail_unless_equals_string (captions, "A: one\ntwo\nB: three\nfour\nC: five\nA: six\n");
  fail_unless_equals_int (test_server_max_parallel (server), 1);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (TestRequest) request = test_server_request (server, i, TRUE, WAIT_SECONDS);
    g_autoptr (GPtrArray) names = values_of (request, "known_speaker_names[]");
    g_autoptr (GPtrArray) references = values_of (request, "known_speaker_references[]");

    fail_unless_equals_int (names->len, i);
    fail_unless_equals_int (references->len, i);
    for (guint n = 0; n < names->len; n++) {
      g_autofree guchar *wav = NULL;
      gsize length;

      fail_unless (g_strv_contains (sent[i], g_ptr_array_index (names, n)));
      fail_unless (
          g_str_has_prefix (g_ptr_array_index (references, n), "data:audio/wav;base64,"));
      wav =
          g_base64_decode (strchr (g_ptr_array_index (references, n), ',') + 1, &length);
      fail_unless (length > 2.2 * RATE * 2 && length < 10 * RATE * 2);
    }
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Short turns make a reference together, and keep their letter until then. */
GST_START_TEST (test_short_turns)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server,
      DIARIZE "track-speakers=true speaker-prefix=\"%s: \" granularity=segment", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autofree gchar *captions = NULL;

  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"x\",\"segments\":[{\"start\":0.1,\"end\":1.2,"
      "\"text\":\"x\",\"speaker\":\"A\"}]}");
  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"x\",\"segments\":[{\"start\":0.1,\"end\":1.3,"
      "\"text\":\"x\",\"speaker\":\"A\"}]}");
  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"x\",\"segments\":[{\"start\":0.1,\"end\":1.3,"
      "\"text\":\"x\",\"speaker\":\"speaker_A\"}]}");
  for (guint i = 0; i < 3; i++) {
    talk_add_pause (talk, 1000);
    talk_add_speech (talk, 1200);
  }
  push_talk (harness, talk, 0);
  end_stream (harness);
  captions = pull_captions (harness);
  fail_unless_equals_string (captions, "A: x\nx\nx\n");
  for (guint i = 0; i < 3; i++) {
    g_autoptr (TestRequest) request = test_server_request (server, i, TRUE, WAIT_SECONDS);
    g_autoptr (GPtrArray) names = values_of (request, "known_speaker_names[]");

    fail_unless_equals_int (names->len, i == 2);
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* How much room a request has beside those that are tracked does not depend on how many
 * were heard: the server calls each of six A, or the one that was not heard long enough. */
GST_START_TEST (test_tracked_speakers_after_a_flush)
{
  static const struct
  {
    guint turns;
    const gchar *answer;
  } streams[] = {
    { 1,
        "{\"text\":\"x\",\"segments\":[{\"start\":0.1,\"end\":1.2,\"text\":\"x\","
        "\"speaker\":\"A\"}]}" },
    { 6,
        "{\"text\":\"x\",\"segments\":[{\"start\":0.1,\"end\":3.2,\"text\":\"x\","
        "\"speaker\":\"A\"}]}" },
  };
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness =
      make_stt_harness (server, DIARIZE "track-speakers=true granularity=segment", FALSE);
  g_autoptr (GByteArray) talk = g_byte_array_new ();

  test_server_answer_with (server, 200, "application/json", streams[__i__].answer);
  for (guint i = 0; i < streams[__i__].turns; i++) {
    talk_add_speech (talk, 3500);
    talk_add_pause (talk, 1000);
  }
  push_talk (harness, talk, 0);
  for (guint i = 0; i < streams[__i__].turns; i++)
    gst_buffer_unref (gst_harness_pull (harness));
  fail_unless (gst_harness_push_event (harness, gst_event_new_flush_start ()));
  fail_unless (gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE)));
  push_segment (harness, 0, 0);
  push_talk (harness, talk, 0);
  end_stream (harness);
  fail_unless_equals_int (test_server_n_requests (server), 2 * streams[__i__].turns);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* What hosts listen to comes before the caption it is about. */
GST_START_TEST (test_speaker_events)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, DIARIZE "granularity=segment", FALSE);
  const gchar *const speakers[] = { "A", "B" };
  const gchar *const texts[] = { "one", "two" };
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  gboolean eos = FALSE, final = FALSE;
  guint n_changes = 0, n_items = 0;
  GstEvent *event;

  test_server_answer_with (server, 200, "application/json",
      "{\"text\":\"one two\",\"segments\":[{\"start\":0.2,\"end\":1,"
      "\"text\":\"one\",\"speaker\":\"A\"},{\"start\":1,\"end\":2,"
      "\"text\":\"two\",\"speaker\":\"B\"}]}");
  talk_add_speech (talk, 3000);
  push_talk (harness, talk, 0);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  while (!eos) {
    event = gst_harness_pull_event (harness);
    fail_unless (event != NULL);
    eos = GST_EVENT_TYPE (event) == GST_EVENT_EOS;
    if (gst_event_has_name (event, "rstranscribe/speaker-change")) {
      fail_unless_equals_string (
          gst_structure_get_string (gst_event_get_structure (event), "speaker"),
          speakers[n_changes++]);
      fail_unless (GST_EVENT_IS_SERIALIZED (event));
    }
    if (gst_event_has_name (event, "rstranscribe/final-transcript"))
      final = TRUE;
    gst_event_unref (event);
  }
  fail_unless (final);
  fail_unless_equals_int (n_changes, 2);
  while ((event = gst_harness_try_pull_upstream_event (harness))) {
    const GstStructure *structure = gst_event_get_structure (event);
    guint64 time, duration;

    if (gst_event_has_name (event, "rstranscribe/new-item")) {
      fail_unless_equals_string (
          gst_structure_get_string (structure, "speaker"), speakers[n_items]);
      fail_unless_equals_string (
          gst_structure_get_string (structure, "content"), texts[n_items]);
      fail_unless (gst_structure_get (structure, "running-time", G_TYPE_UINT64, &time,
          "duration", G_TYPE_UINT64, &duration, NULL));
      fail_unless_equals_uint64 (time, n_items ? GST_SECOND : 200 * GST_MSECOND);
      n_items++;
    }
    gst_event_unref (event);
  }
  fail_unless_equals_int (n_items, 2);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static Suite *
speakers_suite (void)
{
  Suite *suite = suite_create ("speakers");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_known_speakers);
  tcase_add_test (tcase, test_unfit_speakers);
  tcase_add_test (tcase, test_room_beside_speakers);
  tcase_add_test (tcase, test_tracked_speakers);
  tcase_add_test (tcase, test_short_turns);
  tcase_add_loop_test (tcase, test_tracked_speakers_after_a_flush, 0, 2);
  tcase_add_test (tcase, test_speaker_events);
  return suite;
}

GST_CHECK_MAIN (speakers);
