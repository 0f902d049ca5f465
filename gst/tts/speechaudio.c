// SPDX-License-Identifier: LGPL-2.1-or-later
/* The body of a speech answer to whole audio frames. */

#include "tts/speechaudio.h"

#include <math.h>
#include <string.h>

#include "client/error.h"
#include "i18n.h"

/* Enough to tell what a body is. */
#define SNIFF_SIZE 12
#define MAX_HEADER (64 * 1024)
#define MAX_TEXT (64 * 1024)

/* Of a format chunk, up to the kind of an extensible one; of a ds64 chunk, up
 * to the size of the samples. */
#define FORMAT_SIZE 26
#define DS64_SIZE 16

/* Hertz. */
#define LOWEST_RATE 1000
#define HIGHEST_RATE 768000

typedef enum
{
  STAGE_SNIFF,
  STAGE_TEXT,                   /* no audio: collected for the error */
  STAGE_CHUNK,                  /* of a WAV, before or after its samples */
  STAGE_SKIP,                   /* the rest of a chunk that is not used */
  STAGE_AUDIO,
  STAGE_STATED_END,             /* of a WAV's samples, by its header */
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

  /* of a WAV */
  gboolean has_format;          /* since the last RIFF */
  guint64 header_size;          /* read before the first samples */
  guint64 long_size;            /* of the samples, from RF64's ds64; or 0 */
  guint64 skip;
  guint64 data_left;            /* as the header says */
  gboolean data_size_known;
  guint padding;                /* after the samples */

  GByteArray *pending;          /* not understood yet */
  GByteArray *carry;            /* part of a sample that is converted */
  GByteArray *out;              /* ready, from out_start on */
  gsize out_start;
  gboolean taken;               /* some of it was */
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
    guint least, guint most)
{
  g_autofree gchar *text = type_parameter (content_type, name);
  guint64 value = text ? g_ascii_strtoull (*text == '"' ? text + 1 : text,
      NULL, 10) : 0;

  return value >= least && value <= most ? (guint) value : otherwise;
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
  guint rate = type_number (content_type, "samplerate", pcm_rate, LOWEST_RATE,
      HIGHEST_RATE);

  audio->content_type = g_strdup (content_type);
  audio->pcm_asked = pcm_asked;
  audio->format.rate =
      type_number (content_type, "rate", rate, LOWEST_RATE, HIGHEST_RATE);
  audio->format.channels = type_number (content_type, "channels", 1, 1, 8);
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

static guint
frame_size (const SpeechAudio * audio)
{
  return audio->format.kind == SPEECH_AUDIO_PCM ?
      2 * audio->format.channels : 1;
}

/* Appends samples, or the bytes of an encoded format as they are. */
static void
append_audio (SpeechAudio * audio, const guint8 * data, gsize length)
{
  guint size = sample_size (audio->samples);

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
      _("The server sent a WAV that cannot be read: %s"), why);
  return FALSE;
}

/* @p: the first FORMAT_SIZE bytes of a format chunk, or all @size. */
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
  guint channels, rate, i;

  if (size < 16)
    return bad_wav (error, "its format is cut short");
  tag = read_u16 (p);
  bits = read_u16 (p + 14);
  if (tag == 0xfffe && size >= FORMAT_SIZE)
    tag = read_u16 (p + 24);
  channels = read_u16 (p + 2);
  rate = read_u32 (p + 4);
  if (channels < 1 || channels > 8 || rate < LOWEST_RATE
      || rate > HIGHEST_RATE)
    return bad_wav (error, "its rate or channels make no sense");
  if (audio->format.kind == SPEECH_AUDIO_PCM
      && (rate != audio->format.rate || channels != audio->format.channels))
    return bad_wav (error, "its rate or channels change on the way");
  for (i = 0; i < G_N_ELEMENTS (known); i++) {
    if (known[i].tag == tag && known[i].bits == bits)
      break;
  }
  if (i == G_N_ELEMENTS (known))
    return bad_wav (error, "its samples are of an unknown kind");
  audio->samples = known[i].samples;
  audio->format.rate = rate;
  audio->format.channels = channels;
  audio->has_format = TRUE;
  return TRUE;
}

static gboolean
is_tag (const guint8 * p, const gchar * tag)
{
  return memcmp (p, tag, 4) == 0;
}

static gboolean
is_wav (const guint8 * p)
{
  return (is_tag (p, "RIFF") || is_tag (p, "RF64")) && is_tag (p + 8, "WAVE");
}

