// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is easily got wrong the first time is told in plain words, and costs
 * nothing. */

#include <glib/gstdio.h>
#include <string.h>

#include "support.h"

#define STT                                                                              \
  "audiotestsrc wave=pink-noise volume=0.5 num-buffers=60 ! openaistt vad=energy "
#define TTS "openaitts text=Hello "
#define VOICE                                                                            \
  "audiotestsrc num-buffers=10 ! openaivoicesink voice-name=Ada "                        \
  "consent=c "

static void
answer_anything (TestServer *server)
{
  test_server_answer_with (
      server, 200, "application/json", "{\"text\":\"hello\",\"id\":\"voice_1\"}");
}

static gboolean
is_told (Outcome *outcome, const gchar *words)
{
  for (guint i = 0; i < outcome->warnings->len; i++)
    if (strstr (g_ptr_array_index (outcome->warnings, i), words))
      return TRUE;
  return FALSE;
}

static const struct
{
  const gchar *line;
  const gchar *property;
  const gchar *value;
} times[] = {
  { STT "%s ! fakesink", "timeout", "120" },
  { STT "%s ! fakesink", "connect-timeout", "10" },
  { STT "%s ! fakesink", "silence-duration", "1" },
  { STT "%s ! fakesink", "min-chunk-duration", "5" },
  { STT "%s ! fakesink", "max-chunk-duration", "3" },
  { STT "%s ! fakesink", "max-backlog", "60" },
  { STT "%s ! fakesink", "max-outage", "600" },
  { STT "%s ! fakesink", "latency", "2" },
  { STT "%s ! fakesink", "lateness", "1" },
  { STT "chunking-strategy=server-vad %s ! fakesink", "server-vad-prefix-padding", "1" },
  { STT "chunking-strategy=server-vad %s ! fakesink", "server-vad-silence-duration",
      "2" },
  { TTS "%s ! fakesink", "timeout", "60" },
  { TTS "%s ! fakesink", "latency", "3" },
  { VOICE "%s", "timeout", "60" },
  { VOICE "%s", "max-duration", "30" },
};

GST_START_TEST (test_seconds_for_milliseconds)
{
  const gchar *property = times[__i__].property, *value = times[__i__].value;
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *set = g_strdup_printf (" %s=%s %%s", property, value);
  g_auto (GStrv) parts = g_strsplit (times[__i__].line, "%s", 2);
  g_autofree gchar *line = g_strjoinv (set, parts);
  g_autofree gchar *right = g_strdup_printf ("milliseconds, and %s s are "
                                             "%s=%s000",
      value, property, value);
  g_autoptr (Outcome) outcome = NULL;

  answer_anything (server);
  outcome = play (make_pipeline (line, server));
  fail_unless (is_told (outcome, right), "%s", right);
}

GST_END_TEST;

/* 0, -1 and what is short but can be meant are as they were. */
GST_START_TEST (test_times_that_can_be_meant)
{
  static const gchar *const lines[] = {
    STT "max-chunk-duration=1000 latency=0 max-outage=0 timeout=0 %s ! fakesink",
    STT "max-chunk-duration=-1 latency=-1 min-chunk-duration=100 %s ! fakesink",
    TTS "latency=-1 connect-timeout=0 %s ! fakesink",
  };
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;

  answer_anything (server);
  outcome = play (make_pipeline (lines[__i__], server));
  fail_if (is_told (outcome, "milliseconds"));
}

GST_END_TEST;

/* The default holds in its place: ten seconds are not cut into pieces. */
GST_START_TEST (test_requests_of_three_milliseconds)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;

  answer_anything (server);
  outcome = play (make_pipeline ("audiotestsrc wave=pink-noise volume=0.5 "
                                 "num-buffers=500 samplesperbuffer=320 ! "
                                 "audio/x-raw,rate=16000,channels=1 ! openaistt vad=none "
                                 "max-chunk-duration=3 %s ! fakesink",
      server));
  fail_unless (outcome->eos);
  fail_unless_equals_int (test_server_n_requests (server), 1);
}

GST_END_TEST;

