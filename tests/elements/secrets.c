// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A key is sent where it belongs and shown nowhere; and what a user or a server
 * writes stays in its place. */

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "support.h"

#define N_ANSWERS 6
#define KEY "sk-never-to-be-seen-1234"

/* --- everything that is logged --- */

static GMutex log_lock;
static guint log_lines; /* protected by log_lock */
static gchar *log_leak; /* protected by log_lock */

static void
look_at (const gchar *where, const gchar *text)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&log_lock);

  log_lines++;
  if (text && strstr (text, KEY) && !log_leak)
    log_leak = g_strdup_printf ("%s: %.300s", where, text);
}

static void
on_gst_log (GstDebugCategory *category, GstDebugLevel level, const gchar *file,
    const gchar *function, gint line, GObject *object, GstDebugMessage *message,
    gpointer user_data)
{
  look_at (function, gst_debug_message_get (message));
}

static GLogWriterOutput
on_glib_log (
    GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  for (gsize i = 0; i < n_fields; i++) {
    if (g_str_equal (fields[i].key, "MESSAGE"))
      look_at ("g_log", fields[i].value);
  }
  return level & (G_LOG_LEVEL_DEBUG | G_LOG_LEVEL_INFO)
      ? G_LOG_WRITER_HANDLED
      : g_log_writer_default (level, fields, n_fields, NULL);
}

static void
begin_looking (void)
{
  static gsize once;

  if (g_once_init_enter (&once)) {
    g_log_set_writer_func (on_glib_log, NULL, NULL);
    g_once_init_leave (&once, 1);
  }
  log_lines = 0;
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (on_gst_log, NULL, NULL);
  gst_debug_set_threshold_from_string ("9", TRUE);
}

static void
end_looking (void)
{
  gst_debug_set_threshold_from_string ("0", TRUE);
  gst_debug_remove_log_function (on_gst_log);
  fail_unless (log_leak == NULL, "%s", log_leak);
}

/* --- everything else that can be seen --- */

static void
look_at_structure (const GstStructure *structure)
{
  g_autofree gchar *text = structure ? gst_structure_to_string (structure) : NULL;

  look_at ("message", text);
}

static void
look_at_error (const GError *error, const gchar *debug, const GstStructure *details)
{
  look_at ("error", error->message);
  look_at ("debug", debug);
  look_at_structure (details);
}

static void
look_at_message (GstMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;
  const GstStructure *details = NULL;

  look_at_structure (gst_message_get_structure (message));
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, &debug);
    gst_message_parse_error_details (message, &details);
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING) {
    gst_message_parse_warning (message, &error, &debug);
    gst_message_parse_warning_details (message, &details);
  }
  if (error)
    look_at_error (error, debug, details);
}

static void
look_at_properties (GObject *object)
{
  guint n;
  g_autofree GParamSpec **specs =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n);

  for (guint i = 0; i < n; i++) {
    GValue value = G_VALUE_INIT;
    g_autofree gchar *text = NULL;

    if (!(specs[i]->flags & G_PARAM_READABLE))
      continue;
    g_value_init (&value, specs[i]->value_type);
    g_object_get_property (object, specs[i]->name, &value);
    /* GStreamer has no text for a structure that is not there. */
    if (!G_VALUE_HOLDS_BOXED (&value) || g_value_get_boxed (&value))
      text = g_strdup_value_contents (&value);
    look_at (specs[i]->name, text);
    g_value_unset (&value);
  }
}

static void
look_at_dump (GstElement *pipeline)
{
  g_autofree gchar *dot = gst_debug_bin_to_dot_data (
      GST_BIN (pipeline), GST_DEBUG_GRAPH_SHOW_ALL | GST_DEBUG_GRAPH_SHOW_FULL_PARAMS);

  fail_unless (strstr (dot, "base-url"));
  look_at ("dot", dot);
}

/* --- where the key comes from, and where it goes --- */

typedef enum
{
  FROM_PROPERTY,
  FROM_FILE,
  FROM_ENVIRONMENT,
  FROM_HEADER,
  FROM_AUTHORIZATION,
  FROM_QUERY,
  N_SOURCES,
} Source;

static const gchar *const lines[] = {
  "audiotestsrc wave=pink-noise num-buffers=60 ! openaistt name=x vad=none "
  "max-retries=0 ! fakesink",
  "openaitts name=x text=Hello max-retries=0 ! fakesink",
  "audiotestsrc num-buffers=10 ! openaivoicesink name=x voice-name=Ada "
  "consent=cons_1 max-retries=0",
};

