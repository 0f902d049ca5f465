// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Transcripts in every format and dialect seen. */

#include "client/transcript.h"

#include <math.h>
#include <string.h>

#include "client/error.h"

/* The whole of a transcript on one line, to compare by. */
static gchar *
describe (const OpenaiTranscript *t)
{
  GString *out = g_string_new (t->text);

  g_string_append_printf (out, " (%s)", t->language ? t->language : "-");
  for (guint i = 0; i < t->segments->len; i++) {
    const OpenaiSegment *s = g_ptr_array_index (t->segments, i);

    g_string_append_printf (
        out, " {%s%s%s", s->speaker ? s->speaker : "", s->speaker ? ": " : "", s->text);
    if (!isnan (s->start))
      g_string_append_printf (out, " %.1f-%.1f", s->start, s->end);
    g_string_append_c (out, '}');
  }
  for (guint i = 0; i < t->words->len; i++) {
    const OpenaiWord *w = g_ptr_array_index (t->words, i);

    g_string_append_printf (out, " <%s", w->text);
    if (!isnan (w->start))
      g_string_append_printf (out, " %.1f-%.1f", w->start, w->end);
    g_string_append_c (out, '>');
  }
  return g_string_free (out, FALSE);
}

static const struct
{
  const gchar *type;
  const gchar *body;
  const gchar *expected;
} cases[] = {
  { "application/json", "{\"text\":\"Hello.\"}", "Hello. (-)" },
  /* what Python writes for numbers that it does not know, and a NUL */
  { "application/json",
      "{\"text\":\"Hello.\",\"segments\":[{\"start\":1.0,\"end\":NaN,"
      "\"text\":\"Hello.\",\"avg_logprob\":-Infinity,\"no_speech_prob\":Infinity}]}",
      "Hello. (-) {Hello. 1.0-1.0}" },
  { "application/json", "{\"text\":\"Hel\\u0000lo.\"}", "Hello. (-)" },
  /* an envelope of a gateway, other names, text that is none */
  { "application/json", "{\"code\":0,\"data\":{\"text\":\"Hello.\"}}", "Hello. (-)" },
  { "application/json",
      "{\"result\":{\"segments\":[{\"text\":\"Hi.\",\"start\":0,\"end\":1}]}}",
      "Hi. (-) {Hi. 0.0-1.0}" },
  { "application/json", "{\"transcription\":\"Hello.\"}", "Hello. (-)" },
  { "application/json", "{\"text\":[\"Hello.\",\"Bye.\"]}", "Hello. Bye. (-)" },
  { "application/json", "{\"text\":{\"text\":\"Hello.\"}}", "Hello. (-)" },
  { "application/json", "{\"text\":42}", "42 (-)" },
  { "application/json",
      "{\"text\":\"[{\\\"text\\\":\\\"Hi.\\\",\\\"start\\\":0,\\\"end\\\":1}]\"}",
      "Hi. (-) {Hi. 0.0-1.0}" },
  { "application/json", "{\"text\":\"```json\\n{\\\"text\\\":\\\"Hi.\\\"}\\n```\"}",
      "Hi. (-)" },
  { "application/json", "{\"text\":\"[\\\"He\\\"] said.\"}", "[\"He\"] said. (-)" },
  { "application/json", "{\"text\":\"{\\\\an8}Up {there}.{\\\\i0}\"}",
      "Up {there}. (-)" },
  { "application/json", "\"{\\\"text\\\": \\\"Hello.\\\"}\"", "Hello. (-)" },
  /* lines with their times, as whisper.cpp prints them */
  { "text/plain",
      "[00:00:01.000 --> 00:00:03.000]   Hello there.\n"
      "[00:00:03.000 --> 00:01:00.500]   And good\nbye.\n",
      "Hello there. And good bye. (-) {Hello there. 1.0-3.0} {And good bye. 3.0-60.5}" },
  { "application/json", "{\"text\":\"[00:00:01.000 --> 00:00:03.000]  Hello there.\\n\"}",
      "Hello there. (-) {Hello there. 1.0-3.0}" },
  /* SRT whose text has a blank line in it, and a number too many at its end */
  { "text/plain",
      "1\n00:00:01,000 --> 00:00:02,000\nOne.\n\nStill one.\n\n"
      "2\n00:00:03,000 --> 00:00:04,000\nTwo.\n\n3\n",
      "One. Still one. Two. (-) {One. Still one. 1.0-2.0} {Two. 3.0-4.0}" },
  { "application/json", "[Music] la [0] la", "[Music] la [0] la (-)" },
  { "application/json",
      "{\"text\":\" Hello\\n there.\\n\",\"languages\":"
      "[{\"code\":\"de\"}]}",
      "Hello there. (de)" },
  { "application/json",
      "{\"text\":\"\",\"segments\":null,\"words\":null,"
      "\"language\":\"\",\"usage\":null}",
      " (-)" },
  { "application/json",
      "{\"task\":\"transcribe\",\"language\":\"english\","
      "\"duration\":\"2.5\",\"text\":\"Hi you\",\"segments\":[{\"id\":0,"
      "\"start\":0,\"end\":2.0,\"text\":\" Hi you\"}],\"words\":["
      "{\"word\":\"Hi\",\"start\":0.1,\"end\":0.4},"
      "{\"word\":\"you\",\"start\":0.5,\"end\":1}]}",
      "Hi you (en) {Hi you 0.0-2.0} <Hi 0.1-0.4> <you 0.5-1.0>" },
  /* words inside the segments, in tokens */
  { "application/json",
      "{\"text\":\" Hello, world\",\"language\":\"de\","
      "\"segments\":[{\"text\":\" Hello, world\",\"start\":0.0,\"end\":2.0,"
      "\"words\":[{\"word\":\" Hel\",\"start\":0.0,\"end\":0.3},"
      "{\"word\":\"lo\",\"start\":0.3,\"end\":0.5},"
      "{\"word\":\",\",\"start\":0.5,\"end\":0.6},"
      "{\"word\":\" world\",\"start\":0.7,\"end\":1.2}]}]}",
      "Hello, world (de) {Hello, world 0.0-2.0} <Hello, 0.0-0.6> "
      "<world 0.7-1.2>" },
  /* the other name of a word's text, and times that make no sense */
  { "application/json",
      "{\"text\":\"a b\",\"words\":[{\"text\":\"a\","
      "\"start\":-1,\"end\":0.5},{\"text\":\"b\",\"start\":2,\"end\":1}]}",
      "a b (-) <a 0.0-0.5> <b 1.0-2.0>" },
  /* times as clocks and with units, under other names; one of two, and mixed up */
  { "application/json",
      "{\"segments\":[{\"text\":\"One.\",\"start\":\"00:00:01,500\",\"end\":\"2.5s\"},"
      "{\"text\":\"Two.\",\"start_time\":\"3,5\",\"end_time\":4},"
      "{\"text\":\"Three.\",\"timestamp\":[5.5,null]},"
      "{\"text\":\"Four.\",\"offsets\":{\"from\":7000,\"to\":8000}},"
      "{\"text\":\"Five.\",\"t0\":900,\"t1\":1000},"
      "{\"text\":\"Six.\",\"start\":null,\"end\":11},"
      "{\"text\":\"Seven.\",\"start\":13,\"end\":12},"
      "{\"text\":\"Eight.\",\"start\":14,\"duration\":1.5},"
      "{\"text\":\"Nine.\",\"start\":\"soon\",\"end\":true}]}",
      "One. Two. Three. Four. Five. Six. Seven. Eight. Nine. (-) {One. 1.5-2.5} "
      "{Two. 3.5-4.0} {Three. 5.5-5.5} {Four. 7.0-8.0} {Five. 9.0-10.0} {Six. 10.0-11.0} "
      "{Seven. 12.0-13.0} {Eight. 14.0-15.5} {Nine.}" },
  { "application/json",
      "{\"text\":\"One.\",\"chunks\":[{\"text\":\"One.\",\"timestamp\":[0.5,1.5]}]}",
      "One. (-) {One. 0.5-1.5}" },
  { "application/json",
      "{\"segments\":[{\"text\":\" One.\",\"start\":0,"
      "\"end\":1,\"speaker\":\"A\"},{\"text\":\" Two.\",\"start\":1,"
      "\"end\":2,\"speaker\":\"B\"}]}",
      "One. Two. (-) {A: One. 0.0-1.0} {B: Two. 1.0-2.0}" },
  { "text/html; charset=utf-8", " The quick\n fox.\n", "The quick fox. (-)" },
  { "text/plain", "", " (-)" },
  { "application/x-subrip",
      "1\n00:00:00,000 --> 00:00:02,500\nOne\ntwo\n\n"
      "2\n00:00:03,000 --> 00:61:04,000\nThree\n\n\n",
      "One two Three (-) {One two 0.0-2.5} {Three 3.0-3664.0}" },
  { "text/vtt",
      "WEBVTT\r\n\r\nNOTE x\r\n\r\nid\r\n00:01.000 --> 00:02.000 "
      "align:start\r\n<v Bob>One</v> &amp; two\r\n\r\n",
      "One & two (-) {One & two 1.0-2.0}" },
  { "text/plain", "WEBVTT\n\n", " (-)" },
  { "application/json", "\"WEBVTT\\n\\n00:00.000 --> 00:01.000\\nHi\\n\"",
      "Hi (-) {Hi 0.0-1.0}" },
  { "application/json", "\"Just text\"", "Just text (-)" },
  { "text/plain", "\"Hello,\" he said, \"bye.\"", "\"Hello,\" he said, \"bye.\" (-)" },
  { "application/json", "{\"text\":\"a\\ud83db\"}",
      "a\xef\xbf\xbd"
      "b (-)" },
  { "application/x-subrip", "1\n00:00:00,000 --> 00:00:01,000\na < b > c\n",
      "a < b > c (-) {a < b > c 0.0-1.0}" },
  { "application/json",
      "{\"text\":\"x\",\"words\":[{\"word\":\"x\","
      "\"start\":1e300,\"end\":1e301}]}",
      "x (-) <x 100000000000000000000.0-100000000000000000000.0>" },
  { "application/json", "{\"type\":\"transcript.text.done\",\"text\":\"x\"}", "x (-)" },
  /* what a proxy put into the text of its own answer */
  { "application/json",
      "{\"text\":\"data: {\\\"type\\\":"
      "\\\"transcript.text.delta\\\",\\\"delta\\\":\\\"Hi\\\"}\\r\\n\\r\\n"
      "data: [DONE]\\r\\n\\r\\n\",\"usage\":null}",
      "Hi (-)" },
  { "application/json",
      "{\"text\":\"1\\n00:00:01,000 --> 00:00:02,000\\nHi\\n\","
      "\"language\":\"en\"}",
      "Hi (en) {Hi 1.0-2.0}" },
  { "application/json", "{\"text\":\"WEBVTT\\n\\n00:01.000 --> 00:02.000\\nHi\\n\"}",
      "Hi (-) {Hi 1.0-2.0}" },
  { "application/json",
      "{\"text\":\"{\\\"text\\\":\\\"Hi\\\",\\\"language\\\":"
      "\\\"de\\\"}\"}",
      "Hi (de)" },
  { "application/json", "{\"text\":\"data: the word for facts\"}",
      "data: the word for facts (-)" },
  { "application/json", "{\"text\":\"{not JSON}\"}", "{not JSON} (-)" },
  /* something else than its type says */
  { "text/event-stream", "{\"text\":\"Hi\"}", "Hi (-)" },
  { "text/event-stream", "Hi\n", "Hi (-)" },
  { "text/event-stream", "WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n",
      "Hi (-) {Hi 1.0-2.0}" },
  { "application/x-subrip",
      "data: {\"type\":\"transcript.text.done\",\"text\":"
      "\"Hi\"}\n\n",
      "Hi (-)" },
  { "application/json",
      "{\"type\":\"transcript.text.delta\",\"delta\":\"Hi\"}\n"
      "{\"type\":\"transcript.text.done\",\"text\":\"\"}\n",
      "Hi (-)" },
  { "application/json", "[{\"text\":\"One.\",\"start\":0,\"end\":1}]",
      "One. (-) {One. 0.0-1.0}" },
  /* bytes that cannot be read cost their place */
  { "application/json", "{\"text\":\"One\xff two and three\"}",
      "One\357\277\275 two and three (-)" },
  { "text/plain", "Caf\xe9 au lait", "Caf\357\277\275 au lait (-)" },
  { "text/plain; charset=iso-8859-1", "Caf\xe9 au lait", "Caf\303\251 au lait (-)" },
  { "text/event-stream",
      "data: {\"type\":\"transcript.text.done\",\"text\":"
      "\"One\xff two\"}\n\n",
      "One\357\277\275 two (-)" },
  { "application/json", "{\"text\":\"JSON\",\"usage\":{\"type\":\"tokens\"}}",
      "JSON (-)" },
};

