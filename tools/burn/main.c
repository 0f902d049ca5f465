// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* gst-openai-burn-1.0: captions burnt into the pictures of a film, or beside them
 * in an HLS stream. Captions come first and pictures second: pictures that wait
 * for an answer do not fit into memory. */

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "common/program.h"
#include "common/progress.h"
#include "common/render.h"
#include "common/subtitles.h"
#include "hls.h"
#include "i18n.h"
#include "transcribe/job.h"
#include "transcribe/outputs.h"

static gchar **arguments, **extra;
static gchar *base_url, *model, *language, *subtitles, *font;
static gboolean force, quiet, hls;
static gint track_number, requests = 4;

static const GOptionEntry entries[] = { { "model", 'm', 0, G_OPTION_ARG_STRING, &model,
                                            N_ ("Model, as the server knows it"),
                                            "NAME" },
  { "language", 'l', 0, G_OPTION_ARG_STRING, &language,
      N_ ("Language that is spoken (default: the server finds out); of several "
          "tracks of sound the one in it"),
      "CODE" },
  { "track", 0, 0, G_OPTION_ARG_INT, &track_number,
      N_ ("Track of the sound, from 1 (default: the film's own choice)"), "N" },
  { "subtitles", 0, 0, G_OPTION_ARG_FILENAME, &subtitles,
      N_ ("Take these (.srt or .vtt), and ask no server"), "FILE" },
  { "font", 0, 0, G_OPTION_ARG_STRING, &font,
      N_ ("Font and size at a height of 540 (default: DejaVu Sans 20)"), "FONT" },
  { "hls", 0, 0, G_OPTION_ARG_NONE, &hls,
      N_ ("OUTPUT is a folder, for an HLS stream with captions beside it"), NULL },
  { "force", 0, 0, G_OPTION_ARG_NONE, &force, N_ ("Write over what is there"), NULL },
  { "requests", 'r', 0, G_OPTION_ARG_INT, &requests,
      N_ ("Requests at a time (default: 4)"), "N" },
  { "base-url", 0, 0, G_OPTION_ARG_STRING, &base_url,
      N_ ("Address of the server (default: $OPENAI_BASE_URL)"), "URL" },
  { "set", 's', 0, G_OPTION_ARG_STRING_ARRAY, &extra,
      N_ ("Any property of openaistt; may be repeated"), "NAME=VALUE" },
  { "quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, N_ ("Print nothing but problems"), NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments, NULL,
      "FILM OUTPUT" },
  G_OPTION_ENTRY_NULL };

static const gchar *const words[] = { "model", "--model", "language", "--language",
  "max-requests", "--requests", "base-url", "--base-url", NULL };

static const Program program = {
  .name = "gst-openai-burn-1.0",
  .summary = N_ ("Burns captions of what is said into the pictures of a film. What "
                 "is interrupted goes\non where it was when it is started again."),
  .examples = "  gst-openai-burn-1.0 --model whisper-1 film.mp4 captioned.mp4\n"
              "  gst-openai-burn-1.0 --subtitles film.srt film.mkv captioned.webm\n"
              "  gst-openai-burn-1.0 --hls film.mp4 stream/\n",
  .entries = entries,
  .words = words,
};

typedef struct
{
  const gchar *film;
  const gchar *output;
  const RenderFormat *format; /* NULL: HLS */
  Media *media;
  const Track *sound; /* NULL: there is none */
  const Track *pictures;
} Burn;

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

  add_setting (settings, "base-url", base_url);
  add_setting (settings, "model", model);
  add_setting (settings, "language", language);
  for (gchar **more = extra; more && *more; more++)
    g_ptr_array_add (settings, g_strdup (*more));
  return (gchar **) g_ptr_array_free (settings, FALSE);
}

static gboolean
check_folder (const gchar *folder)
{
  g_autofree gchar *list = g_build_filename (folder, "film.m3u8", NULL);

  if (g_mkdir_with_parents (folder, 0777) != 0)
    return program_fail ("%s could not be made", folder);
  return program_may_write (list, force);
}

static gboolean
parse (int argc, char **argv, Burn *burn)
{
  if (!program_parse (&program, &argc, &argv))
    return FALSE;
  if (g_strv_length (arguments ? arguments : (gchar *[]) { NULL }) != 2)
    return program_fail (
        "Usage: %s [OPTION…] FILM OUTPUT; --help tells more", program.name);
  if (requests < 1 || requests > 1000)
    return program_fail ("--requests must be from 1 to 1000");
  if (track_number < 0)
    return program_fail ("--track begins at 1");
  burn->film = arguments[0];
  burn->output = arguments[1];
  if (hls)
    return check_folder (burn->output);
  burn->format = render_format_for (burn->output);
  return burn->format && program_may_write (burn->output, force);
}

