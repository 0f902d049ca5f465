// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Which words of a text that still changes will stay. */

#include "stable.h"

#include <math.h>
#include <string.h>

#include "text/abbreviations.h"
#include "text/tokens.h"
#include "text/unicode.h"

/* Seconds between two hypotheses whose agreement tells something. */
#define APART 0.7

/* What can be said in a second, words or characters of scripts without spaces. */
#define WORDS_PER_SECOND 8.0
#define CLUSTERS_PER_SECOND 25.0

/* A loop repeats up to so many words, at least so often. */
#define MAX_PERIOD 6
#define MIN_REPEATS 4

/* After so many hypotheses in a row that agree on nothing, agreement is looked for
 * behind the word that wavers: so many tokens, at places that differ by so much. */
#define STALLED 2
#define ISLAND 3
#define ISLAND_SHIFT 4

/* So many in a row that do not know the words that stay are believed to continue
 * them all the same. */
#define MOST_LOST 3

/* Tokens: what was said longer ago is not compared any more. */
#define WINDOW 256

typedef struct
{
  GArray *tokens;
  gdouble heard;
} Hypothesis;

/* So many bytes of the words that stay were said in so many seconds. */
typedef struct
{
  gsize length;
  gdouble heard;
} Mark;

struct _SttStable
{
  GArray *shown; /* OpenaiToken that stay */
  GString *text; /* of them */
  gchar *rest;
  GString *taken; /* APPENDED: the text that became shown */
  GArray *marks;  /* Mark, in order */
  GQueue earlier; /* Hypothesis, the oldest first */
  guint stalls;
  guint lost;
  gboolean waits;
};

static void
hypothesis_free (Hypothesis *self)
{
  g_array_unref (self->tokens);
  g_free (self);
}

SttStable *
stt_stable_new (void)
{
  SttStable *self = g_new0 (SttStable, 1);

  self->shown = openai_tokens_new ("");
  self->text = g_string_new (NULL);
  self->rest = g_strdup ("");
  self->taken = g_string_new (NULL);
  self->marks = g_array_new (FALSE, FALSE, sizeof (Mark));
  g_queue_init (&self->earlier);
  return self;
}

void
stt_stable_free (SttStable *self)
{
  if (!self)
    return;
  g_queue_clear_full (&self->earlier, (GDestroyNotify) hypothesis_free);
  g_array_unref (self->shown);
  g_array_unref (self->marks);
  g_string_free (self->text, TRUE);
  g_string_free (self->taken, TRUE);
  g_free (self->rest);
  g_free (self);
}

/* --- where the words that stay end in another text --- */

/* One more token of the text: @row is how far each beginning of the words is from the
 * text so far, in insertions, deletions and substitutions. */
static void
next_row (guint *row, const GArray *shown, guint from, const OpenaiToken *token)
{
  guint diagonal = row[0]++;

  for (guint i = 1; i <= shown->len - from; i++) {
    guint above = row[i];
    guint same =
        openai_tokens_equal (openai_tokens_nth (shown, from + i - 1), token) ? 0 : 1;

    row[i] = MIN (MIN (above, row[i - 1]) + 1, diagonal + same);
    diagonal = above;
  }
}

static gboolean
ends_alike (const GArray *a, guint a_end, const GArray *b, guint b_end)
{
  return a_end > 0 && b_end > 0
      && openai_tokens_equal (
          openai_tokens_nth (a, a_end - 1), openai_tokens_nth (b, b_end - 1));
}

static guint
distance_between (guint a, guint b)
{
  return a > b ? a - b : b - a;
}

/* Of places that are as good: where the same word ends, else the nearest. */
static gboolean
is_better_end (const GArray *shown, const GArray *text, guint place, guint best)
{
  gboolean alike = ends_alike (shown, shown->len, text, place);

  if (alike != ends_alike (shown, shown->len, text, best))
    return alike;
  return distance_between (place, shown->len) < distance_between (best, shown->len);
}

