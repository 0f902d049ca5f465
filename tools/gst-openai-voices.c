// SPDX-License-Identifier: LGPL-2.1-or-later
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
#include "show.h"

#define PROGRAM "gst-openai-voices-1.0"

#define CONNECT_MS 10000
#define IDLE_MS 30000
#define MAX_RETRIES 2

enum
{
  EXIT_DONE = 0,
  EXIT_REFUSED = 1,             /* the server said no, or was not reached */
  EXIT_USAGE = 2,               /* nothing was sent */
  EXIT_SIGNAL = 128,            /* and its number */
};

/* Options that belong to some commands only. */
typedef enum
{
  NAME = 1 << 0,
  LANGUAGE = 1 << 1,
  RECORDING = 1 << 2,
  SAMPLE = 1 << 3,
  CONSENT = 1 << 4,
  CONSENT_RECORDING = 1 << 5,
  PROMPT = 1 << 6,
  MODEL = 1 << 7,
  SCRIPT_HINT = 1 << 8,
  YES = 1 << 9,
  NO_LIMITS = 1 << 10,
} OptionSet;

static struct
{
  gchar *base_url;
  gchar *api_key_file;
  gchar *tls_ca_file;
  gboolean allow_insecure;
  gint timeout;
  gboolean json;
  gboolean version;

  gchar *name;
  gchar *language;
  gchar *recording;
  gchar *sample;
  gchar *consent;
  gchar *consent_recording;
  gchar *prompt;
  gchar *model;
  gchar *script_hint;
  gboolean yes;
  gboolean no_limits;

  gchar **words;
} options = {.timeout = 120 };

static const GOptionEntry general_entries[] = {
  {"base-url", 0, 0, G_OPTION_ARG_STRING, &options.base_url,
        "Server, up to and including /v1 (default: $OPENAI_BASE_URL or "
        "OpenAI)", "URL"},
  {"api-key-file", 0, 0, G_OPTION_ARG_FILENAME, &options.api_key_file,
        "File with the API key (default: $OPENAI_API_KEY has it)", "FILE"},
  {"tls-ca-file", 0, 0, G_OPTION_ARG_FILENAME, &options.tls_ca_file,
      "Certificate authorities to trust instead of the system's", "FILE"},
  {"allow-insecure", 0, 0, G_OPTION_ARG_NONE, &options.allow_insecure,
      "Send the key over plain http to other machines too", NULL},
  {"timeout", 0, 0, G_OPTION_ARG_INT, &options.timeout,
      "Longest wait for an answer (default: 120; 0: for ever)", "SECONDS"},
  {"json", 0, 0, G_OPTION_ARG_NONE, &options.json,
      "Print what the server answers as JSON", NULL},
  {"yes", 'y', 0, G_OPTION_ARG_NONE, &options.yes,
      "Delete without asking", NULL},
  {"version", 0, 0, G_OPTION_ARG_NONE, &options.version,
      "Print the version", NULL},
  {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.words, NULL,
      "COMMAND"},
  {NULL}
};

static const GOptionEntry create_entries[] = {
  {"name", 0, 0, G_OPTION_ARG_STRING, &options.name,
      "Name of the consent or voice", "NAME"},
  {"language", 0, 0, G_OPTION_ARG_STRING, &options.language,
      "Language the consent is spoken in, such as en-US", "TAG"},
  {"recording", 0, 0, G_OPTION_ARG_FILENAME, &options.recording,
      "consents create: recording of the speaker agreeing", "FILE"},
  {"sample", 0, 0, G_OPTION_ARG_FILENAME, &options.sample,
      "voices create: recording of the voice", "FILE"},
  {"consent", 0, 0, G_OPTION_ARG_STRING, &options.consent,
      "voices create: the speaker's consent", "ID"},
  {"consent-recording", 0, 0, G_OPTION_ARG_FILENAME,
        &options.consent_recording,
      "voices create: make the consent first, of this", "FILE"},
  {"prompt", 0, 0, G_OPTION_ARG_STRING, &options.prompt,
      "voices create: words instead of a sample; not for openaitts", "TEXT"},
  {"model", 0, 0, G_OPTION_ARG_STRING, &options.model,
      "With --prompt: model that makes the voice", "MODEL"},
  {"script-hint", 0, 0, G_OPTION_ARG_STRING, &options.script_hint,
      "With --prompt: what the voice will be reading", "TEXT"},
  {"no-limits", 0, 0, G_OPTION_ARG_NONE, &options.no_limits,
      "Send recordings of more than 10 MiB or 30 s too", NULL},
  {NULL}
};

