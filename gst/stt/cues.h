// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Transcripts to timed captions. */

#pragma once

#include "client/transcript.h"

#include "cuerules.h"
#include "voice.h"

G_BEGIN_DECLS

/* Nanoseconds: a pause between words that begins a new caption, whatever fits. */
#define STT_CUES_PAUSE (3 * G_GUINT64_CONSTANT (1000000000) / 2)

/* Nanoseconds: no caption is shown for more. */
#define STT_CUES_LONGEST (7 * G_GUINT64_CONSTANT (1000000000))

/* Rules that a caption could not keep: there was no time, or no character. */
typedef enum
{
  STT_CUE_TOO_FAST = 1 << 0,   /* to read */
  STT_CUE_TOO_SHORT = 1 << 1,  /* on screen */
  STT_CUE_TOO_LONG = 1 << 2,   /* on screen */
  STT_CUE_UNWRITABLE = 1 << 3, /* the style has not all of its characters */
} SttCueFindings;

#define STT_CUE_N_FINDINGS 4

/* Nanoseconds from the start of the chunk. */
typedef struct
{
  gchar *text;        /* not empty; lines joined with LF */
  gchar *speaker;     /* or NULL */
  gchar *other;       /* who speaks on the second line, where that is another; or NULL */
  const gchar *voice; /* @speaker where it is told as a voice, else NULL */
  guint64 start;
  guint64 end;          /* > start */
  guint64 said;         /* until when it is said */
  guint64 reading_time; /* at least */
  guint columns;        /* of the text, line feeds aside */
  SttCueFindings findings;
} SttCue;

void stt_cue_free (gpointer self);

/* What waits for the next chunk: cuetail.h. */
typedef struct _SttCueTail SttCueTail;

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
  SttSpeakerStyle speaker_style;
  SttCueRules rules;
  const gchar *language;       /* ISO 639-1, or NULL */
  guint64 origin;              /* of the chunk in the stream: frames are counted from 0 */
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
  gboolean followed;           /* what is said next begins then */
  const SttCueTail *before;    /* what the chunk goes on with, or NULL */
  guint64 shift;               /* from the base of @before to the chunk's start */
  GArray *last;                /* takes the words of the last cue, or NULL */
} SttCuesOptions;

/* The cues of one chunk and of what waited for it, in order, not overlapping, none empty or
 * blank, all valid UTF-8; empty when both say nothing. Their times count from the base
 * of what waited. */
GPtrArray *stt_cues_new (
    const OpenaiTranscript *transcript, const SttCuesOptions *options);

G_END_DECLS
