// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* gst-openai-captions-1.0: live captions in a browser, or in a terminal. */

#include "config.h"

#include <errno.h>
#include <glib-unix.h>
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "audience.h"
#include "common/program.h"
#include "i18n.h"
#include "metrics.h"
#include "source.h"
#include "terminal.h"

#define DEFAULT_PORT 8081
/* In place of what could not be transcribed. */
#define GAP "[…]"
/* Of the main loop, for the last words to the page. */
#define MOST_STEPS_TO_SEND 100

typedef struct
{
  Audience *audience; /* NULL: the terminal */
  Metrics *metrics;   /* NULL: none are asked for */
  GMainLoop *loop;
  GHashTable *partials; /* guint64 start → text */
  gboolean translates;  /* into English */
  gboolean trouble;     /* the page says so */
  gboolean failed;
} Show;

static gint port = -1;
static gchar *host, *base_url, *model, *language, *microphone;
static gchar **source, **settings;
static gboolean share, in_terminal, list_microphones, with_metrics;
static gdouble price;

static const GOptionEntry entries[] = {
  { "terminal", 't', 0, G_OPTION_ARG_NONE, &in_terminal,
      N_ ("Captions in this terminal, and no page"), NULL },
  { "share", 0, 0, G_OPTION_ARG_NONE, &share,
      N_ ("Let phones and other machines of the network open the page"), NULL },
  { "port", 'p', 0, G_OPTION_ARG_INT, &port,
      N_ ("Port of the page; 0: a free one (default 8081, or a free one)"), "PORT" },
  { "host", 0, 0, G_OPTION_ARG_STRING, &host,
      N_ ("Address to listen on (default 127.0.0.1; --share is 0.0.0.0)"), "ADDRESS" },
  { "model", 'm', 0, G_OPTION_ARG_STRING, &model, N_ ("Model, as the server knows it"),
      "NAME" },
  { "language", 'l', 0, G_OPTION_ARG_STRING, &language,
      N_ ("Language that is spoken (default: the server finds out)"), "CODE" },
  { "microphone", 0, 0, G_OPTION_ARG_STRING, &microphone,
      N_ ("Number or part of the name of a microphone (default: the system's)"), "NAME" },
  { "microphones", 0, 0, G_OPTION_ARG_NONE, &list_microphones,
      N_ ("List the microphones, and end"), NULL },
  { "metrics", 0, 0, G_OPTION_ARG_NONE, &with_metrics,
      N_ ("Tell Prometheus delays, failures, backlog and money, at /metrics of the page"),
      NULL },
  { "price", 0, 0, G_OPTION_ARG_DOUBLE, &price,
      N_ ("Dollars for a minute of audio, for --metrics"), "PRICE" },
  { "base-url", 0, 0, G_OPTION_ARG_STRING, &base_url,
      N_ ("Address of the server (default: $OPENAI_BASE_URL)"), "URL" },
  { "set", 's', 0, G_OPTION_ARG_STRING_ARRAY, &settings,
      N_ ("Any property of openaistt; may be repeated"), "NAME=VALUE" },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &source, NULL,
      "[FILE | SOURCE ! …]" },
  G_OPTION_ENTRY_NULL
};

static const gchar *const words[] = { "model", "--model", "language", "--language",
  "base-url", "--base-url", NULL };

static const Program program = {
  .name = "gst-openai-captions-1.0",
  .summary = N_ ("Shows what is said while it is said: on a page in the browser, "
                 "which is an overlay\nfor OBS too, or in the terminal. Listens to the "
                 "microphone, plays a file, or takes\nthe part of a launch line that "
                 "makes the audio."),
  .examples = "  gst-openai-captions-1.0\n"
              "  gst-openai-captions-1.0 --share --model whisper-1 --language en\n"
              "  gst-openai-captions-1.0 --terminal talk.wav\n"
              "  gst-openai-captions-1.0 rtspsrc location=rtsp://camera/ ! decodebin\n",
  .entries = entries,
  .launch_line = TRUE,
  .words = words,
};

static guint64
start_of (const GstStructure *structure)
{
  guint64 start = 0;

  gst_structure_get_uint64 (structure, "start", &start);
  return start;
}

static JsonObject *
make_event (guint64 start, const gchar *text)
{
  JsonObject *data = json_object_new ();

  json_object_set_double_member (data, "start", start / 1e9);
  json_object_set_string_member (data, "text", text);
  return data;
}

