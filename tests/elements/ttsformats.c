// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaitts: every format and every way servers answer, against the scripted
 * server. */

#include <string.h>

#include "speech.h"

static GstPadProbeReturn
on_encoded (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstMapInfo map;

  fail_unless (gst_buffer_map (GST_PAD_PROBE_INFO_BUFFER (info), &map, GST_MAP_READ));
  g_byte_array_append (user_data, map.data, map.size);
  gst_buffer_unmap (GST_PAD_PROBE_INFO_BUFFER (info), &map);
  return GST_PAD_PROBE_OK;
}

/* A tone of @tenths of a second at 24 kHz, as @encoder makes it. */
static GBytes *
encode (const gchar *encoder, guint tenths)
{
  g_autofree gchar *line = g_strdup_printf (
      "audiotestsrc num-buffers=%u "
      "samplesperbuffer=2400 ! audio/x-raw,format=S16LE,rate=24000,channels=1 "
      "! %s ! fakesink name=sink",
      tenths, encoder);
  GstElement *pipeline = make_pipeline (line, NULL);
  GByteArray *bytes = g_byte_array_new ();
  g_autoptr (Outcome) outcome = NULL;

  add_probe (pipeline, "sink", "sink", GST_PAD_PROBE_TYPE_BUFFER, on_encoded, bytes);
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  return g_byte_array_free_to_bytes (bytes);
}

/* ADTS frames of silence, AAC-LC at 24 kHz: what no encoder of the base
 * plugins makes. */
static GBytes *
make_adts (guint tenths)
{
  static const guint8 frame[] = { 0xff, 0xf1, 0x58, 0x40, 0x01, 0x7f, 0xfc, 0x00, 0xc8,
    0x00, 0x00 };
  GByteArray *bytes = g_byte_array_new ();

  for (guint i = 0; i < tenths * 2400 / 1024; i++)
    g_byte_array_append (bytes, frame, sizeof frame);
  return g_byte_array_free_to_bytes (bytes);
}

typedef struct
{
  const gchar *format;
  const gchar *encoder; /* NULL: make_adts() */
  const gchar *type;
  const gchar *caps;    /* of the source pad */
  const gchar *decoder; /* what downstream is */
  gdouble slack;        /* seconds an answer may be longer */
} EncodedCase;

static const EncodedCase encoded[] = {
  { "mp3", "lamemp3enc target=bitrate cbr=true", "audio/mpeg",
      "audio/mpeg,mpegversion=1,layer=3,rate=24000,channels=1",
      "mpegaudioparse ! mpg123audiodec", 0.1 },
  { "mp3", "lamemp3enc target=bitrate cbr=true ! id3v2mux", "audio/mpeg",
      "audio/mpeg,mpegversion=1,layer=3,rate=24000,channels=1",
      "mpegaudioparse ! mpg123audiodec", 0.1 },
  { "opus", "audioconvert ! opusenc ! oggmux", "audio/opus", "audio/ogg",
      "oggdemux ! opusdec", 0.05 },
  { "opus", "audioconvert ! opusenc ! oggmux", "audio/ogg;codec=opus",
      "audio/x-opus,channel-mapping-family=0", "opusdec", 0.05 },
  { "aac", NULL, "audio/aac", "audio/mpeg,mpegversion=4,stream-format=adts,rate=24000",
      "aacparse", 0.05 },
  { "flac", "flacenc", "audio/flac", "audio/x-flac,rate=24000,channels=1",
      "flacparse ! flacdec", 0.001 },
  { "flac", "flacenc", "audio/x-flac", "audio/x-flac,rate=24000,channels=1", "decodebin",
      0.001 },
  { "flac", "flacenc", "audio/flac", "audio/x-flac,rate=24000,channels=1,framed=true",
      "matroskamux ! matroskademux ! flacparse ! flacdec", 0.001 },
};

static GBytes *
answer_of (const EncodedCase *item, guint tenths)
{
  return item->encoder ? encode (item->encoder, tenths) : make_adts (tenths);
}

