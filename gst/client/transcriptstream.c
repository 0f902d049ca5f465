// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Answers to a transcription that come as a stream of events. */

#include "transcriptparser.h"

#include "error.h"
#include "event.h"
#include "sse.h"
#include "text/unicode.h"
#include "i18n.h"

/* What came so far, and how much of it was told. */
typedef struct
{
  GString *text;
  gsize told;
} Partial;

struct _OpenaiTranscriptStream
{
  OpenaiPartialFunc func;
  gpointer user_data;
  OpenaiSse *sse;
  OpenaiTranscript *transcript;
  Partial deltas;
  Partial segments;
  gboolean done;
};

/* Bytes: up to MIN_PARTIAL text is told each time it grows, then when it has
 * grown by a 32nd, and from MAX_PARTIAL on no more: one upload does not say
 * more, and the messages may never be read. In all it is less than 4 MB. */
#define MIN_PARTIAL 1024
#define MAX_PARTIAL 65536

static void
report_partial (OpenaiTranscriptStream *stream, Partial *partial)
{
  gsize length = partial->text->len, more = length - partial->told;

  if (!stream->func || more == 0 || length >= MAX_PARTIAL
      || (length > MIN_PARTIAL && more < length / 32))
    return;
  stream->func (
      partial->text->str, partial->text->str + partial->told, stream->user_data);
  partial->told = length;
}

/* Nothing in it that a terminal would obey. */
static gchar *
without_controls (const gchar *text)
{
  GString *out = g_string_new (NULL);

  for (const gchar *p = text; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    g_string_append_unichar (out, g_unichar_iscntrl (c) ? ' ' : c);
  }
  return g_string_free (out, FALSE);
}

static void
handle_delta (OpenaiTranscriptStream *stream, const gchar *given)
{
  g_autofree gchar *delta = NULL;

  if (!given || *given == '\0' || !g_utf8_validate (given, -1, NULL))
    return;
  delta = without_controls (given);
  g_string_append (stream->deltas.text, delta);
  report_partial (stream, &stream->deltas);
}

static void
handle_segment (OpenaiTranscriptStream *stream, JsonObject *event)
{
  GPtrArray *segments = stream->transcript->segments;
  GString *text = stream->segments.text;
  guint before = segments->len;
  const OpenaiSegment *segment;

  openai_transcript_add_segment (stream->transcript, event);
  if (segments->len == before)
    return;
  segment = g_ptr_array_index (segments, before);
  openai_text_join (text, segment->text);
  report_partial (stream, &stream->segments);
}

static gboolean
handle_done (OpenaiTranscriptStream *stream, JsonObject *event, GError **error)
{
  stream->done = TRUE;
  g_ptr_array_set_size (stream->transcript->words, 0);
  if (openai_json_array (event, "segments"))
    g_ptr_array_set_size (stream->transcript->segments, 0);
  if (openai_json_array (event, "logprobs"))
    g_array_set_size (stream->transcript->logprobs, 0);
  return openai_transcript_fill (stream->transcript, event, error);
}

/* The chunks of a chat completion. */
static void
handle_choice (OpenaiTranscriptStream *stream, JsonObject *event)
{
  JsonObject *choice = openai_json_element (openai_json_array (event, "choices"), 0);

  handle_delta (
      stream, openai_json_string (openai_json_object (choice, "delta"), "content"));
  if (openai_json_string (choice, "finish_reason"))
    stream->done = TRUE;
  openai_transcript_add_usage (
      &stream->transcript->usage, openai_json_object (event, "usage"));
}

/* Text of no type: a segment with its times, what was said since the last event, or all
 * that was said so far. Such servers do not always say that they are done: that the body
 * is whole is enough. FALSE: it is broken. */
static gboolean
handle_untyped (OpenaiTranscriptStream *stream, JsonObject *event, GError **error)
{
  const gchar *text = openai_json_string (event, "text");
  GString *deltas = stream->deltas.text;

  if (openai_json_array (event, "segments"))
    return handle_done (stream, event, error);
  if (!text)
    return TRUE;
  if (json_object_has_member (event, "start")) {
    handle_segment (stream, event);
  } else {
    g_autofree gchar *clean = without_controls (text);

    if (g_str_has_prefix (clean, deltas->str))
      g_string_append (deltas, clean + deltas->len);
    else
      openai_text_join (deltas, g_strstrip (clean));
    report_partial (stream, &stream->deltas);
  }
  stream->done = TRUE;
  return TRUE;
}

static gboolean
on_event (const gchar *type, const gchar *data, gsize length, gpointer user_data,
    GError **error)
{
  OpenaiTranscriptStream *stream = user_data;
  gboolean end = FALSE;
  g_autoptr (JsonNode) node = openai_event_parse (type, data, length, &end, error);
  JsonObject *event;
  const gchar *kind;

  stream->done |= end;
  if (!node)
    return end;
  event = json_node_get_object (node);
  kind = openai_json_string (event, "type");
  if (g_strcmp0 (kind, "transcript.text.delta") == 0) {
    openai_transcript_add_logprobs (stream->transcript, event);
    handle_delta (stream, openai_json_string (event, "delta"));
  } else if (g_strcmp0 (kind, "transcript.text.segment") == 0)
    handle_segment (stream, event);
  else if (g_strcmp0 (kind, "transcript.text.done") == 0)
    return handle_done (stream, event, error);
  else if (openai_json_array (event, "choices"))
    handle_choice (stream, event);
  else if (!kind)
    return handle_untyped (stream, event, error);
  return TRUE;
}

OpenaiTranscriptStream *
openai_transcript_stream_new (OpenaiPartialFunc func, gpointer user_data)
{
  OpenaiTranscriptStream *stream = g_new0 (OpenaiTranscriptStream, 1);

  stream->func = func;
  stream->user_data = user_data;
  stream->sse = openai_sse_new (on_event, stream);
  stream->transcript = openai_transcript_new ();
  stream->deltas.text = g_string_new (NULL);
  stream->segments.text = g_string_new (NULL);
  return stream;
}

void
openai_transcript_stream_free (OpenaiTranscriptStream *stream)
{
  if (!stream)
    return;
  openai_sse_free (stream->sse);
  g_clear_pointer (&stream->transcript, openai_transcript_unref);
  g_string_free (stream->deltas.text, TRUE);
  g_string_free (stream->segments.text, TRUE);
  g_free (stream);
}

gboolean
openai_transcript_stream_push (
    OpenaiTranscriptStream *stream, const gchar *data, gsize length, GError **error)
{
  return openai_sse_push (stream->sse, data, length, error);
}

OpenaiTranscript *
openai_transcript_stream_finish (OpenaiTranscriptStream *stream, GError **error)
{
  OpenaiTranscript *transcript = stream->transcript;

  if (!openai_sse_finish (stream->sse, error))
    return NULL;
  if (!stream->done) {
    g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_BROKEN,
        _("The stream of text events ended before it was done"));
    return NULL;
  }
  if (!transcript->text || *transcript->text == '\0') {
    g_free (transcript->text);
    transcript->text = openai_transcript_tidy (stream->deltas.text->str);
  }
  if (*transcript->text == '\0') {
    g_free (transcript->text);
    transcript->text = openai_transcript_join_segments (transcript);
  }
  return openai_transcript_check (g_steal_pointer (&stream->transcript), error);
}
