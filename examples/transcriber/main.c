// SPDX-License-Identifier: LGPL-2.1-or-later
/* transcribe: subtitles, text and JSON of any media files, beside them. */

#include <gst/gst.h>
#include <locale.h>
#include <stdio.h>

#include "job.h"
#include "outputs.h"
#include "progress.h"

static gchar **files, **extra;
static gchar *model, *language, *prompt, *directory, *token_price;
static gchar *formats;
static gboolean translate, force, keep_going, quiet;
static gint requests = 4;
static gdouble price;

static const GOptionEntry entries[] = {
  {"model", 'm', 0, G_OPTION_ARG_STRING, &model,
      "Model, as the server knows it", "NAME"},
  {"language", 'l', 0, G_OPTION_ARG_STRING, &language,
      "Language that is spoken (default: the server finds out)", "CODE"},
  {"prompt", 'p', 0, G_OPTION_ARG_STRING, &prompt,
      "Names and words to expect", "TEXT"},
  {"translate", 't', 0, G_OPTION_ARG_NONE, &translate,
      "Write it in English", NULL},
  {"formats", 'f', 0, G_OPTION_ARG_STRING, &formats,
      "What to write (default: srt,vtt,txt,json)", "LIST"},
  {"directory", 'd', 0, G_OPTION_ARG_FILENAME, &directory,
      "Where to write it (default: beside the file)", "DIR"},
  {"force", 0, 0, G_OPTION_ARG_NONE, &force,
      "Write over files that are there", NULL},
  {"keep-going", 'k', 0, G_OPTION_ARG_NONE, &keep_going,
      "Leave a gap where the server fails, instead of stopping", NULL},
  {"requests", 'r', 0, G_OPTION_ARG_INT, &requests,
      "Requests at a time (default: 4)", "N"},
  {"price", 0, 0, G_OPTION_ARG_DOUBLE, &price,
      "Dollars for a minute of audio, to tell the cost", "PRICE"},
  {"token-price", 0, 0, G_OPTION_ARG_STRING, &token_price,
      "Dollars for a million tokens in, and out", "IN,OUT"},
  {"set", 's', 0, G_OPTION_ARG_STRING_ARRAY, &extra,
      "Any property of openaistt; may be repeated", "NAME=VALUE"},
  {"quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet,
      "Print nothing but problems", NULL},
  {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL,
      "FILE…"},
  G_OPTION_ENTRY_NULL
};

static G_GNUC_PRINTF (1, 2) gboolean
fail (const gchar * format, ...)
{
  va_list arguments;
  g_autofree gchar *text = NULL;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_printerr ("%s\n", text);
  return FALSE;
}

static gboolean
check_formats (gchar ** list)
{
  if (!*list)
    return fail ("%s", "--formats is empty");
  for (; *list; list++)
    if (!output_is_known (*list))
      return fail ("There is no format %s: srt, vtt, txt, json", *list);
  return TRUE;
}

/* No two files may have the same outputs. */
static gboolean
check_names (void)
{
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; files[i]; i++) {
    gchar *path = output_path (files[i], directory, "srt");

    if (g_hash_table_contains (seen, path)) {
      g_free (path);
      return fail ("%s and another file would have the same names for what "
          "is written: give them one by one, with --directory", files[i]);
    }
    g_hash_table_add (seen, path);
  }
  return TRUE;
}

static gboolean
parse_token_price (JobOptions * options)
{
  gchar *end;

  if (!token_price)
    return TRUE;
  options->price_in = g_ascii_strtod (token_price, &end);
  if (*end == ',')
    options->price_out = g_ascii_strtod (end + 1, &end);
  return *end == '\0' || fail ("--token-price=%s is not two numbers, such as "
      "2.50,10", token_price);
}

static void
add_setting (GPtrArray * settings, const gchar * name, const gchar * value)
{
  if (value)
    g_ptr_array_add (settings, g_strconcat (name, "=", value, NULL));
}

static gchar **
make_settings (void)
{
  GPtrArray *settings = g_ptr_array_new_null_terminated (8, g_free, TRUE);

  add_setting (settings, "task", translate ? "translate" : "transcribe");
  add_setting (settings, "model", model);
  add_setting (settings, "language", language);
  add_setting (settings, "prompt", prompt);
  for (gchar ** more = extra; more && *more; more++)
    g_ptr_array_add (settings, g_strdup (*more));
  return (gchar **) g_ptr_array_free (settings, FALSE);
}