/* A file begins, the first or one after another; of the last, what does not
 * make a whole frame is dropped. */
static void
begin_wav (SpeechAudio * audio)
{
  gsize ready = audio->out->len - audio->out_start;

  g_byte_array_set_size (audio->out,
      audio->out->len - ready % frame_size (audio));
  g_byte_array_set_size (audio->carry, 0);
  audio->has_format = FALSE;
  audio->long_size = 0;
}

static gboolean
begin_samples (SpeechAudio * audio, guint32 size, GError ** error)
{
  gboolean is_long = size == G_MAXUINT32 && audio->long_size > 0;

  if (!audio->has_format)
    return bad_wav (error, "its format is missing");
  audio->data_left = is_long ? audio->long_size : size;
  /* What nobody could know when the header was written. */
  audio->data_size_known = is_long
      || (size > 0 && size < 0x7fff0000 && size != 2000000000);
  audio->padding = audio->data_left & 1;
  audio->format.kind = SPEECH_AUDIO_PCM;
  audio->stage = STAGE_AUDIO;
  return TRUE;
}

/* Another chunk begins where the samples end by the header. */
static gboolean
begins_chunk (const guint8 * p)
{
  static const gchar *const names[] = {
    "LIST", "id3 ", "ID3 ", "fact", "cue ", "smpl", "inst", "bext", "iXML",
    "PEAK", "JUNK", "FLLR", "PAD ", "afsp", "RIFF", "RF64"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (is_tag (p, names[i]))
      return TRUE;
  }
  return FALSE;
}

/* What a chunk says that is used; the rest of it is skipped. */
static guint
size_read (const guint8 * p, guint32 size)
{
  if (is_tag (p, "fmt "))
    return MIN (size, FORMAT_SIZE);
  return is_tag (p, "ds64") && size >= DS64_SIZE ? DS64_SIZE : 0;
}

/* This and the readers below take what they can off the front of the bytes
 * they are given; @used stays 0 when more are needed. */
static gboolean
read_chunk (SpeechAudio * audio, const guint8 * p, gsize length, gsize * used,
    GError ** error)
{
  guint32 size, wanted;

  if (length >= 8 && is_tag (p, "data")) {
    *used = 8;
    return begin_samples (audio, read_u32 (p + 4), error);
  }
  if (length < SNIFF_SIZE)
    return TRUE;
  if (is_wav (p)) {
    begin_wav (audio);
    *used = SNIFF_SIZE;
    return TRUE;
  }
  size = read_u32 (p + 4);
  wanted = size_read (p, size);
  if (length - 8 < wanted)
    return TRUE;
  if (is_tag (p, "fmt ") && !read_format (audio, p + 8, size, error))
    return FALSE;
  if (is_tag (p, "ds64") && wanted > 0)
    audio->long_size = read_u32 (p + 16) | (guint64) read_u32 (p + 20) << 32;
  *used = 8 + wanted;
  audio->skip = (guint64) size - wanted + (size & 1);
  audio->stage = STAGE_SKIP;
  audio->header_size += 8 + (guint64) size;
  return audio->format.kind == SPEECH_AUDIO_PCM
      || audio->header_size <= MAX_HEADER
      || bad_wav (error, "its header has no end");
}

static void
skip_chunk (SpeechAudio * audio, gsize length, gsize * used)
{
  *used = MIN (length, audio->skip);
  audio->skip -= *used;
  if (audio->skip == 0)
    audio->stage = STAGE_CHUNK;
}

static void
read_samples (SpeechAudio * audio, const guint8 * p, gsize length,
    gsize * used)
{
  *used = audio->data_size_known ? MIN (length, audio->data_left) : length;
  append_audio (audio, p, *used);
  if (!audio->data_size_known)
    return;
  audio->data_left -= *used;
  if (audio->data_left == 0)
    audio->stage = STAGE_STATED_END;
}

/* Another header, another chunk, or just more samples than the header knew
 * of. */
static void
pass_stated_end (SpeechAudio * audio, const guint8 * p, gsize length,
    gsize * used)
{
  if (length < SNIFF_SIZE + audio->padding)
    return;
  if (begins_chunk (p + audio->padding)) {
    *used = audio->padding;
    audio->stage = STAGE_CHUNK;
  } else if (begins_chunk (p)) {
    audio->stage = STAGE_CHUNK;
  } else {
    audio->data_size_known = FALSE;
    audio->stage = STAGE_AUDIO;
  }
}

