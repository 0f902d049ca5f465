// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The words of Realtime sessions, in each server's dialect. */

#include "client/realtime.h"

#include <math.h>
#include <string.h>

#include "client/error.h"

static void
parse (OpenaiRealtimeEvent *event, const gchar *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (openai_realtime_event_parse (event, text, strlen (text), &error));
  g_assert_no_error (error);
}

static void
check_dialect (const gchar *created, const gchar *name, guint rate)
{
  g_auto (OpenaiRealtimeEvent) event = { 0 };

  parse (&event, created);
  g_assert_cmpint (event.kind, ==, OPENAI_REALTIME_CREATED);
  g_assert_cmpstr (event.dialect->name, ==, name);
  g_assert_cmpuint (event.dialect->rate, ==, rate);
}

static void
test_dialects (void)
{
  check_dialect ("{\"type\":\"session.created\",\"event_id\":\"event_1\","
                 "\"session\":{\"type\":\"transcription\",\"object\":"
                 "\"realtime.transcription_session\",\"audio\":{}}}",
      "openai", 24000);
  check_dialect ("{\"type\":\"session.created\",\"event_id\":\"event_1\","
                 "\"session\":{\"id\":\"sess_1\"}}",
      "openai", 24000);
  check_dialect ("{\"type\":\"session.created\",\"session\":{\"id\":\"s\","
                 "\"input_audio_format\":\"pcm16\",\"turn_detection\":{}}}",
      "openai-beta", 24000);
  check_dialect ("{\"type\":\"transcription_session.created\","
                 "\"session\":{}}",
      "openai-beta", 24000);
  check_dialect ("{\"type\":\"session.created\",\"event_id\":\"event_TODO\","
                 "\"session\":{\"type\":\"realtime\",\"audio\":{}}}",
      "localai", 16000);
  check_dialect ("{\"type\":\"session.created\",\"id\":\"sess-1\","
                 "\"created\":1764400000}",
      "vllm", 16000);
}

static void
check_update (const gchar *created, const gchar *expected)
{
  g_auto (OpenaiRealtimeEvent) event = { 0 };
  g_auto (OpenaiRealtimeConfig) config = { 0 };
  g_autofree gchar *text = NULL;

  config.params.model = g_strdup ("m");
  config.params.languages = g_strsplit ("en,de", ",", 0);
  config.params.prompt = g_strdup ("Say \"it\"");
  config.params.logprobs = TRUE;
  config.noise_reduction = "near_field";
  config.delay = "low";
  parse (&event, created);
  text = openai_realtime_update (event.dialect, &config, FALSE, "u1");
  g_assert_cmpstr (text, ==, expected);
}

static void
test_updates (void)
{
  g_auto (OpenaiRealtimeConfig) config = { 0 };
  g_autofree gchar *plain = NULL;

  check_update ("{\"type\":\"session.created\",\"session\":{}}",
      "{\"type\":\"session.update\",\"event_id\":\"u1\",\"session\":{"
      "\"type\":\"transcription\",\"audio\":{\"input\":{\"format\":{"
      "\"type\":\"audio/pcm\",\"rate\":24000},\"transcription\":{"
      "\"model\":\"m\",\"languages\":[\"en\",\"de\"],"
      "\"prompt\":\"Say \\\"it\\\"\",\"delay\":\"low\"},"
      "\"turn_detection\":null,\"noise_reduction\":{\"type\":\"near_field\"}}},"
      "\"include\":[\"item.input_audio_transcription.logprobs\"]}}");
  check_update ("{\"type\":\"session.created\",\"session\":{"
                "\"input_audio_format\":\"pcm16\"}}",
      "{\"type\":\"session.update\",\"event_id\":\"u1\",\"session\":{"
      "\"input_audio_transcription\":{\"model\":\"m\",\"languages\":[\"en\","
      "\"de\"],\"prompt\":\"Say \\\"it\\\"\",\"delay\":\"low\"},"
      "\"turn_detection\":null,\"input_audio_noise_reduction\":{"
      "\"type\":\"near_field\"},"
      "\"include\":[\"item.input_audio_transcription.logprobs\"]}}");
  check_update ("{\"type\":\"session.created\",\"created\":1}",
      "{\"type\":\"session.update\",\"model\":\"m\"}");
  config.params.model = g_strdup ("m");
  config.params.language = g_strdup ("en");
  config.turn_detection = g_strdup ("{\"type\":\"server_vad\"}");
  plain = openai_realtime_update (openai_dialect_default (), &config, TRUE, "u2");
  g_assert_cmpstr (plain, ==,
      "{\"type\":\"session.update\",\"event_id\":\"u2\",\"session\":{"
      "\"type\":\"transcription\",\"audio\":{\"input\":{\"format\":{"
      "\"type\":\"audio/pcm\",\"rate\":24000},\"transcription\":{"
      "\"model\":\"m\"},\"turn_detection\":{\"type\":\"server_vad\"}}}}}");
}

