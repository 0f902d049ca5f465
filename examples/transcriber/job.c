// SPDX-License-Identifier: LGPL-2.1-or-later
/* One file: uridecodebin ! openaistt ! fakesink, what comes out of it, and the
 * way back to where an earlier run ended. */

#include "job.h"

#include <glib-unix.h>
#include <gst/gst.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "outputs.h"
#include "progress.h"

#define REDRAW_MS 100
/* Of what was said before, for the model, after a new start. */
#define CONTEXT_CHARS 200

typedef struct
{
  const JobOptions *options;
  Journal *journal;
  GstElement *pipeline;
  GstElement *stt;
  GMainLoop *loop;
  Progress progress;
  JobResult result;
  gulong block;                 /* holds the audio back until we are there */
  GstPad *blocked;
  GMutex lock;                  /* protects what follows, and the journal */
  JsonObject *stretch;          /* answered, and its captions come */
  gdouble offset;               /* from times of buffers to those of the file */
} Job;

static JsonNode *value_to_json (const GValue * value, gdouble offset);

static gboolean
add_member (GQuark field, const GValue * value, gpointer user_data)
{
  gpointer *closure = user_data;
  g_autofree gchar *name = g_strdelimit (g_strdup (g_quark_to_string (field)),
      "-", '_');

  json_object_set_member (closure[0], name,
      value_to_json (value, *(gdouble *) closure[1]));
  return TRUE;
}

static JsonObject *
structure_to_json (const GstStructure * structure, gdouble offset)
{
  JsonObject *object = json_object_new ();
  gpointer closure[] = { object, &offset };

  gst_structure_foreach (structure, add_member, closure);
  return object;
}

/* Unsigned numbers of 64 bit are times. */
static JsonNode *
value_to_json (const GValue * value, gdouble offset)
{
  JsonNode *node = json_node_alloc ();

  if (G_VALUE_HOLDS_UINT64 (value))
    return json_node_init_double (node,
        round (g_value_get_uint64 (value) / 1e6 + offset * 1e3) / 1e3);
  if (G_VALUE_HOLDS_DOUBLE (value))
    return json_node_init_double (node, g_value_get_double (value));
  if (G_VALUE_HOLDS_INT64 (value))
    return json_node_init_int (node, g_value_get_int64 (value));
  if (G_VALUE_HOLDS_BOOLEAN (value))
    return json_node_init_boolean (node, g_value_get_boolean (value));
  if (GST_VALUE_HOLDS_STRUCTURE (value)) {
    json_node_init (node, JSON_NODE_OBJECT);
    json_node_take_object (node,
        structure_to_json (gst_value_get_structure (value), offset));
    return node;
  }
  if (GST_VALUE_HOLDS_ARRAY (value)) {
    JsonArray *array = json_array_new ();

    for (guint i = 0; i < gst_value_array_get_size (value); i++)
      json_array_add_element (array,
          value_to_json (gst_value_array_get_value (value, i), offset));
    json_node_init (node, JSON_NODE_ARRAY);
    json_node_take_array (node, array);
    return node;
  }
  return json_node_init_string (node,
      G_VALUE_HOLDS_STRING (value) ? g_value_get_string (value) : NULL);
}

static gdouble
seconds (const GstStructure * structure, const gchar * name)
{
  guint64 time = 0;

  gst_structure_get_uint64 (structure, name, &time);
  return time / 1e9;
}

/* A stretch as the journal has it, without captions yet. */
static JsonObject *
make_stretch (Job * job, const GstStructure * transcript)
{
  static const gchar *const fields[] = {
    "start", "end", "text", "dropped-text", "language", "speaker", "model",
    "confidence", "usage", "segments", "words", "logprobs",
  };
  JsonObject *stretch = json_object_new ();

  job->offset = seconds (transcript, "start-stream-time")
      - seconds (transcript, "start");
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    const GValue *value = gst_structure_get_value (transcript, fields[i]);
    gpointer closure[] = { stretch, &job->offset };

    if (value)
      add_member (g_quark_from_static_string (fields[i]), value, closure);
  }
  json_object_set_array_member (stretch, "captions", json_array_new ());
  return stretch;
}

