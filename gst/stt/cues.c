// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Transcripts to timed captions. */

#include "cues.h"

#include <string.h>

#include "text/cea608.h"
#include "text/linebreak.h"
#include "text/unicode.h"
#include "cuesplit.h"
#include "cuetail.h"
#include "cuetiming.h"
#include "cuetokens.h"
#include "cueturns.h"

void
stt_cue_free (gpointer data)
{
  SttCue *self = data;

  g_free (self->text);
  g_free (self->speaker);
  g_free (self->other);
  g_free (self);
}

/* Takes @text. */
static void
add_cue (GPtrArray *cues, gchar *text, const gchar *speaker, guint64 start, guint64 end)
{
  SttCue *cue = g_new0 (SttCue, 1);

  cue->text = text;
  cue->speaker = g_strdup (speaker);
  cue->start = start;
  cue->end = end;
  cue->columns = openai_text_width (text);
  g_ptr_array_add (cues, cue);
}

static gchar *
wrap (const gchar *text, guint max_columns)
{
  g_autoptr (GArray) units = openai_text_units_new (text, max_columns);
  GString *out = g_string_new (NULL);
  guint first = 0;

  while (first < units->len) {
    guint end = openai_text_units_fit (units, first, units->len, max_columns);

    if (first > 0)
      g_string_append_c (out, '\n');
    openai_text_units_append (units, first, end, out);
    first = end;
  }
  return g_string_free (out, FALSE);
}

/* Where a new caption has to begin, whatever fits. */
static gboolean
is_boundary (const SttCueToken *before, const SttCueToken *token)
{
  return token->start >= before->end + STT_CUES_PAUSE
      || g_strcmp0 (token->speaker, before->speaker) != 0;
}

static void
caption_run (GPtrArray *cues, GArray *tokens, guint first, guint end,
    const SttCuesOptions *options, const OpenaiBreakWords *words)
{
  const SttCueRules *rules = &options->rules;
  g_auto (SttCueUnits) units =
      stt_cue_units_new (tokens, first, end, rules->max_columns, words);
  g_autoptr (GArray) ends = stt_cue_split (&units, rules,
      end < tokens->len ? stt_cue_tokens_nth (tokens, end)->start
                        : MAX (options->available, options->duration));
  const gchar *speaker = stt_cue_tokens_nth (tokens, first)->speaker;

  for (guint i = 0, from = 0; i < ends->len; i++) {
    guint to = g_array_index (ends, guint, i);

    add_cue (cues, stt_cue_lines (&units, from, to, rules), speaker,
        stt_cue_units_place (&units, from)->start,
        stt_cue_units_place (&units, to - 1)->end);
    from = to;
  }
  if (options->last && end == tokens->len)
    stt_cue_units_append_tokens (&units,
        ends->len > 1 ? g_array_index (ends, guint, ends->len - 2) : 0, options->last);
}

/* Those of the language that is told, else of the one that the text seems to be in. */
static const OpenaiBreakWords *
words_of (GArray *tokens, const SttCuesOptions *options)
{
  g_autofree gchar *text = NULL;

  if (options->language)
    return openai_break_words_get (options->language);
  text = stt_cue_tokens_join (tokens, 0, tokens->len);
  return openai_break_words_guess (text);
}

static void
add_captions (GPtrArray *cues, GArray *tokens, const SttCuesOptions *options,
    const OpenaiBreakWords *words)
{
  guint first = 0;

  for (guint i = 1; i <= tokens->len; i++) {
    if (i < tokens->len
        && !is_boundary (
            stt_cue_tokens_nth (tokens, i - 1), stt_cue_tokens_nth (tokens, i)))
      continue;
    caption_run (cues, tokens, first, i, options, words);
    first = i;
  }
}

