// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One file: filesrc ! parsebin ! decodebin ! openaistt ! fakesink, and what
 * comes out of it. What an earlier run has is decoded again and left out: that
 * is right in every container, and seeking is not. */

#include "job.h"

#include <glib-unix.h>
#include <gst/gst.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gst/audio/audio.h>

#include "common/program.h"
#include "common/progress.h"
#include "i18n.h"
#include "outputs.h"

#define REDRAW_MS 100
/* Of what was said before, for the model, after a new start. */
#define CONTEXT_CHARS 200

typedef struct
{
  const JobOptions *options;
  Journal *journal;
  GstElement *pipeline;
  GstElement *source;
  GstElement *stt;
  GMainLoop *loop;
  const gchar *track; /* which sound it is, for people */
  Progress progress;
  JobResult result;
  GstClockTime begin; /* stream time of the player's 0 */
  GstClockTime from;  /* stream time of what is not known yet */
  GstSegment segment; /* of the audio; its thread only */
  gboolean known;     /* all of it; its thread only */
  GstAudioInfo info;  /* of the audio; its thread only */
  GMutex lock;        /* protects what follows, and the journal */
  GQueue chunks;      /* JsonObject: answered, and their captions come; a caption may be
                       * of the last two */
  gdouble offset;     /* from times of buffers to the player's */
} Job;

static JsonNode *value_to_json (const GValue *value, gdouble offset);

static gboolean
add_member (GQuark field, const GValue *value, gpointer user_data)
{
  gpointer *closure = user_data;
  g_autofree gchar *name = g_strdelimit (g_strdup (g_quark_to_string (field)), "-", '_');

  json_object_set_member (
      closure[0], name, value_to_json (value, *(gdouble *) closure[1]));
  return TRUE;
}

static JsonObject *
structure_to_json (const GstStructure *structure, gdouble offset)
{
  JsonObject *object = json_object_new ();
  gpointer closure[] = { object, &offset };

  gst_structure_foreach (structure, add_member, closure);
  return object;
}

/* Unsigned numbers of 64 bit are times. */
static JsonNode *
value_to_json (const GValue *value, gdouble offset)
{
  JsonNode *node = json_node_alloc ();

  if (G_VALUE_HOLDS_UINT64 (value))
    return json_node_init_double (
        node, round (g_value_get_uint64 (value) / 1e6 + offset * 1e3) / 1e3);
  if (G_VALUE_HOLDS_DOUBLE (value))
    return json_node_init_double (node, g_value_get_double (value));
  if (G_VALUE_HOLDS_INT64 (value))
    return json_node_init_int (node, g_value_get_int64 (value));
  if (G_VALUE_HOLDS_BOOLEAN (value))
    return json_node_init_boolean (node, g_value_get_boolean (value));
  if (GST_VALUE_HOLDS_STRUCTURE (value)) {
    json_node_init (node, JSON_NODE_OBJECT);
    json_node_take_object (
        node, structure_to_json (gst_value_get_structure (value), offset));
    return node;
  }
  if (GST_VALUE_HOLDS_ARRAY (value)) {
    JsonArray *array = json_array_new ();

    for (guint i = 0; i < gst_value_array_get_size (value); i++)
      json_array_add_element (
          array, value_to_json (gst_value_array_get_value (value, i), offset));
    json_node_init (node, JSON_NODE_ARRAY);
    json_node_take_array (node, array);
    return node;
  }
  return json_node_init_string (
      node, G_VALUE_HOLDS_STRING (value) ? g_value_get_string (value) : NULL);
}

static gdouble
seconds (const GstStructure *structure, const gchar *name)
{
  guint64 time = 0;

  gst_structure_get_uint64 (structure, name, &time);
  return time / 1e9;
}