static void
set_structure (
    GstElement *element, const gchar *property, const gchar *field, const gchar *value)
{
  g_autoptr (GstStructure) structure =
      gst_structure_new ("s", field, G_TYPE_STRING, value, NULL);

  g_object_set (element, property, structure, NULL);
}

/* The file to remove afterwards, or NULL. */
static gchar *
give_key (GstElement *element, Source source)
{
  gchar *path = NULL;

  g_unsetenv ("OPENAI_API_KEY");
  switch (source) {
    case FROM_PROPERTY:
      g_object_set (element, "api-key", KEY, NULL);
      break;
    case FROM_FILE:
      fail_unless (g_close (g_file_open_tmp ("key-XXXXXX", &path, NULL), NULL));
      fail_unless (g_file_set_contents (path, KEY "\n", -1, NULL));
      g_object_set (element, "api-key-file", path, NULL);
      break;
    case FROM_ENVIRONMENT:
      g_setenv ("OPENAI_API_KEY", KEY, TRUE);
      break;
    case FROM_HEADER:
      set_structure (element, "extra-headers", "api-key", KEY);
      break;
    case FROM_AUTHORIZATION:
      set_structure (element, "extra-headers", "Authorization", "Token " KEY);
      break;
    default:
      set_structure (element, "extra-query", "code", KEY);
      break;
  }
  return path;
}

static void
check_it_arrived (TestRequest *request, Source source)
{
  const gchar *authorization = test_request_header (request, "Authorization");

  switch (source) {
    case FROM_HEADER:
      fail_unless_equals_string (test_request_header (request, "api-key"), KEY);
      break;
    case FROM_AUTHORIZATION:
      fail_unless_equals_string (authorization, "Token " KEY);
      break;
    case FROM_QUERY:
      fail_unless (g_str_has_suffix (test_request_path (request), "?code=" KEY));
      break;
    default:
      fail_unless_equals_string (authorization, "Bearer " KEY);
      break;
  }
}

/* Servers repeat what they were sent. */
static void
add_answer (TestServer *server, guint line, guint kind)
{
  static const gchar json[] =
      "{\"error\":{\"message\":\"Incorrect API key "
      "provided: " KEY ".\",\"code\":\"" KEY "\",\"type\":\"x" KEY "\","
      "\"param\":\"" KEY "\"}}";
  TestAnswer *answer;

  switch (kind) {
    case 0:
      if (line == 1)
        test_server_answer_with (server, 200, "audio/pcm", "samples!");
      else
        test_server_answer_with (
            server, 200, "application/json", "{\"id\":\"v\",\"text\":\"a\"}");
      break;
    case 1:
      answer = test_server_answer_with (server, 401, "application/json", json);
      test_answer_header (answer, "x-request-id", "req_" KEY);
      break;
    case 2:
      test_server_answer_with (
          server, 400, "text/html", "<html><title>No " KEY "</title></html>");
      break;
    case 3:
      test_server_answer_with (
          server, 200, "text/html", "<html><title>No " KEY "</title></html>");
      break;
    case 4:
      answer = test_server_answer_with (server, 302, "text/plain", "");
      test_answer_header (answer, "Location", "https://example.invalid/" KEY "?key=" KEY);
      break;
    default:
      test_answer_fault (
          test_server_answer (server, 200, "text/plain"), TEST_FAULT_CLOSE);
      break;
  }
}

static void
watch (GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gboolean ended = FALSE;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (!ended) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop (bus, WAIT_SECONDS * GST_SECOND);

    fail_unless (message != NULL);
    look_at_message (message);
    ended = GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS
        || GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR;
  }
}

GST_START_TEST (test_never_shown)
{
  Source source = __i__ % N_SOURCES;
  guint kind = __i__ / N_SOURCES % N_ANSWERS, line = __i__ / N_SOURCES / N_ANSWERS;
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GstElement) pipeline = gst_parse_launch (lines[line], NULL);
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  g_autoptr (TestRequest) request = NULL;
  g_autofree gchar *path = NULL;

  add_answer (server, line, kind);
  begin_looking ();
  gst_element_add_property_deep_notify_watch (pipeline, NULL, TRUE);
  g_object_set (element, "base-url", test_server_base_url (server), NULL);
  path = give_key (element, source);
  watch (pipeline);
  look_at_dump (pipeline);
  look_at_properties (G_OBJECT (element));
  gst_element_set_state (pipeline, GST_STATE_NULL);
  fail_unless (log_lines > 500, "%u lines", log_lines);
  end_looking ();
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  check_it_arrived (request, source);
  if (path)
    g_unlink (path);
  g_setenv ("OPENAI_API_KEY", "", TRUE);
}

