// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The forms in which speech leaves: what downstream takes decides. */

#pragma once

#include <gst/gst.h>

#include "frames.h"
#include "ttssettings.h"

G_BEGIN_DECLS

#define OUTPUTS_CAPS                                                                     \
  "audio/x-raw, format = (string) S16LE, layout = (string) interleaved, "                \
  "rate = (int) [ 1, MAX ], channels = (int) [ 1, 8 ]; "                                 \
  "audio/mpeg, mpegversion = (int) 1, layer = (int) 3; "                                 \
  "audio/ogg; audio/x-opus; "                                                            \
  "audio/mpeg, mpegversion = (int) { 4, 2 }, stream-format = (string) adts; "            \
  "audio/x-flac; "                                                                       \
  "audio/x-mulaw, rate = (int) 8000, channels = (int) 1; "                               \
  "audio/x-alaw, rate = (int) 8000, channels = (int) 1"

/* The response_format to ask for: that of @format or, with AUTO, the first that
 * downstream of @pad takes; "pcm" when it takes none of them: what is wrong is
 * seen then. @session: G.711 instead of other encoded audio. NULL: it does not take
 * @format, OPENAI_ERROR_SETTINGS. */
const gchar *tts_outputs_choose (
    GstPad *pad, TtsFormat format, gboolean session, GError **error);

/* What an answer of this response_format is. */
TtsSpeechAudioKind tts_outputs_kind (const gchar *response_format);

/* Whether downstream of @pad takes answers of a kind, or one that a session has. */
gboolean tts_outputs_accepts (GstPad *pad, TtsSpeechAudioKind kind);
gboolean tts_outputs_accepts_session (GstPad *pad);

/* How encoded answers are handed out: Opus in Ogg unless downstream takes only
 * packets. */
TtsFramesKind tts_outputs_frames (GstPad *pad, TtsSpeechAudioKind kind);

/* Of which kind the answers are. */
TtsSpeechAudioKind tts_outputs_kind_of (TtsFramesKind kind);

GstCaps *tts_outputs_caps (TtsFramesKind kind, const TtsFramesFormat *format);

G_END_DECLS
