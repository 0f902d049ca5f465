// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the Content-Type of a speech answer tells of its samples. */

#include "speechtype.h"

#include <string.h>

#include "audio/foreignaudio.h"

/* WAV's tags of laws, to name them by. */
#define TAG_A_LAW 6
#define TAG_MU_LAW 7

/* Names of types, and the samples they mean where no parameter tells others.
 * L16 is big-endian by RFC 3551. */
static const struct
{
  const gchar *type;
  OpenaiSamples samples;
} types[] = {
  { "audio/pcm", OPENAI_SAMPLES_S16LE },
  { "audio/x-pcm", OPENAI_SAMPLES_S16LE },
  { "audio/raw", OPENAI_SAMPLES_S16LE },
  { "audio/x-raw", OPENAI_SAMPLES_S16LE },
  { "audio/l16", OPENAI_SAMPLES_S16BE },
  { "audio/l8", OPENAI_SAMPLES_U8 },
  { "audio/l24", OPENAI_SAMPLES_S24BE },
  { "audio/float32", OPENAI_SAMPLES_F32LE },
  { "audio/f32", OPENAI_SAMPLES_F32LE },
};

/* What encodings begin with in parameters, the longer first. Gemini's L16 with
 * "codec=pcm" is little-endian. */
static const struct
{
  const gchar *word;
  OpenaiSamples samples;
  guint16 tag; /* of samples that cannot be played; 0: these can */
} encodings[] = {
  { "float64", OPENAI_SAMPLES_F64LE, 0 },
  { "f64", OPENAI_SAMPLES_F64LE, 0 },
  { "float", OPENAI_SAMPLES_F32LE, 0 },
  { "f32", OPENAI_SAMPLES_F32LE, 0 },
  { "pcm_f32", OPENAI_SAMPLES_F32LE, 0 },
  { "s16be", OPENAI_SAMPLES_S16BE, 0 },
  { "pcm_s16be", OPENAI_SAMPLES_S16BE, 0 },
  { "s32", OPENAI_SAMPLES_S32LE, 0 },
  { "s24", OPENAI_SAMPLES_S24LE, 0 },
  { "s16", OPENAI_SAMPLES_S16LE, 0 },
  { "u8", OPENAI_SAMPLES_U8, 0 },
  { "mulaw", OPENAI_SAMPLES_U8, TAG_MU_LAW },
  { "ulaw", OPENAI_SAMPLES_U8, TAG_MU_LAW },
  { "pcm_mulaw", OPENAI_SAMPLES_U8, TAG_MU_LAW },
  { "pcmu", OPENAI_SAMPLES_U8, TAG_MU_LAW },
  { "alaw", OPENAI_SAMPLES_U8, TAG_A_LAW },
  { "pcm_alaw", OPENAI_SAMPLES_U8, TAG_A_LAW },
  { "pcma", OPENAI_SAMPLES_U8, TAG_A_LAW },
  { "pcm", OPENAI_SAMPLES_S16LE, 0 },
};

static const gchar *const rate_names[] = { "rate", "samplerate", "sample_rate",
  "sample-rate", "sampling_rate" };
static const gchar *const channel_names[] = { "channels", "channel" };
static const gchar *const bits_names[] = { "bits", "bits_per_sample", "bitdepth",
  "bit_depth" };
static const gchar *const encoding_names[] = { "encoding", "format", "codec",
  "sample_format" };

/* The value of the first of these parameters, in lower case and without what
 * quotes it or tells its type, as caps do; NULL: none is there. */
static gchar *
get_parameter (gchar **parts, const gchar *const *names, guint n)
{
  for (gchar **part = parts; *part; part++) {
    for (guint i = 0; i < n; i++) {
      gsize length = strlen (names[i]);
      const gchar *value = *part + length + 1;

      if (g_ascii_strncasecmp (*part, names[i], length) != 0 || (*part)[length] != '=')
        continue;
      if (*value == '(' && strchr (value, ')'))
        value = strchr (value, ')') + 1;
      value += *value == '"';
      return g_ascii_strdown (value, strcspn (value, "\" "));
    }
  }
  return NULL;
}

static guint
get_number (gchar **parts, const gchar *const *names, guint n, guint least, guint most)
{
  g_autofree gchar *text = get_parameter (parts, names, n);
  guint64 value = text ? g_ascii_strtoull (text, NULL, 10) : 0;

  return value >= least && value <= most ? (guint) value : 0;
}

static void
apply_encoding (TtsSpeechType *type, gchar **parts)
{
  g_autofree gchar *encoding =
      get_parameter (parts, encoding_names, G_N_ELEMENTS (encoding_names));

  for (guint i = 0; encoding && i < G_N_ELEMENTS (encodings); i++) {
    if (!g_str_has_prefix (encoding, encodings[i].word))
      continue;
    type->samples = encodings[i].samples;
    if (encodings[i].tag != 0)
      type->foreign = openai_foreign_audio_by_wav_tag (encodings[i].tag);
    return;
  }
}

TtsSpeechType
tts_speech_type_parse (const gchar *content_type)
{
  g_auto (GStrv) parts = g_strsplit_set (content_type ? content_type : "", ";,", -1);
  TtsSpeechType type = { .samples = OPENAI_SAMPLES_S16LE };
  guint channels, bits;

  for (gchar **part = parts; *part; part++)
    g_strstrip (*part);
  for (guint i = 0; *parts && i < G_N_ELEMENTS (types); i++) {
    if (g_ascii_strcasecmp (*parts, types[i].type) != 0)
      continue;
    type.is_pcm = TRUE;
    type.samples = types[i].samples;
  }
  type.rate = get_number (parts, rate_names, G_N_ELEMENTS (rate_names),
      TTS_SPEECH_LOWEST_RATE, TTS_SPEECH_HIGHEST_RATE);
  channels = get_number (parts, channel_names, G_N_ELEMENTS (channel_names), 1, 8);
  type.channels = MAX (channels, 1);
  if (!type.is_pcm)
    return type;
  bits = get_number (parts, bits_names, G_N_ELEMENTS (bits_names), 1, 64);
  if (bits != 0 && bits != 16)
    openai_samples_of_wav (1, bits, &type.samples);
  apply_encoding (&type, parts);
  return type;
}
