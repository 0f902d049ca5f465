// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Raw audio of any kind to 16 bit mono samples of one rate. */

#pragma once

#include <gst/audio/audio.h>

G_BEGIN_DECLS

/* What can be converted: GStreamer's mixer takes fewer than 64 channels, and the filter of
 * its converter grows with the rate, until the process has no memory for it. */
#define GST_OPENAI_MONO_CAPS                                                             \
  "audio/x-raw, "                                                                        \
  "format = (string) " GST_AUDIO_FORMATS_ALL ", "                                        \
  "rate = (int) [ 1, 3072000 ], channels = (int) [ 1, 63 ], "                            \
  "layout = (string) { interleaved, non-interleaved }"

typedef struct _GstOpenaiResampler GstOpenaiResampler;

/* NULL: this audio cannot be converted. */
GstOpenaiResampler *gst_openai_resampler_new (const GstAudioInfo *info, guint rate);
void gst_openai_resampler_free (GstOpenaiResampler *self);

/* FALSE: @buffer cannot be read. @samples is NULL when there are none yet. */
gboolean gst_openai_resampler_push (
    GstOpenaiResampler *self, GstBuffer *buffer, GBytes **samples);

/* The channel that is taken alone, since the others cancel or drown it; -1: all are. */
gint gst_openai_resampler_get_channel (GstOpenaiResampler *self);

/* The samples that are held back, NULL for none. What comes next begins anew. */
GBytes *gst_openai_resampler_drain (GstOpenaiResampler *self);

G_END_DECLS
