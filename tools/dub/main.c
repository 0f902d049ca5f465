// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* gst-openai-dub-1.0: speaks subtitles over a film, in place of its sound. */

#include <gst/app/gstappsrc.h>
#include <stdio.h>
#include <string.h>

#include "common/program.h"
#include "common/progress.h"
#include "common/render.h"
#include "common/subtitles.h"
#include "i18n.h"

static gchar **arguments, **extra;
static gchar *base_url, *model, *voice, *language;
static gboolean force, quiet;
static GPtrArray *failed; /* lines that could not be said, with their times */
static guint failed_in_a_row;

/* So many are no accident: the rest would be silent, too. */
#define MOST_FAILED_IN_A_ROW 10

static const GOptionEntry entries[] = { { "model", 'm', 0, G_OPTION_ARG_STRING, &model,
                                            N_ ("Model, as the server knows it"),
                                            "NAME" },
  { "voice", 'v', 0, G_OPTION_ARG_STRING, &voice,
      N_ ("Voice that speaks (default: alloy)"), "NAME" },
  { "language", 'l', 0, G_OPTION_ARG_STRING, &language,
      N_ ("Language of the subtitles, for the new track"), "CODE" },
  { "force", 0, 0, G_OPTION_ARG_NONE, &force, N_ ("Write over what is there"), NULL },
  { "base-url", 0, 0, G_OPTION_ARG_STRING, &base_url,
      N_ ("Address of the server (default: $OPENAI_BASE_URL)"), "URL" },
  { "set", 's', 0, G_OPTION_ARG_STRING_ARRAY, &extra,
      N_ ("Any property of openaitts; may be repeated"), "NAME=VALUE" },
  { "quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, N_ ("Print nothing but problems"), NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments, NULL,
      "FILM SUBTITLES OUTPUT" },
  G_OPTION_ENTRY_NULL };

static const gchar *const words[] = { "model", "--model", "voice", "--voice",
  "language-code", "--language", "base-url", "--base-url", NULL };

static const Program program = {
  .name = "gst-openai-dub-1.0",
  .summary = N_ ("Speaks subtitles over a film, in place of its sound: each line "
                 "begins with its cue,\nand is spoken faster where it is too long. The "
                 "pictures are copied as they are."),
  .examples = "  gst-openai-dub-1.0 --voice nova film.mp4 film.en.srt english.mp4\n",
  .entries = entries,
  .words = words,
};

typedef struct
{
  const gchar *film, *subtitles, *output;
  const RenderFormat *format;
  Media *media;
  const Track *pictures;
  GPtrArray *cues;
} Dub;

static gboolean
parse (int argc, char **argv, Dub *dub)
{
  if (!program_parse (&program, &argc, &argv))
    return FALSE;
  if (g_strv_length (arguments ? arguments : (gchar *[]) { NULL }) != 3)
    return program_fail ("Usage: %s [OPTION…] FILM SUBTITLES OUTPUT; --help "
                         "tells more",
        program.name);
  dub->film = arguments[0];
  dub->subtitles = arguments[1];
  dub->output = arguments[2];
  dub->format = render_format_for (dub->output);
  return dub->format && program_may_write (dub->output, force);
}

/* Whether the muxer takes the pictures as they are. */
static gboolean
can_copy (Dub *dub)
{
  g_auto (GStrv) muxer = g_strsplit (dub->format->muxer, " ", 2);
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (muxer[0]);
  gboolean takes =
      factory && gst_element_factory_can_sink_any_caps (factory, dub->pictures->caps);
  g_autofree gchar *text = media_describe_track (dub->media, dub->pictures);

  if (!factory)
    return program_fail ("There is no %s, which writes .%s: "
                         "gstreamer1.0-plugins-good and -bad have it",
        muxer[0], dub->format->extension);
  return takes
      || program_fail ("%s: its pictures, track %s, cannot be copied "
                       "into .%s; .mkv takes most",
          dub->film, text, dub->format->extension);
}

/* FALSE: printed; nothing was asked for yet. */
static gboolean
look (Dub *dub)
{
  g_autoptr (GError) error = NULL;
  guint late;

  dub->media = media_look (dub->film, &error);
  if (!dub->media)
    return program_fail ("%s: %s", dub->film, error->message);
  dub->pictures = media_find_video (dub->media);
  if (!dub->pictures)
    return program_fail ("%s: there are no pictures in it", dub->film);
  if (!can_copy (dub))
    return FALSE;
  dub->cues = subtitles_read (dub->subtitles, NULL, &error);
  if (!dub->cues)
    return program_fail ("%s: %s", dub->subtitles, error->message);
  late = subtitles_cut (dub->cues, dub->media->duration);
  if (late > 0)
    g_printerr (_("%s: lines after the end of the film are left out: %u\n"),
        dub->subtitles, late);
  return dub->cues->len > 0
      || program_fail ("%s: no line of it is within the "
                       "film",
          dub->subtitles);
}

