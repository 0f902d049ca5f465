// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is told on the bus: about a chunk of speech, the server and the account. */

#include "messages.h"

#include <math.h>

#include "client/error.h"
#include "element/errors.h"
#include "element/structures.h"
#include "i18n.h"
#include "text/cea608.h"

static void
append_structure (GValue *array, GstStructure *structure)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, GST_TYPE_STRUCTURE);
  g_value_take_boxed (&value, structure);
  gst_value_array_append_and_take_value (array, &value);
}

static void
set_number (GstStructure *structure, const gchar *name, gdouble value)
{
  if (!isnan (value))
    gst_structure_set (structure, name, G_TYPE_DOUBLE, value, NULL);
}

static void
set_times (GstStructure *structure, GstClockTime origin, gdouble start, gdouble end)
{
  if (isnan (start) || isnan (end))
    return;
  gst_structure_set (structure, "start", G_TYPE_UINT64,
      origin + (guint64) (start * GST_SECOND), "end", G_TYPE_UINT64,
      origin + (guint64) (end * GST_SECOND), NULL);
}

/* Whether it is the next of those that were kept, which are in the same order. */
static gboolean
is_kept (const OpenaiSegment *segment, const OpenaiTranscript *said, guint *next)
{
  const OpenaiSegment *kept =
      *next < said->segments->len ? g_ptr_array_index (said->segments, *next) : NULL;

  if (!kept || !g_str_equal (kept->text, segment->text)
      || (kept->start != segment->start && !isnan (kept->start)))
    return FALSE;
  ++*next;
  return TRUE;
}

static void
set_segments (GstStructure *message, const SttChunk *chunk, const OpenaiTranscript *said,
    const OpenaiTranscript *timed)
{
  GPtrArray *segments = chunk->transcript->segments;
  GValue array = G_VALUE_INIT;
  guint next = 0;

  g_value_init (&array, GST_TYPE_ARRAY);
  for (guint i = 0; i < segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (segments, i);
    gboolean kept = is_kept (segment, said, &next);
    GstStructure *structure =
        gst_structure_new ("segment", "text", G_TYPE_STRING, segment->text, NULL);

    if (kept)
      segment = g_ptr_array_index (timed->segments, next - 1);
    set_times (structure, chunk->start, segment->start, segment->end);
    gst_openai_structure_set_string (structure, "speaker", segment->speaker);
    set_number (structure, "avg-logprob", segment->avg_logprob);
    set_number (structure, "no-speech-prob", segment->no_speech_prob);
    set_number (structure, "compression-ratio", segment->compression_ratio);
    if (!kept)
      gst_structure_set (structure, "dropped", G_TYPE_BOOLEAN, TRUE, NULL);
    append_structure (&array, structure);
  }
  gst_structure_take_value (message, "segments", &array);
}

static void
set_words (GstStructure *message, const SttChunk *chunk, const OpenaiTranscript *timed)
{
  GPtrArray *words = timed->words;
  GValue array = G_VALUE_INIT;

  g_value_init (&array, GST_TYPE_ARRAY);
  for (guint i = 0; i < words->len; i++) {
    const OpenaiWord *word = g_ptr_array_index (words, i);
    GstStructure *structure =
        gst_structure_new ("word", "text", G_TYPE_STRING, word->text, NULL);

    set_times (structure, chunk->start, word->start, word->end);
    set_number (structure, "probability", word->probability);
    append_structure (&array, structure);
  }
  gst_structure_take_value (message, "words", &array);
}

/* The mean probability of a token, from whatever the server told. */
static gdouble
confidence (const OpenaiTranscript *transcript)
{
  gdouble sum = 0;
  guint n = 0;

  for (guint i = 0; i < transcript->logprobs->len; i++, n++)
    sum += g_array_index (transcript->logprobs, OpenaiLogprob, i).logprob;
  for (guint i = 0; n == 0 && i < transcript->segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (transcript->segments, i);

    if (isnan (segment->avg_logprob))
      return NAN;
    sum += segment->avg_logprob / transcript->segments->len;
  }
  if (n == 0 && transcript->segments->len == 0)
    return NAN;
  return exp (n > 0 ? sum / n : sum);
}

