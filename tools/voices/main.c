// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* gst-openai-voices-1.0: custom voices and the consents to make them, at the
 * prompt. */

#include "config.h"

#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client/error.h"
#include "client/json.h"
#include "client/voices.h"
#include "i18n.h"
#include "options.h"
#include "show.h"

#define CONNECT_MS 10000
#define IDLE_MS 30000
#define MAX_RETRIES 2

enum
{
  EXIT_DONE = 0,
  EXIT_REFUSED = 1,  /* the server said no, or was not reached, or
                                 * the answer could not be printed */
  EXIT_USAGE = 2,    /* nothing was sent */
  EXIT_SIGNAL = 128, /* and its number */
};

typedef struct
{
  OpenaiClient *client;
  GMainLoop *loop;
  gint signal;          /* that ended it; 0: none */
  gboolean unsent;      /* what was asked for cannot be sent */
  const gchar *sending; /* what the progress is of; NULL: show none */

  /* of the call under way, from the I/O thread; protected by lock */
  GMutex lock;
  JsonNode *answer;
  GError *error;
  gsize sent;
  gsize size;
} Tool;

static void G_GNUC_PRINTF (1, 2) complain (const gchar *format, ...)
{
  va_list args;
  g_autofree gchar *text = NULL;
  g_autofree gchar *printable = NULL;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  printable = show_printable (text);
  g_printerr (PROGRAM ": %s\n", printable);
}

/* --- one call --- */

static void
clear_progress (Tool *tool)
{
  if (tool->sending)
    g_printerr ("\r\033[K");
}

/* At most this often, milliseconds. */
#define PROGRESS_MS 100

static gboolean
show_progress (gpointer user_data)
{
  Tool *tool = user_data;
  g_autofree gchar *size = NULL;
  gsize sent, total;

  g_mutex_lock (&tool->lock);
  sent = tool->sent;
  total = tool->size;
  g_mutex_unlock (&tool->lock);
  if (total == 0)
    return G_SOURCE_CONTINUE;
  size = g_format_size (total);
  clear_progress (tool);
  if (sent < total)
    g_printerr (
        _("%s: %u %% of %s sent"), tool->sending, (guint) (100.0 * sent / total), size);
  else
    g_printerr (_("%s: %s sent, waiting for the answer"), tool->sending, size);
  return G_SOURCE_CONTINUE;
}

static void
on_sent (OpenaiVoiceCall *call, gsize sent, gsize size, gpointer user_data)
{
  Tool *tool = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&tool->lock);

  tool->sent = sent;
  tool->size = size;
}

static gboolean
quit (gpointer user_data)
{
  g_main_loop_quit (((Tool *) user_data)->loop);
  return G_SOURCE_REMOVE;
}

static void
on_done (
    OpenaiVoiceCall *call, JsonObject *answer, const GError *error, gpointer user_data)
{
  Tool *tool = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&tool->lock);

  tool->error = error ? g_error_copy (error) : NULL;
  if (answer) {
    tool->answer = json_node_new (JSON_NODE_OBJECT);
    json_node_set_object (tool->answer, answer);
  }
  g_main_context_invoke (NULL, quit, tool);
}

