// SPDX-License-Identifier: LGPL-2.1-or-later
/* Raw audio of any kind to 16 bit mono samples. */

#pragma once

#include <gst/audio/audio.h>

G_BEGIN_DECLS

/* NULL: this audio cannot be converted. */
GstAudioConverter *gst_openai_mono_converter_new (const GstAudioInfo * info,
    guint rate);

G_END_DECLS
