// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Sounds that stand alone in digital silence, of the length of a word or a short
 * sentence: what a noise gate, a push-to-talk key or a speech synthesiser leaves of them. */

#pragma once

#include "hearing.h"

G_BEGIN_DECLS

/* Begins as stt_lone_sound_init() makes it. Positions are those of the frames. */
typedef struct
{
  guint64 start; /* of the sound, which was complete when it was told */
  guint64 end;
  guint n_silent; /* frames of silence in a row, up to now */
  guint n_frames; /* of the sound */
  guint n_loud;   /* of these */
  gboolean begun;
  gboolean is_voiced; /* the network hears a voice in some of it */
  gboolean is_other;  /* it is too long, or does not stand alone */
} SttLoneSound;

void stt_lone_sound_init (SttLoneSound *self);

/* TRUE: a sound is complete, since it has been silent for 300 ms. */
gboolean stt_lone_sound_push (SttLoneSound *self, const SttFrame *frame);

/* What comes next does not follow. TRUE: a sound was complete but for the silence. */
gboolean stt_lone_sound_finish (SttLoneSound *self);

/* The start of one that may still become complete; G_MAXUINT64: none. */
guint64 stt_lone_sound_pending (const SttLoneSound *self);

G_END_DECLS