static GstPadProbeReturn
on_time (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstClockTime *end = user_data;

  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_HEADER))
    return GST_PAD_PROBE_OK;
  /* No hole and nothing twice. */
  fail_unless (GST_BUFFER_PTS (buffer) + GST_MSECOND > *end
          && GST_BUFFER_PTS (buffer) < *end + 30 * GST_MSECOND,
      "%" GST_TIME_FORMAT " after %" GST_TIME_FORMAT,
      GST_TIME_ARGS (GST_BUFFER_PTS (buffer)), GST_TIME_ARGS (*end));
  *end = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
  return GST_PAD_PROBE_OK;
}

static void
assert_caps (GstElement *pipeline, const gchar *expected)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  g_autoptr (GstCaps) wanted = gst_caps_from_string (expected);

  fail_unless (caps && gst_caps_is_subset (caps, wanted), "%" GST_PTR_FORMAT, caps);
}

static void
assert_segment (GstHarness *harness, GstFormat expected)
{
  g_autoptr (GstEvent) event =
      gst_pad_get_sticky_event (harness->sinkpad, GST_EVENT_SEGMENT, 0);
  const GstSegment *segment;

  fail_unless (event != NULL);
  gst_event_parse_segment (event, &segment);
  fail_unless_equals_int (segment->format, expected);
}

/* The next buffer that is no header. */
static void
pull_frame (GstHarness *harness)
{
  gboolean header = TRUE;

  while (header) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (harness);

    header = GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_HEADER);
  }
}

/* After a flush, which leaves the caps, times go on as before it, and so does
 * the stream: its headers do not come again. */
GST_START_TEST (test_encoded_after_flush)
{
  const EncodedCase *item = &encoded[__i__];
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *format = g_strdup_printf ("format=%s", item->format);
  GstHarness *harness = make_harness (server, format);
  g_autoptr (GBytes) body = answer_of (item, 5);
  GstClockTime heard = 0;
  GstBuffer *buffer;
  GstSegment segment;

  gst_harness_set_sink_caps_str (harness, item->caps);
  answer_in_pieces (server, item->type, body, 1);
  push_text (harness, "One. ", 5);
  pull_frame (harness);
  gst_harness_push_event (harness, gst_event_new_flush_start ());
  gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
  while ((buffer = gst_harness_try_pull (harness)))
    gst_buffer_unref (buffer);
  while (gst_harness_events_in_queue (harness) > 0)
    gst_event_unref (gst_harness_pull_event (harness));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
  push_text (harness, "Two. ", 5);
  gst_harness_push_event (harness, gst_event_new_eos ());
  wait_for_eos (harness);
  assert_segment (harness,
      g_str_equal (item->caps, "audio/ogg") ? GST_FORMAT_BYTES : GST_FORMAT_TIME);
  while ((buffer = gst_harness_try_pull (harness))) {
    fail_if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_HEADER));
    heard += GST_BUFFER_DURATION (buffer);
    gst_buffer_unref (buffer);
  }
  fail_unless (heard > 400 * GST_MSECOND && heard < 700 * GST_MSECOND,
      "%" GST_TIME_FORMAT " heard", GST_TIME_ARGS (heard));
  gst_harness_teardown (harness);
}

GST_END_TEST;

typedef struct
{
  GstElement *pipeline;
  const gchar *caps;
} CapsCheck;

static GstPadProbeReturn
on_first_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  CapsCheck *check = user_data;

  assert_caps (check->pipeline, check->caps);
  return GST_PAD_PROBE_REMOVE;
}

/* Downstream's caps choose what is asked for, and three answers in any pieces
 * are one stream to real parsers, demuxers and decoders. */
