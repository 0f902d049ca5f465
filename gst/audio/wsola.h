// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Speech said faster, at the same pitch. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Interleaved native 16 bit samples, @n_frames of them, at @tempo (1 to 4)
 * times the speed. */
GArray *openai_wsola_compress (
    const gint16 *samples, gsize n_frames, guint channels, guint rate, gdouble tempo);

G_END_DECLS
