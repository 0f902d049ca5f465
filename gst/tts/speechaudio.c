// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The body of a speech answer to whole audio frames. */

#include "speechaudio.h"

#include <string.h>

#include "audio/flac.h"
#include "audio/foreignaudio.h"
#include "audio/mpeg.h"
#include "audio/ogg.h"
#include "audio/samples.h"
#include "audio/wav.h"
#include "client/error.h"
#include "i18n.h"
#include "speechtype.h"

/* Enough to tell what a body is. */
#define SNIFF_SIZE 12
G_STATIC_ASSERT (SNIFF_SIZE == OPENAI_FOREIGN_AUDIO_SIZE);

/* How far into a body that is named MP3 its first frame is looked for. */
#define MAX_JUNK 4096
#define MAX_HEADER (64 * 1024)
#define MAX_TEXT (64 * 1024)

/* Samples are not text for so long: they cross zero, or are quiet. Less than the
 * least is taken for samples. */
#define TEXT_SIZE 64
#define LEAST_TEXT 20

/* Bytes in front of a signature that are passed over. */
#define MAX_BEFORE 16

typedef enum
{
  STAGE_SNIFF,
  STAGE_SEEK_FRAME, /* named MP3, and does not begin as one */
  STAGE_TEXT,       /* no audio: collected for the error */
  STAGE_CHUNK,      /* of a WAV, before or after its samples */
  STAGE_SKIP,       /* the rest of a chunk that is not used */
  STAGE_AUDIO,
  STAGE_STATED_END, /* of a WAV's samples, by its header */
} Stage;

struct _TtsSpeechAudio
{
  gchar *content_type;
  TtsSpeechType type;
  gboolean pcm_asked;

  Stage stage;
  TtsSpeechAudioFormat format;
  OpenaiSamples samples;
  const gchar *foreign; /* what it is, when it cannot be played */

  /* of a WAV */
  gboolean has_format; /* since the last RIFF */
  guint64 header_size; /* read before the first samples */
  guint64 long_size;   /* of the samples, from RF64's ds64; or 0 */
  guint64 skip;
  guint64 data_left; /* as the header says */
  gboolean data_size_known;
  guint padding; /* after the samples */

  GByteArray *pending; /* not understood yet */
  GByteArray *carry;   /* part of a sample that is converted */
  GByteArray *out;     /* ready, from out_start on */
  gsize out_start;
  gboolean taken; /* some of it was */
};

static gboolean
type_is (const TtsSpeechAudio *self, const gchar *prefix)
{
  return self->content_type
      && g_ascii_strncasecmp (self->content_type, prefix, strlen (prefix)) == 0;
}

TtsSpeechAudio *
tts_speech_audio_new (const gchar *content_type, gboolean pcm_asked, guint pcm_rate)
{
  TtsSpeechAudio *self = g_new0 (TtsSpeechAudio, 1);
  self->content_type = g_strdup (content_type);
  self->pcm_asked = pcm_asked;
  self->type = tts_speech_type_parse (content_type);
  self->format.rate = self->type.rate > 0 ? self->type.rate : pcm_rate;
  self->format.channels = self->type.channels;
  self->samples = self->type.samples;
  self->pending = g_byte_array_new ();
  self->carry = g_byte_array_new ();
  self->out = g_byte_array_new ();
  return self;
}

void
tts_speech_audio_free (TtsSpeechAudio *self)
{
  if (!self)
    return;
  g_free (self->content_type);
  g_byte_array_unref (self->pending);
  g_byte_array_unref (self->carry);
  g_byte_array_unref (self->out);
  g_free (self);
}

static void
compact (TtsSpeechAudio *self)
{
  if (self->out_start < self->out->len / 2)
    return;
  g_byte_array_remove_range (self->out, 0, self->out_start);
  self->out_start = 0;
}

static guint
frame_size (const TtsSpeechAudio *self)
{
  return self->format.kind == TTS_SPEECH_AUDIO_PCM ? 2 * self->format.channels : 1;
}