GST_END_TEST;

/* The key of a server that is asked where the first cannot serve. */
GST_START_TEST (test_fallback_is_never_shown)
{
  g_autoptr (TestServer) first = test_server_new (), second = test_server_new ();
  g_autoptr (GstElement) pipeline = gst_parse_launch (lines[__i__], NULL);
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  g_autofree gchar *list =
      g_strdup_printf ("<\"f,base-url=(string)%s,api-key=(string)" KEY "\">",
          test_server_base_url (second));
  g_autoptr (TestRequest) request = NULL;

  test_server_answer_with (first, 402, "application/json", "{\"error\":\"Pay\"}");
  add_answer (second, __i__, 1);
  begin_looking ();
  gst_element_add_property_deep_notify_watch (pipeline, NULL, TRUE);
  g_object_set (element, "base-url", test_server_base_url (first), NULL);
  gst_util_set_object_arg (G_OBJECT (element), "fallback", list);
  watch (pipeline);
  look_at_dump (pipeline);
  look_at_properties (G_OBJECT (element));
  gst_element_set_state (pipeline, GST_STATE_NULL);
  end_looking ();
  request = test_server_request (second, 0, TRUE, WAIT_SECONDS);
  check_it_arrived (request, FROM_PROPERTY);
  request = (test_request_unref (request), test_server_request (first, 0, TRUE, 0));
  fail_unless (test_request_header (request, "Authorization") == NULL);
}

GST_END_TEST;

/* --- values that try to be more --- */

#define EVIL "a\r\nX-Evil: 1\r\n\r\n--x\r\nGET /evil HTTP/1.1\r\n\r\n"

typedef struct
{
  guint line;
  const gchar *property;
  const gchar *field; /* of the request; NULL: it may not be sent */
} Injection;

static const Injection injections[] = {
  { 0, "model", "model" },
  { 0, "prompt", "prompt" },
  { 0, "language", NULL },
  { 1, "model", "model" },
  { 1, "voice", "voice" },
  { 1, "instructions", "instructions" },
  { 1, "text", "input" },
  { 2, "voice-name", "name" },
  { 2, "consent", "consent" },
};

GST_START_TEST (test_values_stay_values)
{
  const Injection *item = &injections[__i__];
  g_autoptr (TestServer) server = test_server_new ();
  GstElement *pipeline = gst_parse_launch (lines[item->line], NULL);
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  g_autoptr (Outcome) outcome = NULL;
  g_autoptr (TestRequest) request = NULL;
  const gchar *sent;

  add_answer (server, item->line, 0);
  g_object_set (element, "base-url", test_server_base_url (server), "api-key", "",
      item->property, EVIL, NULL);
  outcome = play (pipeline);
  fail_unless (test_server_n_requests (server) <= 1);
  request = test_server_request (server, 0, TRUE, 0);
  sent = request
      ? test_request_field (request, item->field ? item->field : item->property)
      : NULL;
  if (request)
    fail_unless (test_request_header (request, "X-Evil") == NULL);
  if (!item->field) {
    fail_unless (sent == NULL || !strpbrk (sent, "\r\n"), "%s", sent);
    return;
  }
  fail_unless (outcome->eos, "%s", outcome->error ? outcome->error->message : "");
  /* Text to speak has no lines. */
  if (g_str_equal (item->property, "text"))
    fail_unless (g_str_has_prefix (sent, "a X-Evil: 1"), "%s", sent);
  else
    fail_unless_equals_string (sent, EVIL);
}

GST_END_TEST;

