// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Names of what comes in the place of audio that can be used. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes of a body that tell. */
#define OPENAI_FOREIGN_AUDIO_SIZE 12

/* What a body that begins with these OPENAI_FOREIGN_AUDIO_SIZE bytes is; NULL:
 * none of the formats known here. Static. */
const gchar *openai_foreign_audio_by_signature (const guint8 *p);

/* What a body of this type is when its first bytes tell nothing; NULL: it may
 * be samples, or speech this plays. Static. */
const gchar *openai_foreign_audio_by_type (const gchar *content_type);

/* What a text is that holds audio; NULL: it is just text. @length may be less than
 * all of it. Static. */
const gchar *openai_foreign_audio_by_text (const gchar *text, gsize length);

/* What an object or list in JSON holds in the place of speech; NULL: no audio that
 * is seen. @length may be less than all of it. Static. */
const gchar *openai_foreign_audio_in_json (const gchar *text, gsize length);

#define OPENAI_FOREIGN_AUDIO_LOAS "AAC in LATM"

/* Whether a frame of LOAS, in which LATM comes, begins here (three bytes, at least),
 * and another behind it. FALSE and @needed set: not known before @length is that. */
gboolean openai_foreign_audio_is_loas (const guint8 *p, gsize length, gsize *needed);

/* What the samples of a WAV with this format tag are; NULL: not known. */
const gchar *openai_foreign_audio_by_wav_tag (guint16 tag);

/* What these bytes are, text included; NULL: it is not known here, or it is audio.
 * Static. */
const gchar *openai_foreign_audio_describe (const guint8 *data, gsize length);

G_END_DECLS
