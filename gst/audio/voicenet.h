// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How likely a voice is in 32 ms of sound: Silero's network, evaluated here. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OPENAI_VOICE_NET_RATE 16000
#define OPENAI_VOICE_NET_FRAME 512

/* Remembers what it has heard. Used by one thread at a time; the weights are
 * expanded once a process and shared. */
typedef struct _OpenaiVoiceNet OpenaiVoiceNet;

OpenaiVoiceNet *openai_voice_net_new (void);
void openai_voice_net_free (OpenaiVoiceNet *self);

/* The probability, 0 to 1, of a voice in the next OPENAI_VOICE_NET_FRAME samples,
 * which are multiplied by @gain. */
gfloat openai_voice_net_push (OpenaiVoiceNet *self, const gint16 *samples, gfloat gain);

/* What comes next does not follow what came before. */
void openai_voice_net_reset (OpenaiVoiceNet *self);

/* Long sounds without a voice make it deaf to the next one: forgets most of them. */
void openai_voice_net_fade (OpenaiVoiceNet *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenaiVoiceNet, openai_voice_net_free)

G_END_DECLS
