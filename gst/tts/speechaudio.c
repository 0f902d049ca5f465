// SPDX-License-Identifier: LGPL-2.1-or-later
/* The body of a speech answer to whole audio frames. */

#include "tts/speechaudio.h"

#include <math.h>
#include <string.h>

#include "client/error.h"

/* Enough to tell what a body is, and to read a WAV header of normal size. */
#define SNIFF_SIZE 12
#define MAX_HEADER (64 * 1024)
#define MAX_TEXT (64 * 1024)

typedef enum
{
  STAGE_SNIFF,
  STAGE_TEXT,                   /* no audio: collected for the error */
  STAGE_WAV_HEADER,
  STAGE_AUDIO,
  STAGE_TRAILER,                /* after the samples of a WAV */
} Stage;

typedef enum
{
  SAMPLES_S16LE,
  SAMPLES_S16BE,
  SAMPLES_U8,
  SAMPLES_S24LE,
  SAMPLES_S32LE,
  SAMPLES_F32LE,
  SAMPLES_F64LE,
} Samples;

struct _SpeechAudio
{
  gchar *content_type;
  gboolean pcm_asked;

  Stage stage;
  SpeechAudioFormat format;
  Samples samples;
  guint64 data_left;            /* of a WAV, as its header says */
  gboolean data_size_known;
  GByteArray *pending;          /* not understood yet */
  GByteArray *carry;            /* part of a sample that is converted */
  GByteArray *out;              /* ready, from out_start on */
  gsize out_start;
  gboolean heard;
};

static gchar *
type_parameter (const gchar * content_type, const gchar * name)
{
  g_auto (GStrv) parts = g_strsplit (content_type ? content_type : "", ";", -1);

  for (gchar ** part = parts; *part; part++) {
    gchar *text = g_strstrip (*part);
    gsize length = strlen (name);

    if (g_ascii_strncasecmp (text, name, length) == 0 && text[length] == '=')
      return g_strdup (text + length + 1);
  }
  return NULL;
}

static guint
type_number (const gchar * content_type, const gchar * name, guint otherwise,
    guint most)
{
  g_autofree gchar *text = type_parameter (content_type, name);
  guint64 value = text ? g_ascii_strtoull (*text == '"' ? text + 1 : text,
      NULL, 10) : 0;

  return value > 0 && value <= most ? (guint) value : otherwise;
}

static gboolean
type_is (const SpeechAudio * audio, const gchar * prefix)
{
  return audio->content_type && g_ascii_strncasecmp (audio->content_type,
      prefix, strlen (prefix)) == 0;
}

SpeechAudio *
speech_audio_new (const gchar * content_type, gboolean pcm_asked,
    guint pcm_rate)
{
  SpeechAudio *audio = g_new0 (SpeechAudio, 1);
  guint rate = type_number (content_type, "samplerate", pcm_rate, 768000);

  audio->content_type = g_strdup (content_type);
  audio->pcm_asked = pcm_asked;
  audio->format.rate = type_number (content_type, "rate", rate, 768000);
  audio->format.channels = type_number (content_type, "channels", 1, 8);
  audio->samples = type_is (audio, "audio/l16") ?
      SAMPLES_S16BE : SAMPLES_S16LE;
  audio->pending = g_byte_array_new ();
  audio->carry = g_byte_array_new ();
  audio->out = g_byte_array_new ();
  return audio;
}

void
speech_audio_free (SpeechAudio * audio)
{
  if (!audio)
    return;
  g_free (audio->content_type);
  g_byte_array_unref (audio->pending);
  g_byte_array_unref (audio->carry);
  g_byte_array_unref (audio->out);
  g_free (audio);
}

static guint32
read_u32 (const guint8 * p)
{
  return p[0] | p[1] << 8 | p[2] << 16 | (guint32) p[3] << 24;
}

static guint16
read_u16 (const guint8 * p)
{
  return p[0] | p[1] << 8;
}

static guint
sample_size (Samples samples)
{
  switch (samples) {
    case SAMPLES_U8:
      return 1;
    case SAMPLES_S24LE:
      return 3;
    case SAMPLES_S32LE:
    case SAMPLES_F32LE:
      return 4;
    case SAMPLES_F64LE:
      return 8;
    default:
      return 2;
  }
}

