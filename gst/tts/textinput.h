// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Text that arrives to utterances of the speech queue. */

#pragma once

#include <gst/gst.h>

#include "speechqueue.h"

G_BEGIN_DECLS

typedef struct _TtsTextInput TtsTextInput;

/* As openai_sentences_new(); @each: as openai_sentences_limit_each(). Belongs to one streaming thread, but for
 * the last two. */
TtsTextInput *tts_text_input_new (
    GstElement *element, guint max_chars, guint first_chars, gboolean each);
void tts_text_input_free (TtsTextInput *self);

/* A serialized event of the sink pad, which it takes: what it says about the
 * text, and what follows for the source pad, into the speech queue. */
void tts_text_input_take_event (
    TtsTextInput *self, GstEvent *event, TtsSpeechQueue *speech_queue, GstPad *srcpad);

/* What kind of text comes, when no CAPS event will tell it. */
void tts_text_input_set_caps (TtsTextInput *self, GstCaps *caps);

/* The SEGMENT of speech for that of text, because of @cause or NULL: text that
 * is not timed gets a time line of its own. */
GstEvent *tts_text_segment_event (const GstSegment *segment, GstEvent *cause);

/* The segment in which the text is said again from its beginning, because of
 * this SEEK. FALSE: that is not what it wants. */
gboolean tts_text_seek_segment (GstEvent *seek, GstSegment *segment);

/* What follows is said with @voice (NULL: the one that is asked for). The
 * text so far is complete. FALSE: flushing. */
gboolean tts_text_input_set_voice (
    TtsTextInput *self, const gchar *voice, TtsSpeechQueue *speech_queue);

/* What a buffer says, or a list of words that are one text. FALSE: flushing. */
gboolean tts_text_input_add_buffer (
    TtsTextInput *self, GstBuffer *buffer, TtsSpeechQueue *speech_queue);
gboolean tts_text_input_add_list (
    TtsTextInput *self, GstBufferList *list, TtsSpeechQueue *speech_queue);

/* A whole text that is said as there is room for it: TRUE as long as some of
 * it is left. */
void tts_text_input_begin_text (TtsTextInput *self, const gchar *text);
gboolean tts_text_input_continue (TtsTextInput *self, TtsSpeechQueue *speech_queue);

/* The speech queue is about to be flushed, with which the text that waits is
 * forgotten: it does not count any more. Any thread. */
void tts_text_input_drop (TtsTextInput *self);

/* Characters that are not in the speech queue yet. Any thread. */
guint tts_text_input_n_chars (TtsTextInput *self);

G_END_DECLS