static void
test_formats (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (OpenaiTranscript) transcript = openai_transcript_parse (
        cases[i].type, cases[i].body, strlen (cases[i].body), &error);
    g_autofree gchar *text = NULL;

    g_assert_no_error (error);
    text = describe (transcript);
    g_assert_cmpstr (text, ==, cases[i].expected);
  }
}

static void
test_no_transcript (void)
{
  static const struct
  {
    const gchar *type;
    const gchar *body;
  } bad[] = {
    { "application/json", "" },
    { NULL, "" },
    { "application/json", "{}" },
    { "application/json", "{\"text\":\"cut" },
    { "application/json", "{\"error\":{\"message\":\"m\"}}" },
    { "application/json", "{\"detail\":\"d\"}" },
    { "text/html", "<!DOCTYPE html><title>Login</title>" },
    { "text/html", "<head><title>Login</title>" },
    { "application/json", "[{\"error\":{\"message\":\"m\"}}]" },
    { "application/json", "{\"text\":\"\",\"error\":{\"message\":\"m\"}}" },
    { "text/plain", "\xff\xfe" },
    { "application/json", "{\"text\":\"\xff\xfe\"}" },
    { "application/json", "{\"text\":\"data: {\\\"error\\\":\\\"m\\\"}\\n\\n\"}" },
    { "text/plain", "\x1f\x8b\x08\x01\x02\xf0\xf1\xf2" },
    { "application/json", "null" },
    { "application/json", "{\"text\":{\"value\":1}}" },
    { "application/json", "{\"code\":0,\"data\":{\"segments\":7}}" },
    { "text/plain", "Internal Server Error" },
    { "text/plain", "Too Many Requests\n" },
    { "text/plain", "upstream connect error or disconnect/reset before headers" },
    { "text/plain", "Traceback (most recent call last):\n  File \"a.py\"\nKeyError" },
    { "application/json", "{'text': 'Hello.'}" },
    { "text/plain", "<response><text>Hello.</text></response>" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (
        openai_transcript_parse (bad[i].type, bad[i].body, strlen (bad[i].body), &error));
    g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
  }
}

/* Forms that are no speech are named, as they come and inside of JSON; what is said
 * like them stays. */
static void
test_foreign_forms (void)
{
  static const struct
  {
    const gchar *body;
    const gchar *name; /* NULL: it was said */
  } texts[] = {
    { "SGVsbG8sIHRoaXMgaXMgd2hhdCB3YXMgc2FpZCBpbiB0aGlzIGZpbG0uIEFuZCBtb3JlLg==",
        "base64" },
    { "data:text/plain;base64,SGVsbG8=", "data URL" },
    { "start\tend\ttext\n0\t2000\tHello.\n", "TSV" },
    { "0\t2000\tHello.\n2000\t3000\tBye.\n", "TSV" },
    { "0.00\t2.00\tHello.\n", "TSV" },
    { "start,end,text\n0,2000,\"Hello.\"\n", "CSV" },
    { "0,2000,\"Hello.\"\n2000,3000,\"Bye.\"\n", "CSV" },
    { "\"start\";\"end\";\"text\"\n\"0\";\"2\";\"Hello.\"\n", "CSV" },
    { "[by:whisper.cpp]\n[00:00.00] Hello.\n[00:02.00] Bye.\n", "LRC" },
    { "[00:12.34]Hello.\n", "LRC" },
    { "\xef\xbb\xbf[Script Info]\r\nScriptType: v4.00+\r\n", "ASS" },
    { "Dialogue: 0,0:00:00.00,0:00:02.00,Default,,0,0,0,,Hello.\n", "ASS" },
    { "0:00:00.000,0:00:02.000\nHello.\n", "SBV" },
    { "{0}{50}Hello.\n{50}{75}Bye.\n", "MicroDVD" },
    { "[0][20] Hello.\n", "MPL2" },
    { "Scenarist_SCC V1.0\n\n00:00:00:00\t9420\n", "SCC" },
    { "1, 2, 3, \"go\"!", NULL },
    { "0,5", NULL },
    { "Start, end, again.", NULL },
    { "Dialogue: the art of talking.", NULL },
    { "[Music] 12:30 is the time.", NULL },
    { "12:30", NULL },
    { "hahahahahahahahahahahahahahahahahahahahahahahahahahahahahaha", NULL },
    { "31415926535897932384626433832795028841971693993751058209749445", NULL },
    { "Rindfleischetikettierungsaufgabenuebertragungsgesetzgebungen", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts) * 2; i++) {
    const gchar *body = texts[i / 2].body, *name = texts[i / 2].name;
    g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), body);
    g_autofree gchar *value = json_to_string (node, FALSE);
    g_autofree gchar *json = g_strdup_printf ("{\"text\":%s}", value);
    g_autoptr (GError) error = NULL;
    g_autoptr (OpenaiTranscript) transcript = i % 2
        ? openai_transcript_parse ("application/json", json, strlen (json), &error)
        : openai_transcript_parse ("text/plain", body, strlen (body), &error);

    if (!name) {
      g_assert_no_error (error);
      g_assert_cmpstr (transcript->text, ==, body);
      continue;
    }
    g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
    g_assert_nonnull (strstr (error->message, name));
  }
}