static void
check_error (const gchar *text, guint status, const gchar *code, const gchar *message)
{
  g_auto (OpenaiRealtimeEvent) event = { 0 };
  OpenaiErrorDetails *details;

  parse (&event, text);
  g_assert_cmpint (event.kind, ==, OPENAI_REALTIME_ERROR);
  g_assert_nonnull (event.error);
  details = openai_error_details (event.error);
  g_assert_cmpuint (details->status, ==, status);
  g_assert_cmpstr (details->code, ==, code);
  g_assert_cmpstr (event.error->message, ==, message);
}

static void
test_errors (void)
{
  g_auto (OpenaiRealtimeEvent) event = { 0 };

  check_error ("{\"type\":\"error\",\"error\":{\"type\":"
               "\"invalid_request_error\",\"code\":\"beta_api_shape_disabled\","
               "\"message\":\"Gone.\"}}",
      404, "beta_api_shape_disabled", "Gone.");
  check_error ("{\"type\":\"error\",\"error\":{\"code\":\"invalid_api_key\","
               "\"message\":\"No.\"}}",
      401, "invalid_api_key", "No.");
  check_error ("{\"type\":\"error\",\"error\":\"The model is gone\","
               "\"code\":\"processing_error\"}",
      0, "processing_error", "The model is gone");
  parse (&event,
      "{\"type\":\"error\",\"error\":{\"code\":\"session_expired\","
      "\"message\":\"x\",\"event_id\":\"e7\"}}");
  g_assert_true (openai_realtime_is_expiry (event.error));
  g_assert_cmpstr (event.event_id, ==, "e7");
}

/* One event for @item; what it says now, or NULL: nothing new. */
static const gchar *
take (OpenaiRealtimeItem *item, const gchar *text, const gchar **delta)
{
  g_auto (OpenaiRealtimeEvent) event = { 0 };
  const gchar *all;

  parse (&event, text);
  return openai_realtime_item_take (item, &event, &all, delta) ? all : NULL;
}

#define DELTA(t)                                                                         \
  "{\"type\":\"conversation.item.input_audio_transcription.delta\","                     \
  "\"item_id\":\"i\",\"delta\":\"" t "\"}"

static void
test_deltas (void)
{
  g_autoptr (OpenaiRealtimeItem) item = openai_realtime_item_new ();
  g_autoptr (OpenaiRealtimeItem) whole = openai_realtime_item_new ();
  const gchar *delta;

  g_assert_cmpstr (take (item, DELTA ("ha"), &delta), ==, "ha");
  g_assert_cmpstr (take (item, DELTA ("ha"), &delta), ==, "haha");
  g_assert_cmpstr (delta, ==, "ha");
  g_assert_null (take (item, DELTA (""), &delta));
  g_assert_cmpstr (take (item,
                       "{\"type\":\"transcription.delta\","
                       "\"delta\":\" ho\\u001b[1m\"}",
                       &delta),
      ==, "haha ho [1m");
  g_assert_cmpstr (delta, ==, " ho [1m");
  g_assert_false (openai_realtime_item_is_replaced (item));

  /* Cumulative. */
  g_assert_cmpstr (take (whole, DELTA ("We"), &delta), ==, "We");
  g_assert_cmpstr (take (whole, DELTA ("We go"), &delta), ==, "We go");
  g_assert_cmpstr (delta, ==, " go");
  g_assert_null (take (whole, DELTA ("We go"), &delta));
  g_assert_false (openai_realtime_item_is_replaced (whole));
  g_assert_cmpstr (take (whole, DELTA ("We goat"), &delta), ==, "We goat");
  g_assert_cmpstr (take (whole, DELTA ("Wigo"), &delta), ==, "Wigo");
  g_assert_true (openai_realtime_item_is_replaced (whole));
  g_assert_null (delta);
}

