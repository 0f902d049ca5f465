// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Answers of speech servers to frames: what the tests of that are made of. */

#pragma once

#include <string.h>

#include "client/error.h"
#include "tts/speechaudio.h"

typedef struct
{
  const gchar *content_type;
  gboolean pcm_asked;
  GByteArray *body;
} Answer;

typedef struct
{
  TtsSpeechAudioFormat format;
  GByteArray *out;
  GError *error;
} Result;

void result_clear (Result *result);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Result, result_clear)

/* What comes of the body in pieces of 1 to @most bytes. */
Result hear (const Answer *answer, guint most);

/* Any bytes, the same for the same size, that do not begin as a text or a file. */
GByteArray *samples_new (gsize size);

void add (GByteArray *array, const gchar *text);
void add_u32 (GByteArray *array, guint32 value);
void add_u16 (GByteArray *array, guint16 value);
void add_wav_header (GByteArray *wav, guint tag, guint bits, guint rate, guint channels,
    guint32 riff_size, guint32 data_size, gboolean list);

/* The whole frames of @samples came out, or the error of an answer without any. */
void assert_heard (
    const Result *result, const GByteArray *samples, guint rate, guint channels);