static gboolean
on_interrupt (gpointer user_data)
{
  Tool *tool = user_data;

  tool->signal = SIGINT;
  g_main_loop_quit (tool->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_terminate (gpointer user_data)
{
  Tool *tool = user_data;

  tool->signal = SIGTERM;
  g_main_loop_quit (tool->loop);
  return G_SOURCE_CONTINUE;
}

static void
complain_of_error (OpenaiVoiceAction action, const GError *error)
{
  const OpenaiErrorDetails *details = openai_error_details (error);
  const gchar *advice = openai_voice_advice (action, error);
  g_autofree gchar *text = NULL;

  if (!advice && details && details->status == 401)
    advice = _("Set OPENAI_API_KEY or --api-key-file to a key this server "
               "accepts.");
  else if (!advice && error->code == OPENAI_ERROR_CONNECT)
    advice = _("Is the server running, and is --base-url right?");
  text = openai_error_text (error, advice);
  if (details && details->request_id)
    complain (_("%s (request %s)"), text, details->request_id);
  else
    complain ("%s", text);
}

static void
wait_for_answer (Tool *tool, const gchar *sending)
{
  guint progress = 0;

  tool->sending = sending && isatty (STDERR_FILENO) ? sending : NULL;
  if (tool->sending)
    progress = g_timeout_add (PROGRESS_MS, show_progress, tool);
  g_main_loop_run (tool->loop);
  if (progress)
    g_source_remove (progress);
  clear_progress (tool);
}

static void
complain_of_stop (OpenaiVoiceAction action, gboolean in_doubt)
{
  const gchar *doubt = in_doubt ? openai_voice_doubt (action) : NULL;

  complain (
      _("Stopped before the answer came.%s%s"), doubt ? " " : "", doubt ? doubt : "");
}

/* The answer; NULL: there is none, and that was said. @sending: what is
 * uploaded, for the progress; NULL for nothing. */
static JsonNode *
perform (Tool *tool, const OpenaiVoiceParams *params, const gchar *sending)
{
  static const OpenaiVoiceFuncs funcs = { .sent = on_sent, .done = on_done };
  const OpenaiLimits limits = {
    .connect = CONNECT_MS,
    .idle = IDLE_MS,
    .answer = options.timeout * 1000u,
    .max_retries = MAX_RETRIES,
  };
  g_autoptr (GError) error = NULL;
  OpenaiVoiceCall *call =
      openai_voice_call_new (tool->client, params, &limits, &funcs, tool, NULL, &error);
  JsonNode *answer;
  gboolean in_doubt;

  if (!call) {
    complain_of_error (params->action, error);
    tool->unsent = TRUE;
    return NULL;
  }
  tool->sent = tool->size = 0;
  openai_voice_call_start (call);
  wait_for_answer (tool, sending);
  in_doubt = openai_voice_call_is_in_doubt (call);
  openai_voice_call_free (call);

  g_mutex_lock (&tool->lock);
  answer = g_steal_pointer (&tool->answer);
  error = g_steal_pointer (&tool->error);
  g_mutex_unlock (&tool->lock);
  if (error)
    complain_of_error (params->action, error);
  else if (!answer)
    complain_of_stop (params->action, in_doubt);
  return answer;
}

static gint
failure (Tool *tool)
{
  if (tool->signal)
    return EXIT_SIGNAL + tool->signal;
  return tool->unsent ? EXIT_USAGE : EXIT_REFUSED;
}

/* --- recordings --- */

typedef struct
{
  GBytes *file;
  OpenaiRecordingKind kind;
} Recording;

static void
recording_clear (Recording *recording)
{
  g_clear_pointer (&recording->file, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Recording, recording_clear)

/* Not more than one byte too many. */
static GBytes *
read_file (const gchar *path, gsize limit, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) in = g_file_read (file, NULL, error);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gssize n = in ? 1 : -1;

  while (n > 0 && bytes->len <= limit) {
    guint8 piece[65536];

    n = g_input_stream_read (G_INPUT_STREAM (in), piece, sizeof piece, NULL, error);
    if (n > 0)
      g_byte_array_append (bytes, piece, n);
  }
  return n < 0 ? NULL : g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static gsize
most_bytes (void)
{
  return options.no_limits ? G_MAXINT / 2 : OPENAI_RECORDING_MAX_BYTES;
}

static gboolean
check_recording (Recording *recording, GError **error)
{
  recording->kind = openai_recording_sniff (recording->file);
  if (!openai_recording_check_content (recording->file, recording->kind, error))
    return FALSE;
  return openai_recording_check (recording->kind, g_bytes_get_size (recording->file),
      most_bytes (), openai_recording_duration (recording->file, recording->kind),
      options.no_limits ? 0 : OPENAI_RECORDING_MAX_MS, error);
}

static gboolean
load (const gchar *path, Recording *recording)
{
  g_autoptr (GError) error = NULL;

  recording->file = read_file (path, most_bytes (), &error);
  if (recording->file && check_recording (recording, &error))
    return TRUE;
  complain ("%s: %s", path, error->message);
  return FALSE;
}

/* --- commands --- */

/* Voices cannot be listed: an id that is lost is lost for good. */
static void
rescue_id (JsonNode *answer)
{
  const gchar *id = openai_json_string (json_node_get_object (answer), "id");

  if (ferror (stdout) && id)
    complain (_("The id is %s."), id);
}

static void
show_answer (JsonNode *answer)
{
  if (options.json)
    show_json (answer);
  else
    show_object (json_node_get_object (answer));
  rescue_id (answer);
}

/* Calls and shows what came of it. */
static gint
call_and_show (Tool *tool, const OpenaiVoiceParams *params, const gchar *sending)
{
  g_autoptr (JsonNode) answer = perform (tool, params, sending);

  if (!answer)
    return failure (tool);
  show_answer (answer);
  return EXIT_DONE;
}

static gint
list_consents (Tool *tool, gchar **words)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_ARRAY);
  g_autoptr (JsonArray) consents = json_array_new ();
  g_autofree gchar *after = NULL;
  g_autoptr (GError) error = NULL;
  gboolean more = TRUE;

  while (more) {
    OpenaiVoiceParams params = {
      .action = OPENAI_CONSENT_LIST, .after = after, .limit = OPENAI_CONSENT_LIST_MAX
    };
    g_autoptr (JsonNode) page = perform (tool, &params, NULL);

    if (!page)
      return failure (tool);
    more =
        openai_consent_list_take (json_node_get_object (page), consents, &after, &error);
  }
  if (error) {
    complain_of_error (OPENAI_CONSENT_LIST, error);
    return EXIT_REFUSED;
  }
  json_node_set_array (root, consents);
  if (options.json)
    show_json (root);
  else if (json_array_get_length (consents) > 0)
    show_consents (consents);
  else
    g_printerr (_("There are no consents.\n"));
  return EXIT_DONE;
}

static gint
show_consent (Tool *tool, gchar **words)
{
  OpenaiVoiceParams params = { .action = OPENAI_CONSENT_SHOW, .id = words[0] };

  return call_and_show (tool, &params, NULL);
}

static gint
rename_consent (Tool *tool, gchar **words)
{
  OpenaiVoiceParams params = {
    .action = OPENAI_CONSENT_RENAME, .id = words[0], .name = words[1]
  };

  return call_and_show (tool, &params, NULL);
}

static gint
create_consent (Tool *tool, gchar **words)
{
  g_auto (Recording) recording = { 0 };
  OpenaiVoiceParams params = {
    .action = OPENAI_CONSENT_CREATE, .name = options.name, .language = options.language
  };

  if (!load (options.recording, &recording))
    return EXIT_USAGE;
  params.file = recording.file;
  params.kind = recording.kind;
  return call_and_show (tool, &params, _("Consent"));
}

static gint
describe_voice (Tool *tool)
{
  OpenaiVoiceParams params = { .action = OPENAI_VOICE_DESCRIBE,
    .name = options.name,
    .prompt = options.prompt,
    .model = options.model,
    .script_hint = options.script_hint };

  return call_and_show (tool, &params, NULL);
}

static void
show_both_as_json (JsonNode *consent, JsonNode *voice)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_member (object, "consent", json_node_copy (consent));
  if (voice)
    json_object_set_member (object, "voice", json_node_copy (voice));
  json_node_take_object (root, object);
  show_json (root);
}