static void
test_result (void)
{
  g_autoptr (OpenaiRealtimeItem) item = openai_realtime_item_new ();
  g_autoptr (OpenaiTranscript) transcript = NULL;
  g_auto (OpenaiRealtimeEvent) event = { 0 };
  g_autoptr (GError) error = NULL;
  const OpenaiSegment *segment;
  const gchar *delta;

  take (item, DELTA ("On"), &delta);
  take (item,
      "{\"type\":\"conversation.item.input_audio_transcription.segment\","
      "\"item_id\":\"i\",\"id\":\"s1\",\"text\":\"One.\",\"speaker\":\"A\","
      "\"start\":0.25,\"end\":0.75}",
      &delta);
  parse (&event,
      "{\"type\":"
      "\"conversation.item.input_audio_transcription.completed\","
      "\"item_id\":\"i\",\"transcript\":\" One. \",\"usage\":{\"type\":"
      "\"duration\",\"seconds\":3.4},\"languages\":[{\"code\":\"en\"}],"
      "\"logprobs\":[{\"token\":\"One\",\"logprob\":-0.5,\"bytes\":[79]}]}");
  g_assert_cmpint (event.kind, ==, OPENAI_REALTIME_COMPLETED);
  g_assert_cmpstr (event.item, ==, "i");
  transcript = openai_realtime_item_finish (item, &event, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (transcript->text, ==, "One.");
  g_assert_cmpstr (transcript->language, ==, "en");
  g_assert_cmpfloat (transcript->usage.seconds, ==, 3.4);
  g_assert_cmpuint (transcript->logprobs->len, ==, 1);
  g_assert_cmpuint (transcript->segments->len, ==, 1);
  segment = g_ptr_array_index (transcript->segments, 0);
  g_assert_cmpstr (segment->speaker, ==, "A");
  g_assert_cmpfloat (segment->start, ==, 0.25);
}

/* The result never came. */
static void
test_no_result (void)
{
  g_autoptr (OpenaiRealtimeItem) item = openai_realtime_item_new ();
  g_autoptr (OpenaiTranscript) transcript = NULL;
  const gchar *delta;

  take (item, DELTA ("as far as"), &delta);
  transcript = openai_realtime_item_finish (item, NULL, NULL);
  g_assert_cmpstr (transcript->text, ==, "as far as");
}

static void
check_path (const gchar *base_url, const gchar *first, const gchar *second)
{
  OpenaiEndpoint endpoint = { .base_url = (gchar *) base_url };
  g_autoptr (GError) error = g_error_new_literal (OPENAI_ERROR, OPENAI_ERROR_HTTP, "x");
  OpenaiClient *client = openai_client_acquire (&endpoint, NULL);
  g_autofree gchar *usual = openai_realtime_transcription_path (client, "a/b");
  g_autofree gchar *other = NULL;

  openai_error_details (error)->status = 401;
  g_assert_false (openai_realtime_try_other_path (client, error));
  openai_error_details (error)->status = 400;
  g_assert_true (openai_realtime_try_other_path (client, error));
  g_assert_false (openai_realtime_try_other_path (client, error));
  other = openai_realtime_transcription_path (client, "a/b");
  openai_client_release (client);
  g_assert_cmpstr (usual, ==, first);
  g_assert_cmpstr (other, ==, second);
}

static void
test_paths (void)
{
  check_path ("https://api.openai.com/v1", "/realtime?intent=transcription",
      "/realtime?intent=transcription&model=a%2Fb");
  check_path ("https://r.openai.azure.com/openai/v1", "/realtime?intent=transcription",
      "/realtime?intent=transcription&model=a%2Fb");
  check_path ("http://127.0.0.1:8000/v1", "/realtime?intent=transcription&model=a%2Fb",
      "/realtime?intent=transcription");
}

static void
test_no_event (void)
{
  static const gchar *const texts[] = { "", "[]", "{", "null", "\xff\xfe" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_auto (OpenaiRealtimeEvent) event = { 0 };

    g_assert_false (
        openai_realtime_event_parse (&event, texts[i], strlen (texts[i]), NULL));
  }
}

/* Whatever the length: as GLib writes it. */
static void
test_append (void)
{
  guint8 data[40];

  for (guint i = 0; i < sizeof data; i++)
    data[i] = 253 * i;
  for (gsize n = 0; n <= sizeof data; n++) {
    g_autofree gchar *text = openai_realtime_append (data, n);
    g_autofree gchar *base64 = g_base64_encode (data, n);
    g_autofree gchar *expected = g_strdup_printf (
        "{\"type\":\"input_audio_buffer.append\",\"audio\":\"%s\"}", base64);

    g_assert_cmpstr (text, ==, expected);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/realtime/dialects", test_dialects);
  g_test_add_func ("/realtime/updates", test_updates);
  g_test_add_func ("/realtime/errors", test_errors);
  g_test_add_func ("/realtime/deltas", test_deltas);
  g_test_add_func ("/realtime/result", test_result);
  g_test_add_func ("/realtime/no-result", test_no_result);
  g_test_add_func ("/realtime/paths", test_paths);
  g_test_add_func ("/realtime/no-event", test_no_event);
  g_test_add_func ("/realtime/append", test_append);
  return g_test_run ();
}