static void
test_usage (void)
{
  const gchar *tokens = "{\"text\":\"x\",\"usage\":{\"input_tokens\":5,"
                        "\"output_tokens\":2,\"total_tokens\":7,"
                        "\"input_token_details\":{\"audio_tokens\":4}}}";
  const gchar *duration = "{\"text\":\"x\",\"usage\":{\"type\":\"duration\","
                          "\"seconds\":2}}";
  g_autoptr (OpenaiTranscript) a =
      openai_transcript_parse (NULL, tokens, strlen (tokens), NULL);
  g_autoptr (OpenaiTranscript) b =
      openai_transcript_parse (NULL, duration, strlen (duration), NULL);

  g_assert_cmpint (a->usage.kind, ==, OPENAI_USAGE_TOKENS);
  g_assert_cmpint (a->usage.total_tokens, ==, 7);
  g_assert_cmpint (a->usage.audio_tokens, ==, 4);
  g_assert_cmpint (b->usage.kind, ==, OPENAI_USAGE_DURATION);
  g_assert_cmpfloat (b->usage.seconds, ==, 2);
}

static void
on_partial (const gchar *text, const gchar *delta, gpointer user_data)
{
  g_string_append_printf (user_data, "%s|", text);
}

typedef struct
{
  const gchar *body;
  const gchar *partials;
  const gchar *expected; /* NULL: an error ... */
  gint code;             /* ... of this code */
} Stream;

