// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How long a speaker pauses inside of sentences. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define STT_PAUSES 20

/* Begins cleared. Lengths are of any one unit. */
typedef struct
{
  guint64 lengths[STT_PAUSES]; /* the last ones */
  guint n;                     /* in all */
} SttPauses;

void stt_pauses_add (SttPauses *self, guint64 length);

/* A pause this long is hardly one inside of a sentence, as far as is known: from @least
 * to @most. */
guint64 stt_pauses_get_end (const SttPauses *self, guint64 least, guint64 most);

G_END_DECLS
