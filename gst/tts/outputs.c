// SPDX-License-Identifier: LGPL-2.1-or-later
/* The forms in which speech leaves: what downstream takes decides. */

#include "tts/outputs.h"

#include "client/error.h"
#include "i18n.h"

/* Best first; what a kind is as caps. */
static const struct
{
  const gchar *response_format;
  SpeechAudioKind kind;
  const gchar *caps;
} outputs[] = {
  {"pcm", SPEECH_AUDIO_PCM, "audio/x-raw, format = (string) S16LE, "
        "layout = (string) interleaved"},
  {"mp3", SPEECH_AUDIO_MP3, "audio/mpeg, mpegversion = (int) 1, "
        "layer = (int) 3"},
  {"opus", SPEECH_AUDIO_OGG, "audio/ogg; audio/x-opus"},
  {"aac", SPEECH_AUDIO_AAC, "audio/mpeg, mpegversion = (int) { 4, 2 }, "
        "stream-format = (string) adts"},
  {"flac", SPEECH_AUDIO_FLAC, "audio/x-flac"},
};

static gboolean
takes (GstCaps * taken, const gchar * offered)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (offered);

  return gst_caps_can_intersect (taken, caps);
}

static const gchar *
first_taken (GstPad * pad)
{
  g_autoptr (GstCaps) taken = gst_pad_peer_query_caps (pad, NULL);

  for (guint i = 0; taken && i < G_N_ELEMENTS (outputs); i++) {
    if (takes (taken, outputs[i].caps))
      return outputs[i].response_format;
  }
  return outputs[0].response_format;
}

SpeechAudioKind
outputs_kind (const gchar * response_format)
{
  for (guint i = 0; i < G_N_ELEMENTS (outputs); i++) {
    if (g_str_equal (outputs[i].response_format, response_format))
      return outputs[i].kind;
  }
  return SPEECH_AUDIO_PCM;
}

gboolean
outputs_accepts (GstPad * pad, SpeechAudioKind kind)
{
  g_autoptr (GstCaps) taken = gst_pad_peer_query_caps (pad, NULL);

  for (guint i = 0; taken && i < G_N_ELEMENTS (outputs); i++) {
    if (outputs[i].kind == kind)
      return takes (taken, outputs[i].caps);
  }
  return FALSE;
}

const gchar *
outputs_choose (GstPad * pad, TtsFormat format, GError ** error)
{
  const gchar *chosen = tts_response_format (format);

  if (!chosen)
    return first_taken (pad);
  if (outputs_accepts (pad, outputs_kind (chosen)))
    return chosen;
  g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
      _("What follows openaitts does not take format=%s: leave format out, "
      "or decode it"), chosen);
  return NULL;
}

FramesKind
outputs_frames (GstPad * pad, SpeechAudioKind kind)
{
  g_autoptr (GstCaps) taken = NULL;

  switch (kind) {
    case SPEECH_AUDIO_AAC:
      return FRAMES_AAC;
    case SPEECH_AUDIO_FLAC:
      return FRAMES_FLAC;
    case SPEECH_AUDIO_OGG:
      taken = gst_pad_peer_query_caps (pad, NULL);
      return taken && !takes (taken, "audio/ogg") ? FRAMES_OPUS : FRAMES_OGG;
    default:
      return FRAMES_MP3;
  }
}

SpeechAudioKind
outputs_kind_of (FramesKind kind)
{
  switch (kind) {
    case FRAMES_MP3:
      return SPEECH_AUDIO_MP3;
    case FRAMES_AAC:
      return SPEECH_AUDIO_AAC;
    case FRAMES_FLAC:
      return SPEECH_AUDIO_FLAC;
    default:
      return SPEECH_AUDIO_OGG;
  }
}

static void
set_headers (GstCaps * caps, const FramesFormat * format)
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
    g_value_take_boxed (&value,
        gst_buffer_new_wrapped_bytes (format->headers[i]));
    gst_value_array_append_and_take_value (&array, &value);
  }
  gst_structure_take_value (gst_caps_get_structure (caps, 0), "streamheader",
      &array);
}

GstCaps *
outputs_caps (FramesKind kind, const FramesFormat * format)
{
  GstCaps *caps;

  switch (kind) {
    case FRAMES_OGG:
      return gst_caps_new_empty_simple ("audio/ogg");
    case FRAMES_OPUS:
      caps = gst_caps_new_simple ("audio/x-opus",
          "channel-mapping-family", G_TYPE_INT, 0, NULL);
      break;
    case FRAMES_MP3:
      caps = gst_caps_new_simple ("audio/mpeg", "mpegversion", G_TYPE_INT, 1,
          "layer", G_TYPE_INT, 3, "parsed", G_TYPE_BOOLEAN, TRUE, NULL);
      break;
    case FRAMES_AAC:
      caps = gst_caps_new_simple ("audio/mpeg",
          "mpegversion", G_TYPE_INT, format->mpeg_version,
          "stream-format", G_TYPE_STRING, "adts",
          "framed", G_TYPE_BOOLEAN, TRUE, NULL);
      break;
    default:
      caps = gst_caps_new_simple ("audio/x-flac",
          "framed", G_TYPE_BOOLEAN, TRUE, NULL);
      break;
  }
  gst_caps_set_simple (caps, "rate", G_TYPE_INT, format->rate,
      "channels", G_TYPE_INT, format->channels, NULL);
  set_headers (caps, format);
  return caps;
}