static const Stream streams[] = {
  { "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hel\"}\r\n\r\n"
    "data: {\"type\":\"transcript.text.delta\",\"delta\":\"lo.\"}\r\n\r\n"
    "data: {\"type\":\"transcript.text.done\",\"text\":\"Hello.\"}\r\n\r\n"
    "data: [DONE]\r\n\r\n",
      "Hel|Hello.|", "Hello. (-)", 0 },
  { "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hi\"}\n\n"
    "data: {\"type\":\"transcript.text.done\",\"text\":\"\"}\n\n",
      "Hi|", "Hi (-)", 0 },
  { "data: {\"type\":\"transcript.text.segment\",\"id\":\"0\",\"start\":0,"
    "\"end\":1,\"text\":\" One\",\"speaker\":\"A\"}\n\n"
    "data: {\"type\":\"transcript.text.done\",\"text\":\"\"}\n\n",
      "One|", "One (-) {A: One 0.0-1.0}", 0 },
  /* The last one counts. */
  { "data: {\"type\":\"transcript.text.done\",\"text\":\"One\",\"languages\":"
    "[{\"code\":\"de\"}],\"words\":[{\"word\":\"One\",\"start\":0,"
    "\"end\":1}]}\n\ndata: {\"type\":\"transcript.text.done\",\"text\":"
    "\"Two\",\"languages\":[{\"code\":\"en\"}],\"words\":[{\"word\":"
    "\"Two\",\"start\":0,\"end\":1}]}\n\n",
      "", "Two (en) <Two 0.0-1.0>", 0 },
  { "data: {\"object\":\"transcription.chunk\",\"choices\":[{\"delta\":"
    "{\"content\":\"Hey\"}}]}\n\ndata: {\"choices\":[{\"delta\":{},"
    "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
      "Hey|", "Hey (-)", 0 },
  /* Of no type: segments, pieces, and all so far. */
  { "data: {\"start\":0,\"end\":1,\"text\":\" One.\"}\n\n"
    "data: {\"start\":1,\"end\":2,\"text\":\" Two.\"}\n\ndata: [DONE]\n\n",
      "One.|One. Two.|", "One. Two. (-) {One. 0.0-1.0} {Two. 1.0-2.0}", 0 },
  { "data: {\"text\":\"One.\"}\n\ndata: {\"text\":\"Two.\"}\n\n", "One.|One. Two.|",
      "One. Two. (-)", 0 },
  { "data: {\"text\":\"One\"}\n\ndata: {\"text\":\"One and two.\"}\n\n",
      "One|One and two.|", "One and two. (-)", 0 },
  { "data: {\"text\":\"One\"}\n\ndata: {\"text\":\"One.\",\"segments\":[{\"start\":0,"
    "\"end\":1,\"text\":\"One.\"}]}\n\n",
      "One|", "One. (-) {One. 0.0-1.0}", 0 },
  { "data: {\"type\":\"unknown.event\"}\n\ndata: [DONE]\n\n", "", " (-)", 0 },
  { "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hi\"}\n\n", "Hi|", NULL,
      OPENAI_ERROR_BROKEN },
  { "data: {\"type\":\"error\",\"error\":{\"message\":\"late\"}}\n\n"
    "data: [DONE]\n\n",
      "", NULL, OPENAI_ERROR_ANSWER },
  { "event: error\ndata: {\"message\":\"late\"}\n\n", "", NULL, OPENAI_ERROR_ANSWER },
  { "data: {\"type\":\n\n", "", NULL, OPENAI_ERROR_ANSWER },
  { "", "", NULL, OPENAI_ERROR_BROKEN },
};

