// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How loud the noise is that speech has to be told from. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Levels are dBFS of frames of 10 ms. */
typedef struct _SttNoise SttNoise;

SttNoise *stt_noise_new (void);
void stt_noise_free (SttNoise *self);

/* @level: of the frame; @high: of what it has above 300 Hz, where deep noise is
 * as even as any other. */
void stt_noise_push (SttNoise *self, gfloat level, gfloat high);

/* Speech begins this far over the floor, and goes on while it is this far over
 * it. */
#define NOISE_ONSET_DB 9
#define NOISE_HOLD_DB 5
gfloat stt_noise_floor (SttNoise *self);

/* Nothing quieter is speech, and the floor is taken for no quieter: the noise
 * of a 16 bit recording. */
#define NOISE_QUIETEST_DB -65

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SttNoise, stt_noise_free)

G_END_DECLS
