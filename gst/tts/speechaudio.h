// SPDX-License-Identifier: LGPL-2.1-or-later
/* The body of a speech answer to whole audio frames. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  SPEECH_AUDIO_UNKNOWN,         /* too few bytes seen yet */
  SPEECH_AUDIO_PCM,             /* from a headerless or a WAV body: S16LE */
  SPEECH_AUDIO_MP3,
  SPEECH_AUDIO_OGG,
  SPEECH_AUDIO_AAC,
  SPEECH_AUDIO_FLAC,
} SpeechAudioKind;

typedef struct
{
  SpeechAudioKind kind;
  guint rate;                   /* PCM only */
  guint channels;               /* PCM only */
} SpeechAudioFormat;

typedef struct _SpeechAudio SpeechAudio;

/* @content_type: of the answer, with parameters (rate, channels), or NULL.
 * @pcm_asked: headerless PCM was asked for, so bytes without a known signature
 * are samples. @pcm_rate: their rate when nothing says another. A WAV body is
 * recognised by its first bytes whatever was asked for, obeyed for rate and
 * channels, and read to the end of the body: sizes in its header are not
 * trusted, except that bytes after a data chunk whose size is plausible and
 * that are followed by another known chunk are not audio. 8, 24, 32 bit and
 * float WAV samples are converted to 16 bit. */
SpeechAudio *speech_audio_new (const gchar * content_type, gboolean pcm_asked,
    guint pcm_rate);
void speech_audio_free (SpeechAudio * audio);

/* FALSE, with OPENAI_ERROR_ANSWER: the body is not audio (JSON, HTML, text: the
 * message has its own words), or a WAV this cannot read. */
gboolean speech_audio_push (SpeechAudio * audio, const guint8 * data,
    gsize length, GError ** error);

/* The end of the body. FALSE: no audio came at all. */
gboolean speech_audio_finish (SpeechAudio * audio, GError ** error);

/* Kind UNKNOWN until enough was pushed to tell. */
SpeechAudioFormat speech_audio_format (const SpeechAudio * audio);

/* Bytes speech_audio_take() has: for PCM whole frames only. */
gsize speech_audio_available (const SpeechAudio * audio);

/* At most @max bytes, whole frames when PCM; NULL when none. */
GBytes *speech_audio_take (SpeechAudio * audio, gsize max);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpeechAudio, speech_audio_free)

G_END_DECLS