static void
play (const Stream *stream, gsize step)
{
  g_autoptr (GString) partials = g_string_new (NULL);
  g_autoptr (OpenaiTranscriptStream) parser =
      openai_transcript_stream_new (on_partial, partials);
  g_autoptr (OpenaiTranscript) transcript = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = NULL;
  gsize length = strlen (stream->body);

  for (gsize done = 0; done < length && !error; done += step)
    openai_transcript_stream_push (
        parser, stream->body + done, MIN (step, length - done), &error);
  if (!error)
    transcript = openai_transcript_stream_finish (parser, &error);
  g_assert_cmpstr (partials->str, ==, stream->partials);
  if (!stream->expected) {
    g_assert_error (error, OPENAI_ERROR, stream->code);
    return;
  }
  g_assert_no_error (error);
  text = describe (transcript);
  g_assert_cmpstr (text, ==, stream->expected);
}

static void
test_streams (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (streams); i++) {
    for (gsize step = 1; step < 300; step = step * 3 + 1)
      play (&streams[i], step);
  }
}

static void
test_languages (void)
{
  g_assert_cmpstr (openai_language_code ("english"), ==, "en");
  g_assert_cmpstr (openai_language_code ("English"), ==, "en");
  g_assert_cmpstr (openai_language_code ("en-US"), ==, "en");
  g_assert_cmpstr (openai_language_code ("DE"), ==, "de");
  g_assert_cmpstr (openai_language_code ("haitian creole"), ==, "ht");
  g_assert_null (openai_language_code (""));
  g_assert_null (openai_language_code ("klingon empire"));
}