static void
set_logprobs (GstStructure *message, const OpenaiTranscript *transcript)
{
  GValue array = G_VALUE_INIT;

  if (transcript->logprobs->len == 0)
    return;
  g_value_init (&array, GST_TYPE_ARRAY);
  for (guint i = 0; i < transcript->logprobs->len; i++) {
    const OpenaiLogprob *logprob =
        &g_array_index (transcript->logprobs, OpenaiLogprob, i);

    append_structure (&array,
        gst_structure_new ("logprob", "token", G_TYPE_STRING, logprob->token, "logprob",
            G_TYPE_DOUBLE, logprob->logprob, NULL));
  }
  gst_structure_take_value (message, "logprobs", &array);
}

static void
set_languages (GstStructure *message, gchar **languages)
{
  GValue array = G_VALUE_INIT;

  if (!languages || !languages[0] || !languages[1])
    return;
  g_value_init (&array, GST_TYPE_ARRAY);
  gst_openai_strings_to_array (languages, &array);
  gst_structure_take_value (message, "languages", &array);
}

/* The speaker of all of it; NULL: not known, or more than one. */
static const gchar *
only_speaker (const OpenaiTranscript *said)
{
  const gchar *speaker = NULL;

  for (guint i = 0; i < said->segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (said->segments, i);

    if (i > 0 && g_strcmp0 (segment->speaker, speaker) != 0)
      return NULL;
    speaker = segment->speaker;
  }
  return speaker;
}

/* By which partials and results of a chunk are told from those of others. */
static void
set_item (GstStructure *structure, const SttChunk *chunk)
{
  g_autofree gchar *item = g_strdup_printf ("chunk-%" G_GUINT64_FORMAT, chunk->number);

  gst_openai_structure_set_string (structure, "item", item);
}

/* What was told of words that stay, and what the result has instead. */
static void
set_correction (GstStructure *message, const SttChunk *chunk, const gchar *final)
{
  g_autofree gchar *instead = NULL;
  gboolean same;
  gsize end;

  if (!chunk->stable)
    return;
  end = stt_stable_find_end (chunk->stable, G_MAXSIZE, final, &same);
  if (same)
    return;
  instead = g_strndup (final, end);
  gst_structure_set (message, "stable-text", G_TYPE_STRING,
      stt_stable_get_text (chunk->stable), "corrected-text", G_TYPE_STRING, instead,
      NULL);
}

/* A message about a chunk, with its bounds in every time there is. */
static GstStructure *
chunk_structure (const GstSegment *segment, const gchar *name, const SttChunk *chunk)
{
  GstStructure *message = gst_structure_new (name, "start", G_TYPE_UINT64, chunk->start,
      "end", G_TYPE_UINT64, chunk->end, "start-stream-time", G_TYPE_UINT64,
      gst_segment_to_stream_time (segment, GST_FORMAT_TIME, chunk->start),
      "end-stream-time", G_TYPE_UINT64,
      gst_segment_to_stream_time (segment, GST_FORMAT_TIME, chunk->end),
      "start-running-time", G_TYPE_UINT64,
      gst_segment_to_running_time (segment, GST_FORMAT_TIME, chunk->start),
      "end-running-time", G_TYPE_UINT64,
      gst_segment_to_running_time (segment, GST_FORMAT_TIME, chunk->end), "attempts",
      G_TYPE_UINT, chunk->attempts, NULL);
  set_item (message, chunk);
  if (chunk->overtaken)
    gst_structure_set (message, "late", G_TYPE_BOOLEAN, TRUE, NULL);
  return message;
}

GstClockTime
stt_message_latency (const SttChunk *chunk)
{
  return MAX (chunk->result_time - chunk->speech_end_time, 0) * GST_USECOND;
}

GstStructure *
stt_message_new_transcript (const GstSegment *segment, const SttChunk *chunk,
    const OpenaiTranscript *said, const OpenaiTranscript *timed, const gchar *dropped,
    const gchar *model)
{
  const OpenaiTranscript *transcript = chunk->transcript;
  GstStructure *message = chunk_structure (segment, "openaistt/transcript", chunk);

  gst_structure_set (message, "final", G_TYPE_BOOLEAN, TRUE, "text", G_TYPE_STRING,
      said->text, "latency", G_TYPE_UINT64, stt_message_latency (chunk), NULL);
  set_correction (message, chunk, said->text);
  gst_openai_structure_set_string (message, "dropped-text", dropped);
  gst_openai_structure_set_string (message, "language", transcript->language);
  set_languages (message, transcript->languages);
  gst_openai_structure_set_string (message, "speaker", only_speaker (said));
  gst_openai_structure_set_string (message, "model", chunk->model ? chunk->model : model);
  gst_openai_structure_set_string (message, "endpoint", chunk->endpoint);
  gst_openai_structure_set_string (message, "request-id", chunk->request_id);
  set_number (message, "confidence", confidence (transcript));
  set_segments (message, chunk, said, timed);
  set_words (message, chunk, timed);
  set_logprobs (message, transcript);
  gst_openai_structure_set_usage (message, &transcript->usage);
  return message;
}

