// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is worth watching, as Prometheus reads it. */

#include "metrics.h"

#define PREFIX "gst_openai_captions_"

/* Upper bounds of delays, seconds. */
static const gdouble bounds[] = { 0.25, 0.5, 1, 2, 4, 8, 16, 32 };

typedef struct
{
  guint64 counts[G_N_ELEMENTS (bounds)]; /* of those up to each bound */
  guint64 n;
  gdouble sum;
} Delays;

struct _Metrics
{
  GstElement *stt;
  gdouble price;

  Delays chunk;        /* how long what is spoken waits for the end of its chunk */
  Delays answer;       /* from the end of the speech to the answer */
  GHashTable *answers; /* labels of the server → guint64 */
  guint64 failed;
  guint64 dropped;
  guint64 late;
  guint64 corrected;
  guint64 attempts;
  guint64 problems;
  gdouble billed_seconds;
  guint64 input_tokens;
  guint64 output_tokens;
};

Metrics *
metrics_new (GstElement *stt, gdouble price)
{
  Metrics *self = g_new0 (Metrics, 1);

  self->stt = gst_object_ref (stt);
  self->price = price;
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
metrics_free (Metrics *self)
{
  gst_object_unref (self->stt);
  g_hash_table_unref (self->answers);
  g_free (self);
}

/* --- counting ----------------------------------------------------------------- */

static void
add_delay (Delays *delays, gdouble seconds)
{
  for (guint i = 0; i < G_N_ELEMENTS (bounds); i++)
    delays->counts[i] += seconds <= bounds[i];
  delays->n++;
  delays->sum += seconds;
}

/* Seconds; 0: there is no such field. */
static gdouble
seconds_of (const GstStructure *message, const gchar *field)
{
  guint64 time = 0;

  gst_structure_get_uint64 (message, field, &time);
  return (gdouble) time / GST_SECOND;
}

/* Appends NAME="VALUE", as the format wants it. */
static void
append_label (GString *labels, const gchar *name, const gchar *value)
{
  g_string_append_printf (labels, "%s%s=\"", labels->len > 0 ? "," : "", name);
  for (; value && *value; value++) {
    if (*value == '"' || *value == '\\')
      g_string_append_c (labels, '\\');
    if (*value == '\n')
      g_string_append (labels, "\\n");
    else
      g_string_append_c (labels, *value);
  }
  g_string_append_c (labels, '"');
}

static void
count_server (Metrics *self, const GstStructure *message)
{
  GString *labels = g_string_new (NULL);
  guint64 *count;

  append_label (labels, "endpoint", gst_structure_get_string (message, "endpoint"));
  append_label (labels, "model", gst_structure_get_string (message, "model"));
  count = g_hash_table_lookup (self->answers, labels->str);
  if (!count) {
    count = g_new0 (guint64, 1);
    g_hash_table_insert (self->answers, g_strdup (labels->str), count);
  }
  ++*count;
  g_string_free (labels, TRUE);
}

static void
count_usage (Metrics *self, const GstStructure *message)
{
  g_autoptr (GstStructure) usage = NULL;
  gdouble seconds = 0;
  gint64 in = 0, out = 0;

  if (!gst_structure_get (message, "usage", GST_TYPE_STRUCTURE, &usage, NULL))
    return;
  gst_structure_get_double (usage, "seconds", &seconds);
  gst_structure_get_int64 (usage, "input-tokens", &in);
  gst_structure_get_int64 (usage, "output-tokens", &out);
  self->billed_seconds += seconds;
  self->input_tokens += MAX (in, 0);
  self->output_tokens += MAX (out, 0);
}

static void
count_transcript (Metrics *self, const GstStructure *message)
{
  add_delay (&self->chunk, seconds_of (message, "end") - seconds_of (message, "start"));
  add_delay (&self->answer, seconds_of (message, "latency"));
  count_server (self, message);
  count_usage (self, message);
  self->corrected += gst_structure_has_field (message, "corrected-text");
}

void
metrics_count (Metrics *self, const GstStructure *message)
{
  const gchar *reason = gst_structure_get_string (message, "reason");
  guint attempts = 0;

  if (gst_structure_has_name (message, "openaistt/transcript"))
    count_transcript (self, message);
  else if (gst_structure_has_name (message, "openaistt/failed"))
    ++*(g_strcmp0 (reason, "dropped") == 0 ? &self->dropped : &self->failed);
  else
    return;
  gst_structure_get_uint (message, "attempts", &attempts);
  self->attempts += attempts;
  self->late += gst_structure_has_field (message, "late");
}

void
metrics_count_problem (Metrics *self)
{
  self->problems++;
}

/* --- the text ----------------------------------------------------------------- */

static void
append_head (GString *text, const gchar *name, const gchar *type, const gchar *help)
{
  g_string_append_printf (
      text, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n", name, help, name, type);
}

static void
append_value (GString *text, const gchar *name, const gchar *labels, gdouble value)
{
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (text, PREFIX "%s%s%s%s %s\n", name, labels ? "{" : "",
      labels ? labels : "", labels ? "}" : "",
      g_ascii_formatd (number, sizeof number, "%.15g", value));
}

static void
append_one (
    GString *text, const gchar *name, const gchar *type, const gchar *help, gdouble value)
{
  append_head (text, name, type, help);
  append_value (text, name, NULL, value);
}

static void
append_delays (GString *text, const gchar *stage, const Delays *delays)
{
  g_autofree gchar *label = g_strdup_printf ("stage=\"%s\"", stage);

  for (guint i = 0; i < G_N_ELEMENTS (bounds); i++) {
    g_autofree gchar *labels = g_strdup_printf ("%s,le=\"%g\"", label, bounds[i]);

    append_value (text, "delay_seconds_bucket", labels, delays->counts[i]);
  }
  g_string_append_printf (text,
      PREFIX "delay_seconds_bucket{%s,le=\"+Inf\"} %" G_GUINT64_FORMAT "\n", label,
      delays->n);
  append_value (text, "delay_seconds_sum", label, delays->sum);
  append_value (text, "delay_seconds_count", label, delays->n);
}

static void
append_answers (Metrics *self, GString *text)
{
  GHashTableIter iter;
  gpointer labels, count;

  append_head (text, "answers_total", "counter", "Chunks that were transcribed");
  g_hash_table_iter_init (&iter, self->answers);
  while (g_hash_table_iter_next (&iter, &labels, &count))
    append_value (text, "answers_total", labels, *(guint64 *) count);
}

static gdouble
stat (const GstStructure *stats, const gchar *name)
{
  g_autofree gchar *field = g_strconcat ("seconds-", name, NULL);
  gdouble value = 0;

  gst_structure_get_double (stats, field, &value);
  return value;
}

static void
append_audio (Metrics *self, GString *text, const GstStructure *stats)
{
  static const gchar *const states[] = { "in", "uploaded", "skipped-silent", "dropped",
    "failed", "repeated", "voiced" };
  gdouble sent =
      stat (stats, "uploaded") + stat (stats, "failed") + stat (stats, "repeated");

  append_head (text, "audio_seconds_total", "counter", "What became of the audio");
  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    g_autofree gchar *labels = g_strdup_printf ("state=\"%s\"", states[i]);

    append_value (text, "audio_seconds_total", labels, stat (stats, states[i]));
  }
  append_one (text, "backlog_seconds", "gauge", "Audio that waits for its answer",
      stat (stats, "pending"));
  if (self->price > 0)
    append_one (text, "cost_dollars_total", "counter",
        "The audio that was sent, at the price that was given", sent / 60 * self->price);
}

static void
append_usage (Metrics *self, GString *text)
{
  append_one (text, "billed_seconds_total", "counter",
      "Audio that the server says it counted", self->billed_seconds);
  append_head (
      text, "billed_tokens_total", "counter", "Tokens that the server says it counted");
  append_value (text, "billed_tokens_total", "direction=\"input\"", self->input_tokens);
  append_value (text, "billed_tokens_total", "direction=\"output\"", self->output_tokens);
}

static void
append_failures (Metrics *self, GString *text)
{
  append_head (text, "failures_total", "counter", "Chunks without captions");
  append_value (text, "failures_total", "reason=\"failed\"", self->failed);
  append_value (text, "failures_total", "reason=\"dropped\"", self->dropped);
  append_one (text, "late_total", "counter", "Answers that later captions went before",
      self->late);
  append_one (text, "corrected_total", "counter",
      "Chunks whose words were shown otherwise before", self->corrected);
  append_one (text, "attempts_total", "counter",
      "Requests for chunks, with those that were made again", self->attempts);
  append_one (
      text, "problems_total", "counter", "Warnings about the server", self->problems);
}

gchar *
metrics_text (Metrics *self)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GstStructure) stats = NULL;
  guint delay = 0;

  g_object_get (self->stt, "stats", &stats, "max-observed-delay", &delay, NULL);
  append_head (text, "delay_seconds", "histogram",
      "chunk: how long a chunk lasts; answer: from the end of its speech to its answer");
  append_delays (text, "chunk", &self->chunk);
  append_delays (text, "answer", &self->answer);
  append_one (text, "longest_delay_seconds", "gauge",
      "The longest time so far from what was spoken live to its caption", delay / 1000.0);
  append_answers (self, text);
  append_failures (self, text);
  append_audio (self, text, stats);
  append_usage (self, text);
  return g_string_free (text, FALSE);
}