/* Set while it plays, too. */
GST_START_TEST (test_seconds_while_playing)
{
  g_autoptr (TestServer) server = test_server_new ();
  GstHarness *harness = make_stt_harness (server, "", FALSE);
  g_autoptr (GstElement) stt = gst_harness_find_element (harness, "openaistt");
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GByteArray) talk = g_byte_array_new ();
  g_autoptr (GstMessage) warning = NULL;
  guint latency;

  gst_element_set_bus (stt, bus);
  talk_add_speech (talk, 100);
  push_talk (harness, talk, 0);
  g_object_set (stt, "latency", 3, NULL);
  push_talk (harness, talk, RATE / 10);
  g_object_get (stt, "latency", &latency, NULL);
  fail_unless_equals_int (latency, 2000);
  warning = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
  fail_unless (warning);
  gst_element_set_bus (stt, NULL);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* As the documentation of the API has them. */
GST_START_TEST (test_spellings_of_the_api)
{
  static const gchar *const spellings[][3] = {
    { "response-format", "verbose_json", "verbose-json" },
    { "response-format", "diarized_json", "diarized-json" },
    { "response_format", "verbose_json", "verbose-json" },
    { "chunking-strategy", "server_vad", "server-vad" },
  };
  g_autoptr (GstElement) stt = gst_element_factory_make ("openaistt", NULL);
  g_autofree gchar *kept = NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  gst_object_ref_sink (stt);
  gst_util_set_object_arg (G_OBJECT (stt), spellings[__i__][0], spellings[__i__][1]);
  g_object_get_property (G_OBJECT (stt), spellings[__i__][0], &value);
  kept = gst_value_serialize (&value);
  fail_unless_equals_string (kept, spellings[__i__][2]);
}

GST_END_TEST;

