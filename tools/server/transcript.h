// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What was recognised, and the forms in which the API gives it. */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Times are seconds since the beginning of the recording. */
typedef struct
{
  gchar *text;
  gdouble start;
  gdouble end;
  gdouble log_probability; /* natural; of the word against all others */
} Word;

typedef struct
{
  gchar *text;
  gdouble start;
  gdouble end;
  guint seek; /* where its utterance begins, 1/100 s */
  guint first_word;
  guint n_words;
  gdouble silence; /* the share of its time that is not words */
} Segment;

typedef struct
{
  gdouble duration;
  GArray *words;    /* Word */
  GArray *segments; /* Segment */
} Transcript;

typedef enum
{
  TRANSCRIPT_JSON,
  TRANSCRIPT_TEXT,
  TRANSCRIPT_SRT,
  TRANSCRIPT_VTT,
  TRANSCRIPT_VERBOSE_JSON,
} TranscriptFormat;

/* What belongs into the answer besides the text. */
typedef struct
{
  const gchar *task; /* "transcribe", "translate" */
  gboolean words;    /* of VERBOSE_JSON */
  gboolean segments;
  gboolean log_probabilities; /* of JSON, and of the last event */
} TranscriptDetail;

Transcript *transcript_new (gdouble duration);
void transcript_free (Transcript *transcript);

/* Makes a segment of the words from @first_word on. */
void transcript_close_segment (Transcript *transcript, guint first_word, guint seek);

/* The whole answer; its content type is transcript_content_type(). */
gchar *transcript_render (
    Transcript *transcript, TranscriptFormat format, const TranscriptDetail *detail);
const gchar *transcript_content_type (TranscriptFormat format);

/* The stream events: transcript.text.delta, transcript.text.done. */
JsonNode *transcript_delta_event (
    Transcript *transcript, guint segment, const TranscriptDetail *detail);
JsonNode *transcript_done_event (Transcript *transcript, const TranscriptDetail *detail);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Transcript, transcript_free)

G_END_DECLS
