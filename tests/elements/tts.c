// SPDX-License-Identifier: LGPL-2.1-or-later
/* openaitts: bytes, times, order and text, against the scripted server. */

#include <string.h>

#include "support.h"

#define TEXT_CAPS "text/x-raw,format=utf8"

/* What came out of the source pad until EOS. */
typedef struct
{
  GByteArray *bytes;
  GstClockTime first;
  GstClockTime end;
  gboolean contiguous;
  guint n_disconts;
  gint rate;
  gint channels;
  gboolean eos;
} Heard;

static void
heard_clear (Heard * heard)
{
  g_byte_array_unref (heard->bytes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Heard, heard_clear)

static GstPadProbeReturn
on_heard (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Heard *heard = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  g_autoptr (GstCaps) caps = NULL;
  GstMapInfo map;

  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM) {
    heard->eos |= GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) ==
        GST_EVENT_EOS;
    return GST_PAD_PROBE_OK;
  }
  caps = gst_pad_get_current_caps (pad);
  gst_structure_get_int (gst_caps_get_structure (caps, 0), "rate",
      &heard->rate);
  gst_structure_get_int (gst_caps_get_structure (caps, 0), "channels",
      &heard->channels);
  if (heard->bytes->len == 0)
    heard->first = GST_BUFFER_PTS (buffer);
  else
    heard->contiguous &= GST_BUFFER_PTS (buffer) == heard->end;
  heard->end = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
  heard->n_disconts += GST_BUFFER_IS_DISCONT (buffer);
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  fail_unless_equals_int (map.size % (2 * heard->channels), 0);
  g_byte_array_append (heard->bytes, map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  return GST_PAD_PROBE_OK;
}

static void
listen (GstElement * pipeline, Heard * heard)
{
  g_autoptr (GstElement) element =
      gst_bin_get_by_name (GST_BIN (pipeline), "t");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");

  memset (heard, 0, sizeof *heard);
  heard->bytes = g_byte_array_new ();
  heard->contiguous = TRUE;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_heard, heard, NULL);
}

static GBytes *
make_samples (gsize size)
{
  guint8 *data = g_malloc (size);
  g_autoptr (GRand) rand = g_rand_new_with_seed (size);

  for (gsize i = 0; i < size; i++)
    data[i] = g_rand_int (rand);
  /* Not by chance the mark of a container. */
  data[0] = data[1] = 0;
  return g_bytes_new_take (data, size);
}

/* The body in pieces of any size, odd ones too. */
static TestAnswer *
answer_in_pieces (TestServer * server, const gchar * type, GBytes * body)
{
  TestAnswer *answer = test_server_answer (server, 200, type);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  gsize size, done = 0;
  const guint8 *data = g_bytes_get_data (body, &size);

  while (done < size) {
    gsize n = MIN (size - done, (gsize) g_rand_int_range (rand, 1, 3000));

    test_answer_body (answer, data + done, n);
    done += n;
  }
  return answer;
}

GST_START_TEST (test_source)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GBytes) samples = make_samples (100000);
  g_auto (Heard) heard = { 0, };
  g_autoptr (Outcome) outcome = NULL;
  g_autoptr (TestRequest) request = NULL;
  const GstStructure *end;
  guint64 duration;
  GstElement *pipeline =
      make_pipeline ("openaitts name=t text=\"Hello there.\" speed=1.5 "
      "instructions=\"calmly\" voice=nova %s ! fakesink", server);

  answer_in_pieces (server, "audio/pcm", samples);
  listen (pipeline, &heard);
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  fail_unless_equals_int (outcome->n_errors, 0);
  fail_unless_equals_int (heard.bytes->len, 100000);
  fail_unless (memcmp (heard.bytes->data, g_bytes_get_data (samples, NULL),
          100000) == 0);
  fail_unless_equals_int (heard.rate, 24000);
  fail_unless (heard.contiguous);
  fail_unless_equals_int (heard.n_disconts, 1);
  fail_unless_equals_uint64 (heard.first, 0);
  fail_unless_equals_uint64 (heard.end,
      gst_util_uint64_scale (50000, GST_SECOND, 24000));

  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  fail_unless_equals_string (test_request_path (request), "/v1/audio/speech");
  fail_unless_equals_string (test_request_field (request, "input"),
      "Hello there.");
  fail_unless_equals_string (test_request_field (request, "voice"), "nova");
  fail_unless_equals_string (test_request_field (request, "instructions"),
      "calmly");
  fail_unless_equals_string (test_request_field (request, "speed"), "1.5");
  fail_unless_equals_string (test_request_field (request, "response_format"),
      "pcm");
  fail_unless (test_request_field (request, "stream_format") == NULL);
  fail_unless (test_request_header (request, "Authorization") == NULL);

  fail_unless_equals_int (outcome_count (outcome, "openaitts/speech-start"),
      1);
  end = outcome_message (outcome, "openaitts/speech-end", 0);
  fail_unless (end && gst_structure_get_uint64 (end, "duration", &duration));
  fail_unless_equals_uint64 (duration, heard.end);
}