static void
tell_state (Show *show, const gchar *text, gboolean trouble, gboolean over)
{
  JsonObject *data = json_object_new ();

  if (!show->audience) {
    json_object_unref (data);
    return;
  }
  json_object_set_string_member (data, "text", text);
  json_object_set_boolean_member (data, "trouble", trouble);
  json_object_set_boolean_member (data, "over", over);
  show->trouble = trouble;
  audience_tell_state (show->audience, data);
}

static void
tell_partial (Show *show, const GstStructure *partial)
{
  guint64 start = start_of (partial);
  const gchar *text = gst_structure_get_string (partial, "text");
  const gchar *stable = gst_structure_get_string (partial, "stable");
  JsonObject *data = make_event (start, text);

  json_object_set_string_member (data, "stable", stable);
  g_hash_table_insert (show->partials, g_memdup2 (&start, sizeof start), g_strdup (text));
  audience_tell_passing (show->audience, start, "partial", data);
}

/* What the captions are written in, as far as it is known: browsers choose their
 * letters by it, and screen readers their voice. */
static const gchar *
language_of (Show *show, const GstStructure *told)
{
  const gchar *known = gst_structure_get_string (told, "language");

  return show->translates ? "en" : known ? known : language;
}

static void
tell_final (Show *show, const GstStructure *told, const gchar *speaker, const gchar *text)
{
  JsonObject *data = make_event (start_of (told), text);
  const gchar *code = language_of (show, told);

  if (code && *code != '\0')
    json_object_set_string_member (data, "language", code);
  if (speaker)
    json_object_set_string_member (data, "speaker", speaker);
  audience_tell (show->audience, "final", data);
}

/* What each speaker said in turn; FALSE: they are not known. */
static gboolean
tell_turns (Show *show, const GstStructure *transcript)
{
  const GValue *segments = gst_structure_get_value (transcript, "segments");
  g_autoptr (GString) turn = g_string_new (NULL);
  const gchar *speaker = NULL;

  for (guint i = 0; segments && i < gst_value_array_get_size (segments); i++) {
    const GstStructure *segment =
        gst_value_get_structure (gst_value_array_get_value (segments, i));
    const gchar *name = gst_structure_get_string (segment, "speaker");

    if (!name)
      return FALSE;
    if (gst_structure_has_field (segment, "dropped"))
      continue;
    if (speaker && !g_str_equal (name, speaker)) {
      tell_final (show, transcript, speaker, turn->str);
      g_string_truncate (turn, 0);
    }
    if (turn->len > 0)
      g_string_append_c (turn, ' ');
    g_string_append (turn, gst_structure_get_string (segment, "text"));
    speaker = name;
  }
  if (turn->len > 0)
    tell_final (show, transcript, speaker, turn->str);
  return speaker != NULL;
}

static void
tell_text (Show *show, const GstStructure *transcript)
{
  guint64 start = start_of (transcript);
  const gchar *text = gst_structure_get_string (transcript, "text");

  if (!text || *text == '\0')
    audience_tell_passing (show->audience, start, "partial", make_event (start, ""));
  else if (!tell_turns (show, transcript))
    tell_final (show, transcript, NULL, text);
}

/* A reader keeps what was shown, and sees that something is missing. */
static void
tell_gap (Show *show, const GstStructure *failed)
{
  guint64 start = start_of (failed);
  const gchar *shown = g_hash_table_lookup (show->partials, &start);
  g_autofree gchar *text = g_strconcat (shown ? shown : "", shown ? " " : "", GAP, NULL);

  tell_final (show, failed, NULL, text);
}

/* GLib ignores SIGPIPE: without a reader the microphone would go on being uploaded. */
static void
stop_writing (Show *show)
{
  if (errno != EPIPE)
    program_print_error (_("standard output cannot be written: %s"), g_strerror (errno));
  show->failed = TRUE;
  g_main_loop_quit (show->loop);
}

static void
on_element_message (Show *show, const GstStructure *structure)
{
  gboolean partial = gst_structure_has_name (structure, "openaistt/partial");
  gboolean failed = gst_structure_has_name (structure, "openaistt/failed");
  guint64 start;

  if (!partial && !failed && !gst_structure_has_name (structure, "openaistt/transcript"))
    return;
  if (show->metrics)
    metrics_count (show->metrics, structure);
  if (!show->audience) {
    if (!show->failed && !terminal_show (structure))
      stop_writing (show);
    return;
  }
  if (partial) {
    tell_partial (show, structure);
    return;
  }
  if (failed)
    tell_gap (show, structure);
  else
    tell_text (show, structure);
  if (show->trouble && !failed)
    tell_state (show, _("Live"), FALSE, FALSE);
  start = start_of (structure);
  audience_forget_passing (show->audience, start);
  g_hash_table_remove (show->partials, &start);
}

