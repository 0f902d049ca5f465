// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Many channels to one, without losing what only some of them have. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Used by one thread at a time. */
typedef struct _OpenaiMono OpenaiMono;

/* @weights: how much each of @channels counts in their mean, 0: only where there is
 * nothing else. */
OpenaiMono *openai_mono_new (guint rate, guint channels, const gfloat *weights);
void openai_mono_free (OpenaiMono *self);

/* The mean of the channels; or the loudest of them where they cancel each other in it,
 * or it is much quieter than that. Which, is decided over some tenths of a second. */
void openai_mono_mix (OpenaiMono *self, const gint16 *samples, gsize frames, gint16 *out);

/* The channel that is taken alone; -1: all are. */
gint openai_mono_get_channel (OpenaiMono *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenaiMono, openai_mono_free)

G_END_DECLS