GST_START_TEST (test_encoded)
{
  const EncodedCase *item = &encoded[__i__];
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *line = g_strdup_printf (
      "openaitts name=t "
      "text=\"One. Two. Three.\" max-input-chars=6 %%s ! capsfilter name=f "
      "caps=%s ! %s ! audioconvert name=c ! fakesink",
      item->caps, item->encoder ? item->decoder : "identity");
  GstElement *pipeline;
  GstClockTime sent = 0, heard = 0;
  CapsCheck check;
  g_autoptr (Outcome) outcome = NULL;
  const guint tenths[] = { 5, 3, 4 };

  if (!item->encoder) {
    g_free (line);
    line = g_strdup_printf (
        "openaitts name=t text=\"One. Two. Three.\" "
        "max-input-chars=6 %%s ! capsfilter name=f caps=%s ! aacparse name=c "
        "! fakesink",
        item->caps);
  }
  pipeline = make_pipeline (line, server);
  for (guint i = 0; i < G_N_ELEMENTS (tenths); i++) {
    g_autoptr (GBytes) body = answer_of (item, tenths[i]);
    TestAnswer *answer = answer_in_pieces (server, item->type, body, i);

    test_answer_for_field (answer, "input", i == 0 ? "One." : i == 1 ? "Two." : "Three.");
  }
  check = (CapsCheck) { pipeline, item->caps };
  add_probe (pipeline, "f", "src", GST_PAD_PROBE_TYPE_BUFFER, on_time, &sent);
  add_probe (pipeline, "c", "src", GST_PAD_PROBE_TYPE_BUFFER, on_time, &heard);
  add_probe (pipeline, "f", "src", GST_PAD_PROBE_TYPE_BUFFER, on_first_buffer, &check);
  outcome = play (pipeline);
  fail_unless (outcome->eos, "%s", outcome->error ? outcome->error->message : "");
  for (guint i = 0; i < 3; i++) {
    g_autoptr (TestRequest) request = test_server_request (server, i, TRUE, WAIT_SECONDS);

    fail_unless_equals_string (
        test_request_field (request, "response_format"), item->format);
  }
  fail_unless_equals_int (test_server_n_requests (server), 3);
  fail_unless (heard > 1.2 * GST_SECOND - 100 * GST_MSECOND
          && heard < (1.2 + 3 * item->slack) * GST_SECOND,
      "%" GST_TIME_FORMAT " heard", GST_TIME_ARGS (heard));
  fail_unless (ABS (GST_CLOCK_DIFF (sent, heard)) < 60 * GST_MSECOND,
      "%" GST_TIME_FORMAT " sent, %" GST_TIME_FORMAT " heard", GST_TIME_ARGS (sent),
      GST_TIME_ARGS (heard));
}

GST_END_TEST;

/* What was decoded of FLAC is what was encoded, over two answers. */
GST_START_TEST (test_flac_is_lossless)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_auto (Heard) heard = { 0 };
  g_autoptr (GBytes) body = encode ("flacenc", 3);
  g_autoptr (GBytes) samples = encode ("identity", 3);
  g_autoptr (Outcome) outcome = NULL;
  GstElement *pipeline =
      make_pipeline ("openaitts name=t text=\"One. Two.\" "
                     "max-input-chars=5 %s ! flacparse ! flacdec name=d ! fakesink",
          server);
  gsize size;
  const guint8 *data = g_bytes_get_data (samples, &size);

  answer_in_pieces (server, "audio/flac", body, 3);
  hear_from (pipeline, "d", "src", &heard);
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  fail_unless_equals_int (heard.bytes->len, 2 * size);
  fail_unless (memcmp (heard.bytes->data, data, size) == 0);
  fail_unless (memcmp (heard.bytes->data + size, data, size) == 0);
}

GST_END_TEST;

typedef struct
{
  const gchar *server;
  const gchar *properties;
  const gchar *type;
  guint rate; /* of a WAV; 0: samples alone */
  guint32 riff_size;
  guint32 data_size;
  gboolean list; /* a LIST chunk is before the samples */
  gint caps_rate;
} ServerCase;