/* Names are quoted in a form. */
GST_START_TEST (test_names_stay_names)
{
  static const gchar name[] = "a\"\r\nX-Evil: 1\r\n\r\nb";
  g_autoptr (TestServer) server = test_server_new ();
  GstElement *pipeline = gst_parse_launch (lines[__i__], NULL);
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  g_autoptr (Outcome) outcome = NULL;
  g_autoptr (TestRequest) request = NULL;

  add_answer (server, __i__, 0);
  g_object_set (element, "base-url", test_server_base_url (server), "api-key", "", NULL);
  set_structure (element, "extra-fields", name, "value");
  outcome = play (pipeline);
  fail_unless (outcome->eos);
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  fail_unless (test_request_header (request, "X-Evil") == NULL);
  if (__i__ == 1) {
    fail_unless_equals_string (test_request_field (request, name), "value");
    return;
  }
  for (guint i = 0; i < test_request_parts (request)->len; i++) {
    const TestPart *part = g_ptr_array_index (test_request_parts (request), i);
    gsize size;
    const gchar *data = g_bytes_get_data (part->data, &size);

    fail_unless (part->name != NULL && !strpbrk (part->name, "\r\n"));
    if (*part->name == 'a' && !part->filename)
      fail_unless (size == 5 && memcmp (data, "value", 5) == 0);
  }
}

GST_END_TEST;

static const gchar *const headers[] = { "api-key", "organization", "project",
  "extra-headers", "base-url", "name" };

/* What cannot be a header ends before the server is called, and is not shown. */
GST_START_TEST (test_headers_stay_headers)
{
  const gchar *property = headers[__i__ / G_N_ELEMENTS (lines)];
  g_autoptr (TestServer) server = test_server_new ();
  GstElement *pipeline = gst_parse_launch (lines[__i__ % G_N_ELEMENTS (lines)], NULL);
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  g_autofree gchar *url = g_strconcat (test_server_base_url (server), EVIL, NULL);
  g_autoptr (Outcome) outcome = NULL;

  g_object_set (element, "base-url", test_server_base_url (server), NULL);
  if (g_str_equal (property, "extra-headers"))
    set_structure (element, property, "X-Good", EVIL);
  else if (g_str_equal (property, "name"))
    set_structure (element, "extra-headers", "X-Bad\r\nX-Evil", "1");
  else
    g_object_set (
        element, property, g_str_equal (property, "base-url") ? url : EVIL, NULL);
  outcome = play (pipeline);
  fail_unless_equals_int (outcome->n_errors, 1);
  fail_unless (
      g_error_matches (outcome->error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS),
      "%s", outcome->error->message);
  fail_if (strstr (outcome->error->message, "Evil"));
  fail_unless_equals_int (test_server_n_connections (server), 0);
}

GST_END_TEST;

/* A FIFO that no process writes to does not hold up the start, as key or certificate. */
static void
refuse_fifo (const gchar *line, const gchar *property)
{
  g_autofree gchar *folder = g_dir_make_tmp ("key-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "fifo", NULL);
  g_autoptr (TestServer) server = test_server_new ();
  GstElement *pipeline = gst_parse_launch (line, NULL);
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  g_autoptr (Outcome) outcome = NULL;

  fail_unless (mkfifo (path, 0600) == 0);
  g_object_set (element, "base-url", test_server_base_url (server), property, path, NULL);
  outcome = play (pipeline);
  fail_unless_equals_int (outcome->n_errors, 1);
  fail_unless (
      strstr (outcome->error->message, "regular file"), "%s", outcome->error->message);
  g_unlink (path);
  g_rmdir (folder);
}

GST_START_TEST (test_key_is_not_awaited)
{
  refuse_fifo (lines[__i__], "api-key-file");
  refuse_fifo (lines[__i__], "tls-ca-file");
}

GST_END_TEST;

static Suite *
secrets_suite (void)
{
  Suite *suite = suite_create ("secrets");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (
      tcase, test_never_shown, 0, G_N_ELEMENTS (lines) * N_SOURCES * N_ANSWERS);
  tcase_add_loop_test (tcase, test_fallback_is_never_shown, 0, 2);
  tcase_add_loop_test (tcase, test_values_stay_values, 0, G_N_ELEMENTS (injections));
  tcase_add_loop_test (tcase, test_names_stay_names, 0, G_N_ELEMENTS (lines));
  tcase_add_loop_test (
      tcase, test_headers_stay_headers, 0, G_N_ELEMENTS (lines) * G_N_ELEMENTS (headers));
  tcase_add_loop_test (tcase, test_key_is_not_awaited, 0, G_N_ELEMENTS (lines));
  return suite;
}

GST_CHECK_MAIN (secrets);
