// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* gst-openai-check-1.0: what a server can do, and the lines to use it with. */

#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "client/error.h"
#include "client/retry.h"
#include "common/program.h"
#include "i18n.h"

static gchar **arguments;
static gchar *key_file, *model, *speech_model, *voice;
static gboolean yes;

static const GOptionEntry entries[] = {
  { "api-key-file", 'k', 0, G_OPTION_ARG_FILENAME, &key_file,
      N_ ("File whose first line is the key (default: $OPENAI_API_KEY)"), "FILE" },
  { "model", 'm', 0, G_OPTION_ARG_STRING, &model,
      N_ ("Model that transcribes (default: one that the server lists)"), "NAME" },
  { "speech-model", 0, 0, G_OPTION_ARG_STRING, &speech_model,
      N_ ("Model that speaks (default: one that the server lists)"), "NAME" },
  { "voice", 'v', 0, G_OPTION_ARG_STRING, &voice,
      N_ ("Voice that speaks (default: alloy)"), "NAME" },
  { "yes", 'y', 0, G_OPTION_ARG_NONE, &yes,
      N_ ("Do not ask before a service that may cost money"), NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments, NULL, "[URL]" },
  G_OPTION_ENTRY_NULL
};

static const Program program = {
  .name = "gst-openai-check-1.0",
  .summary = N_ ("Asks a server what it can do: models, speech, transcription, formats, "
                 "times, sessions.\nPrints a table, and lines for gst-launch-1.0 and a "
                 "preset to copy."),
  .examples = "  gst-openai-check-1.0 http://127.0.0.1:8080/v1\n",
  .entries = entries,
};

/* --- what to do -------------------------------------------------------------- */

/* Whether the list of models is at this address. */
static gboolean
is_there (const gchar *base_url)
{
  OpenaiEndpoint endpoint = { .base_url = g_strdup (base_url) };
  g_autoptr (GPtrArray) limits = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) models = NULL;
  OpenaiClient *client = NULL;

  if (openai_endpoint_complete (&endpoint, key_file, NULL))
    client = openai_client_acquire (&endpoint, NULL);
  openai_endpoint_clear (&endpoint);
  if (!client)
    return FALSE;
  models = ask_models (client, limits, NULL);
  openai_client_release (client);
  return models != NULL;
}

/* Another address at which the API is, or NULL. */
static gchar *
find_address (const gchar *base_url)
{
  static const gchar *const tails[] = { "/audio/transcriptions", "/audio/speech",
    "/models", "/", NULL };
  g_autofree gchar *base = g_strdup (base_url);
  g_autofree gchar *with_version = NULL;

  for (const gchar *const *tail = tails; *tail; tail++) {
    if (g_str_has_suffix (base, *tail))
      base[strlen (base) - strlen (*tail)] = '\0';
  }
  if (!g_str_equal (base, base_url) && is_there (base))
    return g_steal_pointer (&base);
  with_version = g_strconcat (base, "/v1", NULL);
  return is_there (with_version) ? g_steal_pointer (&with_version) : NULL;
}

static gchar *
advise_on_connection (const Check *check)
{
  const gchar *code = openai_error_details (check->models_error)->code;

  if (g_strcmp0 (code, "no-tls") == 0)
    return g_strdup_printf (
        _("%s speaks no TLS: write http:// in place of https:// in its address."),
            openai_client_host (check->client));
  if (g_strcmp0 (code, "tls") == 0)
    return g_strdup_printf (_("The certificate of %s is not trusted: set tls-ca-file to "
                              "its authority, or have it signed by a known one."),
        openai_client_host (check->client));
  if (check->models_error->code == OPENAI_ERROR_CONNECT)
    return g_strdup_printf (_("Nothing answers at %s: start the server, or correct its "
                              "address and port."),
        openai_client_host (check->client));
  return g_strdup_printf (_("%s does not speak HTTP as expected: is it the right port, "
                            "and does it want https://?"),
      openai_client_host (check->client));
}

