// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Transcripts to timed captions. */

#pragma once

#include "client/transcript.h"

#include "voice.h"

G_BEGIN_DECLS

/* Nanoseconds: no caption is shown for more. */
#define STT_CUES_LONGEST (7 * G_GUINT64_CONSTANT (1000000000))

/* Nanoseconds from the start of the chunk. */
typedef struct
{
  gchar *text;    /* not empty; lines joined with LF */
  gchar *speaker; /* or NULL */
  guint64 start;
  guint64 end; /* > start */
} SttCue;

typedef enum
{
  STT_CUES_CAPTION,
  STT_CUES_WORD,
  STT_CUES_SEGMENT,
  STT_CUES_CHUNK,
} SttCuesGranularity;

typedef struct
{
  SttCuesGranularity granularity;
  guint max_lines;
  guint max_line_chars;        /* columns: full-width characters count two */
  const gchar *speaker_prefix; /* where another speaker begins; %s: who; or NULL */
  const gchar *last_speaker;   /* before this chunk, or NULL */
  guint64 speech_start;        /* where the chunk's own speech begins and ends: */
  guint64 speech_end;          /* the timing when the server gives none */
  const GArray *voice;         /* SttSpan: shared out is only time in which a
                                 * voice was heard; NULL: not known */
  guint64 duration;            /* of the chunk: no cue begins at or after it,
                                 * where there is a millisecond for each */
  guint64 available;           /* until when cues may stay on screen: the
                                 * chunk's duration and the pause after it */
} SttCuesOptions;

/* The cues of one chunk, in order, not overlapping, none empty or blank, all
 * valid UTF-8; empty when the transcript says nothing. */
GPtrArray *stt_cues_new (
    const OpenaiTranscript *transcript, const SttCuesOptions *options);

/* How long it takes to read a cue, in nanoseconds. */
guint64 stt_cue_reading_time (const SttCue *cue);

G_END_DECLS