static const gchar summary[] =
    "Custom voices, and the consents of speakers to be imitated, with OpenAI or "
    "any\nserver that has them.\n"
    "\n"
    "Commands:\n"
    "  consents list              Every consent, over all pages\n"
    "  consents show ID           One consent\n"
    "  consents create            A consent, of --recording (needs --name, "
    "--language)\n"
    "  consents rename ID NAME    Another name for a consent\n"
    "  consents delete ID         No more voices of this speaker\n"
    "  voices create              A voice, of --sample and --consent (needs "
    "--name)\n"
    "  voices delete ID           The voice, not its consent";

static const gchar description[] =
    "Consent and voice in one go, from two recordings:\n"
    "  " PROGRAM " voices create --name Ada --language en-US \\\n"
    "    --consent-recording consent.wav --sample sample.wav\n"
    "\n"
    "Recordings are MP3, WAV, Ogg, AAC, FLAC, WebM or MP4 files of at most 10 "
    "MiB and 30 s.\n"
    "The key is never an argument: others could read it in the process list.\n"
    "\n"
    "Exit codes: 0 done; 1 the server said no, or was not reached; 2 wrong "
    "usage,\nnothing was sent.";

static const struct
{
  const gchar *name;
  OptionSet option;
  gconstpointer place;          /* NULL or FALSE: not given */
} specials[] = {
  {"--name", NAME, &options.name},
  {"--language", LANGUAGE, &options.language},
  {"--recording", RECORDING, &options.recording},
  {"--sample", SAMPLE, &options.sample},
  {"--consent", CONSENT, &options.consent},
  {"--consent-recording", CONSENT_RECORDING, &options.consent_recording},
  {"--prompt", PROMPT, &options.prompt},
  {"--model", MODEL, &options.model},
  {"--script-hint", SCRIPT_HINT, &options.script_hint},
};

typedef struct
{
  OpenaiClient *client;
  GMainLoop *loop;
  gint signal;                  /* that ended it; 0: none */
  gboolean unsent;              /* what was asked for cannot be sent */
  const gchar *sending;         /* what the progress is of; NULL: show none */

  /* of the call under way, from the I/O thread; protected by lock */
  GMutex lock;
  JsonNode *answer;
  GError *error;
  gsize sent;
  gsize size;
} Tool;

static void G_GNUC_PRINTF (1, 2)
complain (const gchar * format, ...)
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
clear_progress (Tool * tool)
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
  if (sent < total)
    g_printerr ("\r\033[K%s: %u %% of %s sent", tool->sending,
        (guint) (100.0 * sent / total), size);
  else
    g_printerr ("\r\033[K%s: %s sent, waiting for the answer", tool->sending,
        size);
  return G_SOURCE_CONTINUE;
}

static void
on_sent (OpenaiVoiceCall * call, gsize sent, gsize size, gpointer user_data)
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
on_done (OpenaiVoiceCall * call, JsonObject * answer, const GError * error,
    gpointer user_data)
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
complain_of_error (OpenaiVoiceAction action, const GError * error)
{
  const OpenaiErrorDetails *details = openai_error_details (error);
  const gchar *advice = openai_voice_advice (action, error);
  g_autofree gchar *text = NULL;

  if (!advice && details && details->status == 401)
    advice = "Set OPENAI_API_KEY or --api-key-file to a key this server "
        "accepts.";
  else if (!advice && error->code == OPENAI_ERROR_CONNECT)
    advice = "Is the server running, and is --base-url right?";
  text = openai_error_text (error, advice);
  if (details && details->request_id)
    complain ("%s (request %s)", text, details->request_id);
  else
    complain ("%s", text);
}