/* It answers, and nothing of the API is there. */
static gchar *
advise_on_address (const Check *check)
{
  g_autofree gchar *other = find_address (check->base_url);

  if (other)
    return g_strdup_printf (_("The API is at another address: use %s."), other);
  if (check->models_error && check->models_error->code == OPENAI_ERROR_ANSWER)
    return g_strdup (_("This is a web page or another service, not the API: give the "
                       "address of the API, which ends in /v1 on most servers."));
  return g_strdup (_("Nothing of the API is at this address: it ends in /v1 on most "
                     "servers; whisper.cpp wants --inference-path "
                     "/v1/audio/transcriptions when it is started."));
}

static gchar *
advise_on_key (const Check *check)
{
  return g_strdup_printf (_("%s refuses the key: put one it accepts into "
                            "OPENAI_API_KEY, or into a file for --api-key-file."),
      openai_client_host (check->client));
}

/* The API is there, and does nothing for the same reason everywhere; NULL: it may be
 * there. */
static gchar *
advise_on_refusal (const Check *check, const GError *error)
{
  const gchar *host = openai_client_host (check->client);
  guint status = error ? openai_error_details (error)->status : 0;

  if (status == 0)
    return NULL;
  if (openai_retry_is_quota (error))
    return g_strdup_printf (_("The account at %s has no money or quota left: pay, or use "
                              "the key of another."),
        host);
  if (openai_retry_is_full (error))
    return g_strdup_printf (
        _("%s takes no more requests for now: try again in some minutes."), host);
  if (status >= 500 && status != 501)
    return g_strdup_printf (
        _("%s is there and fails: look into its log for the reason, and start it again."),
            host);
  if (status / 100 == 3)
    return g_strdup (_("The server sends you to another address, which it tells above: "
                       "use that one."));
  return NULL;
}

static guint
status_of (const GError *error)
{
  return error ? openai_error_details (error)->status : 0;
}

/* The last sentence: what to do. */
static gchar *
advise (const Check *check)
{
  guint status = status_of (check->models_error);
  gchar *refusal;

  if (status == 401 || status == 403 || status_of (check->transcription_error) == 401)
    return advise_on_key (check);
  if (check->models_error && check->models_error->code != OPENAI_ERROR_ANSWER
      && status == 0)
    return advise_on_connection (check);
  if (check->transcribes && check->speaks)
    return g_strdup (_("All is there: captions and speech work with this server."));
  if (check->transcribes)
    return g_strdup (_("Captions work with this server; it has no speech (or not with "
                       "this model and voice: see --speech-model and --voice), so use "
                       "another one for openaitts."));
  if (check->speaks)
    return g_strdup (_("Speech works with this server; it does not transcribe (or not "
                       "with this model: see --model), so use another one for "
                       "openaistt."));
  refusal = advise_on_refusal (check,
      check->transcription_error ? check->transcription_error : check->models_error);
  if (refusal)
    return refusal;
  if (!check->models)
    return advise_on_address (check);
  return g_strdup (_("The server is there, and neither transcribes nor speaks: name a "
                     "model it has with --model, --speech-model and --voice."));
}

/* --- lines to copy ------------------------------------------------------------ */

static void
print_lines (const Check *check)
{
  g_autofree gchar *key =
      key_file ? g_strdup_printf (" api-key-file=%s", key_file) : g_strdup ("");

  g_print ("\n%s\n", _("To try it:"));
  if (check->transcribes)
    g_print ("  gst-launch-1.0 -m autoaudiosrc ! openaistt base-url=%s%s model=%s\n",
        check->base_url, key, check->model);
  if (check->dialect)
    g_print ("  gst-launch-1.0 -m autoaudiosrc ! openaistt base-url=%s%s model=%s "
             "transport=realtime\n",
        check->base_url, key, check->model);
  if (check->speaks)
    g_print ("  gst-launch-1.0 openaitts text=Hello. base-url=%s%s model=%s voice=%s "
             "! audioconvert ! audioresample ! autoaudiosink\n",
        check->base_url, key, check->speech_model, check->voice);
}