static gchar *
make_file (const gchar *text)
{
  g_autoptr (GError) error = NULL;
  gchar *path;
  gint file = g_file_open_tmp ("openai-XXXXXX.txt", &path, &error);

  g_assert_no_error (error);
  g_close (file, NULL);
  fail_unless (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static const struct
{
  const gchar *text;
  gboolean subtitles;
} scripts[] = {
  { "1\n00:00:01,000 --> 00:00:02,000\nHello.\n", TRUE },
  { "\xef\xbb\xbf"
    "1\r\n00:00:01,000 --> 00:00:02,000\r\nHello.\r\n",
      TRUE },
  { "\n12\n0:00:01.5 --> 0:00:02.5\nHello.\n", TRUE },
  { "WEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n", TRUE },
  { "1\nHello.\n", FALSE },
  { "Hello --> there.\n", FALSE },
  { "12:30 is --> lunch.\n", FALSE },
  { "Hello.\n", FALSE },
};

GST_START_TEST (test_subtitles_without_subparse)
{
  g_autofree gchar *path = make_file (scripts[__i__].text);
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *line = g_strdup_printf ("filesrc location=%s ! openaitts "
                                            "%%s ! fakesink",
      path);
  g_autoptr (Outcome) outcome = NULL;

  test_server_answer_with (server, 200, "audio/pcm", "0123456789");
  outcome = play (make_pipeline (line, server));
  g_unlink (path);
  fail_unless_equals_int (outcome->n_errors, scripts[__i__].subtitles);
  if (!scripts[__i__].subtitles)
    return;
  fail_unless (strstr (outcome->error->message, "subparse ! openaitts"));
  fail_unless_equals_int (test_server_n_requests (server), 0);
}

GST_END_TEST;

#define NOISE "audiotestsrc wave=pink-noise volume=0.5 num-buffers=60"

/* What @sink, in which %s stands for its file, writes of the captions of @audio that the
 * server answers with @answer. Free it. */
static gchar *
write_file (
    const gchar *audio, const gchar *properties, const gchar *answer, const gchar *sink)
{
  g_autofree gchar *path = make_file ("");
  g_autoptr (TestServer) server = test_server_new ();
  g_auto (GStrv) parts = g_strsplit (sink, "%s", 2);
  g_autofree gchar *end = g_strjoinv (path, parts);
  g_autofree gchar *line =
      g_strconcat (audio, " ! openaistt vad=none ", properties, " %s ! ", end, NULL);
  g_autoptr (Outcome) outcome = NULL;
  gchar *written;

  test_server_answer_with (server, 200, "application/json", answer);
  outcome = play (make_pipeline (line, server));
  fail_unless (outcome->eos, "%s", outcome->error->message);
  fail_unless (g_file_get_contents (path, &written, NULL, NULL));
  g_unlink (path);
  return written;
}

/* What is written knows no buffers: a caption is a line of it. Where buffers
 * are known nothing is added. */
static const struct
{
  const gchar *sinks;
  const gchar *file;
} sinks[] = {
  { "filesink location=%s", "one\ntwo three\n" },
  { "queue ! identity ! filesink location=%s", "one\ntwo three\n" },
  { "text/x-raw,format=utf8 ! filesink location=%s", "one\ntwo three\n" },
  { "tee name=t t. ! queue ! fdsink fd=2 t. ! queue ! filesink location=%s",
      "one\ntwo three\n" },
  { "bin.( queue ! filesink location=%s )", "one\ntwo three\n" },
  { "tee name=t t. ! queue ! fakesink t. ! queue ! filesink location=%s",
      "onetwo three" },
};

GST_START_TEST (test_a_line_for_each_caption)
{
  g_autofree gchar *written = write_file (NOISE, "max-line-chars=10 max-lines=1",
      "{\"text\":\"one two three\"}", sinks[__i__].sinks);

  fail_unless_equals_string (written, sinks[__i__].file);
}

GST_END_TEST;

/* What a player of the file shows is what was said: where webvttenc writes text as
 * it is, it gets markup; where the text is shown or kept as it is, it gets none. */
static const struct
{
  const gchar *encoder;
  const gchar *file; /* a part of it */
} encoders[] = {
  { "webvttenc ! filesink location=%s", "&lt;laughs&gt; R&amp;D, it's \"a\"" },
  { "queue ! webvttenc ! filesink location=%s", "R&amp;D, it's \"a\" --&gt; b" },
  { "text/x-raw,format=utf8 ! webvttenc ! filesink location=%s",
      "&lt;laughs&gt; R&amp;D" },
  { "tee name=t ! queue ! webvttenc ! fakesink t. ! queue ! webvttenc "
    "! filesink location=%s",
      "&lt;laughs&gt; R&amp;D" },
  { "bin.( webvttenc ! filesink location=%s )", "&lt;laughs&gt; R&amp;D" },
  { "srtenc ! filesink location=%s", "<laughs> R&D, it's \"a\"" },
  { "tee name=t ! queue ! webvttenc ! fakesink t. ! queue ! srtenc "
    "! filesink location=%s",
      "<laughs> R&D" },
};

GST_START_TEST (test_players_show_what_was_said)
{
  g_autofree gchar *written = write_file (NOISE, "",
      "{\"text\":\"<laughs> R&D, it's \\\"a\\\" --> b\"}", encoders[__i__].encoder);

  fail_unless (strstr (written, encoders[__i__].file), "%s", written);
}

GST_END_TEST;

/* A file in which nothing is said is still one of its kind. */
GST_START_TEST (test_nothing_said_is_a_file)
{
  g_autofree gchar *webvtt =
      write_file (NOISE, "", "{\"text\":\"\"}", "webvttenc ! filesink location=%s");
  g_autofree gchar *srt =
      write_file (NOISE, "", "{\"text\":\"\"}", "srtenc ! filesink location=%s");

  fail_unless_equals_string (webvtt, "WEBVTT\n\n00:00:00.000 --> 00:00:00.001\n\n\n");
  fail_unless_equals_string (srt, "");
}

GST_END_TEST;

/* Who speaks: a voice of WebVTT, where nothing shows it as text. */
static const struct
{
  const gchar *style;
  const gchar *encoder;
  const gchar *file; /* a part of it */
} voices[] = {
  { "speaker-style=voice", "webvttenc ! filesink location=%s", "\n<v A&amp;B>Hello\n" },
  { "speaker-style=voice", "srtenc ! filesink location=%s", "\nHello\n" },
  { "speaker-style=label", "srtenc ! filesink location=%s", "\n[A&B] Hello\n" },
  { "speaker-style=label speaker-prefix=\">> \"", "srtenc ! filesink location=%s",
      "\n>> Hello\n" },
};

GST_START_TEST (test_speaker_style)
{
  g_autofree gchar *written = write_file (NOISE, voices[__i__].style,
      "{\"text\":\"Hello\",\"segments\":[{\"speaker\":\"A&B\",\"start\":0,\"end\":1,"
      "\"text\":\"Hello\"}]}",
      voices[__i__].encoder);

  fail_unless (strstr (written, voices[__i__].file), "%s", written);
}

GST_END_TEST;

/* Speakers in colours: in the markup of what is written, and nowhere as text. */
static const struct
{
  const gchar *style;
  const gchar *encoder;
  const gchar *file; /* a part of it */
} coloured[] = {
  { "speaker-style=colour", "webvttenc ! filesink location=%s",
      "\n1 &lt; 2\n<c.yellow>R&amp;D</c>\n" },
  { "speaker-style=colour", "srtenc ! filesink location=%s",
      "\n1 < 2\n<font color=\"#ffff00\">R&D</font>\n" },
  { "speaker-style=colour", "filesink location=%s", "1 < 2\nR&D\n" },
  { "speaker-style=colour",
      "tee name=t ! queue ! srtenc ! fakesink t. ! queue ! filesink location=%s",
      "1 < 2\nR&D" },
  { "speaker-style=colour",
      "text/x-raw,format=pango-markup ! identity ! webvttenc ! filesink location=%s",
      "\n1 &lt; 2\n<c.yellow>R&amp;D</c>\n" },
  { "caption-style=bbc speaker-style=style", "srtenc ! filesink location=%s",
      "\n1 < 2\n<font color=\"#ffff00\">R&D</font>\n" },
  { "speaker-style=style", "srtenc ! filesink location=%s", "\n-1 < 2\n-R&D\n" },
  { "caption-style=shorts speaker-style=style", "srtenc ! filesink location=%s",
      "\n1 < 2\n\n" },
};

GST_START_TEST (test_coloured_speakers)
{
  g_autofree gchar *written = write_file (NOISE, coloured[__i__].style,
      "{\"text\":\"1 < 2 R&D\",\"segments\":["
      "{\"speaker\":\"A\",\"start\":0,\"end\":0.4,\"text\":\"1 < 2\"},"
      "{\"speaker\":\"B\",\"start\":0.5,\"end\":1,\"text\":\"R&D\"}]}",
      coloured[__i__].encoder);

  fail_unless (strstr (written, coloured[__i__].file), "%s", written);
}

GST_END_TEST;

/* Sounds that a server describes, by the guideline. */
static const struct
{
  const gchar *style;
  const gchar *text;
  const gchar *file; /* a part of it; "": it is empty */
} sounds[] = {
  { "", "[Music] Hello (hm) you", "\nHello (hm) you\n" },
  { "", "a\\n\\nb", "\na b\n" },
  { "", "[Music]", "" },
  { "drop-hallucinations=false", "[Music] [BLANK_AUDIO]", "\n[BLANK_AUDIO]\n" },
  { "sound-labels=told", "[Music] Hello", "\n[Music] Hello\n" },
  { "sound-labels=style", "[MUSIC] Hello [Anna laughs]",
      "\n[music] Hello [anna laughs]\n" },
  { "sound-labels=style caption-style=bbc", "Hello. (door slams) Yes?",
      "\nHello. DOOR SLAMS Yes?\n" },
  { "sound-labels=style caption-style=ebu language=de", "*Musik* Hallo",
      "\n*Musik* Hallo\n" },
  { "sound-labels=style language=ja", "[音楽]こんにちは", "\n（音楽）こんにちは\n" },
};

GST_START_TEST (test_sound_labels)
{
  g_autofree gchar *answer = json_answer (sounds[__i__].text);
  g_autofree gchar *written =
      write_file (NOISE, sounds[__i__].style, answer, "srtenc ! filesink location=%s");

  fail_unless (*sounds[__i__].file ? strstr (written, sounds[__i__].file) != NULL
                                   : *written == '\0',
      "%s", written);
}

GST_END_TEST;

/* A recording whose time begins at ten hours: in files of subtitles the first
 * picture is at 0, as players show it. Others know the segment. */
static const struct
{
  const gchar *encoder;
  const gchar *hour;
} begins[] = {
  { "srtenc ! filesink location=%s", "\n00:00:00," },
  { "queue ! webvttenc ! filesink location=%s", "\n00:00:00." },
  { "tee name=t ! queue ! fakesink t. ! queue ! srtenc ! filesink location=%s",
      "\n10:00:00," },
};

GST_START_TEST (test_subtitles_begin_at_the_first_picture)
{
  g_autofree gchar *written = write_file (NOISE
      " timestamp-offset=36000000000000 ! audio/x-raw,format=S16LE ! matroskamux ! "
      "matroskademux",
      "", "{\"text\":\"Good morning.\"}", begins[__i__].encoder);

  fail_unless (strstr (written, begins[__i__].hour), "%s", written);
}

GST_END_TEST;

static GstElement *
pipeline_with (const gchar *line, const gchar *base_url)
{
  g_auto (GStrv) parts = g_strsplit (line, "%s", 2);
  g_autofree gchar *whole = g_strjoinv (base_url, parts);

  return gst_parse_launch (whole, NULL);
}

/* The first error, with what gst-launch-1.0 prints below it (NULL: nothing). */
static gchar *
first_error (const gchar *line, const gchar *base_url, gchar **details)
{
  g_autoptr (GstElement) pipeline = pipeline_with (line, base_url);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message =
      gst_bus_timed_pop_filtered (bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_ERROR);
  fail_unless (message);
  gst_message_parse_error (message, &error, details);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return g_strdup (error->message);
}

static const gchar *const addressed[] = {
  STT "max-retries=0 connect-timeout=300 vad=none api-key=\"\" base-url=%s ! "
      "fakesink",
  TTS "max-retries=0 connect-timeout=300 api-key=\"\" base-url=%s ! fakesink",
};

/* Nothing was sent: no status and no code are spoken of. */
GST_START_TEST (test_address_without_http)
{
  static const gchar *const addresses[] = {
    "localhost:8080/v1",
    "127.0.0.2:9000/v1",
    "api.openai.com/v1",
    "localhost",
  };
  g_autofree gchar *details = NULL;
  g_autofree gchar *error =
      first_error (addressed[__i__ % 2], addresses[__i__ / 2], &details);

  fail_unless (strstr (error, "http:// or https:// is missing"), "%s", error);
  fail_if (strstr (error, addresses[__i__ / 2]), "%s", error);
  fail_if (
      details && (strstr (details, "status") || strstr (details, "code")), "%s", details);
}

GST_END_TEST;

GST_START_TEST (test_not_found_tells_the_address)
{
  static const gchar *const paths[] = { "/audio/transcriptions", "/audio/speech" };
  g_autoptr (TestServer) server = test_server_new ();
  const gchar *base = test_server_base_url (server);
  const gchar *path = paths[__i__ % 2];
  gboolean twice = __i__ / 2;
  g_autofree gchar *set = g_strconcat (base, twice ? path : "", NULL);
  g_autofree gchar *asked = g_strconcat (set, path,
      twice ? ": leave /audio/transcriptions or /audio/speech out of base-url"
            : ": check base-url",
      NULL);
  g_autofree gchar *details = NULL, *error = NULL;

  test_server_answer_with (server, 404, "text/plain", "Not Found");
  error = first_error (addressed[__i__ % 2], set, &details);
  fail_unless (strstr (error, asked), "%s: %s", asked, error);
  fail_unless (strstr (details, "HTTP status 404"), "%s", details);
}

GST_END_TEST;

/* Whether the server answers what is no HTTP, closes, or waits for more. */
GST_START_TEST (test_tls_to_a_server_of_plain_http)
{
  static const gchar hello[] = "HTTP/1.1 400 Bad Request\r\n"
                               "Content-Length: 0\r\nConnection: close\r\n\r\n";
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree gchar *url = g_strdup_printf ("https://127.0.0.1:%u/v1", port);
  g_autoptr (GstElement) pipeline = pipeline_with (addressed[__i__ % 2], url);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  connection = g_socket_listener_accept (listener, NULL, NULL, NULL);
  fail_unless (connection);
  if (__i__ < 2)
    g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
        hello, strlen (hello), NULL, NULL, NULL);
  message =
      gst_bus_timed_pop_filtered (bus, WAIT_SECONDS * GST_SECOND, GST_MESSAGE_ERROR);
  fail_unless (message);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (
      strstr (error->message, "base-url begins with http://"), "%s", error->message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

/* The connection that the first chunk takes over was begun before it. */
GST_START_TEST (test_tls_to_a_server_of_plain_http_that_was_connected_to)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree gchar *url = g_strdup_printf ("https://127.0.0.1:%u/v1", port);
  g_autofree gchar *error = first_error (
      "audiotestsrc is-live=true wave=pink-noise volume=0.5 ! openaistt vad=none "
      "stream-upload=false max-chunk-duration=500 max-retries=0 connect-timeout=1000 "
      "api-key=\"\" base-url=%s ! fakesink",
      url, NULL);

  fail_unless (strstr (error, "base-url begins with http://"), "%s", error);
}

GST_END_TEST;

/* Samples are for accounts, seconds for people. */
GST_START_TEST (test_stats_in_seconds)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Outcome) outcome = NULL;
  gdouble in, uploaded;

  answer_anything (server);
  outcome = play (
      make_pipeline ("audiotestsrc wave=pink-noise volume=0.5 "
                     "num-buffers=100 samplesperbuffer=320 ! "
                     "audio/x-raw,rate=16000,channels=1 ! openaistt name=x vad=none %s ! "
                     "fakesink",
          server));
  fail_unless (gst_structure_get (outcome->stats, "seconds-in", G_TYPE_DOUBLE, &in,
      "seconds-uploaded", G_TYPE_DOUBLE, &uploaded, NULL));
  fail_unless (in == 2 && uploaded == 2, "%f %f", in, uploaded);
}

