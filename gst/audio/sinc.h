// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Mono samples of one rate to another. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Used by one thread at a time. */
typedef struct _OpenaiSinc OpenaiSinc;

OpenaiSinc *openai_sinc_new (guint from, guint to);
void openai_sinc_free (OpenaiSinc *self);

/* Appends what is known of the other rate to @out, of gint16. A sample is where it
 * was in time; the last ones wait for what follows. */
void openai_sinc_push (
    OpenaiSinc *self, const gint16 *samples, gsize length, GArray *out);

/* What comes next does not follow what came before. */
void openai_sinc_reset (OpenaiSinc *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenaiSinc, openai_sinc_free)

G_END_DECLS