static void
print_preset (
    const Check *check, const gchar *element, const gchar *used, const gchar *own_voice)
{
  printf ("\n%s %s/gstreamer-1.0/presets/%s.prs:\n",
      _("A preset, for"), g_get_user_data_dir (), element);
  printf ("  [_presets_]\n  version=0.1.0\n  element-name=%s\n\n  [my-server]\n"
          "  base-url=%s\n  model=%s\n",
      element, check->base_url, used);
  if (own_voice)
    printf ("  voice=%s\n", own_voice);
  if (key_file)
    printf ("  api-key-file=%s\n", key_file);
}

static void
print_presets (const Check *check)
{
  if (check->transcribes)
    print_preset (check, "GstOpenaiStt", check->model, NULL);
  if (check->speaks)
    print_preset (check, "GstOpenaiTts", check->speech_model, check->voice);
}

/* --- money -------------------------------------------------------------------- */

/* It is on this machine, or asks for no key. */
static gboolean
is_free (const Check *check)
{
  g_autoptr (GUri) uri = g_uri_parse (check->base_url, G_URI_FLAGS_NONE, NULL);

  return (uri && openai_endpoint_is_loopback (uri))
      || (!openai_client_is_openai (check->client) && !key_file
          && !g_getenv ("OPENAI_API_KEY"));
}

static gboolean
may_spend (const Check *check)
{
  gint answer;

  if (yes || is_free (check))
    return TRUE;
  g_printerr (_("%s may cost money: 26 characters are spoken seven times, 2 s are "
                "transcribed eight times, about a cent at OpenAI's prices.\n"),
      openai_client_host (check->client));
  if (!isatty (STDIN_FILENO))
    return program_fail ("Nothing was asked for: --yes says that it may cost that.");
  g_printerr ("%s", _("Go on? [y/N] "));
  answer = getchar ();
  return answer == 'y' || answer == 'Y';
}

/* --- the whole of it ---------------------------------------------------------- */

/* FALSE: the mistake is printed. */
static gboolean
begin (Check *check)
{
  OpenaiEndpoint endpoint = { 0 };
  g_autoptr (GError) error = NULL;

  endpoint.base_url = g_strdup (arguments ? arguments[0] : NULL);
  if (openai_endpoint_complete (&endpoint, key_file, &error))
    check->client = openai_client_acquire (&endpoint, &error);
  check->base_url = g_intern_string (endpoint.base_url);
  openai_endpoint_clear (&endpoint);
  if (check->client)
    openai_client_check (check->client, &error);
  return !error || program_fail ("%s", error->message);
}

static void
ask (Check *check)
{
  printf ("%s\n", check->base_url);
  if (!check_models (check))
    return;
  check_transcription (check);
  check_speech (check);
  check_session (check);
}

static gint
run (Check *check)
{
  g_autofree gchar *sentence = NULL;

  if (!may_spend (check))
    return EXIT_USAGE;
  ask (check);
  sentence = advise (check);
  if (check->transcribes || check->speaks) {
    print_lines (check);
    print_presets (check);
  }
  printf ("\n%s\n", sentence);
  return check->transcribes || check->speaks ? EXIT_DONE : EXIT_FAILED;
}

int
main (int argc, char **argv)
{
  Check check = { 0 };
  gint result = EXIT_USAGE;

  if (!program_parse (&program, &argc, &argv))
    return EXIT_USAGE;
  if (arguments && arguments[0] && arguments[1])
    program_print_error ("Usage: %s [OPTION…] [URL]; --help tells more", program.name);
  else if (begin (&check)) {
    check.model = g_strdup (model);
    check.speech_model = g_strdup (speech_model);
    check.voice = voice ? voice : "alloy";
    result = run (&check);
  }
  check_clear (&check);
  if (check.client)
    openai_client_release (check.client);
  return result;
}