static void
post_failure (Job * job, GError * error)
{
  gst_element_post_message (job->pipeline,
      gst_message_new_error (GST_OBJECT (job->pipeline), error, NULL));
}

static void
finish_stretch (Job * job)
{
  g_autoptr (GError) error = NULL;

  g_mutex_lock (&job->lock);
  if (job->stretch)
    journal_add (job->journal, g_steal_pointer (&job->stretch), &error);
  g_mutex_unlock (&job->lock);
  if (error)
    post_failure (job, error);
}

static void
add_caption (Job * job, GstBuffer * buffer)
{
  JsonObject *caption;
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;
  g_mutex_lock (&job->lock);
  if (job->stretch) {
    g_autofree gchar *text = g_strndup ((const gchar *) map.data, map.size);
    gdouble start = GST_BUFFER_PTS (buffer) / 1e9 + job->offset;

    caption = json_object_new ();
    json_object_set_double_member (caption, "start", start);
    json_object_set_double_member (caption, "end",
        start + GST_BUFFER_DURATION (buffer) / 1e9);
    json_object_set_string_member (caption, "text", text);
    json_array_add_object_element (json_object_get_array_member (job->stretch,
            "captions"), caption);
  }
  g_mutex_unlock (&job->lock);
  gst_buffer_unmap (buffer, &map);
}

/* After a transcript its captions, then an event that ends it. */
static GstPadProbeReturn
on_caption (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    add_caption (user_data, GST_PAD_PROBE_INFO_BUFFER (info));
  else if (gst_event_has_name (GST_PAD_PROBE_INFO_EVENT (info),
          "rstranscribe/final-transcript"))
    finish_stretch (user_data);
  return GST_PAD_PROBE_OK;
}

/* On the thread of the captions. */
static GstBusSyncReply
on_sync_message (GstBus * bus, GstMessage * message, gpointer user_data)
{
  Job *job = user_data;
  const GstStructure *structure = gst_message_get_structure (message);

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ELEMENT
      || !gst_structure_has_name (structure, "openaistt/transcript"))
    return GST_BUS_PASS;
  g_mutex_lock (&job->lock);
  job->stretch = make_stretch (job, structure);
  g_mutex_unlock (&job->lock);
  return GST_BUS_DROP;
}

/* The first audio stream is ours; its data waits until we have sought. */
static void
on_pad_added (GstElement * source, GstPad * pad, Job * job)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (job->stt, "sink");

  if (!gst_pad_is_linked (sink))
    gst_pad_link (pad, sink);
}

static GstPadProbeReturn
on_blocked (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Job *job = user_data;

  gst_element_post_message (job->pipeline,
      gst_message_new_application (GST_OBJECT (job->pipeline),
          gst_structure_new_empty ("there-is-audio")));
  return GST_PAD_PROBE_OK;
}

static void
seek_to_the_rest (Job * job)
{
  gint64 duration;

  if (job->block == 0)
    return;
  if (gst_element_query_duration (job->pipeline, GST_FORMAT_TIME, &duration))
    job->progress.duration = duration / 1e9;
  if (job->progress.begun > 0
      && !gst_element_seek_simple (job->pipeline, GST_FORMAT_TIME,
          GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE,
          (gint64) (job->progress.begun * 1e9))) {
    g_autoptr (GError) error = g_error_new (GST_STREAM_ERROR,
        GST_STREAM_ERROR_FAILED, "This file has no way to its middle: delete "
        "the .transcript.part beside it, to begin at its beginning.");
    post_failure (job, error);
    return;
  }
  gst_pad_remove_probe (job->blocked, job->block);
  job->block = 0;
}

static void
print_problem (Job * job, GstMessage * message)
{
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  else
    gst_message_parse_warning (message, &error, NULL);
  progress_clear ();
  fprintf (stderr, "%s: %s%s\n", job->progress.name,
      g_error_matches (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN) ?
      "there is no sound in it that can be decoded. " : "", error->message);
}

