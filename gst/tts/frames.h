// SPDX-License-Identifier: LGPL-2.1-or-later
/* Encoded answers, one after another, to the frames of one stream. */

#pragma once

#include "tts/speechaudio.h"

G_BEGIN_DECLS

typedef enum
{
  FRAMES_MP3,                   /* a frame each */
  FRAMES_AAC,                   /* an ADTS frame each */
  FRAMES_OGG,                   /* a page each */
  FRAMES_OPUS,                  /* a packet of Ogg Opus each */
  FRAMES_FLAC,                  /* the stream's header, then a frame each */
} FramesKind;

/* That of Opus, whatever it was made of. */
#define FRAMES_OPUS_RATE 48000

/* What the first frame told; @headers: what the caps carry (OpusHead; of FLAC
 * as it is in Ogg, which is how caps have it), or NULL. */
typedef struct
{
  guint rate;
  guint channels;
  guint mpeg_version;           /* AAC only: 2 or 4 */
  GBytes *headers[2];
} FramesFormat;

typedef struct
{
  GBytes *data;
  guint64 samples;              /* it lasts; 0: a header */
} Frame;

typedef struct _Frames Frames;

/* Several answers become one stream a parser or demuxer takes: tags and the
 * frame that only describes an MP3 are left out; of Ogg and FLAC the first
 * answer's header counts, pages and frames are numbered on. */
Frames *frames_new (FramesKind kind);
void frames_free (Frames * frames);

/* An answer begins: its first sample is number @position of the stream at
 * the stream's rate; less than there were: the next one. */
void frames_begin (Frames * frames, guint64 position);
void frames_push (Frames * frames, const guint8 * data, gsize length);

/* The answer is whole. What does not make a frame is dropped. */
void frames_end (Frames * frames);

/* The next frame; free its data. FALSE: none yet. */
gboolean frames_next (Frames * frames, Frame * frame);

/* Valid once frames_next() gave a frame. */
const FramesFormat *frames_format (const Frames * frames);

/* --- for the readers of one kind --------------------------------------------
 * Takes one frame off the front of @data: sets @used, and @frame when there
 * is one to hand out. @used 0: more bytes are needed. @last: no more come. */
typedef struct _FramesState FramesState;
typedef void (*FramesReader) (FramesState * state, const guint8 * data,
    gsize length, gboolean last, gsize * used, Frame * frame);

struct _FramesState
{
  FramesKind kind;
  FramesFormat format;
  guint64 position;             /* of the next sample in the stream */
  guint answers;                /* begun so far */
  gboolean answer_begins;       /* no frame of it was read yet */

  /* Ogg */
  guint32 serial;
  guint32 pages;                /* written so far */
  guint packets;                /* of this answer that were complete */
  GByteArray *packet;           /* that goes on on the next page */
  GQueue ready;                 /* Frame *: packets that came together */

  /* FLAC */
  gboolean in_frames;           /* the header is behind us */
  gsize scanned;                /* bytes of the frame that were looked at ... */
  guint16 check;                /* ... and their checksum */
};

void frames_read_ogg (FramesState * state, const guint8 * data, gsize length,
    gboolean last, gsize * used, Frame * frame);
void frames_read_flac (FramesState * state, const guint8 * data, gsize length,
    gboolean last, gsize * used, Frame * frame);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Frames, frames_free)

G_END_DECLS