GST_END_TEST;

/* gst-inspect-1.0 is where many begin. */
GST_START_TEST (test_description_has_an_example)
{
  static const gchar *const elements[] = { "openaistt", "openaitts", "openaivoicesink" };
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (elements[__i__]);
  const gchar *text =
      gst_element_factory_get_metadata (factory, GST_ELEMENT_METADATA_DESCRIPTION);
  const gchar *pages =
      gst_element_factory_get_metadata (factory, GST_ELEMENT_METADATA_DOC_URI);

  fail_unless (strstr (text, "base-url") && strstr (text, "api-key-file"));
  fail_unless (strstr (text, "Example: gst-launch-1.0 "));
  fail_unless (pages && strstr (pages, elements[__i__]), "%s", pages);
}

GST_END_TEST;

static Suite *
mistakes_suite (void)
{
  Suite *suite = suite_create ("mistakes");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_seconds_for_milliseconds, 0, G_N_ELEMENTS (times));
  tcase_add_loop_test (tcase, test_times_that_can_be_meant, 0, 3);
  tcase_add_test (tcase, test_requests_of_three_milliseconds);
  tcase_add_test (tcase, test_seconds_while_playing);
  tcase_add_loop_test (tcase, test_spellings_of_the_api, 0, 4);
  tcase_add_loop_test (tcase, test_subtitles_without_subparse, 0, G_N_ELEMENTS (scripts));
  tcase_add_loop_test (
      tcase, test_subtitles_begin_at_the_first_picture, 0, G_N_ELEMENTS (begins));
  tcase_add_loop_test (tcase, test_speaker_style, 0, G_N_ELEMENTS (voices));
  tcase_add_loop_test (tcase, test_coloured_speakers, 0, G_N_ELEMENTS (coloured));
  tcase_add_loop_test (tcase, test_sound_labels, 0, G_N_ELEMENTS (sounds));
  tcase_add_test (tcase, test_nothing_said_is_a_file);
  tcase_add_loop_test (
      tcase, test_players_show_what_was_said, 0, G_N_ELEMENTS (encoders));
  tcase_add_loop_test (tcase, test_a_line_for_each_caption, 0, G_N_ELEMENTS (sinks));
  tcase_add_loop_test (tcase, test_address_without_http, 0, 8);
  tcase_add_loop_test (tcase, test_not_found_tells_the_address, 0, 4);
  tcase_add_loop_test (tcase, test_tls_to_a_server_of_plain_http, 0, 4);
  tcase_add_test (tcase, test_tls_to_a_server_of_plain_http_that_was_connected_to);
  tcase_add_test (tcase, test_stats_in_seconds);
  tcase_add_loop_test (tcase, test_description_has_an_example, 0, 3);
  return suite;
}

GST_CHECK_MAIN (mistakes);