/* The bytes came in events, which carry nothing but audio. */
static gboolean
is_events (const SpeechAudio * audio)
{
  return type_is (audio, "text/event-stream");
}

static gboolean
is_pcm_type (const SpeechAudio * audio)
{
  return type_is (audio, "audio/pcm") || type_is (audio, "audio/l16")
      || type_is (audio, "audio/raw");
}

/* The headers of frames, reserved values excluded. */
static gboolean
is_mp3 (const guint8 * p)
{
  return p[0] == 0xff && (p[1] & 0xe0) == 0xe0 && (p[1] & 0x18) != 0x08
      && (p[1] & 0x06) != 0 && (p[2] & 0xf0) != 0xf0 && (p[2] & 0x0c) != 0x0c;
}

static gboolean
is_adts (const guint8 * p)
{
  return p[0] == 0xff && (p[1] & 0xf6) == 0xf0 && (p[2] & 0x3c) < 0x34;
}

/* Without a known signature. */
static SpeechAudioKind
kind_by_type (const SpeechAudio * audio)
{
  static const struct
  {
    const gchar *type;
    SpeechAudioKind kind;
  } types[] = {
    {"audio/mpeg", SPEECH_AUDIO_MP3}, {"audio/mp3", SPEECH_AUDIO_MP3},
    {"audio/aac", SPEECH_AUDIO_AAC}, {"audio/ogg", SPEECH_AUDIO_OGG},
    {"audio/opus", SPEECH_AUDIO_OGG}, {"audio/flac", SPEECH_AUDIO_FLAC},
    {"audio/x-flac", SPEECH_AUDIO_FLAC},
  };

  /* Events carry samples on some servers, whatever was asked for. */
  if (audio->pcm_asked || is_pcm_type (audio) || is_events (audio))
    return SPEECH_AUDIO_PCM;
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    if (type_is (audio, types[i].type))
      return types[i].kind;
  }
  return SPEECH_AUDIO_UNKNOWN;
}

/* @p: SNIFF_SIZE bytes. */
static SpeechAudioKind
sniff (const SpeechAudio * audio, const guint8 * p)
{
  gboolean samples = audio->pcm_asked && (!audio->content_type
      || is_pcm_type (audio) || is_events (audio)
      || type_is (audio, "application/octet-stream"));

  if (is_tag (p, "OggS"))
    return SPEECH_AUDIO_OGG;
  if (is_tag (p, "fLaC"))
    return SPEECH_AUDIO_FLAC;
  if (memcmp (p, "ID3", 3) == 0)
    return SPEECH_AUDIO_MP3;
  if (!samples && is_adts (p))
    return SPEECH_AUDIO_AAC;
  if (!samples && is_mp3 (p))
    return SPEECH_AUDIO_MP3;
  return kind_by_type (audio);
}

/* Samples may begin with a brace, but hardly with a dozen bytes of text. */
static gboolean
looks_like_text (const SpeechAudio * audio, const guint8 * p, gsize length)
{
  if (is_events (audio))
    return FALSE;
  if (type_is (audio, "text/") || type_is (audio, "application/json")
      || type_is (audio, "application/problem"))
    return TRUE;
  if (type_is (audio, "audio/") || (p[0] != '{' && p[0] != '<'))
    return FALSE;
  for (gsize i = 0; i < length; i++) {
    if (g_ascii_iscntrl (p[i]) && !g_ascii_isspace (p[i]))
      return FALSE;
  }
  return TRUE;
}

/* @p: SNIFF_SIZE bytes, of which @length came and the others are 0. */
static void
decide (SpeechAudio * audio, const guint8 * p, gsize length)
{
  if (is_wav (p)) {
    audio->stage = STAGE_CHUNK;
  } else if (looks_like_text (audio, p, length)) {
    audio->stage = STAGE_TEXT;
  } else {
    audio->format.kind = sniff (audio, p);
    audio->stage = audio->format.kind == SPEECH_AUDIO_UNKNOWN ?
        STAGE_TEXT : STAGE_AUDIO;
  }
}

static gboolean
fail_with_text (GError ** error, const guint8 * text, gsize length)
{
  g_propagate_error (error, openai_error_from_answer (0, NULL,
          (const gchar *) text, length));
  return FALSE;
}