/* The beginning of @text that is most like @shown; @distance: how much it differs. */
static guint
find_end (const GArray *shown, const GArray *text, guint *distance)
{
  guint same = openai_tokens_common (shown, 0, text, 0);
  guint from = MAX (same, shown->len - MIN (shown->len, WINDOW));
  guint rest, best;
  g_autofree guint *row = NULL;

  *distance = 0;
  if (same == shown->len)
    return same;
  from = MIN (from, text->len);
  rest = shown->len - from;
  row = g_new (guint, rest + 1);
  for (guint i = 0; i <= rest; i++)
    row[i] = i;
  best = from;
  *distance = row[rest];
  for (guint i = from; i < MIN (text->len, from + 2 * WINDOW); i++) {
    next_row (row, shown, from, openai_tokens_nth (text, i));
    if (row[rest] < *distance
        || (row[rest] == *distance && is_better_end (shown, text, i + 1, best)))
      best = i + 1;
    *distance = MIN (*distance, row[rest]);
  }
  return best;
}

static gboolean
is_lost (const SttStable *self, guint distance)
{
  guint shown = self->shown->len;

  return distance > MAX (shown > 2 ? 2 : 1, shown / 3);
}

/* --- what is left out --- */

static gboolean
has_loop (const GArray *tokens)
{
  for (guint period = 1; period <= MAX_PERIOD; period++) {
    guint same = 0;

    for (guint i = period; i < tokens->len; i++) {
      same = openai_tokens_equal (
                 openai_tokens_nth (tokens, i), openai_tokens_nth (tokens, i - period))
          ? same + 1
          : 0;
      if (same >= period * (MIN_REPEATS - 1))
        return TRUE;
    }
  }
  return FALSE;
}

/* FALSE also when it is not known. */
static gboolean
is_too_fast (const GArray *tokens, gdouble heard)
{
  gdouble needed = 0;

  for (guint i = 0; i < tokens->len; i++)
    needed += openai_tokens_nth (tokens, i)->unsure == 1 ? 1 / WORDS_PER_SECOND
                                                         : 1 / CLUSTERS_PER_SECOND;
  return needed > heard;
}

/* A word that was cut off is no word. */
static void
drop_broken_word (GArray *tokens)
{
  const OpenaiToken *last =
      tokens->len > 0 ? openai_tokens_nth (tokens, tokens->len - 1) : NULL;

  if (last
      && (g_str_has_suffix (last->text, "-")
          || g_str_has_suffix (last->text, "\xe2\x80\x93")))
    g_array_set_size (tokens, tokens->len - 1);
}

static guint
sure_length (const GArray *tokens)
{
  guint unsure =
      tokens->len > 0 ? openai_tokens_nth (tokens, tokens->len - 1)->unsure : 0;

  return tokens->len - MIN (tokens->len, unsure);
}

/* --- what stays --- */

static void
add_mark (SttStable *self, gdouble heard)
{
  Mark mark = { self->text->len, heard };

  if (self->marks->len > 0)
    mark.heard =
        MAX (heard, g_array_index (self->marks, Mark, self->marks->len - 1).heard);
  g_array_append_val (self->marks, mark);
}

static void
show (SttStable *self, const GArray *from, guint first, guint end, gdouble heard)
{
  g_autofree gchar *text = openai_tokens_join (from, first, end);

  openai_tokens_append (self->shown, from, first, end);
  g_string_append (self->text, text);
  if (*text && !isnan (heard))
    add_mark (self, heard);
}

static void
set_rest (SttStable *self, gchar *rest)
{
  g_free (self->rest);
  self->rest = rest;
}

/* Those before the one that @heard is compared with are not needed any more. */
static const Hypothesis *
find_reference (SttStable *self, SttHypothesisKind kind, gdouble heard)
{
  gdouble apart = kind == STT_HYPOTHESIS_REPLACED ? APART : 0;
  Hypothesis *next, *oldest;

  while ((next = g_queue_peek_nth (&self->earlier, 1)) && !(next->heard > heard - apart))
    hypothesis_free (g_queue_pop_head (&self->earlier));
  oldest = g_queue_peek_head (&self->earlier);
  return oldest && !(oldest->heard > heard - apart) ? oldest : NULL;
}