/* Appends samples, or the bytes of an encoded format as they are. */
static void
append_audio (TtsSpeechAudio *self, const guint8 *data, gsize length)
{
  guint size = openai_samples_size (self->samples);

  compact (self);
  if (self->format.kind != TTS_SPEECH_AUDIO_PCM
      || self->samples == OPENAI_SAMPLES_S16LE) {
    g_byte_array_append (self->out, data, length);
    return;
  }
  g_byte_array_append (self->carry, data, length);
  for (length = 0; length + size <= self->carry->len; length += size) {
    gint16 sample =
        GINT16_TO_LE (openai_samples_read (self->carry->data + length, self->samples));
    g_byte_array_append (self->out, (guint8 *) &sample, sizeof sample);
  }
  g_byte_array_remove_range (self->carry, 0, length);
}

static gboolean
bad_wav (GError **error, const gchar *why)
{
  g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      _("The server sent a WAV that cannot be read: %s"), why);
  return FALSE;
}

static gboolean
bad_samples (GError **error, guint16 tag)
{
  const gchar *name = openai_foreign_audio_by_wav_tag (tag);
  g_autofree gchar *why = name
      ? g_strdup_printf (_("its samples are %s, not PCM"), name)
      : g_strdup_printf (_("its samples are of an unknown kind (format 0x%04x)"), tag);

  return bad_wav (error, why);
}

static gboolean
take_format (TtsSpeechAudio *self, const OpenaiWavChunk *chunk, GError **error)
{
  const OpenaiWavFormat *format = &chunk->format;

  if (!chunk->has_format)
    return bad_wav (error, "its format is cut short");
  if (format->channels < 1 || format->channels > 8
      || format->rate < TTS_SPEECH_LOWEST_RATE || format->rate > TTS_SPEECH_HIGHEST_RATE)
    return bad_wav (error, "its rate or channels make no sense");
  if (self->format.kind == TTS_SPEECH_AUDIO_PCM
      && (format->rate != self->format.rate || format->channels != self->format.channels))
    return bad_wav (error, "its rate or channels change on the way");
  if (!openai_samples_of_wav (format->tag, format->bits, &self->samples))
    return bad_samples (error, format->tag);
  self->format.rate = format->rate;
  self->format.channels = format->channels;
  self->has_format = TRUE;
  return TRUE;
}

/* A file begins, the first or one after another; of the last, what does not
 * make a whole frame is dropped. */
static void
begin_wav (TtsSpeechAudio *self)
{
  gsize ready = self->out->len - self->out_start;

  g_byte_array_set_size (self->out, self->out->len - ready % frame_size (self));
  g_byte_array_set_size (self->carry, 0);
  self->has_format = FALSE;
  self->long_size = 0;
}

static gboolean
begin_samples (TtsSpeechAudio *self, guint64 size, GError **error)
{
  gboolean is_long = size == G_MAXUINT32 && self->long_size > 0;

  if (!self->has_format)
    return bad_wav (error, "its format is missing");
  self->data_left = is_long ? self->long_size : size;
  self->data_size_known = is_long || openai_wav_knows_size (size);
  self->padding = self->data_left & 1;
  self->format.kind = TTS_SPEECH_AUDIO_PCM;
  self->stage = STAGE_AUDIO;
  return TRUE;
}

/* The rest of a chunk that was read. */
static gboolean
begin_skip (TtsSpeechAudio *self, const OpenaiWavChunk *chunk, GError **error)
{
  self->skip = chunk->skip;
  self->stage = STAGE_SKIP;
  self->header_size += chunk->used + chunk->skip;
  return self->format.kind == TTS_SPEECH_AUDIO_PCM || self->header_size <= MAX_HEADER
      || bad_wav (error, "its header has no end");
}

/* This and the readers below take what they can off the front of the bytes
 * they are given; @used stays 0 when more are needed. */
static gboolean
read_chunk (
    TtsSpeechAudio *self, const guint8 *p, gsize length, gsize *used, GError **error)
{
  OpenaiWavChunk chunk;

  if (!openai_wav_read_chunk (p, length, &chunk))
    return TRUE;
  *used = chunk.used;
  switch (chunk.kind) {
    case OPENAI_WAV_SAMPLES:
      return begin_samples (self, chunk.size, error);
    case OPENAI_WAV_FILE:
      begin_wav (self);
      return TRUE;
    case OPENAI_WAV_FORMAT:
      return take_format (self, &chunk, error) && begin_skip (self, &chunk, error);
    case OPENAI_WAV_LONG_SIZE:
      self->long_size = chunk.size;
      return begin_skip (self, &chunk, error);
    default:
      return begin_skip (self, &chunk, error);
  }
}

