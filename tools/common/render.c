// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A pipeline that writes a film. */

#include "render.h"

#include <glib-unix.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "i18n.h"
#include "program.h"
#include "progress.h"

#define REDRAW_MS 200
/* Nothing moves for so long: it never will. */
#define PATIENCE (180 * G_TIME_SPAN_SECOND)

typedef struct
{
  Render *render;
  GMainLoop *loop;
  RenderResult result;
  Progress progress;
  gint64 moved; /* monotonic time */
  GMutex lock;  /* protects what follows */
  GstClockTime position;
  guint64 seen; /* buffers before the encoder */
  guint64 encoded;
  int kept; /* of program_hush(), while openh264enc drains; -1 */
} Run;

static const RenderFormat formats[] = {
  { "webm", "webmmux name=mux", { "vp8enc", "vp9enc" }, { "opusenc", "vorbisenc" } },
  { "mkv", "matroskamux name=mux", { "x264enc", "openh264enc", "vp8enc" },
      { "opusenc", "avenc_aac", "vorbisenc" } },
  { "mp4", "mp4mux name=mux faststart=true", { "x264enc", "openh264enc" },
      { "avenc_aac", "fdkaacenc", "voaacenc" } },
  { "m4v", "mp4mux name=mux faststart=true", { "x264enc", "openh264enc" },
      { "avenc_aac", "fdkaacenc", "voaacenc" } },
  { "mov", "qtmux name=mux", { "x264enc", "openh264enc" },
      { "avenc_aac", "fdkaacenc", "voaacenc" } },
  { "ts", "mpegtsmux name=mux", { "x264enc", "openh264enc" },
      { "avenc_aac", "fdkaacenc", "voaacenc" } },
};

/* What makes them fast enough, and what must follow them. */
static const struct
{
  const gchar *encoder, *line;
} lines[] = {
  { "vp8enc",
      "vp8enc deadline=1 cpu-used=8 threads=4 target-bitrate=0 "
      "end-usage=cq cq-level=10 min-quantizer=4 max-quantizer=40 "
      "keyframe-max-dist=120" },
  { "vp9enc",
      "vp9enc deadline=1 cpu-used=8 threads=4 row-mt=true "
      "end-usage=cq cq-level=30" },
  { "x264enc",
      "x264enc speed-preset=veryfast pass=quant quantizer=22 "
      "! video/x-h264,profile=high ! h264parse" },
  { "openh264enc",
      "openh264enc name=openh264 complexity=low rate-control=quality "
      "bitrate=4000000 ! h264parse" },
  { "avenc_aac", "avenc_aac bitrate=160000 ! aacparse" },
  { "fdkaacenc", "fdkaacenc ! aacparse" },
  { "voaacenc", "voaacenc ! aacparse" },
};

const RenderFormat *
render_format_for (const gchar *output)
{
  const gchar *dot = strrchr (output, '.');

  for (guint i = 0; dot && i < G_N_ELEMENTS (formats); i++)
    if (g_ascii_strcasecmp (dot + 1, formats[i].extension) == 0)
      return &formats[i];
  program_print_error (
      "%s: its name must end in .webm, .mkv, .mp4, .m4v, .mov or .ts", output);
  return NULL;
}

static gchar *
encoder_line (const gchar *const *encoders, const RenderFormat *format, const gchar *what)
{
  const gchar *name = program_first_installed (encoders);

  if (!name) {
    g_autofree gchar *list = g_strjoinv (", ", (gchar **) encoders);

    program_print_error (
        "No encoder for %s in .%s is installed: it takes one of %s, "
        "of gstreamer1.0-plugins-good, -bad, -ugly and gstreamer1.0-libav",
        what, format->extension, list);
    return NULL;
  }
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    if (g_str_equal (lines[i].encoder, name))
      return g_strdup (lines[i].line);
  return g_strdup (name);
}

gchar *
render_video_encoder (const RenderFormat *format)
{
  return encoder_line (format->video, format, "pictures");
}

gchar *
render_audio_encoder (const RenderFormat *format)
{
  return encoder_line (format->audio, format, "sound");
}

gchar *
render_part_name (const gchar *output)
{
  return g_strconcat (output, ".part", NULL);
}

GstElement *
render_parse (const gchar *line)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline =
      gst_parse_launch_full (line, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);

  if (!pipeline)
    program_print_error ("%s", error->message);
  return pipeline;
}

void
render_link (Render *render, const Track *track, const gchar *name)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (render->pipeline), name);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "src");

  gst_pad_set_offset (pad, -(gint64) render->media->runs_from);
  media_link_track (render->source, track, sink);
}

static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Run *run = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  g_mutex_lock (&run->lock);
  run->seen++;
  if (GST_BUFFER_PTS_IS_VALID (buffer))
    run->position = GST_BUFFER_PTS (buffer);
  g_mutex_unlock (&run->lock);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_encoded (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Run *run = user_data;

  g_mutex_lock (&run->lock);
  run->encoded++;
  g_mutex_unlock (&run->lock);
  return GST_PAD_PROBE_OK;
}

static void
watch (Run *run, const gchar *name, GstPadProbeCallback callback)
{
  g_autoptr (GstElement) element =
      gst_bin_get_by_name (GST_BIN (run->render->pipeline), name);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, callback, run, NULL);
}