/* Whether any other file would have the same error. */
static gboolean
is_hopeless (Job * job, GstMessage * message)
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
      return !details || !gst_structure_has_field (details,
          "http-status-code");
    default:
      return FALSE;
  }
}

static void
end (Job * job, JobResult result)
{
  job->result = result;
  g_main_loop_quit (job->loop);
}

static gboolean
on_message (GstBus * bus, GstMessage * message, gpointer user_data)
{
  Job *job = user_data;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_APPLICATION:
      seek_to_the_rest (job);
      break;
    case GST_MESSAGE_WARNING:
      print_problem (job, message);
      break;
    case GST_MESSAGE_ERROR:
      print_problem (job, message);
      end (job, is_hopeless (job, message) ? JOB_HOPELESS : JOB_FAILED);
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

gchar *
job_cost (const JobOptions * options, GPtrArray * stretches)
{
  Usage usage = usage_of (stretches);
  gdouble cost = usage.seconds / 60 * options->price_per_minute
      + usage.input_tokens / 1e6 * options->price_in
      + usage.output_tokens / 1e6 * options->price_out;

  if (cost > 0)
    return g_strdup_printf ("$%.*f", cost < 1 ? 4 : 2, cost);
  if (usage.input_tokens > 0)
    return g_strdup_printf ("%" G_GINT64_FORMAT " tokens",
        usage.input_tokens + usage.output_tokens);
  if (usage.seconds > 0) {
    g_autofree gchar *time = progress_time (usage.seconds);
    return g_strdup_printf ("%s billed", time);
  }
  return NULL;
}

static gdouble
in_flight (Job * job)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 pending = 0;
  guint rate = 1;

  g_object_get (job->stt, "stats", &stats, NULL);
  gst_structure_get (stats, "pending", G_TYPE_UINT64, &pending,
      "rate", G_TYPE_UINT, &rate, NULL);
  return (gdouble) pending / rate;
}

static gboolean
on_tick (gpointer user_data)
{
  Job *job = user_data;
  g_autofree gchar *cost = NULL;

  g_mutex_lock (&job->lock);
  job->progress.done = journal_position (job->journal);
  cost = job_cost (job->options, journal_stretches (job->journal));
  g_mutex_unlock (&job->lock);
  job->progress.cost = cost;
  job->progress.in_flight = in_flight (job);
  progress_show (&job->progress);
  return G_SOURCE_CONTINUE;
}

/* The user's own settings come last. FALSE: one is wrong. */
static gboolean
set (GstElement * stt, const gchar * setting)
{
  g_auto (GStrv) pair = g_strsplit (setting, "=", 2);
  GParamSpec *spec = pair[0] ? g_object_class_find_property
      (G_OBJECT_GET_CLASS (stt), pair[0]) : NULL;

  if (!spec || !pair[1] || !(spec->flags & G_PARAM_WRITABLE))
    return FALSE;
  gst_util_set_object_arg (G_OBJECT (stt), pair[0], pair[1]);
  return TRUE;
}