static void
wait_for_answer (Tool * tool, const gchar * sending)
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

  complain ("Stopped before the answer came.%s%s", doubt ? " " : "",
      doubt ? doubt : "");
}

/* The answer; NULL: there is none, and that was said. @sending: what is
 * uploaded, for the progress; NULL for nothing. */
static JsonNode *
perform (Tool * tool, const OpenaiVoiceParams * params, const gchar * sending)
{
  static const OpenaiVoiceFuncs funcs = {.sent = on_sent,.done = on_done };
  const OpenaiLimits limits = {
    .connect = CONNECT_MS,
    .idle = IDLE_MS,
    .answer = options.timeout * 1000u,
    .max_retries = MAX_RETRIES,
  };
  g_autoptr (GError) error = NULL;
  OpenaiVoiceCall *call = openai_voice_call_new (tool->client, params,
      &limits, &funcs, tool, NULL, &error);
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
failure (Tool * tool)
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
recording_clear (Recording * recording)
{
  g_clear_pointer (&recording->file, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Recording, recording_clear)

/* Not more than one byte too many. */
static GBytes *
read_file (const gchar * path, gsize limit, GError ** error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) in = g_file_read (file, NULL, error);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gssize n = in ? 1 : -1;

  while (n > 0 && bytes->len <= limit) {
    guint8 piece[65536];

    n = g_input_stream_read (G_INPUT_STREAM (in), piece, sizeof piece, NULL,
        error);
    if (n > 0)
      g_byte_array_append (bytes, piece, n);
  }
  return n < 0 ? NULL : g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static gboolean
check_recording (Recording * recording, GError ** error)
{
  recording->kind = openai_recording_sniff (recording->file);
  if (recording->kind == OPENAI_RECORDING_UNKNOWN) {
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        "This is no MP3, WAV, Ogg, AAC, FLAC, WebM or MP4 file; nothing was "
        "sent");
    return FALSE;
  }
  return options.no_limits || openai_recording_check (recording->kind,
      g_bytes_get_size (recording->file), OPENAI_RECORDING_MAX_BYTES,
      openai_recording_duration (recording->file, recording->kind),
      OPENAI_RECORDING_MAX_MS, error);
}

static gboolean
load (const gchar * path, Recording * recording)
{
  g_autoptr (GError) error = NULL;

  recording->file = read_file (path, options.no_limits ? G_MAXINT / 2 :
      OPENAI_RECORDING_MAX_BYTES, &error);
  if (recording->file && check_recording (recording, &error))
    return TRUE;
  complain ("%s: %s", path, error->message);
  return FALSE;
}

/* --- commands --- */

static void
show_answer (JsonNode * answer)
{
  if (options.json)
    show_json (answer);
  else
    show_object (json_node_get_object (answer));
}

/* Calls and shows what came of it. */
static gint
call_and_show (Tool * tool, const OpenaiVoiceParams * params,
    const gchar * sending)
{
  g_autoptr (JsonNode) answer = perform (tool, params, sending);

  if (!answer)
    return failure (tool);
  show_answer (answer);
  return EXIT_DONE;
}

static gint
list_consents (Tool * tool, gchar ** words)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_ARRAY);
  g_autoptr (JsonArray) consents = json_array_new ();
  g_autofree gchar *after = NULL;
  g_autoptr (GError) error = NULL;
  gboolean more = TRUE;

  while (more) {
    OpenaiVoiceParams params = {.action = OPENAI_CONSENT_LIST,
      .after = after,.limit = OPENAI_CONSENT_LIST_MAX
    };
    g_autoptr (JsonNode) page = perform (tool, &params, NULL);

    if (!page)
      return failure (tool);
    more = openai_consent_list_take (json_node_get_object (page), consents,
        &after, &error);
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
    g_printerr ("There are no consents.\n");
  return EXIT_DONE;
}

