// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* unsynced_src: each result as JSON, at once and with the time at which it came. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define STT_UNSYNCED_PAD_NAME "unsynced_src"
#define STT_UNSYNCED_PAD_CAPS "application/x-json, format = (string) utf8"

GstPad *stt_unsynced_pad_new (GstPadTemplate *templ);

/* The fields of @transcript, as a buffer at @now, running time, on the pad of
 * @owner, if it has one. What downstream does with it stops nothing. */
void stt_unsynced_pad_push (
    GstElement *owner, const GstStructure *transcript, GstClockTime now);

/* Takes nothing: EOS and flushes only. */
void stt_unsynced_pad_push_event (GstElement *owner, GstEvent *event);

G_END_DECLS