static gint16
from_float (gdouble value)
{
  if (isnan (value))
    return 0;
  return (gint16) CLAMP (lrint (value * 32768), G_MININT16, G_MAXINT16);
}

static gint16
read_sample (const guint8 * p, Samples samples)
{
  guint32 bits;
  guint64 wide;
  gfloat single;
  gdouble twofold;

  switch (samples) {
    case SAMPLES_U8:
      return (p[0] - 128) * 256;
    case SAMPLES_S16BE:
      return (gint16) (p[0] << 8 | p[1]);
    case SAMPLES_S24LE:
      return (gint16) read_u16 (p + 1);
    case SAMPLES_S32LE:
      return (gint16) read_u16 (p + 2);
    case SAMPLES_F32LE:
      bits = read_u32 (p);
      memcpy (&single, &bits, sizeof single);
      return from_float (single);
    case SAMPLES_F64LE:
      wide = read_u32 (p) | (guint64) read_u32 (p + 4) << 32;
      memcpy (&twofold, &wide, sizeof twofold);
      return from_float (twofold);
    default:
      return (gint16) read_u16 (p);
  }
}

static void
compact (SpeechAudio * audio)
{
  if (audio->out_start < audio->out->len / 2)
    return;
  g_byte_array_remove_range (audio->out, 0, audio->out_start);
  audio->out_start = 0;
}

/* Appends samples, or the bytes of an encoded format as they are. */
static void
append_audio (SpeechAudio * audio, const guint8 * data, gsize length)
{
  guint size = sample_size (audio->samples);

  audio->heard |= length > 0;
  compact (audio);
  if (audio->format.kind != SPEECH_AUDIO_PCM
      || audio->samples == SAMPLES_S16LE) {
    g_byte_array_append (audio->out, data, length);
    return;
  }
  g_byte_array_append (audio->carry, data, length);
  for (length = 0; length + size <= audio->carry->len; length += size) {
    gint16 sample = GINT16_TO_LE (read_sample (audio->carry->data + length,
            audio->samples));
    g_byte_array_append (audio->out, (guint8 *) & sample, sizeof sample);
  }
  g_byte_array_remove_range (audio->carry, 0, length);
}

static gboolean
bad_wav (GError ** error, const gchar * why)
{
  g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      "The server sent a WAV that cannot be read: %s", why);
  return FALSE;
}

static gboolean
read_format (SpeechAudio * audio, const guint8 * p, guint32 size,
    GError ** error)
{
  static const struct
  {
    guint16 tag;
    guint16 bits;
    Samples samples;
  } known[] = {
    {1, 8, SAMPLES_U8}, {1, 16, SAMPLES_S16LE}, {1, 24, SAMPLES_S24LE},
    {1, 32, SAMPLES_S32LE}, {3, 32, SAMPLES_F32LE}, {3, 64, SAMPLES_F64LE},
  };
  guint16 tag, bits;
  guint i;

  if (size < 16)
    return bad_wav (error, "its format is cut short");
  tag = read_u16 (p);
  bits = read_u16 (p + 14);
  if (tag == 0xfffe && size >= 26)
    tag = read_u16 (p + 24);
  audio->format.channels = read_u16 (p + 2);
  audio->format.rate = read_u32 (p + 4);
  if (audio->format.channels < 1 || audio->format.channels > 8
      || audio->format.rate < 1 || audio->format.rate > 768000)
    return bad_wav (error, "its rate or channels make no sense");
  for (i = 0; i < G_N_ELEMENTS (known); i++) {
    if (known[i].tag == tag && known[i].bits == bits)
      break;
  }
  if (i == G_N_ELEMENTS (known))
    return bad_wav (error, "its samples are of an unknown kind");
  audio->samples = known[i].samples;
  return TRUE;
}

