// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The forms in which speech leaves: what downstream takes decides. */

#include "outputs.h"

#include "client/error.h"
#include "client/realtimespeech.h"
#include "i18n.h"

/* Best first; what a kind is as caps. */
typedef struct
{
  const gchar *response_format;
  TtsSpeechAudioKind kind;
  const gchar *caps;
  gboolean session_only;
} Output;

static const Output outputs[] = {
  { "pcm", TTS_SPEECH_AUDIO_PCM,
      "audio/x-raw, format = (string) S16LE, "
      "layout = (string) interleaved" },
  { "mp3", TTS_SPEECH_AUDIO_MP3,
      "audio/mpeg, mpegversion = (int) 1, "
      "layer = (int) 3" },
  { "opus", TTS_SPEECH_AUDIO_OGG, "audio/ogg; audio/x-opus" },
  { "aac", TTS_SPEECH_AUDIO_AAC,
      "audio/mpeg, mpegversion = (int) { 4, 2 }, "
      "stream-format = (string) adts" },
  { "flac", TTS_SPEECH_AUDIO_FLAC, "audio/x-flac" },
  { "pcmu", TTS_SPEECH_AUDIO_MULAW,
      "audio/x-mulaw, rate = (int) 8000, channels = (int) 1", TRUE },
  { "pcma", TTS_SPEECH_AUDIO_ALAW, "audio/x-alaw, rate = (int) 8000, channels = (int) 1",
      TRUE },
};

static gboolean
takes (GstCaps *taken, const gchar *offered)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (offered);

  return gst_caps_can_intersect (taken, caps);
}

static gboolean
is_of_session (const Output *output)
{
  return openai_realtime_speech_type (output->response_format) != NULL;
}

/* NULL: none. */
static const Output *
first_taken (GstPad *pad, gboolean session)
{
  g_autoptr (GstCaps) taken = gst_pad_peer_query_caps (pad, NULL);

  for (guint i = 0; taken && i < G_N_ELEMENTS (outputs); i++) {
    if ((session ? is_of_session (&outputs[i]) : !outputs[i].session_only)
        && takes (taken, outputs[i].caps))
      return &outputs[i];
  }
  return NULL;
}

gboolean
tts_outputs_accepts_session (GstPad *pad)
{
  return first_taken (pad, TRUE) != NULL;
}

TtsSpeechAudioKind
tts_outputs_kind (const gchar *response_format)
{
  for (guint i = 0; i < G_N_ELEMENTS (outputs); i++) {
    if (g_str_equal (outputs[i].response_format, response_format))
      return outputs[i].kind;
  }
  return TTS_SPEECH_AUDIO_PCM;
}

gboolean
tts_outputs_accepts (GstPad *pad, TtsSpeechAudioKind kind)
{
  g_autoptr (GstCaps) taken = gst_pad_peer_query_caps (pad, NULL);

  for (guint i = 0; taken && i < G_N_ELEMENTS (outputs); i++) {
    if (outputs[i].kind == kind)
      return takes (taken, outputs[i].caps);
  }
  return FALSE;
}

const gchar *
tts_outputs_choose (GstPad *pad, TtsFormat format, gboolean session, GError **error)
{
  const gchar *chosen = tts_response_format (format);

  if (!chosen) {
    const Output *output = session ? first_taken (pad, TRUE) : NULL;

    if (!output)
      output = first_taken (pad, FALSE);
    return output ? output->response_format : outputs[0].response_format;
  }
  if (tts_outputs_accepts (pad, tts_outputs_kind (chosen)))
    return chosen;
  g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
      _("What follows openaitts does not take format=%s: leave format out, "
      "or decode it"),
          chosen);
  return NULL;
}