gchar *
job_settings (const JobOptions * options)
{
  g_autoptr (GTypeClass) class = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  GstElement *stt = gst_element_factory_make ("openaistt", NULL);

  class = g_type_class_ref (G_OBJECT_TYPE (gst_object_ref_sink (stt)));
  for (gchar ** setting = options->settings; setting && *setting; setting++) {
    g_auto (GStrv) pair = g_strsplit (*setting, "=", 2);
    GParamSpec *spec =
        g_object_class_find_property (G_OBJECT_CLASS (class), pair[0]);

    /* Keys can be set and not be read. */
    if (spec && spec->flags & G_PARAM_READABLE)
      g_string_append_printf (text, "%s ", *setting);
  }
  gst_object_unref (stt);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gchar *
job_check (const JobOptions * options)
{
  g_autoptr (GstElement) stt = gst_element_factory_make ("openaistt", NULL);

  if (!stt)
    return g_strdup ("There is no openaistt: set GST_PLUGIN_PATH, or install "
        "the plugin");
  gst_object_ref_sink (stt);
  for (guint i = 0; options->settings && options->settings[i]; i++)
    if (!set (stt, options->settings[i]))
      return g_strdup_printf ("openaistt has no setting %s",
          options->settings[i]);
  return NULL;
}

/* What was said last before the place where it goes on, with context=true. */
static void
set_context (Job * job)
{
  GPtrArray *stretches = journal_stretches (job->journal);
  g_autofree gchar *prompt = NULL, *joined = NULL;
  const gchar *said;
  gboolean wanted;
  glong length;

  g_object_get (job->stt, "context", &wanted, NULL);
  if (stretches->len == 0 || !wanted)
    return;
  said = json_object_get_string_member (g_ptr_array_index (stretches,
          stretches->len - 1), "text");
  length = g_utf8_strlen (said, -1);
  said = g_utf8_offset_to_pointer (said, MAX (0, length - CONTEXT_CHARS));
  g_object_get (job->stt, "prompt", &prompt, NULL);
  joined = g_strjoin (" ", prompt ? prompt : said, prompt ? said : NULL,
      NULL);
  g_object_set (job->stt, "prompt", joined, NULL);
}

static void
make_pipeline (Job * job, const gchar * media)
{
  g_autoptr (GFile) file = g_file_new_for_path (media);
  g_autofree gchar *uri = g_file_get_uri (file);
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("audio/x-raw");
  GstElement *source = gst_element_factory_make ("uridecodebin", NULL);
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstPad) src = NULL;

  job->stt = gst_element_factory_make ("openaistt", NULL);
  job->pipeline = gst_pipeline_new (NULL);
  gst_bin_add_many (GST_BIN (job->pipeline), source, job->stt, sink, NULL);
  gst_element_link (job->stt, sink);
  g_object_set (source, "uri", uri, "caps", caps, "expose-all-streams", FALSE,
      NULL);
  g_object_set (sink, "sync", FALSE, "async", FALSE, NULL);
  g_object_set (job->stt, "max-requests", job->options->requests, NULL);
  if (!job->options->keep_going)
    gst_util_set_object_arg (G_OBJECT (job->stt), "on-error", "fail");
  for (guint i = 0; job->options->settings && job->options->settings[i]; i++)
    set (job->stt, job->options->settings[i]);
  set_context (job);

  g_signal_connect (source, "pad-added", G_CALLBACK (on_pad_added), job);
  job->blocked = gst_element_get_static_pad (job->stt, "sink");
  job->block = gst_pad_add_probe (job->blocked, GST_PAD_PROBE_TYPE_BLOCK |
      GST_PAD_PROBE_TYPE_BUFFER, on_blocked, job, NULL);
  src = gst_element_get_static_pad (job->stt, "src");
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_caption, job, NULL);
}

JobResult
job_run (const gchar * media, const JobOptions * options, Journal * journal)
{
  g_autofree gchar *name = g_path_get_basename (media);
  g_autoptr (GstBus) bus = NULL;
  Job job = {
    .options = options,
    .journal = journal,
    .progress.name = name,
    .progress.begun = journal_position (journal),
    .progress.started = g_get_monotonic_time (),
  };
  guint sources[4];

  g_mutex_init (&job.lock);
  progress_begin ();
  make_pipeline (&job, media);
  job.loop = g_main_loop_new (NULL, FALSE);
  bus = gst_element_get_bus (job.pipeline);
  gst_bus_set_sync_handler (bus, on_sync_message, &job, NULL);
  sources[0] = gst_bus_add_watch (bus, on_message, &job);
  sources[1] = g_timeout_add (REDRAW_MS, on_tick, &job);
  sources[2] = g_unix_signal_add (SIGINT, on_signal, &job);
  sources[3] = g_unix_signal_add (SIGTERM, on_signal, &job);

  gst_element_set_state (job.pipeline, GST_STATE_PLAYING);
  g_main_loop_run (job.loop);
  gst_element_set_state (job.pipeline, GST_STATE_NULL);
  progress_clear ();

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  gst_clear_object (&job.blocked);
  gst_clear_object (&job.pipeline);
  g_clear_pointer (&job.stretch, json_object_unref);
  g_main_loop_unref (job.loop);
  g_mutex_clear (&job.lock);
  return job.result;
}
