// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Speech in a Realtime session: texts to send, and what is in its events. */

#pragma once

#include "realtime.h"
#include "speech.h"

G_BEGIN_DECLS

/* What a session allows. */
#define OPENAI_REALTIME_MIN_SPEED 0.25
#define OPENAI_REALTIME_MAX_SPEED 1.5

/* For openai_websocket_new(). */
gchar *openai_realtime_speech_path (const gchar *model);

/* Configures the session: instructions, voice, format and speed of @params. */
gchar *openai_realtime_speech_update (const OpenaiDialect *dialect,
    const OpenaiSpeechParams *params, const gchar *event_id);

/* Says the input of @params, apart from any conversation. @call comes back in the
 * metadata of the response, and as @event_id in an error about it. */
gchar *openai_realtime_speech_create (
    const OpenaiDialect *dialect, const OpenaiSpeechParams *params, const gchar *call);
gchar *openai_realtime_speech_cancel (const gchar *response);

/* The type of its audio; NULL: it has another. @response_format: "pcm", "pcmu",
 * "pcma". */
const gchar *openai_realtime_speech_type (const gchar *response_format);

/* Belong to @event; NULL: not told. */
const gchar *openai_realtime_response_id (const OpenaiRealtimeEvent *event);
const gchar *openai_realtime_response_call (const OpenaiRealtimeEvent *event);

/* NULL: there is none. */
GBytes *openai_realtime_response_audio (const OpenaiRealtimeEvent *event);

/* Of response.done. @transcript belongs to @event, or is NULL. @cut: it was ended at
 * the most tokens there may be. FALSE: it was not said. */
gboolean openai_realtime_response_result (const OpenaiRealtimeEvent *event,
    const gchar **transcript, OpenaiUsage *usage, gboolean *cut, GError **error);

/* Of rate_limits.updated: microseconds until there is another response; 0: now. */
gint64 openai_realtime_limit (const OpenaiRealtimeEvent *event);

/* @error is about too many of them: worth another try later. */
gboolean openai_realtime_is_limited (const GError *error);

G_END_DECLS
