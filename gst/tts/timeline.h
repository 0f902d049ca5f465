// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Places speech on the times of its cues. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Times in nanoseconds; this one is unknown, or never. */
#define TTS_TIMELINE_NONE G_MAXUINT64

/* Speech that is longer than its cue: */
typedef enum
{
  TTS_TIMELINE_SHIFT,    /* delays what comes after it */
  TTS_TIMELINE_CLIP,     /* ends with the cue */
  TTS_TIMELINE_OVERLAP,  /* goes on under what comes after it */
  TTS_TIMELINE_COMPRESS, /* is spoken faster, then delays the rest */
} TtsTimelineOverflow;

typedef struct
{
  guint64 pts;   /* when it is due; NONE: after the last */
  guint64 end;   /* of the cue; NONE: it has none */
  gdouble share; /* of what is left of the cue */
} TtsTimelineCue;

/* What is so already. */
typedef struct
{
  guint64 position; /* everything before it is out */
  guint64 earliest; /* what is before it would come too late; 0: none */
  gboolean now;     /* say it at @earliest, whenever it is due */
} TtsTimelineState;

typedef struct
{
  guint64 start;
  guint64 end;  /* it is cut here, or held from here on; NONE */
  guint64 room; /* it should last at most so long; NONE */
} TtsTimelinePlace;

TtsTimelinePlace tts_timeline_place (TtsTimelineOverflow overflow,
    const TtsTimelineCue *cue, const TtsTimelineState *state);

/* How much faster @duration has to be spoken to fit @room: from 1 to @most. */
gdouble tts_timeline_tempo (guint64 duration, guint64 room, gdouble most);

/* Samples in a time, to the nearest. */
guint64 tts_timeline_frames (guint64 time, guint rate);

/* Fades S16 frames out over @fade frames before frame @limit. @samples begins
 * at frame @first. */
void tts_timeline_fade (gint16 *samples, guint64 first, guint64 n_frames, guint channels,
    guint64 limit, guint fade);

/* Adds @more to @samples, with saturation. */
void tts_timeline_mix (gint16 *samples, const gint16 *more, gsize n);

G_END_DECLS
