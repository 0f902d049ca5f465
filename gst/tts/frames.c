// SPDX-License-Identifier: LGPL-2.1-or-later
/* Encoded answers, one after another, to the frames of one stream. */

#include "frames.h"

#include <string.h>

#define ID3_HEADER 10
#define ID3_TRAILER 128
#define MP3_HEADER 4
#define ADTS_HEADER 7
#define ADTS_SAMPLES 1024

struct _TtsFrames
{
  TtsFramesState state;
  TtsFramesReader reader;
  GByteArray *pending;          /* from start on not read yet */
  gsize start;
  gboolean last;                /* the answer is whole */
};

static gboolean
is_tag (const guint8 * p, gsize length, const gchar * tag)
{
  gsize size = strlen (tag);

  return length >= size && memcmp (p, tag, size) == 0;
}

static void
hand_out (TtsFrame * frame, const guint8 * data, gsize size, guint64 samples)
{
  frame->data = g_bytes_new (data, size);
  frame->samples = samples;
}

typedef struct
{
  guint size;                   /* of the frame */
  guint samples;
  guint rate;
  guint channels;
  guint side_info;              /* bytes after the header */
} Mp3Header;

static gboolean
parse_mp3_header (const guint8 * p, Mp3Header * header)
{
  /* Layer III, of MPEG 1 and of MPEG 2 and 2.5, in kbit/s. */
  static const guint16 bitrates[2][16] = {
    {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0},
    {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0},
  };
  static const guint rates[4] = { 44100, 48000, 32000, 0 };
  guint version = p[1] >> 3 & 3, bitrate, rate;
  gboolean low = version != 3;

  if (p[0] != 0xff || (p[1] & 0xe6) != 0xe2 || version == 1)
    return FALSE;
  bitrate = bitrates[low][p[2] >> 4];
  rate = rates[p[2] >> 2 & 3];
  if (bitrate == 0 || rate == 0)
    return FALSE;
  header->rate = rate >> (version == 3 ? 0 : version == 2 ? 1 : 2);
  header->channels = p[3] >> 6 == 3 ? 1 : 2;
  header->samples = low ? 576 : 1152;
  header->size = header->samples / 8 * bitrate * 1000 / header->rate
      + (p[2] >> 1 & 1);
  header->side_info = low ? (header->channels == 1 ? 9 : 17) :
      (header->channels == 1 ? 17 : 32);
  return TRUE;
}

/* A frame that says how long the file is, or how it was made, and is silent. */
static gboolean
only_describes (const Mp3Header * header, const guint8 * p)
{
  gsize place = MP3_HEADER + header->side_info;

  return (header->size >= place + 4
      && (is_tag (p + place, 4, "Xing") || is_tag (p + place, 4, "Info")))
      || (header->size >= 40 && is_tag (p + 36, 4, "VBRI"));
}

/* The size of a tag, or 0. @length is at least ID3_HEADER. */
static gsize
tag_size (const guint8 * p)
{
  if (is_tag (p, 3, "ID3"))
    return ID3_HEADER + (p[5] & 0x10 ? ID3_HEADER : 0) + ((gsize) p[6] << 21
        | p[7] << 14 | p[8] << 7 | p[9]);
  return is_tag (p, 3, "TAG") ? ID3_TRAILER : 0;
}

static void
read_mp3 (TtsFramesState * state, const guint8 * p, gsize length, gboolean last,
    gsize * used, TtsFrame * frame)
{
  Mp3Header header;
  gsize tag;

  if (length < ID3_HEADER)
    return;
  tag = tag_size (p);
  if (tag > 0) {
    *used = length >= tag ? tag : 0;
    return;
  }
  if (!parse_mp3_header (p, &header)) {
    *used = 1;
    return;
  }
  if (length < header.size)
    return;
  *used = header.size;
  if (state->answer_begins && only_describes (&header, p)) {
    state->answer_begins = FALSE;
    return;
  }
  state->format.rate = header.rate;
  state->format.channels = header.channels;
  hand_out (frame, p, header.size, header.samples);
}

