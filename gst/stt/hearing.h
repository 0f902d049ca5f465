// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is speech: mono samples in, frames of 10 ms with a judgement out. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define STT_FRAMES_PER_SECOND 100

typedef enum
{
  STT_VAD_AUTO,   /* an element upstream that tells, else the network */
  STT_VAD_NEURAL, /* the network, whatever is told */
  STT_VAD_ENERGY, /* what is told, else loudness */
  STT_VAD_NONE,   /* chunks of max_chunk; loudness tells what is heard */
} SttVad;

/* What an element upstream says of samples. */
typedef enum
{
  STT_VERDICT_NONE,
  STT_VERDICT_VOICE,
  STT_VERDICT_NO_VOICE,
} SttVerdict;

/* Positions are samples since stt_hearing_new(). */
typedef struct
{
  guint64 start;
  guint64 end;
  gfloat level;     /* dBFS */
  gboolean begins;  /* speech may begin in it */
  gboolean goes_on; /* speech that has begun goes on in it */
  gboolean quiet;   /* or it is a pause, even if short */
  gboolean neural;  /* the network says so */
} SttFrame;

/* What came so far, in samples. */
typedef struct
{
  guint64 sound;   /* louder than the noise of a quiet room */
  guint64 voiced;  /* taken for speech */
  guint64 covered; /* loud noise in which speech may not stand out */
} SttSound;

/* Used by one thread at a time. */
typedef struct _SttHearing SttHearing;

SttHearing *stt_hearing_new (guint rate, SttVad vad);
void stt_hearing_free (SttHearing *self);

void stt_hearing_push (
    SttHearing *self, const gint16 *samples, gsize length, SttVerdict verdict);

/* The end of what is contiguous: all whole frames can be had. What is pushed next
 * begins clean, but for the noise that is known. */
void stt_hearing_finish (SttHearing *self);

/* The next frame that is judged, at most 50 ms after it was pushed. */
gboolean stt_hearing_next (SttHearing *self, SttFrame *frame);

void stt_hearing_get_sound (SttHearing *self, SttSound *sound);

/* Of samples, in dBFS. */
gfloat stt_hearing_level (const gint16 *samples, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SttHearing, stt_hearing_free)

G_END_DECLS