static const ServerCase servers[] = {
  { "OpenAI", "format=pcm", "audio/pcm", 0, 0, 0, FALSE, 24000 },
  { "OpenAI", "format=wav", "audio/wav", 24000, G_MAXUINT32, G_MAXUINT32, FALSE, 24000 },
  { "openedai-speech", "", "audio/pcm;rate=22050", 0, 0, 0, FALSE, 22050 },
  { "openedai-speech", "format=wav", "audio/wav", 22050, G_MAXUINT32, G_MAXUINT32, TRUE,
      22050 },
  { "speaches", "pcm-rate=16000", "audio/pcm", 0, 0, 0, FALSE, 16000 },
  { "speaches", "format=wav", "audio/wav", 24000, G_MAXUINT32, G_MAXUINT32, TRUE, 24000 },
  { "Kokoro-FastAPI", "", "audio/pcm", 0, 0, 0, FALSE, 24000 },
  { "chatterbox-tts-api", "", "audio/wav", 24000, 0, 40000, FALSE, 24000 },
  { "chatterbox-tts-api", "", "audio/wav", 24000, 0x7fffffdb, G_MAXUINT32, FALSE, 24000 },
  { "pollinations", "", "audio/wav", 44100, 0x7fffffff, 0x7fffffff, FALSE, 44100 },
  { "libsndfile", "", "audio/wav", 16000, 0, 0, FALSE, 16000 },
  { "pocket-tts", "", "audio/wav", 24000, 2000000000, 2000000000, FALSE, 24000 },
  { "LiteLLM", "", "audio/mpeg", 0, 0, 0, FALSE, 24000 },
  { "with X-Sample-Rate", "", "audio/pcm", 0, 0, 0, FALSE, 32000 },
  { "without a type", "", NULL, 0, 0, 0, FALSE, 24000 },
};

static GBytes *
body_of (const ServerCase *item, GBytes *samples)
{
  static const guint8 list[] = "LIST\x1a\0\0\0INFOISFT\x0e\0\0\0Lavf59.27.100";
  g_autoptr (GBytes) wav = make_wav (MAX (item->rate, 1), 1, samples);
  gsize size;
  const guint8 *data = g_bytes_get_data (wav, &size);
  guint32 sizes[2];
  GByteArray *body;

  if (item->rate == 0)
    return g_bytes_ref (samples);
  body = g_byte_array_new ();
  g_byte_array_append (body, data, 36);
  if (item->list)
    g_byte_array_append (body, list, 34);
  g_byte_array_append (body, data + 36, size - 36);
  sizes[0] = GUINT32_TO_LE (item->riff_size);
  sizes[1] = GUINT32_TO_LE (item->data_size);
  memcpy (body->data + 4, &sizes[0], 4);
  memcpy (body->data + (item->list ? 74 : 40), &sizes[1], 4);
  return g_byte_array_free_to_bytes (body);
}

/* Whatever the header says and however the network cuts it: the samples, at
 * their rate. */
GST_START_TEST (test_server)
{
  const ServerCase *item = &servers[__i__];
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GBytes) samples = make_samples (40000);
  g_autoptr (GBytes) body = body_of (item, samples);
  g_autofree gchar *line = g_strdup_printf ("openaitts name=t text=Hello %s "
                                            "%%s ! fakesink",
      item->properties);
  g_auto (Heard) heard = { 0 };
  g_autoptr (Outcome) outcome = NULL;
  GstElement *pipeline = make_pipeline (line, server);
  TestAnswer *answer;

  answer = answer_in_pieces (server, item->type, body, __i__);
  if (item->caps_rate == 32000)
    test_answer_header (answer, "X-Sample-Rate", "32000");
  hear (pipeline, &heard);
  outcome = play (pipeline);
  fail_unless (outcome->eos, "%s", item->server);
  fail_unless_equals_int (heard.rate, item->caps_rate);
  fail_unless_equals_int (heard.bytes->len, 40000);
  fail_unless (memcmp (heard.bytes->data, g_bytes_get_data (samples, NULL), 40000) == 0,
      "%s", item->server);
  fail_unless (heard.contiguous);
}

GST_END_TEST;