static void
skip_chunk (TtsSpeechAudio *self, gsize length, gsize *used)
{
  *used = MIN (length, self->skip);
  self->skip -= *used;
  if (self->skip == 0)
    self->stage = STAGE_CHUNK;
}

static void
read_samples (TtsSpeechAudio *self, const guint8 *p, gsize length, gsize *used)
{
  *used = self->data_size_known ? MIN (length, self->data_left) : length;
  append_audio (self, p, *used);
  if (!self->data_size_known)
    return;
  self->data_left -= *used;
  if (self->data_left == 0)
    self->stage = STAGE_STATED_END;
}

/* Another header, another chunk, or just more samples than the header knew
 * of. */
static void
pass_stated_end (TtsSpeechAudio *self, const guint8 *p, gsize length, gsize *used)
{
  if (length < SNIFF_SIZE + self->padding)
    return;
  if (openai_wav_is_trailer (p + self->padding)) {
    *used = self->padding;
    self->stage = STAGE_CHUNK;
  } else if (openai_wav_is_trailer (p)) {
    self->stage = STAGE_CHUNK;
  } else {
    self->data_size_known = FALSE;
    self->stage = STAGE_AUDIO;
  }
}

/* The bytes came in events, which carry nothing but audio. */
static gboolean
is_events (const TtsSpeechAudio *self)
{
  return type_is (self, "text/event-stream");
}

static gboolean
is_tag (const guint8 *p, const gchar *tag)
{
  return memcmp (p, tag, 4) == 0;
}

/* Without a known signature. */
static TtsSpeechAudioKind
kind_by_type (const TtsSpeechAudio *self)
{
  static const struct
  {
    const gchar *type;
    TtsSpeechAudioKind kind;
  } types[] = {
    { "audio/mpeg", TTS_SPEECH_AUDIO_MP3 },
    { "audio/mp3", TTS_SPEECH_AUDIO_MP3 },
    { "audio/aac", TTS_SPEECH_AUDIO_AAC },
    { "audio/ogg", TTS_SPEECH_AUDIO_OGG },
    { "audio/opus", TTS_SPEECH_AUDIO_OGG },
    { "audio/flac", TTS_SPEECH_AUDIO_FLAC },
    { "audio/x-flac", TTS_SPEECH_AUDIO_FLAC },
  };

  /* Events carry samples on some servers, whatever was asked for. */
  if (self->pcm_asked || self->type.is_pcm || is_events (self))
    return TTS_SPEECH_AUDIO_PCM;
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    if (type_is (self, types[i].type))
      return types[i].kind;
  }
  return TTS_SPEECH_AUDIO_UNKNOWN;
}

/* @p: SNIFF_SIZE bytes. UNKNOWN: they tell nothing. */
static TtsSpeechAudioKind
kind_by_signature (const TtsSpeechAudio *self, const guint8 *p)
{
  gboolean samples = self->pcm_asked
      && (!self->content_type || self->type.is_pcm || is_events (self)
          || type_is (self, "application/octet-stream"));

  if (openai_ogg_is_mark (p, SNIFF_SIZE))
    return TTS_SPEECH_AUDIO_OGG;
  if (openai_flac_is_mark (p, SNIFF_SIZE))
    return TTS_SPEECH_AUDIO_FLAC;
  if (memcmp (p, "ID3", 3) == 0)
    return TTS_SPEECH_AUDIO_MP3;
  if (!samples && openai_adts_is_header (p))
    return TTS_SPEECH_AUDIO_AAC;
  if (!samples && openai_mpeg_is_header (p))
    return TTS_SPEECH_AUDIO_MP3;
  return TTS_SPEECH_AUDIO_UNKNOWN;
}