/* A chunk as the journal has it, without captions yet. */
static JsonObject *
make_chunk (Job *job, const GstStructure *transcript)
{
  static const gchar *const fields[] = {
    "start",
    "end",
    "text",
    "dropped-text",
    "language",
    "speaker",
    "model",
    "confidence",
    "usage",
    "segments",
    "words",
    "logprobs",
  };
  JsonObject *chunk = json_object_new ();

  job->offset = seconds (transcript, "start-stream-time") - seconds (transcript, "start")
      - job->begin / 1e9;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    const GValue *value = gst_structure_get_value (transcript, fields[i]);
    gpointer closure[] = { chunk, &job->offset };

    if (value)
      add_member (g_quark_from_static_string (fields[i]), value, closure);
  }
  json_object_set_array_member (chunk, "captions", json_array_new ());
  return chunk;
}

static void
post_failure (Job *job, GError *error)
{
  gst_element_post_message (
      job->pipeline, gst_message_new_error (GST_OBJECT (job->pipeline), error, NULL));
}

static void
finish_chunks (Job *job)
{
  g_autoptr (GError) error = NULL;

  g_mutex_lock (&job->lock);
  while (!error && !g_queue_is_empty (&job->chunks))
    journal_add (job->journal, g_queue_pop_head (&job->chunks), &error);
  g_mutex_unlock (&job->lock);
  if (error)
    post_failure (job, error);
}

static void
add_caption (Job *job, GstBuffer *buffer)
{
  JsonObject *chunk, *caption;
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;
  g_mutex_lock (&job->lock);
  chunk = g_queue_peek_tail (&job->chunks);
  if (chunk) {
    g_autofree gchar *text = g_strndup ((const gchar *) map.data, map.size);
    gdouble start = GST_BUFFER_PTS (buffer) / 1e9 + job->offset;

    gdouble end = start + GST_BUFFER_DURATION (buffer) / 1e9;

    caption = json_object_new ();
    json_object_set_double_member (caption, "start", round (start * 1e3) / 1e3);
    json_object_set_double_member (caption, "end", round (end * 1e3) / 1e3);
    json_object_set_string_member (caption, "text", text);
    json_array_add_object_element (
        json_object_get_array_member (chunk, "captions"), caption);
  }
  g_mutex_unlock (&job->lock);
  gst_buffer_unmap (buffer, &map);
}

/* After transcripts their captions, then an event once all of them are out. */
static GstPadProbeReturn
on_caption (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    add_caption (user_data, GST_PAD_PROBE_INFO_BUFFER (info));
  else if (gst_event_has_name (
               GST_PAD_PROBE_INFO_EVENT (info), "rstranscribe/final-transcript"))
    finish_chunks (user_data);
  return GST_PAD_PROBE_OK;
}

/* On the thread of the captions. */
static GstBusSyncReply
on_sync_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Job *job = user_data;
  const GstStructure *structure = gst_message_get_structure (message);

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ELEMENT
      || !gst_structure_has_name (structure, "openaistt/transcript"))
    return GST_BUS_PASS;
  g_mutex_lock (&job->lock);
  g_queue_push_tail (&job->chunks, make_chunk (job, structure));
  g_mutex_unlock (&job->lock);
  return GST_BUS_DROP;
}

/* Makes the segment begin where the journal ends: what is before it was
 * transcribed. FALSE: all of it was. */
static gboolean
cut_segment (Job *job, GstSegment *segment)
{
  guint64 done;

  if (job->from == 0 || segment->format != GST_FORMAT_TIME
      || !GST_CLOCK_TIME_IS_VALID (segment->time) || job->from <= segment->time)
    return TRUE;
  done = job->from - segment->time;
  if (GST_CLOCK_TIME_IS_VALID (segment->stop) && segment->start + done >= segment->stop)
    return FALSE;
  segment->base += done;
  segment->time += done;
  segment->start += done;
  segment->position = segment->start;
  return TRUE;
}