/* openh264enc asks its library for a picture of nothing when it has had the last one
 * (GStreamer up to 1.26), and the library prints that as an error. */
static GstPadProbeReturn
on_drain (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Run *run = user_data;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_EOS)
    return GST_PAD_PROBE_OK;
  if (GST_PAD_IS_SINK (pad)) {
    run->kept = program_hush ();
  } else {
    program_speak_again (run->kept);
    run->kept = -1;
  }
  return GST_PAD_PROBE_OK;
}

static void
watch_drain (Run *run)
{
  g_autoptr (GstElement) encoder =
      gst_bin_get_by_name (GST_BIN (run->render->pipeline), "openh264");

  run->kept = -1;
  for (GList *item = encoder ? encoder->pads : NULL; item; item = item->next)
    gst_pad_add_probe (
        item->data, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_drain, run, NULL);
}

static void
stop (Run *run, RenderResult result)
{
  run->result = result;
  g_main_loop_quit (run->loop);
}

static void
fail (Run *run, const gchar *text)
{
  progress_clear ();
  program_print_error ("%s: %s", run->progress.name, text);
  stop (run, RENDER_FAILED);
}

/* An encoder may give nothing, and no error either. */
static void
check_encoder (Run *run)
{
  if (run->render->encoded && run->encoded * 10 < run->seen * 9)
    fail (run,
        _("the encoder failed on its pictures: another format may do, "
        "such as .webm"));
  else
    stop (run, RENDER_DONE);
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Run *run = user_data;
  const gchar *hopeless = NULL;
  g_autofree gchar *text = NULL;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_WARNING:
      run->progress.waits_until =
          MAX (run->progress.waits_until, program_waits_until (message));
      if (run->render->warned && run->render->warned (message))
        break;
      text = program_problem_in_full (message);
      progress_clear ();
      program_print_error ("%s: %s", run->progress.name, text);
      break;
    case GST_MESSAGE_ELEMENT:
      if (run->render->told)
        hopeless = run->render->told (gst_message_get_structure (message));
      if (hopeless)
        fail (run, hopeless);
      break;
    case GST_MESSAGE_ERROR:
      text = program_problem_in_full (message);
      fail (run, text);
      break;
    case GST_MESSAGE_EOS:
      check_encoder (run);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
on_tick (gpointer user_data)
{
  Run *run = user_data;
  gdouble done;

  g_mutex_lock (&run->lock);
  done = GST_CLOCK_TIME_IS_VALID (run->position) ? run->position / 1e9 : 0;
  g_mutex_unlock (&run->lock);
  done -= run->render->media->runs_from / 1e9;
  if (done > run->progress.done || run->moved == 0
      || run->progress.waits_until > g_get_monotonic_time ())
    run->moved = g_get_monotonic_time ();
  run->progress.done = MAX (done, run->progress.done);
  progress_show (&run->progress);
  if (g_get_monotonic_time () - run->moved > PATIENCE)
    fail (run, _("nothing moves any more: the film may be broken here"));
  return G_SOURCE_CONTINUE;
}

static gboolean
on_signal (gpointer user_data)
{
  stop (user_data, RENDER_INTERRUPTED);
  return G_SOURCE_CONTINUE;
}

static void
run_loop (Run *run)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (run->render->pipeline);
  guint sources[4];

  run->loop = g_main_loop_new (NULL, FALSE);
  sources[0] = gst_bus_add_watch (bus, on_message, run);
  sources[1] = g_timeout_add (REDRAW_MS, on_tick, run);
  sources[2] = g_unix_signal_add (SIGINT, on_signal, run);
  sources[3] = g_unix_signal_add (SIGTERM, on_signal, run);
  media_play (run->render->pipeline, run->render->source);
  g_main_loop_run (run->loop);
  gst_element_set_state (run->render->pipeline, GST_STATE_NULL);
  program_speak_again (run->kept);
  progress_clear ();
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  g_main_loop_unref (run->loop);
}

/* Under its own name only when it is whole. */
static void
give_name (Run *run)
{
  g_autofree gchar *part = render_part_name (run->render->output);

  if (run->result != RENDER_DONE) {
    g_unlink (part);
  } else if (g_rename (part, run->render->output) != 0) {
    program_print_error ("%s could not be written", run->render->output);
    run->result = RENDER_FAILED;
  }
}

RenderResult
render_run (Render *render)
{
  g_autofree gchar *name = g_path_get_basename (render->media->path);
  Run run = {
    .render = render,
    .progress.name = name,
    .progress.started = g_get_monotonic_time (),
    .position = GST_CLOCK_TIME_NONE,
  };

  if (GST_CLOCK_TIME_IS_VALID (render->media->duration))
    run.progress.duration = render->media->duration / 1e9;
  g_mutex_init (&run.lock);
  progress_begin ();
  watch (&run, render->watched, on_buffer);
  if (render->encoded)
    watch (&run, render->encoded, on_encoded);
  watch_drain (&run);
  run_loop (&run);
  if (render->output)
    give_name (&run);
  g_mutex_clear (&run.lock);
  return run.result;
}