TtsFramesKind
tts_outputs_frames (GstPad *pad, TtsSpeechAudioKind kind)
{
  g_autoptr (GstCaps) taken = NULL;

  switch (kind) {
    case TTS_SPEECH_AUDIO_AAC:
      return TTS_FRAMES_AAC;
    case TTS_SPEECH_AUDIO_FLAC:
      return TTS_FRAMES_FLAC;
    case TTS_SPEECH_AUDIO_OGG:
      taken = gst_pad_peer_query_caps (pad, NULL);
      return taken && !takes (taken, "audio/ogg") ? TTS_FRAMES_OPUS : TTS_FRAMES_OGG;
    case TTS_SPEECH_AUDIO_MULAW:
      return TTS_FRAMES_MULAW;
    case TTS_SPEECH_AUDIO_ALAW:
      return TTS_FRAMES_ALAW;
    default:
      return TTS_FRAMES_MP3;
  }
}

TtsSpeechAudioKind
tts_outputs_kind_of (TtsFramesKind kind)
{
  switch (kind) {
    case TTS_FRAMES_MP3:
      return TTS_SPEECH_AUDIO_MP3;
    case TTS_FRAMES_AAC:
      return TTS_SPEECH_AUDIO_AAC;
    case TTS_FRAMES_FLAC:
      return TTS_SPEECH_AUDIO_FLAC;
    case TTS_FRAMES_MULAW:
      return TTS_SPEECH_AUDIO_MULAW;
    case TTS_FRAMES_ALAW:
      return TTS_SPEECH_AUDIO_ALAW;
    default:
      return TTS_SPEECH_AUDIO_OGG;
  }
}

static void
set_headers (GstCaps *caps, const TtsFramesFormat *format)
{
  GValue array = G_VALUE_INIT;

  if (!format->headers[0])
    return;
  g_value_init (&array, GST_TYPE_ARRAY);
  for (guint i = 0; i < G_N_ELEMENTS (format->headers); i++) {
    GValue value = G_VALUE_INIT;

    if (!format->headers[i])
      break;
    g_value_init (&value, GST_TYPE_BUFFER);
    g_value_take_boxed (&value, gst_buffer_new_wrapped_bytes (format->headers[i]));
    gst_value_array_append_and_take_value (&array, &value);
  }
  gst_structure_take_value (gst_caps_get_structure (caps, 0), "streamheader", &array);
}

GstCaps *
tts_outputs_caps (TtsFramesKind kind, const TtsFramesFormat *format)
{
  GstCaps *caps;

  switch (kind) {
    case TTS_FRAMES_OGG:
      return gst_caps_new_empty_simple ("audio/ogg");
    case TTS_FRAMES_OPUS:
      caps = gst_caps_new_simple (
          "audio/x-opus", "channel-mapping-family", G_TYPE_INT, 0, NULL);
      break;
    case TTS_FRAMES_MP3:
      caps = gst_caps_new_simple ("audio/mpeg", "mpegversion", G_TYPE_INT, 1, "layer",
          G_TYPE_INT, 3, "parsed", G_TYPE_BOOLEAN, TRUE, NULL);
      break;
    case TTS_FRAMES_AAC:
      caps = gst_caps_new_simple ("audio/mpeg", "mpegversion", G_TYPE_INT,
          format->mpeg_version, "stream-format", G_TYPE_STRING, "adts", "framed",
          G_TYPE_BOOLEAN, TRUE, NULL);
      break;
    case TTS_FRAMES_MULAW:
      caps = gst_caps_new_empty_simple ("audio/x-mulaw");
      break;
    case TTS_FRAMES_ALAW:
      caps = gst_caps_new_empty_simple ("audio/x-alaw");
      break;
    default:
      caps = gst_caps_new_simple ("audio/x-flac", "framed", G_TYPE_BOOLEAN, TRUE, NULL);
      break;
  }
  gst_caps_set_simple (caps, "rate", G_TYPE_INT, format->rate, "channels", G_TYPE_INT,
      format->channels, NULL);
  set_headers (caps, format);
  return caps;
}
