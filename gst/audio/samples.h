// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Samples of any kind as 16 bit. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  OPENAI_SAMPLES_S16LE,
  OPENAI_SAMPLES_S16BE,
  OPENAI_SAMPLES_U8,
  OPENAI_SAMPLES_S24LE,
  OPENAI_SAMPLES_S24BE,
  OPENAI_SAMPLES_S32LE,
  OPENAI_SAMPLES_F32LE,
  OPENAI_SAMPLES_F64LE,
  OPENAI_SAMPLES_MULAW, /* G.711 */
  OPENAI_SAMPLES_ALAW,
} OpenaiSamples;

/* What a WAV's format tells by its tag and bits. FALSE: none of these. */
gboolean openai_samples_of_wav (guint tag, guint bits, OpenaiSamples *samples);

/* Bytes of a sample. */
guint openai_samples_size (OpenaiSamples samples);

/* The sample at @p; NaN is silence. */
gint16 openai_samples_read (const guint8 *p, OpenaiSamples samples);

G_END_DECLS
