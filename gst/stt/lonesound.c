// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Sounds that stand alone in digital silence. */

#include "lonesound.h"

/* dBFS. No microphone is as quiet, nor is what was mixed with anything. */
#define SILENT_DB -100
#define LOUD_DB -50

/* Frames of silence before and after. A word has shorter ones in it. */
#define SILENT_FRAMES 30

/* Frames. Of single words the network misses some, as it wants 150 ms of a voice; the stroke
 * of a key is shorter. What lasts longer and is a voice is not missed. */
#define LEAST_LOUD 20
#define MOST_FRAMES 200

/* The part of it that is loud. */
#define LOUD_PART 0.6

void
stt_lone_sound_init (SttLoneSound *self)
{
  *self = (SttLoneSound) { .n_silent = SILENT_FRAMES };
}

static gboolean
is_complete (const SttLoneSound *self)
{
  return self->begun && !self->is_other && self->n_loud >= LEAST_LOUD
      && self->n_loud >= LOUD_PART * self->n_frames;
}

static void
begin (SttLoneSound *self, const SttFrame *frame)
{
  self->begun = TRUE;
  self->is_voiced = FALSE;
  self->is_other = self->n_silent < SILENT_FRAMES;
  self->start = frame->start;
  self->n_frames = self->n_loud = 0;
}

static void
add (SttLoneSound *self, const SttFrame *frame)
{
  self->n_frames += self->n_silent + 1;
  self->n_loud += frame->level > LOUD_DB;
  self->n_silent = 0;
  self->end = frame->end;
  self->is_voiced |= frame->goes_on;
  self->is_other |= self->n_frames > MOST_FRAMES;
}

gboolean
stt_lone_sound_push (SttLoneSound *self, const SttFrame *frame)
{
  gboolean complete;

  if (frame->level > SILENT_DB) {
    if (!self->begun) {
      begin (self, frame);
      self->n_silent = 0;
    }
    add (self, frame);
    return FALSE;
  }
  if (++self->n_silent < SILENT_FRAMES)
    return FALSE;
  complete = is_complete (self);
  self->begun = FALSE;
  return complete;
}

gboolean
stt_lone_sound_finish (SttLoneSound *self)
{
  gboolean complete = is_complete (self) && (self->start > 0 || self->n_silent > 0);

  *self = (SttLoneSound) { .start = self->start, .end = self->end };
  return complete;
}

guint64
stt_lone_sound_pending (const SttLoneSound *self)
{
  return self->begun && !self->is_other ? self->start : G_MAXUINT64;
}