/* The end, in @tokens, of the first run that both have behind what wavers. */
static guint
find_island (const GArray *tokens, guint from, const GArray *other, guint other_from)
{
  for (guint i = 0; from + i + ISLAND <= tokens->len; i++) {
    guint first = i > ISLAND_SHIFT ? i - ISLAND_SHIFT : 0;

    for (guint j = first; j <= i + ISLAND_SHIFT; j++) {
      guint same = openai_tokens_common (tokens, from + i, other, other_from + j);

      if (same >= ISLAND)
        return from + i + same;
    }
  }
  return from;
}

/* Up to where both agree, from where the words that stay end in @newest. */
static guint
find_agreement (
    SttStable *self, const Hypothesis *newest, guint from, const Hypothesis *reference)
{
  guint distance;
  guint other_from = find_end (self->shown, reference->tokens, &distance);
  guint same = openai_tokens_common (newest->tokens, from, reference->tokens, other_from);

  if (same > 0 || from == newest->tokens->len || other_from == reference->tokens->len) {
    self->stalls = 0;
    return from + same;
  }
  if (++self->stalls < STALLED)
    return from;
  return find_island (newest->tokens, from, reference->tokens, other_from);
}

static void
agree (SttStable *self, const Hypothesis *newest, const Hypothesis *reference)
{
  guint distance, end;
  guint from = find_end (self->shown, newest->tokens, &distance);
  gsize shown = self->text->len;

  self->lost = is_lost (self, distance) ? self->lost + 1 : 0;
  if (reference && (self->lost == 0 || self->lost >= MOST_LOST)) {
    end = find_agreement (self, newest, from, reference);
    end = MIN (end, sure_length (newest->tokens));
    show (self, newest->tokens, from, end, reference->heard);
    from = MAX (from, end);
  }
  set_rest (self, openai_tokens_join (newest->tokens, from, newest->tokens->len));
  self->waits = self->text->len == shown && *self->rest;
}

static void
push_rewritten (SttStable *self, SttHypothesisKind kind, const gchar *text, gdouble heard)
{
  Hypothesis *last = g_queue_peek_tail (&self->earlier);
  Hypothesis *newest;

  if (last && last->heard > heard)
    return;
  newest = g_new (Hypothesis, 1);
  *newest = (Hypothesis) { openai_tokens_new (text), heard };
  drop_broken_word (newest->tokens);
  if (has_loop (newest->tokens) || is_too_fast (newest->tokens, heard)) {
    hypothesis_free (newest);
    return;
  }
  agree (self, newest, find_reference (self, kind, heard));
  g_queue_push_tail (&self->earlier, newest);
}

/* The words that stay end in a loop with the first @end of @tokens. */
static gboolean
would_loop (const SttStable *self, const GArray *tokens, guint end)
{
  guint shown = self->shown->len;
  g_autoptr (GArray) tail = openai_tokens_new ("");

  openai_tokens_append (
      tail, self->shown, shown - MIN (shown, MAX_PERIOD * MIN_REPEATS), shown);
  openai_tokens_append (tail, tokens, 0, end);
  return has_loop (tail);
}

/* Only what is new is looked at: a text may be long. One that does not go on from what
 * was shown is left out. */
static void
push_appended (SttStable *self, const gchar *text, gdouble heard)
{
  gsize length = strlen (text);
  g_autoptr (GArray) tokens = NULL;
  gboolean closed = length > 0 && g_ascii_isspace (text[length - 1]);
  guint end;

  if (!g_str_has_prefix (text, self->taken->str))
    return;
  text += self->taken->len;
  tokens = openai_tokens_new (text);
  end = tokens->len - (closed || tokens->len == 0 ? 0 : 1);
  if (would_loop (self, tokens, end))
    return;
  if (end > 0)
    g_string_append_len (self->taken, text, openai_tokens_nth (tokens, end - 1)->end);
  show (self, tokens, 0, end, heard);
  set_rest (self, openai_tokens_join (tokens, end, tokens->len));
}

