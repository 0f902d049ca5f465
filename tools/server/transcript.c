// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What was recognised, and the forms in which the API gives it. */

#include "transcript.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>

static void
clear_word (gpointer data)
{
  g_free (((Word *) data)->text);
}

static void
clear_segment (gpointer data)
{
  g_free (((Segment *) data)->text);
}

Transcript *
transcript_new (gdouble duration)
{
  Transcript *transcript = g_new0 (Transcript, 1);

  transcript->duration = duration;
  transcript->words = g_array_new (FALSE, FALSE, sizeof (Word));
  g_array_set_clear_func (transcript->words, clear_word);
  transcript->segments = g_array_new (FALSE, FALSE, sizeof (Segment));
  g_array_set_clear_func (transcript->segments, clear_segment);
  return transcript;
}

void
transcript_free (Transcript *transcript)
{
  g_array_unref (transcript->words);
  g_array_unref (transcript->segments);
  g_free (transcript);
}

static const Word *
word_at (Transcript *transcript, guint index)
{
  return &g_array_index (transcript->words, Word, index);
}

static const Segment *
segment_at (Transcript *transcript, guint index)
{
  return &g_array_index (transcript->segments, Segment, index);
}

void
transcript_close_segment (Transcript *transcript, guint first_word, guint seek)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_words = transcript->words->len - first_word;
  gdouble spoken = 0;
  Segment segment;

  if (n_words == 0)
    return;
  for (guint i = first_word; i < transcript->words->len; i++) {
    const Word *word = word_at (transcript, i);

    if (text->len > 0)
      g_string_append_c (text, ' ');
    g_string_append (text, word->text);
    spoken += word->end - word->start;
  }

  segment.first_word = first_word;
  segment.n_words = n_words;
  segment.seek = seek;
  segment.start = word_at (transcript, first_word)->start;
  segment.end = word_at (transcript, transcript->words->len - 1)->end;
  segment.silence = CLAMP (1 - spoken / (segment.end - segment.start), 0, 1);
  segment.text = g_strdup (text->str);
  g_array_append_val (transcript->segments, segment);
}

static gchar *
whole_text (Transcript *transcript)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < transcript->segments->len; i++) {
    if (i > 0)
      g_string_append_c (text, ' ');
    g_string_append (text, segment_at (transcript, i)->text);
  }
  return g_string_free (text, FALSE);
}