GST_END_TEST;

static GBytes *
make_wav (guint rate, guint channels, GBytes * samples)
{
  GByteArray *wav = g_byte_array_new ();
  guint8 header[44] = "RIFF\xff\xff\xff\xffWAVEfmt ";

  GST_WRITE_UINT32_LE (header + 16, 16);
  GST_WRITE_UINT16_LE (header + 20, 1);
  GST_WRITE_UINT16_LE (header + 22, channels);
  GST_WRITE_UINT32_LE (header + 24, rate);
  GST_WRITE_UINT32_LE (header + 28, rate * channels * 2);
  GST_WRITE_UINT16_LE (header + 32, channels * 2);
  GST_WRITE_UINT16_LE (header + 34, 16);
  memcpy (header + 36, "data\xff\xff\xff\xff", 8);
  g_byte_array_append (wav, header, sizeof header);
  g_byte_array_append (wav, g_bytes_get_data (samples, NULL),
      g_bytes_get_size (samples));
  return g_byte_array_free_to_bytes (wav);
}

/* A WAV is obeyed, also where samples were asked for. */
GST_START_TEST (test_wav)
{
  const gchar *const formats[] = { "wav", "pcm" };
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GBytes) samples = make_samples (40000);
  g_autoptr (GBytes) wav = make_wav (16000, 2, samples);
  g_autofree gchar *line = g_strdup_printf ("openaitts name=t text=Hello "
      "format=%s %%s ! fakesink", formats[__i__]);
  g_auto (Heard) heard = { 0, };
  g_autoptr (Outcome) outcome = NULL;
  g_autoptr (TestRequest) request = NULL;
  GstElement *pipeline = make_pipeline (line, server);

  answer_in_pieces (server, "audio/wav", wav);
  listen (pipeline, &heard);
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  fail_unless_equals_int (heard.rate, 16000);
  fail_unless_equals_int (heard.channels, 2);
  fail_unless_equals_int (heard.bytes->len, 40000);
  fail_unless (memcmp (heard.bytes->data, g_bytes_get_data (samples, NULL),
          40000) == 0);
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  fail_unless_equals_string (test_request_field (request, "response_format"),
      formats[__i__]);
}

GST_END_TEST;

static void
push_text (GstHarness * harness, const gchar * text, gsize size)
{
  GstBuffer *buffer = gst_buffer_new_memdup (text, size);

  fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
}

static GstHarness *
make_harness (TestServer * server, const gchar * properties)
{
  g_autofree gchar *line =
      g_strdup_printf ("openaitts base-url=%s api-key=\"\" %s",
      test_server_base_url (server), properties);
  GstHarness *harness = gst_harness_new_parse (line);

  gst_harness_set_live (harness, FALSE);
  gst_harness_set_src_caps_str (harness, TEXT_CAPS);
  return harness;
}

static void
wait_for_eos (GstHarness * harness)
{
  gboolean eos = FALSE;

  while (!eos) {
    GstEvent *event = gst_harness_pull_event (harness);

    fail_unless (event != NULL, "no EOS");
    eos = GST_EVENT_TYPE (event) == GST_EVENT_EOS;
    gst_event_unref (event);
  }
}

/* Characters cut anywhere, no line end at the end. */
GST_START_TEST (test_text_in_pieces)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  const gchar text[] = "Grüße aus Köln. 你好，世界。 Tschüß";
  const gchar *const expected[] = { "Grüße aus Köln.", "你好，世界。", "Tschüß" };
  GString *said = g_string_new (NULL);

  test_server_answer_with (server, 200, "audio/pcm", "0123456789abcdef");
  for (gsize i = 0; i < strlen (text); i++)
    push_text (harness, text + i, 1);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  wait_for_eos (harness);

  for (guint i = 0; i < test_server_n_requests (server); i++) {
    g_autoptr (TestRequest) request =
        test_server_request (server, i, TRUE, WAIT_SECONDS);
    g_string_append_printf (said, "%s%s", i > 0 ? "|" : "",
        test_request_field (request, "input"));
  }
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    fail_unless (strstr (said->str, expected[i]), "%s", said->str);
  g_string_free (said, TRUE);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Whatever is asked ahead, what is heard is in order, and never more than
 * prefetch + 1 requests run. */
