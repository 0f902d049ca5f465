// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Places speech on the times of its cues. */

#include "timeline.h"

#define SECOND G_GUINT64_CONSTANT (1000000000)

TtsTimelinePlace
tts_timeline_place (TtsTimelineOverflow overflow, const TtsTimelineCue *cue,
    const TtsTimelineState *state)
{
  TtsTimelinePlace place = { state->position, TTS_TIMELINE_NONE, TTS_TIMELINE_NONE };

  if (cue->pts != TTS_TIMELINE_NONE && !state->now)
    place.start = MAX (place.start, cue->pts);
  place.start = MAX (place.start, state->earliest);
  if (cue->end == TTS_TIMELINE_NONE || state->now)
    return place;
  if (overflow == TTS_TIMELINE_CLIP || overflow == TTS_TIMELINE_OVERLAP)
    place.end = MAX (place.start, cue->end);
  if (overflow == TTS_TIMELINE_COMPRESS && cue->end > place.start)
    place.room = (cue->end - place.start) * cue->share;
  else if (overflow == TTS_TIMELINE_COMPRESS)
    place.room = 0;
  return place;
}

gdouble
tts_timeline_tempo (guint64 duration, guint64 room, gdouble most)
{
  if (room == TTS_TIMELINE_NONE || duration <= room)
    return 1;
  if (room == 0)
    return most;
  return MIN ((gdouble) duration / room, most);
}

guint64
tts_timeline_frames (guint64 time, guint rate)
{
  return time / SECOND * rate + (time % SECOND * rate + SECOND / 2) / SECOND;
}

void
tts_timeline_fade (gint16 *samples, guint64 first, guint64 n_frames, guint channels,
    guint64 limit, guint fade)
{
  guint64 begin = limit > fade ? limit - fade : 0;

  for (guint64 i = MAX (first, begin); i < first + n_frames; i++) {
    gint16 *frame = samples + (i - first) * channels;

    for (guint channel = 0; channel < channels; channel++)
      frame[channel] = i >= limit ? 0 : frame[channel] * (gint64) (limit - i) / fade;
  }
}

void
tts_timeline_mix (gint16 *samples, const gint16 *more, gsize n)
{
  for (gsize i = 0; i < n; i++)
    samples[i] = CLAMP (samples[i] + more[i], G_MININT16, G_MAXINT16);
}