/* Walks the chunks up to the samples. FALSE with no error: more is needed. */
static gboolean
read_header (SpeechAudio * audio, GError ** error)
{
  const guint8 *p = audio->pending->data;
  gsize length = audio->pending->len, position = 12;
  gboolean has_format = FALSE;

  while (position + 8 <= length) {
    guint32 size = read_u32 (p + position + 4);

    if (memcmp (p + position, "data", 4) == 0) {
      if (!has_format)
        return bad_wav (error, "its format is missing");
      audio->data_left = size;
      /* What nobody could know when the header was written. */
      audio->data_size_known = size > 0 && size < 0x7fff0000
          && size != 2000000000;
      audio->stage = STAGE_AUDIO;
      audio->format.kind = SPEECH_AUDIO_PCM;
      g_byte_array_remove_range (audio->pending, 0, position + 8);
      return TRUE;
    }
    if (memcmp (p + position, "fmt ", 4) == 0) {
      if (position + 8 + size > length)
        break;
      if (!read_format (audio, p + position + 8, size, error))
        return FALSE;
      has_format = TRUE;
    }
    position += 8 + (gsize) size + (size & 1);
    if (position > MAX_HEADER)
      return bad_wav (error, "its header has no end");
  }
  if (length > MAX_HEADER)
    return bad_wav (error, "its header has no end");
  return FALSE;
}