/* FALSE: printed. */
static gboolean
look (Burn *burn)
{
  g_autoptr (GError) error = NULL;

  burn->media = media_look (burn->film, &error);
  if (!burn->media)
    return program_fail ("%s: %s", burn->film, error->message);
  burn->pictures = media_find_video (burn->media);
  if (!burn->pictures)
    return program_fail ("%s: there are no pictures in it", burn->film);
  burn->sound = media_choose_sound (burn->media, track_number, language, &error);
  if (!burn->sound && (!subtitles || track_number > 0))
    return program_fail ("%s: %s", burn->film, error->message);
  if (media_count (burn->media, TRACK_AUDIO) > 1 && !quiet) {
    g_autofree gchar *text = media_describe_track (burn->media, burn->sound);
    g_printerr (_("%s: sound track %s of %u; --track chooses another\n"), burn->film,
        text, media_count (burn->media, TRACK_AUDIO));
  }
  return TRUE;
}

/* What has become of earlier captions is kept until the film is whole. */
static Journal *
open_journal (Burn *burn, const JobOptions *options)
{
  g_autofree gchar *settings = job_settings (options);
  g_autofree gchar *with_track = g_strdup_printf (
      "%strack=%u", settings, media_track_number (burn->media, burn->sound));
  gsize length = strlen (burn->output);
  g_autofree gchar *bare = g_strndup (
      burn->output, length > 1 && burn->output[length - 1] == '/' ? length - 1 : length);
  g_autofree gchar *path = g_strconcat (bare, ".transcript.part", NULL);
  g_autoptr (GError) error = NULL;
  Journal *journal = journal_open (path, burn->film, with_track, &error);

  if (!journal)
    program_print_error ("%s: %s", burn->film, error->message);
  else if (journal_position (journal) > 0 && !quiet)
    g_printerr (_("%s: goes on with the captions that are there\n"), burn->film);
  return journal;
}

/* As a launch line takes it. */
static gchar *
quoted (const gchar *text)
{
  GString *out = g_string_new ("\"");

  for (; *text; text++) {
    if (*text == '"' || *text == '\\')
      g_string_append_c (out, '\\');
    g_string_append_c (out, *text);
  }
  g_string_append_c (out, '"');
  return g_string_free (out, FALSE);
}

/* A queue of what is not decoded is small, however long it is. */
#define COMPRESSED                                                                       \
  "queue max-size-time=0 max-size-buffers=0 "                                            \
  "max-size-bytes=200000000"

static gchar *
sound_line (Burn *burn, const gchar *encoder, const gchar *sink)
{
  if (!burn->sound)
    return g_strdup ("");
  return g_strdup_printf (COMPRESSED " name=sound ! decodebin ! audioconvert "
                                     "! audioresample ! %s ! queue ! %s ",
      encoder, sink);
}

static gchar *
burn_line (Burn *burn, const gchar *captions)
{
  g_autofree gchar *video = render_video_encoder (burn->format);
  g_autofree gchar *audio = render_audio_encoder (burn->format);
  g_autofree gchar *part = render_part_name (burn->output);
  g_autofree gchar *place = quoted (part);
  g_autofree gchar *text_place = captions ? quoted (captions) : NULL;
  g_autofree gchar *face = quoted (font ? font : "DejaVu Sans 20");
  g_autofree gchar *text = captions ? g_strdup_printf ("filesrc location=%s "
                                                       "! subparse ! overlay.text_sink ",
                                          text_place)
                                    : g_strdup ("");
  g_autofree gchar *sound = NULL;
  const gchar *muxer;

  if (!video || !audio)
    return NULL;
  sound = sound_line (burn, audio, "mux.");
  /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): no format, no encoder */
  muxer = burn->format->muxer;
  return g_strdup_printf (COMPRESSED
      " name=pictures ! decodebin "
      "! videoflip video-direction=auto ! videoconvert "
      "! textoverlay name=overlay font-desc=%s valignment=bottom "
      "shaded-background=true shading-value=180 ! videoconvert ! %s "
      "! queue name=encoded ! mux. %s%s%s ! filesink location=%s",
      face, video, sound, text, muxer, place);
}

static gchar *
hls_line (Burn *burn)
{
  static const RenderFormat format = { "ts", NULL, { "x264enc", "openh264enc" },
    { "avenc_aac", "fdkaacenc", "voaacenc" } };
  g_autofree gchar *video = render_video_encoder (&format);
  g_autofree gchar *audio = render_audio_encoder (&format);
  g_autofree gchar *parts = g_build_filename (burn->output, "part%05d.ts", NULL);
  g_autofree gchar *list = g_build_filename (burn->output, "film.m3u8", NULL);
  g_autofree gchar *parts_place = quoted (parts), *list_place = quoted (list);
  g_autofree gchar *sound = NULL;

  if (!video || !audio)
    return NULL;
  sound = sound_line (burn, audio, "hls.audio");
  return g_strdup_printf (COMPRESSED
      " name=pictures ! decodebin "
      "! videoflip video-direction=auto ! videoconvert name=overlay ! %s "
      "! queue name=encoded ! hls.video %s hlssink2 name=hls target-duration=6 "
      "max-files=0 playlist-length=0 location=%s playlist-location=%s",
      video, sound, parts_place, list_place);
}