static gboolean
read_stage (SpeechAudio * audio, const guint8 * p, gsize length,
    gsize * used, GError ** error)
{
  switch (audio->stage) {
    case STAGE_SNIFF:
      if (length >= SNIFF_SIZE)
        decide (audio, p, SNIFF_SIZE);
      break;
    case STAGE_TEXT:
      return length < MAX_TEXT || fail_with_text (error, p, length);
    case STAGE_CHUNK:
      return read_chunk (audio, p, length, used, error);
    case STAGE_SKIP:
      skip_chunk (audio, length, used);
      break;
    case STAGE_AUDIO:
      read_samples (audio, p, length, used);
      break;
    case STAGE_STATED_END:
      pass_stated_end (audio, p, length, used);
      break;
  }
  return TRUE;
}

/* Reads on until the bytes end or more are needed. */
static gboolean
read_all (SpeechAudio * audio, const guint8 * data, gsize length,
    gsize * done, GError ** error)
{
  Stage stage;
  gsize used;

  *done = 0;
  do {
    stage = audio->stage;
    used = 0;
    if (!read_stage (audio, data + *done, length - *done, &used, error))
      return FALSE;
    *done += used;
  } while (*done < length && (used > 0 || audio->stage != stage));
  return TRUE;
}

gboolean
speech_audio_push (SpeechAudio * audio, const guint8 * data, gsize length,
    GError ** error)
{
  gsize done;

  if (audio->pending->len == 0) {
    if (!read_all (audio, data, length, &done, error))
      return FALSE;
    g_byte_array_append (audio->pending, data + done, length - done);
    return TRUE;
  }
  g_byte_array_append (audio->pending, data, length);
  if (!read_all (audio, audio->pending->data, audio->pending->len, &done,
          error))
    return FALSE;
  g_byte_array_remove_range (audio->pending, 0, done);
  return TRUE;
}

/* A body that is named an encoded one, but too short to be that. */
static gboolean
is_cut_off (const SpeechAudio * audio, const guint8 * p)
{
  return is_mp3 (p) || is_adts (p) || (type_is (audio, "audio/")
      && !is_pcm_type (audio) && !type_is (audio, "audio/wav")
      && !type_is (audio, "audio/x-wav"));
}

/* A body shorter than what tells for sure. */
static void
finish_sniffing (SpeechAudio * audio)
{
  GByteArray *pending = audio->pending;
  guint8 start[SNIFF_SIZE] = { 0, };

  memcpy (start, pending->data, pending->len);
  if (is_tag (start, "RIFF")) {
    audio->stage = STAGE_CHUNK;
    return;
  }
  decide (audio, start, pending->len);
  if (audio->format.kind == SPEECH_AUDIO_PCM && audio->content_type
      && !is_pcm_type (audio) && is_cut_off (audio, start)) {
    g_byte_array_set_size (pending, 0);
    audio->format.kind = SPEECH_AUDIO_UNKNOWN;
    audio->stage = STAGE_SNIFF;
  }
  if (audio->stage == STAGE_AUDIO)
    append_audio (audio, pending->data, pending->len);
}

/* The last samples that the header did not know of. */
static void
finish_samples (SpeechAudio * audio)
{
  GByteArray *pending = audio->pending;
  gsize start = audio->padding;

  if (pending->len <= start || (pending->len >= start + 4
          && begins_chunk (pending->data + start)))
    return;
  append_audio (audio, pending->data + start, pending->len - start);
}

gboolean
speech_audio_finish (SpeechAudio * audio, GError ** error)
{
  GByteArray *pending = audio->pending;

  if (audio->stage == STAGE_SNIFF && pending->len > 0)
    finish_sniffing (audio);
  else if (audio->stage == STAGE_STATED_END)
    finish_samples (audio);
  if (audio->stage == STAGE_TEXT)
    return fail_with_text (error, pending->data, pending->len);
  if (audio->format.kind == SPEECH_AUDIO_UNKNOWN
      && audio->stage != STAGE_SNIFF)
    return bad_wav (error, "it ends in its header");
  if (audio->taken || speech_audio_available (audio) > 0)
    return TRUE;
  g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      _("The server answered without any audio"));
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

  return size - size % frame_size (audio);
}

GBytes *
speech_audio_take (SpeechAudio * audio, gsize max)
{
  gsize size = MIN (speech_audio_available (audio), max);
  GBytes *bytes;

  size -= size % frame_size (audio);
  if (size == 0)
    return NULL;
  bytes = g_bytes_new (audio->out->data + audio->out_start, size);
  audio->out_start += size;
  audio->taken = TRUE;
  return bytes;
}