/* A property: for any cut points the bytes are the server's. */
GST_START_TEST (test_cut_points)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (__i__);
  gsize size = 2 * g_rand_int_range (rand, 1, 30000);
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GBytes) samples = make_samples (size);
  g_autoptr (GBytes) wav = make_wav (24000, 1, samples);
  g_auto (Heard) heard = { 0 };
  g_autoptr (Outcome) outcome = NULL;
  GstElement *pipeline =
      make_pipeline ("openaitts name=t text=Hello %s ! fakesink", server);

  answer_in_pieces (server, "audio/pcm", __i__ % 2 ? wav : samples, __i__);
  hear (pipeline, &heard);
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  fail_unless_equals_int (heard.bytes->len, size);
  fail_unless (memcmp (heard.bytes->data, g_bytes_get_data (samples, NULL), size) == 0);
}

GST_END_TEST;

/* The first 20 ms leave while the server still holds back the rest. */
GST_START_TEST (test_first_buffer)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_harness (server, "");
  g_autofree gchar *audio = g_strnfill (960, 'x');

  for (guint i = 0; i < 100; i++) {
    TestAnswer *answer = test_server_answer (server, 200, "audio/pcm");
    g_autoptr (GstBuffer) buffer = NULL;

    test_answer_text (answer, "xx");
    test_answer_hold (answer);
    test_answer_text (answer, audio);
    test_answer_hold (answer);
    push_text (harness, "Now. ", 5);
    fail_unless_equals_int (test_answer_request (answer, WAIT_SECONDS), i);
    test_answer_release (answer);
    buffer = gst_harness_pull (harness);
    fail_unless_equals_int (gst_buffer_get_size (buffer), 962);
    test_answer_release (answer);
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

static void
add_event (GString *events, const gchar *json)
{
  g_string_append_printf (events, "data: %s\r\n\r\n", json);
}

/* The samples in deltas that cut them anywhere; RIFF or not. */
static GString *
make_events (GBytes *body, const gchar *done)
{
  GString *events = g_string_new (NULL);
  gsize size, at = 0;
  const guint8 *data = g_bytes_get_data (body, &size);
  const gsize steps[] = { 1, 3, 5, 4096, 7 };

  for (guint i = 0; at < size; i++) {
    gsize n = MIN (size - at, steps[i % G_N_ELEMENTS (steps)]);
    g_autofree gchar *base64 = g_base64_encode (data + at, n);
    g_autofree gchar *json = g_strdup_printf ("{\"type\":"
                                              "\"speech.audio.delta\",\"audio\":\"%s\"}",
        base64);

    add_event (events, json);
    at += n;
  }
  if (done)
    add_event (events, done);
  return events;
}

static const gchar *const usages[] = { "usage", "token_usage" };

/* stream-format=sse: the same bytes, and what they cost. */
GST_START_TEST (test_events)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GBytes) samples = make_samples (20000);
  g_autofree gchar *done = g_strdup_printf (
      "{\"type\":\"speech.audio.done\","
      "\"%s\":{\"input_tokens\":5,\"output_tokens\":80,\"total_tokens\":85}}",
      usages[__i__ % 2]);
  GString *events = make_events (samples, done);
  g_autofree gchar *line = g_strdup_printf ("openaitts name=t text=Hello "
                                            "format=%s stream-format=sse %%s ! fakesink",
      __i__ / 2 ? "wav" : "pcm");
  g_auto (Heard) heard = { 0 };
  g_autoptr (Outcome) outcome = NULL;
  g_autoptr (TestRequest) request = NULL;
  const GstStructure *end;
  const GValue *usage;
  gint64 total;
  GstElement *pipeline = make_pipeline (line, server);

  if (__i__ % 2)
    add_event (events, "[DONE]");
  test_server_answer_with (server, 200, "text/event-stream; charset=utf-8", events->str);
  g_string_free (events, TRUE);
  hear (pipeline, &heard);
  outcome = play (pipeline);
  fail_unless (outcome->eos, "%s", outcome->error ? outcome->error->message : "");
  fail_unless_equals_int (heard.bytes->len, 20000);
  fail_unless (memcmp (heard.bytes->data, g_bytes_get_data (samples, NULL), 20000) == 0);
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  fail_unless_equals_string (test_request_field (request, "stream_format"), "sse");
  end = outcome_message (outcome, "openaitts/speech-end", 0);
  fail_unless (end != NULL);
  usage = gst_structure_get_value (end, "usage");
  fail_unless (usage
      && gst_structure_get_int64 (
          gst_value_get_structure (usage), "total-tokens", &total));
  fail_unless_equals_int (total, 85);
}

