// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the element tests share. */

#include "support.h"

#include <math.h>
#include <string.h>

#include "schema.h"

/* Threads of pools stay until the process ends: the leak checker falls over
 * one that ends while it looks. */
__attribute__ ((constructor)) static void
keep_pool_threads (void)
{
  g_thread_pool_set_max_unused_threads (-1);
  g_thread_pool_set_max_idle_time (0);
}

static void
add_noise (GByteArray *talk, guint milliseconds, gdouble amplitude)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (talk->len + 1);
  guint n = milliseconds * RATE / 1000;

  for (guint i = 0; i < n; i++) {
    /* Syllables of 5 a second on a voice of 150 Hz. */
    gdouble t = (gdouble) i / RATE;
    gdouble syllable = 0.6 + 0.4 * sin (2 * G_PI * 5 * t);
    gdouble voice = sin (2 * G_PI * 150 * t) + 0.5 * sin (2 * G_PI * 450 * t)
        + 0.5 * g_rand_double_range (rand, -1, 1);
    gint16 sample = amplitude * syllable * voice / 2;

    g_byte_array_append (talk, (guint8 *) &sample, sizeof sample);
  }
}

void
talk_add_speech (GByteArray *talk, guint milliseconds)
{
  add_noise (talk, milliseconds, 8000);
}

void
talk_add_pause (GByteArray *talk, guint milliseconds)
{
  add_noise (talk, milliseconds, 10);
}

GstBuffer *
talk_buffer (GByteArray *talk, guint64 from, guint n, guint64 sample)
{
  guint length = MIN (n, talk->len / 2 - from);
  GstBuffer *buffer = gst_buffer_new_memdup (talk->data + 2 * from, 2 * length);

  GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (sample, GST_SECOND, RATE);
  GST_BUFFER_DURATION (buffer) = gst_util_uint64_scale (length, GST_SECOND, RATE);
  return buffer;
}

gchar *
json_answer (const gchar *text)
{
  return g_strdup_printf ("{\"text\":\"%s\"}", text);
}

guint64
wav_samples (GBytes *wav)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (wav, &size);
  guint32 stated;

  fail_unless (
      size >= 44 && memcmp (data, "RIFF", 4) == 0 && memcmp (data + 8, "WAVE", 4) == 0);
  stated = GST_READ_UINT32_LE (data + 40);
  if (stated != G_MAXUINT32)
    fail_unless_equals_uint64 (stated, size - 44);
  return (size - 44) / 2;
}

GstElement *
make_pipeline_at (const gchar *description, const gchar *address)
{
  const gchar *place = strstr (description, "%s");
  g_autofree gchar *line = place
      ? g_strdup_printf (
            "%.*s%s%s", (gint) (place - description), description, address, place + 2)
      : g_strdup (description);
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (line, &error);

  g_assert_no_error (error);
  return pipeline;
}

GstElement *
make_pipeline (const gchar *description, TestServer *server)
{
  g_autofree gchar *address = g_strdup_printf ("base-url=%s api-key=\"\"",
      server ? test_server_base_url (server) : "http://127.0.0.1:1/v1");

  return make_pipeline_at (description, address);
}

static void
relink (GstElement *pipeline)
{
  g_autoptr (GstElement) x = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  g_autoptr (GstElement) next = gst_bin_get_by_name (GST_BIN (pipeline), "i");

  if (!next)
    return;
  gst_element_unlink (x, next);
  gst_element_link (x, next);
}

/* While a sink holds the stream, no source can take it. */
static void
end_stream_if_playing (GstElement *pipeline)
{
  GstState state;

  if (gst_element_get_state (pipeline, &state, NULL, 0) == GST_STATE_CHANGE_SUCCESS
      && state == GST_STATE_PLAYING)
    gst_element_send_event (pipeline, gst_event_new_eos ());
}

void
disturb_pipeline (GstElement *pipeline, GRand *rand)
{
  static const GstState states[] = { GST_STATE_PLAYING, GST_STATE_PLAYING,
    GST_STATE_PAUSED, GST_STATE_READY, GST_STATE_NULL };

  switch (g_rand_int_range (rand, 0, 7)) {
    case 0:
      gst_element_seek_simple (pipeline, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
          g_rand_int_range (rand, 0, 3) * GST_SECOND);
      break;
    case 1:
      end_stream_if_playing (pipeline);
      break;
    case 2:
      relink (pipeline);
      break;
    case 3:
      g_usleep (g_rand_int_range (rand, 0, 20000));
      break;
    default:
      gst_element_set_state (
          pipeline, states[g_rand_int_range (rand, 0, G_N_ELEMENTS (states))]);
      break;
  }
}

