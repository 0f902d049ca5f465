// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* translate_src_%u: captions in English beside those of src. A hidden element of
 * the same type, with task=translate, hears the same audio. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define STT_TYPE_TRANSLATE_PAD (stt_translate_pad_get_type ())
G_DECLARE_FINAL_TYPE (
    GstOpenaiSttTranslatePad, stt_translate_pad, STT, TRANSLATE_PAD, GstGhostPad)

/* @owner is the element that gets the pad, @sinkpad is where it hears. */
GstPad *stt_translate_pad_new (
    GstElement *owner, GstPad *sinkpad, GstPadTemplate *templ, const gchar *name);

/* The element that translates: its settings are the caller's affair. */
GstElement *stt_translate_pad_get_child (GstOpenaiSttTranslatePad *self);

/* Whether the API translates into the language that was set. */
gboolean stt_translate_pad_check (GstOpenaiSttTranslatePad *self, GError **error);

/* Takes the child to @state, with the clock of the owner. A state that is reached
 * later counts as reached. */
gboolean stt_translate_pad_set_state (GstOpenaiSttTranslatePad *self, GstState state);

/* From the streaming thread of the owner's sink pad; do not take what they get. What that pad
 * has seen before the child took anything goes first.
 * Errors of the child are posted as they happen, and stop nothing else. */
void stt_translate_pad_push (GstOpenaiSttTranslatePad *self, GstBuffer *buffer);
void stt_translate_pad_push_event (GstOpenaiSttTranslatePad *self, GstEvent *event);

/* Before the pad is removed. */
void stt_translate_pad_shut_down (GstOpenaiSttTranslatePad *self);

/* Calls @func for each such pad of @owner, which may be removed meanwhile. FALSE:
 * one call was, and the rest were not made. */
gboolean stt_translate_pads_foreach (GstElement *owner,
    gboolean (*func) (GstOpenaiSttTranslatePad *, gpointer), gpointer user_data);

G_END_DECLS