GST_END_TEST;

static const struct
{
  const gchar *last; /* event, or NULL: cut short */
  const gchar *says;
} bad_ends[] = {
  { "{\"type\":\"error\",\"error\":{\"message\":\"voice engine failed\"}}",
      "voice engine failed" },
  { "{\"error\":{\"message\":\"out of tokens\",\"code\":\"x\"}}", "out of tokens" },
  { NULL, "ended before" },
};

/* Events that say first what their samples are. */
GST_START_TEST (test_events_info)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GBytes) samples = make_samples (20000);
  GString *events = make_events (samples, "{\"type\":\"speech.audio.done\"}");
  g_auto (Heard) heard = { 0 };
  g_autoptr (Outcome) outcome = NULL;
  GstElement *pipeline = make_pipeline ("openaitts name=t text=Hello "
                                        "stream-format=sse %s ! fakesink",
      server);

  g_string_prepend (events,
      "data: {\"type\":\"speech.audio.info\","
      "\"sample_rate\":16000,\"channels\":2,\"bits_per_sample\":16}\n\n");
  test_server_answer_with (server, 200, "text/event-stream", events->str);
  g_string_free (events, TRUE);
  hear (pipeline, &heard);
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  fail_unless_equals_int (heard.rate, 16000);
  fail_unless_equals_int (heard.channels, 2);
  fail_unless_equals_int (heard.bytes->len, 20000);
}

GST_END_TEST;

/* An error in the middle of the events is an error, never a short success. */
GST_START_TEST (test_events_fail)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GBytes) samples = make_samples (20000);
  GString *events = make_events (samples, bad_ends[__i__].last);
  g_autoptr (Outcome) outcome = NULL;
  GstElement *pipeline = make_pipeline ("openaitts text=Hello "
                                        "stream-format=sse max-retries=0 %s ! fakesink",
      server);

  test_server_answer_with (server, 200, "text/event-stream", events->str);
  g_string_free (events, TRUE);
  outcome = play (pipeline);
  fail_if (outcome->eos);
  fail_unless_equals_int (outcome->n_errors, 1);
  fail_unless (strstr (outcome->error->message, bad_ends[__i__].says), "%s",
      outcome->error->message);
}

GST_END_TEST;

typedef struct
{
  const gchar *properties;
  guint status;
  const gchar *type;
  const gchar *body;
  const gchar *says;
} BadCase;

static const BadCase bad[] = {
  { "", 200, "application/json", "{\"error\":{\"message\":\"no engine\"}}", "no engine" },
  { "format=mp3", 200, "application/json", "{\"detail\":\"no such voice\"}",
      "no such voice" },
  { "format=opus", 200, "text/html", "<html><title>Sign in</title></html>", "Sign in" },
  { "", 200, "audio/pcm", "", "without any audio" },
  { "format=mp3", 200, "audio/mpeg", "", "without any audio" },
  { "format=flac", 200, "audio/flac", "fLaC, but nothing more than that", "no flac" },
  { "format=pcm", 200, "audio/mpeg", "\xff\xf3\xc4\xc4 1234",
      "audio/mpeg where format=pcm" },
  { "format=pcm", 200, "audio/mpeg", "1234", "without any audio" },
  { "format=mp3", 200, "audio/pcm", "0123456789abcdef", "format=mp3" },
  { "format=opus", 200, "audio/wav", "RIFF\1\1\1\1WAVEfmt ", "read" },
  { "", 400, "application/json",
      "{\"error\":{\"message\":\"[{'type': "
      "'string_too_long', 'loc': ('body', 'input'), 'msg': 'String should "
      "have at most 4096 characters'}]\",\"type\":\"invalid_request_error\","
      "\"param\":null,\"code\":null}}",
      "at most 4096 characters" },
  { "", 400, "application/json",
      "{\"error\":{\"message\":\"Invalid voice: "
      "'x'. Supported voices are: alloy.\",\"param\":\"voice\"}}",
      "Supported voices" },
  { "", 422, "application/json",
      "{\"detail\":[{\"loc\":[\"body\",\"voice\"],"
      "\"msg\":\"field required\"}]}",
      "field required" },
};