/* @voice NULL: there is none. */
static void
show_both (JsonNode *consent, JsonNode *voice)
{
  if (options.json) {
    show_both_as_json (consent, voice);
    return;
  }
  g_print ("%s\n", _("Consent"));
  show_object (json_node_get_object (consent));
  if (!voice)
    return;
  g_print ("\n%s\n", _("Voice"));
  show_object (json_node_get_object (voice));
}

/* Both files are looked at before the first is sent; a consent that was made is
 * shown, whatever becomes of the voice. */
static gint
create_consent_and_voice (Tool *tool)
{
  g_auto (Recording) agreement = { 0 }, sample = { 0 };
  OpenaiVoiceParams params = {
    .action = OPENAI_CONSENT_CREATE, .name = options.name, .language = options.language
  };
  g_autoptr (JsonNode) consent = NULL, voice = NULL;

  if (!load (options.consent_recording, &agreement) || !load (options.sample, &sample))
    return EXIT_USAGE;
  params.file = agreement.file;
  params.kind = agreement.kind;
  consent = perform (tool, &params, _("Consent"));
  if (!consent)
    return failure (tool);

  params.action = OPENAI_VOICE_CREATE;
  params.consent = openai_json_string (json_node_get_object (consent), "id");
  params.file = sample.file;
  params.kind = sample.kind;
  if (!tool->signal)
    voice = perform (tool, &params, _("Voice"));
  show_both (consent, voice);
  rescue_id (consent);
  if (voice)
    rescue_id (voice);
  else
    complain (_("The consent was created: go on with --consent %s instead of "
              "--consent-recording."),
        params.consent);
  return voice ? EXIT_DONE : failure (tool);
}

static gint
create_voice (Tool *tool, gchar **words)
{
  g_auto (Recording) recording = { 0 };
  OpenaiVoiceParams params = {
    .action = OPENAI_VOICE_CREATE, .name = options.name, .consent = options.consent
  };

  if (options.prompt)
    return describe_voice (tool);
  if (options.consent_recording)
    return create_consent_and_voice (tool);
  if (!load (options.sample, &recording))
    return EXIT_USAGE;
  params.file = recording.file;
  params.kind = recording.kind;
  return call_and_show (tool, &params, _("Voice"));
}

static gint delete (Tool *tool, OpenaiVoiceAction action, const gchar *id)
{
  OpenaiVoiceParams params = { .action = action, .id = id };
  g_autoptr (JsonNode) answer = perform (tool, &params, NULL);
  g_autofree gchar *printable = show_printable (id);

  if (!answer)
    return failure (tool);
  if (options.json)
    show_json (answer);
  else
    g_print (action == OPENAI_VOICE_DELETE ? _("Deleted the voice %s.\n")
                                           : _("Deleted the consent %s.\n"), printable);
  return EXIT_DONE;
}

