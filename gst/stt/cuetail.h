// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The last caption of a chunk whose sentence the next chunk may go on with. */

#pragma once

#include "cues.h"
#include "text/breakwords.h"
#include "cuetokens.h"

G_BEGIN_DECLS

struct _SttCueTail
{
  GArray *tokens;    /* SttCueToken: the words of @cue; NULL: nothing goes on with them */
  gchar *speaker;    /* of all of them, or NULL */
  SttCue *cue;       /* as it is shown when nothing follows; NULL: none waits */
  SttCueRules rules; /* of @cue */
  guint64 base;      /* where times of words and @cue count from */
  guint64 origin;    /* the same in the stream: frames are counted from 0 */
  guint64 until;     /* the end of the chunk */
  gboolean cut;      /* the chunk was cut where speech went on */
};

void stt_cue_tail_clear (SttCueTail *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SttCueTail, stt_cue_tail_clear)

/* Keeps the last of @cues, whose words are @tokens. Takes @tokens. */
void stt_cue_tail_keep (SttCueTail *self, GPtrArray *cues, GArray *tokens);

/* Puts the words that wait before @tokens, which are @shift later, as one text: where
 * the sound was cut, capitals and full stops that the cut alone has made are mended. Takes
 * @tokens. */
GArray *stt_cue_tail_join (
    const SttCueTail *self, GArray *tokens, guint64 shift, const OpenaiBreakWords *words);

G_END_DECLS