void
add_probe (GstElement *element, const gchar *name, const gchar *pad_name,
    GstPadProbeType type, GstPadProbeCallback callback, gpointer data)
{
  g_autoptr (GstElement) owner =
      name ? gst_bin_get_by_name (GST_BIN (element), name) : gst_object_ref (element);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (owner, pad_name);

  gst_pad_add_probe (pad, type, callback, data, NULL);
}

static void
take_warning (Outcome *outcome, GstMessage *message)
{
  g_autoptr (GError) warning = NULL;

  gst_message_parse_warning (message, &warning, NULL);
  g_ptr_array_add (outcome->warnings, g_strdup (warning->message));
}

static void
take_message (Outcome *outcome, GstMessage *message)
{
  const GstStructure *details = NULL;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      outcome->n_errors++;
      if (!outcome->error)
        gst_message_parse_error (message, &outcome->error, NULL);
      gst_message_parse_error_details (message, &details);
      break;
    case GST_MESSAGE_WARNING:
      outcome->n_warnings++;
      take_warning (outcome, message);
      gst_message_parse_warning_details (message, &details);
      break;
    case GST_MESSAGE_ELEMENT:
      assert_fits_schema (gst_message_get_structure (message));
      g_ptr_array_add (
          outcome->elements, gst_structure_copy (gst_message_get_structure (message)));
      break;
    case GST_MESSAGE_TAG: {
      GstTagList *tags;

      gst_message_parse_tag (message, &tags);
      g_ptr_array_add (outcome->tags, tags);
      break;
    }
    case GST_MESSAGE_EOS:
      outcome->eos = TRUE;
      break;
    default:
      break;
  }
  if (details && !outcome->details)
    outcome->details = gst_structure_copy (details);
}

static void
read_stats (Outcome *outcome, GstElement *pipeline)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), "x");

  if (element && g_object_class_find_property (G_OBJECT_GET_CLASS (element), "stats"))
    g_object_get (element, "stats", &outcome->stats, NULL);
}

/* Sources say that they were stopped, too: only our own errors count. */
static gboolean
is_ours (GstMessage *message)
{
  const gchar *type = G_OBJECT_TYPE_NAME (GST_MESSAGE_SRC (message));

  return GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR
      || g_str_has_prefix (type, "GstOpenai");
}

Outcome *
play (GstElement *pipeline)
{
  Outcome *outcome = g_new0 (Outcome, 1);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gint64 until = g_get_monotonic_time () + 2 * WAIT_SECONDS * G_USEC_PER_SEC;
  GstMessage *message;

  outcome->elements =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_structure_free);
  outcome->tags = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_tag_list_unref);
  outcome->warnings = g_ptr_array_new_with_free_func (g_free);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (!outcome->eos && !outcome->error && g_get_monotonic_time () < until) {
    message = gst_bus_timed_pop (bus, 100 * GST_MSECOND);
    if (message && is_ours (message))
      take_message (outcome, message);
    g_clear_pointer (&message, gst_message_unref);
  }
  fail_unless (outcome->eos || outcome->error, "neither EOS nor an error");
  read_stats (outcome, pipeline);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  while ((message = gst_bus_pop (bus))) {
    if (is_ours (message))
      take_message (outcome, message);
    gst_message_unref (message);
  }
  gst_object_unref (pipeline);
  return outcome;
}

void
outcome_free (Outcome *outcome)
{
  g_clear_error (&outcome->error);
  g_clear_pointer (&outcome->details, gst_structure_free);
  g_clear_pointer (&outcome->stats, gst_structure_free);
  g_ptr_array_unref (outcome->elements);
  g_ptr_array_unref (outcome->tags);
  g_ptr_array_unref (outcome->warnings);
  g_free (outcome);
}

const GstStructure *
outcome_message (Outcome *outcome, const gchar *name, guint index)
{
  for (guint i = 0; i < outcome->elements->len; i++) {
    const GstStructure *structure = g_ptr_array_index (outcome->elements, i);

    if (gst_structure_has_name (structure, name) && index-- == 0)
      return structure;
  }
  return NULL;
}

guint
outcome_count (Outcome *outcome, const gchar *name)
{
  guint n = 0;

  while (outcome_message (outcome, name, n))
    n++;
  return n;
}

guint64
push_talk (GstHarness *harness, GByteArray *talk, guint64 sample)
{
  const guint step = RATE / 50;
  guint64 n = talk->len / 2;

  for (guint64 i = 0; i < n; i += step)
    fail_unless_equals_int (
        gst_harness_push (harness, talk_buffer (talk, i, step, sample + i)), GST_FLOW_OK);
  return sample + n;
}