static gboolean
set_all (GstElement *pipeline)
{
  g_autoptr (GstElement) tts = gst_bin_get_by_name (GST_BIN (pipeline), "tts");
  g_autoptr (GError) error = NULL;

  program_set_value (tts, "base-url", base_url, NULL);
  program_set_value (tts, "model", model, NULL);
  program_set_value (tts, "voice", voice ? voice : "alloy", NULL);
  program_set_value (tts, "language-code", language, NULL);
  return program_set_all (tts, extra, &error) || program_fail ("%s", error->message);
}

static void
push_cues (Dub *dub, GstElement *pipeline)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "text");
  g_autoptr (GstCaps) caps =
      gst_caps_new_simple ("text/x-raw", "format", G_TYPE_STRING, "utf8", NULL);

  g_object_set (
      source, "caps", caps, "format", GST_FORMAT_TIME, "max-bytes", (guint64) 0, NULL);
  for (guint i = 0; i < dub->cues->len; i++) {
    const Cue *cue = g_ptr_array_index (dub->cues, i);
    /* Sentences go on over line ends. */
    gchar *text = g_strdelimit (g_strdup (cue->text), "\r\n", ' ');
    GstBuffer *buffer = gst_buffer_new_wrapped (text, strlen (text));

    GST_BUFFER_PTS (buffer) = cue->start;
    GST_BUFFER_DURATION (buffer) = cue->duration;
    gst_app_src_push_buffer (GST_APP_SRC (source), buffer);
  }
  gst_app_src_end_of_stream (GST_APP_SRC (source));
}

static GstElement *
make_pipeline (Dub *dub)
{
  g_autofree gchar *audio = render_audio_encoder (dub->format);
  g_autofree gchar *line = !audio
      ? NULL
      : g_strdup_printf (
            "queue name=pictures max-size-time=0 max-size-buffers=0 "
            "max-size-bytes=200000000 ! mux. appsrc name=text ! openaitts name=tts "
            "overflow=compress max-compression=1.8 ! audioconvert ! audioresample "
            "name=spoken ! %s ! queue max-size-time=0 ! mux. %s ! filesink name=file",
            audio, dub->format->muxer);

  return line ? render_parse (line) : NULL;
}

/* Keeps the lines that could not be said. */
static const gchar *
on_told (const GstStructure *structure)
{
  guint64 start = 0;

  if (gst_structure_has_name (structure, "openaitts/speech-end"))
    failed_in_a_row = 0;
  if (!gst_structure_has_name (structure, "openaitts/failed"))
    return NULL;
  gst_structure_get_uint64 (structure, "start", &start);
  g_ptr_array_add (failed,
      g_strdup_printf ("%u:%02u:%02u  %s", (guint) (start / GST_SECOND / 3600),
          (guint) (start / GST_SECOND / 60 % 60), (guint) (start / GST_SECOND % 60),
          gst_structure_get_string (structure, "text")));
  return ++failed_in_a_row < MOST_FAILED_IN_A_ROW
      ? NULL
      : _("no line can be said any more, nothing is written");
}

static void
print_summary (const Dub *dub, gdouble seconds)
{
  if (!quiet)
    printf (_("%s: %u lines spoken in %.1f s; written to %s\n"), dub->film,
        dub->cues->len - MIN (failed->len, dub->cues->len), seconds, dub->output);
  if (failed->len > 0)
    g_printerr (_("%s: lines that failed, and are silent: %u\n"), dub->film, failed->len);
  for (guint i = 0; i < failed->len; i++)
    g_printerr ("  %s\n", (gchar *) g_ptr_array_index (failed, i));
}

static RenderResult
run (Dub *dub)
{
  g_autoptr (GstElement) pipeline = make_pipeline (dub);
  g_autoptr (GstElement) file = NULL;
  g_autofree gchar *part = render_part_name (dub->output);
  Render render = {
    .media = dub->media,
    .pipeline = pipeline,
    .output = dub->output,
    .watched = "spoken",
    .told = on_told,
  };

  if (!pipeline || !set_all (pipeline))
    return RENDER_FAILED;
  file = gst_bin_get_by_name (GST_BIN (pipeline), "file");
  g_object_set (file, "location", part, NULL);
  push_cues (dub, pipeline);
  render.source = media_add_source (dub->media, GST_BIN (pipeline));
  render_link (&render, dub->pictures, "pictures");
  return render_run (&render);
}

int
main (int argc, char **argv)
{
  gint64 started = g_get_monotonic_time ();
  g_autoptr (GstElement) tts = NULL;
  Dub dub = { 0 };
  RenderResult result;

  if (!parse (argc, argv, &dub))
    return EXIT_USAGE;
  if (!(tts = program_make_element ("openaitts")))
    return EXIT_FAILED;
  gst_object_ref_sink (tts);
  progress_init (quiet);
  if (!look (&dub))
    return EXIT_FAILED;
  failed = g_ptr_array_new_with_free_func (g_free);
  result = run (&dub);
  if (result == RENDER_DONE)
    print_summary (&dub, (g_get_monotonic_time () - started) / 1e6);
  g_ptr_array_unref (failed);
  media_free (dub.media);
  g_ptr_array_unref (dub.cues);
  return result == RENDER_DONE       ? EXIT_DONE
      : result == RENDER_INTERRUPTED ? EXIT_INTERRUPTED
                                     : EXIT_FAILED;
}