/* Models write so for what is no speech. */
static void
test_brackets (void)
{
  static const gchar *const texts[] = { "[Music]", "[BLANK_AUDIO] Hello.", "{laughs}" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (OpenaiTranscript) transcript =
        openai_transcript_parse ("text/plain", texts[i], strlen (texts[i]), NULL);

    g_assert_nonnull (transcript);
    g_assert_cmpstr (transcript->text, ==, texts[i]);
  }
}

/* UTF-16 with its mark, by its label, or by the zeros in it. */
static void
test_wide (void)
{
  static const gchar *const charsets[] = { "UTF-16", "UTF-16LE", "UTF-16BE" };

  for (guint i = 0; i < G_N_ELEMENTS (charsets); i++) {
    gsize length;
    g_autofree gchar *wide = g_convert (
        "{\"text\":\"Grüße.\"}", -1, charsets[i], "UTF-8", NULL, &length, NULL);
    g_autofree gchar *type =
        g_strconcat ("application/json; charset=", charsets[i], NULL);
    g_autoptr (OpenaiTranscript) named =
        openai_transcript_parse (type, wide, length, NULL);
    g_autoptr (OpenaiTranscript) unnamed =
        openai_transcript_parse (NULL, wide, length, NULL);

    g_assert_cmpstr (named ? named->text : NULL, ==, "Grüße.");
    g_assert_cmpstr (unnamed ? unnamed->text : NULL, ==, "Grüße.");
  }
}