/* Bytes of the layer III frame that begins with these four; 0: none does. */
static gsize
mp3_frame_size (const guint8 *p)
{
  OpenaiMpegHeader header;

  return openai_mpeg_parse (p, &header) && header.layer == 3 ? header.size : 0;
}

/* Whether a frame begins within MAX_JUNK, and another where it ends: hardly
 * samples. */
static gboolean
has_mp3_frames (const guint8 *p, gsize length)
{
  for (gsize i = 0; i < MAX_JUNK && i + 4 <= length; i++) {
    gsize size = mp3_frame_size (p + i);

    if (size > 0 && i + size + 4 <= length && mp3_frame_size (p + i + size) > 0
        && p[i + 1] == p[i + size + 1])
      return TRUE;
  }
  return FALSE;
}

/* A sample over and over is a sound that stands still. */
static gboolean
is_constant (const guint8 *p, gsize length)
{
  return length < 2 || memcmp (p, p + 2, length - 2) == 0;
}

static gboolean
is_text_type (const TtsSpeechAudio *self)
{
  return type_is (self, "text/") || type_is (self, "application/json")
      || type_is (self, "application/problem");
}

/* Whatever it is called: servers send errors with 200 under the type of audio.
 * @length: what came of the first TEXT_SIZE bytes. */
static gboolean
may_be_text (const TtsSpeechAudio *self, const guint8 *p, gsize length)
{
  const gchar *text = (const gchar *) p, *end;

  if (is_text_type (self))
    return !is_events (self);
  if (is_events (self) || is_constant (p, length))
    return FALSE;
  for (gsize i = 0; i < length; i++) {
    if (g_ascii_iscntrl (p[i]) && !g_ascii_isspace (p[i]))
      return FALSE;
  }
  /* A character may be cut at the end. */
  return g_utf8_validate (text, length, &end) || end + 4 > text + length;
}

/* What may be text is all of the body, and no samples. */
static gboolean
is_short_text (const TtsSpeechAudio *self, const guint8 *p, gsize length)
{
  return length >= LEAST_TEXT || *p == '{' || *p == '<' || is_text_type (self);
}

/* Nothing at the start tells. */
static void
decide_by_type (TtsSpeechAudio *self)
{
  self->foreign = self->type.foreign ? self->type.foreign
                                     : openai_foreign_audio_by_type (self->content_type);
  self->format.kind = self->foreign ? TTS_SPEECH_AUDIO_UNKNOWN : kind_by_type (self);
  if (self->format.kind == TTS_SPEECH_AUDIO_UNKNOWN)
    self->stage = STAGE_TEXT;
  else if (self->format.kind == TTS_SPEECH_AUDIO_PCM
      && (type_is (self, "audio/mpeg") || type_is (self, "audio/mp3")))
    self->stage = STAGE_SEEK_FRAME;
  else
    self->stage = STAGE_AUDIO;
}

/* What was asked for in a session: any bytes are samples. */
static gboolean
decide_g711 (TtsSpeechAudio *self)
{
  if (self->pcm_asked || !(type_is (self, "audio/pcmu") || type_is (self, "audio/pcma")))
    return FALSE;
  self->format.kind =
      type_is (self, "audio/pcmu") ? TTS_SPEECH_AUDIO_MULAW : TTS_SPEECH_AUDIO_ALAW;
  self->stage = STAGE_AUDIO;
  return TRUE;
}

static void
decide_without_signature (
    TtsSpeechAudio *self, const guint8 *p, gsize length, gboolean complete)
{
  gsize size = MIN (length, TEXT_SIZE), needed = 0;
  gboolean text = may_be_text (self, p, size);

  if (openai_foreign_audio_is_loas (p, length, &needed))
    self->foreign = OPENAI_FOREIGN_AUDIO_LOAS;
  else if (!complete && (length < needed || (text && size < TEXT_SIZE)))
    return;
  else if (!is_constant (p, size))
    self->foreign = openai_foreign_audio_by_text ((const gchar *) p, size);
  if (self->foreign || (text && (!complete || is_short_text (self, p, size))))
    self->stage = STAGE_TEXT;
  else
    decide_by_type (self);
}

/* @p: the @length bytes that came, at least SNIFF_SIZE or followed by zeros.
 * Waits for more as long as all might be text. */
