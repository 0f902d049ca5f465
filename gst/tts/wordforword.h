// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Speech of a model that converses, kept to the words that were written. */

#pragma once

#include "transport.h"

G_BEGIN_DECLS

typedef enum
{
  TTS_VERBATIM_MODE_CHECK, /* play at once; cut off what leaves the text */
  TTS_VERBATIM_MODE_HOLD,  /* play what was found right */
  TTS_VERBATIM_MODE_OFF,
} TtsVerbatimMode;

/* As say() of @transport, which has to stay until the call is freed. Where it tells what
 * is said, and @mode is not off:
 *
 * What is appended to the text is cut off. Where other words are said, the audio is cut
 * before them, and the text is asked for from there on; with hold the first time as a
 * whole. That ends when no word more was said as it is written: info->said is then all
 * that was said. The same goes for a session that ends in a text. Nothing that was found
 * wrong is handed on, but check may find it too late. */
TtsCall *tts_word_for_word_say (TtsTransport *transport, TtsVerbatimMode mode,
    const OpenaiSpeechParams *params, const TtsCallFuncs *funcs, gpointer user_data,
    GDestroyNotify destroy);

G_END_DECLS
