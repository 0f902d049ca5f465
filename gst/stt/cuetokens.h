// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The words of a transcript, each with its time. */

#pragma once

#include "cues.h"

G_BEGIN_DECLS

/* A token is what stands between spaces of the text that is shown, with its time;
 * where words are not set apart by spaces it is one of those. */
typedef struct
{
  gchar *text;
  const gchar *speaker; /* of the transcript */
  guint segment;        /* its index */
  guint64 start;
  guint64 end;
  gboolean timed;
  gboolean guessed; /* the time: the server told none near it */
  gboolean glued;   /* no space before it */
} SttCueToken;

/* The words of @transcript, in order, as an array of SttCueToken: timed by the
 * server's words or segments, else by shares of the speech between them. Starts never
 * go back. Valid as long as @transcript. */
GArray *stt_cue_tokens_new (
    const OpenaiTranscript *transcript, const SttCuesOptions *options);

/* An empty array of them, which owns their texts. */
GArray *stt_cue_tokens_new_empty (void);

static inline SttCueToken *
stt_cue_tokens_nth (GArray *tokens, guint i)
{
  return &g_array_index (tokens, SttCueToken, i);
}

G_END_DECLS
