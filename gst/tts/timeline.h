// SPDX-License-Identifier: LGPL-2.1-or-later
/* Places speech on the times of its cues. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Times in nanoseconds; this one is unknown, or never. */
#define TIMELINE_NONE G_MAXUINT64

/* Speech that is longer than its cue: */
typedef enum
{
  TIMELINE_SHIFT,               /* delays what comes after it */
  TIMELINE_CLIP,                /* ends with the cue */
  TIMELINE_OVERLAP,             /* goes on under what comes after it */
  TIMELINE_COMPRESS,            /* is spoken faster, then delays the rest */
} TimelineOverflow;

typedef struct
{
  guint64 pts;                  /* when it is due; NONE: after the last */
  guint64 end;                  /* of the cue; NONE: it has none */
  gdouble share;                /* of what is left of the cue */
} TimelineCue;

/* What is so already. */
typedef struct
{
  guint64 position;             /* everything before it is out */
  guint64 earliest;             /* what is before it would come too late; 0: none */
  gboolean now;                 /* say it at @earliest, whenever it is due */
} TimelineState;

typedef struct
{
  guint64 start;
  guint64 end;                  /* it is cut here, or held from here on; NONE */
  guint64 room;                 /* it should last at most so long; NONE */
} TimelinePlace;

TimelinePlace timeline_place (TimelineOverflow overflow,
    const TimelineCue * cue, const TimelineState * state);

/* How much faster @duration has to be spoken to fit @room: from 1 to @most. */
gdouble timeline_tempo (guint64 duration, guint64 room, gdouble most);

/* Samples in a time, to the nearest. */
guint64 timeline_frames (guint64 time, guint rate);

/* Fades S16 frames out over @fade frames before frame @limit. @samples begins
 * at frame @first. */
void timeline_fade (gint16 * samples, guint64 first, guint64 n_frames,
    guint channels, guint64 limit, guint fade);

/* Adds @more to @samples, with saturation. */
void timeline_mix (gint16 * samples, const gint16 * more, gsize n);

G_END_DECLS
