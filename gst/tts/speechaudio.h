// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The body of a speech answer to whole audio frames. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  TTS_SPEECH_AUDIO_UNKNOWN, /* too few bytes seen yet */
  TTS_SPEECH_AUDIO_PCM,     /* from a headerless or a WAV body: S16LE */
  TTS_SPEECH_AUDIO_MP3,
  TTS_SPEECH_AUDIO_OGG,
  TTS_SPEECH_AUDIO_AAC,
  TTS_SPEECH_AUDIO_FLAC,
  TTS_SPEECH_AUDIO_MULAW, /* of a session only: 8 kHz, a byte each */
  TTS_SPEECH_AUDIO_ALAW,
} TtsSpeechAudioKind;

typedef struct
{
  TtsSpeechAudioKind kind;
  guint rate;     /* PCM only */
  guint channels; /* PCM only */
} TtsSpeechAudioFormat;

typedef struct _TtsSpeechAudio TtsSpeechAudio;

/* @content_type: of the answer, with parameters (rate, channels), or NULL.
 * @pcm_asked: headerless PCM was asked for, so bytes without a known signature
 * are samples. @pcm_rate: their rate when nothing says another. A WAV body is
 * recognised by its first bytes whatever was asked for, obeyed for rate and
 * channels, and read to the end of the body: sizes in its header are not
 * trusted, except that bytes after a data chunk whose size is plausible and
 * that are followed by another known chunk are not audio. 8, 24, 32 bit and
 * float WAV samples are converted to 16 bit. */
TtsSpeechAudio *tts_speech_audio_new (
    const gchar *content_type, gboolean pcm_asked, guint pcm_rate);
void tts_speech_audio_free (TtsSpeechAudio *self);

/* FALSE, with OPENAI_ERROR_ANSWER: the body is not audio (JSON, HTML, text: the
 * message has its own words), or a WAV this cannot read. */
gboolean tts_speech_audio_push (
    TtsSpeechAudio *self, const guint8 *data, gsize length, GError **error);

/* The end of the body. FALSE: no audio came at all. */
gboolean tts_speech_audio_finish (TtsSpeechAudio *self, GError **error);

/* Kind UNKNOWN until enough was pushed to tell. */
TtsSpeechAudioFormat tts_speech_audio_format (const TtsSpeechAudio *self);

/* Bytes tts_speech_audio_take() has: for PCM whole frames only. */
gsize tts_speech_audio_available (const TtsSpeechAudio *self);

/* At most @max bytes, whole frames when PCM; NULL when none. */
GBytes *tts_speech_audio_take (TtsSpeechAudio *self, gsize max);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TtsSpeechAudio, tts_speech_audio_free)

G_END_DECLS
