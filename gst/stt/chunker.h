// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where to cut: mono samples in, chunks of speech and silence out. */

#pragma once

#include "hearing.h"

G_BEGIN_DECLS

/* Durations are in samples. */
typedef struct
{
  guint rate; /* samples per second */
  SttVad vad;
  gboolean skip_silence;  /* FALSE: what is between chunks belongs to them */
  guint64 pre_roll;       /* kept before speech begins */
  guint64 hangover;       /* kept after speech ends */
  guint64 silence;        /* a pause this long ends a chunk ... */
  guint64 least_silence;  /* or one down to this, of a speaker whose own pauses
                                 * are short, where the network hears; 0: none */
  guint64 min_chunk;      /* ... that is at least this long */
  guint64 fill;           /* one that is shorter goes on after a pause ... */
  guint64 max_pause;      /* ... shorter than this */
  guint64 start_fill;     /* these instead while STT_LENGTH_FILLED: in what */
  guint64 start_pause;    /* is longer a language is found better */
  guint64 late_fill;      /* and these while STT_LENGTH_LATE: few requests */
  guint64 late_max_chunk; /* catch up; 0: as ever */
  guint64 max_chunk;      /* a longer one is cut in the longest pause of
                                 * its last half, or else at the quietest 20 ms
                                 * of its last quarter; 0: never */
} SttChunkerOptions;

/* Positions are samples since stt_chunker_new(). SILENCE and AUDIO chunks tile
 * the input: each begins where the one before ended, and after
 * stt_chunker_finish() they cover every sample pushed. HEARD tells of audio again:
 * in order, between the last AUDIO of a chunk and its END. */
typedef enum
{
  STT_CHUNKER_SILENCE, /* [start, end) belongs to no chunk */
  STT_CHUNKER_BEGIN,   /* a chunk begins at start */
  STT_CHUNKER_AUDIO,   /* [start, end) belongs to the open chunk */
  STT_CHUNKER_HEARD,   /* [start, end) of it is loud enough for speech */
  STT_CHUNKER_END,     /* the open chunk ends at start */
} SttChunkerEventKind;

typedef struct
{
  SttChunkerEventKind kind;
  guint64 start;
  guint64 end;
  gboolean forced;      /* END: by max_chunk, not by a pause */
  guint64 speech_start; /* BEGIN: as far as it is known; END: of the chunk, without what
                         * was kept */
  guint64 speech_end;   /* before and after the speech; all of it where
                                 * nothing was heard or chunks have a fixed
                                 * length */
} SttChunkerEvent;

/* How long chunks are to be. */
typedef enum
{
  STT_LENGTH_USUAL,
  STT_LENGTH_PAUSES, /* each pause ends one that is long enough */
  STT_LENGTH_FILLED,
  STT_LENGTH_LATE,
} SttLength;

typedef struct _SttChunker SttChunker;

SttChunker *stt_chunker_new (const SttChunkerOptions *options);
void stt_chunker_free (SttChunker *self);

void stt_chunker_push (
    SttChunker *self, const gint16 *samples, gsize length, SttVerdict verdict);

/* From now on chunks are at most this long, the open one too, if they are not
 * already shorter. */
void stt_chunker_limit (SttChunker *self, guint64 max_chunk);

/* From now on, the open chunk too; one that is longer then ends soon. */
void stt_chunker_set_length (SttChunker *self, SttLength length);

/* The end of the stream, or of what is contiguous in it: closes the open
 * chunk. The next push begins clean, with the noise floor kept; positions go
 * on counting. */
void stt_chunker_finish (SttChunker *self);

/* The next event that is decided. AUDIO comes as soon as it is certain that it
 * belongs to the chunk, so that it can be uploaded while it is spoken: all of
 * it while speech goes on, except what a cut at the quietest point could still
 * give to the next chunk, and a pause beyond the hangover. */
gboolean stt_chunker_next (SttChunker *self, SttChunkerEvent *event);

/* Something ends at about @position, which is before what was pushed last: the open
 * chunk, in its last half, is cut in its longest pause if that is there. */
void stt_chunker_cut_near (SttChunker *self, guint64 position);

/* The end of what was heard of the open chunk, with what is kept after it, in samples
 * since stt_chunker_new(); 0: none is open. @paused: it is in the past. */
guint64 stt_chunker_heard_end (const SttChunker *self, gboolean *paused);

/* What of all that was pushed is decided. */
void stt_chunker_get_sound (SttChunker *self, SttSound *sound);

/* The middle of the quietest 20 ms in the middle half of @samples: where to cut
 * them in two. */
gsize stt_chunker_middle_cut (const gint16 *samples, gsize length, guint rate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SttChunker, stt_chunker_free)

G_END_DECLS