void
stt_stable_push (
    SttStable *self, SttHypothesisKind kind, const gchar *text, gdouble heard)
{
  if (kind == STT_HYPOTHESIS_APPENDED)
    push_appended (self, text, heard);
  else
    push_rewritten (self, kind, text, heard);
}

const gchar *
stt_stable_get_text (const SttStable *self)
{
  return self->text->str;
}

const gchar *
stt_stable_get_rest (const SttStable *self)
{
  return self->rest;
}

gboolean
stt_stable_waits (const SttStable *self)
{
  return self->waits;
}

gdouble
stt_stable_time_of (const SttStable *self, gsize length)
{
  Mark before = { 0, 0 };

  for (guint i = 0; i < self->marks->len; i++) {
    Mark mark = g_array_index (self->marks, Mark, i);

    if (length <= mark.length)
      return before.heard
          + (mark.heard - before.heard) * (length - before.length)
          / (mark.length - before.length);
    before = mark;
  }
  return self->marks->len > 0 ? before.heard : NAN;
}

/* A character of @ends ends something in @text, of which more follows, before @end. */
static gboolean
has_end (const gchar *text, gsize end, OpenaiCharFlags ends)
{
  const gchar *p = text + end;

  while (p > text) {
    OpenaiCharFlags flags;

    p = g_utf8_prev_char (p);
    flags = openai_char_flags (g_utf8_get_char (p));
    if (*p == '.')
      return openai_text_stop (text, p, text + end, text + strlen (text))
          == OPENAI_STOP_SENTENCE;
    if (flags & ends)
      return TRUE;
    if (!(flags & (OPENAI_CHAR_CLOSING | OPENAI_CHAR_OPENING)))
      return FALSE;
  }
  return FALSE;
}

gsize
stt_stable_last_end (const SttStable *self, gboolean sentence)
{
  OpenaiCharFlags ends =
      OPENAI_CHAR_SENTENCE_END | (sentence ? 0 : OPENAI_CHAR_CLAUSE_END);
  gsize end = self->text->len;

  for (guint i = self->shown->len; i-- > 0;) {
    const OpenaiToken *token = openai_tokens_nth (self->shown, i);

    if (has_end (self->text->str, end, ends))
      return end;
    end -= strlen (token->text) + token->space_before;
  }
  return 0;
}

/* --- the result --- */

void
stt_stable_carry (SttStable *self, const gchar *final, SttStable *next)
{
  g_autoptr (GArray) said = openai_tokens_new (final);
  guint distance, end = find_end (said, self->shown, &distance);
  g_autofree gchar *kept = openai_tokens_join (self->shown, 0, end);

  show (next, self->shown, end, self->shown->len, 0);
  g_array_set_size (self->shown, end);
  g_string_assign (self->text, kept);
  while (self->marks->len > 0
      && g_array_index (self->marks, Mark, self->marks->len - 1).length > self->text->len)
    g_array_set_size (self->marks, self->marks->len - 1);
}

/* Tokens of the words that stay that are in the first @length bytes of their text. */
static guint
count_tokens (const SttStable *self, gsize length)
{
  gsize bytes = 0;
  guint n = 0;

  for (; n < self->shown->len && bytes < length; n++) {
    const OpenaiToken *token = openai_tokens_nth (self->shown, n);

    bytes += token->space_before + strlen (token->text);
  }
  return n;
}

gsize
stt_stable_find_end (
    const SttStable *self, gsize length, const gchar *final, gboolean *same)
{
  g_autoptr (GArray) shown = openai_tokens_new ("");
  g_autoptr (GArray) said = openai_tokens_new (final);
  guint distance, end;

  openai_tokens_append (shown, self->shown, 0, count_tokens (self, length));
  end = find_end (shown, said, &distance);
  *same = distance == 0;
  return end > 0 ? openai_tokens_nth (said, end - 1)->end : 0;
}
