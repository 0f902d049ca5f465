// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What a full stop ends: a sentence, or a word that is short for another. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  OPENAI_STOP_SENTENCE,
  OPENAI_STOP_MAYBE,        /* an abbreviation, and perhaps a sentence too */
  OPENAI_STOP_ABBREVIATION, /* what comes after it belongs to it */
} OpenaiStop;

/* What the full stop at @stop, of the text that begins at @start, ends: of
 * abbreviations, initials and ordinals in the languages of Europe, whichever
 * the text is in. @next: what comes after the stop, up to @end; nothing: it is
 * not known yet. */
OpenaiStop openai_text_stop (
    const gchar *start, const gchar *stop, const gchar *next, const gchar *end);

/* Whether a sentence surely ends in @text: that it has full stops for more than
 * abbreviations. */
gboolean openai_text_has_sentence (const gchar *text);

G_END_DECLS