GstStructure *
stt_message_new_failure (
    const GstSegment *segment, const SttChunk *chunk, const gchar *reason)
{
  GstStructure *message = chunk_structure (segment, "openaistt/failed", chunk);

  gst_openai_structure_set_string (message, "reason", reason);
  gst_openai_structure_set_string (message, "endpoint", chunk->endpoint);
  gst_openai_structure_set_string (message, "request-id", chunk->request_id);
  return message;
}

GstStructure *
stt_message_new_partial (
    const SttChunk *chunk, const SttPartial *partial, const SttPartialText *text)
{
  GstStructure *message =
      gst_structure_new ("openaistt/partial", "start", G_TYPE_UINT64, chunk->start,
          "text", G_TYPE_STRING, text->text, "stable", G_TYPE_STRING, text->stable, NULL);

  if (GST_CLOCK_TIME_IS_VALID (partial->heard))
    gst_structure_set (
        message, "end", G_TYPE_UINT64, chunk->start + partial->heard, NULL);
  gst_openai_structure_set_string (message, "delta", text->delta);
  set_item (message, chunk);
  gst_openai_structure_set_string (message, "request-id", partial->item);
  return message;
}

/* Names of findings, in the order of their bits. */
static const gchar *const finding_names[STT_CUE_N_FINDINGS] = { "too-fast", "too-short",
  "too-long", "unwritable" };

/* What is measured of a caption, and what it may be: characters a second, seconds, or
 * characters that the style lacks. */
static void
set_measure (GstStructure *message, const SttCue *cue, GstClockTime shown,
    SttCueFindings finding, const SttCueRules *rules)
{
  gdouble seconds = (gdouble) shown / GST_SECOND;
  gdouble measured = seconds, limit;
  gint rule = g_bit_nth_lsf (finding, -1);

  g_return_if_fail (rule >= 0 && rule < STT_CUE_N_FINDINGS);
  if (finding == STT_CUE_TOO_FAST) {
    measured = cue->columns / seconds / rules->column_width;
    limit = rules->max_speed / rules->column_width;
  } else if (finding == STT_CUE_UNWRITABLE) {
    measured = openai_cea608_count_missing (cue->text);
    limit = 0;
  } else
    limit = (gdouble) (finding == STT_CUE_TOO_SHORT ? rules->min_duration
                                                    : rules->max_duration)
        / GST_SECOND;
  gst_structure_set (message, "rule", G_TYPE_STRING, finding_names[rule], "measured",
      G_TYPE_DOUBLE, measured, "limit", G_TYPE_DOUBLE, limit, NULL);
}

GstStructure *
stt_message_new_finding (const GstSegment *segment, const SttCue *cue, GstClockTime start,
    GstClockTime end, SttCueFindings finding, const SttCueRules *rules)
{
  GstStructure *message = gst_structure_new ("openaistt/finding", "text", G_TYPE_STRING,
      cue->text, "start", G_TYPE_UINT64, start, "end", G_TYPE_UINT64, end,
      "start-running-time", G_TYPE_UINT64,
      gst_segment_to_running_time (segment, GST_FORMAT_TIME, start), NULL);

  set_measure (message, cue, end - start, finding, rules);
  return message;
}

static void
set_counts (GstStructure *stats, const SttCaptionCounts *counts)
{
  gst_structure_set (stats, "captions", G_TYPE_UINT64, counts->captions, NULL);
  for (guint i = 0; i < STT_CUE_N_FINDINGS; i++) {
    g_autofree gchar *name = g_strconcat ("captions-", finding_names[i], NULL);

    gst_structure_set (stats, name, G_TYPE_UINT64, counts->findings[i], NULL);
  }
}