static gint
delete_consent (Tool *tool, gchar **words)
{
  return delete (tool, OPENAI_CONSENT_DELETE, words[0]);
}

static gint
delete_voice (Tool *tool, gchar **words)
{
  return delete (tool, OPENAI_VOICE_DELETE, words[0]);
}

/* --- start --- */

static gint
wrong_usage (const gchar *what)
{
  complain (_("%s. Try \"%s --help\"."), what, PROGRAM);
  return EXIT_USAGE;
}

/* TRUE: it may be deleted. */
static gboolean
confirm (Command command, const gchar *id)
{
  g_autofree gchar *printable = show_printable (id);
  gchar line[16] = "";

  g_printerr (command == VOICES_DELETE ? _("Delete the voice %s? [y/N] ")
                                       : _("Delete the consent %s? [y/N] "), printable);
  return fgets (line, sizeof line, stdin) && (*line == 'y' || *line == 'Y');
}

static OpenaiClient *
connect_client (void)
{
  OpenaiEndpoint endpoint = { .base_url = g_strdup (options.base_url),
    .tls_ca_file = g_strdup (options.tls_ca_file),
    .allow_insecure = options.allow_insecure };
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = NULL;
  OpenaiClient *client = NULL;

  if (openai_endpoint_complete (&endpoint, options.api_key_file, &error))
    client = openai_client_acquire (&endpoint, &error);
  openai_endpoint_clear (&endpoint);
  if (!client) {
    text = openai_error_text (error, NULL);
    complain ("%s", text);
  } else if (!openai_client_check (client, NULL)) {
    complain (_("No API key: set OPENAI_API_KEY or --api-key-file, or point "
              "--base-url at a server that needs none."));
    g_clear_pointer (&client, openai_client_release);
  } else if (openai_client_withholds_key (client)) {
    complain (_("The API key is not sent: it would cross the network to %s in "
              "the clear. Use https, or --allow-insecure."),
        openai_client_host (client));
  }
  return client;
}

static gint
run (Command command, gchar **words)
{
  static gint (*const functions[]) (Tool *tool, gchar **words) = {
    [CONSENTS_LIST] = list_consents,
    [CONSENTS_SHOW] = show_consent,
    [CONSENTS_CREATE] = create_consent,
    [CONSENTS_RENAME] = rename_consent,
    [CONSENTS_DELETE] = delete_consent,
    [VOICES_CREATE] = create_voice,
    [VOICES_DELETE] = delete_voice,
  };
  Tool tool = { .client = connect_client () };
  guint interrupt, terminate;
  gint code;

  if (!tool.client)
    return EXIT_USAGE;
  g_mutex_init (&tool.lock);
  tool.loop = g_main_loop_new (NULL, FALSE);
  interrupt = g_unix_signal_add (SIGINT, on_interrupt, &tool);
  terminate = g_unix_signal_add (SIGTERM, on_terminate, &tool);
  code = functions[command](&tool, words);
  g_source_remove (interrupt);
  g_source_remove (terminate);
  g_main_loop_unref (tool.loop);
  g_mutex_clear (&tool.lock);
  openai_client_release (tool.client);
  return code;
}

static gint
ask_and_run (Command command, gchar **words)
{
  gboolean deletes = command == CONSENTS_DELETE || command == VOICES_DELETE;

  if (!deletes || options.yes)
    return run (command, words);
  if (!isatty (STDIN_FILENO))
    return wrong_usage (_("There is no terminal to ask on: say --yes"));
  if (confirm (command, words[0]))
    return run (command, words);
  complain (_("Nothing was deleted."));
  return EXIT_REFUSED;
}

/* Where no locale is set, as in containers, names are UTF-8 all the same. */
static void
set_locale (void)
{
  setlocale (LC_ALL, "");
  if (g_str_equal (setlocale (LC_CTYPE, NULL), "C"))
    setlocale (LC_CTYPE, "C.UTF-8");
  openai_bind_translations ();
}

static gint
end_output (gint code)
{
  if (!ferror (stdout))
    return code;
  complain (_("Not everything could be printed."));
  return code == EXIT_DONE ? EXIT_REFUSED : code;
}

int
main (int argc, char *argv[])
{
  g_autofree gchar *wrong = NULL;
  Command command;

  set_locale ();
  g_set_prgname (PROGRAM);
  if (!options_parse (argc, argv, &command, &wrong))
    return wrong_usage (wrong);
  if (!options.version)
    return end_output (ask_and_run (command, options_arguments ()));
  g_print (PROGRAM " " VERSION "\n");
  return end_output (EXIT_DONE);
}
