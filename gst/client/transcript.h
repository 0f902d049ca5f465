// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The result of a transcription, whatever format or dialect it came in. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Times are seconds from the start of the uploaded audio and never negative,
 * @end is never before @start; both are NAN when the server gave none. Other
 * numbers are NAN when not given. Text is trimmed UTF-8 with single spaces. */
typedef struct
{
  gchar *text;
  gdouble start;
  gdouble end;
  gdouble probability;
} OpenaiWord;

typedef struct
{
  gchar *id;
  gchar *text;
  gchar *speaker;
  gdouble start;
  gdouble end;
  gdouble avg_logprob;
  gdouble no_speech_prob;
  gdouble compression_ratio;
  gdouble temperature;
} OpenaiSegment;

typedef struct
{
  gchar *token;
  gdouble logprob;
} OpenaiLogprob;

typedef enum
{
  OPENAI_USAGE_NONE,
  OPENAI_USAGE_TOKENS,
  OPENAI_USAGE_DURATION,
} OpenaiUsageKind;

typedef struct
{
  OpenaiUsageKind kind;
  gint64 input_tokens;
  gint64 output_tokens;
  gint64 total_tokens;
  gint64 text_tokens;
  gint64 audio_tokens;
  gdouble seconds;
} OpenaiUsage;

/* Immutable once returned, so any thread may read it. */
typedef struct
{
  gchar *text;         /* never NULL, may be empty */
  gchar *language;     /* ISO-639-1 where it is known; else as given; or NULL */
  GStrv languages;     /* all that were detected; NULL or not empty */
  gdouble duration;    /* NAN when not given */
  GPtrArray *segments; /* OpenaiSegment, never NULL */
  GPtrArray *words;    /* OpenaiWord, never NULL; whole words, also from
                                 * servers that send parts of words or put the
                                 * words inside the segments */
  GArray *logprobs;    /* OpenaiLogprob, never NULL */
  OpenaiUsage usage;
} OpenaiTranscript;

OpenaiTranscript *openai_transcript_ref (OpenaiTranscript *transcript);
void openai_transcript_unref (OpenaiTranscript *transcript);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenaiTranscript, openai_transcript_unref)

/* @text, and nothing that is known of it. */
OpenaiTranscript *openai_transcript_new_text (const gchar *text);

/* A copy without the segments of @left_out (one for each segment), their words
 * and the token probabilities. */
OpenaiTranscript *openai_transcript_without (
    const OpenaiTranscript *whole, const gboolean *left_out);

/* A copy that says @text instead: without segments and words, whose times would
 * not be those of the text any more. */
OpenaiTranscript *openai_transcript_with_text (
    const OpenaiTranscript *whole, const gchar *text);

/* Seconds, or NAN. */
typedef struct
{
  gdouble start;
  gdouble end;
} OpenaiTimes;

gboolean openai_times_are_known (const OpenaiTimes *times);

/* A copy of what it says from the byte @offset of its text on, with the words and
 * segments, or parts of them, that say it. */
OpenaiTranscript *openai_transcript_after (const OpenaiTranscript *whole, gsize offset);

/* Text that goes on: single spaces between words, none before them, and no control
 * tags of models, also where one has only begun. */
gchar *openai_transcript_tidy_partial (const gchar *text);

/* A copy whose texts are what @func makes of each; words that become empty are left
 * out. */
typedef gchar *(*OpenaiTextFunc) (const gchar *text, gpointer user_data);
OpenaiTranscript *openai_transcript_map (
    const OpenaiTranscript *whole, OpenaiTextFunc func, gpointer user_data);

/* The times of all words, and of all segments; free them. */
OpenaiTimes *openai_transcript_word_times (const OpenaiTranscript *whole);
OpenaiTimes *openai_transcript_segment_times (const OpenaiTranscript *whole);

/* A copy with these times. */
OpenaiTranscript *openai_transcript_with_times (
    const OpenaiTranscript *whole, const OpenaiTimes *words, const OpenaiTimes *segments);

/* Bytes. */
#define OPENAI_TRANSCRIPT_MAX_TEXT (4 * 1024 * 1024)

/* Parses the whole body of a 2xx answer. The body decides, since neither the
 * format that was asked for nor the Content-Type can be trusted: JSON (json,
 * verbose_json, diarized_json, a transcript.text.done object), a JSON string
 * around text, WebVTT, SRT, or plain text. HTML, a JSON error, JSON cut short
 * bad UTF-8 and more text than can be said are OPENAI_ERROR_ANSWER. An empty
 * body is an empty transcript only when @content_type is text/plain or a
 * subtitle type; else an error. @content_type may be NULL and may have
 * parameters. */
OpenaiTranscript *openai_transcript_parse (
    const gchar *content_type, const gchar *body, gsize length, GError **error);

/* An event-stream answer (stream=true), in any of the known dialects: OpenAI's
 * deltas, segments and done (its text empty or not); vLLM's chat-like chunks;
 * with or without [DONE]; error events. */
typedef struct _OpenaiTranscriptStream OpenaiTranscriptStream;

/* @text is everything so far, @delta what is new since the last time. */
typedef void (*OpenaiPartialFunc) (
    const gchar *text, const gchar *delta, gpointer user_data);

OpenaiTranscriptStream *openai_transcript_stream_new (
    OpenaiPartialFunc func, gpointer user_data);
void openai_transcript_stream_free (OpenaiTranscriptStream *stream);
gboolean openai_transcript_stream_push (
    OpenaiTranscriptStream *stream, const gchar *data, gsize length, GError **error);

/* The end of the body. A stream that ended before its done event, [DONE] or a
 * finish_reason was cut short: OPENAI_ERROR_BROKEN. */
OpenaiTranscript *openai_transcript_stream_finish (
    OpenaiTranscriptStream *stream, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenaiTranscriptStream, openai_transcript_stream_free)

/* "english" and "English" to "en"; "en-US" and "EN" to "en"; NULL, when it is
 * neither a known name nor shaped like a code. Static or interned. */
const gchar *openai_language_code (const gchar *language);

G_END_DECLS