/* Another chunk begins where the samples end by the header. */
static gboolean
begins_chunk (const guint8 * p)
{
  static const gchar *const names[] = {
    "LIST", "id3 ", "ID3 ", "fact", "cue ", "smpl", "bext", "JUNK", "afsp"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (memcmp (p, names[i], 4) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean push_stage (SpeechAudio * audio, GError ** error);

/* At the end the header states: another header, another chunk, or just more
 * samples than it knew of. */
static gboolean
pass_stated_end (SpeechAudio * audio, GError ** error)
{
  GByteArray *rest = audio->pending;

  if (rest->len < SNIFF_SIZE)
    return TRUE;
  audio->data_size_known = FALSE;
  if (memcmp (rest->data, "RIFF", 4) == 0
      && memcmp (rest->data + 8, "WAVE", 4) == 0) {
    audio->stage = STAGE_WAV_HEADER;
    return push_stage (audio, error);
  }
  if (begins_chunk (rest->data)) {
    audio->stage = STAGE_TRAILER;
    g_byte_array_set_size (rest, 0);
    return TRUE;
  }
  return push_stage (audio, error);
}

static gboolean
push_samples (SpeechAudio * audio, GError ** error)
{
  g_autoptr (GByteArray) data = g_steal_pointer (&audio->pending);
  gsize part = data->len;

  audio->pending = g_byte_array_new ();
  if (audio->format.kind == SPEECH_AUDIO_PCM && audio->data_size_known)
    part = MIN (part, audio->data_left);
  append_audio (audio, data->data, part);
  if (!audio->data_size_known)
    return TRUE;
  audio->data_left -= part;
  if (audio->data_left > 0 || part == data->len)
    return TRUE;
  g_byte_array_append (audio->pending, data->data + part, data->len - part);
  return pass_stated_end (audio, error);
}

static SpeechAudioKind
sniff (const SpeechAudio * audio)
{
  const guint8 *p = audio->pending->data;
  gboolean samples = audio->pcm_asked && (!audio->content_type
      || type_is (audio, "audio/pcm") || type_is (audio, "audio/l16")
      || type_is (audio, "audio/raw")
      || type_is (audio, "application/octet-stream"));

  if (memcmp (p, "OggS", 4) == 0)
    return SPEECH_AUDIO_OGG;
  if (memcmp (p, "fLaC", 4) == 0)
    return SPEECH_AUDIO_FLAC;
  if (memcmp (p, "ID3", 3) == 0)
    return SPEECH_AUDIO_MP3;
  if (!samples && p[0] == 0xff && (p[1] & 0xf6) == 0xf0)
    return SPEECH_AUDIO_AAC;
  if (!samples && p[0] == 0xff && (p[1] & 0xe0) == 0xe0 && (p[1] & 0x06))
    return SPEECH_AUDIO_MP3;
  return audio->pcm_asked || type_is (audio, "audio/") ?
      SPEECH_AUDIO_PCM : SPEECH_AUDIO_UNKNOWN;
}

static gboolean
looks_like_text (const SpeechAudio * audio)
{
  const guint8 *p = audio->pending->data;

  if (type_is (audio, "text/") || type_is (audio, "application/json")
      || type_is (audio, "application/problem"))
    return TRUE;
  return !type_is (audio, "audio/") && audio->pending->len > 0
      && (p[0] == '{' || p[0] == '<');
}

static gboolean
is_wav (const guint8 * p)
{
  return (memcmp (p, "RIFF", 4) == 0 || memcmp (p, "RF64", 4) == 0)
      && memcmp (p + 8, "WAVE", 4) == 0;
}

static void
decide (SpeechAudio * audio)
{
  if (is_wav (audio->pending->data)) {
    audio->stage = STAGE_WAV_HEADER;
  } else if (looks_like_text (audio)) {
    audio->stage = STAGE_TEXT;
  } else {
    audio->format.kind = sniff (audio);
    audio->stage = audio->format.kind == SPEECH_AUDIO_UNKNOWN ?
        STAGE_TEXT : STAGE_AUDIO;
  }
}

static gboolean
fail_with_text (SpeechAudio * audio, GError ** error)
{
  g_propagate_error (error, openai_error_from_answer (0, NULL,
          (const gchar *) audio->pending->data, audio->pending->len));
  return FALSE;
}

static gboolean
push_stage (SpeechAudio * audio, GError ** error)
{
  GError *cause = NULL;

  switch (audio->stage) {
    case STAGE_SNIFF:
      if (audio->pending->len < SNIFF_SIZE)
        return TRUE;
      decide (audio);
      return push_stage (audio, error);
    case STAGE_TEXT:
      return audio->pending->len < MAX_TEXT || fail_with_text (audio, error);
    case STAGE_WAV_HEADER:
      if (read_header (audio, &cause))
        return push_stage (audio, error);
      if (cause)
        g_propagate_error (error, cause);
      return cause == NULL;
    case STAGE_AUDIO:
      if (audio->data_size_known && audio->data_left == 0)
        return pass_stated_end (audio, error);
      return push_samples (audio, error);
    default:
      g_byte_array_set_size (audio->pending, 0);
      return TRUE;
  }
}

gboolean
speech_audio_push (SpeechAudio * audio, const guint8 * data, gsize length,
    GError ** error)
{
  if (audio->stage == STAGE_AUDIO && !audio->data_size_known) {
    append_audio (audio, data, length);
    return TRUE;
  }
  g_byte_array_append (audio->pending, data, length);
  return push_stage (audio, error);
}

gboolean
speech_audio_finish (SpeechAudio * audio, GError ** error)
{
  GByteArray *pending = audio->pending;

  if (audio->stage == STAGE_SNIFF && pending->len > 0) {
    gsize length = pending->len;

    g_byte_array_set_size (pending, SNIFF_SIZE);
    memset (pending->data + length, 0, SNIFF_SIZE - length);
    decide (audio);
    g_byte_array_set_size (pending, length);
    if (audio->stage == STAGE_AUDIO && !push_samples (audio, error))
      return FALSE;
  }
  if (audio->stage == STAGE_TEXT)
    return fail_with_text (audio, error);
  if (audio->stage == STAGE_WAV_HEADER)
    return bad_wav (error, "it ends in its header");
  if (audio->heard)
    return TRUE;
  g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      "The server answered without any audio");
  return FALSE;
}

SpeechAudioFormat
speech_audio_format (const SpeechAudio * audio)
{
  return audio->format;
}

gsize
speech_audio_available (const SpeechAudio * audio)
{
  gsize size = audio->out->len - audio->out_start;

  if (audio->format.kind == SPEECH_AUDIO_PCM)
    size -= size % (2 * audio->format.channels);
  return size;
}

GBytes *
speech_audio_take (SpeechAudio * audio, gsize max)
{
  gsize size = MIN (speech_audio_available (audio), max);
  GBytes *bytes;

  if (audio->format.kind == SPEECH_AUDIO_PCM)
    size -= size % (2 * audio->format.channels);
  if (size == 0)
    return NULL;
  bytes = g_bytes_new (audio->out->data + audio->out_start, size);
  audio->out_start += size;
  return bytes;
}
