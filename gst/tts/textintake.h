// SPDX-License-Identifier: LGPL-2.1-or-later
/* Text that arrives to utterances of the script. */

#pragma once

#include <gst/gst.h>

#include "tts/script.h"

G_BEGIN_DECLS

typedef struct _TextIntake TextIntake;

/* As sentences_new(). Belongs to one streaming thread, but for
 * the last two. */
TextIntake *text_intake_new (guint max_chars, guint first_chars);
void text_intake_free (TextIntake * intake);

/* A serialized event of the sink pad, which it takes: what it says about the
 * text, and what follows for the source pad, into the script. */
void text_intake_take_event (TextIntake * intake, GstEvent * event,
    Script * script, GstPad * srcpad);

/* What kind of text comes, when no CAPS event will tell it. */
void text_intake_set_caps (TextIntake * intake, GstCaps * caps);

/* The SEGMENT of speech for that of text, because of @cause or NULL: text that
 * is not timed gets a time line of its own. */
GstEvent *text_segment_event (const GstSegment * segment, GstEvent * cause);

/* The segment in which the text is said again from its beginning, because of
 * this SEEK. FALSE: that is not what it wants. */
gboolean text_seek_segment (GstEvent * seek, GstSegment * segment);

/* What follows is said with @voice (NULL: the one that is asked for). The
 * text so far is complete. FALSE: flushing. */
gboolean text_intake_set_voice (TextIntake * intake, const gchar * voice,
    Script * script);

/* What a buffer says, or a list of words that are one text. FALSE: flushing. */
gboolean text_intake_add_buffer (TextIntake * intake, GstBuffer * buffer,
    Script * script);
gboolean text_intake_add_list (TextIntake * intake, GstBufferList * list,
    Script * script);

/* A whole text that is said as there is room for it: TRUE as long as some of
 * it is left. */
void text_intake_begin_text (TextIntake * intake, const gchar * text);
gboolean text_intake_continue (TextIntake * intake, Script * script);

/* The script is about to be flushed, with which the text that waits is
 * forgotten: it does not count any more. Any thread. */
void text_intake_drop (TextIntake * intake);

/* Characters that are not in the script yet. Any thread. */
guint text_intake_n_chars (TextIntake * intake);

G_END_DECLS