/* Tokens in groups that @same says belong together. */
static void
add_groups (GPtrArray *cues, GArray *tokens, const SttCuesOptions *options,
    gboolean (*same) (const SttCueToken *, const SttCueToken *))
{
  guint first = 0;

  for (guint i = 1; i <= tokens->len; i++) {
    g_autofree gchar *text = NULL;

    if (i < tokens->len
        && same (stt_cue_tokens_nth (tokens, i - 1), stt_cue_tokens_nth (tokens, i)))
      continue;
    text = stt_cue_tokens_join (tokens, first, i);
    add_cue (cues, wrap (text, options->rules.max_columns),
        stt_cue_tokens_nth (tokens, first)->speaker,
        stt_cue_tokens_nth (tokens, first)->start,
        stt_cue_tokens_nth (tokens, i - 1)->end);
    first = i;
  }
}

static gboolean
same_segment (const SttCueToken *a, const SttCueToken *b)
{
  return a->segment == b->segment;
}

static gboolean
same_chunk (const SttCueToken *a, const SttCueToken *b)
{
  return TRUE;
}

static void
add_words (GPtrArray *cues, GArray *tokens)
{
  for (guint i = 0; i < tokens->len; i++) {
    SttCueToken *token = stt_cue_tokens_nth (tokens, i);
    add_cue (cues, g_strdup (token->text), token->speaker, token->start, token->end);
  }
}

/* All of one text, with times that count from the base of what waited. Takes @tokens. */
static GArray *
go_on_with (SttCuesOptions *options, GArray *tokens, const OpenaiBreakWords *words)
{
  options->duration += options->shift;
  options->available += options->shift;
  options->origin -= MIN (options->origin, options->shift);
  return stt_cue_tail_join (options->before, tokens, options->shift, words);
}

/* None becomes empty. */
static void
write_as_cea608 (GArray *tokens)
{
  for (guint i = 0; i < tokens->len; i++) {
    SttCueToken *token = stt_cue_tokens_nth (tokens, i);
    g_autofree gchar *text = openai_cea608_write (token->text);

    if (*text != '\0') {
      g_free (token->text);
      token->text = g_steal_pointer (&text);
    }
  }
}

static void
find_unwritable (GPtrArray *cues)
{
  for (guint i = 0; i < cues->len; i++) {
    SttCue *cue = g_ptr_array_index (cues, i);

    if (openai_cea608_count_missing (cue->text) > 0)
      cue->findings |= STT_CUE_UNWRITABLE;
  }
}

GPtrArray *
stt_cues_new (const OpenaiTranscript *transcript, const SttCuesOptions *given)
{
  SttCuesOptions options = *given;
  GPtrArray *cues = g_ptr_array_new_with_free_func (stt_cue_free);
  g_autoptr (GArray) tokens = NULL;
  const OpenaiBreakWords *words;

  options.rules.max_lines = MAX (options.rules.max_lines, 1);
  options.rules.max_columns = MAX (options.rules.max_columns, 1);
  tokens = stt_cue_tokens_new (transcript, &options);
  if (options.rules.cea608)
    write_as_cea608 (tokens);
  words = words_of (tokens, &options);
  if (options.before)
    tokens = go_on_with (&options, tokens, words);
  switch (options.granularity) {
    case STT_CUES_WORD:
      add_words (cues, tokens);
      break;
    case STT_CUES_SEGMENT:
      add_groups (cues, tokens, &options, same_segment);
      break;
    case STT_CUES_CHUNK:
      add_groups (cues, tokens, &options, same_chunk);
      break;
    default:
      add_captions (cues, tokens, &options, words);
      if (options.speaker_style == STT_SPEAKERS_DASH
          || options.speaker_style == STT_SPEAKERS_COLOUR)
        stt_cue_turns_join (cues, &options, options.last ? 1 : 0);
      break;
  }
  for (guint i = 0; options.speaker_style == STT_SPEAKERS_VOICE && i < cues->len; i++)
    ((SttCue *) g_ptr_array_index (cues, i))->voice =
        ((SttCue *) g_ptr_array_index (cues, i))->speaker;
  stt_cue_timing_apply (cues, &options);
  if (options.rules.cea608)
    find_unwritable (cues);
  return cues;
}
