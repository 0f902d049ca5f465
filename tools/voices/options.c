// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the user asks gst-openai-voices-1.0 for. */

#include "options.h"

#include "i18n.h"

#include <string.h>

Options options = { .timeout = 120 };

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
  TTS_STEP_HINT = 1 << 8,
  YES = 1 << 9,
  NO_LIMITS = 1 << 10,
} OptionSet;

static const GOptionEntry general_entries[] = {
  { "base-url", 0, 0, G_OPTION_ARG_STRING, &options.base_url,
      N_ ("Server, up to and including /v1 (default: $OPENAI_BASE_URL or "
          "OpenAI)"),
      "URL" },
  { "api-key-file", 0, 0, G_OPTION_ARG_FILENAME, &options.api_key_file,
      N_ ("File with the API key (default: $OPENAI_API_KEY has it)"), "FILE" },
  { "tls-ca-file", 0, 0, G_OPTION_ARG_FILENAME, &options.tls_ca_file,
      N_ ("Certificate authorities to trust instead of the system's"), "FILE" },
  { "allow-insecure", 0, 0, G_OPTION_ARG_NONE, &options.allow_insecure,
      N_ ("Send the key over plain http to other machines too"), NULL },
  { "timeout", 0, 0, G_OPTION_ARG_INT, &options.timeout,
      N_ ("Longest wait for an answer (default: 120; 0: for ever)"), "SECONDS" },
  { "json", 0, 0, G_OPTION_ARG_NONE, &options.json,
      N_ ("Print what the server answers as JSON"), NULL },
  { "yes", 'y', 0, G_OPTION_ARG_NONE, &options.yes, N_ ("Delete without asking"), NULL },
  { "version", 0, 0, G_OPTION_ARG_NONE, &options.version, N_ ("Print the version"),
      NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.words, NULL,
      "COMMAND" },
  { NULL }
};

static const GOptionEntry create_entries[] = {
  { "name", 0, 0, G_OPTION_ARG_STRING, &options.name, N_ ("Name of the consent or voice"),
      "NAME" },
  { "language", 0, 0, G_OPTION_ARG_STRING, &options.language,
      N_ ("Language the consent is spoken in, such as en-US"), "TAG" },
  { "recording", 0, 0, G_OPTION_ARG_FILENAME, &options.recording,
      N_ ("consents create: recording of the speaker agreeing"), "FILE" },
  { "sample", 0, 0, G_OPTION_ARG_FILENAME, &options.sample,
      N_ ("voices create: recording of the voice"), "FILE" },
  { "consent", 0, 0, G_OPTION_ARG_STRING, &options.consent,
      N_ ("voices create: the speaker's consent"), "ID" },
  { "consent-recording", 0, 0, G_OPTION_ARG_FILENAME, &options.consent_recording,
      N_ ("voices create: make the consent first, of this"), "FILE" },
  { "prompt", 0, 0, G_OPTION_ARG_STRING, &options.prompt,
      N_ ("voices create: words instead of a sample; not for openaitts"), "TEXT" },
  { "model", 0, 0, G_OPTION_ARG_STRING, &options.model,
      N_ ("With --prompt: model that makes the voice"), "MODEL" },
  { "script-hint", 0, 0, G_OPTION_ARG_STRING, &options.script_hint,
      N_ ("With --prompt: what the voice will be reading"), "TEXT" },
  { "no-limits", 0, 0, G_OPTION_ARG_NONE, &options.no_limits,
      N_ ("Send recordings of more than 10 MiB or 30 s too"), NULL },
  { NULL }
};

static const gchar summary[] =
    N_ ("Custom voices, and the consents of speakers to be imitated, with OpenAI or "
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
        "  voices delete ID           The voice, not its consent");

static const gchar description[] =
    N_ ("Consent and voice in one go, from two recordings:\n"
        "  gst-openai-voices-1.0 voices create --name Ada --language en-US \\\n"
        "    --consent-recording consent.wav --sample sample.wav\n"
        "\n"
        "Recordings are MP3, WAV, Ogg, AAC, FLAC, WebM or MP4 files of at most 10 "
        "MiB and 30 s.\n"
        "The key is never an argument: others could read it in the process list.\n"
        "\n"
        "Exit codes: 0 done; 1 the server said no, or was not reached; 2 wrong "
        "usage,\nnothing was sent.");

static const struct
{
  const gchar *name;
  OptionSet option;
  gconstpointer place; /* NULL or FALSE: not given */
} specials[] = {
  { "--name", NAME, &options.name },
  { "--language", LANGUAGE, &options.language },
  { "--recording", RECORDING, &options.recording },
  { "--sample", SAMPLE, &options.sample },
  { "--consent", CONSENT, &options.consent },
  { "--consent-recording", CONSENT_RECORDING, &options.consent_recording },
  { "--prompt", PROMPT, &options.prompt },
  { "--model", MODEL, &options.model },
  { "--script-hint", TTS_STEP_HINT, &options.script_hint },
};

typedef struct
{
  const gchar *group;
  const gchar *name;
  const gchar *arguments; /* what follows it */
  guint n_arguments;
  OptionSet needed;
  OptionSet allowed; /* besides */
  Command command;
} CommandInfo;