GST_START_TEST (test_bad)
{
  const BadCase *item = &bad[__i__];
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *line = g_strdup_printf ("openaitts name=t text=Hello "
                                            "max-retries=0 %s %%s ! fakesink",
      item->properties);
  g_autoptr (Outcome) outcome = NULL;
  GstElement *pipeline = make_pipeline (line, server);

  test_server_answer_with (server, item->status, item->type, item->body);
  outcome = play (pipeline);
  fail_if (outcome->eos);
  fail_unless_equals_int (outcome->n_errors, 1);
  fail_unless (
      strstr (outcome->error->message, item->says), "%s", outcome->error->message);
}

GST_END_TEST;

/* A format that cannot be played here is an error that says so, and costs
 * nothing. */
GST_START_TEST (test_format_nobody_takes)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome =
      play (make_pipeline ("openaitts text=Hello "
                           "format=opus %s ! audioconvert ! fakesink",
          server));

  fail_if (outcome->eos);
  fail_unless_equals_int (outcome->n_errors, 1);
  fail_unless (
      g_error_matches (outcome->error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS));
  fail_unless (strstr (outcome->error->message, "format=opus"));
  fail_unless_equals_int (test_server_n_requests (server), 0);
}

GST_END_TEST;

/* What follows takes one rate, which is not the server's: an error that tells
 * what to put between. */
static const struct
{
  const gchar *description;
  const gchar *encoder;
  const gchar *type;
  const gchar *says;
} refusals[] = {
  { "openaitts text=Hello %s ! audio/x-raw,rate=48000 ! fakesink", "wavenc", "audio/wav",
      "samples (rate 24000, channels 1)" },
  { "openaitts text=Hello %s ! audio/mpeg,rate=48000 ! fakesink", "lamemp3enc",
      "audio/mpeg", "audio/mpeg (rate 24000, channels 1)" },
};

GST_START_TEST (test_rate_nobody_takes)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GBytes) body = encode (refusals[__i__].encoder, 5);
  g_autoptr (Outcome) outcome = NULL;

  answer_in_pieces (server, refusals[__i__].type, body, 1);
  outcome = play (make_pipeline (refusals[__i__].description, server));
  fail_if (outcome->eos);
  fail_unless_equals_int (outcome->n_errors, 1);
  fail_unless (
      g_error_matches (outcome->error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS));
  fail_unless (strstr (outcome->error->message, refusals[__i__].says), "%s",
      outcome->error->message);
}

GST_END_TEST;

/* With format=auto, another format than the one that was asked for is fine
 * when downstream takes it. */
GST_START_TEST (test_follows)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GBytes) body = encode ("lamemp3enc", 5);
  g_autoptr (Outcome) outcome = NULL;
  GstClockTime heard = 0;
  GstElement *pipeline = make_pipeline ("openaitts name=t text=Hello %s ! "
                                        "decodebin ! audioconvert name=c ! fakesink",
      server);

  answer_in_pieces (server, "audio/mpeg", body, 1);
  add_probe (pipeline, "c", "src", GST_PAD_PROBE_TYPE_BUFFER, on_time, &heard);
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  fail_unless (heard > 500 * GST_MSECOND);
}

GST_END_TEST;

static const TestFraming framings[] = { TEST_FRAMING_CHUNKED, TEST_FRAMING_LENGTH };
static const gchar *const cut_formats[] = { "pcm", "wav", "mp3", "flac" };

