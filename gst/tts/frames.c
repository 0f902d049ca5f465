// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Encoded answers, one after another, to the frames of one stream. */

#include "frames.h"

#include <string.h>

#include "audio/mpeg.h"
#include "audio/ogg.h"

#define ID3_TRAILER 128

/* G.711: samples a second, and in a frame. */
#define G711_RATE 8000
#define G711_FRAME 160

struct _TtsFrames
{
  TtsFramesState state;
  TtsFramesReader reader;
  GByteArray *pending; /* from start on not read yet */
  gsize start;
  gboolean last; /* the answer is whole */
};

static gboolean
is_tag (const guint8 *p, gsize length, const gchar *tag)
{
  gsize size = strlen (tag);

  return length >= size && memcmp (p, tag, size) == 0;
}

static void
hand_out (TtsFrame *frame, const guint8 *data, gsize size, guint64 samples)
{
  frame->data = g_bytes_new (data, size);
  frame->samples = samples;
}

/* A frame that says how long the file is, or how it was made, and is silent. */
static gboolean
is_xing_header (const OpenaiMpegHeader *header, const guint8 *p)
{
  guint side_info =
      header->low ? (header->channels == 1 ? 9 : 17) : (header->channels == 1 ? 17 : 32);
  gsize place = OPENAI_MPEG_HEADER + side_info;

  return (header->size >= place + 4
             && (is_tag (p + place, 4, "Xing") || is_tag (p + place, 4, "Info")))
      || (header->size >= 40 && is_tag (p + 36, 4, "VBRI"));
}

/* The size of a tag, or 0. @length is at least OPENAI_ID3_HEADER. */
static gsize
tag_size (const guint8 *p)
{
  if (is_tag (p, 3, "ID3"))
    return openai_id3_size (p);
  return is_tag (p, 3, "TAG") ? ID3_TRAILER : 0;
}

static void
read_mp3 (TtsFramesState *state, const guint8 *p, gsize length, gboolean last,
    gsize *used, TtsFrame *frame)
{
  OpenaiMpegHeader header;
  gsize tag;

  if (length < OPENAI_ID3_HEADER)
    return;
  tag = tag_size (p);
  if (tag > 0) {
    *used = length >= tag ? tag : 0;
    return;
  }
  if (!openai_mpeg_parse (p, &header) || header.layer != 3) {
    *used = 1;
    return;
  }
  if (length < header.size)
    return;
  *used = header.size;
  if (state->answer_begins && is_xing_header (&header, p)) {
    state->answer_begins = FALSE;
    return;
  }
  state->format.rate = header.rate;
  state->format.channels = header.channels;
  hand_out (frame, p, header.size, header.samples);
}

static void
read_adts (TtsFramesState *state, const guint8 *p, gsize length, gboolean last,
    gsize *used, TtsFrame *frame)
{
  OpenaiAdtsHeader header;

  if (length < OPENAI_ADTS_HEADER)
    return;
  if (!openai_adts_parse (p, &header)) {
    *used = 1;
    return;
  }
  if (length < header.size)
    return;
  *used = header.size;
  state->format.rate = header.rate;
  state->format.channels = header.channels;
  state->format.mpeg_version = header.version;
  hand_out (frame, p, header.size, header.samples);
}

/* A byte is a sample. */
static void
read_g711 (TtsFramesState *state, const guint8 *p, gsize length, gboolean last,
    gsize *used, TtsFrame *frame)
{
  if (length < G711_FRAME && (!last || length == 0))
    return;
  *used = MIN (length, G711_FRAME);
  state->format.rate = G711_RATE;
  state->format.channels = 1;
  hand_out (frame, p, *used, *used);
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
    [TTS_FRAMES_MULAW] = read_g711,
    [TTS_FRAMES_ALAW] = read_g711,
  };
  TtsFrames *self = g_new0 (TtsFrames, 1);

  self->reader = readers[kind];
  self->state.kind = kind;
  if (kind == TTS_FRAMES_OGG || kind == TTS_FRAMES_OPUS)
    self->state.format.rate = OPENAI_OPUS_RATE;
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
tts_frames_free (TtsFrames *self)
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
tts_frames_begin (TtsFrames *self, guint64 position)
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
tts_frames_push (TtsFrames *self, const guint8 *data, gsize length)
{
  if (self->start > self->pending->len / 2) {
    g_byte_array_remove_range (self->pending, 0, self->start);
    self->start = 0;
  }
  g_byte_array_append (self->pending, data, length);
}

void
tts_frames_end (TtsFrames *self)
{
  self->last = TRUE;
}

/* Reads on until there is a frame or bytes are missing. */
static void
read_one (TtsFrames *self, TtsFrame *frame)
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
tts_frames_next (TtsFrames *self, TtsFrame *frame)
{
  TtsFramesState *state = &self->state;
  g_autofree TtsFrame *ready = NULL;

  memset (frame, 0, sizeof *frame);
  if (g_queue_is_empty (&state->ready))
    read_one (self, frame);
  ready = g_queue_pop_head (&state->ready);
  if (ready)
    *frame = *ready;
  if (self->reader != tts_frames_read_ogg && self->reader != tts_frames_read_flac)
    state->position += frame->samples;
  return frame->data != NULL;
}

const TtsFramesFormat *
tts_frames_format (const TtsFrames *self)
{
  return &self->state.format;
}
