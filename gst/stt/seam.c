// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where an answer goes on from what was said before. */

#include "seam.h"

#include <math.h>
#include <string.h>

#include "text/tokens.h"
#include "text/unicode.h"

/* The work is quadratic: more letters are not compared. It is many times what can be said
 * in sound that is sent again. */
#define MOST_LETTERS 4000

/* Letters that may be otherwise of those that were said before: most of the rest is the
 * same where both are about the same sound. */
#define MOST_WRONG(letters) ((letters) / 2)

/* Models tell the times of words so exactly, in seconds; beyond that each second is as
 * wrong as so many letters. */
#define SLACK 0.3
#define LETTERS_PER_SECOND 15

/* A place between two words of an answer. */
typedef struct
{
  gsize offset;   /* bytes of its text */
  guint letters;  /* by which texts are compared, before it */
  gdouble before; /* seconds: where the word before it ends, and the one after it */
  gdouble after;  /* begins; NAN: not known */
} Cut;

/* Words are found in the text by their letters, since they have other punctuation. */
typedef struct
{
  const OpenaiTranscript *answer;
  guint next;    /* word */
  guint letters; /* before it */
  gdouble end;   /* of the one before it */
} Words;

/* The times at the place that so many letters come before. */
static void
find_times (Words *words, guint letters, Cut *cut)
{
  const GPtrArray *all = words->answer->words;

  while (words->next < all->len && words->letters < letters) {
    const OpenaiWord *word = g_ptr_array_index (all, words->next++);

    words->letters += openai_text_count_letters (word->text);
    words->end = word->end;
  }
  cut->before = words->end;
  cut->after = NAN;
  if (words->next < all->len)
    cut->after = ((const OpenaiWord *) g_ptr_array_index (all, words->next))->start;
  else if (all->len > 0)
    cut->after = INFINITY;
}

/* All places of a cut, the beginning and the end among them. */
static GArray *
list_cuts (const OpenaiTranscript *answer, const GArray *tokens)
{
  GArray *cuts = g_array_new (FALSE, FALSE, sizeof (Cut));
  Words words = { .answer = answer, .end = answer->words->len > 0 ? 0 : NAN };
  Cut cut = { 0 };
  guint letters = 0;

  find_times (&words, 0, &cut);
  g_array_append_val (cuts, cut);
  for (guint i = 0; i < tokens->len; i++) {
    const OpenaiToken *token = openai_tokens_nth (tokens, i);

    letters += openai_text_count_letters (token->text);
    cut.offset = token->end;
    cut.letters += g_utf8_strlen (token->key, -1);
    find_times (&words, letters, &cut);
    g_array_append_val (cuts, cut);
  }
  return cuts;
}

static gunichar *
join_keys (const GArray *tokens, glong *length)
{
  g_autoptr (GString) keys = g_string_new (NULL);

  for (guint i = 0; i < tokens->len; i++)
    g_string_append (keys, openai_tokens_nth (tokens, i)->key);
  return g_utf8_to_ucs4_fast (keys->str, keys->len, length);
}

/* How many letters have to be changed to make @said of the first letters of @heard, for
 * each number of these; of no more than twice @said, where nothing is the same. */
static guint *
measure_changes (const gunichar *said, glong n, const gunichar *heard, glong m)
{
  guint *row = g_new0 (guint, m + 1);

  for (glong j = 0; j <= m; j++)
    row[j] = j;
  for (glong i = 1; i <= n; i++) {
    guint diagonal = row[0];

    row[0] = i;
    for (glong j = 1; j <= m; j++) {
      guint changed = diagonal + (said[i - 1] != heard[j - 1] ? 1 : 0);

      diagonal = row[j];
      row[j] = MIN (changed, MIN (row[j], row[j - 1]) + 1);
    }
  }
  return row;
}

/* As wrong as so many letters. */
static gdouble
time_penalty (const Cut *cut, gdouble seam)
{
  gdouble off = 0;

  if (cut->before > seam)
    off = cut->before - seam;
  if (cut->after < seam)
    off = fmax (off, seam - cut->after);
  return fmax (0, off - SLACK) * LETTERS_PER_SECOND;
}

/* Where the answer has said what was @said; NULL: it does not say that. Of two places
 * that are as good the first is taken: a word that is there twice is less bad than one
 * that is lost. */
static const Cut *
find_by_text (const GArray *cuts, const GArray *tokens, const gchar *said, gdouble seam)
{
  g_autoptr (GArray) before = openai_tokens_new (said);
  glong n, m;
  g_autofree gunichar *said_letters = join_keys (before, &n);
  g_autofree gunichar *letters = join_keys (tokens, &m);
  g_autofree guint *changes = NULL;
  const Cut *best = NULL;
  gdouble least = INFINITY;

  if (n == 0 || n > MOST_LETTERS)
    return NULL;
  m = MIN (m, 2 * n);
  changes = measure_changes (said_letters, n, letters, m);
  for (guint i = 0; i < cuts->len; i++) {
    const Cut *cut = &g_array_index (cuts, Cut, i);
    gdouble wrong;

    if (cut->letters > (guint) m)
      break;
    wrong = changes[cut->letters] + time_penalty (cut, seam);
    if (wrong >= least)
      continue;
    least = wrong;
    best = cut;
  }
  return best && changes[best->letters] <= MOST_WRONG (n) ? best : NULL;
}

/* The first place after which a word is said rather after the seam than before it; NULL:
 * times are not known. */
static const Cut *
find_by_time (const GArray *cuts, gdouble seam)
{
  for (guint i = 0; i < cuts->len; i++) {
    const Cut *cut = &g_array_index (cuts, Cut, i);
    gdouble end = i + 1 < cuts->len ? cut[1].before : INFINITY;

    if (isnan (cut->after) || isnan (end))
      return NULL;
    if ((cut->after + end) / 2 >= seam)
      return cut;
  }
  return NULL;
}

/* Times from @seam on. Takes @whole. */
static OpenaiTranscript *
shift (OpenaiTranscript *whole, gdouble seam)
{
  g_autoptr (OpenaiTranscript) rest = whole;
  g_autofree OpenaiTimes *words = openai_transcript_word_times (rest);
  g_autofree OpenaiTimes *segments = openai_transcript_segment_times (rest);
  OpenaiTranscript *shifted;

  for (guint i = 0; i < rest->words->len; i++)
    words[i] =
        (OpenaiTimes) { fmax (0, words[i].start - seam), fmax (0, words[i].end - seam) };
  for (guint i = 0; i < rest->segments->len; i++)
    segments[i] = (OpenaiTimes) { fmax (0, segments[i].start - seam),
      fmax (0, segments[i].end - seam) };
  shifted = openai_transcript_with_times (rest, words, segments);
  shifted->duration =
      isnan (rest->duration) ? rest->duration : fmax (0, rest->duration - seam);
  return shifted;
}

OpenaiTranscript *
stt_seam_after (const OpenaiTranscript *answer, const gchar *said, gdouble seam)
{
  g_autoptr (GArray) tokens = openai_tokens_new (answer->text);
  g_autoptr (GArray) cuts = list_cuts (answer, tokens);
  const Cut *cut = said ? find_by_text (cuts, tokens, said, seam) : NULL;

  if (!cut)
    cut = find_by_time (cuts, seam);
  if (!cut)
    return NULL;
  return shift (openai_transcript_after (answer, cut->offset), seam);
}