/* A body cut short is an error, however it is framed and whatever it is. */
GST_START_TEST (test_cut_short)
{
  const gchar *format = cut_formats[__i__ / 2];
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *line = g_strdup_printf ("openaitts name=t text=Hello "
                                            "max-retries=0 format=%s %%s ! fakesink",
      format);
  g_autoptr (GBytes) samples = make_samples (20000);
  g_autoptr (GBytes) body = __i__ / 2 == 0 ? g_bytes_ref (samples)
      : __i__ / 2 == 1                     ? make_wav (24000, 1, samples)
                       : encode (__i__ / 2 == 2 ? "lamemp3enc" : "flacenc", 5);
  g_autoptr (Outcome) outcome = NULL;
  GstElement *pipeline = make_pipeline (line, server);
  TestAnswer *answer = test_server_answer (server, 200, NULL);
  gsize size;
  const guint8 *data = g_bytes_get_data (body, &size);

  test_answer_framing (answer, framings[__i__ % 2]);
  if (framings[__i__ % 2] == TEST_FRAMING_LENGTH)
    test_answer_claim_length (answer, 2 * size);
  test_answer_body (answer, data, size);
  test_answer_fault (answer, TEST_FAULT_CLOSE);
  outcome = play (pipeline);
  fail_if (outcome->eos);
  fail_unless_equals_int (outcome->n_errors, 1);
}

GST_END_TEST;

static GstPadProbeReturn
on_release (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  test_answer_release (user_data);
  return GST_PAD_PROBE_OK;
}

/* Too many requests before the first byte: again. A broken connection after
 * it: an error, and nothing is said twice. */
GST_START_TEST (test_rate_limit)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GBytes) samples = make_samples (9600);
  g_auto (Heard) heard = { 0 };
  g_autoptr (Outcome) outcome = NULL;
  TestAnswer *answer;
  GstElement *pipeline =
      make_pipeline ("openaitts name=t text=Hello %s ! fakesink", server);

  answer = test_server_answer_with (
      server, 429, "application/json", "{\"error\":{\"message\":\"slow down\"}}");
  test_answer_header (answer, "retry-after-ms", "1");
  answer = test_server_answer (server, 200, "audio/pcm");
  test_answer_body (answer, g_bytes_get_data (samples, NULL), 9600);
  if (__i__ == 1) {
    test_answer_hold (answer);
    test_answer_fault (answer, TEST_FAULT_RESET);
    add_probe (pipeline, "t", "src", GST_PAD_PROBE_TYPE_BUFFER, on_release, answer);
  }
  hear (pipeline, &heard);
  outcome = play (pipeline);
  fail_unless_equals_int (outcome->eos, __i__ == 0);
  fail_unless_equals_int (outcome->n_errors, __i__);
  fail_unless_equals_int (test_server_n_requests (server), 2);
  fail_unless (heard.bytes->len <= 9600);
}

GST_END_TEST;

static Suite *
ttsformats_suite (void)
{
  Suite *suite = suite_create ("openaitts formats");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, NULL, forget_transport);
  tcase_add_loop_test (tcase, test_encoded, 0, G_N_ELEMENTS (encoded));
  tcase_add_loop_test (tcase, test_encoded_after_flush, 0, G_N_ELEMENTS (encoded));
  tcase_add_test (tcase, test_flac_is_lossless);
  tcase_add_loop_test (tcase, test_server, 0, G_N_ELEMENTS (servers));
  tcase_add_loop_test (tcase, test_cut_points, 0, 24);
  tcase_add_test (tcase, test_first_buffer);
  tcase_add_loop_test (tcase, test_events, 0, 4);
  tcase_add_test (tcase, test_events_info);
  tcase_add_loop_test (tcase, test_events_fail, 0, G_N_ELEMENTS (bad_ends));
  tcase_add_loop_test (tcase, test_bad, 0, G_N_ELEMENTS (bad));
  tcase_add_test (tcase, test_format_nobody_takes);
  tcase_add_loop_test (tcase, test_rate_nobody_takes, 0, G_N_ELEMENTS (refusals));
  tcase_add_test (tcase, test_follows);
  tcase_add_loop_test (tcase, test_cut_short, 0, 8);
  tcase_add_loop_test (tcase, test_rate_limit, 0, 2);
  return suite;
}

GST_CHECK_MAIN (ttsformats);