static void
decide (TtsSpeechAudio *self, const guint8 *p, gsize length, gboolean complete)
{
  if (decide_g711 (self))
    return;
  if (openai_wav_is_header (p)) {
    self->stage = STAGE_CHUNK;
    return;
  }
  self->foreign = openai_foreign_audio_by_signature (p);
  if (self->foreign) {
    self->stage = STAGE_TEXT;
    return;
  }
  self->format.kind = kind_by_signature (self, p);
  if (self->format.kind != TTS_SPEECH_AUDIO_UNKNOWN)
    self->stage = STAGE_AUDIO;
  else
    decide_without_signature (self, p, length, complete);
}

/* Bytes that may stand in front of what has a signature: a byte order mark, ends of
 * lines. */
static gsize
count_before (const guint8 *p, gsize length)
{
  gsize n = length >= 3 && memcmp (p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

  while (n < MIN (length, MAX_BEFORE) && g_ascii_isspace (p[n]))
    n++;
  return n;
}

static gboolean
has_signature (const guint8 *p)
{
  return openai_wav_is_header (p) || openai_ogg_is_mark (p, SNIFF_SIZE)
      || openai_flac_is_mark (p, SNIFF_SIZE) || memcmp (p, "ID3", 3) == 0
      || openai_foreign_audio_by_signature (p);
}

static void
sniff (TtsSpeechAudio *self, const guint8 *p, gsize length, gsize *used)
{
  gsize before = count_before (p, length);

  if (length < before + SNIFF_SIZE)
    return;
  if (before > 0 && has_signature (p + before))
    *used = before;
  else
    decide (self, p, length, FALSE);
}

/* Samples under the name of MP3, as some servers send them, or MP3 after
 * something else. FALSE: not known yet. */
static gboolean
seek_frame (TtsSpeechAudio *self, const guint8 *p, gsize length, gboolean complete)
{
  /* The frame that begins last, and the next one's header. */
  if (length < MAX_JUNK + 1444 + 4 && !complete)
    return FALSE;
  self->format.kind =
      has_mp3_frames (p, length) ? TTS_SPEECH_AUDIO_MP3 : TTS_SPEECH_AUDIO_PCM;
  self->stage = STAGE_AUDIO;
  return TRUE;
}

static gboolean
fail_with_foreign (const gchar *name, GError **error)
{
  g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      _("The server sent %s, which cannot be played"), name);
  return FALSE;
}

static gboolean
fail_with_text (GError **error, const guint8 *text, gsize length)
{
  const gchar *name = openai_foreign_audio_in_json ((const gchar *) text, length);

  if (name)
    return fail_with_foreign (name, error);
  g_propagate_error (
      error, openai_error_from_answer (0, NULL, (const gchar *) text, length));
  return FALSE;
}

static gboolean
read_stage (
    TtsSpeechAudio *self, const guint8 *p, gsize length, gsize *used, GError **error)
{
  switch (self->stage) {
    case STAGE_SNIFF:
      sniff (self, p, length, used);
      break;
    case STAGE_SEEK_FRAME:
      seek_frame (self, p, length, FALSE);
      break;
    case STAGE_TEXT:
      if (self->foreign)
        return fail_with_foreign (self->foreign, error);
      return length < MAX_TEXT || fail_with_text (error, p, length);
    case STAGE_CHUNK:
      return read_chunk (self, p, length, used, error);
    case STAGE_SKIP:
      skip_chunk (self, length, used);
      break;
    case STAGE_AUDIO:
      read_samples (self, p, length, used);
      break;
    case STAGE_STATED_END:
      pass_stated_end (self, p, length, used);
      break;
  }
  return TRUE;
}

/* Reads on until the bytes end or more are needed. */
static gboolean
read_all (
    TtsSpeechAudio *self, const guint8 *data, gsize length, gsize *done, GError **error)
{
  Stage stage;
  gsize used;

  *done = 0;
  do {
    stage = self->stage;
    used = 0;
    if (!read_stage (self, data + *done, length - *done, &used, error))
      return FALSE;
    *done += used;
  } while (*done < length && (used > 0 || self->stage != stage));
  return TRUE;
}

