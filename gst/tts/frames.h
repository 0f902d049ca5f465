// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Encoded answers, one after another, to the frames of one stream. */

#pragma once

#include "speechaudio.h"

G_BEGIN_DECLS

typedef enum
{
  TTS_FRAMES_MP3,   /* a frame each */
  TTS_FRAMES_AAC,   /* an ADTS frame each */
  TTS_FRAMES_OGG,   /* a page each */
  TTS_FRAMES_OPUS,  /* a packet of Ogg Opus each */
  TTS_FRAMES_FLAC,  /* the stream's header, then a frame each */
  TTS_FRAMES_MULAW, /* 20 ms each, as of A-law */
  TTS_FRAMES_ALAW,
} TtsFramesKind;

/* What the first frame told; @headers: what the caps carry (OpusHead; of FLAC
 * as it is in Ogg, which is how caps have it), or NULL. */
typedef struct
{
  guint rate;
  guint channels;
  guint mpeg_version; /* AAC only: 2 or 4 */
  GBytes *headers[2];
} TtsFramesFormat;

typedef struct
{
  GBytes *data;
  guint64 samples; /* it lasts; 0: a header */
} TtsFrame;

typedef struct _TtsFrames TtsFrames;

/* Several answers become one stream a parser or demuxer takes: tags and the
 * frame that only describes an MP3 are left out; of Ogg and FLAC the first
 * answer's header counts, pages and frames are numbered on. */
TtsFrames *tts_frames_new (TtsFramesKind kind);
void tts_frames_free (TtsFrames *self);

/* An answer begins: its first sample is number @position of the stream at
 * the stream's rate; less than there were: the next one. */
void tts_frames_begin (TtsFrames *self, guint64 position);
void tts_frames_push (TtsFrames *self, const guint8 *data, gsize length);

/* The answer is whole. What does not make a frame is dropped. */
void tts_frames_end (TtsFrames *self);

/* The next frame; free its data. FALSE: none yet. */
gboolean tts_frames_next (TtsFrames *self, TtsFrame *frame);

/* Valid once tts_frames_next() gave a frame. */
const TtsFramesFormat *tts_frames_format (const TtsFrames *self);

/* --- for the readers of one kind --------------------------------------------
 * Takes one frame off the front of @data: sets @used, and @frame when there
 * is one to hand out. @used 0: more bytes are needed. @last: no more come. */
typedef struct _TtsFramesState TtsFramesState;
typedef void (*TtsFramesReader) (TtsFramesState *state, const guint8 *data, gsize length,
    gboolean last, gsize *used, TtsFrame *frame);

struct _TtsFramesState
{
  TtsFramesKind kind;
  TtsFramesFormat format;
  guint64 position;       /* of the next sample in the stream */
  guint answers;          /* begun so far */
  gboolean answer_begins; /* no frame of it was read yet */

  /* Ogg */
  guint32 serial;
  guint32 pages;      /* written so far */
  guint packets;      /* of this answer that were complete */
  GByteArray *packet; /* that goes on on the next page */
  GQueue ready;       /* Frame *: packets that came together */

  /* FLAC */
  gboolean in_frames; /* the header is behind us */
  gsize scanned;      /* bytes of the frame that were looked at ... */
  guint16 check;      /* ... and their checksum */
};

void tts_frames_read_ogg (TtsFramesState *state, const guint8 *data, gsize length,
    gboolean last, gsize *used, TtsFrame *frame);
void tts_frames_read_flac (TtsFramesState *state, const guint8 *data, gsize length,
    gboolean last, gsize *used, TtsFrame *frame);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TtsFrames, tts_frames_free)

G_END_DECLS