static gint
show_consent (Tool * tool, gchar ** words)
{
  OpenaiVoiceParams params = {.action = OPENAI_CONSENT_SHOW,.id = words[0] };

  return call_and_show (tool, &params, NULL);
}

static gint
rename_consent (Tool * tool, gchar ** words)
{
  OpenaiVoiceParams params = {.action = OPENAI_CONSENT_RENAME,
    .id = words[0],.name = words[1]
  };

  return call_and_show (tool, &params, NULL);
}

static gint
create_consent (Tool * tool, gchar ** words)
{
  g_auto (Recording) recording = { 0, };
  OpenaiVoiceParams params = {.action = OPENAI_CONSENT_CREATE,
    .name = options.name,.language = options.language
  };

  if (!load (options.recording, &recording))
    return EXIT_USAGE;
  params.file = recording.file;
  params.kind = recording.kind;
  return call_and_show (tool, &params, "Consent");
}

static gint
describe_voice (Tool * tool)
{
  OpenaiVoiceParams params = {.action = OPENAI_VOICE_DESCRIBE,
    .name = options.name,.prompt = options.prompt,.model = options.model,
    .script_hint = options.script_hint
  };

  return call_and_show (tool, &params, NULL);
}

static void
show_both (JsonNode * consent, JsonNode * voice)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  if (!options.json) {
    g_print ("Consent\n");
    show_object (json_node_get_object (consent));
    if (voice) {
      g_print ("\nVoice\n");
      show_object (json_node_get_object (voice));
    }
    return;
  }
  json_object_set_member (object, "consent", json_node_copy (consent));
  if (voice)
    json_object_set_member (object, "voice", json_node_copy (voice));
  json_node_take_object (root, object);
  show_json (root);
}

/* Both files are looked at before the first is sent; a consent that was made is
 * shown, whatever becomes of the voice. */
static gint
create_consent_and_voice (Tool * tool)
{
  g_auto (Recording) agreement = { 0, }, sample = { 0, };
  OpenaiVoiceParams params = {.action = OPENAI_CONSENT_CREATE,
    .name = options.name,.language = options.language
  };
  g_autoptr (JsonNode) consent = NULL, voice = NULL;

  if (!load (options.consent_recording, &agreement)
      || !load (options.sample, &sample))
    return EXIT_USAGE;
  params.file = agreement.file;
  params.kind = agreement.kind;
  consent = perform (tool, &params, "Consent");
  if (!consent)
    return failure (tool);

  params.action = OPENAI_VOICE_CREATE;
  params.consent =
      openai_json_string (json_node_get_object (consent), "id");
  params.file = sample.file;
  params.kind = sample.kind;
  if (!tool->signal)
    voice = perform (tool, &params, "Voice");
  show_both (consent, voice);
  if (!voice)
    complain ("The consent was created: go on with --consent %s instead of "
        "--consent-recording.", params.consent);
  return voice ? EXIT_DONE : failure (tool);
}

static gint
create_voice (Tool * tool, gchar ** words)
{
  g_auto (Recording) recording = { 0, };
  OpenaiVoiceParams params = {.action = OPENAI_VOICE_CREATE,
    .name = options.name,.consent = options.consent
  };

  if (options.prompt)
    return describe_voice (tool);
  if (options.consent_recording)
    return create_consent_and_voice (tool);
  if (!load (options.sample, &recording))
    return EXIT_USAGE;
  params.file = recording.file;
  params.kind = recording.kind;
  return call_and_show (tool, &params, "Voice");
}

static gint
delete (Tool * tool, OpenaiVoiceAction action, const gchar * what,
    const gchar * id)
{
  OpenaiVoiceParams params = {.action = action,.id = id };
  g_autoptr (JsonNode) answer = perform (tool, &params, NULL);
  g_autofree gchar *printable = show_printable (id);

  if (!answer)
    return failure (tool);
  if (options.json)
    show_json (answer);
  else
    g_print ("Deleted the %s %s.\n", what, printable);
  return EXIT_DONE;
}

static gint
delete_consent (Tool * tool, gchar ** words)
{
  return delete (tool, OPENAI_CONSENT_DELETE, "consent", words[0]);
}