gboolean
tts_speech_audio_push (
    TtsSpeechAudio *self, const guint8 *data, gsize length, GError **error)
{
  gsize done;

  if (self->pending->len == 0) {
    if (!read_all (self, data, length, &done, error))
      return FALSE;
    g_byte_array_append (self->pending, data + done, length - done);
    return TRUE;
  }
  g_byte_array_append (self->pending, data, length);
  if (!read_all (self, self->pending->data, self->pending->len, &done, error))
    return FALSE;
  g_byte_array_remove_range (self->pending, 0, done);
  return TRUE;
}

/* A body that is named an encoded one, but too short to be that. */
static gboolean
is_cut_off (const TtsSpeechAudio *self, const guint8 *p)
{
  return openai_mpeg_is_header (p) || openai_adts_is_header (p)
      || (type_is (self, "audio/") && !self->type.is_pcm && !type_is (self, "audio/wav")
          && !type_is (self, "audio/x-wav"));
}

/* A body shorter than what tells for sure. */
static void
finish_sniffing (TtsSpeechAudio *self)
{
  GByteArray *pending = self->pending;
  g_autofree guint8 *start = g_malloc0 (MAX (pending->len, TEXT_SIZE));

  memcpy (start, pending->data, pending->len);
  if (is_tag (start, "RIFF")) {
    self->stage = STAGE_CHUNK;
    return;
  }
  decide (self, start, pending->len, TRUE);
  if (self->stage == STAGE_SEEK_FRAME)
    self->stage = STAGE_AUDIO;
  if (self->format.kind == TTS_SPEECH_AUDIO_PCM && self->content_type
      && !self->type.is_pcm && is_cut_off (self, start)) {
    g_byte_array_set_size (pending, 0);
    self->format.kind = TTS_SPEECH_AUDIO_UNKNOWN;
    self->stage = STAGE_SNIFF;
  }
  if (self->stage == STAGE_AUDIO)
    append_audio (self, pending->data, pending->len);
}

static void
finish_seeking (TtsSpeechAudio *self)
{
  seek_frame (self, self->pending->data, self->pending->len, TRUE);
  append_audio (self, self->pending->data, self->pending->len);
}

/* The last samples that the header did not know of. */
static void
finish_samples (TtsSpeechAudio *self)
{
  GByteArray *pending = self->pending;
  gsize start = self->padding;

  if (pending->len <= start
      || (pending->len >= start + 4 && openai_wav_is_trailer (pending->data + start)))
    return;
  append_audio (self, pending->data + start, pending->len - start);
}

gboolean
tts_speech_audio_finish (TtsSpeechAudio *self, GError **error)
{
  GByteArray *pending = self->pending;

  if (self->stage == STAGE_SNIFF && pending->len > 0)
    finish_sniffing (self);
  else if (self->stage == STAGE_SEEK_FRAME)
    finish_seeking (self);
  else if (self->stage == STAGE_STATED_END)
    finish_samples (self);
  if (self->foreign)
    return fail_with_foreign (self->foreign, error);
  if (self->stage == STAGE_TEXT)
    return fail_with_text (error, pending->data, pending->len);
  if (self->format.kind == TTS_SPEECH_AUDIO_UNKNOWN && self->stage != STAGE_SNIFF)
    return bad_wav (error, "it ends in its header");
  if (self->taken || tts_speech_audio_available (self) > 0)
    return TRUE;
  g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      _("The server answered without any audio"));
  return FALSE;
}

TtsSpeechAudioFormat
tts_speech_audio_format (const TtsSpeechAudio *self)
{
  return self->format;
}

gsize
tts_speech_audio_available (const TtsSpeechAudio *self)
{
  gsize size = self->out->len - self->out_start;

  return size - size % frame_size (self);
}

GBytes *
tts_speech_audio_take (TtsSpeechAudio *self, gsize max)
{
  gsize size = MIN (tts_speech_audio_available (self), max);
  GBytes *bytes;

  size -= size % frame_size (self);
  if (size == 0)
    return NULL;
  bytes = g_bytes_new (self->out->data + self->out_start, size);
  self->out_start += size;
  self->taken = TRUE;
  return bytes;
}