static void
read_adts (TtsFramesState * state, const guint8 * p, gsize length, gboolean last,
    gsize * used, TtsFrame * frame)
{
  static const guint rates[16] = { 96000, 88200, 64000, 48000, 44100, 32000,
    24000, 22050, 16000, 12000, 11025, 8000, 7350
  };
  gsize size;
  guint rate, channels;

  if (length < ADTS_HEADER)
    return;
  size = (p[3] & 3) << 11 | p[4] << 3 | p[5] >> 5;
  rate = rates[p[2] >> 2 & 15];
  channels = (p[2] & 1) << 2 | p[3] >> 6;
  if (p[0] != 0xff || (p[1] & 0xf6) != 0xf0 || rate == 0
      || size < ADTS_HEADER) {
    *used = 1;
    return;
  }
  if (length < size)
    return;
  *used = size;
  state->format.rate = rate;
  state->format.channels = channels == 7 ? 8 : MAX (channels, 1);
  state->format.mpeg_version = p[1] & 8 ? 2 : 4;
  hand_out (frame, p, size, ADTS_SAMPLES * ((p[6] & 3) + 1));
}

TtsFrames *
tts_frames_new (TtsFramesKind kind)
{
  static const TtsFramesReader readers[] = {
    [TTS_FRAMES_MP3] = read_mp3,
    [TTS_FRAMES_AAC] = read_adts,
    [TTS_FRAMES_OGG] = tts_frames_read_ogg,
    [TTS_FRAMES_OPUS] = tts_frames_read_ogg,
    [TTS_FRAMES_FLAC] = tts_frames_read_flac,
  };
  TtsFrames *self = g_new0 (TtsFrames, 1);

  self->reader = readers[kind];
  self->state.kind = kind;
  if (kind == TTS_FRAMES_OGG || kind == TTS_FRAMES_OPUS)
    self->state.format.rate = TTS_FRAMES_OPUS_RATE;
  self->state.packet = g_byte_array_new ();
  g_queue_init (&self->state.ready);
  self->pending = g_byte_array_new ();
  return self;
}

static void
frame_free (gpointer data)
{
  TtsFrame *frame = data;

  g_bytes_unref (frame->data);
  g_free (frame);
}

void
tts_frames_free (TtsFrames * self)
{
  if (!self)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (self->state.format.headers); i++)
    g_clear_pointer (&self->state.format.headers[i], g_bytes_unref);
  g_queue_clear_full (&self->state.ready, frame_free);
  g_byte_array_unref (self->state.packet);
  g_byte_array_unref (self->pending);
  g_free (self);
}

void
tts_frames_begin (TtsFrames * self, guint64 position)
{
  TtsFramesState *state = &self->state;

  state->position = MAX (state->position, position);
  state->answers++;
  state->answer_begins = TRUE;
  state->in_frames = FALSE;
  state->packets = 0;
  state->scanned = 0;
  state->check = 0;
  g_queue_clear_full (&state->ready, frame_free);
  g_byte_array_set_size (state->packet, 0);
  g_byte_array_set_size (self->pending, 0);
  self->start = 0;
  self->last = FALSE;
}

void
tts_frames_push (TtsFrames * self, const guint8 * data, gsize length)
{
  if (self->start > self->pending->len / 2) {
    g_byte_array_remove_range (self->pending, 0, self->start);
    self->start = 0;
  }
  g_byte_array_append (self->pending, data, length);
}

void
tts_frames_end (TtsFrames * self)
{
  self->last = TRUE;
}

/* Reads on until there is a frame or bytes are missing. */
static void
read_one (TtsFrames * self, TtsFrame * frame)
{
  TtsFramesState *state = &self->state;
  gsize used;

  do {
    used = 0;
    self->reader (state, self->pending->data + self->start,
        self->pending->len - self->start, self->last, &used, frame);
    self->start += used;
    if (frame->data)
      state->answer_begins = FALSE;
  } while (used > 0 && !frame->data && g_queue_is_empty (&state->ready));
}

gboolean
tts_frames_next (TtsFrames * self, TtsFrame * frame)
{
  TtsFramesState *state = &self->state;
  g_autofree TtsFrame *ready = NULL;

  memset (frame, 0, sizeof *frame);
  if (g_queue_is_empty (&state->ready))
    read_one (self, frame);
  ready = g_queue_pop_head (&state->ready);
  if (ready)
    *frame = *ready;
  if (state->kind == TTS_FRAMES_MP3 || state->kind == TTS_FRAMES_AAC)
    state->position += frame->samples;
  return frame->data != NULL;
}

const TtsFramesFormat *
tts_frames_format (const TtsFrames * self)
{
  return &self->state.format;
}
