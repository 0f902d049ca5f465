// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the Content-Type of a speech answer tells of its samples. */

#pragma once

#include "audio/samples.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean is_pcm; /* it is named samples without a header */
  guint rate;      /* hertz; 0: not told */
  guint channels;
  OpenaiSamples samples;
  const gchar *foreign; /* samples that cannot be played; static, or NULL */
} TtsSpeechType;

/* Hertz. */
#define TTS_SPEECH_LOWEST_RATE 1000
#define TTS_SPEECH_HIGHEST_RATE 768000

/* @content_type may be NULL. What is not told is mono of 16 bits. */
TtsSpeechType tts_speech_type_parse (const gchar *content_type);

G_END_DECLS