static GstPadProbeReturn
on_segment (Job *job, GstPadProbeInfo *info)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstEvent *rest;

  gst_event_copy_segment (event, &job->segment);
  job->known = !cut_segment (job, &job->segment);
  if (job->known)
    return GST_PAD_PROBE_DROP;
  rest = gst_event_new_segment (&job->segment);
  gst_event_set_seqnum (rest, gst_event_get_seqnum (event));
  gst_event_unref (event);
  GST_PAD_PROBE_INFO_DATA (info) = rest;
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_buffer (Job *job, GstPadProbeInfo *info)
{
  GstBuffer *buffer;

  if (job->known)
    return GST_PAD_PROBE_DROP;
  if (job->from == 0 || !GST_AUDIO_INFO_IS_VALID (&job->info))
    return GST_PAD_PROBE_OK;
  buffer = gst_audio_buffer_clip (
      GST_PAD_PROBE_INFO_BUFFER (info), &job->segment, job->info.rate, job->info.bpf);
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  return buffer ? GST_PAD_PROBE_OK : GST_PAD_PROBE_HANDLED;
}

/* Before the element: on the thread of the decoder. */
static GstPadProbeReturn
on_audio (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Job *job = user_data;
  GstCaps *caps;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    return on_buffer (job, info);
  switch (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info))) {
    case GST_EVENT_CAPS:
      gst_event_parse_caps (GST_PAD_PROBE_INFO_EVENT (info), &caps);
      gst_audio_info_from_caps (&job->info, caps);
      return GST_PAD_PROBE_OK;
    case GST_EVENT_SEGMENT:
      return job->from > 0 ? on_segment (job, info) : GST_PAD_PROBE_OK;
    case GST_EVENT_GAP:
      return job->known ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
    default:
      return GST_PAD_PROBE_OK;
  }
}

static void
on_pad_added (GstElement *decoder, GstPad *pad, Job *job)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (job->stt, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      on_audio, job, NULL);
  if (!gst_pad_is_linked (sink))
    gst_pad_link (pad, sink);
}

static void
print_problem (Job *job, GstMessage *message)
{
  g_autofree gchar *text = program_problem_in_full (message);
  g_autoptr (GError) error = NULL;
  gboolean missing = FALSE;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    missing = g_error_matches (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN)
        || g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND);
  }
  progress_clear ();
  if (missing)
    fprintf (stderr,
        _("%s: no decoder is installed for its sound, %s: "
        "gstreamer1.0-libav or gstreamer1.0-plugins-ugly may have it\n"),
            job->progress.name, job->track);
  else
    fprintf (stderr, "%s: %s\n", job->progress.name, text);
}

/* Whether any other file would have the same error. */
static gboolean
is_hopeless (Job *job, GstMessage *message)
{
  g_autoptr (GError) error = NULL;
  const GstStructure *details = NULL;

  gst_message_parse_error (message, &error, NULL);
  gst_message_parse_error_details (message, &details);
  if (GST_MESSAGE_SRC (message) != GST_OBJECT (job->stt)
      || error->domain != GST_RESOURCE_ERROR)
    return FALSE;
  switch (error->code) {
    case GST_RESOURCE_ERROR_NOT_AUTHORIZED:
    case GST_RESOURCE_ERROR_NOT_FOUND:
    case GST_RESOURCE_ERROR_OPEN_READ_WRITE:
      return TRUE;
    case GST_RESOURCE_ERROR_SETTINGS:
      return !details || !gst_structure_has_field (details, "http-status-code");
    default:
      return FALSE;
  }
}