static RenderResult
render (Burn *burn, const gchar *captions)
{
  g_autofree gchar *line = hls ? hls_line (burn) : burn_line (burn, captions);
  g_autoptr (GstElement) pipeline = line ? render_parse (line) : NULL;
  Render job = {
    .media = burn->media,
    .pipeline = pipeline,
    .output = hls ? NULL : burn->output,
    .watched = "overlay",
    .encoded = "encoded",
  };

  if (!pipeline)
    return RENDER_FAILED;
  job.source = media_add_source (burn->media, GST_BIN (pipeline));
  render_link (&job, burn->pictures, "pictures");
  if (burn->sound)
    render_link (&job, burn->sound, "sound");
  if (!quiet)
    g_printerr (hls ? _("Writing the stream\n") : _("Burning the captions in\n"));
  return render_run (&job);
}

/* Where pass two finds them: a file of the folder of the stream, or one of no
 * name to speak of. */
static gchar *
captions_path (Burn *burn)
{
  g_autofree gchar *name = NULL;
  int fd;

  if (hls)
    return g_build_filename (burn->output, "captions.vtt", NULL);
  fd = g_file_open_tmp ("burn-XXXXXX.vtt", &name, NULL);
  if (fd >= 0)
    g_close (fd, NULL);
  return g_steal_pointer (&name);
}

/* FALSE of @any: there is nothing in them, and pictures stay as they are. */
static RenderResult
render_chunks (Burn *burn, GPtrArray *chunks, gboolean any)
{
  g_autofree gchar *path = captions_path (burn);
  g_autoptr (GError) error = NULL;
  RenderResult result = RENDER_FAILED;

  if (!path || !output_write (path, "vtt", chunks, &error))
    program_print_error ("%s",
        error ? error->message
              : _("There is no room for the "
                "captions"));
  else
    result = render (burn, any ? path : NULL);
  if (!hls && path)
    g_unlink (path);
  return result;
}

static RenderResult
finish (Burn *burn, GPtrArray *chunks, Journal *journal)
{
  gboolean any = output_caption_count (chunks) > 0;
  const gchar *told = output_language (chunks);
  RenderResult result = render_chunks (burn, chunks, any);

  if (result == RENDER_DONE && hls && !hls_finish (burn->output, told ? told : language))
    result = RENDER_FAILED;
  if (result == RENDER_DONE && !any)
    g_printerr (_("%s: nothing was heard, there are no captions\n"), burn->film);
  if (result == RENDER_DONE)
    journal_remove (journal);
  else
    g_printerr (_("%s: the captions are kept. The same command goes on from "
                "there.\n"),
        burn->film);
  return result;
}

static RenderResult
caption_and_render (Burn *burn)
{
  JobOptions options = { .requests = requests };
  JobAudio audio = { 0 };
  g_auto (GStrv) settings = make_settings ();
  g_autoptr (Journal) journal = NULL;
  JobResult result;

  options.settings = settings;
  if (!job_check (&options) || !(journal = open_journal (burn, &options)))
    return RENDER_FAILED;
  if (!quiet)
    g_printerr (_("Asking for the captions\n"));
  result = job_run (burn->media, burn->sound, &options, journal, &audio);
  if (result == JOB_DONE)
    return finish (burn, journal_chunks (journal), journal);
  if (journal_position (journal) == 0)
    journal_remove (journal);
  return result == JOB_INTERRUPTED ? RENDER_INTERRUPTED : RENDER_FAILED;
}

static RenderResult
render_subtitles (Burn *burn)
{
  g_autoptr (GPtrArray) cues = NULL, chunks = NULL;
  g_autoptr (GError) error = NULL;
  gboolean plain = FALSE;

  if (hls) {
    program_print_error ("--subtitles are for burning, not for --hls");
    return RENDER_FAILED;
  }
  cues = subtitles_read (subtitles, &plain, &error);
  if (!cues) {
    program_print_error ("%s: %s", subtitles, error->message);
    return RENDER_FAILED;
  }
  if (plain)
    return render (burn, subtitles);
  /* subparse would not show all of it. */
  chunks = output_chunks_of (cues);
  return render_chunks (burn, chunks, TRUE);
}

int
main (int argc, char **argv)
{
  gint64 started = g_get_monotonic_time ();
  Burn burn = { 0 };
  RenderResult result;

  if (!parse (argc, argv, &burn))
    return EXIT_USAGE;
  progress_init (quiet);
  if (!look (&burn))
    return EXIT_FAILED;
  result = subtitles ? render_subtitles (&burn) : caption_and_render (&burn);
  media_free (burn.media);
  if (result == RENDER_DONE && !quiet)
    printf (hls ? _("%s: done in %.1f s; written to %s: open stream.m3u8\n")
                : _("%s: done in %.1f s; written to %s\n"), burn.film,
                      (g_get_monotonic_time () - started) / 1e6, burn.output);
  return result == RENDER_DONE       ? EXIT_DONE
      : result == RENDER_INTERRUPTED ? EXIT_INTERRUPTED
                                     : EXIT_FAILED;
}