guint64
push_utterances (GstHarness *harness, guint n, guint speech, guint pause, guint64 sample)
{
  g_autoptr (GByteArray) talk = g_byte_array_new ();

  for (guint i = 0; i < n; i++) {
    talk_add_speech (talk, speech);
    talk_add_pause (talk, pause);
  }
  return push_talk (harness, talk, sample);
}

guint64
push_pause (GstHarness *harness, guint pause, guint64 sample)
{
  return push_utterances (harness, 1, 0, pause, sample);
}

GstHarness *
make_stt_harness (TestServer *server, const gchar *properties, gboolean live)
{
  return make_stt_harness_at (test_server_base_url (server), properties, live);
}

GstHarness *
make_stt_harness_at (const gchar *base_url, const gchar *properties, gboolean live)
{
  g_autofree gchar *line = g_strdup_printf ("openaistt base-url=%s api-key=\"\" "
                                            "vad=energy min-chunk-duration=1000 %s",
      base_url, properties);
  GstHarness *harness = gst_harness_new_parse (line);

  gst_harness_set_live (harness, live);
  gst_harness_set_src_caps_str (harness, TALK_CAPS);
  return harness;
}

void
push_segment (GstHarness *harness, guint start, guint base)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.time = segment.position = start * GST_MSECOND;
  segment.base = base * GST_MSECOND;
  fail_unless (gst_harness_push_event (harness, gst_event_new_segment (&segment)));
}

guint
wait_for_eos (GstHarness *harness)
{
  guint n_gaps = 0;
  gboolean eos = FALSE;

  while (!eos) {
    g_autoptr (GstEvent) event = gst_harness_pull_event (harness);

    fail_unless (event != NULL, "no EOS");
    n_gaps += GST_EVENT_TYPE (event) == GST_EVENT_GAP;
    eos = GST_EVENT_TYPE (event) == GST_EVENT_EOS;
  }
  return n_gaps;
}

guint
end_stream (GstHarness *harness)
{
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  return wait_for_eos (harness);
}

gchar *
buffer_text (GstBuffer *buffer)
{
  GstMapInfo map;
  gchar *text;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  text = g_strndup ((gchar *) map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  return text;
}

gchar *
pull_captions (GstHarness *harness)
{
  GString *all = g_string_new (NULL);
  GstBuffer *buffer;

  while ((buffer = gst_harness_try_pull (harness))) {
    g_autofree gchar *text = buffer_text (buffer);

    g_string_append_printf (all, "%s\n", text);
    gst_buffer_unref (buffer);
  }
  return g_string_free (all, FALSE);
}

gchar *
say_utterances (GstHarness *harness, guint n, guint speech, gboolean live)
{
  g_autoptr (GString) captions = g_string_new (NULL);
  g_autofree gchar *rest = NULL;
  guint64 sample = 0;

  for (guint i = 0; i < n; i++) {
    sample = push_pause (harness, 900, sample);
    sample = push_utterances (harness, 1, speech, 800, sample);
    if (live) {
      g_autoptr (GstBuffer) buffer = gst_harness_pull (harness);
      g_autofree gchar *text = buffer_text (buffer);

      g_string_append_printf (captions, "%s\n", text);
    }
  }
  end_stream (harness);
  rest = live ? NULL : pull_captions (harness);
  g_string_append (captions, rest ? rest : "");
  return g_string_free (g_steal_pointer (&captions), FALSE);
}

GstStructure *
wait_for_message (GstBus *bus, const gchar *name)
{
  gint64 until = g_get_monotonic_time () + WAIT_SECONDS * G_USEC_PER_SEC;

  while (g_get_monotonic_time () < until) {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop_filtered (bus, GST_SECOND, GST_MESSAGE_ELEMENT);

    if (message)
      assert_fits_schema (gst_message_get_structure (message));
    if (message && gst_message_has_name (message, name))
      return gst_structure_copy (gst_message_get_structure (message));
  }
  fail ("no message %s", name);
  return NULL;
}

guint64
stats_value (GstHarness *harness, const gchar *name)
{
  g_autoptr (GstElement) element = gst_harness_find_element (harness, "openaistt");
  g_autoptr (GstStructure) stats = NULL;
  guint64 value;

  g_object_get (element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, name, &value));
  return value;
}

void
assert_account_is_exact (GstHarness *harness)
{
  fail_unless_equals_uint64 (stats_value (harness, "pending"), 0);
  fail_unless_equals_uint64 (stats_value (harness, "samples-in"),
      stats_value (harness, "uploaded") + stats_value (harness, "skipped-silent")
          + stats_value (harness, "dropped") + stats_value (harness, "failed"));
}