static gboolean
parse (gint argc, gchar ** argv, JobOptions * options, gchar *** list)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *problem = NULL;

  g_option_context_set_summary (context,
      "Writes down what is said in media files: subtitles (.srt, .vtt), text "
      "(.txt) and\neverything the server told (.json). OPENAI_BASE_URL and "
      "OPENAI_API_KEY name the\nserver. What is interrupted goes on where it "
      "was when it is started again.");
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return fail ("%s", error->message);
  if (!files)
    return fail ("%s", "Which files? --help tells more.");
  if (requests < 1 || requests > 1000)
    return fail ("%s", "--requests must be from 1 to 1000");
  *list = g_strsplit (formats ? formats : "srt,vtt,txt,json", ",", -1);
  options->keep_going = keep_going;
  options->requests = requests;
  options->price_per_minute = price;
  options->settings = make_settings ();
  if (!check_formats (*list) || !check_names ()
      || !parse_token_price (options))
    return FALSE;
  problem = job_check (options);
  return !problem || fail ("%s", problem);
}

/* Those formats whose files are not there yet. */
static GPtrArray *
missing_formats (const gchar * file, gchar ** list)
{
  GPtrArray *missing = g_ptr_array_new ();

  for (; *list; list++) {
    g_autofree gchar *path = output_path (file, directory, *list);

    if (force || !g_file_test (path, G_FILE_TEST_EXISTS))
      g_ptr_array_add (missing, *list);
  }
  return missing;
}

static gboolean
write_outputs (const gchar * file, GPtrArray * missing, Journal * journal)
{
  for (guint i = 0; i < missing->len; i++) {
    const gchar *extension = g_ptr_array_index (missing, i);
    g_autofree gchar *path = output_path (file, directory, extension);
    g_autoptr (GError) error = NULL;

    if (!output_write (path, extension, journal_stretches (journal), &error))
      return fail ("%s", error->message);
  }
  journal_remove (journal);
  return TRUE;
}

static void
print_summary (const gchar * file, GPtrArray * missing,
    const JobOptions * options, Journal * journal, gint64 started)
{
  g_autofree gchar *cost = job_cost (options, journal_stretches (journal));

  if (quiet)
    return;
  printf ("%s: done in %.1f s%s%s;", file,
      (g_get_monotonic_time () - started) / 1e6, cost ? ", " : "",
      cost ? cost : "");
  for (guint i = 0; i < missing->len; i++) {
    g_autofree gchar *path = output_path (file, directory,
        g_ptr_array_index (missing, i));
    g_autofree gchar *name = g_path_get_basename (path);
    printf (" %s", name);
  }
  printf ("\n");
  fflush (stdout);
}

static gchar *
journal_path (const gchar * file)
{
  g_autofree gchar *name = g_path_get_basename (file);
  g_autofree gchar *path = directory ?
      g_build_filename (directory, name, NULL) : g_strdup (file);

  return g_strconcat (path, ".transcript.part", NULL);
}

static JobResult
transcribe (const gchar * file, gchar ** list, const JobOptions * options)
{
  g_autoptr (GPtrArray) missing = missing_formats (file, list);
  g_autofree gchar *settings = job_settings (options);
  g_autofree gchar *path = journal_path (file);
  g_autoptr (GError) error = NULL;
  g_autoptr (Journal) journal = NULL;
  gint64 started = g_get_monotonic_time ();
  JobResult result;

  if (missing->len == 0) {
    if (!quiet)
      printf ("%s: is written already (--force writes it again)\n", file);
    return JOB_DONE;
  }
  journal = journal_open (path, file, settings, &error);
  if (!journal) {
    g_printerr ("%s: %s\n", file, error->message);
    return JOB_FAILED;
  }
  if (journal_position (journal) > 0 && !quiet) {
    g_autofree gchar *position = progress_time (journal_position (journal));
    g_printerr ("%s: goes on at %s\n", file, position);
  }
  result = job_run (file, options, journal);
  if (result == JOB_DONE) {
    if (!write_outputs (file, missing, journal))
      return JOB_FAILED;
    print_summary (file, missing, options, journal, started);
  } else if (journal_position (journal) > 0) {
    g_autofree gchar *position = progress_time (journal_position (journal));
    g_printerr ("%s: stopped at %s. The same command goes on from there.\n",
        file, position);
  } else {
    journal_remove (journal);
  }
  return result;
}

int
main (int argc, char **argv)
{
  g_auto (GStrv) list = NULL;
  JobOptions options = { 0, };
  JobResult result = JOB_DONE;
  gboolean failed = FALSE;

  setlocale (LC_ALL, "");
  if (!parse (argc, argv, &options, &list))
    return 2;
  progress_init (quiet);
  for (guint i = 0; files[i] && result != JOB_INTERRUPTED; i++) {
    if (result == JOB_HOPELESS) {
      g_printerr ("%s: not tried\n", files[i]);
      continue;
    }
    result = transcribe (files[i], list, &options);
    failed |= result != JOB_DONE;
  }
  g_strfreev (options.settings);
  return result == JOB_INTERRUPTED ? 130 : failed;
}
