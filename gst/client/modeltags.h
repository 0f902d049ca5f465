// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What models write around and between what was said. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes between the brackets of a control tag. */
#define OPENAI_MODEL_TAG_MAX 32

/* Bytes of a control tag at @text: <|en|> and <|0.00|> of Whisper and SenseVoice,
 * [_BEG_] and [_TT_50] of whisper.cpp, {\an8} of subtitles, <unk> and the like of
 * others; 0: there is none. */
gsize openai_model_tag_length (const gchar *text);

/* Behind what is written before what was said: "language English<asr_text>" of
 * Qwen3-ASR, and the thoughts of models that reason. */
const gchar *openai_model_tag_skip_preface (const gchar *text);

G_END_DECLS