/* It was not the user that asked for text while it is being found. */
static gboolean
is_of_our_making (const gchar *text)
{
  return strstr (text, "stream-response") != NULL;
}

/* Whether it is of a request, and not of a setting or the sound. */
static gboolean
is_of_the_server (GstMessage *problem)
{
  const GstStructure *details = NULL;
  guint attempts = 0;

  if (GST_MESSAGE_TYPE (problem) == GST_MESSAGE_WARNING)
    gst_message_parse_warning_details (problem, &details);
  return details && gst_structure_get_uint (details, "attempts", &attempts)
      && attempts > 0;
}

/* The page keeps what it was told last when the program has ended. */
static void
tell_failure (Show *show, const gchar *text)
{
  g_autofree gchar *line = g_strdup_printf (_("Stopped: %s"), text);

  tell_state (show, line, TRUE, TRUE);
  for (guint i = 0; i < MOST_STEPS_TO_SEND && g_main_context_iteration (NULL, FALSE); i++)
    ;
  show->failed = TRUE;
  g_main_loop_quit (show->loop);
}

static void
on_problem (Show *show, GstMessage *message)
{
  g_autofree gchar *text = program_problem (message);
  g_autofree gchar *in_full = program_problem_in_full (message);
  gboolean error = GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR;

  if (is_of_our_making (text))
    return;
  terminal_clear ();
  program_print_error ("%s", in_full);
  if (show->metrics && is_of_the_server (message))
    metrics_count_problem (show->metrics);
  if (error)
    tell_failure (show, text);
  else if (is_of_the_server (message))
    tell_state (show, _("The server does not answer: captions come later…"), TRUE, FALSE);
}

