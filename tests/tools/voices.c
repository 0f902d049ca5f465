// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* gst-openai-voices-1.0 as its users meet it: what it sends, prints, asks and
 * returns. The first argument is the program. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/json.h"
#include "server/server.h"

#define WAIT_SECONDS 30
#define KEY "sk-never-to-be-seen"
#define MAX_BYTES (10 * 1024 * 1024)

#define CONSENT                                                                          \
  "{\"object\":\"audio.voice_consent\",\"id\":\"cons_1\","                               \
  "\"name\":\"Ada\",\"language\":\"en-US\",\"created_at\":1760000000}"
#define VOICE                                                                            \
  "{\"object\":\"audio.voice\",\"id\":\"voice_1\",\"name\":\"Ada\","                     \
  "\"created_at\":1760000000}"
#define LAST_PAGE "{\"object\":\"list\",\"data\":[" CONSENT "],\"has_more\":false}"

static const gchar *program;
static gchar *wav_path; /* a second of silence */
static gchar *mp3_path;
static gchar *yes_path; /* an answer that was not given */

typedef struct
{
  gint code;
  gchar *out;
  gchar *err;
} Run;

static void
run_clear (Run *run)
{
  g_free (run->out);
  g_free (run->err);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

static GSubprocessLauncher *
make_launcher (TestServer *server, GSubprocessFlags flags)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (flags);

  g_subprocess_launcher_setenv (launcher, "OPENAI_API_KEY", KEY, TRUE);
  g_subprocess_launcher_setenv (launcher, "OPENAI_BASE_URL",
      server ? test_server_base_url (server) : "http://127.0.0.1:1/v1", TRUE);
  g_subprocess_launcher_setenv (launcher, "TZ", "UTC", TRUE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  g_subprocess_launcher_set_stdin_file_path (launcher, yes_path);
  return launcher;
}

/* @line: arguments in a shell's words. */
static GSubprocess *
spawn (GSubprocessLauncher *launcher, const gchar *line)
{
  g_autofree gchar *whole = g_strdup_printf ("%s %s", program, line);
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_shell_parse_argv (whole, NULL, &argv, &error);
  g_assert_no_error (error);
  process = g_subprocess_launcher_spawnv (launcher, (const gchar *const *) argv, &error);
  g_assert_no_error (error);
  return process;
}

static void
finish (GSubprocess *process, Run *run)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_communicate_utf8 (process, NULL, NULL, &run->out, &run->err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  run->code = g_subprocess_get_exit_status (process);
  if (!run->out)
    run->out = g_strdup ("");
  g_assert_null (strstr (run->out, KEY));
  g_assert_null (strstr (run->err, KEY));
  g_assert_null (strstr (run->err, "CRITICAL"));
}

static void
run_tool (TestServer *server, const gchar *line, Run *run)
{
  g_autoptr (GSubprocessLauncher) launcher = make_launcher (
      server, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = spawn (launcher, line);

  finish (process, run);
}

static gchar *
write_file (const gchar *head, gsize head_size, gsize size)
{
  g_autofree gchar *data = g_malloc0 (size);
  g_autoptr (GError) error = NULL;
  gchar *path = NULL;
  gint fd = g_file_open_tmp ("openai-tool-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  memcpy (data, head, head_size);
  g_file_set_contents (path, data, size, &error);
  g_assert_no_error (error);
  return path;
}

/* 8 kHz mono of 16 bit. */
static gchar *
write_wav (guint seconds)
{
  static const gchar head[] = "RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\1\0\1\0"
                              "\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data\xff\xff\xff\xff";

  return write_file (head, sizeof head - 1, sizeof head - 1 + 16000 * seconds);
}

typedef struct
{
  const gchar *line; /* %s: a WAV, %m: an MP3 */
  const gchar *answer;
  const gchar *method;
  const gchar *path;
  const gchar *fields[10]; /* names and values in turn */
  const gchar *file_part;
  const gchar *filename;
  const gchar *says;
} Call;

static const Call calls[] = {
  { "consents create --name Ada --language en-US --recording %w", CONSENT, "POST",
      "/v1/audio/voice_consents", { "name", "Ada", "language", "en-US" }, "recording",
      "audio.wav", "cons_1" },
  { "consents list", LAST_PAGE, "GET", "/v1/audio/voice_consents?limit=100", { NULL },
      NULL, NULL,
      "ID      NAME  LANGUAGE  CREATED\n"
      "cons_1  Ada   en-US     2025-10-09 08:53\n" },
  { "consents show cons_1", CONSENT, "GET", "/v1/audio/voice_consents/cons_1", { NULL },
      NULL, NULL,
      "id:          cons_1\n"
      "name:        Ada\nlanguage:    en-US\ncreated_at:  2025-10-09 08:53\n" },
  { "consents rename cons_1 'New name'", CONSENT, "POST",
      "/v1/audio/voice_consents/cons_1", { "name", "New name" }, NULL, NULL, "cons_1" },
  { "consents delete --yes cons_1", "{\"id\":\"cons_1\",\"deleted\":true}", "DELETE",
      "/v1/audio/voice_consents/cons_1", { NULL }, NULL, NULL,
      "Deleted the consent cons_1.\n" },
  { "voices create --name Ada --consent cons_1 --sample %m", VOICE, "POST",
      "/v1/audio/voices", { "name", "Ada", "consent", "cons_1" }, "audio_sample",
      "audio.mp3", "voice_1" },
  { "voices create --name Ada --prompt 'calm and low' --model auto "
    "--script-hint news",
      VOICE, "POST", "/v1/audio/voices",
      { "type", "prompt", "name", "Ada", "prompt", "calm and low", "model", "auto",
          "script_hint", "news" },
      NULL, NULL, "voice_1" },
  { "voices delete -y voice_1", "{\"id\":\"voice_1\",\"deleted\":true}", "DELETE",
      "/v1/audio/voices/voice_1", { NULL }, NULL, NULL, "Deleted the voice voice_1.\n" },
  { "consents show 'a/b c?d'", CONSENT, "GET", "/v1/audio/voice_consents/a%2Fb%20c%3Fd",
      { NULL }, NULL, NULL, "cons_1" },
  { "voices delete --yes -- '-x/y z'", "", "DELETE", "/v1/audio/voices/-x%2Fy%20z",
      { NULL }, NULL, NULL, "Deleted the voice -x/y z.\n" },
};

static gchar *
with_files (const gchar *line)
{
  GString *out = g_string_new (line);

  g_string_replace (out, "%w", wav_path, 0);
  g_string_replace (out, "%m", mp3_path, 0);
  return g_string_free (out, FALSE);
}

static void
check_request (const Call *call, TestRequest *request)
{
  const TestPart *file = test_request_file (request);
  guint n = 0;

  g_assert_cmpstr (test_request_method (request), ==, call->method);
  g_assert_cmpstr (test_request_path (request), ==, call->path);
  g_assert_cmpstr (test_request_header (request, "Authorization"), ==, "Bearer " KEY);
  for (; n < 5 && call->fields[2 * n]; n++)
    g_assert_cmpstr (
        test_request_field (request, call->fields[2 * n]), ==, call->fields[2 * n + 1]);
  g_assert_true ((file != NULL) == (call->file_part != NULL));
  if (!file)
    return;
  g_assert_cmpuint (test_request_parts (request)->len, ==, n + 1);
  g_assert_cmpstr (file->name, ==, call->file_part);
  g_assert_cmpstr (file->filename, ==, call->filename);
}

/* Each for people, then for programs. */
static void
test_calls (void)
{
  for (guint i = 0; i < 2 * G_N_ELEMENTS (calls); i++) {
    const Call *call = &calls[i / 2];
    gboolean json = i % 2;
    g_autoptr (TestServer) server = test_server_new ();
    g_autofree gchar *line = with_files (call->line);
    g_autofree gchar *whole = g_strconcat (json ? "--json " : "", line, NULL);
    g_autoptr (TestRequest) request = NULL;
    g_autoptr (JsonNode) node = NULL;
    g_auto (Run) run = { 0 };

    test_server_answer_with (server, 200, "application/json", call->answer);
    run_tool (server, whole, &run);
    g_assert_cmpstr (run.err, ==, "");
    g_assert_cmpint (run.code, ==, 0);
    g_assert_cmpuint (test_server_n_requests (server), ==, 1);
    request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
    check_request (call, request);
    if (json)
      g_assert_nonnull ((node = openai_json_parse (run.out, -1, NULL)));
    else
      g_assert_nonnull (strstr (run.out, call->says));
  }
}

static void
script_pages (TestServer *server)
{
  test_server_answer_with (server, 200, "application/json",
      "{\"data\":[{\"id\":\"cons_1\",\"name\":\"Ada\",\"language\":\"en\","
      "\"created_at\":0},{\"id\":\"b/2 x\",\"name\":\"\\u7530\\u4e2d\"}],"
      "\"has_more\":true,\"last_id\":\"b/2 x\"}");
  test_server_answer_with (server, 200, "application/json",
      "{\"data\":[{\"id\":\"cons_three\",\"name\":\"C\\u001b[2J\\n\"}],"
      "\"has_more\":true}");
  test_server_answer_with (server, 200, "application/json",
      "{\"data\":[{\"id\":\"d\",\"name\":null,\"language\":\"de\"}],"
      "\"has_more\":false}");
}

static void
test_three_pages (void)
{
  static const gchar *const paths[] = {
    "/v1/audio/voice_consents?limit=100",
    "/v1/audio/voice_consents?limit=100&after=b%2F2%20x",
    "/v1/audio/voice_consents?limit=100&after=cons_three",
  };
  static const gchar table[] = "ID          NAME    LANGUAGE  CREATED\n"
                               "cons_1      Ada     en        1970-01-01 00:00\n"
                               "b/2 x       \xe7\x94\xb0\xe4\xb8\xad    -         -\n"
                               "cons_three  C\xef\xbf\xbd[2J\xef\xbf\xbd  -         -\n"
                               "d           -       de        -\n";

  for (guint json = 0; json < 2; json++) {
    g_autoptr (TestServer) server = test_server_new ();
    g_auto (Run) run = { 0 };

    script_pages (server);
    run_tool (server, json ? "consents list --json" : "consents list", &run);
    g_assert_cmpint (run.code, ==, 0);
    g_assert_cmpuint (test_server_n_requests (server), ==, 3);
    for (guint i = 0; i < 3; i++) {
      g_autoptr (TestRequest) request =
          test_server_request (server, i, TRUE, WAIT_SECONDS);

      g_assert_cmpstr (test_request_path (request), ==, paths[i]);
    }
    if (json) {
      g_autoptr (JsonNode) node = openai_json_parse (run.out, -1, NULL);

      g_assert_cmpuint (json_array_get_length (json_node_get_array (node)), ==, 4);
    } else {
      g_assert_cmpstr (run.out, ==, table);
    }
  }
}

/* A list that never ends does. */
static void
test_endless_pages (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_auto (Run) run = { 0 };

  test_server_answer_with (
      server, 200, "application/json", "{\"data\":[{\"id\":\"a\"}],\"has_more\":true}");
  run_tool (server, "consents list", &run);
  g_assert_cmpint (run.code, ==, 1);
  g_assert_cmpstr (run.out, ==, "");
  g_assert_cmpuint (test_server_n_requests (server), ==, 2);
}

/* Each page tells of another, and the other of this one. */
static void
test_pages_in_a_circle (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_auto (Run) run = { 0 };

  for (guint i = 0; i < 120; i++) {
    g_autoptr (GString) page = g_string_new ("{\"has_more\":true,\"data\":[");

    for (guint j = 0; j < 99; j++)
      g_string_append (page, "{\"id\":\"c\"},");
    g_string_append_printf (page, "{\"id\":\"%c\"}]}", i % 2 ? 'a' : 'b');
    test_server_answer_with (server, 200, "application/json", page->str);
  }
  run_tool (server, "consents list", &run);
  g_assert_cmpint (run.code, ==, 1);
  g_assert_cmpstr (run.out, ==, "");
  g_assert_cmpuint (test_server_n_requests (server), <, 120);
}

static void
test_no_consents (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_auto (Run) run = { 0 };

  test_server_answer_with (server, 200, "application/json", "{\"data\":[]}");
  run_tool (server, "consents list", &run);
  g_assert_cmpint (run.code, ==, 0);
  g_assert_cmpstr (run.out, ==, "");
  g_assert_nonnull (strstr (run.err, "no consents"));
}

#define ONE_GO                                                                           \
  "voices create --name Ada --language en-US "                                           \
  "--consent-recording %w --sample %m"

static void
test_one_go (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *line = with_files (ONE_GO " --json");
  g_autoptr (TestRequest) consent = NULL, voice = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_auto (Run) run = { 0 };
  JsonObject *both;

  test_server_answer_with (server, 200, "application/json", CONSENT);
  test_server_answer_with (server, 200, "application/json", VOICE);
  run_tool (server, line, &run);
  g_assert_cmpint (run.code, ==, 0);
  consent = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  check_request (&calls[0], consent);
  voice = test_server_request (server, 1, TRUE, WAIT_SECONDS);
  check_request (&calls[5], voice);
  node = openai_json_parse_object (run.out, -1, NULL);
  both = json_node_get_object (node);
  g_assert_cmpstr (
      openai_json_string (openai_json_object (both, "consent"), "id"), ==, "cons_1");
  g_assert_cmpstr (
      openai_json_string (openai_json_object (both, "voice"), "id"), ==, "voice_1");
}

/* The consent that was made is not hidden by the failure of the voice. */
static void
test_half_of_it (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *line = with_files (ONE_GO);
  g_auto (Run) run = { 0 };

  test_server_answer_with (server, 200, "application/json", CONSENT);
  test_server_answer_with (
      server, 400, "application/json", "{\"error\":{\"message\":\"Another speaker\"}}");
  run_tool (server, line, &run);
  g_assert_cmpint (run.code, ==, 1);
  g_assert_nonnull (strstr (run.out, "cons_1"));
  g_assert_nonnull (strstr (run.err, "Another speaker"));
  g_assert_nonnull (strstr (run.err, "--consent cons_1"));
}

static const gchar *const wrong_lines[] = {
  "",
  "consents",
  "voices",
  "voices list",
  "consents lists",
  "nonsense x",
  "consents list x",
  "consents show",
  "consents show a b",
  "consents rename a",
  "consents show ''",
  "consents show ..",
  "consents show a/../b",
  "consents delete --yes ../voices/x",
  "consents list --name x",
  "consents show a --yes",
  "voices create",
  "voices create --name x",
  "voices create --name x --sample %w",
  "voices create --name x --sample %w --consent c --consent-recording %w",
  "voices create --name x --sample %w --consent-recording %w",
  "voices create --name x --sample %w --consent c --language en",
  "voices create --name x --sample %w --consent c --model m",
  "voices create --name x --prompt p --sample %w",
  "consents create --name x --language en",
  "consents create --name x --language en --recording /nonexistent/x.wav",
  "consents create --name x --language en --recording /",
  "voices create --name x --sample /nonexistent/x --consent-recording %w "
  "--language en",
  "consents list --timeout=-1",
  "consents list --timeout=x",
  "consents list --base-url ftp://x",
  "consents list --api-key-file /none",
  "consents list --api-key=" KEY,
  "--api-key=" KEY " consents list",
  "consents delete cons_1",
  "voices delete voice_1",
  "consents rename a ''",
  "voices create --name x --prompt ''",
  "consents create --name '' --language en --recording %w",
  "consents create --name x --language '' --recording %w",
  "voices create --name x --sample %w --consent ''",
  "consents list --tls-ca-file %w",
};

static void
test_wrong_usage (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (wrong_lines); i++) {
    g_autoptr (TestServer) server = test_server_new ();
    g_autofree gchar *line = with_files (wrong_lines[i]);
    g_auto (Run) run = { 0 };

    run_tool (server, line, &run);
    if (run.code != 2)
      g_error ("\"%s\" returns %d: %s", line, run.code, run.err);
    g_assert_cmpstr (run.out, ==, "");
    g_assert_true (g_str_has_prefix (run.err, "gst-openai-voices-1.0: "));
    g_assert_false (g_str_has_suffix (run.err, "..\n"));
    g_assert_cmpuint (test_server_n_connections (server), ==, 0);
  }
}

/* Too large, too long, no recording at all: refused before any connection. */
static void
test_recordings (void)
{
  g_autofree gchar *large = write_file ("OggS", 4, MAX_BYTES + 1);
  g_autofree gchar *just = write_file ("OggS", 4, MAX_BYTES);
  g_autofree gchar *seconds = write_wav (31);
  g_autofree gchar *text = write_file ("hello", 5, 100);
  const struct
  {
    const gchar *path;
    const gchar *option;
    const gchar *says; /* NULL: it is sent */
  } files[] = {
    { large, "", "larger than 10485760 bytes" },
    { seconds, "", "31.0 s" },
    { text, "", "no MP3" },
    { text, "--no-limits", "no MP3" },
    { just, "", NULL },
    { large, "--no-limits", NULL },
    { seconds, "--no-limits", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (TestServer) server = test_server_new ();
    g_autofree gchar *line = g_strdup_printf ("voices create --name Ada "
                                              "--consent c --sample %s %s",
        files[i].path, files[i].option);
    g_auto (Run) run = { 0 };

    test_server_answer_with (server, 200, "application/json", VOICE);
    run_tool (server, line, &run);
    g_assert_cmpint (run.code, ==, files[i].says ? 2 : 0);
    g_assert_cmpuint (test_server_n_connections (server), ==, files[i].says ? 0 : 1);
    if (files[i].says)
      g_assert_nonnull (strstr (run.err, files[i].says));
  }
  g_unlink (large);
  g_unlink (just);
  g_unlink (seconds);
  g_unlink (text);
}

static void
test_refusals (void)
{
  static const struct
  {
    const gchar *line;
    guint status;
    const gchar *body;
    const gchar *says;
  } refusals[] = {
    { "consents list", 401, "{\"error\":{\"message\":\"Bad key " KEY "\"}}",
        "OPENAI_API_KEY" },
    { "consents list", 403, "{\"error\":{\"message\":\"Not you\"}}", "eligible" },
    { "consents list", 404, "", "eligible" },
    { "consents show x", 404, "{\"error\":{\"message\":\"None\"}}", "this id" },
    { "voices delete -y x", 404, "", "this id" },
    { "consents list", 501, "{\"error\":{\"message\":\"Not here\"}}",
        "This server has no custom voices" },
    { "voices create --name x --consent c --sample %w", 501, "",
        "This server has no custom voices" },
    { "voices create --name x --consent c --sample %w", 500, "",
        "may have created the voice" },
    { "consents create --name x --language en --recording %w", 200, "{}",
        "may have created the consent" },
    { "consents delete -y x", 200, "{\"deleted\":false}", "not deleted" },
    { "consents show x", 200, "<html><title>Login</title></html>", "Login" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++) {
    g_autoptr (TestServer) server = test_server_new ();
    g_autofree gchar *line = with_files (refusals[i].line);
    g_auto (Run) run = { 0 };

    test_answer_header (test_server_answer_with (server, refusals[i].status,
                            "application/json", refusals[i].body),
        "x-request-id", "req_7");
    run_tool (server, line, &run);
    g_assert_cmpint (run.code, ==, 1);
    g_assert_cmpstr (run.out, ==, "");
    g_assert_nonnull (strstr (run.err, refusals[i].says));
    g_assert_nonnull (strstr (run.err, "req_7"));
    g_assert_cmpuint (test_server_n_requests (server), ==, 1);
  }
}

static void
test_server_down (void)
{
  g_autofree gchar *line = with_files ("consents create --name x "
                                       "--language en --recording %w");
  g_auto (Run) run = { 0 };

  run_tool (NULL, line, &run);
  g_assert_cmpint (run.code, ==, 1);
  g_assert_nonnull (strstr (run.err, "127.0.0.1:1"));
  g_assert_null (strstr (run.err, "may have"));
}

static GSubprocess *
spawn_piped (TestServer *server, const gchar *line)
{
  g_autoptr (GSubprocessLauncher) launcher = make_launcher (
      server, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);

  return spawn (launcher, line);
}

/* While it works, the key is not in the process list. */
static void
test_key_is_hidden (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestAnswer *held = test_server_answer (server, 200, "application/json");
  g_autofree gchar *key_file = write_file (KEY "-file\nmore", 29, 30);
  g_autofree gchar *line =
      g_strconcat ("consents show cons_1 --api-key-file ", key_file, NULL);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree gchar *path = NULL;
  g_autofree gchar *arguments = NULL;
  g_autoptr (TestRequest) request = NULL;
  g_auto (Run) run = { 0 };
  gsize length;

  test_answer_hold (held);
  test_answer_text (held, CONSENT);
  process = spawn_piped (server, line);
  g_assert_cmpint (test_answer_request (held, WAIT_SECONDS), ==, 0);
  path = g_strdup_printf ("/proc/%s/cmdline", g_subprocess_get_identifier (process));
  g_assert_true (g_file_get_contents (path, &arguments, &length, NULL));
  g_assert_cmpuint (length, >, 10);
  g_assert_null (memmem (arguments, length, KEY, strlen (KEY)));
  test_answer_release (held);
  finish (process, &run);
  g_assert_cmpint (run.code, ==, 0);
  request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
  g_assert_cmpstr (
      test_request_header (request, "Authorization"), ==, "Bearer " KEY "-file");
  g_unlink (key_file);
}

static void
test_no_key (void)
{
  g_autoptr (GSubprocessLauncher) launcher = make_launcher (
      NULL, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_auto (Run) run = { 0 };

  g_subprocess_launcher_unsetenv (launcher, "OPENAI_API_KEY");
  g_subprocess_launcher_unsetenv (launcher, "OPENAI_BASE_URL");
  process = spawn (launcher, "consents list");
  finish (process, &run);
  g_assert_cmpint (run.code, ==, 2);
  g_assert_nonnull (strstr (run.err, "OPENAI_API_KEY"));
  g_assert_nonnull (strstr (run.err, "--api-key-file"));
}

/* The server is killed in the middle of an upload and comes back. */
static void
test_restart_in_upload (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree gchar *path = write_file ("OggS", 4, MAX_BYTES);
  g_autofree gchar *line = g_strdup_printf ("voices create --name Ada "
                                            "--consent c --sample %s",
      path);
  TestAnswer *never = test_server_answer (server, 200, "application/json");
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (TestRequest) again = NULL;
  g_auto (Run) run = { 0 };

  test_answer_early (never, 20000);
  test_answer_hold (never);
  test_server_answer_with (server, 200, "application/json", VOICE);
  process = spawn_piped (server, line);
  g_assert_cmpint (test_answer_request (never, WAIT_SECONDS), ==, 0);
  test_server_pause (server);
  test_server_resume (server);
  finish (process, &run);
  g_assert_cmpint (run.code, ==, 0);
  g_assert_nonnull (strstr (run.out, "voice_1"));
  g_assert_cmpuint (test_server_n_requests (server), ==, 2);
  again = test_server_request (server, 1, TRUE, WAIT_SECONDS);
  g_assert_cmpuint (g_bytes_get_size (test_request_file (again)->data), ==, MAX_BYTES);
  g_unlink (path);
}

/* --- on a terminal --- */

typedef struct
{
  GSubprocess *process;
  gint master;
  GString *seen;
} Terminal;

static void
terminal_clear (Terminal *terminal)
{
  g_close (terminal->master, NULL);
  g_clear_object (&terminal->process);
  g_string_free (terminal->seen, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Terminal, terminal_clear)

static void
spawn_on_terminal (TestServer *server, const gchar *line, Terminal *terminal)
{
  g_autoptr (GSubprocessLauncher) launcher =
      make_launcher (server, G_SUBPROCESS_FLAGS_NONE);
  gint slave;

  g_subprocess_launcher_set_stdin_file_path (launcher, NULL);
  terminal->seen = g_string_new (NULL);
  terminal->master = posix_openpt (O_RDWR | O_NOCTTY);
  g_assert_cmpint (terminal->master, >=, 0);
  g_assert_cmpint (grantpt (terminal->master), ==, 0);
  g_assert_cmpint (unlockpt (terminal->master), ==, 0);
  slave = open (ptsname (terminal->master), O_RDWR | O_NOCTTY);
  g_assert_cmpint (slave, >=, 0);
  g_subprocess_launcher_take_stdin_fd (launcher, slave);
  g_subprocess_launcher_take_stdout_fd (launcher, dup (slave));
  g_subprocess_launcher_take_stderr_fd (launcher, dup (slave));
  terminal->process = spawn (launcher, line);
}

static gboolean
read_terminal (Terminal *terminal)
{
  struct pollfd ready = { .fd = terminal->master, .events = POLLIN };
  gchar piece[1024];
  gssize n;

  g_assert_cmpint (poll (&ready, 1, WAIT_SECONDS * 1000), >, 0);
  n = read (terminal->master, piece, sizeof piece);
  if (n > 0)
    g_string_append_len (terminal->seen, piece, n);
  return n > 0;
}

static void
wait_for_text (Terminal *terminal, const gchar *text)
{
  while (!strstr (terminal->seen->str, text))
    g_assert_true (read_terminal (terminal));
}

/* The exit code. */
static gint
end_terminal (Terminal *terminal)
{
  while (read_terminal (terminal))
    ;
  g_assert_true (g_subprocess_wait (terminal->process, NULL, NULL));
  g_assert_true (g_subprocess_get_if_exited (terminal->process));
  g_assert_null (strstr (terminal->seen->str, KEY));
  return g_subprocess_get_exit_status (terminal->process);
}

static void
test_asks (void)
{
  static const struct
  {
    const gchar *line;
    const gchar *question;
    const gchar *reply;
    gint code;
  } questions[] = {
    { "consents delete cons_1", "Delete the consent cons_1? [y/N]", "y\n", 0 },
    { "voices delete voice_1", "Delete the voice voice_1? [y/N]", "Y\n", 0 },
    { "voices delete voice_1", "Delete the voice voice_1? [y/N]", "n\n", 1 },
    { "voices delete voice_1", "Delete the voice voice_1? [y/N]", "\n", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++) {
    g_autoptr (TestServer) server = test_server_new ();
    g_auto (Terminal) terminal = { NULL };
    gsize length = strlen (questions[i].reply);

    test_server_answer_with (server, 200, "application/json", "{}");
    spawn_on_terminal (server, questions[i].line, &terminal);
    wait_for_text (&terminal, questions[i].question);
    g_assert_cmpuint (test_server_n_connections (server), ==, 0);
    g_assert_cmpint (write (terminal.master, questions[i].reply, length), ==, length);
    g_assert_cmpint (end_terminal (&terminal), ==, questions[i].code);
    g_assert_cmpuint (
        test_server_n_requests (server), ==, questions[i].code == 0 ? 1 : 0);
  }
}

/* Progress while it is sent; and Ctrl-C then tells what may
 * have come of it. */
static void
test_progress_and_interrupt (void)
{
  for (guint interrupt = 0; interrupt < 2; interrupt++) {
    g_autoptr (TestServer) server = test_server_new ();
    TestAnswer *held = test_server_answer (server, 200, "application/json");
    g_autofree gchar *line = with_files ("voices create --name Ada "
                                         "--consent c --sample %w");
    g_auto (Terminal) terminal = { NULL };

    test_answer_hold (held);
    test_answer_text (held, VOICE);
    spawn_on_terminal (server, line, &terminal);
    wait_for_text (&terminal, "sent, waiting for the answer");
    if (interrupt)
      g_subprocess_send_signal (terminal.process, SIGINT);
    else
      test_answer_release (held);
    g_assert_cmpint (end_terminal (&terminal), ==, interrupt ? 130 : 0);
    g_assert_nonnull (strstr (
        terminal.seen->str, interrupt ? "may have created the voice" : "voice_1"));
  }
}

/* An id that could not be printed is not lost: voices cannot be listed. */
static void
test_full_disk (void)
{
  static const struct
  {
    const gchar *line;
    const gchar *answer;
    const gchar *says;
  } cases[] = {
    { "voices create --name Ada --consent c --sample %w", VOICE, "voice_1" },
    { "voices create --name Ada --consent c --sample %w --json", VOICE, "voice_1" },
    { ONE_GO, VOICE, "voice_1" },
    { "consents list", LAST_PAGE, "printed" },
    { "--version", LAST_PAGE, "printed" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TestServer) server = test_server_new ();
    g_autoptr (GSubprocessLauncher) launcher =
        make_launcher (server, G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_autoptr (GSubprocess) process = NULL;
    g_autofree gchar *line = with_files (cases[i].line);
    g_auto (Run) run = { 0 };

    test_server_answer_with (server, 200, "application/json", cases[i].answer);
    g_subprocess_launcher_set_stdout_file_path (launcher, "/dev/full");
    process = spawn (launcher, line);
    finish (process, &run);
    g_assert_cmpint (run.code, ==, 1);
    g_assert_nonnull (strstr (run.err, cases[i].says));
  }
}

/* Names of all languages, in any locale; joiners are part of a name. */
static void
test_names (void)
{
  static const gchar *const locales[] = { "C", "POSIX", "C.UTF-8" };
  static const gchar name[] = "Zoë علی\u200cرضا 👩\u200d🚀";

  for (guint i = 0; i < G_N_ELEMENTS (locales); i++) {
    g_autoptr (TestServer) server = test_server_new ();
    g_autoptr (GSubprocessLauncher) launcher = make_launcher (
        server, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_autoptr (GSubprocess) process = NULL;
    g_autoptr (TestRequest) request = NULL;
    g_autofree gchar *line = g_strdup_printf ("consents rename cons_1 '%s'", name);
    g_autofree gchar *answer =
        g_strdup_printf ("{\"id\":\"cons_1\",\"name\":\"%s\"}", name);
    g_auto (Run) run = { 0 };

    test_server_answer_with (server, 200, "application/json", answer);
    g_subprocess_launcher_setenv (launcher, "LC_ALL", locales[i], TRUE);
    process = spawn (launcher, line);
    finish (process, &run);
    g_assert_cmpint (run.code, ==, 0);
    request = test_server_request (server, 0, TRUE, WAIT_SECONDS);
    g_assert_cmpstr (test_request_field (request, "name"), ==, name);
    g_assert_nonnull (strstr (run.out, name));
  }
}

static void
test_help (void)
{
  g_auto (Run) help = { 0 }, version = { 0 };

  run_tool (NULL, "--help", &help);
  g_assert_cmpint (help.code, ==, 0);
  g_assert_nonnull (strstr (help.out, "consents rename ID NAME"));
  g_assert_nonnull (strstr (help.out, "--consent-recording"));
  run_tool (NULL, "--version", &version);
  g_assert_cmpint (version.code, ==, 0);
  g_assert_true (g_str_has_prefix (version.out, "gst-openai-voices-1.0 "));
}

int
main (int argc, char *argv[])
{
  gint result;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];
  wav_path = write_wav (1);
  mp3_path = write_file ("\xff\xfb\x90\0", 4, 1000);
  yes_path = write_file ("y\n", 2, 2);
  g_test_add_func ("/tool-voices/calls", test_calls);
  g_test_add_func ("/tool-voices/three-pages", test_three_pages);
  g_test_add_func ("/tool-voices/endless-pages", test_endless_pages);
  g_test_add_func ("/tool-voices/pages-in-a-circle", test_pages_in_a_circle);
  g_test_add_func ("/tool-voices/no-consents", test_no_consents);
  g_test_add_func ("/tool-voices/one-go", test_one_go);
  g_test_add_func ("/tool-voices/half-of-it", test_half_of_it);
  g_test_add_func ("/tool-voices/wrong-usage", test_wrong_usage);
  g_test_add_func ("/tool-voices/recordings", test_recordings);
  g_test_add_func ("/tool-voices/refusals", test_refusals);
  g_test_add_func ("/tool-voices/server-down", test_server_down);
  g_test_add_func ("/tool-voices/key-is-hidden", test_key_is_hidden);
  g_test_add_func ("/tool-voices/no-key", test_no_key);
  g_test_add_func ("/tool-voices/restart-in-upload", test_restart_in_upload);
  g_test_add_func ("/tool-voices/asks", test_asks);
  g_test_add_func ("/tool-voices/progress-and-interrupt", test_progress_and_interrupt);
  g_test_add_func ("/tool-voices/full-disk", test_full_disk);
  g_test_add_func ("/tool-voices/names", test_names);
  g_test_add_func ("/tool-voices/help", test_help);
  result = g_test_run ();
  g_unlink (wav_path);
  g_unlink (mp3_path);
  g_unlink (yes_path);
  g_free (yes_path);
  g_free (wav_path);
  g_free (mp3_path);
  return result;
}
