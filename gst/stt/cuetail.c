// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The last caption of a chunk whose sentence the next chunk may go on with. */

#include "cuetail.h"

#include <string.h>

#include "text/unicode.h"

void
stt_cue_tail_clear (SttCueTail *self)
{
  g_clear_pointer (&self->tokens, g_array_unref);
  g_clear_pointer (&self->speaker, g_free);
  g_clear_pointer (&self->cue, stt_cue_free);
}

void
stt_cue_tail_keep (SttCueTail *self, GPtrArray *cues, GArray *tokens)
{
  stt_cue_tail_clear (self);
  self->tokens = tokens;
  self->cue = g_ptr_array_steal_index (cues, cues->len - 1);
  self->speaker = g_strdup (self->cue->speaker);
  for (guint i = 0; i < tokens->len; i++)
    stt_cue_tokens_nth (tokens, i)->speaker = self->speaker;
}

static gunichar
last_char (const gchar *text)
{
  return *text ? g_utf8_get_char (g_utf8_prev_char (text + strlen (text))) : 0;
}

/* A word that no sentence needs a capital for: not English I, and in German no pronoun
 * of address. */
static gboolean
may_be_small (const gchar *text, const OpenaiBreakWords *words)
{
  OpenaiWordFlags flags = openai_break_words_lookup (words, text);

  if (!flags || !g_unichar_isupper (g_utf8_get_char (text))
      || g_str_has_prefix (text, "I'") || *g_utf8_next_char (text) == '\0')
    return FALSE;
  return !g_str_equal (openai_break_words_language (words), "de")
      || flags & (OPENAI_WORD_PREPOSITION | OPENAI_WORD_CONJUNCTION);
}

static void
lower_first (SttCueToken *token)
{
  const gchar *rest = g_utf8_next_char (token->text);
  g_autofree gchar *first = g_utf8_strdown (token->text, rest - token->text);
  gchar *text = g_strconcat (first, rest, NULL);

  g_free (token->text);
  token->text = text;
}

/* A full stop before a small letter, a capital after no stop. */
static void
mend_cut (SttCueToken *last, SttCueToken *first, const OpenaiBreakWords *words)
{
  gsize length = strlen (last->text);
  gunichar c = last_char (last->text);

  if (c == '.' && length > 1 && last->text[length - 2] != '.'
      && g_unichar_islower (g_utf8_get_char (first->text)))
    last->text[length - 1] = '\0';
  else if (!(openai_char_flags (c) & OPENAI_CHAR_SENTENCE_END) && words
      && may_be_small (first->text, words))
    lower_first (first);
}

GArray *
stt_cue_tail_join (
    const SttCueTail *self, GArray *tokens, guint64 shift, const OpenaiBreakWords *words)
{
  for (guint i = 0; i < tokens->len; i++) {
    stt_cue_tokens_nth (tokens, i)->start += shift;
    stt_cue_tokens_nth (tokens, i)->end += shift;
  }
  if (tokens->len > 0 && self->tokens->len > 0) {
    SttCueToken *last = stt_cue_tokens_nth (self->tokens, self->tokens->len - 1);
    SttCueToken *first = stt_cue_tokens_nth (tokens, 0);

    if (self->cut)
      mend_cut (last, first, words);
    first->glued =
        !openai_text_needs_space (last_char (last->text), g_utf8_get_char (first->text));
  }
  for (guint i = self->tokens->len; i-- > 0;) {
    SttCueToken copy = *stt_cue_tokens_nth (self->tokens, i);

    copy.text = g_strdup (copy.text);
    g_array_prepend_val (tokens, copy);
  }
  return tokens;
}