static void
add_string (JsonBuilder *builder, const gchar *name, const gchar *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_number (JsonBuilder *builder, const gchar *name, gdouble value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_double_value (builder, value);
}

static void
add_integer (JsonBuilder *builder, const gchar *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_usage (JsonBuilder *builder, Transcript *transcript)
{
  json_builder_set_member_name (builder, "usage");
  json_builder_begin_object (builder);
  add_string (builder, "type", "duration");
  add_integer (builder, "seconds", ceil (transcript->duration));
  json_builder_end_object (builder);
}

/* A word is a token here; all but the very first bring their space along. */
static void
add_token (JsonBuilder *builder, const Word *word, gboolean spaced)
{
  g_autofree gchar *token = g_strconcat (spaced ? " " : "", word->text, NULL);

  json_builder_begin_object (builder);
  add_string (builder, "token", token);
  add_number (builder, "logprob", word->log_probability);
  json_builder_set_member_name (builder, "bytes");
  json_builder_begin_array (builder);
  for (const gchar *p = token; *p; p++)
    json_builder_add_int_value (builder, (guchar) *p);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
add_tokens (JsonBuilder *builder, Transcript *transcript, guint first, guint n)
{
  json_builder_set_member_name (builder, "logprobs");
  json_builder_begin_array (builder);
  for (guint i = first; i < first + n; i++)
    add_token (builder, word_at (transcript, i), i > 0);
  json_builder_end_array (builder);
}

/* As Whisper measures it: bytes of text to bytes of the text deflated. */
static gdouble
compression_ratio (const gchar *text)
{
  g_autoptr (GConverter) deflate =
      G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, -1));
  gsize length = strlen (text), room = length + 1024, read, written;
  g_autofree gchar *deflated = g_malloc (room);

  if (g_converter_convert (deflate, text, length, deflated, room,
          G_CONVERTER_INPUT_AT_END, &read, &written, NULL)
      != G_CONVERTER_FINISHED)
    return 1;
  return (gdouble) length / written;
}

static gdouble
mean_log_probability (Transcript *transcript, const Segment *segment)
{
  gdouble sum = 0;

  for (guint i = 0; i < segment->n_words; i++)
    sum += word_at (transcript, segment->first_word + i)->log_probability;
  return sum / segment->n_words;
}

static void
add_segment (JsonBuilder *builder, Transcript *transcript, guint index)
{
  const Segment *segment = segment_at (transcript, index);
  g_autofree gchar *text = g_strconcat (" ", segment->text, NULL);

  json_builder_begin_object (builder);
  add_integer (builder, "id", index);
  add_integer (builder, "seek", segment->seek);
  add_number (builder, "start", segment->start);
  add_number (builder, "end", segment->end);
  add_string (builder, "text", text);
  json_builder_set_member_name (builder, "tokens");
  json_builder_begin_array (builder);
  json_builder_end_array (builder);
  add_number (builder, "temperature", 0);
  add_number (builder, "avg_logprob", mean_log_probability (transcript, segment));
  add_number (builder, "compression_ratio", compression_ratio (text));
  add_number (builder, "no_speech_prob", segment->silence);
  json_builder_end_object (builder);
}

static void
add_word (JsonBuilder *builder, const Word *word)
{
  json_builder_begin_object (builder);
  add_string (builder, "word", word->text);
  add_number (builder, "start", word->start);
  add_number (builder, "end", word->end);
  json_builder_end_object (builder);
}

static void
add_verbose (JsonBuilder *builder, Transcript *transcript, const TranscriptDetail *detail)
{
  add_string (builder, "task", detail->task);
  add_string (builder, "language", "english");
  add_number (builder, "duration", transcript->duration);

  if (detail->segments) {
    json_builder_set_member_name (builder, "segments");
    json_builder_begin_array (builder);
    for (guint i = 0; i < transcript->segments->len; i++)
      add_segment (builder, transcript, i);
    json_builder_end_array (builder);
  }
  if (detail->words) {
    json_builder_set_member_name (builder, "words");
    json_builder_begin_array (builder);
    for (guint i = 0; i < transcript->words->len; i++)
      add_word (builder, word_at (transcript, i));
    json_builder_end_array (builder);
  }
}

static gchar *
render_json (
    Transcript *transcript, TranscriptFormat format, const TranscriptDetail *detail)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree gchar *text = whole_text (transcript);

  json_builder_begin_object (builder);
  add_string (builder, "text", text);
  if (format == TRANSCRIPT_VERBOSE_JSON)
    add_verbose (builder, transcript, detail);
  else if (detail->log_probabilities)
    add_tokens (builder, transcript, 0, transcript->words->len);
  add_usage (builder, transcript);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static void
append_time (GString *out, gdouble seconds, gchar point)
{
  guint64 ms = llround (MAX (seconds, 0) * 1000);

  g_string_append_printf (out, "%02" G_GUINT64_FORMAT ":%02u:%02u%c%03u", ms / 3600000,
      (guint) (ms / 60000 % 60), (guint) (ms / 1000 % 60), point, (guint) (ms % 1000));
}

static gchar *
render_cues (Transcript *transcript, gboolean vtt)
{
  GString *out = g_string_new (vtt ? "WEBVTT\n\n" : NULL);

  for (guint i = 0; i < transcript->segments->len; i++) {
    const Segment *segment = segment_at (transcript, i);

    if (!vtt)
      g_string_append_printf (out, "%u\n", i + 1);
    append_time (out, segment->start, vtt ? '.' : ',');
    g_string_append (out, " --> ");
    append_time (out, segment->end, vtt ? '.' : ',');
    g_string_append_printf (out, "\n%s\n\n", segment->text);
  }
  if (!vtt)
    g_string_append_c (out, '\n');
  return g_string_free (out, FALSE);
}

gchar *
transcript_render (
    Transcript *transcript, TranscriptFormat format, const TranscriptDetail *detail)
{
  switch (format) {
    case TRANSCRIPT_TEXT: {
      g_autofree gchar *text = whole_text (transcript);

      return g_strconcat (text, "\n", NULL);
    }
    case TRANSCRIPT_SRT:
      return render_cues (transcript, FALSE);
    case TRANSCRIPT_VTT:
      return render_cues (transcript, TRUE);
    default:
      return render_json (transcript, format, detail);
  }
}

const gchar *
transcript_content_type (TranscriptFormat format)
{
  return format == TRANSCRIPT_JSON || format == TRANSCRIPT_VERBOSE_JSON
      ? "application/json"
      : "text/plain; charset=utf-8";
}

JsonNode *
transcript_delta_event (
    Transcript *transcript, guint index, const TranscriptDetail *detail)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  const Segment *segment = segment_at (transcript, index);
  g_autofree gchar *delta = g_strconcat (index > 0 ? " " : "", segment->text, NULL);

  json_builder_begin_object (builder);
  add_string (builder, "type", "transcript.text.delta");
  add_string (builder, "delta", delta);
  if (detail->log_probabilities)
    add_tokens (builder, transcript, segment->first_word, segment->n_words);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

JsonNode *
transcript_done_event (Transcript *transcript, const TranscriptDetail *detail)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree gchar *text = whole_text (transcript);

  json_builder_begin_object (builder);
  add_string (builder, "type", "transcript.text.done");
  add_string (builder, "text", text);
  if (detail->log_probabilities)
    add_tokens (builder, transcript, 0, transcript->words->len);
  add_usage (builder, transcript);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}