static gint
delete_voice (Tool * tool, gchar ** words)
{
  return delete (tool, OPENAI_VOICE_DELETE, "voice", words[0]);
}

typedef struct
{
  const gchar *group;
  const gchar *name;
  const gchar *arguments;       /* what follows it */
  guint n_arguments;
  OptionSet needed;
  OptionSet allowed;            /* besides */
  gint (*run) (Tool * tool, gchar ** words);
} Command;

static const Command commands[] = {
  {"consents", "list", "", 0, 0, 0, list_consents},
  {"consents", "show", " ID", 1, 0, 0, show_consent},
  {"consents", "create", "", 0, NAME | LANGUAGE | RECORDING, NO_LIMITS,
      create_consent},
  {"consents", "rename", " ID NAME", 2, 0, 0, rename_consent},
  {"consents", "delete", " ID", 1, 0, YES, delete_consent},
  {"voices", "create", "", 0, NAME,
        LANGUAGE | SAMPLE | CONSENT | CONSENT_RECORDING | PROMPT | MODEL |
      SCRIPT_HINT | NO_LIMITS, create_voice},
  {"voices", "delete", " ID", 1, 0, YES, delete_voice},
};

/* --- usage --- */

static gint
wrong_usage (const gchar * what)
{
  complain ("%s. Try \"" PROGRAM " --help\".", what);
  return EXIT_USAGE;
}

static OptionSet
given_options (void)
{
  OptionSet given = (options.yes ? YES : 0)
      | (options.no_limits ? NO_LIMITS : 0);

  for (guint i = 0; i < G_N_ELEMENTS (specials); i++) {
    if (*(gchar * const *) specials[i].place)
      given |= specials[i].option;
  }
  return given;
}

static const gchar *
option_name (OptionSet set)
{
  for (guint i = 0; i < G_N_ELEMENTS (specials); i++) {
    if (set & specials[i].option)
      return specials[i].name;
  }
  return set & YES ? "--yes" : "--no-limits";
}

/* A voice is made of a sample and a consent, or of a prompt. */
static gchar *
check_voice_options (OptionSet given)
{
  const OptionSet recorded =
      LANGUAGE | SAMPLE | CONSENT | CONSENT_RECORDING | NO_LIMITS;
  const OptionSet described = MODEL | SCRIPT_HINT;

  if (given & PROMPT)
    return given & recorded ? g_strdup_printf ("%s does not go with --prompt",
        option_name (given & recorded)) : NULL;
  if (given & described)
    return g_strdup_printf ("%s goes with --prompt only",
        option_name (given & described));
  if (!(given & SAMPLE))
    return g_strdup ("voices create needs --sample (or --prompt)");
  if (!(given & CONSENT) == !(given & CONSENT_RECORDING))
    return g_strdup ("voices create needs either --consent or "
        "--consent-recording");
  if (!(given & CONSENT_RECORDING) != !(given & LANGUAGE))
    return g_strdup (given & LANGUAGE ?
        "--language goes with --consent-recording only" :
        "--consent-recording needs --language");
  return NULL;
}

/* What is wrong with the options of a command; NULL: nothing. */
static gchar *
check_options (const Command * command)
{
  OptionSet given = given_options ();
  OptionSet stray = given & ~(command->needed | command->allowed);
  OptionSet missing = command->needed & ~given;

  if (options.timeout < 0 || options.timeout > G_MAXINT / 1000)
    return g_strdup ("--timeout is out of range");
  if (stray)
    return g_strdup_printf ("%s does not belong to \"%s %s\"",
        option_name (stray), command->group, command->name);
  if (missing)
    return g_strdup_printf ("\"%s %s\" needs %s", command->group,
        command->name, option_name (missing));
  return command->run == create_voice ? check_voice_options (given) : NULL;
}

static const Command *
find_command (gchar ** words)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (words && words[0] && g_str_equal (words[0], commands[i].group)
        && words[1] && g_str_equal (words[1], commands[i].name))
      return &commands[i];
  }
  return NULL;
}