GstStructure *
stt_message_new_stats (
    const SttQueueAccount *account, const SttCaptionCounts *counts, guint rate)
{
  const struct
  {
    const gchar *name;
    guint64 samples;
  } parts[] = {
    { "uploaded", account->uploaded },
    { "skipped-silent", account->skipped },
    { "dropped", account->dropped },
    { "failed", account->failed },
    { "pending", account->pending },
    { "repeated", account->repeated },
    { "sound", account->sound },
    { "voiced", account->voiced },
  };
  guint64 sent = account->uploaded + account->failed;
  GstStructure *stats = gst_structure_new ("openaistt-stats", "rate", G_TYPE_UINT, rate,
      "samples-in", G_TYPE_UINT64, account->in, "seconds-in", G_TYPE_DOUBLE,
      (gdouble) account->in / rate, "times-sent", G_TYPE_DOUBLE,
      sent ? 1 + (gdouble) account->repeated / sent : 1.0, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autofree gchar *seconds = g_strconcat ("seconds-", parts[i].name, NULL);

    gst_structure_set (stats, parts[i].name, G_TYPE_UINT64, parts[i].samples, seconds,
        G_TYPE_DOUBLE, (gdouble) parts[i].samples / rate, NULL);
  }
  set_counts (stats, counts);
  return stats;
}

void
stt_message_post_unheard (GstElement *element, gdouble seconds)
{
  GST_ELEMENT_WARNING (element, STREAM, FORMAT,
      (_("No speech was heard in %.0f s of sound, so that nothing is sent: "
              "vad=none sends all of it."),
           seconds),
          (NULL));
}

void
stt_message_post_covered (GstElement *element, gdouble seconds)
{
  GST_ELEMENT_WARNING (element, STREAM, FORMAT,
      (_("Loud noise covers the speech: %.0f s of sound were taken for noise. "
              "vad=neural hears speech in noise, vad=none sends all of it."),
           seconds),
          (NULL));
}

static gchar *
unreachable_text (const GError *error)
{
  const OpenaiErrorDetails *details = openai_error_details (error);

  if (details->retry_after > 0)
    return g_strdup_printf (_("The server takes no more requests for %u s; what "
            "is spoken is kept until it does: %s"),
        (details->retry_after + 999) / 1000, error->message);
  if (details->status == 429)
    return g_strdup_printf (_("The server takes no more requests for now; what "
            "is spoken is kept until it does: %s"),
        error->message);
  return g_strdup_printf (_("The server is away; what is spoken is kept until "
          "it is back: %s"),
      error->message);
}

void
stt_message_post_status (
    SttStatus status, const gchar *text, const GError *error, gpointer owner)
{
  switch (status) {
    case STT_STATUS_FALLBACK:
      gst_openai_post_settings_warning (owner, text);
      break;
    case STT_STATUS_UNREACHABLE:
      gst_openai_post_warning_text (owner, error, unreachable_text (error));
      break;
    case STT_STATUS_SWITCHED:
      gst_openai_post_warning_text (owner, error, g_strdup (text));
      break;
    case STT_STATUS_BACK:
      GST_ELEMENT_INFO (owner, RESOURCE, READ,
          (_("The server is back.")), ("The server is back: what was kept is sent."));
      break;
  }
}

void
stt_message_post_too_long (GstElement *element)
{
  g_autoptr (GError) error = g_error_new (OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
      _("The file is longer than the service takes in one upload: decode it, "
      "so that it is sent in pieces (… ! decodebin ! openaistt), or raise "
      "max-upload-size if the server takes more"));

  gst_openai_post_error (element, error);
}

void
stt_message_post_late (GstElement *element, GstClockTime delay)
{
  gst_element_message_full_with_details (element, GST_MESSAGE_WARNING, GST_CORE_ERROR,
      GST_CORE_ERROR_CLOCK,
      g_strdup_printf (_("A caption comes %.1f s after it was spoken, later "
          "than this pipeline waits for it: raise latency, or make the "
          "chunks shorter with max-chunk-duration."),
                           (gdouble) delay / GST_SECOND),
          NULL, __FILE__, GST_FUNCTION, __LINE__,
          gst_structure_new ("openaistt/excessive-delay", "new-observed-max-delay",
              G_TYPE_UINT, (guint) (delay / GST_MSECOND), NULL));
}