static const CommandInfo commands[] = {
  { "consents", "list", "", 0, 0, 0, CONSENTS_LIST },
  { "consents", "show", " ID", 1, 0, 0, CONSENTS_SHOW },
  { "consents", "create", "", 0, NAME | LANGUAGE | RECORDING, NO_LIMITS,
      CONSENTS_CREATE },
  { "consents", "rename", " ID NAME", 2, 0, 0, CONSENTS_RENAME },
  { "consents", "delete", " ID", 1, 0, YES, CONSENTS_DELETE },
  { "voices", "create", "", 0, NAME,
      LANGUAGE | SAMPLE | CONSENT | CONSENT_RECORDING | PROMPT | MODEL | TTS_STEP_HINT
          | NO_LIMITS,
      VOICES_CREATE },
  { "voices", "delete", " ID", 1, 0, YES, VOICES_DELETE },
};

static OptionSet
given_options (void)
{
  OptionSet given = (options.yes ? YES : 0) | (options.no_limits ? NO_LIMITS : 0);

  for (guint i = 0; i < G_N_ELEMENTS (specials); i++) {
    if (*(gchar *const *) specials[i].place)
      given |= specials[i].option;
  }
  return given;
}

/* The first that was given without a value, by a variable of the shell that
 * is not set, say; NULL: none. */
static const gchar *
empty_option (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (specials); i++) {
    const gchar *value = *(gchar *const *) specials[i].place;

    if (value && *value == '\0')
      return specials[i].name;
  }
  return NULL;
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
  const OptionSet recorded = LANGUAGE | SAMPLE | CONSENT | CONSENT_RECORDING | NO_LIMITS;
  const OptionSet described = MODEL | TTS_STEP_HINT;

  if (given & PROMPT)
    return given & recorded ? g_strdup_printf (_("%s does not go with --prompt"),
                                  option_name (given & recorded))
                            : NULL;
  if (given & described)
    return g_strdup_printf (
        _("%s goes with --prompt only"), option_name (given & described));
  if (!(given & SAMPLE))
    return g_strdup (_("voices create needs --sample (or --prompt)"));
  if (!(given & CONSENT) == !(given & CONSENT_RECORDING))
    return g_strdup (_("voices create needs either --consent or "
                     "--consent-recording"));
  if (!(given & CONSENT_RECORDING) != !(given & LANGUAGE))
    return g_strdup (given & LANGUAGE ? _("--language goes with --consent-recording only")
                                      : _("--consent-recording needs --language"));
  return NULL;
}

/* What is wrong with the options of a command; NULL: nothing. */
static gchar *
check_options (const CommandInfo *info)
{
  OptionSet given = given_options ();
  OptionSet stray = given & ~(info->needed | info->allowed);
  OptionSet missing = info->needed & ~given;

  if (options.timeout < 0 || options.timeout > G_MAXINT / 1000)
    return g_strdup (_("--timeout is out of range"));
  if (stray)
    return g_strdup_printf (_("%s does not belong to \"%s %s\""), option_name (stray),
        info->group, info->name);
  if (missing)
    return g_strdup_printf (
        _("\"%s %s\" needs %s"), info->group, info->name, option_name (missing));
  if (empty_option ())
    return g_strdup_printf (_("%s is empty"), empty_option ());
  return info->command == VOICES_CREATE ? check_voice_options (given) : NULL;
}

static const CommandInfo *
find_command (gchar **words)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (words && words[0] && g_str_equal (words[0], commands[i].group) && words[1]
        && g_str_equal (words[1], commands[i].name))
      return &commands[i];
  }
  return NULL;
}

static gchar *
check_command (const CommandInfo *info, gchar **words)
{
  if (!words)
    return g_strdup (_("There is no command"));
  if (!info)
    return g_strdup_printf (_("There is no command \"%s%s%s\""), words[0],
        words[1] ? " " : "", words[1] ? words[1] : "");
  if (g_strv_length (words) != 2 + info->n_arguments
      || g_strv_contains ((const gchar *const *) words, ""))
    return g_strdup_printf (
        _("It is \"%s %s%s\""), info->group, info->name, info->arguments);
  return check_options (info);
}

static GOptionContext *
make_context (void)
{
  GOptionContext *context = g_option_context_new (NULL);

  g_option_context_set_summary (context, _(summary));
  g_option_context_set_description (context, _(description));
  g_option_context_add_main_entries (context, create_entries, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, general_entries, GETTEXT_PACKAGE);
  return context;
}

gboolean
options_parse (int argc, char *argv[], Command *command, gchar **wrong)
{
  g_autoptr (GOptionContext) context = make_context ();
  g_autoptr (GError) error = NULL;
  const CommandInfo *info;

  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    *wrong = g_strndup (error->message, strcspn (error->message, "="));
    return FALSE;
  }
  if (options.version)
    return TRUE;
  info = find_command (options.words);
  *wrong = check_command (info, options.words);
  if (*wrong)
    return FALSE;
  *command = info->command;
  return TRUE;
}

gchar **
options_arguments (void)
{
  return options.words + 2;
}