/* The server is back. */
static void
on_info (Show *show, GstMessage *message)
{
  g_autofree gchar *text = program_problem (message);

  terminal_clear ();
  program_print_error ("%s", text);
  tell_state (show, _("Live"), FALSE, FALSE);
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Show *show = user_data;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ELEMENT:
      on_element_message (show, gst_message_get_structure (message));
      break;
    case GST_MESSAGE_WARNING:
    case GST_MESSAGE_ERROR:
      on_problem (show, message);
      break;
    case GST_MESSAGE_INFO:
      on_info (show, message);
      break;
    case GST_MESSAGE_EOS:
      tell_state (show, _("The end"), FALSE, TRUE);
      /* The page stays until it is stopped. */
      if (!show->audience)
        g_main_loop_quit (show->loop);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
translates (GstElement *stt)
{
  gint task;

  g_object_get (stt, "task", &task, NULL);
  return task != 0;
}

static gboolean
was_set (const gchar *name)
{
  gsize length = strlen (name);

  for (guint i = 0; settings && settings[i]; i++) {
    if (g_str_has_prefix (settings[i], name) && settings[i][length] == '=')
      return TRUE;
  }
  return FALSE;
}

static gboolean
sends_while_spoken (GstElement *stt)
{
  gboolean grows;

  g_object_get (stt, "stream-upload", &grows, NULL);
  return grows;
}

/* Words are shown while they are spoken where asking again and again costs nothing: on
 * this machine. Not where it is set that nothing is sent before a chunk has ended. */
static gboolean
set_partials (GstElement *stt, GError **error)
{
  const gchar *url = base_url ? base_url : g_getenv ("OPENAI_BASE_URL");
  g_autoptr (GUri) uri = url ? g_uri_parse (url, G_URI_FLAGS_NONE, NULL) : NULL;
  const gchar *name = uri ? g_uri_get_host (uri) : NULL;
  g_autoptr (GInetAddress) address = name ? g_inet_address_new_from_string (name) : NULL;

  if (was_set ("partial-interval") || !sends_while_spoken (stt))
    return TRUE;
  if (g_strcmp0 (name, "localhost") != 0
      && !(address && g_inet_address_get_is_loopback (address)))
    return TRUE;
  return program_set_value (stt, "partial-interval", "1000", error);
}

static gboolean
set_all (Show *show, GstElement *pipeline, GError **error)
{
  g_autoptr (GstElement) stt = gst_bin_get_by_name (GST_BIN (pipeline), "stt");

  if (!program_set_value (stt, "base-url", base_url, error)
      || !program_set_value (stt, "model", model, error)
      || !program_set_value (stt, "language", language, error)
      || !program_set_all (stt, settings, error) || !set_partials (stt, error))
    return FALSE;
  show->translates = translates (stt);
  return TRUE;
}

static gboolean
on_signal (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static Audience *
make_audience (GError **error)
{
  const gchar *address = host ? host : share ? "0.0.0.0" : "127.0.0.1";
  Audience *audience;

  if (port >= 0) {
    audience = audience_new (address, port, error);
  } else {
    audience = audience_new (address, DEFAULT_PORT, NULL);
    if (!audience)
      audience = audience_new (address, 0, error);
  }
  if (!audience && error && *error)
    g_prefix_error (error, _("The page could not be opened: "));
  return audience;
}

/* For whom it listens: this machine, or its network. */
static void
print_addresses (Audience *audience)
{
  g_autofree gchar *address = audience_address (audience);
  g_autofree gchar *machine = address_of_machine ();
  gboolean everywhere = strstr (address, "//0.0.0.0") != NULL;
  g_autofree gchar *here = everywhere
      ? g_strdup_printf ("http://127.0.0.1:%u/", audience_port (audience))
      : g_steal_pointer (&address);
  g_autofree gchar *there = everywhere && machine
      ? g_strdup_printf ("http://%s:%u/", machine, audience_port (audience))
      : NULL;

  printf (_("Captions are at %s\nand for OBS at     %s?overlay\n"), here, here);
  if (there) {
    printf (_("On phones and other machines of this network: %s\n"), there);
    address_print_code (there);
  } else if (strstr (here, "//127.")) {
    printf (_("--share opens it to phones and other machines of this network.\n"));
  }
  fflush (stdout);
}

static gchar *
on_metrics (gpointer metrics)
{
  return metrics_text (metrics);
}

static void
begin_metrics (Show *show, GstElement *pipeline)
{
  g_autoptr (GstElement) stt = gst_bin_get_by_name (GST_BIN (pipeline), "stt");

  show->metrics = metrics_new (stt, price);
  audience_serve_metrics (show->audience, on_metrics, show->metrics);
}

static gboolean
play (Show *show, GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_bus_add_watch (bus, on_message, show);
  g_unix_signal_add (SIGINT, on_signal, show->loop);
  g_unix_signal_add (SIGTERM, on_signal, show->loop);
  tell_state (show, _("Live"), FALSE, FALSE);
  source_start (pipeline);
  g_main_loop_run (show->loop);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_bus_remove_watch (bus);
  return !show->failed;
}

/* What can be known to be wrong is known before the page is there. */
static gboolean
run (GError **error)
{
  g_autoptr (GstElement) pipeline = source_make_pipeline (source, microphone, error);
  g_autoptr (Audience) audience = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GHashTable) partials =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  Show show = { .loop = loop, .partials = partials };
  gboolean played;

  if (!pipeline || !set_all (&show, pipeline, error))
    return FALSE;
  if (in_terminal) {
    terminal_init ();
  } else {
    audience = make_audience (error);
    if (!audience)
      return FALSE;
    print_addresses (audience);
    show.audience = audience;
    if (with_metrics)
      begin_metrics (&show, pipeline);
  }
  played = play (&show, pipeline);
  g_clear_pointer (&show.metrics, metrics_free);
  return played;
}

static int
print_microphones (void)
{
  g_autofree gchar *text = source_list_microphones ();

  if (text)
    printf ("%s", text);
  else
    program_print_error ("There is no microphone");
  return text ? EXIT_DONE : EXIT_FAILED;
}

int
main (int argc, char **argv)
{
  g_autoptr (GstElement) stt = NULL;
  g_autoptr (GError) error = NULL;

  if (!program_parse (&program, &argc, &argv))
    return EXIT_USAGE;
  if (list_microphones)
    return print_microphones ();
  if (!program_check_price ("price", price))
    return EXIT_USAGE;
  if (!(stt = program_make_element ("openaistt")))
    return EXIT_FAILED;
  gst_object_ref_sink (stt);
  if (run (&error))
    return EXIT_DONE;
  if (error)
    program_print_error ("%s", error->message);
  return error && error->domain == G_OPTION_ERROR ? EXIT_USAGE : EXIT_FAILED;
}