static void
end (Job *job, JobResult result)
{
  job->result = result;
  g_main_loop_quit (job->loop);
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Job *job = user_data;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_WARNING:
      print_problem (job, message);
      job->progress.waits_until =
          MAX (job->progress.waits_until, program_waits_until (message));
      break;
    case GST_MESSAGE_ERROR:
      print_problem (job, message);
      end (job, is_hopeless (job, message) ? JOB_HOPELESS : JOB_FAILED);
      break;
    case GST_MESSAGE_INFO:
      /* The server is back. */
      job->progress.waits_until = 0;
      break;
    case GST_MESSAGE_EOS:
      end (job, JOB_DONE);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
on_signal (gpointer user_data)
{
  end (user_data, JOB_INTERRUPTED);
  return G_SOURCE_CONTINUE;
}

gdouble
job_dollars (const JobOptions *options, GPtrArray *chunks)
{
  Usage usage = usage_of (chunks);

  return usage.seconds / 60 * options->price_per_minute
      + usage.input_tokens / 1e6 * options->price_in
      + usage.output_tokens / 1e6 * options->price_out;
}

gchar *
job_cost (const JobOptions *options, GPtrArray *chunks)
{
  Usage usage = usage_of (chunks);
  gdouble cost = job_dollars (options, chunks);

  if (cost > 0)
    return g_strdup_printf ("$%.*f", cost < 1 ? 4 : 2, cost);
  if (usage.input_tokens > 0)
    return g_strdup_printf (
        "%" G_GINT64_FORMAT " tokens", usage.input_tokens + usage.output_tokens);
  if (usage.seconds > 0) {
    g_autofree gchar *time = progress_time (usage.seconds);
    return g_strdup_printf (_("%s billed"), time);
  }
  return NULL;
}

static gdouble
in_flight (Job *job)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 pending = 0;
  guint rate = 1;

  g_object_get (job->stt, "stats", &stats, NULL);
  gst_structure_get (
      stats, "pending", G_TYPE_UINT64, &pending, "rate", G_TYPE_UINT, &rate, NULL);
  return (gdouble) pending / rate;
}

static gboolean
on_tick (gpointer user_data)
{
  Job *job = user_data;
  g_autofree gchar *cost = NULL;

  g_mutex_lock (&job->lock);
  job->progress.done = journal_position (job->journal);
  cost = job_cost (job->options, journal_chunks (job->journal));
  g_mutex_unlock (&job->lock);
  job->progress.cost = cost;
  job->progress.in_flight = in_flight (job);
  progress_show (&job->progress);
  return G_SOURCE_CONTINUE;
}

gchar *
job_settings (const JobOptions *options)
{
  g_autoptr (GTypeClass) class = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  GstElement *stt = gst_element_factory_make ("openaistt", NULL);

  class = g_type_class_ref (G_OBJECT_TYPE (gst_object_ref_sink (stt)));
  for (gchar **setting = options->settings; setting && *setting; setting++) {
    g_auto (GStrv) pair = g_strsplit (*setting, "=", 2);
    GParamSpec *spec = g_object_class_find_property (G_OBJECT_CLASS (class), pair[0]);

    /* Keys can be set and not be read. */
    if (spec && spec->flags & G_PARAM_READABLE)
      g_string_append_printf (text, "%s ", *setting);
  }
  gst_object_unref (stt);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
job_check (const JobOptions *options)
{
  g_autoptr (GstElement) stt = program_make_element ("openaistt");
  g_autoptr (GError) error = NULL;

  if (!stt)
    return FALSE;
  gst_object_ref_sink (stt);
  return program_set_all (stt, options->settings, &error)
      || program_fail ("%s", error->message);
}

/* What was said last before the place where it goes on, with context=true. */
static void
set_context (Job *job)
{
  GPtrArray *chunks = journal_chunks (job->journal);
  g_autofree gchar *prompt = NULL, *joined = NULL;
  const gchar *said;
  gboolean wanted;
  glong length;

  g_object_get (job->stt, "context", &wanted, NULL);
  if (chunks->len == 0 || !wanted)
    return;
  said =
      json_object_get_string_member (g_ptr_array_index (chunks, chunks->len - 1), "text");
  length = g_utf8_strlen (said, -1);
  said = g_utf8_offset_to_pointer (said, MAX (0, length - CONTEXT_CHARS));
  g_object_get (job->stt, "prompt", &prompt, NULL);
  joined = g_strjoin (" ", prompt ? prompt : said, prompt ? said : NULL, NULL);
  g_object_set (job->stt, "prompt", joined, NULL);
}

static void
add_settings (Job *job)
{
  const JobOptions *options = job->options;

  g_object_set (job->stt, "max-requests", options->requests, NULL);
  if (!options->keep_going)
    gst_util_set_object_arg (G_OBJECT (job->stt), "on-error", "fail");
  /* They were checked before. */
  program_set_all (job->stt, options->settings, NULL);
  set_context (job);
}

static void
make_pipeline (Job *job, Media *media, const Track *track)
{
  GstElement *decoder = gst_element_factory_make ("decodebin", NULL);
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("audio/x-raw");
  g_autoptr (GstPad) src = NULL;

  job->stt = gst_element_factory_make ("openaistt", NULL);
  job->pipeline = gst_pipeline_new (NULL);
  gst_bin_add_many (GST_BIN (job->pipeline), decoder, job->stt, sink, NULL);
  gst_element_link (job->stt, sink);
  g_object_set (decoder, "caps", caps, NULL);
  g_object_set (sink, "sync", FALSE, "async", FALSE, NULL);
  add_settings (job);
  g_signal_connect (decoder, "pad-added", G_CALLBACK (on_pad_added), job);
  job->source = media_add_source (media, GST_BIN (job->pipeline));
  media_link_track (job->source, track, decoder);
  src = gst_element_get_static_pad (job->stt, "src");
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      on_caption, job, NULL);
}