typedef struct
{
  GString *joined; /* of the deltas */
  gsize told;      /* bytes */
} Told;

static void
count_partial (const gchar *text, const gchar *delta, gpointer user_data)
{
  Told *told = user_data;

  g_string_append (told->joined, delta);
  g_assert_cmpstr (told->joined->str, ==, text);
  told->told += strlen (text) + strlen (delta);
}

/* However small the pieces and however many, what is told has a bound. */
static void
test_many_partials (void)
{
  static const gchar *const events[] = {
    "data: {\"type\":\"transcript.text.delta\",\"delta\":\"sixteen letters,\"}\n\n",
    "data: {\"type\":\"transcript.text.segment\",\"text\":\"sixteen letters,\"}\n\n",
    "data: {\"type\":\"transcript.text.segment\",\"text\":\"\"}\n\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (events); i++) {
    Told told = { g_string_new (NULL), 0 };
    g_autoptr (OpenaiTranscriptStream) stream =
        openai_transcript_stream_new (count_partial, &told);

    g_test_timer_start ();
    for (guint n = 0; n < 5000; n++)
      g_assert_true (
          openai_transcript_stream_push (stream, events[i], strlen (events[i]), NULL));
    g_assert_cmpfloat (g_test_timer_elapsed (), <, 60);
    g_assert_cmpuint (told.told, <, 4 * 1000 * 1000);
    if (i < 2)
      g_assert_cmpuint (told.joined->len, >, 60000);
    g_string_free (told.joined, TRUE);
  }
}

/* The words of what is left out go with it, and that in no time. */
static void
test_without (void)
{
  const guint n = 20000;
  g_autofree gboolean *left_out = g_new (gboolean, n);
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (GString) segments = g_string_new (NULL);
  g_autofree gchar *json = NULL;
  g_autoptr (OpenaiTranscript) whole = NULL;
  g_autoptr (OpenaiTranscript) part = NULL;

  for (guint i = 0; i < n; i++) {
    const gchar *comma = i > 0 ? "," : "";
    guint at = (i * 7919) % n; /* in no order */

    left_out[i] = at % 2;
    g_string_append_printf (words,
        "%s{\"word\":\" %u\",\"start\":%u.2,"
        "\"end\":%u.6}",
        comma, i, i, i);
    g_string_append_printf (segments,
        "%s{\"text\":\"%u\",\"start\":%u,"
        "\"end\":%u.8}",
        comma, at, at, at);
  }
  json =
      g_strdup_printf ("{\"words\":[%s],\"segments\":[%s]}", words->str, segments->str);
  whole = openai_transcript_parse (NULL, json, strlen (json), NULL);
  g_assert_nonnull (whole);
  g_test_timer_start ();
  part = openai_transcript_without (whole, left_out);
  g_assert_cmpfloat (g_test_timer_elapsed (), <, 2);
  g_assert_cmpuint (part->segments->len, ==, n / 2);
  g_assert_cmpuint (part->words->len, ==, n / 2);
  for (guint i = 0; i < part->words->len; i++) {
    const OpenaiWord *word = g_ptr_array_index (part->words, i);
    g_assert_cmpfloat (floor (word->start), ==, 2 * i);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transcript/formats", test_formats);
  g_test_add_func ("/transcript/no-transcript", test_no_transcript);
  g_test_add_func ("/transcript/foreign-forms", test_foreign_forms);
  g_test_add_func ("/transcript/usage", test_usage);
  g_test_add_func ("/transcript/streams", test_streams);
  g_test_add_func ("/transcript/languages", test_languages);
  g_test_add_func ("/transcript/brackets", test_brackets);
  g_test_add_func ("/transcript/wide", test_wide);
  g_test_add_func ("/transcript/many-partials", test_many_partials);
  g_test_add_func ("/transcript/without", test_without);
  return g_test_run ();
}