static gchar *
check_command (const Command * command, gchar ** words)
{
  if (!words)
    return g_strdup ("There is no command");
  if (!command)
    return g_strdup_printf ("There is no command \"%s%s%s\"", words[0],
        words[1] ? " " : "", words[1] ? words[1] : "");
  if (g_strv_length (words) != 2 + command->n_arguments)
    return g_strdup_printf ("It is \"%s %s%s\"", command->group,
        command->name, command->arguments);
  return check_options (command);
}

/* --- start --- */

/* TRUE: it may be deleted. */
static gboolean
confirm (const Command * command, const gchar * id)
{
  g_autofree gchar *printable = show_printable (id);
  gchar line[16] = "";

  g_printerr ("Delete the %s %s? [y/N] ",
      command->run == delete_voice ? "voice" : "consent", printable);
  return fgets (line, sizeof line, stdin) && (*line == 'y' || *line == 'Y');
}

static OpenaiClient *
connect_client (void)
{
  OpenaiEndpoint endpoint = {.base_url = g_strdup (options.base_url),
    .tls_ca_file = g_strdup (options.tls_ca_file),
    .allow_insecure = options.allow_insecure
  };
  g_autoptr (GError) error = NULL;
  OpenaiClient *client = NULL;

  if (openai_endpoint_complete (&endpoint, options.api_key_file, &error))
    client = openai_client_acquire (&endpoint, &error);
  openai_endpoint_clear (&endpoint);
  if (!client) {
    complain ("%s.", error->message);
  } else if (!openai_client_check (client, NULL)) {
    complain ("No API key: set OPENAI_API_KEY or --api-key-file, or point "
        "--base-url at a server that needs none.");
    g_clear_pointer (&client, openai_client_release);
  } else if (openai_client_withholds_key (client)) {
    complain ("The API key is not sent: it would cross the network to %s in "
        "the clear. Use https, or --allow-insecure.",
        openai_client_host (client));
  }
  return client;
}

static gint
run (const Command * command, gchar ** words)
{
  Tool tool = {.client = connect_client () };
  guint interrupt, terminate;
  gint code;

  if (!tool.client)
    return EXIT_USAGE;
  g_mutex_init (&tool.lock);
  tool.loop = g_main_loop_new (NULL, FALSE);
  interrupt = g_unix_signal_add (SIGINT, on_interrupt, &tool);
  terminate = g_unix_signal_add (SIGTERM, on_terminate, &tool);
  code = command->run (&tool, words);
  g_source_remove (interrupt);
  g_source_remove (terminate);
  g_main_loop_unref (tool.loop);
  g_mutex_clear (&tool.lock);
  openai_client_release (tool.client);
  return code;
}

/* An option that is not known may have a key behind it. */
static gint
bad_options (GError * error)
{
  error->message[strcspn (error->message, "=")] = '\0';
  return wrong_usage (error->message);
}

static gint
main_with_options (void)
{
  const Command *command = find_command (options.words);
  g_autofree gchar *wrong = check_command (command, options.words);
  gchar **arguments;

  if (wrong)
    return wrong_usage (wrong);
  arguments = options.words + 2;
  if (command->allowed & YES && !options.yes) {
    if (!isatty (STDIN_FILENO))
      return wrong_usage ("There is no terminal to ask on: say --yes");
    if (!confirm (command, arguments[0])) {
      complain ("Nothing was deleted.");
      return EXIT_REFUSED;
    }
  }
  return run (command, arguments);
}

static GOptionContext *
make_context (void)
{
  GOptionContext *context = g_option_context_new (NULL);

  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, create_entries, NULL);
  g_option_context_add_main_entries (context, general_entries, NULL);
  return context;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = NULL;
  g_autoptr (GError) error = NULL;
  gint code;

  setlocale (LC_ALL, "");
  g_set_prgname (PROGRAM);
  context = make_context ();
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return bad_options (error);
  if (options.version) {
    g_print (PROGRAM " " VERSION "\n");
    return EXIT_DONE;
  }
  code = main_with_options ();
  g_strfreev (options.words);
  return code;
}