/* What became of the audio, in seconds. */
static void
count_audio (Job *job, JobAudio *audio)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 in = 0, uploaded = 0, skipped = 0, failed = 0, sound = 0;
  guint rate = 1;

  g_object_get (job->stt, "stats", &stats, NULL);
  gst_structure_get (stats, "rate", G_TYPE_UINT, &rate, "samples-in", G_TYPE_UINT64, &in,
      "uploaded", G_TYPE_UINT64, &uploaded, "skipped-silent", G_TYPE_UINT64, &skipped,
      "failed", G_TYPE_UINT64, &failed, "sound", G_TYPE_UINT64, &sound, NULL);
  audio->sound = (gdouble) sound / rate;
  audio->all = (gdouble) in / rate;
  audio->uploaded = (gdouble) uploaded / rate;
  audio->skipped = (gdouble) skipped / rate;
  audio->failed = (gdouble) failed / rate;
}

JobResult
job_run (Media *media, const Track *track, const JobOptions *options, Journal *journal,
    JobAudio *audio)
{
  g_autofree gchar *name = g_path_get_basename (media->path);
  g_autofree gchar *description = media_describe_track (media, track);
  g_autoptr (GstBus) bus = NULL;
  Job job = {
    .options = options,
    .journal = journal,
    .progress.name = name,
    .progress.begun = journal_position (journal),
    .progress.started = g_get_monotonic_time (),
    .progress.duration =
        GST_CLOCK_TIME_IS_VALID (media->duration) ? media->duration / 1e9 : 0,
    .track = description,
    .begin = media->begin,
  };
  guint sources[4];

  g_mutex_init (&job.lock);
  gst_segment_init (&job.segment, GST_FORMAT_UNDEFINED);
  if (job.progress.begun > 0)
    job.from = job.begin + (guint64) (job.progress.begun * 1e9);
  progress_begin ();
  make_pipeline (&job, media, track);
  job.loop = g_main_loop_new (NULL, FALSE);
  bus = gst_element_get_bus (job.pipeline);
  gst_bus_set_sync_handler (bus, on_sync_message, &job, NULL);
  sources[0] = gst_bus_add_watch (bus, on_message, &job);
  sources[1] = g_timeout_add (REDRAW_MS, on_tick, &job);
  sources[2] = g_unix_signal_add (SIGINT, on_signal, &job);
  sources[3] = g_unix_signal_add (SIGTERM, on_signal, &job);

  media_play (job.pipeline, job.source);
  g_main_loop_run (job.loop);
  count_audio (&job, audio);
  gst_element_set_state (job.pipeline, GST_STATE_NULL);
  progress_clear ();

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  gst_clear_object (&job.pipeline);
  g_queue_clear_full (&job.chunks, (GDestroyNotify) json_object_unref);
  g_main_loop_unref (job.loop);
  g_mutex_clear (&job.lock);
  return job.result;
}