GST_START_TEST (test_prefetch_in_order)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_auto (Heard) heard = { 0, };
  g_autoptr (Outcome) outcome = NULL;
  GString *expected = g_string_new (NULL);
  GstElement *pipeline = make_pipeline ("openaitts name=t prefetch=3 "
      "max-input-chars=8 text=\"One. Two. Three. Four. Five. Six. Seven.\" "
      "%s ! fakesink", server);
  const gchar *const words[] = { "One.", "Two.", "Three.", "Four.", "Five.",
    "Six.", "Seven."
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    TestAnswer *answer = test_server_answer (server, 200, "audio/pcm");
    g_autofree gchar *audio = g_strnfill (2000, 'a' + i);

    test_answer_for_field (answer, "input", words[i]);
    /* The first takes longest. */
    test_answer_wait (answer, 70 - 10 * i);
    test_answer_text (answer, audio);
    g_string_append (expected, audio);
  }
  listen (pipeline, &heard);
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  fail_unless_equals_int (test_server_n_requests (server), 7);
  fail_unless_equals_int (heard.bytes->len, expected->len);
  fail_unless (memcmp (heard.bytes->data, expected->str, expected->len) == 0);
  fail_unless (heard.contiguous);
  fail_unless (test_server_max_parallel (server) >= 2);
  fail_unless (test_server_max_parallel (server) <= 4);
  g_string_free (expected, TRUE);
}

GST_END_TEST;

/* The next buffer that is no silence. */
static GstBuffer *
pull_speech (GstHarness * harness)
{
  GstBuffer *buffer;

  while ((buffer = gst_harness_pull (harness))
      && GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP))
    gst_buffer_unref (buffer);
  return buffer;
}

/* A subtitle is said when it is due. */
GST_START_TEST (test_timed)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  g_autofree gchar *audio = g_strnfill (4800, 'x');
  GstClockTime expected[] = { 1 * GST_SECOND, 3 * GST_SECOND };

  test_server_answer_with (server, 200, "audio/pcm", audio);
  for (guint i = 0; i < 2; i++) {
    GstBuffer *buffer = gst_buffer_new_memdup ("Now.", 4);

    GST_BUFFER_PTS (buffer) = expected[i];
    GST_BUFFER_DURATION (buffer) = GST_SECOND;
    fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
  }
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstBuffer) buffer = pull_speech (harness);

    fail_unless_equals_clocktime (GST_BUFFER_PTS (buffer), expected[i]);
  }
  wait_for_eos (harness);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (test_flush)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  TestAnswer *answer = test_server_answer (server, 200, "audio/pcm");
  g_autoptr (GstBuffer) heard = NULL;
  g_autofree gchar *audio = g_strnfill (2000, 'n');
  GstSegment segment;
  GstMapInfo map;
  gint64 begun;

  test_answer_hold (answer);
  test_answer_text (answer, "oooooooo");
  test_server_answer_with (server, 200, "audio/pcm", audio);
  push_text (harness, "Old news. ", 10);
  fail_unless_equals_int (test_answer_request (answer, WAIT_SECONDS), 0);
  begun = g_get_monotonic_time ();
  fail_unless (gst_harness_push_event (harness, gst_event_new_flush_start ()));
  fail_unless (g_get_monotonic_time () - begun < 50000);
  fail_unless (gst_harness_push_event (harness,
          gst_event_new_flush_stop (TRUE)));
  test_answer_release (answer);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  fail_unless (gst_harness_push_event (harness,
          gst_event_new_segment (&segment)));
  push_text (harness, "New news. ", 10);
  heard = gst_harness_pull (harness);
  fail_unless (gst_buffer_map (heard, &map, GST_MAP_READ));
  fail_unless_equals_int (map.data[0], 'n');
  gst_buffer_unmap (heard, &map);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* EOS sent to a pipeline with a source in it ends it early. */
GST_START_TEST (test_eos_from_outside)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *answer = test_server_answer (server, 200, "audio/pcm");
  g_autoptr (TestRequest) held = NULL;
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GstElement) pipeline =
      make_pipeline ("openaitts name=t prefetch=1 max-input-chars=8 "
      "text=\"One. Two. Three. Four. Five.\" %s ! fakesink async=false",
      server);

  test_answer_hold (answer);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  held = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  fail_unless (held != NULL);
  fail_unless (gst_element_send_event (pipeline, gst_event_new_eos ()));
  bus = gst_element_get_bus (pipeline);
  message = gst_bus_timed_pop_filtered (bus, WAIT_SECONDS * GST_SECOND,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  fail_unless (test_server_n_requests (server) <= 2);
}

GST_END_TEST;

static Suite *
tts_suite (void)
{
  Suite *suite = suite_create ("openaitts");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_source);
  tcase_add_loop_test (tcase, test_wav, 0, 2);
  tcase_add_test (tcase, test_text_in_pieces);
  tcase_add_test (tcase, test_prefetch_in_order);
  tcase_add_test (tcase, test_timed);
  tcase_add_test (tcase, test_flush);
  tcase_add_test (tcase, test_eos_from_outside);
  return suite;
}

GST_CHECK_MAIN (tts);
