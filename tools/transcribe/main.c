// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* gst-openai-transcribe-1.0: subtitles, text and JSON of any media files, beside
 * them. */

#include <stdio.h>
#include <string.h>

#include "common/program.h"
#include "common/progress.h"
#include "files.h"
#include "i18n.h"
#include "job.h"
#include "outputs.h"

static gchar **arguments, **extra;
static gchar *base_url, *model, *language, *prompt, *directory, *token_price;
static gchar *formats;
static gboolean translate, force, keep_going, quiet, list_tracks;
static gint requests = 4, track_number;
static gdouble price;

static const GOptionEntry entries[] = { { "model", 'm', 0, G_OPTION_ARG_STRING, &model,
                                            N_ ("Model, as the server knows it"),
                                            "NAME" },
  { "language", 'l', 0, G_OPTION_ARG_STRING, &language,
      N_ ("Language that is spoken (default: the server finds out); of several "
          "tracks of sound the one in it"),
      "CODE" },
  { "track", 0, 0, G_OPTION_ARG_INT, &track_number,
      N_ ("Track of the sound, from 1 (default: the file's own choice)"), "N" },
  { "tracks", 0, 0, G_OPTION_ARG_NONE, &list_tracks,
      N_ ("List what is in the files, and end"), NULL },
  { "prompt", 'p', 0, G_OPTION_ARG_STRING, &prompt, N_ ("Names and words to expect"),
      "TEXT" },
  { "translate", 't', 0, G_OPTION_ARG_NONE, &translate, N_ ("Write it in English"),
      NULL },
  { "formats", 'f', 0, G_OPTION_ARG_STRING, &formats,
      N_ ("What to write (default: srt,vtt,txt,json)"), "LIST" },
  { "directory", 'd', 0, G_OPTION_ARG_FILENAME, &directory,
      N_ ("Where to write it; is made (default: beside the file)"), "DIR" },
  { "force", 0, 0, G_OPTION_ARG_NONE, &force, N_ ("Write over files that are there"),
      NULL },
  { "keep-going", 'k', 0, G_OPTION_ARG_NONE, &keep_going,
      N_ ("Leave a gap where the server fails, instead of stopping"), NULL },
  { "requests", 'r', 0, G_OPTION_ARG_INT, &requests,
      N_ ("Requests at a time (default: 4)"), "N" },
  { "price", 0, 0, G_OPTION_ARG_DOUBLE, &price,
      N_ ("Dollars for a minute of audio, to tell the cost"), "PRICE" },
  { "token-price", 0, 0, G_OPTION_ARG_STRING, &token_price,
      N_ ("Dollars for a million tokens in, and out"), "IN,OUT" },
  { "base-url", 0, 0, G_OPTION_ARG_STRING, &base_url,
      N_ ("Address of the server (default: $OPENAI_BASE_URL)"), "URL" },
  { "set", 's', 0, G_OPTION_ARG_STRING_ARRAY, &extra,
      N_ ("Any property of openaistt; may be repeated"), "NAME=VALUE" },
  { "quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, N_ ("Print nothing but problems"), NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments, NULL, "FILE…" },
  G_OPTION_ENTRY_NULL };

static const gchar *const words[] = { "model", "--model", "language", "--language",
  "prompt", "--prompt", "task", "--translate", "max-requests", "--requests", "base-url",
  "--base-url", "on-error", "--keep-going", NULL };

static const Program program = {
  .name = "gst-openai-transcribe-1.0",
  .summary =
      N_ ("Writes down what is said in media files, and in those of folders: "
          "subtitles\n(.srt, .vtt), text (.txt) and everything the server told "
          "(.json), beside them.\nWhat is interrupted goes on where it was when it "
          "is started again."),
  .examples = "  gst-openai-transcribe-1.0 --model whisper-1 talk.wav film.mp4\n"
              "  gst-openai-transcribe-1.0 --language de --formats srt --directory "
              "captions Films/\n",
  .entries = entries,
  .words = words,
};

/* Of all files, for the last line. */
static struct
{
  guint done;
  guint failed;
  guint untried;
  gdouble audio; /* seconds */
  gdouble dollars;
} total;

static gboolean
check_formats (gchar **list)
{
  if (!*list)
    return program_fail ("--formats is empty");
  for (; *list; list++)
    if (!output_is_known (*list))
      return program_fail ("--formats: there is no format %s; there are srt, "
                           "vtt, txt, json, ttml",
          *list);
  return TRUE;
}

static gboolean
parse_token_price (JobOptions *options)
{
  gchar *end;

  if (!token_price)
    return TRUE;
  options->price_in = g_ascii_strtod (token_price, &end);
  if (*end == ',')
    options->price_out = g_ascii_strtod (end + 1, &end);
  if (*end != '\0')
    return program_fail (
        "--token-price=%s is not two numbers, such as 2.50,10", token_price);
  return program_check_price ("token-price", options->price_in)
      && program_check_price ("token-price", options->price_out);
}

static void
add_setting (GPtrArray *settings, const gchar *name, const gchar *value)
{
  if (value)
    g_ptr_array_add (settings, g_strconcat (name, "=", value, NULL));
}

static gchar **
make_settings (void)
{
  GPtrArray *settings = g_ptr_array_new_null_terminated (8, g_free, TRUE);

  add_setting (settings, "task", translate ? "translate" : "transcribe");
  add_setting (settings, "base-url", base_url);
  add_setting (settings, "model", model);
  add_setting (settings, "language", language);
  add_setting (settings, "prompt", prompt);
  for (gchar **more = extra; more && *more; more++)
    g_ptr_array_add (settings, g_strdup (*more));
  return (gchar **) g_ptr_array_free (settings, FALSE);
}

static gboolean
parse (gint argc, gchar **argv, JobOptions *options, gchar ***list)
{
  if (!program_parse (&program, &argc, &argv))
    return FALSE;
  if (!arguments)
    return program_fail ("Which files? --help tells more.");
  if (requests < 1 || requests > 1000)
    return program_fail ("--requests must be from 1 to 1000");
  if (track_number < 0)
    return program_fail ("--track begins at 1");
  if (!program_check_price ("price", price))
    return FALSE;
  *list = g_strsplit (formats ? formats : "srt,vtt,txt,json", ",", -1);
  options->keep_going = keep_going;
  options->requests = requests;
  options->price_per_minute = price;
  options->settings = make_settings ();
  if (!check_formats (*list) || !parse_token_price (options))
    return FALSE;
  if (directory && g_mkdir_with_parents (directory, 0777) != 0)
    return program_fail ("--directory=%s could not be made", directory);
  return list_tracks || job_check (options);
}

/* Those formats whose files are not there yet. */
static GPtrArray *
missing_formats (const gchar *file, gchar **list)
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
write_outputs (const gchar *file, GPtrArray *missing, Journal *journal)
{
  for (guint i = 0; i < missing->len; i++) {
    const gchar *extension = g_ptr_array_index (missing, i);
    g_autofree gchar *path = output_path (file, directory, extension);
    g_autoptr (GError) error = NULL;

    if (!output_write (path, extension, journal_chunks (journal), &error))
      return program_fail ("%s: %s", file, error->message);
  }
  journal_remove (journal);
  return TRUE;
}

static gboolean
was_dropped (GPtrArray *chunks)
{
  for (guint i = 0; i < chunks->len; i++) {
    JsonObject *chunk = g_ptr_array_index (chunks, i);
    const gchar *text =
        json_object_get_string_member_with_default (chunk, "dropped_text", "");

    if (*text != '\0')
      return TRUE;
  }
  return FALSE;
}

/* Why there are no captions; NULL: there are. */
static gchar *
explain_silence (GPtrArray *chunks, const JobAudio *audio)
{
  g_autofree gchar *all = progress_time (audio->all);
  g_autofree gchar *sent = progress_time (audio->uploaded);
  g_autofree gchar *loud = progress_time (audio->sound);

  if (output_caption_count (chunks) > 0)
    return NULL;
  if (audio->all == 0)
    return g_strdup (_("the track of sound is empty"));
  if (was_dropped (chunks))
    return g_strdup (
        _("nothing was heard: all that the server answered seems "
        "made up and was left out (--set drop-hallucinations=false keeps it)"));
  if (audio->failed > 0 && audio->uploaded == 0)
    return g_strdup_printf (_("nothing was heard: the server failed"));
  if (audio->uploaded == 0)
    return g_strdup_printf (
        _("nothing was heard: no speech in %s of sound, of "
        "which %s are louder than a quiet room (--set vad=none sends all of it)"),
            all, loud);
  return g_strdup_printf (_("nothing was heard: the server found no words in "
                          "the %s that were sent of %s"),
      sent, all);
}

static void
print_output (const gchar *file, const gchar *extension)
{
  g_autofree gchar *path = output_path (file, directory, extension);
  g_autofree gchar *name = g_path_get_basename (path);

  printf (" %s", directory ? path : name);
}

static void
print_summary (const gchar *file, gchar **list, GPtrArray *missing,
    const JobOptions *options, Journal *journal, gint64 started)
{
  g_autofree gchar *cost = job_cost (options, journal_chunks (journal));
  gboolean kept = FALSE;

  if (quiet)
    return;
  printf (_("%s: done in %.1f s%s%s; written to"), file,
      (g_get_monotonic_time () - started) / 1e6, cost ? ", " : "", cost ? cost : "");
  for (guint i = 0; i < missing->len; i++)
    print_output (file, g_ptr_array_index (missing, i));
  for (; *list; list++) {
    if (g_ptr_array_find (missing, *list, NULL))
      continue;
    if (!kept)
      printf (_("; there already, and kept (--force writes it again):"));
    kept = TRUE;
    print_output (file, *list);
  }
  printf ("\n");
  fflush (stdout);
}

static gchar *
journal_path (const gchar *file)
{
  g_autofree gchar *name = g_path_get_basename (file);
  g_autofree gchar *path =
      directory ? g_build_filename (directory, name, NULL) : g_strdup (file);

  return g_strconcat (path, ".transcript.part", NULL);
}

static JobResult
tell_written (const gchar *file, gchar **list)
{
  gboolean empty = FALSE;

  for (; *list; list++) {
    g_autofree gchar *path = output_path (file, directory, *list);

    empty |= output_holds_nothing (path, *list);
  }
  if (!quiet)
    printf (empty ? _("%s: is written already, and nothing was heard in it "
                      "(--force writes it again)\n")
                  : _("%s: is written already (--force writes it again)\n"), file);
  return JOB_DONE;
}

static void
tell_track (Media *media, const Track *track)
{
  guint count = media_count (media, TRACK_AUDIO);
  g_autofree gchar *description = media_describe_track (media, track);

  if (count > 1 && !quiet)
    g_printerr (_("%s: sound track %s of %u; --track chooses another\n"), media->path,
        description, count);
}

/* The settings that make a difference to what is said. */
static gchar *
settings_of (const JobOptions *options, Media *media, const Track *track)
{
  g_autofree gchar *settings = job_settings (options);

  return g_strdup_printf ("%strack=%u", settings, media_track_number (media, track));
}

static JobResult
finish (const gchar *file, gchar **list, GPtrArray *missing, const JobOptions *options,
    Journal *journal, const JobAudio *audio, gint64 started)
{
  GPtrArray *chunks = journal_chunks (journal);
  g_autofree gchar *silence = explain_silence (chunks, audio);

  if (!write_outputs (file, missing, journal))
    return JOB_FAILED;
  print_summary (file, list, missing, options, journal, started);
  if (silence)
    g_printerr ("%s: %s\n", file, silence);
  total.dollars += job_dollars (options, chunks);
  return JOB_DONE;
}

static JobResult
stop (const gchar *file, JobResult result, Journal *journal)
{
  if (journal_position (journal) > 0) {
    g_autofree gchar *position = progress_time (journal_position (journal));
    g_printerr (
        _("%s: stopped at %s. The same command goes on from there.\n"), file, position);
  } else {
    journal_remove (journal);
  }
  return result;
}

static JobResult
transcribe (const gchar *file, gchar **list, const JobOptions *options)
{
  g_autoptr (GPtrArray) missing = missing_formats (file, list);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *settings = NULL, *path = journal_path (file);
  g_autoptr (Media) media = NULL;
  g_autoptr (Journal) journal = NULL;
  gint64 started = g_get_monotonic_time ();
  const Track *track = NULL;
  JobAudio audio = { 0 };
  JobResult result;

  if (missing->len == 0)
    return tell_written (file, list);
  media = media_look (file, &error);
  if (media)
    track = media_choose_sound (media, track_number, language, &error);
  if (track) {
    settings = settings_of (options, media, track);
    journal = journal_open (path, file, settings, &error);
  }
  if (!journal) {
    program_print_error ("%s: %s", file, error->message);
    return JOB_FAILED;
  }
  tell_track (media, track);
  if (journal_position (journal) > 0 && !quiet) {
    g_autofree gchar *position = progress_time (journal_position (journal));
    g_printerr (_("%s: goes on at %s\n"), file, position);
  }
  result = job_run (media, track, options, journal, &audio);
  total.audio += audio.all;
  return result == JOB_DONE
      ? finish (file, list, missing, options, journal, &audio, started)
      : stop (file, result, journal);
}

static gboolean
print_tracks (GPtrArray *files)
{
  gboolean done = TRUE;

  for (guint i = 0; i < files->len; i++) {
    const gchar *file = g_ptr_array_index (files, i);
    g_autoptr (GError) error = NULL;
    g_autoptr (Media) media = media_look (file, &error);
    g_autofree gchar *text = media ? media_describe (media) : NULL;

    if (media)
      printf ("%s:\n%s", file, text);
    else
      done = program_fail ("%s: %s", file, error->message);
  }
  return done;
}

static void
print_total (gint64 started)
{
  g_autofree gchar *audio = progress_time (total.audio);
  g_autofree gchar *elapsed = progress_time ((g_get_monotonic_time () - started) / 1e6);

  printf (_("%u files: %u done, %u failed"), total.done + total.failed + total.untried,
      total.done, total.failed);
  if (total.untried > 0)
    printf (_(", %u not tried"), total.untried);
  printf (_("; %s of sound in %s"), audio, elapsed);
  if (total.dollars > 0)
    printf (", $%.*f", total.dollars < 1 ? 4 : 2, total.dollars);
  printf ("\n");
}

static JobResult
transcribe_all (GPtrArray *files, gchar **list, const JobOptions *options)
{
  gint64 started = g_get_monotonic_time ();
  JobResult result = JOB_DONE;

  for (guint i = 0; i < files->len && result != JOB_INTERRUPTED; i++) {
    const gchar *file = g_ptr_array_index (files, i);

    if (result == JOB_HOPELESS) {
      g_printerr (_("%s: not tried\n"), file);
      total.untried++;
      continue;
    }
    result = transcribe (file, list, options);
    if (result == JOB_DONE)
      total.done++;
    else
      total.failed++;
  }
  if (files->len > 1 && !quiet && result != JOB_INTERRUPTED)
    print_total (started);
  return result;
}

int
main (int argc, char **argv)
{
  g_auto (GStrv) list = NULL;
  g_autoptr (GPtrArray) files = NULL;
  JobOptions options = { 0 };
  JobResult result;

  if (!parse (argc, argv, &options, &list) || !(files = files_expand (arguments))
      || !files_check_names (files, directory))
    return EXIT_USAGE;
  if (list_tracks)
    return print_tracks (files) ? EXIT_DONE : EXIT_FAILED;
  progress_init (quiet);
  result = transcribe_all (files, list, &options);
  g_strfreev (options.settings);
  if (result == JOB_INTERRUPTED)
    return EXIT_INTERRUPTED;
  return total.failed + total.untried > 0 ? EXIT_FAILED : EXIT_DONE;
}
