// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What of a request an error of the server blames. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Each takes an error of OPENAI_ERROR that ended a transcription. */

/* The response_format, or what is asked for with it. */
gboolean openai_refusal_blames_format (const GError *error);

/* The text that was sent along, whatever its limit is told in, and not the sound;
 * whatever the status. */
gboolean openai_refusal_blames_prompt (const GError *error);

/* The file is too large or too long for the server: half of it may not be. */
gboolean openai_refusal_blames_length (const GError *error);

gboolean openai_refusal_blames_language (const GError *error);

/* That the body grew while it was sent, perhaps. */
gboolean openai_refusal_blames_growth (const GError *error);

/* The kind of file, perhaps. */
gboolean openai_refusal_blames_file (const GError *error);

G_END_DECLS
