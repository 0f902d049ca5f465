// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What a resolved chunk says: its transcript without hallucinations, and with the times
 * that can be true. */

#pragma once

#include "captions.h"

G_BEGIN_DECLS

typedef struct
{
  OpenaiTranscript *text;
  OpenaiTranscript *timed; /* the same, by where a voice was heard */
  GArray *voice;           /* where that was, or NULL: not known */
  gchar *dropped;          /* the hallucinations, or NULL */
} SttSaid;

/* @chunk has left the queue: its transcript is set right, and an end that is not known
 * comes from it. */
SttSaid stt_said_of (SttChunk *chunk, const SttCaptionsStyle *style);
void stt_said_clear (SttSaid *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SttSaid, stt_said_clear)

G_END_DECLS
